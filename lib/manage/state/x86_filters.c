/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What guests may do with model specific registers and performance events. KVM can't be asked: the VM's
 * handle knows what it was given. Nothing saved: all is allowed, as it is at first.
 */
#include "x86.h"

#include <errno.h>
#include <string.h>

#if defined(__x86_64__)

#define NR_RANGES \
	(sizeof(((struct kvm_msr_filter *)NULL)->ranges) / sizeof(struct kvm_msr_filter_range))

static int64_t get_filter(const struct kvmlib__transfer *transfer, enum kvmlib__filter_kind kind,
			  void *data, size_t room)
{
	size_t size = kvmlib__filter_copy(transfer->plan->vm, kind, data, room);

	if (size <= room)
		return (int64_t)size;
	return kvmlib__error_record(
		&(const struct kvmlib__failure){ .function = transfer->function,
						 .cause = KVMLIB_CAUSE_STATE_CHANGED,
						 .errnum = -EBUSY });
}

#define GET_FILTER(name, kind)                                                                  \
	size_t kvmlib__room_of_##name(const struct kvmlib_state_plan *plan,                     \
				      struct kvmlib_vcpu *vcpu)                                 \
	{                                                                                       \
		(void)vcpu;                                                                     \
		return kvmlib__filter_copy(plan->vm, kind, NULL, 0);                            \
	}                                                                                       \
                                                                                                \
	int64_t kvmlib__get_##name(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu, \
				   void *data, size_t room)                                     \
	{                                                                                       \
		(void)vcpu;                                                                     \
		return get_filter(transfer, kind, data, room);                                  \
	}
GET_FILTER(msr_filter, KVMLIB__FILTER_MSR)
GET_FILTER(pmu_filter, KVMLIB__FILTER_PMU)

/* To set one makes KVM wait for all vCPUs. */
static bool is_there(const struct kvmlib__transfer *transfer, enum kvmlib__filter_kind kind,
		     const struct kvmlib_state_item *item)
{
	return kvmlib__filter_is(transfer->plan->vm, kind, item->data, item->length);
}

/* Registers */

bool kvmlib__is_msr_filter(const struct kvmlib_state_item *item)
{
	const struct kvm_msr_filter *filter = item->data;
	size_t size = sizeof(*filter);

	if (item->length < size)
		return !item->length;
	for (size_t i = 0; i < NR_RANGES; i++) {
		size_t bitmap = kvmlib__msr_bitmap_size(filter->ranges[i].nmsrs);

		if (filter->ranges[i].nmsrs && !bitmap)
			return false;
		size += bitmap;
	}
	return size == item->length;
}

int kvmlib__put_msr_filter(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
			   const struct kvmlib_state_item *item)
{
	struct kvm_msr_filter filter = { .flags = KVMLIB_MSR_FILTER_DEFAULT_ALLOW };
	const uint8_t *bitmap = (const uint8_t *)item->data + sizeof(filter);

	(void)vcpu;
	if (is_there(transfer, KVMLIB__FILTER_MSR, item))
		return 0;
	if (item->length)
		memcpy(&filter, item->data, sizeof(filter));
	for (size_t i = 0; i < NR_RANGES; i++) {
		memcpy(filter.ranges[i].bitmap, &bitmap, sizeof(bitmap));
		bitmap += kvmlib__msr_bitmap_size(filter.ranges[i].nmsrs);
	}
	return kvmlib_vm_x86_set_msr_filter(transfer->plan->vm, &filter);
}

/* Events */

bool kvmlib__is_pmu_filter(const struct kvmlib_state_item *item)
{
	const struct kvm_pmu_event_filter *filter = item->data;

	if (item->length < sizeof(*filter))
		return !item->length;
	return item->length ==
	       sizeof(*filter) + (uint64_t)filter->nevents * sizeof(filter->events[0]);
}

/* No event, to be denied: KVM has no other call that takes a filter back. */
int kvmlib__put_pmu_filter(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
			   const struct kvmlib_state_item *item)
{
	static const struct kvm_pmu_event_filter none = { .action = KVMLIB_PMU_EVENT_DENY };
	const struct kvm_pmu_event_filter *filter = item->length ? item->data : &none;
	const struct kvmlib_pmu_event_filter_opts opts = {
		.size = sizeof(opts),
		.action = filter->action,
		.flags = filter->flags,
		.fixed_counter_bitmap = filter->fixed_counter_bitmap,
		.nr_events = filter->nevents,
		.events = filter->nevents ? filter->events : NULL,
	};

	(void)vcpu;
	return is_there(transfer, KVMLIB__FILTER_PMU, item)
		       ? 0
		       : kvmlib_vm_set_pmu_event_filter(transfer->plan->vm, &opts);
}

#else
/* A file must not be empty. */
typedef int kvmlib__no_filters;
#endif
