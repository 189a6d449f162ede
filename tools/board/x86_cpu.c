/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The vCPUs before their first instructions. */
#include "../machine.h"

#ifdef __x86_64__
#include <inttypes.h>

#include <linux/kvm.h>

#include "../cpumodel/guest.h"
#include "../tool.h"
#include "board.h"
#include "x86.h"

#define MAX_ENTRIES 256
#define EDX_APIC    (1U << 9)
#define ECX_X2APIC  (1U << 21)

/* What KVM supports speaks of the CPU that asked; a vCPU's APIC id is its own. AMD's leaf tells the core
 * and the node as well: each vCPU is a core, and all are in one node. */
static void set_apic_id(struct kvm_cpuid_entry2 *entry, uint32_t id)
{
	switch (entry->function) {
	case 1:
		entry->ebx = (entry->ebx & 0x00ffffff) | id << 24;
		break;
	case 0xb:
	case 0x1f:
		entry->edx = id;
		break;
	case 0x8000001e:
		entry->eax = id;
		entry->ebx = id & 0xff;
		entry->ecx = 0;
		break;
	}
}

/* Without an APIC in the kernel there is none. */
static void hide_apic(struct kvm_cpuid_entry2 *entry)
{
	if (entry->function != 1)
		return;
	entry->ecx &= ~ECX_X2APIC;
	entry->edx &= ~EDX_APIC;
}

static int set_cpuid(struct kvmlib_vcpu *vcpu, uint32_t id, struct kvm_cpuid_entry2 *entries,
		     uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		set_apic_id(&entries[i], id);
	if (kvmlib_vcpu_set_cpuid2(vcpu, entries, count) < 0)
		return say_error(RUN, "can't set the CPUID of vCPU %" PRIu32, id);
	return STATUS_OK;
}

static int set_cpuids(struct machine *machine, bool irqchip)
{
	struct kvm_cpuid_entry2 entries[MAX_ENTRIES];
	int status = STATUS_OK;
	uint32_t count;

	if (kvmlib_system_get_supported_cpuid(machine->system, entries, MAX_ENTRIES, &count) < 0)
		return say_error(RUN, "can't ask for the supported CPUID");
	for (uint32_t i = 0; !irqchip && i < count; i++)
		hide_apic(&entries[i]);
	for (uint32_t id = 0; !status && id < machine->nr_vcpus; id++)
		status = set_cpuid(machine->vcpus[id], id, entries, count);
	return status;
}

static void point(struct kvm_segment *segment, uint64_t base)
{
	segment->base = base;
	segment->selector = (uint16_t)(base >> 4);
}

/* Real mode, as `kvmlib run --help` tells it. */
static int set_registers(struct kvmlib_vcpu *vcpu, const struct run_options *options)
{
	struct kvm_regs regs = {
		.rip = options->entry & 0xffff,
		.rsp = options->load & 0xffff,
		.rflags = 2, /* a bit that is always set */
	};
	struct kvm_sregs sregs;

	if (kvmlib_vcpu_get_sregs(vcpu, &sregs) < 0)
		return say_error(RUN, "can't read the registers");
	point(&sregs.cs, options->entry & 0xf0000);
	if (kvmlib_vcpu_set_sregs(vcpu, &sregs) < 0 || kvmlib_vcpu_set_regs(vcpu, &regs) < 0)
		return say_error(RUN, "can't set the registers");
	return STATUS_OK;
}

static int set_model(struct machine *machine, const struct run_options *options)
{
	struct kvmlib_cpuid *cpuid;
	int status = guest_cpu_read(RUN, options->cpu, options->irqchip, &cpuid);

	if (status)
		return status;
	for (uint32_t id = 0; !status && id < machine->nr_vcpus; id++)
		status = guest_cpu_set(RUN, cpuid, machine->vcpus[id], id, machine->nr_vcpus,
				       options->irqchip);
	kvmlib_cpuid_free(cpuid);
	return status;
}

/* Firmware wants the state after reset, which a new vCPU has; those behind the first wait for SIPI. */
int board_set_up(struct machine *machine, struct run_options *options)
{
	int status =
		options->cpu ? set_model(machine, options) : set_cpuids(machine, options->irqchip);

	if (status || options->firmware || options->saved)
		return status;
	return set_registers(machine->vcpus[0], options);
}

int x86_enable(const struct machine *machine, const struct kvmlib_state *state)
{
	int status = STATUS_OK;

	for (uint32_t id = 0; !status && id < machine->nr_vcpus; id++)
		status = guest_cpu_enable(RUN, state, machine->vcpus[id], id);
	return status;
}
#endif
