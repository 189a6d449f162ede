/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hyper-V's leaves in a table, and what hosts offer of them. */
#include "hyperv.h"

#include <string.h>

bool kvmlib__is_hyperv(const struct kvmlib_cpuid *cpuid)
{
	return kvmlib__cpuid_register(cpuid, KVMLIB__HYPERV_INTERFACE, 0, KVMLIB_CPUID_EAX) ==
	       KVMLIB__HV_1;
}

uint32_t kvmlib__kvm_leaf(const struct kvmlib_cpuid *cpuid, uint32_t leaf)
{
	bool is_kvms = leaf >> 8 == KVMLIB__KVM_LEAF >> 8;

	return is_kvms && kvmlib__is_hyperv(cpuid) ? leaf + KVMLIB__KVM_MOVED : leaf;
}

/* Offers */

const struct kvmlib_cpuid_leaf *kvmlib_cpuid_hyperv_leaf_at(const struct kvmlib_cpuid *host,
							    size_t index)
{
	return index < host->nr_offers ? &host->offers[index] : NULL;
}

/* The first that is not before it. */
static uint32_t place_of(const struct kvmlib_cpuid *host, uint32_t leaf)
{
	uint32_t place = 0;

	while (place < host->nr_offers && host->offers[place].leaf < leaf)
		place++;
	return place;
}

uint32_t kvmlib__hyperv_offered(const struct kvmlib_cpuid *host, uint32_t leaf, uint32_t reg)
{
	const uint32_t place = place_of(host, leaf);

	if (kvmlib__is_hyperv(host))
		return kvmlib__cpuid_register(host, leaf, 0, reg);
	return place < host->nr_offers && host->offers[place].leaf == leaf
		       ? host->offers[place].registers[reg]
		       : 0;
}

void kvmlib__hyperv_offer(struct kvmlib_cpuid *host, uint32_t leaf, uint32_t reg, uint32_t value)
{
	const uint32_t place = place_of(host, leaf);

	if (place == host->nr_offers || host->offers[place].leaf != leaf) {
		if (host->nr_offers == KVMLIB__MAX_OFFERS)
			return;
		memmove(&host->offers[place + 1], &host->offers[place],
			(host->nr_offers - place) * sizeof(host->offers[0]));
		host->offers[place] = (struct kvmlib_cpuid_leaf){ .leaf = leaf };
		host->nr_offers++;
	}
	host->offers[place].registers[reg] = value;
}

/* Sets */

static bool has_bits(const struct kvmlib_cpuid *cpuid, const uint32_t *bits)
{
	for (size_t i = 0; i < KVMLIB__NR_HYPERV_REGISTERS; i++)
		if (bits[i] & ~kvmlib__cpuid_register(cpuid, kvmlib__hyperv_registers[i].leaf, 0,
						      kvmlib__hyperv_registers[i].reg))
			return false;
	return true;
}

static bool has_none(const uint32_t *bits)
{
	static const uint32_t none[KVMLIB__NR_HYPERV_REGISTERS];

	return !memcmp(bits, none, sizeof(none));
}

/* The one without bits is told by a count. */
static bool has(const struct kvmlib_cpuid *cpuid, const struct kvmlib__enlightenment *one)
{
	const struct kvmlib_cpuid_leaf *hints =
		kvmlib_cpuid_get_leaf(cpuid, KVMLIB__HYPERV_HINTS, 0);

	if (has_none(one->bits))
		return hints && hints->registers[KVMLIB_CPUID_EBX] != KVMLIB__NO_RETRIES;
	return has_bits(cpuid, one->bits);
}

uint32_t kvmlib__hyperv_set_of(const struct kvmlib_cpuid *cpuid)
{
	uint32_t set = 0;

	for (size_t i = 0; kvmlib__is_hyperv(cpuid) && i < kvmlib__nr_enlightenments; i++)
		set |= (uint32_t)has(cpuid, &kvmlib__enlightenments[i]) << i;
	return set;
}

/* With all that comes with it. */
static bool offers(const struct kvmlib_cpuid *host, const struct kvmlib__enlightenment *one)
{
	for (size_t i = 0; i < KVMLIB__NR_HYPERV_REGISTERS; i++)
		if ((one->bits[i] | one->with[i]) &
		    ~kvmlib__hyperv_offered(host, kvmlib__hyperv_registers[i].leaf,
					    kvmlib__hyperv_registers[i].reg))
			return false;
	return true;
}

uint32_t kvmlib__hyperv_offers_of(const struct kvmlib_cpuid *host)
{
	const bool any = kvmlib__hyperv_offered(host, KVMLIB__HYPERV_INTERFACE, KVMLIB_CPUID_EAX) ==
			 KVMLIB__HV_1;
	uint32_t set = 0;

	if (kvmlib__is_hyperv(host))
		return kvmlib__hyperv_set_of(host);
	for (size_t i = 0; any && i < kvmlib__nr_enlightenments; i++)
		set |= (uint32_t)offers(host, &kvmlib__enlightenments[i]) << i;
	return set;
}

uint32_t kvmlib__hyperv_bits(uint32_t set, size_t place)
{
	uint32_t bits = 0, cleared = 0;

	for (size_t i = 0; i < kvmlib__nr_enlightenments; i++) {
		const struct kvmlib__enlightenment *one = &kvmlib__enlightenments[i];

		if (!(set >> i & 1U))
			continue;
		bits |= one->bits[place] | one->with[place];
		cleared |= one->clears[place];
	}
	return bits & ~cleared;
}

void kvmlib__hyperv_keep(struct kvmlib_cpuid *cpuid, uint32_t set)
{
	const uint32_t gone = kvmlib__hyperv_set_of(cpuid) & ~set;
	struct kvmlib_cpuid_leaf *leaf;

	for (size_t i = 0; i < KVMLIB__NR_HYPERV_REGISTERS; i++) {
		leaf = kvmlib__cpuid_find(cpuid, kvmlib__hyperv_registers[i].leaf, 0);
		if (leaf)
			leaf->registers[kvmlib__hyperv_registers[i].reg] &=
				~(kvmlib__hyperv_bits(gone, i) & ~kvmlib__hyperv_bits(set, i));
	}
	leaf = kvmlib__cpuid_find(cpuid, KVMLIB__HYPERV_HINTS, 0);
	for (size_t i = 0; leaf && i < kvmlib__nr_enlightenments; i++)
		if (gone >> i & 1U && has_none(kvmlib__enlightenments[i].bits))
			leaf->registers[KVMLIB_CPUID_EBX] = KVMLIB__NO_RETRIES;
}
