/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Making the VM. */
#include "machine.h"

#include <inttypes.h>
#include <stdlib.h>

#include "board/board.h"
#include "tool.h"

static int create_vm(struct machine *machine)
{
	if (kvmlib_system_open(NULL, &machine->system) < 0)
		return say_error(RUN, "can't open KVM");
	if (kvmlib_system_create_vm(machine->system, NULL, &machine->vm) < 0)
		return say_error(RUN, "can't create a VM");
	return STATUS_OK;
}

static int check_number(const struct machine *machine, uint32_t nr)
{
	int max = kvmlib_vm_check_extension(machine->vm, KVMLIB_CAP_MAX_VCPUS);
	int advised = kvmlib_vm_check_extension(machine->vm, KVMLIB_CAP_NR_VCPUS);

	if (max < 0 || advised < 0)
		return say_error(RUN, "can't ask how many vCPUs there may be");
	if (nr > (uint32_t)max) {
		say(RUN, "--smp: %" PRIu32 " vCPUs are more than a VM of this host can have: %d",
		    nr, max);
		return STATUS_HOST;
	}
	if (nr > (uint32_t)advised)
		say(RUN, "--smp: %" PRIu32 " vCPUs are more than KVM recommends on this host: %d",
		    nr, advised);
	return STATUS_OK;
}

static int create_vcpu(struct machine *machine)
{
	uint32_t id = machine->nr_vcpus;

	if (kvmlib_vm_create_vcpu(machine->vm, id, &machine->vcpus[id]) < 0)
		return say_error(RUN, "can't create vCPU %" PRIu32, id);
	machine->nr_vcpus++;
	return STATUS_OK;
}

static int create_vcpus(struct machine *machine, uint32_t nr)
{
	int status = nr > 1 ? check_number(machine, nr) : STATUS_OK;

	if (status)
		return status;
	machine->vcpus = calloc(nr, sizeof(struct kvmlib_vcpu *));
	if (!machine->vcpus) {
		say(RUN, "no memory for the vCPUs");
		return STATUS_HOST;
	}
	while (!status && machine->nr_vcpus < nr)
		status = create_vcpu(machine);
	return status;
}

/* The image comes first: what is wrong with it can be told without KVM. */
int machine_open(struct machine *machine, struct run_options *options)
{
	int status;

	*machine = (struct machine){ .vm = NULL };
	status = memory_load(&machine->memory, options);
	if (!status)
		status = create_vm(machine);
	if (!status && board.create)
		status = board.create(machine, options);
	if (!status)
		status = memory_add(&machine->memory, machine->vm);
	if (!status)
		status = create_vcpus(machine, options->nr_vcpus);
	if (!status)
		status = board_set_up(machine, options);
	return status;
}

void machine_close(struct machine *machine)
{
	for (uint32_t id = 0; id < machine->nr_vcpus; id++)
		kvmlib_vcpu_unref(machine->vcpus[id]);
	free(machine->vcpus);
	memory_close(&machine->memory);
	kvmlib_device_unref(machine->gic);
	kvmlib_vm_unref(machine->vm);
	kvmlib_system_unref(machine->system);
}
