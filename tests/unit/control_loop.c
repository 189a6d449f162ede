/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vCPUs and their group in a loop of the program's: begun, asked, and told of by descriptors. */

#include "control_fixture.h"
#include "suites.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "alloc.h"
#include "child.h"
#include "played.h"

static int fd_of(struct kvmlib_vcpu *vcpu)
{
	int fd = -1, again = -2;

	assert_ok(kvmlib_control_fd(control, vcpu, &fd));
	assert_ok(kvmlib_control_fd(control, vcpu, &again));
	ck_assert_int_eq(fd, again);
	return fd;
}

static bool is_readable(int fd)
{
	struct pollfd readable = { .fd = fd, .events = POLLIN };

	return poll(&readable, 1, 0) == 1;
}

static void wait_readable(int fd)
{
	struct pollfd readable = { .fd = fd, .events = POLLIN };
	uint64_t count;

	ck_assert_int_eq(poll(&readable, 1, 30000), 1);
	ck_assert_int_eq((int)read(fd, &count, sizeof(count)), 8);
}

static void push_io(size_t i)
{
	ck_assert_int_eq(
		kvmlib_sim_push_io(fix.sim, kvmlib_vcpu_fd(guests[i].vcpu), 0x80, 1, 1, 1, "x"), 0);
}

/* Pauses */

START_TEST(loop_is_told_when_a_pause_is_complete)
{
	int fd = fd_of(NULL);

	assert_ok(kvmlib_control_pause_begin(control));
	while (kvmlib_control_pause_poll(control) == 0)
		wait_readable(fd);
	assert_returns(kvmlib_control_pause_poll(control), 1);
	assert_all(KVMLIB_CONTROL_PARKED);
	assert_ok(kvmlib_control_resume(control));
	wait_for_all();
	assert_fails(kvmlib_control_pause_poll(control), EINVAL, NOT_PAUSED, NULL);
}
END_TEST

START_TEST(loop_may_give_a_pause_up)
{
	push_io(1);
	sem_wait(&guests[1].at_exit);
	assert_ok(kvmlib_control_pause_begin(control));
	wait_until(0, KVMLIB_CONTROL_PARKED);
	wait_until(2, KVMLIB_CONTROL_PARKED);
	assert_returns(kvmlib_control_pause_poll(control), 0);
	assert_ok(kvmlib_control_resume(control));
	wait_in_guest(guests[0].vcpu);
	wait_in_guest(guests[2].vcpu);
	sem_post(&guests[1].answered);
	wait_for_all();
}
END_TEST

START_TEST(loop_finds_threads_that_have_ended)
{
	guests[2].at_end = ENDS;
	end_guest(2);
	assert_ok(kvmlib_control_pause_begin(control));
	wait_until(0, KVMLIB_CONTROL_PARKED);
	assert_fails(kvmlib_control_pause_poll(control), ESRCH, VCPU_THREAD_GONE, NULL);
	wait_until(1, KVMLIB_CONTROL_PARKED);
	assert_fails(kvmlib_control_pause_poll(control), ESRCH, VCPU_THREAD_GONE, NULL);
	assert_value(VCPU_ID, 2);
	assert_ok(kvmlib_control_leave(control, guests[2].vcpu));
	assert_returns(kvmlib_control_pause_poll(control), 1);
	assert_ok(kvmlib_control_resume(control));
}
END_TEST

START_TEST(loop_pause_finishes_the_exit_of_its_own_vcpu)
{
	struct kvmlib_vcpu *vcpu = guests[0].vcpu;

	push_io(0);
	assert_ok(kvmlib_control_join(control, vcpu));
	assert_ok(kvmlib_control_run(vcpu));
	assert_ok(kvmlib_control_pause_begin(control));
	ck_assert_int_eq(kvmlib_vcpu_exit_pending(vcpu), 0);
	assert_returns(kvmlib_control_pause_poll(control), 1);
	assert_fails(kvmlib_control_run(vcpu), EDEADLK, OWN_PAUSE, NULL);
	assert_ok(kvmlib_control_resume(control));
	assert_ok(kvmlib_control_leave(control, vcpu));
}
END_TEST

static struct kvm_run *page;

static int exit_again(unsigned long arg)
{
	(void)arg;
	page->exit_reason = KVMLIB_EXIT_MMIO;
	return 0;
}

START_TEST(loop_answers_an_exit_before_it_begins_anything)
{
	NEEDS(RUN);
	ck_assert_int_eq(kvmlib_control_new(fix.vm, NULL, &control), 0);
	page = map_run_page();
	play(REQUEST(RUN), exit_again);
	assert_ok(kvmlib_control_join(control, fix.vcpu));
	assert_ok(kvmlib_control_run(fix.vcpu));
	assert_fails(kvmlib_control_pause_begin(control), EBUSY, EXIT_PENDING, NULL);
	assert_fails(kvmlib_control_pause_poll(control), EINVAL, NOT_PAUSED, NULL);
	assert_fails(kvmlib_control_wait_begin(fix.vcpu), EBUSY, EXIT_PENDING, NULL);
	assert_ok(kvmlib_control_leave(control, fix.vcpu));
	control = kvmlib_control_unref(control);
	unmap_run_page(page);
}
END_TEST

/* Calls */

START_TEST(loop_is_told_when_a_call_was_made)
{
	struct kvmlib_call *call = NULL;
	int fd = fd_of(NULL), number = 4, result = 0;

	assert_ok(kvmlib_control_call_begin(control, guests[1].vcpu, add_one, &number, &call));
	while (kvmlib_call_poll(call, &result) == 0)
		wait_readable(fd);
	assert_returns(kvmlib_call_poll(call, &result), 1);
	ck_assert_int_eq(result, 5);
	assert_returns(kvmlib_call_poll(call, NULL), 1);
	ck_assert_ptr_null(kvmlib_call_free(call));
	ck_assert_int_eq(number, 5);
}
END_TEST

START_TEST(loop_call_that_has_not_begun_is_taken_back)
{
	struct kvmlib_call *calls[2];
	int number = 0;

	push_io(0);
	sem_wait(&guests[0].at_exit);
	for (size_t i = 0; i < 2; i++)
		assert_ok(kvmlib_control_call_begin(control, guests[0].vcpu, add_one, &number,
						    &calls[i]));
	assert_returns(kvmlib_call_poll(calls[1], NULL), 0);
	kvmlib_call_free(calls[1]);
	sem_post(&guests[0].answered);
	while (kvmlib_call_poll(calls[0], NULL) == 0)
		sched_yield();
	kvmlib_call_free(calls[0]);
	wait_in_guest(guests[0].vcpu);
	ck_assert_int_eq(number, 1);
}
END_TEST

struct meeting {
	sem_t has_come, may_go, has_gone;
};

static int meet(struct kvmlib_vcpu *vcpu, void *userdata)
{
	struct meeting *meeting = userdata;

	(void)vcpu;
	sem_post(&meeting->has_come);
	sem_wait(&meeting->may_go);
	sem_post(&meeting->has_gone);
	return 0;
}

START_TEST(loop_call_that_has_begun_ends_by_itself)
{
	struct kvmlib_call *call;
	struct meeting meeting;

	sem_init(&meeting.has_come, 0, 0);
	sem_init(&meeting.may_go, 0, 0);
	sem_init(&meeting.has_gone, 0, 0);
	assert_ok(kvmlib_control_call_begin(control, guests[2].vcpu, meet, &meeting, &call));
	sem_wait(&meeting.has_come);
	assert_returns(kvmlib_call_poll(call, NULL), 0);
	ck_assert_ptr_null(kvmlib_call_free(call));
	sem_post(&meeting.may_go);
	sem_wait(&meeting.has_gone);
	wait_in_guest(guests[2].vcpu);
}
END_TEST

START_TEST(loop_call_on_a_thread_that_is_gone_fails)
{
	struct kvmlib_call *calls[3];
	int number = 0, result = 77;

	guests[1].at_end = ENDS;
	end_guest(1);
	for (size_t i = 0; i < 3; i++)
		assert_ok(kvmlib_control_call_begin(control, guests[1].vcpu, add_one, &number,
						    &calls[i]));
	for (size_t i = 0; i < 2; i++) /* once more */
		assert_fails(kvmlib_call_poll(calls[0], &result), ESRCH, VCPU_THREAD_GONE, NULL);
	kvmlib_call_free(calls[1]);
	assert_ok(kvmlib_control_leave(control, guests[1].vcpu));
	assert_fails(kvmlib_call_poll(calls[2], &result), ESRCH, VCPU_THREAD_GONE, NULL);
	assert_value(VCPU_ID, 1);
	kvmlib_call_free(calls[0]);
	kvmlib_call_free(calls[2]);
	ck_assert_int_eq(number, 0);
	ck_assert_int_eq(result, 77);
}
END_TEST

START_TEST(loop_call_without_memory_leaves_nothing)
{
	struct kvmlib_call *call = NULL;

	alloc_fail_nth(1);
	assert_fails(kvmlib_control_call_begin(control, guests[0].vcpu, add_one, NULL, &call),
		     ENOMEM, NO_MEMORY, NULL);
	alloc_start();
	assert_fails(kvmlib_control_call_begin(control, guests[0].vcpu, add_one, NULL, &call),
		     EINVAL, NOT_JOINED, NULL);
	ck_assert_uint_eq(alloc_stop(), 0);
	ck_assert_ptr_null(call);
}
END_TEST

/* Waiting: this thread runs the first vCPU */

static void join_halted(void)
{
	const struct kvmlib_sim_exit hlt = { .size = sizeof(hlt), .reason = KVMLIB_EXIT_HLT };

	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(
			kvmlib_sim_push_exit(fix.sim, kvmlib_vcpu_fd(guests[0].vcpu), &hlt), 0);
	assert_ok(kvmlib_control_join(control, guests[0].vcpu));
	assert_ok(kvmlib_control_run(guests[0].vcpu));
	ck_assert_uint_eq(kvmlib_vcpu_exit_reason(guests[0].vcpu), KVMLIB_EXIT_HLT);
}

START_TEST(loop_waits_for_a_kick)
{
	struct kvmlib_vcpu *vcpu = guests[0].vcpu;
	int fd;

	join_halted();
	fd = fd_of(vcpu);
	assert_returns(kvmlib_control_wait_begin(vcpu), 0);
	ck_assert_uint_eq(where(0), KVMLIB_CONTROL_WAITING);
	ck_assert(!is_readable(fd));
	assert_ok(kvmlib_control_kick(control, vcpu));
	wait_readable(fd);
	assert_returns(kvmlib_control_wait_begin(vcpu), 1);
	assert_ok(kvmlib_control_run(vcpu));
	ck_assert_uint_eq(kvmlib_vcpu_exit_reason(vcpu), KVMLIB_EXIT_INTR);
	ck_assert_uint_eq(where(0), KVMLIB_CONTROL_OUT);
	assert_ok(kvmlib_control_run(vcpu)); /* the second halt: nothing is left of the kick */
	ck_assert_uint_eq(kvmlib_vcpu_exit_reason(vcpu), KVMLIB_EXIT_HLT);
	assert_ok(kvmlib_control_leave(control, vcpu));
}
END_TEST

START_TEST(loop_does_work_while_it_waits)
{
	struct kvmlib_vcpu *vcpu = guests[0].vcpu;
	struct kvmlib_call *call;
	int fd, number = 0;

	join_halted();
	fd = fd_of(vcpu);
	assert_returns(kvmlib_control_wait_begin(vcpu), 0);
	assert_ok(kvmlib_control_call_begin(control, vcpu, add_one, &number, &call));
	assert_returns(kvmlib_call_poll(call, NULL), 0);
	wait_readable(fd);
	assert_returns(kvmlib_control_wait_begin(vcpu), 1);
	assert_returns(kvmlib_call_poll(call, NULL), 1);
	ck_assert_int_eq(number, 1);
	kvmlib_call_free(call);
	assert_ok(kvmlib_control_leave(control, vcpu));
}
END_TEST

/* A pause of this thread's own, and then one that another thread holds. */
static void *hold_until_parked(void *userdata)
{
	int64_t left;

	if (kvmlib_control_pause(control, LONG))
		return "the pause";
	sem_post(userdata);
	wait_until(0, KVMLIB_CONTROL_PARKED);
	left = kvmlib_sim_script_left(fix.sim, kvmlib_vcpu_fd(guests[0].vcpu));
	return kvmlib_control_resume(control) || left != 1 ? "the guest has run" : NULL;
}

START_TEST(loop_that_waits_is_out_and_parked_once_it_runs)
{
	struct kvmlib_vcpu *vcpu = guests[0].vcpu;
	pthread_t thread;
	sem_t paused;
	void *complaint;

	join_halted();
	assert_returns(kvmlib_control_wait_begin(vcpu), 0);
	assert_ok(kvmlib_control_pause(control, LONG));
	assert_ok(kvmlib_control_resume(control));
	ck_assert_uint_eq(where(0), KVMLIB_CONTROL_WAITING);
	sem_init(&paused, 0, 0);
	ck_assert_int_eq(pthread_create(&thread, NULL, hold_until_parked, &paused), 0);
	sem_wait(&paused);
	ck_assert_uint_eq(where(0), KVMLIB_CONTROL_WAITING);
	assert_ok(kvmlib_control_run(vcpu));
	ck_assert_int_eq(pthread_join(thread, &complaint), 0);
	ck_assert_msg(!complaint, "%s", (const char *)complaint);
	ck_assert_uint_eq(kvmlib_vcpu_exit_reason(vcpu), KVMLIB_EXIT_HLT);
	assert_ok(kvmlib_control_leave(control, vcpu));
}
END_TEST

static void setup_returning_loop(void)
{
	setup_vm();
	begin_group(KVMLIB_CONTROL_RETURN);
}

static void *pause_from_outside(void *userdata)
{
	(void)userdata;
	return kvmlib_control_pause(control, LONG) ? "the pause" : NULL;
}

START_TEST(loop_that_waits_is_refused_in_a_returning_group)
{
	struct kvmlib_vcpu *vcpu = guests[0].vcpu;
	pthread_t thread;
	void *complaint;
	int fd;

	join_halted();
	fd = fd_of(vcpu);
	assert_returns(kvmlib_control_wait_begin(vcpu), 0);
	ck_assert_int_eq(pthread_create(&thread, NULL, pause_from_outside, NULL), 0);
	ck_assert_int_eq(pthread_join(thread, &complaint), 0);
	ck_assert_msg(!complaint, "%s", (const char *)complaint);
	assert_fails(kvmlib_control_run(vcpu), EBUSY, PAUSED, NULL);
	ck_assert_uint_eq(where(0), KVMLIB_CONTROL_PARKED);
	assert_returns(kvmlib_control_wait_begin(vcpu), 0);
	assert_ok(kvmlib_control_resume(control));
	wait_readable(fd);
	assert_ok(kvmlib_control_run(vcpu));
	ck_assert_uint_eq(kvmlib_vcpu_exit_reason(vcpu), KVMLIB_EXIT_HLT);
	assert_ok(kvmlib_control_leave(control, vcpu));
}
END_TEST

/* Descriptors that kick */

struct watcher {
	struct kvmlib_control_watch watches[2];
	int stop_fd;
	pthread_t thread;
	int result;
};

static void *watch(void *userdata)
{
	struct watcher *watcher = userdata;

	watcher->result = kvmlib_control_watch(control, watcher->watches, 2, watcher->stop_fd);
	return NULL;
}

static int new_eventfd(void)
{
	int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

	ck_assert_int_ge(fd, 0);
	return fd;
}

static void signal_fd(int fd)
{
	const uint64_t one = 1;

	ck_assert_int_eq((int)write(fd, &one, sizeof(one)), 8);
}

static void start_watcher(struct watcher *watcher)
{
	watcher->watches[0].vcpu = guests[1].vcpu;
	watcher->watches[0].fd = new_eventfd();
	watcher->watches[1].fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	watcher->stop_fd = new_eventfd();
	ck_assert_int_eq(pthread_create(&watcher->thread, NULL, watch, watcher), 0);
}

static void stop_watcher(struct watcher *watcher)
{
	signal_fd(watcher->stop_fd);
	ck_assert_int_eq(pthread_join(watcher->thread, NULL), 0);
	ck_assert_int_eq(watcher->result, 0);
	close(watcher->watches[0].fd);
	close(watcher->watches[1].fd);
	close(watcher->stop_fd);
}

static void wait_interrupts(size_t i, unsigned int wanted)
{
	double deadline = now() + 30;

	while (atomic_load(&guests[i].interrupts) < wanted) {
		ck_assert_msg(now() < deadline, "vCPU %zu is not interrupted", i);
		sched_yield();
	}
}

START_TEST(watch_kicks_the_vcpu_of_a_descriptor)
{
	struct watcher watcher = { 0 };

	start_watcher(&watcher);
	for (unsigned int n = 1; n <= 3; n++) {
		signal_fd(watcher.watches[0].fd);
		wait_interrupts(1, n);
	}
	halt(1);
	signal_fd(watcher.watches[0].fd);
	wait_interrupts(1, 4);
	ck_assert_uint_eq(atomic_load(&guests[0].interrupts), 0);
	stop_watcher(&watcher);
}
END_TEST

START_TEST(watch_kicks_all_by_a_timer)
{
	const struct itimerspec soon = { .it_value = { .tv_nsec = 1000 } };
	struct watcher watcher = { 0 };

	start_watcher(&watcher);
	halt(2);
	ck_assert_int_eq(timerfd_settime(watcher.watches[1].fd, 0, &soon, NULL), 0);
	for (size_t i = 0; i < NR_GUESTS; i++)
		wait_interrupts(i, 1);
	stop_watcher(&watcher);
}
END_TEST

START_TEST(watch_ends_with_a_descriptor)
{
	int fds[2], stop_fd = new_eventfd();
	struct kvmlib_control_watch watches[2] = { { .fd = new_eventfd() } };

	ck_assert_int_eq(pipe(fds), 0);
	close(fds[1]);
	watches[1].fd = fds[0];
	assert_fails(kvmlib_control_watch(control, watches, 2, stop_fd), EPIPE, WATCH_ENDED, NULL);
	assert_value(FD, fds[0]);
	assert_value(INDEX, 1);
	close(fds[0]);
	assert_fails(kvmlib_control_watch(control, watches, 2, stop_fd), EBADF, BAD_FD, NULL);
	assert_value(INDEX, 1);
	watches[1].fd = open("/", O_RDONLY | O_CLOEXEC);
	assert_fails(kvmlib_control_watch(control, watches, 2, stop_fd), EISDIR, WATCH_ENDED, NULL);
	assert_fails(kvmlib_control_watch(control, watches, 1, fds[1]), EBADF, BAD_FD, NULL);
	assert_value(INDEX, 1);
	close(watches[1].fd);
	close(watches[0].fd);
	close(stop_fd);
}
END_TEST

START_TEST(watch_goes_on_after_interruptions)
{
	int fds[2], stop_fd = new_eventfd();
	struct kvmlib_control_watch watches[2] = { { .fd = new_eventfd() } };

	ck_assert_int_eq(pipe(fds), 0);
	close(fds[1]);
	watches[1].fd = fds[0];
	signal_fd(watches[0].fd);
	kvmlib_sim_fail_nth(fix.sim, 1, EINTR); /* poll() */
	assert_fails(kvmlib_control_watch(control, watches, 2, stop_fd), EPIPE, WATCH_ENDED, NULL);
	ck_assert(!is_readable(watches[0].fd));
	signal_fd(watches[0].fd);
	kvmlib_sim_fail_nth(fix.sim, 2, EAGAIN); /* read() */
	assert_fails(kvmlib_control_watch(control, watches, 2, stop_fd), EPIPE, WATCH_ENDED, NULL);
	ck_assert(is_readable(watches[0].fd));
	kvmlib_sim_fail_nth(fix.sim, 1, ENOMEM);
	assert_fails(kvmlib_control_watch(control, watches, 2, stop_fd), ENOMEM, NO_MEMORY, "poll");
	kvmlib_sim_fail_nth(fix.sim, 1, EINVAL);
	assert_fails(kvmlib_control_watch(control, watches, 2, stop_fd), EINVAL, FD_LIMIT, "poll");
	close(fds[0]);
	close(watches[0].fd);
	close(stop_fd);
}
END_TEST

START_TEST(watch_is_checked)
{
	struct kvmlib_control_watch watch = { .fd = new_eventfd() };
	struct kvmlib_vm *other;

	assert_fails(kvmlib_control_watch(control, &watch, 1, -1), EBADF, BAD_FD, NULL);
	assert_value(INDEX, 1);
	watch.reserved = 1;
	assert_fails(kvmlib_control_watch(control, &watch, 1, watch.fd), EINVAL, BAD_ARGUMENT,
		     NULL);
	assert_value(FD, watch.fd);
	assert_value(INDEX, 0);
	watch.reserved = 0;
	ck_assert_int_eq(kvmlib_system_create_vm(fix.system, NULL, &other), 0);
	ck_assert_int_eq(kvmlib_vm_create_vcpu(other, 0, &watch.vcpu), 0);
	assert_fails(kvmlib_control_watch(control, &watch, 1, watch.fd), EINVAL, BAD_ARGUMENT,
		     NULL);
	kvmlib_vcpu_unref(watch.vcpu);
	kvmlib_vm_unref(other);
	watch.vcpu = NULL;
	alloc_fail_nth(1);
	assert_fails(kvmlib_control_watch(control, &watch, 1, watch.fd), ENOMEM, NO_MEMORY, NULL);
	assert_fails(kvmlib_control_watch(control, &watch, SIZE_MAX, watch.fd), ENOMEM, NO_MEMORY,
		     NULL);
	signal_fd(watch.fd);
	assert_ok(kvmlib_control_watch(control, &watch, 0, watch.fd));
	ck_assert(is_readable(watch.fd));
	close(watch.fd);
}
END_TEST

/* Bad input */

START_TEST(loop_refuses_null)
{
	struct kvmlib_vcpu *vcpu = guests[0].vcpu;
	struct kvmlib_control_watch watch = { 0 };
	struct kvmlib_call *call = NULL;
	int fd = -7;

	assert_refuses_null(kvmlib_control_pause_begin(NULL), 1);
	assert_refuses_null(kvmlib_control_pause_poll(NULL), 1);
	assert_refuses_null(kvmlib_control_wait_begin(NULL), 1);
	assert_refuses_null(kvmlib_control_call_begin(NULL, vcpu, add_one, NULL, &call), 1);
	assert_refuses_null(kvmlib_control_call_begin(control, NULL, add_one, NULL, &call), 2);
	assert_refuses_null(kvmlib_control_call_begin(control, vcpu, NULL, NULL, &call), 3);
	assert_refuses_null(kvmlib_control_call_begin(control, vcpu, add_one, NULL, NULL), 5);
	assert_refuses_null(kvmlib_call_poll(NULL, NULL), 1);
	ck_assert_ptr_null(kvmlib_call_free(NULL));
	assert_refuses_null(kvmlib_control_fd(NULL, vcpu, &fd), 1);
	assert_refuses_null(kvmlib_control_fd(control, vcpu, NULL), 3);
	assert_refuses_null(kvmlib_control_watch(NULL, &watch, 1, 0), 1);
	assert_refuses_null(kvmlib_control_watch(control, NULL, 0, 0), 2);
	assert_fails(kvmlib_control_wait_begin(vcpu), EINVAL, NOT_JOINED, NULL);
	assert_fails(kvmlib_control_fd(control, vcpu, &fd), EINVAL, NOT_JOINED, NULL);
	kvmlib_sim_fail_nth(fix.sim, 1, EMFILE);
	assert_fails(kvmlib_control_fd(control, NULL, &fd), EMFILE, FD_LIMIT, "eventfd");
	ck_assert_int_eq(fd, -7);
}
END_TEST

static struct kvmlib_call *of_parent;

static void use_in_child(void)
{
	struct kvmlib_control_watch watch = { 0 };
	struct kvmlib_call *call;
	int fd;

	CHECK(kvmlib_control_pause_begin(control) == -EIO);
	CHECK(kvmlib_control_pause_poll(control) == -EIO);
	CHECK(kvmlib_control_wait_begin(guests[0].vcpu) == -EIO);
	CHECK(kvmlib_control_call_begin(control, guests[0].vcpu, add_one, NULL, &call) == -EIO);
	CHECK(kvmlib_call_poll(of_parent, NULL) == -EIO);
	CHECK(kvmlib_control_fd(control, NULL, &fd) == -EIO);
	CHECK(kvmlib_control_watch(control, &watch, 1, 0) == -EIO);
	CHECK(kvmlib_error_cause() == KVMLIB_CAUSE_FORKED);
	kvmlib_call_free(of_parent);
}

START_TEST(loop_of_a_forked_child_is_refused)
{
	int number = 0;

	NEEDS_WIPED_PAGES;
	assert_ok(kvmlib_control_call_begin(control, guests[0].vcpu, add_one, &number, &of_parent));
	in_child(use_in_child);
	while (kvmlib_call_poll(of_parent, NULL) == 0)
		sched_yield();
	kvmlib_call_free(of_parent);
}
END_TEST

Suite *control_loop_suite(void)
{
	Suite *suite = suite_create("control_loop");
	TCase *tcase = add_group(suite, "running", setup_running);

	ADD_TESTS(tcase, loop_is_told_when_a_pause_is_complete, loop_may_give_a_pause_up,
		  loop_finds_threads_that_have_ended, loop_is_told_when_a_call_was_made,
		  loop_call_that_has_not_begun_is_taken_back,
		  loop_call_that_has_begun_ends_by_itself, loop_call_on_a_thread_that_is_gone_fails,
		  watch_kicks_the_vcpu_of_a_descriptor, watch_kicks_all_by_a_timer,
		  loop_of_a_forked_child_is_refused);
	tcase = add_group(suite, "group", setup_group);
	ADD_TESTS(tcase, loop_pause_finishes_the_exit_of_its_own_vcpu,
		  loop_call_without_memory_leaves_nothing, loop_waits_for_a_kick,
		  loop_does_work_while_it_waits, loop_that_waits_is_out_and_parked_once_it_runs,
		  watch_ends_with_a_descriptor, watch_goes_on_after_interruptions, watch_is_checked,
		  loop_refuses_null);
	tcase = add_group(suite, "returning", setup_returning_loop);
	ADD_TESTS(tcase, loop_that_waits_is_refused_in_a_returning_group);
	tcase = add_case(suite, "played", setup_played);
	ADD_TESTS(tcase, loop_answers_an_exit_before_it_begins_anything);
	return suite;
}
