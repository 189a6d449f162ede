/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine.h"

#include <string.h>
#include <sys/ioctl.h>

#define RAM_SIZE 0x10000U

static bool announce(struct machine *machine, uint32_t flags)
{
	const int has_sregs2 = !(flags & MACHINE_OLD_SREGS);

	return !kvmlib_sim_set_capability(machine->sim, KVMLIB_CAP_SREGS2, has_sregs2) &&
	       !kvmlib_sim_set_capability(machine->sim, KVMLIB_CAP_KVMCLOCK_CTRL, 1);
}

static int (*sim_ioctl)(void *ctx, int fd, unsigned long request, unsigned long arg);

/* What a kernel reads no sanitizer sees, unless it is read here, too. */
static int sys_ioctl(void *ctx, int fd, unsigned long request, unsigned long arg)
{
	const volatile uint8_t *bytes = (const volatile uint8_t *)arg;
	size_t size = _IOC_DIR(request) & _IOC_WRITE ? _IOC_SIZE(request) : 0;

	for (size_t i = 0; i < size; i++)
		(void)bytes[i];
	return sim_ioctl(ctx, fd, request, arg);
}

static bool make_vm(struct machine *machine)
{
	const struct kvmlib_system_opts opts = { .size = sizeof(opts), .sys = &machine->sys };

	machine->sys = *kvmlib_sim_sys_ops(machine->sim);
	sim_ioctl = machine->sys.ioctl;
	machine->sys.ioctl = sys_ioctl;
	return !kvmlib_system_open(&opts, &machine->system) &&
	       !kvmlib_system_create_vm(machine->system, NULL, &machine->vm) &&
	       !kvmlib_vm_create_irqchip(machine->vm) && !kvmlib_vm_create_pit2(machine->vm, 0);
}

static bool make_vcpus(struct machine *machine)
{
	bool done = true;

	for (uint32_t i = 0; done && i < MACHINE_VCPUS; i++)
		done = !kvmlib_vm_create_vcpu(machine->vm, i, &machine->vcpus[i]);
	return done && !kvmlib_vcpu_enable_hyperv_enforce_cpuid(machine->vcpus[1], 1);
}

static bool make_parts(struct machine *machine)
{
	const struct kvmlib_memory_region_opts ram = { .size = sizeof(ram),
						       .name = "ram",
						       .length = RAM_SIZE };

	return !kvmlib_memory_new(machine->vm, NULL, &machine->memory) &&
	       !kvmlib_memory_add(machine->memory, &ram, NULL) &&
	       !kvmlib_routes_new(machine->vm, NULL, &machine->routes);
}

static bool make_plan(struct machine *machine)
{
	const struct kvmlib_state_plan_opts opts = { .size = sizeof(opts),
						     .vcpus = machine->vcpus,
						     .nr_vcpus = MACHINE_VCPUS,
						     .memory = machine->memory,
						     .routes = machine->routes };

	return !kvmlib_state_plan_new(machine->vm, &opts, &machine->plan);
}

bool machine_make(struct machine *machine, uint32_t flags)
{
	memset(machine, 0, sizeof(*machine));
	return !kvmlib_sim_new(&machine->sim) && announce(machine, flags) && make_vm(machine) &&
	       make_vcpus(machine) && make_parts(machine) && make_plan(machine);
}

void machine_drop(struct machine *machine)
{
	kvmlib_state_plan_free(machine->plan);
	kvmlib_routes_unref(machine->routes);
	kvmlib_memory_unref(machine->memory);
	for (uint32_t i = 0; i < MACHINE_VCPUS; i++)
		kvmlib_vcpu_unref(machine->vcpus[i]);
	kvmlib_vm_unref(machine->vm);
	kvmlib_system_unref(machine->system);
	kvmlib_sim_free(machine->sim);
}
