/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_ROUNDS_H
#define TESTS_ROUNDS_H

/*
 * How often a test goes round that could do so for ever: that often, or the share of it that KVMLIB_TEST_SHARE
 * says in per cent, where every step is slow. Once at the least.
 */
unsigned int rounds(unsigned int whole);

#endif
