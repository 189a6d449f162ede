/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rounds of one consumer, against loops over the same bitmap or ring. */
#include "subject.h"

#define RUNS 256

/* All runs of the round that was begun. */
static int walk(struct subject *subject)
{
	struct kvmlib_dirty_run runs[RUNS];
	uint64_t sum = 0;
	int n;

	if (kvmlib_memory_enter(subject->reader) < 0)
		return -1;
	while ((n = kvmlib_dirty_next_runs(subject->consumer, subject->reader, runs, RUNS)) > 0) {
		for (int i = 0; i < n; i++) {
			uint64_t first = runs[i].gpa / PAGE;
			uint64_t pages = runs[i].length / PAGE;

			sum += pages * (2 * first + pages - 1) / 2;
		}
	}
	kvmlib_memory_leave(subject->reader);
	subject->sum = sum;
	return n;
}

static int harvest(struct subject *subject)
{
	return kvmlib_dirty_round(subject->consumer, NULL) < 0 ? -1 : walk(subject);
}

static int harvest_ring(struct subject *subject)
{
	int r = kvmlib_dirty_harvest(subject->dirty);

	subject->sum = RING_ENTRIES;
	return r;
}

static void check_harvest(struct subject *subject)
{
	uint64_t found = subject->sum;

	subject_repeat_log();
	if (plain_scan(subject) < 0 || subject->sum != found)
		bench_fail("the pages found");
}

static void check_walk(struct subject *subject)
{
	uint64_t found = subject->sum;

	if (plain_bits(subject) < 0 || subject->sum != found)
		bench_fail("the pages walked over");
}

static void check_ring(struct subject *subject)
{
	if (subject->sum != RING_ENTRIES ||
	    subject_ring()[RING_ENTRIES - 1].flags != KVMLIB_DIRTY_GFN_F_RESET)
		bench_fail("the entries taken");
}

/* The kernel has written to all memory that the tracker has for it, as it will have in the long run. */
static void track(struct subject *subject, const struct density *density)
{
	subject_track(subject, density, KVMLIB_DIRTY_BITMAP);
	for (int i = 0; i < 20; i++)
		if (harvest(subject) < 0)
			bench_fail("a round");
}

static void begin(struct subject *subject, const struct density *density)
{
	track(subject, density);
	if (kvmlib_dirty_round(subject->consumer, NULL) < 0)
		bench_fail("a round");
	subject_repeat_log();
	subject_get_log(subject);
}

#define PREPARE(name, bytes, per_mille, clustered)                                    \
	static const struct density density_##name = { bytes, per_mille, clustered }; \
	static void track_##name(struct subject *subject)                             \
	{                                                                             \
		track(subject, &density_##name);                                      \
	}                                                                             \
	static void begin_##name(struct subject *subject)                             \
	{                                                                             \
		begin(subject, &density_##name);                                      \
	}

PREPARE(1g_0, GIB, 0, false)
PREPARE(1g_01_random, GIB, 1, false)
PREPARE(1g_1_random, GIB, 10, false)
PREPARE(1g_10_random, GIB, 100, false)
PREPARE(1g_100, GIB, 1000, false)
PREPARE(1g_01_clustered, GIB, 1, true)
PREPARE(1g_1_clustered, GIB, 10, true)
PREPARE(1g_10_clustered, GIB, 100, true)
PREPARE(16g_0, 16 * GIB, 0, false)
PREPARE(16g_01_random, 16 * GIB, 1, false)
PREPARE(16g_1_random, 16 * GIB, 10, false)
PREPARE(16g_10_random, 16 * GIB, 100, false)
PREPARE(16g_100, 16 * GIB, 1000, false)
PREPARE(16g_01_clustered, 16 * GIB, 1, true)
PREPARE(16g_1_clustered, 16 * GIB, 10, true)
PREPARE(16g_10_clustered, 16 * GIB, 100, true)

/* As above; and what either way writes to is in the cache. */
static void prepare_ring(struct subject *subject)
{
	static const struct density density = { GIB, 0, false };

	subject_track(subject, &density, KVMLIB_DIRTY_RING);
	for (int i = 0; i < 20; i++) {
		subject_fill_ring();
		if (harvest(subject) < 0)
			bench_fail("a round");
	}
	subject_get_log(subject);
	subject_fill_ring();
}

/* Of one round a harvest and the walk over what it found, and a walk alone. */
#define ROWS(density)                                                                     \
	{ .name = "harvest_" #density,                                                    \
	  .raw = plain_scan,                                                              \
	  .wrapped = harvest,                                                             \
	  .calls = 20,                                                                    \
	  .prepare = track_##density,                                                     \
	  .check = check_harvest,                                                         \
	  .finish = subject_forget },                                                     \
	{                                                                                 \
		.name = "walk_" #density, .raw = plain_bits, .wrapped = walk, .calls = 1, \
		.prepare = begin_##density, .check = check_walk, .finish = subject_forget \
	}

const struct row dirty_rows[] = {
	ROWS(1g_0),
	ROWS(1g_01_random),
	ROWS(1g_01_clustered),
	ROWS(1g_1_random),
	ROWS(1g_1_clustered),
	ROWS(1g_10_random),
	ROWS(1g_10_clustered),
	ROWS(1g_100),
	ROWS(16g_0),
	ROWS(16g_01_random),
	ROWS(16g_01_clustered),
	ROWS(16g_1_random),
	ROWS(16g_1_clustered),
	ROWS(16g_10_random),
	ROWS(16g_10_clustered),
	ROWS(16g_100),
	{ .name = "ring_entry",
	  .raw = plain_ring,
	  .wrapped = harvest_ring,
	  .calls = 1,
	  .batch = RING_ENTRIES,
	  .prepare = prepare_ring,
	  .check = check_ring,
	  .finish = subject_forget },
};
const size_t dirty_nr_rows = sizeof(dirty_rows) / sizeof(dirty_rows[0]);
