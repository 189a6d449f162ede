/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Messages on stderr. */
#include <stdarg.h>
#include <string.h>

#include <kvmlib/kvmlib.h>

#include "tool.h"

#define WIDTH 80

void say(const char *command, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "kvmlib %s: ", command);
	va_start(args, format);
	vfprintf(stderr, format, args); /* NOLINT(clang-analyzer-valist.*): it was started */
	va_end(args);
	fputc('\n', stderr);
}

static void say_hint(void)
{
	int column = fprintf(stderr, "  hint: ");

	print_wrapped(stderr, kvmlib_error_hint(), column, column);
}

/* What failed is the kernel's call, or the library's own function where it made none. */
int say_error(const char *command, const char *format, ...)
{
	const char *call = kvmlib_error_call();
	const char *name = kvmlib_errno_name(kvmlib_error_errno());
	va_list args;

	fprintf(stderr, "kvmlib %s: ", command);
	va_start(args, format);
	vfprintf(stderr, format, args); /* NOLINT(clang-analyzer-valist.*): it was started */
	va_end(args);
	fprintf(stderr, ": %s: %s: %s\n", call ? call : kvmlib_error_function(),
		name ? name : strerror(kvmlib_error_errno()), kvmlib_error_sentence());
	say_hint();
	return STATUS_HOST;
}

void print_wrapped(FILE *stream, const char *text, int column, int indent)
{
	int start = column;

	while (*text) {
		int length = (int)strcspn(text, " ");

		if (column > start && column + 1 + length >= WIDTH) {
			fprintf(stream, "\n%*s", indent, "");
			column = start = indent;
		} else if (column > start) {
			column += fprintf(stream, " ");
		}
		column += fprintf(stream, "%.*s", length, text);
		text += length;
		text += strspn(text, " ");
	}
	fputc('\n', stream);
}
