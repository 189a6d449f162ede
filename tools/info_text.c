/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A report for people: the parts in the order in which they are looked for. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "info.h"
#include "info_flow.h"
#include "info_model.h"
#include "tool.h"

#define TAB 32 /* where values begin */

struct page {
	const struct info_model *model;
	int width;
	bool all;
};

static void title(const char *text)
{
	printf("\n%s\n", text);
}

/* The host */

static const struct {
	const char *key;
	const char *title;
	const char *unit;
} host_items[] = {
	{ "arch", "architecture", "" },
	{ "kernel/release", "kernel", "" },
	{ "kernel/version", "", "" },
	{ "api-version", "API version", "" },
	{ "run-size", "run page of a vCPU", " bytes" },
	{ "mce-cap", "machine checks (MCG_CAP)", "" },
};

static const struct {
	const char *title;
	const char *unit;
	uint32_t cap;
} limits[] = {
	{ "vCPUs in a VM, recommended", "", KVMLIB_CAP_NR_VCPUS },
	{ "vCPUs in a VM, at most", "", KVMLIB_CAP_MAX_VCPUS },
	{ "vCPU ids, from 0 to below", "", KVMLIB_CAP_MAX_VCPU_ID },
	{ "memory slots", "", KVMLIB_CAP_NR_MEMSLOTS },
	{ "address spaces", "", KVMLIB_CAP_MULTI_ADDRESS_SPACE },
	{ "interrupt routes (GSI)", "", KVMLIB_CAP_IRQ_ROUTING },
	{ "xsave area", " bytes", KVMLIB_CAP_XSAVE2 },
};

static void print_host(const struct page *page)
{
	title("Host");
	for (size_t i = 0; i < sizeof(host_items) / sizeof(host_items[0]); i++) {
		const char *value = kvmlib_report_get(page->model->report, host_items[i].key);

		if (value)
			info_row(page->width, TAB, host_items[i].title, "%s%s", value,
				 host_items[i].unit);
	}
}

static void print_limits(const struct page *page)
{
	title("Limits");
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		const struct info_cap *cap = info_find_cap(page->model, limits[i].cap);

		if (cap && info_cap_value(cap) > 0)
			info_row(page->width, TAB, limits[i].title, "%" PRId64 "%s",
				 info_cap_value(cap), limits[i].unit);
	}
}

/* "kvm/nested" and "kvm/tdp": one row for a module. */
static void print_modules(const struct page *page)
{
	struct info_flow flow = { .width = 0 };
	size_t at = 0;
	const char *key, *value, *last = NULL;

	while (info_next(page->model->report, "module/", &at, &key, &value)) {
		const size_t size = strcspn(key, "/");
		char name[KVMLIB_REPORT_MAX_KEY + 1];

		if (!last)
			title("Module parameters");
		if (!last || strncmp(last, key, size + 1) != 0) {
			if (last)
				info_flow_end(&flow);
			snprintf(name, sizeof(name), "%.*s", (int)size, key);
			info_flow_begin(&flow, page->width, name, TAB);
		}
		info_flow_word(&flow, "%s=%s", key + size + (key[size] == '/'), value);
		last = key;
	}
	if (last)
		info_flow_end(&flow);
}

/* Capabilities */

static bool is_there(const struct info_cap *cap)
{
	return cap->system > 0 || cap->vm > 0;
}

/* One that says no more than yes, to whoever asks. */
static bool is_plain(const struct info_cap *cap, const struct kvmlib_capability *facts)
{
	return facts->kind == KVMLIB_CAPABILITY_BOOL && cap->system == 1 &&
	       (cap->vm == 1 || cap->vm < 0);
}

static struct kvmlib_capability facts_of(const struct info_cap *cap)
{
	struct kvmlib_capability facts = { .kind = 0 };

	if (cap->number == INFO_UNKNOWN || kvmlib_capability_info(cap->number, &facts) < 0)
		facts.kind = 0;
	return facts;
}

static void format_answer(char text[24], uint32_t kind, int64_t answer)
{
	if (answer < 0)
		snprintf(text, 24, "?");
	else if (!answer)
		snprintf(text, 24, "-");
	else if (answer == 1 && kind == KVMLIB_CAPABILITY_BOOL)
		snprintf(text, 24, "yes");
	else
		snprintf(text, 24, kind == KVMLIB_CAPABILITY_MASK ? "0x%" PRIx64 : "%" PRId64,
			 (uint64_t)answer);
}

/* The names of a mask's bits, and what is left of it. */
static void print_bits(struct info_flow *flow, uint32_t number, uint64_t mask)
{
	uint64_t unnamed = 0;

	for (uint32_t bit = 0; bit < 32; bit++) {
		const char *name = kvmlib_capability_bit_name(number, bit);

		if (!(mask >> bit & 1))
			continue;
		if (name)
			info_flow_word(flow, "%s", name);
		else
			unnamed |= 1ULL << bit;
	}
	if (unnamed && unnamed != mask)
		info_flow_word(flow, "and 0x%" PRIx64, unnamed);
}

static void print_cap(const struct page *page, const struct info_cap *cap)
{
	const struct kvmlib_capability facts = facts_of(cap);
	char name[KVMLIB_REPORT_MAX_KEY + 1], system[24], vm[24];
	struct info_flow flow;

	snprintf(name, sizeof(name), "%.*s", cap->name_size, cap->name);
	format_answer(system, facts.kind, cap->system);
	format_answer(vm, facts.kind, cap->vm);
	info_flow_begin(&flow, page->width, name, TAB + 10);
	info_flow_word(&flow, "%s", system);
	if (cap->vm >= 0 && cap->vm != cap->system)
		info_flow_word(&flow, "VM:%s", vm);
	if (facts.kind == KVMLIB_CAPABILITY_MASK && info_cap_value(cap) > 0)
		print_bits(&flow, cap->number, (uint64_t)info_cap_value(cap));
	if (page->all && facts.kind && facts.kind != KVMLIB_CAPABILITY_BOOL)
		info_flow_text(&flow, facts.meaning);
	info_flow_end(&flow);
}

/* Those that say more than yes have a row of their own. */
static void print_caps_in_rows(const struct page *page)
{
	for (size_t i = 0; i < page->model->nr_caps; i++) {
		const struct info_cap *cap = &page->model->caps[i];
		const struct kvmlib_capability facts = facts_of(cap);

		if (page->all || (is_there(cap) && !is_plain(cap, &facts)))
			print_cap(page, cap);
	}
}

static int print_plain_caps(const struct page *page)
{
	const char **names = calloc(page->model->nr_caps + 1, sizeof(*names));
	size_t nr = 0;

	if (!names)
		return -1;
	for (size_t i = 0; i < page->model->nr_caps; i++) {
		const struct info_cap *cap = &page->model->caps[i];
		const struct kvmlib_capability facts = facts_of(cap);

		if (is_plain(cap, &facts))
			names[nr++] = facts.name;
	}
	if (nr)
		putchar('\n');
	info_columns(page->width, 2, names, nr);
	free(names);
	return 0;
}

static int print_caps(const struct page *page)
{
	size_t there = 0;

	for (size_t i = 0; i < page->model->nr_caps; i++)
		there += is_there(&page->model->caps[i]);
	printf("\nCapabilities: %zu of %zu\n", there, page->model->nr_caps);
	print_caps_in_rows(page);
	return page->all ? 0 : print_plain_caps(page);
}

/* CPUID */

static const char *const list_titles[INFO_NR_LISTS] = {
	[INFO_SUPPORTED] = "CPUID that guests may have",
	[INFO_EMULATED] = "CPUID that KVM can emulate",
	[INFO_HYPERV] = "CPUID of Hyper-V",
};

static void name_register(char *text, size_t size, const struct info_leaf *leaf, uint32_t number)
{
	if (leaf->has_subleaf)
		snprintf(text, size, "0x%" PRIx32 "/%" PRIu32 " %s", leaf->leaf, leaf->subleaf,
			 info_register_names[number]);
	else
		snprintf(text, size, "0x%" PRIx32 " %s", leaf->leaf, info_register_names[number]);
}

/* The names are those of the processor's and KVM's leaves; Hyper-V's have the same numbers as KVM's. */
static const char *bit_name(const struct info_leaf *leaf, uint32_t number, uint32_t bit)
{
	if (!(leaf->registers[number] >> bit & 1))
		return NULL;
	return kvmlib_cpuid_bit_name(leaf->leaf, leaf->subleaf, number, bit);
}

static void print_register(const struct page *page, const struct info_leaf *leaf, uint32_t number)
{
	struct info_flow flow = { .words = 0 };
	char name[48];

	name_register(name, sizeof(name), leaf, number);
	for (uint32_t bit = 0; bit < 32; bit++) {
		const char *text = bit_name(leaf, number, bit);

		if (text && !flow.words)
			info_flow_begin(&flow, page->width, name, TAB / 2 + 4);
		if (text)
			info_flow_word(&flow, "%s", text);
	}
	if (flow.words)
		info_flow_end(&flow);
}

static void print_raw(const struct page *page, const struct info_leaf *leaf)
{
	struct info_flow flow;
	char name[48];

	snprintf(name, sizeof(name), leaf->has_subleaf ? "0x%" PRIx32 "/%" PRIu32 : "0x%" PRIx32,
		 leaf->leaf, leaf->subleaf);
	info_flow_begin(&flow, page->width, name, TAB / 2 + 4);
	for (uint32_t i = 0; i < 4; i++)
		if (leaf->has >> i & 1)
			info_flow_word(&flow, "%s=%08" PRIx32, info_register_names[i],
				       leaf->registers[i]);
	info_flow_end(&flow);
}

static void print_leaves(const struct page *page, enum info_list list)
{
	const struct info_leaf *leaves = page->model->leaves[list];
	const size_t nr = page->model->nr_leaves[list];

	if (!nr)
		return;
	printf("\n%s: %zu leaves and subleaves\n", list_titles[list], nr);
	for (size_t i = 0; page->all && i < nr; i++)
		print_raw(page, &leaves[i]);
	for (size_t i = 0; list != INFO_HYPERV && i < nr; i++)
		for (uint32_t number = 0; number < 4; number++)
			print_register(page, &leaves[i], number);
}

/* MSRs, devices, attributes */

static void print_msrs(const struct page *page)
{
	const struct info_model *model = page->model;
	struct info_flow flow;

	if (!model->nr_msrs && !model->nr_feature_msrs)
		return;
	printf("\nMSRs: %zu to save and restore, %zu that tell features\n", model->nr_msrs,
	       model->nr_feature_msrs);
	if (!page->all)
		return;
	info_flow_begin(&flow, page->width, "", 2);
	for (size_t i = 0; i < model->nr_msrs; i++)
		info_flow_word(&flow, "0x%" PRIx32, model->msrs[i].number);
	info_flow_end(&flow);
	for (size_t i = 0; i < model->nr_feature_msrs; i++) {
		char name[16];

		snprintf(name, sizeof(name), "0x%" PRIx32, model->feature_msrs[i].number);
		info_row(page->width, TAB / 2 + 4, name, "%s", model->feature_msrs[i].value);
	}
}

/* One row for an owner, "vm/NAME"; devices have no owner. */
static void print_owned(const struct page *page, const char *heading, const char *prefix)
{
	struct info_flow flow = { .words = 0 };
	size_t at = 0;
	const char *key, *value, *last = NULL;

	while (info_next(page->model->report, prefix, &at, &key, &value)) {
		const size_t size = strchr(key, '/') ? strcspn(key, "/") + 1 : 0;
		char owner[KVMLIB_REPORT_MAX_KEY + 1];

		if (!last)
			title(heading);
		if (!last || strncmp(last, key, size) != 0) {
			if (last)
				info_flow_end(&flow);
			snprintf(owner, sizeof(owner), "%.*s", size ? (int)size - 1 : 0, key);
			info_flow_begin(&flow, page->width, owner, size ? TAB / 2 + 4 : 2);
		}
		info_flow_word(&flow, !strcmp(value, "yes") ? "%s" : "%s=%s", key + size, value);
		last = key;
	}
	if (last)
		info_flow_end(&flow);
}

static int print(const struct page *page)
{
	printf("kvmlib %s\n", kvmlib_version_string());
	print_host(page);
	print_limits(page);
	print_modules(page);
	if (print_caps(page) < 0)
		return -1;
	for (int list = 0; list < INFO_NR_LISTS; list++)
		print_leaves(page, (enum info_list)list);
	print_msrs(page);
	print_owned(page, "Devices", "device/");
	print_owned(page, "Attributes", "attr/");
	return 0;
}

int info_print_text(const struct kvmlib_report *report, bool all)
{
	struct info_model model;
	const struct page page = { .model = &model, .width = info_width(), .all = all };
	int r = info_model_make(&model, report);

	if (!r) {
		r = print(&page);
		info_model_free(&model);
	}
	if (!r)
		return STATUS_OK;
	say(INFO_COMMAND, "no memory");
	return STATUS_HOST;
}
