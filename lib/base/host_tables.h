/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB__HOST_TABLES_H
#define KVMLIB__HOST_TABLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tables.h"

/* An attribute that has a number of its own. */
struct kvmlib__attr {
	const char *name;  /* without KVM_ */
	const char *owner; /* "system", "vm", "vcpu", or a device's type without KVM_DEV_TYPE_ */
	uint32_t fds;	   /* KVMLIB__FD_*: one */
	uint32_t device;   /* the type, where it is a device's */
	uint32_t group;
	uint64_t attr;
	uint32_t archs; /* KVMLIB__ARCH_* */
};

struct kvmlib__device_type {
	uint32_t number;
	const char *name; /* without KVM_DEV_TYPE_ */
};

/* A bit of what CPUID answers. */
struct kvmlib__cpuid_bit {
	uint32_t leaf;
	uint32_t subleaf; /* 0 also where the leaf has none */
	uint8_t reg;	  /* 0 to 3: eax, ebx, ecx, edx */
	uint8_t bit;
	const char *name;
};

extern const struct kvmlib__attr kvmlib__attrs[];
extern const size_t kvmlib__nr_attrs;
extern const struct kvmlib__device_type kvmlib__device_types[];
extern const size_t kvmlib__nr_device_types;
extern const struct kvmlib__cpuid_bit kvmlib__cpuid_bits[];
extern const size_t kvmlib__nr_cpuid_bits;

/* Whether a register that CPUID fills is made of bits that have names. */
bool kvmlib__cpuid_has_bits(uint32_t leaf, uint32_t subleaf, uint32_t reg);

#endif
