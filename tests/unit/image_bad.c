/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Images that are torn, changed or made up, and calls that are wrong. */

#include "image_fixture.h"
#include "suites.h"

#include <elf.h>
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "../../lib/base/crc32c.h"
#include "../../lib/manage/images/format.h"
#include "alloc.h"

#define BEGIN PAGES(3)

/* Arguments */

START_TEST(image_refuses_null)
{
	struct kvmlib_image_source source = stream_source();
	struct kvmlib_image_info info;
	struct kvmlib_image_part part;
	struct kvmlib_image *image;

	write_image(NULL, NULL);
	assert_refuses_null(kvmlib_image_write(NULL, NULL, stream_emit, &stream, NULL), 1);
	assert_refuses_null(kvmlib_image_write(map.memory, NULL, NULL, NULL, NULL), 3);
	assert_refuses_null(kvmlib_image_open(NULL, &image), 1);
	assert_refuses_null(kvmlib_image_open(&source, NULL), 2);
	image = open_image();
	assert_refuses_null(kvmlib_image_describe(NULL, &info), 1);
	assert_refuses_null(kvmlib_image_describe(image, NULL), 2);
	assert_refuses_null(kvmlib_image_part_at(NULL, 0, &part), 1);
	assert_refuses_null(kvmlib_image_part_at(image, 0, NULL), 3);
	assert_refuses_null(kvmlib_image_walk(NULL, NULL, NULL, NULL), 1);
	assert_refuses_null(kvmlib_image_load(NULL, map.memory, NULL, NULL), 1);
	assert_refuses_null(kvmlib_image_load(image, NULL, NULL, NULL), 2);
	ck_assert_ptr_null(kvmlib_image_free(NULL));
	kvmlib_image_free(image);
	source.read = NULL;
	assert_refuses_null(kvmlib_image_open(&source, &image), 1);
}
END_TEST

START_TEST(image_refuses_options)
{
	struct {
		struct kvmlib_image_opts opts;
		uint64_t more;
	} opts = { .opts = { .size = sizeof(opts) }, .more = 1 };
	struct kvmlib_image_source source = stream_source();
	struct kvmlib_image_load_opts load = { .size = sizeof(load), .flags = 2 };
	struct kvmlib_image *image = SENTINEL;

	assert_fails(kvmlib_image_write(map.memory, &opts.opts, stream_emit, &stream, NULL), E2BIG,
		     OPTIONS_TOO_NEW, NULL);
	opts.opts.size = 1;
	assert_fails(kvmlib_image_write(map.memory, &opts.opts, stream_emit, &stream, NULL), EINVAL,
		     OPTIONS_SIZE, NULL);
	source.size = 1;
	assert_fails(kvmlib_image_open(&source, &image), EINVAL, OPTIONS_SIZE, NULL);
	ck_assert_ptr_eq(image, SENTINEL);
	write_image(NULL, NULL);
	assert_load_fails(&load, EINVAL, BAD_ARGUMENT);
	load.flags = 0;
	load.reserved = 1;
	assert_load_fails(&load, EINVAL, BAD_ARGUMENT);
	load.size = 1;
	assert_load_fails(&load, EINVAL, OPTIONS_SIZE);
}
END_TEST

/* Torn and changed */

/* A small one: of three pages, of which one is all zeros. */
static void write_small(void)
{
	struct kvmlib_memory_change *change = begin();

	assert_ok(kvmlib_memory_change_remove(change, region_found(0)));
	assert_ok(kvmlib_memory_change_remove(change, region_found(PAGES(RAM_PAGES))));
	commit(change);
	write_image(NULL, NULL);
	ck_assert_uint_lt(stream.size, PAGES(7));
}

/* Wherever it ends, that is told, and where. */
/* From one place that is looked at to the next: where all goes slowly, not all are. */
static size_t stride(void)
{
	return stream.size / rounds((unsigned int)stream.size);
}

START_TEST(image_that_ends_too_early)
{
	write_small();
	for (stream.end = 0; stream.end < stream.size; stream.end += stride()) {
		spoil_record();
		ck_assert_int_eq(check_stream(), -ENODATA);
		ck_assert(kvmlib_error_cause() == KVMLIB_CAUSE_IMAGE_TRUNCATED ||
			  kvmlib_error_cause() == KVMLIB_CAUSE_STATE_TRUNCATED);
	}
	assert_ok(check_stream());
}
END_TEST

START_TEST(image_whose_source_fails)
{
	write_small();
	stream.error = -EREMOTEIO;
	for (stream.end = 0; stream.end < stream.size; stream.end += 7) {
		assert_returns(check_stream(), -EREMOTEIO);
		assert_returns(load_stream(NULL), -EREMOTEIO);
	}
}
END_TEST

static bool is_of_changed_bytes(int r)
{
	switch (kvmlib_error_cause()) {
	case KVMLIB_CAUSE_IMAGE_NOT_ONE:
	case KVMLIB_CAUSE_IMAGE_CHECKSUM:
	case KVMLIB_CAUSE_STATE_NOT_ONE:
	case KVMLIB_CAUSE_STATE_CHECKSUM:
		return r == -EBADMSG;
	}
	return false;
}

START_TEST(image_of_which_a_byte_has_changed)
{
	write_small();
	stream.has_holes = _i;
	for (size_t at = 0; at < stream.size; at += stride()) {
		stream.data[at] ^= 0x10;
		spoil_record();
		ck_assert_msg(is_of_changed_bytes(check_stream()), "byte %zu: %s", at,
			      kvmlib_error_sentence());
		stream.data[at] ^= 0x10;
	}
	assert_ok(check_stream());
}
END_TEST

START_TEST(image_tells_which_page_has_changed)
{
	write_image(NULL, NULL);
	stream.data[BEGIN + PAGES(70)]++;
	assert_load_fails(NULL, EBADMSG, IMAGE_CHECKSUM);
	assert_value(OFFSET, BEGIN + PAGES(64));
	assert_value(GPA, PAGES(64));
	assert_value(OUTCOME, 2);
	stream.data[BEGIN + PAGES(70)]--;
	stream.data[0]++;
	ck_assert_int_eq(load_stream(NULL), -EBADMSG);
	ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_IMAGE_NOT_ONE);
	assert_no_value(OUTCOME);
}
END_TEST

/* Wherever there is no room, nothing is left behind, and the guest's memory is as it was. */
START_TEST(image_that_can_not_be_written)
{
	size_t size;

	write_small();
	size = stream.size;
	for (stream.room = 0; stream.room < size; stream.room += 5) {
		stream.size = 0;
		assert_returns(kvmlib_image_write(map.memory, NULL, stream_emit, &stream, NULL),
			       stream.room < size - PAGES(1) ? -ENOSPC : 0);
	}
	ck_assert_uint_eq(smm[PAGES(1) + 100], 6);
}
END_TEST

/* Made up, with checksums that fit */

static struct kvmlib__image_header *header(void)
{
	return (void *)stream.data;
}

static struct kvmlib__image_part *parts(void)
{
	return (void *)(stream.data + page_size());
}

static void seal(void)
{
	header()->parts_crc = htole32(kvmlib__crc32c(0, parts(),
						     (size_t)le64toh(header()->nr_parts) *
							     sizeof(struct kvmlib__image_part)));
	header()->crc =
		htole32(kvmlib__crc32c(0, header(), offsetof(struct kvmlib__image_header, crc)));
}

static void assert_opening_fails(int errnum, uint32_t cause)
{
	const struct kvmlib_image_source source = stream_source();
	struct kvmlib_image *image = SENTINEL;

	seal();
	spoil_record();
	ck_assert_int_eq(kvmlib_image_open(&source, &image), -errnum);
	ck_assert_uint_eq(kvmlib_error_cause(), cause);
	ck_assert_str_eq(kvmlib_error_function(), "kvmlib_image_open");
	ck_assert_ptr_eq(image, SENTINEL);
	write_image(NULL, NULL);
}

#define MALFORMED(member, value)                                             \
	do {                                                                 \
		(member) = (value);                                          \
		assert_opening_fails(EBADMSG, KVMLIB_CAUSE_IMAGE_MALFORMED); \
	} while (0)

START_TEST(image_with_an_impossible_header)
{
	write_image(NULL, NULL);
	MALFORMED(header()->format, 0);
	MALFORMED(header()->order, htole16(3));
	MALFORMED(header()->page_size, htole32(2048));
	MALFORMED(header()->page_size, htole32(131072));
	MALFORMED(header()->page_size, htole32(4096 + 1024));
	MALFORMED(header()->flags, htole32(2));
	MALFORMED(header()->flags, htole32(1));
	MALFORMED(header()->base.numbers[2], 1);
	header()->format = htole32(2);
	assert_opening_fails(EPROTONOSUPPORT, KVMLIB_CAUSE_IMAGE_VERSION);
}
END_TEST

START_TEST(image_with_impossible_parts)
{
	const uint64_t page = page_size();

	write_image(NULL, NULL);
	MALFORMED(parts()[1].length, 0);
	MALFORMED(parts()[1].length, htole64(page + 1));
	MALFORMED(parts()[1].gpa, htole64(PAGES(RAM_PAGES) + 1));
	MALFORMED(parts()[1].gpa, htole64(-page)); /* it wraps */
	MALFORMED(parts()[1].gpa, htole64(PAGES(RAM_PAGES - 1)));
	MALFORMED(parts()[1].flags, htole32(2));
	MALFORMED(parts()[0].space, htole32(1));
	MALFORMED(header()->memory_bytes, htole64(PAGES(ALL_PAGES + 1)));
	/* All together have more bytes than can be counted. */
	parts()[0].length = htole64(-PAGES(4));
	parts()[1].space = htole32(1);
	parts()[1].gpa = 0;
	parts()[1].length = htole64(PAGES(2));
	parts()[2].gpa = htole64(PAGES(4));
	MALFORMED(parts()[2].length, htole64(-PAGES(8)));
}
END_TEST

/* Memory is taken as bytes come, not as they are announced. */
START_TEST(image_that_announces_too_much)
{
	write_image(NULL, NULL);
	header()->nr_parts = htole64(UINT64_MAX / 2);
	header()->crc =
		htole32(kvmlib__crc32c(0, header(), offsetof(struct kvmlib__image_header, crc)));
	ck_assert_int_eq(check_stream(), -ENODATA);
	ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_IMAGE_TRUNCATED);
	write_image(NULL, NULL);
	header()->state_bytes = htole64(UINT64_MAX / 2);
	assert_opening_fails(EBADMSG, KVMLIB_CAUSE_IMAGE_MALFORMED);
	header()->state_bytes = htole64(le64toh(header()->state_bytes) - 1);
	assert_opening_fails(ENODATA, KVMLIB_CAUSE_STATE_TRUNCATED);
	parts()[2].length = htole64(UINT64_C(1) << 60);
	header()->memory_bytes = htole64((UINT64_C(1) << 60) + PAGES(RAM_PAGES + ROM_PAGES));
	seal();
	ck_assert_int_eq(check_stream(), -ENODATA);
	ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_IMAGE_TRUNCATED);
}
END_TEST

START_TEST(image_of_another_host)
{
	struct kvmlib_memory_change *change = begin();
	struct kvmlib_image *image;

	write_image(NULL, NULL);
	header()->architecture = htole16(EM_PARISC);
	seal();
	assert_load_fails(NULL, EPROTO, STATE_ARCHITECTURE);
	assert_value(TYPE, EM_PARISC);
	image = open_image();
	assert_fails(kvmlib_image_map(image, 0, change), EPROTO, STATE_ARCHITECTURE, NULL);
	kvmlib_image_free(image);
	kvmlib_memory_change_abort(change);
	write_image(NULL, NULL);
	header()->order = htole16(3 - le16toh(header()->order));
	seal();
	assert_load_fails(NULL, EPROTO, STATE_ARCHITECTURE);
}
END_TEST

START_TEST(image_of_an_address_space_that_is_not_there)
{
	write_image(NULL, NULL);
	parts()[2].space = htole32(2);
	seal();
	assert_load_fails(NULL, EFAULT, NOT_MEMORY);
	assert_value(GPA, PAGES(16));
	assert_value(OUTCOME, 0);
}
END_TEST

/* Regions here end within pages of the host that wrote it. */
START_TEST(image_of_larger_pages)
{
	struct kvmlib_memory_change *change = begin();
	struct kvmlib_memory_region_opts odd = opts_of("odd", 0, 5), rest = opts_of("rest", 5, 11);
	const uint64_t larger = PAGES(4);

	assert_ok(kvmlib_memory_change_remove(change, region_found(0)));
	assert_ok(kvmlib_memory_change_add(change, &odd, NULL));
	assert_ok(kvmlib_memory_change_add(change, &rest, NULL));
	commit(change);
	memset(stream.data, 0, 3 * larger);
	memcpy(header()->magic, KVMLIB__IMAGE_MAGIC, 8);
	header()->nr_parts = 1;
	header()->page_size = (uint32_t)larger;
	header()->memory_bytes = larger * 4;
	kvmlib__image_seal_header(header());
	((struct kvmlib__image_part *)(void *)(stream.data + larger))->length = htole64(larger * 4);
	header()->parts_crc = htole32(kvmlib__crc32c(0, stream.data + larger, 24));
	header()->crc =
		htole32(kvmlib__crc32c(0, header(), offsetof(struct kvmlib__image_header, crc)));
	stream.end = 3 * larger;
	assert_load_fails(NULL, EINVAL, REGION_UNALIGNED);
	assert_value(GPA, 0);
}
END_TEST

/* Sources that lie */

static int64_t read_too_much(void *data, size_t length, void *userdata)
{
	const struct kvmlib_image_source source = stream_source();
	size_t *good = userdata;

	stream.at = *good;
	if (*good >= BEGIN)
		return (int64_t)length + 1;
	*good += length;
	return source.read(data, length, &stream);
}

static int64_t too_many_zeros(uint64_t length, void *userdata)
{
	(void)userdata;
	return (int64_t)length + 1;
}

static int64_t no_zeros(uint64_t length, void *userdata)
{
	(void)length;
	(void)userdata;
	return -EREMOTEIO;
}

static int walk_source(const struct kvmlib_image_source *source)
{
	struct kvmlib_image *image;
	int r;

	assert_ok(kvmlib_image_open(source, &image));
	spoil_record();
	r = kvmlib_image_walk(image, NULL, NULL, NULL);
	kvmlib_image_free(image);
	return r;
}

START_TEST(image_whose_source_lies)
{
	size_t good = 0;
	struct kvmlib_image_source source = { .size = sizeof(source),
					      .read = read_too_much,
					      .userdata = &good };

	write_image(NULL, NULL);
	ck_assert_int_eq(walk_source(&source), -ENODATA);
	ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_IMAGE_TRUNCATED);
	source = stream_source();
	source.zeros = too_many_zeros;
	ck_assert_int_eq(walk_source(&source), -ENODATA);
	ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_IMAGE_TRUNCATED);
	source = stream_source();
	source.zeros = no_zeros;
	ck_assert_int_eq(walk_source(&source), -EREMOTEIO);
	ck_assert(record_is_spoiled());
}
END_TEST

/* A hole that ends within a page is filled up by what follows. */
static int64_t half_a_page(uint64_t length, void *userdata)
{
	size_t half = page_size() / 2;

	(void)userdata;
	if (length < page_size() || stream.end - stream.at < half)
		return 0;
	for (size_t i = 0; i < half; i++)
		if (stream.data[stream.at + i])
			return 0;
	stream.at += half;
	return (int64_t)half;
}

START_TEST(image_of_holes_that_end_within_pages)
{
	struct kvmlib_image_source source;
	struct kvmlib_image *image;

	memset(ram + PAGES(10) + 3000, 7, 5);
	write_image(NULL, NULL);
	source = stream_source();
	source.zeros = half_a_page;
	assert_ok(walk_source(&source));
	memset(ram + PAGES(10), 0x55, PAGES(1));
	source = stream_source();
	source.zeros = half_a_page;
	assert_ok(kvmlib_image_open(&source, &image));
	assert_ok(kvmlib_image_load(image, map.memory, NULL, NULL));
	kvmlib_image_free(image);
	ck_assert_uint_eq(ram[PAGES(10)], 0);
	ck_assert_uint_eq(ram[PAGES(10) + 3004], 7);
	stream.end = BEGIN + PAGES(2) + page_size() / 2;
	source = stream_source();
	source.zeros = half_a_page;
	ck_assert_int_eq(walk_source(&source), -ENODATA);
}
END_TEST

/* No memory, at any allocation */

static int write_and_read(void)
{
	const struct kvmlib_image_opts opts = { .size = sizeof(opts), .state = state };
	int r;

	stream.size = 0;
	r = kvmlib_image_write(map.memory, &opts, stream_emit, &stream, NULL);
	stream.end = stream.size;
	if (!r)
		r = load_stream(NULL);
	return r ? r : check_stream();
}

START_TEST(image_without_memory)
{
	unsigned long n = 0;
	int r;

	/* More blocks than there is room for at first. */
	add("more", 1000, UINT64_C(64) * 65);
	do {
		alloc_start();
		alloc_fail_nth(++n);
		r = write_and_read();
		alloc_fail_nth(0);
		ck_assert_uint_eq(alloc_stop(), 0);
		if (r) {
			ck_assert_int_eq(r, -ENOMEM);
			ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_NO_MEMORY);
		}
	} while (r);
	ck_assert_uint_gt(n, 15);
}
END_TEST

Suite *image_bad_suite(void)
{
	Suite *suite = suite_create("image_bad");
	TCase *tcase = image_case(suite, "image_bad");

	ADD_TESTS(tcase, image_refuses_null, image_refuses_options, image_that_ends_too_early,
		  image_whose_source_fails, image_tells_which_page_has_changed,
		  image_that_can_not_be_written, image_with_an_impossible_header,
		  image_with_impossible_parts, image_that_announces_too_much, image_of_another_host,
		  image_of_an_address_space_that_is_not_there, image_of_larger_pages,
		  image_whose_source_lies, image_of_holes_that_end_within_pages,
		  image_without_memory);
	tcase_add_loop_test(tcase, image_of_which_a_byte_has_changed, 0, 2);
	return suite;
}
