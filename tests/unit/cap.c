/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Capabilities that are enabled: what a row of the wire can't say. */

#include "played.h"
#include "suites.h"

#include <string.h>

#define CALL "KVM_ENABLE_CAP"

static struct kvm_enable_cap seen;

static int accept(unsigned long arg)
{
	memcpy(&seen, (const void *)(uintptr_t)arg, sizeof(seen));
	return 0;
}

static int refuse(unsigned long arg)
{
	(void)arg;
	return -EINVAL;
}

static void has_capability(uint32_t capability, int value)
{
	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, capability, value), 0);
}

START_TEST(cap_without_arguments_has_zeros)
{
	const uint64_t zeros[4] = { 0 };

	play(KVM_ENABLE_CAP, accept);
	assert_ok(kvmlib_vm_enable_cap(fix.vm, KVMLIB_CAP_HALT_POLL, 0, NULL));
	ck_assert_uint_eq(seen.cap, KVMLIB_CAP_HALT_POLL);
	ck_assert_mem_eq(seen.args, zeros, sizeof(zeros));
	assert_ok(kvmlib_vcpu_enable_cap(fix.vcpu, KVMLIB_CAP_HYPERV_SYNIC, 0, NULL));
	ck_assert_uint_eq(seen.cap, KVMLIB_CAP_HYPERV_SYNIC);
	ck_assert_mem_eq(seen.args, zeros, sizeof(zeros));
}
END_TEST

START_TEST(cap_refused_is_told_from_one_that_is_missing)
{
	play(KVM_ENABLE_CAP, refuse);
	has_capability(KVMLIB_CAP_HALT_POLL, 1);
	assert_fails(kvmlib_vm_enable_cap(fix.vm, KVMLIB_CAP_HALT_POLL, 5, NULL), EINVAL,
		     CAP_REFUSED, CALL);
	assert_value(CAPABILITY, KVMLIB_CAP_HALT_POLL);
	assert_value(FLAGS, 5);
	assert_fails(kvmlib_vm_enable_halt_poll(fix.vm, 1), EINVAL, CAP_REFUSED, CALL);
	has_capability(KVMLIB_CAP_HALT_POLL, 0);
	assert_fails(kvmlib_vm_enable_halt_poll(fix.vm, 1), EINVAL, CAPABILITY_MISSING, CALL);
	assert_value(CAPABILITY, KVMLIB_CAP_HALT_POLL);
}
END_TEST

/* 0 is the size of chunks of a VM that has the capability, and is not using it. */
START_TEST(cap_with_a_value_of_0_is_asked_for_by_another)
{
	const uint64_t odd[4] = { 12345 };

	play(KVM_ENABLE_CAP, refuse);
	has_capability(KVMLIB_CAP_ARM_EAGER_SPLIT_CHUNK_SIZE, 0);
	has_capability(KVMLIB_CAP_ARM_SUPPORTED_BLOCK_SIZES, 0x201000);
	assert_fails(kvmlib_vm_enable_cap(fix.vm, KVMLIB_CAP_ARM_EAGER_SPLIT_CHUNK_SIZE, 0, odd),
		     EINVAL, CAP_REFUSED, CALL);
	assert_value(CAPABILITY, KVMLIB_CAP_ARM_EAGER_SPLIT_CHUNK_SIZE);
	has_capability(KVMLIB_CAP_ARM_SUPPORTED_BLOCK_SIZES, 0);
	assert_fails(kvmlib_vm_enable_cap(fix.vm, KVMLIB_CAP_ARM_EAGER_SPLIT_CHUNK_SIZE, 0, odd),
		     EINVAL, CAPABILITY_MISSING, CALL);
}
END_TEST

START_TEST(cap_of_a_vcpu_names_it)
{
	struct kvmlib_vcpu *other;

	assert_ok(kvmlib_vm_create_vcpu(fix.vm, 3, &other));
	play(KVM_ENABLE_CAP, refuse);
	assert_fails(kvmlib_vcpu_enable_cap(other, 9999, 0, NULL), EINVAL, CAPABILITY_MISSING,
		     CALL);
	assert_value(VCPU_ID, 3);
	assert_value(CAPABILITY, 9999);
	kvmlib_vcpu_unref(other);
}
END_TEST

START_TEST(cap_ring_tells_its_size)
{
	play(KVM_ENABLE_CAP, refuse);
	has_capability(KVMLIB_CAP_DIRTY_LOG_RING, 65536);
	assert_fails(kvmlib_vm_enable_dirty_log_ring(fix.vm, 4097), EINVAL, CAP_REFUSED, CALL);
	assert_value(SIZE, 4097);
}
END_TEST

#ifdef __x86_64__

START_TEST(cap_switches_are_0_or_1)
{
	play(KVM_ENABLE_CAP, accept);
	assert_ok(kvmlib_vm_enable_exception_payload(fix.vm, -5));
	ck_assert_uint_eq(seen.args[0], 1);
	assert_ok(kvmlib_vm_enable_exception_payload(fix.vm, 0));
	ck_assert_uint_eq(seen.args[0], 0);
	assert_ok(kvmlib_vcpu_enable_hyperv_enforce_cpuid(fix.vcpu, 2));
	ck_assert_uint_eq(seen.args[0], 1);
}
END_TEST

START_TEST(cap_descriptor_is_told)
{
	play(KVM_ENABLE_CAP, refuse);
	assert_fails(kvmlib_vm_enable_sgx_attribute(fix.vm, -1), EINVAL, CAPABILITY_MISSING, CALL);
	assert_value(FD, -1);
}
END_TEST

static int answer_version(unsigned long arg)
{
	uint16_t version = 0x0102;

	accept(arg);
	memcpy((void *)(uintptr_t)seen.args[0], &version, sizeof(version));
	return 0;
}

static int answer_enotty(unsigned long arg)
{
	answer_version(arg);
	return -ENOTTY;
}

START_TEST(cap_enlightened_vmcs_tells_its_versions)
{
	uint16_t version = 77;

	assert_refuses_null(kvmlib_vcpu_enable_hyperv_enlightened_vmcs(NULL, &version), 1);
	assert_refuses_null(kvmlib_vcpu_enable_hyperv_enlightened_vmcs(fix.vcpu, NULL), 2);
	play(KVM_ENABLE_CAP, answer_enotty);
	assert_fails(kvmlib_vcpu_enable_hyperv_enlightened_vmcs(fix.vcpu, &version), ENOTTY,
		     HOST_FEATURE_MISSING, CALL);
	ck_assert_uint_eq(version, 77);
	play(KVM_ENABLE_CAP, answer_version);
	assert_ok(kvmlib_vcpu_enable_hyperv_enlightened_vmcs(fix.vcpu, &version));
	ck_assert_uint_eq(version, 0x0102);
	ck_assert_uint_eq(seen.cap, KVMLIB_CAP_HYPERV_ENLIGHTENED_VMCS);
}
END_TEST

#else

START_TEST(cap_of_x86_is_not_tried_elsewhere)
{
	uint16_t version = 77;

	play(KVM_ENABLE_CAP, accept);
	assert_fails(kvmlib_vm_enable_split_irqchip(fix.vm, 24), EOPNOTSUPP, ARCH_UNSUPPORTED,
		     CALL);
	assert_fails(kvmlib_vcpu_enable_hyperv_enlightened_vmcs(fix.vcpu, &version), EOPNOTSUPP,
		     ARCH_UNSUPPORTED, CALL);
	ck_assert_uint_eq(version, 77);
	ck_assert_uint_eq(played.calls, 0);
}
END_TEST

#endif

/* What fails so on this architecture makes no call. */
#define ASSERT_ELSEWHERE(call) assert_fails(call, EOPNOTSUPP, ARCH_UNSUPPORTED, CALL)

#ifndef __aarch64__

START_TEST(cap_of_arm64_is_not_tried_elsewhere)
{
	play(KVM_ENABLE_CAP, accept);
	assert_refuses_null(kvmlib_vm_enable_arm_eager_split_chunk_size(NULL, 4096), 1);
	ASSERT_ELSEWHERE(kvmlib_vm_enable_arm_eager_split_chunk_size(fix.vm, 0x200000));
	assert_value(SIZE, 0x200000);
	ck_assert_uint_eq(played.calls, 0);
}
END_TEST

#endif
#ifndef __riscv

/* Other architectures have the capability, but can't be told. */
START_TEST(cap_of_riscv64_is_not_tried_elsewhere)
{
	play(KVM_ENABLE_CAP, accept);
	assert_refuses_null(kvmlib_vm_enable_vm_gpa_bits(NULL, 41), 1);
	ASSERT_ELSEWHERE(kvmlib_vm_enable_vm_gpa_bits(fix.vm, 41));
	assert_value(COUNT, 41);
	ck_assert_uint_eq(played.calls, 0);
}
END_TEST

#endif
#ifndef __powerpc64__

START_TEST(cap_of_ppc64_is_not_tried_elsewhere)
{
	static const uint64_t tlb[3] = { 1, 0x12345, 0 };

	play(KVM_ENABLE_CAP, accept);
	ASSERT_ELSEWHERE(kvmlib_vm_enable_ppc_smt(fix.vm, 8, 0));
	assert_value(COUNT, 8);
	ASSERT_ELSEWHERE(kvmlib_vm_enable_ppc_enable_hcall(fix.vm, 0x18, 1));
	assert_value(ID, 0x18);
	ASSERT_ELSEWHERE(kvmlib_vcpu_enable_ppc_epr(fix.vcpu, 1));
	ASSERT_ELSEWHERE(kvmlib_vcpu_enable_sw_tlb(fix.vcpu, (const void *)tlb));
	assert_value(HOST_ADDRESS, 0x12345);
	ck_assert_uint_eq(played.calls, 0);
	assert_returns(kvmlib_vm_enabled_capability(fix.vm, KVMLIB_CAP_PPC_SMT, NULL), 0);
}
END_TEST

START_TEST(cap_of_ppc64_connects_no_vcpu_elsewhere)
{
	play(KVM_ENABLE_CAP, accept);
	ASSERT_ELSEWHERE(kvmlib_vcpu_enable_irq_mpic(fix.vcpu, 7, 3));
	assert_value(FD, 7);
	assert_value(ID, 3);
	ASSERT_ELSEWHERE(kvmlib_vcpu_enable_irq_xics(fix.vcpu, 7, 3));
	assert_value(CAPABILITY, KVMLIB_CAP_IRQ_XICS);
	ASSERT_ELSEWHERE(kvmlib_vcpu_enable_ppc_irq_xive(fix.vcpu, -1, 3));
	assert_value(FD, -1);
	ck_assert_uint_eq(played.calls, 0);
}
END_TEST

START_TEST(cap_of_ppc64_refuses_null_elsewhere_too)
{
	static const uint64_t tlb[3];

	assert_refuses_null(kvmlib_vm_enable_ppc_smt(NULL, 8, 0), 1);
	assert_refuses_null(kvmlib_vm_enable_ppc_enable_hcall(NULL, 0x18, 1), 1);
	assert_refuses_null(kvmlib_vcpu_enable_ppc_epr(NULL, 1), 1);
	assert_refuses_null(kvmlib_vcpu_enable_sw_tlb(NULL, (const void *)tlb), 1);
	assert_refuses_null(kvmlib_vcpu_enable_sw_tlb(fix.vcpu, NULL), 2);
	assert_refuses_null(kvmlib_vcpu_enable_irq_mpic(NULL, 7, 3), 1);
	assert_refuses_null(kvmlib_vcpu_enable_irq_xics(NULL, 7, 3), 1);
	assert_refuses_null(kvmlib_vcpu_enable_ppc_irq_xive(NULL, 7, 3), 1);
}
END_TEST

#endif

Suite *cap_suite(void)
{
	Suite *suite = suite_create("cap");
	TCase *tcase = add_case(suite, "cap", setup_played);

	ADD_TESTS(tcase, cap_without_arguments_has_zeros,
		  cap_refused_is_told_from_one_that_is_missing,
		  cap_with_a_value_of_0_is_asked_for_by_another, cap_of_a_vcpu_names_it,
		  cap_ring_tells_its_size);
#ifdef __x86_64__
	ADD_TESTS(tcase, cap_switches_are_0_or_1, cap_descriptor_is_told,
		  cap_enlightened_vmcs_tells_its_versions);
#else
	ADD_TESTS(tcase, cap_of_x86_is_not_tried_elsewhere);
#endif
#ifndef __aarch64__
	ADD_TESTS(tcase, cap_of_arm64_is_not_tried_elsewhere);
#endif
#ifndef __riscv
	ADD_TESTS(tcase, cap_of_riscv64_is_not_tried_elsewhere);
#endif
#ifndef __powerpc64__
	ADD_TESTS(tcase, cap_of_ppc64_is_not_tried_elsewhere,
		  cap_of_ppc64_connects_no_vcpu_elsewhere, cap_of_ppc64_refuses_null_elsewhere_too);
#endif
	return suite;
}
