/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where a vCPU of riscv64 is. */
#include "../machine.h"

#ifdef __riscv
#include "registers.h"
#include "riscv64.h"

#define CORE(name)                             \
	{                                      \
#name, RISCV64_CORE(regs.name) \
	}
#define CSR(name)                        \
	{                                \
#name, RISCV64_CSR(name) \
	}

static const struct reg pc = { "pc", RISCV64_CORE(regs.pc) };
static const struct reg satp = { "satp", RISCV64_CSR(satp) };

static const struct reg regs[] = {
	CORE(pc),     CORE(ra),	 CORE(sp),
	CORE(gp),     CORE(tp),	 CORE(t0),
	CORE(t1),     CORE(t2),	 CORE(s0),
	CORE(s1),     CORE(a0),	 CORE(a1),
	CORE(a2),     CORE(a3),	 CORE(a4),
	CORE(a5),     CORE(a6),	 CORE(a7),
	CORE(s2),     CORE(s3),	 CORE(s4),
	CORE(s5),     CORE(s6),	 CORE(s7),
	CORE(s8),     CORE(s9),	 CORE(s10),
	CORE(s11),    CORE(t3),	 CORE(t4),
	CORE(t5),     CORE(t6),	 { "mode", RISCV64_CORE(mode) },
	CSR(sstatus), CSR(sie),	 CSR(sip),
	CSR(stvec),   CSR(sepc), CSR(scause),
	CSR(stval),   CSR(satp),
};

/* Behind the MMU, where the instruction is, is the guest's to know. */
static void print_code(FILE *stream, const struct machine *machine, struct kvmlib_vcpu *vcpu)
{
	uint64_t at, table;

	if (!reg_get(vcpu, &pc, &at) && !reg_get(vcpu, &satp, &table) && !table)
		code_print(stream, machine, at);
}

void where_print_running(FILE *stream, const struct machine *machine, struct kvmlib_vcpu *vcpu)
{
	print_code(stream, machine, vcpu);
	regs_print(stream, vcpu, regs, sizeof(regs) / sizeof(regs[0]));
}
#endif
