/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Images that are written: what of the memory, and then one section after the other. */
#include "images.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../../base/crc32c.h"
#include "../../base/opts.h"

#define FIRST_PARTS 64U
#define SOME_RUNS   64U

_Static_assert(sizeof(struct kvmlib_image_opts) == 6 * sizeof(void *), "no padding");

struct writer {
	const struct kvmlib_image_opts *opts;
	int (*emit)(const void *data, size_t length, void *userdata);
	void *userdata;
	const char *function;

	struct kvmlib__image_view view;
	struct kvmlib__image_header header; /* in the host's order, until it is emitted */
	struct kvmlib__image_part *parts;   /* the same */
	size_t parts_room;
	struct kvmlib__image_sums sums;
	uint8_t *block; /* what may vanish is copied to */
	uint32_t header_crc;
	uint32_t state_crc;

	/* Where the memory goes on. */
	size_t part;
	uint64_t in_part;
	uint64_t done;
};

/* Which memory */

static int add_part(struct writer *writer, uint64_t gpa, uint64_t length, uint32_t space,
		    uint32_t flags)
{
	uint64_t n = writer->header.nr_parts;

	if (n == writer->parts_room) {
		size_t room = n ? (size_t)n * 2 : FIRST_PARTS;
		void *parts = realloc(writer->parts, room * sizeof(struct kvmlib__image_part));

		if (!parts)
			return KVMLIB__NO_MEMORY_IN(writer->function);
		writer->parts = parts;
		writer->parts_room = room;
	}
	writer->parts[n] = (struct kvmlib__image_part){ gpa, length, space, flags };
	writer->header.nr_parts++;
	writer->header.memory_bytes += length;
	return 0;
}

static int add_regions(struct writer *writer, uint32_t space_number)
{
	const struct kvmlib__view_space *space = writer->view.readers[space_number]->space;
	int r = 0;

	for (size_t i = 0; !r && i < space->nr_entries; i++) {
		const struct kvmlib__view_entry *entry = &space->entries[i];
		uint32_t flags = space->flags[i] & KVMLIB_MEMORY_READONLY;

		if (entry->length) /* of a region that is lost it is 0 */
			r = add_part(writer, entry->gpa, entry->length, space_number, flags);
	}
	return r;
}

static int add_runs(struct writer *writer, uint32_t space)
{
	struct kvmlib_dirty_run runs[SOME_RUNS];
	int n, r = kvmlib_dirty_clip(writer->opts->consumer, 0, 0);

	while (!r) {
		n = kvmlib_dirty_next_runs(writer->opts->consumer, writer->view.readers[space],
					   runs, SOME_RUNS);
		if (n <= 0)
			return n;
		for (int i = 0; !r && i < n; i++)
			r = add_part(writer, runs[i].gpa, runs[i].length, space, 0);
	}
	return r;
}

static int choose_parts(struct writer *writer)
{
	int r = 0;

	for (uint32_t space = 0; !r && space < writer->view.nr_spaces; space++)
		r = writer->opts->consumer ? add_runs(writer, space) : add_regions(writer, space);
	if (r < 0)
		kvmlib__error_amend(writer->function, NULL);
	return r;
}

/* The consumer was given them: the next round has them again. Whatever fails here, failed before. */
static void give_back(const struct writer *writer)
{
	const struct kvmlib__record record = kvmlib__error_save();

	for (uint64_t i = 0; writer->opts->consumer && i < writer->header.nr_parts; i++)
		(void)kvmlib_dirty_mark(writer->view.readers[writer->parts[i].space],
					writer->parts[i].gpa, writer->parts[i].length);
	kvmlib__error_restore(&record);
}

/* Sections before the memory */

static int put(const struct writer *writer, const void *data, size_t length)
{
	int r = length ? writer->emit(data, length, writer->userdata) : 0;

	return r < 0 ? r : 0;
}

static int emit_padding(const struct writer *writer, uint64_t bytes)
{
	return put(writer, NULL, (size_t)kvmlib__image_padding(bytes, writer->header.page_size));
}

static int count_bytes(const void *data, size_t length, void *userdata)
{
	struct writer *writer = userdata;

	writer->header.state_bytes += length;
	writer->state_crc = kvmlib__crc32c(writer->state_crc, data, length);
	return 0;
}

/* The header that is emitted, and the parts as they are. */
static struct kvmlib__image_header seal(struct writer *writer)
{
	struct kvmlib__image_header header;
	size_t nr_parts = (size_t)writer->header.nr_parts;

	kvmlib__image_swap_parts(writer->parts, nr_parts);
	writer->header.parts_crc =
		kvmlib__crc32c(0, writer->parts, nr_parts * sizeof(struct kvmlib__image_part));
	kvmlib__image_swap_parts(writer->parts, nr_parts);
	header = writer->header;
	kvmlib__image_seal_header(&header);
	writer->header_crc = kvmlib__crc32c(0, &header, sizeof(header));
	return header;
}

static int emit_parts(struct writer *writer)
{
	size_t nr_parts = (size_t)writer->header.nr_parts;
	size_t size = nr_parts * sizeof(struct kvmlib__image_part);
	int r;

	kvmlib__image_swap_parts(writer->parts, nr_parts);
	r = put(writer, writer->parts, size);
	kvmlib__image_swap_parts(writer->parts, nr_parts);
	return r ? r : emit_padding(writer, size);
}

static int emit_state(const struct writer *writer)
{
	int r = writer->opts->state
			? kvmlib_state_write(writer->opts->state, writer->emit, writer->userdata)
			: 0;

	return r < 0 ? r : emit_padding(writer, writer->header.state_bytes);
}

static int emit_begin(struct writer *writer)
{
	struct kvmlib__image_header header;
	int r;

	if (writer->opts->state)
		kvmlib_state_write(writer->opts->state, count_bytes, writer);
	header = seal(writer);
	r = put(writer, &header, sizeof(header));
	if (!r)
		r = emit_padding(writer, sizeof(header));
	if (!r)
		r = emit_parts(writer);
	return r ? r : emit_state(writer);
}

/* The memory */

/* The next piece of a block, in one region: one that was lost meanwhile is not there. */
static int next_piece(const struct writer *writer, uint64_t most, struct kvmlib__piece *found)
{
	const struct kvmlib__image_part *part = &writer->parts[writer->part];
	uint64_t left = part->length - writer->in_part;
	const struct kvmlib_image_piece piece = { .gpa = part->gpa + writer->in_part,
						  .length = left < most ? left : most,
						  .space = part->space };

	return kvmlib__image_find(&writer->view, &piece, found, writer->function);
}

static void go_on_behind(struct writer *writer, uint64_t length)
{
	writer->in_part += length;
	writer->done += length;
	if (writer->in_part < writer->parts[writer->part].length)
		return;
	writer->in_part = 0;
	writer->part++;
}

static int emit_pages(struct writer *writer, struct kvmlib__image_sum *sum, unsigned int page,
		      const uint8_t *data, size_t length)
{
	size_t page_size = writer->header.page_size, n;
	bool is_zero;
	int r = 0;

	for (; !r && length; data += n, length -= n) {
		n = kvmlib__image_stretch(data, length, page_size, &is_zero);
		if (!is_zero)
			kvmlib__image_sum_add(sum, page, data, n, page_size);
		r = put(writer, is_zero ? NULL : data, n);
		page += (unsigned int)(n / page_size);
	}
	return r;
}

static int emit_piece(struct writer *writer, struct kvmlib__image_sum *sum, unsigned int page,
		      const struct kvmlib__piece *piece)
{
	const uint8_t *data = piece->address;
	int r = 0;

	if (piece->flags & KVMLIB_MEMORY_CHECKED) {
		r = kvmlib__checked_copy(piece, writer->block, false, writer->function);
		data = writer->block;
	}
	return r < 0 ? r : emit_pages(writer, sum, page, data, (size_t)piece->length);
}

static int emit_pieces(struct writer *writer, struct kvmlib__image_sum *sum)
{
	uint64_t page_size = writer->header.page_size;
	unsigned int page = 0;
	int r = 0;

	while (!r && page < KVMLIB__IMAGE_BLOCK && writer->part < writer->header.nr_parts) {
		struct kvmlib__piece piece;

		r = next_piece(writer, (KVMLIB__IMAGE_BLOCK - page) * page_size, &piece);
		if (!r)
			r = emit_piece(writer, sum, page, &piece);
		if (r < 0)
			break;
		page += (unsigned int)(piece.length / page_size);
		go_on_behind(writer, piece.length);
	}
	return r;
}

static int emit_block(struct writer *writer)
{
	struct kvmlib__image_sum sum = { 0 };
	int r = emit_pieces(writer, &sum);

	if (r < 0)
		return r;
	kvmlib__image_sum_seal(&sum);
	if (kvmlib__image_sums_add(&writer->sums, &sum) < 0)
		return KVMLIB__NO_MEMORY_IN(writer->function);
	return 0;
}

static int emit_memory(struct writer *writer)
{
	const struct kvmlib_image_opts *opts = writer->opts;
	uint64_t total = writer->header.memory_bytes;
	int r = 0;

	while (!r && writer->done < total) {
		r = emit_block(writer);
		if (!r && opts->progress && opts->progress(writer->done, total, opts->userdata))
			r = kvmlib__image_cancelled(writer->function);
	}
	return r;
}

/* All of it */

static int emit_end(struct writer *writer, struct kvmlib_image_id *ret_id)
{
	const struct kvmlib__image_sums *sums = &writer->sums;
	struct kvmlib__image_end end;
	int r = put(writer, sums->list, sums->n * sizeof(struct kvmlib__image_sum));

	*ret_id = kvmlib__image_identify(sums, writer->header_crc, writer->state_crc);
	kvmlib__image_seal_end(&end, ret_id);
	return r ? r : put(writer, &end, sizeof(end));
}

static int emit_all(struct writer *writer, struct kvmlib_image_id *ret_id)
{
	int r = choose_parts(writer);

	if (!r)
		r = emit_begin(writer);
	if (!r)
		r = emit_memory(writer);
	if (!r)
		r = emit_end(writer, ret_id);
	if (r < 0)
		give_back(writer);
	return r;
}

static int write_image(struct writer *writer, struct kvmlib_memory *memory,
		       struct kvmlib_image_id *ret_id)
{
	int r;

	writer->header.page_size = (uint32_t)kvmlib__page_size();
	writer->block = malloc((size_t)KVMLIB__IMAGE_BLOCK * writer->header.page_size);
	if (!writer->block)
		return KVMLIB__NO_MEMORY_IN(writer->function);
	r = kvmlib__image_view_open(&writer->view, memory, writer->function);
	if (!r) {
		r = emit_all(writer, ret_id);
		kvmlib__image_view_close(&writer->view);
	}
	free(writer->block);
	free(writer->parts);
	free(writer->sums.list);
	return r;
}

static int take_opts(struct kvmlib_image_opts *opts, const struct kvmlib_image_opts *given,
		     const char *function)
{
	uint32_t cause = 0;
	int r = kvmlib__opts_copy(opts, sizeof(*opts), given, &cause);

	if (!r && (!opts->base != !opts->consumer ||
		   (opts->base && kvmlib__all_zero(opts->base, sizeof(*opts->base))))) {
		cause = KVMLIB_CAUSE_BAD_ARGUMENT;
		r = -EINVAL;
	}
	return kvmlib__image_judge_opts(r, cause, 2, function);
}

int kvmlib_image_write(struct kvmlib_memory *memory, const struct kvmlib_image_opts *opts,
		       int (*emit)(const void *data, size_t length, void *userdata), void *userdata,
		       struct kvmlib_image_id *ret_id)
{
	struct kvmlib_image_opts o;
	struct writer writer = {
		.opts = &o, .emit = emit, .userdata = userdata, .function = __func__
	};
	struct kvmlib_image_id id = { { 0 } };
	int r;

	if (!memory || !emit)
		return KVMLIB__NULL_ARGUMENT(memory ? 3 : 1);
	r = take_opts(&o, opts, __func__);
	if (r < 0)
		return r;
	if (o.base) {
		writer.header.flags = KVMLIB__IMAGE_INCREMENTAL;
		writer.header.base = *o.base;
	}
	r = write_image(&writer, memory, &id);
	if (!r && ret_id)
		*ret_id = id;
	return r;
}
