/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Changes of the table: what shall become of routes, collected. */
#include "irq.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM 8U

static int begin(struct kvmlib_routes *routes, const char *function,
		 struct kvmlib_routes_change **ret_change)
{
	struct kvmlib_routes_change *change = calloc(1, sizeof(*change));

	if (!change)
		return KVMLIB__NO_MEMORY_IN(function);
	change->routes = kvmlib_routes_ref(routes);
	*ret_change = change;
	return 0;
}

int kvmlib_routes_begin(struct kvmlib_routes *routes, struct kvmlib_routes_change **ret_change)
{
	if (!routes || !ret_change)
		return KVMLIB__NULL_ARGUMENT(routes ? 2 : 1);
	KVMLIB__REFUSE_FORKED(routes->vm);
	return begin(routes, __func__, ret_change);
}

void kvmlib__routes_change_end(struct kvmlib_routes_change *change)
{
	kvmlib__routes_lock(change->routes);
	for (size_t i = 0; i < change->nr_ops; i++)
		kvmlib__route_unref(change->ops[i].route);
	kvmlib__routes_unlock(change->routes);
	kvmlib_routes_unref(change->routes);
	free(change->ops);
	free(change);
}

void kvmlib_routes_change_abort(struct kvmlib_routes_change *change)
{
	if (change)
		kvmlib__routes_change_end(change);
}

int kvmlib_routes_change_commit(struct kvmlib_routes_change *change)
{
	int r;

	if (!change)
		return KVMLIB__NULL_ARGUMENT(1);
	r = kvmlib__routes_commit(change, __func__);
	kvmlib__routes_change_end(change);
	return r;
}

/* One more, all zeros, which counts when nr_ops does; NULL: no memory. */
static struct kvmlib__route_op *next_op(struct kvmlib_routes_change *change)
{
	size_t room = change->room ? change->room * 2 : FIRST_ROOM;
	struct kvmlib__route_op *ops = change->ops;

	if (change->nr_ops == change->room) {
		ops = reallocarray(ops, room, sizeof(*ops));
		if (!ops)
			return NULL;
		change->ops = ops;
		change->room = room;
	}
	memset(&ops[change->nr_ops], 0, sizeof(*ops));
	return &ops[change->nr_ops];
}

/* A name that is too long would be another one. */
static int check_name(const char *name, const char *function)
{
	if (!name || strnlen(name, KVMLIB__NAME_LENGTH + 1) <= KVMLIB__NAME_LENGTH)
		return 0;
	return kvmlib__error_record(
		&(const struct kvmlib__failure){ .function = function,
						 .subject = name,
						 .cause = KVMLIB_CAUSE_BAD_ARGUMENT,
						 .errnum = -EINVAL,
						 KVMLIB__VALUES(KVMLIB__VALUE(ARGUMENT, 2)) });
}

static int add(struct kvmlib_routes_change *change, const char *name,
	       const struct kvmlib_irq_routing_entry *entry, const char *function,
	       struct kvmlib_route **ret_route)
{
	struct kvmlib__route_op *op = next_op(change);
	int r;

	if (!op)
		return KVMLIB__NO_MEMORY_IN(function);
	r = check_name(name, function);
	if (r >= 0)
		r = kvmlib__route_entry(change->routes, entry, function, &op->entry);
	if (r < 0)
		return r;
	pthread_mutex_lock(&change->routes->lock);
	r = kvmlib__route_new(change->routes, name, &op->entry, function, &op->route);
	pthread_mutex_unlock(&change->routes->lock);
	if (r < 0)
		return r;
	op->is_new = true;
	change->nr_ops++;
	change->nr_new++;
	if (ret_route)
		*ret_route = op->route;
	return 0;
}

int kvmlib_routes_change_add(struct kvmlib_routes_change *change, const char *name,
			     const struct kvmlib_irq_routing_entry *entry,
			     struct kvmlib_route **ret_route)
{
	if (!change || !entry)
		return KVMLIB__NULL_ARGUMENT(change ? 3 : 1);
	KVMLIB__REFUSE_FORKED(change->routes->vm);
	return add(change, name, entry, __func__, ret_route);
}

/* Whether the route is in the table when its turn comes, the commit will see. */
static int take(struct kvmlib_routes_change *change, struct kvmlib_route *route,
		const char *function, struct kvmlib__route_op **ret_op)
{
	if (route->routes != change->routes)
		return KVMLIB__OF_ROUTE(route, function, -EINVAL, BAD_ARGUMENT,
					KVMLIB__VALUE(ARGUMENT, 2));
	*ret_op = next_op(change);
	return *ret_op ? 0 : KVMLIB__NO_MEMORY_IN(function);
}

static void append(struct kvmlib_routes_change *change, struct kvmlib__route_op *op,
		   struct kvmlib_route *route)
{
	pthread_mutex_lock(&change->routes->lock);
	op->route = kvmlib__route_ref(route);
	pthread_mutex_unlock(&change->routes->lock);
	change->nr_ops++;
}

int kvmlib_routes_change_set(struct kvmlib_routes_change *change, struct kvmlib_route *route,
			     const struct kvmlib_irq_routing_entry *entry)
{
	struct kvmlib__route_op *op = NULL;
	int r;

	if (!change || !route || !entry)
		return KVMLIB__NULL_ARGUMENT(!change ? 1 : route ? 3 : 2);
	KVMLIB__REFUSE_FORKED(change->routes->vm);
	r = take(change, route, __func__, &op);
	if (!op)
		return r;
	r = kvmlib__route_entry(change->routes, entry, __func__, &op->entry);
	if (r < 0)
		return r;
	op->entry.gsi = route->gsi;
	append(change, op, route);
	return 0;
}

static int remove_route(struct kvmlib_routes_change *change, struct kvmlib_route *route,
			const char *function)
{
	struct kvmlib__route_op *op = NULL;
	int r = take(change, route, function, &op);

	if (!op)
		return r;
	op->is_removed = true;
	append(change, op, route);
	return 0;
}

int kvmlib_routes_change_remove(struct kvmlib_routes_change *change, struct kvmlib_route *route)
{
	if (!change || !route)
		return KVMLIB__NULL_ARGUMENT(change ? 2 : 1);
	KVMLIB__REFUSE_FORKED(change->routes->vm);
	return remove_route(change, route, __func__);
}

/* Changes of one step */

static int commit_one(struct kvmlib_routes_change *change, int r, const char *function)
{
	return r < 0 ? r : kvmlib__routes_commit(change, function);
}

int kvmlib_routes_add(struct kvmlib_routes *routes, const char *name,
		      const struct kvmlib_irq_routing_entry *entry, struct kvmlib_route **ret_route)
{
	struct kvmlib_routes_change *change = NULL;
	struct kvmlib_route *route = NULL;
	int r;

	if (!routes || !entry)
		return KVMLIB__NULL_ARGUMENT(routes ? 3 : 1);
	KVMLIB__REFUSE_FORKED(routes->vm);
	r = begin(routes, __func__, &change);
	if (!change)
		return r;
	r = commit_one(change, add(change, name, entry, __func__, &route), __func__);
	if (r >= 0 && ret_route)
		*ret_route = route;
	kvmlib__routes_change_end(change);
	return r;
}

int kvmlib_routes_remove(struct kvmlib_routes *routes, struct kvmlib_route *route)
{
	struct kvmlib_routes_change *change = NULL;
	int r;

	if (!routes || !route)
		return KVMLIB__NULL_ARGUMENT(routes ? 2 : 1);
	KVMLIB__REFUSE_FORKED(routes->vm);
	r = begin(routes, __func__, &change);
	if (!change)
		return r;
	r = commit_one(change, remove_route(change, route, __func__), __func__);
	kvmlib__routes_change_end(change);
	return r;
}
