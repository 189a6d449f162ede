/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_X86_MSR_H
#define KVMLIB_X86_MSR_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/common.h>

KVMLIB_BEGIN_DECLS

/**
 * @defgroup x86_msr Model-specific registers
 * @brief Lists, values and the filter of MSRs.
 * @ingroup x86
 *
 * Which there are, what they hold, and which of them the guest may use.
 * @{
 */

struct kvmlib_system;
struct kvmlib_vm;
struct kvmlib_vcpu;
struct kvm_msr_entry;
struct kvm_msr_filter;

/**
 * @brief List the MSRs that a vCPU's state has.
 *
 * Wraps KVM_GET_MSR_INDEX_LIST (system ioctl, api.rst 4.3). Machine check banks and the MSRs of
 * Hyper-V's SynIC are not in it; some that are depend on the vCPU's CPUID.
 *
 * @param[in]  system    System.
 * @param[out] indices   Receives the numbers. Untouched on failure.
 * @param[in]  capacity  Room in @p indices, in numbers.
 * @param[out] ret_count How many there are. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument.
 * @retval -E2BIG  @p capacity is too small (cause LIST_TOO_SMALL); the record's value NEEDED tells
 *                 how much is not.
 * @retval -ENOMEM No memory.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_system_get_msr_index_list(struct kvmlib_system *system, uint32_t *indices,
						   uint32_t capacity, uint32_t *ret_count);

/**
 * @brief The same, into a list that the library makes large enough.
 *
 * @param[in]  system      System.
 * @param[out] ret_indices Receives the numbers, to be freed by free(3). Untouched on failure.
 * @param[out] ret_count   How many there are. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument.
 * @retval -E2BIG  The kernel found every list too small, up to 65536 (cause LIST_NEVER_FITS).
 * @retval -ENOMEM No memory, here or in the kernel.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_system_get_msr_index_list_alloc(struct kvmlib_system *system,
							 uint32_t **ret_indices,
							 uint32_t *ret_count);

/**
 * @brief List the MSRs that tell what this host can give to guests.
 *
 * Wraps KVM_GET_MSR_FEATURE_INDEX_LIST (system ioctl, api.rst 4.3). Ask
 * KVMLIB_CAP_GET_MSR_FEATURES first. Their values come from kvmlib_system_get_msrs().
 *
 * @param[in]  system    System.
 * @param[out] indices   Receives the numbers. Untouched on failure.
 * @param[in]  capacity  Room in @p indices, in numbers.
 * @param[out] ret_count How many there are. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument.
 * @retval -E2BIG  @p capacity is too small (cause LIST_TOO_SMALL); the record's value NEEDED tells
 *                 how much is not.
 * @retval -ENOMEM No memory.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_system_get_msr_feature_index_list(struct kvmlib_system *system,
							   uint32_t *indices, uint32_t capacity,
							   uint32_t *ret_count);

/**
 * @brief The same, into a list that the library makes large enough.
 *
 * @param[in]  system      System.
 * @param[out] ret_indices Receives the numbers, to be freed by free(3). Untouched on failure.
 * @param[out] ret_count   How many there are. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument.
 * @retval -E2BIG  The kernel found every list too small, up to 65536 (cause LIST_NEVER_FITS).
 * @retval -ENOMEM No memory, here or in the kernel.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_system_get_msr_feature_index_list_alloc(struct kvmlib_system *system,
								 uint32_t **ret_indices,
								 uint32_t *ret_count);

/**
 * @brief Read MSRs that tell what this host can give to guests.
 *
 * Wraps KVM_GET_MSRS (system ioctl, api.rst 4.18). Ask KVMLIB_CAP_GET_MSR_FEATURES first. Serves
 * the MSRs of kvmlib_system_get_msr_feature_index_list().
 *
 * @param[in]     system  System.
 * @param[in,out] entries Each with its index, and reserved 0; those that were read have their data
 *                        then. May be NULL if @p count is 0.
 * @param[in]     count   How many; 255 at most.
 * @return How many were read, or a negative errno. Less than @p count is no failure: it is the
 *         index of the entry that the kernel refused.
 * @retval -EINVAL NULL argument.
 * @retval -E2BIG  More than 255 entries (cause MSR_LIST_TOO_LONG); refused before any call.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_system_get_msrs(struct kvmlib_system *system,
					 struct kvm_msr_entry *entries, uint32_t count);

/**
 * @brief Read any number of MSRs that tell what this host can give to guests, each or fail.
 *
 * Wraps KVM_GET_MSRS (system ioctl, api.rst 4.18), called for up to 255 entries at a time. On
 * failure the entries before the refused one may have their data already.
 *
 * @param[in]     system  System.
 * @param[in,out] entries Each with its index, and reserved 0. May be NULL if @p count is 0.
 * @param[in]     count   How many.
 * @retval 0       Success: all were read.
 * @retval -EINVAL NULL argument, or an entry was refused (cause MSR_REFUSED; the record's values
 *                 INDEX and MSR tell which).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_system_get_msrs_all(struct kvmlib_system *system,
					     struct kvm_msr_entry *entries, uint32_t count);

/**
 * @brief Read MSRs of a vCPU.
 *
 * Wraps KVM_GET_MSRS (vCPU ioctl, api.rst 4.18).
 *
 * @param[in]     vcpu    vCPU.
 * @param[in,out] entries Each with its index, and reserved 0; those that were read have their data
 *                        then. May be NULL if @p count is 0.
 * @param[in]     count   How many; 255 at most.
 * @return How many were read, or a negative errno. Less than @p count is no failure: it is the
 *         index of the entry that the kernel refused.
 * @retval -EINVAL NULL argument.
 * @retval -E2BIG  More than 255 entries (cause MSR_LIST_TOO_LONG); refused before any call.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_get_msrs(struct kvmlib_vcpu *vcpu, struct kvm_msr_entry *entries,
				       uint32_t count);

/**
 * @brief Read any number of a vCPU's MSRs, each or fail.
 *
 * Wraps KVM_GET_MSRS (vCPU ioctl, api.rst 4.18), called for up to 255 entries at a time. On failure
 * the entries before the refused one may have their data already.
 *
 * @param[in]     vcpu    vCPU.
 * @param[in,out] entries Each with its index, and reserved 0. May be NULL if @p count is 0.
 * @param[in]     count   How many.
 * @retval 0       Success: all were read.
 * @retval -EINVAL NULL argument, or an entry was refused (cause MSR_REFUSED; the record's values
 *                 INDEX and MSR tell which).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_get_msrs_all(struct kvmlib_vcpu *vcpu, struct kvm_msr_entry *entries,
					   uint32_t count);

/**
 * @brief Write MSRs of a vCPU.
 *
 * Wraps KVM_SET_MSRS (vCPU ioctl, api.rst 4.19).
 *
 * @param vcpu    vCPU.
 * @param entries Each with its index and data, and reserved 0. May be NULL if @p count is 0.
 * @param count   How many; 255 at most.
 * @return How many were written, or a negative errno. Less than @p count is no failure: it is the
 *         index of the entry that the kernel refused; the later ones it has not tried.
 * @retval -EINVAL NULL argument.
 * @retval -E2BIG  More than 255 entries (cause MSR_LIST_TOO_LONG); refused before any call.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_set_msrs(struct kvmlib_vcpu *vcpu,
				       const struct kvm_msr_entry *entries, uint32_t count);

/**
 * @brief Write any number of a vCPU's MSRs, each or fail.
 *
 * Wraps KVM_SET_MSRS (vCPU ioctl, api.rst 4.19), called for up to 255 entries at a time. On failure
 * the entries before the refused one are written.
 *
 * @param vcpu    vCPU.
 * @param entries Each with its index and data, and reserved 0. May be NULL if @p count is 0.
 * @param count   How many.
 * @retval 0       Success: all were written.
 * @retval -EINVAL NULL argument, or an entry was refused (cause MSR_REFUSED; the record's values
 *                 INDEX and MSR tell which).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_set_msrs_all(struct kvmlib_vcpu *vcpu,
					   const struct kvm_msr_entry *entries, uint32_t count);

/**
 * @brief Choose which MSRs the guest may read and write.
 *
 * Wraps KVM_X86_SET_MSR_FILTER (VM ioctl, api.rst 4.97). Ask KVMLIB_CAP_X86_MSR_FILTER first. What
 * the filter denies is a \#GP in the guest, or an exit KVMLIB_EXIT_X86_RDMSR or _WRMSR where
 * KVMLIB_CAP_X86_USER_SPACE_MSR is enabled with KVMLIB_MSR_EXIT_REASON_FILTER. x2APIC's MSRs, 0x800
 * to 0x8ff, are always allowed. Replaces the filter before.
 *
 * @param vm     VM.
 * @param filter Flags KVMLIB_MSR_FILTER_DEFAULT_*, and up to 16 ranges, each with a bitmap in which
 *               1 allows; unused ones zeroed.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument, an unknown flag, a range without a count or beyond 0x3000 MSRs, or
 *                 a default of deny without a range (cause MSR_FILTER_INVALID).
 * @retval -EFAULT A bitmap can't be read.
 * @retval -ENOMEM No memory (cause NO_MEMORY), here or in the kernel.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_x86_set_msr_filter(struct kvmlib_vm *vm,
					       const struct kvm_msr_filter *filter);

/** @} */

KVMLIB_END_DECLS
#endif
