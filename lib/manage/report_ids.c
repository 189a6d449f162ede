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

static bool read_mask(struct kvmlib_arm64_ids *ids, const char *name, const char *value)
{
	char *end;
	uint64_t mask;

	errno = 0;
	mask = strtoull(value, &end, 16);
	if (errno || *end)
		return false;
	for (size_t i = 0; i < kvmlib__nr_idregs; i++)
		if (!strcmp(kvmlib__idregs[i].name, name))
			ids->regs[i].fixed = ~mask;
	return true;
}

/* 1: an item of these, 0: another one; below 0: one that nobody wrote. */
static int read_item(struct kvmlib_arm64_ids *ids, const struct kvmlib__item *item)
{
	const char *value = kvmlib__item_value(item);

	if (!strncmp(item->key, FIELD, strlen(FIELD)))
		return read_field(ids, item->key + strlen(FIELD), value) ? 1 : -EPROTO;
	if (!strncmp(item->key, WRITABLE, strlen(WRITABLE)))
		return read_mask(ids, item->key + strlen(WRITABLE), value) ? 1 : -EPROTO;
	return 0;
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
