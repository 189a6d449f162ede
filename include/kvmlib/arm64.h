/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_ARM64_H
#define KVMLIB_ARM64_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/common.h>

KVMLIB_BEGIN_DECLS

/**
 * @defgroup arm64 arm64
 * @brief What arm64 alone has: the vCPU's target and features, memory tags, the SMCCC filter.
 *
 * What arm64 alone has. On other architectures every function here answers -EOPNOTSUPP (cause
 * ARCH_UNSUPPORTED) without a call to the kernel. The errors that @ref vm and @ref vcpu list for
 * every call hold here too.
 * @{
 */

struct kvmlib_vm;
struct kvmlib_vcpu;
struct kvm_vcpu_init;

/**
 * @brief Ask which target this host's vCPUs are best initialized to.
 *
 * Wraps KVM_ARM_PREFERRED_TARGET (VM ioctl, api.rst 4.83). The answer can be passed to
 * kvmlib_vcpu_arm_vcpu_init() once the wanted features are set in it.
 *
 * @param[in]  vm       VM.
 * @param[out] ret_init Receives the target, and no features. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument.
 * @retval -ENODEV No target for this host (cause HOST_FEATURE_MISSING); today's kernels have one.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_arm_preferred_target(struct kvmlib_vm *vm,
						 struct kvm_vcpu_init *ret_init);

/**
 * @brief Initialize a vCPU, or reset it.
 *
 * Wraps KVM_ARM_VCPU_INIT (vCPU ioctl, api.rst 4.82). Before the first run and before registers are
 * read or written; all calls of a VM have to agree. Features are bits by number in init->features:
 * KVMLIB_ARM_VCPU_*. A vCPU whose features ask for it is completed by
 * kvmlib_vcpu_arm_vcpu_finalize().
 *
 * @param vcpu vCPU.
 * @param init Target and features.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument, an unknown target, features that exclude each other, or that
 *                 differ from those of an earlier call (cause VCPU_INIT_FEATURES).
 * @retval -ENOENT A feature that this kernel does not know (cause VCPU_INIT_FEATURES).
 * @retval -ENODEV The PMU is asked for, and the host has none that can be used (cause
 *                 HOST_FEATURE_MISSING).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_arm_vcpu_init(struct kvmlib_vcpu *vcpu,
					    const struct kvm_vcpu_init *init);

/**
 * @brief Complete a vCPU with a feature that is configured first.
 *
 * Wraps KVM_ARM_VCPU_FINALIZE (vCPU ioctl, api.rst 4.119). After kvmlib_vcpu_arm_vcpu_init() with
 * that feature, before the first run. Ask for KVMLIB_CAP_ARM_SVE first.
 *
 * @param vcpu    vCPU.
 * @param feature KVMLIB_ARM_VCPU_SVE: the feature's number.
 * @retval 0        Success.
 * @retval -EINVAL  NULL @p vcpu, or a feature that is unknown or not switched on (cause
 *                  VCPU_INIT_FEATURES).
 * @retval -EPERM   The feature was finalized before (cause FINALIZE_ORDER).
 * @retval -ENOEXEC The vCPU is not initialized (cause VCPU_UNINITIALIZED).
 * @retval -ENOMEM  No memory in the kernel.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_arm_vcpu_finalize(struct kvmlib_vcpu *vcpu, int feature);

/**
 * @brief Copy memory tags (MTE) from or to guest memory.
 *
 * Wraps KVM_ARM_MTE_COPY_TAGS (VM ioctl, api.rst 4.130); Linux 5.14. After KVMLIB_CAP_ARM_MTE is
 * enabled. There is one tag, in a byte, for each 16 bytes of guest memory.
 *
 * @param vm        VM.
 * @param guest_ipa Guest physical address, in bytes, page aligned.
 * @param length    Bytes of guest memory; page aligned, below 2 GiB.
 * @param tags      The tags, @p length / 16 bytes; written with KVMLIB_ARM_TAGS_FROM_GUEST.
 * @param flags     KVMLIB_ARM_TAGS_TO_GUEST or KVMLIB_ARM_TAGS_FROM_GUEST.
 * @return Bytes of guest memory that were done, fewer than @p length if some could not be reached,
 *         or a negative errno.
 * @retval -EINVAL NULL argument, a range that is not aligned, unknown flags, or MTE is off (cause
 *                 MTE_RANGE_INVALID).
 * @retval -EFAULT Nothing could be done: guest memory or @p tags can't be reached (cause
 *                 GPA_UNBACKED).
 * @retval -EBUSY  Tags can't be written while a slot has dirty logging (cause MTE_DIRTY_LOGGING).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_arm_mte_copy_tags(struct kvmlib_vm *vm, uint64_t guest_ipa,
					      uint64_t length, void *tags, uint64_t flags);

/**
 * @brief Set how far the guest's counters are behind the host's.
 *
 * Wraps KVM_ARM_SET_COUNTER_OFFSET (VM ioctl, api.rst 4.138); Linux 6.4. Ask for
 * KVMLIB_CAP_COUNTER_OFFSET first. From then on the kernel takes writes of the counter registers
 * (KVMLIB_REG_ARM_TIMER_CNT, KVMLIB_REG_ARM_PTIMER_CNT) and drops them.
 *
 * @param vm     VM.
 * @param offset Ticks of the counter, which are taken off the host's physical counter.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm, or a protected VM.
 * @retval -EBUSY  A vCPU is in use (cause VCPU_BUSY).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_arm_set_counter_offset(struct kvmlib_vm *vm, uint64_t offset);

/**
 * @brief Ask which bits of the id registers can be changed.
 *
 * Wraps KVM_ARM_GET_REG_WRITABLE_MASKS (VM ioctl, api.rst 4.139); Linux 6.7. The bits of
 * KVMLIB_CAP_ARM_SUPPORTED_REG_MASK_RANGES tell which ranges there are.
 *
 * @param[in]  vm        VM.
 * @param[in]  range     KVMLIB_ARM_FEATURE_ID_RANGE, which has KVMLIB_ARM_FEATURE_ID_RANGE_SIZE
 *                       masks: of the register with op0 3, op1 0, 1 or 3, CRn 0, CRm and op2, the
 *                       mask is the one at ((op1 == 3 ? 2 : op1) * 8 + CRm) * 8 + op2.
 * @param[out] ret_masks Receives the masks: a set bit can be changed. Untouched on failure.
 * @param[in]  count     Room in @p ret_masks, in masks. For a range of a later kernel the caller
 *                       alone knows how much it takes.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument, too little room (cause BUFFER_TOO_SMALL; no call was made), or an
 *                 unknown range (cause REG_MASK_RANGE).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_arm_get_reg_writable_masks(struct kvmlib_vm *vm, uint32_t range,
						       uint64_t *ret_masks, size_t count);

/**
 * @brief Decide who answers some of the guest's calls of firmware and hypervisor (SMCCC).
 *
 * Sets the attribute KVM_ARM_VM_SMCCC_FILTER in the group KVM_ARM_VM_SMCCC_CTRL with
 * KVM_SET_DEVICE_ATTR (VM ioctl, api.rst 4.80; devices/vm.rst); Linux 6.4. Before any vCPU runs.
 * Each range is set once; some functions of the kernel's own can't be filtered.
 *
 * @param vm           VM.
 * @param base         The first function of the range: its SMCCC id.
 * @param nr_functions How many.
 * @param action       KVMLIB_SMCCC_FILTER_HANDLE (the kernel answers), KVMLIB_SMCCC_FILTER_DENY (the
 *                     guest gets "not supported"), or KVMLIB_SMCCC_FILTER_FWD_TO_USER
 *                     (KVM_EXIT_HYPERCALL).
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm, an unknown action, or a range that wraps (cause ATTR_VALUE).
 * @retval -EEXIST The range overlaps one that is set, or one that can't be filtered (cause
 *                 ADDRESS_ALREADY_SET).
 * @retval -EBUSY  A vCPU has run (cause ATTR_BUSY).
 * @retval -ENXIO  The kernel has no such attribute (cause ATTR_UNKNOWN).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_arm_set_smccc_filter(struct kvmlib_vm *vm, uint32_t base,
						 uint32_t nr_functions, uint8_t action);

/**
 * @brief Have huge pages split when dirty logging starts, not as the guest writes.
 *
 * Enables KVM_CAP_ARM_EAGER_SPLIT_CHUNK_SIZE (VM capability, api.rst 7.39); Linux 6.5. Before the
 * first memory slot. KVM takes memory for the page tables of so much guest memory at a time. The
 * answer for KVMLIB_CAP_ARM_EAGER_SPLIT_CHUNK_SIZE is the size in use, 0 while it is off.
 *
 * @param vm   VM.
 * @param size Bytes, one of the bits of KVMLIB_CAP_ARM_SUPPORTED_BLOCK_SIZES; 0 turns it off.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm, a size that KVM does not have, or slots exist (cause CAP_REFUSED;
 *                 without the capability CAPABILITY_MISSING).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_enable_arm_eager_split_chunk_size(struct kvmlib_vm *vm, uint64_t size);

/** @name Exits
 *
 * Payloads of exits. Errors are those of @ref exit, and so is everything that is said there; these
 * functions exist on all architectures.
 * @{
 */

/** Payload of KVMLIB_EXIT_DEBUG on arm64: a breakpoint, a watchpoint or a single step. */
struct kvmlib_exit_arm_debug {
	uint64_t esr; /**< exception syndrome (ESR_EL2); older kernels tell the lower half */
	uint64_t far; /**< address of a watchpoint's access (FAR_EL2) */
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
KVMLIB_EXPORT int kvmlib_vcpu_exit_arm_debug(struct kvmlib_vcpu *vcpu,
					     struct kvmlib_exit_arm_debug *ret_debug);

/** Payload of KVMLIB_EXIT_ARM_NISV and _LDST64B: a guest's access that KVM can't decode. */
struct kvmlib_exit_arm_nisv {
	uint64_t esr_iss; /**< syndrome of the access (ESR_EL2.ISS) */
	uint64_t gpa;	  /**< guest physical address */
};

/**
 * @brief The access that KVM can't decode.
 *
 * For both reasons. The VMM does the whole instruction and moves the PC behind it, or injects an
 * external abort by kvmlib_vcpu_set_vcpu_events().
 *
 * KVM decodes accesses whose syndrome is valid, and tells them as KVMLIB_EXIT_MMIO. Here it is not
 * (bit 24 of it, ISV, is clear): those of pairs of registers, with write-back, of vectors, exclusive ones. All that is
 * known is whether the guest writes (bit 6, WnR); registers and sizes are in the instruction, which is
 * at the PC, by the guest's own addresses. This library decodes no instructions: where a guest comes here, it is
 * best told to use plain loads and stores for devices.
 *
 * @param[in] vcpu vCPU.
 * @param[out] ret_nisv The payload.
 * @retval 0       Success.
 * @retval -EINVAL See @ref exit; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_exit_arm_nisv(struct kvmlib_vcpu *vcpu,
					    struct kvmlib_exit_arm_nisv *ret_nisv);

/** Payload of KVMLIB_EXIT_ARM_SEA: the guest used memory that has lost its contents. */
struct kvmlib_exit_arm_sea {
	uint64_t flags; /**< KVMLIB_EXIT_ARM_SEA_FLAG_* */
	uint64_t esr;	/**< syndrome of the abort (ESR_EL2) */
	uint64_t gva;	/**< virtual address, valid unless the syndrome says otherwise */
	uint64_t gpa;	/**< physical address, valid with KVMLIB_EXIT_ARM_SEA_FLAG_GPA_VALID */
};

/**
 * @brief The memory error.
 *
 * Reported once KVMLIB_CAP_ARM_SEA_TO_USER is enabled.
 *
 * @param[in] vcpu vCPU.
 * @param[out] ret_sea The payload.
 * @retval 0       Success.
 * @retval -EINVAL See @ref exit; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_exit_arm_sea(struct kvmlib_vcpu *vcpu,
					   struct kvmlib_exit_arm_sea *ret_sea);

/** @} */
/** @} */

KVMLIB_END_DECLS

#endif
