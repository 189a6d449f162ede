/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Capabilities that x86 alone has and that take arguments. */

#include <kvmlib/x86.h>

#include "../cap.h"

#define ELSEWHERE KVMLIB__ELSEWHERE(X86_64)

#define VM_ENABLE(name, arg, ...) KVMLIB__ENABLE(vm, vm, ELSEWHERE, name, arg, 0, __VA_ARGS__)
#define VCPU_ENABLE(name, arg) \
	KVMLIB__ENABLE(vcpu->vm, vcpu, ELSEWHERE, name, arg, 0, KVMLIB__VALUE(VCPU_ID, vcpu->id))

int kvmlib_vm_enable_split_irqchip(struct kvmlib_vm *vm, uint32_t routes)
{
	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return VM_ENABLE(SPLIT_IRQCHIP, routes, KVMLIB__VALUE(COUNT, routes));
}

int kvmlib_vm_enable_x2apic_api(struct kvmlib_vm *vm, uint64_t flags)
{
	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return VM_ENABLE(X2APIC_API, flags, KVMLIB__VALUE(FLAGS, flags));
}

int kvmlib_vm_enable_x86_disable_exits(struct kvmlib_vm *vm, uint64_t exits)
{
	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return VM_ENABLE(X86_DISABLE_EXITS, exits, KVMLIB__VALUE(FLAGS, exits));
}

int kvmlib_vm_enable_x86_user_space_msr(struct kvmlib_vm *vm, uint64_t reasons)
{
	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return VM_ENABLE(X86_USER_SPACE_MSR, reasons, KVMLIB__VALUE(FLAGS, reasons));
}

int kvmlib_vm_enable_exit_hypercall(struct kvmlib_vm *vm, uint64_t hypercalls)
{
	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return VM_ENABLE(EXIT_HYPERCALL, hypercalls, KVMLIB__VALUE(FLAGS, hypercalls));
}

int kvmlib_vm_enable_exception_payload(struct kvmlib_vm *vm, int on)
{
	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return VM_ENABLE(EXCEPTION_PAYLOAD, !!on, KVMLIB__VALUE(FLAGS, on));
}

int kvmlib_vm_enable_msr_platform_info(struct kvmlib_vm *vm, int on)
{
	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return VM_ENABLE(MSR_PLATFORM_INFO, !!on, KVMLIB__VALUE(FLAGS, on));
}

int kvmlib_vm_enable_exit_on_emulation_failure(struct kvmlib_vm *vm, int on)
{
	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return VM_ENABLE(EXIT_ON_EMULATION_FAILURE, !!on, KVMLIB__VALUE(FLAGS, on));
}

int kvmlib_vm_enable_x86_triple_fault_event(struct kvmlib_vm *vm, int on)
{
	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return VM_ENABLE(X86_TRIPLE_FAULT_EVENT, !!on, KVMLIB__VALUE(FLAGS, on));
}

int kvmlib_vm_enable_x86_bus_lock_exit(struct kvmlib_vm *vm, uint64_t mode)
{
	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return VM_ENABLE(X86_BUS_LOCK_EXIT, mode, KVMLIB__VALUE(FLAGS, mode));
}

int kvmlib_vm_enable_pmu_capability(struct kvmlib_vm *vm, uint64_t flags)
{
	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return VM_ENABLE(PMU_CAPABILITY, flags, KVMLIB__VALUE(FLAGS, flags));
}

int kvmlib_vm_enable_disable_quirks(struct kvmlib_vm *vm, uint64_t quirks)
{
	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return VM_ENABLE(DISABLE_QUIRKS, quirks, KVMLIB__VALUE(FLAGS, quirks));
}

int kvmlib_vm_enable_disable_quirks2(struct kvmlib_vm *vm, uint64_t quirks)
{
	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return VM_ENABLE(DISABLE_QUIRKS2, quirks, KVMLIB__VALUE(FLAGS, quirks));
}

int kvmlib_vm_enable_max_vcpu_id(struct kvmlib_vm *vm, uint32_t max)
{
	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return VM_ENABLE(MAX_VCPU_ID, max, KVMLIB__VALUE(LIMIT, max));
}

int kvmlib_vm_enable_x86_apic_bus_cycles_ns(struct kvmlib_vm *vm, uint64_t ns)
{
	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return VM_ENABLE(X86_APIC_BUS_CYCLES_NS, ns, KVMLIB__VALUE(COUNT, ns));
}

int kvmlib_vm_enable_sgx_attribute(struct kvmlib_vm *vm, int fd)
{
	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return VM_ENABLE(SGX_ATTRIBUTE, (uint32_t)fd, KVMLIB__VALUE(FD, fd));
}

int kvmlib_vm_enable_vm_copy_enc_context_from(struct kvmlib_vm *vm, int fd)
{
	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return VM_ENABLE(VM_COPY_ENC_CONTEXT_FROM, (uint32_t)fd, KVMLIB__VALUE(FD, fd));
}

int kvmlib_vm_enable_vm_move_enc_context_from(struct kvmlib_vm *vm, int fd)
{
	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return VM_ENABLE(VM_MOVE_ENC_CONTEXT_FROM, (uint32_t)fd, KVMLIB__VALUE(FD, fd));
}

int kvmlib_vm_enable_x86_notify_vmexit(struct kvmlib_vm *vm, uint32_t flags, uint32_t window)
{
	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return VM_ENABLE(X86_NOTIFY_VMEXIT, (uint64_t)window << 32 | flags,
			 KVMLIB__VALUE(FLAGS, flags), KVMLIB__VALUE(COUNT, window));
}

int kvmlib_vcpu_enable_hyperv_synic(struct kvmlib_vcpu *vcpu)
{
	if (!vcpu)
		return KVMLIB__NULL_ARGUMENT(1);
	return VCPU_ENABLE(HYPERV_SYNIC, 0);
}

int kvmlib_vcpu_enable_hyperv_synic2(struct kvmlib_vcpu *vcpu)
{
	if (!vcpu)
		return KVMLIB__NULL_ARGUMENT(1);
	return VCPU_ENABLE(HYPERV_SYNIC2, 0);
}

int kvmlib_vcpu_enable_enforce_pv_feature_cpuid(struct kvmlib_vcpu *vcpu, int on)
{
	if (!vcpu)
		return KVMLIB__NULL_ARGUMENT(1);
	return VCPU_ENABLE(ENFORCE_PV_FEATURE_CPUID, !!on);
}

int kvmlib_vcpu_enable_hyperv_enforce_cpuid(struct kvmlib_vcpu *vcpu, int on)
{
	if (!vcpu)
		return KVMLIB__NULL_ARGUMENT(1);
	return VCPU_ENABLE(HYPERV_ENFORCE_CPUID, !!on);
}

int kvmlib_vcpu_enable_hyperv_enlightened_vmcs(struct kvmlib_vcpu *vcpu, uint16_t *ret_version)
{
	uint16_t version = 0;
	int r;

	if (!vcpu || !ret_version)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	r = VCPU_ENABLE(HYPERV_ENLIGHTENED_VMCS, (uintptr_t)&version);
	if (r >= 0)
		*ret_version = version;
	return r;
}
