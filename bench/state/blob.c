/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A written state of some size, checked by the library, and its checksum taken plainly. */
#include "subject.h"

#include <stdlib.h>
#include <string.h>

#define CRC32C	  0x82f63b78U
#define KILOBYTES (BLOB_ITEMS * BLOB_ITEM / 1000U)

/* As one would write it without a library: a table, and byte by byte. */
static int checksum(struct subject *subject)
{
	static uint32_t table[256];
	uint32_t crc = ~0U;

	for (uint32_t i = 0; i < 256 && !table[255]; i++) {
		table[i] = i;
		for (unsigned int bit = 0; bit < 8; bit++)
			table[i] = table[i] >> 1 ^ (table[i] & 1 ? CRC32C : 0);
	}
	for (size_t i = 0; i < subject->blob_size; i++)
		crc = crc >> 8 ^ table[(crc ^ subject->blob[i]) & 0xff];
	subject->crc = ~crc;
	return 0;
}

static int validate(struct subject *subject)
{
	return kvmlib_state_validate(subject->blob, subject->blob_size);
}

const struct row blob_rows[] = {
	{ .name = "blob_validate",
	  .raw = checksum,
	  .wrapped = validate,
	  .calls = 1,
	  .batch = KILOBYTES },
};
const size_t nr_blob_rows = sizeof(blob_rows) / sizeof(blob_rows[0]);

static int append(const void *data, size_t length, void *userdata)
{
	struct subject *subject = userdata;
	uint8_t *blob = realloc(subject->blob, subject->blob_size + length);

	if (!blob)
		bench_fail("memory");
	memcpy(blob + subject->blob_size, data, length);
	subject->blob = blob;
	subject->blob_size += length;
	return 0;
}

void blob_make(struct subject *subject)
{
	static uint8_t data[BLOB_ITEM];
	struct kvmlib_state *state;
	int r = kvmlib_state_new(&state);

	for (size_t i = 0; i < BLOB_ITEM; i++)
		data[i] = (uint8_t)(i * i >> 3);
	for (uint64_t i = 0; !r && i < BLOB_ITEMS; i++)
		r = kvmlib_state_put(state, "bench.item", i, 1, data, BLOB_ITEM);
	if (!r)
		r = kvmlib_state_write(state, append, subject);
	if (r < 0)
		bench_fail("a state");
	kvmlib_state_free(state);
}

void blob_free(struct subject *subject)
{
	free(subject->blob);
}
