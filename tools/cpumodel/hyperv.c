/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* +hv-NAME and -hv-NAME: a CPU's enlightenments of Hyper-V. */
#include "hyperv.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../tool.h"

#define MAX	  32 /* enlightenments; a set of them is 32 bits */
#define SPINLOCKS "hv-spinlocks"

/* What a CPU is to have, by the places of enlightenments. */
struct wanted {
	uint32_t set;
	uint32_t given; /* by +, so that it has to have what it needs */
	struct kvmlib_cpuid_hyperv_opts opts;
};

bool hyperv_is_word(const char *word)
{
	return (*word == '+' || *word == '-') && !strncmp(word + 1, "hv-", 3);
}

static bool has(const struct kvmlib_cpuid *cpuid, size_t place)
{
	return kvmlib_cpuid_has_hyperv(cpuid, kvmlib_cpuid_enlightenment_at(place)->name) > 0;
}

static uint32_t register_of(const struct kvmlib_cpuid *cpuid, uint32_t leaf, uint32_t reg)
{
	const struct kvmlib_cpuid_leaf *found = kvmlib_cpuid_get_leaf(cpuid, leaf, 0);

	return found ? found->registers[reg] : 0;
}

/* What it has already, which no edit is to change. */
static struct wanted wanted_of(const struct kvmlib_cpuid *cpuid)
{
	struct wanted wanted = { .opts.size = sizeof(wanted.opts) };

	for (size_t i = 0; kvmlib_cpuid_enlightenment_at(i); i++)
		wanted.set |= (uint32_t)has(cpuid, i) << i;
	if (kvmlib_cpuid_has_hyperv(cpuid, SPINLOCKS) > 0)
		wanted.opts.spinlock_retries = register_of(cpuid, 0x40000004, KVMLIB_CPUID_EBX);
	if (wanted.set && register_of(cpuid, 0x40000005, KVMLIB_CPUID_EAX) != UINT32_MAX)
		wanted.opts.max_vcpus = register_of(cpuid, 0x40000005, KVMLIB_CPUID_EAX);
	return wanted;
}

/* The place of the one that has a name of that length; -1: there is none. */
static int place_of(const char *name, size_t length)
{
	const struct kvmlib_cpuid_enlightenment *one;

	for (int i = 0; (one = kvmlib_cpuid_enlightenment_at((size_t)i)); i++)
		if (!strncmp(one->name, name, length) && !one->name[length])
			return i;
	return -1;
}

/* NUMBER of +hv-spinlocks=NUMBER. */
static int read_retries(const char *command, const char *word, size_t length, struct wanted *wanted)
{
	const char *number = word + 1 + length;
	uint64_t retries = 0;

	if (!*number)
		return STATUS_OK;
	if (*word == '-' || strncmp(word + 1, SPINLOCKS "=", sizeof(SPINLOCKS)) != 0 ||
	    parse_number(number + 1, UINT32_MAX - 1, &retries) < 0 || !retries) {
		say(command, "%s: only +" SPINLOCKS "=NUMBER has a number, from 1 on", word);
		return STATUS_USAGE;
	}
	wanted->opts.spinlock_retries = (uint32_t)retries;
	return STATUS_OK;
}

static int edit(const char *command, const char *word, struct wanted *wanted)
{
	const size_t length = strcspn(word + 1, "=");
	const int place = place_of(word + 1, length);
	uint32_t bit;

	if (place < 0) {
		say(command,
		    "no enlightenment \"%.*s\"; `kvmlib cpu list enlightenments' lists them",
		    (int)length, word + 1);
		return STATUS_USAGE;
	}
	bit = 1U << place;
	wanted->given = *word == '+' ? wanted->given | bit : wanted->given & ~bit;
	wanted->set = *word == '+' ? wanted->set | bit : wanted->set & ~bit;
	if (*word == '-' && !strncmp(word + 1, SPINLOCKS, length))
		wanted->opts.spinlock_retries = 0;
	return read_retries(command, word, length, wanted);
}

static void write_names(uint32_t set, char *names, size_t size)
{
	const struct kvmlib_cpuid_enlightenment *one;

	names[0] = '\0';
	for (size_t i = 0; (one = kvmlib_cpuid_enlightenment_at(i)); i++)
		if (set >> i & 1U)
			snprintf(names + strlen(names), size - strlen(names), "%s%s",
				 *names ? "," : "", one->name);
}

/* Take out what lacks something, unless it was asked for: "NAME: NAME" tells both, without hv-. */
static int drop_unmet(const char *command, struct wanted *wanted)
{
	char name[48] = "hv-";
	uint64_t needs = 0;
	int place;

	snprintf(name + 3, sizeof(name) - 3, "%s", kvmlib_error_subject());
	place = place_of(name, strcspn(name, ":"));
	if (place < 0 || kvmlib_error_value(KVMLIB_VALUE_INDEX, &needs) < 0)
		return say_error(command, "can't pose as Hyper-V");
	if (wanted->given >> place & 1U) {
		say(command, "+%s needs %s, which this CPU has not",
		    kvmlib_cpuid_enlightenment_at((size_t)place)->name,
		    kvmlib_cpuid_enlightenment_at((size_t)needs)->name);
		return STATUS_USAGE;
	}
	wanted->set &= ~(1U << place);
	return STATUS_OK;
}

static int give(const char *command, struct kvmlib_cpuid *cpuid, struct wanted *wanted)
{
	char names[MAX * 32];
	int status = STATUS_OK;

	while (!status) {
		write_names(wanted->set, names, sizeof(names));
		if (!kvmlib_cpuid_set_hyperv(cpuid, names, NULL, &wanted->opts))
			return STATUS_OK;
		status = kvmlib_error_cause() == KVMLIB_CAUSE_CPUID_HYPERV_UNMET
				 ? drop_unmet(command, wanted)
				 : say_error(command, "can't pose as Hyper-V");
	}
	return status;
}

int hyperv_edit(const char *command, struct kvmlib_cpuid *cpuid, const char *words)
{
	char *copy = strdup(words), *rest = copy;
	struct wanted wanted = wanted_of(cpuid);
	int status = STATUS_OK, nr = 0;
	const char *word;

	if (!copy) {
		say(command, "no memory");
		return STATUS_HOST;
	}
	while (!status && (word = strsep(&rest, ",")))
		if (hyperv_is_word(word)) {
			status = edit(command, word, &wanted);
			nr++;
		}
	if (!status && nr)
		status = give(command, cpuid, &wanted);
	free(copy);
	return status;
}
