/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_STATE_SUBJECT_H
#define BENCH_STATE_SUBJECT_H

#include <stdbool.h>
#include <stdint.h>

#include <kvmlib/kvmlib.h>

#include <calls.h>
#include <rounds.h>

#define BLOB_ITEM  65536U
#define BLOB_ITEMS 64U

/* A VM with one vCPU that has all that the host offers, saved once, and restored. */
struct subject {
	struct kvmlib_system *system;
	struct kvmlib_vm *vm;
	struct kvmlib_vcpu *vcpu;
	struct kvmlib_state_plan *plan;
	struct kvmlib_state *saved; /* what is restored */
	struct kvmlib_state *state; /* what is saved to */
	struct calls saving;
	struct calls restoring;

	uint8_t *blob; /* a state with items of nonsense, as it is written */
	size_t blob_size;
	uint32_t crc; /* of it, so that none can be left out */
};

/* False where there is no KVM; the record tells why. */
bool subject_open(struct subject *subject);
void subject_close(struct subject *subject);

/* blob.c */
void blob_make(struct subject *subject);
void blob_free(struct subject *subject);

extern const struct row vcpu_rows[];
extern const size_t nr_vcpu_rows;
extern const struct row blob_rows[];
extern const size_t nr_blob_rows;

#endif
