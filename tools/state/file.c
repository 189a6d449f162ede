/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Saved states in files. */
#define _GNU_SOURCE
#include "file.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../tool.h"

static int64_t read_part(void *data, size_t length, void *userdata)
{
	FILE *file = userdata;
	size_t n = fread(data, 1, length, file);

	return n || !ferror(file) ? (int64_t)n : -EIO;
}

/* Whatever follows the state is not looked at by the library. */
static int check_end(const char *command, const char *path, FILE *file)
{
	if (getc(file) == EOF)
		return STATUS_OK;
	say(command, "%s: something follows the saved state", path);
	return STATUS_NO;
}

static int read_state(const char *command, const char *path, FILE *file,
		      struct kvmlib_state **ret_state)
{
	int r = kvmlib_state_read(read_part, file, ret_state);
	int status;

	if (r == -EIO) {
		say(command, "%s: can't be read", path);
		return STATUS_USAGE;
	}
	if (r < 0) {
		say_error(command, "%s", path);
		return r == -ENOMEM ? STATUS_HOST : STATUS_NO;
	}
	status = check_end(command, path, file);
	if (status)
		*ret_state = kvmlib_state_free(*ret_state);
	return status;
}

struct kvmlib_state *state_file_read(const char *command, const char *path, int *ret_status)
{
	struct kvmlib_state *state = NULL;
	FILE *file;

	if (!strcmp(path, "-")) {
		*ret_status = read_state(command, "standard input", stdin, &state);
		return state;
	}
	file = fopen(path, "rbe");
	if (!file) {
		say(command, "%s: %s", path, strerror(errno));
		*ret_status = STATUS_USAGE;
		return NULL;
	}
	*ret_status = read_state(command, path, file, &state);
	fclose(file);
	return state;
}

static int write_part(const void *data, size_t length, void *userdata)
{
	return fwrite(data, 1, length, userdata) == length ? 0 : -errno;
}

static bool write_all(FILE *file, const struct kvmlib_state *state)
{
	bool is_written = kvmlib_state_write(state, write_part, file) == 0 && fflush(file) == 0 &&
			  fsync(fileno(file)) == 0;
	int error = errno;
	bool is_closed = fclose(file) == 0;

	if (!is_written)
		errno = error;
	return is_written && is_closed;
}

/* By another name first: who finds the file finds all of it. */
static bool write_file(const char *path, const char *part, const struct kvmlib_state *state)
{
	FILE *file = fopen(part, "wbe");
	int error;

	if (file && write_all(file, state) && rename(part, path) == 0)
		return true;
	error = errno;
	if (file)
		unlink(part);
	errno = error;
	return false;
}

int state_file_write(const char *command, const char *path, const struct kvmlib_state *state)
{
	char *part = NULL;
	bool is_written = asprintf(&part, "%s.part", path) > 0 && write_file(path, part, state);

	if (!is_written)
		say(command, "%s: %s", path, strerror(errno));
	free(part);
	return is_written ? STATUS_OK : STATUS_HOST;
}
