/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A table becomes one vCPU's. */
#include "hyperv.h"
#include "topology.h"

#include <errno.h>

#include "../../base/host_tables.h"

uint32_t kvmlib__cpuid_range(uint32_t leaf)
{
	return leaf >> 16 == 0x4000 ? leaf & 0xffffff00 : leaf & 0xffff0000;
}

static bool is_met(const struct kvmlib_cpuid *cpuid, const struct kvmlib__cpuid_need *need,
		   uint32_t flags)
{
	if (need->needs == KVMLIB__CPUID_LAPIC)
		return !(flags & KVMLIB_CPUID_NO_LAPIC);
	return !(flags & KVMLIB_CPUID_DROP_UNMET) ||
	       kvmlib__cpuid_has(cpuid, &kvmlib__cpuid_features[need->needs]);
}

static bool drop_unmet(struct kvmlib_cpuid *cpuid, uint32_t flags)
{
	bool dropped = false;

	for (size_t i = 0; i < kvmlib__nr_cpuid_needs; i++) {
		const struct kvmlib__cpuid_need *need = &kvmlib__cpuid_needs[i];

		if (!kvmlib__cpuid_has(cpuid, &kvmlib__cpuid_features[need->feature]) ||
		    is_met(cpuid, need, flags))
			continue;
		kvmlib__cpuid_clear(cpuid, &kvmlib__cpuid_features[need->feature]);
		dropped = true;
	}
	return dropped;
}

/* Without KVM's local APIC, or without what it needs, an enlightenment is nothing. */
static uint32_t unmet_of(uint32_t set, uint32_t flags)
{
	uint32_t unmet = 0;

	for (size_t i = 0; i < kvmlib__nr_enlightenments; i++) {
		const struct kvmlib__enlightenment *one = &kvmlib__enlightenments[i];

		if ((one->needs_lapic && flags & KVMLIB_CPUID_NO_LAPIC) ||
		    (one->needs & ~set && flags & KVMLIB_CPUID_DROP_UNMET))
			unmet |= set & 1U << i;
	}
	return unmet;
}

static void fix_hyperv(struct kvmlib_cpuid *cpuid, uint32_t flags)
{
	const uint32_t had = kvmlib__hyperv_set_of(cpuid);
	uint32_t set = had, unmet;

	while ((unmet = unmet_of(set, flags)))
		set &= ~unmet;
	if (set != had)
		kvmlib__hyperv_keep(cpuid, set);
}

/* A component that is not described is none, and what is dropped may have been needed. */
static void fix_features(struct kvmlib_cpuid *cpuid, uint32_t flags)
{
	kvmlib_cpuid_set_feature(cpuid, "osxsave", 0);
	kvmlib_cpuid_set_feature(cpuid, "ospke", 0);
	kvmlib__cpuid_describe_components(cpuid);
	while (drop_unmet(cpuid, flags))
		;
	kvmlib__cpuid_drop_untold_msrs(cpuid);
}

static void fix_hypervisor(struct kvmlib_cpuid *cpuid, uint32_t flags)
{
	bool told = !(flags & KVMLIB_CPUID_HIDE_HYPERVISOR) &&
		    kvmlib_cpuid_get_leaf(cpuid, 0x40000000, 0);

	if (kvmlib_cpuid_get_leaf(cpuid, 1, 0))
		kvmlib_cpuid_set_feature(cpuid, "hypervisor", told);
	for (uint32_t i = cpuid->nr_leaves; i-- > 0;)
		if (flags & KVMLIB_CPUID_HIDE_HYPERVISOR && cpuid->leaves[i].leaf >> 16 == 0x4000)
			kvmlib__cpuid_drop(cpuid, i);
}

static void fix_highest(struct kvmlib_cpuid *cpuid)
{
	for (uint32_t i = 0; i < cpuid->nr_leaves; i++) {
		uint32_t leaf = cpuid->leaves[i].leaf;
		struct kvmlib_cpuid_leaf *range =
			kvmlib__cpuid_find(cpuid, kvmlib__cpuid_range(leaf), 0);

		if (range && range->registers[KVMLIB_CPUID_EAX] < leaf)
			range->registers[KVMLIB_CPUID_EAX] = leaf;
	}
}

int kvmlib_cpuid_fix(struct kvmlib_cpuid *cpuid, const struct kvmlib_cpuid_vcpu *vcpu)
{
	struct kvmlib_cpuid fixed;
	struct kvmlib__place place;
	int r;

	if (!cpuid || !vcpu)
		return KVMLIB__NULL_ARGUMENT(cpuid ? 2 : 1);
	r = kvmlib__cpuid_place(vcpu, 2, __func__, &place);
	if (r < 0)
		return r;
	fixed = *cpuid;
	fix_features(&fixed, place.flags);
	fix_hyperv(&fixed, place.flags);
	fix_hypervisor(&fixed, place.flags);
	kvmlib__cpuid_fix_xsave(&fixed);
	r = kvmlib__cpuid_fix_topology(&fixed, &place, __func__);
	fix_highest(&fixed);
	if (!r)
		*cpuid = fixed;
	return r;
}
