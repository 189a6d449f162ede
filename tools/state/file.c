/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Saved states in files. */
#include "file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../draft.h"
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
	return draft_write(userdata, data, length);
}

int state_file_write(const char *command, const char *path, const struct kvmlib_state *state)
{
	struct draft draft;
	int r = draft_open(&draft, path);

	if (!r)
		r = kvmlib_state_write(state, write_part, &draft);
	if (!r)
		r = draft_publish(&draft, path);
	draft_drop(&draft);
	return r < 0 ? draft_refuse(command, path, r) : STATUS_OK;
}
