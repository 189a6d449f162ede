/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef HISTORY_H
#define HISTORY_H

#include <stddef.h>
#include <stdio.h>

#include "seen.h"

#define HISTORY_LENGTH 8

/* The last exits; accesses to the same place in a row are one. */
struct history {
	struct history_entry {
		struct seen seen; /* the last of them */
		uint64_t times;
		double when; /* seconds, as now() has it */
	} entries[HISTORY_LENGTH];
	size_t nr; /* all, though the last HISTORY_LENGTH are kept */
};

void history_add(struct history *history, const struct seen *seen, double when);

/* Print them, with how long before the end they were. */
void history_print(FILE *stream, const struct history *history, double end);

#endif
