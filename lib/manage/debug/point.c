/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Breakpoints and watchpoints. */
#include "debug.h"

#include <errno.h>
#include <stdlib.h>

struct kvmlib__point *kvmlib__point_at(const struct kvmlib_debug *debug, uint32_t kind,
				       uint64_t address)
{
	struct kvmlib__point *point = debug->points;

	while (point && (point->kind != kind || point->address != address))
		point = point->next;
	return point;
}

struct kvmlib__point *kvmlib__point_of(const struct kvmlib_debug *debug, uint32_t number)
{
	struct kvmlib__point *point = debug->points;

	while (point && (point->kind == KVMLIB_DEBUG_SOFTWARE || point->number != number))
		point = point->next;
	return point;
}

/* The instructions of software breakpoints */

/* What is there is learnt by the exchange itself: the guest may write, too. */
int kvmlib__point_put(const struct kvmlib_debug *debug, struct kvmlib__point *point,
		      const char *function)
{
	uint64_t there = 0;
	int r;

	do
		r = kvmlib_memory_compare_exchange(debug->reader, point->address, 1, &there,
						   KVMLIB__INT3);
	while (!r);
	point->is_in_memory = r > 0;
	if (r < 0) {
		kvmlib__error_amend(function, NULL);
		return r;
	}
	point->original = (uint8_t)there;
	return 0;
}

/* Where memory has gone, or has something else in it, there is nothing to be put back. */
void kvmlib__point_take(const struct kvmlib_debug *debug, struct kvmlib__point *point)
{
	const struct kvmlib__record record = kvmlib__error_save();
	uint64_t there = KVMLIB__INT3;

	if (point->is_in_memory)
		kvmlib_memory_compare_exchange(debug->reader, point->address, 1, &there,
					       point->original);
	point->is_in_memory = false;
	kvmlib__error_restore(&record);
}

/* Adding */

static int refuse(const struct kvmlib__point *point, int errnum, uint32_t cause,
		  const char *function)
{
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = function,
		.cause = cause,
		.errnum = errnum,
		KVMLIB__VALUES(KVMLIB__VALUE(ADDRESS, point->address),
			       KVMLIB__VALUE(SIZE, point->length)) });
}

static bool is_instruction(uint32_t kind)
{
	return kind == KVMLIB_DEBUG_SOFTWARE || kind == KVMLIB_DEBUG_HARDWARE;
}

static bool can_be(const struct kvmlib__point *point)
{
	if (is_instruction(point->kind))
		return point->length == 1;
	if (point->kind != KVMLIB_DEBUG_WRITES && point->kind != KVMLIB_DEBUG_ACCESSES)
		return false;
	return (point->length == 1 || point->length == 2 || point->length == 4 ||
		point->length == 8) &&
	       !(point->address % point->length);
}

static bool take_register(const struct kvmlib_debug *debug, struct kvmlib__point *point)
{
	point->number = 0;
	while (point->number < KVMLIB__DEBUG_REGISTERS && kvmlib__point_of(debug, point->number))
		point->number++;
	return point->number < KVMLIB__DEBUG_REGISTERS;
}

static int make_effective(const struct kvmlib_debug *debug, struct kvmlib__point *point,
			  const char *function)
{
	if (point->kind == KVMLIB_DEBUG_SOFTWARE)
		return debug->reader ? kvmlib__point_put(debug, point, function)
				     : refuse(point, -EFAULT, KVMLIB_CAUSE_NOT_MEMORY, function);
	return take_register(debug, point)
		       ? 0
		       : refuse(point, -ENOSPC, KVMLIB_CAUSE_POINTS_FULL, function);
}

static struct kvmlib__point **find(struct kvmlib_debug *debug, const struct kvmlib__point *model)
{
	struct kvmlib__point **place = &debug->points;

	while (*place && ((*place)->kind != model->kind || (*place)->address != model->address ||
			  (*place)->length != model->length))
		place = &(*place)->next;
	return place;
}

static int add(struct kvmlib_debug *debug, const struct kvmlib__point *model, const char *function)
{
	struct kvmlib__point *point;
	int r;

	if (*find(debug, model))
		return refuse(model, -EEXIST, KVMLIB_CAUSE_POINT_EXISTS, function);
	point = malloc(sizeof(*point));
	if (!point)
		return KVMLIB__NO_MEMORY_IN(function);
	*point = *model;
	r = make_effective(debug, point, function);
	if (r < 0) {
		free(point);
		return r;
	}
	point->next = debug->points;
	debug->points = point;
	return 0;
}

int kvmlib_debug_add(struct kvmlib_debug *debug, uint32_t kind, uint64_t address, uint32_t length)
{
	const struct kvmlib__point model = { .address = address, .kind = kind, .length = length };
	int r;

	if (!debug)
		return KVMLIB__NULL_ARGUMENT(1);
	KVMLIB__REFUSE_FORKED(debug->vm);
	if (!can_be(&model))
		return refuse(&model, -EINVAL, KVMLIB_CAUSE_BAD_ARGUMENT, __func__);
	pthread_mutex_lock(&debug->lock);
	r = add(debug, &model, __func__);
	pthread_mutex_unlock(&debug->lock);
	return r;
}

int kvmlib_debug_remove(struct kvmlib_debug *debug, uint32_t kind, uint64_t address,
			uint32_t length)
{
	const struct kvmlib__point model = { .address = address, .kind = kind, .length = length };
	struct kvmlib__point **place, *point;

	if (!debug)
		return KVMLIB__NULL_ARGUMENT(1);
	KVMLIB__REFUSE_FORKED(debug->vm);
	pthread_mutex_lock(&debug->lock);
	place = find(debug, &model);
	point = *place;
	if (point) {
		*place = point->next;
		kvmlib__point_take(debug, point);
	}
	pthread_mutex_unlock(&debug->lock);
	if (!point)
		return refuse(&model, -ENOENT, KVMLIB_CAUSE_POINT_ABSENT, __func__);
	free(point);
	return 0;
}
