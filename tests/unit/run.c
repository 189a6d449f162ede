/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* kvmlib_vcpu_run(): every line of its table, and what it leaves in the run page. */

#include "fixture.h"
#include "suites.h"

#include <string.h>

static void assert_no_exit(void)
{
	ck_assert_uint_eq(kvmlib_vcpu_exit_reason(fix.vcpu), KVMLIB_EXIT_NONE);
	ck_assert_int_eq(kvmlib_vcpu_exit_kicked(fix.vcpu), 0);
	ck_assert_int_eq(kvmlib_vcpu_exit_pending(fix.vcpu), 0);
}

START_TEST(run_before_the_first_there_is_no_exit)
{
	assert_no_exit();
	ck_assert_int_eq(kvmlib_vcpu_exit_errno(fix.vcpu), 0);
}
END_TEST

START_TEST(run_result_0_is_the_exit)
{
	static const uint32_t reasons[] = { KVMLIB_EXIT_HLT, KVMLIB_EXIT_SHUTDOWN,
					    KVMLIB_EXIT_UNKNOWN, KVMLIB_EXIT_MEMORY_FAULT, 12345 };

	push_exit(reasons[_i], 0);
	run_to(reasons[_i]);
	ck_assert_int_eq(kvmlib_vcpu_exit_errno(fix.vcpu), 0);
	ck_assert_int_eq(kvmlib_vcpu_exit_kicked(fix.vcpu), 0);
}
END_TEST

START_TEST(run_exits_come_in_their_order)
{
	push_exit(KVMLIB_EXIT_HLT, 0);
	push_exit(KVMLIB_EXIT_SHUTDOWN, 0);
	run_to(KVMLIB_EXIT_HLT);
	run_to(KVMLIB_EXIT_SHUTDOWN);
	ck_assert_uint_eq(kvmlib_sim_nr_ioctls(fix.sim, KVM_RUN), 2);
}
END_TEST

START_TEST(run_eintr_of_scripted_kernel_is_intr_not_kicked)
{
	push_exit(KVMLIB_EXIT_HLT, 0);
	run_to(KVMLIB_EXIT_HLT);
	ck_assert_int_eq(kvmlib_sim_push_stale(fix.sim, kvmlib_vcpu_fd(fix.vcpu), -EINTR), 0);
	run_to(KVMLIB_EXIT_INTR);
	ck_assert_int_eq(kvmlib_vcpu_exit_errno(fix.vcpu), EINTR);
	ck_assert_int_eq(kvmlib_vcpu_exit_kicked(fix.vcpu), 0);
}
END_TEST

START_TEST(run_kick_before_is_intr_kicked)
{
	ck_assert_int_eq(kvmlib_vcpu_kick(fix.vcpu), 0);
	run_to(KVMLIB_EXIT_INTR);
	ck_assert_int_eq(kvmlib_vcpu_exit_kicked(fix.vcpu), 1);
	ck_assert_int_eq(kvmlib_vcpu_exit_errno(fix.vcpu), EINTR);
}
END_TEST

START_TEST(run_kicked_is_gone_with_the_next_exit)
{
	ck_assert_int_eq(kvmlib_vcpu_kick(fix.vcpu), 0);
	run_to(KVMLIB_EXIT_INTR);
	push_exit(KVMLIB_EXIT_HLT, 0);
	run_to(KVMLIB_EXIT_HLT);
	ck_assert_int_eq(kvmlib_vcpu_exit_kicked(fix.vcpu), 0);
	ck_assert_int_eq(kvmlib_vcpu_exit_errno(fix.vcpu), 0);
}
END_TEST

START_TEST(run_eagain_is_again)
{
	push_exit(KVMLIB_EXIT_UNKNOWN, -EAGAIN);
	run_to(KVMLIB_EXIT_AGAIN);
	ck_assert_int_eq(kvmlib_vcpu_exit_errno(fix.vcpu), EAGAIN);
	ck_assert_int_eq(kvmlib_vcpu_exit_kicked(fix.vcpu), 0);
	ck_assert_int_eq(kvmlib_vcpu_exit_pending(fix.vcpu), 0);
}
END_TEST

START_TEST(run_eagain_does_not_report_the_stale_reason)
{
	push_exit(KVMLIB_EXIT_HLT, 0);
	run_to(KVMLIB_EXIT_HLT);
	ck_assert_int_eq(kvmlib_sim_push_stale(fix.sim, kvmlib_vcpu_fd(fix.vcpu), -EAGAIN), 0);
	run_to(KVMLIB_EXIT_AGAIN);
}
END_TEST

static const int fault_errnos[] = { EFAULT, EHWPOISON };

START_TEST(run_memory_fault_is_an_exit)
{
	struct kvm_run run = { .exit_reason = KVMLIB_EXIT_MEMORY_FAULT };
	struct kvmlib_exit_memory_fault fault;

	run.memory_fault.gpa = 0x5000;
	run.memory_fault.size = 0x1000;
	run.memory_fault.flags = KVMLIB_MEMORY_EXIT_FLAG_PRIVATE;
	push_payload(&run, -fault_errnos[_i]);
	run_to(KVMLIB_EXIT_MEMORY_FAULT);
	ck_assert_int_eq(kvmlib_vcpu_exit_errno(fix.vcpu), fault_errnos[_i]);
	assert_ok(kvmlib_vcpu_exit_memory_fault(fix.vcpu, &fault));
	ck_assert_uint_eq(fault.gpa, 0x5000);
	ck_assert_uint_eq(fault.size, 0x1000);
	ck_assert_uint_eq(fault.flags, KVMLIB_MEMORY_EXIT_FLAG_PRIVATE);
}
END_TEST

/* The run page would still say 39 if the library did not take it away: the next EFAULT is plain. */
START_TEST(run_plain_efault_after_memory_fault_is_an_error)
{
	uint32_t cause = _i ? KVMLIB_CAUSE_HWPOISON : KVMLIB_CAUSE_GUEST_MEMORY_UNMAPPED;

	push_exit(KVMLIB_EXIT_MEMORY_FAULT, -EFAULT);
	ck_assert_int_eq(
		kvmlib_sim_push_stale(fix.sim, kvmlib_vcpu_fd(fix.vcpu), -fault_errnos[_i]), 0);
	run_to(KVMLIB_EXIT_MEMORY_FAULT);
	spoil_record();
	ck_assert_int_eq(kvmlib_vcpu_run(fix.vcpu), -fault_errnos[_i]);
	ck_assert_ptr_null(record_differs("kvmlib_vcpu_run()", fault_errnos[_i], cause, "KVM_RUN"));
	assert_no_exit();
}
END_TEST

/* A memory fault that came with result 0 is an exit too, and its reason stays where it is. */
START_TEST(run_plain_efault_after_other_exit_is_an_error)
{
	push_exit(KVMLIB_EXIT_HLT, 0);
	run_to(KVMLIB_EXIT_HLT);
	ck_assert_int_eq(kvmlib_sim_push_stale(fix.sim, kvmlib_vcpu_fd(fix.vcpu), -EFAULT), 0);
	assert_fails(kvmlib_vcpu_run(fix.vcpu), EFAULT, GUEST_MEMORY_UNMAPPED, "KVM_RUN");
	assert_value(VCPU_ID, 0);
	assert_no_exit();
}
END_TEST

/* Errors other than those two are none, whatever the reason in the page. */
START_TEST(run_other_errno_with_memory_fault_is_an_error)
{
	push_exit(KVMLIB_EXIT_MEMORY_FAULT, -EINVAL);
	assert_fails(kvmlib_vcpu_run(fix.vcpu), EINVAL, RUN_FIELDS_INVALID, "KVM_RUN");
	assert_no_exit();
	ck_assert_int_eq(kvmlib_vcpu_exit_errno(fix.vcpu), EINVAL);
}
END_TEST

START_TEST(run_error_replaces_the_exit_before)
{
	struct kvmlib_exit_io io;

	ck_assert_int_eq(kvmlib_sim_push_io(fix.sim, kvmlib_vcpu_fd(fix.vcpu), 0x80, 1, 1, 1, "x"),
			 0);
	run_to(KVMLIB_EXIT_IO);
	ck_assert_int_eq(kvmlib_vcpu_exit_pending(fix.vcpu), 1);
	ck_assert_int_eq(kvmlib_sim_push_stale(fix.sim, kvmlib_vcpu_fd(fix.vcpu), -ENOMEM), 0);
	assert_fails(kvmlib_vcpu_run(fix.vcpu), ENOMEM, NO_MEMORY, "KVM_RUN");
	assert_no_exit();
	assert_fails(kvmlib_vcpu_exit_io(fix.vcpu, &io), EINVAL, WRONG_EXIT, NULL);
}
END_TEST

START_TEST(run_bad_sync_registers_are_einval)
{
	struct kvm_run *run;

	if (!kvmlib_vm_check_extension(fix.vm, KVMLIB_CAP_SYNC_REGS))
		SKIP("the simulated kernel has no KVM_CAP_SYNC_REGS on this architecture");
	run = map_run_page();
	run->kvm_valid_regs = (uint64_t)1 << 60;
	assert_fails(kvmlib_vcpu_run(fix.vcpu), EINVAL, RUN_FIELDS_INVALID, "KVM_RUN");
	run->kvm_valid_regs = 0;
	push_exit(KVMLIB_EXIT_HLT, 0);
	run_to(KVMLIB_EXIT_HLT);
	unmap_run_page(run);
}
END_TEST

/* The reason that the kernel left, seen in the run page by other code. */
static void assert_page_has(const struct kvm_run *run, uint32_t reason)
{
	ck_assert_uint_eq(run->exit_reason, reason);
}

START_TEST(run_leaves_exit_reason_alone)
{
	struct kvm_run *run = map_run_page();
	int fd = kvmlib_vcpu_fd(fix.vcpu);

	push_exit(KVMLIB_EXIT_SHUTDOWN, 0);
	run_to(KVMLIB_EXIT_SHUTDOWN);
	assert_page_has(run, KVMLIB_EXIT_SHUTDOWN);
	ck_assert_int_eq(kvmlib_vcpu_kick(fix.vcpu), 0);
	assert_page_has(run, KVMLIB_EXIT_SHUTDOWN);
	run_to(KVMLIB_EXIT_INTR); /* immediate_exit leaves the reason, and so must the library */
	assert_page_has(run, KVMLIB_EXIT_SHUTDOWN);
	ck_assert_int_eq(kvmlib_sim_push_stale(fix.sim, fd, -EAGAIN), 0);
	run_to(KVMLIB_EXIT_AGAIN);
	assert_page_has(run, KVMLIB_EXIT_SHUTDOWN);
	ck_assert_int_eq(kvmlib_sim_push_stale(fix.sim, fd, -EFAULT), 0);
	ck_assert_int_eq(kvmlib_vcpu_run(fix.vcpu), -EFAULT);
	assert_page_has(run, KVMLIB_EXIT_SHUTDOWN);
	unmap_run_page(run);
}
END_TEST

/* A run that leaves the page alone shows what was there when the kernel was entered. */
static void assert_run_enters_with(const struct kvm_run *run, uint32_t reason)
{
	ck_assert_int_eq(kvmlib_sim_push_stale(fix.sim, kvmlib_vcpu_fd(fix.vcpu), -EAGAIN), 0);
	run_to(KVMLIB_EXIT_AGAIN);
	assert_page_has(run, reason);
}

START_TEST(run_writes_unknown_before_the_run_after_a_memory_fault_only)
{
	struct kvm_run *run = map_run_page();

	push_exit(KVMLIB_EXIT_MEMORY_FAULT, -EFAULT);
	run_to(KVMLIB_EXIT_MEMORY_FAULT);
	assert_page_has(run, KVMLIB_EXIT_MEMORY_FAULT);
	assert_run_enters_with(run, KVMLIB_EXIT_UNKNOWN);
	push_exit(KVMLIB_EXIT_MEMORY_FAULT, 0);
	run_to(KVMLIB_EXIT_MEMORY_FAULT);
	assert_run_enters_with(run, KVMLIB_EXIT_MEMORY_FAULT);
	unmap_run_page(run);
}
END_TEST

static void answer_mmio_read(const char *bytes)
{
	struct kvmlib_exit_mmio mmio;

	run_to(KVMLIB_EXIT_MMIO);
	ck_assert_int_eq(kvmlib_vcpu_exit_pending(fix.vcpu), 1);
	assert_ok(kvmlib_vcpu_exit_mmio(fix.vcpu, &mmio));
	memcpy(mmio.data, bytes, mmio.len);
}

static void assert_guest_got(const char *bytes, int size)
{
	char got[8];

	ck_assert_int_eq(kvmlib_sim_completion(fix.sim, kvmlib_vcpu_fd(fix.vcpu), got, sizeof(got)),
			 size);
	ck_assert_mem_eq(got, bytes, (size_t)size);
}

/* arm64, riscv64 and loongarch64 read exit_reason back (1), x86 does not (0): data arrives. */
START_TEST(run_completes_an_mmio_read)
{
	ck_assert_int_eq(kvmlib_sim_set_completion_by_reason(fix.sim, _i), 0);
	ck_assert_int_eq(
		kvmlib_sim_push_mmio(fix.sim, kvmlib_vcpu_fd(fix.vcpu), 0xd0000000, 4, 0, NULL), 0);
	push_exit(KVMLIB_EXIT_HLT, 0);
	answer_mmio_read("\x11\x22\x33\x44");
	run_to(KVMLIB_EXIT_HLT);
	assert_guest_got("\x11\x22\x33\x44", 4);
}
END_TEST

/* So it does when a kick comes in between: the way to finish an exit without running on. */
START_TEST(run_completes_an_mmio_read_before_a_kick_is_reported)
{
	ck_assert_int_eq(kvmlib_sim_set_completion_by_reason(fix.sim, _i), 0);
	ck_assert_int_eq(
		kvmlib_sim_push_mmio(fix.sim, kvmlib_vcpu_fd(fix.vcpu), 0xd0000000, 8, 0, NULL), 0);
	answer_mmio_read("\x11\x22\x33\x44\x55\x66\x77\x88");
	ck_assert_int_eq(kvmlib_vcpu_kick(fix.vcpu), 0);
	run_to(KVMLIB_EXIT_INTR);
	assert_guest_got("\x11\x22\x33\x44\x55\x66\x77\x88", 8);
	ck_assert_int_eq(kvmlib_vcpu_exit_pending(fix.vcpu), 0);
}
END_TEST

START_TEST(run_completes_a_port_read)
{
	struct kvmlib_exit_io io;
	uint32_t count = 3;

	ck_assert_int_eq(kvmlib_sim_set_completion_by_reason(fix.sim, 1), 0);
	ck_assert_int_eq(
		kvmlib_sim_push_io(fix.sim, kvmlib_vcpu_fd(fix.vcpu), 0x1f0, 2, count, 0, NULL), 0);
	run_to(KVMLIB_EXIT_IO);
	assert_ok(kvmlib_vcpu_exit_io(fix.vcpu, &io));
	memcpy(io.data, "\x01\x02\x03\x04\x05\x06", 6);
	ck_assert_int_eq(kvmlib_vcpu_kick(fix.vcpu), 0);
	run_to(KVMLIB_EXIT_INTR);
	assert_guest_got("\x01\x02\x03\x04\x05\x06", 6);
}
END_TEST

/* Every reason that the facts know: whether the next run has something to complete. */
static bool needs_completion(uint32_t reason)
{
	static const uint32_t pending[] = {
		KVMLIB_EXIT_IO,		KVMLIB_EXIT_HYPERCALL,
		KVMLIB_EXIT_MMIO,	KVMLIB_EXIT_OSI,
		KVMLIB_EXIT_PAPR_HCALL, KVMLIB_EXIT_EPR,
		KVMLIB_EXIT_HYPERV,	KVMLIB_EXIT_X86_RDMSR,
		KVMLIB_EXIT_X86_WRMSR,	KVMLIB_EXIT_X86_BUS_LOCK,
		KVMLIB_EXIT_XEN,	KVMLIB_EXIT_RISCV_SBI,
		KVMLIB_EXIT_RISCV_CSR,	KVMLIB_EXIT_LOONGARCH_IOCSR,
		KVMLIB_EXIT_TDX,	KVMLIB_EXIT_SNP_REQ_CERTS,
	};

	for (size_t i = 0; i < sizeof(pending) / sizeof(pending[0]); i++)
		if (pending[i] == reason)
			return true;
	return false;
}

START_TEST(run_pending_is_told_by_the_reason)
{
	uint32_t reason = (uint32_t)_i;

	push_exit(reason, 0);
	run_to(reason);
	ck_assert_int_eq(kvmlib_vcpu_exit_pending(fix.vcpu), needs_completion(reason));
}
END_TEST

START_TEST(run_pending_of_unknown_reason_is_0)
{
	push_exit(4711, 0);
	run_to(4711);
	ck_assert_int_eq(kvmlib_vcpu_exit_pending(fix.vcpu), 0);
}
END_TEST

Suite *run_suite(void)
{
	Suite *suite = suite_create("run");
	TCase *tcase = add_case(suite, "run", setup_vcpu);

	tcase_add_loop_test(tcase, run_result_0_is_the_exit, 0, 5);
	tcase_add_loop_test(tcase, run_memory_fault_is_an_exit, 0, 2);
	tcase_add_loop_test(tcase, run_plain_efault_after_memory_fault_is_an_error, 0, 2);
	tcase_add_loop_test(tcase, run_completes_an_mmio_read, 0, 2);
	tcase_add_loop_test(tcase, run_completes_an_mmio_read_before_a_kick_is_reported, 0, 2);
	tcase_add_loop_test(tcase, run_pending_is_told_by_the_reason, 0,
			    (int)KVMLIB_EXIT_SNP_REQ_CERTS + 1);
	ADD_TESTS(tcase, run_before_the_first_there_is_no_exit, run_exits_come_in_their_order,
		  run_eintr_of_scripted_kernel_is_intr_not_kicked, run_kick_before_is_intr_kicked,
		  run_kicked_is_gone_with_the_next_exit, run_eagain_is_again,
		  run_eagain_does_not_report_the_stale_reason,
		  run_plain_efault_after_other_exit_is_an_error,
		  run_other_errno_with_memory_fault_is_an_error, run_error_replaces_the_exit_before,
		  run_bad_sync_registers_are_einval, run_leaves_exit_reason_alone,
		  run_writes_unknown_before_the_run_after_a_memory_fault_only,
		  run_completes_a_port_read, run_pending_of_unknown_reason_is_0);
	return suite;
}
