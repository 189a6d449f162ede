/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "line.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void kvmlib__line_add_part(struct kvmlib__line *line, const char *text, size_t n)
{
	if (line->length < line->size) {
		size_t room = line->size - line->length - 1;
		size_t copied = n < room ? n : room;

		memcpy(line->buffer + line->length, text, copied);
		line->buffer[line->length + copied] = '\0';
	}
	line->length += n;
}

void kvmlib__line_add(struct kvmlib__line *line, const char *text)
{
	kvmlib__line_add_part(line, text, strlen(text));
}

void kvmlib__line_format(struct kvmlib__line *line, const char *format, ...)
{
	char text[64];
	va_list args;

	va_start(args, format);
	/* NOLINTNEXTLINE(clang-analyzer-valist.*): it was started */
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	kvmlib__line_add(line, text);
}
