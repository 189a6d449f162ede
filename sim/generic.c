/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Calls whose effect is not simulated: the kernel knows them where the facts say so and their
 * capability is announced, reads and writes their argument, and gives back what was set.
 */
#include "internal.h"

#include <string.h>

#include "facts.h"

#define LARGEST_ARGUMENT 8192U

_Static_assert((int)SIM_SYSTEM == KVMLIB__FD_SYSTEM && (int)SIM_VM == KVMLIB__FD_VM &&
		       (int)SIM_VCPU == KVMLIB__FD_VCPU && (int)SIM_DEVICE == KVMLIB__FD_DEVICE,
	       "kinds of descriptors as the facts have them");

static bool is_announced(const struct kvmlib_sim *sim, const struct kvmlib__sim_fact *fact)
{
	for (unsigned int i = 0; i < fact->nr_capabilities; i++)
		if (kvmlib__sim_capability(sim, fact->capabilities[i]))
			return true;
	return fact->nr_capabilities == 0;
}

const struct kvmlib__sim_fact *kvmlib__sim_find_fact(const struct sim_call *call,
						     enum sim_kind kind)
{
	for (size_t i = 0; i < kvmlib__sim_nr_facts; i++) {
		const struct kvmlib__sim_fact *fact = &kvmlib__sim_facts[i];

		if (fact->request == call->request && fact->fds & kind)
			return is_announced(call->sim, fact) ? fact : NULL;
	}
	return NULL;
}

/* The argument as the call leaves it; what was set is kept, and had by its getter. */
static int exchange(const struct sim_call *call, const struct kvmlib__sim_fact *fact,
		    uint8_t *bytes)
{
	if (!call->vm)
		return 0;
	if (fact->setter)
		kvmlib__sim_recall(call, fact->setter, bytes, fact->size);
	else if (fact->reads)
		return kvmlib__sim_keep(call, fact->request, bytes, fact->size);
	return 0;
}

/* No attribute and no capability is there by itself. */
static int refuse_by_argument(const struct sim_call *call, const uint8_t *bytes)
{
	uint32_t capability;

	switch (call->request) {
	case KVM_SET_DEVICE_ATTR:
	case KVM_GET_DEVICE_ATTR:
	case KVM_HAS_DEVICE_ATTR:
		return REFUSE(ATTR_UNKNOWN);
	case KVM_ENABLE_CAP:
		memcpy(&capability, bytes, sizeof(capability));
		return kvmlib__sim_capability(call->sim, capability) ? 0 : REFUSE(CAP_ARGUMENT);
	default:
		return 0;
	}
}

int kvmlib__sim_generic(const struct sim_call *call, const struct kvmlib__sim_fact *fact)
{
	uint8_t bytes[LARGEST_ARGUMENT] = { 0 };
	int r = 0;

	if (fact->reads)
		r = kvmlib__sim_copy_from_user(bytes, call->arg, fact->size);
	if (r == 0)
		r = refuse_by_argument(call, bytes);
	if (r == 0 && fact->size)
		r = exchange(call, fact, bytes);
	if (r == 0 && fact->writes)
		r = kvmlib__sim_copy_to_user(call->arg, bytes, fact->size);
	return r;
}
