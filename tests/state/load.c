/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bytes that become a state, or don't: all ways to read them agree. */
#include "blob.h"
#include "fuzz.h"

#include <endian.h>
#include <errno.h>
#include <string.h>

#include "../../lib/base/crc32c.h"
#include "../../lib/manage/state/format.h"

/* Reading */

struct source {
	const uint8_t *data;
	size_t size;
	size_t at;
};

/* As much as a pipe may give. */
static int64_t take(void *data, size_t length, void *userdata)
{
	struct source *source = userdata;
	size_t left = source->size - source->at, n = 1U + fuzz_some(1U << fuzz_some(14));

	n = n < left ? n : left;
	n = n < length ? n : length;
	memcpy(data, source->data + source->at, n);
	source->at += n;
	return (int64_t)n;
}

static void expect_bytes(const struct kvmlib_state *state, const uint8_t *data, size_t size)
{
	struct blob blob = { 0 };

	CHECK(!blob_write(&blob, state));
	CHECK(blob.size == size && !memcmp(blob.data, data, size));
	blob_free(&blob);
}

/* A stream may go on behind the state; memory may not. Neither may have an item twice. */
static void compare(int validated, int parsed, int streamed)
{
	CHECK(validated >= 0 || parsed == validated);
	CHECK(validated < 0 || parsed == 0 || parsed == -EBADMSG);
	CHECK(validated < 0 || parsed == streamed);
	CHECK(validated >= 0 || streamed == validated ||
	      (validated == -EBADMSG && (streamed == 0 || streamed == -EBADMSG)));
}

struct kvmlib_state *fuzz_load(const uint8_t *data, size_t size)
{
	struct source source = { .data = data, .size = size };
	struct kvmlib_state *parsed = NULL, *streamed = NULL;
	int validated = kvmlib_state_validate(data, size);
	int r = kvmlib_state_parse(data, size, &parsed);

	compare(validated, r, kvmlib_state_read(take, &source, &streamed));
	if (parsed)
		expect_bytes(parsed, data, size);
	if (streamed)
		expect_bytes(streamed, data, source.at);
	kvmlib_state_free(streamed);
	return parsed;
}

/* Correcting */

static bool is_end(const struct kvmlib__state_head *head)
{
	return !strncmp(head->name, KVMLIB__STATE_END, sizeof(head->name));
}

static void seal_data(struct kvmlib__state_head *head, size_t left)
{
	uint64_t length = le64toh(head->length);
	size_t padded = length > left ? left : kvmlib__state_padded(length);
	uint32_t crc = kvmlib__crc32c(0, head + 1, padded < left ? padded : left);

	head->data_crc = htole32(crc);
}

static void seal_head(struct kvmlib__state_head *head)
{
	head->crc = htole32(kvmlib__crc32c(0, head, offsetof(struct kvmlib__state_head, crc)));
}

static void seal_header(struct kvmlib__state_header *header)
{
	header->crc =
		htole32(kvmlib__crc32c(0, header, offsetof(struct kvmlib__state_header, crc)));
}

void fuzz_seal(uint8_t *data, size_t size)
{
	size_t at = sizeof(struct kvmlib__state_header);
	uint32_t heads_crc = 0;
	uint64_t count = 0;

	if (size >= at)
		seal_header((void *)data);
	while (at <= size && size - at >= sizeof(struct kvmlib__state_head)) {
		struct kvmlib__state_head *head = (void *)(data + at);
		size_t left = size - at - sizeof(*head);

		if (is_end(head)) {
			kvmlib__state_seal_end(head, count, heads_crc);
			break;
		}
		seal_data(head, left);
		seal_head(head);
		heads_crc = kvmlib__state_add_head(heads_crc, head);
		count++;
		if (le64toh(head->length) > left)
			break;
		at += sizeof(*head) + kvmlib__state_padded(le64toh(head->length));
	}
}

/* Rebuilding */

static void put(struct kvmlib_state *state, const struct kvmlib__state_head *head, const void *data,
		size_t length)
{
	char name[sizeof(head->name) + 1] = { 0 };
	int r;

	memcpy(name, head->name, sizeof(head->name));
	r = kvmlib_state_put(state, name, le64toh(head->instance), le32toh(head->version), data,
			     length);
	CHECK(!r || r == -EINVAL || r == -EEXIST);
}

struct kvmlib_state *fuzz_rebuild(const uint8_t *data, size_t size)
{
	size_t at = sizeof(struct kvmlib__state_header);
	struct kvmlib_state *state = NULL;

	CHECK(!kvmlib_state_new(&state));
	while (at <= size && size - at >= sizeof(struct kvmlib__state_head)) {
		struct kvmlib__state_head head;
		size_t left, length;

		memcpy(&head, data + at, sizeof(head));
		at += sizeof(head);
		left = size - at;
		length = le64toh(head.length) < left ? le64toh(head.length) : left;
		put(state, &head, data + at, length);
		at += kvmlib__state_padded(length);
	}
	return state;
}
