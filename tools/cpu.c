/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The vCPU before its first instruction. */
#include "machine.h"

#ifdef __x86_64__
#include <linux/kvm.h>

#include "tool.h"

#define MAX_ENTRIES 256
#define EDX_APIC    (1U << 9)
#define ECX_X2APIC  (1U << 21)

/* What KVM supports speaks of the CPU that asked; this vCPU's APIC id is 0. Without an APIC in the
 * kernel there is none. */
static void fix_entry(struct kvm_cpuid_entry2 *entry, bool irqchip)
{
	if (entry->function == 0xb || entry->function == 0x1f)
		entry->edx = 0;
	if (entry->function != 1)
		return;
	entry->ebx &= 0x00ffffff;
	if (irqchip)
		return;
	entry->ecx &= ~ECX_X2APIC;
	entry->edx &= ~EDX_APIC;
}

static int set_cpuid(struct machine *machine, bool irqchip)
{
	struct kvm_cpuid_entry2 entries[MAX_ENTRIES];
	uint32_t count;

	if (kvmlib_system_get_supported_cpuid(machine->system, entries, MAX_ENTRIES, &count) < 0)
		return say_error(RUN, "can't ask for the supported CPUID");
	for (uint32_t i = 0; i < count; i++)
		fix_entry(&entries[i], irqchip);
	if (kvmlib_vcpu_set_cpuid2(machine->vcpu, entries, count) < 0)
		return say_error(RUN, "can't set the CPUID");
	return STATUS_OK;
}

static void point(struct kvm_segment *segment, uint64_t base)
{
	segment->base = base;
	segment->selector = (uint16_t)(base >> 4);
}

/* Real mode, as `kvmlib run --help` tells it. */
static int set_registers(struct machine *machine, const struct run_options *options)
{
	struct kvm_regs regs = {
		.rip = options->entry & 0xffff,
		.rsp = options->load & 0xffff,
		.rflags = 2, /* a bit that is always set */
	};
	struct kvm_sregs sregs;

	if (kvmlib_vcpu_get_sregs(machine->vcpu, &sregs) < 0)
		return say_error(RUN, "can't read the registers");
	point(&sregs.cs, options->entry & 0xf0000);
	if (kvmlib_vcpu_set_sregs(machine->vcpu, &sregs) < 0 ||
	    kvmlib_vcpu_set_regs(machine->vcpu, &regs) < 0)
		return say_error(RUN, "can't set the registers");
	return STATUS_OK;
}

/* Firmware wants the state after reset, which a new vCPU has. */
int cpu_set_up(struct machine *machine, const struct run_options *options)
{
	int status = set_cpuid(machine, options->irqchip);

	return status || options->firmware ? status : set_registers(machine, options);
}
#endif
