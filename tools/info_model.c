/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A report's items by what they are. Reports come from anywhere: what is not as the library writes it is
 * one of the others. */
#include "info_model.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const info_register_names[4] = { "eax", "ebx", "ecx", "edx" };

static const char *const list_names[INFO_NR_LISTS] = {
	[INFO_SUPPORTED] = "cpuid",
	[INFO_EMULATED] = "cpuid-emulated",
	[INFO_HYPERV] = "cpuid-hyperv",
};

/* Numbers: one form of each, so that no two keys mean the same */

static bool take_form(const char *text, const char *form, uint64_t number, uint64_t max,
		      uint64_t *ret)
{
	if (strcmp(text, form) != 0 || number > max)
		return false;
	*ret = number;
	return true;
}

bool info_parse_hex(const char *text, uint64_t max, uint64_t *ret)
{
	const uint64_t number = strtoull(text, NULL, 16);
	char form[24];

	snprintf(form, sizeof(form), "0x%" PRIx64, number);
	return take_form(text, form, number, max, ret);
}

bool info_parse_decimal(const char *text, uint64_t max, uint64_t *ret)
{
	const uint64_t number = strtoull(text, NULL, 10);
	char form[24];

	snprintf(form, sizeof(form), "%" PRIu64, number);
	return take_form(text, form, number, max, ret);
}

/* Keys in parts */

#define PART 64 /* room for one that is looked at */

/* The part up to the next slash, or the end, and move on behind it; false if it is too long. */
static bool next_part(const char **key, char part[PART])
{
	size_t size = strcspn(*key, "/");

	if (size >= PART)
		return false;
	memcpy(part, *key, size);
	part[size] = '\0';
	*key += size + ((*key)[size] == '/');
	return true;
}

static int index_of(const char *word, const char *const *words, int nr)
{
	for (int i = 0; i < nr; i++)
		if (!strcmp(word, words[i]))
			return i;
	return -1;
}

static bool parse_leaf(const char *leaf, const char *subleaf, struct info_register *ret)
{
	uint64_t number = 0;

	if (!info_parse_hex(leaf, UINT32_MAX, &number))
		return false;
	ret->leaf = (uint32_t)number;
	number = 0;
	ret->has_subleaf = strcmp(subleaf, "-") != 0;
	if (ret->has_subleaf && !info_parse_hex(subleaf, UINT32_MAX, &number))
		return false;
	ret->subleaf = (uint32_t)number;
	return true;
}

bool info_parse_register(const char *key, struct info_register *ret)
{
	char parts[4][PART];
	int list, number;

	for (int i = 0; i < 4; i++)
		if (!next_part(&key, parts[i]))
			return false;
	list = index_of(parts[0], list_names, INFO_NR_LISTS);
	number = index_of(parts[3], info_register_names, 4);
	if (list < 0 || number < 0 || *key || !parse_leaf(parts[1], parts[2], ret))
		return false;
	ret->list = (enum info_list)list;
	ret->number = (uint32_t)number;
	return true;
}

/* Items. Neighbours in the report's order may be of one capability or leaf. */

static bool take_register(struct info_model *model, const char *key, const char *value)
{
	struct info_register reg;
	struct info_leaf *leaf;
	uint64_t number;
	size_t *nr;

	if (!info_parse_register(key, &reg) || !info_parse_hex(value, UINT32_MAX, &number))
		return false;
	nr = &model->nr_leaves[reg.list];
	leaf = &model->leaves[reg.list][*nr];
	if (*nr && leaf[-1].leaf == reg.leaf && leaf[-1].subleaf == reg.subleaf &&
	    leaf[-1].has_subleaf == reg.has_subleaf)
		leaf--;
	else
		*nr += 1;
	leaf->leaf = reg.leaf;
	leaf->subleaf = reg.subleaf;
	leaf->has_subleaf = reg.has_subleaf;
	leaf->has |= (uint8_t)(1U << reg.number);
	leaf->registers[reg.number] = (uint32_t)number;
	return true;
}

static uint32_t number_of_cap(const char *name)
{
	uint64_t number;
	uint32_t found;

	if (info_parse_decimal(name, INFO_UNKNOWN - 1, &number))
		return (uint32_t)number;
	return strncmp(name, "KVM_CAP_", 8) != 0 || kvmlib_capability_find(name, &found) < 0
		       ? INFO_UNKNOWN
		       : found;
}

/* The last capability if it is the same, or a new one. */
static struct info_cap *cap_for(struct info_model *model, const char *name, int size)
{
	struct info_cap *cap = &model->caps[model->nr_caps];

	if (model->nr_caps && cap[-1].name_size == size &&
	    !memcmp(cap[-1].name, name, (size_t)size))
		return cap - 1;
	*cap = (struct info_cap){ .name = name, .name_size = size, .system = -1, .vm = -1 };
	model->nr_caps++;
	return cap;
}

static bool take_cap(struct info_model *model, const char *key, const char *value)
{
	const char *name = key + strlen("cap/"), *rest = name;
	char text[PART];
	struct info_cap *cap;
	uint64_t number;

	if (strncmp(key, "cap/", 4) != 0 || !next_part(&rest, text) || !*text ||
	    (strcmp(rest, "system") != 0 && strcmp(rest, "vm") != 0) ||
	    !info_parse_decimal(value, INT32_MAX, &number))
		return false;
	cap = cap_for(model, name, (int)strlen(text));
	cap->number = number_of_cap(text);
	*(strcmp(rest, "vm") != 0 ? &cap->system : &cap->vm) = (int64_t)number;
	return true;
}

static bool take_number(struct info_msr *list, size_t *nr, const char *number, const char *value)
{
	uint64_t msr;

	if (!info_parse_hex(number, UINT32_MAX, &msr))
		return false;
	list[*nr] = (struct info_msr){ .number = (uint32_t)msr, .value = value };
	*nr += 1;
	return true;
}

static bool take_msr(struct info_model *model, const char *key, const char *value)
{
	uint64_t ignored;

	if (!strncmp(key, "msr/", 4))
		return !strcmp(value, "yes") &&
		       take_number(model->msrs, &model->nr_msrs, key + 4, value);
	if (strncmp(key, "msr-feature/", 12) != 0)
		return false;
	return (!strcmp(value, "unreadable") || info_parse_hex(value, UINT64_MAX, &ignored)) &&
	       take_number(model->feature_msrs, &model->nr_feature_msrs, key + 12, value);
}

static void take(struct info_model *model, size_t place)
{
	const char *key = NULL, *value = NULL;

	kvmlib_report_item(model->report, place, &key, &value);
	if (!take_cap(model, key, value) && !take_register(model, key, value) &&
	    !take_msr(model, key, value))
		model->others[model->nr_others++] = place;
}

/* Order */

static int order(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

/* Those with a name alone come last, by it. */
static int by_cap(const void *one, const void *other)
{
	const struct info_cap *a = one, *b = other;
	int r = order(a->number, b->number);

	return r ? r : strcmp(a->name, b->name);
}

static int by_leaf(const void *one, const void *other)
{
	const struct info_leaf *a = one, *b = other;
	int r = order(a->leaf, b->leaf);

	if (!r)
		r = order(a->has_subleaf, b->has_subleaf);
	return r ? r : order(a->subleaf, b->subleaf);
}

static int by_msr(const void *one, const void *other)
{
	const struct info_msr *a = one, *b = other;

	return order(a->number, b->number);
}

static void sort(struct info_model *model)
{
	qsort(model->caps, model->nr_caps, sizeof(*model->caps), by_cap);
	for (int i = 0; i < INFO_NR_LISTS; i++)
		qsort(model->leaves[i], model->nr_leaves[i], sizeof(**model->leaves), by_leaf);
	qsort(model->msrs, model->nr_msrs, sizeof(*model->msrs), by_msr);
	qsort(model->feature_msrs, model->nr_feature_msrs, sizeof(*model->msrs), by_msr);
}

/* Each list has room for all items. */
static bool allocate(struct info_model *model, size_t nr)
{
	bool complete;

	model->caps = calloc(nr, sizeof(*model->caps));
	model->msrs = calloc(nr, sizeof(*model->msrs));
	model->feature_msrs = calloc(nr, sizeof(*model->feature_msrs));
	model->others = calloc(nr, sizeof(*model->others));
	complete = model->caps && model->msrs && model->feature_msrs && model->others;
	for (int i = 0; i < INFO_NR_LISTS; i++) {
		model->leaves[i] = calloc(nr, sizeof(**model->leaves));
		complete = complete && model->leaves[i];
	}
	return complete;
}

int info_model_make(struct info_model *model, const struct kvmlib_report *report)
{
	size_t nr = kvmlib_report_count(report);

	*model = (struct info_model){ .report = report };
	if (!allocate(model, nr + 1)) {
		info_model_free(model);
		return -1;
	}
	for (size_t place = 0; place < nr; place++)
		take(model, place);
	sort(model);
	return 0;
}

void info_model_free(struct info_model *model)
{
	free(model->caps);
	free(model->msrs);
	free(model->feature_msrs);
	free(model->others);
	for (int i = 0; i < INFO_NR_LISTS; i++)
		free(model->leaves[i]);
}

int64_t info_cap_value(const struct info_cap *cap)
{
	return cap->vm >= 0 ? cap->vm : cap->system;
}

const struct info_cap *info_find_cap(const struct info_model *model, uint32_t number)
{
	for (size_t i = 0; i < model->nr_caps; i++)
		if (model->caps[i].number == number)
			return &model->caps[i];
	return NULL;
}

bool info_next(const struct kvmlib_report *report, const char *prefix, size_t *at,
	       const char **ret_key, const char **ret_value)
{
	const size_t size = strlen(prefix);

	while (*at < kvmlib_report_count(report)) {
		kvmlib_report_item(report, (*at)++, ret_key, ret_value);
		if (strncmp(*ret_key, prefix, size) != 0)
			continue;
		*ret_key += size;
		return true;
	}
	return false;
}
