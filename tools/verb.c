/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Commands whose first word is a verb. */
#include "verb.h"

#include <string.h>

#include "tool.h"

static int refuse_number(const char *command, const struct verb *verb, size_t nr_files)
{
	say(command, "%s wants %zu file%s, not %zu", verb->name, verb->least,
	    verb->most == 1    ? ""
	    : verb->least == 1 ? " or more"
			       : "s",
	    nr_files);
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

int verb_run(const char *command, const struct verb *verbs, size_t nr_verbs, const char *name,
	     size_t nr_files, const void *request)
{
	for (size_t i = 0; i < nr_verbs; i++) {
		if (strcmp(verbs[i].name, name) != 0)
			continue;
		if (nr_files >= verbs[i].least && nr_files <= verbs[i].most)
			return verbs[i].run(request);
		return refuse_number(command, &verbs[i], nr_files);
	}
	return refuse_name(command, verbs, nr_verbs, name);
}
