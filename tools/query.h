/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef QUERY_H
#define QUERY_H

#include <stdbool.h>
#include <stddef.h>

/* Which rows of the table of errors are asked for. */
struct query {
	const char *call;  /* as the table spells it; NULL: every call */
	const char *error; /* as the table spells it; NULL: every errno */
};

/* Take a word for an errno ("EBUSY", "16"), or for a call ("KVM_CREATE_VM", "create-vm", "open").
 * Returns false if it is none. */
bool query_set_error(struct query *query, const char *word);
bool query_set_call(struct query *query, const char *word);

/* Calls whose names are like the word; returns how many. */
size_t query_near_calls(const char *word, const char **ret_calls, size_t max);

#endif
