/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Interrupts that devices raise: lines, edges, and messages past the routes. */
#include "irq.h"

#include <errno.h>
#include <string.h>

/* The kernel would say so too, but of messages by an errno that means more than this. */
#define REFUSE_NONE(irqchip)                                   \
	if ((irqchip)->profile == KVMLIB_IRQCHIP_PROFILE_NONE) \
	return KVMLIB__REFUSE(-ENXIO, IRQCHIP_MISSING, 1)

static int call(const struct kvmlib_irqchip *irqchip, enum kvmlib__ioc ioc,
		struct kvm_irq_level *line, const char *function)
{
	const struct kvmlib_vm *vm = irqchip->vm;
	int r = kvmlib__ioctl(vm->system, vm->fd, ioc, (unsigned long)(uintptr_t)line);

	if (r >= 0)
		return 0;
	return kvmlib__vm_failed(
		vm, ioc,
		&(struct kvmlib__failure){ .function = function,
					   .errnum = r,
					   KVMLIB__VALUES(KVMLIB__VALUE(IRQ, line->irq),
							  KVMLIB__VALUE(LEVEL, line->level)) });
}

int kvmlib_irqchip_set_line(struct kvmlib_irqchip *irqchip, uint32_t gsi, uint32_t level,
			    int32_t *ret_status)
{
	struct kvm_irq_level line = { .irq = gsi, .level = level };
	enum kvmlib__ioc ioc = ret_status ? KVMLIB__IOC_IRQ_LINE_STATUS : KVMLIB__IOC_IRQ_LINE;
	int r;

	if (!irqchip)
		return KVMLIB__NULL_ARGUMENT(1);
	KVMLIB__REFUSE_FORKED(irqchip->vm);
	REFUSE_NONE(irqchip);
	r = call(irqchip, ioc, &line, __func__);
	if (r >= 0 && ret_status)
		*ret_status = line.status;
	return r;
}

int kvmlib_irqchip_pulse(struct kvmlib_irqchip *irqchip, uint32_t gsi, int32_t *ret_status)
{
	struct kvm_irq_level up = { .irq = gsi, .level = 1 }, down = { .irq = gsi };
	enum kvmlib__ioc ioc = ret_status ? KVMLIB__IOC_IRQ_LINE_STATUS : KVMLIB__IOC_IRQ_LINE;
	int r;

	if (!irqchip)
		return KVMLIB__NULL_ARGUMENT(1);
	KVMLIB__REFUSE_FORKED(irqchip->vm);
	REFUSE_NONE(irqchip);
	r = call(irqchip, ioc, &up, __func__);
	if (r >= 0)
		r = call(irqchip, ioc, &down, __func__);
	if (r >= 0 && ret_status)
		*ret_status = up.status;
	return r;
}

int kvmlib_irqchip_signal_msi(struct kvmlib_irqchip *irqchip,
			      const struct kvmlib_irq_routing_msi *msi)
{
	struct kvm_irq_routing_msi to;
	struct kvm_msi message = { 0 };

	if (!irqchip || !msi)
		return KVMLIB__NULL_ARGUMENT(irqchip ? 2 : 1);
	KVMLIB__REFUSE_FORKED(irqchip->vm);
	REFUSE_NONE(irqchip);
	memcpy(&to, msi, sizeof(to));
	if (irqchip->flags & KVMLIB_IRQCHIP_EXT_DEST_ID)
		kvmlib__widen_destination(&to);
	message.address_lo = to.address_lo;
	message.address_hi = to.address_hi;
	message.data = to.data;
	return KVMLIB__VM_IOCTL(
		irqchip->vm, SIGNAL_MSI, &message,
		KVMLIB__VALUE(ADDRESS, (uint64_t)to.address_hi << 32 | to.address_lo));
}
