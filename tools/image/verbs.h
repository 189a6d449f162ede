/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef IMAGE_VERBS_H
#define IMAGE_VERBS_H

#include <stdbool.h>

#include "flat.h"

/* Each prints to the standard output, as text or as JSON, and returns a status. */
int snapshot_info(const char *path, bool json);
int snapshot_diff(char *const *paths, bool json);

/* The same: whether each is as it was written, and each increment one of the image before it. */
int snapshot_verify(char *const *paths, size_t nr_paths, bool json);

/* Write the memory or the state, or both, of a chain to files; NULL: not that. */
int snapshot_extract(char *const *paths, size_t nr_paths, const char *memory, const char *state);

#endif
