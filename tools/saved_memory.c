/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The memory of a saved guest, without what is all zeros. */
#include "saved.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "tool.h"

#define CHUNK_SIZE 0x200000U

/* How much there is from an address of a chunk on. */
static size_t chunk_at(const struct memory *memory, uint64_t gpa)
{
	uint64_t left = memory->options->ram.size - gpa;

	return left < CHUNK_SIZE ? left : CHUNK_SIZE;
}

/* Each byte is as the one before it. */
static bool is_zero(const uint8_t *data, size_t length)
{
	return !data[0] && !memcmp(data, data + 1, length - 1);
}

static int put_ram(struct kvmlib_state *state, const struct memory *memory)
{
	int status = STATUS_OK;

	for (uint64_t gpa = 0; !status && gpa < memory->options->ram.size; gpa += CHUNK_SIZE) {
		size_t length = chunk_at(memory, gpa);

		if (!is_zero(memory->ram + gpa, length))
			status = saved_put(state, SAVED_RAM, gpa, memory->ram + gpa, length);
	}
	return status;
}

int saved_memory_put(struct kvmlib_state *state, const struct memory *memory)
{
	int status = memory->rom ? saved_put(state, SAVED_ROM, KVMLIB_STATE_VM, memory->rom,
					     memory->image_size)
				 : STATUS_OK;

	return status ? status : put_ram(state, memory);
}

static bool fits(const struct memory *memory, const struct kvmlib_state_item *item)
{
	return item->instance % CHUNK_SIZE == 0 && item->instance < memory->options->ram.size &&
	       item->length == chunk_at(memory, item->instance);
}

static int take_chunk(const struct memory *memory, const struct kvmlib_state_item *item)
{
	const struct run_options *options = memory->options;

	if (item->version != SAVED_VERSION)
		return saved_refuse_version(options, item);
	if (!fits(memory, item)) {
		say(RUN, "%s: " SAVED_RAM " at 0x%" PRIx64 " is not a part of the RAM",
		    options->restore, item->instance);
		return STATUS_USAGE;
	}
	memcpy(memory->ram + item->instance, item->data, item->length);
	return STATUS_OK;
}

int saved_memory_take(const struct kvmlib_state *state, const struct memory *memory)
{
	struct kvmlib_state_item item;
	int status = STATUS_OK;

	for (size_t i = 0; !status && !kvmlib_state_at(state, i, &item); i++)
		if (!strcmp(item.name, SAVED_RAM))
			status = take_chunk(memory, &item);
	return status;
}
