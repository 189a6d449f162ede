/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

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

/* As in the kernel, bits that could not be handed out are lost. */
int kvmlib__sim_get_dirty_log(const struct sim_call *call)
{
	struct kvm_dirty_log log;
	struct sim_slot *slot;
	size_t size;
	int r = kvmlib__sim_copy_from_user(&log, call->arg, sizeof(log));

	if (r < 0)
		return r;
	r = find_log(call->vm, log.slot, &slot);
	if (r < 0)
		return r;
	size = kvmlib__sim_dirty_words(slot) * sizeof(*slot->dirty);
	r = kvmlib__sim_copy_to_user((uintptr_t)log.dirty_bitmap, slot->dirty, size);
	if (!call->vm->manual_protect)
		memset(slot->dirty, 0, size);
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
	uint64_t *first = slot->dirty + log->first_page / 64;
	uint64_t *bits = calloc(words + 1, sizeof(*bits));
	int r;

	if (!bits)
		return -ENOMEM;
	r = kvmlib__sim_copy_from_user(bits, (uintptr_t)log->dirty_bitmap, words * sizeof(*bits));
	for (size_t i = 0; r == 0 && i < words; i++)
		first[i] &= ~bits[i];
	free(bits);
	return r;
}

int kvmlib__sim_clear_dirty_log(const struct sim_call *call)
{
	struct kvm_clear_dirty_log log;
	struct sim_slot *slot;
	int r = kvmlib__sim_copy_from_user(&log, call->arg, sizeof(log));

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

#ifdef KVM_RESET_DIRTY_RINGS
/* No VM has rings: their capability can't be enabled. */
int kvmlib__sim_reset_dirty_rings(const struct sim_call *call)
{
	(void)call;
	return REFUSE(NO_RINGS);
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

static void mark(const struct sim_vm *vm, uint64_t first, uint64_t last)
{
	for (uint64_t gfn = first; gfn <= last; gfn++) {
		const struct sim_slot *slot = kvmlib__sim_slot_at(vm, gfn);
		uint64_t page = gfn - slot->gfn;

		if (slot->dirty)
			slot->dirty[page / 64] |= UINT64_C(1) << page % 64;
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

static int write_guest(struct sim_vm *vm, uint64_t gpa, const void *data, uint64_t size)
{
	uint64_t first = gpa >> vm->sim->page_shift;
	uint64_t last = (gpa + size - 1) >> vm->sim->page_shift;
	int r = check_writable(vm, first, last);

	if (r < 0)
		return r;
	if (data)
		r = store(vm, gpa, data, size);
	if (r == 0)
		mark(vm, first, last);
	return r;
}

static int guest_writes(struct kvmlib_sim *sim, int vm_fd, uint64_t gpa, const void *data,
			uint64_t size)
{
	struct sim_vm *vm;
	int r;

	if (!sim || !size || gpa + size - 1 < gpa)
		return -EINVAL;
	kvmlib__sim_lock(sim);
	r = kvmlib__sim_find_vm(sim, vm_fd, &vm);
	if (r == 0)
		r = write_guest(vm, gpa, data, size);
	kvmlib__sim_unlock(sim);
	return r;
}

int kvmlib_sim_dirty(struct kvmlib_sim *sim, int vm_fd, uint64_t gpa, uint64_t size)
{
	return guest_writes(sim, vm_fd, gpa, NULL, size);
}

int kvmlib_sim_write_guest(struct kvmlib_sim *sim, int vm_fd, uint64_t gpa, const void *data,
			   size_t size)
{
	if (!data)
		return -EINVAL;
	return guest_writes(sim, vm_fd, gpa, data, size);
}
