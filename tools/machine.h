/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef MACHINE_H
#define MACHINE_H

#include <stdio.h>

#include <kvmlib/kvmlib.h>

#include "memory.h"
#include "run.h"

/* The VM with its vCPUs, whose ids are their indexes. */
struct machine {
	struct memory memory;
	struct kvmlib_system *system;
	struct kvmlib_vm *vm;
	struct kvmlib_vcpu **vcpus;
	uint32_t nr_vcpus;	   /* that there are */
	struct kvmlib_device *gic; /* arm64: in the kernel, or NULL */
};

/* Make the machine, ready to run. Returns STATUS_OK, or another status after a message. The machine
 * must be closed in either case. */
int machine_open(struct machine *machine, struct run_options *options);
void machine_close(struct machine *machine);

/* Tell where a vCPU is: its registers, and the instruction that comes next. The board has it. */
void where_print(FILE *stream, const struct machine *machine, uint32_t id);

#endif
