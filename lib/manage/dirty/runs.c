/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The runs of a round: no lock, no allocation, and no bit is looked at by itself. */
#include "dirty.h"

#include <errno.h>

/* A part of a region that a reader sees, in pages of the region. */
struct part {
	struct kvmlib__dirty_log *log;
	struct kvmlib__pages *pages;
	uint64_t gpa; /* of the region's page 0 */
	unsigned char *address;
	uint64_t first;
	uint64_t end;
	unsigned int page_shift;
};

#define NO_PAGE UINT64_MAX

/* The runs that were taken so far; the last one grows as long as its pages go on. */
struct taken {
	struct kvmlib_dirty_run *runs;
	size_t n;
	size_t max;
	uint64_t end;	/* of the last, as a page of the part's region; NO_PAGE: it is another's */
	uint64_t pages; /* in all of them */
};

/* How many bits are set from the lowest one on. */
static inline uint64_t count_ones(uint64_t bits)
{
	return ~bits ? (uint64_t)__builtin_ctzll(~bits) : 64;
}

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
			.address = part->address + offset,
		};
	} else {
		return false;
	}
	taken->end = page + n;
	taken->pages += n;
	return true;
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

/* The first page of a group, whose summary says that there is one. */
static uint64_t first_page(const struct part *part, size_t group)
{
	size_t word = group * 64 + (size_t)__builtin_ctzll(part->pages->summary[group]);

	return (uint64_t)word * 64 + (uint64_t)__builtin_ctzll(part->pages->words[word]);
}

/* Whether all that a group has lies in the part, as it mostly does where the part goes on. */
static bool is_whole(const struct part *part, size_t group)
{
	const uint64_t end = ((uint64_t)group + 1) * 4096;

	return (part->end >= end || part->end == part->log->track.nr_pages) &&
	       first_page(part, group) >= part->first;
}

/*
 * Take a group, until there is no room. Returns whether there was. Nobody can foretell how many runs
 * a word has: the next word is at hand before it is known whether it is its turn, so that there is no
 * branch.
 */
static bool take_whole(struct taken *taken, const struct part *part, size_t group)
{
	uint64_t *words = part->pages->words + group * 64;
	uint64_t summary = part->pages->summary[group];
	size_t i = (size_t)__builtin_ctzll(summary);
	uint64_t bits = words[i];

	while (summary) {
		const uint64_t rest = summary & (summary - 1);
		const size_t next = (size_t)__builtin_ctzll(rest | UINT64_C(1) << 63);
		const uint64_t next_bits = words[next];
		const uint64_t first = (uint64_t)__builtin_ctzll(bits);

		if (!add_run(taken, part, (group * 64 + i) * 64 + first, count_ones(bits >> first)))
			break;
		bits &= bits + (bits & -bits); /* the lowest ones that follow each other go */
		words[i] = bits;
		summary = bits ? summary : rest;
		i = bits ? i : next;
		bits = bits ? bits : next_bits;
	}
	part->pages->summary[group] = summary;
	return !summary;
}

/* Take bits of a word, until there is no room. */
static bool take_bits(struct taken *taken, const struct part *part, size_t word, uint64_t bits)
{
	while (bits) {
		const uint64_t first = (uint64_t)__builtin_ctzll(bits);
		const uint64_t rest = bits & (bits + (bits & -bits));

		if (!add_run(taken, part, (uint64_t)word * 64 + first, count_ones(bits >> first)))
			return false;
		part->pages->words[word] &= ~(bits ^ rest);
		bits = rest;
	}
	return true;
}

/* The same for what lies in the part alone. */
static bool take_clipped(struct taken *taken, const struct part *part, size_t group)
{
	uint64_t summary = part->pages->summary[group];
	bool has_room = true;

	for (; summary && has_room; summary &= summary - 1) {
		size_t i = (size_t)__builtin_ctzll(summary);
		size_t word = group * 64 + i;

		has_room =
			take_bits(taken, part, word, part->pages->words[word] & inside(part, word));
		if (!part->pages->words[word])
			part->pages->summary[group] &= ~(UINT64_C(1) << i);
	}
	return has_room;
}

/* The consumer's own thread may hand out what no harvest has counted. */
static void count(const struct part *part, uint64_t pages)
{
	if (part->pages->is_counted)
		return;
	atomic_fetch_add_explicit(&part->log->nr_handed, pages, memory_order_relaxed);
	atomic_fetch_add_explicit(&part->log->dirty->nr_handed, pages, memory_order_relaxed);
}

static bool take_group(struct taken *taken, const struct part *part, size_t group)
{
	if (part->pages->unread <= group)
		kvmlib__pages_read(part->log, part->pages, group);
	if (!part->pages->summary[group])
		return true;
	if (is_whole(part, group))
		return take_whole(taken, part, group);
	return take_clipped(taken, part, group);
}

/* Returns where the part goes on, or its end. */
static uint64_t take_part(struct taken *taken, const struct part *part)
{
	uint64_t before = taken->pages;
	bool has_room = true;

	taken->end = NO_PAGE;
	for (uint64_t group = part->first / 4096; has_room && group * 4096 < part->end; group++)
		has_room = take_group(taken, part, (size_t)group);
	count(part, taken->pages - before);
	if (has_room)
		return part->end;
	return taken->end == NO_PAGE ? part->first : taken->end;
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
	part->log = log;
	part->pages = &share->current;
	part->gpa = entry->gpa - offset;
	part->address = entry->region->address;
	part->page_shift = log->track.page_shift;
	part->first = (offset + begin) >> log->track.page_shift;
	part->end = (offset + length) >> log->track.page_shift;
	return part->first < part->end;
}

size_t kvmlib__dirty_take_runs(struct kvmlib_dirty_consumer *consumer,
			       const struct kvmlib__view_space *space,
			       struct kvmlib_dirty_run *runs, size_t max)
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
	return (int)kvmlib__dirty_take_runs(consumer, reader->space, runs,
					    max < INT32_MAX ? max : INT32_MAX);
}
