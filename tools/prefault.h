/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PREFAULT_H
#define PREFAULT_H

#include <kvmlib/kvmlib.h>

/* Have the region's memory in place, and show on a terminal how far that is. Returns STATUS_OK, or
 * another status after a message: Ctrl-C ends it. */
int prefault(struct kvmlib_memory_region *ram);

#endif
