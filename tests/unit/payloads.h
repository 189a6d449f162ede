/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_PAYLOADS_H
#define TESTS_PAYLOADS_H

#include <stddef.h>
#include <stdint.h>

struct kvmlib_vcpu;

/* Bytes of the union that must have a certain value. */
struct preset {
	size_t offset;
	size_t size; /* 0: none */
	uint64_t value;
};

/* A member of an accessor's output, and where in the union it comes from. */
struct payload_member {
	size_t offset;
	size_t size; /* 0: none */
	size_t source;
	size_t source_size; /* 0: the member points there */
};

/* An accessor with a reason that it serves. */
struct payload {
	const char *name;
	int (*call)(struct kvmlib_vcpu *vcpu, void *output);
	size_t size; /* of the output */
	uint32_t reason;
	struct preset preset[4];
	struct payload_member members[6];
};

extern const struct payload payloads[];
extern const size_t nr_payloads;

#endif
