/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "opts.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include <kvmlib/causes.h>

/* No options struct will ever be larger: a size beyond this is garbage. */
#define SIZE_MAX_SANE 4096U

bool kvmlib__all_zero(const void *bytes, size_t n)
{
	const unsigned char *byte = bytes;

	return !n || (!byte[0] && !memcmp(byte, byte + 1, n - 1));
}

int kvmlib__opts_copy(void *opts, size_t size, const void *given, uint32_t *cause)
{
	size_t given_size;

	memset(opts, 0, size);
	memcpy(opts, &size, sizeof(size));
	if (!given)
		return 0;

	memcpy(&given_size, given, sizeof(given_size));
	*cause = KVMLIB_CAUSE_OPTIONS_SIZE;
	if (given_size < sizeof(size) || given_size > SIZE_MAX_SANE)
		return -EINVAL;

	*cause = KVMLIB_CAUSE_OPTIONS_TOO_NEW;
	if (given_size > size &&
	    !kvmlib__all_zero((const unsigned char *)given + size, given_size - size))
		return -E2BIG;

	memcpy(opts, given, given_size < size ? given_size : size);
	memcpy(opts, &size, sizeof(size));
	return 0;
}
