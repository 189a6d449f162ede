/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A guest fills a screen and writes a line to a port, byte by byte; KVM collects the bytes, and the
 * program gets them all with few exits. Prints what came, and how many exits that took.
 *
 *     cc coalesced.c $(pkg-config --cflags --libs kvmlib) -pthread -o coalesced && ./coalesced
 */
#include <stdio.h>
#include <stdlib.h>

#include <kvmlib/kvmlib.h>

#ifdef __x86_64__
#include <string.h>

#include <linux/kvm.h>

#define RAM_SIZE 0x10000U
#define CODE	 0x1000
#define TEXT	 0x2000
#define SCREEN	 0xb8000U /* nothing is mapped there */
#define CELLS	 2000U
#define PORT	 0xe9

/* clang-format off */
static const uint8_t code[] = {
	0xfc,                                    /* cld */
	0xb8, SCREEN >> 4 & 0xff, SCREEN >> 12,  /* mov ax, segment of the screen */
	0x8e, 0xc0,                              /* mov es, ax */
	0x31, 0xff,                              /* xor di, di */
	0xb0, '.',                               /* mov al, '.' */
	0xb9, CELLS & 0xff, CELLS >> 8,          /* mov cx, CELLS */
	0xaa, 0xe2, 0xfd,                        /* cell: stosb; loop cell */
	0xbe, TEXT & 0xff, TEXT >> 8,            /* mov si, TEXT */
	0xac,                                    /* next: lodsb */
	0x08, 0xc0, 0x74, 0x04,                  /* or al, al; jz end */
	0xe6, PORT,                              /* out PORT, al */
	0xeb, 0xf7,                              /* jmp next */
	0xf4,                                    /* end: hlt */
};
/* clang-format on */

static const char text[] = "Hello from the guest, a byte at a time!";

static _Noreturn void die(const char *what)
{
	char line[512];

	kvmlib_error_format(line, sizeof(line));
	fprintf(stderr, "coalesced: %s: %s\n", what, line);
	exit(EXIT_FAILURE);
}

/* [handler] */
struct console {
	unsigned int cells;
	char line[80];
	size_t length;
};

/* Called for each write, before the exit that it came with is reported. */
static int take(struct kvmlib_vcpu *vcpu, const struct kvmlib_coalesced_write *write,
		void *userdata)
{
	struct console *console = userdata;

	(void)vcpu;
	if (!(write->flags & KVMLIB_COALESCED_PIO))
		console->cells += write->length;
	else if (console->length < sizeof(console->line) - 1)
		console->line[console->length++] = (char)write->data[0];
	return 0;
}
/* [handler] */

/* [zone] */
static struct kvmlib_coalesced *collect(struct kvmlib_vm *vm, struct console *console)
{
	const struct kvmlib_coalesced_opts opts = { .size = sizeof(opts),
						    .handler = take,
						    .userdata = console };
	struct kvmlib_coalesced *coalesced;

	if (kvmlib_coalesced_new(vm, &opts, &coalesced) < 0 ||
	    kvmlib_coalesced_add(coalesced, SCREEN, CELLS, 0) < 0 ||
	    kvmlib_coalesced_add(coalesced, PORT, 1, KVMLIB_COALESCED_PIO) < 0)
		die("can't have writes collected");
	return coalesced;
}
/* [zone] */

/* A write that found the ring full is an exit. */
static void take_exit(struct kvmlib_vcpu *vcpu, struct console *console)
{
	struct kvmlib_coalesced_write write = { .flags = 0 };
	struct kvmlib_exit_mmio mmio;
	struct kvmlib_exit_io io;

	if (!kvmlib_vcpu_exit_mmio(vcpu, &mmio) && mmio.is_write) {
		write.length = mmio.len;
	} else if (!kvmlib_vcpu_exit_io(vcpu, &io) && io.port == PORT) {
		write.flags = KVMLIB_COALESCED_PIO;
		write.data[0] = *(const uint8_t *)io.data;
	} else {
		die("an exit that is none of this guest's");
	}
	take(vcpu, &write, console);
}

/* [run] */
static unsigned int run(struct kvmlib_control *control, struct kvmlib_vcpu *vcpu,
			struct console *console)
{
	unsigned int exits = 0;

	if (kvmlib_control_join(control, vcpu) < 0)
		die("can't join the group");
	for (;; exits++) {
		if (kvmlib_control_run(vcpu) < 0)
			die("can't run");
		if (kvmlib_vcpu_exit_reason(vcpu) == KVMLIB_EXIT_HLT)
			break;
		if (kvmlib_vcpu_exit_reason(vcpu) != KVMLIB_EXIT_INTR)
			take_exit(vcpu, console);
	}
	kvmlib_control_leave(control, vcpu);
	return exits + 1;
}
/* [run] */

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
	memcpy(ram + TEXT, text, sizeof(text));
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

int main(void)
{
	struct console console = { .cells = 0 };
	struct kvmlib_control_opts opts = { .size = sizeof(opts) };
	struct kvmlib_control *control;
	struct kvmlib_system *system;
	struct kvmlib_memory *memory;
	struct kvmlib_vcpu *vcpu;
	unsigned int exits;
	struct kvmlib_vm *vm;

	if (kvmlib_system_open(NULL, &system) < 0 || kvmlib_system_create_vm(system, NULL, &vm) < 0)
		die("no VM");
	memory = add_ram(vm);
	opts.coalesced = collect(vm, &console);
	if (kvmlib_vm_create_vcpu(vm, 0, &vcpu) < 0 || kvmlib_control_new(vm, &opts, &control) < 0)
		die("no vCPU");
	point_at_code(vcpu);
	exits = run(control, vcpu, &console);
	printf("%s\n%u bytes to the screen and %zu to the port by %u exits\n", console.line,
	       console.cells, console.length, exits);

	kvmlib_coalesced_unref(opts.coalesced);
	kvmlib_control_unref(control);
	kvmlib_vcpu_unref(vcpu);
	kvmlib_memory_unref(memory);
	kvmlib_vm_unref(vm);
	kvmlib_system_unref(system);
	return EXIT_SUCCESS;
}
#else
int main(void)
{
	fprintf(stderr, "coalesced: the guest is x86 code; kvmlib %s\n", kvmlib_version_string());
	return EXIT_FAILURE;
}
#endif
