/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Images from files: as they are, or compressed. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1 /* SEEK_DATA */
#endif
#include "image.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zstd.h>

#include "../tool.h"

#define BUFFER_SIZE ((size_t)256 << 10)
#define PAGE_SIZE   4096U

struct image_input {
	const char *path;
	int fd;
	struct kvmlib_image *image;

	uint8_t *bytes; /* of the image, that have come and were not taken */
	size_t at;
	size_t end;

	ZSTD_DStream *stream; /* NULL: the file is not compressed */
	uint8_t *file_bytes;  /* the same of the file */
	ZSTD_inBuffer in;
	bool is_broken; /* what was compressed can't be decompressed */
};

/* Bytes of the file: how many, 0 at its end, or a negative errno. */
static ssize_t read_file(const struct image_input *input, void *bytes, size_t size)
{
	ssize_t n;

	do {
		n = read(input->fd, bytes, size);
	} while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

/* The same of what it was before it was compressed. */
static ssize_t decompress(struct image_input *input, void *bytes, size_t size)
{
	ZSTD_outBuffer out = { bytes, size, 0 };

	while (!out.pos) {
		size_t r;

		if (input->in.pos == input->in.size) {
			ssize_t n = read_file(input, input->file_bytes, BUFFER_SIZE);

			if (n <= 0)
				return n;
			input->in = (ZSTD_inBuffer){ input->file_bytes, (size_t)n, 0 };
		}
		r = ZSTD_decompressStream(input->stream, &out, &input->in);
		input->is_broken = ZSTD_isError(r);
		if (input->is_broken)
			return -EILSEQ;
	}
	return (ssize_t)out.pos;
}

static ssize_t refill(struct image_input *input)
{
	ssize_t n = input->stream ? decompress(input, input->bytes, BUFFER_SIZE)
				  : read_file(input, input->bytes, BUFFER_SIZE);

	input->at = 0;
	input->end = n > 0 ? (size_t)n : 0;
	return n;
}

static int64_t take(void *data, size_t length, void *userdata)
{
	struct image_input *input = userdata;
	size_t n = input->end - input->at;

	if (!n) {
		ssize_t r = refill(input);

		if (r <= 0)
			return r;
		n = (size_t)r;
	}
	n = n < length ? n : length;
	memcpy(data, input->bytes + input->at, n);
	input->at += n;
	return (int64_t)n;
}

/* How many bytes a hole has that begins here. */
static uint64_t skip_hole(const struct image_input *input, uint64_t most)
{
	off_t here = lseek(input->fd, 0, SEEK_CUR), data;
	uint64_t n;

	if (input->stream || here < 0)
		return 0;
	data = lseek(input->fd, here, SEEK_DATA);
	n = data > here ? (uint64_t)(data - here) : 0;
	n = n < most ? n : most;
	return lseek(input->fd, here + (off_t)n, SEEK_SET) < 0 ? 0 : n;
}

bool image_is_zero(const uint8_t *page)
{
	return !page[0] && !memcmp(page, page + 1, PAGE_SIZE - 1);
}

static int64_t skip_zeros(uint64_t length, void *userdata)
{
	struct image_input *input = userdata;
	uint64_t n = 0;

	if (input->at == input->end) {
		n = skip_hole(input, length);
		if (!n && refill(input) < 0)
			return 0; /* the next read tells */
	}
	while (input->end - input->at >= PAGE_SIZE && length - n >= PAGE_SIZE &&
	       image_is_zero(input->bytes + input->at)) {
		input->at += PAGE_SIZE;
		n += PAGE_SIZE;
	}
	return (int64_t)n;
}

/* Opening */

/* What of the file has come so far is the first of what is to be decompressed. */
static bool start_decompressing(struct image_input *input)
{
	uint8_t *bytes = input->bytes;

	input->bytes = malloc(BUFFER_SIZE);
	input->file_bytes = bytes;
	input->in = (ZSTD_inBuffer){ bytes, input->end, 0 };
	input->end = 0;
	input->stream = ZSTD_createDStream();
	return input->bytes && input->stream;
}

static bool is_compressed(const struct image_input *input)
{
	static const uint8_t magic[] = { 0x28, 0xb5, 0x2f, 0xfd };

	return input->end >= sizeof(magic) && !memcmp(input->bytes, magic, sizeof(magic));
}

/* 0, or a negative errno. */
static int start(struct image_input *input)
{
	ssize_t n;

	input->bytes = malloc(BUFFER_SIZE);
	if (!input->bytes)
		return -ENOMEM;
	n = refill(input);
	if (n < 0)
		return (int)n;
	return is_compressed(input) && !start_decompressing(input) ? -ENOMEM : 0;
}

static int open_file(struct image_input *input, const char *path)
{
	bool is_stdin = !strcmp(path, "-");

	input->path = is_stdin ? "standard input" : path;
	input->fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	return input->fd < 0 ? -errno : start(input);
}

int image_say_error(const char *command, const struct image_input *input, int r)
{
	if (input->is_broken)
		say(command, "%s: what is compressed has changed since it was written",
		    input->path);
	else if (kvmlib_error_errno() == -r)
		return say_error(command, "%s", input->path) && r == -ENOMEM ? STATUS_HOST
									     : STATUS_NO;
	else
		say(command, "%s: %s", input->path, strerror(-r));
	return input->is_broken ? STATUS_NO : STATUS_USAGE;
}

static struct image_input *new_input(const char *command)
{
	struct image_input *input = calloc(1, sizeof(*input));

	if (!input)
		say(command, "no memory");
	else
		input->fd = -1;
	return input;
}

static int open_image(struct image_input *input, const char *path)
{
	const struct kvmlib_image_source source = {
		.size = sizeof(source), .read = take, .zeros = skip_zeros, .userdata = input
	};
	int r = open_file(input, path);

	return r ? r : kvmlib_image_open(&source, &input->image);
}

struct image_input *image_open(const char *command, const char *path, int *ret_status)
{
	struct image_input *input = new_input(command);
	int r;

	*ret_status = input ? STATUS_OK : STATUS_HOST;
	if (!input)
		return NULL;
	r = open_image(input, path);
	if (!r)
		return input;
	*ret_status = image_say_error(command, input, r);
	image_close(input);
	return NULL;
}

void image_close(struct image_input *input)
{
	if (!input)
		return;
	kvmlib_image_free(input->image);
	ZSTD_freeDStream(input->stream);
	free(input->file_bytes);
	free(input->bytes);
	if (input->fd > STDIN_FILENO)
		close(input->fd);
	free(input);
}

struct kvmlib_image *image_of(const struct image_input *input)
{
	return input->image;
}

const char *image_path(const struct image_input *input)
{
	return input->path;
}

int image_check_end(const char *command, struct image_input *input)
{
	uint8_t byte;
	int64_t n = take(&byte, 1, input);

	if (!n)
		return STATUS_OK;
	if (n < 0)
		return image_say_error(command, input, (int)n);
	say(command, "%s: something follows the image", input->path);
	return STATUS_NO;
}

const char *image_format_id(const struct kvmlib_image_id *id, char text[IMAGE_ID_SIZE])
{
	snprintf(text, IMAGE_ID_SIZE, "%08" PRIx32 "-%08" PRIx32 "-%08" PRIx32 "-%08" PRIx32,
		 id->numbers[0], id->numbers[1], id->numbers[2], id->numbers[3]);
	return text;
}
