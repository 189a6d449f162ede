/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_KINDS_H
#define TESTS_KINDS_H

/*
 * What kind of descriptor is behind a number: "system", "vm", "vcpu", "device", "stats" or
 * "guest_memfd". One memory for the process, without locks.
 */

/* Remember it, or forget the number: NULL. */
void kinds_learn(int fd, const char *kind);

/* What was remembered, or NULL. */
const char *kinds_of(int fd);

/* By the name that /proc/self/fd has; NULL: none of KVM's. */
const char *kinds_named(const char *name);

#endif
