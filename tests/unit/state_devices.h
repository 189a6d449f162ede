/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the tests of interrupt controllers in states share. */
#ifndef TESTS_STATE_DEVICES_H
#define TESTS_STATE_DEVICES_H

#include "fixture.h"

/*
 * Call again and again, while each kernel call that it makes fails in turn, with that errno: it is passed on, or
 * KVM is taken for one that has not what it was asked for. A VM is never left half restored. What has to be so
 * after a failure is looked at by after(), if there is one. In the end all succeeds. Returns how many calls were made.
 */
uint64_t fail_each_call(int (*call)(void), int error, const char *function, void (*after)(void));

/* What stands in the way: how much, all its kinds, and the last. */
struct problems {
	int count;
	uint32_t kinds;
	struct kvmlib_state_problem last;
};
struct problems problems_of(struct kvmlib_state_plan *plan, const struct kvmlib_state *state);

#endif
