/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a change makes of the map, and which calls to the kernel bring it there. */
#include "memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int compare(const void *left, const void *right)
{
	const struct kvmlib__placed *a = left;
	const struct kvmlib__placed *b = right;

	if (a->region->space != b->region->space)
		return a->region->space < b->region->space ? -1 : 1;
	return a->place.gpa < b->place.gpa ? -1 : a->place.gpa > b->place.gpa;
}

static uint64_t end_of(const struct kvmlib__placed *placed)
{
	return placed->place.gpa + placed->region->length;
}

size_t kvmlib__first_behind(const struct kvmlib__placed *map, size_t n, uint32_t space,
			    uint64_t gpa)
{
	size_t low = 0;
	size_t high = n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct kvmlib__placed *placed = &map[middle];

		if (placed->region->space > space ||
		    (placed->region->space == space && end_of(placed) > gpa))
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

/* The map as it shall be. */

static bool is_usable(const struct kvmlib__memory_op *op)
{
	return op->region->state == (op->is_new ? KVMLIB__REGION_NEW : KVMLIB__REGION_THERE);
}

/* What a change does not say of a region is as other changes have left it. */
static void complete(struct kvmlib__memory_op *op)
{
	if (!op->has_gpa)
		op->to.gpa = op->region->place.gpa;
	if (!op->has_flags)
		op->to.flags = op->region->place.flags;
}

static int mark(struct kvmlib_memory_change *change, const char *function)
{
	for (size_t i = 0; i < change->nr_ops; i++) {
		if (!is_usable(&change->ops[i]))
			return KVMLIB__ABOUT(change->ops[i].region, function, -ENOENT, REGION_GONE,
					     KVMLIB__VALUE(ARGUMENT, 1));
		complete(&change->ops[i]);
		change->ops[i].region->op = &change->ops[i];
	}
	return 0;
}

static void unmark(struct kvmlib_memory_change *change)
{
	for (size_t i = 0; i < change->nr_ops; i++)
		change->ops[i].region->op = NULL;
}

static void append(struct kvmlib__plan *plan, struct kvmlib_memory_region *region,
		   const struct kvmlib__place *place)
{
	plan->map[plan->nr_regions++] = (struct kvmlib__placed){ region, *place };
}

static void collect(const struct kvmlib_memory *memory, struct kvmlib_memory_change *change,
		    struct kvmlib__plan *plan)
{
	for (size_t i = 0; i < memory->nr_regions; i++)
		if (!memory->map[i].region->op)
			append(plan, memory->map[i].region, &memory->map[i].place);
	for (size_t i = 0; i < change->nr_ops; i++)
		if (!change->ops[i].is_removed)
			append(plan, change->ops[i].region, &change->ops[i].to);
	qsort(plan->map, plan->nr_regions, sizeof(*plan->map), compare);
}

static int overlap(const struct kvmlib__placed *culprit, const struct kvmlib__placed *other,
		   const char *function)
{
	return KVMLIB__ABOUT(culprit->region, function, -EEXIST, REGION_OVERLAP,
			     KVMLIB__VALUE(GPA, culprit->place.gpa),
			     KVMLIB__VALUE(SIZE, culprit->region->length),
			     KVMLIB__VALUE(OTHER_GPA, other->place.gpa),
			     KVMLIB__VALUE(OTHER_SIZE, other->region->length));
}

/* The culprit is one that the change touches. */
static int check_overlaps(const struct kvmlib__plan *plan, const char *function)
{
	for (size_t i = 1; i < plan->nr_regions; i++) {
		const struct kvmlib__placed *left = &plan->map[i - 1];
		const struct kvmlib__placed *right = &plan->map[i];

		if (left->region->space != right->region->space || end_of(left) <= right->place.gpa)
			continue;
		return right->region->op ? overlap(right, left, function)
					 : overlap(left, right, function);
	}
	return 0;
}

/* The calls. */

static void add_step(struct kvmlib__plan *plan, const struct kvmlib__memory_op *op, bool was_there,
		     bool is_there)
{
	plan->steps[plan->nr_steps++] = (struct kvmlib__step){
		.region = op->region,
		.from = op->region->place,
		.to = op->to,
		.was_there = was_there,
		.is_there = is_there,
	};
}

/* KVM has no call for these: the slot must be deleted first. */
static bool must_delete(const struct kvmlib__memory_op *op)
{
	const struct kvmlib_memory_region *region = op->region;
	bool moves = op->to.gpa != region->place.gpa;

	if (op->is_new)
		return false;
	return op->is_removed || (op->to.flags ^ region->place.flags) & KVMLIB_MEMORY_READONLY ||
	       (moves && kvmlib__region_memfd(region) >= 0);
}

static void add_deletions(struct kvmlib_memory_change *change, struct kvmlib__plan *plan)
{
	for (size_t i = 0; i < change->nr_ops; i++) {
		struct kvmlib__memory_op *op = &change->ops[i];

		op->is_done = op->is_new || must_delete(op);
		if (must_delete(op))
			add_step(plan, op, true, false);
	}
}

/* What was deleted to change it, and what is new, comes last: then there is room for all of it. */
static void add_creations(struct kvmlib_memory_change *change, struct kvmlib__plan *plan)
{
	size_t nr_before = plan->nr_steps;

	for (size_t i = 0; i < nr_before; i++) {
		const struct kvmlib__memory_op *op = plan->steps[i].region->op;

		if (!plan->steps[i].is_there && !op->is_removed)
			add_step(plan, op, false, true);
	}
	for (size_t i = 0; i < change->nr_ops; i++)
		if (change->ops[i].is_new && !change->ops[i].is_removed)
			add_step(plan, &change->ops[i], false, true);
}

/* KVM itself takes a slot that moves away first, so that it leaves a hole where it overlaps itself. */
static bool goes_away(const struct kvmlib__step *step)
{
	return step->was_there && (!step->is_there || step->to.gpa != step->from.gpa);
}

static bool leaves_hole(const struct kvmlib__plan *plan, const struct kvmlib__step *step)
{
	const struct kvmlib_memory_region *region = step->region;
	size_t i = kvmlib__first_behind(plan->map, plan->nr_regions, region->space, step->from.gpa);

	return goes_away(step) && i < plan->nr_regions &&
	       plan->map[i].region->space == region->space &&
	       plan->map[i].place.gpa < step->from.gpa + region->length;
}

static int list_calls(const struct kvmlib_memory *memory, struct kvmlib_memory_change *change,
		      struct kvmlib__plan *plan)
{
	int r;

	add_deletions(change, plan);
	r = kvmlib__order_moves(memory, change, plan);
	if (r < 0)
		return r;
	add_creations(change, plan);
	for (size_t i = 0; i < plan->nr_steps; i++)
		plan->needs_hold |= leaves_hole(plan, &plan->steps[i]);
	return 0;
}

/* At most a deletion and a creation for each; one more, for nothing may be 0. */
static int make_room(const struct kvmlib_memory *memory, const struct kvmlib_memory_change *change,
		     struct kvmlib__plan *plan)
{
	plan->map = calloc(memory->nr_regions + change->nr_ops + 1, sizeof(*plan->map));
	plan->steps = calloc(change->nr_ops * 2 + 1, sizeof(*plan->steps));
	return plan->map && plan->steps ? 0 : -ENOMEM;
}

static int make(struct kvmlib_memory *memory, struct kvmlib_memory_change *change,
		struct kvmlib__plan *plan, const char *function)
{
	int r = mark(change, function);

	if (r < 0)
		return r;
	r = make_room(memory, change, plan);
	if (!r) {
		collect(memory, change, plan);
		r = check_overlaps(plan, function);
		if (r < 0)
			return r;
		r = list_calls(memory, change, plan);
	}
	return r < 0 ? KVMLIB__NO_MEMORY_IN(function) : 0;
}

int kvmlib__plan_make(struct kvmlib_memory *memory, struct kvmlib_memory_change *change,
		      struct kvmlib__plan *plan, const char *function)
{
	int r;

	memset(plan, 0, sizeof(*plan));
	r = make(memory, change, plan, function);
	unmark(change);
	if (r < 0)
		kvmlib__plan_free(plan);
	return r;
}

void kvmlib__plan_free(struct kvmlib__plan *plan)
{
	free(plan->map);
	free(plan->steps);
	plan->map = NULL;
	plan->steps = NULL;
}
