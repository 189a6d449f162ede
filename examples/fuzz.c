/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A fuzzer: a guest reads four bytes and has a bug in one corner of its code. It is booted once; then each
 * input is tried from the same snapshot on, and what gets further than those before is varied next.
 *
 *     cc fuzz.c $(pkg-config --cflags --libs kvmlib) -o fuzz && ./fuzz
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <kvmlib/kvmlib.h>

#ifdef __x86_64__
#include <string.h>
#include <time.h>

#include <linux/kvm.h>

#define RAM_SIZE 0x10000
#define CODE	 0x1000
#define INPUT	 0x2000
#define LENGTH	 4
#define STEP	 0xe9 /* the port where the guest tells that it has got further */
#define PANIC	 0xea /* and that it has crashed */
#define TRIES	 100000

/* [guest] */
/* clang-format off */
static const uint8_t code[] = {
	0xbe, 0x00, 0x20,             /* si = INPUT */
	0xf4,                         /* hlt: it has booted */
	0x80, 0x3c, 'K', 0x75, 0x1d,  /* input[0] is K, or it ends */
	0xe6, STEP,
	0x80, 0x7c, 0x01, 'V', 0x75, 0x15,
	0xe6, STEP,
	0x80, 0x7c, 0x02, 'M', 0x75, 0x0d,
	0xe6, STEP,
	0xb8, 0x64, 0x00,             /* ax = 100 */
	0x8a, 0x5c, 0x03,             /* bl = input[3] ... */
	0x80, 0xeb, '!',              /* ... - '!' */
	0xf6, 0xf3,                   /* ax / bl: the bug */
	0xf4,                         /* hlt: done */
	0xe6, PANIC, 0xf4,            /* the handler of what goes wrong */
};
/* clang-format on */
#define HANDLER (CODE + sizeof(code) - 3)
/* [guest] */

struct machine {
	struct kvmlib_vm *vm;
	struct kvmlib_vcpu *vcpu;
	struct kvmlib_memory *memory;
	struct kvmlib_memory_reader *reader;
	struct kvmlib_dirty *dirty;
	struct kvmlib_state_plan *plan;
	struct kvmlib_reset *snapshot;
};

static _Noreturn void die(const char *what)
{
	char line[512];

	kvmlib_error_format(line, sizeof(line));
	fprintf(stderr, "fuzz: %s: %s\n", what, line);
	exit(EXIT_FAILURE);
}

/* Dirty rings tell what was written whatever the guest's size is; where there are none, logs do. */
static int track(struct machine *machine)
{
	const struct kvmlib_dirty_opts rings = { .size = sizeof(rings),
						 .mechanism = KVMLIB_DIRTY_RING };
	int r = kvmlib_dirty_start(machine->memory, &rings, &machine->dirty);

	return r == -EOPNOTSUPP ? kvmlib_dirty_start(machine->memory, NULL, &machine->dirty) : r;
}

static void make_vm(struct kvmlib_system *system, struct machine *machine)
{
	const struct kvmlib_memory_region_opts opts = { .size = sizeof(opts), .length = RAM_SIZE };
	const uint8_t vector[] = { HANDLER & 0xff, HANDLER >> 8, 0, 0 };
	struct kvmlib_memory_region *ram;
	uint8_t *bytes;

	if (kvmlib_system_create_vm(system, NULL, &machine->vm) < 0 ||
	    kvmlib_memory_new(machine->vm, NULL, &machine->memory) < 0 ||
	    kvmlib_memory_add(machine->memory, &opts, &ram) < 0 ||
	    kvmlib_memory_reader_new(machine->memory, 0, &machine->reader) < 0 ||
	    track(machine) < 0 || kvmlib_vm_create_vcpu(machine->vm, 0, &machine->vcpu) < 0 ||
	    kvmlib_dirty_add_vcpu(machine->dirty, machine->vcpu) < 0)
		die("no VM");
	bytes = kvmlib_memory_region_address(ram);
	memcpy(bytes, vector, sizeof(vector)); /* of divisions that can't be */
	memcpy(bytes + CODE, code, sizeof(code));
}

static void set_registers(const struct machine *machine)
{
	const struct kvm_regs regs = { .rip = CODE, .rflags = 2 };
	struct kvm_sregs sregs;

	if (kvmlib_vcpu_get_sregs(machine->vcpu, &sregs) < 0)
		die("no registers");
	sregs.cs.base = sregs.cs.selector = 0;
	if (kvmlib_vcpu_set_sregs(machine->vcpu, &sregs) < 0 ||
	    kvmlib_vcpu_set_regs(machine->vcpu, &regs) < 0)
		die("no registers");
}

/* [run] */
/* Run the guest until it halts, and note how far it got. Returns whether it has crashed. */
static int run(const struct machine *machine, int *steps)
{
	struct kvmlib_exit_io io;
	int crashes = 0;

	*steps = 0;
	for (;;) {
		if (kvmlib_vcpu_run(machine->vcpu) < 0)
			die("can't run");
		if (kvmlib_vcpu_exit_reason(machine->vcpu) == KVMLIB_EXIT_HLT)
			return crashes;
		if (kvmlib_vcpu_exit_io(machine->vcpu, &io) < 0)
			return 1; /* it has shut down, or worse */
		crashes |= io.port == PANIC;
		*steps += io.port == STEP;
	}
}
/* [run] */

/* [reset] */
/* Boot the guest, and take the snapshot. */
static void boot(struct machine *machine)
{
	struct kvmlib_state_plan_opts opts = { .size = sizeof(opts),
					       .vcpus = &machine->vcpu,
					       .nr_vcpus = 1,
					       .memory = machine->memory };
	int steps;

	if (run(machine, &steps))
		die("the guest does not boot");
	if (kvmlib_state_plan_new(machine->vm, &opts, &machine->plan) < 0 ||
	    kvmlib_reset_new(machine->plan, machine->dirty, &machine->snapshot) < 0)
		die("no snapshot");
}

/* Try one input: whether the guest crashes on it. */
static int crashes_on(const struct machine *machine, const char input[LENGTH], int *steps)
{
	int crashes;

	if (kvmlib_memory_write(machine->reader, INPUT, input, LENGTH) < 0)
		die("no input");
	crashes = run(machine, steps);
	if (kvmlib_reset(machine->snapshot, NULL) < 0)
		die("can't reset");
	return crashes;
}
/* [reset] */

/* [fuzz] */
/* The same numbers in every run. */
static unsigned int below(unsigned int n)
{
	static uint64_t state = 88172645463325252U;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned int)(state >> 32) % n;
}

/* Returns after how many tries the bug was found; 0: it was not. */
static int fuzz(const struct machine *machine, char input[LENGTH])
{
	char best[LENGTH] = { 'a', 'a', 'a', 'a' };
	int steps, most = 0;

	for (int i = 1; i <= TRIES; i++) {
		memcpy(input, best, LENGTH);
		input[below(LENGTH)] = (char)(' ' + (int)below(95));
		if (crashes_on(machine, input, &steps))
			return i;
		if (steps <= most)
			continue;
		most = steps;
		memcpy(best, input, LENGTH);
	}
	return 0;
}
/* [fuzz] */

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void end(struct machine *machine)
{
	kvmlib_reset_free(machine->snapshot);
	kvmlib_state_plan_free(machine->plan);
	kvmlib_vcpu_unref(machine->vcpu);
	kvmlib_dirty_unref(machine->dirty);
	kvmlib_memory_reader_free(machine->reader);
	kvmlib_memory_unref(machine->memory);
	kvmlib_vm_unref(machine->vm);
}

int main(void)
{
	struct machine machine = { .vm = NULL };
	struct kvmlib_system *system;
	char input[LENGTH];
	double begin;
	int tries;

	if (kvmlib_system_open(NULL, &system) < 0)
		die("no KVM");
	make_vm(system, &machine);
	set_registers(&machine);
	boot(&machine);
	begin = now();
	tries = fuzz(&machine, input);
	if (tries)
		printf("the guest crashes on \"%.4s\", found by %d tries (%.0f a second)\n", input,
		       tries, tries / (now() - begin));
	else
		printf("no crash in %d tries\n", TRIES);
	end(&machine);
	kvmlib_system_unref(system);
	return tries ? EXIT_SUCCESS : EXIT_FAILURE;
}
#else
int main(void)
{
	fprintf(stderr, "fuzz: the guest is for x86-64\n");
	return EXIT_FAILURE;
}
#endif
