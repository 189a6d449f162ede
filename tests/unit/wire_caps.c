/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Capabilities of one architecture that take arguments. */

#include "wire.h"

/* Capabilities that the simulated kernel does not have. */
static inline uint32_t refused(int errnum)
{
	return errnum == EINVAL ? KVMLIB_CAUSE_CAPABILITY_MISSING : 0;
}

#define ENABLED(capability, arg0) \
	FIELDS(U32(KVMLIB_CAP_##capability), U32(0), U64(arg0), ZEROS(24 + 64))

/* kvmlib_HANDLE_enable_WORDS(handle, number): the number is the first argument. */
#define ENABLE(handle, words, capability, number, refused_)                              \
	WIRE_CALL(handle, enable_##words, ENABLE_CAP, .in = ENABLED(capability, number), \
		  .cause = (refused_))                                                   \
	{                                                                                \
		return kvmlib_##handle##_enable_##words(wire_##handle(), number);        \
	}                                                                                \
	struct wire_row

#ifdef __x86_64__

/* Those that it has. */
static uint32_t refused_all_the_same(int errnum)
{
	return errnum == EINVAL ? KVMLIB_CAUSE_CAP_REFUSED : 0;
}

ENABLE(vm, split_irqchip, SPLIT_IRQCHIP, 24, NULL);
ENABLE(vm, x2apic_api, X2APIC_API, (uint64_t)5 << 32, refused_all_the_same);
ENABLE(vm, x86_disable_exits, X86_DISABLE_EXITS, (uint64_t)5 << 32, refused);
ENABLE(vm, x86_user_space_msr, X86_USER_SPACE_MSR, (uint64_t)5 << 32, refused);
ENABLE(vm, exit_hypercall, EXIT_HYPERCALL, (uint64_t)5 << 32, refused);
ENABLE(vm, exception_payload, EXCEPTION_PAYLOAD, 1, refused);
ENABLE(vm, msr_platform_info, MSR_PLATFORM_INFO, 1, refused);
ENABLE(vm, exit_on_emulation_failure, EXIT_ON_EMULATION_FAILURE, 1, refused);
ENABLE(vm, x86_triple_fault_event, X86_TRIPLE_FAULT_EVENT, 1, refused);
ENABLE(vm, x86_bus_lock_exit, X86_BUS_LOCK_EXIT, (uint64_t)5 << 32, refused);
ENABLE(vm, pmu_capability, PMU_CAPABILITY, (uint64_t)5 << 32, refused);
ENABLE(vm, disable_quirks, DISABLE_QUIRKS, (uint64_t)5 << 32, refused);
ENABLE(vm, disable_quirks2, DISABLE_QUIRKS2, (uint64_t)5 << 32, refused);
ENABLE(vm, max_vcpu_id, MAX_VCPU_ID, 0x80000001, NULL);
ENABLE(vm, x86_apic_bus_cycles_ns, X86_APIC_BUS_CYCLES_NS, (uint64_t)5 << 32, refused);
ENABLE(vm, sgx_attribute, SGX_ATTRIBUTE, 7, refused);
ENABLE(vm, vm_copy_enc_context_from, VM_COPY_ENC_CONTEXT_FROM, 7, refused);
ENABLE(vm, vm_move_enc_context_from, VM_MOVE_ENC_CONTEXT_FROM, 7, refused);
ENABLE(vcpu, enforce_pv_feature_cpuid, ENFORCE_PV_FEATURE_CPUID, 1, refused_all_the_same);
ENABLE(vcpu, hyperv_enforce_cpuid, HYPERV_ENFORCE_CPUID, 1, refused_all_the_same);

WIRE_CALL(vm, enable_x86_notify_vmexit, ENABLE_CAP,
	  .in = ENABLED(X86_NOTIFY_VMEXIT, (uint64_t)0x12345678 << 32 | 3), .cause = refused)
{
	return kvmlib_vm_enable_x86_notify_vmexit(wire_vm(), 3, 0x12345678);
}

WIRE_CALL(vcpu, enable_hyperv_synic, ENABLE_CAP, .in = ENABLED(HYPERV_SYNIC, 0),
	  .cause = refused_all_the_same)
{
	return kvmlib_vcpu_enable_hyperv_synic(wire_vcpu());
}

WIRE_CALL(vcpu, enable_hyperv_synic2, ENABLE_CAP, .in = ENABLED(HYPERV_SYNIC2, 0),
	  .cause = refused_all_the_same)
{
	return kvmlib_vcpu_enable_hyperv_synic2(wire_vcpu());
}

#elif defined(__aarch64__)

ENABLE(vm, arm_eager_split_chunk_size, ARM_EAGER_SPLIT_CHUNK_SIZE, (uint64_t)5 << 32, refused);

#elif defined(__riscv)

ENABLE(vm, vm_gpa_bits, VM_GPA_BITS, 41, NULL);

#elif defined(__powerpc64__)

#define ENABLED2(capability, arg0, arg1) \
	FIELDS(U32(KVMLIB_CAP_##capability), U32(0), U64(arg0), U64(arg1), ZEROS(16 + 64))

/* A vCPU's number at an interrupt controller: a vCPU that is busy is busy with another one. */
static uint32_t not_connected(int errnum)
{
	return errnum == EBUSY ? KVMLIB_CAUSE_VCPU_CONNECTED : refused(errnum);
}

#define CONNECT(words, capability)                                                             \
	WIRE_CALL(vcpu, enable_##words, ENABLE_CAP, .in = ENABLED2(capability, 7, 0x80000001), \
		  .cause = not_connected)                                                      \
	{                                                                                      \
		return kvmlib_vcpu_enable_##words(wire_vcpu(), 7, 0x80000001);                 \
	}                                                                                      \
	struct wire_row

CONNECT(irq_mpic, IRQ_MPIC);
CONNECT(irq_xics, IRQ_XICS);
CONNECT(ppc_irq_xive, PPC_IRQ_XIVE);
ENABLE(vcpu, ppc_epr, PPC_EPR, 1, refused);

WIRE_CALL(vm, enable_ppc_smt, ENABLE_CAP, .in = ENABLED2(PPC_SMT, 8, (uint64_t)5 << 32),
	  .cause = refused)
{
	return kvmlib_vm_enable_ppc_smt(wire_vm(), 8, (uint64_t)5 << 32);
}

WIRE_CALL(vm, enable_ppc_enable_hcall, ENABLE_CAP, .in = ENABLED2(PPC_ENABLE_HCALL, 0x3e0, 1),
	  .cause = refused)
{
	return kvmlib_vm_enable_ppc_enable_hcall(wire_vm(), 0x3e0, -5);
}

WIRE_CALL(vcpu, enable_sw_tlb, ENABLE_CAP, .refuses = AT(2),
	  .in = FIELDS(U32(KVMLIB_CAP_SW_TLB), U32(0), ADDRESS(wire_in_buffer), ZEROS(24 + 64)),
	  .cause = refused)
{
	return kvmlib_vcpu_enable_sw_tlb(wire_vcpu(), wire_in(2));
}

#endif
