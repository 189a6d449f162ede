/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Single steps. */

#include "stepping.h"

#if HAVE_STEPS

#include <check.h>
#include <signal.h>
#include <stdint.h>

#define TRAP_FLAG 0x100U
#define MAX_STEPS 20000U

static volatile unsigned int steps;
static volatile unsigned int meddle_at;
static void (*meddle_then)(void);

static void count_step(int signo)
{
	(void)signo;
	steps = steps + 1;
	if (steps == meddle_at)
		meddle_then();
}

void setup_stepping(void)
{
	struct sigaction action = { .sa_handler = count_step };

	ck_assert_int_eq(sigaction(SIGTRAP, &action, NULL), 0);
}

bool in_steps(int (*call)(void), unsigned int at, void (*meddle)(void))
{
	int r;

	steps = 0;
	meddle_at = at;
	meddle_then = meddle;
	__builtin_ia32_writeeflags_u64(__builtin_ia32_readeflags_u64() | TRAP_FLAG);
	r = call();
	__builtin_ia32_writeeflags_u64(__builtin_ia32_readeflags_u64() & ~(uint64_t)TRAP_FLAG);
	ck_assert_int_eq(r, 0);
	ck_assert_uint_lt(at, MAX_STEPS);
	return steps >= at;
}

#else
/* A file must not be empty. */
typedef int no_steps;
#endif
