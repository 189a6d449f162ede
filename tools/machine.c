/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Making the VM. */
#include "machine.h"

#ifdef __x86_64__
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
	status = memory_load(&machine->memory, options);
	if (!status)
		status = create_vm(machine);
	if (!status && options->irqchip)
		status = create_irqchip(machine);
	if (!status)
		status = memory_add(&machine->memory, machine->vm);
	if (!status)
		status = create_vcpu(machine);
	if (!status)
		status = cpu_set_up(machine, options);
	return status;
}

void machine_close(struct machine *machine)
{
	kvmlib_vcpu_unref(machine->vcpu);
	memory_close(&machine->memory);
	kvmlib_vm_unref(machine->vm);
	kvmlib_system_unref(machine->system);
}
#endif
