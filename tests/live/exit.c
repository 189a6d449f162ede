/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Exits that guest code provokes, read in place and completed. */

#include <runner.h>

#include <errno.h>
#include <string.h>

#include "guest.h"

START_TEST(vcpu_has_no_exit_before_it_runs)
{
	struct kvmlib_exit_io io;

	ck_assert_uint_eq(kvmlib_vcpu_exit_reason(guest.vcpu), KVMLIB_EXIT_NONE);
	ck_assert_int_eq(kvmlib_vcpu_exit_pending(guest.vcpu), 0);
	assert_failed(kvmlib_vcpu_exit_io(guest.vcpu, &io), EINVAL, KVMLIB_CAUSE_WRONG_EXIT);
}
END_TEST

START_TEST(io_out_carries_the_byte)
{
	struct kvmlib_exit_io io;

	GUEST_CODE(0xb0, 0x5a, 0xe6, 0x42, 0xf4); /* mov al, 0x5a; out 0x42, al; hlt */
	run_to(KVMLIB_EXIT_IO);
	ck_assert_int_eq(kvmlib_vcpu_exit_io(guest.vcpu, &io), 0);
	ck_assert_uint_eq(io.port, 0x42);
	ck_assert_uint_eq(io.size, 1);
	ck_assert_uint_eq(io.count, 1);
	ck_assert_uint_eq(io.is_write, 1);
	ck_assert_uint_eq(*(uint8_t *)io.data, 0x5a);
	run_to(KVMLIB_EXIT_HLT);
	ck_assert_int_eq(kvmlib_vcpu_exit_pending(guest.vcpu), 0);
}
END_TEST

START_TEST(io_in_gives_the_guest_the_data)
{
	struct kvmlib_exit_io io;

	GUEST_CODE(0xe5, 0x42, 0xa3, 0x00, 0x20, 0xf4); /* in ax, 0x42; mov [0x2000], ax; hlt */
	run_to(KVMLIB_EXIT_IO);
	ck_assert_int_eq(kvmlib_vcpu_exit_pending(guest.vcpu), 1);
	ck_assert_int_eq(kvmlib_vcpu_exit_io(guest.vcpu, &io), 0);
	ck_assert_uint_eq(io.size, 2);
	ck_assert_uint_eq(io.is_write, 0);
	memcpy(io.data, "\xcd\xab", 2);
	run_to(KVMLIB_EXIT_HLT);
	ck_assert_uint_eq(guest.ram[0x2000], 0xcd);
	ck_assert_uint_eq(guest.ram[0x2001], 0xab);
}
END_TEST

START_TEST(io_string_comes_in_as_many_exits_as_it_needs)
{
	struct kvmlib_exit_io io;
	char text[9] = "";
	size_t n = 0;

	/* mov si, 0x2000; mov cx, 8; mov dx, 0x42; rep outsb; hlt */
	GUEST_CODE(0xbe, 0x00, 0x20, 0xb9, 0x08, 0x00, 0xba, 0x42, 0x00, 0xf3, 0x6e, 0xf4);
	memcpy(guest.ram + 0x2000, "abcdefgh", 8);
	while (n < 8) {
		run_to(KVMLIB_EXIT_IO);
		ck_assert_int_eq(kvmlib_vcpu_exit_io(guest.vcpu, &io), 0);
		ck_assert_uint_le(io.count, 8 - n);
		memcpy(text + n, io.data, io.count);
		n += io.count;
	}
	run_to(KVMLIB_EXIT_HLT);
	ck_assert_str_eq(text, "abcdefgh");
}
END_TEST

/* mov ax, 0xd000; mov ds, ax: the segment of MMIO_GPA */
#define TO_MMIO 0xb8, 0x00, 0xd0, 0x8e, 0xd8

START_TEST(mmio_store_carries_the_word)
{
	struct kvmlib_exit_mmio mmio;

	/* mov word [0x10], 0x1234; hlt */
	GUEST_CODE(TO_MMIO, 0xc7, 0x06, 0x10, 0x00, 0x34, 0x12, 0xf4);
	run_to(KVMLIB_EXIT_MMIO);
	ck_assert_int_eq(kvmlib_vcpu_exit_mmio(guest.vcpu, &mmio), 0);
	ck_assert_uint_eq(mmio.gpa, MMIO_GPA + 0x10);
	ck_assert_uint_eq(mmio.len, 2);
	ck_assert_uint_eq(mmio.is_write, 1);
	ck_assert_mem_eq(mmio.data, "\x34\x12", 2);
	run_to(KVMLIB_EXIT_HLT);
}
END_TEST

START_TEST(mmio_load_gives_the_guest_the_data)
{
	struct kvmlib_exit_mmio mmio;
	struct kvm_regs regs;

	GUEST_CODE(TO_MMIO, 0x8b, 0x1e, 0x20, 0x00, 0xf4); /* mov bx, [0x20]; hlt */
	run_to(KVMLIB_EXIT_MMIO);
	ck_assert_int_eq(kvmlib_vcpu_exit_pending(guest.vcpu), 1);
	ck_assert_int_eq(kvmlib_vcpu_exit_mmio(guest.vcpu, &mmio), 0);
	ck_assert_uint_eq(mmio.is_write, 0);
	memcpy(mmio.data, "\xef\xbe", 2);
	run_to(KVMLIB_EXIT_HLT);
	ck_assert_int_eq(kvmlib_vcpu_get_regs(guest.vcpu, &regs), 0);
	ck_assert_uint_eq(regs.rbx & 0xffff, 0xbeef);
}
END_TEST

START_TEST(kick_completes_a_pending_load_without_running_on)
{
	struct kvmlib_exit_mmio mmio;
	struct kvm_regs regs;

	GUEST_CODE(TO_MMIO, 0x8b, 0x1e, 0x20, 0x00, 0xb9, 0x01, 0x00, 0xf4); /* … mov cx, 1; hlt */
	run_to(KVMLIB_EXIT_MMIO);
	ck_assert_int_eq(kvmlib_vcpu_exit_mmio(guest.vcpu, &mmio), 0);
	memcpy(mmio.data, "\xef\xbe", 2);
	ck_assert_int_eq(kvmlib_vcpu_kick(guest.vcpu), 0);
	run_to(KVMLIB_EXIT_INTR);
	ck_assert_int_eq(kvmlib_vcpu_exit_kicked(guest.vcpu), 1);
	ck_assert_int_eq(kvmlib_vcpu_exit_errno(guest.vcpu), EINTR);
	ck_assert_int_eq(kvmlib_vcpu_exit_pending(guest.vcpu), 0);

	ck_assert_int_eq(kvmlib_vcpu_get_regs(guest.vcpu, &regs), 0);
	ck_assert_uint_eq(regs.rbx & 0xffff, 0xbeef);
	ck_assert_uint_eq(regs.rcx, 0);
	run_to(KVMLIB_EXIT_HLT);
}
END_TEST

/* Paging without page tables, and no interrupt table: the first fetch is the last. */
static void break_paging(void)
{
	struct kvm_sregs sregs;

	ck_assert_int_eq(kvmlib_vcpu_get_sregs(guest.vcpu, &sregs), 0);
	memset(&sregs.idt, 0, sizeof(sregs.idt));
	sregs.cr3 = 0x10000;
	sregs.cr0 |= 0x80000001U;
	ck_assert_int_eq(kvmlib_vcpu_set_sregs(guest.vcpu, &sregs), 0);
}

START_TEST(triple_fault_is_shutdown)
{
	GUEST_CODE(0xf4);
	break_paging();
	run_to(KVMLIB_EXIT_SHUTDOWN);
}
END_TEST

START_TEST(instruction_that_kvm_can_not_emulate_is_told)
{
	static const uint8_t fld[] = { 0xd9, 0x06, 0x00, 0x00 };
	struct kvmlib_exit_internal_error error;
	char line[1024];

	/* fld dword [0]: x87 on memory that no slot backs */
	GUEST_CODE(TO_MMIO, 0xd9, 0x06, 0x00, 0x00, 0xf4);
	run_to(KVMLIB_EXIT_INTERNAL_ERROR);
	ck_assert_int_eq(kvmlib_vcpu_exit_internal_error(guest.vcpu, &error), 0);
	ck_assert_uint_eq(error.suberror, KVMLIB_INTERNAL_ERROR_EMULATION);
	if (!error.insn_size)
		SKIP("this kernel does not tell the instruction");
	ck_assert_uint_ge(error.insn_size, sizeof(fld));
	ck_assert_mem_eq(error.insn_bytes, fld, sizeof(fld));
	kvmlib_exit_describe(guest.vcpu, line, sizeof(line));
	ck_assert_msg(
		strstr(line, "error 1 (KVM_INTERNAL_ERROR_EMULATION), instruction d9 06 00 00"),
		"%s", line);
}
END_TEST

START_TEST(single_step_is_debug)
{
	struct kvm_guest_debug debug = {
		.control = KVMLIB_GUESTDBG_ENABLE | KVMLIB_GUESTDBG_SINGLESTEP,
	};
	struct kvmlib_exit_debug exit;

	if (!kvmlib_vm_check_extension(guest.vm, KVMLIB_CAP_SET_GUEST_DEBUG))
		SKIP("no KVM_CAP_SET_GUEST_DEBUG");
	GUEST_CODE(0x90, 0x90, 0xf4);
	ck_assert_int_eq(kvmlib_vcpu_ioctl(guest.vcpu, KVM_SET_GUEST_DEBUG, (uintptr_t)&debug), 0);
	run_to(KVMLIB_EXIT_DEBUG);
	ck_assert_int_eq(kvmlib_vcpu_exit_debug(guest.vcpu, &exit), 0);
	ck_assert_uint_eq(exit.exception, 1);
	ck_assert_uint_eq(exit.pc, CODE_GPA + 1);
}
END_TEST

Suite *exit_suite(void)
{
	Suite *suite = suite_create("exit");
	TCase *tc = tcase_create("exit");

	tcase_add_checked_fixture(tc, guest_setup, guest_teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, vcpu_has_no_exit_before_it_runs);
	tcase_add_test(tc, io_out_carries_the_byte);
	tcase_add_test(tc, io_in_gives_the_guest_the_data);
	tcase_add_test(tc, io_string_comes_in_as_many_exits_as_it_needs);
	tcase_add_test(tc, mmio_store_carries_the_word);
	tcase_add_test(tc, mmio_load_gives_the_guest_the_data);
	tcase_add_test(tc, kick_completes_a_pending_load_without_running_on);
	tcase_add_test(tc, triple_fault_is_shutdown);
	tcase_add_test(tc, instruction_that_kvm_can_not_emulate_is_told);
	tcase_add_test(tc, single_step_is_debug);
	suite_add_tcase(suite, tc);
	return suite;
}
