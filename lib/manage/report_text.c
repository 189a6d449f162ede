/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The written form of reports. */
#include "report.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include <kvmlib/kvmlib.h>

#include "../base/error.h"

#define TITLE	   "kvmlib-report"
#define FIRST_LINE TITLE "\t1\n"

/* What is left to read, and where that is, for the record. */
struct text {
	const char *at;
	size_t left;
	uint32_t line;
};

static int refuse(int errnum, uint32_t cause, uint32_t line)
{
	return kvmlib__error_record(
		&(const struct kvmlib__failure){ .function = "kvmlib_report_parse",
						 .cause = cause,
						 .errnum = errnum,
						 KVMLIB__VALUES(KVMLIB__VALUE(INDEX, line)) });
}

/* The next line's bytes, its newline not counted; -1 where there is none. */
static long line_size(const struct text *text)
{
	const char *end = memchr(text->at, '\n', text->left);

	return end ? end - text->at : -1;
}

static void skip(struct text *text, size_t size)
{
	text->at += size + 1;
	text->left -= size + 1;
	text->line++;
}

static int parse_first_line(struct text *text)
{
	size_t size = strlen(FIRST_LINE);

	if (text->left < size || memcmp(text->at, TITLE "\t", strlen(TITLE) + 1) != 0)
		return refuse(-EPROTO, KVMLIB_CAUSE_REPORT_MALFORMED, 0);
	if (memcmp(text->at, FIRST_LINE, size) != 0)
		return refuse(-EPROTONOSUPPORT, KVMLIB_CAUSE_REPORT_VERSION, 0);
	skip(text, size - 1);
	return 0;
}

static int parse_item(struct text *text, struct kvmlib_report *report)
{
	long size = line_size(text);
	const char *tab = size < 0 ? NULL : memchr(text->at, '\t', (size_t)size);
	size_t key_size, value_size;
	int r;

	if (!tab)
		return refuse(-EPROTO, KVMLIB_CAUSE_REPORT_MALFORMED, text->line);
	key_size = (size_t)(tab - text->at);
	value_size = (size_t)size - key_size - 1;
	if (!kvmlib__report_key_valid(text->at, key_size) ||
	    !kvmlib__report_value_valid(tab + 1, value_size))
		return refuse(-EPROTO, KVMLIB_CAUSE_REPORT_MALFORMED, text->line);
	r = kvmlib__report_append(report, text->at, key_size, tab + 1, value_size);
	if (r < 0)
		return refuse(r,
			      r == -E2BIG ? KVMLIB_CAUSE_REPORT_TOO_LARGE : KVMLIB_CAUSE_NO_MEMORY,
			      text->line);
	skip(text, (size_t)size);
	return 0;
}

/* The line on which a key is for the second time, once all lines are known to be good. */
static uint32_t line_of_second(const char *start, size_t size, const char *key)
{
	struct text text = { .at = start, .left = size };
	size_t key_size = strlen(key);
	uint32_t seen = 0;

	for (; text.left; skip(&text, (size_t)line_size(&text)))
		if (text.left > key_size && text.at[key_size] == '\t' &&
		    !memcmp(text.at, key, key_size) && seen++)
			break;
	return text.line;
}

static int parse(const char *start, size_t size, struct kvmlib_report *report)
{
	struct text text = { .at = start, .left = size };
	const struct kvmlib__item *twice;
	int r = parse_first_line(&text);

	while (!r && text.left)
		r = parse_item(&text, report);
	if (r < 0)
		return r;
	twice = kvmlib__report_sort(report);
	return twice ? refuse(-EPROTO, KVMLIB_CAUSE_REPORT_MALFORMED,
			      line_of_second(start, size, twice->key))
		     : 0;
}

int kvmlib_report_parse(const char *text, size_t size, struct kvmlib_report **ret_report)
{
	struct kvmlib_report *report;
	int r;

	if (!text || !ret_report)
		return KVMLIB__NULL_ARGUMENT(text ? 3 : 1);
	r = kvmlib_report_new(&report);
	if (r < 0)
		return r;
	r = parse(text, size, report);
	if (r < 0) {
		kvmlib_report_free(report);
		return r;
	}
	*ret_report = report;
	return 0;
}

/* A buffer that takes what fits, and counts all. */
struct out {
	char *buffer;
	size_t room; /* without the NUL */
	size_t used;
};

static void put_char(struct out *out, char c)
{
	if (out->used < out->room)
		out->buffer[out->used] = c;
	out->used++;
}

static void put(struct out *out, const char *text, char last)
{
	while (*text)
		put_char(out, *text++);
	put_char(out, last);
}

/* The greatest text that the limits allow is far below INT_MAX. */
_Static_assert((KVMLIB_REPORT_MAX_KEY + KVMLIB_REPORT_MAX_VALUE + 2ULL) * KVMLIB_REPORT_MAX_ITEMS <
		       INT_MAX,
	       "a report's text has a length that an int holds");

int kvmlib_report_format(const struct kvmlib_report *report, char *buffer, size_t size)
{
	struct out out = { .buffer = buffer, .room = size ? size - 1 : 0 };

	if (!report || (!buffer && size))
		return KVMLIB__NULL_ARGUMENT(report ? 2 : 1);
	put(&out, TITLE, '\t');
	put(&out, "1", '\n');
	for (size_t i = 0; i < report->count; i++) {
		put(&out, report->items[i].key, '\t');
		put(&out, kvmlib__item_value(&report->items[i]), '\n');
	}
	if (size)
		buffer[out.used < out.room ? out.used : out.room] = '\0';
	return (int)out.used;
}
