/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef SAVED_H
#define SAVED_H

#include <stdint.h>

#include <kvmlib/kvmlib.h>

#include "memory.h"
#include "board/devices.h"
#include "run.h"

struct guest;
struct image_input;

/* The tool's own items of a saved guest, each with the version of its data. */
#define SAVED_MACHINE "run.machine" /* the options that make it */
#define SAVED_VERSION 1U

/* Saving: each returns STATUS_OK, or another status after a message. */

/* See that there is a place to save to, before a guest runs for it. */
int saved_check_place(const struct run_options *options);

/* Save a guest whose vCPUs have stopped, or are paused, and have finished their exits. */
int saved_write(const struct guest *guest);

/* Restoring: each returns the same. */

/* Read options->restore up to its memory, and fill in the options that make the machine. The input is to be
 * closed in either case. */
int saved_read(struct run_options *options, struct image_input **ret_input);

/* Put all of it into a machine that was made by these options. */
int saved_restore(struct guest *guest, struct image_input *input);

/* How many bytes of ROM there are, where the board has it; 0: none. */
uint64_t saved_rom_size(const struct kvmlib_image *image);

/* An item of the tool's that has so many bytes, or NULL after a message that it has not. */
const void *saved_item(const struct run_options *options, const struct kvmlib_state *state,
		       const char *name, size_t length);

/* Refuse an item of another version than the one that is known; returns the status. */
int saved_refuse_version(const struct run_options *options, const struct kvmlib_state_item *item);

/* Put an item of the tool's into a state. */
int saved_put(struct kvmlib_state *state, const char *name, uint64_t instance, const void *data,
	      size_t length);

/* The machine's options and devices. */
int saved_machine_put(struct kvmlib_state *state, const struct run_options *options,
		      const struct devices *devices);
int saved_machine_take(struct run_options *options, const struct kvmlib_image *image);
int saved_devices_take(const struct run_options *options, const struct kvmlib_state *state,
		       struct devices *devices);

#endif
