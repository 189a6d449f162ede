/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Kicks, and work that is done on a vCPU's thread. */
#include "control.h"

#include <errno.h>

#include <kvmlib/vcpu.h>

int kvmlib_control_kick(struct kvmlib_control *control, struct kvmlib_vcpu *vcpu)
{
	size_t n = 0;

	if (!control)
		return KVMLIB__NULL_ARGUMENT(1);
	KVMLIB__REFUSE_FORKED(control->vm);
	pthread_mutex_lock(&control->lock);
	for (struct kvmlib__member *member = control->members; member; member = member->next) {
		if (vcpu && member->vcpu != vcpu)
			continue;
		kvmlib_vcpu_kick(member->vcpu);
		n++;
	}
	pthread_cond_broadcast(&control->news);
	pthread_mutex_unlock(&control->lock);
	return n || !vcpu ? 0 : kvmlib__not_joined(vcpu, __func__);
}

/* Work: the lock is held */

static void add_work(struct kvmlib__member *member, struct kvmlib__work *work)
{
	struct kvmlib__work **at = &member->first;

	while (*at)
		at = &(*at)->next;
	*at = work;
	kvmlib_vcpu_kick(member->vcpu);
	pthread_cond_broadcast(&member->control->news);
}

/* The member is there as long as its work is queued. */
static void take_back(struct kvmlib__member *member, const struct kvmlib__work *work)
{
	struct kvmlib__work **at = &member->first;

	while (*at != work)
		at = &(*at)->next;
	*at = work->next;
}

struct order {
	struct kvmlib__member *member;
	struct kvmlib__work work;
};

/* Once it has begun it is waited for, however long it takes. */
static bool is_over(const struct kvmlib__member *self, const void *userdata)
{
	const struct order *order = userdata;

	(void)self;
	return order->work.progress >= KVMLIB__WORK_DONE ||
	       (order->work.progress == KVMLIB__WORK_QUEUED &&
		kvmlib__member_is_gone(order->member));
}

static bool may_give_up(const struct order *order)
{
	return order->work.progress == KVMLIB__WORK_QUEUED;
}

static void wait_for_work(struct kvmlib_control *control, struct kvmlib__member *self,
			  struct order *order, const struct kvmlib__deadline *deadline)
{
	struct kvmlib__errand errand = { .is_done = is_over,
					 .userdata = order,
					 .wait = kvmlib__wait_a_while,
					 .deadline = *deadline };
	bool is_late = false;

	while (!is_over(self, order) && !(is_late && may_give_up(order))) {
		if (is_late)
			errand.deadline = (struct kvmlib__deadline){ .is_never = true };
		if (self)
			is_late = !kvmlib__attend(self, KVMLIB_CONTROL_WAITING, &errand);
		else
			is_late |= errand.wait(control, &control->arrived, &errand.deadline);
	}
}

static int was_not_done(struct order *order, uint32_t vcpu_id, const char *function)
{
	struct kvmlib__failure failure = { .function = function,
					   .cause = KVMLIB_CAUSE_VCPU_THREAD_GONE,
					   .errnum = -ESRCH,
					   KVMLIB__VALUES(KVMLIB__VALUE(VCPU_ID, vcpu_id)) };

	if (order->work.progress == KVMLIB__WORK_QUEUED) {
		if (!kvmlib__member_is_gone(order->member)) {
			failure.cause = KVMLIB_CAUSE_VCPU_LATE;
			failure.errnum = -ETIMEDOUT;
		}
		take_back(order->member, &order->work);
	}
	return kvmlib__error_record(&failure);
}

/* The lock is held; self is the calling thread's vCPU, or NULL. */
static int call(struct kvmlib__member *member, struct kvmlib__member *self, struct order *order,
		const struct kvmlib__deadline *deadline, const char *function)
{
	const uint32_t vcpu_id = member->vcpu->id;

	order->member = member;
	add_work(member, &order->work);
	wait_for_work(member->control, self, order, deadline);
	if (order->work.progress == KVMLIB__WORK_DONE)
		return 0;
	return was_not_done(order, vcpu_id, function);
}

static int call_other(struct kvmlib_control *control, const struct kvmlib_vcpu *vcpu,
		      struct kvmlib__member *self, struct order *order, uint64_t timeout,
		      const char *function)
{
	const struct kvmlib__deadline deadline = kvmlib__deadline_after(timeout);
	struct kvmlib__member *member;
	int r = self ? kvmlib__drain(self->vcpu, function) : 0;

	if (r < 0)
		return r;
	pthread_mutex_lock(&control->lock);
	member = kvmlib__member_of(control, vcpu);
	r = member ? call(member, self, order, &deadline, function)
		   : kvmlib__not_joined(vcpu, function);
	pthread_mutex_unlock(&control->lock);
	return r;
}

int kvmlib_control_call(struct kvmlib_control *control, struct kvmlib_vcpu *vcpu,
			int (*function)(struct kvmlib_vcpu *vcpu, void *userdata), void *userdata,
			uint64_t timeout, int *ret_result)
{
	struct order order = { .work = { .function = function, .userdata = userdata } };
	struct kvmlib__member *self;
	int r = 0;

	if (!control || !vcpu || !function)
		return KVMLIB__NULL_ARGUMENT(!control ? 1 : vcpu ? 3 : 2);
	KVMLIB__REFUSE_FORKED(control->vm);
	self = kvmlib__member_self(control);
	if (self && self->vcpu == vcpu)
		order.work.result = function(vcpu, userdata);
	else
		r = call_other(control, vcpu, self, &order, timeout, __func__);
	if (!r && ret_result)
		*ret_result = order.work.result;
	return r;
}
