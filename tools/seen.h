/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef SEEN_H
#define SEEN_H

#include <stdint.h>

/* An exit as statistics and history keep it. */
struct seen {
	uint32_t reason;
	uint32_t count;	  /* accesses in one: REP OUTS has many */
	uint64_t address; /* port, or guest physical address */
	uint64_t value;	  /* of the first access */
	uint8_t size;	  /* bytes of an access; 0: there was none */
	uint8_t is_write;
};

#endif
