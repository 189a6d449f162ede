/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the tables of steps are written with, on every architecture. */
#ifndef KVMLIB__STATE_STEPS_H
#define KVMLIB__STATE_STEPS_H

#include "plan.h"

#include <string.h>

/* Gets and puts of one struct of the kernel's */

#define GET_OF_VCPU(name)                                                                      \
	static int64_t get_##name(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu, \
				  void *data, size_t room)                                     \
	{                                                                                      \
		int r = kvmlib_vcpu_get_##name(vcpu, data);                                    \
                                                                                               \
		(void)transfer;                                                                \
		return r < 0 ? r : (int64_t)room;                                              \
	}
#define PUT_OF_VCPU(name)                                                                  \
	static int put_##name(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu, \
			      const struct kvmlib_state_item *item)                        \
	{                                                                                  \
		(void)transfer;                                                            \
		return kvmlib_vcpu_set_##name(vcpu, item->data);                           \
	}

static inline int put_mp_state(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
			       const struct kvmlib_state_item *item)
{
	uint32_t state;

	(void)transfer;
	memcpy(&state, item->data, sizeof(state));
	return kvmlib_vcpu_set_mp_state(vcpu, state);
}

/* The rows of the tables */

#define FACTS(name_, after_, direction_, scope_, capability_) \
	.facts = { .size = sizeof(struct kvmlib_state_step),  \
		   .name = (name_),                           \
		   .after = (after_),                         \
		   .direction = KVMLIB_STATE_##direction_,    \
		   .scope = KVMLIB_STATE_##scope_,            \
		   .capability = (capability_) }
#define SAVE_VCPU(name, capability)	  FACTS(name, NULL, SAVING, EACH_VCPU, capability)
#define SAVE_VM(name, capability)	  FACTS(name, NULL, SAVING, ONCE, capability)
#define PUT_VCPU(name, after, capability) FACTS(name, after, RESTORING, EACH_VCPU, capability)
#define PUT_VM(name, after, capability)	  FACTS(name, after, RESTORING, ONCE, capability)

#endif
