/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Clocks: the VM's, and the vCPUs' time-stamp counters.
 *
 * A counter that is written becomes an offset to the host's, at the moment of the write. So the first
 * vCPU's is written, and the others are put as far from it as they were; a deadline is compared with
 * the counter when it is set, and comes last.
 */
#include "x86.h"

#include <errno.h>
#include <string.h>

#if defined(__x86_64__)

/* Of the local APIC: how its timer works. */
#define APIC_LVTT	  0x320U
#define LVTT_MASKED	  (1U << 16)
#define LVTT_MODE	  (3U << 17)
#define LVTT_TSC_DEADLINE (2U << 17)

#define FAR_AWAY (UINT64_C(1) << 44) /* an hour or more, in ticks of a counter */

/* The VM's clock */

int64_t kvmlib__get_clock(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu, void *data,
			  size_t room)
{
	int r = kvmlib_vm_get_clock(transfer->plan->vm, data);

	(void)vcpu;
	return r < 0 ? r : (int64_t)room;
}

int kvmlib__put_clock(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
		      const struct kvmlib_state_item *item)
{
	const struct kvmlib_clock_data *saved = item->data;
	struct kvmlib_clock_data clock = { .clock = saved->clock };

	(void)vcpu;
	if (transfer->flags & KVMLIB_STATE_REALTIME && saved->flags & KVMLIB_CLOCK_REALTIME) {
		clock.flags = KVMLIB_CLOCK_REALTIME;
		clock.realtime = saved->realtime;
	}
	return kvmlib_vm_set_clock(transfer->plan->vm, &clock);
}

/* EINVAL: the guest has no kvmclock, and needs not be told. */
int kvmlib__run_kvmclock_ctrl(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu)
{
	const struct kvmlib__record before = kvmlib__error_save();
	int r = kvmlib_vcpu_kvmclock_ctrl(vcpu);

	(void)transfer;
	if (r != -EINVAL)
		return r;
	kvmlib__error_restore(&before);
	return 0;
}

/* The counters' frequency */

int64_t kvmlib__get_tsc_khz(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu, void *data,
			    size_t room)
{
	int khz = kvmlib_vcpu_get_tsc_khz(vcpu);

	(void)transfer;
	if (khz < 0)
		return khz;
	memcpy(data, &(uint32_t){ (uint32_t)khz }, sizeof(uint32_t));
	return (int64_t)room;
}

static int set_tsc_khz(const struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
		       uint32_t khz)
{
	if (khz <= KVMLIB__MAX_TSC_KHZ)
		return kvmlib_vcpu_set_tsc_khz(vcpu, khz);
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = transfer->function,
		.cause = KVMLIB_CAUSE_STATE_MALFORMED,
		.errnum = -EBADMSG,
		KVMLIB__VALUES(KVMLIB__VALUE(VCPU_ID, vcpu->id)) });
}

/* A host that can't change it refuses even its own. */
int kvmlib__put_tsc_khz(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
			const struct kvmlib_state_item *item)
{
	const struct kvmlib__record before = kvmlib__error_save();
	uint32_t khz;
	int r;

	memcpy(&khz, item->data, sizeof(khz));
	r = set_tsc_khz(transfer, vcpu, khz);
	if (r >= 0)
		return 0;
	if (!(transfer->allow & KVMLIB_STATE_TSC) && kvmlib_vcpu_get_tsc_khz(vcpu) != (int)khz)
		return r;
	kvmlib__error_restore(&before);
	return 0;
}

/* The counters */

static uint64_t ticks_of(uint64_t nanoseconds, uint32_t khz)
{
	return nanoseconds / 1000000U * khz + nanoseconds % 1000000U * khz / 1000000U;
}

/* How far the counter goes on for the time that has passed. */
static uint64_t ticks_passed(const struct kvmlib__transfer *transfer, uint64_t instance)
{
	struct kvmlib_state_item item;
	uint32_t khz;

	if (!transfer->passed || !kvmlib__state_find(transfer->state, "tsc-khz", instance, &item))
		return 0;
	memcpy(&khz, item.data, sizeof(khz));
	return ticks_of(transfer->passed, khz);
}

/*
 * Linux before 6.7 takes what is less than a second from where the VM's counters are for an attempt to
 * have them alike, and leaves them: a guest that is restored into a VM as young as itself would jump. So
 * the first vCPU's is sent far away before. The others' are to be alike.
 */
int kvmlib__put_tsc(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
		    const struct kvmlib_state_item *item)
{
	struct kvm_msr_entry entries[2] = { { .index = KVMLIB__MSR_TSC },
					    { .index = KVMLIB__MSR_TSC } };
	const bool is_first = vcpu == transfer->plan->vcpus[0];
	uint64_t value;

	if (!kvmlib__msr_of(item, KVMLIB__MSR_TSC, &value))
		return 0;
	entries[1].data = value + ticks_passed(transfer, item->instance);
	entries[0].data = entries[1].data + FAR_AWAY;
	return is_first ? kvmlib__write_msrs(transfer, vcpu, entries, 2)
			: kvmlib__write_msrs(transfer, vcpu, &entries[1], 1);
}

int64_t kvmlib__get_tsc_offset(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
			       void *data, size_t room)
{
	int r = kvmlib_vcpu_get_device_attr_u64(vcpu, KVMLIB_VCPU_TSC_CTRL, KVMLIB_VCPU_TSC_OFFSET,
						data);

	(void)transfer;
	return r < 0 ? r : (int64_t)room;
}

static uint64_t offset_in(const struct kvmlib_state_item *item)
{
	uint64_t offset;

	memcpy(&offset, item->data, sizeof(offset));
	return offset;
}

/* As far from the first vCPU's counter as it was. */
int kvmlib__put_tsc_offset(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
			   const struct kvmlib_state_item *item)
{
	struct kvmlib_vcpu *first = transfer->plan->vcpus[0];
	struct kvmlib_state_item firsts;
	uint64_t offset;
	int r;

	if (vcpu == first || !kvmlib__state_find(transfer->state, item->name, first->id, &firsts))
		return 0;
	r = kvmlib_vcpu_get_device_attr_u64(first, KVMLIB_VCPU_TSC_CTRL, KVMLIB_VCPU_TSC_OFFSET,
					    &offset);
	if (r < 0)
		return r;
	offset += offset_in(item) - offset_in(&firsts);
	return kvmlib_vcpu_set_device_attr(vcpu, KVMLIB_VCPU_TSC_CTRL, KVMLIB_VCPU_TSC_OFFSET,
					   &offset);
}

/* The deadline */

static bool waits_for_deadline(const struct kvmlib__transfer *transfer, uint64_t instance)
{
	struct kvmlib_state_item lapic;
	uint32_t lvtt;

	if (!kvmlib__state_find(transfer->state, "lapic", instance, &lapic))
		return false;
	memcpy(&lvtt, (const uint8_t *)lapic.data + APIC_LVTT, sizeof(lvtt));
	return (lvtt & (LVTT_MODE | LVTT_MASKED)) == LVTT_TSC_DEADLINE;
}

/*
 * None, of a timer that waits for one, may mean that it has passed and the interrupt was not seen yet:
 * then one of now makes it fire.
 */
int kvmlib__put_tsc_deadline(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
			     const struct kvmlib_state_item *item)
{
	uint64_t deadline;

	if (!kvmlib__msr_of(item, KVMLIB__MSR_TSC_DEADLINE, &deadline))
		return 0;
	if (!deadline && !(transfer->flags & KVMLIB_STATE_KEEP_DEADLINE) &&
	    waits_for_deadline(transfer, item->instance))
		kvmlib__msr_of(item, KVMLIB__MSR_TSC, &deadline);
	return kvmlib__write_msr(transfer, vcpu, KVMLIB__MSR_TSC_DEADLINE, deadline);
}

/* Time that has passed */

/* How long ago it was saved; the check has found that it can be told. */
int kvmlib__state_ask_time(struct kvmlib__transfer *transfer)
{
	struct kvmlib_clock_data now;
	struct kvmlib_state_item item;
	const struct kvmlib_clock_data *saved;
	int r;

	if (!(transfer->flags & KVMLIB_STATE_REALTIME) ||
	    !kvmlib__state_find(transfer->state, "clock", KVMLIB_STATE_VM, &item))
		return 0;
	saved = item.data;
	r = kvmlib_vm_get_clock(transfer->plan->vm, &now);
	if (r < 0) {
		kvmlib__error_amend(transfer->function, "clock");
		return r;
	}
	if (now.flags & saved->flags & KVMLIB_CLOCK_REALTIME && now.realtime > saved->realtime)
		transfer->passed = now.realtime - saved->realtime;
	return 0;
}

#else
/* A file must not be empty. */
typedef int kvmlib__no_clocks;
#endif
