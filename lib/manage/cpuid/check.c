/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Contradictions in a table: features, ranges of leaves, the extended state. */
#include "check.h"
#include "hyperv.h"

#include <errno.h>

#include "../../base/host_tables.h"

static const char *const names[] = {
	[KVMLIB_CPUID_UNMET] = "unmet",	  [KVMLIB_CPUID_BEYOND] = "beyond",
	[KVMLIB_CPUID_XSAVE] = "xsave",	  [KVMLIB_CPUID_APIC_ID] = "apic-id",
	[KVMLIB_CPUID_LEVELS] = "levels", [KVMLIB_CPUID_VENDOR] = "vendor",
	[KVMLIB_CPUID_SHARED] = "shared", [KVMLIB_CPUID_HYPERV] = "hyperv",
};

int kvmlib__cpuid_found(struct kvmlib__contradictions *search,
			const struct kvmlib_cpuid_problem *problem)
{
	struct kvmlib_cpuid_problem told = *problem;
	int r;

	told.name = names[told.kind];
	r = search->problem(&told, search->userdata);
	search->count++;
	return r < 0 ? r : 0;
}

int kvmlib__cpuid_expect(struct kvmlib__contradictions *search, uint32_t kind,
			 const struct kvmlib_cpuid_leaf *leaf, uint32_t reg, uint32_t bits,
			 uint32_t expected)
{
	if ((leaf->registers[reg] & bits) == expected)
		return 0;
	return kvmlib__cpuid_found(search,
				   &(const struct kvmlib_cpuid_problem){ .kind = kind,
									 .leaf = leaf->leaf,
									 .subleaf = leaf->subleaf,
									 .reg = reg,
									 .bits = bits,
									 .expected = expected });
}

/* KVM's own local APIC is no feature of a table: whether it is there is the VM's business. */
static int check_need(struct kvmlib__contradictions *search, const struct kvmlib__cpuid_need *need)
{
	const struct kvmlib_cpuid_feature *feature = &kvmlib__cpuid_features[need->feature];

	if (need->needs == KVMLIB__CPUID_LAPIC || !kvmlib__cpuid_has(search->cpuid, feature) ||
	    kvmlib__cpuid_has(search->cpuid, &kvmlib__cpuid_features[need->needs]))
		return 0;
	return kvmlib__cpuid_found(search,
				   &(const struct kvmlib_cpuid_problem){
					   .feature = feature->name,
					   .needs = kvmlib__cpuid_features[need->needs].name,
					   .kind = KVMLIB_CPUID_UNMET,
					   .leaf = kvmlib__kvm_leaf(search->cpuid, feature->leaf),
					   .subleaf = feature->subleaf,
					   .reg = feature->reg,
					   .bits = 1U << feature->bit });
}

static int check_needs(struct kvmlib__contradictions *search)
{
	int r = 0;

	for (size_t i = 0; !r && i < kvmlib__nr_cpuid_needs; i++)
		r = check_need(search, &kvmlib__cpuid_needs[i]);
	return r;
}

/* Each leaf once, whatever its subleaves. A range that is not told of has none. */
static int check_ranges(struct kvmlib__contradictions *search)
{
	const struct kvmlib_cpuid_leaf *leaves = search->cpuid->leaves;
	int r = 0;

	for (uint32_t i = 0; !r && i < search->cpuid->nr_leaves; i++) {
		uint32_t range = kvmlib__cpuid_range(leaves[i].leaf);
		uint32_t highest =
			kvmlib__cpuid_register(search->cpuid, range, 0, KVMLIB_CPUID_EAX);

		if (leaves[i].leaf == range || leaves[i].leaf <= highest ||
		    (i && leaves[i - 1].leaf == leaves[i].leaf))
			continue;
		r = kvmlib__cpuid_found(
			search, &(const struct kvmlib_cpuid_problem){ .kind = KVMLIB_CPUID_BEYOND,
								      .leaf = leaves[i].leaf,
								      .expected = highest });
	}
	return r;
}

/* Intel's leaf 0x80000000 has no vendor. */
static int check_vendor(struct kvmlib__contradictions *search)
{
	const struct kvmlib_cpuid_leaf *basic = kvmlib_cpuid_get_leaf(search->cpuid, 0, 0);
	const struct kvmlib_cpuid_leaf *extended =
		kvmlib_cpuid_get_leaf(search->cpuid, 0x80000000, 0);
	int r = 0;

	for (uint32_t reg = KVMLIB_CPUID_EBX; !r && basic && extended && reg <= KVMLIB_CPUID_EDX;
	     reg++)
		if (extended->registers[reg])
			r = kvmlib__cpuid_expect(search, KVMLIB_CPUID_VENDOR, extended, reg,
						 UINT32_MAX, basic->registers[reg]);
	return r;
}

/* x87 and SSE have no subleaf. */
static int check_component(struct kvmlib__contradictions *search, uint64_t user, uint32_t i)
{
	const struct kvmlib_cpuid_leaf *leaf =
		kvmlib_cpuid_get_leaf(search->cpuid, KVMLIB__CPUID_XSAVE, i);
	bool is_user = user >> i & 1U;

	if (leaf && leaf->registers[KVMLIB_CPUID_EAX] &&
	    (!is_user || leaf->registers[KVMLIB_CPUID_EBX] >= KVMLIB__CPUID_XSAVE_LEAST))
		return 0;
	return kvmlib__cpuid_found(
		search, &(const struct kvmlib_cpuid_problem){ .kind = KVMLIB_CPUID_XSAVE,
							      .leaf = KVMLIB__CPUID_XSAVE,
							      .subleaf = is_user ? 0 : 1,
							      .reg = i > 31    ? KVMLIB_CPUID_EDX
								     : is_user ? KVMLIB_CPUID_EAX
									       : KVMLIB_CPUID_ECX,
							      .bits = 1U << i % 32 });
}

static int check_components(struct kvmlib__contradictions *search)
{
	uint64_t user = kvmlib__cpuid_user_components(search->cpuid);
	uint64_t all = kvmlib__cpuid_components(search->cpuid);
	int r = 0;

	for (uint32_t i = 2; !r && i < 63; i++)
		if (all >> i & 1U)
			r = check_component(search, user, i);
	return r;
}

/* A subleaf of a component that is not there. */
static int check_left_over(struct kvmlib__contradictions *search)
{
	const struct kvmlib_cpuid *cpuid = search->cpuid;
	uint64_t all = kvmlib__cpuid_components(cpuid);
	int r = 0;

	for (uint32_t i = 0; !r && i < cpuid->nr_leaves; i++) {
		const struct kvmlib_cpuid_leaf *leaf = &cpuid->leaves[i];

		if (leaf->leaf == KVMLIB__CPUID_XSAVE && leaf->subleaf > 1 &&
		    !(leaf->subleaf < 64 && all >> leaf->subleaf & 1U))
			r = kvmlib__cpuid_expect(search, KVMLIB_CPUID_XSAVE, leaf, KVMLIB_CPUID_EAX,
						 UINT32_MAX, 0);
	}
	return r;
}

/* What is switched on now may be less than all, but not more. */
static int check_sizes(struct kvmlib__contradictions *search)
{
	const struct kvmlib_cpuid_leaf *leaf =
		kvmlib_cpuid_get_leaf(search->cpuid, KVMLIB__CPUID_XSAVE, 0);
	uint32_t size = kvmlib__cpuid_xsave_size(search->cpuid);
	int r;

	if (!leaf)
		return 0;
	r = kvmlib__cpuid_expect(search, KVMLIB_CPUID_XSAVE, leaf, KVMLIB_CPUID_ECX, UINT32_MAX,
				 size);
	if (!r && leaf->registers[KVMLIB_CPUID_EBX] > size)
		r = kvmlib__cpuid_expect(search, KVMLIB_CPUID_XSAVE, leaf, KVMLIB_CPUID_EBX,
					 UINT32_MAX, size);
	return r;
}

static int check_xsave(struct kvmlib__contradictions *search)
{
	int r = check_components(search);

	if (!r)
		r = check_left_over(search);
	return r ? r : check_sizes(search);
}

int kvmlib_cpuid_check(const struct kvmlib_cpuid *cpuid,
		       int (*problem)(const struct kvmlib_cpuid_problem *problem, void *userdata),
		       void *userdata)
{
	static int (*const parts[])(struct kvmlib__contradictions *) = {
		check_ranges,
		check_vendor,
		check_needs,
		check_xsave,
		kvmlib__cpuid_check_topology,
		kvmlib__cpuid_check_hyperv,
	};
	struct kvmlib__contradictions search = { cpuid, problem, userdata, 0 };
	int r = 0;

	if (!cpuid || !problem)
		return KVMLIB__NULL_ARGUMENT(cpuid ? 2 : 1);
	for (size_t i = 0; !r && i < sizeof(parts) / sizeof(parts[0]); i++)
		r = parts[i](&search);
	return r ? r : search.count;
}
