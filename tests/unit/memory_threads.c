/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Readers of many threads while others change the map: what they find is what it was at some time. */

#include "memory_fixture.h"
#include "suites.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>

#define NR_READERS   3U
#define NR_COMMITS   rounds(300)
#define NR_PAGES     64U /* of the guest's space that is looked at */
#define NR_REGIONS   8U
#define HOME_OF(i)   ((uint64_t)(i)*8) /* page of region i, of 4 pages */
#define REGION_PAGES 4U

static struct {
	atomic_bool stop;
	atomic_uint errors;
	atomic_uint reads; /* that found memory */
	struct kvmlib_memory_region *regions[NR_REGIONS];
} stress;

static void count(bool is_wrong)
{
	if (is_wrong)
		atomic_fetch_add(&stress.errors, 1);
}

static void start(pthread_t *thread, void *(*function)(void *), uintptr_t number)
{
	ck_assert_int_eq(pthread_create(thread, NULL, function, (void *)number), 0);
}

static void join(pthread_t thread)
{
	ck_assert_int_eq(pthread_join(thread, NULL), 0);
}

static uint32_t next_number(uint32_t *state)
{
	*state = *state * 1664525U + 1013904223U;
	return *state >> 8;
}

/* The first bytes of each page of a region hold its number and 1, and nothing ever changes them. */
static void stamp(struct kvmlib_memory_region *region, unsigned int number)
{
	uint8_t *address = kvmlib_memory_region_address(region);

	for (unsigned int i = 0; i < REGION_PAGES; i++)
		__atomic_store_n(address + PAGES(i), (uint8_t)(number + 1), __ATOMIC_RELAXED);
}

static struct kvmlib_memory_region_opts home_opts(unsigned int number)
{
	static const char *const names[NR_REGIONS] = { "1", "2", "3", "4", "5", "6", "7", "8" };

	return opts_of(names[number], HOME_OF(number), REGION_PAGES);
}

static void setup_stress(void)
{
	setup_map();
	atomic_store(&stress.stop, false);
	atomic_store(&stress.errors, 0);
	atomic_store(&stress.reads, 0);
	for (unsigned int i = 0; i < NR_REGIONS; i++) {
		struct kvmlib_memory_region_opts opts = home_opts(i);

		stress.regions[i] = add_opts(&opts);
		stamp(stress.regions[i], i);
	}
}

/* Looks at one page: what is found there names the region that it lies in. */
static void look(struct kvmlib_memory_reader *reader, uint64_t gpa)
{
	struct kvmlib_memory_region *region;
	const uint8_t *address;
	uint64_t left = 0, back = 0;

	count(kvmlib_memory_enter(reader) < 0);
	address = kvmlib_memory_at(reader, gpa, &left);
	region = kvmlib_memory_region_at(reader, gpa);
	count(!address != !region);
	if (address) {
		atomic_fetch_add_explicit(&stress.reads, 1, memory_order_relaxed);
		count(left > PAGES(REGION_PAGES) || left % page_size());
		count(kvmlib_memory_gpa_of(reader, address, &back) < 0 || back != gpa);
		count(__atomic_load_n(address, __ATOMIC_RELAXED) == 0);
		/* The same throughout, whatever is committed meanwhile. */
		sched_yield();
		count(kvmlib_memory_at(reader, gpa, NULL) != address);
		count(kvmlib_memory_region_address(region) >
		      (const void *)address); /* region is still good */
	}
	kvmlib_memory_leave(reader);
}

static void access_page(struct kvmlib_memory_reader *reader, uint64_t gpa, uint32_t number)
{
	uint64_t value = 0;
	int r = kvmlib_memory_load(reader, gpa, 1, &value);

	count(r < 0 ? r != -EFAULT : !value || value > NR_REGIONS);
	/* A word of each thread's own. */
	gpa += 64 + 8 * (uint64_t)number;
	r = kvmlib_memory_store(reader, gpa, 8, value);
	count(r < 0 && r != -EFAULT && r != -EACCES);
	r = kvmlib_memory_load(reader, gpa, 8, &value);
	count(r < 0 && r != -EFAULT);
}

static void *read_all(void *userdata)
{
	uint32_t number = (uint32_t)(uintptr_t)userdata, state = number;
	struct kvmlib_memory_reader *reader = NULL;

	count(kvmlib_memory_reader_new(map.memory, 0, &reader) < 0);
	while (!atomic_load(&stress.stop)) {
		uint64_t gpa = PAGES(next_number(&state) % NR_PAGES);

		look(reader, gpa);
		access_page(reader, gpa, number);
	}
	kvmlib_memory_reader_free(reader);
	return NULL;
}

/* Readers that come and go. */
static void *read_briefly(void *userdata)
{
	uint32_t number = (uint32_t)(uintptr_t)userdata, state = number;

	while (!atomic_load(&stress.stop)) {
		struct kvmlib_memory_reader *reader = NULL;

		count(kvmlib_memory_reader_new(map.memory, 0, &reader) < 0);
		for (unsigned int i = 0; i < 4; i++)
			look(reader, PAGES(next_number(&state) % NR_PAGES));
		if (next_number(&state) % 2)
			count(kvmlib_memory_enter(reader) < 0); /* freed inside */
		kvmlib_memory_reader_free(reader);
	}
	return NULL;
}

/* One random change of regions first to last - 1, which no other thread changes. */
static void change_some(uint32_t *state, unsigned int first, unsigned int last)
{
	unsigned int i = first + next_number(state) % (last - first);
	unsigned int kind = next_number(state) % 4;
	struct kvmlib_memory_region_opts opts = home_opts(i);
	struct kvmlib_memory_change *change = NULL;
	struct kvmlib_memory_region *region = stress.regions[i];

	count(kvmlib_memory_begin(map.memory, &change) < 0);
	if (kind == 0) {
		count(kvmlib_memory_change_replace(change, region, &opts, &stress.regions[i]) < 0);
		stamp(stress.regions[i], i);
	} else if (kind == 1) {
		count(kvmlib_memory_change_move(change, region,
						PAGES(HOME_OF(i) + next_number(state) % 5)) < 0);
	} else if (kind == 2) {
		count(kvmlib_memory_change_flags(change, region, next_number(state) % 4) < 0);
	} else {
		count(kvmlib_memory_change_remove(change, region) < 0);
		count(kvmlib_memory_change_commit(change) < 0);
		count(kvmlib_memory_begin(map.memory, &change) < 0);
		count(kvmlib_memory_change_add(change, &opts, &stress.regions[i]) < 0);
		stamp(stress.regions[i], i);
	}
	count(kvmlib_memory_change_commit(change) < 0);
}

static void *change_first_half(void *userdata)
{
	uint32_t state = (uint32_t)(uintptr_t)userdata;

	for (unsigned int i = 0, end = NR_COMMITS; i < end; i++)
		change_some(&state, 0, NR_REGIONS / 2);
	return NULL;
}

static void *change_second_half(void *userdata)
{
	uint32_t state = (uint32_t)(uintptr_t)userdata;

	for (unsigned int i = 0, end = NR_COMMITS; i < end; i++)
		change_some(&state, NR_REGIONS / 2, NR_REGIONS);
	return NULL;
}

static void end(const pthread_t *readers, unsigned int n)
{
	atomic_store(&stress.stop, true);
	for (unsigned int i = 0; i < n; i++)
		join(readers[i]);
	ck_assert_uint_eq(atomic_load(&stress.errors), 0);
	ck_assert_uint_gt(atomic_load(&stress.reads), 0);
	map_text(); /* regions and slots agree */
	ck_assert_int_eq(kvmlib_memory_regions(map.memory, NULL, 0), NR_REGIONS);
}

START_TEST(memory_readers_while_one_thread_commits)
{
	pthread_t readers[NR_READERS], committer;

	for (unsigned int i = 0; i < NR_READERS; i++)
		start(&readers[i], read_all, i);
	start(&committer, change_first_half, 7);
	join(committer);
	end(readers, NR_READERS);
}
END_TEST

START_TEST(memory_readers_while_two_threads_commit)
{
	pthread_t readers[NR_READERS], committers[2];

	for (unsigned int i = 0; i < NR_READERS; i++)
		start(&readers[i], i ? read_all : read_briefly, i);
	start(&committers[0], change_first_half, 1);
	start(&committers[1], change_second_half, 2);
	join(committers[0]);
	join(committers[1]);
	end(readers, NR_READERS);
}
END_TEST

/* All of them are made and freed while commits wait for them. */
START_TEST(memory_readers_come_and_go_while_threads_commit)
{
	pthread_t readers[NR_READERS], committers[2];

	for (unsigned int i = 0; i < NR_READERS; i++)
		start(&readers[i], read_briefly, i);
	start(&committers[0], change_first_half, 3);
	start(&committers[1], change_second_half, 4);
	join(committers[0]);
	join(committers[1]);
	end(readers, NR_READERS);
}
END_TEST

static void *describe_all(void *userdata)
{
	struct kvmlib_memory_region_info info;

	(void)userdata;
	while (!atomic_load(&stress.stop)) {
		struct kvmlib_memory_region *regions[NR_REGIONS];
		int n = kvmlib_memory_regions(map.memory, regions, NR_REGIONS);

		count(n != NR_REGIONS);
		/* Those of the second half are not removed here. */
		for (int i = NR_REGIONS / 2; i < n; i++)
			count(kvmlib_memory_region_describe(regions[i], &info) < 0 ||
			      info.length != PAGES(REGION_PAGES));
		atomic_fetch_add(&stress.reads, 1);
	}
	return NULL;
}

static void *move_second_half(void *userdata)
{
	uint32_t state = (uint32_t)(uintptr_t)userdata;

	for (unsigned int n = 0, end = NR_COMMITS; n < end; n++) {
		unsigned int i = NR_REGIONS / 2 + next_number(&state) % (NR_REGIONS / 2);
		struct kvmlib_memory_change *change = NULL;

		count(kvmlib_memory_begin(map.memory, &change) < 0);
		count(kvmlib_memory_change_move(change, stress.regions[i],
						PAGES(HOME_OF(i) + next_number(&state) % 5)) < 0);
		count(kvmlib_memory_change_flags(change, stress.regions[i],
						 next_number(&state) % 4) < 0);
		count(kvmlib_memory_change_commit(change) < 0);
	}
	return NULL;
}

START_TEST(memory_regions_are_described_while_they_move)
{
	pthread_t readers[2], committer;

	start(&readers[0], describe_all, 0);
	start(&readers[1], read_all, 1);
	start(&committer, move_second_half, 5);
	join(committer);
	end(readers, 2);
}
END_TEST

/* Pages become private and shared under the eyes of readers. */
static void setup_converted(void)
{
	setup_private();
	atomic_store(&stress.stop, false);
	atomic_store(&stress.errors, 0);
	atomic_store(&stress.reads, 0);
	for (unsigned int i = 0; REQUEST(SET_MEMORY_ATTRIBUTES) && i < NR_REGIONS; i++) {
		struct kvmlib_memory_region_opts opts = home_opts(i);

		opts.flags = KVMLIB_MEMORY_CONVERTIBLE;
		stress.regions[i] = add_opts(&opts);
	}
}

static void *convert_pages(void *userdata)
{
	uint32_t state = (uint32_t)(uintptr_t)userdata;

	for (unsigned int n = 0, end = NR_COMMITS; n < end; n++) {
		unsigned int i = next_number(&state) % NR_REGIONS;
		unsigned int page = next_number(&state) % REGION_PAGES;

		count(kvmlib_memory_convert(map.memory, PAGES(HOME_OF(i) + page),
					    PAGES(1 + next_number(&state) % (REGION_PAGES - page)),
					    (int)(next_number(&state) % 2)) < 0);
	}
	return NULL;
}

static void *access_pages(void *userdata)
{
	uint32_t number = (uint32_t)(uintptr_t)userdata, state = number;
	struct kvmlib_memory_reader *reader = NULL;

	count(kvmlib_memory_reader_new(map.memory, 0, &reader) < 0);
	while (!atomic_load(&stress.stop)) {
		uint64_t gpa = PAGES(next_number(&state) % NR_PAGES) + 64 + 8 * (uint64_t)number;
		uint64_t value = 77;
		int r = kvmlib_memory_store(reader, gpa, 8, 1);

		count(r < 0 && r != -EFAULT);
		r = kvmlib_memory_load(reader, gpa, 8, &value);
		count(r < 0 ? r != -EFAULT || value != 77 : value > 1);
		atomic_fetch_add(&stress.reads, 1);
	}
	kvmlib_memory_reader_free(reader);
	return NULL;
}

START_TEST(memory_readers_while_two_threads_convert)
{
	pthread_t readers[NR_READERS], converters[2];

	NEEDS(SET_MEMORY_ATTRIBUTES);
	for (unsigned int i = 0; i < NR_READERS; i++)
		start(&readers[i], access_pages, i);
	start(&converters[0], convert_pages, 1);
	start(&converters[1], convert_pages, 2);
	join(converters[0]);
	join(converters[1]);
	end(readers, NR_READERS);
}
END_TEST

Suite *memory_threads_suite(void)
{
	Suite *suite = suite_create("memory_threads");
	TCase *tcase = map_case(suite, "threads", setup_stress);
	TCase *converted = map_case(suite, "converted", setup_converted);

	tcase_set_timeout(tcase, 300);
	ADD_TESTS(tcase, memory_readers_while_one_thread_commits,
		  memory_readers_while_two_threads_commit,
		  memory_readers_come_and_go_while_threads_commit,
		  memory_regions_are_described_while_they_move);
	tcase_set_timeout(converted, 300);
	ADD_TESTS(converted, memory_readers_while_two_threads_convert);
	return suite;
}
