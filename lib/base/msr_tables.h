/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB__MSR_TABLES_H
#define KVMLIB__MSR_TABLES_H

#include <stddef.h>
#include <stdint.h>

/* Of x86, in the order of their numbers. */
extern const uint32_t kvmlib__unlisted_msrs[];
extern const size_t kvmlib__nr_unlisted_msrs;

#endif
