/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "counted.h"

#include <stdio.h>

__attribute__((noinline)) void counted_call(const struct row *row, struct subject *subject)
{
	if (row->wrapped(subject) < 0)
		bench_fail(row->name);
}

static void count_row(const struct row *row, struct subject *subject)
{
	if (row->prepare)
		row->prepare(subject);
	counted_call(row, subject);
	if (row->finish)
		row->finish(subject);
	puts(row->name);
}

void count_rows(const struct row *rows, size_t n, struct subject *subject)
{
	for (size_t i = 0; i < n; i++) {
		count_row(&rows[i], subject);
		count_row(&rows[i], subject);
	}
}
