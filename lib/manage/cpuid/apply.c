/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A vCPU becomes what a table says. */
#include "topology.h"

#include <errno.h>
#include <stdlib.h>

#include <kvmlib/cpuid_hyperv.h>
#include <kvmlib/x86_cpuid.h>
#include <kvmlib/x86_msr.h>

#include "../../base/host_tables.h"
#include "../../core/cap.h"

/* What a failure has left, as its record tells. */
enum outcome { UNTOUCHED, AS_BEFORE, HALF_DONE };

/* What a vCPU is given, and what it had. */
struct application {
	struct kvmlib_vcpu *vcpu;
	const char *function;
	struct kvmlib_cpuid cpuid;
	struct kvm_cpuid_entry2 entries[KVMLIB_CPUID_MAX_LEAVES];
	struct kvm_cpuid_entry2 old_entries[KVMLIB_CPUID_MAX_LEAVES];
	uint32_t nr_entries, nr_old_entries;
	struct kvm_msr_entry old_msrs[KVMLIB_CPUID_MAX_MSRS];
	uint32_t nr_old_msrs;
	bool leaves; /* what KVM refuses, and how many that were */
	int nr_left;
};

static int msr_refused(struct application *to, uint32_t index)
{
	if (to->leaves) {
		to->nr_left++;
		return 0;
	}
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = to->function,
		.call = "KVM_SET_MSRS",
		.cause = KVMLIB_CAUSE_MSR_REFUSED,
		.errnum = -EINVAL,
		KVMLIB__VALUES(KVMLIB__VALUE(VCPU_ID, to->vcpu->id), KVMLIB__VALUE(MSR, index)) });
}

/* One that is as it has to be is left alone, and so is one that is not there and would be 0. */
static int set_msr(struct application *to, const struct kvmlib_cpuid_msr *msr)
{
	const struct kvm_msr_entry wanted = { .index = msr->index, .data = msr->value };
	struct kvm_msr_entry old = { .index = msr->index };
	int r = kvmlib_vcpu_get_msrs(to->vcpu, &old, 1);

	if (r >= 0 && old.data == wanted.data)
		return 0;
	if (r >= 0)
		r = kvmlib_vcpu_set_msrs(to->vcpu, &wanted, 1);
	if (!r)
		return msr_refused(to, msr->index);
	if (r < 0)
		kvmlib__error_amend(to->function, "msrs");
	else
		to->old_msrs[to->nr_old_msrs++] = old;
	return r < 0 ? r : 0;
}

static int set_msrs(struct application *to)
{
	const struct kvmlib_cpuid_msr *msr;
	int r = 0;

	for (size_t i = 0; !r && (msr = kvmlib_cpuid_msr_at(&to->cpuid, i)); i++) {
		const struct kvmlib__feature_msr *facts = kvmlib__feature_msr(msr->index);

		if (facts && facts->is_set)
			r = set_msr(to, msr);
	}
	return r;
}

/* MSRs first, which want their features. */
static enum outcome go_back(struct application *to)
{
	bool done = true;

	for (uint32_t i = to->nr_old_msrs; i-- > 0;)
		done &= kvmlib_vcpu_set_msrs(to->vcpu, &to->old_msrs[i], 1) == 1;
	done &= kvmlib_vcpu_set_cpuid2(to->vcpu, to->old_entries, to->nr_old_entries) >= 0;
	return done ? AS_BEFORE : HALF_DONE;
}

static int failed(int r, enum outcome outcome)
{
	kvmlib__error_add(KVMLIB_VALUE_OUTCOME, outcome);
	return r;
}

static int apply(struct application *to)
{
	struct kvmlib__record record;
	enum outcome outcome;
	int r = kvmlib_vcpu_get_cpuid2(to->vcpu, to->old_entries, KVMLIB_CPUID_MAX_LEAVES,
				       &to->nr_old_entries);

	if (r >= 0)
		r = kvmlib_vcpu_set_cpuid2(to->vcpu, to->entries, to->nr_entries);
	if (r < 0) {
		kvmlib__error_amend(to->function, "cpuid");
		return failed(r, UNTOUCHED);
	}
	r = set_msrs(to);
	if (!r)
		return 0;
	record = kvmlib__error_save();
	outcome = go_back(to);
	kvmlib__error_restore(&record);
	return failed(r, outcome);
}

/* KVM tells a vCPU's x2APIC id by the id that it was made with. */
static int check_id(const struct kvmlib_vcpu *vcpu, uint32_t id, const char *function)
{
	if (vcpu->id == id)
		return 0;
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = function,
		.cause = KVMLIB_CAUSE_CPUID_VCPU_ID,
		.errnum = -EINVAL,
		KVMLIB__VALUES(KVMLIB__VALUE(ARGUMENT, 3), KVMLIB__VALUE(VCPU_ID, vcpu->id),
			       KVMLIB__VALUE(NEEDED, id)) });
}

static int fix_and_apply(struct application *to, const struct kvmlib_cpuid_vcpu *place)
{
	int r = kvmlib_cpuid_fix(&to->cpuid, place);

	if (!r)
		r = kvmlib_cpuid_enable_hyperv(&to->cpuid, to->vcpu, 0);
	if (r < 0) {
		kvmlib__error_amend(to->function, NULL);
		return failed(r, UNTOUCHED);
	}
	kvmlib_cpuid_get_entries(&to->cpuid, to->entries, KVMLIB_CPUID_MAX_LEAVES, &to->nr_entries);
	return apply(to);
}

int kvmlib_cpuid_apply(const struct kvmlib_cpuid *cpuid, const struct kvmlib_cpuid_vcpu *place,
		       struct kvmlib_vcpu *vcpu)
{
	struct kvmlib__place found;
	struct application *to;
	int r;

	if (!cpuid || !place || !vcpu)
		return KVMLIB__NULL_ARGUMENT(!cpuid ? 1 : place ? 3 : 2);
	if (KVMLIB__ELSEWHERE(X86_64))
		return KVMLIB__REFUSE(-EOPNOTSUPP, ARCH_UNSUPPORTED, 3);
	r = kvmlib__cpuid_place(place, 2, __func__, &found);
	if (!r)
		r = check_id(vcpu, found.id, __func__);
	if (r < 0)
		return failed(r, UNTOUCHED);
	to = calloc(1, sizeof(*to));
	if (!to)
		return failed(KVMLIB__NO_MEMORY(), UNTOUCHED);
	to->vcpu = vcpu;
	to->function = __func__;
	to->cpuid = *cpuid;
	to->leaves = found.flags & KVMLIB_CPUID_LEAVE_MSRS;
	r = fix_and_apply(to, place);
	if (!r)
		r = to->nr_left;
	free(to);
	return r;
}
