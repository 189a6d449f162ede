/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The facts about capabilities. */
#include <kvmlib/cap.h>

#include <errno.h>
#include <string.h>

#include "error.h"
#include "tables.h"

#define PREFIX "KVM_CAP_"

static const struct kvmlib_capability *find(uint32_t number)
{
	for (size_t i = 0; i < kvmlib__nr_caps; i++)
		if (kvmlib__caps[i].number == number)
			return &kvmlib__caps[i];
	return NULL;
}

size_t kvmlib_capability_count(void)
{
	return kvmlib__nr_caps;
}

int kvmlib_capability_at(size_t index, struct kvmlib_capability *ret)
{
	if (!ret)
		return KVMLIB__NULL_ARGUMENT(2);
	if (index >= kvmlib__nr_caps)
		return -ENOENT;
	*ret = kvmlib__caps[index];
	return 0;
}

int kvmlib_capability_info(uint32_t number, struct kvmlib_capability *ret)
{
	const struct kvmlib_capability *found = find(number);

	if (!ret)
		return KVMLIB__NULL_ARGUMENT(2);
	if (!found)
		return kvmlib__error_record(&(const struct kvmlib__failure){
			.function = __func__,
			.cause = KVMLIB_CAUSE_CAPABILITY_UNKNOWN,
			.errnum = -ENOENT,
			KVMLIB__VALUES(KVMLIB__VALUE(CAPABILITY, number)) });
	*ret = *found;
	return 0;
}

static const char *without_prefix(const char *name)
{
	return strncmp(name, PREFIX, sizeof(PREFIX) - 1) ? name : name + sizeof(PREFIX) - 1;
}

int kvmlib_capability_find(const char *name, uint32_t *ret_number)
{
	if (!name || !ret_number)
		return KVMLIB__NULL_ARGUMENT(name ? 2 : 1);
	for (size_t i = 0; i < kvmlib__nr_caps; i++) {
		if (strcmp(without_prefix(kvmlib__caps[i].name), without_prefix(name)) != 0)
			continue;
		*ret_number = kvmlib__caps[i].number;
		return 0;
	}
	return KVMLIB__REFUSE(-ENOENT, CAPABILITY_UNKNOWN, 1);
}

const char *kvmlib_capability_name(uint32_t capability)
{
	const struct kvmlib_capability *found = find(capability);

	return found ? found->name : NULL;
}

const char *kvmlib_capability_meaning(uint32_t capability)
{
	const struct kvmlib_capability *found = find(capability);

	return found ? found->meaning : NULL;
}

const char *kvmlib_capability_bit_name(uint32_t capability, uint32_t bit)
{
	for (size_t i = 0; i < kvmlib__nr_cap_bits; i++) {
		const struct kvmlib__cap_bit *row = &kvmlib__cap_bits[i];

		if (row->cap == capability && row->bit == bit && row->archs & KVMLIB__ARCH)
			return row->name;
	}
	return NULL;
}

struct kvmlib__cap_enabling kvmlib__cap_enabling_of(uint32_t cap)
{
	for (size_t i = 0; i < kvmlib__nr_cap_enablings; i++)
		if (kvmlib__cap_enablings[i].cap == cap)
			return kvmlib__cap_enablings[i];
	return (struct kvmlib__cap_enabling){ .cap = cap, .asked_by = cap };
}
