/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The steps of saving, and what has to be so before. */
#include "plan.h"

#include <errno.h>

/* Before the first step */

static int not_ready(const struct kvmlib_vcpu *vcpu, uint32_t cause, const char *function)
{
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = function,
		.cause = cause,
		.errnum = -EBUSY,
		KVMLIB__VALUES(KVMLIB__VALUE(VCPU_ID, vcpu->id)) });
}

/* A call on a vCPU that runs would wait for its next exit. */
static int check_out(const struct kvmlib_vcpu *vcpu, const char *function)
{
	if (__atomic_load_n(&vcpu->in_run, __ATOMIC_ACQUIRE))
		return not_ready(vcpu, KVMLIB_CAUSE_VCPU_BUSY, function);
	return 0;
}

/* Half of an instruction is in no state. */
static int check_finished(const struct kvmlib_vcpu *vcpu, const char *function)
{
	if (kvmlib_vcpu_exit_pending(vcpu))
		return not_ready(vcpu, KVMLIB_CAUSE_EXIT_PENDING, function);
	return 0;
}

static int check_vm(const struct kvmlib_vm *vm, const char *function)
{
	struct kvmlib__failure failure = { .function = function };

	if (kvmlib__forked(vm)) {
		failure.errnum = -EIO;
		failure.cause = KVMLIB_CAUSE_FORKED;
	} else if (kvmlib__vm_is_protected(vm)) {
		failure.errnum = -EPERM;
		failure.cause = KVMLIB_CAUSE_STATE_PROTECTED;
	}
	return failure.errnum ? kvmlib__error_record(&failure) : 0;
}

void kvmlib__state_go_on(struct kvmlib_state_plan *plan)
{
	if (plan->control)
		kvmlib_control_resume(plan->control);
}

static int pause_group(struct kvmlib_state_plan *plan, const char *function)
{
	int r = plan->control ? kvmlib_control_pause(plan->control, plan->timeout) : 0;

	if (r < 0)
		kvmlib__error_amend(function, NULL);
	return r;
}

int kvmlib__state_hold(struct kvmlib_state_plan *plan, const char *function)
{
	int r = pause_group(plan, function);

	if (r < 0)
		return r;
	for (size_t i = 0; !r && i < plan->nr_vcpus; i++)
		r = check_out(plan->vcpus[i], function);
	if (r < 0)
		kvmlib__state_go_on(plan);
	return r;
}

int kvmlib__state_quiesce(struct kvmlib_state_plan *plan, const char *function)
{
	int r = check_vm(plan->vm, function);

	if (!r)
		r = kvmlib__state_hold(plan, function);
	if (r < 0)
		return r;
	for (size_t i = 0; !r && i < plan->nr_vcpus; i++)
		r = check_finished(plan->vcpus[i], function);
	if (r < 0)
		kvmlib__state_go_on(plan);
	return r;
}

int kvmlib__state_quiesce_vcpu(const struct kvmlib_state_plan *plan, const struct kvmlib_vcpu *vcpu,
			       const char *function)
{
	int r = check_vm(plan->vm, function);

	if (!r)
		r = check_out(vcpu, function);
	return r ? r : check_finished(vcpu, function);
}

bool kvmlib__state_has_vcpu(const struct kvmlib_state_plan *plan, const struct kvmlib_vcpu *vcpu)
{
	for (size_t i = 0; i < plan->nr_vcpus; i++)
		if (plan->vcpus[i] == vcpu)
			return true;
	return false;
}

/* Steps */

static int save_item(struct kvmlib__transfer *transfer, const struct kvmlib__state_step *step,
		     struct kvmlib_vcpu *vcpu)
{
	size_t room = step->room_of ? step->room_of(transfer->plan, vcpu) : step->room;
	void *data;
	int64_t length;
	int r = kvmlib__state_begin(transfer->state, step->item ? step->item : step->facts.name,
				    vcpu ? vcpu->id : KVMLIB_STATE_VM, room, transfer->function,
				    &data);

	if (r < 0)
		return r;
	length = step->get(transfer, vcpu, data, room);
	if (length < 0) {
		kvmlib__error_amend(transfer->function, step->facts.name);
		return (int)length;
	}
	return kvmlib__state_seal(transfer->state, 1, (size_t)length, transfer->function);
}

static int do_step(struct kvmlib__transfer *transfer, const struct kvmlib__planned *planned,
		   struct kvmlib_vcpu *vcpu)
{
	const struct kvmlib_state_step *facts = planned->facts;

	if (planned->step)
		return save_item(transfer, planned->step, vcpu);
	return facts->run(transfer->state, transfer->plan->vm, vcpu, facts->userdata);
}

/* Steps from one on that are done for each vCPU, up to one that is done once. */
static int save_vcpu(struct kvmlib__transfer *transfer, size_t first, struct kvmlib_vcpu *vcpu)
{
	const struct kvmlib_state_plan *plan = transfer->plan;
	const struct kvmlib__planned *steps = plan->steps[KVMLIB_STATE_SAVING];
	int r = 0;

	for (size_t i = first; r >= 0 && i < plan->nr_steps[KVMLIB_STATE_SAVING]; i++) {
		if (steps[i].facts->scope == KVMLIB_STATE_ONCE)
			break;
		r = do_step(transfer, &steps[i], vcpu);
	}
	return r < 0 ? r : 0;
}

static int save_vcpus(struct kvmlib__transfer *transfer, size_t first)
{
	const struct kvmlib_state_plan *plan = transfer->plan;
	int r = 0;

	for (size_t i = 0; r >= 0 && i < plan->nr_vcpus; i++)
		r = save_vcpu(transfer, first, plan->vcpus[i]);
	return r;
}

/* One vCPU after the other, so that what is read of one is as much of one moment as can be. */
int kvmlib__state_save_all(struct kvmlib__transfer *transfer)
{
	const struct kvmlib_state_plan *plan = transfer->plan;
	const struct kvmlib__planned *steps = plan->steps[KVMLIB_STATE_SAVING];
	bool is_among_vcpus = false;
	int r = 0;

	for (size_t i = 0; r >= 0 && i < plan->nr_steps[KVMLIB_STATE_SAVING]; i++) {
		bool is_once = steps[i].facts->scope == KVMLIB_STATE_ONCE;

		if (is_once)
			r = do_step(transfer, &steps[i], NULL);
		else if (!is_among_vcpus)
			r = save_vcpus(transfer, i);
		is_among_vcpus = !is_once;
	}
	return r < 0 ? r : 0;
}

int kvmlib_state_save(struct kvmlib_state_plan *plan, struct kvmlib_state *state)
{
	struct kvmlib__transfer transfer = { .plan = plan, .state = state, .function = __func__ };
	int r;

	if (!plan || !state)
		return KVMLIB__NULL_ARGUMENT(plan ? 2 : 1);
	r = kvmlib__state_quiesce(plan, __func__);
	if (r < 0)
		return r;
	r = kvmlib__state_save_all(&transfer);
	kvmlib__state_go_on(plan);
	return r;
}

static int save_steps_of(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu)
{
	const struct kvmlib_state_plan *plan = transfer->plan;
	const struct kvmlib__planned *steps = plan->steps[KVMLIB_STATE_SAVING];
	int r = 0;

	for (size_t i = 0; r >= 0 && i < plan->nr_steps[KVMLIB_STATE_SAVING]; i++)
		if (steps[i].facts->scope == KVMLIB_STATE_EACH_VCPU)
			r = do_step(transfer, &steps[i], vcpu);
	return r < 0 ? r : 0;
}

int kvmlib_state_save_vcpu(struct kvmlib_state_plan *plan, struct kvmlib_vcpu *vcpu,
			   struct kvmlib_state *state)
{
	struct kvmlib__transfer transfer = { .plan = plan, .state = state, .function = __func__ };
	int r;

	if (!plan || !vcpu || !state)
		return KVMLIB__NULL_ARGUMENT(!plan ? 1 : vcpu ? 3 : 2);
	if (!kvmlib__state_has_vcpu(plan, vcpu))
		return KVMLIB__REFUSE(-EINVAL, BAD_ARGUMENT, 2);
	r = kvmlib__state_quiesce_vcpu(plan, vcpu, __func__);
	return r < 0 ? r : save_steps_of(&transfer, vcpu);
}
