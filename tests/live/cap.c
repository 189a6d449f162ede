/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Capabilities that are enabled, and what they change. */

#include <runner.h>

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "guest.h"

START_TEST(cap_unknown_is_missing)
{
	assert_failed(kvmlib_vm_enable_cap(guest.vm, 9999, 0, NULL), EINVAL,
		      KVMLIB_CAUSE_CAPABILITY_MISSING);
	assert_failed(kvmlib_vcpu_enable_cap(guest.vcpu, 9999, 0, NULL), EINVAL,
		      KVMLIB_CAUSE_CAPABILITY_MISSING);
}
END_TEST

START_TEST(cap_msr_accesses_come_to_user_space)
{
	struct kvm_run *run;

	if (guest_has(KVMLIB_CAP_X86_USER_SPACE_MSR) <= 0)
		SKIP("no KVM_CAP_X86_USER_SPACE_MSR");
	assert_failed(kvmlib_vm_enable_x86_user_space_msr(guest.vm, 1U << 20), EINVAL,
		      KVMLIB_CAUSE_CAP_REFUSED);
	ck_assert_int_eq(
		kvmlib_vm_enable_x86_user_space_msr(guest.vm, KVMLIB_MSR_EXIT_REASON_UNKNOWN), 0);
	/* mov ecx, 0x12345; rdmsr; out 0xe9, al */
	GUEST_CODE(0x66, 0xb9, 0x45, 0x23, 0x01, 0x00, 0x0f, 0x32, 0xe6, 0xe9);
	run_to(KVMLIB_EXIT_X86_RDMSR);
	run = map_vcpu(0, 4096);
	ck_assert_uint_eq(run->msr.index, 0x12345);
	ck_assert_uint_eq(run->msr.reason, KVMLIB_MSR_EXIT_REASON_UNKNOWN);
	run->msr.data = 0x5a;
	run->msr.error = 0;
	ck_assert_uint_eq(run_to_out(0xe9), 0x5a);
	munmap(run, 4096);
}
END_TEST

/* Which pages of the RAM are dirty; the log is not cleared by that. */
static uint64_t dirty_pages(void)
{
	uint64_t bitmap = 0;

	ck_assert_int_eq(kvmlib_vm_get_dirty_log(guest.vm, 0, &bitmap), 0);
	return bitmap;
}

START_TEST(cap_dirty_log_is_cleared_by_hand)
{
	struct kvm_userspace_memory_region region = {
		.flags = KVM_MEM_LOG_DIRTY_PAGES,
		.memory_size = RAM_SIZE,
		.userspace_addr = (uintptr_t)guest.ram,
	};
	uint64_t page5 = 1U << 5;

	ck_assert_int_eq(kvmlib_vm_enable_manual_dirty_log_protect2(
				 guest.vm, KVMLIB_DIRTY_LOG_MANUAL_PROTECT_ENABLE),
			 0);
	assert_failed(kvmlib_vm_enable_manual_dirty_log_protect2(guest.vm, 1U << 20), EINVAL,
		      KVMLIB_CAUSE_CAP_REFUSED);
	ck_assert_int_eq(kvmlib_vm_set_user_memory_region(guest.vm, &region), 0);
	/* mov byte [0x5000], 1; out 0xe9, al */
	GUEST_CODE(0xc6, 0x06, 0x00, 0x50, 0x01, 0xe6, 0xe9);
	run_to(KVMLIB_EXIT_IO);
	ck_assert_uint_eq(dirty_pages() & page5, page5);
	ck_assert_uint_eq(dirty_pages() & page5, page5);
	ck_assert_int_eq(kvmlib_vm_clear_dirty_log(guest.vm, 0, 0, 64, &page5), 0);
	ck_assert_uint_eq(dirty_pages() & page5, 0);
}
END_TEST

START_TEST(cap_halt_poll_is_taken)
{
	if (guest_has(KVMLIB_CAP_HALT_POLL) <= 0)
		SKIP("no KVM_CAP_HALT_POLL");
	ck_assert_int_eq(kvmlib_vm_enable_halt_poll(guest.vm, 0), 0);
	GUEST_CODE(0xf4);
	run_to(KVMLIB_EXIT_HLT);
}
END_TEST

START_TEST(cap_masks_are_checked)
{
	assert_failed(kvmlib_vm_enable_x2apic_api(guest.vm, (uint64_t)1 << 40), EINVAL,
		      KVMLIB_CAUSE_CAP_REFUSED);
	ck_assert_int_eq(kvmlib_vm_enable_x2apic_api(
				 guest.vm, (uint32_t)guest_has(KVMLIB_CAP_X2APIC_API) & 3),
			 0);
	if (guest_has(KVMLIB_CAP_EXIT_HYPERCALL) <= 0 || guest_has(KVMLIB_CAP_DISABLE_QUIRKS2) <= 0)
		SKIP("no KVM_CAP_EXIT_HYPERCALL or KVM_CAP_DISABLE_QUIRKS2");
	assert_failed(kvmlib_vm_enable_exit_hypercall(guest.vm, 1), EINVAL,
		      KVMLIB_CAUSE_CAP_REFUSED);
	ck_assert_int_eq(kvmlib_vm_enable_exit_hypercall(
				 guest.vm, (uint32_t)guest_has(KVMLIB_CAP_EXIT_HYPERCALL)),
			 0);
	assert_failed(kvmlib_vm_enable_disable_quirks2(guest.vm, (uint64_t)1 << 40), EINVAL,
		      KVMLIB_CAUSE_CAP_REFUSED);
	ck_assert_int_eq(kvmlib_vm_enable_disable_quirks2(
				 guest.vm, (uint32_t)guest_has(KVMLIB_CAP_DISABLE_QUIRKS2)),
			 0);
}
END_TEST

START_TEST(cap_triple_fault_shows_in_the_events)
{
	struct kvmlib_vcpu_events events;

	if (guest_has(KVMLIB_CAP_X86_TRIPLE_FAULT_EVENT) <= 0)
		SKIP("no KVM_CAP_X86_TRIPLE_FAULT_EVENT");
	ck_assert_int_eq(kvmlib_vcpu_get_vcpu_events(guest.vcpu, &events), 0);
	ck_assert_uint_eq(events.flags & KVMLIB_VCPUEVENT_VALID_TRIPLE_FAULT, 0);
	ck_assert_int_eq(kvmlib_vm_enable_x86_triple_fault_event(guest.vm, 1), 0);
	ck_assert_int_eq(kvmlib_vcpu_get_vcpu_events(guest.vcpu, &events), 0);
	ck_assert_uint_ne(events.flags & KVMLIB_VCPUEVENT_VALID_TRIPLE_FAULT, 0);
}
END_TEST

START_TEST(cap_exception_payload_shows_in_the_events)
{
	struct kvmlib_vcpu_events events;

	ck_assert_int_eq(kvmlib_vcpu_get_vcpu_events(guest.vcpu, &events), 0);
	ck_assert_uint_eq(events.flags & KVMLIB_VCPUEVENT_VALID_PAYLOAD, 0);
	ck_assert_int_eq(kvmlib_vm_enable_exception_payload(guest.vm, 1), 0);
	ck_assert_int_eq(kvmlib_vcpu_get_vcpu_events(guest.vcpu, &events), 0);
	ck_assert_uint_ne(events.flags & KVMLIB_VCPUEVENT_VALID_PAYLOAD, 0);
}
END_TEST

START_TEST(cap_exact_forms_do_what_the_typed_ones_do)
{
	const uint64_t on[4] = { 1 };
	struct kvmlib_vcpu_events events;

	ck_assert_int_eq(kvmlib_vm_enable_cap(guest.vm, KVMLIB_CAP_EXCEPTION_PAYLOAD, 0, on), 0);
	ck_assert_int_eq(kvmlib_vcpu_get_vcpu_events(guest.vcpu, &events), 0);
	ck_assert_uint_ne(events.flags & KVMLIB_VCPUEVENT_VALID_PAYLOAD, 0);
	if (guest_has(KVMLIB_CAP_ENFORCE_PV_FEATURE_CPUID) <= 0)
		SKIP("no KVM_CAP_ENFORCE_PV_FEATURE_CPUID");
	ck_assert_int_eq(
		kvmlib_vcpu_enable_cap(guest.vcpu, KVMLIB_CAP_ENFORCE_PV_FEATURE_CPUID, 0, on), 0);
}
END_TEST

START_TEST(cap_enlightened_vmcs_needs_vmx)
{
	uint16_t version = 77;
	int r = kvmlib_vcpu_enable_hyperv_enlightened_vmcs(guest.vcpu, &version);

	if (guest_has(KVMLIB_CAP_HYPERV) <= 0) {
		assert_failed(r, EINVAL, KVMLIB_CAUSE_CAPABILITY_MISSING);
		SKIP("no KVM_CAP_HYPERV");
	}
	if (r < 0) {
		assert_failed(r, ENOTTY, KVMLIB_CAUSE_HOST_FEATURE_MISSING);
		ck_assert_uint_eq(version, 77);
	} else {
		ck_assert_uint_ge(version >> 8, version & 0xff);
	}
}
END_TEST

/* A VM of its own, before it has vCPUs. */
static void vm_setup(void)
{
	ck_assert_int_eq(kvmlib_system_open(NULL, &guest.system), 0);
	ck_assert_int_eq(kvmlib_system_create_vm(guest.system, NULL, &guest.vm), 0);
}

static void vm_teardown(void)
{
	kvmlib_system_unref(guest.system);
	kvmlib_vm_unref(guest.vm);
}

START_TEST(cap_split_irqchip_is_an_irqchip)
{
	assert_failed(kvmlib_vm_enable_split_irqchip(guest.vm, 100000), EINVAL,
		      KVMLIB_CAUSE_CAP_REFUSED);
	ck_assert_int_eq(kvmlib_vm_enable_split_irqchip(guest.vm, 24), 0);
	assert_failed(kvmlib_vm_enable_split_irqchip(guest.vm, 24), EEXIST,
		      KVMLIB_CAUSE_IRQCHIP_EXISTS);
	assert_failed(kvmlib_vm_create_irqchip(guest.vm), EEXIST, KVMLIB_CAUSE_IRQCHIP_EXISTS);
}
END_TEST

START_TEST(cap_max_vcpu_id_is_kept)
{
	struct kvmlib_vcpu *vcpu = NULL;
	int r = kvmlib_vm_enable_max_vcpu_id(guest.vm, 2);

	if (r < 0)
		SKIP("KVM_CAP_MAX_VCPU_ID can't be set");
	assert_failed(kvmlib_vm_enable_max_vcpu_id(guest.vm, 3), EINVAL, KVMLIB_CAUSE_CAP_REFUSED);
	ck_assert_int_lt(kvmlib_vm_create_vcpu(guest.vm, 2, &vcpu), 0);
	ck_assert_int_eq(kvmlib_error_errno(), EINVAL);
	ck_assert_int_eq(kvmlib_vm_create_vcpu(guest.vm, 1, &vcpu), 0);
	kvmlib_vcpu_unref(vcpu);
}
END_TEST

START_TEST(cap_apic_bus_cycles_are_kept)
{
	if (guest_has(KVMLIB_CAP_X86_APIC_BUS_CYCLES_NS) <= 0)
		SKIP("no KVM_CAP_X86_APIC_BUS_CYCLES_NS");
	assert_failed(kvmlib_vm_enable_x86_apic_bus_cycles_ns(guest.vm, 25), ENXIO,
		      KVMLIB_CAUSE_IRQCHIP_MISSING);
	ck_assert_int_eq(kvmlib_vm_create_irqchip(guest.vm), 0);
	ck_assert_int_eq(kvmlib_vm_enable_x86_apic_bus_cycles_ns(guest.vm, 25), 0);
	if (guest_has(KVMLIB_CAP_X86_APIC_BUS_CYCLES_NS) == 1)
		SKIP("this kernel tells the default alone (Linux 6.12 does)");
	ck_assert_int_eq(guest_has(KVMLIB_CAP_X86_APIC_BUS_CYCLES_NS), 25);
}
END_TEST

START_TEST(cap_descriptors_are_checked)
{
	if (guest_has(KVMLIB_CAP_SGX_ATTRIBUTE) > 0)
		assert_failed(kvmlib_vm_enable_sgx_attribute(guest.vm, -1), EINVAL,
			      KVMLIB_CAUSE_CAP_REFUSED);
	else
		assert_failed(kvmlib_vm_enable_sgx_attribute(guest.vm, -1), EINVAL,
			      KVMLIB_CAUSE_CAPABILITY_MISSING);
	ck_assert_int_lt(kvmlib_vm_enable_vm_copy_enc_context_from(guest.vm, -1), 0);
	ck_assert_int_lt(kvmlib_vm_enable_vm_move_enc_context_from(guest.vm, -1), 0);
}
END_TEST

/* HLT on the CPU itself. */
static void keep_hlt(void)
{
	if ((guest_has(KVMLIB_CAP_X86_DISABLE_EXITS) & (int)KVMLIB_X86_DISABLE_EXITS_HLT) != 0)
		ck_assert_int_eq(
			kvmlib_vm_enable_x86_disable_exits(guest.vm, KVMLIB_X86_DISABLE_EXITS_HLT),
			0);
}

static void setup_hlt(void)
{
	guest_setup_after(keep_hlt);
}

/* Kick the vCPU once its guest has written its byte. */
static void *kick_when_there(void *arg)
{
	while (!__atomic_load_n(&guest.ram[0x5000], __ATOMIC_ACQUIRE))
		sched_yield();
	ck_assert_int_eq(kvmlib_vcpu_kick(guest.vcpu), 0);
	return arg;
}

START_TEST(cap_hlt_without_exit_stays_in_the_guest)
{
	pthread_t thread;

	if (!(guest_has(KVMLIB_CAP_X86_DISABLE_EXITS) & (int)KVMLIB_X86_DISABLE_EXITS_HLT))
		SKIP("no KVM_X86_DISABLE_EXITS_HLT");
	if (guest_is_emulated())
		SKIP("KVM emulates the guest, and its HLT always exits");
	/* mov byte [0x5000], 1; hlt; jmp to the hlt */
	GUEST_CODE(0xc6, 0x06, 0x00, 0x50, 0x01, 0xf4, 0xeb, 0xfd);
	ck_assert_int_eq(pthread_create(&thread, NULL, kick_when_there, NULL), 0);
	run_to(KVMLIB_EXIT_INTR);
	ck_assert_int_eq(kvmlib_vcpu_exit_kicked(guest.vcpu), 1);
	pthread_join(thread, NULL);
}
END_TEST

START_TEST(cap_synic_needs_an_irqchip)
{
	if (guest_has(KVMLIB_CAP_HYPERV_SYNIC2) <= 0)
		SKIP("no KVM_CAP_HYPERV_SYNIC2");
	ck_assert_int_eq(kvmlib_vcpu_enable_hyperv_synic2(guest.vcpu), 0);
	ck_assert_int_eq(kvmlib_vcpu_enable_hyperv_synic(guest.vcpu), 0);
}
END_TEST

Suite *cap_suite(void)
{
	Suite *suite = suite_create("cap");
	TCase *tc = tcase_create("running"), *vm = tcase_create("vm"), *hlt = tcase_create("hlt"),
	      *irqchip = tcase_create("irqchip");

	tcase_add_checked_fixture(tc, guest_setup, guest_teardown);
	tcase_add_test(tc, cap_unknown_is_missing);
	tcase_add_test(tc, cap_msr_accesses_come_to_user_space);
	tcase_add_test(tc, cap_dirty_log_is_cleared_by_hand);
	tcase_add_test(tc, cap_halt_poll_is_taken);
	tcase_add_test(tc, cap_masks_are_checked);
	tcase_add_test(tc, cap_triple_fault_shows_in_the_events);
	tcase_add_test(tc, cap_exception_payload_shows_in_the_events);
	tcase_add_test(tc, cap_exact_forms_do_what_the_typed_ones_do);
	tcase_add_test(tc, cap_enlightened_vmcs_needs_vmx);
	suite_add_tcase(suite, tc);
	tcase_add_checked_fixture(vm, vm_setup, vm_teardown);
	tcase_add_test(vm, cap_split_irqchip_is_an_irqchip);
	tcase_add_test(vm, cap_max_vcpu_id_is_kept);
	tcase_add_test(vm, cap_apic_bus_cycles_are_kept);
	tcase_add_test(vm, cap_descriptors_are_checked);
	suite_add_tcase(suite, vm);
	tcase_add_checked_fixture(hlt, setup_hlt, guest_teardown);
	tcase_set_timeout(hlt, 60);
	tcase_add_test(hlt, cap_hlt_without_exit_stays_in_the_guest);
	suite_add_tcase(suite, hlt);
	tcase_add_checked_fixture(irqchip, guest_setup_irqchip, guest_teardown);
	tcase_add_test(irqchip, cap_synic_needs_an_irqchip);
	suite_add_tcase(suite, irqchip);
	return suite;
}
