/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Contradictions in what a table tells of the vCPU's place. */
#include "check.h"

#include "topology.h"

/* What the last subleaf told. */
struct level {
	uint32_t type; /* 0: there is no level any more, but the first one */
	uint32_t shift;
	uint32_t count;
};

static struct level level_of(const struct kvmlib_cpuid_leaf *leaf)
{
	return (struct level){
		.type = leaf->registers[KVMLIB_CPUID_ECX] >> 8 & 0xffU,
		.shift = leaf->registers[KVMLIB_CPUID_EAX] & 0x1fU,
		.count = leaf->registers[KVMLIB_CPUID_EBX] & 0xffffU,
	};
}

/* From the inside out: each level is of a later type, and no smaller than the one before. */
static int check_order(struct kvmlib__contradictions *search, const struct kvmlib_cpuid_leaf *leaf,
		       const struct level *before)
{
	const struct level level = level_of(leaf);

	if (!level.type)
		return 0;
	if (level.type <= before->type || (leaf->subleaf && !before->type))
		return kvmlib__cpuid_expect(search, KVMLIB_CPUID_LEVELS, leaf, KVMLIB_CPUID_ECX,
					    0xff00U, 0);
	if (level.shift < before->shift)
		return kvmlib__cpuid_expect(search, KVMLIB_CPUID_LEVELS, leaf, KVMLIB_CPUID_EAX,
					    0x1fU, before->shift);
	if (level.count < before->count)
		return kvmlib__cpuid_expect(search, KVMLIB_CPUID_LEVELS, leaf, KVMLIB_CPUID_EBX,
					    0xffffU, before->count);
	if (level.count > 1ULL << level.shift)
		return kvmlib__cpuid_expect(search, KVMLIB_CPUID_LEVELS, leaf, KVMLIB_CPUID_EBX,
					    0xffffU, 1U << level.shift);
	return 0;
}

static int check_subleaf(struct kvmlib__contradictions *search,
			 const struct kvmlib_cpuid_leaf *leaf, uint32_t id)
{
	int r = kvmlib__cpuid_expect(search, KVMLIB_CPUID_LEVELS, leaf, KVMLIB_CPUID_ECX, 0xffU,
				     leaf->subleaf & 0xffU);

	return r ? r
		 : kvmlib__cpuid_expect(search, KVMLIB_CPUID_APIC_ID, leaf, KVMLIB_CPUID_EDX,
					UINT32_MAX, id);
}

static int check_levels_of(struct kvmlib__contradictions *search, uint32_t number, uint32_t id)
{
	const struct kvmlib_cpuid *cpuid = search->cpuid;
	struct level before = { 0 };
	int r = 0;

	for (uint32_t i = 0; !r && i < cpuid->nr_leaves; i++) {
		if (cpuid->leaves[i].leaf != number)
			continue;
		r = check_order(search, &cpuid->leaves[i], &before);
		if (!r)
			r = check_subleaf(search, &cpuid->leaves[i], id);
		before = level_of(&cpuid->leaves[i]);
	}
	return r;
}

/* The leaf that has most bits for it; 0 where none has it. */
static uint32_t apic_id(const struct kvmlib_cpuid *cpuid)
{
	const struct kvmlib_cpuid_leaf *leaf = kvmlib_cpuid_get_leaf(cpuid, 0xb, 0);

	return leaf ? leaf->registers[KVMLIB_CPUID_EDX]
		    : kvmlib__cpuid_register(cpuid, 1, 0, KVMLIB_CPUID_EBX) >> 24;
}

/* How many ids the package has, by leaf 0xb, or else by leaf 1. */
static uint64_t ids_in_package(const struct kvmlib_cpuid *cpuid)
{
	uint32_t shift = 0, ht = kvmlib_cpuid_has_feature(cpuid, "ht") == 1;
	uint32_t told = kvmlib__cpuid_register(cpuid, 1, 0, KVMLIB_CPUID_EBX) >> 16 & 0xffU;
	bool has_levels = false;

	for (uint32_t i = 0; i < cpuid->nr_leaves; i++)
		if (cpuid->leaves[i].leaf == 0xb && cpuid->leaves[i].registers[KVMLIB_CPUID_EBX]) {
			shift = cpuid->leaves[i].registers[KVMLIB_CPUID_EAX] & 0x1fU;
			has_levels = true;
		}
	return has_levels ? 1ULL << shift : ht && told ? told : 1;
}

static int check_leaf_1(struct kvmlib__contradictions *search, uint32_t id)
{
	const struct kvmlib_cpuid_leaf *leaf = kvmlib_cpuid_get_leaf(search->cpuid, 1, 0);
	uint64_t ids = ids_in_package(search->cpuid);
	int r;

	if (!leaf)
		return 0;
	r = kvmlib__cpuid_expect(search, KVMLIB_CPUID_APIC_ID, leaf, KVMLIB_CPUID_EBX, 0xff000000U,
				 id << 24);
	if (!r && (leaf->registers[KVMLIB_CPUID_EDX] >> 28 & 1U || ids > 1))
		r = kvmlib__cpuid_expect(search, KVMLIB_CPUID_LEVELS, leaf, KVMLIB_CPUID_EBX,
					 0xff0000U, (ids > 255 ? 255U : (uint32_t)ids) << 16);
	if (!r && ids > 1)
		r = kvmlib__cpuid_expect(search, KVMLIB_CPUID_LEVELS, leaf, KVMLIB_CPUID_EDX,
					 1U << 28, 1U << 28);
	return r;
}

/* Without it there is no way to interrupt a vCPU beyond 254. */
static int check_x2apic(struct kvmlib__contradictions *search, uint32_t id)
{
	const struct kvmlib_cpuid_leaf *leaf = kvmlib_cpuid_get_leaf(search->cpuid, 1, 0);

	return leaf && id > 254 ? kvmlib__cpuid_expect(search, KVMLIB_CPUID_APIC_ID, leaf,
						       KVMLIB_CPUID_ECX, 1U << 21, 1U << 21)
				: 0;
}

static int check_amd(struct kvmlib__contradictions *search, uint32_t id)
{
	const struct kvmlib_cpuid_leaf *leaf = kvmlib_cpuid_get_leaf(search->cpuid, 0x8000001e, 0);

	return leaf ? kvmlib__cpuid_expect(search, KVMLIB_CPUID_APIC_ID, leaf, KVMLIB_CPUID_EAX,
					   UINT32_MAX, id)
		    : 0;
}

/* The field has room for 4096. */
static int check_caches(struct kvmlib__contradictions *search)
{
	const struct kvmlib_cpuid *cpuid = search->cpuid;
	uint64_t ids = ids_in_package(cpuid);
	int r = 0;

	for (uint32_t i = 0; !r && i < cpuid->nr_leaves; i++) {
		const struct kvmlib_cpuid_leaf *leaf = &cpuid->leaves[i];
		uint32_t eax = leaf->registers[KVMLIB_CPUID_EAX];

		if ((leaf->leaf == 4 || leaf->leaf == 0x8000001d) && eax & 0x1fU &&
		    (eax >> 14 & 0xfffU) >= ids)
			r = kvmlib__cpuid_expect(search, KVMLIB_CPUID_SHARED, leaf,
						 KVMLIB_CPUID_EAX, 0x3ffc000U,
						 (uint32_t)(ids - 1) << 14);
	}
	return r;
}

int kvmlib__cpuid_check_topology(struct kvmlib__contradictions *search)
{
	uint32_t id = apic_id(search->cpuid);
	int r = check_leaf_1(search, id);

	if (!r)
		r = check_x2apic(search, id);
	for (uint32_t i = 0; !r && i < KVMLIB__NR_LEVEL_LEAVES; i++)
		r = check_levels_of(search, kvmlib__level_leaves[i].leaf, id);
	if (!r)
		r = check_amd(search, id);
	return r ? r : check_caches(search);
}
