/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Moving a guest: what is sent when, and what fails how; nobody runs it. */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1 /* memfd_create() */
#endif
#include "move_fixture.h"
#include "suites.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../../lib/core/handles.h"
#include "alloc.h"
#include "child.h"
#include "clock.h"

#if defined(__x86_64__)

#define PAGE	    4096U
#define MILLISECOND UINT64_C(1000000)
#define MANY	    2000U /* more calls or allocations than a move makes */
#define AT_REST	    "0+64|64+36 z100+28|z128+64|z192+8 512+4|0+2/1|stop|state"

static void setup_at_rest(void)
{
	setup_sim();
	announce_memory();
	make_system();
	make_vm();
	make_vcpu();
	make_moved(&fix.vcpu, 1, NULL, 0);
	clock_stop();
	peer.page_time = MILLISECOND;
}

static void teardown_moved(void)
{
	drop_moved();
	teardown();
}

/* What is sent */

START_TEST(move_of_a_guest_at_rest_sends_all_of_its_memory_once)
{
	assert_ok(move_it(NULL));
	ck_assert_str_eq(peer.text, AT_REST);
	assert_same_memory();
}
END_TEST

START_TEST(move_tells_how_it_went)
{
	struct kvmlib_move_progress progress;

	assert_ok(move_it(&progress));
	ck_assert_uint_eq(progress.total, ALL_PAGES * PAGE);
	ck_assert_uint_eq(progress.sent, (FULL_PAGES + ROM_PAGES + SMM_PAGES) * PAGE);
	ck_assert_uint_eq(progress.zero, (RAM_PAGES - FULL_PAGES) * PAGE);
	ck_assert_uint_eq(progress.remaining, 0);
	ck_assert_uint_eq(progress.bandwidth, 1000 * PAGE);
	ck_assert_uint_eq(progress.written, 0);
	ck_assert_uint_eq(progress.downtime, 0);
	ck_assert_uint_eq(progress.round, 2);
	ck_assert_uint_eq(progress.throttle, 0);
	ck_assert_uint_eq(progress.is_stopped, 1);
	ck_assert_uint_eq(progress.reserved, 0);
}
END_TEST

/* In the first round's second batch: page 3 was sent already, page 198 is still to be. */
static void write_once(void)
{
	if (!peer.pages || peer.pages->gpa != BATCH_PAGES * PAGE)
		return;
	guest_writes(3, 1);
	guest_writes(5, 2);
	guest_writes(198, 1);
}

START_TEST(move_sends_what_was_written_again)
{
	peer.on_call = write_once;
	assert_ok(move_it(NULL));
	ck_assert_str_eq(peer.text,
			 "0+64|64+36 z100+28|z128+64|z192+8 512+4|0+2/1|stop|3+1 5+2 z198+1|state");
	assert_same_memory();
}
END_TEST

/* What a plan's step does to the guest's memory as it saves, such as an ITS' tables. */
static int write_memory(struct kvmlib_state *state, struct kvmlib_vm *vm, struct kvmlib_vcpu *vcpu,
			void *userdata)
{
	(void)state;
	(void)vm;
	(void)vcpu;
	(void)userdata;
	return kvmlib_memory_write(moved.reader, 150 * PAGE, "saved", 5);
}

static int end_badly(struct kvmlib_state *state, struct kvmlib_vm *vm, struct kvmlib_vcpu *vcpu,
		     void *userdata)
{
	(void)state;
	(void)vm;
	(void)vcpu;
	(void)userdata;
	return -EREMOTE;
}

static void plan_with_step(int (*run)(struct kvmlib_state *state, struct kvmlib_vm *vm,
				      struct kvmlib_vcpu *vcpu, void *userdata))
{
	static struct kvmlib_state_step step;
	static const struct kvmlib_state_step *const steps[] = { &step };
	const struct kvmlib_state_plan_opts opts = { .size = sizeof(opts),
						     .vcpus = &fix.vcpu,
						     .nr_vcpus = 1,
						     .memory = moved.memory,
						     .steps = steps,
						     .nr_steps = 1 };

	step = (struct kvmlib_state_step){ .size = sizeof(step),
					   .name = "program.step",
					   .run = run,
					   .direction = KVMLIB_STATE_SAVING,
					   .scope = KVMLIB_STATE_ONCE };
	kvmlib_state_plan_free(moved.plan);
	assert_ok(kvmlib_state_plan_new(fix.vm, &opts, &moved.plan));
}

START_TEST(move_sends_what_saving_writes)
{
	plan_with_step(write_memory);
	assert_ok(move_it(NULL));
	ck_assert_ptr_nonnull(strstr(peer.text, "|stop|150+1|state"));
	assert_same_memory();
}
END_TEST

START_TEST(move_of_what_can_not_be_saved_sends_nothing)
{
	plan_with_step(end_badly);
	assert_returns(move_it(NULL), -EREMOTE);
	ck_assert_uint_eq(peer.calls, 0);
	assert_nothing_left();
}
END_TEST

static int take_long(struct kvmlib_state *state, struct kvmlib_vm *vm, struct kvmlib_vcpu *vcpu,
		     void *userdata)
{
	(void)state;
	(void)vm;
	(void)vcpu;
	(void)userdata;
	clock_move_on(7 * MILLISECOND);
	return 0;
}

START_TEST(move_takes_saving_for_a_part_of_the_downtime)
{
	struct kvmlib_move_progress progress;

	plan_with_step(take_long);
	assert_ok(move_it(&progress));
	ck_assert_uint_ge(progress.estimate, 7 * MILLISECOND);
	ck_assert_uint_lt(progress.estimate, 12 * MILLISECOND);
	ck_assert_uint_eq(progress.downtime, 7 * MILLISECOND);
}
END_TEST

static struct kvmlib_dirty_consumer *other;

START_TEST(move_takes_nothing_from_other_consumers)
{
	uint64_t pages = 0;

	assert_ok(kvmlib_dirty_consumer_new(moved.dirty, &other));
	guest_writes(7, 1);
	peer.on_call = write_once;
	assert_ok(move_it(NULL));
	assert_ok(kvmlib_dirty_round(other, &pages));
	ck_assert_uint_eq(pages, 5);
	kvmlib_dirty_consumer_free(other);
}
END_TEST

START_TEST(move_again_sends_everything_again)
{
	assert_ok(move_it(NULL));
	assert_ok(move_it(NULL));
	ck_assert_str_eq(peer.text, AT_REST);
	assert_nothing_left();
}
END_TEST

START_TEST(move_needs_two_callbacks_alone)
{
	moved.opts.progress = NULL;
	moved.opts.stop = NULL;
	moved.opts.go_on = NULL;
	assert_ok(move_it(NULL));
	ck_assert_uint_eq(peer.calls, 6);
	assert_same_memory();
}
END_TEST

/* Converging */

/* How many pages the guest writes for each batch that is sent. */
static unsigned int pages_written;

static void write_always(void)
{
	if (peer.pages && !peer.progress.is_stopped && pages_written)
		guest_writes(0, pages_written);
}

/* 20 pages at 1000 a second: 20 ms, if that is wanted, as the state takes little more. */
START_TEST(move_stops_when_the_estimate_is_what_is_wanted)
{
	struct kvmlib_move_progress progress;

	pages_written = 20;
	peer.on_call = write_always;
	moved.opts.downtime = 25 * MILLISECOND;
	assert_ok(move_it(&progress));
	ck_assert_uint_eq(progress.round, 2);
	ck_assert_uint_eq(progress.downtime, 20 * MILLISECOND);
	ck_assert_uint_eq(progress.written, (uint64_t)20 * PAGE * 1000 / 106);
	ck_assert_ptr_nonnull(strstr(peer.text, "|stop|0+20|state"));
}
END_TEST

START_TEST(move_that_does_not_get_there_ends)
{
	struct kvmlib_move_progress progress = { .round = 77 };

	pages_written = 20;
	peer.on_call = write_always;
	moved.opts.downtime = 15 * MILLISECOND;
	moved.opts.rounds = 4;
	assert_fails(kvmlib_move_run(moved.plan, moved.dirty, &moved.opts, &progress), EAGAIN,
		     MOVE_DIVERGES, NULL);
	assert_value(COUNT, 4);
	assert_value(PAGES, 20);
	ck_assert_uint_eq(progress.round, 77);
	ck_assert_uint_eq(peer.progress.round, 5);
	ck_assert_ptr_null(strstr(peer.text, "stop"));
	assert_nothing_left();
}
END_TEST

START_TEST(move_that_does_not_get_there_stops_where_it_shall)
{
	struct kvmlib_move_progress progress;

	pages_written = 20;
	peer.on_call = write_always;
	moved.opts.downtime = 15 * MILLISECOND;
	moved.opts.rounds = 4;
	moved.opts.flags = KVMLIB_MOVE_STOP_ANYWAY;
	assert_ok(move_it(&progress));
	ck_assert_uint_eq(progress.round, 5);
	ck_assert_uint_eq(progress.downtime, 20 * MILLISECOND);
	assert_same_memory();
}
END_TEST

/* Nothing but zeros in the first round: nobody knows how long a page takes. */
START_TEST(move_without_a_known_bandwidth_does_not_stop)
{
	struct kvmlib_move_progress progress;
	const uint64_t most = 40;

	for (uint64_t page = 0; page < RAM_PAGES; page++)
		memset((uint8_t *)kvmlib_memory_region_address(moved.ram) + page * PAGE, 0, PAGE);
	pages_written = (unsigned int)most;
	peer.on_call = write_always;
	moved.opts.downtime = 100 * MILLISECOND;
	assert_ok(move_it(&progress));
	ck_assert_uint_eq(progress.round, 2); /* ROM and SMM's pages were sent */
	ck_assert_uint_eq(progress.bandwidth, 1000 * PAGE);
}
END_TEST

static void expect_unknown(void)
{
	if (peer.progress.round == 1 && !peer.progress.sent && peer.calls == 1) {
		ck_assert_uint_eq(peer.progress.estimate, UINT64_MAX);
		ck_assert_uint_eq(peer.progress.written, 0);
		ck_assert_uint_eq(peer.progress.remaining, ALL_PAGES * PAGE);
	} else if (peer.calls ==
		   3) { /* the first batch was sent: 142 pages are left, and the state */
		ck_assert_uint_eq(peer.progress.remaining, 142 * PAGE);
		ck_assert_uint_gt(peer.progress.estimate, 142 * MILLISECOND);
		ck_assert_uint_lt(peer.progress.estimate, 148 * MILLISECOND);
	}
}

START_TEST(move_estimates_by_what_is_left)
{
	peer.on_call = expect_unknown;
	assert_ok(move_it(NULL));
}
END_TEST

static void take_time_for_zeros(void)
{
	if (peer.pages && peer.nr_pages == 1 && !peer.pages->data)
		clock_move_on(1000 * MILLISECOND);
}

START_TEST(move_does_not_take_zeros_for_a_part_of_what_is_sent)
{
	struct kvmlib_move_progress progress;

	peer.on_call = take_time_for_zeros;
	assert_ok(move_it(&progress));
	ck_assert_uint_eq(progress.bandwidth, 1000 * PAGE);
}
END_TEST

static void send_slower(void)
{
	write_always();
	if (peer.progress.round == 2)
		peer.page_time = 3 * MILLISECOND;
}

/* Of 106 pages in as many ms the half, 20 in 60 ms, and 20 in 60 ms more of the guest that is stopped. */
START_TEST(move_counts_what_was_sent_of_late_the_most)
{
	const double pages = (106.0 / 2 + 20) / 2 + 20, ms = (106.0 / 2 + 60) / 2 + 60;
	struct kvmlib_move_progress progress;

	pages_written = 20;
	peer.on_call = send_slower;
	moved.opts.downtime = MILLISECOND;
	moved.opts.rounds = 2;
	moved.opts.flags = KVMLIB_MOVE_STOP_ANYWAY;
	assert_ok(move_it(&progress));
	ck_assert_uint_eq(progress.round, 3);
	ck_assert_uint_eq(progress.bandwidth, (uint64_t)(pages * PAGE / ms * 1000));
}
END_TEST

/* Refusals */

START_TEST(move_refuses_null)
{
	struct kvmlib_move_opts opts = moved.opts;

	assert_refuses_null(kvmlib_move_run(NULL, moved.dirty, &opts, NULL), 1);
	assert_refuses_null(kvmlib_move_run(moved.plan, NULL, &opts, NULL), 2);
	assert_refuses_null(kvmlib_move_run(moved.plan, moved.dirty, NULL, NULL), 3);
	opts.pages = NULL;
	assert_refuses_null(kvmlib_move_run(moved.plan, moved.dirty, &opts, NULL), 3);
	opts = moved.opts;
	opts.state = NULL;
	assert_refuses_null(kvmlib_move_run(moved.plan, moved.dirty, &opts, NULL), 3);
}
END_TEST

static void refuse(const struct kvmlib_move_opts *opts)
{
	assert_fails(kvmlib_move_run(moved.plan, moved.dirty, opts, NULL), EINVAL, BAD_ARGUMENT,
		     NULL);
	assert_value(ARGUMENT, 3);
}

START_TEST(move_refuses_bad_options)
{
	struct {
		struct kvmlib_move_opts opts;
		uint64_t more;
	} longer = { .opts = moved.opts, .more = 1 };
	struct kvmlib_move_opts opts = moved.opts;

	opts.throttle = 100;
	refuse(&opts);
	assert_value(LIMIT, 99);
	opts = moved.opts;
	opts.flags = 3;
	refuse(&opts);
	assert_value(FLAGS, 3);
	opts = moved.opts;
	opts.reserved = 1;
	refuse(&opts);
	opts.size = 1;
	assert_fails(kvmlib_move_run(moved.plan, moved.dirty, &opts, NULL), EINVAL, OPTIONS_SIZE,
		     NULL);
	longer.opts.size = sizeof(longer);
	assert_fails(kvmlib_move_run(moved.plan, moved.dirty, &longer.opts, NULL), E2BIG,
		     OPTIONS_TOO_NEW, NULL);
	longer.more = 0;
	assert_ok(kvmlib_move_run(moved.plan, moved.dirty, &longer.opts, NULL));
}
END_TEST

START_TEST(move_refuses_the_tracker_of_another_map)
{
	const struct kvmlib_memory_opts opts = { .size = sizeof(opts), .first_slot = 100 };
	struct kvmlib_memory *memory;
	struct kvmlib_dirty *dirty;

	assert_ok(kvmlib_memory_new(fix.vm, &opts, &memory));
	assert_ok(kvmlib_dirty_start(memory, NULL, &dirty));
	assert_fails(kvmlib_move_run(moved.plan, dirty, &moved.opts, NULL), EINVAL, BAD_ARGUMENT,
		     NULL);
	assert_value(ARGUMENT, 2);
	kvmlib_dirty_unref(dirty);
	kvmlib_memory_unref(memory);
}
END_TEST

START_TEST(move_refuses_where_all_consumers_are_taken)
{
	struct kvmlib_dirty_consumer *consumers[16];

	for (size_t i = 0; i < 16; i++)
		assert_ok(kvmlib_dirty_consumer_new(moved.dirty, &consumers[i]));
	assert_fails(kvmlib_move_run(moved.plan, moved.dirty, &moved.opts, NULL), ENOSPC,
		     CONSUMER_LIMIT, NULL);
	ck_assert_uint_eq(peer.calls, 0);
	for (size_t i = 0; i < 16; i++)
		kvmlib_dirty_consumer_free(consumers[i]);
}
END_TEST

static void move_in_child(void)
{
	CHECK(kvmlib_move_run(moved.plan, moved.dirty, &moved.opts, NULL) == -EIO);
	CHECK(kvmlib_error_cause() == KVMLIB_CAUSE_FORKED);
	CHECK(!peer.calls);
	leave(0);
}

START_TEST(move_in_a_child_is_refused)
{
	NEEDS_WIPED_PAGES;
	in_child(move_in_child);
}
END_TEST

START_TEST(move_refuses_private_memory)
{
	const struct kvmlib_memory_region_opts region = { .size = sizeof(region),
							  .gpa = 1024 * PAGE,
							  .length = 8 * PAGE,
							  .flags = KVMLIB_MEMORY_CONVERTIBLE };

	assert_ok(kvmlib_memory_add(moved.memory, &region, NULL));
	assert_ok(move_it(NULL));
	assert_ok(kvmlib_memory_convert(moved.memory, 1025 * PAGE, 2 * PAGE, 1));
	assert_ok(kvmlib_memory_convert(moved.memory, 1028 * PAGE, PAGE, 1));
	assert_fails(kvmlib_move_run(moved.plan, moved.dirty, &moved.opts, NULL), EPERM,
		     MEMORY_PRIVATE, NULL);
	assert_value(GPA, 1025 * PAGE);
	assert_value(SIZE, 2 * PAGE);
}
END_TEST

/* In mid-move */

/* The callback at which something happens. */
static unsigned int event_at;

static void change_map(void)
{
	const struct kvmlib_memory_region_opts region = { .size = sizeof(region),
							  .gpa = 1024 * PAGE,
							  .length = 4 * PAGE };

	if (peer.calls == event_at)
		assert_ok(kvmlib_memory_add(moved.memory, &region, NULL));
}

/* Up to the stop's callback; then the state is the peer's. */
START_TEST(move_with_a_map_that_changes_ends)
{
	assert_ok(move_it(NULL));
	ck_assert_uint_lt((unsigned int)_i + 1, peer.calls);
	event_at = (unsigned int)_i + 1;
	peer.on_call = change_map;
	peer.calls = 0;
	peer.stops = 0;
	assert_fails(kvmlib_move_run(moved.plan, moved.dirty, &moved.opts, NULL), EBUSY,
		     STATE_CHANGED, NULL);
	ck_assert_uint_eq(peer.stops, 0);
	assert_nothing_left();
}
END_TEST

/* What readers see may then be where it was before. */
static void change_map_and_back(void)
{
	const struct kvmlib_memory_region_opts region = { .size = sizeof(region),
							  .gpa = 1024 * PAGE,
							  .length = 4 * PAGE };
	struct kvmlib_memory_region *added;

	if (peer.calls != event_at)
		return;
	assert_ok(kvmlib_memory_add(moved.memory, &region, &added));
	assert_ok(kvmlib_memory_remove(moved.memory, added));
}

START_TEST(move_with_a_map_that_changes_and_is_as_before_ends)
{
	event_at = 4;
	peer.on_call = change_map_and_back;
	assert_fails(kvmlib_move_run(moved.plan, moved.dirty, &moved.opts, NULL), EBUSY,
		     STATE_CHANGED, NULL);
	assert_nothing_left();
}
END_TEST

static void kill_vm(void)
{
	if (peer.calls == event_at)
		ck_assert_int_eq(kvmlib_sim_kill_vm(fix.sim, kvmlib_vm_fd(fix.vm)), 0);
}

START_TEST(move_of_a_vm_that_dies_ends)
{
	event_at = 3;
	peer.on_call = kill_vm;
	assert_fails(kvmlib_move_run(moved.plan, moved.dirty, &moved.opts, NULL), EIO, VM_DEAD,
		     "KVM_GET_DIRTY_LOG");
	ck_assert_uint_eq(peer.stops, 0);
	peer.calls = 0;
	assert_fails(kvmlib_move_run(moved.plan, moved.dirty, &moved.opts, NULL), EIO, VM_DEAD,
		     "KVM_GET_CLOCK");
	ck_assert_uint_eq(peer.calls, 0);
}
END_TEST

static int file;

static void shorten_file(void)
{
	if (peer.calls == event_at)
		ck_assert_int_eq(ftruncate(file, 0), 0);
}

START_TEST(move_of_memory_that_vanishes_ends)
{
	struct kvmlib_memory_region_opts region = { .size = sizeof(region),
						    .name = "file",
						    .gpa = 1024 * PAGE,
						    .length = 4 * PAGE,
						    .backing = KVMLIB_MEMORY_FILE };

	file = memfd_create("file", 0);
	ck_assert_int_eq(ftruncate(file, 4 * PAGE), 0);
	region.fd = file;
	assert_ok(kvmlib_memory_add(moved.memory, &region, NULL));
	event_at = 1;
	peer.on_call = shorten_file;
	assert_fails(kvmlib_move_run(moved.plan, moved.dirty, &moved.opts, NULL), EFAULT,
		     MEMORY_VANISHED, "process_vm_readv");
	ck_assert_str_eq(kvmlib_error_subject(), "file");
	close(file);
}
END_TEST

START_TEST(move_that_a_callback_ends_leaves_the_guest)
{
	struct kvmlib_move_progress progress = { .round = 77 };
	unsigned int all;

	peer.on_call = write_once;
	assert_ok(move_it(NULL));
	all = peer.calls;
	for (peer.fail_at = 1; peer.fail_at <= all; peer.fail_at++) {
		assert_returns(move_it(&progress), -EPIPE);
		ck_assert_uint_eq(peer.calls, peer.fail_at);
		ck_assert_uint_eq(progress.round, 77);
		ck_assert_uint_eq(peer.stops, 0);
		assert_nothing_left();
	}
	assert_ok(move_it(NULL));
	assert_same_memory();
}
END_TEST

/* The stop's own failure is not undone by go_on; what fails after it is. */
START_TEST(move_lets_devices_go_on_that_it_has_stopped)
{
	unsigned int gone_on = 0;

	assert_ok(move_it(NULL));
	for (peer.fail_at = peer.calls; peer.fail_at; peer.fail_at--) {
		bool has_stopped;

		assert_returns(move_it(NULL), -EPIPE);
		has_stopped = strstr(peer.text, "|stop|") != NULL;
		ck_assert_int_eq(strstr(peer.text, "|go_on") != NULL,
				 has_stopped || peer.fail_at == peer.calls + 1);
		gone_on += has_stopped;
	}
	ck_assert_uint_ge(gone_on, 1);
}
END_TEST

/* Every call of the kernel, and every allocation, failing in turn; check itself allocates. */

static int take_pages(const struct kvmlib_move_pages *pages, size_t nr_pages, void *userdata)
{
	(void)pages;
	(void)nr_pages;
	(void)userdata;
	return 0;
}

static int take_state(const struct kvmlib_state *state, void *userdata)
{
	(void)state;
	++*(unsigned int *)userdata;
	return 0;
}

static bool fault_came(bool of_memory, uint64_t fault_at)
{
	bool has_come = of_memory ? alloc_has_failed() : kvmlib_sim_nr_calls(fix.sim) >= fault_at;

	alloc_fail_nth(0);
	kvmlib_sim_fail_nth(fix.sim, 0, 0);
	return has_come;
}

/* Whether the fault came. */
static bool move_with_fault(bool of_memory, unsigned int n)
{
	const uint64_t fault_at = kvmlib_sim_nr_calls(fix.sim) + n;
	unsigned int states = 0;
	int r;

	moved.opts = (struct kvmlib_move_opts){ .size = sizeof(moved.opts),
						.pages = take_pages,
						.state = take_state,
						.userdata = &states };
	spoil_record();
	if (of_memory)
		alloc_fail_nth(n);
	else
		ck_assert_int_eq(kvmlib_sim_fail_nth(fix.sim, n, ENOMEM), 0);
	r = kvmlib_move_run(moved.plan, moved.dirty, &moved.opts, NULL);
	if (!fault_came(of_memory, fault_at)) {
		ck_assert_int_eq(r, 0);
		return false;
	}
	ck_assert_int_eq(states, r == 0);
	if (r < 0)
		ck_assert_str_eq(kvmlib_error_function(), "kvmlib_move_run");
	assert_nothing_left();
	return true;
}

static void move_with_faults(bool of_memory, unsigned int least)
{
	unsigned int n = 1;

	while (move_with_fault(of_memory, n))
		ck_assert_uint_lt(n++, MANY);
	ck_assert_uint_gt(n, least);
}

START_TEST(no_fault_of_the_kernel_harms_a_move)
{
	move_with_faults(false, 20);
}
END_TEST

START_TEST(no_fault_of_memory_harms_a_move)
{
	move_with_faults(true, 10);
}
END_TEST

static void add_tests(TCase *tcase)
{
	ADD_TESTS(tcase, move_of_a_guest_at_rest_sends_all_of_its_memory_once,
		  move_tells_how_it_went, move_sends_what_was_written_again,
		  move_sends_what_saving_writes, move_of_what_can_not_be_saved_sends_nothing,
		  move_takes_nothing_from_other_consumers, move_again_sends_everything_again,
		  move_needs_two_callbacks_alone, move_stops_when_the_estimate_is_what_is_wanted,
		  move_that_does_not_get_there_ends,
		  move_that_does_not_get_there_stops_where_it_shall,
		  move_without_a_known_bandwidth_does_not_stop, move_estimates_by_what_is_left,
		  move_takes_saving_for_a_part_of_the_downtime,
		  move_counts_what_was_sent_of_late_the_most,
		  move_does_not_take_zeros_for_a_part_of_what_is_sent, move_refuses_null,
		  move_refuses_bad_options, move_refuses_the_tracker_of_another_map,
		  move_refuses_where_all_consumers_are_taken, move_in_a_child_is_refused,
		  move_refuses_private_memory, move_with_a_map_that_changes_and_is_as_before_ends,
		  move_of_a_vm_that_dies_ends, move_of_memory_that_vanishes_ends,
		  move_that_a_callback_ends_leaves_the_guest,
		  move_lets_devices_go_on_that_it_has_stopped, no_fault_of_the_kernel_harms_a_move,
		  no_fault_of_memory_harms_a_move);
	tcase_add_loop_test(tcase, move_with_a_map_that_changes_ends, 0, 14);
}

Suite *move_suite(void)
{
	Suite *suite = suite_create("move");
	TCase *tcase = add_case(suite, "at_rest", NULL);

	tcase_add_checked_fixture(tcase, setup_at_rest, teardown_moved);
	add_tests(tcase);
	return suite;
}

#else

Suite *move_suite(void)
{
	return suite_create("move");
}

#endif
