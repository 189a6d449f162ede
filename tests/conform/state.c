/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* State that one call sets and another one gets. */
#include <string.h>

#include "row.h"

#if defined(__x86_64__)

#define UNREAD REFUSED(EFAULT, UNREADABLE)
#define UNWRIT REFUSED(EFAULT, UNWRITABLE)

static int add_pit(struct world *w)
{
	struct kvm_pit_config config = { .flags = 0 };

	return call_with(w, w->vm, KVM_CREATE_PIT2, &config);
}

static const char *bytes_are(struct world *w, size_t offset, uint32_t wanted)
{
	uint32_t value;

	memcpy(&value, (const uint8_t *)w->arg + offset, sizeof(value));
	return value == wanted ? NULL : "other bytes";
}

static const char *apic_of_vcpu_0(struct world *w)
{
	return bytes_are(w, 0x20, 0);
}

static const char *apic_task_priority(struct world *w)
{
	struct kvm_lapic_state state;

	if (call_with(w, w->vcpu, KVM_GET_LAPIC, &state) < 0)
		return "not told";
	return state.regs[0x80] == 0x20 ? NULL : "another task priority";
}

static void *lapic(struct world *w)
{
	struct kvm_lapic_state state = { .regs = { 0 } };

	state.regs[0x80] = 0x20;
	state.regs[0xf0] = (char)0xff;
	return put(w, &state, sizeof(state));
}

static void lapic_rows(struct world *w)
{
	ROW(ON_IRQCHIP_VCPU, KVM_GET_LAPIC, "that of vCPU 0", OUT(struct kvm_lapic_state), OK,
	    .verify = apic_of_vcpu_0);
	ROW(ON_IRQCHIP_VCPU, KVM_GET_LAPIC, "unwritable", w->hole, UNWRIT);
	ROW(ON_VCPU, KVM_GET_LAPIC, "no APIC comes before unwritable", w->hole,
	    REFUSED(EINVAL, NO_APIC));
	ROW(ON_IRQCHIP_VCPU, KVM_SET_LAPIC, "a task priority", lapic(w), OK,
	    .verify = apic_task_priority);
	ROW(ON_VCPU, KVM_SET_LAPIC, "no APIC comes before unreadable", w->hole,
	    REFUSED(EINVAL, NO_APIC));
	ROW(ON_IRQCHIP_VCPU, KVM_SET_LAPIC, "unreadable", w->hole, UNREAD);
}

#define CHIP(number) IN(struct kvm_irqchip, .chip_id = (number))

static const char *pic_is_told(struct world *w)
{
	const struct kvm_irqchip *irqchip = (const struct kvm_irqchip *)w->arg;

	return irqchip->chip.pic.elcr_mask == 0xf8 ? NULL : "another PIC";
}

static const char *ioapic_is_told(struct world *w)
{
	const struct kvm_irqchip *irqchip = (const struct kvm_irqchip *)w->arg;

	return irqchip->chip.ioapic.base_address == 0xfec00000 ? NULL : "another IOAPIC";
}

static void irqchip_state_rows(struct world *w)
{
	ROW(ON_IRQCHIP_VM, KVM_GET_IRQCHIP, "the first PIC", CHIP(0), OK, .verify = pic_is_told);
	ROW(ON_IRQCHIP_VM, KVM_GET_IRQCHIP, "the IOAPIC", CHIP(2), OK, .verify = ioapic_is_told);
	ROW(ON_IRQCHIP_VM, KVM_GET_IRQCHIP, "no such chip", CHIP(3), REFUSED(EINVAL, IRQCHIP_ID));
	ROW(ON_VM, KVM_GET_IRQCHIP, "no irqchip comes before no such chip", CHIP(3),
	    REFUSED(ENXIO, NO_PIC));
	ROW(ON_SPLIT_VM, KVM_GET_IRQCHIP, "a split irqchip", CHIP(0), REFUSED(ENXIO, NO_PIC));
	ROW(ON_VM, KVM_GET_IRQCHIP, "unreadable comes before no irqchip", w->hole, UNREAD);
	ROW(ON_IRQCHIP_VM, KVM_SET_IRQCHIP, "the second PIC", CHIP(1), OK);
	ROW(ON_IRQCHIP_VM, KVM_SET_IRQCHIP, "no such chip", CHIP(3), REFUSED(EINVAL, IRQCHIP_ID));
	ROW(ON_VM, KVM_SET_IRQCHIP, "no irqchip", CHIP(0), REFUSED(ENXIO, NO_PIC));
	ROW(ON_VM, KVM_SET_IRQCHIP, "unreadable comes before no irqchip", w->hole, UNREAD);
}

static const char *gates_are_told(struct world *w)
{
	const struct kvm_pit_state2 *pit = (const struct kvm_pit_state2 *)w->arg;

	return pit->channels[0].gate == 1 && pit->channels[2].gate == 0 ? NULL : "other gates";
}

static void pit_state_rows(struct world *w)
{
	ROW(ON_IRQCHIP_VM, KVM_GET_PIT2, "as made", OUT(struct kvm_pit_state2), OK,
	    .before = add_pit, .verify = gates_are_told);
	ROW(ON_IRQCHIP_VM, KVM_GET_PIT2, "no PIT comes before unwritable", w->hole,
	    REFUSED(ENXIO, NO_PIT));
	ROW(ON_IRQCHIP_VM, KVM_SET_PIT2, "any values", OUT(struct kvm_pit_state2), OK,
	    .before = add_pit);
	ROW(ON_IRQCHIP_VM, KVM_SET_PIT2, "no PIT", OUT(struct kvm_pit_state2),
	    REFUSED(ENXIO, NO_PIT));
	ROW(ON_IRQCHIP_VM, KVM_SET_PIT2, "unreadable comes before no PIT", w->hole, UNREAD);
	ROW(ON_IRQCHIP_VM, KVM_GET_PIT, "as made", OUT(struct kvm_pit_state), OK,
	    .before = add_pit);
	ROW(ON_IRQCHIP_VM, KVM_GET_PIT, "unreadable comes before no PIT", w->hole, UNREAD);
	ROW(ON_IRQCHIP_VM, KVM_GET_PIT, "no PIT", OUT(struct kvm_pit_state),
	    REFUSED(ENXIO, NO_PIT));
	ROW(ON_IRQCHIP_VM, KVM_SET_PIT, "no PIT", OUT(struct kvm_pit_state),
	    REFUSED(ENXIO, NO_PIT));
}

static const char *nmi_is_masked(struct world *w)
{
	struct kvm_vcpu_events events;

	if (call_with(w, w->vcpu, KVM_GET_VCPU_EVENTS, &events) < 0)
		return "not told";
	return events.nmi.masked == 1 ? NULL : "not masked";
}

static void events_rows(struct world *w)
{
	ROW(ON_VCPU, KVM_GET_VCPU_EVENTS, "all of it", OUT(struct kvm_vcpu_events), OK);
	ROW(ON_VCPU, KVM_GET_VCPU_EVENTS, "unwritable", w->hole, UNWRIT);
	ROW(ON_VCPU, KVM_SET_VCPU_EVENTS, "NMIs masked",
	    IN(struct kvm_vcpu_events, .nmi = { .masked = 1 }), OK, .verify = nmi_is_masked);
	ROW(ON_VCPU, KVM_SET_VCPU_EVENTS, "an unknown flag",
	    IN(struct kvm_vcpu_events, .flags = 1U << 20), REFUSED(EINVAL, EVENTS_FLAGS));
	ROW(ON_VCPU, KVM_SET_VCPU_EVENTS, "exception 32",
	    IN(struct kvm_vcpu_events, .exception = { .injected = 1, .nr = 32 }),
	    REFUSED(EINVAL, EVENTS_EXCEPTION));
	ROW(ON_VCPU, KVM_SET_VCPU_EVENTS, "unreadable", w->hole, UNREAD);
}

static const char *debugregs_at_reset(struct world *w)
{
	const struct kvm_debugregs *registers = (const struct kvm_debugregs *)w->arg;

	return registers->dr6 == 0xffff0ff0 && registers->dr7 == 0x400 ? NULL : "other values";
}

static const char *breakpoint_is_kept(struct world *w)
{
	struct kvm_debugregs registers;

	if (call_with(w, w->vcpu, KVM_GET_DEBUGREGS, &registers) < 0)
		return "not told";
	return registers.db[1] == 0x1234 ? NULL : "another breakpoint";
}

#define DEBUGREGS(...) \
	IN(struct kvm_debugregs, .db = { 0, 0x1234 }, .dr6 = 0xffff0ff0, .dr7 = 0x400, __VA_ARGS__)

static void debugregs_rows(struct world *w)
{
	ROW(ON_VCPU, KVM_GET_DEBUGREGS, "as after a reset", OUT(struct kvm_debugregs), OK,
	    .verify = debugregs_at_reset);
	ROW(ON_VCPU, KVM_SET_DEBUGREGS, "a breakpoint", DEBUGREGS(.flags = 0), OK,
	    .verify = breakpoint_is_kept);
	ROW(ON_VCPU, KVM_SET_DEBUGREGS, "a flag", DEBUGREGS(.flags = 1),
	    REFUSED(EINVAL, DEBUGREGS));
	ROW(ON_VCPU, KVM_SET_DEBUGREGS, "unreadable", w->hole, UNREAD);
}

static const char *x87_alone(struct world *w)
{
	const struct kvm_xcrs *registers = (const struct kvm_xcrs *)w->arg;

	return registers->nr_xcrs == 1 && registers->xcrs[0].value == 1 ? NULL : "other values";
}

#define XCRS(count, ...) \
	IN(struct kvm_xcrs, .nr_xcrs = (count), .xcrs = { { .value = 1 } }, __VA_ARGS__)

static void xcrs_rows(struct world *w)
{
	ROW(ON_VCPU, KVM_GET_XCRS, "x87 alone", OUT(struct kvm_xcrs), OK, .verify = x87_alone);
	ROW(ON_VCPU, KVM_SET_XCRS, "x87 alone", XCRS(1, .flags = 0), OK);
	ROW(ON_VCPU, KVM_SET_XCRS, "a flag", XCRS(1, .flags = 1), REFUSED(EINVAL, XCRS));
	ROW(ON_VCPU, KVM_SET_XCRS, "17 of them", XCRS(17, .flags = 0), REFUSED(EINVAL, XCRS));
	ROW(ON_VCPU, KVM_SET_XCRS, "unreadable", w->hole, UNREAD);
}

static const char *fcw_is_told(struct world *w)
{
	return bytes_are(w, 24, 0x1f80);
}

static void *xsave(struct world *w, size_t offset, uint8_t value)
{
	uint8_t area[sizeof(struct kvm_xsave)] = { 0x7f, 0x03 };

	area[24] = 0x80;
	area[25] = 0x1f;
	area[512] = 1;
	area[offset] = value;
	return put(w, area, sizeof(area));
}

static void xsave_rows(struct world *w)
{
	ROW(ON_VCPU, KVM_GET_XSAVE, "as after a reset", OUT(struct kvm_xsave), OK,
	    .verify = fcw_is_told);
	ROW(ON_VCPU, KVM_SET_XSAVE, "x87", xsave(w, 512, 1), OK);
	ROW(ON_VCPU, KVM_SET_XSAVE, "an unknown component", xsave(w, 519, 0x40),
	    REFUSED(EINVAL, XSAVE));
	ROW(ON_VCPU, KVM_SET_XSAVE, "unreadable", w->hole, UNREAD);
	ROW(ON_VCPU, KVM_GET_XSAVE2, "unwritable", w->hole, UNWRIT, NEEDS(XSAVE2));
}

static unsigned long sregs2_now(struct world *w, uint64_t flags)
{
	struct kvm_sregs2 sregs2;

	if (call_with(w, w->vcpu, KVM_GET_SREGS2, &sregs2) < 0)
		return 0;
	sregs2.flags = flags;
	return (unsigned long)put(w, &sregs2, sizeof(sregs2));
}

static unsigned long same_sregs2(struct world *w)
{
	return sregs2_now(w, 0);
}

static unsigned long odd_sregs2(struct world *w)
{
	return sregs2_now(w, 2);
}

static unsigned long pdptrs_without_pae(struct world *w)
{
	return sregs2_now(w, KVMLIB_SREGS2_FLAGS_PDPTRS_VALID);
}

static void sregs2_rows(struct world *w)
{
	ROW(ON_VCPU, KVM_GET_SREGS2, "unwritable", w->hole, UNWRIT);
	ROW(ON_VCPU, KVM_SET_SREGS2, "as they are", 0, OK, .make = same_sregs2);
	ROW(ON_VCPU, KVM_SET_SREGS2, "an unknown flag", 0, REFUSED(EINVAL, SREGS2_FLAGS),
	    .make = odd_sregs2);
	ROW(ON_VCPU, KVM_SET_SREGS2, "PDPTRs without PAE paging", 0, REFUSED(EINVAL, SREGS2_FLAGS),
	    .make = pdptrs_without_pae);
	ROW(ON_VCPU, KVM_SET_SREGS2, "unreadable", w->hole, UNREAD);
}

static const char *clock_is_kept(struct world *w)
{
	struct kvm_clock_data data;

	if (call_with(w, w->vm, KVM_GET_CLOCK, &data) < 0)
		return "not told";
	return data.clock >= 1000000000000 && data.clock < 1100000000000 ? NULL : "another time";
}

static void clock_rows(struct world *w)
{
	ROW(ON_VM, KVM_GET_CLOCK, "all of it", OUT(struct kvm_clock_data), OK);
	ROW(ON_VM, KVM_GET_CLOCK, "unwritable", w->hole, UNWRIT);
	ROW(ON_VM, KVM_SET_CLOCK, "a time", IN(struct kvm_clock_data, .clock = 1000000000000), OK,
	    .verify = clock_is_kept);
	ROW(ON_VM, KVM_SET_CLOCK, "an unknown flag", IN(struct kvm_clock_data, .flags = 1U << 20),
	    REFUSED(EINVAL, CLOCK_FLAGS));
	ROW(ON_VM, KVM_SET_CLOCK, "unreadable", w->hole, UNREAD);
}

void state_rows(struct world *w)
{
	lapic_rows(w);
	irqchip_state_rows(w);
	pit_state_rows(w);
	events_rows(w);
	debugregs_rows(w);
	xcrs_rows(w);
	xsave_rows(w);
	sregs2_rows(w);
	clock_rows(w);
}

#else

/* Those of other architectures wait for a kernel that can be asked. */
void state_rows(struct world *w)
{
	(void)w;
}

#endif
