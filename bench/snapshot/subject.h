/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_SNAPSHOT_SUBJECT_H
#define BENCH_SNAPSHOT_SUBJECT_H

#include <stdbool.h>
#include <stdint.h>

#include <kvmlib/kvmlib.h>

#include <calls.h>
#include <rounds.h>

#define MEMORY_SIZE (UINT64_C(64) << 20)
#define PAGE	    UINT64_C(4096)
#define NR_PAGES    (MEMORY_SIZE / PAGE)

/* Where the guest writes: 1000 of these steps are within the memory. */
#define FIRST  (2 * PAGE)
#define STRIDE (13 * PAGE)

/* A VM with one vCPU and 64 MiB of memory, its snapshot, and one that is made without the library. */
struct subject {
	struct kvmlib_system *system;
	struct kvmlib_vm *vm;
	struct kvmlib_vcpu *vcpu;
	struct kvmlib_memory *memory;
	uint8_t *ram;
	struct kvmlib_dirty *dirty;
	struct kvmlib_state_plan *plan;
	struct kvmlib_reset *reset;

	struct calls calls; /* that put the state back */
	uint8_t *copies
		[2]; /* of the memory; they take turns, or one would be in the caches more than the library's */
	unsigned int turn;
	uint64_t *bitmap;
};

/* False where there is no KVM; the record tells why. */
bool subject_open(struct subject *subject);
void subject_close(struct subject *subject);

/* The guest writes to so many pages all over the memory. */
void subject_write(struct subject *subject, uint32_t pages);

/* plain.c: what is written is put back, and the state. */
int plain_reset(struct subject *subject);

extern const struct row reset_rows[];
extern const size_t nr_reset_rows;

#endif
