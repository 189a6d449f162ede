/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Guests that are debugged. */

#include <runner.h>

#include <cpuid.h>
#include <string.h>

#include "guest.h"

static void debug(uint32_t control, uint64_t breakpoint)
{
	struct kvm_guest_debug d = { .control = control };

	if (breakpoint) {
		d.arch.debugreg[0] = breakpoint;
		d.arch.debugreg[7] = 0x402; /* the first, at execution */
	}
	ck_assert_int_eq(kvmlib_vcpu_set_guest_debug(guest.vcpu, &d), 0);
}

static void expect_stop(uint64_t pc)
{
	struct kvmlib_exit_debug stop;

	run_to(KVMLIB_EXIT_DEBUG);
	ck_assert_int_eq(kvmlib_vcpu_exit_debug(guest.vcpu, &stop), 0);
	ck_assert_uint_eq(stop.pc, pc);
}

START_TEST(debug_steps_one_by_one)
{
	GUEST_CODE(0x90, 0x90, 0xb0, 0x11, 0xe6, 0xe9); /* nop; nop; mov al, 0x11; out 0xe9, al */
	debug(KVMLIB_GUESTDBG_ENABLE | KVMLIB_GUESTDBG_SINGLESTEP, 0);
	expect_stop(CODE_GPA + 1);
	expect_stop(CODE_GPA + 2);
	debug(0, 0);
	ck_assert_uint_eq(run_to_out(0xe9), 0x11);
}
END_TEST

/* QEMU's own emulation of a CPU leaves a guest's breakpoints out. */
static int host_is_emulated(void)
{
	unsigned int a, name[3];

	__cpuid(0x40000000, a, name[0], name[1], name[2]);
	return !memcmp(name, "TCGTCGTCGTCG", sizeof(name));
}

START_TEST(debug_stops_at_a_breakpoint)
{
	if (host_is_emulated())
		SKIP("TCG knows no breakpoints of guests");
	GUEST_CODE(0x90, 0x90, 0xb0, 0x11, 0xe6, 0xe9);
	debug(KVMLIB_GUESTDBG_ENABLE | KVMLIB_GUESTDBG_USE_HW_BP, CODE_GPA + 2);
	expect_stop(CODE_GPA + 2);
	debug(0, 0);
	ck_assert_uint_eq(run_to_out(0xe9), 0x11);
}
END_TEST

START_TEST(debug_translate_without_paging_is_the_address_itself)
{
	struct kvm_translation translation = { .linear_address = 0x12345 };

	ck_assert_int_eq(kvmlib_vcpu_translate(guest.vcpu, &translation), 0);
	ck_assert_uint_eq(translation.physical_address, 0x12345);
	ck_assert_uint_eq(translation.valid, 1);
}
END_TEST

START_TEST(debug_translate_walks_the_guests_pages)
{
	struct kvm_translation translation = { .linear_address = 0x12345 };

	enter_long_mode(0);
	ck_assert_int_eq(kvmlib_vcpu_translate(guest.vcpu, &translation), 0);
	ck_assert_uint_eq(translation.physical_address, 0x12345);
	ck_assert_uint_eq(translation.valid, 1);
	translation.linear_address = 0x400000;
	ck_assert_int_eq(kvmlib_vcpu_translate(guest.vcpu, &translation), 0);
	ck_assert_uint_eq(translation.valid, 0);
}
END_TEST

Suite *debug_suite(void)
{
	Suite *suite = suite_create("debug");
	TCase *tc = tcase_create("debug");

	tcase_add_checked_fixture(tc, guest_setup, guest_teardown);
	tcase_add_test(tc, debug_steps_one_by_one);
	tcase_add_test(tc, debug_stops_at_a_breakpoint);
	tcase_add_test(tc, debug_translate_without_paging_is_the_address_itself);
	tcase_add_test(tc, debug_translate_walks_the_guests_pages);
	suite_add_tcase(suite, tc);
	return suite;
}
