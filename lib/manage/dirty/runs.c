/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The runs of a round: no lock, no allocation, and no bit is looked at by itself. */
#include "dirty.h"

#include <errno.h>

/* A part of a region that a reader sees, in pages of the region. */
struct part {
	const struct kvmlib_memory_region *region;
	struct kvmlib__dirty_log *log;
	struct kvmlib__pages *pages;
	uint64_t gpa; /* of the region's page 0 */
	uint64_t first;
	uint64_t end;
	unsigned int page_shift;
};

/* The runs that were taken so far; the last one grows as long as its pages go on. */
struct taken {
	struct kvmlib_dirty_run *runs;
	size_t n;
	size_t max;
	uint64_t end;	/* of the last, as a page of the part's region */
	uint64_t pages; /* in all of them */
};

/* False where there is no room. */
static inline bool add_run(struct taken *taken, const struct part *part, uint64_t page, uint64_t n)
{
	uint64_t offset = page << part->page_shift;

	if (taken->end == page && taken->n) {
		taken->runs[taken->n - 1].length += n << part->page_shift;
	} else if (taken->n < taken->max) {
		taken->runs[taken->n++] = (struct kvmlib_dirty_run){
			.gpa = part->gpa + offset,
			.length = n << part->page_shift,
			.address = part->region->address + offset,
		};
	} else {
		return false;
	}
	taken->end = page + n;
	taken->pages += n;
	return true;
}

/* Take the runs of one word; bits that find no room are returned. */
static inline uint64_t take_word(struct taken *taken, const struct part *part, size_t word,
				 uint64_t bits)
{
	while (bits) {
		uint64_t first = (uint64_t)__builtin_ctzll(bits);
		uint64_t clear = ~(bits >> first);
		uint64_t n = clear ? (uint64_t)__builtin_ctzll(clear) : 64;

		if (!add_run(taken, part, word * 64 + first, n))
			break;
		bits &= bits + (bits & -bits); /* the lowest ones that follow each other go */
	}
	return bits;
}

/* Bits of a word that lie in the part. */
static inline uint64_t inside(const struct part *part, size_t word)
{
	uint64_t page = (uint64_t)word * 64;
	uint64_t mask = UINT64_MAX;

	if (page >= part->first && page + 64 <= part->end)
		return mask;
	if (page + 64 <= part->first || page >= part->end)
		return 0;
	if (page < part->first)
		mask <<= part->first - page;
	if (page + 64 > part->end)
		mask &= UINT64_MAX >> (page + 64 - part->end);
	return mask;
}

static bool is_whole(const struct part *part, size_t group)
{
	return (uint64_t)group * 4096 >= part->first && ((uint64_t)group + 1) * 4096 <= part->end;
}

/*
 * Take 64 words, of which the summary tells which are not 0. Returns the first page that found no room,
 * or the part's end.
 */
static uint64_t take_group(struct taken *taken, const struct part *part, size_t group)
{
	const bool all = is_whole(part, group);
	uint64_t *words = part->pages->words + group * 64;
	uint64_t summary = part->pages->summary[group];
	uint64_t kept = 0; /* words that are not 0 after all */
	uint64_t left = 0;
	size_t i = 0;

	for (; summary && !left; summary &= summary - 1) {
		uint64_t wanted;

		i = (size_t)__builtin_ctzll(summary);
		wanted = all ? words[i] : words[i] & inside(part, group * 64 + i);
		left = take_word(taken, part, group * 64 + i, wanted);
		words[i] = (words[i] & ~wanted) | left;
		if (words[i])
			kept |= UINT64_C(1) << i;
	}
	part->pages->summary[group] = summary | kept;
	return left ? (group * 64 + i) * 64 + (uint64_t)__builtin_ctzll(left) : part->end;
}

/* The consumer's own thread may hand out what no harvest has counted. */
static void count(const struct part *part, uint64_t pages)
{
	if (part->pages->is_counted)
		return;
	atomic_fetch_add_explicit(&part->log->nr_handed, pages, memory_order_relaxed);
	atomic_fetch_add_explicit(&part->log->dirty->nr_handed, pages, memory_order_relaxed);
}

/* Returns where the part goes on, or its end. */
static uint64_t take_part(struct taken *taken, const struct part *part)
{
	struct kvmlib__pages *pages = part->pages;
	uint64_t before = taken->pages;
	uint64_t page = part->end;

	taken->end = UINT64_MAX;
	for (size_t group = (size_t)(part->first / 4096);
	     page == part->end && (uint64_t)group * 4096 < part->end; group++) {
		if (pages->unread <= group)
			kvmlib__pages_read(part->log, pages, group);
		if (pages->summary[group])
			page = take_group(taken, part, group);
	}
	count(part, taken->pages - before);
	return page;
}

/* The first entry that ends behind an address. */
static size_t first_entry(const struct kvmlib__view_space *space, uint64_t gpa)
{
	size_t low = 0;
	size_t high = space->nr_entries;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (space->entries[middle].gpa + space->entries[middle].length > gpa)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

/* Of an entry what the consumer asks for; false where there is nothing to be had. */
static bool part_of(const struct kvmlib_dirty_consumer *consumer,
		    const struct kvmlib__view_entry *entry, struct part *part)
{
	struct kvmlib__dirty_log *log = kvmlib__log_of(entry->region);
	struct kvmlib__share *share = log ? atomic_load(&log->shares[consumer->index]) : NULL;
	uint64_t offset = (uint64_t)(entry->address - entry->region->address);
	uint64_t begin = consumer->gpa > entry->gpa ? consumer->gpa - entry->gpa : 0;
	uint64_t length = entry->length;

	if (!share || !length || entry->gpa > consumer->last)
		return false;
	if (consumer->last - entry->gpa < length)
		length = consumer->last - entry->gpa + 1;
	part->region = entry->region;
	part->log = log;
	part->pages = &share->current;
	part->gpa = entry->gpa - offset;
	part->page_shift = log->track.page_shift;
	part->first = (offset + begin) >> log->track.page_shift;
	part->end = (offset + length) >> log->track.page_shift;
	return part->first < part->end;
}

static size_t take_runs(struct kvmlib_dirty_consumer *consumer,
			const struct kvmlib__view_space *space, struct kvmlib_dirty_run *runs,
			size_t max)
{
	struct taken taken = { .runs = runs, .max = max };

	for (size_t i = first_entry(space, consumer->gpa); i < space->nr_entries; i++) {
		struct part part;
		uint64_t page;

		if (!part_of(consumer, &space->entries[i], &part))
			continue;
		page = take_part(&taken, &part);
		consumer->gpa = part.gpa + (page << part.page_shift);
		if (page < part.end)
			return taken.n;
	}
	consumer->is_over = true;
	return taken.n;
}

static int check(const struct kvmlib_dirty_consumer *consumer,
		 const struct kvmlib_memory_reader *reader, size_t max, const char *function)
{
	struct kvmlib__failure failure = { .function = function, .errnum = -EINVAL };

	if (!max || reader->memory != consumer->dirty->memory)
		failure.cause = KVMLIB_CAUSE_BAD_ARGUMENT;
	else if (!reader->depth)
		failure.cause = KVMLIB_CAUSE_NOT_IN_READER;
	return failure.cause ? kvmlib__error_record(&failure) : 0;
}

int kvmlib_dirty_next_runs(struct kvmlib_dirty_consumer *consumer,
			   const struct kvmlib_memory_reader *reader, struct kvmlib_dirty_run *runs,
			   size_t max)
{
	int r;

	if (!consumer || !reader || !runs)
		return KVMLIB__NULL_ARGUMENT(!consumer ? 1 : reader ? 3 : 2);
	r = check(consumer, reader, max, __func__);
	if (r < 0 || consumer->is_over)
		return r;
	return (int)take_runs(consumer, reader->space, runs, max < INT32_MAX ? max : INT32_MAX);
}
