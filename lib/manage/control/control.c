/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A group of the vCPUs of a VM: made, and ended. */
#include "control.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>

#include <kvmlib/coalesced.h>
#include <kvmlib/vcpu.h>
#include <kvmlib/vm.h>

#include "../../base/opts.h"
#include "../irq/coalesced.h"

_Static_assert(sizeof(struct kvmlib_control_opts) == sizeof(size_t) + 8 + sizeof(void *),
	       "no padding");

static bool is_usable(const struct kvmlib_control_opts *o, const struct kvmlib_vm *vm)
{
	return !(o->flags & ~KVMLIB_CONTROL_RETURN) && (!o->coalesced || o->coalesced->vm == vm);
}

static int copy_opts(struct kvmlib_control_opts *o, const struct kvmlib_control_opts *opts,
		     const struct kvmlib_vm *vm, const char *function)
{
	struct kvmlib__failure failure = { .function = function };

	failure.errnum = kvmlib__opts_copy(o, sizeof(*o), opts, &failure.cause);
	if (failure.errnum >= 0 && !is_usable(o, vm)) {
		failure.errnum = -EINVAL;
		failure.cause = KVMLIB_CAUSE_BAD_ARGUMENT;
	}
	if (!o->signo)
		o->signo = (uint32_t)SIGRTMIN;
	return failure.errnum < 0 ? kvmlib__error_record(&failure) : 0;
}

static void cond_init(pthread_cond_t *cond)
{
	pthread_condattr_t attributes;

	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(cond, &attributes);
	pthread_condattr_destroy(&attributes);
}

static struct kvmlib_control *alloc(struct kvmlib_vm *vm, const struct kvmlib_control_opts *o)
{
	struct kvmlib_control *control = calloc(1, sizeof(*control));

	if (!control)
		return NULL;
	atomic_init(&control->refs, 1U);
	control->vm = kvmlib_vm_ref(vm);
	control->signo = (int)o->signo;
	control->flags = o->flags;
	control->coalesced = kvmlib_coalesced_ref(o->coalesced);
	pthread_mutex_init(&control->lock, NULL);
	pthread_mutex_init(&control->plug_lock, NULL);
	cond_init(&control->arrived);
	cond_init(&control->news);
	return control;
}

int kvmlib_control_new(struct kvmlib_vm *vm, const struct kvmlib_control_opts *opts,
		       struct kvmlib_control **ret_control)
{
	struct kvmlib_control_opts o;
	struct kvmlib_control *control;
	int r;

	if (!vm || !ret_control)
		return KVMLIB__NULL_ARGUMENT(vm ? 3 : 1);
	KVMLIB__REFUSE_FORKED(vm);
	r = copy_opts(&o, opts, vm, __func__);
	if (r < 0)
		return r;
	r = kvmlib_kick_handler_install(vm->system, (int)o.signo);
	if (r < 0) {
		kvmlib__error_amend(__func__, NULL);
		return r;
	}
	control = alloc(vm, &o);
	if (!control)
		return KVMLIB__NO_MEMORY();
	*ret_control = control;
	return 0;
}

struct kvmlib_control *kvmlib_control_ref(struct kvmlib_control *control)
{
	if (control)
		atomic_fetch_add_explicit(&control->refs, 1U, memory_order_relaxed);
	return control;
}

/* Its vCPUs have left, for each of them has a reference; in a forked child their threads are not there. */
struct kvmlib_control *kvmlib_control_unref(struct kvmlib_control *control)
{
	if (!control || atomic_fetch_sub_explicit(&control->refs, 1U, memory_order_acq_rel) > 1U)
		return NULL;
	if (!kvmlib__forked(control->vm)) {
		pthread_cond_destroy(&control->news);
		pthread_cond_destroy(&control->arrived);
		pthread_mutex_destroy(&control->lock);
		pthread_mutex_destroy(&control->plug_lock);
	}
	kvmlib__plugged_end(control);
	kvmlib__eventfd_close(&control->arrived_fd, control->vm->system);
	kvmlib_coalesced_unref(control->coalesced);
	kvmlib_vm_unref(control->vm);
	free(control);
	return NULL;
}
