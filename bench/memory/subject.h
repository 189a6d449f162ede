/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_MEMORY_SUBJECT_H
#define BENCH_MEMORY_SUBJECT_H

#include <stdbool.h>
#include <stdint.h>

#include <kvmlib/kvmlib.h>
#include <kvmlib/sim.h>

#include <rounds.h>

#define PAGE	    4096U
#define MAX_REGIONS 512U
#define CHANGES	    500U  /* in one commit */
#define LOOKUPS	    4096U /* in one call of a row */
#define READS	    64U
#define READ_BYTES  (UINT64_C(1) << 30)

/* What raw callers would keep of a region. */
struct plain_region {
	uint64_t gpa;
	uint64_t length;
	uint8_t *address;
};

struct subject {
	struct kvmlib_sim *sim;
	struct kvmlib_sys_ops sys; /* the simulated kernel's, but see subject_make_slots_free() */
	struct kvmlib_system *system;
	struct kvmlib_vm *vm;
	struct kvmlib_memory *memory;
	struct kvmlib_memory_reader *reader;

	struct plain_region regions[MAX_REGIONS];
	size_t nr_regions;
	uint64_t gpas[LOOKUPS]; /* to look up */
	uintptr_t sum;		/* of the addresses found, so that none can be left out */

	uint8_t *bytes;	 /* of one region of READ_BYTES at 0 */
	uint32_t *pages; /* all of its pages, shuffled */
	size_t next_page;
	size_t read_size; /* PAGE, which the compiler must not know: it would not call memcpy() */
};

void subject_open(struct subject *subject);
void subject_close(struct subject *subject);

/* A new map, with regions of the caller's memory and holes between them; and its end. */
void subject_make_map(struct subject *subject, size_t nr_regions);
void subject_drop_map(struct subject *subject);

/* Have the VM's slots set by a call that does nothing, or by the simulated kernel again. */
void subject_make_slots_free(bool is_free);
int subject_set_slot(void);

/* The same numbers in every run. */
uint64_t subject_random(void);

/* The options of a region of one page, of memory that all such regions share. */
struct kvmlib_memory_region_opts subject_page_at(uint64_t gpa);

/* plain.c: the sum of the addresses of all subject->gpas, by binary search. */
int plain_lookups(struct subject *subject);

extern const struct row memory_rows[];
extern const size_t memory_nr_rows;

#endif
