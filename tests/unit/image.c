/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Images that are written, looked at, loaded and mapped. */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1 /* memfd_create() */
#endif
#include "image_fixture.h"
#include "suites.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "child.h"
#include "emulated.h"

/* Writing */

/* The header, the parts and the state take a page each. */
#define BEGIN PAGES(3)

START_TEST(image_has_all_memory_and_the_state)
{
	struct kvmlib_state_item item;
	struct kvmlib_image_info info;
	struct kvmlib_image *image;

	write_image(NULL, NULL);
	image = open_image();
	assert_ok(kvmlib_image_describe(image, &info));
	ck_assert_uint_eq(info.nr_parts, 3);
	ck_assert_uint_eq(info.memory_bytes, PAGES(ALL_PAGES));
	ck_assert_uint_eq(info.page_size, page_size());
	ck_assert_uint_eq(info.offset, BEGIN);
	ck_assert_uint_eq(info.flags, 0);
	ck_assert_uint_eq(info.architecture, kvmlib_state_architecture(state));
	ck_assert_mem_eq(stream.data + info.offset, ram, PAGES(RAM_PAGES));
	ck_assert_mem_eq(stream.data + info.offset + PAGES(RAM_PAGES), rom, PAGES(ROM_PAGES));
	ck_assert_uint_eq(kvmlib_state_count(kvmlib_image_state(image)), 1);
	assert_ok(kvmlib_state_get(kvmlib_image_state(image), "test.item", 7, &item));
	ck_assert_mem_eq(item.data, "contents", 8);
	kvmlib_image_free(image);
}
END_TEST

START_TEST(image_has_its_parts_by_space_and_address)
{
	static const struct {
		uint64_t page, pages, before;
		uint32_t space, flags;
	} expected[] = {
		{ 0, RAM_PAGES, 0, 0, 0 },
		{ RAM_PAGES, ROM_PAGES, RAM_PAGES, 0, KVMLIB_MEMORY_READONLY },
		{ 16, SMM_PAGES, RAM_PAGES + ROM_PAGES, 1, 0 },
	};
	struct kvmlib_image_part part;
	struct kvmlib_image *image;

	write_image(NULL, NULL);
	image = open_image();
	for (size_t i = 0; i < 3; i++) {
		assert_ok(kvmlib_image_part_at(image, i, &part));
		ck_assert_uint_eq(part.gpa, PAGES(expected[i].page));
		ck_assert_uint_eq(part.length, PAGES(expected[i].pages));
		ck_assert_uint_eq(part.offset, BEGIN + PAGES(expected[i].before));
		ck_assert_uint_eq(part.space, expected[i].space);
		ck_assert_uint_eq(part.flags, expected[i].flags);
	}
	assert_returns(kvmlib_image_part_at(image, 3, &part), -ENOENT);
	kvmlib_image_free(image);
}
END_TEST

START_TEST(image_tells_zeros_as_such)
{
	write_image(NULL, NULL);
	/* All pages but seven; what fills the first three sections up is less than a page each. */
	ck_assert_uint_gt(stream.nr_zeros, PAGES(ALL_PAGES - 7) + PAGES(2));
	ck_assert_uint_lt(stream.nr_zeros, PAGES(ALL_PAGES - 7) + PAGES(3));
}
END_TEST

START_TEST(image_without_a_state)
{
	struct kvmlib_image *image;

	stream.size = 0;
	assert_ok(kvmlib_image_write(map.memory, NULL, stream_emit, &stream, NULL));
	stream.end = stream.size;
	image = open_image();
	ck_assert_ptr_null(kvmlib_image_state(image));
	assert_ok(kvmlib_image_walk(image, NULL, NULL, NULL));
	kvmlib_image_free(image);
}
END_TEST

START_TEST(image_goes_by_what_it_has)
{
	struct kvmlib_image_id first = write_image(NULL, NULL), same = write_image(NULL, NULL),
			       other;
	struct kvmlib_image_id read;
	struct kvmlib_image *image = open_image();

	ck_assert_mem_eq(&first, &same, sizeof(first));
	assert_ok(kvmlib_image_walk(image, NULL, NULL, &read));
	ck_assert_mem_eq(&first, &read, sizeof(first));
	kvmlib_image_free(image);
	ram[5]++;
	other = write_image(NULL, NULL);
	ck_assert_mem_ne(&first, &other, sizeof(first));
	ram[5]--;
	ck_assert_int_eq(kvmlib_state_put(state, "test.other", 0, 1, "x", 1), 0);
	other = write_image(NULL, NULL);
	ck_assert_mem_ne(&first, &other, sizeof(first));
}
END_TEST

static int count_progress(uint64_t done, uint64_t total, void *userdata)
{
	unsigned int *left = userdata;

	ck_assert_uint_le(done, total);
	ck_assert_uint_eq(total, PAGES(ALL_PAGES));
	return --*left == 0;
}

START_TEST(image_tells_how_far_it_is_and_can_be_ended)
{
	unsigned int left = 1000;
	struct kvmlib_image_opts opts = { .size = sizeof(opts),
					  .progress = count_progress,
					  .userdata = &left };
	struct kvmlib_image_load_opts load = { .size = sizeof(load),
					       .progress = count_progress,
					       .userdata = &left };

	assert_ok(kvmlib_image_write(map.memory, &opts, stream_emit, &stream, NULL));
	ck_assert_uint_eq(left, 998); /* once for each 64 pages */
	stream.end = stream.size;
	assert_ok(load_stream(&load));
	ck_assert_uint_eq(left, 996);
	left = 1;
	assert_fails(kvmlib_image_write(map.memory, &opts, stream_emit, &stream, NULL), ECANCELED,
		     CANCELLED, NULL);
	left = 1;
	ck_assert_int_eq(load_stream(&load), -ECANCELED);
	ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_CANCELLED);
	assert_value(OUTCOME, 2);
}
END_TEST

/* Loading */

START_TEST(image_is_loaded)
{
	static const size_t steps[] = { SIZE_MAX, 4096, 4095, 1000 };

	write_image(NULL, NULL);
	for (size_t i = 0; i < 4; i++) {
		stream.step = steps[i];
		stream.has_holes = _i;
		spoil_memory();
		assert_ok(load_stream(NULL));
		ck_assert(is_filled());
		ck_assert_uint_eq(stream.at, stream.size);
	}
}
END_TEST

START_TEST(image_of_holes_is_not_read)
{
	write_image(NULL, NULL);
	stream.has_holes = true;
	assert_ok(load_stream(NULL));
	ck_assert_uint_lt(stream.nr_read, PAGES(7 + 3 + 1));
}
END_TEST

static uint64_t resident_of_ram(void)
{
	struct kvmlib_memory_usage usage;

	assert_ok(kvmlib_memory_region_usage(region_found(0), &usage));
	return usage.resident_bytes;
}

START_TEST(image_into_fresh_memory_touches_what_it_has)
{
	const struct kvmlib_image_load_opts opts = { .size = sizeof(opts),
						     .flags = KVMLIB_IMAGE_FRESH };

	write_image(NULL, NULL);
	assert_ok(kvmlib_memory_discard(map.reader, 0, PAGES(RAM_PAGES), NULL));
	memset(rom, 0, PAGES(ROM_PAGES));
	memset(smm, 0, PAGES(SMM_PAGES));
	ck_assert_uint_eq(resident_of_ram(), 0);
	stream.has_holes = true;
	assert_ok(load_stream(&opts));
	ck_assert_uint_eq(resident_of_ram(), PAGES(4));
	ck_assert(is_filled());
}
END_TEST

/* Another map that the image fits, with files in place of its RAM. */
static int replace_ram(int prot_write)
{
	struct kvmlib_memory_region_opts opts = opts_of("file", 0, RAM_PAGES);
	struct kvmlib_memory_change *change = begin();
	int fd = memfd_create("ram", MFD_CLOEXEC);
	char path[64];

	ck_assert_int_eq(ftruncate(fd, (off_t)PAGES(RAM_PAGES)), 0);
	ck_assert_int_eq(pwrite(fd, ram, PAGES(RAM_PAGES), 0), (ssize_t)PAGES(RAM_PAGES));
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	opts.backing = KVMLIB_MEMORY_FILE;
	opts.flags = prot_write ? 0 : KVMLIB_MEMORY_READONLY;
	opts.fd = prot_write ? fd : open(path, O_RDONLY | O_CLOEXEC);
	ck_assert_int_ge(opts.fd, 0);
	assert_ok(kvmlib_memory_change_remove(change, region_found(0)));
	assert_ok(kvmlib_memory_change_add(change, &opts, NULL));
	commit(change);
	if (!prot_write)
		close(opts.fd);
	ram = kvmlib_memory_region_address(region_found(0));
	return fd;
}

START_TEST(image_of_a_file_is_written_and_loaded)
{
	struct kvmlib_image_id first, again;
	int fd;

	NEEDS_COPIES_BY_CALLS;
	first = write_image(NULL, NULL);
	fd = replace_ram(1);
	again = write_image(NULL, NULL);
	ck_assert_mem_eq(&first, &again, sizeof(first));
	for (int holes = 0; holes < 2; holes++) {
		stream.has_holes = holes;
		spoil_memory();
		assert_ok(load_stream(NULL));
		ck_assert(is_filled());
	}
	close(fd);
}
END_TEST

START_TEST(image_of_a_file_that_gets_shorter)
{
	int fd;

	NEEDS_COPIES_BY_CALLS;
	fd = replace_ram(1);
	write_image(NULL, NULL);
	ck_assert_int_eq(ftruncate(fd, (off_t)PAGES(3)), 0);
	assert_fails(kvmlib_image_write(map.memory, NULL, stream_emit, &stream, NULL), EFAULT,
		     MEMORY_VANISHED, "process_vm_readv");
	assert_subject("file");
	assert_load_fails(NULL, EFAULT, MEMORY_VANISHED);
	close(fd);
}
END_TEST

/* What can't be written to is compared. */
START_TEST(image_of_a_file_that_can_only_be_read)
{
	int fd;

	NEEDS_COPIES_BY_CALLS;
	fd = replace_ram(0);
	write_image(NULL, NULL);
	stream.has_holes = _i;
	assert_ok(load_stream(NULL));
	ck_assert_int_eq(pwrite(fd, "x", 1, (off_t)PAGES(_i ? 50 : 70)), 1);
	spoil_record();
	ck_assert_int_eq(load_stream(NULL), -EACCES);
	ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_MEMORY_READONLY);
	assert_subject("file");
	assert_value(OUTCOME, 2);
	ck_assert_int_eq(ftruncate(fd, (off_t)PAGES(3)), 0);
	ck_assert_int_eq(load_stream(NULL), -EFAULT);
	close(fd);
}
END_TEST

/* Looking */

struct look {
	uint64_t bytes, zeros;
	uint64_t next; /* page that is expected */
	int left;      /* pieces until the end */
};

static int look(const struct kvmlib_image_piece *piece, void *userdata)
{
	struct look *seen = userdata;
	const uint8_t *here = piece->space == 1		      ? smm + piece->gpa - PAGES(16)
			      : piece->gpa < PAGES(RAM_PAGES) ? ram + piece->gpa
							      : rom + piece->gpa - PAGES(RAM_PAGES);

	for (uint64_t i = 0; i < piece->length; i++)
		if (here[i] != (piece->data ? ((const uint8_t *)piece->data)[i] : 0))
			return -EILSEQ;
	seen->bytes += piece->length;
	seen->zeros += piece->data ? 0 : piece->length;
	return --seen->left ? 0 : -EDOM;
}

START_TEST(image_is_looked_at)
{
	struct look seen = { .left = INT32_MAX };
	struct kvmlib_image *image;

	write_image(NULL, NULL);
	stream.has_holes = _i;
	image = open_image();
	assert_ok(kvmlib_image_walk(image, look, &seen, NULL));
	ck_assert_uint_eq(seen.bytes, PAGES(ALL_PAGES));
	ck_assert_uint_eq(seen.zeros, PAGES(ALL_PAGES - 7));
	assert_fails(kvmlib_image_walk(image, look, &seen, NULL), EINVAL, IMAGE_SPENT, NULL);
	assert_fails(kvmlib_image_load(image, map.memory, NULL, NULL), EINVAL, IMAGE_SPENT, NULL);
	kvmlib_image_free(image);
	seen.left = 2;
	image = open_image();
	assert_returns(kvmlib_image_walk(image, look, &seen, NULL), -EDOM);
	kvmlib_image_free(image);
}
END_TEST

/* Increments */

static struct kvmlib_dirty *dirty;
static struct kvmlib_dirty_consumer *consumer;

static void setup_tracked(void)
{
	setup_image();
	ck_assert_int_eq(kvmlib_dirty_start(map.memory, NULL, &dirty), 0);
	ck_assert_int_eq(kvmlib_dirty_consumer_new(dirty, &consumer), 0);
}

static void teardown_tracked(void)
{
	consumer = kvmlib_dirty_consumer_free(consumer);
	dirty = kvmlib_dirty_unref(dirty);
	teardown_image();
}

static void guest_writes(uint64_t page, uint8_t byte)
{
	ck_assert_int_eq(kvmlib_sim_dirty(fix.sim, kvmlib_vm_fd(fix.vm), PAGES(page), page_size()),
			 0);
	memset(ram + PAGES(page), byte, PAGES(1));
}

static uint64_t round_pages(void)
{
	uint64_t pages = 0;

	assert_ok(kvmlib_dirty_round(consumer, &pages));
	return pages;
}

START_TEST(increment_has_what_was_written)
{
	struct kvmlib_image_id base = write_image(NULL, NULL), next;
	struct kvmlib_image_load_opts opts = { .size = sizeof(opts), .base = &base };
	struct kvmlib_image_info info;
	struct kvmlib_image *image;

	guest_writes(3, 9);
	guest_writes(4, 8);
	guest_writes(79, 0);
	ck_assert_uint_eq(round_pages(), 3);
	next = write_image(&base, consumer);
	image = open_image();
	assert_ok(kvmlib_image_describe(image, &info));
	ck_assert_uint_eq(info.flags, KVMLIB_IMAGE_INCREMENTAL);
	ck_assert_mem_eq(&info.base, &base, sizeof(base));
	ck_assert_uint_eq(info.nr_parts, 2);
	ck_assert_uint_eq(info.memory_bytes, PAGES(3));
	kvmlib_image_free(image);
	fill_memory();
	assert_ok(load_stream(&opts));
	ck_assert_uint_eq(ram[PAGES(3)], 9);
	ck_assert_uint_eq(ram[PAGES(5) - 1], 8);
	ck_assert_uint_eq(ram[PAGES(79)], 0);
	opts.base = &next;
	assert_load_fails(&opts, ESTALE, IMAGE_BASE);
	assert_no_value(OUTCOME);
	assert_load_fails(NULL, ESTALE, IMAGE_BASE);
}
END_TEST

/* More parts than there is room for at first, in both address spaces. */
START_TEST(increment_of_many_parts)
{
	struct kvmlib_image_id base = write_image(NULL, NULL);
	struct kvmlib_image_load_opts opts = { .size = sizeof(opts), .base = &base };
	struct kvmlib_memory_reader *reader;
	struct kvmlib_image_info info;
	struct kvmlib_image *image;

	add("more", 200, 300);
	round_pages();
	write_image(&base, consumer); /* all of what came */
	for (uint64_t page = 200; page < 500; page += 2)
		assert_ok(kvmlib_memory_fill(map.reader, PAGES(page), 7, PAGES(1)));
	assert_ok(kvmlib_memory_reader_new(map.memory, 1, &reader));
	assert_ok(kvmlib_memory_fill(reader, PAGES(17), 8, PAGES(1)));
	kvmlib_memory_reader_free(reader);
	ck_assert_uint_eq(round_pages(), 151);
	write_image(&base, consumer);
	image = open_image();
	assert_ok(kvmlib_image_describe(image, &info));
	ck_assert_uint_eq(info.nr_parts, 151);
	ck_assert_uint_eq(info.memory_bytes, PAGES(151));
	kvmlib_image_free(image);
	memset(smm, 0, PAGES(SMM_PAGES));
	assert_ok(load_stream(&opts));
	ck_assert_uint_eq(smm[PAGES(1)], 8);
}
END_TEST

START_TEST(increment_without_pages)
{
	struct kvmlib_image_id base = write_image(NULL, NULL);
	struct kvmlib_image_load_opts opts = { .size = sizeof(opts), .base = &base };

	ck_assert_uint_eq(round_pages(), 0);
	write_image(&base, consumer);
	assert_ok(load_stream(&opts));
	ck_assert(is_filled());
}
END_TEST

/* What was loaded counts as written, and what an image that failed had, too. */
START_TEST(increment_that_fails_gives_its_pages_back)
{
	struct kvmlib_image_id base = write_image(NULL, NULL);
	struct kvmlib_image_opts opts = { .size = sizeof(opts),
					  .base = &base,
					  .consumer = consumer };

	guest_writes(3, 9);
	guest_writes(70, 8);
	ck_assert_uint_eq(round_pages(), 2);
	stream.size = 0;
	stream.room = BEGIN;
	assert_returns(kvmlib_image_write(map.memory, &opts, stream_emit, &stream, NULL), -ENOSPC);
	ck_assert_uint_eq(round_pages(), 2);
	stream.room = STREAM_ROOM;
	write_image(&base, consumer);
	ck_assert_uint_eq(round_pages(), 0);
}
END_TEST

START_TEST(image_that_is_loaded_is_written_memory)
{
	write_image(NULL, NULL);
	round_pages();
	assert_ok(load_stream(NULL));
	ck_assert_uint_eq(round_pages(), ALL_PAGES);
}
END_TEST

START_TEST(increment_wants_a_base_and_a_consumer)
{
	struct kvmlib_image_id base = write_image(NULL, NULL), none = { { 0 } };
	struct kvmlib_image_opts opts = { .size = sizeof(opts), .base = &base };

	assert_fails(kvmlib_image_write(map.memory, &opts, stream_emit, &stream, NULL), EINVAL,
		     BAD_ARGUMENT, NULL);
	opts.consumer = consumer;
	opts.base = NULL;
	assert_fails(kvmlib_image_write(map.memory, &opts, stream_emit, &stream, NULL), EINVAL,
		     BAD_ARGUMENT, NULL);
	opts.base = &none;
	assert_fails(kvmlib_image_write(map.memory, &opts, stream_emit, &stream, NULL), EINVAL,
		     BAD_ARGUMENT, NULL);
}
END_TEST

START_TEST(increment_of_another_maps_consumer)
{
	struct kvmlib_image_id base = write_image(NULL, NULL);
	struct kvmlib_image_opts opts = { .size = sizeof(opts),
					  .base = &base,
					  .consumer = consumer };
	struct kvmlib_memory_opts memory_opts = { .size = sizeof(memory_opts), .first_slot = 100 };
	struct kvmlib_memory *other;

	assert_ok(kvmlib_memory_new(fix.vm, &memory_opts, &other));
	round_pages();
	assert_fails(kvmlib_image_write(other, &opts, stream_emit, &stream, NULL), EINVAL,
		     BAD_ARGUMENT, NULL);
	kvmlib_memory_unref(other);
}
END_TEST

/* Mapping */

static int make_image_file(void)
{
	int fd = memfd_create("image", MFD_CLOEXEC);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, stream.data, stream.size), (ssize_t)stream.size);
	return fd;
}

static struct kvmlib_memory *map_image(struct kvmlib_vm *vm, int fd)
{
	struct kvmlib_image *image = open_image();
	struct kvmlib_memory_change *change;
	struct kvmlib_memory *memory;

	assert_ok(kvmlib_memory_new(vm, NULL, &memory));
	assert_ok(kvmlib_memory_begin(memory, &change));
	assert_ok(kvmlib_image_map(image, fd, change));
	assert_ok(kvmlib_memory_change_commit(change));
	kvmlib_image_free(image);
	return memory;
}

START_TEST(image_is_mapped_for_clones)
{
	struct kvmlib_memory_region_info info;
	struct kvmlib_memory_region *regions[3];
	struct kvmlib_memory *clones[2];
	struct kvmlib_vm *vms[2];
	int fd;

	write_image(NULL, NULL);
	fd = make_image_file();
	for (int i = 0; i < 2; i++) {
		assert_ok(kvmlib_system_create_vm(fix.system, NULL, &vms[i]));
		clones[i] = map_image(vms[i], fd);
		ck_assert_int_eq(kvmlib_memory_regions(clones[i], regions, 3), 3);
		assert_ok(kvmlib_memory_region_describe(regions[1], &info));
		ck_assert_str_eq(info.name, "image");
		ck_assert_uint_eq(info.gpa, PAGES(RAM_PAGES));
		ck_assert(info.flags & KVMLIB_MEMORY_READONLY);
		ck_assert_mem_eq(info.address, rom, PAGES(ROM_PAGES));
		assert_ok(kvmlib_memory_region_describe(regions[0], &info));
		ck_assert_mem_eq(info.address, ram, PAGES(RAM_PAGES));
		*(uint8_t *)info.address = 0xaa; /* of which the other knows nothing */
		ck_assert_int_eq(kvmlib_memory_region_describe(regions[2], &info), 0);
		ck_assert_uint_eq(info.space, 1);
	}
	for (int i = 0; i < 2; i++) {
		kvmlib_memory_unref(clones[i]);
		kvmlib_vm_unref(vms[i]);
	}
	close(fd);
}
END_TEST

START_TEST(image_that_can_not_be_mapped)
{
	struct kvmlib_image *image;
	struct kvmlib_memory_change *change = begin();
	int fd;

	write_image(NULL, NULL);
	fd = make_image_file();
	image = open_image();
	assert_refuses_null(kvmlib_image_map(NULL, fd, change), 1);
	assert_refuses_null(kvmlib_image_map(image, fd, NULL), 3);
	ck_assert_int_eq(ftruncate(fd, (off_t)BEGIN + (off_t)PAGES(50)), 0);
	assert_fails(kvmlib_image_map(image, fd, change), ENODATA, FILE_TOO_SHORT, NULL);
	assert_subject("image");
	kvmlib_memory_change_abort(change);
	kvmlib_image_free(image);
	close(fd);
}
END_TEST

START_TEST(increment_can_not_be_mapped)
{
	struct kvmlib_image_id base = write_image(NULL, NULL);
	struct kvmlib_memory_change *change = begin();
	struct kvmlib_image *image;

	guest_writes(1, 1);
	round_pages();
	write_image(&base, consumer);
	image = open_image();
	assert_fails(kvmlib_image_map(image, 0, change), EINVAL, IMAGE_BASE, NULL);
	kvmlib_memory_change_abort(change);
	kvmlib_image_free(image);
}
END_TEST

/* What is not there */

START_TEST(image_larger_than_the_map)
{
	write_image(NULL, NULL);
	assert_ok(kvmlib_memory_remove(map.memory, region_found(PAGES(RAM_PAGES))));
	memset(ram, 0x55, PAGES(RAM_PAGES));
	assert_load_fails(NULL, EFAULT, NOT_MEMORY);
	assert_value(GPA, PAGES(RAM_PAGES));
	assert_value(OUTCOME, 0);
	ck_assert_uint_eq(ram[0], 0x55);
}
END_TEST

/* Another thread loses the RAM when some of it was taken. */

static void *lose_ram(void *userdata)
{
	struct kvmlib_memory_change *change = NULL;

	(void)userdata;
	if (kvmlib_memory_begin(map.memory, &change) < 0 ||
	    kvmlib_memory_change_move(change, region_found(0), PAGES(1000)) < 0 ||
	    kvmlib_memory_change_move(change, region_found(PAGES(RAM_PAGES)), PAGES(2000)) < 0)
		return NULL;
	map.slot_calls = 0;
	map.fail_slot = 2;
	map.fail_slots = 2;
	map.slot_error = EINVAL;
	kvmlib_memory_change_commit(change);
	map.fail_slot = 0;
	return NULL;
}

static int lose_at_progress(uint64_t done, uint64_t total, void *userdata)
{
	pthread_t thread;

	(void)total;
	(void)userdata;
	if (done == PAGES(64)) {
		ck_assert_int_eq(pthread_create(&thread, NULL, lose_ram, NULL), 0);
		ck_assert_int_eq(pthread_join(thread, NULL), 0);
	}
	return 0;
}

START_TEST(image_of_memory_that_is_lost_meanwhile)
{
	const struct kvmlib_image_opts opts = { .size = sizeof(opts),
						.progress = lose_at_progress };

	assert_fails(kvmlib_image_write(map.memory, &opts, stream_emit, &stream, NULL), EFAULT,
		     NOT_MEMORY, NULL);
	assert_value(GPA, PAGES(64));
}
END_TEST

START_TEST(image_into_memory_that_is_lost_meanwhile)
{
	const struct kvmlib_image_load_opts opts = { .size = sizeof(opts),
						     .progress = lose_at_progress };

	write_image(NULL, NULL);
	assert_load_fails(&opts, EFAULT, NOT_MEMORY);
	assert_value(GPA, PAGES(64));
	assert_value(OUTCOME, 2);
}
END_TEST

START_TEST(image_without_lost_memory)
{
	struct kvmlib_image_info info;
	struct kvmlib_image *image;

	lose_ram(NULL);
	write_image(NULL, NULL);
	image = open_image();
	assert_ok(kvmlib_image_describe(image, &info));
	ck_assert_uint_eq(info.memory_bytes, PAGES(ROM_PAGES + SMM_PAGES));
	kvmlib_image_free(image);
}
END_TEST

static void use_in_child(void)
{
	struct kvmlib_image *image = open_image();

	CHECK(kvmlib_image_write(map.memory, NULL, stream_emit, &stream, NULL) == -EIO);
	CHECK(kvmlib_error_cause() == KVMLIB_CAUSE_FORKED);
	CHECK(!strcmp(kvmlib_error_function(), "kvmlib_image_write"));
	CHECK(kvmlib_image_load(image, map.memory, NULL, NULL) == -EIO);
	CHECK(kvmlib_error_cause() == KVMLIB_CAUSE_FORKED);
	CHECK(!strcmp(kvmlib_error_function(), "kvmlib_image_load"));
	CHECK(!kvmlib_image_walk(image, NULL, NULL, NULL));
	kvmlib_image_free(image);
}

START_TEST(image_in_a_child)
{
	NEEDS_WIPED_PAGES;
	write_image(NULL, NULL);
	in_child(use_in_child);
}
END_TEST

Suite *image_suite(void)
{
	Suite *suite = suite_create("image");
	TCase *tcase = image_case(suite, "image");

	ADD_TESTS(
		tcase, image_has_all_memory_and_the_state, image_has_its_parts_by_space_and_address,
		image_tells_zeros_as_such, image_without_a_state, image_goes_by_what_it_has,
		image_tells_how_far_it_is_and_can_be_ended, image_of_holes_is_not_read,
		image_into_fresh_memory_touches_what_it_has, image_of_a_file_is_written_and_loaded,
		image_of_a_file_that_gets_shorter, image_is_mapped_for_clones,
		image_that_can_not_be_mapped, image_larger_than_the_map,
		image_of_memory_that_is_lost_meanwhile, image_into_memory_that_is_lost_meanwhile,
		image_without_lost_memory, image_in_a_child);
	tcase_add_loop_test(tcase, image_is_loaded, 0, 2);
	tcase_add_loop_test(tcase, image_is_looked_at, 0, 2);
	tcase_add_loop_test(tcase, image_of_a_file_that_can_only_be_read, 0, 2);

	tcase = tcase_create("increments");
	tcase_add_checked_fixture(tcase, setup_tracked, teardown_tracked);
	suite_add_tcase(suite, tcase);
	ADD_TESTS(tcase, increment_has_what_was_written, increment_of_many_parts,
		  increment_without_pages, increment_that_fails_gives_its_pages_back,
		  image_that_is_loaded_is_written_memory, increment_wants_a_base_and_a_consumer,
		  increment_of_another_maps_consumer, increment_can_not_be_mapped);
	return suite;
}
