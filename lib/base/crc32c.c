/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crc32c.h"

#include <endian.h>
#include <string.h>

/* libc knows what the processor has, from glibc 2.34 on. */
#if defined(__x86_64__) && __has_include(<sys/platform/x86.h>)
#include <sys/platform/x86.h>
#endif

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

uint32_t kvmlib__crc32c_by_table(uint32_t crc, const void *bytes, size_t size)
{
	const uint8_t *at = bytes;

	crc = ~crc;
	for (; size >= 8; size -= 8, at += 8)
		crc = eight_bytes(crc, at);
	for (; size; size--, at++)
		crc = crc >> 8 ^ TABLE[0][(crc ^ *at) & 0xff];
	return ~crc;
}

#ifdef CPU_FEATURE_ACTIVE

__attribute__((target("sse4.2"))) static uint32_t by_instruction(uint32_t crc, const void *bytes,
								 size_t size)
{
	const uint8_t *at = bytes;
	uint64_t sum = (uint32_t)~crc, word;

	for (; size >= sizeof(word); size -= sizeof(word), at += sizeof(word)) {
		memcpy(&word, at, sizeof(word));
		sum = __builtin_ia32_crc32di(sum, word);
	}
	for (; size; size--, at++)
		sum = __builtin_ia32_crc32qi((uint32_t)sum, *at);
	return ~(uint32_t)sum;
}

uint32_t kvmlib__crc32c(uint32_t crc, const void *bytes, size_t size)
{
	return CPU_FEATURE_ACTIVE(SSE4_2) ? by_instruction(crc, bytes, size)
					  : kvmlib__crc32c_by_table(crc, bytes, size);
}

#else

uint32_t kvmlib__crc32c(uint32_t crc, const void *bytes, size_t size)
{
	return kvmlib__crc32c_by_table(crc, bytes, size);
}

#endif
