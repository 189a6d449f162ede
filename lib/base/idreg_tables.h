/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB__IDREG_TABLES_H
#define KVMLIB__IDREG_TABLES_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/arm64_ids.h>

#define KVMLIB__MAX_IDREGS 64U

struct kvmlib__idreg {
	uint64_t id; /* for KVM_GET_ONE_REG */
	const char *name;
};

/* In the order of registers, and of bits. */
extern const struct kvmlib_arm64_field kvmlib__arm64_fields[];
extern const size_t kvmlib__nr_arm64_fields;

extern const struct kvmlib__idreg kvmlib__idregs[];
extern const size_t kvmlib__nr_idregs;

#endif
