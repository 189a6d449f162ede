/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The PIC, the I/O APIC and the PIT in the kernel. */

#include <kvmlib/x86_irqchip.h>

#include "x86.h"

int kvmlib_vm_get_irqchip(struct kvmlib_vm *vm, struct kvm_irqchip *chip)
{
	if (!vm || !chip)
		return KVMLIB__NULL_ARGUMENT(vm ? 2 : 1);
	return KVMLIB__VM_IOCTL(vm, GET_IRQCHIP, chip, KVMLIB__VALUE(TYPE, chip->chip_id));
}

int kvmlib_vm_set_irqchip(struct kvmlib_vm *vm, const struct kvm_irqchip *chip)
{
	if (!vm || !chip)
		return KVMLIB__NULL_ARGUMENT(vm ? 2 : 1);
	return KVMLIB__VM_IOCTL(vm, SET_IRQCHIP, chip, KVMLIB__VALUE(TYPE, chip->chip_id));
}

int kvmlib_vm_create_pit(struct kvmlib_vm *vm)
{
	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__VM_IOCTL(vm, CREATE_PIT, 0, KVMLIB__VALUE(FD, vm->fd));
}

int kvmlib_vm_create_pit2(struct kvmlib_vm *vm, uint32_t flags)
{
	struct kvm_pit_config config = { .flags = flags };

	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__VM_IOCTL(vm, CREATE_PIT2, &config, KVMLIB__VALUE(FLAGS, flags));
}

int kvmlib_vm_get_pit(struct kvmlib_vm *vm, struct kvm_pit_state *ret_pit)
{
	if (!vm || !ret_pit)
		return KVMLIB__NULL_ARGUMENT(vm ? 2 : 1);
	return KVMLIB__VM_IOCTL(vm, GET_PIT, ret_pit, KVMLIB__VALUE(FD, vm->fd));
}

int kvmlib_vm_set_pit(struct kvmlib_vm *vm, const struct kvm_pit_state *pit)
{
	if (!vm || !pit)
		return KVMLIB__NULL_ARGUMENT(vm ? 2 : 1);
	return KVMLIB__VM_IOCTL(vm, SET_PIT, pit, KVMLIB__VALUE(FD, vm->fd));
}

int kvmlib_vm_get_pit2(struct kvmlib_vm *vm, struct kvm_pit_state2 *ret_pit)
{
	if (!vm || !ret_pit)
		return KVMLIB__NULL_ARGUMENT(vm ? 2 : 1);
	return KVMLIB__VM_IOCTL(vm, GET_PIT2, ret_pit, KVMLIB__VALUE(FD, vm->fd));
}

int kvmlib_vm_set_pit2(struct kvmlib_vm *vm, const struct kvm_pit_state2 *pit)
{
	if (!vm || !pit)
		return KVMLIB__NULL_ARGUMENT(vm ? 2 : 1);
	return KVMLIB__VM_IOCTL(vm, SET_PIT2, pit, KVMLIB__VALUE(FLAGS, pit->flags));
}

int kvmlib_vm_reinject_control(struct kvmlib_vm *vm, uint32_t reinject)
{
	struct kvm_reinject_control control = { .pit_reinject = reinject != 0 };

	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__VM_IOCTL(vm, REINJECT_CONTROL, &control, KVMLIB__VALUE(FD, vm->fd));
}
