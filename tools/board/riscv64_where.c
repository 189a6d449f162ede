/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where a vCPU of riscv64 is. */
#include "registers.h"

#ifdef __riscv
static const char *const names[] = {
	"core/pc", "core/ra",	"core/sp",  "core/gp",	  "core/tp",   "core/t0",     "core/t1",
	"core/t2", "core/s0",	"core/s1",  "core/a0",	  "core/a1",   "core/a2",     "core/a3",
	"core/a4", "core/a5",	"core/a6",  "core/a7",	  "core/s2",   "core/s3",     "core/s4",
	"core/s5", "core/s6",	"core/s7",  "core/s8",	  "core/s9",   "core/s10",    "core/s11",
	"core/t3", "core/t4",	"core/t5",  "core/t6",	  "core/mode", "csr/sstatus", "csr/sie",
	"csr/sip", "csr/stvec", "csr/sepc", "csr/scause", "csr/stval", "csr/satp",
};

/* Behind the MMU, where the instruction is, is the guest's to know. */
static void print_code(FILE *stream, const struct machine *machine, struct kvmlib_vcpu *vcpu)
{
	uint64_t pc, satp;

	if (!reg_get(vcpu, "core/pc", &pc) && !reg_get(vcpu, "csr/satp", &satp) && !satp)
		code_print(stream, machine, pc);
}

void where_print_running(FILE *stream, const struct machine *machine, struct kvmlib_vcpu *vcpu)
{
	print_code(stream, machine, vcpu);
	regs_print(stream, vcpu, names, sizeof(names) / sizeof(names[0]));
}
#endif
