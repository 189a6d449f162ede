/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef MEMORY_H
#define MEMORY_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/kvmlib.h>

#include "run.h"

/* The guest's memory: RAM, and on boards whose firmware is there a ROM. */
struct memory {
	const struct run_options *options;
	uint8_t *image; /* as the file has it, until it is in the guest's memory */
	uint64_t image_size;
	uint64_t room; /* mapped for it */
	int file;      /* that the RAM is, or -1 */
	struct kvmlib_memory *map;
	struct kvmlib_memory_reader *reader;
	uint8_t *ram;
	uint8_t *rom; /* or NULL */
};

/* Read the image, which needs no KVM, and see that it fits. Returns STATUS_OK, or another status after
 * a message. The memory must be closed in either case. */
int memory_load(struct memory *memory, const struct run_options *options);

/* Give the VM its memory, with the image in it. Returns the same. */
int memory_add(struct memory *memory, struct kvmlib_vm *vm);
void memory_close(struct memory *memory);

/* Copy what lies at a guest physical address, up to the region's end; returns how many bytes. */
uint64_t memory_peek(const struct memory *memory, uint64_t gpa, void *buffer, uint64_t max);

#endif
