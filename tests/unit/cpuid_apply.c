/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A vCPU is given what a table says: all of it, or nothing. */
#include "alloc.h"
#include "cpuid_fixture.h"
#include "suites.h"

#include <string.h>

#define UCODE_REV	  0x8bU
#define CORE_CAPABILITIES 0xcfU
#define ARCH_CAPABILITIES 0x10aU
#define VMX_PINBASED_CTLS 0x481U /* that KVM makes of another */
#define NO_SUCH_MSR	  0xdeadU
#define UCODE_AT_RESET	  0x100000000U

static const struct kvmlib_cpuid_vcpu alone = { .size = sizeof(alone) };

#if defined(__x86_64__)

static struct kvmlib_cpuid *table;

static void setup_table(void)
{
	setup_vcpu();
	assert_ok(kvmlib_cpuid_collect(fix.system, NULL, &table));
}

static void teardown_table(void)
{
	table = kvmlib_cpuid_free(table);
	teardown();
}

/* What the vCPU has now. */

static struct kvmlib_cpuid *table_of_vcpu(void)
{
	struct kvm_cpuid_entry2 entries[KVMLIB_CPUID_MAX_LEAVES];
	struct kvmlib_cpuid *cpuid = NULL;
	uint32_t n = 0;

	assert_ok(kvmlib_vcpu_get_cpuid2(fix.vcpu, entries, KVMLIB_CPUID_MAX_LEAVES, &n));
	assert_ok(kvmlib_cpuid_from_entries(entries, n, &cpuid));
	return cpuid;
}

static uint64_t msr_of_vcpu(uint32_t index)
{
	struct kvm_msr_entry entry = { .index = index };

	assert_returns(kvmlib_vcpu_get_msrs(fix.vcpu, &entry, 1), 1);
	return entry.data;
}

static void expect_applied(void)
{
	struct kvmlib_cpuid *found = table_of_vcpu(), *expected = NULL;

	assert_ok(kvmlib_cpuid_copy(table, &expected));
	assert_ok(kvmlib_cpuid_fix(expected, &alone));
	while (kvmlib_cpuid_msr_at(expected, 0))
		assert_ok(
			kvmlib_cpuid_remove_msr(expected, kvmlib_cpuid_msr_at(expected, 0)->index));
	ck_assert(is_same(found, expected));
	kvmlib_cpuid_free(found);
	kvmlib_cpuid_free(expected);
}

static void expect_untouched(void)
{
	struct kvmlib_cpuid *found = table_of_vcpu();

	ck_assert_ptr_null(kvmlib_cpuid_leaf_at(found, 0));
	ck_assert_uint_eq(msr_of_vcpu(UCODE_REV), UCODE_AT_RESET);
	kvmlib_cpuid_free(found);
}

static void let_run(void)
{
	push_exit(KVMLIB_EXIT_HLT, 0);
	ck_assert_int_eq(kvmlib_vcpu_run(fix.vcpu), 0);
}

START_TEST(cpuid_is_applied_as_the_vcpu_s_own)
{
	assert_ok(kvmlib_cpuid_set_msr(table, UCODE_REV, 7));
	assert_ok(kvmlib_cpuid_apply(table, &alone, fix.vcpu));
	expect_applied();
	ck_assert_uint_eq(msr_of_vcpu(UCODE_REV), 7);
	ck_assert_uint_eq(register_of(table, 1, 0, KVMLIB_CPUID_EBX), 0x00010800);
}
END_TEST

START_TEST(cpuid_is_applied_with_msrs_whose_feature_is_there)
{
	assert_ok(kvmlib_cpuid_set_msr(table, ARCH_CAPABILITIES, 9));
	assert_ok(kvmlib_cpuid_apply(table, &alone, fix.vcpu));
	ck_assert_uint_eq(msr_of_vcpu(ARCH_CAPABILITIES), 0);
	change_features(table, "arch_capabilities", 1);
	assert_ok(kvmlib_cpuid_apply(table, &alone, fix.vcpu));
	ck_assert_uint_eq(msr_of_vcpu(ARCH_CAPABILITIES), 9);
}
END_TEST

START_TEST(cpuid_is_applied_without_msrs_that_follow_others)
{
	change_features(table, "vmx", 1);
	assert_ok(kvmlib_cpuid_set_msr(table, VMX_PINBASED_CTLS, 0x7f00000016));
	assert_ok(kvmlib_cpuid_set_msr(table, NO_SUCH_MSR, 3));
	assert_ok(kvmlib_cpuid_set_msr(table, 0x491, 0)); /* this kernel has it not, and need not */
	assert_ok(kvmlib_cpuid_apply(table, &alone, fix.vcpu));
	expect_applied();
}
END_TEST

START_TEST(cpuid_with_an_msr_that_is_refused_is_taken_back)
{
	assert_ok(kvmlib_cpuid_set_msr(table, UCODE_REV, 7));
	assert_ok(kvmlib_cpuid_set_msr(table, CORE_CAPABILITIES, 1));
	change_features(table, "core_capabilities", 1);
	assert_fails(kvmlib_cpuid_apply(table, &alone, fix.vcpu), EINVAL, MSR_REFUSED,
		     "KVM_SET_MSRS");
	assert_value(MSR, CORE_CAPABILITIES);
	assert_value(VCPU_ID, 0);
	assert_value(OUTCOME, 1);
	expect_untouched();
}
END_TEST

START_TEST(cpuid_with_msrs_that_are_refused_is_applied_where_that_is_allowed)
{
	const struct kvmlib_cpuid_vcpu lenient = { .size = sizeof(lenient),
						   .flags = KVMLIB_CPUID_LEAVE_MSRS };

	assert_ok(kvmlib_cpuid_set_msr(table, UCODE_REV, 7));
	assert_ok(kvmlib_cpuid_set_msr(table, CORE_CAPABILITIES, 1));
	assert_ok(kvmlib_cpuid_set_msr(table, 0xc0011029, 2));
	change_features(table, "core_capabilities", 1);
	assert_returns(kvmlib_cpuid_apply(table, &lenient, fix.vcpu), 2);
	expect_applied();
	ck_assert_uint_eq(msr_of_vcpu(UCODE_REV), 7);
	assert_ok(kvmlib_sim_fail_nth(fix.sim, 5, EFAULT)); /* the second MSR is no more refused */
	ck_assert_int_eq(kvmlib_cpuid_apply(table, &lenient, fix.vcpu), -EFAULT);
	ck_assert_str_eq(kvmlib_error_call(), "KVM_SET_MSRS");
	assert_value(OUTCOME, 1);
}
END_TEST

/* The calls: both CPUIDs, both of each MSR, and then back: the MSR, and CPUID. */
START_TEST(cpuid_that_is_not_taken_back_is_told)
{
	for (uint64_t n = 7; n <= 8; n++) {
		assert_ok(kvmlib_cpuid_set_msr(table, UCODE_REV, n));
		assert_ok(kvmlib_cpuid_set_msr(table, CORE_CAPABILITIES, 1));
		change_features(table, "core_capabilities", 1);
		assert_ok(kvmlib_sim_fail_nth(fix.sim, n, EFAULT));
		assert_fails(kvmlib_cpuid_apply(table, &alone, fix.vcpu), EINVAL, MSR_REFUSED,
			     "KVM_SET_MSRS");
		assert_value(OUTCOME, 2);
	}
}
END_TEST

START_TEST(cpuid_is_applied_as_a_whole_or_not_at_all)
{
	static const char *const subjects[] = { "cpuid", "cpuid", "msrs", "msrs" };
	uint64_t n;

	assert_ok(kvmlib_cpuid_set_msr(table, UCODE_REV, 7));
	for (n = 1;; n++) {
		assert_ok(kvmlib_sim_fail_nth(fix.sim, n, EFAULT));
		if (!kvmlib_cpuid_apply(table, &alone, fix.vcpu))
			break;
		kvmlib_sim_fail_nth(fix.sim, 0, 0);
		ck_assert_uint_le(n, 4);
		ck_assert_int_eq(kvmlib_error_errno(), EFAULT);
		ck_assert_str_eq(kvmlib_error_function(), "kvmlib_cpuid_apply");
		ck_assert_str_eq(kvmlib_error_subject(), subjects[n - 1]);
		assert_value(OUTCOME, n > 2);
		expect_untouched();
	}
	ck_assert_uint_eq(n, 5);
	assert_ok(kvmlib_sim_fail_nth(fix.sim, 0, 0));
}
END_TEST

START_TEST(cpuid_of_a_vcpu_that_has_run_stays)
{
	assert_ok(kvmlib_cpuid_set_msr(table, UCODE_REV, 7));
	assert_ok(kvmlib_cpuid_apply(table, &alone, fix.vcpu));
	let_run();
	assert_ok(kvmlib_cpuid_apply(table, &alone, fix.vcpu));
	change_features(table, "sse3", 0);
	assert_fails(kvmlib_cpuid_apply(table, &alone, fix.vcpu), EINVAL, CPUID_AFTER_RUN,
		     "KVM_SET_CPUID2");
	assert_value(OUTCOME, 0);
	change_features(table, "sse3", 1);
	expect_applied();
}
END_TEST

START_TEST(cpuid_of_another_place_is_refused)
{
	const struct kvmlib_cpuid_vcpu second = { .size = sizeof(second), .index = 1, .cores = 2 };
	const struct kvmlib_cpuid_vcpu none = { .size = sizeof(none), .index = 1 };
	const struct kvmlib_cpuid_vcpu small = { .size = 1 };

	assert_fails(kvmlib_cpuid_apply(table, &second, fix.vcpu), EINVAL, CPUID_VCPU_ID, NULL);
	assert_value(VCPU_ID, 0);
	assert_value(NEEDED, 1);
	assert_value(OUTCOME, 0);
	assert_fails(kvmlib_cpuid_apply(table, &none, fix.vcpu), EINVAL, CPUID_TOPOLOGY, NULL);
	assert_value(INDEX, 1);
	assert_fails(kvmlib_cpuid_apply(table, &small, fix.vcpu), EINVAL, OPTIONS_SIZE, NULL);
	assert_value(ARGUMENT, 2);
	expect_untouched();
}
END_TEST

START_TEST(cpuid_that_has_no_room_for_its_levels_is_refused)
{
	struct kvmlib_cpuid_leaf leaf = { .leaf = 0x12, .flags = 1 };

	for (; !kvmlib_cpuid_set_leaf(table, &leaf); leaf.subleaf++)
		;
	assert_fails(kvmlib_cpuid_apply(table, &alone, fix.vcpu), E2BIG, CPUID_FULL, NULL);
	assert_value(OUTCOME, 0);
	expect_untouched();
}
END_TEST

START_TEST(cpuid_null_arguments_and_no_memory_are_refused)
{
	assert_refuses_null(kvmlib_cpuid_apply(NULL, &alone, fix.vcpu), 1);
	assert_refuses_null(kvmlib_cpuid_apply(table, NULL, fix.vcpu), 2);
	assert_refuses_null(kvmlib_cpuid_apply(table, &alone, NULL), 3);
	alloc_start();
	alloc_fail_nth(1);
	assert_fails(kvmlib_cpuid_apply(table, &alone, fix.vcpu), ENOMEM, NO_MEMORY, NULL);
	ck_assert_uint_eq(alloc_stop(), 0);
	expect_untouched();
}
END_TEST

static void add_tests(Suite *suite)
{
	TCase *tc = tcase_create("apply");

	tcase_add_checked_fixture(tc, setup_table, teardown_table);
	suite_add_tcase(suite, tc);
	ADD_TESTS(tc, cpuid_is_applied_as_the_vcpu_s_own,
		  cpuid_is_applied_with_msrs_whose_feature_is_there,
		  cpuid_is_applied_without_msrs_that_follow_others,
		  cpuid_with_an_msr_that_is_refused_is_taken_back,
		  cpuid_with_msrs_that_are_refused_is_applied_where_that_is_allowed,
		  cpuid_that_is_not_taken_back_is_told, cpuid_is_applied_as_a_whole_or_not_at_all,
		  cpuid_of_a_vcpu_that_has_run_stays, cpuid_of_another_place_is_refused,
		  cpuid_that_has_no_room_for_its_levels_is_refused,
		  cpuid_null_arguments_and_no_memory_are_refused);
}

#else

START_TEST(cpuid_is_applied_on_x86_alone)
{
	struct kvmlib_cpuid *table;

	assert_ok(kvmlib_cpuid_new(&table));
	assert_fails(kvmlib_cpuid_apply(table, &alone, fix.vcpu), EOPNOTSUPP, ARCH_UNSUPPORTED,
		     NULL);
	kvmlib_cpuid_free(table);
}
END_TEST

static void add_tests(Suite *suite)
{
	ADD_TESTS(add_case(suite, "apply", setup_vcpu), cpuid_is_applied_on_x86_alone);
}

#endif

Suite *cpuid_apply_suite(void)
{
	Suite *suite = suite_create("cpuid_apply");

	add_tests(suite);
	return suite;
}
