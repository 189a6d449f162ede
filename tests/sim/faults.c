/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Calls that fail on demand. */
#include "fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "suites.h"

START_TEST(fail_nth_counts_calls_that_can_fail)
{
	struct sigaction old;
	char name[8];
	void *address;
	uint64_t calls;

	ck_assert_int_eq(kvmlib_sim_fail_nth(sim, 9, EDOM), 0);
	calls = kvmlib_sim_nr_calls(sim);
	ck_assert_int_eq(call(system_fd, KVM_GET_API_VERSION, 0), 12);
	ops->madvise(ops->ctx, memory, page, MADV_NORMAL);
	ops->readlink(ops->ctx, "/", name, sizeof(name));
	ops->sigaction(ops->ctx, KICK, NULL, &old);
	ops->tgkill(ops->ctx, getpid(), ops->gettid(ops->ctx), 0);
	ops->fcntl(ops->ctx, NO_SUCH_FD, F_DUPFD_CLOEXEC, 0);
	ops->open(ops->ctx, "/nowhere", O_RDWR);
	ops->pread(ops->ctx, NO_SUCH_FD, name, sizeof(name), 0);
	ops->close(ops->ctx, -1);
	ops->munmap(ops->ctx, memory + 1, page);
	ops->getpid(ops->ctx);
	ops->gettid(ops->ctx);
	ops->sleep(ops->ctx, 1);
	ck_assert_uint_eq(kvmlib_sim_nr_calls(sim), calls + 8);
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

START_TEST(fail_nth_works_on_calls_on_memory)
{
	uint64_t calls = kvmlib_sim_nr_calls(sim);
	struct iovec range = { .iov_base = memory, .iov_len = 1 };
	unsigned char pages;
	struct stat status;

#define FAILS(call)                                \
	do {                                       \
		kvmlib_sim_fail_nth(sim, 1, EDOM); \
		ck_assert_int_eq(call, -EDOM);     \
	} while (0)
	FAILS(ops->mmap_at(ops->ctx, memory, page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	FAILS(ops->memfd_create(ops->ctx, "guest", 0));
	FAILS(ops->ftruncate(ops->ctx, -1, 0));
	FAILS(ops->fallocate(ops->ctx, -1, 0, 0, page));
	FAILS(ops->fstat(ops->ctx, -1, &status));
	FAILS(ops->mbind(ops->ctx, memory, page, 0, NULL, 0, 0));
	FAILS(ops->mincore(ops->ctx, memory, page, &pages));
	FAILS(ops->process_vm_readv(ops->ctx, getpid(), &range, &range));
	FAILS(ops->process_vm_writev(ops->ctx, getpid(), &range, &range));
	FAILS(ops->eventfd(ops->ctx, 0, 0));
	FAILS(ops->read(ops->ctx, -1, memory, page));
	FAILS(ops->write(ops->ctx, -1, memory, page));
	FAILS(ops->poll(ops->ctx, NULL, 0, 0));
	FAILS(ops->arch_prctl(ops->ctx, 0x1025, 18));
#undef FAILS
	ck_assert_uint_eq(kvmlib_sim_nr_calls(sim), calls + 14);
	ck_assert_int_eq(kvmlib_sim_open_fds(sim), 1);
	memory[0] = 1; /* not replaced by what can't be written */
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

Suite *faults_suite(void)
{
	Suite *suite = suite_create("sim_faults");

	ADD_TESTS(add_case(suite, "system", setup_system), fail_nth_counts_calls_that_can_fail,
		  fail_nth_works_on_every_call, fail_nth_works_on_calls_on_memory,
		  fail_nth_zero_disarms, fail_ioctl_fails_that_request_so_often,
		  fail_ioctl_zero_disarms);
	return suite;
}
