/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Values that are put into items, none of which a new VM has. */
#include "poke.h"

#ifdef __x86_64__
#include <errno.h>
#include <string.h>

#include <linux/kvm.h>

#include "part.h"

#define SECOND	  1000000000U /* nanoseconds */
#define PATTERN	  0x1122334455667788U
#define EFER_SVME 0x1000U
#define HALTED	  3U
#define LVTT	  0x320U

#define SIZE_OF(type, member) sizeof(((const type *)0)->member)
#define FIELD(name, type, member, number)                                   \
	.item = (name), .field = #member, .offset = offsetof(type, member), \
	.size = SIZE_OF(type, member), .value = (number)
#define REGS(member, number)                                   \
	{                                                      \
		FIELD("regs", struct kvm_regs, member, number) \
	}
#define SREGS(member, number)                                      \
	{ FIELD("sregs2", struct kvmlib_sregs2, member, number) }, \
	{                                                          \
		FIELD("sregs", struct kvm_sregs, member, number)   \
	}
#define DEBUGREGS(member, number)                                        \
	{                                                                \
		FIELD("debugregs", struct kvm_debugregs, member, number) \
	}
#define PIT(member, number)                                         \
	{                                                           \
		FIELD("pit", struct kvm_pit_state2, member, number) \
	}
#define CHIP(name, id, member, number)                                              \
	{                                                                           \
		FIELD(name, struct kvm_irqchip, chip.member, number), .index = (id) \
	}
#define LAPIC(name, at, number)                                                                \
	{                                                                                      \
		.item = "lapic", .field = (name), .offset = (at), .size = 4, .value = (number) \
	}
/* Bytes of the events, and the flag that makes them count. */
#define EVENT(name, at, n, number, bits)                                                           \
	{                                                                                          \
		.item = "events", .field = (name), .offset = (at), .size = (n), .value = (number), \
		.flags_offset = offsetof(struct kvmlib_vcpu_events, flags), .flags = (bits)        \
	}
/* Bytes of the extended state, and the bits of its header that say that they are in use. */
#define XSAVE(name, at, n, number, bits)                                                          \
	{                                                                                         \
		.item = "xsave", .field = (name), .offset = (at), .size = (n), .value = (number), \
		.flags_offset = 512, .flags = (bits)                                              \
	}

#define MSR(name, number, data) \
	.item = "msrs", .field = (name), .size = 8, .index = (number), .value = (data)
/* Counters, far from where a new VM's are. */
#define RUNNING(name, number)                                                    \
	{                                                                        \
		MSR(name, number, UINT64_C(1) << 50), .drift = UINT64_C(1) << 40 \
	}

#define SOME_EVENT(member) offsetof(struct kvmlib_vcpu_events, member)

/* A guest that is a hypervisor, and a timer that waits for a deadline. */
static const struct poke is_hypervisor[] = { { FIELD("sregs", struct kvm_sregs, efer,
						     EFER_SVME) } };
static const struct poke waits_for_deadline[] = { LAPIC("LVTT", LVTT, 0x40041) };

const struct poke pokes[] = {
	{ .item = "cpuid", .field = "brand", .size = 4, .value = 0x6c6d766b },
	REGS(rax, PATTERN),
	REGS(rbx, PATTERN + 1),
	REGS(rcx, PATTERN + 2),
	REGS(rdx, PATTERN + 3),
	REGS(rsi, PATTERN + 4),
	REGS(rdi, PATTERN + 5),
	REGS(rsp, PATTERN + 6),
	REGS(rbp, PATTERN + 7),
	REGS(r8, PATTERN + 8),
	REGS(r9, PATTERN + 9),
	REGS(r10, PATTERN + 10),
	REGS(r11, PATTERN + 11),
	REGS(r12, PATTERN + 12),
	REGS(r13, PATTERN + 13),
	REGS(r14, PATTERN + 14),
	REGS(r15, PATTERN + 15),
	REGS(rip, 0x1234),
	REGS(rflags, 0xcd7),
	SREGS(cs.base, 0x12340),
	SREGS(ds.selector, 0x1234),
	SREGS(ds.type, 1),
	SREGS(es.base, 0x23450),
	SREGS(es.limit, 0x54321),
	SREGS(fs.base, 0x34560),
	SREGS(gs.base, 0x45670),
	SREGS(ss.base, 0x56780),
	SREGS(tr.base, 0x67890),
	SREGS(ldt.base, 0x78900),
	SREGS(gdt.base, 0x1000),
	SREGS(gdt.limit, 0x7f),
	SREGS(idt.base, 0x2000),
	SREGS(idt.limit, 0x3ff),
	SREGS(cr0, 0x60000030),
	SREGS(cr2, 0x12345000),
	SREGS(cr3, 0x5000),
	SREGS(cr4, 0x208),
	SREGS(cr8, 5),
	SREGS(efer, 1),
	SREGS(apic_base, 0xfee00d00),
	XSAVE("fcw", 0, 2, 0x27f, 1),
	XSAVE("st0", 32, 8, PATTERN, 1),
	XSAVE("mxcsr", 24, 4, 0x1fa0, 3),
	XSAVE("xmm3", 160 + 3 * 16, 8, PATTERN, 3),
	XSAVE("ymm3", 576 + 3 * 16, 8, PATTERN, 7),
	{ FIELD("xcrs", struct kvm_xcrs, xcrs[0].value, 3) },
	DEBUGREGS(db[0], 0x1000),
	DEBUGREGS(db[3], 0x3000),
	DEBUGREGS(dr6, 0xffff0ff1),
	DEBUGREGS(dr7, 0x401),
	LAPIC("TPR", 0x80, 0x20),
	LAPIC("LDR", 0xd0, 0x2000000),
	LAPIC("DFR", 0xe0, 0xfffffff),
	LAPIC("SVR", 0xf0, 0x1ff),
	LAPIC("ISR", 0x120, 2),
	LAPIC("TMR", 0x1a0, 2),
	LAPIC("IRR", 0x220, 2),
	LAPIC("ESR", 0x280, 4),
	LAPIC("ICR", 0x300, 0x500),
	LAPIC("ICR2", 0x310, 0x1000000),
	LAPIC("LVTT", LVTT, 0x20041),
	LAPIC("LVT0", 0x350, 0x10700),
	LAPIC("LVT1", 0x360, 0x400),
	LAPIC("LVTERR", 0x370, 0xfe),
	LAPIC("TMICT", 0x380, 0x40000000),
	LAPIC("TDCR", 0x3e0, 0xb),
	EVENT("exception", 0, 8, 0x1800010d01, 0),
	EVENT("interrupt", SOME_EVENT(interrupt.injected), 2, 0x4101, 0),
	EVENT("interrupt.shadow", SOME_EVENT(interrupt.shadow), 1, 1,
	      KVMLIB_VCPUEVENT_VALID_SHADOW),
	EVENT("nmi.injected", SOME_EVENT(nmi.injected), 1, 1, 0),
	EVENT("nmi.pending", SOME_EVENT(nmi.pending), 1, 1, KVMLIB_VCPUEVENT_VALID_NMI_PENDING),
	EVENT("nmi.masked", SOME_EVENT(nmi.masked), 1, 1, 0),
	EVENT("smi.smm", SOME_EVENT(smi.smm), 1, 1, KVMLIB_VCPUEVENT_VALID_SMM),
	EVENT("smi.pending", SOME_EVENT(smi.pending), 1, 1, KVMLIB_VCPUEVENT_VALID_SMM),
	{ .item = "mp-state", .field = "mp_state", .size = 4, .value = HALTED },
	{ FIELD("nested", struct kvm_nested_state, flags, 0), .first = is_hypervisor },
	{ .item = "tsc-khz", .field = "khz", .size = 4, .value = 1000000 },
	{ .item = "tsc-offset",
	  .field = "between vCPUs",
	  .size = 8,
	  .value = 123456789,
	  .is_between_vcpus = true },
	RUNNING("TSC", 0x10),
	RUNNING("HV_VP_RUNTIME", 0x40000010),
	RUNNING("HV_TIME_REF_COUNT", 0x40000020),
	{ MSR("TSC_DEADLINE", 0x6e0, UINT64_C(1) << 42), .first = waits_for_deadline },
	{ FIELD("clock", struct kvmlib_clock_data, clock, UINT64_C(1000) * SECOND),
	  .drift = UINT64_C(600) * SECOND },
	PIT(channels[0].count, 0x4321),
	PIT(channels[1].mode, 2),
	PIT(channels[2].count, 0x1234),
	PIT(channels[2].rw_mode, 3),
	PIT(channels[2].gate, 1),
	PIT(flags, 1),
	CHIP("ioapic", KVMLIB_IRQCHIP_IOAPIC, ioapic.id, 5),
	CHIP("ioapic", KVMLIB_IRQCHIP_IOAPIC, ioapic.ioregsel, 0x10),
	CHIP("ioapic", KVMLIB_IRQCHIP_IOAPIC, ioapic.irr, 0x20),
	CHIP("ioapic", KVMLIB_IRQCHIP_IOAPIC, ioapic.redirtbl[4].bits, 0x10041),
	CHIP("pic-master", KVMLIB_IRQCHIP_PIC_MASTER, pic.imr, 0xfb),
	CHIP("pic-master", KVMLIB_IRQCHIP_PIC_MASTER, pic.irq_base, 0x20),
	CHIP("pic-master", KVMLIB_IRQCHIP_PIC_MASTER, pic.isr, 1),
	CHIP("pic-master", KVMLIB_IRQCHIP_PIC_MASTER, pic.elcr, 0x20),
	CHIP("pic-slave", KVMLIB_IRQCHIP_PIC_SLAVE, pic.imr, 0xfe),
	CHIP("pic-slave", KVMLIB_IRQCHIP_PIC_SLAVE, pic.irr, 2),
	CHIP("pic-slave", KVMLIB_IRQCHIP_PIC_SLAVE, pic.auto_eoi, 1),
};
const size_t nr_pokes = sizeof(pokes) / sizeof(pokes[0]);

/* An item's bytes, which KVM gives and takes as a whole. */
struct bytes {
	_Alignas(8) uint8_t data[PART_SIZE];
};

static int get(const struct poke *poke, const struct probe *probe, struct bytes *bytes)
{
	const struct part *part = part_of(poke->item);

	memset(bytes, 0, sizeof(*bytes));
	return part ? part->get(probe, poke->index, bytes->data) : -ENOENT;
}

int poke_read(const struct poke *poke, const struct probe *probe, uint64_t *ret_value)
{
	struct bytes bytes;
	int r = get(poke, probe, &bytes);

	*ret_value = 0;
	memcpy(ret_value, bytes.data + poke->offset, poke->size);
	return r < 0 ? r : 0;
}

static void change(const struct poke *poke, struct bytes *bytes)
{
	uint32_t flags;

	memcpy(bytes->data + poke->offset, &poke->value, poke->size);
	if (!poke->flags)
		return;
	memcpy(&flags, bytes->data + poke->flags_offset, sizeof(flags));
	flags |= poke->flags;
	memcpy(bytes->data + poke->flags_offset, &flags, sizeof(flags));
}

int poke_write(const struct poke *poke, const struct probe *probe)
{
	struct bytes bytes;
	int r = get(poke, probe, &bytes);

	if (r < 0)
		return r;
	change(poke, &bytes);
	return part_of(poke->item)->set(probe, poke->index, bytes.data);
}
#endif
