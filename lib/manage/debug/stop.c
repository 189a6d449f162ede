/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What vCPUs stop at. */
#include "debug.h"

#include <errno.h>

#define DR6_STEP 0x4000U

static void tell_point(struct kvmlib_debug_stop *stop, const struct kvmlib__point *point)
{
	stop->kind = point->kind;
	stop->address = point->address;
}

/* Another instruction is there now: the breakpoint went while the vCPU was on its way out. */
static bool is_int3(const struct kvmlib_debug *debug, const struct kvmlib__debug_place *place)
{
	const struct kvmlib__record record = kvmlib__error_save();
	uint64_t there = KVMLIB__INT3;

	if (debug->reader && place->is_mapped)
		kvmlib_memory_load(debug->reader, place->gpa, 1, &there);
	kvmlib__error_restore(&record);
	return there == KVMLIB__INT3;
}

static int find_breakpoint(const struct kvmlib_debug *debug, struct kvmlib_vcpu *vcpu,
			   struct kvmlib_debug_stop *stop)
{
	struct kvmlib__debug_place place;
	int r = kvmlib__step_find(debug, vcpu, stop->pc, &place);

	if (r < 0)
		return r;
	if (place.point)
		tell_point(stop, place.point);
	else
		stop->kind = is_int3(debug, &place) ? KVMLIB_DEBUG_GUEST : KVMLIB_DEBUG_NOTHING;
	return 0;
}

/* The processor sets a bit for each register whose condition was met, for a step, or none of them. */
static void find_trap(const struct kvmlib_debug *debug, const struct kvmlib_exit_debug *exit,
		      struct kvmlib_debug_stop *stop)
{
	const struct kvmlib__point *point = NULL;
	uint32_t hits = exit->dr6 & ((1U << KVMLIB__DEBUG_REGISTERS) - 1);

	if (hits)
		point = kvmlib__point_of(debug, (uint32_t)__builtin_ctz(hits));
	if (point)
		tell_point(stop, point);
	else if (exit->dr6 & DR6_STEP)
		stop->kind = KVMLIB_DEBUG_STEPPED;
	else
		stop->kind = hits ? KVMLIB_DEBUG_NOTHING : KVMLIB_DEBUG_GUEST;
}

static int find(const struct kvmlib_debug *debug, struct kvmlib_vcpu *vcpu,
		const struct kvmlib_exit_debug *exit, struct kvmlib_debug_stop *ret_stop)
{
	struct kvmlib_debug_stop stop = { .pc = exit->pc };
	int r = 0;

	kvmlib__step_put_back(debug, vcpu);
	if (exit->exception == KVMLIB__BREAKPOINT)
		r = find_breakpoint(debug, vcpu, &stop);
	else
		find_trap(debug, exit, &stop);
	if (r >= 0)
		*ret_stop = stop;
	return r;
}

int kvmlib_debug_stop(struct kvmlib_debug *debug, struct kvmlib_vcpu *vcpu,
		      struct kvmlib_debug_stop *ret_stop)
{
	struct kvmlib_exit_debug exit;
	int r;

	if (!debug || !vcpu || !ret_stop)
		return KVMLIB__NULL_ARGUMENT(!debug ? 1 : vcpu ? 3 : 2);
	KVMLIB__REFUSE_FORKED(debug->vm);
	if (vcpu->vm != debug->vm)
		return KVMLIB__REFUSE(-EINVAL, BAD_ARGUMENT, 2);
	r = kvmlib_vcpu_exit_debug(vcpu, &exit);
	if (r >= 0) {
		pthread_mutex_lock(&debug->lock);
		r = find(debug, vcpu, &exit, ret_stop);
		pthread_mutex_unlock(&debug->lock);
	}
	if (r < 0)
		kvmlib__error_amend(__func__, NULL);
	return r;
}
