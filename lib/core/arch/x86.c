/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <kvmlib/x86.h>

#include <stdlib.h>
#include <string.h>

#include "../handles.h"

/* KVM's own limit, KVM_MAX_CPUID_ENTRIES: it never has more, and refuses more. */
#define CPUID_MAX_ENTRIES 256U

int kvmlib_vm_set_tss_addr(struct kvmlib_vm *vm, uint64_t gpa)
{
	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__VM_IOCTL(vm, SET_TSS_ADDR, gpa, KVMLIB__VALUE(GPA, gpa));
}

int kvmlib_vm_set_identity_map_addr(struct kvmlib_vm *vm, uint64_t gpa)
{
	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__VM_IOCTL(vm, SET_IDENTITY_MAP_ADDR, &gpa, KVMLIB__VALUE(GPA, gpa));
}

int kvmlib_vm_create_pit2(struct kvmlib_vm *vm, uint32_t flags)
{
	struct kvm_pit_config config = { .flags = flags };

	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__VM_IOCTL(vm, CREATE_PIT2, &config, KVMLIB__VALUE(FLAGS, flags));
}

#ifdef KVM_GET_SUPPORTED_CPUID

static uint32_t at_most_max(uint32_t count)
{
	return count < CPUID_MAX_ENTRIES ? count : CPUID_MAX_ENTRIES;
}

/* The kernel wants the entries behind a header of its own; the caller has them alone. */
static struct kvm_cpuid2 *cpuid_new(uint32_t nent)
{
	struct kvm_cpuid2 *cpuid;

	cpuid = calloc(1, sizeof(*cpuid) + at_most_max(nent) * sizeof(cpuid->entries[0]));
	if (cpuid)
		cpuid->nent = nent;
	return cpuid;
}

int kvmlib_system_get_supported_cpuid(struct kvmlib_system *system,
				      struct kvm_cpuid_entry2 *entries, uint32_t capacity,
				      uint32_t *ret_count)
{
	struct kvm_cpuid2 *cpuid;
	int r;

	if (!system || !entries || !ret_count)
		return KVMLIB__NULL_ARGUMENT(!system ? 1 : !entries ? 2 : 4);
	cpuid = cpuid_new(at_most_max(capacity));
	if (!cpuid)
		return KVMLIB__NO_MEMORY();

	r = KVMLIB__SYSTEM_IOCTL(system, GET_SUPPORTED_CPUID, cpuid,
				 KVMLIB__VALUE(COUNT, capacity));
	if (r >= 0) {
		memcpy(entries, cpuid->entries, (size_t)cpuid->nent * sizeof(entries[0]));
		*ret_count = cpuid->nent;
	}
	free(cpuid);
	return r;
}

int kvmlib_vcpu_set_cpuid2(struct kvmlib_vcpu *vcpu, const struct kvm_cpuid_entry2 *entries,
			   uint32_t count)
{
	struct kvm_cpuid2 *cpuid;
	int r;

	if (!vcpu || (!entries && count))
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	cpuid = cpuid_new(count);
	if (!cpuid)
		return KVMLIB__NO_MEMORY();

	if (count)
		memcpy(cpuid->entries, entries, at_most_max(count) * sizeof(entries[0]));
	r = KVMLIB__ON_VM_IOCTL(vcpu->vm, vcpu->fd, SET_CPUID2, cpuid,
				KVMLIB__VALUE(VCPU_ID, vcpu->id), KVMLIB__VALUE(COUNT, count));
	free(cpuid);
	return r;
}

#else /* no such ioctl here: the calls below make none, and say so */

int kvmlib_system_get_supported_cpuid(struct kvmlib_system *system,
				      struct kvm_cpuid_entry2 *entries, uint32_t capacity,
				      uint32_t *ret_count)
{
	if (!system || !entries || !ret_count)
		return KVMLIB__NULL_ARGUMENT(!system ? 1 : !entries ? 2 : 4);
	return KVMLIB__SYSTEM_IOCTL(system, GET_SUPPORTED_CPUID, 0, KVMLIB__VALUE(COUNT, capacity));
}

int kvmlib_vcpu_set_cpuid2(struct kvmlib_vcpu *vcpu, const struct kvm_cpuid_entry2 *entries,
			   uint32_t count)
{
	if (!vcpu || (!entries && count))
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	return KVMLIB__ON_VM_IOCTL(vcpu->vm, vcpu->fd, SET_CPUID2, 0, KVMLIB__VALUE(COUNT, count));
}

#endif
