/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Many threads at once: no kick is lost, none sticks, and references and records hold. */

#include "fixture.h"
#include "suites.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>

#define KICK_SIGNAL (SIGRTMIN + 1)
#define NR_KICKERS  4U
#define NR_KICKS    20000U
#define NR_ROUNDS   4000U
#define PATIENCE    30.0 /* seconds */

/* What the guest does while it is kicked. */
enum guest {
	SPINS, /* computes until a signal comes */
	EXITS, /* by port accesses, one after the other */
	HALTS, /* by HLT now and then, else it computes */
	AGAIN, /* answers EAGAIN and EINTR of its own */
	NR_GUESTS,
};

static struct {
	atomic_uint requested; /* counted up before each kick */
	atomic_uint seen;      /* what that was after the last exit by a kick */
	atomic_uint runs;      /* returned so far */
	atomic_uint errors;    /* calls that did not answer as they should */
	atomic_bool stop;
	enum guest guest;
	bool rebind; /* before every run */
	unsigned int per_kicker;
} stress;

static void push_or_count(int r)
{
	if (r < 0)
		atomic_fetch_add(&stress.errors, 1);
}

/* Keep the script as long as the guest's kind has it; the vCPU's thread does it between runs. */
static void feed(unsigned int n)
{
	int fd = kvmlib_vcpu_fd(fix.vcpu);
	struct kvmlib_sim_exit hlt = { .size = sizeof(hlt), .reason = KVMLIB_EXIT_HLT };

	if (stress.guest == SPINS || kvmlib_sim_script_left(fix.sim, fd) > 0)
		return;
	if (stress.guest == EXITS)
		push_or_count(kvmlib_sim_push_io(fix.sim, fd, 0x80, 1, 1, 1, "x"));
	else if (stress.guest == HALTS && n % 3)
		push_or_count(kvmlib_sim_push_exit(fix.sim, fd, &hlt));
	else if (stress.guest == AGAIN && n % 3)
		push_or_count(kvmlib_sim_push_stale(fix.sim, fd, n % 2 ? -EAGAIN : -EINTR));
}

static void run_once(unsigned int n)
{
	if (stress.rebind)
		push_or_count(kvmlib_vcpu_bind(fix.vcpu, KICK_SIGNAL));
	feed(n);
	push_or_count(kvmlib_vcpu_run(fix.vcpu));
	if (kvmlib_vcpu_exit_kicked(fix.vcpu))
		atomic_store(&stress.seen,
			     atomic_load_explicit(&stress.requested, memory_order_relaxed));
	atomic_fetch_add(&stress.runs, 1);
}

static void *vcpu_thread(void *userdata)
{
	(void)userdata;
	push_or_count(kvmlib_vcpu_bind(fix.vcpu, KICK_SIGNAL));
	for (unsigned int n = 0; !atomic_load(&stress.stop); n++)
		run_once(n);
	return NULL;
}

static void *kicker(void *userdata)
{
	(void)userdata;
	for (unsigned int i = 0; i < stress.per_kicker; i++) {
		atomic_fetch_add_explicit(&stress.requested, 1, memory_order_relaxed);
		push_or_count(kvmlib_vcpu_kick(fix.vcpu));
	}
	return NULL;
}

static void start(pthread_t *thread, void *(*function)(void *))
{
	ck_assert_int_eq(pthread_create(thread, NULL, function, NULL), 0);
}

static void join(pthread_t thread)
{
	ck_assert_int_eq(pthread_join(thread, NULL), 0);
}

static void kick_from_all_sides(void)
{
	pthread_t kickers[NR_KICKERS];

	for (unsigned int i = 0; i < NR_KICKERS; i++)
		start(&kickers[i], kicker);
	for (unsigned int i = 0; i < NR_KICKERS; i++)
		join(kickers[i]);
}

static void wait_until_seen(unsigned int total)
{
	double deadline = now() + PATIENCE;

	while (atomic_load(&stress.seen) != total) {
		ck_assert_msg(now() < deadline, "%u kicks, but only those up to %u were seen",
			      total, atomic_load(&stress.seen));
		sched_yield();
	}
}

static void stop_vcpu(pthread_t thread)
{
	atomic_store(&stress.stop, true);
	ck_assert_int_eq(kvmlib_vcpu_kick(fix.vcpu), 0);
	join(thread);
	ck_assert_uint_eq(atomic_load(&stress.errors), 0);
}

static void setup_stress(void)
{
	setup_vcpu();
	ck_assert_int_eq(kvmlib_kick_handler_install(fix.system, KICK_SIGNAL), 0);
	atomic_store(&stress.requested, 0);
	atomic_store(&stress.seen, 0);
	atomic_store(&stress.runs, 0);
	atomic_store(&stress.errors, 0);
	atomic_store(&stress.stop, false);
	stress.guest = SPINS;
	stress.rebind = false;
	stress.per_kicker = NR_KICKS / NR_KICKERS;
}

/* Each kicker counts before it kicks: the last exit by a kick must come after the last count. */
START_TEST(kicks_by_the_thousand_none_is_lost)
{
	pthread_t vcpu;

	stress.guest = (enum guest)_i;
	start(&vcpu, vcpu_thread);
	kick_from_all_sides();
	wait_until_seen(NR_KICKS);
	stop_vcpu(vcpu);
}
END_TEST

START_TEST(kicks_while_the_vcpu_is_bound_again_none_is_lost)
{
	pthread_t vcpu;

	stress.rebind = true;
	start(&vcpu, vcpu_thread);
	kick_from_all_sides();
	wait_until_seen(NR_KICKS);
	stop_vcpu(vcpu);
}
END_TEST

/* What the kicker stored is plain memory: the kick alone orders it. */
static unsigned int plain;
static atomic_uint acknowledged;

static void *reading_vcpu_thread(void *userdata)
{
	(void)userdata;
	push_or_count(kvmlib_vcpu_bind(fix.vcpu, KICK_SIGNAL));
	while (!atomic_load(&stress.stop)) {
		push_or_count(kvmlib_vcpu_run(fix.vcpu));
		if (kvmlib_vcpu_exit_kicked(fix.vcpu))
			atomic_store(&acknowledged, plain);
	}
	return NULL;
}

static void kick_until_acknowledged(unsigned int value)
{
	double deadline = now() + PATIENCE;

	plain = value;
	ck_assert_int_eq(kvmlib_vcpu_kick(fix.vcpu), 0);
	while (atomic_load(&acknowledged) != value) {
		ck_assert_msg(now() < deadline, "kick %u was not acknowledged", value);
		sched_yield();
	}
}

START_TEST(kick_orders_plain_memory)
{
	pthread_t vcpu;

	plain = 0;
	atomic_store(&acknowledged, 0);
	start(&vcpu, reading_vcpu_thread);
	for (unsigned int i = 1; i <= NR_ROUNDS; i++)
		kick_until_acknowledged(i);
	stop_vcpu(vcpu);
}
END_TEST

/* Kickers that start together, round after round, and wait for each other at its end. */
static pthread_barrier_t round_start, round_end;

static void *kicker_in_rounds(void *userdata)
{
	(void)userdata;
	for (unsigned int i = 0; i < NR_ROUNDS; i++) {
		pthread_barrier_wait(&round_start);
		push_or_count(kvmlib_vcpu_kick(fix.vcpu));
		pthread_barrier_wait(&round_end);
	}
	return NULL;
}

static void kick_together(void)
{
	pthread_barrier_wait(&round_start);
	pthread_barrier_wait(&round_end);
}

/* When all kicks are over, the guest goes on: no flag may be left that ends every run at once. */
START_TEST(kicks_that_meet_let_the_guest_go_on)
{
	pthread_t vcpu, kickers[NR_KICKERS];

	pthread_barrier_init(&round_start, NULL, NR_KICKERS + 1);
	pthread_barrier_init(&round_end, NULL, NR_KICKERS + 1);
	start(&vcpu, vcpu_thread);
	for (unsigned int i = 0; i < NR_KICKERS; i++)
		start(&kickers[i], kicker_in_rounds);
	for (unsigned int i = 0; i < NR_ROUNDS; i++) {
		wait_in_guest(fix.vcpu);
		kick_together();
	}
	wait_in_guest(fix.vcpu);
	for (unsigned int i = 0; i < NR_KICKERS; i++)
		join(kickers[i]);
	stop_vcpu(vcpu);
	pthread_barrier_destroy(&round_start);
	pthread_barrier_destroy(&round_end);
}
END_TEST

/* The vCPU is handed from thread to thread while it is kicked. */
static void *runs_of_one_thread(void *userdata)
{
	(void)userdata;
	push_or_count(kvmlib_vcpu_bind(fix.vcpu, KICK_SIGNAL));
	for (unsigned int n = 0; n < 50; n++)
		run_once(n);
	return NULL;
}

/* One kick for each run: signals queue, and a thread that gets ever more of them hangs. */
static void *kicker_of_each_run(void *userdata)
{
	unsigned int runs;

	(void)userdata;
	while (!atomic_load(&stress.stop)) {
		runs = atomic_load(&stress.runs);
		atomic_fetch_add_explicit(&stress.requested, 1, memory_order_relaxed);
		kvmlib_vcpu_kick(fix.vcpu); /* -ESRCH while the thread it was bound to is gone */
		while (atomic_load(&stress.runs) == runs && !atomic_load(&stress.stop))
			sched_yield();
	}
	return NULL;
}

START_TEST(kicks_reach_whichever_thread_runs_the_vcpu)
{
	pthread_t thread, kicks;

	start(&kicks, kicker_of_each_run);
	for (int i = 0; i < 40; i++) {
		start(&thread, runs_of_one_thread);
		join(thread);
	}
	atomic_store(&stress.stop, true);
	join(kicks);
	ck_assert_uint_eq(atomic_load(&stress.errors), 0);
	ck_assert_uint_gt(atomic_load(&stress.seen), 0);
}
END_TEST

static void *takes_and_drops(void *userdata)
{
	(void)userdata;
	for (int i = 0; i < 10000; i++) {
		kvmlib_vcpu_unref(kvmlib_vcpu_ref(fix.vcpu));
		kvmlib_vm_unref(kvmlib_vm_ref(fix.vm));
		kvmlib_system_unref(kvmlib_system_ref(fix.system));
	}
	return NULL;
}

START_TEST(refs_of_many_threads_add_up)
{
	pthread_t threads[NR_KICKERS];

	for (unsigned int i = 0; i < NR_KICKERS; i++)
		start(&threads[i], takes_and_drops);
	for (unsigned int i = 0; i < NR_KICKERS; i++)
		join(threads[i]);
	ck_assert_int_eq(kvmlib_sim_open_fds(fix.sim), 3);
}
END_TEST

/* The last reference may be dropped by any thread: here the vCPU's own. */
static void *drops_the_vcpu(void *vcpu)
{
	push_or_count(kvmlib_vcpu_bind(vcpu, KICK_SIGNAL));
	push_or_count(kvmlib_vcpu_run(vcpu));
	kvmlib_vcpu_unref(vcpu);
	return NULL;
}

START_TEST(vcpu_thread_may_drop_the_last_reference)
{
	struct kvmlib_vcpu *vcpu = fix.vcpu;
	pthread_t thread;

	push_exit(KVMLIB_EXIT_HLT, 0);
	fix.vcpu = NULL;
	ck_assert_int_eq(pthread_create(&thread, NULL, drops_the_vcpu, vcpu), 0);
	fix.vm = kvmlib_vm_unref(fix.vm);
	fix.system = kvmlib_system_unref(fix.system);
	join(thread);
	ck_assert_int_eq(kvmlib_sim_open_fds(fix.sim), 0);
	ck_assert_uint_eq(atomic_load(&stress.errors), 0);
}
END_TEST

static void *fails_with_its_own_slot(void *userdata)
{
	uint32_t slot = (uint32_t)(uintptr_t)userdata;
	uint64_t bitmap, value;

	for (int i = 0; i < 5000; i++) {
		if (kvmlib_vm_get_dirty_log(fix.vm, slot, &bitmap) != -ENOENT)
			atomic_fetch_add(&stress.errors, 1);
		push_or_count(kvmlib_error_value(KVMLIB_VALUE_SLOT, &value));
		if (value != slot || kvmlib_error_cause() != KVMLIB_CAUSE_DIRTY_LOG_OFF)
			atomic_fetch_add(&stress.errors, 1);
	}
	return NULL;
}

START_TEST(records_of_many_threads_are_their_own)
{
	pthread_t threads[NR_KICKERS];

	for (uintptr_t i = 0; i < NR_KICKERS; i++)
		ck_assert_int_eq(
			pthread_create(&threads[i], NULL, fails_with_its_own_slot, (void *)i), 0);
	for (unsigned int i = 0; i < NR_KICKERS; i++)
		join(threads[i]);
	ck_assert_uint_eq(atomic_load(&stress.errors), 0);
}
END_TEST

Suite *threads_suite(void)
{
	Suite *suite = suite_create("threads");
	TCase *tcase = add_case(suite, "threads", setup_stress);

	tcase_set_timeout(tcase, 300);
	tcase_add_loop_test(tcase, kicks_by_the_thousand_none_is_lost, 0, NR_GUESTS);
	ADD_TESTS(tcase, kicks_while_the_vcpu_is_bound_again_none_is_lost, kick_orders_plain_memory,
		  kicks_that_meet_let_the_guest_go_on, kicks_reach_whichever_thread_runs_the_vcpu,
		  refs_of_many_threads_add_up, vcpu_thread_may_drop_the_last_reference,
		  records_of_many_threads_are_their_own);
	return suite;
}
