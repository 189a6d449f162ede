/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The syscall table: what a replacement lacks is libc's, and what it has is called with its ctx. */

#define _GNU_SOURCE /* memfd_create(), process_vm_readv() */

#include "fixture.h"
#include "suites.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <poll.h>
#include <semaphore.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "../../lib/base/sys.h"

#define RUN_PAGES 3U
#define PATIENCE  10.0 /* seconds */

/* A kernel of one function, ioctl: descriptors and mappings are the host's. */
static int fake_ioctl(void *ctx, int fd, unsigned long request, unsigned long arg)
{
	int *calls = ctx;
	int file;

	(void)fd;
	(void)arg;
	if (calls)
		(*calls)++;
	switch (request) {
	case KVM_GET_API_VERSION:
		return 12;
	case KVM_GET_VCPU_MMAP_SIZE:
		return (int)(RUN_PAGES * page_size());
	case KVM_CREATE_VM:
		return open("/dev/null", O_RDWR | O_CLOEXEC);
	case KVM_CREATE_VCPU:
		file = memfd_create("run", MFD_CLOEXEC);
		ck_assert_int_eq(ftruncate(file, (off_t)(RUN_PAGES * page_size())), 0);
		return file;
	case KVM_RUN:
		return -EINTR;
	default:
		return -EINVAL;
	}
}

static struct kvmlib_system *open_fake(const struct kvmlib_sys_ops *sys)
{
	struct kvmlib_system_opts opts = {
		.size = sizeof(opts),
		.path = "/dev/null",
		.sys = sys,
	};
	struct kvmlib_system *system = NULL;

	ck_assert_int_eq(kvmlib_system_open(&opts, &system), 0);
	return system;
}

static struct kvmlib_system *open_libc_with_fake_ioctl(void)
{
	const struct kvmlib_sys_ops sys = { .size = sizeof(sys), .ioctl = fake_ioctl };

	return open_fake(&sys);
}

START_TEST(sys_ops_null_open_is_libc_and_close_on_exec)
{
	struct kvmlib_system *system = open_libc_with_fake_ioctl();
	int fd = kvmlib_system_fd(system);

	ck_assert_int_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
	ck_assert_int_eq(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDWR);
	kvmlib_system_unref(system);
	ck_assert_int_eq(fcntl(fd, F_GETFD), -1);
}
END_TEST

START_TEST(sys_default_is_complete_and_reports_errno)
{
	const struct kvmlib_sys_ops *sys = kvmlib_sys_default();
	void *const *member = (void *const *)(const void *)&sys->open;
	void *const *end = (void *const *)(const void *)((const char *)sys + sys->size);
	void *address = SENTINEL;

	ck_assert_uint_eq(sys->size, sizeof(*sys));
	while (member < end)
		ck_assert_ptr_nonnull(*member++);
	ck_assert_int_eq(sys->open(NULL, "/dev/null/kvm", O_RDWR), -ENOTDIR);
	ck_assert_int_eq(sys->close(NULL, -1), -EBADF);
	ck_assert_int_eq(sys->mmap(NULL, 1, PROT_READ, MAP_SHARED, -1, 0, &address), -EBADF);
	ck_assert_ptr_eq(address, SENTINEL);
}
END_TEST

/* QEMU's user emulation knows no KVM, and answers ENOSYS to its ioctls on any descriptor. */
static bool host_passes_ioctls(void)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	bool passes;

	ck_assert_int_eq(ioctl(fd, KVM_GET_API_VERSION, 0), -1);
	passes = errno != ENOSYS;
	close(fd);
	return passes;
}

START_TEST(sys_ops_short_size_hides_later_members)
{
	/* Long enough for open and close, which are not set; the ioctl is out of sight. */
	const struct kvmlib_sys_ops sys = {
		.size = offsetof(struct kvmlib_sys_ops, ioctl),
		.ioctl = fake_ioctl,
	};
	struct kvmlib_system_opts opts = {
		.size = sizeof(opts),
		.path = "/dev/null",
		.sys = &sys,
	};
	struct kvmlib_system *system = SENTINEL;

	if (!host_passes_ioctls())
		SKIP("ioctls of KVM end in ENOSYS here");
	assert_fails(kvmlib_system_open(&opts, &system), ENOTTY, NOT_KVM_FD, "KVM_GET_API_VERSION");
	ck_assert_ptr_eq(system, SENTINEL);
}
END_TEST

START_TEST(sys_ops_size_that_ends_in_a_member_hides_it)
{
	const struct kvmlib_sys_ops sys = {
		.size = offsetof(struct kvmlib_sys_ops, ioctl) + sizeof(sys.ioctl) - 1,
		.ioctl = fake_ioctl,
	};
	struct kvmlib_system_opts opts = {
		.size = sizeof(opts),
		.path = "/dev/null",
		.sys = &sys,
	};
	struct kvmlib_system *system;

	if (!host_passes_ioctls())
		SKIP("ioctls of KVM end in ENOSYS here");
	assert_fails(kvmlib_system_open(&opts, &system), ENOTTY, NOT_KVM_FD, "KVM_GET_API_VERSION");
}
END_TEST

START_TEST(sys_ops_ctx_is_passed)
{
	int calls = 0;
	const struct kvmlib_sys_ops sys = {
		.size = sizeof(sys),
		.ctx = &calls,
		.ioctl = fake_ioctl,
	};
	struct kvmlib_system *system = open_fake(&sys);

	ck_assert_int_eq(calls, 2);
	ck_assert_int_eq(kvmlib_system_get_api_version(system), 12);
	ck_assert_int_eq(calls, 3);
	kvmlib_system_unref(system);
}
END_TEST

START_TEST(sys_ops_table_is_copied)
{
	int calls = 0;
	struct kvmlib_sys_ops sys = {
		.size = sizeof(sys),
		.ctx = &calls,
		.ioctl = fake_ioctl,
	};
	struct kvmlib_system *system = open_fake(&sys);

	memset(&sys, 0, sizeof(sys));
	ck_assert_int_eq(kvmlib_system_get_api_version(system), 12);
	kvmlib_system_unref(system);
}
END_TEST

START_TEST(sys_ops_open_failure_of_libc_is_its_errno)
{
	struct kvmlib_system_opts opts = { .size = sizeof(opts), .path = "/nowhere/at/all" };
	struct kvmlib_system *system = SENTINEL;

	assert_fails(kvmlib_system_open(&opts, &system), ENOENT, DEVICE_NODE_MISSING,
		     "open(/dev/kvm)");
	ck_assert_ptr_eq(system, SENTINEL);
}
END_TEST

START_TEST(sys_ops_fcntl_of_libc_duplicates_close_on_exec)
{
	const struct kvmlib_sys_ops sys = { .size = sizeof(sys), .ioctl = fake_ioctl };
	struct kvmlib_system_opts opts = { .size = sizeof(opts), .sys = &sys };
	struct kvmlib_system *system;
	int fd = open("/dev/null", O_RDWR);

	assert_ok(kvmlib_system_from_fd(fd, &opts, &system));
	ck_assert_int_ne(kvmlib_system_fd(system), fd);
	ck_assert_int_eq(fcntl(kvmlib_system_fd(system), F_GETFD), FD_CLOEXEC);
	kvmlib_system_unref(system);
	ck_assert_int_eq(fcntl(fd, F_GETFD), 0);
	close(fd);
}
END_TEST

START_TEST(sys_ops_from_fd_closed_of_libc_is_ebadf)
{
	struct kvmlib_system *system = SENTINEL;

	assert_fails(kvmlib_system_from_fd(-1, NULL, &system), EBADF, BAD_FD,
		     "fcntl(F_DUPFD_CLOEXEC)");
	ck_assert_ptr_eq(system, SENTINEL);
}
END_TEST

static bool is_mapped(const void *address)
{
	unsigned char vector;

	return !mincore((void *)(uintptr_t)address, 1, &vector);
}

/* mmap, madvise, munmap and close of libc, seen by a run page that comes and goes. */
START_TEST(sys_ops_run_page_of_libc_comes_and_goes)
{
	struct kvmlib_system *system = open_libc_with_fake_ioctl();
	struct kvmlib_vcpu *vcpu;
	struct kvmlib_vm *vm;
	int fd;

	assert_ok(kvmlib_system_create_vm(system, NULL, &vm));
	assert_ok(kvmlib_vm_create_vcpu(vm, 3, &vcpu));
	fd = kvmlib_vcpu_fd(vcpu);
	ck_assert_int_eq(kvmlib_vcpu_kick(vcpu), 0);
	assert_ok(kvmlib_vcpu_run(vcpu));
	ck_assert_int_eq(kvmlib_vcpu_exit_kicked(vcpu), 1);
	kvmlib_vcpu_unref(vcpu);
	ck_assert_int_eq(fcntl(fd, F_GETFD), -1);
	kvmlib_vm_unref(vm);
	kvmlib_system_unref(system);
}
END_TEST

/* The fake kernel's KVM_RUN, which asks for a kick from another side and tells who it is. */
static struct kvmlib_vcpu *kicked_vcpu;
static int kick_result;

static int kicking_ioctl(void *ctx, int fd, unsigned long request, unsigned long arg)
{
	if (request == KVM_RUN)
		kick_result = kvmlib_vcpu_kick(kicked_vcpu);
	return fake_ioctl(ctx, fd, request, arg);
}

static volatile sig_atomic_t signals;

static void count_signal(int signo)
{
	(void)signo;
	signals = signals + 1;
}

/* gettid, getpid and tgkill of libc: the signal arrives here. */
START_TEST(sys_ops_tgkill_of_libc_reaches_the_bound_thread)
{
	const struct kvmlib_sys_ops sys = { .size = sizeof(sys), .ioctl = kicking_ioctl };
	struct sigaction action = { .sa_handler = count_signal };
	struct kvmlib_system *system = open_fake(&sys);
	struct kvmlib_vm *vm;

	signals = 0;
	sigaction(SIGUSR1, &action, NULL);
	assert_ok(kvmlib_system_create_vm(system, NULL, &vm));
	assert_ok(kvmlib_vm_create_vcpu(vm, 0, &kicked_vcpu));
	assert_ok(kvmlib_vcpu_bind(kicked_vcpu, SIGUSR1));
	errno = ENOSPC;
	assert_ok(kvmlib_vcpu_run(kicked_vcpu));
	ck_assert_int_eq(kick_result, 0);
	ck_assert_int_eq(signals, 1);
	ck_assert_int_eq(errno, ENOSPC);
	kvmlib_vcpu_unref(kicked_vcpu);
	kvmlib_vm_unref(vm);
	kvmlib_system_unref(system);
}
END_TEST

static pid_t ended_tid;

static void *bind_and_end(void *userdata)
{
	(void)userdata;
	ended_tid = (pid_t)syscall(SYS_gettid);
	ck_assert_int_eq(kvmlib_vcpu_bind(kicked_vcpu, SIGUSR1), 0);
	return NULL;
}

/* A thread that was joined may take signals for a moment longer. */
static void wait_for_end(pid_t tid)
{
	double deadline = now() + PATIENCE;

	while (!syscall(SYS_tgkill, getpid(), tid, 0)) {
		ck_assert_msg(now() < deadline, "the thread does not end");
		sched_yield();
	}
}

/* A run that ends, and its thread with it, between the kick's look at it and the signal. */
static sem_t run_entered, run_may_end;
static pthread_t ending;

static int ioctl_until_kicked(void *ctx, int fd, unsigned long request, unsigned long arg)
{
	(void)ctx;
	if (request != REQUEST(RUN))
		return fake_ioctl(ctx, fd, request, arg);
	sem_post(&run_entered);
	sem_wait(&run_may_end);
	return -EINTR;
}

static int tgkill_too_late(void *ctx, int32_t tgid, int32_t tid, int signo)
{
	(void)ctx, (void)tgid, (void)tid, (void)signo;
	sem_post(&run_may_end);
	pthread_join(ending, NULL);
	return -ESRCH;
}

static void *bind_run_and_end(void *userdata)
{
	(void)userdata;
	ck_assert_int_eq(kvmlib_vcpu_bind(kicked_vcpu, SIGUSR1), 0);
	ck_assert_int_eq(kvmlib_vcpu_run(kicked_vcpu), 0);
	ck_assert_int_eq(kvmlib_vcpu_exit_kicked(kicked_vcpu), 1);
	return NULL;
}

START_TEST(sys_ops_tgkill_of_a_thread_that_ended_is_no_failure)
{
	const struct kvmlib_sys_ops sys = { .size = sizeof(sys),
					    .ioctl = ioctl_until_kicked,
					    .tgkill = tgkill_too_late };
	struct kvmlib_system *system = open_fake(&sys);
	struct kvmlib_vm *vm;

	assert_ok(kvmlib_system_create_vm(system, NULL, &vm));
	assert_ok(kvmlib_vm_create_vcpu(vm, 0, &kicked_vcpu));
	sem_init(&run_entered, 0, 0);
	sem_init(&run_may_end, 0, 0);
	ck_assert_int_eq(pthread_create(&ending, NULL, bind_run_and_end, NULL), 0);
	sem_wait(&run_entered);
	assert_ok(kvmlib_vcpu_kick(kicked_vcpu));
	kvmlib_vcpu_unref(kicked_vcpu);
	kvmlib_vm_unref(vm);
	kvmlib_system_unref(system);
}
END_TEST

/* The kick may come from a signal handler, whose interrupted code has an errno of its own. */
START_TEST(sys_ops_failed_tgkill_of_libc_leaves_errno)
{
	const struct kvmlib_sys_ops sys = { .size = sizeof(sys), .ioctl = kicking_ioctl };
	struct kvmlib_system *system = open_fake(&sys);
	struct kvmlib_vm *vm;
	pthread_t thread;

	assert_ok(kvmlib_system_create_vm(system, NULL, &vm));
	assert_ok(kvmlib_vm_create_vcpu(vm, 0, &kicked_vcpu));
	ck_assert_int_eq(pthread_create(&thread, NULL, bind_and_end, NULL), 0);
	ck_assert_int_eq(pthread_join(thread, NULL), 0);
	wait_for_end(ended_tid);
	errno = ENOSPC;
	assert_ok(kvmlib_vcpu_run(kicked_vcpu));
	ck_assert_int_eq(errno, ENOSPC);
	ck_assert_int_eq(kick_result, -ESRCH);
	kvmlib_vcpu_unref(kicked_vcpu);
	kvmlib_vm_unref(vm);
	kvmlib_system_unref(system);
}
END_TEST

START_TEST(sys_ops_sigaction_of_libc_installs_the_handler)
{
	struct kvmlib_system *system = open_libc_with_fake_ioctl();
	struct sigaction action;

	assert_ok(kvmlib_kick_handler_install(system, SIGRTMIN + 5));
	ck_assert_int_eq(sigaction(SIGRTMIN + 5, NULL, &action), 0);
	ck_assert_ptr_ne((void *)(uintptr_t)action.sa_handler, (void *)(uintptr_t)SIG_DFL);
	ck_assert_int_eq(action.sa_flags & (SA_RESTART | SA_ONSTACK), SA_RESTART | SA_ONSTACK);
	kvmlib_system_unref(system);
}
END_TEST

static int interrupted_creations;

static int interrupted_ioctl(void *ctx, int fd, unsigned long request, unsigned long arg)
{
	if (request == KVM_CREATE_VM && interrupted_creations-- > 0)
		return -EINTR;
	return fake_ioctl(ctx, fd, request, arg);
}

/* sleep of libc: four pauses of 1, 2, 4 and 8 microseconds. */
START_TEST(sys_ops_sleep_of_libc_pauses)
{
	const struct kvmlib_sys_ops sys = { .size = sizeof(sys), .ioctl = interrupted_ioctl };
	struct kvmlib_system *system = open_fake(&sys);
	struct kvmlib_vm *vm;
	double start = now();

	interrupted_creations = 4;
	assert_ok(kvmlib_system_create_vm(system, NULL, &vm));
	ck_assert(now() - start >= 15e-6);
	kvmlib_vm_unref(vm);
	kvmlib_system_unref(system);
}
END_TEST

/* readlink of libc: /dev/null is no VM, whatever its ioctls answer. */
START_TEST(sys_ops_readlink_of_libc_tells_kinds)
{
	struct kvmlib_system *system = open_libc_with_fake_ioctl();
	struct kvmlib_vm *vm = SENTINEL;
	int fd = open("/dev/null", O_RDWR);

	assert_fails(kvmlib_vm_from_fd(system, fd, &vm), ENOTTY, NOT_VM_FD, "KVM_CHECK_EXTENSION");
	ck_assert_ptr_eq(vm, SENTINEL);
	close(fd);
	kvmlib_system_unref(system);
}
END_TEST

static const struct kvmlib_sys_ops *libc;
static int file = -1;

static void setup_file(void)
{
	libc = kvmlib_sys_default();
	file = libc->memfd_create(NULL, "guest", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	ck_assert_int_ge(file, 0);
	ck_assert_int_eq(libc->ftruncate(NULL, file, 4 * page_size()), 0);
}

static void teardown_file(void)
{
	ck_assert_int_eq(libc->close(NULL, file), 0);
	ck_assert_int_eq(libc->close(NULL, file), -EBADF);
}

/* What the same call says without the table. */
static int raw(long r)
{
	return r < 0 ? -errno : (int)r;
}

START_TEST(sys_ops_files_of_libc_have_their_size_and_seals)
{
	struct stat status;

	ck_assert_int_eq(fcntl(file, F_GETFD), FD_CLOEXEC);
	ck_assert_int_eq(libc->fstat(NULL, file, &status), 0);
	ck_assert_uint_eq((uint64_t)status.st_size, 4 * page_size());
	ck_assert_int_eq(libc->fcntl(NULL, file, F_ADD_SEALS, F_SEAL_SHRINK), 0);
	ck_assert_int_eq(libc->ftruncate(NULL, file, 0), -EPERM);
	ck_assert_int_eq(libc->ftruncate(NULL, -1, 0), -EBADF);
	ck_assert_int_eq(libc->fstat(NULL, -1, &status), -EBADF);
	ck_assert_int_eq(libc->memfd_create(NULL, "guest", ~0U), -EINVAL);
	ck_assert_int_lt(libc->arch_prctl(NULL, -1, 0), 0);
}
END_TEST

START_TEST(sys_ops_eventfd_of_libc_counts)
{
	int fd = libc->eventfd(NULL, 3, EFD_CLOEXEC | EFD_NONBLOCK);
	struct pollfd readable = { .fd = fd, .events = POLLIN };
	uint64_t count = 0;

	ck_assert_int_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
	ck_assert_int_eq((int)read(fd, &count, sizeof(count)), 8);
	ck_assert_uint_eq(count, 3);
	ck_assert_int_eq(libc->poll(NULL, &readable, 1, 0), 0);
	ck_assert_int_eq(libc->write(NULL, fd, &count, sizeof(count)), 8);
	ck_assert_int_eq(libc->poll(NULL, &readable, 1, -1), 1);
	ck_assert_int_eq(libc->read(NULL, fd, &count, sizeof(count)), 8);
	ck_assert_int_eq(libc->read(NULL, fd, &count, sizeof(count)), -EAGAIN);
	ck_assert_int_eq(libc->write(NULL, -1, &count, sizeof(count)), -EBADF);
	ck_assert_int_eq(libc->poll(NULL, NULL, 1, 0), -EFAULT);
	ck_assert_int_eq(libc->close(NULL, fd), 0);
	ck_assert_int_eq(libc->eventfd(NULL, 0, ~0), -EINVAL);
}
END_TEST

static uint8_t byte_at(uint64_t offset)
{
	uint8_t byte = 0xff;

	ck_assert_int_eq(libc->pread(NULL, file, &byte, 1, offset), 1);
	return byte;
}

START_TEST(sys_ops_mmap_at_of_libc_replaces_pages)
{
	size_t page = page_size();
	void *area;

	ck_assert_int_eq(libc->mmap(NULL, 4 * page, PROT_READ | PROT_WRITE,
				    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0, &area),
			 0);
	memset(area, 7, 4 * page);
	ck_assert_int_eq(libc->mmap_at(NULL, (uint8_t *)area + page, page, PROT_READ | PROT_WRITE,
				       MAP_SHARED, file, 2 * page),
			 0);
	memset(area, 8, 4 * page);
	ck_assert_uint_eq(byte_at(2 * page), 8);
	ck_assert_uint_eq(byte_at(3 * page), 0);
	ck_assert_int_eq(
		libc->mmap_at(NULL, (uint8_t *)area + 1, page, PROT_READ, MAP_SHARED, file, 0),
		-EINVAL);
	ck_assert_int_eq(libc->munmap(NULL, area, 4 * page), 0);
}
END_TEST

START_TEST(sys_ops_fallocate_of_libc_punches_holes)
{
	int hole = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE;
	size_t page = page_size();

	ck_assert_int_eq(pwrite(file, "x", 1, 0), 1);
	ck_assert_int_eq(pwrite(file, "y", 1, (off_t)page), 1);
	ck_assert_int_eq(libc->fallocate(NULL, file, hole, page, 2 * page), 0);
	ck_assert_uint_eq(byte_at(0), 'x');
	ck_assert_uint_eq(byte_at(page), 0);
	ck_assert_int_eq(libc->fallocate(NULL, file, FALLOC_FL_PUNCH_HOLE, 0, page), -EOPNOTSUPP);
}
END_TEST

START_TEST(sys_ops_mincore_of_libc_tells_pages)
{
	unsigned char pages[2] = { 0xff, 0xff };
	uint8_t *memory = guest_memory();

	memory[0] = 1;
	ck_assert_int_eq(libc->mincore(NULL, memory, page_size(), pages), 0);
	ck_assert_uint_eq(pages[0] & 1U, 1);
	ck_assert_uint_eq(pages[1], 0xff);
	ck_assert_int_eq(libc->mincore(NULL, memory + 1, page_size(), pages), -EINVAL);
}
END_TEST

/* A policy that prefers the first node can be had on every host with NUMA in its kernel. */
START_TEST(sys_ops_mbind_of_libc_is_the_kernels)
{
	unsigned long nodes[2] = { 1 };
	void *memory = guest_memory();
	size_t page = page_size();
	int good = raw(syscall(SYS_mbind, memory, page, 1, nodes, 64UL, 0U));
	int bad = raw(syscall(SYS_mbind, memory, page, 12345, nodes, 64UL, 0U));

	ck_assert_int_eq(libc->mbind(NULL, memory, page, 1, nodes, 64, 0), good);
	ck_assert_int_eq(libc->mbind(NULL, memory, page, 12345, nodes, 64, 0), bad);
	ck_assert_int_lt(libc->mbind(NULL, (uint8_t *)memory + 1, page, 1, nodes, 64, 0), 0);
}
END_TEST

/* Under QEMU's user emulation, and in some sandboxes, there is neither. */
START_TEST(sys_ops_process_vm_calls_of_libc_copy_one_range)
{
	char from[8] = "abcdefg", to[8] = "";
	const struct iovec source = { .iov_base = from, .iov_len = 8 };
	const struct iovec target = { .iov_base = to, .iov_len = 8 };
	int expected = raw(process_vm_readv(getpid(), &target, 1, &source, 1, 0));

	memset(to, 0, sizeof(to));
	ck_assert_int_eq(libc->process_vm_readv(NULL, getpid(), &target, &source), expected);
	ck_assert(expected < 0 || !memcmp(from, to, sizeof(to)));
	memset(to, 0, sizeof(to));
	ck_assert_int_eq(libc->process_vm_writev(NULL, getpid(), &source, &target), expected);
	ck_assert(expected < 0 || !memcmp(from, to, sizeof(to)));
}
END_TEST

/* A replacement of the members on memory: each answers its place among them. */
static int own_mmap_at(void *ctx, void *address, size_t length, int prot, int flags, int fd,
		       uint64_t offset)
{
	(void)ctx, (void)address, (void)length, (void)prot, (void)flags, (void)fd, (void)offset;
	return 1;
}

static int own_memfd_create(void *ctx, const char *name, unsigned int flags)
{
	(void)ctx, (void)name, (void)flags;
	return 2;
}

static int own_ftruncate(void *ctx, int fd, uint64_t size)
{
	(void)ctx, (void)fd, (void)size;
	return 3;
}

static int own_fallocate(void *ctx, int fd, int mode, uint64_t offset, uint64_t size)
{
	(void)ctx, (void)fd, (void)mode, (void)offset, (void)size;
	return 4;
}

static int own_fstat(void *ctx, int fd, struct stat *ret_stat)
{
	(void)ctx, (void)fd, (void)ret_stat;
	return 5;
}

static int own_mbind(void *ctx, void *address, size_t length, int mode, const unsigned long *nodes,
		     unsigned long max_node, unsigned int flags)
{
	(void)ctx, (void)address, (void)length, (void)mode;
	(void)nodes, (void)max_node, (void)flags;
	return 6;
}

static int own_mincore(void *ctx, void *address, size_t length, unsigned char *ret_pages)
{
	(void)ctx, (void)address, (void)length, (void)ret_pages;
	return 7;
}

static int own_readv(void *ctx, int pid, const struct iovec *local, const struct iovec *remote)
{
	(void)ctx, (void)pid, (void)local, (void)remote;
	return 8;
}

static int own_writev(void *ctx, int pid, const struct iovec *local, const struct iovec *remote)
{
	(void)ctx, (void)pid, (void)local, (void)remote;
	return 9;
}

static int own_eventfd(void *ctx, unsigned int count, int flags)
{
	(void)ctx, (void)count, (void)flags;
	return 10;
}

static int own_read(void *ctx, int fd, void *buffer, size_t size)
{
	(void)ctx, (void)fd, (void)buffer, (void)size;
	return 11;
}

static int own_write(void *ctx, int fd, const void *buffer, size_t size)
{
	(void)ctx, (void)fd, (void)buffer, (void)size;
	return 12;
}

static int own_poll(void *ctx, struct pollfd *fds, size_t nr_fds, int timeout)
{
	(void)ctx, (void)fds, (void)nr_fds, (void)timeout;
	return 13;
}

static int own_arch_prctl(void *ctx, int option, unsigned long argument)
{
	(void)ctx, (void)option, (void)argument;
	return 14;
}

static struct kvmlib_sys_ops own_ops(size_t size)
{
	return (struct kvmlib_sys_ops){
		.size = size,
		.mmap_at = own_mmap_at,
		.memfd_create = own_memfd_create,
		.ftruncate = own_ftruncate,
		.fallocate = own_fallocate,
		.fstat = own_fstat,
		.mbind = own_mbind,
		.mincore = own_mincore,
		.process_vm_readv = own_readv,
		.process_vm_writev = own_writev,
		.eventfd = own_eventfd,
		.read = own_read,
		.write = own_write,
		.poll = own_poll,
		.arch_prctl = own_arch_prctl,
	};
}

START_TEST(sys_ops_members_on_memory_are_replaced)
{
	const struct kvmlib_sys_ops own = own_ops(sizeof(own));
	struct kvmlib_sys_ops sys;

	kvmlib__sys_init(&sys, &own);
	ck_assert_int_eq(sys.mmap_at(NULL, NULL, 0, 0, 0, 0, 0), 1);
	ck_assert_int_eq(sys.memfd_create(NULL, NULL, 0), 2);
	ck_assert_int_eq(sys.ftruncate(NULL, 0, 0), 3);
	ck_assert_int_eq(sys.fallocate(NULL, 0, 0, 0, 0), 4);
	ck_assert_int_eq(sys.fstat(NULL, 0, NULL), 5);
	ck_assert_int_eq(sys.mbind(NULL, NULL, 0, 0, NULL, 0, 0), 6);
	ck_assert_int_eq(sys.mincore(NULL, NULL, 0, NULL), 7);
	ck_assert_int_eq(sys.process_vm_readv(NULL, 0, NULL, NULL), 8);
	ck_assert_int_eq(sys.process_vm_writev(NULL, 0, NULL, NULL), 9);
	ck_assert_int_eq(sys.eventfd(NULL, 0, 0), 10);
	ck_assert_int_eq(sys.read(NULL, 0, NULL, 0), 11);
	ck_assert_int_eq(sys.write(NULL, 0, NULL, 0), 12);
	ck_assert_int_eq(sys.poll(NULL, NULL, 0, 0), 13);
	ck_assert_int_eq(sys.arch_prctl(NULL, 0, 0), 14);
}
END_TEST

/* Where a table of an older build ends: before all of them, and between two. */
START_TEST(sys_ops_short_size_hides_members_on_memory)
{
	struct kvmlib_sys_ops own = own_ops(offsetof(struct kvmlib_sys_ops, mmap_at));
	const struct kvmlib_sys_ops *defaults = kvmlib_sys_default();
	struct kvmlib_sys_ops sys;

	kvmlib__sys_init(&sys, &own);
	ck_assert(sys.mmap_at == defaults->mmap_at);
	ck_assert(sys.process_vm_writev == defaults->process_vm_writev);
	ck_assert(sys.eventfd == defaults->eventfd);
	ck_assert(sys.poll == defaults->poll);
	ck_assert(sys.arch_prctl == defaults->arch_prctl);
	own.size = offsetof(struct kvmlib_sys_ops, fstat);
	kvmlib__sys_init(&sys, &own);
	ck_assert(sys.fallocate == own_fallocate);
	ck_assert(sys.fstat == defaults->fstat);
	ck_assert_uint_eq(sys.size, sizeof(sys));
}
END_TEST

/* A table over that of the simulated kernel, which notes the advice given on mappings. */
struct noted {
	const struct kvmlib_sys_ops *below;
	void *mapped[4];
	size_t mapped_size[4];
	int nr_mapped;
	void *advised[4];
	size_t advised_size[4];
	int advice[4];
	int nr_advised;
};

static struct noted noted;

static int noting_mmap(void *ctx, size_t length, int prot, int flags, int fd, uint64_t offset,
		       void **ret_address)
{
	int n = noted.nr_mapped++;
	int r = noted.below->mmap(noted.below->ctx, length, prot, flags, fd, offset, ret_address);

	ck_assert_ptr_eq(ctx, &noted);
	noted.mapped[n] = *ret_address;
	noted.mapped_size[n] = length;
	return r;
}

static int noting_madvise(void *ctx, void *address, size_t length, int advice)
{
	int n = noted.nr_advised++;

	ck_assert_ptr_eq(ctx, &noted);
	noted.advised[n] = address;
	noted.advised_size[n] = length;
	noted.advice[n] = advice;
	return noted.below->madvise(noted.below->ctx, address, length, advice);
}

static int passing_open(void *ctx, const char *path, int flags)
{
	ck_assert_ptr_eq(ctx, &noted);
	ck_assert_int_eq(flags, O_RDWR | O_CLOEXEC);
	ck_assert_str_eq(path, "/dev/kvm");
	return noted.below->open(noted.below->ctx, path, flags);
}

static int passing_close(void *ctx, int fd)
{
	ck_assert_ptr_eq(ctx, &noted);
	return noted.below->close(noted.below->ctx, fd);
}

static int passing_ioctl(void *ctx, int fd, unsigned long request, unsigned long arg)
{
	ck_assert_ptr_eq(ctx, &noted);
	return noted.below->ioctl(noted.below->ctx, fd, request, arg);
}

static int passing_munmap(void *ctx, void *address, size_t length)
{
	ck_assert_ptr_eq(ctx, &noted);
	return noted.below->munmap(noted.below->ctx, address, length);
}

static void make_noted_vcpu(void)
{
	const struct kvmlib_sys_ops sys = {
		.size = sizeof(sys),
		.ctx = &noted,
		.open = passing_open,
		.close = passing_close,
		.ioctl = passing_ioctl,
		.mmap = noting_mmap,
		.munmap = passing_munmap,
		.madvise = noting_madvise,
	};
	struct kvmlib_system_opts opts = { .size = sizeof(opts), .sys = &sys };

	memset(&noted, 0, sizeof(noted));
	noted.below = kvmlib_sim_sys_ops(fix.sim);
	assert_ok(kvmlib_system_open(&opts, &fix.system));
	assert_ok(kvmlib_system_create_vm(fix.system, NULL, &fix.vm));
	assert_ok(kvmlib_vm_create_vcpu(fix.vm, 0, &fix.vcpu));
}

START_TEST(vcpu_run_page_is_kept_from_forks)
{
	make_noted_vcpu();
	ck_assert_int_eq(noted.nr_mapped, 2);
	ck_assert_int_eq(noted.nr_advised, 2);
	ck_assert_ptr_eq(noted.advised[1], noted.mapped[1]);
	ck_assert_uint_eq(noted.advised_size[1], noted.mapped_size[1]);
	ck_assert_uint_eq(noted.mapped_size[1], 3 * page_size());
	ck_assert_int_eq(noted.advice[1], MADV_DONTFORK);
	ck_assert(is_mapped(noted.mapped[1]));
}
END_TEST

START_TEST(vm_guard_page_is_wiped_on_fork)
{
	make_noted_vcpu();
	ck_assert_ptr_eq(noted.advised[0], noted.mapped[0]);
	ck_assert_uint_eq(noted.advised_size[0], noted.mapped_size[0]);
	ck_assert_int_eq(noted.advice[0], MADV_WIPEONFORK);
}
END_TEST

START_TEST(vcpu_unref_unmaps_the_run_page)
{
	make_noted_vcpu();
	fix.vcpu = kvmlib_vcpu_unref(fix.vcpu);
	ck_assert(!is_mapped(noted.mapped[1]));
	ck_assert(is_mapped(noted.mapped[0]));
	fix.vm = kvmlib_vm_unref(fix.vm);
	ck_assert(!is_mapped(noted.mapped[0]));
}
END_TEST

Suite *sys_ops_suite(void)
{
	Suite *suite = suite_create("sys_ops");
	TCase *files = tcase_create("files");

	ADD_TESTS(add_case(suite, "libc", NULL), sys_default_is_complete_and_reports_errno,
		  sys_ops_null_open_is_libc_and_close_on_exec,
		  sys_ops_short_size_hides_later_members,
		  sys_ops_size_that_ends_in_a_member_hides_it, sys_ops_ctx_is_passed,
		  sys_ops_table_is_copied, sys_ops_open_failure_of_libc_is_its_errno,
		  sys_ops_fcntl_of_libc_duplicates_close_on_exec,
		  sys_ops_from_fd_closed_of_libc_is_ebadf, sys_ops_run_page_of_libc_comes_and_goes,
		  sys_ops_tgkill_of_libc_reaches_the_bound_thread,
		  sys_ops_failed_tgkill_of_libc_leaves_errno,
		  sys_ops_tgkill_of_a_thread_that_ended_is_no_failure,
		  sys_ops_sigaction_of_libc_installs_the_handler, sys_ops_sleep_of_libc_pauses,
		  sys_ops_readlink_of_libc_tells_kinds);
	tcase_add_checked_fixture(files, setup_file, teardown_file);
	suite_add_tcase(suite, files);
	ADD_TESTS(files, sys_ops_files_of_libc_have_their_size_and_seals,
		  sys_ops_eventfd_of_libc_counts, sys_ops_mmap_at_of_libc_replaces_pages,
		  sys_ops_fallocate_of_libc_punches_holes, sys_ops_mincore_of_libc_tells_pages,
		  sys_ops_mbind_of_libc_is_the_kernels,
		  sys_ops_process_vm_calls_of_libc_copy_one_range);
	ADD_TESTS(add_case(suite, "memory", NULL), sys_ops_members_on_memory_are_replaced,
		  sys_ops_short_size_hides_members_on_memory);
	ADD_TESTS(add_case(suite, "passed through", setup_sim), vcpu_run_page_is_kept_from_forks,
		  vm_guard_page_is_wiped_on_fork, vcpu_unref_unmaps_the_run_page);
	return suite;
}
