/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB__REPORT_H
#define KVMLIB__REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kvmlib/report.h>

/* One allocation holds both strings: the value follows the key's NUL. */
struct kvmlib__item {
	char *key;
	size_t key_size;
};

static inline const char *kvmlib__item_value(const struct kvmlib__item *item)
{
	return item->key + item->key_size + 1;
}

struct kvmlib_report {
	struct kvmlib__item *items; /* sorted by key */
	size_t count;
	size_t room;
};

/* Whether text of that many bytes can stand in a report. */
bool kvmlib__report_key_valid(const char *key, size_t size);
bool kvmlib__report_value_valid(const char *value, size_t size);

/* Both, each with its NUL, as an item has them; NULL without memory. */
char *kvmlib__report_join(const char *key, size_t key_size, const char *value, size_t value_size);

/*
 * Put a valid item behind the others, in or out of order: 0, -E2BIG or -ENOMEM, without a record.
 */
int kvmlib__report_append(struct kvmlib_report *report, const char *key, size_t key_size,
			  const char *value, size_t value_size);

/* Sort what was appended. Returns an item whose key is there twice, or NULL. */
const struct kvmlib__item *kvmlib__report_sort(struct kvmlib_report *report);

/* What the value of an item is, by its key. */
enum kvmlib__report_kind {
	KVMLIB__REPORT_TEXT,  /* neither more nor less */
	KVMLIB__REPORT_COUNT, /* more is better */
	KVMLIB__REPORT_BITS,  /* each is a feature */
};
enum kvmlib__report_kind kvmlib__report_kind(const char *key);

#endif
