/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Features by their names. */
#include "hyperv.h"

#include <errno.h>
#include <string.h>

#include "../../base/host_tables.h"

const struct kvmlib_cpuid_feature *kvmlib_cpuid_feature_at(size_t index)
{
	return index < kvmlib__nr_cpuid_features ? &kvmlib__cpuid_features[index] : NULL;
}

const struct kvmlib_cpuid_feature *kvmlib_cpuid_find_feature(const char *name)
{
	for (size_t i = 0; name && i < kvmlib__nr_cpuid_features; i++)
		if (!strcmp(kvmlib__cpuid_features[i].name, name))
			return &kvmlib__cpuid_features[i];
	return NULL;
}

bool kvmlib__cpuid_has(const struct kvmlib_cpuid *cpuid, const struct kvmlib_cpuid_feature *feature)
{
	return kvmlib__cpuid_register(cpuid, kvmlib__kvm_leaf(cpuid, feature->leaf),
				      feature->subleaf, feature->reg) >>
		       feature->bit &
	       1U;
}

void kvmlib__cpuid_clear(struct kvmlib_cpuid *cpuid, const struct kvmlib_cpuid_feature *feature)
{
	struct kvmlib_cpuid_leaf *leaf =
		kvmlib__cpuid_find(cpuid, kvmlib__kvm_leaf(cpuid, feature->leaf), feature->subleaf);

	if (leaf)
		leaf->registers[feature->reg] &= ~(1U << feature->bit);
}

static int unknown(const char *function, const char *name)
{
	return kvmlib__error_record(
		&(const struct kvmlib__failure){ .function = function,
						 .cause = KVMLIB_CAUSE_CPUID_FEATURE_UNKNOWN,
						 .errnum = -EINVAL,
						 .subject = name,
						 KVMLIB__VALUES(KVMLIB__VALUE(ARGUMENT, 2)) });
}

int kvmlib_cpuid_has_feature(const struct kvmlib_cpuid *cpuid, const char *name)
{
	const struct kvmlib_cpuid_feature *feature;

	if (!cpuid || !name)
		return KVMLIB__NULL_ARGUMENT(cpuid ? 2 : 1);
	feature = kvmlib_cpuid_find_feature(name);
	return feature ? kvmlib__cpuid_has(cpuid, feature) : unknown(__func__, name);
}

static int give(struct kvmlib_cpuid *cpuid, const struct kvmlib_cpuid_feature *feature)
{
	struct kvmlib_cpuid_leaf leaf = {
		.leaf = kvmlib__kvm_leaf(cpuid, feature->leaf),
		.subleaf = feature->subleaf,
		.flags = feature->flags,
	};
	const struct kvmlib_cpuid_leaf *found =
		kvmlib__cpuid_find(cpuid, leaf.leaf, feature->subleaf);

	if (found && found->flags == leaf.flags)
		leaf = *found;
	leaf.registers[feature->reg] |= 1U << feature->bit;
	return kvmlib__cpuid_put(cpuid, &leaf);
}

int kvmlib_cpuid_set_feature(struct kvmlib_cpuid *cpuid, const char *name, uint32_t on)
{
	const struct kvmlib_cpuid_feature *feature;
	int r = 0;

	if (!cpuid || !name)
		return KVMLIB__NULL_ARGUMENT(cpuid ? 2 : 1);
	if (on > 1)
		return KVMLIB__REFUSE(-EINVAL, BAD_ARGUMENT, 3);
	feature = kvmlib_cpuid_find_feature(name);
	if (!feature)
		return unknown(__func__, name);
	if (on)
		r = give(cpuid, feature);
	else
		kvmlib__cpuid_clear(cpuid, feature);
	return r < 0 ? kvmlib__cpuid_refuse(__func__, r, feature->leaf, feature->subleaf) : 0;
}
