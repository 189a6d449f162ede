/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef STATE_H
#define STATE_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include <kvmlib/kvmlib.h>

#define STATE "state" /* the command's name in messages */

/* "x86-64" and so on, or "?". */
const char *state_architecture(uint32_t number);

/* Tell what differs, in a list or (NULL) as text; returns STATUS_NO if something does, or another status
 * after a message of the command. */
int state_compare(const char *command, const struct kvmlib_state *a, const struct kvmlib_state *b,
		  json_t *list);

/* Each prints to the standard output, as text or as JSON, and returns a status. */
int state_info(const struct kvmlib_state *state, bool json, bool registers);
int state_diff(const struct kvmlib_state *a, const struct kvmlib_state *b, bool json);

#endif
