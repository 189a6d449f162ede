/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef JSON_H
#define JSON_H

#include <stddef.h>
#include <stdio.h>

#include <jansson.h>

/* Text from outside as a string: JSON is UTF-8, so a byte that is none becomes U+FFFD, and so does NUL.
 * NULL without memory, as jansson's own functions have it: json_object_set_new() takes that for a
 * failure. */
json_t *json_text(const char *text, size_t size);

/* A number of 64 bits without a sign. JSON's readers, and jansson, have 63 bits for integers; what is
 * above that is a string. */
json_t *json_number(unsigned long long number);

/* One line on `stream`, flushed, in the order in which the members were set; drops the reference. 0, or
 * -1 without memory (a NULL too) or if it can't be written. */
int json_print_line(FILE *stream, json_t *value);

#endif
