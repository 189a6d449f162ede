/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* VMs to be thrown away. */
#include "probe.h"

#ifdef __x86_64__
#include <stdlib.h>

#include <linux/kvm.h>

#include "../board/x86.h"
#include "../tool.h"
#include "state.h"

#define ECX_TSC_DEADLINE (1U << 24)
#define RAM_SIZE	 0x100000U /* for what KVM writes to the guest where its MSRs say */

static int create_vm(struct probe *probe, struct kvmlib_system *system)
{
	if (kvmlib_system_create_vm(system, NULL, &probe->vm) < 0)
		return say_error(STATE, "can't create a VM");
	if (kvmlib_vm_set_identity_map_addr(probe->vm, IDENTITY_MAP) < 0 ||
	    kvmlib_vm_set_tss_addr(probe->vm, TSS_PAGES) < 0)
		return say_error(STATE, "can't place KVM's own pages");
	if (kvmlib_vm_create_irqchip(probe->vm) < 0 ||
	    kvmlib_vm_create_pit2(probe->vm, KVMLIB_PIT_SPEAKER_DUMMY) < 0)
		return say_error(STATE, "can't create interrupt controllers and a timer");
	return STATUS_OK;
}

static int add_memory(struct probe *probe)
{
	const struct kvmlib_memory_region_opts ram = { .size = sizeof(ram), .length = RAM_SIZE };
	struct kvmlib_memory_region *region;

	if (kvmlib_memory_new(probe->vm, NULL, &probe->memory) < 0 ||
	    kvmlib_memory_add(probe->memory, &ram, &region) < 0)
		return say_error(STATE, "can't map memory");
	return STATUS_OK;
}

/* The local APIC has the mode where the processor is said to have it; KVM does not say so itself. */
static void offer_deadline(struct kvm_cpuid_entry2 *entries, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if (entries[i].function == 1)
			entries[i].ecx |= ECX_TSC_DEADLINE;
}

static int add_vcpus(struct probe *probe, struct kvmlib_system *system)
{
	struct kvm_cpuid_entry2 *entries;
	uint32_t count;
	int r = kvmlib_system_get_supported_cpuid_alloc(system, &entries, &count);

	if (r < 0)
		return say_error(STATE, "can't ask for the supported CPUID");
	offer_deadline(entries, count);
	for (uint32_t id = 0; r >= 0 && id < probe->nr_vcpus; id++) {
		r = kvmlib_vm_create_vcpu(probe->vm, id, &probe->vcpus[id]);
		if (r >= 0)
			r = kvmlib_vcpu_set_cpuid2(probe->vcpus[id], entries, count);
	}
	free(entries);
	return r < 0 ? say_error(STATE, "can't create vCPUs") : STATUS_OK;
}

static int make_plan(struct probe *probe)
{
	const struct kvmlib_state_plan_opts opts = { .size = sizeof(opts),
						     .vcpus = probe->vcpus,
						     .nr_vcpus = probe->nr_vcpus,
						     .memory = probe->memory };

	if (kvmlib_state_plan_new(probe->vm, &opts, &probe->plan) < 0)
		return say_error(STATE, "can't make a plan of the state");
	return STATUS_OK;
}

int probe_open(struct probe *probe, struct kvmlib_system *system, uint32_t nr_vcpus)
{
	int status;

	*probe = (struct probe){ .nr_vcpus = nr_vcpus };
	status = create_vm(probe, system);
	if (!status)
		status = add_memory(probe);
	if (!status)
		status = add_vcpus(probe, system);
	return status ? status : make_plan(probe);
}

void probe_close(struct probe *probe)
{
	kvmlib_state_plan_free(probe->plan);
	kvmlib_memory_unref(probe->memory);
	for (uint32_t id = 0; id < probe->nr_vcpus; id++)
		kvmlib_vcpu_unref(probe->vcpus[id]);
	kvmlib_vm_unref(probe->vm);
}
#endif
