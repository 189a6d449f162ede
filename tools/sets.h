/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef SETS_H
#define SETS_H

#include <stddef.h>
#include <stdint.h>

/* What a program does with KVM: one thing. */
struct feature_set {
	const char *name;
	const char *what;
};

/* One ioctl that a set needs; the rules of a set are together, and the last set has all ioctls. */
struct set_rule {
	uint32_t set; /* index */
	uint32_t request;
	const char *name;
	const char *why; /* or NULL */
};

extern const struct feature_set feature_sets[];
extern const size_t nr_feature_sets; /* 32 at most */

/* Of this architecture alone. */
extern const struct set_rule set_rules[];
extern const size_t nr_set_rules;
extern const char set_arch[]; /* as libseccomp has it */

#endif
