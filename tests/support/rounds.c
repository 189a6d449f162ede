/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rounds.h"

#include <stdlib.h>

unsigned int rounds(unsigned int whole)
{
	const char *share = getenv("KVMLIB_TEST_SHARE");
	unsigned long n = share ? (unsigned long)whole * strtoul(share, NULL, 10) / 100 : whole;

	return n ? (unsigned int)n : 1;
}
