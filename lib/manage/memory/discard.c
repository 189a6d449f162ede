/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory that goes back to the host. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1 /* FALLOC_FL_PUNCH_HOLE */
#endif
#include "memory.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>

static bool has_own_copy(const struct kvmlib_memory_region *region)
{
	return region->backing == KVMLIB_MEMORY_ANONYMOUS ||
	       region->flags & KVMLIB_MEMORY_COPY_ON_WRITE;
}

/* Of shared memory only the file's end gives it back, of private memory only this process. */
static int discard_pointer(const struct kvmlib_sys_ops *sys, void *address, size_t length)
{
	int r = sys->madvise(sys->ctx, address, length, MADV_REMOVE);

	if (r != -EINVAL && r != -EACCES)
		return r;
	return sys->madvise(sys->ctx, address, length, MADV_DONTNEED);
}

static int punch(const struct kvmlib_sys_ops *sys, int fd, uint64_t offset, uint64_t length,
		 const char **call)
{
	*call = "fallocate(discard)";
	return sys->fallocate(sys->ctx, fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset,
			      length);
}

int kvmlib__region_discard(const struct kvmlib_memory_region *region, uint64_t offset,
			   uint64_t length, const char **call)
{
	const struct kvmlib_sys_ops *sys = &region->memory->vm->system->sys;
	void *address = region->address + offset;

	*call = "madvise(memory)";
	if (region->backing == KVMLIB_MEMORY_POINTER)
		return discard_pointer(sys, address, length);
	if (has_own_copy(region))
		return sys->madvise(sys->ctx, address, length, MADV_DONTNEED);
	return punch(sys, region->fd, region->offset + offset, length, call);
}

int kvmlib__region_discard_private(const struct kvmlib_memory_region *region, uint64_t offset,
				   uint64_t length, const char **call)
{
	return punch(&region->memory->vm->system->sys, region->private_fd, offset, length, call);
}

static int failed(const struct kvmlib_memory_region *region, uint64_t gpa, int r, const char *call,
		  const char *function)
{
	return kvmlib__error_report(
		&region->memory->vm->system->log,
		&(const struct kvmlib__failure){ .function = function,
						 .subject = region->name,
						 .call = call,
						 .errnum = r,
						 KVMLIB__VALUES(KVMLIB__VALUE(GPA, gpa)) });
}

/* The whole pages of the backing in a piece. */
static int discard_piece(const struct kvmlib__piece *piece, uint64_t gpa, uint64_t *done,
			 const char *function)
{
	const struct kvmlib_memory_region *region = piece->region;
	uint64_t in_page = region->page_size - 1;
	uint64_t begin = (uint64_t)(piece->address - region->address);
	uint64_t end = (begin + piece->length) & ~in_page;
	const char *call;
	int r;

	begin = (begin + in_page) & ~in_page;
	if (begin >= end)
		return 0;
	r = kvmlib__region_discard(region, begin, end - begin, &call);
	kvmlib__piece_written(piece);
	if (r < 0)
		return failed(region, gpa, r, call, function);
	*done += end - begin;
	return 0;
}

static int discard(const struct kvmlib_memory_reader *reader, uint64_t gpa, uint64_t size,
		   uint64_t *done, const char *function)
{
	struct kvmlib__piece piece;
	int r = kvmlib__range_check(reader, gpa, size, true, function);

	for (; !r && size; gpa += piece.length, size -= piece.length) {
		if (kvmlib__piece_at(reader, gpa, size, &piece) < 0)
			return kvmlib__range_check(reader, gpa, size, true, function);
		r = discard_piece(&piece, gpa, done, function);
	}
	return r;
}

int kvmlib_memory_discard(struct kvmlib_memory_reader *reader, uint64_t gpa, uint64_t size,
			  uint64_t *ret_size)
{
	uint64_t done = 0;
	int r;

	if (!reader)
		return KVMLIB__NULL_ARGUMENT(1);
	r = kvmlib_memory_enter(reader);
	if (r < 0) {
		kvmlib__error_amend(__func__, NULL);
	} else {
		r = discard(reader, gpa, size, &done, __func__);
		kvmlib_memory_leave(reader);
	}
	if (ret_size)
		*ret_size = done;
	return r;
}
