/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* References: any order of release, NULL, and who keeps whom. */

#include "fixture.h"
#include "suites.h"

static struct kvmlib_device *device;

static void setup_family(void)
{
	setup_vcpu();
	device = make_device();
}

static void drop(unsigned int which)
{
	switch (which) {
	case 0:
		fix.system = kvmlib_system_unref(fix.system);
		break;
	case 1:
		fix.vm = kvmlib_vm_unref(fix.vm);
		break;
	case 2:
		fix.vcpu = kvmlib_vcpu_unref(fix.vcpu);
		break;
	default:
		device = kvmlib_device_unref(device);
		break;
	}
}

/* The n-th of the 24 orders of four things. */
static void nth_order(unsigned int n, unsigned int order[4])
{
	unsigned int left[4] = { 0, 1, 2, 3 };

	for (unsigned int i = 0; i < 4; i++) {
		unsigned int pick = n % (4 - i);

		n /= 4 - i;
		order[i] = left[pick];
		for (unsigned int k = pick; k + 1 < 4 - i; k++)
			left[k] = left[k + 1];
	}
}

/* Descriptors that are still needed by what is still held. */
static int needed(const bool held[4])
{
	bool vm = held[1] || held[2] || held[3];

	return held[2] + held[3] + vm + (held[0] || vm);
}

START_TEST(refs_any_order_of_release_closes_what_nobody_needs)
{
	bool held[4] = { true, true, true, true };
	unsigned int order[4];

	nth_order((unsigned int)_i, order);
	for (unsigned int i = 0; i < 4; i++) {
		drop(order[i]);
		held[order[i]] = false;
		ck_assert_int_eq(kvmlib_sim_open_fds(fix.sim), needed(held));
	}
	ck_assert_int_eq(kvmlib_sim_mappings(fix.sim), 0);
}
END_TEST

START_TEST(refs_child_works_after_its_parents_are_dropped)
{
	drop(0);
	drop(1);
	push_exit(KVMLIB_EXIT_HLT, 0);
	run_to(KVMLIB_EXIT_HLT);
	assert_ok(kvmlib_device_has_attr(device, 1, 0));
	drop(3);
}
END_TEST

START_TEST(refs_null_is_fine)
{
	spoil_record();
	ck_assert_ptr_null(kvmlib_system_ref(NULL));
	ck_assert_ptr_null(kvmlib_vm_ref(NULL));
	ck_assert_ptr_null(kvmlib_vcpu_ref(NULL));
	ck_assert_ptr_null(kvmlib_device_ref(NULL));
	ck_assert_ptr_null(kvmlib_system_unref(NULL));
	ck_assert_ptr_null(kvmlib_vm_unref(NULL));
	ck_assert_ptr_null(kvmlib_vcpu_unref(NULL));
	ck_assert_ptr_null(kvmlib_device_unref(NULL));
	ck_assert(record_is_spoiled());
}
END_TEST

START_TEST(refs_ref_returns_the_handle)
{
	ck_assert_ptr_eq(kvmlib_system_ref(fix.system), fix.system);
	ck_assert_ptr_eq(kvmlib_vm_ref(fix.vm), fix.vm);
	ck_assert_ptr_eq(kvmlib_vcpu_ref(fix.vcpu), fix.vcpu);
	ck_assert_ptr_eq(kvmlib_device_ref(device), device);
	ck_assert_ptr_null(kvmlib_system_unref(fix.system));
	ck_assert_ptr_null(kvmlib_vm_unref(fix.vm));
	ck_assert_ptr_null(kvmlib_vcpu_unref(fix.vcpu));
	ck_assert_ptr_null(kvmlib_device_unref(device));
	ck_assert_int_eq(kvmlib_sim_open_fds(fix.sim), 4);
	push_exit(KVMLIB_EXIT_HLT, 0);
	run_to(KVMLIB_EXIT_HLT);
	drop(3);
}
END_TEST

Suite *refs_suite(void)
{
	Suite *suite = suite_create("refs");
	TCase *tcase = add_case(suite, "refs", setup_family);

	tcase_add_loop_test(tcase, refs_any_order_of_release_closes_what_nobody_needs, 0, 24);
	ADD_TESTS(tcase, refs_child_works_after_its_parents_are_dropped,
		  refs_ref_returns_the_handle);
	ADD_TESTS(add_case(suite, "null", NULL), refs_null_is_fine);
	return suite;
}
