/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is looked at in pages: whether they are zeros, and their checksum. */
#include "format.h"

#include <endian.h>

#include "../../base/crc32c.h"

/* So many words at once that compilers find instructions for them. */
static bool is_zero_page(const uint8_t *page, size_t page_size)
{
	const uint64_t *words = (const void *)page;

	for (size_t i = 0; i < page_size / sizeof(*words); i += 8) {
		const uint64_t *w = words + i;

		if (w[0] | w[1] | w[2] | w[3] | w[4] | w[5] | w[6] | w[7])
			return false;
	}
	return true;
}

size_t kvmlib__image_stretch(const uint8_t *data, size_t length, size_t page_size,
			     bool *ret_is_zero)
{
	size_t n = page_size;

	*ret_is_zero = is_zero_page(data, page_size);
	while (n < length && is_zero_page(data + n, page_size) == *ret_is_zero)
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
