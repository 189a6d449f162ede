/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB__STATE_FORMAT_H
#define KVMLIB__STATE_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kvmlib/state.h>

#define KVMLIB__STATE_MAGIC   "KVMLIBST"
#define KVMLIB__STATE_END     "end"
#define KVMLIB__STATE_FORMAT  1U
#define KVMLIB__STATE_ALIGNED 8U

/* All numbers are little-endian. */
struct kvmlib__state_header {
	char magic[8];
	uint32_t format;
	uint16_t architecture;
	uint16_t order;
	uint8_t zero[12];
	uint32_t crc;
};

struct kvmlib__state_head {
	char name[KVMLIB_STATE_NAME_LENGTH + 1];
	uint64_t instance;
	uint64_t length;
	uint32_t version;
	uint32_t zero;
	uint32_t data_crc;
	uint32_t crc;
};

_Static_assert(sizeof(struct kvmlib__state_header) == 32, "as documented");
_Static_assert(sizeof(struct kvmlib__state_head) == 64, "as documented");

/* What this library's own states are of. */
extern const uint16_t kvmlib__state_architecture;
extern const uint16_t kvmlib__state_order;

/* Whether it is one of the two. */
bool kvmlib__state_is_order(uint16_t order);

void kvmlib__state_seal_header(struct kvmlib__state_header *header);

/* Complete the head of an item whose name stands in it; the data has its zeros. */
void kvmlib__state_seal_head(struct kvmlib__state_head *head, const void *data);
void kvmlib__state_seal_end(struct kvmlib__state_head *end, uint64_t count, uint32_t heads_crc);

/* The length of the data with the zeros behind it. */
static inline size_t kvmlib__state_padded(uint64_t length)
{
	return ((size_t)length + KVMLIB__STATE_ALIGNED - 1) & ~((size_t)KVMLIB__STATE_ALIGNED - 1);
}

/* The checksum of heads, after one more. */
uint32_t kvmlib__state_add_head(uint32_t heads_crc, const struct kvmlib__state_head *head);

bool kvmlib__state_is_end(const struct kvmlib__state_head *head);

/* Each returns the cause of its refusal, or 0. */
uint32_t kvmlib__state_check_header(const struct kvmlib__state_header *header);
uint32_t kvmlib__state_check_head(const struct kvmlib__state_head *head);
uint32_t kvmlib__state_check_data(const struct kvmlib__state_head *head, const void *data);
uint32_t kvmlib__state_check_end(const struct kvmlib__state_head *end, uint64_t count,
				 uint32_t heads_crc);

#endif
