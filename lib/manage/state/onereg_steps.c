/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The steps of arm64 and riscv64, where all registers have ids and KVM lists them. */
#include "aia.h"
#include "attrs.h"
#include "gic.h"
#include "its.h"
#include "onereg.h"
#include "steps.h"

#if defined(__aarch64__) || defined(__riscv)

GET_OF_VCPU(mp_state)

#if defined(__aarch64__)
GET_OF_VCPU(vcpu_events)
PUT_OF_VCPU(vcpu_events)
#endif

/* The tables */

const struct kvmlib__state_step kvmlib__state_steps[] = {
	{ SAVE_VCPU("mp-state", KVMLIB_CAP_MP_STATE), .room = sizeof(uint32_t),
	  .get = get_mp_state },
	{ SAVE_VCPU("regs", 0), .room_of = kvmlib__room_of_regs, .get = kvmlib__get_regs },
	{ SAVE_VCPU("vcpu-capabilities", 0), .room_of = kvmlib__room_of_capabilities,
	  .get = kvmlib__get_capabilities },
#if defined(__aarch64__)
	{ SAVE_VCPU("events", KVMLIB_CAP_VCPU_EVENTS), .room = sizeof(struct kvmlib_vcpu_events),
	  .get = get_vcpu_events },
	{ SAVE_VM("gic", 0), .needs = KVMLIB__HAS_GIC, .room_of = kvmlib__room_of_gic,
	  .get = kvmlib__get_gic },
	{ SAVE_VM("its", 0), .needs = KVMLIB__HAS_ITS, .room_of = kvmlib__room_of_its,
	  .get = kvmlib__get_its },
#else
	{ SAVE_VM("aia", 0), .needs = KVMLIB__HAS_AIA, .room_of = kvmlib__room_of_aia,
	  .get = kvmlib__get_aia },
#endif
	{ SAVE_VM("capabilities", 0), .room_of = kvmlib__room_of_capabilities,
	  .get = kvmlib__get_capabilities },
	{ SAVE_VM("memory", 0), .needs = KVMLIB__HAS_MEMORY, .room_of = kvmlib__room_of_memory,
	  .get = kvmlib__get_memory },
	{ SAVE_VM("private-memory", 0), .needs = KVMLIB__HAS_MEMORY,
	  .room_of = kvmlib__room_of_private_memory, .get = kvmlib__get_private_memory },
	{ SAVE_VM("routes", 0), .needs = KVMLIB__HAS_ROUTES, .room_of = kvmlib__room_of_routes,
	  .get = kvmlib__get_routes },

	/* The counter is the VM's; a timer is set by how far its deadline is from it. */
	{ PUT_VCPU("counter", NULL, 0), .item = "regs", .put = kvmlib__put_counter,
	  .is_between_vcpus = true },
	{ PUT_VCPU("regs", "counter", 0), .put = kvmlib__put_regs },
#if defined(__aarch64__)
	{ PUT_VCPU("events", "regs", KVMLIB_CAP_VCPU_EVENTS), .put = put_vcpu_events },
	{ PUT_VM("its-reset", NULL, 0), .item = "its", .needs = KVMLIB__HAS_ITS,
	  .put = kvmlib__reset_its },
	{ PUT_VM("gic", "regs its-reset", 0), .needs = KVMLIB__HAS_GIC, .put = kvmlib__put_gic },
	{ PUT_VM("its", "gic", 0), .needs = KVMLIB__HAS_ITS, .put = kvmlib__put_its },
#else
	{ PUT_VM("aia", "regs", 0), .needs = KVMLIB__HAS_AIA, .put = kvmlib__put_aia },
#endif
	{ PUT_VCPU("mp-state", NULL, KVMLIB_CAP_MP_STATE), .put = put_mp_state },
	{ PUT_VM("routes", NULL, 0), .needs = KVMLIB__HAS_ROUTES, .put = kvmlib__put_routes },
};
const size_t kvmlib__nr_state_steps = sizeof(kvmlib__state_steps) / sizeof(kvmlib__state_steps[0]);

const struct kvmlib__item_kind kvmlib__state_items[] = {
	{ "mp-state", KVMLIB_STATE_EACH_VCPU, KVMLIB_CAP_MP_STATE, 0, 1, sizeof(uint32_t),
	  sizeof(uint32_t), NULL },
	{ "regs", KVMLIB_STATE_EACH_VCPU, 0, 0, sizeof(uint64_t), 0, 0, kvmlib__are_regs },
	{ "vcpu-capabilities", KVMLIB_STATE_EACH_VCPU, 0, 0,
	  sizeof(struct kvmlib__saved_capability), 0, 0, NULL },
#if defined(__aarch64__)
	{ "events", KVMLIB_STATE_EACH_VCPU, KVMLIB_CAP_VCPU_EVENTS, 0, 1,
	  sizeof(struct kvmlib_vcpu_events), sizeof(struct kvmlib_vcpu_events), NULL },
	{ "gic", KVMLIB_STATE_ONCE, 0, KVMLIB__HAS_GIC, sizeof(struct kvmlib__saved_attr), 0, 0,
	  kvmlib__is_gic },
	{ "its", KVMLIB_STATE_ONCE, 0, KVMLIB__HAS_ITS, KVMLIB__ITS_SIZE, 0, 0, NULL },
#else
	{ "aia", KVMLIB_STATE_ONCE, 0, KVMLIB__HAS_AIA, sizeof(struct kvmlib__saved_attr), 0, 0,
	  kvmlib__is_aia },
#endif
	{ "capabilities", KVMLIB_STATE_ONCE, 0, 0, sizeof(struct kvmlib__saved_capability), 0, 0,
	  NULL },
	{ "memory", KVMLIB_STATE_ONCE, 0, 0, sizeof(struct kvmlib__saved_region), 0, 0, NULL },
	{ "private-memory", KVMLIB_STATE_ONCE, 0, 0, sizeof(struct kvmlib__saved_region), 0, 0,
	  NULL },
	{ "routes", KVMLIB_STATE_ONCE, 0, KVMLIB__HAS_ROUTES, sizeof(struct kvmlib__saved_route), 0,
	  0, NULL },
};
const size_t kvmlib__nr_state_items = sizeof(kvmlib__state_items) / sizeof(kvmlib__state_items[0]);

/* What KVM lists tells it all. */
int kvmlib__state_learn(struct kvmlib_state_plan *plan, const char *function)
{
	(void)plan;
	(void)function;
	return 0;
}

/* The counter stands still while the guest does: there is no clock of the host's to ask. */
int kvmlib__state_ask_time(struct kvmlib__transfer *transfer)
{
	(void)transfer;
	return 0;
}

/* An LPI that is pending is taken out of its table in memory. */
bool kvmlib__state_writes_memory(const struct kvmlib_state_plan *plan,
				 const struct kvmlib_state *state)
{
	struct kvmlib_state_item item;

	return plan->nr_its && kvmlib__state_find(state, "its", KVMLIB_STATE_VM, &item);
}

#endif
