/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tables: made, freed, and their leaves. */
#include "cpuid.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int kvmlib_cpuid_new(struct kvmlib_cpuid **ret_cpuid)
{
	struct kvmlib_cpuid *cpuid;

	if (!ret_cpuid)
		return KVMLIB__NULL_ARGUMENT(1);
	cpuid = calloc(1, sizeof(*cpuid));
	if (!cpuid)
		return KVMLIB__NO_MEMORY();
	*ret_cpuid = cpuid;
	return 0;
}

struct kvmlib_cpuid *kvmlib_cpuid_free(struct kvmlib_cpuid *cpuid)
{
	free(cpuid);
	return NULL;
}

int kvmlib_cpuid_copy(const struct kvmlib_cpuid *cpuid, struct kvmlib_cpuid **ret_cpuid)
{
	struct kvmlib_cpuid *copy;

	if (!cpuid || !ret_cpuid)
		return KVMLIB__NULL_ARGUMENT(cpuid ? 2 : 1);
	copy = malloc(sizeof(*copy));
	if (!copy)
		return KVMLIB__NO_MEMORY();
	*copy = *cpuid;
	*ret_cpuid = copy;
	return 0;
}

/* Leaves */

static uint64_t key_of(uint32_t leaf, uint32_t subleaf)
{
	return (uint64_t)leaf << 32 | subleaf;
}

/* The first leaf that is not before that one. */
static uint32_t place_of(const struct kvmlib_cpuid *cpuid, uint32_t leaf, uint32_t subleaf)
{
	uint32_t low = 0, high = cpuid->nr_leaves;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		const struct kvmlib_cpuid_leaf *found = &cpuid->leaves[middle];

		if (key_of(found->leaf, found->subleaf) < key_of(leaf, subleaf))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_at(const struct kvmlib_cpuid *cpuid, uint32_t place, uint32_t leaf)
{
	return place < cpuid->nr_leaves && cpuid->leaves[place].leaf == leaf;
}

/* One without subleaves answers to all, and is the only one of its number. */
struct kvmlib_cpuid_leaf *kvmlib__cpuid_find(struct kvmlib_cpuid *cpuid, uint32_t leaf,
					     uint32_t subleaf)
{
	uint32_t first = place_of(cpuid, leaf, 0), place = place_of(cpuid, leaf, subleaf);

	if (is_at(cpuid, first, leaf) && !cpuid->leaves[first].flags)
		return &cpuid->leaves[first];
	if (is_at(cpuid, place, leaf) && cpuid->leaves[place].subleaf == subleaf)
		return &cpuid->leaves[place];
	return NULL;
}

const struct kvmlib_cpuid_leaf *kvmlib_cpuid_get_leaf(const struct kvmlib_cpuid *cpuid,
						      uint32_t leaf, uint32_t subleaf)
{
	return kvmlib__cpuid_find((struct kvmlib_cpuid *)(uintptr_t)cpuid, leaf, subleaf);
}

const struct kvmlib_cpuid_leaf *kvmlib_cpuid_leaf_at(const struct kvmlib_cpuid *cpuid, size_t index)
{
	return index < cpuid->nr_leaves ? &cpuid->leaves[index] : NULL;
}

uint32_t kvmlib__cpuid_register(const struct kvmlib_cpuid *cpuid, uint32_t leaf, uint32_t subleaf,
				uint32_t reg)
{
	const struct kvmlib_cpuid_leaf *found = kvmlib_cpuid_get_leaf(cpuid, leaf, subleaf);

	return found ? found->registers[reg] : 0;
}

int kvmlib__cpuid_put(struct kvmlib_cpuid *cpuid, const struct kvmlib_cpuid_leaf *leaf)
{
	uint32_t first = place_of(cpuid, leaf->leaf, 0);
	uint32_t place = place_of(cpuid, leaf->leaf, leaf->subleaf);

	if (is_at(cpuid, first, leaf->leaf) && cpuid->leaves[first].flags != leaf->flags)
		return -EEXIST;
	if (!is_at(cpuid, place, leaf->leaf) || cpuid->leaves[place].subleaf != leaf->subleaf) {
		if (cpuid->nr_leaves == KVMLIB_CPUID_MAX_LEAVES)
			return -E2BIG;
		memmove(&cpuid->leaves[place + 1], &cpuid->leaves[place],
			(cpuid->nr_leaves - place) * sizeof(cpuid->leaves[0]));
		cpuid->nr_leaves++;
	}
	cpuid->leaves[place] = *leaf;
	return 0;
}

int kvmlib__cpuid_refuse(const char *function, int errnum, uint32_t leaf, uint32_t subleaf)
{
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = function,
		.cause = errnum == -EEXIST  ? KVMLIB_CAUSE_CPUID_LEAF_TWICE
			 : errnum == -E2BIG ? KVMLIB_CAUSE_CPUID_FULL
					    : KVMLIB_CAUSE_CPUID_LEAF_ABSENT,
		.errnum = errnum,
		KVMLIB__VALUES(KVMLIB__VALUE(LEAF, leaf), KVMLIB__VALUE(SUBLEAF, subleaf)) });
}

int kvmlib_cpuid_set_leaf(struct kvmlib_cpuid *cpuid, const struct kvmlib_cpuid_leaf *leaf)
{
	int r;

	if (!cpuid || !leaf)
		return KVMLIB__NULL_ARGUMENT(cpuid ? 2 : 1);
	if (leaf->flags & ~KVMLIB_CPUID_FLAG_SIGNIFCANT_INDEX || leaf->reserved ||
	    (!leaf->flags && leaf->subleaf))
		return KVMLIB__REFUSE(-EINVAL, BAD_ARGUMENT, 2);
	r = kvmlib__cpuid_put(cpuid, leaf);
	return r < 0 ? kvmlib__cpuid_refuse(__func__, r, leaf->leaf, leaf->subleaf) : 0;
}

void kvmlib__cpuid_drop(struct kvmlib_cpuid *cpuid, uint32_t place)
{
	cpuid->nr_leaves--;
	memmove(&cpuid->leaves[place], &cpuid->leaves[place + 1],
		(cpuid->nr_leaves - place) * sizeof(cpuid->leaves[0]));
}

void kvmlib__cpuid_drop_all(struct kvmlib_cpuid *cpuid, uint32_t leaf)
{
	uint32_t place = place_of(cpuid, leaf, 0);

	while (is_at(cpuid, place, leaf))
		kvmlib__cpuid_drop(cpuid, place);
}

int kvmlib_cpuid_remove_leaf(struct kvmlib_cpuid *cpuid, uint32_t leaf, uint32_t subleaf)
{
	const struct kvmlib_cpuid_leaf *found;

	if (!cpuid)
		return KVMLIB__NULL_ARGUMENT(1);
	found = kvmlib_cpuid_get_leaf(cpuid, leaf, subleaf);
	if (!found)
		return kvmlib__cpuid_refuse(__func__, -ENOENT, leaf, subleaf);
	kvmlib__cpuid_drop(cpuid, (uint32_t)(found - cpuid->leaves));
	return 0;
}
