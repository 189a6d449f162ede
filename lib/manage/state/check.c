/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What stands in the way of a state, found before anything is touched. */
#include "plan.h"

#include <endian.h>
#include <errno.h>
#include <string.h>

#include "../../base/opts.h"

_Static_assert(sizeof(struct kvmlib_state_restore_opts) == sizeof(size_t) + 8, "no padding");
_Static_assert(sizeof(struct kvmlib_state_problem) == 6 * 8 + 8, "no padding");

int kvmlib__state_restore_opts(struct kvmlib_state_restore_opts *opts,
			       const struct kvmlib_state_restore_opts *given, unsigned int position,
			       const char *function)
{
	uint32_t cause = KVMLIB_CAUSE_BAD_ARGUMENT;
	int r = kvmlib__opts_copy(opts, sizeof(*opts), given, &cause);

	if (!r && (opts->allow & ~KVMLIB__ALL_PROBLEMS || opts->flags & ~KVMLIB__RESTORE_FLAGS)) {
		cause = KVMLIB_CAUSE_BAD_ARGUMENT;
		r = -EINVAL;
	}
	if (!r)
		return 0;
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = function,
		.cause = cause,
		.errnum = r,
		KVMLIB__VALUES(KVMLIB__VALUE(ARGUMENT, position)) });
}

int kvmlib__state_found(struct kvmlib__search *search, const struct kvmlib_state_problem *problem)
{
	search->count++;
	return search->problem(problem, search->userdata);
}

/* Items by themselves */

const struct kvmlib__item_kind *kvmlib__state_kind_of(const char *name)
{
	for (size_t i = 0; i < kvmlib__nr_state_items; i++)
		if (!strcmp(kvmlib__state_items[i].name, name))
			return &kvmlib__state_items[i];
	return NULL;
}

bool kvmlib__state_is_well_formed(const struct kvmlib__item_kind *kind,
				  const struct kvmlib_state_item *item)
{
	bool is_vms = item->instance == KVMLIB_STATE_VM;

	return is_vms == (kind->scope == KVMLIB_STATE_ONCE) && item->version == 1 &&
	       item->length % kind->unit == 0 && item->length >= kind->least &&
	       (!kind->most || item->length <= kind->most) &&
	       (!kind->is_whole || kind->is_whole(item));
}

static int tell_item(struct kvmlib__search *search, const struct kvmlib_state_item *item,
		     uint32_t kind, uint64_t number)
{
	return kvmlib__state_found(search,
				   &(const struct kvmlib_state_problem){ .item = item->name,
									 .instance = item->instance,
									 .number = number,
									 .saved = item->length,
									 .kind = kind });
}

static bool lacks(const struct kvmlib_state_plan *plan, const struct kvmlib__item_kind *kind)
{
	return kind->needs & ~plan->has ||
	       (kind->capability && kvmlib__vm_ask(plan->vm, kind->capability) <= 0);
}

/* A program's own items have a dot in their names. */
static int check_item(struct kvmlib__search *search, const struct kvmlib_state_item *item,
		      bool *is_bad)
{
	const struct kvmlib__item_kind *kind = kvmlib__state_kind_of(item->name);

	if (strchr(item->name, '.'))
		return 0;
	if (!kind || !kvmlib__state_is_well_formed(kind, item)) {
		*is_bad = true;
		return tell_item(search, item, KVMLIB_STATE_BAD_ITEM, 0);
	}
	return lacks(search->plan, kind)
		       ? tell_item(search, item, KVMLIB_STATE_MISSING, kind->capability)
		       : 0;
}

static int check_items(struct kvmlib__search *search, bool *is_bad)
{
	struct kvmlib_state_item item;
	int r = 0;

	for (size_t i = 0; !r && i < search->state->count; i++) {
		kvmlib_state_at(search->state, i, &item);
		r = check_item(search, &item, is_bad);
	}
	return r;
}

/* vCPUs: what each has are its registers */

static bool has_id(const struct kvmlib_state_plan *plan, uint64_t id)
{
	for (size_t i = 0; i < plan->nr_vcpus; i++)
		if (plan->vcpus[i]->id == id)
			return true;
	return false;
}

static int tell_vcpu(struct kvmlib__search *search, uint64_t id, bool is_saved)
{
	return kvmlib__state_found(
		search, &(const struct kvmlib_state_problem){ .item = "regs",
							      .instance = id,
							      .number = id,
							      .saved = is_saved,
							      .here = !is_saved,
							      .kind = KVMLIB_STATE_OTHER_VCPUS });
}

static int check_vcpus(struct kvmlib__search *search)
{
	const struct kvmlib_state_plan *plan = search->plan;
	struct kvmlib_state_item item;
	int r = 0;

	for (size_t i = 0; !r && i < plan->nr_vcpus; i++)
		if (!kvmlib__state_find(search->state, "regs", plan->vcpus[i]->id, &item))
			r = tell_vcpu(search, plan->vcpus[i]->id, false);
	for (size_t i = 0; !r && i < search->state->count; i++) {
		kvmlib_state_at(search->state, i, &item);
		if (!strcmp(item.name, "regs") && !has_id(plan, item.instance))
			r = tell_vcpu(search, item.instance, true);
	}
	return r;
}

/* All of it */

int kvmlib__state_judge_architecture(uint16_t architecture, uint16_t order, const char *function)
{
	if (architecture == kvmlib__state_architecture && order == kvmlib__state_order)
		return 0;
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = function,
		.cause = KVMLIB_CAUSE_STATE_ARCHITECTURE,
		.errnum = -EPROTO,
		KVMLIB__VALUES(KVMLIB__VALUE(TYPE, architecture)) });
}

int kvmlib__state_check_architecture(const struct kvmlib_state *state, const char *function)
{
	const struct kvmlib__state_header *header = (const void *)state->bytes;

	return kvmlib__state_judge_architecture(le16toh(header->architecture),
						le16toh(header->order), function);
}

/* What items hold is looked into only where all of them are as they have to be. */
int kvmlib__state_search(struct kvmlib__search *search)
{
	bool is_bad = false;
	int r = kvmlib__state_check_architecture(search->state, search->function);

	if (!r)
		r = check_items(search, &is_bad);
	if (!r)
		r = check_vcpus(search);
	if (!r && !is_bad)
		r = kvmlib__check_machine(search);
	if (!r && !is_bad)
		r = kvmlib__state_check_host(search);
	return r;
}

int kvmlib_state_check(struct kvmlib_state_plan *plan, const struct kvmlib_state *state,
		       const struct kvmlib_state_restore_opts *opts,
		       int (*problem)(const struct kvmlib_state_problem *problem, void *userdata),
		       void *userdata)
{
	struct kvmlib_state_restore_opts o;
	struct kvmlib__search search = { .plan = plan,
					 .state = state,
					 .opts = &o,
					 .problem = problem,
					 .userdata = userdata,
					 .function = __func__ };
	int r;

	if (!plan || !state || !problem)
		return KVMLIB__NULL_ARGUMENT(!plan ? 1 : state ? 4 : 2);
	KVMLIB__REFUSE_FORKED(plan->vm);
	r = kvmlib__state_restore_opts(&o, opts, 3, __func__);
	if (!r)
		r = kvmlib__state_search(&search);
	return r < 0 ? r : search.count;
}
