/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DEVICES_H
#define DEVICES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kvmlib/kvmlib.h>

#include "../console.h"
#include "../run.h"
#include "cmos.h"
#include "pl011.h"
#include "serial.h"

/* The devices that are there, on whichever board. */
struct devices {
	struct console *console;
	struct console_matched matched; /* of the debug console */
	uint16_t debug_port;		/* one more port of the debug console */
	struct cmos cmos;
	struct serial serial;
	struct pl011 pl011;
};

/* A device in memory. */
struct mmio {
	uint64_t gpa;
	uint64_t length;
	const char *name;
	uint64_t (*read)(struct devices *devices, uint64_t offset);
	void (*write)(struct devices *devices, uint64_t offset, uint64_t value);
};

/* A device's part of a saved guest: bytes of struct devices. */
struct device_state {
	const char *name;
	size_t offset;
	size_t size;
};

void devices_init(struct devices *devices, struct console *console,
		  const struct run_options *options);

/* Whether what was restored, from a file that may be anybody's, is of devices that can be. */
bool devices_are_possible(const struct devices *devices);

/* Do what the guest asks for. Where no device is, writes are swallowed and reads are all ones. */
void devices_io(struct devices *devices, const struct kvmlib_exit_io *io);
void devices_mmio(struct devices *devices, const struct kvmlib_exit_mmio *mmio);

/* The name of the device that is there, or "". */
const char *devices_port_name(uint16_t port);
const char *devices_mmio_name(uint64_t gpa);

#endif
