/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Plans: which steps are done, and in which order. */
#include "plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../../base/opts.h"
#include "../../core/cap.h"

_Static_assert(sizeof(struct kvmlib_state_step) == 5 * sizeof(void *) + 16, "no padding");
_Static_assert(sizeof(struct kvmlib_state_plan_opts) == 14 * sizeof(void *) + 8, "no padding");

/* The library's list */

const struct kvmlib_state_step *kvmlib_state_step_at(uint32_t direction, size_t index)
{
	for (size_t i = 0; i < kvmlib__nr_state_steps; i++)
		if (kvmlib__state_steps[i].facts.direction == direction && !index--)
			return &kvmlib__state_steps[i].facts;
	return NULL;
}

static bool is_known(const char *name, size_t length)
{
	for (size_t i = 0; i < kvmlib__nr_state_steps; i++) {
		const char *other = kvmlib__state_steps[i].facts.name;

		if (strlen(other) == length && !memcmp(other, name, length))
			return true;
	}
	return false;
}

/* Options */

static int refuse(int errnum, uint32_t cause, const char *name, const char *function)
{
	return kvmlib__error_record(
		&(const struct kvmlib__failure){ .function = function,
						 .subject = name,
						 .cause = cause,
						 .errnum = errnum,
						 KVMLIB__VALUES(KVMLIB__VALUE(ARGUMENT, 2)) });
}

static bool is_of_vm(const struct kvmlib_vm *vm, const struct kvmlib_state_plan_opts *opts)
{
	for (size_t i = 0; i < opts->nr_vcpus; i++)
		if (!opts->vcpus[i] || opts->vcpus[i]->vm != vm)
			return false;
	return kvmlib__state_owns(vm, opts);
}

static int check_skip(const struct kvmlib_state_plan_opts *opts, const char *function)
{
	for (size_t i = 0; i < opts->nr_skip; i++)
		if (!is_known(opts->skip[i], strlen(opts->skip[i])))
			return refuse(-EINVAL, KVMLIB_CAUSE_STATE_STEP_UNKNOWN, opts->skip[i],
				      function);
	return 0;
}

static bool is_good(const struct kvmlib_state_step *step)
{
	size_t length = strnlen(step->name, KVMLIB_STATE_NAME_LENGTH + 1);

	return length && length <= KVMLIB_STATE_NAME_LENGTH && strchr(step->name, '.') &&
	       step->run && step->direction <= KVMLIB_STATE_RESTORING &&
	       step->scope <= KVMLIB_STATE_ONCE && !step->reserved;
}

static int check_steps(const struct kvmlib_state_plan_opts *opts, const char *function)
{
	for (size_t i = 0; i < opts->nr_steps; i++) {
		const struct kvmlib_state_step *step = opts->steps[i];

		if (!step || !step->name)
			return refuse(-EINVAL, KVMLIB_CAUSE_NULL_ARGUMENT, NULL, function);
		if (step->size < sizeof(*step))
			return refuse(-EINVAL, KVMLIB_CAUSE_OPTIONS_SIZE, step->name, function);
		if (!is_good(step))
			return refuse(-EINVAL, KVMLIB_CAUSE_BAD_ARGUMENT, step->name, function);
	}
	return 0;
}

static int take_opts(const struct kvmlib_vm *vm, struct kvmlib_state_plan_opts *opts,
		     const struct kvmlib_state_plan_opts *given, const char *function)
{
	uint32_t cause = 0;
	int r = kvmlib__opts_copy(opts, sizeof(*opts), given, &cause);

	if (r < 0)
		return refuse(r, cause, NULL, function);
	if ((opts->nr_vcpus && !opts->vcpus) || (opts->nr_skip && !opts->skip) ||
	    (opts->nr_steps && !opts->steps) || (opts->nr_its && !opts->its))
		return refuse(-EINVAL, KVMLIB_CAUSE_NULL_ARGUMENT, NULL, function);
	if (!is_of_vm(vm, opts))
		return refuse(-EINVAL, KVMLIB_CAUSE_BAD_ARGUMENT, NULL, function);
	r = check_skip(opts, function);
	return r < 0 ? r : check_steps(opts, function);
}

/* The list of steps */

static bool is_skipped(const struct kvmlib_state_plan_opts *opts, const char *name)
{
	for (size_t i = 0; i < opts->nr_skip; i++)
		if (!strcmp(opts->skip[i], name))
			return true;
	return false;
}

/* Whether the VM has a use for it, or a failure of asking. */
static int is_wanted(const struct kvmlib_state_plan *plan,
		     const struct kvmlib_state_plan_opts *opts,
		     const struct kvmlib__state_step *step, const char *function)
{
	int r;

	if (step->needs & ~plan->has || is_skipped(opts, step->facts.name))
		return 0;
	if (!step->facts.capability)
		return 1;
	r = kvmlib__vm_ask(plan->vm, step->facts.capability);
	if (r >= 0)
		return r > 0;
	return kvmlib__vm_failed(plan->vm, KVMLIB__IOC_CHECK_EXTENSION,
				 &(struct kvmlib__failure){ .function = function, .errnum = r });
}

static const struct kvmlib__item_kind *kind_of(const struct kvmlib__state_step *step)
{
	return kvmlib__state_kind_of(step->item ? step->item : step->facts.name);
}

static int add_library_steps(struct kvmlib_state_plan *plan,
			     const struct kvmlib_state_plan_opts *opts, const char *function)
{
	for (size_t i = 0; i < kvmlib__nr_state_steps; i++) {
		const struct kvmlib__state_step *step = &kvmlib__state_steps[i];
		uint32_t direction = step->facts.direction;
		int r = is_wanted(plan, opts, step, function);

		if (r < 0)
			return r;
		if (r)
			plan->steps[direction][plan->nr_steps[direction]++] =
				(struct kvmlib__planned){ &step->facts, step, kind_of(step) };
	}
	return 0;
}

/* Where the step of such a name is, and how many there are if there is none. */
static size_t find_step(const struct kvmlib_state_plan *plan, uint32_t direction, const char *name,
			size_t length)
{
	size_t i = 0;

	while (i < plan->nr_steps[direction]) {
		const char *other = plan->steps[direction][i].facts->name;

		if (strlen(other) == length && !memcmp(other, name, length))
			break;
		i++;
	}
	return i;
}

/* Behind all that it names, or -EINVAL: one is not there. */
static int place_of(const struct kvmlib_state_plan *plan, const struct kvmlib_state_step *step,
		    size_t *ret_place)
{
	const char *name = step->after ? step->after : "";
	size_t place = 0;

	while (*(name += strspn(name, " "))) {
		size_t length = strcspn(name, " ");
		size_t at = find_step(plan, step->direction, name, length);

		if (at < plan->nr_steps[step->direction])
			place = at + 1 > place ? at + 1 : place;
		else if (!is_known(name, length)) /* one that is left out is not waited for */
			return -EINVAL;
		name += length;
	}
	*ret_place = place;
	return 0;
}

static bool is_programs(const struct kvmlib__planned *planned)
{
	return !planned->step;
}

static int add_own_step(struct kvmlib_state_plan *plan, const struct kvmlib_state_step *step,
			const char *function)
{
	struct kvmlib__planned *steps = plan->steps[step->direction];
	size_t *n = &plan->nr_steps[step->direction], place = 0;

	if (find_step(plan, step->direction, step->name, strlen(step->name)) < *n)
		return refuse(-EEXIST, KVMLIB_CAUSE_STATE_STEP_EXISTS, step->name, function);
	if (place_of(plan, step, &place) < 0)
		return refuse(-EINVAL, KVMLIB_CAUSE_BAD_ARGUMENT, step->name, function);
	while (place < *n && is_programs(&steps[place]))
		place++;
	memmove(&steps[place + 1], &steps[place], (*n - place) * sizeof(*steps));
	steps[place] = (struct kvmlib__planned){ step, NULL, NULL };
	(*n)++;
	return 0;
}

static int add_steps(struct kvmlib_state_plan *plan, const struct kvmlib_state_plan_opts *opts,
		     const char *function)
{
	int r = add_library_steps(plan, opts, function);

	for (size_t i = 0; !r && i < opts->nr_steps; i++)
		r = add_own_step(plan, opts->steps[i], function);
	return r;
}

const struct kvmlib_state_step *kvmlib_state_plan_step_at(const struct kvmlib_state_plan *plan,
							  uint32_t direction, size_t index)
{
	if (direction > KVMLIB_STATE_RESTORING || index >= plan->nr_steps[direction])
		return NULL;
	return plan->steps[direction][index].facts;
}

/* The object */

static bool make_room(struct kvmlib_state_plan *plan, const struct kvmlib_state_plan_opts *opts)
{
	size_t n = kvmlib__nr_state_steps + opts->nr_steps + 1;

	plan->vcpus = calloc(opts->nr_vcpus + 1, sizeof(struct kvmlib_vcpu *));
	plan->its = calloc(opts->nr_its + 1, sizeof(struct kvmlib_device *));
	plan->steps[KVMLIB_STATE_SAVING] = calloc(n, sizeof(struct kvmlib__planned));
	plan->steps[KVMLIB_STATE_RESTORING] = calloc(n, sizeof(struct kvmlib__planned));
	return plan->vcpus && plan->its && plan->steps[KVMLIB_STATE_SAVING] &&
	       plan->steps[KVMLIB_STATE_RESTORING];
}

/* Without references yet; NULL where there is no memory. */
static struct kvmlib_state_plan *new_plan(const struct kvmlib_state_plan_opts *opts)
{
	struct kvmlib_state_plan *plan = calloc(1, sizeof(*plan));

	if (plan && make_room(plan, opts))
		return plan;
	return kvmlib_state_plan_free(plan);
}

static void take_references(struct kvmlib_state_plan *plan, struct kvmlib_vm *vm,
			    const struct kvmlib_state_plan_opts *opts)
{
	plan->vm = kvmlib_vm_ref(vm);
	plan->control = kvmlib_control_ref(opts->control);
	plan->memory = kvmlib_memory_ref(opts->memory);
	plan->routes = kvmlib_routes_ref(opts->routes);
	plan->gic = kvmlib_device_ref(opts->gic);
	plan->aia = kvmlib_device_ref(opts->aia);
	for (; plan->nr_its < opts->nr_its; plan->nr_its++)
		plan->its[plan->nr_its] = kvmlib_device_ref(opts->its[plan->nr_its]);
	for (; plan->nr_vcpus < opts->nr_vcpus; plan->nr_vcpus++)
		plan->vcpus[plan->nr_vcpus] = kvmlib_vcpu_ref(opts->vcpus[plan->nr_vcpus]);
	plan->has = (opts->memory ? KVMLIB__HAS_MEMORY : 0) |
		    (opts->routes ? KVMLIB__HAS_ROUTES : 0) | (opts->gic ? KVMLIB__HAS_GIC : 0) |
		    (opts->nr_its ? KVMLIB__HAS_ITS : 0) | (opts->aia ? KVMLIB__HAS_AIA : 0);
	plan->timeout = opts->timeout ? opts->timeout : KVMLIB_CONTROL_FOREVER;
}

/* vCPUs are asked, too, which must not run meanwhile. */
static int learn(struct kvmlib_state_plan *plan, const char *function)
{
	int r = kvmlib__state_hold(plan, function);

	if (r < 0)
		return r;
	r = kvmlib__state_learn(plan, function);
	kvmlib__state_go_on(plan);
	return r;
}

static int make_plan(struct kvmlib_vm *vm, const struct kvmlib_state_plan_opts *opts,
		     const char *function, struct kvmlib_state_plan **ret_plan)
{
	struct kvmlib_state_plan *plan = new_plan(opts);
	int r;

	if (!plan)
		return KVMLIB__NO_MEMORY_IN(function);
	take_references(plan, vm, opts);
	r = learn(plan, function);
	if (!r)
		r = add_steps(plan, opts, function);
	if (r < 0)
		kvmlib_state_plan_free(plan);
	else
		*ret_plan = plan;
	return r;
}

int kvmlib_state_plan_new(struct kvmlib_vm *vm, const struct kvmlib_state_plan_opts *opts,
			  struct kvmlib_state_plan **ret_plan)
{
	struct kvmlib_state_plan_opts o;
	int r;

	if (!vm || !opts || !ret_plan)
		return KVMLIB__NULL_ARGUMENT(!vm ? 1 : opts ? 3 : 2);
	KVMLIB__REFUSE_FORKED(vm);
	if (KVMLIB__ELSEWHERE(X86_64) && KVMLIB__ELSEWHERE(ARM64) && KVMLIB__ELSEWHERE(RISCV64))
		return KVMLIB__REFUSE(-EOPNOTSUPP, ARCH_UNSUPPORTED, 1);
	r = take_opts(vm, &o, opts, __func__);
	return r < 0 ? r : make_plan(vm, &o, __func__, ret_plan);
}

struct kvmlib_state_plan *kvmlib_state_plan_free(struct kvmlib_state_plan *plan)
{
	if (!plan)
		return NULL;
	for (size_t i = 0; i < plan->nr_vcpus; i++)
		kvmlib_vcpu_unref(plan->vcpus[i]);
	free(plan->vcpus);
	free(plan->steps[KVMLIB_STATE_SAVING]);
	free(plan->steps[KVMLIB_STATE_RESTORING]);
	free(plan->msrs);
	for (size_t i = 0; i < plan->nr_its; i++)
		kvmlib_device_unref(plan->its[i]);
	free(plan->its);
	kvmlib_device_unref(plan->aia);
	kvmlib_device_unref(plan->gic);
	kvmlib_routes_unref(plan->routes);
	kvmlib_memory_unref(plan->memory);
	kvmlib_control_unref(plan->control);
	kvmlib_vm_unref(plan->vm);
	free(plan);
	return NULL;
}
