/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_RISCV64_VCPU_H
#define KVMLIB_RISCV64_VCPU_H

#include <stdint.h>

#include <kvmlib/common.h>

KVMLIB_BEGIN_DECLS

/**
 * @defgroup riscv64_vcpu vCPUs of riscv64
 * @brief Which extensions a vCPU has, its timer, and where it is told of stolen time.
 *
 * All of it is in registers with ids (@ref regs), which these functions know. A new vCPU has what the
 * host has of the instruction set, and of the SBI what KVM serves by itself. Until its first run
 * extensions are switched on and off by their names.
 *
 * The errors are those of kvmlib_vcpu_get_one_reg() and kvmlib_vcpu_set_one_reg(), and those told
 * here. On other architectures every function here answers -EOPNOTSUPP (cause ARCH_UNSUPPORTED).
 * @{
 */

struct kvmlib_vcpu;

/** @name Extensions
 * @{
 */

#define KVMLIB_RISCV64_ISA 0U /**< those of the instruction set: "zbb", "v", … */
#define KVMLIB_RISCV64_SBI 1U /**< those of the supervisor's environment: "time", "sta", … */

#define KVMLIB_RISCV64_EXT_MISSING 0U /**< this host has it not for its guests */
#define KVMLIB_RISCV64_EXT_OFF	   1U /**< the vCPU has it not */
#define KVMLIB_RISCV64_EXT_ON	   2U /**< the vCPU has it */

/** An extension, and what has become of it. */
struct kvmlib_riscv64_ext {
	const char *name; /**< its name, in lower case; for good */
	uint32_t number;  /**< KVMLIB_RISCV_ISA_EXT_*, or KVMLIB_RISCV_SBI_EXT_* */
	uint32_t state;	  /**< KVMLIB_RISCV64_EXT_* */
};

/**
 * @brief One of the extensions that KVM can know.
 *
 * Wraps KVM_GET_ONE_REG (vCPU ioctl, api.rst 4.69).
 *
 * @param[in]  vcpu    vCPU.
 * @param[in]  kind    KVMLIB_RISCV64_ISA or KVMLIB_RISCV64_SBI.
 * @param[in]  index   From 0 on.
 * @param[out] ret_ext The extension. Untouched on failure.
 * @retval 0           Success.
 * @retval -EINVAL     NULL argument (cause NULL_ARGUMENT); another @p kind (cause BAD_ARGUMENT).
 * @retval -ENOENT     There are less; there is no record.
 * @retval -EIO        In a forked child (cause FORKED); the VM is dead (cause VM_DEAD).
 * @retval -EOPNOTSUPP Another architecture (cause ARCH_UNSUPPORTED).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_riscv64_ext_at(struct kvmlib_vcpu *vcpu, uint32_t kind, uint32_t index,
					struct kvmlib_riscv64_ext *ret_ext);

/**
 * @brief Ask for an extension by its name.
 *
 * Wraps KVM_GET_ONE_REG (vCPU ioctl, api.rst 4.69).
 *
 * @param vcpu vCPU.
 * @param kind KVMLIB_RISCV64_ISA or KVMLIB_RISCV64_SBI.
 * @param name Its name.
 * @return KVMLIB_RISCV64_EXT_MISSING, _OFF or _ON.
 * @retval -EINVAL     NULL argument (cause NULL_ARGUMENT); another @p kind (cause BAD_ARGUMENT); no
 *                     extension has that name (cause EXTENSION_UNKNOWN, with the name as the record's
 *                     subject).
 * @retval -EIO        In a forked child (cause FORKED); the VM is dead (cause VM_DEAD).
 * @retval -EOPNOTSUPP Another architecture (cause ARCH_UNSUPPORTED).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_riscv64_ext_get(struct kvmlib_vcpu *vcpu, uint32_t kind, const char *name);

/**
 * @brief Switch extensions on and off: all that are named, or none.
 *
 * Wraps KVM_SET_ONE_REG (vCPU ioctl, api.rst 4.68), for each that is not yet as it shall be. What KVM
 * refuses is told with the extension's name as the record's subject, after those before it were put
 * back. What one needs of another is left to KVM.
 *
 * @param vcpu  vCPU, before its first run.
 * @param kind  KVMLIB_RISCV64_ISA or KVMLIB_RISCV64_SBI.
 * @param names Names with commas between: "zbb,-v" switches zbb on and v off. Of two that are the same
 *              the last one counts. An empty list changes nothing.
 * @retval 0           Success.
 * @retval -EINVAL     NULL argument (cause NULL_ARGUMENT); another @p kind (cause BAD_ARGUMENT); no
 *                     extension has that name (cause EXTENSION_UNKNOWN); KVM does not let it be
 *                     switched that way (cause EXTENSION_FIXED).
 * @retval -ENOENT     This host has not what shall be switched on (cause EXTENSION_MISSING). What it has
 *                     not and shall be off is.
 * @retval -EBUSY      The vCPU has run (cause AFTER_FIRST_RUN).
 * @retval -EIO        In a forked child (cause FORKED); the VM is dead (cause VM_DEAD).
 * @retval -EOPNOTSUPP Another architecture (cause ARCH_UNSUPPORTED).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_riscv64_ext_set(struct kvmlib_vcpu *vcpu, uint32_t kind,
					 const char *names);

/** @} */

/** @name Timer
 * @{
 */

/** The timer of a vCPU. */
struct kvmlib_riscv64_timer {
	uint64_t frequency; /**< of the host's timer, in Hz; it can't be chosen */
	uint64_t time;	    /**< the VM's time, in ticks; all its vCPUs have the same */
	uint64_t compare;   /**< the time at which the timer's interrupt comes, in ticks */
	uint32_t state; /**< KVMLIB_RISCV_TIMER_STATE_ON where KVM keeps a timer for it, or _OFF */
	uint32_t reserved; /**< 0 */
};

/**
 * @brief Read the timer.
 *
 * Wraps KVM_GET_ONE_REG (vCPU ioctl, api.rst 4.69). The time goes on meanwhile, if only while the vCPU
 * does not run.
 *
 * @param[in]  vcpu      vCPU.
 * @param[out] ret_timer Its timer. Untouched on failure.
 * @retval 0           Success.
 * @retval -EINVAL     NULL argument (cause NULL_ARGUMENT).
 * @retval -EIO        In a forked child (cause FORKED); the VM is dead (cause VM_DEAD).
 * @retval -EOPNOTSUPP Another architecture (cause ARCH_UNSUPPORTED).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_riscv64_timer_get(struct kvmlib_vcpu *vcpu,
					   struct kvmlib_riscv64_timer *ret_timer);

/**
 * @brief Set the timer.
 *
 * Wraps KVM_SET_ONE_REG (vCPU ioctl, api.rst 4.68), for each part. If one is refused, the others are put
 * back to what they were, so that only the moments between are lost of the time. A timer that is
 * switched on may go off early, once: KVM starts it before it is told when.
 *
 * @param vcpu  vCPU. Its VM's time is set for all vCPUs.
 * @param timer The timer.
 * @retval 0           Success.
 * @retval -EINVAL     NULL argument (cause NULL_ARGUMENT); another state, or a reserved member that is
 *                     set (cause BAD_ARGUMENT); the host's frequency is another one (cause
 *                     TIMER_FREQUENCY; the record's SAVED is the one asked for, and HERE the host's). No
 *                     part was set.
 * @retval -EIO        In a forked child (cause FORKED); the VM is dead (cause VM_DEAD).
 * @retval -EOPNOTSUPP Another architecture (cause ARCH_UNSUPPORTED).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_riscv64_timer_set(struct kvmlib_vcpu *vcpu,
					   const struct kvmlib_riscv64_timer *timer);

/** @} */

/** @name Stolen time
 * @{
 */

/** Where a guest is told nothing of stolen time. */
#define KVMLIB_RISCV64_STA_NONE 0xffffffffffffffffULL

/**
 * @brief Where in its memory the guest is told how long its vCPU had to wait.
 *
 * Wraps KVM_GET_ONE_REG (vCPU ioctl, api.rst 4.69). The guest says so itself, by the SBI's extension
 * "sta"; it belongs to the vCPU's state.
 *
 * @param[in]  vcpu    vCPU.
 * @param[out] ret_gpa Guest physical address, or KVMLIB_RISCV64_STA_NONE. Untouched on failure.
 * @retval 0           Success.
 * @retval -EINVAL     NULL argument (cause NULL_ARGUMENT); the extension is off, which kernels before
 *                     Linux 6.18 don't mind (cause EXTENSION_OFF).
 * @retval -ENOENT     Not in this kernel, but in Linux 6.7 (cause EXTENSION_OFF).
 * @retval -EIO        In a forked child (cause FORKED); the VM is dead (cause VM_DEAD).
 * @retval -EOPNOTSUPP Another architecture (cause ARCH_UNSUPPORTED).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_riscv64_sta_get(struct kvmlib_vcpu *vcpu, uint64_t *ret_gpa);

/**
 * @brief Set where the guest is told of stolen time.
 *
 * Wraps KVM_SET_ONE_REG (vCPU ioctl, api.rst 4.68).
 *
 * @param vcpu vCPU.
 * @param gpa  Guest physical address, a multiple of 64 bytes, or KVMLIB_RISCV64_STA_NONE.
 * @retval 0           Success.
 * @retval -EINVAL     NULL @p vcpu (cause NULL_ARGUMENT); an address that is no such multiple (cause
 *                     BAD_ARGUMENT); the extension is off, as above (cause EXTENSION_OFF).
 * @retval -ENOENT     Not in this kernel, but in Linux 6.7 (cause EXTENSION_OFF).
 * @retval -EIO        In a forked child (cause FORKED); the VM is dead (cause VM_DEAD).
 * @retval -EOPNOTSUPP Another architecture (cause ARCH_UNSUPPORTED).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_riscv64_sta_set(struct kvmlib_vcpu *vcpu, uint64_t gpa);

/** @} */

/** @} */

KVMLIB_END_DECLS
#endif
