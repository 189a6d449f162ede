/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_STEPPING_H
#define TESTS_STEPPING_H

#include <stdbool.h>

/*
 * One side of a race, one instruction at a time: the processor's trap flag stops it after each, and
 * at one of them, the next time at the next one, the other side goes on. So the two meet in ways that
 * threads alone would need luck for.
 */

/* Instrumented code has too many instructions to stop after each. */
#if defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
#define INSTRUMENTED 1
#endif
#elif defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define INSTRUMENTED 1
#endif

#if defined(__x86_64__) && !defined(INSTRUMENTED)
#define HAVE_STEPS 1
#else
#define HAVE_STEPS 0
#endif

#define NO_STEPS "needs x86-64's trap flag, and no thread sanitizer"

#if HAVE_STEPS

/* Have the steps of this thread counted. */
void setup_stepping(void);

/*
 * Make the call, which must return 0, and let the other side act after that many instructions; false if
 * it was over before.
 */
bool in_steps(int (*call)(void), unsigned int at, void (*meddle)(void));

#endif
#endif
