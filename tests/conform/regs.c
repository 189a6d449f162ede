/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Registers as a whole. */
#include "row.h"

#if defined(__x86_64__)

#define CR0_PE	    0x1ULL
#define CR0_NW	    0x20000000ULL
#define CR0_CD	    0x40000000ULL
#define CR0_PG	    0x80000000ULL
#define CR4_PAE	    0x20ULL
#define EFER_LME    0x100ULL
#define EFER_LMA    0x400ULL
#define EFER_NX	    0x800ULL
#define APIC_X2APIC 0x400ULL
#define APIC_ENABLE 0x800ULL

/* CPUID with long mode, NX and x2APIC, as far as this kernel has them. */
static int give_cpuid(struct world *w)
{
	static struct {
		uint32_t count;
		uint32_t padding;
		struct kvm_cpuid_entry2 entries[256];
	} list;
	int r;

	list.count = 256;
	r = call_with(w, w->system, KVM_GET_SUPPORTED_CPUID, &list);
	return r < 0 ? r : call_with(w, w->vcpu, KVM_SET_CPUID2, &list);
}

static const char *reset_regs(struct world *w)
{
	const struct kvm_regs *regs = (const struct kvm_regs *)w->arg;

	if (regs->rip != 0xfff0 || regs->rflags != 2)
		return "not as after a reset";
	return regs->rax || regs->rsp ? "not zero" : NULL;
}

static const char *rflags_have_bit_1(struct world *w)
{
	struct kvm_regs regs;

	if (call_with(w, w->vcpu, KVM_GET_REGS, &regs) < 0)
		return "not told";
	return regs.rflags == 2 && regs.rax == 77 ? NULL : "other registers";
}

static void regs_and_fpu_rows(struct world *w)
{
	ROW(ON_VCPU, KVM_GET_REGS, "as after a reset", OUT(struct kvm_regs), OK,
	    .verify = reset_regs);
	ROW(ON_VCPU, KVM_GET_REGS, "an argument that can't be written", w->hole,
	    REFUSED(EFAULT, UNWRITABLE));
	ROW(ON_VCPU, KVM_GET_REGS, "an argument cut short", w->hole - 8,
	    REFUSED(EFAULT, UNWRITABLE));
	ROW(ON_VCPU, KVM_SET_REGS, "rflags 0, whose bit 1 is fixed", IN(struct kvm_regs, .rax = 77),
	    OK, .verify = rflags_have_bit_1);
	ROW(ON_VCPU, KVM_SET_REGS, "any values", IN(struct kvm_regs, .rip = ~0ULL, .rsp = 1), OK);
	ROW(ON_VCPU, KVM_SET_REGS, "an argument that can't be read", w->hole,
	    REFUSED(EFAULT, UNREADABLE));
	ROW(ON_VCPU, KVM_GET_FPU, "all of it", OUT(struct kvm_fpu), OK);
	ROW(ON_VCPU, KVM_GET_FPU, "an argument that can't be written", w->hole,
	    REFUSED(EFAULT, UNWRITABLE));
	ROW(ON_VCPU, KVM_SET_FPU, "all of it", IN(struct kvm_fpu, .fcw = 0x37f, .mxcsr = 0x1f80),
	    OK);
	ROW(ON_VCPU, KVM_SET_FPU, "an argument that can't be read", w->hole,
	    REFUSED(EFAULT, UNREADABLE));
}

static const char *reset_sregs(struct world *w)
{
	const struct kvm_sregs *sregs = (const struct kvm_sregs *)w->arg;

	if (sregs->cs.base != 0xffff0000 || sregs->cs.selector != 0xf000 ||
	    sregs->cs.limit != 0xffff)
		return "another code segment";
	if (sregs->cr0 != 0x60000010 || sregs->cr4 || sregs->efer)
		return "other control registers";
	return sregs->apic_base == 0xfee00900 ? NULL : "another APIC base";
}

/* The vCPU's own, at the argument's place, for a change. */
static struct kvm_sregs *own_sregs(const struct world *w)
{
	struct kvm_sregs *sregs = OUT(struct kvm_sregs);

	call_with(w, w->vcpu, KVM_GET_SREGS, sregs);
	return sregs;
}

#define SREGS(name, ...)                            \
	static unsigned long name(struct world *w)  \
	{                                           \
		struct kvm_sregs *s = own_sregs(w); \
		__VA_ARGS__;                        \
		return (unsigned long)(uintptr_t)s; \
	}

SREGS(unchanged, (void)0)
SREGS(protected_mode, s->cr0 |= CR0_PE)
SREGS(nw_without_cd, s->cr0 = (s->cr0 & ~CR0_CD) | CR0_NW)
SREGS(pg_without_pe, s->cr0 |= CR0_PG)
SREGS(high_cr0, s->cr0 |= 1ULL << 32)
SREGS(reserved_cr0, s->cr0 |= 1ULL << 10)
SREGS(high_cr4, s->cr4 |= 1ULL << 63)
SREGS(reserved_cr4, s->cr4 |= 1ULL << 15)
SREGS(cr4_pae, s->cr4 |= CR4_PAE)
SREGS(lma_alone, s->efer |= EFER_LMA)
SREGS(long_segment, s->cs.l = 1)
SREGS(lme, s->efer |= EFER_LME)
SREGS(nx, s->efer |= EFER_NX)
SREGS(reserved_efer, s->efer |= 1ULL << 63)
SREGS(long_mode_without_pae, s->efer |= EFER_LME | EFER_LMA; s->cr0 |= CR0_PG | CR0_PE)
SREGS(long_mode_without_lma, s->efer |= EFER_LME; s->cr0 |= CR0_PG | CR0_PE; s->cr4 |= CR4_PAE)
SREGS(long_mode, s->efer |= EFER_LME | EFER_LMA; s->cr0 |= CR0_PG | CR0_PE; s->cr4 |= CR4_PAE)
SREGS(high_cr3, s->cr3 = 1ULL << 60)
SREGS(long_mode_high_cr3, s->efer |= EFER_LME | EFER_LMA; s->cr0 |= CR0_PG | CR0_PE;
      s->cr4 |= CR4_PAE; s->cr3 = 1ULL << 60)
SREGS(apic_beyond_36, s->apic_base = 1ULL << 36 | APIC_ENABLE)
SREGS(apic_reserved, s->apic_base |= 1)
SREGS(apic_high, s->apic_base |= 1ULL << 60)
SREGS(apic_moved, s->apic_base += 0x1000)
SREGS(apic_off, s->apic_base &= ~APIC_ENABLE)
SREGS(apic_x2, s->apic_base |= APIC_X2APIC)
SREGS(apic_x2_off, s->apic_base = (s->apic_base & ~APIC_ENABLE) | APIC_X2APIC)
SREGS(interrupt_pending, s->interrupt_bitmap[0] = 1)

#define SET(on, text, builder, ...) ROW(on, KVM_SET_SREGS, text, 0, __VA_ARGS__, .make = (builder))

static void sregs_rows(struct world *w)
{
	ROW(ON_VCPU, KVM_GET_SREGS, "as after a reset", OUT(struct kvm_sregs), OK,
	    .verify = reset_sregs);
	ROW(ON_VCPU, KVM_GET_SREGS, "an argument that can't be written", w->hole,
	    REFUSED(EFAULT, UNWRITABLE));
	ROW(ON_VCPU, KVM_SET_SREGS, "an argument that can't be read", w->hole,
	    REFUSED(EFAULT, UNREADABLE));
	SET(ON_VCPU, "what they are", unchanged, OK);
	SET(ON_IRQCHIP_VCPU, "what they are, with an irqchip", unchanged, OK);
	SET(ON_VCPU, "an interrupt that is pending", interrupt_pending, OK);
	SET(ON_VCPU, "protected mode", protected_mode, OK);
	SET(ON_VCPU, "CR0.NW without CD", nw_without_cd, REFUSED(EINVAL, SREGS_CR0));
	SET(ON_VCPU, "CR0.PG without PE", pg_without_pe, REFUSED(EINVAL, SREGS_CR0));
	SET(ON_VCPU, "CR0 beyond 32 bits", high_cr0, REFUSED(EINVAL, SREGS_CR0));
	SET(ON_VCPU, "a reserved bit in CR0", reserved_cr0, OK);
	SET(ON_VCPU, "CR4.PAE", cr4_pae, OK);
	SET(ON_VCPU, "the last bit of CR4", high_cr4, REFUSED(EINVAL, SREGS_CR4));
	SET(ON_VCPU, "a reserved bit in CR4", reserved_cr4, REFUSED(EINVAL, SREGS_CR4));
}

static const struct deviation any_efer = {
	.name = "6.1 does not check EFER",
	.before = KERNEL(6, 2),
	.gone_by = KERNEL(7, 2),
	.answer = OK,
};

static void long_mode_rows(struct world *w)
{
	SET(ON_VCPU, "EFER.LMA alone", lma_alone, REFUSED(EINVAL, SREGS_LONG_MODE));
	SET(ON_VCPU, "a 64-bit code segment alone", long_segment, REFUSED(EINVAL, SREGS_LONG_MODE));
	SET(ON_VCPU, "long mode without PAE", long_mode_without_pae,
	    REFUSED(EINVAL, SREGS_LONG_MODE), .before = give_cpuid);
	SET(ON_VCPU, "long mode without EFER.LMA", long_mode_without_lma,
	    REFUSED(EINVAL, SREGS_LONG_MODE), .before = give_cpuid);
	SET(ON_VCPU, "long mode", long_mode, OK, .before = give_cpuid);
	SET(ON_VCPU, "long mode with a page table beyond all addresses", long_mode_high_cr3,
	    REFUSED(EINVAL, SREGS_LONG_MODE), .before = give_cpuid);
	SET(ON_VCPU, "the same address where CR3 is not in use", high_cr3, OK);
	SET(ON_VCPU, "long mode that the CPUID lacks", long_mode, REFUSED(EINVAL, SREGS_EFER),
	    .deviation = &any_efer);
	SET(ON_VCPU, "EFER.LME", lme, OK, .before = give_cpuid);
	SET(ON_VCPU, "EFER.LME that the CPUID lacks", lme, REFUSED(EINVAL, SREGS_EFER),
	    .deviation = &any_efer);
	SET(ON_VCPU, "EFER.NX", nx, OK, .before = give_cpuid);
	SET(ON_VCPU, "EFER.NX that the CPUID lacks", nx, REFUSED(EINVAL, SREGS_EFER),
	    .deviation = &any_efer);
	SET(ON_VCPU, "the last bit of EFER", reserved_efer, REFUSED(EINVAL, SREGS_EFER),
	    .deviation = &any_efer, .before = give_cpuid);
}

static void apic_base_rows(struct world *w)
{
	SET(ON_VCPU, "the APIC elsewhere", apic_moved, OK);
	SET(ON_VCPU, "the APIC off", apic_off, OK);
	SET(ON_VCPU, "a reserved bit of the APIC base", apic_reserved,
	    REFUSED(EINVAL, SREGS_APIC_BASE));
	SET(ON_VCPU, "an APIC beyond all addresses", apic_high, REFUSED(EINVAL, SREGS_APIC_BASE));
	SET(ON_VCPU, "an APIC beyond 36 bits, without CPUID", apic_beyond_36,
	    REFUSED(EINVAL, SREGS_APIC_BASE));
	SET(ON_VCPU, "x2APIC that the CPUID lacks", apic_x2, REFUSED(EINVAL, SREGS_APIC_BASE));
	SET(ON_VCPU, "x2APIC of an APIC that is off", apic_x2_off, REFUSED(EINVAL, SREGS_APIC_BASE),
	    .before = give_cpuid);
	SET(ON_IRQCHIP_VCPU, "x2APIC", apic_x2, OK, .before = give_cpuid);
}

void regs_rows(struct world *w)
{
	regs_and_fpu_rows(w);
	sregs_rows(w);
	long_mode_rows(w);
	apic_base_rows(w);
}

#else

/* Those of other architectures wait for a kernel that can be asked. */
void regs_rows(struct world *w)
{
	(void)w;
}

#endif
