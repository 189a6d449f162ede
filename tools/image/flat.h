/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef IMAGE_FLAT_H
#define IMAGE_FLAT_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/kvmlib.h>

#define SNAPSHOT "snapshot" /* the command's name in messages */

struct image_input;

/* A part of the guest's memory, in this process. */
struct flat_part {
	struct kvmlib_image_part part;
	uint8_t *address;
};

/* What a chain of images stands for: the memory of all, and the state of the last. */
struct flat {
	struct flat_part *parts;
	size_t nr_parts;
	struct kvmlib_image_id id; /* of the last */
	struct image_input *last;
};

/* Read a chain: a whole image, and its increments in their order. Returns a status, after a message if it
 * is not STATUS_OK; it must be closed in either case. */
int flat_open(struct flat *flat, char *const *paths, size_t nr_paths);
void flat_close(struct flat *flat);

/* The state, or NULL. */
const struct kvmlib_state *flat_state(const struct flat *flat);

/* Tell that an increment is not of the image before it; returns a status. */
int flat_refuse_base(const struct image_input *input, const struct kvmlib_image_id *before);

#endif
