/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_IMAGE_FIXTURE_H
#define TESTS_IMAGE_FIXTURE_H

#include "memory_fixture.h"

/* An image as it is written to memory, and read from there. */
struct stream {
	uint8_t *data;
	size_t size;
	size_t room;	 /* what is written beyond is refused by -ENOSPC */
	size_t nr_zeros; /* bytes that were told to be zeros */

	size_t at;
	size_t step;	/* bytes of a read, at most */
	bool has_holes; /* zeros are left out */
	size_t end;	/* where reading ends */
	int error;	/* what a read behind the end returns */
	size_t nr_read; /* bytes */
};
extern struct stream stream;

#define STREAM_ROOM ((size_t)32 << 20)

/*
 * The fixture's map with regions "ram" of 80 pages at page 0, "rom" (READONLY) of 2 pages right behind
 * it, and "smm" of 3 pages at page 16 of address space 1. Pages 0, 1, 70 and 79, both of the ROM and
 * the second of the last are not zeros; a state has one item.
 */
void setup_image(void);
void teardown_image(void);

TCase *image_case(Suite *suite, const char *name);

#define RAM_PAGES 80U
#define ROM_PAGES 2U
#define SMM_PAGES 3U
#define ALL_PAGES (RAM_PAGES + ROM_PAGES + SMM_PAGES)

extern uint8_t *ram, *rom, *smm;
extern struct kvmlib_state *state;

/* Fill the memory as setup_image() does, or with other bytes everywhere. */
void fill_memory(void);
void spoil_memory(void);
/* Whether the memory is as it was filled at first. */
bool is_filled(void);

/* For kvmlib_image_write(), with the stream. */
int stream_emit(const void *data, size_t length, void *userdata);

/* Write an image to the stream, from its first byte on; with the state. */
struct kvmlib_image_id write_image(const struct kvmlib_image_id *base,
				   struct kvmlib_dirty_consumer *consumer);

/* Read the stream from its first byte on. */
struct kvmlib_image_source stream_source(void);
struct kvmlib_image *open_image(void);

/* Open it, and load it into the map or look at it: what the first call that fails returns. */
int load_stream(const struct kvmlib_image_load_opts *opts);
int check_stream(void);

/* Loading the stream fails with -errnum, and that cause. */
#define assert_load_fails(opts, errnum, cause)                                  \
	do {                                                                    \
		spoil_record();                                                 \
		ck_assert_int_eq(load_stream(opts), -(errnum));                 \
		ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_##cause);  \
		ck_assert_str_eq(kvmlib_error_function(), "kvmlib_image_load"); \
	} while (0)

#endif
