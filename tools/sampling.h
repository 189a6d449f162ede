/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef SAMPLING_H
#define SAMPLING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define STAT	     "stat" /* the command's name in messages */
#define MAX_PATTERNS 64

/* The command line of `kvmlib stat`, checked. */
struct sampling {
	double interval; /* seconds */
	bool csv;
	FILE *file;
	const char *png;		/* NULL: no plot */
	const char *only[MAX_PATTERNS]; /* of names; none: all */
	size_t nr_only;
};

/* Whether a statistic, "exits" of "vcpu", is one of those asked for. */
bool sampling_wants(const struct sampling *sampling, const char *source, const char *name);

#endif
