/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A map with some memory, and images of it that are streams in memory. */
#include "image_fixture.h"

#include <stdlib.h>
#include <string.h>

struct stream stream;
uint8_t *ram, *rom, *smm;
struct kvmlib_state *state;

void fill_memory(void)
{
	memset(ram, 0, PAGES(RAM_PAGES));
	memset(ram, 1, PAGES(1));
	ram[PAGES(2) - 1] = 2;
	ram[PAGES(70)] = 3;
	memset(ram + PAGES(79), 4, PAGES(1));
	memset(rom, 5, PAGES(ROM_PAGES));
	memset(smm, 0, PAGES(SMM_PAGES));
	smm[PAGES(1) + 100] = 6;
}

void spoil_memory(void)
{
	memset(ram, 0x55, PAGES(RAM_PAGES));
	memset(rom, 0x66, PAGES(ROM_PAGES));
	memset(smm, 0x77, PAGES(SMM_PAGES));
}

bool is_filled(void)
{
	uint8_t *copy = malloc(PAGES(ALL_PAGES));
	uint8_t *was_ram = ram, *was_rom = rom, *was_smm = smm;
	bool is_same;

	ck_assert_ptr_nonnull(copy);
	ram = copy;
	rom = ram + PAGES(RAM_PAGES);
	smm = rom + PAGES(ROM_PAGES);
	fill_memory();
	is_same = !memcmp(ram, was_ram, PAGES(RAM_PAGES)) &&
		  !memcmp(rom, was_rom, PAGES(ROM_PAGES)) &&
		  !memcmp(smm, was_smm, PAGES(SMM_PAGES));
	ram = was_ram;
	rom = was_rom;
	smm = was_smm;
	free(copy);
	return is_same;
}

static uint8_t *add_region(const char *name, uint64_t page, uint64_t pages, uint32_t flags,
			   uint32_t space)
{
	struct kvmlib_memory_region_opts opts = opts_of(name, page, pages);

	opts.flags = flags;
	opts.space = space;
	return kvmlib_memory_region_address(add_opts(&opts));
}

void setup_image(void)
{
	setup_map();
	ram = add_region("ram", 0, RAM_PAGES, 0, 0);
	rom = add_region("rom", RAM_PAGES, ROM_PAGES, KVMLIB_MEMORY_READONLY, 0);
	smm = add_region("smm", 16, SMM_PAGES, 0, 1);
	fill_memory();
	stream = (struct stream){ .data = malloc(STREAM_ROOM),
				  .room = STREAM_ROOM,
				  .step = SIZE_MAX };
	ck_assert_ptr_nonnull(stream.data);
	ck_assert_int_eq(kvmlib_state_new(&state), 0);
	ck_assert_int_eq(kvmlib_state_put(state, "test.item", 7, 1, "contents", 8), 0);
}

void teardown_image(void)
{
	state = kvmlib_state_free(state);
	free(stream.data);
	teardown_map();
}

TCase *image_case(Suite *suite, const char *name)
{
	TCase *tcase = tcase_create(name);

	tcase_add_checked_fixture(tcase, setup_image, teardown_image);
	suite_add_tcase(suite, tcase);
	return tcase;
}

int stream_emit(const void *data, size_t length, void *userdata)
{
	struct stream *to = userdata;

	if (length > to->room - to->size)
		return -ENOSPC;
	if (data)
		memcpy(to->data + to->size, data, length);
	else
		memset(to->data + to->size, 0, length);
	to->nr_zeros += data ? 0 : length;
	to->size += length;
	return 0;
}

struct kvmlib_image_id write_image(const struct kvmlib_image_id *base,
				   struct kvmlib_dirty_consumer *consumer)
{
	const struct kvmlib_image_opts opts = {
		.size = sizeof(opts), .state = state, .base = base, .consumer = consumer
	};
	struct kvmlib_image_id id = { { 0 } };

	stream.size = stream.nr_zeros = 0;
	assert_ok(kvmlib_image_write(map.memory, &opts, stream_emit, &stream, &id));
	stream.end = stream.size;
	return id;
}

static int64_t stream_read(void *data, size_t length, void *userdata)
{
	struct stream *from = userdata;
	size_t n = from->end - from->at;

	if (!n)
		return from->error;
	n = n < length ? n : length;
	n = n < from->step ? n : from->step;
	if (from->has_holes && n > page_size() - from->at % page_size())
		n = page_size() - from->at % page_size(); /* a hole may follow */
	memcpy(data, from->data + from->at, n);
	from->at += n;
	from->nr_read += n;
	return (int64_t)n;
}

static int64_t stream_zeros(uint64_t length, void *userdata)
{
	struct stream *from = userdata;
	uint64_t n = 0;

	while (from->has_holes && n < length && from->at < from->end && !from->data[from->at]) {
		from->at++;
		n++;
	}
	return (int64_t)n;
}

struct kvmlib_image_source stream_source(void)
{
	stream.at = stream.nr_read = 0;
	return (struct kvmlib_image_source){ .size = sizeof(struct kvmlib_image_source),
					     .read = stream_read,
					     .zeros = stream_zeros,
					     .userdata = &stream };
}

struct kvmlib_image *open_image(void)
{
	const struct kvmlib_image_source source = stream_source();
	struct kvmlib_image *image = NULL;

	assert_ok(kvmlib_image_open(&source, &image));
	return image;
}

static int use_stream(const struct kvmlib_image_load_opts *opts, bool is_loaded)
{
	const struct kvmlib_image_source source = stream_source();
	struct kvmlib_image *image;
	int r = kvmlib_image_open(&source, &image);

	if (r < 0)
		return r;
	r = is_loaded ? kvmlib_image_load(image, map.memory, opts, NULL)
		      : kvmlib_image_walk(image, NULL, NULL, NULL);
	kvmlib_image_free(image);
	return r;
}

int load_stream(const struct kvmlib_image_load_opts *opts)
{
	return use_stream(opts, true);
}

int check_stream(void)
{
	return use_stream(NULL, false);
}
