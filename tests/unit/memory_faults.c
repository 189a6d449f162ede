/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Everything of more than one step, with every kernel call and every allocation failing in turn: the
 * errno passes, a record is left, outputs are untouched, and the map is as it was. (Commits of many
 * changes are in memory_commit.c.)
 */

#include "memory_fixture.h"
#include "suites.h"

#include <string.h>
#include <unistd.h>

#include "alloc.h"

#define MANY   100U
#define BEFORE "p@0+4 q@8+4"

/* What is asked of the map; on success the test undoes it. */
struct scenario {
	const char *name;
	int (*call)(void **ret_object);
	void (*undo)(void *object);
	bool passes; /* it does without some calls, or makes them again */
};

static struct kvmlib_memory_region *p, *q;
static struct kvmlib_memory_change *change;
static int file;

static void setup_faults(void)
{
	struct kvmlib_memory_region_opts opts = opts_of("p", 0, 4);

	setup_private();
	opts.flags = REQUEST(SET_MEMORY_ATTRIBUTES) ? KVMLIB_MEMORY_CONVERTIBLE : 0;
	p = add_opts(&opts);
	q = add("q", 8, 4);
	file = make_file(4);
}

static void teardown_faults(void)
{
	close(file);
	teardown_map();
}

static int new_map(void **ret)
{
	return kvmlib_memory_new(fix.vm, NULL, (struct kvmlib_memory **)ret);
}

static void drop_map(void *object)
{
	kvmlib_memory_unref(object);
}

static int new_reader(void **ret)
{
	return kvmlib_memory_reader_new(map.memory, 0, (struct kvmlib_memory_reader **)ret);
}

static void free_reader(void *object)
{
	kvmlib_memory_reader_free(object);
}

static int begin_change(void **ret)
{
	return kvmlib_memory_begin(map.memory, (struct kvmlib_memory_change **)ret);
}

static void abort_change(void *object)
{
	kvmlib_memory_change_abort(object);
}

static int add_region(uint32_t backing, uint32_t flags, uint64_t nodes, void **ret)
{
	struct kvmlib_memory_region_opts opts = opts_of("r", 20, 2);

	opts.backing = backing;
	opts.flags = flags;
	opts.nodes = nodes;
	opts.fd = backing == KVMLIB_MEMORY_FILE ? file : 0;
	return kvmlib_memory_add(map.memory, &opts, (struct kvmlib_memory_region **)ret);
}

static int add_anonymous(void **ret)
{
	return add_region(KVMLIB_MEMORY_ANONYMOUS, KVMLIB_MEMORY_NO_DUMP, 0, ret);
}

static int add_memfd(void **ret)
{
	return add_region(KVMLIB_MEMORY_MEMFD, KVMLIB_MEMORY_READONLY, 0, ret);
}

static int add_file(void **ret)
{
	return add_region(KVMLIB_MEMORY_FILE, 0, 0, ret);
}

#ifdef KVM_CREATE_GUEST_MEMFD
static int add_guest_memfd(void **ret)
{
	return add_region(KVMLIB_MEMORY_GUEST_MEMFD, 0, 0, ret);
}

static int add_convertible(void **ret)
{
	return add_region(KVMLIB_MEMORY_ANONYMOUS, KVMLIB_MEMORY_CONVERTIBLE, 0, ret);
}
#endif

static void remove_region(void *object)
{
	ck_assert_int_eq(kvmlib_memory_remove(map.memory, object), 0);
}

static int remove_known(void **ret)
{
	(void)ret;
	return kvmlib_memory_remove(map.memory, q);
}

static void add_again(void *object)
{
	(void)object;
	q = add("q", 8, 4);
}

/* The change is none of the call's making. */
static int note_replacement(void **ret)
{
	struct kvmlib_memory_region_opts opts = opts_of("r", 20, 2);

	return kvmlib_memory_change_replace(change, q, &opts, (struct kvmlib_memory_region **)ret);
}

static int convert(void **ret)
{
	(void)ret;
	return REQUEST(SET_MEMORY_ATTRIBUTES)
		       ? kvmlib_memory_convert(map.memory, PAGES(1), PAGES(2), 1)
		       : 0;
}

static int count_usage(void **ret)
{
	struct kvmlib_memory_usage usage;

	(void)ret;
	return kvmlib_memory_region_usage(q, &usage);
}

static int populate(void **ret)
{
	(void)ret;
	return kvmlib_memory_region_populate(q, NULL);
}

static int discard(void **ret)
{
	(void)ret;
	return kvmlib_memory_discard(map.reader, PAGES(8), PAGES(4), NULL);
}

static const struct scenario scenarios[] = {
	{ "kvmlib_memory_new", new_map, drop_map, true },
	{ "kvmlib_memory_reader_new", new_reader, free_reader, false },
	{ "kvmlib_memory_begin", begin_change, abort_change, false },
	{ "kvmlib_memory_add", add_anonymous, remove_region, false },
	{ "kvmlib_memory_add", add_memfd, remove_region, false },
	{ "kvmlib_memory_add", add_file, remove_region, false },
#ifdef KVM_CREATE_GUEST_MEMFD
	{ "kvmlib_memory_add", add_guest_memfd, remove_region, true },
	{ "kvmlib_memory_add", add_convertible, remove_region, true },
#endif
	{ "kvmlib_memory_remove", remove_known, add_again, false },
	{ "kvmlib_memory_change_replace", note_replacement, NULL, false },
	{ "kvmlib_memory_convert", convert, NULL, true },
	{ "kvmlib_memory_region_usage", count_usage, NULL, true },
	{ "kvmlib_memory_region_populate", populate, NULL, true },
	{ "kvmlib_memory_discard", discard, NULL, false },
};
#define NR_SCENARIOS ((int)(sizeof(scenarios) / sizeof(scenarios[0])))

static const int errnos[] = { ENOMEM, EMFILE, EINTR, EXDEV };
#define NR_ERRNOS ((int)(sizeof(errnos) / sizeof(errnos[0])))

/* After the call: what it answered, and that nothing else is otherwise. */
static void look(const struct scenario *scenario, int r, int errnum, void *object, bool came)
{
	if (!r) {
		ck_assert(record_is_spoiled());
		ck_assert_msg(!came || scenario->passes, "%s passed", scenario->name);
		if (scenario->undo)
			scenario->undo(object);
	} else {
		/* Without an answer a capability is missing. */
		ck_assert_msg(r == -errnum || (r == -EOPNOTSUPP && scenario->passes), "%s: %d",
			      scenario->name, r);
		ck_assert_int_eq(kvmlib_error_errno(), -r);
		ck_assert_str_eq(kvmlib_error_function(), scenario->name);
		ck_assert_ptr_eq(object, SENTINEL);
	}
	kvmlib_memory_change_abort(change);
	assert_map(BEFORE);
}

static void start(void)
{
	change = begin();
	spoil_record();
}

START_TEST(memory_faults_each_kernel_call_in_turn)
{
	const struct scenario *scenario = &scenarios[_i / NR_ERRNOS];
	int errnum = errnos[_i % NR_ERRNOS];
	int fds = kvmlib_sim_open_fds(fix.sim), mappings = kvmlib_sim_mappings(fix.sim);
	bool came = true;

	for (unsigned int n = 1; came; n++) {
		uint64_t calls = kvmlib_sim_nr_calls(fix.sim);
		void *object = SENTINEL;
		int r;

		ck_assert_uint_lt(n, MANY);
		start();
		ck_assert_int_eq(kvmlib_sim_fail_nth(fix.sim, n, errnum), 0);
		r = scenario->call(&object);
		came = kvmlib_sim_nr_calls(fix.sim) >= calls + n;
		ck_assert_int_eq(kvmlib_sim_fail_nth(fix.sim, 0, 0), 0);
		look(scenario, r, errnum, object, came);
		ck_assert_int_eq(kvmlib_sim_open_fds(fix.sim), fds);
		ck_assert_int_eq(kvmlib_sim_mappings(fix.sim), mappings);
	}
}
END_TEST

START_TEST(memory_faults_each_allocation_in_turn)
{
	const struct scenario *scenario = &scenarios[_i];
	int fds = kvmlib_sim_open_fds(fix.sim), mappings = kvmlib_sim_mappings(fix.sim);
	bool came = true;

	for (unsigned int n = 1; came; n++) {
		void *object = SENTINEL;
		int r;

		ck_assert_uint_lt(n, MANY);
		start();
		alloc_fail_nth(n);
		r = scenario->call(&object);
		came = alloc_has_failed();
		alloc_fail_nth(0);
		look(scenario, r, ENOMEM, object, came);
		ck_assert_int_eq(kvmlib_sim_open_fds(fix.sim), fds);
		ck_assert_int_eq(kvmlib_sim_mappings(fix.sim), mappings);
	}
}
END_TEST

static void make_use_and_drop_a_map(void)
{
	struct kvmlib_memory_opts slots = { .size = sizeof(slots), .first_slot = 100 };
	struct kvmlib_memory_region_opts opts = opts_of("r", 100, 4);
	struct kvmlib_memory_reader *reader = NULL;
	struct kvmlib_memory_region *region = NULL;
	struct kvmlib_memory *memory = NULL;

	kvmlib_memory_new(fix.vm, &slots, &memory);
	kvmlib_memory_reader_new(memory, 0, &reader);
	kvmlib_memory_add(memory, &opts, &region);
	map.fail_slot = map.slot_calls + 1;
	map.fail_slots = 1;
	map.slot_error = ENOMEM;
	kvmlib_memory_remove(memory, region); /* fails */
	kvmlib_memory_remove(memory, region);
	opts.gpa = PAGES(200);
	kvmlib_memory_add(memory, &opts, NULL);
	kvmlib_memory_reader_free(reader);
	kvmlib_memory_unref(memory);
}

/* The first time is for what the simulated kernel keeps. */
START_TEST(memory_leaks_no_block)
{
	make_use_and_drop_a_map();
	alloc_start();
	make_use_and_drop_a_map();
	ck_assert_uint_eq(alloc_stop(), 0);
}
END_TEST

Suite *memory_faults_suite(void)
{
	Suite *suite = suite_create("memory_faults");
	TCase *tcase = tcase_create("faults");

	tcase_add_checked_fixture(tcase, setup_faults, teardown_faults);
	suite_add_tcase(suite, tcase);
	tcase_add_loop_test(tcase, memory_faults_each_kernel_call_in_turn, 0,
			    NR_SCENARIOS * NR_ERRNOS);
	tcase_add_loop_test(tcase, memory_faults_each_allocation_in_turn, 0, NR_SCENARIOS);
	tcase_add_test(tcase, memory_leaks_no_block);
	return suite;
}
