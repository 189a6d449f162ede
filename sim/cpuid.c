/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "internal.h"

#include <string.h>

#ifdef KVM_SET_CPUID2

#define SIGNIFICANT_INDEX 1U /* KVM_CPUID_FLAG_SIGNIFCANT_INDEX */

/* The CPUID of a small host: long mode, SSE2, x2APIC, 48-bit addresses. */
static const struct kvm_cpuid_entry2 supported[] = {
	{ .function = 0x0, .eax = 0xb, .ebx = 0x756e6547, .ecx = 0x6c65746e, .edx = 0x49656e69 },
	{ .function = 0x1,
	  .eax = 0x000306c3,
	  .ebx = 0x00010800,
	  .ecx = 0x80202001,
	  .edx = 0x078bfbff },
	{ .function = 0x2, .eax = 0x1 },
	{ .function = 0x4,
	  .index = 0,
	  .flags = SIGNIFICANT_INDEX,
	  .eax = 0x121,
	  .ebx = 0x01c0003f,
	  .ecx = 0x3f },
	{ .function = 0x4, .index = 1, .flags = SIGNIFICANT_INDEX },
	{ .function = 0x7, .index = 0, .flags = SIGNIFICANT_INDEX },
	{ .function = 0xb, .index = 0, .flags = SIGNIFICANT_INDEX },
	{ .function = 0x40000000,
	  .eax = 0x40000001,
	  .ebx = 0x4b4d564b,
	  .ecx = 0x564b4d56,
	  .edx = 0x4d },
	{ .function = 0x40000001, .eax = 0x01007efb },
	{ .function = 0x80000000,
	  .eax = 0x80000008,
	  .ebx = 0x756e6547,
	  .ecx = 0x6c65746e,
	  .edx = 0x49656e69 },
	{ .function = 0x80000001, .ecx = 0x1, .edx = 0x28100800 },
	{ .function = 0x80000008, .eax = 0x302e },
};
/* MOVBE and RDPID, which KVM can emulate. */
static const struct kvm_cpuid_entry2 emulated[] = {
	{ .function = 0x0, .eax = 0x7 },
	{ .function = 0x1, .ecx = 0x400000 },
	{ .function = 0x7, .flags = SIGNIFICANT_INDEX, .ecx = 0x400000 },
};

/* What Linux offers of Hyper-V on a host without nested VMX, in its order. */
static const struct kvm_cpuid_entry2 hyperv[] = {
	{ .function = 0x40000000,
	  .eax = 0x40000082,
	  .ebx = 0x756e694c,
	  .ecx = 0x564b2078,
	  .edx = 0x7648204d },
	{ .function = 0x40000001, .eax = 0x31237648 },
	{ .function = 0x40000002, .eax = 0x3839, .ebx = 0x000a0000 },
	{ .function = 0x40000003, .eax = 0xaaff, .ebx = 0x100830, .edx = 0x84d30 },
	{ .function = 0x40000004, .eax = 0xe2c, .ebx = 0xfff },
	{ .function = 0x40000005, .eax = 1024, .ebx = 64 },
	{ .function = 0x40000080, .ebx = 0x756e694c, .ecx = 0x564b2078, .edx = 0x7648204d },
	{ .function = 0x40000081, .eax = 0x31235356 },
	{ .function = 0x40000082, .eax = 2 },
	{ .function = 0x4000000a, .eax = 0xa0000 },
};

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static uint64_t entries_of(unsigned long list)
{
	return list + offsetof(struct kvm_cpuid2, entries);
}

/* The count is written back only with the list. */
static int put_list(unsigned long list, const struct kvm_cpuid_entry2 *entries, uint32_t count)
{
	struct kvm_cpuid2 head = { .nent = count };
	int r = kvmlib__sim_copy_to_user(entries_of(list), entries, count * sizeof(*entries));

	return r < 0 ? r : kvmlib__sim_copy_to_user(list, &head, sizeof(head));
}

static int get_list(unsigned long list, const struct kvm_cpuid_entry2 *entries, uint32_t count)
{
	struct kvm_cpuid2 head;
	int r = kvmlib__sim_copy_from_user(&head, list, sizeof(head));

	if (r < 0)
		return r;
	if (head.nent < count)
		return REFUSE(CPUID_ROOM);
	return put_list(list, entries, count);
}

int kvmlib__sim_get_supported_cpuid(const struct sim_call *call)
{
	return get_list(call->arg, supported, LENGTH(supported));
}

int kvmlib__sim_get_cpuid2(const struct sim_call *call)
{
	return get_list(call->arg, call->vcpu->cpuid, call->vcpu->nr_cpuid);
}

static bool same(const struct kvm_cpuid_entry2 *a, const struct kvm_cpuid_entry2 *b)
{
	return memcmp(a, b, offsetof(struct kvm_cpuid_entry2, padding)) == 0;
}

static bool changes(const struct sim_vcpu *vcpu, const struct kvm_cpuid_entry2 *entries,
		    uint32_t count)
{
	if (count != vcpu->nr_cpuid)
		return true;
	for (uint32_t i = 0; i < count; i++)
		if (!same(&entries[i], &vcpu->cpuid[i]))
			return true;
	return false;
}

static bool possible(const struct kvm_cpuid_entry2 *entries, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		uint32_t bits = entries[i].eax >> 8 & 0xffU;

		if (entries[i].function == 0x80000008 && bits != 0 && bits != 48 && bits != 57)
			return false;
	}
	return true;
}

int kvmlib__sim_get_hv_cpuid(const struct sim_call *call)
{
	return get_list(call->arg, hyperv, LENGTH(hyperv));
}

/* All entries that the caller has room for are looked at. */
static int check_padding(unsigned long list)
{
	struct kvm_cpuid_entry2 entry;
	struct kvm_cpuid2 head;
	int r = kvmlib__sim_copy_from_user(&head, list, sizeof(head));

	for (uint32_t i = 0; r == 0 && i < head.nent && i < SIM_MAX_CPUID; i++) {
		r = kvmlib__sim_copy_from_user(&entry, entries_of(list) + i * sizeof(entry),
					       sizeof(entry));
		if (r < 0 || entry.padding[0] | entry.padding[1] | entry.padding[2])
			return REFUSE(CPUID_PADDING);
	}
	return r;
}

int kvmlib__sim_get_emulated_cpuid(const struct sim_call *call)
{
	int r = check_padding(call->arg);

	return r < 0 ? r : get_list(call->arg, emulated, LENGTH(emulated));
}

static int accept_list(struct sim_vcpu *vcpu, const struct kvm_cpuid_entry2 *entries,
		       uint32_t count)
{
	if (vcpu->has_run)
		return changes(vcpu, entries, count) ? REFUSE(CPUID_CHANGED) : 0;
	if (!possible(entries, count))
		return REFUSE(CPUID_IMPOSSIBLE);
	memcpy(vcpu->cpuid, entries, count * sizeof(*entries));
	vcpu->nr_cpuid = count;
	return 0;
}

/* The head of both kinds of list starts with the count. */
static int read_list(unsigned long list, void *entries, size_t size, uint32_t *ret_count)
{
	struct kvm_cpuid2 head;
	int r = kvmlib__sim_copy_from_user(&head, list, sizeof(head));

	if (r < 0)
		return r;
	if (head.nent > SIM_MAX_CPUID)
		return REFUSE(CPUID_COUNT);
	*ret_count = head.nent;
	return kvmlib__sim_copy_from_user(entries, entries_of(list), head.nent * size);
}

int kvmlib__sim_set_cpuid2(const struct sim_call *call)
{
	struct kvm_cpuid_entry2 entries[SIM_MAX_CPUID];
	uint32_t count;
	int r = read_list(call->arg, entries, sizeof(entries[0]), &count);

	return r < 0 ? r : accept_list(call->vcpu, entries, count);
}

/* The old kind of entry has no index. */
int kvmlib__sim_set_cpuid(const struct sim_call *call)
{
	struct kvm_cpuid_entry2 entries[SIM_MAX_CPUID] = { { .function = 0 } };
	struct kvm_cpuid_entry old[SIM_MAX_CPUID];
	uint32_t count;
	int r = read_list(call->arg, old, sizeof(old[0]), &count);

	for (uint32_t i = 0; r == 0 && i < count; i++) {
		entries[i].function = old[i].function;
		entries[i].eax = old[i].eax;
		entries[i].ebx = old[i].ebx;
		entries[i].ecx = old[i].ecx;
		entries[i].edx = old[i].edx;
	}
	return r < 0 ? r : accept_list(call->vcpu, entries, count);
}

const struct kvm_cpuid_entry2 *kvmlib__sim_cpuid(const struct sim_vcpu *vcpu, uint32_t function)
{
	for (uint32_t i = 0; i < vcpu->nr_cpuid; i++)
		if (vcpu->cpuid[i].function == function)
			return &vcpu->cpuid[i];
	return NULL;
}

const struct kvm_cpuid_entry2 *kvmlib__sim_cpuid_at(const struct sim_vcpu *vcpu, uint32_t function,
						    uint32_t index)
{
	for (uint32_t i = 0; i < vcpu->nr_cpuid; i++)
		if (vcpu->cpuid[i].function == function && vcpu->cpuid[i].index == index)
			return &vcpu->cpuid[i];
	return NULL;
}

#else
/* Only x86 has a CPUID; a file must not be empty. */
typedef int kvmlib__sim_no_cpuid;
#endif
