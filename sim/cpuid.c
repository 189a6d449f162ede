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
static const uint32_t nr_supported = sizeof(supported) / sizeof(supported[0]);

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
	return get_list(call->arg, supported, nr_supported);
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

int kvmlib__sim_set_cpuid2(const struct sim_call *call)
{
	struct kvm_cpuid_entry2 entries[SIM_MAX_CPUID];
	struct sim_vcpu *vcpu = call->vcpu;
	struct kvm_cpuid2 head;
	int r = kvmlib__sim_copy_from_user(&head, call->arg, sizeof(head));

	if (r < 0)
		return r;
	if (head.nent > SIM_MAX_CPUID)
		return REFUSE(CPUID_COUNT);
	r = kvmlib__sim_copy_from_user(entries, entries_of(call->arg),
				       head.nent * sizeof(*entries));
	if (r < 0)
		return r;
	if (vcpu->has_run)
		return changes(vcpu, entries, head.nent) ? REFUSE(CPUID_CHANGED) : 0;
	if (!possible(entries, head.nent))
		return REFUSE(CPUID_IMPOSSIBLE);
	memcpy(vcpu->cpuid, entries, head.nent * sizeof(*entries));
	vcpu->nr_cpuid = head.nent;
	return 0;
}

const struct kvm_cpuid_entry2 *kvmlib__sim_cpuid(const struct sim_vcpu *vcpu, uint32_t function)
{
	for (uint32_t i = 0; i < vcpu->nr_cpuid; i++)
		if (vcpu->cpuid[i].function == function)
			return &vcpu->cpuid[i];
	return NULL;
}

#else
/* Only x86 has a CPUID; a file must not be empty. */
typedef int kvmlib__sim_no_cpuid;
#endif
