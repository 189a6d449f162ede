/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB__IMAGES_H
#define KVMLIB__IMAGES_H

#include <kvmlib/kvmlib.h>

#include "../memory/memory.h"
#include "../state/plan.h"
#include "format.h"

/* The sums of all blocks so far, as they stand in an image. */
struct kvmlib__image_sums {
	struct kvmlib__image_sum *list;
	size_t n;
	size_t room;
};

/* One that is being read. */
struct kvmlib_image {
	struct kvmlib_image_source source;
	struct kvmlib__image_header header; /* in the host's order */
	struct kvmlib__image_part *parts;   /* the same */
	uint64_t *offsets;		    /* of each part, from the memory's begin on */
	struct kvmlib_state *state;	    /* or NULL */
	uint32_t header_crc;
	uint32_t state_crc;
	uint64_t offset; /* of the memory */

	const char *function;	/* that reads it now */
	uint64_t at;		/* how much was taken */
	bool is_spent;		/* its memory is being taken, or was */
	bool is_programs_error; /* the source has failed, and there is no record */
};

/* What becomes of memory that is read. */
struct kvmlib__image_sink {
	/* Where a piece is read to: an address, and a length that may get less, by whole pages. */
	int (*room)(struct kvmlib__image_sink *sink, struct kvmlib_image_piece *piece,
		    void **ret_to);
	/* Pages of it that are zeros, or data where they were read to. */
	int (*take)(struct kvmlib__image_sink *sink, const struct kvmlib_image_piece *piece);
	/* After each block; NULL: nothing. */
	int (*progress)(struct kvmlib__image_sink *sink, uint64_t done);
};

/* The memory as readers of each address space see it, as long as this lasts. */
struct kvmlib__image_view {
	struct kvmlib_memory_reader *readers[KVMLIB__MAX_SPACES];
	uint32_t nr_spaces;
};

/* sums.c */
/* 0, or -ENOMEM without a record. */
int kvmlib__image_sums_add(struct kvmlib__image_sums *sums, const struct kvmlib__image_sum *sum);
/* Which image it is, when all have been added. */
struct kvmlib_image_id kvmlib__image_identify(const struct kvmlib__image_sums *sums,
					      uint32_t header_crc, uint32_t state_crc);

/* view.c */
int kvmlib__image_view_open(struct kvmlib__image_view *view, struct kvmlib_memory *memory,
			    const char *function);
void kvmlib__image_view_close(struct kvmlib__image_view *view);
/* Where a piece is here, or the beginning of it: -EFAULT where there is no memory. */
int kvmlib__image_find(const struct kvmlib__image_view *view,
		       const struct kvmlib_image_piece *piece, struct kvmlib__piece *found,
		       const char *function);
/* Refuse options, or a source, that a function was given: r and the cause, or 0. */
int kvmlib__image_judge_opts(int r, uint32_t cause, unsigned int position, const char *function);
/* The progress wants no more. */
int kvmlib__image_cancelled(const char *function);

/* read.c */
/* What the source told: below 0 it ends all. */
int64_t kvmlib__image_told(struct kvmlib_image *image, int64_t n);
/* The next bytes, all of them; with a record where the image ends before. */
int kvmlib__image_take(struct kvmlib_image *image, void *data, size_t size);
int kvmlib__image_take_padding(struct kvmlib_image *image, uint64_t bytes);
int kvmlib__image_refuse(const struct kvmlib_image *image, uint32_t cause, uint64_t at);

/* walk.c */
/* Take the memory, and check it. */
int kvmlib__image_walk(struct kvmlib_image *image, struct kvmlib__image_sink *sink,
		       struct kvmlib_image_id *ret_id);
/* The memory is to be taken by a function: 0, or a failure. */
int kvmlib__image_begin(struct kvmlib_image *image, const char *function);

#endif
