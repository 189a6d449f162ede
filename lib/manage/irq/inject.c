/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Vectors of a program's own interrupt controllers, for vCPUs that can take them. */
#include "irq.h"

#include <errno.h>

#define NR_VECTORS 256U

/* KVM would take a second one in place of the first, before the guest had that. */
static bool can_take(const struct kvm_run *run)
{
	return run->ready_for_interrupt_injection && run->if_flag;
}

static int hand_over(const struct kvmlib_vcpu *vcpu, uint32_t vector, const char *function)
{
	const struct kvm_interrupt interrupt = { .irq = vector };
	int r = kvmlib__ioctl(vcpu->vm->system, vcpu->fd, KVMLIB__IOC_INTERRUPT,
			      (unsigned long)(uintptr_t)&interrupt);

	if (r >= 0)
		return 1;
	return kvmlib__vm_failed(
		vcpu->vm, KVMLIB__IOC_INTERRUPT,
		&(struct kvmlib__failure){ .function = function,
					   .errnum = r,
					   KVMLIB__VALUES(KVMLIB__VALUE(VCPU_ID, vcpu->id),
							  KVMLIB__VALUE(IRQ, vector)) });
}

int kvmlib_irqchip_inject(struct kvmlib_irqchip *irqchip, struct kvmlib_vcpu *vcpu, uint32_t vector)
{
	int r = 0;

	if (!irqchip || !vcpu)
		return KVMLIB__NULL_ARGUMENT(irqchip ? 2 : 1);
	if (kvmlib__vcpu_forked(vcpu))
		return KVMLIB__REFUSE(-EIO, FORKED, 2);
	if (vcpu->vm != irqchip->vm)
		return KVMLIB__REFUSE(-EINVAL, BAD_ARGUMENT, 2);
	if (irqchip->profile == KVMLIB_IRQCHIP_PROFILE_FULL)
		return KVMLIB__REFUSE(-ENXIO, PIC_IN_KERNEL, 1);
	if (vector >= NR_VECTORS)
		return KVMLIB__REFUSE(-EINVAL, INTERRUPT_VECTOR, 3);
	if (can_take(vcpu->run))
		r = hand_over(vcpu, vector, __func__);
	if (r < 0)
		return r;
	vcpu->run->request_interrupt_window = !r;
	if (r)
		vcpu->run->ready_for_interrupt_injection = 0; /* KVM tells it after runs alone */
	return r;
}
