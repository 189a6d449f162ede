/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Moves in an order in which none meets a slot that has not moved away yet. Where each takes the
 * place of the next, in a circle, one has to be deleted first and made again last.
 */
#include "memory.h"

#include <errno.h>
#include <stdlib.h>

struct order {
	const struct kvmlib_memory *memory;
	struct kvmlib__plan *plan;
	struct kvmlib__memory_op **ready; /* moves that nothing blocks, in order */
	size_t nr_ready;
	size_t nr_emitted;
	uint32_t walks; /* that looked for a circle, so far */
};

static bool is_move(const struct kvmlib__memory_op *op)
{
	return op && !op->is_done && op->to.gpa != op->region->place.gpa;
}

/*
 * The next move in a sorted map, from index *i on, whose place there overlaps a region at gpa; NULL
 * if there are no more.
 */
static struct kvmlib__memory_op *next_move(const struct kvmlib__placed *map, size_t n, size_t *i,
					   const struct kvmlib_memory_region *region, uint64_t gpa)
{
	for (; *i < n && map[*i].region->space == region->space &&
	       map[*i].place.gpa < gpa + region->length;
	     ++*i) {
		struct kvmlib__memory_op *op = map[*i].region->op;

		if (map[*i].region != region && is_move(op)) {
			++*i;
			return op;
		}
	}
	return NULL;
}

/* Calls each for the moves that are in the way of one, and for those that one is in the way of. */

static struct kvmlib__memory_op *next_blocker(const struct order *order,
					      const struct kvmlib__memory_op *op, size_t *i)
{
	const struct kvmlib_memory *memory = order->memory;

	if (*i == SIZE_MAX)
		*i = kvmlib__first_behind(memory->map, memory->nr_regions, op->region->space,
					  op->to.gpa);
	return next_move(memory->map, memory->nr_regions, i, op->region, op->to.gpa);
}

static struct kvmlib__memory_op *next_blocked(const struct order *order,
					      const struct kvmlib__memory_op *op, size_t *i)
{
	const struct kvmlib__plan *plan = order->plan;
	uint64_t gpa = op->region->place.gpa;

	if (*i == SIZE_MAX)
		*i = kvmlib__first_behind(plan->map, plan->nr_regions, op->region->space, gpa);
	return next_move(plan->map, plan->nr_regions, i, op->region, gpa);
}

static void count_blockers(const struct order *order, struct kvmlib__memory_op *op)
{
	size_t i = SIZE_MAX;

	for (op->blockers = 0; next_blocker(order, op, &i);)
		op->blockers++;
}

/* The place of a move is free now. */
static void free_place(struct order *order, struct kvmlib__memory_op *op)
{
	struct kvmlib__memory_op *blocked;
	size_t i = SIZE_MAX;

	op->is_done = true;
	while ((blocked = next_blocked(order, op, &i)))
		if (!--blocked->blockers)
			order->ready[order->nr_ready++] = blocked;
}

static void emit(struct order *order, const struct kvmlib__memory_op *op, bool is_there)
{
	struct kvmlib__plan *plan = order->plan;

	plan->steps[plan->nr_steps++] = (struct kvmlib__step){
		.region = op->region,
		.from = op->region->place,
		.to = op->to,
		.was_there = true,
		.is_there = is_there,
	};
}

static void emit_ready(struct order *order)
{
	while (order->nr_emitted < order->nr_ready) {
		struct kvmlib__memory_op *op = order->ready[order->nr_emitted++];

		emit(order, op, true);
		free_place(order, op);
	}
}

/* From blocker to blocker: the first that comes up twice is in a circle. */
static struct kvmlib__memory_op *find_circle(struct order *order, struct kvmlib__memory_op *op)
{
	uint32_t walk = ++order->walks;

	while (op->walk != walk) {
		size_t i = SIZE_MAX;
		struct kvmlib__memory_op *blocker = next_blocker(order, op, &i);

		op->walk = walk;
		if (blocker) /* what is left has one */
			op = blocker;
	}
	return op;
}

static void break_circles(struct order *order, struct kvmlib_memory_change *change)
{
	for (size_t i = 0; i < change->nr_ops; i++) {
		while (is_move(&change->ops[i])) {
			struct kvmlib__memory_op *op = find_circle(order, &change->ops[i]);

			emit(order, op, false);
			free_place(order, op);
			emit_ready(order);
		}
	}
}

static void add_flags(struct order *order, struct kvmlib_memory_change *change)
{
	for (size_t i = 0; i < change->nr_ops; i++) {
		const struct kvmlib__memory_op *op = &change->ops[i];

		if (!op->is_done && op->to.flags != op->region->place.flags)
			emit(order, op, true);
	}
}

int kvmlib__order_moves(const struct kvmlib_memory *memory, struct kvmlib_memory_change *change,
			struct kvmlib__plan *plan)
{
	struct order order = { .memory = memory, .plan = plan };

	order.ready = calloc(change->nr_ops + 1, sizeof(struct kvmlib__memory_op *));
	if (!order.ready)
		return -ENOMEM;
	for (size_t i = 0; i < change->nr_ops; i++) {
		change->ops[i].walk = 0;
		if (!is_move(&change->ops[i]))
			continue;
		count_blockers(&order, &change->ops[i]);
		if (!change->ops[i].blockers)
			order.ready[order.nr_ready++] = &change->ops[i];
	}
	emit_ready(&order);
	break_circles(&order, change);
	add_flags(&order, change);
	free(order.ready);
	return 0;
}
