/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Dirty rings: which pages a vCPU wrote, in memory that it shares with user space. */
#include "internal.h"

#include <errno.h>
#include <sys/mman.h>

/* A vCPU stays outside of the guest with fewer entries left; as without VMX's PML, which logs more. */
#define RESERVED_ENTRIES 64U

static uint64_t ring_offset(const struct kvmlib_sim *sim)
{
	return KVMLIB_DIRTY_LOG_PAGE_OFFSET * (uint64_t)sim->page_size;
}

/* KVM looks at no flags, and at half of the argument. A page has more entries than are reserved. */
int kvmlib__sim_enable_rings(struct sim_vm *vm, const struct kvm_enable_cap *cap)
{
	uint32_t largest = (uint32_t)kvmlib__sim_capability(vm->sim, cap->cap);
	uint32_t size = (uint32_t)cap->args[0];

	if (!largest)
		return REFUSE(CAP_ARGUMENT);
	if (size < vm->sim->page_size || size & (size - 1))
		return REFUSE(RING_SIZE);
	if (size > largest)
		return REFUSE(RING_TOO_BIG);
	if (vm->ring_size || vm->nr_vcpus)
		return REFUSE(RING_LATE);
	vm->ring_size = size;
	return 0;
}

int kvmlib__sim_enable_ring_bitmap(struct sim_vm *vm, const struct kvm_enable_cap *cap)
{
	if (!kvmlib__sim_capability(vm->sim, cap->cap))
		return REFUSE(CAP_ARGUMENT);
	if (!vm->ring_size || cap->flags)
		return REFUSE(RING_BITMAP);
	for (size_t i = 0; i < SIM_NR_SPACES; i++)
		if (vm->spaces[i].nr_slots)
			return REFUSE(RING_BITMAP);
	vm->ring_bitmap = true;
	return 0;
}

int kvmlib__sim_check_bitmap(const struct sim_vm *vm)
{
	return vm->ring_size && !vm->ring_bitmap ? REFUSE(DIRTY_RINGS) : 0;
}

/* The ring stands in the run page's file, where the kernel maps it; what is between them is zeros. */
size_t kvmlib__sim_ring_end(const struct sim_vm *vm)
{
	return vm->ring_size ? (size_t)ring_offset(vm->sim) + vm->ring_size : 0;
}

int kvmlib__sim_make_ring(struct sim_vcpu *vcpu)
{
	uint32_t size = vcpu->vm->ring_size;
	void *entries;

	if (!size)
		return 0;
	entries = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu->memory,
		       (off_t)ring_offset(vcpu->vm->sim));
	if (entries == MAP_FAILED)
		return -errno;
	vcpu->ring.entries = entries;
	vcpu->ring.nr_entries = size / sizeof(struct kvm_dirty_gfn);
	return 0;
}

void kvmlib__sim_free_ring(struct sim_ring *ring)
{
	if (ring->entries)
		munmap(ring->entries, ring->nr_entries * sizeof(struct kvm_dirty_gfn));
}

static bool in_ring(const struct sim_vm *vm, uint64_t offset)
{
	return offset >= ring_offset(vm->sim) && offset - ring_offset(vm->sim) < vm->ring_size;
}

/* KVM looks at both ends of a mapping, and not between. */
int kvmlib__sim_check_ring_mapping(const struct sim_vm *vm, size_t length, int prot, int flags,
				   uint64_t offset)
{
	if (!in_ring(vm, offset) && !in_ring(vm, offset + length - 1))
		return 0;
	return prot & PROT_EXEC || !(flags & MAP_SHARED) ? REFUSE(RING_MAPPING) : 0;
}

/* As in the kernel, who hands back what was never dirty lets a ring seem full. */
static uint32_t nr_used(const struct sim_ring *ring)
{
	return ring->dirty_index - ring->reset_index;
}

uint32_t kvmlib__sim_ring_room(const struct sim_vcpu *vcpu)
{
	uint32_t used = nr_used(&vcpu->ring);

	return used < vcpu->ring.nr_entries ? vcpu->ring.nr_entries - used : 0;
}

bool kvmlib__sim_ring_is_full(const struct sim_vcpu *vcpu)
{
	return vcpu->ring.entries && kvmlib__sim_ring_room(vcpu) <= RESERVED_ENTRIES;
}

static struct kvm_dirty_gfn *entry_at(const struct sim_ring *ring, uint32_t index)
{
	return &ring->entries[index & (ring->nr_entries - 1)];
}

/* There must be room. The flag goes last: who sees it sees the rest. */
void kvmlib__sim_push_dirty(struct sim_vcpu *vcpu, const struct sim_slot *slot, uint64_t page)
{
	struct kvm_dirty_gfn *entry = entry_at(&vcpu->ring, vcpu->ring.dirty_index);

	entry->slot = slot->number;
	entry->offset = page;
	__atomic_store_n(&entry->flags, KVMLIB_DIRTY_GFN_F_DIRTY, __ATOMIC_RELEASE);
	vcpu->ring.dirty_index++;
	if (vcpu->in_guest && kvmlib__sim_ring_is_full(vcpu))
		kvmlib__sim_wake(vcpu);
}

#ifdef KVM_RESET_DIRTY_RINGS
/* User space could have written anything, and the slot may have gone meanwhile. */
static void protect(const struct sim_vm *vm, uint32_t number, uint64_t page)
{
	const struct sim_slot *slot =
		kvmlib__sim_slot_number_ok(vm, number) ? kvmlib__sim_slot(vm, number) : NULL;

	if (slot && slot->pushed && page < slot->npages)
		slot->pushed[page / 64] &= ~(UINT64_C(1) << page % 64);
}

static bool reset_entry(struct sim_vcpu *vcpu)
{
	struct kvm_dirty_gfn *entry = entry_at(&vcpu->ring, vcpu->ring.reset_index);

	if (!(__atomic_load_n(&entry->flags, __ATOMIC_ACQUIRE) & KVMLIB_DIRTY_GFN_F_RESET))
		return false;
	protect(vcpu->vm, __atomic_load_n(&entry->slot, __ATOMIC_RELAXED),
		__atomic_load_n(&entry->offset, __ATOMIC_RELAXED));
	__atomic_store_n(&entry->flags, 0, __ATOMIC_RELEASE);
	vcpu->ring.reset_index++;
	return true;
}

int kvmlib__sim_reset_dirty_rings(const struct sim_call *call)
{
	int count = 0;

	if (!call->vm->ring_size)
		return REFUSE(NO_RINGS);
	for (struct sim_vcpu *vcpu = call->vm->vcpus; vcpu; vcpu = vcpu->next)
		while (reset_entry(vcpu))
			count++;
	return count;
}
#endif
