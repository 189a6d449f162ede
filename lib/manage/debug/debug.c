/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Debugging a VM's guest: made, and ended. */
#include "debug.h"

#include <errno.h>
#include <stdlib.h>

#include "../../base/opts.h"
#include "../memory/memory.h"

_Static_assert(sizeof(struct kvmlib_debug_opts) == sizeof(size_t) + sizeof(void *), "no padding");
_Static_assert(sizeof(struct kvmlib_debug_stop) == 24, "no padding");

static int refuse(int errnum, uint32_t cause, const char *function)
{
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = function, .cause = cause, .errnum = errnum });
}

static int copy_opts(struct kvmlib_debug_opts *o, const struct kvmlib_debug_opts *opts,
		     const struct kvmlib_vm *vm, const char *function)
{
	uint32_t cause = 0;
	int r = kvmlib__opts_copy(o, sizeof(*o), opts, &cause);

	if (r >= 0 && o->memory && o->memory->vm != vm) {
		r = -EINVAL;
		cause = KVMLIB_CAUSE_BAD_ARGUMENT;
	}
	return r < 0 ? refuse(r, cause, function) : 0;
}

static int check_host(const struct kvmlib_vm *vm, const char *function)
{
	if (KVMLIB__ELSEWHERE(X86_64))
		return refuse(-EOPNOTSUPP, KVMLIB_CAUSE_ARCH_UNSUPPORTED, function);
	if (kvmlib__vm_ask(vm, KVMLIB_CAP_SET_GUEST_DEBUG) > 0)
		return 0;
	return kvmlib__cap_missing(KVMLIB_CAP_SET_GUEST_DEBUG, function);
}

static int set_up(struct kvmlib_debug *debug, struct kvmlib_vm *vm, struct kvmlib_memory *memory,
		  const char *function)
{
	int r = memory ? kvmlib_memory_reader_new(memory, 0, &debug->reader) : 0;

	if (r < 0) {
		kvmlib__error_amend(function, NULL);
		return r;
	}
	debug->vm = kvmlib_vm_ref(vm);
	atomic_init(&debug->refs, 1U);
	pthread_mutex_init(&debug->lock, NULL);
	return 0;
}

int kvmlib_debug_new(struct kvmlib_vm *vm, const struct kvmlib_debug_opts *opts,
		     struct kvmlib_debug **ret_debug)
{
	struct kvmlib_debug *debug;
	struct kvmlib_debug_opts o;
	int r;

	if (!vm || !ret_debug)
		return KVMLIB__NULL_ARGUMENT(vm ? 3 : 1);
	KVMLIB__REFUSE_FORKED(vm);
	r = copy_opts(&o, opts, vm, __func__);
	if (r >= 0)
		r = check_host(vm, __func__);
	if (r < 0)
		return r;
	debug = calloc(1, sizeof(*debug));
	if (!debug)
		return KVMLIB__NO_MEMORY();
	r = set_up(debug, vm, o.memory, __func__);
	if (r < 0) {
		free(debug);
		return r;
	}
	*ret_debug = debug;
	return 0;
}

struct kvmlib_debug *kvmlib_debug_ref(struct kvmlib_debug *debug)
{
	if (debug)
		atomic_fetch_add_explicit(&debug->refs, 1U, memory_order_relaxed);
	return debug;
}

/* In a forked child the guest's memory may be the parent's. */
static void free_points(struct kvmlib_debug *debug, bool is_child)
{
	while (debug->points) {
		struct kvmlib__point *point = debug->points;

		debug->points = point->next;
		if (!is_child)
			kvmlib__point_take(debug, point);
		free(point);
	}
}

struct kvmlib_debug *kvmlib_debug_unref(struct kvmlib_debug *debug)
{
	bool is_child;

	if (!debug || atomic_fetch_sub_explicit(&debug->refs, 1U, memory_order_acq_rel) > 1U)
		return NULL;
	is_child = kvmlib__forked(debug->vm);
	free_points(debug, is_child);
	if (!is_child)
		pthread_mutex_destroy(&debug->lock);
	kvmlib_memory_reader_free(debug->reader);
	kvmlib_vm_unref(debug->vm);
	free(debug);
	return NULL;
}
