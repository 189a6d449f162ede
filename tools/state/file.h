/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef STATE_FILE_H
#define STATE_FILE_H

#include <kvmlib/kvmlib.h>

/* A saved state from a file, all of it checked; "-" is the standard input. NULL after a message of the
 * command; *ret_status is what the program exits with then. */
struct kvmlib_state *state_file_read(const char *command, const char *path, int *ret_status);

/* Write a state to a file that is there wholly or not at all: one of before stays until then. Returns
 * STATUS_OK, or another status after a message of the command. */
int state_file_write(const char *command, const char *path, const struct kvmlib_state *state);

#endif
