/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crc32c.h"

#include <endian.h>
#include <string.h>

#define TABLE kvmlib__crc32c_tables

static uint32_t eight_bytes(uint32_t crc, const uint8_t *bytes)
{
	uint64_t word;

	memcpy(&word, bytes, sizeof(word));
	word = le64toh(word) ^ crc;
	return TABLE[7][word & 0xff] ^ TABLE[6][word >> 8 & 0xff] ^ TABLE[5][word >> 16 & 0xff] ^
	       TABLE[4][word >> 24 & 0xff] ^ TABLE[3][word >> 32 & 0xff] ^
	       TABLE[2][word >> 40 & 0xff] ^ TABLE[1][word >> 48 & 0xff] ^ TABLE[0][word >> 56];
}

uint32_t kvmlib__crc32c(uint32_t crc, const void *bytes, size_t size)
{
	const uint8_t *at = bytes;

	crc = ~crc;
	for (; size >= 8; size -= 8, at += 8)
		crc = eight_bytes(crc, at);
	for (; size; size--, at++)
		crc = crc >> 8 ^ TABLE[0][(crc ^ *at) & 0xff];
	return ~crc;
}
