/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* `kvmlib snapshot`: images of guests, looked into without a VM. Needs no /dev/kvm. */
#include <argp.h>
#include <string.h>

#include "../tool.h"
#include "../verb.h"
#include "verbs.h"

struct request {
	struct verb_line line;
	bool json;
	const char *memory, *state;
};

static const struct argp_option options[] = {
	{ "json", 'j', NULL, 0, "Print JSON, one object in a line", 0 },
	{ "memory", 'm', "FILE", 0, "extract: write the guest's memory to FILE", 0 },
	{ "state", 's', "FILE", 0, "extract: write the state to FILE", 0 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

static const char help[] = "Look into images of guests: memory and state.\v"
			   "  info IMAGE        tell what an image is, and which memory it has\n"
			   "  diff A B          tell what differs: pages, and items of the state\n"
			   "  verify IMAGE...   check that each is as it was written\n"
			   "  extract IMAGE...  write memory or state to a file of its own\n"
			   "\n"
			   "An IMAGE is what `kvmlib run --save' or a program's "
			   "kvmlib_image_write() wrote, compressed by "
			   "zstd or not; - is the standard input.\n"
			   "\n"
			   "An increment has what was written since another image: verify and "
			   "extract want that before it, "
			   "from the whole image on. Extracted memory lies in FILE where it lies "
			   "in the guest, with holes "
			   "in between; `kvmlib state' looks into an extracted state.\n"
			   "\n"
			   "Exit status: 0; 1 if images differ, or one is not as it was written; 2 "
			   "for wrong usage, or "
			   "files that can't be read; 3 if the host can't.\n"
			   "\n"
			   "Examples:\n"
			   "  kvmlib snapshot info guest.image\n"
			   "  kvmlib snapshot verify base.image monday.image tuesday.image\n"
			   "  kvmlib snapshot extract --memory guest.memory guest.image";

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct request *request = state->input;

	switch (key) {
	case 'j':
		request->json = true;
		return 0;
	case 'm':
		request->memory = arg;
		return 0;
	case 's':
		request->state = arg;
		return 0;
	}
	return verb_parse(key, arg, state, &request->line);
}

static const struct argp argp = { options, parse, "info|diff|verify|extract IMAGE...", help, NULL,
				  NULL,	   NULL };

static int do_info(const void *userdata)
{
	const struct request *request = userdata;

	return snapshot_info(request->line.words[0], request->json);
}

static int do_diff(const void *userdata)
{
	const struct request *request = userdata;

	return snapshot_diff(request->line.words, request->json);
}

static int do_verify(const void *userdata)
{
	const struct request *request = userdata;

	return snapshot_verify(request->line.words, request->line.nr_words, request->json);
}

static int do_extract(const void *userdata)
{
	const struct request *request = userdata;

	if (request->memory || request->state)
		return snapshot_extract(request->line.words, request->line.nr_words,
					request->memory, request->state);
	say(SNAPSHOT, "extract: --memory or --state tells what, and where to");
	return STATUS_USAGE;
}

static const struct verb verbs[] = {
	{ "info", 1, 1, do_info },
	{ "diff", 2, 2, do_diff },
	{ "verify", 1, SIZE_MAX, do_verify },
	{ "extract", 1, SIZE_MAX, do_extract },
};

int tool_snapshot(int argc, char **argv)
{
	struct request request = { .line.verb = NULL };

	return verb_main(SNAPSHOT, "file", &argp, argc, argv, verbs,
			 sizeof(verbs) / sizeof(verbs[0]), &request.line, &request);
}
