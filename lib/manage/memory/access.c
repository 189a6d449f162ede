/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copies from and to guest memory. */
#include "memory.h"

#include <errno.h>
#include <string.h>
#include <sys/uio.h>

#define CHUNK 4096U /* of memory that is looked at through a buffer */

/* What is done with each piece of a range; offset is that of the piece in the range. */
typedef int (*visit_fn)(const struct kvmlib__piece *piece, uint64_t offset, void *userdata,
			const char *function);

struct access {
	visit_fn visit;
	void *userdata;
	bool write;   /* READONLY memory is refused */
	bool no_mark; /* the caller writes later, and marks */
	const char *function;
};

/* Most ranges are one piece, which needs no second look. */
static bool is_whole(const struct kvmlib_memory_reader *reader, uint64_t gpa, uint64_t size,
		     const struct access *access, struct kvmlib__piece *piece)
{
	return size && !kvmlib__piece_at(reader, gpa, size, piece) && piece->length == size &&
	       !(access->write && piece->flags & KVMLIB_MEMORY_READONLY);
}

/* A part may have been written even where that failed. */
static int visit(const struct kvmlib__piece *piece, uint64_t offset, const struct access *access)
{
	int r = access->visit(piece, offset, access->userdata, access->function);

	if (access->write && !access->no_mark)
		kvmlib__piece_written(piece);
	return r;
}

static int visit_all(const struct kvmlib_memory_reader *reader, uint64_t gpa, uint64_t size,
		     const struct access *access)
{
	struct kvmlib__piece piece;
	int r;

	if (is_whole(reader, gpa, size, access, &piece))
		return visit(&piece, 0, access);
	r = kvmlib__range_check(reader, gpa, size, access->write, access->function);
	for (uint64_t done = 0; !r && done < size; done += piece.length) {
		/* It was there a moment ago: only a region that was lost since then is not. */
		if (kvmlib__piece_at(reader, gpa + done, size - done, &piece) < 0)
			return kvmlib__range_check(reader, gpa + done, size - done, false,
						   access->function);
		r = visit(&piece, done, access);
	}
	return r;
}

static int access_range(struct kvmlib_memory_reader *reader, uint64_t gpa, uint64_t size,
			const struct access *access)
{
	int r = kvmlib_memory_enter(reader);

	if (r < 0) {
		kvmlib__error_amend(access->function, NULL);
		return r;
	}
	r = visit_all(reader, gpa, size, access);
	kvmlib_memory_leave(reader);
	return r;
}

static int read_piece(const struct kvmlib__piece *piece, uint64_t offset, void *userdata,
		      const char *function)
{
	uint8_t *buffer = (uint8_t *)userdata + offset;

	if (piece->flags & KVMLIB_MEMORY_CHECKED)
		return kvmlib__checked_copy(piece, buffer, false, function);
	memcpy(buffer, piece->address, piece->length);
	return 0;
}

int kvmlib_memory_read(struct kvmlib_memory_reader *reader, uint64_t gpa, void *buffer, size_t size)
{
	if (!reader || (!buffer && size))
		return KVMLIB__NULL_ARGUMENT(reader ? 3 : 1);
	return access_range(reader, gpa, size,
			    &(const struct access){ read_piece, buffer, false, false, __func__ });
}

static int write_piece(const struct kvmlib__piece *piece, uint64_t offset, void *userdata,
		       const char *function)
{
	uint8_t *buffer = (uint8_t *)userdata + offset;

	if (piece->flags & KVMLIB_MEMORY_CHECKED)
		return kvmlib__checked_copy(piece, buffer, true, function);
	memcpy(piece->address, buffer, piece->length);
	return 0;
}

int kvmlib_memory_write(struct kvmlib_memory_reader *reader, uint64_t gpa, const void *buffer,
			size_t size)
{
	void *bytes = (void *)(uintptr_t)buffer;

	if (!reader || (!buffer && size))
		return KVMLIB__NULL_ARGUMENT(reader ? 3 : 1);
	return access_range(reader, gpa, size,
			    &(const struct access){ write_piece, bytes, true, false, __func__ });
}

/* Memory that may vanish is filled from a buffer, a part at a time. */
static int fill_checked(const struct kvmlib__piece *piece, uint8_t byte, const char *function)
{
	struct kvmlib__piece part = *piece;
	uint8_t buffer[CHUNK];
	int r = 0;

	memset(buffer, byte, sizeof(buffer));
	for (uint64_t done = 0; !r && done < piece->length; done += part.length) {
		part.address = piece->address + done;
		part.length = piece->length - done < CHUNK ? piece->length - done : CHUNK;
		r = kvmlib__checked_copy(&part, buffer, true, function);
	}
	return r;
}

static int fill_piece(const struct kvmlib__piece *piece, uint64_t offset, void *userdata,
		      const char *function)
{
	const uint8_t *byte = userdata;

	(void)offset;
	if (piece->flags & KVMLIB_MEMORY_CHECKED)
		return fill_checked(piece, *byte, function);
	memset(piece->address, *byte, piece->length);
	return 0;
}

int kvmlib_memory_fill(struct kvmlib_memory_reader *reader, uint64_t gpa, uint8_t byte,
		       uint64_t size)
{
	if (!reader)
		return KVMLIB__NULL_ARGUMENT(1);
	return access_range(reader, gpa, size,
			    &(const struct access){ fill_piece, &byte, true, false, __func__ });
}

struct comparison {
	const uint8_t *bytes;
	size_t equal;
	bool differs;
};

static size_t equal_bytes(const uint8_t *left, const uint8_t *right, size_t size)
{
	size_t n = 0;

	if (!memcmp(left, right, size))
		return size;
	while (left[n] == right[n])
		n++;
	return n;
}

static int compare_piece(const struct kvmlib__piece *piece, uint64_t offset, void *userdata,
			 const char *function)
{
	struct comparison *comparison = userdata;
	struct kvmlib__piece part = *piece;
	uint8_t buffer[CHUNK];

	for (uint64_t done = 0; !comparison->differs && done < piece->length; done += part.length) {
		size_t equal;
		int r;

		part.address = piece->address + done;
		part.length = piece->length - done < CHUNK ? piece->length - done : CHUNK;
		/* What the guest may change must not be compared twice. */
		r = read_piece(&part, 0, buffer, function);
		if (r < 0)
			return r;
		equal = equal_bytes(buffer, comparison->bytes + offset + done, part.length);
		comparison->equal += equal;
		comparison->differs = equal < part.length;
	}
	return 0;
}

int kvmlib_memory_compare(struct kvmlib_memory_reader *reader, uint64_t gpa, const void *buffer,
			  size_t size, size_t *ret_equal)
{
	struct comparison comparison = { .bytes = buffer };
	int r;

	if (!reader || (!buffer && size) || !ret_equal)
		return KVMLIB__NULL_ARGUMENT(!reader ? 1 : ret_equal ? 3 : 5);
	r = access_range(
		reader, gpa, size,
		&(const struct access){ compare_piece, &comparison, false, false, __func__ });
	if (!r)
		*ret_equal = comparison.equal;
	return r;
}

/* Up to the end of the page: what lies behind may be no memory, and need not be. */
static int read_part(const struct kvmlib_memory_reader *reader, uint64_t gpa, char *buffer,
		     size_t size, size_t *ret_length, const char *function)
{
	uint64_t in_page = CHUNK - gpa % CHUNK;
	size_t part = size < in_page ? size : (size_t)in_page;
	const struct access access = { read_piece, buffer, false, false, function };
	int r = visit_all(reader, gpa, part, &access);

	*ret_length = part;
	return r;
}

static int read_string(const struct kvmlib_memory_reader *reader, uint64_t gpa, char *buffer,
		       size_t size, size_t *ret_length, const char *function)
{
	for (size_t done = 0, part; done < size; done += part) {
		int r = read_part(reader, gpa + done, buffer + done, size - done, &part, function);
		const char *end = r ? NULL : memchr(buffer + done, 0, part);

		if (r < 0)
			return r;
		if (!end)
			continue;
		*ret_length = (size_t)(end - buffer);
		return 0;
	}
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = function,
		.cause = KVMLIB_CAUSE_STRING_TOO_LONG,
		.errnum = -ENAMETOOLONG,
		KVMLIB__VALUES(KVMLIB__VALUE(GPA, gpa), KVMLIB__VALUE(SIZE, size)) });
}

int kvmlib_memory_read_string(struct kvmlib_memory_reader *reader, uint64_t gpa, char *buffer,
			      size_t size, size_t *ret_length)
{
	size_t length = 0;
	int r;

	if (!reader || !buffer)
		return KVMLIB__NULL_ARGUMENT(reader ? 3 : 1);
	if (!size)
		return KVMLIB__REFUSE(-EINVAL, BAD_ARGUMENT, 4);
	r = kvmlib_memory_enter(reader);
	if (r < 0) {
		kvmlib__error_amend(__func__, NULL);
		return r;
	}
	r = read_string(reader, gpa, buffer, size, &length, __func__);
	kvmlib_memory_leave(reader);
	if (!r && ret_length)
		*ret_length = length;
	return r;
}

struct pieces {
	struct iovec *iov;
	size_t max;
	size_t n;
};

static int note_piece(const struct kvmlib__piece *piece, uint64_t offset, void *userdata,
		      const char *function)
{
	struct pieces *pieces = userdata;

	(void)offset;
	if (pieces->n == pieces->max)
		return kvmlib__error_record(&(const struct kvmlib__failure){
			.function = function,
			.cause = KVMLIB_CAUSE_LIST_TOO_SMALL,
			.errnum = -ENOBUFS,
			KVMLIB__VALUES(KVMLIB__VALUE(COUNT, pieces->max)) });
	pieces->iov[pieces->n].iov_base = piece->address;
	pieces->iov[pieces->n++].iov_len = piece->length;
	return 0;
}

int kvmlib_memory_iovec(struct kvmlib_memory_reader *reader, uint64_t gpa, uint64_t size,
			int writable, struct iovec *iov, size_t max)
{
	struct pieces pieces = { iov, max, 0 };
	int r;

	if (!reader || (!iov && max))
		return KVMLIB__NULL_ARGUMENT(reader ? 5 : 1);
	if (!*reader->alive)
		return KVMLIB__REFUSE(-EIO, FORKED, 1);
	if (!reader->depth)
		return KVMLIB__REFUSE(-EINVAL, NOT_IN_READER, 1);
	r = visit_all(reader, gpa, size,
		      &(const struct access){ note_piece, &pieces, !!writable, true, __func__ });
	return r < 0 ? r : (int)pieces.n;
}
