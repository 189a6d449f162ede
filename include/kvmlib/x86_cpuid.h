/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_X86_CPUID_H
#define KVMLIB_X86_CPUID_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/common.h>

KVMLIB_BEGIN_DECLS

/**
 * @defgroup x86_cpuid CPUID
 * @brief What the CPUID instruction tells: what this host offers, what a vCPU answers.
 * @ingroup x86
 *
 * What the CPUID instruction tells the guest: what this host can offer, and what a vCPU answers.
 * @{
 */

struct kvmlib_system;
struct kvmlib_vcpu;
struct kvm_cpuid_entry;
struct kvm_cpuid_entry2;

/**
 * @brief Ask for the CPUID that this host can give to guests.
 *
 * Wraps KVM_GET_SUPPORTED_CPUID (system ioctl, api.rst 4.46). Ask KVMLIB_CAP_EXT_CPUID first. The
 * answer is not a guest's CPUID yet: APIC ids, topology and sizes in it are the host's.
 *
 * @param[in]  system    System.
 * @param[out] entries   Receives the entries. Untouched on failure.
 * @param[in]  capacity  Room in @p entries, in entries; 256 always suffices.
 * @param[out] ret_count How many there are. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument.
 * @retval -E2BIG  @p capacity is too small; the kernel does not tell how much is needed (cause
 *                 LIST_TOO_SMALL).
 * @retval -ENOMEM No memory, here or in the kernel.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_system_get_supported_cpuid(struct kvmlib_system *system,
						    struct kvm_cpuid_entry2 *entries,
						    uint32_t capacity, uint32_t *ret_count);

/**
 * @brief The same, into a list that the library makes large enough.
 *
 * @param[in]  system      System.
 * @param[out] ret_entries Receives the entries, to be freed by free(3). Untouched on failure.
 * @param[out] ret_count   How many there are. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument.
 * @retval -E2BIG  The kernel found every list too small, up to 65536 (cause LIST_NEVER_FITS).
 * @retval -ENOMEM No memory, here or in the kernel.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_system_get_supported_cpuid_alloc(struct kvmlib_system *system,
							  struct kvm_cpuid_entry2 **ret_entries,
							  uint32_t *ret_count);

/**
 * @brief Ask which CPUID bits KVM can give to guests by emulating what the host lacks.
 *
 * Wraps KVM_GET_EMULATED_CPUID (system ioctl, api.rst 4.88). Ask KVMLIB_CAP_EXT_EMUL_CPUID first.
 * Only the bits in it mean something; they are slow, and left out of
 * kvmlib_system_get_supported_cpuid().
 *
 * @param[in]  system    System.
 * @param[out] entries   Receives the entries. Untouched on failure.
 * @param[in]  capacity  Room in @p entries, in entries; 256 always suffices.
 * @param[out] ret_count How many there are. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument.
 * @retval -E2BIG  @p capacity is too small; the kernel does not tell how much is needed (cause
 *                 LIST_TOO_SMALL).
 * @retval -ENOMEM No memory, here or in the kernel.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_system_get_emulated_cpuid(struct kvmlib_system *system,
						   struct kvm_cpuid_entry2 *entries,
						   uint32_t capacity, uint32_t *ret_count);

/**
 * @brief The same, into a list that the library makes large enough.
 *
 * @param[in]  system      System.
 * @param[out] ret_entries Receives the entries, to be freed by free(3). Untouched on failure.
 * @param[out] ret_count   How many there are. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument.
 * @retval -E2BIG  The kernel found every list too small, up to 65536 (cause LIST_NEVER_FITS).
 * @retval -ENOMEM No memory, here or in the kernel.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_system_get_emulated_cpuid_alloc(struct kvmlib_system *system,
							 struct kvm_cpuid_entry2 **ret_entries,
							 uint32_t *ret_count);

/**
 * @brief Ask for the CPUID leaves by which KVM can pose as Hyper-V.
 *
 * Wraps KVM_GET_SUPPORTED_HV_CPUID (system ioctl, api.rst 4.118). Ask KVMLIB_CAP_SYS_HYPERV_CPUID
 * first (Linux 5.11). Leaves 0x40000000 and up, which overlap with KVM's own.
 *
 * @param[in]  system    System.
 * @param[out] entries   Receives the entries. Untouched on failure.
 * @param[in]  capacity  Room in @p entries, in entries; 256 always suffices.
 * @param[out] ret_count How many there are. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument.
 * @retval -E2BIG  @p capacity is too small; the kernel does not tell how much is needed (cause
 *                 LIST_TOO_SMALL).
 * @retval -ENOMEM No memory, here or in the kernel.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_system_get_supported_hv_cpuid(struct kvmlib_system *system,
						       struct kvm_cpuid_entry2 *entries,
						       uint32_t capacity, uint32_t *ret_count);

/**
 * @brief The same, into a list that the library makes large enough.
 *
 * @param[in]  system      System.
 * @param[out] ret_entries Receives the entries, to be freed by free(3). Untouched on failure.
 * @param[out] ret_count   How many there are. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument.
 * @retval -E2BIG  The kernel found every list too small, up to 65536 (cause LIST_NEVER_FITS).
 * @retval -ENOMEM No memory, here or in the kernel.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_system_get_supported_hv_cpuid_alloc(struct kvmlib_system *system,
							     struct kvm_cpuid_entry2 **ret_entries,
							     uint32_t *ret_count);

/**
 * @brief Ask for the CPUID leaves by which a vCPU can pose as one of Hyper-V.
 *
 * Wraps KVM_GET_SUPPORTED_HV_CPUID (vCPU ioctl, api.rst 4.118). Ask KVMLIB_CAP_HYPERV_CPUID first.
 * As kvmlib_system_get_supported_hv_cpuid(), with what was enabled on the vCPU (enlightened VMCS).
 *
 * @param[in]  vcpu      vCPU.
 * @param[out] entries   Receives the entries. Untouched on failure.
 * @param[in]  capacity  Room in @p entries, in entries; 256 always suffices.
 * @param[out] ret_count How many there are. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument.
 * @retval -E2BIG  @p capacity is too small; the kernel does not tell how much is needed (cause
 *                 LIST_TOO_SMALL).
 * @retval -ENOMEM No memory, here or in the kernel.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_get_supported_hv_cpuid(struct kvmlib_vcpu *vcpu,
						     struct kvm_cpuid_entry2 *entries,
						     uint32_t capacity, uint32_t *ret_count);

/**
 * @brief The same, into a list that the library makes large enough.
 *
 * @param[in]  vcpu        vCPU.
 * @param[out] ret_entries Receives the entries, to be freed by free(3). Untouched on failure.
 * @param[out] ret_count   How many there are. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument.
 * @retval -E2BIG  The kernel found every list too small, up to 65536 (cause LIST_NEVER_FITS).
 * @retval -ENOMEM No memory, here or in the kernel.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_get_supported_hv_cpuid_alloc(struct kvmlib_vcpu *vcpu,
							   struct kvm_cpuid_entry2 **ret_entries,
							   uint32_t *ret_count);

/**
 * @brief Set what the vCPU answers to the CPUID instruction, in the form without sub-leaves.
 *
 * Wraps KVM_SET_CPUID (vCPU ioctl, api.rst 4.20). kvmlib_vcpu_set_cpuid2() is the form to use.
 *
 * @param vcpu    vCPU.
 * @param entries The entries; may be NULL if @p count is 0.
 * @param count   How many; 256 at most.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument, an impossible CPUID, or a changed one after the vCPU has run
 *                 (cause CPUID_REFUSED).
 * @retval -E2BIG  More than 256 entries (cause CPUID_LIST_TOO_LONG).
 * @retval -EPERM  A dynamic feature (AMX) without this process's permission for guests (cause
 *                 XSAVE_PERMISSION).
 * @retval -ENOMEM No memory, here or in the kernel.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_set_cpuid(struct kvmlib_vcpu *vcpu,
					const struct kvm_cpuid_entry *entries, uint32_t count);

/**
 * @brief Set what the vCPU answers to the CPUID instruction.
 *
 * Wraps KVM_SET_CPUID2 (vCPU ioctl, api.rst 4.20). Ask KVMLIB_CAP_EXT_CPUID first.
 *
 * @param vcpu    vCPU.
 * @param entries The entries; may be NULL if @p count is 0.
 * @param count   How many; 256 at most.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument, an impossible CPUID (cause CPUID_INVALID), or a changed one
 *                 after the vCPU has run (cause CPUID_AFTER_RUN).
 * @retval -E2BIG  More than 256 entries (cause CPUID_LIST_TOO_LONG).
 * @retval -EPERM  A dynamic feature (AMX) without this process's permission for guests (cause
 *                 XSAVE_PERMISSION).
 * @retval -ENOMEM No memory, here or in the kernel.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 * @par Example
 * @snippet firmware.c cpuid
 */
KVMLIB_EXPORT int kvmlib_vcpu_set_cpuid2(struct kvmlib_vcpu *vcpu,
					 const struct kvm_cpuid_entry2 *entries, uint32_t count);

/**
 * @brief Get what the vCPU answers to the CPUID instruction.
 *
 * Wraps KVM_GET_CPUID2 (vCPU ioctl, api.rst 4.20). Ask KVMLIB_CAP_EXT_CPUID first. KVM changes some
 * leaves while the guest runs (OSXSAVE, XSAVE sizes), so they differ from what was set. Linux 6.1
 * does not say how many there are; the library counts what it has written.
 *
 * @param[in]  vcpu      vCPU.
 * @param[out] entries   Receives the entries. Untouched on failure.
 * @param[in]  capacity  Room in @p entries, in entries; 256 always suffices.
 * @param[out] ret_count How many there are. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument.
 * @retval -E2BIG  @p capacity is too small; the kernel does not tell how much is needed (cause
 *                 LIST_TOO_SMALL).
 * @retval -ENOMEM No memory.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_get_cpuid2(struct kvmlib_vcpu *vcpu, struct kvm_cpuid_entry2 *entries,
					 uint32_t capacity, uint32_t *ret_count);

/**
 * @brief The same, into a list that the library makes large enough.
 *
 * @param[in]  vcpu        vCPU.
 * @param[out] ret_entries Receives the entries, to be freed by free(3). Untouched on failure.
 * @param[out] ret_count   How many there are. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument.
 * @retval -E2BIG  The kernel found every list too small, up to 65536 (cause LIST_NEVER_FITS).
 * @retval -ENOMEM No memory, here or in the kernel.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_get_cpuid2_alloc(struct kvmlib_vcpu *vcpu,
					       struct kvm_cpuid_entry2 **ret_entries,
					       uint32_t *ret_count);

/** @} */

KVMLIB_END_DECLS
#endif
