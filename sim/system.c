/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_RING_SIZE 1048576 /* 65536 entries */

/* A capability stands here when what it announces is simulated. */
static const struct {
	uint32_t capability;
	int value;
} defaults[] = {
	{ KVMLIB_CAP_USER_MEMORY, 1 },
	{ KVMLIB_CAP_DESTROY_MEMORY_REGION_WORKS, 1 },
	{ KVMLIB_CAP_JOIN_MEMORY_REGIONS_WORKS, 1 },
	{ KVMLIB_CAP_INTERNAL_ERROR_DATA, 1 },
	{ KVMLIB_CAP_SYNC_MMU, 1 },
	{ KVMLIB_CAP_NR_MEMSLOTS, 32764 },
	{ KVMLIB_CAP_NR_VCPUS, 4 },
	{ KVMLIB_CAP_MAX_VCPUS, 1024 },
#if !defined(__riscv)
	{ KVMLIB_CAP_MAX_VCPU_ID, 4096 },
#endif
	{ KVMLIB_CAP_MP_STATE, 1 },
	{ KVMLIB_CAP_DEVICE_CTRL, 1 },
	{ KVMLIB_CAP_ENABLE_CAP_VM, 1 },
	{ KVMLIB_CAP_CHECK_EXTENSION_VM, 1 },
	{ KVMLIB_CAP_IMMEDIATE_EXIT, 1 },
	{ KVMLIB_CAP_USER_MEMORY2, 1 },
	{ KVMLIB_CAP_IOEVENTFD, 1 },
	{ KVMLIB_CAP_BINARY_STATS_FD, 1 },
	{ KVMLIB_CAP_SET_GUEST_DEBUG, 1 },
#if defined(KVM_SET_GSI_ROUTING)
	{ KVMLIB_CAP_IRQ_ROUTING, 4096 },
#endif
#if defined(KVM_SIGNAL_MSI)
	{ KVMLIB_CAP_SIGNAL_MSI, 1 },
#endif
#if defined(KVM_REGISTER_COALESCED_MMIO)
	{ KVMLIB_CAP_COALESCED_MMIO, KVMLIB_COALESCED_MMIO_PAGE_OFFSET },
	{ KVMLIB_CAP_COALESCED_PIO, 1 },
#endif
#if defined(KVM_IRQFD)
	{ KVMLIB_CAP_IRQFD, 1 },
	{ KVMLIB_CAP_IRQFD_RESAMPLE, 1 },
#endif
#if defined(KVM_CREATE_GUEST_MEMFD)
	{ KVMLIB_CAP_GUEST_MEMFD, 1 },
	{ KVMLIB_CAP_GUEST_MEMFD_FLAGS,
	  KVMLIB_GUEST_MEMFD_FLAG_MMAP | KVMLIB_GUEST_MEMFD_FLAG_INIT_SHARED },
#endif
#if defined(KVM_PRE_FAULT_MEMORY)
	{ KVMLIB_CAP_PRE_FAULT_MEMORY, 1 },
#endif
	{ KVMLIB_CAP_ONE_REG, 1 },
#if defined(KVM_IRQ_LINE)
	{ KVMLIB_CAP_IRQCHIP, 1 },
#endif
#if defined(KVM_RESET_DIRTY_RINGS)
	{ KVMLIB_CAP_DIRTY_LOG_RING_ACQ_REL, MAX_RING_SIZE },
#endif
#if defined(KVM_CLEAR_DIRTY_LOG)
	{ KVMLIB_CAP_MANUAL_DIRTY_LOG_PROTECT2, 3 },
#endif
#if !defined(__s390x__)
	{ KVMLIB_CAP_READONLY_MEM, 1 },
#endif
#if defined(__x86_64__)
	{ KVMLIB_CAP_DIRTY_LOG_RING, MAX_RING_SIZE },
	{ KVMLIB_CAP_EXT_CPUID, 1 },
	{ KVMLIB_CAP_SET_TSS_ADDR, 1 },
	{ KVMLIB_CAP_SET_IDENTITY_MAP_ADDR, 1 },
	{ KVMLIB_CAP_PIT, 1 },
	{ KVMLIB_CAP_PIT2, 1 },
	{ KVMLIB_CAP_SPLIT_IRQCHIP, 1 },
	{ KVMLIB_CAP_IRQ_INJECT_STATUS, 1 },
	{ KVMLIB_CAP_X2APIC_API, KVMLIB_X2APIC_API_USE_32BIT_IDS |
					 KVMLIB_X2APIC_API_DISABLE_BROADCAST_QUIRK |
					 KVMLIB_X2APIC_ENABLE_SUPPRESS_EOI_BROADCAST |
					 KVMLIB_X2APIC_DISABLE_SUPPRESS_EOI_BROADCAST },
	{ KVMLIB_CAP_MULTI_ADDRESS_SPACE, 2 },
	{ KVMLIB_CAP_SYNC_REGS, 3 },
	{ KVMLIB_CAP_VM_TYPES, 1 },
	{ KVMLIB_CAP_GET_MSR_FEATURES, 1 },
	{ KVMLIB_CAP_EXT_EMUL_CPUID, 1 },
	{ KVMLIB_CAP_HYPERV_CPUID, 1 },
	{ KVMLIB_CAP_SYS_HYPERV_CPUID, 1 },
	{ KVMLIB_CAP_USER_NMI, 1 },
	{ KVMLIB_CAP_MCE, 32 },
	{ KVMLIB_CAP_GET_TSC_KHZ, 1 },
	{ KVMLIB_CAP_SET_BOOT_CPU_ID, 1 },
	{ KVMLIB_CAP_MMU_SHADOW_CACHE_CONTROL, 1 },
	{ KVMLIB_CAP_REINJECT_CONTROL, 1 },
	{ KVMLIB_CAP_VCPU_EVENTS, 1 },
	{ KVMLIB_CAP_DEBUGREGS, 1 },
	{ KVMLIB_CAP_XSAVE, 1 },
	{ KVMLIB_CAP_XSAVE2, 4096 },
	{ KVMLIB_CAP_XCRS, 1 },
	{ KVMLIB_CAP_SREGS2, 1 },
	{ KVMLIB_CAP_ADJUST_CLOCK,
	  KVMLIB_CLOCK_TSC_STABLE | KVMLIB_CLOCK_REALTIME | KVMLIB_CLOCK_HOST_TSC },
	{ KVMLIB_CAP_PIT_STATE2, 1 },
	{ KVMLIB_CAP_ENABLE_CAP, 1 },
	{ KVMLIB_CAP_ENFORCE_PV_FEATURE_CPUID, 1 },
	{ KVMLIB_CAP_HYPERV_ENFORCE_CPUID, 1 },
	{ KVMLIB_CAP_HYPERV_SYNIC, 1 },
	{ KVMLIB_CAP_HYPERV_SYNIC2, 1 },
	{ KVMLIB_CAP_X86_SMM, 1 },
	{ KVMLIB_CAP_NESTED_STATE,
	  sizeof(struct kvm_nested_state) + KVMLIB_STATE_NESTED_SVM_VMCB_SIZE },
#elif defined(__aarch64__)
	{ KVMLIB_CAP_ARM_VM_IPA_SIZE, 48 },
	{ KVMLIB_CAP_ARM_PSCI_0_2, 1 },
	{ KVMLIB_CAP_ARM_PMU_V3, 1 },
	{ KVMLIB_CAP_ARM_SVE, 1 },
	{ KVMLIB_CAP_ARM_PTRAUTH_ADDRESS, 1 },
	{ KVMLIB_CAP_ARM_PTRAUTH_GENERIC, 1 },
	{ KVMLIB_CAP_VCPU_ATTRIBUTES, 1 },
	{ KVMLIB_CAP_DIRTY_LOG_RING_WITH_BITMAP, 1 },
#elif defined(__riscv)
	{ KVMLIB_CAP_VM_GPA_BITS, 50 },
#elif defined(__s390x__)
	{ KVMLIB_CAP_S390_IRQCHIP, 1 },
	{ KVMLIB_CAP_S390_VCPU_RESETS, 1 },
#endif
};

void kvmlib__sim_init_capabilities(struct kvmlib_sim *sim)
{
	for (size_t i = 0; i < sizeof(defaults) / sizeof(defaults[0]); i++)
		sim->capabilities[defaults[i].capability] = defaults[i].value;
}

int kvmlib__sim_get_api_version(const struct sim_call *call)
{
	if (call->arg)
		return REFUSE(SYSTEM_ARGUMENT);
	return call->sim->api_version;
}

int kvmlib__sim_get_vcpu_mmap_size(const struct sim_call *call)
{
	if (call->arg)
		return REFUSE(SYSTEM_ARGUMENT);
	return call->sim->mmap_size;
}

int kvmlib__sim_check_extension(const struct sim_call *call)
{
	if (call->arg >= SIM_NR_CAPABILITIES)
		return 0;
	if (call->arg == KVMLIB_CAP_X2APIC_API && call->vm)
		return kvmlib__sim_x2apic_flags(call->vm);
	return kvmlib__sim_capability(call->sim, (uint32_t)call->arg);
}

#if defined(__x86_64__)
static bool type_ok(const struct kvmlib_sim *sim, unsigned long type)
{
	unsigned int types = (unsigned int)kvmlib__sim_capability(sim, KVMLIB_CAP_VM_TYPES);

	return type == 0 || (type < 31 && types >> type & 1U);
}
#elif defined(__aarch64__)
/* The type is the size of guest addresses in bits; 0 stands for 40. */
static bool type_ok(const struct kvmlib_sim *sim, unsigned long type)
{
	unsigned long limit =
		(unsigned long)kvmlib__sim_capability(sim, KVMLIB_CAP_ARM_VM_IPA_SIZE);

	if (type == 0)
		return limit == 0 || limit >= 40;
	return type >= 32 && type <= limit;
}
#elif defined(__s390x__)
static bool type_ok(const struct kvmlib_sim *sim, unsigned long type)
{
	(void)sim;
	return type == 0;
}
#elif defined(__powerpc64__)
/* By the host's default, HV or PR. */
static bool type_ok(const struct kvmlib_sim *sim, unsigned long type)
{
	(void)sim;
	return type <= 2;
}
#else
static bool type_ok(const struct kvmlib_sim *sim, unsigned long type)
{
	(void)sim;
	(void)type;
	return true;
}
#endif

int kvmlib__sim_create_vm(const struct sim_call *call)
{
	static const uint32_t timers[SIM_NR_TIMERS] = { 27, 30, 28, 26 };
	struct sim_vm *vm;
	int fd;

	if (!type_ok(call->sim, call->arg))
		return REFUSE(VM_TYPE);
	vm = calloc(1, sizeof(*vm));
	if (!vm)
		return -ENOMEM;
	vm->sim = call->sim;
	vm->owner = getpid();
	vm->coalesced_memory = -1;
	vm->type = call->arg;
	memcpy(vm->timers, timers, sizeof(vm->timers));
	fd = kvmlib__sim_open_file(call->sim, SIM_VM, vm, NULL, NULL);
	if (fd < 0)
		free(vm);
	return fd;
}
