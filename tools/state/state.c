/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* `kvmlib state`: saved states, looked into without a VM. Needs no /dev/kvm. */
#include "state.h"

#include <argp.h>
#include <stdio.h>
#include <string.h>

#include "../tool.h"
#include "../verb.h"
#include "file.h"
#include "selftest.h"

struct request {
	struct verb_line line;
	bool json;
	bool registers;
};

enum { OPTION_SELFTEST = 256 };

static const struct argp_option options[] = {
	{ "json", 'j', NULL, 0, "Print JSON, one object in a line", 0 },
	{ "registers", 'r', NULL, 0, "info: also the registers of arm64 and riscv64, by name", 0 },
	{ "selftest", OPTION_SELFTEST, NULL, 0, "The same as the word selftest", 0 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

static const char help[] =
	"Look into saved states of VMs.\v"
	"  info FILE      list what a state has\n"
	"  diff A B       tell what differs: items, bytes of them, registers and MSRs\n"
	"  verify FILE... check that each is as it was written\n"
	"  selftest       tell which parts of VMs survive on this host\n"
	"\n"
	"A FILE is what a program wrote by kvmlib_state_write(); - is the "
	"standard input.\n"
	"\n"
	"selftest needs KVM: it puts a value into each field of a VM, one after the other, saves "
	"it, "
	"and restores another VM from that. A value survives, or is lost; it is refused where "
	"KVM does not take it, and absent where the host has no such thing.\n"
	"\n"
	"Exit status: 0; 1 if states differ, one is not as it was written, or a value is lost; 2 "
	"for wrong usage, or files that can't be read; 3 if the host can't.\n"
	"\n"
	"Examples:\n"
	"  kvmlib state info guest.state\n"
	"  kvmlib state diff before.state after.state";

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct request *request = state->input;

	switch (key) {
	case 'j':
		request->json = true;
		return 0;
	case 'r':
		request->registers = true;
		return 0;
	case OPTION_SELFTEST:
		request->line.verb = "selftest";
		return 0;
	}
	return verb_parse(key, arg, state, &request->line);
}

static const struct argp argp = { options, parse, "info|diff|verify FILE...\nselftest", help, NULL,
				  NULL,	   NULL };

static int do_info(const void *userdata)
{
	const struct request *request = userdata;
	int status;
	struct kvmlib_state *state = state_file_read(STATE, request->line.words[0], &status);

	if (state)
		status = state_info(state, request->json, request->registers);
	kvmlib_state_free(state);
	return status;
}

static int do_diff(const void *userdata)
{
	const struct request *request = userdata;
	int status;
	struct kvmlib_state *a = state_file_read(STATE, request->line.words[0], &status), *b = NULL;

	if (a)
		b = state_file_read(STATE, request->line.words[1], &status);
	if (b)
		status = state_diff(a, b, request->json);
	kvmlib_state_free(a);
	kvmlib_state_free(b);
	return status;
}

static int verify(const char *path)
{
	int status;
	struct kvmlib_state *state = state_file_read(STATE, path, &status);

	if (state)
		printf("%s: as it was written, %zu items\n", path, kvmlib_state_count(state));
	kvmlib_state_free(state);
	return status;
}

/* All are looked at; what was worst is told. */
static int do_verify(const void *userdata)
{
	const struct request *request = userdata;
	int worst = STATUS_OK;

	for (size_t i = 0; i < request->line.nr_words; i++) {
		int status = verify(request->line.words[i]);

		worst = status > worst ? status : worst;
	}
	return worst;
}

static int do_selftest(const void *userdata)
{
	const struct request *request = userdata;

	return state_selftest(request->json);
}

static const struct verb verbs[] = {
	{ "info", 1, 1, do_info },
	{ "diff", 2, 2, do_diff },
	{ "verify", 1, SIZE_MAX, do_verify },
	{ "selftest", 0, 0, do_selftest },
};

int tool_state(int argc, char **argv)
{
	struct request request = { .line.verb = NULL };

	return verb_main(STATE, "file", &argp, argc, argv, verbs, sizeof(verbs) / sizeof(verbs[0]),
			 &request.line, &request);
}
