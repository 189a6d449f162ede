/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What was written to a region, and for whom that is news. */
#include "dirty.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NOBODY KVMLIB__MAX_CONSUMERS

/* Bits that stand for pages, in the last word. */
static uint64_t valid_bits(const struct kvmlib__dirty_log *log, size_t word)
{
	uint64_t n = log->track.nr_pages - (uint64_t)word * 64;

	return n < 64 ? (UINT64_C(1) << n) - 1 : UINT64_MAX;
}

void kvmlib__pages_set_all(const struct kvmlib__dirty_log *log, struct kvmlib__pages *pages)
{
	for (size_t word = 0; word < log->nr_words; word++) {
		pages->words[word] = valid_bits(log, word);
		pages->summary[word / 64] |= UINT64_C(1) << word % 64;
	}
}

static int pages_init(struct kvmlib__pages *pages, size_t nr_words)
{
	pages->unread = KVMLIB__ALL_READ;
	pages->is_counted = true;
	pages->words = calloc(kvmlib__summary_words(nr_words) * 64, sizeof(uint64_t));
	pages->summary = calloc(kvmlib__summary_words(nr_words), sizeof(uint64_t));
	return pages->words && pages->summary ? 0 : -ENOMEM;
}

static void pages_free(struct kvmlib__pages *pages)
{
	free(pages->words);
	free(pages->summary);
}

void kvmlib__share_free(struct kvmlib__share *share)
{
	if (!share)
		return;
	pages_free(&share->pending);
	pages_free(&share->current);
	free(share);
}

struct kvmlib__share *kvmlib__share_new(const struct kvmlib__dirty_log *log, bool is_all)
{
	struct kvmlib__share *share = calloc(1, sizeof(*share));

	if (!share)
		return NULL;
	if (pages_init(&share->pending, log->nr_words) < 0 ||
	    pages_init(&share->current, log->nr_words) < 0) {
		kvmlib__share_free(share);
		return NULL;
	}
	share->is_clean = !is_all;
	if (is_all)
		kvmlib__pages_set_all(log, &share->pending);
	return share;
}

/* The map drops a region's track when nobody can see the region any more. */
static void drop(struct kvmlib__track *track)
{
	struct kvmlib__dirty_log *log = (struct kvmlib__dirty_log *)track;

	for (size_t i = 0; i < KVMLIB__MAX_CONSUMERS; i++)
		kvmlib__share_free(atomic_load(&log->shares[i]));
	free((void *)(uintptr_t)log->track.marks);
	free((void *)(uintptr_t)log->track.summary);
	free(log);
}

/* KVM can't log the writes to a guest_memfd. */
static bool can_be_logged(const struct kvmlib_memory_region *region)
{
	return kvmlib__region_memfd(region) < 0;
}

static int add_shares(struct kvmlib_dirty *dirty, struct kvmlib__dirty_log *log)
{
	for (size_t i = 0; i < KVMLIB__MAX_CONSUMERS; i++) {
		struct kvmlib__share *share;

		if (!dirty->consumers[i])
			continue;
		share = kvmlib__share_new(log, false);
		if (!share)
			return -ENOMEM;
		atomic_store(&log->shares[i], share);
	}
	return 0;
}

static int init(struct kvmlib_dirty *dirty, struct kvmlib__dirty_log *log,
		const struct kvmlib_memory_region *region)
{
	const uint64_t page_size = kvmlib__page_size();

	log->dirty = dirty;
	log->track.drop = drop;
	log->track.nr_pages = region->length / page_size;
	log->track.page_shift = (unsigned int)__builtin_ctzll(page_size);
	log->track.in_kernel = can_be_logged(region);
	log->nr_words = (size_t)((log->track.nr_pages + 63) / 64);
	log->track.marks = calloc(log->nr_words, sizeof(_Atomic uint64_t));
	log->track.summary = calloc(kvmlib__summary_words(log->nr_words), sizeof(_Atomic uint64_t));
	if (!log->track.marks || !log->track.summary)
		return -ENOMEM;
	return add_shares(dirty, log);
}

/* One region at a time is read from the kernel: the largest decides. */
static int make_bitmap(struct kvmlib_dirty *dirty, size_t nr_words)
{
	uint64_t *bitmap;

	if (nr_words <= dirty->bitmap_words)
		return 0;
	bitmap = calloc(nr_words, sizeof(*bitmap));
	if (!bitmap)
		return -ENOMEM;
	free(dirty->bitmap);
	dirty->bitmap = bitmap;
	dirty->bitmap_words = nr_words;
	return 0;
}

int kvmlib__log_add(struct kvmlib__tracker *tracker, struct kvmlib_memory_region *region)
{
	struct kvmlib_dirty *dirty = (struct kvmlib_dirty *)tracker;
	struct kvmlib__dirty_log *log = calloc(1, sizeof(*log));

	if (!log)
		return -ENOMEM;
	if (init(dirty, log, region) < 0 || make_bitmap(dirty, log->nr_words) < 0) {
		drop(&log->track);
		return -ENOMEM;
	}
	atomic_store(&region->track, &log->track);
	return 0;
}

static struct kvmlib__share *share_at(const struct kvmlib__dirty_log *log, size_t i)
{
	return atomic_load_explicit(&log->shares[i], memory_order_relaxed);
}

void kvmlib__log_count(struct kvmlib__dirty_log *log, uint64_t pages)
{
	log->nr_found += pages;
	log->dirty->nr_found += pages;
}

/* Much of a guest's memory is not in use, and has nothing at all. */
static bool any(const uint64_t words[64])
{
	uint64_t bits = 0;

	for (size_t i = 0; i < 64; i += 4)
		bits |= words[i] | words[i + 1] | words[i + 2] | words[i + 3];
	return bits;
}

/*
 * A bit for each word that is not 0: without a branch, for nobody can foretell which are; in halves,
 * which need not wait for each other.
 */
static uint64_t summarize(const uint64_t words[64])
{
	uint64_t low = 0;
	uint64_t high = 0;

	for (size_t i = 32; i--;) {
		low = low * 2 + !!words[i];
		high = high * 2 + !!words[32 + i];
	}
	return high << 32 | low;
}

void kvmlib__pages_read(const struct kvmlib__dirty_log *log, struct kvmlib__pages *pages,
			size_t group)
{
	const size_t nr_groups = kvmlib__summary_words(log->nr_words);
	size_t i = pages->unread;

	for (; i <= group && i < nr_groups; i++)
		if (any(pages->words + i * 64))
			pages->summary[i] = summarize(pages->words + i * 64);
	pages->unread = i < nr_groups ? i : KVMLIB__ALL_READ;
}

uint64_t kvmlib__pages_number(const struct kvmlib__dirty_log *log,
			      const struct kvmlib__pages *pages)
{
	uint64_t n = 0;

	for (size_t i = 0; i < kvmlib__summary_words(log->nr_words); i++)
		for (uint64_t words = pages->summary[i]; words; words &= words - 1)
			n += kvmlib__count_bits(
				pages->words[i * 64 + (size_t)__builtin_ctzll(words)]);
	return n;
}

void kvmlib__pages_settle(struct kvmlib__dirty_log *log, struct kvmlib__pages *pages)
{
	if (pages->unread != KVMLIB__ALL_READ)
		kvmlib__pages_read(log, pages, SIZE_MAX - 1);
	if (!pages->is_counted)
		kvmlib__log_count(log, kvmlib__pages_number(log, pages));
	pages->is_counted = true;
}

/* For all consumers but one, and without a count. */
static void add(struct kvmlib__dirty_log *log, size_t word, uint64_t bits, size_t except)
{
	for (size_t i = 0; bits && i < log->dirty->end_consumers; i++) {
		struct kvmlib__share *share = share_at(log, i);

		if (!share || i == except)
			continue;
		kvmlib__pages_settle(log, &share->pending);
		kvmlib__pages_add(&share->pending, word, bits);
		share->is_clean = false;
	}
}

void kvmlib__log_found(struct kvmlib__dirty_log *log, size_t word, uint64_t bits)
{
	bits &= valid_bits(log, word);
	kvmlib__log_count(log, kvmlib__count_bits(bits));
	add(log, word, bits, NOBODY);
}

void kvmlib__log_pass_on(struct kvmlib__dirty_log *log, const struct kvmlib__pages *pages,
			 size_t index)
{
	for (size_t i = 0; i < kvmlib__summary_words(log->nr_words); i++)
		for (uint64_t words = pages->summary[i]; words; words &= words - 1) {
			size_t word = i * 64 + (size_t)__builtin_ctzll(words);

			add(log, word, pages->words[word], index);
		}
}

size_t kvmlib__log_pending(struct kvmlib__dirty_log *log,
			   struct kvmlib__pages *pending[KVMLIB__MAX_CONSUMERS])
{
	size_t n = 0;

	for (size_t i = 0; i < log->dirty->end_consumers; i++) {
		struct kvmlib__share *share = share_at(log, i);

		if (!share)
			continue;
		kvmlib__pages_settle(log, &share->pending);
		share->is_clean = false;
		pending[n++] = &share->pending;
	}
	return n;
}

void kvmlib__log_found_bitmap(struct kvmlib__dirty_log *log, uint64_t *bitmap)
{
	uint64_t pages = 0;

	bitmap[log->nr_words - 1] &= valid_bits(log, log->nr_words - 1);
	for (size_t word = 0; word < log->nr_words; word++) {
		if (!bitmap[word])
			continue;
		pages += kvmlib__count_bits(bitmap[word]);
		add(log, word, bitmap[word], NOBODY);
	}
	kvmlib__log_count(log, pages);
}

struct kvmlib__share *kvmlib__log_direct(const struct kvmlib__dirty_log *log)
{
	const struct kvmlib_dirty *dirty = log->dirty;
	struct kvmlib__share *share;

	if (dirty->nr_consumers != 1)
		return NULL;
	share = share_at(log, dirty->end_consumers - 1);
	return share && share->is_clean ? share : NULL;
}

void kvmlib__log_found_direct(const struct kvmlib__dirty_log *log, struct kvmlib__share *share)
{
	share->pending.words[log->nr_words - 1] &= valid_bits(log, log->nr_words - 1);
	share->pending.unread = 0;
	share->pending.is_counted = false;
	share->is_clean = false;
}

void kvmlib__log_found_all(struct kvmlib__dirty_log *log)
{
	for (size_t word = 0; word < log->nr_words; word++)
		kvmlib__log_found(log, word, UINT64_MAX);
}

void kvmlib__log_take_marks(struct kvmlib__dirty_log *log)
{
	struct kvmlib__track *track = &log->track;

	for (size_t i = 0; i < kvmlib__summary_words(log->nr_words); i++) {
		uint64_t words;

		if (!atomic_load_explicit(&track->summary[i], memory_order_relaxed))
			continue;
		words = atomic_exchange_explicit(&track->summary[i], 0, memory_order_acquire);
		for (; words; words &= words - 1) {
			size_t word = i * 64 + (size_t)__builtin_ctzll(words);

			kvmlib__log_found(log, word,
					  atomic_exchange_explicit(&track->marks[word], 0,
								   memory_order_acquire));
		}
	}
}
