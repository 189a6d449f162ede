/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How a change reaches the kernel: a table is made beside the one in force, and takes its place. */
#include "irq.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define EXCLUSIVE 0x80U /* claim of a route that is alone on its GSI */

/* The table to be. An entry whose list has NULL is to be left out. */
struct plan {
	struct kvm_irq_routing *table;
	struct kvmlib_route **list;
};

static bool plan_alloc(const struct kvmlib_routes *routes, size_t nr_new, struct plan *plan)
{
	const size_t nr = routes->table->nr;

	plan->table =
		calloc(1, sizeof(*plan->table) + (nr + nr_new) * sizeof(*plan->table->entries));
	plan->list = calloc(nr + nr_new + 1, sizeof(void *));
	if (!plan->table || !plan->list)
		return false;
	plan->table->nr = routes->table->nr;
	memcpy(plan->table->entries, routes->table->entries, nr * sizeof(*plan->table->entries));
	memcpy(plan->list, routes->list, nr * sizeof(void *));
	return true;
}

static void plan_free(const struct plan *plan)
{
	free(plan->table);
	free(plan->list);
}

/* Steps */

static void plan_add(struct plan *plan, const struct kvmlib__route_op *op)
{
	op->route->plan = plan->table->nr++;
	plan->list[op->route->plan] = op->route;
	plan->table->entries[op->route->plan] = op->entry;
	if (*op->route->name)
		kvmlib__route_put_name(op->route);
}

static int plan_op(struct plan *plan, const struct kvmlib__route_op *op, const char *function)
{
	struct kvmlib_route *route = op->route;

	if (op->is_new) {
		plan_add(plan, op);
		return 0;
	}
	if (route->plan == KVMLIB__NO_INDEX || !plan->list[route->plan])
		return KVMLIB__OF_ROUTE(route, function, -ENOENT, ROUTE_GONE,
					KVMLIB__VALUE(IRQ, route->gsi));
	if (op->is_removed && route->nr_irqfds)
		return KVMLIB__OF_ROUTE(route, function, -EBUSY, ROUTE_IN_USE,
					KVMLIB__VALUE(IRQ, route->gsi),
					KVMLIB__VALUE(COUNT, route->nr_irqfds));
	if (op->is_removed)
		plan->list[route->plan] = NULL;
	else
		plan->table->entries[route->plan] = op->entry;
	return 0;
}

/* The changes in their order; then names, of which one that is removed may have been another's. */
static int plan_ops(const struct kvmlib_routes_change *change, struct plan *plan,
		    const char *function)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < change->nr_ops; i++)
		r = plan_op(plan, &change->ops[i], function);
	for (size_t i = 0; r >= 0 && i < change->nr_ops; i++) {
		const struct kvmlib_route *route = change->ops[i].route;

		if (change->ops[i].is_new && plan->list[route->plan] &&
		    kvmlib__route_named(change->routes, route->name, route, plan->list))
			r = KVMLIB__OF_ROUTE(route, function, -EEXIST, NAME_TAKEN,
					     KVMLIB__VALUE(IRQ, route->gsi));
	}
	return r;
}

/* Leave out what is removed. */
static void compact(struct plan *plan)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < plan->table->nr; i++) {
		if (!plan->list[i])
			continue;
		plan->list[n] = plan->list[i];
		plan->table->entries[n] = plan->table->entries[i];
		n++;
	}
	plan->table->nr = n;
}

/* Checks that KVM makes too, but would not tell the culprit of */

static uint8_t claim_of(const struct kvm_irq_routing_entry *entry)
{
	if (entry->type != KVMLIB_IRQ_ROUTING_IRQCHIP)
		return EXCLUSIVE;
	return (uint8_t)(1U << (entry->u.irqchip.irqchip < 6 ? entry->u.irqchip.irqchip : 6));
}

static int check_claims(const struct kvmlib_routes *routes, const struct plan *plan,
			const char *function)
{
	memset(routes->claims, 0, routes->limit);
	for (uint32_t i = 0; i < plan->table->nr; i++) {
		const struct kvm_irq_routing_entry *entry = &plan->table->entries[i];
		uint8_t *claims = &routes->claims[entry->gsi];
		uint8_t claim = claim_of(entry);

		if (*claims & (claim | EXCLUSIVE) || (*claims && claim == EXCLUSIVE))
			return KVMLIB__OF_ROUTE(plan->list[i], function, -EINVAL,
						GSI_ROUTE_DUPLICATE,
						KVMLIB__VALUE(IRQ, entry->gsi));
		*claims |= claim;
	}
	return 0;
}

static int check(const struct kvmlib_routes *routes, const struct plan *plan, const char *function)
{
	if (plan->table->nr <= routes->limit)
		return check_claims(routes, plan, function);
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = function,
		.cause = KVMLIB_CAUSE_ROUTES_LIMIT,
		.errnum = -ENOSPC,
		KVMLIB__VALUES(KVMLIB__VALUE(COUNT, plan->table->nr),
			       KVMLIB__VALUE(LIMIT, routes->limit)) });
}

/* Carrying out */

/* kvmlib_vm_set_gsi_routing() would copy the table once more. */
int kvmlib__routes_set(const struct kvmlib_vm *vm, const struct kvm_irq_routing *table,
		       const char *function)
{
	int r = kvmlib__ioctl(vm->system, vm->fd, KVMLIB__IOC_SET_GSI_ROUTING,
			      (unsigned long)(uintptr_t)table);

	if (r >= 0)
		return r;
	return kvmlib__vm_failed(
		vm, KVMLIB__IOC_SET_GSI_ROUTING,
		&(struct kvmlib__failure){ .function = function,
					   .errnum = r,
					   KVMLIB__VALUES(KVMLIB__VALUE(COUNT, table->nr),
							  KVMLIB__VALUE(FLAGS, table->flags)) });
}

static int hand_over(const struct kvmlib_routes *routes, const struct plan *plan,
		     const char *function)
{
	const struct kvm_irq_routing *table = plan->table;

	if (table->nr == routes->table->nr &&
	    !memcmp(table->entries, routes->table->entries, table->nr * sizeof(*table->entries)))
		return 0;
	return kvmlib__routes_set(routes->vm, table, function);
}

/* The table's reference goes. */
static void leave(struct kvmlib_route *route)
{
	if (*route->name)
		kvmlib__route_take_name(route);
	route->index = KVMLIB__NO_INDEX;
	route->plan = KVMLIB__NO_INDEX;
	kvmlib__route_unref(route);
}

static void publish(const struct kvmlib_routes_change *change, struct plan *plan)
{
	struct kvmlib_routes *routes = change->routes;
	const struct plan old = { .table = routes->table, .list = routes->list };

	for (size_t i = 0; i < change->nr_ops; i++)
		if (change->ops[i].is_new)
			kvmlib__route_ref(change->ops[i].route);
	for (size_t i = 0; i < change->nr_ops; i++)
		if (change->ops[i].is_removed)
			leave(change->ops[i].route);
	for (uint32_t i = 0; i < plan->table->nr; i++) {
		plan->list[i]->index = i;
		plan->list[i]->plan = i;
	}
	routes->table = plan->table;
	routes->list = plan->list;
	*plan = old;
}

/* As if nothing had been planned: only what is new, and will be gone, can be told from before. */
static void give_up(const struct kvmlib_routes_change *change)
{
	for (size_t i = 0; i < change->nr_ops; i++) {
		struct kvmlib_route *route = change->ops[i].route;

		if (change->ops[i].is_new && route->plan != KVMLIB__NO_INDEX && *route->name)
			kvmlib__route_take_name(route);
	}
}

/* The lock is held. */
static int commit(const struct kvmlib_routes_change *change, struct plan *plan,
		  const char *function)
{
	struct kvmlib_routes *routes = change->routes;
	int r;

	if (!plan_alloc(routes, change->nr_new, plan))
		return KVMLIB__NO_MEMORY_IN(function);
	r = plan_ops(change, plan, function);
	if (r >= 0) {
		compact(plan);
		r = check(routes, plan, function);
	}
	if (r >= 0)
		r = hand_over(routes, plan, function);
	if (r >= 0)
		publish(change, plan);
	else
		give_up(change);
	return r < 0 ? r : 0;
}

int kvmlib__routes_commit(struct kvmlib_routes_change *change, const char *function)
{
	struct plan plan = { 0 };
	int r;

	if (kvmlib__forked(change->routes->vm))
		return kvmlib__error_record(&(const struct kvmlib__failure){
			.function = function,
			.cause = KVMLIB_CAUSE_FORKED,
			.errnum = -EIO,
			KVMLIB__VALUES(KVMLIB__VALUE(ARGUMENT, 1)) });
	pthread_mutex_lock(&change->routes->lock);
	r = commit(change, &plan, function);
	pthread_mutex_unlock(&change->routes->lock);
	plan_free(&plan);
	return r;
}
