/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tables of models. */
#include "cpuid.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kvmlib/cpuid_model.h>

#include "../../base/model_tables.h"
#include "../../base/host_tables.h"

#define BASIC	 0U
#define EXTENDED 0x80000000U
#define KVM	 0x40000000U
#define INDEXED	 KVMLIB_CPUID_FLAG_SIGNIFCANT_INDEX

#define TOPOLOGY     0xbU
#define XSAVE	     0xdU
#define XSAVE_LEGACY 576U /* bytes of x87's and SSE's state, and the header */
#define CLFLUSH_64   (8U << 8)
#define VIRTUAL_BITS 48U
#define AMD_ALIASES  0x0183f3ffU /* bits of 0x80000001 EDX that repeat those of 1 EDX */

/* Bytes of what XSAVE saves, by number; 0: no model has it. */
static const uint32_t component_sizes[] = { 0, 0, 256, 0, 0, 64, 512, 1024 };
#define NR_COMPONENTS (sizeof(component_sizes) / sizeof(component_sizes[0]))

const struct kvmlib_cpuid_model *kvmlib_cpuid_model_at(size_t index)
{
	return index < kvmlib__nr_cpu_models ? &kvmlib__cpu_models[index].model : NULL;
}

/* The registers of a leaf, good until one is added. No model has so many that this one does not fit. */
static uint32_t *registers_of(struct kvmlib_cpuid *cpuid, uint32_t leaf, uint32_t subleaf,
			      uint32_t flags)
{
	const struct kvmlib_cpuid_leaf empty = { .leaf = leaf, .subleaf = subleaf, .flags = flags };

	if (!kvmlib__cpuid_find(cpuid, leaf, subleaf))
		kvmlib__cpuid_put(cpuid, &empty);
	return kvmlib__cpuid_find(cpuid, leaf, subleaf)->registers;
}

static void put_features(struct kvmlib_cpuid *cpuid, const struct kvmlib__cpu_model *model)
{
	for (size_t i = 0; i < model->nr_features; i++) {
		const struct kvmlib_cpuid_feature *feature =
			&kvmlib__cpuid_features[model->features[i]];

		registers_of(cpuid, feature->leaf, feature->subleaf,
			     feature->flags)[feature->reg] |= 1U << feature->bit;
	}
}

/* Four bytes of text, as CPUID tells it. */
static uint32_t word_of(const char *text)
{
	uint32_t word = 0;

	for (uint32_t i = 0; i < 4; i++)
		word |= (uint32_t)(unsigned char)text[i] << 8 * i;
	return word;
}

static void put_vendor(struct kvmlib_cpuid *cpuid, const struct kvmlib_cpuid *host)
{
	const struct kvmlib_cpuid_leaf *of_host =
		host ? kvmlib_cpuid_get_leaf(host, BASIC, 0) : NULL;
	const uint32_t amd[4] = { 0, word_of("Auth"), word_of("cAMD"), word_of("enti") };
	const uint32_t *words = of_host ? of_host->registers : amd;

	memcpy(registers_of(cpuid, BASIC, 0, 0), words, sizeof(amd));
	memcpy(registers_of(cpuid, EXTENDED, 0, 0), words, sizeof(amd));
}

static bool is_amd(const struct kvmlib_cpuid *cpuid)
{
	const uint32_t first = kvmlib__cpuid_register(cpuid, BASIC, 0, KVMLIB_CPUID_EBX);

	return first == word_of("Auth") || first == word_of("Hygo");
}

/* The first word of a leaf for the family, the model and the stepping. */
static uint32_t signature_of(const struct kvmlib__cpu_model *model)
{
	const uint32_t family = model->family, number = model->number;
	const uint32_t first = family < 15 ? family : 15;

	return (family - first) << 20 | (number >> 4) << 16 | first << 8 | (number & 15) << 4 |
	       model->stepping;
}

static void put_identity(struct kvmlib_cpuid *cpuid, const struct kvmlib__cpu_model *model)
{
	const uint32_t features = kvmlib__cpuid_register(cpuid, 1, 0, KVMLIB_CPUID_EDX);
	uint32_t *registers = registers_of(cpuid, 1, 0, 0);

	registers[KVMLIB_CPUID_EAX] = signature_of(model);
	registers[KVMLIB_CPUID_EBX] = CLFLUSH_64;
	registers = registers_of(cpuid, EXTENDED + 1, 0, 0);
	registers[KVMLIB_CPUID_EAX] = signature_of(model);
	registers[KVMLIB_CPUID_EDX] |= is_amd(cpuid) ? features & AMD_ALIASES : 0;
	registers_of(cpuid, EXTENDED + 8, 0, 0)[KVMLIB_CPUID_EAX] =
		VIRTUAL_BITS << 8 | model->physical_bits;
}

static void put_brand(struct kvmlib_cpuid *cpuid, const char *brand)
{
	char text[48] = "";

	snprintf(text, sizeof(text), "%s", brand);
	for (size_t i = 0; i < 12; i++)
		registers_of(cpuid, EXTENDED + 2 + (uint32_t)i / 4, 0, 0)[i % 4] =
			word_of(&text[4 * i]);
}

static void put_kvm(struct kvmlib_cpuid *cpuid)
{
	uint32_t *registers = registers_of(cpuid, KVM, 0, 0);

	registers[KVMLIB_CPUID_EBX] = word_of("KVMK");
	registers[KVMLIB_CPUID_ECX] = word_of("VMKV");
	registers[KVMLIB_CPUID_EDX] = word_of("M\0\0");
}

/* One component behind the others, or where the host has it; returns where it ends. */
static uint32_t put_component(struct kvmlib_cpuid *cpuid, const struct kvmlib_cpuid *host,
			      uint32_t number, uint32_t end)
{
	const struct kvmlib_cpuid_leaf *of_host =
		host ? kvmlib_cpuid_get_leaf(host, XSAVE, number) : NULL;
	uint32_t *registers = registers_of(cpuid, XSAVE, number, INDEXED);

	registers[KVMLIB_CPUID_EAX] = component_sizes[number];
	registers[KVMLIB_CPUID_EBX] = end;
	if (of_host && of_host->registers[KVMLIB_CPUID_EAX])
		memcpy(registers, of_host->registers, sizeof(of_host->registers));
	return registers[KVMLIB_CPUID_EAX] + registers[KVMLIB_CPUID_EBX];
}

static void put_xsave(struct kvmlib_cpuid *cpuid, const struct kvmlib_cpuid *host)
{
	const uint32_t components = kvmlib__cpuid_register(cpuid, XSAVE, 0, KVMLIB_CPUID_EAX);
	uint32_t end = XSAVE_LEGACY, *sizes;

	if (!components)
		return;
	for (uint32_t i = 2; i < NR_COMPONENTS; i++)
		if (components >> i & 1U)
			end = put_component(cpuid, host, i, end);
	sizes = registers_of(cpuid, XSAVE, 0, INDEXED);
	sizes[KVMLIB_CPUID_EBX] = XSAVE_LEGACY;
	sizes[KVMLIB_CPUID_ECX] = end;
}

/* Leaves are sorted: the last of each range is its highest. */
static void put_highest(struct kvmlib_cpuid *cpuid)
{
	for (uint32_t i = 0; i < cpuid->nr_leaves; i++) {
		const uint32_t leaf = cpuid->leaves[i].leaf;

		registers_of(cpuid, leaf & (EXTENDED | KVM), 0, 0)[KVMLIB_CPUID_EAX] = leaf;
	}
}

/* A model has fewer than a table. */
static void put_msrs(struct kvmlib_cpuid *cpuid, const struct kvmlib__cpu_model *model)
{
	for (size_t i = 0; i < model->nr_msrs; i++)
		if (model->msrs[i].is_amd == is_amd(cpuid))
			kvmlib_cpuid_set_msr(cpuid, model->msrs[i].index, model->msrs[i].value);
}

static void fill(struct kvmlib_cpuid *cpuid, const struct kvmlib__cpu_model *model,
		 const struct kvmlib_cpuid *host)
{
	put_features(cpuid, model);
	put_kvm(cpuid);
	put_vendor(cpuid, host);
	put_identity(cpuid, model);
	put_brand(cpuid, model->brand);
	put_xsave(cpuid, host);
	registers_of(cpuid, TOPOLOGY, 0, INDEXED); /* each vCPU fills it in */
	put_highest(cpuid);
	put_msrs(cpuid, model);
}

/* The latest version of a model, or NULL; and whether it has that one. */
static const struct kvmlib__cpu_model *find(const char *name, uint32_t version,
					    const struct kvmlib__cpu_model **ret_latest)
{
	const struct kvmlib__cpu_model *found = NULL, *latest = NULL;

	for (size_t i = 0; i < kvmlib__nr_cpu_models; i++) {
		const struct kvmlib__cpu_model *model = &kvmlib__cpu_models[i];

		if (strcmp(model->model.name, name) != 0)
			continue;
		latest = model;
		if (!version || model->model.version == version)
			found = model;
	}
	*ret_latest = latest;
	return found;
}

static int no_model(const char *function, const char *name, uint32_t version,
		    const struct kvmlib__cpu_model *latest)
{
	kvmlib__error_record(&(const struct kvmlib__failure){
		.function = function,
		.cause = latest ? KVMLIB_CAUSE_CPUID_MODEL_VERSION
				: KVMLIB_CAUSE_CPUID_MODEL_UNKNOWN,
		.errnum = -EINVAL,
		.subject = name,
		KVMLIB__VALUES(KVMLIB__VALUE(ARGUMENT, latest ? 2 : 1)) });
	if (latest) {
		kvmlib__error_add(KVMLIB_VALUE_VERSION, version);
		kvmlib__error_add(KVMLIB_VALUE_LIMIT, latest->model.version);
	}
	return -EINVAL;
}

int kvmlib_cpuid_from_model(const char *name, uint32_t version, const struct kvmlib_cpuid *host,
			    struct kvmlib_cpuid **ret_cpuid)
{
	const struct kvmlib__cpu_model *model, *latest;
	struct kvmlib_cpuid *cpuid;

	if (!name || !ret_cpuid)
		return KVMLIB__NULL_ARGUMENT(name ? 4 : 1);
	model = find(name, version, &latest);
	if (!model)
		return no_model(__func__, name, version, latest);
	cpuid = calloc(1, sizeof(*cpuid));
	if (!cpuid)
		return KVMLIB__NO_MEMORY();
	fill(cpuid, model, host);
	*ret_cpuid = cpuid;
	return 0;
}
