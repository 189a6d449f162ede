/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hosts beside each other: what a guest would lose by moving, and what they share. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "info.h"
#include "info_flow.h"
#include "info_model.h"
#include "json.h"
#include "tool.h"

#define TAB 42

typedef struct kvmlib_report_difference difference_t;

struct diff {
	difference_t *list;
	size_t nr;
	bool lost; /* a loss is among them */
};

/* Names */

/* "cap/KVM_CAP_XEN_HVM/vm": the capability; false for other keys, and those without a name. */
static bool parse_cap(const char *key, uint32_t *ret_number)
{
	char name[KVMLIB_REPORT_MAX_KEY + 1];

	if (strncmp(key, "cap/KVM_CAP_", 12) != 0)
		return false;
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(key + 4, "/"), key + 4);
	return kvmlib_capability_find(name, ret_number) == 0;
}

/* The name of a bit of an item's value; NULL if it has none. */
static const char *bit_name(const char *key, uint32_t bit)
{
	struct info_register reg;
	uint32_t cap;

	if (parse_cap(key, &cap))
		return kvmlib_capability_bit_name(cap, bit);
	if (bit < 32 && info_parse_register(key, &reg) && reg.list != INFO_HYPERV)
		return kvmlib_cpuid_bit_name(reg.leaf, reg.subleaf, reg.number, bit);
	return NULL;
}

/* Keys for people: "KVM_CAP_XEN_HVM (VM)", "cpuid 0x7/0 ebx", "msr 0x10", "attr vm/NAME". */
static void format_key(char *text, size_t size, const char *key)
{
	static const char *const lists[] = { "cpuid", "emulated cpuid", "Hyper-V cpuid" };
	const size_t first = strcspn(key, "/");
	struct info_register reg;

	if (!strncmp(key, "cap/", 4))
		snprintf(text, size, "%.*s (%s)", (int)strcspn(key + 4, "/"), key + 4,
			 strrchr(key, '/') + 1);
	else if (info_parse_register(key, &reg) && reg.has_subleaf)
		snprintf(text, size, "%s 0x%" PRIx32 "/%" PRIu32 " %s", lists[reg.list], reg.leaf,
			 reg.subleaf, info_register_names[reg.number]);
	else if (info_parse_register(key, &reg))
		snprintf(text, size, "%s 0x%" PRIx32 " %s", lists[reg.list], reg.leaf,
			 info_register_names[reg.number]);
	else
		snprintf(text, size, "%.*s%s%s", (int)first, key, key[first] ? " " : "",
			 key + first + (key[first] == '/'));
}

/* As text */

/* The bits by name, and what has no name as a number. */
static void print_bits(struct info_flow *flow, const char *key, uint64_t bits)
{
	uint64_t unnamed = 0;

	for (uint32_t bit = 0; bit < 64; bit++) {
		const char *name = bits >> bit & 1 ? bit_name(key, bit) : NULL;

		if (name)
			info_flow_word(flow, "%s", name);
		else
			unnamed |= bits & 1ULL << bit;
	}
	if (unnamed)
		info_flow_word(flow, "0x%" PRIx64, unnamed);
}

static const char *value_of(const char *value)
{
	return value ? value : "nothing";
}

/* A device or an MSR that is there or not has said all with its name. */
static bool is_presence(const difference_t *one)
{
	return (!one->a || !one->b) && !strcmp(one->a ? one->a : one->b, "yes");
}

static void print_one(const difference_t *one, uint64_t bits, int width)
{
	const bool has_bits = bits && (bits != 1 || bit_name(one->key, 0)) && !is_presence(one);
	struct info_flow flow;
	char key[2 * KVMLIB_REPORT_MAX_KEY];

	format_key(key, sizeof(key), one->key);
	if (is_presence(one)) {
		info_row(width, 2, "", "%s", key);
		return;
	}
	strcat(key, ":"); /* NOLINT(clang-analyzer-security.insecureAPI.strcpy): there is room */
	info_flow_begin(&flow, width, key, TAB);
	if (has_bits) {
		flow.separator = ",";
		print_bits(&flow, one->key, bits);
	} else {
		info_flow_text(&flow, value_of(one->a));
		info_flow_word(&flow, "->");
		info_flow_text(&flow, value_of(one->b));
	}
	info_flow_end(&flow);
}

static size_t count(const struct diff *diff, uint32_t kind)
{
	size_t nr = 0;

	for (size_t i = 0; i < diff->nr; i++)
		nr += diff->list[i].kind == kind ||
		      (kind == KVMLIB_REPORT_GAINED && diff->list[i].kind == KVMLIB_REPORT_LOST &&
		       diff->list[i].added);
	return nr;
}

/* Those of one kind; a loss may come with a gain. */
static void print_kind(const struct diff *diff, uint32_t kind, const char *heading, int width)
{
	if (!count(diff, kind))
		return;
	printf("%s\n", heading);
	for (size_t i = 0; i < diff->nr; i++) {
		const difference_t *one = &diff->list[i];

		if (kind == KVMLIB_REPORT_GAINED && (one->kind == kind || one->added))
			print_one(one, one->added, width);
		else if (one->kind == kind)
			print_one(one, one->missing, width);
	}
	putchar('\n');
}

static void print_text(const struct diff *diff, bool all)
{
	const int width = info_width();

	print_kind(diff, KVMLIB_REPORT_LOST, "Lost: a guest of A would miss on B", width);
	print_kind(diff, KVMLIB_REPORT_GAINED, "Gained: B has, and A has not", width);
	if (all)
		print_kind(diff, KVMLIB_REPORT_CHANGED, "Changed: neither more nor less", width);
	else if (count(diff, KVMLIB_REPORT_CHANGED))
		printf("Changed: %zu items that are neither more nor less (--all shows them)\n\n",
		       count(diff, KVMLIB_REPORT_CHANGED));
	puts(diff->lost ? "A guest that uses what is lost can't move from A to B."
			: "Nothing is lost: guests may move from A to B.");
}

/* As JSON */

static json_t *text_or_null(const char *value)
{
	return value ? json_text(value, strlen(value)) : json_null();
}

static int set_bits(json_t *object, const char *mask_name, const char *list_name, const char *key,
		    uint64_t bits)
{
	json_t *list = json_array();
	char text[24];
	int r = 0;

	for (uint32_t bit = 0; bit < 64; bit++) {
		const char *name = bits >> bit & 1 ? bit_name(key, bit) : NULL;

		if (name)
			r |= json_array_append_new(list, json_string(name));
	}
	snprintf(text, sizeof(text), "0x%" PRIx64, bits);
	r |= json_object_set_new(object, mask_name, json_string(text));
	r |= json_object_set_new(object, list_name, list);
	return r;
}

static json_t *difference_object(const difference_t *one)
{
	json_t *object = json_object();
	int r = json_object_set_new(object, "key", text_or_null(one->key));

	r |= json_object_set_new(object, "a", text_or_null(one->a));
	r |= json_object_set_new(object, "b", text_or_null(one->b));
	r |= set_bits(object, "missing", "missing_names", one->key, one->missing);
	r |= set_bits(object, "added", "added_names", one->key, one->added);
	if (!r)
		return object;
	json_decref(object);
	return NULL;
}

static int set_kind(json_t *object, const char *name, const struct diff *diff, uint32_t kind)
{
	json_t *list = json_array();
	int r = 0;

	for (size_t i = 0; i < diff->nr; i++)
		if (diff->list[i].kind == kind)
			r |= json_array_append_new(list, difference_object(&diff->list[i]));
	return r | json_object_set_new(object, name, list);
}

static int print_json(const struct diff *diff)
{
	json_t *object = json_object();
	int r = json_object_set_new(object, "may_move", json_boolean(!diff->lost));

	r |= set_kind(object, "lost", diff, KVMLIB_REPORT_LOST);
	r |= set_kind(object, "gained", diff, KVMLIB_REPORT_GAINED);
	r |= set_kind(object, "changed", diff, KVMLIB_REPORT_CHANGED);
	if (!r)
		return info_print_value(object);
	json_decref(object);
	return info_print_value(NULL);
}

/* The comparison */

/* 0 or a negative errno, with a record unless it is -ENOMEM. */
static int compare(const struct kvmlib_report *a, const struct kvmlib_report *b, struct diff *diff)
{
	difference_t one;
	uint64_t position = 0;
	int r;

	while ((r = kvmlib_report_next_difference(a, b, &position, &one)) > 0) {
		diff->list[diff->nr++] = one;
		diff->lost |= one.kind == KVMLIB_REPORT_LOST;
	}
	return r;
}

static int print_diff(const struct kvmlib_report *a, const struct kvmlib_report *b,
		      char *const paths[2], const struct info_options *options)
{
	const size_t most = kvmlib_report_count(a) + kvmlib_report_count(b);
	struct diff diff = { .list = calloc(most + 1, sizeof(*diff.list)) };
	int status = STATUS_OK;

	if (!diff.list) {
		say(INFO_COMMAND, "no memory");
		return STATUS_HOST;
	}
	if (compare(a, b, &diff) < 0) {
		say_error(INFO_COMMAND, "can't compare %s and %s", paths[0], paths[1]);
		free(diff.list);
		return STATUS_USAGE;
	}
	if (options->json)
		status = print_json(&diff);
	else
		print_text(&diff, options->all);
	free(diff.list);
	return status ? status : diff.lost ? STATUS_NO : STATUS_OK;
}

int info_diff(char *const paths[2], const struct info_options *options)
{
	struct kvmlib_report *a = NULL, *b = NULL;
	int status = info_read(INFO_COMMAND, paths[0], &a);

	if (!status)
		status = info_read(INFO_COMMAND, paths[1], &b);
	if (!status)
		status = print_diff(a, b, paths, options);
	kvmlib_report_free(a);
	kvmlib_report_free(b);
	return status;
}

/* The baseline */

static int print_baseline(const struct kvmlib_report *const *reports, size_t nr,
			  const struct info_options *options)
{
	struct kvmlib_report *baseline;
	int status;

	if (kvmlib_report_baseline(reports, nr, &baseline) < 0) {
		status = say_error(INFO_COMMAND, "can't compare the hosts");
		return kvmlib_error_cause() == KVMLIB_CAUSE_NO_MEMORY ? status : STATUS_USAGE;
	}
	status = options->json ? info_print_json(baseline) : info_print_lines(baseline);
	kvmlib_report_free(baseline);
	return status;
}

int info_baseline(char *const *paths, size_t nr, const struct info_options *options)
{
	struct kvmlib_report **reports = calloc(nr, sizeof(struct kvmlib_report *));
	int status = reports ? STATUS_OK : STATUS_HOST;

	if (!reports)
		say(INFO_COMMAND, "no memory");
	for (size_t i = 0; !status && i < nr; i++)
		status = info_read(INFO_COMMAND, paths[i], &reports[i]);
	if (!status)
		status = print_baseline((const struct kvmlib_report *const *)reports, nr, options);
	for (size_t i = 0; reports && i < nr; i++)
		kvmlib_report_free(reports[i]);
	free(reports);
	return status;
}
