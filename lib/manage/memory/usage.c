/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How much of a region is in the host's memory. */
#include "memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#define PAGES_AT_ONCE 4096U
#define LINE_SIZE     4096U

static const struct kvmlib_sys_ops *sys_of(const struct kvmlib_memory_region *region)
{
	return &region->memory->vm->system->sys;
}

static int failed(const struct kvmlib_memory_region *region, const char *call, int r,
		  const char *function)
{
	return kvmlib__error_report(
		&region->memory->vm->system->log,
		&(const struct kvmlib__failure){
			.function = function,
			.subject = region->name,
			.call = call,
			.errnum = r,
			KVMLIB__VALUES(KVMLIB__VALUE(HOST_ADDRESS, (uintptr_t)region->address)) });
}

static int count_resident(const struct kvmlib_memory_region *region, uint64_t *ret_bytes,
			  const char *function)
{
	const struct kvmlib_sys_ops *sys = sys_of(region);
	const uint64_t page = kvmlib__page_size();
	unsigned char pages[PAGES_AT_ONCE];

	for (uint64_t done = 0, part; done < region->length; done += part) {
		uint64_t left = region->length - done;
		int r;

		part = left < PAGES_AT_ONCE * page ? left : PAGES_AT_ONCE * page;
		r = sys->mincore(sys->ctx, region->address + done, part, pages);
		if (r < 0)
			return failed(region, "mincore", r, function);
		for (uint64_t i = 0; i < part / page; i++)
			*ret_bytes += (pages[i] & 1) * page;
	}
	return 0;
}

/* What a line of smaps tells of huge pages, in bytes. */
static uint64_t huge_bytes(const char *line)
{
	static const char *const names[] = { "AnonHugePages:", "ShmemPmdMapped:", "FilePmdMapped:",
					     "Shared_Hugetlb:", "Private_Hugetlb:" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strncmp(line, names[i], strlen(names[i])))
			return strtoull(line + strlen(names[i]), NULL, 10) * 1024;
	return 0;
}

/* Whether a line begins a mapping; then whether it lies in the region. */
static bool is_header(const char *line, const struct kvmlib_memory_region *region, bool *ret_inside)
{
	const uintptr_t address = (uintptr_t)region->address;
	char *end;
	unsigned long start = strtoul(line, &end, 16);

	if (end == line || *end != '-')
		return false;
	*ret_inside = start >= address && start < address + region->length;
	return true;
}

/* A file that is read line by line. */
struct lines {
	const struct kvmlib_sys_ops *sys;
	int fd;
	uint64_t offset; /* of what was not read yet */
	size_t begin;	 /* what was read and is left */
	size_t end;
	char buffer[2 * LINE_SIZE];
};

/* Always on from where it ended: the kernel makes all that comes before anew for any other offset. */
static bool read_more(struct lines *lines)
{
	int n;

	lines->end -= lines->begin;
	memmove(lines->buffer, lines->buffer + lines->begin, lines->end);
	lines->begin = 0;
	n = lines->sys->pread(lines->sys->ctx, lines->fd, lines->buffer + lines->end,
			      sizeof(lines->buffer) - lines->end, lines->offset);
	if (n <= 0)
		return false;
	lines->offset += (uint64_t)n;
	lines->end += (uint64_t)n;
	return true;
}

/* NULL at the end. */
static const char *next_line(struct lines *lines)
{
	const char *line;
	char *end;

	while (!(end = memchr(lines->buffer + lines->begin, '\n', lines->end - lines->begin)))
		if (!read_more(lines))
			return NULL;
	*end = 0;
	line = lines->buffer + lines->begin;
	lines->begin = (size_t)(end - lines->buffer) + 1;
	return line;
}

/* Where it can't be read there is nothing to tell. */
static uint64_t count_huge(const struct kvmlib_memory_region *region)
{
	struct lines lines = { .sys = sys_of(region) };
	bool inside = false;
	uint64_t bytes = 0;
	const char *line;

	lines.fd = lines.sys->open(lines.sys->ctx, "/proc/self/smaps", O_RDONLY | O_CLOEXEC);
	if (lines.fd < 0)
		return 0;
	while ((line = next_line(&lines)))
		if (!is_header(line, region, &inside) && inside)
			bytes += huge_bytes(line);
	lines.sys->close(lines.sys->ctx, lines.fd);
	return bytes;
}

static uint64_t count_private(const struct kvmlib_memory_region *region)
{
	const uint64_t page_size = kvmlib__page_size();
	uint64_t pages = 0;

	pthread_mutex_lock(&region->memory->lock);
	for (uint64_t i = 0; region->private_pages && i < region->length / page_size; i += 64)
		pages += (uint64_t)__builtin_popcountll(region->private_pages[i / 64]);
	pthread_mutex_unlock(&region->memory->lock);
	return pages * page_size;
}

int kvmlib_memory_region_usage(const struct kvmlib_memory_region *region,
			       struct kvmlib_memory_usage *ret)
{
	struct kvmlib_memory_usage usage = { 0 };
	int r;

	if (!region || !ret)
		return KVMLIB__NULL_ARGUMENT(region ? 2 : 1);
	KVMLIB__REFUSE_FORKED(region->memory->vm);
	r = count_resident(region, &usage.resident_bytes, __func__);
	if (r < 0)
		return r;
	usage.private_bytes = count_private(region);
	if (region->reserved)
		usage.huge_bytes = count_huge(region);
	*ret = usage;
	return 0;
}
