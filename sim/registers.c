/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "internal.h"

#include <errno.h>
#include <string.h>

#ifdef KVM_GET_REGS

#define LARGEST_SET 2048U

static int accept(struct sim_vcpu *vcpu, void *registers);

#if defined(__x86_64__)
#define X86_RFLAGS_FIXED	 UINT64_C(0x2)
#define X86_RFLAGS_IF		 UINT64_C(0x200)
#define X86_CR0_PE		 UINT64_C(0x1)
#define X86_CR0_NW		 UINT64_C(0x20000000)
#define X86_CR0_CD		 UINT64_C(0x40000000)
#define X86_CR0_PG		 UINT64_C(0x80000000)
#define X86_CR4_PAE		 UINT64_C(0x20)
#define X86_CR4_RESERVED	 (~UINT64_C(0x1ff7fff)) /* what no processor of today has */
#define X86_EFER_SCE		 UINT64_C(0x1)
#define X86_EFER_LME		 UINT64_C(0x100)
#define X86_EFER_LMA		 UINT64_C(0x400)
#define X86_EFER_NX		 UINT64_C(0x800)
#define X86_APIC_BSP		 UINT64_C(0x100)
#define X86_APIC_X2APIC		 UINT64_C(0x400)
#define X86_APIC_ENABLE		 UINT64_C(0x800)
#define X86_APIC_BASE		 UINT64_C(0xfee00000)
#define X86_APIC_RESERVED	 UINT64_C(0x2ff)
#define X86_CR8_RESERVED	 (~UINT64_C(0xf))
#define X86_CPUID1_ECX_X2APIC	 (1U << 21)
#define X86_CPUID80000001_EDX_NX (1U << 20)
#define X86_CPUID80000001_EDX_LM (1U << 29)

static int accept_regs(struct sim_vcpu *vcpu, void *registers)
{
	struct kvm_regs *regs = registers;

	(void)vcpu;
	regs->rflags |= X86_RFLAGS_FIXED;
	return 0;
}

/* A guest whose CPUID does not tell has addresses of 36 bits. */
static bool address_ok(const struct sim_vcpu *vcpu, uint64_t address)
{
	const struct kvm_cpuid_entry2 *cpuid = kvmlib__sim_cpuid(vcpu, 0x80000008U);
	uint32_t bits = cpuid ? cpuid->eax & 0xffU : 36;

	return bits >= 64 || address >> bits == 0;
}

/* Either all of long mode or nothing of it. */
static bool long_mode_ok(const struct sim_vcpu *vcpu, const struct kvm_sregs *sregs)
{
	if (sregs->efer & X86_EFER_LME && sregs->cr0 & X86_CR0_PG)
		return sregs->cr4 & X86_CR4_PAE && sregs->efer & X86_EFER_LMA &&
		       address_ok(vcpu, sregs->cr3);
	return !(sregs->efer & X86_EFER_LMA) && !sregs->cs.l;
}

static bool cr0_ok(uint64_t cr0)
{
	if (cr0 >> 32 || (cr0 & X86_CR0_NW && !(cr0 & X86_CR0_CD)))
		return false;
	return !(cr0 & X86_CR0_PG) || cr0 & X86_CR0_PE;
}

static bool efer_ok(const struct sim_vcpu *vcpu, uint64_t efer)
{
	const struct kvm_cpuid_entry2 *cpuid = kvmlib__sim_cpuid(vcpu, 0x80000001U);
	uint32_t edx = cpuid ? cpuid->edx : 0;

	if (efer & ~(X86_EFER_SCE | X86_EFER_LME | X86_EFER_LMA | X86_EFER_NX))
		return false;
	if (efer & (X86_EFER_LME | X86_EFER_LMA) && !(edx & X86_CPUID80000001_EDX_LM))
		return false;
	return !(efer & X86_EFER_NX) || edx & X86_CPUID80000001_EDX_NX;
}

static bool apic_base_ok(const struct sim_vcpu *vcpu, uint64_t base)
{
	const struct kvm_cpuid_entry2 *cpuid = kvmlib__sim_cpuid(vcpu, 1);
	bool x2apic = cpuid && cpuid->ecx & X86_CPUID1_ECX_X2APIC;

	if (base == vcpu->sregs.apic_base)
		return true;
	if (base & X86_APIC_RESERVED || !address_ok(vcpu, base))
		return false;
	return !(base & X86_APIC_X2APIC) || (x2apic && base & X86_APIC_ENABLE);
}

static int accept_sregs(struct sim_vcpu *vcpu, void *registers)
{
	const struct kvm_sregs *sregs = registers;

	if (!long_mode_ok(vcpu, sregs))
		return REFUSE(SREGS_LONG_MODE);
	if (!cr0_ok(sregs->cr0))
		return REFUSE(SREGS_CR0);
	if (sregs->cr4 & X86_CR4_RESERVED)
		return REFUSE(SREGS_CR4);
	if (!efer_ok(vcpu, sregs->efer))
		return REFUSE(SREGS_EFER);
	if (!apic_base_ok(vcpu, sregs->apic_base))
		return REFUSE(SREGS_APIC_BASE);
	return 0;
}

/* The same registers, and the four that PAE paging loads. */
static int accept_sregs2(struct sim_vcpu *vcpu, void *registers)
{
	const struct kvm_sregs2 *sregs2 = registers;
	struct kvm_sregs sregs = vcpu->sregs;

	if (sregs2->flags & ~(uint64_t)KVMLIB_SREGS2_FLAGS_PDPTRS_VALID)
		return REFUSE(SREGS2_FLAGS);
	if (sregs2->flags && !(sregs2->cr0 & X86_CR0_PG && sregs2->cr4 & X86_CR4_PAE &&
			       !(sregs2->efer & X86_EFER_LMA)))
		return REFUSE(SREGS2_FLAGS);
	memcpy(&sregs, sregs2, offsetof(struct kvm_sregs2, flags));
	return accept_sregs(vcpu, &sregs);
}
#else
#define accept_regs  accept
#define accept_sregs accept
#endif

static int accept(struct sim_vcpu *vcpu, void *registers)
{
	(void)vcpu;
	(void)registers;
	return 0;
}

static const struct set {
	unsigned long get;
	unsigned long set;
	size_t offset; /* of what of it is kept, from its start on */
	size_t size;
	int (*accept)(struct sim_vcpu *vcpu, void *registers);
} sets[] = {
	{ KVM_GET_REGS, KVM_SET_REGS, offsetof(struct sim_vcpu, regs), sizeof(struct kvm_regs),
	  accept_regs },
#ifdef KVM_GET_SREGS
	{ KVM_GET_SREGS, KVM_SET_SREGS, offsetof(struct sim_vcpu, sregs), sizeof(struct kvm_sregs),
	  accept_sregs },
#endif
#ifdef KVM_GET_SREGS2
	{ KVM_GET_SREGS2, KVM_SET_SREGS2, offsetof(struct sim_vcpu, sregs),
	  offsetof(struct kvm_sregs2, flags), accept_sregs2 },
#endif
#ifdef KVM_GET_FPU
	{ KVM_GET_FPU, KVM_SET_FPU, offsetof(struct sim_vcpu, fpu), sizeof(struct kvm_fpu),
	  accept },
#endif
};

/* Called for requests of the table alone. */
static const struct set *find_set(uint32_t request)
{
	const struct set *set = sets;

	while (set->get != request && set->set != request)
		set++;
	return set;
}

int kvmlib__sim_get_registers(const struct sim_call *call)
{
	const struct set *set = find_set(call->request);
	const uint8_t *vcpu = (const uint8_t *)call->vcpu;
	_Alignas(16) uint8_t registers[LARGEST_SET] = { 0 };

	memcpy(registers, vcpu + set->offset, set->size);
	return kvmlib__sim_copy_to_user(call->arg, registers, SIM_ARG_SIZE(call->request));
}

int kvmlib__sim_set_registers(const struct sim_call *call)
{
	const struct set *set = find_set(call->request);
	uint8_t *vcpu = (uint8_t *)call->vcpu;
	_Alignas(16) uint8_t registers[LARGEST_SET];
	int r = kvmlib__sim_copy_from_user(registers, call->arg, SIM_ARG_SIZE(call->request));

	if (r == 0)
		r = set->accept(call->vcpu, registers);
	if (r == 0)
		memcpy(vcpu + set->offset, registers, set->size);
	return r;
}

#endif

#if defined(__x86_64__)

static void reset_segment(struct kvm_segment *segment, uint8_t type)
{
	*segment = (struct kvm_segment){ .limit = 0xffff, .type = type, .present = 1, .s = 1 };
}

static void reset_sregs(struct kvm_sregs *sregs, bool boot)
{
	reset_segment(&sregs->cs, 0xb);
	reset_segment(&sregs->ds, 3);
	reset_segment(&sregs->es, 3);
	reset_segment(&sregs->fs, 3);
	reset_segment(&sregs->gs, 3);
	reset_segment(&sregs->ss, 3);
	reset_segment(&sregs->tr, 0xb);
	reset_segment(&sregs->ldt, 2);
	sregs->tr.s = 0;
	sregs->ldt.s = 0;
	sregs->cs.base = 0xffff0000;
	sregs->cs.selector = 0xf000;
	sregs->gdt.limit = 0xffff;
	sregs->idt.limit = 0xffff;
	sregs->cr0 = 0x60000010;
	sregs->apic_base = X86_APIC_BASE | X86_APIC_ENABLE | (boot ? X86_APIC_BSP : 0);
}

void kvmlib__sim_reset_registers(struct sim_vcpu *vcpu)
{
	vcpu->regs.rip = 0xfff0;
	vcpu->regs.rflags = X86_RFLAGS_FIXED;
	vcpu->regs.rdx = 0x600;
	vcpu->fpu.fcw = 0x37f;
	vcpu->fpu.mxcsr = 0x1f80;
	reset_sregs(&vcpu->sregs, vcpu->id == 0);
	if (vcpu->vm->irqchip && vcpu->id != 0)
		vcpu->mp_state = KVMLIB_MP_STATE_UNINITIALIZED;
}

#define SYNC_X86_REGS  UINT64_C(1)
#define SYNC_X86_SREGS UINT64_C(2)

static int sync_from_page(struct sim_vcpu *vcpu)
{
	struct kvm_run *run = vcpu->run;
	struct kvm_sregs sregs = run->s.regs.sregs;
	uint64_t dirty = run->kvm_dirty_regs;

	if (dirty & SYNC_X86_REGS)
		vcpu->regs = run->s.regs.regs;
	run->kvm_dirty_regs &= ~SYNC_X86_REGS;
	if (!(dirty & SYNC_X86_SREGS))
		return 0;
	if (accept_sregs(vcpu, &sregs) < 0)
		return REFUSE(RUN_SYNC_REGS);
	vcpu->sregs = sregs;
	run->kvm_dirty_regs &= ~SYNC_X86_SREGS;
	return 0;
}

/* What KVM_RUN does before anything else. */
int kvmlib__sim_begin_run(struct sim_vcpu *vcpu)
{
	uint64_t known = (uint64_t)kvmlib__sim_capability(vcpu->vm->sim, KVMLIB_CAP_SYNC_REGS);
	int r;

	vcpu->run->flags = 0;
	if ((vcpu->run->kvm_valid_regs | vcpu->run->kvm_dirty_regs) & ~known)
		return REFUSE(RUN_SYNC_REGS);
	r = sync_from_page(vcpu);
	if (r < 0)
		return r;
	if (!vcpu->vm->irqchip && vcpu->run->cr8 & X86_CR8_RESERVED)
		return REFUSE(RUN_CR8);
	if (!vcpu->vm->irqchip)
		vcpu->sregs.cr8 = vcpu->run->cr8;
	return 0;
}

/* And after everything else, however it ended. */
void kvmlib__sim_end_run(struct sim_vcpu *vcpu)
{
	struct kvm_run *run = vcpu->run;

	if (run->kvm_valid_regs & SYNC_X86_REGS)
		run->s.regs.regs = vcpu->regs;
	if (run->kvm_valid_regs & SYNC_X86_SREGS)
		run->s.regs.sregs = vcpu->sregs;
	run->if_flag = (vcpu->regs.rflags & X86_RFLAGS_IF) != 0;
	run->cr8 = vcpu->sregs.cr8;
	run->apic_base = vcpu->sregs.apic_base;
	run->ready_for_interrupt_injection = run->if_flag;
}

#else

void kvmlib__sim_reset_registers(struct sim_vcpu *vcpu)
{
#if defined(__s390x__)
	vcpu->mp_state = KVMLIB_MP_STATE_STOPPED;
#else
	(void)vcpu;
#endif
}

int kvmlib__sim_begin_run(struct sim_vcpu *vcpu)
{
	(void)vcpu;
	return 0;
}

void kvmlib__sim_end_run(struct sim_vcpu *vcpu)
{
	(void)vcpu;
}

#endif
