/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "internal.h"

#include <errno.h>
#include <stdlib.h>

static int find_log(const struct sim_vm *vm, uint32_t number, struct sim_slot **ret_slot)
{
	struct sim_slot *slot;

	if (!kvmlib__sim_slot_number_ok(vm, number))
		return REFUSE(DIRTY_SLOT_ID);
	slot = kvmlib__sim_slot(vm, number);
	if (!slot || !slot->dirty)
		return REFUSE(DIRTY_NO_LOG);
	*ret_slot = slot;
	return 0;
}

/* Clears these bits of a log; a vCPU's next write to their pages goes to its ring again. */
static void protect(struct sim_slot *slot, size_t word, uint64_t bits)
{
	slot->pushed[word] &= ~(slot->dirty[word] & bits);
	slot->dirty[word] &= ~bits;
}

static void protect_all(struct sim_slot *slot)
{
	size_t words = kvmlib__sim_dirty_words(slot);

	for (size_t i = 0; i < words; i++)
		protect(slot, i, ~UINT64_C(0));
}

/* As in the kernel, bits that could not be handed out are lost. */
int kvmlib__sim_get_dirty_log(const struct sim_call *call)
{
	struct kvm_dirty_log log;
	struct sim_slot *slot;
	size_t size;
	int r = kvmlib__sim_copy_from_user(&log, call->arg, sizeof(log));

	if (r == 0)
		r = kvmlib__sim_check_bitmap(call->vm);
	if (r < 0)
		return r;
	r = find_log(call->vm, log.slot, &slot);
	if (r < 0)
		return r;
	size = kvmlib__sim_dirty_words(slot) * sizeof(*slot->dirty);
	r = kvmlib__sim_copy_to_user((uintptr_t)log.dirty_bitmap, slot->dirty, size);
	if (!call->vm->manual_protect)
		protect_all(slot);
	return r;
}

#ifdef KVM_CLEAR_DIRTY_LOG
static bool range_ok(const struct sim_slot *slot, const struct kvm_clear_dirty_log *log)
{
	uint64_t rest;

	if (log->first_page > slot->npages)
		return false;
	rest = slot->npages - log->first_page;
	return log->num_pages == rest || (log->num_pages < rest && log->num_pages % 64 == 0);
}

static int clear_bits(struct sim_slot *slot, const struct kvm_clear_dirty_log *log)
{
	size_t words = ((size_t)log->num_pages + 63) / 64;
	size_t first = (size_t)log->first_page / 64;
	uint64_t *bits = calloc(words + 1, sizeof(*bits));
	int r;

	if (!bits)
		return -ENOMEM;
	r = kvmlib__sim_copy_from_user(bits, (uintptr_t)log->dirty_bitmap, words * sizeof(*bits));
	for (size_t i = 0; r == 0 && i < words; i++)
		protect(slot, first + i, bits[i]);
	free(bits);
	return r;
}

int kvmlib__sim_clear_dirty_log(const struct sim_call *call)
{
	struct kvm_clear_dirty_log log;
	struct sim_slot *slot;
	int r = kvmlib__sim_copy_from_user(&log, call->arg, sizeof(log));

	if (r == 0)
		r = kvmlib__sim_check_bitmap(call->vm);
	if (r < 0)
		return r;
	if (!kvmlib__sim_slot_number_ok(call->vm, log.slot))
		return REFUSE(DIRTY_SLOT_ID);
	if (log.first_page % 64)
		return REFUSE(CLEAR_FIRST);
	r = find_log(call->vm, log.slot, &slot);
	if (r < 0)
		return r;
	if (!range_ok(slot, &log))
		return REFUSE(CLEAR_RANGE);
	return clear_bits(slot, &log);
}
#endif

/* Calls each for the part of the range in each slot; all of it must lie in writable slots. */
static int check_writable(const struct sim_vm *vm, uint64_t first, uint64_t last)
{
	for (uint64_t gfn = first; gfn <= last;) {
		const struct sim_slot *slot = kvmlib__sim_slot_at(vm, gfn);

		if (!slot || slot->internal || slot->flags & KVMLIB_MEM_READONLY)
			return -ENOENT;
		gfn = slot->gfn + slot->npages;
	}
	return 0;
}

static bool test_bit(const uint64_t *bits, uint64_t n)
{
	return bits[n / 64] >> n % 64 & 1U;
}

static void set_bit(uint64_t *bits, uint64_t n)
{
	bits[n / 64] |= UINT64_C(1) << n % 64;
}

/* How many entries of a ring a write to these pages takes. */
static uint64_t nr_to_push(const struct sim_vm *vm, uint64_t first, uint64_t last)
{
	uint64_t n = 0;

	for (uint64_t gfn = first; gfn <= last; gfn++) {
		const struct sim_slot *slot = kvmlib__sim_slot_at(vm, gfn);

		n += slot->dirty && !test_bit(slot->pushed, gfn - slot->gfn);
	}
	return n;
}

/* With rings, a write without a vCPU can only be marked if dirty logs are kept beside them. */
static int check_room(const struct sim_vm *vm, const struct sim_vcpu *vcpu, uint64_t first,
		      uint64_t last)
{
	uint64_t n = vm->ring_size ? nr_to_push(vm, first, last) : 0;

	if (!vcpu)
		return n && !vm->ring_bitmap ? -ENOENT : 0;
	return n > kvmlib__sim_ring_room(vcpu) ? -ENOSPC : 0;
}

static void mark_page(struct sim_vcpu *vcpu, const struct sim_slot *slot, uint64_t page)
{
	if (!vcpu) {
		set_bit(slot->dirty, page);
	} else if (!test_bit(slot->pushed, page)) {
		set_bit(slot->pushed, page);
		kvmlib__sim_push_dirty(vcpu, slot, page);
	}
}

static void mark(const struct sim_vm *vm, struct sim_vcpu *vcpu, uint64_t first, uint64_t last)
{
	for (uint64_t gfn = first; gfn <= last; gfn++) {
		const struct sim_slot *slot = kvmlib__sim_slot_at(vm, gfn);

		if (slot->dirty)
			mark_page(vcpu, slot, gfn - slot->gfn);
	}
}

static int store(const struct sim_vm *vm, uint64_t gpa, const uint8_t *data, uint64_t size)
{
	while (size) {
		const struct sim_slot *slot = kvmlib__sim_slot_at(vm, gpa >> vm->sim->page_shift);
		uint64_t offset = gpa - (slot->gfn << vm->sim->page_shift);
		uint64_t part = (slot->npages << vm->sim->page_shift) - offset;

		part = part < size ? part : size;
		if (kvmlib__sim_copy_to_user(slot->host + offset, data, (size_t)part) < 0)
			return -EFAULT;
		gpa += part;
		data += part;
		size -= part;
	}
	return 0;
}

struct write {
	uint64_t gpa;
	const void *data; /* NULL: it only marks */
	uint64_t size;
};

static int write_guest(const struct sim_vm *vm, struct sim_vcpu *vcpu, const struct write *write)
{
	uint64_t first = write->gpa >> vm->sim->page_shift;
	uint64_t last = (write->gpa + write->size - 1) >> vm->sim->page_shift;
	int r = check_writable(vm, first, last);

	if (!vm->ring_size)
		vcpu = NULL;
	if (r == 0)
		r = check_room(vm, vcpu, first, last);
	if (r == 0 && write->data)
		r = store(vm, write->gpa, write->data, write->size);
	if (r == 0)
		mark(vm, vcpu, first, last);
	return r;
}

static bool write_ok(const struct kvmlib_sim *sim, const struct write *write)
{
	return sim && write->size && write->gpa + write->size - 1 >= write->gpa;
}

static int vm_writes(struct kvmlib_sim *sim, int vm_fd, const struct write *write)
{
	struct sim_vm *vm;
	int r;

	if (!write_ok(sim, write))
		return -EINVAL;
	kvmlib__sim_lock(sim);
	r = kvmlib__sim_find_vm(sim, vm_fd, &vm);
	if (r == 0)
		r = write_guest(vm, vm->vcpus, write);
	kvmlib__sim_unlock(sim);
	return r;
}

static int vcpu_writes(struct kvmlib_sim *sim, int vcpu_fd, const struct write *write)
{
	struct sim_vcpu *vcpu;
	int r;

	if (!write_ok(sim, write))
		return -EINVAL;
	kvmlib__sim_lock(sim);
	r = kvmlib__sim_find_vcpu(sim, vcpu_fd, &vcpu);
	if (r == 0)
		r = write_guest(vcpu->vm, vcpu, write);
	kvmlib__sim_unlock(sim);
	return r;
}

int kvmlib_sim_dirty(struct kvmlib_sim *sim, int vm_fd, uint64_t gpa, uint64_t size)
{
	return vm_writes(sim, vm_fd, &(struct write){ .gpa = gpa, .size = size });
}

int kvmlib_sim_dirty_by(struct kvmlib_sim *sim, int vcpu_fd, uint64_t gpa, uint64_t size)
{
	return vcpu_writes(sim, vcpu_fd, &(struct write){ .gpa = gpa, .size = size });
}

int kvmlib_sim_write_guest(struct kvmlib_sim *sim, int vm_fd, uint64_t gpa, const void *data,
			   size_t size)
{
	if (!data)
		return -EINVAL;
	return vm_writes(sim, vm_fd, &(struct write){ .gpa = gpa, .data = data, .size = size });
}

int kvmlib_sim_write_guest_by(struct kvmlib_sim *sim, int vcpu_fd, uint64_t gpa, const void *data,
			      size_t size)
{
	if (!data)
		return -EINVAL;
	return vcpu_writes(sim, vcpu_fd, &(struct write){ .gpa = gpa, .data = data, .size = size });
}
