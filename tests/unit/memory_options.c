/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The memory map's options structs: shorter, exact, longer with a zero tail, longer with a set one. */

#include "memory_fixture.h"
#include "suites.h"

#include <string.h>

#define MAX_SIZE 4096U

union opts {
	size_t size;
	struct kvmlib_memory_opts map;
	struct kvmlib_memory_region_opts region;
	struct kvmlib_memory_populate_opts populate;
	struct kvmlib_dirty_opts dirty;
	unsigned char bytes[2 * MAX_SIZE];
};

/* One function with options; it undoes what it did. */
struct taker {
	const char *function; /* for record_differs() */
	size_t size;
	size_t least; /* bytes that must be there to succeed */
	int (*call)(const union opts *opts);
};

static union opts opts;
static struct kvmlib_memory_region *region;

static int new_map(const union opts *o)
{
	struct kvmlib_memory *memory = NULL;
	int r = kvmlib_memory_new(fix.vm, &o->map, &memory);

	kvmlib_memory_unref(memory);
	return r;
}

static int add_alone(const union opts *o)
{
	struct kvmlib_memory_region *added = NULL;
	int r = kvmlib_memory_add(map.memory, &o->region, &added);

	if (!r)
		ck_assert_int_eq(kvmlib_memory_remove(map.memory, added), 0);
	return r;
}

static int add_in_change(const union opts *o)
{
	struct kvmlib_memory_change *change = begin();
	int r;

	spoil_record();
	r = kvmlib_memory_change_add(change, &o->region, NULL);
	kvmlib_memory_change_abort(change);
	return r;
}

static int replace(const union opts *o)
{
	struct kvmlib_memory_change *change = begin();
	int r;

	spoil_record();
	r = kvmlib_memory_change_replace(change, region, &o->region, NULL);
	kvmlib_memory_change_abort(change);
	return r;
}

static int populate(const union opts *o)
{
	return kvmlib_memory_region_populate(region, &o->populate);
}

static int pre_fault(const union opts *o)
{
	return kvmlib_memory_pre_fault(fix.vcpu, 0, 0, &o->populate);
}

static int track(const union opts *o)
{
	struct kvmlib_dirty *dirty = NULL;
	int r = kvmlib_dirty_start(map.memory, &o->dirty, &dirty);

	kvmlib_dirty_unref(dirty);
	return r;
}

#define REGION_SIZES \
	sizeof(struct kvmlib_memory_region_opts), offsetof(struct kvmlib_memory_region_opts, name)
#define POPULATE_SIZES sizeof(struct kvmlib_memory_populate_opts), sizeof(size_t)

static const struct taker takers[] = {
	{ "kvmlib_memory_new()", sizeof(struct kvmlib_memory_opts), sizeof(size_t), new_map },
	{ "kvmlib_memory_add()", REGION_SIZES, add_alone },
	{ "kvmlib_memory_change_add()", REGION_SIZES, add_in_change },
	{ "kvmlib_memory_change_replace()", REGION_SIZES, replace },
	{ "kvmlib_memory_region_populate()", POPULATE_SIZES, populate },
	{ "kvmlib_memory_pre_fault()", POPULATE_SIZES, pre_fault },
	{ "kvmlib_dirty_start()", sizeof(struct kvmlib_dirty_opts), sizeof(size_t), track },
};
#define NR_TAKERS ((int)(sizeof(takers) / sizeof(takers[0])))

static void setup_options(void)
{
	setup_map();
	make_vcpu();
	region = add("there", 16, 1);
}

static const struct taker *start(int i)
{
	memset(&opts, 0, sizeof(opts));
	opts.size = takers[i].size;
	if (takers[i].size == sizeof(struct kvmlib_memory_region_opts))
		opts.region.length = page_size();
	return &takers[i];
}

static void assert_refused(const struct taker *taker, int errnum, uint32_t cause)
{
	const char *differs;

	spoil_record();
	ck_assert_int_eq(taker->call(&opts), -errnum);
	differs = record_differs(taker->function, errnum, cause, NULL);
	ck_assert_msg(!differs, "%s", differs);
}

START_TEST(memory_options_exact_size_is_taken)
{
	const struct taker *taker = start(_i);
	union opts before;

	memcpy(&before, &opts, sizeof(before));
	assert_ok(taker->call(&opts));
	ck_assert_mem_eq(&opts, &before, sizeof(opts));
}
END_TEST

/* Members that an old caller lacks are not read, though the bytes behind its struct are set. */
START_TEST(memory_options_short_are_taken)
{
	const struct taker *taker = start(_i);

	opts.size = taker->least;
	memset(opts.bytes + opts.size, 0xff, sizeof(opts) - opts.size);
	assert_ok(taker->call(&opts));
}
END_TEST

START_TEST(memory_options_long_zero_tail_is_taken)
{
	const struct taker *taker = start(_i);

	opts.size = taker->size + 8;
	assert_ok(taker->call(&opts));
	opts.size = MAX_SIZE;
	opts.bytes[MAX_SIZE] = 1;
	assert_ok(taker->call(&opts));
}
END_TEST

START_TEST(memory_options_long_set_tail_is_e2big)
{
	const struct taker *taker = start(_i);

	opts.size = taker->size + 8;
	opts.bytes[taker->size] = 1;
	assert_refused(taker, E2BIG, KVMLIB_CAUSE_OPTIONS_TOO_NEW);
	opts.bytes[taker->size] = 0;
	opts.bytes[taker->size + 7] = 0x80;
	assert_refused(taker, E2BIG, KVMLIB_CAUSE_OPTIONS_TOO_NEW);
	opts.size = MAX_SIZE;
	assert_refused(taker, E2BIG, KVMLIB_CAUSE_OPTIONS_TOO_NEW);
}
END_TEST

START_TEST(memory_options_of_no_size_are_einval)
{
	const struct taker *taker = start(_i);

	for (opts.size = 0; opts.size < sizeof(size_t); opts.size++)
		assert_refused(taker, EINVAL, KVMLIB_CAUSE_OPTIONS_SIZE);
	opts.size = MAX_SIZE + 1;
	assert_refused(taker, EINVAL, KVMLIB_CAUSE_OPTIONS_SIZE);
}
END_TEST

Suite *memory_options_suite(void)
{
	const TTest *const loops[] = {
		memory_options_exact_size_is_taken,	memory_options_short_are_taken,
		memory_options_long_zero_tail_is_taken, memory_options_long_set_tail_is_e2big,
		memory_options_of_no_size_are_einval,
	};
	Suite *suite = suite_create("memory_options");
	TCase *tcase = map_case(suite, "options", setup_options);

	for (size_t i = 0; i < sizeof(loops) / sizeof(loops[0]); i++)
		tcase_add_loop_test(tcase, loops[i], 0, NR_TAKERS);
	return suite;
}
