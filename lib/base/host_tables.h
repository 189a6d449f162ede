/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB__HOST_TABLES_H
#define KVMLIB__HOST_TABLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kvmlib/cpuid.h>

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

/* What a register that CPUID fills, or an MSR that tells of features, is made of. */
enum kvmlib__cpuid_kind {
	KVMLIB__CPUID_VALUE, /* neither more nor less */
	KVMLIB__CPUID_BITS,  /* each is a feature */
	KVMLIB__CPUID_COUNT, /* more is better */
	KVMLIB__CPUID_BYTES, /* four counts of a byte */
	KVMLIB__CPUID_LACKS, /* bits, each something that is missing */
	KVMLIB__CPUID_CONTROLS, /* of VMX: what has to be 1 in the lower half, what may be in the upper */
};

struct kvmlib__cpuid_register {
	uint32_t leaf;
	uint32_t subleaf; /* 0 also where the leaf has none */
	uint32_t reg;	  /* 0 to 3: eax, ebx, ecx, edx */
	enum kvmlib__cpuid_kind kind;
};

struct kvmlib__feature_msr {
	uint32_t index;
	enum kvmlib__cpuid_kind kind;
	const char *name;
	uint64_t worse; /* bits that a processor is better without */
	uint16_t
		needs; /* the feature that tells of it, a place in kvmlib__cpuid_features, or none */
	bool is_set;   /* KVM lets it be set; otherwise it follows others, or CPUID */
};
#define KVMLIB__CPUID_NONE 0xfffeU

/* A feature that is nothing without another one; both are places in kvmlib__cpuid_features. */
struct kvmlib__cpuid_need {
	uint16_t feature;
	uint16_t needs; /* or KVMLIB__CPUID_LAPIC: KVM's own local APIC */
};
#define KVMLIB__CPUID_LAPIC 0xffffU

extern const struct kvmlib__attr kvmlib__attrs[];
extern const size_t kvmlib__nr_attrs;
extern const struct kvmlib__device_type kvmlib__device_types[];
extern const size_t kvmlib__nr_device_types;
extern const struct kvmlib_cpuid_feature kvmlib__cpuid_features[];
extern const size_t kvmlib__nr_cpuid_features;
extern const struct kvmlib__cpuid_register kvmlib__cpuid_registers[];
extern const size_t kvmlib__nr_cpuid_registers;
extern const struct kvmlib__feature_msr kvmlib__feature_msrs[];
extern const size_t kvmlib__nr_feature_msrs;
extern const struct kvmlib__cpuid_need kvmlib__cpuid_needs[];
extern const size_t kvmlib__nr_cpuid_needs;

/* What a register that CPUID fills is made of: of bits where one of them has a name. */
enum kvmlib__cpuid_kind kvmlib__cpuid_kind(uint32_t leaf, uint32_t subleaf, uint32_t reg);

/* What is known of an MSR; NULL: nothing, and it is but a value. */
const struct kvmlib__feature_msr *kvmlib__feature_msr(uint32_t index);
enum kvmlib__cpuid_kind kvmlib__feature_msr_kind(uint32_t index);
uint64_t kvmlib__feature_msr_worse(uint32_t index);

#endif
