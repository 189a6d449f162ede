/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* `kvmlib state selftest`: all values, one after the other. */
#include "selftest.h"

#include "../tool.h"
#include "state.h"

#ifdef __x86_64__
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../json.h"

/* The first bank of machine checks, of which KVM's list has none. */
static const uint32_t unlisted[] = { 0x400, 0x401, 0x402, 0x403 };

struct selftest {
	struct kvmlib_system *system;
	json_t *list; /* of what was found, or NULL: it is printed */
	size_t counts[NR_VERDICTS];
};

static const char *const verdicts[] = {
	[SURVIVES] = "survives",
	[LOST] = "lost",
	[REFUSED] = "refused",
	[ABSENT] = "absent",
};

static void print(const struct finding *finding)
{
	const struct poke *poke = finding->poke;

	printf("%-10s %-22s ", poke->item, poke->field);
	if (finding->verdict < REFUSED)
		printf("0x%016" PRIx64 " ", finding->poked);
	else
		printf("%18s ", "-");
	printf("%s", verdicts[finding->verdict]);
	if (finding->verdict == LOST && *finding->why)
		printf(": %s", finding->why);
	else if (finding->verdict == LOST)
		printf(": 0x%" PRIx64, finding->found);
	putchar('\n');
}

/* A number where there is one. */
static json_t *number(const struct finding *finding, uint64_t value)
{
	return finding->verdict < REFUSED ? json_number(value) : json_null();
}

static json_t *describe(const struct finding *finding)
{
	return json_pack("{s:s, s:s, s:o, s:o, s:s, s:o}", "item", finding->poke->item, "field",
			 finding->poke->field, "poked", number(finding, finding->poked), "found",
			 *finding->why ? json_null() : number(finding, finding->found), "verdict",
			 verdicts[finding->verdict], "why",
			 *finding->why ? json_text(finding->why, strlen(finding->why))
				       : json_null());
}

static int tell(struct selftest *selftest, const struct finding *finding)
{
	selftest->counts[finding->verdict]++;
	if (!selftest->list) {
		print(finding);
		return STATUS_OK;
	}
	return json_array_append_new(selftest->list, describe(finding)) < 0 ? STATUS_HOST
									    : STATUS_OK;
}

static int try(struct selftest *selftest, const struct poke *poke)
{
	struct finding finding;
	int status = selftest_try(selftest->system, poke, &finding);

	return status ? status : tell(selftest, &finding);
}

static bool has_poke(uint32_t msr)
{
	for (size_t i = 0; i < nr_pokes; i++)
		if (pokes[i].index == msr && !strcmp(pokes[i].item, "msrs"))
			return true;
	return false;
}

static int try_msr(struct selftest *selftest, uint32_t index)
{
	char name[32];
	const struct poke poke = {
		.item = "msrs", .field = name, .size = 8, .index = index, .is_any = true
	};

	snprintf(name, sizeof(name), "MSR 0x%" PRIx32, index);
	return try(selftest, &poke);
}

static int try_msrs(struct selftest *selftest, const uint32_t *indices, size_t n)
{
	int status = STATUS_OK;

	for (size_t i = 0; !status && i < n; i++)
		if (!has_poke(indices[i]))
			status = try_msr(selftest, indices[i]);
	return status;
}

static int try_listed(struct selftest *selftest)
{
	uint32_t *indices, n;
	int status;

	if (kvmlib_system_get_msr_index_list_alloc(selftest->system, &indices, &n) < 0)
		return say_error(STATE, "can't list the MSRs");
	status = try_msrs(selftest, indices, n);
	free(indices);
	return status;
}

static int try_all(struct selftest *selftest)
{
	int status = STATUS_OK;

	for (size_t i = 0; !status && i < nr_pokes; i++)
		status = try(selftest, &pokes[i]);
	if (!status)
		status = try_listed(selftest);
	return status ? status
		      : try_msrs(selftest, unlisted, sizeof(unlisted) / sizeof(unlisted[0]));
}

static int sum_up(struct selftest *selftest)
{
	const size_t *counts = selftest->counts;
	json_t *list = selftest->list;

	selftest->list = NULL;
	if (!list)
		printf("%zu survive, %zu lost, %zu refused, %zu absent\n", counts[SURVIVES],
		       counts[LOST], counts[REFUSED], counts[ABSENT]);
	else if (json_print_line(stdout, list) < 0)
		return STATUS_HOST;
	return counts[LOST] ? STATUS_NO : STATUS_OK;
}

int state_selftest(bool json)
{
	struct selftest selftest = { .list = json ? json_array() : NULL };
	int status;

	if (json && !selftest.list)
		return STATUS_HOST;
	if (kvmlib_system_open(NULL, &selftest.system) < 0)
		status = say_error(STATE, "can't open KVM");
	else
		status = try_all(&selftest);
	if (!status)
		status = sum_up(&selftest);
	json_decref(selftest.list);
	kvmlib_system_unref(selftest.system);
	return status;
}
#else
int state_selftest(bool json)
{
	(void)json;
	say(STATE, "states are saved on x86-64 only, so far");
	return STATUS_HOST;
}
#endif
