/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_PPC64_H
#define KVMLIB_PPC64_H

#include <stdint.h>

#include <kvmlib/common.h>
#include <kvmlib/ppc64_caps.h>

KVMLIB_BEGIN_DECLS

/**
 * @defgroup ppc64 ppc64
 * @brief What POWER alone has: page tables, I/O translation tables, RTAS.
 *
 * What POWER alone has. On other architectures every function here answers -EOPNOTSUPP (cause
 * ARCH_UNSUPPORTED) without a call to the kernel. The errors that @ref vm and @ref vcpu list for
 * every call hold here too.
 * @{
 */

struct kvmlib_vm;
struct kvmlib_vcpu;
struct kvm_ppc_pvinfo;
struct kvm_ppc_smmu_info;
struct kvm_ppc_rmmu_info;
struct kvm_ppc_cpu_char;
struct kvm_create_spapr_tce_64;

/**
 * @brief Tell KVM which entries of the shared TLB were changed.
 *
 * Wraps KVM_DIRTY_TLB (vCPU ioctl, api.rst 4.60). Book E only, once KVMLIB_CAP_SW_TLB is enabled.
 * Before the vCPU's next run.
 *
 * @param vcpu      vCPU.
 * @param bitmap    A bit for each entry of the TLB, in 64-bit words.
 * @param num_dirty How many bits are set.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument, or no shared TLB is configured (cause SHARED_TLB_MISSING).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_dirty_tlb(struct kvmlib_vcpu *vcpu, const void *bitmap,
					uint32_t num_dirty);

/**
 * @brief Ask how a guest makes a hypercall.
 *
 * Wraps KVM_PPC_GET_PVINFO (VM ioctl, api.rst 4.47). Ask for KVMLIB_CAP_PPC_GET_PVINFO first.
 *
 * @param[in]  vm       VM.
 * @param[out] ret_info Receives the instructions, and flags. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument.
 * @retval -EFAULT @p ret_info can't be written (cause BAD_ADDRESS).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_ppc_get_pvinfo(struct kvmlib_vm *vm, struct kvm_ppc_pvinfo *ret_info);

/**
 * @brief Ask for the page sizes of the hash MMU that a guest can have.
 *
 * Wraps KVM_PPC_GET_SMMU_INFO (VM ioctl, api.rst 4.74). Ask for KVMLIB_CAP_PPC_GET_SMMU_INFO first.
 *
 * @param[in]  vm       VM.
 * @param[out] ret_info Receives flags, the size of the SLB, and the sizes. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument.
 * @retval -EFAULT @p ret_info can't be written (cause BAD_ADDRESS).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_ppc_get_smmu_info(struct kvmlib_vm *vm,
					      struct kvm_ppc_smmu_info *ret_info);

/**
 * @brief Ask for the geometries of radix page tables that a guest can have.
 *
 * Wraps KVM_PPC_GET_RMMU_INFO (VM ioctl, api.rst 4.101). Ask for KVMLIB_CAP_PPC_MMU_RADIX first.
 *
 * @param[in]  vm       VM.
 * @param[out] ret_info Receives geometries and encodings of page sizes. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument, or this host has no radix MMU (cause HOST_FEATURE_MISSING).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_ppc_get_rmmu_info(struct kvmlib_vm *vm,
					      struct kvm_ppc_rmmu_info *ret_info);

/**
 * @brief Ask for this host's side-channel characteristics.
 *
 * Wraps KVM_PPC_GET_CPU_CHAR (VM ioctl, api.rst 4.109). Ask for KVMLIB_CAP_PPC_GET_CPU_CHAR first.
 *
 * @param[in]  vm       VM.
 * @param[out] ret_char Receives bits of character and behaviour, each with a mask of those that
 *                      are known. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument.
 * @retval -EFAULT @p ret_char can't be written (cause BAD_ADDRESS).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_ppc_get_cpu_char(struct kvmlib_vm *vm,
					     struct kvm_ppc_cpu_char *ret_char);

/**
 * @brief Allocate the guest's hash page table, or clear the one that it has.
 *
 * Wraps KVM_PPC_ALLOCATE_HTAB (VM ioctl, api.rst 4.76). Ask for KVMLIB_CAP_PPC_ALLOC_HTAB first.
 *
 * @param vm    VM.
 * @param order The table's size: 2 to the power of @p order bytes.
 * @retval 0           Success.
 * @retval -EINVAL     NULL @p vm.
 * @retval -EBUSY      vCPUs are running (cause VCPU_BUSY).
 * @retval -ENOMEM     No such piece of memory in one (cause HPT_TOO_LARGE).
 * @retval -ENOTTY     Not a VM of Book3S HV (cause NOT_BOOK3S_HV).
 * @retval -EOPNOTSUPP A nested hypervisor, whose guests have no hash page table (cause
 *                     HOST_FEATURE_MISSING), or another architecture (cause ARCH_UNSUPPORTED).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_ppc_allocate_htab(struct kvmlib_vm *vm, uint32_t order);

/**
 * @brief Open the guest's hash page table, to save or restore it.
 *
 * Wraps KVM_PPC_GET_HTAB_FD (VM ioctl, api.rst 4.78). Ask for KVMLIB_CAP_PPC_HTAB_FD first. What
 * read(2) and write(2) take are runs of entries, each behind a struct kvm_get_htab_header.
 *
 * @param vm          VM.
 * @param flags       0, or of KVMLIB_GET_HTAB_BOLTED_ONLY and KVMLIB_GET_HTAB_WRITE.
 * @param start_index The entry at which reading starts.
 * @return A descriptor, closed on exec, the caller's to close, or a negative errno.
 * @retval -EINVAL NULL @p vm, or unknown flags (cause UNKNOWN_FLAGS).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_ppc_get_htab_fd(struct kvmlib_vm *vm, uint64_t flags,
					    uint64_t start_index);

/**
 * @brief Start to prepare a hash page table of another size, or ask how far that is.
 *
 * Wraps KVM_PPC_RESIZE_HPT_PREPARE (VM ioctl, api.rst 4.102). Ask for KVMLIB_CAP_SPAPR_RESIZE_HPT
 * first. Another @p shift drops what was prepared; so does 0, which prepares nothing.
 *
 * @param vm    VM.
 * @param shift The new table's size: 2 to the power of @p shift bytes; or 0.
 * @param flags 0.
 * @return 0 when it is prepared, else how long that takes, about, in milliseconds: call again
 *         then; or a negative errno.
 * @retval -EINVAL NULL @p vm, or a size or flags that KVM refuses (cause VALUE_REFUSED).
 * @retval -ENOMEM No memory for the table.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_ppc_resize_hpt_prepare(struct kvmlib_vm *vm, uint32_t shift,
						   uint64_t flags);

/**
 * @brief Move the guest to the hash page table that was prepared.
 *
 * Wraps KVM_PPC_RESIZE_HPT_COMMIT (VM ioctl, api.rst 4.103). With all vCPUs stopped. Whatever is
 * answered, nothing is prepared afterwards.
 *
 * @param vm    VM.
 * @param shift As it was prepared.
 * @param flags 0.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm.
 * @retval -ENXIO  Nothing of that size was prepared (cause HPT_NOT_PREPARED).
 * @retval -EBUSY  The preparation still runs (cause HPT_PREPARING).
 * @retval -ENOSPC Two entries want one place in the new table (cause HPT_COLLISION).
 * @retval -EIO    The kernel failed otherwise.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_ppc_resize_hpt_commit(struct kvmlib_vm *vm, uint32_t shift,
						  uint64_t flags);

/**
 * @brief Set whether the guest's MMU is hash or radix, and where its process table is.
 *
 * Wraps KVM_PPC_CONFIGURE_V3_MMU (VM ioctl, api.rst 4.100). POWER9 and later; ask for
 * KVMLIB_CAP_PPC_MMU_RADIX or KVMLIB_CAP_PPC_MMU_HASH_V3 first.
 *
 * @param vm            VM.
 * @param flags         0, or of KVMLIB_PPC_MMUV3_RADIX and KVMLIB_PPC_MMUV3_GTSE.
 * @param process_table The second doubleword of the guest's partition table entry.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm, or a configuration that KVM refuses (cause VALUE_REFUSED).
 * @retval -EBUSY  A vCPU is running (cause VCPU_BUSY).
 * @retval -ENODEV A host before POWER9 (cause HOST_FEATURE_MISSING).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_ppc_configure_v3_mmu(struct kvmlib_vm *vm, uint64_t flags,
						 uint64_t process_table);

/**
 * @brief Create a table that translates a device's addresses, with pages of 4 KiB.
 *
 * Wraps KVM_CREATE_SPAPR_TCE (VM ioctl, api.rst 4.62). Ask for KVMLIB_CAP_SPAPR_TCE first. The
 * descriptor can be mapped, which gives access to the entries.
 *
 * @param vm          VM.
 * @param liobn       The number that the guest names the table by.
 * @param window_size Bytes that the table translates, from bus address 0.
 * @return A descriptor, closed on exec, the caller's to close, or a negative errno.
 * @retval -EINVAL NULL @p vm, or a size that KVM refuses (cause VALUE_REFUSED).
 * @retval -EBUSY  The VM has a table of that number (cause ID_IN_USE).
 * @retval -ENOMEM No memory, or the limit of locked memory (RLIMIT_MEMLOCK).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_create_spapr_tce(struct kvmlib_vm *vm, uint64_t liobn,
					     uint32_t window_size);

/**
 * @brief Create a table that translates a device's addresses, of any page size and place.
 *
 * Wraps KVM_CREATE_SPAPR_TCE_64 (VM ioctl, api.rst 4.98). Ask for KVMLIB_CAP_SPAPR_TCE_64 first.
 *
 * @param vm  VM.
 * @param tce Number, shift of the page size, and the window's offset and size, both in pages of that
 *            size; flags must be 0.
 * @return A descriptor, closed on exec, the caller's to close, or a negative errno.
 * @retval -EINVAL NULL argument, or members that KVM refuses (cause VALUE_REFUSED).
 * @retval -EBUSY  The VM has a table of that number (cause ID_IN_USE).
 * @retval -ENOMEM No memory, or the limit of locked memory (RLIMIT_MEMLOCK).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_create_spapr_tce_64(struct kvmlib_vm *vm,
						const struct kvm_create_spapr_tce_64 *tce);

/**
 * @brief Have the kernel handle one of the guest's RTAS calls.
 *
 * Wraps KVM_PPC_RTAS_DEFINE_TOKEN (VM ioctl, api.rst 4.86). Ask for KVMLIB_CAP_PPC_RTAS first.
 *
 * @param vm    VM.
 * @param name  The call's name, for example "ibm,set-xive". Bytes after the 120th are not looked
 *              at; no name is that long.
 * @param token The number that the guest calls it by; 0: user space handles it again.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument.
 * @retval -ENOENT The kernel has no handler of that name (cause RTAS_NAME_UNKNOWN).
 * @retval -EEXIST The token is another call's (cause ID_IN_USE).
 * @retval -ENOMEM No memory in the kernel.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_ppc_rtas_define_token(struct kvmlib_vm *vm, const char *name,
						  uint64_t token);

/**
 * @brief End the guest's secure mode, so that it can start anew.
 *
 * Wraps KVM_PPC_SVM_OFF (VM ioctl, api.rst 4.121). At the reset of a VM; for others it does nothing.
 *
 * @param vm VM.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm, or the ultravisor refused (cause ULTRAVISOR_REFUSED).
 * @retval -EBUSY  A vCPU is running (cause VCPU_BUSY).
 * @retval -ENOMEM No memory in the kernel.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_ppc_svm_off(struct kvmlib_vm *vm);

/** @name Exits
 *
 * Payloads of exits. Errors are those of @ref exit, and so is everything that is said there; these
 * functions exist on all architectures.
 * @{
 */

/** Payload of KVMLIB_EXIT_DEBUG on POWER: a breakpoint, a watchpoint or a single step. */
struct kvmlib_exit_ppc_debug {
	uint64_t address;  /**< of the instruction or the access */
	uint32_t status;   /**< KVMLIB_KVMPPC_DEBUG_* */
	uint32_t reserved; /**< 0 */
};

/**
 * @brief What guest debugging hit.
 * @param[in] vcpu vCPU.
 * @param[out] ret_debug The payload.
 * @retval 0       Success.
 * @retval -EINVAL See @ref exit; also -EIO, and -EOPNOTSUPP in builds for other architectures.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_exit_ppc_debug(struct kvmlib_vcpu *vcpu,
					     struct kvmlib_exit_ppc_debug *ret_debug);

/** Payload of KVMLIB_EXIT_DCR: a device control register; no kernel reports it any more. */
struct kvmlib_exit_dcr {
	uint32_t *data;	     /**< written by the guest, or for it to read */
	uint32_t dcrn;	     /**< number of the register */
	uint8_t is_write;    /**< 1 for a write, 0 for a read */
	uint8_t reserved[3]; /**< 0 */
};

/**
 * @brief The access to a device control register.
 * @param[in] vcpu vCPU.
 * @param[out] ret_dcr The payload.
 * @retval 0       Success.
 * @retval -EINVAL See @ref exit; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_exit_dcr(struct kvmlib_vcpu *vcpu, struct kvmlib_exit_dcr *ret_dcr);

/**
 * @brief The registers of a call in the way of Mac-on-Linux: KVMLIB_EXIT_OSI.
 *
 * Reported once KVMLIB_CAP_PPC_OSI is enabled.
 *
 * @param[in] vcpu vCPU.
 * @param[out] ret_gprs 32 general registers, in place: the guest gets what is stored there.
 * @retval 0       Success.
 * @retval -EINVAL See @ref exit; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_exit_osi(struct kvmlib_vcpu *vcpu, uint64_t **ret_gprs);

/** Payload of KVMLIB_EXIT_PAPR_HCALL: a hypercall of the PAPR platform. */
struct kvmlib_exit_papr_hcall {
	uint64_t nr;	/**< which call, R3 */
	uint64_t *args; /**< 9 words, R4 to R12: the guest gets what is stored there */
};

/**
 * @brief The hypercall.
 *
 * Reported once KVMLIB_CAP_PPC_PAPR is enabled.
 *
 * @param[in] vcpu vCPU.
 * @param[out] ret_hcall The payload.
 * @retval 0       Success.
 * @retval -EINVAL See @ref exit; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_exit_papr_hcall(struct kvmlib_vcpu *vcpu,
					      struct kvmlib_exit_papr_hcall *ret_hcall);

/**
 * @brief Store the result of a PAPR hypercall.
 * @param vcpu vCPU.
 * @param ret What the guest's call returns, in R3; results go to the arguments.
 * @retval 0       Success.
 * @retval -EINVAL See @ref exit; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_complete_papr_hcall(struct kvmlib_vcpu *vcpu, uint64_t ret);

/**
 * @brief Tell which interrupt the guest has taken: KVMLIB_EXIT_EPR.
 *
 * The exit has no other payload. Reported once KVMLIB_CAP_PPC_EPR is enabled; to be answered by the
 * VMM's interrupt controller, which takes it as acknowledged.
 *
 * @param vcpu vCPU.
 * @param epr The interrupt's vector, for the guest's register EPR.
 * @retval 0       Success.
 * @retval -EINVAL See @ref exit; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_complete_epr(struct kvmlib_vcpu *vcpu, uint32_t epr);

/** @} */
/** @} */

KVMLIB_END_DECLS

#endif
