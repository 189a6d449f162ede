/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parts of an image as they stand in it: made, and checked. */
#include "format.h"

#include <endian.h>
#include <string.h>

#include <kvmlib/causes.h>

#include "../../base/crc32c.h"
#include "../state/format.h"

static void swap_id(struct kvmlib_image_id *id)
{
	for (size_t i = 0; i < 4; i++)
		id->numbers[i] = htole32(id->numbers[i]);
}

/* The same in both directions. */
static void swap_header(struct kvmlib__image_header *header)
{
	header->format = htole32(header->format);
	header->architecture = htole16(header->architecture);
	header->order = htole16(header->order);
	header->page_size = htole32(header->page_size);
	header->flags = htole32(header->flags);
	swap_id(&header->base);
	header->nr_parts = htole64(header->nr_parts);
	header->state_bytes = htole64(header->state_bytes);
	header->memory_bytes = htole64(header->memory_bytes);
	header->parts_crc = htole32(header->parts_crc);
	header->crc = htole32(header->crc);
}

static uint32_t crc_of_header(const struct kvmlib__image_header *header)
{
	return kvmlib__crc32c(0, header, offsetof(struct kvmlib__image_header, crc));
}

void kvmlib__image_seal_header(struct kvmlib__image_header *header)
{
	memcpy(header->magic, KVMLIB__IMAGE_MAGIC, sizeof(header->magic));
	header->format = KVMLIB__IMAGE_FORMAT;
	header->architecture = kvmlib__state_architecture;
	header->order = kvmlib__state_order;
	swap_header(header);
	header->crc = htole32(crc_of_header(header));
}

void kvmlib__image_open_header(struct kvmlib__image_header *header)
{
	swap_header(header);
}

void kvmlib__image_swap_parts(struct kvmlib__image_part *parts, size_t n)
{
	for (size_t i = 0; i < n; i++)
		parts[i] = (struct kvmlib__image_part){ .gpa = htole64(parts[i].gpa),
							.length = htole64(parts[i].length),
							.space = htole32(parts[i].space),
							.flags = htole32(parts[i].flags) };
}

void kvmlib__image_seal_end(struct kvmlib__image_end *end, const struct kvmlib_image_id *id)
{
	memset(end, 0, sizeof(*end));
	memcpy(end->magic, KVMLIB__IMAGE_END, sizeof(end->magic));
	end->id = *id;
	swap_id(&end->id);
	end->crc = htole32(kvmlib__crc32c(0, end, offsetof(struct kvmlib__image_end, crc)));
}

static bool is_page_size(uint32_t size)
{
	return size >= KVMLIB__IMAGE_LEAST_PAGE && size <= KVMLIB__IMAGE_MOST_PAGE &&
	       !(size & (size - 1));
}

static bool has_base(const struct kvmlib__image_header *header)
{
	const uint32_t *numbers = header->base.numbers;

	return numbers[0] || numbers[1] || numbers[2] || numbers[3];
}

static bool is_possible(const struct kvmlib__image_header *header)
{
	return header->format && kvmlib__state_is_order(header->order) &&
	       is_page_size(header->page_size) && header->flags <= KVMLIB__IMAGE_INCREMENTAL &&
	       has_base(header) == (header->flags == KVMLIB__IMAGE_INCREMENTAL);
}

uint32_t kvmlib__image_check_header(const struct kvmlib__image_header *header)
{
	struct kvmlib__image_header h = *header;

	if (memcmp(header->magic, KVMLIB__IMAGE_MAGIC, sizeof(header->magic)) != 0)
		return KVMLIB_CAUSE_IMAGE_NOT_ONE;
	swap_header(&h);
	if (h.crc != crc_of_header(header))
		return KVMLIB_CAUSE_IMAGE_CHECKSUM;
	if (h.format > KVMLIB__IMAGE_FORMAT)
		return KVMLIB_CAUSE_IMAGE_VERSION;
	return is_possible(&h) ? 0 : KVMLIB_CAUSE_IMAGE_MALFORMED;
}

/* Whole pages, that do not wrap and come behind those of the part before. */
static bool is_part(const struct kvmlib__image_part *part, const struct kvmlib__image_part *before,
		    uint32_t page_size)
{
	if (!part->length || (part->gpa | part->length) & (page_size - 1) ||
	    part->gpa + (part->length - 1) < part->gpa || part->flags > KVMLIB__IMAGE_READONLY)
		return false;
	if (!before || part->space > before->space)
		return true;
	return part->space == before->space && part->gpa > before->gpa + (before->length - 1);
}

uint32_t kvmlib__image_check_parts(const struct kvmlib__image_header *header,
				   const struct kvmlib__image_part *parts)
{
	uint64_t bytes = 0;

	for (uint64_t i = 0; i < header->nr_parts; i++) {
		if (!is_part(&parts[i], i ? &parts[i - 1] : NULL, header->page_size) ||
		    __builtin_add_overflow(bytes, parts[i].length, &bytes))
			return KVMLIB_CAUSE_IMAGE_MALFORMED;
	}
	return bytes == header->memory_bytes ? 0 : KVMLIB_CAUSE_IMAGE_MALFORMED;
}

uint32_t kvmlib__image_check_end(const struct kvmlib__image_end *end,
				 const struct kvmlib_image_id *id)
{
	struct kvmlib__image_end expected;

	kvmlib__image_seal_end(&expected, id);
	return memcmp(end, &expected, sizeof(expected)) ? KVMLIB_CAUSE_IMAGE_CHECKSUM : 0;
}
