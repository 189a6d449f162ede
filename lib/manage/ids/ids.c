/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tables: made, freed, and what they have. */
#include "ids.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(sizeof(struct kvmlib_arm64_field) == sizeof(void *) + 32, "no padding");

const struct kvmlib_arm64_field *kvmlib_arm64_field_at(size_t index)
{
	return index < kvmlib__nr_arm64_fields ? &kvmlib__arm64_fields[index] : NULL;
}

const struct kvmlib_arm64_field *kvmlib_arm64_find_field(const char *name)
{
	for (size_t i = 0; name && i < kvmlib__nr_arm64_fields; i++)
		if (!strcmp(kvmlib__arm64_fields[i].name, name))
			return &kvmlib__arm64_fields[i];
	return NULL;
}

int kvmlib_arm64_ids_new(struct kvmlib_arm64_ids **ret_ids)
{
	struct kvmlib_arm64_ids *ids;

	if (!ret_ids)
		return KVMLIB__NULL_ARGUMENT(1);
	ids = calloc(1, sizeof(*ids));
	if (!ids)
		return KVMLIB__NO_MEMORY();
	*ret_ids = ids;
	return 0;
}

struct kvmlib_arm64_ids *kvmlib_arm64_ids_free(struct kvmlib_arm64_ids *ids)
{
	free(ids);
	return NULL;
}

int kvmlib_arm64_ids_copy(const struct kvmlib_arm64_ids *ids, struct kvmlib_arm64_ids **ret_ids)
{
	struct kvmlib_arm64_ids *copy;

	if (!ids || !ret_ids)
		return KVMLIB__NULL_ARGUMENT(ids ? 2 : 1);
	copy = malloc(sizeof(*copy));
	if (!copy)
		return KVMLIB__NO_MEMORY();
	*copy = *ids;
	*ret_ids = copy;
	return 0;
}

/* Fields */

static uint64_t ones(const struct kvmlib_arm64_field *field)
{
	return UINT64_MAX >> (64 - field->width);
}

uint64_t kvmlib__arm64_bits(const struct kvmlib_arm64_field *field)
{
	return ones(field) << field->lsb;
}

int64_t kvmlib__arm64_value(const struct kvmlib_arm64_field *field, uint64_t reg)
{
	const uint64_t value = reg >> field->lsb & ones(field);
	const uint64_t sign = field->is_signed ? (ones(field) >> 1) + 1 : 0;

	return (int64_t)(value & sign ? value | ~ones(field) : value);
}

uint64_t kvmlib__arm64_with(const struct kvmlib_arm64_field *field, uint64_t reg, int64_t value)
{
	return (reg & ~kvmlib__arm64_bits(field)) | ((uint64_t)value & ones(field)) << field->lsb;
}

bool kvmlib__arm64_fits(const struct kvmlib_arm64_field *field, int64_t value)
{
	return kvmlib__arm64_value(field, kvmlib__arm64_with(field, 0, value)) == value;
}

/* Registers */

size_t kvmlib__idreg_place(uint64_t reg)
{
	size_t place = 0;

	while (place < kvmlib__nr_idregs && kvmlib__idregs[place].id != reg)
		place++;
	return place;
}

uint64_t kvmlib__idreg_named(size_t place)
{
	uint64_t named = 0;

	for (size_t i = 0; i < kvmlib__nr_arm64_fields; i++)
		if (kvmlib__arm64_fields[i].reg == kvmlib__idregs[place].id)
			named |= kvmlib__arm64_bits(&kvmlib__arm64_fields[i]);
	return named;
}

static int unknown_register(const char *function, uint64_t reg)
{
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = function,
		.cause = KVMLIB_CAUSE_ARM64_FIELD_UNKNOWN,
		.errnum = -EINVAL,
		KVMLIB__VALUES(KVMLIB__VALUE(ARGUMENT, 2), KVMLIB__VALUE(REGISTER, reg)) });
}

static int unknown_field(const char *function, const char *name)
{
	return kvmlib__error_record(
		&(const struct kvmlib__failure){ .function = function,
						 .cause = KVMLIB_CAUSE_ARM64_FIELD_UNKNOWN,
						 .errnum = -EINVAL,
						 .subject = name,
						 KVMLIB__VALUES(KVMLIB__VALUE(ARGUMENT, 2)) });
}

void kvmlib__arm64_put(struct kvmlib_arm64_ids *ids, const struct kvmlib_arm64_field *field,
		       int64_t value)
{
	struct kvmlib__id_value *reg = &ids->regs[kvmlib__idreg_place(field->reg)];

	reg->value = kvmlib__arm64_with(field, reg->value, value);
	reg->is_there = true;
}

int kvmlib_arm64_ids_get(const struct kvmlib_arm64_ids *ids, uint64_t reg, uint64_t *ret_value)
{
	const size_t place = kvmlib__idreg_place(reg);

	if (!ids || !ret_value)
		return KVMLIB__NULL_ARGUMENT(ids ? 3 : 1);
	if (place == kvmlib__nr_idregs)
		return unknown_register(__func__, reg);
	*ret_value = ids->regs[place].value;
	return ids->regs[place].is_there;
}

int kvmlib_arm64_ids_set(struct kvmlib_arm64_ids *ids, uint64_t reg, uint64_t value)
{
	const size_t place = kvmlib__idreg_place(reg);

	if (!ids)
		return KVMLIB__NULL_ARGUMENT(1);
	if (place == kvmlib__nr_idregs)
		return unknown_register(__func__, reg);
	ids->regs[place].value = value;
	ids->regs[place].is_there = true;
	return 0;
}

int kvmlib_arm64_ids_get_field(const struct kvmlib_arm64_ids *ids, const char *name,
			       int64_t *ret_value)
{
	const struct kvmlib_arm64_field *field = kvmlib_arm64_find_field(name);
	const struct kvmlib__id_value *reg;

	if (!ids || !name || !ret_value)
		return KVMLIB__NULL_ARGUMENT(!ids ? 1 : name ? 3 : 2);
	if (!field)
		return unknown_field(__func__, name);
	reg = &ids->regs[kvmlib__idreg_place(field->reg)];
	*ret_value = kvmlib__arm64_value(field, reg->value);
	return reg->is_there;
}

int kvmlib_arm64_ids_set_field(struct kvmlib_arm64_ids *ids, const char *name, int64_t value)
{
	const struct kvmlib_arm64_field *field = kvmlib_arm64_find_field(name);

	if (!ids || !name)
		return KVMLIB__NULL_ARGUMENT(ids ? 2 : 1);
	if (!field)
		return unknown_field(__func__, name);
	if (!kvmlib__arm64_fits(field, value))
		return KVMLIB__REFUSE(-EINVAL, BAD_ARGUMENT, 3);
	kvmlib__arm64_put(ids, field, value);
	return 0;
}

int kvmlib_arm64_ids_writable(const struct kvmlib_arm64_ids *ids, uint64_t reg, uint64_t *ret_mask)
{
	const size_t place = kvmlib__idreg_place(reg);

	if (!ids || !ret_mask)
		return KVMLIB__NULL_ARGUMENT(ids ? 3 : 1);
	if (place == kvmlib__nr_idregs)
		return unknown_register(__func__, reg);
	*ret_mask = ~ids->regs[place].fixed;
	return 0;
}
