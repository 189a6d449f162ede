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
