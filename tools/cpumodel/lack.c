/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Places in a table, and what is missing there, as text. */
#include "lack.h"

#include <inttypes.h>
#include <stdio.h>

const char *cpu_register(uint32_t reg)
{
	static const char *const names[] = { "eax", "ebx", "ecx", "edx", "msr" };

	return names[reg];
}

void cpu_place(char *text, size_t size, uint32_t leaf, uint32_t subleaf, uint32_t reg, uint32_t bit)
{
	static const char *const names[] = { "EAX", "EBX", "ECX", "EDX" };
	const char *name = kvmlib_cpuid_msr_name(leaf);
	char number[16] = "";

	if (bit != KVMLIB_CPUID_WHOLE)
		snprintf(number, sizeof(number), " bit %" PRIu32, bit);
	if (reg == KVMLIB_CPUID_MSR)
		snprintf(text, size, "MSR 0x%" PRIx32 "%s%s%s", leaf, name ? " " : "",
			 name ? name : "", number);
	else
		snprintf(text, size, "CPUID 0x%" PRIx32 "/%" PRIu32 " %s%s", leaf, subleaf,
			 names[reg], number);
}

/* What is not told by the name of a feature. */
static const char *about(uint32_t kind)
{
	switch (kind) {
	case KVMLIB_CPUID_LACKS_FEATURE:
		return "a property of the processor";
	case KVMLIB_CPUID_LACKS_AMOUNT:
		return "less";
	case KVMLIB_CPUID_LACKS_PLACE:
		return "an xsave component elsewhere";
	case KVMLIB_CPUID_LACKS_VALUE:
		return "another value";
	default:
		return "another vendor";
	}
}

const char *cpu_lack(char text[CPU_WIDEST], const struct kvmlib_cpuid_lack *lack)
{
	char place[64];

	cpu_place(place, sizeof(place), lack->leaf, lack->subleaf, lack->reg, lack->bit);
	if (lack->kind == KVMLIB_CPUID_LACKS_FEATURE && lack->reg != KVMLIB_CPUID_MSR)
		snprintf(text, CPU_WIDEST, "%s (%s)",
			 lack->feature ? lack->feature : "a feature without a name", place);
	else
		snprintf(text, CPU_WIDEST, "%s (%s: 0x%" PRIx64 ", not 0x%" PRIx64 ")",
			 about(lack->kind), place, lack->host, lack->guest);
	return text;
}
