/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB__TOPOLOGY_H
#define KVMLIB__TOPOLOGY_H

#include "cpuid.h"

/* Threads, cores and dies; sockets are what is left of the id. */
#define KVMLIB__NR_LEVELS   3U
#define KVMLIB__MAX_ID_BITS 31U

/* A vCPU's place: how many there are of each level in the next one, and where it is in them. */
struct kvmlib__place {
	uint32_t counts[KVMLIB__NR_LEVELS];
	uint32_t numbers[KVMLIB__NR_LEVELS];
	uint32_t shifts[KVMLIB__NR_LEVELS]; /* bits of the id up to this level */
	uint32_t in_socket;		    /* threads */
	uint32_t node;			    /* the die, counted in the machine */
	uint32_t id;			    /* of the APIC */
	uint32_t flags;			    /* KVMLIB_CPUID_NO_LAPIC, … */
};

/* Where a vCPU is: 0, or a failure of that function with its record. */
int kvmlib__cpuid_place(const struct kvmlib_cpuid_vcpu *given, uint32_t argument,
			const char *function, struct kvmlib__place *ret_place);

/* Write it to all leaves that are there: 0, or a failure with its record. */
int kvmlib__cpuid_fix_topology(struct kvmlib_cpuid *cpuid, const struct kvmlib__place *place,
			       const char *function);

/* Leaves that have a subleaf for each level, and what they call them; 0: not there. */
struct kvmlib__level_leaf {
	uint32_t leaf;
	uint32_t types[KVMLIB__NR_LEVELS];
};
#define KVMLIB__NR_LEVEL_LEAVES 3U
extern const struct kvmlib__level_leaf kvmlib__level_leaves[KVMLIB__NR_LEVEL_LEAVES];

#endif
