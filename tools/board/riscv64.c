/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* riscv64: what is there is where QEMU's board "virt" has it, for firmware that is made for that. */
#include "board.h"

#ifdef __riscv
#include "../machine.h"
#include "../tool.h"
#include "registers.h"
#include "riscv64.h"
#include "tree.h"

#define LOAD (RISCV64_RAM + 0x200000U) /* below would be the firmware that KVM is in place of */

static uint64_t read_uart(struct devices *devices, uint64_t offset)
{
	return serial_read(&devices->serial, (uint16_t)offset);
}

static void write_uart(struct devices *devices, uint64_t offset, uint64_t value)
{
	serial_write(&devices->serial, (uint16_t)offset, (uint8_t)value);
}

static const struct mmio mmio[] = { { RISCV64_UART, RISCV64_UART_SIZE, "UART", read_uart,
				      write_uart } };

static const struct device_state states[] = {
	{ "run.serial", offsetof(struct devices, serial.state), sizeof(struct serial_state) },
};

const struct board board = {
	.ram = RISCV64_RAM,
	.load = LOAD,
	.firmware = LOAD,
	.mmio = mmio,
	.nr_mmio = sizeof(mmio) / sizeof(mmio[0]),
	.states = states,
	.nr_states = sizeof(states) / sizeof(states[0]),
};

/* RAM has all the room above, and there is no ROM. */
int board_check(const struct run_options *options, uint64_t rom_size)
{
	(void)rom_size;
	return tree_check(options);
}

/* As the SBI starts a supervisor: its hart, and the device tree. KVM has stopped the other vCPUs. */
static int start(struct kvmlib_vcpu *vcpu, uint64_t entry)
{
	int status = reg_set(vcpu, "core/pc", entry);

	if (!status)
		status = reg_set(vcpu, "core/a0", 0);
	if (!status)
		status = reg_set(vcpu, "core/a1", RISCV64_RAM);
	return status;
}

int board_set_up(struct machine *machine, struct run_options *options)
{
	int status;

	if (options->saved)
		return STATUS_OK;
	status = riscv64_write_tree(machine, options);
	return status ? status : start(machine->vcpus[0], options->entry);
}
#endif
