/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* `kvmlib monitor`: the command line. */
#include "monitor.h"

#include <argp.h>
#include <string.h>

#include "../tool.h"

#define DEFAULT_INTERVAL 1.0
#define DEFAULT_ROOM	 (1U << 20)
#define MIN_ROOM	 256U

static const struct argp_option argp_options[] = {
	{ "json", 'j', NULL, 0, "Print JSON, an object a line", 0 },
	{ "pid", 'p', "PID", 0, "Tell of this process's VMs alone", 0 },
	{ "stats", 's', NULL, 0, "Print the statistics of the VMs at each look at them", 0 },
	{ "interval", 'i', "SECONDS", 0, "The time between two looks at the VMs (1)", 0 },
	{ "mount", 'm', NULL, 0, "Mount debugfs, for this process alone", 0 },
	{ "buffer", 'b', "SIZE", 0, "Room for the kernel's messages that wait (1M)", 0 },
	{ "count", 'c', "N", 0, "End after N lines about VMs", 1 },
	{ "timeout", 't', "SECONDS", 0, "End after this time", 1 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

static const char help[] =
	"Tell of the VMs of this machine as they come and go.\v"
	"The first line says that it listens. Then comes a line for each VM that exists, and for "
	"each event: create, vcpus (their number has changed), destroy, stats. A VM is named by "
	"its "
	"process and the descriptor that it was created as. What is not known is ? (null in JSON): "
	"a process can end before it is looked at, and other users' can't be read.\n"
	"\n"
	"The vCPUs and statistics come from debugfs, which root can read. Without it the VMs that "
	"exist, and vCPUs, are found in /proc where that is permitted.\n"
	"\n"
	"If the kernel had more messages than there was room for, this is told (lost), and what "
	"has changed meanwhile is looked up (resynced). Messages come to network namespaces that "
	"belong to the initial user namespace, and name processes as the initial PID namespace "
	"does.\n"
	"\n"
	"Exit status: 0, also by Ctrl-C and SIGTERM, 2 for wrong usage, 3 if the kernel can't be "
	"listened to, 124 if the time was over before --count.\n"
	"\n"
	"Examples:\n"
	"  kvmlib monitor --json | jq .command\n"
	"  kvmlib monitor --mount --stats --interval 10";

static void set_pid(struct argp_state *state, struct monitor_options *options, const char *arg)
{
	uint64_t pid = 0;

	if (parse_number(arg, INT32_MAX, &pid) < 0 || !pid)
		argp_error(state, "--pid: \"%s\" is no process id", arg);
	options->pid = (int32_t)pid;
}

static void set_interval(struct argp_state *state, struct monitor_options *options, const char *arg)
{
	if (parse_seconds(arg, &options->interval) < 0)
		argp_error(state, "--interval: \"%s\" is no number of seconds above 0", arg);
}

static void set_timeout(struct argp_state *state, struct monitor_options *options, const char *arg)
{
	if (parse_seconds(arg, &options->timeout) < 0)
		argp_error(state, "--timeout: \"%s\" is no number of seconds above 0", arg);
}

static void set_count(struct argp_state *state, struct monitor_options *options, const char *arg)
{
	if (parse_number(arg, UINT64_MAX, &options->count) < 0 || !options->count)
		argp_error(state, "--count: \"%s\" is no number above 0", arg);
}

static void set_buffer(struct argp_state *state, struct monitor_options *options, const char *arg)
{
	if (parse_size(arg, &options->room) < 0 || options->room < MIN_ROOM ||
	    options->room > INT32_MAX)
		argp_error(state, "--buffer: \"%s\" is no size such as 1M, from %u bytes on", arg,
			   MIN_ROOM);
}

static void set_json(struct argp_state *state, struct monitor_options *options, const char *arg)
{
	(void)state;
	(void)arg;
	options->json = true;
}

static void set_stats(struct argp_state *state, struct monitor_options *options, const char *arg)
{
	(void)state;
	(void)arg;
	options->stats = true;
}

static void set_mount(struct argp_state *state, struct monitor_options *options, const char *arg)
{
	(void)state;
	(void)arg;
	options->mount = true;
}

static void refuse(struct argp_state *state, struct monitor_options *options, const char *arg)
{
	(void)options;
	argp_error(state, "unexpected argument \"%s\"", arg);
}

static const struct {
	int key;
	void (*set)(struct argp_state *state, struct monitor_options *options, const char *arg);
} setters[] = {
	{ 'j', set_json },     { 'p', set_pid },     { 's', set_stats },
	{ 'i', set_interval }, { 'm', set_mount },   { 'b', set_buffer },
	{ 'c', set_count },    { 't', set_timeout }, { ARGP_KEY_ARG, refuse },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	for (size_t i = 0; i < sizeof(setters) / sizeof(setters[0]); i++) {
		if (setters[i].key != key)
			continue;
		setters[i].set(state, state->input, arg);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static const struct argp argp = { argp_options, parse, NULL, help, NULL, NULL, NULL };

int tool_monitor(int argc, char **argv)
{
	struct monitor_options options = { .interval = DEFAULT_INTERVAL, .room = DEFAULT_ROOM };

	if (argp_parse(&argp, argc, argv, 0, NULL, &options))
		return STATUS_USAGE;
	return monitor_run(&options);
}
