/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <kvmlib/x86_msr.h>

#include "x86.h"

#include <stdlib.h>
#include <string.h>

/* KVM refuses 256, MAX_IO_MSRS. */
#define MAX_PER_CALL KVMLIB__MSRS_AT_ONCE

/* The kernel wants the entries behind a header; this one lies on the stack. */
union list {
	struct kvm_msrs msrs;
	unsigned char room[sizeof(struct kvm_msrs) + MAX_PER_CALL * sizeof(struct kvm_msr_entry)];
};

static const struct kvmlib__x86_list indices_list = {
	.header = sizeof(struct kvm_msr_list),
	.entry = sizeof(uint32_t),
};

static int get_indices_alloc(const struct kvmlib__x86_call *call, uint32_t **ret_indices,
			     uint32_t *ret_count)
{
	void *indices = NULL;
	int r = kvmlib__x86_list_get_alloc(call, &indices_list, &indices, ret_count);

	if (r >= 0)
		*ret_indices = indices;
	return r;
}

int kvmlib_system_get_msr_index_list(struct kvmlib_system *system, uint32_t *indices,
				     uint32_t capacity, uint32_t *ret_count)
{
	if (!system || !indices || !ret_count)
		return KVMLIB__NULL_ARGUMENT(!system ? 1 : !indices ? 2 : 4);
	return kvmlib__x86_list_get(KVMLIB__X86_SYSTEM_CALL(system, GET_MSR_INDEX_LIST),
				    &indices_list, indices, capacity, ret_count);
}

int kvmlib_system_get_msr_index_list_alloc(struct kvmlib_system *system, uint32_t **ret_indices,
					   uint32_t *ret_count)
{
	if (!system || !ret_indices || !ret_count)
		return KVMLIB__NULL_ARGUMENT(!system ? 1 : !ret_indices ? 2 : 3);
	return get_indices_alloc(KVMLIB__X86_SYSTEM_CALL(system, GET_MSR_INDEX_LIST), ret_indices,
				 ret_count);
}

int kvmlib_system_get_msr_feature_index_list(struct kvmlib_system *system, uint32_t *indices,
					     uint32_t capacity, uint32_t *ret_count)
{
	if (!system || !indices || !ret_count)
		return KVMLIB__NULL_ARGUMENT(!system ? 1 : !indices ? 2 : 4);
	return kvmlib__x86_list_get(KVMLIB__X86_SYSTEM_CALL(system, GET_MSR_FEATURE_INDEX_LIST),
				    &indices_list, indices, capacity, ret_count);
}

int kvmlib_system_get_msr_feature_index_list_alloc(struct kvmlib_system *system,
						   uint32_t **ret_indices, uint32_t *ret_count)
{
	if (!system || !ret_indices || !ret_count)
		return KVMLIB__NULL_ARGUMENT(!system ? 1 : !ret_indices ? 2 : 3);
	return get_indices_alloc(KVMLIB__X86_SYSTEM_CALL(system, GET_MSR_FEATURE_INDEX_LIST),
				 ret_indices, ret_count);
}

static int too_long(const struct kvmlib__x86_call *call, uint32_t count)
{
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = call->function,
		.cause = KVMLIB_CAUSE_MSR_LIST_TOO_LONG,
		.errnum = -E2BIG,
		KVMLIB__VALUES(KVMLIB__VALUE(COUNT, count), KVMLIB__VALUE(LIMIT, MAX_PER_CALL)) });
}

/* One call for some of the entries; got is NULL where the kernel only reads. */
static int exchange(const struct kvmlib__x86_call *call, const struct kvm_msr_entry *entries,
		    struct kvm_msr_entry *got, uint32_t first, uint32_t count)
{
	union list list;
	int r;

	list.msrs.nmsrs = count;
	list.msrs.pad = 0;
	if (count)
		memcpy(list.msrs.entries, entries + first, count * sizeof(entries[0]));
	r = kvmlib__x86_ioctl(call, &list);
	if (r < 0)
		return kvmlib__x86_failed(call, KVMLIB__FAILURE(r, KVMLIB__VALUE(COUNT, count)));
	r = r < (int)count ? r : (int)count;
	if (got && r)
		memcpy(got + first, list.msrs.entries, (size_t)r * sizeof(got[0]));
	return r;
}

static uint32_t at_most_max(uint32_t count)
{
	return count < MAX_PER_CALL ? count : MAX_PER_CALL;
}

static int exchange_some(const struct kvmlib__x86_call *call, const struct kvm_msr_entry *entries,
			 struct kvm_msr_entry *got, uint32_t count)
{
	if (count > MAX_PER_CALL && kvmlib__has_ioctl(call->ioc))
		return too_long(call, count);
	return exchange(call, entries, got, 0, at_most_max(count));
}

/* What a short count means to those who wanted all. */
static int refused(const struct kvmlib__x86_call *call, const struct kvm_msr_entry *entries,
		   uint32_t index)
{
	struct kvmlib__failure *failure = KVMLIB__FAILURE(-EINVAL, KVMLIB__VALUE(INDEX, index),
							  KVMLIB__VALUE(MSR, entries[index].index));

	failure->cause = KVMLIB_CAUSE_MSR_REFUSED;
	return kvmlib__x86_failed(call, failure);
}

static int exchange_all(const struct kvmlib__x86_call *call, const struct kvm_msr_entry *entries,
			struct kvm_msr_entry *got, uint32_t count)
{
	uint32_t done = 0, n;
	int r;

	do {
		n = at_most_max(count - done);
		r = exchange(call, entries, got, done, n);
		if (r < 0)
			return r;
		if ((uint32_t)r < n)
			return refused(call, entries, done + (uint32_t)r);
		done += n;
	} while (done < count);
	return 0;
}

int kvmlib_system_get_msrs(struct kvmlib_system *system, struct kvm_msr_entry *entries,
			   uint32_t count)
{
	if (!system || (!entries && count))
		return KVMLIB__NULL_ARGUMENT(system ? 2 : 1);
	return exchange_some(KVMLIB__X86_SYSTEM_CALL(system, GET_MSRS), entries, entries, count);
}

int kvmlib_system_get_msrs_all(struct kvmlib_system *system, struct kvm_msr_entry *entries,
			       uint32_t count)
{
	if (!system || (!entries && count))
		return KVMLIB__NULL_ARGUMENT(system ? 2 : 1);
	return exchange_all(KVMLIB__X86_SYSTEM_CALL(system, GET_MSRS), entries, entries, count);
}

int kvmlib_vcpu_get_msrs(struct kvmlib_vcpu *vcpu, struct kvm_msr_entry *entries, uint32_t count)
{
	if (!vcpu || (!entries && count))
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	return exchange_some(KVMLIB__X86_VCPU_CALL(vcpu, GET_MSRS), entries, entries, count);
}

int kvmlib_vcpu_get_msrs_all(struct kvmlib_vcpu *vcpu, struct kvm_msr_entry *entries,
			     uint32_t count)
{
	if (!vcpu || (!entries && count))
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	return exchange_all(KVMLIB__X86_VCPU_CALL(vcpu, GET_MSRS), entries, entries, count);
}

int kvmlib_vcpu_set_msrs(struct kvmlib_vcpu *vcpu, const struct kvm_msr_entry *entries,
			 uint32_t count)
{
	if (!vcpu || (!entries && count))
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	return exchange_some(KVMLIB__X86_VCPU_CALL(vcpu, SET_MSRS), entries, NULL, count);
}

int kvmlib_vcpu_set_msrs_all(struct kvmlib_vcpu *vcpu, const struct kvm_msr_entry *entries,
			     uint32_t count)
{
	if (!vcpu || (!entries && count))
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	return exchange_all(KVMLIB__X86_VCPU_CALL(vcpu, SET_MSRS), entries, NULL, count);
}

int64_t kvmlib__get_msrs_there(struct kvmlib_vcpu *vcpu, struct kvm_msr_entry *entries, uint32_t n)
{
	uint32_t done = 0;

	while (done < n) {
		uint32_t asked = at_most_max(n - done);
		int r = kvmlib_vcpu_get_msrs(vcpu, entries + done, asked);

		if (r < 0)
			return r;
		done += (uint32_t)r;
		if ((uint32_t)r == asked)
			continue;
		n--;
		memmove(entries + done, entries + done + 1, (n - done) * sizeof(*entries));
	}
	return n;
}

/* Filters */

#define MAX_FILTERED 0x3000U /* of one range */

size_t kvmlib__msr_bitmap_size(uint32_t nr_msrs)
{
	return nr_msrs <= MAX_FILTERED ? ((size_t)nr_msrs + 63) / 64 * sizeof(uint64_t) : 0;
}

/* 0: KVM refuses it. */
static size_t size_of(const struct kvm_msr_filter *filter)
{
	size_t size = sizeof(*filter);

	for (size_t i = 0; i < sizeof(filter->ranges) / sizeof(filter->ranges[0]); i++) {
		if (filter->ranges[i].nmsrs > MAX_FILTERED)
			return 0;
		size += kvmlib__msr_bitmap_size(filter->ranges[i].nmsrs);
	}
	return size;
}

/* After KVM has read the bitmaps itself: they can be. */
static void pack(struct kvmlib__filter *kept, const struct kvm_msr_filter *filter)
{
	struct kvm_msr_filter *copy = (void *)kept->bytes;
	uint8_t *bitmap = kept->bytes + sizeof(*copy);

	memcpy(copy, filter, sizeof(*copy));
	for (size_t i = 0; i < sizeof(filter->ranges) / sizeof(filter->ranges[0]); i++) {
		size_t size = kvmlib__msr_bitmap_size(filter->ranges[i].nmsrs);
		const void *from;

		memcpy(&from, filter->ranges[i].bitmap, sizeof(from));
		if (size)
			memcpy(bitmap, from, size);
		memset(copy->ranges[i].bitmap, 0, sizeof(copy->ranges[i].bitmap));
		bitmap += size;
	}
}

int kvmlib_vm_x86_set_msr_filter(struct kvmlib_vm *vm, const struct kvm_msr_filter *filter)
{
	struct kvmlib__filter *kept;
	size_t size;
	int r;

	if (!vm || !filter)
		return KVMLIB__NULL_ARGUMENT(vm ? 2 : 1);
	size = size_of(filter);
	kept = kvmlib__filter_new(size);
	if (!kept)
		return KVMLIB__NO_MEMORY();
	r = KVMLIB__VM_IOCTL(vm, X86_SET_MSR_FILTER, filter, KVMLIB__VALUE(FLAGS, filter->flags));
	if (r >= 0 && size) {
		pack(kept, filter);
		kvmlib__filter_publish(vm, KVMLIB__FILTER_MSR, kept);
	} else {
		free(kept);
	}
	return r;
}
