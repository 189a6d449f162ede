/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where a vCPU is among the others, and the leaves that tell of it. */
#include "topology.h"

#include <errno.h>
#include <string.h>

#include "../../base/opts.h"

#define ALL_FLAGS                                                                         \
	(KVMLIB_CPUID_NO_LAPIC | KVMLIB_CPUID_HIDE_HYPERVISOR | KVMLIB_CPUID_DROP_UNMET | \
	 KVMLIB_CPUID_LEAVE_MSRS)

_Static_assert(sizeof(struct kvmlib_cpuid_vcpu) == sizeof(size_t) + 6 * sizeof(uint32_t),
	       "no padding");

static uint32_t bits_for(uint32_t count)
{
	uint32_t bits = 0;

	while (bits < 32 && 1ULL << bits < count)
		bits++;
	return bits;
}

static uint32_t or_one(uint32_t count)
{
	return count ? count : 1;
}

static int does_not_hold(const char *function, uint32_t index, uint64_t limit)
{
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = function,
		.cause = KVMLIB_CAUSE_CPUID_TOPOLOGY,
		.errnum = -EINVAL,
		KVMLIB__VALUES(KVMLIB__VALUE(INDEX, index), KVMLIB__VALUE(LIMIT, limit)) });
}

/* Each level's number, the innermost first, put together in the bits that it has. */
static void number(struct kvmlib__place *place, uint32_t index)
{
	uint32_t shift = 0;

	for (uint32_t i = 0; i < KVMLIB__NR_LEVELS; i++) {
		place->numbers[i] = index % place->counts[i];
		place->id |= place->numbers[i] << shift;
		index /= place->counts[i];
		shift = place->shifts[i];
	}
	place->id |= index << shift;
	place->node = index * place->counts[2] + place->numbers[2];
}

static int find_place(const struct kvmlib_cpuid_vcpu *vcpu, const char *function,
		      struct kvmlib__place *place)
{
	uint32_t sockets = or_one(vcpu->sockets), shift = 0;
	uint64_t all = 1;

	*place = (struct kvmlib__place){
		.counts = { or_one(vcpu->threads), or_one(vcpu->cores), or_one(vcpu->dies) },
	};
	for (uint32_t i = 0; i < KVMLIB__NR_LEVELS; i++) {
		shift += bits_for(place->counts[i]);
		place->shifts[i] = shift;
	}
	if (shift + bits_for(sockets) > KVMLIB__MAX_ID_BITS)
		return does_not_hold(function, vcpu->index, 1ULL << KVMLIB__MAX_ID_BITS);
	for (uint32_t i = 0; i < KVMLIB__NR_LEVELS; i++)
		all *= place->counts[i];
	if (vcpu->index >= all * sockets)
		return does_not_hold(function, vcpu->index, all * sockets);
	place->in_socket = (uint32_t)all;
	number(place, vcpu->index);
	return 0;
}

static int refuse(const char *function, int errnum, uint32_t cause, uint32_t argument)
{
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = function,
		.cause = cause,
		.errnum = errnum,
		KVMLIB__VALUES(KVMLIB__VALUE(ARGUMENT, argument)) });
}

int kvmlib__cpuid_place(const struct kvmlib_cpuid_vcpu *given, uint32_t argument,
			const char *function, struct kvmlib__place *ret_place)
{
	struct kvmlib_cpuid_vcpu vcpu;
	uint32_t cause;
	int r = kvmlib__opts_copy(&vcpu, sizeof(vcpu), given, &cause);

	if (r < 0)
		return refuse(function, r, cause, argument);
	if (vcpu.flags & ~ALL_FLAGS)
		return refuse(function, -EINVAL, KVMLIB_CAUSE_BAD_ARGUMENT, argument);
	r = find_place(&vcpu, function, ret_place);
	ret_place->flags = vcpu.flags;
	return r;
}

int kvmlib_cpuid_apic_id(const struct kvmlib_cpuid_vcpu *vcpu, uint32_t *ret_id)
{
	struct kvmlib__place place = { 0 };
	int r;

	if (!vcpu || !ret_id)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	r = kvmlib__cpuid_place(vcpu, 1, __func__, &place);
	if (!r)
		*ret_id = place.id;
	return r;
}

/* Put a number into a field; one that has no room becomes the largest that has. */
static void put_field(uint32_t *reg, uint32_t shift, uint32_t bits, uint64_t value)
{
	uint32_t most = (1U << bits) - 1;

	*reg &= ~(most << shift);
	*reg |= (value > most ? most : (uint32_t)value) << shift;
}

/* Vendors whose processors tell of themselves as AMD's do. */
static bool is_amd(const struct kvmlib_cpuid *cpuid)
{
	const struct kvmlib_cpuid_leaf *leaf = kvmlib_cpuid_get_leaf(cpuid, 0, 0);
	uint32_t ebx = leaf ? leaf->registers[KVMLIB_CPUID_EBX] : 0;

	return ebx == 0x68747541 || ebx == 0x6f677948; /* "Auth", "Hygo" */
}

static void fix_leaf_1(struct kvmlib_cpuid *cpuid, const struct kvmlib__place *place)
{
	struct kvmlib_cpuid_leaf *leaf = kvmlib__cpuid_find(cpuid, 1, 0);
	uint32_t package = place->shifts[KVMLIB__NR_LEVELS - 1];

	if (!leaf)
		return;
	put_field(&leaf->registers[KVMLIB_CPUID_EBX], 24, 8, place->id & 0xff);
	put_field(&leaf->registers[KVMLIB_CPUID_EBX], 16, 8, 1ULL << package);
	put_field(&leaf->registers[KVMLIB_CPUID_EDX], 28, 1, place->in_socket > 1); /* ht */
}

#define CACHE_TYPE 0x1fU

/* Leaves 4 and 0x8000001d have the same form; only Intel's tells of cores. */
static void fix_cache(struct kvmlib_cpuid_leaf *leaf, const struct kvmlib__place *place)
{
	uint32_t *eax = &leaf->registers[KVMLIB_CPUID_EAX];
	bool is_core_own = (*eax >> 5 & 7U) < 3;
	uint32_t package = place->shifts[KVMLIB__NR_LEVELS - 1];

	if (!(*eax & CACHE_TYPE))
		return;
	put_field(eax, 14, 12, (1ULL << place->shifts[is_core_own ? 0 : 1]) - 1);
	if (leaf->leaf == 4)
		put_field(eax, 26, 6, (1ULL << (package - place->shifts[0])) - 1);
}

static void fix_caches(struct kvmlib_cpuid *cpuid, const struct kvmlib__place *place)
{
	for (uint32_t i = 0; i < cpuid->nr_leaves; i++)
		if (cpuid->leaves[i].leaf == 4 || cpuid->leaves[i].leaf == 0x8000001d)
			fix_cache(&cpuid->leaves[i], place);
}

const struct kvmlib__level_leaf kvmlib__level_leaves[KVMLIB__NR_LEVEL_LEAVES] = {
	{ 0xb, { 1, 0, 2 } },	     /* thread, core: all of the package */
	{ 0x1f, { 1, 2, 5 } },	     /* thread, core, die */
	{ 0x80000026, { 1, 2, 3 } }, /* core, complex, die: AMD counts from one level up */
};

static int put_level(struct kvmlib_cpuid *cpuid, uint32_t leaf, uint32_t subleaf, uint32_t shift,
		     uint32_t count, uint32_t type, uint32_t id)
{
	return kvmlib__cpuid_put(cpuid,
				 &(const struct kvmlib_cpuid_leaf){
					 .leaf = leaf,
					 .subleaf = subleaf,
					 .flags = KVMLIB_CPUID_FLAG_SIGNIFCANT_INDEX,
					 .registers = { shift, count < 0xffff ? count : 0xffff,
							type << 8 | subleaf, id },
				 });
}

/* The last subleaf has no level, but the id. One die is not told of where cores have a level. */
static int put_levels(struct kvmlib_cpuid *cpuid, const struct kvmlib__level_leaf *known,
		      const struct kvmlib__place *place)
{
	uint32_t subleaf = 0, count = 1;
	int r = 0;

	for (uint32_t i = 0; !r && i < KVMLIB__NR_LEVELS; i++) {
		count *= place->counts[i];
		if (known->types[i] && !(known->types[1] && i == 2 && place->counts[i] == 1))
			r = put_level(cpuid, known->leaf, subleaf++, place->shifts[i], count,
				      known->types[i], place->id);
	}
	return r ? r : put_level(cpuid, known->leaf, subleaf, 0, 0, 0, place->id);
}

static int fix_levels(struct kvmlib_cpuid *cpuid, const struct kvmlib__place *place,
		      const char *function)
{
	int r = 0;

	for (uint32_t i = 0; !r && i < KVMLIB__NR_LEVEL_LEAVES; i++) {
		const struct kvmlib__level_leaf *known = &kvmlib__level_leaves[i];

		if (!kvmlib_cpuid_get_leaf(cpuid, known->leaf, 0))
			continue;
		kvmlib__cpuid_drop_all(cpuid, known->leaf);
		r = put_levels(cpuid, known, place);
		if (r < 0)
			kvmlib__cpuid_refuse(function, r, known->leaf, 0);
	}
	return r;
}

/* Threads of the package, and whether there is more than one core. */
static void fix_amd_counts(struct kvmlib_cpuid *cpuid, const struct kvmlib__place *place)
{
	struct kvmlib_cpuid_leaf *leaf = kvmlib__cpuid_find(cpuid, 0x80000008, 0);

	if (leaf) {
		put_field(&leaf->registers[KVMLIB_CPUID_ECX], 0, 8, place->in_socket - 1);
		put_field(&leaf->registers[KVMLIB_CPUID_ECX], 12, 4,
			  place->shifts[KVMLIB__NR_LEVELS - 1]);
	}
	leaf = kvmlib__cpuid_find(cpuid, 0x80000001, 0);
	if (leaf) /* cmp_legacy */
		put_field(&leaf->registers[KVMLIB_CPUID_ECX], 1, 1, place->in_socket > 1);
}

/* Cores are counted in their package, and nodes, of which each die is one, in the machine. */
static void fix_amd_ids(struct kvmlib_cpuid *cpuid, const struct kvmlib__place *place)
{
	struct kvmlib_cpuid_leaf *leaf = kvmlib__cpuid_find(cpuid, 0x8000001e, 0);

	if (!leaf)
		return;
	memset(leaf->registers, 0, sizeof(leaf->registers));
	leaf->registers[KVMLIB_CPUID_EAX] = place->id;
	put_field(&leaf->registers[KVMLIB_CPUID_EBX], 0, 8,
		  place->numbers[2] * place->counts[1] + place->numbers[1]);
	put_field(&leaf->registers[KVMLIB_CPUID_EBX], 8, 8, place->counts[0] - 1);
	put_field(&leaf->registers[KVMLIB_CPUID_ECX], 0, 8, place->node);
	put_field(&leaf->registers[KVMLIB_CPUID_ECX], 8, 3, place->counts[2] - 1);
}

int kvmlib__cpuid_fix_topology(struct kvmlib_cpuid *cpuid, const struct kvmlib__place *place,
			       const char *function)
{
	fix_leaf_1(cpuid, place);
	fix_caches(cpuid, place);
	fix_amd_ids(cpuid, place);
	if (is_amd(cpuid))
		fix_amd_counts(cpuid, place);
	return fix_levels(cpuid, place, function);
}
