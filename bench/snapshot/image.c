/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Images of 64 MiB, of which a quarter is zeros, written to memory's file system and read from there; by
 * the library, by a loop that looks at the same bytes with the same functions, and by one that does not
 * look at them.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1 /* memfd_create(), SEEK_DATA */
#endif
#include "image.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define SIZE	  ((size_t)64 << 20)
#define PAGE	  ((size_t)4096)
#define BLOCK	  ((size_t)64 * PAGE) /* that has a checksum */
#define NR_BLOCKS (SIZE / BLOCK)

static struct {
	struct kvmlib_system *system;
	struct kvmlib_vm *vm;
	struct kvmlib_memory *memory;
	uint8_t *ram;
	int file;
	uint32_t crcs[NR_BLOCKS]; /* so that none can be left out */
} bench = { .file = -1 };

/* The library's own, which are linked in: they are not what is compared. */
bool kvmlib__all_zero(const void *bytes, size_t n);
uint32_t kvmlib__crc32c(uint32_t crc, const void *bytes, size_t size);

/* How many bytes are pages like the first: all zeros, or not. */
static size_t stretch(const uint8_t *data, size_t length, bool *ret_is_zero)
{
	size_t n = PAGE;

	*ret_is_zero = kvmlib__all_zero(data, PAGE);
	while (n < length && kvmlib__all_zero(data + n, PAGE) == *ret_is_zero)
		n += PAGE;
	return n;
}

/* Three pages of four, in stretches of some. */
static void fill(uint8_t *ram)
{
	for (size_t page = 0; page < SIZE / PAGE; page++)
		if (page % 16 >= 4)
			memset(ram + page * PAGE, (int)(page % 255) + 1, PAGE);
}

static bool make_memory(void)
{
	const struct kvmlib_memory_region_opts opts = { .size = sizeof(opts), .length = SIZE };
	struct kvmlib_memory_region *region;

	if (kvmlib_system_open(NULL, &bench.system) < 0 ||
	    kvmlib_system_create_vm(bench.system, NULL, &bench.vm) < 0 ||
	    kvmlib_memory_new(bench.vm, NULL, &bench.memory) < 0 ||
	    kvmlib_memory_add(bench.memory, &opts, &region) < 0)
		return false;
	bench.ram = kvmlib_memory_region_address(region);
	fill(bench.ram);
	return true;
}

/* Writing */

static void put(const void *data, size_t length)
{
	if (!data)
		lseek(bench.file, (off_t)length, SEEK_CUR);
	else if (write(bench.file, data, length) != (ssize_t)length)
		bench_fail("a file");
}

static int emit(const void *data, size_t length, void *userdata)
{
	(void)userdata;
	put(data, length);
	return 0;
}

static int write_image(struct subject *subject)
{
	(void)subject;
	lseek(bench.file, 0, SEEK_SET);
	return kvmlib_image_write(bench.memory, NULL, emit, NULL, NULL);
}

static void write_block(size_t block)
{
	const uint8_t *data = bench.ram + block * BLOCK;
	uint32_t crc = 0;

	for (size_t at = 0, n; at < BLOCK; at += n) {
		bool is_zero;

		n = stretch(data + at, BLOCK - at, &is_zero);
		if (!is_zero)
			crc = kvmlib__crc32c(crc, data + at, n);
		put(is_zero ? NULL : data + at, n);
	}
	bench.crcs[block] = crc;
}

static int write_checked(struct subject *subject)
{
	(void)subject;
	lseek(bench.file, 0, SEEK_SET);
	for (size_t block = 0; block < NR_BLOCKS; block++)
		write_block(block);
	return 0;
}

static int write_plainly(struct subject *subject)
{
	(void)subject;
	lseek(bench.file, 0, SEEK_SET);
	for (size_t block = 0; block < NR_BLOCKS; block++)
		put(bench.ram + block * BLOCK, BLOCK);
	return 0;
}

/* Reading */

/* How many bytes of zeros follow, which are left out. */
static uint64_t skip_hole(uint64_t most)
{
	off_t here = lseek(bench.file, 0, SEEK_CUR);
	off_t data = lseek(bench.file, here, SEEK_DATA);
	uint64_t n = data > here ? (uint64_t)(data - here) : 0;

	n = n < most ? n : most;
	lseek(bench.file, here + (off_t)n, SEEK_SET);
	return n;
}

/* Up to the next hole. */
static size_t until_hole(size_t most)
{
	off_t here = lseek(bench.file, 0, SEEK_CUR);
	off_t hole = lseek(bench.file, here, SEEK_HOLE);

	lseek(bench.file, here, SEEK_SET);
	return hole - here < (off_t)most ? (size_t)(hole - here) : most;
}

static int64_t take(void *data, size_t length, void *userdata)
{
	(void)userdata;
	return read(bench.file, data, until_hole(length));
}

static int64_t zeros(uint64_t length, void *userdata)
{
	(void)userdata;
	return (int64_t)skip_hole(length);
}

static int read_image(struct subject *subject)
{
	const struct kvmlib_image_source source = { .size = sizeof(source),
						    .read = take,
						    .zeros = zeros };
	struct kvmlib_image *image;
	int r;

	(void)subject;
	lseek(bench.file, 0, SEEK_SET);
	r = kvmlib_image_open(&source, &image);
	if (r < 0)
		return r;
	r = kvmlib_image_load(image, bench.memory, NULL, NULL);
	kvmlib_image_free(image);
	return r;
}

/* Zeros where there are others are written, as the library does. */
static void clear(uint8_t *data, size_t length)
{
	for (size_t at = 0, n; at < length; at += n) {
		bool is_zero;

		n = stretch(data + at, length - at, &is_zero);
		if (!is_zero)
			memset(data + at, 0, n);
	}
}

static uint32_t look_at(const uint8_t *data, size_t length, uint32_t crc)
{
	for (size_t at = 0, n; at < length; at += n) {
		bool is_zero;

		n = stretch(data + at, length - at, &is_zero);
		if (!is_zero)
			crc = kvmlib__crc32c(crc, data + at, n);
	}
	return crc;
}

/* Data that follows a hole, or the block's begin; returns where it ends. */
static size_t read_data(uint8_t *data, size_t at, uint32_t *crc)
{
	size_t n = until_hole(BLOCK - at);

	if (read(bench.file, data + at, n) != (ssize_t)n)
		bench_fail("a file");
	*crc = look_at(data + at, n, *crc);
	return at + n;
}

static void read_block(size_t block)
{
	uint8_t *data = bench.ram + block * BLOCK;
	uint32_t crc = 0;

	for (size_t at = 0; at < BLOCK;) {
		size_t n = (size_t)skip_hole(BLOCK - at);

		clear(data + at, n);
		at += n;
		if (at < BLOCK)
			at = read_data(data, at, &crc);
	}
	bench.crcs[block] = crc;
}

/* Where the memory lies in the file of the library's image. */
#define BEGIN ((off_t)(2 * PAGE))

static int read_checked(struct subject *subject)
{
	(void)subject;
	lseek(bench.file, BEGIN, SEEK_SET);
	for (size_t block = 0; block < NR_BLOCKS; block++)
		read_block(block);
	return 0;
}

static int read_plainly(struct subject *subject)
{
	(void)subject;
	lseek(bench.file, BEGIN, SEEK_SET);
	for (size_t block = 0; block < NR_BLOCKS; block++)
		if (read(bench.file, bench.ram + block * BLOCK, BLOCK) != (ssize_t)BLOCK)
			bench_fail("a file");
	return 0;
}

/* Of the library's own, with holes, whatever was written before. */
static void make_file(struct subject *subject)
{
	if (ftruncate(bench.file, 0) < 0 || write_image(subject) < 0)
		bench_fail("an image");
}

const struct row image_rows[] = {
	{ .name = "image_write",
	  .raw = write_checked,
	  .wrapped = write_image,
	  .calls = 1,
	  .prepare = make_file },
	{ .name = "image_write_plain",
	  .raw = write_plainly,
	  .wrapped = write_image,
	  .calls = 1,
	  .prepare = make_file },
	{ .name = "image_read",
	  .raw = read_checked,
	  .wrapped = read_image,
	  .calls = 1,
	  .prepare = make_file },
	{ .name = "image_read_plain",
	  .raw = read_plainly,
	  .wrapped = read_image,
	  .calls = 1,
	  .prepare = make_file },
};
const size_t nr_image_rows = sizeof(image_rows) / sizeof(image_rows[0]);

bool image_open(void)
{
	bench.file = memfd_create("image", MFD_CLOEXEC);
	return bench.file >= 0 && make_memory();
}

void image_close(void)
{
	kvmlib_memory_unref(bench.memory);
	kvmlib_vm_unref(bench.vm);
	kvmlib_system_unref(bench.system);
	if (bench.file >= 0)
		close(bench.file);
}
