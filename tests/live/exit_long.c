/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Exits that take a guest in long mode. */

#include <runner.h>

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "guest.h"

/* A code segment of 64 and of 32 bits at once: KVM takes it, and no processor does. */
static void break_code_segment(void)
{
	struct kvm_sregs sregs;

	ck_assert_int_eq(kvmlib_vcpu_get_sregs(guest.vcpu, &sregs), 0);
	sregs.cs.db = 1;
	ck_assert_int_eq(kvmlib_vcpu_set_sregs(guest.vcpu, &sregs), 0);
}

START_TEST(task_priority_that_falls_is_told)
{
	uint64_t priority = 77;

	enter_long_mode(0);
	if (guest_is_emulated())
		SKIP("KVM emulates the guest, and tells of no CR8 then");
	ck_assert_int_eq(kvmlib_vcpu_set_cr8(guest.vcpu, 5), 0);
	/* mov eax, 9; mov cr8, rax (no exit: it rises); mov eax, 3; mov cr8, rax; hlt */
	GUEST_CODE(0xb8, 9, 0, 0, 0, 0x44, 0x0f, 0x22, 0xc0, 0xb8, 3, 0, 0, 0, 0x44, 0x0f, 0x22,
		   0xc0, 0xf4);
	run_to(KVMLIB_EXIT_SET_TPR);
	ck_assert_int_eq(kvmlib_vcpu_get_cr8(guest.vcpu, &priority), 0);
	ck_assert_uint_eq(priority, 3);
	ck_assert_int_eq(kvmlib_vcpu_exit_pending(guest.vcpu), 0);
	run_to(KVMLIB_EXIT_HLT);
}
END_TEST

START_TEST(state_that_the_processor_refuses_is_told)
{
	struct kvmlib_exit_fail_entry entry;
	char line[512];

	enter_long_mode(0);
	if (guest_is_emulated())
		SKIP("KVM emulates the guest, and no processor looks at its state");
	break_code_segment();
	GUEST_CODE(0xf4);
	run_to(KVMLIB_EXIT_FAIL_ENTRY);
	ck_assert_int_eq(kvmlib_vcpu_exit_fail_entry(guest.vcpu, &entry), 0);
	ck_assert_uint_ne(entry.reason, 0);
	kvmlib_exit_describe(guest.vcpu, line, sizeof(line));
	ck_assert_msg(strstr(line, "KVM_EXIT_FAIL_ENTRY"), "%s", line);
}
END_TEST

/* By code that KVM does not emulate where it can leave it to the processor: to its emulator, memory
 * that it can't reach is a device's. */
START_TEST(memory_that_can_not_be_reached_stops_the_guest_until_it_can)
{
	struct kvmlib_exit_memory_fault fault;
	int r;

	enter_long_mode(3);
	/* mov byte [0x5000], 1; out 0xe9, al */
	GUEST_CODE(0xc6, 0x04, 0x25, 0x00, 0x50, 0x00, 0x00, 0x01, 0xe6, 0xe9);
	ck_assert_int_eq(mprotect(guest.ram + 0x5000, 0x1000, PROT_NONE), 0);
	r = kvmlib_vcpu_run(guest.vcpu);
	if (r == 0) {
		ck_assert_uint_eq(kvmlib_vcpu_exit_reason(guest.vcpu), KVMLIB_EXIT_MEMORY_FAULT);
		ck_assert_int_eq(kvmlib_vcpu_exit_errno(guest.vcpu), EFAULT);
		ck_assert_int_eq(kvmlib_vcpu_exit_memory_fault(guest.vcpu, &fault), 0);
		ck_assert_uint_eq(fault.gpa, 0x5000);
		ck_assert_uint_eq(fault.size, 0x1000);
	} else {
		assert_failed(r, EFAULT, KVMLIB_CAUSE_GUEST_MEMORY_UNMAPPED);
	}
	ck_assert_int_eq(mprotect(guest.ram + 0x5000, 0x1000, PROT_READ | PROT_WRITE), 0);
	run_to_out(0xe9);
	ck_assert_uint_eq(guest.ram[0x5000], 1);
	if (r < 0)
		SKIP("this kernel does not say which memory it was");
}
END_TEST

Suite *exit_long_suite(void)
{
	Suite *suite = suite_create("exit_long");
	TCase *tc = tcase_create("long");

	tcase_add_checked_fixture(tc, guest_setup, guest_teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, task_priority_that_falls_is_told);
	tcase_add_test(tc, state_that_the_processor_refuses_is_told);
	tcase_add_test(tc, memory_that_can_not_be_reached_stops_the_guest_until_it_can);
	suite_add_tcase(suite, tc);
	return suite;
}
