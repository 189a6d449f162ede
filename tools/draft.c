/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files that are there wholly or not at all. */
#include "draft.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tool.h"

#define SUFFIX ".XXXXXX"

/* A device or a pipe would be replaced by a file. */
static int check_target(const char *path)
{
	struct stat stat;

	if (lstat(path, &stat) < 0)
		return errno == ENOENT ? 0 : -errno;
	if (S_ISDIR(stat.st_mode))
		return -EISDIR;
	return S_ISREG(stat.st_mode) ? 0 : -EMEDIUMTYPE;
}

int draft_open(struct draft *draft, const char *path)
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

void draft_drop(struct draft *draft)
{
	if (draft->fd >= 0) {
		close(draft->fd);
		unlink(draft->name);
	}
	free(draft->name);
}

int draft_write(const struct draft *draft, const void *data, size_t length)
{
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

int draft_skip(const struct draft *draft, uint64_t length)
{
	return lseek(draft->fd, (off_t)length, SEEK_CUR) < 0 ? -errno : 0;
}

int draft_end(const struct draft *draft)
{
	off_t end = lseek(draft->fd, 0, SEEK_CUR);

	return end < 0 || ftruncate(draft->fd, end) < 0 ? -errno : 0;
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

int draft_publish(struct draft *draft, const char *path)
{
	if (fsync(draft->fd) < 0 || rename(draft->name, path) < 0)
		return -errno;
	close(draft->fd);
	draft->fd = -1;
	return sync_folder(path);
}

int draft_refuse(const char *command, const char *path, int r)
{
	say(command, "can't save to %s: %s", path,
	    r == -EMEDIUMTYPE ? "not a regular file" : strerror(-r));
	return STATUS_HOST;
}

int draft_try(const char *command, const char *path)
{
	struct draft draft;
	int r = draft_open(&draft, path);

	draft_drop(&draft);
	return r < 0 ? draft_refuse(command, path, r) : STATUS_OK;
}
