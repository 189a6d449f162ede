/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which device answers at which port. */
#include "ports.h"

#define DEBUG_READBACK 0xe9 /* how firmware finds the debug console */

struct device {
	uint16_t first, last;
	const char *name;
	uint8_t (*read)(struct ports *ports, uint16_t offset); /* NULL: nobody is there */
	void (*write)(struct ports *ports, uint16_t offset, uint8_t value);
};

static uint8_t read_debug(struct ports *ports, uint16_t offset)
{
	(void)ports;
	(void)offset;
	return DEBUG_READBACK;
}

static void write_debug(struct ports *ports, uint16_t offset, uint8_t value)
{
	(void)offset;
	console_put(ports->console, &ports->matched, (char)value);
}

static uint8_t read_cmos(struct ports *ports, uint16_t offset)
{
	return cmos_read(&ports->cmos, offset);
}

static void write_cmos(struct ports *ports, uint16_t offset, uint8_t value)
{
	cmos_write(&ports->cmos, offset, value);
}

static uint8_t read_serial(struct ports *ports, uint16_t offset)
{
	return serial_read(&ports->serial, offset);
}

static void write_serial(struct ports *ports, uint16_t offset, uint8_t value)
{
	serial_write(&ports->serial, offset, value);
}

/* Names without a device are for statistics: what firmware looks for and does not find. */
static const struct device devices[] = {
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

static const struct device *find(uint16_t port)
{
	for (size_t i = 0; i < sizeof(devices) / sizeof(devices[0]); i++)
		if (port >= devices[i].first && port <= devices[i].last)
			return &devices[i];
	return NULL;
}

const char *ports_name(uint16_t port)
{
	const struct device *device = find(port);

	return device ? device->name : "";
}

void ports_init(struct ports *ports, struct console *console, const struct run_options *options)
{
	*ports = (struct ports){ .console = console, .debug_port = options->debug_port };
	ports->serial.console = console;
	cmos_init(&ports->cmos, options->ram.size, options->nr_vcpus);
}

static void write_byte(struct ports *ports, uint16_t port, uint8_t value)
{
	const struct device *device = find(port);

	if (port == ports->debug_port)
		write_debug(ports, 0, value);
	else if (device && device->write)
		device->write(ports, (uint16_t)(port - device->first), value);
}

static uint8_t read_byte(struct ports *ports, uint16_t port)
{
	const struct device *device = find(port);

	if (port == ports->debug_port)
		return DEBUG_READBACK;
	if (!device || !device->read)
		return 0xff;
	return device->read(ports, (uint16_t)(port - device->first));
}

/* A wide access goes to as many ports, as on a bus of 8 bits; a repeated one to the same again. */
void ports_access(struct ports *ports, const struct kvmlib_exit_io *io)
{
	uint8_t *bytes = io->data;

	for (uint32_t i = 0; i < io->count * io->size; i++) {
		uint16_t port = (uint16_t)(io->port + i % io->size);

		if (io->is_write)
			write_byte(ports, port, bytes[i]);
		else
			bytes[i] = read_byte(ports, port);
	}
}
