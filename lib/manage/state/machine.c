/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What KVM can't be asked for, as the managers and handles know it. */
#include "plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../control/control.h"
#include "../irq/irq.h"
#include "../memory/memory.h"

_Static_assert(sizeof(struct kvmlib__saved_capability) == 40, "no padding");
_Static_assert(sizeof(struct kvmlib__saved_region) == 24, "no padding");
_Static_assert(sizeof(struct kvmlib__saved_route) == 80, "no padding");
_Static_assert(sizeof(((struct kvmlib_route *)0)->name) <= 32, "it fits");

#define KEPT_FLAGS (KVMLIB_MEMORY_READONLY | KVMLIB_MEMORY_CONVERTIBLE)

static bool owns_all(const struct kvmlib_vm *vm, struct kvmlib_device *const *devices, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!devices[i] || devices[i]->vm != vm)
			return false;
	return true;
}

/* LPIs of an ITS are the GIC's, too. */
bool kvmlib__state_owns(const struct kvmlib_vm *vm, const struct kvmlib_state_plan_opts *opts)
{
	return (!opts->control || opts->control->vm == vm) &&
	       (!opts->memory || opts->memory->vm == vm) &&
	       (!opts->routes || opts->routes->vm == vm) && (!opts->gic || opts->gic->vm == vm) &&
	       (!opts->aia || opts->aia->vm == vm) && (!opts->nr_its || opts->gic) &&
	       owns_all(vm, opts->its, opts->nr_its);
}

/* Capabilities */

/* How the host tracks writes is nothing to the guest: a VM that is being moved has it, the new one has not. */
static bool is_hosts_own(uint64_t capability)
{
	return capability == KVMLIB_CAP_MANUAL_DIRTY_LOG_PROTECT2 ||
	       capability == KVMLIB_CAP_DIRTY_LOG_RING ||
	       capability == KVMLIB_CAP_DIRTY_LOG_RING_ACQ_REL ||
	       capability == KVMLIB_CAP_DIRTY_LOG_RING_WITH_BITMAP;
}

static int capability_at(const struct kvmlib_state_plan *plan, struct kvmlib_vcpu *vcpu,
			 size_t index, struct kvmlib__saved_capability *saved)
{
	uint32_t capability = 0;
	int r = vcpu ? kvmlib_vcpu_enabled_capability_at(vcpu, index, &capability, saved->args)
		     : kvmlib_vm_enabled_capability_at(plan->vm, index, &capability, saved->args);

	saved->capability = capability;
	return r;
}

size_t kvmlib__room_of_capabilities(const struct kvmlib_state_plan *plan, struct kvmlib_vcpu *vcpu)
{
	struct kvmlib__saved_capability saved;
	size_t n = 0;

	while (!capability_at(plan, vcpu, n, &saved))
		n++;
	return n * sizeof(saved);
}

int64_t kvmlib__get_capabilities(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
				 void *data, size_t room)
{
	struct kvmlib__saved_capability *saved = data;
	size_t n = 0;

	for (size_t i = 0; n < room / sizeof(*saved); i++) {
		if (capability_at(transfer->plan, vcpu, i, &saved[n]) < 0)
			break;
		n += !is_hosts_own(saved[n].capability);
	}
	return (int64_t)(n * sizeof(*saved));
}

static const struct kvmlib__saved_capability *
find_capability(const struct kvmlib__saved_capability *list, size_t n,
		const struct kvmlib__saved_capability *wanted)
{
	for (size_t i = 0; i < n; i++)
		if (!memcmp(&list[i], wanted, sizeof(*wanted)))
			return &list[i];
	return NULL;
}

/* Those of one side that the other has not. */
static int tell_missing(struct kvmlib__search *search, const struct kvmlib_state_item *item,
			const struct kvmlib__saved_capability *some, size_t nr_some,
			const struct kvmlib__saved_capability *others, size_t nr_others,
			bool is_saved)
{
	int r = 0;

	for (size_t i = 0; !r && i < nr_some; i++)
		if (!is_hosts_own(some[i].capability) &&
		    !find_capability(others, nr_others, &some[i]))
			r = kvmlib__state_found(search, &(const struct kvmlib_state_problem){
								.item = item->name,
								.instance = item->instance,
								.number = some[i].capability,
								.saved = is_saved,
								.here = !is_saved,
								.kind = KVMLIB_STATE_CAPABILITY });
	return r;
}

static int compare_capabilities(struct kvmlib__search *search, const struct kvmlib_state_item *item,
				struct kvmlib_vcpu *vcpu, struct kvmlib__saved_capability *here,
				size_t room)
{
	struct kvmlib__transfer transfer = { .plan = search->plan };
	size_t nr_here =
		(size_t)kvmlib__get_capabilities(&transfer, vcpu, here, room) / sizeof(*here);
	size_t nr_saved = item->length / sizeof(*here);
	int r = tell_missing(search, item, item->data, nr_saved, here, nr_here, true);

	return r ? r : tell_missing(search, item, here, nr_here, item->data, nr_saved, false);
}

static int check_capabilities(struct kvmlib__search *search, struct kvmlib_vcpu *vcpu)
{
	struct kvmlib__saved_capability *here;
	struct kvmlib_state_item item;
	size_t room;
	int r;

	if (!kvmlib__state_find(search->state, vcpu ? "vcpu-capabilities" : "capabilities",
				vcpu ? vcpu->id : KVMLIB_STATE_VM, &item))
		return 0;
	room = kvmlib__room_of_capabilities(search->plan, vcpu);
	here = malloc(room + 1);
	if (!here)
		return KVMLIB__NO_MEMORY_IN(search->function);
	r = compare_capabilities(search, &item, vcpu, here, room);
	free(here);
	return r;
}

static int check_all_capabilities(struct kvmlib__search *search)
{
	int r = check_capabilities(search, NULL);

	for (size_t i = 0; !r && i < search->plan->nr_vcpus; i++)
		r = check_capabilities(search, search->plan->vcpus[i]);
	return r;
}

/* Memory */

static size_t count_regions(const struct kvmlib_state_plan *plan)
{
	int n = kvmlib_memory_regions(plan->memory, NULL, 0);

	return n > 0 ? (size_t)n : 0;
}

size_t kvmlib__room_of_memory(const struct kvmlib_state_plan *plan, struct kvmlib_vcpu *vcpu)
{
	(void)vcpu;
	return count_regions(plan) * sizeof(struct kvmlib__saved_region);
}

static int describe(const struct kvmlib_memory_region *region, struct kvmlib__saved_region *saved)
{
	struct kvmlib_memory_region_info info;
	int r = kvmlib_memory_region_describe(region, &info);

	if (!r)
		*saved = (struct kvmlib__saved_region){ .gpa = info.gpa,
							.length = info.length,
							.flags = info.flags & KEPT_FLAGS,
							.space = info.space };
	return r;
}

int64_t kvmlib__get_memory(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu, void *data,
			   size_t room)
{
	struct kvmlib__saved_region *saved = data;
	size_t n = room / sizeof(*saved);
	struct kvmlib_memory_region **regions =
		calloc(n + 1, sizeof(struct kvmlib_memory_region *));
	int r = 0;

	(void)vcpu;
	if (!regions)
		return KVMLIB__NO_MEMORY_IN(transfer->function);
	r = kvmlib_memory_regions(transfer->plan->memory, regions, n);
	if (r >= 0 && (size_t)r < n)
		n = (size_t)r;
	for (size_t i = 0; r >= 0 && i < n; i++)
		r = describe(regions[i], &saved[i]);
	free(regions);
	return r < 0 ? r : (int64_t)(n * sizeof(*saved));
}

/* What of it is private to the guest */

struct parts {
	struct kvmlib__saved_region *saved;
	size_t room;
	size_t n;
};

static void take_part(uint64_t gpa, uint64_t length, uint32_t space, void *userdata)
{
	struct parts *parts = userdata;

	if (parts->n < parts->room)
		parts->saved[parts->n] = (struct kvmlib__saved_region){ .gpa = gpa,
									.length = length,
									.space = space };
	parts->n++;
}

size_t kvmlib__room_of_private_memory(const struct kvmlib_state_plan *plan,
				      struct kvmlib_vcpu *vcpu)
{
	struct parts parts = { .room = 0 };

	(void)vcpu;
	kvmlib__private_parts(plan->memory, take_part, &parts);
	return parts.n * sizeof(struct kvmlib__saved_region);
}

int64_t kvmlib__get_private_memory(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
				   void *data, size_t room)
{
	struct parts parts = { .saved = data, .room = room / sizeof(struct kvmlib__saved_region) };

	(void)vcpu;
	kvmlib__private_parts(transfer->plan->memory, take_part, &parts);
	return (int64_t)((parts.n < parts.room ? parts.n : parts.room) *
			 sizeof(struct kvmlib__saved_region));
}

/* Comparing */

static int tell_region(struct kvmlib__search *search, const char *item,
		       const struct kvmlib__saved_region *saved,
		       const struct kvmlib__saved_region *here)
{
	static const struct kvmlib__saved_region none;

	saved = saved ? saved : &none;
	here = here ? here : &none;
	return kvmlib__state_found(search, &(const struct kvmlib_state_problem){
						   .item = item,
						   .instance = KVMLIB_STATE_VM,
						   .number = saved->length ? saved->gpa : here->gpa,
						   .saved = saved->length,
						   .here = here->length,
						   .kind = KVMLIB_STATE_MEMORY });
}

/* Both are in the order of the address space and the address. */
static int compare_regions(struct kvmlib__search *search, const struct kvmlib_state_item *item,
			   const struct kvmlib__saved_region *here, size_t nr_here)
{
	const struct kvmlib__saved_region *saved = item->data;
	size_t nr_saved = item->length / sizeof(*saved);
	int r = 0;

	for (size_t i = 0; !r && (i < nr_saved || i < nr_here); i++) {
		const struct kvmlib__saved_region *there = i < nr_saved ? &saved[i] : NULL;
		const struct kvmlib__saved_region *own = i < nr_here ? &here[i] : NULL;

		if (!there || !own || memcmp(there, own, sizeof(*own)) != 0)
			r = tell_region(search, item->name, there, own);
	}
	return r;
}

static const struct {
	const char *name;
	size_t (*room_of)(const struct kvmlib_state_plan *plan, struct kvmlib_vcpu *vcpu);
	int64_t (*get)(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu, void *data,
		       size_t room);
} maps[] = {
	{ "memory", kvmlib__room_of_memory, kvmlib__get_memory },
	{ "private-memory", kvmlib__room_of_private_memory, kvmlib__get_private_memory },
};

static int check_map(struct kvmlib__search *search, size_t which)
{
	struct kvmlib__transfer transfer = { .plan = search->plan, .function = search->function };
	struct kvmlib__saved_region *here;
	struct kvmlib_state_item item;
	int64_t r;
	size_t room;

	if (!kvmlib__state_find(search->state, maps[which].name, KVMLIB_STATE_VM, &item))
		return 0;
	room = maps[which].room_of(search->plan, NULL);
	here = malloc(room + 1);
	if (!here)
		return KVMLIB__NO_MEMORY_IN(search->function);
	r = maps[which].get(&transfer, NULL, here, room);
	if (r >= 0)
		r = compare_regions(search, &item, here, (size_t)r / sizeof(*here));
	free(here);
	return (int)r;
}

int kvmlib__check_machine(struct kvmlib__search *search)
{
	int r = check_all_capabilities(search);

	for (size_t i = 0; !r && search->plan->memory && i < sizeof(maps) / sizeof(maps[0]); i++)
		r = check_map(search, i);
	return r;
}

/* Routes */

size_t kvmlib__room_of_routes(const struct kvmlib_state_plan *plan, struct kvmlib_vcpu *vcpu)
{
	int n = kvmlib_routes_count(plan->routes);

	(void)vcpu;
	return (n > 0 ? (size_t)n : 0) * sizeof(struct kvmlib__saved_route);
}

int64_t kvmlib__get_routes(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu, void *data,
			   size_t room)
{
	struct kvmlib_routes *routes = transfer->plan->routes;
	struct kvmlib__saved_route *saved = data;
	size_t n = room / sizeof(*saved);

	(void)vcpu;
	kvmlib__routes_lock(routes);
	if (routes->table->nr < n)
		n = routes->table->nr;
	for (size_t i = 0; i < n; i++) {
		memcpy(saved[i].name, routes->list[i]->name, sizeof(routes->list[i]->name));
		memcpy(&saved[i].entry, &routes->table->entries[i], sizeof(saved[i].entry));
	}
	kvmlib__routes_unlock(routes);
	return (int64_t)(n * sizeof(*saved));
}

/* One without a name goes by its GSI and type. */
static struct kvmlib_route *find_nameless(const struct kvmlib_routes *routes,
					  const struct kvmlib_irq_routing_entry *entry)
{
	for (uint32_t i = 0; i < routes->table->nr; i++)
		if (!routes->list[i]->name[0] && routes->table->entries[i].gsi == entry->gsi &&
		    routes->table->entries[i].type == entry->type)
			return routes->list[i];
	return NULL;
}

static struct kvmlib_route *find_route(struct kvmlib_routes *routes, const char *name,
				       const struct kvmlib_irq_routing_entry *entry)
{
	struct kvmlib_route *route;

	kvmlib__routes_lock(routes);
	route = *name ? kvmlib__route_named(routes, name, NULL, routes->list)
		      : find_nameless(routes, entry);
	kvmlib__routes_unlock(routes);
	return route;
}

static int put_route(struct kvmlib_routes *routes, struct kvmlib_routes_change *change,
		     const struct kvmlib__saved_route *saved)
{
	char name[sizeof(saved->name) + 1] = { 0 };
	struct kvmlib_route *route;

	memcpy(name, saved->name, sizeof(saved->name));
	route = find_route(routes, name, &saved->entry);
	return route ? kvmlib_routes_change_set(change, route, &saved->entry)
		     : kvmlib_routes_change_add(change, *name ? name : NULL, &saved->entry, NULL);
}

static bool is_same_route(const struct kvmlib__saved_route *saved, const struct kvmlib_route *route,
			  const void *entry)
{
	const void *saved_entry = &saved->entry;

	return !strncmp(saved->name, route->name, sizeof(saved->name)) &&
	       !memcmp(saved_entry, entry, sizeof(saved->entry));
}

/* As nearly always where a VM is reset: then nothing is to be planned. */
static bool has_these(struct kvmlib_routes *routes, const struct kvmlib__saved_route *saved,
		      size_t n)
{
	bool is_same;

	kvmlib__routes_lock(routes);
	is_same = routes->table->nr == n;
	for (size_t i = 0; is_same && i < n; i++)
		is_same = is_same_route(&saved[i], routes->list[i], &routes->table->entries[i]);
	kvmlib__routes_unlock(routes);
	return is_same;
}

static int change_routes(struct kvmlib_routes *routes, const struct kvmlib__saved_route *saved,
			 size_t n)
{
	struct kvmlib_routes_change *change;
	int r = kvmlib_routes_begin(routes, &change);

	if (r < 0)
		return r;
	for (size_t i = 0; !r && i < n; i++)
		r = put_route(routes, change, &saved[i]);
	if (!r)
		return kvmlib_routes_change_commit(change);
	kvmlib_routes_change_abort(change);
	return r;
}

/* Routes that the state has not stay as they are: irqfds may be on them. */
int kvmlib__put_routes(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
		       const struct kvmlib_state_item *item)
{
	struct kvmlib_routes *routes = transfer->plan->routes;
	const struct kvmlib__saved_route *saved = item->data;
	size_t n = item->length / sizeof(*saved);

	(void)vcpu;
	return has_these(routes, saved, n) ? 0 : change_routes(routes, saved, n);
}
