/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What user space does to a vCPU beside its interrupts. */

#include <kvmlib/x86_event.h>

#include "x86.h"

int kvmlib_vcpu_nmi(struct kvmlib_vcpu *vcpu)
{
	if (!vcpu)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__VCPU_IOCTL(vcpu, NMI, 0);
}

int kvmlib_vcpu_smi(struct kvmlib_vcpu *vcpu)
{
	if (!vcpu)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__VCPU_IOCTL(vcpu, SMI, 0);
}

int kvmlib_system_x86_get_mce_cap_supported(struct kvmlib_system *system, uint64_t *ret_mce_cap)
{
	uint64_t mce_cap = 0;
	int r;

	if (!system || !ret_mce_cap)
		return KVMLIB__NULL_ARGUMENT(system ? 2 : 1);
	r = KVMLIB__SYSTEM_IOCTL(system, X86_GET_MCE_CAP_SUPPORTED, &mce_cap,
				 KVMLIB__VALUE(FD, system->fd));
	if (r >= 0)
		*ret_mce_cap = mce_cap;
	return r;
}

int kvmlib_vcpu_x86_setup_mce(struct kvmlib_vcpu *vcpu, uint64_t mce_cap)
{
	if (!vcpu)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__ON_VM_IOCTL(vcpu->vm, vcpu->fd, X86_SETUP_MCE, &mce_cap,
				   KVMLIB__VALUE(VCPU_ID, vcpu->id), KVMLIB__VALUE(FLAGS, mce_cap));
}

int kvmlib_vcpu_x86_set_mce(struct kvmlib_vcpu *vcpu, const struct kvm_x86_mce *mce)
{
	if (!vcpu || !mce)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	return KVMLIB__VCPU_IOCTL(vcpu, X86_SET_MCE, mce);
}

int kvmlib_vcpu_tpr_access_reporting(struct kvmlib_vcpu *vcpu, uint32_t enabled, uint32_t flags)
{
	struct kvm_tpr_access_ctl control = { .enabled = enabled, .flags = flags };

	if (!vcpu)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__ON_VM_IOCTL(vcpu->vm, vcpu->fd, TPR_ACCESS_REPORTING, &control,
				   KVMLIB__VALUE(VCPU_ID, vcpu->id), KVMLIB__VALUE(FLAGS, flags));
}

int kvmlib_vcpu_set_vapic_addr(struct kvmlib_vcpu *vcpu, uint64_t gpa)
{
	struct kvm_vapic_addr address = { .vapic_addr = gpa };

	if (!vcpu)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__ON_VM_IOCTL(vcpu->vm, vcpu->fd, SET_VAPIC_ADDR, &address,
				   KVMLIB__VALUE(VCPU_ID, vcpu->id), KVMLIB__VALUE(GPA, gpa));
}
