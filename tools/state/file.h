/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef STATE_FILE_H
#define STATE_FILE_H

#include <kvmlib/kvmlib.h>

/* A saved state from a file, all of it checked; "-" is the standard input. NULL after a message of the
 * command; *ret_status is what the program exits with then. */
struct kvmlib_state *state_file_read(const char *command, const char *path, int *ret_status);

#endif
