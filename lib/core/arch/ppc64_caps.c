/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Capabilities that POWER alone has and that take arguments. */
#include <kvmlib/ppc64.h>

#define KVMLIB__STRUCTS "uapi_structs_ppc64le.h" /* other architectures make no call */
#include "../cap.h"

#define ELSEWHERE KVMLIB__ELSEWHERE(PPC64LE)

#define VM_ENABLE(...)	 KVMLIB__ENABLE(vm, vm, ELSEWHERE, __VA_ARGS__)
#define VCPU_ENABLE(...) KVMLIB__ENABLE(vcpu->vm, vcpu, ELSEWHERE, __VA_ARGS__)

int kvmlib_vm_enable_ppc_smt(struct kvmlib_vm *vm, uint64_t mode, uint64_t flags)
{
	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return VM_ENABLE(PPC_SMT, mode, flags, KVMLIB__VALUE(COUNT, mode),
			 KVMLIB__VALUE(FLAGS, flags));
}

int kvmlib_vm_enable_ppc_enable_hcall(struct kvmlib_vm *vm, uint64_t hypercall, int on)
{
	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return VM_ENABLE(PPC_ENABLE_HCALL, hypercall, !!on, KVMLIB__VALUE(ID, hypercall),
			 KVMLIB__VALUE(FLAGS, !!on));
}

int kvmlib_vcpu_enable_ppc_epr(struct kvmlib_vcpu *vcpu, int on)
{
	if (!vcpu)
		return KVMLIB__NULL_ARGUMENT(1);
	return VCPU_ENABLE(PPC_EPR, !!on, 0, KVMLIB__VALUE(VCPU_ID, vcpu->id),
			   KVMLIB__VALUE(FLAGS, !!on));
}

int kvmlib_vcpu_enable_sw_tlb(struct kvmlib_vcpu *vcpu, const struct kvm_config_tlb *tlb)
{
	if (!vcpu || !tlb)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	return VCPU_ENABLE(SW_TLB, (uintptr_t)tlb, 0, KVMLIB__VALUE(VCPU_ID, vcpu->id),
			   KVMLIB__VALUE(TYPE, tlb->mmu_type),
			   KVMLIB__VALUE(HOST_ADDRESS, tlb->array),
			   KVMLIB__VALUE(SIZE, tlb->array_len));
}

/* A vCPU to an interrupt controller, under a number there. Of a vCPU, EBUSY says that it has one. */
static int connect_vcpu(struct kvmlib_vcpu *vcpu, uint32_t capability, int fd, uint32_t number,
			struct kvmlib__failure *failure)
{
	const struct kvmlib__enabling enabling = {
		.vm = vcpu->vm,
		.list = &vcpu->enabled,
		.fd = vcpu->fd,
		.elsewhere = ELSEWHERE,
		.busy = KVMLIB_CAUSE_VCPU_CONNECTED,
		.cap = { .cap = capability, .args = { (uint32_t)fd, number } },
	};

	return kvmlib__enable_cap(&enabling, failure);
}

#define CONNECT(capability, number)                                                             \
	connect_vcpu(vcpu, KVMLIB_CAP_##capability, fd, number,                                 \
		     &(struct kvmlib__failure){                                                 \
			     .function = __func__,                                              \
			     KVMLIB__VALUES(KVMLIB__VALUE(CAPABILITY, KVMLIB_CAP_##capability), \
					    KVMLIB__VALUE(VCPU_ID, vcpu->id),                   \
					    KVMLIB__VALUE(FD, fd), KVMLIB__VALUE(ID, number)) })

int kvmlib_vcpu_enable_irq_mpic(struct kvmlib_vcpu *vcpu, int fd, uint32_t cpu)
{
	if (!vcpu)
		return KVMLIB__NULL_ARGUMENT(1);
	return CONNECT(IRQ_MPIC, cpu);
}

int kvmlib_vcpu_enable_irq_xics(struct kvmlib_vcpu *vcpu, int fd, uint32_t server)
{
	if (!vcpu)
		return KVMLIB__NULL_ARGUMENT(1);
	return CONNECT(IRQ_XICS, server);
}

int kvmlib_vcpu_enable_ppc_irq_xive(struct kvmlib_vcpu *vcpu, int fd, uint32_t server)
{
	if (!vcpu)
		return KVMLIB__NULL_ARGUMENT(1);
	return CONNECT(PPC_IRQ_XIVE, server);
}
