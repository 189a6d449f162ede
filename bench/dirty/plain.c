/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Dirty pages as one would find them without a library: for one who asks, of one slot. */
#include "subject.h"

static uint64_t first_page(uint64_t word, uint64_t bits)
{
	return word * 64 + (uint64_t)__builtin_ctzll(bits);
}

int plain_scan(struct subject *subject)
{
	uint64_t sum = 0;
	int r = subject_get_log(subject);

	for (uint64_t word = 0; word < subject->nr_pages / 64; word++)
		for (uint64_t bits = subject->bitmap[word]; bits; bits &= bits - 1)
			sum += first_page(word, bits);
	subject->sum = sum;
	return r;
}

int plain_bits(struct subject *subject)
{
	uint64_t sum = 0;

	for (uint64_t page = 0; page < subject->nr_pages; page++)
		if (subject->bitmap[page / 64] >> page % 64 & 1)
			sum += page;
	subject->sum = sum;
	return 0;
}

/* An entry may be of a slot that is gone, or has shrunk: nobody may set a bit without asking. */
int plain_ring(struct subject *subject)
{
	const struct slot *slots = subject->slots;
	struct entry *ring = subject_ring();
	uint64_t sum = 0;

	for (size_t i = 0; i < RING_ENTRIES; i++) {
		uint64_t page;

		if (__atomic_load_n(&ring[i].flags, __ATOMIC_ACQUIRE) != KVMLIB_DIRTY_GFN_F_DIRTY)
			break;
		page = ring[i].offset;
		if (ring[i].slot < subject->nr_slots && page < slots[ring[i].slot].nr_pages)
			slots[ring[i].slot].bitmap[page / 64] |= UINT64_C(1) << page % 64;
		__atomic_store_n(&ring[i].flags, KVMLIB_DIRTY_GFN_F_RESET, __ATOMIC_RELEASE);
		sum++;
	}
	subject->sum = sum;
	return subject_reset_rings();
}
