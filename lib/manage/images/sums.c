/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The sums of an image, and what it goes by. */
#include "images.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>

#include "../../base/crc32c.h"

#define FIRST_ROOM 64U

int kvmlib__image_sums_add(struct kvmlib__image_sums *sums, const struct kvmlib__image_sum *sum)
{
	if (sums->n == sums->room) {
		size_t room = sums->room ? sums->room * 2 : FIRST_ROOM;
		struct kvmlib__image_sum *list = realloc(sums->list, room * sizeof(*list));

		if (!list)
			return -ENOMEM;
		sums->list = list;
		sums->room = room;
	}
	sums->list[sums->n++] = *sum;
	return 0;
}

struct kvmlib_image_id kvmlib__image_identify(const struct kvmlib__image_sums *sums,
					      uint32_t header_crc, uint32_t state_crc)
{
	uint64_t pages = 0;

	for (size_t i = 0; i < sums->n; i++)
		pages += (uint64_t)__builtin_popcountll(sums->list[i].pages);
	return (struct kvmlib_image_id){
		{ header_crc, state_crc,
		  kvmlib__crc32c(0, sums->list, sums->n * sizeof(struct kvmlib__image_sum)),
		  (uint32_t)pages }
	};
}
