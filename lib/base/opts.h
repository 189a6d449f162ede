/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB__OPTS_H
#define KVMLIB__OPTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Copy a caller's options struct, whose first member is its size, to one of this library's size.
 *
 * NULL is all zeros, missing members are zero; -EINVAL where not even the size fits, -E2BIG where a
 * member that this library does not know is set. *cause tells which.
 */
int kvmlib__opts_copy(void *opts, size_t size, const void *given, uint32_t *cause);

/* Whether so many bytes say nothing. */
bool kvmlib__all_zero(const void *bytes, size_t n);

#endif
