/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "internal.h"

#ifdef KVM_PRE_FAULT_MEMORY

static int check_range(const struct kvmlib_sim *sim, const struct kvm_pre_fault_memory *range)
{
	if (range->flags)
		return REFUSE(PRE_FAULT_FLAGS);
	if ((range->gpa | range->size) & (sim->page_size - 1) ||
	    range->gpa + range->size <= range->gpa)
		return REFUSE(PRE_FAULT_RANGE);
	return 0;
}

/* Goes on from slot to slot; that anything was done is a success. */
static int fault_in(const struct sim_vm *vm, struct kvm_pre_fault_memory *range)
{
	unsigned int shift = vm->sim->page_shift;
	const struct sim_slot *slot;
	uint64_t size = range->size;

	while (range->size && (slot = kvmlib__sim_slot_at(vm, range->gpa >> shift))) {
		uint64_t done = ((slot->gfn + slot->npages) << shift) - range->gpa;

		if (done > range->size)
			done = range->size;
		range->gpa += done;
		range->size -= done;
	}
	return range->size < size ? 0 : REFUSE(PRE_FAULT_NO_SLOT);
}

/* What is left of the range is handed back, whatever the answer. */
int kvmlib__sim_pre_fault_memory(const struct sim_call *call)
{
	struct kvm_pre_fault_memory range;
	int r = kvmlib__sim_copy_from_user(&range, call->arg, sizeof(range));
	int copied;

	if (r < 0)
		return r;
	r = check_range(call->sim, &range);
	if (r == 0)
		r = fault_in(call->vm, &range);
	copied = kvmlib__sim_copy_to_user(call->arg, &range, sizeof(range));
	return copied < 0 ? copied : r;
}

#else
/* A file must not be empty. */
typedef int kvmlib__sim_no_pre_fault;
#endif
