/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where a vCPU of arm64 is. */
#include "../machine.h"

#ifdef __aarch64__
#include "arm64.h"
#include "registers.h"

#define SCTLR_M 1U /* the MMU is on */
#define X(n)                                     \
	{                                        \
		"x" #n, ARM64_CORE(regs.regs[n]) \
	}

static const struct reg pc = { "pc", ARM64_CORE(regs.pc) };
static const struct reg sctlr = { "sctlr", ARM64_SYS_REG(3, 0, 1, 0, 0) };

static const struct reg regs[] = {
	X(0),
	X(1),
	X(2),
	X(3),
	X(4),
	X(5),
	X(6),
	X(7),
	X(8),
	X(9),
	X(10),
	X(11),
	X(12),
	X(13),
	X(14),
	X(15),
	X(16),
	X(17),
	X(18),
	X(19),
	X(20),
	X(21),
	X(22),
	X(23),
	X(24),
	X(25),
	X(26),
	X(27),
	X(28),
	X(29),
	X(30),
	{ "pc", ARM64_CORE(regs.pc) },
	{ "pstate", ARM64_CORE(regs.pstate) },
	{ "sp_el0", ARM64_CORE(regs.sp) },
	{ "sp_el1", ARM64_CORE(sp_el1) },
	{ "elr_el1", ARM64_CORE(elr_el1) },
	{ "spsr_el1", ARM64_CORE(spsr[0]) },
	{ "esr_el1", ARM64_SYS_REG(3, 0, 5, 2, 0) },
	{ "far_el1", ARM64_SYS_REG(3, 0, 6, 0, 0) },
	{ "vbar_el1", ARM64_SYS_REG(3, 0, 12, 0, 0) },
	{ "sctlr_el1", ARM64_SYS_REG(3, 0, 1, 0, 0) },
	{ "ttbr0_el1", ARM64_SYS_REG(3, 0, 2, 0, 0) },
	{ "ttbr1_el1", ARM64_SYS_REG(3, 0, 2, 0, 1) },
};

/* Behind the MMU, where the instruction is, is the guest's to know. */
static void print_code(FILE *stream, const struct machine *machine, struct kvmlib_vcpu *vcpu)
{
	uint64_t at, control;

	if (!reg_get(vcpu, &pc, &at) && !reg_get(vcpu, &sctlr, &control) && !(control & SCTLR_M))
		code_print(stream, machine, at);
}

void where_print_running(FILE *stream, const struct machine *machine, struct kvmlib_vcpu *vcpu)
{
	print_code(stream, machine, vcpu);
	regs_print(stream, vcpu, regs, sizeof(regs) / sizeof(regs[0]));
}
#endif
