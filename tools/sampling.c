/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which statistics are sampled. */
#include "sampling.h"

#include <fnmatch.h>

#define NAME 128

bool sampling_wants(const struct sampling *sampling, const char *source, const char *name)
{
	char full[NAME];

	snprintf(full, sizeof(full), "%s/%s", source, name);
	for (size_t i = 0; i < sampling->nr_only; i++)
		if (!fnmatch(sampling->only[i], name, 0) || !fnmatch(sampling->only[i], full, 0))
			return true;
	return !sampling->nr_only;
}
