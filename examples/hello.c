/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The smallest whole program: one page of memory, one vCPU, a handful of instructions that print a line.
 *
 *     cc hello.c $(pkg-config --cflags --libs kvmlib) -o hello && ./hello
 */
#include <stdio.h>
#include <stdlib.h>

#include <kvmlib/kvmlib.h>

#if defined(__x86_64__) || defined(__aarch64__) || defined(__riscv)
#include <string.h>

#include <linux/kvm.h>

#define PAGE_SIZE 0x1000
#define CODE	  0x1000 /* where the guest's page is, in its own addresses */
#define TEXT	  0x1100

static const char text[] = "Hello from the guest!\n";

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

/* What each architecture has in its own way: code, a vCPU's start, output, an end. */

#if defined(__x86_64__)
#define PORT 0xe9 /* any would do: KVM hands us what goes through ports */

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

static int has_ended(struct kvmlib_vcpu *vcpu)
{
	return kvmlib_vcpu_exit_reason(vcpu) == KVMLIB_EXIT_HLT;
}

/* [output] */
static void print_output(struct kvmlib_vcpu *vcpu)
{
	struct kvmlib_exit_io io;

	if (kvmlib_vcpu_exit_io(vcpu, &io) < 0)
		die("expected a port access");
	if (io.is_write && io.port == PORT)
		fwrite(io.data, io.size, io.count, stdout);
}
/* [output] */

#elif defined(__aarch64__)
#define DEVICE 0x10000 /* nothing is there: KVM hands us what is stored */
#define PC     (KVM_REG_ARM64 | KVM_REG_SIZE_U64 | KVM_REG_ARM_CORE | KVM_REG_ARM_CORE_REG(regs.pc))

/* clang-format off */
static const uint32_t code[] = {
	0xd2800000 | TEXT << 5, /*    mov  x0, #TEXT */
	0xd2a00021,             /*    mov  x1, #DEVICE */
	0x38401402,             /* 1: ldrb w2, [x0], #1 */
	0x34000062,             /*    cbz  w2, 2f */
	0x39000022,             /*    strb w2, [x1] */
	0x17fffffd,             /*    b    1b */
	0xd2b08000, 0xf2800100, /* 2: mov  x0, #0x84000008: PSCI's SYSTEM_OFF */
	0xd4000002,             /*    hvc  #0 */
};
/* clang-format on */

static void point_at_code(struct kvmlib_vcpu *vcpu)
{
	const uint64_t pc = CODE;

	if (kvmlib_vcpu_set_one_reg(vcpu, PC, &pc, sizeof(pc)) < 0)
		die("can't set the registers");
}

static int has_ended(struct kvmlib_vcpu *vcpu)
{
	return kvmlib_vcpu_exit_reason(vcpu) == KVMLIB_EXIT_SYSTEM_EVENT;
}

static void print_output(struct kvmlib_vcpu *vcpu)
{
	struct kvmlib_exit_mmio mmio;

	if (kvmlib_vcpu_exit_mmio(vcpu, &mmio) < 0)
		die("expected a store");
	if (mmio.is_write && mmio.gpa == DEVICE)
		fwrite(mmio.data, mmio.len, 1, stdout);
}

#else
#define EXTENSION 0x09000000 /* of the SBI, a vendor's: KVM hands us such calls */
#define PC	  (KVM_REG_RISCV | KVM_REG_SIZE_U64 | KVM_REG_RISCV_CORE | KVM_REG_RISCV_CORE_REG(regs.pc))

/* clang-format off */
static const uint32_t code[] = {
	0x00001437, 0x10040413, /*    li   s0, TEXT */
	0x00044503,             /* 1: lbu  a0, 0(s0) */
	0x00050c63,             /*    beqz a0, 2f */
	0x090008b7,             /*    li   a7, EXTENSION */
	0x00000813,             /*    li   a6, 0 */
	0x00000073,             /*    ecall */
	0x00140413,             /*    addi s0, s0, 1 */
	0xfe9ff06f,             /*    j    1b */
	0x535258b7, 0x35488893, /* 2: li   a7, 0x53525354: the SBI's system reset */
	0x00000813,             /*    li   a6, 0 */
	0x00000513,             /*    li   a0, 0: shut down */
	0x00000593,             /*    li   a1, 0 */
	0x00000073,             /*    ecall */
};
/* clang-format on */

static void point_at_code(struct kvmlib_vcpu *vcpu)
{
	const uint64_t pc = CODE;

	if (kvmlib_vcpu_set_one_reg(vcpu, PC, &pc, sizeof(pc)) < 0)
		die("can't set the registers");
}

static int has_ended(struct kvmlib_vcpu *vcpu)
{
	return kvmlib_vcpu_exit_reason(vcpu) == KVMLIB_EXIT_SYSTEM_EVENT;
}

static void print_output(struct kvmlib_vcpu *vcpu)
{
	struct kvmlib_exit_riscv_sbi call;

	if (kvmlib_vcpu_exit_riscv_sbi(vcpu, &call) < 0)
		die("expected a call");
	if (call.extension_id == EXTENSION)
		putchar((int)call.args[0]);
	kvmlib_vcpu_complete_riscv_sbi(vcpu, 0, 0);
}
#endif

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

/* A vCPU is made of the VM; arm64's is told what it shall be like. */
static struct kvmlib_vcpu *add_vcpu(struct kvmlib_vm *vm)
{
	struct kvmlib_vcpu *vcpu;

	if (kvmlib_vm_create_vcpu(vm, 0, &vcpu) < 0)
		die("no vCPU");
#if defined(__aarch64__)
	struct kvm_vcpu_init init;

	if (kvmlib_vm_arm_preferred_target(vm, &init) < 0)
		die("no kind of vCPU");
	init.features[0] |= 1U << KVMLIB_ARM_VCPU_PSCI_0_2;
	if (kvmlib_vcpu_arm_vcpu_init(vcpu, &init) < 0)
		die("the vCPU can't be set up");
#endif
	return vcpu;
}

/* [run] */
/* Until the guest has ended, print what it writes. */
static void run(struct kvmlib_vcpu *vcpu)
{
	for (;;) {
		if (kvmlib_vcpu_run(vcpu) < 0)
			die("can't run");
		if (has_ended(vcpu))
			return;
		print_output(vcpu);
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
	vcpu = add_vcpu(vm);

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
	fprintf(stderr, "hello: the guest has no code for this architecture; kvmlib %s\n",
		kvmlib_version_string());
	return EXIT_FAILURE;
}
#endif
