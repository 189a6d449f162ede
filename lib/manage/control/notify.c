/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What loops of the program learn from the group: by descriptors that become readable.
 *
 * They are written where threads that wait here are woken up, and made when somebody asks for one.
 */
#include "control.h"

#include <errno.h>

/* That one can be read already is no failure. */
static void make_readable(const struct kvmlib_control *control,
			  const struct kvmlib__eventfd *eventfd)
{
	const struct kvmlib_sys_ops *sys = &control->vm->system->sys;
	const uint64_t one = 1;

	if (eventfd->is_owned)
		sys->write(sys->ctx, eventfd->fd, &one, sizeof(one));
}

void kvmlib__tell_arrived(struct kvmlib_control *control)
{
	pthread_cond_broadcast(&control->arrived);
	make_readable(control, &control->arrived_fd);
}

void kvmlib__tell_news(struct kvmlib_control *control)
{
	pthread_cond_broadcast(&control->news);
	for (const struct kvmlib__member *member = control->members; member; member = member->next)
		make_readable(control, &member->news_fd);
}

/* The lock is held. */
static int give(const struct kvmlib_control *control, struct kvmlib__eventfd *eventfd,
		const char *function, int *ret_fd)
{
	int r = 0;

	if (!eventfd->is_owned)
		r = kvmlib__eventfd_init(eventfd, control->vm->system, KVMLIB_EVENTFD_NEW,
					 function);
	if (r < 0)
		return r;
	*ret_fd = eventfd->fd;
	return 0;
}

int kvmlib_control_fd(struct kvmlib_control *control, struct kvmlib_vcpu *vcpu, int *ret_fd)
{
	struct kvmlib__member *member;
	int r;

	if (!control || !ret_fd)
		return KVMLIB__NULL_ARGUMENT(control ? 3 : 1);
	KVMLIB__REFUSE_FORKED(control->vm);
	pthread_mutex_lock(&control->lock);
	member = vcpu ? kvmlib__member_of(control, vcpu) : NULL;
	if (vcpu && !member)
		r = kvmlib__not_joined(vcpu, __func__);
	else
		r = give(control, member ? &member->news_fd : &control->arrived_fd, __func__,
			 ret_fd);
	pthread_mutex_unlock(&control->lock);
	return r;
}
