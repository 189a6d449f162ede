/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A forked child has the map, but not the guest's memory, and the parent's VM is none of its business. */

#include "child.h"
#include "emulated.h"
#include "memory_fixture.h"
#include "suites.h"

#include <string.h>
#include <sys/uio.h>

static struct kvmlib_memory_region *region, *visible;
static struct kvmlib_memory_change *change;
static struct kvmlib_memory_reader *inside;
static void *visible_address;
static int mappings;

static void setup_family(void)
{
	struct kvmlib_memory_region_opts opts = opts_of("visible", 8, 2),
					 next = opts_of("n", 16, 1);

	setup_map();
	make_vcpu();
	region = add("r", 0, 2);
	opts.flags = KVMLIB_MEMORY_FORK_VISIBLE;
	visible = add_opts(&opts);
	memset(kvmlib_memory_region_address(region), 5, PAGES(2));
	memset(kvmlib_memory_region_address(visible), 6, PAGES(2));
	change = begin();
	assert_ok(kvmlib_memory_change_add(change, &next, NULL));
	assert_ok(kvmlib_memory_reader_new(map.memory, 0, &inside));
	assert_ok(kvmlib_memory_enter(inside));
	mappings = kvmlib_sim_mappings(fix.sim);
	forget_calls();
}

static void teardown_family(void)
{
	inside = kvmlib_memory_reader_free(inside);
	kvmlib_memory_change_abort(change);
	teardown_map();
}

static bool is_forked(int r, const char *function)
{
	return r == -EIO && kvmlib_error_errno() == EIO &&
	       kvmlib_error_cause() == KVMLIB_CAUSE_FORKED &&
	       !strcmp(kvmlib_error_function(), function);
}

#define CHECK_FORKED(function, arguments)                        \
	do {                                                     \
		spoil_record();                                  \
		CHECK(is_forked(function arguments, #function)); \
	} while (0)

static void call_the_map(void)
{
	struct kvmlib_memory_region_opts opts = opts_of("c", 32, 1);
	struct kvmlib_memory_change *other = SENTINEL;
	struct kvmlib_memory_region *regions[4];
	struct kvmlib_memory_region_info info;
	struct kvmlib_memory_usage usage;
	struct kvmlib_memory *memory = SENTINEL;

	CHECK_FORKED(kvmlib_memory_new, (fix.vm, NULL, &memory));
	CHECK_FORKED(kvmlib_memory_regions, (map.memory, regions, 4));
	CHECK_FORKED(kvmlib_memory_region_describe, (region, &info));
	CHECK_FORKED(kvmlib_memory_region_usage, (region, &usage));
	CHECK_FORKED(kvmlib_memory_region_populate, (region, NULL));
	CHECK_FORKED(kvmlib_memory_begin, (map.memory, &other));
	CHECK_FORKED(kvmlib_memory_change_add, (change, &opts, NULL));
	CHECK_FORKED(kvmlib_memory_change_remove, (change, region));
	CHECK_FORKED(kvmlib_memory_change_move, (change, region, PAGES(64)));
	CHECK_FORKED(kvmlib_memory_change_replace, (change, region, &opts, NULL));
	CHECK_FORKED(kvmlib_memory_change_flags, (change, region, 0));
	CHECK_FORKED(kvmlib_memory_add, (map.memory, &opts, NULL));
	CHECK_FORKED(kvmlib_memory_remove, (map.memory, region));
	CHECK_FORKED(kvmlib_memory_convert, (map.memory, 0, page_size(), 1));
	if (REQUEST(PRE_FAULT_MEMORY))
		CHECK_FORKED(kvmlib_memory_pre_fault, (fix.vcpu, 0, page_size(), NULL));
	CHECK(memory == SENTINEL && other == SENTINEL);
	CHECK_FORKED(kvmlib_memory_change_commit, (change));
	CHECK(map.slot_calls == 0);
}

START_TEST(fork_calls_of_the_map_are_eio)
{
	NEEDS_WIPED_PAGES;
	in_child(call_the_map);
	assert_map("r@0+2 visible@8+2");
}
END_TEST

static void call_reader(struct kvmlib_memory_reader *reader)
{
	uint64_t number = 77, done = 77;
	struct iovec iov[1];
	char buffer[8] = "x";
	size_t size = 77;

	CHECK_FORKED(kvmlib_memory_enter, (reader));
	CHECK_FORKED(kvmlib_memory_read, (reader, 0, buffer, 1));
	CHECK_FORKED(kvmlib_memory_write, (reader, 0, buffer, 1));
	CHECK_FORKED(kvmlib_memory_fill, (reader, 0, 1, 1));
	CHECK_FORKED(kvmlib_memory_compare, (reader, 0, buffer, 1, &size));
	CHECK_FORKED(kvmlib_memory_read_string, (reader, 0, buffer, 1, &size));
	CHECK_FORKED(kvmlib_memory_load, (reader, 0, 1, &number));
	CHECK_FORKED(kvmlib_memory_store, (reader, 0, 1, 1));
	CHECK_FORKED(kvmlib_memory_compare_exchange, (reader, 0, 1, &number, 1));
	CHECK_FORKED(kvmlib_memory_iovec, (reader, 0, 1, 0, iov, 1));
	CHECK_FORKED(kvmlib_memory_discard, (reader, 0, PAGES(1), &done));
	CHECK(number == 77 && size == 77 && done == 0 && *buffer == 'x');
}

static void call_readers(void)
{
	struct kvmlib_memory_reader *reader = SENTINEL;

	CHECK_FORKED(kvmlib_memory_reader_new, (map.memory, 0, &reader));
	CHECK(reader == SENTINEL);
	call_reader(map.reader);
	call_reader(inside);
}

START_TEST(fork_calls_of_readers_are_eio)
{
	NEEDS_WIPED_PAGES;
	in_child(call_readers);
}
END_TEST

static void look_at_memory(void)
{
	const uint8_t *address = kvmlib_memory_region_address(visible);

	CHECK(!can_read(kvmlib_memory_region_address(region)));
	CHECK(!can_read((uint8_t *)kvmlib_memory_region_address(region) - 1));
	CHECK(can_read(address));
	CHECK(address[0] == 6 && address[PAGES(2) - 1] == 6);
}

START_TEST(fork_leaves_memory_that_is_visible)
{
	NEEDS_ADVICE;
	in_child(look_at_memory);
}
END_TEST

/* The address space that was the region's may be another's by then. */
static void drop_everything(void)
{
	uint64_t calls = kvmlib_sim_nr_ioctls(fix.sim, KVM_SET_USER_MEMORY_REGION);

	kvmlib_memory_change_abort(change);
	CHECK(!kvmlib_memory_reader_free(inside));
	CHECK(!kvmlib_memory_reader_free(map.reader));
	CHECK(can_read(visible_address));
	CHECK(!kvmlib_memory_unref(map.memory));
	CHECK(!can_read(visible_address));
	CHECK(map.unmaps == 1);
	CHECK(map.slot_calls == 0);
	CHECK(kvmlib_sim_nr_ioctls(fix.sim, KVM_SET_USER_MEMORY_REGION) == calls);
}

START_TEST(fork_child_that_drops_the_map_leaves_the_parents)
{
	uint8_t byte = 0;

	NEEDS_WIPED_PAGES;
	visible_address = kvmlib_memory_region_address(visible);
	in_child(drop_everything);
	assert_map("r@0+2 visible@8+2");
	ck_assert_int_eq(kvmlib_sim_mappings(fix.sim), mappings);
	assert_ok(kvmlib_memory_read(map.reader, 0, &byte, 1));
	ck_assert_uint_eq(byte, 5);
	assert_ok(kvmlib_memory_read(map.reader, PAGES(9), &byte, 1));
	ck_assert_uint_eq(byte, 6);
}
END_TEST

Suite *memory_fork_suite(void)
{
	Suite *suite = suite_create("memory_fork");
	TCase *tcase = tcase_create("fork");

	tcase_add_checked_fixture(tcase, setup_family, teardown_family);
	suite_add_tcase(suite, tcase);
	ADD_TESTS(tcase, fork_calls_of_the_map_are_eio, fork_calls_of_readers_are_eio,
		  fork_leaves_memory_that_is_visible,
		  fork_child_that_drops_the_map_leaves_the_parents);
	return suite;
}
