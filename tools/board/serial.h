/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef SERIAL_H
#define SERIAL_H

#include <stdint.h>

#include "../console.h"

/* A 16550 that prints, always ready, and never receives nor interrupts. */
struct serial {
	struct console *console;
	struct console_matched matched;
	struct serial_state {
		uint8_t divisor[2];
		uint8_t registers[8]; /* as they were written */
	} state;
};

uint8_t serial_read(struct serial *serial, uint16_t offset);
void serial_write(struct serial *serial, uint16_t offset, uint8_t value);

#endif
