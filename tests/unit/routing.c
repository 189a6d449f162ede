/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of interrupt routes: what a row of the wire can't say. */

#include "played.h"
#include "suites.h"

#include <string.h>

#include "alloc.h"

#define CALL "KVM_SET_GSI_ROUTING"

static uint32_t seen_count;

static int see_table(unsigned long arg)
{
	seen_count = ((const struct kvm_irq_routing *)(uintptr_t)arg)->nr;
	return 0;
}

static void setup_routing(void)
{
	setup_played();
	play(KVM_SET_GSI_ROUTING, see_table);
	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_IRQ_ROUTING, 4096), 0);
}

START_TEST(routing_of_nothing_is_an_empty_table)
{
	seen_count = 77;
	assert_ok(kvmlib_vm_set_gsi_routing(fix.vm, NULL, 0, 0));
	ck_assert_uint_eq(seen_count, 0);
}
END_TEST

static struct kvmlib_irq_routing_entry entries[5000];

START_TEST(routing_beyond_the_limit_is_refused_and_not_copied)
{
	assert_ok(kvmlib_vm_set_gsi_routing(fix.vm, entries, 4096, 0));
	assert_fails(kvmlib_vm_set_gsi_routing(fix.vm, entries, 4097, 0), EINVAL, GSI_ROUTE_INVALID,
		     CALL);
	assert_value(COUNT, 4097);
	assert_value(LIMIT, 4096);
	assert_fails(kvmlib_vm_set_gsi_routing(fix.vm, entries, UINT32_MAX, 0), EINVAL,
		     GSI_ROUTE_INVALID, CALL);
	ck_assert_uint_eq(played.calls, 1);
}
END_TEST

START_TEST(routing_of_a_kernel_that_takes_more_is_copied_whole)
{
	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_IRQ_ROUTING, 8192), 0);
	assert_ok(kvmlib_vm_set_gsi_routing(fix.vm, entries, 5000, 0));
	ck_assert_uint_eq(seen_count, 5000);
}
END_TEST

START_TEST(routing_without_memory_is_enomem)
{
	int r;

	spoil_record();
	alloc_fail_nth(1);
	r = kvmlib_vm_set_gsi_routing(fix.vm, entries, 1, 0);
	alloc_fail_nth(0);
	ck_assert_int_eq(r, -ENOMEM);
	ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_NO_MEMORY);
	ck_assert_uint_eq(played.calls, 0);
}
END_TEST

Suite *routing_suite(void)
{
	Suite *suite = suite_create("routing");

	ADD_TESTS(add_case(suite, "routing", setup_routing), routing_of_nothing_is_an_empty_table,
		  routing_beyond_the_limit_is_refused_and_not_copied,
		  routing_of_a_kernel_that_takes_more_is_copied_whole,
		  routing_without_memory_is_enomem);
	return suite;
}
