/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_RUNNER_H
#define TESTS_RUNNER_H

#include <check.h>

/* Run the suites (ended by NULL), print TAP, and return the program's exit status. */
int run_suites(Suite *const suites[]);

/*
 * Print a TAP plan that skips the whole program, and return its exit status; where the layer is
 * named in KVMLIB_REQUIRE, a failure instead.
 */
int skip_layer(const char *layer, const char *reason);

/* Note that the running test was skipped, by its __func__; check itself has no word for it. */
void note_skip(const char *function, const char *reason);

/* Leave the running test, which then counts as skipped for the reason. */
#define SKIP(reason)                         \
	do {                                 \
		note_skip(__func__, reason); \
		return;                      \
	} while (0)

#endif
