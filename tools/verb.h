/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VERB_H
#define VERB_H

#include <stddef.h>

/* What a command does with files. */
struct verb {
	const char *name;
	size_t least, most; /* files */
	int (*run)(const void *request);
};

/* Do what a command was asked for, if there are as many files as the verb wants; returns a status, after a
 * message if there are not, or there is no such verb. */
int verb_run(const char *command, const struct verb *verbs, size_t nr_verbs, const char *name,
	     size_t nr_files, const void *request);

#endif
