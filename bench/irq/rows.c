/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Routes and irqfds, plainly and by the library; and how many calls they cost. */
#include "subject.h"

#include <stdio.h>
#include <stdlib.h>

#include <linux/kvm.h>

/* Routes */

static int plain_routes(struct subject *subject)
{
	struct kvm_irq_routing *table =
		calloc(1, sizeof(*table) + ROUTES * sizeof(*table->entries));
	int r;

	if (!table)
		return -1;
	table->nr = ROUTES;
	for (uint32_t i = 0; i < ROUTES; i++) {
		table->entries[i].gsi = i + 25;
		table->entries[i].type = KVM_IRQ_ROUTING_MSI;
		table->entries[i].u.msi.address_lo = 0xfee00000;
		table->entries[i].u.msi.data = i;
	}
	r = subject->sys.ioctl(subject->sys.ctx, -1, KVM_SET_GSI_ROUTING, (unsigned long)table);
	free(table);
	return r;
}

static int add_routes(struct subject *subject)
{
	struct kvmlib_routes_change *change;
	int r = kvmlib_routes_begin(subject->routes, &change);

	if (r < 0)
		return r;
	for (uint32_t i = 0; i < ROUTES; i++) {
		const struct kvmlib_irq_routing_entry entry = subject_message(i);

		r |= kvmlib_routes_change_add(change, subject->names[i], &entry, NULL);
	}
	return kvmlib_routes_change_commit(change) | r;
}

static void check_routes(struct subject *subject)
{
	if (kvmlib_routes_count(subject->routes) % (int)ROUTES != 1)
		bench_fail("the number of routes");
}

/* Irqfds */

static int call_irqfd(const struct subject *subject, uint32_t flags)
{
	const struct kvm_irqfd args = { .fd = (uint32_t)subject->event, .gsi = 24, .flags = flags };

	return subject->sys.ioctl(subject->sys.ctx, -1, KVM_IRQFD, (unsigned long)&args);
}

static int plain_irqfd(struct subject *subject)
{
	return call_irqfd(subject, 0) | call_irqfd(subject, KVM_IRQFD_FLAG_DEASSIGN);
}

static int attach(struct subject *subject)
{
	struct kvmlib_irqfd *irqfd = NULL;
	int r = kvmlib_irqfd_attach(subject->route, subject->event, 0, &irqfd);

	kvmlib_irqfd_unref(irqfd);
	return r;
}

/* Lines */

static int call_line(const struct subject *subject, uint32_t level, int32_t *ret_status)
{
	struct kvm_irq_level line = { .irq = LINE, .level = level };
	int r = subject->sys.ioctl(subject->sys.ctx, -1, KVM_IRQ_LINE_STATUS, (unsigned long)&line);

	*ret_status = line.status;
	return r;
}

static int plain_pulse(struct subject *subject)
{
	int32_t up, down;

	return call_line(subject, 1, &up) | call_line(subject, 0, &down);
}

static int pulse(struct subject *subject)
{
	int32_t status;

	return kvmlib_irqchip_pulse(subject->irqchip, LINE, &status);
}

const struct row irq_rows[] = {
	{ .name = "routes_library",
	  .raw = plain_routes,
	  .wrapped = add_routes,
	  .calls = 1,
	  .batch = ROUTES,
	  .prepare = subject_make_routes,
	  .check = check_routes,
	  .finish = subject_drop_routes },
	{ .name = "irqfd_attach",
	  .raw = plain_irqfd,
	  .wrapped = attach,
	  .calls = TURNS,
	  .prepare = subject_make_routes,
	  .finish = subject_drop_routes },
	{ .name = "line_pulse", .raw = plain_pulse, .wrapped = pulse, .calls = 1000, .batch = 2 },
};
const size_t irq_nr_rows = sizeof(irq_rows) / sizeof(irq_rows[0]);

/* Calls */

static void tell(const char *name, int r, unsigned int before)
{
	if (r < 0)
		bench_fail(name);
	printf("count\t%s\t%u\n", name, subject_tables() - before);
}

static int retarget(const struct subject *subject, uint32_t data)
{
	const struct kvmlib_irq_routing_entry entry = subject_message(data);

	return kvmlib_route_set_msi(subject->route, &entry.u.msi);
}

void count_calls(struct subject *subject)
{
	unsigned int before;

	subject_make_routes(subject);
	before = subject_tables();
	tell("routes_1000_calls", add_routes(subject), before);
	before = subject_tables();
	tell("retarget_calls", retarget(subject, 2), before);
	before = subject_tables();
	tell("retarget_same_calls", retarget(subject, 2), before);
	subject_drop_routes(subject);
}
