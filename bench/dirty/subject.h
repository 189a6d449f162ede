/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_DIRTY_SUBJECT_H
#define BENCH_DIRTY_SUBJECT_H

#include <stdbool.h>
#include <stdint.h>

#include <kvmlib/kvmlib.h>
#include <kvmlib/sim.h>

#include <rounds.h>

#define PAGE	     4096U
#define GIB	     (UINT64_C(1) << 30)
#define RING_BYTES   65536U
#define RING_ENTRIES (RING_BYTES / 16)

/* What raw callers know of a slot. */
struct slot {
	uint64_t *bitmap;
	uint64_t nr_pages;
};

/* A guest whose log is a recorded one, and that of memory which nobody touches. */
struct subject {
	struct kvmlib_sim *sim;
	struct kvmlib_sys_ops sys; /* the simulated kernel's, but for logs and rings */
	struct kvmlib_system *system;
	struct kvmlib_vm *vm;
	struct kvmlib_vcpu *vcpu;
	struct kvmlib_memory *memory;
	struct kvmlib_memory_reader *reader;
	struct kvmlib_dirty *dirty;
	struct kvmlib_dirty_consumer *consumer;

	uint64_t *logs;	  /* what KVM_GET_DIRTY_LOG answers, by turns */
	uint64_t *bitmap; /* where raw callers have it put */
	struct slot slots[1];
	uint32_t nr_slots;
	uint64_t nr_pages;
	uint64_t sum; /* of the pages found, so that none can be left out */
};

/* How the pages that are written lie in a guest's memory. */
struct density {
	uint64_t bytes; /* of memory */
	unsigned int per_mille;
	bool clustered;
};

void subject_open(struct subject *subject);
void subject_close(struct subject *subject);

/* A tracked map of so much memory, with a log of that density; and its end. */
void subject_track(struct subject *subject, const struct density *density, uint32_t mechanism);
void subject_forget(struct subject *subject);

/* The guest has filled its ring. */
void subject_fill_ring(void);

/* Let the next reader of the log see what the last one saw. */
void subject_repeat_log(void);

/* Issue the ioctls as raw callers do. */
int subject_get_log(struct subject *subject);
int subject_reset_rings(void);

/* plain.c: what one would write without a library. Each sums up the pages that it finds. */
int plain_scan(struct subject *subject); /* the log read, word by word */
int plain_bits(struct subject *subject); /* the bitmap that was read, bit by bit */
int plain_ring(struct subject *subject);

/* The ring, as both see it. */
struct entry {
	uint32_t flags;
	uint32_t slot;
	uint64_t offset;
};
struct entry *subject_ring(void);

extern const struct row dirty_rows[];
extern const size_t dirty_nr_rows;

#endif
