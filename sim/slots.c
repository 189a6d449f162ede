/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static uint32_t nr_spaces(const struct sim_vm *vm)
{
	int spaces = kvmlib__sim_capability(vm->sim, KVMLIB_CAP_MULTI_ADDRESS_SPACE);

	if (spaces <= 1)
		return 1;
	return (uint32_t)spaces < SIM_NR_SPACES ? (uint32_t)spaces : SIM_NR_SPACES;
}

bool kvmlib__sim_slot_number_ok(const struct sim_vm *vm, uint32_t number)
{
	int nr_slots = kvmlib__sim_capability(vm->sim, KVMLIB_CAP_NR_MEMSLOTS);

	return (number & 0xffffU) < (uint32_t)nr_slots && number >> 16 < nr_spaces(vm);
}

struct sim_slot *kvmlib__sim_slot(const struct sim_vm *vm, uint32_t number)
{
	const struct sim_space *space = &vm->spaces[number >> 16];
	size_t id = number & 0xffffU;

	return id < space->ids_room ? space->by_id[id] : NULL;
}

static uint64_t slot_end(const struct sim_slot *slot)
{
	return slot->gfn + slot->npages;
}

/* Index of the first slot that ends behind gfn. */
static size_t first_behind(const struct sim_space *space, uint64_t gfn)
{
	size_t low = 0;
	size_t high = space->nr_slots;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (slot_end(space->ordered[middle]) > gfn)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

struct sim_slot *kvmlib__sim_slot_at(const struct sim_vm *vm, uint64_t gfn)
{
	const struct sim_space *space = &vm->spaces[0];
	size_t i = first_behind(space, gfn);

	if (i == space->nr_slots || space->ordered[i]->gfn > gfn)
		return NULL;
	return space->ordered[i];
}

bool kvmlib__sim_slots_overlap(const struct sim_space *space, uint64_t gfn, uint64_t npages,
			       const struct sim_slot *except)
{
	for (size_t i = first_behind(space, gfn); i < space->nr_slots; i++) {
		if (space->ordered[i]->gfn >= gfn + npages)
			return false;
		if (space->ordered[i] != except)
			return true;
	}
	return false;
}

/* There must be room. */
static void insert_ordered(struct sim_space *space, struct sim_slot *slot)
{
	size_t i = first_behind(space, slot->gfn);

	memmove(&space->ordered[i + 1], &space->ordered[i],
		(space->nr_slots - i) * sizeof(struct sim_slot *));
	space->ordered[i] = slot;
	space->nr_slots++;
}

static void remove_ordered(struct sim_space *space, const struct sim_slot *slot)
{
	size_t i = first_behind(space, slot->gfn);

	space->nr_slots--;
	memmove(&space->ordered[i], &space->ordered[i + 1],
		(space->nr_slots - i) * sizeof(struct sim_slot *));
}

void kvmlib__sim_free_slot(struct sim_slot *slot)
{
	kvmlib__sim_free_logs(slot);
	free(slot);
}

void kvmlib__sim_free_logs(struct sim_slot *slot)
{
	free(slot->dirty);
	free(slot->pushed);
	slot->dirty = NULL;
	slot->pushed = NULL;
}

size_t kvmlib__sim_dirty_words(const struct sim_slot *slot)
{
	return (size_t)((slot->npages + 63) / 64);
}

static int make_room(struct sim_space *space, size_t id)
{
	struct sim_slot **slots;

	slots = kvmlib__sim_make_room(space->ordered, &space->slots_room, space->nr_slots + 1,
				      sizeof(struct sim_slot *));
	if (!slots)
		return -ENOMEM;
	space->ordered = slots;
	slots = kvmlib__sim_make_room(space->by_id, &space->ids_room, id + 1,
				      sizeof(struct sim_slot *));
	if (!slots)
		return -ENOMEM;
	space->by_id = slots;
	return 0;
}

int kvmlib__sim_add_slot(struct sim_space *space, struct sim_slot *slot)
{
	size_t id = slot->number & 0xffffU;

	if (make_room(space, id) < 0)
		return -ENOMEM;
	insert_ordered(space, slot);
	if (!slot->internal)
		space->by_id[id] = slot;
	return 0;
}

void kvmlib__sim_move_slot(struct sim_space *space, struct sim_slot *slot, uint64_t gfn)
{
	if (slot->pushed && gfn != slot->gfn) /* mapped anew, and protected */
		memset(slot->pushed, 0, kvmlib__sim_dirty_words(slot) * sizeof(*slot->pushed));
	remove_ordered(space, slot);
	slot->gfn = gfn;
	insert_ordered(space, slot);
}

void kvmlib__sim_delete_slot(struct sim_space *space, struct sim_slot *slot)
{
	remove_ordered(space, slot);
	space->by_id[slot->number & 0xffffU] = NULL;
	kvmlib__sim_free_slot(slot);
}

int kvmlib__sim_add_internal_slot(struct sim_vm *vm, uint64_t gpa, uint64_t npages)
{
	uint64_t gfn = gpa >> vm->sim->page_shift;
	struct sim_slot *slot;

	if (kvmlib__sim_slots_overlap(&vm->spaces[0], gfn, npages, NULL))
		return -EEXIST;
	slot = calloc(1, sizeof(*slot));
	if (!slot)
		return -ENOMEM;
	slot->gfn = gfn;
	slot->npages = npages;
	slot->internal = true;
	if (kvmlib__sim_add_slot(&vm->spaces[0], slot) < 0) {
		kvmlib__sim_free_slot(slot);
		return -ENOMEM;
	}
	return 0;
}

void kvmlib__sim_free_slots(struct sim_vm *vm)
{
	for (size_t i = 0; i < SIM_NR_SPACES; i++) {
		struct sim_space *space = &vm->spaces[i];

		for (size_t slot = 0; slot < space->nr_slots; slot++)
			kvmlib__sim_free_slot(space->ordered[slot]);
		free(space->ordered);
		free(space->by_id);
	}
}
