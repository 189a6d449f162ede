/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which calls a commit makes, and in which order: as few as do it, and none that makes slots overlap
 * on the way, which the simulated kernel and the fixture both look for.
 */

#include "memory_fixture.h"
#include "suites.h"

#include <string.h>

static struct kvmlib_memory_region *a, *b, *c, *d;

/* Four regions of four pages, with a gap of as many behind each. */
static void setup_four(void)
{
	setup_map();
	a = add("a", 0, 4);
	b = add("b", 8, 4);
	c = add("c", 16, 4);
	d = add("d", 24, 4);
	assert_calls("0:0+4 1:8+4 2:16+4 3:24+4");
}

START_TEST(order_nothing_makes_no_call)
{
	struct kvmlib_memory_change *change = begin();

	commit(change);
	change = begin();
	move(change, a, 0);
	assert_ok(kvmlib_memory_change_flags(change, b, 0));
	commit(change);
	ck_assert_uint_eq(map.slot_calls, 0);
	assert_map("a@0+4 b@8+4 c@16+4 d@24+4");
}
END_TEST

START_TEST(order_deletions_come_before_additions)
{
	struct kvmlib_memory_region_opts e = opts_of("e", 0, 8), f = opts_of("f", 20, 2);
	struct kvmlib_memory_change *change = begin();

	assert_ok(kvmlib_memory_change_add(change, &e, NULL));
	assert_ok(kvmlib_memory_change_add(change, &f, NULL));
	assert_ok(kvmlib_memory_change_remove(change, a));
	commit(change);
	assert_calls("0:- 0:0+8 4:20+2");
	assert_map("e@0+8 b@8+4 c@16+4 f@20+2 d@24+4");
}
END_TEST

START_TEST(order_one_call_for_each_that_moves_to_a_free_place)
{
	struct kvmlib_memory_change *change = begin();

	move(change, c, 4);
	move(change, a, 40);
	commit(change);
	assert_calls("2:4+4 0:40+4");
	assert_map("c@4+4 b@8+4 d@24+4 a@40+4");
}
END_TEST

START_TEST(order_a_region_may_move_over_itself)
{
	struct kvmlib_memory_change *change = begin();

	move(change, a, 2);
	commit(change);
	assert_calls("0:2+4");
	change = begin();
	move(change, a, 1);
	commit(change);
	assert_calls("0:1+4");
	assert_map("a@1+4 b@8+4 c@16+4 d@24+4");
}
END_TEST

/* Each takes the place of the next: the last goes first, whichever was noted first. */
START_TEST(order_chain_of_moves)
{
	struct kvmlib_memory_change *change = begin();

	move(change, a, 8);
	move(change, b, 16);
	move(change, c, 24);
	move(change, d, 32);
	commit(change);
	assert_calls("3:32+4 2:24+4 1:16+4 0:8+4");
	change = begin();
	move(change, a, 0);
	move(change, b, 8);
	move(change, c, 16);
	move(change, d, 24);
	commit(change);
	assert_calls("0:0+4 1:8+4 2:16+4 3:24+4");
	change = begin();
	move(change, d, 32);
	move(change, c, 24);
	move(change, a, 8);
	move(change, b, 16);
	commit(change);
	assert_calls("3:32+4 2:24+4 1:16+4 0:8+4");
	assert_map("a@8+4 b@16+4 c@24+4 d@32+4");
}
END_TEST

/* All move by a part of their length: each overlaps itself and its neighbour. */
START_TEST(order_chain_of_neighbours_in_both_directions)
{
	struct kvmlib_memory_change *change = begin();

	move(change, b, 4);
	move(change, c, 8);
	move(change, d, 12);
	commit(change);
	assert_calls("1:4+4 3:12+4 2:8+4"); /* d's new place is free, c's only after b */
	change = begin();
	move(change, a, 1);
	move(change, b, 5);
	move(change, c, 9);
	move(change, d, 13);
	commit(change);
	assert_calls("3:13+4 2:9+4 1:5+4 0:1+4");
	change = begin();
	move(change, d, 12);
	move(change, c, 8);
	move(change, b, 4);
	move(change, a, 0);
	commit(change);
	assert_calls("0:0+4 1:4+4 2:8+4 3:12+4");
}
END_TEST

START_TEST(order_swap_deletes_one)
{
	struct kvmlib_memory_change *change = begin();

	move(change, a, 8);
	move(change, b, 0);
	commit(change);
	assert_calls("0:- 1:0+4 0:8+4");
	assert_map("b@0+4 a@8+4 c@16+4 d@24+4");
}
END_TEST

START_TEST(order_circle_of_three_deletes_one)
{
	struct kvmlib_memory_change *change = begin();

	move(change, a, 8);
	move(change, b, 16);
	move(change, c, 0);
	commit(change);
	ck_assert_uint_eq(map.slot_calls, 4);
	assert_calls("0:- 2:0+4 1:16+4 0:8+4");
	assert_map("c@0+4 a@8+4 b@16+4 d@24+4");
}
END_TEST

START_TEST(order_two_swaps_delete_two)
{
	struct kvmlib_memory_change *change = begin();

	move(change, a, 8);
	move(change, c, 24);
	move(change, d, 16);
	move(change, b, 0);
	commit(change);
	assert_calls("0:- 1:0+4 2:- 3:16+4 0:8+4 2:24+4");
	assert_map("b@0+4 a@8+4 d@16+4 c@24+4");
}
END_TEST

/* d waits for the circle of a, b and c, but is in none itself: it must not be deleted. */
START_TEST(order_region_behind_a_circle_only_moves)
{
	struct kvmlib_memory_change *change;
	struct kvmlib_memory_region *e = add("e", 5, 2);

	change = begin();
	move(change, d, 0);
	move(change, e, 24);
	move(change, a, 8);
	move(change, b, 16);
	move(change, c, 4);
	forget_calls();
	commit(change);
	/* c goes to 4..7, where e is; e to d's place, and d to a's: one circle of five. */
	ck_assert_uint_eq(map.slot_calls, 6);
	assert_map("d@0+4 c@4+4 a@8+4 b@16+4 e@24+2");
	change = begin();
	move(change, d, 28);
	move(change, c, 8);
	move(change, a, 4);
	forget_calls();
	commit(change);
	ck_assert_uint_eq(map.slot_calls, 4);
	/* Now b is behind the circle of a and c. */
	change = begin();
	move(change, b, 4);
	move(change, c, 16);
	move(change, a, 8);
	forget_calls();
	commit(change);
	ck_assert_uint_eq(map.slot_calls, 4);
	assert_map("b@4+4 a@8+4 c@16+4 e@24+2 d@28+4");
}
END_TEST

/* One large region takes the place of two small ones, which take its. */
static void setup_knot(void)
{
	setup_map();
	a = add("a", 0, 8);
	b = add("b", 8, 4);
	c = add("c", 12, 4);
	d = NULL;
	forget_calls();
}

START_TEST(order_knot_is_cut_at_the_large_region)
{
	struct kvmlib_memory_change *change = begin();

	move(change, a, 8);
	move(change, b, 0);
	move(change, c, 4);
	commit(change);
	assert_calls("0:- 1:0+4 2:4+4 0:8+8");
	assert_map("b@0+4 c@4+4 a@8+8");
}
END_TEST

/* At most one deletion for each of the two circles. */
START_TEST(order_knot_noted_the_other_way_round)
{
	struct kvmlib_memory_change *change = begin();

	move(change, c, 4);
	move(change, b, 0);
	move(change, a, 8);
	commit(change);
	ck_assert_uint_le(map.slot_calls, 5);
	assert_map("b@0+4 c@4+4 a@8+8");
}
END_TEST

START_TEST(order_region_across_two_others)
{
	struct kvmlib_memory_change *change = begin();

	move(change, a, 10); /* over b's second half, and all of c */
	move(change, b, 4);
	move(change, c, 0);
	commit(change);
	assert_calls("0:- 2:0+4 1:4+4 0:10+8");
	assert_map("c@0+4 b@4+4 a@10+8");
}
END_TEST

/* The walk from x comes to the circle of a and b, in which x is not. */
START_TEST(order_walk_into_a_circle_breaks_the_circle)
{
	struct kvmlib_memory_region *x = add("x", 20, 4);
	struct kvmlib_memory_change *change = begin();

	forget_calls();
	move(change, x, 4);
	assert_ok(kvmlib_memory_change_remove(change, c));
	move(change, a, 8);
	move(change, b, 0);
	commit(change);
	assert_calls("2:- 0:- 1:0+4 3:4+4 0:8+8");
	assert_map("b@0+4 x@4+4 a@8+8");
}
END_TEST

START_TEST(order_dirty_log_is_switched_in_place)
{
	struct kvmlib_memory_change *change = begin();

	assert_ok(kvmlib_memory_change_flags(change, a, KVMLIB_MEMORY_LOG_DIRTY));
	assert_ok(kvmlib_memory_change_flags(change, d, KVMLIB_MEMORY_LOG_DIRTY));
	commit(change);
	assert_calls("0:0+4l 3:24+4l");
	assert_map("a@0+4l b@8+4 c@16+4 d@24+4l");
	change = begin();
	assert_ok(kvmlib_memory_change_flags(change, a, 0));
	commit(change);
	assert_calls("0:0+4");
}
END_TEST

START_TEST(order_dirty_log_goes_along_with_a_move)
{
	struct kvmlib_memory_change *change = begin();

	assert_ok(kvmlib_memory_change_flags(change, a, KVMLIB_MEMORY_LOG_DIRTY));
	move(change, a, 4);
	commit(change);
	assert_calls("0:4+4l");
	change = begin();
	move(change, a, 8);
	assert_ok(kvmlib_memory_change_flags(change, a, 0));
	move(change, b, 4);
	assert_ok(kvmlib_memory_change_flags(change, b, KVMLIB_MEMORY_LOG_DIRTY));
	commit(change);
	assert_calls("0:- 1:4+4l 0:8+4");
}
END_TEST

START_TEST(order_readonly_deletes_and_makes_anew)
{
	struct kvmlib_memory_change *change = begin();

	assert_ok(kvmlib_memory_change_flags(change, a,
					     KVMLIB_MEMORY_READONLY | KVMLIB_MEMORY_LOG_DIRTY));
	commit(change);
	assert_calls("0:- 0:0+4rl");
	change = begin();
	assert_ok(kvmlib_memory_change_flags(change, a, KVMLIB_MEMORY_READONLY));
	commit(change);
	assert_calls("0:0+4r");
	change = begin();
	assert_ok(kvmlib_memory_change_flags(change, a, 0));
	move(change, a, 8);
	move(change, b, 0);
	commit(change);
	assert_calls("0:- 1:0+4 0:8+4");
	assert_map("b@0+4 a@8+4 c@16+4 d@24+4");
}
END_TEST

START_TEST(order_replace_deletes_and_adds_with_the_same_slot)
{
	struct kvmlib_memory_region_opts opts = opts_of("e", 10, 6);
	struct kvmlib_memory_change *change = begin();

	assert_ok(kvmlib_memory_change_replace(change, b, &opts, NULL));
	commit(change);
	assert_calls("1:- 1:10+6");
	assert_map("a@0+4 e@10+6 c@16+4 d@24+4");
}
END_TEST

START_TEST(order_new_regions_that_go_again_make_no_call)
{
	struct kvmlib_memory_region_opts opts = opts_of("e", 0, 8);
	struct kvmlib_memory_region *e;
	struct kvmlib_memory_change *change = begin();

	assert_ok(kvmlib_memory_change_add(change, &opts, &e));
	move(change, e, 40);
	assert_ok(kvmlib_memory_change_remove(change, e));
	commit(change);
	ck_assert_uint_eq(map.slot_calls, 0);
	change = begin();
	assert_ok(kvmlib_memory_change_add(change, &opts, &e));
	move(change, e, 40);
	assert_ok(kvmlib_memory_change_flags(change, e, KVMLIB_MEMORY_READONLY));
	commit(change);
	assert_calls("4:40+8r");
}
END_TEST

/* Slots of another address space are in nobody's way. */
START_TEST(order_spaces_do_not_meet)
{
	struct kvmlib_memory_region_opts opts = opts_of("s", 0, 16);
	struct kvmlib_memory_region *s;
	struct kvmlib_memory_change *change;

	opts.space = 1;
	s = add_opts(&opts);
	assert_calls("10000:0+16");
	change = begin();
	move(change, s, 8);
	move(change, a, 8);
	move(change, b, 0);
	commit(change);
	assert_calls("10000:8+16 0:- 1:0+4 0:8+4");
	assert_map("b@0+4 a@8+4 c@16+4 d@24+4 s@8+16");
}
END_TEST

/* The smallest free numbers are used, those of removed regions among them. */
START_TEST(order_slot_numbers_are_used_again)
{
	struct kvmlib_memory_change *change = begin();
	struct kvmlib_memory_region_opts e = opts_of("e", 40, 1), f = opts_of("f", 41, 1),
					 g = opts_of("g", 42, 1);

	assert_ok(kvmlib_memory_change_remove(change, c));
	assert_ok(kvmlib_memory_change_remove(change, a));
	commit(change);
	assert_calls("2:- 0:-");
	change = begin();
	assert_ok(kvmlib_memory_change_add(change, &e, NULL));
	assert_ok(kvmlib_memory_change_add(change, &f, NULL));
	assert_ok(kvmlib_memory_change_add(change, &g, NULL));
	commit(change);
	assert_calls("0:40+1 2:41+1 4:42+1");
}
END_TEST

/* 64 regions that all move by one place, from every start, in a ring that must be cut once. */
START_TEST(order_large_ring_is_cut_once)
{
	struct kvmlib_memory_region *regions[64];
	struct kvmlib_memory_change *change;

	for (unsigned int i = 0; i < 64; i++)
		regions[i] = add("r", 100 + i, 1);
	forget_calls();
	change = begin();
	for (unsigned int i = 0; i < 64; i++)
		move(change, regions[(i * 37) % 64], 100 + ((i * 37) % 64 + 1) % 64);
	commit(change);
	ck_assert_uint_eq(map.slot_calls, 65);
	ck_assert_uint_eq(nr_slots(), 68);
	for (unsigned int i = 0; i < 64; i++)
		ck_assert_uint_eq(info_of(regions[i]).gpa, PAGES(100 + (i + 1) % 64));
	map_text();
}
END_TEST

Suite *memory_order_suite(void)
{
	Suite *suite = suite_create("memory_order");

	ADD_TESTS(map_case(suite, "order", setup_four), order_nothing_makes_no_call,
		  order_deletions_come_before_additions,
		  order_one_call_for_each_that_moves_to_a_free_place,
		  order_a_region_may_move_over_itself, order_chain_of_moves,
		  order_chain_of_neighbours_in_both_directions, order_swap_deletes_one,
		  order_circle_of_three_deletes_one, order_two_swaps_delete_two,
		  order_region_behind_a_circle_only_moves, order_dirty_log_is_switched_in_place,
		  order_dirty_log_goes_along_with_a_move, order_readonly_deletes_and_makes_anew,
		  order_replace_deletes_and_adds_with_the_same_slot,
		  order_new_regions_that_go_again_make_no_call, order_spaces_do_not_meet,
		  order_slot_numbers_are_used_again, order_large_ring_is_cut_once);
	ADD_TESTS(map_case(suite, "knot", setup_knot), order_knot_is_cut_at_the_large_region,
		  order_knot_noted_the_other_way_round, order_region_across_two_others,
		  order_walk_into_a_circle_breaks_the_circle);
	return suite;
}
