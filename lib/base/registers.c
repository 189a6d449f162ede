/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names of registers that have ids, of all architectures. */
#include <kvmlib/regs.h>

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "line.h"
#include "register_tables.h"

#define ID_DIGITS 16U

size_t kvmlib_reg_size(uint64_t id)
{
	return kvmlib__register_size(id);
}

/* From ids to names */

/* The numbers in the name of an id, if it is one of the pattern's. */
static bool has_id(const struct kvmlib__register_pattern *pattern, uint64_t id, uint64_t *numbers)
{
	uint64_t rest = id - pattern->id; /* far too much where the id is before the first */

	for (size_t i = 0; i < pattern->nr_indices; i++) {
		const struct kvmlib__register_index *index = &pattern->indices[i];

		if (rest / index->step > index->last - index->first)
			return false;
		numbers[i] = index->first + rest / index->step;
		rest %= index->step;
	}
	return !rest;
}

static void add_pattern(struct kvmlib__line *line, const struct kvmlib__register_pattern *pattern,
			const uint64_t *numbers)
{
	const char *rest = pattern->name;

	for (size_t i = 0; i < pattern->nr_indices; i++) {
		const size_t n = strcspn(rest, "#");

		kvmlib__line_add_part(line, rest, n);
		if (pattern->indices[i].is_hex)
			kvmlib__line_format(line, "0x%" PRIx64, numbers[i]);
		else
			kvmlib__line_format(line, "%" PRIu64, numbers[i]);
		rest += n + 1;
	}
	kvmlib__line_add(line, rest);
}

const char *kvmlib__register_name(uint64_t id)
{
	for (size_t i = 0; i < kvmlib__nr_registers; i++)
		if (kvmlib__registers[i].id == id)
			return kvmlib__registers[i].name;
	return NULL;
}

static void add_counted(struct kvmlib__line *line, uint64_t id)
{
	uint64_t numbers[KVMLIB__MAX_INDICES] = { 0 };

	for (size_t i = 0; i < kvmlib__nr_register_patterns; i++)
		if (has_id(&kvmlib__register_patterns[i], id, numbers)) {
			add_pattern(line, &kvmlib__register_patterns[i], numbers);
			return;
		}
	kvmlib__line_format(line, "0x%016" PRIx64, id);
}

size_t kvmlib_reg_name(uint64_t id, char *buffer, size_t size)
{
	struct kvmlib__line line = kvmlib__line_in(buffer, size);
	const char *name = kvmlib__register_name(id);

	if (name)
		kvmlib__line_add(&line, name);
	else
		add_counted(&line, id);
	return line.length;
}

/* From names to ids; 0 is none. */

static uint64_t single_id(const char *name)
{
	for (size_t i = 0; i < kvmlib__nr_registers; i++)
		if (!strcmp(kvmlib__registers[i].name, name))
			return kvmlib__registers[i].id;
	return 0;
}

/* The numbers where the pattern has them, whatever else the name is. */
static bool take_numbers(const struct kvmlib__register_pattern *pattern, const char *name,
			 uint64_t *numbers)
{
	const char *rest = pattern->name;

	for (size_t i = 0; i < pattern->nr_indices; i++) {
		const struct kvmlib__register_index *index = &pattern->indices[i];
		const size_t n = strcspn(rest, "#");
		char *end;

		if (strncmp(name, rest, n) != 0)
			return false;
		numbers[i] = strtoull(name + n, &end, index->is_hex ? 16 : 10);
		if (numbers[i] < index->first || numbers[i] > index->last)
			return false;
		name = end;
		rest += n + 1;
	}
	return true;
}

/* A number can be written in many ways; in a name it is as it is printed. */
static bool is_name(const struct kvmlib__register_pattern *pattern, const char *name,
		    const uint64_t *numbers)
{
	char printed[KVMLIB_REG_NAME_SIZE];
	struct kvmlib__line line = kvmlib__line_in(printed, sizeof(printed));

	add_pattern(&line, pattern, numbers);
	return !strcmp(printed, name);
}

static uint64_t counted_id(const char *name)
{
	for (size_t i = 0; i < kvmlib__nr_register_patterns; i++) {
		const struct kvmlib__register_pattern *pattern = &kvmlib__register_patterns[i];
		uint64_t numbers[KVMLIB__MAX_INDICES] = { 0 }, id = pattern->id;

		if (!take_numbers(pattern, name, numbers) || !is_name(pattern, name, numbers))
			continue;
		for (size_t k = 0; k < pattern->nr_indices; k++)
			id += (numbers[k] - pattern->indices[k].first) * pattern->indices[k].step;
		return id;
	}
	return 0;
}

static bool is_number(const char *name)
{
	const size_t n = strncmp(name, "0x", 2) ? 0 : strspn(name + 2, "0123456789abcdefABCDEF");

	return n && n <= ID_DIGITS && !name[2 + n];
}

static int refuse_name(const char *name)
{
	return kvmlib__error_record(
		&(const struct kvmlib__failure){ .function = "kvmlib_reg_from_name",
						 .cause = KVMLIB_CAUSE_REG_NAME_UNKNOWN,
						 .errnum = -EINVAL,
						 .subject = name });
}

int kvmlib_reg_from_name(const char *name, uint64_t *ret_id)
{
	uint64_t id;

	if (!name || !ret_id)
		return KVMLIB__NULL_ARGUMENT(name ? 2 : 1);
	if (is_number(name)) {
		*ret_id = strtoull(name, NULL, 16);
		return 0;
	}
	id = single_id(name);
	if (!id)
		id = counted_id(name);
	if (!id)
		return refuse_name(name);
	*ret_id = id;
	return 0;
}
