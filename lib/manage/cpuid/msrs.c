/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The MSRs of a table. */
#include "cpuid.h"

#include <errno.h>
#include <string.h>

#include "../../base/host_tables.h"

const struct kvmlib_cpuid_msr *kvmlib_cpuid_msr_at(const struct kvmlib_cpuid *cpuid, size_t index)
{
	return index < cpuid->nr_msrs ? &cpuid->msrs[index] : NULL;
}

/* The first that is not before that one. */
static uint32_t place_of(const struct kvmlib_cpuid *cpuid, uint32_t msr)
{
	uint32_t i = 0;

	while (i < cpuid->nr_msrs && cpuid->msrs[i].index < msr)
		i++;
	return i;
}

static bool is_at(const struct kvmlib_cpuid *cpuid, uint32_t place, uint32_t msr)
{
	return place < cpuid->nr_msrs && cpuid->msrs[place].index == msr;
}

const struct kvmlib_cpuid_msr *kvmlib_cpuid_get_msr(const struct kvmlib_cpuid *cpuid, uint32_t msr)
{
	uint32_t place = place_of(cpuid, msr);

	return is_at(cpuid, place, msr) ? &cpuid->msrs[place] : NULL;
}

static int refuse(const char *function, int errnum, uint32_t cause, uint32_t msr)
{
	return kvmlib__error_record(
		&(const struct kvmlib__failure){ .function = function,
						 .cause = cause,
						 .errnum = errnum,
						 KVMLIB__VALUES(KVMLIB__VALUE(MSR, msr)) });
}

int kvmlib_cpuid_set_msr(struct kvmlib_cpuid *cpuid, uint32_t msr, uint64_t value)
{
	uint32_t place;

	if (!cpuid)
		return KVMLIB__NULL_ARGUMENT(1);
	place = place_of(cpuid, msr);
	if (!is_at(cpuid, place, msr)) {
		if (cpuid->nr_msrs == KVMLIB_CPUID_MAX_MSRS)
			return refuse(__func__, -E2BIG, KVMLIB_CAUSE_CPUID_FULL, msr);
		memmove(&cpuid->msrs[place + 1], &cpuid->msrs[place],
			(cpuid->nr_msrs - place) * sizeof(cpuid->msrs[0]));
		cpuid->nr_msrs++;
	}
	cpuid->msrs[place] = (struct kvmlib_cpuid_msr){ .index = msr, .value = value };
	return 0;
}

int kvmlib_cpuid_remove_msr(struct kvmlib_cpuid *cpuid, uint32_t msr)
{
	uint32_t place;

	if (!cpuid)
		return KVMLIB__NULL_ARGUMENT(1);
	place = place_of(cpuid, msr);
	if (!is_at(cpuid, place, msr))
		return refuse(__func__, -ENOENT, KVMLIB_CAUSE_CPUID_LEAF_ABSENT, msr);
	cpuid->nr_msrs--;
	memmove(&cpuid->msrs[place], &cpuid->msrs[place + 1],
		(cpuid->nr_msrs - place) * sizeof(cpuid->msrs[0]));
	return 0;
}

void kvmlib__cpuid_drop_untold_msrs(struct kvmlib_cpuid *cpuid)
{
	for (uint32_t i = cpuid->nr_msrs; i-- > 0;) {
		const struct kvmlib__feature_msr *msr = kvmlib__feature_msr(cpuid->msrs[i].index);

		if (msr && msr->needs != KVMLIB__CPUID_NONE &&
		    !kvmlib__cpuid_has(cpuid, &kvmlib__cpuid_features[msr->needs]))
			kvmlib_cpuid_remove_msr(cpuid, msr->index);
	}
}
