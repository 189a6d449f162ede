/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which device answers at which port. */
#include "devices.h"

#define DEBUG_READBACK 0xe9 /* how firmware finds the debug console */

struct port_range {
	uint16_t first, last;
	const char *name;
	uint8_t (*read)(struct devices *devices, uint16_t offset); /* NULL: nobody is there */
	void (*write)(struct devices *devices, uint16_t offset, uint8_t value);
};

static uint8_t read_debug(struct devices *devices, uint16_t offset)
{
	(void)devices;
	(void)offset;
	return DEBUG_READBACK;
}

static void write_debug(struct devices *devices, uint16_t offset, uint8_t value)
{
	(void)offset;
	console_put(devices->console, &devices->matched, (char)value);
}

static uint8_t read_cmos(struct devices *devices, uint16_t offset)
{
	return cmos_read(&devices->cmos, offset);
}

static void write_cmos(struct devices *devices, uint16_t offset, uint8_t value)
{
	cmos_write(&devices->cmos, offset, value);
}

static uint8_t read_serial(struct devices *devices, uint16_t offset)
{
	return serial_read(&devices->serial, offset);
}

static void write_serial(struct devices *devices, uint16_t offset, uint8_t value)
{
	serial_write(&devices->serial, offset, value);
}

/* Names without a device are for statistics: what firmware looks for and does not find. */
static const struct port_range ranges[] = {
	{ 0x402, 0x402, "debug console", read_debug, write_debug },
	{ 0x0e9, 0x0e9, "debug console", read_debug, write_debug },
	{ 0x3f8, 0x3ff, "COM1", read_serial, write_serial },
	{ 0x070, 0x071, "CMOS", read_cmos, write_cmos },
	{ 0x060, 0x064, "keyboard", NULL, NULL },
	{ 0x092, 0x092, "system control", NULL, NULL },
	{ 0x170, 0x177, "IDE 2", NULL, NULL },
	{ 0x1f0, 0x1f7, "IDE 1", NULL, NULL },
	{ 0x278, 0x27f, "LPT2", NULL, NULL },
	{ 0x2e8, 0x2ef, "COM4", NULL, NULL },
	{ 0x2f8, 0x2ff, "COM2", NULL, NULL },
	{ 0x376, 0x376, "IDE 2", NULL, NULL },
	{ 0x378, 0x37f, "LPT1", NULL, NULL },
	{ 0x3b0, 0x3df, "VGA", NULL, NULL },
	{ 0x3e8, 0x3ef, "COM3", NULL, NULL },
	{ 0x3f0, 0x3f5, "floppy", NULL, NULL },
	{ 0x3f6, 0x3f6, "IDE 1", NULL, NULL },
	{ 0x510, 0x51b, "QEMU configuration", NULL, NULL },
	{ 0xcf8, 0xcff, "PCI configuration", NULL, NULL },
};

static const struct port_range *find(uint16_t port)
{
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (port >= ranges[i].first && port <= ranges[i].last)
			return &ranges[i];
	return NULL;
}

const char *devices_port_name(uint16_t port)
{
	const struct port_range *device = find(port);

	return device ? device->name : "";
}

static void write_byte(struct devices *devices, uint16_t port, uint8_t value)
{
	const struct port_range *device = find(port);

	if (port == devices->debug_port)
		write_debug(devices, 0, value);
	else if (device && device->write)
		device->write(devices, (uint16_t)(port - device->first), value);
}

static uint8_t read_byte(struct devices *devices, uint16_t port)
{
	const struct port_range *device = find(port);

	if (port == devices->debug_port)
		return DEBUG_READBACK;
	if (!device || !device->read)
		return 0xff;
	return device->read(devices, (uint16_t)(port - device->first));
}

/* A wide access goes to as many ports, as on a bus of 8 bits; a repeated one to the same again. */
void devices_io(struct devices *devices, const struct kvmlib_exit_io *io)
{
	uint8_t *bytes = io->data;

	for (uint32_t i = 0; i < io->count * io->size; i++) {
		uint16_t port = (uint16_t)(io->port + i % io->size);

		if (io->is_write)
			write_byte(devices, port, bytes[i]);
		else
			bytes[i] = read_byte(devices, port);
	}
}
