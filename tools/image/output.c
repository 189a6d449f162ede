/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Images into files: as they are, with holes, or compressed. */
#include "image.h"

#include <errno.h>
#include <stdlib.h>

#include <zstd.h>

#include "../draft.h"
#include "../tool.h"

#define ZEROS_SIZE ((size_t)64 << 10)

struct output {
	struct draft draft;
	ZSTD_CStream *stream; /* NULL: the file is not compressed */
	uint8_t *bytes;	      /* that were compressed */
	size_t room;
};

/* All of it: what comes out is written as it comes. */
static int compress(struct output *output, const void *data, size_t length,
		    ZSTD_EndDirective directive)
{
	ZSTD_inBuffer in = { data, length, 0 };
	size_t left = 1;

	while (left) {
		ZSTD_outBuffer out = { output->bytes, output->room, 0 };
		int r;

		left = ZSTD_compressStream2(output->stream, &out, &in, directive);
		if (ZSTD_isError(left))
			return -ENOMEM;
		r = draft_write(&output->draft, output->bytes, out.pos);
		if (r < 0)
			return r;
		if (directive == ZSTD_e_continue)
			left = in.size - in.pos;
	}
	return 0;
}

static int compress_zeros(struct output *output, size_t length)
{
	static const uint8_t zeros[ZEROS_SIZE];
	int r = 0;

	while (!r && length) {
		size_t n = length < ZEROS_SIZE ? length : ZEROS_SIZE;

		r = compress(output, zeros, n, ZSTD_e_continue);
		length -= n;
	}
	return r;
}

static int emit(const void *data, size_t length, void *userdata)
{
	struct output *output = userdata;

	if (output->stream)
		return data ? compress(output, data, length, ZSTD_e_continue)
			    : compress_zeros(output, length);
	return data ? draft_write(&output->draft, data, length)
		    : draft_skip(&output->draft, length);
}

/* zstd's own checksum tells what has changed before it is decompressed. */
static int start_compressing(struct output *output)
{
	output->room = ZSTD_CStreamOutSize();
	output->bytes = malloc(output->room);
	output->stream = ZSTD_createCStream();
	if (!output->bytes || !output->stream)
		return -ENOMEM;
	ZSTD_CCtx_setParameter(output->stream, ZSTD_c_checksumFlag, 1);
	return 0;
}

static int write_all(struct output *output, const char *path, struct kvmlib_memory *memory,
		     const struct kvmlib_image_opts *opts)
{
	int r = draft_open(&output->draft, path);

	if (!r)
		r = kvmlib_image_write(memory, opts, emit, output, NULL);
	if (!r && output->stream)
		r = compress(output, NULL, 0, ZSTD_e_end);
	return r ? r : draft_publish(&output->draft, path);
}

int image_write(const char *command, const char *path, struct kvmlib_memory *memory,
		const struct kvmlib_image_opts *opts, bool is_compressed)
{
	struct output output = { .draft.fd = -1 };
	int r = is_compressed ? start_compressing(&output) : 0;

	if (!r)
		r = write_all(&output, path, memory, opts);
	draft_drop(&output.draft);
	ZSTD_freeCStream(output.stream);
	free(output.bytes);
	return r < 0 ? draft_refuse(command, path, r) : STATUS_OK;
}
