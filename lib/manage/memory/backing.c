/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where a region's memory comes from. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1 /* F_ADD_SEALS */
#endif
#include "memory.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define MIB_2 (UINT64_C(2) << 20)
#define GIB_1 (UINT64_C(1) << 30)

/* The kernel's; not every libc has them. */
#ifndef MFD_HUGETLB
#define MFD_HUGETLB 4U
#endif
#define HUGE_SHIFT  26 /* of a page size's logarithm, in flags of mmap() and memfd_create() */
#define POLICY_BIND 2  /* MPOL_BIND */

struct backing {
	uint32_t flags; /* that its regions may have */
	int map_flags;
	int (*open)(struct kvmlib_memory_region *region,
		    const struct kvmlib_memory_region_opts *opts, const char *function);
};

static const struct kvmlib_sys_ops *sys_of(const struct kvmlib_memory_region *region)
{
	return &region->memory->vm->system->sys;
}

/* Record that a system call for the region failed. */
static int failed(const struct kvmlib_memory_region *region, const char *function, const char *call,
		  int errnum, uint32_t cause)
{
	return kvmlib__error_report(&region->memory->vm->system->log,
				    &(const struct kvmlib__failure){
					    .function = function,
					    .subject = region->name,
					    .call = call,
					    .cause = cause,
					    .errnum = errnum,
					    KVMLIB__VALUES(KVMLIB__VALUE(GPA, region->place.gpa),
							   KVMLIB__VALUE(SIZE, region->length)) });
}

static bool is_hugetlb(const struct kvmlib_memory_region *region)
{
	return region->page_size > kvmlib__page_size();
}

static unsigned int page_size_flag(const struct kvmlib_memory_region *region)
{
	return (unsigned int)__builtin_ctzll(region->page_size) << HUGE_SHIFT;
}

/* Nobody who gets the descriptor can take the memory away. */
static int seal(const struct kvmlib_memory_region *region, const char *function)
{
	const struct kvmlib_sys_ops *sys = sys_of(region);
	int r = sys->ftruncate(sys->ctx, region->fd, region->length);

	if (r < 0)
		return failed(region, function, "ftruncate(memory)", r, 0);
	r = sys->fcntl(sys->ctx, region->fd, F_ADD_SEALS,
		       F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL);
	return r < 0 ? failed(region, function, "fcntl(F_ADD_SEALS)", r, 0) : 0;
}

static int open_memfd(struct kvmlib_memory_region *region,
		      const struct kvmlib_memory_region_opts *opts, const char *function)
{
	const struct kvmlib_sys_ops *sys = sys_of(region);
	unsigned int flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;

	(void)opts;
	if (is_hugetlb(region))
		flags |= MFD_HUGETLB | page_size_flag(region);
	region->fd = sys->memfd_create(sys->ctx, region->name, flags);
	if (region->fd < 0)
		return failed(region, function, "memfd_create", region->fd, 0);
	return seal(region, function);
}

/* Devices have no size that could be compared. */
static int check_file(const struct kvmlib_memory_region *region, const char *function)
{
	const struct kvmlib_sys_ops *sys = sys_of(region);
	struct stat stat = { 0 };
	int r = sys->fstat(sys->ctx, region->fd, &stat);

	if (r < 0)
		return failed(region, function, "fstat(memory)", r, 0);
	if (S_ISREG(stat.st_mode) && (uint64_t)stat.st_size < region->offset + region->length)
		return failed(region, function, NULL, -ENODATA, KVMLIB_CAUSE_FILE_TOO_SHORT);
	return 0;
}

static int open_file(struct kvmlib_memory_region *region,
		     const struct kvmlib_memory_region_opts *opts, const char *function)
{
	region->fd = kvmlib__dup(region->memory->vm->system, opts->fd, function);
	if (region->fd < 0) {
		kvmlib__error_amend(function, region->name);
		return region->fd;
	}
	return check_file(region, function);
}

static int make_guest_memfd(const struct kvmlib_memory_region *region, uint64_t flags,
			    const char *function)
{
	int fd = kvmlib_vm_create_guest_memfd(region->memory->vm, region->length, flags);

	if (fd < 0)
		kvmlib__error_amend(function, region->name);
	return fd;
}

static int open_guest_memfd(struct kvmlib_memory_region *region,
			    const struct kvmlib_memory_region_opts *opts, const char *function)
{
	(void)opts;
	region->fd = make_guest_memfd(
		region, KVMLIB_GUEST_MEMFD_FLAG_MMAP | KVMLIB_GUEST_MEMFD_FLAG_INIT_SHARED,
		function);
	return region->fd < 0 ? region->fd : 0;
}

#define OF_MAPPINGS                                                                \
	(KVMLIB_MEMORY_NO_DUMP | KVMLIB_MEMORY_FORK_VISIBLE | KVMLIB_MEMORY_HUGE | \
	 KVMLIB_MEMORY_CONVERTIBLE | KVMLIB__CHANGEABLE)

static const struct backing backings[] = {
	[KVMLIB_MEMORY_ANONYMOUS] = { OF_MAPPINGS | KVMLIB_MEMORY_MERGEABLE,
				      MAP_PRIVATE | MAP_ANONYMOUS, NULL },
	[KVMLIB_MEMORY_MEMFD] = { OF_MAPPINGS, MAP_SHARED, open_memfd },
	[KVMLIB_MEMORY_FILE] = { OF_MAPPINGS | KVMLIB_MEMORY_COPY_ON_WRITE | KVMLIB_MEMORY_CHECKED,
				 MAP_SHARED, open_file },
	[KVMLIB_MEMORY_POINTER] = { KVMLIB__CHANGEABLE | KVMLIB_MEMORY_CHECKED, 0, NULL },
	[KVMLIB_MEMORY_GUEST_MEMFD] = { KVMLIB_MEMORY_NO_DUMP | KVMLIB_MEMORY_FORK_VISIBLE,
					MAP_SHARED, open_guest_memfd },
};

uint32_t kvmlib__backing_flags(uint32_t backing)
{
	return backings[backing].flags;
}

/* How much the guest's address and ours shall be alike: KVM maps no larger pages. */
static uint64_t alignment_of(const struct kvmlib_memory_region *region)
{
	uint64_t align = region->length >= GIB_1   ? GIB_1
			 : region->length >= MIB_2 ? MIB_2
						   : kvmlib__page_size();

	return align > region->page_size ? align : region->page_size;
}

/* Address space for the region, where its address can be like the guest's, between guards. */
static int reserve(struct kvmlib_memory_region *region, uint64_t guard, const char *function)
{
	const struct kvmlib_sys_ops *sys = sys_of(region);
	uint64_t align = alignment_of(region);
	uint64_t size;
	uintptr_t start;
	int r;

	if (!guard)
		guard = kvmlib__page_size();
	size = guard + align + region->length + guard;
	r = sys->mmap(sys->ctx, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0,
		      &region->reserved);
	if (r < 0)
		return failed(region, function, "mmap(memory)", r, 0);
	region->reserved_size = size;
	start = (uintptr_t)region->reserved + guard;
	start += (region->place.gpa - start) & (align - 1);
	region->address = (uint8_t *)region->reserved + (start - (uintptr_t)region->reserved);
	return 0;
}

static int map(struct kvmlib_memory_region *region, const char *function)
{
	const struct kvmlib_sys_ops *sys = sys_of(region);
	int prot = PROT_READ | (region->is_writable ? PROT_WRITE : 0);
	int flags = backings[region->backing].map_flags;
	uint32_t cause = 0;
	int r;

	if (region->flags & KVMLIB_MEMORY_COPY_ON_WRITE)
		flags = MAP_PRIVATE;
	if (is_hugetlb(region) && region->backing == KVMLIB_MEMORY_ANONYMOUS)
		flags |= (int)(MAP_HUGETLB | page_size_flag(region));
	r = sys->mmap_at(sys->ctx, region->address, region->length, prot, flags, region->fd,
			 region->offset);
	if (r == -ENOMEM && is_hugetlb(region))
		cause = KVMLIB_CAUSE_HUGE_PAGES_MISSING;
	return r < 0 ? failed(region, function, "mmap(memory)", r, cause) : 0;
}

struct advice {
	uint32_t flag;
	int advice;
};

static int advise(const struct kvmlib_memory_region *region, const char *function)
{
	static const struct advice advices[] = {
		{ KVMLIB_MEMORY_NO_DUMP, MADV_DONTDUMP },
		{ KVMLIB_MEMORY_MERGEABLE, MADV_MERGEABLE },
		{ KVMLIB_MEMORY_HUGE, MADV_HUGEPAGE },
	};
	const struct kvmlib_sys_ops *sys = sys_of(region);
	int r = 0;

	if (!(region->flags & KVMLIB_MEMORY_FORK_VISIBLE))
		r = sys->madvise(sys->ctx, region->reserved, region->reserved_size, MADV_DONTFORK);
	for (size_t i = 0; r >= 0 && i < sizeof(advices) / sizeof(advices[0]); i++)
		if (region->flags & advices[i].flag)
			r = sys->madvise(sys->ctx, region->address, region->length,
					 advices[i].advice);
	return r < 0 ? failed(region, function, "madvise(memory)", r, 0) : 0;
}

static int bind_nodes(const struct kvmlib_memory_region *region, uint64_t nodes,
		      const char *function)
{
	const struct kvmlib_sys_ops *sys = sys_of(region);
	unsigned long mask = nodes;
	int r;

	if (!nodes)
		return 0;
	r = sys->mbind(sys->ctx, region->address, region->length, POLICY_BIND, &mask, 65, 0);
	return r < 0 ? failed(region, function, "mbind", r, 0) : 0;
}

static int open_backing(struct kvmlib_memory_region *region,
			const struct kvmlib_memory_region_opts *opts, const char *function)
{
	int r = 0;

	if (backings[region->backing].open)
		r = backings[region->backing].open(region, opts, function);
	if (r < 0 || !(region->flags & KVMLIB_MEMORY_CONVERTIBLE))
		return r;
	region->private_fd = make_guest_memfd(region, 0, function);
	return region->private_fd < 0 ? region->private_fd : 0;
}

int kvmlib__region_map(struct kvmlib_memory_region *region,
		       const struct kvmlib_memory_region_opts *opts, const char *function)
{
	int r;

	region->is_writable = region->backing != KVMLIB_MEMORY_FILE ||
			      region->flags & KVMLIB_MEMORY_COPY_ON_WRITE ||
			      !(opts->flags & KVMLIB_MEMORY_READONLY);
	region->address = opts->address;
	if (region->backing == KVMLIB_MEMORY_POINTER)
		return 0;
	r = open_backing(region, opts, function);
	if (!r)
		r = reserve(region, opts->guard, function);
	if (!r)
		r = map(region, function);
	if (!r)
		r = advise(region, function);
	return r < 0 ? r : bind_nodes(region, opts->nodes, function);
}

/* In a forked child the address space may be something else's by now. */
static bool is_ours(const struct kvmlib_memory_region *region)
{
	return region->reserved &&
	       (!kvmlib__forked(region->memory->vm) || region->flags & KVMLIB_MEMORY_FORK_VISIBLE);
}

void kvmlib__region_unmap(struct kvmlib_memory_region *region)
{
	const struct kvmlib_sys_ops *sys = sys_of(region);

	if (is_ours(region))
		sys->munmap(sys->ctx, region->reserved, region->reserved_size);
	kvmlib__close(region->memory->vm->system, region->fd);
	kvmlib__close(region->memory->vm->system, region->private_fd);
}
