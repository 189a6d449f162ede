/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What two tables have in common, and what a mask leaves. */
#include "hyperv.h"

#include <errno.h>

#include "../../base/host_tables.h"

static uint32_t smaller(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static uint32_t smaller_bytes(uint32_t a, uint32_t b)
{
	uint32_t result = 0;

	for (uint32_t byte = 0xffU; byte; byte <<= 8)
		result |= smaller(a & byte, b & byte);
	return result;
}

/* Both have; values are the older table's. */
static uint32_t common(enum kvmlib__cpuid_kind kind, uint32_t a, uint32_t b, uint32_t older)
{
	switch (kind) {
	case KVMLIB__CPUID_BITS:
		return a & b;
	case KVMLIB__CPUID_LACKS:
		return a | b;
	case KVMLIB__CPUID_COUNT:
		return smaller(a, b);
	case KVMLIB__CPUID_BYTES:
		return smaller_bytes(a, b);
	default:
		return older;
	}
}

/* The same leaf of the other table, if it has it in the same form. */
static const struct kvmlib_cpuid_leaf *same_leaf(const struct kvmlib_cpuid *with,
						 const struct kvmlib_cpuid_leaf *leaf)
{
	const struct kvmlib_cpuid_leaf *other =
		kvmlib_cpuid_get_leaf(with, leaf->leaf, leaf->subleaf);

	return other && other->flags == leaf->flags ? other : NULL;
}

/* The first value in which two leaves differ: below 0 where the first leaf's is smaller. */
static int compare_values(const struct kvmlib_cpuid_leaf *a, const struct kvmlib_cpuid_leaf *b)
{
	for (uint32_t reg = 0; b && reg < 4; reg++)
		if (a->registers[reg] != b->registers[reg] &&
		    kvmlib__cpuid_kind(a->leaf, a->subleaf, reg) == KVMLIB__CPUID_VALUE)
			return a->registers[reg] < b->registers[reg] ? -1 : 1;
	return 0;
}

/* A component of the extended state. */
static bool is_component(const struct kvmlib_cpuid_leaf *leaf)
{
	return leaf->leaf == KVMLIB__CPUID_XSAVE && leaf->subleaf > 1;
}

/* Families and models are numbered as they come. Components that differ are gone anyway. */
static bool is_older(const struct kvmlib_cpuid *a, const struct kvmlib_cpuid *b)
{
	uint32_t own = kvmlib__cpuid_register(a, 1, 0, KVMLIB_CPUID_EAX);
	uint32_t other = kvmlib__cpuid_register(b, 1, 0, KVMLIB_CPUID_EAX);
	int order = 0;

	if (own != other)
		return own < other;
	for (uint32_t i = 0; !order && i < a->nr_leaves; i++)
		if (!is_component(&a->leaves[i]))
			order = compare_values(&a->leaves[i], same_leaf(b, &a->leaves[i]));
	return order < 0;
}

/* Components have to be as large, and where they are. */
static bool is_moved(const struct kvmlib_cpuid_leaf *a, const struct kvmlib_cpuid_leaf *b)
{
	return is_component(a) && compare_values(a, b);
}

static void join_leaf(struct kvmlib_cpuid_leaf *leaf, const struct kvmlib_cpuid_leaf *with,
		      bool older)
{
	for (uint32_t reg = 0; reg < 4; reg++)
		leaf->registers[reg] = common(kvmlib__cpuid_kind(leaf->leaf, leaf->subleaf, reg),
					      leaf->registers[reg], with->registers[reg],
					      older ? leaf->registers[reg] : with->registers[reg]);
}

static void join_leaves(struct kvmlib_cpuid *cpuid, const struct kvmlib_cpuid *with, bool older)
{
	for (uint32_t i = cpuid->nr_leaves; i-- > 0;) {
		const struct kvmlib_cpuid_leaf *other = same_leaf(with, &cpuid->leaves[i]);

		if (!other || is_moved(&cpuid->leaves[i], other))
			kvmlib__cpuid_drop(cpuid, i);
		else
			join_leaf(&cpuid->leaves[i], other, older);
	}
}

/* Halves as registers have them: what VMX has to have is in the lower one. */
static uint64_t join_controls(uint64_t a, uint64_t b)
{
	return ((a & b) >> 32) << 32 | ((a | b) & UINT32_MAX);
}

/* What is worse on one of two hosts is so for a guest of both. */
static uint64_t join_bits(uint64_t a, uint64_t b, uint64_t worse)
{
	return ((a ^ worse) & (b ^ worse)) ^ worse;
}

/* Whether both have something in common, and what. */
static bool join_msr(struct kvmlib_cpuid_msr *msr, uint64_t other)
{
	switch (kvmlib__feature_msr_kind(msr->index)) {
	case KVMLIB__CPUID_BITS:
		msr->value = join_bits(msr->value, other, kvmlib__feature_msr_worse(msr->index));
		return true;
	case KVMLIB__CPUID_LACKS:
		msr->value |= other;
		return true;
	case KVMLIB__CPUID_COUNT:
		msr->value = msr->value < other ? msr->value : other;
		return true;
	case KVMLIB__CPUID_CONTROLS:
		msr->value = join_controls(msr->value, other);
		return true;
	default:
		return msr->value == other;
	}
}

static void join_msrs(struct kvmlib_cpuid *cpuid, const struct kvmlib_cpuid *with)
{
	for (uint32_t i = cpuid->nr_msrs; i-- > 0;) {
		const struct kvmlib_cpuid_msr *other =
			kvmlib_cpuid_get_msr(with, cpuid->msrs[i].index);

		if (!other || !join_msr(&cpuid->msrs[i], other->value))
			kvmlib_cpuid_remove_msr(cpuid, cpuid->msrs[i].index);
	}
}

/* What both hosts offer of Hyper-V. */
static void join_offers(struct kvmlib_cpuid *cpuid, const struct kvmlib_cpuid *with, bool older)
{
	struct kvmlib_cpuid_leaf *offers = cpuid->offers;
	uint32_t nr = 0;

	for (uint32_t i = 0; i < cpuid->nr_offers; i++)
		for (uint32_t j = 0; j < with->nr_offers; j++) {
			if (offers[i].leaf != with->offers[j].leaf)
				continue;
			offers[nr] = offers[i];
			join_leaf(&offers[nr++], &with->offers[j], older);
		}
	cpuid->nr_offers = nr;
}

/* Where one has Hyper-V's leaves and the other has not, both are compared without; the other one's copy. */
static struct kvmlib_cpuid make_alike(struct kvmlib_cpuid *cpuid, const struct kvmlib_cpuid *with)
{
	struct kvmlib_cpuid other = *with;

	if (kvmlib__is_hyperv(cpuid) != kvmlib__is_hyperv(with)) {
		kvmlib__hyperv_take_out(cpuid);
		kvmlib__hyperv_take_out(&other);
	}
	return other;
}

/* Tables that do not tell their vendor go with each. */
static bool same_vendor(const struct kvmlib_cpuid *a, const struct kvmlib_cpuid *b)
{
	const struct kvmlib_cpuid_leaf *own = kvmlib_cpuid_get_leaf(a, 0, 0);
	const struct kvmlib_cpuid_leaf *other = kvmlib_cpuid_get_leaf(b, 0, 0);

	for (uint32_t reg = KVMLIB_CPUID_EBX; own && other && reg <= KVMLIB_CPUID_EDX; reg++)
		if (own->registers[reg] != other->registers[reg])
			return false;
	return true;
}

static void join(struct kvmlib_cpuid *cpuid, const struct kvmlib_cpuid *with)
{
	const uint32_t set = kvmlib__hyperv_set_of(cpuid) & kvmlib__hyperv_set_of(with);
	const bool older = is_older(cpuid, with);

	join_offers(cpuid, with, older);
	join_leaves(cpuid, with, older);
	join_msrs(cpuid, with);
	kvmlib__hyperv_keep(cpuid, set);
	kvmlib__cpuid_describe_components(cpuid);
}

int kvmlib_cpuid_intersect(struct kvmlib_cpuid *cpuid, const struct kvmlib_cpuid *with)
{
	struct kvmlib_cpuid other;

	if (!cpuid || !with)
		return KVMLIB__NULL_ARGUMENT(cpuid ? 2 : 1);
	if (!same_vendor(cpuid, with))
		return KVMLIB__REFUSE(-EINVAL, CPUID_VENDORS, 2);
	other = make_alike(cpuid, with);
	join(cpuid, &other);
	return 0;
}

static void mask_leaf(struct kvmlib_cpuid_leaf *leaf, const struct kvmlib_cpuid *mask)
{
	for (uint32_t reg = 0; reg < 4; reg++)
		if (kvmlib__cpuid_kind(leaf->leaf, leaf->subleaf, reg) == KVMLIB__CPUID_BITS)
			leaf->registers[reg] &=
				kvmlib__cpuid_register(mask, leaf->leaf, leaf->subleaf, reg);
}

static void mask_msr(struct kvmlib_cpuid_msr *msr, const struct kvmlib_cpuid *mask)
{
	const struct kvmlib_cpuid_msr *other = kvmlib_cpuid_get_msr(mask, msr->index);

	if (kvmlib__feature_msr_kind(msr->index) == KVMLIB__CPUID_BITS)
		msr->value &= (other ? other->value : 0) | kvmlib__feature_msr_worse(msr->index);
}

int kvmlib_cpuid_mask(struct kvmlib_cpuid *cpuid, const struct kvmlib_cpuid *mask)
{
	struct kvmlib_cpuid other;

	if (!cpuid || !mask)
		return KVMLIB__NULL_ARGUMENT(cpuid ? 2 : 1);
	other = make_alike(cpuid, mask);
	for (uint32_t i = 0; i < cpuid->nr_leaves; i++)
		mask_leaf(&cpuid->leaves[i], &other);
	for (uint32_t i = 0; i < cpuid->nr_msrs; i++)
		mask_msr(&cpuid->msrs[i], &other);
	return 0;
}
