/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_CLOCK_H
#define TESTS_CLOCK_H

#include <stdint.h>

/*
 * The clock of what is linked in statically, for each thread, so that time passes as a test says. Needs
 * -Wl,--wrap=clock_gettime.
 */

/* From now on this thread's time stands still until it is moved on. */
void clock_stop(void);
void clock_move_on(uint64_t nanoseconds);

/* From now on it is the system's again. */
void clock_go_on(void);

#endif
