/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB__STATE_ONEREG_H
#define KVMLIB__STATE_ONEREG_H

#include "plan.h"

/* An item of registers: for each its id, and its value in as many bytes as the id says, or 8. */
size_t kvmlib__room_of_regs(const struct kvmlib_state_plan *plan, struct kvmlib_vcpu *vcpu);
int64_t kvmlib__get_regs(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu, void *data,
			 size_t room);
int kvmlib__put_regs(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
		     const struct kvmlib_state_item *item);
int kvmlib__put_counter(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
			const struct kvmlib_state_item *item);
bool kvmlib__are_regs(const struct kvmlib_state_item *item);

#endif
