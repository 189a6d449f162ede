/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Calls on memory and its files, all of which are the real system's. */
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static int result(long r)
{
	return r < 0 ? -errno : (int)r;
}

static int sim_mmap_at(void *ctx, void *address, size_t length, int prot, int flags, int fd,
		       uint64_t offset)
{
	struct kvmlib_sim *sim = ctx;
	int r = kvmlib__sim_count_call(sim);

	if (r < 0)
		return r;
	kvmlib__sim_lock(sim);
	r = kvmlib__sim_mmap_at(sim, address, length, prot, flags, fd, offset);
	kvmlib__sim_unlock(sim);
	return r;
}

static int sim_memfd_create(void *ctx, const char *name, unsigned int flags)
{
	struct kvmlib_sim *sim = ctx;
	int r = kvmlib__sim_count_call(sim);

	if (r < 0)
		return r;
	kvmlib__sim_lock(sim);
	r = kvmlib__sim_add_real(sim, result(memfd_create(name, flags)), 0);
	kvmlib__sim_unlock(sim);
	return r;
}

static int sim_ftruncate(void *ctx, int fd, uint64_t size)
{
	int r = kvmlib__sim_count_call(ctx);

	return r < 0 ? r : result(ftruncate(fd, (off_t)size));
}

static int sim_fallocate(void *ctx, int fd, int mode, uint64_t offset, uint64_t size)
{
	int r = kvmlib__sim_count_call(ctx);

	return r < 0 ? r : result(fallocate(fd, mode, (off_t)offset, (off_t)size));
}

static int sim_fstat(void *ctx, int fd, struct stat *ret_stat)
{
	int r = kvmlib__sim_count_call(ctx);

	return r < 0 ? r : result(fstat(fd, ret_stat));
}

static int sim_mbind(void *ctx, void *address, size_t length, int mode, const unsigned long *nodes,
		     unsigned long max_node, unsigned int flags)
{
	int r = kvmlib__sim_count_call(ctx);

	if (r < 0)
		return r;
	return result(syscall(SYS_mbind, address, length, mode, nodes, max_node, flags));
}

static int sim_mincore(void *ctx, void *address, size_t length, unsigned char *ret_pages)
{
	int r = kvmlib__sim_count_call(ctx);

	return r < 0 ? r : result(mincore(address, length, ret_pages));
}

static int sim_process_vm_readv(void *ctx, int pid, const struct iovec *local,
				const struct iovec *remote)
{
	int r = kvmlib__sim_count_call(ctx);

	return r < 0 ? r : result(process_vm_readv(pid, local, 1, remote, 1, 0));
}

static int sim_process_vm_writev(void *ctx, int pid, const struct iovec *local,
				 const struct iovec *remote)
{
	int r = kvmlib__sim_count_call(ctx);

	return r < 0 ? r : result(process_vm_writev(pid, local, 1, remote, 1, 0));
}

void kvmlib__sim_init_memory_ops(struct kvmlib_sys_ops *ops)
{
	ops->mmap_at = sim_mmap_at;
	ops->memfd_create = sim_memfd_create;
	ops->ftruncate = sim_ftruncate;
	ops->fallocate = sim_fallocate;
	ops->fstat = sim_fstat;
	ops->mbind = sim_mbind;
	ops->mincore = sim_mincore;
	ops->process_vm_readv = sim_process_vm_readv;
	ops->process_vm_writev = sim_process_vm_writev;
}
