/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which pages were written? Two consumers ask at different times, and neither loses a page: a migration
 * after each step of the guest, a snapshot once at the end.
 *
 *     cc dirty.c $(pkg-config --cflags --libs kvmlib-sim) -o dirty && ./dirty
 *
 * The guest is the simulated kernel's, and writes when it is told to. Without .sys it would be KVM's.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <kvmlib/kvmlib.h>
#include <kvmlib/sim.h>

#define PAGES 4096U
#define STEPS 5U
#define RUNS  16

static uint64_t page_size;

static _Noreturn void die(const char *what)
{
	char line[512];

	kvmlib_error_format(line, sizeof(line));
	fprintf(stderr, "dirty: %s: %s\n", what, line);
	exit(EXIT_FAILURE);
}

/* [rounds] */
/* One round: note its pages, and return how many there were. */
static unsigned int take_round(struct kvmlib_dirty_consumer *consumer,
			       struct kvmlib_memory_reader *reader, unsigned char *seen)
{
	struct kvmlib_dirty_run runs[RUNS];
	unsigned int pages = 0;
	int n;

	if (kvmlib_dirty_round(consumer, NULL) < 0)
		die("can't begin a round");
	/* The pages are sent from runs[i].address here; what is written meanwhile is in the next round. */
	kvmlib_memory_enter(reader);
	while ((n = kvmlib_dirty_next_runs(consumer, reader, runs, RUNS)) > 0) {
		for (int i = 0; i < n; i++) {
			memset(seen + runs[i].gpa / page_size, 1, runs[i].length / page_size);
			pages += (unsigned int)(runs[i].length / page_size);
		}
	}
	kvmlib_memory_leave(reader);
	return pages;
}
/* [rounds] */

/* The guest writes some pages, and the program one more on the guest's behalf. */
static void write_some(struct kvmlib_sim *sim, struct kvmlib_vm *vm,
		       struct kvmlib_memory_reader *reader, uint64_t step)
{
	for (uint64_t i = 0; i < 10; i++)
		if (kvmlib_sim_write_guest(sim, kvmlib_vm_fd(vm), (step * 7 + i) * page_size, "new",
					   3) < 0)
			exit(EXIT_FAILURE);
	if (kvmlib_memory_write(reader, (2000 + step) * page_size, "read from a disk", 16) < 0)
		die("can't write to guest memory");
}

static struct kvmlib_dirty_consumer *consumer_of(struct kvmlib_dirty *dirty)
{
	struct kvmlib_dirty_consumer *consumer;

	if (kvmlib_dirty_consumer_new(dirty, &consumer) < 0)
		die("no consumer");
	return consumer;
}

static unsigned int count(const unsigned char *seen)
{
	unsigned int n = 0;

	for (size_t i = 0; i < PAGES; i++)
		n += seen[i];
	return n;
}

/* Returns whether both have seen the same pages. */
static int compare(struct kvmlib_sim *sim, struct kvmlib_vm *vm, struct kvmlib_memory *memory,
		   struct kvmlib_dirty *dirty)
{
	static unsigned char by_migration[PAGES];
	static unsigned char by_snapshot[PAGES];
	struct kvmlib_dirty_consumer *migration = consumer_of(dirty);
	struct kvmlib_dirty_consumer *snapshot = consumer_of(dirty);
	struct kvmlib_memory_reader *reader;

	if (kvmlib_memory_reader_new(memory, 0, &reader) < 0)
		die("no reader");
	for (unsigned int step = 0; step < STEPS; step++) {
		write_some(sim, vm, reader, step);
		printf("migration, round %u: %u pages\n", step + 1,
		       take_round(migration, reader, by_migration));
	}
	printf("snapshot, its round: %u pages\n", take_round(snapshot, reader, by_snapshot));
	printf("both saw %u and %u different ones\n", count(by_migration), count(by_snapshot));
	kvmlib_memory_reader_free(reader);
	kvmlib_dirty_consumer_free(snapshot);
	kvmlib_dirty_consumer_free(migration);
	return !memcmp(by_migration, by_snapshot, PAGES);
}

static struct kvmlib_memory *make_memory(struct kvmlib_vm *vm)
{
	const struct kvmlib_memory_region_opts ram = {
		.size = sizeof(ram),
		.length = PAGES * page_size,
		.name = "ram",
	};
	struct kvmlib_memory *memory;

	if (kvmlib_memory_new(vm, NULL, &memory) < 0 || kvmlib_memory_add(memory, &ram, NULL) < 0)
		die("no memory");
	return memory;
}

int main(void)
{
	struct kvmlib_system_opts opts = { .size = sizeof(opts) };
	struct kvmlib_memory *memory;
	struct kvmlib_system *system;
	struct kvmlib_dirty *dirty;
	struct kvmlib_sim *sim;
	struct kvmlib_vm *vm;
	int same;

	page_size = (uint64_t)sysconf(_SC_PAGESIZE);
	if (kvmlib_sim_new(&sim) < 0)
		return EXIT_FAILURE;
	opts.sys = kvmlib_sim_sys_ops(sim);
	if (kvmlib_system_open(&opts, &system) < 0 ||
	    kvmlib_system_create_vm(system, NULL, &vm) < 0)
		die("no VM");
	memory = make_memory(vm);
	if (kvmlib_dirty_start(memory, NULL, &dirty) < 0)
		die("can't track writes");

	same = compare(sim, vm, memory, dirty);

	kvmlib_dirty_unref(dirty);
	kvmlib_memory_unref(memory);
	kvmlib_vm_unref(vm);
	kvmlib_system_unref(system);
	kvmlib_sim_free(sim);
	return same ? EXIT_SUCCESS : EXIT_FAILURE;
}
