/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <kvmlib/x86_pmu.h>

#include "x86.h"

#include <stdlib.h>
#include <string.h>

#include "../../base/opts.h"

/* No kernel reads more events, so room is made for no more; those of today read 300. */
#define MAX_EVENTS 65536U

_Static_assert(sizeof(struct kvmlib_pmu_event_filter_opts) == 2 * sizeof(size_t) + 16,
	       "no padding");
_Static_assert(offsetof(struct kvmlib_pmu_event_filter_opts, events) == sizeof(size_t) + 16,
	       "events");

static int refuse(int errnum, uint32_t cause)
{
	return kvmlib__error_record(
		&(const struct kvmlib__failure){ .function = "kvmlib_vm_set_pmu_event_filter",
						 .cause = cause,
						 .errnum = errnum,
						 KVMLIB__VALUES(KVMLIB__VALUE(ARGUMENT, 2)) });
}

static int copy_opts(struct kvmlib_pmu_event_filter_opts *opts,
		     const struct kvmlib_pmu_event_filter_opts *given)
{
	uint32_t cause = KVMLIB_CAUSE_BAD_ARGUMENT;
	int r = kvmlib__opts_copy(opts, sizeof(*opts), given, &cause);

	if (r < 0)
		return refuse(r, cause);
	if (!opts->events && opts->nr_events)
		return refuse(-EINVAL, KVMLIB_CAUSE_NULL_ARGUMENT);
	return 0;
}

/* The filter as the kernel has it, with the events behind it; NULL: no memory. */
static struct kvmlib__filter *filter_new(const struct kvmlib_pmu_event_filter_opts *opts)
{
	size_t room = opts->nr_events < MAX_EVENTS ? opts->nr_events : MAX_EVENTS;
	struct kvm_pmu_event_filter *filter;
	struct kvmlib__filter *kept =
		kvmlib__filter_new(sizeof(*filter) + room * sizeof(filter->events[0]));

	if (!kept)
		return NULL;
	filter = (void *)kept->bytes;
	filter->action = opts->action;
	filter->flags = opts->flags;
	filter->fixed_counter_bitmap = opts->fixed_counter_bitmap;
	filter->nevents = opts->nr_events;
	if (room)
		memcpy(filter->events, opts->events, room * sizeof(filter->events[0]));
	return kept;
}

int kvmlib_vm_set_pmu_event_filter(struct kvmlib_vm *vm,
				   const struct kvmlib_pmu_event_filter_opts *opts)
{
	struct kvmlib_pmu_event_filter_opts o;
	struct kvmlib__filter *filter;
	int r;

	if (!vm || !opts)
		return KVMLIB__NULL_ARGUMENT(vm ? 2 : 1);
	r = copy_opts(&o, opts);
	if (r < 0)
		return r;
	filter = filter_new(&o);
	if (!filter)
		return KVMLIB__NO_MEMORY();
	r = KVMLIB__VM_IOCTL(vm, SET_PMU_EVENT_FILTER, filter->bytes,
			     KVMLIB__VALUE(COUNT, o.nr_events), KVMLIB__VALUE(FLAGS, o.flags));
	if (r < 0)
		free(filter);
	else
		kvmlib__filter_publish(vm, KVMLIB__FILTER_PMU, filter);
	return r;
}
