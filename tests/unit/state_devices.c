/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "state_devices.h"

static void judge(const char *function, void (*after)(void))
{
	uint64_t outcome = 0;

	ck_assert_str_eq(kvmlib_error_function(), function);
	if (!kvmlib_error_value(KVMLIB_VALUE_OUTCOME, &outcome))
		ck_assert_uint_le(outcome, 1);
	if (after)
		after();
}

uint64_t fail_each_call(int (*call)(void), int error, const char *function, void (*after)(void))
{
	uint64_t n = 0, end;
	int r;

	do {
		end = kvmlib_sim_nr_calls(fix.sim) + ++n;
		ck_assert_int_eq(kvmlib_sim_fail_nth(fix.sim, n, error), 0);
		r = call();
		ck_assert_int_le(r, 0);
		if (r)
			judge(function, after);
	} while (kvmlib_sim_nr_calls(fix.sim) >= end);
	ck_assert_int_eq(r, 0);
	ck_assert_int_eq(kvmlib_sim_fail_nth(fix.sim, 0, 0), 0);
	return n - 1;
}

static int note(const struct kvmlib_state_problem *problem, void *userdata)
{
	struct problems *problems = userdata;

	problems->count++;
	problems->kinds |= problem->kind;
	problems->last = *problem;
	return 0;
}

struct problems problems_of(struct kvmlib_state_plan *plan, const struct kvmlib_state *state)
{
	struct problems problems = { .count = 0 };

	ck_assert_int_eq(kvmlib_state_check(plan, state, NULL, note, &problems), problems.count);
	return problems;
}
