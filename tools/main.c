/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The program `kvmlib`: finds the command and hands it its arguments. */
#include <argp.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include <kvmlib/kvmlib.h>

#include "tool.h"

struct command {
	const char *name;
	int (*main)(int argc, char **argv);
};

static const struct command commands[] = {
	{ "run", tool_run },	     { "stat", tool_stat },	  { "info", tool_info },
	{ "explain", tool_explain }, { "monitor", tool_monitor }, { "snapshot", tool_snapshot },
	{ "state", tool_state },     { "cpu", tool_cpu },
};

static const char help[] =
	"KVM from the command line: run guests, look at the host, understand errors.\v"
	"Commands:\n"
	"  run IMAGE              run a flat binary or a firmware image as a guest\n"
	"  stat run IMAGE         the same, and sample what KVM counts meanwhile\n"
	"  info                   show what this host's KVM can do, check and compare hosts\n"
	"  explain [CALL] [ERRNO] tell why a call of KVM fails, and what to do\n"
	"  monitor                tell of the VMs of this machine as they come and go\n"
	"  snapshot VERB FILE...  look into images of guests: memory and state\n"
	"  state VERB FILE...     look into saved states of VMs\n"
	"  cpu VERB [CPU...]      models of CPUs: what they are, and what runs where\n"
	"  help [COMMAND]         show how a command is used\n"
	"\n"
	"`kvmlib COMMAND --help' lists the options of a command.";

/* What is left of the command line, from the command's name on. */
struct words {
	int argc;
	char **argv;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct words *words = state->input;

	(void)arg;
	switch (key) {
	case ARGP_KEY_ARG:
		words->argc = state->argc - state->next + 1;
		words->argv = state->argv + state->next - 1;
		state->next = state->argc;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_usage(state);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static const struct argp argp = { NULL, parse, "COMMAND [ARGUMENT...]", help, NULL, NULL, NULL };

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	fprintf(stderr,
		"kvmlib: no command \"%s\"; there are: run, stat, info, explain, monitor, "
		"snapshot, state, cpu, help\n",
		name);
	return NULL;
}

/* The command's messages begin with argv[0]. */
static int call(const struct command *command, int argc, char **argv)
{
	char title[32];

	snprintf(title, sizeof(title), "kvmlib %s", command->name);
	argv[0] = title;
	return command->main(argc, argv);
}

/* `help COMMAND` is `COMMAND --help`. */
static int show_help(int argc, char **argv)
{
	char option[] = "--help";
	char program[] = "kvmlib";
	char *words[] = { program, option, NULL };
	const struct command *command;

	if (argc < 2)
		return argp_parse(&argp, 2, words, ARGP_IN_ORDER, NULL, NULL);
	command = find_command(argv[1]);
	return command ? call(command, 2, words) : STATUS_USAGE;
}

static int dispatch(int argc, char **argv)
{
	const struct command *command;

	if (!strcmp(argv[0], "help"))
		return show_help(argc, argv);
	command = find_command(argv[0]);
	return command ? call(command, argc, argv) : STATUS_USAGE;
}

static void print_version(FILE *stream, struct argp_state *state)
{
	(void)state;
	fprintf(stream, "kvmlib %s\n", kvmlib_version_string());
}

/* A full disk must not look like success. */
static int check_output(void)
{
	bool failed = ferror(stdout);

	errno = 0;
	failed |= fflush(stdout) != 0;
	if (!failed)
		return STATUS_OK;
	fprintf(stderr, "kvmlib: can't write the output%s%s\n", errno ? ": " : "",
		errno ? strerror(errno) : "");
	return STATUS_HOST;
}

int main(int argc, char **argv)
{
	struct words words = { 0, NULL };
	char name[] = "kvmlib";
	int status;

	argp_program_version_hook = print_version;
	argp_err_exit_status = STATUS_USAGE;
	argv[0] = name;
	if (argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &words))
		return STATUS_USAGE;

	status = dispatch(words.argc, words.argv);
	return status ? status : check_output();
}
