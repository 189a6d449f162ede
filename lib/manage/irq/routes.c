/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table itself: made with the kernel's own routes, shared, asked, and freed. */
#include "irq.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../base/opts.h"
#include "../../core/cap.h"

_Static_assert(sizeof(struct kvmlib_routes_opts) == sizeof(size_t) + 16, "no padding");

/* Pins */

/* What the kernel's table has at first for a line; how many entries these are. */
#if defined(__x86_64__)
#define DEFAULT_PINS	KVMLIB_IOAPIC_NUM_PINS
#define MAX_PINS	KVMLIB_IOAPIC_NUM_PINS
#define LEGACY_LINES	KVMLIB_IOAPIC_NUM_PINS
#define ENTRIES_OF_LINE 2U
static const char *const pin_names[ENTRIES_OF_LINE] = { "ioapic", "pic" };
static uint32_t default_entries(uint32_t line, struct kvm_irq_routing_entry *entries)
{
	entries[0].u.irqchip.irqchip = KVMLIB_IRQCHIP_IOAPIC;
	entries[0].u.irqchip.pin = line;
	entries[1].u.irqchip.irqchip =
		line < 8 ? KVMLIB_IRQCHIP_PIC_MASTER : KVMLIB_IRQCHIP_PIC_SLAVE;
	entries[1].u.irqchip.pin = line % 8;
	return line < 16 ? 2 : 1;
}
#else
#if defined(__loongarch__)
#define DEFAULT_PINS KVMLIB_IRQCHIP_NUM_PINS
#else
#define DEFAULT_PINS 0U
#endif
#define MAX_PINS	UINT32_MAX
#define LEGACY_LINES	0U
#define ENTRIES_OF_LINE 1U
static const char *const pin_names[ENTRIES_OF_LINE] = { "pin" };
static uint32_t default_entries(uint32_t line, struct kvm_irq_routing_entry *entries)
{
	entries[0].u.irqchip.pin = line;
	return 1;
}
#endif

/* The room is there. */
static int add_pin(struct kvmlib_routes *routes, const char *kind, uint32_t line,
		   struct kvm_irq_routing_entry *entry, const char *function)
{
	struct kvm_irq_routing *table = routes->table;
	struct kvmlib_route *route;
	char name[16];
	int r;

	(void)snprintf(name, sizeof(name), "%s%u", kind, (unsigned int)line);
	entry->gsi = line;
	entry->type = KVMLIB_IRQ_ROUTING_IRQCHIP;
	r = kvmlib__route_new(routes, name, entry, function, &route);
	if (r < 0)
		return r;
	route->index = table->nr;
	route->plan = table->nr;
	kvmlib__route_put_name(route);
	routes->list[table->nr] = route;
	table->entries[table->nr++] = *entry;
	return 0;
}

static int add_pins(struct kvmlib_routes *routes, uint32_t nr_pins, const char *function)
{
	for (uint32_t line = 0; line < nr_pins; line++) {
		struct kvm_irq_routing_entry entries[ENTRIES_OF_LINE] = { 0 };
		uint32_t n = default_entries(line, entries);

		for (uint32_t i = 0; i < n; i++) {
			int r = add_pin(routes, pin_names[i], line, &entries[i], function);

			if (r < 0)
				return r;
		}
	}
	return 0;
}

/* Facts */

static int fails(const struct kvmlib_vm *vm, enum kvmlib__ioc ioc, int r, uint32_t cause,
		 const char *function)
{
	return kvmlib__vm_failed(
		vm, ioc,
		&(struct kvmlib__failure){ .function = function, .cause = cause, .errnum = r });
}

int kvmlib__try_irqfd(const struct kvmlib_vm *vm, uint32_t flags)
{
	const struct kvm_irqfd none = { .fd = UINT32_MAX,
					.resamplefd = UINT32_MAX,
					.flags = flags };

	return kvmlib__ioctl(vm->system, vm->fd, KVMLIB__IOC_IRQFD,
			     (unsigned long)(uintptr_t)&none);
}

/* KVM would say so at the first commit, after it has let the caller believe in all of it. */
static int check_irqchip(const struct kvmlib_vm *vm, const char *function)
{
	int r = kvmlib__try_irqfd(vm, 0);

	if (r == -EINVAL)
		return fails(vm, KVMLIB__IOC_SET_GSI_ROUTING, r, KVMLIB_CAUSE_IRQCHIP_MISSING,
			     function);
	return r == -EBADF || r == -ENOTTY ? 0 : fails(vm, KVMLIB__IOC_IRQFD, r, 0, function);
}

/* On x86 the full controller alone takes level interrupts. */
static int ask_pins(struct kvmlib_routes *routes, const char *function)
{
	int r = kvmlib__try_irqfd(routes->vm, KVMLIB_IRQFD_FLAG_RESAMPLE);

	routes->has_pins = r == -EBADF;
	return r == -EBADF || r == -EINVAL || r == -ENOTTY
		       ? 0
		       : fails(routes->vm, KVMLIB__IOC_IRQFD, r, 0, function);
}

static int ask_capability(const struct kvmlib_vm *vm, uint32_t capability, const char *function)
{
	int r = kvmlib__vm_ask(vm, capability);

	if (r >= 0)
		return r;
	return kvmlib__vm_failed(
		vm, KVMLIB__IOC_CHECK_EXTENSION,
		&(struct kvmlib__failure){ .function = function,
					   .errnum = r,
					   KVMLIB__VALUES(KVMLIB__VALUE(CAPABILITY, capability)) });
}

static int ask_limit(struct kvmlib_routes *routes, const char *function)
{
	int limit = ask_capability(routes->vm, KVMLIB_CAP_IRQ_ROUTING, function);

	if (limit < 0)
		return limit;
	routes->limit = (uint32_t)limit;
	if (limit)
		return check_irqchip(routes->vm, function);
	return kvmlib__cap_missing(KVMLIB_CAP_IRQ_ROUTING, function);
}

static int ask_facts(struct kvmlib_routes *routes, const char *function)
{
	int r = ask_limit(routes, function);

	if (r >= 0)
		r = ask_pins(routes, function);
	if (r >= 0)
		r = ask_capability(routes->vm, KVMLIB_CAP_IRQFD_RESAMPLE, function);
	routes->can_resample = r > 0 && routes->has_pins;
	if (r >= 0)
		r = ask_capability(routes->vm, KVMLIB_CAP_MSI_DEVID, function);
	if (r > 0)
		routes->msi_flags = KVMLIB_MSI_VALID_DEVID;
	return r < 0 ? r : 0;
}

/* Options */

static int refuse_opts(const struct kvmlib_routes_opts *o, int r, uint32_t cause,
		       const char *function)
{
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = function,
		.cause = cause,
		.errnum = r,
		KVMLIB__VALUES(KVMLIB__VALUE(ARGUMENT, 2), KVMLIB__VALUE(COUNT, o->nr_pins),
			       KVMLIB__VALUE(IRQ, o->first_gsi), KVMLIB__VALUE(FLAGS, o->flags)) });
}

static int copy_opts(struct kvmlib_routes_opts *o, const struct kvmlib_routes_opts *opts,
		     const char *function)
{
	uint32_t cause = 0;
	int r;

	memset(o, 0, sizeof(*o));
	r = kvmlib__opts_copy(o, sizeof(*o), opts, &cause);
	if (r < 0)
		return refuse_opts(o, r, cause, function);
	if (o->flags & ~KVMLIB_ROUTES_EXT_DEST_ID || o->reserved)
		return refuse_opts(o, -EINVAL, KVMLIB_CAUSE_BAD_ARGUMENT, function);
	return 0;
}

static uint32_t larger(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

/* Put the VM's own in place of what was left to the library. */
static int complete_opts(const struct kvmlib_routes *routes, struct kvmlib_routes_opts *o,
			 const char *function)
{
	if (!o->nr_pins && routes->has_pins)
		o->nr_pins = DEFAULT_PINS;
	else if (o->nr_pins == KVMLIB_ROUTES_NO_PINS)
		o->nr_pins = 0;
	if (!o->first_gsi)
		o->first_gsi = larger(o->nr_pins, LEGACY_LINES);
	if (o->nr_pins <= MAX_PINS && o->nr_pins <= routes->limit && o->first_gsi < routes->limit)
		return 0;
	return refuse_opts(o, -EINVAL, KVMLIB_CAUSE_BAD_ARGUMENT, function);
}

/* Making */

static void destroy(struct kvmlib_routes *routes)
{
	for (uint32_t i = 0; routes->table && i < routes->table->nr; i++)
		free(routes->list[i]);
	free(routes->table);
	free(routes->list);
	free(routes->users);
	free(routes->claims);
	pthread_mutex_destroy(&routes->lock);
	kvmlib_vm_unref(routes->vm);
	free(routes);
}

static int alloc_tables(struct kvmlib_routes *routes, uint32_t nr_pins, const char *function)
{
	const size_t room = (size_t)nr_pins * ENTRIES_OF_LINE;

	routes->table = calloc(1, sizeof(*routes->table) + room * sizeof(*routes->table->entries));
	routes->list = calloc(room + 1, sizeof(void *));
	routes->users = calloc(routes->limit, sizeof(*routes->users));
	routes->claims = calloc(routes->limit, sizeof(*routes->claims));
	if (!routes->table || !routes->list || !routes->users || !routes->claims)
		return KVMLIB__NO_MEMORY_IN(function);
	return 0;
}

static struct kvmlib_routes *alloc(struct kvmlib_vm *vm)
{
	struct kvmlib_routes *routes = calloc(1, sizeof(*routes));

	if (!routes)
		return NULL;
	routes->vm = kvmlib_vm_ref(vm);
	atomic_init(&routes->refs, 1U);
	pthread_mutex_init(&routes->lock, NULL);
	return routes;
}

/* The defaults depend on the VM, which is asked first. */
static int fill(struct kvmlib_routes *routes, struct kvmlib_routes_opts *o, const char *function)
{
	int r = ask_facts(routes, function);

	if (r >= 0)
		r = complete_opts(routes, o, function);
	if (r >= 0)
		r = alloc_tables(routes, o->nr_pins, function);
	if (r < 0)
		return r;
	routes->flags = o->flags;
	routes->first_gsi = o->first_gsi;
	routes->next_gsi = o->first_gsi;
	return add_pins(routes, o->nr_pins, function);
}

int kvmlib_routes_new(struct kvmlib_vm *vm, const struct kvmlib_routes_opts *opts,
		      struct kvmlib_routes **ret_routes)
{
	struct kvmlib_routes_opts o;
	struct kvmlib_routes *routes;
	int r;

	if (!vm || !ret_routes)
		return KVMLIB__NULL_ARGUMENT(vm ? 3 : 1);
	KVMLIB__REFUSE_FORKED(vm);
	r = copy_opts(&o, opts, __func__);
	if (r < 0)
		return r;
	routes = alloc(vm);
	if (!routes)
		return KVMLIB__NO_MEMORY();
	r = fill(routes, &o, __func__);
	if (r < 0)
		destroy(routes);
	else
		*ret_routes = routes;
	return r;
}

struct kvmlib_routes *kvmlib_routes_ref(struct kvmlib_routes *routes)
{
	if (routes)
		atomic_fetch_add_explicit(&routes->refs, 1U, memory_order_relaxed);
	return routes;
}

struct kvmlib_routes *kvmlib_routes_unref(struct kvmlib_routes *routes)
{
	if (routes && atomic_fetch_sub_explicit(&routes->refs, 1U, memory_order_acq_rel) == 1U)
		destroy(routes);
	return NULL;
}

/* Questions */

int kvmlib_routes_count(struct kvmlib_routes *routes)
{
	int n;

	if (!routes)
		return KVMLIB__NULL_ARGUMENT(1);
	KVMLIB__REFUSE_FORKED(routes->vm);
	pthread_mutex_lock(&routes->lock);
	n = (int)routes->table->nr;
	pthread_mutex_unlock(&routes->lock);
	return n;
}

int kvmlib_routes_find(struct kvmlib_routes *routes, const char *name,
		       struct kvmlib_route **ret_route)
{
	struct kvmlib_route *route;

	if (!routes || !name || !ret_route)
		return KVMLIB__NULL_ARGUMENT(!routes ? 1 : name ? 3 : 2);
	KVMLIB__REFUSE_FORKED(routes->vm);
	pthread_mutex_lock(&routes->lock);
	route = kvmlib__route_named(routes, name, NULL, routes->list);
	pthread_mutex_unlock(&routes->lock);
	if (route) {
		*ret_route = route;
		return 0;
	}
	return kvmlib__error_record(
		&(const struct kvmlib__failure){ .function = __func__,
						 .subject = name,
						 .cause = KVMLIB_CAUSE_ROUTE_GONE,
						 .errnum = -ENOENT,
						 KVMLIB__VALUES(KVMLIB__VALUE(ARGUMENT, 2)) });
}
