/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* `kvmlib stat`: the command line. */
#include <argp.h>
#include <errno.h>
#include <string.h>

#include "run.h"
#include "sampling.h"
#include "tool.h"

static const struct argp_option argp_options[] = {
	{ "interval", 'i', "SECONDS", 0, "The time between two samples (1)", 0 },
	{ "only", 'n', "PATTERN", 0, "Only statistics of such names (repeatable)", 0 },
	{ "csv", 'c', NULL, 0, "Print a line of values a sample, after one of names", 0 },
	{ "output", 'o', "FILE", 0, "Print to a file (stderr); - is stdout", 0 },
	{ "png", 'g', "FILE", 0, "Draw the samples, at the end", 0 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

static const char help[] =
	"Run a guest as `kvmlib run' does, and sample what KVM counts of its VM and its vCPUs.\v"
	"Samples are taken when the guest starts, at each interval, and when it has ended. A table "
	"has what has changed since the sample before: the value, by how much, and for what counts "
	"up how often in a second. CSV has all values.\n"
	"\n"
	"The statistics are named vm/NAME and vcpu/NAME, with several vCPUs vcpu0/NAME and so on; "
	"a "
	"PATTERN is as in the shell, and is for the NAME alone as well. Histograms are left out. A "
	"plot has the curves that are not flat, "
	"and is drawn by gnuplot.\n"
	"\n"
	"Exit status: as that of `kvmlib run'; 3 as well if the kernel has no statistics (before "
	"Linux 5.14), or they can't be written or drawn.\n"
	"\n"
	"Examples:\n"
	"  kvmlib stat --interval 0.1 --only '*exits' --png exits.png \\\n"
	"      run --timeout 5 boot-sector.bin";

/* The words from "run" on are that command's. */
struct parsed {
	struct sampling sampling;
	const char *output;
	int argc;
	char **argv;
};

/* argp_error() does not return: it ends the program. */

static void add_pattern(struct argp_state *state, struct sampling *sampling, const char *pattern)
{
	if (sampling->nr_only == MAX_PATTERNS)
		argp_error(state, "--only: %d patterns at most", MAX_PATTERNS);
	sampling->only[sampling->nr_only++] = pattern;
}

static void set_interval(struct argp_state *state, struct sampling *sampling, const char *arg)
{
	if (parse_seconds(arg, &sampling->interval) < 0)
		argp_error(state, "--interval: \"%s\" is no number of seconds above 0", arg);
}

static void take_command(struct argp_state *state, struct parsed *parsed, const char *arg)
{
	if (strcmp(arg, RUN) != 0)
		argp_error(state, "\"%s\" where \"run\" belongs", arg);
	parsed->argc = state->argc - state->next + 1;
	parsed->argv = state->argv + state->next - 1;
	state->next = state->argc;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct parsed *parsed = state->input;

	switch (key) {
	case 'i':
		set_interval(state, &parsed->sampling, arg);
		return 0;
	case 'n':
		add_pattern(state, &parsed->sampling, arg);
		return 0;
	case 'c':
		parsed->sampling.csv = true;
		return 0;
	case 'o':
		parsed->output = arg;
		return 0;
	case 'g':
		parsed->sampling.png = arg;
		return 0;
	case ARGP_KEY_ARG:
		take_command(state, parsed, arg);
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "what to run is missing: \"run\" and its arguments");
	}
	return ARGP_ERR_UNKNOWN;
}

static const struct argp argp = {
	argp_options, parse, "run ARGUMENT...", help, NULL, NULL, NULL,
};

/* Without a KVM, too, the file is made: what is wrong with it comes first. */
static int open_output(struct parsed *parsed)
{
	parsed->sampling.file = stderr;
	if (!parsed->output)
		return STATUS_OK;
	parsed->sampling.file = strcmp(parsed->output, "-") ? fopen(parsed->output, "we") : stdout;
	if (parsed->sampling.file)
		return STATUS_OK;
	say(STAT, "%s: %s", parsed->output, strerror(errno));
	return STATUS_HOST;
}

static int run(const struct parsed *parsed)
{
	char title[] = "kvmlib run";

	parsed->argv[0] = title;
	return run_sampled(parsed->argc, parsed->argv, &parsed->sampling);
}

int tool_stat(int argc, char **argv)
{
	struct parsed parsed = { .sampling.interval = 1 };
	int status;

	if (argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &parsed))
		return STATUS_USAGE;
	status = open_output(&parsed);
	if (status)
		return status;
	status = run(&parsed);
	if (parsed.sampling.file != stderr && parsed.sampling.file != stdout)
		fclose(parsed.sampling.file); /* each sample was flushed */
	return status;
}
