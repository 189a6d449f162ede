/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A PC. */
#include "board.h"

#ifdef __x86_64__
#include <inttypes.h>
#include <string.h>

#include "../machine.h"
#include "../tool.h"
#include "x86.h"

/* Where the platform keeps what is no RAM; KVM's own pages are there, too. */
#define PLATFORM_START 0xfec00000U /* I/O APIC; the local APIC is at 0xfee00000 */
#define PLATFORM_END   0xff000000U
#define ROM_END	       0x100000000U

#define REAL_END     0x100000U /* 16-bit code sees memory up to here */
#define BOOT_SECTOR  0x7c00U   /* where a BIOS puts one */
#define ROM_UNIT     0x10000U
#define SHADOW_WHOLE 0x40000U /* ROMs up to this size are copied below 1 MiB as a whole, */
#define SHADOW_LAST  0x20000U /* and of larger ones that much, as a PC's chipset has it */

static const struct device_state states[] = {
	{ "run.serial", offsetof(struct devices, serial.state), sizeof(struct serial_state) },
	{ "run.cmos", offsetof(struct devices, cmos), sizeof(struct cmos) },
};

/* Where things are */

static int check_rom(const struct run_options *options, uint64_t size)
{
	if (size % ROM_UNIT) {
		say(RUN, "%s: a firmware is a multiple of 64K, not %" PRIu64 " bytes: cut off?",
		    options->image, size);
		return STATUS_USAGE;
	}
	if (options->ram.size < REAL_END) {
		say(RUN, "firmware needs 1M of RAM or more");
		return STATUS_USAGE;
	}
	return STATUS_OK;
}

static void say_overlap(uint64_t ram_size, const char *what, uint64_t start, uint64_t end)
{
	say(RUN, "RAM at 0x0-0x%" PRIx64 " overlaps %s at 0x%" PRIx64 "-0x%" PRIx64, ram_size - 1,
	    what, start, end - 1);
	fprintf(stderr, "  hint: --memory=4076M is the most that fits below.\n");
}

int board_check(const struct run_options *options, uint64_t rom_size)
{
	uint64_t ram_size = options->ram.size;

	if (rom_size && check_rom(options, rom_size))
		return STATUS_USAGE;
	if (rom_size && ram_size > board_rom(rom_size))
		say_overlap(ram_size, "the ROM", board_rom(rom_size), ROM_END);
	else if (ram_size > PLATFORM_START)
		say_overlap(ram_size, "interrupt controllers and pages of KVM", PLATFORM_START,
			    PLATFORM_END);
	else
		return STATUS_OK;
	return STATUS_USAGE;
}

static void shadow(const struct memory *memory)
{
	uint64_t rom_size = memory->image_size;
	uint64_t size = rom_size > SHADOW_WHOLE ? SHADOW_LAST : rom_size;

	memcpy(memory->ram + REAL_END - size, memory->image + rom_size - size, size);
}

/* The VM */

static int create_irqchip(struct machine *machine)
{
	if (kvmlib_vm_create_irqchip(machine->vm) < 0)
		return say_error(RUN, "can't create interrupt controllers");
	if (kvmlib_vm_create_pit2(machine->vm, KVMLIB_PIT_SPEAKER_DUMMY) < 0)
		return say_error(RUN, "can't create a timer");
	return STATUS_OK;
}

static int create(struct machine *machine, const struct run_options *options)
{
	if (kvmlib_vm_set_identity_map_addr(machine->vm, IDENTITY_MAP) < 0 ||
	    kvmlib_vm_set_tss_addr(machine->vm, TSS_PAGES) < 0)
		return say_error(RUN, "can't place KVM's own pages");
	return options->irqchip ? create_irqchip(machine) : STATUS_OK;
}

const struct board board = {
	.load = BOOT_SECTOR,
	.entry_end = REAL_END,
	.rom_max = ROM_END - PLATFORM_END,
	.rom_end = ROM_END,
	.irqchip_max = 1,
	.firmware_has_irqchip = true,
	.irqchip_starts_vcpus = true,
	.has_cpu_models = true,
	.has_ports = true,
	.states = states,
	.nr_states = sizeof(states) / sizeof(states[0]),
	.shadow = shadow,
	.create = create,
	.enable = x86_enable,
};
#endif
