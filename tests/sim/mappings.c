/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Mappings of run pages and of nothing. */
#include "fixture.h"

#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "suites.h"

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

Suite *mappings_suite(void)
{
	Suite *suite = suite_create("sim_mappings");

	ADD_TESTS(add_case(suite, "system", setup_system), mmap_anonymous_is_real_and_counted);
	ADD_TESTS(add_case(suite, "vcpu", setup_vcpu), mmap_run_page_is_zeroed,
		  mmap_twice_shares_the_page, mmap_of_other_files_is_refused,
		  madvise_bad_advice_is_einval, mmap_beyond_the_size_is_sigbus_when_touched,
		  mmap_size_that_was_set_is_behind_new_vcpus, madvise_dontfork_hides_the_run_page);
	return suite;
}
