/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Images that libraries before this one wrote, of both orders of bytes: looked at anywhere, loaded at home. */

#include "memory_fixture.h"
#include "suites.h"

#include <elf.h>
#include <stdio.h>
#include <string.h>

#include "../../lib/manage/state/format.h"
#include "../state/blob.h"

#define GPA	   UINT64_C(0x10000)
#define PAGE_BYTES 4096U
#define RAM_BYTES  (4 * PAGE_BYTES)

static const struct golden {
	const char *name;
	uint16_t architecture;
	uint16_t order;
} goldens[] = {
	{ "1-x86.image", EM_X86_64, ELFDATA2LSB },
	{ "1-s390x.image", EM_S390, ELFDATA2MSB },
};

static struct blob blob;
static size_t at;
static struct kvmlib_image *image;
static uint8_t filled[RAM_BYTES], seen[RAM_BYTES];

static int64_t take(void *data, size_t length, void *userdata)
{
	size_t n = blob.size - at;

	(void)userdata;
	n = n < length ? n : length;
	memcpy(data, blob.data + at, n);
	at += n;
	return (int64_t)n;
}

static void open_golden(const struct golden *golden)
{
	const struct kvmlib_image_source source = { .size = sizeof(source), .read = take };
	char path[4096];

	(void)snprintf(path, sizeof(path), "%s/%s", GOLDEN_STATES, golden->name);
	assert_ok(blob_load(&blob, path));
	at = 0;
	assert_ok(kvmlib_image_open(&source, &image));
}

static void setup_golden(void)
{
	setup_map();
	memset(filled, 0, sizeof(filled));
	memset(filled + PAGE_BYTES, 0x5a, PAGE_BYTES);
	memcpy(filled + RAM_BYTES - 6, "golden", 6);
}

static void teardown_golden(void)
{
	image = kvmlib_image_free(image);
	blob_free(&blob);
	teardown_map();
}

static int see(const struct kvmlib_image_piece *piece, void *userdata)
{
	(void)userdata;
	ck_assert_uint_ge(piece->gpa, GPA);
	ck_assert_uint_le(piece->gpa - GPA + piece->length, RAM_BYTES);
	if (piece->data)
		memcpy(seen + (piece->gpa - GPA), piece->data, piece->length);
	else
		memset(seen + (piece->gpa - GPA), 0, piece->length);
	return 0;
}

START_TEST(golden_image_is_looked_at)
{
	struct kvmlib_state_item item;
	struct kvmlib_image_info info;

	open_golden(&goldens[_i]);
	assert_ok(kvmlib_image_describe(image, &info));
	ck_assert_uint_eq(info.architecture, goldens[_i].architecture);
	ck_assert_uint_eq(info.page_size, PAGE_BYTES);
	ck_assert_uint_eq(info.memory_bytes, RAM_BYTES);
	ck_assert_uint_eq(info.nr_parts, 1);
	ck_assert_uint_eq(kvmlib_state_count(kvmlib_image_state(image)), 19);
	assert_ok(kvmlib_state_get(kvmlib_image_state(image), "golden.text", 9, &item));
	ck_assert_uint_eq(item.length, 9);
	ck_assert_mem_eq(item.data, "seventeen", 9);
	memset(seen, 0x77, sizeof(seen));
	assert_ok(kvmlib_image_walk(image, see, NULL, NULL));
	ck_assert_mem_eq(seen, filled, sizeof(filled));
}
END_TEST

static bool is_at_home(const struct golden *golden)
{
	return golden->architecture == kvmlib__state_architecture &&
	       golden->order == kvmlib__state_order;
}

START_TEST(golden_image_is_loaded_at_home)
{
	struct kvmlib_memory_region_opts opts = opts_of("ram", 0, 1);
	uint8_t *ram;

	opts.length = 2 * GPA; /* whole pages of any size */
	ram = kvmlib_memory_region_address(add_opts(&opts));
	memset(ram, 0x77, opts.length);
	open_golden(&goldens[_i]);
	if (is_at_home(&goldens[_i])) {
		assert_ok(kvmlib_image_load(image, map.memory, NULL, NULL));
		ck_assert_mem_eq(ram + GPA, filled, sizeof(filled));
	} else {
		assert_fails(kvmlib_image_load(image, map.memory, NULL, NULL), EPROTO,
			     STATE_ARCHITECTURE, NULL);
		assert_value(TYPE, goldens[_i].architecture);
		memset(seen, 0x77, sizeof(seen));
		ck_assert_mem_eq(ram + GPA, seen, sizeof(seen));
	}
}
END_TEST

Suite *image_golden_suite(void)
{
	Suite *suite = suite_create("image_golden");
	TCase *tcase = tcase_create("golden");

	tcase_add_checked_fixture(tcase, setup_golden, teardown_golden);
	suite_add_tcase(suite, tcase);
	tcase_add_loop_test(tcase, golden_image_is_looked_at, 0, 2);
	tcase_add_loop_test(tcase, golden_image_is_loaded_at_home, 0, 2);
	return suite;
}
