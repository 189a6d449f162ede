/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* State that one call sets and another one gets, as a whole. */
#include "internal.h"

#include <errno.h>
#include <string.h>

#if defined(__x86_64__)

#define LARGEST_STATE 4096U
#define XSAVE_MXCSR   24U  /* where they stand in the XSAVE area */
#define XSAVE_HEADER  512U /* the components that it has */
#define XSAVE_X87_SSE UINT64_C(3)
#define XSAVE_AMX     UINT64_C(0x60000)
#define MXCSR_KNOWN   0xffffU
#define IOAPIC_CHIP   2U
#define IOAPIC_BASE   UINT64_C(0xfec00000)
#define APIC_ID	      0x20U /* registers of the local APIC */
#define APIC_VERSION  0x30U
#define APIC_SPURIOUS 0xf0U
#define EVENTS_TOLD                                                           \
	(KVMLIB_VCPUEVENT_VALID_NMI_PENDING | KVMLIB_VCPUEVENT_VALID_SHADOW | \
	 KVMLIB_VCPUEVENT_VALID_SMM)
#define EVENTS_KNOWN (EVENTS_TOLD | KVMLIB_VCPUEVENT_VALID_SIPI_VECTOR)
#define CLOCK_KNOWN  (KVMLIB_CLOCK_TSC_STABLE | KVMLIB_CLOCK_REALTIME | KVMLIB_CLOCK_HOST_TSC)

int kvmlib__sim_need_apic(const struct sim_call *call, const void *bytes)
{
	(void)bytes;
	return call->vm->irqchip ? 0 : REFUSE(NO_APIC);
}

int kvmlib__sim_need_pit(const struct sim_call *call, const void *bytes)
{
	(void)bytes;
	return call->vm->pit ? 0 : REFUSE(NO_PIT);
}

static int need_chip(const struct sim_call *call, const void *bytes)
{
	const struct kvm_irqchip *irqchip = bytes;

	if (!call->vm->irqchip || call->vm->split)
		return REFUSE(NO_PIC);
	return irqchip->chip_id > IOAPIC_CHIP ? REFUSE(IRQCHIP_ID) : 0;
}

/* Exceptions have 32 vectors, and that of the NMI is none of them. */
static int accept_events(const struct sim_call *call, void *bytes)
{
	struct kvm_vcpu_events *events = bytes;

	(void)call;
	if (events->flags & ~EVENTS_KNOWN)
		return REFUSE(EVENTS_FLAGS);
	events->exception.pending = 0;
	if (events->exception.injected && (events->exception.nr > 31 || events->exception.nr == 2))
		return REFUSE(EVENTS_EXCEPTION);
	events->flags = EVENTS_TOLD;
	return 0;
}

static int accept_debugregs(const struct sim_call *call, void *bytes)
{
	const struct kvm_debugregs *registers = bytes;

	(void)call;
	if (registers->flags || registers->dr6 >> 32 || registers->dr7 >> 32)
		return REFUSE(DEBUGREGS);
	return 0;
}

/* A vCPU has room for AMX where its CPUID has it. */
static uint64_t components_of(const struct sim_vcpu *vcpu)
{
	const struct kvm_cpuid_entry2 *cpuid = kvmlib__sim_cpuid_at(vcpu, 0xd, 0);

	return XSAVE_X87_SSE | (cpuid ? cpuid->eax & XSAVE_AMX : 0);
}

static int accept_xsave(const struct sim_call *call, void *bytes)
{
	const uint8_t *area = bytes;
	uint64_t components;
	uint32_t mxcsr;

	memcpy(&components, area + XSAVE_HEADER, sizeof(components));
	memcpy(&mxcsr, area + XSAVE_MXCSR, sizeof(mxcsr));
	return components & ~components_of(call->vcpu) || mxcsr & ~MXCSR_KNOWN ? REFUSE(XSAVE) : 0;
}

/* A guest has x87 alone until its CPUID has more. */
static int accept_xcrs(const struct sim_call *call, void *bytes)
{
	const struct kvm_xcrs *registers = bytes;

	(void)call;
	if (registers->nr_xcrs > 16 || registers->flags)
		return REFUSE(XCRS);
	for (uint32_t i = 0; i < registers->nr_xcrs; i++)
		if (registers->xcrs[i].xcr == 0)
			return registers->xcrs[i].value == 1 ? 0 : REFUSE(XCRS);
	return 0;
}

static int accept_clock(const struct sim_call *call, void *bytes)
{
	struct kvm_clock_data *data = bytes;

	(void)call;
	if (data->flags & ~CLOCK_KNOWN)
		return REFUSE(CLOCK_FLAGS);
	data->flags = 0;
	return 0;
}

static void put32(void *bytes, size_t offset, uint32_t value)
{
	memcpy((uint8_t *)bytes + offset, &value, sizeof(value));
}

static void reset_lapic(const struct sim_call *call, void *bytes)
{
	put32(bytes, APIC_ID, call->vcpu->id << 24);
	put32(bytes, APIC_VERSION, 0x50014);
	put32(bytes, APIC_SPURIOUS, 0xff);
}

static void reset_events(const struct sim_call *call, void *bytes)
{
	struct kvm_vcpu_events *events = bytes;

	(void)call;
	events->flags = EVENTS_TOLD;
}

static void reset_debugregs(const struct sim_call *call, void *bytes)
{
	struct kvm_debugregs *registers = bytes;

	(void)call;
	registers->dr6 = 0xffff0ff0;
	registers->dr7 = 0x400;
}

static void reset_xsave(const struct sim_call *call, void *bytes)
{
	(void)call;
	put32(bytes, 0, 0x37f);
	put32(bytes, XSAVE_MXCSR, 0x1f80);
}

static void reset_xcrs(const struct sim_call *call, void *bytes)
{
	struct kvm_xcrs *registers = bytes;

	(void)call;
	registers->nr_xcrs = 1;
	registers->xcrs[0].value = 1;
}

/* The caller has set chip_id. */
static void reset_chip(const struct sim_call *call, void *bytes)
{
	static const uint8_t elcr_masks[] = { 0xf8, 0xde };
	struct kvm_irqchip *irqchip = bytes;

	(void)call;
	memset(&irqchip->chip, 0, sizeof(irqchip->chip));
	if (irqchip->chip_id == IOAPIC_CHIP)
		irqchip->chip.ioapic.base_address = IOAPIC_BASE;
	else
		irqchip->chip.pic.elcr_mask = elcr_masks[irqchip->chip_id];
}

static void reset_pit(const struct sim_call *call, void *bytes)
{
	struct kvm_pit_state *pit = bytes;

	(void)call;
	memset(pit, 0, sizeof(*pit));
	for (int i = 0; i < 3; i++) {
		pit->channels[i].count = 0x10000;
		pit->channels[i].mode = 0xff;
		pit->channels[i].gate = i != 2;
	}
}

enum { LATE_GET = 1, LATE_SET = 2, LATE = 3, BY_CHIP = 4 };

/* "Late" calls read their argument before they look for what they need. */
static const struct state {
	unsigned long get;
	unsigned long set;
	unsigned long key; /* the set of the state that it is part of */
	unsigned int flags;
	int (*need)(const struct sim_call *call, const void *bytes);
	int (*accept)(const struct sim_call *call, void *bytes);
	void (*reset)(const struct sim_call *call, void *bytes);
} states[] = {
	{ KVM_GET_LAPIC, KVM_SET_LAPIC, KVM_SET_LAPIC, 0, kvmlib__sim_need_apic, NULL,
	  reset_lapic },
	{ KVM_GET_VCPU_EVENTS, KVM_SET_VCPU_EVENTS, KVM_SET_VCPU_EVENTS, 0, NULL, accept_events,
	  reset_events },
	{ KVM_GET_DEBUGREGS, KVM_SET_DEBUGREGS, KVM_SET_DEBUGREGS, 0, NULL, accept_debugregs,
	  reset_debugregs },
	{ KVM_GET_XSAVE, KVM_SET_XSAVE, KVM_SET_XSAVE, 0, NULL, accept_xsave, reset_xsave },
	{ KVM_GET_XSAVE2, KVM_SET_XSAVE, KVM_SET_XSAVE, 0, NULL, accept_xsave, reset_xsave },
	{ KVM_GET_XCRS, KVM_SET_XCRS, KVM_SET_XCRS, 0, NULL, accept_xcrs, reset_xcrs },
	{ KVM_GET_CLOCK, KVM_SET_CLOCK, KVM_SET_CLOCK, 0, NULL, accept_clock, NULL },
	{ KVM_GET_IRQCHIP, KVM_SET_IRQCHIP, KVM_SET_IRQCHIP, LATE | BY_CHIP, need_chip, NULL,
	  reset_chip },
	{ KVM_GET_PIT, KVM_SET_PIT, KVM_SET_PIT2, LATE, kvmlib__sim_need_pit, NULL, reset_pit },
	{ KVM_GET_PIT2, KVM_SET_PIT2, KVM_SET_PIT2, LATE_SET, kvmlib__sim_need_pit, NULL,
	  reset_pit },
};

/* Called for requests of the table alone. */
static const struct state *find_state(uint32_t request)
{
	const struct state *state = states;

	while (state->get != request && state->set != request)
		state++;
	return state;
}

/* The argument, if it is read at all, and what the call needs, in the kernel's order. */
static int begin(const struct sim_call *call, const struct state *state, bool reads, bool late,
		 void *bytes)
{
	int r = !late && state->need ? state->need(call, bytes) : 0;

	if (r == 0 && reads)
		r = kvmlib__sim_copy_from_user(bytes, call->arg, SIM_ARG_SIZE(call->request));
	if (r == 0 && late)
		r = state->need(call, bytes);
	return r;
}

static uint64_t key_of(const struct state *state, const void *bytes)
{
	uint32_t chip = 0;

	if (state->flags & BY_CHIP)
		memcpy(&chip, bytes, sizeof(chip));
	return state->key | (uint64_t)chip << 32;
}

/* What stands in the state now. */
static void recall(const struct sim_call *call, const struct state *state, void *bytes)
{
	if (state->reset)
		state->reset(call, bytes);
	kvmlib__sim_recall(call, key_of(state, bytes), bytes, LARGEST_STATE);
}

int kvmlib__sim_get_state(const struct sim_call *call)
{
	const struct state *state = find_state(call->request);
	_Alignas(16) uint8_t bytes[LARGEST_STATE] = { 0 };
	bool late = state->flags & LATE_GET;
	int r = begin(call, state, late, late, bytes);

	if (r < 0)
		return r;
	recall(call, state, bytes);
	return kvmlib__sim_copy_to_user(call->arg, bytes, SIM_ARG_SIZE(call->request));
}

/* A call that brings a part of the state leaves the rest as it is. */
int kvmlib__sim_set_state(const struct sim_call *call)
{
	const struct state *state = find_state(call->request);
	_Alignas(16) uint8_t bytes[LARGEST_STATE] = { 0 };
	int r;

	if (state->key != state->set)
		recall(call, state, bytes);
	r = begin(call, state, true, state->flags & LATE_SET, bytes);
	if (r == 0 && state->accept)
		r = state->accept(call, bytes);
	return r < 0 ? r
		     : kvmlib__sim_keep(call, key_of(state, bytes), bytes,
					SIM_ARG_SIZE(state->key));
}

#else
/* The calls of other architectures are those of generic.c; a file must not be empty. */
typedef int kvmlib__sim_no_state;
#endif
