/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB__STATE_AIA_H
#define KVMLIB__STATE_AIA_H

#include "plan.h"

size_t kvmlib__room_of_aia(const struct kvmlib_state_plan *plan, struct kvmlib_vcpu *vcpu);
int64_t kvmlib__get_aia(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu, void *data,
			size_t room);
int kvmlib__put_aia(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
		    const struct kvmlib_state_item *item);
bool kvmlib__is_aia(const struct kvmlib_state_item *item);

#endif
