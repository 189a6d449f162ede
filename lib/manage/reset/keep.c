/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A copy of all memory that takes as much of the host's as the guest has in use. */
#include "reset.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "../../base/opts.h"

#define UNIT  ((size_t)4096) /* what is looked at for zeros; no page is smaller */
#define CHUNK (4 * UNIT)

/* Looking at the memory of a memfd gives it pages that it has not: that is read instead. */
static int read_file(const struct kvmlib_memory_region *region, uint64_t offset, uint8_t *buffer,
		     const char *function)
{
	const struct kvmlib_sys_ops *sys = &region->memory->vm->system->sys;
	int r = sys->pread(sys->ctx, region->fd, buffer, CHUNK, region->offset + offset);

	if (r == (int)CHUNK || (r > 0 && offset + (uint64_t)r == region->length))
		return 0;
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = function,
		.subject = region->name,
		.call = "pread(memory)",
		.errnum = r < 0 ? r : -EIO,
		KVMLIB__VALUES(KVMLIB__VALUE(GPA, region->place.gpa + offset)) });
}

/* A part of a region: where it is, or in the buffer. */
static int look(const struct kvmlib_memory_region *region, uint64_t offset, size_t length,
		uint8_t *buffer, const uint8_t **ret_bytes, const char *function)
{
	const struct kvmlib__piece piece = { (struct kvmlib_memory_region *)(uintptr_t)region,
					     region->address + offset, length, region->flags };

	*ret_bytes = buffer;
	if (region->flags & KVMLIB_MEMORY_CHECKED)
		return kvmlib__checked_copy(&piece, buffer, false, function);
	if (region->backing == KVMLIB_MEMORY_MEMFD)
		return read_file(region, offset, buffer, function);
	*ret_bytes = piece.address;
	return 0;
}

static void keep_part(uint8_t *to, const uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < length; i += UNIT)
		if (!kvmlib__all_zero(bytes + i, UNIT))
			memcpy(to + i, bytes + i, UNIT);
}

static int keep_bytes(const struct kvmlib__kept_region *kept,
		      const struct kvmlib_memory_region *region, const char *function)
{
	uint8_t buffer[CHUNK];
	const uint8_t *bytes;
	int r = 0;

	for (uint64_t done = 0; !r && done < region->length; done += CHUNK) {
		uint64_t left = region->length - done;
		size_t part = left < CHUNK ? (size_t)left : CHUNK;

		r = look(region, done, part, buffer, &bytes, function);
		if (!r)
			keep_part(kept->bytes + done, bytes, part);
	}
	return r;
}

/* Address space, which gets memory where it is written to. */
static int make_room(struct kvmlib__kept_region *kept, const struct kvmlib_memory_region *region,
		     const char *function)
{
	const struct kvmlib_sys_ops *sys = &region->memory->vm->system->sys;
	void *address;
	int r = sys->mmap(sys->ctx, region->length, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0, &address);

	if (r < 0)
		return kvmlib__error_record(&(const struct kvmlib__failure){
			.function = function,
			.subject = region->name,
			.call = "mmap(memory)",
			.errnum = r,
			KVMLIB__VALUES(KVMLIB__VALUE(GPA, region->place.gpa),
				       KVMLIB__VALUE(SIZE, region->length)) });
	kept->bytes = address;
	return 0;
}

static int keep_region(struct kvmlib__kept_region *kept, const struct kvmlib_memory_region *region,
		       const char *function)
{
	int r;

	*kept = (struct kvmlib__kept_region){
		.gpa = region->place.gpa,
		.length = region->length,
		.space = region->space,
		.flags = region->place.flags & KVMLIB_MEMORY_READONLY,
	};
	if (!region->is_writable)
		return 0;
	r = make_room(kept, region, function);
	return kept->bytes ? keep_bytes(kept, region, function) : r;
}

/* The lock is held. */
static int keep_all(struct kvmlib_reset *reset, const char *function)
{
	const struct kvmlib_memory *memory = reset->memory;
	int r = 0;

	reset->regions = calloc(memory->nr_regions + 1, sizeof(*reset->regions));
	if (!reset->regions)
		return KVMLIB__NO_MEMORY_IN(function);
	for (; !r && reset->nr_regions < memory->nr_regions; reset->nr_regions++)
		r = keep_region(&reset->regions[reset->nr_regions],
				memory->map[reset->nr_regions].region, function);
	return r;
}

int kvmlib__reset_keep(struct kvmlib_reset *reset, const char *function)
{
	int r;

	pthread_mutex_lock(&reset->memory->lock);
	r = kvmlib__reset_check_private(reset->memory, function);
	if (!r)
		r = keep_all(reset, function);
	pthread_mutex_unlock(&reset->memory->lock);
	return r;
}

void kvmlib__reset_forget(struct kvmlib_reset *reset)
{
	const struct kvmlib_sys_ops *sys = &reset->memory->vm->system->sys;

	for (size_t i = 0; i < reset->nr_regions; i++)
		if (reset->regions[i].bytes)
			sys->munmap(sys->ctx, reset->regions[i].bytes, reset->regions[i].length);
	free(reset->regions);
}
