/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the verbs have in common where they print JSON. */
#include "../json.h"

#include <stdio.h>

#include "../tool.h"
#include "lack.h"
#include "verbs.h"

json_t *cpu_hex(unsigned long long number)
{
	char text[24];

	snprintf(text, sizeof(text), "0x%llx", number);
	return json_string(text);
}

int cpu_print_value(json_t *value)
{
	if (json_print_line(stdout, value) == 0)
		return STATUS_OK;
	say(CPU, "can't print JSON: no memory, or no room for the output");
	return STATUS_HOST;
}

json_t *cpu_place_object(const char *feature, uint32_t leaf, uint32_t subleaf, uint32_t reg,
			 uint32_t bit)
{
	return json_pack("{s:s?, s:o, s:o, s:s, s:o}", "feature", feature, "leaf", cpu_hex(leaf),
			 "subleaf", cpu_hex(subleaf), "register", cpu_register(reg), "bit",
			 bit == KVMLIB_CPUID_WHOLE ? json_null() : json_integer(bit));
}
