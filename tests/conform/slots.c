/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory slots. */
#include "row.h"

#define LOG	   KVMLIB_MEM_LOG_DIRTY_PAGES
#define READONLY   KVMLIB_MEM_READONLY
#define SPACE_1	   0x10000U
#define MANY_PAGES (1ULL << 31)

#if defined(__x86_64__)
#define BEYOND_GPA REFUSED(EINVAL, SLOT_BEYOND_GPA)
#elif defined(__loongarch__)
#define BEYOND_GPA REFUSED(ENOMEM, SLOT_BEYOND_GPA)
#elif defined(__aarch64__) || defined(__riscv)
#define BEYOND_GPA REFUSED(EFAULT, SLOT_BEYOND_GPA)
#endif

/* A region of pages, whose host memory starts where the slots' memory does. */
static struct kvm_userspace_memory_region pages_of(const struct world *w, uint32_t slot,
						   uint64_t first, uint64_t count)
{
	return (struct kvm_userspace_memory_region){
		.slot = slot,
		.guest_phys_addr = first * w->page,
		.memory_size = count * w->page,
		.userspace_addr = (uintptr_t)w->memory,
	};
}

static void *pages(const struct world *w, uint32_t slot, uint64_t first, uint64_t count)
{
	struct kvm_userspace_memory_region region = pages_of(w, slot, first, count);

	return put(w, &region, sizeof(region));
}

static void *flagged(const struct world *w, uint32_t slot, uint64_t first, uint64_t count,
		     uint32_t flags)
{
	struct kvm_userspace_memory_region region = pages_of(w, slot, first, count);

	region.flags = flags;
	return put(w, &region, sizeof(region));
}

/* Four pages, off by some bytes in guest address, size and host address. */
static void *shifted(const struct world *w, uint64_t gpa, uint64_t size, uint64_t host)
{
	struct kvm_userspace_memory_region region = pages_of(w, 0, 16, 4);

	region.guest_phys_addr += gpa;
	region.memory_size += size;
	region.userspace_addr += host;
	return put(w, &region, sizeof(region));
}

static void *at(const struct world *w, uint64_t gpa, uint64_t size, uint64_t host)
{
	return IN(struct kvm_userspace_memory_region, .guest_phys_addr = gpa, .memory_size = size,
		  .userspace_addr = host);
}

static int set_region(struct world *w, uint32_t slot, uint64_t first, uint64_t count,
		      uint32_t flags)
{
	struct kvm_userspace_memory_region region = pages_of(w, slot, first, count);

	region.flags = flags;
	return call_with(w, w->vm, KVM_SET_USER_MEMORY_REGION, &region);
}

/* Slot 0 with the pages 16 to 19. */
static int slot_0(struct world *w)
{
	return set_region(w, 0, 16, 4, 0);
}

static int logging_slot_0(struct world *w)
{
	return set_region(w, 0, 16, 4, LOG);
}

static int deleted_slot_0(struct world *w)
{
	int r = slot_0(w);

	return r < 0 ? r : set_region(w, 0, 16, 0, 0);
}

static int moved_slot_0(struct world *w)
{
	int r = slot_0(w);

	return r < 0 ? r : set_region(w, 0, 32, 4, 0);
}

/* And slot 1 with 32 to 35. */
static int two_slots(struct world *w)
{
	int r = slot_0(w);

	return r < 0 ? r : set_region(w, 1, 32, 4, 0);
}

#define REGION(text, argument, ...) \
	ROW(ON_VM, KVM_SET_USER_MEMORY_REGION, text, argument, __VA_ARGS__)

static void number_rows(struct world *w)
{
	uint32_t count = (uint32_t)capability(w, KVMLIB_CAP_NR_MEMSLOTS);

	REGION("a slot", pages(w, 0, 16, 4), OK);
	REGION("the last slot", pages(w, count - 1, 16, 4), OK);
	REGION("one slot more", pages(w, count, 16, 4), REFUSED(EINVAL, SLOT_ID));
	REGION("the last number of 16 bits", pages(w, 0xffff, 16, 4), REFUSED(EINVAL, SLOT_ID));
	REGION("a third address space", pages(w, 2 * SPACE_1, 16, 4), REFUSED(EINVAL, SLOT_ID));
	REGION("the last address space", pages(w, 0xffff0000U, 16, 4), REFUSED(EINVAL, SLOT_ID));
	REGION("an argument that can't be read", w->hole, REFUSED(EFAULT, UNREADABLE));
	REGION("an argument cut short", w->hole - sizeof(struct kvm_userspace_memory_region) + 8,
	       REFUSED(EFAULT, UNREADABLE));
	REGION("an argument at address 0", 0, REFUSED(EFAULT, UNREADABLE));
}

static void flag_rows(struct world *w)
{
	REGION("a dirty log", flagged(w, 0, 16, 4, LOG), OK);
	REGION("guest_memfd's flag, which is the other call's", flagged(w, 0, 16, 4, 4),
	       REFUSED(EINVAL, SLOT_FLAGS));
	REGION("an unknown flag", flagged(w, 0, 16, 4, 8), REFUSED(EINVAL, SLOT_FLAGS));
	REGION("the last flag", flagged(w, 0, 16, 4, 1U << 31), REFUSED(EINVAL, SLOT_FLAGS));
	REGION("an unknown flag for a deletion", flagged(w, 0, 16, 0, 8),
	       REFUSED(EINVAL, SLOT_FLAGS), .before = slot_0);
}

static void alignment_rows(struct world *w)
{
	REGION("a guest address off by one", shifted(w, 1, 0, 0), REFUSED(EINVAL, SLOT_UNALIGNED));
	REGION("a guest address off by 512", shifted(w, 512, 0, 0),
	       REFUSED(EINVAL, SLOT_UNALIGNED));
	REGION("a size off by one", shifted(w, 0, 1, 0), REFUSED(EINVAL, SLOT_UNALIGNED));
	REGION("a size of one byte", at(w, 0, 1, (uintptr_t)w->memory),
	       REFUSED(EINVAL, SLOT_UNALIGNED));
	REGION("a host address off by one", shifted(w, 0, 0, 1), REFUSED(EINVAL, SLOT_UNALIGNED));
	REGION("a guest address off by one for a deletion", at(w, 1, 0, (uintptr_t)w->memory),
	       REFUSED(EINVAL, SLOT_UNALIGNED), .before = slot_0);
}

static void range_rows(struct world *w)
{
	uint64_t last_page = ~(uint64_t)0 - w->page + 1;
	uint64_t memory = (uintptr_t)w->memory;

	REGION("host memory that is not mapped", at(w, 0, w->page, (uintptr_t)w->hole), OK);
	REGION("host address 0", at(w, 0, w->page, 0), OK);
	REGION("a host address in the kernel's half", at(w, 0, w->page, 1ULL << 63),
	       REFUSED(EINVAL, SLOT_HOST_RANGE));
	REGION("the last host page of all", at(w, 0, w->page, last_page),
	       REFUSED(EINVAL, SLOT_HOST_RANGE));
	REGION("a host range that ends in the kernel's half", at(w, 0, 1ULL << 62, 3ULL << 61),
	       REFUSED(EINVAL, SLOT_HOST_RANGE));
	REGION("a guest range that wraps", at(w, last_page, 2 * w->page, memory),
	       REFUSED(EINVAL, SLOT_WRAPS));
	REGION("a guest range that ends at 2^64", at(w, last_page, w->page, memory),
	       REFUSED(EINVAL, SLOT_WRAPS));
	REGION("2^31 pages", at(w, 0, MANY_PAGES * w->page, 0), REFUSED(EINVAL, SLOT_TOO_BIG));
#ifdef BEYOND_GPA
	REGION("a range behind all guest addresses", at(w, 1ULL << 60, w->page, memory),
	       BEYOND_GPA);
#endif
#if defined(__x86_64__)
	REGION("the first page above 52 bits", at(w, 1ULL << 52, w->page, memory), BEYOND_GPA);
	REGION("a range across 52 bits", at(w, (1ULL << 52) - w->page, 2 * w->page, memory),
	       BEYOND_GPA);
#endif
}

static void overlap_rows(struct world *w)
{
	REGION("the pages before a slot", pages(w, 1, 12, 4), OK, .before = slot_0);
	REGION("the pages behind a slot", pages(w, 1, 20, 4), OK, .before = slot_0);
	REGION("a slot's pages", pages(w, 1, 16, 4), REFUSED(EEXIST, SLOT_OVERLAP),
	       .before = slot_0);
	REGION("a slot's last page", pages(w, 1, 19, 4), REFUSED(EEXIST, SLOT_OVERLAP),
	       .before = slot_0);
	REGION("a slot's first page", pages(w, 1, 13, 4), REFUSED(EEXIST, SLOT_OVERLAP),
	       .before = slot_0);
	REGION("pages around a slot", pages(w, 1, 0, 64), REFUSED(EEXIST, SLOT_OVERLAP),
	       .before = slot_0);
	REGION("pages in a slot", pages(w, 1, 17, 1), REFUSED(EEXIST, SLOT_OVERLAP),
	       .before = slot_0);
	REGION("pages over two slots", pages(w, 2, 18, 16), REFUSED(EEXIST, SLOT_OVERLAP),
	       .before = two_slots);
	REGION("pages between two slots", pages(w, 2, 20, 12), OK, .before = two_slots);
	REGION("the same host memory twice", pages(w, 1, 32, 4), OK, .before = slot_0);
}

static void change_rows(struct world *w)
{
	REGION("the same again", pages(w, 0, 16, 4), OK, .before = slot_0);
	REGION("another size", pages(w, 0, 16, 5), REFUSED(EINVAL, SLOT_IMMUTABLE),
	       .before = slot_0);
	REGION("another host address", shifted(w, 0, 0, w->page), REFUSED(EINVAL, SLOT_IMMUTABLE),
	       .before = slot_0);
	REGION("another size where another slot is", pages(w, 0, 32, 5),
	       REFUSED(EINVAL, SLOT_IMMUTABLE), .before = two_slots);
	REGION("a dirty log later", flagged(w, 0, 16, 4, LOG), OK, .before = slot_0);
	REGION("a dirty log no more", pages(w, 0, 16, 4), OK, .before = logging_slot_0);
	REGION("a move", pages(w, 0, 64, 4), OK, .before = slot_0);
	REGION("a move by one page", pages(w, 0, 17, 4), OK, .before = slot_0);
	REGION("a move to another slot's pages", pages(w, 0, 30, 4), REFUSED(EEXIST, SLOT_OVERLAP),
	       .before = two_slots);
	REGION("a slot where another was before its move", pages(w, 1, 16, 4), OK,
	       .before = moved_slot_0);
#if defined(__x86_64__)
	REGION("a move behind all guest addresses", pages(w, 0, 1ULL << 40, 4), BEYOND_GPA,
	       .before = slot_0);
#endif
}

static void delete_rows(struct world *w)
{
	REGION("deletion", pages(w, 0, 16, 0), OK, .before = slot_0);
	REGION("deletion, whatever the addresses say", pages(w, 0, 99, 0), OK, .before = slot_0);
	REGION("deletion of what never was", pages(w, 0, 16, 0), REFUSED(EINVAL, SLOT_NOT_THERE));
	REGION("deletion of another slot", pages(w, 1, 16, 0), REFUSED(EINVAL, SLOT_NOT_THERE),
	       .before = slot_0);
	REGION("deletion twice", pages(w, 0, 16, 0), REFUSED(EINVAL, SLOT_NOT_THERE),
	       .before = deleted_slot_0);
	REGION("a slot where another was", pages(w, 1, 16, 4), OK, .before = deleted_slot_0);
	REGION("another size after deletion", pages(w, 0, 16, 5), OK, .before = deleted_slot_0);
}

#if defined(__x86_64__)
static void space_rows(struct world *w)
{
	REGION("the second address space", pages(w, SPACE_1, 16, 4), OK, NEEDS(MULTI_ADDRESS_SPACE),
	       .at_least = 2);
	REGION("a slot's pages in another address space", pages(w, SPACE_1 | 1, 16, 4), OK,
	       .before = slot_0, NEEDS(MULTI_ADDRESS_SPACE), .at_least = 2);
}
#endif

#if !defined(__s390x__)
static int readonly_slot_0(struct world *w)
{
	return set_region(w, 0, 16, 4, READONLY);
}

static void readonly_rows(struct world *w)
{
	REGION("READONLY", flagged(w, 0, 16, 4, READONLY), OK, NEEDS(READONLY_MEM));
	REGION("READONLY with a dirty log", flagged(w, 0, 16, 4, READONLY | LOG), OK,
	       NEEDS(READONLY_MEM));
	REGION("READONLY later", flagged(w, 0, 16, 4, READONLY), REFUSED(EINVAL, SLOT_IMMUTABLE),
	       .before = slot_0, NEEDS(READONLY_MEM));
	REGION("READONLY no more", pages(w, 0, 16, 4), REFUSED(EINVAL, SLOT_IMMUTABLE),
	       .before = readonly_slot_0, NEEDS(READONLY_MEM));
	REGION("deletion, READONLY set", flagged(w, 0, 16, 0, READONLY), OK, .before = slot_0,
	       NEEDS(READONLY_MEM));
}
#endif

void slot_rows(struct world *w)
{
	number_rows(w);
	flag_rows(w);
	alignment_rows(w);
	range_rows(w);
	overlap_rows(w);
	change_rows(w);
	delete_rows(w);
#if defined(__x86_64__)
	space_rows(w);
#endif
#if !defined(__s390x__)
	readonly_rows(w);
#endif
}
