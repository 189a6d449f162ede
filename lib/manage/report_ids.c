/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a report tells of an arm64 host's id registers, as a table. */
#include "report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <kvmlib/arm64_ids.h>

#include "../base/error.h"
#include "ids/ids.h"

#define FIELD	 "idreg/"
#define REST	 "idreg-rest/"
#define WRITABLE "idreg-writable/"

static bool read_field(struct kvmlib_arm64_ids *ids, const char *name, const char *value)
{
	const struct kvmlib_arm64_field *field = kvmlib_arm64_find_field(name);
	char *end;
	int64_t number;

	errno = 0;
	number = strtoll(value, &end, 10);
	if (errno || *end || (field && !kvmlib__arm64_fits(field, number)))
		return false;
	return !field || !kvmlib_arm64_ids_set_field(ids, name, number);
}

static void read_mask(struct kvmlib__id_value *reg, uint64_t number)
{
	reg->fixed = ~number;
}

static void read_rest(struct kvmlib__id_value *reg, uint64_t number)
{
	reg->value |= number;
	reg->is_there = true;
}

/* Bits of a register; one that the facts have not is passed over. */
static bool read_bits(struct kvmlib_arm64_ids *ids, const char *name, const char *value,
		      void (*take)(struct kvmlib__id_value *reg, uint64_t number))
{
	uint64_t number;
	char *end;

	errno = 0;
	number = strtoull(value, &end, 16);
	if (errno || *end)
		return false;
	for (size_t i = 0; i < kvmlib__nr_idregs; i++)
		if (!strcmp(kvmlib__idregs[i].name, name))
			take(&ids->regs[i], number);
	return true;
}

/* 1: an item of these, 0: another one; below 0: one that nobody wrote. */
static int read_item(struct kvmlib_arm64_ids *ids, const struct kvmlib__item *item)
{
	const char *value = kvmlib__item_value(item);
	bool is_good;

	if (!strncmp(item->key, FIELD, strlen(FIELD)))
		is_good = read_field(ids, item->key + strlen(FIELD), value);
	else if (!strncmp(item->key, REST, strlen(REST)))
		is_good = read_bits(ids, item->key + strlen(REST), value, read_rest);
	else if (!strncmp(item->key, WRITABLE, strlen(WRITABLE)))
		is_good = read_bits(ids, item->key + strlen(WRITABLE), value, read_mask);
	else
		return 0;
	return is_good ? 1 : -EPROTO;
}

static int malformed(const char *function, size_t index)
{
	return kvmlib__error_record(
		&(const struct kvmlib__failure){ .function = function,
						 .cause = KVMLIB_CAUSE_REPORT_MALFORMED,
						 .errnum = -EPROTO,
						 KVMLIB__VALUES(KVMLIB__VALUE(INDEX, index)) });
}

static int read_items(struct kvmlib_arm64_ids *ids, const struct kvmlib_report *report,
		      const char *function)
{
	bool is_there = false;

	for (size_t i = 0; i < report->count; i++) {
		int r = read_item(ids, &report->items[i]);

		if (r < 0)
			return malformed(function, i);
		is_there |= r > 0;
	}
	return is_there ? 0 : malformed(function, report->count);
}

int kvmlib_report_arm64_ids(const struct kvmlib_report *report, struct kvmlib_arm64_ids **ret_ids)
{
	struct kvmlib_arm64_ids *ids;
	int r;

	if (!report || !ret_ids)
		return KVMLIB__NULL_ARGUMENT(report ? 2 : 1);
	r = kvmlib_arm64_ids_new(&ids);
	if (r < 0) {
		kvmlib__error_amend(__func__, NULL);
		return r;
	}
	r = read_items(ids, report, __func__);
	if (r < 0)
		kvmlib_arm64_ids_free(ids);
	else
		*ret_ids = ids;
	return r;
}
