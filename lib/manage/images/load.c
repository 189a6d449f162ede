/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Images into memory maps: copied, or mapped. */
#include "images.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../../base/opts.h"

_Static_assert(sizeof(struct kvmlib_image_load_opts) == 4 * sizeof(void *) + 8, "no padding");

struct loader {
	struct kvmlib__image_sink sink; /* first */
	const struct kvmlib_image *image;
	const struct kvmlib_image_load_opts *opts;
	struct kvmlib__image_view view;
	uint8_t *block; /* for what can't be read to where it shall be */
	uint8_t *here;	/* for what is there */
	const uint8_t *zeros;
};

/* Before memory is touched */

static int check_architecture(const struct kvmlib_image *image, const char *function)
{
	return kvmlib__state_judge_architecture(image->header.architecture, image->header.order,
						function);
}

static int check_base(const struct kvmlib_image *image, const struct kvmlib_image_load_opts *opts)
{
	if (!(image->header.flags & KVMLIB__IMAGE_INCREMENTAL) ||
	    (opts->base && !memcmp(opts->base, &image->header.base, sizeof(*opts->base))))
		return 0;
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = image->function, .cause = KVMLIB_CAUSE_IMAGE_BASE, .errnum = -ESTALE });
}

static int refuse_part(const struct loader *loader, const struct kvmlib_image_piece *piece,
		       int errnum, uint32_t cause)
{
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = loader->image->function,
		.cause = cause,
		.errnum = errnum,
		KVMLIB__VALUES(KVMLIB__VALUE(GPA, piece->gpa),
			       KVMLIB__VALUE(SIZE, piece->length)) });
}

static int find(const struct loader *loader, const struct kvmlib_image_piece *piece,
		struct kvmlib__piece *found)
{
	return kvmlib__image_find(&loader->view, piece, found, loader->image->function);
}

static int check_part(const struct loader *loader, const struct kvmlib__image_part *part)
{
	struct kvmlib_image_piece piece = { .gpa = part->gpa,
					    .length = part->length,
					    .space = part->space };
	struct kvmlib__piece found;
	int r = 0;

	while (!r && piece.length) {
		r = find(loader, &piece, &found);
		if (!r && found.length & (loader->image->header.page_size - 1))
			r = refuse_part(loader, &piece, -EINVAL, KVMLIB_CAUSE_REGION_UNALIGNED);
		if (r < 0)
			return r;
		piece.gpa += found.length;
		piece.length -= found.length;
	}
	return r;
}

static int check_parts(const struct loader *loader)
{
	const struct kvmlib_image *image = loader->image;
	int r = 0;

	for (uint64_t i = 0; !r && i < image->header.nr_parts; i++)
		r = check_part(loader, &image->parts[i]);
	return r;
}

/* Pages */

static bool is_direct(const struct kvmlib__piece *piece)
{
	return piece->region->is_writable && !(piece->flags & KVMLIB_MEMORY_CHECKED);
}

static int loader_room(struct kvmlib__image_sink *sink, struct kvmlib_image_piece *piece,
		       void **ret_to)
{
	struct loader *loader = (void *)sink;
	struct kvmlib__piece found;
	int r = find(loader, piece, &found);

	if (r < 0)
		return r;
	piece->length = found.length;
	*ret_to = is_direct(&found) ? found.address : loader->block;
	return 0;
}

/* Pages that are not there yet stay so where they are zeros. */
static void clear(const struct kvmlib__piece *piece, size_t page_size)
{
	for (uint64_t at = 0; at < piece->length;) {
		bool is_zero;
		size_t n = kvmlib__image_stretch(piece->address + at, (size_t)(piece->length - at),
						 page_size, &is_zero);

		if (!is_zero)
			memset(piece->address + at, 0, n);
		at += n;
	}
}

static int put_direct(const struct loader *loader, const struct kvmlib__piece *found,
		      const void *data)
{
	if (!data && !(loader->opts->flags & KVMLIB_IMAGE_FRESH))
		clear(found, loader->image->header.page_size);
	return 0;
}

/* What can't be written to has to be the same. */
static int compare(const struct loader *loader, const struct kvmlib__piece *found,
		   const struct kvmlib_image_piece *piece, const void *data)
{
	int r = kvmlib__checked_copy(found, loader->here, false, loader->image->function);

	if (r < 0 || !memcmp(loader->here, data, (size_t)piece->length))
		return r;
	r = refuse_part(loader, piece, -EACCES, KVMLIB_CAUSE_MEMORY_READONLY);
	kvmlib__error_amend(loader->image->function, found->region->name);
	return r;
}

/* By the kernel. */
static int put_checked(const struct loader *loader, const struct kvmlib__piece *found,
		       const struct kvmlib_image_piece *piece)
{
	const void *data = piece->data ? piece->data : loader->zeros;

	if (!found->region->is_writable)
		return compare(loader, found, piece, data);
	if (!piece->data && loader->opts->flags & KVMLIB_IMAGE_FRESH)
		return 0;
	return kvmlib__checked_copy(found, (void *)(uintptr_t)data, true, loader->image->function);
}

static int loader_take(struct kvmlib__image_sink *sink, const struct kvmlib_image_piece *piece)
{
	const struct loader *loader = (void *)sink;
	struct kvmlib__piece found;
	int r = find(loader, piece, &found);

	if (r < 0)
		return r;
	r = is_direct(&found) ? put_direct(loader, &found, piece->data)
			      : put_checked(loader, &found, piece);
	kvmlib__piece_written(&found);
	return r;
}

static int loader_progress(struct kvmlib__image_sink *sink, uint64_t done)
{
	const struct loader *loader = (void *)sink;
	const struct kvmlib_image_load_opts *opts = loader->opts;

	if (opts->progress &&
	    opts->progress(done, loader->image->header.memory_bytes, opts->userdata))
		return kvmlib__image_cancelled(loader->image->function);
	return 0;
}

/* All of it */

static int load(struct kvmlib_image *image, struct loader *loader, struct kvmlib_image_id *ret_id)
{
	int r = check_parts(loader);

	if (!r)
		r = kvmlib__image_walk(image, &loader->sink, ret_id);
	if (r < 0 && !image->is_programs_error)
		kvmlib__error_add(KVMLIB_VALUE_OUTCOME,
				  image->is_spent ? KVMLIB__UNUSABLE : KVMLIB__UNTOUCHED);
	return r;
}

static int load_into(struct kvmlib_image *image, struct kvmlib_memory *memory,
		     const struct kvmlib_image_load_opts *opts, struct kvmlib_image_id *ret_id)
{
	struct loader loader = { .sink = { loader_room, loader_take, loader_progress },
				 .image = image,
				 .opts = opts };
	size_t size = (size_t)KVMLIB__IMAGE_BLOCK * image->header.page_size;
	int r;

	loader.block = calloc(3, size);
	if (!loader.block)
		return KVMLIB__NO_MEMORY_IN(image->function);
	loader.here = loader.block + size;
	loader.zeros = loader.here + size;
	r = kvmlib__image_view_open(&loader.view, memory, image->function);
	if (!r) {
		r = load(image, &loader, ret_id);
		kvmlib__image_view_close(&loader.view);
	}
	free(loader.block);
	return r;
}

static int take_opts(struct kvmlib_image_load_opts *opts,
		     const struct kvmlib_image_load_opts *given, const char *function)
{
	uint32_t cause = 0;
	int r = kvmlib__opts_copy(opts, sizeof(*opts), given, &cause);

	if (!r && (opts->flags & ~KVMLIB_IMAGE_FRESH || opts->reserved)) {
		cause = KVMLIB_CAUSE_BAD_ARGUMENT;
		r = -EINVAL;
	}
	return kvmlib__image_judge_opts(r, cause, 3, function);
}

int kvmlib_image_load(struct kvmlib_image *image, struct kvmlib_memory *memory,
		      const struct kvmlib_image_load_opts *opts, struct kvmlib_image_id *ret_id)
{
	struct kvmlib_image_load_opts o;
	struct kvmlib_image_id id = { { 0 } };
	int r;

	if (!image || !memory)
		return KVMLIB__NULL_ARGUMENT(image ? 2 : 1);
	r = take_opts(&o, opts, __func__);
	if (!r)
		r = kvmlib__image_begin(image, __func__);
	if (!r)
		r = check_architecture(image, __func__);
	if (!r)
		r = check_base(image, &o);
	if (!r)
		r = load_into(image, memory, &o, &id);
	if (!r && ret_id)
		*ret_id = id;
	return r;
}

/* Mapped */

static int map_part(const struct kvmlib_image *image, size_t index, int fd,
		    struct kvmlib_memory_change *change)
{
	struct kvmlib_memory_region_opts opts = { .size = sizeof(opts),
						  .name = "image",
						  .backing = KVMLIB_MEMORY_FILE,
						  .flags = KVMLIB_MEMORY_COPY_ON_WRITE,
						  .fd = fd };
	struct kvmlib_image_part part;

	(void)kvmlib_image_part_at(image, index, &part);
	opts.gpa = part.gpa;
	opts.length = part.length;
	opts.offset = part.offset;
	opts.space = part.space;
	opts.flags |= part.flags;
	return kvmlib_memory_change_add(change, &opts, NULL);
}

int kvmlib_image_map(const struct kvmlib_image *image, int fd, struct kvmlib_memory_change *change)
{
	int r;

	if (!image || !change)
		return KVMLIB__NULL_ARGUMENT(image ? 3 : 1);
	if (image->header.flags & KVMLIB__IMAGE_INCREMENTAL)
		return KVMLIB__REFUSE(-EINVAL, IMAGE_BASE, 1);
	r = check_architecture(image, __func__);
	for (size_t i = 0; !r && i < image->header.nr_parts; i++) {
		r = map_part(image, i, fd, change);
		if (r < 0)
			kvmlib__error_amend(__func__, NULL);
	}
	return r;
}
