/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Changes: what shall become of regions, collected. */
#include "memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM 8U

int kvmlib__change_new(struct kvmlib_memory *memory, const char *function,
		       struct kvmlib_memory_change **ret_change)
{
	struct kvmlib_memory_change *change = calloc(1, sizeof(*change));

	if (!change)
		return KVMLIB__NO_MEMORY_IN(function);
	change->memory = kvmlib_memory_ref(memory);
	*ret_change = change;
	return 0;
}

int kvmlib_memory_begin(struct kvmlib_memory *memory, struct kvmlib_memory_change **ret_change)
{
	if (!memory || !ret_change)
		return KVMLIB__NULL_ARGUMENT(memory ? 2 : 1);
	KVMLIB__REFUSE_FORKED(memory->vm);
	return kvmlib__change_new(memory, __func__, ret_change);
}

void kvmlib_memory_change_abort(struct kvmlib_memory_change *change)
{
	if (!change)
		return;
	for (size_t i = 0; i < change->nr_ops; i++)
		kvmlib__region_unref(change->ops[i].region);
	kvmlib_memory_unref(change->memory);
	free(change->ops);
	free(change);
}

static int make_room(struct kvmlib_memory_change *change)
{
	size_t room = change->room ? change->room * 2 : FIRST_ROOM;
	struct kvmlib__memory_op *ops;

	if (change->nr_ops < change->room)
		return 0;
	ops = reallocarray(change->ops, room, sizeof(*ops));
	if (!ops)
		return -ENOMEM;
	change->ops = ops;
	change->room = room;
	return 0;
}

/* There must be room. */
static struct kvmlib__memory_op *append(struct kvmlib_memory_change *change,
					struct kvmlib_memory_region *region)
{
	struct kvmlib__memory_op *op = &change->ops[change->nr_ops++];

	memset(op, 0, sizeof(*op));
	op->region = region;
	return op;
}

static int add(struct kvmlib_memory_change *change, const struct kvmlib_memory_region_opts *opts,
	       const char *function, struct kvmlib_memory_region **ret_region)
{
	struct kvmlib_memory_region *region;
	struct kvmlib__memory_op *op = NULL;
	int r;

	if (make_room(change) < 0)
		return KVMLIB__NO_MEMORY_IN(function);
	r = kvmlib__region_new(change->memory, opts, function, &region);
	if (r < 0)
		return r;
	op = append(change, region);
	op->is_new = true;
	op->has_gpa = true;
	op->has_flags = true;
	op->to = region->place;
	if (ret_region)
		*ret_region = region;
	return 0;
}

int kvmlib_memory_change_add(struct kvmlib_memory_change *change,
			     const struct kvmlib_memory_region_opts *opts,
			     struct kvmlib_memory_region **ret_region)
{
	if (!change || !opts)
		return KVMLIB__NULL_ARGUMENT(change ? 2 : 1);
	KVMLIB__REFUSE_FORKED(change->memory->vm);
	return add(change, opts, __func__, ret_region);
}

static struct kvmlib__memory_op *find_op(const struct kvmlib_memory_change *change,
					 const struct kvmlib_memory_region *region)
{
	for (size_t i = change->nr_ops; i--;)
		if (change->ops[i].region == region)
			return &change->ops[i];
	return NULL;
}

static bool is_there(struct kvmlib_memory_region *region)
{
	struct kvmlib_memory *memory = region->memory;
	bool there;

	pthread_mutex_lock(&memory->lock);
	there = region->state == KVMLIB__REGION_THERE;
	pthread_mutex_unlock(&memory->lock);
	return there;
}

static int new_op(struct kvmlib_memory_change *change, struct kvmlib_memory_region *region,
		  const char *function, struct kvmlib__memory_op **ret_op)
{
	if (!is_there(region))
		return KVMLIB__ABOUT(region, function, -ENOENT, REGION_GONE,
				     KVMLIB__VALUE(ARGUMENT, 2));
	if (make_room(change) < 0)
		return KVMLIB__NO_MEMORY_IN(function);
	*ret_op = append(change, kvmlib__region_ref(region));
	return 0;
}

/* What the change does to a region, so far. */
static int get_op(struct kvmlib_memory_change *change, struct kvmlib_memory_region *region,
		  const char *function, struct kvmlib__memory_op **ret_op)
{
	struct kvmlib__memory_op *op = find_op(change, region);

	if (kvmlib__forked(change->memory->vm))
		return KVMLIB__ABOUT(region, function, -EIO, FORKED, KVMLIB__VALUE(ARGUMENT, 1));
	if (region->memory != change->memory)
		return KVMLIB__ABOUT(region, function, -EINVAL, BAD_ARGUMENT,
				     KVMLIB__VALUE(ARGUMENT, 2));
	if (!op)
		return new_op(change, region, function, ret_op);
	if (op->is_removed)
		return KVMLIB__ABOUT(region, function, -ENOENT, REGION_GONE,
				     KVMLIB__VALUE(ARGUMENT, 2));
	*ret_op = op;
	return 0;
}

int kvmlib_memory_change_remove(struct kvmlib_memory_change *change,
				struct kvmlib_memory_region *region)
{
	struct kvmlib__memory_op *op = NULL;
	int r;

	if (!change || !region)
		return KVMLIB__NULL_ARGUMENT(change ? 2 : 1);
	r = get_op(change, region, __func__, &op);
	if (op)
		op->is_removed = true;
	return r;
}

int kvmlib_memory_change_move(struct kvmlib_memory_change *change,
			      struct kvmlib_memory_region *region, uint64_t gpa)
{
	struct kvmlib__memory_op *op = NULL;
	int r;

	if (!change || !region)
		return KVMLIB__NULL_ARGUMENT(change ? 2 : 1);
	r = kvmlib__region_check_gpa(region, gpa, __func__);
	if (!r)
		r = get_op(change, region, __func__, &op);
	if (!op)
		return r;
	op->to.gpa = gpa;
	op->has_gpa = true;
	return 0;
}

/* The change is to know no more regions than before. */
static void forget_new(struct kvmlib_memory_change *change, size_t nr_before)
{
	while (change->nr_ops > nr_before)
		kvmlib__region_unref(change->ops[--change->nr_ops].region);
}

int kvmlib_memory_change_replace(struct kvmlib_memory_change *change,
				 struct kvmlib_memory_region *region,
				 const struct kvmlib_memory_region_opts *opts,
				 struct kvmlib_memory_region **ret_region)
{
	struct kvmlib__memory_op *op = NULL;
	size_t nr_before;
	size_t index;
	int r;

	if (!change || !region || !opts)
		return KVMLIB__NULL_ARGUMENT(!change ? 1 : region ? 3 : 2);
	KVMLIB__REFUSE_FORKED(change->memory->vm);
	nr_before = change->nr_ops;
	r = get_op(change, region, __func__, &op);
	if (!op)
		return r;
	index = (size_t)(op - change->ops);
	r = add(change, opts, __func__, ret_region);
	if (!r)
		change->ops[index].is_removed = true;
	else
		forget_new(change, nr_before);
	return r;
}

/* A slot with a guest_memfd has neither; a file that can't be written to is a ROM for ever. */
static bool can_have(const struct kvmlib_memory_region *region, uint32_t flags)
{
	bool has_memfd = kvmlib__region_memfd(region) >= 0;

	return !(has_memfd && flags) && (region->is_writable || flags & KVMLIB_MEMORY_READONLY);
}

static int check_flags(const struct kvmlib_memory_region *region, uint32_t flags,
		       const char *function)
{
	if (flags & ~KVMLIB__CHANGEABLE)
		return KVMLIB__ABOUT(region, function, -EINVAL, BAD_ARGUMENT,
				     KVMLIB__VALUE(ARGUMENT, 3), KVMLIB__VALUE(FLAGS, flags));
	if (!can_have(region, flags))
		return KVMLIB__ABOUT(region, function, -EINVAL, REGION_OPTIONS,
				     KVMLIB__VALUE(FLAGS, flags));
	if (flags & KVMLIB_MEMORY_READONLY && !region->memory->has_readonly)
		return KVMLIB__ABOUT(region, function, -EOPNOTSUPP, CAPABILITY_MISSING,
				     KVMLIB__VALUE(CAPABILITY, KVMLIB_CAP_READONLY_MEM));
	return 0;
}

int kvmlib_memory_change_flags(struct kvmlib_memory_change *change,
			       struct kvmlib_memory_region *region, uint32_t flags)
{
	struct kvmlib__memory_op *op = NULL;
	int r;

	if (!change || !region)
		return KVMLIB__NULL_ARGUMENT(change ? 2 : 1);
	r = check_flags(region, flags, __func__);
	if (!r)
		r = get_op(change, region, __func__, &op);
	if (!op)
		return r;
	op->to.flags = flags;
	op->has_flags = true;
	return 0;
}
