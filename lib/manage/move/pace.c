/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How fast pages are sent and written, what follows from it, and how the guest is slowed down. */
#include "move.h"

#include <time.h>

#define SECOND UINT64_C(1000000000)

/* The guest is held, or let run, for so long at least. */
#define SLICE (SECOND / 500)

uint64_t kvmlib__move_now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * SECOND + (uint64_t)time.tv_nsec;
}

/* a * SECOND / b, or the most that there is. */
static uint64_t seconds_of(uint64_t a, uint64_t b)
{
	const double result = (double)a * (double)SECOND / (double)(b ? b : 1);

	return result < (double)INT64_MAX ? (uint64_t)result : UINT64_MAX;
}

/* Speeds */

/* Memory that is zero says nothing of how fast contents are sent. */
void kvmlib__move_note_sent(struct kvmlib__move *move, uint64_t bytes, uint64_t since)
{
	if (!bytes)
		return;
	move->sent += bytes;
	move->sent_time += kvmlib__move_now() - since;
	move->progress.bandwidth = seconds_of(move->sent, move->sent_time);
}

/* Rounds that have passed count half as much. What the first one has was not written. */
void kvmlib__move_note_written(struct kvmlib__move *move, uint64_t bytes)
{
	const uint64_t now = kvmlib__move_now();

	if (move->progress.round > 1)
		move->progress.written = seconds_of(bytes, now - move->harvested);
	move->harvested = now;
	move->sent /= 2;
	move->sent_time /= 2;
}

void kvmlib__move_estimate(struct kvmlib__move *move)
{
	struct kvmlib_move_progress *progress = &move->progress;
	const uint64_t bytes = progress->remaining + move->state->used;
	uint64_t time = 0;

	if (progress->bandwidth)
		time = seconds_of(bytes, progress->bandwidth);
	else if (progress->remaining)
		time = UINT64_MAX;
	progress->estimate =
		time > UINT64_MAX - move->save_time ? UINT64_MAX : time + move->save_time;
}

/* The throttle */

void kvmlib__move_choose_throttle(struct kvmlib__move *move)
{
	struct kvmlib_move_progress *progress = &move->progress;
	uint32_t percent;

	if (!move->plan->control || !progress->bandwidth)
		return;
	percent = kvmlib_dirty_throttle(progress->written, progress->bandwidth, progress->throttle);
	progress->throttle = percent < move->opts.throttle ? percent : move->opts.throttle;
	move->throttled = kvmlib__move_now();
	move->switched = move->throttled;
	move->held_time = 0;
}

/* Nobody waits until the guest is out: it comes as soon as it can. */
static int hold(struct kvmlib__move *move)
{
	int r = kvmlib_control_pause_begin(move->plan->control);

	if (r < 0) {
		kvmlib__error_amend(move->function, NULL);
		return r;
	}
	move->is_held = true;
	return 0;
}

void kvmlib__move_let_go(struct kvmlib__move *move)
{
	if (move->is_held)
		kvmlib_control_resume(move->plan->control);
	move->is_held = false;
}

int kvmlib__move_throttle(struct kvmlib__move *move)
{
	const uint64_t now = kvmlib__move_now();
	const uint64_t since = now - move->switched;
	const uint64_t held_time = move->held_time + (move->is_held ? since : 0);
	const bool holds = held_time * 100 < (now - move->throttled) * move->progress.throttle;

	if (holds == move->is_held || since < SLICE)
		return 0;
	move->switched = now;
	move->held_time = held_time;
	if (holds)
		return hold(move);
	kvmlib__move_let_go(move);
	return 0;
}
