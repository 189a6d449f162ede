/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The steps of restoring, and the way back. */
#include "plan.h"

#include <errno.h>

/* Steps */

static int bad_item(const struct kvmlib__transfer *transfer, const struct kvmlib_state_item *item)
{
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = transfer->function,
		.cause = KVMLIB_CAUSE_STATE_MALFORMED,
		.errnum = -EBADMSG,
		KVMLIB__VALUES(KVMLIB__VALUE(SIZE, item->length)) });
}

static int put_item(struct kvmlib__transfer *transfer, const struct kvmlib__planned *planned,
		    struct kvmlib_vcpu *vcpu)
{
	const struct kvmlib__state_step *step = planned->step;
	struct kvmlib_state_item item;
	const char *name = step->item ? step->item : step->facts.name;

	if (step->run)
		return step->run(transfer, vcpu);
	if (!kvmlib__state_find(transfer->state, name, vcpu ? vcpu->id : KVMLIB_STATE_VM, &item))
		return 0;
	if (!kvmlib__state_is_well_formed(planned->kind, &item))
		return bad_item(transfer, &item);
	return step->put(transfer, vcpu, &item);
}

static int do_step(struct kvmlib__transfer *transfer, const struct kvmlib__planned *planned,
		   struct kvmlib_vcpu *vcpu)
{
	const struct kvmlib_state_step *facts = planned->facts;
	int r;

	if (!planned->step)
		return facts->run(transfer->state, transfer->plan->vm, vcpu, facts->userdata);
	r = put_item(transfer, planned, vcpu);
	if (r < 0)
		kvmlib__error_amend(transfer->function, facts->name);
	return r;
}

static bool is_left_out(const struct kvmlib__transfer *transfer,
			const struct kvmlib__planned *planned)
{
	return transfer->is_reset && planned->step && planned->step->is_not_reset;
}

static int do_step_for_all(struct kvmlib__transfer *transfer, const struct kvmlib__planned *planned)
{
	const struct kvmlib_state_plan *plan = transfer->plan;
	int r = 0;

	if (is_left_out(transfer, planned))
		return 0;
	if (planned->facts->scope == KVMLIB_STATE_ONCE)
		return do_step(transfer, planned, NULL);
	for (size_t i = 0; r >= 0 && i < plan->nr_vcpus; i++)
		r = do_step(transfer, planned, plan->vcpus[i]);
	return r;
}

static int restore_all(struct kvmlib__transfer *transfer)
{
	const struct kvmlib_state_plan *plan = transfer->plan;
	int r = 0;

	for (size_t i = 0; r >= 0 && i < plan->nr_steps[KVMLIB_STATE_RESTORING]; i++)
		r = do_step_for_all(transfer, &plan->steps[KVMLIB_STATE_RESTORING][i]);
	return r < 0 ? r : 0;
}

int kvmlib__state_put_back(struct kvmlib_state_plan *plan, struct kvmlib_state *state,
			   const char *function)
{
	struct kvmlib__transfer transfer = { .plan = plan,
					     .state = state,
					     .function = function,
					     .flags = KVMLIB_STATE_KEEP_DEADLINE,
					     .is_reset = true };

	return restore_all(&transfer);
}

/* The check before */

struct verdict {
	uint32_t allow;
	const char *function;
	int r;
};

/* The first that is not allowed; the rest is not of interest. */
static int judge(const struct kvmlib_state_problem *problem, void *userdata)
{
	struct verdict *verdict = userdata;

	if (problem->kind & verdict->allow)
		return 0;
	verdict->r = kvmlib__error_record(&(const struct kvmlib__failure){
		.function = verdict->function,
		.subject = problem->item,
		.cause = KVMLIB_CAUSE_STATE_UNSUPPORTED,
		.errnum = -ENOTSUP,
		KVMLIB__VALUES(
			KVMLIB__VALUE(FLAGS, problem->kind), KVMLIB__VALUE(INDEX, problem->number),
			KVMLIB__VALUE(SAVED, problem->saved), KVMLIB__VALUE(HERE, problem->here),
			KVMLIB__VALUE(OUTCOME, KVMLIB__UNTOUCHED)) });
	return verdict->r;
}

static int check(struct kvmlib__transfer *transfer, const struct kvmlib_state_restore_opts *opts)
{
	struct verdict verdict = { .allow = opts->allow, .function = transfer->function };
	struct kvmlib__search search = { .plan = transfer->plan,
					 .state = transfer->state,
					 .opts = opts,
					 .problem = judge,
					 .userdata = &verdict,
					 .function = transfer->function };

	return kvmlib__state_search(&search);
}

/* And the way back */

/* Whatever fails on it, the record stays that of the failure before. */
static enum kvmlib__outcome go_back(const struct kvmlib__transfer *transfer,
				    struct kvmlib_state *old)
{
	const struct kvmlib__record record = kvmlib__error_save();
	struct kvmlib__transfer back = { .plan = transfer->plan,
					 .state = old,
					 .function = transfer->function,
					 .flags = KVMLIB_STATE_KEEP_DEADLINE,
					 .is_way_back = true };
	int r = old ? restore_all(&back) : -ENODATA;

	kvmlib__error_restore(&record);
	return r < 0 ? KVMLIB__UNUSABLE : KVMLIB__OLD_STATE;
}

static int restore_or_go_back(struct kvmlib__transfer *transfer, struct kvmlib_state *old)
{
	int r = restore_all(transfer);

	if (r < 0)
		kvmlib__error_add(KVMLIB_VALUE_OUTCOME, go_back(transfer, old));
	return r;
}

static int save_old(const struct kvmlib__transfer *transfer, struct kvmlib_state **ret_old)
{
	struct kvmlib__transfer saving = { .plan = transfer->plan,
					   .function = transfer->function,
					   .is_way_back = true };
	int r = kvmlib_state_new(&saving.state);

	if (r < 0) {
		kvmlib__error_amend(transfer->function, NULL);
		return r;
	}
	r = kvmlib__state_save_all(&saving);
	if (r < 0)
		kvmlib_state_free(saving.state);
	else
		*ret_old = saving.state;
	return r;
}

static int restore(struct kvmlib__transfer *transfer, const struct kvmlib_state_restore_opts *opts)
{
	struct kvmlib_state *old = NULL;
	int r = check(transfer, opts);

	if (!r)
		r = kvmlib__state_ask_time(transfer);
	if (!r && !(opts->flags & KVMLIB_STATE_NO_WAY_BACK))
		r = save_old(transfer, &old);
	if (!r)
		r = restore_or_go_back(transfer, old);
	kvmlib_state_free(old);
	return r;
}

/* Steps only read it; a program's steps have one kind of function for both directions. */
static struct kvmlib_state *unlocked(const struct kvmlib_state *state)
{
	return (struct kvmlib_state *)(uintptr_t)state;
}

int kvmlib_state_restore(struct kvmlib_state_plan *plan, const struct kvmlib_state *state,
			 const struct kvmlib_state_restore_opts *opts)
{
	struct kvmlib_state_restore_opts o;
	struct kvmlib__transfer transfer = { .plan = plan,
					     .state = unlocked(state),
					     .function = __func__ };
	int r;

	if (!plan || !state)
		return KVMLIB__NULL_ARGUMENT(plan ? 2 : 1);
	r = kvmlib__state_restore_opts(&o, opts, 3, __func__);
	if (!r)
		r = kvmlib__state_quiesce(plan, __func__);
	if (r < 0)
		return r;
	transfer.flags = o.flags;
	transfer.allow = o.allow;
	r = restore(&transfer, &o);
	kvmlib__state_go_on(plan);
	return r;
}

static int restore_steps_of(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu)
{
	const struct kvmlib_state_plan *plan = transfer->plan;
	const struct kvmlib__planned *steps = plan->steps[KVMLIB_STATE_RESTORING];
	int r = 0;

	for (size_t i = 0; r >= 0 && i < plan->nr_steps[KVMLIB_STATE_RESTORING]; i++)
		if (steps[i].facts->scope == KVMLIB_STATE_EACH_VCPU &&
		    !(steps[i].step && steps[i].step->is_between_vcpus))
			r = do_step(transfer, &steps[i], vcpu);
	return r < 0 ? r : 0;
}

int kvmlib_state_restore_vcpu(struct kvmlib_state_plan *plan, const struct kvmlib_state *state,
			      struct kvmlib_vcpu *vcpu)
{
	struct kvmlib__transfer transfer = { .plan = plan,
					     .state = unlocked(state),
					     .function = __func__ };
	struct kvmlib_state_item item;
	int r;

	if (!plan || !state || !vcpu)
		return KVMLIB__NULL_ARGUMENT(!plan ? 1 : state ? 3 : 2);
	if (!kvmlib__state_has_vcpu(plan, vcpu))
		return KVMLIB__REFUSE(-EINVAL, BAD_ARGUMENT, 3);
	r = kvmlib__state_check_architecture(state, __func__);
	if (!r)
		r = kvmlib_state_get(state, "regs", vcpu->id, &item);
	if (r == -ENOENT)
		kvmlib__error_amend(__func__, NULL);
	if (!r)
		r = kvmlib__state_quiesce_vcpu(plan, vcpu, __func__);
	return r < 0 ? r : restore_steps_of(&transfer, vcpu);
}
