/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The memory map itself: its limits, its list of regions, and what is left of it. */

#include "memory_fixture.h"
#include "suites.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

START_TEST(map_null_arguments)
{
	struct kvmlib_memory *memory = SENTINEL;
	struct kvmlib_memory_region *region;

	assert_refuses_null(kvmlib_memory_new(NULL, NULL, &memory), 1);
	assert_refuses_null(kvmlib_memory_new(fix.vm, NULL, NULL), 3);
	ck_assert_ptr_eq(memory, SENTINEL);
	ck_assert_ptr_null(kvmlib_memory_ref(NULL));
	ck_assert_ptr_null(kvmlib_memory_unref(NULL));
	assert_refuses_null(kvmlib_memory_regions(NULL, &region, 1), 1);
	assert_refuses_null(kvmlib_memory_regions(map.memory, NULL, 1), 2);
	assert_returns(kvmlib_memory_regions(map.memory, NULL, 0), 0);
}
END_TEST

START_TEST(map_without_regions)
{
	uint8_t byte;

	assert_map("");
	assert_fails(kvmlib_memory_convert(map.memory, PAGES(4), page_size(), 1), EFAULT,
		     NOT_MEMORY, NULL);
	assert_value(GPA, PAGES(4));
	assert_fails_at(kvmlib_memory_read(map.reader, 0, &byte, 1), EFAULT, NOT_MEMORY, 0);
	commit(begin());
	assert_map("");
}
END_TEST

START_TEST(map_references_count)
{
	void *address;

	add("a", 0, 1);
	ck_assert_ptr_eq(kvmlib_memory_ref(map.memory), map.memory);
	ck_assert_ptr_null(kvmlib_memory_unref(map.memory));
	ck_assert_str_eq(name_at(0), "a");
	/* The reader has one, too. */
	ck_assert_ptr_null(kvmlib_memory_unref(map.memory));
	map.memory = NULL;
	ck_assert_int_eq(kvmlib_memory_enter(map.reader), 0);
	address = kvmlib_memory_at(map.reader, 0, NULL);
	ck_assert(can_read(address));
	kvmlib_memory_leave(map.reader);
	map.reader = kvmlib_memory_reader_free(map.reader);
	ck_assert(!can_read(address));
}
END_TEST

/* The VM stays as long as its map. */
START_TEST(map_keeps_the_vm)
{
	fix.vm = kvmlib_vm_unref(fix.vm);
	fix.system = kvmlib_system_unref(fix.system);
	add("a", 0, 1);
	ck_assert_int_eq(kvmlib_sim_open_fds(fix.sim), 2);
}
END_TEST

START_TEST(map_unref_keeps_the_record)
{
	add("a", 0, 1);
	ck_assert_int_eq(kvmlib_sim_kill_vm(fix.sim, kvmlib_vm_fd(fix.vm)), 0);
	spoil_record();
	map.reader = kvmlib_memory_reader_free(map.reader);
	map.memory = kvmlib_memory_unref(map.memory);
	ck_assert(record_is_spoiled());
	forget_slots();
}
END_TEST

START_TEST(map_unref_deletes_slots_and_then_unmaps)
{
	struct kvmlib_memory_region_opts opts = opts_of("s", 0, 1);

	add("a", 0, 1);
	add("b", 4, 1);
	opts.space = 1;
	add_opts(&opts);
	forget_calls();
	map.reader = kvmlib_memory_reader_free(map.reader);
	map.memory = kvmlib_memory_unref(map.memory);
	assert_calls("0:- 1:- 10000:-");
	ck_assert_uint_eq(map.unmaps, 3);
	ck_assert_int_eq(kvmlib_sim_mappings(fix.sim), 1);
}
END_TEST

/* As a protected VM of arm64 has it: the guest keeps what it has. */
START_TEST(map_memory_that_kvm_keeps_stays_mapped)
{
	struct kvmlib_memory_region *region = add("a", 0, 1);
	void *address = kvmlib_memory_region_address(region);

	map.fail_slot = 2;
	map.fail_slots = 1;
	map.slot_error = EPERM;
	map.reader = kvmlib_memory_reader_free(map.reader);
	map.memory = kvmlib_memory_unref(map.memory);
	ck_assert(can_write(address));
	ck_assert_int_eq(kvmlib_sim_mappings(fix.sim), 2);
	ck_assert_int_eq(fix.sys->munmap(fix.sys->ctx, map.reserved, map.reserved_length), 0);
	forget_slots();
}
END_TEST

START_TEST(map_lists_regions_by_space_and_address)
{
	struct kvmlib_memory_region_opts s = opts_of("s", 0, 1), t = opts_of("t", 4, 1);
	struct kvmlib_memory_region *regions[5];

	s.space = 1;
	t.space = 1;
	add_opts(&t);
	add("b", 8, 1);
	add_opts(&s);
	add("a", 4, 1);
	assert_map("a@4+1 b@8+1 s@0+1 t@4+1");
	memset(regions, 0, sizeof(regions));
	regions[2] = SENTINEL;
	assert_returns(kvmlib_memory_regions(map.memory, regions, 2), 4);
	ck_assert_str_eq(info_of(regions[0]).name, "a");
	ck_assert_str_eq(info_of(regions[1]).name, "b");
	ck_assert_ptr_eq(regions[2], SENTINEL);
	assert_returns(kvmlib_memory_regions(map.memory, regions, 5), 4);
	ck_assert_str_eq(info_of(regions[3]).name, "t");
	ck_assert_ptr_null(regions[4]);
}
END_TEST

/* Limits. */

static void assert_limits(uint32_t first, uint32_t number)
{
	struct kvmlib_memory_opts opts = { .size = sizeof(opts),
					   .first_slot = first,
					   .nr_slots = number };

	assert_ok(kvmlib_memory_new(fix.vm, &opts, &map.memory));
	map.memory = kvmlib_memory_unref(map.memory);
}

static void assert_no_limits(uint32_t first, uint32_t number)
{
	struct kvmlib_memory_opts opts = { .size = sizeof(opts),
					   .first_slot = first,
					   .nr_slots = number };
	struct kvmlib_memory *memory = SENTINEL;

	assert_fails(kvmlib_memory_new(fix.vm, &opts, &memory), EINVAL, BAD_ARGUMENT, NULL);
	assert_value(ARGUMENT, 2);
	assert_value(SLOT, first);
	ck_assert_ptr_eq(memory, SENTINEL);
}

static void set_slots(int number)
{
	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_NR_MEMSLOTS, number), 0);
}

START_TEST(map_slots_must_be_the_vms)
{
	set_slots(8);
	assert_limits(0, 0);
	assert_limits(0, 8);
	assert_limits(7, 0);
	assert_limits(7, 1);
	assert_limits(3, 5);
	assert_no_limits(8, 0);
	assert_no_limits(8, 1);
	assert_no_limits(0, 9);
	assert_no_limits(3, 6);
	assert_no_limits(UINT32_MAX, 1);
	assert_no_limits(1, UINT32_MAX);
	assert_no_limits(UINT32_MAX, UINT32_MAX);
}
END_TEST

/* A kernel that does not tell has 32. */
START_TEST(map_has_32_slots_where_the_vm_does_not_tell)
{
	set_slots(0);
	assert_limits(31, 1);
	assert_no_limits(32, 0);
	assert_no_limits(0, 33);
}
END_TEST

/* A slot's number has 16 bits. */
START_TEST(map_has_at_most_65536_slots_in_a_space)
{
	set_slots(100000);
	assert_limits(65535, 1);
	assert_no_limits(65536, 0);
	assert_no_limits(0, 65537);
}
END_TEST

START_TEST(map_uses_the_slots_it_was_given)
{
	struct kvmlib_memory_opts opts = { .size = sizeof(opts), .first_slot = 5, .nr_slots = 3 };
	struct kvmlib_memory_region_opts region = opts_of("d", 9, 1);

	make_map(&opts);
	add("a", 0, 1);
	add("b", 2, 1);
	add("c", 4, 1);
	assert_calls("5:0+1 6:2+1 7:4+1");
	assert_fails(kvmlib_memory_add(map.memory, &region, NULL), ENOSPC, SLOT_LIMIT, NULL);
	assert_value(LIMIT, 3);
}
END_TEST

/* More than a word of numbers, and all that the VM has. */
START_TEST(map_uses_every_slot)
{
	struct kvmlib_memory_region_opts opts = opts_of("last", 9999, 1);
	struct kvmlib_memory_change *change;

	set_slots(130);
	make_map(NULL);
	change = begin();
	for (unsigned int i = 0; i < 130; i++) {
		struct kvmlib_memory_region_opts region = opts_of("r", i * 3, 1);

		assert_ok(kvmlib_memory_change_add(change, &region, NULL));
	}
	commit(change);
	ck_assert_uint_eq(nr_slots(), 130);
	map_text();
	assert_fails(kvmlib_memory_add(map.memory, &opts, NULL), ENOSPC, SLOT_LIMIT, NULL);
	assert_value(LIMIT, 130);
}
END_TEST

START_TEST(map_two_share_a_vm)
{
	struct kvmlib_memory_opts low = { .size = sizeof(low), .nr_slots = 4 };
	struct kvmlib_memory_opts high = { .size = sizeof(high), .first_slot = 4 };
	struct kvmlib_memory_region_opts opts = opts_of("b", 0, 2);
	struct kvmlib_memory *memory;

	make_map(&low);
	add("a", 0, 2);
	assert_ok(kvmlib_memory_new(fix.vm, &high, &memory));
	assert_fails(kvmlib_memory_add(memory, &opts, NULL), EEXIST, SLOT_OVERLAP,
		     "KVM_SET_USER_MEMORY_REGION");
	opts.gpa = PAGES(2);
	assert_ok(kvmlib_memory_add(memory, &opts, NULL));
	assert_calls("0:0+2 4:2+2");
	kvmlib_memory_unref(memory);
}
END_TEST

START_TEST(map_of_a_vm_without_spaces)
{
	struct kvmlib_memory_region_opts opts = opts_of("s", 0, 1);
	struct kvmlib_memory_reader *reader = SENTINEL;

	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_MULTI_ADDRESS_SPACE, 0), 0);
	make_map(NULL);
	opts.space = 1;
	assert_fails(kvmlib_memory_add(map.memory, &opts, NULL), EINVAL, SPACE_MISSING, NULL);
	assert_subject("s");
	assert_fails(kvmlib_memory_reader_new(map.memory, 1, &reader), EINVAL, SPACE_MISSING, NULL);
	assert_value(ARGUMENT, 2);
	ck_assert_ptr_eq(reader, SENTINEL);
}
END_TEST

/* The library knows of two, and so do kernels. */
START_TEST(map_of_a_vm_with_more_spaces)
{
	struct kvmlib_memory_region_opts opts = opts_of("s", 0, 1);

	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_MULTI_ADDRESS_SPACE, 3), 0);
	make_map(NULL);
	opts.space = 2;
	assert_fails(kvmlib_memory_add(map.memory, &opts, NULL), EINVAL, SPACE_MISSING, NULL);
	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_MULTI_ADDRESS_SPACE, 2), 0);
}
END_TEST

START_TEST(map_of_a_vm_without_readonly)
{
	struct kvmlib_memory_region_opts opts = opts_of("rom", 0, 1);
	struct kvmlib_memory_region *region;
	struct kvmlib_memory_change *change;

	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_READONLY_MEM, 0), 0);
	make_map(NULL);
	region = add_opts(&opts);
	opts.flags = KVMLIB_MEMORY_READONLY;
	assert_fails(kvmlib_memory_add(map.memory, &opts, NULL), EOPNOTSUPP, CAPABILITY_MISSING,
		     NULL);
	assert_subject("rom");
	assert_value(CAPABILITY, KVMLIB_CAP_READONLY_MEM);
	change = begin();
	assert_fails(kvmlib_memory_change_flags(change, region, KVMLIB_MEMORY_READONLY), EOPNOTSUPP,
		     CAPABILITY_MISSING, NULL);
	assert_subject("rom");
	assert_value(CAPABILITY, KVMLIB_CAP_READONLY_MEM);
	assert_ok(kvmlib_memory_change_flags(change, region, KVMLIB_MEMORY_LOG_DIRTY));
	commit(change);
	assert_map("rom@0+1l");
}
END_TEST

START_TEST(map_of_a_dead_vm_is_eio)
{
	struct kvmlib_memory *memory = SENTINEL;

	ck_assert_int_eq(kvmlib_sim_kill_vm(fix.sim, kvmlib_vm_fd(fix.vm)), 0);
	assert_fails(kvmlib_memory_new(fix.vm, NULL, &memory), EIO, VM_DEAD, "KVM_CHECK_EXTENSION");
	assert_value(CAPABILITY, KVMLIB_CAP_NR_MEMSLOTS);
	ck_assert_ptr_eq(memory, SENTINEL);
}
END_TEST

Suite *memory_map_suite(void)
{
	Suite *suite = suite_create("memory_map");

	ADD_TESTS(map_case(suite, "map", setup_map), map_null_arguments, map_without_regions,
		  map_references_count, map_keeps_the_vm, map_unref_keeps_the_record,
		  map_unref_deletes_slots_and_then_unmaps, map_memory_that_kvm_keeps_stays_mapped,
		  map_lists_regions_by_space_and_address);
	ADD_TESTS(map_case(suite, "limits", setup_noted_vm), map_slots_must_be_the_vms,
		  map_has_32_slots_where_the_vm_does_not_tell,
		  map_has_at_most_65536_slots_in_a_space, map_uses_the_slots_it_was_given,
		  map_uses_every_slot, map_two_share_a_vm, map_of_a_vm_without_spaces,
		  map_of_a_vm_with_more_spaces, map_of_a_vm_without_readonly,
		  map_of_a_dead_vm_is_eio);
	return suite;
}
