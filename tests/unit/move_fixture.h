/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_MOVE_FIXTURE_H
#define TESTS_MOVE_FIXTURE_H

#include "fixture.h"

/*
 * A machine to be moved: 200 pages of RAM at 0, of which the first 100 hold their number and 1, four of a
 * ROM at page 512, and two of SMM's RAM at 0 of the other address space.
 */
#define RAM_PAGES   200U
#define FULL_PAGES  100U
#define ROM_PAGE    512U
#define ROM_PAGES   4U
#define SMM_PAGES   2U
#define ALL_PAGES   (RAM_PAGES + ROM_PAGES + SMM_PAGES)
#define BATCH_PAGES 64U /* as many as are sent at once */

struct moved {
	struct kvmlib_memory *memory;
	struct kvmlib_memory_region *ram;
	struct kvmlib_memory_reader *reader;
	struct kvmlib_dirty *dirty;
	struct kvmlib_state_plan *plan;
	struct kvmlib_move_opts opts; /* with all callbacks */
};
extern struct moved moved;

/* Who gets it. */
struct peer {
	char text
		[4096]; /* what came: "0+64 z64+36/1|stop|state": page and number of pages, space 1 */
	unsigned int calls;    /* of callbacks, but go_on */
	unsigned int fail_at;  /* that one answers -EPIPE; 0: none */
	void (*on_call)(void); /* done at each, before it answers; NULL: nothing */
	uint64_t
		page_time; /* that sending a page takes, in nanoseconds of a clock that was stopped */
	unsigned int stops; /* that succeeded, less those that went on */
	unsigned int states;
	struct kvmlib_move_progress progress;  /* that was told last */
	const struct kvmlib_move_pages *pages; /* while they are sent; else NULL */
	size_t nr_pages;
};
extern struct peer peer;

/* What the machine's memory needs; before the system is opened. */
void announce_memory(void);

/* Make and end all of struct moved, and of the peer. */
void make_moved(struct kvmlib_vcpu *const *vcpus, size_t n, struct kvmlib_control *control,
		uint64_t timeout);
void drop_moved(void);

/* The move, with all of it; what a move of before sent is forgotten. */
int move_it(struct kvmlib_move_progress *ret);

/* The guest writes: the pages are marked, their contents stay. */
void guest_writes(uint64_t page, uint64_t pages);

/* The peer's memory is the source's. */
void assert_same_memory(void);

/* No consumer of a move is left. */
void assert_nothing_left(void);

#endif
