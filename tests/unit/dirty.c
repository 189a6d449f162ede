/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Dirty tracking: consumers and their rounds, on dirty logs and manual clearing. */

#include "fixture.h"
#include "suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>

#include "alloc.h"
#include "child.h"
#include "emulated.h"

#define RAM_PAGES  200U /* so that the last word is not whole */
#define MORE_PAGES 70U
#define MORE_GPA   (512 * page_size())
#define MAX_RUNS   64

/* Whether the architecture has logs that are cleared by hand. */
#define HAS_MANUAL (REQUEST(CLEAR_DIRTY_LOG) != 0)

static struct kvmlib_memory *memory;
static struct kvmlib_memory_region *ram, *more;
static struct kvmlib_memory_reader *reader;
static struct kvmlib_dirty *dirty;
static struct kvmlib_dirty_consumer *consumer;
static struct kvmlib_dirty_run runs[MAX_RUNS];

static struct kvmlib_memory_region_opts region_opts(const char *name, uint64_t gpa, uint64_t pages)
{
	return (struct kvmlib_memory_region_opts){
		.size = sizeof(struct kvmlib_memory_region_opts),
		.name = name,
		.gpa = gpa,
		.length = pages * page_size(),
	};
}

static void make_map(void)
{
	struct kvmlib_memory_region_opts opts = region_opts("ram", 0, RAM_PAGES);

	ck_assert_int_eq(kvmlib_memory_new(fix.vm, NULL, &memory), 0);
	ck_assert_int_eq(kvmlib_memory_add(memory, &opts, &ram), 0);
	opts = region_opts("more", MORE_GPA, MORE_PAGES);
	ck_assert_int_eq(kvmlib_memory_add(memory, &opts, &more), 0);
	ck_assert_int_eq(kvmlib_memory_reader_new(memory, 0, &reader), 0);
}

static void setup_memory(void)
{
	setup_vm();
	make_map();
}

static void start(uint32_t mechanism, uint32_t flags)
{
	struct kvmlib_dirty_opts opts = {
		.size = sizeof(opts),
		.mechanism = mechanism,
		.flags = flags,
		.clear_pages = 64,
	};

	ck_assert_int_eq(kvmlib_dirty_start(memory, &opts, &dirty), 0);
	ck_assert_int_eq(kvmlib_dirty_consumer_new(dirty, &consumer), 0);
}

static void setup_bitmap(void)
{
	setup_memory();
	start(KVMLIB_DIRTY_BITMAP, 0);
}

static void setup_manual(void)
{
	setup_memory();
	start(KVMLIB_DIRTY_MANUAL, 0);
}

static void teardown_memory(void)
{
	consumer = kvmlib_dirty_consumer_free(consumer);
	dirty = kvmlib_dirty_unref(dirty);
	reader = kvmlib_memory_reader_free(reader);
	memory = kvmlib_memory_unref(memory);
	teardown();
}

static void guest_writes(uint64_t page, uint64_t pages)
{
	ck_assert_int_eq(kvmlib_sim_dirty(fix.sim, kvmlib_vm_fd(fix.vm), page * page_size(),
					  pages * page_size()),
			 0);
}

/* Runs as text, in pages: "3+2 70+1". */
static const char *runs_of(struct kvmlib_dirty_consumer *of, size_t max)
{
	static char text[1024];
	size_t length = 0;
	int n;

	text[0] = 0;
	ck_assert_int_eq(kvmlib_memory_enter(reader), 0);
	while ((n = kvmlib_dirty_next_runs(of, reader, runs, max)) > 0) {
		for (int i = 0; i < n; i++) {
			ck_assert_ptr_eq(runs[i].address,
					 kvmlib_memory_at(reader, runs[i].gpa, NULL));
			length += (size_t)snprintf(text + length, sizeof(text) - length,
						   length ? " %d+%d" : "%d+%d",
						   (int)(runs[i].gpa / page_size()),
						   (int)(runs[i].length / page_size()));
		}
	}
	ck_assert_int_eq(n, 0);
	kvmlib_memory_leave(reader);
	return text;
}

/* A round's runs, and that it tells how many pages they have. */
static const char *round_of(struct kvmlib_dirty_consumer *of)
{
	uint64_t told = UINT64_MAX;
	const char *text;
	uint64_t pages = 0;

	assert_ok(kvmlib_dirty_round(of, &told));
	text = runs_of(of, MAX_RUNS);
	for (const char *at = text; (at = strchr(at, '+')); at++)
		pages += strtoull(at + 1, NULL, 10);
	ck_assert_uint_eq(told, pages);
	return text;
}

START_TEST(dirty_of_nothing_written_has_no_runs)
{
	ck_assert_str_eq(round_of(consumer), "");
}
END_TEST

START_TEST(dirty_has_the_guests_pages_once)
{
	guest_writes(3, 2);
	guest_writes(70, 1);
	guest_writes(512, 1);
	ck_assert_str_eq(round_of(consumer), "3+2 70+1 512+1");
	ck_assert_str_eq(round_of(consumer), "");
}
END_TEST

START_TEST(dirty_runs_cross_words_and_end_with_their_region)
{
	guest_writes(0, RAM_PAGES);
	guest_writes(512 + 62, 4);
	guest_writes(512 + 69, 1);
	ck_assert_str_eq(round_of(consumer), "0+200 574+4 581+1");
}
END_TEST

START_TEST(dirty_page_written_again_is_in_the_next_round_too)
{
	guest_writes(7, 1);
	ck_assert_str_eq(round_of(consumer), "7+1");
	guest_writes(7, 1);
	guest_writes(199, 1);
	ck_assert_str_eq(round_of(consumer), "7+1 199+1");
}
END_TEST

START_TEST(dirty_consumers_do_not_take_pages_from_each_other)
{
	struct kvmlib_dirty_consumer *late;

	guest_writes(1, 1);
	ck_assert_int_eq(kvmlib_dirty_consumer_new(dirty, &late), 0);
	guest_writes(2, 1);
	ck_assert_str_eq(round_of(consumer), "1+2");
	guest_writes(3, 1);
	ck_assert_str_eq(round_of(late), "2+2");
	ck_assert_str_eq(round_of(consumer), "3+1");
	ck_assert_str_eq(round_of(late), "");
	kvmlib_dirty_consumer_free(late);
	guest_writes(4, 1);
	ck_assert_str_eq(round_of(consumer), "4+1");
}
END_TEST

START_TEST(dirty_rest_of_a_round_is_in_the_next)
{
	guest_writes(1, 1);
	guest_writes(64, 1);
	guest_writes(190, 1);
	ck_assert_int_eq(kvmlib_dirty_round(consumer, NULL), 0);
	ck_assert_int_eq(kvmlib_memory_enter(reader), 0);
	ck_assert_int_eq(kvmlib_dirty_next_runs(consumer, reader, runs, 1), 1);
	kvmlib_memory_leave(reader);
	guest_writes(64, 2);
	ck_assert_str_eq(round_of(consumer), "64+2 190+1");
}
END_TEST

START_TEST(dirty_runs_come_singly_or_many_at_a_time)
{
	for (uint64_t page = 0; page < RAM_PAGES; page += 3)
		guest_writes(page, 1);
	ck_assert_int_eq(kvmlib_dirty_round(consumer, NULL), 0);
	for (uint64_t page = 0; page < RAM_PAGES; page += 3) {
		ck_assert_int_eq(kvmlib_memory_enter(reader), 0);
		ck_assert_int_eq(kvmlib_dirty_next_runs(consumer, reader, runs, 1), 1);
		kvmlib_memory_leave(reader);
		ck_assert_uint_eq(runs[0].gpa, page * page_size());
	}
	ck_assert_str_eq(runs_of(consumer, 7), "");
}
END_TEST

START_TEST(dirty_clipped_leaves_the_rest_for_other_ranges)
{
	guest_writes(10, 100);
	guest_writes(512, 3);
	ck_assert_int_eq(kvmlib_dirty_round(consumer, NULL), 0);
	assert_ok(kvmlib_dirty_clip(consumer, 20 * page_size(), 70 * page_size()));
	ck_assert_str_eq(runs_of(consumer, MAX_RUNS), "20+70");
	assert_ok(kvmlib_dirty_clip(consumer, 100 * page_size(), 413 * page_size()));
	ck_assert_str_eq(runs_of(consumer, MAX_RUNS), "100+10 512+1");
	assert_ok(kvmlib_dirty_clip(consumer, 0, 0));
	ck_assert_str_eq(runs_of(consumer, MAX_RUNS), "10+10 90+10 513+2");
	assert_ok(kvmlib_dirty_clip(consumer, 250 * page_size(), 10 * page_size()));
	ck_assert_str_eq(runs_of(consumer, MAX_RUNS), "");
}
END_TEST

/* The bitmap is walked over in groups of 4096 pages, and left and entered again anywhere. */
START_TEST(dirty_runs_are_the_same_in_any_portions)
{
	const struct kvmlib_memory_region_opts opts =
		region_opts("large", 16384 * page_size(), 3 * 4096 + 100);
	const char *expected = "3+1 512+2 17000+1 17003+1 17005+2 17100+1 20478+4 20490+1 28600+72";

	ck_assert_int_eq(kvmlib_memory_add(memory, &opts, NULL), 0);
	ck_assert_str_eq(round_of(consumer), "16384+12388");
	for (size_t max = 1; max < 9; max++) {
		guest_writes(3, 1);
		guest_writes(512, 2);
		guest_writes(17000, 1);
		guest_writes(17003, 1);
		guest_writes(17005, 2);
		guest_writes(17100, 1);
		guest_writes(20478, 4);
		guest_writes(20490, 1);
		guest_writes(28600, 72);
		ck_assert_int_eq(kvmlib_dirty_round(consumer, NULL), 0);
		ck_assert_str_eq(runs_of(consumer, max), expected);
		assert_ok(kvmlib_dirty_clip(consumer, 0, 0));
		ck_assert_str_eq(runs_of(consumer, max), "");
	}
}
END_TEST

START_TEST(dirty_has_what_the_program_writes)
{
	uint64_t expected = 0;

	ck_assert_int_eq(kvmlib_memory_write(reader, 2 * page_size() - 1, "ab", 2), 0);
	ck_assert_int_eq(kvmlib_memory_fill(reader, 5 * page_size(), 1, 2 * page_size()), 0);
	ck_assert_int_eq(kvmlib_memory_store(reader, 10 * page_size(), 4, 1), 0);
	ck_assert_int_eq(kvmlib_memory_compare_exchange(reader, 20 * page_size(), 8, &expected, 1),
			 1);
	expected = 7;
	ck_assert_int_eq(kvmlib_memory_compare_exchange(reader, 21 * page_size(), 8, &expected, 1),
			 0);
	ck_assert_int_eq(kvmlib_memory_discard(reader, 30 * page_size(), page_size(), NULL), 0);
	ck_assert_int_eq(kvmlib_memory_read(reader, 40 * page_size(), runs, sizeof(runs)), 0);
	guest_writes(11, 1);
	ck_assert_str_eq(round_of(consumer), "1+2 5+2 10+2 20+1 30+1");
}
END_TEST

/* What is copied by the kernel stops on its way, and is harvested: the mark must not have come yet. */

static struct kvmlib_sys_ops slow;
static unsigned int rounds_before;

static int harvest_first(void *ctx, int pid, const struct iovec *local, const struct iovec *remote)
{
	ck_assert_str_eq(round_of(consumer), "");
	rounds_before++;
	return kvmlib_sim_sys_ops(fix.sim)->process_vm_writev(ctx, pid, local, remote);
}

static void setup_slow(void)
{
	setup_sim();
	slow = *kvmlib_sim_sys_ops(fix.sim);
	slow.process_vm_writev = harvest_first;
	fix.sys = &slow;
	make_system();
	make_vm();
	make_map();
	start(KVMLIB_DIRTY_BITMAP, 0);
}

START_TEST(dirty_mark_comes_after_the_store)
{
	struct kvmlib_memory_region_opts opts = region_opts("pointer", 1024 * page_size(), 3);

	NEEDS_COPIES_BY_CALLS;
	opts.backing = KVMLIB_MEMORY_POINTER;
	opts.address = guest_memory();
	opts.flags = KVMLIB_MEMORY_CHECKED;
	ck_assert_int_eq(kvmlib_memory_add(memory, &opts, NULL), 0);
	ck_assert_str_eq(round_of(consumer), "1024+3");
	rounds_before = 0;
	ck_assert_int_eq(kvmlib_memory_write(reader, opts.gpa, "a", 1), 0);
	ck_assert_uint_eq(rounds_before, 1);
	ck_assert_str_eq(round_of(consumer), "1024+1");
	ck_assert_int_eq(kvmlib_memory_fill(reader, opts.gpa + page_size(), 1, page_size()), 0);
	ck_assert_str_eq(round_of(consumer), "1025+1");
}
END_TEST

START_TEST(dirty_marks_are_the_pages_that_a_range_touches)
{
	ck_assert_int_eq(kvmlib_memory_enter(reader), 0);
	assert_ok(kvmlib_dirty_mark(reader, 3 * page_size() - 1, 2));
	assert_ok(kvmlib_dirty_mark(reader, 9 * page_size(), 0));
	assert_ok(kvmlib_dirty_mark(reader, 60 * page_size(), 10 * page_size()));
	assert_fails(kvmlib_dirty_mark(reader, 199 * page_size(), 2 * page_size()), EFAULT,
		     NOT_MEMORY, NULL);
	assert_value(GPA, RAM_PAGES * page_size());
	kvmlib_memory_leave(reader);
	ck_assert_str_eq(round_of(consumer), "2+2 60+10");
}
END_TEST

START_TEST(dirty_merges_the_bitmap_of_another_engine)
{
	uint64_t bitmap[4] = { UINT64_C(1) << 63 | 1, 1, 0, 1U << 7 | 1U << 8 };

	ck_assert_int_eq(kvmlib_memory_enter(reader), 0);
	assert_ok(kvmlib_dirty_merge(reader, 0, page_size(), bitmap, RAM_PAGES));
	bitmap[0] = 2;
	assert_ok(kvmlib_dirty_merge(reader, 512 * page_size(), 4 * page_size(), bitmap, 2));
	kvmlib_memory_leave(reader);
	ck_assert_str_eq(round_of(consumer), "0+1 63+2 199+1 516+4");
}
END_TEST

START_TEST(dirty_merge_marks_all_but_what_is_no_memory)
{
	uint64_t bitmap[4] = { 1, 0, 0, 1U << 7 | 1U << 8 | 1U << 9 };

	ck_assert_int_eq(kvmlib_memory_enter(reader), 0);
	assert_fails(kvmlib_dirty_merge(reader, 0, page_size(), bitmap, 256), EFAULT, NOT_MEMORY,
		     NULL);
	assert_value(GPA, RAM_PAGES * page_size());
	kvmlib_memory_leave(reader);
	ck_assert_str_eq(round_of(consumer), "0+1 199+1");
}
END_TEST

START_TEST(dirty_has_all_of_what_is_new_or_has_moved)
{
	struct kvmlib_memory_region_opts opts = region_opts("new", 1024 * page_size(), 3);
	struct kvmlib_memory_change *change;
	struct kvmlib_memory_region *new;

	ck_assert_int_eq(kvmlib_memory_begin(memory, &change), 0);
	ck_assert_int_eq(kvmlib_memory_change_add(change, &opts, &new), 0);
	ck_assert_int_eq(kvmlib_memory_change_move(change, more, 700 * page_size()), 0);
	ck_assert_int_eq(kvmlib_memory_change_commit(change), 0);
	guest_writes(5, 1);
	ck_assert_str_eq(round_of(consumer), "5+1 700+70 1024+3");
	guest_writes(1025, 1);
	guest_writes(701, 1);
	ck_assert_str_eq(round_of(consumer), "701+1 1025+1");
	ck_assert_int_eq(kvmlib_memory_remove(memory, new), 0);
	ck_assert_str_eq(round_of(consumer), "");
}
END_TEST

START_TEST(dirty_has_all_of_what_was_made_anew)
{
	struct kvmlib_memory_change *change;

	if (kvmlib_vm_check_extension(fix.vm, KVMLIB_CAP_READONLY_MEM) <= 0)
		SKIP("this architecture has no read-only memory");
	guest_writes(512, 1);
	ck_assert_int_eq(kvmlib_memory_begin(memory, &change), 0);
	ck_assert_int_eq(kvmlib_memory_change_flags(change, more, KVMLIB_MEMORY_READONLY), 0);
	ck_assert_int_eq(kvmlib_memory_change_commit(change), 0);
	ck_assert_str_eq(round_of(consumer), "512+70");
}
END_TEST

START_TEST(dirty_has_all_of_what_a_failed_change_deleted)
{
	struct kvmlib_memory_change *change;

	guest_writes(3, 1);
	ck_assert_int_eq(kvmlib_memory_begin(memory, &change), 0);
	ck_assert_int_eq(kvmlib_memory_change_remove(change, more), 0);
	ck_assert_int_eq(kvmlib_memory_change_move(change, ram, 4096 * page_size()), 0);
	ck_assert_int_eq(kvmlib_sim_fail_nth(fix.sim, 2, ENOMEM), 0);
	ck_assert_int_eq(kvmlib_memory_change_commit(change), -ENOMEM);
	ck_assert_str_eq(round_of(consumer), "3+1 512+70");
}
END_TEST

START_TEST(dirty_region_of_a_moment_ago_is_left_out)
{
	guest_writes(512, 2);
	guest_writes(5, 1);
	ck_assert_int_eq(kvmlib_dirty_round(consumer, NULL), 0);
	ck_assert_int_eq(kvmlib_memory_remove(memory, more), 0);
	ck_assert_str_eq(runs_of(consumer, MAX_RUNS), "5+1");
}
END_TEST

START_TEST(dirty_all_at_first_begins_with_all)
{
	struct kvmlib_dirty_consumer *late;

	if (_i)
		NEEDS(CLEAR_DIRTY_LOG);
	consumer = kvmlib_dirty_consumer_free(consumer);
	dirty = kvmlib_dirty_unref(dirty);
	start(_i ? KVMLIB_DIRTY_MANUAL : KVMLIB_DIRTY_BITMAP, KVMLIB_DIRTY_ALL_AT_FIRST);
	ck_assert_str_eq(round_of(consumer), "0+200 512+70");
	ck_assert_str_eq(round_of(consumer), "");
	guest_writes(9, 1);
	ck_assert_int_eq(kvmlib_dirty_consumer_new(dirty, &late), 0);
	ck_assert_str_eq(round_of(consumer), "9+1");
	ck_assert_str_eq(round_of(late), "0+200 512+70");
	kvmlib_dirty_consumer_free(late);
}
END_TEST

START_TEST(dirty_guest_memfd_is_always_written)
{
	struct kvmlib_memory_region_opts opts = region_opts("memfd", 1024 * page_size(), 3);

	if (kvmlib_vm_check_extension(fix.vm, KVMLIB_CAP_GUEST_MEMFD) <= 0)
		SKIP("this architecture has no guest_memfd");
	opts.backing = KVMLIB_MEMORY_GUEST_MEMFD;
	ck_assert_int_eq(kvmlib_memory_add(memory, &opts, NULL), 0);
	for (int i = 0; i < 3; i++)
		ck_assert_str_eq(round_of(consumer), "1024+3");
}
END_TEST

START_TEST(dirty_counts_what_harvests_find)
{
	uint64_t pages = 7;

	guest_writes(1, 2);
	ck_assert_int_eq(kvmlib_dirty_harvest(dirty), 0);
	guest_writes(1, 1);
	guest_writes(512, 1);
	ck_assert_str_eq(round_of(consumer), "1+2 512+1");
	assert_ok(kvmlib_dirty_count(dirty, ram, &pages));
	ck_assert_uint_eq(pages, 3);
	assert_ok(kvmlib_dirty_count(dirty, more, &pages));
	ck_assert_uint_eq(pages, 1);
	assert_ok(kvmlib_dirty_count(dirty, NULL, &pages));
	ck_assert_uint_eq(pages, 4);
}
END_TEST

START_TEST(dirty_harvest_that_fails_keeps_what_it_took)
{
	unsigned long request = _i ? REQUEST(CLEAR_DIRTY_LOG) : REQUEST(GET_DIRTY_LOG);

	if (_i && kvmlib_dirty_mechanism(dirty) != KVMLIB_DIRTY_MANUAL)
		return;
	guest_writes(3, 1);
	guest_writes(512, 1);
	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, request, EFAULT, 1), 0);
	assert_fails(kvmlib_dirty_round(consumer, NULL), EFAULT, BAD_ADDRESS,
		     _i ? "KVM_CLEAR_DIRTY_LOG" : "KVM_GET_DIRTY_LOG");
	ck_assert_str_eq(kvmlib_error_subject(), "ram");
	ck_assert_str_eq(runs_of(consumer, MAX_RUNS), _i ? "3+1" : "");
	ck_assert_str_eq(round_of(consumer), "3+1 512+1");
}
END_TEST

START_TEST(dirty_of_a_dead_vm_is_eio)
{
	ck_assert_int_eq(kvmlib_sim_kill_vm(fix.sim, kvmlib_vm_fd(fix.vm)), 0);
	assert_fails(kvmlib_dirty_harvest(dirty), EIO, VM_DEAD, "KVM_GET_DIRTY_LOG");
	ck_assert_int_eq(kvmlib_memory_write(reader, 0, "a", 1), 0);
	ck_assert_int_eq(kvmlib_dirty_round(consumer, NULL), -EIO);
	ck_assert_str_eq(runs_of(consumer, MAX_RUNS), "0+1");
}
END_TEST

/* What else is refused, and options. */

static int start_with(const struct kvmlib_dirty_opts *opts)
{
	struct kvmlib_dirty *ret = SENTINEL;
	int r = kvmlib_dirty_start(memory, opts, &ret);

	if (r < 0)
		ck_assert_ptr_eq(ret, SENTINEL);
	else
		kvmlib_dirty_unref(ret);
	return r;
}

#define assert_start_fails(errnum, cause, ...)                                                \
	do {                                                                                  \
		struct kvmlib_dirty_opts opts_ = { .size = sizeof(opts_), __VA_ARGS__ };      \
		struct kvmlib_dirty *ret_ = SENTINEL;                                         \
		assert_fails(kvmlib_dirty_start(memory, &opts_, &ret_), errnum, cause, NULL); \
		ck_assert_ptr_eq(ret_, SENTINEL);                                             \
	} while (0)

START_TEST(dirty_start_refuses_bad_options)
{
	struct kvmlib_dirty_opts opts = { 0 };
	struct kvmlib_dirty *ret = SENTINEL;

	assert_start_fails(EINVAL, BAD_ARGUMENT, .mechanism = 4);
	assert_start_fails(EINVAL, BAD_ARGUMENT, .flags = 2);
	assert_start_fails(EINVAL, BAD_ARGUMENT, .ring_size = 4096 * 3);
	assert_start_fails(EINVAL, BAD_ARGUMENT, .ring_size = 2048);
	assert_start_fails(EINVAL, BAD_ARGUMENT, .clear_pages = 65);
	opts.size = 4;
	assert_fails(kvmlib_dirty_start(memory, &opts, &ret), EINVAL, OPTIONS_SIZE, NULL);
}
END_TEST

START_TEST(dirty_start_takes_what_the_vm_has)
{
	struct kvmlib_dirty *ret;

	ck_assert_int_eq(kvmlib_dirty_start(memory, NULL, &ret), 0);
	ck_assert_uint_eq(kvmlib_dirty_mechanism(ret),
			  HAS_MANUAL ? KVMLIB_DIRTY_MANUAL : KVMLIB_DIRTY_BITMAP);
	kvmlib_dirty_unref(ret);
	ck_assert_int_eq(
		kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_MANUAL_DIRTY_LOG_PROTECT2, 0), 0);
	ck_assert_int_eq(kvmlib_dirty_start(memory, NULL, &ret), 0);
	ck_assert_uint_eq(kvmlib_dirty_mechanism(ret), KVMLIB_DIRTY_BITMAP);
	kvmlib_dirty_unref(ret);
	assert_start_fails(EOPNOTSUPP, CAPABILITY_MISSING, .mechanism = KVMLIB_DIRTY_MANUAL);
	assert_value(CAPABILITY, KVMLIB_CAP_MANUAL_DIRTY_LOG_PROTECT2);
}
END_TEST

START_TEST(dirty_start_is_one_for_each_map)
{
	struct kvmlib_dirty *ret;

	ck_assert_int_eq(kvmlib_dirty_start(memory, NULL, &ret), 0);
	assert_start_fails(EBUSY, ALREADY_TRACKED, .mechanism = KVMLIB_DIRTY_BITMAP);
	kvmlib_dirty_unref(ret);
	ck_assert_int_eq(start_with(NULL), 0);
}
END_TEST

START_TEST(dirty_start_inside_a_reader_is_refused)
{
	ck_assert_int_eq(kvmlib_memory_enter(reader), 0);
	assert_start_fails(EDEADLK, IN_READER, .flags = 0);
	kvmlib_memory_leave(reader);
}
END_TEST

START_TEST(dirty_refuses_null)
{
	struct kvmlib_dirty_consumer *ret_consumer;
	struct kvmlib_dirty *ret;
	uint64_t pages;

	assert_refuses_null(kvmlib_dirty_start(NULL, NULL, &ret), 1);
	assert_refuses_null(kvmlib_dirty_start(memory, NULL, NULL), 3);
	assert_refuses_null(kvmlib_dirty_add_vcpu(NULL, SENTINEL), 1);
	assert_refuses_null(kvmlib_dirty_add_vcpu(SENTINEL, NULL), 2);
	assert_refuses_null(kvmlib_dirty_harvest(NULL), 1);
	assert_refuses_null(kvmlib_dirty_consumer_new(NULL, &ret_consumer), 1);
	assert_refuses_null(kvmlib_dirty_consumer_new(SENTINEL, NULL), 2);
	assert_refuses_null(kvmlib_dirty_round(NULL, &pages), 1);
	assert_refuses_null(kvmlib_dirty_clip(NULL, 0, 0), 1);
	assert_refuses_null(kvmlib_dirty_next_runs(NULL, reader, runs, 1), 1);
	assert_refuses_null(kvmlib_dirty_next_runs(SENTINEL, NULL, runs, 1), 2);
	assert_refuses_null(kvmlib_dirty_next_runs(SENTINEL, reader, NULL, 1), 3);
	assert_refuses_null(kvmlib_dirty_mark(NULL, 0, 1), 1);
	assert_refuses_null(kvmlib_dirty_merge(NULL, 0, 4096, &pages, 1), 1);
	assert_refuses_null(kvmlib_dirty_merge(reader, 0, 4096, NULL, 1), 4);
	assert_refuses_null(kvmlib_dirty_count(NULL, NULL, &pages), 1);
	assert_refuses_null(kvmlib_dirty_count(SENTINEL, NULL, NULL), 3);
	assert_refuses_null(kvmlib_dirty_count_vcpu(NULL, SENTINEL, &pages), 1);
	assert_refuses_null(kvmlib_dirty_count_vcpu(SENTINEL, NULL, &pages), 2);
	assert_refuses_null(kvmlib_dirty_count_vcpu(SENTINEL, SENTINEL, NULL), 3);
	ck_assert_ptr_null(kvmlib_dirty_unref(NULL));
	ck_assert_ptr_null(kvmlib_dirty_ref(NULL));
	ck_assert_ptr_null(kvmlib_dirty_consumer_free(NULL));
}
END_TEST

START_TEST(dirty_refuses_what_makes_no_sense)
{
	uint64_t bitmap = 1, pages;

	assert_fails(kvmlib_dirty_clip(consumer, 1, 0), EINVAL, BAD_ARGUMENT, NULL);
	assert_fails(kvmlib_dirty_clip(consumer, 0, 5), EINVAL, BAD_ARGUMENT, NULL);
	assert_fails(kvmlib_dirty_clip(consumer, -page_size(), 2 * page_size()), EINVAL,
		     BAD_ARGUMENT, NULL);
	assert_fails(kvmlib_dirty_next_runs(consumer, reader, runs, 1), EINVAL, NOT_IN_READER,
		     NULL);
	assert_fails(kvmlib_dirty_mark(reader, 0, 1), EINVAL, NOT_IN_READER, NULL);
	assert_fails(kvmlib_dirty_merge(reader, 0, 4096, &bitmap, 1), EINVAL, NOT_IN_READER, NULL);
	ck_assert_int_eq(kvmlib_memory_enter(reader), 0);
	assert_fails(kvmlib_dirty_next_runs(consumer, reader, runs, 0), EINVAL, BAD_ARGUMENT, NULL);
	assert_fails(kvmlib_dirty_merge(reader, 0, 0, &bitmap, 1), EINVAL, BAD_ARGUMENT, NULL);
	assert_fails(kvmlib_dirty_merge(reader, 0, 4097, &bitmap, 1), EINVAL, BAD_ARGUMENT, NULL);
	assert_fails(kvmlib_dirty_merge(reader, 4096, 8192, &bitmap, 1), EINVAL, BAD_ARGUMENT,
		     NULL);
	assert_fails(kvmlib_dirty_merge(reader, 0, 4096, &bitmap, UINT64_MAX / 4096 + 1), EINVAL,
		     BAD_ARGUMENT, NULL);
	kvmlib_memory_leave(reader);
	assert_fails(kvmlib_dirty_count_vcpu(dirty, SENTINEL, &pages), EOPNOTSUPP, DIRTY_RING_OFF,
		     NULL);
}
END_TEST

START_TEST(dirty_has_so_many_consumers_and_no_more)
{
	struct kvmlib_dirty_consumer *all[16];
	struct kvmlib_dirty_consumer *one_more = SENTINEL;

	for (int i = 1; i < 16; i++)
		ck_assert_int_eq(kvmlib_dirty_consumer_new(dirty, &all[i]), 0);
	assert_fails(kvmlib_dirty_consumer_new(dirty, &one_more), ENOSPC, CONSUMER_LIMIT, NULL);
	ck_assert_ptr_eq(one_more, SENTINEL);
	guest_writes(1, 1);
	for (int i = 1; i < 16; i++) {
		ck_assert_str_eq(round_of(all[i]), "1+1");
		kvmlib_dirty_consumer_free(all[i]);
	}
}
END_TEST

START_TEST(dirty_tracker_ends_with_its_log)
{
	struct kvmlib_memory_region_info info;
	uint64_t bitmap[4];

	consumer = kvmlib_dirty_consumer_free(consumer);
	ck_assert_int_eq(kvmlib_memory_region_describe(ram, &info), 0);
	ck_assert_int_eq(kvmlib_vm_get_dirty_log(fix.vm, info.slot, bitmap), 0);
	dirty = kvmlib_dirty_unref(dirty);
	ck_assert_int_eq(kvmlib_vm_get_dirty_log(fix.vm, info.slot, bitmap), -ENOENT);
	ck_assert_int_eq(kvmlib_memory_write(reader, 0, "a", 1), 0);
}
END_TEST

/* Whatever fails while tracking begins: it is done without, or nothing is tracked then. */
START_TEST(dirty_count_is_of_regions_of_the_map)
{
	struct kvmlib_memory_region_opts opts = region_opts("other", 0, 1);
	struct kvmlib_memory_region *region;
	struct kvmlib_memory *other;
	struct kvmlib_dirty *ret;
	struct kvmlib_vm *vm;
	uint64_t pages = 7;

	ck_assert_int_eq(kvmlib_dirty_start(memory, NULL, &ret), 0);
	ck_assert_int_eq(kvmlib_system_create_vm(fix.system, NULL, &vm), 0);
	ck_assert_int_eq(kvmlib_memory_new(vm, NULL, &other), 0);
	ck_assert_int_eq(kvmlib_memory_add(other, &opts, &region), 0);
	assert_fails(kvmlib_dirty_count(ret, region, &pages), EINVAL, BAD_ARGUMENT, NULL);
	assert_value(ARGUMENT, 2);
	ck_assert_uint_eq(pages, 7);
	kvmlib_memory_unref(other);
	kvmlib_vm_unref(vm);
	kvmlib_dirty_unref(ret);
}
END_TEST

START_TEST(dirty_start_that_fails_leaves_nothing)
{
	unsigned int nr_failed = 0;

	for (uint64_t n = 1; n < 12; n++) {
		struct kvmlib_dirty *ret = SENTINEL;
		int r;

		ck_assert_int_eq(kvmlib_sim_fail_nth(fix.sim, n, ENOMEM), 0);
		r = kvmlib_dirty_start(memory, NULL, &ret);
		ck_assert_int_eq(kvmlib_sim_fail_nth(fix.sim, 0, 0), 0);
		if (r < 0) {
			ck_assert_int_eq(r, -ENOMEM);
			ck_assert_ptr_eq(ret, SENTINEL);
			nr_failed++;
		} else {
			kvmlib_dirty_unref(ret);
		}
	}
	/* Manual clearing, and the log of each region. */
	ck_assert_uint_eq(nr_failed, HAS_MANUAL ? 3 : 2);
}
END_TEST

START_TEST(dirty_start_without_memory_leaves_nothing)
{
	struct kvmlib_dirty *ret = SENTINEL;
	unsigned long n = 0;
	int r;

	do {
		alloc_fail_nth(++n);
		r = kvmlib_dirty_start(memory, NULL, &ret);
		alloc_fail_nth(0);
		if (r < 0)
			ck_assert_int_eq(r, -ENOMEM);
	} while (r < 0);
	ck_assert_uint_gt(n, 5);
	kvmlib_dirty_unref(ret);
}
END_TEST

START_TEST(dirty_consumer_without_memory_leaves_nothing)
{
	struct kvmlib_dirty_consumer *ret = SENTINEL;
	unsigned long n = 0;
	int r;

	do {
		alloc_fail_nth(++n);
		r = kvmlib_dirty_consumer_new(dirty, &ret);
		alloc_fail_nth(0);
		if (r < 0)
			ck_assert_int_eq(r, -ENOMEM);
	} while (r < 0);
	ck_assert_uint_gt(n, 5);
	kvmlib_dirty_consumer_free(ret);
}
END_TEST

START_TEST(dirty_rounds_allocate_nothing)
{
	bool has_failed;
	int r, n;

	guest_writes(3, 150);
	alloc_fail_nth(1); /* from here on check itself can't assert */
	r = kvmlib_memory_write(reader, 0, "a", 1);
	r |= kvmlib_dirty_harvest(dirty);
	r |= kvmlib_dirty_round(consumer, NULL);
	r |= kvmlib_memory_enter(reader);
	n = kvmlib_dirty_next_runs(consumer, reader, runs, MAX_RUNS);
	kvmlib_memory_leave(reader);
	has_failed = alloc_has_failed();
	alloc_fail_nth(0);
	ck_assert(!has_failed);
	ck_assert_int_eq(r, 0);
	ck_assert_int_eq(n, 2);
}
END_TEST

START_TEST(dirty_change_without_memory_is_refused)
{
	struct kvmlib_memory_region_opts opts = region_opts("new", 1024 * page_size(), 3);
	unsigned long n = 0;
	int r;

	do {
		alloc_fail_nth(++n);
		r = kvmlib_memory_add(memory, &opts, NULL);
		alloc_fail_nth(0);
		if (r < 0)
			ck_assert_int_eq(r, -ENOMEM);
	} while (r < 0);
	ck_assert_uint_gt(n, 8);
	ck_assert_str_eq(round_of(consumer), "1024+3");
}
END_TEST

static void all_fail_in_child(void)
{
	struct kvmlib_dirty_consumer *ret_consumer;
	struct kvmlib_dirty *ret;
	uint64_t pages;

	CHECK(kvmlib_dirty_start(memory, NULL, &ret) == -EIO);
	CHECK(kvmlib_error_cause() == KVMLIB_CAUSE_FORKED);
	CHECK(kvmlib_dirty_harvest(dirty) == -EIO);
	CHECK(kvmlib_dirty_consumer_new(dirty, &ret_consumer) == -EIO);
	CHECK(kvmlib_dirty_round(consumer, NULL) == -EIO);
	CHECK(kvmlib_dirty_count(dirty, NULL, &pages) == -EIO);
	kvmlib_dirty_consumer_free(consumer);
	kvmlib_dirty_unref(dirty);
	kvmlib_memory_reader_free(reader);
	kvmlib_memory_unref(memory);
	leave(0);
}

START_TEST(dirty_calls_in_a_child_fail)
{
	NEEDS_WIPED_PAGES;
	guest_writes(3, 1);
	in_child(all_fail_in_child);
	ck_assert_str_eq(round_of(consumer), "3+1");
}
END_TEST

START_TEST(throttle_follows_what_can_be_sent)
{
	ck_assert_uint_eq(kvmlib_dirty_throttle(0, 0, 0), 0);
	ck_assert_uint_eq(kvmlib_dirty_throttle(100, 1000, 0), 0);
	ck_assert_uint_eq(kvmlib_dirty_throttle(1000, 1900, 0), 5);
	ck_assert_uint_eq(kvmlib_dirty_throttle(1000, 1000, 0), 10); /* 50, in steps of 10 */
	ck_assert_uint_eq(kvmlib_dirty_throttle(1000, 1000, 45), 55);
	ck_assert_uint_eq(kvmlib_dirty_throttle(500, 1000, 50), 50); /* as it should be */
	ck_assert_uint_eq(kvmlib_dirty_throttle(1000, 0, 95), 99);
	ck_assert_uint_eq(kvmlib_dirty_throttle(1, 1000, 50), 40);
	ck_assert_uint_eq(kvmlib_dirty_throttle(0, 1000, 5), 0);
	ck_assert_uint_eq(kvmlib_dirty_throttle(UINT64_MAX, 1, 1000), 99);
}
END_TEST

static void add_mechanism(Suite *suite, const char *name, SFun setup)
{
	TCase *tcase = add_case(suite, name, NULL);

	tcase_add_checked_fixture(tcase, setup, teardown_memory);
	ADD_TESTS(tcase, dirty_of_nothing_written_has_no_runs, dirty_has_the_guests_pages_once,
		  dirty_runs_cross_words_and_end_with_their_region,
		  dirty_page_written_again_is_in_the_next_round_too,
		  dirty_consumers_do_not_take_pages_from_each_other,
		  dirty_rest_of_a_round_is_in_the_next, dirty_runs_come_singly_or_many_at_a_time,
		  dirty_clipped_leaves_the_rest_for_other_ranges,
		  dirty_runs_are_the_same_in_any_portions, dirty_has_what_the_program_writes,
		  dirty_marks_are_the_pages_that_a_range_touches,
		  dirty_merges_the_bitmap_of_another_engine,
		  dirty_merge_marks_all_but_what_is_no_memory,
		  dirty_has_all_of_what_is_new_or_has_moved, dirty_has_all_of_what_was_made_anew,
		  dirty_has_all_of_what_a_failed_change_deleted,
		  dirty_region_of_a_moment_ago_is_left_out, dirty_guest_memfd_is_always_written,
		  dirty_counts_what_harvests_find, dirty_of_a_dead_vm_is_eio,
		  dirty_refuses_what_makes_no_sense, dirty_has_so_many_consumers_and_no_more,
		  dirty_tracker_ends_with_its_log, dirty_consumer_without_memory_leaves_nothing,
		  dirty_change_without_memory_is_refused, dirty_calls_in_a_child_fail);
	tcase_add_loop_test(tcase, dirty_harvest_that_fails_keeps_what_it_took, 0, 2);
	tcase_add_loop_test(tcase, dirty_all_at_first_begins_with_all, 0, 2);
}

START_TEST(dirty_by_hand)
{
	SKIP("this architecture has no KVM_CLEAR_DIRTY_LOG");
}
END_TEST

Suite *dirty_suite(void)
{
	Suite *suite = suite_create("dirty");
	TCase *tcase = add_case(suite, "order", NULL);

	tcase_add_checked_fixture(tcase, setup_slow, teardown_memory);
	ADD_TESTS(tcase, dirty_mark_comes_after_the_store, dirty_rounds_allocate_nothing);
	add_mechanism(suite, "bitmap", setup_bitmap);
	if (HAS_MANUAL)
		add_mechanism(suite, "manual", setup_manual);
	else
		tcase_add_test(add_case(suite, "manual", setup_vm), dirty_by_hand);
	tcase = add_case(suite, "start", NULL);
	tcase_add_checked_fixture(tcase, setup_memory, teardown_memory);
	ADD_TESTS(tcase, dirty_start_refuses_bad_options, dirty_start_takes_what_the_vm_has,
		  dirty_start_is_one_for_each_map, dirty_start_inside_a_reader_is_refused,
		  dirty_refuses_null, dirty_count_is_of_regions_of_the_map,
		  dirty_start_that_fails_leaves_nothing, dirty_start_without_memory_leaves_nothing,
		  throttle_follows_what_can_be_sent);
	return suite;
}
