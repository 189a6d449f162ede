/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The numbers of slots, and what the kernel is told of them. */
#include "memory.h"

#include <errno.h>
#include <stdlib.h>

static size_t words(const struct kvmlib_memory *memory)
{
	return (memory->end_slot - memory->first_slot + 63) / 64;
}

int kvmlib__slots_init(struct kvmlib_memory *memory)
{
	for (uint32_t space = 0; space < memory->nr_spaces; space++) {
		memory->slots[space] = calloc(words(memory), sizeof(uint64_t));
		if (!memory->slots[space])
			return -ENOMEM;
	}
	return 0;
}

void kvmlib__slots_free(struct kvmlib_memory *memory)
{
	for (uint32_t space = 0; space < memory->nr_spaces; space++)
		free(memory->slots[space]);
}

void kvmlib__slot_give(struct kvmlib_memory *memory, uint32_t slot, bool is_used)
{
	uint32_t n = (slot & 0xffffU) - memory->first_slot;
	uint64_t *word = &memory->slots[slot >> 16][n / 64];
	uint64_t bit = UINT64_C(1) << n % 64;

	*word = is_used ? *word | bit : *word & ~bit;
}

int kvmlib__slot_take(struct kvmlib_memory *memory, struct kvmlib_memory_region *region)
{
	const uint64_t *slots = memory->slots[region->space];
	size_t word = 0;
	uint32_t n;

	while (word < words(memory) && !~slots[word])
		word++;
	n = (uint32_t)word * 64;
	if (word < words(memory))
		n += (uint32_t)__builtin_ctzll(~slots[word]);
	if (n >= memory->end_slot - memory->first_slot)
		return -ENOSPC;
	region->slot = region->space << 16 | (memory->first_slot + n);
	kvmlib__slot_give(memory, region->slot, true);
	return 0;
}

static uint32_t kernel_flags(const struct kvmlib_memory_region *region, uint32_t flags)
{
	const struct kvmlib__track *track = atomic_load(&region->track);

	if (track && track->in_kernel)
		flags |= KVMLIB_MEMORY_LOG_DIRTY;
	return (flags & KVMLIB_MEMORY_READONLY ? KVMLIB_MEM_READONLY : 0) |
	       (flags & KVMLIB_MEMORY_LOG_DIRTY ? KVMLIB_MEM_LOG_DIRTY_PAGES : 0);
}

/* Of what the map asks for all but the end of the guest's addresses was checked. */
static int find_cause(int r)
{
	uint32_t cause = kvmlib_error_cause();

	if (r == -EINVAL &&
	    (cause == KVMLIB_CAUSE_SLOT_IMMUTABLE || cause == KVMLIB_CAUSE_SLOT_INVALID))
		kvmlib__error_found(KVMLIB_CAUSE_SLOT_ABOVE_GPA_LIMIT);
	return r;
}

static int set_with_memfd(struct kvmlib_memory *memory, const struct kvmlib_memory_region *region,
			  const struct kvmlib__place *place)
{
	const struct kvmlib_userspace_memory_region2 slot = {
		.slot = region->slot,
		.flags = KVMLIB_MEM_GUEST_MEMFD,
		.guest_phys_addr = place->gpa,
		.memory_size = region->length,
		.userspace_addr = (uintptr_t)region->address,
		.guest_memfd = (uint32_t)kvmlib__region_memfd(region),
	};

	return find_cause(kvmlib_vm_set_user_memory_region2(memory->vm, &slot));
}

static int set(struct kvmlib_memory *memory, const struct kvmlib_memory_region *region,
	       const struct kvmlib__place *place, bool is_there)
{
	const struct kvm_userspace_memory_region slot = {
		.slot = region->slot,
		.flags = is_there ? kernel_flags(region, place->flags) : 0,
		.guest_phys_addr = place->gpa,
		.memory_size = is_there ? region->length : 0,
		.userspace_addr = (uintptr_t)region->address,
	};

	if (is_there && kvmlib__region_memfd(region) >= 0)
		return set_with_memfd(memory, region, place);
	return find_cause(kvmlib_vm_set_user_memory_region(memory->vm, &slot));
}

/* KVM knows private pages by the guest's addresses, whatever slot is there. */
static int set_private(struct kvmlib_memory *memory, const struct kvmlib_memory_region *region,
		       uint64_t gpa, uint64_t attributes)
{
	const uint64_t page_size = kvmlib__page_size();
	struct kvmlib__page_run run = { .end = 0 };
	int r = 0;

	while (r >= 0 && kvmlib__next_page_run(region, true, &run))
		r = kvmlib_vm_set_memory_attributes(memory->vm, gpa + run.first * page_size,
						    (run.end - run.first) * page_size, attributes,
						    0);
	return r;
}

/* What comes to be there later must not be private unasked. */
static void forget_private(struct kvmlib_memory *memory, const struct kvmlib_memory_region *region,
			   uint64_t gpa)
{
	struct kvmlib__record record = kvmlib__error_save();

	if (set_private(memory, region, gpa, 0) < 0)
		KVMLIB__LOG(&memory->vm->system->log, KVMLIB_LOG_WARNING,
			    "addresses stay private to the guest",
			    KVMLIB__LOG_TEXT("region", region->name),
			    KVMLIB__LOG_NUMBER("slot", region->slot));
	kvmlib__error_restore(&record);
}

int kvmlib__slot_set(struct kvmlib_memory *memory, const struct kvmlib_memory_region *region,
		     const struct kvmlib__place *place, bool is_there)
{
	int r = 0;

	if (is_there)
		r = set_private(memory, region, place->gpa, KVMLIB_MEMORY_ATTRIBUTE_PRIVATE);
	if (r >= 0)
		r = set(memory, region, place, is_there);
	if (is_there == (r < 0))
		forget_private(memory, region, place->gpa);
	return r;
}
