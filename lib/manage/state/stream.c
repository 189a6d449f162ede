/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* States as bytes: written, read, and checked on the way. */
#include "state.h"

#include <endian.h>
#include <errno.h>
#include <string.h>

/* How much memory data can claim before it has come. */
#define PORTION ((size_t)1 << 20)

/* Where the bytes come from: memory, or a program's function that fills the state. */
struct source {
	const uint8_t *bytes; /* of memory; else NULL */
	size_t length;	      /* of memory */
	size_t at;	      /* how much was taken */

	struct kvmlib_state *state;
	int64_t (*read)(void *data, size_t length, void *userdata);
	void *userdata;
	bool is_programs_error; /* read has failed */
};

/* What is wrong with them, and where. */
struct fault {
	uint32_t cause;
	size_t at;
};

static int fill(struct source *source, uint8_t *to, size_t size)
{
	for (size_t done = 0; done < size;) {
		int64_t r = source->read(to + done, size - done, source->userdata);

		if (r < 0) {
			source->is_programs_error = true;
			return (int)r;
		}
		if (r == 0 || (uint64_t)r > size - done)
			return -ENODATA;
		done += (size_t)r;
	}
	return 0;
}

/* The next bytes, as far as they come: behind what the state has. */
static int take_from_program(struct source *source, size_t size)
{
	struct kvmlib_state *state = source->state;

	while (size) {
		size_t portion = size < PORTION ? size : PORTION;
		int r = kvmlib__state_make_room(state, portion);

		if (!r)
			r = fill(source, state->bytes + state->used, portion);
		if (r < 0)
			return r;
		state->used += portion;
		size -= portion;
	}
	return 0;
}

/* The next bytes; they stay where they are until the next ones are taken. */
static int take(struct source *source, size_t size, const void **ret_bytes)
{
	size_t at = source->at;
	int r = 0;

	if (!source->bytes)
		r = take_from_program(source, size);
	else if (size > source->length - at)
		r = -ENODATA;
	if (r < 0)
		return r;
	source->at += size;
	*ret_bytes = (source->bytes ? source->bytes : source->state->bytes) + at;
	return 0;
}

/* Its cause is the fault's, or one that the error has. */
static int refuse(struct fault *fault, uint32_t cause, size_t at)
{
	fault->cause = cause;
	fault->at = at;
	return cause ? -EBADMSG : 0;
}

/* The bytes may lie anywhere. */
static int take_header(struct source *source, struct fault *fault)
{
	struct kvmlib__state_header header;
	const void *bytes;
	int r = take(source, sizeof(header), &bytes);

	if (r < 0)
		return r;
	memcpy(&header, bytes, sizeof(header));
	return refuse(fault, kvmlib__state_check_header(&header), 0);
}

static int take_head(struct source *source, struct kvmlib__state_head *head, struct fault *fault)
{
	size_t at = source->at;
	const void *bytes;
	int r = take(source, sizeof(*head), &bytes);

	if (r < 0)
		return r;
	memcpy(head, bytes, sizeof(*head));
	return refuse(fault, kvmlib__state_check_head(head), at);
}

static int take_data(struct source *source, const struct kvmlib__state_head *head,
		     struct fault *fault)
{
	size_t at = source->at;
	const void *data;
	int r = take(source, kvmlib__state_padded(le64toh(head->length)), &data);

	return r < 0 ? r : refuse(fault, kvmlib__state_check_data(head, data), at);
}

/* All, up to the end. */
static int walk(struct source *source, struct fault *fault)
{
	struct kvmlib__state_head head;
	uint32_t heads_crc = 0;
	uint64_t count = 0;
	int r = take_header(source, fault);

	while (!r) {
		r = take_head(source, &head, fault);
		if (r < 0)
			break;
		if (kvmlib__state_is_end(&head))
			return refuse(fault, kvmlib__state_check_end(&head, count, heads_crc),
				      source->at - sizeof(head));
		r = take_data(source, &head, fault);
		heads_crc = kvmlib__state_add_head(heads_crc, &head);
		count++;
	}
	return r;
}

static uint32_t cause_of(int r, const struct fault *fault)
{
	if (r == -ENODATA)
		return KVMLIB_CAUSE_STATE_TRUNCATED;
	return r == -ENOMEM ? KVMLIB_CAUSE_NO_MEMORY : fault->cause;
}

static int bad_state(int r, const struct fault *fault, size_t at, const char *function)
{
	uint32_t cause = cause_of(r, fault);

	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = function,
		.cause = cause,
		.errnum = cause == KVMLIB_CAUSE_STATE_VERSION ? -EPROTONOSUPPORT : r,
		KVMLIB__VALUES(KVMLIB__VALUE(OFFSET, r == -EBADMSG ? fault->at : at)) });
}

/* In memory, where nothing may follow. */
static int check_memory(const void *data, size_t length, const char *function)
{
	struct source source = { .bytes = data, .length = length };
	struct fault fault = { 0 };
	int r = walk(&source, &fault);

	if (!r && source.at != length)
		r = refuse(&fault, KVMLIB_CAUSE_STATE_MALFORMED, source.at);
	return r < 0 ? bad_state(r, &fault, source.at, function) : 0;
}

int kvmlib_state_validate(const void *data, size_t length)
{
	if (!data)
		return KVMLIB__NULL_ARGUMENT(1);
	return check_memory(data, length, __func__);
}

/* The bytes were checked; their end is left out. */
static int enlist_all(struct kvmlib_state *state, const char *function)
{
	struct fault fault = { .cause = KVMLIB_CAUSE_STATE_MALFORMED };
	size_t end = state->used - sizeof(struct kvmlib__state_head);

	state->used = end;
	for (size_t at = sizeof(struct kvmlib__state_header); at < end;) {
		const struct kvmlib__state_head *head = kvmlib__state_head_at(state, at);
		int r = kvmlib__state_enlist(state, at);

		fault.at = at;
		if (r < 0)
			return bad_state(r == -EEXIST ? -EBADMSG : r, &fault, at, function);
		at += sizeof(*head) + kvmlib__state_padded(le64toh(head->length));
	}
	return 0;
}

static int finish(struct kvmlib_state *state, int r, const char *function,
		  struct kvmlib_state **ret_state)
{
	if (!r)
		r = enlist_all(state, function);
	if (r < 0) {
		kvmlib_state_free(state);
		return r;
	}
	*ret_state = state;
	return 0;
}

static int new_state(const char *function, struct kvmlib_state **ret_state)
{
	int r = kvmlib_state_new(ret_state);

	if (r < 0)
		kvmlib__error_amend(function, NULL);
	else
		(*ret_state)->used = 0;
	return r;
}

int kvmlib_state_parse(const void *data, size_t length, struct kvmlib_state **ret_state)
{
	struct kvmlib_state *state;
	int r;

	if (!data || !ret_state)
		return KVMLIB__NULL_ARGUMENT(data ? 3 : 1);
	r = check_memory(data, length, __func__);
	if (!r)
		r = new_state(__func__, &state);
	if (r)
		return r;
	if (kvmlib__state_make_room(state, length) < 0) {
		kvmlib_state_free(state);
		return KVMLIB__NO_MEMORY();
	}
	memcpy(state->bytes, data, length);
	state->used = length;
	return finish(state, 0, __func__, ret_state);
}

int kvmlib_state_read(int64_t (*read)(void *data, size_t length, void *userdata), void *userdata,
		      struct kvmlib_state **ret_state)
{
	struct source source = { .read = read, .userdata = userdata };
	struct fault fault = { 0 };
	int r;

	if (!read || !ret_state)
		return KVMLIB__NULL_ARGUMENT(read ? 3 : 1);
	r = new_state(__func__, &source.state);
	if (r < 0)
		return r;
	r = walk(&source, &fault);
	if (r < 0 && !source.is_programs_error)
		r = bad_state(r, &fault, source.at, __func__);
	return finish(source.state, r, __func__, ret_state);
}

int kvmlib_state_write(const struct kvmlib_state *state,
		       int (*emit)(const void *data, size_t length, void *userdata), void *userdata)
{
	struct kvmlib__state_head end;
	uint32_t heads_crc = 0;
	int r;

	if (!state || !emit)
		return KVMLIB__NULL_ARGUMENT(state ? 2 : 1);
	for (size_t i = 0; i < state->count; i++)
		heads_crc = kvmlib__state_add_head(heads_crc,
						   kvmlib__state_head_at(state, state->offsets[i]));
	kvmlib__state_seal_end(&end, state->count, heads_crc);
	r = emit(state->bytes, state->used, userdata);
	return r < 0 ? r : emit(&end, sizeof(end), userdata);
}
