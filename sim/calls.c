/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "internal.h"

#include <unistd.h>

_Thread_local enum kvmlib__sim_check kvmlib__sim_refused_by;

#define OPTIONAL (1U << 31) /* known with its capability alone */

/* What the kernel understands: the checks behind each handler are listed in checks.h. */
static const struct {
	unsigned long request;
	unsigned int kinds;
	int (*handler)(const struct sim_call *call);
} calls[] = {
	{ KVM_GET_API_VERSION, SIM_SYSTEM, kvmlib__sim_get_api_version },
	{ KVM_GET_VCPU_MMAP_SIZE, SIM_SYSTEM, kvmlib__sim_get_vcpu_mmap_size },
	{ KVM_CHECK_EXTENSION, SIM_SYSTEM | SIM_VM, kvmlib__sim_check_extension },
	{ KVM_CREATE_VM, SIM_SYSTEM, kvmlib__sim_create_vm },
#ifdef KVM_GET_SUPPORTED_CPUID
	{ KVM_GET_SUPPORTED_CPUID, SIM_SYSTEM, kvmlib__sim_get_supported_cpuid },
#endif
	{ KVM_CREATE_VCPU, SIM_VM, kvmlib__sim_create_vcpu },
	{ KVM_ENABLE_CAP, SIM_VM, kvmlib__sim_enable_cap },
	{ KVM_SET_USER_MEMORY_REGION, SIM_VM, kvmlib__sim_set_user_memory_region },
	{ KVM_GET_DIRTY_LOG, SIM_VM, kvmlib__sim_get_dirty_log },
#ifdef KVM_CLEAR_DIRTY_LOG
	{ KVM_CLEAR_DIRTY_LOG, SIM_VM, kvmlib__sim_clear_dirty_log },
#endif
#ifdef KVM_CREATE_IRQCHIP
	{ KVM_CREATE_IRQCHIP, SIM_VM, kvmlib__sim_create_irqchip },
#endif
#ifdef KVM_IRQ_LINE
	{ KVM_IRQ_LINE, SIM_VM, kvmlib__sim_irq_line },
#endif
#ifdef KVM_CREATE_PIT2
	{ KVM_CREATE_PIT2, SIM_VM, kvmlib__sim_create_pit2 },
#endif
#ifdef KVM_SET_TSS_ADDR
	{ KVM_SET_TSS_ADDR, SIM_VM, kvmlib__sim_set_tss_addr },
#endif
#ifdef KVM_SET_IDENTITY_MAP_ADDR
	{ KVM_SET_IDENTITY_MAP_ADDR, SIM_VM, kvmlib__sim_set_identity_map_addr },
#endif
#if defined(__x86_64__)
	{ KVM_GET_MSR_INDEX_LIST, SIM_SYSTEM, kvmlib__sim_get_msr_index_list },
	{ KVM_GET_MSR_FEATURE_INDEX_LIST, SIM_SYSTEM, kvmlib__sim_get_msr_feature_index_list },
	{ KVM_GET_MSRS, SIM_SYSTEM | SIM_VCPU, kvmlib__sim_get_msrs },
	{ KVM_SET_MSRS, SIM_VCPU, kvmlib__sim_set_msrs },
	{ KVM_GET_EMULATED_CPUID, SIM_SYSTEM, kvmlib__sim_get_emulated_cpuid },
	{ KVM_GET_SUPPORTED_HV_CPUID, SIM_SYSTEM | SIM_VCPU, kvmlib__sim_get_hv_cpuid },
	{ KVM_SET_CPUID, SIM_VCPU, kvmlib__sim_set_cpuid },
	{ KVM_SET_TSC_KHZ, SIM_VM | SIM_VCPU, kvmlib__sim_set_tsc_khz },
	{ KVM_GET_TSC_KHZ, SIM_VM | SIM_VCPU, kvmlib__sim_get_tsc_khz },
	{ KVM_SET_NR_MMU_PAGES, SIM_VM, kvmlib__sim_set_nr_mmu_pages },
	{ KVM_SET_BOOT_CPU_ID, SIM_VM, kvmlib__sim_set_boot_cpu_id },
	{ KVM_IRQ_LINE_STATUS, SIM_VM, kvmlib__sim_irq_line_status },
	{ KVM_REINJECT_CONTROL, SIM_VM, kvmlib__sim_reinject_control },
	{ KVM_X86_GET_MCE_CAP_SUPPORTED, SIM_SYSTEM, kvmlib__sim_get_mce_cap },
	{ KVM_X86_SETUP_MCE, SIM_VCPU, kvmlib__sim_setup_mce },
	{ KVM_X86_SET_MCE, SIM_VCPU, kvmlib__sim_set_mce },
	{ KVM_SMI, SIM_VCPU, kvmlib__sim_smi },
	{ KVM_ENABLE_CAP, SIM_VCPU, kvmlib__sim_enable_vcpu_cap },
	{ KVM_MEMORY_ENCRYPT_OP, SIM_VM | SIM_VCPU, kvmlib__sim_encrypt_op },
	{ KVM_MEMORY_ENCRYPT_REG_REGION, SIM_VM, kvmlib__sim_encrypt_region },
	{ KVM_MEMORY_ENCRYPT_UNREG_REGION, SIM_VM, kvmlib__sim_encrypt_region },
	{ KVM_GET_NESTED_STATE, SIM_VCPU | OPTIONAL, kvmlib__sim_get_nested_state },
	{ KVM_SET_NESTED_STATE, SIM_VCPU | OPTIONAL, kvmlib__sim_set_nested_state },
	{ KVM_INTERRUPT, SIM_VCPU, kvmlib__sim_interrupt },
	{ KVM_KVMCLOCK_CTRL, SIM_VCPU, kvmlib__sim_kvmclock_ctrl },
	{ KVM_SET_VAPIC_ADDR, SIM_VCPU, kvmlib__sim_set_vapic_addr },
	{ KVM_TRANSLATE, SIM_VCPU, kvmlib__sim_translate },
	{ KVM_GET_CLOCK, SIM_VM, kvmlib__sim_get_state },
	{ KVM_SET_CLOCK, SIM_VM, kvmlib__sim_set_state },
	{ KVM_GET_IRQCHIP, SIM_VM, kvmlib__sim_get_state },
	{ KVM_SET_IRQCHIP, SIM_VM, kvmlib__sim_set_state },
	{ KVM_GET_PIT, SIM_VM, kvmlib__sim_get_state },
	{ KVM_SET_PIT, SIM_VM, kvmlib__sim_set_state },
	{ KVM_GET_PIT2, SIM_VM, kvmlib__sim_get_state },
	{ KVM_SET_PIT2, SIM_VM, kvmlib__sim_set_state },
	{ KVM_GET_LAPIC, SIM_VCPU, kvmlib__sim_get_state },
	{ KVM_SET_LAPIC, SIM_VCPU, kvmlib__sim_set_state },
	{ KVM_GET_VCPU_EVENTS, SIM_VCPU, kvmlib__sim_get_state },
	{ KVM_SET_VCPU_EVENTS, SIM_VCPU, kvmlib__sim_set_state },
	{ KVM_GET_DEBUGREGS, SIM_VCPU, kvmlib__sim_get_state },
	{ KVM_SET_DEBUGREGS, SIM_VCPU, kvmlib__sim_set_state },
	{ KVM_GET_XSAVE, SIM_VCPU, kvmlib__sim_get_state },
	{ KVM_SET_XSAVE, SIM_VCPU, kvmlib__sim_set_state },
	{ KVM_GET_XSAVE2, SIM_VCPU, kvmlib__sim_get_state },
	{ KVM_GET_XCRS, SIM_VCPU, kvmlib__sim_get_state },
	{ KVM_SET_XCRS, SIM_VCPU, kvmlib__sim_set_state },
	{ KVM_GET_SREGS2, SIM_VCPU, kvmlib__sim_get_registers },
	{ KVM_SET_SREGS2, SIM_VCPU, kvmlib__sim_set_registers },
#endif
	{ KVM_SET_USER_MEMORY_REGION2, SIM_VM, kvmlib__sim_set_user_memory_region2 },
	{ KVM_IOEVENTFD, SIM_VM, kvmlib__sim_ioeventfd },
	{ KVM_GET_STATS_FD, SIM_VM | SIM_VCPU, kvmlib__sim_get_stats_fd },
#ifdef KVM_IRQFD
	{ KVM_IRQFD, SIM_VM, kvmlib__sim_irqfd },
#endif
#ifdef KVM_CREATE_GUEST_MEMFD
	{ KVM_CREATE_GUEST_MEMFD, SIM_VM | OPTIONAL, kvmlib__sim_create_guest_memfd },
#endif
#ifdef KVM_SET_GSI_ROUTING
	{ KVM_SET_GSI_ROUTING, SIM_VM | OPTIONAL, kvmlib__sim_set_gsi_routing },
#endif
#ifdef KVM_SIGNAL_MSI
	{ KVM_SIGNAL_MSI, SIM_VM | OPTIONAL, kvmlib__sim_signal_msi },
#endif
#ifdef KVM_REGISTER_COALESCED_MMIO
	{ KVM_REGISTER_COALESCED_MMIO, SIM_VM | OPTIONAL, kvmlib__sim_register_zone },
	{ KVM_UNREGISTER_COALESCED_MMIO, SIM_VM | OPTIONAL, kvmlib__sim_unregister_zone },
#endif
#ifdef KVM_PRE_FAULT_MEMORY
	{ KVM_PRE_FAULT_MEMORY, SIM_VCPU | OPTIONAL, kvmlib__sim_pre_fault_memory },
#endif
#ifdef KVM_SET_MEMORY_ATTRIBUTES
	{ KVM_SET_MEMORY_ATTRIBUTES, SIM_VM, kvmlib__sim_set_memory_attributes },
#endif
#ifdef KVM_RESET_DIRTY_RINGS
	{ KVM_RESET_DIRTY_RINGS, SIM_VM, kvmlib__sim_reset_dirty_rings },
#endif
	{ KVM_SET_SIGNAL_MASK, SIM_VCPU, kvmlib__sim_set_signal_mask },
	{ KVM_SET_GUEST_DEBUG, SIM_VCPU | OPTIONAL, kvmlib__sim_set_guest_debug },
	{ KVM_GET_ONE_REG, SIM_VCPU, kvmlib__sim_get_one_reg },
	{ KVM_SET_ONE_REG, SIM_VCPU, kvmlib__sim_set_one_reg },
#ifdef KVM_GET_REG_LIST
	{ KVM_GET_REG_LIST, SIM_VCPU, kvmlib__sim_get_reg_list },
#endif
	{ KVM_CREATE_DEVICE, SIM_VM, kvmlib__sim_create_device },
	{ KVM_SET_DEVICE_ATTR, SIM_DEVICE, kvmlib__sim_set_device_attr },
	{ KVM_GET_DEVICE_ATTR, SIM_DEVICE, kvmlib__sim_get_device_attr },
	{ KVM_HAS_DEVICE_ATTR, SIM_DEVICE, kvmlib__sim_has_device_attr },
#if defined(__aarch64__)
	{ KVM_ARM_VCPU_INIT, SIM_VCPU, kvmlib__sim_arm_vcpu_init },
	{ KVM_ARM_VCPU_FINALIZE, SIM_VCPU | OPTIONAL, kvmlib__sim_arm_vcpu_finalize },
	{ KVM_SET_DEVICE_ATTR, SIM_VCPU | OPTIONAL, kvmlib__sim_arm_vcpu_attr },
	{ KVM_GET_DEVICE_ATTR, SIM_VCPU | OPTIONAL, kvmlib__sim_arm_vcpu_attr },
	{ KVM_HAS_DEVICE_ATTR, SIM_VCPU | OPTIONAL, kvmlib__sim_arm_vcpu_attr },
#endif
	{ KVM_RUN, SIM_VCPU, kvmlib__sim_run },
#ifdef KVM_GET_REGS
	{ KVM_GET_REGS, SIM_VCPU, kvmlib__sim_get_registers },
	{ KVM_SET_REGS, SIM_VCPU, kvmlib__sim_set_registers },
#endif
#ifdef KVM_GET_SREGS
	{ KVM_GET_SREGS, SIM_VCPU, kvmlib__sim_get_registers },
	{ KVM_SET_SREGS, SIM_VCPU, kvmlib__sim_set_registers },
#endif
#ifdef KVM_GET_FPU
	{ KVM_GET_FPU, SIM_VCPU, kvmlib__sim_get_registers },
	{ KVM_SET_FPU, SIM_VCPU, kvmlib__sim_set_registers },
#endif
#ifdef KVM_GET_MP_STATE
	{ KVM_GET_MP_STATE, SIM_VCPU, kvmlib__sim_get_mp_state },
	{ KVM_SET_MP_STATE, SIM_VCPU, kvmlib__sim_set_mp_state },
#endif
#ifdef KVM_SET_CPUID2
	{ KVM_SET_CPUID2, SIM_VCPU, kvmlib__sim_set_cpuid2 },
	{ KVM_GET_CPUID2, SIM_VCPU, kvmlib__sim_get_cpuid2 },
#endif
};

static int refuse_unknown(const struct sim_file *file, uint32_t request)
{
	switch (file->kind) {
	case SIM_SYSTEM:
		return REFUSE(UNKNOWN_SYSTEM);
	case SIM_VM:
		return REFUSE(UNKNOWN_VM);
	case SIM_DEVICE:
		return REFUSE(UNKNOWN_DEVICE);
	case SIM_VCPU:
		break;
	}
	if ((request >> 8 & 0xffU) != 0xaeU)
		return REFUSE(NOT_KVM_TYPE);
	return REFUSE(UNKNOWN_VCPU);
}

static int dispatch(const struct sim_call *call, const struct sim_file *file)
{
	const struct kvmlib__sim_fact *fact = kvmlib__sim_find_fact(call, file->kind);

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (calls[i].request == call->request && calls[i].kinds & file->kind &&
		    (fact || !(calls[i].kinds & OPTIONAL)))
			return calls[i].handler(call);
	if (fact)
		return kvmlib__sim_generic(call, fact);
	return refuse_unknown(file, call->request);
}

/* A vCPU serves one call at a time; the others wait, as for a kernel's mutex. */
static int dispatch_vcpu(const struct sim_call *call, const struct sim_file *file)
{
	struct sim_vcpu *vcpu = call->vcpu;
	int r;

	while (vcpu->busy)
		pthread_cond_wait(&vcpu->idle, &call->sim->lock);
	vcpu->busy = true;
	r = dispatch(call, file);
	vcpu->busy = false;
	pthread_cond_signal(&vcpu->idle);
	return r;
}

static int check_vm(const struct sim_vm *vm)
{
	if (vm->owner != getpid())
		return REFUSE(OTHER_PROCESS);
	if (vm->dead)
		return REFUSE(DEAD_VM);
	return 0;
}

static int call_file(const struct sim_call *call, const struct sim_file *file)
{
	int r = call->vm ? check_vm(call->vm) : 0;

	if (r < 0)
		return r;
	return file->kind == SIM_VCPU ? dispatch_vcpu(call, file) : dispatch(call, file);
}

int kvmlib__sim_ioctl(struct kvmlib_sim *sim, int fd, uint32_t request, unsigned long arg)
{
	struct sim_file *file = kvmlib__sim_file(sim, fd);
	struct sim_call call = { .sim = sim, .arg = arg, .request = request };
	int r;

	if (!file)
		return kvmlib__sim_real(sim, fd) ? REFUSE(NOT_KVM_FILE) : REFUSE(NOT_OPEN);
	call.vm = file->vm;
	call.vcpu = file->vcpu;
	call.device = file->device;
	file->refs++; /* another thread may close the descriptor meanwhile */
	r = call_file(&call, file);
	kvmlib__sim_put_file(sim, file);
	return r;
}
