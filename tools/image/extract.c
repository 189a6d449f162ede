/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory and state out of images, into files of their own. */
#include "../draft.h"
#include "../state/file.h"
#include "../tool.h"
#include "image.h"
#include "verbs.h"

#define PAGE_SIZE 4096U

/* A part at its address; what is zeros is a hole, but for the last byte of all. */
static int write_part(const struct draft *draft, const struct flat_part *part, uint64_t *at)
{
	uint64_t gap = part->part.gpa - *at, offset;
	int r = draft_skip(draft, gap);

	for (offset = 0; !r && offset < part->part.length; offset += PAGE_SIZE) {
		const uint8_t *page = part->address + offset;

		r = image_is_zero(page) ? draft_skip(draft, PAGE_SIZE)
					: draft_write(draft, page, PAGE_SIZE);
	}
	*at = part->part.gpa + part->part.length;
	return r;
}

/* That of address space 0. */
static int write_memory(const struct draft *draft, const struct flat *flat)
{
	uint64_t at = 0;
	int r = 0;

	for (size_t i = 0; !r && i < flat->nr_parts; i++)
		if (!flat->parts[i].part.space)
			r = write_part(draft, &flat->parts[i], &at);
	return r ? r : draft_end(draft);
}

static int extract_memory(const struct flat *flat, const char *path)
{
	struct draft draft;
	int r = draft_open(&draft, path);

	if (!r)
		r = write_memory(&draft, flat);
	if (!r)
		r = draft_publish(&draft, path);
	draft_drop(&draft);
	return r < 0 ? draft_refuse(SNAPSHOT, path, r) : STATUS_OK;
}

static int extract_state(const struct flat *flat, const char *path)
{
	const struct kvmlib_state *state = flat_state(flat);

	if (state)
		return state_file_write(SNAPSHOT, path, state);
	say(SNAPSHOT, "the image has no state");
	return STATUS_NO;
}

int snapshot_extract(char *const *paths, size_t nr_paths, const char *memory, const char *state)
{
	struct flat flat;
	int status = flat_open(&flat, paths, nr_paths);

	if (!status && memory)
		status = extract_memory(&flat, memory);
	if (!status && state)
		status = extract_state(&flat, state);
	flat_close(&flat);
	return status;
}
