/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The simulated kernel, asked through its syscall table alone. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif

#include <check.h>
#include <runner.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <kvmlib/sim.h>
#include <kvmlib/sys.h>
#include <kvmlib/uapi_caps.h>
#include <kvmlib/uapi_exits.h>
#include <kvmlib/uapi_flags.h>

#include "../../lib/base/uapi_ioctls.h"
#include "../../lib/base/uapi_structs.h"

#define KICK		   SIGUSR1
#define NO_SUCH_FD	   0x4b00ffff
#define UNKNOWN_REQUEST	   0xaeffUL
#define OTHER_TYPE_REQUEST 0x1234UL

#if defined(__x86_64__) || defined(__aarch64__) || defined(__powerpc64__) || defined(__s390x__)
#define HAVE_VFIO 1
#endif

static struct kvmlib_sim *sim;
static const struct kvmlib_sys_ops *ops;
static int system_fd = -1;
static int vm = -1;
static int vcpu = -1;
static struct kvm_run *run;
static size_t page;
static uint8_t *memory; /* 256 pages for slots, or (one unmapped page) for bad pointers */
static uint8_t *hole;

#define MEMORY_PAGES 256U

/* --- calls through the table ------------------------------------------------------------ */

static int call(int fd, unsigned long request, unsigned long arg)
{
	return ops->ioctl(ops->ctx, fd, request, arg);
}

static int call_ptr(int fd, unsigned long request, void *arg)
{
	return call(fd, request, (unsigned long)(uintptr_t)arg);
}

static int open_kvm(void)
{
	return ops->open(ops->ctx, "/dev/kvm", O_RDWR | O_CLOEXEC);
}

static int close_fd(int fd)
{
	return ops->close(ops->ctx, fd);
}

static int map_run(int fd, struct kvm_run **ret_run)
{
	void *address = NULL;
	int r = ops->mmap(ops->ctx, 3 * page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0, &address);

	if (r == 0)
		*ret_run = address;
	return r;
}

static int unmap_run(struct kvm_run *mapping)
{
	return ops->munmap(ops->ctx, mapping, 3 * page);
}

static int go(void)
{
	return call(vcpu, KVM_RUN, 0);
}

static void set_immediate_exit(uint8_t value)
{
	__atomic_store_n(&run->immediate_exit, value, __ATOMIC_SEQ_CST);
}

static int set_slot(uint32_t slot, uint32_t flags, uint64_t gpa, uint64_t pages, uint64_t host_page)
{
	struct kvm_userspace_memory_region region = {
		.slot = slot,
		.flags = flags,
		.guest_phys_addr = gpa,
		.memory_size = pages * page,
		.userspace_addr = (uintptr_t)memory + host_page * page,
	};

	return call_ptr(vm, KVM_SET_USER_MEMORY_REGION, &region);
}

static int get_dirty(uint32_t slot, void *bitmap)
{
	struct kvm_dirty_log log = { .slot = slot, .dirty_bitmap = bitmap };

	return call_ptr(vm, KVM_GET_DIRTY_LOG, &log);
}

static int enable_cap(uint32_t cap, uint64_t arg)
{
	struct kvm_enable_cap enable = { .cap = cap, .args = { arg } };

	return call_ptr(vm, KVM_ENABLE_CAP, &enable);
}

/* --- fixtures --------------------------------------------------------------------------- */

static void setup_sim(void)
{
	page = (size_t)sysconf(_SC_PAGESIZE);
	memory = mmap(NULL, (MEMORY_PAGES + 1) * page, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(memory, MAP_FAILED);
	hole = memory + MEMORY_PAGES * page;
	ck_assert_int_eq(munmap(hole, page), 0);
	ck_assert_int_eq(kvmlib_sim_new(&sim), 0);
	ops = kvmlib_sim_sys_ops(sim);
	system_fd = -1;
	vm = -1;
	vcpu = -1;
	run = NULL;
}

static void setup_system(void)
{
	setup_sim();
	system_fd = open_kvm();
	ck_assert_int_ge(system_fd, 0);
}

static void setup_vm(void)
{
	setup_system();
	vm = call(system_fd, KVM_CREATE_VM, 0);
	ck_assert_int_ge(vm, 0);
}

static void setup_vcpu(void)
{
	setup_vm();
	vcpu = call(vm, KVM_CREATE_VCPU, 0);
	ck_assert_int_ge(vcpu, 0);
	ck_assert_int_eq(map_run(vcpu, &run), 0);
}

static void close_open(int *fd)
{
	if (*fd >= 0)
		ck_assert_int_eq(close_fd(*fd), 0);
	*fd = -1;
}

/* Nothing may be left but what the fixture opened. */
static void teardown(void)
{
	if (run)
		ck_assert_int_eq(unmap_run(run), 0);
	close_open(&vcpu);
	close_open(&vm);
	close_open(&system_fd);
	ck_assert_int_eq(kvmlib_sim_open_fds(sim), 0);
	ck_assert_int_eq(kvmlib_sim_mappings(sim), 0);
	ck_assert_ptr_null(kvmlib_sim_free(sim));
	munmap(memory, MEMORY_PAGES * page);
}

/* --- the handle ------------------------------------------------------------------------- */

START_TEST(sim_new_null_is_einval)
{
	ck_assert_int_eq(kvmlib_sim_new(NULL), -EINVAL);
}
END_TEST

START_TEST(sim_free_null_is_null)
{
	ck_assert_ptr_null(kvmlib_sim_free(NULL));
	ck_assert_ptr_null(kvmlib_sim_sys_ops(NULL));
}
END_TEST

START_TEST(sim_free_takes_what_is_open)
{
	struct kvmlib_sim *other;
	const struct kvmlib_sys_ops *o;
	void *address;
	int fd;

	ck_assert_int_eq(kvmlib_sim_new(&other), 0);
	o = kvmlib_sim_sys_ops(other);
	fd = o->open(o->ctx, "/dev/kvm", O_RDWR);
	fd = o->ioctl(o->ctx, fd, KVM_CREATE_VM, 0);
	fd = o->ioctl(o->ctx, fd, KVM_CREATE_VCPU, 0);
	ck_assert_int_eq(o->mmap(o->ctx, page, PROT_READ, MAP_SHARED, fd, 0, &address), 0);
	ck_assert_int_eq(kvmlib_sim_push_spin(other, fd), 0);
	ck_assert_ptr_null(kvmlib_sim_free(other));
	munmap(address, page);
}
END_TEST

START_TEST(sim_ops_are_complete)
{
	ck_assert_uint_eq(ops->size, sizeof(*ops));
	ck_assert_ptr_eq(ops->ctx, sim);
	ck_assert(ops->open && ops->close && ops->ioctl && ops->mmap && ops->munmap);
	ck_assert(ops->madvise && ops->fcntl && ops->readlink && ops->sigaction);
	ck_assert(ops->tgkill && ops->getpid && ops->gettid && ops->sleep);
}
END_TEST

START_TEST(sim_knobs_refuse_bad_arguments)
{
	ck_assert_int_eq(kvmlib_sim_set_capability(NULL, 1, 1), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_set_capability(sim, 1024, 1), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_set_capability(sim, 1, -1), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_set_api_version(NULL, 1), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_set_vcpu_mmap_size(NULL, 1), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_set_vcpu_mmap_size(sim, (size_t)INT32_MAX + 1), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_set_open_error(NULL, 1), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_set_open_error(sim, -1), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_set_open_error(sim, 4096), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_set_completion_by_reason(NULL, 1), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_fail_nth(NULL, 1, EIO), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_fail_nth(sim, 1, 0), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_fail_nth(sim, 1, 4096), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_fail_ioctl(NULL, KVM_RUN, EIO, 1), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_fail_ioctl(sim, KVM_RUN, 0, 1), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_fail_ioctl(sim, KVM_RUN, 4096, 1), -EINVAL);
}
END_TEST

START_TEST(sim_process_calls_reach_the_process)
{
	ck_assert_int_eq(ops->getpid(ops->ctx), getpid());
	ck_assert_int_eq(ops->gettid(ops->ctx), getpid());
	ck_assert_uint_eq(kvmlib_sim_nr_calls(sim), 0);
}
END_TEST

START_TEST(sim_sleep_adds_up_and_returns)
{
	ck_assert_int_eq(ops->sleep(ops->ctx, UINT64_C(3600000000000)), 0);
	ck_assert_int_eq(ops->sleep(ops->ctx, 5), 0);
	ck_assert_uint_eq(kvmlib_sim_slept(sim), UINT64_C(3600000000005));
	ck_assert_uint_eq(kvmlib_sim_nr_calls(sim), 0);
}
END_TEST

static volatile sig_atomic_t signals_seen;

static void note_signal(int signo)
{
	(void)signo;
	signals_seen++;
}

static void catch_signal(int signo, int flags)
{
	struct sigaction action = { .sa_handler = note_signal, .sa_flags = flags };

	sigemptyset(&action.sa_mask);
	ck_assert_int_eq(ops->sigaction(ops->ctx, signo, &action, NULL), 0);
}

START_TEST(sim_sigaction_and_tgkill_reach_the_thread)
{
	struct sigaction old;

	signals_seen = 0;
	catch_signal(KICK, 0);
	ck_assert_int_eq(ops->sigaction(ops->ctx, KICK, NULL, &old), 0);
	ck_assert(old.sa_handler == note_signal);
	ck_assert_int_eq(ops->tgkill(ops->ctx, getpid(), ops->gettid(ops->ctx), KICK), 0);
	ck_assert_int_eq(signals_seen, 1);
	ck_assert_int_eq(ops->sigaction(ops->ctx, 1000, NULL, &old), -EINVAL);
}
END_TEST

START_TEST(sim_tgkill_failure_keeps_errno)
{
	errno = EDOM;
	ck_assert_int_eq(ops->tgkill(ops->ctx, getpid(), 0x7ffffff0, KICK), -ESRCH);
	ck_assert_int_eq(errno, EDOM);
}
END_TEST

/* --- open, close, dup ------------------------------------------------------------------- */

START_TEST(open_gives_a_virtual_descriptor)
{
	int fd = open_kvm();

	ck_assert_int_ge(fd, 0x4b000000);
	ck_assert_int_eq(fcntl(fd, F_GETFD), -1);
	ck_assert_int_eq(kvmlib_sim_open_fds(sim), 1);
	ck_assert_int_eq(close_fd(fd), 0);
}
END_TEST

START_TEST(open_other_path_is_enoent)
{
	ck_assert_int_eq(ops->open(ops->ctx, "/dev/null", O_RDWR), -ENOENT);
	ck_assert_int_eq(ops->open(ops->ctx, "", O_RDWR), -ENOENT);
}
END_TEST

START_TEST(open_error_is_what_was_set)
{
	static const int errors[] = { ENOENT, EACCES, EPERM, ENODEV, ENXIO, EMFILE };
	int fd;

	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		ck_assert_int_eq(kvmlib_sim_set_open_error(sim, errors[i]), 0);
		ck_assert_int_eq(open_kvm(), -errors[i]);
	}
	ck_assert_int_eq(kvmlib_sim_set_open_error(sim, 0), 0);
	fd = open_kvm();
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(close_fd(fd), 0);
}
END_TEST

START_TEST(close_twice_is_ebadf)
{
	int fd = open_kvm();

	ck_assert_int_eq(close_fd(fd), 0);
	ck_assert_int_eq(close_fd(fd), -EBADF);
	ck_assert_int_eq(close_fd(-1), -EBADF);
	ck_assert_int_eq(close_fd(0), -EBADF);
}
END_TEST

START_TEST(close_number_is_not_used_again)
{
	int first = open_kvm();
	int second;

	ck_assert_int_eq(close_fd(first), 0);
	second = open_kvm();
	ck_assert_int_ne(first, second);
	ck_assert_int_eq(call(first, KVM_GET_API_VERSION, 0), -EBADF);
	ck_assert_int_eq(close_fd(second), 0);
}
END_TEST

static int dup_fd(int fd, int least)
{
	return ops->fcntl(ops->ctx, fd, F_DUPFD_CLOEXEC, least);
}

START_TEST(dup_is_another_number_of_the_same_file)
{
	int copy = dup_fd(vm, 3);

	ck_assert_int_ge(copy, 0);
	ck_assert_int_ne(copy, vm);
	ck_assert_int_eq(kvmlib_sim_open_fds(sim), 3);
	ck_assert_int_eq(set_slot(0, 0, 0, 1, 0), 0);
	ck_assert_int_eq(close_fd(vm), 0);
	vm = copy;
	ck_assert_int_eq(set_slot(1, 0, 0, 1, 1), -EEXIST);
}
END_TEST

START_TEST(dup_bad_argument_is_refused)
{
	ck_assert_int_eq(dup_fd(NO_SUCH_FD, 0), -EBADF);
	ck_assert_int_eq(dup_fd(-1, 0), -EBADF);
	ck_assert_int_eq(dup_fd(system_fd, -1), -EINVAL);
	ck_assert_int_eq(dup_fd(system_fd, 0x7fffffff), -EINVAL);
	ck_assert_int_eq(ops->fcntl(ops->ctx, system_fd, F_SETFL, 0), -EINVAL);
}
END_TEST

START_TEST(dup_many_keep_their_numbers)
{
	int copies[100];

	for (size_t i = 0; i < 100; i++) {
		copies[i] = dup_fd(system_fd, 0);
		ck_assert_int_ge(copies[i], 0);
	}
	ck_assert_int_eq(kvmlib_sim_open_fds(sim), 101);
	for (size_t i = 0; i < 100; i++)
		ck_assert_int_eq(call(copies[i], KVM_GET_API_VERSION, 0), 12);
	for (size_t i = 0; i < 100; i++)
		ck_assert_int_eq(close_fd(copies[i]), 0);
}
END_TEST

static void assert_link(int fd, const char *expected)
{
	char path[64];
	char name[64];
	int r;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	r = ops->readlink(ops->ctx, path, name, sizeof(name));
	ck_assert_int_eq(r, (int)strlen(expected));
	ck_assert_mem_eq(name, expected, strlen(expected));
}

START_TEST(readlink_names_each_kind)
{
	assert_link(system_fd, "/dev/kvm");
	assert_link(vm, "anon_inode:kvm-vm");
	assert_link(vcpu, "anon_inode:kvm-vcpu:0");
}
END_TEST

START_TEST(readlink_unknown_is_enoent)
{
	char name[64];

	ck_assert_int_eq(ops->readlink(ops->ctx, "/proc/self/fd/0", name, 64), -ENOENT);
	ck_assert_int_eq(ops->readlink(ops->ctx, "/proc/self/fd/1258356735", name, 64), -ENOENT);
	ck_assert_int_eq(ops->readlink(ops->ctx, "/proc/self/fd/x", name, 64), -ENOENT);
	ck_assert_int_eq(ops->readlink(ops->ctx, "/dev/kvm", name, 64), -ENOENT);
}
END_TEST

START_TEST(readlink_short_buffer_cuts)
{
	char path[64];
	char name[8] = "xxxxxxx";

	snprintf(path, sizeof(path), "/proc/self/fd/%d", system_fd);
	ck_assert_int_eq(ops->readlink(ops->ctx, path, name, 4), 4);
	ck_assert_mem_eq(name, "/devxxx", 7);
}
END_TEST

START_TEST(ioctl_closed_descriptor_is_ebadf)
{
	ck_assert_int_eq(call(NO_SUCH_FD, KVM_GET_API_VERSION, 0), -EBADF);
	ck_assert_int_eq(call(-1, KVM_GET_API_VERSION, 0), -EBADF);
	ck_assert_int_eq(call(0, KVM_GET_API_VERSION, 0), -EBADF);
}
END_TEST

#if defined(__loongarch__)
#define UNKNOWN_ON_SYSTEM ENOTTY
#else
#define UNKNOWN_ON_SYSTEM EINVAL
#endif
#if defined(__aarch64__) || defined(__riscv)
#define UNKNOWN_ON_VM EINVAL
#else
#define UNKNOWN_ON_VM ENOTTY
#endif
#if defined(__s390x__) || defined(__loongarch__)
#define UNKNOWN_ON_VCPU ENOTTY
#else
#define UNKNOWN_ON_VCPU EINVAL
#endif

START_TEST(ioctl_unknown_request_is_the_architectures_errno)
{
	ck_assert_int_eq(call(system_fd, UNKNOWN_REQUEST, 0), -UNKNOWN_ON_SYSTEM);
	ck_assert_int_eq(call(vm, UNKNOWN_REQUEST, 0), -UNKNOWN_ON_VM);
	ck_assert_int_eq(call(vcpu, UNKNOWN_REQUEST, 0), -UNKNOWN_ON_VCPU);
	ck_assert_int_eq(call(vcpu, OTHER_TYPE_REQUEST, 0), -EINVAL);
}
END_TEST

START_TEST(ioctl_on_the_wrong_kind_is_unknown)
{
	ck_assert_int_eq(call(system_fd, KVM_CREATE_VCPU, 0), -UNKNOWN_ON_SYSTEM);
	ck_assert_int_eq(call(system_fd, KVM_RUN, 0), -UNKNOWN_ON_SYSTEM);
	ck_assert_int_eq(call(vm, KVM_GET_API_VERSION, 0), -UNKNOWN_ON_VM);
	ck_assert_int_eq(call(vm, KVM_RUN, 0), -UNKNOWN_ON_VM);
	ck_assert_int_eq(call(vcpu, KVM_CREATE_VCPU, 0), -UNKNOWN_ON_VCPU);
}
END_TEST

START_TEST(ioctl_upper_request_bits_do_not_matter)
{
	ck_assert_int_eq(call(system_fd, KVM_GET_API_VERSION | 0xffffffff00000000UL, 0), 12);
}
END_TEST

/* --- the system ------------------------------------------------------------------------- */

START_TEST(api_version_is_12_or_what_was_set)
{
	ck_assert_int_eq(call(system_fd, KVM_GET_API_VERSION, 0), 12);
	ck_assert_int_eq(kvmlib_sim_set_api_version(sim, 11), 0);
	ck_assert_int_eq(call(system_fd, KVM_GET_API_VERSION, 0), 11);
	ck_assert_int_eq(call(system_fd, KVM_GET_API_VERSION, 1), -EINVAL);
}
END_TEST

START_TEST(mmap_size_is_three_pages_or_what_was_set)
{
	ck_assert_int_eq(call(system_fd, KVM_GET_VCPU_MMAP_SIZE, 0), (int)(3 * page));
	ck_assert_int_eq(kvmlib_sim_set_vcpu_mmap_size(sim, 100), 0);
	ck_assert_int_eq(call(system_fd, KVM_GET_VCPU_MMAP_SIZE, 0), 100);
	ck_assert_int_eq(call(system_fd, KVM_GET_VCPU_MMAP_SIZE, 1), -EINVAL);
}
END_TEST

START_TEST(check_extension_has_defaults)
{
	static const struct {
		uint32_t capability;
		int value;
	} defaults[] = {
		{ KVMLIB_CAP_USER_MEMORY, 1 },
		{ KVMLIB_CAP_IMMEDIATE_EXIT, 1 },
		{ KVMLIB_CAP_CHECK_EXTENSION_VM, 1 },
		{ KVMLIB_CAP_NR_MEMSLOTS, 32764 },
		{ KVMLIB_CAP_MAX_VCPUS, 1024 },
		{ KVMLIB_CAP_MAX_VCPU_ID, 4096 },
#if defined(__x86_64__)
		{ KVMLIB_CAP_IRQCHIP, 1 },
		{ KVMLIB_CAP_MANUAL_DIRTY_LOG_PROTECT2, 3 },
		{ KVMLIB_CAP_READONLY_MEM, 1 },
		{ KVMLIB_CAP_ARM_SVE, 0 },
#endif
		{ KVMLIB_CAP_PPC_RTAS, 0 },
	};

	for (size_t i = 0; i < sizeof(defaults) / sizeof(defaults[0]); i++) {
		ck_assert_int_eq(call(system_fd, KVM_CHECK_EXTENSION, defaults[i].capability),
				 defaults[i].value);
		ck_assert_int_eq(call(vm, KVM_CHECK_EXTENSION, defaults[i].capability),
				 defaults[i].value);
	}
}
END_TEST

START_TEST(check_extension_answers_what_was_set)
{
	ck_assert_int_eq(kvmlib_sim_set_capability(sim, KVMLIB_CAP_IRQFD, 7), 0);
	ck_assert_int_eq(call(system_fd, KVM_CHECK_EXTENSION, KVMLIB_CAP_IRQFD), 7);
	ck_assert_int_eq(call(system_fd, KVM_CHECK_EXTENSION, 1023), 0);
	ck_assert_int_eq(call(system_fd, KVM_CHECK_EXTENSION, 1024), 0);
	ck_assert_int_eq(call(system_fd, KVM_CHECK_EXTENSION, ~0UL), 0);
}
END_TEST

#if defined(__x86_64__)
START_TEST(create_vm_type_must_be_known)
{
	int fd;

	ck_assert_int_eq(call(system_fd, KVM_CREATE_VM, 1), -EINVAL);
	ck_assert_int_eq(call(system_fd, KVM_CREATE_VM, 40), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_set_capability(sim, KVMLIB_CAP_VM_TYPES, 3), 0);
	fd = call(system_fd, KVM_CREATE_VM, 1);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(close_fd(fd), 0);
}
END_TEST
#elif defined(__aarch64__)
START_TEST(create_vm_type_must_be_known)
{
	int fd;

	ck_assert_int_eq(call(system_fd, KVM_CREATE_VM, 31), -EINVAL);
	ck_assert_int_eq(call(system_fd, KVM_CREATE_VM, 49), -EINVAL);
	fd = call(system_fd, KVM_CREATE_VM, 36);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(close_fd(fd), 0);
	ck_assert_int_eq(kvmlib_sim_set_capability(sim, KVMLIB_CAP_ARM_VM_IPA_SIZE, 36), 0);
	ck_assert_int_eq(call(system_fd, KVM_CREATE_VM, 0), -EINVAL);
}
END_TEST
#endif

/* --- lifetimes -------------------------------------------------------------------------- */

START_TEST(vm_outlives_its_system)
{
	close_open(&system_fd);
	ck_assert_int_eq(set_slot(0, 0, 0, 1, 0), 0);
}
END_TEST

START_TEST(vcpu_outlives_its_vm_descriptor)
{
	close_open(&vm);
	ck_assert_int_eq(kvmlib_sim_push_stale(sim, vcpu, -EFAULT), 0);
	ck_assert_int_eq(go(), -EFAULT);
}
END_TEST

START_TEST(vcpu_id_stays_taken_after_close)
{
	ck_assert_int_eq(unmap_run(run), 0);
	run = NULL;
	close_open(&vcpu);
	ck_assert_int_eq(call(vm, KVM_CREATE_VCPU, 0), -EEXIST);
}
END_TEST

START_TEST(mapping_keeps_the_vcpu)
{
	ck_assert_int_eq(close_fd(vcpu), 0);
	ck_assert_int_eq(close_fd(vm), 0);
	vcpu = -1;
	vm = -1;
	run->exit_reason = 77;
	ck_assert_int_eq(kvmlib_sim_mappings(sim), 1);
}
END_TEST

/* --- mappings --------------------------------------------------------------------------- */

START_TEST(mmap_run_page_is_zeroed)
{
	static const uint8_t zeros[64];

	ck_assert_mem_eq(run, zeros, sizeof(zeros));
	ck_assert_uint_eq(run->exit_reason, 0);
}
END_TEST

START_TEST(mmap_twice_shares_the_page)
{
	struct kvm_run *again;
	int copy = dup_fd(vcpu, 0);

	ck_assert_int_eq(map_run(copy, &again), 0);
	ck_assert_ptr_ne(again, run);
	run->immediate_exit = 1;
	ck_assert_uint_eq(again->immediate_exit, 1);
	ck_assert_int_eq(go(), -EINTR);
	ck_assert_int_eq(kvmlib_sim_mappings(sim), 2);
	ck_assert_int_eq(unmap_run(again), 0);
	ck_assert_int_eq(close_fd(copy), 0);
}
END_TEST

START_TEST(mmap_of_other_files_is_refused)
{
	void *address = run;

	ck_assert_int_eq(ops->mmap(ops->ctx, page, PROT_READ, MAP_SHARED, vm, 0, &address),
			 -ENODEV);
	ck_assert_int_eq(ops->mmap(ops->ctx, page, PROT_READ, MAP_SHARED, system_fd, 0, &address),
			 -ENODEV);
	ck_assert_int_eq(ops->mmap(ops->ctx, page, PROT_READ, MAP_SHARED, NO_SUCH_FD, 0, &address),
			 -EBADF);
	ck_assert_int_eq(ops->mmap(ops->ctx, 0, PROT_READ, MAP_SHARED, vcpu, 0, &address), -EINVAL);
	ck_assert_ptr_eq(address, run);
}
END_TEST

START_TEST(mmap_anonymous_is_real_and_counted)
{
	void *address = NULL;

	ck_assert_int_eq(ops->mmap(ops->ctx, page, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0, &address),
			 0);
	memset(address, 1, page);
	ck_assert_int_eq(ops->madvise(ops->ctx, address, page, MADV_DONTFORK), 0);
	ck_assert_int_eq(kvmlib_sim_mappings(sim), 1);
	ck_assert_int_eq(ops->munmap(ops->ctx, address, page - 1), 0);
	ck_assert_int_eq(kvmlib_sim_mappings(sim), 0);
	ck_assert_int_eq(ops->munmap(ops->ctx, (uint8_t *)address + 1, page), -EINVAL);
}
END_TEST

/* QEMU's user mode takes any advice, and follows none. */
static bool advice_is_heard(void)
{
	return madvise(memory, page, 12345) < 0;
}

START_TEST(madvise_bad_advice_is_einval)
{
	int expected = advice_is_heard() ? -EINVAL : 0;

	ck_assert_int_eq(ops->madvise(ops->ctx, run, 3 * page, 12345), expected);
}
END_TEST

/* In a child of its own: the test's process must not take the signal. */
static int touch_beyond(size_t length, size_t offset)
{
	void *address = NULL;
	int status = 0;
	pid_t child;

	ck_assert_int_eq(
		ops->mmap(ops->ctx, length, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu, 0, &address),
		0);
	child = fork();
	if (child == 0) {
		signal(SIGBUS, SIG_DFL);
		((volatile uint8_t *)address)[offset] = 1;
		_exit(0);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(ops->munmap(ops->ctx, address, length), 0);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

START_TEST(mmap_beyond_the_size_is_sigbus_when_touched)
{
	ck_assert_int_eq(touch_beyond(16 * page, 3 * page - 1), 0);
	ck_assert_int_eq(touch_beyond(16 * page, 3 * page), SIGBUS);
}
END_TEST

START_TEST(mmap_size_that_was_set_is_behind_new_vcpus)
{
	ck_assert_int_eq(kvmlib_sim_set_vcpu_mmap_size(sim, 5 * page), 0);
	ck_assert_int_eq(unmap_run(run), 0);
	ck_assert_int_eq(close_fd(vcpu), 0);
	run = NULL;
	vcpu = call(vm, KVM_CREATE_VCPU, 1);
	ck_assert_int_eq(touch_beyond(16 * page, 5 * page - 1), 0);
	ck_assert_int_eq(touch_beyond(16 * page, 5 * page), SIGBUS);
}
END_TEST

START_TEST(madvise_dontfork_hides_the_run_page)
{
	int status = 0;
	pid_t child;

	ck_assert_int_eq(ops->madvise(ops->ctx, run, 3 * page, MADV_DONTFORK), 0);
	child = fork();
	if (child == 0) {
		signal(SIGSEGV, SIG_DFL);
		((volatile struct kvm_run *)run)->immediate_exit = 1;
		_exit(0);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(!advice_is_heard() || (WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV));
}
END_TEST

/* --- faults ----------------------------------------------------------------------------- */

START_TEST(fail_nth_counts_calls_that_can_fail)
{
	struct sigaction old;
	char name[8];
	void *address;
	uint64_t calls;

	ck_assert_int_eq(kvmlib_sim_fail_nth(sim, 8, EDOM), 0);
	calls = kvmlib_sim_nr_calls(sim);
	ck_assert_int_eq(call(system_fd, KVM_GET_API_VERSION, 0), 12);
	ops->madvise(ops->ctx, memory, page, MADV_NORMAL);
	ops->readlink(ops->ctx, "/", name, sizeof(name));
	ops->sigaction(ops->ctx, KICK, NULL, &old);
	ops->tgkill(ops->ctx, getpid(), ops->gettid(ops->ctx), 0);
	ops->fcntl(ops->ctx, NO_SUCH_FD, F_DUPFD_CLOEXEC, 0);
	ops->open(ops->ctx, "/nowhere", O_RDWR);
	ops->close(ops->ctx, -1);
	ops->munmap(ops->ctx, memory + 1, page);
	ops->getpid(ops->ctx);
	ops->gettid(ops->ctx);
	ops->sleep(ops->ctx, 1);
	ck_assert_uint_eq(kvmlib_sim_nr_calls(sim), calls + 7);
	ck_assert_int_eq(
		ops->mmap(ops->ctx, page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0, &address),
		-EDOM);
	ck_assert_int_eq(call(system_fd, KVM_GET_API_VERSION, 0), 12);
}
END_TEST

START_TEST(fail_nth_works_on_every_call)
{
	struct sigaction old;
	char name[8];
	void *address;

	kvmlib_sim_fail_nth(sim, 1, EDOM);
	ck_assert_int_eq(open_kvm(), -EDOM);
	kvmlib_sim_fail_nth(sim, 1, EDOM);
	ck_assert_int_eq(call(system_fd, KVM_CREATE_VM, 0), -EDOM);
	kvmlib_sim_fail_nth(sim, 1, EDOM);
	ck_assert_int_eq(
		ops->mmap(ops->ctx, page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0, &address),
		-EDOM);
	kvmlib_sim_fail_nth(sim, 1, EDOM);
	ck_assert_int_eq(ops->madvise(ops->ctx, memory, page, MADV_NORMAL), -EDOM);
	kvmlib_sim_fail_nth(sim, 1, EDOM);
	ck_assert_int_eq(dup_fd(system_fd, 0), -EDOM);
	kvmlib_sim_fail_nth(sim, 1, EDOM);
	ck_assert_int_eq(ops->readlink(ops->ctx, "/", name, sizeof(name)), -EDOM);
	kvmlib_sim_fail_nth(sim, 1, EDOM);
	ck_assert_int_eq(ops->sigaction(ops->ctx, KICK, NULL, &old), -EDOM);
	kvmlib_sim_fail_nth(sim, 1, EDOM);
	ck_assert_int_eq(ops->tgkill(ops->ctx, getpid(), ops->gettid(ops->ctx), KICK), -EDOM);
	ck_assert_int_eq(kvmlib_sim_open_fds(sim), 1);
	ck_assert_int_eq(kvmlib_sim_mappings(sim), 0);
}
END_TEST

START_TEST(fail_nth_zero_disarms)
{
	ck_assert_int_eq(kvmlib_sim_fail_nth(sim, 1, EDOM), 0);
	ck_assert_int_eq(kvmlib_sim_fail_nth(sim, 0, 0), 0);
	ck_assert_int_eq(call(system_fd, KVM_GET_API_VERSION, 0), 12);
}
END_TEST

START_TEST(fail_ioctl_fails_that_request_so_often)
{
	ck_assert_int_eq(kvmlib_sim_fail_ioctl(sim, KVM_GET_API_VERSION, EINTR, 2), 0);
	ck_assert_int_ge(call(system_fd, KVM_GET_VCPU_MMAP_SIZE, 0), 0);
	ck_assert_int_eq(call(system_fd, KVM_GET_API_VERSION, 0), -EINTR);
	ck_assert_int_eq(call(NO_SUCH_FD, KVM_GET_API_VERSION, 0), -EINTR);
	ck_assert_int_eq(call(system_fd, KVM_GET_API_VERSION, 0), 12);
	ck_assert_uint_eq(kvmlib_sim_nr_ioctls(sim, KVM_GET_API_VERSION), 3);
	ck_assert_uint_eq(kvmlib_sim_nr_ioctls(sim, KVM_GET_VCPU_MMAP_SIZE), 1);
	ck_assert_uint_eq(kvmlib_sim_nr_ioctls(sim, KVM_RUN), 0);
}
END_TEST

START_TEST(fail_ioctl_zero_disarms)
{
	ck_assert_int_eq(kvmlib_sim_fail_ioctl(sim, KVM_CREATE_VM, EINTR, 9), 0);
	ck_assert_int_eq(kvmlib_sim_fail_ioctl(sim, KVM_CREATE_VM, 0, 0), 0);
	vm = call(system_fd, KVM_CREATE_VM, 0);
	ck_assert_int_ge(vm, 0);
}
END_TEST

/* --- vCPUs ------------------------------------------------------------------------------ */

START_TEST(create_vcpu_refuses_ids)
{
	ck_assert_int_eq(kvmlib_sim_set_capability(sim, KVMLIB_CAP_MAX_VCPU_ID, 10), 0);
	ck_assert_int_eq(call(vm, KVM_CREATE_VCPU, 10), -EINVAL);
	ck_assert_int_eq(call(vm, KVM_CREATE_VCPU, ~0UL), -EINVAL);
	vcpu = call(vm, KVM_CREATE_VCPU, 9);
	ck_assert_int_ge(vcpu, 0);
	ck_assert_int_eq(call(vm, KVM_CREATE_VCPU, 9), -EEXIST);
	assert_link(vcpu, "anon_inode:kvm-vcpu:9");
}
END_TEST

START_TEST(create_vcpu_refuses_one_too_many)
{
	ck_assert_int_eq(kvmlib_sim_set_capability(sim, KVMLIB_CAP_MAX_VCPUS, 1), 0);
	vcpu = call(vm, KVM_CREATE_VCPU, 5);
	ck_assert_int_ge(vcpu, 0);
	ck_assert_int_eq(call(vm, KVM_CREATE_VCPU, 6), -EINVAL);
}
END_TEST

/* The run page and the wake-up need real descriptors. */
START_TEST(create_vcpu_without_descriptors_is_emfile)
{
	struct rlimit old;
	struct rlimit none;

	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &old), 0);
	for (rlim_t limit = 0; vcpu < 0; limit++) {
		none = (struct rlimit){ .rlim_cur = limit, .rlim_max = old.rlim_max };
		setrlimit(RLIMIT_NOFILE, &none);
		vcpu = call(vm, KVM_CREATE_VCPU, 0);
		setrlimit(RLIMIT_NOFILE, &old);
		ck_assert(vcpu >= 0 || vcpu == -EMFILE);
		ck_assert_uint_lt(limit, 1000);
	}
}
END_TEST

#if defined(__x86_64__)
START_TEST(create_vcpu_apic_page_excludes_slots)
{
	int fd;

	ck_assert_int_eq(call(vm, KVM_CREATE_IRQCHIP, 0), 0);
	ck_assert_int_eq(set_slot(0, 0, 0xfee00000, 1, 0), 0);
	ck_assert_int_eq(call(vm, KVM_CREATE_VCPU, 0), -EEXIST);
	ck_assert_int_eq(set_slot(0, 0, 0xfee00000, 0, 0), 0);
	vcpu = call(vm, KVM_CREATE_VCPU, 0);
	ck_assert_int_ge(vcpu, 0);
	ck_assert_int_eq(set_slot(0, 0, 0xfee00000, 1, 0), -EEXIST);
	fd = call(vm, KVM_CREATE_VCPU, 1);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(close_fd(fd), 0);
}
END_TEST
#endif

#ifdef KVM_GET_REGS
START_TEST(regs_are_stored)
{
	struct kvm_regs set;
	struct kvm_regs got;

	memset(&set, 0x42, sizeof(set)); /* with the bit of RFLAGS that is always set */
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_REGS, &set), 0);
	ck_assert_int_eq(call_ptr(vcpu, KVM_GET_REGS, &got), 0);
	ck_assert_mem_eq(&set, &got, sizeof(set));
}
END_TEST

START_TEST(regs_bad_pointer_is_efault)
{
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_REGS, hole), -EFAULT);
	ck_assert_int_eq(call_ptr(vcpu, KVM_GET_REGS, hole), -EFAULT);
	ck_assert_int_eq(call_ptr(vcpu, KVM_GET_REGS, hole - 8), -EFAULT);
	ck_assert_int_eq(call_ptr(vcpu, KVM_GET_REGS, NULL), -EFAULT);
}
END_TEST
#endif

#ifdef KVM_GET_FPU
START_TEST(fpu_is_stored)
{
	struct kvm_fpu set;
	struct kvm_fpu got;

	memset(&set, 0x5a, sizeof(set));
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_FPU, &set), 0);
	ck_assert_int_eq(call_ptr(vcpu, KVM_GET_FPU, &got), 0);
	ck_assert_mem_eq(&set, &got, sizeof(set));
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_FPU, hole), -EFAULT);
	ck_assert_int_eq(call_ptr(vcpu, KVM_GET_FPU, hole), -EFAULT);
}
END_TEST
#endif

#if defined(__x86_64__)
START_TEST(regs_start_at_reset)
{
	struct kvm_regs regs;
	struct kvm_sregs sregs;
	struct kvm_fpu fpu;

	ck_assert_int_eq(call_ptr(vcpu, KVM_GET_REGS, &regs), 0);
	ck_assert_uint_eq(regs.rip, 0xfff0);
	ck_assert_uint_eq(regs.rflags, 2);
	ck_assert_int_eq(call_ptr(vcpu, KVM_GET_SREGS, &sregs), 0);
	ck_assert_uint_eq(sregs.cs.base, 0xffff0000);
	ck_assert_uint_eq(sregs.cs.selector, 0xf000);
	ck_assert_uint_eq(sregs.cr0, 0x60000010);
	ck_assert_uint_eq(sregs.apic_base, 0xfee00900);
	ck_assert_int_eq(call_ptr(vcpu, KVM_GET_FPU, &fpu), 0);
	ck_assert_uint_eq(fpu.fcw, 0x37f);
	ck_assert_uint_eq(fpu.mxcsr, 0x1f80);
}
END_TEST

/* struct kvm_cpuid2 with room. */
struct cpuid_list {
	uint32_t nent;
	uint32_t padding;
	struct kvm_cpuid_entry2 entries[300];
};

static int set_supported_cpuid(void)
{
	static struct cpuid_list list;

	list.nent = 300;
	ck_assert_int_eq(call_ptr(system_fd, KVM_GET_SUPPORTED_CPUID, &list), 0);
	return call_ptr(vcpu, KVM_SET_CPUID2, &list);
}

static struct kvm_sregs get_sregs(void)
{
	struct kvm_sregs sregs = { 0 };

	ck_assert_int_eq(call_ptr(vcpu, KVM_GET_SREGS, &sregs), 0);
	return sregs;
}

START_TEST(sregs_are_stored)
{
	struct kvm_sregs set = get_sregs();
	struct kvm_sregs got;

	set.cs.base = 0;
	set.cs.selector = 0;
	set.cr3 = 0x1000;
	set.cr0 |= 1;
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_SREGS, &set), 0);
	got = get_sregs();
	ck_assert_mem_eq(&set, &got, sizeof(set));
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_SREGS, hole), -EFAULT);
	ck_assert_int_eq(call_ptr(vcpu, KVM_GET_SREGS, hole), -EFAULT);
}
END_TEST

/* Long mode, as far as the values go. */
static struct kvm_sregs long_mode_sregs(void)
{
	struct kvm_sregs sregs = get_sregs();

	sregs.cr0 = 0x80000011;
	sregs.cr4 = 0x20;
	sregs.efer = 0x500;
	sregs.cs.l = 1;
	return sregs;
}

START_TEST(sregs_long_mode_needs_the_cpuid)
{
	struct kvm_sregs sregs = long_mode_sregs();

	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_SREGS, &sregs), -EINVAL);
	ck_assert_int_eq(set_supported_cpuid(), 0);
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_SREGS, &sregs), 0);
}
END_TEST

START_TEST(sregs_contradictions_are_einval)
{
	static const struct {
		uint64_t cr0;
		uint64_t cr4;
		uint64_t efer;
		uint8_t cs_l;
		int r;
	} rows[] = {
		{ 0x80000011, 0x20, 0x500, 1, 0 },
		{ 0x80000011, 0x00, 0x500, 1, -EINVAL }, /* long mode without PAE */
		{ 0x80000011, 0x20, 0x100, 1, -EINVAL }, /* LME and paging, but no LMA */
		{ 0x00000011, 0x20, 0x500, 0, -EINVAL }, /* LMA without paging */
		{ 0x00000011, 0x20, 0x000, 1, -EINVAL }, /* 64-bit code without long mode */
		{ 0x00000011, 0x20, 0x100, 0, 0 },	 /* LME alone */
		{ 0x80000010, 0x00, 0x000, 0, -EINVAL }, /* paging without protection */
		{ 0x20000011, 0x00, 0x000, 0, -EINVAL }, /* NW without CD */
		{ 0x60000011, 0x00, 0x000, 0, 0 },
		{ 0x100000011, 0x00, 0x000, 0, -EINVAL }, /* upper half of CR0 */
		{ 0x00000011, 0x00, 0x800, 0, 0 },	  /* NX */
		{ 0x00000011, 0x00, 0x1000, 0, -EINVAL }, /* SVME, which the CPUID lacks */
	};
	struct kvm_sregs sregs;

	ck_assert_int_eq(set_supported_cpuid(), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		sregs = get_sregs();
		sregs.cr0 = rows[i].cr0;
		sregs.cr4 = rows[i].cr4;
		sregs.efer = rows[i].efer;
		sregs.cs.l = rows[i].cs_l;
		ck_assert_msg(call_ptr(vcpu, KVM_SET_SREGS, &sregs) == rows[i].r, "row %zu", i);
	}
}
END_TEST

START_TEST(sregs_nx_needs_the_cpuid)
{
	struct kvm_sregs sregs = get_sregs();

	sregs.efer = 0x800;
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_SREGS, &sregs), -EINVAL);
}
END_TEST

START_TEST(sregs_apic_base_is_checked)
{
	struct kvm_sregs sregs = get_sregs();

	sregs.apic_base |= 0x1;
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_SREGS, &sregs), -EINVAL);
	sregs.apic_base = 0xfee00d00; /* x2APIC */
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_SREGS, &sregs), -EINVAL);
	ck_assert_int_eq(set_supported_cpuid(), 0);
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_SREGS, &sregs), 0);
	sregs.apic_base = 0xfee00500; /* x2APIC, but not enabled */
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_SREGS, &sregs), -EINVAL);
	sregs.apic_base = 0xfee00900;
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_SREGS, &sregs), 0);
}
END_TEST
#endif

#ifdef KVM_GET_MP_STATE
static int set_state(int fd, uint32_t state)
{
	struct kvm_mp_state args = { .mp_state = state };

	return call_ptr(fd, KVM_SET_MP_STATE, &args);
}

static uint32_t get_state(int fd)
{
	struct kvm_mp_state args = { .mp_state = 99 };

	ck_assert_int_eq(call_ptr(fd, KVM_GET_MP_STATE, &args), 0);
	return args.mp_state;
}

START_TEST(mp_state_bad_values_are_refused)
{
	ck_assert_int_eq(set_state(vcpu, 11), -EINVAL);
	ck_assert_int_eq(set_state(vcpu, ~0U), -EINVAL);
	ck_assert_int_eq(set_state(vcpu, KVMLIB_MP_STATE_LOAD), -EINVAL);
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_MP_STATE, hole), -EFAULT);
	ck_assert_int_eq(call_ptr(vcpu, KVM_GET_MP_STATE, hole), -EFAULT);
}
END_TEST
#endif

#if defined(__x86_64__)
START_TEST(mp_state_without_apic_is_runnable_alone)
{
	ck_assert_uint_eq(get_state(vcpu), KVMLIB_MP_STATE_RUNNABLE);
	ck_assert_int_eq(set_state(vcpu, KVMLIB_MP_STATE_RUNNABLE), 0);
	ck_assert_int_eq(set_state(vcpu, KVMLIB_MP_STATE_HALTED), -EINVAL);
	ck_assert_int_eq(set_state(vcpu, KVMLIB_MP_STATE_UNINITIALIZED), -EINVAL);
}
END_TEST

START_TEST(mp_state_with_apic_is_stored)
{
	int ap;

	ck_assert_int_eq(call(vm, KVM_CREATE_IRQCHIP, 0), 0);
	vcpu = call(vm, KVM_CREATE_VCPU, 0);
	ap = call(vm, KVM_CREATE_VCPU, 1);
	ck_assert_uint_eq(get_state(vcpu), KVMLIB_MP_STATE_RUNNABLE);
	ck_assert_uint_eq(get_state(ap), KVMLIB_MP_STATE_UNINITIALIZED);
	ck_assert_int_eq(set_state(ap, KVMLIB_MP_STATE_HALTED), 0);
	ck_assert_uint_eq(get_state(ap), KVMLIB_MP_STATE_HALTED);
	ck_assert_int_eq(set_state(ap, KVMLIB_MP_STATE_SIPI_RECEIVED), 0);
	ck_assert_uint_eq(get_state(ap), KVMLIB_MP_STATE_INIT_RECEIVED);
	ck_assert_int_eq(set_state(ap, KVMLIB_MP_STATE_AP_RESET_HOLD), 0);
	ck_assert_int_eq(set_state(ap, KVMLIB_MP_STATE_STOPPED), -EINVAL);
	ck_assert_int_eq(close_fd(ap), 0);
}
END_TEST
#elif defined(__aarch64__) || defined(__riscv)
START_TEST(mp_state_is_stored)
{
	ck_assert_uint_eq(get_state(vcpu), KVMLIB_MP_STATE_RUNNABLE);
	ck_assert_int_eq(set_state(vcpu, KVMLIB_MP_STATE_STOPPED), 0);
	ck_assert_uint_eq(get_state(vcpu), KVMLIB_MP_STATE_STOPPED);
	ck_assert_int_eq(set_state(vcpu, KVMLIB_MP_STATE_HALTED), -EINVAL);
}
END_TEST
#elif defined(__s390x__)
START_TEST(mp_state_is_stored)
{
	ck_assert_uint_eq(get_state(vcpu), KVMLIB_MP_STATE_STOPPED);
	ck_assert_int_eq(set_state(vcpu, KVMLIB_MP_STATE_OPERATING), 0);
	ck_assert_uint_eq(get_state(vcpu), KVMLIB_MP_STATE_OPERATING);
	ck_assert_int_eq(set_state(vcpu, KVMLIB_MP_STATE_RUNNABLE), -EINVAL);
}
END_TEST
#endif

/* --- CPUID ------------------------------------------------------------------------------ */

#ifdef KVM_SET_CPUID2
START_TEST(supported_cpuid_fills_the_list)
{
	static struct cpuid_list list;
	bool long_mode = false;

	list.nent = 300;
	ck_assert_int_eq(call_ptr(system_fd, KVM_GET_SUPPORTED_CPUID, &list), 0);
	ck_assert_uint_ge(list.nent, 4);
	ck_assert_uint_lt(list.nent, 256);
	for (uint32_t i = 0; i < list.nent; i++)
		if (list.entries[i].function == 0x80000001 && list.entries[i].edx & 1U << 29)
			long_mode = true;
	ck_assert(long_mode);
}
END_TEST

START_TEST(supported_cpuid_too_small_is_e2big_without_count)
{
	static struct cpuid_list list;
	uint32_t needed;

	list.nent = 300;
	ck_assert_int_eq(call_ptr(system_fd, KVM_GET_SUPPORTED_CPUID, &list), 0);
	needed = list.nent;
	list.nent = needed - 1;
	ck_assert_int_eq(call_ptr(system_fd, KVM_GET_SUPPORTED_CPUID, &list), -E2BIG);
	ck_assert_uint_eq(list.nent, needed - 1);
	list.nent = 0;
	ck_assert_int_eq(call_ptr(system_fd, KVM_GET_SUPPORTED_CPUID, &list), -E2BIG);
	list.nent = needed;
	ck_assert_int_eq(call_ptr(system_fd, KVM_GET_SUPPORTED_CPUID, &list), 0);
	ck_assert_int_eq(call_ptr(system_fd, KVM_GET_SUPPORTED_CPUID, hole), -EFAULT);
}
END_TEST

START_TEST(supported_cpuid_unwritable_entries_is_efault)
{
	struct kvm_cpuid2 *list = (void *)(hole - sizeof(*list));

	list->nent = 100;
	ck_assert_int_eq(call_ptr(system_fd, KVM_GET_SUPPORTED_CPUID, list), -EFAULT);
	ck_assert_uint_eq(list->nent, 100);
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_CPUID2, list), -EFAULT);
}
END_TEST

START_TEST(cpuid_is_stored)
{
	static struct cpuid_list set;
	static struct cpuid_list got;

	set.nent = 300;
	ck_assert_int_eq(call_ptr(system_fd, KVM_GET_SUPPORTED_CPUID, &set), 0);
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_CPUID2, &set), 0);
	got.nent = set.nent - 1;
	ck_assert_int_eq(call_ptr(vcpu, KVM_GET_CPUID2, &got), -E2BIG);
	got.nent = 300;
	ck_assert_int_eq(call_ptr(vcpu, KVM_GET_CPUID2, &got), 0);
	ck_assert_uint_eq(got.nent, set.nent);
	ck_assert_mem_eq(got.entries, set.entries, set.nent * sizeof(set.entries[0]));
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_CPUID2, hole), -EFAULT);
	ck_assert_int_eq(call_ptr(vcpu, KVM_GET_CPUID2, hole), -EFAULT);
}
END_TEST

START_TEST(cpuid_257_entries_is_e2big)
{
	static struct cpuid_list list;

	list.nent = 257;
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_CPUID2, &list), -E2BIG);
	list.nent = 256;
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_CPUID2, &list), 0);
}
END_TEST

START_TEST(cpuid_odd_address_width_is_einval)
{
	static struct cpuid_list list;

	list = (struct cpuid_list){ .nent = 1, .entries[0].function = 0x80000008 };
	list.entries[0].eax = 0x2f28;
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_CPUID2, &list), -EINVAL);
	list.entries[0].eax = 0x3928;
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_CPUID2, &list), 0);
	list.entries[0].eax = 0x28;
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_CPUID2, &list), 0);
}
END_TEST

START_TEST(cpuid_change_after_a_run_is_einval)
{
	static struct cpuid_list list;

	list = (struct cpuid_list){ .nent = 1, .entries[0].function = 7 };
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_CPUID2, &list), 0);
	set_immediate_exit(1);
	ck_assert_int_eq(go(), -EINTR);
	list.entries[0].ecx = 1;
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_CPUID2, &list), 0); /* the guest has not run */
	set_immediate_exit(0);
	ck_assert_int_eq(kvmlib_sim_push_stale(sim, vcpu, 0), 0);
	ck_assert_int_eq(go(), 0);
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_CPUID2, &list), 0);
	list.entries[0].padding[0] = 9; /* does not count */
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_CPUID2, &list), 0);
	list.entries[0].ecx = 2;
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_CPUID2, &list), -EINVAL);
	list.nent = 0;
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_CPUID2, &list), -EINVAL);
}
END_TEST
#endif

/* --- slots ------------------------------------------------------------------------------ */

START_TEST(slot_bad_arguments_are_einval)
{
	struct kvm_userspace_memory_region good = {
		.guest_phys_addr = 16 * page,
		.memory_size = 2 * page,
		.userspace_addr = (uintptr_t)memory,
	};
	struct kvm_userspace_memory_region bad;

#define REFUSED(member, value)                                                             \
	do {                                                                               \
		bad = good;                                                                \
		bad.member = (value);                                                      \
		ck_assert_int_eq(call_ptr(vm, KVM_SET_USER_MEMORY_REGION, &bad), -EINVAL); \
	} while (0)
	REFUSED(guest_phys_addr, 16 * page + 1);
	REFUSED(guest_phys_addr, 16 * page + page / 2);
	REFUSED(memory_size, page + 1);
	REFUSED(userspace_addr, (uintptr_t)memory + 8);
	REFUSED(userspace_addr, UINT64_C(1) << 63);
	REFUSED(flags, 4);
	REFUSED(flags, 1U << 31);
	REFUSED(slot, 32764);
	REFUSED(slot, 2U << 16);
	REFUSED(guest_phys_addr, 0 - (uint64_t)page);
	good.userspace_addr = 16 * page; /* room for 2^31 pages behind it */
	REFUSED(memory_size, page << 31);
#undef REFUSED
	ck_assert_int_eq(call_ptr(vm, KVM_SET_USER_MEMORY_REGION, hole), -EFAULT);
	ck_assert_int_eq(call_ptr(vm, KVM_SET_USER_MEMORY_REGION, &good), 0);
}
END_TEST

START_TEST(slot_limits_follow_capabilities)
{
	ck_assert_int_eq(kvmlib_sim_set_capability(sim, KVMLIB_CAP_NR_MEMSLOTS, 8), 0);
	ck_assert_int_eq(set_slot(8, 0, 0, 1, 0), -EINVAL);
	ck_assert_int_eq(set_slot(7, 0, 0, 1, 0), 0);
	ck_assert_int_eq(kvmlib_sim_set_capability(sim, KVMLIB_CAP_READONLY_MEM, 0), 0);
	ck_assert_int_eq(set_slot(6, KVMLIB_MEM_READONLY, 4 * page, 1, 1), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_set_capability(sim, KVMLIB_CAP_READONLY_MEM, 1), 0);
	ck_assert_int_eq(set_slot(6, KVMLIB_MEM_READONLY, 4 * page, 1, 1), 0);
}
END_TEST

START_TEST(slot_address_spaces_are_apart)
{
	ck_assert_int_eq(kvmlib_sim_set_capability(sim, KVMLIB_CAP_MULTI_ADDRESS_SPACE, 2), 0);
	ck_assert_int_eq(set_slot(0, 0, 0, 4, 0), 0);
	ck_assert_int_eq(set_slot(1U << 16, 0, 0, 4, 0), 0);
	ck_assert_int_eq(set_slot(1U << 16 | 1, 0, 2 * page, 4, 0), -EEXIST);
	ck_assert_int_eq(set_slot(2U << 16, 0, 0, 4, 0), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_set_capability(sim, KVMLIB_CAP_MULTI_ADDRESS_SPACE, 0), 0);
	ck_assert_int_eq(set_slot(1U << 16, 0, 0, 4, 0), -EINVAL);
}
END_TEST

START_TEST(slot_overlap_is_eexist)
{
	ck_assert_int_eq(set_slot(0, 0, 10 * page, 10, 0), 0);
	ck_assert_int_eq(set_slot(1, 0, 30 * page, 10, 20), 0);
	ck_assert_int_eq(set_slot(2, 0, 19 * page, 1, 50), -EEXIST);
	ck_assert_int_eq(set_slot(2, 0, 9 * page, 2, 50), -EEXIST);
	ck_assert_int_eq(set_slot(2, 0, 0, 100, 50), -EEXIST);
	ck_assert_int_eq(set_slot(2, 0, 12 * page, 2, 50), -EEXIST);
	ck_assert_int_eq(set_slot(2, 0, 20 * page, 11, 50), -EEXIST);
	ck_assert_int_eq(set_slot(2, 0, 20 * page, 10, 50), 0);
	ck_assert_int_eq(set_slot(3, 0, 0, 10, 70), 0);
}
END_TEST

START_TEST(slot_modify_is_limited)
{
	ck_assert_int_eq(set_slot(0, 0, 10 * page, 10, 0), 0);
	ck_assert_int_eq(set_slot(0, 0, 10 * page, 11, 0), -EINVAL);
	ck_assert_int_eq(set_slot(0, 0, 10 * page, 9, 0), -EINVAL);
	ck_assert_int_eq(set_slot(0, 0, 10 * page, 10, 1), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_set_capability(sim, KVMLIB_CAP_READONLY_MEM, 1), 0);
	ck_assert_int_eq(set_slot(0, KVMLIB_MEM_READONLY, 10 * page, 10, 0), -EINVAL);
	ck_assert_int_eq(set_slot(0, 0, 10 * page, 10, 0), 0);
	ck_assert_int_eq(set_slot(0, KVMLIB_MEM_LOG_DIRTY_PAGES, 10 * page, 10, 0), 0);
}
END_TEST

START_TEST(slot_moves)
{
	ck_assert_int_eq(set_slot(0, 0, 10 * page, 10, 0), 0);
	ck_assert_int_eq(set_slot(1, 0, 40 * page, 10, 10), 0);
	ck_assert_int_eq(set_slot(0, 0, 15 * page, 10, 0), 0); /* onto itself */
	ck_assert_int_eq(set_slot(0, 0, 35 * page, 10, 0), -EEXIST);
	ck_assert_int_eq(set_slot(0, 0, 50 * page, 10, 0), 0);
	ck_assert_int_eq(set_slot(2, 0, 10 * page, 30, 20), 0);
	ck_assert_int_eq(set_slot(3, 0, 59 * page, 1, 60), -EEXIST);
}
END_TEST

START_TEST(slot_delete_makes_room)
{
	ck_assert_int_eq(set_slot(0, 0, 0, 0, 0), -EINVAL);
	ck_assert_int_eq(set_slot(0, 0, 0, 4, 0), 0);
	ck_assert_int_eq(set_slot(0, 0, 0, 0, 0), 0);
	ck_assert_int_eq(set_slot(0, 0, 0, 0, 0), -EINVAL);
	ck_assert_int_eq(set_slot(1, 0, 0, 4, 0), 0);
}
END_TEST

START_TEST(slot_beyond_guest_addresses_is_refused)
{
#if defined(__aarch64__)
	ck_assert_int_eq(set_slot(0, 0, (UINT64_C(1) << 40) - page, 2, 0), -EFAULT);
	ck_assert_int_eq(set_slot(0, 0, (UINT64_C(1) << 40) - page, 1, 0), 0);
#elif defined(__riscv)
	ck_assert_int_eq(set_slot(0, 0, (UINT64_C(1) << 50) - page, 2, 0), -EFAULT);
	ck_assert_int_eq(set_slot(0, 0, (UINT64_C(1) << 50) - page, 1, 0), 0);
#elif defined(__x86_64__)
	ck_assert_int_eq(set_slot(0, 0, (UINT64_C(1) << 52) - page, 2, 0), -EINVAL);
	ck_assert_int_eq(set_slot(0, 0, (UINT64_C(1) << 52) - page, 1, 0), 0);
#endif
}
END_TEST

/* A thousand slots in a shuffled order: the order of addresses must hold all along. */
START_TEST(slot_thousand_stay_in_order)
{
	for (uint32_t i = 0; i < 1000; i++) {
		uint32_t n = i * 367 % 1000;

		ck_assert_int_eq(set_slot(n, 0, (uint64_t)n * 2 * page, 2, n % 100), 0);
	}
	for (uint32_t n = 0; n < 1000; n++)
		ck_assert_int_eq(set_slot(2000, 0, ((uint64_t)n * 2 + 1) * page, 1, 0), -EEXIST);
	for (uint32_t i = 0; i < 1000; i += 2)
		ck_assert_int_eq(set_slot(i * 367 % 1000, 0, 0, 0, 0), 0);
	for (uint32_t i = 0; i < 1000; i++) {
		uint32_t n = i * 367 % 1000;

		ck_assert_int_eq(set_slot(n + 2000, 0, (uint64_t)n * 2 * page, 2, 0),
				 i % 2 ? -EEXIST : 0);
	}
}
END_TEST

/* --- the dirty log ---------------------------------------------------------------------- */

START_TEST(dirty_marks_pages_and_get_clears_them)
{
	uint64_t bitmap[2] = { 1, 1 };

	ck_assert_int_eq(set_slot(3, KVMLIB_MEM_LOG_DIRTY_PAGES, 100 * page, 70, 0), 0);
	ck_assert_int_eq(get_dirty(3, bitmap), 0);
	ck_assert_uint_eq(bitmap[0] | bitmap[1], 0);
	ck_assert_int_eq(kvmlib_sim_dirty(sim, vm, 101 * page, 1), 0);
	ck_assert_int_eq(kvmlib_sim_dirty(sim, vm, 163 * page + 1, 2 * page), 0);
	ck_assert_int_eq(get_dirty(3, bitmap), 0);
	ck_assert_uint_eq(bitmap[0], UINT64_C(1) << 63 | 2);
	ck_assert_uint_eq(bitmap[1], 3);
	ck_assert_int_eq(get_dirty(3, bitmap), 0);
	ck_assert_uint_eq(bitmap[0] | bitmap[1], 0);
}
END_TEST

START_TEST(dirty_spans_slots_with_and_without_log)
{
	uint64_t bitmap = 0;

	ck_assert_int_eq(set_slot(0, 0, 0, 4, 0), 0);
	ck_assert_int_eq(set_slot(1, KVMLIB_MEM_LOG_DIRTY_PAGES, 4 * page, 4, 4), 0);
	ck_assert_int_eq(kvmlib_sim_dirty(sim, vm, 3 * page, 2 * page), 0);
	ck_assert_int_eq(get_dirty(1, &bitmap), 0);
	ck_assert_uint_eq(bitmap, 1);
}
END_TEST

START_TEST(dirty_outside_of_slots_marks_nothing)
{
	uint64_t bitmap = 0;

	ck_assert_int_eq(set_slot(1, KVMLIB_MEM_LOG_DIRTY_PAGES, 4 * page, 4, 4), 0);
	ck_assert_int_eq(kvmlib_sim_dirty(sim, vm, 7 * page, 2 * page), -ENOENT);
	ck_assert_int_eq(kvmlib_sim_dirty(sim, vm, 3 * page, 2 * page), -ENOENT);
	ck_assert_int_eq(get_dirty(1, &bitmap), 0);
	ck_assert_uint_eq(bitmap, 0);
}
END_TEST

START_TEST(dirty_bad_arguments_are_refused)
{
	ck_assert_int_eq(kvmlib_sim_dirty(NULL, vm, 0, 1), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_dirty(sim, vm, 0, 0), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_dirty(sim, vm, UINT64_MAX, 2), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_dirty(sim, system_fd, 0, 1), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_dirty(sim, NO_SUCH_FD, 0, 1), -EBADF);
	ck_assert_int_eq(kvmlib_sim_write_guest(sim, vm, 0, NULL, 1), -EINVAL);
}
END_TEST

START_TEST(dirty_readonly_slot_is_enoent)
{
	ck_assert_int_eq(kvmlib_sim_set_capability(sim, KVMLIB_CAP_READONLY_MEM, 1), 0);
	ck_assert_int_eq(set_slot(1, KVMLIB_MEM_READONLY, 0, 4, 4), 0);
	ck_assert_int_eq(kvmlib_sim_dirty(sim, vm, 0, 1), -ENOENT);
}
END_TEST

START_TEST(write_guest_stores_and_marks)
{
	uint64_t bitmap = 0;

	ck_assert_int_eq(set_slot(0, KVMLIB_MEM_LOG_DIRTY_PAGES, 0, 2, 10), 0);
	ck_assert_int_eq(set_slot(1, 0, 2 * page, 2, 20), 0);
	ck_assert_int_eq(kvmlib_sim_write_guest(sim, vm, 2 * page - 3, "abcdef", 6), 0);
	ck_assert_mem_eq(memory + 12 * page - 3, "abc", 3);
	ck_assert_mem_eq(memory + 20 * page, "def", 3);
	ck_assert_int_eq(get_dirty(0, &bitmap), 0);
	ck_assert_uint_eq(bitmap, 2);
}
END_TEST

START_TEST(write_guest_unmapped_host_is_efault)
{
	ck_assert_int_eq(set_slot(0, 0, 0, 1, MEMORY_PAGES), 0);
	ck_assert_int_eq(kvmlib_sim_write_guest(sim, vm, 0, "abc", 3), -EFAULT);
}
END_TEST

START_TEST(dirty_log_missing_is_enoent)
{
	uint64_t bitmap = 0;

	ck_assert_int_eq(get_dirty(0, &bitmap), -ENOENT);
	ck_assert_int_eq(set_slot(0, 0, 0, 4, 0), 0);
	ck_assert_int_eq(get_dirty(0, &bitmap), -ENOENT);
	ck_assert_int_eq(get_dirty(32764, &bitmap), -EINVAL);
	ck_assert_int_eq(get_dirty(2U << 16, &bitmap), -EINVAL);
	ck_assert_int_eq(call_ptr(vm, KVM_GET_DIRTY_LOG, hole), -EFAULT);
}
END_TEST

START_TEST(dirty_log_unwritable_is_efault_and_loses_the_bits)
{
	uint64_t bitmap = 0;

	ck_assert_int_eq(set_slot(0, KVMLIB_MEM_LOG_DIRTY_PAGES, 0, 4, 0), 0);
	ck_assert_int_eq(kvmlib_sim_dirty(sim, vm, 0, 1), 0);
	ck_assert_int_eq(get_dirty(0, hole), -EFAULT);
	ck_assert_int_eq(get_dirty(0, &bitmap), 0);
	ck_assert_uint_eq(bitmap, 0);
}
END_TEST

START_TEST(dirty_log_off_and_on_starts_anew)
{
	uint64_t bitmap = 0;

	ck_assert_int_eq(set_slot(0, KVMLIB_MEM_LOG_DIRTY_PAGES, 0, 4, 0), 0);
	ck_assert_int_eq(kvmlib_sim_dirty(sim, vm, 0, 1), 0);
	ck_assert_int_eq(set_slot(0, 0, 0, 4, 0), 0);
	ck_assert_int_eq(get_dirty(0, &bitmap), -ENOENT);
	ck_assert_int_eq(set_slot(0, KVMLIB_MEM_LOG_DIRTY_PAGES, 0, 4, 0), 0);
	ck_assert_int_eq(get_dirty(0, &bitmap), 0);
	ck_assert_uint_eq(bitmap, 0);
}
END_TEST

START_TEST(dirty_log_moves_with_its_slot)
{
	uint64_t bitmap = 0;

	ck_assert_int_eq(set_slot(0, KVMLIB_MEM_LOG_DIRTY_PAGES, 0, 4, 0), 0);
	ck_assert_int_eq(kvmlib_sim_dirty(sim, vm, 3 * page, 1), 0);
	ck_assert_int_eq(set_slot(0, KVMLIB_MEM_LOG_DIRTY_PAGES, 100 * page, 4, 0), 0);
	ck_assert_int_eq(get_dirty(0, &bitmap), 0);
	ck_assert_uint_eq(bitmap, 8);
}
END_TEST

#ifdef KVM_CLEAR_DIRTY_LOG
static int clear_dirty(uint32_t slot, uint64_t first, uint32_t count, void *bitmap)
{
	struct kvm_clear_dirty_log log = {
		.slot = slot,
		.first_page = first,
		.num_pages = count,
		.dirty_bitmap = bitmap,
	};

	return call_ptr(vm, KVM_CLEAR_DIRTY_LOG, &log);
}

START_TEST(clear_dirty_log_clears_what_is_set)
{
	uint64_t clear[2] = { 6, 1 };
	uint64_t bitmap[2];

	ck_assert_int_eq(enable_cap(KVMLIB_CAP_MANUAL_DIRTY_LOG_PROTECT2, 1), 0);
	ck_assert_int_eq(set_slot(0, KVMLIB_MEM_LOG_DIRTY_PAGES, 0, 70, 0), 0);
	ck_assert_int_eq(kvmlib_sim_dirty(sim, vm, 0, 70 * page), 0);
	ck_assert_int_eq(get_dirty(0, bitmap), 0);
	ck_assert_int_eq(get_dirty(0, bitmap), 0); /* manual: reading clears nothing */
	ck_assert_uint_eq(bitmap[0], UINT64_MAX);
	ck_assert_uint_eq(bitmap[1], 63);
	ck_assert_int_eq(clear_dirty(0, 0, 70, clear), 0);
	ck_assert_int_eq(clear_dirty(0, 64, 6, &clear[0]), 0);
	ck_assert_int_eq(clear_dirty(0, 0, 0, NULL), 0);
	ck_assert_int_eq(get_dirty(0, bitmap), 0);
	ck_assert_uint_eq(bitmap[0], UINT64_MAX ^ 6);
	ck_assert_uint_eq(bitmap[1], 63 ^ 7);
}
END_TEST

START_TEST(clear_dirty_log_bad_arguments_are_refused)
{
	uint64_t clear[4] = { 0 };

	ck_assert_int_eq(clear_dirty(0, 0, 64, clear), -ENOENT);
	ck_assert_int_eq(set_slot(0, 0, 0, 100, 0), 0);
	ck_assert_int_eq(clear_dirty(0, 0, 64, clear), -ENOENT);
	ck_assert_int_eq(set_slot(0, KVMLIB_MEM_LOG_DIRTY_PAGES, 0, 100, 0), 0);
	ck_assert_int_eq(clear_dirty(32764, 0, 64, clear), -EINVAL);
	ck_assert_int_eq(clear_dirty(0, 1, 64, clear), -EINVAL);
	ck_assert_int_eq(clear_dirty(1, 1, 64, clear), -EINVAL);
	ck_assert_int_eq(clear_dirty(0, 0, 63, clear), -EINVAL);
	ck_assert_int_eq(clear_dirty(0, 0, 101, clear), -EINVAL);
	ck_assert_int_eq(clear_dirty(0, 64, 37, clear), -EINVAL);
	ck_assert_int_eq(clear_dirty(0, 128, 0, clear), -EINVAL);
	ck_assert_int_eq(clear_dirty(0, 64, 36, clear), 0);
	ck_assert_int_eq(clear_dirty(0, 0, 64, clear), 0);
	ck_assert_int_eq(clear_dirty(0, 0, 64, hole), -EFAULT);
	ck_assert_int_eq(call_ptr(vm, KVM_CLEAR_DIRTY_LOG, hole), -EFAULT);
}
END_TEST

START_TEST(manual_protect_can_start_all_set)
{
	uint64_t bitmap[2];

	ck_assert_int_eq(enable_cap(KVMLIB_CAP_MANUAL_DIRTY_LOG_PROTECT2, 2), -EINVAL);
	ck_assert_int_eq(enable_cap(KVMLIB_CAP_MANUAL_DIRTY_LOG_PROTECT2, 4), -EINVAL);
	ck_assert_int_eq(enable_cap(KVMLIB_CAP_MANUAL_DIRTY_LOG_PROTECT2, 7), -EINVAL);
	ck_assert_int_eq(enable_cap(KVMLIB_CAP_MANUAL_DIRTY_LOG_PROTECT2, 3), 0);
	ck_assert_int_eq(set_slot(0, KVMLIB_MEM_LOG_DIRTY_PAGES, 0, 70, 0), 0);
	ck_assert_int_eq(get_dirty(0, bitmap), 0);
	ck_assert_uint_eq(bitmap[0], UINT64_MAX);
	ck_assert_uint_eq(bitmap[1], 63);
	ck_assert_int_eq(enable_cap(KVMLIB_CAP_MANUAL_DIRTY_LOG_PROTECT2, 0), 0);
	ck_assert_int_eq(get_dirty(0, bitmap), 0);
	ck_assert_int_eq(get_dirty(0, bitmap), 0);
	ck_assert_uint_eq(bitmap[0], 0);
}
END_TEST

START_TEST(manual_protect_absent_is_einval)
{
	ck_assert_int_eq(kvmlib_sim_set_capability(sim, KVMLIB_CAP_MANUAL_DIRTY_LOG_PROTECT2, 0),
			 0);
	ck_assert_int_eq(enable_cap(KVMLIB_CAP_MANUAL_DIRTY_LOG_PROTECT2, 1), -EINVAL);
}
END_TEST
#endif

START_TEST(enable_cap_bad_arguments_are_refused)
{
	struct kvm_enable_cap flagged = { .cap = KVMLIB_CAP_MANUAL_DIRTY_LOG_PROTECT2, .flags = 1 };

	ck_assert_int_eq(enable_cap(1000, 0), -EINVAL);
	ck_assert_int_eq(call_ptr(vm, KVM_ENABLE_CAP, &flagged), -EINVAL);
	ck_assert_int_eq(call_ptr(vm, KVM_ENABLE_CAP, hole), -EFAULT);
}
END_TEST

/* --- interrupts and the platform -------------------------------------------------------- */

#ifdef KVM_IRQ_LINE
static int irq_line(uint32_t irq, uint32_t level)
{
	struct kvm_irq_level args = { .irq = irq, .level = level };

	return call_ptr(vm, KVM_IRQ_LINE, &args);
}
#endif

#if defined(__x86_64__)
START_TEST(irqchip_is_made_once_and_before_vcpus)
{
	ck_assert_int_eq(call(vm, KVM_CREATE_IRQCHIP, 0), 0);
	ck_assert_int_eq(call(vm, KVM_CREATE_IRQCHIP, 0), -EEXIST);
	vcpu = call(vm, KVM_CREATE_VCPU, 0);
	ck_assert_int_eq(call(vm, KVM_CREATE_IRQCHIP, 0), -EEXIST);
}
END_TEST

START_TEST(irqchip_after_a_vcpu_is_einval)
{
	ck_assert_int_eq(call(vm, KVM_CREATE_IRQCHIP, 0), -EINVAL);
}
END_TEST

START_TEST(irqchip_split_excludes_full)
{
	ck_assert_int_eq(enable_cap(KVMLIB_CAP_SPLIT_IRQCHIP, 4097), -EINVAL);
	ck_assert_int_eq(enable_cap(KVMLIB_CAP_SPLIT_IRQCHIP, 24), 0);
	ck_assert_int_eq(enable_cap(KVMLIB_CAP_SPLIT_IRQCHIP, 24), -EEXIST);
	ck_assert_int_eq(call(vm, KVM_CREATE_IRQCHIP, 0), -EEXIST);
	ck_assert_int_eq(irq_line(4, 1), 0);
}
END_TEST

START_TEST(irqchip_split_after_a_vcpu_is_eexist)
{
	ck_assert_int_eq(enable_cap(KVMLIB_CAP_SPLIT_IRQCHIP, 24), -EEXIST);
}
END_TEST

START_TEST(irq_line_without_irqchip_is_enxio)
{
	ck_assert_int_eq(irq_line(4, 1), -ENXIO);
}
END_TEST

START_TEST(irq_line_keeps_levels)
{
	ck_assert_int_eq(call(vm, KVM_CREATE_IRQCHIP, 0), 0);
	ck_assert_int_eq(irq_line(4, 1), 0);
	ck_assert_int_eq(irq_line(9, 1), 0);
	ck_assert_int_eq(kvmlib_sim_irq_level(sim, vm, 4), 1);
	ck_assert_int_eq(kvmlib_sim_irq_level(sim, vm, 9), 1);
	ck_assert_int_eq(kvmlib_sim_irq_level(sim, vm, 5), 0);
	ck_assert_int_eq(irq_line(4, 0), 0);
	ck_assert_int_eq(kvmlib_sim_irq_level(sim, vm, 4), 0);
	ck_assert_int_eq(irq_line(100000, 1), 0);
	ck_assert_int_eq(call_ptr(vm, KVM_IRQ_LINE, hole), -EFAULT);
}
END_TEST

START_TEST(pit_needs_the_pic)
{
	struct kvm_pit_config config = { 0 };

	ck_assert_int_eq(call_ptr(vm, KVM_CREATE_PIT2, hole), -EFAULT);
	ck_assert_int_eq(call_ptr(vm, KVM_CREATE_PIT2, &config), -ENOENT);
	ck_assert_int_eq(call(vm, KVM_CREATE_IRQCHIP, 0), 0);
	ck_assert_int_eq(call_ptr(vm, KVM_CREATE_PIT2, &config), 0);
	ck_assert_int_eq(call_ptr(vm, KVM_CREATE_PIT2, &config), -EEXIST);
}
END_TEST

START_TEST(pit_with_split_irqchip_is_enoent)
{
	struct kvm_pit_config config = { 0 };

	ck_assert_int_eq(enable_cap(KVMLIB_CAP_SPLIT_IRQCHIP, 24), 0);
	ck_assert_int_eq(call_ptr(vm, KVM_CREATE_PIT2, &config), -ENOENT);
}
END_TEST

START_TEST(tss_addr_is_checked)
{
	ck_assert_int_eq(call(vm, KVM_SET_TSS_ADDR, 0xffffd001), -EINVAL);
	ck_assert_int_eq(call(vm, KVM_SET_TSS_ADDR, 0x100000000), -EINVAL);
	ck_assert_int_eq(set_slot(0, 0, 0xfffbd000, 1, 0), 0);
	ck_assert_int_eq(call(vm, KVM_SET_TSS_ADDR, 0xfffbb000), -EEXIST);
	ck_assert_int_eq(call(vm, KVM_SET_TSS_ADDR, 0xfffba000), 0);
	ck_assert_int_eq(call(vm, KVM_SET_TSS_ADDR, 0xffff0000), -EEXIST);
	ck_assert_int_eq(set_slot(1, 0, 0xfffbc000, 1, 0), -EEXIST);
}
END_TEST

START_TEST(tss_addr_may_be_the_last_three_pages)
{
	ck_assert_int_eq(call(vm, KVM_SET_TSS_ADDR, 0xffffd000), 0);
}
END_TEST

START_TEST(identity_map_addr_comes_before_vcpus)
{
	uint64_t address = 0xfffbc000;

	ck_assert_int_eq(call_ptr(vm, KVM_SET_IDENTITY_MAP_ADDR, &address), 0);
	ck_assert_int_eq(call_ptr(vm, KVM_SET_IDENTITY_MAP_ADDR, hole), -EFAULT);
	vcpu = call(vm, KVM_CREATE_VCPU, 0);
	ck_assert_int_eq(call_ptr(vm, KVM_SET_IDENTITY_MAP_ADDR, &address), -EINVAL);
}
END_TEST
#elif defined(__aarch64__)
START_TEST(irqchip_gicv2_excludes_others)
{
	ck_assert_int_eq(call(vm, KVM_CREATE_IRQCHIP, 0), 0);
	ck_assert_int_eq(call(vm, KVM_CREATE_IRQCHIP, 0), -EEXIST);
	ck_assert_int_eq(call(vm, KVM_CREATE_VCPU, 0), -EBUSY);
}
END_TEST

START_TEST(irq_line_follows_the_gic)
{
	vcpu = call(vm, KVM_CREATE_VCPU, 0);
	ck_assert_int_eq(irq_line(1U << 24 | 40, 1), -ENXIO);
	ck_assert_int_eq(irq_line(0, 1), 0);
	ck_assert_int_eq(irq_line(2, 1), -EINVAL);
	ck_assert_int_eq(call(vm, KVM_CREATE_IRQCHIP, 0), 0);
	ck_assert_int_eq(irq_line(0, 1), -ENXIO);
	ck_assert_int_eq(irq_line(1U << 24 | 31, 1), -EINVAL);
	ck_assert_int_eq(irq_line(1U << 24 | 40, 1), 0);
	ck_assert_int_eq(kvmlib_sim_irq_level(sim, vm, 1U << 24 | 40), 1);
	ck_assert_int_eq(irq_line(2U << 24 | 1U << 16 | 20, 1), -EINVAL);
	ck_assert_int_eq(irq_line(2U << 24 | 20, 1), 0);
	ck_assert_int_eq(irq_line(3U << 24, 1), -EINVAL);
}
END_TEST

START_TEST(irqchip_after_a_run_is_ebusy)
{
	ck_assert_int_eq(kvmlib_sim_push_stale(sim, vcpu, 0), 0);
	ck_assert_int_eq(go(), 0);
	ck_assert_int_eq(call(vm, KVM_CREATE_IRQCHIP, 0), -EBUSY);
}
END_TEST

START_TEST(irqchip_with_nine_vcpus_is_e2big)
{
	int fds[9];

	for (unsigned long i = 0; i < 9; i++)
		fds[i] = call(vm, KVM_CREATE_VCPU, i);
	ck_assert_int_eq(call(vm, KVM_CREATE_IRQCHIP, 0), -E2BIG);
	for (unsigned long i = 0; i < 9; i++)
		ck_assert_int_eq(close_fd(fds[i]), 0);
}
END_TEST
#elif defined(__s390x__)
START_TEST(irqchip_needs_the_capability)
{
	ck_assert_int_eq(call(vm, KVM_CREATE_IRQCHIP, 0), -EINVAL);
	ck_assert_int_eq(enable_cap(KVMLIB_CAP_S390_IRQCHIP, 0), 0);
	ck_assert_int_eq(call(vm, KVM_CREATE_IRQCHIP, 0), 0);
}
END_TEST
#endif

START_TEST(irq_level_bad_arguments_are_refused)
{
	ck_assert_int_eq(kvmlib_sim_irq_level(NULL, vm, 0), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_irq_level(sim, system_fd, 0), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_irq_level(sim, NO_SUCH_FD, 0), -EBADF);
}
END_TEST

/* --- devices ---------------------------------------------------------------------------- */

#define OWN_TYPE 40U /* none of any architecture */

static int create_device(uint32_t type, uint32_t flags, int *ret_fd)
{
	struct kvm_create_device args = { .type = type, .flags = flags, .fd = 77 };
	int r = call_ptr(vm, KVM_CREATE_DEVICE, &args);

	*ret_fd = (int)args.fd;
	return r;
}

static int attr_call(int fd, unsigned long request, uint32_t group, uint64_t attr,
		     const void *value)
{
	struct kvm_device_attr args = { .group = group, .attr = attr, .addr = (uintptr_t)value };

	return call_ptr(fd, request, &args);
}

START_TEST(device_unknown_type_is_enodev)
{
	int fd;

	ck_assert_int_eq(create_device(OWN_TYPE, 0, &fd), -ENODEV);
	ck_assert_int_eq(create_device(~0U, 0, &fd), -ENODEV);
	ck_assert_int_eq(create_device(OWN_TYPE, KVMLIB_CREATE_DEVICE_TEST, &fd), -ENODEV);
	ck_assert_int_eq(fd, 77);
	ck_assert_int_eq(call_ptr(vm, KVM_CREATE_DEVICE, hole), -EFAULT);
}
END_TEST

START_TEST(device_test_flag_makes_none)
{
	int fd;

	ck_assert_int_eq(kvmlib_sim_add_attr(sim, OWN_TYPE, 0, 0, 4, 0), 0);
	ck_assert_int_eq(create_device(OWN_TYPE, KVMLIB_CREATE_DEVICE_TEST, &fd), 0);
	ck_assert_int_eq(fd, 77);
	ck_assert_int_eq(kvmlib_sim_open_fds(sim), 2);
}
END_TEST

START_TEST(device_attr_is_stored)
{
	uint64_t value = 0x1234567890abcdef;
	uint64_t got = 1;
	int fd;

	ck_assert_int_eq(kvmlib_sim_add_attr(sim, OWN_TYPE, 2, 3, 8, 3), 0);
	ck_assert_int_eq(create_device(OWN_TYPE, 0, &fd), 0);
	assert_link(fd, "anon_inode:kvm-device");
	ck_assert_int_eq(attr_call(fd, KVM_HAS_DEVICE_ATTR, 2, 3, NULL), 0);
	ck_assert_int_eq(attr_call(fd, KVM_GET_DEVICE_ATTR, 2, 3, &got), 0);
	ck_assert_uint_eq(got, 0);
	ck_assert_int_eq(attr_call(fd, KVM_SET_DEVICE_ATTR, 2, 3, &value), 0);
	ck_assert_int_eq(attr_call(fd, KVM_GET_DEVICE_ATTR, 2, 3, &got), 0);
	ck_assert_uint_eq(got, value);
	ck_assert_int_eq(close_fd(fd), 0);
}
END_TEST

START_TEST(device_attrs_and_devices_are_apart)
{
	uint32_t values[3] = { 1, 2, 3 };
	uint32_t got[3];
	int first;
	int second;

	ck_assert_int_eq(kvmlib_sim_add_attr(sim, OWN_TYPE, 0, 0, 4, 3), 0);
	ck_assert_int_eq(kvmlib_sim_add_attr(sim, OWN_TYPE, 0, 1, 4, 3), 0);
	ck_assert_int_eq(create_device(OWN_TYPE, 0, &first), 0);
	ck_assert_int_eq(create_device(OWN_TYPE, 0, &second), 0);
	ck_assert_int_eq(attr_call(first, KVM_SET_DEVICE_ATTR, 0, 0, &values[0]), 0);
	ck_assert_int_eq(attr_call(first, KVM_SET_DEVICE_ATTR, 0, 1, &values[1]), 0);
	ck_assert_int_eq(attr_call(second, KVM_SET_DEVICE_ATTR, 0, 0, &values[2]), 0);
	ck_assert_int_eq(attr_call(first, KVM_GET_DEVICE_ATTR, 0, 0, &got[0]), 0);
	ck_assert_int_eq(attr_call(first, KVM_GET_DEVICE_ATTR, 0, 1, &got[1]), 0);
	ck_assert_int_eq(attr_call(second, KVM_GET_DEVICE_ATTR, 0, 0, &got[2]), 0);
	ck_assert_mem_eq(values, got, sizeof(values));
	ck_assert_int_eq(close_fd(first), 0);
	ck_assert_int_eq(close_fd(second), 0);
}
END_TEST

START_TEST(device_attr_errors)
{
	uint64_t value = 1;
	int fd;

	ck_assert_int_eq(kvmlib_sim_add_attr(sim, OWN_TYPE, 0, 0, 8, KVMLIB_SIM_ATTR_SET), 0);
	ck_assert_int_eq(kvmlib_sim_add_attr(sim, OWN_TYPE, 0, 1, 8, KVMLIB_SIM_ATTR_GET), 0);
	ck_assert_int_eq(create_device(OWN_TYPE, 0, &fd), 0);
	ck_assert_int_eq(attr_call(fd, KVM_SET_DEVICE_ATTR, 0, 2, &value), -ENXIO);
	ck_assert_int_eq(attr_call(fd, KVM_GET_DEVICE_ATTR, 1, 0, &value), -ENXIO);
	ck_assert_int_eq(attr_call(fd, KVM_HAS_DEVICE_ATTR, 1, 0, NULL), -ENXIO);
	ck_assert_int_eq(attr_call(fd, KVM_GET_DEVICE_ATTR, 0, 0, &value), -EPERM);
	ck_assert_int_eq(attr_call(fd, KVM_SET_DEVICE_ATTR, 0, 1, &value), -EPERM);
	ck_assert_int_eq(attr_call(fd, KVM_SET_DEVICE_ATTR, 0, 0, hole), -EFAULT);
	ck_assert_int_eq(attr_call(fd, KVM_GET_DEVICE_ATTR, 0, 1, hole), -EFAULT);
	ck_assert_int_eq(call_ptr(fd, KVM_SET_DEVICE_ATTR, hole), -EFAULT);
	ck_assert_int_eq(call(fd, KVM_RUN, 0), -ENOTTY);
	ck_assert_int_eq(close_fd(fd), 0);
}
END_TEST

START_TEST(device_add_attr_bad_arguments_are_einval)
{
	ck_assert_int_eq(kvmlib_sim_add_attr(NULL, OWN_TYPE, 0, 0, 8, 1), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_add_attr(sim, 64, 0, 0, 8, 1), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_add_attr(sim, OWN_TYPE, 0, 0, 4097, 1), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_add_attr(sim, OWN_TYPE, 0, 0, 8, 4), -EINVAL);
}
END_TEST

START_TEST(device_keeps_its_vm)
{
	int fd;

	ck_assert_int_eq(kvmlib_sim_add_attr(sim, OWN_TYPE, 0, 0, 8, 3), 0);
	ck_assert_int_eq(create_device(OWN_TYPE, 0, &fd), 0);
	close_open(&vm);
	ck_assert_int_eq(attr_call(fd, KVM_HAS_DEVICE_ATTR, 0, 0, NULL), 0);
	ck_assert_int_eq(close_fd(fd), 0);
}
END_TEST

#ifdef HAVE_VFIO
START_TEST(device_vfio_is_single_until_closed)
{
	int other;
	int fd;

	ck_assert_int_eq(create_device(KVMLIB_DEV_TYPE_VFIO, 0, &fd), 0);
	assert_link(fd, "anon_inode:kvm-vfio");
	ck_assert_int_eq(create_device(KVMLIB_DEV_TYPE_VFIO, 0, &other), -EBUSY);
	ck_assert_int_eq(kvmlib_sim_add_attr(sim, OWN_TYPE, 0, 0, 4, 3), 0);
	ck_assert_int_eq(create_device(OWN_TYPE, 0, &other), 0);
	ck_assert_int_eq(close_fd(fd), 0);
	ck_assert_int_eq(create_device(KVMLIB_DEV_TYPE_VFIO, 0, &fd), 0);
	ck_assert_int_eq(close_fd(fd), 0);
	ck_assert_int_eq(close_fd(other), 0);
}
END_TEST

START_TEST(device_vfio_files)
{
	int32_t file = dup(0);
	int32_t second = dup(0);
	int fd;

	ck_assert_int_eq(create_device(KVMLIB_DEV_TYPE_VFIO, 0, &fd), 0);
	ck_assert_int_eq(attr_call(fd, KVM_HAS_DEVICE_ATTR, 1, KVMLIB_DEV_VFIO_FILE_ADD, NULL), 0);
	ck_assert_int_eq(attr_call(fd, KVM_HAS_DEVICE_ATTR, 2, 1, NULL), -ENXIO);
	ck_assert_int_eq(attr_call(fd, KVM_GET_DEVICE_ATTR, 1, 1, &file), -EPERM);
	ck_assert_int_eq(attr_call(fd, KVM_SET_DEVICE_ATTR, 1, 2, &file), -ENOENT);
	ck_assert_int_eq(attr_call(fd, KVM_SET_DEVICE_ATTR, 1, 1, &file), 0);
	ck_assert_int_eq(attr_call(fd, KVM_SET_DEVICE_ATTR, 1, 1, &second), 0);
	ck_assert_int_eq(attr_call(fd, KVM_SET_DEVICE_ATTR, 1, 1, &second), -EEXIST);
	ck_assert_int_eq(attr_call(fd, KVM_SET_DEVICE_ATTR, 1, 2, &file), 0);
	ck_assert_int_eq(attr_call(fd, KVM_SET_DEVICE_ATTR, 1, 2, &file), -ENOENT);
	ck_assert_int_eq(attr_call(fd, KVM_SET_DEVICE_ATTR, 1, 2, &second), 0);
	close(second);
	close(file);
	ck_assert_int_eq(attr_call(fd, KVM_SET_DEVICE_ATTR, 1, 1, &file), -EBADF);
	file = vm;
	ck_assert_int_eq(attr_call(fd, KVM_SET_DEVICE_ATTR, 1, 1, &file), -EINVAL);
	ck_assert_int_eq(attr_call(fd, KVM_SET_DEVICE_ATTR, 1, 1, hole), -EFAULT);
	ck_assert_int_eq(close_fd(fd), 0);
}
END_TEST
#endif

#if defined(__aarch64__)
START_TEST(device_vgic_v3_needs_init)
{
	uint64_t address = 0x8000000;
	int other;
	int fd;

	ck_assert_int_eq(create_device(KVMLIB_DEV_TYPE_ARM_VGIC_V3, 0, &fd), 0);
	assert_link(fd, "anon_inode:kvm-arm-vgic-v3");
	ck_assert_int_eq(create_device(KVMLIB_DEV_TYPE_ARM_VGIC_V2, 0, &other), -EEXIST);
	ck_assert_int_eq(irq_line(1U << 24 | 40, 1), -EBUSY);
	ck_assert_int_eq(attr_call(fd, KVM_SET_DEVICE_ATTR, 0, 2, &address), 0);
	ck_assert_int_eq(attr_call(fd, KVM_SET_DEVICE_ATTR, 4, 0, NULL), 0);
	ck_assert_int_eq(irq_line(1U << 24 | 40, 1), 0);
	ck_assert_int_eq(close_fd(fd), 0);
}
END_TEST
#endif

/* --- dead VMs and forks ----------------------------------------------------------------- */

START_TEST(kill_vm_makes_all_eio)
{
	uint64_t bitmap = 0;
	int fd;

	ck_assert_int_eq(kvmlib_sim_add_attr(sim, OWN_TYPE, 0, 0, 8, 3), 0);
	ck_assert_int_eq(create_device(OWN_TYPE, 0, &fd), 0);
	ck_assert_int_eq(kvmlib_sim_kill_vm(sim, vm), 0);
	ck_assert_int_eq(set_slot(0, 0, 0, 1, 0), -EIO);
	ck_assert_int_eq(get_dirty(0, &bitmap), -EIO);
	ck_assert_int_eq(call(vm, KVM_CHECK_EXTENSION, 1), -EIO);
	ck_assert_int_eq(call(vm, UNKNOWN_REQUEST, 1), -EIO);
	ck_assert_int_eq(go(), -EIO);
	ck_assert_int_eq(attr_call(fd, KVM_HAS_DEVICE_ATTR, 0, 0, NULL), -EIO);
	ck_assert_int_eq(call(system_fd, KVM_GET_API_VERSION, 0), 12);
	ck_assert_int_eq(close_fd(fd), 0);
}
END_TEST

START_TEST(kill_vm_bad_arguments_are_refused)
{
	ck_assert_int_eq(kvmlib_sim_kill_vm(NULL, vm), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_kill_vm(sim, system_fd), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_kill_vm(sim, NO_SUCH_FD), -EBADF);
}
END_TEST

/* What a child sees; 0 if all is as it should be, else the line. */
static int in_child(void)
{
	int fd;

	if (set_slot(0, 0, 0, 1, 0) != -EIO || call(vm, UNKNOWN_REQUEST, 0) != -EIO)
		return __LINE__;
	if (go() != -EIO)
		return __LINE__;
	if (call(system_fd, KVM_GET_API_VERSION, 0) != 12)
		return __LINE__;
	fd = call(system_fd, KVM_CREATE_VM, 0);
	if (fd < 0 || call(fd, KVM_CHECK_EXTENSION, KVMLIB_CAP_USER_MEMORY) != 1)
		return __LINE__;
	if (close_fd(fd) || close_fd(vm) || unmap_run(run) || close_fd(vcpu))
		return __LINE__;
	return kvmlib_sim_open_fds(sim) == 1 && kvmlib_sim_mappings(sim) == 0 ? 0 : __LINE__;
}

START_TEST(fork_child_gets_eio)
{
	int status = 0;
	pid_t child = fork();

	if (child == 0)
		_exit(in_child() != 0);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 0);
	ck_assert_int_eq(set_slot(0, 0, 0, 1, 0), 0);
}
END_TEST

/* --- scripts and KVM_RUN ---------------------------------------------------------------- */

START_TEST(script_bad_arguments_are_refused)
{
	uint8_t bytes[257] = { 0 };
	struct kvmlib_sim_exit good = { .size = sizeof(good), .reason = KVMLIB_EXIT_HLT };
	struct kvmlib_sim_exit bad;

	ck_assert_int_eq(kvmlib_sim_push_exit(NULL, vcpu, &good), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_push_exit(sim, vcpu, NULL), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_push_exit(sim, vm, &good), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_push_exit(sim, NO_SUCH_FD, &good), -EBADF);
#define REFUSED(...)                                                                \
	do {                                                                        \
		bad = (struct kvmlib_sim_exit){ .size = sizeof(bad), __VA_ARGS__ }; \
		ck_assert_int_eq(kvmlib_sim_push_exit(sim, vcpu, &bad), -EINVAL);   \
	} while (0)
	REFUSED(.result = 1);
	REFUSED(.result = -4096);
	REFUSED(.flags = 4);
	REFUSED(.reserved = 1);
	REFUSED(.payload = bytes, .payload_size = 257);
	REFUSED(.payload_size = 8);
	REFUSED(.data_size = 8);
	REFUSED(.data = bytes, .data_size = 2, .data_offset = 3 * page - 1);
	REFUSED(.data = bytes, .data_size = 2, .data_offset = UINT64_MAX);
#undef REFUSED
	ck_assert_int_eq(kvmlib_sim_push_spin(NULL, vcpu), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_push_stale(sim, vcpu, 1), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_push_io(NULL, vcpu, 1, 1, 1, 1, NULL), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_push_io(sim, vcpu, 1, 3, 1, 1, NULL), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_push_io(sim, vcpu, 1, 1, 0, 1, NULL), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_push_io(sim, vcpu, 1, 4, 1025, 1, NULL), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_push_mmio(sim, vcpu, 1, 0, 1, NULL), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_push_mmio(sim, vcpu, 1, 9, 1, NULL), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_script_left(sim, vcpu), 0);
}
END_TEST

START_TEST(script_struct_may_be_shorter_or_longer)
{
	struct {
		struct kvmlib_sim_exit exit;
		uint8_t tail[8];
	} longer = { .exit.size = sizeof(longer) };
	struct kvmlib_sim_exit shorter = { .size = offsetof(struct kvmlib_sim_exit, flags),
					   .flags = 0xffffffff };

	ck_assert_int_eq(kvmlib_sim_push_exit(sim, vcpu, &shorter), 0);
	ck_assert_int_eq(kvmlib_sim_push_exit(sim, vcpu, &longer.exit), 0);
	longer.tail[7] = 1;
	ck_assert_int_eq(kvmlib_sim_push_exit(sim, vcpu, &longer.exit), -E2BIG);
	longer.exit.size = 100000;
	ck_assert_int_eq(kvmlib_sim_push_exit(sim, vcpu, &longer.exit), -E2BIG);
	shorter.size = 4;
	ck_assert_int_eq(kvmlib_sim_push_exit(sim, vcpu, &shorter), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_script_left(sim, vcpu), 2);
}
END_TEST

START_TEST(script_plays_in_order)
{
	uint8_t data[] = { 1, 2, 3 };
	struct kvmlib_sim_exit exit = {
		.size = sizeof(exit),
		.reason = KVMLIB_EXIT_SHUTDOWN,
		.run_flags = 0x10,
		.payload = "payload",
		.payload_size = 7,
		.data = data,
		.data_size = 3,
		.data_offset = 2 * page,
	};

	ck_assert_int_eq(kvmlib_sim_push_exit(sim, vcpu, &exit), 0);
	exit = (struct kvmlib_sim_exit){ .size = sizeof(exit), .reason = KVMLIB_EXIT_HLT };
	ck_assert_int_eq(kvmlib_sim_push_exit(sim, vcpu, &exit), 0);
	data[0] = 9; /* it was copied */
	ck_assert_int_eq(go(), 0);
	ck_assert_uint_eq(run->exit_reason, KVMLIB_EXIT_SHUTDOWN);
	ck_assert_uint_eq(run->flags, 0x10);
	ck_assert_mem_eq(run->padding, "payload", 7);
	ck_assert_mem_eq((uint8_t *)run + 2 * page, "\1\2\3", 3);
	ck_assert_int_eq(kvmlib_sim_script_left(sim, vcpu), 1);
	ck_assert_int_eq(go(), 0);
	ck_assert_uint_eq(run->exit_reason, KVMLIB_EXIT_HLT);
	ck_assert_uint_eq(run->flags, 0);
}
END_TEST

START_TEST(script_result_can_carry_a_reason)
{
	struct kvmlib_sim_exit exit = {
		.size = sizeof(exit),
		.reason = KVMLIB_EXIT_MEMORY_FAULT,
		.result = -EFAULT,
	};

	ck_assert_int_eq(kvmlib_sim_push_exit(sim, vcpu, &exit), 0);
	ck_assert_int_eq(go(), -EFAULT);
	ck_assert_uint_eq(run->exit_reason, KVMLIB_EXIT_MEMORY_FAULT);
}
END_TEST

START_TEST(script_stale_leaves_the_reason)
{
	run->exit_reason = 1234;
	memset(run->padding, 0x77, sizeof(run->padding));
	ck_assert_int_eq(kvmlib_sim_push_stale(sim, vcpu, -ENOMEM), 0);
	ck_assert_int_eq(go(), -ENOMEM);
	ck_assert_uint_eq(run->exit_reason, 1234);
	ck_assert_int_eq(run->padding[0], 0x77);
}
END_TEST

START_TEST(run_argument_must_be_zero)
{
	ck_assert_int_eq(kvmlib_sim_push_spin(sim, vcpu), 0);
	ck_assert_int_eq(call(vcpu, KVM_RUN, 1), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_script_left(sim, vcpu), 1);
}
END_TEST

START_TEST(run_immediate_exit_leaves_the_reason)
{
	run->exit_reason = KVMLIB_EXIT_HLT;
	set_immediate_exit(1);
	ck_assert_int_eq(go(), -EINTR);
	ck_assert_uint_eq(run->exit_reason, KVMLIB_EXIT_HLT);
	ck_assert_uint_eq(run->immediate_exit, 1);
}
END_TEST

START_TEST(run_immediate_exit_keeps_exits_and_uses_up_a_spin)
{
	ck_assert_int_eq(kvmlib_sim_push_spin(sim, vcpu), 0);
	ck_assert_int_eq(kvmlib_sim_push_stale(sim, vcpu, 0), 0);
	set_immediate_exit(1);
	ck_assert_int_eq(go(), -EINTR);
	ck_assert_int_eq(kvmlib_sim_script_left(sim, vcpu), 1);
	ck_assert_int_eq(go(), -EINTR);
	ck_assert_int_eq(kvmlib_sim_script_left(sim, vcpu), 1);
}
END_TEST

START_TEST(io_out_shows_its_data)
{
	ck_assert_int_eq(kvmlib_sim_push_io(sim, vcpu, 0x3f8, 2, 3, 1, "abcdef"), 0);
	ck_assert_int_eq(go(), 0);
	ck_assert_uint_eq(run->exit_reason, KVMLIB_EXIT_IO);
	ck_assert_uint_eq(run->io.direction, 1);
	ck_assert_uint_eq(run->io.size, 2);
	ck_assert_uint_eq(run->io.count, 3);
	ck_assert_uint_eq(run->io.port, 0x3f8);
	ck_assert_mem_eq((uint8_t *)run + run->io.data_offset, "abcdef", 6);
	set_immediate_exit(1);
	ck_assert_int_eq(go(), -EINTR);
	ck_assert_int_eq(kvmlib_sim_completion(sim, vcpu, NULL, 0), -ENODATA);
}
END_TEST

START_TEST(io_in_is_completed_before_immediate_exit)
{
	uint8_t got[8] = { 0 };

	ck_assert_int_eq(kvmlib_sim_push_io(sim, vcpu, 0x60, 1, 4, 0, NULL), 0);
	ck_assert_int_eq(go(), 0);
	memcpy((uint8_t *)run + run->io.data_offset, "wxyz", 4);
	ck_assert_int_eq(kvmlib_sim_completion(sim, vcpu, got, 8), -ENODATA);
	set_immediate_exit(1);
	ck_assert_int_eq(go(), -EINTR);
	ck_assert_int_eq(kvmlib_sim_completion(sim, vcpu, got, 2), 4);
	ck_assert_mem_eq(got, "wx\0\0", 4);
	ck_assert_int_eq(kvmlib_sim_completion(sim, vcpu, got, 8), 4);
	ck_assert_mem_eq(got, "wxyz\0", 5);
}
END_TEST

START_TEST(io_in_a_page_is_completed)
{
	static uint8_t got[4096];

	ck_assert_int_eq(kvmlib_sim_push_io(sim, vcpu, 0x60, 4, 1024, 0, NULL), 0);
	ck_assert_int_eq(go(), 0);
	memset((uint8_t *)run + run->io.data_offset, 7, 4096);
	set_immediate_exit(1);
	ck_assert_int_eq(go(), -EINTR);
	ck_assert_int_eq(kvmlib_sim_completion(sim, vcpu, got, 4096), 4096);
	ck_assert_uint_eq(got[4095], 7);
}
END_TEST

START_TEST(mmio_read_is_completed_by_the_next_run)
{
	uint8_t got[8] = { 0 };

	ck_assert_int_eq(kvmlib_sim_push_mmio(sim, vcpu, 0xdeadb000, 4, 0, NULL), 0);
	ck_assert_int_eq(kvmlib_sim_push_mmio(sim, vcpu, 0xdeadb008, 8, 1, "12345678"), 0);
	ck_assert_int_eq(go(), 0);
	ck_assert_uint_eq(run->exit_reason, KVMLIB_EXIT_MMIO);
	ck_assert_uint_eq(run->mmio.phys_addr, 0xdeadb000);
	ck_assert_uint_eq(run->mmio.len, 4);
	ck_assert_uint_eq(run->mmio.is_write, 0);
	memcpy(run->mmio.data, "abcd", 4);
	ck_assert_int_eq(go(), 0);
	ck_assert_uint_eq(run->mmio.is_write, 1);
	ck_assert_mem_eq(run->mmio.data, "12345678", 8);
	ck_assert_int_eq(kvmlib_sim_completion(sim, vcpu, got, 8), 4);
	ck_assert_mem_eq(got, "abcd\0", 5);
}
END_TEST

START_TEST(completion_by_reason_is_lost_when_overwritten)
{
	uint8_t got[8];

	ck_assert_int_eq(kvmlib_sim_set_completion_by_reason(sim, 1), 0);
	ck_assert_int_eq(kvmlib_sim_push_mmio(sim, vcpu, 0, 4, 0, NULL), 0);
	ck_assert_int_eq(go(), 0);
	memcpy(run->mmio.data, "abcd", 4);
	run->exit_reason = KVMLIB_EXIT_UNKNOWN;
	set_immediate_exit(1);
	ck_assert_int_eq(go(), -EINTR);
	ck_assert_int_eq(kvmlib_sim_completion(sim, vcpu, got, 8), -ENODATA);
	run->exit_reason = KVMLIB_EXIT_MMIO; /* not too late: the guest has not gone on */
	ck_assert_int_eq(go(), -EINTR);
	ck_assert_int_eq(kvmlib_sim_completion(sim, vcpu, got, 8), 4);
	ck_assert_mem_eq(got, "abcd", 4);
}
END_TEST

START_TEST(completion_by_reason_is_gone_once_the_guest_goes_on)
{
	ck_assert_int_eq(kvmlib_sim_set_completion_by_reason(sim, 1), 0);
	ck_assert_int_eq(kvmlib_sim_push_mmio(sim, vcpu, 0, 4, 0, NULL), 0);
	ck_assert_int_eq(kvmlib_sim_push_stale(sim, vcpu, 0), 0);
	ck_assert_int_eq(go(), 0);
	run->exit_reason = KVMLIB_EXIT_UNKNOWN;
	ck_assert_int_eq(go(), 0);
	run->exit_reason = KVMLIB_EXIT_MMIO;
	set_immediate_exit(1);
	ck_assert_int_eq(go(), -EINTR);
	ck_assert_int_eq(kvmlib_sim_completion(sim, vcpu, NULL, 0), -ENODATA);
}
END_TEST

START_TEST(completion_without_reason_does_not_care)
{
	uint8_t got[8];

	ck_assert_int_eq(kvmlib_sim_set_completion_by_reason(sim, 0), 0);
	ck_assert_int_eq(kvmlib_sim_push_mmio(sim, vcpu, 0, 4, 0, NULL), 0);
	ck_assert_int_eq(go(), 0);
	memcpy(run->mmio.data, "abcd", 4);
	run->exit_reason = KVMLIB_EXIT_UNKNOWN;
	run->mmio.is_write = 1; /* KVM does not look */
	set_immediate_exit(1);
	ck_assert_int_eq(go(), -EINTR);
	ck_assert_int_eq(kvmlib_sim_completion(sim, vcpu, got, 8), 4);
	ck_assert_mem_eq(got, "abcd", 4);
}
END_TEST

START_TEST(completion_of_other_exits)
{
	static const struct {
		uint32_t reason;
		size_t size;
	} rows[] = {
		{ KVMLIB_EXIT_HYPERCALL, 8 },
		{ KVMLIB_EXIT_X86_RDMSR, 8 },
		{ KVMLIB_EXIT_RISCV_SBI, 2 * sizeof(long) },
		{ KVMLIB_EXIT_RISCV_CSR, sizeof(long) },
	};
	struct kvmlib_sim_exit exit = { .size = sizeof(exit) };

	set_immediate_exit(0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		exit.reason = rows[i].reason;
		ck_assert_int_eq(kvmlib_sim_push_exit(sim, vcpu, &exit), 0);
		ck_assert_int_eq(go(), 0);
		set_immediate_exit(1);
		ck_assert_int_eq(go(), -EINTR);
		set_immediate_exit(0);
		ck_assert_int_eq(kvmlib_sim_completion(sim, vcpu, NULL, 0), (int)rows[i].size);
	}
}
END_TEST

START_TEST(completion_of_iocsr_read)
{
	struct kvm_run model = { .iocsr_io = { .len = 4 } };
	struct kvmlib_sim_exit exit = {
		.size = sizeof(exit),
		.reason = KVMLIB_EXIT_LOONGARCH_IOCSR,
		.payload = &model.iocsr_io,
		.payload_size = sizeof(model.iocsr_io),
	};

	ck_assert_int_eq(kvmlib_sim_push_exit(sim, vcpu, &exit), 0);
	ck_assert_int_eq(go(), 0);
	set_immediate_exit(1);
	ck_assert_int_eq(go(), -EINTR);
	ck_assert_int_eq(kvmlib_sim_completion(sim, vcpu, NULL, 0), 4);
}
END_TEST

START_TEST(completion_of_malformed_exits_is_none)
{
	struct kvm_run model = { .io = { .size = 1, .count = 8, .data_offset = 3 * page - 4 } };
	struct kvmlib_sim_exit exit = {
		.size = sizeof(exit),
		.reason = KVMLIB_EXIT_IO,
		.payload = &model.io,
		.payload_size = sizeof(model.io),
	};

	ck_assert_int_eq(kvmlib_sim_push_exit(sim, vcpu, &exit), 0);
	model.io.data_offset = UINT64_MAX;
	ck_assert_int_eq(kvmlib_sim_push_exit(sim, vcpu, &exit), 0);
	model.io.data_offset = 0;
	model.io.count = UINT32_MAX;
	ck_assert_int_eq(kvmlib_sim_push_exit(sim, vcpu, &exit), 0);
	exit.reason = KVMLIB_EXIT_MMIO;
	model.mmio.len = 9;
	model.mmio.is_write = 0;
	ck_assert_int_eq(kvmlib_sim_push_exit(sim, vcpu, &exit), 0);
	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(go(), 0);
	set_immediate_exit(1);
	ck_assert_int_eq(go(), -EINTR);
	ck_assert_int_eq(kvmlib_sim_completion(sim, vcpu, NULL, 0), -ENODATA);
}
END_TEST

START_TEST(completion_bad_arguments_are_refused)
{
	uint8_t got[8];

	ck_assert_int_eq(kvmlib_sim_completion(NULL, vcpu, got, 8), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_completion(sim, vcpu, NULL, 8), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_completion(sim, vm, got, 8), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_completion(sim, NO_SUCH_FD, got, 8), -EBADF);
	ck_assert_int_eq(kvmlib_sim_script_left(NULL, vcpu), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_script_left(sim, NO_SUCH_FD), -EBADF);
	ck_assert_int_eq(kvmlib_sim_in_guest(NULL, vcpu), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_in_guest(sim, vm), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_in_guest(sim, vcpu), 0);
}
END_TEST

#if defined(__x86_64__)
START_TEST(run_unknown_sync_registers_are_einval)
{
	run->kvm_valid_regs = 1 << 10;
	ck_assert_int_eq(go(), -EINVAL);
	run->kvm_valid_regs = 0;
	run->kvm_dirty_regs = 4;
	ck_assert_int_eq(go(), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_set_capability(sim, KVMLIB_CAP_SYNC_REGS, 7), 0);
	set_immediate_exit(1);
	ck_assert_int_eq(go(), -EINTR);
}
END_TEST

START_TEST(run_sync_registers_go_both_ways)
{
	struct kvm_regs regs;

	ck_assert_int_eq(kvmlib_sim_push_stale(sim, vcpu, 0), 0);
	run->kvm_valid_regs = 3;
	ck_assert_int_eq(go(), 0);
	ck_assert_uint_eq(run->s.regs.regs.rip, 0xfff0);
	ck_assert_uint_eq(run->s.regs.sregs.cs.selector, 0xf000);
	run->s.regs.regs.rax = 99;
	run->s.regs.sregs.cr3 = 0x3000;
	run->kvm_dirty_regs = 3;
	set_immediate_exit(1);
	ck_assert_int_eq(go(), -EINTR);
	ck_assert_uint_eq(run->kvm_dirty_regs, 0);
	ck_assert_int_eq(call_ptr(vcpu, KVM_GET_REGS, &regs), 0);
	ck_assert_uint_eq(regs.rax, 99);
	ck_assert_uint_eq(get_sregs().cr3, 0x3000);
	run->s.regs.sregs.cs.l = 1;
	run->kvm_dirty_regs = 2;
	ck_assert_int_eq(go(), -EINVAL);
}
END_TEST

START_TEST(run_bad_cr8_is_einval_without_irqchip)
{
	run->cr8 = 0x10;
	ck_assert_int_eq(go(), -EINVAL);
	run->cr8 = 0x5;
	set_immediate_exit(1);
	ck_assert_int_eq(go(), -EINTR);
	ck_assert_uint_eq(get_sregs().cr8, 5);
}
END_TEST

START_TEST(run_shows_registers_in_its_page)
{
	struct kvm_regs regs;

	ck_assert_int_eq(call_ptr(vcpu, KVM_GET_REGS, &regs), 0);
	regs.rflags |= 0x200;
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_REGS, &regs), 0);
	run->flags = 1;
	set_immediate_exit(1);
	ck_assert_int_eq(go(), -EINTR);
	ck_assert_uint_eq(run->if_flag, 1);
	ck_assert_uint_eq(run->apic_base, 0xfee00900);
	ck_assert_uint_eq(run->flags, 0);
}
END_TEST
#endif

/* --- signals and threads ---------------------------------------------------------------- */

struct runner {
	pthread_t thread;
	int fd;
	int tid;
	int result;
};

static void *run_once(void *arg)
{
	struct runner *runner = arg;

	__atomic_store_n(&runner->tid, ops->gettid(ops->ctx), __ATOMIC_SEQ_CST);
	runner->result = call(runner->fd, KVM_RUN, 0);
	return NULL;
}

static void start(struct runner *runner, void *(*body)(void *), int fd)
{
	runner->fd = fd;
	runner->tid = 0;
	catch_signal(KICK, SA_RESTART);
	ck_assert_int_eq(pthread_create(&runner->thread, NULL, body, runner), 0);
	while (!__atomic_load_n(&runner->tid, __ATOMIC_SEQ_CST))
		sched_yield();
}

static void wait_in_guest(int fd)
{
	while (kvmlib_sim_in_guest(sim, fd) != 1)
		sched_yield();
}

static void kick(const struct runner *runner)
{
	ck_assert_int_eq(ops->tgkill(ops->ctx, getpid(), runner->tid, KICK), 0);
}

START_TEST(spin_ends_by_a_signal)
{
	struct runner runner;

	ck_assert_int_eq(kvmlib_sim_push_spin(sim, vcpu), 0);
	start(&runner, run_once, vcpu);
	wait_in_guest(vcpu);
	kick(&runner);
	pthread_join(runner.thread, NULL);
	ck_assert_int_eq(runner.result, -EINTR);
	ck_assert_uint_eq(run->exit_reason, KVMLIB_EXIT_INTR);
	ck_assert_int_eq(kvmlib_sim_script_left(sim, vcpu), 0);
	ck_assert_int_eq(kvmlib_sim_in_guest(sim, vcpu), 0);
}
END_TEST

START_TEST(spin_does_not_end_by_a_new_entry)
{
	struct runner runner;

	ck_assert_int_eq(kvmlib_sim_push_spin(sim, vcpu), 0);
	start(&runner, run_once, vcpu);
	wait_in_guest(vcpu);
	ck_assert_int_eq(kvmlib_sim_push_stale(sim, vcpu, 0), 0);
	wait_in_guest(vcpu);
	kick(&runner);
	pthread_join(runner.thread, NULL);
	ck_assert_int_eq(runner.result, -EINTR);
	ck_assert_int_eq(kvmlib_sim_script_left(sim, vcpu), 1);
}
END_TEST

START_TEST(empty_script_ends_by_a_signal)
{
	struct runner runner;

	start(&runner, run_once, vcpu);
	wait_in_guest(vcpu);
	kick(&runner);
	pthread_join(runner.thread, NULL);
	ck_assert_int_eq(runner.result, -EINTR);
}
END_TEST

START_TEST(empty_script_ends_by_a_new_entry)
{
	struct runner runner;

	start(&runner, run_once, vcpu);
	wait_in_guest(vcpu);
	ck_assert_int_eq(kvmlib_sim_push_io(sim, vcpu, 1, 1, 1, 1, "x"), 0);
	pthread_join(runner.thread, NULL);
	ck_assert_int_eq(runner.result, 0);
	ck_assert_uint_eq(run->exit_reason, KVMLIB_EXIT_IO);
}
END_TEST

START_TEST(spin_ends_by_the_death_of_the_vm)
{
	struct runner runner;

	ck_assert_int_eq(kvmlib_sim_push_spin(sim, vcpu), 0);
	start(&runner, run_once, vcpu);
	wait_in_guest(vcpu);
	ck_assert_int_eq(kvmlib_sim_kill_vm(sim, vm), 0);
	pthread_join(runner.thread, NULL);
	ck_assert_int_eq(runner.result, -EIO);
}
END_TEST

START_TEST(signal_that_is_pending_comes_before_the_guest)
{
	sigset_t kicks;
	sigset_t old;

	signals_seen = 0;
	catch_signal(KICK, 0);
	ck_assert_int_eq(kvmlib_sim_push_stale(sim, vcpu, 0), 0);
	sigemptyset(&kicks);
	sigaddset(&kicks, KICK);
	pthread_sigmask(SIG_BLOCK, &kicks, &old);
	kill(getpid(), KICK);
	ck_assert_int_eq(go(), 0); /* blocked by the caller: it does not count */
	ck_assert_int_eq(signals_seen, 0);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	ck_assert_int_eq(signals_seen, 1);
}
END_TEST

START_TEST(signal_that_is_ignored_does_not_end_the_run)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	struct runner runner;

	start(&runner, run_once, vcpu);
	ck_assert_int_eq(ops->sigaction(ops->ctx, SIGUSR2, &ignore, NULL), 0);
	wait_in_guest(vcpu);
	ck_assert_int_eq(ops->tgkill(ops->ctx, getpid(), runner.tid, SIGUSR2), 0);
	ck_assert_int_eq(kvmlib_sim_push_stale(sim, vcpu, 0), 0);
	pthread_join(runner.thread, NULL);
	ck_assert_int_eq(runner.result, 0);
}
END_TEST

START_TEST(run_restores_the_signal_mask)
{
	sigset_t before;
	sigset_t after;

	pthread_sigmask(SIG_SETMASK, NULL, &before);
	set_immediate_exit(1);
	ck_assert_int_eq(go(), -EINTR);
	pthread_sigmask(SIG_SETMASK, NULL, &after);
	ck_assert_int_eq(sigismember(&before, KICK), sigismember(&after, KICK));
	ck_assert_int_eq(sigismember(&after, SIGTERM), sigismember(&before, SIGTERM));
}
END_TEST

/* Kicks as a VMM does: the flag, then the signal. The runner takes the flag back. */
#define KICKS 2000U

static unsigned int kicks_taken;

static void *run_kicked(void *arg)
{
	struct runner *runner = arg;

	__atomic_store_n(&runner->tid, ops->gettid(ops->ctx), __ATOMIC_SEQ_CST);
	for (unsigned int i = 0; i < KICKS; i++) {
		runner->result = call(runner->fd, KVM_RUN, 0);
		if (runner->result != -EINTR)
			return NULL;
		while (!__atomic_load_n(&run->immediate_exit, __ATOMIC_SEQ_CST))
			runner->result = call(runner->fd, KVM_RUN, 0);
		set_immediate_exit(0);
		__atomic_add_fetch(&kicks_taken, 1, __ATOMIC_SEQ_CST);
	}
	return NULL;
}

START_TEST(kicks_are_never_lost)
{
	struct runner runner;

	kicks_taken = 0;
	start(&runner, run_kicked, vcpu);
	for (unsigned int i = 0; i < KICKS; i++) {
		set_immediate_exit(1);
		kick(&runner);
		while (__atomic_load_n(&kicks_taken, __ATOMIC_SEQ_CST) != i + 1)
			sched_yield();
	}
	pthread_join(runner.thread, NULL);
	ck_assert_uint_eq(kicks_taken, KICKS);
}
END_TEST

#ifdef KVM_GET_MP_STATE
static void *ask_state(void *arg)
{
	struct runner *runner = arg;
	struct kvm_mp_state state;

	__atomic_store_n(&runner->tid, ops->gettid(ops->ctx), __ATOMIC_SEQ_CST);
	runner->result = call_ptr(runner->fd, KVM_GET_MP_STATE, &state);
	return NULL;
}

START_TEST(vcpu_call_waits_until_the_run_ends)
{
	struct runner runner;
	struct runner asker;

	start(&runner, run_once, vcpu);
	wait_in_guest(vcpu);
	start(&asker, ask_state, vcpu);
	ck_assert_int_eq(call(vm, KVM_CHECK_EXTENSION, KVMLIB_CAP_USER_MEMORY), 1);
	ck_assert_int_eq(kvmlib_sim_in_guest(sim, vcpu), 1);
	ck_assert_int_eq(kvmlib_sim_push_stale(sim, vcpu, 0), 0);
	pthread_join(runner.thread, NULL);
	pthread_join(asker.thread, NULL);
	ck_assert_int_eq(asker.result, 0);
}
END_TEST
#endif

START_TEST(vcpu_may_be_closed_while_it_runs)
{
	struct runner runner;
	int copy = dup_fd(vcpu, 0);

	start(&runner, run_once, copy);
	wait_in_guest(copy);
	ck_assert_int_eq(close_fd(copy), 0);
	ck_assert_int_eq(unmap_run(run), 0);
	run = NULL;
	close_open(&vcpu);
	close_open(&vm);
	kick(&runner);
	pthread_join(runner.thread, NULL);
	ck_assert_int_eq(runner.result, -EINTR);
}
END_TEST

#define RUNNERS 8U
#define ROUNDS	200U

static void *play(void *arg)
{
	struct runner *runner = arg;

	__atomic_store_n(&runner->tid, 1, __ATOMIC_SEQ_CST);
	for (unsigned int i = 0; i < ROUNDS; i++) {
		runner->result = kvmlib_sim_push_stale(sim, runner->fd, -EFAULT);
		if (runner->result == 0)
			runner->result = call(runner->fd, KVM_RUN, 0);
		if (runner->result != -EFAULT)
			return NULL;
	}
	return NULL;
}

START_TEST(many_vcpus_run_at_once)
{
	struct runner runners[RUNNERS];

	for (unsigned int i = 0; i < RUNNERS; i++)
		start(&runners[i], play, call(vm, KVM_CREATE_VCPU, i + 1));
	for (unsigned int i = 0; i < RUNNERS; i++) {
		pthread_join(runners[i].thread, NULL);
		ck_assert_int_eq(runners[i].result, -EFAULT);
		ck_assert_int_eq(close_fd(runners[i].fd), 0);
	}
	ck_assert_uint_eq(kvmlib_sim_nr_ioctls(sim, KVM_RUN), RUNNERS * ROUNDS);
}
END_TEST

static void *make_vms(void *arg)
{
	struct runner *runner = arg;

	__atomic_store_n(&runner->tid, 1, __ATOMIC_SEQ_CST);
	for (unsigned int i = 0; i < ROUNDS; i++) {
		int fd = call(runner->fd, KVM_CREATE_VM, 0);
		int child = call(fd, KVM_CREATE_VCPU, 0);

		runner->result = close_fd(fd) || close_fd(child);
		if (fd < 0 || child < 0 || runner->result)
			return NULL;
	}
	return NULL;
}

START_TEST(many_vms_are_made_at_once)
{
	struct runner runners[RUNNERS];

	for (unsigned int i = 0; i < RUNNERS; i++)
		start(&runners[i], make_vms, system_fd);
	for (unsigned int i = 0; i < RUNNERS; i++) {
		pthread_join(runners[i].thread, NULL);
		ck_assert_int_eq(runners[i].result, 0);
	}
	ck_assert_int_eq(kvmlib_sim_open_fds(sim), 3);
}
END_TEST

/* --- suites ----------------------------------------------------------------------------- */

static TCase *add_case(Suite *suite, const char *name, SFun setup)
{
	TCase *tcase = tcase_create(name);

	if (setup)
		tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 60);
	suite_add_tcase(suite, tcase);
	return tcase;
}

#define ADD_TESTS(tcase, ...)                                                      \
	do {                                                                       \
		const TTest *const tests_[] = { __VA_ARGS__ };                     \
		for (size_t i_ = 0; i_ < sizeof(tests_) / sizeof(tests_[0]); i_++) \
			tcase_add_test(tcase, tests_[i_]);                         \
	} while (0)

static Suite *host_suite(void)
{
	Suite *suite = suite_create("sim_host");

	ADD_TESTS(add_case(suite, "none", NULL), sim_new_null_is_einval, sim_free_null_is_null);
	ADD_TESTS(add_case(suite, "sim", setup_sim), sim_free_takes_what_is_open,
		  sim_ops_are_complete, sim_knobs_refuse_bad_arguments,
		  sim_process_calls_reach_the_process, sim_sleep_adds_up_and_returns,
		  sim_sigaction_and_tgkill_reach_the_thread, sim_tgkill_failure_keeps_errno,
		  open_gives_a_virtual_descriptor, open_other_path_is_enoent,
		  open_error_is_what_was_set, close_twice_is_ebadf, close_number_is_not_used_again);
	ADD_TESTS(add_case(suite, "system", setup_system), dup_bad_argument_is_refused,
		  dup_many_keep_their_numbers, readlink_unknown_is_enoent,
		  readlink_short_buffer_cuts, ioctl_closed_descriptor_is_ebadf,
		  ioctl_upper_request_bits_do_not_matter, api_version_is_12_or_what_was_set,
		  mmap_size_is_three_pages_or_what_was_set, check_extension_answers_what_was_set,
		  mmap_anonymous_is_real_and_counted, fail_nth_counts_calls_that_can_fail,
		  fail_nth_works_on_every_call, fail_nth_zero_disarms,
		  fail_ioctl_fails_that_request_so_often, fail_ioctl_zero_disarms);
#if defined(__x86_64__) || defined(__aarch64__)
	ADD_TESTS(add_case(suite, "type", setup_system), create_vm_type_must_be_known);
#endif
	ADD_TESTS(add_case(suite, "vm", setup_vm), dup_is_another_number_of_the_same_file,
		  check_extension_has_defaults, vm_outlives_its_system);
	ADD_TESTS(add_case(suite, "vcpu", setup_vcpu), readlink_names_each_kind,
		  ioctl_unknown_request_is_the_architectures_errno,
		  ioctl_on_the_wrong_kind_is_unknown, vcpu_outlives_its_vm_descriptor,
		  vcpu_id_stays_taken_after_close, mapping_keeps_the_vcpu, mmap_run_page_is_zeroed,
		  mmap_twice_shares_the_page, mmap_of_other_files_is_refused,
		  madvise_bad_advice_is_einval, mmap_beyond_the_size_is_sigbus_when_touched,
		  mmap_size_that_was_set_is_behind_new_vcpus, madvise_dontfork_hides_the_run_page);
	return suite;
}

static Suite *vm_suite(void)
{
	Suite *suite = suite_create("sim_vm");

	ADD_TESTS(add_case(suite, "vcpus", setup_vm), create_vcpu_refuses_ids,
		  create_vcpu_refuses_one_too_many, create_vcpu_without_descriptors_is_emfile);
	ADD_TESTS(add_case(suite, "slots", setup_vm), slot_bad_arguments_are_einval,
		  slot_limits_follow_capabilities, slot_address_spaces_are_apart,
		  slot_overlap_is_eexist, slot_modify_is_limited, slot_moves,
		  slot_delete_makes_room, slot_beyond_guest_addresses_is_refused,
		  slot_thousand_stay_in_order);
	ADD_TESTS(add_case(suite, "dirty", setup_vm), dirty_marks_pages_and_get_clears_them,
		  dirty_spans_slots_with_and_without_log, dirty_outside_of_slots_marks_nothing,
		  dirty_bad_arguments_are_refused, dirty_readonly_slot_is_enoent,
		  write_guest_stores_and_marks, write_guest_unmapped_host_is_efault,
		  dirty_log_missing_is_enoent, dirty_log_unwritable_is_efault_and_loses_the_bits,
		  dirty_log_off_and_on_starts_anew, dirty_log_moves_with_its_slot,
		  enable_cap_bad_arguments_are_refused);
#ifdef KVM_CLEAR_DIRTY_LOG
	ADD_TESTS(add_case(suite, "clear", setup_vm), clear_dirty_log_clears_what_is_set,
		  clear_dirty_log_bad_arguments_are_refused, manual_protect_can_start_all_set,
		  manual_protect_absent_is_einval);
#endif
	ADD_TESTS(add_case(suite, "devices", setup_vm), device_unknown_type_is_enodev,
		  device_test_flag_makes_none, device_attr_is_stored, device_attr_errors,
		  device_attrs_and_devices_are_apart, device_add_attr_bad_arguments_are_einval,
		  device_keeps_its_vm, irq_level_bad_arguments_are_refused,
		  kill_vm_bad_arguments_are_refused);
#ifdef HAVE_VFIO
	ADD_TESTS(add_case(suite, "vfio", setup_vm), device_vfio_is_single_until_closed,
		  device_vfio_files);
#endif
	ADD_TESTS(add_case(suite, "eio", setup_vcpu), kill_vm_makes_all_eio, fork_child_gets_eio);
	return suite;
}

static Suite *arch_suite(void)
{
	Suite *suite = suite_create("sim_arch");

#if defined(__x86_64__)
	ADD_TESTS(add_case(suite, "vm", setup_vm), create_vcpu_apic_page_excludes_slots,
		  mp_state_with_apic_is_stored, irqchip_is_made_once_and_before_vcpus,
		  irqchip_split_excludes_full, irq_line_without_irqchip_is_enxio,
		  irq_line_keeps_levels, pit_needs_the_pic, pit_with_split_irqchip_is_enoent,
		  tss_addr_is_checked, tss_addr_may_be_the_last_three_pages,
		  identity_map_addr_comes_before_vcpus);
	ADD_TESTS(add_case(suite, "vcpu", setup_vcpu), irqchip_after_a_vcpu_is_einval,
		  irqchip_split_after_a_vcpu_is_eexist, mp_state_without_apic_is_runnable_alone,
		  regs_start_at_reset, sregs_are_stored, sregs_long_mode_needs_the_cpuid,
		  sregs_contradictions_are_einval, sregs_nx_needs_the_cpuid,
		  sregs_apic_base_is_checked, supported_cpuid_fills_the_list,
		  supported_cpuid_too_small_is_e2big_without_count,
		  supported_cpuid_unwritable_entries_is_efault, cpuid_is_stored,
		  cpuid_257_entries_is_e2big, cpuid_odd_address_width_is_einval,
		  cpuid_change_after_a_run_is_einval, run_unknown_sync_registers_are_einval,
		  run_sync_registers_go_both_ways, run_bad_cr8_is_einval_without_irqchip,
		  run_shows_registers_in_its_page);
#elif defined(__aarch64__)
	ADD_TESTS(add_case(suite, "vm", setup_vm), irqchip_gicv2_excludes_others,
		  irq_line_follows_the_gic, irqchip_with_nine_vcpus_is_e2big,
		  device_vgic_v3_needs_init);
	ADD_TESTS(add_case(suite, "vcpu", setup_vcpu), irqchip_after_a_run_is_ebusy,
		  mp_state_is_stored);
#elif defined(__riscv)
	ADD_TESTS(add_case(suite, "vcpu", setup_vcpu), mp_state_is_stored);
#elif defined(__s390x__)
	ADD_TESTS(add_case(suite, "vm", setup_vm), irqchip_needs_the_capability);
	ADD_TESTS(add_case(suite, "vcpu", setup_vcpu), mp_state_is_stored);
#endif
#ifdef KVM_GET_REGS
	ADD_TESTS(add_case(suite, "regs", setup_vcpu), regs_are_stored, regs_bad_pointer_is_efault);
#endif
#ifdef KVM_GET_FPU
	ADD_TESTS(add_case(suite, "fpu", setup_vcpu), fpu_is_stored);
#endif
#ifdef KVM_GET_MP_STATE
	ADD_TESTS(add_case(suite, "mp_state", setup_vcpu), mp_state_bad_values_are_refused);
#endif
	return suite;
}

static Suite *run_suite(void)
{
	Suite *suite = suite_create("sim_run");

	ADD_TESTS(add_case(suite, "script", setup_vcpu), script_bad_arguments_are_refused,
		  script_struct_may_be_shorter_or_longer, script_plays_in_order,
		  script_result_can_carry_a_reason, script_stale_leaves_the_reason,
		  run_argument_must_be_zero, run_immediate_exit_leaves_the_reason,
		  run_immediate_exit_keeps_exits_and_uses_up_a_spin, io_out_shows_its_data,
		  io_in_is_completed_before_immediate_exit, io_in_a_page_is_completed,
		  mmio_read_is_completed_by_the_next_run,
		  completion_by_reason_is_lost_when_overwritten,
		  completion_by_reason_is_gone_once_the_guest_goes_on,
		  completion_without_reason_does_not_care, completion_of_other_exits,
		  completion_of_iocsr_read, completion_of_malformed_exits_is_none,
		  completion_bad_arguments_are_refused);
	return suite;
}

static Suite *threads_suite(void)
{
	Suite *suite = suite_create("sim_threads");

	ADD_TESTS(add_case(suite, "signals", setup_vcpu), spin_ends_by_a_signal,
		  spin_does_not_end_by_a_new_entry, empty_script_ends_by_a_signal,
		  empty_script_ends_by_a_new_entry, spin_ends_by_the_death_of_the_vm,
		  signal_that_is_pending_comes_before_the_guest,
		  signal_that_is_ignored_does_not_end_the_run, run_restores_the_signal_mask,
		  kicks_are_never_lost, vcpu_may_be_closed_while_it_runs, many_vcpus_run_at_once,
		  many_vms_are_made_at_once);
#ifdef KVM_GET_MP_STATE
	ADD_TESTS(add_case(suite, "wait", setup_vcpu), vcpu_call_waits_until_the_run_ends);
#endif
	return suite;
}

int main(void)
{
	return run_suites((Suite *const[]){ host_suite(), vm_suite(), arch_suite(), run_suite(),
					    threads_suite(), NULL });
}
