/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parts of `kvmlib run --stats` that need no KVM: counting, the table of vCPUs, and how it is shown. */
#define _GNU_SOURCE
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <guest.h>
#include <live_stats.h>
#include <runner.h>
#include <tool.h>

#define TITLES	 " seconds vCPU      exits       /s       I/O     MMIO   halts waits    IRQs NMIs\n"
#define NOW	 7
#define NO_STATS "  this kernel has no statistics of vCPUs: exits to this program alone\n"

/* A guest without a machine: two vCPUs of whose exits the program alone knows. */
static struct vcpu_thread vcpus[2];
static struct run_options options;
static struct guest guest;
static struct live_stats live;

double now(void)
{
	return NOW;
}

static char *printed(void (*print)(FILE *file))
{
	char *text;
	size_t size;
	FILE *file = open_memstream(&text, &size);

	print(file);
	fclose(file);
	return text;
}

static void assert_printed(void (*print)(FILE *file), const char *expected)
{
	char *text = printed(print);

	ck_assert_str_eq(text, expected);
	free(text);
}

static void print_titles(FILE *file)
{
	vcpu_table_print_titles(file, true);
}

static void print_titles_without_kvm(FILE *file)
{
	vcpu_table_print_titles(file, false);
}

static void print_full_row(FILE *file)
{
	const struct vcpu_row row = { 9999.9991,
				      4095,
				      12345678.4,
				      { 1234567890, 123456789, 12345678, 1234567, 12345, 1234567,
					1234 } };

	vcpu_table_print_row(file, &row);
}

static void print_row_of_unknown(FILE *file)
{
	const struct vcpu_row row = {
		1.5, 1, 0.6, { 3, 2, 1, 0, 0, COUNT_UNKNOWN, COUNT_UNKNOWN }
	};

	vcpu_table_print_row(file, &row);
}

static void print_overflowing_row(FILE *file)
{
	const struct vcpu_row row = {
		1, 0, 0, { 0, 99999999999, 99999999999, 0, 0, 99999999999, 99999 }
	};

	vcpu_table_print_row(file, &row);
}

START_TEST(titles_say_who_counts)
{
	assert_printed(print_titles, TITLES);
	assert_printed(print_titles_without_kvm, NO_STATS TITLES);
}
END_TEST

START_TEST(rows_stand_below_the_titles)
{
	assert_printed(print_full_row,
		       "9999.999 4095 1234567890 12345678 123456789 12345678 1234567 12345 "
		       "1234567 1234\n");
	assert_printed(print_row_of_unknown, "   1.500    1          3        1         2        1 "
					     "      0     0       -    -\n");
}
END_TEST

START_TEST(numbers_that_do_not_fit_stay_apart)
{
	assert_printed(print_overflowing_row,
		       "   1.000    0          0        0 99999999999 99999999999       0     0 "
		       "99999999999 99999\n");
}
END_TEST

START_TEST(program_counts_what_reaches_it)
{
	const uint32_t reasons[] = { KVMLIB_EXIT_IO,
				     KVMLIB_EXIT_IO,
				     KVMLIB_EXIT_MMIO,
				     KVMLIB_EXIT_HLT,
				     KVMLIB_EXIT_IRQ_WINDOW_OPEN,
				     KVMLIB_EXIT_UNKNOWN,
				     KVMLIB_EXIT_AGAIN };
	const uint64_t expected[] = { 7, 2, 1, 1, 1, COUNT_UNKNOWN, COUNT_UNKNOWN };
	struct vcpu_counts counts = { .stats = NULL };
	uint64_t values[NR_COUNTS];

	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		vcpu_counts_add(&counts, reasons[i]);
	ck_assert_int_eq(vcpu_counts_take(&counts, values), 0);
	ck_assert_mem_eq(values, expected, sizeof(expected));
	vcpu_counts_close(&counts);
}
END_TEST

START_TEST(sum_with_what_is_unknown_is_unknown)
{
	ck_assert_uint_eq(vcpu_counts_sum(2, 3), 5);
	ck_assert_uint_eq(vcpu_counts_sum(COUNT_UNKNOWN, 3), COUNT_UNKNOWN);
	ck_assert_uint_eq(vcpu_counts_sum(2, COUNT_UNKNOWN), COUNT_UNKNOWN);
}
END_TEST

/* The terminal, or pipe, that stderr is; a test is a process of its own. */
static int shown;

static void start(int output)
{
	dup2(output, STDERR_FILENO);
	close(output);
	options = (struct run_options){ .nr_vcpus = 2, .stats = true, .stats_interval = 0.01 };
	guest = (struct guest){ .options = &options,
				.vcpus = vcpus,
				.machine.nr_vcpus = 2,
				.started = NOW,
				.lock = PTHREAD_MUTEX_INITIALIZER };
	for (uint32_t id = 0; id < 2; id++)
		vcpus[id] = (struct vcpu_thread){ .guest = &guest, .id = id };
	vcpu_counts_add(&vcpus[1].counts, KVMLIB_EXIT_IO);
	ck_assert_int_eq(live_stats_start(&live, &guest), STATUS_OK);
}

static void start_on_terminal(unsigned short rows)
{
	const struct winsize size = { .ws_row = rows, .ws_col = 80 };
	int terminal;

	ck_assert_int_eq(openpty(&shown, &terminal, NULL, NULL, &size), 0);
	start(terminal);
}

static void start_on_pipe(void)
{
	int ends[2];

	ck_assert_int_eq(pipe(ends), 0);
	shown = ends[0];
	start(ends[1]);
}

/* Nobody reads any more: who would wait for that gets an error. */
static void stop(void)
{
	signal(SIGPIPE, SIG_IGN);
	close(shown);
	ck_assert_int_eq(live_stats_stop(&live), STATUS_OK);
}

/* Read exactly that, whatever the terminal makes of line ends. */
static void assert_shown(const char *text)
{
	char c = 0;

	for (size_t i = 0; text[i]; i++) {
		do
			ck_assert_int_eq(read(shown, &c, 1), 1);
		while (c == '\r');
		ck_assert_msg(c == text[i], "%c, not %c, at %zu of \"%s\"", c, text[i], i, text);
	}
}

#define ROWS                                                                                \
	"   0.000    0          0        0         0        0       0     0       -    -\n" \
	"   0.000    1          1        0         1        0       0     0       -    -\n"
#define BACK "\033[2A\033[J"

START_TEST(new_rows_take_the_place_of_the_old)
{
	start_on_terminal(3);
	assert_shown(NO_STATS TITLES ROWS BACK ROWS BACK ROWS);
	stop();
}
END_TEST

START_TEST(rows_follow_where_the_terminal_has_no_room)
{
	start_on_terminal(2);
	assert_shown(NO_STATS TITLES ROWS ROWS);
	stop();
}
END_TEST

START_TEST(rows_follow_where_there_is_no_terminal)
{
	start_on_pipe();
	assert_shown(NO_STATS TITLES ROWS ROWS ROWS);
	stop();
}
END_TEST

static void say_on_same_terminal(void)
{
	struct console_matched matched = { 0 };

	pthread_mutex_lock(&guest.lock);
	dup2(STDERR_FILENO, STDOUT_FILENO);
	console_put(&guest.console, &matched, 'x');
	ck_assert_int_eq(console_flush(&guest.console), 0);
	pthread_mutex_unlock(&guest.lock);
}

/* How many rows were shown before is up to the clock. */
START_TEST(what_the_guest_says_is_not_wiped_away)
{
	char c = 0;

	start_on_terminal(24);
	assert_shown(NO_STATS TITLES ROWS);
	say_on_same_terminal();
	while (c != 'x')
		ck_assert_int_eq(read(shown, &c, 1), 1);
	assert_shown("\n" ROWS BACK ROWS);
	stop();
}
END_TEST

START_TEST(nothing_is_shown_after_the_end)
{
	char c;

	start_on_pipe();
	assert_shown(NO_STATS TITLES ROWS);
	pthread_mutex_lock(&guest.lock);
	guest.ending = HALTED;
	vcpus[0].counts.seen[COUNT_EXITS] = 2; /* no other number has the digit */
	pthread_mutex_unlock(&guest.lock);
	poll(NULL, 0, 100); /* several ticks come meanwhile; a late one would pass, too */
	ck_assert_int_eq(live_stats_stop(&live), STATUS_OK);
	close(STDERR_FILENO);
	while (read(shown, &c, 1) == 1)
		ck_assert_int_ne(c, '2');
}
END_TEST

START_TEST(nothing_is_shown_unless_asked_for)
{
	options = (struct run_options){ .nr_vcpus = 2, .stats = true };
	guest = (struct guest){ .options = &options, .machine.nr_vcpus = 2 };
	ck_assert_int_eq(live_stats_start(&live, &guest), STATUS_OK);
	ck_assert_int_eq(live_stats_stop(&live), STATUS_OK);
}
END_TEST

static Suite *stats_suite(void)
{
	Suite *suite = suite_create("stats");
	TCase *tcase = tcase_create("stats");

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, titles_say_who_counts);
	tcase_add_test(tcase, rows_stand_below_the_titles);
	tcase_add_test(tcase, numbers_that_do_not_fit_stay_apart);
	tcase_add_test(tcase, program_counts_what_reaches_it);
	tcase_add_test(tcase, sum_with_what_is_unknown_is_unknown);
	tcase_add_test(tcase, new_rows_take_the_place_of_the_old);
	tcase_add_test(tcase, rows_follow_where_the_terminal_has_no_room);
	tcase_add_test(tcase, rows_follow_where_there_is_no_terminal);
	tcase_add_test(tcase, what_the_guest_says_is_not_wiped_away);
	tcase_add_test(tcase, nothing_is_shown_after_the_end);
	tcase_add_test(tcase, nothing_is_shown_unless_asked_for);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return run_suites((Suite *const[]){ stats_suite(), NULL });
}
