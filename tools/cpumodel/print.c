/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A CPU as text and as JSON. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "../info_flow.h"
#include "../json.h"
#include "../tool.h"
#include "lack.h"
#include "verbs.h"

#define TAB 12

/* Who a CPU says that it is. */
struct identity {
	char vendor[13];
	char brand[49];
	uint32_t family, model, stepping;
};

static uint32_t register_of(const struct kvmlib_cpuid *cpuid, uint32_t leaf, uint32_t reg)
{
	const struct kvmlib_cpuid_leaf *found = kvmlib_cpuid_get_leaf(cpuid, leaf, 0);

	return found ? found->registers[reg] : 0;
}

/* Four bytes of text. */
static void put_text(char *text, uint32_t word)
{
	for (uint32_t i = 0; i < 4; i++)
		text[i] = (char)(word >> 8 * i);
}

static struct identity identity_of(const struct kvmlib_cpuid *cpuid)
{
	const uint32_t signature = register_of(cpuid, 1, KVMLIB_CPUID_EAX);
	struct identity identity = { .family = signature >> 8 & 15,
				     .model = (signature >> 4 & 15) | (signature >> 12 & 0xf0),
				     .stepping = signature & 15 };

	if (identity.family == 15)
		identity.family += signature >> 20 & 255;
	put_text(&identity.vendor[0], register_of(cpuid, 0, KVMLIB_CPUID_EBX));
	put_text(&identity.vendor[4], register_of(cpuid, 0, KVMLIB_CPUID_EDX));
	put_text(&identity.vendor[8], register_of(cpuid, 0, KVMLIB_CPUID_ECX));
	for (uint32_t i = 0; i < 12; i++)
		put_text(&identity.brand[(size_t)4 * i],
			 register_of(cpuid, 0x80000002 + i / 4, i % 4));
	return identity;
}

/* Text */

static void print_features(const struct kvmlib_cpuid *cpuid, int width)
{
	const struct kvmlib_cpuid_feature *feature;
	struct info_flow flow;

	info_flow_begin(&flow, width, "features", TAB);
	for (size_t i = 0; (feature = kvmlib_cpuid_feature_at(i)); i++)
		if (kvmlib_cpuid_has_feature(cpuid, feature->name) > 0)
			info_flow_word(&flow, "%s", feature->name);
	info_flow_end(&flow);
}

typedef int ask_hyperv(const struct kvmlib_cpuid *cpuid, const char *name);

/* The enlightenments of Hyper-V that it has, or offers; nothing where there are none. */
static void print_hyperv(const struct kvmlib_cpuid *cpuid, int width, const char *title,
			 ask_hyperv *asks)
{
	const struct kvmlib_cpuid_enlightenment *one;
	struct info_flow flow;
	bool any = false;

	for (size_t i = 0; (one = kvmlib_cpuid_enlightenment_at(i)); i++) {
		if (asks(cpuid, one->name) <= 0)
			continue;
		if (!any)
			info_flow_begin(&flow, width, title, TAB);
		info_flow_word(&flow, "%s", one->name);
		any = true;
	}
	if (any)
		info_flow_end(&flow);
}

static void print_leaves(const struct kvmlib_cpuid *cpuid)
{
	const struct kvmlib_cpuid_leaf *leaf;

	puts("\n      leaf subleaf       eax        ebx        ecx        edx");
	for (size_t i = 0; (leaf = kvmlib_cpuid_leaf_at(cpuid, i)); i++)
		printf("0x%08" PRIx32 " %7" PRIu32 " 0x%08" PRIx32 " 0x%08" PRIx32 " 0x%08" PRIx32
		       " 0x%08" PRIx32 "\n",
		       leaf->leaf, leaf->subleaf, leaf->registers[0], leaf->registers[1],
		       leaf->registers[2], leaf->registers[3]);
}

static void print_msrs(const struct kvmlib_cpuid *cpuid)
{
	const struct kvmlib_cpuid_msr *msr;

	if (kvmlib_cpuid_msr_at(cpuid, 0))
		printf("\n%10s %18s name\n", "MSR", "value");
	for (size_t i = 0; (msr = kvmlib_cpuid_msr_at(cpuid, i)); i++) {
		const char *name = kvmlib_cpuid_msr_name(msr->index);

		printf("0x%08" PRIx32 " 0x%016" PRIx64 " %s\n", msr->index, msr->value,
		       name ? name : "-");
	}
}

static int print_text(const struct kvmlib_cpuid *cpuid)
{
	const struct identity identity = identity_of(cpuid);
	const int width = info_width();

	info_row(width, TAB, "vendor", "%s", identity.vendor);
	info_row(width, TAB, "number", "family %" PRIu32 ", model %" PRIu32 ", stepping %" PRIu32,
		 identity.family, identity.model, identity.stepping);
	info_row(width, TAB, "brand", "%s", identity.brand);
	print_features(cpuid, width);
	print_hyperv(cpuid, width, "Hyper-V", kvmlib_cpuid_has_hyperv);
	if (kvmlib_cpuid_hyperv_leaf_at(cpuid, 0))
		print_hyperv(cpuid, width, "offers", kvmlib_cpuid_offers_hyperv);
	print_leaves(cpuid);
	print_msrs(cpuid);
	return STATUS_OK;
}

/* JSON: lists that lack something for want of memory are NULL */

static json_t *finished(json_t *list, int r)
{
	if (!r)
		return list;
	json_decref(list);
	return NULL;
}

static json_t *features_of(const struct kvmlib_cpuid *cpuid)
{
	const struct kvmlib_cpuid_feature *feature;
	json_t *list = json_array();
	int r = 0;

	for (size_t i = 0; (feature = kvmlib_cpuid_feature_at(i)); i++)
		if (kvmlib_cpuid_has_feature(cpuid, feature->name) > 0)
			r |= json_array_append_new(list, json_string(feature->name));
	return finished(list, r);
}

static json_t *hyperv_of(const struct kvmlib_cpuid *cpuid, ask_hyperv *asks)
{
	const struct kvmlib_cpuid_enlightenment *one;
	json_t *list = json_array();
	int r = 0;

	for (size_t i = 0; (one = kvmlib_cpuid_enlightenment_at(i)); i++)
		if (asks(cpuid, one->name) > 0)
			r |= json_array_append_new(list, json_string(one->name));
	return finished(list, r);
}

static json_t *leaves_of(const struct kvmlib_cpuid *cpuid)
{
	const struct kvmlib_cpuid_leaf *leaf;
	json_t *list = json_array();
	int r = 0;

	for (size_t i = 0; (leaf = kvmlib_cpuid_leaf_at(cpuid, i)); i++)
		r |= json_array_append_new(
			list,
			json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "leaf", cpu_hex(leaf->leaf),
				  "subleaf", leaf->flags ? cpu_hex(leaf->subleaf) : json_null(),
				  "eax", cpu_hex(leaf->registers[0]), "ebx",
				  cpu_hex(leaf->registers[1]), "ecx", cpu_hex(leaf->registers[2]),
				  "edx", cpu_hex(leaf->registers[3])));
	return finished(list, r);
}

static json_t *msrs_of(const struct kvmlib_cpuid *cpuid)
{
	const struct kvmlib_cpuid_msr *msr;
	json_t *list = json_array();
	int r = 0;

	for (size_t i = 0; (msr = kvmlib_cpuid_msr_at(cpuid, i)); i++)
		r |= json_array_append_new(list,
					   json_pack("{s:o, s:s?, s:o}", "msr", cpu_hex(msr->index),
						     "name", kvmlib_cpuid_msr_name(msr->index),
						     "value", cpu_hex(msr->value)));
	return finished(list, r);
}

static int print_json(const struct kvmlib_cpuid *cpuid)
{
	const struct identity identity = identity_of(cpuid);

	return cpu_print_value(json_pack(
		"{s:o, s:o, s:i, s:i, s:i, s:o, s:o, s:o, s:o, s:o}", "vendor",
		json_text(identity.vendor, strlen(identity.vendor)), "brand",
		json_text(identity.brand, strlen(identity.brand)), "family", (int)identity.family,
		"model", (int)identity.model, "stepping", (int)identity.stepping, "features",
		features_of(cpuid), "hyperv", hyperv_of(cpuid, kvmlib_cpuid_has_hyperv),
		"hyperv_offers", hyperv_of(cpuid, kvmlib_cpuid_offers_hyperv), "leaves",
		leaves_of(cpuid), "msrs", msrs_of(cpuid)));
}

int cpu_print(const struct kvmlib_cpuid *cpuid, enum cpu_format format)
{
	switch (format) {
	case CPU_JSON:
		return print_json(cpuid);
	case CPU_REPORT:
		return cpu_print_report(cpuid);
	default:
		return print_text(cpuid);
	}
}
