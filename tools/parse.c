/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Numbers as people type them. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tool.h"

/* strtoull() takes blanks and signs, and wraps what is negative. */
static int parse_prefix(const char *text, uint64_t *ret_number, char **ret_end)
{
	unsigned long long number;

	if (!isdigit((unsigned char)*text))
		return -EINVAL;
	errno = 0;
	number = strtoull(text, ret_end, 0);
	if (errno)
		return -EINVAL;
	*ret_number = number;
	return 0;
}

int parse_number(const char *text, uint64_t max, uint64_t *ret_number)
{
	uint64_t number;
	char *end;

	if (parse_prefix(text, &number, &end) < 0 || *end || number > max)
		return -EINVAL;
	*ret_number = number;
	return 0;
}

/* How far to shift for a suffix; -1: there is no such suffix. */
static int suffix_shift(const char *suffix)
{
	static const char letters[] = "KMG";
	const char *found;

	if (!*suffix)
		return 0;
	found = strchr(letters, toupper((unsigned char)*suffix));
	return found && !suffix[1] ? 10 * (int)(found - letters + 1) : -1;
}

int parse_size(const char *text, uint64_t *ret_size)
{
	uint64_t number;
	char *end;
	int shift;

	if (parse_prefix(text, &number, &end) < 0)
		return -EINVAL;
	shift = suffix_shift(end);
	if (shift < 0 || number > UINT64_MAX >> shift)
		return -EINVAL;
	*ret_size = number << shift;
	return 0;
}

int parse_seconds(const char *text, double *ret_seconds)
{
	double seconds;
	char *end;

	if (!isdigit((unsigned char)*text) && *text != '.')
		return -EINVAL;
	seconds = strtod(text, &end);
	if (end == text || *end || !(seconds > 0) || seconds > 1e9)
		return -EINVAL;
	*ret_seconds = seconds;
	return 0;
}

const char *format_size(uint64_t size, char *buffer, size_t buffer_size)
{
	static const char suffixes[] = "\0KMG";
	int n = 0;

	while (n < 3 && size && size % 1024 == 0) {
		size /= 1024;
		n++;
	}
	snprintf(buffer, buffer_size, n ? "%" PRIu64 "%c" : "%" PRIu64 " bytes", size, suffixes[n]);
	return buffer;
}
