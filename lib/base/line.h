/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB__LINE_H
#define KVMLIB__LINE_H

#include <stddef.h>

/* A line that grows in a buffer of limited size, and knows how long it would be. */
struct kvmlib__line {
	char *buffer;
	size_t size;
	size_t length;
};

/* A buffer that is NULL has no room, whatever its size is said to be. */
static inline struct kvmlib__line kvmlib__line_in(char *buffer, size_t size)
{
	return (struct kvmlib__line){ .buffer = buffer, .size = buffer ? size : 0 };
}

void kvmlib__line_add(struct kvmlib__line *line, const char *text);

/* The first n bytes of a text. */
void kvmlib__line_add_part(struct kvmlib__line *line, const char *text, size_t n);

/* Text as printf() makes it, of 63 characters at most. */
__attribute__((format(printf, 2, 3))) void kvmlib__line_format(struct kvmlib__line *line,
							       const char *format, ...);

#endif
