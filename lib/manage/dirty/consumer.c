/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Consumers and their rounds. */
#include "dirty.h"

#include <errno.h>
#include <stdlib.h>

static size_t free_index(const struct kvmlib_dirty *dirty)
{
	size_t i = 0;

	while (i < KVMLIB__MAX_CONSUMERS && dirty->consumers[i])
		i++;
	return i;
}

static void drop_shares(struct kvmlib_dirty *dirty, size_t index)
{
	for (size_t i = 0; i < dirty->memory->nr_regions; i++) {
		struct kvmlib__dirty_log *log = kvmlib__log_of(dirty->memory->map[i].region);

		kvmlib__share_free(atomic_exchange(&log->shares[index], NULL));
	}
}

static int add_shares(struct kvmlib_dirty *dirty, size_t index, bool is_all)
{
	for (size_t i = 0; i < dirty->memory->nr_regions; i++) {
		struct kvmlib__dirty_log *log = kvmlib__log_of(dirty->memory->map[i].region);
		struct kvmlib__share *share = kvmlib__share_new(log, is_all);

		if (!share)
			return -ENOMEM;
		atomic_store(&log->shares[index], share);
	}
	return 0;
}

static void count_consumers(struct kvmlib_dirty *dirty)
{
	dirty->nr_consumers = 0;
	dirty->end_consumers = 0;
	for (size_t i = 0; i < KVMLIB__MAX_CONSUMERS; i++) {
		if (!dirty->consumers[i])
			continue;
		dirty->nr_consumers++;
		dirty->end_consumers = i + 1;
	}
}

/* What was written before is for the others: they get it first. The lock is held. */
static int add(struct kvmlib_dirty_consumer *consumer, bool is_all, const char *function)
{
	struct kvmlib_dirty *dirty = consumer->dirty;
	int r = 0;

	if (!is_all || dirty->nr_consumers)
		r = kvmlib__dirty_harvest(dirty, function);
	if (r < 0)
		return r;
	consumer->index = free_index(dirty);
	if (consumer->index == KVMLIB__MAX_CONSUMERS)
		return kvmlib__error_record(&(const struct kvmlib__failure){
			.function = function,
			.cause = KVMLIB_CAUSE_CONSUMER_LIMIT,
			.errnum = -ENOSPC,
			KVMLIB__VALUES(KVMLIB__VALUE(LIMIT, KVMLIB__MAX_CONSUMERS)) });
	if (add_shares(dirty, consumer->index, is_all) < 0) {
		drop_shares(dirty, consumer->index);
		return KVMLIB__NO_MEMORY_IN(function);
	}
	dirty->consumers[consumer->index] = consumer;
	count_consumers(dirty);
	return 0;
}

int kvmlib__consumer_new(struct kvmlib_dirty *dirty, bool is_all, const char *function,
			 struct kvmlib_dirty_consumer **ret_consumer)
{
	struct kvmlib_dirty_consumer *consumer = calloc(1, sizeof(*consumer));
	int r;

	if (!consumer)
		return KVMLIB__NO_MEMORY_IN(function);
	consumer->dirty = kvmlib_dirty_ref(dirty);
	consumer->is_over = true;
	pthread_mutex_lock(&dirty->memory->lock);
	r = add(consumer, is_all, function);
	pthread_mutex_unlock(&dirty->memory->lock);
	if (r < 0) {
		kvmlib_dirty_unref(dirty);
		free(consumer);
		return r;
	}
	*ret_consumer = consumer;
	return 0;
}

int kvmlib_dirty_consumer_new(struct kvmlib_dirty *dirty,
			      struct kvmlib_dirty_consumer **ret_consumer)
{
	if (!dirty || !ret_consumer)
		return KVMLIB__NULL_ARGUMENT(dirty ? 2 : 1);
	KVMLIB__REFUSE_FORKED(dirty->memory->vm);
	return kvmlib__consumer_new(dirty, dirty->flags & KVMLIB_DIRTY_ALL_AT_FIRST, __func__,
				    ret_consumer);
}

/* In a forked child another thread may have held the lock, and nobody else is there. */
struct kvmlib_dirty_consumer *kvmlib_dirty_consumer_free(struct kvmlib_dirty_consumer *consumer)
{
	struct kvmlib_dirty *dirty;
	bool is_parent;

	if (!consumer)
		return NULL;
	dirty = consumer->dirty;
	is_parent = !kvmlib__forked(dirty->memory->vm);
	if (is_parent)
		pthread_mutex_lock(&dirty->memory->lock);
	dirty->consumers[consumer->index] = NULL;
	count_consumers(dirty);
	drop_shares(dirty, consumer->index);
	if (is_parent)
		pthread_mutex_unlock(&dirty->memory->lock);
	kvmlib_dirty_unref(dirty);
	free(consumer);
	return NULL;
}

/* What is left of the round before goes to the next one. */
static void keep_rest(struct kvmlib__dirty_log *log, struct kvmlib__share *share)
{
	kvmlib__pages_settle(log, &share->current);
	for (size_t i = 0; i < kvmlib__summary_words(log->nr_words); i++) {
		uint64_t words = share->current.summary[i];

		if (!words)
			continue;
		kvmlib__pages_settle(log, &share->pending);
		share->pending.summary[i] |= words;
		share->current.summary[i] = 0;
		for (; words; words &= words - 1) {
			size_t word = i * 64 + (size_t)__builtin_ctzll(words);

			share->pending.words[word] |= share->current.words[word];
			share->current.words[word] = 0;
		}
	}
}

static void begin(const struct kvmlib_dirty_consumer *consumer)
{
	const struct kvmlib_memory *memory = consumer->dirty->memory;

	for (size_t i = 0; i < memory->nr_regions; i++) {
		struct kvmlib__dirty_log *log = kvmlib__log_of(memory->map[i].region);
		struct kvmlib__share *share = atomic_load(&log->shares[consumer->index]);
		struct kvmlib__pages pages;

		keep_rest(log, share);
		pages = share->pending;
		share->pending = share->current;
		share->current = pages;
		share->is_clean = true;
	}
}

static struct kvmlib__pages *current_of(const struct kvmlib_dirty_consumer *consumer,
					struct kvmlib__dirty_log *log)
{
	struct kvmlib__pages *pages = &atomic_load(&log->shares[consumer->index])->current;

	kvmlib__pages_settle(log, pages);
	return pages;
}

static uint64_t count_all(const struct kvmlib_dirty_consumer *consumer)
{
	const struct kvmlib_memory *memory = consumer->dirty->memory;
	uint64_t n = 0;

	for (size_t i = 0; i < memory->nr_regions; i++) {
		struct kvmlib__dirty_log *log = kvmlib__log_of(memory->map[i].region);

		n += kvmlib__pages_number(log, current_of(consumer, log));
	}
	return n;
}

void kvmlib__dirty_rewind(struct kvmlib_dirty_consumer *consumer)
{
	consumer->gpa = 0;
	consumer->last = UINT64_MAX;
	consumer->is_over = false;
}

int kvmlib__dirty_round(struct kvmlib_dirty_consumer *consumer, const char *function)
{
	int r = kvmlib__dirty_harvest(consumer->dirty, function);

	begin(consumer);
	kvmlib__dirty_rewind(consumer);
	return r;
}

void kvmlib__dirty_round_all(const struct kvmlib_dirty_consumer *consumer)
{
	const struct kvmlib_memory *memory = consumer->dirty->memory;

	for (size_t i = 0; i < memory->nr_regions; i++) {
		struct kvmlib__dirty_log *log = kvmlib__log_of(memory->map[i].region);

		kvmlib__pages_set_all(log, current_of(consumer, log));
	}
}

void kvmlib__dirty_pass_on(const struct kvmlib_dirty_consumer *consumer)
{
	const struct kvmlib_memory *memory = consumer->dirty->memory;

	for (size_t i = 0; consumer->dirty->nr_consumers > 1 && i < memory->nr_regions; i++) {
		struct kvmlib__dirty_log *log = kvmlib__log_of(memory->map[i].region);

		kvmlib__log_pass_on(log, current_of(consumer, log), consumer->index);
	}
}

int kvmlib_dirty_round(struct kvmlib_dirty_consumer *consumer, uint64_t *ret_pages)
{
	struct kvmlib_memory *memory;
	int r;

	if (!consumer)
		return KVMLIB__NULL_ARGUMENT(1);
	memory = consumer->dirty->memory;
	KVMLIB__REFUSE_FORKED(memory->vm);
	pthread_mutex_lock(&memory->lock);
	r = kvmlib__dirty_round(consumer, __func__);
	if (ret_pages)
		*ret_pages = count_all(consumer);
	pthread_mutex_unlock(&memory->lock);
	return r;
}

int kvmlib_dirty_clip(struct kvmlib_dirty_consumer *consumer, uint64_t gpa, uint64_t length)
{
	if (!consumer)
		return KVMLIB__NULL_ARGUMENT(1);
	if ((gpa | length) & (kvmlib__page_size() - 1) || gpa + length < gpa)
		return KVMLIB__REFUSE(-EINVAL, BAD_ARGUMENT, 2);
	consumer->gpa = gpa;
	consumer->last = length ? gpa + length - 1 : UINT64_MAX;
	consumer->is_over = false;
	return 0;
}
