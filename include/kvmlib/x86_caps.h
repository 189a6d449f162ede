/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_X86_CAPS_H
#define KVMLIB_X86_CAPS_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/common.h>

KVMLIB_BEGIN_DECLS

/**
 * @defgroup x86_caps Capabilities of x86 that take arguments
 * @brief What x86 can be told to do, where a number has to be said.
 * @ingroup x86
 *
 * kvmlib_vm_enable_cap() and kvmlib_vcpu_enable_cap() enable those that take none.
 * @{
 */

struct kvmlib_vm;
struct kvmlib_vcpu;

/**
 * @brief Have the local APICs in the kernel, and the IOAPIC and PIC in user space.
 *
 * Enables KVM_CAP_SPLIT_IRQCHIP (VM capability, api.rst 7.5); Linux 4.4.
 * In place of kvmlib_vm_create_irqchip(), before the first vCPU.
 *
 * @param vm     VM.
 * @param routes How many GSIs, from 0, stand for the pins of the IOAPIC.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm, or more routes than KVM has (cause CAP_REFUSED; without the
 *                 capability CAPABILITY_MISSING).
 * @retval -EEXIST The VM has an interrupt controller, or vCPUs (cause IRQCHIP_EXISTS).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_enable_split_irqchip(struct kvmlib_vm *vm, uint32_t routes);

/**
 * @brief Use x2APIC ids of 32 bits in the calls that carry APIC ids.
 *
 * Enables KVM_CAP_X2APIC_API (VM capability, api.rst 7.7); Linux 4.8.
 * The answer for KVMLIB_CAP_X2APIC_API is a mask of the flags.
 *
 * @param vm    VM.
 * @param flags KVMLIB_X2APIC_*.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm, or a flag that KVM refuses (cause CAP_REFUSED; without the capability
 *                 CAPABILITY_MISSING).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_enable_x2apic_api(struct kvmlib_vm *vm, uint64_t flags);

/**
 * @brief Let the guest halt, pause or wait on the CPU itself, without an exit.
 *
 * Enables KVM_CAP_X86_DISABLE_EXITS (VM capability, api.rst 7.13); Linux 4.17. Before the first
 * vCPU. The answer for KVMLIB_CAP_X86_DISABLE_EXITS is a mask of what the host can.
 *
 * @param vm    VM.
 * @param exits KVMLIB_X86_DISABLE_EXITS_*.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm, an exit that KVM does not know, or vCPUs exist, which Linux 6.12 does
 *                 not look for yet (cause CAP_REFUSED; without the capability
 *                 CAPABILITY_MISSING).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_enable_x86_disable_exits(struct kvmlib_vm *vm, uint64_t exits);

/**
 * @brief Let accesses to MSRs exit instead of failing in the guest.
 *
 * Enables KVM_CAP_X86_USER_SPACE_MSR (VM capability, api.rst 7.21); Linux 5.10.
 * The exits are KVMLIB_EXIT_X86_RDMSR and KVMLIB_EXIT_X86_WRMSR.
 *
 * @param vm      VM.
 * @param reasons KVMLIB_MSR_EXIT_REASON_*: for which accesses; 0 turns it off.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm, or a reason that KVM refuses (cause CAP_REFUSED; without the
 *                 capability CAPABILITY_MISSING).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_enable_x86_user_space_msr(struct kvmlib_vm *vm, uint64_t reasons);

/**
 * @brief Let hypercalls exit as KVMLIB_EXIT_HYPERCALL.
 *
 * Enables KVM_CAP_EXIT_HYPERCALL (VM capability, api.rst 7.40); Linux 5.14.
 * The answer for KVMLIB_CAP_EXIT_HYPERCALL is a mask of those that can.
 *
 * @param vm         VM.
 * @param hypercalls Bit n: the hypercall of number n, KVMLIB_HC_*.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm, or a hypercall that KVM refuses (cause CAP_REFUSED; without the
 *                 capability CAPABILITY_MISSING).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_enable_exit_hypercall(struct kvmlib_vm *vm, uint64_t hypercalls);

/**
 * @brief Have the payload of pending exceptions in the vCPU events.
 *
 * Enables KVM_CAP_EXCEPTION_PAYLOAD (VM capability, api.rst 7.17); Linux 4.20.
 * CR2 and DR6 then change when the guest takes the exception, not when it becomes pending.
 *
 * @param vm VM.
 * @param on 1 on, 0 off.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm (without the capability: cause CAPABILITY_MISSING).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_enable_exception_payload(struct kvmlib_vm *vm, int on);

/**
 * @brief Let the guest read MSR_PLATFORM_INFO.
 *
 * Enables KVM_CAP_MSR_PLATFORM_INFO (VM capability, api.rst 7.15); Linux 4.19.
 * On from the start.
 *
 * @param vm VM.
 * @param on 1: as it is; 0: the access fails in the guest.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm (without the capability: cause CAPABILITY_MISSING).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_enable_msr_platform_info(struct kvmlib_vm *vm, int on);

/**
 * @brief Let every instruction that KVM can't emulate exit.
 *
 * Enables KVM_CAP_EXIT_ON_EMULATION_FAILURE (VM capability, api.rst 7.27); Linux 5.14.
 * Without it those of the guest's user mode become exceptions in the guest.
 *
 * @param vm VM.
 * @param on 1 on, 0 off.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm (without the capability: cause CAPABILITY_MISSING).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_enable_exit_on_emulation_failure(struct kvmlib_vm *vm, int on);

/**
 * @brief Have a pending triple fault in the vCPU events.
 *
 * Enables KVM_CAP_X86_TRIPLE_FAULT_EVENT (VM capability); Linux 6.0.
 *
 * @param vm VM.
 * @param on 1 on, 0 off.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm (without the capability: cause CAPABILITY_MISSING).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_enable_x86_triple_fault_event(struct kvmlib_vm *vm, int on);

/**
 * @brief Let bus locks of the guest exit.
 *
 * Enables KVM_CAP_X86_BUS_LOCK_EXIT (VM capability, api.rst 7.22); Linux 5.12.
 * The exit is KVMLIB_EXIT_X86_BUS_LOCK, or the flag KVMLIB_RUN_X86_BUS_LOCK with another one. The
 * answer for KVMLIB_CAP_X86_BUS_LOCK_EXIT is a mask of the modes. Before the first vCPU.
 *
 * @param vm   VM.
 * @param mode KVMLIB_BUS_LOCK_DETECTION_OFF or KVMLIB_BUS_LOCK_DETECTION_EXIT.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm, or another mode (cause CAP_REFUSED; without the capability
 *                 CAPABILITY_MISSING).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_enable_x86_bus_lock_exit(struct kvmlib_vm *vm, uint64_t mode);

/**
 * @brief Bound how long the guest may keep the CPU from taking events.
 *
 * Enables KVM_CAP_X86_NOTIFY_VMEXIT (VM capability, api.rst 7.33); Linux 6.0.
 * Intel hosts only. Before the first vCPU.
 *
 * @param vm     VM.
 * @param flags  KVMLIB_X86_NOTIFY_VMEXIT_ENABLED; with it KVMLIB_X86_NOTIFY_VMEXIT_USER: exit as
 *               KVMLIB_EXIT_NOTIFY each time.
 * @param window The bound, in cycles of the crystal clock; the CPU adds some of its own.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm, flags that KVM refuses, or vCPUs exist (cause CAP_REFUSED; without
 *                 the capability CAPABILITY_MISSING).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_enable_x86_notify_vmexit(struct kvmlib_vm *vm, uint32_t flags,
						     uint32_t window);

/**
 * @brief Take the performance counters from the guest.
 *
 * Enables KVM_CAP_PMU_CAPABILITY (VM capability, api.rst 7.37); Linux 5.18.
 * Before the first vCPU. The answer for KVMLIB_CAP_PMU_CAPABILITY is a mask of the flags.
 *
 * @param vm    VM.
 * @param flags KVMLIB_PMU_CAP_DISABLE, or 0.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm, a flag that KVM refuses, or vCPUs exist (cause CAP_REFUSED; without
 *                 the capability CAPABILITY_MISSING).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_enable_pmu_capability(struct kvmlib_vm *vm, uint64_t flags);

/**
 * @brief Disable some of KVM's deviations from the hardware, where Linux is older than 5.18.
 *
 * Enables KVM_CAP_DISABLE_QUIRKS (VM capability, in no section of api.rst); Linux 4.2. As
 * kvmlib_vm_enable_disable_quirks2(), which is to be preferred: this one ignores what KVM does not
 * know, and there is no mask of what it does. Newer kernels add to what was disabled before, older
 * ones replace it.
 *
 * @param vm     VM.
 * @param quirks KVMLIB_X86_QUIRK_*.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm (without the capability: cause CAPABILITY_MISSING).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_enable_disable_quirks(struct kvmlib_vm *vm, uint64_t quirks);

/**
 * @brief Disable peculiarities that KVM keeps for old guests.
 *
 * Enables KVM_CAP_DISABLE_QUIRKS2 (VM capability, api.rst 7.31); Linux 5.18.
 * The answer for KVMLIB_CAP_DISABLE_QUIRKS2 is a mask of those that can be disabled.
 *
 * @param vm     VM.
 * @param quirks KVMLIB_X86_QUIRK_*.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm, or a quirk that KVM does not know (cause CAP_REFUSED; without the
 *                 capability CAPABILITY_MISSING).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_enable_disable_quirks2(struct kvmlib_vm *vm, uint64_t quirks);

/**
 * @brief Say below which number the ids of the vCPUs will be.
 *
 * Enables KVM_CAP_MAX_VCPU_ID (VM capability, api.rst 7.32); Linux 6.0. Once, before the first
 * vCPU; it saves memory. Asking for KVMLIB_CAP_MAX_VCPU_ID does not tell whether it can be set.
 *
 * @param vm  VM.
 * @param max The highest id and 1.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm, 0, a number above what KVMLIB_CAP_MAX_VCPU_ID answers, or set
 *                 already (cause CAP_REFUSED).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_enable_max_vcpu_id(struct kvmlib_vm *vm, uint32_t max);

/**
 * @brief Set the period of the APIC timers' clock.
 *
 * Enables KVM_CAP_X86_APIC_BUS_CYCLES_NS (VM capability, api.rst 7.35); Linux 6.11.
 * Before the first vCPU, with an interrupt controller in the kernel.
 *
 * @param vm VM.
 * @param ns Nanoseconds of a cycle; 1 at first.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm, 0, too long, or vCPUs exist (cause CAP_REFUSED; without the
 *                 capability CAPABILITY_MISSING).
 * @retval -ENXIO  No interrupt controller in the kernel (cause IRQCHIP_MISSING).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_enable_x86_apic_bus_cycles_ns(struct kvmlib_vm *vm, uint64_t ns);

/**
 * @brief Give the guest a privileged attribute of SGX.
 *
 * Enables KVM_CAP_SGX_ATTRIBUTE (VM capability, api.rst 7.25); Linux 5.13.
 *
 * @param vm VM.
 * @param fd An open file of /dev/sgx: provision.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm, or another file (cause CAP_REFUSED; without the capability
 *                 CAPABILITY_MISSING).
 * @retval -EBADF  @p fd is not open (cause BAD_FD).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_enable_sgx_attribute(struct kvmlib_vm *vm, int fd);

/**
 * @brief Share the encryption context of another SEV VM.
 *
 * Enables KVM_CAP_VM_COPY_ENC_CONTEXT_FROM (VM capability, api.rst 7.24); Linux 5.13.
 *
 * @param vm VM.
 * @param fd The VM to share with.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm, or a VM that KVM refuses (cause CAP_REFUSED; without the capability
 *                 CAPABILITY_MISSING).
 * @retval -EBADF  @p fd is not open (cause BAD_FD).
 * @retval -ENOTTY The host has no SEV (cause HOST_FEATURE_MISSING).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_enable_vm_copy_enc_context_from(struct kvmlib_vm *vm, int fd);

/**
 * @brief Take the encryption context of another SEV VM over.
 *
 * Enables KVM_CAP_VM_MOVE_ENC_CONTEXT_FROM (VM capability, api.rst 7.29); Linux 5.16.
 *
 * @param vm VM.
 * @param fd The VM that loses it.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm, or a VM that KVM refuses (cause CAP_REFUSED; without the capability
 *                 CAPABILITY_MISSING).
 * @retval -EBADF  @p fd is not open (cause BAD_FD).
 * @retval -ENOTTY The host has no SEV (cause HOST_FEATURE_MISSING).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_enable_vm_move_enc_context_from(struct kvmlib_vm *vm, int fd);

/**
 * @brief Give the vCPU Hyper-V's synthetic interrupt controller.
 *
 * Enables KVM_CAP_HYPERV_SYNIC (vCPU capability, api.rst 6.76); Linux 4.5.
 * With an interrupt controller in the kernel. The vCPU's APICv is off from then on.
 *
 * @param vcpu vCPU.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vcpu, or no interrupt controller in the kernel (cause CAP_REFUSED;
 *                 without the capability CAPABILITY_MISSING).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_enable_hyperv_synic(struct kvmlib_vcpu *vcpu);

/**
 * @brief Give the vCPU Hyper-V's synthetic interrupt controller, with its pages left alone.
 *
 * Enables KVM_CAP_HYPERV_SYNIC2 (vCPU capability, api.rst 6.77); Linux 4.13.
 * As kvmlib_vcpu_enable_hyperv_synic(), but KVM does not clear the guest's pages.
 *
 * @param vcpu vCPU.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vcpu, or no interrupt controller in the kernel (cause CAP_REFUSED;
 *                 without the capability CAPABILITY_MISSING).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_enable_hyperv_synic2(struct kvmlib_vcpu *vcpu);

/**
 * @brief Let the guest use those features of KVM alone that its CPUID has.
 *
 * Enables KVM_CAP_ENFORCE_PV_FEATURE_CPUID (vCPU capability, api.rst 6.80); Linux 5.10.
 *
 * @param vcpu vCPU.
 * @param on   1 on, 0 off.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vcpu (without the capability: cause CAPABILITY_MISSING).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_enable_enforce_pv_feature_cpuid(struct kvmlib_vcpu *vcpu, int on);

/**
 * @brief Let the guest use those features of Hyper-V alone that its CPUID has.
 *
 * Enables KVM_CAP_HYPERV_ENFORCE_CPUID (vCPU capability, api.rst 6.79); Linux 5.14.
 *
 * @param vcpu vCPU.
 * @param on   1 on, 0 off.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vcpu (without the capability: cause CAPABILITY_MISSING).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_enable_hyperv_enforce_cpuid(struct kvmlib_vcpu *vcpu, int on);

/**
 * @brief Give the vCPU Hyper-V's enlightened VMCS, for nested guests of Hyper-V.
 *
 * Enables KVM_CAP_HYPERV_ENLIGHTENED_VMCS (vCPU capability, api.rst 4.37); Linux 4.20. Intel hosts
 * only.
 *
 * @param[in]  vcpu        vCPU.
 * @param[out] ret_version The versions that KVM supports, the lowest in bits 0 to 7 and the highest
 *                         in bits 8 to 15. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (without the capability: cause CAPABILITY_MISSING).
 * @retval -ENOTTY The CPU has no nested VMX (cause HOST_FEATURE_MISSING).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_enable_hyperv_enlightened_vmcs(struct kvmlib_vcpu *vcpu,
							     uint16_t *ret_version);

/** @} */

KVMLIB_END_DECLS
#endif
