/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Moving a guest that runs: it is slowed down, stopped, and runs on where the move fails. */

#include "control_fixture.h"
#include "move_fixture.h"
#include "suites.h"

#include <string.h>

#include "clock.h"
#include "played.h"

#if defined(__x86_64__)

#define PAGE 4096U

static void setup_moved(uint64_t timeout)
{
	struct kvmlib_vcpu *vcpus[NR_GUESTS];

	setup_sim();
	announce_memory();
	make_system();
	make_vm();
	begin_group(0);
	for (size_t i = 0; i < NR_GUESTS; i++)
		vcpus[i] = guests[i].vcpu;
	make_moved(vcpus, NR_GUESTS, control, timeout);
	run_all();
}

static void setup_patient(void)
{
	setup_moved(0);
	clock_stop();
	peer.page_time = MILLISECOND / 10;
}

static void setup_hasty(void)
{
	setup_moved(20 * MILLISECOND);
}

static void teardown_running(void)
{
	drop_moved();
	teardown_group();
}

/* Whether somebody has paused the group. */
static bool is_held(void)
{
	return kvmlib_control_pause_poll(control) >= 0;
}

static void assert_runs_on(void)
{
	ck_assert(!is_held());
	wait_for_all();
	assert_nothing_left();
}

START_TEST(moved_guest_stays_paused_until_it_is_told_to_end)
{
	assert_ok(move_it(NULL));
	assert_all(KVMLIB_CONTROL_PARKED);
	ck_assert_uint_eq(peer.states, 1);
	assert_same_memory();
	for (size_t i = 0; i < NR_GUESTS; i++)
		atomic_store(&guests[i].stop, true);
	assert_ok(kvmlib_control_resume(control));
	ck_assert(!is_held());
	for (size_t i = 0; i < NR_GUESTS; i++) {
		pthread_join(guests[i].thread, NULL);
		ck_assert_int_eq(guests[i].error, 0);
		guests[i].thread = 0;
	}
}
END_TEST

static unsigned int stopped_calls;

static void expect_stopped(void)
{
	if (strstr(peer.text, "stop")) {
		assert_all(KVMLIB_CONTROL_PARKED);
		stopped_calls++;
	} else {
		ck_assert(!is_held());
	}
}

START_TEST(moved_guest_is_paused_from_its_stop_on_alone)
{
	stopped_calls = 0;
	peer.on_call = expect_stopped;
	assert_ok(move_it(NULL));
	ck_assert_uint_eq(stopped_calls, 3);
	assert_ok(kvmlib_control_resume(control));
	assert_runs_on();
}
END_TEST

START_TEST(move_that_fails_anywhere_lets_the_guest_run_on)
{
	unsigned int all;

	assert_ok(move_it(NULL));
	all = peer.calls;
	assert_ok(kvmlib_control_resume(control));
	for (peer.fail_at = 1; peer.fail_at <= all; peer.fail_at++) {
		assert_returns(move_it(NULL), -EPIPE);
		ck_assert_uint_eq(peer.stops, 0);
		assert_runs_on();
	}
}
END_TEST

/* The throttle */

#define MORE_PAGE  1024U
#define MORE_PAGES 4096U /* so that a round has many batches */
#define MAX_ROUNDS 32U

/* The guest writes two pages in the time in which one is sent, one after the other, as long as it runs. */
static struct {
	uint64_t next;		       /* page */
	uint32_t percents[MAX_ROUNDS]; /* of the rounds */
	uint64_t held[MAX_ROUNDS];     /* batches of theirs */
	uint64_t all[MAX_ROUNDS];
	uint32_t last; /* round */
} writer;

static void write_pages(uint64_t pages)
{
	for (; pages; pages--)
		guest_writes(MORE_PAGE + writer.next++ % MORE_PAGES, 1);
}

static void write_if_running(void)
{
	const struct kvmlib_move_progress *progress = &peer.progress;
	const uint32_t round = progress->round;

	if (!peer.pages || progress->is_stopped)
		return;
	ck_assert_uint_lt(round, MAX_ROUNDS);
	writer.last = round;
	writer.percents[round] = progress->throttle;
	writer.all[round]++;
	writer.held[round] += is_held();
	for (size_t i = 0; !is_held() && i < peer.nr_pages; i++)
		write_pages(2 * peer.pages[i].length / PAGE);
}

static void setup_writer(void)
{
	const struct kvmlib_memory_region_opts more = { .size = sizeof(more),
							.gpa = MORE_PAGE * PAGE,
							.length = MORE_PAGES * PAGE };
	struct kvmlib_memory_region *region;

	setup_patient();
	assert_ok(kvmlib_memory_add(moved.memory, &more, &region));
	memset(kvmlib_memory_region_address(region), 1, more.length);
	memset(&writer, 0, sizeof(writer));
	peer.on_call = write_if_running;
	peer.page_time = MILLISECOND;
	moved.opts.downtime = 200 * MILLISECOND;
}

/* It is held for the percentage of a round's time, as far as one batch more or less allows. */
static void check_round(uint32_t round)
{
	const uint64_t wanted = writer.all[round] * writer.percents[round];

	ck_assert_uint_le(writer.percents[round], writer.percents[round - 1] + 10);
	ck_assert_uint_ge(100 * writer.held[round] + 200, wanted);
	ck_assert_uint_le(100 * writer.held[round], wanted + 200);
}

START_TEST(guest_that_writes_too_much_is_slowed_down)
{
	struct kvmlib_move_progress progress;

	moved.opts.throttle = 99;
	ck_assert_int_eq(move_it(&progress), 0);
	ck_assert_uint_eq(progress.throttle, 0);
	ck_assert_uint_eq(writer.held[1], 0);
	for (uint32_t round = 2; round <= writer.last; round++)
		check_round(round);
	ck_assert_uint_ge(writer.percents[writer.last], 50);
	ck_assert_uint_lt(writer.last, 20);
	ck_assert_uint_le(progress.downtime, 200 * MILLISECOND);
	assert_same_memory();
	assert_ok(kvmlib_control_resume(control));
	assert_runs_on();
}
END_TEST

START_TEST(guest_is_slowed_down_no_more_than_allowed)
{
	moved.opts.throttle = 15;
	assert_fails(kvmlib_move_run(moved.plan, moved.dirty, &moved.opts, NULL), EAGAIN,
		     MOVE_DIVERGES, NULL);
	assert_value(COUNT, 30);
	ck_assert_uint_eq(writer.percents[2], 10);
	for (uint32_t round = 3; round <= 30; round++)
		ck_assert_uint_eq(writer.percents[round], 15);
	assert_runs_on();
}
END_TEST

START_TEST(guest_is_not_slowed_down_unless_that_is_asked_for)
{
	assert_fails(kvmlib_move_run(moved.plan, moved.dirty, &moved.opts, NULL), EAGAIN,
		     MOVE_DIVERGES, NULL);
	for (uint32_t round = 1; round <= 30; round++)
		ck_assert_uint_eq(writer.held[round], 0);
	assert_runs_on();
}
END_TEST

/* When the guest was last held or let go, in seconds. */
static struct {
	double time;
	bool is_held;
	unsigned int count;
} turn;

static void look_at_turns(void)
{
	write_if_running();
	if (!peer.pages || is_held() == turn.is_held || peer.progress.is_stopped)
		return;
	if (turn.count++)
		ck_assert_double_ge(now() - turn.time, 0.0019);
	turn.time = now();
	turn.is_held = is_held();
}

/* Batches are of 0.64 ms here. */
START_TEST(guest_is_held_and_let_go_for_some_milliseconds_each)
{
	memset(&turn, 0, sizeof(turn));
	peer.on_call = look_at_turns;
	peer.page_time = MILLISECOND / 100;
	moved.opts.throttle = 40;
	moved.opts.downtime = 2 * MILLISECOND;
	ck_assert_int_eq(move_it(NULL), -EAGAIN);
	ck_assert_uint_gt(turn.count, 100);
	assert_runs_on();
}
END_TEST

static void end_when_held(void)
{
	write_if_running();
	peer.fail_at = peer.pages && is_held() ? peer.calls : 0;
}

START_TEST(move_that_ends_while_the_guest_is_held_lets_it_go)
{
	moved.opts.throttle = 99;
	peer.on_call = end_when_held;
	ck_assert_int_eq(move_it(NULL), -EPIPE);
	ck_assert_uint_gt(peer.progress.throttle, 0);
	assert_runs_on();
}
END_TEST

/* Pauses that fail */

static size_t late;

static void make_late(void)
{
	if (peer.progress.round != 2 || peer.progress.is_stopped || peer.pages)
		return;
	ck_assert_int_eq(kvmlib_sim_push_mmio(fix.sim, kvmlib_vcpu_fd(guests[1].vcpu), 0xd0000000,
					      4, 0, NULL),
			 0);
	sem_wait(&guests[1].at_exit);
	late++;
}

START_TEST(move_of_a_guest_that_does_not_come_ends)
{
	late = 0;
	peer.on_call = make_late;
	moved.opts.downtime = 3600 * 1000 * MILLISECOND;
	assert_fails(kvmlib_move_run(moved.plan, moved.dirty, &moved.opts, NULL), ETIMEDOUT,
		     VCPU_LATE, NULL);
	assert_value(VCPU_ID, 1);
	ck_assert_uint_eq(late, 1);
	ck_assert_ptr_null(strstr(peer.text, "stop"));
	sem_post(&guests[1].answered);
	assert_runs_on();
}
END_TEST

START_TEST(move_of_a_guest_that_does_not_come_at_first_sends_nothing)
{
	ck_assert_int_eq(kvmlib_sim_push_mmio(fix.sim, kvmlib_vcpu_fd(guests[1].vcpu), 0xd0000000,
					      4, 0, NULL),
			 0);
	sem_wait(&guests[1].at_exit);
	assert_fails(kvmlib_move_run(moved.plan, moved.dirty, &moved.opts, NULL), ETIMEDOUT,
		     VCPU_LATE, NULL);
	ck_assert_uint_eq(peer.calls, 0);
	sem_post(&guests[1].answered);
	assert_runs_on();
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

static void run_into_exit(void)
{
	if (!peer.pages)
		return;
	guest_writes(0, 100);
	if (peer.progress.round == 2)
		assert_ok(kvmlib_control_run(fix.vcpu));
}

/* Which is nothing that a program should do. */
START_TEST(move_on_a_thread_with_half_an_exit_ends)
{
	ck_assert_int_eq(kvmlib_control_new(fix.vm, NULL, &control), 0);
	assert_ok(kvmlib_control_join(control, fix.vcpu));
	make_moved(&fix.vcpu, 1, control, 0);
	clock_stop();
	page = map_run_page();
	play(REQUEST(RUN), exit_again);
	peer.page_time = MILLISECOND;
	peer.on_call = run_into_exit;
	moved.opts.throttle = 50;
	moved.opts.downtime = MILLISECOND;
	assert_fails(kvmlib_move_run(moved.plan, moved.dirty, &moved.opts, NULL), EBUSY,
		     EXIT_PENDING, NULL);
	ck_assert(!is_held());
	assert_nothing_left();
	unmap_run_page(page);
	assert_ok(kvmlib_control_leave(control, fix.vcpu));
	drop_moved();
	control = kvmlib_control_unref(control);
}
END_TEST

static TCase *add_running(Suite *suite, const char *name, SFun begin)
{
	TCase *tcase = tcase_create(name);

	tcase_add_checked_fixture(tcase, begin, teardown_running);
	suite_add_tcase(suite, tcase);
	return tcase;
}

Suite *move_running_suite(void)
{
	Suite *suite = suite_create("move_running");

	ADD_TESTS(add_running(suite, "patient", setup_patient),
		  moved_guest_stays_paused_until_it_is_told_to_end,
		  moved_guest_is_paused_from_its_stop_on_alone,
		  move_that_fails_anywhere_lets_the_guest_run_on);
	ADD_TESTS(add_running(suite, "writer", setup_writer),
		  guest_that_writes_too_much_is_slowed_down,
		  guest_is_slowed_down_no_more_than_allowed,
		  guest_is_not_slowed_down_unless_that_is_asked_for,
		  guest_is_held_and_let_go_for_some_milliseconds_each,
		  move_that_ends_while_the_guest_is_held_lets_it_go);
	ADD_TESTS(add_running(suite, "hasty", setup_hasty), move_of_a_guest_that_does_not_come_ends,
		  move_of_a_guest_that_does_not_come_at_first_sends_nothing);
	ADD_TESTS(add_case(suite, "played", setup_played), move_on_a_thread_with_half_an_exit_ends);
	return suite;
}

#else

Suite *move_running_suite(void)
{
	return suite_create("move_running");
}

#endif
