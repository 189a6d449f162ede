/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The devices, and those that are in memory. */
#include "devices.h"

#include <string.h>

#include "board.h"

void devices_init(struct devices *devices, struct console *console,
		  const struct run_options *options)
{
	*devices = (struct devices){ .console = console, .debug_port = options->debug_port };
	devices->serial.console = console;
	devices->pl011.console = console;
	cmos_init(&devices->cmos, options->ram.size, options->nr_vcpus);
}

bool devices_are_possible(const struct devices *devices)
{
	return devices->cmos.index < sizeof(devices->cmos.data);
}

static const struct mmio *find(uint64_t gpa)
{
	for (size_t i = 0; i < board.nr_mmio; i++)
		if (gpa >= board.mmio[i].gpa && gpa - board.mmio[i].gpa < board.mmio[i].length)
			return &board.mmio[i];
	return NULL;
}

const char *devices_mmio_name(uint64_t gpa)
{
	const struct mmio *device = find(gpa);

	return device ? device->name : "";
}

/* All boards that have such devices, and KVM's data, are little endian. */
void devices_mmio(struct devices *devices, const struct kvmlib_exit_mmio *mmio)
{
	const struct mmio *device = find(mmio->gpa);
	uint64_t value = UINT64_MAX;

	if (!mmio->is_write) {
		if (device)
			value = device->read(devices, mmio->gpa - device->gpa);
		memcpy(mmio->data, &value, mmio->len);
	} else if (device) {
		value = 0;
		memcpy(&value, mmio->data, mmio->len);
		device->write(devices, mmio->gpa - device->gpa, value);
	}
}
