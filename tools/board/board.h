/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BOARD_H
#define BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "devices.h"

struct kvmlib_state;
struct machine;
struct memory;
struct run_options;

/*
 * What a machine is on one architecture: where things are, and who answers there. The build's has one,
 * in a file of its name.
 */
struct board {
	uint64_t ram;	    /* guest physical address of the RAM */
	uint64_t load;	    /* of a flat binary, and of its first instruction */
	uint64_t entry_end; /* which has to be below; 0: anywhere in RAM */
	uint64_t rom_end;   /* 0: a ROM begins at 0 */
	uint64_t rom_max;   /* bytes; 0: a firmware is put into RAM like a flat binary, */
	uint64_t firmware;  /* here */
	uint64_t variables; /* of a firmware that has a ROM: where it keeps them, in an empty ROM */
	uint64_t variables_size;   /* bytes; 0: nowhere */
	uint8_t irqchip_max;	   /* 0: none in the kernel; arm64: the newest version of the GIC */
	bool firmware_has_irqchip; /* unless the command line says otherwise */
	bool irqchip_starts_vcpus; /* all but the first */
	bool has_cpu_models;	   /* --cpu */
	bool has_ports;
	const struct mmio *mmio; /* devices in memory */
	size_t nr_mmio;
	const struct device_state *states; /* of all devices, to be saved */
	size_t nr_states;
	/* Some boards have these; each int is STATUS_OK, or another status after a message. */
	void (*shadow)(const struct memory *memory); /* a new firmware's image besides its ROM */
	/* What the VM gets before memory and vCPUs. */
	int (*create)(struct machine *machine, const struct run_options *options);
	/* Capabilities that are in no state which could enable them, for one that comes next. */
	int (*enable)(const struct machine *machine, const struct kvmlib_state *state);
};
extern const struct board board;

/* Each int is STATUS_OK, or another status after a message. */

/* Whether RAM and a ROM of so many bytes, or 0, have room. */
int board_check(const struct run_options *options, uint64_t rom_size);

/* The vCPUs before their first instructions, and what comes after them. */
int board_set_up(struct machine *machine, struct run_options *options);

/* Where a ROM of so many bytes is. */
static inline uint64_t board_rom(uint64_t size)
{
	return board.rom_end ? board.rom_end - size : 0;
}

#endif
