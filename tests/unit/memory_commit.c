/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Commits that fail at each call and each allocation, and those that hold vCPUs. */

#include "memory_fixture.h"
#include "suites.h"

#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "emulated.h"

#define MANY 200U

static struct kvmlib_memory_region *regions[7];
static const char *const names[] = { "a", "b", "c", "d", "e", "f", "g" };

#define BEFORE "a@0+4 b@4+4 c@8+4 d@12+4 e@16+4l f@20+4r g@24+4"

/* Seven regions, each filled with the letter of its name. */
static void setup_seven(void)
{
	setup_map();
	for (unsigned int i = 0; i < 7; i++) {
		struct kvmlib_memory_region_opts opts = opts_of(names[i], 4 * i, 4);

		if (i == 4)
			opts.flags = KVMLIB_MEMORY_LOG_DIRTY;
		if (i == 5)
			opts.flags = KVMLIB_MEMORY_READONLY;
		regions[i] = add_opts(&opts);
		memset(kvmlib_memory_region_address(regions[i]), *names[i], PAGES(4));
	}
	forget_calls();
	assert_map(BEFORE);
}

/* Ten changes: two swap, one moves away, one is switched, one is made writable, one goes, three come. */
static struct kvmlib_memory_change *make_ten(void)
{
	struct kvmlib_memory_region_opts h = opts_of("h", 24, 2), i = opts_of("i", 26, 2),
					 j = opts_of("j", 60, 2);
	struct kvmlib_memory_change *change = begin();

	move(change, regions[0], 4);
	move(change, regions[1], 0);
	move(change, regions[2], 40);
	assert_ok(kvmlib_memory_change_flags(change, regions[3], KVMLIB_MEMORY_LOG_DIRTY));
	assert_ok(kvmlib_memory_change_flags(change, regions[4], 0));
	assert_ok(kvmlib_memory_change_flags(change, regions[5], 0));
	assert_ok(kvmlib_memory_change_remove(change, regions[6]));
	assert_ok(kvmlib_memory_change_add(change, &h, NULL));
	assert_ok(kvmlib_memory_change_add(change, &i, NULL));
	assert_ok(kvmlib_memory_change_add(change, &j, NULL));
	return change;
}

#define TEN_CALLS 12U
#define AFTER	  "b@0+4 a@4+4 d@12+4l e@16+4 f@20+4 h@24+2 i@26+2 c@40+4 j@60+2"

START_TEST(commit_of_ten_changes)
{
	struct kvmlib_memory_change *change = make_ten();

	commit(change);
	ck_assert_uint_eq(map.slot_calls, TEN_CALLS);
	assert_map(AFTER);
}
END_TEST

/* The map is as it was before: slots, lookups, and contents. */
static void assert_before(void)
{
	char string[2] = { 0 };

	assert_map(BEFORE);
	for (unsigned int i = 0; i < 7; i++) {
		ck_assert_str_eq(name_at(PAGES(4 * i)), names[i]);
		ck_assert_str_eq(name_at(PAGES(4 * i + 4) - 1), names[i]);
		assert_ok(kvmlib_memory_read(map.reader, PAGES(4 * i + 3), string, 1));
		ck_assert_str_eq(string, names[i]);
	}
	ck_assert_str_eq(name_at(PAGES(28)), "");
	ck_assert_str_eq(name_at(PAGES(40)), "");
	ck_assert_str_eq(name_at(PAGES(60)), "");
}

static const int errnos[] = { ENOMEM, EINVAL, EEXIST, EPERM };

START_TEST(commit_that_fails_at_any_call_is_undone)
{
	int mappings = kvmlib_sim_mappings(fix.sim);

	for (unsigned int n = 1; n <= TEN_CALLS; n++) {
		struct kvmlib_memory_change *change = make_ten();

		map.fail_slot = n;
		map.fail_slots = 1;
		map.slot_error = errnos[_i];
		map.slot_calls = 0;
		spoil_record();
		ck_assert_int_eq(kvmlib_memory_change_commit(change), -errnos[_i]);
		ck_assert_int_eq(kvmlib_error_errno(), errnos[_i]);
		ck_assert_str_eq(kvmlib_error_function(), "kvmlib_memory_change_commit");
		ck_assert_str_eq(kvmlib_error_call(), "KVM_SET_USER_MEMORY_REGION");
		ck_assert_uint_eq(strlen(kvmlib_error_subject()), 1);
		/* Those before it were undone, one by one. */
		ck_assert_uint_eq(map.slot_calls, 2 * n - 1);
		map.fail_slot = 0;
		assert_before();
		ck_assert_int_eq(kvmlib_sim_mappings(fix.sim), mappings);
	}
	/* Nothing is left that would keep the change from succeeding. */
	{
		struct kvmlib_memory_change *change = make_ten();

		commit(change);
		assert_map(AFTER);
	}
}
END_TEST

/* The simulated kernel's calls, of which those to set slots are a part. */
START_TEST(commit_that_fails_at_any_kernel_call_is_undone)
{
	for (unsigned int n = 1; n <= TEN_CALLS; n++) {
		struct kvmlib_memory_change *change = make_ten();

		ck_assert_int_eq(kvmlib_sim_fail_nth(fix.sim, n, ENOMEM), 0);
		ck_assert_int_eq(kvmlib_memory_change_commit(change), -ENOMEM);
		assert_before();
	}
}
END_TEST

START_TEST(commit_that_lacks_memory_is_undone)
{
	unsigned int n = 1;

	for (; n < MANY; n++) {
		struct kvmlib_memory_change *change = make_ten();
		bool came;
		int r;

		spoil_record();
		alloc_fail_nth(n);
		r = kvmlib_memory_change_commit(change);
		came = alloc_has_failed();
		alloc_fail_nth(0);
		if (!came) {
			ck_assert_int_eq(r, 0);
			break;
		}
		ck_assert_int_eq(r, -ENOMEM);
		ck_assert_int_eq(kvmlib_error_errno(), ENOMEM);
		ck_assert_str_eq(kvmlib_error_function(), "kvmlib_memory_change_commit");
		if (!kvmlib_error_call()) /* else it is the simulated kernel that lacked memory */
			ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_NO_MEMORY);
		assert_before();
	}
	ck_assert_uint_gt(n, 5);
	assert_map(AFTER);
}
END_TEST

/* What can be found at any page, and every region of the list, is not lost; slots may be left over. */
static unsigned int count_regions(void)
{
	int n = kvmlib_memory_regions(map.memory, NULL, 0);

	ck_assert_int_ge(n, 0);
	return (unsigned int)n;
}

/*
 * The kernel refuses the n-th call and all that would undo those before it. What was lost can't be
 * found any more, and what was not is where it was.
 */
START_TEST(commit_that_can_not_be_undone_loses_regions)
{
	unsigned int n = (unsigned int)_i;
	struct kvmlib_memory_change *change = make_ten();
	struct kvmlib_memory_region_info info;
	unsigned int lost = 0;

	map.fail_slot = n;
	map.fail_slots = MANY;
	map.slot_error = EINVAL;
	spoil_record();
	assert_fails(kvmlib_memory_change_commit(change), ENOTRECOVERABLE, REGION_LOST, NULL);
	ck_assert_uint_eq(strlen(kvmlib_error_subject()), 1);
	map.fail_slot = 0;
	for (unsigned int i = 0; i < 7; i++) {
		if (kvmlib_memory_region_describe(regions[i], &info) == 0) {
			ck_assert_str_eq(name_at(PAGES(4 * i)), names[i]);
			ck_assert_uint_eq(info.gpa, PAGES(4 * i));
			continue;
		}
		ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_REGION_GONE);
		ck_assert_str_eq(name_at(PAGES(4 * i)), "");
		ck_assert(can_read(kvmlib_memory_region_address(regions[i])));
		lost++;
	}
	ck_assert_uint_eq(count_regions(), 7 - lost);
	/* The map goes on with what it has. */
	map.slot_calls = 0;
	add("z", 1000, 1);
	ck_assert_str_eq(name_at(PAGES(1000)), "z");
}
END_TEST

/* Only one call of the way back fails: one region is lost, and it is the one that the record names. */
START_TEST(commit_loses_no_more_than_it_must)
{
	struct kvmlib_memory_change *change = begin();
	struct kvmlib_memory_region_info info;

	move(change, regions[0], 40);
	move(change, regions[1], 50);
	move(change, regions[2], 60);
	map.fail_slot = 3; /* c's, and then b's way back */
	map.fail_slots = 2;
	map.slot_error = EINVAL;
	assert_fails(kvmlib_memory_change_commit(change), ENOTRECOVERABLE, REGION_LOST, NULL);
	assert_subject("b");
	assert_value(SLOT, 1);
	assert_value(GPA, PAGES(4));
	assert_value(SIZE, PAGES(4));
	ck_assert_int_eq(kvmlib_memory_regions(map.memory, NULL, 0), 6);
	ck_assert_str_eq(name_at(0), "a");
	ck_assert_str_eq(name_at(PAGES(4)), "");
	ck_assert_str_eq(name_at(PAGES(50)), "");
	ck_assert_str_eq(name_at(PAGES(8)), "c");
	ck_assert_str_eq(name_at(PAGES(12)), "d");
	assert_fails(kvmlib_memory_region_describe(regions[1], &info), ENOENT, REGION_GONE, NULL);
	assert_fails(kvmlib_memory_remove(map.memory, regions[1]), ENOENT, REGION_GONE, NULL);
	/* Its slot is not used again: the kernel may still have it. */
	map.fail_slot = 0;
	forget_calls();
	add("z", 100, 1);
	assert_calls("7:100+1");
}
END_TEST

START_TEST(commit_loses_a_region_that_was_to_come)
{
	struct kvmlib_memory_region_opts h = opts_of("h", 40, 2), i = opts_of("i", 42, 2);
	int mappings = kvmlib_sim_mappings(fix.sim);
	struct kvmlib_memory_change *change = begin();

	assert_ok(kvmlib_memory_change_add(change, &h, NULL));
	assert_ok(kvmlib_memory_change_add(change, &i, NULL));
	map.fail_slot = 2;
	map.fail_slots = 2;
	map.slot_error = ENOMEM;
	assert_fails(kvmlib_memory_change_commit(change), ENOTRECOVERABLE, REGION_LOST, NULL);
	assert_subject("h");
	/* The guest sees it: its memory stays, and nobody finds it. */
	ck_assert_int_eq(kvmlib_sim_mappings(fix.sim), mappings + 1);
	ck_assert_str_eq(name_at(PAGES(40)), "");
	ck_assert_int_eq(kvmlib_memory_regions(map.memory, NULL, 0), 7);
	ck_assert_uint_eq(nr_slots(), 8);
	map.fail_slot = 0;
}
END_TEST

/* A reader that is inside meanwhile has pointers that stay good, but lookups find nothing there. */
START_TEST(commit_loses_a_region_that_a_reader_looks_at)
{
	struct kvmlib_memory_change *change = begin();
	uint64_t left = 77;
	uint8_t byte;

	move(change, regions[0], 40);
	move(change, regions[2], 60);
	map.fail_slot = 2;
	map.fail_slots = 2;
	map.slot_error = EINVAL;
	assert_fails(kvmlib_memory_change_commit(change), ENOTRECOVERABLE, REGION_LOST, NULL);
	assert_subject("a");
	map.fail_slot = 0;
	assert_ok(kvmlib_memory_enter(map.reader));
	ck_assert_ptr_null(kvmlib_memory_at(map.reader, 0, &left));
	ck_assert_uint_eq(left, 77);
	assert_returns(
		kvmlib_memory_gpa_of(map.reader, kvmlib_memory_region_address(regions[0]), &left),
		-ENOENT);
	kvmlib_memory_leave(map.reader);
	assert_fails_at(kvmlib_memory_read(map.reader, 0, &byte, 1), EFAULT, NOT_MEMORY, 0);
}
END_TEST

/* Another thread loses a region while this one copies, between two regions. */

static void *lose_b(void *userdata)
{
	struct kvmlib_memory_change *change = NULL;

	(void)userdata;
	if (kvmlib_memory_begin(map.memory, &change) < 0 ||
	    kvmlib_memory_change_move(change, regions[1], PAGES(50)) < 0 ||
	    kvmlib_memory_change_move(change, regions[2], PAGES(60)) < 0)
		return NULL;
	map.slot_calls = 0;
	map.fail_slot = 2;
	map.fail_slots = 2;
	map.slot_error = EINVAL;
	if (kvmlib_memory_change_commit(change) == -ENOTRECOVERABLE)
		map.fail_slot = 0;
	return NULL;
}

static void lose_b_now(void)
{
	pthread_t thread;

	map.on_call = NULL;
	ck_assert_int_eq(pthread_create(&thread, NULL, lose_b, NULL), 0);
	pthread_join(thread, NULL);
	ck_assert_uint_eq(map.fail_slot, 0);
}

/* In a's place there is one that is copied and discarded by calls. */
static void put_memfd_in_place_of_a(void)
{
	struct kvmlib_memory_region_opts opts = opts_of("m", 0, 4);
	struct kvmlib_memory_change *change = begin();

	opts.backing = KVMLIB_MEMORY_FILE;
	opts.fd = make_file(4);
	assert_ok(kvmlib_memory_change_replace(change, regions[0], &opts, NULL));
	commit(change);
	close(opts.fd);
}

START_TEST(commit_loses_a_region_that_is_being_copied)
{
	static uint8_t buffer[65536 * 2];

	NEEDS_COPIES_BY_CALLS;
	put_memfd_in_place_of_a();
	map.on_call = lose_b_now;
	assert_fails_at(kvmlib_memory_read(map.reader, PAGES(3), buffer, PAGES(2)), EFAULT,
			NOT_MEMORY, PAGES(4));
	ck_assert_uint_eq(buffer[PAGES(1) - 1], 3);
}
END_TEST

START_TEST(commit_loses_a_region_that_is_being_discarded)
{
	uint64_t done = 77;

	put_memfd_in_place_of_a();
	map.on_call = lose_b_now;
	assert_fails_at(kvmlib_memory_discard(map.reader, PAGES(3), PAGES(2), &done), EFAULT,
			NOT_MEMORY, PAGES(4));
	ck_assert_uint_eq(done, PAGES(1));
}
END_TEST

/* The number of a region that goes is lent to one that comes, and given back. */
START_TEST(commit_that_fails_gives_numbers_back)
{
	struct kvmlib_memory_region_opts h = opts_of("h", 0, 2), i = opts_of("i", 2, 2);
	struct kvmlib_memory_change *change = begin();

	assert_ok(kvmlib_memory_change_remove(change, regions[0]));
	assert_ok(kvmlib_memory_change_add(change, &h, NULL));
	assert_ok(kvmlib_memory_change_add(change, &i, NULL));
	map.fail_slot = 3;
	map.fail_slots = 1;
	map.slot_error = ENOMEM;
	ck_assert_int_eq(kvmlib_memory_change_commit(change), -ENOMEM);
	assert_calls("0:- 0:0+2 0:- 0:0+4");
	map.fail_slot = 0;
	assert_before();
	add("y", 100, 1);
	add("z", 101, 1);
	assert_calls("7:100+1 8:101+1");
}
END_TEST

static void setup_two_slots(void)
{
	struct kvmlib_memory_opts opts = { .size = sizeof(opts), .first_slot = 7, .nr_slots = 2 };

	setup_noted_vm();
	make_map(&opts);
	regions[0] = add("a", 0, 4);
	regions[1] = add("b", 4, 4);
	assert_calls("7:0+4 8:4+4");
}

START_TEST(commit_without_a_slot_is_enospc)
{
	struct kvmlib_memory_region_opts opts = opts_of("c", 8, 1), other = opts_of("d", 9, 1);
	struct kvmlib_memory_change *change;

	assert_fails(kvmlib_memory_add(map.memory, &opts, NULL), ENOSPC, SLOT_LIMIT, NULL);
	assert_subject("c");
	assert_value(LIMIT, 2);
	change = begin();
	assert_ok(kvmlib_memory_change_remove(change, regions[0]));
	assert_ok(kvmlib_memory_change_add(change, &opts, NULL));
	assert_ok(kvmlib_memory_change_add(change, &other, NULL));
	assert_fails(kvmlib_memory_change_commit(change), ENOSPC, SLOT_LIMIT, NULL);
	assert_subject("d");
	ck_assert_uint_eq(map.slot_calls, 0);
	assert_map("a@0+4 b@4+4");
	/* With one that goes, one can come. */
	change = begin();
	assert_ok(kvmlib_memory_change_replace(change, regions[0], &opts, NULL));
	commit(change);
	assert_calls("7:- 7:8+1");
	/* In another space there is room. */
	other.space = 1;
	add_opts(&other);
	assert_calls("10007:9+1");
}
END_TEST

START_TEST(commit_inside_of_a_reader_is_edeadlk)
{
	struct kvmlib_memory_region_opts opts = opts_of("h", 40, 2);
	struct kvmlib_memory_reader *other;
	struct kvmlib_memory_change *change = begin();

	assert_ok(kvmlib_memory_reader_new(map.memory, 1, &other));
	assert_ok(kvmlib_memory_enter(other));
	move(change, regions[0], 40);
	assert_fails(kvmlib_memory_change_commit(change), EDEADLK, IN_READER, NULL);
	assert_fails(kvmlib_memory_add(map.memory, &opts, NULL), EDEADLK, IN_READER, NULL);
	assert_fails(kvmlib_memory_remove(map.memory, regions[0]), EDEADLK, IN_READER, NULL);
	assert_before();
	kvmlib_memory_leave(other);
	assert_ok(kvmlib_memory_remove(map.memory, regions[0]));
	kvmlib_memory_reader_free(other);
}
END_TEST

/* Holding. */

static struct {
	unsigned int held, resumed;
	int answer;
	const char *text_at_resume; /* the calls that were made until then */
	void (*inside)(void);
	void *userdata;
} holding;

static int hold(void *userdata)
{
	holding.userdata = userdata;
	ck_assert_str_eq(map.text, "");
	ck_assert_uint_eq(holding.held, holding.resumed);
	holding.held++;
	if (holding.inside)
		holding.inside();
	return holding.answer;
}

static void resume(void *userdata)
{
	ck_assert_ptr_eq(userdata, holding.userdata);
	holding.resumed++;
	if (holding.text_at_resume)
		ck_assert_str_eq(map.text, holding.text_at_resume);
}

static void setup_held(void)
{
	struct kvmlib_memory_opts opts = {
		.size = sizeof(opts), .hold = hold, .resume = resume, .userdata = &holding
	};

	setup_noted_vm();
	memset(&holding, 0, sizeof(holding));
	make_map(&opts);
	for (unsigned int i = 0; i < 4; i++)
		regions[i] = add(names[i], 4 * i, 4);
	ck_assert_uint_eq(holding.held, 0);
	forget_calls();
}

#define assert_held(times)                                 \
	do {                                               \
		ck_assert_uint_eq(holding.held, times);    \
		ck_assert_uint_eq(holding.resumed, times); \
	} while (0)

START_TEST(hold_is_not_called_where_no_range_comes_back)
{
	struct kvmlib_memory_change *change = begin();
	struct kvmlib_memory_region_opts opts = opts_of("s", 0, 4);

	move(change, regions[0], 40);
	commit(change);
	change = begin();
	assert_ok(kvmlib_memory_change_flags(change, regions[0], KVMLIB_MEMORY_LOG_DIRTY));
	assert_ok(kvmlib_memory_change_remove(change, regions[3]));
	commit(change);
	add("e", 12, 4); /* where d was: another commit */
	opts.space = 1;
	change = begin();
	assert_ok(kvmlib_memory_change_remove(change, regions[0]));
	assert_ok(kvmlib_memory_change_add(change, &opts, NULL));
	opts.gpa = PAGES(40);
	assert_ok(kvmlib_memory_change_add(change, &opts, NULL));
	commit(change);
	assert_held(0);
}
END_TEST

START_TEST(hold_is_called_where_a_deleted_range_comes_back)
{
	struct kvmlib_memory_region_opts opts = opts_of("e", 3, 1);
	struct kvmlib_memory_change *change = begin();

	holding.text_at_resume = "0:- 0:3+1";
	assert_ok(kvmlib_memory_change_replace(change, regions[0], &opts, NULL));
	commit(change);
	assert_held(1);
	ck_assert_ptr_eq(holding.userdata, &holding);
	forget_calls();
	holding.text_at_resume = "1:- 1:4+4r";
	change = begin();
	assert_ok(kvmlib_memory_change_flags(change, regions[1], KVMLIB_MEMORY_READONLY));
	commit(change);
	assert_held(2);
	forget_calls();
	holding.text_at_resume = "2:- 3:8+4 2:12+4";
	change = begin();
	move(change, regions[2], 12);
	move(change, regions[3], 8);
	commit(change);
	assert_held(3);
}
END_TEST

/* A slot that moves away leaves a hole for a moment, as one that is deleted does. */
START_TEST(hold_is_called_where_a_region_takes_the_place_of_one_that_moves)
{
	struct kvmlib_memory_change *change = begin();

	holding.text_at_resume = "1:25+4 2:4+4";
	move(change, regions[1], 25);
	move(change, regions[2], 4);
	commit(change);
	assert_held(1);
	forget_calls();
	holding.text_at_resume = "3:13+4";
	change = begin();
	move(change, regions[3], 13); /* over a part of itself */
	commit(change);
	assert_held(2);
}
END_TEST

/* Two pages of the next region, then the last page of the one before. */
START_TEST(hold_is_called_where_a_part_comes_back)
{
	struct kvmlib_memory_region_opts opts = opts_of("e", 15, 4);
	struct kvmlib_memory_change *change = begin();

	assert_ok(kvmlib_memory_change_replace(change, regions[3], &opts, NULL));
	commit(change);
	assert_held(1);
	forget_calls();
	change = begin();
	assert_ok(kvmlib_memory_change_remove(change, regions[2]));
	move(change, regions[1], 5);
	commit(change);
	assert_held(2);
	forget_calls();
	/* Beside it is not in it. */
	change = begin();
	opts = opts_of("f", 9, 6);
	assert_ok(kvmlib_memory_change_remove(change, regions[1]));
	assert_ok(kvmlib_memory_change_add(change, &opts, NULL));
	commit(change);
	assert_held(2);
}
END_TEST

START_TEST(hold_that_refuses_changes_nothing)
{
	struct kvmlib_memory_region_opts opts = opts_of("e", 0, 4);
	struct kvmlib_memory_change *change = begin();
	int mappings = kvmlib_sim_mappings(fix.sim);

	holding.answer = -EXDEV;
	assert_ok(kvmlib_memory_change_replace(change, regions[0], &opts, NULL));
	assert_fails(kvmlib_memory_change_commit(change), EXDEV, CANCELLED, NULL);
	ck_assert_uint_eq(holding.held, 1);
	ck_assert_uint_eq(holding.resumed, 0);
	ck_assert_uint_eq(map.slot_calls, 0);
	ck_assert_int_eq(kvmlib_sim_mappings(fix.sim), mappings);
	assert_map("a@0+4 b@4+4 c@8+4 d@12+4");
	holding.answer = 5;
	holding.resumed = 1;
	change = begin();
	assert_ok(kvmlib_memory_change_replace(change, regions[0], &opts, NULL));
	commit(change);
	assert_held(2);
}
END_TEST

START_TEST(hold_ends_where_the_commit_fails)
{
	struct kvmlib_memory_region_opts opts = opts_of("e", 0, 4);
	struct kvmlib_memory_change *change = begin();

	map.fail_slot = 2;
	map.fail_slots = 1;
	map.slot_error = ENOMEM;
	holding.text_at_resume = "0:- 0:0+4"; /* undone before the vCPUs go on */
	assert_ok(kvmlib_memory_change_replace(change, regions[0], &opts, NULL));
	ck_assert_int_eq(kvmlib_memory_change_commit(change), -ENOMEM);
	assert_held(1);
	assert_map("a@0+4 b@4+4 c@8+4 d@12+4");
}
END_TEST

static void move_away(void)
{
	struct kvmlib_memory_change *change = begin();

	move(change, regions[1], 40);
	ck_assert_int_eq(kvmlib_memory_change_commit(change), 0);
	forget_calls();
}

static void remove_it(void)
{
	ck_assert_int_eq(kvmlib_memory_remove(map.memory, regions[0]), 0);
	forget_calls();
}

/* The plan is made again: b is no part of a circle any more. */
START_TEST(hold_may_change_the_map)
{
	struct kvmlib_memory_change *change = begin();

	holding.inside = move_away;
	move(change, regions[0], 4);
	move(change, regions[1], 0);
	commit(change);
	assert_calls("0:4+4 1:0+4");
	assert_held(1);
	assert_map("b@0+4 a@4+4 c@8+4 d@12+4");
	holding.inside = remove_it;
	change = begin();
	move(change, regions[0], 0);
	move(change, regions[1], 4);
	assert_fails(kvmlib_memory_change_commit(change), ENOENT, REGION_GONE, NULL);
	assert_subject("a");
	assert_held(2);
	assert_map("b@0+4 c@8+4 d@12+4");
}
END_TEST

START_TEST(hold_without_resume)
{
	struct kvmlib_memory_opts opts = { .size = sizeof(opts), .hold = hold };
	struct kvmlib_memory_region_opts region = opts_of("e", 0, 4);
	struct kvmlib_memory_change *change;
	struct kvmlib_memory_region *e;

	map.reader = kvmlib_memory_reader_free(map.reader);
	map.memory = kvmlib_memory_unref(map.memory);
	forget_calls();
	make_map(&opts);
	e = add_opts(&region);
	forget_calls();
	change = begin();
	assert_ok(kvmlib_memory_change_replace(change, e, &region, NULL));
	commit(change);
	ck_assert_uint_eq(holding.held, 1);
	ck_assert_uint_eq(holding.resumed, 0);
	ck_assert_ptr_null(holding.userdata);
}
END_TEST

Suite *memory_commit_suite(void)
{
	Suite *suite = suite_create("memory_commit");
	TCase *tcase = map_case(suite, "commit", setup_seven);

	tcase_add_loop_test(tcase, commit_that_fails_at_any_call_is_undone, 0, 4);
	tcase_add_loop_test(tcase, commit_that_can_not_be_undone_loses_regions, 2,
			    (int)TEN_CALLS + 1);
	ADD_TESTS(tcase, commit_of_ten_changes, commit_that_fails_at_any_kernel_call_is_undone,
		  commit_that_lacks_memory_is_undone, commit_loses_no_more_than_it_must,
		  commit_loses_a_region_that_was_to_come,
		  commit_loses_a_region_that_a_reader_looks_at,
		  commit_loses_a_region_that_is_being_copied,
		  commit_loses_a_region_that_is_being_discarded,
		  commit_that_fails_gives_numbers_back, commit_inside_of_a_reader_is_edeadlk);
	ADD_TESTS(map_case(suite, "limit", setup_two_slots), commit_without_a_slot_is_enospc);
	ADD_TESTS(map_case(suite, "hold", setup_held), hold_is_not_called_where_no_range_comes_back,
		  hold_is_called_where_a_deleted_range_comes_back,
		  hold_is_called_where_a_region_takes_the_place_of_one_that_moves,
		  hold_is_called_where_a_part_comes_back, hold_that_refuses_changes_nothing,
		  hold_ends_where_the_commit_fails, hold_may_change_the_map, hold_without_resume);
	return suite;
}
