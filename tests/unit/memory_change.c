/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Changes: what may be noted in them, what commits, and what becomes of several at once. */

#include "memory_fixture.h"
#include "suites.h"

#include <string.h>

static struct kvmlib_memory_region *a, *b;

static void setup_two(void)
{
	setup_map();
	a = add("a", 0, 4);
	b = add("b", 8, 4);
	forget_calls();
}

START_TEST(change_null_arguments)
{
	struct kvmlib_memory_region_opts opts = opts_of("c", 16, 1);
	struct kvmlib_memory_change *change = SENTINEL;

	assert_refuses_null(kvmlib_memory_begin(NULL, &change), 1);
	assert_refuses_null(kvmlib_memory_begin(map.memory, NULL), 2);
	ck_assert_ptr_eq(change, SENTINEL);
	change = begin();
	assert_refuses_null(kvmlib_memory_change_add(NULL, &opts, NULL), 1);
	assert_refuses_null(kvmlib_memory_change_add(change, NULL, NULL), 2);
	assert_refuses_null(kvmlib_memory_change_remove(NULL, a), 1);
	assert_refuses_null(kvmlib_memory_change_remove(change, NULL), 2);
	assert_refuses_null(kvmlib_memory_change_move(NULL, a, 0), 1);
	assert_refuses_null(kvmlib_memory_change_move(change, NULL, 0), 2);
	assert_refuses_null(kvmlib_memory_change_replace(NULL, a, &opts, NULL), 1);
	assert_refuses_null(kvmlib_memory_change_replace(change, NULL, &opts, NULL), 2);
	assert_refuses_null(kvmlib_memory_change_replace(change, a, NULL, NULL), 3);
	assert_refuses_null(kvmlib_memory_change_flags(NULL, a, 0), 1);
	assert_refuses_null(kvmlib_memory_change_flags(change, NULL, 0), 2);
	assert_refuses_null(kvmlib_memory_change_commit(NULL), 1);
	assert_refuses_null(kvmlib_memory_add(NULL, &opts, NULL), 1);
	assert_refuses_null(kvmlib_memory_add(map.memory, NULL, NULL), 2);
	assert_refuses_null(kvmlib_memory_remove(NULL, a), 1);
	assert_refuses_null(kvmlib_memory_remove(map.memory, NULL), 2);
	kvmlib_memory_change_abort(NULL);
	commit(change);
	ck_assert_uint_eq(map.slot_calls, 0);
}
END_TEST

START_TEST(change_aborted_is_as_if_it_had_not_been)
{
	struct kvmlib_memory_region_opts opts = opts_of("c", 16, 1);
	int mappings = kvmlib_sim_mappings(fix.sim);
	struct kvmlib_memory_change *change = begin();

	assert_ok(kvmlib_memory_change_add(change, &opts, NULL));
	assert_ok(kvmlib_memory_change_remove(change, a));
	move(change, b, 40);
	ck_assert_int_eq(kvmlib_sim_mappings(fix.sim), mappings + 1);
	kvmlib_memory_change_abort(change);
	ck_assert_int_eq(kvmlib_sim_mappings(fix.sim), mappings);
	ck_assert_uint_eq(map.slot_calls, 0);
	assert_map("a@0+4 b@8+4");
}
END_TEST

START_TEST(change_of_many_regions)
{
	struct kvmlib_memory_change *change = begin();

	for (unsigned int i = 0; i < 100; i++) {
		struct kvmlib_memory_region_opts opts = opts_of("r", 100 + 2 * (i * 7 % 100), 1);

		assert_ok(kvmlib_memory_change_add(change, &opts, NULL));
	}
	commit(change);
	ck_assert_int_eq(kvmlib_memory_regions(map.memory, NULL, 0), 102);
	map_text();
}
END_TEST

START_TEST(change_remove_unmaps_and_frees_the_address)
{
	void *address = kvmlib_memory_region_address(a);
	int mappings = kvmlib_sim_mappings(fix.sim);

	ck_assert(can_read(address));
	assert_ok(kvmlib_memory_remove(map.memory, a));
	ck_assert(!can_read(address));
	ck_assert_int_eq(kvmlib_sim_mappings(fix.sim), mappings - 1);
	assert_calls("0:-");
	assert_map("b@8+4");
}
END_TEST

START_TEST(change_removed_twice_is_gone)
{
	struct kvmlib_memory_region_opts opts = opts_of("c", 16, 1);
	struct kvmlib_memory_region *region = SENTINEL;
	struct kvmlib_memory_change *change = begin();

	assert_ok(kvmlib_memory_change_remove(change, a));
	assert_fails(kvmlib_memory_change_remove(change, a), ENOENT, REGION_GONE, NULL);
	assert_subject("a");
	assert_fails(kvmlib_memory_change_move(change, a, 0), ENOENT, REGION_GONE, NULL);
	assert_fails(kvmlib_memory_change_flags(change, a, 0), ENOENT, REGION_GONE, NULL);
	assert_fails(kvmlib_memory_change_replace(change, a, &opts, &region), ENOENT, REGION_GONE,
		     NULL);
	assert_subject("a");
	ck_assert_ptr_eq(region, SENTINEL);
	commit(change);
	assert_map("b@8+4");
}
END_TEST

/* The change keeps the region, so that it can be asked for. */
START_TEST(change_removed_by_another_is_gone)
{
	struct kvmlib_memory_region_opts opts = opts_of("c", 16, 1);
	struct kvmlib_memory_region_info info;
	struct kvmlib_memory_change *change = begin(), *other = begin();

	move(other, a, 40);
	assert_ok(kvmlib_memory_remove(map.memory, a));
	assert_fails(kvmlib_memory_region_describe(a, &info), ENOENT, REGION_GONE, NULL);
	assert_subject("a");
	assert_fails(kvmlib_memory_change_remove(change, a), ENOENT, REGION_GONE, NULL);
	assert_fails(kvmlib_memory_change_move(change, a, 0), ENOENT, REGION_GONE, NULL);
	assert_fails(kvmlib_memory_change_flags(change, a, 0), ENOENT, REGION_GONE, NULL);
	assert_fails(kvmlib_memory_change_replace(change, a, &opts, NULL), ENOENT, REGION_GONE,
		     NULL);
	assert_fails(kvmlib_memory_remove(map.memory, a), ENOENT, REGION_GONE, NULL);
	assert_subject("a");
	kvmlib_memory_change_abort(change);
	forget_calls();
	assert_fails(kvmlib_memory_change_commit(other), ENOENT, REGION_GONE, NULL);
	assert_subject("a");
	ck_assert_uint_eq(map.slot_calls, 0);
	assert_map("b@8+4");
}
END_TEST

START_TEST(change_that_meets_a_removed_region_does_nothing_else_either)
{
	struct kvmlib_memory_region_opts opts = opts_of("c", 16, 1);
	struct kvmlib_memory_change *change = begin();

	move(change, b, 40);
	assert_ok(kvmlib_memory_change_remove(change, a));
	assert_ok(kvmlib_memory_change_add(change, &opts, NULL));
	assert_ok(kvmlib_memory_remove(map.memory, a));
	assert_fails(kvmlib_memory_change_commit(change), ENOENT, REGION_GONE, NULL);
	assert_map("b@8+4");
}
END_TEST

/* Two open changes of one region: each does what was noted in it, and nothing else. */
START_TEST(change_two_of_the_same_region_add_up)
{
	struct kvmlib_memory_change *flags = begin(), *moves = begin();

	assert_ok(kvmlib_memory_change_flags(flags, a, KVMLIB_MEMORY_LOG_DIRTY));
	move(moves, a, 20);
	commit(moves);
	commit(flags);
	assert_map("b@8+4 a@20+4l");
	flags = begin();
	moves = begin();
	move(moves, a, 30);
	assert_ok(kvmlib_memory_change_flags(flags, a, 0));
	commit(flags);
	commit(moves);
	assert_map("b@8+4 a@30+4");
}
END_TEST

START_TEST(change_the_last_move_of_the_same_region_wins)
{
	struct kvmlib_memory_change *first = begin(), *second = begin();

	move(first, a, 20);
	move(second, a, 30);
	commit(second);
	assert_map("b@8+4 a@30+4");
	commit(first);
	assert_map("b@8+4 a@20+4");
}
END_TEST

START_TEST(change_overlap_names_both)
{
	struct kvmlib_memory_region_opts opts = opts_of("c", 2, 8);
	struct kvmlib_memory_change *change;

	opts.gpa = PAGES(9);
	assert_fails(kvmlib_memory_add(map.memory, &opts, NULL), EEXIST, REGION_OVERLAP, NULL);
	assert_subject("c");
	assert_value(GPA, PAGES(9));
	assert_value(SIZE, PAGES(8));
	assert_value(OTHER_GPA, PAGES(8));
	assert_value(OTHER_SIZE, PAGES(4));
	opts.gpa = PAGES(3);
	opts.length = PAGES(5);
	assert_fails(kvmlib_memory_add(map.memory, &opts, NULL), EEXIST, REGION_OVERLAP, NULL);
	assert_subject("c");
	assert_value(GPA, PAGES(3));
	assert_value(OTHER_GPA, 0);
	change = begin();
	move(change, b, 3);
	assert_fails(kvmlib_memory_change_commit(change), EEXIST, REGION_OVERLAP, NULL);
	assert_subject("b");
	assert_value(GPA, PAGES(3));
	assert_value(OTHER_GPA, 0);
	change = begin();
	move(change, a, 11);
	assert_fails(kvmlib_memory_change_commit(change), EEXIST, REGION_OVERLAP, NULL);
	assert_subject("a");
	assert_value(OTHER_GPA, PAGES(8));
	ck_assert_uint_eq(map.slot_calls, 0);
	assert_map("a@0+4 b@8+4");
}
END_TEST

/* One that begins before another and ends behind it; and one inside. */
START_TEST(change_overlap_is_found_around_and_inside)
{
	struct kvmlib_memory_region_opts opts = opts_of("c", 7, 6);

	assert_fails(kvmlib_memory_add(map.memory, &opts, NULL), EEXIST, REGION_OVERLAP, NULL);
	assert_subject("c");
	opts = opts_of("c", 1, 1);
	assert_fails(kvmlib_memory_add(map.memory, &opts, NULL), EEXIST, REGION_OVERLAP, NULL);
	opts = opts_of("c", 0, 4);
	assert_fails(kvmlib_memory_add(map.memory, &opts, NULL), EEXIST, REGION_OVERLAP, NULL);
	opts = opts_of("c", 4, 4);
	add_opts(&opts);
	assert_map("a@0+4 c@4+4 b@8+4");
}
END_TEST

START_TEST(change_overlap_of_two_that_it_adds)
{
	struct kvmlib_memory_region_opts c = opts_of("c", 16, 4), d = opts_of("d", 19, 4);
	struct kvmlib_memory_change *change = begin();

	assert_ok(kvmlib_memory_change_add(change, &d, NULL));
	assert_ok(kvmlib_memory_change_add(change, &c, NULL));
	assert_fails(kvmlib_memory_change_commit(change), EEXIST, REGION_OVERLAP, NULL);
	assert_subject("d");
	assert_value(OTHER_GPA, PAGES(16));
	assert_map("a@0+4 b@8+4");
}
END_TEST

/* A slot that the VM's owner has set beside the map. */
START_TEST(change_overlap_with_a_foreign_slot)
{
	struct kvm_userspace_memory_region foreign = region_of(100, 16, 4);
	struct kvmlib_memory_region_opts opts = opts_of("c", 17, 1);

	assert_ok(kvmlib_vm_set_user_memory_region(fix.vm, &foreign));
	assert_fails(kvmlib_memory_add(map.memory, &opts, NULL), EEXIST, SLOT_OVERLAP,
		     "KVM_SET_USER_MEMORY_REGION");
	assert_subject("c");
	assert_value(GPA, PAGES(17));
	foreign.memory_size = 0;
	assert_ok(kvmlib_vm_set_user_memory_region(fix.vm, &foreign));
	assert_map("a@0+4 b@8+4");
}
END_TEST

START_TEST(change_move_is_checked)
{
	struct kvmlib_memory_change *change = begin();

	assert_fails(kvmlib_memory_change_move(change, a, PAGES(4) + 1), EINVAL, REGION_UNALIGNED,
		     NULL);
	assert_subject("a");
	assert_value(GPA, PAGES(4) + 1);
	assert_fails(kvmlib_memory_change_move(change, a, -PAGES(4)), EINVAL, REGION_RANGE, NULL);
	assert_subject("a");
	assert_value(GPA, -PAGES(4));
	assert_value(SIZE, PAGES(4));
	commit(change);
	ck_assert_uint_eq(map.slot_calls, 0);
}
END_TEST

/* The record of whatever lies beyond the guest's addresses says so: added, moved or made anew. */
START_TEST(change_beyond_what_the_guest_can_address)
{
	struct kvmlib_memory_region_opts opts = opts_of("c", 0, 1);
	struct kvmlib_memory_change *change;

#ifdef __x86_64__
	opts.gpa = UINT64_C(1) << 52;
	assert_fails(kvmlib_memory_add(map.memory, &opts, NULL), EINVAL, SLOT_ABOVE_GPA_LIMIT,
		     "KVM_SET_USER_MEMORY_REGION");
	assert_subject("c");
	assert_value(GPA, opts.gpa);
	change = begin();
	assert_ok(kvmlib_memory_change_move(change, a, opts.gpa));
	assert_fails(kvmlib_memory_change_commit(change), EINVAL, SLOT_ABOVE_GPA_LIMIT,
		     "KVM_SET_USER_MEMORY_REGION");
	assert_subject("a");
	change = begin();
	assert_ok(kvmlib_memory_change_move(change, a, opts.gpa));
	assert_ok(kvmlib_memory_change_flags(change, a, KVMLIB_MEMORY_READONLY));
	assert_fails(kvmlib_memory_change_commit(change), EINVAL, SLOT_ABOVE_GPA_LIMIT,
		     "KVM_SET_USER_MEMORY_REGION");
	assert_map("a@0+4 b@8+4");
#endif
	opts.gpa = (UINT64_C(1) << 40) - page_size();
	change = begin();
	assert_ok(kvmlib_memory_change_add(change, &opts, NULL));
	commit(change);
	ck_assert_str_eq(name_at(opts.gpa), "c");
	ck_assert_str_eq(name_at(opts.gpa + page_size()), "");
}
END_TEST

START_TEST(change_flags_are_checked)
{
	struct kvmlib_memory_change *change = begin();

	assert_fails(kvmlib_memory_change_flags(change, a, KVMLIB_MEMORY_NO_DUMP), EINVAL,
		     BAD_ARGUMENT, NULL);
	assert_value(ARGUMENT, 3);
	assert_value(FLAGS, KVMLIB_MEMORY_NO_DUMP);
	assert_subject("a");
	assert_fails(kvmlib_memory_change_flags(change, a, 1U << 31), EINVAL, BAD_ARGUMENT, NULL);
	commit(change);
	ck_assert_uint_eq(map.slot_calls, 0);
}
END_TEST

START_TEST(change_of_another_map)
{
	struct kvmlib_memory_region_opts opts = opts_of("c", 16, 1);
	struct kvmlib_memory *memory = NULL;
	struct kvmlib_memory_region *region = SENTINEL;
	struct kvmlib_memory_change *change;
	struct kvmlib_memory_opts map_opts = { .size = sizeof(map_opts), .first_slot = 100 };

	assert_ok(kvmlib_memory_new(fix.vm, &map_opts, &memory));
	assert_ok(kvmlib_memory_begin(memory, &change));
	assert_fails(kvmlib_memory_change_remove(change, a), EINVAL, BAD_ARGUMENT, NULL);
	assert_value(ARGUMENT, 2);
	assert_subject("a");
	assert_fails(kvmlib_memory_change_move(change, a, 0), EINVAL, BAD_ARGUMENT, NULL);
	assert_fails(kvmlib_memory_change_flags(change, a, 0), EINVAL, BAD_ARGUMENT, NULL);
	assert_fails(kvmlib_memory_change_replace(change, a, &opts, &region), EINVAL, BAD_ARGUMENT,
		     NULL);
	ck_assert_ptr_eq(region, SENTINEL);
	kvmlib_memory_change_abort(change);
	assert_fails(kvmlib_memory_remove(memory, a), EINVAL, BAD_ARGUMENT, NULL);
	kvmlib_memory_unref(memory);
	assert_map("a@0+4 b@8+4");
}
END_TEST

START_TEST(change_replace_gives_the_new_region)
{
	struct kvmlib_memory_region_opts opts = opts_of("c", 0, 2);
	struct kvmlib_memory_region *region = NULL;
	struct kvmlib_memory_change *change = begin();

	memset(kvmlib_memory_region_address(a), 7, PAGES(4));
	assert_ok(kvmlib_memory_change_replace(change, a, &opts, &region));
	ck_assert_uint_eq(*(uint8_t *)kvmlib_memory_region_address(region), 0);
	ck_assert_str_eq(name_at(0), "a");
	commit(change);
	ck_assert_str_eq(name_at(0), "c");
	assert_map("c@0+2 b@8+4");
}
END_TEST

START_TEST(change_replace_notes_both_or_neither)
{
	struct kvmlib_memory_region_opts opts = opts_of("c", 0, 0);
	struct kvmlib_memory_region *region = SENTINEL;
	struct kvmlib_memory_change *change = begin(), *other = begin();

	assert_fails(kvmlib_memory_change_replace(change, a, &opts, &region), EINVAL, REGION_RANGE,
		     NULL);
	assert_subject("c");
	ck_assert_ptr_eq(region, SENTINEL);
	/* It is as if the change had never heard of a. */
	move(other, b, 20);
	assert_ok(kvmlib_memory_change_remove(other, a));
	commit(other);
	commit(change);
	assert_map("b@20+4");
	change = begin();
	move(change, b, 30);
	assert_fails(kvmlib_memory_change_replace(change, b, &opts, NULL), EINVAL, REGION_RANGE,
		     NULL);
	commit(change);
	assert_map("b@30+4");
}
END_TEST

/* The new region is the change's own: it goes with it, and can be removed again. */
START_TEST(change_new_regions_are_known_to_their_change_alone)
{
	struct kvmlib_memory_region_opts opts = opts_of("c", 16, 2);
	struct kvmlib_memory_region *region;
	struct kvmlib_memory_change *change = begin(), *other = begin();

	assert_ok(kvmlib_memory_change_add(change, &opts, &region));
	ck_assert_uint_eq(info_of(region).slot, UINT32_MAX);
	assert_fails(kvmlib_memory_change_move(other, region, 0), ENOENT, REGION_GONE, NULL);
	assert_subject("c");
	ck_assert_int_eq(kvmlib_memory_regions(map.memory, NULL, 0), 2);
	kvmlib_memory_change_abort(other);
	commit(change);
	ck_assert_uint_eq(info_of(region).slot, 2);
	assert_map("a@0+4 b@8+4 c@16+2");
}
END_TEST

START_TEST(change_keeps_the_map)
{
	struct kvmlib_memory_region_opts opts = opts_of("c", 16, 2);
	struct kvmlib_memory_change *change = begin();

	assert_ok(kvmlib_memory_change_add(change, &opts, NULL));
	map.reader = kvmlib_memory_reader_free(map.reader);
	map.memory = kvmlib_memory_unref(map.memory);
	ck_assert_uint_eq(nr_slots(), 2);
	commit(change);
	ck_assert_uint_eq(nr_slots(), 0);
	ck_assert_int_eq(kvmlib_sim_mappings(fix.sim), 1); /* the VM's */
}
END_TEST

START_TEST(change_failed_add_leaves_the_output_and_the_map)
{
	struct kvmlib_memory_region_opts opts = opts_of("c", 8, 2);
	struct kvmlib_memory_region *region = SENTINEL;
	int mappings = kvmlib_sim_mappings(fix.sim);

	assert_fails(kvmlib_memory_add(map.memory, &opts, &region), EEXIST, REGION_OVERLAP, NULL);
	ck_assert_ptr_eq(region, SENTINEL);
	opts.length = 0;
	assert_fails(kvmlib_memory_add(map.memory, &opts, &region), EINVAL, REGION_RANGE, NULL);
	assert_subject("c");
	ck_assert_ptr_eq(region, SENTINEL);
	ck_assert_int_eq(kvmlib_sim_mappings(fix.sim), mappings);
}
END_TEST

START_TEST(change_on_a_dead_vm_is_eio)
{
	struct kvmlib_memory_region_opts opts = opts_of("c", 16, 2);
	struct kvmlib_memory_change *change = begin();

	ck_assert_int_eq(kvmlib_sim_kill_vm(fix.sim, kvmlib_vm_fd(fix.vm)), 0);
	move(change, b, 40);
	assert_fails(kvmlib_memory_change_commit(change), EIO, VM_DEAD,
		     "KVM_SET_USER_MEMORY_REGION");
	assert_subject("b");
	assert_fails(kvmlib_memory_add(map.memory, &opts, NULL), EIO, VM_DEAD,
		     "KVM_SET_USER_MEMORY_REGION");
	assert_subject("c");
	assert_fails(kvmlib_memory_remove(map.memory, a), EIO, VM_DEAD,
		     "KVM_SET_USER_MEMORY_REGION");
	assert_map("a@0+4 b@8+4");
	/* Its memory goes nonetheless: no guest runs any more. */
	map.reader = kvmlib_memory_reader_free(map.reader);
	map.memory = kvmlib_memory_unref(map.memory);
	ck_assert_int_eq(kvmlib_sim_mappings(fix.sim), 1);
	forget_slots();
}
END_TEST

Suite *memory_change_suite(void)
{
	Suite *suite = suite_create("memory_change");

	ADD_TESTS(map_case(suite, "change", setup_two), change_null_arguments,
		  change_aborted_is_as_if_it_had_not_been, change_of_many_regions,
		  change_remove_unmaps_and_frees_the_address, change_removed_twice_is_gone,
		  change_removed_by_another_is_gone,
		  change_that_meets_a_removed_region_does_nothing_else_either,
		  change_two_of_the_same_region_add_up,
		  change_the_last_move_of_the_same_region_wins, change_overlap_names_both,
		  change_overlap_is_found_around_and_inside, change_overlap_of_two_that_it_adds,
		  change_overlap_with_a_foreign_slot, change_move_is_checked,
		  change_beyond_what_the_guest_can_address, change_flags_are_checked,
		  change_of_another_map, change_replace_gives_the_new_region,
		  change_replace_notes_both_or_neither,
		  change_new_regions_are_known_to_their_change_alone, change_keeps_the_map,
		  change_failed_add_leaves_the_output_and_the_map, change_on_a_dead_vm_is_eio);
	return suite;
}
