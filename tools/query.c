/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Finding calls and errnos by what people type. */
#include "query.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include <kvmlib/kvmlib.h>

#include "tool.h"

#define MAX_NAME  64 /* a longer word is no name */
#define MAX_TYPOS 3
#define MAX_ERRNO 4095

/* "SIGBUS" for "(SIGBUS)", as the table writes what is no errno. */
static bool same_error(const char *error, const char *word)
{
	size_t length = strlen(word);

	if (!strcasecmp(error, word))
		return true;
	return error[0] == '(' && !strncasecmp(error + 1, word, length) &&
	       !strcmp(error + 1 + length, ")");
}

bool query_set_error(struct query *query, const char *word)
{
	struct kvmlib_explanation row;
	uint64_t number = 0;

	if (!parse_number(word, MAX_ERRNO, &number) && !number)
		return false;
	for (size_t i = 0; !kvmlib_explain(NULL, (int)number, i, &row); i++) {
		if (!number && !same_error(row.error, word))
			continue;
		query->error = row.error;
		return true;
	}
	return false;
}

static char normalize(char c)
{
	if (c == '-')
		return '_';
	return (char)toupper((unsigned char)c);
}

/* "create-vm" becomes "KVM_CREATE_VM". */
static void full_name(const char *word, char *name)
{
	static const char prefix[] = "KVM_";
	size_t n = 0;

	if (strncasecmp(word, "KVM-", 4) != 0 && strncasecmp(word, prefix, 4) != 0)
		for (; prefix[n]; n++)
			name[n] = prefix[n];
	for (; *word && n < MAX_NAME - 1; word++)
		name[n++] = normalize(*word);
	name[n] = '\0';
}

/* "open" for "open(/dev/kvm)". */
static bool same_call(const char *call, const char *word, const char *name)
{
	size_t length = strlen(word);

	if (!strcmp(call, name) || !strcasecmp(call, word))
		return true;
	return length && !strncasecmp(call, word, length) && call[length] == '(';
}

bool query_set_call(struct query *query, const char *word)
{
	struct kvmlib_explanation row;
	char name[MAX_NAME] = "";

	full_name(word, name);
	for (size_t i = 0; !kvmlib_explain(NULL, 0, i, &row); i++) {
		if (!same_call(row.call, word, name))
			continue;
		query->call = row.call;
		return true;
	}
	return false;
}

static unsigned int min(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

/* How many letters must be changed, dropped or added to get from `a` to `b` (Levenshtein). */
static unsigned int distance(const char *a, const char *b)
{
	unsigned int row[MAX_NAME + 1];
	size_t n = strnlen(b, MAX_NAME);

	for (size_t j = 0; j <= n; j++)
		row[j] = (unsigned int)j;
	for (; *a; a++) {
		unsigned int diagonal = row[0]++;

		for (size_t j = 1; j <= n; j++) {
			unsigned int changed = diagonal + (*a != b[j - 1]);

			diagonal = row[j];
			row[j] = min(changed, min(row[j], row[j - 1]) + 1);
		}
	}
	return row[n];
}

static bool is_near(const char *call, const char *name)
{
	const char *stem = name + strlen("KVM_");

	return (strlen(stem) > 2 && strstr(call, stem)) || distance(call, name) <= MAX_TYPOS;
}

size_t query_near_calls(const char *word, const char **ret_calls, size_t max)
{
	struct kvmlib_explanation row;
	char name[MAX_NAME] = "";
	size_t n = 0;

	full_name(word, name);
	for (size_t i = 0; n < max && !kvmlib_explain(NULL, 0, i, &row); i++) {
		if ((n && !strcmp(ret_calls[n - 1], row.call)) || !is_near(row.call, name))
			continue;
		ret_calls[n++] = row.call;
	}
	return n;
}
