/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <kvmlib/kvmlib.h>

#include "handles.h"

int kvmlib_vm_create_irqchip(struct kvmlib_vm *vm)
{
	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__VM_IOCTL(vm, CREATE_IRQCHIP, 0, KVMLIB__VALUE(FD, vm->fd));
}

int kvmlib_vm_irq_line(struct kvmlib_vm *vm, uint32_t irq, uint32_t level)
{
	struct kvm_irq_level line = { .irq = irq, .level = level };

	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__VM_IOCTL(vm, IRQ_LINE, &line, KVMLIB__VALUE(IRQ, irq),
				KVMLIB__VALUE(LEVEL, level));
}

int kvmlib_vm_irq_line_status(struct kvmlib_vm *vm, uint32_t irq, uint32_t level,
			      int32_t *ret_status)
{
	struct kvm_irq_level line = { .irq = irq, .level = level };
	int r;

	if (!vm || !ret_status)
		return KVMLIB__NULL_ARGUMENT(vm ? 4 : 1);
	r = KVMLIB__VM_IOCTL(vm, IRQ_LINE_STATUS, &line, KVMLIB__VALUE(IRQ, irq),
			     KVMLIB__VALUE(LEVEL, level));
	if (r >= 0)
		*ret_status = line.status;
	return r;
}

int kvmlib_vcpu_interrupt(struct kvmlib_vcpu *vcpu, uint32_t irq)
{
	struct kvm_interrupt interrupt = { .irq = irq };

	if (!vcpu)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__ON_VM_IOCTL(vcpu->vm, vcpu->fd, INTERRUPT, &interrupt,
				   KVMLIB__VALUE(VCPU_ID, vcpu->id), KVMLIB__VALUE(IRQ, irq));
}
