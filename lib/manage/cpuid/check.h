/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB__CPUID_CHECK_H
#define KVMLIB__CPUID_CHECK_H

#include "cpuid.h"

/* A search for contradictions: whom to tell, and how many there were. */
struct kvmlib__contradictions {
	const struct kvmlib_cpuid *cpuid;
	int (*problem)(const struct kvmlib_cpuid_problem *problem, void *userdata);
	void *userdata;
	int count;
};

/* Count one, and tell of it: 0, or what the callback returned below 0. */
int kvmlib__cpuid_found(struct kvmlib__contradictions *search,
			const struct kvmlib_cpuid_problem *problem);

/* The same where a register's bits are not as expected. */
int kvmlib__cpuid_expect(struct kvmlib__contradictions *search, uint32_t kind,
			 const struct kvmlib_cpuid_leaf *leaf, uint32_t reg, uint32_t bits,
			 uint32_t expected);

/* Parts of the search. */
int kvmlib__cpuid_check_topology(struct kvmlib__contradictions *search);
int kvmlib__cpuid_check_hyperv(struct kvmlib__contradictions *search);

#endif
