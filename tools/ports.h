/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PORTS_H
#define PORTS_H

#include <stdint.h>

#include <kvmlib/kvmlib.h>

#include "cmos.h"
#include "console.h"
#include "run.h"
#include "serial.h"

/* The devices behind the ports. */
struct ports {
	struct console *console;
	struct console_matched matched; /* of the debug console */
	uint16_t debug_port;		/* one more port of the debug console */
	struct cmos cmos;
	struct serial serial;
};

void ports_init(struct ports *ports, struct console *console, const struct run_options *options);

/* Do what the guest asks for. Ports without a device swallow writes and read as all ones. */
void ports_access(struct ports *ports, const struct kvmlib_exit_io *io);

/* The name of the device at a port, or "". */
const char *ports_name(uint16_t port);

#endif
