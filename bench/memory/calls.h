/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_MEMORY_CALLS_H
#define BENCH_MEMORY_CALLS_H

#include "subject.h"

/* Commit 500 additions, and 500 changes of all kinds, and print for each a line
 *
 *     count ROW CALLS
 *
 * with the calls that set a slot. What the fewest are is known by construction: bench/targets.tsv. */
void count_calls(struct subject *subject);

#endif
