/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Dirty tracking with rings: what dirty.c can't say of all mechanisms. */

#include "fixture.h"
#include "stepping.h"
#include "suites.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "alloc.h"

#define RAM_PAGES 256U
#define RING_SIZE 4096U
#define ENTRIES	  (RING_SIZE / 16)

static struct kvmlib_memory *memory;
static struct kvmlib_memory_region *ram;
static struct kvmlib_memory_reader *reader;
static struct kvmlib_dirty *dirty;
static struct kvmlib_dirty_consumer *consumer;
static struct kvmlib_vcpu *vcpus[2];

static bool has_rings(void)
{
	return kvmlib_vm_check_extension(fix.vm, KVMLIB_CAP_DIRTY_LOG_RING) > 0 ||
	       kvmlib_vm_check_extension(fix.vm, KVMLIB_CAP_DIRTY_LOG_RING_ACQ_REL) > 0;
}

#define NEEDS_RINGS                                             \
	do {                                                    \
		if (!has_rings())                               \
			SKIP("this architecture has no rings"); \
	} while (0)

static void setup_map(void)
{
	setup_vm();
	ck_assert_int_eq(kvmlib_memory_new(fix.vm, NULL, &memory), 0);
}

static void add_ram(void)
{
	struct kvmlib_memory_region_opts opts = {
		.size = sizeof(opts),
		.length = RAM_PAGES * page_size(),
		.name = "ram",
	};

	ck_assert_int_eq(kvmlib_memory_add(memory, &opts, &ram), 0);
	ck_assert_int_eq(kvmlib_memory_reader_new(memory, 0, &reader), 0);
}

static struct kvmlib_dirty_opts of_size(uint32_t ring_size)
{
	return (struct kvmlib_dirty_opts){
		.size = sizeof(struct kvmlib_dirty_opts),
		.mechanism = KVMLIB_DIRTY_RING,
		.ring_size = ring_size,
	};
}

static void setup_rings(void)
{
	struct kvmlib_dirty_opts opts = of_size(RING_SIZE);

	setup_map();
	if (!has_rings())
		return;
	ck_assert_int_eq(kvmlib_dirty_start(memory, &opts, &dirty), 0);
	add_ram();
	for (uint32_t i = 0; i < 2; i++) {
		ck_assert_int_eq(kvmlib_vm_create_vcpu(fix.vm, i, &vcpus[i]), 0);
		ck_assert_int_eq(kvmlib_dirty_add_vcpu(dirty, vcpus[i]), 0);
	}
	ck_assert_int_eq(kvmlib_dirty_consumer_new(dirty, &consumer), 0);
}

static void teardown_memory(void)
{
	consumer = kvmlib_dirty_consumer_free(consumer);
	for (size_t i = 0; i < 2; i++)
		vcpus[i] = kvmlib_vcpu_unref(vcpus[i]);
	dirty = kvmlib_dirty_unref(dirty);
	reader = kvmlib_memory_reader_free(reader);
	memory = kvmlib_memory_unref(memory);
	teardown();
}

static int writes(size_t vcpu, uint64_t page, uint64_t pages)
{
	return kvmlib_sim_dirty_by(fix.sim, kvmlib_vcpu_fd(vcpus[vcpu]), page * page_size(),
				   pages * page_size());
}

/* Runs of the round as text, in pages. */
static const char *runs(void)
{
	static char text[1024];
	struct kvmlib_dirty_run run;
	size_t length = 0;

	text[0] = 0;
	ck_assert_int_eq(kvmlib_memory_enter(reader), 0);
	while (kvmlib_dirty_next_runs(consumer, reader, &run, 1) == 1)
		length += (size_t)snprintf(
			text + length, sizeof(text) - length, length ? " %d+%d" : "%d+%d",
			(int)(run.gpa / page_size()), (int)(run.length / page_size()));
	kvmlib_memory_leave(reader);
	return text;
}

static const char *round_of_all(void)
{
	ck_assert_int_eq(kvmlib_dirty_round(consumer, NULL), 0);
	return runs();
}

START_TEST(ring_pages_of_all_vcpus_are_found)
{
	NEEDS_RINGS;
	ck_assert_int_eq(writes(0, 3, 2), 0);
	ck_assert_int_eq(writes(1, 70, 1), 0);
	ck_assert_int_eq(writes(1, 4, 1), 0);
	ck_assert_str_eq(round_of_all(), "3+2 70+1");
	ck_assert_str_eq(round_of_all(), "");
	ck_assert_int_eq(writes(0, 4, 1), 0); /* protected again, so it is found again */
	ck_assert_str_eq(round_of_all(), "4+1");
}
END_TEST

START_TEST(ring_goes_round_and_round)
{
	NEEDS_RINGS;
	for (unsigned int i = 0; i < 5 * ENTRIES / 100; i++) {
		ck_assert_int_eq(writes(0, 0, 100), 0);
		ck_assert_str_eq(round_of_all(), "0+100");
	}
}
END_TEST

START_TEST(ring_that_is_full_runs_on_after_a_harvest)
{
	NEEDS_RINGS;
	fix.vcpu = vcpus[0];
	ck_assert_int_eq(writes(0, 0, ENTRIES - 30), 0);
	ck_assert_int_eq(kvmlib_vcpu_run(vcpus[0]), 0);
	ck_assert_uint_eq(kvmlib_vcpu_exit_reason(vcpus[0]), KVMLIB_EXIT_DIRTY_RING_FULL);
	assert_ok(kvmlib_dirty_harvest(dirty));
	push_exit(KVMLIB_EXIT_HLT, 0);
	run_to(KVMLIB_EXIT_HLT);
	fix.vcpu = NULL;
	ck_assert_str_eq(round_of_all(), "0+226");
}
END_TEST

START_TEST(ring_counts_the_entries_of_each_vcpu)
{
	uint64_t pages = 77;

	NEEDS_RINGS;
	ck_assert_int_eq(writes(0, 3, 2), 0);
	ck_assert_int_eq(writes(1, 70, 1), 0);
	assert_ok(kvmlib_dirty_harvest(dirty));
	assert_ok(kvmlib_dirty_count_vcpu(dirty, vcpus[0], &pages));
	ck_assert_uint_eq(pages, 2);
	assert_ok(kvmlib_dirty_count_vcpu(dirty, vcpus[1], &pages));
	ck_assert_uint_eq(pages, 1);
	assert_ok(kvmlib_dirty_count(dirty, ram, &pages));
	ck_assert_uint_eq(pages, RAM_PAGES + 3); /* all of it was uncertain when it was added */
	assert_fails(kvmlib_dirty_count_vcpu(dirty, SENTINEL, &pages), EINVAL, BAD_ARGUMENT, NULL);
	assert_value(ARGUMENT, 2);
}
END_TEST

START_TEST(ring_has_the_programs_writes_too)
{
	NEEDS_RINGS;
	ck_assert_int_eq(writes(0, 3, 1), 0);
	ck_assert_int_eq(kvmlib_memory_write(reader, 9 * page_size(), "a", 1), 0);
	ck_assert_str_eq(round_of_all(), "3+1 9+1");
}
END_TEST

/* Entries stay with the kernel, and their pages may be written unseen: so all are dirty then. */
START_TEST(ring_that_is_not_taken_back_makes_all_uncertain)
{
	NEEDS_RINGS;
	ck_assert_int_eq(writes(0, 3, 1), 0);
	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, REQUEST(RESET_DIRTY_RINGS), EFAULT, 1), 0);
	assert_fails(kvmlib_dirty_round(consumer, NULL), EFAULT, BAD_ADDRESS,
		     "KVM_RESET_DIRTY_RINGS");
	ck_assert_str_eq(runs(), "3+1");
	ck_assert_int_eq(writes(0, 3, 1), 0); /* not protected: no entry */
	ck_assert_str_eq(round_of_all(), "0+256");
	ck_assert_str_eq(round_of_all(), "");
	ck_assert_int_eq(writes(0, 3, 1), 0);
	ck_assert_str_eq(round_of_all(), "3+1");
}
END_TEST

/* To one consumer alone they go another way than to several. */
START_TEST(ring_entries_of_slots_that_are_gone_are_ignored)
{
	struct kvmlib_memory_region_opts opts = {
		.size = sizeof(opts),
		.gpa = 512 * page_size(),
		.length = 10 * page_size(),
		.name = "short",
	};
	struct kvmlib_dirty_consumer *other = NULL;
	struct kvmlib_memory_region *region;
	uint64_t pages;

	NEEDS_RINGS;
	if (_i)
		ck_assert_int_eq(kvmlib_dirty_consumer_new(dirty, &other), 0);
	ck_assert_int_eq(kvmlib_memory_add(memory, &opts, &region), 0);
	ck_assert_str_eq(round_of_all(), "512+10");
	ck_assert_int_eq(writes(0, 512, 10), 0);
	ck_assert_int_eq(kvmlib_memory_remove(memory, region), 0);
	ck_assert_int_eq(writes(0, 5, 1), 0);
	ck_assert_str_eq(round_of_all(), "5+1");

	ck_assert_int_eq(kvmlib_memory_add(memory, &opts, &region), 0);
	ck_assert_int_eq(writes(0, 520, 2), 0);
	ck_assert_int_eq(kvmlib_memory_remove(memory, region), 0);
	opts.length = 3 * page_size(); /* the same number, and fewer pages */
	ck_assert_int_eq(kvmlib_memory_add(memory, &opts, &region), 0);
	ck_assert_int_eq(kvmlib_dirty_round(consumer, &pages), 0);
	ck_assert_uint_eq(pages, 3);
	ck_assert_str_eq(runs(), "512+3");
	kvmlib_dirty_consumer_free(other);
}
END_TEST

START_TEST(ring_refuses_vcpus_that_are_told_or_of_another_vm)
{
	struct kvmlib_vcpu *vcpu;
	struct kvmlib_vm *vm;

	NEEDS_RINGS;
	assert_fails(kvmlib_dirty_add_vcpu(dirty, vcpus[0]), EEXIST, BAD_ARGUMENT, NULL);
	assert_value(VCPU_ID, 0);
	ck_assert_int_eq(kvmlib_system_create_vm(fix.system, NULL, &vm), 0);
	ck_assert_int_eq(kvmlib_vm_create_vcpu(vm, 0, &vcpu), 0);
	assert_fails(kvmlib_dirty_add_vcpu(dirty, vcpu), EINVAL, BAD_ARGUMENT, NULL);
	kvmlib_vcpu_unref(vcpu);
	kvmlib_vm_unref(vm);
}
END_TEST

START_TEST(ring_that_can_not_be_mapped_is_not_added)
{
	struct kvmlib_vcpu *vcpu;

	NEEDS_RINGS;
	ck_assert_int_eq(kvmlib_vm_create_vcpu(fix.vm, 2, &vcpu), 0);
	for (uint64_t n = 1; n <= 2; n++) { /* mmap, and madvise */
		ck_assert_int_eq(kvmlib_sim_fail_nth(fix.sim, n, ENOMEM), 0);
		assert_fails(kvmlib_dirty_add_vcpu(dirty, vcpu), ENOMEM, MAPPING_LIMIT,
			     "mmap(vcpu)");
	}
	alloc_fail_nth(1);
	assert_fails(kvmlib_dirty_add_vcpu(dirty, vcpu), ENOMEM, NO_MEMORY, NULL);
	assert_ok(kvmlib_dirty_add_vcpu(dirty, vcpu));
	kvmlib_vcpu_unref(vcpu);
}
END_TEST

START_TEST(ring_after_the_first_vcpu_is_refused)
{
	struct kvmlib_dirty_opts opts = of_size(RING_SIZE);

	NEEDS_RINGS;
	ck_assert_int_eq(kvmlib_vm_create_vcpu(fix.vm, 0, &vcpus[0]), 0);
	assert_fails(kvmlib_dirty_start(memory, &opts, &dirty), EINVAL, CAP_REFUSED,
		     "KVM_ENABLE_CAP");
	ck_assert_ptr_null(dirty);
}
END_TEST

START_TEST(ring_without_memory_is_not_begun)
{
	struct kvmlib_dirty_opts opts = of_size(RING_SIZE);
	unsigned long n = 0;
	int r;

	NEEDS_RINGS;
	do {
		alloc_fail_nth(++n);
		r = kvmlib_dirty_start(memory, &opts, &dirty);
		alloc_fail_nth(0);
		ck_assert(r == 0 || r == -ENOMEM);
	} while (r < 0 &&
		 n < 4); /* the tracker, and a table for each address space; then they are on */
	ck_assert_uint_ge(n, 3);
}
END_TEST

START_TEST(ring_above_the_limit_is_refused)
{
	struct kvmlib_dirty_opts opts = of_size(1U << 21);

	NEEDS_RINGS;
	assert_fails(kvmlib_dirty_start(memory, &opts, &dirty), E2BIG, DIRTY_RING_SIZE,
		     "KVM_ENABLE_CAP");
	ck_assert_ptr_null(dirty);
	opts.ring_size = 1U << 20;
	ck_assert_int_eq(kvmlib_dirty_start(memory, &opts, &dirty), 0);
}
END_TEST

START_TEST(ring_beside_regions_is_refused_where_it_would_lose_pages)
{
#if defined(__aarch64__)
	struct kvmlib_dirty_opts opts = of_size(RING_SIZE);

	ck_assert_int_eq(
		kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_DIRTY_LOG_RING_WITH_BITMAP, 0), 0);
	assert_fails(kvmlib_dirty_start(memory, &opts, &dirty), EOPNOTSUPP, CAPABILITY_MISSING,
		     NULL);
	assert_value(CAPABILITY, KVMLIB_CAP_DIRTY_LOG_RING_WITH_BITMAP);
	ck_assert_int_eq(
		kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_DIRTY_LOG_RING_WITH_BITMAP, 1), 0);
	add_ram();
	assert_fails(kvmlib_dirty_start(memory, &opts, &dirty), EINVAL, CAP_REFUSED, NULL);
	ck_assert_ptr_null(dirty);
#else
	SKIP("arm64's alone");
#endif
}
END_TEST

START_TEST(ring_of_a_vm_without_rings_is_refused)
{
	struct kvmlib_dirty_opts opts = of_size(RING_SIZE);

	NEEDS_RINGS;
	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_DIRTY_LOG_RING, 0), 0);
	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_DIRTY_LOG_RING_ACQ_REL, 0),
			 0);
	assert_fails(kvmlib_dirty_start(memory, &opts, &dirty), EOPNOTSUPP, CAPABILITY_MISSING,
		     NULL);
	assert_value(CAPABILITY, KVMLIB_CAP_DIRTY_LOG_RING);
}
END_TEST

/*
 * A mark comes after the store that it tells of: whoever harvests it sees the store, or the next does.
 * Each batch has one store to each of many words of the bitmap, for a later one would make good for a
 * mark that was lost.
 */

#define BATCHES	      100U
#define STORES	      64U
#define BIG_PAGES     (STORES * 64U)
#define BIG_GPA	      (BIG_PAGES * page_size())
#define STORE_PAGE(i) (BIG_PAGES + (i)*64U)

static _Atomic uint32_t stored, checked; /* batches */

static void *store_many(void *unused)
{
	struct kvmlib_memory_reader *own;

	ck_assert_int_eq(kvmlib_memory_reader_new(memory, 0, &own), 0);
	for (uint32_t batch = 1; batch <= BATCHES; batch++) {
		for (uint32_t i = 0; i < STORES; i++)
			ck_assert_int_eq(
				kvmlib_memory_store(own, STORE_PAGE(i) * page_size(), 4, batch), 0);
		stored = batch;
		while (checked != batch)
			sched_yield();
	}
	kvmlib_memory_reader_free(own);
	return unused;
}

/* As a migration does: what is dirty is copied. */
static void copy_round(uint32_t *copies)
{
	struct kvmlib_dirty_run run;

	ck_assert_int_eq(kvmlib_dirty_round(consumer, NULL), 0);
	ck_assert_int_eq(kvmlib_memory_enter(reader), 0);
	while (kvmlib_dirty_next_runs(consumer, reader, &run, 1) == 1) {
		for (uint64_t gpa = run.gpa; gpa < run.gpa + run.length; gpa += page_size()) {
			uint64_t value;

			ck_assert_int_eq(kvmlib_memory_load(reader, gpa, 4, &value), 0);
			copies[gpa / page_size()] = (uint32_t)value;
		}
	}
	kvmlib_memory_leave(reader);
}

static void check_batches(uint32_t *copies)
{
	for (uint32_t batch = 1; batch <= BATCHES; batch++) {
		while (stored != batch) {
			copy_round(copies);
			sched_yield();
		}
		copy_round(copies);
		for (uint32_t i = 0; i < STORES; i++)
			ck_assert_uint_eq(copies[STORE_PAGE(i)], batch);
		checked = batch;
	}
}

static void copy_while_written(uint32_t mechanism)
{
	struct kvmlib_dirty_opts opts = { .size = sizeof(opts), .mechanism = mechanism };
	const struct kvmlib_memory_region_opts big = { .size = sizeof(big),
						       .gpa = BIG_GPA,
						       .length = BIG_GPA };
	static uint32_t copies[2 * BIG_PAGES];
	pthread_t thread;

	stored = 0;
	checked = 0;
	ck_assert_int_eq(kvmlib_dirty_start(memory, &opts, &dirty), 0);
	add_ram();
	ck_assert_int_eq(kvmlib_memory_add(memory, &big, NULL), 0);
	ck_assert_int_eq(kvmlib_dirty_consumer_new(dirty, &consumer), 0);
	ck_assert_int_eq(pthread_create(&thread, NULL, store_many, NULL), 0);
	check_batches(copies);
	ck_assert_int_eq(pthread_join(thread, NULL), 0);
}

START_TEST(dirty_mark_that_races_with_a_harvest_is_not_lost)
{
	uint32_t mechanism = (uint32_t)_i;

	if (mechanism == KVMLIB_DIRTY_RING)
		NEEDS_RINGS;
	if (mechanism == KVMLIB_DIRTY_MANUAL)
		NEEDS(CLEAR_DIRTY_LOG);
	copy_while_written(mechanism);
}
END_TEST

/* A vCPU fills its ring while it is emptied: entries are read after their flag, and not before. */

#define WRITES 2000U

static void write_by_vcpu(uint32_t i)
{
	const uint64_t gpa = i % 200 * page_size();
	uint8_t *address = kvmlib_memory_region_address(ram);
	int r;

	__atomic_store_n((uint32_t *)(void *)(address + gpa), i, __ATOMIC_RELEASE);
	while ((r = kvmlib_sim_dirty_by(fix.sim, kvmlib_vcpu_fd(vcpus[0]), gpa, 4)) == -ENOSPC)
		sched_yield();
	ck_assert_int_eq(r, 0);
}

static void *write_many(void *unused)
{
	for (uint32_t i = 1; i <= WRITES; i++)
		write_by_vcpu(i);
	return unused;
}

START_TEST(ring_that_is_filled_while_it_is_harvested_loses_nothing)
{
	static uint32_t copies[RAM_PAGES];
	pthread_t thread;

	NEEDS_RINGS;
	memset(copies, 0, sizeof(copies));
	ck_assert_int_eq(pthread_create(&thread, NULL, write_many, NULL), 0);
	while (copies[WRITES % 200] != WRITES) {
		copy_round(copies);
		sched_yield();
	}
	ck_assert_int_eq(pthread_join(thread, NULL), 0);
	copy_round(copies);
	for (uint32_t page = 0; page < 200; page++) {
		uint64_t value;

		ck_assert_int_eq(kvmlib_memory_load(reader, page * page_size(), 4, &value), 0);
		ck_assert_uint_eq(copies[page], value);
	}
}
END_TEST

#if HAVE_STEPS

/* The program's store and its mark, and a whole round between any two of their instructions. */

static uint32_t copies_of_steps[RAM_PAGES];
static uint64_t value_of_step;

static int store_value(void)
{
	return kvmlib_memory_store(reader, 0, 4, value_of_step);
}

static int write_value(void)
{
	return kvmlib_memory_write(reader, 0, &value_of_step, 4);
}

/* The store's reader has entered, perhaps: the round needs one of its own. */
static void round_in_between(void)
{
	struct kvmlib_memory_reader *outer = reader;

	ck_assert_int_eq(kvmlib_memory_reader_new(memory, 0, &reader), 0);
	copy_round(copies_of_steps);
	kvmlib_memory_reader_free(reader);
	reader = outer;
}

static void setup_steps(void)
{
	struct kvmlib_dirty_opts opts = { .size = sizeof(opts), .mechanism = KVMLIB_DIRTY_BITMAP };

	setup_map();
	add_ram();
	setup_stepping();
	ck_assert_int_eq(kvmlib_dirty_start(memory, &opts, &dirty), 0);
	ck_assert_int_eq(kvmlib_dirty_consumer_new(dirty, &consumer), 0);
}

START_TEST(dirty_mark_is_not_lost_wherever_a_round_comes)
{
	unsigned int at = 0;
	bool met;

	do {
		value_of_step = at + 1;
		met = in_steps(_i ? write_value : store_value, ++at, round_in_between);
		if (at == 1 && !met)
			SKIP("no single steps here");
		copy_round(copies_of_steps);
		ck_assert_msg(copies_of_steps[0] == value_of_step,
			      "a round at instruction %u of the store, and the next, missed it",
			      at);
	} while (met);
}
END_TEST

static void add_steps(Suite *suite)
{
	TCase *tcase = add_case(suite, "steps", NULL);

	tcase_set_timeout(tcase, 120);
	tcase_add_checked_fixture(tcase, setup_steps, teardown_memory);
	tcase_add_loop_test(tcase, dirty_mark_is_not_lost_wherever_a_round_comes, 0, 2);
}

#else

START_TEST(dirty_in_steps)
{
	SKIP(NO_STEPS);
}
END_TEST

static void add_steps(Suite *suite)
{
	ADD_TESTS(add_case(suite, "steps", setup_vm), dirty_in_steps);
}

#endif

Suite *dirty_ring_suite(void)
{
	Suite *suite = suite_create("dirty_ring");
	TCase *rings = add_case(suite, "rings", NULL);
	TCase *starts = add_case(suite, "start", NULL);

	tcase_add_checked_fixture(rings, setup_rings, teardown_memory);
	ADD_TESTS(rings, ring_pages_of_all_vcpus_are_found, ring_goes_round_and_round,
		  ring_that_is_full_runs_on_after_a_harvest, ring_counts_the_entries_of_each_vcpu,
		  ring_has_the_programs_writes_too, ring_that_is_not_taken_back_makes_all_uncertain,
		  ring_refuses_vcpus_that_are_told_or_of_another_vm,
		  ring_that_can_not_be_mapped_is_not_added);
	tcase_add_loop_test(rings, ring_entries_of_slots_that_are_gone_are_ignored, 0, 2);
	add_steps(suite);
	tcase_add_checked_fixture(starts, setup_map, teardown_memory);
	ADD_TESTS(starts, ring_after_the_first_vcpu_is_refused, ring_without_memory_is_not_begun,
		  ring_above_the_limit_is_refused, ring_of_a_vm_without_rings_is_refused,
		  ring_beside_regions_is_refused_where_it_would_lose_pages);
	return suite;
}

Suite *dirty_race_suite(void)
{
	Suite *suite = suite_create("dirty_race");
	TCase *tcase = add_case(suite, "race", NULL);

	tcase_add_checked_fixture(tcase, setup_map, teardown_memory);
	tcase_add_loop_test(tcase, dirty_mark_that_races_with_a_harvest_is_not_lost,
			    KVMLIB_DIRTY_BITMAP, KVMLIB_DIRTY_RING + 1);
	tcase = add_case(suite, "rings", NULL);
	tcase_add_checked_fixture(tcase, setup_rings, teardown_memory);
	tcase_add_test(tcase, ring_that_is_filled_while_it_is_harvested_loses_nothing);
	return suite;
}
