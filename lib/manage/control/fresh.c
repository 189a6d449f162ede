/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a new vCPU is made of, to reset one to.
 *
 * x86 has no call for a reset: the state is read before the program sees the vCPU, and written back in
 * the order that KVM's checks ask for. Elsewhere there is a call, or nothing that could be done.
 */
#include "control.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <kvmlib/kvmlib.h>

#if defined(__x86_64__)

#define MSR_TSC	      0x10U
#define NESTED_HEADER 128U /* all that a vCPU has which runs no guest */

struct kvmlib__fresh {
	struct kvm_regs regs;
	struct kvm_sregs sregs;
	struct kvm_xcrs xcrs;
	struct kvm_debugregs debugregs;
	struct kvmlib_vcpu_events events;
	struct kvm_lapic_state lapic;
	uint8_t nested[NESTED_HEADER];
	uint32_t mp_state;
	bool has_xcrs, has_lapic, has_nested;
	struct kvm_msr_entry *msrs;
	uint32_t nr_msrs;
	size_t xsave_size;
	uint8_t xsave[]; /* the vCPU's, before CPUID can make it larger */
};

/* What the host has and the VM has not is no failure; the record of before is kept. */
static bool has(int (*get)(struct kvmlib_vcpu *vcpu, struct kvmlib__fresh *fresh),
		struct kvmlib_vcpu *vcpu, struct kvmlib__fresh *fresh)
{
	const struct kvmlib__record record = kvmlib__error_save();
	const bool is_there = get(vcpu, fresh) >= 0;

	kvmlib__error_restore(&record);
	return is_there;
}

static int get_xcrs(struct kvmlib_vcpu *vcpu, struct kvmlib__fresh *fresh)
{
	return kvmlib_vcpu_get_xcrs(vcpu, &fresh->xcrs);
}

static int get_lapic(struct kvmlib_vcpu *vcpu, struct kvmlib__fresh *fresh)
{
	return kvmlib_vcpu_get_lapic(vcpu, &fresh->lapic);
}

static int get_nested(struct kvmlib_vcpu *vcpu, struct kvmlib__fresh *fresh)
{
	return kvmlib_vcpu_get_nested_state(vcpu, fresh->nested, sizeof(fresh->nested));
}

static int get_xsave(struct kvmlib_vcpu *vcpu, struct kvmlib__fresh *fresh)
{
	return fresh->xsave_size > 4096
		       ? kvmlib_vcpu_get_xsave2(vcpu, fresh->xsave, fresh->xsave_size)
		       : kvmlib_vcpu_get_xsave(vcpu, fresh->xsave, fresh->xsave_size);
}

static uint32_t min(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static int get_msrs(struct kvmlib_vcpu *vcpu, struct kvmlib__fresh *fresh)
{
	int64_t left = kvmlib__get_msrs_there(vcpu, fresh->msrs, fresh->nr_msrs);

	if (left < 0)
		return (int)left;
	fresh->nr_msrs = (uint32_t)left;
	return 0;
}

/* Those that can't be written are passed over: the guest could not either. */
static int set_msrs(struct kvmlib_vcpu *vcpu, const struct kvmlib__fresh *fresh)
{
	uint32_t done = 0;
	int r;

	while (done < fresh->nr_msrs) {
		r = kvmlib_vcpu_set_msrs(vcpu, &fresh->msrs[done],
					 min(fresh->nr_msrs - done, KVMLIB__MSRS_AT_ONCE));
		if (r < 0)
			return r;
		done += r ? (uint32_t)r : 1;
	}
	return 0;
}

/* The TSC goes on: KVM keeps it in step with the other vCPUs'. */
static int list_msrs(struct kvmlib_system *system, struct kvmlib__fresh *fresh)
{
	uint32_t *indices, nr;
	int r = kvmlib_system_get_msr_index_list_alloc(system, &indices, &nr);

	if (r < 0)
		return r;
	fresh->msrs = calloc(nr ? nr : 1, sizeof(*fresh->msrs));
	for (uint32_t i = 0; fresh->msrs && i < nr; i++)
		if (indices[i] != MSR_TSC)
			fresh->msrs[fresh->nr_msrs++].index = indices[i];
	free(indices);
	return fresh->msrs ? 0 : KVMLIB__NO_MEMORY();
}

static int save(struct kvmlib_vcpu *vcpu, struct kvmlib__fresh *fresh)
{
	int r = list_msrs(vcpu->vm->system, fresh);

	if (!r)
		r = get_msrs(vcpu, fresh);
	if (!r)
		r = kvmlib_vcpu_get_regs(vcpu, &fresh->regs);
	if (!r)
		r = kvmlib_vcpu_get_sregs(vcpu, &fresh->sregs);
	if (!r)
		r = get_xsave(vcpu, fresh);
	if (!r)
		r = kvmlib_vcpu_get_debugregs(vcpu, &fresh->debugregs);
	if (!r)
		r = kvmlib_vcpu_get_vcpu_events(vcpu, &fresh->events);
	if (!r)
		r = kvmlib_vcpu_get_mp_state(vcpu, &fresh->mp_state);
	if (r < 0)
		return r;
	fresh->has_xcrs = has(get_xcrs, vcpu, fresh);
	fresh->has_lapic = has(get_lapic, vcpu, fresh);
	fresh->has_nested = has(get_nested, vcpu, fresh);
	return 0;
}

int kvmlib__fresh_save(struct kvmlib_vcpu *vcpu, struct kvmlib__fresh **ret_fresh)
{
	struct kvmlib__fresh *fresh;
	int size = kvmlib_vcpu_xsave_size(vcpu);
	int r;

	if (size < 0)
		return size;
	fresh = calloc(1, sizeof(*fresh) + (size_t)size);
	if (!fresh)
		return KVMLIB__NO_MEMORY();
	fresh->xsave_size = (size_t)size;
	r = save(vcpu, fresh);
	if (r < 0) {
		kvmlib__fresh_free(fresh);
		return r;
	}
	*ret_fresh = fresh;
	return 0;
}

void kvmlib__fresh_free(struct kvmlib__fresh *fresh)
{
	if (fresh)
		free(fresh->msrs);
	free(fresh);
}

/* Out of what it was in the midst of: steps, a guest's guest, whatever mode. */
static int leave_modes(struct kvmlib_vcpu *vcpu, const struct kvmlib__fresh *fresh)
{
	const struct kvm_guest_debug off = { 0 };
	int r = kvmlib_vcpu_set_signal_mask(vcpu, NULL);

	if (!r)
		r = kvmlib_vcpu_set_guest_debug(vcpu, &off);
	if (!r && fresh->has_nested)
		r = kvmlib_vcpu_set_nested_state(vcpu, fresh->nested, sizeof(fresh->nested));
	return r;
}

int kvmlib__fresh_restore(struct kvmlib_vcpu *vcpu, const struct kvmlib__fresh *fresh)
{
	int r = leave_modes(vcpu, fresh);

	if (!r)
		r = kvmlib_vcpu_set_sregs(vcpu, &fresh->sregs);
	if (!r)
		r = kvmlib_vcpu_set_regs(vcpu, &fresh->regs);
	if (!r)
		r = kvmlib__set_short_xsave(vcpu, fresh->xsave, fresh->xsave_size);
	if (!r && fresh->has_xcrs)
		r = kvmlib_vcpu_set_xcrs(vcpu, &fresh->xcrs);
	if (!r)
		r = kvmlib_vcpu_set_debugregs(vcpu, &fresh->debugregs);
	if (!r && fresh->has_lapic)
		r = kvmlib_vcpu_set_lapic(vcpu, &fresh->lapic);
	if (!r)
		r = set_msrs(vcpu, fresh);
	if (!r)
		r = kvmlib_vcpu_set_vcpu_events(vcpu, &fresh->events);
	if (!r)
		r = kvmlib_vcpu_set_mp_state(vcpu, fresh->mp_state);
	return r;
}

#else

/* arm64: the program's own KVM_ARM_VCPU_INIT, which a new vCPU needs too. s390x: KVM's clear reset. */
struct kvmlib__fresh {
	char nothing;
};

int kvmlib__fresh_save(struct kvmlib_vcpu *vcpu, struct kvmlib__fresh **ret_fresh)
{
	static struct kvmlib__fresh by_a_call;

	(void)vcpu;
	if (KVMLIB__HAS_RESET)
		*ret_fresh = &by_a_call;
	return 0;
}

void kvmlib__fresh_free(struct kvmlib__fresh *fresh)
{
	(void)fresh;
}

int kvmlib__fresh_restore(struct kvmlib_vcpu *vcpu, const struct kvmlib__fresh *fresh)
{
	(void)fresh;
#if defined(__s390x__)
	return kvmlib_vcpu_s390_clear_reset(vcpu);
#else
	return kvmlib_vcpu_set_signal_mask(vcpu, NULL);
#endif
}

#endif
