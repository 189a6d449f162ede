/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* CMOS, where a PC's firmware learns how much memory there is, and how many vCPUs. */
#include "cmos.h"

#define KIB UINT64_C(1024)
#define MIB (1024 * KIB)

/* Two bytes, the low one first; what does not fit is cut to the most. */
static void set16(struct cmos *cmos, uint8_t index, uint64_t value)
{
	if (value > UINT16_MAX)
		value = UINT16_MAX;
	cmos->data[index] = (uint8_t)value;
	cmos->data[index + 1] = (uint8_t)(value >> 8);
}

static uint64_t above(uint64_t memory, uint64_t start)
{
	return memory > start ? memory - start : 0;
}

/* A clock that says midnight of some first of January, in BCD: a BIOS counts its timer interrupts
 * from there, so that the count is what one expects. */
static void set_clock(struct cmos *cmos)
{
	cmos->data[0x06] = 0x07; /* Saturday */
	cmos->data[0x07] = 0x01;
	cmos->data[0x08] = 0x01;
	cmos->data[0x32] = 0x20; /* the year 2000 */
	cmos->data[0x0a] = 0x26; /* 32768 Hz, no update in progress */
	cmos->data[0x0b] = 0x02; /* 24 hours, BCD */
	cmos->data[0x0d] = 0x80; /* the battery is good */
}

/* At 0x5f is how many vCPUs there are besides the first: a byte, as SeaBIOS has it. */
void cmos_init(struct cmos *cmos, uint64_t memory, uint32_t nr_vcpus)
{
	*cmos = (struct cmos){ .index = 0 };
	set_clock(cmos);
	set16(cmos, 0x15, memory < 640 * KIB ? memory / KIB : 640);
	set16(cmos, 0x17, above(memory, MIB) / KIB);
	set16(cmos, 0x30, above(memory, MIB) / KIB);
	set16(cmos, 0x34, above(memory, 16 * MIB) / (64 * KIB));
	cmos->data[0x5f] = nr_vcpus > UINT8_MAX ? UINT8_MAX : (uint8_t)(nr_vcpus - 1);
}

uint8_t cmos_read(const struct cmos *cmos, uint16_t offset)
{
	return offset ? cmos->data[cmos->index] : 0xff;
}

/* Bit 7 of the index masks NMIs, of which there are none. */
void cmos_write(struct cmos *cmos, uint16_t offset, uint8_t value)
{
	if (offset)
		cmos->data[cmos->index] = value;
	else
		cmos->index = value & 0x7f;
}
