/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Slots over a guest_memfd, and memory that is faulted in beforehand. */
#include "row.h"

#include <sys/mman.h>

#if defined(__x86_64__)

/* Two pages of the file, from that page on. */
static int set_slot(const struct world *w, int fd, uint64_t first)
{
	struct kvm_userspace_memory_region2 slot = {
		.flags = KVMLIB_MEM_GUEST_MEMFD,
		.memory_size = 2 * w->page,
		.userspace_addr = (uintptr_t)w->memory,
		.guest_memfd = (uint32_t)fd,
		.guest_memfd_offset = first * w->page,
	};

	return call_with(w, w->vm, KVM_SET_USER_MEMORY_REGION2, &slot);
}

static int create_file(const struct world *w)
{
	struct kvm_create_guest_memfd args = { .size = 4 * w->page };

	return call_with(w, w->vm, KVM_CREATE_GUEST_MEMFD, &args);
}

static int set_from(struct world *w, uint64_t first)
{
	int fd = create_file(w);
	int r = set_slot(w, fd, first);

	close_fd(w, fd);
	return r;
}

static int set_last(struct world *w)
{
	return set_from(w, 2);
}

static int set_beyond(struct world *w)
{
	return set_from(w, 3);
}

static int set_wrapping(struct world *w)
{
	return set_from(w, UINT64_MAX / w->page);
}

static int set_twice(struct world *w)
{
	int fd = create_file(w);
	int r = set_slot(w, fd, 0);

	if (r == 0)
		r = set_slot(w, fd, 0);
	close_fd(w, fd);
	return r;
}

static int set_plain_after(struct world *w)
{
	struct kvm_userspace_memory_region slot = { .memory_size = 2 * w->page,
						    .userspace_addr = (uintptr_t)w->memory };
	int r = set_from(w, 0);

	return r < 0 ? -ENOEXEC : call_with(w, w->vm, KVM_SET_USER_MEMORY_REGION, &slot);
}

static int set_statistics(struct world *w)
{
	int fd = call(w, w->vm, KVM_GET_STATS_FD, 0);
	int r = set_slot(w, fd, 0);

	close_fd(w, fd);
	return r;
}

static int set_closed_over_another(struct world *w)
{
	struct kvm_userspace_memory_region slot = { .slot = 1,
						    .memory_size = w->page,
						    .userspace_addr = (uintptr_t)w->memory };
	int r = call_with(w, w->vm, KVM_SET_USER_MEMORY_REGION, &slot);

	return r < 0 ? -ENOEXEC : set_slot(w, 9999, 0);
}

static int map_file(struct world *w)
{
	int fd = create_file(w);
	void *address;
	int r = w->sys->mmap(w->sys->ctx, w->page, PROT_READ, MAP_SHARED, fd, 0, &address);

	close_fd(w, fd);
	return r;
}

#define SLOT(text, function, ...) \
	ACT(ON_VM, "KVM_SET_USER_MEMORY_REGION2", text, function, __VA_ARGS__, NEEDS(GUEST_MEMFD))

static void slot_rows_of_files(struct world *w)
{
	SLOT("the end of a guest_memfd", set_last, OK);
	SLOT("beyond a guest_memfd", set_beyond, REFUSED(EINVAL, GMEM_RANGE));
	SLOT("an offset in a guest_memfd that wraps", set_wrapping, REFUSED(EINVAL, GMEM_RANGE));
	SLOT("a slot of a guest_memfd again", set_twice, REFUSED(EINVAL, GMEM_IMMUTABLE));
	SLOT("a slot of a guest_memfd, by the older call", set_plain_after,
	     REFUSED(EINVAL, GMEM_IMMUTABLE));
	SLOT("statistics for a guest_memfd", set_statistics, REFUSED(EINVAL, GMEM_KIND));
	SLOT("over another slot, and not open", set_closed_over_another,
	     REFUSED(EEXIST, SLOT_OVERLAP));
	ACT(ON_VM, "mmap", "a guest_memfd made without MMAP", map_file, REFUSED(ENODEV, NO_MMAP),
	    NEEDS(GUEST_MEMFD));
}

static int call_statistics(struct world *w)
{
	int fd = call(w, w->vm, KVM_GET_STATS_FD, 0);
	int r = call(w, fd, KVM_GET_API_VERSION, 0);

	close_fd(w, fd);
	return r;
}

/* Pages 0 to 3. */
static int add_slot(struct world *w)
{
	struct kvm_userspace_memory_region slot = { .memory_size = 4 * w->page,
						    .userspace_addr = (uintptr_t)w->memory };

	return call_with(w, w->vm, KVM_SET_USER_MEMORY_REGION, &slot);
}

static const char *nothing_is_left(struct world *w)
{
	const struct kvm_pre_fault_memory *range = (const struct kvm_pre_fault_memory *)w->arg;

	return range->gpa == 4 * w->page && range->size == 0 ? NULL : "another rest";
}

static const char *rest_is_left(struct world *w)
{
	const struct kvm_pre_fault_memory *range = (const struct kvm_pre_fault_memory *)w->arg;

	return range->gpa == 4 * w->page && range->size == 2 * w->page ? NULL : "another rest";
}

#define FAULT(text, first, length, bits, ...)                                                   \
	ROW(ON_VCPU, KVM_PRE_FAULT_MEMORY, text,                                                \
	    IN(struct kvm_pre_fault_memory, .gpa = (first), .size = (length), .flags = (bits)), \
	    __VA_ARGS__, .before = add_slot, NEEDS(PRE_FAULT_MEMORY))

static void pre_fault_rows(struct world *w)
{
	FAULT("a slot", 0, 4 * w->page, 0, OK, .verify = nothing_is_left);
	FAULT("more than a slot", 2 * w->page, 4 * w->page, 0, OK, .verify = rest_is_left);
	FAULT("no slot", 4 * w->page, w->page, 0, REFUSED(ENOENT, PRE_FAULT_NO_SLOT));
	FAULT("half a page", 0, w->page / 2, 0, REFUSED(EINVAL, PRE_FAULT_RANGE));
	FAULT("from half a page on", w->page / 2, w->page, 0, REFUSED(EINVAL, PRE_FAULT_RANGE));
	FAULT("no size", 0, 0, 0, REFUSED(EINVAL, PRE_FAULT_RANGE));
	FAULT("a range that wraps", UINT64_MAX - w->page + 1, w->page, 0,
	      REFUSED(EINVAL, PRE_FAULT_RANGE));
	FAULT("a flag", 0, w->page, 1, REFUSED(EINVAL, PRE_FAULT_FLAGS));
	ROW(ON_VCPU, KVM_PRE_FAULT_MEMORY, "unreadable", w->hole, REFUSED(EFAULT, UNREADABLE),
	    NEEDS(PRE_FAULT_MEMORY));
}

void guestmem_rows(struct world *w)
{
	slot_rows_of_files(w);
	pre_fault_rows(w);
	ACT(ON_VM, "KVM_GET_API_VERSION", "on statistics", call_statistics,
	    REFUSED(ENOTTY, NOT_KVM_FILE));
}

#else

/* Those of other architectures wait for a kernel that can be asked. */
void guestmem_rows(struct world *w)
{
	(void)w;
}
#endif
