/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_STATE_MACHINE_H
#define TESTS_STATE_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kvmlib/kvmlib.h>
#include <kvmlib/sim.h>

#define MACHINE_VCPUS 2U

/* A PC of the simulated kernel with two vCPUs: what golden states are of, and what they fit. */
struct machine {
	struct kvmlib_sim *sim;
	struct kvmlib_sys_ops sys;
	struct kvmlib_system *system;
	struct kvmlib_vm *vm;
	struct kvmlib_vcpu *vcpus[MACHINE_VCPUS];
	struct kvmlib_memory *memory;
	struct kvmlib_routes *routes;
	struct kvmlib_state_plan *plan;
};

/* What its kernel has. */
#define MACHINE_OLD_SREGS 0x1U /* KVM_GET_SREGS, and not KVM_GET_SREGS2 */

/* Whether it could be made; it is to be dropped in any case. */
bool machine_make(struct machine *machine, uint32_t flags);
void machine_drop(struct machine *machine);

#endif
