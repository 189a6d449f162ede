/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Commands whose first word is a verb. */
#include "verb.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool.h"

/* "1 file", "2 files", "1 file or more", "1 or 2 arguments". */
static int refuse_number(const char *command, const char *noun, const struct verb *verb, size_t nr)
{
	char most[32] = "";

	if (verb->most != verb->least && verb->most != SIZE_MAX)
		snprintf(most, sizeof(most), " or %zu", verb->most);
	say(command, "%s wants %zu%s %s%s%s, not %zu", verb->name, verb->least, most, noun,
	    (*most ? verb->most : verb->least) == 1 ? "" : "s",
	    verb->most == SIZE_MAX ? " or more" : "", nr);
	return STATUS_USAGE;
}

static int refuse_name(const char *command, const struct verb *verbs, size_t nr_verbs,
		       const char *name)
{
	char list[128] = "";

	for (size_t i = 0; i < nr_verbs; i++) {
		strncat(list, i ? ", " : "", sizeof(list) - strlen(list) - 1);
		strncat(list, verbs[i].name, sizeof(list) - strlen(list) - 1);
	}
	say(command, "no \"%s\"; there are: %s", name, list);
	return STATUS_USAGE;
}

static int run(const char *command, const char *noun, const struct verb *verbs, size_t nr_verbs,
	       const struct verb_line *line, const void *request)
{
	for (size_t i = 0; i < nr_verbs; i++) {
		if (strcmp(verbs[i].name, line->verb) != 0)
			continue;
		if (line->nr_words >= verbs[i].least && line->nr_words <= verbs[i].most)
			return verbs[i].run(request);
		return refuse_number(command, noun, &verbs[i], line->nr_words);
	}
	return refuse_name(command, verbs, nr_verbs, line->verb);
}

error_t verb_parse(int key, char *arg, struct argp_state *state, struct verb_line *line)
{
	switch (key) {
	case ARGP_KEY_ARG:
		if (line->verb)
			line->words[line->nr_words++] = arg;
		else
			line->verb = arg;
		return 0;
	case ARGP_KEY_END:
		if (!line->verb)
			argp_usage(state);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

int verb_main(const char *command, const char *noun, const struct argp *argp, int argc, char **argv,
	      const struct verb *verbs, size_t nr_verbs, struct verb_line *line, void *request)
{
	int status = STATUS_HOST;

	line->words = calloc((size_t)argc + 1, sizeof(char *));
	if (!line->words)
		say(command, "no memory");
	else if (argp_parse(argp, argc, argv, 0, NULL, request))
		status = STATUS_USAGE;
	else
		status = run(command, noun, verbs, nr_verbs, line, request);
	free(line->words);
	return status;
}
