/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The time-stamp counter's frequency, and the clock that guests share with KVM. */

#include <runner.h>

#include <errno.h>
#include <string.h>

#include "guest.h"

#define SECOND	      1000000000ULL
#define CLOCK_GPA     0x5000U
#define GUEST_STOPPED 0x2U /* in the flags of the guest's struct, byte 29 */

START_TEST(clock_goes_on_from_where_it_was_set)
{
	struct kvmlib_clock_data clock = { .clock = 1000000 * SECOND };

	ck_assert_int_eq(kvmlib_vm_set_clock(guest.vm, &clock), 0);
	memset(&clock, 0xff, sizeof(clock));
	ck_assert_int_eq(kvmlib_vm_get_clock(guest.vm, &clock), 0);
	ck_assert_uint_ge(clock.clock, 1000000 * SECOND);
	ck_assert_uint_lt(clock.clock, 1000060 * SECOND);
}
END_TEST

START_TEST(clock_can_move_on_with_the_time_of_day)
{
	int flags = guest_has(KVMLIB_CAP_ADJUST_CLOCK);
	struct kvmlib_clock_data now, clock = { 0 };

	if (flags < 0 || !((uint32_t)flags & KVMLIB_CLOCK_REALTIME))
		SKIP("this kernel has no KVM_CLOCK_REALTIME");
	ck_assert_int_eq(kvmlib_vm_get_clock(guest.vm, &now), 0);
	if (!(now.flags & KVMLIB_CLOCK_REALTIME))
		SKIP("this host's clock source does not tell the time of day");
	clock.clock = 5 * SECOND;
	clock.flags = KVMLIB_CLOCK_REALTIME;
	clock.realtime = now.realtime - 1000 * SECOND;
	ck_assert_int_eq(kvmlib_vm_set_clock(guest.vm, &clock), 0);
	ck_assert_int_eq(kvmlib_vm_get_clock(guest.vm, &now), 0);
	ck_assert_uint_ge(now.clock, 1005 * SECOND);
	ck_assert_uint_lt(now.clock, 1065 * SECOND);
}
END_TEST

START_TEST(clock_with_an_unknown_flag_is_refused)
{
	struct kvmlib_clock_data clock = { .flags = 0x80 };
	uint64_t flags;

	assert_failed(kvmlib_vm_set_clock(guest.vm, &clock), EINVAL, KVMLIB_CAUSE_UNKNOWN_FLAGS);
	ck_assert_int_eq(kvmlib_error_value(KVMLIB_VALUE_FLAGS, &flags), 0);
	ck_assert_uint_eq(flags, 0x80);
}
END_TEST

START_TEST(kvmclock_of_a_stopped_guest_tells_it_so)
{
	struct kvm_msr_entry entry = { .index = KVMLIB_MSR_KVM_SYSTEM_TIME_NEW,
				       .data = CLOCK_GPA | 1 };

	if (guest_has(KVMLIB_CAP_KVMCLOCK_CTRL) <= 0)
		SKIP("this kernel has no KVM_CAP_KVMCLOCK_CTRL");
	assert_failed(kvmlib_vcpu_kvmclock_ctrl(guest.vcpu), EINVAL,
		      KVMLIB_CAUSE_KVMCLOCK_NOT_REGISTERED);
	ck_assert_int_eq(kvmlib_vcpu_set_msrs(guest.vcpu, &entry, 1), 1);
	ck_assert_int_eq(kvmlib_vcpu_kvmclock_ctrl(guest.vcpu), 0);
	GUEST_CODE(0xf4);
	run_to(KVMLIB_EXIT_HLT);
	ck_assert_uint_eq(guest.ram[CLOCK_GPA + 29] & GUEST_STOPPED, GUEST_STOPPED);
}
END_TEST

START_TEST(tsc_frequency_comes_back_as_set)
{
	int khz = kvmlib_vcpu_get_tsc_khz(guest.vcpu);

	if (guest_has(KVMLIB_CAP_GET_TSC_KHZ) <= 0)
		SKIP("this kernel has no KVM_CAP_GET_TSC_KHZ");
	ck_assert_int_gt(khz, 10000);
	if (guest_has(KVMLIB_CAP_TSC_CONTROL) > 0)
		khz /= 2;
	ck_assert_int_eq(kvmlib_vcpu_set_tsc_khz(guest.vcpu, (uint32_t)khz), 0);
	ck_assert_int_eq(kvmlib_vcpu_get_tsc_khz(guest.vcpu), khz);
}
END_TEST

START_TEST(tsc_frequency_beyond_all_is_refused)
{
	if (guest_has(KVMLIB_CAP_TSC_CONTROL) <= 0)
		SKIP("this host has no KVM_CAP_TSC_CONTROL");
	assert_failed(kvmlib_vcpu_set_tsc_khz(guest.vcpu, UINT32_MAX), EINVAL,
		      KVMLIB_CAUSE_TSC_KHZ_REFUSED);
}
END_TEST

START_TEST(tsc_frequency_of_the_vm_is_its_vcpus)
{
	int khz = kvmlib_vm_get_tsc_khz(guest.vm);
	struct kvmlib_vcpu *vcpu;
	struct kvmlib_vm *vm;

	if (khz < 0)
		SKIP("this kernel has no KVM_GET_TSC_KHZ on VMs");
	if (guest_has(KVMLIB_CAP_VM_TSC_CONTROL) > 0)
		khz /= 2;
	ck_assert_int_gt(khz, 5000);
	ck_assert_int_eq(kvmlib_system_create_vm(guest.system, NULL, &vm), 0);
	ck_assert_int_eq(kvmlib_vm_set_tsc_khz(vm, (uint32_t)khz), 0);
	ck_assert_int_eq(kvmlib_vm_get_tsc_khz(vm), khz);
	ck_assert_int_eq(kvmlib_vm_create_vcpu(vm, 0, &vcpu), 0);
	ck_assert_int_eq(kvmlib_vcpu_get_tsc_khz(vcpu), khz);
	kvmlib_vcpu_unref(vcpu);
	kvmlib_vm_unref(vm);
}
END_TEST

Suite *clock_suite(void)
{
	Suite *suite = suite_create("clock");
	TCase *tc = tcase_create("clock");

	tcase_add_checked_fixture(tc, guest_setup, guest_teardown);
	tcase_add_test(tc, clock_goes_on_from_where_it_was_set);
	tcase_add_test(tc, clock_can_move_on_with_the_time_of_day);
	tcase_add_test(tc, clock_with_an_unknown_flag_is_refused);
	tcase_add_test(tc, kvmclock_of_a_stopped_guest_tells_it_so);
	tcase_add_test(tc, tsc_frequency_comes_back_as_set);
	tcase_add_test(tc, tsc_frequency_beyond_all_is_refused);
	tcase_add_test(tc, tsc_frequency_of_the_vm_is_its_vcpus);
	suite_add_tcase(suite, tc);
	return suite;
}
