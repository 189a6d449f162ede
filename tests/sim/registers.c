/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Registers of a vCPU. */
#include "fixture.h"

#include <string.h>

#include "suites.h"

#ifdef KVM_GET_REGS
START_TEST(regs_are_stored)
{
	struct kvm_regs set;
	struct kvm_regs got;

	memset(&set, 0x42, sizeof(set)); /* with the bit of RFLAGS that is always set */
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_REGS, &set), 0);
	ck_assert_int_eq(call_ptr(vcpu, KVM_GET_REGS, &got), 0);
	ck_assert_mem_eq(&set, &got, sizeof(set));
}
END_TEST

START_TEST(regs_bad_pointer_is_efault)
{
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_REGS, hole), -EFAULT);
	ck_assert_int_eq(call_ptr(vcpu, KVM_GET_REGS, hole), -EFAULT);
	ck_assert_int_eq(call_ptr(vcpu, KVM_GET_REGS, hole - 8), -EFAULT);
	ck_assert_int_eq(call_ptr(vcpu, KVM_GET_REGS, NULL), -EFAULT);
}
END_TEST
#endif

#ifdef KVM_GET_FPU
START_TEST(fpu_is_stored)
{
	struct kvm_fpu set;
	struct kvm_fpu got;

	memset(&set, 0x5a, sizeof(set));
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_FPU, &set), 0);
	ck_assert_int_eq(call_ptr(vcpu, KVM_GET_FPU, &got), 0);
	ck_assert_mem_eq(&set, &got, sizeof(set));
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_FPU, hole), -EFAULT);
	ck_assert_int_eq(call_ptr(vcpu, KVM_GET_FPU, hole), -EFAULT);
}
END_TEST
#endif

#if defined(__x86_64__)
START_TEST(regs_start_at_reset)
{
	struct kvm_regs regs;
	struct kvm_sregs sregs;
	struct kvm_fpu fpu;

	ck_assert_int_eq(call_ptr(vcpu, KVM_GET_REGS, &regs), 0);
	ck_assert_uint_eq(regs.rip, 0xfff0);
	ck_assert_uint_eq(regs.rflags, 2);
	ck_assert_int_eq(call_ptr(vcpu, KVM_GET_SREGS, &sregs), 0);
	ck_assert_uint_eq(sregs.cs.base, 0xffff0000);
	ck_assert_uint_eq(sregs.cs.selector, 0xf000);
	ck_assert_uint_eq(sregs.cr0, 0x60000010);
	ck_assert_uint_eq(sregs.apic_base, 0xfee00900);
	ck_assert_int_eq(call_ptr(vcpu, KVM_GET_FPU, &fpu), 0);
	ck_assert_uint_eq(fpu.fcw, 0x37f);
	ck_assert_uint_eq(fpu.mxcsr, 0x1f80);
}
END_TEST

START_TEST(sregs_are_stored)
{
	struct kvm_sregs set = get_sregs();
	struct kvm_sregs got;

	set.cs.base = 0;
	set.cs.selector = 0;
	set.cr3 = 0x1000;
	set.cr0 |= 1;
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_SREGS, &set), 0);
	got = get_sregs();
	ck_assert_mem_eq(&set, &got, sizeof(set));
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_SREGS, hole), -EFAULT);
	ck_assert_int_eq(call_ptr(vcpu, KVM_GET_SREGS, hole), -EFAULT);
}
END_TEST

/* Long mode, as far as the values go. */
static struct kvm_sregs long_mode_sregs(void)
{
	struct kvm_sregs sregs = get_sregs();

	sregs.cr0 = 0x80000011;
	sregs.cr4 = 0x20;
	sregs.efer = 0x500;
	sregs.cs.l = 1;
	return sregs;
}

START_TEST(sregs_long_mode_needs_the_cpuid)
{
	struct kvm_sregs sregs = long_mode_sregs();

	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_SREGS, &sregs), -EINVAL);
	ck_assert_int_eq(set_supported_cpuid(), 0);
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_SREGS, &sregs), 0);
}
END_TEST

START_TEST(sregs_contradictions_are_einval)
{
	static const struct {
		uint64_t cr0;
		uint64_t cr4;
		uint64_t efer;
		uint8_t cs_l;
		int r;
	} rows[] = {
		{ 0x80000011, 0x20, 0x500, 1, 0 },
		{ 0x80000011, 0x00, 0x500, 1, -EINVAL }, /* long mode without PAE */
		{ 0x80000011, 0x20, 0x100, 1, -EINVAL }, /* LME and paging, but no LMA */
		{ 0x00000011, 0x20, 0x500, 0, -EINVAL }, /* LMA without paging */
		{ 0x00000011, 0x20, 0x000, 1, -EINVAL }, /* 64-bit code without long mode */
		{ 0x00000011, 0x20, 0x100, 0, 0 },	 /* LME alone */
		{ 0x80000010, 0x00, 0x000, 0, -EINVAL }, /* paging without protection */
		{ 0x20000011, 0x00, 0x000, 0, -EINVAL }, /* NW without CD */
		{ 0x60000011, 0x00, 0x000, 0, 0 },
		{ 0x100000011, 0x00, 0x000, 0, -EINVAL },  /* upper half of CR0 */
		{ 0x00000011, 0x8000, 0x000, 0, -EINVAL }, /* a reserved bit of CR4 */
		{ 0x00000011, 0x00, 0x800, 0, 0 },	   /* NX */
		{ 0x00000011, 0x00, 0x1000, 0, -EINVAL },  /* SVME, which the CPUID lacks */
	};
	struct kvm_sregs sregs;

	ck_assert_int_eq(set_supported_cpuid(), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		sregs = get_sregs();
		sregs.cr0 = rows[i].cr0;
		sregs.cr4 = rows[i].cr4;
		sregs.efer = rows[i].efer;
		sregs.cs.l = rows[i].cs_l;
		ck_assert_msg(call_ptr(vcpu, KVM_SET_SREGS, &sregs) == rows[i].r, "row %zu", i);
	}
}
END_TEST

START_TEST(sregs_nx_needs_the_cpuid)
{
	struct kvm_sregs sregs = get_sregs();

	sregs.efer = 0x800;
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_SREGS, &sregs), -EINVAL);
}
END_TEST

START_TEST(sregs_apic_base_is_checked)
{
	struct kvm_sregs sregs = get_sregs();

	sregs.apic_base |= 0x1;
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_SREGS, &sregs), -EINVAL);
	sregs.apic_base = 1ULL << 36 | 0x800; /* beyond what no CPUID extends */
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_SREGS, &sregs), -EINVAL);
	sregs.apic_base = 0xfee00d00; /* x2APIC */
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_SREGS, &sregs), -EINVAL);
	ck_assert_int_eq(set_supported_cpuid(), 0);
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_SREGS, &sregs), 0);
	sregs.apic_base = 0xfee00500; /* x2APIC, but not enabled */
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_SREGS, &sregs), -EINVAL);
	sregs.apic_base = 0xfee00900;
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_SREGS, &sregs), 0);
}
END_TEST
#endif

Suite *registers_suite(void)
{
	Suite *suite = suite_create("sim_registers");

#ifdef KVM_GET_REGS
	ADD_TESTS(add_case(suite, "regs", setup_vcpu), regs_are_stored, regs_bad_pointer_is_efault);
#endif
#ifdef KVM_GET_FPU
	ADD_TESTS(add_case(suite, "fpu", setup_vcpu), fpu_is_stored);
#endif
#if defined(__x86_64__)
	ADD_TESTS(add_case(suite, "x86", setup_vcpu), regs_start_at_reset, sregs_are_stored,
		  sregs_long_mode_needs_the_cpuid, sregs_contradictions_are_einval,
		  sregs_nx_needs_the_cpuid, sregs_apic_base_is_checked);
#endif
	return suite;
}
