/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The simulated kernel as a handle, and what it passes on to the process. */
#include "fixture.h"

#include <signal.h>
#include <sys/mman.h>
#include <fcntl.h>
#include <unistd.h>

#include "suites.h"

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
	ck_assert(ops->tgkill && ops->getpid && ops->gettid && ops->sleep && ops->pread);
	ck_assert(ops->mmap_at && ops->memfd_create && ops->ftruncate && ops->fallocate);
	ck_assert(ops->fstat && ops->mbind && ops->mincore);
	ck_assert(ops->process_vm_readv && ops->process_vm_writev && ops->eventfd);
	ck_assert(ops->read && ops->write && ops->poll && ops->arch_prctl);
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

Suite *handle_suite(void)
{
	Suite *suite = suite_create("sim_handle");

	ADD_TESTS(add_case(suite, "none", NULL), sim_new_null_is_einval, sim_free_null_is_null);
	ADD_TESTS(add_case(suite, "sim", setup_sim), sim_free_takes_what_is_open,
		  sim_ops_are_complete, sim_knobs_refuse_bad_arguments,
		  sim_process_calls_reach_the_process, sim_sleep_adds_up_and_returns,
		  sim_sigaction_and_tgkill_reach_the_thread, sim_tgkill_failure_keeps_errno);
	return suite;
}
