/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "record.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "caller.h"
#include "kinds.h"

#include "../../lib/base/uapi_ioctls.h"
#include "../../lib/base/uapi_structs.h"

#define CREATE_DEVICE_TEST 1U

static const struct kvmlib_sys_ops *below(void *ctx)
{
	const struct record *record = ctx;

	return &record->below;
}

/* Learn the kind of a descriptor that the call has made. */
static void learn_created(unsigned long request, unsigned long arg, int result)
{
	const struct kvm_create_device *device = (const void *)arg; // NOLINT

	if (request == KVM_CREATE_VM)
		kinds_learn(result, "vm");
	else if (request == KVM_CREATE_VCPU)
		kinds_learn(result, "vcpu");
	else if (request == KVM_GET_STATS_FD)
		kinds_learn(result, "stats");
#ifdef KVM_CREATE_GUEST_MEMFD
	else if (request == KVM_CREATE_GUEST_MEMFD)
		kinds_learn(result, "guest_memfd");
#endif
	else if (request == KVM_CREATE_DEVICE && !(device->flags & CREATE_DEVICE_TEST))
		kinds_learn((int)device->fd, "device");
}

/* What was learned; for a descriptor of other code, what /proc calls it. */
static const char *kind_of(const struct kvmlib_sys_ops *sys, int fd)
{
	const char *kind = kinds_of(fd);
	char path[32], name[64] = "";

	if (kind)
		return kind;
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (sys->readlink(sys->ctx, path, name, sizeof(name) - 1) < 0)
		return NULL;
	return kinds_named(name);
}

static int record_ioctl(void *ctx, int fd, unsigned long request, unsigned long arg)
{
	const struct record *record = ctx;
	int r = below(ctx)->ioctl(below(ctx)->ctx, fd, request, arg);
	int saved = errno;

	record->note(record->userdata,
		     &(const struct record_call){ .function = outermost_public_function(),
						  .kind = kind_of(below(ctx), fd),
						  .request = request,
						  .result = r });
	if (r >= 0)
		learn_created(request, arg, r);
	errno = saved;
	return r;
}

static int record_open(void *ctx, const char *path, int flags)
{
	int fd = below(ctx)->open(below(ctx)->ctx, path, flags);

	if (fd >= 0)
		kinds_learn(fd, strncmp(path, "/proc/", 6) != 0 ? "system" : NULL);
	return fd;
}

static int record_close(void *ctx, int fd)
{
	kinds_learn(fd, NULL);
	return below(ctx)->close(below(ctx)->ctx, fd);
}

static int record_fcntl(void *ctx, int fd, int command, int argument)
{
	int r = below(ctx)->fcntl(below(ctx)->ctx, fd, command, argument);

	if (r >= 0 && command == F_DUPFD_CLOEXEC)
		kinds_learn(r, kinds_of(fd));
	return r;
}

static int record_mmap(void *ctx, size_t length, int prot, int flags, int fd, uint64_t offset,
		       void **ret_address)
{
	return below(ctx)->mmap(below(ctx)->ctx, length, prot, flags, fd, offset, ret_address);
}

static int record_munmap(void *ctx, void *address, size_t length)
{
	return below(ctx)->munmap(below(ctx)->ctx, address, length);
}

static int record_madvise(void *ctx, void *address, size_t length, int advice)
{
	return below(ctx)->madvise(below(ctx)->ctx, address, length, advice);
}

static int record_readlink(void *ctx, const char *path, char *buffer, size_t size)
{
	return below(ctx)->readlink(below(ctx)->ctx, path, buffer, size);
}

static int record_sigaction(void *ctx, int signo, const struct sigaction *action,
			    struct sigaction *old)
{
	return below(ctx)->sigaction(below(ctx)->ctx, signo, action, old);
}

/* The kick's, so async-signal-safe: nothing is noted here. */
static int record_tgkill(void *ctx, int tgid, int tid, int signo)
{
	return below(ctx)->tgkill(below(ctx)->ctx, tgid, tid, signo);
}

static int record_getpid(void *ctx)
{
	return below(ctx)->getpid(below(ctx)->ctx);
}

static int record_gettid(void *ctx)
{
	return below(ctx)->gettid(below(ctx)->ctx);
}

static int record_sleep(void *ctx, uint64_t nanoseconds)
{
	return below(ctx)->sleep(below(ctx)->ctx, nanoseconds);
}

static int record_pread(void *ctx, int fd, void *buffer, size_t size, uint64_t offset)
{
	return below(ctx)->pread(below(ctx)->ctx, fd, buffer, size, offset);
}

static int record_mmap_at(void *ctx, void *address, size_t length, int prot, int flags, int fd,
			  uint64_t offset)
{
	return below(ctx)->mmap_at(below(ctx)->ctx, address, length, prot, flags, fd, offset);
}

static int record_memfd_create(void *ctx, const char *name, unsigned int flags)
{
	return below(ctx)->memfd_create(below(ctx)->ctx, name, flags);
}

static int record_ftruncate(void *ctx, int fd, uint64_t size)
{
	return below(ctx)->ftruncate(below(ctx)->ctx, fd, size);
}

static int record_fallocate(void *ctx, int fd, int mode, uint64_t offset, uint64_t size)
{
	return below(ctx)->fallocate(below(ctx)->ctx, fd, mode, offset, size);
}

static int record_fstat(void *ctx, int fd, struct stat *ret_stat)
{
	return below(ctx)->fstat(below(ctx)->ctx, fd, ret_stat);
}

static int record_mbind(void *ctx, void *address, size_t length, int mode,
			const unsigned long *nodes, unsigned long max_node, unsigned int flags)
{
	return below(ctx)->mbind(below(ctx)->ctx, address, length, mode, nodes, max_node, flags);
}

static int record_mincore(void *ctx, void *address, size_t length, unsigned char *ret_pages)
{
	return below(ctx)->mincore(below(ctx)->ctx, address, length, ret_pages);
}

static int record_process_vm_readv(void *ctx, int pid, const struct iovec *local,
				   const struct iovec *remote)
{
	return below(ctx)->process_vm_readv(below(ctx)->ctx, pid, local, remote);
}

static int record_process_vm_writev(void *ctx, int pid, const struct iovec *local,
				    const struct iovec *remote)
{
	return below(ctx)->process_vm_writev(below(ctx)->ctx, pid, local, remote);
}

static int record_eventfd(void *ctx, unsigned int count, int flags)
{
	return below(ctx)->eventfd(below(ctx)->ctx, count, flags);
}

static int record_read(void *ctx, int fd, void *buffer, size_t size)
{
	return below(ctx)->read(below(ctx)->ctx, fd, buffer, size);
}

static int record_write(void *ctx, int fd, const void *buffer, size_t size)
{
	return below(ctx)->write(below(ctx)->ctx, fd, buffer, size);
}

static int record_poll(void *ctx, struct pollfd *fds, size_t nr_fds, int timeout)
{
	return below(ctx)->poll(below(ctx)->ctx, fds, nr_fds, timeout);
}

static int record_arch_prctl(void *ctx, int option, unsigned long argument)
{
	return below(ctx)->arch_prctl(below(ctx)->ctx, option, argument);
}

void record_init(struct record *record, const struct kvmlib_sys_ops *sys, record_fn *note,
		 void *userdata)
{
	*record = (struct record){
		.ops = {
			.size = sizeof(record->ops),
			.ctx = record,
			.open = record_open,
			.close = record_close,
			.ioctl = record_ioctl,
			.mmap = record_mmap,
			.munmap = record_munmap,
			.madvise = record_madvise,
			.fcntl = record_fcntl,
			.readlink = record_readlink,
			.sigaction = record_sigaction,
			.tgkill = record_tgkill,
			.getpid = record_getpid,
			.gettid = record_gettid,
			.sleep = record_sleep,
			.pread = record_pread,
			.mmap_at = record_mmap_at,
			.memfd_create = record_memfd_create,
			.ftruncate = record_ftruncate,
			.fallocate = record_fallocate,
			.fstat = record_fstat,
			.mbind = record_mbind,
			.mincore = record_mincore,
			.process_vm_readv = record_process_vm_readv,
			.process_vm_writev = record_process_vm_writev,
			.eventfd = record_eventfd,
			.read = record_read,
			.write = record_write,
			.poll = record_poll,
			.arch_prctl = record_arch_prctl,
		},
		.below = sys ? *sys : *kvmlib_sys_default(),
		.note = note,
		.userdata = userdata,
	};
}
