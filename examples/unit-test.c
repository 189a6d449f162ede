/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Testing a VMM without /dev/kvm: a guest that follows a script, and a kernel that fails on demand.
 *
 *     cc unit-test.c $(pkg-config --cflags --libs kvmlib-sim) -o unit-test && ./unit-test
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kvmlib/kvmlib.h>
#include <kvmlib/sim.h>

#define CONSOLE 0x9000000 /* where the guest writes what it has to say */
#define EXPECT(condition) \
	((condition) ? (void)0 : (fprintf(stderr, "failed: %s\n", #condition), exit(EXIT_FAILURE)))

/* The code to be tested. All that it needs for it is to be told its system calls. */
struct machine {
	struct kvmlib_system *system;
	struct kvmlib_vm *vm;
	struct kvmlib_vcpu *vcpu;
};

static void machine_close(struct machine *machine)
{
	kvmlib_vcpu_unref(machine->vcpu);
	kvmlib_vm_unref(machine->vm);
	kvmlib_system_unref(machine->system);
}

static int machine_open(struct machine *machine, const struct kvmlib_sys_ops *sys)
{
	const struct kvmlib_system_opts opts = { .size = sizeof(opts), .sys = sys };
	int r;

	*machine = (struct machine){ .system = NULL };
	r = kvmlib_system_open(&opts, &machine->system);
	if (!r)
		r = kvmlib_system_create_vm(machine->system, NULL, &machine->vm);
	if (!r)
		r = kvmlib_vm_create_vcpu(machine->vm, 0, &machine->vcpu);
	if (r < 0)
		machine_close(machine);
	return r;
}

/* What the guest writes to its console until it halts. */
static int machine_run(struct machine *machine, char *text, size_t size)
{
	struct kvmlib_exit_mmio mmio;
	size_t length = 0;
	int r;

	while (!(r = kvmlib_vcpu_run(machine->vcpu)) &&
	       kvmlib_vcpu_exit_reason(machine->vcpu) != KVMLIB_EXIT_HLT) {
		r = kvmlib_vcpu_exit_mmio(machine->vcpu, &mmio);
		if (r < 0)
			return r;
		if (mmio.gpa == CONSOLE && mmio.is_write && length + 1 < size)
			text[length++] = *(const char *)mmio.data;
	}
	text[length] = '\0';
	return r;
}

/* [script] */
static void test_console(struct kvmlib_sim *sim)
{
	const struct kvmlib_sim_exit halt = { .size = sizeof(halt), .reason = KVMLIB_EXIT_HLT };
	struct machine machine;
	char text[16];
	int fd;

	EXPECT(machine_open(&machine, kvmlib_sim_sys_ops(sim)) == 0);
	fd = kvmlib_vcpu_fd(machine.vcpu);
	EXPECT(kvmlib_sim_push_mmio(sim, fd, CONSOLE, 1, 1, "H") == 0);
	EXPECT(kvmlib_sim_push_mmio(sim, fd, CONSOLE, 1, 1, "i") == 0);
	EXPECT(kvmlib_sim_push_exit(sim, fd, &halt) == 0);
	EXPECT(machine_run(&machine, text, sizeof(text)) == 0);
	EXPECT(strcmp(text, "Hi") == 0);
	machine_close(&machine);
}
/* [script] */

/* [faults] */
/* Let each call of the kernel fail in turn: nothing may be left open. */
static void test_faults(struct kvmlib_sim *sim)
{
	struct machine machine;
	uint64_t n = 0;
	int r;

	do {
		EXPECT(kvmlib_sim_fail_nth(sim, ++n, EIO) == 0);
		r = machine_open(&machine, kvmlib_sim_sys_ops(sim));
		EXPECT(r == 0 || r == -EIO);
		if (!r)
			machine_close(&machine);
		EXPECT(kvmlib_sim_open_fds(sim) == 0 && kvmlib_sim_mappings(sim) == 0);
	} while (r < 0);
	printf("%u calls failed in turn\n", (unsigned int)n - 1);
}
/* [faults] */

int main(void)
{
	/* [sim] */
	struct kvmlib_sim *sim;

	EXPECT(kvmlib_sim_new(&sim) == 0);
	test_console(sim);
	test_faults(sim);
	kvmlib_sim_free(sim);
	/* [sim] */
	puts("all passed");
	return EXIT_SUCCESS;
}
