/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The map itself: made, shared, listed, and taken away. */
#include "memory.h"

#include <errno.h>
#include <stdlib.h>

#include "../../base/opts.h"

#define MAX_SLOTS 0x10000U /* of the numbers that a slot can have in its space */

_Static_assert(sizeof(struct kvmlib_memory_opts) == sizeof(size_t) + 3 * sizeof(void *) + 8,
	       "no padding");

/* How many slots and address spaces the VM has; a kernel that does not tell has 32, and one space. */
static int ask_limits(struct kvmlib_memory *memory, const struct kvmlib_memory_opts *opts)
{
	int slots = kvmlib__vm_ask(memory->vm, KVMLIB_CAP_NR_MEMSLOTS);
	int spaces = kvmlib__vm_ask(memory->vm, KVMLIB_CAP_MULTI_ADDRESS_SPACE);
	uint32_t end = slots > 0 ? (uint32_t)slots : 32;

	if (slots < 0)
		return slots;
	if (end > MAX_SLOTS)
		end = MAX_SLOTS;
	memory->nr_spaces = spaces < 1 ? 1 : (uint32_t)spaces;
	if (memory->nr_spaces > KVMLIB__MAX_SPACES)
		memory->nr_spaces = KVMLIB__MAX_SPACES;
	memory->has_readonly = kvmlib__vm_ask(memory->vm, KVMLIB_CAP_READONLY_MEM) > 0;
	memory->first_slot = opts->first_slot;
	memory->end_slot = opts->nr_slots ? opts->first_slot + opts->nr_slots : end;
	return opts->first_slot < end && opts->nr_slots <= end - opts->first_slot ? 0 : -EINVAL;
}

static void destroy(struct kvmlib_memory *memory)
{
	kvmlib__view_free(atomic_load(&memory->view));
	kvmlib__slots_free(memory);
	free(memory->map);
	pthread_mutex_destroy(&memory->convert_lock);
	pthread_mutex_destroy(&memory->lock);
	pthread_mutex_destroy(&memory->readers_lock);
	kvmlib_vm_unref(memory->vm);
	free(memory);
}

static struct kvmlib_memory *alloc(struct kvmlib_vm *vm, const struct kvmlib_memory_opts *opts)
{
	struct kvmlib_memory *memory = calloc(1, sizeof(*memory));

	if (!memory)
		return NULL;
	memory->vm = kvmlib_vm_ref(vm);
	memory->hold = opts->hold;
	memory->resume = opts->resume;
	memory->userdata = opts->userdata;
	memory->pid = vm->system->sys.getpid(vm->system->sys.ctx);
	atomic_init(&memory->refs, 1U);
	atomic_init(&memory->epoch, 1U);
	atomic_init(&memory->view, NULL);
	pthread_mutex_init(&memory->convert_lock, NULL);
	pthread_mutex_init(&memory->lock, NULL);
	pthread_mutex_init(&memory->readers_lock, NULL);
	return memory;
}

static int refuse_limits(const struct kvmlib_memory *memory, int r, const char *function)
{
	if (r == -EINVAL)
		return kvmlib__error_record(&(const struct kvmlib__failure){
			.function = function,
			.cause = KVMLIB_CAUSE_BAD_ARGUMENT,
			.errnum = r,
			KVMLIB__VALUES(KVMLIB__VALUE(ARGUMENT, 2),
				       KVMLIB__VALUE(SLOT, memory->first_slot)) });
	return kvmlib__vm_failed(
		memory->vm, KVMLIB__IOC_CHECK_EXTENSION,
		&(struct kvmlib__failure){
			.function = function,
			.errnum = r,
			KVMLIB__VALUES(KVMLIB__VALUE(CAPABILITY, KVMLIB_CAP_NR_MEMSLOTS)) });
}

static int make(struct kvmlib_vm *vm, const struct kvmlib_memory_opts *opts, const char *function,
		struct kvmlib_memory **ret_memory)
{
	struct kvmlib_memory *memory = alloc(vm, opts);
	int r;

	if (!memory)
		return KVMLIB__NO_MEMORY_IN(function);
	r = ask_limits(memory, opts);
	if (r < 0) {
		r = refuse_limits(memory, r, function);
	} else {
		const struct kvmlib__placed none = { 0 };

		atomic_store(&memory->view, kvmlib__view_new(&none, 0));
		if (!atomic_load(&memory->view) || kvmlib__slots_init(memory) < 0)
			r = kvmlib__error_record(
				&(const struct kvmlib__failure){ .function = function,
								 .cause = KVMLIB_CAUSE_NO_MEMORY,
								 .errnum = -ENOMEM });
	}
	if (r < 0)
		destroy(memory);
	else
		*ret_memory = memory;
	return r;
}

int kvmlib_memory_new(struct kvmlib_vm *vm, const struct kvmlib_memory_opts *opts,
		      struct kvmlib_memory **ret_memory)
{
	struct kvmlib_memory_opts o;
	uint32_t cause = 0;
	int r;

	if (!vm || !ret_memory)
		return KVMLIB__NULL_ARGUMENT(vm ? 3 : 1);
	KVMLIB__REFUSE_FORKED(vm);
	r = kvmlib__opts_copy(&o, sizeof(o), opts, &cause);
	if (r < 0)
		return kvmlib__error_record(&(const struct kvmlib__failure){
			.function = __func__,
			.cause = cause,
			.errnum = r,
			KVMLIB__VALUES(KVMLIB__VALUE(ARGUMENT, 2)) });
	return make(vm, &o, __func__, ret_memory);
}

struct kvmlib_memory *kvmlib_memory_ref(struct kvmlib_memory *memory)
{
	if (memory)
		atomic_fetch_add_explicit(&memory->refs, 1U, memory_order_relaxed);
	return memory;
}

/* Whether no guest can see the slot any more. */
static bool is_deleted(struct kvmlib_memory *memory, const struct kvmlib_memory_region *region)
{
	if (kvmlib__slot_set(memory, region, &region->place, false) >= 0)
		return true;
	return kvmlib_error_cause() == KVMLIB_CAUSE_SLOT_MISSING ||
	       kvmlib_error_cause() == KVMLIB_CAUSE_VM_DEAD;
}

/* Memory that the guest may still see stays mapped for ever: nothing else may come to be there. */
static void take_away(struct kvmlib_memory *memory, struct kvmlib_memory_region *region)
{
	if (!kvmlib__forked(memory->vm) && !is_deleted(memory, region)) {
		KVMLIB__LOG(&memory->vm->system->log, KVMLIB_LOG_WARNING,
			    "memory that KVM does not let go stays mapped",
			    KVMLIB__LOG_TEXT("region", region->name),
			    KVMLIB__LOG_NUMBER("slot", region->slot));
		region->reserved = NULL;
	}
	kvmlib__region_unref(region);
}

struct kvmlib_memory *kvmlib_memory_unref(struct kvmlib_memory *memory)
{
	struct kvmlib__record record;

	if (!memory || atomic_fetch_sub_explicit(&memory->refs, 1U, memory_order_acq_rel) > 1U)
		return NULL;
	record = kvmlib__error_save();
	for (size_t i = 0; i < memory->nr_regions; i++)
		take_away(memory, memory->map[i].region);
	while (memory->lost) {
		struct kvmlib_memory_region *region = memory->lost;

		memory->lost = region->next_lost;
		take_away(memory, region);
	}
	kvmlib__error_restore(&record);
	destroy(memory);
	return NULL;
}

int kvmlib_memory_regions(const struct kvmlib_memory *memory, struct kvmlib_memory_region **regions,
			  size_t max)
{
	/* Only the lock is written to. */
	struct kvmlib_memory *map = (struct kvmlib_memory *)(uintptr_t)memory;
	int n;

	if (!memory || (!regions && max))
		return KVMLIB__NULL_ARGUMENT(memory ? 2 : 1);
	KVMLIB__REFUSE_FORKED(memory->vm);
	pthread_mutex_lock(&map->lock);
	for (size_t i = 0; i < map->nr_regions && i < max; i++)
		regions[i] = map->map[i].region;
	n = (int)map->nr_regions;
	pthread_mutex_unlock(&map->lock);
	return n;
}
