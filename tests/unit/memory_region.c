/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Regions: what may be asked for, where their memory comes from, and what is told of them. */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1 /* F_GET_SEALS */
#endif
#include "emulated.h"
#include "memory_fixture.h"
#include "suites.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Options that are refused: name, GPA, size and flags are told, and nothing is left. */
#define assert_refused(opts, errnum, cause)                                                        \
	do {                                                                                       \
		struct kvmlib_memory_region *region_ = SENTINEL;                                   \
		int mappings_ = kvmlib_sim_mappings(fix.sim), fds_ = kvmlib_sim_open_fds(fix.sim); \
		assert_fails(kvmlib_memory_add(map.memory, &(opts), &region_), errnum, cause,      \
			     NULL);                                                                \
		assert_subject("r");                                                               \
		ck_assert_ptr_eq(region_, SENTINEL);                                               \
		ck_assert_int_eq(kvmlib_sim_mappings(fix.sim), mappings_);                         \
		ck_assert_int_eq(kvmlib_sim_open_fds(fix.sim), fds_);                              \
	} while (0)

/* A good region with some members set otherwise. */
#define refused(cause_, ...)                                              \
	do {                                                              \
		struct kvmlib_memory_region_opts o = opts_of("r", 16, 4); \
		__VA_ARGS__;                                              \
		assert_refused(o, EINVAL, cause_);                        \
		assert_value(GPA, o.gpa);                                 \
		assert_value(SIZE, o.length);                             \
		assert_value(FLAGS, o.flags);                             \
	} while (0)

START_TEST(region_must_be_aligned)
{
	refused(REGION_UNALIGNED, o.gpa = PAGES(16) + 1);
	refused(REGION_UNALIGNED, o.gpa = PAGES(16) + page_size() / 2);
	refused(REGION_UNALIGNED, o.length = PAGES(4) - 1);
	refused(REGION_UNALIGNED, o.guard = 1);
	refused(REGION_UNALIGNED, o.backing = KVMLIB_MEMORY_FILE, o.offset = 8);
	refused(REGION_UNALIGNED, o.backing = KVMLIB_MEMORY_POINTER,
		o.address = guest_memory() + 8);
	refused(REGION_UNALIGNED, o.page_size = 2 * page_size(), o.gpa = PAGES(15));
	refused(REGION_UNALIGNED, o.page_size = 8 * page_size());
}
END_TEST

START_TEST(region_must_be_in_range)
{
	refused(REGION_RANGE, o.length = 0);
	refused(REGION_RANGE, o.gpa = -PAGES(4));
	refused(REGION_RANGE, o.gpa = -PAGES(1), o.length = PAGES(2));
	refused(REGION_RANGE, o.length = PAGES(UINT64_C(1) << 31));
	refused(REGION_RANGE, o.guard = (UINT64_C(1) << 40) + page_size());
	refused(REGION_RANGE, o.backing = KVMLIB_MEMORY_FILE, o.offset = UINT64_C(1) << 63);
	refused(REGION_RANGE, o.backing = KVMLIB_MEMORY_FILE,
		o.offset = (UINT64_C(1) << 63) - PAGES(4));
}
END_TEST

START_TEST(region_options_must_go_together)
{
	refused(REGION_OPTIONS, o.backing = 5);
	refused(REGION_OPTIONS, o.backing = UINT32_MAX);
	refused(REGION_OPTIONS, o.backing = KVMLIB_MEMORY_POINTER);
	refused(REGION_OPTIONS, o.address = guest_memory());
	refused(REGION_OPTIONS, o.backing = KVMLIB_MEMORY_MEMFD, o.fd = 1);
	refused(REGION_OPTIONS, o.offset = page_size());
	refused(REGION_OPTIONS, o.fd = -1);
	refused(REGION_OPTIONS, o.backing = KVMLIB_MEMORY_POINTER, o.address = guest_memory(),
		o.guard = page_size());
	refused(REGION_OPTIONS, o.backing = KVMLIB_MEMORY_POINTER, o.address = guest_memory(),
		o.nodes = 1);
	refused(REGION_OPTIONS, o.backing = KVMLIB_MEMORY_POINTER, o.address = guest_memory(),
		o.page_size = page_size());
	refused(REGION_OPTIONS, o.backing = KVMLIB_MEMORY_GUEST_MEMFD, o.page_size = page_size());
	refused(REGION_OPTIONS, o.page_size = 3 * page_size());
	refused(REGION_OPTIONS, o.page_size = page_size() / 2);
	refused(REGION_OPTIONS, o.page_size = 1);
}
END_TEST

START_TEST(region_flags_must_be_the_backings)
{
	const uint32_t pointer = KVMLIB_MEMORY_NO_DUMP;

	refused(REGION_OPTIONS, o.flags = 0x200);
	refused(REGION_OPTIONS, o.flags = 1U << 31);
	refused(REGION_OPTIONS, o.flags = KVMLIB_MEMORY_COPY_ON_WRITE);
	refused(REGION_OPTIONS, o.flags = KVMLIB_MEMORY_CHECKED);
	refused(REGION_OPTIONS, o.backing = KVMLIB_MEMORY_MEMFD, o.flags = KVMLIB_MEMORY_MERGEABLE);
	refused(REGION_OPTIONS, o.backing = KVMLIB_MEMORY_MEMFD,
		o.flags = KVMLIB_MEMORY_COPY_ON_WRITE);
	refused(REGION_OPTIONS, o.backing = KVMLIB_MEMORY_MEMFD, o.flags = KVMLIB_MEMORY_CHECKED);
	refused(REGION_OPTIONS, o.backing = KVMLIB_MEMORY_FILE, o.flags = KVMLIB_MEMORY_MERGEABLE);
	for (uint32_t flag = pointer; flag < KVMLIB_MEMORY_CHECKED; flag *= 2)
		refused(REGION_OPTIONS, o.backing = KVMLIB_MEMORY_POINTER,
			o.address = guest_memory(), o.flags = flag);
	refused(REGION_OPTIONS, o.backing = KVMLIB_MEMORY_POINTER, o.address = guest_memory(),
		o.flags = KVMLIB_MEMORY_CONVERTIBLE);
	refused(REGION_OPTIONS, o.backing = KVMLIB_MEMORY_GUEST_MEMFD,
		o.flags = KVMLIB_MEMORY_READONLY);
	refused(REGION_OPTIONS, o.backing = KVMLIB_MEMORY_GUEST_MEMFD,
		o.flags = KVMLIB_MEMORY_LOG_DIRTY);
	refused(REGION_OPTIONS, o.backing = KVMLIB_MEMORY_GUEST_MEMFD,
		o.flags = KVMLIB_MEMORY_HUGE);
	refused(REGION_OPTIONS, o.flags = KVMLIB_MEMORY_CONVERTIBLE | KVMLIB_MEMORY_READONLY);
	refused(REGION_OPTIONS, o.flags = KVMLIB_MEMORY_CONVERTIBLE | KVMLIB_MEMORY_LOG_DIRTY);
}
END_TEST

START_TEST(region_space_must_be_the_vms)
{
	refused(SPACE_MISSING, o.space = 2);
	refused(SPACE_MISSING, o.space = UINT32_MAX);
}
END_TEST

START_TEST(region_names)
{
	static const char long_name[] = "a name of thirty bytes, no less";
	struct kvmlib_memory_region_opts opts = opts_of(long_name + 1, 0, 1);
	char name[30] = "twenty-nine bytes, not a one.";

	ck_assert_uint_eq(strlen(opts.name), 30);
	assert_fails(kvmlib_memory_add(map.memory, &opts, NULL), EINVAL, REGION_NAME, NULL);
	ck_assert_int_eq(strncmp(kvmlib_error_subject(), long_name + 1, 29), 0);
	opts.name = name;
	ck_assert_uint_eq(strlen(name), 29);
	add_opts(&opts);
	memset(name, 'x', 29); /* it was copied */
	ck_assert_str_eq(name_at(0), "twenty-nine bytes, not a one.");
	opts = opts_of(NULL, 4, 1);
	add_opts(&opts);
	ck_assert_str_eq(name_at(PAGES(4)), "memory");
	opts = opts_of(NULL, 4, 1);
	assert_fails(kvmlib_memory_add(map.memory, &opts, NULL), EEXIST, REGION_OVERLAP, NULL);
	assert_subject("memory");
}
END_TEST

START_TEST(region_describe)
{
	struct kvmlib_memory_region *region = add("a", 16, 4);
	struct kvmlib_memory_region_info info = { .gpa = 77 };

	assert_refuses_null(kvmlib_memory_region_describe(NULL, &info), 1);
	assert_refuses_null(kvmlib_memory_region_describe(region, NULL), 2);
	ck_assert_uint_eq(info.gpa, 77);
	assert_ok(kvmlib_memory_region_describe(region, &info));
	ck_assert_uint_eq(info.gpa, PAGES(16));
	ck_assert_uint_eq(info.length, PAGES(4));
	ck_assert_ptr_eq(info.address, kvmlib_memory_region_address(region));
	ck_assert_str_eq(info.name, "a");
	ck_assert_uint_eq(info.offset, 0);
	ck_assert_uint_eq(info.page_size, page_size());
	ck_assert_int_eq(info.fd, -1);
	ck_assert_int_eq(info.private_fd, -1);
	ck_assert_uint_eq(info.backing, KVMLIB_MEMORY_ANONYMOUS);
	ck_assert_uint_eq(info.flags, 0);
	ck_assert_uint_eq(info.space, 0);
	ck_assert_uint_eq(info.slot, 0);
}
END_TEST

START_TEST(region_slot_tells_the_space)
{
	struct kvmlib_memory_region_opts opts = opts_of("s", 0, 1);

	opts.space = 1;
	opts.flags = KVMLIB_MEMORY_READONLY | KVMLIB_MEMORY_NO_DUMP;
	ck_assert_uint_eq(info_of(add_opts(&opts)).slot, 0x10000);
	opts.gpa = PAGES(1);
	ck_assert_uint_eq(info_of(add_opts(&opts)).slot, 0x10001);
	ck_assert_uint_eq(info_of(add_opts(&(struct kvmlib_memory_region_opts){
					  .size = sizeof(opts), .length = page_size() }))
				  .slot,
			  0);
	opts.gpa = PAGES(2);
	ck_assert_uint_eq(info_of(add_opts(&opts)).flags,
			  KVMLIB_MEMORY_READONLY | KVMLIB_MEMORY_NO_DUMP);
}
END_TEST

/* Where. */

START_TEST(region_address_is_like_the_guests)
{
	static const uint64_t lengths[] = { 0x200000, 0x400000, 0x40000000, 0x80000000 };
	static const uint64_t gpas[] = { 0, 0x10000, 0x1f0000, 0x12340000, 0x7fff0000 };

	for (size_t i = 0; i < 4; i++) {
		for (size_t j = 0; j < 5; j++) {
			struct kvmlib_memory_region_opts opts = opts_of("r", 0, 0);
			uint64_t mask = lengths[i] < 0x40000000 ? 0x1fffff : 0x3fffffff;
			struct kvmlib_memory_region *region;

			opts.gpa = gpas[j];
			opts.length = lengths[i];
			region = add_opts(&opts);
			ck_assert_uint_eq(
				((uintptr_t)kvmlib_memory_region_address(region) ^ gpas[j]) & mask,
				0);
			assert_ok(kvmlib_memory_remove(map.memory, region));
		}
	}
}
END_TEST

static void assert_guarded(const struct kvmlib_memory_region *region, uint64_t guard)
{
	uint8_t *address = kvmlib_memory_region_address(region);
	uint64_t length = info_of(region).length;

	ck_assert(can_write(address));
	ck_assert(can_write(address + length - 1));
	for (uint64_t i = 1; i <= guard; i += page_size()) {
		ck_assert(!can_read(address - i));
		ck_assert(!can_read(address + length + i - 1));
	}
	ck_assert(!can_read(address - guard));
	ck_assert(!can_read(address + length + guard - 1));
	/* They are the region's own: nothing else can come to be there. */
	ck_assert_uint_le((uintptr_t)map.reserved, (uintptr_t)address - guard);
	ck_assert_uint_ge((uintptr_t)map.reserved + map.reserved_length,
			  (uintptr_t)address + length + guard);
}

START_TEST(region_has_guards)
{
	struct kvmlib_memory_region_opts opts = opts_of("r", 16, 4);

	assert_guarded(add_opts(&opts), page_size());
	opts.gpa = PAGES(32);
	opts.guard = PAGES(16);
	assert_guarded(add_opts(&opts), PAGES(16));
	opts.gpa = 0x1ff0000;
	opts.length = 0x200000;
	assert_guarded(add_opts(&opts), PAGES(16));
	opts.backing = KVMLIB_MEMORY_MEMFD;
	opts.gpa = 0x4000000;
	assert_guarded(add_opts(&opts), PAGES(16));
}
END_TEST

#define TIB (UINT64_C(1) << 40)

/*
 * Under valgrind there is not as much address space as elsewhere, and an emulator takes a while for
 * each page of it.
 */
static bool can_reserve(uint64_t size)
{
	void *address;

	if (!advice_is_judged())
		return false;
	address = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	return address != MAP_FAILED && munmap(address, size) == 0;
}

START_TEST(region_of_the_largest_guard)
{
	struct kvmlib_memory_region_opts opts = opts_of("r", 16, 4);
	uint8_t *address;

	if (!can_reserve(3 * TIB))
		SKIP("no address space for the largest guards, or a slow one");
	opts.guard = UINT64_C(1) << 40;
	address = kvmlib_memory_region_address(add_opts(&opts));
	ck_assert(can_write(address));
	ck_assert_uint_ge(map.reserved_length, UINT64_C(1) << 41);
	ck_assert(!can_read(address - (UINT64_C(1) << 40)));
}
END_TEST

START_TEST(region_is_zeroed_and_writable_before_the_commit)
{
	struct kvmlib_memory_region_opts opts = opts_of("r", 16, 4);
	struct kvmlib_memory_region *region;
	struct kvmlib_memory_change *change = begin();
	uint8_t byte = 77, *address;

	for (uint32_t backing = 0; backing < 2; backing++) {
		opts.backing = backing;
		opts.gpa = PAGES(16 + 4 * backing);
		opts.flags = backing ? KVMLIB_MEMORY_READONLY : 0;
		assert_ok(kvmlib_memory_change_add(change, &opts, &region));
		address = kvmlib_memory_region_address(region);
		for (uint64_t i = 0; i < PAGES(4); i++)
			ck_assert_uint_eq(address[i], 0);
		address[5] = (uint8_t)(backing + 1);
	}
	assert_fails_at(kvmlib_memory_read(map.reader, PAGES(16), &byte, 1), EFAULT, NOT_MEMORY,
			PAGES(16));
	commit(change);
	assert_ok(kvmlib_memory_read(map.reader, PAGES(16) + 5, &byte, 1));
	ck_assert_uint_eq(byte, 1);
	assert_ok(kvmlib_memory_read(map.reader, PAGES(20) + 5, &byte, 1));
	ck_assert_uint_eq(byte, 2);
}
END_TEST

/* Advice and nodes. */

static bool was_advised(int advice, const void *address, size_t length)
{
	for (unsigned int i = 0; i < map.calls[CALL_MADVISE]; i++)
		if (map.advices[i] == advice && map.advised[i] == address &&
		    map.advised_length[i] == length)
			return true;
	return false;
}

static bool was_advised_at_all(int advice)
{
	for (unsigned int i = 0; i < map.calls[CALL_MADVISE]; i++)
		if (map.advices[i] == advice)
			return true;
	return false;
}

static const struct {
	uint32_t flag;
	int advice;
} advices[] = {
	{ KVMLIB_MEMORY_NO_DUMP, MADV_DONTDUMP },
	{ KVMLIB_MEMORY_MERGEABLE, MADV_MERGEABLE },
	{ KVMLIB_MEMORY_HUGE, MADV_HUGEPAGE },
};

START_TEST(region_advises_what_was_asked_for)
{
	struct kvmlib_memory_region_opts opts = opts_of("r", 16, 4);
	struct kvmlib_memory_region *region = NULL;

	opts.flags = advices[_i].flag;
	map.calls[CALL_MADVISE] = 0;
	spoil_record();
	if (kvmlib_memory_add(map.memory, &opts, &region) < 0) {
		ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_ADVICE_UNKNOWN);
		ck_assert_str_eq(kvmlib_error_call(), "madvise(memory)");
		SKIP("this kernel was built without what is asked for");
	}
	for (size_t i = 0; i < 3; i++)
		ck_assert(was_advised_at_all(advices[i].advice) == ((size_t)_i == i));
	ck_assert(was_advised(advices[_i].advice, kvmlib_memory_region_address(region), PAGES(4)));
	/* The guards, too, are not there in children. */
	ck_assert(was_advised(MADV_DONTFORK, map.reserved, map.reserved_length));
}
END_TEST

START_TEST(region_is_left_to_children_if_asked_for)
{
	struct kvmlib_memory_region_opts opts = opts_of("r", 16, 4);

	map.calls[CALL_MADVISE] = 0;
	opts.flags = KVMLIB_MEMORY_FORK_VISIBLE;
	add_opts(&opts);
	ck_assert_uint_eq(map.calls[CALL_MADVISE], 0);
}
END_TEST

#define assert_call_fails(opts, errnum, cause, call)                                               \
	do {                                                                                       \
		struct kvmlib_memory_region *region_ = SENTINEL;                                   \
		int mappings_ = kvmlib_sim_mappings(fix.sim), fds_ = kvmlib_sim_open_fds(fix.sim); \
		assert_fails(kvmlib_memory_add(map.memory, &(opts), &region_), errnum, cause,      \
			     call);                                                                \
		assert_subject("r");                                                               \
		ck_assert_ptr_eq(region_, SENTINEL);                                               \
		ck_assert_int_eq(kvmlib_sim_mappings(fix.sim), mappings_);                         \
		ck_assert_int_eq(kvmlib_sim_open_fds(fix.sim), fds_);                              \
		memset(map.fail, 0, sizeof(map.fail));                                             \
	} while (0)

START_TEST(region_advice_that_the_kernel_has_not)
{
	struct kvmlib_memory_region_opts opts = opts_of("r", 16, 4);

	opts.flags = KVMLIB_MEMORY_MERGEABLE;
	map.fail[CALL_MADVISE] = EINVAL;
	map.skip = 1;
	assert_call_fails(opts, EINVAL, ADVICE_UNKNOWN, "madvise(memory)");
	map.fail[CALL_MADVISE] = ENOMEM;
	assert_call_fails(opts, ENOMEM, NO_MEMORY, "madvise(memory)");
}
END_TEST

START_TEST(region_binds_to_nodes)
{
	struct kvmlib_memory_region_opts opts = opts_of("r", 16, 4);

	add_opts(&opts);
	ck_assert_uint_eq(map.calls[CALL_MBIND], 0);
	opts.gpa = 0;
	opts.nodes = UINT64_C(1) << 63;
	map.fail[CALL_MBIND] = EINVAL;
	assert_call_fails(opts, EINVAL, NODE_MISSING, "mbind");
	ck_assert_uint_eq(map.nodes, UINT64_C(1) << 63);
	map.fail[CALL_MBIND] = ENOMEM;
	assert_call_fails(opts, ENOMEM, NO_MEMORY, "mbind");
	opts.nodes = 1;
	spoil_record();
	if (kvmlib_memory_add(map.memory, &opts, NULL) == -ENOSYS)
		SKIP("this kernel has no NUMA");
	ck_assert(record_is_spoiled());
	ck_assert_uint_eq(map.nodes, 1);
}
END_TEST

/* Memory that can't be had. */

START_TEST(region_without_address_space)
{
	struct kvmlib_memory_region_opts opts = opts_of("r", 16, 4);

	map.fail[CALL_MMAP] = ENOMEM;
	assert_call_fails(opts, ENOMEM, MAPPING_LIMIT, "mmap(memory)");
	assert_value(GPA, PAGES(16));
	assert_value(SIZE, PAGES(4));
	map.fail[CALL_MMAP_AT] = ENOMEM;
	assert_call_fails(opts, ENOMEM, MAPPING_LIMIT, "mmap(memory)");
	if (!can_reserve(12 * TIB))
		SKIP("no address space for the largest slot, or a slow one");
	/* The largest that a slot can be: more than a process has. */
	opts.gpa = 0;
	opts.length = PAGES((UINT64_C(1) << 31) - 1);
	opts.guard = UINT64_C(1) << 40;
	spoil_record();
	for (unsigned int i = 0; i < 64; i++) {
		int r = kvmlib_memory_add(map.memory, &opts, NULL);

		if (r < 0) {
			ck_assert_int_eq(r, -ENOMEM);
			ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_MAPPING_LIMIT);
			return;
		}
		opts.gpa += opts.length;
	}
	SKIP("this process has more address space than can be used up here");
}
END_TEST

START_TEST(region_without_huge_pages)
{
	struct kvmlib_memory_region_opts opts = opts_of("r", 0, 0);

	opts.length = 0x4000000;
	opts.page_size = 0x200000;
	map.fail[CALL_MMAP_AT] = ENOMEM;
	assert_call_fails(opts, ENOMEM, HUGE_PAGES_MISSING, "mmap(memory)");
	map.fail[CALL_MMAP_AT] = EINVAL;
	assert_call_fails(opts, EINVAL, HUGE_PAGES_UNKNOWN, "mmap(memory)");
	opts.backing = KVMLIB_MEMORY_MEMFD;
	map.fail[CALL_MEMFD_CREATE] = EINVAL;
	assert_call_fails(opts, EINVAL, HUGE_PAGES_UNKNOWN, "memfd_create");
	opts.gpa = 0x100000;
	assert_refused(opts, EINVAL, REGION_UNALIGNED);
}
END_TEST

START_TEST(region_without_descriptors)
{
	struct kvmlib_memory_region_opts opts = opts_of("r", 16, 4);

	opts.backing = KVMLIB_MEMORY_MEMFD;
	map.fail[CALL_MEMFD_CREATE] = EMFILE;
	assert_call_fails(opts, EMFILE, FD_LIMIT, "memfd_create");
	map.fail[CALL_MEMFD_CREATE] = ENFILE;
	assert_call_fails(opts, ENFILE, SYSTEM_FD_LIMIT, "memfd_create");
	map.fail[CALL_FTRUNCATE] = ENOMEM;
	assert_call_fails(opts, ENOMEM, NO_MEMORY, "ftruncate(memory)");
	map.fail[CALL_FCNTL] = EPERM;
	assert_call_fails(opts, EPERM, SEALED, "fcntl(F_ADD_SEALS)");
}
END_TEST

/* Shared memory. */

START_TEST(region_memfd_is_sealed_and_shared)
{
	struct kvmlib_memory_region_opts opts = opts_of("shared", 16, 4);
	struct kvmlib_memory_region_info info;
	uint8_t *other, byte = 5;

	opts.backing = KVMLIB_MEMORY_MEMFD;
	info = info_of(add_opts(&opts));
	ck_assert_int_ge(info.fd, 0);
	ck_assert_uint_eq(info.backing, KVMLIB_MEMORY_MEMFD);
	ck_assert_int_eq(ftruncate(info.fd, (off_t)PAGES(3)), -1);
	ck_assert_int_eq(errno, EPERM);
	ck_assert_int_eq(ftruncate(info.fd, (off_t)PAGES(5)), -1);
	ck_assert_int_eq(fcntl(info.fd, F_ADD_SEALS, F_SEAL_WRITE), -1);
	ck_assert_int_eq(fcntl(info.fd, F_GETFD), FD_CLOEXEC);
	other = mmap(NULL, PAGES(4), PROT_READ | PROT_WRITE, MAP_SHARED, info.fd, 0);
	ck_assert_ptr_ne(other, MAP_FAILED);
	assert_ok(kvmlib_memory_write(map.reader, PAGES(19), &byte, 1));
	ck_assert_uint_eq(other[PAGES(3)], 5);
	other[1] = 6;
	assert_ok(kvmlib_memory_read(map.reader, PAGES(16) + 1, &byte, 1));
	ck_assert_uint_eq(byte, 6);
	munmap(other, PAGES(4));
}
END_TEST

/* Files. */

static struct kvmlib_memory_region_opts file_opts(int fd, uint64_t pages)
{
	struct kvmlib_memory_region_opts opts = opts_of("r", 16, pages);

	opts.backing = KVMLIB_MEMORY_FILE;
	opts.fd = fd;
	return opts;
}

START_TEST(region_file_has_the_files_contents)
{
	int fd = make_file(8);
	struct kvmlib_memory_region_opts opts = file_opts(fd, 4);
	struct kvmlib_memory_region_info info;
	uint8_t byte;

	NEEDS_COPIES_BY_CALLS;
	opts.offset = PAGES(3);
	info = info_of(add_opts(&opts));
	ck_assert_int_ne(info.fd, fd);
	ck_assert_uint_eq(info.offset, PAGES(3));
	ck_assert(info.flags & KVMLIB_MEMORY_CHECKED);
	for (unsigned int i = 0; i < 4; i++) {
		assert_ok(kvmlib_memory_read(map.reader, PAGES(16 + i) + 9, &byte, 1));
		ck_assert_uint_eq(byte, 3 + i);
	}
	byte = 99;
	assert_ok(kvmlib_memory_write(map.reader, PAGES(17), &byte, 1));
	byte = 0;
	ck_assert_int_eq(pread(fd, &byte, 1, (off_t)PAGES(4)), 1);
	ck_assert_uint_eq(byte, 99);
	/* The caller's descriptor is the caller's: it was duplicated. */
	close(fd);
	assert_ok(kvmlib_memory_read(map.reader, PAGES(17), &byte, 1));
	ck_assert_uint_eq(byte, 99);
}
END_TEST

START_TEST(region_file_that_is_too_short)
{
	int fd = make_file(4);
	struct kvmlib_memory_region_opts opts = file_opts(fd, 5);

	assert_refused(opts, ENODATA, FILE_TOO_SHORT);
	assert_value(GPA, PAGES(16));
	assert_value(SIZE, PAGES(5));
	opts.length = PAGES(4);
	opts.offset = PAGES(1);
	assert_refused(opts, ENODATA, FILE_TOO_SHORT);
	opts.length = PAGES(3);
	add_opts(&opts);
	close(fd);
}
END_TEST

START_TEST(region_file_that_is_not_open)
{
	struct kvmlib_memory_region_opts opts = file_opts(NO_SUCH_FD - 1, 4);

	assert_call_fails(opts, EBADF, BAD_FD, "fcntl(F_DUPFD_CLOEXEC)");
	opts.fd = -1;
	assert_call_fails(opts, EBADF, BAD_FD, "fcntl(F_DUPFD_CLOEXEC)");
	opts.fd = 1000000;
	assert_call_fails(opts, EBADF, BAD_FD, "fcntl(F_DUPFD_CLOEXEC)");
}
END_TEST

START_TEST(region_file_without_descriptors)
{
	int fd = make_file(4);
	struct kvmlib_memory_region_opts opts = file_opts(fd, 4);

	map.fail[CALL_FCNTL] = EMFILE;
	assert_call_fails(opts, EMFILE, FD_LIMIT, "fcntl(F_DUPFD_CLOEXEC)");
	map.fail[CALL_FSTAT] = EBADF;
	assert_call_fails(opts, EBADF, BAD_FD, "fstat(memory)");
	close(fd);
}
END_TEST

static int reopen(int fd, int flags)
{
	char path[64];
	int other;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	other = open(path, flags | O_CLOEXEC);
	ck_assert_int_ge(other, 0);
	return other;
}

START_TEST(region_file_that_can_only_be_read)
{
	int fd = make_file(4), reading = reopen(fd, O_RDONLY), writing = reopen(fd, O_WRONLY);
	struct kvmlib_memory_region_opts opts = file_opts(reading, 4);
	struct kvmlib_memory_region *region;
	struct kvmlib_memory_change *change;
	uint8_t byte = 9;

	NEEDS_COPIES_BY_CALLS;
	assert_call_fails(opts, EACCES, FILE_ACCESS, "mmap(memory)");
	opts.fd = writing;
	assert_call_fails(opts, EACCES, FILE_ACCESS, "mmap(memory)");
	opts.fd = reading;
	opts.flags = KVMLIB_MEMORY_READONLY;
	region = add_opts(&opts);
	assert_map("r@16+4r");
	assert_ok(kvmlib_memory_read(map.reader, PAGES(18), &byte, 1));
	ck_assert_uint_eq(byte, 2);
	assert_fails_at(kvmlib_memory_write(map.reader, PAGES(18), &byte, 1), EACCES,
			MEMORY_READONLY, PAGES(18));
	ck_assert(!can_write(kvmlib_memory_region_address(region)));
	/* It can never be written to. */
	change = begin();
	assert_fails(kvmlib_memory_change_flags(change, region, 0), EINVAL, REGION_OPTIONS, NULL);
	assert_subject("r");
	assert_value(FLAGS, 0);
	assert_ok(kvmlib_memory_change_flags(change, region,
					     KVMLIB_MEMORY_READONLY | KVMLIB_MEMORY_LOG_DIRTY));
	commit(change);
	assert_map("r@16+4rl");
	close(reading);
	close(writing);
	close(fd);
}
END_TEST

START_TEST(region_copy_on_write_leaves_the_file)
{
	int fd = make_file(4), reading = reopen(fd, O_RDONLY);
	struct kvmlib_memory_region_opts opts = file_opts(reading, 4);
	struct kvmlib_memory_region *region;
	struct kvmlib_memory_change *change;
	uint8_t byte = 99;

	NEEDS_COPIES_BY_CALLS;
	opts.flags = KVMLIB_MEMORY_COPY_ON_WRITE;
	region = add_opts(&opts);
	assert_ok(kvmlib_memory_write(map.reader, PAGES(17), &byte, 1));
	assert_ok(kvmlib_memory_read(map.reader, PAGES(17), &byte, 1));
	ck_assert_uint_eq(byte, 99);
	ck_assert_int_eq(pread(fd, &byte, 1, (off_t)PAGES(1)), 1);
	ck_assert_uint_eq(byte, 1);
	/* It is written to by this process, so that it can be a ROM and none. */
	change = begin();
	assert_ok(kvmlib_memory_change_flags(change, region, KVMLIB_MEMORY_READONLY));
	commit(change);
	change = begin();
	assert_ok(kvmlib_memory_change_flags(change, region, 0));
	commit(change);
	close(reading);
	close(fd);
}
END_TEST

START_TEST(region_file_that_can_not_be_mapped)
{
	int pipes[2];
	struct kvmlib_memory_region_opts opts;

	ck_assert_int_eq(pipe(pipes), 0);
	opts = file_opts(pipes[0], 4);
	opts.flags = KVMLIB_MEMORY_READONLY;
	assert_call_fails(opts, ENODEV, FILE_UNMAPPABLE, "mmap(memory)");
	close(pipes[0]);
	close(pipes[1]);
}
END_TEST

START_TEST(region_file_that_is_sealed)
{
	int fd = make_file(4);
	struct kvmlib_memory_region_opts opts = file_opts(fd, 4);

	ck_assert_int_eq(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE), 0);
	assert_call_fails(opts, EPERM, SEALED, "mmap(memory)");
	close(fd);
}
END_TEST

/* The caller's memory. */

START_TEST(region_pointer_is_the_callers)
{
	struct kvmlib_memory_region_opts opts = opts_of("r", 16, 4);
	uint8_t *memory = guest_memory(), byte = 5;
	struct kvmlib_memory_region *region;
	int mappings = kvmlib_sim_mappings(fix.sim);

	memory[3] = 7;
	opts.backing = KVMLIB_MEMORY_POINTER;
	opts.address = memory;
	map.calls[CALL_MADVISE] = 0;
	region = add_opts(&opts);
	ck_assert_ptr_eq(kvmlib_memory_region_address(region), memory);
	ck_assert_uint_eq(map.calls[CALL_MADVISE], 0);
	ck_assert_int_eq(kvmlib_sim_mappings(fix.sim), mappings);
	ck_assert_int_eq(info_of(region).fd, -1);
	assert_ok(kvmlib_memory_write(map.reader, PAGES(16), &byte, 1));
	assert_ok(kvmlib_memory_read(map.reader, PAGES(16) + 3, &byte, 1));
	ck_assert_uint_eq(byte, 7);
	assert_ok(kvmlib_memory_remove(map.memory, region));
	ck_assert_uint_eq(memory[0], 5);
	ck_assert_uint_eq(map.unmaps, 0);
}
END_TEST

/* guest_memfd. */

START_TEST(region_guest_memfd_is_ordinary_memory)
{
	struct kvmlib_memory_region_opts opts = opts_of("r", 16, 4);
	struct kvmlib_memory_region_info info;
	struct kvmlib_memory_region *region;
	struct kvmlib_memory_change *change;
	uint8_t byte = 5;

	NEEDS(CREATE_GUEST_MEMFD);
	opts.backing = KVMLIB_MEMORY_GUEST_MEMFD;
	region = add_opts(&opts);
	assert_calls("0:16+4m");
	info = info_of(region);
	ck_assert_int_ge(info.fd, 0);
	ck_assert_int_eq(info.private_fd, -1);
	assert_ok(kvmlib_memory_write(map.reader, PAGES(19), &byte, 1));
	assert_ok(kvmlib_memory_read(map.reader, PAGES(19), &byte, 1));
	ck_assert_uint_eq(byte, 5);
	change = begin();
	assert_fails(kvmlib_memory_change_flags(change, region, KVMLIB_MEMORY_LOG_DIRTY), EINVAL,
		     REGION_OPTIONS, NULL);
	assert_fails(kvmlib_memory_change_flags(change, region, KVMLIB_MEMORY_READONLY), EINVAL,
		     REGION_OPTIONS, NULL);
	assert_ok(kvmlib_memory_change_flags(change, region, 0));
	/* KVM does not move a slot with a guest_memfd. */
	move(change, region, 18);
	commit(change);
	assert_calls("0:- 0:18+4m");
	assert_map("r@18+4");
	assert_ok(kvmlib_memory_read(map.reader, PAGES(21), &byte, 1));
	ck_assert_uint_eq(byte, 5);
}
END_TEST

#ifdef __x86_64__
START_TEST(region_guest_memfd_beyond_the_guests_addresses)
{
	struct kvmlib_memory_region_opts opts = opts_of("r", 16, 4);

	opts.backing = KVMLIB_MEMORY_GUEST_MEMFD;
	opts.gpa = UINT64_C(1) << 52;
	assert_call_fails(opts, EINVAL, SLOT_ABOVE_GPA_LIMIT, "KVM_SET_USER_MEMORY_REGION2");
}
END_TEST
#endif

START_TEST(region_guest_memfd_that_was_closed)
{
	struct kvmlib_memory_region_opts opts = opts_of("r", 16, 4);
	struct kvmlib_memory_region *region;
	struct kvmlib_memory_change *change;

	NEEDS(CREATE_GUEST_MEMFD);
	change = begin();
	opts.backing = KVMLIB_MEMORY_GUEST_MEMFD;
	assert_ok(kvmlib_memory_change_add(change, &opts, &region));
	close(info_of(region).fd);
	assert_fails(kvmlib_memory_change_commit(change), EBADF, BAD_FD,
		     "KVM_SET_USER_MEMORY_REGION2");
	assert_subject("r");
}
END_TEST

START_TEST(region_guest_memfd_where_the_vm_has_none)
{
	struct kvmlib_memory_region_opts opts = opts_of("r", 16, 4);

	opts.backing = KVMLIB_MEMORY_GUEST_MEMFD;
	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_GUEST_MEMFD_FLAGS, 1), 0);
	assert_refused(opts, EOPNOTSUPP, CAPABILITY_MISSING);
	assert_value(CAPABILITY, KVMLIB_CAP_GUEST_MEMFD_FLAGS);
	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_GUEST_MEMFD_FLAGS, 0), 0);
	assert_refused(opts, EOPNOTSUPP, CAPABILITY_MISSING);
	opts.backing = KVMLIB_MEMORY_ANONYMOUS;
	opts.flags = KVMLIB_MEMORY_CONVERTIBLE;
	assert_refused(opts, EOPNOTSUPP, CAPABILITY_MISSING);
	assert_value(CAPABILITY, KVMLIB_CAP_MEMORY_ATTRIBUTES);
}
END_TEST

START_TEST(region_guest_memfd_that_kvm_refuses)
{
	struct kvmlib_memory_region_opts opts = opts_of("r", 16, 4);

	NEEDS(CREATE_GUEST_MEMFD);
	opts.backing = KVMLIB_MEMORY_GUEST_MEMFD;
	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, REQUEST(CREATE_GUEST_MEMFD), EMFILE, 1), 0);
	assert_call_fails(opts, EMFILE, FD_LIMIT, "KVM_CREATE_GUEST_MEMFD");
	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, REQUEST(CREATE_GUEST_MEMFD), EINVAL, 1), 0);
	assert_call_fails(opts, EINVAL, GUEST_MEMFD_ARGUMENTS, "KVM_CREATE_GUEST_MEMFD");
}
END_TEST

Suite *memory_region_suite(void)
{
	Suite *suite = suite_create("memory_region");
	TCase *tcase = map_case(suite, "memory", setup_map);

	ADD_TESTS(map_case(suite, "options", setup_map), region_must_be_aligned,
		  region_must_be_in_range, region_options_must_go_together,
		  region_flags_must_be_the_backings, region_space_must_be_the_vms, region_names,
		  region_describe, region_slot_tells_the_space);
	tcase_add_loop_test(tcase, region_advises_what_was_asked_for, 0, 3);
	ADD_TESTS(tcase, region_address_is_like_the_guests, region_has_guards,
		  region_of_the_largest_guard, region_is_zeroed_and_writable_before_the_commit,
		  region_is_left_to_children_if_asked_for, region_advice_that_the_kernel_has_not,
		  region_binds_to_nodes, region_without_address_space, region_without_huge_pages,
		  region_without_descriptors);
	ADD_TESTS(map_case(suite, "backings", setup_map), region_memfd_is_sealed_and_shared,
		  region_file_has_the_files_contents, region_file_that_is_too_short,
		  region_file_that_is_not_open, region_file_without_descriptors,
		  region_file_that_can_only_be_read, region_copy_on_write_leaves_the_file,
		  region_file_that_can_not_be_mapped, region_file_that_is_sealed,
		  region_pointer_is_the_callers, region_guest_memfd_is_ordinary_memory,
		  region_guest_memfd_that_was_closed, region_guest_memfd_where_the_vm_has_none,
		  region_guest_memfd_that_kvm_refuses);
#ifdef __x86_64__
	ADD_TESTS(map_case(suite, "limits", setup_map),
		  region_guest_memfd_beyond_the_guests_addresses);
#endif
	return suite;
}
