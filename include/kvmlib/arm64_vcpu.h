/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_ARM64_VCPU_H
#define KVMLIB_ARM64_VCPU_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/common.h>

KVMLIB_BEGIN_DECLS

/**
 * @defgroup arm64_vcpu vCPUs of arm64
 * @brief vCPUs with the features that a host has, their PMU, timers and stolen time, in the right order.
 *
 * The order of a machine: all vCPUs are made; kvmlib_arm64_vcpus_init(); id registers, where they are
 * to be others (@ref arm64_ids); the interrupt controller (@ref arm64_gic); then what is here of
 * interrupts (kvmlib_arm64_timer_irqs_set(), kvmlib_arm64_pmu_init()) and of memory
 * (kvmlib_arm64_pvtime_set()); then the first run.
 *
 * What can be found out before is refused before, and nothing was done.
 *
 * On other architectures every function here answers -EOPNOTSUPP (cause ARCH_UNSUPPORTED).
 * @{
 */

struct kvmlib_vcpu;
struct kvmlib_vm;

/** Of a set of features: pointer authentication, of which KVM gives both kinds or none. */
#define KVMLIB_ARM64_PTRAUTH 0x60U

/**
 * Options of kvmlib_arm64_vcpus_init(). Features are sets of bits, each 1 << KVMLIB_ARM_VCPU_*:
 * POWER_OFF, EL1_32BIT, PSCI_0_2, PMU_V3, SVE, PTRAUTH_ADDRESS with PTRAUTH_GENERIC
 * (KVMLIB_ARM64_PTRAUTH), HAS_EL2, HAS_EL2_E2H0.
 */
struct kvmlib_arm64_vcpus_opts {
	size_t size; /**< sizeof this struct in the caller's build, in bytes */
	struct kvmlib_vcpu *const
		*vcpus;	   /**< all vCPUs of the VM; the first one starts the guest */
	size_t nr_vcpus;   /**< how many; 1 or more */
	uint32_t required; /**< features that the vCPUs get, or nothing is done */
	uint32_t wished;   /**< features that they get where the host has them */
	/** With SVE: the longest vectors at most, in bytes: 16 to 8192 in steps of 16. 0: the host's. */
	uint32_t sve_bytes;
	uint32_t reserved; /**< 0 */
};

/** What kvmlib_arm64_vcpus_init() gave to the vCPUs. */
struct kvmlib_arm64_features {
	uint32_t features;  /**< those of kvmlib_arm64_vcpus_opts that they have */
	uint32_t sve_bytes; /**< their longest vectors, in bytes; 0: no SVE */
};

/**
 * @brief Initialize the vCPUs of a VM, or reset them, with the features that the host has.
 *
 * Asks for the features' capabilities (KVM_CHECK_EXTENSION) and for the target
 * (KVM_ARM_PREFERRED_TARGET, VM ioctl, api.rst 4.83); then KVM_ARM_VCPU_INIT (vCPU ioctl, 4.82) for
 * each vCPU; and with SVE, KVM_REG_ARM64_SVE_VLS where vectors are to be shorter, and
 * KVM_ARM_VCPU_FINALIZE (4.119).
 *
 * With POWER_OFF in a set, all but the first vCPU wait for the guest to start them by PSCI. Wished
 * features that need one the host lacks are left out with it: HAS_EL2_E2H0 without HAS_EL2, one kind
 * of pointer authentication without the other.
 *
 * The vCPUs may be initialized already, by the same features; KVM resets them then, which is how a
 * guest is started again. A step that KVM refuses leaves the vCPUs before it initialized: the
 * record's VCPU_ID says which one it was, and the call may be made again.
 *
 * @param[in]  vm      VM.
 * @param[in]  opts    Options.
 * @param[out] ret_got Receives what they got. Untouched on failure.
 * @retval 0           Success.
 * @retval -EINVAL     Nothing was done: NULL argument (cause NULL_ARGUMENT), a NULL vCPU among them; size
 *                     too small (cause OPTIONS_SIZE); an unknown feature (ID), a vCPU of another VM (INDEX),
 *                     fewer vCPUs than were made through the VM's handle (COUNT, NEEDED), or a length of
 *                     vectors that can't be (cause BAD_ARGUMENT); features that exclude each other, or
 *                     one of a pair (cause VCPU_INIT_FEATURES); no vCPU (cause VCPUS_MISSING). A
 *                     step: other features than those of an earlier call (cause
 *                     VCPU_INIT_FEATURES).
 * @retval -EOPNOTSUPP Nothing was done: the host lacks a required feature (cause
 *                     CAPABILITY_MISSING; ID is the feature's number); another architecture (cause
 *                     ARCH_UNSUPPORTED).
 * @retval -E2BIG      @p opts sets a member that this library does not know (cause
 *                     OPTIONS_TOO_NEW).
 * @retval -ENODEV     A step: the host has no PMU for the CPU that this thread is on (cause
 *                     HOST_FEATURE_MISSING).
 * @retval -ENOMEM     A step: no memory in the kernel.
 * @retval -EIO        In a forked child (cause FORKED); the VM is dead (cause VM_DEAD).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_arm64_vcpus_init(struct kvmlib_vm *vm,
					  const struct kvmlib_arm64_vcpus_opts *opts,
					  struct kvmlib_arm64_features *ret_got);

/** @name Performance counters
 * @{
 */

/** Some events that guests may count, or may not. */
struct kvmlib_arm64_pmu_filter {
	uint16_t first;	 /**< number of the first event */
	uint16_t count;	 /**< how many; 1 or more */
	uint32_t action; /**< KVMLIB_PMU_EVENT_ALLOW or KVMLIB_PMU_EVENT_DENY */
};

/** In kvmlib_arm64_pmu_opts::flags: the host's PMU is chosen by kvmlib_arm64_pmu_opts::host_pmu. */
#define KVMLIB_ARM64_PMU_CHOOSE 0x1U
/** kvmlib_arm64_pmu_opts::nr_counters is what there is; of a PMU that is chosen. */
#define KVMLIB_ARM64_PMU_COUNTERS 0x2U

/** Options of kvmlib_arm64_pmu_init(). */
struct kvmlib_arm64_pmu_opts {
	size_t size;			  /**< sizeof this struct in the caller's build, in bytes */
	struct kvmlib_vcpu *const *vcpus; /**< all vCPUs that were initialized with PMU_V3 */
	size_t nr_vcpus;		  /**< how many; 1 or more */
	/** Applied in their order; the first one says what becomes of all events that none names. */
	const struct kvmlib_arm64_pmu_filter *filters;
	size_t nr_filters; /**< how many; 0: all events may be counted */
	/**
	 * The interrupt of an overflow: 16 to 31, the same one of each vCPU; or 32 to 1019, then
	 * each vCPU has one more than that before it. 0: none, in a VM whose interrupt controller is
	 * the program's.
	 */
	uint32_t irq;
	uint32_t flags;	      /**< KVMLIB_ARM64_PMU_* */
	uint32_t host_pmu;    /**< type of the host's PMU, as in /sys/bus/event_source/devices */
	uint32_t nr_counters; /**< counters of events, beside that of cycles */
};

/**
 * @brief Give the vCPUs' performance monitors what they need, and initialize them.
 *
 * Sets, with KVM_SET_DEVICE_ATTR (vCPU ioctl, api.rst 4.80), attributes of the group
 * KVM_ARM_VCPU_PMU_V3_CTRL (devices/vcpu.rst) in this order: SET_PMU (Linux 5.17), SET_NR_COUNTERS
 * (6.16) and FILTER (5.8) of the first vCPU, which are the VM's; then IRQ and INIT of each. What the
 * vCPUs don't have is found out before by KVM_HAS_DEVICE_ATTR. A vCPU that has a PMU is not run
 * without it.
 *
 * After kvmlib_arm64_vcpus_init(), and after the interrupt controller is initialized, where KVM has
 * it. A step that KVM refuses leaves those before it done: GROUP, ATTRIBUTE and VCPU_ID tell which
 * it was.
 *
 * @param vm   VM.
 * @param opts Options.
 * @retval 0           Success.
 * @retval -EINVAL     Nothing was done: NULL argument (cause NULL_ARGUMENT), a NULL vCPU among them; size
 *                     too small (cause OPTIONS_SIZE); an unknown flag, counters of a PMU that is not chosen, or
 *                     a vCPU of another VM (cause BAD_ARGUMENT); no vCPU (cause VCPUS_MISSING); a filter
 *                     that can't be (cause ATTR_VALUE; INDEX), or an interrupt that can't, or is a
 *                     timer's (cause ATTR_VALUE; IRQ). A step: a filter beyond the host's events, more
 *                     counters than it has, an interrupt without interrupt controller in the kernel, or
 *                     one that another vCPU has (cause ATTR_VALUE).
 * @retval -E2BIG      @p opts sets a member that this library does not know (cause
 *                     OPTIONS_TOO_NEW).
 * @retval -ENXIO      Nothing was done: a vCPU without PMU, or a kernel without such an attribute (cause
 *                     ATTR_UNKNOWN). A step, too: no such PMU on the host, or no interrupt where KVM has
 *                     the controller.
 * @retval -ENODEV     A step: the interrupt controller is not initialized (cause
 *                     HOST_FEATURE_MISSING).
 * @retval -EBUSY      A step: the PMU is initialized, or its interrupt set; a vCPU has run (cause
 *                     ATTR_BUSY).
 * @retval -EEXIST     A step: the interrupt is another device's (cause ADDRESS_ALREADY_SET).
 * @retval -ENOMEM     A step: no memory in the kernel.
 * @retval -EIO        In a forked child (cause FORKED); the VM is dead (cause VM_DEAD).
 * @retval -EOPNOTSUPP Another architecture (cause ARCH_UNSUPPORTED).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_arm64_pmu_init(struct kvmlib_vm *vm,
					const struct kvmlib_arm64_pmu_opts *opts);

/** @} */

/** @name Stolen time
 * @{
 */

/** Bytes of guest memory that each vCPU's record of stolen time takes. */
#define KVMLIB_ARM64_PVTIME_SIZE 64U

/** Options of kvmlib_arm64_pvtime_set(). */
struct kvmlib_arm64_pvtime_opts {
	size_t size;			  /**< sizeof this struct in the caller's build, in bytes */
	struct kvmlib_vcpu *const *vcpus; /**< the vCPUs */
	size_t nr_vcpus;		  /**< how many; 1 or more */
	/**
	 * Guest physical address of the first vCPU's record, a multiple of 64 bytes; the next one's is
	 * 64 bytes on. In memory that is there, and that the guest is told to be reserved.
	 */
	uint64_t gpa;
};

/**
 * @brief Tell guests what time was stolen from their vCPUs.
 *
 * Sets the attribute KVM_ARM_VCPU_PVTIME_IPA with KVM_SET_DEVICE_ATTR (vCPU ioctl, api.rst 4.80;
 * devices/vcpu.rst) of each vCPU; Linux 5.5. Guests find their records by a call (SMCCC
 * PV_TIME_ST). A vCPU's is set once. No state has it: a VM that one is restored to is given the same
 * address before.
 *
 * @param vm   VM.
 * @param opts Options.
 * @retval 0           Success.
 * @retval -EINVAL     Nothing was done: NULL argument (cause NULL_ARGUMENT), a NULL vCPU among them; size
 *                     too small (cause OPTIONS_SIZE); a vCPU of another VM (cause BAD_ARGUMENT); no vCPU
 *                     (cause VCPUS_MISSING); an address that is not aligned, or records beyond the last
 *                     one (cause ATTR_VALUE; GPA). A step: no memory at the address (cause ATTR_VALUE).
 * @retval -E2BIG      @p opts sets a member that this library does not know (cause
 *                     OPTIONS_TOO_NEW).
 * @retval -EEXIST     Nothing was done: a vCPU has a record (cause ADDRESS_ALREADY_SET; VCPU_ID, GPA).
 * @retval -ENXIO      Nothing was done: the host does not know stolen time (cause ATTR_UNKNOWN).
 * @retval -EIO        In a forked child (cause FORKED); the VM is dead (cause VM_DEAD).
 * @retval -EOPNOTSUPP Another architecture (cause ARCH_UNSUPPORTED).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_arm64_pvtime_set(struct kvmlib_vm *vm,
					  const struct kvmlib_arm64_pvtime_opts *opts);

/** @} */

/** @name Interrupts
 * @{
 */

/** The interrupts of a vCPU's timers: 16 to 31 each, the same ones of all vCPUs. */
struct kvmlib_arm64_timer_irqs {
	uint32_t vtimer;  /**< virtual timer; KVM has 27 */
	uint32_t ptimer;  /**< physical timer; KVM has 30 */
	uint32_t hvtimer; /**< virtual timer of EL2; KVM has 28, kernels before Linux 6.4 none: 0 */
	uint32_t
		hptimer; /**< physical timer of EL2; KVM has 26, kernels before Linux 6.4 none: 0 */
};

/**
 * @brief The interrupts of a vCPU's timers.
 *
 * Gets the attributes of the group KVM_ARM_VCPU_TIMER_CTRL with KVM_GET_DEVICE_ATTR (vCPU ioctl,
 * api.rst 4.80; devices/vcpu.rst).
 *
 * @param[in]  vcpu     vCPU.
 * @param[out] ret_irqs Receives the interrupts. Untouched on failure.
 * @retval 0           Success.
 * @retval -EINVAL     NULL argument (cause NULL_ARGUMENT).
 * @retval -EIO        In a forked child (cause FORKED); the VM is dead (cause VM_DEAD).
 * @retval -EOPNOTSUPP Another architecture (cause ARCH_UNSUPPORTED).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_arm64_timer_irqs_get(struct kvmlib_vcpu *vcpu,
					      struct kvmlib_arm64_timer_irqs *ret_irqs);

/**
 * @brief Give the timers other interrupts: those of all vCPUs of the VM, which all have to be made.
 *
 * Sets the attributes of the group KVM_ARM_VCPU_TIMER_CTRL with KVM_SET_DEVICE_ATTR (vCPU ioctl,
 * api.rst 4.80; devices/vcpu.rst). With an interrupt controller in the kernel, before the first run.
 * KVM looks at them together when a vCPU first runs, and does not run it if two are the same; here
 * that is refused at once.
 *
 * @param vcpu Any vCPU.
 * @param irqs The interrupts; 0: as it is.
 * @retval 0           Success.
 * @retval -EINVAL     Nothing was done: NULL argument (cause NULL_ARGUMENT); a number that is none of 16
 *                     to 31, or that two timers would have (cause ATTR_VALUE; IRQ). A step: no
 *                     interrupt controller in the kernel (cause ATTR_VALUE).
 * @retval -EBUSY      A step: a vCPU has run (cause ATTR_BUSY).
 * @retval -ENXIO      Nothing was done: a timer of EL2, which the kernel does not know (cause
 *                     ATTR_UNKNOWN).
 * @retval -EIO        In a forked child (cause FORKED); the VM is dead (cause VM_DEAD).
 * @retval -EOPNOTSUPP Another architecture (cause ARCH_UNSUPPORTED).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_arm64_timer_irqs_set(struct kvmlib_vcpu *vcpu,
					      const struct kvmlib_arm64_timer_irqs *irqs);

/**
 * @brief The number by which kvmlib_vm_irq_line() raises an interrupt.
 *
 * These are no GSIs: routes and irqfds count SPIs from 0 on, where this counts them from 32 on.
 *
 * @param[in]  type    KVMLIB_ARM_IRQ_TYPE_SPI: of the VM; KVMLIB_ARM_IRQ_TYPE_PPI: of one vCPU;
 *                     KVMLIB_ARM_IRQ_TYPE_CPU: a vCPU's own line, without interrupt controller in the kernel.
 * @param[in]  vcpu    The vCPU's place among those of the VM, from 0 on as they were made: 0 to 4095. SPI: 0.
 * @param[in]  number  SPI: 32 to 1019; PPI: 16 to 31; CPU: KVMLIB_ARM_IRQ_CPU_IRQ or KVMLIB_ARM_IRQ_CPU_FIQ.
 * @param[out] ret_irq Receives the number. Untouched on failure.
 * @retval 0           Success.
 * @retval -EINVAL     NULL @p ret_irq (cause NULL_ARGUMENT); another type, vCPU or number (cause
 *                     IRQ_LINE_RANGE; ARGUMENT).
 * @retval -EOPNOTSUPP Another architecture (cause ARCH_UNSUPPORTED).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_arm64_irq(uint32_t type, uint32_t vcpu, uint32_t number,
				   uint32_t *ret_irq);

/** @} */
/** @} */

KVMLIB_END_DECLS
#endif
