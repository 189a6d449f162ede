/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB__REGISTER_TABLES_H
#define KVMLIB__REGISTER_TABLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kvmlib/uapi_flags.h>

struct kvmlib__register {
	uint64_t id;
	const char *name;
};

/* A number in a name, which stands as '#' there, and by how much the id grows with it. */
struct kvmlib__register_index {
	uint32_t first;
	uint32_t last;
	uint32_t step;
	bool is_hex;
};

#define KVMLIB__MAX_INDICES 5

/* Registers that are counted. The first index has the greatest step. */
struct kvmlib__register_pattern {
	uint64_t id; /* of the first */
	const char *name;
	size_t nr_indices;
	struct kvmlib__register_index indices[KVMLIB__MAX_INDICES];
};

/* Those of all architectures. A pattern of more than two indices is for ids that are nowhere before it. */
extern const struct kvmlib__register kvmlib__registers[];
extern const size_t kvmlib__nr_registers;
extern const struct kvmlib__register_pattern kvmlib__register_patterns[];
extern const size_t kvmlib__nr_register_patterns;

/* In bytes. Reading and writing a register wants it without a call. */
static inline size_t kvmlib__register_size(uint64_t id)
{
	return (size_t)1 << ((id & KVMLIB_REG_SIZE_MASK) >> KVMLIB_REG_SIZE_SHIFT);
}

/* The name of a register that is not counted, for good; NULL: it is, or has none. */
const char *kvmlib__register_name(uint64_t id);

#endif
