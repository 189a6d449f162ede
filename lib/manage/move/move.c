/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Moving a guest: what is asked for, and what is got ready and cleared away. */
#include "move.h"

#include <errno.h>

#include "../../base/opts.h"

_Static_assert(sizeof(struct kvmlib_move_pages) == sizeof(void *) + 24, "no padding");
_Static_assert(sizeof(struct kvmlib_move_progress) == 80, "no padding");
_Static_assert(sizeof(struct kvmlib_move_opts) == 7 * sizeof(void *) + 24, "no padding");

#define DEFAULT_DOWNTIME UINT64_C(300000000) /* nanoseconds */
#define DEFAULT_ROUNDS	 30U
#define MOST_THROTTLE	 99U

static int refuse_opts(int errnum, uint32_t cause, const char *function)
{
	return kvmlib__error_record(
		&(const struct kvmlib__failure){ .function = function,
						 .cause = cause,
						 .errnum = errnum,
						 KVMLIB__VALUES(KVMLIB__VALUE(ARGUMENT, 3)) });
}

static int check(const struct kvmlib_move_opts *o, const char *function)
{
	int r;

	if (!o->pages || !o->state)
		return refuse_opts(-EINVAL, KVMLIB_CAUSE_NULL_ARGUMENT, function);
	if (o->throttle <= MOST_THROTTLE && !(o->flags & ~KVMLIB_MOVE_STOP_ANYWAY) && !o->reserved)
		return 0;
	r = refuse_opts(-EINVAL, KVMLIB_CAUSE_BAD_ARGUMENT, function);
	if (o->throttle > MOST_THROTTLE)
		kvmlib__error_add(KVMLIB_VALUE_LIMIT, MOST_THROTTLE);
	else
		kvmlib__error_add(KVMLIB_VALUE_FLAGS, o->flags);
	return r;
}

static int copy_opts(struct kvmlib_move_opts *o, const struct kvmlib_move_opts *opts,
		     const char *function)
{
	uint32_t cause = 0;
	int r = kvmlib__opts_copy(o, sizeof(*o), opts, &cause);

	if (r < 0)
		return refuse_opts(r, cause, function);
	if (!o->downtime)
		o->downtime = DEFAULT_DOWNTIME;
	if (!o->rounds)
		o->rounds = DEFAULT_ROUNDS;
	return check(o, function);
}

/* Private memory */

struct part {
	uint64_t gpa;
	uint64_t length; /* 0: none */
};

static void note_first(uint64_t gpa, uint64_t length, uint32_t space, void *userdata)
{
	struct part *part = userdata;

	(void)space;
	if (!part->length)
		*part = (struct part){ gpa, length };
}

static int check_private(const struct kvmlib__move *move)
{
	struct part part = { .length = 0 };

	kvmlib__private_parts(move->memory, note_first, &part);
	if (!part.length)
		return 0;
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = move->function,
		.cause = KVMLIB_CAUSE_MEMORY_PRIVATE,
		.errnum = -EPERM,
		KVMLIB__VALUES(KVMLIB__VALUE(GPA, part.gpa), KVMLIB__VALUE(SIZE, part.length)) });
}

static int make(struct kvmlib__move *move, struct kvmlib_dirty *dirty)
{
	int r = kvmlib__move_open(move);

	if (!r)
		r = check_private(move);
	if (!r)
		r = kvmlib_state_new(&move->state) < 0 ? KVMLIB__NO_MEMORY_IN(move->function) : 0;
	if (!r)
		r = kvmlib__move_try(move);
	return r ? r : kvmlib__consumer_new(dirty, true, move->function, &move->consumer);
}

static void end(struct kvmlib__move *move)
{
	kvmlib__move_let_go(move);
	kvmlib_dirty_consumer_free(move->consumer);
	kvmlib_state_free(move->state);
	kvmlib__move_close(move);
}

int kvmlib_move_run(struct kvmlib_state_plan *plan, struct kvmlib_dirty *dirty,
		    const struct kvmlib_move_opts *opts, struct kvmlib_move_progress *ret_progress)
{
	struct kvmlib__move move = { .function = __func__, .plan = plan };
	int r;

	if (!plan || !dirty || !opts)
		return KVMLIB__NULL_ARGUMENT(!plan ? 1 : dirty ? 3 : 2);
	KVMLIB__REFUSE_FORKED(plan->vm);
	r = copy_opts(&move.opts, opts, __func__);
	if (r < 0)
		return r;
	if (dirty->memory != plan->memory)
		return KVMLIB__REFUSE(-EINVAL, BAD_ARGUMENT, 2);
	move.memory = dirty->memory;
	r = make(&move, dirty);
	if (!r)
		r = kvmlib__move_rounds(&move);
	end(&move);
	if (!r && ret_progress)
		*ret_progress = move.progress;
	return r;
}
