/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_CALLER_H
#define TESTS_CALLER_H

/*
 * The name of the outermost public function of the library on this thread's stack, or NULL. What a
 * signal interrupted is another story: the walk ends there. Needs exported symbols: a program that
 * has the library in itself is linked with -Wl,--export-dynamic. Takes no memory from malloc.
 *
 * A function that has left by a sibling call, or whose code was moved away as unlikely, is not found.
 * Compilers make no sibling call of a function whose own variables have their addresses taken, as
 * every check of arguments and every ioctl does; docs/coverage refuses what has lost its function.
 */
const char *outermost_public_function(void);

#endif
