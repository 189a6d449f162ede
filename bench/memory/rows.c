/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is done with maps, plainly and by the library. */
#include "subject.h"

#include <stdlib.h>
#include <string.h>

static uint8_t buffer[PAGE];

/* Lookups */

static void prepare_1(struct subject *subject)
{
	subject_make_map(subject, 1);
}

static void prepare_16(struct subject *subject)
{
	subject_make_map(subject, 16);
}

static void prepare_512(struct subject *subject)
{
	subject_make_map(subject, MAX_REGIONS);
}

static int lookups(struct subject *subject)
{
	uintptr_t sum = 0;

	for (size_t i = 0; i < LOOKUPS; i++) {
		const void *address;

		if (kvmlib_memory_enter(subject->reader) < 0)
			return -1;
		address = kvmlib_memory_at(subject->reader, subject->gpas[i], NULL);
		kvmlib_memory_leave(subject->reader);
		sum += (uintptr_t)address;
	}
	subject->sum = sum;
	return 0;
}

static void check_sum(struct subject *subject)
{
	uintptr_t found = subject->sum;

	if (plain_lookups(subject) < 0 || subject->sum != found)
		bench_fail("the addresses found");
}

/* Commits */

static void prepare_commit(struct subject *subject)
{
	subject_make_map(subject, 0);
	subject_make_slots_free(true);
}

static void finish_commit(struct subject *subject)
{
	subject_drop_map(subject);
	subject_make_slots_free(false);
}

static int set_slots(struct subject *subject)
{
	int r = 0;

	(void)subject;
	for (size_t i = 0; i < CHANGES; i++)
		r |= subject_set_slot();
	return r;
}

static int commit(struct subject *subject)
{
	struct kvmlib_memory_change *change;

	if (kvmlib_memory_begin(subject->memory, &change) < 0)
		return -1;
	for (uint64_t i = 0; i < CHANGES; i++) {
		const struct kvmlib_memory_region_opts opts = subject_page_at(i * 2 * PAGE);

		if (kvmlib_memory_change_add(change, &opts, NULL) < 0)
			return -1;
	}
	return kvmlib_memory_change_commit(change);
}

/* Reads */

static void shuffle_pages(struct subject *subject)
{
	const size_t n = READ_BYTES / PAGE;

	subject->pages = calloc(n, sizeof(*subject->pages));
	if (!subject->pages)
		bench_fail("the order of pages");
	for (size_t i = 0; i < n; i++) {
		size_t other = subject_random() % (i + 1);

		subject->pages[i] = subject->pages[other];
		subject->pages[other] = (uint32_t)i;
	}
}

/* The map stays for all rounds: the process' end drops it. */
static void prepare_read(struct subject *subject)
{
	const struct kvmlib_memory_region_opts opts = { .size = sizeof(opts),
							.length = READ_BYTES };
	struct kvmlib_memory_region *region;

	if (subject->bytes)
		return;
	subject_make_map(subject, 0);
	if (kvmlib_memory_add(subject->memory, &opts, &region) < 0)
		bench_fail("memory to read");
	subject->bytes = kvmlib_memory_region_address(region);
	memset(subject->bytes, 1, READ_BYTES);
	shuffle_pages(subject);
	subject->read_size = PAGE;
}

static uint64_t next_page(struct subject *subject)
{
	if (subject->next_page == READ_BYTES / PAGE)
		subject->next_page = 0;
	return (uint64_t)subject->pages[subject->next_page++] * PAGE;
}

/* The compiler must not see that nobody looks. */
static int look(void)
{
	__asm__ volatile("" : : "r"(buffer) : "memory");
	return 0;
}

static int copy_pages(struct subject *subject)
{
	for (size_t i = 0; i < READS; i++) {
		memcpy(buffer, subject->bytes + next_page(subject), subject->read_size);
		look();
	}
	return 0;
}

static int read_pages(struct subject *subject)
{
	int r = 0;

	for (size_t i = 0; i < READS; i++) {
		r |= kvmlib_memory_read(subject->reader, next_page(subject), buffer,
					subject->read_size);
		look();
	}
	return r;
}

#define LOOKUP_ROW(n)                                                                        \
	{                                                                                    \
		.name = "lookup_" #n, .raw = plain_lookups, .wrapped = lookups, .calls = 50, \
		.batch = LOOKUPS, .prepare = prepare_##n, .check = check_sum,                \
		.finish = subject_drop_map                                                   \
	}

const struct row memory_rows[] = {
	LOOKUP_ROW(1),
	LOOKUP_ROW(16),
	LOOKUP_ROW(512),
	{ .name = "commit_500_library",
	  .raw = set_slots,
	  .wrapped = commit,
	  .calls = 1,
	  .batch = CHANGES,
	  .prepare = prepare_commit,
	  .finish = finish_commit },
	{ .name = "read_4k",
	  .raw = copy_pages,
	  .wrapped = read_pages,
	  .calls = 50,
	  .batch = READS,
	  .prepare = prepare_read },
};
const size_t memory_nr_rows = sizeof(memory_rows) / sizeof(memory_rows[0]);
