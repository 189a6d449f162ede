/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* `kvmlib info`: what this host's KVM can do, and how hosts compare. */
#include "info.h"

#include <argp.h>
#include <stdlib.h>

#include "seccomp.h"
#include "tool.h"

#define SECCOMP 256 /* an option without a letter */

enum mode { MODE_SHOW, MODE_REPORT, MODE_DIFF, MODE_BASELINE, MODE_CHECK, MODE_SECCOMP };

struct request {
	struct info_options options;
	enum mode mode;
	const char *from; /* a file instead of this host */
	const char *sets; /* of ioctls, for a seccomp profile */
	char **files;
	size_t nr_files;
};

static const struct argp_option options[] = {
	{ "all", 'a', NULL, 0, "Show everything: what is absent or the same, too, and raw values",
	  0 },
	{ "json", 'j', NULL, 0, "Print JSON, one object", 0 },
	{ "from", 'f', "FILE", 0, "Show the report in a file instead of this host", 0 },
	{ "report", 'r', NULL, 0, "Print the report as lines, for files", 1 },
	{ "diff", 'd', NULL, 0, "Tell what a guest of host A would miss on host B", 1 },
	{ "baseline", 'b', NULL, 0, "Print, as a report, what all hosts share", 1 },
	{ "check", 'c', NULL, 0, "Tell whether KVM can be used here, and if not, why", 1 },
	{ "seccomp", SECCOMP, "SETS", 0,
	  "Print a seccomp profile of the ioctls that these sets need; `list' lists them", 1 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

static const char help[] =
	"Show what this host's KVM can do, or how hosts compare.\v"
	"The first value of a capability is the system's; where a new VM answers otherwise, its "
	"value follows. Bitmasks are in hexadecimal, and the names of their bits follow.\n"
	"\n"
	"A FILE is what --report prints (not JSON), or - for the standard input. --report and "
	"--json have everything, with --all or without.\n"
	"\n"
	"A seccomp profile has rules for ioctl alone, in the JSON of container engines: put them "
	"in the place of \"ioctl\" in a profile of all system calls. SETS is a list such as "
	"base,irqchip.\n"
	"\n"
	"Exit status: 0; 1 if --diff finds that something is lost; 2 for wrong usage, or a file "
	"that is no report; 3 if KVM can't be used.\n"
	"\n"
	"Examples:\n"
	"  kvmlib info --report >this-host\n"
	"  kvmlib info --diff this-host other-host\n"
	"  kvmlib info --json | jq '.limits.max_vcpus'";

static void set_mode(struct argp_state *state, enum mode mode)
{
	struct request *request = state->input;

	if (request->mode != MODE_SHOW && request->mode != mode)
		argp_error(
			state,
			"--report, --diff, --baseline, --check and --seccomp exclude each other");
	request->mode = mode;
}

static void add_file(struct argp_state *state, char *file)
{
	struct request *request = state->input;

	request->files[request->nr_files++] = file;
}

static void check(struct argp_state *state)
{
	const struct request *request = state->input;
	const bool has_files = request->mode == MODE_DIFF || request->mode == MODE_BASELINE;

	if (!has_files && request->nr_files)
		argp_error(state, "unexpected argument \"%s\"", request->files[0]);
	if (request->mode == MODE_REPORT && request->options.json)
		argp_error(state, "--report prints lines, --json JSON");
	if (request->mode == MODE_DIFF && request->nr_files != 2)
		argp_error(state, "--diff takes two files");
	if (request->mode == MODE_BASELINE && !request->nr_files)
		argp_error(state, "--baseline takes files");
	if (request->from && request->mode > MODE_REPORT)
		argp_error(state, "--from is for showing a report");
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct request *request = state->input;

	switch (key) {
	case 'a':
		request->options.all = true;
		return 0;
	case 'j':
		request->options.json = true;
		return 0;
	case 'f':
		request->from = arg;
		return 0;
	case 'r':
		set_mode(state, MODE_REPORT);
		return 0;
	case 'd':
		set_mode(state, MODE_DIFF);
		return 0;
	case 'b':
		set_mode(state, MODE_BASELINE);
		return 0;
	case 'c':
		set_mode(state, MODE_CHECK);
		return 0;
	case SECCOMP:
		set_mode(state, MODE_SECCOMP);
		request->sets = arg;
		return 0;
	case ARGP_KEY_ARG:
		add_file(state, arg);
		return 0;
	case ARGP_KEY_END:
		check(state);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static const struct argp argp = {
	options, parse, "\n--diff A B\n--baseline FILE...\n--check\n--seccomp=SETS", help, NULL,
	NULL,	 NULL
};

static int print(const struct request *request, const struct kvmlib_report *report)
{
	if (request->mode == MODE_REPORT)
		return info_print_lines(report);
	if (request->options.json)
		return info_print_json(report);
	return info_print_text(report, request->options.all);
}

static int show(const struct request *request)
{
	struct kvmlib_report *report = NULL;
	int status = request->from ? info_read(INFO_COMMAND, request->from, &report)
				   : info_collect(&report);

	if (!status)
		status = print(request, report);
	kvmlib_report_free(report);
	return status;
}

static int answer(const struct request *request)
{
	switch (request->mode) {
	case MODE_DIFF:
		return info_diff(request->files, &request->options);
	case MODE_BASELINE:
		return info_baseline(request->files, request->nr_files, &request->options);
	case MODE_CHECK:
		return info_check(&request->options);
	case MODE_SECCOMP:
		return tool_info_seccomp(request->sets);
	default:
		return show(request);
	}
}

int tool_info(int argc, char **argv)
{
	struct request request = { .files = calloc((size_t)argc + 1, sizeof(*request.files)) };
	int status = STATUS_USAGE;

	if (!request.files) {
		say(INFO_COMMAND, "no memory");
		return STATUS_HOST;
	}
	if (!argp_parse(&argp, argc, argv, 0, NULL, &request))
		status = answer(&request);
	free(request.files);
	return status;
}
