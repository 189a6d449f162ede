/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Dirty logs of slots. */
#include "row.h"

#include <string.h>

#define LOG	KVMLIB_MEM_LOG_DIRTY_PAGES
#define SPACE_1 0x10000U
#define PAGES	130U /* two words of a bitmap and two bits */
#define WORDS	3U

static uint64_t bitmap[WORDS + 1];

static int set_slot(struct world *w, uint64_t count, uint32_t flags)
{
	struct kvm_userspace_memory_region region = {
		.flags = flags,
		.memory_size = count * w->page,
		.userspace_addr = (uintptr_t)w->memory,
	};

	return call_with(w, w->vm, KVM_SET_USER_MEMORY_REGION, &region);
}

static int plain_slot(struct world *w)
{
	return set_slot(w, PAGES, 0);
}

static int logging_slot(struct world *w)
{
	return set_slot(w, PAGES, LOG);
}

/* The log once more after it was off. */
static int log_off(struct world *w)
{
	int r = logging_slot(w);

	return r < 0 ? r : plain_slot(w);
}

static int deleted_slot(struct world *w)
{
	int r = logging_slot(w);

	return r < 0 ? r : set_slot(w, 0, 0);
}

static void *log_of(const struct world *w, uint32_t slot, void *bits)
{
	memset(bitmap, 0x55, sizeof(bitmap));
	return IN(struct kvm_dirty_log, .slot = slot, .dirty_bitmap = bits);
}

/* What the kernel wrote of the bitmap, which was filled with 0x55 before. */
static const char *bitmap_is(uint64_t first, uint64_t second, uint64_t third)
{
	const uint64_t wanted[] = { first, second, third, 0x5555555555555555ULL };

	return memcmp(bitmap, wanted, sizeof(wanted)) == 0 ? NULL : "another bitmap";
}

static const char *all_clean(struct world *w)
{
	(void)w;
	return bitmap_is(0, 0, 0);
}

#define GET(text, argument, ...) ROW(ON_VM, KVM_GET_DIRTY_LOG, text, argument, __VA_ARGS__)

static void get_rows(struct world *w)
{
	uint32_t count = (uint32_t)capability(w, KVMLIB_CAP_NR_MEMSLOTS);

	GET("a new log is empty", log_of(w, 0, bitmap), OK, .before = logging_slot,
	    .verify = all_clean);
	GET("no slot", log_of(w, 0, bitmap), REFUSED(ENOENT, DIRTY_NO_LOG));
	GET("a slot without a log", log_of(w, 0, bitmap), REFUSED(ENOENT, DIRTY_NO_LOG),
	    .before = plain_slot);
	GET("a log that was switched off", log_of(w, 0, bitmap), REFUSED(ENOENT, DIRTY_NO_LOG),
	    .before = log_off);
	GET("a slot that was deleted", log_of(w, 0, bitmap), REFUSED(ENOENT, DIRTY_NO_LOG),
	    .before = deleted_slot);
	GET("the last slot, which is not there", log_of(w, count - 1, bitmap),
	    REFUSED(ENOENT, DIRTY_NO_LOG));
	GET("one slot more", log_of(w, count, bitmap), REFUSED(EINVAL, DIRTY_SLOT_ID));
	GET("a third address space", log_of(w, 2 * SPACE_1, bitmap),
	    REFUSED(EINVAL, DIRTY_SLOT_ID));
	GET("an argument that can't be read", w->hole, REFUSED(EFAULT, UNREADABLE));
	GET("a bitmap that can't be written", log_of(w, 0, w->hole), REFUSED(EFAULT, UNWRITABLE),
	    .before = logging_slot);
	GET("a bitmap cut short", log_of(w, 0, w->hole - 8), REFUSED(EFAULT, UNWRITABLE),
	    .before = logging_slot);
	GET("no slot comes before the bitmap", log_of(w, 0, w->hole),
	    REFUSED(ENOENT, DIRTY_NO_LOG));
}

#ifdef KVM_CLEAR_DIRTY_LOG
static int set_then_log(struct world *w)
{
	struct kvm_enable_cap cap = {
		.cap = KVMLIB_CAP_MANUAL_DIRTY_LOG_PROTECT2,
		.args = { KVMLIB_DIRTY_LOG_MANUAL_PROTECT_ENABLE | KVMLIB_DIRTY_LOG_INITIALLY_SET },
	};
	int r = call_with(w, w->vm, KVM_ENABLE_CAP, &cap);

	return r < 0 ? r : logging_slot(w);
}

static void *part(const struct world *w, uint32_t slot, uint64_t first, uint32_t count)
{
	memset(bitmap, 0xff, sizeof(bitmap));
	return IN(struct kvm_clear_dirty_log, .slot = slot, .first_page = first, .num_pages = count,
		  .dirty_bitmap = bitmap);
}

static void *part_in(const struct world *w, uint64_t first, uint32_t count, void *bits)
{
	return IN(struct kvm_clear_dirty_log, .first_page = first, .num_pages = count,
		  .dirty_bitmap = bits);
}

static int get_log(struct world *w)
{
	struct kvm_dirty_log log = { .dirty_bitmap = bitmap };

	memset(bitmap, 0x55, sizeof(bitmap));
	return call_with(w, w->vm, KVM_GET_DIRTY_LOG, &log);
}

static int get_log_twice(struct world *w)
{
	int r = get_log(w);

	return r < 0 ? r : get_log(w);
}

static const char *all_set(struct world *w)
{
	(void)w;
	return bitmap_is(~0ULL, ~0ULL, 3);
}

static const char *middle_clear(struct world *w)
{
	int r = get_log(w);

	return r < 0 ? "no log" : bitmap_is(~0ULL, 0, 3);
}

static const char *end_clear(struct world *w)
{
	int r = get_log(w);

	return r < 0 ? "no log" : bitmap_is(~0ULL, ~0ULL, 0);
}

static const char *still_all_set(struct world *w)
{
	int r = get_log(w);

	return r < 0 ? "no log" : bitmap_is(~0ULL, ~0ULL, 3);
}

#define MANUAL(text, argument, ...)                                                          \
	ROW(ON_VM, KVM_CLEAR_DIRTY_LOG, text, argument, __VA_ARGS__, .before = set_then_log, \
	    NEEDS(MANUAL_DIRTY_LOG_PROTECT2), .at_least = 3)

static void clear_rows(struct world *w)
{
	ACT(ON_VM, "KVM_GET_DIRTY_LOG", "all set at first, and not cleared by reading",
	    get_log_twice, OK, .before = set_then_log, .verify = all_set,
	    NEEDS(MANUAL_DIRTY_LOG_PROTECT2), .at_least = 3);
	MANUAL("64 pages in the middle", part(w, 0, 64, 64), OK, .verify = middle_clear);
	MANUAL("the rest, no multiple of 64", part(w, 0, 128, 2), OK, .verify = end_clear);
	MANUAL("no pages", part(w, 0, 0, 0), OK, .verify = still_all_set);
	MANUAL("no pages at the end, which is not aligned", part(w, 0, PAGES, 0),
	       REFUSED(EINVAL, CLEAR_FIRST));
	MANUAL("a first page of 1", part(w, 0, 1, 64), REFUSED(EINVAL, CLEAR_FIRST));
	MANUAL("a first page of 32", part(w, 0, 32, 64), REFUSED(EINVAL, CLEAR_FIRST));
	MANUAL("a first page of 63", part(w, 0, 63, 1), REFUSED(EINVAL, CLEAR_FIRST));
	MANUAL("63 pages that are not the rest", part(w, 0, 0, 63), REFUSED(EINVAL, CLEAR_RANGE));
	MANUAL("one page more than there is", part(w, 0, 0, PAGES + 1),
	       REFUSED(EINVAL, CLEAR_RANGE));
	MANUAL("a first page behind the slot", part(w, 0, 192, 0), REFUSED(EINVAL, CLEAR_RANGE));
	MANUAL("a first page near 2^64", part(w, 0, ~63ULL, 128), REFUSED(EINVAL, CLEAR_RANGE));
	MANUAL("another slot", part(w, 1, 0, 64), REFUSED(ENOENT, DIRTY_NO_LOG));
	MANUAL("a third address space", part(w, 2 * SPACE_1, 0, 64),
	       REFUSED(EINVAL, DIRTY_SLOT_ID));
	MANUAL("the first page comes before the slot", part(w, 1, 1, 64),
	       REFUSED(EINVAL, CLEAR_FIRST));
	MANUAL("a bitmap that can't be read", part_in(w, 0, 64, w->hole),
	       REFUSED(EFAULT, UNREADABLE), .verify = still_all_set);
	MANUAL("the range comes before the bitmap", part_in(w, 0, 63, w->hole),
	       REFUSED(EINVAL, CLEAR_RANGE));
	MANUAL("an argument that can't be read", w->hole, REFUSED(EFAULT, UNREADABLE));
	ROW(ON_VM, KVM_CLEAR_DIRTY_LOG, "a slot without a log", part(w, 0, 0, 64),
	    REFUSED(ENOENT, DIRTY_NO_LOG), .before = plain_slot, NEEDS(MANUAL_DIRTY_LOG_PROTECT2));
	ROW(ON_VM, KVM_CLEAR_DIRTY_LOG, "a log that is not manual", part(w, 0, 0, 64), OK,
	    .before = logging_slot, NEEDS(MANUAL_DIRTY_LOG_PROTECT2));
}
#endif

void dirty_rows(struct world *w)
{
	get_rows(w);
#ifdef KVM_CLEAR_DIRTY_LOG
	clear_rows(w);
#endif
}
