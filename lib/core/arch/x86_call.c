/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "x86.h"

#include <string.h>

/* What a record tells of a list or its entry, at the most. */
#define MAX_VALUES 3U

int kvmlib__x86_ioctl(const struct kvmlib__x86_call *call, const void *arg)
{
	int fd = call->vcpu ? call->vcpu->fd : call->system->fd;

	return kvmlib__ioctl(call->system, fd, call->ioc, (unsigned long)arg);
}

/* The caller's values, and after them the vCPU. */
static int vcpu_failed(const struct kvmlib_vcpu *vcpu, enum kvmlib__ioc ioc,
		       struct kvmlib__failure *failure)
{
	struct kvmlib__value values[MAX_VALUES + 1];
	size_t n = failure->nr_values < MAX_VALUES ? failure->nr_values : MAX_VALUES;

	memcpy(values, failure->values, n * sizeof(values[0]));
	values[n] = (struct kvmlib__value)KVMLIB__VALUE(VCPU_ID, vcpu->id);
	failure->values = values;
	failure->nr_values = n + 1;
	return kvmlib__vm_failed(vcpu->vm, ioc, failure);
}

int kvmlib__x86_failed(const struct kvmlib__x86_call *call, struct kvmlib__failure *failure)
{
	failure->function = call->function;
	if (call->vcpu)
		return vcpu_failed(call->vcpu, call->ioc, failure);
	return kvmlib__system_failed(call->system, call->ioc, failure);
}
