/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB__IMAGE_FORMAT_H
#define KVMLIB__IMAGE_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kvmlib/image.h>

#define KVMLIB__IMAGE_MAGIC	  "KVMLIBIM"
#define KVMLIB__IMAGE_END	  "KVMLIBIE"
#define KVMLIB__IMAGE_FORMAT	  1U
#define KVMLIB__IMAGE_INCREMENTAL 1U
#define KVMLIB__IMAGE_READONLY	  1U
#define KVMLIB__IMAGE_BLOCK	  64U /* pages of a sum */
#define KVMLIB__IMAGE_LEAST_PAGE  4096U
#define KVMLIB__IMAGE_MOST_PAGE	  65536U

/* All numbers are little-endian where they stand in an image. */
struct kvmlib__image_header {
	char magic[8];
	uint32_t format;
	uint16_t architecture;
	uint16_t order;
	uint32_t page_size;
	uint32_t flags;
	struct kvmlib_image_id base;
	uint64_t nr_parts;
	uint64_t state_bytes;
	uint64_t memory_bytes;
	uint32_t parts_crc;
	uint32_t crc;
};

struct kvmlib__image_part {
	uint64_t gpa;
	uint64_t length;
	uint32_t space;
	uint32_t flags;
};

struct kvmlib__image_sum {
	uint64_t pages; /* that are not all zeros */
	uint32_t crc;
	uint32_t zero;
};

struct kvmlib__image_end {
	char magic[8];
	struct kvmlib_image_id id;
	uint32_t zero;
	uint32_t crc;
};

_Static_assert(sizeof(struct kvmlib__image_header) == 72, "as documented");
_Static_assert(sizeof(struct kvmlib__image_part) == 24, "as documented");
_Static_assert(sizeof(struct kvmlib__image_sum) == 16, "as documented");
_Static_assert(sizeof(struct kvmlib__image_end) == 32, "as documented");

/* How many zeros follow so many bytes. */
static inline uint64_t kvmlib__image_padding(uint64_t bytes, uint32_t page_size)
{
	return -bytes & (page_size - 1);
}

/* From the host's order into the image's, or back: magic, checksum and zeros are added. */
void kvmlib__image_seal_header(struct kvmlib__image_header *header);
void kvmlib__image_open_header(struct kvmlib__image_header *header);
void kvmlib__image_swap_parts(struct kvmlib__image_part *parts, size_t n);
void kvmlib__image_seal_end(struct kvmlib__image_end *end, const struct kvmlib_image_id *id);

/* Each returns the cause of its refusal, or 0; they look at what stands in an image. */
uint32_t kvmlib__image_check_header(const struct kvmlib__image_header *header);
uint32_t kvmlib__image_check_end(const struct kvmlib__image_end *end,
				 const struct kvmlib_image_id *id);
/* The same of what is in the host's order. */
uint32_t kvmlib__image_check_parts(const struct kvmlib__image_header *header,
				   const struct kvmlib__image_part *parts);

/* sum.c */
/* How many of the first bytes are pages that are all zeros, or pages that are all not. */
size_t kvmlib__image_stretch(const uint8_t *data, size_t length, size_t page_size,
			     bool *ret_is_zero);
/* Pages from one of the block on that are not zeros. */
void kvmlib__image_sum_add(struct kvmlib__image_sum *sum, unsigned int page, const uint8_t *data,
			   size_t length, size_t page_size);
/* All have been added: into the image's order. */
void kvmlib__image_sum_seal(struct kvmlib__image_sum *sum);

#endif
