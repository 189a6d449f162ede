/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* State of x86: MSRs, CPUID, the FPU's areas, clocks, and the chips of a platform. */

#include "pair.h"

#define VM(request, arg)   ioctl(raw.vm, request, arg)
#define VCPU(request, arg) ioctl(raw.vcpu, request, arg)
#define IN(type, ...)	   (&(struct type){ __VA_ARGS__ })

#define SYSENTER_CS 0x174U
#define NO_MSR	    0xdeadbeefU
#define NR_MSRS	    2U
#define NR_LEAVES   2U
#define MORE_LEAVES 16U
#define NR_IDS	    8U
#define MSR_REG	    (0x2030000200000000U | SYSENTER_CS) /* KVM_X86_REG_MSR() */
#define NO_CHIP	    3U

/* Lists as the kernel has them; the library takes them apart. */
struct msrs {
	uint32_t nmsrs;
	uint32_t pad;
	struct kvm_msr_entry entries[NR_MSRS];
};

struct leaves {
	uint32_t nent;
	uint32_t padding;
	struct kvm_cpuid_entry2 entries[MORE_LEAVES];
};

struct ids {
	uint64_t n;
	uint64_t reg[NR_IDS];
};

static struct msrs *msrs(struct msrs *list, uint32_t second)
{
	*list = (struct msrs){ .nmsrs = NR_MSRS,
			       .entries = { { .index = SYSENTER_CS, .data = 0x33 },
					    { .index = second, .data = 0x44 } } };
	return list;
}

/* Where the kernel stops it leaves zeros, and the library what the caller had. */
static int get_first(struct msrs *list)
{
	int r = VCPU(KVM_GET_MSRS, msrs(list, NO_MSR));

	list->entries[1].data = 0;
	return r;
}

static int get_first_of_ours(struct msrs *list)
{
	int r = kvmlib_vcpu_get_msrs(ours.vcpu, msrs(list, NO_MSR)->entries, NR_MSRS);

	list->entries[1].data = 0;
	return r;
}

static void msr_rows(void)
{
	ROW(SUCCEEDS, "KVM_SET_MSRS", struct msrs, VCPU(KVM_SET_MSRS, msrs(out, SYSENTER_CS + 1)),
	    kvmlib_vcpu_set_msrs(ours.vcpu, msrs(out, SYSENTER_CS + 1)->entries, NR_MSRS));
	ROW(SUCCEEDS, "KVM_SET_MSRS, the second unknown", struct msrs,
	    VCPU(KVM_SET_MSRS, msrs(out, NO_MSR)),
	    kvmlib_vcpu_set_msrs(ours.vcpu, msrs(out, NO_MSR)->entries, NR_MSRS));
	ROW(SUCCEEDS, "KVM_GET_MSRS", struct msrs, VCPU(KVM_GET_MSRS, msrs(out, SYSENTER_CS + 1)),
	    kvmlib_vcpu_get_msrs(ours.vcpu, msrs(out, SYSENTER_CS + 1)->entries, NR_MSRS));
	ROW(SUCCEEDS, "KVM_GET_MSRS, the second unknown", struct msrs, get_first(out),
	    get_first_of_ours(out));
	ROW(FAILS, "KVM_GET_MSRS, too many", char, VCPU(KVM_GET_MSRS, IN(kvm_msrs, .nmsrs = 256)),
	    kvmlib_vcpu_get_msrs(ours.vcpu, (struct kvm_msr_entry[256]){ 0 }, 256));
	ROW(FAILS, "KVM_SET_MSRS, too many", char, VCPU(KVM_SET_MSRS, IN(kvm_msrs, .nmsrs = 256)),
	    kvmlib_vcpu_set_msrs(ours.vcpu, (const struct kvm_msr_entry[256]){ 0 }, 256));
}

static struct leaves *leaves(struct leaves *list)
{
	*list = (struct leaves){ .nent = NR_LEAVES,
				 .entries = { { .function = 0, .eax = 1, .ebx = 0x756e6547 },
					      { .function = 1, .eax = 0x673, .edx = 1U << 15 } } };
	return list;
}

static struct leaves *room(struct leaves *list, uint32_t nent)
{
	list->nent = nent;
	list->padding = 0;
	return list;
}

/* A KVM may add some of its own to those that were set; kernels before 6.5 don't say how many are there. */
static uint32_t count_leaves(void)
{
	struct leaves list;
	uint32_t count = 0;

	kvmlib_vcpu_get_cpuid2(ours.vcpu, list.entries, MORE_LEAVES, &count);
	return count;
}

static void cpuid_rows(void)
{
	uint32_t count;

	ROW(SUCCEEDS, "KVM_SET_CPUID2", struct leaves, VCPU(KVM_SET_CPUID2, leaves(out)),
	    kvmlib_vcpu_set_cpuid2(ours.vcpu, leaves(out)->entries, NR_LEAVES));
	count = count_leaves();
	ROW(SUCCEEDS, "KVM_GET_CPUID2", struct leaves, VCPU(KVM_GET_CPUID2, room(out, count)),
	    kvmlib_vcpu_get_cpuid2(ours.vcpu, room(out, 0)->entries, count, &out->nent));
	ROW(FAILS, "KVM_GET_CPUID2, no room", struct leaves, VCPU(KVM_GET_CPUID2, room(out, 1)),
	    kvmlib_vcpu_get_cpuid2(ours.vcpu, room(out, 1)->entries, 1, &out->nent));
}

static void *area(struct kvm_xsave *xsave, uint8_t components)
{
	uint8_t *bytes = (uint8_t *)xsave;

	memset(bytes, 0, sizeof(*xsave));
	bytes[0] = 0x7f;
	bytes[1] = 0x03;
	bytes[24] = 0x80;
	bytes[25] = 0x1f;
	bytes[512] = 1;
	bytes[519] = components;
	return bytes;
}

static void fpu_rows(void)
{
	NEEDS(XSAVE, SUCCEEDS, "KVM_SET_XSAVE", struct kvm_xsave, VCPU(KVM_SET_XSAVE, area(out, 0)),
	      kvmlib_vcpu_set_xsave(ours.vcpu, area(out, 0), sizeof(*out)));
	NEEDS(XSAVE, SUCCEEDS, "KVM_GET_XSAVE", struct kvm_xsave, VCPU(KVM_GET_XSAVE, out),
	      kvmlib_vcpu_get_xsave(ours.vcpu, out, sizeof(*out)));
	NEEDS(XSAVE, FAILS, "KVM_SET_XSAVE, unknown components", struct kvm_xsave,
	      VCPU(KVM_SET_XSAVE, area(out, 0x40)),
	      kvmlib_vcpu_set_xsave(ours.vcpu, area(out, 0x40), sizeof(*out)));
	NEEDS(XCRS, SUCCEEDS, "KVM_GET_XCRS", struct kvm_xcrs, VCPU(KVM_GET_XCRS, out),
	      kvmlib_vcpu_get_xcrs(ours.vcpu, out));
	NEEDS(XCRS, SUCCEEDS, "KVM_SET_XCRS", char,
	      VCPU(KVM_SET_XCRS, IN(kvm_xcrs, .nr_xcrs = 1, .xcrs = { { .value = 1 } })),
	      kvmlib_vcpu_set_xcrs(ours.vcpu,
				   IN(kvm_xcrs, .nr_xcrs = 1, .xcrs = { { .value = 1 } })));
	NEEDS(XCRS, FAILS, "KVM_SET_XCRS, a flag", char,
	      VCPU(KVM_SET_XCRS, IN(kvm_xcrs, .flags = 1)),
	      kvmlib_vcpu_set_xcrs(ours.vcpu, IN(kvm_xcrs, .flags = 1)));
	NEEDS(DEBUGREGS, SUCCEEDS, "KVM_SET_DEBUGREGS", char,
	      VCPU(KVM_SET_DEBUGREGS, IN(kvm_debugregs, .db = { 0, 7 }, .dr7 = 0x400)),
	      kvmlib_vcpu_set_debugregs(ours.vcpu,
					IN(kvm_debugregs, .db = { 0, 7 }, .dr7 = 0x400)));
	NEEDS(DEBUGREGS, SUCCEEDS, "KVM_GET_DEBUGREGS", struct kvm_debugregs,
	      VCPU(KVM_GET_DEBUGREGS, out), kvmlib_vcpu_get_debugregs(ours.vcpu, out));
	NEEDS(DEBUGREGS, FAILS, "KVM_SET_DEBUGREGS, a flag", char,
	      VCPU(KVM_SET_DEBUGREGS, IN(kvm_debugregs, .flags = 1)),
	      kvmlib_vcpu_set_debugregs(ours.vcpu, IN(kvm_debugregs, .flags = 1)));
}

/* What goes on between two calls is not compared. */
static int get_clock(struct kvmlib_clock_data *clock)
{
	int r = VM(KVM_GET_CLOCK, clock);

	clock->clock = clock->realtime = clock->host_tsc = 0;
	return r;
}

static int get_our_clock(struct kvmlib_clock_data *clock)
{
	int r = kvmlib_vm_get_clock(ours.vm, clock);

	clock->clock = clock->realtime = clock->host_tsc = 0;
	return r;
}

static void clock_rows(void)
{
	NEEDS(GET_TSC_KHZ, SUCCEEDS, "KVM_GET_TSC_KHZ", char, VCPU(KVM_GET_TSC_KHZ, 0),
	      kvmlib_vcpu_get_tsc_khz(ours.vcpu));
	NEEDS(TSC_CONTROL, SUCCEEDS, "KVM_SET_TSC_KHZ", char, VCPU(KVM_SET_TSC_KHZ, 1000000),
	      kvmlib_vcpu_set_tsc_khz(ours.vcpu, 1000000));
	NEEDS(GET_TSC_KHZ, SUCCEEDS, "KVM_GET_TSC_KHZ after it", char, VCPU(KVM_GET_TSC_KHZ, 0),
	      kvmlib_vcpu_get_tsc_khz(ours.vcpu));
	NEEDS(ADJUST_CLOCK, SUCCEEDS, "KVM_GET_CLOCK", struct kvmlib_clock_data, get_clock(out),
	      get_our_clock(out));
	NEEDS(ADJUST_CLOCK, SUCCEEDS, "KVM_SET_CLOCK", char,
	      VM(KVM_SET_CLOCK, IN(kvmlib_clock_data, .clock = 1000)),
	      kvmlib_vm_set_clock(ours.vm, IN(kvmlib_clock_data, .clock = 1000)));
	NEEDS(ADJUST_CLOCK, FAILS, "KVM_SET_CLOCK, unknown flags", char,
	      VM(KVM_SET_CLOCK, IN(kvmlib_clock_data, .flags = 1U << 20)),
	      kvmlib_vm_set_clock(ours.vm, IN(kvmlib_clock_data, .flags = 1U << 20)));
	NEEDS(ADJUST_CLOCK, FAILS, "KVM_GET_CLOCK to nowhere", char, VM(KVM_GET_CLOCK, NOWHERE),
	      kvmlib_vm_get_clock(ours.vm, NOWHERE));
}

/* The VM has no platform. */
static void absent_rows(void)
{
	ROW(FAILS, "KVM_SET_PIT2 without a PIT", char,
	    VM(KVM_SET_PIT2, IN(kvm_pit_state2, .flags = 0)),
	    kvmlib_vm_set_pit2(ours.vm, IN(kvm_pit_state2, .flags = 0)));
	ROW(FAILS, "KVM_SET_LAPIC without an APIC", char,
	    VCPU(KVM_SET_LAPIC, IN(kvm_lapic_state, .regs = { 0 })),
	    kvmlib_vcpu_set_lapic(ours.vcpu, IN(kvm_lapic_state, .regs = { 0 })));
	ROW(FAILS, "KVM_GET_IRQCHIP without one", char,
	    VM(KVM_GET_IRQCHIP, IN(kvm_irqchip, .chip_id = 0)),
	    kvmlib_vm_get_irqchip(ours.vm, IN(kvm_irqchip, .chip_id = 0)));
}

static int one_reg(unsigned long request, uint64_t *value)
{
	return VCPU(request, IN(kvm_one_reg, .id = MSR_REG, .addr = (uintptr_t)value));
}

static struct ids *id_room(struct ids *ids)
{
	memset(ids, 0, sizeof(*ids));
	ids->n = NR_IDS;
	return ids;
}

static int our_ids(struct ids *ids)
{
	return kvmlib_vcpu_get_reg_list(ours.vcpu, id_room(ids)->reg, NR_IDS, &ids->n);
}

static void one_reg_rows(void)
{
	NEEDS(ONE_REG, SUCCEEDS, "KVM_SET_ONE_REG", char,
	      one_reg(KVM_SET_ONE_REG, &(uint64_t){ 0x55 }),
	      kvmlib_vcpu_set_one_reg(ours.vcpu, MSR_REG, &(uint64_t){ 0x55 }, 8));
	NEEDS(ONE_REG, SUCCEEDS, "KVM_GET_ONE_REG", uint64_t, one_reg(KVM_GET_ONE_REG, out),
	      kvmlib_vcpu_get_one_reg(ours.vcpu, MSR_REG, out, sizeof(*out)));
	NEEDS(ONE_REG, SUCCEEDS, "KVM_GET_REG_LIST", struct ids,
	      VCPU(KVM_GET_REG_LIST, id_room(out)), our_ids(out));
	IF(kvmlib_system_check_extension(ours.system, KVMLIB_CAP_ONE_REG) <= 0,
	   "absence of KVM_CAP_ONE_REG", FAILS, "KVM_GET_REG_LIST where there are none", char,
	   VCPU(KVM_GET_REG_LIST, id_room(&(struct ids){ 0 })), our_ids(&(struct ids){ 0 }));
}

void x86_rows(void)
{
	if (!made(pair_open() && pair_add_vm() && pair_add_vcpu(), "vCPUs of x86"))
		return;
	msr_rows();
	cpuid_rows();
	fpu_rows();
	clock_rows();
	absent_rows();
	one_reg_rows();
	pair_close();
}

static bool add_platform(void)
{
	return VM(KVM_CREATE_IRQCHIP, 0) == 0 && kvmlib_vm_create_irqchip(ours.vm) == 0 &&
	       VM(KVM_CREATE_PIT2, IN(kvm_pit_config, .flags = 0)) == 0 &&
	       kvmlib_vm_create_pit2(ours.vm, 0) == 0;
}

static struct kvm_irqchip *chip(struct kvm_irqchip *irqchip, uint32_t id)
{
	memset(irqchip, 0, sizeof(*irqchip));
	irqchip->chip_id = id;
	return irqchip;
}

static void irqchip_state_rows(void)
{
	for (uint32_t id = 0; id < NO_CHIP; id++)
		ROW(SUCCEEDS, "KVM_GET_IRQCHIP", struct kvm_irqchip,
		    VM(KVM_GET_IRQCHIP, chip(out, id)),
		    kvmlib_vm_get_irqchip(ours.vm, chip(out, id)));
	ROW(SUCCEEDS, "KVM_SET_IRQCHIP", struct kvm_irqchip, VM(KVM_SET_IRQCHIP, chip(out, 1)),
	    kvmlib_vm_set_irqchip(ours.vm, chip(out, 1)));
	ROW(FAILS, "KVM_GET_IRQCHIP of no chip", struct kvm_irqchip,
	    VM(KVM_GET_IRQCHIP, chip(out, NO_CHIP)),
	    kvmlib_vm_get_irqchip(ours.vm, chip(out, NO_CHIP)));
	ROW(FAILS, "KVM_SET_IRQCHIP of no chip", struct kvm_irqchip,
	    VM(KVM_SET_IRQCHIP, chip(out, NO_CHIP)),
	    kvmlib_vm_set_irqchip(ours.vm, chip(out, NO_CHIP)));
}

/* When a count was loaded is not compared. */
static struct kvm_pit_state2 *timeless(struct kvm_pit_state2 *pit)
{
	for (int i = 0; i < 3; i++)
		pit->channels[i].count_load_time = 0;
	return pit;
}

static int get_pit(struct kvm_pit_state2 *pit)
{
	int r = VM(KVM_GET_PIT2, pit);

	timeless(pit);
	return r;
}

static int get_our_pit(struct kvm_pit_state2 *pit)
{
	int r = kvmlib_vm_get_pit2(ours.vm, pit);

	timeless(pit);
	return r;
}

static void pit_rows(void)
{
	ROW(SUCCEEDS, "KVM_GET_PIT2", struct kvm_pit_state2, get_pit(out), get_our_pit(out));
	ROW(SUCCEEDS, "KVM_SET_PIT2", struct kvm_pit_state2,
	    (get_pit(out), VM(KVM_SET_PIT2, timeless(out))),
	    (get_our_pit(out), kvmlib_vm_set_pit2(ours.vm, timeless(out))));
	ROW(FAILS, "KVM_GET_PIT2 to nowhere", char, VM(KVM_GET_PIT2, NOWHERE),
	    kvmlib_vm_get_pit2(ours.vm, NOWHERE));
}

static void lapic_rows(void)
{
	ROW(SUCCEEDS, "KVM_GET_LAPIC", struct kvm_lapic_state, VCPU(KVM_GET_LAPIC, out),
	    kvmlib_vcpu_get_lapic(ours.vcpu, out));
	ROW(SUCCEEDS, "KVM_SET_LAPIC", struct kvm_lapic_state,
	    (VCPU(KVM_GET_LAPIC, out), out->regs[0x80] = 0x20, VCPU(KVM_SET_LAPIC, out)),
	    (kvmlib_vcpu_get_lapic(ours.vcpu, out), out->regs[0x80] = 0x20,
	     kvmlib_vcpu_set_lapic(ours.vcpu, out)));
	ROW(SUCCEEDS, "KVM_GET_LAPIC after it", struct kvm_lapic_state, VCPU(KVM_GET_LAPIC, out),
	    kvmlib_vcpu_get_lapic(ours.vcpu, out));
	ROW(FAILS, "KVM_GET_LAPIC to nowhere", char, VCPU(KVM_GET_LAPIC, NOWHERE),
	    kvmlib_vcpu_get_lapic(ours.vcpu, NOWHERE));
}

void platform_rows(void)
{
	if (!made(pair_open() && pair_add_vm() && add_platform() && pair_add_vcpu(), "a platform"))
		return;
	irqchip_state_rows();
	pit_rows();
	lapic_rows();
	pair_close();
}
