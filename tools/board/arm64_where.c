/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where a vCPU of arm64 is. */
#include "registers.h"

#ifdef __aarch64__
#define SCTLR_M 1U /* the MMU is on */

static const char *const names[] = {
	"x0",	     "x1",	 "x2",	    "x3",      "x4",	   "x5",	"x6",
	"x7",	     "x8",	 "x9",	    "x10",     "x11",	   "x12",	"x13",
	"x14",	     "x15",	 "x16",	    "x17",     "x18",	   "x19",	"x20",
	"x21",	     "x22",	 "x23",	    "x24",     "x25",	   "x26",	"x27",
	"x28",	     "x29",	 "x30",	    "pc",      "sp",	   "pstate",	"sp_el1",
	"elr_el1",   "spsr_el1", "ESR_EL1", "FAR_EL1", "VBAR_EL1", "SCTLR_EL1", "TTBR0_EL1",
	"TTBR1_EL1",
};

/* Behind the MMU, where the instruction is, is the guest's to know. */
static void print_code(FILE *stream, const struct machine *machine, struct kvmlib_vcpu *vcpu)
{
	uint64_t pc, sctlr;

	if (!reg_get(vcpu, "pc", &pc) && !reg_get(vcpu, "SCTLR_EL1", &sctlr) && !(sctlr & SCTLR_M))
		code_print(stream, machine, pc);
}

void where_print_running(FILE *stream, const struct machine *machine, struct kvmlib_vcpu *vcpu)
{
	print_code(stream, machine, vcpu);
	regs_print(stream, vcpu, names, sizeof(names) / sizeof(names[0]));
}
#endif
