/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A VM of the simulated kernel, whose interrupts are a kernel's that does nothing. */
#include "subject.h"

#include <stdio.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <linux/kvm.h>

static struct {
	struct kvmlib_sys_ops sim;
	unsigned int tables;
} kernel;

static int sys_ioctl(void *ctx, int fd, unsigned long request, unsigned long arg)
{
	switch (request) {
	case KVM_SET_GSI_ROUTING:
		kernel.tables++;
		return 0;
	case KVM_IRQFD:
		if (((const struct kvm_irqfd *)arg)->fd == UINT32_MAX) /* a question */
			return kernel.sim.ioctl(ctx, fd, request, arg);
		return 0;
	case KVM_IRQ_LINE_STATUS:
		return 0;
	default:
		return kernel.sim.ioctl(ctx, fd, request, arg);
	}
}

unsigned int subject_tables(void)
{
	return kernel.tables;
}

void subject_open(struct subject *subject)
{
	struct kvmlib_system_opts opts = { .size = sizeof(opts), .sys = &subject->sys };

	if (kvmlib_sim_new(&subject->sim) < 0 ||
	    kvmlib_sim_set_capability(subject->sim, KVMLIB_CAP_IRQ_ROUTING, 4096) < 0)
		bench_fail("the simulated kernel");
	kernel.sim = *kvmlib_sim_sys_ops(subject->sim);
	subject->sys = kernel.sim;
	subject->sys.ioctl = sys_ioctl;
	subject->event = eventfd(0, EFD_CLOEXEC);
	if (kvmlib_system_open(&opts, &subject->system) < 0 ||
	    kvmlib_system_create_vm(subject->system, NULL, &subject->vm) < 0 ||
	    kvmlib_irqchip_create(subject->vm, NULL, &subject->irqchip) < 0)
		bench_fail("the VM");
	for (unsigned int i = 0; i < ROUTES; i++)
		(void)snprintf(subject->names[i], sizeof(subject->names[i]), "vector%u", i);
}

void subject_close(struct subject *subject)
{
	close(subject->event);
	kvmlib_irqchip_unref(subject->irqchip);
	kvmlib_vm_unref(subject->vm);
	kvmlib_system_unref(subject->system);
	kvmlib_sim_free(subject->sim);
}

void subject_make_routes(struct subject *subject)
{
	const struct kvmlib_routes_opts opts = { .size = sizeof(opts),
						 .nr_pins = KVMLIB_ROUTES_NO_PINS };
	const struct kvmlib_irq_routing_entry entry = subject_message(1);

	if (kvmlib_routes_new(subject->vm, &opts, &subject->routes) < 0 ||
	    kvmlib_routes_add(subject->routes, "first", &entry, &subject->route) < 0)
		bench_fail("the routes");
}

void subject_drop_routes(struct subject *subject)
{
	subject->routes = kvmlib_routes_unref(subject->routes);
}

struct kvmlib_irq_routing_entry subject_message(uint32_t data)
{
	struct kvmlib_irq_routing_entry entry = { .gsi = KVMLIB_ROUTES_ANY_GSI,
						  .type = KVMLIB_IRQ_ROUTING_MSI };

	entry.u.msi.address_lo = 0xfee00000;
	entry.u.msi.data = data;
	return entry;
}
