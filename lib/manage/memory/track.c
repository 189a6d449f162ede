/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Marks of what was written, for the tracker that has asked for them. */
#include "memory.h"

/* The summary comes last: who finds it set finds the mark. Both are set after what they tell of. */
static void mark_bits(struct kvmlib__track *track, uint64_t word, uint64_t bits)
{
	atomic_fetch_or_explicit(&track->marks[word], bits, memory_order_release);
	atomic_fetch_or_explicit(&track->summary[word / 64], UINT64_C(1) << word % 64,
				 memory_order_release);
}

void kvmlib__track_mark(struct kvmlib__track *track, uint64_t offset, uint64_t length)
{
	uint64_t page = offset >> track->page_shift;
	uint64_t end;

	if (!length)
		return;
	end = ((offset + length - 1) >> track->page_shift) + 1;
	while (page < end) {
		uint64_t last = page | 63; /* of its word */
		uint64_t n = last < end ? last - page + 1 : end - page;

		mark_bits(track, page / 64,
			  (n < 64 ? (UINT64_C(1) << n) - 1 : UINT64_MAX) << page % 64);
		page += n;
	}
}

void kvmlib__track_all(const struct kvmlib_memory_region *region)
{
	struct kvmlib__track *track = atomic_load(&region->track);

	if (track)
		kvmlib__track_mark(track, 0, region->length);
}
