/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The syscall table: what a replacement lacks is libc's, and what it has is called with its ctx. */

#define _GNU_SOURCE /* memfd_create() */

#include "fixture.h"
#include "suites.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

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
	ADD_TESTS(add_case(suite, "passed through", setup_sim), vcpu_run_page_is_kept_from_forks,
		  vm_guard_page_is_wiped_on_fork, vcpu_unref_unmaps_the_run_page);
	return suite;
}
