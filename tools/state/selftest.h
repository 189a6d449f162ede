/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef STATE_SELFTEST_H
#define STATE_SELFTEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "poke.h"

enum verdict {
	SURVIVES,
	LOST,
	REFUSED, /* KVM does not take the value */
	ABSENT,	 /* this host has no such item */
	NR_VERDICTS
};

#define FINDING_WHY 256

/* What became of a poke. */
struct finding {
	const struct poke *poke;
	uint64_t before;
	uint64_t poked; /* as it is read back where it was put */
	uint64_t found; /* and where it was restored */
	enum verdict verdict;
	char why[FINDING_WHY]; /* it is lost: the call that failed; or empty */
};

/* Put the value into one VM, save that, restore another, and look. STATUS_OK, or another status after a
 * message. */
int selftest_try(struct kvmlib_system *system, const struct poke *poke,
		 struct finding *ret_finding);

/* The same for all there are. Prints them to the standard output, as text or as JSON; STATUS_NO if
 * something is lost. */
int state_selftest(bool json);

#endif
