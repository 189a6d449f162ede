/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef SAMPLES_H
#define SAMPLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Values of statistics at points in time: a column for each statistic, a row for each point. */
struct samples {
	struct column {
		char *name;   /* "vcpu/exits" */
		bool is_rate; /* it counts up: of interest is how fast */
	} * columns;
	size_t nr_columns;
	double *times;	  /* seconds from the start */
	uint64_t *values; /* row by row */
	size_t nr_rows;
	bool keep; /* all rows, not the last two alone */
};

/* One more column, before there are rows; -1 without memory. */
int samples_add_column(struct samples *samples, const char *source, const char *name, bool is_rate);

/* One more row to be filled; NULL without memory. */
uint64_t *samples_add_row(struct samples *samples, double time);

uint64_t samples_value(const struct samples *samples, size_t row, size_t column);

/* What is shown of a column: from the row before, what it has become more by a second, or the value. */
double samples_shown(const struct samples *samples, size_t row, size_t column);
bool samples_has_changed(const struct samples *samples, size_t row, size_t column);

/* The last row: what has changed since the one before, or as a line of CSV, after one of names. */
void samples_print_changes(const struct samples *samples, FILE *file);
void samples_print_names(const struct samples *samples, FILE *file);
void samples_print_csv(const struct samples *samples, FILE *file);

void samples_free(struct samples *samples);

#endif
