/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Carrying a plan out: all of its calls to the kernel, or none. */
#include "memory.h"

#include <errno.h>

static int take(struct kvmlib_memory *memory, const struct kvmlib__step *step)
{
	return kvmlib__slot_set(memory, step->region, step->is_there ? &step->to : &step->from,
				step->is_there);
}

static int undo(struct kvmlib_memory *memory, const struct kvmlib__step *step)
{
	if (kvmlib__step_loses_log(step))
		kvmlib__track_all(step->region);
	return kvmlib__slot_set(memory, step->region, step->was_there ? &step->from : &step->to,
				step->was_there);
}

/* The slot stays taken and the memory mapped: the kernel may still have them. */
static void lose(struct kvmlib_memory *memory, struct kvmlib_memory_region *region)
{
	if (region->state == KVMLIB__REGION_LOST)
		return;
	KVMLIB__LOG(&memory->vm->system->log, KVMLIB_LOG_ERROR, "a region of memory is lost",
		    KVMLIB__LOG_TEXT("region", region->name),
		    KVMLIB__LOG_NUMBER("slot", region->slot));
	if (region->state == KVMLIB__REGION_NEW)
		kvmlib__region_ref(region);
	region->state = KVMLIB__REGION_LOST;
	region->next_lost = memory->lost;
	memory->lost = region;
	kvmlib__view_lose(atomic_load(&memory->view), region);
}

/* The map's reference goes over to the list of the lost. */
static void forget_lost(struct kvmlib_memory *memory)
{
	size_t kept = 0;

	for (size_t i = 0; i < memory->nr_regions; i++)
		if (memory->map[i].region->state != KVMLIB__REGION_LOST)
			memory->map[kept++] = memory->map[i];
	memory->nr_regions = kept;
}

static int undo_all(struct kvmlib_memory *memory, const struct kvmlib__step *steps, size_t n)
{
	const struct kvmlib__step *first = NULL;

	while (n--) {
		if (undo(memory, &steps[n]) >= 0)
			continue;
		lose(memory, steps[n].region);
		first = first ? first : &steps[n];
	}
	if (!first)
		return 0;
	forget_lost(memory);
	return KVMLIB__ABOUT(first->region, NULL, -ENOTRECOVERABLE, REGION_LOST,
			     KVMLIB__VALUE(SLOT, first->region->slot),
			     KVMLIB__VALUE(GPA, first->from.gpa),
			     KVMLIB__VALUE(SIZE, first->region->length));
}

/* The record is of the call that failed; where undoing fails as well, of what is lost by that. */
static int fail(struct kvmlib_memory *memory, const struct kvmlib__plan *plan, size_t n, int r,
		const char *function)
{
	struct kvmlib__record record;

	kvmlib__error_amend(function, plan->steps[n].region->name);
	record = kvmlib__error_save();
	if (undo_all(memory, plan->steps, n) < 0) {
		kvmlib__error_amend(function, NULL);
		return -ENOTRECOVERABLE;
	}
	kvmlib__error_restore(&record);
	return r;
}

int kvmlib__plan_carry_out(struct kvmlib_memory *memory, const struct kvmlib__plan *plan,
			   const char *function)
{
	for (size_t i = 0; i < plan->nr_steps; i++) {
		int r = take(memory, &plan->steps[i]);

		if (r < 0)
			return fail(memory, plan, i, r, function);
	}
	return 0;
}
