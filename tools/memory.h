/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef MEMORY_H
#define MEMORY_H

#include <stddef.h>
#include <stdint.h>

#include "run.h"

/* The guest's memory on our side: RAM from 0 on, and with firmware a ROM that ends at 4 GiB. */
struct memory {
	uint8_t *ram;
	uint64_t ram_size;
	uint8_t *rom; /* NULL for a flat binary */
	uint64_t rom_size;
};

/* Where the platform keeps what is no RAM. KVM's own pages, which it needs on Intel's processors,
 * lie below the largest ROM. */
#define PLATFORM_START 0xfec00000U /* I/O APIC; the local APIC is at 0xfee00000 */
#define IDENTITY_MAP   0xfeffc000U
#define TSS_PAGES      0xfeffd000U
#define PLATFORM_END   0xff000000U
#define ROM_END	       0x100000000U
#define ROM_MAX	       (ROM_END - PLATFORM_END)

/* Make the memory, with the image in it. Returns STATUS_OK, or another status after a message. */
int memory_open(struct memory *memory, const struct run_options *options);
void memory_close(struct memory *memory);

/* Where a guest physical address is on our side, and how many bytes follow; NULL if nowhere. */
const uint8_t *memory_at(const struct memory *memory, uint64_t gpa, uint64_t *ret_size);

#endif
