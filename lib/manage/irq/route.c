/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Single routes: their GSIs, names and messages. */
#include "irq.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* GSIs */

static int refuse_gsi(const struct kvmlib_routes *routes, uint32_t gsi, int r, const char *function)
{
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = function,
		.cause = KVMLIB_CAUSE_GSI_LIMIT,
		.errnum = r,
		KVMLIB__VALUES(KVMLIB__VALUE(IRQ, gsi), KVMLIB__VALUE(LIMIT, routes->limit)) });
}

/* Give the entry a GSI that is free, or see that its own one is possible. */
static int choose_gsi(struct kvmlib_routes *routes, struct kvm_irq_routing_entry *entry,
		      const char *function)
{
	if (entry->gsi != KVMLIB_ROUTES_ANY_GSI)
		return entry->gsi < routes->limit
			       ? 0
			       : refuse_gsi(routes, entry->gsi, -ERANGE, function);
	while (routes->next_gsi < routes->limit && routes->users[routes->next_gsi])
		routes->next_gsi++;
	if (routes->next_gsi == routes->limit)
		return refuse_gsi(routes, entry->gsi, -ENOSPC, function);
	entry->gsi = routes->next_gsi;
	return 0;
}

static void release_gsi(struct kvmlib_routes *routes, uint32_t gsi)
{
	if (!--routes->users[gsi] && gsi >= routes->first_gsi && gsi < routes->next_gsi)
		routes->next_gsi = gsi;
}

/* Routes */

int kvmlib__route_new(struct kvmlib_routes *routes, const char *name,
		      struct kvm_irq_routing_entry *entry, const char *function,
		      struct kvmlib_route **ret_route)
{
	struct kvmlib_route *route;
	int r = choose_gsi(routes, entry, function);

	if (r < 0)
		return r;
	route = calloc(1, sizeof(*route));
	if (!route)
		return KVMLIB__NO_MEMORY_IN(function);
	route->routes = routes;
	route->gsi = entry->gsi;
	route->refs = 1;
	route->index = KVMLIB__NO_INDEX;
	route->plan = KVMLIB__NO_INDEX;
	if (name)
		memcpy(route->name, name, strnlen(name, KVMLIB__NAME_LENGTH));
	routes->users[route->gsi]++;
	*ret_route = route;
	return 0;
}

struct kvmlib_route *kvmlib__route_ref(struct kvmlib_route *route)
{
	route->refs++;
	return route;
}

void kvmlib__route_unref(struct kvmlib_route *route)
{
	if (--route->refs)
		return;
	release_gsi(route->routes, route->gsi);
	free(route);
}

uint32_t kvmlib_route_gsi(const struct kvmlib_route *route)
{
	return route->gsi;
}

const char *kvmlib_route_name(const struct kvmlib_route *route)
{
	return route->name;
}

/* Names */

static size_t bucket_of(const char *name)
{
	uint32_t hash = 2166136261U; /* FNV-1a */

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 16777619U;
	return (hash ^ hash >> 16) % KVMLIB__NR_BUCKETS;
}

struct kvmlib_route *kvmlib__route_named(const struct kvmlib_routes *routes, const char *name,
					 const struct kvmlib_route *but,
					 struct kvmlib_route *const *list)
{
	struct kvmlib_route *route = *name ? routes->by_name[bucket_of(name)] : NULL;

	while (route &&
	       (route == but || list[route->plan] != route || strcmp(route->name, name) != 0))
		route = route->next;
	return route;
}

void kvmlib__route_put_name(struct kvmlib_route *route)
{
	struct kvmlib_route **link = &route->routes->by_name[bucket_of(route->name)];

	route->next = *link;
	*link = route;
}

void kvmlib__route_take_name(struct kvmlib_route *route)
{
	struct kvmlib_route **link = &route->routes->by_name[bucket_of(route->name)];

	while (*link != route)
		link = &(*link)->next;
	*link = route->next;
}

/* Entries */

/* Bits 5 to 11 become 40 to 46, unless bit 4 says that they are an index of another table. */
void kvmlib__widen_destination(struct kvm_irq_routing_msi *msi)
{
	uint32_t bits = msi->address_lo & 0xff0U;

	if (msi->address_hi || bits & 0x10U)
		return;
	msi->address_lo &= ~bits;
	msi->address_hi = bits << 3;
}

/* A VM with device ids wants them with each message, and one without refuses them. */
static void complete_msi(const struct kvmlib_routes *routes, struct kvm_irq_routing_entry *entry)
{
	entry->flags = routes->msi_flags;
	if (!routes->msi_flags)
		entry->u.msi.devid = 0;
	if (routes->flags & KVMLIB_ROUTES_EXT_DEST_ID)
		kvmlib__widen_destination(&entry->u.msi);
}

int kvmlib__route_entry(const struct kvmlib_routes *routes,
			const struct kvmlib_irq_routing_entry *given, const char *function,
			struct kvm_irq_routing_entry *ret_entry)
{
	if (given->flags)
		return kvmlib__error_record(&(const struct kvmlib__failure){
			.function = function,
			.cause = KVMLIB_CAUSE_BAD_ARGUMENT,
			.errnum = -EINVAL,
			KVMLIB__VALUES(KVMLIB__VALUE(ARGUMENT, 3),
				       KVMLIB__VALUE(FLAGS, given->flags)) });
	memcpy(ret_entry, given, sizeof(*ret_entry));
	ret_entry->pad = 0;
	if (given->type == KVMLIB_IRQ_ROUTING_MSI)
		complete_msi(routes, ret_entry);
	return 0;
}

/* The lock is held. */
static int set_msi(struct kvmlib_route *route, const struct kvmlib_irq_routing_msi *msi,
		   const char *function)
{
	struct kvmlib_routes *routes = route->routes;
	struct kvm_irq_routing_entry *entry;
	struct kvm_irq_routing_entry before;
	int r;

	if (route->index == KVMLIB__NO_INDEX)
		return KVMLIB__OF_ROUTE(route, function, -ENOENT, ROUTE_GONE,
					KVMLIB__VALUE(ARGUMENT, 1));
	entry = &routes->table->entries[route->index];
	if (entry->type != KVMLIB_IRQ_ROUTING_MSI)
		return KVMLIB__OF_ROUTE(route, function, -EINVAL, BAD_ARGUMENT,
					KVMLIB__VALUE(ARGUMENT, 1),
					KVMLIB__VALUE(TYPE, entry->type));
	before = *entry;
	memcpy(&entry->u.msi, msi, sizeof(*msi));
	complete_msi(routes, entry);
	if (!memcmp(entry->u.pad, before.u.pad, sizeof(before.u.pad)))
		return 0;
	r = kvmlib__routes_set(routes->vm, routes->table, function);
	if (r >= 0)
		return 0;
	*entry = before;
	kvmlib__error_amend(function, route->name);
	return r;
}

int kvmlib_route_set_msi(struct kvmlib_route *route, const struct kvmlib_irq_routing_msi *msi)
{
	int r;

	if (!route || !msi)
		return KVMLIB__NULL_ARGUMENT(route ? 2 : 1);
	KVMLIB__REFUSE_FORKED(route->routes->vm);
	pthread_mutex_lock(&route->routes->lock);
	r = set_msi(route, msi, __func__);
	pthread_mutex_unlock(&route->routes->lock);
	return r;
}
