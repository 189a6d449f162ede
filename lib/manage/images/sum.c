/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is looked at in pages: whether they are zeros, and their checksum. */
#include "format.h"

#include <endian.h>

#include "../../base/crc32c.h"
#include "../../base/opts.h"

size_t kvmlib__image_stretch(const uint8_t *data, size_t length, size_t page_size,
			     bool *ret_is_zero)
{
	size_t n = page_size;

	*ret_is_zero = kvmlib__all_zero(data, page_size);
	while (n < length && kvmlib__all_zero(data + n, page_size) == *ret_is_zero)
		n += page_size;
	return n;
}

void kvmlib__image_sum_add(struct kvmlib__image_sum *sum, unsigned int page, const uint8_t *data,
			   size_t length, size_t page_size)
{
	uint64_t bits = UINT64_MAX >> (64 - length / page_size);

	sum->pages |= bits << page;
	sum->crc = kvmlib__crc32c(sum->crc, data, length);
}

void kvmlib__image_sum_seal(struct kvmlib__image_sum *sum)
{
	sum->pages = htole64(sum->pages);
	sum->crc = htole32(kvmlib__crc32c(sum->crc, &sum->pages, sizeof(sum->pages)));
}
