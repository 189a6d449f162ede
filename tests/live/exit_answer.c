/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Exits that wait for an answer, and what the guest makes of it; the run page beside them. */

#include <runner.h>

#include <stdlib.h>
#include <string.h>
#include <errno.h>

#include "guest.h"

#define APIC_GPA 0xfee00000U
#define VECTOR	 0x30U
#define PORT	 0xe9U

static void need_msr_exits(void)
{
	ck_assert_int_eq(
		kvmlib_vm_enable_x86_user_space_msr(guest.vm, KVMLIB_MSR_EXIT_REASON_UNKNOWN), 0);
}

static struct kvm_regs regs_now(void)
{
	struct kvm_regs regs;

	ck_assert_int_eq(kvmlib_vcpu_get_regs(guest.vcpu, &regs), 0);
	return regs;
}

/* mov ecx, 0x12345 */
#define MSR_0X12345 0x66, 0xb9, 0x45, 0x23, 0x01, 0x00

START_TEST(rdmsr_gives_the_guest_the_value)
{
	struct kvmlib_exit_msr msr;

	if (guest_has(KVMLIB_CAP_X86_USER_SPACE_MSR) <= 0)
		SKIP("no KVM_CAP_X86_USER_SPACE_MSR");
	need_msr_exits();
	GUEST_CODE(MSR_0X12345, 0x0f, 0x32, 0xf4); /* rdmsr; hlt */
	run_to(KVMLIB_EXIT_X86_RDMSR);
	ck_assert_int_eq(kvmlib_vcpu_exit_pending(guest.vcpu), 1);
	ck_assert_int_eq(kvmlib_vcpu_exit_drainable(guest.vcpu), 0);
	ck_assert_int_eq(kvmlib_vcpu_exit_msr(guest.vcpu, &msr), 0);
	ck_assert_uint_eq(msr.index, 0x12345);
	ck_assert_uint_eq(msr.reason, KVMLIB_MSR_EXIT_REASON_UNKNOWN);
	ck_assert_uint_eq(msr.is_write, 0);
	ck_assert_int_eq(kvmlib_vcpu_complete_rdmsr(guest.vcpu, 0x1122334455667788), 0);
	run_to(KVMLIB_EXIT_HLT);
	ck_assert_uint_eq(regs_now().rax, 0x55667788);
	ck_assert_uint_eq(regs_now().rdx, 0x11223344);
}
END_TEST

START_TEST(wrmsr_tells_the_value_and_goes_on)
{
	struct kvmlib_exit_msr msr;

	if (guest_has(KVMLIB_CAP_X86_USER_SPACE_MSR) <= 0)
		SKIP("no KVM_CAP_X86_USER_SPACE_MSR");
	need_msr_exits();
	/* mov al, 0x5a; wrmsr; hlt */
	GUEST_CODE(MSR_0X12345, 0xb0, 0x5a, 0x0f, 0x30, 0xf4);
	run_to(KVMLIB_EXIT_X86_WRMSR);
	ck_assert_int_eq(kvmlib_vcpu_exit_msr(guest.vcpu, &msr), 0);
	ck_assert_uint_eq(msr.index, 0x12345);
	ck_assert_uint_eq(msr.data & 0xff, 0x5a);
	ck_assert_uint_eq(msr.is_write, 1);
	ck_assert_int_eq(kvmlib_vcpu_complete_wrmsr(guest.vcpu), 0);
	run_to(KVMLIB_EXIT_HLT);
}
END_TEST

START_TEST(msr_access_faults_where_the_answer_says_so)
{
	if (guest_has(KVMLIB_CAP_X86_USER_SPACE_MSR) <= 0)
		SKIP("no KVM_CAP_X86_USER_SPACE_MSR");
	need_msr_exits();
	set_handler(13, 0x77); /* general protection */
	GUEST_CODE(MSR_0X12345, 0x0f, 0x30, 0xf4);
	run_to(KVMLIB_EXIT_X86_WRMSR);
	ck_assert_int_eq(kvmlib_vcpu_complete_msr_fault(guest.vcpu), 0);
	ck_assert_uint_eq(run_to_out(PORT), 0x77);
}
END_TEST

/* mov eax, nr; mov ebx, 0x4000; mov ecx, 1; mov edx, 16; vmmcall; hlt */
#define CALL(nr)                                                                                \
	0x66, 0xb8, nr, 0, 0, 0, 0x66, 0xbb, 0, 0x40, 0, 0, 0x66, 0xb9, 1, 0, 0, 0, 0x66, 0xba, \
		16, 0, 0, 0, 0x0f, 0x01, 0xd9, 0xf4

START_TEST(hypercall_gives_the_guest_the_result)
{
	struct kvmlib_exit_hypercall call;

	if (!(guest_has(KVMLIB_CAP_EXIT_HYPERCALL) & 1 << KVMLIB_HC_MAP_GPA_RANGE))
		SKIP("no KVM_CAP_EXIT_HYPERCALL");
	ck_assert_int_eq(kvmlib_vm_enable_exit_hypercall(guest.vm, 1U << KVMLIB_HC_MAP_GPA_RANGE),
			 0);
	if (guest_is_emulated())
		SKIP("KVM emulates the guest, and leaves VMMCALL to the processor");
	GUEST_CODE(CALL(KVMLIB_HC_MAP_GPA_RANGE));
	run_to(KVMLIB_EXIT_HYPERCALL);
	ck_assert_int_eq(kvmlib_vcpu_exit_hypercall(guest.vcpu, &call), 0);
	ck_assert_uint_eq(call.nr, KVMLIB_HC_MAP_GPA_RANGE);
	ck_assert_uint_eq(call.args[0], 0x4000);
	ck_assert_uint_eq(call.args[1], 1);
	ck_assert_uint_eq(call.args[2], 16);
	ck_assert_uint_eq(call.flags & KVMLIB_EXIT_HYPERCALL_LONG_MODE, 0);
	ck_assert_int_eq(kvmlib_vcpu_complete_hypercall(guest.vcpu, 0x1234), 0);
	run_to(KVMLIB_EXIT_HLT);
	ck_assert_uint_eq(regs_now().rax, 0x1234);
}
END_TEST

START_TEST(xen_hypercall_gives_the_guest_the_result)
{
	struct kvm_xen_hvm_config config = { .flags = KVMLIB_XEN_HVM_CONFIG_INTERCEPT_HCALL,
					     .msr = 0x40000000 };
	struct kvmlib_exit_xen_hcall call;

	if (guest_has(KVMLIB_CAP_XEN_HVM) <= 0 ||
	    !((unsigned int)guest_has(KVMLIB_CAP_XEN_HVM) & KVMLIB_XEN_HVM_CONFIG_INTERCEPT_HCALL))
		SKIP("no KVM_CAP_XEN_HVM with intercepted calls");
	ck_assert_int_eq(kvmlib_vm_xen_hvm_config(guest.vm, &config), 0);
	GUEST_CODE(CALL(17));
	run_to(KVMLIB_EXIT_XEN);
	ck_assert_int_eq(kvmlib_vcpu_exit_xen_hcall(guest.vcpu, &call), 0);
	ck_assert_uint_eq(call.input, 17);
	ck_assert_uint_eq(call.params[0], 0x4000);
	ck_assert_uint_eq(call.params[2], 16);
	ck_assert_uint_eq(call.longmode, 0);
	ck_assert_uint_eq(call.cpl, 0);
	ck_assert_int_eq(kvmlib_vcpu_complete_xen_hcall(guest.vcpu, 0x40011), 0);
	run_to(KVMLIB_EXIT_HLT);
	ck_assert_uint_eq(regs_now().rax, 0x40011);
}
END_TEST

static void pose_as_hyperv(void)
{
	struct kvm_cpuid_entry2 *entries;
	uint32_t n;

	ck_assert_int_eq(kvmlib_vcpu_get_supported_hv_cpuid_alloc(guest.vcpu, &entries, &n), 0);
	ck_assert_int_eq(kvmlib_vcpu_set_cpuid2(guest.vcpu, entries, n), 0);
	free(entries);
}

START_TEST(hyperv_synic_change_is_told)
{
	struct kvmlib_exit_hyperv_synic synic;
	uint32_t type;

	if (guest_has(KVMLIB_CAP_HYPERV_SYNIC2) <= 0 || guest_has(KVMLIB_CAP_HYPERV_CPUID) <= 0)
		SKIP("no KVM_CAP_HYPERV_SYNIC2 or KVM_CAP_HYPERV_CPUID");
	ck_assert_int_eq(kvmlib_vcpu_enable_hyperv_synic2(guest.vcpu), 0);
	pose_as_hyperv();
	/* mov ecx, 0x40000080 (SCONTROL); mov eax, 1; mov edx, 0; wrmsr; out 0xe9, al */
	GUEST_CODE(0x66, 0xb9, 0x80, 0x00, 0x00, 0x40, 0x66, 0xb8, 1, 0, 0, 0, 0x66, 0xba, 0, 0, 0,
		   0, 0x0f, 0x30, 0xe6, PORT);
	run_to(KVMLIB_EXIT_HYPERV);
	ck_assert_int_eq(kvmlib_vcpu_exit_hyperv_type(guest.vcpu, &type), 0);
	ck_assert_uint_eq(type, KVMLIB_EXIT_HYPERV_SYNIC);
	ck_assert_int_eq(kvmlib_vcpu_exit_hyperv_synic(guest.vcpu, &synic), 0);
	ck_assert_uint_eq(synic.msr, 0x40000080);
	ck_assert_uint_eq(synic.control, 1);
	ck_assert_uint_eq(run_to_out(PORT), 1);
}
END_TEST

START_TEST(hyperv_crash_is_a_system_event)
{
	struct kvmlib_exit_system_event event;

	if (guest_has(KVMLIB_CAP_HYPERV_CPUID) <= 0)
		SKIP("no KVM_CAP_HYPERV_CPUID");
	pose_as_hyperv();
	/* mov ecx, 0x40000105 (CRASH_CTL); mov edx, 0x80000000 (notify); wrmsr; hlt */
	GUEST_CODE(0x66, 0xb9, 0x05, 0x01, 0x00, 0x40, 0x66, 0xba, 0, 0, 0, 0x80, 0x0f, 0x30, 0xf4);
	run_to(KVMLIB_EXIT_SYSTEM_EVENT);
	ck_assert_int_eq(kvmlib_vcpu_exit_system_event(guest.vcpu, &event), 0);
	ck_assert_uint_eq(event.type, KVMLIB_SYSTEM_EVENT_CRASH);
	ck_assert_uint_eq(event.ndata, 0);
	run_to(KVMLIB_EXIT_HLT);
}
END_TEST

static void split_irqchip(void)
{
	ck_assert_int_eq(kvmlib_vm_enable_split_irqchip(guest.vm, 24), 0);
}

static void setup_split(void)
{
	guest_setup_after(split_irqchip);
}

static void route_level_triggered(uint32_t data)
{
	struct kvmlib_irq_routing_entry entry = {
		.gsi = 1,
		.type = KVMLIB_IRQ_ROUTING_MSI,
		.u.msi = { .address_lo = APIC_GPA, .data = data },
	};

	ck_assert_int_eq(kvmlib_vm_set_gsi_routing(guest.vm, &entry, 1, 0), 0);
}

/* The local APIC at DS:0, and its interrupt's handler: mov dword [0xb0], 0; linger; out 0xe9, al; iret. */
static void prepare_apic(void)
{
	static const uint8_t handler[] = { 0x66, 0xc7, 0x06,   0xb0, 0x00, 0,	0,
					   0,	 0,    LINGER, 0xe6, PORT, 0xcf };
	struct kvm_sregs sregs;

	ck_assert_int_eq(kvmlib_vcpu_get_sregs(guest.vcpu, &sregs), 0);
	sregs.ds.base = APIC_GPA;
	ck_assert_int_eq(kvmlib_vcpu_set_sregs(guest.vcpu, &sregs), 0);
	memcpy(guest.ram + HANDLER, handler, sizeof(handler));
	memcpy(guest.ram + VECTOR * 4U, "\x00\x30\x00\x00", 4);
}

START_TEST(eoi_of_a_split_irqchip_is_told)
{
	const uint32_t data = VECTOR | 1U << 14 | 1U << 15; /* asserted, level triggered */
	struct kvm_msi msi = { .address_lo = APIC_GPA, .data = data };
	uint8_t vector = 0;

	route_level_triggered(data);
	prepare_apic();
	/* mov dword [0xf0], 0x1ff (switched on); out 0xe9, al; sti; jmp $ */
	GUEST_CODE(0x66, 0xc7, 0x06, 0xf0, 0x00, 0xff, 0x01, 0, 0, 0xe6, PORT, 0xfb, 0xeb, 0xfe);
	run_to_out(PORT);
	ck_assert_int_eq(kvmlib_vm_signal_msi(guest.vm, &msi), 1);
	run_to(KVMLIB_EXIT_IOAPIC_EOI);
	ck_assert_int_eq(kvmlib_vcpu_exit_ioapic_eoi(guest.vcpu, &vector), 0);
	ck_assert_uint_eq(vector, VECTOR);
	run_to_out(PORT);
}
END_TEST

START_TEST(interrupt_window_opens_once_interrupts_are_on)
{
	GUEST_CODE(0xe6, PORT, 0xfb, 0x90, 0xeb, 0xfe); /* out 0xe9, al; sti; nop; jmp $ */
	run_to_out(PORT);
	ck_assert_int_eq(kvmlib_vcpu_if_flag(guest.vcpu), 0);
	ck_assert_int_eq(kvmlib_vcpu_ready_for_interrupt_injection(guest.vcpu), 0);
	ck_assert_int_eq(kvmlib_vcpu_request_interrupt_window(guest.vcpu, 1), 0);
	run_to(KVMLIB_EXIT_IRQ_WINDOW_OPEN);
	ck_assert_int_eq(kvmlib_vcpu_if_flag(guest.vcpu), 1);
	ck_assert_int_eq(kvmlib_vcpu_ready_for_interrupt_injection(guest.vcpu), 1);
	set_handler(VECTOR, 0x5a);
	ck_assert_int_eq(kvmlib_vcpu_interrupt(guest.vcpu, VECTOR), 0);
	ck_assert_int_eq(kvmlib_vcpu_request_interrupt_window(guest.vcpu, 0), 0);
	ck_assert_uint_eq(run_to_out(PORT), 0x5a);
}
END_TEST

START_TEST(task_priority_and_apic_base_are_shared)
{
	struct kvm_sregs sregs;
	uint64_t value = 77;

	GUEST_CODE(0xf4);
	ck_assert_int_eq(kvmlib_vcpu_set_cr8(guest.vcpu, 5), 0);
	run_to(KVMLIB_EXIT_HLT);
	ck_assert_int_eq(kvmlib_vcpu_get_sregs(guest.vcpu, &sregs), 0);
	ck_assert_uint_eq(sregs.cr8, 5);
	ck_assert_int_eq(kvmlib_vcpu_get_cr8(guest.vcpu, &value), 0);
	ck_assert_uint_eq(value, 5);
	ck_assert_int_eq(kvmlib_vcpu_get_apic_base(guest.vcpu, &value), 0);
	ck_assert_uint_eq(value, sregs.apic_base);
}
END_TEST

START_TEST(registers_are_synced_without_calls)
{
	struct kvm_regs *regs;
	struct kvm_sregs *sregs;
	uint64_t groups;

	if ((guest_has(KVMLIB_CAP_SYNC_REGS) & 3) != 3)
		SKIP("no KVM_CAP_SYNC_REGS");
	GUEST_CODE(0xb0, 0x5a, 0xf4, 0xe6, PORT); /* mov al, 0x5a; hlt; out 0xe9, al */
	ck_assert_int_eq(kvmlib_vcpu_set_valid_regs(guest.vcpu,
						    KVMLIB_SYNC_X86_REGS | KVMLIB_SYNC_X86_SREGS),
			 0);
	run_to(KVMLIB_EXIT_HLT);
	ck_assert_int_eq(kvmlib_vcpu_sync_regs(guest.vcpu, &regs), 0);
	ck_assert_int_eq(kvmlib_vcpu_sync_sregs(guest.vcpu, &sregs), 0);
	ck_assert_uint_eq(regs->rax & 0xff, 0x5a);
	ck_assert_uint_eq(regs->rip, CODE_GPA + 3);
	ck_assert_uint_eq(sregs->cs.base, 0);
	regs->rax = 0x77;
	ck_assert_int_eq(kvmlib_vcpu_set_dirty_regs(guest.vcpu, KVMLIB_SYNC_X86_REGS), 0);
	ck_assert_uint_eq(run_to_out(PORT), 0x77);
	ck_assert_int_eq(kvmlib_vcpu_get_dirty_regs(guest.vcpu, &groups), 0);
	ck_assert_uint_eq(groups, 0);
}
END_TEST

START_TEST(unknown_groups_of_registers_are_refused_by_the_run)
{
	if (guest_has(KVMLIB_CAP_SYNC_REGS) <= 0)
		SKIP("no KVM_CAP_SYNC_REGS");
	GUEST_CODE(0xf4);
	ck_assert_int_eq(kvmlib_vcpu_set_valid_regs(guest.vcpu, 1U << 31), 0);
	ck_assert_int_eq(kvmlib_vcpu_run(guest.vcpu), -EINVAL);
	ck_assert_int_eq(kvmlib_vcpu_set_valid_regs(guest.vcpu, 0), 0);
	run_to(KVMLIB_EXIT_HLT);
}
END_TEST

Suite *exit_answer_suite(void)
{
	Suite *suite = suite_create("exit_answer");
	TCase *alone = tcase_create("alone");
	TCase *irqchip = tcase_create("irqchip");
	TCase *split = tcase_create("split");

	tcase_add_checked_fixture(alone, guest_setup, guest_teardown);
	tcase_add_checked_fixture(irqchip, guest_setup_irqchip, guest_teardown);
	tcase_add_checked_fixture(split, setup_split, guest_teardown);
	tcase_set_timeout(alone, 60);
	tcase_set_timeout(irqchip, 60);
	tcase_set_timeout(split, 60);
	tcase_add_test(alone, rdmsr_gives_the_guest_the_value);
	tcase_add_test(alone, wrmsr_tells_the_value_and_goes_on);
	tcase_add_test(alone, msr_access_faults_where_the_answer_says_so);
	tcase_add_test(alone, hypercall_gives_the_guest_the_result);
	tcase_add_test(alone, xen_hypercall_gives_the_guest_the_result);
	tcase_add_test(alone, interrupt_window_opens_once_interrupts_are_on);
	tcase_add_test(alone, task_priority_and_apic_base_are_shared);
	tcase_add_test(alone, registers_are_synced_without_calls);
	tcase_add_test(alone, unknown_groups_of_registers_are_refused_by_the_run);
	tcase_add_test(alone, hyperv_crash_is_a_system_event);
	tcase_add_test(irqchip, hyperv_synic_change_is_told);
	tcase_add_test(split, eoi_of_a_split_irqchip_is_told);
	suite_add_tcase(suite, alone);
	suite_add_tcase(suite, irqchip);
	suite_add_tcase(suite, split);
	return suite;
}
