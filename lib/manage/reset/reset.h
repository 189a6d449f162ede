/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB__RESET_H
#define KVMLIB__RESET_H

#include "../dirty/dirty.h"

/* A region as it was. */
struct kvmlib__kept_region {
	uint64_t gpa;
	uint64_t length;
	uint32_t space;
	uint32_t flags; /* KVMLIB_MEMORY_READONLY */
	uint8_t *
		bytes; /* pages of zeros are not in memory; NULL: this process can't write the region */
};

struct kvmlib_reset {
	struct kvmlib_state_plan *plan; /* the caller's */
	struct kvmlib_dirty_consumer *consumer;
	struct kvmlib_memory *memory; /* the tracker's */
	struct kvmlib_state *state;
	struct kvmlib__kept_region *regions; /* in the map's order */
	size_t nr_regions;
	bool state_writes; /* to guest memory, as it is put back */
	bool is_half;	   /* a reset has failed: nobody knows what it has done */
};

/* keep.c: the map's regions are copied, and freed. */
int kvmlib__reset_keep(struct kvmlib_reset *reset, const char *function);
void kvmlib__reset_forget(struct kvmlib_reset *reset);

/* back.c */
/* The lock is held. */
int kvmlib__reset_check_private(const struct kvmlib_memory *memory, const char *function);
/* What was written since is put back, or all that there is; pages are added up. */
int kvmlib__reset_memory(struct kvmlib_reset *reset, bool is_all, uint64_t *pages,
			 const char *function);

#endif
