/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What KVM counts of a VM: each statistic with its unit.
 *
 *     cc stats.c $(pkg-config --cflags --libs kvmlib-sim) -o stats && ./stats
 *
 * The kernel is simulated, and counts one thing. Without .sys it would be KVM.
 */
#include <stdio.h>
#include <stdlib.h>

#include <kvmlib/kvmlib.h>
#include <kvmlib/sim.h>

static _Noreturn void die(const char *what)
{
	char line[512];

	kvmlib_error_format(line, sizeof(line));
	fprintf(stderr, "stats: %s: %s\n", what, line);
	exit(EXIT_FAILURE);
}

/* A newer kernel may have a unit that this library does not know. */
static const char *unit_of(const struct kvmlib_stats_descriptor *facts)
{
	const char *name = kvmlib_stats_unit_name(facts->unit);

	return name ? name : "unknown";
}

/* [print] */
static void print(struct kvmlib_vm *vm)
{
	struct kvmlib_stats_descriptor facts;
	struct kvmlib_stats *stats;
	double value;

	if (kvmlib_stats_open_vm(vm, &stats) < 0)
		die("no statistics");
	for (size_t i = 0; !kvmlib_stats_describe(stats, i, &facts); i++)
		if (!kvmlib_stats_scaled(stats, i, &value)) /* no histogram */
			printf("%s: %g, unit %s\n", facts.name, value, unit_of(&facts));
	kvmlib_stats_free(stats);
}
/* [print] */

int main(void)
{
	struct kvmlib_system_opts opts = { .size = sizeof(opts) };
	struct kvmlib_system *system;
	struct kvmlib_sim *sim;
	struct kvmlib_vm *vm;

	if (kvmlib_sim_new(&sim) < 0)
		return EXIT_FAILURE;
	opts.sys = kvmlib_sim_sys_ops(sim);
	if (kvmlib_system_open(&opts, &system) < 0 ||
	    kvmlib_system_create_vm(system, NULL, &vm) < 0)
		die("no VM");

	print(vm);

	kvmlib_vm_unref(vm);
	kvmlib_system_unref(system);
	kvmlib_sim_free(sim);
	return EXIT_SUCCESS;
}
