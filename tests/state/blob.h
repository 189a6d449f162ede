/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_STATE_BLOB_H
#define TESTS_STATE_BLOB_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/kvmlib.h>

/* A state or an image as it is written. */
struct blob {
	uint8_t *data;
	size_t size;
};

/* Put bytes behind what is there, zeros if they are NULL: for kvmlib_image_write(). */
int blob_append(const void *data, size_t length, void *userdata);

/* Put a state behind what is there: 0, or a negative errno. */
int blob_write(struct blob *blob, const struct kvmlib_state *state);

/* The same with a file. */
int blob_load(struct blob *blob, const char *path);

void blob_free(struct blob *blob);

#endif
