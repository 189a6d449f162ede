/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The machine of a saved guest: its options, and the devices of the tool. */
#include "saved.h"

#include <inttypes.h>
#include <string.h>

#include "tool.h"

#define PAGE_SIZE 4096U

/* Numbers are as x86-64 has them: the state is of no other. */
struct saved_machine {
	uint64_t ram_size; /* bytes */
	uint32_t nr_vcpus;
	uint16_t debug_port;
	uint8_t irqchip; /* 1: in the kernel */
	uint8_t reserved;
};
_Static_assert(sizeof(struct saved_machine) == 16, "no padding");

struct saved_serial {
	uint8_t divisor[2];
	uint8_t registers[8];
};

_Static_assert(sizeof(struct saved_serial) == 10, "no padding");
_Static_assert(sizeof(struct cmos) == 129, "it is saved as it is");

static int put_options(struct kvmlib_state *state, const struct run_options *options)
{
	const struct saved_machine saved = {
		.ram_size = options->ram.size,
		.nr_vcpus = options->nr_vcpus,
		.debug_port = options->debug_port,
		.irqchip = options->irqchip,
	};

	return saved_put(state, SAVED_MACHINE, KVMLIB_STATE_VM, &saved, sizeof(saved));
}

static int put_serial(struct kvmlib_state *state, const struct serial *serial)
{
	struct saved_serial saved;

	memcpy(saved.divisor, serial->divisor, sizeof(saved.divisor));
	memcpy(saved.registers, serial->registers, sizeof(saved.registers));
	return saved_put(state, SAVED_SERIAL, KVMLIB_STATE_VM, &saved, sizeof(saved));
}

int saved_machine_put(struct kvmlib_state *state, const struct run_options *options,
		      const struct ports *ports)
{
	int status = put_options(state, options);

	if (!status)
		status = put_serial(state, &ports->serial);
	if (!status)
		status = saved_put(state, SAVED_CMOS, KVMLIB_STATE_VM, &ports->cmos,
				   sizeof(ports->cmos));
	return status;
}

/* The file may be anybody's: what the command line's options are held to, these are, too. */
static bool is_possible(const struct saved_machine *saved)
{
	return saved->ram_size && saved->ram_size % PAGE_SIZE == 0 && saved->nr_vcpus &&
	       saved->irqchip <= 1 && !saved->reserved && (saved->nr_vcpus == 1 || saved->irqchip);
}

int saved_machine_take(struct run_options *options, const struct kvmlib_image *image)
{
	const struct saved_machine *saved =
		saved_item(options, kvmlib_image_state(image), SAVED_MACHINE, sizeof(*saved));

	if (!saved)
		return STATUS_USAGE;
	if (!is_possible(saved)) {
		say(RUN, "%s: " SAVED_MACHINE " is of a machine that can't be", options->restore);
		return STATUS_USAGE;
	}
	options->image = options->restore;
	options->firmware = saved_rom_size(image) > 0;
	options->irqchip = saved->irqchip;
	options->nr_vcpus = saved->nr_vcpus;
	options->debug_port = saved->debug_port;
	options->ram =
		(struct ram_option){ .size = saved->ram_size, .backing = KVMLIB_MEMORY_ANONYMOUS };
	return STATUS_OK;
}

int saved_ports_take(const struct run_options *options, const struct kvmlib_state *state,
		     struct ports *ports)
{
	const struct saved_serial *serial =
		saved_item(options, state, SAVED_SERIAL, sizeof(*serial));
	const struct cmos *cmos = saved_item(options, state, SAVED_CMOS, sizeof(*cmos));

	if (!serial || !cmos)
		return STATUS_USAGE;
	if (cmos->index >= sizeof(cmos->data)) {
		say(RUN, "%s: " SAVED_CMOS " is at a byte that is not there", options->restore);
		return STATUS_USAGE;
	}
	memcpy(ports->serial.divisor, serial->divisor, sizeof(serial->divisor));
	memcpy(ports->serial.registers, serial->registers, sizeof(serial->registers));
	ports->cmos = *cmos;
	return STATUS_OK;
}
