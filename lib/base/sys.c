/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The only file of the library that makes system calls. */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1 /* memfd_create(), fallocate(), process_vm_readv() */
#endif

#include "sys.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static int result(long r)
{
	return r < 0 ? -errno : (int)r;
}

static int sys_open(void *ctx, const char *path, int flags)
{
	(void)ctx;
	return result(open(path, flags));
}

static int sys_close(void *ctx, int fd)
{
	(void)ctx;
	return result(close(fd));
}

static int sys_ioctl(void *ctx, int fd, unsigned long request, unsigned long arg)
{
	(void)ctx;
	return result(ioctl(fd, request, arg));
}

static int sys_mmap(void *ctx, size_t length, int prot, int flags, int fd, uint64_t offset,
		    void **ret_address)
{
	void *address;

	(void)ctx;
	address = mmap(NULL, length, prot, flags, fd, (off_t)offset);
	if (address == MAP_FAILED)
		return -errno;
	*ret_address = address;
	return 0;
}

static int sys_munmap(void *ctx, void *address, size_t length)
{
	(void)ctx;
	return result(munmap(address, length));
}

static int sys_madvise(void *ctx, void *address, size_t length, int advice)
{
	(void)ctx;
	return result(madvise(address, length, advice));
}

static int sys_fcntl(void *ctx, int fd, int command, int argument)
{
	(void)ctx;
	return result(fcntl(fd, command, argument));
}

static int sys_readlink(void *ctx, const char *path, char *buffer, size_t size)
{
	(void)ctx;
	return result(readlink(path, buffer, size));
}

static int sys_sigaction(void *ctx, int signo, const struct sigaction *action,
			 struct sigaction *old)
{
	(void)ctx;
	return result(sigaction(signo, action, old));
}

/* Called by the kick, which may run in a signal handler: errno is the interrupted code's. */
static int sys_tgkill(void *ctx, int tgid, int tid, int signo)
{
	int saved = errno;
	int r;

	(void)ctx;
	r = result(syscall(SYS_tgkill, tgid, tid, signo));
	errno = saved;
	return r;
}

static int sys_getpid(void *ctx)
{
	(void)ctx;
	return result(getpid());
}

static int sys_gettid(void *ctx)
{
	(void)ctx;
	return result(syscall(SYS_gettid));
}

static int sys_sleep(void *ctx, uint64_t nanoseconds)
{
	struct timespec time = {
		.tv_sec = (time_t)(nanoseconds / 1000000000U),
		.tv_nsec = (long)(nanoseconds % 1000000000U),
	};

	(void)ctx;
	return result(nanosleep(&time, NULL));
}

static int sys_pread(void *ctx, int fd, void *buffer, size_t size, uint64_t offset)
{
	(void)ctx;
	return result(pread(fd, buffer, size, (off_t)offset));
}

static int sys_mmap_at(void *ctx, void *address, size_t length, int prot, int flags, int fd,
		       uint64_t offset)
{
	void *mapped;

	(void)ctx;
	mapped = mmap(address, length, prot, flags | MAP_FIXED, fd, (off_t)offset);
	return mapped == MAP_FAILED ? -errno : 0;
}

static int sys_memfd_create(void *ctx, const char *name, unsigned int flags)
{
	(void)ctx;
	return result(memfd_create(name, flags));
}

static int sys_ftruncate(void *ctx, int fd, uint64_t size)
{
	(void)ctx;
	return result(ftruncate(fd, (off_t)size));
}

static int sys_fallocate(void *ctx, int fd, int mode, uint64_t offset, uint64_t size)
{
	(void)ctx;
	return result(fallocate(fd, mode, (off_t)offset, (off_t)size));
}

static int sys_fstat(void *ctx, int fd, struct stat *ret_stat)
{
	(void)ctx;
	return result(fstat(fd, ret_stat));
}

/* libc has no function for it, and libnuma would be one library more. */
static int sys_mbind(void *ctx, void *address, size_t length, int mode, const unsigned long *nodes,
		     unsigned long max_node, unsigned int flags)
{
	(void)ctx;
	return result(syscall(SYS_mbind, address, length, mode, nodes, max_node, flags));
}

static int sys_mincore(void *ctx, void *address, size_t length, unsigned char *ret_pages)
{
	(void)ctx;
	return result(mincore(address, length, ret_pages));
}

static int sys_process_vm_readv(void *ctx, int pid, const struct iovec *local,
				const struct iovec *remote)
{
	(void)ctx;
	return result(process_vm_readv(pid, local, 1, remote, 1, 0));
}

static int sys_process_vm_writev(void *ctx, int pid, const struct iovec *local,
				 const struct iovec *remote)
{
	(void)ctx;
	return result(process_vm_writev(pid, local, 1, remote, 1, 0));
}

static int sys_eventfd(void *ctx, unsigned int count, int flags)
{
	(void)ctx;
	return result(eventfd(count, flags));
}

static int sys_read(void *ctx, int fd, void *buffer, size_t size)
{
	(void)ctx;
	return result(read(fd, buffer, size));
}

static int sys_write(void *ctx, int fd, const void *buffer, size_t size)
{
	(void)ctx;
	return result(write(fd, buffer, size));
}

static int sys_poll(void *ctx, struct pollfd *fds, size_t nr_fds, int timeout)
{
	(void)ctx;
	return result(poll(fds, nr_fds, timeout));
}

static int sys_arch_prctl(void *ctx, int option, unsigned long argument)
{
	(void)ctx;
#ifdef SYS_arch_prctl
	return result(syscall(SYS_arch_prctl, option, argument));
#else
	(void)option;
	(void)argument;
	return -ENOSYS;
#endif
}

static const struct kvmlib_sys_ops defaults = {
	.size = sizeof(defaults),
	.open = sys_open,
	.close = sys_close,
	.ioctl = sys_ioctl,
	.mmap = sys_mmap,
	.munmap = sys_munmap,
	.madvise = sys_madvise,
	.fcntl = sys_fcntl,
	.readlink = sys_readlink,
	.sigaction = sys_sigaction,
	.tgkill = sys_tgkill,
	.getpid = sys_getpid,
	.gettid = sys_gettid,
	.sleep = sys_sleep,
	.pread = sys_pread,
	.mmap_at = sys_mmap_at,
	.memfd_create = sys_memfd_create,
	.ftruncate = sys_ftruncate,
	.fallocate = sys_fallocate,
	.fstat = sys_fstat,
	.mbind = sys_mbind,
	.mincore = sys_mincore,
	.process_vm_readv = sys_process_vm_readv,
	.process_vm_writev = sys_process_vm_writev,
	.eventfd = sys_eventfd,
	.read = sys_read,
	.write = sys_write,
	.poll = sys_poll,
	.arch_prctl = sys_arch_prctl,
};

const struct kvmlib_sys_ops *kvmlib_sys_default(void)
{
	return &defaults;
}

/* Take a member from the replacement, if it is long enough to have it and has it set. */
#define REPLACE(member)                                                            \
	do {                                                                       \
		if (replacement->size >= offsetof(struct kvmlib_sys_ops, member) + \
						 sizeof(replacement->member) &&    \
		    replacement->member)                                           \
			sys->member = replacement->member;                         \
	} while (0)

void kvmlib__sys_init(struct kvmlib_sys_ops *sys, const struct kvmlib_sys_ops *replacement)
{
	*sys = defaults;
	if (!replacement)
		return;

	REPLACE(ctx);
	REPLACE(open);
	REPLACE(close);
	REPLACE(ioctl);
	REPLACE(mmap);
	REPLACE(munmap);
	REPLACE(madvise);
	REPLACE(fcntl);
	REPLACE(readlink);
	REPLACE(sigaction);
	REPLACE(tgkill);
	REPLACE(getpid);
	REPLACE(gettid);
	REPLACE(sleep);
	REPLACE(pread);
	REPLACE(mmap_at);
	REPLACE(memfd_create);
	REPLACE(ftruncate);
	REPLACE(fallocate);
	REPLACE(fstat);
	REPLACE(mbind);
	REPLACE(mincore);
	REPLACE(process_vm_readv);
	REPLACE(process_vm_writev);
	REPLACE(eventfd);
	REPLACE(read);
	REPLACE(write);
	REPLACE(poll);
	REPLACE(arch_prctl);
}
