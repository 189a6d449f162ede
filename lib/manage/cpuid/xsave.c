/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Leaf 0xd: components of the extended state, and their sizes. */
#include "cpuid.h"

/* x87 and SSE, which no subleaf describes: they are in the first 512 bytes. */
#define LEGACY 3U

static uint64_t components(const struct kvmlib_cpuid *cpuid, uint32_t subleaf, uint32_t reg)
{
	return kvmlib__cpuid_register(cpuid, KVMLIB__CPUID_XSAVE, subleaf, reg) |
	       (uint64_t)kvmlib__cpuid_register(cpuid, KVMLIB__CPUID_XSAVE, subleaf,
						KVMLIB_CPUID_EDX)
		       << 32;
}

uint64_t kvmlib__cpuid_user_components(const struct kvmlib_cpuid *cpuid)
{
	return components(cpuid, 0, KVMLIB_CPUID_EAX);
}

uint64_t kvmlib__cpuid_components(const struct kvmlib_cpuid *cpuid)
{
	return kvmlib__cpuid_user_components(cpuid) | components(cpuid, 1, KVMLIB_CPUID_ECX);
}

static uint64_t described(const struct kvmlib_cpuid *cpuid)
{
	uint64_t result = LEGACY;

	for (uint32_t i = 2; i < 63; i++)
		if (kvmlib__cpuid_register(cpuid, KVMLIB__CPUID_XSAVE, i, KVMLIB_CPUID_EAX))
			result |= 1ULL << i;
	return result;
}

static void leave_components(struct kvmlib_cpuid *cpuid, uint32_t subleaf, uint32_t reg,
			     uint64_t these)
{
	struct kvmlib_cpuid_leaf *leaf = kvmlib__cpuid_find(cpuid, KVMLIB__CPUID_XSAVE, subleaf);

	if (!leaf)
		return;
	leaf->registers[reg] &= (uint32_t)these;
	leaf->registers[KVMLIB_CPUID_EDX] &= (uint32_t)(these >> 32);
}

void kvmlib__cpuid_describe_components(struct kvmlib_cpuid *cpuid)
{
	uint64_t these = described(cpuid);

	leave_components(cpuid, 0, KVMLIB_CPUID_EAX, these);
	leave_components(cpuid, 1, KVMLIB_CPUID_ECX, these);
	these = kvmlib__cpuid_components(cpuid);
	for (uint32_t i = cpuid->nr_leaves; i-- > 0;)
		if (cpuid->leaves[i].leaf == KVMLIB__CPUID_XSAVE && cpuid->leaves[i].subleaf > 1 &&
		    !(cpuid->leaves[i].subleaf < 64 && these >> cpuid->leaves[i].subleaf & 1U))
			kvmlib__cpuid_drop(cpuid, i);
}

/* All components that the guest can switch on by XCR0, in the form that is not compacted. */
uint32_t kvmlib__cpuid_xsave_size(const struct kvmlib_cpuid *cpuid)
{
	uint64_t these = kvmlib__cpuid_user_components(cpuid);
	uint32_t size = these ? KVMLIB__CPUID_XSAVE_LEAST : 0;

	for (uint32_t i = 2; i < 63; i++) {
		const struct kvmlib_cpuid_leaf *leaf =
			kvmlib_cpuid_get_leaf(cpuid, KVMLIB__CPUID_XSAVE, i);
		uint32_t end =
			leaf ? leaf->registers[KVMLIB_CPUID_EAX] + leaf->registers[KVMLIB_CPUID_EBX]
			     : 0;

		if (these >> i & 1U && end > size)
			size = end;
	}
	return size;
}

/* At reset x87 alone is switched on; KVM tells other sizes when the guest has switched on more. */
void kvmlib__cpuid_fix_xsave(struct kvmlib_cpuid *cpuid)
{
	struct kvmlib_cpuid_leaf *leaf;
	uint32_t size;

	kvmlib__cpuid_describe_components(cpuid);
	size = kvmlib__cpuid_xsave_size(cpuid);
	leaf = kvmlib__cpuid_find(cpuid, KVMLIB__CPUID_XSAVE, 0);
	if (leaf) {
		leaf->registers[KVMLIB_CPUID_EBX] = size ? KVMLIB__CPUID_XSAVE_LEAST : 0;
		leaf->registers[KVMLIB_CPUID_ECX] = size;
	}
	leaf = kvmlib__cpuid_find(cpuid, KVMLIB__CPUID_XSAVE, 1);
	if (leaf)
		leaf->registers[KVMLIB_CPUID_EBX] =
			kvmlib__cpuid_has_compacted(cpuid) ? KVMLIB__CPUID_XSAVE_LEAST : 0;
}

bool kvmlib__cpuid_has_compacted(const struct kvmlib_cpuid *cpuid)
{
	return kvmlib_cpuid_has_feature(cpuid, "xsavec") == 1 ||
	       kvmlib_cpuid_has_feature(cpuid, "xsaves") == 1;
}
