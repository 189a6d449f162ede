/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Pauses: all vCPUs of a group out of the guest, and kept there.
 *
 * A vCPU's own thread may pause the group: it is out of the guest while it does so, and until it
 * resumes. Two that pause each other both succeed; who resumes first stays until the other does.
 */
#include "control.h"

#include <errno.h>

#include <kvmlib/vcpu.h>

/* So many are named in one record. */
#define MAX_NAMED ((size_t)KVMLIB__MAX_VALUES / 2)

static void kick_missing(const struct kvmlib_control *control)
{
	for (struct kvmlib__member *member = control->members; member; member = member->next)
		if (!kvmlib__member_is_held(member))
			kvmlib_vcpu_kick(member->vcpu);
}

static void begin(struct kvmlib_control *control, struct kvmlib__member *self)
{
	if (self)
		self->own_pauses++;
	atomic_fetch_add(&control->nr_pauses, 1U);
	kick_missing(control);
	kvmlib__tell_arrived(control);
}

/* The program's loops may have it that nobody waits for the end, and say where they are. */
static void release(struct kvmlib_control *control)
{
	if (control->flags & KVMLIB_CONTROL_RETURN)
		for (struct kvmlib__member *member = control->members; member;
		     member = member->next)
			if (member->where == KVMLIB_CONTROL_PARKED)
				member->where = KVMLIB_CONTROL_OUT;
	kvmlib__tell_news(control);
}

static void end(struct kvmlib_control *control, struct kvmlib__member *self)
{
	if (self)
		self->own_pauses--;
	if (atomic_fetch_sub(&control->nr_pauses, 1U) == 1U)
		release(control);
}

static const struct kvmlib__member *next_missing(const struct kvmlib__member *member)
{
	while (member && kvmlib__member_is_held(member))
		member = member->next;
	return member;
}

/* 0, -ETIMEDOUT, or -ESRCH where a thread has ended. */
static int wait_for_all(struct kvmlib_control *control, const struct kvmlib__deadline *deadline)
{
	bool is_late = false;
	const struct kvmlib__member *missing;

	while ((missing = next_missing(control->members))) {
		if (kvmlib__member_is_gone(missing))
			return -ESRCH;
		if (is_late)
			return -ETIMEDOUT;
		is_late = kvmlib__wait_a_while(control, &control->arrived, deadline);
	}
	return 0;
}

/* The record names the first few that did not come, and where they are. */
static int did_not_come(const struct kvmlib_control *control, int r, const char *function)
{
	struct kvmlib__value values[KVMLIB__MAX_VALUES];
	size_t n = 0;

	for (const struct kvmlib__member *member = next_missing(control->members);
	     member && n < 2 * MAX_NAMED; member = next_missing(member->next)) {
		values[n++] = (struct kvmlib__value)KVMLIB__VALUE(VCPU_ID, member->vcpu->id);
		values[n++] =
			(struct kvmlib__value)KVMLIB__VALUE(WHERE, kvmlib__member_where(member));
	}
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = function,
		.cause = r == -ESRCH ? KVMLIB_CAUSE_VCPU_THREAD_GONE : KVMLIB_CAUSE_VCPU_LATE,
		.errnum = r,
		.values = values,
		.nr_values = n });
}

/* The lock is held. */
static int pause_all(struct kvmlib_control *control, struct kvmlib__member *self,
		     const struct kvmlib__deadline *deadline, const char *function)
{
	int r;

	begin(control, self);
	r = wait_for_all(control, deadline);
	if (!r)
		return 0;
	r = did_not_come(control, r, function);
	end(control, self);
	return r;
}

int kvmlib_control_pause(struct kvmlib_control *control, uint64_t timeout)
{
	const struct kvmlib__deadline deadline = kvmlib__deadline_after(timeout);
	struct kvmlib__member *self;
	int r;

	if (!control)
		return KVMLIB__NULL_ARGUMENT(1);
	KVMLIB__REFUSE_FORKED(control->vm);
	self = kvmlib__member_self(control);
	r = self ? kvmlib__drain(self->vcpu, __func__) : 0;
	if (r < 0)
		return r;
	pthread_mutex_lock(&control->lock);
	r = pause_all(control, self, &deadline, __func__);
	pthread_mutex_unlock(&control->lock);
	return r;
}

int kvmlib_control_pause_begin(struct kvmlib_control *control)
{
	struct kvmlib__member *self;
	int r;

	if (!control)
		return KVMLIB__NULL_ARGUMENT(1);
	KVMLIB__REFUSE_FORKED(control->vm);
	self = kvmlib__member_self(control);
	r = self ? kvmlib__drain(self->vcpu, __func__) : 0;
	if (r < 0)
		return r;
	pthread_mutex_lock(&control->lock);
	begin(control, self);
	pthread_mutex_unlock(&control->lock);
	return 0;
}

/* The lock is held. */
static int look(const struct kvmlib_control *control, const char *function)
{
	bool is_missing = false;

	for (const struct kvmlib__member *member = next_missing(control->members); member;
	     member = next_missing(member->next)) {
		if (kvmlib__member_is_gone(member))
			return did_not_come(control, -ESRCH, function);
		is_missing = true;
	}
	return is_missing ? 0 : 1;
}

int kvmlib_control_pause_poll(struct kvmlib_control *control)
{
	int r;

	if (!control)
		return KVMLIB__NULL_ARGUMENT(1);
	KVMLIB__REFUSE_FORKED(control->vm);
	if (!atomic_load(&control->nr_pauses))
		return KVMLIB__REFUSE(-EINVAL, NOT_PAUSED, 1);
	pthread_mutex_lock(&control->lock);
	r = look(control, __func__);
	pthread_mutex_unlock(&control->lock);
	return r;
}

/* Pauses that vCPUs' threads began are theirs to end. */
static bool has_pause_of(const struct kvmlib_control *control, const struct kvmlib__member *self)
{
	unsigned int n = atomic_load(&control->nr_pauses);

	if (self && self->own_pauses)
		return true;
	for (const struct kvmlib__member *member = control->members; member; member = member->next)
		n -= member->own_pauses;
	return n;
}

/* The lock is held. */
static void resume(struct kvmlib_control *control, struct kvmlib__member *self)
{
	bool is_own = self && self->own_pauses;

	end(control, is_own ? self : NULL);
	if (is_own && !self->own_pauses)
		kvmlib__attend(self, KVMLIB_CONTROL_PARKED, NULL);
}

int kvmlib_control_resume(struct kvmlib_control *control)
{
	struct kvmlib__member *self;
	bool has_pause;

	if (!control)
		return KVMLIB__NULL_ARGUMENT(1);
	KVMLIB__REFUSE_FORKED(control->vm);
	pthread_mutex_lock(&control->lock);
	self = kvmlib__member_here(control);
	has_pause = has_pause_of(control, self);
	if (has_pause)
		resume(control, self);
	pthread_mutex_unlock(&control->lock);
	return has_pause ? 0 : KVMLIB__REFUSE(-EINVAL, NOT_PAUSED, 1);
}
