/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_ARM64_GIC_H
#define KVMLIB_ARM64_GIC_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/common.h>

KVMLIB_BEGIN_DECLS

/**
 * @defgroup arm64_gic Interrupt controllers of arm64
 * @brief GICv2, GICv3 and ITS in the kernel, with all the steps of their set-up in order.
 *
 * A controller is a device whose attributes say where it is and how large, and which is then
 * initialized. KVM takes them in a certain order and once only, and a VM keeps its controller,
 * whatever becomes of the handle: so what can be found out before is refused before, and nothing
 * was done. A step that KVM refuses leaves the VM with a controller that is not set up; the
 * record's GROUP and ATTRIBUTE say which step it was. Such a VM is of no use.
 *
 * The vCPUs are made first, all of them (KVM makes none after the initialization), and have not
 * run. The handles are those of @ref device; state is saved by their attributes.
 *
 * On other architectures every function here answers -EOPNOTSUPP (cause ARCH_UNSUPPORTED).
 * @{
 */

struct kvmlib_device;
struct kvmlib_vm;

/** @name What kvmlib_arm64_gic_probe() finds
 * @{
 */
#define KVMLIB_ARM64_GIC_V2  0x1U /**< GICv2 */
#define KVMLIB_ARM64_GIC_V3  0x2U /**< GICv3 */
#define KVMLIB_ARM64_GIC_ITS 0x4U /**< ITS: messages, beside a GICv3 */
/** @} */

/** Options of kvmlib_arm64_gic_v2_create(). Addresses are guest physical, multiples of 4 KiB. */
struct kvmlib_arm64_gic_v2_opts {
	size_t size;		/**< sizeof this struct in the caller's build, in bytes */
	uint64_t distributor;	/**< 4 KiB there are the distributor's */
	uint64_t cpu_interface; /**< and 8 KiB there the CPU interface's */
	/**
	 * Interrupts, those of each vCPU (32) among them: 64 to 992 in steps of 32. 0: KVM's own
	 * number, 256. (The kernel's document has 1024, which KVM refuses.)
	 */
	uint32_t nr_irqs;
	uint32_t nr_vcpus; /**< vCPUs of the VM; 0: those that were made through its handle */
};

/** Some of the redistributors of a GICv3, one behind the other. */
struct kvmlib_arm64_gic_region {
	uint64_t address;  /**< guest physical, a multiple of 64 KiB, below 2^52 */
	uint32_t count;	   /**< how many, of 128 KiB each: 1 to 4095 */
	uint32_t reserved; /**< 0 */
};

/** Options of kvmlib_arm64_gic_v3_create(). Addresses are guest physical, multiples of 64 KiB. */
struct kvmlib_arm64_gic_v3_opts {
	size_t size;	      /**< sizeof this struct in the caller's build, in bytes */
	uint64_t distributor; /**< 64 KiB there are the distributor's */
	/** Without regions: 128 KiB for each vCPU are the redistributors', from here on. */
	uint64_t redistributors;
	/** Regions for all vCPUs, in the order of the vCPUs' making; NULL: only one, as above. */
	const struct kvmlib_arm64_gic_region *regions;
	size_t nr_regions; /**< 256 at most */
	uint32_t nr_irqs;  /**< as in kvmlib_arm64_gic_v2_opts::nr_irqs */
	uint32_t nr_vcpus; /**< vCPUs of the VM; 0: those that were made through its handle */
	/** For nested guests, the interrupt of the virtual interface: 16 to 31. 0: it stays unset. */
	uint32_t maintenance_irq;
	uint32_t reserved; /**< 0 */
};

/** Options of kvmlib_arm64_its_create(). */
struct kvmlib_arm64_its_opts {
	size_t size;	  /**< sizeof this struct in the caller's build, in bytes */
	uint64_t address; /**< 128 KiB there are the ITS's; guest physical, a multiple of 64 KiB */
	/** What the GIC was made with, to refuse an ITS that overlaps it; may be NULL. */
	const struct kvmlib_arm64_gic_v3_opts *gic;
};

/**
 * @brief Which controllers KVM can have in a VM.
 *
 * Wraps KVM_CREATE_DEVICE (VM ioctl, api.rst 4.79) with KVM_CREATE_DEVICE_TEST, for each.
 *
 * @param[in]  vm        VM.
 * @param[out] ret_found Receives KVMLIB_ARM64_GIC_V2, … Untouched on failure.
 * @retval 0           Success.
 * @retval -EINVAL     NULL argument (cause NULL_ARGUMENT).
 * @retval -EIO        In a forked child (cause FORKED); the VM is dead (cause VM_DEAD).
 * @retval -EOPNOTSUPP Another architecture (cause ARCH_UNSUPPORTED).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_arm64_gic_probe(struct kvmlib_vm *vm, uint32_t *ret_found);

/**
 * @brief Make a GICv2, and initialize it.
 *
 * Wraps KVM_CREATE_DEVICE (VM ioctl, api.rst 4.79) and KVM_SET_DEVICE_ATTR (device ioctl, 4.80):
 * the number of interrupts, the two addresses, and KVM_DEV_ARM_VGIC_CTRL_INIT
 * (devices/arm-vgic.rst).
 *
 * @param[in]  vm      VM.
 * @param[in]  opts    Options.
 * @param[out] ret_gic New device; drop it with kvmlib_device_unref(). Untouched on failure.
 * @retval 0           Success.
 * @retval -EINVAL     Nothing was done: NULL argument (cause NULL_ARGUMENT); size too small (cause
 *                     OPTIONS_SIZE); an unaligned address, or another number of interrupts (cause
 *                     ATTR_VALUE); ranges that overlap (cause DEVICE_RANGE_OVERLAP); no vCPU (cause
 *                     VCPUS_MISSING); more than 8 (cause VGIC_TOO_MANY_VCPUS).
 * @retval -E2BIG      @p opts sets a member that this library does not know (cause
 *                     OPTIONS_TOO_NEW); more vCPUs than that exist in the VM, of which this library
 *                     does not know (cause VGIC_TOO_MANY_VCPUS). A step: an address beyond what the
 *                     VM can have (cause DEVICE_ABOVE_GPA_LIMIT).
 * @retval -EEXIST     The VM has a controller (cause DEVICE_EXISTS).
 * @retval -ENODEV     This host can't have a GICv2 (cause DEVICE_TYPE_UNKNOWN).
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
KVMLIB_EXPORT int kvmlib_arm64_gic_v2_create(struct kvmlib_vm *vm,
					     const struct kvmlib_arm64_gic_v2_opts *opts,
					     struct kvmlib_device **ret_gic);

/**
 * @brief Make a GICv3, and initialize it.
 *
 * Wraps KVM_CREATE_DEVICE (VM ioctl, api.rst 4.79) and KVM_SET_DEVICE_ATTR (device ioctl, 4.80):
 * the number of interrupts, the addresses of distributor and redistributors, the maintenance
 * interrupt, and KVM_DEV_ARM_VGIC_CTRL_INIT (devices/arm-vgic-v3.rst).
 *
 * @param[in]  vm      VM.
 * @param[in]  opts    Options.
 * @param[out] ret_gic New device; drop it with kvmlib_device_unref(). Untouched on failure.
 * @retval 0           Success.
 * @retval -EINVAL     Nothing was done: NULL argument (cause NULL_ARGUMENT); size too small (cause
 *                     OPTIONS_SIZE); an unaligned address or one above 2^52, another number of
 *                     interrupts, of redistributors in a region, or maintenance interrupt (cause
 *                     ATTR_VALUE); ranges that overlap (cause DEVICE_RANGE_OVERLAP); no vCPU (cause
 *                     VCPUS_MISSING); too many regions, or too few redistributors in them (cause
 *                     BAD_ARGUMENT; COUNT are there, NEEDED are needed).
 * @retval -E2BIG      As kvmlib_arm64_gic_v2_create() has it, for more than 512 vCPUs.
 * @retval -ENXIO      A step: a kernel that has no maintenance interrupt, or no regions (cause
 *                     ATTR_UNKNOWN).
 * @retval "Other values" As kvmlib_arm64_gic_v2_create().
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_arm64_gic_v3_create(struct kvmlib_vm *vm,
					     const struct kvmlib_arm64_gic_v3_opts *opts,
					     struct kvmlib_device **ret_gic);

/**
 * @brief Make an ITS beside a GICv3, and initialize it. A VM may have several.
 *
 * Wraps KVM_CREATE_DEVICE (VM ioctl, api.rst 4.79) and KVM_SET_DEVICE_ATTR (device ioctl, 4.80):
 * the address, and KVM_DEV_ARM_VGIC_CTRL_INIT (devices/arm-vgic-its.rst). From then on messages
 * need the id of their device.
 *
 * @param[in]  gic     GICv3, of kvmlib_arm64_gic_v3_create().
 * @param[in]  opts    Options.
 * @param[out] ret_its New device; drop it with kvmlib_device_unref(). Untouched on failure.
 * @retval 0           Success.
 * @retval -EINVAL     Nothing was done: NULL argument (cause NULL_ARGUMENT); size too small (cause
 *                     OPTIONS_SIZE); @p gic is another device (cause BAD_ARGUMENT); an unaligned
 *                     address (cause ATTR_VALUE); one that overlaps the GIC (cause
 *                     DEVICE_RANGE_OVERLAP).
 * @retval -E2BIG      @p opts sets a member that this library does not know (cause
 *                     OPTIONS_TOO_NEW). A step: an address beyond what the VM can have (cause
 *                     DEVICE_ABOVE_GPA_LIMIT).
 * @retval -ENODEV     This host can't have an ITS (cause DEVICE_TYPE_UNKNOWN).
 * @retval -EMFILE     Too many open files in this process (cause FD_LIMIT).
 * @retval -ENOMEM     No memory, here (cause NO_MEMORY) or in the kernel; a step, where there is a
 *                     GROUP.
 * @retval -EIO        In a forked child (cause FORKED); the VM is dead (cause VM_DEAD).
 * @retval -EOPNOTSUPP Another architecture (cause ARCH_UNSUPPORTED).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_arm64_its_create(struct kvmlib_device *gic,
					  const struct kvmlib_arm64_its_opts *opts,
					  struct kvmlib_device **ret_its);

/** @} */

KVMLIB_END_DECLS
#endif
