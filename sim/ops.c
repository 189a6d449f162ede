/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Numbers a call that can fail; returns the failure that is armed for this number, or 0. */
int kvmlib__sim_count_call(struct kvmlib_sim *sim)
{
	uint64_t number = __atomic_add_fetch(&sim->nr_calls, 1, __ATOMIC_SEQ_CST);

	if (number != __atomic_load_n(&sim->fail_at, __ATOMIC_ACQUIRE))
		return 0;
	return -__atomic_load_n(&sim->fail_error, __ATOMIC_RELAXED);
}

int kvmlib_sim_fail_nth(struct kvmlib_sim *sim, uint64_t n, int error)
{
	if (!sim || (n && (error <= 0 || error > SIM_MAX_ERRNO)))
		return -EINVAL;
	__atomic_store_n(&sim->fail_at, 0, __ATOMIC_RELEASE);
	if (!n)
		return 0;
	__atomic_store_n(&sim->fail_error, error, __ATOMIC_RELAXED);
	__atomic_store_n(&sim->fail_at, kvmlib_sim_nr_calls(sim) + n, __ATOMIC_RELEASE);
	return 0;
}

uint64_t kvmlib_sim_nr_calls(const struct kvmlib_sim *sim)
{
	return __atomic_load_n(&sim->nr_calls, __ATOMIC_SEQ_CST);
}

uint64_t kvmlib_sim_slept(const struct kvmlib_sim *sim)
{
	return __atomic_load_n(&sim->slept, __ATOMIC_SEQ_CST);
}

/* What the host tells about the process is about guest memory too, which is real. */
static int open_smaps(struct kvmlib_sim *sim)
{
	int fd = open("/proc/self/smaps", O_RDONLY | O_CLOEXEC);

	return kvmlib__sim_add_real(sim, fd < 0 ? -errno : fd, 0);
}

static int open_locked(struct kvmlib_sim *sim, const char *path)
{
	if (strcmp(path, "/proc/self/smaps") == 0)
		return open_smaps(sim);
	if (strcmp(path, "/dev/kvm") != 0)
		return REFUSE(NO_FILE);
	if (sim->open_error)
		return -sim->open_error;
	return kvmlib__sim_open_file(sim, SIM_SYSTEM, NULL, NULL, NULL);
}

static int sim_open(void *ctx, const char *path, int flags)
{
	struct kvmlib_sim *sim = ctx;
	int r = kvmlib__sim_count_call(sim);

	(void)flags;
	if (r < 0)
		return r;
	kvmlib__sim_lock(sim);
	r = open_locked(sim, path);
	kvmlib__sim_unlock(sim);
	return r;
}

static int sim_close(void *ctx, int fd)
{
	struct kvmlib_sim *sim = ctx;
	int r;

	kvmlib__sim_lock(sim);
	r = kvmlib__sim_close(sim, fd);
	kvmlib__sim_unlock(sim);
	return r;
}

static int sim_ioctl(void *ctx, int fd, unsigned long request, unsigned long arg)
{
	struct kvmlib_sim *sim = ctx;
	int nth = kvmlib__sim_count_call(sim);
	int r;

	kvmlib__sim_lock(sim);
	r = kvmlib__sim_count_request(sim, (uint32_t)request);
	if (nth < 0)
		r = nth;
	if (r == 0)
		r = kvmlib__sim_ioctl(sim, fd, (uint32_t)request, arg);
	kvmlib__sim_unlock(sim);
	return r;
}

static int sim_mmap(void *ctx, size_t length, int prot, int flags, int fd, uint64_t offset,
		    void **ret_address)
{
	struct kvmlib_sim *sim = ctx;
	int r = kvmlib__sim_count_call(sim);

	if (r < 0)
		return r;
	kvmlib__sim_lock(sim);
	r = kvmlib__sim_mmap(sim, length, prot, flags, fd, offset, ret_address);
	kvmlib__sim_unlock(sim);
	return r;
}

static int sim_munmap(void *ctx, void *address, size_t length)
{
	struct kvmlib_sim *sim = ctx;
	int r;

	kvmlib__sim_lock(sim);
	r = kvmlib__sim_munmap(sim, address, length);
	kvmlib__sim_unlock(sim);
	return r;
}

static int sim_madvise(void *ctx, void *address, size_t length, int advice)
{
	int r = kvmlib__sim_count_call(ctx);

	if (r < 0)
		return r;
	return madvise(address, length, advice) < 0 ? -errno : 0;
}

static int sim_fcntl(void *ctx, int fd, int command, int argument)
{
	struct kvmlib_sim *sim = ctx;
	int r = kvmlib__sim_count_call(sim);

	if (r < 0)
		return r;
	kvmlib__sim_lock(sim);
	r = kvmlib__sim_fcntl(sim, fd, command, argument);
	kvmlib__sim_unlock(sim);
	return r;
}

static int sim_readlink(void *ctx, const char *path, char *buffer, size_t size)
{
	struct kvmlib_sim *sim = ctx;
	int r = kvmlib__sim_count_call(sim);

	if (r < 0)
		return r;
	kvmlib__sim_lock(sim);
	r = kvmlib__sim_readlink(sim, path, buffer, size);
	kvmlib__sim_unlock(sim);
	return r;
}

static int sim_sigaction(void *ctx, int signo, const struct sigaction *action,
			 struct sigaction *old)
{
	int r = kvmlib__sim_count_call(ctx);

	if (r < 0)
		return r;
	return sigaction(signo, action, old) < 0 ? -errno : 0;
}

/* Runs in signal handlers: no lock, and the errno of what was interrupted is kept. */
static int sim_tgkill(void *ctx, int tgid, int tid, int signo)
{
	int r = kvmlib__sim_count_call(ctx);
	int saved = errno;

	if (r < 0)
		return r;
	r = syscall(SYS_tgkill, tgid, tid, signo) < 0 ? -errno : 0;
	errno = saved;
	return r;
}

static int sim_getpid(void *ctx)
{
	(void)ctx;
	return getpid();
}

static int sim_gettid(void *ctx)
{
	(void)ctx;
	return (int)syscall(SYS_gettid);
}

static int sim_sleep(void *ctx, uint64_t nanoseconds)
{
	struct kvmlib_sim *sim = ctx;

	__atomic_add_fetch(&sim->slept, nanoseconds, __ATOMIC_SEQ_CST);
	return 0;
}

/* All that can be read is the real system's. */
static int sim_pread(void *ctx, int fd, void *buffer, size_t size, uint64_t offset)
{
	ssize_t n;
	int r = kvmlib__sim_count_call(ctx);

	if (r < 0)
		return r;
	n = pread(fd, buffer, size, (off_t)offset);
	return n < 0 ? -errno : (int)n;
}

/* The real system's, as a simulated kernel takes any eventfd. */
static int sim_eventfd(void *ctx, unsigned int count, int flags)
{
	struct kvmlib_sim *sim = ctx;
	int r = kvmlib__sim_count_call(sim);
	int fd;

	if (r < 0)
		return r;
	fd = eventfd(count, flags);
	kvmlib__sim_lock(sim);
	r = kvmlib__sim_add_real(sim, fd < 0 ? -errno : fd, 0);
	kvmlib__sim_unlock(sim);
	return r;
}

/* Descriptors that are read, written and waited for are the real system's. */
static int sim_read(void *ctx, int fd, void *buffer, size_t size)
{
	int r = kvmlib__sim_count_call(ctx);

	if (r < 0)
		return r;
	r = (int)read(fd, buffer, size);
	return r < 0 ? -errno : r;
}

static int sim_write(void *ctx, int fd, const void *buffer, size_t size)
{
	int r = kvmlib__sim_count_call(ctx);

	if (r < 0)
		return r;
	r = (int)write(fd, buffer, size);
	return r < 0 ? -errno : r;
}

static int sim_poll(void *ctx, struct pollfd *fds, size_t nr_fds, int timeout)
{
	int r = kvmlib__sim_count_call(ctx);

	if (r < 0)
		return r;
	r = poll(fds, nr_fds, timeout);
	return r < 0 ? -errno : r;
}

/* The simulated processor has no component that a process would have to ask for. */
static int sim_arch_prctl(void *ctx, int option, unsigned long argument)
{
	int r = kvmlib__sim_count_call(ctx);

	(void)option;
	(void)argument;
	return r < 0 ? r : -EOPNOTSUPP;
}

void kvmlib__sim_init_ops(struct kvmlib_sim *sim)
{
	sim->ops = (struct kvmlib_sys_ops){
		.size = sizeof(sim->ops),
		.ctx = sim,
		.open = sim_open,
		.close = sim_close,
		.ioctl = sim_ioctl,
		.mmap = sim_mmap,
		.munmap = sim_munmap,
		.madvise = sim_madvise,
		.fcntl = sim_fcntl,
		.readlink = sim_readlink,
		.sigaction = sim_sigaction,
		.tgkill = sim_tgkill,
		.getpid = sim_getpid,
		.gettid = sim_gettid,
		.sleep = sim_sleep,
		.pread = sim_pread,
		.eventfd = sim_eventfd,
		.read = sim_read,
		.write = sim_write,
		.poll = sim_poll,
		.arch_prctl = sim_arch_prctl,
	};
	kvmlib__sim_init_memory_ops(&sim->ops);
}
