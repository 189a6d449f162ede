/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Pages on their way: copied to a buffer inside of a reader, and handed over outside. So no change of the
 * map waits for the program's sending, and what is found to be zero is what the peer gets.
 */
#include "move.h"

#include <errno.h>
#include <stdlib.h>

#include "../../base/opts.h"

#define BUFFER_SIZE ((size_t)256 * 1024) /* a few pages at least, on all hosts */

static int make_readers(struct kvmlib__move *move)
{
	for (uint32_t space = 0; space < move->memory->nr_spaces; space++)
		if (kvmlib_memory_reader_new(move->memory, space, &move->readers[space]) < 0)
			return KVMLIB__NO_MEMORY_IN(move->function);
	return 0;
}

/* A change publishes its view before it counts: who has the new one and the old number is told apart. */
static void note_map(struct kvmlib__move *move)
{
	kvmlib_memory_enter(move->readers[0]);
	move->view = move->readers[0]->view;
	move->epoch = atomic_load(&move->memory->epoch);
	kvmlib_memory_leave(move->readers[0]);
}

int kvmlib__move_open(struct kvmlib__move *move)
{
	int r = make_readers(move);

	if (r < 0)
		return r;
	move->buffer = malloc(BUFFER_SIZE);
	move->batch = calloc(BUFFER_SIZE / kvmlib__page_size(), sizeof(*move->batch));
	if (!move->buffer || !move->batch)
		return KVMLIB__NO_MEMORY_IN(move->function);
	note_map(move);
	return 0;
}

void kvmlib__move_close(struct kvmlib__move *move)
{
	for (size_t i = 0; i < KVMLIB__MAX_SPACES; i++)
		kvmlib_memory_reader_free(move->readers[i]);
	free(move->buffer);
	free(move->batch);
}

/* Copying */

/* Refuse a map that is not that of the beginning any more; the reader has entered. */
static int check_map(const struct kvmlib__move *move, const struct kvmlib_memory_reader *reader)
{
	if (reader->view == move->view && atomic_load(&move->memory->epoch) == move->epoch)
		return 0;
	return kvmlib__error_record(
		&(const struct kvmlib__failure){ .function = move->function,
						 .cause = KVMLIB_CAUSE_STATE_CHANGED,
						 .errnum = -EBUSY });
}

/* A page that is in the buffer; it may go on where the last ones ended. */
static void add_page(struct kvmlib__move *move, uint64_t gpa, uint32_t space)
{
	const size_t size = kvmlib__page_size();
	const uint8_t *page = move->buffer + move->used;
	const void *data = kvmlib__all_zero(page, size) ? NULL : page;
	struct kvmlib_move_pages *next = move->batch + move->nr_batch;

	move->used += size;
	if (move->nr_batch && next[-1].gpa + next[-1].length == gpa && !next[-1].data == !data) {
		next[-1].length += size;
		return;
	}
	*next = (struct kvmlib_move_pages){
		.gpa = gpa, .length = size, .data = data, .space = space
	};
	move->nr_batch++;
}

/* As much of the run as there is room for. */
static int take(struct kvmlib__move *move, uint32_t space)
{
	struct kvmlib_dirty_run *run = &move->rest;
	const size_t room = BUFFER_SIZE - move->used;
	const size_t length = run->length < room ? (size_t)run->length : room;
	const uint64_t end = run->gpa + length;
	int r = kvmlib_memory_read(move->readers[space], run->gpa, move->buffer + move->used,
				   length);

	if (r < 0) {
		kvmlib__error_amend(move->function, NULL);
		return r;
	}
	for (; run->gpa < end; run->gpa += kvmlib__page_size())
		add_page(move, run->gpa, space);
	run->length -= length;
	return 0;
}

static bool has_run(struct kvmlib__move *move, const struct kvmlib_memory_reader *reader)
{
	return move->rest.length ||
	       kvmlib_dirty_next_runs(move->consumer, reader, &move->rest, 1) > 0;
}

/* Nothing is in the batch at the end of the round in that space. */
static int fill(struct kvmlib__move *move, uint32_t space)
{
	struct kvmlib_memory_reader *reader = move->readers[space];
	int r;

	move->used = 0;
	move->nr_batch = 0;
	kvmlib_memory_enter(reader);
	r = check_map(move, reader);
	while (!r && move->used < BUFFER_SIZE && has_run(move, reader))
		r = take(move, space);
	kvmlib_memory_leave(reader);
	return r;
}

/* Sending */

static uint64_t count(struct kvmlib__move *move)
{
	uint64_t contents = 0;

	for (size_t i = 0; i < move->nr_batch; i++)
		if (move->batch[i].data)
			contents += move->batch[i].length;
	move->progress.sent += contents;
	move->progress.zero += move->used - contents;
	move->progress.remaining -= move->used;
	return contents;
}

/* Returns 1 if there was something to send. */
static int send_batch(struct kvmlib__move *move, uint32_t space)
{
	const uint64_t begun = kvmlib__move_now();
	int r = fill(move, space);

	if (r < 0 || !move->nr_batch)
		return r;
	r = move->opts.pages(move->batch, move->nr_batch, move->opts.userdata);
	if (r < 0)
		return r;
	kvmlib__move_note_sent(move, count(move), begun);
	r = kvmlib__move_tell(move);
	return r < 0 ? r : 1;
}

static int send_space(struct kvmlib__move *move, uint32_t space)
{
	int r;

	kvmlib_dirty_clip(move->consumer, 0, 0);
	do {
		r = kvmlib__move_throttle(move);
		if (!r)
			r = send_batch(move, space);
	} while (r > 0);
	return r;
}

int kvmlib__move_send_round(struct kvmlib__move *move)
{
	int r = 0;

	for (uint32_t space = 0; !r && space < move->memory->nr_spaces; space++)
		r = send_space(move, space);
	return r;
}
