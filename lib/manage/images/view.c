/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The memory map of an image that is written or loaded. */
#include "images.h"

#include <errno.h>

void kvmlib__image_view_close(struct kvmlib__image_view *view)
{
	for (uint32_t i = 0; i < view->nr_spaces; i++)
		kvmlib_memory_reader_free(view->readers[i]);
	view->nr_spaces = 0;
}

int kvmlib__image_view_open(struct kvmlib__image_view *view, struct kvmlib_memory *memory,
			    const char *function)
{
	int r = 0;

	*view = (struct kvmlib__image_view){ .nr_spaces = 0 };
	while (!r && view->nr_spaces < memory->nr_spaces) {
		struct kvmlib_memory_reader **reader = &view->readers[view->nr_spaces];

		r = kvmlib_memory_reader_new(memory, view->nr_spaces, reader);
		if (r < 0)
			break;
		view->nr_spaces++;
		r = kvmlib_memory_enter(*reader);
	}
	if (r < 0) {
		kvmlib__error_amend(function, NULL);
		kvmlib__image_view_close(view);
	}
	return r;
}

int kvmlib__image_find(const struct kvmlib__image_view *view,
		       const struct kvmlib_image_piece *piece, struct kvmlib__piece *found,
		       const char *function)
{
	if (piece->space < view->nr_spaces &&
	    kvmlib__piece_at(view->readers[piece->space], piece->gpa, piece->length, found) >= 0)
		return 0;
	kvmlib__error_record(&(const struct kvmlib__failure){
		.function = function,
		.cause = KVMLIB_CAUSE_NOT_MEMORY,
		.errnum = -EFAULT,
		KVMLIB__VALUES(KVMLIB__VALUE(GPA, piece->gpa),
			       KVMLIB__VALUE(SIZE, piece->length)) });
	return -EFAULT;
}

int kvmlib__image_judge_opts(int r, uint32_t cause, unsigned int position, const char *function)
{
	if (!r)
		return 0;
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = function,
		.cause = cause,
		.errnum = r,
		KVMLIB__VALUES(KVMLIB__VALUE(ARGUMENT, position)) });
}

int kvmlib__image_cancelled(const char *function)
{
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = function, .cause = KVMLIB_CAUSE_CANCELLED, .errnum = -ECANCELED });
}
