/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the monitor makes of messages and losses, over folders that look like a host's. The listener and
 * the output are this file's own: messages are played, and what is told is noted.
 */
#include <monitor/follow.h>

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <monitor/listener.h>
#include <monitor/show.h>

#include "folders.h"
#include "suites.h"

#define MAX_PLAYED 16

static struct monitor_options options;
static struct monitor monitor;
static char told[1024];
static int output_error; /* what writing the next line fails with */

/* What listener_receive() returns in turn: a message, or an error. */
static struct {
	char message[256];
	int result;
} played[MAX_PLAYED];
static size_t nr_played, next_played;

static void play_error(int error)
{
	played[nr_played++].result = error;
}

static void play(const char *event, int thread, const char *path)
{
	char *message = played[nr_played].message;
	int n = snprintf(message, sizeof(played[0].message),
			 "change@/devices/virtual/misc/kvm%cCREATED=3%cCOUNT=2%cEVENT=%s%cPID=%d%c"
			 "%s%s%c",
			 0, 0, 0, event, 0, thread, 0,
			 path ? "STATS_PATH=/kvm/" : "X=", path ? path : "", 0);

	played[nr_played++].result = n;
}

int listener_receive(struct listener *listener, char **ret_message)
{
	int result;

	(void)listener;
	if (next_played == nr_played)
		return 0;
	result = played[next_played].result;
	if (result > 0) {
		*ret_message = malloc((size_t)result);
		memcpy(*ret_message, played[next_played].message, (size_t)result);
	}
	next_played++;
	return result;
}

__attribute__((format(printf, 1, 2))) static int note(const char *format, ...)
{
	size_t length = strlen(told);
	va_list args;

	va_start(args, format);
	vsnprintf(told + length, sizeof(told) - length, format, args);
	va_end(args);
	errno = output_error;
	return output_error ? -1 : 0;
}

int show_vm(bool json, const struct told *what)
{
	(void)json;
	return note("%s%s%s %d:%d*%d; ", what->event, what->is_resync ? "!" : "",
		    what->uevent ? "" : "?", what->vm->process, what->vm->fd, what->vm->vcpus);
}

int show_stats(bool json, const struct vm *vm, const struct stat_value *before, size_t nr_before)
{
	(void)json;
	(void)before;
	return note("stats %d:%d %zu %zu; ", vm->process, vm->fd, nr_before, vm->nr_stats);
}

int show_lost(bool json)
{
	(void)json;
	return note("lost; ");
}

int show_resynced(bool json, unsigned int found, unsigned int gone)
{
	(void)json;
	return note("resynced %u %u; ", found, gone);
}

static void begin(void)
{
	set_up();
	monitor = (struct monitor){ .options = &options };
	vms_init(&monitor.vms, &(struct host){ .proc = proc, .debugfs = debugfs });
	add_process(100, 100, "vmm", 3);
	add_process(200, 200, "vmm", 3);
}

static void finish(void)
{
	vms_clear(&monitor.vms);
	tear_down();
}

/* What was told since the last time. */
static void check_told(const char *expected)
{
	ck_assert_str_eq(told, expected);
	told[0] = '\0';
}

static void drain(const char *expected)
{
	follow_drain(&monitor);
	check_told(expected);
	ck_assert_uint_eq(next_played, nr_played);
}

static void resync(const char *expected)
{
	ck_assert(monitor.is_lost);
	follow_resync(&monitor);
	ck_assert(!monitor.is_lost);
	check_told(expected);
}

START_TEST(vm_comes_and_goes)
{
	play("create", 100, "100-5");
	play("destroy", 100, "100-5");
	drain("create 100:5*0; destroy 100:5*0; ");
	ck_assert_ptr_null(monitor.vms.first);
}
END_TEST

START_TEST(vm_that_was_found_is_not_created_again)
{
	add_folder("100-5");
	follow_list(&monitor);
	check_told("exists? 100:5*0; ");
	play("create", 100, "100-5");
	drain("");
	play("create", 100, "100-5"); /* a second time is another VM */
	play("destroy", 100, "100-5");
	drain("destroy!? 100:5*0; create 100:5*0; destroy 100:5*0; ");
}
END_TEST

START_TEST(destroy_of_an_unknown_vm_is_told)
{
	play("destroy", 300, "300-5");
	drain("destroy -1:5*-1; ");
	ck_assert_ptr_null(monitor.vms.first);
}
END_TEST

START_TEST(vms_without_a_name_are_counted)
{
	play("create", 100, NULL);
	play("create", 100, NULL);
	play("destroy", 100, NULL);
	drain("create 100:-1*0; create 100:-1*0; destroy 100:-1*0; ");
	ck_assert_ptr_nonnull(monitor.vms.first);
}
END_TEST

/* The error comes first, then what was kept. */
START_TEST(loss_is_made_up_for)
{
	add_folder("100-5");
	follow_list(&monitor);
	check_told("exists? 100:5*0; ");
	remove_folder("100-5");
	add_folder("200-6");
	play_error(-ENOBUFS);
	play("create", 100, "100-7");
	play_error(-ENOBUFS);
	play("destroy", 100, "100-7");
	drain("lost; create 100:7*0; destroy 100:7*0; ");
	resync("destroy!? 100:5*0; exists!? 200:6*0; resynced 1 1; ");
}
END_TEST

START_TEST(messages_on_their_way_are_not_told_again)
{
	add_folder("100-5");
	follow_list(&monitor);
	remove_folder("100-5");
	add_folder("200-6");
	play_error(-ENOBUFS);
	drain("exists? 100:5*0; lost; ");
	resync("destroy!? 100:5*0; exists!? 200:6*0; resynced 1 1; ");
	play("destroy", 100, "100-5");
	play("create", 200, "200-6");
	drain("");
	play("create", 100, "100-5");
	drain("create 100:5*0; ");
}
END_TEST

START_TEST(name_that_is_used_again_tells_of_a_lost_end)
{
	play("create", 100, "100-5");
	play_error(-ENOBUFS);
	play("create", 100, "100-5");
	drain("create 100:5*0; lost; destroy!? 100:5*0; create 100:5*0; ");
	ck_assert_ptr_null(monitor.vms.first->next);
}
END_TEST

START_TEST(resync_forgets_what_was_gone_before)
{
	add_folder("100-5");
	follow_list(&monitor);
	remove_folder("100-5");
	play_error(-ENOBUFS);
	drain("exists? 100:5*0; lost; ");
	resync("destroy!? 100:5*0; resynced 0 1; ");
	play_error(-ENOBUFS);
	drain("lost; ");
	resync("resynced 0 0; ");
	ck_assert_ptr_null(monitor.vms.first);
}
END_TEST

START_TEST(look_tells_of_vcpus_and_of_what_is_gone_for_long)
{
	add_folder("100-5");
	follow_list(&monitor);
	check_told("exists? 100:5*0; ");
	add_folder("100-5/vcpu0");
	follow_look(&monitor);
	check_told("vcpus? 100:5*1; ");
	remove_folder("100-5/vcpu0");
	remove_folder("100-5");
	follow_look(&monitor);
	check_told("");
	follow_look(&monitor);
	check_told("destroy? 100:5*1; ");
	follow_look(&monitor);
	check_told("");
}
END_TEST

START_TEST(look_prints_statistics_if_asked)
{
	add_folder("100-5");
	add_stat("100-5/exits", "1\n");
	follow_list(&monitor);
	check_told("exists? 100:5*0; ");
	follow_look(&monitor);
	check_told("");
	options.stats = true;
	follow_look(&monitor);
	follow_look(&monitor);
	check_told("stats 100:5 0 1; stats 100:5 1 1; ");
}
END_TEST

START_TEST(one_process_is_told_of_if_asked)
{
	options.pid = 200;
	add_process(201, 200, "vmm", 3);
	play("create", 100, "100-5");
	play("create", 201, "201-5");
	play("destroy", 100, "100-5");
	drain("create 200:5*0; ");
	options.pid = 201; /* its thread does as well */
	play("destroy", 201, "201-5");
	drain("destroy 200:5*0; ");
}
END_TEST

START_TEST(count_ends_it)
{
	options.count = 2;
	play("create", 100, "100-5");
	play("destroy", 100, "100-5");
	play("create", 100, "100-6");
	follow_drain(&monitor);
	check_told("create 100:5*0; destroy 100:5*0; ");
	ck_assert_int_eq(monitor.outcome, DONE);
}
END_TEST

START_TEST(line_that_can_not_be_written_ends_it)
{
	output_error = ENOSPC;
	play("create", 100, "100-5");
	play("destroy", 100, "100-5");
	follow_drain(&monitor);
	check_told("create 100:5*0; ");
	ck_assert_int_eq(monitor.outcome, NO_OUTPUT);
	ck_assert_int_eq(monitor.output_error, ENOSPC);
}
END_TEST

START_TEST(listener_that_breaks_ends_it)
{
	play_error(-EIO);
	drain("");
	ck_assert_int_eq(monitor.outcome, BROKEN);
}
END_TEST

/* Where only /proc can be read. */
START_TEST(process_of_another_namespace_is_not_taken_for_gone)
{
	monitor.vms.host.debugfs = NULL;
	play("create", 300, "300-5");
	drain("create -1:5*-1; ");
	follow_look(&monitor);
	follow_look(&monitor);
	check_told("");
	play("destroy", 300, "300-5");
	drain("destroy -1:5*-1; ");
}
END_TEST

Suite *follow_suite(void)
{
	Suite *suite = suite_create("follow");
	TCase *tcase = tcase_create("follow");

	tcase_add_checked_fixture(tcase, begin, finish);
	tcase_add_test(tcase, vm_comes_and_goes);
	tcase_add_test(tcase, vm_that_was_found_is_not_created_again);
	tcase_add_test(tcase, destroy_of_an_unknown_vm_is_told);
	tcase_add_test(tcase, vms_without_a_name_are_counted);
	tcase_add_test(tcase, loss_is_made_up_for);
	tcase_add_test(tcase, messages_on_their_way_are_not_told_again);
	tcase_add_test(tcase, name_that_is_used_again_tells_of_a_lost_end);
	tcase_add_test(tcase, resync_forgets_what_was_gone_before);
	tcase_add_test(tcase, look_tells_of_vcpus_and_of_what_is_gone_for_long);
	tcase_add_test(tcase, look_prints_statistics_if_asked);
	tcase_add_test(tcase, one_process_is_told_of_if_asked);
	tcase_add_test(tcase, count_ends_it);
	tcase_add_test(tcase, line_that_can_not_be_written_ends_it);
	tcase_add_test(tcase, listener_that_breaks_ends_it);
	tcase_add_test(tcase, process_of_another_namespace_is_not_taken_for_gone);
	suite_add_tcase(suite, tcase);
	return suite;
}
