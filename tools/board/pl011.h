/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PL011_H
#define PL011_H

#include <stdint.h>

#include "../console.h"

#define PL011_REGISTERS 18U

/* Arm's serial port: it prints, is always ready, and never receives nor interrupts. */
struct pl011 {
	struct console *console;
	struct console_matched matched;
	uint32_t registers[PL011_REGISTERS]; /* as they were written */
};

uint32_t pl011_read(const struct pl011 *pl011, uint64_t offset);
void pl011_write(struct pl011 *pl011, uint64_t offset, uint32_t value);

#endif
