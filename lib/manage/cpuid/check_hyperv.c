/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Contradictions in Hyper-V's leaves. */
#include "check.h"
#include "hyperv.h"

#define VENDOR_EBX 0x7263694dU /* "Micr" */

/* The register that tells of an enlightenment; a count does where it has no bits. */
static struct kvmlib_cpuid_problem place_of(const struct kvmlib__enlightenment *one)
{
	for (size_t i = 0; i < KVMLIB__NR_HYPERV_REGISTERS; i++)
		if (one->bits[i])
			return (struct kvmlib_cpuid_problem){
				.leaf = kvmlib__hyperv_registers[i].leaf,
				.reg = kvmlib__hyperv_registers[i].reg,
				.bits = one->bits[i],
			};
	return (struct kvmlib_cpuid_problem){ .leaf = KVMLIB__HYPERV_HINTS,
					      .reg = KVMLIB_CPUID_EBX };
}

static int check_one(struct kvmlib__contradictions *search, size_t place, uint32_t set)
{
	const struct kvmlib__enlightenment *one = &kvmlib__enlightenments[place];
	struct kvmlib_cpuid_problem problem = place_of(one);
	int r = 0;

	problem.kind = KVMLIB_CPUID_UNMET;
	problem.feature = one->told.name;
	for (size_t i = 0; !r && i < kvmlib__nr_enlightenments; i++) {
		if (!(one->needs & ~set & 1U << i))
			continue;
		problem.needs = kvmlib__enlightenments[i].told.name;
		r = kvmlib__cpuid_found(search, &problem);
	}
	return r;
}

/* One register of a leaf that may not be there. */
static int expect(struct kvmlib__contradictions *search, uint32_t leaf, uint32_t reg, uint32_t bits,
		  uint32_t expected)
{
	const struct kvmlib_cpuid_leaf *found = kvmlib_cpuid_get_leaf(search->cpuid, leaf, 0);
	const struct kvmlib_cpuid_leaf none = { .leaf = leaf };

	return kvmlib__cpuid_expect(search, KVMLIB_CPUID_HYPERV, found ? found : &none, reg, bits,
				    expected);
}

/* KVM's own leaves end before. */
static bool looks_like_hyperv(const struct kvmlib_cpuid *cpuid)
{
	if (kvmlib__cpuid_register(cpuid, KVMLIB__HYPERV, 0, KVMLIB_CPUID_EBX) == VENDOR_EBX)
		return true;
	for (uint32_t leaf = KVMLIB__HYPERV_FEATURES; leaf <= KVMLIB__HYPERV_NESTED; leaf++)
		if (kvmlib_cpuid_get_leaf(cpuid, leaf, 0))
			return true;
	return false;
}

int kvmlib__cpuid_check_hyperv(struct kvmlib__contradictions *search)
{
	const uint32_t set = kvmlib__hyperv_set_of(search->cpuid);
	int r;

	if (!kvmlib__is_hyperv(search->cpuid) && !looks_like_hyperv(search->cpuid))
		return 0;
	r = expect(search, KVMLIB__HYPERV_INTERFACE, KVMLIB_CPUID_EAX, UINT32_MAX, KVMLIB__HV_1);
	if (!r)
		r = expect(search, KVMLIB__HYPERV_FEATURES, KVMLIB_CPUID_EAX, KVMLIB__HYPERCALLS,
			   KVMLIB__HYPERCALLS);
	if (!r)
		r = expect(search, KVMLIB__KVM_LEAF + KVMLIB__KVM_MOVED, KVMLIB_CPUID_EBX,
			   UINT32_MAX, KVMLIB__KVM_EBX);
	for (size_t i = 0; !r && i < kvmlib__nr_enlightenments; i++)
		if (set >> i & 1U)
			r = check_one(search, i, set);
	return r;
}
