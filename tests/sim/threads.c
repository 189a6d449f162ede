/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Guests that compute, signals that end them, and many threads at once. */
#include "fixture.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <unistd.h>

#include "suites.h"

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

Suite *threads_suite(void)
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
