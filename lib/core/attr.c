/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Attributes of the system, VMs, vCPUs and devices. */

#include <kvmlib/kvmlib.h>

#include "handles.h"

/* What the kernel is handed, and what a record tells of it. */
#define ATTR(value_) \
	(&(struct kvm_device_attr){ .group = group, .attr = attr, .addr = (uintptr_t)(value_) })
#define NAMED KVMLIB__VALUE(GROUP, group), KVMLIB__VALUE(ATTRIBUTE, attr)

#define VCPU_ATTR(vcpu, ioc, value)                                   \
	KVMLIB__ON_VM_IOCTL((vcpu)->vm, (vcpu)->fd, ioc, ATTR(value), \
			    KVMLIB__VALUE(VCPU_ID, (vcpu)->id), NAMED)

/* Room for any scalar, so that an attribute which is wider than asked for overruns nothing. */
union scalar {
	uint64_t u64;
	uint32_t u32;
};

/* The kernel's answer to an ioctl that writes to `value`, of which one member is the result. */
#define GET_SCALAR(member, ioctl_)                 \
	__extension__({                            \
		union scalar value = { 0 };        \
		int got_ = (ioctl_);               \
		if (got_ >= 0)                     \
			*ret_value = value.member; \
		got_;                              \
	})

int kvmlib_system_get_device_attr(struct kvmlib_system *system, uint32_t group, uint64_t attr,
				  void *ret_value)
{
	if (!system || !ret_value)
		return KVMLIB__NULL_ARGUMENT(system ? 4 : 1);
	return KVMLIB__SYSTEM_IOCTL(system, GET_DEVICE_ATTR, ATTR(ret_value), NAMED);
}

int kvmlib_system_get_device_attr_u32(struct kvmlib_system *system, uint32_t group, uint64_t attr,
				      uint32_t *ret_value)
{
	if (!system || !ret_value)
		return KVMLIB__NULL_ARGUMENT(system ? 4 : 1);
	return GET_SCALAR(u32, KVMLIB__SYSTEM_IOCTL(system, GET_DEVICE_ATTR, ATTR(&value), NAMED));
}

int kvmlib_system_get_device_attr_u64(struct kvmlib_system *system, uint32_t group, uint64_t attr,
				      uint64_t *ret_value)
{
	if (!system || !ret_value)
		return KVMLIB__NULL_ARGUMENT(system ? 4 : 1);
	return GET_SCALAR(u64, KVMLIB__SYSTEM_IOCTL(system, GET_DEVICE_ATTR, ATTR(&value), NAMED));
}

int kvmlib_system_has_device_attr(struct kvmlib_system *system, uint32_t group, uint64_t attr)
{
	if (!system)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__SYSTEM_IOCTL(system, HAS_DEVICE_ATTR, ATTR(0), NAMED);
}

int kvmlib_vm_set_device_attr(struct kvmlib_vm *vm, uint32_t group, uint64_t attr,
			      const void *value)
{
	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__VM_IOCTL(vm, SET_DEVICE_ATTR, ATTR(value), NAMED);
}

int kvmlib_vm_get_device_attr(struct kvmlib_vm *vm, uint32_t group, uint64_t attr, void *ret_value)
{
	if (!vm || !ret_value)
		return KVMLIB__NULL_ARGUMENT(vm ? 4 : 1);
	return KVMLIB__VM_IOCTL(vm, GET_DEVICE_ATTR, ATTR(ret_value), NAMED);
}

int kvmlib_vm_get_device_attr_u32(struct kvmlib_vm *vm, uint32_t group, uint64_t attr,
				  uint32_t *ret_value)
{
	if (!vm || !ret_value)
		return KVMLIB__NULL_ARGUMENT(vm ? 4 : 1);
	return GET_SCALAR(u32, KVMLIB__VM_IOCTL(vm, GET_DEVICE_ATTR, ATTR(&value), NAMED));
}

int kvmlib_vm_get_device_attr_u64(struct kvmlib_vm *vm, uint32_t group, uint64_t attr,
				  uint64_t *ret_value)
{
	if (!vm || !ret_value)
		return KVMLIB__NULL_ARGUMENT(vm ? 4 : 1);
	return GET_SCALAR(u64, KVMLIB__VM_IOCTL(vm, GET_DEVICE_ATTR, ATTR(&value), NAMED));
}

int kvmlib_vm_has_device_attr(struct kvmlib_vm *vm, uint32_t group, uint64_t attr)
{
	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__VM_IOCTL(vm, HAS_DEVICE_ATTR, ATTR(0), NAMED);
}

int kvmlib_vcpu_set_device_attr(struct kvmlib_vcpu *vcpu, uint32_t group, uint64_t attr,
				const void *value)
{
	if (!vcpu)
		return KVMLIB__NULL_ARGUMENT(1);
	return VCPU_ATTR(vcpu, SET_DEVICE_ATTR, value);
}

int kvmlib_vcpu_get_device_attr(struct kvmlib_vcpu *vcpu, uint32_t group, uint64_t attr,
				void *ret_value)
{
	if (!vcpu || !ret_value)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 4 : 1);
	return VCPU_ATTR(vcpu, GET_DEVICE_ATTR, ret_value);
}

int kvmlib_vcpu_get_device_attr_u32(struct kvmlib_vcpu *vcpu, uint32_t group, uint64_t attr,
				    uint32_t *ret_value)
{
	if (!vcpu || !ret_value)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 4 : 1);
	return GET_SCALAR(u32, VCPU_ATTR(vcpu, GET_DEVICE_ATTR, &value));
}

int kvmlib_vcpu_get_device_attr_u64(struct kvmlib_vcpu *vcpu, uint32_t group, uint64_t attr,
				    uint64_t *ret_value)
{
	if (!vcpu || !ret_value)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 4 : 1);
	return GET_SCALAR(u64, VCPU_ATTR(vcpu, GET_DEVICE_ATTR, &value));
}

int kvmlib_vcpu_has_device_attr(struct kvmlib_vcpu *vcpu, uint32_t group, uint64_t attr)
{
	if (!vcpu)
		return KVMLIB__NULL_ARGUMENT(1);
	return VCPU_ATTR(vcpu, HAS_DEVICE_ATTR, 0);
}

int kvmlib_device_set_attr(struct kvmlib_device *device, uint32_t group, uint64_t attr,
			   const void *value)
{
	if (!device)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__DEVICE_IOCTL(device, SET_DEVICE_ATTR, ATTR(value), NAMED);
}

int kvmlib_device_get_attr(struct kvmlib_device *device, uint32_t group, uint64_t attr,
			   void *ret_value)
{
	if (!device || !ret_value)
		return KVMLIB__NULL_ARGUMENT(device ? 4 : 1);
	return KVMLIB__DEVICE_IOCTL(device, GET_DEVICE_ATTR, ATTR(ret_value), NAMED);
}

int kvmlib_device_get_attr_u32(struct kvmlib_device *device, uint32_t group, uint64_t attr,
			       uint32_t *ret_value)
{
	if (!device || !ret_value)
		return KVMLIB__NULL_ARGUMENT(device ? 4 : 1);
	return GET_SCALAR(u32, KVMLIB__DEVICE_IOCTL(device, GET_DEVICE_ATTR, ATTR(&value), NAMED));
}

int kvmlib_device_get_attr_u64(struct kvmlib_device *device, uint32_t group, uint64_t attr,
			       uint64_t *ret_value)
{
	if (!device || !ret_value)
		return KVMLIB__NULL_ARGUMENT(device ? 4 : 1);
	return GET_SCALAR(u64, KVMLIB__DEVICE_IOCTL(device, GET_DEVICE_ATTR, ATTR(&value), NAMED));
}

int kvmlib_device_has_attr(struct kvmlib_device *device, uint32_t group, uint64_t attr)
{
	if (!device)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__DEVICE_IOCTL(device, HAS_DEVICE_ATTR, ATTR(0), NAMED);
}
