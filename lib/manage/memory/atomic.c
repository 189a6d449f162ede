/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Numbers in guest memory that the guest changes at the same time. */
#include "memory.h"

#include <errno.h>

static bool is_number(uint64_t gpa, uint32_t size)
{
	return (size == 1 || size == 2 || size == 4 || size == 8) && !(gpa & (size - 1));
}

/* Enter, and find the number; what may vanish is looked at first. */
static int begin(struct kvmlib_memory_reader *reader, uint64_t gpa, uint32_t size, bool write,
		 struct kvmlib__piece *piece, const char *function)
{
	uint64_t bytes;
	int r = kvmlib_memory_enter(reader);

	if (r < 0) {
		kvmlib__error_amend(function, NULL);
		return r;
	}
	r = kvmlib__range_check(reader, gpa, size, write, function);
	if (!r)
		r = kvmlib__piece_at(reader, gpa, size, piece);
	if (r == -EFAULT) /* the record may be missing, of a region that was lost since then */
		(void)kvmlib__range_check(reader, gpa, size, write, function);
	if (!r && piece->flags & KVMLIB_MEMORY_CHECKED)
		r = kvmlib__checked_copy(piece, &bytes, false, function);
	if (r)
		kvmlib_memory_leave(reader);
	return r;
}

static uint64_t load(const void *address, uint32_t size)
{
	switch (size) {
	case 1:
		return __atomic_load_n((const uint8_t *)address, __ATOMIC_ACQUIRE);
	case 2:
		return __atomic_load_n((const uint16_t *)address, __ATOMIC_ACQUIRE);
	case 4:
		return __atomic_load_n((const uint32_t *)address, __ATOMIC_ACQUIRE);
	default:
		return __atomic_load_n((const uint64_t *)address, __ATOMIC_ACQUIRE);
	}
}

static void store(void *address, uint32_t size, uint64_t value)
{
	switch (size) {
	case 1:
		__atomic_store_n((uint8_t *)address, (uint8_t)value, __ATOMIC_RELEASE);
		return;
	case 2:
		__atomic_store_n((uint16_t *)address, (uint16_t)value, __ATOMIC_RELEASE);
		return;
	case 4:
		__atomic_store_n((uint32_t *)address, (uint32_t)value, __ATOMIC_RELEASE);
		return;
	default:
		__atomic_store_n((uint64_t *)address, value, __ATOMIC_RELEASE);
	}
}

#define EXCHANGE(type)                                                                          \
	do {                                                                                    \
		type old_ = (type)*expected;                                                    \
		bool done_ =                                                                    \
			__atomic_compare_exchange_n((type *)address, &old_, (type)value, false, \
						    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);        \
		*expected = old_;                                                               \
		return done_;                                                                   \
	} while (0)

static bool exchange(void *address, uint32_t size, uint64_t *expected, uint64_t value)
{
	switch (size) {
	case 1:
		EXCHANGE(uint8_t);
	case 2:
		EXCHANGE(uint16_t);
	case 4:
		EXCHANGE(uint32_t);
	default:
		EXCHANGE(uint64_t);
	}
}

int kvmlib_memory_load(struct kvmlib_memory_reader *reader, uint64_t gpa, uint32_t size,
		       uint64_t *ret_value)
{
	struct kvmlib__piece piece;
	int r;

	if (!reader || !ret_value)
		return KVMLIB__NULL_ARGUMENT(reader ? 4 : 1);
	if (!is_number(gpa, size))
		return KVMLIB__REFUSE(-EINVAL, BAD_ARGUMENT, 3);
	r = begin(reader, gpa, size, false, &piece, __func__);
	if (r)
		return r;
	*ret_value = load(piece.address, size);
	kvmlib_memory_leave(reader);
	return 0;
}

int kvmlib_memory_store(struct kvmlib_memory_reader *reader, uint64_t gpa, uint32_t size,
			uint64_t value)
{
	struct kvmlib__piece piece;
	int r;

	if (!reader)
		return KVMLIB__NULL_ARGUMENT(1);
	if (!is_number(gpa, size))
		return KVMLIB__REFUSE(-EINVAL, BAD_ARGUMENT, 3);
	r = begin(reader, gpa, size, true, &piece, __func__);
	if (r)
		return r;
	store(piece.address, size, value);
	kvmlib__piece_written(&piece);
	kvmlib_memory_leave(reader);
	return 0;
}

int kvmlib_memory_compare_exchange(struct kvmlib_memory_reader *reader, uint64_t gpa, uint32_t size,
				   uint64_t *expected, uint64_t value)
{
	struct kvmlib__piece piece;
	int r;

	if (!reader || !expected)
		return KVMLIB__NULL_ARGUMENT(reader ? 4 : 1);
	if (!is_number(gpa, size))
		return KVMLIB__REFUSE(-EINVAL, BAD_ARGUMENT, 3);
	r = begin(reader, gpa, size, true, &piece, __func__);
	if (r)
		return r;
	r = exchange(piece.address, size, expected, value);
	if (r)
		kvmlib__piece_written(&piece);
	kvmlib_memory_leave(reader);
	return r;
}
