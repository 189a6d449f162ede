/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The memory of an image: taken block by block, held against its sums and its end. */
#include "images.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SOME_SUMS 256U

_Static_assert(sizeof(struct kvmlib_image_piece) == sizeof(void *) + 24, "no padding");

/* How far it is. */
struct walk {
	struct kvmlib_image *image;
	struct kvmlib__image_sink *sink;
	struct kvmlib__image_sums sums;
	uint64_t part;
	uint64_t in_part;
	uint64_t done;
};

/* A piece on its way. */
struct fill {
	const struct kvmlib_image_piece *piece;
	uint8_t *to;
	struct kvmlib__image_sum *sum;
	unsigned int page; /* of the block, where the piece begins */
	uint64_t done;	   /* bytes that have come */
};

/* Pages */

/* How many of the next bytes are known to be zeros, and were left out. */
static int64_t skip_zeros(struct kvmlib_image *image, uint64_t length)
{
	int64_t n;

	if (!image->source.zeros)
		return 0;
	n = kvmlib__image_told(image, image->source.zeros(length, image->source.userdata));
	if (n > 0 && (uint64_t)n > length)
		return kvmlib__image_refuse(image, KVMLIB_CAUSE_IMAGE_TRUNCATED, image->at);
	image->at += n > 0 ? (uint64_t)n : 0;
	return n;
}

/* A page whose first bytes were left out. */
static int64_t take_rest(struct kvmlib_image *image, uint8_t *page, size_t have)
{
	int r;

	memset(page, 0, have);
	r = kvmlib__image_take(image, page + have, image->header.page_size - have);
	return r < 0 ? r : (int64_t)image->header.page_size;
}

/* As many whole pages as one read gives, one at least; returns the bytes. */
static int64_t take_pages(struct kvmlib_image *image, uint8_t *to, uint64_t length)
{
	size_t page_size = image->header.page_size, size = (size_t)length, rest;
	int64_t n = kvmlib__image_told(image, image->source.read(to, size, image->source.userdata));
	int r;

	if (n < 0)
		return n;
	if (n == 0 || (uint64_t)n > length)
		return kvmlib__image_refuse(image, KVMLIB_CAUSE_IMAGE_TRUNCATED, image->at);
	image->at += (uint64_t)n;
	rest = (size_t)-n & (page_size - 1);
	r = kvmlib__image_take(image, to + n, rest);
	return r < 0 ? r : n + (int64_t)rest;
}

static int give(struct walk *walk, struct fill *fill, uint64_t length, bool is_zero)
{
	size_t page_size = walk->image->header.page_size;
	const uint8_t *data = fill->to + fill->done;
	const struct kvmlib_image_piece piece = { .data = is_zero ? NULL : data,
						  .gpa = fill->piece->gpa + fill->done,
						  .length = length,
						  .space = fill->piece->space };
	unsigned int page = fill->page + (unsigned int)(fill->done / page_size);

	if (!is_zero)
		kvmlib__image_sum_add(fill->sum, page, data, (size_t)length, page_size);
	fill->done += length;
	return walk->sink->take(walk->sink, &piece);
}

/* Pages that were read: those that are zeros are told apart. */
static int give_pages(struct walk *walk, struct fill *fill, size_t length)
{
	int r = 0;

	while (r >= 0 && length) {
		bool is_zero;
		size_t n = kvmlib__image_stretch(fill->to + fill->done, length,
						 walk->image->header.page_size, &is_zero);

		r = give(walk, fill, n, is_zero);
		length -= n;
	}
	return r;
}

static int fill_some(struct walk *walk, struct fill *fill)
{
	uint64_t left = fill->piece->length - fill->done;
	int64_t n = skip_zeros(walk->image, left);
	uint64_t in_page = n > 0 ? (uint64_t)n & (walk->image->header.page_size - 1) : 0;
	int r = n < 0 ? (int)n : 0;

	if (n > 0 && (uint64_t)n > in_page)
		r = give(walk, fill, (uint64_t)n - in_page, true);
	if (r < 0 || (n && !in_page))
		return r;
	n = in_page ? take_rest(walk->image, fill->to + fill->done, (size_t)in_page)
		    : take_pages(walk->image, fill->to + fill->done, left);
	return n < 0 ? (int)n : give_pages(walk, fill, (size_t)n);
}

/* Blocks */

static struct kvmlib_image_piece next_piece(const struct walk *walk, uint64_t most)
{
	const struct kvmlib__image_part *part = &walk->image->parts[walk->part];
	uint64_t left = part->length - walk->in_part;

	return (struct kvmlib_image_piece){ .gpa = part->gpa + walk->in_part,
					    .length = left < most ? left : most,
					    .space = part->space };
}

static void go_on_behind(struct walk *walk, uint64_t length)
{
	walk->in_part += length;
	walk->done += length;
	if (walk->in_part < walk->image->parts[walk->part].length)
		return;
	walk->in_part = 0;
	walk->part++;
}

/* The next piece of a block, from a page of it on. */
static int take_piece(struct walk *walk, struct kvmlib__image_sum *sum, unsigned int *page)
{
	uint64_t page_size = walk->image->header.page_size;
	struct kvmlib_image_piece piece =
		next_piece(walk, (KVMLIB__IMAGE_BLOCK - *page) * page_size);
	struct fill fill = { .piece = &piece, .sum = sum, .page = *page };
	void *to;
	int r = walk->sink->room(walk->sink, &piece, &to);

	fill.to = to;
	while (r >= 0 && fill.done < piece.length)
		r = fill_some(walk, &fill);
	*page += (unsigned int)(piece.length / page_size);
	go_on_behind(walk, piece.length);
	return r;
}

static int take_block(struct walk *walk)
{
	struct kvmlib__image_sum sum = { 0 };
	unsigned int page = 0;
	int r = 0;

	while (r >= 0 && page < KVMLIB__IMAGE_BLOCK && walk->part < walk->image->header.nr_parts)
		r = take_piece(walk, &sum, &page);
	if (r < 0)
		return r;
	kvmlib__image_sum_seal(&sum);
	if (kvmlib__image_sums_add(&walk->sums, &sum) < 0)
		return KVMLIB__NO_MEMORY_IN(walk->image->function);
	return 0;
}

static int take_memory(struct walk *walk)
{
	struct kvmlib__image_sink *sink = walk->sink;
	int r = 0;

	while (r >= 0 && walk->done < walk->image->header.memory_bytes) {
		r = take_block(walk);
		if (!r && sink->progress)
			r = sink->progress(sink, walk->done);
	}
	return r;
}

/* What they are held against */

/* Where a page of the memory is in the guest. */
static uint64_t gpa_at(const struct kvmlib_image *image, uint64_t offset)
{
	const struct kvmlib__image_part *part = image->parts;

	for (; offset >= part->length; part++)
		offset -= part->length;
	return part->gpa + offset;
}

static int refuse_block(const struct kvmlib_image *image, size_t index)
{
	uint64_t offset = (uint64_t)index * KVMLIB__IMAGE_BLOCK * image->header.page_size;
	int r = kvmlib__image_refuse(image, KVMLIB_CAUSE_IMAGE_CHECKSUM, image->offset + offset);

	kvmlib__error_add(KVMLIB_VALUE_GPA, gpa_at(image, offset));
	return r;
}

static int check_sums(struct walk *walk)
{
	struct kvmlib__image_sum sums[SOME_SUMS];
	size_t n;
	int r;

	for (size_t done = 0; done < walk->sums.n; done += n) {
		n = walk->sums.n - done < SOME_SUMS ? walk->sums.n - done : SOME_SUMS;
		r = kvmlib__image_take(walk->image, sums, n * sizeof(sums[0]));
		if (r < 0)
			return r;
		for (size_t i = 0; i < n; i++)
			if (memcmp(&sums[i], &walk->sums.list[done + i], sizeof(sums[i])) != 0)
				return refuse_block(walk->image, done + i);
	}
	return 0;
}

static int check_end(struct walk *walk, struct kvmlib_image_id *ret_id)
{
	struct kvmlib_image *image = walk->image;
	struct kvmlib_image_id id =
		kvmlib__image_identify(&walk->sums, image->header_crc, image->state_crc);
	struct kvmlib__image_end end;
	uint64_t at = image->at;
	uint32_t cause;
	int r = kvmlib__image_take(image, &end, sizeof(end));

	if (r < 0)
		return r;
	cause = kvmlib__image_check_end(&end, &id);
	if (cause)
		return kvmlib__image_refuse(image, cause, at);
	*ret_id = id;
	return 0;
}

/* All of it */

int kvmlib__image_begin(struct kvmlib_image *image, const char *function)
{
	image->function = function;
	if (image->is_spent)
		return kvmlib__error_record(&(const struct kvmlib__failure){
			.function = function,
			.cause = KVMLIB_CAUSE_IMAGE_SPENT,
			.errnum = -EINVAL,
			KVMLIB__VALUES(KVMLIB__VALUE(ARGUMENT, 1)) });
	return 0;
}

int kvmlib__image_walk(struct kvmlib_image *image, struct kvmlib__image_sink *sink,
		       struct kvmlib_image_id *ret_id)
{
	struct walk walk = { .image = image, .sink = sink };
	int r;

	image->is_spent = true;
	r = take_memory(&walk);
	if (!r)
		r = check_sums(&walk);
	if (!r)
		r = check_end(&walk, ret_id);
	free(walk.sums.list);
	return r;
}

/* A program that looks at it */

struct visitor {
	struct kvmlib__image_sink sink; /* first */
	int (*visit)(const struct kvmlib_image_piece *piece, void *userdata);
	void *userdata;
	uint8_t *block;
};

static int visitor_room(struct kvmlib__image_sink *sink, struct kvmlib_image_piece *piece,
			void **ret_to)
{
	struct visitor *visitor = (void *)sink;

	(void)piece;
	*ret_to = visitor->block;
	return 0;
}

static int visitor_take(struct kvmlib__image_sink *sink, const struct kvmlib_image_piece *piece)
{
	struct visitor *visitor = (void *)sink;
	int r = visitor->visit ? visitor->visit(piece, visitor->userdata) : 0;

	return r < 0 ? r : 0;
}

static int visit_all(struct kvmlib_image *image, struct visitor *visitor,
		     struct kvmlib_image_id *ret_id)
{
	int r;

	visitor->block = malloc((size_t)KVMLIB__IMAGE_BLOCK * image->header.page_size);
	if (!visitor->block)
		return KVMLIB__NO_MEMORY_IN(image->function);
	r = kvmlib__image_walk(image, &visitor->sink, ret_id);
	free(visitor->block);
	return r;
}

int kvmlib_image_walk(struct kvmlib_image *image,
		      int (*visit)(const struct kvmlib_image_piece *piece, void *userdata),
		      void *userdata, struct kvmlib_image_id *ret_id)
{
	struct visitor visitor = { .sink = { .room = visitor_room, .take = visitor_take },
				   .visit = visit,
				   .userdata = userdata };
	struct kvmlib_image_id id = { { 0 } };
	int r;

	if (!image)
		return KVMLIB__NULL_ARGUMENT(1);
	r = kvmlib__image_begin(image, __func__);
	if (!r)
		r = visit_all(image, &visitor, &id);
	if (!r && ret_id)
		*ret_id = id;
	return r;
}
