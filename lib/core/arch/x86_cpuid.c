/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <kvmlib/x86_cpuid.h>

#include "x86.h"

static const struct kvmlib__x86_list cpuid = {
	.header = sizeof(struct kvm_cpuid),
	.entry = sizeof(struct kvm_cpuid_entry),
};
static const struct kvmlib__x86_list cpuid2 = {
	.header = sizeof(struct kvm_cpuid2),
	.entry = sizeof(struct kvm_cpuid_entry2),
};
/* Linux 6.1 does so. */
static const struct kvmlib__x86_list miscounted_cpuid2 = {
	.header = sizeof(struct kvm_cpuid2),
	.entry = sizeof(struct kvm_cpuid_entry2),
	.miscounted = true,
};

static int get_alloc(const struct kvmlib__x86_call *call, const struct kvmlib__x86_list *list,
		     struct kvm_cpuid_entry2 **ret_entries, uint32_t *ret_count)
{
	void *entries = NULL;
	int r = kvmlib__x86_list_get_alloc(call, list, &entries, ret_count);

	if (r >= 0)
		*ret_entries = entries;
	return r;
}

int kvmlib_system_get_supported_cpuid(struct kvmlib_system *system,
				      struct kvm_cpuid_entry2 *entries, uint32_t capacity,
				      uint32_t *ret_count)
{
	if (!system || !entries || !ret_count)
		return KVMLIB__NULL_ARGUMENT(!system ? 1 : !entries ? 2 : 4);
	return kvmlib__x86_list_get(KVMLIB__X86_SYSTEM_CALL(system, GET_SUPPORTED_CPUID), &cpuid2,
				    entries, capacity, ret_count);
}

int kvmlib_system_get_supported_cpuid_alloc(struct kvmlib_system *system,
					    struct kvm_cpuid_entry2 **ret_entries,
					    uint32_t *ret_count)
{
	if (!system || !ret_entries || !ret_count)
		return KVMLIB__NULL_ARGUMENT(!system ? 1 : !ret_entries ? 2 : 3);
	return get_alloc(KVMLIB__X86_SYSTEM_CALL(system, GET_SUPPORTED_CPUID), &cpuid2, ret_entries,
			 ret_count);
}

int kvmlib_system_get_emulated_cpuid(struct kvmlib_system *system, struct kvm_cpuid_entry2 *entries,
				     uint32_t capacity, uint32_t *ret_count)
{
	if (!system || !entries || !ret_count)
		return KVMLIB__NULL_ARGUMENT(!system ? 1 : !entries ? 2 : 4);
	return kvmlib__x86_list_get(KVMLIB__X86_SYSTEM_CALL(system, GET_EMULATED_CPUID), &cpuid2,
				    entries, capacity, ret_count);
}

int kvmlib_system_get_emulated_cpuid_alloc(struct kvmlib_system *system,
					   struct kvm_cpuid_entry2 **ret_entries,
					   uint32_t *ret_count)
{
	if (!system || !ret_entries || !ret_count)
		return KVMLIB__NULL_ARGUMENT(!system ? 1 : !ret_entries ? 2 : 3);
	return get_alloc(KVMLIB__X86_SYSTEM_CALL(system, GET_EMULATED_CPUID), &cpuid2, ret_entries,
			 ret_count);
}

int kvmlib_system_get_supported_hv_cpuid(struct kvmlib_system *system,
					 struct kvm_cpuid_entry2 *entries, uint32_t capacity,
					 uint32_t *ret_count)
{
	if (!system || !entries || !ret_count)
		return KVMLIB__NULL_ARGUMENT(!system ? 1 : !entries ? 2 : 4);
	return kvmlib__x86_list_get(KVMLIB__X86_SYSTEM_CALL(system, GET_SUPPORTED_HV_CPUID),
				    &cpuid2, entries, capacity, ret_count);
}

int kvmlib_system_get_supported_hv_cpuid_alloc(struct kvmlib_system *system,
					       struct kvm_cpuid_entry2 **ret_entries,
					       uint32_t *ret_count)
{
	if (!system || !ret_entries || !ret_count)
		return KVMLIB__NULL_ARGUMENT(!system ? 1 : !ret_entries ? 2 : 3);
	return get_alloc(KVMLIB__X86_SYSTEM_CALL(system, GET_SUPPORTED_HV_CPUID), &cpuid2,
			 ret_entries, ret_count);
}

int kvmlib_vcpu_get_supported_hv_cpuid(struct kvmlib_vcpu *vcpu, struct kvm_cpuid_entry2 *entries,
				       uint32_t capacity, uint32_t *ret_count)
{
	if (!vcpu || !entries || !ret_count)
		return KVMLIB__NULL_ARGUMENT(!vcpu ? 1 : !entries ? 2 : 4);
	return kvmlib__x86_list_get(KVMLIB__X86_VCPU_CALL(vcpu, GET_SUPPORTED_HV_CPUID), &cpuid2,
				    entries, capacity, ret_count);
}

int kvmlib_vcpu_get_supported_hv_cpuid_alloc(struct kvmlib_vcpu *vcpu,
					     struct kvm_cpuid_entry2 **ret_entries,
					     uint32_t *ret_count)
{
	if (!vcpu || !ret_entries || !ret_count)
		return KVMLIB__NULL_ARGUMENT(!vcpu ? 1 : !ret_entries ? 2 : 3);
	return get_alloc(KVMLIB__X86_VCPU_CALL(vcpu, GET_SUPPORTED_HV_CPUID), &cpuid2, ret_entries,
			 ret_count);
}

int kvmlib_vcpu_get_cpuid2(struct kvmlib_vcpu *vcpu, struct kvm_cpuid_entry2 *entries,
			   uint32_t capacity, uint32_t *ret_count)
{
	if (!vcpu || !entries || !ret_count)
		return KVMLIB__NULL_ARGUMENT(!vcpu ? 1 : !entries ? 2 : 4);
	return kvmlib__x86_list_get(KVMLIB__X86_VCPU_CALL(vcpu, GET_CPUID2), &miscounted_cpuid2,
				    entries, capacity, ret_count);
}

int kvmlib_vcpu_get_cpuid2_alloc(struct kvmlib_vcpu *vcpu, struct kvm_cpuid_entry2 **ret_entries,
				 uint32_t *ret_count)
{
	if (!vcpu || !ret_entries || !ret_count)
		return KVMLIB__NULL_ARGUMENT(!vcpu ? 1 : !ret_entries ? 2 : 3);
	return get_alloc(KVMLIB__X86_VCPU_CALL(vcpu, GET_CPUID2), &miscounted_cpuid2, ret_entries,
			 ret_count);
}

/* CPUID decides how large the vCPU's extended state is. */
static int set(struct kvmlib_vcpu *vcpu, int r)
{
	if (r >= 0)
		kvmlib__x86_forget_xsave_size(vcpu);
	return r;
}

int kvmlib_vcpu_set_cpuid(struct kvmlib_vcpu *vcpu, const struct kvm_cpuid_entry *entries,
			  uint32_t count)
{
	if (!vcpu || (!entries && count))
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	return set(vcpu, kvmlib__x86_list_set(KVMLIB__X86_VCPU_CALL(vcpu, SET_CPUID), &cpuid,
					      entries, count));
}

int kvmlib_vcpu_set_cpuid2(struct kvmlib_vcpu *vcpu, const struct kvm_cpuid_entry2 *entries,
			   uint32_t count)
{
	if (!vcpu || (!entries && count))
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	return set(vcpu, kvmlib__x86_list_set(KVMLIB__X86_VCPU_CALL(vcpu, SET_CPUID2), &cpuid2,
					      entries, count));
}
