/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether images are as they were written, and follow each other. */
#include <stdio.h>
#include <string.h>

#include "../json.h"
#include "../tool.h"
#include "image.h"
#include "verbs.h"

static int check_base(const struct image_input *input, const struct kvmlib_image_id *before)
{
	struct kvmlib_image_info info;

	kvmlib_image_describe(image_of(input), &info);
	if (!(info.flags & KVMLIB_IMAGE_INCREMENTAL) ||
	    (before && !memcmp(&info.base, before, sizeof(*before))))
		return STATUS_OK;
	return flat_refuse_base(input, before);
}

static int verify(const char *path, const struct kvmlib_image_id *before,
		  struct kvmlib_image_id *ret_id)
{
	struct image_input *input;
	int status, r;

	input = image_open(SNAPSHOT, path, &status);
	if (!input)
		return status;
	r = kvmlib_image_walk(image_of(input), NULL, NULL, ret_id);
	status = r < 0 ? image_say_error(SNAPSHOT, input, r) : image_check_end(SNAPSHOT, input);
	if (!status)
		status = check_base(input, before);
	image_close(input);
	return status;
}

/* What is wrong has been told (NULL); in a list it has a place, too. 0, or -1 without memory. */
static int tell(json_t *list, const char *path, const struct kvmlib_image_id *id)
{
	char text[IMAGE_ID_SIZE];

	if (list)
		return json_array_append_new(
			list, json_pack("{s:o, s:b, s:o}", "image", json_text(path, strlen(path)),
					"intact", id != NULL, "identity",
					id ? json_string(image_format_id(id, text)) : json_null()));
	if (id)
		printf("%s: as it was written\n", strcmp(path, "-") ? path : "standard input");
	return 0;
}

/* Behind a bad one an increment has no base. Returns what was worst. */
static int verify_all(char *const *paths, size_t nr_paths, json_t *list)
{
	struct kvmlib_image_id ids[2];
	const struct kvmlib_image_id *before = NULL;
	int worst = STATUS_OK;

	for (size_t i = 0; i < nr_paths; i++) {
		int status = verify(paths[i], before, &ids[i % 2]);

		before = status ? NULL : &ids[i % 2];
		if (tell(list, paths[i], before) < 0)
			return STATUS_HOST;
		worst = status > worst ? status : worst;
	}
	return worst;
}

int snapshot_verify(char *const *paths, size_t nr_paths, bool json)
{
	json_t *list = json ? json_array() : NULL;
	int status = verify_all(paths, nr_paths, list);

	if (json && json_print_line(stdout, list) < 0)
		return STATUS_HOST;
	return status;
}
