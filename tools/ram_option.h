/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef RAM_OPTION_H
#define RAM_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What RAM the guest has, by --memory. */
struct ram_option {
	uint64_t size;	    /* bytes */
	uint64_t page_size; /* bytes; 0: ordinary pages */
	const char *path;   /* of the file, with KVMLIB_MEMORY_FILE; it lies in the parsed text */
	uint32_t backing;   /* KVMLIB_MEMORY_ANONYMOUS, ... */
	bool prefault;
};

/* Parse the option's value, which is cut into pieces; negative, and a complaint, if it is none. */
int ram_option_parse(struct ram_option *ram, char *text, char *ret_complaint, size_t size);

#endif
