/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef INFO_MODEL_H
#define INFO_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kvmlib/kvmlib.h>

#define INFO_UNKNOWN UINT32_MAX /* the number of a capability that has a name alone */

/* A capability: both answers. Those of which the report tells nothing are -1. */
struct info_cap {
	const char *name; /* in the report, not terminated; its number where it has no name */
	int name_size;
	uint32_t number; /* or INFO_UNKNOWN */
	int64_t system;
	int64_t vm;
};

/* A leaf of CPUID, with a subleaf or without. */
struct info_leaf {
	uint32_t leaf;
	uint32_t subleaf; /* 0 without one */
	bool has_subleaf;
	uint8_t has; /* bit n: the report has register n */
	uint32_t registers[4];
};

struct info_msr {
	uint32_t number;
	const char *value;
};

enum info_list { INFO_SUPPORTED, INFO_EMULATED, INFO_HYPERV, INFO_NR_LISTS };

/* A report by what its items are, each list in the order of numbers. Texts belong to the report. */
struct info_model {
	const struct kvmlib_report *report;
	struct info_cap *caps;
	struct info_leaf *leaves[INFO_NR_LISTS];
	struct info_msr *msrs;
	struct info_msr *feature_msrs;
	size_t *others; /* places of the items that are none of these */
	size_t nr_caps, nr_leaves[INFO_NR_LISTS], nr_msrs, nr_feature_msrs, nr_others;
};

extern const char *const info_register_names[4];

/* 0, or -1 without memory. */
int info_model_make(struct info_model *model, const struct kvmlib_report *report);
void info_model_free(struct info_model *model);

/* "cpuid/0x7/0x0/ebx", in exactly that form. */
struct info_register {
	enum info_list list;
	uint32_t leaf;
	uint32_t subleaf;
	bool has_subleaf;
	uint32_t number; /* KVMLIB_CPUID_* */
};
bool info_parse_register(const char *key, struct info_register *ret);

/* The answer that a VM gets, else the system's; -1 if there is none. */
int64_t info_cap_value(const struct info_cap *cap);

/* By its number; NULL if the report does not have it. */
const struct info_cap *info_find_cap(const struct info_model *model, uint32_t number);

/* The next item, from place `at` on, whose key begins with the prefix; the key without it. */
bool info_next(const struct kvmlib_report *report, const char *prefix, size_t *at,
	       const char **ret_key, const char **ret_value);

/* "0x1f" or "31", if the whole text is such a number and written in that way alone. */
bool info_parse_hex(const char *text, uint64_t max, uint64_t *ret);
bool info_parse_decimal(const char *text, uint64_t max, uint64_t *ret);

#endif
