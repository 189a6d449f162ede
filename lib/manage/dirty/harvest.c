/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Harvests: from the kernel's logs to the consumers. */
#include "dirty.h"

#include <errno.h>
#include <string.h>

static bool is_clean(const uint64_t *bitmap, size_t first, size_t n)
{
	for (size_t word = first; word < first + n; word++)
		if (bitmap[word])
			return false;
	return true;
}

/* Only what was read may be cleared. A part ends at a multiple of 64 pages, or at the slot's end. */
static int clear(struct kvmlib_dirty *dirty, const struct kvmlib_memory_region *region,
		 const struct kvmlib__dirty_log *log, const uint64_t *bitmap)
{
	size_t most = dirty->clear_pages / 64;
	int r = 0;

	for (size_t word = 0; word < log->nr_words && r >= 0; word += most) {
		size_t n = log->nr_words - word < most ? log->nr_words - word : most;
		uint64_t pages = log->track.nr_pages - (uint64_t)word * 64;

		if (is_clean(bitmap, word, n))
			continue;
		if (pages > (uint64_t)n * 64)
			pages = (uint64_t)n * 64;
		r = kvmlib_vm_clear_dirty_log(dirty->memory->vm, region->slot, (uint64_t)word * 64,
					      (uint32_t)pages, bitmap + word);
	}
	return r;
}

/* Where it can be, the kernel writes to the consumer's own bitmap: nothing is copied then. */
static int read_log(struct kvmlib_dirty *dirty, const struct kvmlib_memory_region *region,
		    struct kvmlib__dirty_log *log)
{
	struct kvmlib__share *direct = kvmlib__log_direct(log);
	uint64_t *bitmap = direct ? direct->pending.words : dirty->bitmap;
	int r = kvmlib_vm_get_dirty_log(dirty->memory->vm, region->slot, bitmap);

	if (r < 0) {
		memset(bitmap, 0, log->nr_words * sizeof(*bitmap));
		return r;
	}
	if (direct)
		kvmlib__log_found_direct(log, direct);
	else
		kvmlib__log_found_bitmap(log, bitmap);
	return dirty->mechanism == KVMLIB_DIRTY_MANUAL ? clear(dirty, region, log, bitmap) : 0;
}

static int harvest_region(struct kvmlib_dirty *dirty, const struct kvmlib_memory_region *region)
{
	struct kvmlib__dirty_log *log = kvmlib__log_of(region);
	int r = 0;

	if (!log->track.in_kernel)
		kvmlib__log_found_all(log);
	else if (dirty->mechanism != KVMLIB_DIRTY_RING || dirty->has_bitmap)
		r = read_log(dirty, region, log);
	kvmlib__log_take_marks(log);
	return r;
}

int kvmlib__dirty_harvest(struct kvmlib_dirty *dirty, const char *function)
{
	const struct kvmlib_memory *memory = dirty->memory;
	int r = 0;

	if (dirty->mechanism == KVMLIB_DIRTY_RING)
		r = kvmlib__rings_harvest(dirty, function);
	for (size_t i = 0; i < memory->nr_regions && r >= 0; i++) {
		r = harvest_region(dirty, memory->map[i].region);
		if (r < 0)
			kvmlib__error_amend(function, memory->map[i].region->name);
	}
	return r < 0 ? r : 0;
}

int kvmlib_dirty_harvest(struct kvmlib_dirty *dirty)
{
	int r;

	if (!dirty)
		return KVMLIB__NULL_ARGUMENT(1);
	KVMLIB__REFUSE_FORKED(dirty->memory->vm);
	pthread_mutex_lock(&dirty->memory->lock);
	r = kvmlib__dirty_harvest(dirty, __func__);
	pthread_mutex_unlock(&dirty->memory->lock);
	return r;
}
