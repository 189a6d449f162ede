/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1 /* memfd_create() */
#endif
#include "memory_fixture.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include "emulated.h"

#define MAX_SLOTS 4096U

struct map map;

static struct kvmlib_sys_ops ops;
static const struct kvmlib_sys_ops *sim;

/* Maps are changed by several threads. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* The slots as the calls left them. */
static struct slot {
	uint32_t number;
	uint32_t flags;
	uint64_t gpa;
	uint64_t size;
	uint64_t host;
} slots[MAX_SLOTS];
static size_t slots_there;

static bool meet(uint64_t left, uint64_t left_size, uint64_t right, uint64_t right_size)
{
	return left < right + right_size && right < left + left_size;
}

static struct slot *find_slot(uint32_t number)
{
	for (size_t i = 0; i < slots_there; i++)
		if (slots[i].number == number)
			return &slots[i];
	return NULL;
}

static void check_overlaps(const struct slot *slot)
{
	for (size_t i = 0; i < slots_there; i++)
		if (&slots[i] != slot && slots[i].number >> 16 == slot->number >> 16 &&
		    meet(slots[i].gpa, slots[i].size, slot->gpa, slot->size))
			map.broken++;
}

static void set_slot(const struct kvmlib_userspace_memory_region2 *region)
{
	struct slot *slot = find_slot(region->slot);

	if (!region->memory_size) {
		if (slot)
			*slot = slots[--slots_there];
		return;
	}
	if (!slot && slots_there < MAX_SLOTS)
		slot = &slots[slots_there++];
	if (!slot)
		return;
	*slot = (struct slot){ region->slot, region->flags, region->guest_phys_addr,
			       region->memory_size, region->userspace_addr };
	check_overlaps(slot);
}

static void note_text(const struct kvmlib_userspace_memory_region2 *region)
{
	size_t length = strlen(map.text);
	char flags[4] = "";

	if (length > sizeof(map.text) - 64)
		return;
	if (region->flags & KVMLIB_MEM_READONLY)
		strcat(flags, "r");
	if (region->flags & KVMLIB_MEM_LOG_DIRTY_PAGES)
		strcat(flags, "l");
	if (region->flags & KVMLIB_MEM_GUEST_MEMFD)
		strcat(flags, "m");
	if (!region->memory_size)
		snprintf(map.text + length, 64, "%s%x:-", length ? " " : "", region->slot);
	else
		snprintf(map.text + length, 64, "%s%x:%llu+%llu%s", length ? " " : "", region->slot,
			 (unsigned long long)(region->guest_phys_addr / page_size()),
			 (unsigned long long)(region->memory_size / page_size()), flags);
}

static bool slot_fails(void)
{
	unsigned int n = ++map.slot_calls;

	return map.fail_slot && n >= map.fail_slot && n - map.fail_slot < map.fail_slots;
}

static int set_region(void *ctx, int fd, unsigned long request, unsigned long arg, size_t size)
{
	struct kvmlib_userspace_memory_region2 region = { 0 };
	int r;

	memcpy(&region, (void *)(uintptr_t)arg, size);
	pthread_mutex_lock(&lock);
	r = slot_fails() ? -map.slot_error : sim->ioctl(ctx, fd, request, arg);
	if (r >= 0) {
		set_slot(&region);
		note_text(&region);
	}
	pthread_mutex_unlock(&lock);
	return r;
}

/* What a call is told to answer: 0 or -errno. */
static int told(enum call call)
{
	int r = 0;

	if (map.on_call)
		map.on_call();
	pthread_mutex_lock(&lock);
	map.calls[call]++;
	if (map.fail[call]) {
		r = map.skip ? 0 : -map.fail[call];
		map.skip -= map.skip ? 1 : 0;
	}
	pthread_mutex_unlock(&lock);
	return r;
}

#define TOLD(call, otherwise)                    \
	__extension__({                          \
		int told_ = told(call);          \
		told_ < 0 ? told_ : (otherwise); \
	})

static int noted_ioctl(void *ctx, int fd, unsigned long request, unsigned long arg)
{
	if (request == REQUEST(SET_USER_MEMORY_REGION))
		return set_region(ctx, fd, request, arg,
				  sizeof(struct kvm_userspace_memory_region));
	if (request == REQUEST(SET_USER_MEMORY_REGION2))
		return set_region(ctx, fd, request, arg,
				  sizeof(struct kvmlib_userspace_memory_region2));
	if (request == REQUEST(SET_MEMORY_ATTRIBUTES))
		return TOLD(CALL_ATTRIBUTES, sim->ioctl(ctx, fd, request, arg));
	return sim->ioctl(ctx, fd, request, arg);
}

static int noted_open(void *ctx, const char *path, int flags)
{
	return TOLD(CALL_OPEN, sim->open(ctx, path, flags));
}

static int noted_mmap(void *ctx, size_t length, int prot, int flags, int fd, uint64_t offset,
		      void **ret_address)
{
	int r = TOLD(CALL_MMAP, sim->mmap(ctx, length, prot, flags, fd, offset, ret_address));

	if (r >= 0 && prot == PROT_NONE) {
		pthread_mutex_lock(&lock);
		map.reserved = *ret_address;
		map.reserved_length = length;
		pthread_mutex_unlock(&lock);
	}
	return r;
}

static int noted_mmap_at(void *ctx, void *address, size_t length, int prot, int flags, int fd,
			 uint64_t offset)
{
	return TOLD(CALL_MMAP_AT, sim->mmap_at(ctx, address, length, prot, flags, fd, offset));
}

static int noted_munmap(void *ctx, void *address, size_t length)
{
	pthread_mutex_lock(&lock);
	map.unmaps++;
	for (size_t i = 0; i < slots_there; i++)
		if (meet(slots[i].host, slots[i].size, (uintptr_t)address, length))
			map.broken++;
	pthread_mutex_unlock(&lock);
	return sim->munmap(ctx, address, length);
}

static int noted_madvise(void *ctx, void *address, size_t length, int advice)
{
	unsigned int n;

	pthread_mutex_lock(&lock);
	n = map.calls[CALL_MADVISE] % 64;
	map.advices[n] = advice;
	map.advised[n] = address;
	map.advised_length[n] = length;
	pthread_mutex_unlock(&lock);
	return TOLD(CALL_MADVISE, sim->madvise(ctx, address, length, advice));
}

static int noted_mbind(void *ctx, void *address, size_t length, int mode,
		       const unsigned long *nodes, unsigned long max_node, unsigned int flags)
{
	pthread_mutex_lock(&lock);
	map.nodes = *nodes;
	pthread_mutex_unlock(&lock);
	return TOLD(CALL_MBIND, sim->mbind(ctx, address, length, mode, nodes, max_node, flags));
}

static int noted_memfd_create(void *ctx, const char *name, unsigned int flags)
{
	return TOLD(CALL_MEMFD_CREATE, sim->memfd_create(ctx, name, flags));
}

static int noted_ftruncate(void *ctx, int fd, uint64_t size)
{
	return TOLD(CALL_FTRUNCATE, sim->ftruncate(ctx, fd, size));
}

static int noted_fcntl(void *ctx, int fd, int command, int argument)
{
	return TOLD(CALL_FCNTL, sim->fcntl(ctx, fd, command, argument));
}

static int noted_fallocate(void *ctx, int fd, int mode, uint64_t offset, uint64_t size)
{
	pthread_mutex_lock(&lock);
	map.fallocate_mode = mode;
	map.punched = offset;
	map.punched_length = size;
	map.punched_fd = fd;
	pthread_mutex_unlock(&lock);
	return TOLD(CALL_FALLOCATE, sim->fallocate(ctx, fd, mode, offset, size));
}

static int noted_fstat(void *ctx, int fd, struct stat *ret_stat)
{
	return TOLD(CALL_FSTAT, sim->fstat(ctx, fd, ret_stat));
}

static int noted_mincore(void *ctx, void *address, size_t length, unsigned char *ret_pages)
{
	return TOLD(CALL_MINCORE, sim->mincore(ctx, address, length, ret_pages));
}

static int noted_pread(void *ctx, int fd, void *buffer, size_t size, uint64_t offset)
{
	int n = sim->pread(ctx, fd, buffer, size, offset);

	pthread_mutex_lock(&lock);
	map.seeks += offset && offset != map.read_to;
	map.read_to = offset + (n > 0 ? (uint64_t)n : 0);
	pthread_mutex_unlock(&lock);
	return n;
}

static int noted_readv(void *ctx, int pid, const struct iovec *local, const struct iovec *remote)
{
	return TOLD(CALL_READV, sim->process_vm_readv(ctx, pid, local, remote));
}

static int noted_writev(void *ctx, int pid, const struct iovec *local, const struct iovec *remote)
{
	return TOLD(CALL_WRITEV, sim->process_vm_writev(ctx, pid, local, remote));
}

static int noted_sleep(void *ctx, uint64_t nanoseconds)
{
	if (map.on_sleep)
		map.on_sleep();
	sched_yield();
	return sim->sleep(ctx, nanoseconds);
}

void setup_noted(void)
{
	memset(&map, 0, sizeof(map));
	slots_there = 0;
	setup_sim();
	sim = kvmlib_sim_sys_ops(fix.sim);
	ops = *sim;
	ops.open = noted_open;
	ops.ioctl = noted_ioctl;
	ops.mmap = noted_mmap;
	ops.mmap_at = noted_mmap_at;
	ops.munmap = noted_munmap;
	ops.madvise = noted_madvise;
	ops.mbind = noted_mbind;
	ops.memfd_create = noted_memfd_create;
	ops.ftruncate = noted_ftruncate;
	ops.fcntl = noted_fcntl;
	ops.fallocate = noted_fallocate;
	ops.fstat = noted_fstat;
	ops.mincore = noted_mincore;
	ops.pread = noted_pread;
	ops.process_vm_readv = noted_readv;
	ops.process_vm_writev = noted_writev;
	ops.sleep = noted_sleep;
	fix.sys = &ops;
	/* Not every architecture has these by itself. */
	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_READONLY_MEM, 1), 0);
	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_MULTI_ADDRESS_SPACE, 2), 0);
}

void setup_noted_vm(void)
{
	setup_noted();
	make_system();
	make_vm();
}

void make_map(const struct kvmlib_memory_opts *opts)
{
	assert_ok(kvmlib_memory_new(fix.vm, opts, &map.memory));
	assert_ok(kvmlib_memory_reader_new(map.memory, 0, &map.reader));
}

void setup_map(void)
{
	setup_noted_vm();
	make_map(NULL);
}

void setup_private(void)
{
	setup_noted();
	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_MEMORY_ATTRIBUTES,
						   KVMLIB_MEMORY_ATTRIBUTE_PRIVATE),
			 0);
	make_system();
	make_vm();
	make_map(NULL);
}

void teardown_map(void)
{
	map.reader = kvmlib_memory_reader_free(map.reader);
	map.memory = kvmlib_memory_unref(map.memory);
	ck_assert_uint_eq(slots_there, 0);
	ck_assert_uint_eq(map.broken, 0);
	teardown();
}

TCase *map_case(Suite *suite, const char *name, SFun setup)
{
	TCase *tcase = tcase_create(name);

	tcase_add_checked_fixture(tcase, setup, teardown_map);
	suite_add_tcase(suite, tcase);
	return tcase;
}

void forget_calls(void)
{
	map.text[0] = 0;
	map.slot_calls = 0;
}

void forget_slots(void)
{
	slots_there = 0;
	map.broken = 0;
}

size_t nr_slots(void)
{
	return slots_there;
}

static uint32_t slot_flags(const struct kvmlib_memory_region_info *info)
{
	return (info->flags & KVMLIB_MEMORY_READONLY ? KVMLIB_MEM_READONLY : 0) |
	       (info->flags & KVMLIB_MEMORY_LOG_DIRTY ? KVMLIB_MEM_LOG_DIRTY_PAGES : 0) |
	       (info->private_fd >= 0 || info->backing == KVMLIB_MEMORY_GUEST_MEMFD
			? KVMLIB_MEM_GUEST_MEMFD
			: 0);
}

/* The region's slot is as the region says. */
static void compare_slot(const struct kvmlib_memory_region_info *info)
{
	const struct slot *slot = find_slot(info->slot);

	ck_assert_msg(slot, "region %s has no slot", info->name);
	ck_assert_uint_eq(slot->number >> 16, info->space);
	ck_assert_uint_eq(slot->gpa, info->gpa);
	ck_assert_uint_eq(slot->size, info->length);
	ck_assert_uint_eq(slot->host, (uintptr_t)info->address);
	ck_assert_uint_eq(slot->flags, slot_flags(info));
}

const char *map_text(void)
{
	static char text[8192];
	struct kvmlib_memory_region *regions[256];
	int n = kvmlib_memory_regions(map.memory, regions, 256);
	size_t length = 0;

	text[0] = 0;
	ck_assert_uint_eq(slots_there, (size_t)n);
	for (int i = 0; i < n; i++) {
		struct kvmlib_memory_region_info info = info_of(regions[i]);

		compare_slot(&info);
		length += (size_t)snprintf(text + length, sizeof(text) - length,
					   "%s%s@%llu+%llu%s%s", i ? " " : "", info.name,
					   (unsigned long long)(info.gpa / page_size()),
					   (unsigned long long)(info.length / page_size()),
					   info.flags & KVMLIB_MEMORY_READONLY ? "r" : "",
					   info.flags & KVMLIB_MEMORY_LOG_DIRTY ? "l" : "");
	}
	return text;
}

struct kvmlib_memory_region_opts opts_of(const char *name, uint64_t page, uint64_t pages)
{
	return (struct kvmlib_memory_region_opts){
		.size = sizeof(struct kvmlib_memory_region_opts),
		.name = name,
		.gpa = PAGES(page),
		.length = PAGES(pages),
	};
}

struct kvmlib_memory_region *add_opts(const struct kvmlib_memory_region_opts *opts)
{
	struct kvmlib_memory_region *region = NULL;

	assert_ok(kvmlib_memory_add(map.memory, opts, &region));
	ck_assert_ptr_nonnull(region);
	return region;
}

struct kvmlib_memory_region *add(const char *name, uint64_t page, uint64_t pages)
{
	struct kvmlib_memory_region_opts opts = opts_of(name, page, pages);

	return add_opts(&opts);
}

struct kvmlib_memory_region_info info_of(const struct kvmlib_memory_region *region)
{
	struct kvmlib_memory_region_info info = { 0 };

	ck_assert_int_eq(kvmlib_memory_region_describe(region, &info), 0);
	return info;
}

struct kvmlib_memory_change *begin(void)
{
	struct kvmlib_memory_change *change = NULL;

	assert_ok(kvmlib_memory_begin(map.memory, &change));
	ck_assert_ptr_nonnull(change);
	return change;
}

struct kvmlib_memory_region *region_found(uint64_t gpa)
{
	struct kvmlib_memory_region *region;

	ck_assert_int_eq(kvmlib_memory_enter(map.reader), 0);
	region = kvmlib_memory_region_at(map.reader, gpa);
	kvmlib_memory_leave(map.reader);
	return region;
}

const char *name_at(uint64_t gpa)
{
	const struct kvmlib_memory_region *region = region_found(gpa);

	return region ? info_of(region).name : "";
}

int make_file(unsigned int pages)
{
	int fd = memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	uint8_t page[65536];

	ck_assert_int_ge(fd, 0);
	for (unsigned int i = 0; i < pages; i++) {
		memset(page, (int)i, sizeof(page));
		ck_assert_int_eq(pwrite(fd, page, page_size(), (off_t)PAGES(i)),
				 (ssize_t)page_size());
	}
	return fd;
}

/* The byte through a pipe, and back: an error if it is not there, which valgrind would tell of. */
static bool can_pass(const void *from, void *to)
{
	int ends[2];
	bool passed;

	ck_assert_int_eq(pipe(ends), 0);
	passed = write(ends[1], from, 1) == 1 && (!to || read(ends[0], to, 1) == 1);
	close(ends[0]);
	close(ends[1]);
	return passed;
}

bool can_read(const void *address)
{
	uint8_t byte;
	struct iovec local = { &byte, 1 };
	struct iovec remote = { (void *)(uintptr_t)address, 1 };

	if (!copies_by_calls())
		return can_pass(address, NULL);
	return process_vm_readv(getpid(), &local, 1, &remote, 1, 0) == 1;
}

bool can_write(void *address)
{
	uint8_t byte = 0;
	struct iovec local = { &byte, 1 };
	struct iovec remote = { address, 1 };

	if (!copies_by_calls())
		return can_pass(address, address);
	return process_vm_readv(getpid(), &local, 1, &remote, 1, 0) == 1 &&
	       process_vm_writev(getpid(), &local, 1, &remote, 1, 0) == 1;
}
