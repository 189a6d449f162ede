/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_X86_STATE_H
#define KVMLIB_X86_STATE_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/common.h>

KVMLIB_BEGIN_DECLS

/**
 * @defgroup x86_state State of a vCPU
 * @brief Local APIC, debug and control registers, extended and nested state.
 * @ingroup x86
 *
 * What makes a vCPU's state beside the general, special and floating point registers, and beside
 * @ref x86_msr "MSRs".
 * @{
 */

struct kvmlib_vm;
struct kvmlib_vcpu;
struct kvmlib_sregs2;
struct kvm_lapic_state;
struct kvm_debugregs;
struct kvm_xcrs;

/**
 * @brief Get the local APIC's registers.
 *
 * Wraps KVM_GET_LAPIC (vCPU ioctl, api.rst 4.57). Ask KVMLIB_CAP_IRQCHIP first.
 *
 * @param[in]  vcpu      vCPU.
 * @param[out] ret_lapic Receives the page of registers, its first KiB. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument, or no local APIC in the kernel (cause LAPIC_MISSING).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_get_lapic(struct kvmlib_vcpu *vcpu,
					struct kvm_lapic_state *ret_lapic);

/**
 * @brief Set the local APIC's registers.
 *
 * Wraps KVM_SET_LAPIC (vCPU ioctl, api.rst 4.58). Ask KVMLIB_CAP_IRQCHIP first. After the base
 * address and mode of the APIC, which kvmlib_vcpu_set_sregs() sets; where the id stands depends on
 * KVMLIB_CAP_X2APIC_API.
 *
 * @param vcpu  vCPU.
 * @param lapic The registers.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument, no local APIC in the kernel, or an x2APIC id that is not the
 *                 vCPU's (cause LAPIC_STATE).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_set_lapic(struct kvmlib_vcpu *vcpu,
					const struct kvm_lapic_state *lapic);

/**
 * @brief Get the debug registers.
 *
 * Wraps KVM_GET_DEBUGREGS (vCPU ioctl, api.rst 4.33). Ask KVMLIB_CAP_DEBUGREGS first.
 *
 * @param[in]  vcpu          vCPU.
 * @param[out] ret_debugregs Receives DR0 to DR3, DR6 and DR7. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument, or the guest is encrypted (cause PROTECTED_STATE).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_get_debugregs(struct kvmlib_vcpu *vcpu,
					    struct kvm_debugregs *ret_debugregs);

/**
 * @brief Set the debug registers.
 *
 * Wraps KVM_SET_DEBUGREGS (vCPU ioctl, api.rst 4.34). Ask KVMLIB_CAP_DEBUGREGS first.
 *
 * @param vcpu      vCPU.
 * @param debugregs The registers; flags and reserved members 0.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument, flags, or reserved bits in the upper halves of DR6 or DR7 (cause
 *                 DEBUGREGS_INVALID).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_set_debugregs(struct kvmlib_vcpu *vcpu,
					    const struct kvm_debugregs *debugregs);

/**
 * @brief Get the extended control registers.
 *
 * Wraps KVM_GET_XCRS (vCPU ioctl, api.rst 4.44). Ask KVMLIB_CAP_XCRS first.
 *
 * @param[in]  vcpu     vCPU.
 * @param[out] ret_xcrs Receives them; XCR0 is the only one so far. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument, or the guest is encrypted (cause PROTECTED_STATE).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_get_xcrs(struct kvmlib_vcpu *vcpu, struct kvm_xcrs *ret_xcrs);

/**
 * @brief Set the extended control registers.
 *
 * Wraps KVM_SET_XCRS (vCPU ioctl, api.rst 4.45). Ask KVMLIB_CAP_XCRS first. After the CPUID, which
 * decides on the bits.
 *
 * @param vcpu vCPU.
 * @param xcrs The registers, 16 at most; flags 0.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument, more than 16, flags, a value that CPUID does not allow (cause
 *                 XCRS_INVALID), or a host CPU without XSAVE (cause XSAVE_UNAVAILABLE).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_set_xcrs(struct kvmlib_vcpu *vcpu, const struct kvm_xcrs *xcrs);

/**
 * @brief Get the special registers, with the page directory pointers.
 *
 * Wraps KVM_GET_SREGS2 (vCPU ioctl, api.rst 4.131). Ask KVMLIB_CAP_SREGS2 first (Linux 5.14). What
 * interrupt waits is in the vCPU's events instead.
 *
 * @param[in]  vcpu      vCPU.
 * @param[out] ret_sregs Receives the registers; flags has KVMLIB_SREGS2_FLAGS_PDPTRS_VALID where
 *                       pdptrs mean something. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument, or the guest is encrypted (cause PROTECTED_STATE).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_get_sregs2(struct kvmlib_vcpu *vcpu, struct kvmlib_sregs2 *ret_sregs);

/**
 * @brief Set the special registers, with the page directory pointers.
 *
 * Wraps KVM_SET_SREGS2 (vCPU ioctl, api.rst 4.132). Ask KVMLIB_CAP_SREGS2 first (Linux 5.14).
 *
 * @param vcpu  vCPU.
 * @param sregs The registers; flags 0 or KVMLIB_SREGS2_FLAGS_PDPTRS_VALID.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument, registers that contradict each other, or the flag without PAE
 *                 paging (cause SREGS_INCONSISTENT).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_set_sregs2(struct kvmlib_vcpu *vcpu,
					 const struct kvmlib_sregs2 *sregs);

/**
 * @brief How large a vCPU's extended state (XSAVE area) is.
 *
 * Wraps KVM_CHECK_EXTENSION of KVMLIB_CAP_XSAVE2 on the VM, which is asked once, and once more
 * after each kvmlib_vcpu_set_cpuid2(): a guest that may use a dynamic feature (AMX) has a larger
 * state. 4096 where the kernel does not have the capability.
 *
 * @param vcpu vCPU.
 * @return The size in bytes, 4096 or more, or a negative errno.
 * @retval -EINVAL NULL @p vcpu.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_xsave_size(struct kvmlib_vcpu *vcpu);

/**
 * @brief Get the extended state of a vCPU whose state has 4096 bytes.
 *
 * Wraps KVM_GET_XSAVE (vCPU ioctl, api.rst 4.42). Ask KVMLIB_CAP_XSAVE first.
 * kvmlib_vcpu_get_xsave2() serves every size.
 *
 * @param[in]  vcpu      vCPU.
 * @param[out] ret_xsave Receives the XSAVE area, in the uncompacted format. Untouched on failure.
 * @param[in]  size      Size of the buffer in bytes; 4096 or more.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument, a shorter buffer (cause BUFFER_TOO_SMALL, refused before any
 *                 call), or a state that is larger than 4096 bytes (cause XSAVE_TOO_LARGE).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_get_xsave(struct kvmlib_vcpu *vcpu, void *ret_xsave, size_t size);

/**
 * @brief Get the extended state of a vCPU.
 *
 * Wraps KVM_GET_XSAVE2 (vCPU ioctl, api.rst 4.134). Ask KVMLIB_CAP_XSAVE2 first (Linux 5.17).
 *
 * @param[in]  vcpu      vCPU.
 * @param[out] ret_xsave Receives the XSAVE area, in the uncompacted format. Untouched on failure.
 * @param[in]  size      Size of the buffer in bytes; kvmlib_vcpu_xsave_size() or more.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument, or a shorter buffer (cause BUFFER_TOO_SMALL, refused before the
 *                 call; the record's value NEEDED tells the size).
 * @retval -ENOMEM No memory in the kernel.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_get_xsave2(struct kvmlib_vcpu *vcpu, void *ret_xsave, size_t size);

/**
 * @brief Set the extended state of a vCPU.
 *
 * Wraps KVM_SET_XSAVE (vCPU ioctl, api.rst 4.43). Ask KVMLIB_CAP_XSAVE first.
 *
 * @param vcpu  vCPU.
 * @param xsave The XSAVE area, in the uncompacted format.
 * @param size  Size of the buffer in bytes; kvmlib_vcpu_xsave_size() or more, which the kernel
 *              reads.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument, a shorter buffer (cause BUFFER_TOO_SMALL, refused before the call;
 *                 the record's value NEEDED tells the size), or features that the host lacks or a
 *                 bad MXCSR (cause XSAVE_INVALID).
 * @retval -EFAULT The buffer can't be read to its end (cause XSAVE_BUFFER_SHORT).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_set_xsave(struct kvmlib_vcpu *vcpu, const void *xsave, size_t size);

/**
 * @brief How large the state of a hypervisor inside a guest can be.
 *
 * Wraps KVM_CHECK_EXTENSION of KVMLIB_CAP_NESTED_STATE (VM ioctl, api.rst 4.4).
 *
 * @param vm VM.
 * @return The most that kvmlib_vcpu_get_nested_state() needs, in bytes; 0 where guests can't be
 *         hypervisors; or a negative errno.
 * @retval -EINVAL NULL @p vm.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_nested_state_size(struct kvmlib_vm *vm);

/**
 * @brief Get the state of a hypervisor inside the guest.
 *
 * Wraps KVM_GET_NESTED_STATE (vCPU ioctl, api.rst 4.114). Ask KVMLIB_CAP_NESTED_STATE first.
 *
 * @param[in]  vcpu      vCPU.
 * @param[out] ret_state Receives a struct kvm_nested_state and what follows it; its member size
 *                       tells how much. Untouched on failure.
 * @param[in]  size      Size of the buffer in bytes; 128 or more, kvmlib_vm_nested_state_size()
 *                       suffices.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument, a buffer of less than 128 bytes (cause BUFFER_TOO_SMALL, refused
 *                 before any call), or nested virtualization is off (cause NESTED_DISABLED).
 * @retval -E2BIG  @p size is too small (cause BUFFER_TOO_SMALL); the record's value NEEDED tells
 *                 how much is not.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_get_nested_state(struct kvmlib_vcpu *vcpu, void *ret_state,
					       size_t size);

/**
 * @brief Set the state of a hypervisor inside the guest.
 *
 * Wraps KVM_SET_NESTED_STATE (vCPU ioctl, api.rst 4.115). Ask KVMLIB_CAP_NESTED_STATE first. After
 * CPUID, special registers, MSRs and events.
 *
 * @param vcpu  vCPU.
 * @param state What kvmlib_vcpu_get_nested_state() gave.
 * @param size  Size of the buffer in bytes; at least 128, and what the member size tells.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument, a shorter buffer (cause BUFFER_TOO_SMALL, refused before any
 *                 call), CPUID or EFER without the feature (cause NESTED_STATE_ORDER), contents
 *                 that are not valid (cause NESTED_STATE_INVALID), or nested virtualization is off
 *                 (cause NESTED_DISABLED).
 * @retval -EFAULT What follows the struct can't be read (cause BAD_ADDRESS).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_set_nested_state(struct kvmlib_vcpu *vcpu, const void *state,
					       size_t size);

/** @} */

KVMLIB_END_DECLS
#endif
