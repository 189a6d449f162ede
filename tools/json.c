/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the commands have in common where they print JSON. */
#include "json.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

static int is_tail(unsigned char byte)
{
	return (byte & 0xc0) == 0x80;
}

/* How many bytes a character should have by its first; 0: none begins like that. */
static size_t length_by_first(unsigned char first)
{
	if (first < 0x80)
		return first != 0;
	if (first >= 0xc2 && first < 0xe0)
		return 2;
	if (first >= 0xe0 && first < 0xf0)
		return 3;
	return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

/* Too long a form of a character, a surrogate, or more than Unicode has: seen by the second byte. */
static int is_forbidden(unsigned char first, unsigned char second)
{
	return (first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) ||
	       (first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f);
}

/* The length of the character that `text` begins with, or 0 if it is none. */
static size_t character(const char *text, size_t size)
{
	const unsigned char *bytes = (const unsigned char *)text;
	size_t length = length_by_first(bytes[0]);

	if (length > size || (length > 1 && is_forbidden(bytes[0], bytes[1])))
		return 0;
	for (size_t i = 1; i < length; i++)
		if (!is_tail(bytes[i]))
			return 0;
	return length;
}

json_t *json_text(const char *text, size_t size)
{
	char *clean = malloc(size * strlen(REPLACEMENT) + 1), *end = clean;
	json_t *string;

	if (!clean)
		return NULL;
	while (size) {
		size_t length = character(text, size);
		size_t done = length ? length : strlen(REPLACEMENT);

		memcpy(end, length ? text : REPLACEMENT, done);
		end += done;
		text += length ? length : 1;
		size -= length ? length : 1;
	}
	string = json_stringn(clean, (size_t)(end - clean));
	free(clean);
	return string;
}

json_t *json_number(unsigned long long number)
{
	char text[24];

	if (number <= INT64_MAX)
		return json_integer((json_int_t)number);
	snprintf(text, sizeof(text), "%llu", number);
	return json_string(text);
}

int json_print_line(FILE *stream, json_t *value)
{
	int r = value ? json_dumpf(value, stream, JSON_COMPACT) : -1;

	json_decref(value);
	if (r < 0 || fputc('\n', stream) == EOF || fflush(stream) == EOF)
		return -1;
	return 0;
}
