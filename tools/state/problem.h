/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef STATE_PROBLEM_H
#define STATE_PROBLEM_H

#include <kvmlib/kvmlib.h>

/* Who tells what stands in the way of a state. */
struct problem_teller {
	const char *command;
	const char *path; /* the state's */
};

/* For kvmlib_state_check(): a line for each problem; the teller is the userdata. Returns 0. */
int problem_tell(const struct kvmlib_state_problem *problem, void *teller);

#endif
