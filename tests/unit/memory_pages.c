/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pages: given back, counted, put in place, and made private. */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1 /* FALLOC_FL_PUNCH_HOLE */
#endif
#include "emulated.h"
#include "memory_fixture.h"
#include "suites.h"

#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_READ  22
#define MADV_POPULATE_WRITE 23
#endif

/* Four pages of a kind of memory, each filled with its number and 1. */
static uint8_t *make_region(uint32_t backing, uint32_t flags)
{
	struct kvmlib_memory_region_opts opts = opts_of("r", 4, 4);
	uint8_t *address;

	opts.backing = backing;
	opts.flags = flags;
	if (backing == KVMLIB_MEMORY_POINTER)
		opts.address = guest_memory();
	if (backing == KVMLIB_MEMORY_FILE)
		opts.fd = make_file(4);
	address = kvmlib_memory_region_address(add_opts(&opts));
	if (backing == KVMLIB_MEMORY_FILE)
		close(opts.fd);
	for (unsigned int i = 0; i < 4; i++)
		memset(address + PAGES(i), (int)i + 1, PAGES(1));
	return address;
}

/* Discard. */

static const struct {
	uint32_t backing, flags;
	int advice;	    /* the last that is given; 0: a hole is punched */
	unsigned int after; /* what page 1 is filled with then */
} discards[] = {
	{ KVMLIB_MEMORY_ANONYMOUS, 0, MADV_DONTNEED, 0 },
	{ KVMLIB_MEMORY_MEMFD, 0, 0, 0 },
	{ KVMLIB_MEMORY_FILE, 0, 0, 0 },
	{ KVMLIB_MEMORY_FILE, KVMLIB_MEMORY_COPY_ON_WRITE, MADV_DONTNEED, 1 },
	{ KVMLIB_MEMORY_POINTER, 0, MADV_DONTNEED, 0 },
	{ KVMLIB_MEMORY_POINTER, KVMLIB_MEMORY_CHECKED, MADV_DONTNEED, 0 },
#ifdef KVM_CREATE_GUEST_MEMFD
	{ KVMLIB_MEMORY_GUEST_MEMFD, 0, 0, 0 },
#endif
};
#define NR_DISCARDS ((int)(sizeof(discards) / sizeof(discards[0])))

START_TEST(pages_discarded_read_as_zeros)
{
	uint8_t *address, bytes[3];
	uint64_t done = 77;

	if (discards[_i].flags & KVMLIB_MEMORY_CHECKED ||
	    discards[_i].backing == KVMLIB_MEMORY_FILE)
		NEEDS_COPIES_BY_CALLS;
	if (discards[_i].backing == KVMLIB_MEMORY_POINTER)
		NEEDS_ADVICE; /* what it is shared with is told by one */
	address = make_region(discards[_i].backing, discards[_i].flags);
	map.calls[CALL_MADVISE] = 0;
	map.calls[CALL_FALLOCATE] = 0;
	assert_ok(kvmlib_memory_discard(map.reader, PAGES(5), PAGES(2), &done));
	ck_assert_uint_eq(done, PAGES(2));
	if (discards[_i].advice) {
		ck_assert_uint_eq(map.calls[CALL_FALLOCATE], 0);
		ck_assert_int_eq(map.advices[map.calls[CALL_MADVISE] - 1], discards[_i].advice);
	} else {
		ck_assert_uint_eq(map.calls[CALL_MADVISE], 0);
		ck_assert_int_eq(map.fallocate_mode, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE);
		ck_assert_uint_eq(map.punched, PAGES(1));
		ck_assert_uint_eq(map.punched_length, PAGES(2));
	}
	ck_assert_uint_eq(address[PAGES(1)], discards[_i].after);
	ck_assert_uint_eq(address[PAGES(1) - 1], 1);
	ck_assert_uint_eq(address[PAGES(3)], 4);
	/* It is there again when it is touched. */
	assert_ok(kvmlib_memory_write(map.reader, PAGES(5), "xyz", 3));
	assert_ok(kvmlib_memory_read(map.reader, PAGES(5), bytes, 3));
	ck_assert_mem_eq(bytes, "xyz", 3);
}
END_TEST

START_TEST(pages_discarded_of_a_file_are_those_at_its_offset)
{
	struct kvmlib_memory_region_opts opts = opts_of("r", 4, 2);
	uint8_t byte;
	int fd = make_file(8);

	opts.backing = KVMLIB_MEMORY_FILE;
	opts.fd = fd;
	opts.offset = PAGES(3);
	add_opts(&opts);
	assert_ok(kvmlib_memory_discard(map.reader, PAGES(5), PAGES(1), NULL));
	for (unsigned int i = 0; i < 8; i++) {
		ck_assert_int_eq(pread(fd, &byte, 1, (off_t)PAGES(i)), 1);
		ck_assert_uint_eq(byte, i == 4 ? 0 : i);
	}
	close(fd);
}
END_TEST

START_TEST(pages_discarded_of_shared_memory_of_the_callers)
{
	struct kvmlib_memory_region_opts opts = opts_of("r", 4, 4);
	uint8_t *memory =
		mmap(NULL, PAGES(4), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	NEEDS_ADVICE;
	ck_assert_ptr_ne(memory, MAP_FAILED);
	memset(memory, 7, PAGES(4));
	opts.backing = KVMLIB_MEMORY_POINTER;
	opts.address = memory;
	add_opts(&opts);
	assert_ok(kvmlib_memory_discard(map.reader, PAGES(5), PAGES(1), NULL));
	ck_assert_int_eq(map.advices[map.calls[CALL_MADVISE] - 1], MADV_REMOVE);
	ck_assert(memory[0] == 7 && memory[PAGES(1)] == 0 && memory[PAGES(2)] == 7);
	munmap(memory, PAGES(4));
}
END_TEST

START_TEST(pages_discarded_are_rounded_inwards)
{
	uint8_t *address = make_region(KVMLIB_MEMORY_ANONYMOUS, 0);
	uint64_t done = 77;

	assert_ok(kvmlib_memory_discard(map.reader, PAGES(4) + 1, PAGES(1) - 1, &done));
	ck_assert_uint_eq(done, 0);
	assert_ok(kvmlib_memory_discard(map.reader, PAGES(4) + 1, PAGES(2) - 2, &done));
	ck_assert_uint_eq(done, 0);
	assert_ok(kvmlib_memory_discard(map.reader, PAGES(4) + 1, PAGES(2) - 1, &done));
	ck_assert_uint_eq(done, PAGES(1));
	ck_assert(address[PAGES(1) - 1] == 1 && address[PAGES(1)] == 0 && address[PAGES(2)] == 3);
	assert_ok(kvmlib_memory_discard(map.reader, PAGES(6) - 1, PAGES(2), &done));
	ck_assert_uint_eq(done, PAGES(1));
	ck_assert(address[PAGES(2)] == 0 && address[PAGES(3)] == 4);
}
END_TEST

START_TEST(pages_discarded_over_regions)
{
	uint8_t *address = make_region(KVMLIB_MEMORY_ANONYMOUS, 0);
	uint8_t *other = kvmlib_memory_region_address(add("s", 8, 2));
	uint64_t done = 77;

	memset(other, 9, PAGES(2));
	assert_ok(kvmlib_memory_discard(map.reader, PAGES(7) - 5, PAGES(2) + 10, &done));
	ck_assert_uint_eq(done, PAGES(2));
	ck_assert(address[PAGES(3) - 1] == 3 && address[PAGES(3)] == 0);
	ck_assert(other[0] == 0 && other[PAGES(1)] == 9);
	assert_fails_at(kvmlib_memory_discard(map.reader, PAGES(9), PAGES(2), &done), EFAULT,
			NOT_MEMORY, PAGES(10));
	ck_assert_uint_eq(done, 0);
	ck_assert_uint_eq(other[PAGES(1)], 9);
}
END_TEST

START_TEST(pages_that_can_not_be_discarded)
{
	uint64_t done = 77;

	make_region(KVMLIB_MEMORY_ANONYMOUS, 0);
	{
		struct kvmlib_memory_region_opts opts = opts_of("s", 8, 2);

		opts.backing = KVMLIB_MEMORY_MEMFD;
		add_opts(&opts);
	}
	map.fail[CALL_FALLOCATE] = EOPNOTSUPP;
	assert_fails(kvmlib_memory_discard(map.reader, PAGES(7), PAGES(2), &done), EOPNOTSUPP,
		     DISCARD_UNSUPPORTED, "fallocate(discard)");
	assert_subject("s");
	assert_value(GPA, PAGES(8));
	ck_assert_uint_eq(done, PAGES(1)); /* of the region before */
	map.fail[CALL_MADVISE] = ENOMEM;
	assert_fails(kvmlib_memory_discard(map.reader, PAGES(4), PAGES(1), &done), ENOMEM,
		     NO_MEMORY, "madvise(memory)");
	assert_subject("r");
	ck_assert_uint_eq(done, 0);
}
END_TEST

/* Usage. */

static struct kvmlib_memory_usage usage_of(const struct kvmlib_memory_region *region)
{
	struct kvmlib_memory_usage usage = { 77, 77, 77 };

	assert_ok(kvmlib_memory_region_usage(region, &usage));
	return usage;
}

START_TEST(pages_are_counted)
{
	struct kvmlib_memory_usage usage = { 77, 77, 77 };
	struct kvmlib_memory_region *region = add("r", 4, 8);
	uint8_t *address = kvmlib_memory_region_address(region);

	assert_refuses_null(kvmlib_memory_region_usage(NULL, &usage), 1);
	assert_refuses_null(kvmlib_memory_region_usage(region, NULL), 2);
	ck_assert_uint_eq(usage.resident_bytes, 77);
	usage = usage_of(region);
	ck_assert_uint_eq(usage.resident_bytes, 0);
	ck_assert_uint_eq(usage.huge_bytes, 0);
	ck_assert_uint_eq(usage.private_bytes, 0);
	address[0] = 1;
	address[PAGES(7)] = 1;
	ck_assert_uint_eq(usage_of(region).resident_bytes, PAGES(2));
	ck_assert_int_eq(kvmlib_sim_open_fds(fix.sim), 2);
	/* To read smaps in another way takes the square of the time. */
	ck_assert_uint_gt(map.read_to, 0);
	ck_assert_uint_eq(map.seeks, 0);
}
END_TEST

/* More than are looked at in one call. */
START_TEST(pages_of_a_large_region_are_counted)
{
	struct kvmlib_memory_region *region = add("r", 0, 10000);
	uint8_t *address = kvmlib_memory_region_address(region);

	for (unsigned int i = 0; i < 10000; i += 1000)
		address[PAGES(i)] = 1;
	address[PAGES(9999)] = 1;
	ck_assert_uint_eq(usage_of(region).resident_bytes, PAGES(11));
	ck_assert_uint_eq(map.calls[CALL_MINCORE], 3);
}
END_TEST

START_TEST(pages_that_are_huge_are_counted)
{
	struct kvmlib_memory_region_opts opts = opts_of("r", 0, 0);
	struct kvmlib_memory_region *region = NULL;
	struct kvmlib_memory_usage usage;

	opts.length = 0x400000;
	opts.flags = KVMLIB_MEMORY_HUGE;
	if (page_size() != 4096 || kvmlib_memory_add(map.memory, &opts, &region) < 0)
		SKIP("this kernel has no transparent huge pages");
	memset(kvmlib_memory_region_address(region), 1, opts.length);
	usage = usage_of(region);
	ck_assert_uint_eq(usage.resident_bytes, opts.length);
	if (!usage.huge_bytes)
		SKIP("this host gives no transparent huge pages");
	ck_assert_uint_eq(usage.huge_bytes % 0x200000, 0);
	ck_assert_uint_le(usage.huge_bytes, opts.length);
	/* Those of others are not among them. */
	ck_assert_uint_eq(usage_of(add("s", 0x1000, 1)).huge_bytes, 0);
	/* Where it can't be read, there is nothing to tell. */
	map.fail[CALL_OPEN] = EACCES;
	ck_assert_uint_eq(usage_of(region).huge_bytes, 0);
}
END_TEST

START_TEST(pages_that_are_not_mapped_are_not_counted)
{
	struct kvmlib_memory_region_opts opts = opts_of("r", 0, 4);
	struct kvmlib_memory_usage usage = { 77, 77, 77 };
	struct kvmlib_memory_region *region;
	uint8_t *memory;

	memory = mmap(NULL, PAGES(4), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(memory, MAP_FAILED);
	opts.backing = KVMLIB_MEMORY_POINTER;
	opts.address = memory;
	region = add_opts(&opts);
	memory[0] = 1;
	usage = usage_of(region);
	ck_assert_uint_eq(usage.resident_bytes, PAGES(1));
	ck_assert_uint_eq(usage.huge_bytes, 0);
	ck_assert_uint_eq(map.calls[CALL_OPEN], 1); /* of /dev/kvm */
	munmap(memory, PAGES(4));
	usage.resident_bytes = 77;
	assert_fails(kvmlib_memory_region_usage(region, &usage), ENOMEM, MEMORY_UNMAPPED,
		     "mincore");
	assert_subject("r");
	ck_assert_uint_eq(usage.resident_bytes, 77);
}
END_TEST

/* Populate. */

static struct {
	unsigned int calls;
	uint64_t done, total;
	int answer;
	unsigned int at; /* the call that answers so */
	void *userdata;
} told;

static int progress(uint64_t done, uint64_t total, void *userdata)
{
	ck_assert_uint_ge(done, told.done);
	told.done = done;
	told.total = total;
	told.userdata = userdata;
	return ++told.calls == told.at ? told.answer : 0;
}

static struct kvmlib_memory_populate_opts populate_opts(uint32_t threads)
{
	memset(&told, 0, sizeof(told));
	return (struct kvmlib_memory_populate_opts){
		.size = sizeof(struct kvmlib_memory_populate_opts),
		.progress = progress,
		.userdata = &told,
		.threads = threads,
	};
}

static struct kvmlib_memory_region *large_region(uint64_t mib)
{
	struct kvmlib_memory_region_opts opts = opts_of("r", 0, 0);

	opts.length = mib << 20;
	return add_opts(&opts);
}

static const uint32_t thread_counts[] = { 0, 1, 2, 64 };

START_TEST(pages_populated_are_there)
{
	struct kvmlib_memory_populate_opts opts = populate_opts(thread_counts[_i]);
	struct kvmlib_memory_region *region = large_region(40);
	uint8_t *address = kvmlib_memory_region_address(region);

	NEEDS_ADVICE;
	address[5] = 9;
	assert_ok(kvmlib_memory_region_populate(region, &opts));
	ck_assert_uint_eq(address[5], 9);
	ck_assert_uint_eq(usage_of(region).resident_bytes, UINT64_C(40) << 20);
	ck_assert_uint_ge(told.calls, 1);
	ck_assert_uint_eq(told.done, UINT64_C(40) << 20);
	ck_assert_uint_eq(told.total, UINT64_C(40) << 20);
	ck_assert_ptr_eq(told.userdata, &told);
	assert_ok(kvmlib_memory_region_populate(region, NULL));
}
END_TEST

/* As a kernel before Linux 5.14 has it: each page is touched. */
START_TEST(pages_populated_by_touching_them)
{
	struct kvmlib_memory_region_opts opts = opts_of("f", 0x10000, 4);
	struct kvmlib_memory_region *region = large_region(1);
	uint8_t *address = kvmlib_memory_region_address(region);

	address[5] = 9;
	opts.backing = KVMLIB_MEMORY_FILE;
	opts.fd = make_file(4);
	map.fail[CALL_MADVISE] = EINVAL;
	assert_ok(kvmlib_memory_region_populate(region, NULL));
	ck_assert_uint_eq(address[5], 9);
	ck_assert_uint_eq(usage_of(region).resident_bytes, UINT64_C(1) << 20);
	map.fail[CALL_MADVISE] = 0;
	/* What may vanish is not touched. */
	region = add_opts(&opts);
	ck_assert_int_eq(ftruncate(opts.fd, 0), 0);
	map.fail[CALL_MADVISE] = EINVAL;
	assert_ok(kvmlib_memory_region_populate(region, NULL));
	close(opts.fd);
}
END_TEST

START_TEST(pages_populated_before_the_commit)
{
	struct kvmlib_memory_region_opts opts = opts_of("r", 0, 4);
	struct kvmlib_memory_region *region;
	struct kvmlib_memory_change *change;

	NEEDS_ADVICE;
	change = begin();
	assert_ok(kvmlib_memory_change_add(change, &opts, &region));
	assert_ok(kvmlib_memory_region_populate(region, NULL));
	ck_assert_uint_eq(usage_of(region).resident_bytes, PAGES(4));
	kvmlib_memory_change_abort(change);
}
END_TEST

START_TEST(pages_of_a_readonly_file_are_read)
{
	struct kvmlib_memory_region_opts opts = opts_of("r", 0, 4);
	struct kvmlib_memory_region *region;
	int fd = make_file(4);

	opts.backing = KVMLIB_MEMORY_FILE;
	opts.fd = fd;
	opts.flags = KVMLIB_MEMORY_READONLY;
	region = add_opts(&opts);
	assert_ok(kvmlib_memory_region_populate(region, NULL));
	ck_assert_int_eq(map.advices[map.calls[CALL_MADVISE] - 1], MADV_POPULATE_READ);
	assert_ok(kvmlib_memory_region_populate(add("s", 8, 1), NULL));
	ck_assert_int_eq(map.advices[map.calls[CALL_MADVISE] - 1], MADV_POPULATE_WRITE);
	close(fd);
}
END_TEST

START_TEST(pages_populated_until_the_callback_ends_it)
{
	struct kvmlib_memory_populate_opts opts = populate_opts(1);
	struct kvmlib_memory_region *region = large_region(64);

	NEEDS_ADVICE;
	told.at = 2;
	told.answer = -7;
	assert_fails(kvmlib_memory_region_populate(region, &opts), ECANCELED, CANCELLED, NULL);
	assert_subject("r");
	ck_assert_uint_eq(told.calls, 2);
	ck_assert_uint_gt(told.done, 0);
	ck_assert_uint_lt(told.done, UINT64_C(64) << 20);
	ck_assert_uint_eq(usage_of(region).resident_bytes, told.done);
}
END_TEST

START_TEST(pages_that_can_not_be_populated)
{
	static const struct {
		int errnum;
		uint32_t cause;
	} answers[] = { { ENOMEM, KVMLIB_CAUSE_NO_MEMORY },
			{ EFAULT, KVMLIB_CAUSE_MEMORY_VANISHED },
			{ EHWPOISON, KVMLIB_CAUSE_MEMORY_POISONED } };
	struct kvmlib_memory_region *region = large_region(40);
	struct kvmlib_memory_populate_opts opts;

	for (size_t i = 0; i < 6; i++) {
		opts = populate_opts(1 + (uint32_t)(i & 1));
		map.fail[CALL_MADVISE] = answers[i / 2].errnum;
		map.skip = 1;
		spoil_record();
		ck_assert_int_eq(kvmlib_memory_region_populate(region, &opts),
				 -answers[i / 2].errnum);
		ck_assert_uint_eq(kvmlib_error_cause(), answers[i / 2].cause);
		ck_assert_str_eq(kvmlib_error_call(), "madvise(memory)");
		ck_assert_str_eq(kvmlib_error_function(), "kvmlib_memory_region_populate");
		assert_subject("r");
	}
}
END_TEST

START_TEST(pages_of_a_file_that_became_shorter_are_not_populated)
{
	struct kvmlib_memory_region_opts opts = opts_of("r", 0, 4);
	struct kvmlib_memory_region *region;
	int fd = make_file(4), r;

	opts.backing = KVMLIB_MEMORY_FILE;
	opts.fd = fd;
	region = add_opts(&opts);
	ck_assert_int_eq(ftruncate(fd, (off_t)PAGES(1)), 0);
	spoil_record();
	r = kvmlib_memory_region_populate(region, NULL);
	if (!r)
		SKIP("this kernel can't populate");
	ck_assert_int_eq(r, -EFAULT);
	ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_MEMORY_VANISHED);
	close(fd);
}
END_TEST

START_TEST(pages_populate_arguments)
{
	struct kvmlib_memory_region *region = add("r", 0, 1);
	struct kvmlib_memory_populate_opts opts = populate_opts(65);

	assert_refuses_null(kvmlib_memory_region_populate(NULL, NULL), 1);
	assert_fails(kvmlib_memory_region_populate(region, &opts), EINVAL, BAD_ARGUMENT, NULL);
	opts.threads = 64;
	assert_ok(kvmlib_memory_region_populate(region, &opts));
	opts.reserved = 1;
	assert_fails(kvmlib_memory_region_populate(region, &opts), EINVAL, BAD_ARGUMENT, NULL);
}
END_TEST

/* Other threads block the caller's signals, and the caller does not. */
static int look_at_the_mask(uint64_t done, uint64_t total, void *userdata)
{
	sigset_t mask;

	(void)done;
	(void)total;
	(void)userdata;
	pthread_sigmask(SIG_SETMASK, NULL, &mask);
	return sigismember(&mask, SIGUSR1);
}

START_TEST(pages_populated_leave_signals_to_the_caller)
{
	struct kvmlib_memory_populate_opts opts = populate_opts(4);
	sigset_t before, after;

	pthread_sigmask(SIG_SETMASK, NULL, &before);
	opts.progress = look_at_the_mask;
	assert_ok(kvmlib_memory_region_populate(large_region(20), &opts));
	pthread_sigmask(SIG_SETMASK, NULL, &after);
	ck_assert_int_eq(sigismember(&before, SIGUSR1), sigismember(&after, SIGUSR1));
}
END_TEST

/* Private pages. */

static struct kvmlib_memory_region *p, *q;

static void setup_convertible(void)
{
	struct kvmlib_memory_region_opts opts = opts_of("p", 4, 8);

	setup_private();
	if (!REQUEST(SET_MEMORY_ATTRIBUTES))
		return;
	opts.flags = KVMLIB_MEMORY_CONVERTIBLE;
	p = add_opts(&opts);
	opts = opts_of("q", 12, 4);
	opts.flags = KVMLIB_MEMORY_CONVERTIBLE;
	opts.backing = KVMLIB_MEMORY_MEMFD;
	q = add_opts(&opts);
	add("shared", 20, 4);
	for (unsigned int i = 0; i < 8; i++)
		memset((uint8_t *)kvmlib_memory_region_address(p) + PAGES(i), (int)i + 1, PAGES(1));
	memset(kvmlib_memory_region_address(q), 20, PAGES(4));
	map.calls[CALL_MADVISE] = 0;
	map.calls[CALL_ATTRIBUTES] = 0;
}

#define NEEDS_PRIVATE NEEDS(SET_MEMORY_ATTRIBUTES)

/* Which of pages 4 to 15 are found: a letter each. */
static const char *found(void)
{
	static char text[13];

	for (unsigned int i = 0; i < 12; i++) {
		const char *name = name_at(PAGES(4 + i));

		text[i] = *name ? *name : '-';
	}
	return text;
}

START_TEST(private_pages_are_not_found)
{
	struct kvmlib_memory_region_info info;
	uint64_t left = 77;
	uint8_t byte = 77;

	NEEDS_PRIVATE;
	assert_calls("0:4+8m 1:12+4m 2:20+4");
	info = info_of(p);
	ck_assert_int_ge(info.private_fd, 0);
	ck_assert_int_eq(info.fd, -1);
	ck_assert(info.flags & KVMLIB_MEMORY_CONVERTIBLE);
	ck_assert_str_eq(found(), "ppppppppqqqq");
	assert_ok(kvmlib_memory_convert(map.memory, PAGES(6), PAGES(3), 1));
	ck_assert_uint_eq(map.calls[CALL_ATTRIBUTES], 1);
	ck_assert_str_eq(found(), "pp---pppqqqq");
	ck_assert_int_eq(kvmlib_memory_enter(map.reader), 0);
	ck_assert_ptr_nonnull(kvmlib_memory_at(map.reader, PAGES(5), &left));
	ck_assert_uint_eq(left, PAGES(1));
	ck_assert_ptr_null(kvmlib_memory_at(map.reader, PAGES(6), &left));
	kvmlib_memory_leave(map.reader);
	assert_fails_at(kvmlib_memory_read(map.reader, PAGES(8), &byte, 1), EFAULT, NOT_MEMORY,
			PAGES(8));
	assert_fails_at(kvmlib_memory_write(map.reader, PAGES(6) - 1, "xy", 2), EFAULT, NOT_MEMORY,
			PAGES(6));
	assert_fails_at(kvmlib_memory_discard(map.reader, PAGES(4), PAGES(8), NULL), EFAULT,
			NOT_MEMORY, PAGES(6));
	ck_assert_uint_eq(byte, 77);
	ck_assert_uint_eq(usage_of(p).private_bytes, PAGES(3));
	ck_assert_uint_eq(usage_of(q).private_bytes, 0);
}
END_TEST

START_TEST(private_pages_empty_the_shared_side)
{
	uint8_t *address;

	NEEDS_PRIVATE;
	address = kvmlib_memory_region_address(p);
	assert_ok(kvmlib_memory_convert(map.memory, PAGES(6), PAGES(3), 1));
	ck_assert_int_eq(map.advices[0], MADV_DONTNEED);
	ck_assert_ptr_eq(map.advised[0], address + PAGES(2));
	ck_assert_uint_eq(map.advised_length[0], PAGES(3));
	ck_assert(address[PAGES(2) - 1] == 2 && address[PAGES(2)] == 0 &&
		  address[PAGES(5) - 1] == 0 && address[PAGES(5)] == 6);
	assert_ok(kvmlib_memory_convert(map.memory, PAGES(13), PAGES(1), 1));
	ck_assert_int_eq(map.punched_fd, info_of(q).fd);
	ck_assert_uint_eq(map.punched, PAGES(1));
	ck_assert_uint_eq(map.punched_length, PAGES(1));
}
END_TEST

START_TEST(private_pages_become_shared_again)
{
	NEEDS_PRIVATE;
	assert_ok(kvmlib_memory_convert(map.memory, PAGES(4), PAGES(12), 1));
	ck_assert_str_eq(found(), "------------");
	ck_assert_uint_eq(usage_of(p).private_bytes, PAGES(8));
	ck_assert_uint_eq(usage_of(q).private_bytes, PAGES(4));
	assert_ok(kvmlib_memory_convert(map.memory, PAGES(9), PAGES(2), 0));
	ck_assert_str_eq(found(), "-----pp-----");
	ck_assert_int_eq(map.punched_fd, info_of(p).private_fd);
	ck_assert_uint_eq(map.punched, PAGES(5));
	ck_assert_uint_eq(map.punched_length, PAGES(2));
	ck_assert_int_eq(map.fallocate_mode, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE);
	assert_ok(kvmlib_memory_convert(map.memory, PAGES(4), PAGES(12), 0));
	ck_assert_str_eq(found(), "ppppppppqqqq");
	ck_assert_uint_eq(usage_of(p).private_bytes, 0);
}
END_TEST

/* KVM keeps attributes by the guest's addresses: they go and come with the region. */
START_TEST(private_pages_move_with_their_region)
{
	struct kvmlib_memory_change *change;

	NEEDS_PRIVATE;
	assert_ok(kvmlib_memory_convert(map.memory, PAGES(6), PAGES(3), 1));
	map.calls[CALL_ATTRIBUTES] = 0;
	change = begin();
	assert_ok(kvmlib_memory_change_move(change, p, PAGES(30)));
	commit(change);
	ck_assert_uint_eq(map.calls[CALL_ATTRIBUTES], 2); /* shared there, and private here */
	ck_assert_uint_eq(usage_of(p).private_bytes, PAGES(3));
	map.calls[CALL_ATTRIBUTES] = 0;
	assert_ok(kvmlib_memory_remove(map.memory, p));
	ck_assert_uint_eq(map.calls[CALL_ATTRIBUTES], 1);
	assert_ok(kvmlib_memory_remove(map.memory, q)); /* it had none */
	ck_assert_uint_eq(map.calls[CALL_ATTRIBUTES], 1);
}
END_TEST

START_TEST(private_pages_of_a_move_that_fails_stay)
{
	struct kvmlib_memory_change *change;

	NEEDS_PRIVATE;
	assert_ok(kvmlib_memory_convert(map.memory, PAGES(6), PAGES(3), 1));
	map.calls[CALL_ATTRIBUTES] = 0;
	change = begin();
	assert_ok(kvmlib_memory_change_move(change, p, PAGES(30)));
	ck_assert_int_eq(
		kvmlib_sim_fail_ioctl(fix.sim, REQUEST(SET_USER_MEMORY_REGION2), ENOMEM, 1), 0);
	assert_fails(kvmlib_memory_change_commit(change), ENOMEM, NO_MEMORY,
		     "KVM_SET_USER_MEMORY_REGION2");
	ck_assert_str_eq(kvmlib_error_subject(), "p");
	ck_assert_uint_eq(map.calls[CALL_ATTRIBUTES], 4); /* from there, to here, and back */
	ck_assert_str_eq(found(), "pp---pppqqqq");
}
END_TEST

START_TEST(private_pages_over_regions_by_one_call)
{
	NEEDS_PRIVATE;
	assert_ok(kvmlib_memory_convert(map.memory, PAGES(10), PAGES(4), 1));
	ck_assert_str_eq(found(), "pppppp----qq");
	ck_assert_uint_eq(map.calls[CALL_ATTRIBUTES], 1);
	/* Again is fine. */
	assert_ok(kvmlib_memory_convert(map.memory, PAGES(9), PAGES(4), 1));
	ck_assert_str_eq(found(), "ppppp-----qq");
	ck_assert_uint_eq(usage_of(p).private_bytes, PAGES(3));
}
END_TEST

START_TEST(private_pages_of_many_words)
{
	struct kvmlib_memory_region_opts opts = opts_of("w", 1000, 200);
	struct kvmlib_memory_region *region;
	unsigned int n = 0;

	NEEDS_PRIVATE;
	opts.flags = KVMLIB_MEMORY_CONVERTIBLE;
	region = add_opts(&opts);
	assert_ok(kvmlib_memory_convert(map.memory, PAGES(1063), PAGES(66), 1));
	assert_ok(kvmlib_memory_convert(map.memory, PAGES(1199), PAGES(1), 1));
	assert_ok(kvmlib_memory_convert(map.memory, PAGES(1064), PAGES(1), 0));
	for (unsigned int i = 0; i < 200; i++) {
		bool is_private = (i >= 63 && i < 129 && i != 64) || i == 199;

		ck_assert_msg(!*name_at(PAGES(1000 + i)) == is_private, "page %u", i);
		n += is_private;
	}
	ck_assert_uint_eq(usage_of(region).private_bytes, PAGES(n));
}
END_TEST

/* 1 for a call that the kernel refused, 0 for none. */
static unsigned int calls_in(const char *call)
{
	return call ? 1 : 0;
}

#define assert_no_conversion(expression, errnum, cause, call)                           \
	do {                                                                            \
		unsigned int calls_ = map.calls[CALL_ATTRIBUTES];                       \
		assert_fails(expression, errnum, cause, call);                          \
		ck_assert_uint_eq(map.calls[CALL_ATTRIBUTES], calls_ + calls_in(call)); \
		ck_assert_str_eq(found(), "pp---pppqqqq");                              \
	} while (0)

START_TEST(private_pages_that_can_not_be)
{
	const uint64_t page = page_size();

	NEEDS_PRIVATE;
	assert_ok(kvmlib_memory_convert(map.memory, PAGES(6), PAGES(3), 1));
	assert_refuses_null(kvmlib_memory_convert(NULL, PAGES(4), page, 1), 1);
	assert_no_conversion(kvmlib_memory_convert(map.memory, PAGES(4) + 1, page, 1), EINVAL,
			     REGION_UNALIGNED, NULL);
	assert_no_conversion(kvmlib_memory_convert(map.memory, PAGES(4), page + 8, 1), EINVAL,
			     REGION_UNALIGNED, NULL);
	assert_no_conversion(kvmlib_memory_convert(map.memory, PAGES(4), 0, 1), EINVAL,
			     REGION_RANGE, NULL);
	assert_no_conversion(kvmlib_memory_convert(map.memory, -page, 2 * page, 1), EINVAL,
			     REGION_RANGE, NULL);
	assert_no_conversion(kvmlib_memory_convert(map.memory, PAGES(4), page, 2), EINVAL,
			     BAD_ARGUMENT, NULL);
	assert_value(ARGUMENT, 4);
	assert_no_conversion(kvmlib_memory_convert(map.memory, PAGES(4), page, -1), EINVAL,
			     BAD_ARGUMENT, NULL);
	assert_no_conversion(kvmlib_memory_convert(map.memory, PAGES(3), 2 * page, 1), EFAULT,
			     NOT_MEMORY, NULL);
	assert_value(GPA, PAGES(3));
	assert_no_conversion(kvmlib_memory_convert(map.memory, PAGES(15), 2 * page, 0), EFAULT,
			     NOT_MEMORY, NULL);
	assert_value(GPA, PAGES(16));
	assert_no_conversion(kvmlib_memory_convert(map.memory, PAGES(20), page, 1), EFAULT,
			     NOT_MEMORY, NULL);
	assert_value(GPA, PAGES(20));
	assert_no_conversion(kvmlib_memory_convert(map.memory, PAGES(100), page, 1), EFAULT,
			     NOT_MEMORY, NULL);
	map.fail[CALL_ATTRIBUTES] = ENOMEM;
	assert_no_conversion(kvmlib_memory_convert(map.memory, PAGES(4), 4 * page, 1), ENOMEM,
			     NO_MEMORY, "KVM_SET_MEMORY_ATTRIBUTES");
	assert_subject("p");
	assert_no_conversion(kvmlib_memory_convert(map.memory, PAGES(4), 4 * page, 0), ENOMEM,
			     NO_MEMORY, "KVM_SET_MEMORY_ATTRIBUTES");
	ck_assert_uint_eq(usage_of(p).private_bytes, 3 * page);
	map.fail[CALL_ATTRIBUTES] = 0;
	ck_assert_int_eq(kvmlib_memory_enter(map.reader), 0);
	assert_fails(kvmlib_memory_convert(map.memory, PAGES(4), page, 1), EDEADLK, IN_READER,
		     NULL);
	kvmlib_memory_leave(map.reader);
	ck_assert_int_eq(kvmlib_sim_kill_vm(fix.sim, kvmlib_vm_fd(fix.vm)), 0);
	assert_no_conversion(kvmlib_memory_convert(map.memory, PAGES(4), 4 * page, 1), EIO, VM_DEAD,
			     "KVM_SET_MEMORY_ATTRIBUTES");
	forget_slots();
}
END_TEST

/* It costs memory, and nothing else. */
START_TEST(private_pages_whose_other_side_stays)
{
	NEEDS_PRIVATE;
	map.fail[CALL_MADVISE] = EINVAL;
	map.fail[CALL_FALLOCATE] = EOPNOTSUPP;
	assert_ok(kvmlib_memory_convert(map.memory, PAGES(4), PAGES(12), 1));
	ck_assert_str_eq(found(), "------------");
	assert_ok(kvmlib_memory_convert(map.memory, PAGES(4), PAGES(12), 0));
	ck_assert_str_eq(found(), "ppppppppqqqq");
}
END_TEST

START_TEST(private_pages_stay_so_while_the_map_changes)
{
	struct kvmlib_memory_change *change;

	NEEDS_PRIVATE;
	assert_ok(kvmlib_memory_convert(map.memory, PAGES(6), PAGES(3), 1));
	add("z", 100, 1);
	ck_assert_str_eq(found(), "pp---pppqqqq");
	change = begin();
	assert_ok(kvmlib_memory_change_remove(change, q));
	commit(change);
	ck_assert_str_eq(found(), "pp---ppp----");
}
END_TEST

/* Each region has its descriptors, which go with it. */
START_TEST(private_pages_go_with_the_region)
{
	int fds;

	NEEDS_PRIVATE;
	fds = kvmlib_sim_open_fds(fix.sim);
	assert_ok(kvmlib_memory_remove(map.memory, q));
	ck_assert_int_eq(kvmlib_sim_open_fds(fix.sim), fds - 2);
	assert_ok(kvmlib_memory_remove(map.memory, p));
	ck_assert_int_eq(kvmlib_sim_open_fds(fix.sim), fds - 3);
}
END_TEST

/* KVM_PRE_FAULT_MEMORY. */

static void setup_faults(void)
{
	setup_map();
	make_vcpu();
	add("r", 0, 64);
}

START_TEST(pre_fault_all)
{
	struct kvmlib_memory_populate_opts opts = populate_opts(1);

	NEEDS(PRE_FAULT_MEMORY);
	assert_ok(kvmlib_memory_pre_fault(fix.vcpu, PAGES(1), PAGES(63), &opts));
	ck_assert_uint_eq(told.calls, 1);
	ck_assert_uint_eq(told.done, PAGES(63));
	ck_assert_uint_eq(told.total, PAGES(63));
	ck_assert_ptr_eq(told.userdata, &told);
	assert_ok(kvmlib_memory_pre_fault(fix.vcpu, 0, PAGES(64), NULL));
	assert_ok(kvmlib_memory_pre_fault(fix.vcpu, 0, 0, NULL));
}
END_TEST

START_TEST(pre_fault_in_parts)
{
	struct kvmlib_memory_populate_opts opts = populate_opts(0);
	struct kvmlib_memory_region_opts region = opts_of("s", 0, 0);

	NEEDS(PRE_FAULT_MEMORY);
	region.gpa = UINT64_C(1) << 30;
	region.length = UINT64_C(40) << 20;
	add_opts(&region);
	assert_ok(kvmlib_memory_pre_fault(fix.vcpu, region.gpa, region.length, &opts));
	ck_assert_uint_ge(told.calls, 3);
	ck_assert_uint_eq(told.done, region.length);
	opts = populate_opts(0);
	told.at = 2;
	told.answer = 1;
	assert_fails(kvmlib_memory_pre_fault(fix.vcpu, region.gpa, region.length, &opts), ECANCELED,
		     CANCELLED, NULL);
	ck_assert_uint_eq(told.calls, 2);
	assert_value(GPA, region.gpa + told.done);
}
END_TEST

static void fail_pre_fault(int error, unsigned int times)
{
	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, REQUEST(PRE_FAULT_MEMORY), error, times),
			 0);
}

START_TEST(pre_fault_goes_on_where_kvm_asks_for_it)
{
	NEEDS(PRE_FAULT_MEMORY);
	fail_pre_fault(EINTR, 200);
	assert_ok(kvmlib_memory_pre_fault(fix.vcpu, 0, PAGES(64), NULL));
	fail_pre_fault(EAGAIN, 63);
	assert_ok(kvmlib_memory_pre_fault(fix.vcpu, 0, PAGES(64), NULL));
	fail_pre_fault(EAGAIN, 64);
	assert_fails(kvmlib_memory_pre_fault(fix.vcpu, 0, PAGES(64), NULL), EAGAIN, CONTENTION,
		     "KVM_PRE_FAULT_MEMORY");
}
END_TEST

START_TEST(pre_fault_that_fails)
{
	struct kvmlib_memory_populate_opts opts = populate_opts(2);

	NEEDS(PRE_FAULT_MEMORY);
	assert_refuses_null(kvmlib_memory_pre_fault(NULL, 0, PAGES(1), NULL), 1);
	assert_fails(kvmlib_memory_pre_fault(fix.vcpu, 0, PAGES(1), &opts), EINVAL, BAD_ARGUMENT,
		     NULL);
	opts = populate_opts(1);
	opts.reserved = 1;
	assert_fails(kvmlib_memory_pre_fault(fix.vcpu, 0, PAGES(1), &opts), EINVAL, BAD_ARGUMENT,
		     NULL);
	spoil_record();
	ck_assert_int_eq(kvmlib_memory_pre_fault(fix.vcpu, PAGES(100), PAGES(1), NULL), -ENOENT);
	ck_assert_str_eq(kvmlib_error_function(), "kvmlib_memory_pre_fault");
	ck_assert_int_eq(kvmlib_memory_pre_fault(fix.vcpu, PAGES(63), PAGES(2), NULL), -ENOENT);
	ck_assert_int_eq(kvmlib_memory_pre_fault(fix.vcpu, 1, PAGES(1), NULL), -EINVAL);
	fail_pre_fault(EOPNOTSUPP, 1);
	ck_assert_int_eq(kvmlib_memory_pre_fault(fix.vcpu, 0, PAGES(1), NULL), -EOPNOTSUPP);
}
END_TEST

Suite *memory_pages_suite(void)
{
	Suite *suite = suite_create("memory_pages");
	TCase *tcase = map_case(suite, "discard", setup_map);

	tcase_add_loop_test(tcase, pages_discarded_read_as_zeros, 0, NR_DISCARDS);
	ADD_TESTS(tcase, pages_discarded_of_a_file_are_those_at_its_offset,
		  pages_discarded_of_shared_memory_of_the_callers,
		  pages_discarded_are_rounded_inwards, pages_discarded_over_regions,
		  pages_that_can_not_be_discarded);
	ADD_TESTS(map_case(suite, "usage", setup_map), pages_are_counted,
		  pages_of_a_large_region_are_counted, pages_that_are_huge_are_counted,
		  pages_that_are_not_mapped_are_not_counted);
	tcase = map_case(suite, "populate", setup_map);
	tcase_add_loop_test(tcase, pages_populated_are_there, 0, 4);
	ADD_TESTS(tcase, pages_populated_by_touching_them, pages_populated_before_the_commit,
		  pages_of_a_readonly_file_are_read, pages_populated_until_the_callback_ends_it,
		  pages_that_can_not_be_populated,
		  pages_of_a_file_that_became_shorter_are_not_populated, pages_populate_arguments,
		  pages_populated_leave_signals_to_the_caller);
	ADD_TESTS(map_case(suite, "private", setup_convertible), private_pages_are_not_found,
		  private_pages_empty_the_shared_side, private_pages_become_shared_again,
		  private_pages_over_regions_by_one_call, private_pages_move_with_their_region,
		  private_pages_of_a_move_that_fails_stay, private_pages_of_many_words,
		  private_pages_that_can_not_be, private_pages_whose_other_side_stays,
		  private_pages_stay_so_while_the_map_changes, private_pages_go_with_the_region);
	ADD_TESTS(map_case(suite, "pre_fault", setup_faults), pre_fault_all, pre_fault_in_parts,
		  pre_fault_goes_on_where_kvm_asks_for_it, pre_fault_that_fails);
	return suite;
}
