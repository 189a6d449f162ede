/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an image is, but for what its memory holds. */
#include <inttypes.h>
#include <stdio.h>

#include "../json.h"
#include "../state/state.h"
#include "../tool.h"
#include "image.h"
#include "verbs.h"

static size_t nr_items(const struct kvmlib_image *image)
{
	const struct kvmlib_state *state = kvmlib_image_state(image);

	return state ? kvmlib_state_count(state) : 0;
}

static int print_text(const struct kvmlib_image *image, const struct kvmlib_image_info *info)
{
	struct kvmlib_image_part part;
	char id[IMAGE_ID_SIZE];

	if (info->flags & KVMLIB_IMAGE_INCREMENTAL)
		printf("increment of %s\n", image_format_id(&info->base, id));
	else
		printf("whole image\n");
	printf("%s, pages of %" PRIu32 " bytes\n", state_architecture(info->architecture),
	       info->page_size);
	printf("state: %" PRIu64 " bytes, %zu items\n", info->state_bytes, nr_items(image));
	printf("memory: %" PRIu64 " bytes, %" PRIu64 " parts\n", info->memory_bytes,
	       info->nr_parts);
	printf("%18s %14s %5s\n", "address", "bytes", "space");
	for (size_t i = 0; !kvmlib_image_part_at(image, i, &part); i++)
		printf("%#18" PRIx64 " %14" PRIu64 " %5" PRIu32 "%s\n", part.gpa, part.length,
		       part.space, part.flags ? " readonly" : "");
	return STATUS_OK;
}

static json_t *list_parts(const struct kvmlib_image *image)
{
	json_t *list = json_array();
	struct kvmlib_image_part part;
	int r = 0;

	for (size_t i = 0; !r && !kvmlib_image_part_at(image, i, &part); i++)
		r = json_array_append_new(
			list, json_pack("{s:o, s:o, s:i, s:b}", "address", json_number(part.gpa),
					"bytes", json_number(part.length), "space", (int)part.space,
					"readonly", part.flags != 0));
	if (!r)
		return list;
	json_decref(list);
	return NULL;
}

static int print_json(const struct kvmlib_image *image, const struct kvmlib_image_info *info)
{
	bool is_whole = !(info->flags & KVMLIB_IMAGE_INCREMENTAL);
	char id[IMAGE_ID_SIZE];
	json_t *json =
		json_pack("{s:b, s:o, s:s, s:i, s:o, s:i, s:o, s:o}", "whole", is_whole, "base",
			  is_whole ? json_null() : json_string(image_format_id(&info->base, id)),
			  "architecture", state_architecture(info->architecture), "page_size",
			  (int)info->page_size, "state_bytes", json_number(info->state_bytes),
			  "state_items", (int)nr_items(image), "memory_bytes",
			  json_number(info->memory_bytes), "parts", list_parts(image));

	return json_print_line(stdout, json) < 0 ? STATUS_HOST : STATUS_OK;
}

int snapshot_info(const char *path, bool json)
{
	struct kvmlib_image_info info;
	struct image_input *input;
	int status;

	input = image_open(SNAPSHOT, path, &status);
	if (!input)
		return status;
	kvmlib_image_describe(image_of(input), &info);
	status = json ? print_json(image_of(input), &info) : print_text(image_of(input), &info);
	image_close(input);
	return status;
}
