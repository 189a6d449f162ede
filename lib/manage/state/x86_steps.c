/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The steps of x86, and what each does but for MSRs and clocks. */
#include "steps.h"
#include "x86.h"

#include <string.h>

#if defined(__x86_64__)

/* Gets and puts of one struct of the kernel's */

GET_OF_VCPU(mp_state)
GET_OF_VCPU(regs)
PUT_OF_VCPU(regs)
GET_OF_VCPU(sregs)
GET_OF_VCPU(sregs2)
GET_OF_VCPU(xcrs)
PUT_OF_VCPU(xcrs)
GET_OF_VCPU(debugregs)
PUT_OF_VCPU(debugregs)
GET_OF_VCPU(lapic)
PUT_OF_VCPU(lapic)
GET_OF_VCPU(vcpu_events)
PUT_OF_VCPU(vcpu_events)

/* CPUID */

static int64_t get_cpuid(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu, void *data,
			 size_t room)
{
	uint32_t n = 0;
	int r = kvmlib_vcpu_get_cpuid2(vcpu, data,
				       (uint32_t)(room / sizeof(struct kvm_cpuid_entry2)), &n);

	(void)transfer;
	return r < 0 ? r : (int64_t)(n * sizeof(struct kvm_cpuid_entry2));
}

static bool has_cpuid(struct kvmlib_vcpu *vcpu, const struct kvmlib_state_item *item)
{
	struct kvm_cpuid_entry2 now[KVMLIB__MAX_CPUID] = { 0 };
	uint32_t n = 0;

	return kvmlib_vcpu_get_cpuid2(vcpu, now, KVMLIB__MAX_CPUID, &n) >= 0 &&
	       n * sizeof(*now) == item->length && !memcmp(now, item->data, item->length);
}

/* KVM may refuse what it gave itself, after the first run. */
static int put_cpuid(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
		     const struct kvmlib_state_item *item)
{
	const struct kvmlib__record before = kvmlib__error_save();
	int r = kvmlib_vcpu_set_cpuid2(vcpu, item->data,
				       (uint32_t)(item->length / sizeof(struct kvm_cpuid_entry2)));

	if (r >= 0)
		return 0;
	if (!(transfer->allow & KVMLIB_STATE_CPUID) && !has_cpuid(vcpu, item))
		return r;
	kvmlib__error_restore(&before);
	return 0;
}

/* Special registers: a kernel that knows the newer call is given what it saved by it */

static int put_old_sregs(struct kvmlib_vcpu *vcpu, const struct kvmlib_state_item *item)
{
	struct kvm_sregs sregs = { 0 };

	memcpy(&sregs, item->data, offsetof(struct kvm_sregs, interrupt_bitmap));
	return kvmlib_vcpu_set_sregs(vcpu, &sregs);
}

static int put_sregs2(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
		      const struct kvmlib_state_item *item)
{
	return transfer->plan->has & KVMLIB__HAS_SREGS2 ? kvmlib_vcpu_set_sregs2(vcpu, item->data)
							: put_old_sregs(vcpu, item);
}

/* An interrupt that was on its way is among the events, too; here it would be taken in twice. */
static int put_sregs(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
		     const struct kvmlib_state_item *item)
{
	(void)transfer;
	return put_old_sregs(vcpu, item);
}

/* Extended and nested state */

size_t kvmlib__room_of_xsave(const struct kvmlib_state_plan *plan, struct kvmlib_vcpu *vcpu)
{
	(void)vcpu;
	return plan->xsave_size;
}

static int64_t get_xsave(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu, void *data,
			 size_t room)
{
	int r = transfer->plan->has & KVMLIB__HAS_XSAVE2 ? kvmlib_vcpu_get_xsave2(vcpu, data, room)
							 : kvmlib_vcpu_get_xsave(vcpu, data, room);

	return r < 0 ? r : (int64_t)room;
}

/* The kernel reads as much as this host has, whatever was saved. */
static int put_xsave(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
		     const struct kvmlib_state_item *item)
{
	(void)transfer;
	return kvmlib__set_short_xsave(vcpu, item->data, item->length);
}

size_t kvmlib__room_of_nested(const struct kvmlib_state_plan *plan, struct kvmlib_vcpu *vcpu)
{
	(void)vcpu;
	return plan->nested_size;
}

static int64_t get_nested(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu, void *data,
			  size_t room)
{
	int r = kvmlib_vcpu_get_nested_state(vcpu, data, room);
	uint32_t size;

	(void)transfer;
	memcpy(&size, (const uint8_t *)data + offsetof(struct kvm_nested_state, size),
	       sizeof(size));
	return r < 0 ? r : size < room ? size : (int64_t)room;
}

static int put_nested(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
		      const struct kvmlib_state_item *item)
{
	(void)transfer;
	return kvmlib_vcpu_set_nested_state(vcpu, item->data, item->length);
}

static bool has_nested_guest(const struct kvmlib__transfer *transfer, uint64_t instance)
{
	struct kvmlib_state_item nested;

	return kvmlib__state_find(transfer->state, "nested", instance, &nested) &&
	       nested.length > sizeof(struct kvm_nested_state);
}

/*
 * Entering or leaving SMM makes KVM leave nested guests: so that comes before one is put in place, and
 * the rest of the events after it.
 */
static int put_smm(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
		   const struct kvmlib_state_item *item)
{
	const struct kvmlib_vcpu_events *saved = item->data;
	struct kvmlib_vcpu_events events;
	int r;

	if (!(saved->flags & KVMLIB_VCPUEVENT_VALID_SMM) ||
	    !has_nested_guest(transfer, item->instance))
		return 0;
	r = kvmlib_vcpu_get_vcpu_events(vcpu, &events);
	if (r < 0)
		return r;
	events.flags = KVMLIB_VCPUEVENT_VALID_SMM;
	events.smi = saved->smi;
	return kvmlib_vcpu_set_vcpu_events(vcpu, &events);
}

/* The VM's chips */

static int64_t get_chip(const struct kvmlib__transfer *transfer, uint32_t id, void *data,
			size_t room)
{
	int r;

	memcpy(data, &id, sizeof(id));
	r = kvmlib_vm_get_irqchip(transfer->plan->vm, data);
	return r < 0 ? r : (int64_t)room;
}

#define GET_CHIP(name, id)                                                                     \
	static int64_t get_##name(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu, \
				  void *data, size_t room)                                     \
	{                                                                                      \
		(void)vcpu;                                                                    \
		return get_chip(transfer, id, data, room);                                     \
	}
GET_CHIP(ioapic, KVMLIB_IRQCHIP_IOAPIC)
GET_CHIP(pic_master, KVMLIB_IRQCHIP_PIC_MASTER)
GET_CHIP(pic_slave, KVMLIB_IRQCHIP_PIC_SLAVE)

static int put_chip(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
		    const struct kvmlib_state_item *item)
{
	(void)vcpu;
	return kvmlib_vm_set_irqchip(transfer->plan->vm, item->data);
}

static int64_t get_pit(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu, void *data,
		       size_t room)
{
	int r = kvmlib_vm_get_pit2(transfer->plan->vm, data);

	(void)vcpu;
	return r < 0 ? r : (int64_t)room;
}

static int put_pit(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
		   const struct kvmlib_state_item *item)
{
	(void)vcpu;
	return kvmlib_vm_set_pit2(transfer->plan->vm, item->data);
}

/* The tables */

const struct kvmlib__state_step kvmlib__state_steps[] = {
	/* Saving: pending INITs first, for they change what follows; events last, for all else does. */
	{ SAVE_VM("clock", KVMLIB_CAP_ADJUST_CLOCK), .room = sizeof(struct kvmlib_clock_data),
	  .get = kvmlib__get_clock },
	{ SAVE_VCPU("mp-state", KVMLIB_CAP_MP_STATE), .room = sizeof(uint32_t),
	  .get = get_mp_state },
	{ SAVE_VCPU("cpuid", 0), .room = KVMLIB__MAX_CPUID * sizeof(struct kvm_cpuid_entry2),
	  .get = get_cpuid },
	{ SAVE_VCPU("regs", 0), .room = sizeof(struct kvm_regs), .get = get_regs },
	{ SAVE_VCPU("sregs2", KVMLIB_CAP_SREGS2), .room = sizeof(struct kvmlib_sregs2),
	  .get = get_sregs2 },
	{ SAVE_VCPU("sregs", 0), .needs = KVMLIB__HAS_OLD_SREGS, .room = sizeof(struct kvm_sregs),
	  .get = get_sregs },
	{ SAVE_VCPU("xcrs", KVMLIB_CAP_XCRS), .room = sizeof(struct kvm_xcrs), .get = get_xcrs },
	{ SAVE_VCPU("xsave", KVMLIB_CAP_XSAVE), .room_of = kvmlib__room_of_xsave,
	  .get = get_xsave },
	{ SAVE_VCPU("debugregs", KVMLIB_CAP_DEBUGREGS), .room = sizeof(struct kvm_debugregs),
	  .get = get_debugregs },
	{ SAVE_VCPU("lapic", 0), .needs = KVMLIB__HAS_LAPIC, .room = sizeof(struct kvm_lapic_state),
	  .get = get_lapic },
	{ SAVE_VCPU("tsc-khz", KVMLIB_CAP_GET_TSC_KHZ), .room = sizeof(uint32_t),
	  .get = kvmlib__get_tsc_khz },
	{ SAVE_VCPU("tsc-offset", 0), .needs = KVMLIB__HAS_TSC_OFFSET, .room = sizeof(uint64_t),
	  .get = kvmlib__get_tsc_offset },
	{ SAVE_VCPU("msrs", 0), .room_of = kvmlib__room_of_msrs, .get = kvmlib__get_msrs },
	{ SAVE_VCPU("nested", 0), .needs = KVMLIB__HAS_NESTED, .room_of = kvmlib__room_of_nested,
	  .get = get_nested },
	{ SAVE_VCPU("vcpu-capabilities", 0), .room_of = kvmlib__room_of_capabilities,
	  .get = kvmlib__get_capabilities },
	{ SAVE_VCPU("events", KVMLIB_CAP_VCPU_EVENTS), .room = sizeof(struct kvmlib_vcpu_events),
	  .get = get_vcpu_events },
	{ SAVE_VM("ioapic", 0), .needs = KVMLIB__HAS_PIC, .room = sizeof(struct kvm_irqchip),
	  .get = get_ioapic },
	{ SAVE_VM("pic-master", 0), .needs = KVMLIB__HAS_PIC, .room = sizeof(struct kvm_irqchip),
	  .get = get_pic_master },
	{ SAVE_VM("pic-slave", 0), .needs = KVMLIB__HAS_PIC, .room = sizeof(struct kvm_irqchip),
	  .get = get_pic_slave },
	{ SAVE_VM("pit", 0), .needs = KVMLIB__HAS_PIT, .room = sizeof(struct kvm_pit_state2),
	  .get = get_pit },
	{ SAVE_VM("capabilities", 0), .room_of = kvmlib__room_of_capabilities,
	  .get = kvmlib__get_capabilities },
	{ SAVE_VM("memory", 0), .needs = KVMLIB__HAS_MEMORY, .room_of = kvmlib__room_of_memory,
	  .get = kvmlib__get_memory },
	{ SAVE_VM("private-memory", 0), .needs = KVMLIB__HAS_MEMORY,
	  .room_of = kvmlib__room_of_private_memory, .get = kvmlib__get_private_memory },
	{ SAVE_VM("msr-filter", KVMLIB_CAP_X86_MSR_FILTER), .room_of = kvmlib__room_of_msr_filter,
	  .get = kvmlib__get_msr_filter },
	{ SAVE_VM("pmu-filter", KVMLIB_CAP_PMU_EVENT_FILTER), .room_of = kvmlib__room_of_pmu_filter,
	  .get = kvmlib__get_pmu_filter },
	{ SAVE_VM("routes", 0), .needs = KVMLIB__HAS_ROUTES, .room_of = kvmlib__room_of_routes,
	  .get = kvmlib__get_routes },

	/*
	 * Restoring. What a step has to come after is only what KVM would lose or refuse otherwise, and
	 * each of that has a test; the reasons are in the public header. Where there is none, the order is
	 * that of the hardware: a vCPU's own state, what may wake it up, what raises lines, and time last.
	 */
	{ PUT_VCPU("cpuid", NULL, 0), .put = put_cpuid, .is_not_reset = true },
	{ PUT_VCPU("tsc-khz", NULL, KVMLIB_CAP_GET_TSC_KHZ), .put = kvmlib__put_tsc_khz,
	  .is_not_reset = true },
	{ PUT_VCPU("feature-control", "cpuid", 0), .item = "msrs",
	  .put = kvmlib__put_feature_control },
	{ PUT_VCPU("sregs2", "cpuid", 0), .put = put_sregs2 },
	{ PUT_VCPU("sregs", "cpuid", 0), .put = put_sregs },
	{ PUT_VCPU("smm", NULL, KVMLIB_CAP_X86_SMM), .item = "events", .put = put_smm },
	{ PUT_VCPU("nested", "sregs2 sregs smm feature-control", 0), .needs = KVMLIB__HAS_NESTED,
	  .put = put_nested },
	{ PUT_VCPU("regs", NULL, 0), .put = put_regs },
	{ PUT_VCPU("xsave", "cpuid", KVMLIB_CAP_XSAVE), .put = put_xsave },
	{ PUT_VCPU("xcrs", "cpuid", KVMLIB_CAP_XCRS), .put = put_xcrs },
	{ PUT_VCPU("debugregs", NULL, KVMLIB_CAP_DEBUGREGS), .put = put_debugregs },
	{ PUT_VCPU("lapic", "sregs2 sregs", 0), .needs = KVMLIB__HAS_LAPIC, .put = put_lapic },
	{ PUT_VCPU("msrs", "cpuid", 0), .put = kvmlib__put_msrs },
	{ PUT_VCPU("tsc", "tsc-khz", 0), .item = "msrs", .put = kvmlib__put_tsc },
	{ PUT_VCPU("events", "regs", KVMLIB_CAP_VCPU_EVENTS), .put = put_vcpu_events },
	{ PUT_VCPU("mp-state", NULL, KVMLIB_CAP_MP_STATE), .put = put_mp_state },
	{ PUT_VCPU("tsc-offset", "tsc", 0), .needs = KVMLIB__HAS_TSC_OFFSET,
	  .put = kvmlib__put_tsc_offset, .is_between_vcpus = true },
	{ PUT_VCPU("tsc-deadline", "tsc lapic", 0), .needs = KVMLIB__HAS_LAPIC, .item = "msrs",
	  .put = kvmlib__put_tsc_deadline },
	{ PUT_VM("ioapic", NULL, 0), .needs = KVMLIB__HAS_PIC, .put = put_chip },
	{ PUT_VM("pic-master", NULL, 0), .needs = KVMLIB__HAS_PIC, .put = put_chip },
	{ PUT_VM("pic-slave", NULL, 0), .needs = KVMLIB__HAS_PIC, .put = put_chip },
	{ PUT_VM("pit", NULL, 0), .needs = KVMLIB__HAS_PIT, .put = put_pit },
	{ PUT_VM("routes", NULL, 0), .needs = KVMLIB__HAS_ROUTES, .put = kvmlib__put_routes },
	{ PUT_VM("msr-filter", NULL, KVMLIB_CAP_X86_MSR_FILTER), .put = kvmlib__put_msr_filter },
	{ PUT_VM("pmu-filter", NULL, KVMLIB_CAP_PMU_EVENT_FILTER), .put = kvmlib__put_pmu_filter },
	{ PUT_VM("clock", NULL, KVMLIB_CAP_ADJUST_CLOCK), .put = kvmlib__put_clock },
	{ PUT_VCPU("kvmclock-ctrl", "msrs", KVMLIB_CAP_KVMCLOCK_CTRL),
	  .run = kvmlib__run_kvmclock_ctrl, .is_not_reset = true },
};
const size_t kvmlib__nr_state_steps = sizeof(kvmlib__state_steps) / sizeof(kvmlib__state_steps[0]);

#endif
