/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <kvmlib/kvmlib.h>

#include "../base/error.h"

int kvmlib_report_new(struct kvmlib_report **ret_report)
{
	struct kvmlib_report *report;

	if (!ret_report)
		return KVMLIB__NULL_ARGUMENT(1);
	report = calloc(1, sizeof(*report));
	if (!report)
		return KVMLIB__NO_MEMORY();
	*ret_report = report;
	return 0;
}

struct kvmlib_report *kvmlib_report_free(struct kvmlib_report *report)
{
	if (!report)
		return NULL;
	for (size_t i = 0; i < report->count; i++)
		free(report->items[i].key);
	free(report->items);
	free(report);
	return NULL;
}

/* Where the key is, or would be. */
static size_t place(const struct kvmlib_report *report, const char *key)
{
	size_t low = 0, high = report->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(report->items[middle].key, key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct kvmlib__item *find(const struct kvmlib_report *report, const char *key, size_t at)
{
	if (at == report->count || strcmp(report->items[at].key, key) != 0)
		return NULL;
	return &report->items[at];
}

/* Room for one more. */
static int grow(struct kvmlib_report *report)
{
	size_t room = report->room ? 2 * report->room : 64;
	struct kvmlib__item *items;

	if (report->count == KVMLIB_REPORT_MAX_ITEMS)
		return -E2BIG;
	if (report->count < report->room)
		return 0;
	items = realloc(report->items, room * sizeof(*items));
	if (!items)
		return -ENOMEM;
	report->items = items;
	report->room = room;
	return 0;
}

int kvmlib__report_append(struct kvmlib_report *report, const char *key, size_t key_size,
			  const char *value, size_t value_size)
{
	int r = grow(report);
	char *text;

	if (r < 0)
		return r;
	text = kvmlib__report_join(key, key_size, value, value_size);
	if (!text)
		return -ENOMEM;
	report->items[report->count++] = (struct kvmlib__item){ text, key_size };
	return 0;
}

static int by_key(const void *a, const void *b)
{
	return strcmp(((const struct kvmlib__item *)a)->key, ((const struct kvmlib__item *)b)->key);
}

const struct kvmlib__item *kvmlib__report_sort(struct kvmlib_report *report)
{
	if (report->count)
		qsort(report->items, report->count, sizeof(*report->items), by_key);
	for (size_t i = 1; i < report->count; i++)
		if (!by_key(&report->items[i - 1], &report->items[i]))
			return &report->items[i];
	return NULL;
}

static int replace(struct kvmlib__item *item, const char *value)
{
	char *text = kvmlib__report_join(item->key, item->key_size, value, strlen(value));

	if (!text)
		return -ENOMEM;
	free(item->key);
	item->key = text;
	return 0;
}

/* Appended at the end, and then moved to its place. */
static int insert(struct kvmlib_report *report, size_t at, const char *key, const char *value)
{
	int r = kvmlib__report_append(report, key, strlen(key), value, strlen(value));
	struct kvmlib__item item;

	if (r < 0)
		return r;
	item = report->items[report->count - 1];
	memmove(&report->items[at + 1], &report->items[at],
		(report->count - 1 - at) * sizeof(item));
	report->items[at] = item;
	return 0;
}

static int set(struct kvmlib_report *report, const char *key, const char *value)
{
	size_t at = place(report, key);
	struct kvmlib__item *item = find(report, key, at);

	return item ? replace(item, value) : insert(report, at, key, value);
}

int kvmlib_report_set(struct kvmlib_report *report, const char *key, const char *value)
{
	int r;

	if (!report || !key || !value)
		return KVMLIB__NULL_ARGUMENT(!report ? 1 : !key ? 2 : 3);
	if (!kvmlib__report_key_valid(key, strlen(key)))
		return KVMLIB__REFUSE(-EINVAL, BAD_ARGUMENT, 2);
	if (!kvmlib__report_value_valid(value, strlen(value)))
		return KVMLIB__REFUSE(-EINVAL, BAD_ARGUMENT, 3);
	r = set(report, key, value);
	if (r == -ENOMEM)
		return KVMLIB__NO_MEMORY();
	return r < 0 ? KVMLIB__REFUSE(r, REPORT_TOO_LARGE, 1) : 0;
}

const char *kvmlib_report_get(const struct kvmlib_report *report, const char *key)
{
	const struct kvmlib__item *item = find(report, key, place(report, key));

	return item ? kvmlib__item_value(item) : NULL;
}

size_t kvmlib_report_count(const struct kvmlib_report *report)
{
	return report->count;
}

int kvmlib_report_item(const struct kvmlib_report *report, size_t index, const char **ret_key,
		       const char **ret_value)
{
	if (!report || !ret_key || !ret_value)
		return KVMLIB__NULL_ARGUMENT(!report ? 1 : !ret_key ? 3 : 4);
	if (index >= report->count)
		return KVMLIB__REFUSE(-EINVAL, BAD_ARGUMENT, 2);
	*ret_key = report->items[index].key;
	*ret_value = kvmlib__item_value(&report->items[index]);
	return 0;
}
