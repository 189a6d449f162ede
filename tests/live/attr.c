/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Attributes of the system and of vCPUs. */

#include <runner.h>

#include <errno.h>

#include "guest.h"

#define IA32_TSC 0x10U

START_TEST(attr_of_the_system_is_a_mask_of_state)
{
	uint64_t mask = 0;

	if (kvmlib_system_check_extension(guest.system, KVMLIB_CAP_SYS_ATTRIBUTES) <= 0)
		SKIP("no KVM_CAP_SYS_ATTRIBUTES");
	ck_assert_int_eq(kvmlib_system_has_device_attr(guest.system, KVMLIB_X86_GRP_SYSTEM,
						       KVMLIB_X86_XCOMP_GUEST_SUPP),
			 0);
	ck_assert_int_eq(kvmlib_system_get_device_attr_u64(guest.system, KVMLIB_X86_GRP_SYSTEM,
							   KVMLIB_X86_XCOMP_GUEST_SUPP, &mask),
			 0);
	ck_assert_uint_eq(mask & 1, 1); /* every CPU has an x87 */
	mask = 77;
	assert_failed(kvmlib_system_get_device_attr(guest.system, KVMLIB_X86_GRP_SYSTEM, 99, &mask),
		      ENXIO, KVMLIB_CAUSE_ATTR_UNKNOWN);
	assert_failed(kvmlib_system_has_device_attr(guest.system, 99, 0), ENXIO,
		      KVMLIB_CAUSE_ATTR_UNKNOWN);
	ck_assert_uint_eq(mask, 77);
}
END_TEST

/* Whether the guest's counter goes on from where it was written: that takes an offset. */
static bool tsc_can_be_moved(void)
{
	const uint64_t far = (uint64_t)1 << 40;
	struct kvm_msr_entry tsc = { .index = IA32_TSC };
	uint64_t before;

	ck_assert_int_eq(kvmlib_vcpu_get_msrs(guest.vcpu, &tsc, 1), 1);
	before = tsc.data;
	tsc.data += far;
	ck_assert_int_eq(kvmlib_vcpu_set_msrs(guest.vcpu, &tsc, 1), 1);
	ck_assert_int_eq(kvmlib_vcpu_get_msrs(guest.vcpu, &tsc, 1), 1);
	return tsc.data - before >= far;
}

START_TEST(attr_of_a_vcpu_comes_back_as_written)
{
	const bool moves = tsc_can_be_moved();
	uint64_t offset = 0x123456789abU, back = 77;

	if (guest_has(KVMLIB_CAP_VCPU_ATTRIBUTES) <= 0)
		SKIP("no KVM_CAP_VCPU_ATTRIBUTES");
	ck_assert_int_eq(kvmlib_vcpu_has_device_attr(guest.vcpu, KVMLIB_VCPU_TSC_CTRL,
						     KVMLIB_VCPU_TSC_OFFSET),
			 0);
	ck_assert_int_eq(kvmlib_vcpu_set_device_attr(guest.vcpu, KVMLIB_VCPU_TSC_CTRL,
						     KVMLIB_VCPU_TSC_OFFSET, &offset),
			 0);
	ck_assert_int_eq(kvmlib_vcpu_get_device_attr_u64(guest.vcpu, KVMLIB_VCPU_TSC_CTRL,
							 KVMLIB_VCPU_TSC_OFFSET, &back),
			 0);
	ck_assert_uint_eq(back, moves ? offset : 0);
	assert_failed(kvmlib_vcpu_has_device_attr(guest.vcpu, 99, 0), ENXIO,
		      KVMLIB_CAUSE_ATTR_UNKNOWN);
	if (!moves)
		SKIP("this host's guests all have the host's time stamp counter");
}
END_TEST

START_TEST(attr_of_a_vm_is_unknown_on_x86)
{
	assert_failed(kvmlib_vm_has_device_attr(guest.vm, 0, 0), ENOTTY,
		      KVMLIB_CAUSE_UNKNOWN_IOCTL);
}
END_TEST

Suite *attr_suite(void)
{
	Suite *suite = suite_create("attr");
	TCase *tc = tcase_create("attr");

	tcase_add_checked_fixture(tc, guest_setup, guest_teardown);
	tcase_add_test(tc, attr_of_the_system_is_a_mask_of_state);
	tcase_add_test(tc, attr_of_a_vcpu_comes_back_as_written);
	tcase_add_test(tc, attr_of_a_vm_is_unknown_on_x86);
	suite_add_tcase(suite, tc);
	return suite;
}
