/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The extended state: the host decides on its size, and the kernel takes the buffer's for granted. */

#include <kvmlib/x86_state.h>

#include "x86.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <kvmlib/uapi_caps.h>

void kvmlib__x86_forget_xsave_size(struct kvmlib_vcpu *vcpu)
{
	atomic_store_explicit(&vcpu->xsave_size, 0, memory_order_relaxed);
}

static int ask_failed(const struct kvmlib_vcpu *vcpu, int errnum, const char *function)
{
	struct kvmlib__failure failure = {
		.function = function,
		.errnum = errnum,
		KVMLIB__VALUES(KVMLIB__VALUE(VCPU_ID, vcpu->id),
			       KVMLIB__VALUE(CAPABILITY, KVMLIB_CAP_XSAVE2)),
	};

	return kvmlib__vm_failed(vcpu->vm, KVMLIB__IOC_CHECK_EXTENSION, &failure);
}

/* In bytes; 0 where this architecture has none; or a failure, with its record. */
static int xsave_size(struct kvmlib_vcpu *vcpu, const char *function)
{
	int size = atomic_load_explicit(&vcpu->xsave_size, memory_order_relaxed);

	if (size || !kvmlib__has_ioctl(KVMLIB__IOC_SET_XSAVE))
		return size;
	size = kvmlib__vm_ask(vcpu->vm, KVMLIB_CAP_XSAVE2);
	if (size < 0)
		return ask_failed(vcpu, size, function);
	if (size < (int)sizeof(struct kvm_xsave))
		size = sizeof(struct kvm_xsave);
	atomic_store_explicit(&vcpu->xsave_size, size, memory_order_relaxed);
	return size;
}

int kvmlib_vcpu_xsave_size(struct kvmlib_vcpu *vcpu)
{
	int size;

	if (!vcpu)
		return KVMLIB__NULL_ARGUMENT(1);
	size = xsave_size(vcpu, __func__);
	return size ? size : KVMLIB__VCPU_IOCTL(vcpu, GET_XSAVE2, 0);
}

int kvmlib_vcpu_get_xsave(struct kvmlib_vcpu *vcpu, void *ret_xsave, size_t size)
{
	if (!vcpu || !ret_xsave)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	if (size < sizeof(struct kvm_xsave) && kvmlib__has_ioctl(KVMLIB__IOC_GET_XSAVE))
		return KVMLIB__X86_TOO_SMALL(vcpu, size, sizeof(struct kvm_xsave));
	return KVMLIB__VCPU_IOCTL(vcpu, GET_XSAVE, ret_xsave);
}

int kvmlib_vcpu_get_xsave2(struct kvmlib_vcpu *vcpu, void *ret_xsave, size_t size)
{
	int needed;

	if (!vcpu || !ret_xsave)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	needed = xsave_size(vcpu, __func__);
	if (needed < 0)
		return needed;
	if (size < (size_t)needed)
		return KVMLIB__X86_TOO_SMALL(vcpu, size, needed);
	return KVMLIB__VCPU_IOCTL(vcpu, GET_XSAVE2, ret_xsave);
}

int kvmlib_vcpu_set_xsave(struct kvmlib_vcpu *vcpu, const void *xsave, size_t size)
{
	int needed;

	if (!vcpu || !xsave)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	needed = xsave_size(vcpu, __func__);
	if (needed < 0)
		return needed;
	if (size < (size_t)needed)
		return KVMLIB__X86_TOO_SMALL(vcpu, size, needed);
	return KVMLIB__VCPU_IOCTL(vcpu, SET_XSAVE, xsave);
}

int kvmlib__set_short_xsave(struct kvmlib_vcpu *vcpu, const void *xsave, size_t size)
{
	int needed = kvmlib_vcpu_xsave_size(vcpu);
	void *area;
	int r;

	if (needed < 0)
		return needed;
	if (size >= (size_t)needed)
		return kvmlib_vcpu_set_xsave(vcpu, xsave, size);
	area = calloc(1, (size_t)needed);
	if (!area)
		return KVMLIB__NO_MEMORY();
	memcpy(area, xsave, size);
	r = kvmlib_vcpu_set_xsave(vcpu, area, (size_t)needed);
	free(area);
	return r;
}
