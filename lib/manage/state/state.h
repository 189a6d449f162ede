/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB__STATE_H
#define KVMLIB__STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kvmlib/state.h>

#include "../../base/error.h"
#include "format.h"

/* The bytes are as they are written, from the header on, without an end. */
struct kvmlib_state {
	uint8_t *bytes; /* a header at least */
	size_t used;
	size_t room;
	size_t *offsets; /* of each item's head */
	size_t count;
	size_t count_room;
	uint32_t *buckets; /* an item's number and 1, by a hash; 0: none */
	size_t nr_buckets; /* a power of two, or 0 */
};

static inline struct kvmlib__state_head *kvmlib__state_head_at(const struct kvmlib_state *state,
							       size_t offset)
{
	return (struct kvmlib__state_head *)(void *)(state->bytes + offset);
}

/* Room for so many bytes more; the bytes may move. Without a record. */
int kvmlib__state_make_room(struct kvmlib_state *state, size_t size);

/* Take the item whose head is at the offset into the list: 0, -EEXIST or -ENOMEM; no record. */
int kvmlib__state_enlist(struct kvmlib_state *state, size_t offset);

/*
 * An item that is filled in place: room for so many bytes of data, zeroed, is at *ret_data until
 * something else is put in. It is there when it has been sealed, with the length that it has then.
 */
int kvmlib__state_begin(struct kvmlib_state *state, const char *name, uint64_t instance,
			size_t room, const char *function, void **ret_data);
int kvmlib__state_seal(struct kvmlib_state *state, uint32_t version, size_t length,
		       const char *function);

/* The item, or false; no record. */
bool kvmlib__state_find(const struct kvmlib_state *state, const char *name, uint64_t instance,
			struct kvmlib_state_item *ret_item);

#endif
