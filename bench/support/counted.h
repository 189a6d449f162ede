/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_COUNTED_H
#define BENCH_COUNTED_H

#include <rounds.h>

/*
 * Make each row's wrapped call twice, for callgrind to count: it collects inside of counted_call().
 * Who reads the counts leaves the program's own instructions out, so that the library's and those
 * of libc on its behalf remain. The first call may find caches of libc empty: the second counts.
 *
 * Prints the row's name for each counted call.
 */
void count_rows(const struct row *rows, size_t n, struct subject *subject);

/* callgrind knows it by its name, and dumps what it has collected each time it returns. */
void counted_call(const struct row *row, struct subject *subject);

#endif
