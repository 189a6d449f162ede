/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The system's calls, and the requests that no descriptor knows. */
#include "row.h"

#if defined(__loongarch__)
#define UNKNOWN_ON_SYSTEM REFUSED(ENOTTY, UNKNOWN_SYSTEM)
#else
#define UNKNOWN_ON_SYSTEM REFUSED(EINVAL, UNKNOWN_SYSTEM)
#endif
#if defined(__aarch64__) || defined(__riscv)
#define UNKNOWN_ON_VM REFUSED(EINVAL, UNKNOWN_VM)
#else
#define UNKNOWN_ON_VM REFUSED(ENOTTY, UNKNOWN_VM)
#endif
#if defined(__s390x__) || defined(__loongarch__)
#define UNKNOWN_ON_VCPU REFUSED(ENOTTY, UNKNOWN_VCPU)
#else
#define UNKNOWN_ON_VCPU REFUSED(EINVAL, UNKNOWN_VCPU)
#endif

static const char *whole_pages(struct world *w)
{
	return (size_t)w->result % w->page ? "not a multiple of the page size" : NULL;
}

static void host_rows(struct world *w)
{
	ROW(ON_SYSTEM, KVM_GET_API_VERSION, "the one version", 0, VALUE(12));
	ROW(ON_SYSTEM, KVM_GET_API_VERSION, "an argument", 1, REFUSED(EINVAL, SYSTEM_ARGUMENT));
	ROW(ON_SYSTEM, KVM_GET_VCPU_MMAP_SIZE, "the run page, at least", 0,
	    AT_LEAST((int)sizeof(struct kvm_run)), .verify = whole_pages);
	ROW(ON_SYSTEM, KVM_GET_VCPU_MMAP_SIZE, "an argument", 1, REFUSED(EINVAL, SYSTEM_ARGUMENT));
}

static const struct deviation no_device_ctrl = {
	.name = "x86 kernels before 6.8 have devices, and don't say so",
	.before = KERNEL(6, 8),
	.where = on_x86,
	.answer = OK,
};

#define CAPABILITY(on, name, ...) \
	ROW(on, KVM_CHECK_EXTENSION, #name, KVMLIB_CAP_##name, __VA_ARGS__)

static void capability_rows(struct world *w, enum level on)
{
	CAPABILITY(on, USER_MEMORY, VALUE(1));
	CAPABILITY(on, DESTROY_MEMORY_REGION_WORKS, VALUE(1));
	CAPABILITY(on, JOIN_MEMORY_REGIONS_WORKS, VALUE(1));
	CAPABILITY(on, INTERNAL_ERROR_DATA, VALUE(1));
	CAPABILITY(on, CHECK_EXTENSION_VM, VALUE(1));
	CAPABILITY(on, ENABLE_CAP_VM, VALUE(1));
	CAPABILITY(on, DEVICE_CTRL, VALUE(1), .deviation = &no_device_ctrl);
	CAPABILITY(on, IMMEDIATE_EXIT, VALUE(1));
	CAPABILITY(on, SYNC_MMU, VALUE(1));
	CAPABILITY(on, NR_VCPUS, AT_LEAST(1));
	CAPABILITY(on, MAX_VCPUS, AT_LEAST(4));
#if !defined(__riscv)
	CAPABILITY(on, MAX_VCPU_ID, AT_LEAST(4));
#endif
	CAPABILITY(on, NR_MEMSLOTS, AT_LEAST(32));
#ifdef KVM_CLEAR_DIRTY_LOG
	CAPABILITY(on, MANUAL_DIRTY_LOG_PROTECT2, AT_LEAST(1));
#endif
	ROW(on, KVM_CHECK_EXTENSION, "a number that no capability has", 1023, OK);
	ROW(on, KVM_CHECK_EXTENSION, "a number beyond an int", ~0UL, OK);
	ROW(on, KVM_CHECK_EXTENSION, "a capability's low half", 1UL << 32 | KVMLIB_CAP_USER_MEMORY,
	    OK);
}

#if defined(__x86_64__)
static const struct deviation no_vm_types = {
	.name = "kernels before 6.8 don't know VM types",
	.before = KERNEL(6, 8),
	.answer = OK,
};

static void x86_capability_rows(struct world *w, enum level on)
{
	CAPABILITY(on, IRQCHIP, VALUE(1));
	CAPABILITY(on, MP_STATE, VALUE(1));
	CAPABILITY(on, EXT_CPUID, VALUE(1));
	CAPABILITY(on, SET_TSS_ADDR, VALUE(1));
	CAPABILITY(on, SET_IDENTITY_MAP_ADDR, VALUE(1));
	CAPABILITY(on, PIT, VALUE(1));
	CAPABILITY(on, PIT2, VALUE(1));
	CAPABILITY(on, SPLIT_IRQCHIP, VALUE(1));
	CAPABILITY(on, READONLY_MEM, VALUE(1));
	CAPABILITY(on, NR_MEMSLOTS, VALUE(32764));
	CAPABILITY(on, MANUAL_DIRTY_LOG_PROTECT2, VALUE(3));
	CAPABILITY(on, SYNC_REGS, AT_LEAST(3));
	CAPABILITY(on, VM_TYPES, AT_LEAST(1), .deviation = &no_vm_types);
	CAPABILITY(on, S390_PSW, OK);
	CAPABILITY(on, ARM_VM_IPA_SIZE, OK);
}
#endif

static void create_vm_rows(struct world *w)
{
	ROW(ON_SYSTEM, KVM_CREATE_VM, "the default type", 0, FD);
#if defined(__x86_64__)
	ROW(ON_SYSTEM, KVM_CREATE_VM, "the last bit of the types", 31, REFUSED(EINVAL, VM_TYPE));
	ROW(ON_SYSTEM, KVM_CREATE_VM, "a type beyond them", 32, REFUSED(EINVAL, VM_TYPE));
	ROW(ON_SYSTEM, KVM_CREATE_VM, "a type beyond an int", 1UL << 32, REFUSED(EINVAL, VM_TYPE));
	ROW(ON_SYSTEM, KVM_CREATE_VM, "a negative type", ~0UL, REFUSED(EINVAL, VM_TYPE));
#elif defined(__aarch64__)
	ROW(ON_SYSTEM, KVM_CREATE_VM, "32 bits of guest addresses", 32, FD);
	ROW(ON_SYSTEM, KVM_CREATE_VM, "31 bits of guest addresses", 31, REFUSED(EINVAL, VM_TYPE));
	ROW(ON_SYSTEM, KVM_CREATE_VM, "53 bits of guest addresses", 53, REFUSED(EINVAL, VM_TYPE));
#endif
}

static void unknown_rows(struct world *w)
{
	ROW(ON_SYSTEM, UNKNOWN_REQUEST, "a number of KVM's that has no call", 0, UNKNOWN_ON_SYSTEM);
	ROW(ON_SYSTEM, OTHER_TYPE_REQUEST, "a type byte that is not KVM's", 0, UNKNOWN_ON_SYSTEM);
	ROW(ON_SYSTEM, KVM_CREATE_VCPU, "a VM's call", 0, UNKNOWN_ON_SYSTEM);
	ROW(ON_SYSTEM, KVM_RUN, "a vCPU's call", 0, UNKNOWN_ON_SYSTEM);
	ROW(ON_VM, UNKNOWN_REQUEST, "a number of KVM's that has no call", 0, UNKNOWN_ON_VM);
	ROW(ON_VM, OTHER_TYPE_REQUEST, "a type byte that is not KVM's", 0, UNKNOWN_ON_VM);
	ROW(ON_VM, KVM_GET_API_VERSION, "the system's call", 0, UNKNOWN_ON_VM);
	ROW(ON_VM, KVM_GET_VCPU_MMAP_SIZE, "the system's call", 0, UNKNOWN_ON_VM);
	ROW(ON_VM, KVM_RUN, "a vCPU's call", 0, UNKNOWN_ON_VM);
	ROW(ON_VCPU, UNKNOWN_REQUEST, "a number of KVM's that has no call", 0, UNKNOWN_ON_VCPU);
	ROW(ON_VCPU, OTHER_TYPE_REQUEST, "a type byte that is not KVM's", 0,
	    REFUSED(EINVAL, NOT_KVM_TYPE));
	ROW(ON_VCPU, KVM_GET_API_VERSION, "the system's call", 0, UNKNOWN_ON_VCPU);
	ROW(ON_VCPU, KVM_CREATE_VCPU, "a VM's call", 0, UNKNOWN_ON_VCPU);
	ROW(ON_VCPU, KVM_CHECK_EXTENSION, "a VM's call", 0, UNKNOWN_ON_VCPU);
}

void system_rows(struct world *w)
{
	host_rows(w);
	capability_rows(w, ON_SYSTEM);
	capability_rows(w, ON_VM);
#if defined(__x86_64__)
	x86_capability_rows(w, ON_SYSTEM);
	x86_capability_rows(w, ON_VM);
#endif
	create_vm_rows(w);
	unknown_rows(w);
}
