/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Images that are read, up to their memory. */
#include "images.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../../base/crc32c.h"
#include "../../base/opts.h"

#define SOME_PARTS 4096U /* for which memory is taken before they have come */

_Static_assert(sizeof(struct kvmlib_image_source) == 4 * sizeof(void *), "no padding");
_Static_assert(sizeof(struct kvmlib_image_info) == 64, "no padding");
_Static_assert(sizeof(struct kvmlib_image_part) == 32, "no padding");

/* Bytes */

static int errnum_of(uint32_t cause)
{
	if (cause == KVMLIB_CAUSE_IMAGE_TRUNCATED)
		return -ENODATA;
	return cause == KVMLIB_CAUSE_IMAGE_VERSION ? -EPROTONOSUPPORT : -EBADMSG;
}

int kvmlib__image_refuse(const struct kvmlib_image *image, uint32_t cause, uint64_t at)
{
	return kvmlib__error_record(
		&(const struct kvmlib__failure){ .function = image->function,
						 .cause = cause,
						 .errnum = errnum_of(cause),
						 KVMLIB__VALUES(KVMLIB__VALUE(OFFSET, at)) });
}

int64_t kvmlib__image_told(struct kvmlib_image *image, int64_t n)
{
	image->is_programs_error = n < 0;
	return n;
}

static int64_t read_some(struct kvmlib_image *image, void *data, size_t length)
{
	return kvmlib__image_told(image, image->source.read(data, length, image->source.userdata));
}

int kvmlib__image_take(struct kvmlib_image *image, void *data, size_t size)
{
	for (size_t done = 0; done < size;) {
		int64_t r = read_some(image, (uint8_t *)data + done, size - done);

		if (r < 0)
			return (int)r;
		if (r == 0 || (uint64_t)r > size - done)
			return kvmlib__image_refuse(image, KVMLIB_CAUSE_IMAGE_TRUNCATED, image->at);
		done += (size_t)r;
		image->at += (uint64_t)r;
	}
	return 0;
}

/* What fills a section up behind so many bytes. */
int kvmlib__image_take_padding(struct kvmlib_image *image, uint64_t bytes)
{
	uint8_t padding[KVMLIB__IMAGE_MOST_PAGE];
	uint64_t at = image->at;
	size_t size = (size_t)kvmlib__image_padding(bytes, image->header.page_size);
	int r = kvmlib__image_take(image, padding, size);

	if (!r && !kvmlib__all_zero(padding, size))
		r = kvmlib__image_refuse(image, KVMLIB_CAUSE_IMAGE_CHECKSUM, at);
	return r;
}

/* The header */

static int take_header(struct kvmlib_image *image)
{
	uint32_t cause;
	int r = kvmlib__image_take(image, &image->header, sizeof(image->header));

	if (r < 0)
		return r;
	cause = kvmlib__image_check_header(&image->header);
	if (cause)
		return kvmlib__image_refuse(image, cause, 0);
	image->header_crc = kvmlib__crc32c(0, &image->header, sizeof(image->header));
	kvmlib__image_open_header(&image->header);
	return kvmlib__image_take_padding(image, sizeof(image->header));
}

/* The parts: as many as the header tells, but memory for them as they come */

static int take_some_parts(struct kvmlib_image *image, size_t done, size_t n)
{
	size_t size = n * sizeof(struct kvmlib__image_part);
	void *parts = realloc(image->parts, done * sizeof(struct kvmlib__image_part) + size);

	if (!parts)
		return KVMLIB__NO_MEMORY_IN(image->function);
	image->parts = parts;
	return kvmlib__image_take(image, image->parts + done, size);
}

static int take_all_parts(struct kvmlib_image *image)
{
	uint64_t done = 0;
	int r = 0;

	while (!r && done < image->header.nr_parts) {
		uint64_t left = image->header.nr_parts - done;
		size_t n = left < SOME_PARTS ? (size_t)left : SOME_PARTS;

		r = take_some_parts(image, (size_t)done, n);
		done += n;
	}
	return r;
}

/* They have been found to add up. */
static int note_offsets(struct kvmlib_image *image)
{
	size_t n = (size_t)image->header.nr_parts;
	uint64_t offset = 0;

	image->offsets = calloc(n + 1, sizeof(*image->offsets));
	if (!image->offsets)
		return KVMLIB__NO_MEMORY_IN(image->function);
	for (size_t i = 0; i < n; i++) {
		image->offsets[i] = offset;
		offset += image->parts[i].length;
	}
	return 0;
}

static int take_parts(struct kvmlib_image *image)
{
	uint64_t at = image->at;
	uint32_t cause = 0;
	int r = take_all_parts(image);
	size_t n = (size_t)image->header.nr_parts;

	if (r < 0)
		return r;
	if (kvmlib__crc32c(0, image->parts, n * sizeof(struct kvmlib__image_part)) !=
	    image->header.parts_crc)
		return kvmlib__image_refuse(image, KVMLIB_CAUSE_IMAGE_CHECKSUM, at);
	kvmlib__image_swap_parts(image->parts, n);
	cause = kvmlib__image_check_parts(&image->header, image->parts);
	if (cause)
		return kvmlib__image_refuse(image, cause, at);
	r = note_offsets(image);
	return r < 0 ? r : kvmlib__image_take_padding(image, n * sizeof(struct kvmlib__image_part));
}

/* The state */

struct state_part {
	struct kvmlib_image *image;
	uint64_t left;
};

/* As much as the header tells, and not a byte more. */
static int64_t read_state(void *data, size_t length, void *userdata)
{
	struct state_part *part = userdata;
	struct kvmlib_image *image = part->image;
	int64_t r;

	if (length > part->left)
		length = (size_t)part->left;
	r = length ? read_some(image, data, length) : 0;
	if (r <= 0 || (uint64_t)r > length)
		return r < 0 ? r : 0;
	image->state_crc = kvmlib__crc32c(image->state_crc, data, (size_t)r);
	image->at += (uint64_t)r;
	part->left -= (uint64_t)r;
	return r;
}

static int take_state(struct kvmlib_image *image)
{
	struct state_part part = { .image = image, .left = image->header.state_bytes };
	int r;

	if (!part.left)
		return 0;
	r = kvmlib_state_read(read_state, &part, &image->state);
	if (r < 0 && !image->is_programs_error)
		kvmlib__error_amend(image->function, NULL);
	else if (!r && part.left)
		r = kvmlib__image_refuse(image, KVMLIB_CAUSE_IMAGE_MALFORMED, image->at);
	return r ? r : kvmlib__image_take_padding(image, image->header.state_bytes);
}

/* The object */

static int take_begin(struct kvmlib_image *image)
{
	int r = take_header(image);

	if (!r)
		r = take_parts(image);
	if (!r)
		r = take_state(image);
	image->offset = image->at;
	return r;
}

static int take_source(struct kvmlib_image_source *source, const struct kvmlib_image_source *given,
		       const char *function)
{
	uint32_t cause = 0;
	int r = kvmlib__opts_copy(source, sizeof(*source), given, &cause);

	if (!r && !source->read) {
		cause = KVMLIB_CAUSE_NULL_ARGUMENT;
		r = -EINVAL;
	}
	return kvmlib__image_judge_opts(r, cause, 1, function);
}

int kvmlib_image_open(const struct kvmlib_image_source *source, struct kvmlib_image **ret_image)
{
	struct kvmlib_image_source s;
	struct kvmlib_image *image;
	int r;

	if (!source || !ret_image)
		return KVMLIB__NULL_ARGUMENT(source ? 2 : 1);
	r = take_source(&s, source, __func__);
	if (r < 0)
		return r;
	image = calloc(1, sizeof(*image));
	if (!image)
		return KVMLIB__NO_MEMORY();
	image->source = s;
	image->function = __func__;
	r = take_begin(image);
	if (r < 0)
		kvmlib_image_free(image);
	else
		*ret_image = image;
	return r;
}

struct kvmlib_image *kvmlib_image_free(struct kvmlib_image *image)
{
	if (!image)
		return NULL;
	kvmlib_state_free(image->state);
	free(image->parts);
	free(image->offsets);
	free(image);
	return NULL;
}

/* What it is */

int kvmlib_image_describe(const struct kvmlib_image *image, struct kvmlib_image_info *ret)
{
	if (!image || !ret)
		return KVMLIB__NULL_ARGUMENT(image ? 2 : 1);
	*ret = (struct kvmlib_image_info){
		.base = image->header.base,
		.nr_parts = image->header.nr_parts,
		.memory_bytes = image->header.memory_bytes,
		.state_bytes = image->header.state_bytes,
		.offset = image->offset,
		.page_size = image->header.page_size,
		.architecture = image->header.architecture,
		.flags = image->header.flags,
	};
	return 0;
}

int kvmlib_image_part_at(const struct kvmlib_image *image, size_t index,
			 struct kvmlib_image_part *ret)
{
	if (!image || !ret)
		return KVMLIB__NULL_ARGUMENT(image ? 3 : 1);
	if (index >= image->header.nr_parts)
		return -ENOENT;
	*ret = (struct kvmlib_image_part){
		.gpa = image->parts[index].gpa,
		.length = image->parts[index].length,
		.offset = image->offset + image->offsets[index],
		.space = image->parts[index].space,
		.flags = image->parts[index].flags,
	};
	return 0;
}

const struct kvmlib_state *kvmlib_image_state(const struct kvmlib_image *image)
{
	return image->state;
}
