/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Running a vCPU of a group, and its thread while it is out of the guest.
 *
 * Who wants a vCPU to come says so under the lock, and then kicks it. The vCPU's thread looks for what
 * is wanted after each run that a kick has ended, and nowhere else: by then KVM has finished what the
 * exit before owed, and the guest is between two instructions. A kick that was there first is as good
 * as one's own; one that comes late ends the next run early.
 */
#include "control.h"

#include <errno.h>
#include <stdlib.h>

#include <kvmlib/coalesced.h>
#include <kvmlib/exit.h>
#include <kvmlib/vcpu.h>

#define SECOND UINT64_C(1000000000)

/* How long a thread that has ended without a word is taken to be there. */
#define PATIENCE (SECOND / 20)

static struct timespec after(uint64_t nanoseconds)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	time.tv_sec += (time_t)(nanoseconds / SECOND);
	time.tv_nsec += (long)(nanoseconds % SECOND);
	if (time.tv_nsec >= (long)SECOND) {
		time.tv_sec++;
		time.tv_nsec -= (long)SECOND;
	}
	return time;
}

struct kvmlib__deadline kvmlib__deadline_after(uint64_t nanoseconds)
{
	return (struct kvmlib__deadline){ .is_never = nanoseconds == UINT64_MAX,
					  .time = after(nanoseconds) };
}

static bool is_before(const struct timespec *time, const struct timespec *other)
{
	return time->tv_sec != other->tv_sec ? time->tv_sec < other->tv_sec
					     : time->tv_nsec < other->tv_nsec;
}

bool kvmlib__wait(struct kvmlib_control *control, pthread_cond_t *cond,
		  const struct kvmlib__deadline *deadline)
{
	if (deadline->is_never)
		return pthread_cond_wait(cond, &control->lock) != 0;
	return pthread_cond_timedwait(cond, &control->lock, &deadline->time) == ETIMEDOUT;
}

bool kvmlib__wait_a_while(struct kvmlib_control *control, pthread_cond_t *cond,
			  const struct kvmlib__deadline *deadline)
{
	const struct kvmlib__deadline soon = { .time = after(PATIENCE) };

	if (!deadline->is_never && is_before(&deadline->time, &soon.time))
		return kvmlib__wait(control, cond, deadline);
	kvmlib__wait(control, cond, &soon);
	return false;
}

/* Returns whether there was any. The lock is not held while it is done. */
static bool do_work(struct kvmlib__member *member)
{
	struct kvmlib_control *control = member->control;
	struct kvmlib__work *work = member->first;

	if (!work)
		return false;
	member->first = work->next;
	work->progress = KVMLIB__WORK_BEGUN;
	pthread_mutex_unlock(&control->lock);
	work->result = work->function(member->vcpu, work->userdata);
	pthread_mutex_lock(&control->lock);
	work->progress = KVMLIB__WORK_DONE;
	if (work->is_abandoned)
		free(work);
	kvmlib__tell_arrived(control);
	kvmlib__tell_news(control);
	return true;
}

/* Whether the thread may not go on. */
static bool is_paused(const struct kvmlib__member *member)
{
	const struct kvmlib_control *control = member->control;

	return !(control->flags & KVMLIB_CONTROL_RETURN) && !member->own_pauses &&
	       atomic_load_explicit(&control->nr_pauses, memory_order_relaxed);
}

/* Where the thread is when it goes on: the program's loop has to keep out of the guest itself. */
static uint32_t where_next(const struct kvmlib__member *member)
{
	const struct kvmlib_control *control = member->control;

	if (member->is_away)
		return KVMLIB_CONTROL_WAITING;
	return control->flags & KVMLIB_CONTROL_RETURN && atomic_load(&control->nr_pauses)
		       ? KVMLIB_CONTROL_PARKED
		       : KVMLIB_CONTROL_OUT;
}

/* In the midst of work for others a pause need not hold the thread: it stays out, all the same. */
bool kvmlib__attend(struct kvmlib__member *member, uint32_t where,
		    const struct kvmlib__errand *errand)
{
	struct kvmlib_control *control = member->control;
	const bool is_inner = member->is_attending;
	const uint32_t outer = member->where;
	bool is_done, is_late = false;

	member->is_attending = true;
	for (;;) {
		member->where = where;
		kvmlib__tell_arrived(control);
		if (do_work(member))
			continue;
		is_done = !errand || errand->is_done(member, errand->userdata);
		if ((is_done || is_late) && (is_inner || !is_paused(member)))
			break;
		if (is_done || is_late)
			pthread_cond_wait(&control->news, &control->lock);
		else
			is_late = errand->wait(control, &control->news, &errand->deadline);
	}
	member->is_attending = is_inner;
	member->where = is_inner ? outer : where_next(member);
	return is_done;
}

/* What the guest wrote before it exited comes before the exit. One that is unplugged need not have joined. */
static int drain_writes(struct kvmlib_vcpu *vcpu)
{
	const struct kvmlib__member *member = vcpu->member;
	struct kvmlib_coalesced *coalesced = member ? member->control->coalesced : NULL;
	int r = coalesced ? kvmlib_coalesced_drain(coalesced, vcpu) : 0;

	return r < 0 ? r : 0;
}

/*
 * The first run only finishes what is owed, if it is all: an access in two parts is another exit. The
 * kick is given back, for it may have been somebody's.
 */
int kvmlib__drain(struct kvmlib_vcpu *vcpu, const char *function)
{
	int r;

	if (!kvmlib_vcpu_exit_pending(vcpu))
		return 0;
	kvmlib_vcpu_kick(vcpu);
	r = kvmlib_vcpu_run(vcpu);
	kvmlib_vcpu_kick(vcpu);
	if (!r)
		r = drain_writes(vcpu);
	if (r < 0) {
		kvmlib__error_amend(function, NULL);
		return r;
	}
	if (vcpu->reason == KVMLIB_EXIT_INTR)
		return 0;
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = function,
		.cause = KVMLIB_CAUSE_EXIT_PENDING,
		.errnum = -EBUSY,
		KVMLIB__VALUES(KVMLIB__VALUE(VCPU_ID, vcpu->id),
			       KVMLIB__VALUE(EXIT_REASON, vcpu->reason)) });
}

/* Running */

static int refuse_run(const struct kvmlib__member *member, int errnum, uint32_t cause)
{
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = "kvmlib_control_run",
		.cause = cause,
		.errnum = errnum,
		KVMLIB__VALUES(KVMLIB__VALUE(VCPU_ID, member->vcpu->id)) });
}

/* The program has waited in a loop of its own; the pauses of the meantime hold the thread from now on. */
static void come_back(struct kvmlib__member *member)
{
	member->is_away = false;
	kvmlib__attend(member, KVMLIB_CONTROL_PARKED, NULL);
}

/* Where a pause is on, the run is only to finish what the last exit owes. */
static int enter_slowly(struct kvmlib__member *member)
{
	struct kvmlib_control *control = member->control;
	bool is_paused;
	int r = 0;

	if (kvmlib__vcpu_forked(member->vcpu))
		return 0;
	pthread_mutex_lock(&control->lock);
	if (member->is_away)
		come_back(member);
	while (do_work(member))
		;
	is_paused = atomic_load(&control->nr_pauses);
	if (member->own_pauses)
		r = refuse_run(member, -EDEADLK, KVMLIB_CAUSE_OWN_PAUSE);
	else if (member->where == KVMLIB_CONTROL_PARKED && is_paused)
		r = refuse_run(member, -EBUSY, KVMLIB_CAUSE_PAUSED);
	pthread_mutex_unlock(&control->lock);
	if (!r && is_paused)
		kvmlib_vcpu_kick(member->vcpu);
	return r;
}

static void come_out(struct kvmlib__member *member)
{
	pthread_mutex_lock(&member->control->lock);
	kvmlib__attend(member, KVMLIB_CONTROL_PARKED, NULL);
	pthread_mutex_unlock(&member->control->lock);
}

int kvmlib_control_run(struct kvmlib_vcpu *vcpu)
{
	struct kvmlib__member *member;
	int r;

	if (!vcpu)
		return KVMLIB__NULL_ARGUMENT(1);
	member = vcpu->member;
	if (!member)
		return KVMLIB__REFUSE(-EINVAL, NOT_JOINED, 1);
	if (member->is_away ||
	    atomic_load_explicit(&member->control->nr_pauses, memory_order_relaxed)) {
		r = enter_slowly(member);
		if (r < 0)
			return r;
	}
	r = kvmlib_vcpu_run(vcpu);
	if (r < 0)
		return r;
	r = drain_writes(vcpu);
	if (vcpu->was_kick)
		come_out(member);
	return r;
}

/* A kick is left for the next run to report. */
static bool is_kicked(const struct kvmlib__member *member, const void *userdata)
{
	(void)userdata;
	return __atomic_load_n(&member->vcpu->kicked, __ATOMIC_SEQ_CST);
}

int kvmlib_control_wait(struct kvmlib_vcpu *vcpu, uint64_t timeout)
{
	const struct kvmlib__errand kick = { .is_done = is_kicked,
					     .wait = kvmlib__wait,
					     .deadline = kvmlib__deadline_after(timeout) };
	struct kvmlib__member *member;
	bool was_kicked;
	int r;

	if (!vcpu)
		return KVMLIB__NULL_ARGUMENT(1);
	member = vcpu->member;
	if (!member)
		return KVMLIB__REFUSE(-EINVAL, NOT_JOINED, 1);
	KVMLIB__REFUSE_FORKED(vcpu->vm);
	r = kvmlib__drain(vcpu, __func__);
	if (r < 0)
		return r;
	pthread_mutex_lock(&member->control->lock);
	was_kicked = kvmlib__attend(member, KVMLIB_CONTROL_WAITING, &kick);
	pthread_mutex_unlock(&member->control->lock);
	return was_kicked ? 1 : 0;
}

/* Out of the guest until the next run, whatever the thread does; the lock is held. */
static void go_away(struct kvmlib__member *member)
{
	const bool is_inner = member->is_attending;

	member->is_away = true;
	member->where = KVMLIB_CONTROL_WAITING;
	member->is_attending = true;
	kvmlib__tell_arrived(member->control);
	while (do_work(member))
		;
	member->is_attending = is_inner;
}

int kvmlib_control_wait_begin(struct kvmlib_vcpu *vcpu)
{
	struct kvmlib__member *member;
	bool was_kicked;
	int r;

	if (!vcpu)
		return KVMLIB__NULL_ARGUMENT(1);
	member = vcpu->member;
	if (!member)
		return KVMLIB__REFUSE(-EINVAL, NOT_JOINED, 1);
	KVMLIB__REFUSE_FORKED(vcpu->vm);
	r = kvmlib__drain(vcpu, __func__);
	if (r < 0)
		return r;
	pthread_mutex_lock(&member->control->lock);
	go_away(member);
	was_kicked = is_kicked(member, NULL);
	pthread_mutex_unlock(&member->control->lock);
	return was_kicked ? 1 : 0;
}
