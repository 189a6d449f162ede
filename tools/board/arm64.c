/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* arm64: what is there is where QEMU's board "virt" has it, for firmware that is made for that. */
#include "board.h"

#ifdef __aarch64__
#include "../machine.h"
#include "../tool.h"
#include "arm64.h"
#include "registers.h"
#include "tree.h"

#define FLASH	       0x4000000U /* bytes: firmware has one, and what it keeps is in another behind */
#define VARIABLES_SIZE 0x40000U

static uint64_t read_uart(struct devices *devices, uint64_t offset)
{
	return pl011_read(&devices->pl011, offset);
}

static void write_uart(struct devices *devices, uint64_t offset, uint64_t value)
{
	pl011_write(&devices->pl011, offset, (uint32_t)value);
}

static const struct mmio mmio[] = { { ARM64_UART, ARM64_UART_SIZE, "UART", read_uart,
				      write_uart } };

static const struct device_state states[] = {
	{ "run.pl011", offsetof(struct devices, pl011.registers),
	  PL011_REGISTERS * sizeof(uint32_t) },
};

const struct board board = {
	.ram = ARM64_RAM,
	.load = ARM64_RAM + 0x200000U,
	.rom_max = FLASH,
	.variables = FLASH,
	.variables_size = VARIABLES_SIZE,
	.irqchip_max = 3,
	.firmware_has_irqchip = true,
	.mmio = mmio,
	.nr_mmio = sizeof(mmio) / sizeof(mmio[0]),
	.states = states,
	.nr_states = sizeof(states) / sizeof(states[0]),
};

/* RAM has all the room above; the tree is at its beginning, where firmware looks for it. */
int board_check(const struct run_options *options, uint64_t rom_size)
{
	(void)rom_size;
	return tree_check(options);
}

/* The vCPUs */

/* No more than any host has, so that any can go on with a saved guest; the first vCPU starts. */
static int init_vcpus(struct machine *machine)
{
	const struct kvmlib_arm64_vcpus_opts opts = {
		.size = sizeof(opts),
		.vcpus = machine->vcpus,
		.nr_vcpus = machine->nr_vcpus,
		.required = 1U << KVMLIB_ARM_VCPU_PSCI_0_2 | 1U << KVMLIB_ARM_VCPU_POWER_OFF,
	};
	struct kvmlib_arm64_features got;

	if (kvmlib_arm64_vcpus_init(machine->vm, &opts, &got) < 0)
		return say_error(RUN, "can't set up the vCPUs");
	return STATUS_OK;
}

/* As Linux's boot protocol has it; firmware looks at the RAM's beginning instead. */
static int start(struct machine *machine, const struct run_options *options)
{
	int status = reg_set(machine->vcpus[0], "x0", ARM64_RAM);

	if (!status)
		status = reg_set(machine->vcpus[0], "pc", options->firmware ? 0 : options->entry);
	return status;
}

int board_set_up(struct machine *machine, struct run_options *options)
{
	int status = init_vcpus(machine);

	if (!status && options->irqchip)
		status = arm64_gic_create(machine, options);
	if (status || options->saved)
		return status;
	status = arm64_write_tree(machine, options);
	return status ? status : start(machine, options);
}
#endif
