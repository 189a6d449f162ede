/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* In what two tables differ. */
#include "hyperv.h"

#include <errno.h>

#include "../../base/host_tables.h"

/* A leaf or an MSR: one of the things that are gone through in their order, MSRs last. */
struct thing {
	bool is_msr;
	uint64_t key;
	uint64_t values[4]; /* of registers, or of the MSR */
};

static bool thing_at(const struct kvmlib_cpuid *cpuid, uint32_t i, struct thing *thing)
{
	uint32_t msr = i - cpuid->nr_leaves;

	if (i < cpuid->nr_leaves) {
		const struct kvmlib_cpuid_leaf *leaf = &cpuid->leaves[i];

		*thing = (struct thing){ false,
					 (uint64_t)leaf->leaf << 32 | leaf->subleaf,
					 { leaf->registers[0], leaf->registers[1],
					   leaf->registers[2], leaf->registers[3] } };
		return true;
	}
	if (msr >= cpuid->nr_msrs)
		return false;
	*thing = (struct thing){ true,
				 (uint64_t)cpuid->msrs[msr].index << 32,
				 { cpuid->msrs[msr].value } };
	return true;
}

static int order(const struct thing *a, const struct thing *b)
{
	if (a->is_msr != b->is_msr)
		return a->is_msr ? 1 : -1;
	return a->key < b->key ? -1 : a->key > b->key;
}

/* Where both tables and their registers stand; positions of callers hold the numbers. */
struct walk {
	uint32_t i, j, reg;
	bool in_a, in_b; /* what was found last */
};

static struct walk walk_of(uint64_t position)
{
	return (struct walk){ .i = (uint32_t)(position >> 32),
			      .j = (uint32_t)(position >> 8 & 0xffffff),
			      .reg = (uint32_t)(position & 3) };
}

static uint64_t position_of(const struct walk *walk)
{
	return (uint64_t)walk->i << 32 | (uint64_t)walk->j << 8 | walk->reg;
}

static struct kvmlib_cpuid_difference difference_of(const struct thing *thing, uint64_t a,
						    uint64_t b, uint32_t reg)
{
	return (struct kvmlib_cpuid_difference){
		.leaf = (uint32_t)(thing->key >> 32),
		.subleaf = (uint32_t)thing->key,
		.reg = thing->is_msr ? KVMLIB_CPUID_MSR : reg,
		.a = a,
		.b = b,
	};
}

/* The next register of either table, with what both have in it. Whether there is one. */
static bool step(const struct kvmlib_cpuid *a, const struct kvmlib_cpuid *b, struct walk *walk,
		 struct kvmlib_cpuid_difference *difference)
{
	struct thing of_a = { 0 }, of_b = { 0 };
	bool in_a = thing_at(a, walk->i, &of_a), in_b = thing_at(b, walk->j, &of_b);
	int before = in_a && in_b ? order(&of_a, &of_b) : in_a ? -1 : 1;
	const struct thing *thing = before <= 0 ? &of_a : &of_b;

	if (!in_a && !in_b)
		return false;
	walk->in_a = before <= 0;
	walk->in_b = before >= 0;
	*difference = difference_of(thing, walk->in_a ? of_a.values[walk->reg] : 0,
				    walk->in_b ? of_b.values[walk->reg] : 0, walk->reg);
	if (!thing->is_msr && ++walk->reg < 4)
		return true;
	walk->reg = 0;
	walk->i += walk->in_a;
	walk->j += walk->in_b;
	return true;
}

static enum kvmlib__cpuid_kind kind_of(const struct kvmlib_cpuid_difference *difference)
{
	if (difference->reg == KVMLIB_CPUID_MSR)
		return kvmlib__feature_msr_kind(difference->leaf);
	return kvmlib__cpuid_kind(difference->leaf, difference->subleaf, difference->reg);
}

/* Whether a byte of the second is smaller. */
static bool has_smaller_byte(uint64_t a, uint64_t b)
{
	for (uint64_t byte = 0xff; byte <= 0xff000000; byte <<= 8)
		if ((b & byte) < (a & byte))
			return true;
	return false;
}

/* Of what must be 1 there is more, or of what may be there is less. */
static bool has_less_controls(uint64_t a, uint64_t b)
{
	return (uint32_t)(b & ~a) || (a & ~b) >> 32;
}

static bool is_loss(enum kvmlib__cpuid_kind kind, const struct kvmlib_cpuid_difference *difference)
{
	const uint64_t a = difference->a, b = difference->b;

	switch (kind) {
	case KVMLIB__CPUID_BITS:
		return difference->missing;
	case KVMLIB__CPUID_LACKS:
		return b & ~a;
	case KVMLIB__CPUID_BYTES:
		return has_smaller_byte(a, b);
	case KVMLIB__CPUID_CONTROLS:
		return has_less_controls(a, b);
	default:
		return b < a;
	}
}

/* A bit that tells of something worse is lost where it comes. Without the MSR it tells nothing. */
static void find_bits(struct kvmlib_cpuid_difference *difference, const struct walk *walk)
{
	const uint64_t worse = difference->reg == KVMLIB_CPUID_MSR
				       ? kvmlib__feature_msr_worse(difference->leaf)
				       : 0;
	const uint64_t told = walk->in_a && walk->in_b ? worse : 0;
	const uint64_t a = difference->a ^ told, b = difference->b ^ told;

	difference->missing = a & ~b & ~(worse ^ told);
	difference->added = b & ~a & ~(worse ^ told);
}

/* What one of them has not can't be lost by what it says. */
static void judge(struct kvmlib_cpuid_difference *difference, const struct walk *walk)
{
	const enum kvmlib__cpuid_kind kind = kind_of(difference);
	bool lost;

	if (kind == KVMLIB__CPUID_BITS)
		find_bits(difference, walk);
	lost = kind == KVMLIB__CPUID_BITS || (walk->in_a && walk->in_b) ? is_loss(kind, difference)
									: walk->in_a;
	difference->kind = kind == KVMLIB__CPUID_VALUE ? KVMLIB_CPUID_CHANGED
			   : lost		       ? KVMLIB_CPUID_LOST
						       : KVMLIB_CPUID_GAINED;
}

/* A leaf that is Hyper-V's name in one table, and KVM's features in the other, has no bits in common. */
static void judge_name(struct kvmlib_cpuid_difference *difference, const struct kvmlib_cpuid *a,
		       const struct kvmlib_cpuid *b)
{
	if (difference->leaf != KVMLIB__HYPERV_INTERFACE ||
	    kvmlib__is_hyperv(a) == kvmlib__is_hyperv(b))
		return;
	difference->kind = KVMLIB_CPUID_CHANGED;
	difference->missing = difference->added = 0;
}

int kvmlib_cpuid_next_difference(const struct kvmlib_cpuid *a, const struct kvmlib_cpuid *b,
				 uint64_t *position, struct kvmlib_cpuid_difference *ret_difference)
{
	struct kvmlib_cpuid_difference difference;
	struct walk walk;

	if (!a || !b || !position || !ret_difference)
		return KVMLIB__NULL_ARGUMENT(!a ? 1 : !b ? 2 : !position ? 3 : 4);
	walk = walk_of(*position);
	while (step(a, b, &walk, &difference)) {
		if (difference.a == difference.b)
			continue;
		judge(&difference, &walk);
		judge_name(&difference, a, b);
		*ret_difference = difference;
		*position = position_of(&walk);
		return 1;
	}
	*position = position_of(&walk);
	return 0;
}
