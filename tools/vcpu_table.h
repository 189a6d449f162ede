/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VCPU_TABLE_H
#define VCPU_TABLE_H

#include <stdbool.h>
#include <stdio.h>

#include "vcpu_counts.h"

/* A row of the table of vCPUs. */
struct vcpu_row {
	double time; /* seconds since the guest started */
	uint32_t id;
	double exits_a_second;
	uint64_t counts[NR_COUNTS];
};

/* Lines of 79 columns at most, as long as numbers fit. `by_kvm`: it counts, not the program. */
void vcpu_table_print_titles(FILE *file, bool by_kvm);
void vcpu_table_print_row(FILE *file, const struct vcpu_row *row);

#endif
