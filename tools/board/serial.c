/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The serial port COM1. */
#include "serial.h"

enum { DATA, IER, IIR, LCR, MCR, LSR, MSR, SCRATCH };

#define FCR	      IIR /* the same register, when written */
#define FCR_ENABLE    0x01
#define IER_EMPTY     0x02 /* wants to hear that the transmitter is empty */
#define IIR_NONE      0x01
#define IIR_EMPTY     0x02
#define IIR_FIFO      0xc0
#define LCR_DIVISOR   0x80 /* the first two registers are the divisor's */
#define LSR_EMPTY     0x60 /* ready to transmit, all sent */
#define MSR_CONNECTED 0xb0 /* carrier, data set ready, clear to send */

static uint8_t *divisor(struct serial *serial, uint16_t offset)
{
	if (offset > IER || !(serial->state.registers[LCR] & LCR_DIVISOR))
		return NULL;
	return &serial->state.divisor[offset];
}

static uint8_t iir(const struct serial *serial)
{
	uint8_t pending = serial->state.registers[IER] & IER_EMPTY ? IIR_EMPTY : IIR_NONE;

	return serial->state.registers[FCR] & FCR_ENABLE ? pending | IIR_FIFO : pending;
}

uint8_t serial_read(struct serial *serial, uint16_t offset)
{
	const uint8_t *divisor_byte = divisor(serial, offset);

	if (divisor_byte)
		return *divisor_byte;
	switch (offset) {
	case DATA:
		return 0; /* nothing was received */
	case IIR:
		return iir(serial);
	case LSR:
		return LSR_EMPTY;
	case MSR:
		return MSR_CONNECTED;
	default:
		return serial->state.registers[offset];
	}
}

/* Bits that stay as they are written. */
static const uint8_t writable[] = {
	[IER] = 0x0f, [FCR] = 0xff, [LCR] = 0xff, [MCR] = 0x1f, [SCRATCH] = 0xff,
};

void serial_write(struct serial *serial, uint16_t offset, uint8_t value)
{
	uint8_t *divisor_byte = divisor(serial, offset);

	if (divisor_byte)
		*divisor_byte = value;
	else if (offset == DATA)
		console_put(serial->console, &serial->matched, (char)value);
	else
		serial->state.registers[offset] = value & writable[offset];
}
