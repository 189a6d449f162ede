/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* `kvmlib cpu`: the command line. */
#include <argp.h>
#include <stdint.h>

#include "../tool.h"
#include "../verb.h"
#include "verbs.h"

struct request {
	struct verb_line line;
	enum cpu_format format;
};

static const struct argp_option options[] = {
	{ "json", 'j', NULL, 0, "Print JSON, in one line", 0 },
	{ "report", 'r', NULL, 0, "show and baseline: print a report, for files", 0 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

static const char help[] =
	"CPUs of guests: models, what hosts have in common, and what runs where.\v"
	"  list [NAMES]        list the models; features, or enlightenments of Hyper-V\n"
	"  show CPU            tell what a CPU is\n"
	"  check CPU [REPORT]  tell whether guests can have it on this host, or on\n"
	"                      that of a report, and each thing that is missing\n"
	"  baseline CPU...     tell which CPU is to be had on all of these\n"
	"  diff A B            tell in what two CPUs differ\n"
	"\n"
	"A CPU is MODEL, MODEL:VERSION, host for all that this host can give to guests, or a "
	"file with what `kvmlib info --report' or --report has printed (- is the standard input). "
	",+FEATURE and ,-FEATURE behind it give and take features; what needs a "
	"feature that is gone goes as well. +hv-relaxed and the like have KVM pose as Hyper-V, for "
	"Windows; "
	"+hv-spinlocks=NUMBER tells how often to try for a lock.\n"
	"\n"
	"Only host, and check without REPORT, need KVM. Models have the vendor, and the places of "
	"xsave components, of the host that they are checked on; elsewhere they are AMD's.\n"
	"\n"
	"Exit status: 0; 1 if something is missing, or CPUs differ; 2 for wrong usage, or files "
	"that can't be read; 3 if the host can't.\n"
	"\n"
	"Examples:\n"
	"  kvmlib cpu check x86-64-v3\n"
	"  kvmlib cpu baseline --report this-host other-host >both\n"
	"  kvmlib run --cpu both,-aes boot-sector.bin";

static void set_format(struct argp_state *state, enum cpu_format format)
{
	struct request *request = state->input;

	if (request->format != CPU_TEXT && request->format != format)
		argp_error(state, "--json and --report exclude each other");
	request->format = format;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct request *request = state->input;

	switch (key) {
	case 'j':
		set_format(state, CPU_JSON);
		return 0;
	case 'r':
		set_format(state, CPU_REPORT);
		return 0;
	}
	return verb_parse(key, arg, state, &request->line);
}

static const struct argp argp = { options, parse, "list|show|check|baseline|diff [CPU...]",
				  help,	   NULL,  NULL,
				  NULL };

/* Verbs that have nothing to say as a report. */
static int refuse_report(const struct request *request)
{
	if (request->format != CPU_REPORT)
		return STATUS_OK;
	say(CPU, "%s: --report is for show and baseline", request->line.verb);
	return STATUS_USAGE;
}

static int do_list(const void *userdata)
{
	const struct request *request = userdata;
	int status = refuse_report(request);

	return status ? status : cpu_list(request->line.words[0], request->format == CPU_JSON);
}

static int do_show(const void *userdata)
{
	const struct request *request = userdata;

	return cpu_show(request->line.words[0], request->format);
}

static int do_check(const void *userdata)
{
	const struct request *request = userdata;
	int status = refuse_report(request);

	return status ? status
		      : cpu_check(request->line.words[0], request->line.words[1],
				  request->format == CPU_JSON);
}

static int do_baseline(const void *userdata)
{
	const struct request *request = userdata;

	return cpu_baseline(request->line.words, request->line.nr_words, request->format);
}

static int do_diff(const void *userdata)
{
	const struct request *request = userdata;
	int status = refuse_report(request);

	return status ? status
		      : cpu_diff(request->line.words[0], request->line.words[1],
				 request->format == CPU_JSON);
}

static const struct verb verbs[] = {
	{ "list", 0, 1, do_list },   { "show", 1, 1, do_show },
	{ "check", 1, 2, do_check }, { "baseline", 1, SIZE_MAX, do_baseline },
	{ "diff", 2, 2, do_diff },
};

int tool_cpu(int argc, char **argv)
{
	struct request request = { .line.verb = NULL };

	return verb_main(CPU, "argument", &argp, argc, argv, verbs,
			 sizeof(verbs) / sizeof(verbs[0]), &request.line, &request);
}
