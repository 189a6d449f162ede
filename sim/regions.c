/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "internal.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#define MAX_PAGES ((UINT64_C(1) << 31) - 1)

/* One past the last address that user space can have. */
#if defined(__x86_64__)
#define HOST_END UINT64_C(0x7ffffffff000)
#else
#define HOST_END (UINT64_C(1) << 52)
#endif

#if defined(__x86_64__)
static unsigned int gpa_bits(const struct sim_vm *vm)
{
	(void)vm;
	return 52;
}
#elif defined(__aarch64__)
static unsigned int gpa_bits(const struct sim_vm *vm)
{
	return vm->type ? (unsigned int)vm->type : 40;
}
#elif defined(__riscv)
static unsigned int gpa_bits(const struct sim_vm *vm)
{
	return (unsigned int)kvmlib__sim_capability(vm->sim, KVMLIB_CAP_VM_GPA_BITS);
}
#elif defined(__loongarch__)
static unsigned int gpa_bits(const struct sim_vm *vm)
{
	(void)vm;
	return 47;
}
#else
static unsigned int gpa_bits(const struct sim_vm *vm)
{
	(void)vm;
	return 53;
}
#endif

/* Comes last in the kernel, after the checks that all architectures share. */
static int check_gpa(const struct sim_vm *vm, uint64_t gfn, uint64_t npages)
{
	unsigned int bits = gpa_bits(vm);
	unsigned int shift = vm->sim->page_shift;

	if (bits > shift && bits < 64 && gfn + npages > UINT64_C(1) << (bits - shift))
		return REFUSE(SLOT_BEYOND_GPA);
	return 0;
}

/* A guest_memfd goes with neither of the others. */
static int check_flags(const struct sim_vm *vm, uint32_t flags)
{
	uint32_t known = KVMLIB_MEM_LOG_DIRTY_PAGES;

	if (kvmlib__sim_capability(vm->sim, KVMLIB_CAP_READONLY_MEM))
		known |= KVMLIB_MEM_READONLY;
	if (flags & KVMLIB_MEM_GUEST_MEMFD)
		known = kvmlib__sim_capability(vm->sim, KVMLIB_CAP_GUEST_MEMFD)
				? KVMLIB_MEM_GUEST_MEMFD
				: 0;
	return flags & ~known ? REFUSE(SLOT_FLAGS) : 0;
}

static int check_memfd_range(const struct sim_vm *vm,
			     const struct kvm_userspace_memory_region2 *region)
{
	uint64_t offset = region->guest_memfd_offset;

	if (!(region->flags & KVMLIB_MEM_GUEST_MEMFD))
		return 0;
	if (offset & (vm->sim->page_size - 1))
		return REFUSE(SLOT_UNALIGNED);
	return offset + region->memory_size < offset ? REFUSE(GMEM_RANGE) : 0;
}

static int check_range(const struct sim_vm *vm, const struct kvm_userspace_memory_region2 *region)
{
	uint64_t gpa = region->guest_phys_addr;
	uint64_t host = region->userspace_addr;
	uint64_t size = region->memory_size;
	int r;

	if ((gpa | host | size) & (vm->sim->page_size - 1))
		return REFUSE(SLOT_UNALIGNED);
	if (host > HOST_END || size > HOST_END - host)
		return REFUSE(SLOT_HOST_RANGE);
	r = check_memfd_range(vm, region);
	if (r < 0)
		return r;
	if (gpa + size < gpa)
		return REFUSE(SLOT_WRAPS);
	if (size >> vm->sim->page_shift > MAX_PAGES)
		return REFUSE(SLOT_TOO_BIG);
	return 0;
}

static int check_region(const struct sim_vm *vm, const struct kvm_userspace_memory_region2 *region)
{
	int r;

	if (!kvmlib__sim_slot_number_ok(vm, region->slot))
		return REFUSE(SLOT_ID);
	r = check_flags(vm, region->flags);
	return r < 0 ? r : check_range(vm, region);
}

static uint64_t *new_dirty_log(const struct sim_vm *vm, const struct sim_slot *slot)
{
	uint64_t *dirty = calloc(kvmlib__sim_dirty_words(slot), sizeof(*dirty));

	if (!dirty || !(vm->manual_protect & KVMLIB_DIRTY_LOG_INITIALLY_SET))
		return dirty;
	for (uint64_t page = 0; page < slot->npages; page++)
		dirty[page / 64] |= UINT64_C(1) << page % 64;
	return dirty;
}

static int make_logs(const struct sim_vm *vm, struct sim_slot *slot)
{
	slot->dirty = new_dirty_log(vm, slot);
	slot->pushed = calloc(kvmlib__sim_dirty_words(slot), sizeof(*slot->pushed));
	if (slot->dirty && slot->pushed)
		return 0;
	kvmlib__sim_free_logs(slot);
	return -ENOMEM;
}

/* Switches the dirty log on or off; one that stays on keeps its bits. */
static int set_flags(const struct sim_vm *vm, struct sim_slot *slot, uint32_t flags)
{
	int r = 0;

	if (!(flags & KVMLIB_MEM_LOG_DIRTY_PAGES))
		kvmlib__sim_free_logs(slot);
	else if (!slot->dirty)
		r = make_logs(vm, slot);
	if (r < 0)
		return r;
	slot->flags = flags;
	return 0;
}

static int delete_slot(struct sim_space *space, struct sim_slot *slot)
{
	if (!slot)
		return REFUSE(SLOT_NOT_THERE);
	kvmlib__sim_delete_slot(space, slot);
	return 0;
}

static int create_slot(struct sim_vm *vm, struct sim_space *space,
		       const struct kvm_userspace_memory_region2 *region)
{
	struct sim_slot *slot = calloc(1, sizeof(*slot));
	int r;

	if (!slot)
		return -ENOMEM;
	slot->gfn = region->guest_phys_addr >> vm->sim->page_shift;
	slot->npages = region->memory_size >> vm->sim->page_shift;
	slot->host = region->userspace_addr;
	slot->number = region->slot;
	r = set_flags(vm, slot, region->flags);
	if (r == 0)
		r = kvmlib__sim_add_slot(space, slot);
	if (r < 0)
		kvmlib__sim_free_slot(slot);
	return r;
}

static int modify_slot(struct sim_vm *vm, struct sim_space *space, struct sim_slot *slot,
		       const struct kvm_userspace_memory_region2 *region)
{
	int r = set_flags(vm, slot, region->flags);

	if (r == 0)
		kvmlib__sim_move_slot(space, slot, region->guest_phys_addr >> vm->sim->page_shift);
	return r;
}

static bool same_memory(const struct sim_vm *vm, const struct sim_slot *slot,
			const struct kvm_userspace_memory_region2 *region)
{
	return region->userspace_addr == slot->host &&
	       region->memory_size >> vm->sim->page_shift == slot->npages &&
	       !((region->flags ^ slot->flags) & KVMLIB_MEM_READONLY);
}

/* What the kernel looks for when it binds the file to the slot, of that what can be known here. */
static int check_memfd(const struct sim_vm *vm, const struct kvm_userspace_memory_region2 *region)
{
	int fd = (int)region->guest_memfd;
	const struct sim_real *real = kvmlib__sim_real(vm->sim, fd);
	struct stat status;

	if (fstat(fd, &status) < 0)
		return REFUSE(SLOT_MEMFD);
	if (!real || !(real->flags & SIM_REAL_GMEM))
		return REFUSE(GMEM_KIND);
	if (region->guest_memfd_offset + region->memory_size > (uint64_t)status.st_size)
		return REFUSE(GMEM_RANGE);
	return 0;
}

static int set_region(struct sim_vm *vm, const struct kvm_userspace_memory_region2 *region)
{
	struct sim_space *space = &vm->spaces[region->slot >> 16];
	struct sim_slot *slot = kvmlib__sim_slot(vm, region->slot);
	uint64_t gfn = region->guest_phys_addr >> vm->sim->page_shift;
	uint64_t npages = region->memory_size >> vm->sim->page_shift;
	int r;

	if (!npages)
		return delete_slot(space, slot);
	if (slot && (slot->flags | region->flags) & KVMLIB_MEM_GUEST_MEMFD)
		return REFUSE(GMEM_IMMUTABLE);
	if (slot && !same_memory(vm, slot, region))
		return REFUSE(SLOT_IMMUTABLE);
	if (kvmlib__sim_slots_overlap(space, gfn, npages, slot))
		return REFUSE(SLOT_OVERLAP);
	r = region->flags & KVMLIB_MEM_GUEST_MEMFD ? check_memfd(vm, region) : 0;
	if (r == 0)
		r = check_gpa(vm, gfn, npages);
	if (r < 0)
		return r;
	return slot ? modify_slot(vm, space, slot, region) : create_slot(vm, space, region);
}

int kvmlib__sim_set_user_memory_region(const struct sim_call *call)
{
	struct kvm_userspace_memory_region2 region = { 0 };
	int r = kvmlib__sim_copy_from_user(&region, call->arg,
					   sizeof(struct kvm_userspace_memory_region));

	if (r < 0)
		return r;
	if (region.flags & KVMLIB_MEM_GUEST_MEMFD) /* the other call's */
		return REFUSE(SLOT_FLAGS);
	r = check_region(call->vm, &region);
	return r < 0 ? r : set_region(call->vm, &region);
}

int kvmlib__sim_set_user_memory_region2(const struct sim_call *call)
{
	struct kvm_userspace_memory_region2 region;
	int r;

	if (!kvmlib__sim_find_fact(call, SIM_VM))
		return REFUSE(UNKNOWN_VM);
	r = kvmlib__sim_copy_from_user(&region, call->arg, sizeof(region));
	if (r == 0)
		r = check_region(call->vm, &region);
	return r < 0 ? r : set_region(call->vm, &region);
}
