/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The text of one item. */
#include "report.h"

#include <stdlib.h>
#include <string.h>

static bool is_text(const char *text, size_t size, unsigned char lowest)
{
	for (size_t i = 0; i < size; i++)
		if ((unsigned char)text[i] < lowest || text[i] == 0x7f)
			return false;
	return true;
}

bool kvmlib__report_key_valid(const char *key, size_t size)
{
	return size && size <= KVMLIB_REPORT_MAX_KEY && is_text(key, size, ' ' + 1);
}

bool kvmlib__report_value_valid(const char *value, size_t size)
{
	return size && size <= KVMLIB_REPORT_MAX_VALUE && is_text(value, size, ' ');
}

char *kvmlib__report_join(const char *key, size_t key_size, const char *value, size_t value_size)
{
	char *text = malloc(key_size + value_size + 2);

	if (text) {
		memcpy(text, key, key_size);
		text[key_size] = '\0';
		memcpy(text + key_size + 1, value, value_size);
		text[key_size + 1 + value_size] = '\0';
	}
	return text;
}
