/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef STATE_PART_H
#define STATE_PART_H

#include <stdint.h>

#include "probe.h"

#define PART_SIZE 0x8000U

/* How an item is got from KVM, and put there, by the calls that are for it alone. */
struct part {
	const char *item;
	int (*get)(const struct probe *probe, uint32_t index, void *data);
	int (*set)(const struct probe *probe, uint32_t index, void *data);
};

/* The one of an item's name, or NULL. Data has PART_SIZE bytes, aligned to 8. */
const struct part *part_of(const char *item);

#endif
