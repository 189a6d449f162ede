/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of interrupt routes, and messages that go past it. */
#include "internal.h"

#include <errno.h>
#include <stdlib.h>

#ifdef KVM_SET_GSI_ROUTING

#define MAX_ROUTES 4096U

/* Types that have no pin, and the one chip of architectures other than x86: how many pins it has. */
#define TYPE(name) (1U << KVMLIB_IRQ_ROUTING_##name)
#if defined(__x86_64__)
#define OTHER_TYPES (TYPE(MSI) | TYPE(HV_SINT))
#elif defined(__s390x__)
#define OTHER_TYPES TYPE(S390_ADAPTER)
#else
#define OTHER_TYPES TYPE(MSI)
#endif

#if defined(__aarch64__)
#define PINS 988U
#elif defined(__riscv)
#define PINS 1024U
#elif defined(__powerpc64__)
#define PINS 256U
#elif defined(__loongarch__)
#define PINS KVMLIB_IRQCHIP_NUM_PINS
#endif

#if defined(__x86_64__)
static bool pin_ok(const struct sim_vm *vm, const struct kvm_irq_routing_irqchip *to)
{
	static const uint32_t pins[] = { [KVMLIB_IRQCHIP_PIC_MASTER] = 8,
					 [KVMLIB_IRQCHIP_PIC_SLAVE] = 8,
					 [KVMLIB_IRQCHIP_IOAPIC] = 24 };

	return !vm->split && to->irqchip < sizeof(pins) / sizeof(pins[0]) &&
	       to->pin < pins[to->irqchip];
}
#else
static bool pin_ok(const struct sim_vm *vm, const struct kvm_irq_routing_irqchip *to)
{
	(void)vm;
#ifdef PINS
	return to->irqchip == 0 && to->pin < PINS;
#else
	(void)to;
	return false;
#endif
}
#endif

static bool type_ok(const struct sim_vm *vm, const struct kvm_irq_routing_entry *route)
{
	if (route->type == KVMLIB_IRQ_ROUTING_IRQCHIP)
		return pin_ok(vm, &route->u.irqchip);
	return route->type < 32 && OTHER_TYPES >> route->type & 1U;
}

/* A line may go to several chips, and to nothing else together with another one. */
static bool excludes(const struct kvm_irq_routing_entry *a, const struct kvm_irq_routing_entry *b)
{
	return a->gsi == b->gsi &&
	       (a->type != KVMLIB_IRQ_ROUTING_IRQCHIP || b->type != KVMLIB_IRQ_ROUTING_IRQCHIP ||
		a->u.irqchip.irqchip == b->u.irqchip.irqchip);
}

static int check_route(const struct sim_vm *vm, const struct kvm_irq_routing_entry *routes,
		       uint32_t i)
{
	uint32_t flags = routes[i].type == KVMLIB_IRQ_ROUTING_MSI ? KVMLIB_MSI_VALID_DEVID : 0;

	if (routes[i].flags & ~flags)
		return REFUSE(ROUTE_FLAGS);
	for (uint32_t j = 0; j < i; j++)
		if (excludes(&routes[i], &routes[j]))
			return REFUSE(ROUTE_TWICE);
	return type_ok(vm, &routes[i]) ? 0 : REFUSE(ROUTE_TYPE);
}

/* All lines are looked at before the first route is. */
static int check_routes(const struct sim_vm *vm, const struct kvm_irq_routing_entry *routes,
			uint32_t count)
{
	int r = 0;

	for (uint32_t i = 0; i < count; i++)
		if (routes[i].gsi >= MAX_ROUTES)
			return REFUSE(ROUTE_GSI);
	for (uint32_t i = 0; r == 0 && i < count; i++)
		r = check_route(vm, routes, i);
	return r;
}

static bool can_have_routes(const struct sim_vm *vm)
{
#if defined(__x86_64__) || defined(__riscv) || defined(__s390x__)
	return vm->irqchip;
#else
	(void)vm;
	return true;
#endif
}

static int read_and_check(const struct sim_call *call, uint32_t count)
{
	size_t size = count * sizeof(struct kvm_irq_routing_entry);
	struct kvm_irq_routing_entry *routes = malloc(size + 1);
	int r;

	if (!routes)
		return -ENOMEM;
	r = kvmlib__sim_copy_from_user(routes,
				       call->arg + offsetof(struct kvm_irq_routing, entries), size);
	if (r == 0)
		r = check_routes(call->vm, routes, count);
	free(routes);
	return r;
}

int kvmlib__sim_set_gsi_routing(const struct sim_call *call)
{
	struct kvm_irq_routing table;
	int r = kvmlib__sim_copy_from_user(&table, call->arg, sizeof(table));

	if (r < 0)
		return r;
	if (!can_have_routes(call->vm))
		return REFUSE(ROUTES_EARLY);
	if (table.nr > MAX_ROUTES || table.flags)
		return REFUSE(ROUTES_COUNT);
	return read_and_check(call, table.nr);
}
#endif

#ifdef KVM_SIGNAL_MSI
/* 0: the guest has it masked, as it has every interrupt until it runs. */
#if defined(__aarch64__)
static int deliver(const struct sim_vm *vm)
{
	for (const struct sim_device *device = vm->devices; device; device = device->next)
		if (device->type == KVMLIB_DEV_TYPE_ARM_VGIC_ITS)
			return 0;
	return REFUSE(MSI_NO_ITS);
}
#else
static int deliver(const struct sim_vm *vm)
{
#if defined(__x86_64__)
	if (!vm->nr_vcpus)
		return REFUSE(MSI_NOBODY);
#endif
	return vm->irqchip_ready ? 0 : REFUSE(IRQ_NOT_READY);
}
#endif

int kvmlib__sim_signal_msi(const struct sim_call *call)
{
	struct kvm_msi message;
	int r = kvmlib__sim_copy_from_user(&message, call->arg, sizeof(message));

	if (r < 0)
		return r;
	if (!call->vm->irqchip || message.flags & ~KVMLIB_MSI_VALID_DEVID)
		return REFUSE(MSI_ARGUMENT);
	return deliver(call->vm);
}
#endif
