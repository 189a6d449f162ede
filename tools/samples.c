/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A table of samples, and how it is printed. */
#define _GNU_SOURCE
#include "samples.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

int samples_add_column(struct samples *samples, const char *source, const char *name, bool is_rate)
{
	struct column *columns =
		reallocarray(samples->columns, samples->nr_columns + 1, sizeof(*columns));
	struct column *column;

	if (!columns)
		return -1;
	samples->columns = columns;
	column = &columns[samples->nr_columns];
	if (asprintf(&column->name, "%s/%s", source, name) < 0)
		return -1;
	column->is_rate = is_rate;
	samples->nr_columns++;
	return 0;
}

/* The one before the last row goes where it is not kept. */
static void drop_first(struct samples *samples)
{
	if (samples->keep || samples->nr_rows < 2)
		return;
	samples->times[0] = samples->times[1];
	memmove(samples->values, samples->values + samples->nr_columns,
		samples->nr_columns * sizeof(*samples->values));
	samples->nr_rows = 1;
}

/* Rows grow one by one: they come seconds apart. */
static int make_room(struct samples *samples)
{
	size_t nr = samples->nr_rows + 1;
	double *times = reallocarray(samples->times, nr, sizeof(*times));
	uint64_t *values;

	if (!times)
		return -1;
	samples->times = times;
	values = reallocarray(samples->values, nr * samples->nr_columns, sizeof(*values));
	if (!values)
		return -1;
	samples->values = values;
	return 0;
}

uint64_t *samples_add_row(struct samples *samples, double time)
{
	drop_first(samples);
	if (make_room(samples) < 0)
		return NULL;
	samples->times[samples->nr_rows] = time;
	return &samples->values[samples->nr_rows++ * samples->nr_columns];
}

uint64_t samples_value(const struct samples *samples, size_t row, size_t column)
{
	return samples->values[row * samples->nr_columns + column];
}

static int64_t growth(const struct samples *samples, size_t row, size_t column)
{
	return (int64_t)(samples_value(samples, row, column) -
			 samples_value(samples, row - 1, column));
}

double samples_shown(const struct samples *samples, size_t row, size_t column)
{
	double seconds = samples->times[row] - samples->times[row - 1];

	if (!samples->columns[column].is_rate)
		return (double)samples_value(samples, row, column);
	return seconds > 0 ? (double)growth(samples, row, column) / seconds : 0;
}

bool samples_has_changed(const struct samples *samples, size_t row, size_t column)
{
	return growth(samples, row, column) != 0;
}

static void print_change(const struct samples *samples, size_t row, size_t column, FILE *file)
{
	fprintf(file, "    %-40s%16" PRIu64 "%+14" PRId64, samples->columns[column].name,
		samples_value(samples, row, column), growth(samples, row, column));
	if (samples->columns[column].is_rate)
		fprintf(file, "%14.1f/s", samples_shown(samples, row, column));
	fputc('\n', file);
}

void samples_print_changes(const struct samples *samples, FILE *file)
{
	size_t row = samples->nr_rows - 1;

	if (!row)
		return;
	fprintf(file, "  after %.3f s:\n", samples->times[row]);
	for (size_t column = 0; column < samples->nr_columns; column++)
		if (samples_has_changed(samples, row, column))
			print_change(samples, row, column, file);
}

void samples_print_names(const struct samples *samples, FILE *file)
{
	fputs("seconds", file);
	for (size_t column = 0; column < samples->nr_columns; column++)
		fprintf(file, ",%s", samples->columns[column].name);
	fputc('\n', file);
}

void samples_print_csv(const struct samples *samples, FILE *file)
{
	size_t row = samples->nr_rows - 1;

	fprintf(file, "%.6f", samples->times[row]);
	for (size_t column = 0; column < samples->nr_columns; column++)
		fprintf(file, ",%" PRIu64, samples_value(samples, row, column));
	fputc('\n', file);
}

void samples_free(struct samples *samples)
{
	for (size_t column = 0; column < samples->nr_columns; column++)
		free(samples->columns[column].name);
	free(samples->columns);
	free(samples->times);
	free(samples->values);
	*samples = (struct samples){ .columns = NULL };
}
