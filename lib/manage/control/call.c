/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Kicks, and work that is done on a vCPU's thread. */
#include "control.h"

#include <errno.h>
#include <stdlib.h>

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
	kvmlib__tell_news(control);
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
	kvmlib__tell_news(member->control);
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
	struct kvmlib__work work;
	struct kvmlib__member *member; /* valid while the work is queued */
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
		order->work.progress = KVMLIB__WORK_LEFT;
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

/* Calls that nobody waits for here */

struct kvmlib_call {
	struct order order;		/* first: the vCPU's thread frees what was abandoned */
	struct kvmlib_control *control; /* counted reference */
	uint32_t vcpu_id;
};

_Static_assert(!offsetof(struct kvmlib_call, order.work), "freed as its work");

static struct kvmlib_call *make_call(struct kvmlib_control *control, const struct kvmlib_vcpu *vcpu,
				     int (*function)(struct kvmlib_vcpu *vcpu, void *userdata),
				     void *userdata)
{
	struct kvmlib_call *call = calloc(1, sizeof(*call));

	if (!call)
		return NULL;
	call->order.work.function = function;
	call->order.work.userdata = userdata;
	call->control = kvmlib_control_ref(control);
	call->vcpu_id = vcpu->id;
	return call;
}

static int queue(struct kvmlib_call *call, const struct kvmlib_vcpu *vcpu, const char *function)
{
	struct kvmlib_control *control = call->control;
	struct kvmlib__member *member;

	pthread_mutex_lock(&control->lock);
	member = kvmlib__member_of(control, vcpu);
	call->order.member = member;
	if (member)
		add_work(member, &call->order.work);
	pthread_mutex_unlock(&control->lock);
	return member ? 0 : kvmlib__not_joined(vcpu, function);
}

int kvmlib_control_call_begin(struct kvmlib_control *control, struct kvmlib_vcpu *vcpu,
			      int (*function)(struct kvmlib_vcpu *vcpu, void *userdata),
			      void *userdata, struct kvmlib_call **ret_call)
{
	struct kvmlib_call *call;
	int r;

	if (!control || !vcpu || !function || !ret_call)
		return KVMLIB__NULL_ARGUMENT(!control ? 1 : !vcpu ? 2 : !function ? 3 : 5);
	KVMLIB__REFUSE_FORKED(control->vm);
	call = make_call(control, vcpu, function, userdata);
	if (!call)
		return KVMLIB__NO_MEMORY();
	r = queue(call, vcpu, __func__);
	if (r < 0) {
		kvmlib_control_unref(call->control);
		free(call);
		return r;
	}
	*ret_call = call;
	return 0;
}

/* The lock is held. */
static int look(struct kvmlib_call *call, const char *function, int *ret_result)
{
	if (!is_over(NULL, &call->order))
		return 0;
	if (call->order.work.progress != KVMLIB__WORK_DONE)
		return was_not_done(&call->order, call->vcpu_id, function);
	if (ret_result)
		*ret_result = call->order.work.result;
	return 1;
}

int kvmlib_call_poll(struct kvmlib_call *call, int *ret_result)
{
	int r;

	if (!call)
		return KVMLIB__NULL_ARGUMENT(1);
	KVMLIB__REFUSE_FORKED(call->control->vm);
	pthread_mutex_lock(&call->control->lock);
	r = look(call, __func__, ret_result);
	pthread_mutex_unlock(&call->control->lock);
	return r;
}

/* Returns whether nobody else needs it. */
static bool end(struct kvmlib_call *call)
{
	struct kvmlib__work *work = &call->order.work;

	if (work->progress == KVMLIB__WORK_QUEUED)
		take_back(call->order.member, work);
	work->is_abandoned = work->progress == KVMLIB__WORK_BEGUN;
	return !work->is_abandoned;
}

struct kvmlib_call *kvmlib_call_free(struct kvmlib_call *call)
{
	struct kvmlib_control *control;
	bool is_mine = true;

	if (!call)
		return NULL;
	control = call->control;
	if (!kvmlib__forked(control->vm)) {
		pthread_mutex_lock(&control->lock);
		is_mine = end(call);
		pthread_mutex_unlock(&control->lock);
	}
	if (is_mine)
		free(call);
	kvmlib_control_unref(control);
	return NULL;
}
