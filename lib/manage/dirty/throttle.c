/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How much a guest has to be slowed down so that it can be copied while it runs. */
#include "dirty.h"

#define MOST  99U
#define STEP  10U
#define WHOLE 100U

/* The share of time at which the guest would write half of what can be sent, in percent. */
static uint32_t wanted_share(uint64_t written, uint64_t sent, uint32_t share)
{
	double ratio;

	if (!written)
		return WHOLE;
	ratio = (double)sent / 2 / (double)written * share;
	return ratio < WHOLE ? (uint32_t)ratio : WHOLE;
}

uint32_t kvmlib_dirty_throttle(uint64_t written, uint64_t sent, uint32_t percent)
{
	uint32_t present = percent < MOST ? percent : MOST;
	uint32_t wanted = WHOLE - wanted_share(written, sent, WHOLE - present);

	if (wanted > present + STEP)
		wanted = present + STEP;
	if (wanted + STEP < present)
		wanted = present - STEP;
	return wanted < MOST ? wanted : MOST;
}
