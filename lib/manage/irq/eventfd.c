/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Eventfds of callers and of the library's own. */
#include "irq.h"

#include <errno.h>
#include <sys/eventfd.h>

int kvmlib__eventfd_init(struct kvmlib__eventfd *eventfd, const struct kvmlib_system *system,
			 int fd, const char *function)
{
	eventfd->fd = fd;
	eventfd->is_owned = false;
	if (fd != KVMLIB_EVENTFD_NEW)
		return 0;
	fd = system->sys.eventfd(system->sys.ctx, 0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (fd < 0)
		return kvmlib__error_report(&system->log,
					    &(const struct kvmlib__failure){ .function = function,
									     .call = "eventfd",
									     .errnum = fd });
	eventfd->fd = fd;
	eventfd->is_owned = true;
	return 0;
}

void kvmlib__eventfd_close(const struct kvmlib__eventfd *eventfd,
			   const struct kvmlib_system *system)
{
	if (eventfd->is_owned)
		kvmlib__close(system, eventfd->fd);
}

/* A descriptor that can't be looked at is taken for what it is asked to be: for "" too. */
uint32_t kvmlib__eventfd_blame(const struct kvmlib_system *system, int fd, int r)
{
	if (r == -EBADF && kvmlib__fd_is(system, fd, ""))
		return KVMLIB_CAUSE_BAD_FD;
	if (r == -EINVAL && !kvmlib__fd_is(system, fd, "anon_inode:[eventfd]"))
		return KVMLIB_CAUSE_NOT_EVENTFD;
	return 0;
}
