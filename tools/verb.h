/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VERB_H
#define VERB_H

#include <argp.h>
#include <stddef.h>

/* What a command does with files, or other words. */
struct verb {
	const char *name;
	size_t least, most; /* words */
	int (*run)(const void *request);
};

/* The command line of a command whose first word is a verb. */
struct verb_line {
	const char *verb;
	char **words; /* behind it */
	size_t nr_words;
};

/* For argp's parsers: take a word, or the end; ARGP_ERR_UNKNOWN is another key's. */
error_t verb_parse(int key, char *arg, struct argp_state *state, struct verb_line *line);

/* Parse the command line into a request, of which the line is a part, and do what it asks for. Returns a
 * status, after a message if there is no such verb, or it wants another number of words, which the noun
 * calls what they are: "file". */
int verb_main(const char *command, const char *noun, const struct argp *argp, int argc, char **argv,
	      const struct verb *verbs, size_t nr_verbs, struct verb_line *line, void *request);

#endif
