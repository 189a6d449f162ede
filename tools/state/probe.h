/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef STATE_PROBE_H
#define STATE_PROBE_H

#include <kvmlib/kvmlib.h>

#define PROBE_VCPUS 2 /* at most */

/* A VM to be thrown away, with all that a plan of states knows, and vCPUs that never run. */
struct probe {
	struct kvmlib_vm *vm;
	struct kvmlib_vcpu *vcpus[PROBE_VCPUS];
	uint32_t nr_vcpus;
	struct kvmlib_memory *memory;
	struct kvmlib_state_plan *plan;
};

/* Returns STATUS_OK, or STATUS_HOST after a message; it must be closed in either case. */
int probe_open(struct probe *probe, struct kvmlib_system *system, uint32_t nr_vcpus);
void probe_close(struct probe *probe);

#endif
