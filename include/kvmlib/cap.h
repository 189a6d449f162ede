/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_CAP_H
#define KVMLIB_CAP_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/common.h>

KVMLIB_BEGIN_DECLS

/**
 * @defgroup cap Facts about capabilities
 * @brief What each capability is, what its value means, and which ones were enabled.
 *
 * A number that the facts do not have, of a kernel newer than this library, can still be asked for
 * (kvmlib_vm_check_extension()), enabled (kvmlib_vm_enable_cap()) and remembered; it has no name.
 * All strings are static. What only reads facts needs no `/dev/kvm`.
 * @{
 */

#define KVMLIB_CAPABILITY_BOOL	     1U /**< 0 or 1 */
#define KVMLIB_CAPABILITY_COUNT	     2U /**< how many there are, or may be */
#define KVMLIB_CAPABILITY_SIZE	     3U /**< bytes */
#define KVMLIB_CAPABILITY_MASK	     4U /**< bits; kvmlib_capability_bit_name() has their names */
#define KVMLIB_CAPABILITY_NUMBER     5U /**< a number of another kind, which the meaning tells */
#define KVMLIB_CAPABILITY_UNREPORTED 6U /**< always 0: no kernel answers anything else */

#define KVMLIB_CAPABILITY_ON_SYSTEM 1U /**< kvmlib_system_check_extension() */
#define KVMLIB_CAPABILITY_ON_VM	    2U /**< kvmlib_vm_check_extension(), kvmlib_vm_enable_cap() */
#define KVMLIB_CAPABILITY_ON_VCPU   4U /**< kvmlib_vcpu_enable_cap() */

/** What the facts say of a capability. */
struct kvmlib_capability {
	uint32_t number;	/**< KVMLIB_CAP_* */
	uint32_t kind;		/**< what its value is here: KVMLIB_CAPABILITY_BOOL, … */
	uint32_t scope;		/**< where it can be asked for: KVMLIB_CAPABILITY_ON_* */
	uint32_t enable;	/**< where it can be enabled: KVMLIB_CAPABILITY_ON_*; 0: nowhere */
	uint32_t vm_may_differ; /**< 1: a VM may answer otherwise than the system; else 0 */
	uint32_t here;		/**< 1: this architecture has it; else 0 */
	const char *name;	/**< "KVM_CAP_XEN_HVM" … */
	const char *meaning;	/**< of its value: "bool", "count (max vCPU id + 1)" … */
	const char *bits; /**< names of a mask's bits: "KVM_XEN_HVM_CONFIG_*", "1<<KVM_HC_*"; in
				     parentheses why they have none; NULL if it is no mask anywhere */
	const char *enable_args;   /**< "args[0] bool" …, "none"; NULL if it can't be enabled */
	const char *architectures; /**< "all", or the kernel's names: "x86,arm64" … */
	const char *doc;	   /**< sections of api.rst: "4.24,4.25"; NULL if none */
	const char *since;	   /**< the first kernel: "5.14", "<=2.6.36", "6.13..7.2" */
};

/**
 * @brief How many capabilities the facts have.
 * @return Their number; kvmlib_capability_at() takes indices below it.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT size_t kvmlib_capability_count(void);

/**
 * @brief What the facts say of a capability, by its place among them.
 *
 * @param[in]  index   From 0 to below kvmlib_capability_count(); numbers ascend, with gaps.
 * @param[out] ret     Receives the facts. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p ret (cause NULL_ARGUMENT).
 * @retval -ENOENT No more capabilities. This ends a loop, and writes no error record.
 * @threadsafety Any thread.
 * @since 0.1
 * @par Example
 * @snippet capabilities.c facts
 */
KVMLIB_EXPORT int kvmlib_capability_at(size_t index, struct kvmlib_capability *ret);

/**
 * @brief What the facts say of a capability, by its number.
 *
 * @param[in]  number Number, KVMLIB_CAP_* or one of a newer kernel.
 * @param[out] ret    Receives the facts. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p ret (cause NULL_ARGUMENT).
 * @retval -ENOENT The facts have no such number (cause CAPABILITY_UNKNOWN).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_capability_info(uint32_t number, struct kvmlib_capability *ret);

/**
 * @brief The number of a capability, by its name.
 *
 * @param[in]  name       "KVM_CAP_XEN_HVM" or "XEN_HVM".
 * @param[out] ret_number Receives the number. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p name or @p ret_number (cause NULL_ARGUMENT).
 * @retval -ENOENT The facts have no such name (cause CAPABILITY_UNKNOWN).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_capability_find(const char *name, uint32_t *ret_number);

/**
 * @brief Name of a capability.
 * @param capability KVMLIB_CAP_*.
 * @return "KVM_CAP_IRQCHIP" …; NULL if the facts have no such number.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT const char *kvmlib_capability_name(uint32_t capability);

/**
 * @brief What the value of a capability means.
 * @param capability KVMLIB_CAP_*.
 * @return "bool", "count (max GSI routing entries, 4096)" …; NULL if unknown.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT const char *kvmlib_capability_meaning(uint32_t capability);

/**
 * @brief Name of a bit of a capability's value.
 * @param capability KVMLIB_CAP_*, one of kind KVMLIB_CAPABILITY_MASK.
 * @param bit        Number of the bit, from 0.
 * @return The kernel's name as this architecture has it, "KVM_XEN_HVM_CONFIG_HYPERCALL_MSR" …; NULL
 *         if the value is no mask, or the bit has no name or one of a newer kernel.
 * @threadsafety Any thread.
 * @since 0.1
 * @par Example
 * @snippet capabilities.c bits
 */
KVMLIB_EXPORT const char *kvmlib_capability_bit_name(uint32_t capability, uint32_t bit);

struct kvmlib_vm;
struct kvmlib_vcpu;

/**
 * @brief Whether a capability was enabled through this VM handle, and how.
 *
 * KVM can't be asked which capabilities are enabled; the handle remembers what
 * kvmlib_vm_enable_cap() and the functions `kvmlib_vm_enable_*()` succeeded with. It knows nothing
 * of KVM_ENABLE_CAP by kvmlib_vm_ioctl(), or by another handle of the same VM. Arguments are
 * remembered as they were given: a descriptor may be closed since, a pointer may dangle. Of a
 * capability enabled several times the last arguments are told, of two enabled at the same time
 * either's. KVMLIB_CAP_PPC_ENABLE_HCALL is enabled once per hypercall, and each is remembered: this
 * tells of the first one, kvmlib_vm_enabled_capability_at() of all. No system call.
 *
 * @param[in]  vm         VM.
 * @param[in]  capability KVMLIB_CAP_*.
 * @param[out] ret_args   Receives the four arguments if the result is 1, or NULL.
 * @retval 0       It was not enabled.
 * @retval 1       It was.
 * @retval -EINVAL NULL @p vm (cause NULL_ARGUMENT).
 * @retval -EIO    In a forked child (cause FORKED).
 * @threadsafety Any thread.
 * @since 0.1
 * @par Example
 * @snippet capabilities.c enabled
 */
KVMLIB_EXPORT int kvmlib_vm_enabled_capability(struct kvmlib_vm *vm, uint32_t capability,
					       uint64_t ret_args[4]);

/**
 * @brief What was enabled through this VM handle, one by one.
 *
 * In the order in which they were enabled first; see kvmlib_vm_enabled_capability(). No entry ever
 * moves or goes.
 *
 * @param[in]  vm             VM.
 * @param[in]  index          From 0.
 * @param[out] ret_capability Receives the number.
 * @param[out] ret_args       Receives the four arguments, or NULL.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm or @p ret_capability (cause NULL_ARGUMENT).
 * @retval -EIO    In a forked child (cause FORKED).
 * @retval -ENOENT No more. This ends a loop, and writes no error record.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_enabled_capability_at(struct kvmlib_vm *vm, size_t index,
						  uint32_t *ret_capability, uint64_t ret_args[4]);

/**
 * @brief Whether a capability was enabled through this vCPU handle, and how.
 *
 * As kvmlib_vm_enabled_capability(), for kvmlib_vcpu_enable_cap() and the functions
 * `kvmlib_vcpu_enable_*()`.
 *
 * @param[in]  vcpu       vCPU.
 * @param[in]  capability KVMLIB_CAP_*.
 * @param[out] ret_args   Receives the four arguments if the result is 1, or NULL.
 * @retval 0       It was not enabled.
 * @retval 1       It was.
 * @retval -EINVAL NULL @p vcpu (cause NULL_ARGUMENT).
 * @retval -EIO    In a forked child (cause FORKED).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_enabled_capability(struct kvmlib_vcpu *vcpu, uint32_t capability,
						 uint64_t ret_args[4]);

/**
 * @brief What was enabled through this vCPU handle, one by one.
 *
 * As kvmlib_vm_enabled_capability_at().
 *
 * @param[in]  vcpu           vCPU.
 * @param[in]  index          From 0.
 * @param[out] ret_capability Receives the number.
 * @param[out] ret_args       Receives the four arguments, or NULL.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vcpu or @p ret_capability (cause NULL_ARGUMENT).
 * @retval -EIO    In a forked child (cause FORKED).
 * @retval -ENOENT No more. This ends a loop, and writes no error record.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_enabled_capability_at(struct kvmlib_vcpu *vcpu, size_t index,
						    uint32_t *ret_capability, uint64_t ret_args[4]);

/** @} */

KVMLIB_END_DECLS
#endif
