/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_X86_PMU_H
#define KVMLIB_X86_PMU_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/common.h>

KVMLIB_BEGIN_DECLS

/**
 * @defgroup x86_pmu Performance monitoring
 * @brief Which events the guest's performance counters can count.
 * @ingroup x86
 *
 * Which events the guest's performance counters can count.
 * @{
 */

struct kvmlib_vm;

/** Options of kvmlib_vm_set_pmu_event_filter(). */
struct kvmlib_pmu_event_filter_opts {
	size_t size;	 /**< sizeof this struct in the caller's build, in bytes */
	uint32_t action; /**< KVMLIB_PMU_EVENT_ALLOW or KVMLIB_PMU_EVENT_DENY the events */
	uint32_t flags;	 /**< 0, or KVMLIB_PMU_EVENT_FLAG_MASKED_EVENTS (Linux 6.3) */
	uint32_t fixed_counter_bitmap; /**< fixed counters that the action holds for */
	uint32_t nr_events;	       /**< length of @ref events; 300 at most */
	const uint64_t *events;	       /**< what PERFEVTSEL has; may be NULL if there are none */
};

/**
 * @brief Choose which performance events the guest may count.
 *
 * Wraps KVM_SET_PMU_EVENT_FILTER (VM ioctl, api.rst 4.120). Ask KVMLIB_CAP_PMU_EVENT_FILTER first.
 * Replaces the filter before.
 *
 * @param vm   VM.
 * @param opts The filter.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument or list, size too small, or an action, flag or masked event that is
 *                 not valid (cause PMU_FILTER_INVALID).
 * @retval -E2BIG  More than 300 events (cause PMU_FILTER_INVALID), or @p opts sets a member that
 *                 this library does not know (cause OPTIONS_TOO_NEW).
 * @retval -EFAULT The filter can't be read.
 * @retval -EBUSY  No memory in the kernel, so documented.
 * @retval -ENOMEM No memory, here or in the kernel.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_set_pmu_event_filter(struct kvmlib_vm *vm,
						 const struct kvmlib_pmu_event_filter_opts *opts);

/** @} */

KVMLIB_END_DECLS
#endif
