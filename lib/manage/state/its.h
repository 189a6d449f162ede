/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB__STATE_ITS_H
#define KVMLIB__STATE_ITS_H

#include "plan.h"

/* Of each ITS: the values of its registers, in the order in which they are written. */
#define KVMLIB__ITS_REGISTERS 13U
#define KVMLIB__ITS_SIZE      (KVMLIB__ITS_REGISTERS * sizeof(uint64_t))

size_t kvmlib__room_of_its(const struct kvmlib_state_plan *plan, struct kvmlib_vcpu *vcpu);
int64_t kvmlib__get_its(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu, void *data,
			size_t room);
/* What it has mapped until now is forgotten: before the GIC takes its LPIs from tables again. */
int kvmlib__reset_its(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
		      const struct kvmlib_state_item *item);
int kvmlib__put_its(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
		    const struct kvmlib_state_item *item);
int kvmlib__check_its(struct kvmlib__search *search);

#endif
