/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Arm's PrimeCell UART. */
#include "pl011.h"

#define DR	0x000U
#define FR	0x018U
#define RIS	0x03cU
#define MIS	0x040U
#define ICR	0x044U
#define ID	0xfe0U /* eight registers tell what it is */
#define END	0x1000U
#define WORD	4U
#define FR_DONE 0x90U /* all sent, nothing received */

/* Revision 3 of the PL011, and what all PrimeCells have. */
static const uint8_t ids[] = { 0x11, 0x10, 0x34, 0x00, 0x0d, 0xf0, 0x05, 0xb1 };

uint32_t pl011_read(const struct pl011 *pl011, uint64_t offset)
{
	if (offset >= ID)
		return offset < END ? ids[(offset - ID) / WORD] : 0;
	if (offset == FR)
		return FR_DONE;
	if (offset == DR || offset == RIS || offset == MIS || offset / WORD >= PL011_REGISTERS)
		return 0;
	return pl011->registers[offset / WORD];
}

void pl011_write(struct pl011 *pl011, uint64_t offset, uint32_t value)
{
	if (offset == DR)
		console_put(pl011->console, &pl011->matched, (char)value);
	else if (offset != ICR && offset / WORD < PL011_REGISTERS)
		pl011->registers[offset / WORD] = value;
}
