/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Debugging the guest from outside. */

#include <kvmlib/kvmlib.h>

#include "handles.h"

int kvmlib_vcpu_set_guest_debug(struct kvmlib_vcpu *vcpu, const struct kvm_guest_debug *debug)
{
	if (!vcpu || !debug)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	return KVMLIB__ON_VM_IOCTL(vcpu->vm, vcpu->fd, SET_GUEST_DEBUG, debug,
				   KVMLIB__VALUE(VCPU_ID, vcpu->id),
				   KVMLIB__VALUE(FLAGS, debug->control));
}

int kvmlib_vcpu_translate(struct kvmlib_vcpu *vcpu, struct kvm_translation *translation)
{
	if (!vcpu || !translation)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	return KVMLIB__ON_VM_IOCTL(vcpu->vm, vcpu->fd, TRANSLATE, translation,
				   KVMLIB__VALUE(VCPU_ID, vcpu->id),
				   KVMLIB__VALUE(ADDRESS, translation->linear_address));
}
