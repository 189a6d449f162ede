/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a failing call leaves: a record of what it was given, and why it can have failed.
 *
 *     cc errors.c $(pkg-config --cflags --libs kvmlib-sim) -o errors && ./errors
 *
 * It fails in the simulated kernel, so that it does everywhere. Without .sys it would in KVM.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <kvmlib/kvmlib.h>
#include <kvmlib/sim.h>

#include <linux/kvm.h>

#define MAX_CAUSES 16

/* [record] */
static void print_record(void)
{
	uint64_t slot;
	char line[512];

	printf("%s: %s, cause %s\n", kvmlib_error_call(), kvmlib_errno_name(kvmlib_error_errno()),
	       kvmlib_cause_name(kvmlib_error_cause()));
	if (kvmlib_error_value(KVMLIB_VALUE_SLOT, &slot) == 0)
		printf("slot: %" PRIu64 "\n", slot);
	kvmlib_error_format(line, sizeof(line)); /* the same and more, for people */
	puts(line);
}
/* [record] */

/* [candidates] */
static void print_candidates(void)
{
	uint32_t causes[MAX_CAUSES];
	size_t nr_causes = kvmlib_error_candidates(causes, MAX_CAUSES);

	printf("causes of that errno:");
	for (size_t i = 0; i < nr_causes && i < MAX_CAUSES; i++)
		printf(" %s", kvmlib_cause_name(causes[i]));
	putchar('\n');
}
/* [candidates] */

/* [explain] */
static void explain(const char *call, int errnum)
{
	struct kvmlib_explanation row;

	printf("%s fails with %s if:\n", call, kvmlib_errno_name(errnum));
	for (size_t i = 0; kvmlib_explain(call, errnum, i, &row) == 0; i++)
		printf("- %s (%s)\n  %s\n", row.sentence, kvmlib_cause_name(row.cause), row.hint);
}
/* [explain] */

static void add_bad_slot(struct kvmlib_vm *vm)
{
	const struct kvm_userspace_memory_region region = { .slot = 3, .memory_size = 100 };

	if (kvmlib_vm_set_user_memory_region(vm, &region) < 0) {
		print_record();
		print_candidates();
	}
}

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
		return EXIT_FAILURE;

	add_bad_slot(vm);
	explain("KVM_CREATE_VM", EBUSY); /* needs no failure */

	kvmlib_vm_unref(vm);
	kvmlib_system_unref(system);
	kvmlib_sim_free(sim);
	return EXIT_SUCCESS;
}
