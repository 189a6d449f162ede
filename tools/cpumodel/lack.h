/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CPUMODEL_LACK_H
#define CPUMODEL_LACK_H

#include <stddef.h>

#include <kvmlib/kvmlib.h>

#define CPU_WIDEST 160 /* bytes of a text below */

/* A place as text: "CPUID 0x7/0 EBX bit 5", "MSR 0x10a"; KVMLIB_CPUID_WHOLE is no bit. */
void cpu_place(char *text, size_t size, uint32_t leaf, uint32_t subleaf, uint32_t reg,
	       uint32_t bit);

/* What a host has not, as text: "sse3 (CPUID 0x1/0 ECX bit 0)". */
const char *cpu_lack(char text[CPU_WIDEST], const struct kvmlib_cpuid_lack *lack);

/* "eax", … or "msr". */
const char *cpu_register(uint32_t reg);

#endif
