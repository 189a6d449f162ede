/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* x86: whether a guest with the processor that a state has may go on here. */
#include "x86.h"

#if defined(__x86_64__)

#include <kvmlib/cpuid_model.h>

#include "../cpuid/cpuid.h"

/* One vCPU's processor, held against the host's. */
struct judgement {
	struct kvmlib__search *search;
	const struct kvmlib_cpuid *host;
	const struct kvmlib_cpuid *own; /* of the first vCPU, as it is now */
	struct kvmlib_cpuid guest;
	uint64_t id;
};

/* The program may give more than KVM tells of, and has to know why: what a vCPU here has is to be had. */
static bool is_here(const struct judgement *judgement, const struct kvmlib_cpuid_lack *lack)
{
	uint32_t here;

	if (lack->reg == KVMLIB_CPUID_MSR)
		return kvmlib__is_msr_right(
			judgement->search->plan->vcpus[0],
			&(const struct kvm_msr_entry){ .index = lack->leaf, .data = lack->guest });
	here = kvmlib__cpuid_register(judgement->own, lack->leaf, lack->subleaf, lack->reg);
	return lack->bit == KVMLIB_CPUID_WHOLE ? here == lack->guest : here >> lack->bit & 1U;
}

static int tell(const struct kvmlib_cpuid_lack *lack, void *userdata)
{
	const struct judgement *judgement = userdata;
	bool is_msr = lack->reg == KVMLIB_CPUID_MSR;

	if (is_here(judgement, lack))
		return 0;
	return kvmlib__state_found(
		judgement->search,
		&(const struct kvmlib_state_problem){
			.item = is_msr ? "msrs" : "cpuid",
			.instance = judgement->id,
			.number = lack->leaf | (uint64_t)lack->subleaf << 32,
			.saved = lack->guest,
			.here = lack->host,
			.lack = lack,
			.kind = is_msr ? KVMLIB_STATE_MSR : KVMLIB_STATE_CPUID });
}

/* Those that the host does not tell of are its lists' business. */
static void take_msrs(struct judgement *judgement, const struct kvmlib_state_item *item)
{
	const struct kvm_msr_entry *entries = item->data;

	for (size_t i = 0; i < item->length / sizeof(*entries); i++)
		if (kvmlib_cpuid_get_msr(judgement->host, entries[i].index))
			kvmlib_cpuid_set_msr(&judgement->guest, entries[i].index, entries[i].data);
}

static int judge(struct judgement *judgement)
{
	const struct kvmlib_state *state = judgement->search->state;
	struct kvmlib_state_item item;

	judgement->guest = (struct kvmlib_cpuid){ 0 };
	if (kvmlib__state_find(state, "cpuid", judgement->id, &item))
		kvmlib__cpuid_take_entries(
			&judgement->guest, item.data,
			(uint32_t)(item.length / sizeof(struct kvm_cpuid_entry2)));
	if (kvmlib__state_find(state, "msrs", judgement->id, &item))
		take_msrs(judgement, &item);
	kvmlib__cpuid_drop_untold_msrs(&judgement->guest);
	return kvmlib_cpuid_verdict(&judgement->guest, judgement->host, tell, judgement);
}

static int get_own(struct kvmlib_vcpu *vcpu, struct kvmlib_cpuid *own)
{
	struct kvm_cpuid_entry2 entries[KVMLIB__MAX_CPUID];
	uint32_t n = 0;
	int r = kvmlib_vcpu_get_cpuid2(vcpu, entries, KVMLIB__MAX_CPUID, &n);

	if (r >= 0)
		kvmlib__cpuid_take_entries(own, entries, n);
	return r;
}

int kvmlib__check_cpuid(struct kvmlib__search *search)
{
	const struct kvmlib_state_plan *plan = search->plan;
	struct kvmlib_cpuid own = { 0 }, *host = NULL;
	struct judgement judgement = { .search = search, .own = &own };
	int r = kvmlib_cpuid_collect(plan->vm->system, NULL, &host);

	if (r >= 0 && plan->nr_vcpus)
		r = get_own(plan->vcpus[0], &own);
	if (r < 0)
		kvmlib__error_amend(search->function, "cpuid");
	judgement.host = host;
	for (size_t i = 0; r >= 0 && i < plan->nr_vcpus; i++) {
		judgement.id = plan->vcpus[i]->id;
		r = judge(&judgement);
	}
	kvmlib_cpuid_free(host);
	return r < 0 ? r : 0;
}

#else
/* A file must not be empty. */
typedef int kvmlib__no_cpuid;
#endif
