/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pages that the program, or an engine of its, wrote. */
#include "dirty.h"

#include <errno.h>

static void mark(const struct kvmlib_memory_reader *reader, uint64_t gpa, uint64_t length)
{
	struct kvmlib__piece piece;

	for (; length && kvmlib__piece_at(reader, gpa, length, &piece) == 0; gpa += piece.length) {
		kvmlib__piece_written(&piece);
		length -= piece.length;
	}
}

int kvmlib_dirty_mark(const struct kvmlib_memory_reader *reader, uint64_t gpa, uint64_t length)
{
	int r;

	if (!reader)
		return KVMLIB__NULL_ARGUMENT(1);
	if (!reader->depth)
		return KVMLIB__REFUSE(-EINVAL, NOT_IN_READER, 1);
	r = kvmlib__range_check(reader, gpa, length, false, __func__);
	if (!r)
		mark(reader, gpa, length);
	return r;
}

struct merge {
	const struct kvmlib_memory_reader *reader;
	uint64_t gpa;
	uint64_t page_size;
	uint64_t nr_pages;
	const char *function;
	int result; /* of the first page that is no memory */
};

static void merge_page(struct merge *merge, uint64_t page)
{
	uint64_t gpa = merge->gpa + page * merge->page_size;

	if (!merge->result)
		merge->result = kvmlib__range_check(merge->reader, gpa, merge->page_size, false,
						    merge->function);
	mark(merge->reader, gpa, merge->page_size);
}

static int merge_all(struct merge *merge, const uint64_t *bitmap)
{
	for (uint64_t word = 0; word * 64 < merge->nr_pages; word++) {
		uint64_t left = merge->nr_pages - word * 64;
		uint64_t bits = bitmap[word];

		if (left < 64)
			bits &= (UINT64_C(1) << left) - 1;
		for (; bits; bits &= bits - 1)
			merge_page(merge, word * 64 + (uint64_t)__builtin_ctzll(bits));
	}
	return merge->result;
}

/* A power of two, aligned, and neither the end nor its computation wraps. */
static bool is_possible(const struct merge *merge)
{
	uint64_t page_size = merge->page_size;

	return page_size && !(page_size & (page_size - 1)) && !(merge->gpa & (page_size - 1)) &&
	       merge->nr_pages <= (UINT64_MAX - merge->gpa) / page_size;
}

int kvmlib_dirty_merge(const struct kvmlib_memory_reader *reader, uint64_t gpa, uint64_t page_size,
		       const uint64_t *bitmap, uint64_t nr_pages)
{
	struct merge merge = {
		.reader = reader,
		.gpa = gpa,
		.page_size = page_size,
		.nr_pages = nr_pages,
		.function = __func__,
	};

	if (!reader || (!bitmap && nr_pages))
		return KVMLIB__NULL_ARGUMENT(reader ? 4 : 1);
	if (!reader->depth)
		return KVMLIB__REFUSE(-EINVAL, NOT_IN_READER, 1);
	if (!is_possible(&merge))
		return KVMLIB__REFUSE(-EINVAL, BAD_ARGUMENT, 3);
	return merge_all(&merge, bitmap);
}
