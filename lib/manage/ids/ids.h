/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB__IDS_H
#define KVMLIB__IDS_H

#include <stdbool.h>

#include <kvmlib/arm64_ids.h>
#include <kvmlib/arm64_vcpu.h>
#include <kvmlib/uapi_flags.h>

#include "../../base/error.h"
#include "../../base/idreg_tables.h"

/* One of the registers that the facts have, by its place among them. */
struct kvmlib__id_value {
	uint64_t value; /* 0 where it is not there */
	uint64_t fixed; /* bits that the host lets nobody change */
	bool is_there;
};

struct kvmlib_arm64_ids {
	struct kvmlib__id_value regs[KVMLIB__MAX_IDREGS];
};

/* arm64: initialize a VM's only vCPU with all that the host has, but 32 bits and guests of its own. */
int kvmlib__arm64_init_whole(struct kvmlib_vm *vm, struct kvmlib_vcpu *vcpu);

/* The place of a register among those of the facts; how many there are where it is not among them. */
size_t kvmlib__idreg_place(uint64_t reg);

/* The bits of a register that fields have. */
uint64_t kvmlib__idreg_named(size_t place);

/* The bits of a field, in their place. */
uint64_t kvmlib__arm64_bits(const struct kvmlib_arm64_field *field);

/* A field's value in its register's. */
int64_t kvmlib__arm64_value(const struct kvmlib_arm64_field *field, uint64_t reg);
/* The register's value, with another one of the field. */
uint64_t kvmlib__arm64_with(const struct kvmlib_arm64_field *field, uint64_t reg, int64_t value);
/* Give a field a value that fits; the table has its register then. */
void kvmlib__arm64_put(struct kvmlib_arm64_ids *ids, const struct kvmlib_arm64_field *field,
		       int64_t value);
bool kvmlib__arm64_fits(const struct kvmlib_arm64_field *field, int64_t value);

#endif
