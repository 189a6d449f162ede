/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The machine of a saved guest: its options, and the devices of the tool. */
#include "saved.h"

#include <inttypes.h>
#include <string.h>

#include "board/board.h"
#include "tool.h"

#define PAGE_SIZE 4096U

/* All boards are little endian; the state tells which one it is of. */
struct saved_machine {
	uint64_t ram_size; /* bytes */
	uint32_t nr_vcpus;
	uint16_t debug_port;
	uint8_t irqchip;  /* in the kernel: 0 or 1; arm64: or the GIC's version */
	uint8_t firmware; /* 1: the image is one; where there is a ROM, it always is */
};
_Static_assert(sizeof(struct saved_machine) == 16, "no padding");

static int put_options(struct kvmlib_state *state, const struct run_options *options)
{
	const struct saved_machine saved = {
		.ram_size = options->ram.size,
		.nr_vcpus = options->nr_vcpus,
		.debug_port = options->debug_port,
		.irqchip = options->irqchip ? options->gic ? options->gic : 1 : 0,
		.firmware = options->firmware,
	};

	return saved_put(state, SAVED_MACHINE, KVMLIB_STATE_VM, &saved, sizeof(saved));
}

int saved_machine_put(struct kvmlib_state *state, const struct run_options *options,
		      const struct devices *devices)
{
	int status = put_options(state, options);

	for (size_t i = 0; !status && i < board.nr_states; i++)
		status = saved_put(state, board.states[i].name, KVMLIB_STATE_VM,
				   (const uint8_t *)devices + board.states[i].offset,
				   board.states[i].size);
	return status;
}

/* The file may be anybody's: what the command line's options are held to, these are, too. */
static bool is_possible(const struct saved_machine *saved, uint64_t rom_size)
{
	const bool lacks_rom = saved->firmware && board.rom_max && !rom_size;

	return !lacks_rom && saved->ram_size && saved->ram_size % PAGE_SIZE == 0 &&
	       saved->nr_vcpus && saved->irqchip <= board.irqchip_max && saved->firmware <= 1 &&
	       (saved->nr_vcpus == 1 || saved->irqchip || !board.irqchip_starts_vcpus);
}

int saved_machine_take(struct run_options *options, const struct kvmlib_image *image)
{
	const struct saved_machine *saved =
		saved_item(options, kvmlib_image_state(image), SAVED_MACHINE, sizeof(*saved));

	if (!saved)
		return STATUS_USAGE;
	if (!is_possible(saved, saved_rom_size(image))) {
		say(RUN, "%s: " SAVED_MACHINE " is of a machine that can't be", options->restore);
		return STATUS_USAGE;
	}
	options->image = options->restore;
	options->firmware = saved->firmware || saved_rom_size(image);
	options->irqchip = saved->irqchip;
	options->gic = saved->irqchip > 1 ? saved->irqchip : 0;
	options->nr_vcpus = saved->nr_vcpus;
	options->debug_port = saved->debug_port;
	options->ram =
		(struct ram_option){ .size = saved->ram_size, .backing = KVMLIB_MEMORY_ANONYMOUS };
	return STATUS_OK;
}

int saved_devices_take(const struct run_options *options, const struct kvmlib_state *state,
		       struct devices *devices)
{
	for (size_t i = 0; i < board.nr_states; i++) {
		const struct device_state *device = &board.states[i];
		const void *saved = saved_item(options, state, device->name, device->size);

		if (!saved)
			return STATUS_USAGE;
		memcpy((uint8_t *)devices + device->offset, saved, device->size);
	}
	if (devices_are_possible(devices))
		return STATUS_OK;
	say(RUN, "%s: run.cmos is at a byte that is not there", options->restore);
	return STATUS_USAGE;
}
