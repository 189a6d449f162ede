/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB__CRC32C_H
#define KVMLIB__CRC32C_H

#include <stddef.h>
#include <stdint.h>

extern const uint32_t kvmlib__crc32c_tables[8][256];

/* CRC-32C (Castagnoli) of bytes that follow those whose checksum is given; of none it is 0. */
uint32_t kvmlib__crc32c(uint32_t crc, const void *bytes, size_t size);

/* The same where the processor has no instruction for it. */
uint32_t kvmlib__crc32c_by_table(uint32_t crc, const void *bytes, size_t size);

#endif
