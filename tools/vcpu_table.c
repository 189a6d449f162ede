/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How counts of vCPUs are printed. */
#include "vcpu_table.h"

#include <inttypes.h>

#define WIDTH 24

static const struct {
	const char *title;
	int width;
} columns[NR_COUNTS] = {
	[COUNT_EXITS] = { "exits", 11 },  [COUNT_IO] = { "I/O", 10 },
	[COUNT_MMIO] = { "MMIO", 9 },	  [COUNT_HALTS] = { "halts", 8 },
	[COUNT_WINDOWS] = { "waits", 6 }, [COUNT_INTERRUPTS] = { "IRQs", 8 },
	[COUNT_NMIS] = { "NMIs", 5 },
};

void vcpu_table_print_titles(FILE *file, bool by_kvm)
{
	if (!by_kvm)
		fputs("  this kernel has no statistics of vCPUs: exits to this program alone\n",
		      file);
	fprintf(file, "%8s %4s", "seconds", "vCPU");
	for (size_t i = 0; i < NR_COUNTS; i++)
		fprintf(file, "%*s%s", columns[i].width, columns[i].title,
			i == COUNT_EXITS ? "       /s" : "");
	fputc('\n', file);
}

static void print_count(FILE *file, uint64_t count, int width)
{
	char text[WIDTH] = "-";

	if (count != COUNT_UNKNOWN)
		snprintf(text, sizeof(text), "%" PRIu64, count);
	fprintf(file, " %*s", width - 1, text);
}

void vcpu_table_print_row(FILE *file, const struct vcpu_row *row)
{
	fprintf(file, "%8.3f %4" PRIu32, row->time, row->id);
	for (size_t i = 0; i < NR_COUNTS; i++) {
		print_count(file, row->counts[i], columns[i].width);
		if (i == COUNT_EXITS)
			fprintf(file, " %8.0f", row->exits_a_second);
	}
	fputc('\n', file);
}
