/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef STATE_POKE_H
#define STATE_POKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "probe.h"

/* A value that is put into one field of one item. */
struct poke {
	const char *item;	  /* of the plan */
	const char *field;	  /* its name */
	const struct poke *first; /* to be done before, or NULL */
	uint64_t value;
	uint64_t drift;	       /* what runs may be so much further; 0: it stands still */
	uint32_t offset;       /* in what KVM gives and takes */
	uint32_t size;	       /* bytes, 8 at most */
	uint32_t flags_offset; /* of 4 bytes that say what else counts ... */
	uint32_t flags;	       /* ... and the bits that are set there too; 0: none */
	uint32_t index;	       /* of a model specific register, or of a chip */
	bool is_any;	       /* whatever KVM takes there will do */
	bool is_between_vcpus; /* it takes two of them */
};

extern const struct poke pokes[];
extern const size_t nr_pokes;

/* Read the field: 0, or a negative errno. */
int poke_read(const struct poke *poke, const struct probe *probe, uint64_t *ret_value);

/* Put the value there: 0, or a negative errno. */
int poke_write(const struct poke *poke, const struct probe *probe);

#endif
