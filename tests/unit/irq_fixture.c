/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "irq_fixture.h"

#include <stdio.h>
#include <string.h>

struct irqs irqs;

static struct kvmlib_sys_ops ops;
static const struct kvmlib_sys_ops *sim;

/* Nothing here may assert: check allocates, and tests count allocations. */
static void append(char *text, size_t size, const char *more)
{
	size_t length = strlen(text);

	if (length + strlen(more) + 1 >= size)
		irqs.broken++;
	(void)snprintf(text + length, size - length, length ? " %s" : "%s", more);
}

static void describe(const struct kvm_irq_routing_entry *entry, char *text, size_t size)
{
	const struct kvm_irq_routing_msi *msi = &entry->u.msi;

	if (entry->type == KVMLIB_IRQ_ROUTING_IRQCHIP)
		(void)snprintf(text, size, "%u=pin:%u.%u", entry->gsi, entry->u.irqchip.irqchip,
			       entry->u.irqchip.pin);
	else if (entry->type == KVMLIB_IRQ_ROUTING_MSI && entry->flags)
		(void)snprintf(text, size, "%u=msi:%x:%x:%x", entry->gsi, msi->address_lo,
			       msi->data, msi->devid);
	else if (entry->type == KVMLIB_IRQ_ROUTING_MSI && msi->address_hi)
		(void)snprintf(text, size, "%u=msi:%x%08x:%x", entry->gsi, msi->address_hi,
			       msi->address_lo, msi->data);
	else if (entry->type == KVMLIB_IRQ_ROUTING_MSI)
		(void)snprintf(text, size, "%u=msi:%x:%x", entry->gsi, msi->address_lo, msi->data);
	else
		(void)snprintf(text, size, "%u=%u:%u.%u", entry->gsi, entry->type, entry->u.pad[0],
			       entry->u.pad[1]);
}

/* A table of many is noted as their number. */
static void note_table(const struct kvm_irq_routing *table)
{
	char text[64];

	irqs.tables++;
	irqs.table[0] = 0;
	irqs.broken += table->flags != 0;
	if (table->nr > 50)
		(void)snprintf(irqs.table, sizeof(irqs.table), "%u routes", table->nr);
	for (uint32_t i = 0; table->nr <= 50 && i < table->nr; i++) {
		describe(&table->entries[i], text, sizeof(text));
		irqs.broken += table->entries[i].pad != 0;
		append(irqs.table, sizeof(irqs.table), text);
	}
}

static void note_irqfd(const struct kvm_irqfd *irqfd)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "%c%u%s",
		       irqfd->flags & KVMLIB_IRQFD_FLAG_DEASSIGN ? '-' : '+', irqfd->gsi,
		       irqfd->flags & KVMLIB_IRQFD_FLAG_RESAMPLE ? "r" : "");
	append(irqs.eventfds, sizeof(irqs.eventfds), text);
}

static void note_ioeventfd(const struct kvm_ioeventfd *io)
{
	char text[64];

	(void)snprintf(text, sizeof(text), "%c%llx+%u%s%s",
		       io->flags & KVMLIB_IOEVENTFD_FLAG_DEASSIGN ? '-' : '+',
		       (unsigned long long)io->addr, io->len,
		       io->flags & KVMLIB_IOEVENTFD_FLAG_PIO ? "p" : "",
		       io->flags & KVMLIB_IOEVENTFD_FLAG_DATAMATCH ? "=" : "");
	append(irqs.eventfds, sizeof(irqs.eventfds), text);
}

static int noted_ioctl(void *ctx, int fd, unsigned long request, unsigned long arg)
{
	int r = sim->ioctl(ctx, fd, request, arg);

	if (r < 0 || irqs.is_quiet)
		return r;
	if (request == REQUEST(SET_GSI_ROUTING))
		note_table((const struct kvm_irq_routing *)(uintptr_t)arg);
	if (request == REQUEST(IRQFD))
		note_irqfd((const struct kvm_irqfd *)(uintptr_t)arg);
	if (request == REQUEST(IOEVENTFD))
		note_ioeventfd((const struct kvm_ioeventfd *)(uintptr_t)arg);
	return r;
}

static void announce(uint32_t capability, int value)
{
	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, capability, value), 0);
}

void setup_routes_vm(void)
{
	memset(&irqs, 0, sizeof(irqs));
	setup_sim();
	sim = kvmlib_sim_sys_ops(fix.sim);
	ops = *sim;
	ops.ioctl = noted_ioctl;
	fix.sys = &ops;
	announce(KVMLIB_CAP_IRQ_ROUTING, LIMIT);
	announce(KVMLIB_CAP_IRQFD, 1);
	announce(KVMLIB_CAP_IRQFD_RESAMPLE, 1);
	announce(KVMLIB_CAP_IOEVENTFD, 1);
	announce(KVMLIB_CAP_IRQCHIP, 1);
	announce(KVMLIB_CAP_SPLIT_IRQCHIP, 1);
	make_system();
	make_vm();
}

void setup_chip(void)
{
	setup_routes_vm();
	assert_ok(kvmlib_vm_create_irqchip(fix.vm));
}

void setup_routes(void)
{
	const struct kvmlib_routes_opts opts = { .size = sizeof(opts),
						 .nr_pins = KVMLIB_ROUTES_NO_PINS,
						 .first_gsi = FIRST_GSI };

	setup_chip();
	make_routes(&opts);
}

void teardown_routes(void)
{
	irqs.routes = kvmlib_routes_unref(irqs.routes);
	teardown();
}

TCase *routes_case(Suite *suite, const char *name, SFun setup)
{
	TCase *tcase = tcase_create(name);

	tcase_add_checked_fixture(tcase, setup, teardown_routes);
	suite_add_tcase(suite, tcase);
	return tcase;
}

void make_routes(const struct kvmlib_routes_opts *opts)
{
	assert_ok(kvmlib_routes_new(fix.vm, opts, &irqs.routes));
}

struct kvmlib_irq_routing_entry message(uint32_t address, uint32_t data)
{
	struct kvmlib_irq_routing_entry entry = { .gsi = KVMLIB_ROUTES_ANY_GSI,
						  .type = KVMLIB_IRQ_ROUTING_MSI };

	entry.u.msi.address_lo = address;
	entry.u.msi.data = data;
	return entry;
}

struct kvmlib_irq_routing_entry pin(uint32_t gsi, uint32_t chip, uint32_t number)
{
	struct kvmlib_irq_routing_entry entry = { .gsi = gsi, .type = KVMLIB_IRQ_ROUTING_IRQCHIP };

	entry.u.irqchip.irqchip = chip;
	entry.u.irqchip.pin = number;
	return entry;
}

struct kvmlib_route *add_route(const char *name, const struct kvmlib_irq_routing_entry *entry)
{
	struct kvmlib_route *route = NULL;

	assert_ok(kvmlib_routes_add(irqs.routes, name, entry, &route));
	return route;
}

struct kvmlib_route *add_message(const char *name, uint32_t data)
{
	const struct kvmlib_irq_routing_entry entry = message(0xfee00000, data);

	return add_route(name, &entry);
}

struct kvmlib_routes_change *begin_routes(void)
{
	struct kvmlib_routes_change *change = NULL;

	assert_ok(kvmlib_routes_begin(irqs.routes, &change));
	return change;
}

void expect_table(const char *text)
{
	ck_assert_uint_eq(irqs.broken, 0);
	ck_assert_uint_eq(irqs.tables, 1);
	ck_assert_str_eq(irqs.table, text);
	irqs.tables = 0;
}

void expect_no_table(void)
{
	ck_assert_uint_eq(irqs.tables, 0);
}

void expect_eventfds(const char *text)
{
	ck_assert_str_eq(irqs.eventfds, text);
	irqs.eventfds[0] = 0;
}
