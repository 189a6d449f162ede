/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Descriptors that kick: a thread of the program's waits for all of them. */
#include "control.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>

#include <kvmlib/vcpu.h>

_Static_assert(sizeof(struct kvmlib_control_watch) == sizeof(void *) + 8, "no padding");

static int refuse(int errnum, uint32_t cause, int fd, size_t index)
{
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = "kvmlib_control_watch",
		.cause = cause,
		.errnum = errnum,
		KVMLIB__VALUES(KVMLIB__VALUE(FD, fd), KVMLIB__VALUE(INDEX, index)) });
}

/* The last one stops. */
static int prepare(const struct kvmlib_control *control, struct pollfd *fds,
		   const struct kvmlib_control_watch *watches, size_t n, int stop_fd)
{
	for (size_t i = 0; i < n; i++) {
		if (watches[i].reserved || (watches[i].vcpu && watches[i].vcpu->vm != control->vm))
			return refuse(-EINVAL, KVMLIB_CAUSE_BAD_ARGUMENT, watches[i].fd, i);
		fds[i] = (struct pollfd){ .fd = watches[i].fd, .events = POLLIN };
	}
	fds[n] = (struct pollfd){ .fd = stop_fd, .events = POLLIN };
	/* poll() would pass over them in silence. */
	for (size_t i = 0; i <= n; i++)
		if (fds[i].fd < 0)
			return refuse(-EBADF, KVMLIB_CAUSE_BAD_FD, fds[i].fd, i);
	return 0;
}

/* Where a vCPU is not in the group, or not yet, its next run returns at once. */
static int kick(struct kvmlib_control *control, struct kvmlib_vcpu *vcpu)
{
	if (!vcpu)
		return kvmlib_control_kick(control, NULL);
	kvmlib_vcpu_kick(vcpu);
	pthread_mutex_lock(&control->lock);
	kvmlib__tell_news(control);
	pthread_mutex_unlock(&control->lock);
	return 0;
}

/* It is read first: what comes after that is another kick. */
static int serve(struct kvmlib_control *control, const struct kvmlib_control_watch *watch, size_t i,
		 const struct pollfd *fd)
{
	const struct kvmlib_sys_ops *sys = &control->vm->system->sys;
	uint64_t count;
	int r;

	if (!fd->revents)
		return 0;
	if (fd->revents & POLLNVAL)
		return refuse(-EBADF, KVMLIB_CAUSE_BAD_FD, fd->fd, i);
	r = sys->read(sys->ctx, fd->fd, &count, sizeof(count));
	if (r == -EAGAIN || r == -EINTR)
		return 0;
	if (r <= 0)
		return refuse(r ? r : -EPIPE, KVMLIB_CAUSE_WATCH_ENDED, fd->fd, i);
	return kick(control, watch->vcpu);
}

static int poll_failed(const struct kvmlib_system *system, int r, size_t n)
{
	return kvmlib__error_report(
		&system->log,
		&(const struct kvmlib__failure){ .function = "kvmlib_control_watch",
						 .call = "poll",
						 .errnum = r,
						 KVMLIB__VALUES(KVMLIB__VALUE(COUNT, n)) });
}

static int watch(struct kvmlib_control *control, const struct kvmlib_control_watch *watches,
		 size_t n, struct pollfd *fds)
{
	const struct kvmlib_system *system = control->vm->system;
	int r;

	for (;;) {
		r = system->sys.poll(system->sys.ctx, fds, n + 1, -1);
		if (r == -EINTR)
			continue;
		if (r < 0)
			return poll_failed(system, r, n + 1);
		if (fds[n].revents & POLLNVAL)
			return refuse(-EBADF, KVMLIB_CAUSE_BAD_FD, fds[n].fd, n);
		if (fds[n].revents)
			return 0;
		for (size_t i = 0; i < n; i++) {
			r = serve(control, &watches[i], i, &fds[i]);
			if (r < 0)
				return r;
		}
	}
}

int kvmlib_control_watch(struct kvmlib_control *control, const struct kvmlib_control_watch *watches,
			 size_t nr_watches, int stop_fd)
{
	struct pollfd *fds;
	int r;

	if (!control || !watches)
		return KVMLIB__NULL_ARGUMENT(control ? 2 : 1);
	KVMLIB__REFUSE_FORKED(control->vm);
	fds = nr_watches < SIZE_MAX / 2 ? calloc(nr_watches + 1, sizeof(*fds)) : NULL;
	if (!fds)
		return KVMLIB__NO_MEMORY();
	r = prepare(control, fds, watches, nr_watches, stop_fd);
	if (!r)
		r = watch(control, watches, nr_watches, fds);
	free(fds);
	return r;
}
