/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VCPU_COUNTS_H
#define VCPU_COUNTS_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/kvmlib.h>

/* What is counted of a vCPU, in the order in which it is shown. */
enum {
	COUNT_EXITS,
	COUNT_IO,
	COUNT_MMIO,
	COUNT_HALTS,
	COUNT_WINDOWS, /* an interrupt waited until the guest would take it */
	COUNT_INTERRUPTS,
	COUNT_NMIS,
	NR_COUNTS,
};

#define COUNT_UNKNOWN UINT64_MAX

/* Counts by KVM, where it does, and by this program: these are of the exits that reach it. */
struct vcpu_counts {
	struct kvmlib_stats *stats; /* KVM's, or NULL */
	size_t indexes[NR_COUNTS];  /* in there */
	uint64_t seen[NR_COUNTS];
};

/* Open KVM's statistics, before the vCPU runs. A kernel that has none is fine; what else there is, is
 * told. Returns STATUS_OK, or another status. */
int vcpu_counts_open(struct vcpu_counts *counts, struct kvmlib_vm *vm, struct kvmlib_vcpu *vcpu);
void vcpu_counts_close(struct vcpu_counts *counts);

/* An exit has reached the program. */
void vcpu_counts_add(struct vcpu_counts *counts, uint32_t reason);

/* Unknown where one of them is. */
static inline uint64_t vcpu_counts_sum(uint64_t a, uint64_t b)
{
	return a == COUNT_UNKNOWN || b == COUNT_UNKNOWN ? COUNT_UNKNOWN : a + b;
}

/* Take all as they are now, COUNT_UNKNOWN where nobody counts. 0, or a negative errno. */
int vcpu_counts_take(const struct vcpu_counts *counts, uint64_t ret_values[NR_COUNTS]);

#endif
