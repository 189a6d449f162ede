/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB__MOVE_H
#define KVMLIB__MOVE_H

#include <kvmlib/move.h>

#include "../dirty/dirty.h"
#include "../state/plan.h"

/* One move on its way. */
struct kvmlib__move {
	const char *function;
	struct kvmlib_state_plan *plan;
	struct kvmlib_memory *memory;
	struct kvmlib_move_opts opts;
	struct kvmlib_move_progress progress;
	struct kvmlib_dirty_consumer *consumer;
	struct kvmlib_state *state;
	uint64_t save_time; /* that saving took, in nanoseconds */

	/* send.c */
	struct kvmlib_memory_reader *readers[KVMLIB__MAX_SPACES];
	const struct kvmlib__view *view; /* the map as it was at the beginning ... */
	uint64_t epoch;			 /* ... and its number */
	uint8_t *buffer;
	size_t used;			 /* bytes of it */
	struct kvmlib_move_pages *batch; /* that are in the buffer; room for each page of it */
	size_t nr_batch;		 /* how many */
	struct kvmlib_dirty_run rest;	 /* of the round's last run */

	/* pace.c */
	uint64_t harvested; /* when; nanoseconds */
	uint64_t sent;	    /* bytes, the later the more they count */
	uint64_t sent_time; /* that they took */
	bool is_held;	    /* the guest, by the throttle */
	uint64_t throttled; /* since when, at that percentage */
	uint64_t held_time; /* in which it was held since then, and let go again */
	uint64_t switched;  /* when it was last held or let go */
};

/* rounds.c */
/* Refuse now what will not be possible in the end, and learn how long saving takes. */
int kvmlib__move_try(struct kvmlib__move *move);
/* All rounds, the last one with the guest stopped, which it stays if 0 is returned. */
int kvmlib__move_rounds(struct kvmlib__move *move);
/* Tell the program how far it is. */
int kvmlib__move_tell(struct kvmlib__move *move);

/* send.c */
int kvmlib__move_open(struct kvmlib__move *move);
void kvmlib__move_close(struct kvmlib__move *move);
int kvmlib__move_send_round(struct kvmlib__move *move);

/* pace.c */
/* Nanoseconds of a clock that does not jump. */
uint64_t kvmlib__move_now(void);
/* So many bytes were sent from a time on until now. */
void kvmlib__move_note_sent(struct kvmlib__move *move, uint64_t bytes, uint64_t since);
/* The guest has written so many bytes since the last time. */
void kvmlib__move_note_written(struct kvmlib__move *move, uint64_t bytes);
void kvmlib__move_estimate(struct kvmlib__move *move);
/* Choose by how much the guest is slowed down from now on. */
void kvmlib__move_choose_throttle(struct kvmlib__move *move);
/* Hold the guest, or let it go, if it is time for that. */
int kvmlib__move_throttle(struct kvmlib__move *move);
void kvmlib__move_let_go(struct kvmlib__move *move);

#endif
