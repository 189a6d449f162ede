/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

/*
 * Makes room for that many elements; new ones are zeros. Returns where the array is now, or NULL,
 * with the old one as it was.
 */
void *kvmlib__sim_make_room(void *array, size_t *room, size_t wanted, size_t size)
{
	size_t more = wanted + wanted / 2 + 8;
	uint8_t *grown;

	if (wanted <= *room)
		return array;
	grown = reallocarray(array, more, size);
	if (!grown)
		return NULL;
	memset(grown + *room * size, 0, (more - *room) * size);
	*room = more;
	return grown;
}
