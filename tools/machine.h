/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef MACHINE_H
#define MACHINE_H

#include <stdio.h>

#include <kvmlib/kvmlib.h>

#include "memory.h"
#include "run.h"

/* The VM with its one vCPU. */
struct machine {
	struct memory memory;
	struct kvmlib_system *system;
	struct kvmlib_vm *vm;
	struct kvmlib_vcpu *vcpu;
};

/* Make the machine, ready to run. Returns STATUS_OK, or another status after a message. The machine
 * must be closed in either case. */
int machine_open(struct machine *machine, const struct run_options *options);
void machine_close(struct machine *machine);

/* Give the vCPU its CPUID, and for a flat binary its first registers. */
int cpu_set_up(struct machine *machine, const struct run_options *options);

/* Tell where the vCPU is: its registers, and the instruction that comes next. */
void where_print(FILE *stream, struct machine *machine);

#endif
