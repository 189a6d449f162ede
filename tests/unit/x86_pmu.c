/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The filter of performance events, and its sized options. */

#include "fixture.h"
#include "suites.h"

#ifdef __x86_64__

#include <string.h>

#include "alloc.h"
#include "played.h"

static union {
	struct kvmlib_pmu_event_filter_opts opts;
	unsigned char bytes[8192];
} filter;
static uint32_t nr_events;
static uint64_t last_event;

static int take_filter(unsigned long arg)
{
	const struct kvm_pmu_event_filter *given = (void *)arg;

	nr_events = given->nevents;
	if (nr_events > 65536)
		return -E2BIG;
	last_event = nr_events ? given->events[nr_events - 1] : 0;
	return 0;
}

static void setup(void)
{
	setup_played();
	play(KVM_SET_PMU_EVENT_FILTER, take_filter);
	memset(&filter, 0, sizeof(filter));
	filter.opts.size = sizeof(filter.opts);
	nr_events = 77;
}

START_TEST(pmu_options_of_any_size_with_zeros_are_taken)
{
	assert_ok(kvmlib_vm_set_pmu_event_filter(fix.vm, &filter.opts));
	ck_assert_uint_eq(nr_events, 0);
	filter.opts.size = 4096;
	assert_ok(kvmlib_vm_set_pmu_event_filter(fix.vm, &filter.opts));
	memset(filter.bytes + 16, 0xff, sizeof(filter) - 16);
	filter.opts.size = 16;
	assert_ok(kvmlib_vm_set_pmu_event_filter(fix.vm, &filter.opts));
	ck_assert_uint_eq(nr_events, 0);
}
END_TEST

START_TEST(pmu_options_of_wrong_size_are_refused)
{
	filter.opts.size = 7;
	assert_fails(kvmlib_vm_set_pmu_event_filter(fix.vm, &filter.opts), EINVAL, OPTIONS_SIZE,
		     NULL);
	assert_value(ARGUMENT, 2);
	filter.opts.size = 4097;
	assert_fails(kvmlib_vm_set_pmu_event_filter(fix.vm, &filter.opts), EINVAL, OPTIONS_SIZE,
		     NULL);
	filter.opts.size = sizeof(filter.opts) + 1;
	filter.bytes[sizeof(filter.opts)] = 1;
	assert_fails(kvmlib_vm_set_pmu_event_filter(fix.vm, &filter.opts), E2BIG, OPTIONS_TOO_NEW,
		     NULL);
	assert_value(ARGUMENT, 2);
	ck_assert_int_eq((int)plays(KVM_SET_PMU_EVENT_FILTER), 0);
}
END_TEST

START_TEST(pmu_events_are_sent_whole)
{
	static uint64_t events[65536];

	events[999] = 0xc0;
	filter.opts.events = events;
	filter.opts.nr_events = 1000;
	assert_ok(kvmlib_vm_set_pmu_event_filter(fix.vm, &filter.opts));
	ck_assert_uint_eq(nr_events, 1000);
	ck_assert_uint_eq(last_event, 0xc0);
	filter.opts.nr_events = UINT32_MAX;
	assert_fails(kvmlib_vm_set_pmu_event_filter(fix.vm, &filter.opts), E2BIG,
		     PMU_FILTER_INVALID, "KVM_SET_PMU_EVENT_FILTER");
	ck_assert_uint_eq(nr_events, UINT32_MAX);
	assert_value(COUNT, UINT32_MAX);
}
END_TEST

START_TEST(pmu_events_null_is_einval)
{
	filter.opts.nr_events = 1;
	assert_refuses_null(kvmlib_vm_set_pmu_event_filter(fix.vm, &filter.opts), 2);
	ck_assert_int_eq((int)plays(KVM_SET_PMU_EVENT_FILTER), 0);
}
END_TEST

START_TEST(pmu_filter_without_memory_is_enomem)
{
	alloc_fail_nth(1);
	assert_fails(kvmlib_vm_set_pmu_event_filter(fix.vm, &filter.opts), ENOMEM, NO_MEMORY, NULL);
	alloc_start();
	assert_ok(kvmlib_vm_set_pmu_event_filter(fix.vm, &filter.opts));
	assert_ok(kvmlib_vm_set_pmu_event_filter(fix.vm, &filter.opts));
	ck_assert_uint_eq(alloc_stop(), 1); /* the VM knows its last one */
}
END_TEST

static void add_tests(Suite *suite)
{
	ADD_TESTS(add_case(suite, "pmu", setup), pmu_options_of_any_size_with_zeros_are_taken,
		  pmu_options_of_wrong_size_are_refused, pmu_events_are_sent_whole,
		  pmu_events_null_is_einval, pmu_filter_without_memory_is_enomem);
}

#else

static void add_tests(Suite *suite)
{
	(void)suite;
}

#endif

Suite *x86_pmu_suite(void)
{
	Suite *suite = suite_create("x86_pmu");

	add_tests(suite);
	return suite;
}
