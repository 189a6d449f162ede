/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The run page beside the exit. Its immediate_exit is the kick's: see run.c. */
#include <kvmlib/run.h>

#include <kvmlib/kvmlib.h>

#include "exit.h"

#define REQUIRE(vcpu, argument) KVMLIB__EXIT_REQUIRE(vcpu, argument, true)

int kvmlib_vcpu_request_interrupt_window(struct kvmlib_vcpu *vcpu, int on)
{
	REQUIRE(vcpu, vcpu);

	vcpu->run->request_interrupt_window = on != 0;
	return 0;
}

int kvmlib_vcpu_ready_for_interrupt_injection(const struct kvmlib_vcpu *vcpu)
{
	REQUIRE(vcpu, vcpu);

	return vcpu->run->ready_for_interrupt_injection != 0;
}

int kvmlib_vcpu_if_flag(const struct kvmlib_vcpu *vcpu)
{
	REQUIRE(vcpu, vcpu);

	return vcpu->run->if_flag != 0;
}

int kvmlib_vcpu_get_cr8(const struct kvmlib_vcpu *vcpu, uint64_t *ret_cr8)
{
	REQUIRE(vcpu, ret_cr8);

	*ret_cr8 = vcpu->run->cr8;
	return 0;
}

int kvmlib_vcpu_set_cr8(struct kvmlib_vcpu *vcpu, uint64_t cr8)
{
	REQUIRE(vcpu, vcpu);

	vcpu->run->cr8 = cr8;
	return 0;
}

int kvmlib_vcpu_get_apic_base(const struct kvmlib_vcpu *vcpu, uint64_t *ret_apic_base)
{
	REQUIRE(vcpu, ret_apic_base);

	*ret_apic_base = vcpu->run->apic_base;
	return 0;
}

int kvmlib_vcpu_get_run_flags(const struct kvmlib_vcpu *vcpu, uint16_t *ret_flags)
{
	REQUIRE(vcpu, ret_flags);

	*ret_flags = vcpu->run->flags;
	return 0;
}

int kvmlib_vcpu_get_device_irq_level(const struct kvmlib_vcpu *vcpu, uint64_t *ret_level)
{
	REQUIRE(vcpu, ret_level);
#ifdef __aarch64__
	*ret_level = vcpu->run->s.regs.device_irq_level;
	return 0;
#else
	return kvmlib__exit_no_arch(vcpu, __func__);
#endif
}

int kvmlib_vcpu_get_psw(const struct kvmlib_vcpu *vcpu, uint64_t *ret_mask, uint64_t *ret_addr)
{
	if (vcpu && ret_mask && !ret_addr)
		return KVMLIB__NULL_ARGUMENT(3);
	REQUIRE(vcpu, ret_mask);
#ifdef __s390x__
	*ret_mask = vcpu->run->psw_mask;
	*ret_addr = vcpu->run->psw_addr;
	return 0;
#else
	return kvmlib__exit_no_arch(vcpu, __func__);
#endif
}

int kvmlib_vcpu_set_psw(struct kvmlib_vcpu *vcpu, uint64_t mask, uint64_t addr)
{
	REQUIRE(vcpu, vcpu);
#ifdef __s390x__
	vcpu->run->psw_mask = mask;
	vcpu->run->psw_addr = addr;
	return 0;
#else
	(void)mask;
	(void)addr;
	return kvmlib__exit_no_arch(vcpu, __func__);
#endif
}

int kvmlib_vcpu_set_valid_regs(struct kvmlib_vcpu *vcpu, uint64_t groups)
{
	REQUIRE(vcpu, vcpu);

	vcpu->run->kvm_valid_regs = groups;
	return 0;
}

int kvmlib_vcpu_get_valid_regs(const struct kvmlib_vcpu *vcpu, uint64_t *ret_groups)
{
	REQUIRE(vcpu, ret_groups);

	*ret_groups = vcpu->run->kvm_valid_regs;
	return 0;
}

int kvmlib_vcpu_set_dirty_regs(struct kvmlib_vcpu *vcpu, uint64_t groups)
{
	REQUIRE(vcpu, vcpu);

	vcpu->run->kvm_dirty_regs = groups;
	return 0;
}

int kvmlib_vcpu_get_dirty_regs(const struct kvmlib_vcpu *vcpu, uint64_t *ret_groups)
{
	REQUIRE(vcpu, ret_groups);

	*ret_groups = vcpu->run->kvm_dirty_regs;
	return 0;
}

int kvmlib_vcpu_sync_regs(struct kvmlib_vcpu *vcpu, struct kvm_regs **ret_regs)
{
	REQUIRE(vcpu, ret_regs);
#ifdef __x86_64__
	*ret_regs = &vcpu->run->s.regs.regs;
	return 0;
#else
	return kvmlib__exit_no_arch(vcpu, __func__);
#endif
}

int kvmlib_vcpu_sync_sregs(struct kvmlib_vcpu *vcpu, struct kvm_sregs **ret_sregs)
{
	REQUIRE(vcpu, ret_sregs);
#ifdef __x86_64__
	*ret_sregs = &vcpu->run->s.regs.sregs;
	return 0;
#else
	return kvmlib__exit_no_arch(vcpu, __func__);
#endif
}

int kvmlib_vcpu_sync_events(struct kvmlib_vcpu *vcpu, struct kvmlib_vcpu_events **ret_events)
{
	REQUIRE(vcpu, ret_events);
#ifdef __x86_64__
	*ret_events = (struct kvmlib_vcpu_events *)&vcpu->run->s.regs.events;
	return 0;
#else
	return kvmlib__exit_no_arch(vcpu, __func__);
#endif
}

int kvmlib_vcpu_sync_area(struct kvmlib_vcpu *vcpu, void **ret_area, size_t *ret_size)
{
	if (vcpu && ret_area && !ret_size)
		return KVMLIB__NULL_ARGUMENT(3);
	REQUIRE(vcpu, ret_area);

	*ret_area = vcpu->run->s.padding;
	*ret_size = sizeof(vcpu->run->s.padding);
	return 0;
}
