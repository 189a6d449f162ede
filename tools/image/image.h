/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef IMAGE_H
#define IMAGE_H

#include <stdbool.h>
#include <stdint.h>

#include <kvmlib/kvmlib.h>

/* An image in a file, which may be compressed by zstd, as it is read. */
struct image_input;

/* Open an image; "-" is the standard input. NULL after a message of the command; *ret_status is what the
 * program exits with then. */
struct image_input *image_open(const char *command, const char *path, int *ret_status);
void image_close(struct image_input *input);
struct kvmlib_image *image_of(const struct image_input *input);
const char *image_path(const struct image_input *input);

/* What an image goes by, as one word. */
#define IMAGE_ID_SIZE 36
const char *image_format_id(const struct kvmlib_image_id *id, char text[IMAGE_ID_SIZE]);

/* Whether a page of 4096 bytes is all zeros. */
bool image_is_zero(const uint8_t *page);

/* Tell that reading it has failed by r; returns a status. */
int image_say_error(const char *command, const struct image_input *input, int r);
/* See that nothing follows its end, which has been read. Returns a status. */
int image_check_end(const char *command, struct image_input *input);

/* Write one to a file that is there wholly or not at all. Returns STATUS_OK, or another status after a
 * message of the command. */
int image_write(const char *command, const char *path, struct kvmlib_memory *memory,
		const struct kvmlib_image_opts *opts, bool is_compressed);

#endif
