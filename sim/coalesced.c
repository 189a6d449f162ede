/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Zones whose writes are collected in a ring. */
#include "internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MAX_ZONES 1000U /* on each of the two buses */

struct sim_zone {
	struct sim_zone *next;
	uint64_t address;
	uint32_t size;
	uint32_t pio;
};

void kvmlib__sim_free_coalesced(struct sim_vm *vm)
{
	while (vm->zones) {
		struct sim_zone *zone = vm->zones;

		vm->zones = zone->next;
		free(zone);
	}
	if (vm->coalesced)
		munmap(vm->coalesced, vm->sim->page_size);
	if (vm->coalesced_memory >= 0)
		close(vm->coalesced_memory);
}

/* One page, which is a part of what each vCPU maps. */
int kvmlib__sim_make_coalesced(struct sim_vm *vm)
{
	size_t size = vm->sim->page_size;
	void *ring;

	if (vm->coalesced)
		return 0;
	if (vm->coalesced_memory < 0)
		vm->coalesced_memory = memfd_create("kvmlib-sim", MFD_CLOEXEC);
	if (vm->coalesced_memory < 0 || ftruncate(vm->coalesced_memory, (off_t)size) < 0)
		return -errno;
	ring = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, vm->coalesced_memory, 0);
	if (ring == MAP_FAILED)
		return -errno;
	vm->coalesced = ring;
	return 0;
}

int kvmlib__sim_map_coalesced(const struct sim_vm *vm, void *address, size_t length, int prot,
			      int flags, uint64_t offset)
{
	int pages = kvmlib__sim_capability(vm->sim, KVMLIB_CAP_COALESCED_MMIO);
	uint64_t at = (uint64_t)pages * vm->sim->page_size;

	if (pages <= 0 || at < offset || at - offset >= length)
		return 0;
	if (mmap((char *)address + (at - offset), vm->sim->page_size, prot, flags | MAP_FIXED,
		 vm->coalesced_memory, 0) == MAP_FAILED)
		return -errno;
	return 0;
}

static bool contains(const struct sim_zone *zone, const struct sim_zone *other)
{
	return zone->pio == other->pio && other->address >= zone->address &&
	       other->address + other->size >= other->address &&
	       other->address + other->size <= zone->address + zone->size;
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

/* The guest's writes */

static bool is_collected(const struct sim_vm *vm, const struct sim_zone *range)
{
	const struct sim_zone *zone = vm->zones;

	while (zone && !contains(zone, range))
		zone = zone->next;
	return zone != NULL;
}

/* As the kernel does, one entry is never used, and what user space wrote to the indexes is not trusted. */
static int collect(struct sim_vm *vm, const struct sim_zone *range, const void *data)
{
	const uint32_t n = (uint32_t)((vm->sim->page_size - sizeof(*vm->coalesced)) /
				      sizeof(struct kvm_coalesced_mmio));
	struct kvm_coalesced_mmio_ring *ring = vm->coalesced;
	struct kvm_coalesced_mmio *entry;
	uint32_t last;

	if (!ring || !is_collected(vm, range))
		return 0;
	last = __atomic_load_n(&ring->last, __ATOMIC_RELAXED);
	if (last >= n || (last + 1) % n == __atomic_load_n(&ring->first, __ATOMIC_ACQUIRE))
		return 0;
	entry = &ring->coalesced_mmio[last];
	entry->phys_addr = range->address;
	entry->len = range->size;
	entry->pio = range->pio;
	memcpy(entry->data, data, range->size);
	__atomic_store_n(&ring->last, (last + 1) % n, __ATOMIC_RELEASE);
	return 1;
}

int kvmlib_sim_write_coalesced(struct kvmlib_sim *sim, int vm_fd, uint64_t address, uint32_t length,
			       uint32_t pio, const void *data)
{
	const struct sim_zone range = { .address = address, .size = length, .pio = pio };
	struct sim_vm *vm;
	int r;

	if (!sim || !data || !length || length > 8 || pio > 1)
		return -EINVAL;
	kvmlib__sim_lock(sim);
	r = kvmlib__sim_find_vm(sim, vm_fd, &vm);
	if (r == 0)
		r = collect(vm, &range, data);
	kvmlib__sim_unlock(sim);
	return r;
}
