/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Snapshots to which a VM is reset. */
#include "reset.h"

#include <errno.h>
#include <stdlib.h>

#include "../state/plan.h"

/* Taking one */

static int check_arguments(const struct kvmlib_state_plan *plan, struct kvmlib_dirty *dirty,
			   const char *function)
{
	struct kvmlib__failure failure = { .function = function,
					   .cause = KVMLIB_CAUSE_BAD_ARGUMENT,
					   .errnum = -EINVAL,
					   KVMLIB__VALUES(KVMLIB__VALUE(ARGUMENT, 2)) };

	if (plan->memory != dirty->memory)
		return kvmlib__error_record(&failure);
	for (size_t i = 0; i < plan->nr_vcpus; i++)
		if (!kvmlib__dirty_sees(dirty, plan->vcpus[i])) {
			kvmlib__error_record(&failure);
			kvmlib__error_add(KVMLIB_VALUE_VCPU_ID, plan->vcpus[i]->id);
			return -EINVAL;
		}
	return 0;
}

static int save(const struct kvmlib_reset *reset, const char *function)
{
	struct kvmlib__transfer transfer = { .plan = reset->plan,
					     .state = reset->state,
					     .function = function };

	return kvmlib__state_save_all(&transfer);
}

/* The memory last: all before may have KVM write to it. */
static int take(struct kvmlib_reset *reset, struct kvmlib_dirty *dirty, const char *function)
{
	int r = kvmlib_state_new(&reset->state);

	if (!r)
		r = save(reset, function);
	if (!r)
		r = kvmlib_dirty_consumer_new(dirty, &reset->consumer);
	if (!r)
		r = kvmlib__reset_keep(reset, function);
	if (r < 0)
		kvmlib__error_amend(function, NULL);
	else
		reset->state_writes = kvmlib__state_writes_memory(reset->plan, reset->state);
	return r;
}

static int quiesce_and_take(struct kvmlib_reset *reset, struct kvmlib_dirty *dirty,
			    const char *function)
{
	int r = kvmlib__state_quiesce(reset->plan, function);

	if (r < 0)
		return r;
	r = take(reset, dirty, function);
	kvmlib__state_go_on(reset->plan);
	return r;
}

int kvmlib_reset_new(struct kvmlib_state_plan *plan, struct kvmlib_dirty *dirty,
		     struct kvmlib_reset **ret_reset)
{
	struct kvmlib_reset *reset;
	int r;

	if (!plan || !dirty || !ret_reset)
		return KVMLIB__NULL_ARGUMENT(!plan ? 1 : dirty ? 3 : 2);
	KVMLIB__REFUSE_FORKED(plan->vm);
	r = check_arguments(plan, dirty, __func__);
	if (r < 0)
		return r;
	reset = calloc(1, sizeof(*reset));
	if (!reset)
		return KVMLIB__NO_MEMORY();
	reset->plan = plan;
	reset->memory = dirty->memory;
	r = quiesce_and_take(reset, dirty, __func__);
	if (r < 0)
		kvmlib_reset_free(reset);
	else
		*ret_reset = reset;
	return r;
}

struct kvmlib_reset *kvmlib_reset_free(struct kvmlib_reset *reset)
{
	if (!reset)
		return NULL;
	kvmlib__reset_forget(reset);
	kvmlib_dirty_consumer_free(reset->consumer);
	kvmlib_state_free(reset->state);
	free(reset);
	return NULL;
}

const struct kvmlib_state *kvmlib_reset_state(const struct kvmlib_reset *reset)
{
	return reset->state;
}

/* Going back to it */

/* Memory first, which registers may refer to; what KVM writes to it as they are set goes after them. */
static int put_back(struct kvmlib_reset *reset, uint64_t *pages, const char *function)
{
	int r = kvmlib__reset_memory(reset, reset->is_half, pages, function);

	if (!r)
		r = kvmlib__state_put_back(reset->plan, reset->state, function);
	if (!r && reset->state_writes)
		r = kvmlib__reset_memory(reset, false, pages, function);
	return r;
}

int kvmlib_reset(struct kvmlib_reset *reset, uint64_t *ret_pages)
{
	uint64_t pages = 0;
	int r;

	if (!reset)
		return KVMLIB__NULL_ARGUMENT(1);
	r = kvmlib__state_quiesce(reset->plan, __func__);
	if (r < 0)
		return r;
	r = put_back(reset, &pages, __func__);
	if (r < 0)
		kvmlib__error_add(KVMLIB_VALUE_OUTCOME,
				  reset->is_half ? KVMLIB__UNUSABLE : KVMLIB__UNTOUCHED);
	else
		reset->is_half = false;
	kvmlib__state_go_on(reset->plan);
	if (!r && ret_pages)
		*ret_pages = pages;
	return r;
}
