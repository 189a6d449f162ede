/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Interrupts that come from eventfds, and guest writes that go to them. */

#include <kvmlib/kvmlib.h>

#include "handles.h"

int kvmlib_vm_irqfd(struct kvmlib_vm *vm, const struct kvm_irqfd *irqfd)
{
	if (!vm || !irqfd)
		return KVMLIB__NULL_ARGUMENT(vm ? 2 : 1);
	return KVMLIB__VM_IOCTL(vm, IRQFD, irqfd, KVMLIB__VALUE(FD, (int)irqfd->fd),
				KVMLIB__VALUE(IRQ, irqfd->gsi), KVMLIB__VALUE(FLAGS, irqfd->flags));
}

int kvmlib_vm_ioeventfd(struct kvmlib_vm *vm, const struct kvm_ioeventfd *ioeventfd)
{
	if (!vm || !ioeventfd)
		return KVMLIB__NULL_ARGUMENT(vm ? 2 : 1);
	return KVMLIB__VM_IOCTL(vm, IOEVENTFD, ioeventfd, KVMLIB__VALUE(FD, ioeventfd->fd),
				KVMLIB__VALUE(ADDRESS, ioeventfd->addr),
				KVMLIB__VALUE(SIZE, ioeventfd->len),
				KVMLIB__VALUE(FLAGS, ioeventfd->flags));
}
