/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_CPUID_FIXTURE_H
#define TESTS_CPUID_FIXTURE_H

#include "fixture.h"

/* Tables of two CPUs without a contradiction, as a host would tell them. */
struct kvmlib_cpuid *make_intel(void);
struct kvmlib_cpuid *make_amd(void);

/* A table of known leaves, with any bits in them; of one vendor. */
struct kvmlib_cpuid *make_random(void);

/* The next number; the same ones in each run. */
uint32_t any_number(void);

/* A register; 0 where there is no such leaf. */
uint32_t register_of(const struct kvmlib_cpuid *cpuid, uint32_t leaf, uint32_t subleaf,
		     uint32_t reg);

/* Give a register another value, in a leaf that is there. */
void change_register(struct kvmlib_cpuid *cpuid, uint32_t leaf, uint32_t subleaf, uint32_t reg,
		     uint32_t value);

/* Give or take each of the features that are named, with spaces between. */
void change_features(struct kvmlib_cpuid *cpuid, const char *names, uint32_t on);

/* Whether two tables are the same. */
bool is_same(const struct kvmlib_cpuid *a, const struct kvmlib_cpuid *b);

#endif
