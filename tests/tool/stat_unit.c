/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parts of `kvmlib stat` that need no KVM: the table of samples, its forms, and the plot. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <plot.h>
#include <runner.h>
#include <samples.h>
#include <sampling.h>
#include <tool.h>

static struct samples samples;

static void add_row(double time, uint64_t exits, uint64_t size)
{
	uint64_t *row = samples_add_row(&samples, time);

	ck_assert_ptr_nonnull(row);
	row[0] = exits;
	row[1] = size;
}

static void set_up(void)
{
	samples = (struct samples){ .keep = false };
	ck_assert_int_eq(samples_add_column(&samples, "vcpu", "exits", true), 0);
	ck_assert_int_eq(samples_add_column(&samples, "vm", "mmu's", false), 0);
}

static void tear_down(void)
{
	samples_free(&samples);
	ck_assert_uint_eq(samples.nr_columns, 0);
}

static void assert_printed(void (*print)(const struct samples *samples, FILE *file),
			   const char *expected)
{
	char *text;
	size_t size;
	FILE *file = open_memstream(&text, &size);

	print(&samples, file);
	fclose(file);
	ck_assert_str_eq(text, expected);
	free(text);
}

START_TEST(csv_has_all_values_of_the_last_row)
{
	assert_printed(samples_print_names, "seconds,vcpu/exits,vm/mmu's\n");
	add_row(0, 7, UINT64_MAX);
	assert_printed(samples_print_csv, "0.000000,7,18446744073709551615\n");
	add_row(1.5, 8, 0);
	assert_printed(samples_print_csv, "1.500000,8,0\n");
}
END_TEST

START_TEST(changes_are_told_and_nothing_else)
{
	add_row(0, 7, 5);
	assert_printed(samples_print_changes, "");
	add_row(2, 17, 5);
	assert_printed(samples_print_changes,
		       "  after 2.000 s:\n"
		       "    vcpu/exits                                            17"
		       "           +10           5.0/s\n");
	add_row(3, 17, 4);
	assert_printed(samples_print_changes,
		       "  after 3.000 s:\n"
		       "    vm/mmu's                                               4"
		       "            -1\n");
}
END_TEST

START_TEST(samples_at_one_instant_have_no_rate)
{
	add_row(1, 7, 5);
	add_row(1, 9, 5);
	ck_assert_double_eq(samples_shown(&samples, 1, 0), 0);
	ck_assert_double_eq(samples_shown(&samples, 1, 1), 5);
}
END_TEST

START_TEST(two_rows_are_enough_without_a_plot)
{
	for (unsigned int i = 0; i < 5; i++)
		add_row(i, i * 10, 0);
	ck_assert_uint_eq(samples.nr_rows, 2);
	ck_assert_uint_eq(samples_value(&samples, 0, 0), 30);
	ck_assert_uint_eq(samples_value(&samples, 1, 0), 40);
	ck_assert_double_eq(samples_shown(&samples, 1, 0), 10);
}
END_TEST

START_TEST(plot_has_what_changes)
{
	char *text;
	size_t size;
	FILE *script = open_memstream(&text, &size);

	samples.keep = true;
	add_row(0, 0, 3);
	add_row(1, 10, 3);
	add_row(3, 50, 3);
	plot_write(script, &samples, "it's.png");
	fclose(script);
	ck_assert_ptr_nonnull(strstr(text, "set output 'it''s.png'\n"));
	ck_assert_ptr_nonnull(
		strstr(text, "<< END\n1.000000 10.000 3.000\n3.000000 20.000 3.000\nEND\n"));
	ck_assert_ptr_nonnull(strstr(text, "using 1:2 with linespoints title 'vcpu/exits'.' /s',"));
	ck_assert_ptr_null(strstr(text, "mmu"));
	free(text);
}
END_TEST

static bool has_gnuplot(void)
{
	return system("command -v gnuplot >/dev/null") == 0;
}

START_TEST(gnuplot_draws_a_png)
{
	char path[] = "/tmp/kvmlib-plot-XXXXXX", magic[4] = "";
	struct plot plot;
	int fd;

	if (!has_gnuplot())
		SKIP("no gnuplot");
	fd = mkstemp(path);
	samples.keep = true;
	add_row(0, 0, 1);
	add_row(1, 10, 2);
	add_row(2, 30, 2);
	ck_assert_int_eq(plot_start(&plot, STAT, "--png"), STATUS_OK);
	ck_assert_int_eq(plot_finish(&plot, path, plot_write, &samples), STATUS_OK);
	ck_assert_int_eq(read(fd, magic, 4), 4);
	ck_assert_mem_eq(magic, "\x89PNG", 4);
	close(fd);
	unlink(path);
}
END_TEST

START_TEST(gnuplot_can_not_write_everywhere)
{
	FILE *printed = tmpfile();
	struct plot plot;

	if (!has_gnuplot())
		SKIP("no gnuplot");
	add_row(0, 0, 1);
	add_row(1, 10, 2);
	dup2(fileno(printed), STDOUT_FILENO);
	ck_assert_int_eq(plot_start(&plot, STAT, "--png"), STATUS_OK);
	ck_assert_int_eq(plot_finish(&plot, "/nonexistent/plot.png", plot_write, &samples),
			 STATUS_HOST);
	ck_assert_int_eq(lseek(fileno(printed), 0, SEEK_END), 0);
	fclose(printed);
}
END_TEST

START_TEST(gnuplot_without_samples_ends)
{
	struct plot plot;

	if (!has_gnuplot())
		SKIP("no gnuplot");
	ck_assert_int_eq(plot_start(&plot, STAT, "--png"), STATUS_OK);
	ck_assert_int_eq(plot_finish(&plot, "/nonexistent/plot.png", NULL, NULL), STATUS_OK);
}
END_TEST

START_TEST(missing_gnuplot_is_named)
{
	struct plot plot;
	char text[256] = "";
	FILE *messages = tmpfile();

	ck_assert_int_eq(setenv("PATH", "/nonexistent", 1), 0);
	dup2(fileno(messages), STDERR_FILENO);
	ck_assert_int_eq(plot_start(&plot, STAT, "--png"), STATUS_HOST);
	rewind(messages);
	ck_assert_ptr_nonnull(fgets(text, sizeof(text), messages));
	ck_assert_ptr_nonnull(strstr(text, "gnuplot-nox"));
	fclose(messages);
}
END_TEST

START_TEST(patterns_select_by_name_and_by_source)
{
	struct sampling sampling = { .nr_only = 0 };

	ck_assert(sampling_wants(&sampling, "vm", "anything"));
	sampling.only[sampling.nr_only++] = "*exits";
	ck_assert(sampling_wants(&sampling, "vcpu", "exits"));
	ck_assert(sampling_wants(&sampling, "vm", "io_exits"));
	ck_assert(!sampling_wants(&sampling, "vm", "exits_not"));
	sampling.only[sampling.nr_only++] = "vm/mmu_*";
	ck_assert(sampling_wants(&sampling, "vm", "mmu_flooded"));
	ck_assert(!sampling_wants(&sampling, "vcpu", "mmu_flooded"));
}
END_TEST

static Suite *stat_suite(void)
{
	Suite *suite = suite_create("stat");
	TCase *tcase = tcase_create("stat");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, csv_has_all_values_of_the_last_row);
	tcase_add_test(tcase, changes_are_told_and_nothing_else);
	tcase_add_test(tcase, samples_at_one_instant_have_no_rate);
	tcase_add_test(tcase, two_rows_are_enough_without_a_plot);
	tcase_add_test(tcase, plot_has_what_changes);
	tcase_add_test(tcase, missing_gnuplot_is_named);
	tcase_add_test(tcase, patterns_select_by_name_and_by_source);
	tcase_add_test(tcase, gnuplot_draws_a_png);
	tcase_add_test(tcase, gnuplot_can_not_write_everywhere);
	tcase_add_test(tcase, gnuplot_without_samples_ends);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return run_suites((Suite *const[]){ stat_suite(), NULL });
}
