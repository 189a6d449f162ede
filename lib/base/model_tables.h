/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB__MODEL_TABLES_H
#define KVMLIB__MODEL_TABLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kvmlib/cpuid_model.h>

/* What an MSR holds after a reset. */
struct kvmlib__cpu_model_msr {
	uint32_t index;
	bool is_amd; /* of AMD's processors; otherwise of Intel's */
	uint64_t value;
};

struct kvmlib__cpu_model {
	struct kvmlib_cpuid_model model; /* what everybody is told */
	const char *brand;
	uint8_t family;
	uint8_t number; /* Intel's and AMD's "model" */
	uint8_t stepping;
	uint8_t physical_bits;	  /* of guest physical addresses */
	const uint16_t *features; /* places in kvmlib__cpuid_features */
	size_t nr_features;
	const struct kvmlib__cpu_model_msr *msrs; /* of all vendors */
	size_t nr_msrs;
};

extern const struct kvmlib__cpu_model kvmlib__cpu_models[];
extern const size_t kvmlib__nr_cpu_models;

#endif
