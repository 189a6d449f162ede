/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CPUMODEL_VERBS_H
#define CPUMODEL_VERBS_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>
#include <kvmlib/kvmlib.h>

#define CPU "cpu" /* the command's name in messages */

/* How a CPU is printed. */
enum cpu_format { CPU_TEXT, CPU_JSON, CPU_REPORT };

/* The verbs of `kvmlib cpu`; each returns a status. */
int cpu_list(const char *what, bool json);
int cpu_show(const char *cpu, enum cpu_format format);
int cpu_check(const char *cpu, const char *report, bool json);
int cpu_baseline(char *const *cpus, size_t nr, enum cpu_format format);
int cpu_diff(const char *a, const char *b, bool json);

int cpu_print(const struct kvmlib_cpuid *cpuid, enum cpu_format format);
int cpu_print_report(const struct kvmlib_cpuid *cpuid);

/* Print JSON; a message where that fails. */
int cpu_print_value(json_t *value);

/* A number as JSON has registers: "0x1f". */
json_t *cpu_hex(unsigned long long number);

/* The place of a bit or of a register, with its name where it has one: members of an object. NULL without
 * memory. */
json_t *cpu_place_object(const char *feature, uint32_t leaf, uint32_t subleaf, uint32_t reg,
			 uint32_t bit);

#endif
