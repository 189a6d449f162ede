/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_ALLOC_H
#define TESTS_ALLOC_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The allocator of what is linked in statically, to fail on demand and to be counted. Needs
 * -Wl,--wrap= for malloc, calloc, realloc, reallocarray and free.
 */

/* Let this thread's n-th allocation from now on fail, once; 0 disarms. */
void alloc_fail_nth(unsigned long n);

/* Whether the failure that was armed last has come. */
bool alloc_has_failed(void);

/* Note this thread's blocks from now on; what was noted before is forgotten. */
void alloc_start(void);

/* Stop noting, and return how many of the blocks are not freed yet. */
size_t alloc_stop(void);

#endif
