/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Commits: the kernel first, then those who look, and then what nobody can see any more. */
#include "memory.h"

#include <errno.h>
#include <stdlib.h>

/* Numbers of slots: those of removed regions are free for new ones. */

static void mark_removed(struct kvmlib_memory *memory, const struct kvmlib_memory_change *change,
			 bool is_used)
{
	for (size_t i = 0; i < change->nr_ops; i++) {
		const struct kvmlib__memory_op *op = &change->ops[i];

		if (op->is_removed && !op->is_new)
			kvmlib__slot_give(memory, op->region->slot, is_used);
	}
}

static bool needs_slot(const struct kvmlib__memory_op *op)
{
	return op->is_new && !op->is_removed;
}

/* Removed regions take their numbers back afterwards: some may have been lent to new ones. */
static void give_slots_back(struct kvmlib_memory *memory, struct kvmlib_memory_change *change)
{
	for (size_t i = 0; i < change->nr_ops; i++) {
		struct kvmlib_memory_region *region = change->ops[i].region;

		if (!needs_slot(&change->ops[i]) || region->slot == KVMLIB__NO_SLOT ||
		    region->state == KVMLIB__REGION_LOST)
			continue;
		kvmlib__slot_give(memory, region->slot, false);
		region->slot = KVMLIB__NO_SLOT;
	}
	mark_removed(memory, change, true);
}

static int take_slots(struct kvmlib_memory *memory, struct kvmlib_memory_change *change,
		      const char *function)
{
	mark_removed(memory, change, false);
	for (size_t i = 0; i < change->nr_ops; i++) {
		struct kvmlib_memory_region *region = change->ops[i].region;

		if (!needs_slot(&change->ops[i]) || kvmlib__slot_take(memory, region) == 0)
			continue;
		give_slots_back(memory, change);
		return KVMLIB__ABOUT(region, function, -ENOSPC, SLOT_LIMIT,
				     KVMLIB__VALUE(LIMIT, memory->end_slot - memory->first_slot));
	}
	return 0;
}

/* Regions that are new want a track where others have one. */
static int add_tracks(struct kvmlib_memory *memory, const struct kvmlib_memory_change *change,
		      const char *function)
{
	if (!memory->tracker)
		return 0;
	for (size_t i = 0; i < change->nr_ops; i++)
		if (needs_slot(&change->ops[i]) &&
		    memory->tracker->add(memory->tracker, change->ops[i].region) < 0)
			return KVMLIB__NO_MEMORY_IN(function);
	return 0;
}

/* The regions as the commit leaves them; references of new ones go to the map. */
static void settle(struct kvmlib_memory *memory, struct kvmlib_memory_change *change,
		   struct kvmlib__plan *plan)
{
	for (size_t i = 0; i < change->nr_ops; i++) {
		struct kvmlib__memory_op *op = &change->ops[i];
		struct kvmlib_memory_region *region = op->region;

		region->place = op->to;
		region->state = op->is_removed ? KVMLIB__REGION_GONE : KVMLIB__REGION_THERE;
		if (op->is_removed)
			region->slot = KVMLIB__NO_SLOT;
		else if (op->is_new)
			kvmlib__region_ref(region);
	}
	for (size_t i = 0; i < plan->nr_steps; i++)
		if (kvmlib__step_loses_log(&plan->steps[i]))
			kvmlib__track_all(plan->steps[i].region);
	free(memory->map);
	memory->map = plan->map;
	memory->nr_regions = plan->nr_regions;
	plan->map = NULL;
}

/* All that can fail comes before the first call to the kernel, but for the calls themselves. */
static int carry_out(struct kvmlib_memory *memory, struct kvmlib_memory_change *change,
		     struct kvmlib__plan *plan, const char *function, struct kvmlib__view **ret_old)
{
	struct kvmlib__view *view = kvmlib__view_new(plan->map, plan->nr_regions);
	int r;

	if (!view)
		return KVMLIB__NO_MEMORY_IN(function);
	r = add_tracks(memory, change, function);
	if (!r)
		r = take_slots(memory, change, function);
	if (!r) {
		r = kvmlib__plan_carry_out(memory, plan, function);
		if (r < 0)
			give_slots_back(memory, change);
	}
	if (r < 0) {
		kvmlib__view_free(view);
		return r;
	}
	settle(memory, change, plan);
	*ret_old = kvmlib__view_publish(memory, view);
	return 0;
}

/* 1: the vCPUs must be held first. */
static int try(struct kvmlib_memory *memory, struct kvmlib_memory_change *change, bool is_held,
	       const char *function, struct kvmlib__view **ret_old)
{
	struct kvmlib__plan plan;
	int r;

	pthread_mutex_lock(&memory->lock);
	r = kvmlib__plan_make(memory, change, &plan, function);
	if (!r && plan.needs_hold && memory->hold && !is_held)
		r = 1;
	else if (!r)
		r = carry_out(memory, change, &plan, function, ret_old);
	pthread_mutex_unlock(&memory->lock);
	kvmlib__plan_free(&plan);
	return r;
}

static int try_held(struct kvmlib_memory *memory, struct kvmlib_memory_change *change,
		    const char *function, struct kvmlib__view **ret_old)
{
	int r = memory->hold(memory->userdata);

	if (r < 0)
		return kvmlib__error_record(&(const struct kvmlib__failure){
			.function = function, .cause = KVMLIB_CAUSE_CANCELLED, .errnum = r });
	r = try(memory, change, true, function, ret_old);
	if (memory->resume)
		memory->resume(memory->userdata);
	return r;
}

static int commit(struct kvmlib_memory *memory, struct kvmlib_memory_change *change,
		  const char *function)
{
	struct kvmlib__view *old = NULL;
	int r = try(memory, change, false, function, &old);

	if (r == 1)
		r = try_held(memory, change, function, &old);
	if (r < 0)
		return r;
	kvmlib__readers_wait(memory);
	kvmlib__view_free(old);
	for (size_t i = 0; i < change->nr_ops; i++)
		if (change->ops[i].is_removed && !change->ops[i].is_new)
			kvmlib__region_unref(change->ops[i].region); /* the map's */
	return 0;
}

int kvmlib__change_commit(struct kvmlib_memory_change *change, const char *function)
{
	struct kvmlib_memory *memory = change->memory;
	struct kvmlib__failure failure = { .function = function };
	int r;

	if (kvmlib__forked(memory->vm)) {
		failure.errnum = -EIO;
		failure.cause = KVMLIB_CAUSE_FORKED;
	} else if (kvmlib__in_reader(memory)) {
		failure.errnum = -EDEADLK;
		failure.cause = KVMLIB_CAUSE_IN_READER;
	}
	r = failure.errnum ? kvmlib__error_record(&failure) : commit(memory, change, function);
	kvmlib_memory_change_abort(change); /* its references are not needed any more */
	return r;
}

int kvmlib_memory_change_commit(struct kvmlib_memory_change *change)
{
	if (!change)
		return KVMLIB__NULL_ARGUMENT(1);
	return kvmlib__change_commit(change, __func__);
}

int kvmlib_memory_add(struct kvmlib_memory *memory, const struct kvmlib_memory_region_opts *opts,
		      struct kvmlib_memory_region **ret_region)
{
	struct kvmlib_memory_region *region;
	struct kvmlib_memory_change *change;
	int r;

	if (!memory || !opts)
		return KVMLIB__NULL_ARGUMENT(memory ? 2 : 1);
	KVMLIB__REFUSE_FORKED(memory->vm);
	r = kvmlib__change_new(memory, __func__, &change);
	if (r < 0)
		return r;
	r = kvmlib_memory_change_add(change, opts, &region);
	if (r < 0) {
		kvmlib__error_amend(__func__, NULL);
		kvmlib_memory_change_abort(change);
		return r;
	}
	r = kvmlib__change_commit(change, __func__);
	if (!r && ret_region)
		*ret_region = region;
	return r;
}

int kvmlib_memory_remove(struct kvmlib_memory *memory, struct kvmlib_memory_region *region)
{
	struct kvmlib_memory_change *change;
	int r;

	if (!memory || !region)
		return KVMLIB__NULL_ARGUMENT(memory ? 2 : 1);
	KVMLIB__REFUSE_FORKED(memory->vm);
	r = kvmlib__change_new(memory, __func__, &change);
	if (r < 0)
		return r;
	r = kvmlib_memory_change_remove(change, region);
	if (r < 0) {
		kvmlib__error_amend(__func__, NULL);
		kvmlib_memory_change_abort(change);
		return r;
	}
	return kvmlib__change_commit(change, __func__);
}
