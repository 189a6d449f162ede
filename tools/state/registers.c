/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Registers with ids, as states of arm64 and riscv64 have them: an id and a value each, little-endian. */
#include "registers.h"

#include <elf.h>
#include <endian.h>
#include <stdio.h>
#include <string.h>

bool register_at(const struct kvmlib_state_item *item, size_t offset, struct saved_register *ret)
{
	const uint8_t *data = item->data;
	uint64_t id;

	if (item->length - offset < sizeof(id))
		return false;
	memcpy(&id, data + offset, sizeof(id));
	ret->id = le64toh(id);
	ret->size = kvmlib_reg_size(ret->id);
	ret->value = data + offset + sizeof(id);
	ret->next = offset + sizeof(id) + (ret->size < sizeof(id) ? sizeof(id) : ret->size);
	return ret->size <= REGISTER_LARGEST && ret->next <= item->length;
}

bool registers_are_in(uint32_t architecture, const struct kvmlib_state_item *item)
{
	struct saved_register saved = { .next = 0 };

	if ((architecture != EM_AARCH64 && architecture != EM_RISCV) ||
	    strcmp(item->name, "regs") != 0)
		return false;
	while (saved.next < item->length)
		if (!register_at(item, saved.next, &saved))
			return false;
	return true;
}

bool register_find(const struct kvmlib_state_item *item, uint64_t id, struct saved_register *ret)
{
	ret->next = 0;
	while (register_at(item, ret->next, ret))
		if (ret->id == id)
			return true;
	return false;
}

const char *register_text(char text[REGISTER_TEXT_SIZE], const struct saved_register *saved)
{
	size_t i = saved->size - 1;
	int n;

	while (i && !saved->value[i])
		i--;
	n = snprintf(text, REGISTER_TEXT_SIZE, "0x%x", saved->value[i]);
	while (i--)
		n += snprintf(text + n, REGISTER_TEXT_SIZE - (size_t)n, "%02x", saved->value[i]);
	return text;
}
