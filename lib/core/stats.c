/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The descriptors that statistics are read from. */

#include <kvmlib/kvmlib.h>

#include "handles.h"

int kvmlib_vm_get_stats_fd(struct kvmlib_vm *vm)
{
	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__VM_IOCTL(vm, GET_STATS_FD, 0, KVMLIB__VALUE(FD, vm->fd));
}

int kvmlib_vcpu_get_stats_fd(struct kvmlib_vcpu *vcpu)
{
	if (!vcpu)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__VCPU_IOCTL(vcpu, GET_STATS_FD, 0);
}
