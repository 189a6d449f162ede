/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/*
 * Makes room for that many elements in an array that *array points to; new ones are zeros. The
 * array's own type does not matter: only its pointer is copied.
 */
int kvmlib__sim_make_room(void *array, size_t *room, size_t wanted, size_t size)
{
	size_t more = wanted + wanted / 2 + 8;
	uint8_t *grown;

	if (wanted <= *room)
		return 0;
	memcpy(&grown, array, sizeof(grown));
	grown = reallocarray(grown, more, size);
	if (!grown)
		return -ENOMEM;
	memset(grown + *room * size, 0, (more - *room) * size);
	memcpy(array, &grown, sizeof(grown));
	*room = more;
	return 0;
}
