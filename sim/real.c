/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Descriptors of the real system: files of statistics and of memory, and duplicates of others. */
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static struct sim_real *find(const struct kvmlib_sim *sim, int fd)
{
	for (size_t i = 0; i < sim->nr_reals; i++)
		if (sim->reals[i].fd == fd)
			return &sim->reals[i];
	return NULL;
}

const struct sim_real *kvmlib__sim_real(const struct kvmlib_sim *sim, int fd)
{
	return find(sim, fd);
}

static bool forget(struct kvmlib_sim *sim, int fd)
{
	struct sim_real *real = find(sim, fd);

	if (!real)
		return false;
	*real = sim->reals[--sim->nr_reals];
	return true;
}

/* Takes a new descriptor, or the negative errno of the call that should have made it. */
int kvmlib__sim_add_real(struct kvmlib_sim *sim, int fd, unsigned int flags)
{
	struct sim_real *reals;

	if (fd < 0)
		return fd;
	forget(sim, fd); /* what had the number before was closed without the table */
	reals = kvmlib__sim_make_room(sim->reals, &sim->reals_room, sim->nr_reals + 1,
				      sizeof(*reals));
	if (!reals) {
		close(fd);
		return -ENOMEM;
	}
	sim->reals = reals;
	reals[sim->nr_reals++] = (struct sim_real){ .fd = fd, .flags = flags };
	return fd;
}

/* Callers may close what they were given without the table. */
int kvmlib__sim_count_real(const struct kvmlib_sim *sim)
{
	int open = 0;

	for (size_t i = 0; i < sim->nr_reals; i++)
		open += fcntl(sim->reals[i].fd, F_GETFD) >= 0;
	return open;
}

int kvmlib__sim_close_real(struct kvmlib_sim *sim, int fd)
{
	if (!forget(sim, fd))
		return REFUSE(NOT_OPEN);
	return close(fd) < 0 ? -errno : 0;
}

static bool is_passed_on(int command)
{
	return command == F_DUPFD_CLOEXEC || command == F_SETFD || command == F_ADD_SEALS ||
	       command == F_GET_SEALS;
}

int kvmlib__sim_fcntl_real(struct kvmlib_sim *sim, int fd, int command, int argument)
{
	const struct sim_real *real = find(sim, fd);
	unsigned int flags = real ? real->flags : 0;
	int r;

	if (!is_passed_on(command))
		return real ? REFUSE(FCNTL_COMMAND) : REFUSE(NOT_OPEN);
	r = fcntl(fd, command, argument);
	if (r < 0)
		return errno == EBADF ? REFUSE(NOT_OPEN) : -errno;
	return command == F_DUPFD_CLOEXEC ? kvmlib__sim_add_real(sim, r, flags) : r;
}

int kvmlib__sim_readlink_real(const char *path, char *buffer, size_t size)
{
	ssize_t r = readlink(path, buffer, size);

	if (r < 0)
		return errno == ENOENT ? REFUSE(NO_LINK) : -errno;
	return (int)r;
}
