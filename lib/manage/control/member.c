/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vCPUs join a group on their threads, and leave it. */
#include "control.h"

#include <errno.h>
#include <stdlib.h>

#include <kvmlib/vcpu.h>

struct kvmlib__member *kvmlib__member_of(const struct kvmlib_control *control,
					 const struct kvmlib_vcpu *vcpu)
{
	struct kvmlib__member *member = control->members;

	while (member && member->vcpu != vcpu)
		member = member->next;
	return member;
}

struct kvmlib__member *kvmlib__member_here(const struct kvmlib_control *control)
{
	const struct kvmlib_sys_ops *sys = &control->vm->system->sys;
	struct kvmlib__member *member = control->members;
	int tid = sys->gettid(sys->ctx);

	while (member && member->tid != tid)
		member = member->next;
	return member;
}

struct kvmlib__member *kvmlib__member_self(struct kvmlib_control *control)
{
	struct kvmlib__member *self;

	pthread_mutex_lock(&control->lock);
	self = kvmlib__member_here(control);
	pthread_mutex_unlock(&control->lock);
	return self;
}

bool kvmlib__member_is_held(const struct kvmlib__member *member)
{
	return member->where != KVMLIB_CONTROL_OUT || member->own_pauses;
}

/* The number may be another thread's by now; then a deadline is all there is. */
bool kvmlib__member_is_gone(const struct kvmlib__member *member)
{
	const struct kvmlib_sys_ops *sys = &member->control->vm->system->sys;

	return sys->tgkill(sys->ctx, member->vcpu->tgid, member->tid, 0) == -ESRCH;
}

uint32_t kvmlib__member_where(const struct kvmlib__member *member)
{
	if (member->where != KVMLIB_CONTROL_OUT)
		return member->where;
	if (kvmlib__member_is_gone(member))
		return KVMLIB_CONTROL_GONE;
	return __atomic_load_n(&member->vcpu->in_run, __ATOMIC_RELAXED) ? KVMLIB_CONTROL_IN_GUEST
									: KVMLIB_CONTROL_OUT;
}

/* Joining */

static struct kvmlib__member *make_member(struct kvmlib_control *control, struct kvmlib_vcpu *vcpu)
{
	struct kvmlib__member *member = calloc(1, sizeof(*member));

	if (!member)
		return NULL;
	member->control = kvmlib_control_ref(control);
	member->vcpu = kvmlib_vcpu_ref(vcpu);
	member->tid = vcpu->binding.tid;
	member->where = KVMLIB_CONTROL_OUT;
	return member;
}

static int check_join(const struct kvmlib_control *control, const struct kvmlib_vcpu *vcpu,
		      const char *function)
{
	struct kvmlib__failure failure = { .function = function,
					   KVMLIB__VALUES(KVMLIB__VALUE(VCPU_ID, vcpu->id)) };

	if (vcpu->vm != control->vm) {
		failure.errnum = -EINVAL;
		failure.cause = KVMLIB_CAUSE_BAD_ARGUMENT;
	} else if (vcpu->member || kvmlib__member_here(control)) {
		failure.errnum = -EEXIST;
		failure.cause = KVMLIB_CAUSE_ALREADY_JOINED;
	}
	return failure.errnum ? kvmlib__error_record(&failure) : 0;
}

/* The lock is held. */
static int join(struct kvmlib_control *control, struct kvmlib_vcpu *vcpu, const char *function)
{
	struct kvmlib__member *member;
	int r = check_join(control, vcpu, function);

	if (r < 0)
		return r;
	r = kvmlib_vcpu_bind(vcpu, control->signo);
	if (r < 0) {
		kvmlib__error_amend(function, NULL);
		return r;
	}
	member = make_member(control, vcpu);
	if (!member)
		return KVMLIB__NO_MEMORY_IN(function);
	member->next = control->members;
	control->members = member;
	vcpu->member = member;
	return 0;
}

int kvmlib_control_join(struct kvmlib_control *control, struct kvmlib_vcpu *vcpu)
{
	int r;

	if (!control || !vcpu)
		return KVMLIB__NULL_ARGUMENT(control ? 2 : 1);
	KVMLIB__REFUSE_FORKED(control->vm);
	pthread_mutex_lock(&control->lock);
	r = join(control, vcpu, __func__);
	pthread_mutex_unlock(&control->lock);
	return r;
}

/* Leaving */

int kvmlib__not_joined(const struct kvmlib_vcpu *vcpu, const char *function)
{
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = function,
		.cause = KVMLIB_CAUSE_NOT_JOINED,
		.errnum = -EINVAL,
		KVMLIB__VALUES(KVMLIB__VALUE(VCPU_ID, vcpu->id)) });
}

static int refuse_busy(const struct kvmlib_vcpu *vcpu, uint32_t where, const char *function)
{
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = function,
		.cause = KVMLIB_CAUSE_VCPU_BUSY,
		.errnum = -EBUSY,
		KVMLIB__VALUES(KVMLIB__VALUE(VCPU_ID, vcpu->id), KVMLIB__VALUE(WHERE, where)) });
}

/* Nobody else may take a vCPU away from a thread that may be inside of it. */
static int check_leave(const struct kvmlib__member *member, const char *function)
{
	const struct kvmlib_sys_ops *sys = &member->control->vm->system->sys;

	if (member->tid == sys->gettid(sys->ctx) || kvmlib__member_is_gone(member))
		return 0;
	return refuse_busy(member->vcpu, kvmlib__member_where(member), function);
}

static void unlink_member(struct kvmlib_control *control, struct kvmlib__member *member)
{
	struct kvmlib__member **at = &control->members;

	while (*at != member)
		at = &(*at)->next;
	*at = member->next;
	for (struct kvmlib__work *work = member->first; work; work = work->next)
		work->progress = KVMLIB__WORK_LEFT;
	atomic_fetch_sub(&control->nr_pauses, member->own_pauses);
	member->vcpu->member = NULL;
	kvmlib__tell_arrived(control);
	kvmlib__tell_news(control);
}

static void free_member(struct kvmlib__member *member)
{
	struct kvmlib_control *control = member->control;

	kvmlib__eventfd_close(&member->news_fd, control->vm->system);
	kvmlib_vcpu_unref(member->vcpu);
	free(member);
	kvmlib_control_unref(control);
}

/* The lock is held. */
static int leave(struct kvmlib_control *control, const struct kvmlib_vcpu *vcpu,
		 const char *function, struct kvmlib__member **ret_member)
{
	struct kvmlib__member *member = kvmlib__member_of(control, vcpu);
	int r;

	if (!member)
		return kvmlib__not_joined(vcpu, function);
	r = check_leave(member, function);
	if (r < 0)
		return r;
	unlink_member(control, member);
	*ret_member = member;
	return 0;
}

int kvmlib_control_leave(struct kvmlib_control *control, struct kvmlib_vcpu *vcpu)
{
	struct kvmlib__member *member = NULL;
	int r;

	if (!control || !vcpu)
		return KVMLIB__NULL_ARGUMENT(control ? 2 : 1);
	KVMLIB__REFUSE_FORKED(control->vm);
	pthread_mutex_lock(&control->lock);
	r = leave(control, vcpu, __func__, &member);
	pthread_mutex_unlock(&control->lock);
	if (member)
		free_member(member);
	return r;
}

static int check_idle(struct kvmlib_control *control, const struct kvmlib_vcpu *vcpu,
		      const char *function)
{
	const struct kvmlib__member *member;
	int r = 0;

	pthread_mutex_lock(&control->lock);
	member = kvmlib__member_of(control, vcpu);
	if (member)
		r = check_leave(member, function);
	else if (vcpu->member || __atomic_load_n(&vcpu->in_run, __ATOMIC_SEQ_CST))
		r = refuse_busy(vcpu, KVMLIB_CONTROL_IN_GUEST, function);
	pthread_mutex_unlock(&control->lock);
	return r;
}

int kvmlib__leave_drained(struct kvmlib_control *control, struct kvmlib_vcpu *vcpu,
			  const char *function)
{
	struct kvmlib__member *member = NULL;
	int r = check_idle(control, vcpu, function);

	if (!r)
		r = kvmlib__drain(vcpu, function);
	if (r < 0)
		return r;
	pthread_mutex_lock(&control->lock);
	if (vcpu->member)
		r = leave(control, vcpu, function, &member);
	pthread_mutex_unlock(&control->lock);
	if (member)
		free_member(member);
	return r;
}

int kvmlib_control_where(struct kvmlib_control *control, const struct kvmlib_vcpu *vcpu,
			 uint32_t *ret_where)
{
	const struct kvmlib__member *member;

	if (!control || !vcpu || !ret_where)
		return KVMLIB__NULL_ARGUMENT(!control ? 1 : vcpu ? 3 : 2);
	KVMLIB__REFUSE_FORKED(control->vm);
	pthread_mutex_lock(&control->lock);
	member = kvmlib__member_of(control, vcpu);
	if (member)
		*ret_where = kvmlib__member_where(member);
	pthread_mutex_unlock(&control->lock);
	return member ? 0 : kvmlib__not_joined(vcpu, __func__);
}
