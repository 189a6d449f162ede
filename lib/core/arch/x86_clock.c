/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <kvmlib/x86_clock.h>

#include "x86.h"

#include <string.h>

int kvmlib_vcpu_set_tsc_khz(struct kvmlib_vcpu *vcpu, uint32_t khz)
{
	if (!vcpu)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__VCPU_IOCTL(vcpu, SET_TSC_KHZ, khz);
}

int kvmlib_vm_set_tsc_khz(struct kvmlib_vm *vm, uint32_t khz)
{
	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__VM_IOCTL(vm, SET_TSC_KHZ, khz, KVMLIB__VALUE(FD, vm->fd));
}

int kvmlib_vcpu_get_tsc_khz(struct kvmlib_vcpu *vcpu)
{
	if (!vcpu)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__VCPU_IOCTL(vcpu, GET_TSC_KHZ, 0);
}

int kvmlib_vm_get_tsc_khz(struct kvmlib_vm *vm)
{
	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__VM_IOCTL(vm, GET_TSC_KHZ, 0, KVMLIB__VALUE(FD, vm->fd));
}

int kvmlib_vcpu_kvmclock_ctrl(struct kvmlib_vcpu *vcpu)
{
	if (!vcpu)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__VCPU_IOCTL(vcpu, KVMCLOCK_CTRL, 0);
}

int kvmlib_vm_get_clock(struct kvmlib_vm *vm, struct kvmlib_clock_data *ret_clock)
{
	if (!vm || !ret_clock)
		return KVMLIB__NULL_ARGUMENT(vm ? 2 : 1);
	return KVMLIB__VM_IOCTL(vm, GET_CLOCK, ret_clock, KVMLIB__VALUE(FD, vm->fd));
}

int kvmlib_vm_set_clock(struct kvmlib_vm *vm, const struct kvmlib_clock_data *clock)
{
	struct kvm_clock_data data;

	if (!vm || !clock)
		return KVMLIB__NULL_ARGUMENT(vm ? 2 : 1);
	memcpy(&data, clock, sizeof(data));
	return KVMLIB__VM_IOCTL(vm, SET_CLOCK, &data, KVMLIB__VALUE(FLAGS, data.flags));
}
