/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What guests made for Xen and Hyper-V expect. */

#include <kvmlib/x86_paravirt.h>

#include "x86.h"

#include <string.h>

int kvmlib_vm_xen_hvm_config(struct kvmlib_vm *vm, const struct kvm_xen_hvm_config *config)
{
	if (!vm || !config)
		return KVMLIB__NULL_ARGUMENT(vm ? 2 : 1);
	return KVMLIB__VM_IOCTL(vm, XEN_HVM_CONFIG, config, KVMLIB__VALUE(FLAGS, config->flags),
				KVMLIB__VALUE(MSR, config->msr));
}

/* Both structs of attributes begin with it. */
static uint16_t type_of(const void *attr)
{
	uint16_t type;

	memcpy(&type, attr, sizeof(type));
	return type;
}

int kvmlib_vm_xen_hvm_get_attr(struct kvmlib_vm *vm, struct kvmlib_xen_hvm_attr *attr)
{
	if (!vm || !attr)
		return KVMLIB__NULL_ARGUMENT(vm ? 2 : 1);
	return KVMLIB__VM_IOCTL(vm, XEN_HVM_GET_ATTR, attr,
				KVMLIB__VALUE(ATTRIBUTE, type_of(attr)));
}

int kvmlib_vm_xen_hvm_set_attr(struct kvmlib_vm *vm, const struct kvmlib_xen_hvm_attr *attr)
{
	if (!vm || !attr)
		return KVMLIB__NULL_ARGUMENT(vm ? 2 : 1);
	return KVMLIB__VM_IOCTL(vm, XEN_HVM_SET_ATTR, attr,
				KVMLIB__VALUE(ATTRIBUTE, type_of(attr)));
}

int kvmlib_vm_xen_hvm_evtchn_send(struct kvmlib_vm *vm, uint32_t port, uint32_t vcpu_id,
				  uint32_t priority)
{
	struct kvm_irq_routing_xen_evtchn event = {
		.port = port,
		.vcpu = vcpu_id,
		.priority = priority,
	};

	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__VM_IOCTL(vm, XEN_HVM_EVTCHN_SEND, &event, KVMLIB__VALUE(IRQ, port),
				KVMLIB__VALUE(VCPU_ID, vcpu_id));
}

int kvmlib_vcpu_xen_vcpu_get_attr(struct kvmlib_vcpu *vcpu, struct kvmlib_xen_vcpu_attr *attr)
{
	if (!vcpu || !attr)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	return KVMLIB__ON_VM_IOCTL(vcpu->vm, vcpu->fd, XEN_VCPU_GET_ATTR, attr,
				   KVMLIB__VALUE(VCPU_ID, vcpu->id),
				   KVMLIB__VALUE(ATTRIBUTE, type_of(attr)));
}

int kvmlib_vcpu_xen_vcpu_set_attr(struct kvmlib_vcpu *vcpu, const struct kvmlib_xen_vcpu_attr *attr)
{
	if (!vcpu || !attr)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	return KVMLIB__ON_VM_IOCTL(vcpu->vm, vcpu->fd, XEN_VCPU_SET_ATTR, attr,
				   KVMLIB__VALUE(VCPU_ID, vcpu->id),
				   KVMLIB__VALUE(ATTRIBUTE, type_of(attr)));
}

int kvmlib_vm_hyperv_eventfd(struct kvmlib_vm *vm, uint32_t conn_id, int fd, uint32_t flags)
{
	struct kvm_hyperv_eventfd event = { .conn_id = conn_id, .fd = fd, .flags = flags };

	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__VM_IOCTL(vm, HYPERV_EVENTFD, &event, KVMLIB__VALUE(FD, fd),
				KVMLIB__VALUE(FLAGS, flags));
}
