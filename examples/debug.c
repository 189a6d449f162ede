/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A guest adds numbers, and is debugged: it is stepped instruction by instruction, or runs to a
 * breakpoint in its loop, which is software (an INT3) or hardware (a debug register). Prints each stop
 * with what AX holds there. Not every host has both kinds of breakpoints: then there are no stops.
 *
 *     cc debug.c $(pkg-config --cflags --libs kvmlib) -o debug && ./debug step
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kvmlib/kvmlib.h>

#ifdef __x86_64__
#include <linux/kvm.h>

#define RAM_SIZE 0x10000U
#define CODE	 0x1000U
#define LOOP	 (CODE + 5U)
#define END	 (CODE + 9U)
#define VECTOR_3 12U

/* clang-format off */
static const uint8_t code[] = {
	0x31, 0xc0,             /* xor ax, ax */
	0xb9, 3, 0,             /* mov cx, 3 */
	0x01, 0xc8,             /* loop: add ax, cx */
	0xe2, 0xfc,             /* loop loop */
	0xf4,                   /* hlt */
};
/* clang-format on */

static const char *const names[] = {
	[KVMLIB_DEBUG_NOTHING] = "nothing",   [KVMLIB_DEBUG_SOFTWARE] = "software breakpoint",
	[KVMLIB_DEBUG_WRITES] = "write",      [KVMLIB_DEBUG_HARDWARE] = "hardware breakpoint",
	[KVMLIB_DEBUG_ACCESSES] = "access",   [KVMLIB_DEBUG_STEPPED] = "step",
	[KVMLIB_DEBUG_GUEST] = "guest's own",
};

static _Noreturn void die(const char *what)
{
	char line[512];

	kvmlib_error_format(line, sizeof(line));
	fprintf(stderr, "debug: %s: %s\n", what, line);
	exit(EXIT_FAILURE);
}

/* Run to the next stop; 0 if the guest has halted. */
static int run(struct kvmlib_vcpu *vcpu)
{
	uint32_t reason;

	do {
		if (kvmlib_vcpu_run(vcpu) < 0)
			die("can't run");
		reason = kvmlib_vcpu_exit_reason(vcpu);
	} while (reason == KVMLIB_EXIT_INTR);
	if (reason != KVMLIB_EXIT_DEBUG && reason != KVMLIB_EXIT_HLT) {
		fprintf(stderr,
			"debug: the guest ended by %s: this host's guests can't be debugged so\n",
			kvmlib_exit_name(reason));
		exit(EXIT_FAILURE);
	}
	return reason == KVMLIB_EXIT_DEBUG;
}

/* [stops] */
static uint64_t print_stop(struct kvmlib_debug *debug, struct kvmlib_vcpu *vcpu)
{
	struct kvmlib_debug_stop stop;
	struct kvm_regs regs;

	if (kvmlib_debug_stop(debug, vcpu, &stop) < 0 || kvmlib_vcpu_get_regs(vcpu, &regs) < 0)
		die("can't tell where the guest is");
	printf("%s at %#llx, ax %llu\n", names[stop.kind], (unsigned long long)stop.pc,
	       (unsigned long long)regs.rax & 0xffff);
	return stop.pc;
}

/* A vCPU that stands at a breakpoint is stepped past it first. */
static void go_on(struct kvmlib_debug *debug, struct kvmlib_vcpu *vcpu, uint32_t flags)
{
	struct kvmlib_debug_stop stop;

	if (kvmlib_debug_arm(debug, vcpu, KVMLIB_DEBUG_STEP) < 0)
		die("can't step");
	if (flags & KVMLIB_DEBUG_STEP)
		return;
	if (!run(vcpu) || kvmlib_debug_stop(debug, vcpu, &stop) < 0 ||
	    kvmlib_debug_arm(debug, vcpu, 0) < 0)
		die("can't go on");
}

static unsigned int print_stops(struct kvmlib_debug *debug, struct kvmlib_vcpu *vcpu,
				uint32_t flags)
{
	unsigned int stops = 0;

	if (kvmlib_debug_arm(debug, vcpu, flags) < 0)
		die("can't have it stop");
	while (run(vcpu)) {
		stops++;
		if (print_stop(debug, vcpu) == END)
			break;
		go_on(debug, vcpu, flags);
	}
	return stops;
}
/* [stops] */

static struct kvmlib_memory *add_ram(struct kvmlib_vm *vm)
{
	const struct kvmlib_memory_region_opts opts = { .size = sizeof(opts), .length = RAM_SIZE };
	struct kvmlib_memory_region *region;
	struct kvmlib_memory *memory;
	uint8_t *ram;

	if (kvmlib_memory_new(vm, NULL, &memory) < 0 ||
	    kvmlib_memory_add(memory, &opts, &region) < 0)
		die("no memory for the guest");
	ram = kvmlib_memory_region_address(region);
	memcpy(ram + CODE, code, sizeof(code));
	ram[VECTOR_3] = END & 0xff; /* for hosts that leave an INT3 to the guest */
	ram[VECTOR_3 + 1] = END >> 8;
	return memory;
}

static void point_at_code(struct kvmlib_vcpu *vcpu)
{
	struct kvm_regs regs = { .rip = CODE, .rflags = 2 };
	struct kvm_sregs sregs;

	if (kvmlib_vcpu_get_sregs(vcpu, &sregs) < 0)
		die("can't read the registers");
	sregs.cs.base = 0;
	sregs.cs.selector = 0;
	if (kvmlib_vcpu_set_sregs(vcpu, &sregs) < 0 || kvmlib_vcpu_set_regs(vcpu, &regs) < 0)
		die("can't set the registers");
}

/* The guest runs its memory where it is: one address is both. */
static uint32_t add_points(struct kvmlib_debug *debug, const char *how)
{
	if (!strcmp(how, "step"))
		return KVMLIB_DEBUG_STEP;
	if (kvmlib_debug_add(
		    debug, strcmp(how, "software") ? KVMLIB_DEBUG_HARDWARE : KVMLIB_DEBUG_SOFTWARE,
		    LOOP, 1) < 0)
		die("no breakpoint");
	return 0;
}

int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "step";
	struct kvmlib_debug_opts opts = { .size = sizeof(opts) };
	struct kvmlib_system *system;
	struct kvmlib_debug *debug;
	struct kvmlib_vcpu *vcpu;
	struct kvmlib_vm *vm;
	uint32_t flags;

	if (kvmlib_system_open(NULL, &system) < 0 || kvmlib_system_create_vm(system, NULL, &vm) < 0)
		die("no VM");
	opts.memory = add_ram(vm);
	if (kvmlib_vm_create_vcpu(vm, 0, &vcpu) < 0 || kvmlib_debug_new(vm, &opts, &debug) < 0)
		die("no vCPU that can be debugged");
	point_at_code(vcpu);
	flags = add_points(debug, how);
	printf("%u stops\n", print_stops(debug, vcpu, flags));

	kvmlib_debug_unref(debug);
	kvmlib_vcpu_unref(vcpu);
	kvmlib_memory_unref(opts.memory);
	kvmlib_vm_unref(vm);
	kvmlib_system_unref(system);
	return EXIT_SUCCESS;
}
#else
int main(void)
{
	fprintf(stderr, "debug: the guest is x86 code; kvmlib %s\n", kvmlib_version_string());
	return EXIT_FAILURE;
}
#endif
