/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a vCPU has besides its registers, and the list of these. */
#include "every.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include <runner.h>

static void setup(void)
{
	plain_setup();
	machine_start(&plain, &count_program);
}

static void ignore(int signo)
{
	(void)signo;
}

START_TEST(signal_that_only_the_run_lets_through_ends_it)
{
	const uint64_t none = 0;
	sigset_t mine;

	signal(SIGUSR1, ignore);
	sigemptyset(&mine);
	sigaddset(&mine, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, &mine, NULL);
	ck_assert_int_eq(kvmlib_vcpu_set_signal_mask(plain.vcpu, &none), 0);
	pthread_kill(pthread_self(), SIGUSR1);
	ck_assert_int_eq(kvmlib_vcpu_run(plain.vcpu), 0);
	ck_assert_uint_eq(kvmlib_vcpu_exit_reason(plain.vcpu), KVMLIB_EXIT_INTR);
	ck_assert_int_eq(kvmlib_vcpu_exit_kicked(plain.vcpu), 0);

	/* With the thread's own mask the signal, which is pending still, does not count. */
	ck_assert_int_eq(kvmlib_vcpu_set_signal_mask(plain.vcpu, NULL), 0);
	ck_assert_uint_eq(told(plain.vcpu), 1);
}
END_TEST

static void expect_mp_state(uint32_t expected)
{
	uint32_t state = 77;

	ck_assert_int_eq(kvmlib_vcpu_get_mp_state(plain.vcpu, &state), 0);
	ck_assert_uint_eq(state, expected);
}

/* x86 has no other as long as its interrupt controllers are the program's. */
START_TEST(mp_state_comes_back)
{
	expect_mp_state(KVMLIB_MP_STATE_RUNNABLE);
#if !defined(__x86_64__)
	ck_assert_int_eq(kvmlib_vcpu_set_mp_state(plain.vcpu, KVMLIB_MP_STATE_STOPPED), 0);
	expect_mp_state(KVMLIB_MP_STATE_STOPPED);
#endif
	ck_assert_int_eq(kvmlib_vcpu_set_mp_state(plain.vcpu, KVMLIB_MP_STATE_RUNNABLE), 0);
	expect_mp_state(KVMLIB_MP_STATE_RUNNABLE);
	ck_assert_uint_eq(told(plain.vcpu), 1);
}
END_TEST

#if !defined(__x86_64__)

START_TEST(list_of_registers_needs_room)
{
	uint64_t *ids, *again, n, count = 77;

	ck_assert_int_eq(kvmlib_vcpu_get_reg_list_alloc(plain.vcpu, &ids, &n), 0);
	again = calloc(n, sizeof(*again));
	ck_assert_ptr_nonnull(again);
	assert_failed(kvmlib_vcpu_get_reg_list(plain.vcpu, again, n - 1, &count), E2BIG,
		      KVMLIB_CAUSE_LIST_TOO_SMALL);
	ck_assert_uint_eq(count, 77);
	ck_assert_int_eq(kvmlib_vcpu_get_reg_list(plain.vcpu, again, n, &count), 0);
	ck_assert_uint_eq(count, n);
	ck_assert_mem_eq(again, ids, n * sizeof(*ids));
	free(again);
	free(ids);
}
END_TEST

#endif

Suite *vcpu_suite(void)
{
	Suite *suite = suite_create("vcpu");
	TCase *tcase = tcase_create("vcpu");

	tcase_add_checked_fixture(tcase, setup, plain_teardown);
	tcase_add_test(tcase, signal_that_only_the_run_lets_through_ends_it);
	tcase_add_test(tcase, mp_state_comes_back);
#if !defined(__x86_64__)
	tcase_add_test(tcase, list_of_registers_needs_room);
#endif
	suite_add_tcase(suite, tcase);
	return suite;
}
