/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef STATS_H
#define STATS_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/kvmlib.h>

#include "seen.h"
#include "vcpu_thread.h"

#define MAX_COUNTERS 256

/* Counts by key; keys for which there is no room are counted together. */
struct counters {
	struct counter {
		uint64_t key;
		uint64_t count;
	} list[MAX_COUNTERS];
	size_t nr;
	uint64_t others;
};

/* What the guest left KVM for, and how often. */
struct stats {
	struct counters reasons;
	struct counters ports; /* key: port and direction */
	struct counters mmio;  /* key: guest physical address and direction */
	uint64_t exits;
};

void stats_add(struct stats *stats, const struct seen *seen);

/* Print all on stderr, with what is counted of each vCPU. */
void stats_print(struct stats *stats, double seconds, const struct vcpu_thread *vcpus,
		 uint32_t nr_vcpus);

#endif
