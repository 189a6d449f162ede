/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB__STATS_H
#define KVMLIB__STATS_H

#include <kvmlib/stats.h>

#include "../core/handles.h"

/* A statistic: what it is, and which values are its own. */
struct kvmlib__stat {
	struct kvmlib_stats_descriptor facts;
	uint32_t first; /* of its values, by their number in the block */
};

struct kvmlib_stats {
	struct kvmlib_vm *vm; /* counted reference */
	int fd;
	struct kvm_stats_header header;
	char *id;    /* name_size bytes */
	char *table; /* the descriptors as they are in the file; names lie here */
	struct kvmlib__stat *list;
	size_t nr_values;
	uint64_t *values; /* the last sample */
	uint64_t *next;	  /* the same room, for the next one */
};

/* Read exactly so much, with a record where that fails. */
int kvmlib__stats_read(const struct kvmlib_stats *stats, void *buffer, size_t size, uint64_t offset,
		       const char *function);

/* Read all that never changes, check it, and make room for samples. */
int kvmlib__stats_learn(struct kvmlib_stats *stats, const char *function);

#endif
