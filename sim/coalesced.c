/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Zones whose writes are collected in a ring. */
#include "internal.h"

#include <errno.h>
#include <stdlib.h>

#define MAX_ZONES 1000U /* on each of the two buses */

struct sim_zone {
	struct sim_zone *next;
	uint64_t address;
	uint32_t size;
	uint32_t pio;
};

void kvmlib__sim_free_zones(struct sim_zone *zone)
{
	while (zone) {
		struct sim_zone *next = zone->next;

		free(zone);
		zone = next;
	}
}

#ifdef KVM_REGISTER_COALESCED_MMIO
static int read_zone(const struct sim_call *call, struct sim_zone *zone)
{
	struct kvm_coalesced_mmio_zone args;
	int r = kvmlib__sim_copy_from_user(&args, call->arg, sizeof(args));

	if (r < 0)
		return r;
	*zone = (struct sim_zone){ .address = args.addr, .size = args.size, .pio = args.pio };
	return zone->pio > 1 ? REFUSE(ZONE_PIO) : 0;
}

static unsigned int count_zones(const struct sim_vm *vm, uint32_t pio)
{
	unsigned int count = 0;

	for (const struct sim_zone *zone = vm->zones; zone; zone = zone->next)
		count += zone->pio == pio;
	return count;
}

/* The same one may come again. */
int kvmlib__sim_register_zone(const struct sim_call *call)
{
	struct sim_zone model;
	struct sim_zone *zone;
	int r = read_zone(call, &model);

	if (r < 0)
		return r;
	if (count_zones(call->vm, model.pio) >= MAX_ZONES)
		return REFUSE(ZONE_COUNT);
	zone = malloc(sizeof(*zone));
	if (!zone)
		return -ENOMEM;
	*zone = model;
	zone->next = call->vm->zones;
	call->vm->zones = zone;
	return 0;
}

static bool contains(const struct sim_zone *zone, const struct sim_zone *other)
{
	return zone->pio == other->pio && other->address >= zone->address &&
	       other->address + other->size >= other->address &&
	       other->address + other->size <= zone->address + zone->size;
}

/* Every zone that has all of the range goes; that there is none is nothing to complain of. */
int kvmlib__sim_unregister_zone(const struct sim_call *call)
{
	struct sim_zone **link = &call->vm->zones;
	struct sim_zone range;
	int r = read_zone(call, &range);

	while (r == 0 && *link) {
		struct sim_zone *zone = *link;

		if (contains(zone, &range)) {
			*link = zone->next;
			free(zone);
		} else {
			link = &zone->next;
		}
	}
	return r;
}
#endif
