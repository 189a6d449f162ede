/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cap.h"

#include <errno.h>
#include <string.h>

#include <kvmlib/kvmlib.h>

int kvmlib__enable_failed(const struct kvmlib_vm *vm, uint32_t capability, bool elsewhere,
			  struct kvmlib__failure *failure)
{
	if (elsewhere)
		failure->cause = KVMLIB_CAUSE_ARCH_UNSUPPORTED;
	if (failure->errnum == -EINVAL && !kvmlib__vm_ask(vm, capability))
		failure->cause = KVMLIB_CAUSE_CAPABILITY_MISSING;
	return kvmlib__vm_failed(vm, KVMLIB__IOC_ENABLE_CAP, failure);
}

static void set_args(struct kvm_enable_cap *cap, const uint64_t args[4])
{
	if (args)
		memcpy(cap->args, args, sizeof(cap->args));
}

int kvmlib_vm_enable_cap(struct kvmlib_vm *vm, uint32_t capability, uint32_t flags,
			 const uint64_t args[4])
{
	struct kvm_enable_cap cap = { .cap = capability, .flags = flags };

	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	set_args(&cap, args);
	return KVMLIB__ENABLE_CAP(vm, vm->fd, false, &cap, KVMLIB__VALUE(CAPABILITY, capability),
				  KVMLIB__VALUE(FLAGS, flags));
}

int kvmlib_vcpu_enable_cap(struct kvmlib_vcpu *vcpu, uint32_t capability, uint32_t flags,
			   const uint64_t args[4])
{
	struct kvm_enable_cap cap = { .cap = capability, .flags = flags };

	if (!vcpu)
		return KVMLIB__NULL_ARGUMENT(1);
	set_args(&cap, args);
	return KVMLIB__ENABLE_CAP(vcpu->vm, vcpu->fd, false, &cap, KVMLIB__VALUE(VCPU_ID, vcpu->id),
				  KVMLIB__VALUE(CAPABILITY, capability),
				  KVMLIB__VALUE(FLAGS, flags));
}

int kvmlib_vm_enable_manual_dirty_log_protect2(struct kvmlib_vm *vm, uint64_t flags)
{
	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__ENABLE(vm, vm->fd, false, MANUAL_DIRTY_LOG_PROTECT2, flags, 0,
			      KVMLIB__VALUE(FLAGS, flags));
}

int kvmlib_vm_enable_dirty_log_ring(struct kvmlib_vm *vm, uint32_t size)
{
	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__ENABLE(vm, vm->fd, false, DIRTY_LOG_RING, size, 0,
			      KVMLIB__VALUE(SIZE, size));
}

int kvmlib_vm_enable_dirty_log_ring_acq_rel(struct kvmlib_vm *vm, uint32_t size)
{
	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__ENABLE(vm, vm->fd, false, DIRTY_LOG_RING_ACQ_REL, size, 0,
			      KVMLIB__VALUE(SIZE, size));
}

int kvmlib_vm_enable_dirty_log_ring_with_bitmap(struct kvmlib_vm *vm)
{
	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__ENABLE(vm, vm->fd, false, DIRTY_LOG_RING_WITH_BITMAP, 0, 0,
			      KVMLIB__VALUE(FD, vm->fd));
}

int kvmlib_vm_enable_halt_poll(struct kvmlib_vm *vm, uint32_t max_ns)
{
	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__ENABLE(vm, vm->fd, false, HALT_POLL, max_ns, 0, KVMLIB__VALUE(FD, vm->fd));
}
