/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lookups as one would write them without a library: of a map that never changes. */
#include "subject.h"

/* The last region that begins at or below the address, without a branch. */
static const struct plain_region *find(const struct plain_region *region, size_t n, uint64_t gpa)
{
	while (n > 1) {
		size_t half = n / 2;

		region += region[half].gpa <= gpa ? half : 0;
		n -= half;
	}
	return region;
}

int plain_lookups(struct subject *subject)
{
	uintptr_t sum = 0;

	for (size_t i = 0; i < LOOKUPS; i++) {
		uint64_t gpa = subject->gpas[i];
		const struct plain_region *region =
			find(subject->regions, subject->nr_regions, gpa);

		if (gpa - region->gpa >= region->length)
			return -1;
		sum += (uintptr_t)region->address + (gpa - region->gpa);
	}
	subject->sum = sum;
	return 0;
}
