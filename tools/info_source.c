/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where reports come from: this host, or a file that anybody may have written. */
#include "info.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool.h"

/* No report is longer. */
#define LARGEST \
	((KVMLIB_REPORT_MAX_KEY + KVMLIB_REPORT_MAX_VALUE + 2UL) * (KVMLIB_REPORT_MAX_ITEMS + 1))

int info_collect(struct kvmlib_report **ret_report)
{
	struct kvmlib_system *system;
	struct kvmlib_report *report;
	int r;

	if (kvmlib_system_open(NULL, &system) < 0)
		return say_error(INFO_COMMAND, "can't open KVM");
	r = kvmlib_report_collect(system, &report);
	kvmlib_system_unref(system);
	if (r < 0)
		return say_error(INFO_COMMAND, "can't ask KVM");
	if (info_add_kernel(report) < 0) {
		kvmlib_report_free(report);
		return say_error(INFO_COMMAND, "can't complete the report");
	}
	*ret_report = report;
	return STATUS_OK;
}

/* Files */

struct text {
	char *bytes;
	size_t size;
	size_t room;
};

static int grow(struct text *text)
{
	size_t room = text->room ? 2 * text->room : 1U << 16;
	char *bytes = realloc(text->bytes, room);

	if (!bytes)
		return -ENOMEM;
	text->bytes = bytes;
	text->room = room;
	return 0;
}

/* All of the file: 0 or a negative errno; -EFBIG if it is too long for a report, perhaps without end. */
static int read_all(FILE *file, struct text *text)
{
	int r = 0;

	while (!r && !feof(file)) {
		if (text->size == text->room)
			r = grow(text);
		if (r)
			break;
		errno = 0;
		text->size += fread(text->bytes + text->size, 1, text->room - text->size, file);
		if (ferror(file))
			r = errno ? -errno : -EIO;
		else if (text->size > LARGEST)
			r = -EFBIG;
	}
	return r;
}

static int read_path(const char *path, struct text *text)
{
	FILE *file;
	int r;

	if (!strcmp(path, "-"))
		return read_all(stdin, text);
	file = fopen(path, "re");
	if (!file)
		return -errno;
	r = read_all(file, text);
	fclose(file);
	return r;
}

/* The line at fault where there is one, and what is wrong with it. */
static int say_malformed(const char *command, const char *path)
{
	uint64_t line;

	if (kvmlib_error_cause() == KVMLIB_CAUSE_NO_MEMORY)
		return say_error(command, "%s", path);
	if (kvmlib_error_value(KVMLIB_VALUE_INDEX, &line) < 0)
		line = 0;
	say(command, "%s:%llu: %s", path, (unsigned long long)line + 1, kvmlib_error_sentence());
	fputs("  hint: ", stderr);
	print_wrapped(stderr, kvmlib_error_hint(), 8, 8);
	return STATUS_USAGE;
}

int info_read(const char *command, const char *path, struct kvmlib_report **ret_report)
{
	const char *name = strcmp(path, "-") ? path : "(standard input)";
	struct text text = { NULL, 0, 0 };
	int status = STATUS_OK;
	int r = read_path(path, &text);

	if (r == -EFBIG)
		say(command, "%s: longer than any report", name);
	else if (r < 0)
		say(command, "%s: %s", name, strerror(-r));
	if (r < 0)
		status = r == -ENOMEM ? STATUS_HOST : STATUS_USAGE;
	else if (kvmlib_report_parse(text.bytes, text.size, ret_report) < 0)
		status = say_malformed(command, name);
	free(text.bytes);
	return status;
}
