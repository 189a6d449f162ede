/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* In what hosts differ, and what they have in common. */
#include "report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kvmlib/kvmlib.h>

#include "../base/error.h"
#include "../base/host_tables.h"
#include "../base/tables.h"

/* Keys whose kind is that of all with the same beginning; the first that fits counts. */
static const struct {
	const char *prefix;
	enum kvmlib__report_kind kind;
} kinds[] = {
	{ "attr/", KVMLIB__REPORT_BITS },
	{ "device/", KVMLIB__REPORT_BITS },
	{ "msr/", KVMLIB__REPORT_BITS },
	{ "idreg-rest/", KVMLIB__REPORT_BITS },
	{ "idreg-writable/", KVMLIB__REPORT_BITS },
	{ "cpuid-hyperv/0x40000001/", KVMLIB__REPORT_TEXT }, /* a name, where KVM has features */
};

static bool starts_with(const char *key, const char *prefix)
{
	return !strncmp(key, prefix, strlen(prefix));
}

/* The part of a key behind its first slash. */
static const char *rest_of(const char *key)
{
	const char *slash = strchr(key, '/');

	return slash ? slash + 1 : "";
}

/* The capability of "NAME/system". */
static bool find_cap(const char *rest, struct kvmlib_capability *ret)
{
	const size_t size = strcspn(rest, "/");

	for (size_t i = 0; i < kvmlib__nr_caps; i++) {
		if (strncmp(kvmlib__caps[i].name, rest, size) != 0 || kvmlib__caps[i].name[size])
			continue;
		*ret = kvmlib__caps[i];
		return true;
	}
	return false;
}

/* KIND of "NAME/system". */
static enum kvmlib__report_kind kind_of_cap(const char *rest)
{
	struct kvmlib_capability cap;

	if (!find_cap(rest, &cap))
		return KVMLIB__REPORT_TEXT;
	switch (cap.kind) {
	case KVMLIB_CAPABILITY_MASK:
		return KVMLIB__REPORT_BITS;
	case KVMLIB_CAPABILITY_BOOL:
	case KVMLIB_CAPABILITY_COUNT:
	case KVMLIB_CAPABILITY_SIZE:
		return KVMLIB__REPORT_COUNT;
	default:
		return KVMLIB__REPORT_TEXT;
	}
}

/* The kinds that a report knows; it has no number for the others. */
static enum kvmlib__report_kind report_kind(enum kvmlib__cpuid_kind kind)
{
	switch (kind) {
	case KVMLIB__CPUID_BITS:
		return KVMLIB__REPORT_BITS;
	case KVMLIB__CPUID_COUNT:
		return KVMLIB__REPORT_COUNT;
	default:
		return KVMLIB__REPORT_TEXT;
	}
}

/* KIND of "LEAF/SUBLEAF/REGISTER". */
static enum kvmlib__report_kind kind_of_cpuid(const char *rest)
{
	static const char *const registers[] = { "eax", "ebx", "ecx", "edx" };
	char *end;
	const uint32_t leaf = (uint32_t)strtoul(rest, &end, 0);
	const uint32_t subleaf = *end == '/' ? (uint32_t)strtoul(end + 1, &end, 0) : 0;
	const char *name = strrchr(rest, '/');

	for (uint32_t i = 0; name && i < 4; i++)
		if (!strcmp(name + 1, registers[i]))
			return report_kind(kvmlib__cpuid_kind(leaf, subleaf, i));
	return KVMLIB__REPORT_TEXT;
}

/* KIND of "REGISTER.FIELD". */
static enum kvmlib__report_kind kind_of_field(const char *name)
{
	const struct kvmlib_arm64_field *field = kvmlib_arm64_find_field(name);

	return field && field->safe == KVMLIB_ARM64_SAFE_LOWER ? KVMLIB__REPORT_COUNT
							       : KVMLIB__REPORT_TEXT;
}

enum kvmlib__report_kind kvmlib__report_kind(const char *key)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (starts_with(key, kinds[i].prefix))
			return kinds[i].kind;
	if (starts_with(key, "cap/"))
		return kind_of_cap(rest_of(key));
	if (starts_with(key, "idreg/"))
		return kind_of_field(rest_of(key));
	if (starts_with(key, "msr-feature/"))
		return report_kind(
			kvmlib__feature_msr_kind((uint32_t)strtoul(rest_of(key), NULL, 0)));
	if (starts_with(key, "cpuid"))
		return kind_of_cpuid(rest_of(key));
	return KVMLIB__REPORT_TEXT;
}

/* A value as a number; "yes" and other words are 1, what is not there is 0. */
static uint64_t number_of(const char *value)
{
	char *end;
	uint64_t number;

	if (!value)
		return 0;
	number = strtoull(value, &end, 0);
	return *end ? 1 : number;
}

/* Counts: some have a sign. */
static bool is_less(uint64_t a, uint64_t b)
{
	return (int64_t)a < (int64_t)b;
}

/* Fill in the rest, from the values. Whether there is a difference at all. */
static bool compare(struct kvmlib_report_difference *difference)
{
	const enum kvmlib__report_kind kind = kvmlib__report_kind(difference->key);
	const uint64_t a = number_of(difference->a), b = number_of(difference->b);

	if (kind == KVMLIB__REPORT_TEXT) {
		difference->kind = KVMLIB_REPORT_CHANGED;
		return !difference->a || !difference->b ||
		       strcmp(difference->a, difference->b) != 0;
	}
	if (kind == KVMLIB__REPORT_BITS) {
		difference->missing = a & ~b;
		difference->added = b & ~a;
		difference->kind = difference->missing ? KVMLIB_REPORT_LOST : KVMLIB_REPORT_GAINED;
	} else {
		difference->kind = is_less(b, a) ? KVMLIB_REPORT_LOST : KVMLIB_REPORT_GAINED;
	}
	return a != b;
}

/* The report at fault, counted from 1, or 0 where all are of one known architecture. */
static size_t stranger(const struct kvmlib_report *const *reports, size_t count)
{
	const char *arch = kvmlib_report_get(reports[0], "arch");

	for (size_t i = 0; i < count; i++) {
		const char *other = kvmlib_report_get(reports[i], "arch");

		if (!arch || !other || strcmp(arch, other) != 0)
			return i + 1;
	}
	return 0;
}

/* Where two sorted lists stand; positions of callers hold both halves. */
struct walk {
	const struct kvmlib_report *a, *b;
	uint32_t i, j;
};

/* The next key of either list, with the values of it. */
static struct kvmlib_report_difference step(struct walk *walk)
{
	const struct kvmlib__item *a = walk->i < walk->a->count ? &walk->a->items[walk->i] : NULL;
	const struct kvmlib__item *b = walk->j < walk->b->count ? &walk->b->items[walk->j] : NULL;
	struct kvmlib_report_difference difference = { 0 };

	if (a && (!b || strcmp(a->key, b->key) <= 0)) {
		difference.key = a->key;
		difference.a = kvmlib__item_value(a);
		walk->i++;
	}
	if (b && (!a || strcmp(a->key, b->key) >= 0)) {
		difference.key = b->key;
		difference.b = kvmlib__item_value(b);
		walk->j++;
	}
	return difference;
}

static int next_difference(struct walk *walk, struct kvmlib_report_difference *ret_difference)
{
	while (walk->i < walk->a->count || walk->j < walk->b->count) {
		struct kvmlib_report_difference difference = step(walk);

		if (compare(&difference)) {
			*ret_difference = difference;
			return 1;
		}
	}
	return 0;
}

int kvmlib_report_next_difference(const struct kvmlib_report *a, const struct kvmlib_report *b,
				  uint64_t *position,
				  struct kvmlib_report_difference *ret_difference)
{
	struct walk walk = { .a = a, .b = b };
	size_t odd;
	int r;

	if (!a || !b || !position || !ret_difference)
		return KVMLIB__NULL_ARGUMENT(!a ? 1 : !b ? 2 : !position ? 3 : 4);
	odd = stranger((const struct kvmlib_report *const[]){ a, b }, 2);
	if (odd)
		return KVMLIB__REFUSE(-EINVAL, REPORT_ARCH, odd);
	walk.i = (uint32_t)(*position >> 32);
	walk.j = (uint32_t)*position;
	r = next_difference(&walk, ret_difference);
	*position = (uint64_t)walk.i << 32 | walk.j;
	return r;
}

/* What an item and another host's value of it have in common; NULL: nothing. */
static const char *common(const struct kvmlib__item *item, const char *other, char text[32])
{
	const uint64_t a = number_of(kvmlib__item_value(item)), b = number_of(other);

	switch (other ? kvmlib__report_kind(item->key) : KVMLIB__REPORT_TEXT) {
	case KVMLIB__REPORT_COUNT:
		return is_less(a, b) ? kvmlib__item_value(item) : other;
	case KVMLIB__REPORT_BITS:
		if (a == b)
			return kvmlib__item_value(item);
		snprintf(text, 32, starts_with(other, "0x") ? "0x%" PRIx64 : "%" PRIu64, a & b);
		return a & b ? text : NULL;
	case KVMLIB__REPORT_TEXT:
		break;
	}
	return other && !strcmp(kvmlib__item_value(item), other) ? other : NULL;
}

static int add_common(struct kvmlib_report *into, const struct kvmlib_report *of,
		      const struct kvmlib_report *with)
{
	int r = 0;

	for (size_t i = 0; !r && i < of->count; i++) {
		const struct kvmlib__item *item = &of->items[i];
		char text[32];
		const char *value = common(item, kvmlib_report_get(with, item->key), text);

		if (value)
			r = kvmlib_report_set(into, item->key, value);
	}
	return r;
}

/* A new report of what two have in common; the first is freed. */
static int narrow(struct kvmlib_report **report, const struct kvmlib_report *with)
{
	struct kvmlib_report *result;
	int r = kvmlib_report_new(&result);

	if (r < 0)
		return r;
	r = add_common(result, *report, with);
	kvmlib_report_free(r < 0 ? result : *report);
	if (!r)
		*report = result;
	return r;
}

int kvmlib_report_baseline(const struct kvmlib_report *const *reports, size_t count,
			   struct kvmlib_report **ret_report)
{
	struct kvmlib_report *result;
	int r;

	if (!reports || !ret_report)
		return KVMLIB__NULL_ARGUMENT(reports ? 3 : 1);
	if (!count)
		return KVMLIB__REFUSE(-EINVAL, BAD_ARGUMENT, 2);
	for (size_t i = 0; i < count; i++)
		if (!reports[i])
			return KVMLIB__NULL_ARGUMENT(1);
	if (stranger(reports, count))
		return KVMLIB__REFUSE(-EINVAL, REPORT_ARCH, 1);
	r = kvmlib_report_new(&result);
	if (r < 0)
		return r;
	r = add_common(result, reports[0], reports[0]);
	for (size_t i = 1; !r && i < count; i++)
		r = narrow(&result, reports[i]);
	if (r < 0)
		kvmlib_report_free(result);
	else
		*ret_report = result;
	return r;
}
