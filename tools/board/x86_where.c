/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where a vCPU is. */
#include "../machine.h"

#ifdef __x86_64__
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include <linux/kvm.h>

#include "../tool.h"

#define PAGE_SIZE 4096U
#define MAX_INSN  15U
#define PER_LINE  3U
#define CR0_PE	  1U
#define RFLAGS_IF (1U << 9)
#define RFLAGS_VM (1U << 17)
#define EFER_LMA  (1U << 10)

struct named {
	const char *name;
	uint64_t value;
};

static void print_named(FILE *stream, const struct named *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		fprintf(stream, "%s%-6s %016" PRIx64 "%s", i % PER_LINE ? "  " : "    ",
			list[i].name, list[i].value,
			i % PER_LINE == PER_LINE - 1 || i == n - 1 ? "\n" : "");
}

static void print_low(FILE *stream, const struct kvm_regs *regs, const struct kvm_sregs *sregs)
{
	const struct named list[] = {
		{ "rax", regs->rax },	    { "rbx", regs->rbx },  { "rcx", regs->rcx },
		{ "rdx", regs->rdx },	    { "rsi", regs->rsi },  { "rdi", regs->rdi },
		{ "rbp", regs->rbp },	    { "rsp", regs->rsp },  { "rip", regs->rip },
		{ "rflags", regs->rflags }, { "cr0", sregs->cr0 }, { "cr2", sregs->cr2 },
		{ "cr3", sregs->cr3 },	    { "cr4", sregs->cr4 }, { "efer", sregs->efer },
	};

	print_named(stream, list, sizeof(list) / sizeof(list[0]));
}

static void print_high(FILE *stream, const struct kvm_regs *regs)
{
	const struct named list[] = {
		{ "r8", regs->r8 },   { "r9", regs->r9 },   { "r10", regs->r10 },
		{ "r11", regs->r11 }, { "r12", regs->r12 }, { "r13", regs->r13 },
		{ "r14", regs->r14 }, { "r15", regs->r15 },
	};

	print_named(stream, list, sizeof(list) / sizeof(list[0]));
}

static void print_segments(FILE *stream, const struct kvm_sregs *sregs)
{
	const struct kvm_segment *segments[] = { &sregs->cs, &sregs->ss, &sregs->ds, &sregs->es };
	const char *names[] = { "cs", "ss", "ds", "es" };

	for (size_t i = 0; i < 4; i++)
		fprintf(stream, "%s%s %04x:%08" PRIx64 "%s", i ? "  " : "    ", names[i],
			segments[i]->selector, (uint64_t)segments[i]->base, i == 3 ? "\n" : "");
}

static const char *mode(const struct kvm_regs *regs, const struct kvm_sregs *sregs)
{
	if (!(sregs->cr0 & CR0_PE))
		return "real mode";
	if (regs->rflags & RFLAGS_VM)
		return "virtual 8086 mode";
	if (sregs->efer & EFER_LMA && sregs->cs.l)
		return "64-bit mode";
	return sregs->cs.db ? "32-bit protected mode" : "16-bit protected mode";
}

static bool is_in(struct kvmlib_vcpu *vcpu, uint32_t mp_state)
{
	uint32_t state;

	return kvmlib_vcpu_get_mp_state(vcpu, &state) == 0 && state == mp_state;
}

static uint64_t linear_address(const struct kvm_regs *regs, const struct kvm_sregs *sregs)
{
	if (sregs->efer & EFER_LMA && sregs->cs.l)
		return regs->rip;
	return (sregs->cs.base + regs->rip) & 0xffffffff;
}

/* The bytes at a linear address, up to the end of the page; returns how many. */
static uint64_t peek(const struct machine *machine, struct kvmlib_vcpu *vcpu, uint64_t linear,
		     uint8_t code[MAX_INSN])
{
	struct kvm_translation translation = { .linear_address = linear };
	uint64_t left = PAGE_SIZE - linear % PAGE_SIZE;

	if (kvmlib_vcpu_ioctl(vcpu, KVM_TRANSLATE, (uintptr_t)&translation) < 0 ||
	    !translation.valid)
		return 0;
	return memory_peek(&machine->memory, translation.physical_address, code,
			   left < MAX_INSN ? left : MAX_INSN);
}

static void print_code(FILE *stream, const struct machine *machine, struct kvmlib_vcpu *vcpu,
		       uint64_t linear)
{
	uint8_t code[MAX_INSN];
	uint64_t size = peek(machine, vcpu, linear, code);

	fprintf(stream, "    at 0x%" PRIx64 ":", linear);
	for (uint64_t i = 0; i < size; i++)
		fprintf(stream, " %02x", code[i]);
	fprintf(stream, "%s\n", size ? "" : " no memory");
}

static void print_running(FILE *stream, const struct machine *machine, uint32_t id)
{
	struct kvmlib_vcpu *vcpu = machine->vcpus[id];
	struct kvm_regs regs;
	struct kvm_sregs sregs;

	if (kvmlib_vcpu_get_regs(vcpu, &regs) < 0 || kvmlib_vcpu_get_sregs(vcpu, &sregs) < 0) {
		say_error(RUN, "can't read the registers of vCPU %" PRIu32, id);
		return;
	}
	fprintf(stream, "  vCPU %" PRIu32 ", in %s, interrupts %s%s:\n", id, mode(&regs, &sregs),
		regs.rflags & RFLAGS_IF ? "on" : "off",
		is_in(vcpu, KVMLIB_MP_STATE_HALTED) ? ", halted" : "");
	print_code(stream, machine, vcpu, linear_address(&regs, &sregs));
	print_low(stream, &regs, &sregs);
	if (sregs.efer & EFER_LMA)
		print_high(stream, &regs);
	print_segments(stream, &sregs);
}

void where_print(FILE *stream, const struct machine *machine, uint32_t id)
{
	if (is_in(machine->vcpus[id], KVMLIB_MP_STATE_UNINITIALIZED))
		fprintf(stream, "  vCPU %" PRIu32 ", not started by the guest\n", id);
	else
		print_running(stream, machine, id);
}
#endif
