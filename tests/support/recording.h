/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_RECORDING_H
#define TESTS_RECORDING_H

#include "record.h"

/*
 * The table that a test opens a system with: the one given, or, where KVMLIB_TEST_RECORD names a
 * file, a record over it which appends a line for each kind of call to that file:
 *
 *     # recorded MACHINE KERNEL FUNCTION REQUEST FD-KIND RESULT
 *
 * KERNEL is the running one's version (6.12) for a NULL table, which stands for the library's own,
 * and "sim" for any other. RESULT is 0 or -errno; "-" is nothing known. A line is a TAP comment, so
 * that a log can carry it. Not for tables that play kernel themselves: what these answer says
 * nothing about one.
 */
const struct kvmlib_sys_ops *recorded(struct record *record, const struct kvmlib_sys_ops *below);

#endif
