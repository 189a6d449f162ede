/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A guest whose interrupt controller is the program's own: it counts the interrupts that it is
 * handed, one by one, when it can take them. Two are raised whenever it halts, so that one of them
 * has to wait for the other.
 *
 *     cc inject.c $(pkg-config --cflags --libs kvmlib) -o inject && ./inject
 */
#include <stdio.h>
#include <stdlib.h>

#include <kvmlib/kvmlib.h>

#ifdef __x86_64__
#include <string.h>

#include <linux/kvm.h>

#define RAM_SIZE 0x10000
#define CODE	 0x1000
#define HANDLER	 0x1100
#define COUNT	 0x2000
#define STACK	 0x8000
#define VECTOR	 0x30

/* clang-format off */
static const uint8_t code[] = {
	0xfa,                       /* work: cli, */
	0xb9, 0x64, 0x00,           /* mov cx, 100 */
	0xe2, 0xfe,                 /* loop here */
	0xfb, 0xf4,                 /* sti; hlt: nothing comes in between */
	0xeb, 0xf6,                 /* jmp work */
};
static const uint8_t handler[] = {
	0xff, 0x06, COUNT & 0xff, COUNT >> 8, /* inc word [COUNT] */
	0xcf,                                 /* iret */
};
/* clang-format on */

/* As much of an interrupt controller as this guest needs. */
struct pic {
	unsigned long raised;
	unsigned long waiting; /* of these: nobody else has them */
	unsigned long late;    /* that could not be taken at once */
};

static _Noreturn void die(const char *what)
{
	char line[512];

	kvmlib_error_format(line, sizeof(line));
	fprintf(stderr, "inject: %s: %s\n", what, line);
	exit(EXIT_FAILURE);
}

/* For what leaves no record. */
static _Noreturn void die_of(const char *what)
{
	fprintf(stderr, "inject: %s\n", what);
	exit(EXIT_FAILURE);
}

/* [inject] */
/* Hand over what the guest can take; for the rest it is asked to open a window. */
static void inject(struct pic *pic, struct kvmlib_irqchip *irqchip, struct kvmlib_vcpu *vcpu)
{
	while (pic->waiting) {
		int taken = kvmlib_irqchip_inject(irqchip, vcpu, VECTOR);

		if (taken < 0)
			die("can't inject");
		if (!taken) {
			pic->late++;
			return;
		}
		pic->waiting--;
	}
}
/* [inject] */

static void raise_two(struct pic *pic)
{
	pic->raised += 2;
	pic->waiting += 2;
}

/* A guest that halts is run on when there is something for it. */
static void run(struct pic *pic, struct kvmlib_irqchip *irqchip, struct kvmlib_vcpu *vcpu,
		unsigned long total)
{
	for (;;) {
		if (kvmlib_vcpu_run(vcpu) < 0)
			die("can't run");
		switch (kvmlib_vcpu_exit_reason(vcpu)) {
		case KVMLIB_EXIT_HLT:
			if (!pic->waiting && pic->raised == total)
				return;
			if (!pic->waiting)
				raise_two(pic);
			break;
		case KVMLIB_EXIT_IRQ_WINDOW_OPEN:
		case KVMLIB_EXIT_INTR:
			break;
		default:
			die_of("an exit that is none of this guest's");
		}
		inject(pic, irqchip, vcpu);
	}
}

static struct kvmlib_memory *add_ram(struct kvmlib_vm *vm, const uint8_t **ret_ram)
{
	const struct kvmlib_memory_region_opts opts = { .size = sizeof(opts), .length = RAM_SIZE };
	const uint16_t vector[] = { HANDLER, 0 }; /* offset and segment */
	struct kvmlib_memory_region *region;
	struct kvmlib_memory *memory;
	uint8_t *ram;

	if (kvmlib_memory_new(vm, NULL, &memory) < 0 ||
	    kvmlib_memory_add(memory, &opts, &region) < 0)
		die("no memory for the guest");
	ram = kvmlib_memory_region_address(region);
	memcpy(ram + CODE, code, sizeof(code));
	memcpy(ram + HANDLER, handler, sizeof(handler));
	memcpy(ram + VECTOR * sizeof(vector), vector, sizeof(vector));
	*ret_ram = ram;
	return memory;
}

static void point_at_code(struct kvmlib_vcpu *vcpu)
{
	struct kvm_regs regs = { .rip = CODE, .rsp = STACK, .rflags = 2 };
	struct kvm_sregs sregs;

	if (kvmlib_vcpu_get_sregs(vcpu, &sregs) < 0)
		die("can't read the registers");
	sregs.cs.base = 0;
	sregs.cs.selector = 0;
	if (kvmlib_vcpu_set_sregs(vcpu, &sregs) < 0 || kvmlib_vcpu_set_regs(vcpu, &regs) < 0)
		die("can't set the registers");
}

int main(int argc, char **argv)
{
	const struct kvmlib_irqchip_opts opts = { .size = sizeof(opts),
						  .profile = KVMLIB_IRQCHIP_PROFILE_NONE };
	const unsigned long total = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000;
	struct kvmlib_irqchip *irqchip;
	struct kvmlib_system *system;
	struct kvmlib_memory *memory;
	struct pic pic = { .raised = 0 };
	struct kvmlib_vcpu *vcpu;
	struct kvmlib_vm *vm;
	const uint8_t *ram;

	if (!total || total % 2 || total > 65534)
		die_of("an even number of interrupts, to 65534");
	if (kvmlib_system_open(NULL, &system) < 0 || kvmlib_system_create_vm(system, NULL, &vm) < 0)
		die("no VM");
	if (kvmlib_irqchip_create(vm, &opts, &irqchip) < 0 ||
	    kvmlib_vm_create_vcpu(vm, 0, &vcpu) < 0)
		die("no vCPU");
	memory = add_ram(vm, &ram);
	point_at_code(vcpu);
	run(&pic, irqchip, vcpu, total);
	printf("%lu interrupts raised, %lu of them had to wait, %d counted\n", pic.raised, pic.late,
	       ram[COUNT] | ram[COUNT + 1] << 8);

	kvmlib_vcpu_unref(vcpu);
	kvmlib_memory_unref(memory);
	kvmlib_irqchip_unref(irqchip);
	kvmlib_vm_unref(vm);
	kvmlib_system_unref(system);
	return EXIT_SUCCESS;
}
#else
int main(void)
{
	fprintf(stderr, "inject: the guest is x86 code; kvmlib %s\n", kvmlib_version_string());
	return EXIT_FAILURE;
}
#endif
