/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_EVERY_PROGRAM_H
#define TESTS_EVERY_PROGRAM_H

#include "every.h"

/* Labels are global: the linker of arm64 gives two local ones of a section one place. */
#define PROGRAM(name, address, code)                                                             \
	__asm__(".pushsection .rodata\n"                                                         \
		".balign 4\n"                                                                    \
		".globl " #name "_start, " #name "_end\n" #name "_start:\n" code #name "_end:\n" \
		".popsection\n");                                                                \
	extern const uint8_t name##_start[], name##_end[];                                       \
	const struct program name = { name##_start, name##_end, address }

#endif
