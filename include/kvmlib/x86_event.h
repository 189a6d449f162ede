/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_X86_EVENT_H
#define KVMLIB_X86_EVENT_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/common.h>

KVMLIB_BEGIN_DECLS

/**
 * @defgroup x86_event NMI, SMI, machine checks and task priority
 * @brief What user space does to a vCPU beside its interrupts.
 * @ingroup x86
 *
 * What user space does to a vCPU beside its interrupts and exceptions.
 * @{
 */

struct kvmlib_system;
struct kvmlib_vcpu;
struct kvm_x86_mce;

/**
 * @brief Give the vCPU a non-maskable interrupt.
 *
 * Wraps KVM_NMI (vCPU ioctl, api.rst 4.64). Ask KVMLIB_CAP_USER_NMI first. One that comes while
 * another is handled waits; of several, one does. While another thread runs the vCPU, this waits for
 * the next exit: call it by kvmlib_control_call() from there.
 *
 * @param vcpu vCPU.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vcpu.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_nmi(struct kvmlib_vcpu *vcpu);

/**
 * @brief Give the vCPU a system management interrupt.
 *
 * Wraps KVM_SMI (vCPU ioctl, api.rst 4.96). Ask KVMLIB_CAP_X86_SMM first. From other threads call it
 * by kvmlib_control_call(), as kvmlib_vcpu_nmi().
 *
 * @param vcpu vCPU.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vcpu.
 * @retval -ENOTTY This kernel, or the type of the VM, has no system management mode (cause
 *                 SMM_UNAVAILABLE).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_smi(struct kvmlib_vcpu *vcpu);

/**
 * @brief Ask which machine check features KVM can give to guests.
 *
 * Wraps KVM_X86_GET_MCE_CAP_SUPPORTED (system ioctl, api.rst 4.104). Ask KVMLIB_CAP_MCE first; it
 * tells the number of banks.
 *
 * @param[in]  system      System.
 * @param[out] ret_mce_cap Receives them as in the MSR IA32_MCG_CAP. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_system_x86_get_mce_cap_supported(struct kvmlib_system *system,
							  uint64_t *ret_mce_cap);

/**
 * @brief Choose the machine check features of a vCPU.
 *
 * Wraps KVM_X86_SETUP_MCE (vCPU ioctl, api.rst 4.105). Ask KVMLIB_CAP_MCE first.
 *
 * @param vcpu    vCPU.
 * @param mce_cap As in the MSR IA32_MCG_CAP: the number of banks in bits 0 to 7, and features.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vcpu, no bank or more than KVMLIB_CAP_MCE tells, or a feature that KVM
 *                 lacks (cause MCE_INVALID).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_x86_setup_mce(struct kvmlib_vcpu *vcpu, uint64_t mce_cap);

/**
 * @brief Report a machine check to the guest.
 *
 * Wraps KVM_X86_SET_MCE (vCPU ioctl, api.rst 4.106). Ask KVMLIB_CAP_MCE first. After
 * kvmlib_vcpu_x86_setup_mce(). An uncorrected one raises \#MC, or shuts a guest down that can't
 * take it.
 *
 * @param vcpu vCPU.
 * @param mce  The bank and what it is to hold; the bit VAL of status is set.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument, a bank that the vCPU lacks, or status without VAL (cause
 *                 MCE_INVALID).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_x86_set_mce(struct kvmlib_vcpu *vcpu, const struct kvm_x86_mce *mce);

/**
 * @brief Let accesses to the task priority register exit.
 *
 * Wraps KVM_TPR_ACCESS_REPORTING (vCPU ioctl). Ask KVMLIB_CAP_VAPIC first. They are exits
 * KVMLIB_EXIT_TPR_ACCESS then, by which a VMM finds and patches the instructions of old 32-bit
 * guests.
 *
 * @param vcpu    vCPU.
 * @param enabled 1 to let them exit, 0 not to.
 * @param flags   0.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vcpu, or flags (cause UNKNOWN_FLAGS).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_tpr_access_reporting(struct kvmlib_vcpu *vcpu, uint32_t enabled,
						   uint32_t flags);

/**
 * @brief Tell where the guest keeps its task priority.
 *
 * Wraps KVM_SET_VAPIC_ADDR (vCPU ioctl). Ask KVMLIB_CAP_VAPIC first.
 *
 * @param vcpu vCPU.
 * @param gpa  Guest physical address, in bytes, of four bytes in a slot; 0 for none.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vcpu, no local APIC in the kernel (cause LAPIC_MISSING), or, which the
 *                 facts about errors do not tell apart, an address outside of all slots.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_set_vapic_addr(struct kvmlib_vcpu *vcpu, uint64_t gpa);

/** @} */

KVMLIB_END_DECLS
#endif
