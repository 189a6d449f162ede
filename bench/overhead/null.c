/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "null.h"

#include <errno.h>

#include <linux/kvm.h>

#define FD     3
#define CPUIDS 40U

/* What every mapping is: a run page is never larger, and nobody minds that all are the same. */
static _Alignas(4096) unsigned char mapping[3 * 4096];

static int null_open(void *ctx, const char *path, int flags)
{
	(void)ctx;
	(void)path;
	(void)flags;
	return FD;
}

static int null_close(void *ctx, int fd)
{
	(void)ctx;
	(void)fd;
	return 0;
}

static int null_run(void)
{
	struct kvm_run *run = (void *)mapping;

	run->exit_reason = KVM_EXIT_IO;
	return run->immediate_exit ? -EINTR : 0;
}

/* A usual number of entries, of which the last is seen to be written. */
static int null_get_cpuid(struct kvm_cpuid2 *cpuid)
{
	cpuid->nent = CPUIDS;
	cpuid->entries[CPUIDS - 1].function = 0;
	return 0;
}

static int null_ioctl(void *ctx, int fd, unsigned long request, unsigned long arg)
{
	(void)ctx;
	(void)fd;
	switch (request) {
	case KVM_GET_API_VERSION:
		return KVM_API_VERSION;
	case KVM_GET_VCPU_MMAP_SIZE:
		return sizeof(mapping);
	case KVM_CHECK_EXTENSION:
		return 1;
	case KVM_CREATE_VM:
	case KVM_CREATE_VCPU:
		return FD;
	case KVM_RUN:
		return null_run();
	case KVM_GET_MSRS:
		return (int)((const struct kvm_msrs *)arg)->nmsrs;
	case KVM_GET_SUPPORTED_CPUID:
	case KVM_GET_CPUID2:
		return null_get_cpuid((struct kvm_cpuid2 *)arg);
	default:
		return 0;
	}
}

static int null_mmap(void *ctx, size_t length, int prot, int flags, int fd, uint64_t offset,
		     void **ret_address)
{
	(void)ctx;
	(void)length;
	(void)prot;
	(void)flags;
	(void)fd;
	(void)offset;
	*ret_address = mapping;
	return 0;
}

static int null_munmap(void *ctx, void *address, size_t length)
{
	(void)ctx;
	(void)address;
	(void)length;
	return 0;
}

static int null_madvise(void *ctx, void *address, size_t length, int advice)
{
	(void)ctx;
	(void)address;
	(void)length;
	(void)advice;
	return 0;
}

static int null_getpid(void *ctx)
{
	(void)ctx;
	return 1;
}

const struct kvmlib_sys_ops null_sys = {
	.size = sizeof(null_sys),
	.open = null_open,
	.close = null_close,
	.ioctl = null_ioctl,
	.mmap = null_mmap,
	.munmap = null_munmap,
	.madvise = null_madvise,
	.getpid = null_getpid,
};
