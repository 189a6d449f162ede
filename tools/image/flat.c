/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The memory that a chain of images stands for. */
#include "flat.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "../tool.h"
#include "image.h"

static int no_memory(void)
{
	say(SNAPSHOT, "no memory for the guest's");
	return STATUS_HOST;
}

/* Only what is not zeros takes memory. */
static int add_part(struct flat *flat, const struct kvmlib_image_part *part)
{
	void *address = mmap(NULL, part->length, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (address == MAP_FAILED)
		return no_memory();
	flat->parts[flat->nr_parts++] = (struct flat_part){ *part, address };
	return STATUS_OK;
}

static int make_parts(struct flat *flat)
{
	const struct kvmlib_image *image = image_of(flat->last);
	struct kvmlib_image_info info;
	struct kvmlib_image_part part;
	int status = STATUS_OK;

	kvmlib_image_describe(image, &info);
	flat->parts = calloc(info.nr_parts + 1, sizeof(*flat->parts));
	if (!flat->parts)
		return no_memory();
	for (size_t i = 0; !status && !kvmlib_image_part_at(image, i, &part); i++)
		status = add_part(flat, &part);
	return status;
}

/* Where a piece is, or NULL: no part has all of it. */
static uint8_t *find(const struct flat *flat, uint64_t gpa, uint64_t length, uint32_t space)
{
	for (size_t i = 0; i < flat->nr_parts; i++) {
		const struct kvmlib_image_part *part = &flat->parts[i].part;

		if (part->space == space && gpa >= part->gpa && gpa - part->gpa < part->length &&
		    length <= part->length - (gpa - part->gpa))
			return flat->parts[i].address + (gpa - part->gpa);
	}
	return NULL;
}

static int take_piece(const struct kvmlib_image_piece *piece, void *userdata)
{
	const struct flat *flat = userdata;
	uint8_t *to = find(flat, piece->gpa, piece->length, piece->space);

	if (piece->data)
		memcpy(to, piece->data, piece->length);
	else if (flat->id.numbers[0]) /* else it is fresh */
		memset(to, 0, piece->length);
	return 0;
}

/* An increment of an image can't have memory that the image has not. */
static int check_parts(const struct flat *flat)
{
	struct kvmlib_image_part part;

	for (size_t i = 0; !kvmlib_image_part_at(image_of(flat->last), i, &part); i++) {
		if (find(flat, part.gpa, part.length, part.space))
			continue;
		say(SNAPSHOT, "%s: its memory at 0x%" PRIx64 " is not in the image before it",
		    image_path(flat->last), part.gpa);
		return STATUS_NO;
	}
	return STATUS_OK;
}

int flat_refuse_base(const struct image_input *input, const struct kvmlib_image_id *before)
{
	say(SNAPSHOT, "%s: is an increment of %s", image_path(input),
	    before ? "another image than the one before it"
		   : "another image, which has to come before it");
	return STATUS_NO;
}

static int check_place(const struct flat *flat, bool is_first)
{
	struct kvmlib_image_info info;

	kvmlib_image_describe(image_of(flat->last), &info);
	if (is_first)
		return info.flags & KVMLIB_IMAGE_INCREMENTAL ? flat_refuse_base(flat->last, NULL)
							     : STATUS_OK;
	if (!(info.flags & KVMLIB_IMAGE_INCREMENTAL)) {
		say(SNAPSHOT, "%s: is no increment", image_path(flat->last));
		return STATUS_NO;
	}
	if (memcmp(&info.base, &flat->id, sizeof(flat->id)) != 0)
		return flat_refuse_base(flat->last, &flat->id);
	return check_parts(flat);
}

static int take_image(struct flat *flat, const char *path, bool is_first)
{
	struct kvmlib_image_id id;
	int status, r;

	image_close(flat->last);
	flat->last = image_open(SNAPSHOT, path, &status);
	if (!flat->last)
		return status;
	status = check_place(flat, is_first);
	if (!status && is_first)
		status = make_parts(flat);
	if (status)
		return status;
	r = kvmlib_image_walk(image_of(flat->last), take_piece, flat, &id);
	flat->id = id;
	return r < 0 ? image_say_error(SNAPSHOT, flat->last, r)
		     : image_check_end(SNAPSHOT, flat->last);
}

int flat_open(struct flat *flat, char *const *paths, size_t nr_paths)
{
	int status = STATUS_OK;

	*flat = (struct flat){ .nr_parts = 0 };
	for (size_t i = 0; !status && i < nr_paths; i++)
		status = take_image(flat, paths[i], i == 0);
	return status;
}

void flat_close(struct flat *flat)
{
	for (size_t i = 0; i < flat->nr_parts; i++)
		munmap(flat->parts[i].address, flat->parts[i].part.length);
	free(flat->parts);
	image_close(flat->last);
}

const struct kvmlib_state *flat_state(const struct flat *flat)
{
	return kvmlib_image_state(image_of(flat->last));
}
