/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The state of a hypervisor inside the guest, which has its size in it. */

#include <kvmlib/x86_state.h>

#include "x86.h"

#include <string.h>

#include <kvmlib/uapi_caps.h>

int kvmlib_vm_nested_state_size(struct kvmlib_vm *vm)
{
	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	if (!kvmlib__has_ioctl(KVMLIB__IOC_GET_NESTED_STATE))
		return KVMLIB__VM_IOCTL(vm, GET_NESTED_STATE, 0, KVMLIB__VALUE(FD, vm->fd));
	return KVMLIB__VM_IOCTL(vm, CHECK_EXTENSION, KVMLIB_CAP_NESTED_STATE,
				KVMLIB__VALUE(CAPABILITY, KVMLIB_CAP_NESTED_STATE));
}

/* The size stands in the state itself, at this offset. */
static uint32_t size_inside(const void *state)
{
	uint32_t size;

	memcpy(&size, (const unsigned char *)state + offsetof(struct kvm_nested_state, size),
	       sizeof(size));
	return size;
}

static void put_size_inside(void *state, uint32_t size)
{
	memcpy((unsigned char *)state + offsetof(struct kvm_nested_state, size), &size,
	       sizeof(size));
}

/* A state that is too small for the kernel has now the size that it needs. */
static int get_failed(const struct kvmlib_vcpu *vcpu, int errnum, size_t size, uint32_t needed)
{
	struct kvmlib__failure failure = {
		.function = "kvmlib_vcpu_get_nested_state",
		.errnum = errnum,
		KVMLIB__VALUES(KVMLIB__VALUE(VCPU_ID, vcpu->id), KVMLIB__VALUE(SIZE, size),
			       KVMLIB__VALUE(NEEDED, needed)),
	};

	if (errnum != -E2BIG)
		failure.nr_values--;
	return kvmlib__vm_failed(vcpu->vm, KVMLIB__IOC_GET_NESTED_STATE, &failure);
}

int kvmlib_vcpu_get_nested_state(struct kvmlib_vcpu *vcpu, void *ret_state, size_t size)
{
	uint32_t before, needed;
	int r;

	if (!vcpu || !ret_state)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	if (!kvmlib__has_ioctl(KVMLIB__IOC_GET_NESTED_STATE))
		return KVMLIB__VCPU_IOCTL(vcpu, GET_NESTED_STATE, ret_state);
	if (size < sizeof(struct kvm_nested_state))
		return KVMLIB__X86_TOO_SMALL(vcpu, size, sizeof(struct kvm_nested_state));

	before = size_inside(ret_state);
	put_size_inside(ret_state, size < UINT32_MAX ? (uint32_t)size : UINT32_MAX);
	r = kvmlib__ioctl(vcpu->vm->system, vcpu->fd, KVMLIB__IOC_GET_NESTED_STATE,
			  (unsigned long)ret_state);
	if (r >= 0)
		return r;
	needed = size_inside(ret_state);
	put_size_inside(ret_state, before);
	return get_failed(vcpu, r, size, needed);
}

int kvmlib_vcpu_set_nested_state(struct kvmlib_vcpu *vcpu, const void *state, size_t size)
{
	if (!vcpu || !state)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	if (!kvmlib__has_ioctl(KVMLIB__IOC_SET_NESTED_STATE))
		return KVMLIB__VCPU_IOCTL(vcpu, SET_NESTED_STATE, state);
	if (size < sizeof(struct kvm_nested_state))
		return KVMLIB__X86_TOO_SMALL(vcpu, size, sizeof(struct kvm_nested_state));
	if (size < size_inside(state))
		return KVMLIB__X86_TOO_SMALL(vcpu, size, size_inside(state));
	return KVMLIB__VCPU_IOCTL(vcpu, SET_NESTED_STATE, state);
}
