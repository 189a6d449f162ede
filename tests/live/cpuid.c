/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the CPUID instruction tells. */

#include <runner.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "guest.h"

#define MOVBE (1U << 22)

static const struct kvm_cpuid_entry2 *find(const struct kvm_cpuid_entry2 *entries, uint32_t count,
					   uint32_t function)
{
	for (uint32_t i = 0; i < count; i++)
		if (entries[i].function == function)
			return &entries[i];
	ck_abort_msg("no leaf 0x%x", function);
}

static void assert_same(const struct kvm_cpuid_entry2 *a, uint32_t nr_a,
			const struct kvm_cpuid_entry2 *b, uint32_t nr_b)
{
	ck_assert_uint_eq(nr_a, nr_b);
	ck_assert_mem_eq(a, b, nr_a * sizeof(*a));
}

START_TEST(cpuid_list_is_the_same_in_both_forms)
{
	static struct kvm_cpuid_entry2 exact[256];
	struct kvm_cpuid_entry2 *made;
	uint32_t count, nr_made;

	ck_assert_int_eq(kvmlib_system_get_supported_cpuid(guest.system, exact, 256, &count), 0);
	ck_assert_int_eq(kvmlib_system_get_supported_cpuid_alloc(guest.system, &made, &nr_made), 0);
	ck_assert_uint_eq(nr_made, count);
	for (uint32_t i = 0; i < count; i++)
		ck_assert_uint_eq(made[i].function, exact[i].function);
	ck_assert_uint_eq(find(made, count, 0x80000000)->eax, find(exact, count, 0x80000000)->eax);
	free(made);
}
END_TEST

START_TEST(cpuid_that_is_set_comes_back)
{
	struct kvm_cpuid_entry2 *in, *out;
	uint32_t nr_in, nr_out;

	ck_assert_int_eq(kvmlib_system_get_supported_cpuid_alloc(guest.system, &in, &nr_in), 0);
	ck_assert_int_eq(kvmlib_vcpu_set_cpuid2(guest.vcpu, in, nr_in), 0);
	ck_assert_int_eq(kvmlib_vcpu_get_cpuid2_alloc(guest.vcpu, &out, &nr_out), 0);
	ck_assert_uint_eq(nr_out, nr_in);
	for (uint32_t i = 0; i < nr_in; i++) {
		ck_assert_uint_eq(out[i].function, in[i].function);
		ck_assert_uint_eq(out[i].index, in[i].index);
	}
	ck_assert_mem_eq(find(out, nr_out, 0), find(in, nr_in, 0), sizeof(*in));
	assert_failed(kvmlib_vcpu_get_cpuid2(guest.vcpu, out, nr_in - 1, &nr_out), E2BIG,
		      KVMLIB_CAUSE_LIST_TOO_SMALL);
	free(in);
	free(out);
}
END_TEST

START_TEST(cpuid_of_the_old_form_comes_back)
{
	struct kvm_cpuid_entry in[2] = {
		{ .function = 0, .eax = 1, .ebx = 0x11111111 },
		{ .function = 0x40000000, .ebx = 0x22222222, .edx = 0x33333333 },
	};
	struct kvm_cpuid_entry2 out[2];
	uint32_t count = 0;

	ck_assert_int_eq(kvmlib_vcpu_set_cpuid(guest.vcpu, in, 2), 0);
	ck_assert_int_eq(kvmlib_vcpu_get_cpuid2(guest.vcpu, out, 2, &count), 0);
	ck_assert_uint_eq(count, 2);
	ck_assert_uint_eq(out[0].ebx, 0x11111111);
	ck_assert_uint_eq(out[1].function, 0x40000000);
	ck_assert_uint_eq(out[1].edx, 0x33333333);
}
END_TEST

START_TEST(cpuid_reaches_the_guest)
{
	struct kvm_cpuid_entry2 entries[2] = {
		{ .function = 0, .eax = 1 },
		{ .function = 0x40000000, .ebx = 0x12345678 },
	};
	uint32_t ebx;

	ck_assert_int_eq(kvmlib_vcpu_set_cpuid2(guest.vcpu, entries, 2), 0);
	/* mov eax, 0x40000000; cpuid; mov [0x2000], ebx; hlt */
	GUEST_CODE(0x66, 0xb8, 0x00, 0x00, 0x00, 0x40, 0x0f, 0xa2, 0x66, 0x89, 0x1e, 0x00, 0x20,
		   0xf4);
	run_to(KVMLIB_EXIT_HLT);
	memcpy(&ebx, guest.ram + 0x2000, sizeof(ebx));
	ck_assert_uint_eq(ebx, 0x12345678);
}
END_TEST

START_TEST(cpuid_that_is_emulated_has_movbe)
{
	static struct kvm_cpuid_entry2 exact[256];
	struct kvm_cpuid_entry2 *entries;
	uint32_t count, nr_exact;

	if (kvmlib_system_check_extension(guest.system, KVMLIB_CAP_EXT_EMUL_CPUID) <= 0)
		SKIP("this kernel has no KVM_CAP_EXT_EMUL_CPUID");
	ck_assert_int_eq(kvmlib_system_get_emulated_cpuid_alloc(guest.system, &entries, &count), 0);
	ck_assert_uint_eq(find(entries, count, 1)->ecx & MOVBE, MOVBE);
	ck_assert_int_eq(kvmlib_system_get_emulated_cpuid(guest.system, exact, 256, &nr_exact), 0);
	assert_same(exact, nr_exact, entries, count);
	assert_failed(kvmlib_system_get_emulated_cpuid(guest.system, entries, 1, &count), E2BIG,
		      KVMLIB_CAUSE_LIST_TOO_SMALL);
	free(entries);
}
END_TEST

/* Leaf 0x40000000 has Hyper-V's interface; its maker is KVM. */
static void assert_hyperv(const struct kvm_cpuid_entry2 *entries, uint32_t count)
{
	const struct kvm_cpuid_entry2 *leaf = find(entries, count, 0x40000000);
	char maker[13] = "";

	memcpy(maker, &leaf->ebx, 12);
	ck_assert_str_eq(maker, "Linux KVM Hv");
	ck_assert_uint_ge(leaf->eax, 0x40000005);
	ck_assert_int_eq(memcmp(&find(entries, count, 0x40000001)->eax, "Hv#1", 4), 0);
}

START_TEST(cpuid_of_hyperv_is_told_by_the_system)
{
	static struct kvm_cpuid_entry2 exact[256];
	struct kvm_cpuid_entry2 *entries;
	uint32_t count, nr_exact;

	if (kvmlib_system_check_extension(guest.system, KVMLIB_CAP_SYS_HYPERV_CPUID) <= 0)
		SKIP("this kernel has no KVM_CAP_SYS_HYPERV_CPUID");
	ck_assert_int_eq(kvmlib_system_get_supported_hv_cpuid_alloc(guest.system, &entries, &count),
			 0);
	assert_hyperv(entries, count);
	ck_assert_int_eq(kvmlib_system_get_supported_hv_cpuid(guest.system, exact, 256, &nr_exact),
			 0);
	assert_same(exact, nr_exact, entries, count);
	free(entries);
}
END_TEST

START_TEST(cpuid_of_hyperv_is_told_by_the_vcpu)
{
	static struct kvm_cpuid_entry2 exact[256];
	struct kvm_cpuid_entry2 *entries;
	uint32_t count, nr_exact;

	if (guest_has(KVMLIB_CAP_HYPERV_CPUID) <= 0)
		SKIP("this kernel has no KVM_CAP_HYPERV_CPUID");
	ck_assert_int_eq(kvmlib_vcpu_get_supported_hv_cpuid_alloc(guest.vcpu, &entries, &count), 0);
	assert_hyperv(entries, count);
	ck_assert_int_eq(kvmlib_vcpu_get_supported_hv_cpuid(guest.vcpu, exact, 256, &nr_exact), 0);
	assert_same(exact, nr_exact, entries, count);
	assert_failed(kvmlib_vcpu_get_supported_hv_cpuid(guest.vcpu, entries, 1, &count), E2BIG,
		      KVMLIB_CAUSE_LIST_TOO_SMALL);
	free(entries);
}
END_TEST

Suite *cpuid_suite(void)
{
	Suite *suite = suite_create("cpuid");
	TCase *tc = tcase_create("cpuid");

	tcase_add_checked_fixture(tc, guest_setup, guest_teardown);
	tcase_add_test(tc, cpuid_list_is_the_same_in_both_forms);
	tcase_add_test(tc, cpuid_that_is_set_comes_back);
	tcase_add_test(tc, cpuid_of_the_old_form_comes_back);
	tcase_add_test(tc, cpuid_reaches_the_guest);
	tcase_add_test(tc, cpuid_that_is_emulated_has_movbe);
	tcase_add_test(tc, cpuid_of_hyperv_is_told_by_the_system);
	tcase_add_test(tc, cpuid_of_hyperv_is_told_by_the_vcpu);
	suite_add_tcase(suite, tc);
	return suite;
}
