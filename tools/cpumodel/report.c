/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A CPU as a report has it. */
#include <inttypes.h>
#include <stdio.h>

#include "../info.h"
#include "../tool.h"
#include "lack.h"
#include "verbs.h"

/* 0, or a negative errno with a record. */
static int set_leaf(struct kvmlib_report *report, const char *list,
		    const struct kvmlib_cpuid_leaf *leaf)
{
	char subleaf[16] = "-", key[64], value[16];
	int r = 0;

	if (leaf->flags)
		snprintf(subleaf, sizeof(subleaf), "0x%" PRIx32, leaf->subleaf);
	for (uint32_t i = 0; !r && i < 4; i++) {
		snprintf(key, sizeof(key), "%s/0x%" PRIx32 "/%s/%s", list, leaf->leaf, subleaf,
			 cpu_register(i));
		snprintf(value, sizeof(value), "0x%" PRIx32, leaf->registers[i]);
		r = kvmlib_report_set(report, key, value);
	}
	return r;
}

static int set_msr(struct kvmlib_report *report, const struct kvmlib_cpuid_msr *msr)
{
	char key[32], value[24];

	snprintf(key, sizeof(key), "msr-feature/0x%" PRIx32, msr->index);
	snprintf(value, sizeof(value), "0x%" PRIx64, msr->value);
	return kvmlib_report_set(report, key, value);
}

static int fill(struct kvmlib_report *report, const struct kvmlib_cpuid *cpuid)
{
	const struct kvmlib_cpuid_leaf *leaf;
	const struct kvmlib_cpuid_msr *msr;
	int r = kvmlib_report_set(report, "arch", "x86_64");

	for (size_t i = 0; !r && (leaf = kvmlib_cpuid_leaf_at(cpuid, i)); i++)
		r = set_leaf(report, "cpuid", leaf);
	for (size_t i = 0; !r && (leaf = kvmlib_cpuid_hyperv_leaf_at(cpuid, i)); i++)
		r = set_leaf(report, "cpuid-hyperv", leaf);
	for (size_t i = 0; !r && (msr = kvmlib_cpuid_msr_at(cpuid, i)); i++)
		r = set_msr(report, msr);
	return r;
}

int cpu_print_report(const struct kvmlib_cpuid *cpuid)
{
	struct kvmlib_report *report = NULL;
	int r = kvmlib_report_new(&report), status;

	if (!r)
		r = fill(report, cpuid);
	status = r < 0 ? say_error(CPU, "can't make a report") : info_print_lines(report);
	kvmlib_report_free(report);
	return status;
}
