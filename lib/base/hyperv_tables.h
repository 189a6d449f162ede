/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB__HYPERV_TABLES_H
#define KVMLIB__HYPERV_TABLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kvmlib/cpuid_hyperv.h>

/* The registers that have bits of enlightenments. */
#define KVMLIB__NR_HYPERV_REGISTERS 5U

struct kvmlib__hyperv_register {
	uint32_t leaf;
	uint32_t reg; /* 0 to 3: eax, ebx, ecx, edx */
};

struct kvmlib__enlightenment {
	struct kvmlib_cpuid_enlightenment told;	    /* to everybody */
	uint32_t needs;				    /* a bit for each, by their places */
	bool needs_lapic;			    /* KVM's own */
	uint32_t bits[KVMLIB__NR_HYPERV_REGISTERS]; /* tell that it is there; none: a count does */
	uint32_t with[KVMLIB__NR_HYPERV_REGISTERS]; /* come with it */
	uint32_t
		clears[KVMLIB__NR_HYPERV_REGISTERS]; /* of others, that must not be there with it */
};

extern const struct kvmlib__hyperv_register kvmlib__hyperv_registers[KVMLIB__NR_HYPERV_REGISTERS];
extern const struct kvmlib__enlightenment kvmlib__enlightenments[];
extern const size_t kvmlib__nr_enlightenments;

#endif
