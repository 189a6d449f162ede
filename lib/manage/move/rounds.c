/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The rounds of a move: while the guest runs, and the last one, for which it is stopped. */
#include "move.h"

#include <errno.h>

/* The state */

static int save(struct kvmlib__move *move)
{
	struct kvmlib__transfer transfer = { .plan = move->plan,
					     .state = move->state,
					     .function = move->function };

	kvmlib_state_clear(move->state);
	return kvmlib__state_save_all(&transfer);
}

int kvmlib__move_try(struct kvmlib__move *move)
{
	const uint64_t begun = kvmlib__move_now();
	int r = kvmlib__state_quiesce(move->plan, move->function);

	if (r < 0)
		return r;
	r = save(move);
	kvmlib__state_go_on(move->plan);
	move->save_time = kvmlib__move_now() - begun;
	return r;
}

/* Rounds */

static int harvest(struct kvmlib__move *move)
{
	uint64_t pages;
	int r = kvmlib_dirty_round(move->consumer, &pages);

	if (r < 0) {
		kvmlib__error_amend(move->function, NULL);
		return r;
	}
	move->progress.remaining = pages * kvmlib__page_size();
	return 0;
}

int kvmlib__move_tell(struct kvmlib__move *move)
{
	int r;

	kvmlib__move_estimate(move);
	r = move->opts.progress ? move->opts.progress(&move->progress, move->opts.userdata) : 0;
	return r < 0 ? r : 0;
}

/* The first one has everything. */
static int begin_round(struct kvmlib__move *move)
{
	int r = harvest(move);

	if (r < 0)
		return r;
	if (++move->progress.round == 1)
		move->progress.total = move->progress.remaining;
	kvmlib__move_note_written(move, move->progress.remaining);
	return kvmlib__move_tell(move);
}

static bool is_close(const struct kvmlib__move *move)
{
	return move->progress.estimate <= move->opts.downtime ||
	       (move->progress.round > move->opts.rounds &&
		move->opts.flags & KVMLIB_MOVE_STOP_ANYWAY);
}

static int check_rounds(const struct kvmlib__move *move)
{
	if (move->progress.round <= move->opts.rounds)
		return 0;
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = move->function,
		.cause = KVMLIB_CAUSE_MOVE_DIVERGES,
		.errnum = -EAGAIN,
		KVMLIB__VALUES(
			KVMLIB__VALUE(COUNT, move->opts.rounds),
			KVMLIB__VALUE(PAGES, move->progress.remaining / kvmlib__page_size())) });
}

static int send_round(struct kvmlib__move *move)
{
	int r = check_rounds(move);

	if (r < 0)
		return r;
	kvmlib__move_choose_throttle(move);
	return kvmlib__move_send_round(move);
}

/* Until the guest can be stopped. */
static int approach(struct kvmlib__move *move)
{
	int r = begin_round(move);

	while (!r && !is_close(move)) {
		r = send_round(move);
		if (!r)
			r = begin_round(move);
	}
	return r;
}

/* The stop */

/* What is saved first may write to memory. */
static int hand_over(struct kvmlib__move *move)
{
	int r = save(move);

	if (!r)
		r = harvest(move);
	if (!r)
		r = kvmlib__move_tell(move);
	if (!r)
		r = kvmlib__move_send_round(move);
	return r ? r : move->opts.state(move->state, move->opts.userdata);
}

static int stop_devices(struct kvmlib__move *move)
{
	int r = move->opts.stop ? move->opts.stop(move->opts.userdata) : 0;

	if (r < 0)
		return r;
	r = hand_over(move);
	if (r < 0 && move->opts.go_on)
		move->opts.go_on(move->opts.userdata);
	return r;
}

static int stop(struct kvmlib__move *move)
{
	const uint64_t begun = kvmlib__move_now();
	int r = kvmlib__state_quiesce(move->plan, move->function);

	if (r < 0)
		return r;
	move->progress.throttle = 0;
	move->progress.is_stopped = 1;
	r = stop_devices(move);
	if (r < 0) {
		kvmlib__state_go_on(move->plan);
		return r;
	}
	move->progress.downtime = kvmlib__move_now() - begun;
	return 0;
}

int kvmlib__move_rounds(struct kvmlib__move *move)
{
	int r = approach(move);

	return r ? r : stop(move);
}
