/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* NMI, SMI, machine checks, and the task priority. */

#include <runner.h>

#include <errno.h>
#include <string.h>

#include "guest.h"

#define NMI_VECTOR 2U
#define SMI_GPA	   0x38000U /* where the processor starts in system management mode */
#define VAPIC_GPA  0x5000U
#define APIC_GPA   0xfee00000U
#define TPR	   0x80
#define SPIV	   0xf0
#define MC1_STATUS 0x405U
#define MCI_VALID  (1ULL << 63)

START_TEST(nmi_reaches_the_guest)
{
	if (guest_has(KVMLIB_CAP_USER_NMI) <= 0)
		SKIP("this kernel has no KVM_CAP_USER_NMI");
	set_handler(NMI_VECTOR, 0x77);
	GUEST_CODE(0xf4, 0xb0, 0x55, 0xe6, 0xe9, 0xf4); /* hlt; mov al, 0x55; out 0xe9, al; hlt */
	run_to(KVMLIB_EXIT_HLT);
	ck_assert_int_eq(kvmlib_vcpu_nmi(guest.vcpu), 0);
	ck_assert_uint_eq(run_to_out(0xe9), 0x77);
	run_to(KVMLIB_EXIT_IO); /* the handler's end of interrupt */
	ck_assert_uint_eq(run_to_out(0xe9), 0x55);
}
END_TEST

START_TEST(smi_enters_system_management_mode)
{
	static const uint8_t handler[] = { 0xb0, 0x66, 0xe6, 0xe9, 0x0f, 0xaa }; /* …; rsm */
	struct kvm_userspace_memory_region smm_ram = {
		.slot = 1U << 16, /* in the address space of that mode */
		.memory_size = RAM_SIZE,
		.userspace_addr = (uintptr_t)guest.ram,
	};

	if (guest_has(KVMLIB_CAP_X86_SMM) <= 0) {
		assert_failed(kvmlib_vcpu_smi(guest.vcpu), ENOTTY, KVMLIB_CAUSE_SMM_UNAVAILABLE);
		SKIP("this kernel has no KVM_CAP_X86_SMM");
	}
	ck_assert_int_eq(kvmlib_vm_set_user_memory_region(guest.vm, &smm_ram), 0);
	memcpy(guest.ram + SMI_GPA, handler, sizeof(handler));
	GUEST_CODE(0xb0, 0x55, 0xe6, 0xe9, 0xf4); /* mov al, 0x55; out 0xe9, al; hlt */
	ck_assert_int_eq(kvmlib_vcpu_smi(guest.vcpu), 0);
	ck_assert_uint_eq(run_to_out(0xe9), 0x66);
	ck_assert_uint_eq(run_to_out(0xe9), 0x55);
}
END_TEST

START_TEST(mce_is_kept_in_its_bank)
{
	int banks = guest_has(KVMLIB_CAP_MCE);
	struct kvm_x86_mce mce = { .status = MCI_VALID | 0x17, .bank = 1 };
	struct kvm_msr_entry entry = { .index = MC1_STATUS };

	if (banks < 2)
		SKIP("this kernel has no KVM_CAP_MCE");
	ck_assert_int_eq(kvmlib_vcpu_x86_setup_mce(guest.vcpu, (uint64_t)banks), 0);
	ck_assert_int_eq(kvmlib_vcpu_x86_set_mce(guest.vcpu, &mce), 0);
	ck_assert_int_eq(kvmlib_vcpu_get_msrs(guest.vcpu, &entry, 1), 1);
	ck_assert_uint_eq(entry.data, mce.status);
}
END_TEST

START_TEST(mce_is_checked)
{
	int banks = guest_has(KVMLIB_CAP_MCE);
	struct kvm_x86_mce mce = { .status = 0x17, .bank = 1 };

	if (banks < 2)
		SKIP("this kernel has no KVM_CAP_MCE");
	assert_failed(kvmlib_vcpu_x86_setup_mce(guest.vcpu, 0), EINVAL, KVMLIB_CAUSE_MCE_INVALID);
	assert_failed(kvmlib_vcpu_x86_setup_mce(guest.vcpu, (uint64_t)banks + 1), EINVAL,
		      KVMLIB_CAUSE_MCE_INVALID);
	ck_assert_int_eq(kvmlib_vcpu_x86_setup_mce(guest.vcpu, 1), 0);
	assert_failed(kvmlib_vcpu_x86_set_mce(guest.vcpu, &mce), EINVAL, KVMLIB_CAUSE_MCE_INVALID);
}
END_TEST

START_TEST(mce_features_are_told)
{
	uint64_t features = ~0ULL;

	if (guest_has(KVMLIB_CAP_MCE) <= 0)
		SKIP("this kernel has no KVM_CAP_MCE");
	ck_assert_int_eq(kvmlib_system_x86_get_mce_cap_supported(guest.system, &features), 0);
	ck_assert_uint_ne(features, ~0ULL);
	ck_assert_int_eq(kvmlib_vcpu_x86_setup_mce(guest.vcpu, features | 1), 0);
}
END_TEST

/* The guest's data segment is the page of the local APIC. */
static void look_at_apic(void)
{
	struct kvm_sregs sregs;

	ck_assert_int_eq(kvmlib_vcpu_get_sregs(guest.vcpu, &sregs), 0);
	sregs.ds.base = APIC_GPA;
	ck_assert_int_eq(kvmlib_vcpu_set_sregs(guest.vcpu, &sregs), 0);
}

START_TEST(tpr_access_exits_where_it_is_reported)
{
	struct kvmlib_exit_tpr_access access;

	if (guest_has(KVMLIB_CAP_VAPIC) <= 0)
		SKIP("this kernel has no KVM_CAP_VAPIC");
	look_at_apic();
	/* mov al, [0x80]; linger; out 0xe9, al; mov al, [0x80]; linger; out 0xe9, al */
	GUEST_CODE(0xa0, 0x80, 0x00, LINGER, 0xe6, 0xe9, 0xa0, 0x80, 0x00, LINGER, 0xe6, 0xe9);
	ck_assert_int_eq(kvmlib_vcpu_tpr_access_reporting(guest.vcpu, 1, 0), 0);
	run_to(KVMLIB_EXIT_TPR_ACCESS);
	ck_assert_int_eq(kvmlib_vcpu_exit_tpr_access(guest.vcpu, &access), 0);
	ck_assert_uint_eq(access.is_write, 0);
	ck_assert_uint_eq(access.rip, CODE_GPA);
	ck_assert_int_eq(kvmlib_vcpu_tpr_access_reporting(guest.vcpu, 0, 0), 0);
	run_to(KVMLIB_EXIT_IO);
	run_to(KVMLIB_EXIT_IO);
	assert_failed(kvmlib_vcpu_tpr_access_reporting(guest.vcpu, 1, 1), EINVAL,
		      KVMLIB_CAUSE_UNKNOWN_FLAGS);
}
END_TEST

START_TEST(vapic_gets_the_task_priority)
{
	struct kvm_lapic_state lapic;

	if (guest_has(KVMLIB_CAP_VAPIC) <= 0)
		SKIP("this kernel has no KVM_CAP_VAPIC");
	ck_assert_int_eq(kvmlib_vcpu_get_lapic(guest.vcpu, &lapic), 0);
	lapic.regs[TPR] = 0x40;
	lapic.regs[SPIV + 1] = 1; /* enabled */
	ck_assert_int_eq(kvmlib_vcpu_set_lapic(guest.vcpu, &lapic), 0);
	guest.ram[VAPIC_GPA] = 0x40; /* what the guest left there is taken first */
	ck_assert_int_eq(kvmlib_vcpu_set_vapic_addr(guest.vcpu, VAPIC_GPA), 0);
	GUEST_CODE(0xe6, 0xe9);
	guest.ram[VAPIC_GPA + 3] = 0xff;
	run_to(KVMLIB_EXIT_IO);
	ck_assert_uint_eq(guest.ram[VAPIC_GPA], 0x40);
	ck_assert_uint_eq(guest.ram[VAPIC_GPA + 3], 0); /* the highest request: none */
	ck_assert_int_eq(kvmlib_vcpu_set_vapic_addr(guest.vcpu, 0), 0);
}
END_TEST

START_TEST(vapic_needs_an_irqchip)
{
	assert_failed(kvmlib_vcpu_set_vapic_addr(guest.vcpu, VAPIC_GPA), EINVAL,
		      KVMLIB_CAUSE_LAPIC_MISSING);
}
END_TEST

Suite *event_suite(void)
{
	Suite *suite = suite_create("event");
	TCase *tc = tcase_create("event"), *irqchip = tcase_create("irqchip");

	tcase_add_checked_fixture(tc, guest_setup, guest_teardown);
	tcase_add_test(tc, nmi_reaches_the_guest);
	tcase_add_test(tc, smi_enters_system_management_mode);
	tcase_add_test(tc, mce_is_kept_in_its_bank);
	tcase_add_test(tc, mce_is_checked);
	tcase_add_test(tc, mce_features_are_told);
	tcase_add_test(tc, vapic_needs_an_irqchip);
	suite_add_tcase(suite, tc);
	tcase_add_checked_fixture(irqchip, guest_setup_irqchip, guest_teardown);
	tcase_add_test(irqchip, tpr_access_exits_where_it_is_reported);
	tcase_add_test(irqchip, vapic_gets_the_task_priority);
	suite_add_tcase(suite, irqchip);
	return suite;
}
