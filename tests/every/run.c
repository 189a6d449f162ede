/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Running: exits with data, exits that want data, kicks. */
#include "every.h"

#include <pthread.h>
#include <signal.h>

#include <runner.h>

#define KICK_SIGNAL (SIGRTMIN + 1)

static struct machine machine;

static void make_machine(void)
{
	machine_new(&machine);
}

static void free_machine(void)
{
	machine_free(&machine);
}

START_TEST(run_tells_what_the_guest_stores)
{
	machine_start(&machine, &count_program);
	for (uint32_t i = 1; i <= 5; i++)
		ck_assert_uint_eq(told(machine.vcpu), i);
}
END_TEST

START_TEST(run_hands_an_answer_to_the_guest)
{
	machine_start(&machine, &echo_program);
	for (uint16_t number = 0x1234; number < 0x1239; number++) {
		answer(machine.vcpu, number);
		ck_assert_uint_eq(told(machine.vcpu), number);
	}
}
END_TEST

static void *kick(void *vcpu)
{
	ck_assert_int_eq(kvmlib_vcpu_kick(vcpu), 0);
	return NULL;
}

/* The kernel may have reasons of its own to interrupt a run. */
static void run_until_kicked(void)
{
	do {
		ck_assert_int_eq(kvmlib_vcpu_run(machine.vcpu), 0);
		ck_assert_uint_eq(kvmlib_vcpu_exit_reason(machine.vcpu), KVMLIB_EXIT_INTR);
	} while (!kvmlib_vcpu_exit_kicked(machine.vcpu));
}

START_TEST(kick_ends_a_run_that_would_not_end)
{
	pthread_t thread;

	machine_start(&machine, &spin_program);
	ck_assert_int_eq(kvmlib_kick_handler_install(machine.system, KICK_SIGNAL), 0);
	ck_assert_int_eq(kvmlib_vcpu_bind(machine.vcpu, KICK_SIGNAL), 0);
	ck_assert_int_eq(pthread_create(&thread, NULL, kick, machine.vcpu), 0);
	run_until_kicked();
	pthread_join(thread, NULL);
}
END_TEST

Suite *run_suite(void)
{
	Suite *suite = suite_create("run");
	TCase *tcase = tcase_create("run");

	tcase_add_checked_fixture(tcase, make_machine, free_machine);
	tcase_add_test(tcase, run_tells_what_the_guest_stores);
	tcase_add_test(tcase, run_hands_an_answer_to_the_guest);
	tcase_add_test(tcase, kick_ends_a_run_that_would_not_end);
	suite_add_tcase(suite, tcase);
	return suite;
}
