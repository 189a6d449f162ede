/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_PPC64_CAPS_H
#define KVMLIB_PPC64_CAPS_H

#include <stdint.h>

#include <kvmlib/common.h>

KVMLIB_BEGIN_DECLS

/**
 * @defgroup ppc64_caps Capabilities of POWER that take arguments
 * @brief What POWER can be told to do, where a number has to be said.
 * @ingroup ppc64
 *
 * kvmlib_vm_enable_cap() and kvmlib_vcpu_enable_cap() enable those that take none. After each
 * success on a vCPU KVM looks whether the vCPU can run at all: -EINVAL, though the capability is
 * on, as long as its PVR is not set or, in guests of the hypervisor mode (KVM HV),
 * KVMLIB_CAP_PPC_PAPR is not enabled. What was refused so is not remembered
 * (kvmlib_vcpu_enabled_capability()): see to these two first.
 * @{
 */

struct kvmlib_vm;
struct kvmlib_vcpu;
struct kvm_config_tlb;

/**
 * @brief Set how many threads a virtual core has.
 *
 * Enables KVM_CAP_PPC_SMT (VM capability, api.rst 7.11); Linux 4.13. KVM HV only, before the first
 * vCPU. The bits of KVMLIB_CAP_PPC_SMT_POSSIBLE are the modes of this host; the answer for
 * KVMLIB_CAP_PPC_SMT is the mode from then on. vCPU ids count threads: the vCPUs of a core start at
 * a multiple of the mode.
 *
 * @param vm    VM.
 * @param mode  Threads, 1, 2, 4 or 8; on POWER8 no more than the host has in a subcore.
 * @param flags 0; there are none yet.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm, or a mode or flag that KVM refuses (cause CAP_REFUSED; without the
 *                 capability CAPABILITY_MISSING).
 * @retval -EBUSY  The VM has vCPUs (cause AFTER_FIRST_VCPU).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_enable_ppc_smt(struct kvmlib_vm *vm, uint64_t mode, uint64_t flags);

/**
 * @brief Choose whether KVM serves a hypercall, or the VMM.
 *
 * Enables KVM_CAP_PPC_ENABLE_HCALL (VM capability, api.rst 7.1); Linux 3.17. One call for each
 * hypercall; each is remembered (kvmlib_vm_enabled_capability_at()). A new VM has a default set of
 * them on. Those that are off exit as KVMLIB_EXIT_PAPR_HCALL.
 *
 * @param vm        VM.
 * @param hypercall Its number in PAPR, a multiple of 4: 0x18 for H_PROTECT …
 * @param on        1: KVM serves it; 0: the VMM.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm, or a hypercall that KVM does not have (cause CAP_REFUSED; without the
 *                 capability CAPABILITY_MISSING).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_enable_ppc_enable_hcall(struct kvmlib_vm *vm, uint64_t hypercall,
						    int on);

/**
 * @brief Let the guest's interrupts ask the VMM for their vector.
 *
 * Enables KVM_CAP_PPC_EPR (vCPU capability, api.rst 6.5); Linux 3.9. Each external interrupt then
 * exits as KVMLIB_EXIT_EPR, which kvmlib_vcpu_complete_epr() answers. Book E, with the interrupt
 * controller in the VMM.
 *
 * @param vcpu vCPU.
 * @param on   1: on; 0: off, and the register EPR is the guest's last one.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vcpu, or a vCPU that can't run yet (cause CAP_REFUSED; without the
 *                 capability CAPABILITY_MISSING).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_enable_ppc_epr(struct kvmlib_vcpu *vcpu, int on);

/**
 * @brief Share the vCPU's TLB with KVM.
 *
 * Enables KVM_CAP_SW_TLB (vCPU capability, api.rst 6.3); Linux 3.3. Book E (e500) only. While the
 * vCPU runs the array is KVM's; between runs it has the guest's entries, and
 * kvmlib_vcpu_dirty_tlb() tells of those that the VMM changed. Again with another array: KVM lets
 * go of the one before.
 *
 * @param vcpu vCPU.
 * @param tlb  The kind of MMU (KVMLIB_MMU_FSL_BOOKE_NOHV), the sizes of its TLBs, and the array. KVM
 *             copies this struct and the sizes; the array stays in use, in writable memory, for as
 *             long as the vCPU lives.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument, an MMU or sizes that KVM refuses, or an array that is too short
 *                 for them (cause CAP_REFUSED; without the capability CAPABILITY_MISSING).
 * @retval -EFAULT The sizes can't be read, or the array not be written (cause BAD_ADDRESS).
 * @retval -ENOMEM No memory in the kernel.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_enable_sw_tlb(struct kvmlib_vcpu *vcpu,
					    const struct kvm_config_tlb *tlb);

/**
 * @brief Connect a vCPU to an MPIC in the kernel.
 *
 * Enables KVM_CAP_IRQ_MPIC (vCPU capability, api.rst 6.6); Linux 3.10. Book E only. Once per vCPU.
 *
 * @param vcpu vCPU.
 * @param fd   The MPIC, a device of KVMLIB_DEV_TYPE_FSL_MPIC_20 or _42: kvmlib_device_fd().
 * @param cpu  The vCPU's number there, below 32.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vcpu, or a vCPU that can't run yet (cause CAP_REFUSED; without the
 *                 capability CAPABILITY_MISSING).
 * @retval -EBADF  @p fd is not open (cause BAD_FD).
 * @retval -EPERM  @p fd is no MPIC, or another VM's, or @p cpu too large (cause BAD_FD).
 * @retval -EBUSY  The vCPU has an interrupt controller (cause VCPU_CONNECTED).
 * @retval -EEXIST Another vCPU has that number (cause ID_IN_USE).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_enable_irq_mpic(struct kvmlib_vcpu *vcpu, int fd, uint32_t cpu);

/**
 * @brief Connect a vCPU to a XICS in the kernel.
 *
 * Enables KVM_CAP_IRQ_XICS (vCPU capability, api.rst 6.7); Linux 3.10. Once per vCPU.
 *
 * @param vcpu   vCPU.
 * @param fd     The XICS, a device of KVMLIB_DEV_TYPE_XICS: kvmlib_device_fd().
 * @param server The vCPU's interrupt server: the number by which the guest knows it, mostly its id.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vcpu, a server above what the host has, or a vCPU that can't run yet
 *                 (cause CAP_REFUSED; without the capability CAPABILITY_MISSING).
 * @retval -EBADF  @p fd is not open (cause BAD_FD).
 * @retval -EPERM  @p fd is no XICS, or another VM's (cause BAD_FD).
 * @retval -EBUSY  The vCPU has an interrupt controller (cause VCPU_CONNECTED).
 * @retval -EEXIST Another vCPU has that server (cause ID_IN_USE).
 * @retval -ENOMEM No memory in the kernel.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_enable_irq_xics(struct kvmlib_vcpu *vcpu, int fd, uint32_t server);

/**
 * @brief Connect a vCPU to a XIVE in the kernel.
 *
 * Enables KVM_CAP_PPC_IRQ_XIVE (vCPU capability, api.rst 6.75); Linux 5.2. POWER9 and later. Once
 * per vCPU.
 *
 * @param vcpu   vCPU.
 * @param fd     The XIVE, a device of KVMLIB_DEV_TYPE_XIVE: kvmlib_device_fd().
 * @param server The vCPU's interrupt server: the number by which the guest knows it, mostly its id.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vcpu, a server above what the device has, or a vCPU that can't run yet
 *                 (cause CAP_REFUSED; without the capability CAPABILITY_MISSING).
 * @retval -EBADF  @p fd is not open (cause BAD_FD).
 * @retval -ENXIO  The host does not run its own interrupts by XIVE (cause HOST_FEATURE_MISSING).
 * @retval -EPERM  @p fd is no XIVE, or another VM's (cause BAD_FD).
 * @retval -EBUSY  The vCPU has an interrupt controller (cause VCPU_CONNECTED).
 * @retval -EEXIST Another vCPU has that server (cause ID_IN_USE).
 * @retval -ENOMEM No memory in the kernel.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_enable_ppc_irq_xive(struct kvmlib_vcpu *vcpu, int fd,
						  uint32_t server);

/** @} */

KVMLIB_END_DECLS
#endif
