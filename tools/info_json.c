/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A report as one JSON object. Registers and MSRs are strings, "0x...": JSON's readers have 53 bits for
 * numbers. What can't be sorted in is kept as it is, in "other".
 *
 * jansson's functions that put a value somewhere take NULL, for no memory, and fail. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "info.h"
#include "info_model.h"
#include "json.h"
#include "tool.h"

static json_t *hex(uint64_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "0x%" PRIx64, number);
	return json_string(text);
}

static json_t *text(const char *bytes)
{
	return json_text(bytes, strlen(bytes));
}

static json_t *text_or_null(const char *bytes)
{
	return bytes ? text(bytes) : json_null();
}

/* Done with a value that may be incomplete. */
static json_t *finished(json_t *value, int r)
{
	if (!r)
		return value;
	json_decref(value);
	return NULL;
}

/* Capabilities */

static const char *const kinds[] = {
	[KVMLIB_CAPABILITY_BOOL] = "bool",     [KVMLIB_CAPABILITY_COUNT] = "count",
	[KVMLIB_CAPABILITY_SIZE] = "size",     [KVMLIB_CAPABILITY_MASK] = "mask",
	[KVMLIB_CAPABILITY_NUMBER] = "number", [KVMLIB_CAPABILITY_UNREPORTED] = "unreported",
};

static json_t *places(uint32_t mask)
{
	static const char *const names[] = { "system", "vm", "vcpu" };
	json_t *list = json_array();
	int r = 0;

	for (uint32_t i = 0; i < 3; i++)
		if (mask >> i & 1)
			r |= json_array_append_new(list, json_string(names[i]));
	return finished(list, r);
}

static json_t *cap_bits(uint32_t number, uint64_t mask)
{
	json_t *list = json_array();
	int r = 0;

	for (uint32_t bit = 0; bit < 32; bit++) {
		const char *name = kvmlib_capability_bit_name(number, bit);

		if (name && mask >> bit & 1)
			r |= json_array_append_new(list, json_string(name));
	}
	return finished(list, r);
}

static int set_facts(json_t *object, const struct info_cap *cap)
{
	struct kvmlib_capability facts;
	int r;

	if (cap->number == INFO_UNKNOWN || kvmlib_capability_info(cap->number, &facts) < 0)
		return 0;
	r = json_object_set_new(object, "kind", json_string(kinds[facts.kind]));
	r |= json_object_set_new(object, "meaning", json_string(facts.meaning));
	r |= json_object_set_new(object, "scope", places(facts.scope));
	r |= json_object_set_new(object, "enable", places(facts.enable));
	r |= json_object_set_new(object, "enable_args", text_or_null(facts.enable_args));
	r |= json_object_set_new(object, "doc", text_or_null(facts.doc));
	r |= json_object_set_new(object, "since", text_or_null(facts.since));
	if (facts.kind == KVMLIB_CAPABILITY_MASK && info_cap_value(cap) >= 0)
		r |= json_object_set_new(object, "bits",
					 cap_bits(cap->number, (uint64_t)info_cap_value(cap)));
	return r;
}

static json_t *answer(int64_t value)
{
	return value < 0 ? json_null() : json_integer(value);
}

static json_t *cap_object(const struct info_cap *cap)
{
	json_t *object = json_object();
	uint64_t ignored;
	char name[64];
	int r;

	snprintf(name, sizeof(name), "%.*s", cap->name_size, cap->name);
	r = json_object_set_new(object, "name",
				info_parse_decimal(name, UINT32_MAX, &ignored) ? json_null()
									       : text(name));
	r |= json_object_set_new(object, "number",
				 answer(cap->number == INFO_UNKNOWN ? -1 : (int64_t)cap->number));
	r |= json_object_set_new(object, "system", answer(cap->system));
	r |= json_object_set_new(object, "vm", answer(cap->vm));
	r |= set_facts(object, cap);
	return finished(object, r);
}

static json_t *capabilities(const struct info_model *model)
{
	json_t *list = json_array();
	int r = 0;

	for (size_t i = 0; i < model->nr_caps; i++)
		r |= json_array_append_new(list, cap_object(&model->caps[i]));
	return finished(list, r);
}

/* Limits: sums of the above for who looks for nothing else */

static const struct {
	const char *name;
	uint32_t cap;
} limits[] = {
	{ "recommended_vcpus", KVMLIB_CAP_NR_VCPUS },
	{ "max_vcpus", KVMLIB_CAP_MAX_VCPUS },
	{ "max_vcpu_id", KVMLIB_CAP_MAX_VCPU_ID },
	{ "memory_slots", KVMLIB_CAP_NR_MEMSLOTS },
	{ "address_spaces", KVMLIB_CAP_MULTI_ADDRESS_SPACE },
	{ "interrupt_routes", KVMLIB_CAP_IRQ_ROUTING },
	{ "xsave_size", KVMLIB_CAP_XSAVE2 },
};

static int set_number(json_t *object, const char *name, const char *value)
{
	uint64_t number;

	if (!value || !info_parse_decimal(value, INT64_MAX, &number))
		return 0;
	return json_object_set_new(object, name, json_integer((json_int_t)number));
}

static json_t *limits_object(const struct info_model *model)
{
	json_t *object = json_object();
	int r = set_number(object, "api_version", kvmlib_report_get(model->report, "api-version"));

	r |= set_number(object, "run_size", kvmlib_report_get(model->report, "run-size"));
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		const struct info_cap *cap = info_find_cap(model, limits[i].cap);

		if (cap)
			r |= json_object_set_new(object, limits[i].name,
						 answer(info_cap_value(cap)));
	}
	return finished(object, r);
}

/* CPUID */

static json_t *register_bits(const struct info_leaf *leaf, uint32_t number)
{
	json_t *list = json_array();
	int r = 0;

	for (uint32_t bit = 0; bit < 32; bit++) {
		const char *name = kvmlib_cpuid_bit_name(leaf->leaf, leaf->subleaf, number, bit);

		if (name && leaf->registers[number] >> bit & 1)
			r |= json_array_append_new(list, json_string(name));
	}
	return finished(list, r);
}

/* Only of registers that have names at all, by register. */
static json_t *leaf_names(const struct info_leaf *leaf)
{
	json_t *object = json_object();
	int r = 0;

	for (uint32_t i = 0; i < 4; i++) {
		json_t *list = register_bits(leaf, i);

		if (list && !json_array_size(list))
			json_decref(list);
		else
			r |= json_object_set_new(object, info_register_names[i], list);
	}
	return finished(object, r);
}

/* Hyper-V's leaves have the numbers of KVM's own, but not their bits. */
static json_t *leaf_object(const struct info_leaf *leaf, enum info_list list)
{
	json_t *object = json_object();
	int r = json_object_set_new(object, "leaf", hex(leaf->leaf));

	r |= json_object_set_new(object, "subleaf",
				 leaf->has_subleaf ? hex(leaf->subleaf) : json_null());
	for (uint32_t i = 0; i < 4; i++)
		r |= json_object_set_new(object, info_register_names[i],
					 leaf->has >> i & 1 ? hex(leaf->registers[i])
							    : json_null());
	if (list != INFO_HYPERV)
		r |= json_object_set_new(object, "names", leaf_names(leaf));
	return finished(object, r);
}

static json_t *leaves(const struct info_model *model, enum info_list list)
{
	json_t *array = json_array();
	int r = 0;

	for (size_t i = 0; i < model->nr_leaves[list]; i++)
		r |= json_array_append_new(array, leaf_object(&model->leaves[list][i], list));
	return finished(array, r);
}

/* MSRs */

static json_t *msrs(const struct info_model *model)
{
	json_t *list = json_array();
	int r = 0;

	for (size_t i = 0; i < model->nr_msrs; i++)
		r |= json_array_append_new(list, hex(model->msrs[i].number));
	return finished(list, r);
}

static json_t *feature_msr(const struct info_msr *msr)
{
	const bool readable = strcmp(msr->value, "unreadable") != 0;
	json_t *object = json_object();
	int r = json_object_set_new(object, "msr", hex(msr->number));

	r |= json_object_set_new(object, "value", readable ? text(msr->value) : json_null());
	return finished(object, r);
}

static json_t *feature_msrs(const struct info_model *model)
{
	json_t *list = json_array();
	int r = 0;

	for (size_t i = 0; i < model->nr_feature_msrs; i++)
		r |= json_array_append_new(list, feature_msr(&model->feature_msrs[i]));
	return finished(list, r);
}

/* Items that stay text */

/* The object that is a member of another; made where it is missing. */
static json_t *member(json_t *object, const char *name)
{
	json_t *found = json_object_get(object, name);

	if (!found && !json_object_set_new(object, name, json_object()))
		found = json_object_get(object, name);
	return found;
}

/* Keys are as strict as JSON's: bytes that are no UTF-8 would be refused. */
static int set_text(json_t *object, const char *key, const char *value)
{
	json_t *clean = text(key);
	int r = clean ? json_object_set_new(object, json_string_value(clean), text(value)) : -1;

	json_decref(clean);
	return r;
}

/* "kvm/nested" and "kvm/tdp" are members of "kvm". */
static int set_nested(json_t *object, const char *key, const char *value)
{
	const size_t size = strcspn(key, "/");
	json_t *clean = json_text(key, size);
	json_t *inner = clean ? member(object, json_string_value(clean)) : NULL;
	int r = inner ? set_text(inner, key + size + (key[size] == '/'), value) : -1;

	json_decref(clean);
	return r;
}

static json_t *items(const struct info_model *model, const char *prefix,
		     int (*set)(json_t *object, const char *key, const char *value))
{
	json_t *object = json_object();
	const char *key, *value;
	size_t at = 0;
	int r = 0;

	while (info_next(model->report, prefix, &at, &key, &value))
		r |= set(object, key, value);
	return finished(object, r);
}

static json_t *devices(const struct info_model *model)
{
	json_t *list = json_array();
	const char *key, *value;
	size_t at = 0;
	int r = 0;

	while (info_next(model->report, "device/", &at, &key, &value))
		r |= json_array_append_new(list, text(key));
	return finished(list, r);
}

/* Whether the item has a place of its own, though it is not one of the model's lists. */
static bool is_placed(const char *key)
{
	static const char *const whole[] = { "arch", "api-version", "run-size", "mce-cap" };
	static const char *const prefixes[] = { "kernel/", "module/", "device/", "attr/" };

	for (size_t i = 0; i < sizeof(whole) / sizeof(whole[0]); i++)
		if (!strcmp(key, whole[i]) || !strncmp(key, prefixes[i], strlen(prefixes[i])))
			return true;
	return false;
}

static json_t *others(const struct info_model *model)
{
	json_t *object = json_object();
	const char *key = "", *value = "";
	int r = 0;

	for (size_t i = 0; i < model->nr_others; i++) {
		kvmlib_report_item(model->report, model->others[i], &key, &value);
		if (!is_placed(key))
			r |= set_text(object, key, value);
	}
	return finished(object, r);
}

static json_t *report_object(const struct info_model *model)
{
	const struct kvmlib_report *report = model->report;
	json_t *object = json_object();
	int r = json_object_set_new(object, "kvmlib", json_string(kvmlib_version_string()));

	r |= json_object_set_new(object, "arch", text_or_null(kvmlib_report_get(report, "arch")));
	r |= json_object_set_new(object, "kernel", items(model, "kernel/", set_text));
	r |= json_object_set_new(object, "modules", items(model, "module/", set_nested));
	r |= json_object_set_new(object, "limits", limits_object(model));
	r |= json_object_set_new(object, "capabilities", capabilities(model));
	r |= json_object_set_new(object, "cpuid", leaves(model, INFO_SUPPORTED));
	r |= json_object_set_new(object, "cpuid_emulated", leaves(model, INFO_EMULATED));
	r |= json_object_set_new(object, "cpuid_hyperv", leaves(model, INFO_HYPERV));
	r |= json_object_set_new(object, "msrs", msrs(model));
	r |= json_object_set_new(object, "feature_msrs", feature_msrs(model));
	r |= json_object_set_new(object, "mce_cap",
				 text_or_null(kvmlib_report_get(report, "mce-cap")));
	r |= json_object_set_new(object, "devices", devices(model));
	r |= json_object_set_new(object, "attributes", items(model, "attr/", set_nested));
	r |= json_object_set_new(object, "other", others(model));
	return finished(object, r);
}

int info_print_value(json_t *value)
{
	int r = value ? json_dumpf(value, stdout, JSON_INDENT(2)) : -1;

	json_decref(value);
	putchar('\n');
	if (!r)
		return STATUS_OK;
	say(INFO_COMMAND, "can't print JSON: no memory, or nowhere to print it");
	return STATUS_HOST;
}

int info_print_json(const struct kvmlib_report *report)
{
	struct info_model model;
	json_t *value;

	if (info_model_make(&model, report) < 0)
		return info_print_value(NULL);
	value = report_object(&model);
	info_model_free(&model);
	return info_print_value(value);
}
