/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vCPUs as a group: paused, resumed, kicked and called, on threads that run guests. */

#include "control_fixture.h"
#include "suites.h"

#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "child.h"
#include "played.h"

/* Pauses */

START_TEST(control_pause_holds_all_until_it_is_resumed)
{
	assert_ok(kvmlib_control_pause(control, LONG));
	assert_all(KVMLIB_CONTROL_PARKED);
	assert_ok(kvmlib_control_kick(control, NULL));
	assert_all(KVMLIB_CONTROL_PARKED);
	assert_ok(kvmlib_control_resume(control));
	wait_for_all();
	assert_all(KVMLIB_CONTROL_IN_GUEST);
}
END_TEST

START_TEST(control_pauses_nest)
{
	assert_ok(kvmlib_control_pause(control, LONG));
	assert_ok(kvmlib_control_pause(control, 0)); /* nobody is to be waited for */
	assert_ok(kvmlib_control_resume(control));
	assert_all(KVMLIB_CONTROL_PARKED);
	assert_ok(kvmlib_control_resume(control));
	assert_fails(kvmlib_control_resume(control), EINVAL, NOT_PAUSED, NULL);
	wait_for_all();
}
END_TEST

START_TEST(control_pause_waits_until_the_exit_is_answered_and_finished)
{
	const uint8_t nothing[4] = { 0 };
	const int fd = kvmlib_vcpu_fd(guests[1].vcpu);
	uint8_t answered[4] = { 0 };

	ck_assert_int_eq(kvmlib_sim_push_mmio(fix.sim, fd, 0x1000, 4, 0, nothing), 0);
	sem_wait(&guests[1].at_exit);
	assert_fails(kvmlib_control_pause(control, 1), ETIMEDOUT, VCPU_LATE, NULL);
	ck_assert_uint_eq(where(1), KVMLIB_CONTROL_OUT);
	wait_in_guest(guests[0].vcpu);
	wait_in_guest(guests[2].vcpu);
	sem_post(&guests[1].answered);
	assert_ok(kvmlib_control_pause(control, LONG));
	ck_assert_int_eq(kvmlib_vcpu_exit_pending(guests[1].vcpu), 0);
	ck_assert_int_eq(kvmlib_sim_completion(fix.sim, fd, answered, sizeof(answered)), 4);
	ck_assert_uint_eq(answered[0], 0x5a);
	assert_ok(kvmlib_control_resume(control));
}
END_TEST

/* The first two have an exit that nobody answers; the third may be late, too. */
START_TEST(control_pause_names_those_that_did_not_come)
{
	char text[1024];

	for (size_t i = 0; i < 2; i++) {
		ck_assert_int_eq(kvmlib_sim_push_io(fix.sim, kvmlib_vcpu_fd(guests[i].vcpu), 0x80,
						    1, 1, 1, "x"),
				 0);
		sem_wait(&guests[i].at_exit);
	}
	assert_fails(kvmlib_control_pause(control, MILLISECOND), ETIMEDOUT, VCPU_LATE, NULL);
	kvmlib_error_format(text, sizeof(text));
	ck_assert_msg(strstr(text, "vCPU 0, where 0") && strstr(text, "vCPU 1, where 0"), "%s",
		      text);
	sem_post(&guests[0].answered);
	sem_post(&guests[1].answered);
	wait_for_all();
}
END_TEST

START_TEST(control_pause_finds_threads_that_have_ended)
{
	guests[2].at_end = ENDS;
	assert_fails(kvmlib_control_leave(control, guests[2].vcpu), EBUSY, VCPU_BUSY, NULL);
	assert_value(WHERE, KVMLIB_CONTROL_IN_GUEST);
	end_guest(2);
	assert_fails(kvmlib_control_pause(control, LONG), ESRCH, VCPU_THREAD_GONE, NULL);
	assert_value(VCPU_ID, 2);
	assert_value(WHERE, KVMLIB_CONTROL_GONE);
	ck_assert_uint_eq(where(2), KVMLIB_CONTROL_GONE);
	wait_in_guest(guests[0].vcpu);
	assert_ok(kvmlib_control_leave(control, guests[2].vcpu));
	assert_fails(kvmlib_control_leave(control, guests[2].vcpu), EINVAL, NOT_JOINED, NULL);
	assert_ok(kvmlib_control_pause(control, LONG));
	assert_ok(kvmlib_control_resume(control));
}
END_TEST

static void *pause_group(void *userdata)
{
	int *r = userdata;

	*r = kvmlib_control_pause(control, LONG);
	return NULL;
}

START_TEST(control_pause_does_not_wait_for_those_that_leave)
{
	pthread_t thread;
	int r = -1;

	sem_init(&guests[0].may_end, 0, 0);
	atomic_store(&guests[0].stop, true);
	assert_ok(kvmlib_control_kick(control, guests[0].vcpu));
	sem_wait(&guests[0].at_exit);
	ck_assert_int_eq(pthread_create(&thread, NULL, pause_group, &r), 0);
	wait_until(1, KVMLIB_CONTROL_PARKED);
	sem_post(&guests[0].may_end);
	ck_assert_int_eq(pthread_join(thread, NULL), 0);
	ck_assert_int_eq(r, 0);
	assert_ok(kvmlib_control_resume(control));
}
END_TEST

START_TEST(control_joined_to_a_paused_group_does_not_enter_the_guest)
{
	assert_ok(kvmlib_control_pause(control, LONG));
	for (size_t i = 0; i < NR_GUESTS; i++)
		start_guest(&guests[i]);
	for (size_t i = 0; i < NR_GUESTS; i++)
		wait_until(i, KVMLIB_CONTROL_PARKED);
	for (size_t i = 0; i < NR_GUESTS; i++)
		ck_assert_uint_eq(atomic_load(&guests[i].interrupts), 0);
	assert_ok(kvmlib_control_resume(control));
	wait_for_all();
}
END_TEST

/* On vCPUs' own threads */

static int pause_here(struct kvmlib_vcpu *vcpu, void *userdata)
{
	(void)vcpu;
	(void)userdata;
	return kvmlib_control_pause(control, LONG);
}

static int resume_here(struct kvmlib_vcpu *vcpu, void *userdata)
{
	(void)vcpu;
	(void)userdata;
	return kvmlib_control_resume(control);
}

static int pause_and_resume(struct kvmlib_vcpu *vcpu, void *userdata)
{
	int r = pause_here(vcpu, userdata);

	return r < 0 ? r : resume_here(vcpu, userdata);
}

static int run_under_pause(struct kvmlib_vcpu *vcpu, void *userdata)
{
	int r = pause_here(vcpu, NULL);

	*(int *)userdata = kvmlib_control_run(vcpu);
	return r < 0 ? r : resume_here(vcpu, NULL);
}

static int call_on(size_t i, int (*function)(struct kvmlib_vcpu *vcpu, void *userdata),
		   void *userdata)
{
	int result = INT32_MIN;

	assert_ok(kvmlib_control_call(control, guests[i].vcpu, function, userdata, LONG, &result));
	return result;
}

/* A vCPU's thread that has something to do until it is told to go on. */
struct visit {
	struct guest *guest;
	sem_t is_there, may_go;
	pthread_t thread;
	int result;
};

static int pause_and_stay(struct kvmlib_vcpu *vcpu, void *userdata)
{
	struct visit *visit = userdata;
	int r = pause_here(vcpu, NULL);

	sem_post(&visit->is_there);
	sem_wait(&visit->may_go);
	return r < 0 ? r : resume_here(vcpu, NULL);
}

static void *visit_guest(void *userdata)
{
	struct visit *visit = userdata;

	if (kvmlib_control_call(control, visit->guest->vcpu, pause_and_stay, visit, LONG,
				&visit->result) < 0)
		visit->result = 1;
	return NULL;
}

static void start_visit(struct visit *visit, struct guest *guest)
{
	visit->guest = guest;
	sem_init(&visit->is_there, 0, 0);
	sem_init(&visit->may_go, 0, 0);
	ck_assert_int_eq(pthread_create(&visit->thread, NULL, visit_guest, visit), 0);
	sem_wait(&visit->is_there);
}

static void end_visit(struct visit *visit)
{
	sem_post(&visit->may_go);
	ck_assert_int_eq(pthread_join(visit->thread, NULL), 0);
	ck_assert_int_eq(visit->result, 0);
}

START_TEST(control_pause_by_a_vcpus_thread_holds_the_others)
{
	struct visit visit;

	start_visit(&visit, &guests[0]);
	ck_assert_uint_eq(where(1), KVMLIB_CONTROL_PARKED);
	ck_assert_uint_eq(where(2), KVMLIB_CONTROL_PARKED);
	assert_fails(kvmlib_control_resume(control), EINVAL, NOT_PAUSED, NULL);
	assert_ok(kvmlib_control_pause(control, 0)); /* it is out, too */
	assert_ok(kvmlib_control_resume(control));
	ck_assert_uint_eq(where(1), KVMLIB_CONTROL_PARKED);
	end_visit(&visit);
	wait_for_all();
}
END_TEST

START_TEST(control_two_vcpus_may_pause_each_other)
{
	struct visit first, second;

	start_visit(&first, &guests[0]);
	start_visit(&second, &guests[1]);
	sem_post(&first.may_go);
	wait_until(0, KVMLIB_CONTROL_PARKED); /* in its resume */
	ck_assert_int_eq(is_in_guest(2), 0);
	end_visit(&second);
	ck_assert_int_eq(pthread_join(first.thread, NULL), 0);
	ck_assert_int_eq(first.result, 0);
	wait_for_all();
}
END_TEST

/* The same, in its own loop. */
START_TEST(control_resume_by_a_vcpus_thread_waits_for_the_others)
{
	guests[0].at_end = PAUSES_AND_RESUMES;
	sem_init(&guests[0].may_end, 0, 0);
	atomic_store(&guests[0].stop, true);
	assert_ok(kvmlib_control_kick(control, guests[0].vcpu));
	sem_wait(&guests[0].at_exit);
	assert_ok(kvmlib_control_pause(control, 0));
	sem_post(&guests[0].may_end);
	wait_until(0, KVMLIB_CONTROL_PARKED);
	assert_ok(kvmlib_control_resume(control));
	wait_in_guest(guests[1].vcpu);
}
END_TEST

START_TEST(control_run_under_ones_own_pause_is_refused)
{
	int r = 0;

	ck_assert_int_eq(call_on(0, run_under_pause, &r), 0);
	ck_assert_int_eq(r, -EDEADLK);
	wait_for_all();
}
END_TEST

START_TEST(control_pause_of_a_vcpu_that_leaves_ends)
{
	guests[0].at_end = PAUSES_AND_LEAVES;
	end_guest(0);
	wait_in_guest(guests[1].vcpu);
	assert_fails(kvmlib_control_resume(control), EINVAL, NOT_PAUSED, NULL);
}
END_TEST

/* The program answers a guest's write, which is not finished, by pausing the group. */
START_TEST(control_pause_finishes_the_exit_of_its_own_vcpu)
{
	struct kvmlib_vcpu *vcpu = guests[0].vcpu;

	ck_assert_int_eq(kvmlib_sim_push_io(fix.sim, kvmlib_vcpu_fd(vcpu), 0x80, 1, 1, 1, "x"), 0);
	assert_ok(kvmlib_control_join(control, vcpu));
	assert_ok(kvmlib_control_run(vcpu));
	ck_assert_int_eq(kvmlib_vcpu_exit_pending(vcpu), 1);
	assert_ok(kvmlib_control_pause(control, LONG));
	ck_assert_int_eq(kvmlib_vcpu_exit_pending(vcpu), 0);
	ck_assert_uint_eq(where(0), KVMLIB_CONTROL_OUT);
	assert_returns(kvmlib_control_wait(vcpu, LONG), 1); /* which nobody else could end */
	assert_fails(kvmlib_control_run(vcpu), EDEADLK, OWN_PAUSE, NULL);
	assert_ok(kvmlib_control_resume(control));

	assert_ok(kvmlib_control_run(vcpu)); /* the kick may have been somebody's */
	ck_assert_uint_eq(kvmlib_vcpu_exit_reason(vcpu), KVMLIB_EXIT_INTR);
	assert_ok(kvmlib_control_leave(control, vcpu));
}
END_TEST

static struct kvm_run *page;

/* An access in two parts: whatever the VMM wants, the second follows the first. */
static int exit_again(unsigned long arg)
{
	(void)arg;
	page->exit_reason = KVMLIB_EXIT_MMIO;
	return 0;
}

START_TEST(control_pause_with_another_exit_is_refused)
{
	struct kvmlib_vcpu *vcpu = fix.vcpu;

	NEEDS(RUN);
	ck_assert_int_eq(kvmlib_control_new(fix.vm, NULL, &control), 0);
	page = map_run_page();
	play(REQUEST(RUN), exit_again);
	assert_ok(kvmlib_control_join(control, vcpu));
	assert_ok(kvmlib_control_run(vcpu));
	assert_fails(kvmlib_control_pause(control, LONG), EBUSY, EXIT_PENDING, NULL);
	assert_value(EXIT_REASON, KVMLIB_EXIT_MMIO);
	assert_fails(kvmlib_control_wait(vcpu, 0), EBUSY, EXIT_PENDING, NULL);
	assert_fails(kvmlib_control_resume(control), EINVAL, NOT_PAUSED, NULL);
	ck_assert_uint_eq(plays(REQUEST(RUN)), 3);
	assert_ok(kvmlib_control_leave(control, vcpu));
	unmap_run_page(page);
	control = kvmlib_control_unref(control);
}
END_TEST

/* Back in the program's loop */

START_TEST(control_returning_group_gives_the_loop_back)
{
	unsigned int refused;

	assert_ok(kvmlib_control_pause(control, LONG));
	for (size_t i = 0; i < NR_GUESTS; i++) {
		refused = atomic_load(&guests[i].refused);
		while (atomic_load(&guests[i].refused) < refused + 3)
			sched_yield();
		ck_assert_int_eq(is_in_guest(i), 0);
	}
	assert_ok(kvmlib_control_pause(control, LONG));
	assert_ok(kvmlib_control_resume(control));
	ck_assert_int_eq(is_in_guest(0), 0);
	assert_ok(kvmlib_control_resume(control));
	wait_for_all();
	assert_ok(kvmlib_control_pause(control, LONG));
	for (size_t i = 0; i < NR_GUESTS; i++)
		ck_assert_int_eq(is_in_guest(i), 0);
	assert_ok(kvmlib_control_resume(control));
}
END_TEST

START_TEST(control_returning_group_does_work_while_it_is_paused)
{
	int number = 4;

	assert_ok(kvmlib_control_pause(control, LONG));
	ck_assert_int_eq(call_on(1, add_one, &number), 5);
	ck_assert_int_eq(is_in_guest(1), 0);
	assert_ok(kvmlib_control_resume(control));
}
END_TEST

/* Waiting */

START_TEST(control_halted_vcpu_waits_for_a_kick)
{
	halt(1);
	ck_assert_uint_eq(atomic_load(&guests[1].interrupts), 0);
	assert_ok(kvmlib_control_kick(control, guests[1].vcpu));
	wait_in_guest(guests[1].vcpu);
	ck_assert_uint_eq(atomic_load(&guests[1].interrupts), 1);
}
END_TEST

START_TEST(control_halted_vcpu_is_out_of_the_guest)
{
	halt(0);
	assert_ok(kvmlib_control_pause(control, LONG));
	ck_assert_uint_eq(where(0), KVMLIB_CONTROL_WAITING);
	assert_ok(kvmlib_control_kick(control, guests[0].vcpu)); /* it is held, all the same */
	ck_assert_int_eq(call_on(0, pause_and_resume, NULL), 0);
	ck_assert_int_eq(is_in_guest(0), 0);
	ck_assert_uint_eq(atomic_load(&guests[0].interrupts), 0);
	assert_ok(kvmlib_control_resume(control));
	wait_in_guest(guests[0].vcpu);
}
END_TEST

START_TEST(control_wait_ends_with_its_time)
{
	struct kvmlib_vcpu *vcpu = guests[0].vcpu;
	double begun = now();

	assert_ok(kvmlib_control_join(control, vcpu));
	assert_ok(kvmlib_control_wait(vcpu, 20 * MILLISECOND));
	ck_assert(now() - begun >= 0.02);
	ck_assert_uint_eq(where(0), KVMLIB_CONTROL_OUT);
	assert_ok(kvmlib_control_kick(control, NULL));
	assert_returns(kvmlib_control_wait(vcpu, LONG), 1);
	assert_returns(kvmlib_control_wait(vcpu, LONG), 1); /* it is the run's to report */
	assert_ok(kvmlib_control_run(vcpu));
	ck_assert_int_eq(kvmlib_vcpu_exit_kicked(vcpu), 1);
	assert_ok(kvmlib_control_wait(vcpu, 0));
	assert_ok(kvmlib_control_leave(control, vcpu));
}
END_TEST

/* Work */

static int tell_thread(struct kvmlib_vcpu *vcpu, void *userdata)
{
	*(pthread_t *)userdata = pthread_self();
	return kvmlib_vcpu_set_signal_mask(vcpu, NULL); /* what every architecture has */
}

START_TEST(control_call_is_done_on_the_vcpus_thread)
{
	pthread_t thread;
	int number = 0;

	for (size_t i = 0; i < NR_GUESTS; i++) {
		ck_assert_int_eq(call_on(i, tell_thread, &thread), 0);
		ck_assert(pthread_equal(thread, guests[i].thread));
	}
	assert_ok(kvmlib_control_pause(control, LONG));
	ck_assert_int_eq(call_on(0, add_one, &number), 1);
	assert_ok(kvmlib_control_call(control, guests[0].vcpu, add_one, &number, LONG, NULL));
	ck_assert_int_eq(number, 2);
	ck_assert_uint_eq(where(0), KVMLIB_CONTROL_PARKED);
	assert_ok(kvmlib_control_resume(control));
	wait_for_all();
}
END_TEST

/* In the midst of an exit: only others have to wait until it is finished. */
START_TEST(control_call_on_ones_own_vcpu_is_made_at_once)
{
	struct kvmlib_vcpu *vcpu = guests[0].vcpu;
	int number = 6, result = 0;

	ck_assert_int_eq(kvmlib_sim_push_io(fix.sim, kvmlib_vcpu_fd(vcpu), 0x80, 1, 1, 1, "x"), 0);
	assert_ok(kvmlib_control_join(control, vcpu));
	assert_ok(kvmlib_control_run(vcpu));
	assert_ok(kvmlib_control_call(control, vcpu, add_one, &number, 0, &result));
	ck_assert_int_eq(result, 7);
	ck_assert_int_eq(kvmlib_vcpu_exit_pending(vcpu), 1);
	assert_ok(kvmlib_control_leave(control, vcpu));
}
END_TEST

START_TEST(control_call_that_comes_too_late_is_not_made)
{
	int number = 0, result = 77;

	ck_assert_int_eq(
		kvmlib_sim_push_io(fix.sim, kvmlib_vcpu_fd(guests[0].vcpu), 0x80, 1, 1, 1, "x"), 0);
	sem_wait(&guests[0].at_exit);
	assert_fails(kvmlib_control_call(control, guests[0].vcpu, add_one, &number, MILLISECOND,
					 &result),
		     ETIMEDOUT, VCPU_LATE, NULL);
	assert_value(VCPU_ID, 0);
	sem_post(&guests[0].answered);
	wait_in_guest(guests[0].vcpu);
	ck_assert_int_eq(number, 0);
	ck_assert_int_eq(result, 77);
}
END_TEST

START_TEST(control_call_on_a_thread_that_is_gone_fails)
{
	int number = 0;

	guests[1].at_end = ENDS;
	end_guest(1);
	assert_fails(kvmlib_control_call(control, guests[1].vcpu, add_one, &number,
					 KVMLIB_CONTROL_FOREVER, NULL),
		     ESRCH, VCPU_THREAD_GONE, NULL);
	assert_ok(kvmlib_control_leave(control, guests[1].vcpu));
	assert_fails(kvmlib_control_call(control, guests[1].vcpu, add_one, &number, LONG, NULL),
		     EINVAL, NOT_JOINED, NULL);
	ck_assert_int_eq(number, 0);
}
END_TEST

static void *call_first(void *userdata)
{
	return (void *)(intptr_t)kvmlib_control_call(control, guests[0].vcpu, add_one, userdata,
						     KVMLIB_CONTROL_FOREVER, NULL);
}

START_TEST(control_call_on_a_vcpu_that_leaves_fails)
{
	pthread_t thread;
	int number = 0;
	void *r;

	sem_init(&guests[0].may_end, 0, 0);
	atomic_store(&guests[0].stop, true);
	assert_ok(kvmlib_control_kick(control, guests[0].vcpu));
	sem_wait(&guests[0].at_exit);
	ck_assert_int_eq(pthread_create(&thread, NULL, call_first, &number), 0);
	sem_post(&guests[0].may_end);
	ck_assert_int_eq(pthread_join(thread, &r), 0);
	ck_assert(r == (void *)(intptr_t)-ESRCH || r == (void *)(intptr_t)-EINVAL);
	ck_assert_int_eq(number, 0);
}
END_TEST

/* Each of two vCPUs' threads has the other do something, which has it do something in turn. */
static int call_back(struct kvmlib_vcpu *vcpu, void *userdata)
{
	size_t other = vcpu == guests[0].vcpu ? 1 : 0;
	int result = 0;
	int r = kvmlib_control_call(control, guests[other].vcpu, add_one, userdata, LONG, &result);

	return r < 0 ? r : result;
}

static int call_and_be_called(struct kvmlib_vcpu *vcpu, void *userdata)
{
	size_t other = vcpu == guests[0].vcpu ? 1 : 0;
	int result = 0;
	int r = kvmlib_control_call(control, guests[other].vcpu, call_back, userdata, LONG,
				    &result);

	return r < 0 ? r : result;
}

START_TEST(control_vcpus_may_call_each_other)
{
	int number = 0;

	ck_assert_int_eq(call_on(0, call_and_be_called, &number), 1);
	ck_assert_int_eq(call_on(1, call_and_be_called, &number), 2);
	ck_assert_int_eq(call_on(1, call_back, &number), 3);
	wait_for_all();
}
END_TEST

/* Refusals */

START_TEST(control_new_refuses_bad_options)
{
	struct kvmlib_control_opts opts = { .size = sizeof(opts), .flags = 2 };
	struct kvmlib_control *ret = SENTINEL;

	assert_fails(kvmlib_control_new(fix.vm, &opts, &ret), EINVAL, BAD_ARGUMENT, NULL);
	opts = (struct kvmlib_control_opts){ .size = sizeof(opts), .signo = SIGKILL };
	assert_fails(kvmlib_control_new(fix.vm, &opts, &ret), EINVAL, BAD_SIGNAL, NULL);
	opts.signo = 200;
	assert_fails(kvmlib_control_new(fix.vm, &opts, &ret), EINVAL, BAD_SIGNAL, NULL);
	opts.size = 2;
	assert_fails(kvmlib_control_new(fix.vm, &opts, &ret), EINVAL, OPTIONS_SIZE, NULL);
	alloc_fail_nth(1);
	assert_fails(kvmlib_control_new(fix.vm, NULL, &ret), ENOMEM, NO_MEMORY, NULL);
	ck_assert_ptr_eq(ret, SENTINEL);
}
END_TEST

static void handle(int signo)
{
	(void)signo;
}

START_TEST(control_new_leaves_another_handler_alone)
{
	const struct kvmlib_control_opts opts = { .size = sizeof(opts), .signo = SIGUSR1 };
	struct kvmlib_control *ret = SENTINEL;
	struct sigaction action = { .sa_handler = handle };

	sigaction(SIGUSR1, &action, NULL);
	assert_fails(kvmlib_control_new(fix.vm, &opts, &ret), EBUSY, HANDLER_EXISTS, NULL);
	ck_assert_ptr_eq(ret, SENTINEL);
}
END_TEST

START_TEST(control_join_is_checked)
{
	struct kvmlib_vcpu *stranger;
	struct kvmlib_vm *vm;

	alloc_fail_nth(1);
	assert_fails(kvmlib_control_join(control, guests[0].vcpu), ENOMEM, NO_MEMORY, NULL);
	assert_ok(kvmlib_control_join(control, guests[0].vcpu));
	assert_fails(kvmlib_control_join(control, guests[0].vcpu), EEXIST, ALREADY_JOINED, NULL);
	assert_fails(kvmlib_control_join(control, guests[1].vcpu), EEXIST, ALREADY_JOINED, NULL);
	assert_value(VCPU_ID, 1);
	ck_assert_int_eq(kvmlib_system_create_vm(fix.system, NULL, &vm), 0);
	ck_assert_int_eq(kvmlib_vm_create_vcpu(vm, 0, &stranger), 0);
	assert_fails(kvmlib_control_join(control, stranger), EINVAL, BAD_ARGUMENT, NULL);
	kvmlib_vcpu_unref(stranger);
	kvmlib_vm_unref(vm);
	assert_ok(kvmlib_control_leave(control, guests[0].vcpu));
	assert_ok(kvmlib_control_join(control, guests[1].vcpu));
	assert_ok(kvmlib_control_leave(control, guests[1].vcpu));
}
END_TEST

START_TEST(control_refuses_null)
{
	struct kvmlib_control *ret;
	uint32_t ret_where;

	assert_refuses_null(kvmlib_control_new(NULL, NULL, &ret), 1);
	assert_refuses_null(kvmlib_control_new(fix.vm, NULL, NULL), 3);
	assert_refuses_null(kvmlib_control_join(NULL, SENTINEL), 1);
	assert_refuses_null(kvmlib_control_join(control, NULL), 2);
	assert_refuses_null(kvmlib_control_leave(NULL, SENTINEL), 1);
	assert_refuses_null(kvmlib_control_leave(control, NULL), 2);
	assert_refuses_null(kvmlib_control_where(NULL, SENTINEL, &ret_where), 1);
	assert_refuses_null(kvmlib_control_where(control, NULL, &ret_where), 2);
	assert_refuses_null(kvmlib_control_where(control, SENTINEL, NULL), 3);
	assert_refuses_null(kvmlib_control_run(NULL), 1);
	assert_refuses_null(kvmlib_control_wait(NULL, 0), 1);
	assert_refuses_null(kvmlib_control_pause(NULL, 0), 1);
	assert_refuses_null(kvmlib_control_resume(NULL), 1);
	assert_refuses_null(kvmlib_control_kick(NULL, NULL), 1);
	assert_refuses_null(kvmlib_control_call(NULL, SENTINEL, add_one, NULL, 0, NULL), 1);
	assert_refuses_null(kvmlib_control_call(control, NULL, add_one, NULL, 0, NULL), 2);
	assert_refuses_null(kvmlib_control_call(control, SENTINEL, NULL, NULL, 0, NULL), 3);
	ck_assert_ptr_null(kvmlib_control_ref(NULL));
	ck_assert_ptr_null(kvmlib_control_unref(NULL));
}
END_TEST

START_TEST(control_refuses_vcpus_that_have_not_joined)
{
	uint32_t ret_where;

	assert_fails(kvmlib_control_run(guests[0].vcpu), EINVAL, NOT_JOINED, NULL);
	assert_fails(kvmlib_control_wait(guests[0].vcpu, 0), EINVAL, NOT_JOINED, NULL);
	assert_fails(kvmlib_control_leave(control, guests[0].vcpu), EINVAL, NOT_JOINED, NULL);
	assert_fails(kvmlib_control_kick(control, guests[0].vcpu), EINVAL, NOT_JOINED, NULL);
	assert_fails(kvmlib_control_where(control, guests[0].vcpu, &ret_where), EINVAL, NOT_JOINED,
		     NULL);
	assert_fails(kvmlib_control_call(control, guests[0].vcpu, add_one, NULL, 0, NULL), EINVAL,
		     NOT_JOINED, NULL);
	assert_ok(kvmlib_control_kick(control, NULL));
}
END_TEST

static void use_in_child(void)
{
	struct kvmlib_vcpu *vcpu = guests[0].vcpu;
	struct kvmlib_control *ret;
	uint32_t ret_where;

	CHECK(kvmlib_control_new(fix.vm, NULL, &ret) == -EIO);
	CHECK(kvmlib_control_join(control, vcpu) == -EIO);
	CHECK(kvmlib_control_leave(control, vcpu) == -EIO);
	CHECK(kvmlib_control_where(control, vcpu, &ret_where) == -EIO);
	CHECK(kvmlib_control_run(vcpu) == -EIO);
	CHECK(kvmlib_control_wait(vcpu, 0) == -EIO);
	CHECK(kvmlib_control_pause(control, 0) == -EIO);
	CHECK(kvmlib_control_resume(control) == -EIO);
	CHECK(kvmlib_control_kick(control, NULL) == -EIO);
	CHECK(kvmlib_control_call(control, vcpu, add_one, NULL, 0, NULL) == -EIO);
	CHECK(kvmlib_error_cause() == KVMLIB_CAUSE_FORKED);
}

/* Even where another thread has the lock for ever. */
START_TEST(control_of_a_forked_child_is_refused)
{
	NEEDS_WIPED_PAGES;
	assert_ok(kvmlib_control_pause(control, LONG));
	in_child(use_in_child);
	assert_ok(kvmlib_control_resume(control));
}
END_TEST

/* All at once */

#define NR_STEPPERS 3U

/* All threads' steps: scripts/soak takes more. */
static unsigned int nr_steps(void)
{
	const char *steps = getenv("KVMLIB_MODEL_STEPS");

	return steps ? (unsigned int)strtoul(steps, NULL, 0) : 20000;
}

static unsigned int step_of(unsigned int n)
{
	return n * 2654435761U >> 24;
}

static int check_held(struct kvmlib_control *of)
{
	int r = kvmlib_control_pause(of, LONG);

	for (size_t i = 0; !r && i < NR_GUESTS; i++)
		if (is_in_guest(i))
			r = 1;
	return r ? r : kvmlib_control_resume(of);
}

static int check_held_here(struct kvmlib_vcpu *vcpu, void *userdata)
{
	(void)vcpu;
	return check_held(userdata);
}

static int take_step(unsigned int n)
{
	struct kvmlib_vcpu *vcpu = guests[n % NR_GUESTS].vcpu;
	int result = 0;
	int r;

	switch (step_of(n) % 4) {
	case 0:
		return check_held(control);
	case 1:
		return kvmlib_control_kick(control, n % 2 ? vcpu : NULL);
	case 2:
		r = kvmlib_control_call(control, vcpu, check_held_here, control, LONG, &result);
		return r ? r : result;
	default:
		return kvmlib_sim_push_exit(
			fix.sim, kvmlib_vcpu_fd(vcpu),
			&(struct kvmlib_sim_exit){ .size = sizeof(struct kvmlib_sim_exit),
						   .reason = KVMLIB_EXIT_HLT });
	}
}

static void *take_steps(void *userdata)
{
	unsigned int first = *(unsigned int *)userdata;
	intptr_t r = 0;

	for (unsigned int n = first; !r && n < first + nr_steps() / NR_STEPPERS + 1; n++)
		r = take_step(n);
	return (void *)r;
}

/* A vCPU that is lost, or stuck, keeps a pause from coming to pass, or itself from the guest. */
START_TEST(control_of_several_threads_loses_nothing)
{
	unsigned int first[NR_STEPPERS] = { 0, 10000000, 20000000 };
	pthread_t threads[NR_STEPPERS];
	void *r;

	for (size_t i = 0; i < NR_STEPPERS; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, take_steps, &first[i]), 0);
	for (size_t i = 0; i < NR_STEPPERS; i++) {
		ck_assert_int_eq(pthread_join(threads[i], &r), 0);
		ck_assert_msg(!r, "%d", (int)(intptr_t)r);
	}
	for (size_t i = 0; i < NR_GUESTS; i++)
		while (kvmlib_sim_script_left(fix.sim, kvmlib_vcpu_fd(guests[i].vcpu)) > 0)
			ck_assert_int_eq(kvmlib_control_kick(control, guests[i].vcpu), 0);
	ck_assert_int_eq(kvmlib_control_kick(control, NULL), 0);
	wait_for_all();
}
END_TEST

Suite *control_suite(void)
{
	Suite *suite = suite_create("control");
	TCase *tcase = add_group(suite, "running", setup_running);

	ADD_TESTS(tcase, control_pause_holds_all_until_it_is_resumed, control_pauses_nest,
		  control_pause_waits_until_the_exit_is_answered_and_finished,
		  control_pause_names_those_that_did_not_come,
		  control_pause_finds_threads_that_have_ended,
		  control_pause_does_not_wait_for_those_that_leave,
		  control_pause_by_a_vcpus_thread_holds_the_others,
		  control_two_vcpus_may_pause_each_other,
		  control_resume_by_a_vcpus_thread_waits_for_the_others,
		  control_run_under_ones_own_pause_is_refused,
		  control_pause_of_a_vcpu_that_leaves_ends, control_halted_vcpu_waits_for_a_kick,
		  control_halted_vcpu_is_out_of_the_guest, control_call_is_done_on_the_vcpus_thread,
		  control_call_that_comes_too_late_is_not_made,
		  control_call_on_a_thread_that_is_gone_fails,
		  control_call_on_a_vcpu_that_leaves_fails, control_vcpus_may_call_each_other,
		  control_of_a_forked_child_is_refused);
	tcase = add_group(suite, "stress", setup_running);
	tcase_set_timeout(tcase, 36000);
	ADD_TESTS(tcase, control_of_several_threads_loses_nothing);
	tcase = add_group(suite, "group", setup_group);
	ADD_TESTS(tcase, control_joined_to_a_paused_group_does_not_enter_the_guest,
		  control_pause_finishes_the_exit_of_its_own_vcpu,
		  control_call_on_ones_own_vcpu_is_made_at_once, control_wait_ends_with_its_time,
		  control_new_refuses_bad_options, control_new_leaves_another_handler_alone,
		  control_join_is_checked, control_refuses_null,
		  control_refuses_vcpus_that_have_not_joined);
	tcase = add_group(suite, "returning", setup_returning);
	ADD_TESTS(tcase, control_returning_group_gives_the_loop_back,
		  control_returning_group_does_work_while_it_is_paused);
	tcase = add_case(suite, "played", setup_played);
	ADD_TESTS(tcase, control_pause_with_another_exit_is_refused);
	return suite;
}
