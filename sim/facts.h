/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB__SIM_FACTS_H
#define KVMLIB__SIM_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kvmlib/uapi_caps.h>

#include "../lib/base/tables.h"

/* An ioctl that the kernel of this architecture has. */
struct kvmlib__sim_fact {
	const char *name;
	unsigned long request;
	unsigned long setter; /* of what this one gets; 0: none */
	size_t size;	      /* of what its argument points to; 0: a number, or nothing */
	uint32_t fds;	      /* KVMLIB__FD_* */
	bool reads;
	bool writes;
	unsigned int nr_capabilities; /* any of which announces it; 0: every kernel has it */
	uint32_t capabilities[4];
};

extern const struct kvmlib__sim_fact kvmlib__sim_facts[];
extern const size_t kvmlib__sim_nr_facts;

#endif
