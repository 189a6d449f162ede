/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <kvmlib/kvmlib.h>

#include "handles.h"

int kvmlib_vcpu_get_regs(struct kvmlib_vcpu *vcpu, struct kvm_regs *ret_regs)
{
	if (!vcpu || !ret_regs)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	return KVMLIB__VCPU_IOCTL(vcpu, GET_REGS, ret_regs);
}

int kvmlib_vcpu_set_regs(struct kvmlib_vcpu *vcpu, const struct kvm_regs *regs)
{
	if (!vcpu || !regs)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	return KVMLIB__VCPU_IOCTL(vcpu, SET_REGS, regs);
}

int kvmlib_vcpu_get_sregs(struct kvmlib_vcpu *vcpu, struct kvm_sregs *ret_sregs)
{
	if (!vcpu || !ret_sregs)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	return KVMLIB__VCPU_IOCTL(vcpu, GET_SREGS, ret_sregs);
}

int kvmlib_vcpu_set_sregs(struct kvmlib_vcpu *vcpu, const struct kvm_sregs *sregs)
{
	if (!vcpu || !sregs)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	return KVMLIB__VCPU_IOCTL(vcpu, SET_SREGS, sregs);
}

int kvmlib_vcpu_get_fpu(struct kvmlib_vcpu *vcpu, struct kvm_fpu *ret_fpu)
{
	if (!vcpu || !ret_fpu)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	return KVMLIB__VCPU_IOCTL(vcpu, GET_FPU, ret_fpu);
}

int kvmlib_vcpu_set_fpu(struct kvmlib_vcpu *vcpu, const struct kvm_fpu *fpu)
{
	if (!vcpu || !fpu)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	return KVMLIB__VCPU_IOCTL(vcpu, SET_FPU, fpu);
}

int kvmlib_vcpu_get_mp_state(struct kvmlib_vcpu *vcpu, uint32_t *ret_state)
{
	struct kvm_mp_state state = { 0 };
	int r;

	if (!vcpu || !ret_state)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	r = KVMLIB__VCPU_IOCTL(vcpu, GET_MP_STATE, &state);
	if (r >= 0)
		*ret_state = state.mp_state;
	return r;
}

int kvmlib_vcpu_set_mp_state(struct kvmlib_vcpu *vcpu, uint32_t state)
{
	struct kvm_mp_state mp_state = { .mp_state = state };

	if (!vcpu)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__ON_VM_IOCTL(vcpu->vm, vcpu->fd, SET_MP_STATE, &mp_state,
				   KVMLIB__VALUE(VCPU_ID, vcpu->id), KVMLIB__VALUE(STATE, state));
}

int kvmlib_vcpu_get_vcpu_events(struct kvmlib_vcpu *vcpu, struct kvmlib_vcpu_events *ret_events)
{
	if (!vcpu || !ret_events)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	return KVMLIB__VCPU_IOCTL(vcpu, GET_VCPU_EVENTS, ret_events);
}

int kvmlib_vcpu_set_vcpu_events(struct kvmlib_vcpu *vcpu, const struct kvmlib_vcpu_events *events)
{
	if (!vcpu || !events)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	return KVMLIB__VCPU_IOCTL(vcpu, SET_VCPU_EVENTS, events);
}
