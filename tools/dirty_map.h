/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DIRTY_MAP_H
#define DIRTY_MAP_H

#include <stdio.h>

#include <kvmlib/kvmlib.h>

#include "plot.h"
#include "run.h"
#include "ticker.h"

/* A run of pages that the guest wrote between two looks. */
struct dirty_write {
	double time; /* of the second look, in seconds since the start */
	uint64_t gpa;
	uint64_t length;
};

/* Who looks at what the guest writes, and keeps or prints it. */
struct dirty_map {
	const struct run_options *options;
	struct kvmlib_dirty *dirty;
	struct kvmlib_dirty_consumer *consumer;
	struct kvmlib_memory_reader *reader;
	struct ticker ticker;
	struct plot plot;
	FILE *csv;
	double started;
	struct dirty_write *writes; /* for the picture */
	size_t nr_writes;
	size_t room;
};

/* Begin to look, if the options ask for it. Returns STATUS_OK, or another status after a message; only
 * then is there nothing to stop. */
int dirty_map_start(struct dirty_map *map, const struct run_options *options,
		    struct kvmlib_memory *memory);

/* Stop the thread. */
void dirty_map_stop(struct dirty_map *map);

/* After that, look once more, and draw. Returns the status as above. */
int dirty_map_finish(struct dirty_map *map);

/* What gnuplot is told. */
void dirty_map_write_plot(FILE *script, const void *map, const char *path);

#endif
