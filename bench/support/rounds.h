/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_ROUNDS_H
#define BENCH_ROUNDS_H

#include <stddef.h>

/* What a bench works on; each defines its own. */
struct subject;

/* One thing to measure, done in two ways: negative is failure. */
struct row {
	const char *name;
	int (*raw)(struct subject *subject);
	int (*wrapped)(struct subject *subject);
	unsigned int calls; /* of one way in a round */
	unsigned int batch; /* how often a call does what is measured; 0 is 1 */
	/* Around these calls, untimed; each may be NULL. */
	void (*prepare)(struct subject *subject);
	void (*check)(struct subject *subject); /* that they did what they should have done */
	void (*finish)(struct subject *subject);
	/* Why this host can't do it, or NULL; may be NULL itself. */
	const char *(*trouble)(const struct subject *subject);
};

/*
 * Measure each row in rounds of raw, wrapped and raw again, and print what each took for a call, or
 * for one of those in its batch:
 *
 *     sample ROW RAW WRAPPED RAW_AGAIN     one round, in nanoseconds
 *     skip ROW REASON
 *
 * separated by tabs. What it means is left to who reads it.
 */
void measure_rows(const struct row *rows, size_t n, struct subject *subject);

/* Say that none of the rows can be measured. */
void skip_rows(const struct row *rows, size_t n, const char *reason);

/* End the program: a row can't be trusted. */
_Noreturn void bench_fail(const char *what);

#endif
