/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The object: items, one behind the other, and an index of them. */
#include "state.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM  16384U
#define FIRST_COUNT 32U

int kvmlib_state_new(struct kvmlib_state **ret_state)
{
	struct kvmlib_state *state;

	if (!ret_state)
		return KVMLIB__NULL_ARGUMENT(1);
	state = calloc(1, sizeof(*state));
	if (!state || kvmlib__state_make_room(state, sizeof(struct kvmlib__state_header)) < 0) {
		kvmlib_state_free(state);
		return KVMLIB__NO_MEMORY();
	}
	kvmlib__state_seal_header((struct kvmlib__state_header *)(void *)state->bytes);
	state->used = sizeof(struct kvmlib__state_header);
	*ret_state = state;
	return 0;
}

struct kvmlib_state *kvmlib_state_free(struct kvmlib_state *state)
{
	if (!state)
		return NULL;
	free(state->bytes);
	free(state->offsets);
	free(state->buckets);
	free(state);
	return NULL;
}

void kvmlib_state_clear(struct kvmlib_state *state)
{
	if (!state)
		return;
	state->used = sizeof(struct kvmlib__state_header);
	state->count = 0;
	if (state->nr_buckets)
		memset(state->buckets, 0, state->nr_buckets * sizeof(*state->buckets));
}

uint32_t kvmlib_state_architecture(const struct kvmlib_state *state)
{
	const struct kvmlib__state_header *header = (const void *)state->bytes;

	return le16toh(header->architecture);
}

size_t kvmlib_state_count(const struct kvmlib_state *state)
{
	return state->count;
}

/* Room */

int kvmlib__state_make_room(struct kvmlib_state *state, size_t size)
{
	size_t room = state->room ? state->room : FIRST_ROOM;
	uint8_t *bytes;

	if (size > SIZE_MAX / 4 - state->used)
		return -ENOMEM;
	if (state->used + size <= state->room)
		return 0;
	while (room < state->used + size)
		room *= 2;
	bytes = realloc(state->bytes, room);
	if (!bytes)
		return -ENOMEM;
	state->bytes = bytes;
	state->room = room;
	return 0;
}

static int make_room_in_list(struct kvmlib_state *state)
{
	size_t room = state->count_room ? 2 * state->count_room : FIRST_COUNT;
	size_t *offsets;

	if (state->count < state->count_room)
		return 0;
	offsets = realloc(state->offsets, room * sizeof(*offsets));
	if (!offsets)
		return -ENOMEM;
	state->offsets = offsets;
	state->count_room = room;
	return 0;
}

/* The index */

static uint64_t hash_of(const char *name, uint64_t instance)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ instance;

	for (; *name; name++)
		hash = (hash ^ (uint8_t)*name) * UINT64_C(0x100000001b3);
	return hash ^ hash >> 32;
}

/* Where such an item is noted, or would be: half of the buckets are free. */
static uint32_t *bucket_of(const struct kvmlib_state *state, const char *name, uint64_t instance)
{
	size_t at = (size_t)hash_of(name, instance) & (state->nr_buckets - 1);

	for (; state->buckets[at]; at = (at + 1) & (state->nr_buckets - 1)) {
		const struct kvmlib__state_head *head =
			kvmlib__state_head_at(state, state->offsets[state->buckets[at] - 1]);

		if (le64toh(head->instance) == instance && !strcmp(head->name, name))
			break;
	}
	return &state->buckets[at];
}

static uint32_t *bucket_of_head(const struct kvmlib_state *state, size_t offset)
{
	const struct kvmlib__state_head *head = kvmlib__state_head_at(state, offset);

	return bucket_of(state, head->name, le64toh(head->instance));
}

static int grow_index(struct kvmlib_state *state)
{
	size_t n = 4 * (state->count + FIRST_COUNT / 2), room = (size_t)2 * FIRST_COUNT;
	uint32_t *buckets;

	if (2 * (state->count + 1) <= state->nr_buckets)
		return 0;
	while (room < n)
		room *= 2;
	buckets = calloc(room, sizeof(*buckets));
	if (!buckets)
		return -ENOMEM;
	free(state->buckets);
	state->buckets = buckets;
	state->nr_buckets = room;
	for (size_t i = 0; i < state->count; i++)
		*bucket_of_head(state, state->offsets[i]) = (uint32_t)i + 1;
	return 0;
}

int kvmlib__state_enlist(struct kvmlib_state *state, size_t offset)
{
	uint32_t *bucket;

	if (make_room_in_list(state) < 0 || grow_index(state) < 0 || state->count == UINT32_MAX)
		return -ENOMEM;
	bucket = bucket_of_head(state, offset);
	if (*bucket)
		return -EEXIST;
	state->offsets[state->count++] = offset;
	*bucket = (uint32_t)state->count;
	return 0;
}

/* Looking */

static void give(const struct kvmlib_state *state, size_t index, struct kvmlib_state_item *item)
{
	const struct kvmlib__state_head *head = kvmlib__state_head_at(state, state->offsets[index]);

	*item = (struct kvmlib_state_item){ .name = head->name,
					    .data = head + 1,
					    .instance = le64toh(head->instance),
					    .length = le64toh(head->length),
					    .version = le32toh(head->version) };
}

bool kvmlib__state_find(const struct kvmlib_state *state, const char *name, uint64_t instance,
			struct kvmlib_state_item *ret_item)
{
	uint32_t number = state->nr_buckets ? *bucket_of(state, name, instance) : 0;

	if (number)
		give(state, number - 1, ret_item);
	return number;
}

int kvmlib_state_at(const struct kvmlib_state *state, size_t index,
		    struct kvmlib_state_item *ret_item)
{
	if (!state || !ret_item)
		return KVMLIB__NULL_ARGUMENT(state ? 3 : 1);
	if (index >= state->count)
		return -ENOENT;
	give(state, index, ret_item);
	return 0;
}

static int about_item(const char *function, int errnum, uint32_t cause, const char *name,
		      uint64_t instance)
{
	const struct kvmlib__value id = KVMLIB__VALUE(VCPU_ID, instance);

	return kvmlib__error_record(
		&(const struct kvmlib__failure){ .function = function,
						 .subject = name,
						 .cause = cause,
						 .errnum = errnum,
						 .values = &id,
						 .nr_values = instance != KVMLIB_STATE_VM });
}

int kvmlib_state_get(const struct kvmlib_state *state, const char *name, uint64_t instance,
		     struct kvmlib_state_item *ret_item)
{
	if (!state || !name || !ret_item)
		return KVMLIB__NULL_ARGUMENT(!state ? 1 : name ? 4 : 2);
	if (kvmlib__state_find(state, name, instance, ret_item))
		return 0;
	return about_item(__func__, -ENOENT, KVMLIB_CAUSE_STATE_ITEM_MISSING, name, instance);
}

/* Putting */

int kvmlib__state_begin(struct kvmlib_state *state, const char *name, uint64_t instance,
			size_t room, const char *function, void **ret_data)
{
	struct kvmlib__state_head *head;

	if (kvmlib__state_make_room(state, sizeof(*head) + kvmlib__state_padded(room)) < 0) {
		KVMLIB__NO_MEMORY_IN(function);
		return -ENOMEM;
	}
	head = kvmlib__state_head_at(state, state->used);
	memset(head, 0, sizeof(*head) + kvmlib__state_padded(room));
	memcpy(head->name, name, strlen(name));
	head->instance = htole64(instance);
	*ret_data = head + 1;
	return 0;
}

int kvmlib__state_seal(struct kvmlib_state *state, uint32_t version, size_t length,
		       const char *function)
{
	struct kvmlib__state_head *head = kvmlib__state_head_at(state, state->used);
	int r;

	head->length = htole64(length);
	head->version = htole32(version);
	kvmlib__state_seal_head(head, head + 1);
	r = kvmlib__state_enlist(state, state->used);
	if (r == -EEXIST)
		return about_item(function, r, KVMLIB_CAUSE_STATE_ITEM_EXISTS, head->name,
				  le64toh(head->instance));
	if (r < 0)
		return KVMLIB__NO_MEMORY_IN(function);
	state->used += sizeof(*head) + kvmlib__state_padded(length);
	return 0;
}

static bool is_name(const char *name)
{
	size_t length = strnlen(name, KVMLIB_STATE_NAME_LENGTH + 1);

	return length && length <= KVMLIB_STATE_NAME_LENGTH && strcmp(name, KVMLIB__STATE_END) != 0;
}

static int check_put(const char *name, size_t length, const char *function)
{
	if (!is_name(name))
		return kvmlib__error_record(&(const struct kvmlib__failure){
			.function = function,
			.cause = KVMLIB_CAUSE_BAD_ARGUMENT,
			.errnum = -EINVAL,
			KVMLIB__VALUES(KVMLIB__VALUE(ARGUMENT, 2)) });
	if (length <= KVMLIB_STATE_ITEM_SIZE)
		return 0;
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = function,
		.cause = KVMLIB_CAUSE_STATE_ITEM_TOO_LARGE,
		.errnum = -E2BIG,
		KVMLIB__VALUES(KVMLIB__VALUE(SIZE, length),
			       KVMLIB__VALUE(LIMIT, KVMLIB_STATE_ITEM_SIZE)) });
}

int kvmlib_state_put(struct kvmlib_state *state, const char *name, uint64_t instance,
		     uint32_t version, const void *data, size_t length)
{
	void *room;
	int r;

	if (!state || !name || (!data && length))
		return KVMLIB__NULL_ARGUMENT(!state ? 1 : name ? 5 : 2);
	r = check_put(name, length, __func__);
	if (!r)
		r = kvmlib__state_begin(state, name, instance, length, __func__, &room);
	if (r)
		return r;
	if (length)
		memcpy(room, data, length);
	return kvmlib__state_seal(state, version, length, __func__);
}
