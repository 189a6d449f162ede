/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Model specific registers: which there are, and their values. */
#include "internal.h"

#include <errno.h>
#include <string.h>

#if defined(__x86_64__)

#define MAX_MSRS 256U /* as the kernel's MAX_IO_MSRS, which a list must stay below */

#define MSR_TSC		      0x00000010U
#define MSR_UCODE_REV	      0x0000008bU
#define MSR_ARCH_CAPABILITIES 0x0000010aU
#define MSR_XSS		      0x00000da0U

/* A vCPU's registers, and what they hold after a reset. */
static const struct msr {
	uint32_t index;
	bool canonical; /* it holds an address */
	uint64_t reset;
} msrs[] = {
	{ MSR_TSC, false, 0 },
	{ MSR_UCODE_REV, false, UINT64_C(0x100000000) },
	{ MSR_ARCH_CAPABILITIES, false, 0 },
	{ 0x00000174, false, 0 },		   /* SYSENTER_CS */
	{ 0x00000175, true, 0 },		   /* SYSENTER_ESP */
	{ 0x00000176, true, 0 },		   /* SYSENTER_EIP */
	{ 0x00000277, false, 0x0007040600070406 }, /* PAT */
	{ MSR_XSS, false, 0 },
	{ 0xc0000081, false, 0 }, /* STAR */
	{ 0xc0000082, true, 0 },  /* LSTAR */
	{ 0xc0000083, true, 0 },  /* CSTAR */
	{ 0xc0000084, false, 0 }, /* SYSCALL_MASK */
	{ 0xc0000102, true, 0 },  /* KERNEL_GS_BASE */
	{ 0x4b564d00, false, 0 }, /* KVM_WALL_CLOCK_NEW */
	{ 0x4b564d01, false, 0 }, /* KVM_SYSTEM_TIME_NEW */
};

/* What a host's features give their guests. */
static const struct msr features[] = {
	{ MSR_UCODE_REV, false, UINT64_C(0x100000000) },
	{ MSR_ARCH_CAPABILITIES, false, 0 },
};

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* The count is told in any case, so that the caller can make room. */
static int get_indices(const struct sim_call *call, const struct msr *table, uint32_t count)
{
	uint64_t to = call->arg + offsetof(struct kvm_msr_list, indices);
	struct kvm_msr_list head;
	uint32_t room;
	int r = kvmlib__sim_copy_from_user(&head, call->arg, sizeof(head));

	if (r < 0)
		return r;
	room = head.nmsrs;
	head.nmsrs = count;
	r = kvmlib__sim_copy_to_user(call->arg, &head, sizeof(head));
	if (r == 0 && room < count)
		return REFUSE(MSR_ROOM);
	for (uint32_t i = 0; r == 0 && i < count; i++)
		r = kvmlib__sim_copy_to_user(to + i * sizeof(uint32_t), &table[i].index,
					     sizeof(uint32_t));
	return r;
}

int kvmlib__sim_get_msr_index_list(const struct sim_call *call)
{
	return get_indices(call, msrs, LENGTH(msrs));
}

int kvmlib__sim_get_msr_feature_index_list(const struct sim_call *call)
{
	return get_indices(call, features, LENGTH(features));
}

static const struct msr *find_msr(const struct sim_call *call, uint32_t index)
{
	const struct msr *table = call->vcpu ? msrs : features;
	size_t length = call->vcpu ? LENGTH(msrs) : LENGTH(features);

	for (size_t i = 0; i < length; i++)
		if (table[i].index == index)
			return &table[i];
	return NULL;
}

static bool is_canonical(uint64_t address)
{
	return address >> 47 == 0 || address >> 47 == 0x1ffff;
}

static uint64_t key_of(const struct msr *msr)
{
	return KVM_SET_MSRS | (uint64_t)msr->index << 32;
}

/* Both answer whether there is such a register that can be had so. */
static bool get_msr(const struct sim_call *call, struct kvm_msr_entry *entry)
{
	const struct msr *msr = find_msr(call, entry->index);

	if (!msr)
		return false;
	entry->data = msr->reset;
	if (call->vcpu)
		kvmlib__sim_recall(call, key_of(msr), &entry->data, sizeof(entry->data));
	return true;
}

/* Components of supervisors have to be in the vCPU's CPUID. */
static bool has_components(const struct sim_vcpu *vcpu, uint64_t components)
{
	const struct kvm_cpuid_entry2 *cpuid = kvmlib__sim_cpuid_at(vcpu, 0xd, 1);

	return !(components & ~(cpuid ? (uint64_t)cpuid->edx << 32 | cpuid->ecx : 0));
}

static bool has_arch_capabilities(const struct sim_vcpu *vcpu)
{
	const struct kvm_cpuid_entry2 *cpuid = kvmlib__sim_cpuid_at(vcpu, 7, 0);

	return cpuid && cpuid->edx >> 29 & 1U;
}

static bool is_allowed(const struct sim_call *call, const struct kvm_msr_entry *entry)
{
	if (entry->index == MSR_XSS)
		return has_components(call->vcpu, entry->data);
	return entry->index != MSR_ARCH_CAPABILITIES || !entry->data ||
	       has_arch_capabilities(call->vcpu);
}

static bool set_msr(const struct sim_call *call, struct kvm_msr_entry *entry)
{
	const struct msr *msr = find_msr(call, entry->index);

	if (!msr || (msr->canonical && !is_canonical(entry->data)) || !is_allowed(call, entry))
		return false;
	return kvmlib__sim_keep(call, key_of(msr), &entry->data, sizeof(entry->data)) == 0;
}

int kvmlib__sim_scale_tsc(const struct sim_call *call, uint64_t numerator, uint64_t denominator)
{
	struct kvm_msr_entry tsc = { .index = MSR_TSC };

	get_msr(call, &tsc);
	tsc.data = tsc.data / denominator * numerator +
		   tsc.data % denominator * numerator / denominator;
	return set_msr(call, &tsc) ? 0 : -ENOMEM;
}

static uint64_t entries_of(const struct sim_call *call)
{
	return call->arg + offsetof(struct kvm_msrs, entries);
}

/* The entries of a call, up to the first that the function refuses: their count. */
static int do_msrs(const struct sim_call *call, struct kvm_msr_entry *entries, uint32_t *ret_size,
		   bool (*function)(const struct sim_call *call, struct kvm_msr_entry *entry))
{
	struct kvm_msrs head;
	int done = 0;
	int r = kvmlib__sim_copy_from_user(&head, call->arg, sizeof(head));

	if (r < 0)
		return r;
	if (head.nmsrs >= MAX_MSRS)
		return REFUSE(MSR_COUNT);
	*ret_size = head.nmsrs * (uint32_t)sizeof(*entries);
	r = kvmlib__sim_copy_from_user(entries, entries_of(call), *ret_size);
	if (r < 0)
		return r;
	while (done < (int)head.nmsrs && function(call, &entries[done]))
		done++;
	return done;
}

int kvmlib__sim_get_msrs(const struct sim_call *call)
{
	struct kvm_msr_entry entries[MAX_MSRS];
	uint32_t size;
	int done = do_msrs(call, entries, &size, get_msr);
	int r = done < 0 ? done : kvmlib__sim_copy_to_user(entries_of(call), entries, size);

	return r < 0 ? r : done;
}

int kvmlib__sim_set_msrs(const struct sim_call *call)
{
	struct kvm_msr_entry entries[MAX_MSRS];
	uint32_t size;

	return do_msrs(call, entries, &size, set_msr);
}

#else
/* Only x86 has them; a file must not be empty. */
typedef int kvmlib__sim_no_msr;
#endif
