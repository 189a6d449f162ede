/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which kernels confirmed which check of the simulated kernel: the last column of sim/checks.h. */
#include "row.h"

#include <stdio.h>
#include <string.h>

#include "../../lib/base/uapi_ioctls.h"

static const char *const confirmations[] = { "",
#define CONFIRMED(name, error, call, what, confirmed) confirmed,
					     KVMLIB__SIM_CHECKS(CONFIRMED)
#undef CONFIRMED
};

/* From 7 on a kernel goes by its major number: the newest one changes too often. */
static void short_name(const struct world *w, char name[16])
{
	unsigned int major = w->version >> 16;

	if (major >= 7)
		snprintf(name, 16, "%u", major);
	else
		snprintf(name, 16, "%u.%u", major, w->version & 0xffffU);
}

/* Whether the column has "ARCH ... KERNEL ...", where names of architectures part it. */
static bool column_has(const char *column, const char *kernel)
{
	bool ours = false;
	char text[256];
	char *rest;

	snprintf(text, sizeof(text), "%s", column);
	for (char *word = strtok_r(text, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
		if (ours && strcmp(word, kernel) == 0)
			return true;
		if (word[0] < '0' || word[0] > '9')
			ours = strcmp(word, KVMLIB__ARCH_NAME) == 0;
	}
	return false;
}

static bool has_reason(const char *column)
{
	return strncmp(column, "unconfirmed: ", strlen("unconfirmed: ")) == 0;
}

/* Where kernels of other architectures alone confirm a check, its rows are not compiled here. */
static bool is_elsewhere(const char *column)
{
	return strncmp(column, "unconfirmed", strlen("unconfirmed")) != 0 &&
	       !strstr(column, "x86_64");
}

/* Rows of other architectures are not compiled, so that only the one that is asked counts. */
void hold_coverage(void)
{
	bool good = true;

#if defined(__x86_64__)
	for (unsigned int i = 1; i < KVMLIB__SIM_NR_CHECKS; i++)
		if (!check_is_confirmed(i) && !has_reason(confirmations[i]) &&
		    !is_elsewhere(confirmations[i])) {
			printf("# sim/checks.h: %s has no row that agrees, and no reason\n",
			       check_name(i));
			good = false;
		}
#else
	(void)has_reason;
	(void)is_elsewhere;
#endif
	print_line(good, "every check has a row, or the reason why it has none");
}

static bool hold_confirmation(unsigned int check, const char *kernel)
{
	bool seen = check_is_confirmed(check);

	if (seen)
		printf("# %s %s confirms %s\n", KVMLIB__ARCH_NAME, kernel, check_name(check));
	if (seen == column_has(confirmations[check], kernel))
		return true;
	printf("# sim/checks.h: %s says \"%s\", and %s %s %s\n", check_name(check),
	       confirmations[check], KVMLIB__ARCH_NAME, kernel,
	       seen ? "has to be added" : "does not confirm it");
	return false;
}

void hold_confirmations(const struct world *w)
{
	bool good = true;
	char kernel[16];

	short_name(w, kernel);
	for (unsigned int i = 1; i < KVMLIB__SIM_NR_CHECKS; i++)
		good &= hold_confirmation(i, kernel);
	print_line(good, "the checks that this kernel confirms are those of sim/checks.h");
}
