/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory slots and their dirty logs, as the kernel has them. */

#include <errno.h>

#include <kvmlib/kvmlib.h>

#include "handles.h"

#define SLOT_NUMBER(slot) ((slot)&0xffffU)
#define SLOT_SPACE(slot)  ((slot) >> 16)

/* The kernel counts the pages of a slot in an int. */
#define MAX_PAGES INT32_MAX

static bool aligned(const struct kvm_userspace_memory_region *region)
{
	return !((region->guest_phys_addr | region->memory_size | region->userspace_addr) &
		 (kvmlib__page_size() - 1));
}

static bool flags_known(const struct kvmlib_vm *vm, uint32_t flags)
{
	uint32_t known = KVMLIB_MEM_LOG_DIRTY_PAGES;

	if (kvmlib__vm_ask(vm, KVMLIB_CAP_READONLY_MEM) > 0)
		known |= KVMLIB_MEM_READONLY;
	return !(flags & ~known);
}

static bool slot_in_range(const struct kvmlib_vm *vm, uint32_t slot)
{
	int spaces = kvmlib__vm_ask(vm, KVMLIB_CAP_MULTI_ADDRESS_SPACE);
	int slots = kvmlib__vm_ask(vm, KVMLIB_CAP_NR_MEMSLOTS);

	return SLOT_SPACE(slot) < (spaces > 0 ? (uint32_t)spaces : 1U) &&
	       (slots <= 0 || SLOT_NUMBER(slot) < (uint32_t)slots);
}

/* Whether the guest's range wraps, or the host's lies in the kernel's half, or a page count does not fit. */
static bool range_possible(const struct kvm_userspace_memory_region *region)
{
	uint64_t size = region->memory_size;

	return region->guest_phys_addr + size >= region->guest_phys_addr &&
	       region->userspace_addr <= INT64_MAX && size <= INT64_MAX - region->userspace_addr &&
	       size / kvmlib__page_size() <= MAX_PAGES;
}

/* EINVAL has many reasons; most can be seen in what was asked for. */
static uint32_t cause_of_einval(const struct kvmlib_vm *vm,
				const struct kvm_userspace_memory_region *region)
{
	if (!aligned(region))
		return KVMLIB_CAUSE_SLOT_UNALIGNED;
	if (!flags_known(vm, region->flags))
		return KVMLIB_CAUSE_SLOT_FLAGS;
	if (!slot_in_range(vm, region->slot))
		return KVMLIB_CAUSE_SLOT_ID_RANGE;
	if (!range_possible(region))
		return KVMLIB_CAUSE_SLOT_RANGE;
	return region->memory_size ? KVMLIB_CAUSE_SLOT_IMMUTABLE : KVMLIB_CAUSE_SLOT_MISSING;
}

int kvmlib_vm_set_user_memory_region(struct kvmlib_vm *vm,
				     const struct kvm_userspace_memory_region *region)
{
	struct kvmlib__failure *failure;
	int r;

	if (!vm || !region)
		return KVMLIB__NULL_ARGUMENT(vm ? 2 : 1);
	r = kvmlib__ioctl(vm->system, vm->fd, KVMLIB__IOC_SET_USER_MEMORY_REGION,
			  (unsigned long)region);
	if (r >= 0)
		return r;

	failure = KVMLIB__FAILURE(r, KVMLIB__VALUE(SLOT, region->slot),
				  KVMLIB__VALUE(GPA, region->guest_phys_addr),
				  KVMLIB__VALUE(SIZE, region->memory_size),
				  KVMLIB__VALUE(HOST_ADDRESS, region->userspace_addr),
				  KVMLIB__VALUE(FLAGS, region->flags));
	if (r == -EINVAL)
		failure->cause = cause_of_einval(vm, region);
	return kvmlib__vm_failed(vm, KVMLIB__IOC_SET_USER_MEMORY_REGION, failure);
}

/* What both forms of the call have in common. */
static struct kvm_userspace_memory_region
without_memfd(const struct kvmlib_userspace_memory_region2 *region)
{
	return (struct kvm_userspace_memory_region){
		.slot = region->slot,
		.flags = region->flags & ~KVMLIB_MEM_GUEST_MEMFD,
		.guest_phys_addr = region->guest_phys_addr,
		.memory_size = region->memory_size,
		.userspace_addr = region->userspace_addr,
	};
}

/* What is wrong with a guest_memfd slot itself; 0 if that can't be seen. */
static uint32_t cause_in_memfd(const struct kvmlib_vm *vm,
			       const struct kvmlib_userspace_memory_region2 *region)
{
	if (kvmlib__vm_ask(vm, KVMLIB_CAP_GUEST_MEMFD) <= 0)
		return KVMLIB_CAUSE_SLOT_FLAGS;
	if (region->flags != KVMLIB_MEM_GUEST_MEMFD)
		return KVMLIB_CAUSE_GUEST_MEMFD_SLOT_FLAGS;
	if (region->guest_memfd_offset & (kvmlib__page_size() - 1) ||
	    region->guest_memfd_offset + region->memory_size < region->guest_memfd_offset)
		return KVMLIB_CAUSE_GUEST_MEMFD_BINDING;
	return 0;
}

/*
 * A slot that can't be changed, and a file that does not fit, look the same from outside; and on arm64 and
 * riscv64 a call that an older kernel does not know.
 */
static uint32_t cause_of_einval2(const struct kvmlib_vm *vm,
				 const struct kvmlib_userspace_memory_region2 *region)
{
	const struct kvm_userspace_memory_region common = without_memfd(region);
	uint32_t cause = cause_of_einval(vm, &common);

	if (kvmlib__vm_ask(vm, KVMLIB_CAP_USER_MEMORY2) <= 0)
		return KVMLIB_CAUSE_UNKNOWN_IOCTL;
	if (cause != KVMLIB_CAUSE_SLOT_IMMUTABLE || !(region->flags & KVMLIB_MEM_GUEST_MEMFD))
		return cause;
	return cause_in_memfd(vm, region);
}

int kvmlib_vm_set_user_memory_region2(struct kvmlib_vm *vm,
				      const struct kvmlib_userspace_memory_region2 *region)
{
	struct kvmlib__failure *failure;
	int r;

	if (!vm || !region)
		return KVMLIB__NULL_ARGUMENT(vm ? 2 : 1);
	r = kvmlib__ioctl(vm->system, vm->fd, KVMLIB__IOC_SET_USER_MEMORY_REGION2,
			  (unsigned long)region);
	if (r >= 0)
		return r;

	failure = KVMLIB__FAILURE(
		r, KVMLIB__VALUE(SLOT, region->slot), KVMLIB__VALUE(GPA, region->guest_phys_addr),
		KVMLIB__VALUE(SIZE, region->memory_size),
		KVMLIB__VALUE(HOST_ADDRESS, region->userspace_addr),
		KVMLIB__VALUE(FLAGS, region->flags), KVMLIB__VALUE(FD, (int)region->guest_memfd),
		KVMLIB__VALUE(OFFSET, region->guest_memfd_offset));
	if (r == -EINVAL)
		failure->cause = cause_of_einval2(vm, region);
	return kvmlib__vm_failed(vm, KVMLIB__IOC_SET_USER_MEMORY_REGION2, failure);
}

int kvmlib_vm_get_dirty_log(struct kvmlib_vm *vm, uint32_t slot, void *ret_bitmap)
{
	struct kvm_dirty_log log = { .slot = slot, .dirty_bitmap = ret_bitmap };

	if (!vm || !ret_bitmap)
		return KVMLIB__NULL_ARGUMENT(vm ? 3 : 1);
	return KVMLIB__VM_IOCTL(vm, GET_DIRTY_LOG, &log, KVMLIB__VALUE(SLOT, slot));
}

int kvmlib_vm_clear_dirty_log(struct kvmlib_vm *vm, uint32_t slot, uint64_t first_page,
			      uint32_t num_pages, const void *bitmap)
{
	struct kvm_clear_dirty_log log = {
		.slot = slot,
		.num_pages = num_pages,
		.first_page = first_page,
		.dirty_bitmap = (void *)(uintptr_t)bitmap,
	};

	if (!vm || !bitmap)
		return KVMLIB__NULL_ARGUMENT(vm ? 5 : 1);
	return KVMLIB__VM_IOCTL(vm, CLEAR_DIRTY_LOG, &log, KVMLIB__VALUE(SLOT, slot),
				KVMLIB__VALUE(FIRST_PAGE, first_page),
				KVMLIB__VALUE(PAGES, num_pages));
}

int kvmlib_vm_reset_dirty_rings(struct kvmlib_vm *vm)
{
	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__VM_IOCTL(vm, RESET_DIRTY_RINGS, 0, KVMLIB__VALUE(FD, vm->fd));
}
