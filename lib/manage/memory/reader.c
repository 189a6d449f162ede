/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Readers, and those who wait for them. A reader that enters notes the epoch of the map, and takes
 * the view after that. A commit publishes its view before it begins a new epoch: who has noted the
 * new one, or notes it later, sees the new view; all others are waited for.
 */
#include "memory.h"

#include <errno.h>
#include <stdlib.h>

#define WAIT_MIN 1000U /* nanoseconds */
#define WAIT_MAX 1000000U

int kvmlib_memory_reader_new(struct kvmlib_memory *memory, uint32_t space,
			     struct kvmlib_memory_reader **ret_reader)
{
	struct kvmlib_memory_reader *reader;

	if (!memory || !ret_reader)
		return KVMLIB__NULL_ARGUMENT(memory ? 3 : 1);
	KVMLIB__REFUSE_FORKED(memory->vm);
	if (space >= memory->nr_spaces)
		return KVMLIB__REFUSE(-EINVAL, SPACE_MISSING, 2);
	reader = calloc(1, sizeof(*reader));
	if (!reader)
		return KVMLIB__NO_MEMORY();
	reader->memory = kvmlib_memory_ref(memory);
	reader->alive = memory->vm->alive;
	reader->space_number = space;
	pthread_mutex_lock(&memory->readers_lock);
	reader->next = memory->readers;
	memory->readers = reader;
	pthread_mutex_unlock(&memory->readers_lock);
	*ret_reader = reader;
	return 0;
}

static void unlink_reader(const struct kvmlib_memory_reader *reader)
{
	struct kvmlib_memory_reader **place = &reader->memory->readers;

	while (*place != reader)
		place = &(*place)->next;
	*place = reader->next;
}

/* In a forked child another thread may have held the lock, and nobody else is there. */
struct kvmlib_memory_reader *kvmlib_memory_reader_free(struct kvmlib_memory_reader *reader)
{
	bool is_parent;

	if (!reader)
		return NULL;
	is_parent = *reader->alive;
	if (is_parent)
		pthread_mutex_lock(&reader->memory->readers_lock);
	unlink_reader(reader);
	if (is_parent)
		pthread_mutex_unlock(&reader->memory->readers_lock);
	kvmlib_memory_unref(reader->memory);
	free(reader);
	return NULL;
}

/* What tells threads apart: where each has its own variables, without a call where that is easy. */
static inline uintptr_t self(void)
{
#ifdef __x86_64__
	uintptr_t thread;

	__asm__("mov %%fs:0, %0" : "=r"(thread));
	return thread;
#else
	return (uintptr_t)pthread_self();
#endif
}

/*
 * The view is looked at after the barrier only. It is mostly that of last time: who looks something up
 * then need not wait until it is known, as for an address that is made of it.
 */
static inline void enter(struct kvmlib_memory_reader *reader, struct kvmlib_memory *memory)
{
	const struct kvmlib__view *view;

	atomic_store_explicit(&reader->thread, self(), memory_order_relaxed);
	atomic_exchange(&reader->epoch, atomic_load(&memory->epoch));
	view = atomic_load(&memory->view);
	if (view == reader->view)
		return;
	reader->view = view;
	reader->space = &view->spaces[reader->space_number];
}

/* Apart, so that entering needs no stack for a record. */
static __attribute__((noinline, cold)) int
refuse_to_enter(const struct kvmlib_memory_reader *reader)
{
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = "kvmlib_memory_enter",
		.cause = reader ? KVMLIB_CAUSE_FORKED : KVMLIB_CAUSE_NULL_ARGUMENT,
		.errnum = reader ? -EIO : -EINVAL,
		KVMLIB__VALUES(KVMLIB__VALUE(ARGUMENT, 1)) });
}

int kvmlib_memory_enter(struct kvmlib_memory_reader *reader)
{
	if (!reader || !*reader->alive)
		return refuse_to_enter(reader);
	if (!reader->depth++)
		enter(reader, reader->memory);
	return 0;
}

void kvmlib_memory_leave(struct kvmlib_memory_reader *reader)
{
	if (--reader->depth)
		return;
	atomic_store_explicit(&reader->epoch, 0, memory_order_release);
}

void *kvmlib_memory_at(const struct kvmlib_memory_reader *reader, uint64_t gpa,
		       uint64_t *ret_length)
{
	const struct kvmlib__view_entry *entry;
	uint64_t left;

	entry = kvmlib__view_find(reader->space, gpa, &left);
	if (!entry)
		return NULL;
	if (ret_length)
		*ret_length = left;
	return entry->address + (gpa - entry->gpa);
}

struct kvmlib_memory_region *kvmlib_memory_region_at(const struct kvmlib_memory_reader *reader,
						     uint64_t gpa)
{
	uint64_t left;
	const struct kvmlib__view_entry *entry = kvmlib__view_find(reader->space, gpa, &left);

	return entry ? entry->region : NULL;
}

int kvmlib_memory_gpa_of(const struct kvmlib_memory_reader *reader, const void *address,
			 uint64_t *ret_gpa)
{
	for (size_t i = 0; i < reader->space->nr_entries; i++) {
		const struct kvmlib__view_entry *entry = &reader->space->entries[i];
		uintptr_t offset = (uintptr_t)address - (uintptr_t)entry->address;

		if (offset >= entry->length)
			continue;
		*ret_gpa = entry->gpa + offset;
		return 0;
	}
	return -ENOENT;
}

bool kvmlib__in_reader(struct kvmlib_memory *memory)
{
	const uintptr_t thread = self();
	bool found = false;

	pthread_mutex_lock(&memory->readers_lock);
	for (struct kvmlib_memory_reader *reader = memory->readers; reader; reader = reader->next)
		found |= atomic_load(&reader->epoch) &&
			 atomic_load_explicit(&reader->thread, memory_order_relaxed) == thread;
	pthread_mutex_unlock(&memory->readers_lock);
	return found;
}

struct kvmlib__view *kvmlib__view_publish(struct kvmlib_memory *memory, struct kvmlib__view *view)
{
	struct kvmlib__view *old = atomic_exchange(&memory->view, view);

	atomic_fetch_add(&memory->epoch, 1);
	return old;
}

/* Not for the lock's time: a reader that is inside may make another one. */
static bool any_before(struct kvmlib_memory *memory, uint64_t epoch)
{
	bool found = false;

	pthread_mutex_lock(&memory->readers_lock);
	for (struct kvmlib_memory_reader *reader = memory->readers; reader && !found;
	     reader = reader->next) {
		uint64_t entered = atomic_load(&reader->epoch);

		found = entered && entered < epoch;
	}
	pthread_mutex_unlock(&memory->readers_lock);
	return found;
}

void kvmlib__readers_wait(struct kvmlib_memory *memory)
{
	const struct kvmlib_sys_ops *sys = &memory->vm->system->sys;
	uint64_t epoch = atomic_load(&memory->epoch);
	uint64_t pause = WAIT_MIN;

	while (any_before(memory, epoch)) {
		sys->sleep(sys->ctx, pause);
		pause = pause * 2 < WAIT_MAX ? pause * 2 : WAIT_MAX;
	}
}
