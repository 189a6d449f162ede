/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Readers: what they find, and that it stays until they leave. */

#include "memory_fixture.h"
#include "suites.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/uio.h>

START_TEST(reader_null_arguments)
{
	struct kvmlib_memory_reader *reader = SENTINEL;

	assert_refuses_null(kvmlib_memory_reader_new(NULL, 0, &reader), 1);
	assert_refuses_null(kvmlib_memory_reader_new(map.memory, 0, NULL), 3);
	ck_assert_ptr_eq(reader, SENTINEL);
	ck_assert_ptr_null(kvmlib_memory_reader_free(NULL));
	assert_refuses_null(kvmlib_memory_enter(NULL), 1);
}
END_TEST

START_TEST(reader_of_a_space_that_is_not_there)
{
	struct kvmlib_memory_reader *reader = SENTINEL;

	assert_fails(kvmlib_memory_reader_new(map.memory, 2, &reader), EINVAL, SPACE_MISSING, NULL);
	assert_value(ARGUMENT, 2);
	assert_fails(kvmlib_memory_reader_new(map.memory, UINT32_MAX, &reader), EINVAL,
		     SPACE_MISSING, NULL);
	ck_assert_ptr_eq(reader, SENTINEL);
}
END_TEST

START_TEST(reader_of_an_empty_map_finds_nothing)
{
	uint64_t left = 77, gpa = 77;

	assert_ok(kvmlib_memory_enter(map.reader));
	spoil_record();
	ck_assert_ptr_null(kvmlib_memory_at(map.reader, 0, &left));
	ck_assert_ptr_null(kvmlib_memory_at(map.reader, UINT64_MAX, &left));
	ck_assert_ptr_null(kvmlib_memory_region_at(map.reader, 0));
	ck_assert_int_eq(kvmlib_memory_gpa_of(map.reader, &left, &gpa), -ENOENT);
	ck_assert(record_is_spoiled());
	ck_assert(left == 77 && gpa == 77);
	kvmlib_memory_leave(map.reader);
}
END_TEST

/* What is found at an address: which byte of which region, and how many follow. */
static void assert_found(const struct kvmlib_memory_region *region, uint64_t offset)
{
	struct kvmlib_memory_region_info info = info_of(region);
	uint64_t gpa = info.gpa + offset, left = 0, back = 0;
	uint8_t *address = (uint8_t *)info.address + offset;

	ck_assert_ptr_eq(kvmlib_memory_at(map.reader, gpa, &left), address);
	ck_assert_uint_eq(left, info.length - offset);
	ck_assert_ptr_eq(kvmlib_memory_at(map.reader, gpa, NULL), address);
	ck_assert_ptr_eq(kvmlib_memory_region_at(map.reader, gpa), region);
	ck_assert_int_eq(kvmlib_memory_gpa_of(map.reader, address, &back), 0);
	ck_assert_uint_eq(back, gpa);
}

static void assert_not_found(uint64_t gpa)
{
	uint64_t left = 77;

	ck_assert_ptr_null(kvmlib_memory_at(map.reader, gpa, &left));
	ck_assert_uint_eq(left, 77);
	ck_assert_ptr_null(kvmlib_memory_region_at(map.reader, gpa));
}

static void assert_borders(const struct kvmlib_memory_region *region)
{
	struct kvmlib_memory_region_info info = info_of(region);
	uint64_t gpa;

	assert_found(region, 0);
	assert_found(region, 1);
	assert_found(region, page_size() - 1);
	assert_found(region, info.length / 2);
	assert_found(region, info.length - 1);
	ck_assert_int_eq(kvmlib_memory_gpa_of(map.reader, (uint8_t *)info.address - 1, &gpa),
			 -ENOENT);
	ck_assert_int_eq(
		kvmlib_memory_gpa_of(map.reader, (uint8_t *)info.address + info.length, &gpa),
		-ENOENT);
}

START_TEST(reader_finds_one_region)
{
	struct kvmlib_memory_region *region = add("a", 16, 4);

	assert_ok(kvmlib_memory_enter(map.reader));
	assert_borders(region);
	assert_not_found(0);
	assert_not_found(PAGES(16) - 1);
	assert_not_found(PAGES(20));
	assert_not_found(PAGES(20) + 1);
	assert_not_found(UINT64_C(1) << 52);
	assert_not_found(UINT64_MAX);
	kvmlib_memory_leave(map.reader);
}
END_TEST

START_TEST(reader_tells_neighbours_apart)
{
	struct kvmlib_memory_region *a = add("a", 16, 4), *b = add("b", 20, 1),
				    *c = add("c", 21, 8);

	assert_ok(kvmlib_memory_enter(map.reader));
	assert_borders(a);
	assert_borders(b);
	assert_borders(c);
	assert_not_found(PAGES(16) - 1);
	assert_not_found(PAGES(29));
	kvmlib_memory_leave(map.reader);
}
END_TEST

#ifdef __x86_64__
#define TOP (UINT64_C(1) << 52)
#else
#define TOP (UINT64_C(1) << 40)
#endif

/* The whole space lies between two pages: all parts of the table but two are empty. */
START_TEST(reader_finds_the_first_and_the_last_page)
{
	struct kvmlib_memory_region_opts opts = opts_of("top", 0, 1);
	struct kvmlib_memory_region *bottom, *top;

	bottom = add("bottom", 0, 1);
	opts.gpa = TOP - page_size();
	top = add_opts(&opts);
	assert_ok(kvmlib_memory_enter(map.reader));
	assert_borders(bottom);
	assert_borders(top);
	assert_not_found(page_size());
	for (uint64_t gpa = page_size(); gpa < opts.gpa; gpa *= 2) {
		assert_not_found(gpa);
		assert_not_found(opts.gpa - gpa);
	}
	assert_not_found(opts.gpa - 1);
	assert_not_found(TOP);
	assert_not_found(UINT64_MAX);
	kvmlib_memory_leave(map.reader);
}
END_TEST

static uint32_t random_number(void)
{
	static uint32_t state = 1;

	state = state * 1664525U + 1013904223U;
	return state >> 8;
}

/*
 * Many regions, whose sizes and gaps are 1 to 2^i pages: some parts of the table hold many, and some
 * none. Every border is looked at, and what lies before and behind it.
 */
static void find_many(unsigned int n, unsigned int scale)
{
	struct kvmlib_memory_region *regions[512];
	struct kvmlib_memory_change *change = begin();
	uint64_t page = random_number() % 8;

	for (unsigned int i = 0; i < n; i++) {
		uint64_t pages = 1 + random_number() % (1U << random_number() % scale);
		struct kvmlib_memory_region_opts opts = opts_of("r", page, pages);

		opts.backing = KVMLIB_MEMORY_POINTER; /* which nobody touches */
		opts.address = (uint8_t *)(uintptr_t)0x100000000000 + opts.gpa;
		ck_assert_int_eq(kvmlib_memory_change_add(change, &opts, &regions[i]), 0);
		page += pages;
		if (random_number() % 2)
			page += random_number() % (1U << random_number() % scale);
	}
	commit(change);
	assert_ok(kvmlib_memory_enter(map.reader));
	for (unsigned int i = 0; i < n; i++) {
		struct kvmlib_memory_region_info info = info_of(regions[i]);
		struct kvmlib_memory_region *before = i ? regions[i - 1] : NULL;

		assert_found(regions[i], 0);
		assert_found(regions[i], info.length - 1);
		assert_found(regions[i], info.length / 2);
		if (before && info_of(before).gpa + info_of(before).length == info.gpa)
			assert_found(before, info_of(before).length - 1);
		else if (info.gpa)
			assert_not_found(info.gpa - 1);
	}
	assert_not_found(PAGES(page));
	kvmlib_memory_leave(map.reader);
}

/* A VM of arm64's default type ends at 40 bits. */
#ifdef __aarch64__
#define WIDEST 21
#else
#define WIDEST 24
#endif

static const struct {
	unsigned int n, scale;
} tables[] = {
	{ 1, 1 },   { 1, 20 },	{ 2, 1 },   { 2, 20 },	{ 3, 12 },  { 15, 4 },	 { 16, 1 },
	{ 16, 24 }, { 17, 10 }, { 64, 16 }, { 512, 1 }, { 512, 4 }, { 512, 20 }, { 511, WIDEST },
};
#define NR_TABLES ((int)(sizeof(tables) / sizeof(tables[0])))

START_TEST(reader_finds_many_regions)
{
	find_many(tables[_i].n, tables[_i].scale);
}
END_TEST

START_TEST(reader_looks_at_one_space)
{
	struct kvmlib_memory_region_opts opts = opts_of("s", 2, 4);
	struct kvmlib_memory_region *a = add("a", 0, 4), *s, *found;
	struct kvmlib_memory_reader *reader;
	uint64_t gpa = 77;

	opts.space = 1;
	s = add_opts(&opts);
	assert_ok(kvmlib_memory_reader_new(map.memory, 1, &reader));
	assert_ok(kvmlib_memory_enter(reader));
	assert_ok(kvmlib_memory_enter(map.reader));
	assert_borders(a);
	assert_not_found(PAGES(4));
	ck_assert_ptr_null(kvmlib_memory_at(reader, 0, NULL));
	found = kvmlib_memory_region_at(reader, PAGES(5));
	ck_assert_ptr_eq(found, s);
	ck_assert_int_eq(kvmlib_memory_gpa_of(reader, kvmlib_memory_region_address(a), &gpa),
			 -ENOENT);
	kvmlib_memory_leave(map.reader);
	kvmlib_memory_leave(reader);
	kvmlib_memory_reader_free(reader);
}
END_TEST

START_TEST(reader_finds_the_first_of_aliases)
{
	struct kvmlib_memory_region_opts opts = opts_of("b", 16, 4);
	uint64_t gpa = 77;

	opts.backing = KVMLIB_MEMORY_POINTER;
	opts.address = guest_memory();
	add_opts(&opts);
	opts = opts_of("a", 8, 4);
	opts.backing = KVMLIB_MEMORY_POINTER;
	opts.address = guest_memory() + page_size();
	add_opts(&opts);
	assert_ok(kvmlib_memory_enter(map.reader));
	ck_assert_int_eq(kvmlib_memory_gpa_of(map.reader, guest_memory() + page_size() + 1, &gpa),
			 0);
	ck_assert_uint_eq(gpa, PAGES(8) + 1);
	ck_assert_int_eq(kvmlib_memory_gpa_of(map.reader, guest_memory() + 1, &gpa), 0);
	ck_assert_uint_eq(gpa, PAGES(16) + 1);
	kvmlib_memory_leave(map.reader);
}
END_TEST

START_TEST(reader_enters_and_leaves_in_pairs)
{
	struct kvmlib_memory_region *region = add("a", 0, 1);

	assert_ok(kvmlib_memory_enter(map.reader));
	assert_ok(kvmlib_memory_enter(map.reader));
	kvmlib_memory_leave(map.reader);
	assert_found(region, 0);
	assert_fails(kvmlib_memory_remove(map.memory, region), EDEADLK, IN_READER, NULL);
	kvmlib_memory_leave(map.reader);
	assert_ok(kvmlib_memory_remove(map.memory, region));
}
END_TEST

/* Copies enter by themselves, inside or outside. */
START_TEST(reader_copies_leave_the_depth_as_it_was)
{
	struct kvmlib_memory_region *region = add("a", 0, 1);
	uint64_t number = 0;
	char string[8];
	size_t equal;

	for (int inside = 0; inside < 2; inside++) {
		if (inside)
			assert_ok(kvmlib_memory_enter(map.reader));
		assert_ok(kvmlib_memory_write(map.reader, 0, "abc", 4));
		assert_ok(kvmlib_memory_read(map.reader, 0, string, 4));
		assert_ok(kvmlib_memory_read_string(map.reader, 0, string, 8, NULL));
		assert_ok(kvmlib_memory_compare(map.reader, 0, "abc", 3, &equal));
		assert_ok(kvmlib_memory_fill(map.reader, 8, 1, 8));
		assert_ok(kvmlib_memory_load(map.reader, 8, 8, &number));
		assert_ok(kvmlib_memory_store(map.reader, 8, 8, number));
		assert_returns(kvmlib_memory_compare_exchange(map.reader, 8, 8, &number, 1), 1);
		assert_ok(kvmlib_memory_discard(map.reader, 0, 1, NULL));
		ck_assert_int_eq(kvmlib_memory_read(map.reader, PAGES(1), string, 1), -EFAULT);
		ck_assert_int_eq(kvmlib_memory_load(map.reader, PAGES(1), 1, &number), -EFAULT);
		ck_assert_int_eq(kvmlib_memory_read_string(map.reader, PAGES(1), string, 1, NULL),
				 -EFAULT);
		ck_assert_int_eq(kvmlib_memory_discard(map.reader, PAGES(1), 1, NULL), -EFAULT);
	}
	assert_fails(kvmlib_memory_remove(map.memory, region), EDEADLK, IN_READER, NULL);
	kvmlib_memory_leave(map.reader);
	assert_ok(kvmlib_memory_remove(map.memory, region));
}
END_TEST

START_TEST(reader_freed_inside_leaves)
{
	struct kvmlib_memory_region *region = add("a", 0, 1);

	assert_ok(kvmlib_memory_enter(map.reader));
	map.reader = kvmlib_memory_reader_free(map.reader);
	assert_ok(kvmlib_memory_remove(map.memory, region));
}
END_TEST

/* Commits that wait: the library's sleep tells the test that one does. */

static sem_t waits;
static atomic_int committed;
static struct kvmlib_memory_change *waiting_change;
static struct {
	uint64_t gpa, length;
	int is_private;
} conversion;

static void tell_that_it_waits(void)
{
	sem_post(&waits);
}

static void *commit_it(void *userdata)
{
	int r = kvmlib_memory_change_commit(waiting_change);

	(void)userdata;
	atomic_store(&committed, r ? r : 1);
	return NULL;
}

static void *convert_it(void *userdata)
{
	int r = kvmlib_memory_convert(map.memory, conversion.gpa, conversion.length,
				      conversion.is_private);

	(void)userdata;
	atomic_store(&committed, r ? r : 1);
	return NULL;
}

/* Start a thread that changes the map, and return when it waits for the readers. */
static pthread_t start_and_wait(void *(*function)(void *))
{
	pthread_t thread;

	ck_assert_int_eq(sem_init(&waits, 0, 0), 0);
	atomic_store(&committed, 0);
	map.on_sleep = tell_that_it_waits;
	ck_assert_int_eq(pthread_create(&thread, NULL, function, NULL), 0);
	ck_assert_int_eq(sem_wait(&waits), 0);
	ck_assert_int_eq(sem_wait(&waits), 0); /* and goes on waiting */
	ck_assert_int_eq(atomic_load(&committed), 0);
	return thread;
}

static void end_waiting(pthread_t thread)
{
	ck_assert_int_eq(pthread_join(thread, NULL), 0);
	ck_assert_int_eq(atomic_load(&committed), 1);
	map.on_sleep = NULL;
	sem_destroy(&waits);
}

START_TEST(reader_keeps_its_view_while_the_map_changes)
{
	struct kvmlib_memory_region *a = add("a", 0, 4), *b = add("b", 8, 4);
	struct kvmlib_memory_region_opts opts = opts_of("c", 16, 4);
	struct kvmlib_memory_reader *other;
	uint8_t *address, byte = 9;
	pthread_t thread;

	assert_ok(kvmlib_memory_reader_new(map.memory, 0, &other));
	waiting_change = begin();
	assert_ok(kvmlib_memory_change_remove(waiting_change, a));
	move(waiting_change, b, 12);
	assert_ok(kvmlib_memory_change_add(waiting_change, &opts, NULL));
	assert_ok(kvmlib_memory_enter(map.reader));
	address = kvmlib_memory_at(map.reader, 0, NULL);
	thread = start_and_wait(commit_it);
	/* The kernel and new readers have the new map; this one has the old, and may touch it. */
	assert_calls("0:0+4 1:8+4 0:- 1:12+4 0:16+4");
	ck_assert_ptr_eq(kvmlib_memory_at(map.reader, 0, NULL), address);
	*(volatile uint8_t *)address = 7;
	ck_assert_ptr_nonnull(kvmlib_memory_at(map.reader, PAGES(11), NULL));
	assert_not_found(PAGES(12));
	assert_not_found(PAGES(16));
	assert_ok(kvmlib_memory_read(map.reader, 0, &byte, 1)); /* of the view it is inside of */
	ck_assert_uint_eq(byte, 7);
	assert_ok(kvmlib_memory_enter(other));
	ck_assert_ptr_null(kvmlib_memory_at(other, 0, NULL));
	ck_assert_ptr_nonnull(kvmlib_memory_at(other, PAGES(15), NULL));
	ck_assert_ptr_nonnull(kvmlib_memory_at(other, PAGES(16), NULL));
	kvmlib_memory_leave(map.reader);
	/* The other one entered afterwards: nobody waits for it. */
	end_waiting(thread);
	ck_assert(!can_read(address));
	kvmlib_memory_leave(other);
	kvmlib_memory_reader_free(other);
}
END_TEST

/* The inner pairs do not let the commit go on. */
START_TEST(reader_nested_is_waited_for_to_the_end)
{
	struct kvmlib_memory_region *a = add("a", 0, 4);
	uint8_t *address = kvmlib_memory_region_address(a);
	pthread_t thread;

	waiting_change = begin();
	assert_ok(kvmlib_memory_change_remove(waiting_change, a));
	assert_ok(kvmlib_memory_enter(map.reader));
	thread = start_and_wait(commit_it);
	assert_ok(kvmlib_memory_enter(map.reader));
	kvmlib_memory_leave(map.reader);
	ck_assert_int_eq(sem_wait(&waits), 0);
	ck_assert_int_eq(sem_wait(&waits), 0);
	ck_assert_int_eq(atomic_load(&committed), 0);
	ck_assert(can_read(address));
	kvmlib_memory_leave(map.reader);
	end_waiting(thread);
	ck_assert(!can_read(address));
}
END_TEST

START_TEST(reader_freed_inside_lets_a_commit_go_on)
{
	struct kvmlib_memory_region *a = add("a", 0, 4);
	pthread_t thread;

	waiting_change = begin();
	assert_ok(kvmlib_memory_change_remove(waiting_change, a));
	assert_ok(kvmlib_memory_enter(map.reader));
	thread = start_and_wait(commit_it);
	map.reader = kvmlib_memory_reader_free(map.reader);
	end_waiting(thread);
}
END_TEST

/* While one waits, others can be made, and can enter and leave. */
START_TEST(reader_can_be_made_while_a_commit_waits)
{
	struct kvmlib_memory_region *a = add("a", 0, 4);
	struct kvmlib_memory_reader *other;
	pthread_t thread;

	waiting_change = begin();
	assert_ok(kvmlib_memory_change_remove(waiting_change, a));
	assert_ok(kvmlib_memory_enter(map.reader));
	thread = start_and_wait(commit_it);
	for (unsigned int i = 0; i < 100; i++) {
		assert_ok(kvmlib_memory_reader_new(map.memory, i % 2, &other));
		assert_ok(kvmlib_memory_enter(other));
		kvmlib_memory_leave(other);
		kvmlib_memory_reader_free(other);
	}
	ck_assert_int_eq(atomic_load(&committed), 0);
	kvmlib_memory_leave(map.reader);
	end_waiting(thread);
}
END_TEST

/* What becomes private is emptied when nobody can look at it any more. */
START_TEST(reader_keeps_shared_pages_until_it_leaves)
{
	struct kvmlib_memory_region_opts opts = opts_of("a", 0, 4);
	uint8_t *address;
	pthread_t thread;

	NEEDS(SET_MEMORY_ATTRIBUTES);
	opts.flags = KVMLIB_MEMORY_CONVERTIBLE;
	address = kvmlib_memory_region_address(add_opts(&opts));
	memset(address, 7, PAGES(4));
	conversion.gpa = PAGES(1);
	conversion.length = PAGES(2);
	conversion.is_private = 1;
	assert_ok(kvmlib_memory_enter(map.reader));
	thread = start_and_wait(convert_it);
	ck_assert_uint_eq(map.calls[CALL_ATTRIBUTES], 1);
	ck_assert_ptr_eq(kvmlib_memory_at(map.reader, PAGES(2), NULL), address + PAGES(2));
	ck_assert_uint_eq(address[PAGES(2)], 7);
	kvmlib_memory_leave(map.reader);
	end_waiting(thread);
	ck_assert_uint_eq(address[PAGES(2)], 0);
	ck_assert_str_eq(name_at(PAGES(2)), "");
}
END_TEST

/* iovec. */

START_TEST(iovec_null_arguments_and_outside)
{
	struct iovec iov[2];

	add("a", 0, 1);
	assert_refuses_null(kvmlib_memory_iovec(NULL, 0, 1, 0, iov, 2), 1);
	assert_refuses_null(kvmlib_memory_iovec(map.reader, 0, 1, 0, NULL, 2), 5);
	assert_fails(kvmlib_memory_iovec(map.reader, 0, 1, 0, iov, 2), EINVAL, NOT_IN_READER, NULL);
	assert_value(ARGUMENT, 1);
}
END_TEST

START_TEST(iovec_of_several_regions)
{
	struct kvmlib_memory_region_opts opts = opts_of("c", 6, 2);
	uint8_t *a = kvmlib_memory_region_address(add("a", 0, 4));
	uint8_t *b = kvmlib_memory_region_address(add("b", 4, 2)), *c;
	struct iovec iov[3] = { { SENTINEL, 77 }, { SENTINEL, 77 }, { SENTINEL, 77 } };

	opts.flags = KVMLIB_MEMORY_READONLY;
	c = kvmlib_memory_region_address(add_opts(&opts));
	assert_ok(kvmlib_memory_enter(map.reader));
	assert_returns(kvmlib_memory_iovec(map.reader, 5, 0, 1, NULL, 0), 0);
	assert_returns(kvmlib_memory_iovec(map.reader, 5, PAGES(4) - 5, 1, iov, 3), 1);
	ck_assert(iov[0].iov_base == a + 5 && iov[0].iov_len == PAGES(4) - 5);
	ck_assert(iov[1].iov_base == SENTINEL);
	assert_returns(kvmlib_memory_iovec(map.reader, PAGES(4) - 1, PAGES(2) + 2, 0, iov, 3), 3);
	ck_assert(iov[0].iov_base == a + PAGES(4) - 1 && iov[0].iov_len == 1);
	ck_assert(iov[1].iov_base == b && iov[1].iov_len == PAGES(2));
	ck_assert(iov[2].iov_base == c && iov[2].iov_len == 1);
	assert_fails(kvmlib_memory_iovec(map.reader, PAGES(4) - 1, PAGES(2) + 2, 0, iov, 2),
		     ENOBUFS, LIST_TOO_SMALL, NULL);
	assert_fails(kvmlib_memory_iovec(map.reader, 0, 1, 0, NULL, 0), ENOBUFS, LIST_TOO_SMALL,
		     NULL);
	assert_fails_at(kvmlib_memory_iovec(map.reader, PAGES(4), PAGES(3), 1, iov, 3), EACCES,
			MEMORY_READONLY, PAGES(6));
	assert_fails_at(kvmlib_memory_iovec(map.reader, PAGES(4), PAGES(4) + 1, 0, iov, 3), EFAULT,
			NOT_MEMORY, PAGES(8));
	kvmlib_memory_leave(map.reader);
}
END_TEST

Suite *memory_reader_suite(void)
{
	Suite *suite = suite_create("memory_reader");
	TCase *tcase = map_case(suite, "lookup", setup_map);

	tcase_add_loop_test(tcase, reader_finds_many_regions, 0, NR_TABLES);
	ADD_TESTS(tcase, reader_null_arguments, reader_of_a_space_that_is_not_there,
		  reader_of_an_empty_map_finds_nothing, reader_finds_one_region,
		  reader_tells_neighbours_apart, reader_finds_the_first_and_the_last_page,
		  reader_looks_at_one_space, reader_finds_the_first_of_aliases,
		  reader_enters_and_leaves_in_pairs, reader_copies_leave_the_depth_as_it_was,
		  reader_freed_inside_leaves);
	ADD_TESTS(map_case(suite, "views", setup_private),
		  reader_keeps_its_view_while_the_map_changes,
		  reader_nested_is_waited_for_to_the_end, reader_freed_inside_lets_a_commit_go_on,
		  reader_can_be_made_while_a_commit_waits,
		  reader_keeps_shared_pages_until_it_leaves);
	ADD_TESTS(map_case(suite, "iovec", setup_map), iovec_null_arguments_and_outside,
		  iovec_of_several_regions);
	return suite;
}
