/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What x86 adds to a vCPU's state. */

#include <runner.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "guest.h"

#define EFER_SVME     (1U << 12)
#define TPR	      0x80
#define XMM3_IN_XSAVE (160 + 3 * 16)
#define XSTATE_BV     512

#define NEEDS(capability)                                                \
	do {                                                             \
		if (guest_has(KVMLIB_CAP_##capability) <= 0)             \
			SKIP("this kernel has no KVM_CAP_" #capability); \
	} while (0)

START_TEST(lapic_comes_back_as_written)
{
	struct kvm_lapic_state in, out;

	ck_assert_int_eq(kvmlib_vcpu_get_lapic(guest.vcpu, &in), 0);
	in.regs[TPR] = 0x40;
	ck_assert_int_eq(kvmlib_vcpu_set_lapic(guest.vcpu, &in), 0);
	ck_assert_int_eq(kvmlib_vcpu_get_lapic(guest.vcpu, &out), 0);
	ck_assert_int_eq(out.regs[TPR], 0x40);
	ck_assert_mem_eq(in.regs + 0x300, out.regs + 0x300, 0x80);
}
END_TEST

START_TEST(lapic_is_missing_without_irqchip)
{
	struct kvm_lapic_state lapic = { { 0 } };

	assert_failed(kvmlib_vcpu_get_lapic(guest.vcpu, &lapic), EINVAL,
		      KVMLIB_CAUSE_LAPIC_MISSING);
	ck_assert_int_eq(kvmlib_vcpu_set_lapic(guest.vcpu, &lapic), -EINVAL);
}
END_TEST

START_TEST(debugregs_come_back_and_reach_the_guest)
{
	struct kvm_debugregs in = { .db = { 1, 2, 3, 0x12345678 },
				    .dr6 = 0xffff0ff0,
				    .dr7 = 0x400 };
	struct kvm_debugregs out;
	uint32_t eax;

	NEEDS(DEBUGREGS);
	ck_assert_int_eq(kvmlib_vcpu_set_debugregs(guest.vcpu, &in), 0);
	ck_assert_int_eq(kvmlib_vcpu_get_debugregs(guest.vcpu, &out), 0);
	ck_assert_mem_eq(&in, &out, sizeof(in));
	/* mov eax, dr3; mov [0x2000], eax; hlt */
	GUEST_CODE(0x0f, 0x21, 0xd8, 0x66, 0xa3, 0x00, 0x20, 0xf4);
	run_to(KVMLIB_EXIT_HLT);
	memcpy(&eax, guest.ram + 0x2000, sizeof(eax));
	ck_assert_uint_eq(eax, 0x12345678);
}
END_TEST

START_TEST(debugregs_with_flags_are_refused)
{
	struct kvm_debugregs debugregs = { .flags = 1 };

	NEEDS(DEBUGREGS);
	assert_failed(kvmlib_vcpu_set_debugregs(guest.vcpu, &debugregs), EINVAL,
		      KVMLIB_CAUSE_DEBUGREGS_INVALID);
}
END_TEST

START_TEST(xcrs_come_back_and_are_checked)
{
	struct kvm_xcrs xcrs, out;

	NEEDS(XCRS);
	ck_assert_int_eq(kvmlib_vcpu_get_xcrs(guest.vcpu, &xcrs), 0);
	ck_assert_uint_eq(xcrs.nr_xcrs, 1);
	ck_assert_uint_eq(xcrs.xcrs[0].value, 1); /* after reset: the x87 alone */
	ck_assert_int_eq(kvmlib_vcpu_set_xcrs(guest.vcpu, &xcrs), 0);
	ck_assert_int_eq(kvmlib_vcpu_get_xcrs(guest.vcpu, &out), 0);
	ck_assert_mem_eq(&xcrs, &out, sizeof(xcrs));
	xcrs.xcrs[0].value = 0;
	assert_failed(kvmlib_vcpu_set_xcrs(guest.vcpu, &xcrs), EINVAL, KVMLIB_CAUSE_XCRS_INVALID);
}
END_TEST

START_TEST(sregs2_are_sregs_and_come_back_as_written)
{
	struct kvmlib_sregs2 in, out;
	struct kvm_sregs sregs;

	NEEDS(SREGS2);
	ck_assert_int_eq(kvmlib_vcpu_get_sregs(guest.vcpu, &sregs), 0);
	ck_assert_int_eq(kvmlib_vcpu_get_sregs2(guest.vcpu, &in), 0);
	ck_assert_mem_eq(&in.cs, &sregs.cs, sizeof(sregs.cs));
	ck_assert_uint_eq(in.cr0, sregs.cr0);
	in.cr2 = 0x12345000;
	in.es.base = 0x4320;
	in.es.selector = 0x432;
	ck_assert_int_eq(kvmlib_vcpu_set_sregs2(guest.vcpu, &in), 0);
	ck_assert_int_eq(kvmlib_vcpu_get_sregs2(guest.vcpu, &out), 0);
	ck_assert_mem_eq(&in, &out, sizeof(in));
	in.cr0 = 0x80000000U; /* paging without protection */
	assert_failed(kvmlib_vcpu_set_sregs2(guest.vcpu, &in), EINVAL,
		      KVMLIB_CAUSE_SREGS_INCONSISTENT);
}
END_TEST

/* An XSAVE area in which XMM3 is that byte throughout. */
static void set_xmm3(unsigned char *xsave, uint8_t byte)
{
	xsave[XSTATE_BV] |= 3; /* x87 and SSE have other than their first values */
	memset(xsave + XMM3_IN_XSAVE, byte, 16);
}

static void assert_xmm3(uint8_t byte)
{
	struct kvm_fpu fpu;

	ck_assert_int_eq(kvmlib_vcpu_get_fpu(guest.vcpu, &fpu), 0);
	for (size_t i = 0; i < sizeof(fpu.xmm[3]); i++)
		ck_assert_uint_eq(fpu.xmm[3][i], byte);
}

START_TEST(xsave_comes_back_as_written)
{
	static unsigned char in[4096], out[4096];

	NEEDS(XSAVE);
	if (kvmlib_vcpu_xsave_size(guest.vcpu) > 4096)
		SKIP("this host's extended state has more than 4096 bytes");
	ck_assert_int_eq(kvmlib_vcpu_get_xsave(guest.vcpu, in, sizeof(in)), 0);
	set_xmm3(in, 0x3c);
	ck_assert_int_eq(kvmlib_vcpu_set_xsave(guest.vcpu, in, sizeof(in)), 0);
	assert_xmm3(0x3c);
	ck_assert_int_eq(kvmlib_vcpu_get_xsave(guest.vcpu, out, sizeof(out)), 0);
	ck_assert_mem_eq(out + XMM3_IN_XSAVE, in + XMM3_IN_XSAVE, 16);
}
END_TEST

START_TEST(xsave2_comes_back_as_written)
{
	static unsigned char in[65536], out[65536];
	int size = kvmlib_vcpu_xsave_size(guest.vcpu);

	NEEDS(XSAVE2);
	ck_assert_int_ge(size, 4096);
	ck_assert_int_le(size, (int)sizeof(in));
	ck_assert_int_eq(size, guest_has(KVMLIB_CAP_XSAVE2));
	ck_assert_int_eq(kvmlib_vcpu_get_xsave2(guest.vcpu, in, (size_t)size), 0);
	set_xmm3(in, 0xc3);
	ck_assert_int_eq(kvmlib_vcpu_set_xsave(guest.vcpu, in, (size_t)size), 0);
	assert_xmm3(0xc3);
	ck_assert_int_eq(kvmlib_vcpu_get_xsave2(guest.vcpu, out, (size_t)size), 0);
	ck_assert_mem_eq(out + XMM3_IN_XSAVE, in + XMM3_IN_XSAVE, 16);
	assert_failed(kvmlib_vcpu_get_xsave2(guest.vcpu, out, (size_t)size - 1), EINVAL,
		      KVMLIB_CAUSE_BUFFER_TOO_SMALL);
}
END_TEST

START_TEST(xsave_with_a_bad_header_is_refused)
{
	static unsigned char xsave[65536];
	int size = kvmlib_vcpu_xsave_size(guest.vcpu);

	NEEDS(XSAVE);
	ck_assert_int_le(size, (int)sizeof(xsave));
	memset(xsave + XSTATE_BV, 0xff, 8); /* features that no CPU has */
	assert_failed(kvmlib_vcpu_set_xsave(guest.vcpu, xsave, sizeof(xsave)), EINVAL,
		      KVMLIB_CAUSE_XSAVE_INVALID);
}
END_TEST

static void enable_svm(void)
{
	struct kvm_sregs sregs;

	pose_as_host();
	ck_assert_int_eq(kvmlib_vcpu_get_sregs(guest.vcpu, &sregs), 0);
	sregs.efer |= EFER_SVME;
	ck_assert_int_eq(kvmlib_vcpu_set_sregs(guest.vcpu, &sregs), 0);
}

/* The kernel's struct, and what may follow it. */
union nested {
	struct kvm_nested_state state;
	unsigned char room[16384];
};

START_TEST(nested_state_comes_back_as_written)
{
	static union nested in, out;
	int size = kvmlib_vm_nested_state_size(guest.vm);

	if (size <= 0)
		SKIP("guests can't be hypervisors here");
	ck_assert_int_le(size, (int)sizeof(in));
	ck_assert_int_eq(kvmlib_vcpu_get_nested_state(guest.vcpu, &in, (size_t)size), 0);
	ck_assert_uint_ge(in.state.size, sizeof(in.state));
	ck_assert_uint_le(in.state.size, (uint32_t)size);
	if (in.state.format != KVMLIB_STATE_NESTED_FORMAT_SVM)
		SKIP("what follows is about AMD's");
	ck_assert_uint_eq(in.state.flags, KVMLIB_STATE_NESTED_GIF_SET);

	enable_svm();
	in.state.flags = 0; /* as after CLGI */
	ck_assert_int_eq(kvmlib_vcpu_set_nested_state(guest.vcpu, &in, in.state.size), 0);
	ck_assert_int_eq(kvmlib_vcpu_get_nested_state(guest.vcpu, &out, (size_t)size), 0);
	ck_assert_mem_eq(&in, &out, in.state.size);
}
END_TEST

START_TEST(nested_state_is_checked)
{
	static union nested nested;
	int size = kvmlib_vm_nested_state_size(guest.vm);

	if (size <= 0)
		SKIP("guests can't be hypervisors here");
	ck_assert_int_eq(kvmlib_vcpu_get_nested_state(guest.vcpu, &nested, (size_t)size), 0);
	assert_failed(kvmlib_vcpu_set_nested_state(guest.vcpu, &nested, nested.state.size - 1),
		      EINVAL, KVMLIB_CAUSE_BUFFER_TOO_SMALL);
	nested.state.flags = 0xffff;
	ck_assert_int_eq(kvmlib_vcpu_set_nested_state(guest.vcpu, &nested, nested.state.size),
			 -EINVAL);
	ck_assert_str_eq(kvmlib_error_call(), "KVM_SET_NESTED_STATE");
}
END_TEST

Suite *x86_state_suite(void)
{
	Suite *suite = suite_create("x86_state");
	TCase *tc = tcase_create("x86_state"), *irqchip = tcase_create("irqchip");

	tcase_add_checked_fixture(tc, guest_setup, guest_teardown);
	tcase_add_test(tc, lapic_is_missing_without_irqchip);
	tcase_add_test(tc, debugregs_come_back_and_reach_the_guest);
	tcase_add_test(tc, debugregs_with_flags_are_refused);
	tcase_add_test(tc, xcrs_come_back_and_are_checked);
	tcase_add_test(tc, sregs2_are_sregs_and_come_back_as_written);
	tcase_add_test(tc, xsave_comes_back_as_written);
	tcase_add_test(tc, xsave2_comes_back_as_written);
	tcase_add_test(tc, xsave_with_a_bad_header_is_refused);
	tcase_add_test(tc, nested_state_comes_back_as_written);
	tcase_add_test(tc, nested_state_is_checked);
	suite_add_tcase(suite, tc);
	tcase_add_checked_fixture(irqchip, guest_setup_irqchip, guest_teardown);
	tcase_add_test(irqchip, lapic_comes_back_as_written);
	suite_add_tcase(suite, irqchip);
	return suite;
}
