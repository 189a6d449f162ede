/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a host can do, with the kernel's names, and what a VM was told to do.
 *
 *     cc capabilities.c $(pkg-config --cflags --libs kvmlib-sim) -o capabilities && ./capabilities
 *
 * The kernel is simulated. Without .sys it would be KVM.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <kvmlib/kvmlib.h>
#include <kvmlib/sim.h>

static _Noreturn void die(const char *what)
{
	char line[512];

	kvmlib_error_format(line, sizeof(line));
	fprintf(stderr, "capabilities: %s: %s\n", what, line);
	exit(EXIT_FAILURE);
}

/* [bits] */
static void print_bits(uint32_t capability, unsigned int mask)
{
	for (uint32_t bit = 0; bit < 32; bit++) {
		const char *name = kvmlib_capability_bit_name(capability, bit);

		if (mask >> bit & 1)
			printf("  bit %" PRIu32 ": %s\n", bit, name ? name : "not known here");
	}
}
/* [bits] */

/* [facts] */
static void print_masks(struct kvmlib_vm *vm)
{
	struct kvmlib_capability facts;

	for (size_t i = 0; !kvmlib_capability_at(i, &facts); i++) {
		int value = kvmlib_vm_check_extension(vm, facts.number);

		if (value <= 0 || facts.kind != KVMLIB_CAPABILITY_MASK)
			continue;
		printf("%s\n", facts.name);
		print_bits(facts.number, (unsigned int)value);
	}
}
/* [facts] */

/* [enabled] */
static void print_enabled(struct kvmlib_vm *vm)
{
	uint32_t capability;
	uint64_t args[4];

	for (size_t i = 0; !kvmlib_vm_enabled_capability_at(vm, i, &capability, args); i++)
		printf("enabled: capability %" PRIu32 " with %#" PRIx64 "\n", capability, args[0]);
}
/* [enabled] */

int main(void)
{
	struct kvmlib_system_opts opts = { .size = sizeof(opts) };
	struct kvmlib_system *system;
	struct kvmlib_sim *sim;
	struct kvmlib_vm *vm;

	if (kvmlib_sim_new(&sim) < 0)
		return EXIT_FAILURE;
	opts.sys = kvmlib_sim_sys_ops(sim);
	kvmlib_sim_set_capability(sim, KVMLIB_CAP_GUEST_MEMFD_FLAGS, 5);
	if (kvmlib_system_open(&opts, &system) < 0 ||
	    kvmlib_system_create_vm(system, NULL, &vm) < 0)
		die("no VM");

	print_masks(vm);
	if (kvmlib_vm_enable_manual_dirty_log_protect2(vm, KVMLIB_DIRTY_LOG_MANUAL_PROTECT_ENABLE) <
	    0)
		die("dirty logs are cleared when they are read");
	print_enabled(vm);

	kvmlib_vm_unref(vm);
	kvmlib_system_unref(system);
	kvmlib_sim_free(sim);
	return EXIT_SUCCESS;
}
