/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The kick, step by step: one vCPU thread at the most, and every state that it can be in. */

#define _GNU_SOURCE /* pthread_timedjoin_np() */

#include "fixture.h"
#include "suites.h"

#include <pthread.h>
#include <signal.h>
#include <time.h>

#define KICK_SIGNAL    (SIGRTMIN + 1)
#define OTHER_SIGNAL   (SIGRTMIN + 2)
#define FOREIGN_SIGNAL (SIGRTMIN + 3)
#define PATIENCE       10 /* seconds */

/* A thread that binds the fixture's vCPU (with signal 0: it does not) and runs it once. */
static struct {
	pthread_t thread;
	int signo;
	int result;
} runner;

static void *bind_and_run(void *userdata)
{
	(void)userdata;
	runner.result = runner.signo ? kvmlib_vcpu_bind(fix.vcpu, runner.signo) : 0;
	if (!runner.result)
		runner.result = kvmlib_vcpu_run(fix.vcpu);
	return NULL;
}

/* Start the thread, and return when its guest computes. */
static void start_runner(int signo)
{
	runner.signo = signo;
	ck_assert_int_eq(pthread_create(&runner.thread, NULL, bind_and_run, NULL), 0);
	wait_in_guest(fix.vcpu);
}

static void wait_for_runner(void)
{
	struct timespec deadline;

	clock_gettime(CLOCK_REALTIME, &deadline);
	deadline.tv_sec += PATIENCE;
	ck_assert_msg(!pthread_timedjoin_np(runner.thread, NULL, &deadline),
		      "the run does not end");
}

static void join_runner(uint32_t reason, int kicked)
{
	wait_for_runner();
	ck_assert_int_eq(runner.result, 0);
	ck_assert_uint_eq(kvmlib_vcpu_exit_reason(fix.vcpu), reason);
	ck_assert_int_eq(kvmlib_vcpu_exit_kicked(fix.vcpu), kicked);
}

static void set_handler(int signo, void (*handler)(int))
{
	struct sigaction action = { .sa_handler = handler };

	ck_assert_int_eq(sigaction(signo, &action, NULL), 0);
}

static void do_something(int signo)
{
	(void)signo;
}

static void setup_kick(void)
{
	setup_vcpu();
	ck_assert_int_eq(kvmlib_kick_handler_install(fix.system, KICK_SIGNAL), 0);
	ck_assert_int_eq(kvmlib_kick_handler_install(fix.system, OTHER_SIGNAL), 0);
	set_handler(FOREIGN_SIGNAL, do_something);
}

static void assert_kick_is(int expected)
{
	spoil_record();
	errno = ENOSPC;
	ck_assert_int_eq(kvmlib_vcpu_kick(fix.vcpu), expected);
	ck_assert_int_eq(errno, ENOSPC);
	ck_assert(record_is_spoiled());
}

START_TEST(kick_null_is_einval_and_leaves_record)
{
	spoil_record();
	ck_assert_int_eq(kvmlib_vcpu_kick(NULL), -EINVAL);
	ck_assert(record_is_spoiled());
}
END_TEST

START_TEST(kick_before_run_makes_no_call_and_ends_it)
{
	uint64_t calls = kvmlib_sim_nr_calls(fix.sim);

	assert_kick_is(0);
	ck_assert_uint_eq(kvmlib_sim_nr_calls(fix.sim), calls);
	run_to(KVMLIB_EXIT_INTR);
	ck_assert_int_eq(kvmlib_vcpu_exit_kicked(fix.vcpu), 1);
}
END_TEST

START_TEST(kick_stale_costs_one_early_return)
{
	ck_assert_int_eq(kvmlib_vcpu_kick(fix.vcpu), 0);
	ck_assert_int_eq(kvmlib_vcpu_kick(fix.vcpu), 0);
	push_exit(KVMLIB_EXIT_HLT, 0);
	run_to(KVMLIB_EXIT_INTR);
	ck_assert_int_eq(kvmlib_vcpu_exit_kicked(fix.vcpu), 1);
	run_to(KVMLIB_EXIT_HLT);
	ck_assert_int_eq(kvmlib_vcpu_exit_kicked(fix.vcpu), 0);
}
END_TEST

START_TEST(kick_after_an_exit_ends_the_next_run)
{
	push_exit(KVMLIB_EXIT_HLT, 0);
	push_exit(KVMLIB_EXIT_SHUTDOWN, 0);
	run_to(KVMLIB_EXIT_HLT);
	ck_assert_int_eq(kvmlib_vcpu_kick(fix.vcpu), 0);
	run_to(KVMLIB_EXIT_INTR);
	run_to(KVMLIB_EXIT_SHUTDOWN);
}
END_TEST

START_TEST(kick_during_run_ends_it)
{
	start_runner(KICK_SIGNAL);
	assert_kick_is(0);
	join_runner(KVMLIB_EXIT_INTR, 1);
	push_exit(KVMLIB_EXIT_HLT, 0);
	run_to(KVMLIB_EXIT_HLT);
}
END_TEST

START_TEST(kick_during_run_sends_one_signal)
{
	uint64_t calls;

	start_runner(KICK_SIGNAL);
	calls = kvmlib_sim_nr_calls(fix.sim);
	ck_assert_int_eq(kvmlib_vcpu_kick(fix.vcpu), 0);
	ck_assert_uint_eq(kvmlib_sim_nr_calls(fix.sim), calls + 1);
	join_runner(KVMLIB_EXIT_INTR, 1);
}
END_TEST

/* Without a bound thread nobody can be signalled; but the kick is there for the next run. */
START_TEST(kick_of_unbound_running_is_esrch_and_not_lost)
{
	start_runner(0);
	assert_kick_is(-ESRCH);
	push_exit(KVMLIB_EXIT_HLT, 0);
	join_runner(KVMLIB_EXIT_HLT, 0);
	run_to(KVMLIB_EXIT_INTR);
	ck_assert_int_eq(kvmlib_vcpu_exit_kicked(fix.vcpu), 1);
}
END_TEST

START_TEST(kick_of_unbound_running_is_esrch_each_time)
{
	start_runner(0);
	assert_kick_is(-ESRCH);
	assert_kick_is(-ESRCH);
	push_exit(KVMLIB_EXIT_HLT, 0);
	join_runner(KVMLIB_EXIT_HLT, 0);
}
END_TEST

/* A kick whose signal could not be sent has not reached the vCPU: the next one has to. */
START_TEST(kick_passes_the_errno_of_the_signal)
{
	start_runner(KICK_SIGNAL);
	ck_assert_int_eq(kvmlib_sim_fail_nth(fix.sim, 1, EAGAIN), 0);
	assert_kick_is(-EAGAIN);
	assert_kick_is(0);
	join_runner(KVMLIB_EXIT_INTR, 1);
}
END_TEST

/* The last bind counts: another signal on the same thread, or another thread. */
START_TEST(kick_after_second_bind_sends_the_second_signal)
{
	set_handler(KICK_SIGNAL, SIG_DFL); /* would kill */
	assert_ok(kvmlib_vcpu_bind(fix.vcpu, KICK_SIGNAL));
	start_runner(OTHER_SIGNAL);
	assert_kick_is(0);
	join_runner(KVMLIB_EXIT_INTR, 1);
}
END_TEST

START_TEST(kick_after_the_thread_changed_reaches_the_new_one)
{
	for (int i = 0; i < 3; i++) {
		start_runner(KICK_SIGNAL);
		assert_kick_is(0);
		join_runner(KVMLIB_EXIT_INTR, 1);
	}
}
END_TEST

static void kick_in_handler(int signo)
{
	(void)signo;
	kvmlib_vcpu_kick(fix.vcpu);
}

START_TEST(kick_from_handler_on_the_vcpus_thread_ends_the_run)
{
	set_handler(FOREIGN_SIGNAL, kick_in_handler);
	start_runner(KICK_SIGNAL);
	ck_assert_int_eq(pthread_kill(runner.thread, FOREIGN_SIGNAL), 0);
	join_runner(KVMLIB_EXIT_INTR, 1);
}
END_TEST

START_TEST(kick_foreign_signal_is_not_kicked)
{
	int signo = _i ? KICK_SIGNAL : FOREIGN_SIGNAL; /* its own signal, too, from others */

	start_runner(KICK_SIGNAL);
	ck_assert_int_eq(pthread_kill(runner.thread, signo), 0);
	join_runner(KVMLIB_EXIT_INTR, 0);
	ck_assert_int_eq(kvmlib_vcpu_exit_errno(fix.vcpu), EINTR);
}
END_TEST

static void store_immediate_exit(struct kvm_run *run, uint8_t value)
{
	__atomic_store_n(&run->immediate_exit, value, __ATOMIC_SEQ_CST);
}

/* A flag of other code in the process is left, run after run, until that code takes it away. */
START_TEST(kick_foreign_immediate_exit_is_left_and_not_kicked)
{
	struct kvm_run *run = map_run_page();

	store_immediate_exit(run, 1);
	for (int i = 0; i < 3; i++) {
		run_to(KVMLIB_EXIT_INTR);
		ck_assert_int_eq(kvmlib_vcpu_exit_kicked(fix.vcpu), 0);
		ck_assert_uint_eq(run->immediate_exit, 1);
	}
	store_immediate_exit(run, 0);
	push_exit(KVMLIB_EXIT_HLT, 0);
	run_to(KVMLIB_EXIT_HLT);
	unmap_run_page(run);
}
END_TEST

START_TEST(kick_stores_immediate_exit_and_the_report_clears_it)
{
	struct kvm_run *run = map_run_page();

	ck_assert_int_eq(kvmlib_vcpu_kick(fix.vcpu), 0);
	ck_assert_uint_eq(run->immediate_exit, 1);
	run_to(KVMLIB_EXIT_INTR);
	ck_assert_uint_eq(run->immediate_exit, 0);
	unmap_run_page(run);
}
END_TEST

/* Other exits do not take the kick: it stays for the run that reports it. */
START_TEST(kick_survives_exits_that_are_none_of_its)
{
	static const int results[] = { 0, -EAGAIN, -EINVAL };
	struct kvm_run *run = map_run_page();

	start_runner(0);
	ck_assert_int_eq(kvmlib_vcpu_kick(fix.vcpu), -ESRCH);
	push_exit(KVMLIB_EXIT_HLT, results[_i]);
	wait_for_runner();
	ck_assert_int_eq(runner.result, results[_i] == -EINVAL ? -EINVAL : 0);
	ck_assert_int_eq(kvmlib_vcpu_exit_kicked(fix.vcpu), 0);
	ck_assert_uint_eq(run->immediate_exit, 1);
	run_to(KVMLIB_EXIT_INTR);
	ck_assert_int_eq(kvmlib_vcpu_exit_kicked(fix.vcpu), 1);
	unmap_run_page(run);
}
END_TEST

START_TEST(kick_of_adopted_handle_ends_its_own_run)
{
	struct kvmlib_vcpu *adopted;

	assert_ok(kvmlib_vcpu_from_fd(fix.vm, kvmlib_vcpu_fd(fix.vcpu), 0, &adopted));
	ck_assert_int_eq(kvmlib_vcpu_kick(adopted), 0);
	run_to(KVMLIB_EXIT_INTR); /* the other handle's: foreign to this one */
	ck_assert_int_eq(kvmlib_vcpu_exit_kicked(fix.vcpu), 0);
	assert_ok(kvmlib_vcpu_run(adopted));
	ck_assert_int_eq(kvmlib_vcpu_exit_kicked(adopted), 1);
	push_exit(KVMLIB_EXIT_HLT, 0);
	run_to(KVMLIB_EXIT_HLT);
	kvmlib_vcpu_unref(adopted);
}
END_TEST

/* Signals that nobody can use; also 0, and what is none. */
static const int bad_signals[] = { 0, -1, SIGKILL, SIGSTOP, 65, INT32_MAX, INT32_MIN };
#define NR_BAD_SIGNALS ((int)(sizeof(bad_signals) / sizeof(bad_signals[0])))

START_TEST(bind_bad_signal_is_einval)
{
	assert_fails(kvmlib_vcpu_bind(fix.vcpu, bad_signals[_i]), EINVAL, BAD_SIGNAL, NULL);
	assert_value(SIGNAL, bad_signals[_i]);
}
END_TEST

START_TEST(bind_bad_signal_leaves_the_binding)
{
	start_runner(KICK_SIGNAL);
	ck_assert_int_eq(kvmlib_vcpu_bind(fix.vcpu, SIGKILL), -EINVAL);
	assert_kick_is(0);
	join_runner(KVMLIB_EXIT_INTR, 1);
}
END_TEST

START_TEST(bind_takes_the_first_and_the_last_signal)
{
	assert_ok(kvmlib_vcpu_bind(fix.vcpu, 1));
	assert_ok(kvmlib_vcpu_bind(fix.vcpu, 64));
}
END_TEST

START_TEST(handler_bad_signal_is_einval)
{
	uint64_t calls = kvmlib_sim_nr_calls(fix.sim);

	assert_fails(kvmlib_kick_handler_install(fix.system, bad_signals[_i]), EINVAL, BAD_SIGNAL,
		     NULL);
	assert_value(SIGNAL, bad_signals[_i]);
	ck_assert_uint_eq(kvmlib_sim_nr_calls(fix.sim), calls);
}
END_TEST

START_TEST(handler_null_is_einval)
{
	assert_refuses_null(kvmlib_kick_handler_install(NULL, KICK_SIGNAL), 1);
}
END_TEST

/* glibc keeps the first real-time signals for itself. */
START_TEST(handler_signal_of_the_c_library_is_einval)
{
	if (SIGRTMIN <= 32)
		return;
	assert_fails(kvmlib_kick_handler_install(fix.system, 32), EINVAL, BAD_SIGNAL, "sigaction");
	assert_value(SIGNAL, 32);
}
END_TEST

static struct sigaction action_of(int signo)
{
	struct sigaction action;

	ck_assert_int_eq(sigaction(signo, NULL, &action), 0);
	return action;
}

START_TEST(handler_foreign_is_ebusy_and_left)
{
	assert_fails(kvmlib_kick_handler_install(fix.system, FOREIGN_SIGNAL), EBUSY, HANDLER_EXISTS,
		     NULL);
	assert_value(SIGNAL, FOREIGN_SIGNAL);
	ck_assert(action_of(FOREIGN_SIGNAL).sa_handler == do_something);
}
END_TEST

START_TEST(handler_twice_is_fine)
{
	struct sigaction before = action_of(KICK_SIGNAL);

	assert_ok(kvmlib_kick_handler_install(fix.system, KICK_SIGNAL));
	ck_assert(action_of(KICK_SIGNAL).sa_handler == before.sa_handler);
	ck_assert(before.sa_handler != SIG_DFL && before.sa_handler != SIG_IGN);
}
END_TEST

START_TEST(handler_restarts_and_uses_the_alternate_stack)
{
	int flags = action_of(KICK_SIGNAL).sa_flags;

	ck_assert_int_eq(flags & (SA_RESTART | SA_ONSTACK), SA_RESTART | SA_ONSTACK);
	ck_assert_int_eq(flags & (SA_SIGINFO | SA_NODEFER), 0);
	ck_assert_int_eq(raise(KICK_SIGNAL), 0);
}
END_TEST

START_TEST(handler_replaces_ignore)
{
	set_handler(SIGUSR1, SIG_IGN);
	assert_ok(kvmlib_kick_handler_install(fix.system, SIGUSR1));
	ck_assert(action_of(SIGUSR1).sa_handler != SIG_IGN);
	set_handler(SIGUSR1, SIG_DFL);
}
END_TEST

START_TEST(handler_failed_call_leaves_the_disposition)
{
	set_handler(SIGUSR1, SIG_DFL);
	ck_assert_int_eq(kvmlib_sim_fail_nth(fix.sim, (uint64_t)_i, EINVAL), 0);
	assert_fails(kvmlib_kick_handler_install(fix.system, SIGUSR1), EINVAL, BAD_SIGNAL,
		     "sigaction");
	ck_assert(action_of(SIGUSR1).sa_handler == SIG_DFL);
}
END_TEST

static void add_kicks(Suite *suite)
{
	TCase *tcase = add_case(suite, "kick", setup_kick);

	tcase_add_loop_test(tcase, kick_foreign_signal_is_not_kicked, 0, 2);
	tcase_add_loop_test(tcase, kick_survives_exits_that_are_none_of_its, 0, 3);
	tcase_set_timeout(tcase, 30);
	ADD_TESTS(tcase, kick_null_is_einval_and_leaves_record,
		  kick_before_run_makes_no_call_and_ends_it, kick_stale_costs_one_early_return,
		  kick_after_an_exit_ends_the_next_run, kick_during_run_ends_it,
		  kick_during_run_sends_one_signal, kick_of_unbound_running_is_esrch_and_not_lost,
		  kick_of_unbound_running_is_esrch_each_time, kick_passes_the_errno_of_the_signal,
		  kick_after_second_bind_sends_the_second_signal,
		  kick_after_the_thread_changed_reaches_the_new_one,
		  kick_from_handler_on_the_vcpus_thread_ends_the_run,
		  kick_foreign_immediate_exit_is_left_and_not_kicked,
		  kick_stores_immediate_exit_and_the_report_clears_it,
		  kick_of_adopted_handle_ends_its_own_run);
}

Suite *kick_suite(void)
{
	Suite *suite = suite_create("kick");
	TCase *tcase = add_case(suite, "bind and handler", setup_kick);

	add_kicks(suite);
	tcase_set_timeout(tcase, 30);
	tcase_add_loop_test(tcase, bind_bad_signal_is_einval, 0, NR_BAD_SIGNALS);
	tcase_add_loop_test(tcase, handler_bad_signal_is_einval, 0, NR_BAD_SIGNALS);
	tcase_add_loop_test(tcase, handler_failed_call_leaves_the_disposition, 1, 3);
	ADD_TESTS(tcase, bind_bad_signal_leaves_the_binding,
		  bind_takes_the_first_and_the_last_signal, handler_null_is_einval,
		  handler_signal_of_the_c_library_is_einval, handler_foreign_is_ebusy_and_left,
		  handler_twice_is_fine, handler_restarts_and_uses_the_alternate_stack,
		  handler_replaces_ignore);
	return suite;
}
