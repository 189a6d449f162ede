/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A device's attributes in an item, in the order in which they are to be written. */
#ifndef KVMLIB__STATE_ATTRS_H
#define KVMLIB__STATE_ATTRS_H

#include "plan.h"

/* What an attribute of the device holds, as it stands in the item. */
struct kvmlib__saved_attr {
	uint32_t group;
	uint32_t size; /* 4 or 8 bytes */
	uint64_t attr;
	uint64_t value;
};

/* A device on its way into the item; without room, what there is is only counted. */
struct kvmlib__attr_walk {
	struct kvmlib_device *device;
	struct kvmlib__saved_attr *attrs;
	size_t room, n;
	uint64_t of; /* what each number has besides: the vCPU whose registers they are */
	int r;	     /* the first failure, after which nothing is done */
};

/* What is written whatever the device holds: it makes way for what comes after. */
void kvmlib__attr_put_in(struct kvmlib__attr_walk *walk, uint32_t group, uint64_t attr,
			 uint64_t value);
/* What the device holds: in 4 bytes or 8; and a register that some devices have not. */
void kvmlib__attr_take(struct kvmlib__attr_walk *walk, uint32_t group, uint64_t attr);
void kvmlib__attr_take_wide(struct kvmlib__attr_walk *walk, uint32_t group, uint64_t attr);
void kvmlib__attr_take_optional(struct kvmlib__attr_walk *walk, uint32_t group, uint64_t attr);

/* Of steps: how much room a walk wants, and what it has found. */
size_t kvmlib__attr_room(void (*take_all)(struct kvmlib__attr_walk *walk,
					  const struct kvmlib_state_plan *plan),
			 const struct kvmlib_state_plan *plan);
int64_t kvmlib__attr_save(void (*take_all)(struct kvmlib__attr_walk *walk,
					   const struct kvmlib_state_plan *plan),
			  const struct kvmlib_state_plan *plan, void *data, size_t room);

int kvmlib__attr_get(struct kvmlib_device *device, struct kvmlib__saved_attr *attr);
int kvmlib__attr_set(struct kvmlib_device *device, const struct kvmlib__saved_attr *attr);
/* Each attribute of an item, up to the first failure. */
int kvmlib__attr_each(const struct kvmlib_state_item *item, struct kvmlib_device *device,
		      int (*visit)(struct kvmlib_device *device,
				   const struct kvmlib__saved_attr *attr));

#endif
