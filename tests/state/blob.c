/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "blob.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int blob_append(const void *data, size_t length, void *userdata)
{
	struct blob *blob = userdata;
	uint8_t *longer = realloc(blob->data, blob->size + length + 1);

	if (!longer)
		return -ENOMEM;
	if (data)
		memcpy(longer + blob->size, data, length);
	else
		memset(longer + blob->size, 0, length);
	blob->data = longer;
	blob->size += length;
	return 0;
}

int blob_write(struct blob *blob, const struct kvmlib_state *state)
{
	return kvmlib_state_write(state, blob_append, blob);
}

int blob_load(struct blob *blob, const char *path)
{
	FILE *file = fopen(path, "rb");
	uint8_t part[4096];
	size_t n;
	int r = 0;

	if (!file)
		return -errno;
	do {
		n = fread(part, 1, sizeof(part), file);
		r = blob_append(part, n, blob);
	} while (!r && n);
	fclose(file);
	return r;
}

void blob_free(struct blob *blob)
{
	free(blob->data);
	*blob = (struct blob){ 0 };
}
