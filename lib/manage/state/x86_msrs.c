/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Model specific registers: which there are, and in which order they are set. */
#include "x86.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../../base/msr_tables.h"

#if defined(__x86_64__)

#define MSR_FIXED_CTR_CTRL 0x38dU
#define MSR_GLOBAL_CTRL	   0x38fU

/* Reading */

static void put_indices(struct kvm_msr_entry *entries, const uint32_t *indices, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		entries[i] = (struct kvm_msr_entry){ .index = indices[i] };
}

static void take_indices(struct kvmlib_state_plan *plan, const struct kvm_msr_entry *entries,
			 uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		plan->msrs[i] = entries[i].index;
	plan->nr_msrs = n;
}

size_t kvmlib__room_of_msrs(const struct kvmlib_state_plan *plan, struct kvmlib_vcpu *vcpu)
{
	(void)vcpu;
	return plan->nr_msrs * sizeof(struct kvm_msr_entry);
}

/* What a vCPU has not, none has: the next time it is not asked for. */
int64_t kvmlib__get_msrs(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu, void *data,
			 size_t room)
{
	struct kvmlib_state_plan *plan = transfer->plan;
	uint32_t n = (uint32_t)(room / sizeof(struct kvm_msr_entry));
	int64_t left;

	put_indices(data, plan->msrs, n);
	left = kvmlib__get_msrs_there(vcpu, data, n);
	if (left >= 0 && left < n)
		take_indices(plan, data, (uint32_t)left);
	return left < 0 ? left : left * (int64_t)sizeof(struct kvm_msr_entry);
}

/* Which there are */

static bool has_index(const uint32_t *list, uint32_t n, uint32_t index)
{
	for (uint32_t i = 0; i < n; i++)
		if (list[i] == index)
			return true;
	return false;
}

/* KVM's list, and what it has beside. */
static int merge(struct kvmlib_state_plan *plan, const uint32_t *listed, uint32_t n,
		 const char *function)
{
	plan->msrs = calloc(n + kvmlib__nr_unlisted_msrs, sizeof(*plan->msrs));
	if (!plan->msrs)
		return KVMLIB__NO_MEMORY_IN(function);
	memcpy(plan->msrs, listed, n * sizeof(*listed));
	plan->nr_msrs = n;
	for (size_t i = 0; i < kvmlib__nr_unlisted_msrs; i++)
		if (!has_index(listed, n, kvmlib__unlisted_msrs[i]))
			plan->msrs[plan->nr_msrs++] = kvmlib__unlisted_msrs[i];
	return 0;
}

bool kvmlib__has_msr(const struct kvmlib_state_plan *plan, uint32_t index)
{
	return has_index(plan->msrs, plan->nr_msrs, index);
}

int kvmlib__learn_msrs(struct kvmlib_state_plan *plan, const char *function)
{
	uint32_t *listed, n;
	int r = kvmlib_system_get_msr_index_list_alloc(plan->vm->system, &listed, &n);

	if (r < 0) {
		kvmlib__error_amend(function, NULL);
		return r;
	}
	r = merge(plan, listed, n, function);
	free(listed);
	return r;
}

/* Writing */

static int refused(const struct kvmlib__transfer *transfer, const struct kvmlib_vcpu *vcpu,
		   const struct kvm_msr_entry *entry)
{
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = transfer->function,
		.call = "KVM_SET_MSRS",
		.cause = KVMLIB_CAUSE_MSR_REFUSED,
		.errnum = -EINVAL,
		KVMLIB__VALUES(KVMLIB__VALUE(VCPU_ID, vcpu->id),
			       KVMLIB__VALUE(MSR, entry->index)) });
}

/* Kernels know ever more registers: one that holds nothing is not missed. */
bool kvmlib__is_msr_missed(const struct kvmlib_state_plan *plan, const struct kvm_msr_entry *entry)
{
	return entry->data && !kvmlib__has_msr(plan, entry->index);
}

/* What can't be written may be right already: some registers tell what the vCPU can do. */
bool kvmlib__is_msr_right(struct kvmlib_vcpu *vcpu, const struct kvm_msr_entry *entry)
{
	struct kvm_msr_entry now = { .index = entry->index };

	return kvmlib_vcpu_get_msrs(vcpu, &now, 1) == 1 && now.data == entry->data;
}

static bool may_be_left(const struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
			const struct kvm_msr_entry *entry)
{
	bool is_here = kvmlib__has_msr(transfer->plan, entry->index);

	return transfer->allow & KVMLIB_STATE_MSR || (!entry->data && !is_here) ||
	       kvmlib__is_msr_right(vcpu, entry);
}

/* Nobody can set what KVM refuses to set to what it is: it costs two calls each time. */
static void note_fixed(const struct kvmlib__transfer *transfer, uint32_t index)
{
	struct kvmlib_state_plan *plan = transfer->plan;

	if (transfer->is_reset && plan->nr_fixed < KVMLIB__MAX_FIXED)
		plan->fixed_msrs[plan->nr_fixed++] = index;
}

int kvmlib__write_msrs(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
		       const struct kvm_msr_entry *entries, uint32_t n)
{
	uint32_t done = 0;

	while (done < n) {
		uint32_t asked = n - done < KVMLIB__MSRS_AT_ONCE ? n - done : KVMLIB__MSRS_AT_ONCE;
		int r = kvmlib_vcpu_set_msrs(vcpu, entries + done, asked);

		if (r < 0)
			return r;
		done += (uint32_t)r;
		if ((uint32_t)r == asked)
			continue;
		if (!may_be_left(transfer, vcpu, &entries[done]))
			return refused(transfer, vcpu, &entries[done]);
		note_fixed(transfer, entries[done].index);
		done++;
	}
	return 0;
}

int kvmlib__write_msr(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu, uint32_t index,
		      uint64_t value)
{
	return kvmlib__write_msrs(
		transfer, vcpu, &(const struct kvm_msr_entry){ .index = index, .data = value }, 1);
}

bool kvmlib__msr_of(const struct kvmlib_state_item *item, uint32_t index, uint64_t *ret_value)
{
	const struct kvm_msr_entry *entries = item->data;

	for (size_t i = 0; i < item->length / sizeof(*entries); i++)
		if (entries[i].index == index) {
			*ret_value = entries[i].data;
			return true;
		}
	return false;
}

int kvmlib__put_feature_control(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
				const struct kvmlib_state_item *item)
{
	uint64_t value;

	if (!kvmlib__msr_of(item, KVMLIB__MSR_FEATURE_CONTROL, &value))
		return 0;
	return kvmlib__write_msr(transfer, vcpu, KVMLIB__MSR_FEATURE_CONTROL, value);
}

static bool has_step_of_its_own(uint32_t index)
{
	return index == KVMLIB__MSR_TSC || index == KVMLIB__MSR_FEATURE_CONTROL ||
	       index == KVMLIB__MSR_TSC_DEADLINE;
}

/* These let the counters of the PMU run. */
static bool is_pmu_control(uint32_t index)
{
	return index == MSR_FIXED_CTR_CTRL || index == MSR_GLOBAL_CTRL;
}

/* As many as one call takes are collected. */
struct batch {
	struct kvmlib__transfer *transfer;
	struct kvmlib_vcpu *vcpu;
	uint32_t n;
	struct kvm_msr_entry entries[KVMLIB__MSRS_AT_ONCE];
};

static int flush(struct batch *batch)
{
	uint32_t n = batch->n;

	batch->n = 0;
	return kvmlib__write_msrs(batch->transfer, batch->vcpu, batch->entries, n);
}

static int add(struct batch *batch, uint32_t index, uint64_t data)
{
	batch->entries[batch->n++] = (struct kvm_msr_entry){ .index = index, .data = data };
	return batch->n < KVMLIB__MSRS_AT_ONCE ? 0 : flush(batch);
}

static bool is_left(const struct kvmlib__transfer *transfer, uint32_t index)
{
	return has_step_of_its_own(index) ||
	       (transfer->is_reset &&
		has_index(transfer->plan->fixed_msrs, transfer->plan->nr_fixed, index));
}

/* The PMU's controls, or all others; with values of 0 where a mask is 0. */
static int add_all(struct batch *batch, const struct kvmlib_state_item *item, bool controls,
		   uint64_t mask)
{
	const struct kvm_msr_entry *entries = item->data;
	int r = 0;

	for (size_t i = 0; !r && i < item->length / sizeof(*entries); i++)
		if (!is_left(batch->transfer, entries[i].index) &&
		    is_pmu_control(entries[i].index) == controls)
			r = add(batch, entries[i].index, entries[i].data & mask);
	return r;
}

/* Counters are stopped, then set, and go on last. */
int kvmlib__put_msrs(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
		     const struct kvmlib_state_item *item)
{
	struct batch batch;
	int r;

	batch.transfer = transfer;
	batch.vcpu = vcpu;
	batch.n = 0;
	r = add_all(&batch, item, true, 0);
	if (!r)
		r = add_all(&batch, item, false, UINT64_MAX);
	if (!r)
		r = add_all(&batch, item, true, UINT64_MAX);
	return r ? r : flush(&batch);
}

/* Registers that make KVM write to guest memory as they are set: clocks, and pages of Hyper-V's. */
static bool writes_memory(const struct kvm_msr_entry *entry)
{
	static const uint32_t indices[] = { 0x11, 0x4b564d00, 0x40000000, 0x40000001, 0x40000073 };

	return entry->data &&
	       has_index(indices, sizeof(indices) / sizeof(indices[0]), entry->index);
}

bool kvmlib__state_writes_memory(const struct kvmlib_state_plan *plan,
				 const struct kvmlib_state *state)
{
	struct kvmlib_state_item item;

	for (size_t i = 0; i < plan->nr_vcpus; i++) {
		if (!kvmlib__state_find(state, "msrs", plan->vcpus[i]->id, &item))
			continue;
		for (size_t j = 0; j < item.length / sizeof(struct kvm_msr_entry); j++)
			if (writes_memory((const struct kvm_msr_entry *)item.data + j))
				return true;
	}
	return false;
}

#else
/* A file must not be empty. */
typedef int kvmlib__no_msrs;
#endif
