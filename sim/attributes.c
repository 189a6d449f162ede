/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Attributes of guest memory: a plain VM has none to set, and may still clear them all. */
#include "internal.h"

#ifdef KVM_SET_MEMORY_ATTRIBUTES

static bool range_ok(const struct kvmlib_sim *sim, const struct kvm_memory_attributes *args)
{
	uint64_t in_page = sim->page_size - 1;

	if (!args->size || args->address + args->size < args->address)
		return false;
	return !((args->address | args->size) & in_page);
}

int kvmlib__sim_set_memory_attributes(const struct sim_call *call)
{
	struct kvm_memory_attributes args;
	int known = kvmlib__sim_capability(call->sim, KVMLIB_CAP_MEMORY_ATTRIBUTES);
	int r = kvmlib__sim_copy_from_user(&args, call->arg, sizeof(args));

	if (r < 0)
		return r;
	if (args.flags || args.attributes & ~(uint64_t)known)
		return REFUSE(ATTRIBUTES);
	return range_ok(call->sim, &args) ? 0 : REFUSE(ATTRIBUTES_RANGE);
}

#else
/* A file must not be empty. */
typedef int kvmlib__sim_no_attributes;
#endif
