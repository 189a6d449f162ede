/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The smallest whole program: one page of memory, one vCPU, five instructions that print a line.
 *
 *     cc hello.c $(pkg-config --cflags --libs kvmlib) -o hello && ./hello
 */
#include <stdio.h>
#include <stdlib.h>

#include <kvmlib/kvmlib.h>

#ifdef __x86_64__
#include <string.h>

#include <linux/kvm.h>

#define PAGE_SIZE 0x1000
#define CODE	  0x1000 /* where the guest's page is, in its own addresses */
#define TEXT	  0x1100
#define PORT	  0xe9 /* any would do: KVM hands us what goes through ports */

static const char text[] = "Hello from the guest!\n";

/* 16-bit code: the CPU starts in real mode, as a PC does. */
/* clang-format off */
static const uint8_t code[] = {
	0xbe, TEXT & 0xff, TEXT >> 8, /* mov si, TEXT */
	0xb9, sizeof(text) - 1, 0,    /* mov cx, length */
	0xba, PORT & 0xff, PORT >> 8, /* mov dx, PORT */
	0xf3, 0x6e,                   /* rep outsb */
	0xf4,                         /* hlt */
};
/* clang-format on */

/* [die] */
/* Every failure leaves a record; this prints it: what failed, why, and what to do. */
static _Noreturn void die(const char *what)
{
	char line[512];

	kvmlib_error_format(line, sizeof(line));
	fprintf(stderr, "hello: %s: %s\n", what, line);
	exit(EXIT_FAILURE);
}
/* [die] */

/* [memory] */
static struct kvmlib_memory *add_page(struct kvmlib_vm *vm)
{
	struct kvmlib_memory_region_opts opts = {
		.size = sizeof(opts),
		.gpa = CODE,
		.length = PAGE_SIZE,
	};
	struct kvmlib_memory_region *region;
	struct kvmlib_memory *memory;
	uint8_t *page;

	if (kvmlib_memory_new(vm, NULL, &memory) < 0 ||
	    kvmlib_memory_add(memory, &opts, &region) < 0)
		die("no memory for the guest");
	page = kvmlib_memory_region_address(region);
	memcpy(page, code, sizeof(code));
	memcpy(page + TEXT - CODE, text, sizeof(text));
	return memory;
}
/* [memory] */

/* [registers] */
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
/* [registers] */

/* [run] */
/* Until the guest halts, print what it writes to the port. */
static void run(struct kvmlib_vcpu *vcpu)
{
	struct kvmlib_exit_io io;

	for (;;) {
		if (kvmlib_vcpu_run(vcpu) < 0)
			die("can't run");
		if (kvmlib_vcpu_exit_reason(vcpu) == KVMLIB_EXIT_HLT)
			return;
		if (kvmlib_vcpu_exit_io(vcpu, &io) < 0)
			die("expected a port access");
		if (io.is_write && io.port == PORT)
			fwrite(io.data, io.size, io.count, stdout);
	}
}
/* [run] */

int main(void)
{
	struct kvmlib_system *system;
	struct kvmlib_vm *vm;
	struct kvmlib_memory *memory;
	struct kvmlib_vcpu *vcpu;

	/* [handles] */
	if (kvmlib_system_open(NULL, &system) < 0)
		die("no KVM");
	if (kvmlib_system_create_vm(system, NULL, &vm) < 0)
		die("no VM");
	memory = add_page(vm);
	if (kvmlib_vm_create_vcpu(vm, 0, &vcpu) < 0)
		die("no vCPU");

	point_at_code(vcpu);
	run(vcpu);

	kvmlib_vcpu_unref(vcpu);
	kvmlib_memory_unref(memory);
	kvmlib_vm_unref(vm);
	kvmlib_system_unref(system);
	/* [handles] */
	return EXIT_SUCCESS;
}
#else
int main(void)
{
	fprintf(stderr, "hello: the guest is x86 code; kvmlib %s\n", kvmlib_version_string());
	return EXIT_FAILURE;
}
#endif
