/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "attrs.h"

#include <errno.h>

#if defined(__aarch64__) || defined(__riscv)

_Static_assert(sizeof(struct kvmlib__saved_attr) == 24, "no padding");

int kvmlib__attr_get(struct kvmlib_device *device, struct kvmlib__saved_attr *attr)
{
	uint32_t value = 0;
	int r;

	if (attr->size == sizeof(attr->value))
		return kvmlib_device_get_attr_u64(device, attr->group, attr->attr, &attr->value);
	r = kvmlib_device_get_attr_u32(device, attr->group, attr->attr, &value);
	attr->value = value;
	return r;
}

int kvmlib__attr_set(struct kvmlib_device *device, const struct kvmlib__saved_attr *attr)
{
	return kvmlib_device_set_attr(device, attr->group, attr->attr, &attr->value);
}

static void append(struct kvmlib__attr_walk *walk, const struct kvmlib__saved_attr *attr)
{
	if (walk->n < walk->room)
		walk->attrs[walk->n] = *attr;
	walk->n++;
}

void kvmlib__attr_put_in(struct kvmlib__attr_walk *walk, uint32_t group, uint64_t attr,
			 uint64_t value)
{
	append(walk, &(const struct kvmlib__saved_attr){ .group = group,
							 .size = sizeof(uint32_t),
							 .attr = walk->of | attr,
							 .value = value });
}

static void take(struct kvmlib__attr_walk *walk, uint32_t group, uint64_t number, uint32_t size)
{
	struct kvmlib__saved_attr attr = { .group = group,
					   .size = size,
					   .attr = walk->of | number };

	if (walk->r < 0)
		return;
	walk->r = walk->attrs ? kvmlib__attr_get(walk->device, &attr) : 0;
	if (!walk->r)
		append(walk, &attr);
}

void kvmlib__attr_take(struct kvmlib__attr_walk *walk, uint32_t group, uint64_t attr)
{
	take(walk, group, attr, sizeof(uint32_t));
}

void kvmlib__attr_take_wide(struct kvmlib__attr_walk *walk, uint32_t group, uint64_t attr)
{
	take(walk, group, attr, sizeof(uint64_t));
}

void kvmlib__attr_take_optional(struct kvmlib__attr_walk *walk, uint32_t group, uint64_t attr)
{
	const struct kvmlib__record before = kvmlib__error_save();

	if (walk->r < 0)
		return;
	take(walk, group, attr, sizeof(uint64_t));
	if (walk->r < 0) {
		kvmlib__error_restore(&before);
		walk->r = 0;
	}
}

/* What can't be asked now fails when it is saved. */
size_t kvmlib__attr_room(void (*take_all)(struct kvmlib__attr_walk *walk,
					  const struct kvmlib_state_plan *plan),
			 const struct kvmlib_state_plan *plan)
{
	const struct kvmlib__record before = kvmlib__error_save();
	struct kvmlib__attr_walk walk = { .n = 0 };

	take_all(&walk, plan);
	kvmlib__error_restore(&before);
	return walk.n * sizeof(struct kvmlib__saved_attr);
}

/* As where the room could not be asked for, and now all can. */
static int changed(void)
{
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.cause = KVMLIB_CAUSE_STATE_CHANGED, .errnum = -EBUSY });
}

int64_t kvmlib__attr_save(void (*take_all)(struct kvmlib__attr_walk *walk,
					   const struct kvmlib_state_plan *plan),
			  const struct kvmlib_state_plan *plan, void *data, size_t room)
{
	struct kvmlib__attr_walk walk = { .attrs = data,
					  .room = room / sizeof(struct kvmlib__saved_attr) };

	take_all(&walk, plan);
	if (walk.r < 0)
		return walk.r;
	return walk.n > walk.room ? changed()
				  : (int64_t)(walk.n * sizeof(struct kvmlib__saved_attr));
}

int kvmlib__attr_each(const struct kvmlib_state_item *item, struct kvmlib_device *device,
		      int (*visit)(struct kvmlib_device *device,
				   const struct kvmlib__saved_attr *attr))
{
	const struct kvmlib__saved_attr *attrs = item->data;
	int r = 0;

	for (size_t i = 0; !r && i < item->length / sizeof(*attrs); i++)
		r = visit(device, &attrs[i]);
	return r;
}

#else
/* A file must not be empty. */
typedef int kvmlib__no_attrs;
#endif
