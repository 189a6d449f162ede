/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Drawing samples, by gnuplot. */
#define _GNU_SOURCE
#include "plot.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sampling.h"
#include "tool.h"

extern char **environ;

/* In a process group of its own: Ctrl-C ends the guest, and then it is drawn. Where gnuplot can't
 * open the file, it would print the picture. */
static int spawn(struct plot *plot, int in)
{
	char name[] = "gnuplot", *const words[] = { name, NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int r;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
	r = posix_spawnp(&plot->pid, name, &actions, &attributes, words, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return r;
}

static int fail(const struct plot *plot, const char *option, int error)
{
	if (error == ENOENT)
		say(plot->command, "%s needs gnuplot: install Debian's package gnuplot-nox",
		    option);
	else
		say(plot->command, "can't start gnuplot: %s", strerror(error));
	return STATUS_HOST;
}

int plot_start(struct plot *plot, const char *command, const char *option)
{
	int ends[2], r;

	plot->command = command;
	if (pipe2(ends, O_CLOEXEC) < 0)
		return fail(plot, option, errno);
	r = spawn(plot, ends[0]);
	close(ends[0]);
	plot->script = r ? NULL : fdopen(ends[1], "w");
	if (plot->script)
		return STATUS_OK;
	close(ends[1]);
	return fail(plot, option, r ? r : errno);
}

static bool ever_changes(const struct samples *samples, size_t column)
{
	for (size_t row = 1; row < samples->nr_rows; row++)
		if (samples_has_changed(samples, row, column))
			return true;
	return false;
}

static void write_row(FILE *script, const struct samples *samples, size_t row)
{
	fprintf(script, "%.6f", samples->times[row]);
	for (size_t column = 0; column < samples->nr_columns; column++)
		fprintf(script, " %.3f", samples_shown(samples, row, column));
	fputc('\n', script);
}

/* Quotes are doubled within quotes. */
void plot_write_quoted(FILE *script, const char *text)
{
	fputc('\'', script);
	for (; *text; text++) {
		if (*text == '\'')
			fputc('\'', script);
		fputc(*text, script);
	}
	fputc('\'', script);
}

static void write_curve(FILE *script, const struct samples *samples, size_t column)
{
	fprintf(script, " $samples using 1:%zu with linespoints title ", column + 2);
	plot_write_quoted(script, samples->columns[column].name);
	fputs(samples->columns[column].is_rate ? ".' /s'," : ",", script);
}

/* The last curve has no points: it ends the list, and is there where nothing has changed. */
static void write_curves(FILE *script, const struct samples *samples)
{
	fputs("plot", script);
	for (size_t column = 0; column < samples->nr_columns; column++)
		if (ever_changes(samples, column))
			write_curve(script, samples, column);
	fputs(" $samples using 1:(0) with dots notitle\n", script);
}

void plot_write(FILE *script, const void *data, const char *path)
{
	const struct samples *samples = data;

	fputs("set terminal png size 1280,720 noenhanced\nset output ", script);
	plot_write_quoted(script, path);
	fputs("\nset key outside below\nset xlabel 'seconds'\nset grid\n$samples << END\n", script);
	for (size_t row = 1; row < samples->nr_rows; row++)
		write_row(script, samples, row);
	fputs("END\n", script);
	write_curves(script, samples);
}

/* gnuplot has said why. */
static int wait_for(struct plot *plot, const char *path)
{
	int status;

	while (waitpid(plot->pid, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return STATUS_OK;
	say(plot->command, "gnuplot could not draw %s", path);
	return STATUS_HOST;
}

int plot_finish(struct plot *plot, const char *path,
		void (*write)(FILE *script, const void *data, const char *path), const void *data)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, old;

	sigaction(SIGPIPE, &ignore, &old);
	if (write)
		write(plot->script, data, path);
	fclose(plot->script);
	sigaction(SIGPIPE, &old, NULL);
	return wait_for(plot, path);
}
