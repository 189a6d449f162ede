/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The tracker: begun, ended, and asked for what it has counted. */
#include "dirty.h"

#include <errno.h>
#include <stdlib.h>

#include "../../base/opts.h"
#include "../../core/cap.h"

#define DEFAULT_RING  65536U
#define DEFAULT_CLEAR (1U << 18)

_Static_assert(sizeof(struct kvmlib_dirty_opts) == sizeof(size_t) + 16, "no padding");
_Static_assert(sizeof(struct kvmlib_dirty_run) == sizeof(void *) + 16, "no padding");

/* Options */

static bool is_ring_size(uint32_t size)
{
	return size >= kvmlib__page_size() && !(size & (size - 1));
}

static int check(const struct kvmlib_dirty_opts *o, const char *function)
{
	if (o->mechanism <= KVMLIB_DIRTY_RING && !(o->flags & ~KVMLIB_DIRTY_ALL_AT_FIRST) &&
	    is_ring_size(o->ring_size) && !(o->clear_pages % 64))
		return 0;
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = function,
		.cause = KVMLIB_CAUSE_BAD_ARGUMENT,
		.errnum = -EINVAL,
		KVMLIB__VALUES(KVMLIB__VALUE(ARGUMENT, 2), KVMLIB__VALUE(TYPE, o->mechanism),
			       KVMLIB__VALUE(FLAGS, o->flags), KVMLIB__VALUE(SIZE, o->ring_size),
			       KVMLIB__VALUE(PAGES, o->clear_pages)) });
}

static int copy_opts(struct kvmlib_dirty_opts *o, const struct kvmlib_dirty_opts *opts,
		     const char *function)
{
	uint32_t cause = 0;
	int r = kvmlib__opts_copy(o, sizeof(*o), opts, &cause);

	if (r < 0)
		return kvmlib__error_record(&(const struct kvmlib__failure){
			.function = function,
			.cause = cause,
			.errnum = r,
			KVMLIB__VALUES(KVMLIB__VALUE(ARGUMENT, 2)) });
	if (!o->ring_size)
		o->ring_size = DEFAULT_RING;
	if (!o->clear_pages)
		o->clear_pages = DEFAULT_CLEAR;
	return check(o, function);
}

/* Mechanisms */

static int enable_manual(const struct kvmlib_dirty *dirty, const char *function)
{
	uint64_t flags = KVMLIB_DIRTY_LOG_MANUAL_PROTECT_ENABLE;
	int r;

	if (dirty->flags & KVMLIB_DIRTY_ALL_AT_FIRST)
		flags |= KVMLIB_DIRTY_LOG_INITIALLY_SET &
			 (uint64_t)kvmlib__vm_ask(dirty->memory->vm,
						  KVMLIB_CAP_MANUAL_DIRTY_LOG_PROTECT2);
	r = kvmlib_vm_enable_manual_dirty_log_protect2(dirty->memory->vm, flags);
	if (r < 0)
		kvmlib__error_amend(function, NULL);
	return r;
}

/* A tracker of before may have left it on. */
static int disable_manual(const struct kvmlib_dirty *dirty, const char *function)
{
	int r;

	if (kvmlib__vm_ask(dirty->memory->vm, KVMLIB_CAP_MANUAL_DIRTY_LOG_PROTECT2) <= 0)
		return 0;
	r = kvmlib_vm_enable_manual_dirty_log_protect2(dirty->memory->vm, 0);
	if (r < 0)
		kvmlib__error_amend(function, NULL);
	return r;
}

static int enable(struct kvmlib_dirty *dirty, const char *function)
{
	const struct kvmlib_vm *vm = dirty->memory->vm;
	bool has_manual = kvmlib__vm_ask(vm, KVMLIB_CAP_MANUAL_DIRTY_LOG_PROTECT2) > 0;

	if (dirty->mechanism == KVMLIB_DIRTY_AUTO)
		dirty->mechanism = has_manual ? KVMLIB_DIRTY_MANUAL : KVMLIB_DIRTY_BITMAP;
	if (dirty->mechanism == KVMLIB_DIRTY_BITMAP)
		return disable_manual(dirty, function);
	if (dirty->mechanism == KVMLIB_DIRTY_MANUAL)
		return has_manual ? enable_manual(dirty, function)
				  : kvmlib__cap_missing(KVMLIB_CAP_MANUAL_DIRTY_LOG_PROTECT2,
							function);
	if (kvmlib__vm_ask(vm, KVMLIB_CAP_DIRTY_LOG_RING) <= 0 &&
	    kvmlib__vm_ask(vm, KVMLIB_CAP_DIRTY_LOG_RING_ACQ_REL) <= 0)
		return kvmlib__cap_missing(KVMLIB_CAP_DIRTY_LOG_RING, function);
	return kvmlib__rings_enable(dirty, function);
}

/* Regions */

/* Whether the tracker is why KVM logs the region's writes. */
static bool is_logged_for_us(const struct kvmlib_memory_region *region)
{
	return kvmlib__log_of(region)->track.in_kernel &&
	       !(region->place.flags & KVMLIB_MEMORY_LOG_DIRTY);
}

/* Take the tracks of the first n regions off; readers may still mark them. The lock is held. */
static struct kvmlib__dirty_log *take_off(struct kvmlib_memory *memory, size_t n)
{
	struct kvmlib__dirty_log *first = NULL;

	for (size_t i = 0; i < n; i++) {
		struct kvmlib_memory_region *region = memory->map[i].region;
		struct kvmlib__dirty_log *log = kvmlib__log_of(region);
		bool was_logged = is_logged_for_us(region);

		atomic_store(&region->track, NULL);
		log->next = first;
		first = log;
		if (was_logged && kvmlib__slot_set(memory, region, &region->place, true) < 0)
			KVMLIB__LOG(&memory->vm->system->log, KVMLIB_LOG_WARNING,
				    "a dirty log stays on",
				    KVMLIB__LOG_TEXT("region", region->name),
				    KVMLIB__LOG_NUMBER("slot", region->slot));
	}
	return first;
}

static void drop_all(struct kvmlib__dirty_log *log)
{
	while (log) {
		struct kvmlib__dirty_log *next = log->next;

		log->track.drop(&log->track);
		log = next;
	}
}

/* Give a region its track, and have KVM log it. */
static int put_on(struct kvmlib_dirty *dirty, struct kvmlib_memory_region *region,
		  const char *function)
{
	int r;

	if (kvmlib__log_add(&dirty->tracker, region) < 0)
		return KVMLIB__NO_MEMORY_IN(function);
	if (!is_logged_for_us(region))
		return 0;
	r = kvmlib__slot_set(dirty->memory, region, &region->place, true);
	if (r < 0)
		kvmlib__error_amend(function, region->name);
	return r;
}

/* All of the regions, or none; which tracks are to be dropped when readers have left. */
static int put_on_all(struct kvmlib_dirty *dirty, const char *function,
		      struct kvmlib__dirty_log **ret_dropped)
{
	struct kvmlib_memory *memory = dirty->memory;
	struct kvmlib__record record;

	for (size_t i = 0; i < memory->nr_regions; i++) {
		int r = put_on(dirty, memory->map[i].region, function);

		if (r >= 0)
			continue;
		record = kvmlib__error_save();
		*ret_dropped = take_off(memory, kvmlib__log_of(memory->map[i].region) ? i + 1 : i);
		kvmlib__error_restore(&record);
		return r;
	}
	return 0;
}

/* The lock is held. */
static int start(struct kvmlib_dirty *dirty, const char *function,
		 struct kvmlib__dirty_log **ret_dropped)
{
	struct kvmlib_memory *memory = dirty->memory;
	int r;

	if (memory->tracker)
		return kvmlib__error_record(&(const struct kvmlib__failure){
			.function = function,
			.cause = KVMLIB_CAUSE_ALREADY_TRACKED,
			.errnum = -EBUSY,
			KVMLIB__VALUES(KVMLIB__VALUE(ARGUMENT, 1)) });
	r = enable(dirty, function);
	if (r >= 0)
		r = put_on_all(dirty, function, ret_dropped);
	if (r >= 0)
		memory->tracker = &dirty->tracker;
	return r < 0 ? r : 0;
}

static void destroy(struct kvmlib_dirty *dirty)
{
	kvmlib__rings_free(dirty);
	kvmlib_memory_unref(dirty->memory);
	free(dirty->bitmap);
	free(dirty);
}

static struct kvmlib_dirty *alloc(struct kvmlib_memory *memory, const struct kvmlib_dirty_opts *o)
{
	struct kvmlib_dirty *dirty = calloc(1, sizeof(*dirty));

	if (!dirty)
		return NULL;
	atomic_init(&dirty->refs, 1U);
	dirty->tracker.add = kvmlib__log_add;
	dirty->memory = kvmlib_memory_ref(memory);
	dirty->mechanism = o->mechanism;
	dirty->flags = o->flags;
	dirty->ring_size = o->ring_size;
	dirty->clear_pages = o->clear_pages;
	return dirty;
}

static int make(struct kvmlib_memory *memory, const struct kvmlib_dirty_opts *o,
		const char *function, struct kvmlib_dirty **ret_dirty)
{
	struct kvmlib_dirty *dirty = alloc(memory, o);
	struct kvmlib__dirty_log *dropped = NULL;
	int r;

	if (!dirty)
		return KVMLIB__NO_MEMORY_IN(function);
	pthread_mutex_lock(&memory->lock);
	r = start(dirty, function, &dropped);
	pthread_mutex_unlock(&memory->lock);
	if (r < 0) {
		if (dropped)
			kvmlib__readers_wait(memory);
		drop_all(dropped);
		destroy(dirty);
		return r;
	}
	*ret_dirty = dirty;
	return 0;
}

int kvmlib_dirty_start(struct kvmlib_memory *memory, const struct kvmlib_dirty_opts *opts,
		       struct kvmlib_dirty **ret_dirty)
{
	struct kvmlib_dirty_opts o;
	int r;

	if (!memory || !ret_dirty)
		return KVMLIB__NULL_ARGUMENT(memory ? 3 : 1);
	KVMLIB__REFUSE_FORKED(memory->vm);
	r = copy_opts(&o, opts, __func__);
	if (r < 0)
		return r;
	if (kvmlib__in_reader(memory))
		return KVMLIB__REFUSE(-EDEADLK, IN_READER, 1);
	return make(memory, &o, __func__, ret_dirty);
}

struct kvmlib_dirty *kvmlib_dirty_ref(struct kvmlib_dirty *dirty)
{
	if (dirty)
		atomic_fetch_add_explicit(&dirty->refs, 1U, memory_order_relaxed);
	return dirty;
}

static void stop(struct kvmlib_dirty *dirty)
{
	struct kvmlib_memory *memory = dirty->memory;
	struct kvmlib__record record = kvmlib__error_save();
	struct kvmlib__dirty_log *dropped;

	pthread_mutex_lock(&memory->lock);
	memory->tracker = NULL;
	dropped = take_off(memory, memory->nr_regions);
	pthread_mutex_unlock(&memory->lock);
	kvmlib__readers_wait(memory);
	drop_all(dropped);
	kvmlib__error_restore(&record);
}

/* In a forked child nobody else is there, and the map goes the same way. */
struct kvmlib_dirty *kvmlib_dirty_unref(struct kvmlib_dirty *dirty)
{
	if (!dirty || atomic_fetch_sub_explicit(&dirty->refs, 1U, memory_order_acq_rel) > 1U)
		return NULL;
	if (!kvmlib__forked(dirty->memory->vm))
		stop(dirty);
	else
		dirty->memory->tracker = NULL;
	destroy(dirty);
	return NULL;
}

uint32_t kvmlib_dirty_mechanism(const struct kvmlib_dirty *dirty)
{
	return dirty->mechanism;
}

int kvmlib_dirty_count(const struct kvmlib_dirty *dirty, const struct kvmlib_memory_region *region,
		       uint64_t *ret_pages)
{
	const struct kvmlib__dirty_log *log;

	if (!dirty || !ret_pages)
		return KVMLIB__NULL_ARGUMENT(dirty ? 3 : 1);
	if (region && region->memory != dirty->memory)
		return KVMLIB__REFUSE(-EINVAL, BAD_ARGUMENT, 2);
	KVMLIB__REFUSE_FORKED(dirty->memory->vm);
	pthread_mutex_lock(&dirty->memory->lock);
	log = region ? kvmlib__log_of(region) : NULL;
	*ret_pages = log      ? log->nr_found + atomic_load(&log->nr_handed)
		     : region ? 0
			      : dirty->nr_found + atomic_load(&dirty->nr_handed);
	pthread_mutex_unlock(&dirty->memory->lock);
	return 0;
}
