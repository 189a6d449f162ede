/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_RUN_H
#define KVMLIB_RUN_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/common.h>

KVMLIB_BEGIN_DECLS

/**
 * @defgroup run The run page
 * @brief What a vCPU shares with KVM beside its exits: interrupts, flags, registers.
 *
 * What a vCPU and KVM tell each other in struct kvm_run beside the exit (api.rst, section 5). What
 * KVM tells is of its last KVM_RUN, whatever that answered; what it is told holds from the next one
 * on. No function here makes a system call. kvm_run::immediate_exit belongs to kvmlib_vcpu_kick().
 *
 * Each function fails with -EINVAL, cause NULL_ARGUMENT, and with -EIO, cause FORKED: a forked child
 * has no run page. Outputs are untouched on failure.
 * @{
 */

struct kvmlib_vcpu;
struct kvmlib_vcpu_events;
struct kvm_regs;
struct kvm_sregs;

/** @name Interrupts, on x86 without an interrupt controller in the kernel
 * @{
 */

/**
 * @brief Ask to be told when the guest can take an interrupt.
 *
 * Sets kvm_run::request_interrupt_window. While it is set, runs end with
 * KVMLIB_EXIT_IRQ_WINDOW_OPEN as soon as the guest can take one.
 *
 * @param vcpu vCPU.
 * @param on 1 to ask, 0 to stop asking.
 * @retval 0       Success.
 * @retval -EINVAL See the group; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_request_interrupt_window(struct kvmlib_vcpu *vcpu, int on);

/**
 * @brief Whether an interrupt can be injected now.
 *
 * Reads kvm_run::ready_for_interrupt_injection: if 1, kvmlib_vcpu_interrupt() is not too early.
 *
 * @param vcpu vCPU.
 * @retval 1 The guest takes it on the next run.
 * @retval 0 It can't now: request a window.
 * @retval -EINVAL See the group; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_ready_for_interrupt_injection(const struct kvmlib_vcpu *vcpu);

/**
 * @brief Whether the guest's interrupts are enabled.
 *
 * Reads kvm_run::if_flag, the interrupt flag (RFLAGS.IF), and so spares a call for the registers.
 *
 * @param vcpu vCPU.
 * @retval 1 They are enabled.
 * @retval 0 They are masked.
 * @retval -EINVAL See the group; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_if_flag(const struct kvmlib_vcpu *vcpu);

/**
 * @brief The task priority of the guest.
 *
 * Reads kvm_run::cr8.
 *
 * @param[in]  vcpu vCPU.
 * @param[out] ret_cr8 CR8: 0 to 15.
 * @retval 0       Success.
 * @retval -EINVAL See the group; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_get_cr8(const struct kvmlib_vcpu *vcpu, uint64_t *ret_cr8);

/**
 * @brief Set the task priority of the guest.
 *
 * Writes kvm_run::cr8, which KVM takes on the next run. Without such a call the guest keeps what it
 * has set, as KVM stores that there.
 *
 * @param vcpu vCPU.
 * @param cr8 CR8: 0 to 15. KVM_RUN answers EINVAL to more.
 * @retval 0       Success.
 * @retval -EINVAL See the group; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_set_cr8(struct kvmlib_vcpu *vcpu, uint64_t cr8);

/**
 * @brief The guest's MSR with the base address of its local APIC.
 *
 * Reads kvm_run::apic_base, also with a controller in the kernel. Kernels from 5.10 on only write it:
 * to set it, use kvmlib_vcpu_set_sregs().
 *
 * @param[in]  vcpu vCPU.
 * @param[out] ret_apic_base IA32_APIC_BASE: the address and the bits that enable it.
 * @retval 0       Success.
 * @retval -EINVAL See the group; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_get_apic_base(const struct kvmlib_vcpu *vcpu,
					    uint64_t *ret_apic_base);

/** @} */
/** @name State at the exit
 * @{
 */

/**
 * @brief What rides on any exit.
 *
 * Reads kvm_run::flags.
 *
 * @param[in]  vcpu vCPU.
 * @param[out] ret_flags KVMLIB_RUN_X86_SMM (in system management mode), KVMLIB_RUN_X86_BUS_LOCK (the
 *                       exit is, or came with, a bus lock), KVMLIB_RUN_X86_GUEST_MODE (in a nested
 *                       guest; newer kernels); on POWER with KVMLIB_EXIT_NMI, KVMLIB_RUN_PPC_NMI_DISP_*.
 * @retval 0       Success.
 * @retval -EINVAL See the group; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_get_run_flags(const struct kvmlib_vcpu *vcpu, uint16_t *ret_flags);

/**
 * @brief The levels of interrupt lines that arm64 emulates for a controller of the VMM's.
 *
 * Reads kvm_run::s.regs.device_irq_level; look at it after each run. Ask KVMLIB_CAP_ARM_USER_IRQ
 * first.
 *
 * @param[in]  vcpu vCPU.
 * @param[out] ret_level KVMLIB_ARM_DEV_*, set while the line is high.
 * @retval 0       Success.
 * @retval -EINVAL See the group; also -EIO.
 * @retval -EOPNOTSUPP This architecture has none (cause ARCH_UNSUPPORTED).
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_get_device_irq_level(const struct kvmlib_vcpu *vcpu,
						   uint64_t *ret_level);

/**
 * @brief The program status word of an s390x guest.
 *
 * Reads kvm_run::psw_mask and psw_addr.
 *
 * @param[in]  vcpu vCPU.
 * @param[out] ret_mask Its mask.
 * @param[out] ret_addr Its address.
 * @retval 0       Success.
 * @retval -EINVAL See the group; also -EIO.
 * @retval -EOPNOTSUPP This architecture has none (cause ARCH_UNSUPPORTED).
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_get_psw(const struct kvmlib_vcpu *vcpu, uint64_t *ret_mask,
				      uint64_t *ret_addr);

/**
 * @brief Set the program status word of an s390x guest.
 *
 * Writes kvm_run::psw_mask and psw_addr, which KVM takes on the next run.
 *
 * @param vcpu vCPU.
 * @param mask Its mask.
 * @param addr Its address.
 * @retval 0       Success.
 * @retval -EINVAL See the group; also -EIO.
 * @retval -EOPNOTSUPP This architecture has none (cause ARCH_UNSUPPORTED).
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_set_psw(struct kvmlib_vcpu *vcpu, uint64_t mask, uint64_t addr);

/** @} */
/**
 * @name Registers without calls
 *
 * Where KVMLIB_CAP_SYNC_REGS announces groups of registers (its value is their bits,
 * KVMLIB_SYNC_X86_* or, on s390x, KVMLIB_SYNC_*), KVM stores them in the run page at each exit, and
 * takes them back at the next run. Say which groups are wanted by kvmlib_vcpu_set_valid_regs(); after
 * an exit read them in place; change them, and say so by kvmlib_vcpu_set_dirty_regs().
 * @{
 */

/**
 * @brief Choose which registers KVM stores at each exit.
 *
 * Writes kvm_run::kvm_valid_regs; it stays.
 *
 * @param vcpu vCPU.
 * @param groups Bits of groups, no others than the host announces: KVM_RUN answers EINVAL to them
 * (x86 looks at the lower 32).
 *               On s390x KVM says itself which are stored.
 * @retval 0       Success.
 * @retval -EINVAL See the group; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_set_valid_regs(struct kvmlib_vcpu *vcpu, uint64_t groups);

/**
 * @brief Which registers KVM stores at each exit.
 *
 * Reads kvm_run::kvm_valid_regs.
 *
 * @param[in]  vcpu vCPU.
 * @param[out] ret_groups Bits of groups.
 * @retval 0       Success.
 * @retval -EINVAL See the group; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_get_valid_regs(const struct kvmlib_vcpu *vcpu, uint64_t *ret_groups);

/**
 * @brief Say which registers KVM shall take from the run page.
 *
 * Writes kvm_run::kvm_dirty_regs. KVM takes all registers of a group on the next run, even if it does
 * not enter the guest, and clears the bit: store valid ones in the whole group, as KVM_RUN answers
 * EINVAL to others.
 *
 * @param vcpu vCPU.
 * @param groups Bits of groups, no others than the host announces: KVM_RUN answers EINVAL to them
 * (x86 looks at the lower 32).
 * @retval 0       Success.
 * @retval -EINVAL See the group; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_set_dirty_regs(struct kvmlib_vcpu *vcpu, uint64_t groups);

/**
 * @brief Which registers KVM will take from the run page.
 *
 * Reads kvm_run::kvm_dirty_regs.
 *
 * @param[in]  vcpu vCPU.
 * @param[out] ret_groups Bits of groups; those that KVM has taken are 0.
 * @retval 0       Success.
 * @retval -EINVAL See the group; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_get_dirty_regs(const struct kvmlib_vcpu *vcpu, uint64_t *ret_groups);

/**
 * @brief The general registers of x86 in the run page: KVMLIB_SYNC_X86_REGS.
 *
 * @param[in]  vcpu vCPU.
 * @param[out] ret_regs In place, while the handle lives.
 * @retval 0       Success.
 * @retval -EINVAL See the group; also -EIO.
 * @retval -EOPNOTSUPP This architecture has none (cause ARCH_UNSUPPORTED).
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_sync_regs(struct kvmlib_vcpu *vcpu, struct kvm_regs **ret_regs);

/**
 * @brief The special registers of x86 in the run page: KVMLIB_SYNC_X86_SREGS.
 *
 * @param[in]  vcpu vCPU.
 * @param[out] ret_sregs In place, while the handle lives.
 * @retval 0       Success.
 * @retval -EINVAL See the group; also -EIO.
 * @retval -EOPNOTSUPP This architecture has none (cause ARCH_UNSUPPORTED).
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_sync_sregs(struct kvmlib_vcpu *vcpu, struct kvm_sregs **ret_sregs);

/**
 * @brief The pending events of x86 in the run page: KVMLIB_SYNC_X86_EVENTS.
 *
 * @param[in]  vcpu vCPU.
 * @param[out] ret_events In place, while the handle lives.
 * @retval 0       Success.
 * @retval -EINVAL See the group; also -EIO.
 * @retval -EOPNOTSUPP This architecture has none (cause ARCH_UNSUPPORTED).
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_sync_events(struct kvmlib_vcpu *vcpu,
					  struct kvmlib_vcpu_events **ret_events);

/**
 * @brief The registers in the run page as bytes, as the architecture has them.
 *
 * @param[in]  vcpu vCPU.
 * @param[out] ret_area struct kvm_sync_regs, in place, while the handle lives: on s390x prefix, general,
 *                      access, control and vector registers and more.
 * @param[out] ret_size Bytes: 2048, of which architectures use the beginning, and some nothing.
 * @retval 0       Success.
 * @retval -EINVAL See the group; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_sync_area(struct kvmlib_vcpu *vcpu, void **ret_area,
					size_t *ret_size);

/** @} */
/** @} */

KVMLIB_END_DECLS
#endif
