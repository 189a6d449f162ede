/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What stands in the way of a state, in words. */
#include "problem.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>

#include "../cpumodel/lack.h"
#include "../tool.h"

#define TEXT_SIZE 320

static const struct {
	const char *text;
	uint32_t kind;
	bool has_number; /* that says which: an index, an address, a register */
	bool has_values; /* that differ */
} kinds[] = {
	{ "is not as this library saves it", KVMLIB_STATE_BAD_ITEM, false, false },
	{ "the machine has not the same vCPUs", KVMLIB_STATE_OTHER_VCPUS, false, false },
	{ "this host or machine lacks what it needs", KVMLIB_STATE_MISSING, false, false },
	{ "this host lacks the MSR", KVMLIB_STATE_MSR, true, false },
	{ "this host lacks the register", KVMLIB_STATE_REGISTER, true, false },
	{ "it is larger than this host has it", KVMLIB_STATE_SIZE, false, true },
	{ "this host can't give it that speed", KVMLIB_STATE_TSC, false, true },
	{ "not enabled alike: the capability", KVMLIB_STATE_CAPABILITY, true, false },
	{ "not the same memory at", KVMLIB_STATE_MEMORY, true, true },
	{ "it has no time of day", KVMLIB_STATE_NO_REALTIME, false, false },
};

static void put_lack(const struct kvmlib_cpuid_lack *lack, char *text, size_t size)
{
	char what[CPU_WIDEST];

	snprintf(text, size, "this host lacks %s: %s", cpu_lack(what, lack), lack->consequence);
}

static int put_number(const struct kvmlib_state_problem *problem, char *text, size_t size)
{
	char name[KVMLIB_REG_NAME_SIZE];

	if (problem->kind != KVMLIB_STATE_REGISTER)
		return snprintf(text, size, " 0x%" PRIx64, problem->number);
	kvmlib_reg_name(problem->number, name, sizeof(name));
	return snprintf(text, size, " %s", name);
}

static void put_text(const struct kvmlib_state_problem *problem, char *text, size_t size)
{
	size_t i = 0;
	int n;

	while (kinds[i].kind != problem->kind && i + 1 < sizeof(kinds) / sizeof(kinds[0]))
		i++;
	n = snprintf(text, size, "%s", kinds[i].text);
	if (kinds[i].has_number)
		n += put_number(problem, text + n, size - (size_t)n);
	if (kinds[i].has_values)
		snprintf(text + n, size - (size_t)n, ": 0x%" PRIx64 " there, 0x%" PRIx64 " here",
			 problem->saved, problem->here);
}

int problem_tell(const struct kvmlib_state_problem *problem, void *teller)
{
	const struct problem_teller *to = teller;
	char text[TEXT_SIZE];

	if (problem->lack)
		put_lack(problem->lack, text, sizeof(text));
	else
		put_text(problem, text, sizeof(text));
	if (problem->instance == KVMLIB_STATE_VM)
		say(to->command, "%s: %s: %s", to->path, problem->item, text);
	else
		say(to->command, "%s: %s of vCPU %" PRIu64 ": %s", to->path, problem->item,
		    problem->instance, text);
	return 0;
}
