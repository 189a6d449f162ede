/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copies, strings and numbers: in one region, over several, and where memory ends or vanishes. */

#include "emulated.h"
#include "memory_fixture.h"
#include "suites.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static uint8_t *a, *b, *rom;

/* Two regions side by side and a ROM behind them: pages 0 to 3, 4 and 5, 6 and 7. */
static void setup_three(void)
{
	struct kvmlib_memory_region_opts opts = opts_of("rom", 6, 2);

	setup_map();
	a = kvmlib_memory_region_address(add("a", 0, 4));
	b = kvmlib_memory_region_address(add("b", 4, 2));
	opts.flags = KVMLIB_MEMORY_READONLY;
	rom = kvmlib_memory_region_address(add_opts(&opts));
	memset(rom, 'r', PAGES(2));
}

START_TEST(access_null_arguments)
{
	uint8_t byte = 77;
	size_t equal = 77;
	uint64_t number = 77;

	assert_refuses_null(kvmlib_memory_read(NULL, 0, &byte, 1), 1);
	assert_refuses_null(kvmlib_memory_read(map.reader, 0, NULL, 1), 3);
	assert_refuses_null(kvmlib_memory_write(NULL, 0, &byte, 1), 1);
	assert_refuses_null(kvmlib_memory_write(map.reader, 0, NULL, 1), 3);
	assert_refuses_null(kvmlib_memory_fill(NULL, 0, 1, 1), 1);
	assert_refuses_null(kvmlib_memory_compare(NULL, 0, &byte, 1, &equal), 1);
	assert_refuses_null(kvmlib_memory_compare(map.reader, 0, NULL, 1, &equal), 3);
	assert_refuses_null(kvmlib_memory_compare(map.reader, 0, &byte, 1, NULL), 5);
	assert_refuses_null(kvmlib_memory_read_string(NULL, 0, (char *)&byte, 1, &equal), 1);
	assert_refuses_null(kvmlib_memory_read_string(map.reader, 0, NULL, 1, &equal), 3);
	assert_refuses_null(kvmlib_memory_load(NULL, 0, 1, &number), 1);
	assert_refuses_null(kvmlib_memory_load(map.reader, 0, 1, NULL), 4);
	assert_refuses_null(kvmlib_memory_store(NULL, 0, 1, 0), 1);
	assert_refuses_null(kvmlib_memory_compare_exchange(NULL, 0, 1, &number, 0), 1);
	assert_refuses_null(kvmlib_memory_compare_exchange(map.reader, 0, 1, NULL, 0), 4);
	assert_refuses_null(kvmlib_memory_discard(NULL, 0, 1, &number), 1);
	ck_assert(byte == 77 && equal == 77 && number == 77);
}
END_TEST

/* Where there is no memory, nothing is what there must be. */
START_TEST(access_of_no_bytes)
{
	size_t equal = 77;
	uint64_t done = 77;

	assert_ok(kvmlib_memory_read(map.reader, PAGES(100), NULL, 0));
	assert_ok(kvmlib_memory_write(map.reader, UINT64_MAX, NULL, 0));
	assert_ok(kvmlib_memory_fill(map.reader, PAGES(100), 1, 0));
	assert_ok(kvmlib_memory_compare(map.reader, PAGES(100), NULL, 0, &equal));
	ck_assert_uint_eq(equal, 0);
	assert_ok(kvmlib_memory_discard(map.reader, PAGES(100), 0, &done));
	ck_assert_uint_eq(done, 0);
}
END_TEST

START_TEST(access_copies_over_regions)
{
	uint8_t out[64], in[64];

	for (unsigned int i = 0; i < 64; i++)
		out[i] = (uint8_t)(i + 1);
	assert_ok(kvmlib_memory_write(map.reader, PAGES(4) - 30, out, 64));
	ck_assert_mem_eq(a + PAGES(4) - 30, out, 30);
	ck_assert_mem_eq(b, out + 30, 34);
	ck_assert_uint_eq(a[PAGES(4) - 31], 0);
	ck_assert_uint_eq(b[34], 0);
	assert_ok(kvmlib_memory_read(map.reader, PAGES(4) - 30, in, 64));
	ck_assert_mem_eq(in, out, 64);
	assert_ok(kvmlib_memory_read(map.reader, PAGES(6) - 1, in, 2));
	ck_assert(in[0] == 0 && in[1] == 'r');
}
END_TEST

START_TEST(access_fills_over_regions)
{
	assert_ok(kvmlib_memory_fill(map.reader, PAGES(4) - 3, 0x5a, 5));
	ck_assert_mem_eq(a + PAGES(4) - 4, "\0ZZZ", 4);
	ck_assert_mem_eq(b, "ZZ\0", 3);
	assert_ok(kvmlib_memory_fill(map.reader, 1, 1, PAGES(6) - 2));
	ck_assert(a[0] == 0 && a[1] == 1 && a[PAGES(4) - 1] == 1);
	ck_assert(b[0] == 1 && b[PAGES(2) - 2] == 1 && b[PAGES(2) - 1] == 0);
}
END_TEST

/* It is checked as a whole before its first byte is touched. */
START_TEST(access_behind_the_end_touches_nothing)
{
	uint8_t buffer[300];
	size_t equal = 77;

	memset(buffer, 'x', sizeof(buffer));
	assert_fails_at(kvmlib_memory_read(map.reader, PAGES(8) - 100, buffer, 300), EFAULT,
			NOT_MEMORY, PAGES(8));
	assert_value(SIZE, 200);
	ck_assert(buffer[0] == 'x' && buffer[99] == 'x');
	assert_ok(kvmlib_memory_remove(map.memory, region_found(PAGES(4))));
	assert_fails_at(kvmlib_memory_write(map.reader, PAGES(4) - 100, buffer, 300), EFAULT,
			NOT_MEMORY, PAGES(4));
	assert_fails_at(kvmlib_memory_fill(map.reader, PAGES(4) - 100, 1, PAGES(2)), EFAULT,
			NOT_MEMORY, PAGES(4));
	ck_assert_uint_eq(a[PAGES(4) - 100], 0);
	assert_fails_at(kvmlib_memory_compare(map.reader, PAGES(4) - 1, buffer, 2, &equal), EFAULT,
			NOT_MEMORY, PAGES(4));
	ck_assert_uint_eq(equal, 77);
	assert_fails_at(kvmlib_memory_read(map.reader, UINT64_MAX, buffer, 2), EFAULT, NOT_MEMORY,
			UINT64_MAX);
}
END_TEST

START_TEST(access_to_a_rom_is_read_only)
{
	uint8_t buffer[200];
	uint64_t number = 77, done = 77;

	memset(buffer, 'x', sizeof(buffer));
	assert_fails_at(kvmlib_memory_write(map.reader, PAGES(6) - 100, buffer, 200), EACCES,
			MEMORY_READONLY, PAGES(6));
	assert_fails_at(kvmlib_memory_fill(map.reader, PAGES(6) - 100, 1, 200), EACCES,
			MEMORY_READONLY, PAGES(6));
	ck_assert_uint_eq(b[PAGES(2) - 100], 0);
	assert_fails_at(kvmlib_memory_store(map.reader, PAGES(6), 8, 1), EACCES, MEMORY_READONLY,
			PAGES(6));
	assert_fails_at(kvmlib_memory_compare_exchange(map.reader, PAGES(6), 8, &number, 1), EACCES,
			MEMORY_READONLY, PAGES(6));
	ck_assert_uint_eq(number, 77);
	assert_fails_at(kvmlib_memory_discard(map.reader, PAGES(5), PAGES(2), &done), EACCES,
			MEMORY_READONLY, PAGES(6));
	ck_assert_uint_eq(done, 0);
	assert_ok(kvmlib_memory_load(map.reader, PAGES(7), 1, &number));
	ck_assert_uint_eq(number, 'r');
	ck_assert_uint_eq(rom[0], 'r');
}
END_TEST

/* As the guest: from the commit on, and back. */
START_TEST(access_follows_a_change_of_flags)
{
	struct kvmlib_memory_region *region = region_found(PAGES(4));
	struct kvmlib_memory_change *change = begin();

	assert_ok(kvmlib_memory_change_flags(change, region, KVMLIB_MEMORY_READONLY));
	assert_ok(kvmlib_memory_write(map.reader, PAGES(4), "x", 1));
	commit(change);
	assert_fails_at(kvmlib_memory_write(map.reader, PAGES(4), "y", 1), EACCES, MEMORY_READONLY,
			PAGES(4));
	ck_assert_uint_eq(b[0], 'x');
	change = begin();
	assert_ok(kvmlib_memory_change_flags(change, region, 0));
	commit(change);
	assert_ok(kvmlib_memory_write(map.reader, PAGES(4), "y", 1));
	ck_assert_uint_eq(b[0], 'y');
}
END_TEST

START_TEST(access_compares)
{
	static uint8_t bytes[65536 * 8];
	size_t equal = 77;

	for (size_t i = 0; i < PAGES(6); i++)
		bytes[i] = (uint8_t)(i * 7 + i / 256);
	assert_ok(kvmlib_memory_write(map.reader, 0, bytes, PAGES(6)));
	assert_ok(kvmlib_memory_compare(map.reader, 0, bytes, PAGES(6), &equal));
	ck_assert_uint_eq(equal, PAGES(6));
	for (size_t at = 1; at < PAGES(6); at = at * 5 + 3) {
		bytes[at] ^= 0x80;
		assert_ok(kvmlib_memory_compare(map.reader, 1, bytes + 1, PAGES(6) - 1, &equal));
		ck_assert_uint_eq(equal, at - 1);
		assert_ok(kvmlib_memory_compare(map.reader, 1, bytes + 1, at - 1, &equal));
		ck_assert_uint_eq(equal, at - 1);
		bytes[at] ^= 0x80;
	}
	bytes[0] ^= 1;
	bytes[PAGES(6) - 1] ^= 1;
	assert_ok(kvmlib_memory_compare(map.reader, 0, bytes, PAGES(6), &equal));
	ck_assert_uint_eq(equal, 0);
	assert_ok(kvmlib_memory_compare(map.reader, 1, bytes + 1, PAGES(6) - 1, &equal));
	ck_assert_uint_eq(equal, PAGES(6) - 2);
}
END_TEST

/* Strings. */

START_TEST(access_strings)
{
	char buffer[64];
	size_t length = 77;

	assert_ok(kvmlib_memory_write(map.reader, PAGES(4) - 4, "over both", 10));
	assert_ok(kvmlib_memory_read_string(map.reader, PAGES(4) - 4, buffer, 64, &length));
	ck_assert_str_eq(buffer, "over both");
	ck_assert_uint_eq(length, 9);
	assert_ok(kvmlib_memory_read_string(map.reader, PAGES(4) - 4, buffer, 10, NULL));
	ck_assert_str_eq(buffer, "over both");
	assert_ok(kvmlib_memory_read_string(map.reader, 0, buffer, 1, &length));
	ck_assert_uint_eq(length, 0);
	ck_assert_int_eq(buffer[0], 0);
}
END_TEST

START_TEST(access_strings_that_do_not_fit)
{
	char buffer[64];
	size_t length = 77;

	assert_ok(kvmlib_memory_write(map.reader, 8, "ten bytes", 10));
	assert_fails_at(kvmlib_memory_read_string(map.reader, 8, buffer, 9, &length), ENAMETOOLONG,
			STRING_TOO_LONG, 8);
	assert_value(SIZE, 9);
	assert_fails(kvmlib_memory_read_string(map.reader, 8, buffer, 0, &length), EINVAL,
		     BAD_ARGUMENT, NULL);
	assert_value(ARGUMENT, 4);
	ck_assert_uint_eq(length, 77);
}
END_TEST

/* What lies behind the string need not be there; what lies before its end must. */
START_TEST(access_strings_at_the_end_of_memory)
{
	char buffer[64];
	size_t length = 77;

	memcpy(rom + PAGES(2) - 4, "end", 4);
	assert_ok(kvmlib_memory_read_string(map.reader, PAGES(8) - 4, buffer, 64, &length));
	ck_assert_str_eq(buffer, "end");
	rom[PAGES(2) - 1] = 'x';
	length = 77;
	assert_fails_at(kvmlib_memory_read_string(map.reader, PAGES(8) - 4, buffer, 64, &length),
			EFAULT, NOT_MEMORY, PAGES(8));
	assert_fails(kvmlib_memory_read_string(map.reader, PAGES(8) - 4, buffer, 4, &length),
		     ENAMETOOLONG, STRING_TOO_LONG, NULL);
	assert_fails_at(kvmlib_memory_read_string(map.reader, PAGES(9), buffer, 4, &length), EFAULT,
			NOT_MEMORY, PAGES(9));
	ck_assert_uint_eq(length, 77);
}
END_TEST

START_TEST(access_long_strings)
{
	static char buffer[65536 * 4];
	size_t length = 77;

	assert_ok(kvmlib_memory_fill(map.reader, 100, 'x', PAGES(3)));
	assert_ok(kvmlib_memory_read_string(map.reader, 100, buffer, sizeof(buffer), &length));
	ck_assert_uint_eq(length, PAGES(3));
	ck_assert_uint_eq(strlen(buffer), PAGES(3));
	assert_fails(kvmlib_memory_read_string(map.reader, 100, buffer, PAGES(3), &length),
		     ENAMETOOLONG, STRING_TOO_LONG, NULL);
	assert_ok(kvmlib_memory_read_string(map.reader, 100, buffer, PAGES(3) + 1, &length));
}
END_TEST

/* Numbers. */

START_TEST(access_numbers_of_each_size)
{
	uint64_t value = 0x8877665544332211, mask = UINT64_MAX, number;

	for (uint32_t size = 8; size; size /= 2) {
		uint64_t other = 77;

		mask = size == 8 ? UINT64_MAX : (UINT64_C(1) << 8 * size) - 1;
		memset(a, 0xee, 32);
		assert_ok(kvmlib_memory_store(map.reader, size, size, value));
		ck_assert_uint_eq(a[size - 1], 0xee);
		ck_assert_uint_eq(a[2 * size], 0xee);
		assert_ok(kvmlib_memory_load(map.reader, size, size, &number));
		ck_assert_uint_eq(number, value & mask);
		assert_returns(kvmlib_memory_compare_exchange(map.reader, size, size, &other, 5),
			       0);
		ck_assert_uint_eq(other, value & mask);
		assert_returns(
			kvmlib_memory_compare_exchange(map.reader, size, size, &other, ~value), 1);
		ck_assert_uint_eq(other, value & mask);
		assert_ok(kvmlib_memory_load(map.reader, size, size, &number));
		ck_assert_uint_eq(number, ~value & mask);
		ck_assert_uint_eq(a[size - 1], 0xee);
		ck_assert_uint_eq(a[2 * size], 0xee);
	}
}
END_TEST

START_TEST(access_numbers_in_the_hosts_byte_order)
{
	uint32_t number = 0x11223344;

	assert_ok(kvmlib_memory_store(map.reader, PAGES(4), 4, number));
	ck_assert_mem_eq(b, &number, 4);
}
END_TEST

START_TEST(access_numbers_must_be_aligned)
{
	static const struct {
		uint64_t gpa;
		uint32_t size;
	} bad[] = { { 0, 0 }, { 0, 3 }, { 0, 5 }, { 0, 16 }, { 8, UINT32_MAX },
		    { 1, 2 }, { 2, 4 }, { 6, 4 }, { 4, 8 },  { 0, 6 } };
	uint64_t number = 77;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_fails(kvmlib_memory_load(map.reader, bad[i].gpa, bad[i].size, &number),
			     EINVAL, BAD_ARGUMENT, NULL);
		assert_value(ARGUMENT, 3);
		assert_fails(kvmlib_memory_store(map.reader, bad[i].gpa, bad[i].size, 1), EINVAL,
			     BAD_ARGUMENT, NULL);
		assert_fails(kvmlib_memory_compare_exchange(map.reader, bad[i].gpa, bad[i].size,
							    &number, 1),
			     EINVAL, BAD_ARGUMENT, NULL);
	}
	ck_assert_uint_eq(number, 77);
	ck_assert_uint_eq(a[0], 0);
}
END_TEST

START_TEST(access_numbers_where_no_memory_is)
{
	uint64_t number = 77;

	assert_fails_at(kvmlib_memory_load(map.reader, PAGES(8), 4, &number), EFAULT, NOT_MEMORY,
			PAGES(8));
	assert_fails_at(kvmlib_memory_store(map.reader, PAGES(8), 4, 1), EFAULT, NOT_MEMORY,
			PAGES(8));
	assert_fails_at(kvmlib_memory_compare_exchange(map.reader, PAGES(8), 4, &number, 1), EFAULT,
			NOT_MEMORY, PAGES(8));
	ck_assert_uint_eq(number, 77);
}
END_TEST

/* Memory that vanishes: no SIGBUS, but an errno. */

static int file;

/* Four pages of a file, of which the last two are cut off. */
static void setup_file(void)
{
	struct kvmlib_memory_region_opts opts = opts_of("file", 0, 4);

	setup_map();
	file = make_file(4);
	opts.backing = KVMLIB_MEMORY_FILE;
	opts.fd = file;
	a = kvmlib_memory_region_address(add_opts(&opts));
	ck_assert_int_eq(ftruncate(file, (off_t)PAGES(2)), 0);
}

static void teardown_file(void)
{
	close(file);
	teardown_map();
}

#define assert_vanished(expression, call, page)                          \
	do {                                                             \
		assert_fails(expression, EFAULT, MEMORY_VANISHED, call); \
		assert_subject("file");                                  \
		assert_value(HOST_ADDRESS, (uintptr_t)a + PAGES(page));  \
	} while (0)
#define READ  "process_vm_readv"
#define WRITE "process_vm_writev"

START_TEST(access_to_a_file_that_became_shorter)
{
	static uint8_t buffer[65536 * 4];
	uint64_t number = 77;
	size_t equal = 77;

	NEEDS_COPIES_BY_CALLS;
	memset(buffer, 'x', sizeof(buffer));
	assert_vanished(kvmlib_memory_read(map.reader, PAGES(1), buffer, PAGES(3)), READ, 2);
	ck_assert(buffer[0] == 1 && buffer[PAGES(1) - 1] == 1 && buffer[PAGES(1)] == 'x');
	assert_vanished(kvmlib_memory_write(map.reader, PAGES(1), buffer, PAGES(3)), WRITE, 2);
	assert_vanished(kvmlib_memory_fill(map.reader, PAGES(1), 9, PAGES(3)), WRITE, 2);
	memset(buffer, 9, sizeof(buffer));
	assert_vanished(kvmlib_memory_compare(map.reader, PAGES(1), buffer, PAGES(3), &equal), READ,
			2);
	ck_assert_uint_eq(equal, 77);
	assert_vanished(kvmlib_memory_read_string(map.reader, PAGES(2) - 4, (char *)buffer,
						  sizeof(buffer), &equal),
			READ, 2);
	ck_assert_uint_eq(equal, 77);
	assert_vanished(kvmlib_memory_load(map.reader, PAGES(2), 8, &number), READ, 2);
	assert_vanished(kvmlib_memory_store(map.reader, PAGES(2), 8, 1), READ, 2);
	assert_vanished(kvmlib_memory_compare_exchange(map.reader, PAGES(3), 8, &number, 1), READ,
			3);
	ck_assert_uint_eq(number, 77);
}
END_TEST

START_TEST(access_to_what_is_left_of_a_file)
{
	uint8_t buffer[16];
	uint64_t number = 0x0101010101010101;
	size_t equal;

	NEEDS_COPIES_BY_CALLS;
	assert_ok(kvmlib_memory_read(map.reader, PAGES(2) - 16, buffer, 16));
	ck_assert_uint_eq(buffer[15], 1);
	assert_ok(kvmlib_memory_compare(map.reader, PAGES(2) - 16, buffer, 16, &equal));
	ck_assert_uint_eq(equal, 16);
	buffer[7] = 3;
	/* The difference is found before memory ends. */
	assert_ok(kvmlib_memory_compare(map.reader, PAGES(2) - 16, buffer, 16, &equal));
	ck_assert_uint_eq(equal, 7);
	assert_returns(
		kvmlib_memory_compare_exchange(map.reader, PAGES(2) - 8, 8, &number, 0x4142430000),
		1);
	assert_ok(kvmlib_memory_read_string(map.reader, PAGES(2) - 8, (char *)buffer, 16, &equal));
	assert_ok(kvmlib_memory_write(map.reader, PAGES(1), "written", 8));
	ck_assert_int_eq(pread(file, buffer, 8, (off_t)PAGES(1)), 8);
	ck_assert_str_eq((char *)buffer, "written");
	/* It is there again once the file is long enough. */
	ck_assert_int_eq(ftruncate(file, (off_t)PAGES(4)), 0);
	assert_ok(kvmlib_memory_read(map.reader, PAGES(3), buffer, 1));
	ck_assert_uint_eq(buffer[0], 0);
}
END_TEST

/* A filter answers in the kernel's place. */
START_TEST(access_through_a_kernel_that_does_not_let)
{
	static const struct {
		int errnum;
		uint32_t cause;
	} answers[] = { { EPERM, KVMLIB_CAUSE_SYSTEM_CALL_FILTERED },
			{ ENOSYS, KVMLIB_CAUSE_SYSTEM_CALL_FILTERED },
			{ ENOMEM, KVMLIB_CAUSE_NO_MEMORY } };
	uint64_t number = 77;
	uint8_t byte;

	for (size_t i = 0; i < 3; i++) {
		int errnum = answers[i].errnum;

		map.fail[CALL_READV] = errnum;
		ck_assert_int_eq(kvmlib_memory_read(map.reader, 0, &byte, 1), -errnum);
		ck_assert_uint_eq(kvmlib_error_cause(), answers[i].cause);
		ck_assert_int_eq(kvmlib_memory_load(map.reader, 0, 1, &number), -errnum);
		ck_assert_int_eq(kvmlib_memory_store(map.reader, 0, 1, 1), -errnum);
		map.fail[CALL_WRITEV] = errnum;
		ck_assert_int_eq(kvmlib_memory_write(map.reader, 0, &byte, 1), -errnum);
		ck_assert_uint_eq(kvmlib_error_cause(), answers[i].cause);
		ck_assert_str_eq(kvmlib_error_call(), WRITE);
		ck_assert_int_eq(kvmlib_memory_fill(map.reader, 0, 1, 1), -errnum);
	}
}
END_TEST

/* The caller's memory, of which a part is taken away. */
START_TEST(access_to_checked_memory_that_is_not_mapped)
{
	struct kvmlib_memory_region_opts opts = opts_of("file", 16, 4);
	uint8_t buffer[8];

	NEEDS_COPIES_BY_CALLS;
	opts.backing = KVMLIB_MEMORY_POINTER;
	opts.flags = KVMLIB_MEMORY_CHECKED;
	a = mmap(NULL, PAGES(4), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(a, MAP_FAILED);
	opts.address = a;
	add_opts(&opts);
	assert_ok(kvmlib_memory_write(map.reader, PAGES(16), "here", 5));
	ck_assert_int_eq(munmap(a + PAGES(2), PAGES(2)), 0);
	assert_ok(kvmlib_memory_read(map.reader, PAGES(16), buffer, 5));
	ck_assert_str_eq((char *)buffer, "here");
	assert_vanished(kvmlib_memory_read(map.reader, PAGES(18), buffer, 8), READ, 2);
	assert_vanished(kvmlib_memory_fill(map.reader, PAGES(18), 1, 8), WRITE, 2);
	munmap(a, PAGES(2));
}
END_TEST

/* Memory that is not checked makes no system call. */
START_TEST(access_to_ordinary_memory_makes_no_call)
{
	uint64_t calls = kvmlib_sim_nr_calls(fix.sim), number;
	char buffer[64];
	size_t equal;

	assert_ok(kvmlib_memory_write(map.reader, 0, "abc", 4));
	assert_ok(kvmlib_memory_read(map.reader, 0, buffer, 64));
	assert_ok(kvmlib_memory_fill(map.reader, 0, 1, 64));
	assert_ok(kvmlib_memory_compare(map.reader, 0, buffer, 64, &equal));
	assert_ok(kvmlib_memory_read_string(map.reader, 64, buffer, 64, NULL));
	assert_ok(kvmlib_memory_load(map.reader, 0, 8, &number));
	ck_assert_uint_eq(kvmlib_sim_nr_calls(fix.sim), calls);
}
END_TEST

Suite *memory_access_suite(void)
{
	Suite *suite = suite_create("memory_access");
	TCase *tcase = tcase_create("vanished");

	ADD_TESTS(map_case(suite, "access", setup_three), access_null_arguments, access_of_no_bytes,
		  access_copies_over_regions, access_fills_over_regions,
		  access_behind_the_end_touches_nothing, access_to_a_rom_is_read_only,
		  access_follows_a_change_of_flags, access_compares, access_strings,
		  access_strings_that_do_not_fit, access_strings_at_the_end_of_memory,
		  access_long_strings, access_numbers_of_each_size,
		  access_numbers_in_the_hosts_byte_order, access_numbers_must_be_aligned,
		  access_numbers_where_no_memory_is, access_to_ordinary_memory_makes_no_call);
	tcase_add_checked_fixture(tcase, setup_file, teardown_file);
	suite_add_tcase(suite, tcase);
	ADD_TESTS(tcase, access_to_a_file_that_became_shorter, access_to_what_is_left_of_a_file,
		  access_through_a_kernel_that_does_not_let,
		  access_to_checked_memory_that_is_not_mapped);
	return suite;
}
