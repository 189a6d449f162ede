/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_RISCV64_AIA_H
#define KVMLIB_RISCV64_AIA_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/common.h>

KVMLIB_BEGIN_DECLS

/**
 * @defgroup riscv64_aia The interrupt controller of riscv64
 * @brief AIA in the kernel (APLIC and IMSICs), with all the steps of its set-up in order.
 *
 * The controller is a device whose attributes say where its parts are and how large, and which is
 * then initialized, once. A VM keeps it, whatever becomes of the handle: so what can be found out
 * before is refused before, and nothing was done. A step that KVM refuses leaves the VM with a
 * controller that is not set up; the record's GROUP and ATTRIBUTE say which step it was. Such a VM
 * is of no use.
 *
 * The vCPUs are made first, all of them, and have not run. The handle is that of @ref device; state
 * is saved by its attributes.
 *
 * On other architectures every function here answers -EOPNOTSUPP (cause ARCH_UNSUPPORTED).
 * @{
 */

struct kvmlib_device;
struct kvmlib_vm;

/** @name Modes: who serves the IMSICs
 * @{
 */
#define KVMLIB_RISCV64_AIA_DEFAULT 0U /**< what KVM has chosen for this host */
#define KVMLIB_RISCV64_AIA_EMUL	   1U /**< KVM alone */
#define KVMLIB_RISCV64_AIA_HWACCEL 2U /**< the hardware; a vCPU without a guest file can't run */
#define KVMLIB_RISCV64_AIA_AUTO	   3U /**< the hardware, and KVM where it has no guest file left */
/** @} */

/** Options of kvmlib_riscv64_aia_create(). Addresses are guest physical, multiples of 4 KiB. */
struct kvmlib_riscv64_aia_opts {
	size_t size;   /**< sizeof this struct in the caller's build, in bytes */
	uint32_t mode; /**< KVMLIB_RISCV64_AIA_DEFAULT, … */
	/** Identities of each IMSIC: 63, 127, … up to 2047. 0: as many as the host's. */
	uint32_t nr_ids;
	uint32_t nr_sources;  /**< wires of the APLIC, 0 to 1023, and no more than identities */
	uint32_t group_bits;  /**< of an IMSIC's address, for the number of its group: 0 to 7 */
	uint32_t group_shift; /**< the lowest of them: 24 to 55. 0: 24 */
	/** The same for the number in its group: 1 to 15. 0: as many as the IMSICs need. */
	uint32_t hart_bits;
	uint32_t guest_bits; /**< the same for guest files, behind the page itself: 0 to 7 */
	uint32_t nr_vcpus;   /**< vCPUs of the VM; 0: those that were made through its handle */
	uint64_t aplic;	     /**< with sources, 16 KiB there are the APLIC's */
	/**
	 * The IMSIC of each vCPU, in the order of the vCPUs' making: 4 KiB, shifted by
	 * @ref guest_bits. But for the bits of group, hart and guest file they are all alike.
	 */
	const uint64_t *imsics;
};

/**
 * @brief Whether KVM can have an AIA in a VM.
 *
 * Wraps KVM_CREATE_DEVICE (VM ioctl, api.rst 4.79) with KVM_CREATE_DEVICE_TEST.
 *
 * @param vm VM.
 * @retval 1           It can.
 * @retval 0           It can't.
 * @retval -EINVAL     NULL @p vm (cause NULL_ARGUMENT).
 * @retval -EIO        In a forked child (cause FORKED); the VM is dead (cause VM_DEAD).
 * @retval -EOPNOTSUPP Another architecture (cause ARCH_UNSUPPORTED).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_riscv64_aia_probe(struct kvmlib_vm *vm);

/**
 * @brief Make an AIA, and initialize it.
 *
 * Wraps KVM_CREATE_DEVICE (VM ioctl, api.rst 4.79) and KVM_SET_DEVICE_ATTR (device ioctl, 4.80):
 * mode, identities, sources, the bits of addresses, the addresses of the APLIC and of each vCPU's
 * IMSIC, and KVM_DEV_RISCV_AIA_CTRL_INIT.
 *
 * @param[in]  vm      VM.
 * @param[in]  opts    Options.
 * @param[out] ret_aia New device; drop it with kvmlib_device_unref(). Untouched on failure.
 * @retval 0           Success.
 * @retval -EINVAL     Nothing was done: NULL argument, or imsics (cause NULL_ARGUMENT); size too
 *                     small (cause OPTIONS_SIZE); a number out of its range, an unaligned address,
 *                     or an IMSIC whose address differs from the first in other bits than it may
 *                     (cause ATTR_VALUE; INDEX is which); ranges that overlap (cause
 *                     DEVICE_RANGE_OVERLAP); no vCPU (cause VCPUS_MISSING). A step: a mode or a
 *                     number that this host can't have (cause ATTR_VALUE, with GROUP and
 *                     ATTRIBUTE).
 * @retval -E2BIG      @p opts sets a member that this library does not know (cause
 *                     OPTIONS_TOO_NEW).
 * @retval -EEXIST     The VM has a controller (cause DEVICE_EXISTS).
 * @retval -ENODEV     This host can't have an AIA (cause DEVICE_TYPE_UNKNOWN).
 * @retval -ENXIO      A step: fewer vCPUs than IMSICs (cause ATTR_UNKNOWN).
 * @retval -EBUSY      A vCPU has run (cause DEVICE_CREATE_ORDER). A step: vCPUs are being made
 *                     (cause ATTR_BUSY).
 * @retval -EMFILE     Too many open files in this process (cause FD_LIMIT).
 * @retval -ENOMEM     No memory, here (cause NO_MEMORY) or in the kernel; a step, where there is a
 *                     GROUP.
 * @retval -EIO        In a forked child (cause FORKED); the VM is dead (cause VM_DEAD).
 * @retval -EOPNOTSUPP Another architecture (cause ARCH_UNSUPPORTED).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_riscv64_aia_create(struct kvmlib_vm *vm,
					    const struct kvmlib_riscv64_aia_opts *opts,
					    struct kvmlib_device **ret_aia);

/** @} */

KVMLIB_END_DECLS
#endif
