/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rounds that alternate between ways to do the same, so that what disturbs one disturbs all. */

#include "rounds.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A row goes on for this time, but for no less than so many rounds, and no more. */
#define ROW_NANOSECONDS 1.5e9
#define ROUNDS_MIN	12U
#define ROUNDS_MAX	300U

enum { RAW, WRAPPED, RAW_AGAIN, WAYS };

/* Each way comes first, second and third, and before and after each other, equally often. */
static const unsigned char orders[][WAYS] = {
	{ RAW, WRAPPED, RAW_AGAIN }, { RAW_AGAIN, WRAPPED, RAW }, { WRAPPED, RAW, RAW_AGAIN },
	{ RAW_AGAIN, RAW, WRAPPED }, { RAW, RAW_AGAIN, WRAPPED }, { WRAPPED, RAW_AGAIN, RAW },
};
#define NR_ORDERS (sizeof(orders) / sizeof(orders[0]))

void bench_fail(const char *what)
{
	fprintf(stderr, "%s: not as it should be (errno: %s)\n", what, strerror(errno));
	exit(EXIT_FAILURE);
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

/* Nanoseconds for a call, or for one of its batch. */
static double measure(const struct row *row, struct subject *subject, unsigned int way)
{
	int (*call)(struct subject *) = way == WRAPPED ? row->wrapped : row->raw;
	double start, time;
	int failed = 0;

	if (row->prepare)
		row->prepare(subject);
	start = now();
	for (unsigned int i = 0; i < row->calls; i++)
		failed |= call(subject) < 0;
	time = now() - start;
	if (failed)
		bench_fail(row->name);
	if (row->check)
		row->check(subject);
	if (row->finish)
		row->finish(subject);
	return time / row->calls / (row->batch ? row->batch : 1);
}

static void measure_round(const struct row *row, struct subject *subject,
			  const unsigned char order[WAYS], double times[WAYS])
{
	for (unsigned int i = 0; i < WAYS; i++)
		times[order[i]] = measure(row, subject, order[i]);
}

/* The first round is for caches, page faults and branch predictors. */
static void measure_row(const struct row *row, struct subject *subject)
{
	double end, times[WAYS];

	measure_round(row, subject, orders[0], times);
	end = now() + ROW_NANOSECONDS;
	for (unsigned int i = 0; i < ROUNDS_MIN || (i < ROUNDS_MAX && now() < end); i++) {
		measure_round(row, subject, orders[i % NR_ORDERS], times);
		printf("sample\t%s\t%.2f\t%.2f\t%.2f\n", row->name, times[RAW], times[WRAPPED],
		       times[RAW_AGAIN]);
	}
}

void measure_rows(const struct row *rows, size_t n, struct subject *subject)
{
	for (size_t i = 0; i < n; i++) {
		const char *trouble = rows[i].trouble ? rows[i].trouble(subject) : NULL;

		if (trouble)
			skip_rows(&rows[i], 1, trouble);
		else
			measure_row(&rows[i], subject);
	}
}

void skip_rows(const struct row *rows, size_t n, const char *reason)
{
	for (size_t i = 0; i < n; i++)
		printf("skip\t%s\t%s\n", rows[i].name, reason);
}
