/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Those parts of a vCPU's state that one struct holds whole. */

#include <kvmlib/x86_state.h>

#include "x86.h"

int kvmlib_vcpu_get_lapic(struct kvmlib_vcpu *vcpu, struct kvm_lapic_state *ret_lapic)
{
	if (!vcpu || !ret_lapic)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	return KVMLIB__VCPU_IOCTL(vcpu, GET_LAPIC, ret_lapic);
}

int kvmlib_vcpu_set_lapic(struct kvmlib_vcpu *vcpu, const struct kvm_lapic_state *lapic)
{
	if (!vcpu || !lapic)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	return KVMLIB__VCPU_IOCTL(vcpu, SET_LAPIC, lapic);
}

int kvmlib_vcpu_get_debugregs(struct kvmlib_vcpu *vcpu, struct kvm_debugregs *ret_debugregs)
{
	if (!vcpu || !ret_debugregs)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	return KVMLIB__VCPU_IOCTL(vcpu, GET_DEBUGREGS, ret_debugregs);
}

int kvmlib_vcpu_set_debugregs(struct kvmlib_vcpu *vcpu, const struct kvm_debugregs *debugregs)
{
	if (!vcpu || !debugregs)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	return KVMLIB__VCPU_IOCTL(vcpu, SET_DEBUGREGS, debugregs);
}

int kvmlib_vcpu_get_xcrs(struct kvmlib_vcpu *vcpu, struct kvm_xcrs *ret_xcrs)
{
	if (!vcpu || !ret_xcrs)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	return KVMLIB__VCPU_IOCTL(vcpu, GET_XCRS, ret_xcrs);
}

int kvmlib_vcpu_set_xcrs(struct kvmlib_vcpu *vcpu, const struct kvm_xcrs *xcrs)
{
	if (!vcpu || !xcrs)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	return KVMLIB__VCPU_IOCTL(vcpu, SET_XCRS, xcrs);
}

int kvmlib_vcpu_get_sregs2(struct kvmlib_vcpu *vcpu, struct kvmlib_sregs2 *ret_sregs)
{
	if (!vcpu || !ret_sregs)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	return KVMLIB__VCPU_IOCTL(vcpu, GET_SREGS2, ret_sregs);
}

int kvmlib_vcpu_set_sregs2(struct kvmlib_vcpu *vcpu, const struct kvmlib_sregs2 *sregs)
{
	if (!vcpu || !sregs)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	return KVMLIB__VCPU_IOCTL(vcpu, SET_SREGS2, sregs);
}
