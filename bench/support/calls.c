/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The ioctls that the library makes, noted once with what it gave to them, and made again by libc's
 * ioctl: whatever takes longer than that is the library's own.
 */
#include "calls.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include <linux/kvm.h>

#include "rounds.h"

/* Headers before Linux 5.17 lack it. */
#ifndef KVM_GET_XSAVE2
#define KVM_GET_XSAVE2 _IOR(KVMIO, 0xcf, struct kvm_xsave)
#endif

static struct {
	const struct kvmlib_sys_ops *sys;
	struct kvmlib_sys_ops own;
	struct calls *calls; /* NULL: nothing is noted */
	size_t xsave_size;
} noted;

/* Some have more behind them than their numbers tell. */
static size_t size_of(unsigned long request, const void *arg)
{
	switch (request) {
	case KVM_GET_MSRS:
	case KVM_SET_MSRS:
		return sizeof(struct kvm_msrs) +
		       ((const struct kvm_msrs *)arg)->nmsrs * sizeof(struct kvm_msr_entry);
	case KVM_GET_CPUID2:
	case KVM_SET_CPUID2:
		return sizeof(struct kvm_cpuid2) +
		       ((const struct kvm_cpuid2 *)arg)->nent * sizeof(struct kvm_cpuid_entry2);
	case KVM_GET_XSAVE2:
	case KVM_SET_XSAVE:
		return noted.xsave_size;
	case KVM_GET_TSC_KHZ: /* of a number */
	case KVM_SET_TSC_KHZ:
	case KVM_CHECK_EXTENSION:
	case KVM_KVMCLOCK_CTRL:
		return 0;
	case KVM_GET_NESTED_STATE:
	case KVM_SET_NESTED_STATE:
		return ((const struct kvm_nested_state *)arg)->size;
	default:
		return _IOC_SIZE(request);
	}
}

/* Their bitmaps are the library's own. */
static bool is_of_log(unsigned long request)
{
	return request == KVM_GET_DIRTY_LOG || request == KVM_CLEAR_DIRTY_LOG;
}

static void copy_arg(struct call *call)
{
	size_t size = size_of(call->request, (const void *)call->arg);
	void *copy;

	if (!size)
		return;
	copy = malloc(size);
	call->is_copy = copy;
	if (!copy)
		bench_fail("a copy");
	else
		memcpy(copy, (const void *)call->arg, size);
	call->arg = (unsigned long)copy;
}

static int sys_ioctl(void *ctx, int fd, unsigned long request, unsigned long arg)
{
	struct calls *calls = noted.calls;
	struct call *call;

	if (!calls || is_of_log(request))
		return noted.sys->ioctl(ctx, fd, request, arg);
	if (calls->n == MAX_CALLS)
		bench_fail("the number of calls");
	call = &calls->list[calls->n++];
	*call = (struct call){ .fd = fd, .request = request, .arg = arg };
	copy_arg(call);
	call->result = noted.sys->ioctl(ctx, fd, request, arg);
	return call->result;
}

const struct kvmlib_sys_ops *calls_sys(void)
{
	noted.sys = kvmlib_sys_default();
	noted.own = *noted.sys;
	noted.own.ioctl = sys_ioctl;
	return &noted.own;
}

void calls_start(struct calls *calls, size_t xsave_size)
{
	noted.calls = calls;
	noted.xsave_size = xsave_size;
}

void calls_stop(void)
{
	noted.calls = NULL;
}

int calls_repeat(const struct calls *calls)
{
	int failed = 0;

	for (unsigned int i = 0; i < calls->n; i++) {
		const struct call *call = &calls->list[i];
		int r = ioctl(call->fd, call->request, call->arg);

		failed |= (r < 0 ? -errno : r) != call->result;
	}
	return -failed;
}

void calls_free(struct calls *calls)
{
	for (unsigned int i = 0; i < calls->n; i++)
		if (calls->list[i].is_copy)
			free((void *)calls->list[i].arg);
}
