/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef STATE_REGISTERS_H
#define STATE_REGISTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kvmlib/kvmlib.h>

#define REGISTER_LARGEST   ((size_t)256)			 /* bytes, of arm64's SVE */
#define REGISTER_TEXT_SIZE (sizeof("0x") + 2 * REGISTER_LARGEST) /* of a value */

/* One of the registers in an item "regs" of arm64 and riscv64. */
struct saved_register {
	uint64_t id;
	const uint8_t *value;
	size_t size;
	size_t next; /* offset of the one behind it; the first is at 0 */
};

/* Whether an item of a state of that architecture has registers with ids, and is whole. */
bool registers_are_in(uint32_t architecture, const struct kvmlib_state_item *item);

/* False behind the last, or where there is no such register. */
bool register_at(const struct kvmlib_state_item *item, size_t offset, struct saved_register *ret);
bool register_find(const struct kvmlib_state_item *item, uint64_t id, struct saved_register *ret);

/* The value as a number in hexadecimal digits. */
const char *register_text(char text[REGISTER_TEXT_SIZE], const struct saved_register *saved);

#endif
