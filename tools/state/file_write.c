/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* States into files: under another name beside, until all of it is on the disk. */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../tool.h"

#define SUFFIX ".XXXXXX"

/* One that is being written. */
struct draft {
	char *name;
	int fd; /* or -1 */
};

/* A device or a pipe would be replaced by a file. */
static int check_target(const char *path)
{
	struct stat stat;

	if (lstat(path, &stat) < 0)
		return errno == ENOENT ? 0 : -errno;
	if (S_ISDIR(stat.st_mode))
		return -EISDIR;
	return S_ISREG(stat.st_mode) ? 0 : -EINVAL;
}

static int open_draft(struct draft *draft, const char *path)
{
	int r = check_target(path);
	size_t size;

	*draft = (struct draft){ .fd = -1 };
	if (r < 0)
		return r;
	size = strlen(path) + sizeof(SUFFIX);
	draft->name = malloc(size);
	if (!draft->name)
		return -ENOMEM;
	snprintf(draft->name, size, "%s" SUFFIX, path);
	draft->fd = mkstemp(draft->name);
	return draft->fd < 0 || fcntl(draft->fd, F_SETFD, FD_CLOEXEC) < 0 ? -errno : 0;
}

static void drop_draft(struct draft *draft)
{
	if (draft->fd >= 0) {
		close(draft->fd);
		unlink(draft->name);
	}
	free(draft->name);
}

static int write_part(const void *data, size_t length, void *userdata)
{
	const struct draft *draft = userdata;
	const char *next = data;

	while (length) {
		ssize_t n = write(draft->fd, next, length);

		if (n < 0 && errno != EINTR)
			return -errno;
		next += n > 0 ? n : 0;
		length -= n > 0 ? (size_t)n : 0;
	}
	return 0;
}

/* The new name is on the disk, too. */
static int sync_folder(const char *path)
{
	char *copy = strdup(path);
	int fd, r = -ENOMEM;

	if (!copy)
		return r;
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	r = fd < 0 || fsync(fd) < 0 ? -errno : 0;
	if (fd >= 0)
		close(fd);
	free(copy);
	return r;
}

static int publish(struct draft *draft, const char *path)
{
	if (fsync(draft->fd) < 0 || rename(draft->name, path) < 0)
		return -errno;
	close(draft->fd);
	draft->fd = -1;
	return sync_folder(path);
}

static int refuse(const char *command, const char *path, int r)
{
	say(command, "can't save to %s: %s", path,
	    r == -EINVAL ? "not a regular file" : strerror(-r));
	return STATUS_HOST;
}

int state_file_try(const char *command, const char *path)
{
	struct draft draft;
	int r = open_draft(&draft, path);

	drop_draft(&draft);
	return r < 0 ? refuse(command, path, r) : STATUS_OK;
}

int state_file_write(const char *command, const char *path, const struct kvmlib_state *state)
{
	struct draft draft;
	int r = open_draft(&draft, path);

	if (!r)
		r = kvmlib_state_write(state, write_part, &draft);
	if (!r)
		r = publish(&draft, path);
	drop_draft(&draft);
	return r < 0 ? refuse(command, path, r) : STATUS_OK;
}
