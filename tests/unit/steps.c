/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The kick and the run, one instruction at a time. */

#include "fixture.h"
#include "stepping.h"
#include "suites.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>

#if HAVE_STEPS

#define KICK_SIGNAL (SIGRTMIN + 1)
#define MAX_RUNS    4
#define PATIENCE    10.0 /* seconds */

static int kick(void)
{
	return kvmlib_vcpu_kick(fix.vcpu);
}

static int run(void)
{
	return kvmlib_vcpu_run(fix.vcpu);
}

static void setup_steps(void)
{
	setup_vcpu();
	ck_assert_int_eq(kvmlib_kick_handler_install(fix.system, KICK_SIGNAL), 0);
	setup_stepping();
}

/* What the kicker counted, and what the vCPU's side saw of it after its last exit by a kick. */
static volatile unsigned int requested;
static volatile unsigned int seen;

static void count_and_kick(void)
{
	requested = requested + 1;
	kvmlib_vcpu_kick(fix.vcpu);
}

static void run_and_look(void)
{
	if (kvmlib_vcpu_run(fix.vcpu) == 0 && kvmlib_vcpu_exit_kicked(fix.vcpu))
		seen = requested;
}

static void run_until_hlt(unsigned int at)
{
	for (int n = 0; kvmlib_vcpu_exit_reason(fix.vcpu) != KVMLIB_EXIT_HLT; n++) {
		ck_assert_msg(n < MAX_RUNS,
			      "no run enters the guest after a kick and a run met at "
			      "instruction %u",
			      at);
		run_and_look();
	}
}

/* The guest's next exits: an interruption by somebody else, then HLT. */
static void push_interruption_and_hlt(void)
{
	ck_assert_int_eq(kvmlib_sim_push_stale(fix.sim, kvmlib_vcpu_fd(fix.vcpu), -EINTR), 0);
	push_exit(KVMLIB_EXIT_HLT, 0);
}

/* A run is interrupted by somebody else (1: or by a kick before) in the middle of the kick. */
START_TEST(kick_that_meets_an_interrupted_run_is_reported_and_over)
{
	unsigned int at = 0;
	bool met;

	do {
		requested = seen = 0;
		push_interruption_and_hlt();
		if (_i)
			count_and_kick();
		requested = requested + 1;
		met = in_steps(kick, ++at, run_and_look);
		if (at == 1 && !met)
			SKIP("no single steps here");
		run_and_look();
		run_until_hlt(at);
		ck_assert_msg(seen == requested,
			      "the kick that met a run at its instruction %u "
			      "is lost",
			      at);
	} while (met);
}
END_TEST

/*
 * The smallest kernel: immediate_exit ends KVM_RUN, else the guest halts. The simulated one blocks
 * signals in its KVM_RUN, and can't be stopped there.
 */
static struct kvm_run *page;
static const struct kvmlib_sys_ops *below;

static int halting_ioctl(void *ctx, int fd, unsigned long request, unsigned long arg)
{
	if (request != KVM_RUN)
		return below->ioctl(ctx, fd, request, arg);
	if (__atomic_load_n(&page->immediate_exit, __ATOMIC_SEQ_CST))
		return -EINTR;
	page->exit_reason = KVMLIB_EXIT_HLT;
	return 0;
}

static void setup_halting(void)
{
	struct kvmlib_system_opts opts;
	struct kvmlib_sys_ops sys;

	setup_steps();
	teardown();
	setup_sim();
	below = kvmlib_sim_sys_ops(fix.sim);
	sys = *below;
	sys.ioctl = halting_ioctl;
	opts = sim_opts();
	opts.sys = &sys;
	ck_assert_int_eq(kvmlib_system_open(&opts, &fix.system), 0);
	ck_assert_int_eq(kvmlib_system_create_vm(fix.system, NULL, &fix.vm), 0);
	ck_assert_int_eq(kvmlib_vm_create_vcpu(fix.vm, 0, &fix.vcpu), 0);
	ck_assert_int_eq(kvmlib_vcpu_bind(fix.vcpu, KICK_SIGNAL), 0);
	page = map_run_page();
}

static void teardown_halting(void)
{
	unmap_run_page(page);
	teardown();
}

/* The run reports one kick (0: none, it just ends), and another one comes in its middle. */
START_TEST(run_that_meets_a_kick_reports_it_or_leaves_it_to_the_next)
{
	unsigned int at = 0;
	bool met;

	do {
		requested = seen = 0;
		if (_i)
			count_and_kick();
		met = in_steps(run, ++at, count_and_kick);
		if (at == 1 && !met)
			SKIP("no single steps here");
		if (kvmlib_vcpu_exit_kicked(fix.vcpu))
			seen = requested;
		run_until_hlt(at);
		run_and_look(); /* a kick that came with HLT */
		run_until_hlt(at);
		ck_assert_msg(seen == requested,
			      "the kick that met a run at its instruction %u "
			      "is lost",
			      at);
	} while (met);
}
END_TEST

static atomic_uint runs, kicked_runs;
static atomic_bool stop;
static pthread_t runner;

static void *run_until_stopped(void *userdata)
{
	(void)userdata;
	if (kvmlib_vcpu_bind(fix.vcpu, KICK_SIGNAL) < 0)
		return NULL;
	while (!atomic_load(&stop)) {
		if (kvmlib_vcpu_run(fix.vcpu) < 0)
			return NULL;
		if (kvmlib_vcpu_exit_kicked(fix.vcpu))
			atomic_fetch_add(&kicked_runs, 1);
		atomic_fetch_add(&runs, 1);
	}
	return NULL;
}

/* The run is interrupted by a foreign signal, and another one begins. */
static void interrupt_runner(void)
{
	unsigned int before = atomic_load(&runs);
	double deadline = now() + PATIENCE;

	if (pthread_kill(runner, KICK_SIGNAL))
		return;
	while (atomic_load(&runs) == before && now() < deadline)
		sched_yield();
	while (kvmlib_sim_in_guest(fix.sim, kvmlib_vcpu_fd(fix.vcpu)) != 1 &&
	       atomic_load(&runs) - before < 3 && now() < deadline)
		sched_yield();
}

static void assert_kick_is_reported(unsigned int before, unsigned int at)
{
	double deadline = now() + PATIENCE;

	while (atomic_load(&kicked_runs) == before) {
		ck_assert_msg(now() < deadline,
			      "the kick that met a signal at its instruction %u "
			      "is lost",
			      at);
		sched_yield();
	}
}

START_TEST(kick_that_meets_a_run_in_the_guest_is_reported_and_over)
{
	unsigned int at = 0, before;
	bool met;

	atomic_store(&stop, false);
	ck_assert_int_eq(pthread_create(&runner, NULL, run_until_stopped, NULL), 0);
	do {
		wait_in_guest(fix.vcpu);
		before = atomic_load(&kicked_runs);
		met = in_steps(kick, ++at, interrupt_runner);
		assert_kick_is_reported(before, at);
	} while (met);
	wait_in_guest(fix.vcpu);
	atomic_store(&stop, true);
	ck_assert_int_eq(kvmlib_vcpu_kick(fix.vcpu), 0);
	ck_assert_int_eq(pthread_join(runner, NULL), 0);
}
END_TEST

static void add_steps(Suite *suite)
{
	TCase *tcase = add_case(suite, "kick in steps", setup_steps);
	TCase *halting = add_case(suite, "run in steps", NULL);

	tcase_set_timeout(tcase, 120);
	tcase_add_checked_fixture(halting, setup_halting, teardown_halting);
	tcase_add_loop_test(halting, run_that_meets_a_kick_reports_it_or_leaves_it_to_the_next, 0,
			    2);
	tcase_add_loop_test(tcase, kick_that_meets_an_interrupted_run_is_reported_and_over, 0, 2);
	ADD_TESTS(tcase, kick_that_meets_a_run_in_the_guest_is_reported_and_over);
}

#else

START_TEST(kick_in_steps)
{
	SKIP(NO_STEPS);
}
END_TEST

static void add_steps(Suite *suite)
{
	ADD_TESTS(add_case(suite, "steps", setup_vcpu), kick_in_steps);
}

#endif

Suite *steps_suite(void)
{
	Suite *suite = suite_create("steps");

	add_steps(suite);
	return suite;
}
