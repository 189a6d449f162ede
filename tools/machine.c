/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Making the VM. */
#include "machine.h"

#ifdef __x86_64__
#include <inttypes.h>

#include <linux/kvm.h>

#include "tool.h"

static int create_vm(struct machine *machine)
{
	if (kvmlib_system_open(NULL, &machine->system) < 0)
		return say_error(RUN, "can't open KVM");
	if (kvmlib_system_create_vm(machine->system, NULL, &machine->vm) < 0)
		return say_error(RUN, "can't create a VM");
	if (kvmlib_vm_set_identity_map_addr(machine->vm, IDENTITY_MAP) < 0 ||
	    kvmlib_vm_set_tss_addr(machine->vm, TSS_PAGES) < 0)
		return say_error(RUN, "can't place KVM's own pages");
	return STATUS_OK;
}

static int create_irqchip(struct machine *machine)
{
	if (kvmlib_vm_create_irqchip(machine->vm) < 0)
		return say_error(RUN, "can't create interrupt controllers");
	if (kvmlib_vm_create_pit2(machine->vm, KVMLIB_PIT_SPEAKER_DUMMY) < 0)
		return say_error(RUN, "can't create a timer");
	return STATUS_OK;
}

static int add_slot(struct machine *machine, const struct kvm_userspace_memory_region *region)
{
	if (kvmlib_vm_set_user_memory_region(machine->vm, region) < 0)
		return say_error(RUN, "can't map the guest's memory at 0x%" PRIx64,
				 (uint64_t)region->guest_phys_addr);
	return STATUS_OK;
}

static int add_ram(struct machine *machine)
{
	const struct kvm_userspace_memory_region region = {
		.slot = 0,
		.guest_phys_addr = 0,
		.memory_size = machine->memory.ram_size,
		.userspace_addr = (uintptr_t)machine->memory.ram,
	};

	return add_slot(machine, &region);
}

static int add_rom(struct machine *machine)
{
	const struct kvm_userspace_memory_region region = {
		.slot = 1,
		.flags = KVMLIB_MEM_READONLY,
		.guest_phys_addr = ROM_END - machine->memory.rom_size,
		.memory_size = machine->memory.rom_size,
		.userspace_addr = (uintptr_t)machine->memory.rom,
	};

	if (kvmlib_vm_check_extension(machine->vm, KVMLIB_CAP_READONLY_MEM) > 0)
		return add_slot(machine, &region);
	say(RUN, "this kernel can't map a ROM: it lacks KVM_CAP_READONLY_MEM");
	return STATUS_HOST;
}

static int create_vcpu(struct machine *machine)
{
	if (kvmlib_vm_create_vcpu(machine->vm, 0, &machine->vcpu) < 0)
		return say_error(RUN, "can't create a vCPU");
	return STATUS_OK;
}

/* The image comes first: what is wrong with it can be told without KVM. */
int machine_open(struct machine *machine, const struct run_options *options)
{
	int status;

	*machine = (struct machine){ .vm = NULL };
	status = memory_open(&machine->memory, options);
	if (!status)
		status = create_vm(machine);
	if (!status && options->irqchip)
		status = create_irqchip(machine);
	if (!status)
		status = add_ram(machine);
	if (!status && options->firmware)
		status = add_rom(machine);
	if (!status)
		status = create_vcpu(machine);
	if (!status)
		status = cpu_set_up(machine, options);
	return status;
}

/* The memory must outlive the VM that maps it. */
void machine_close(struct machine *machine)
{
	kvmlib_vcpu_unref(machine->vcpu);
	kvmlib_vm_unref(machine->vm);
	kvmlib_system_unref(machine->system);
	memory_close(&machine->memory);
}
#endif
