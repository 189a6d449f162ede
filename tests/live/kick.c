/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Kicks against guests that spin, exit and sleep. Each kicker raises a number and kicks; the vCPU's
 * thread has to see the last number after a kicked exit, however the two meet: a lost kick leaves
 * the guest running, and the test's time limit ends it.
 */

#include <runner.h>

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "guest.h"

#define KICKERS 2

/* 20,000 over the three guests; emulated hosts are slow, and these are no fewer there. */
#define KICKS_PER_KICKER 3334

static struct {
	atomic_uint requested; /* raised before every kick */
	atomic_uint seen;      /* what the vCPU's thread read after its last kicked exit */
	atomic_uint kicked_exits;
	atomic_uint late; /* signals of kicks that an earlier exit had reported */
} race;

/* Waits for nothing between kicks but every 16th time for the vCPU, so that they meet everywhere.
 */
static void *kicker(void *userdata)
{
	(void)userdata;
	for (unsigned int i = 0; i < KICKS_PER_KICKER; i++) {
		unsigned int mine = atomic_fetch_add(&race.requested, 1) + 1;

		if (kvmlib_vcpu_kick(guest.vcpu))
			return "kick failed";
		while (i % 16 == 0 && (int)(atomic_load(&race.seen) - mine) < 0)
			sched_yield();
	}
	return NULL;
}

/* A signal that comes when its kick is reported already tells nothing new. */
static void note_interrupt(void)
{
	if (!kvmlib_vcpu_exit_kicked(guest.vcpu)) {
		atomic_fetch_add(&race.late, 1);
		return;
	}
	atomic_fetch_add(&race.kicked_exits, 1);
	atomic_store(&race.seen, atomic_load(&race.requested));
}

/* On this thread, which is the vCPU's, until the last kick of all has been seen. */
static void run_until_all_seen(uint32_t other_exit)
{
	while (atomic_load(&race.seen) < KICKERS * KICKS_PER_KICKER) {
		uint32_t reason;

		ck_assert_int_eq(kvmlib_vcpu_run(guest.vcpu), 0);
		reason = kvmlib_vcpu_exit_reason(guest.vcpu);
		if (reason == KVMLIB_EXIT_INTR)
			note_interrupt();
		else
			ck_assert_uint_eq(reason, other_exit);
	}
}

static void kick_from_everywhere(uint32_t other_exit)
{
	pthread_t threads[KICKERS];
	void *complaint;

	memset(&race, 0, sizeof(race));
	for (int i = 0; i < KICKERS; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, kicker, NULL), 0);
	run_until_all_seen(other_exit);
	for (int i = 0; i < KICKERS; i++) {
		pthread_join(threads[i], &complaint);
		ck_assert_ptr_null(complaint);
	}
	ck_assert_uint_ge(race.kicked_exits, KICKS_PER_KICKER / 16);
	ck_assert_uint_lt(race.late, KICKERS * KICKS_PER_KICKER);
}

START_TEST(kicks_of_a_spinning_guest_are_not_lost)
{
	GUEST_CODE(0xeb, 0xfe); /* jmp here */
	kick_from_everywhere(KVMLIB_EXIT_INTR);
}
END_TEST

START_TEST(kicks_of_an_exiting_guest_are_not_lost)
{
	GUEST_CODE(0xe6, 0x42, 0xeb, 0xfc); /* out 0x42, al; jmp back */
	kick_from_everywhere(KVMLIB_EXIT_IO);
}
END_TEST

START_TEST(kicks_of_a_sleeping_guest_are_not_lost)
{
	GUEST_CODE(0xf4, 0xeb, 0xfd); /* hlt; jmp back */
	kick_from_everywhere(KVMLIB_EXIT_INTR);
}
END_TEST

START_TEST(kick_before_the_first_run_ends_it_at_once)
{
	GUEST_CODE(0xeb, 0xfe);
	ck_assert_int_eq(kvmlib_vcpu_kick(guest.vcpu), 0);
	run_to(KVMLIB_EXIT_INTR);
	ck_assert_int_eq(kvmlib_vcpu_exit_kicked(guest.vcpu), 1);
}
END_TEST

static void ignore(int signo)
{
	(void)signo;
}

static struct {
	pthread_t target;
	atomic_bool stop;
} nagging;

/* A signal may come before KVM_RUN, and then must come again: this is what kicks are for. */
static void *nag(void *userdata)
{
	while (!atomic_load(&nagging.stop)) {
		pthread_kill(nagging.target, SIGUSR1);
		sched_yield();
	}
	return userdata;
}

START_TEST(foreign_signal_is_no_kick)
{
	struct sigaction action = { .sa_handler = ignore };
	pthread_t thread;

	GUEST_CODE(0xeb, 0xfe);
	sigaction(SIGUSR1, &action, NULL);
	nagging.target = pthread_self();
	ck_assert_int_eq(pthread_create(&thread, NULL, nag, NULL), 0);
	run_to(KVMLIB_EXIT_INTR);
	ck_assert_int_eq(kvmlib_vcpu_exit_kicked(guest.vcpu), 0);
	atomic_store(&nagging.stop, true);
	pthread_join(thread, NULL);
}
END_TEST

START_TEST(kick_handler_is_not_put_over_another)
{
	struct sigaction action = { .sa_handler = ignore };
	struct sigaction after;

	sigaction(SIGUSR2, &action, NULL);
	assert_failed(kvmlib_kick_handler_install(guest.system, SIGUSR2), EBUSY,
		      KVMLIB_CAUSE_HANDLER_EXISTS);
	sigaction(SIGUSR2, NULL, &after);
	ck_assert(after.sa_handler == ignore);
}
END_TEST

Suite *kick_suite(void)
{
	Suite *suite = suite_create("kick");
	TCase *tc = tcase_create("kick");
	TCase *sleeping = tcase_create("kick in HLT");

	tcase_add_checked_fixture(tc, guest_setup, guest_teardown);
	tcase_set_timeout(tc, 180);
	tcase_add_test(tc, kicks_of_a_spinning_guest_are_not_lost);
	tcase_add_test(tc, kicks_of_an_exiting_guest_are_not_lost);
	tcase_add_test(tc, kick_before_the_first_run_ends_it_at_once);
	tcase_add_test(tc, foreign_signal_is_no_kick);
	tcase_add_test(tc, kick_handler_is_not_put_over_another);
	suite_add_tcase(suite, tc);
	tcase_add_checked_fixture(sleeping, guest_setup_irqchip, guest_teardown);
	tcase_set_timeout(sleeping, 180);
	tcase_add_test(sleeping, kicks_of_a_sleeping_guest_are_not_lost);
	suite_add_tcase(suite, sleeping);
	return suite;
}
