/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tables from KVM's entries, and back. */
#include "cpuid.h"

#include <errno.h>
#include <stdlib.h>

static int refuse_entry(const char *function, uint32_t i)
{
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = function,
		.cause = KVMLIB_CAUSE_BAD_ARGUMENT,
		.errnum = -EINVAL,
		KVMLIB__VALUES(KVMLIB__VALUE(ARGUMENT, 1), KVMLIB__VALUE(INDEX, i)) });
}

/* Entries without subleaves may have any index. */
static struct kvmlib_cpuid_leaf leaf_of(const struct kvm_cpuid_entry2 *entry)
{
	return (struct kvmlib_cpuid_leaf){
		.leaf = entry->function,
		.subleaf = entry->flags ? entry->index : 0,
		.flags = entry->flags,
		.registers = { entry->eax, entry->ebx, entry->ecx, entry->edx },
	};
}

static int add_entry(struct kvmlib_cpuid *cpuid, const struct kvm_cpuid_entry2 *entry, uint32_t i,
		     const char *function)
{
	const struct kvmlib_cpuid_leaf leaf = leaf_of(entry);
	int r;

	if (entry->flags & ~KVMLIB_CPUID_FLAG_SIGNIFCANT_INDEX)
		return refuse_entry(function, i);
	r = kvmlib_cpuid_get_leaf(cpuid, leaf.leaf, leaf.subleaf) ? -EEXIST
								  : kvmlib__cpuid_put(cpuid, &leaf);
	if (r < 0) {
		kvmlib__cpuid_refuse(function, r, leaf.leaf, leaf.subleaf);
		kvmlib__error_add(KVMLIB_VALUE_INDEX, i);
	}
	return r;
}

int kvmlib__cpuid_add_entries(struct kvmlib_cpuid *cpuid, const struct kvm_cpuid_entry2 *entries,
			      uint32_t count, const char *function)
{
	int r = 0;

	for (uint32_t i = 0; !r && i < count; i++)
		r = add_entry(cpuid, &entries[i], i, function);
	return r;
}

void kvmlib__cpuid_take_entries(struct kvmlib_cpuid *cpuid, const struct kvm_cpuid_entry2 *entries,
				uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		struct kvm_cpuid_entry2 entry = entries[i];
		struct kvmlib_cpuid_leaf leaf;

		entry.flags &= KVMLIB_CPUID_FLAG_SIGNIFCANT_INDEX;
		leaf = leaf_of(&entry);
		if (!kvmlib_cpuid_get_leaf(cpuid, leaf.leaf, leaf.subleaf))
			kvmlib__cpuid_put(cpuid, &leaf);
	}
}

int kvmlib_cpuid_from_entries(const struct kvm_cpuid_entry2 *entries, uint32_t count,
			      struct kvmlib_cpuid **ret_cpuid)
{
	struct kvmlib_cpuid *cpuid;
	int r;

	if ((!entries && count) || !ret_cpuid)
		return KVMLIB__NULL_ARGUMENT(ret_cpuid ? 1 : 3);
	cpuid = calloc(1, sizeof(*cpuid));
	if (!cpuid)
		return KVMLIB__NO_MEMORY();
	r = kvmlib__cpuid_add_entries(cpuid, entries, count, __func__);
	if (r < 0)
		kvmlib_cpuid_free(cpuid);
	else
		*ret_cpuid = cpuid;
	return r;
}

static struct kvm_cpuid_entry2 entry_of(const struct kvmlib_cpuid_leaf *leaf)
{
	return (struct kvm_cpuid_entry2){
		.function = leaf->leaf,
		.index = leaf->subleaf,
		.flags = leaf->flags,
		.eax = leaf->registers[KVMLIB_CPUID_EAX],
		.ebx = leaf->registers[KVMLIB_CPUID_EBX],
		.ecx = leaf->registers[KVMLIB_CPUID_ECX],
		.edx = leaf->registers[KVMLIB_CPUID_EDX],
	};
}

static int no_room(const char *function, uint32_t capacity, uint32_t needed)
{
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = function,
		.cause = KVMLIB_CAUSE_LIST_TOO_SMALL,
		.errnum = -E2BIG,
		KVMLIB__VALUES(KVMLIB__VALUE(COUNT, capacity), KVMLIB__VALUE(NEEDED, needed)) });
}

int kvmlib_cpuid_get_entries(const struct kvmlib_cpuid *cpuid, struct kvm_cpuid_entry2 *entries,
			     uint32_t capacity, uint32_t *ret_count)
{
	if (!cpuid || !entries || !ret_count)
		return KVMLIB__NULL_ARGUMENT(!cpuid ? 1 : !entries ? 2 : 4);
	if (capacity < cpuid->nr_leaves)
		return no_room(__func__, capacity, cpuid->nr_leaves);
	for (uint32_t i = 0; i < cpuid->nr_leaves; i++)
		entries[i] = entry_of(&cpuid->leaves[i]);
	*ret_count = cpuid->nr_leaves;
	return 0;
}
