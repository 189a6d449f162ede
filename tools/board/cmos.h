/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CMOS_H
#define CMOS_H

#include <stdint.h>

/* The PC's battery-backed memory, and a clock that stands at midnight. */
struct cmos {
	uint8_t index;
	uint8_t data[128];
};

void cmos_init(struct cmos *cmos, uint64_t memory, uint32_t nr_vcpus);
uint8_t cmos_read(const struct cmos *cmos, uint16_t offset);
void cmos_write(struct cmos *cmos, uint16_t offset, uint8_t value);

#endif
