/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tables of CPUID: leaves, MSRs, features by name, and KVM's entries. */

#define KVMLIB__STRUCTS "uapi_structs_x86_64.h"
#include "alloc.h"
#include "fixture.h"
#include "suites.h"

#include <string.h>

#define INDEXED KVMLIB_CPUID_FLAG_SIGNIFCANT_INDEX

static struct kvmlib_cpuid *table;

static void setup(void)
{
	alloc_start();
	ck_assert_int_eq(kvmlib_cpuid_new(&table), 0);
}

static void done(void)
{
	table = kvmlib_cpuid_free(table);
	ck_assert_uint_eq(alloc_stop(), 0);
}

/* A leaf with such an EAX, and 1, 2 and 3 in the other registers. */
#define LEAF(leaf, subleaf, flags, eax) \
	(&(struct kvmlib_cpuid_leaf){ leaf, subleaf, flags, 0, { eax, 1, 2, 3 } })

static void assert_leaf(size_t index, uint32_t leaf, uint32_t subleaf, uint32_t eax)
{
	const struct kvmlib_cpuid_leaf *found = kvmlib_cpuid_leaf_at(table, index);

	ck_assert_ptr_nonnull(found);
	ck_assert_uint_eq(found->leaf, leaf);
	ck_assert_uint_eq(found->subleaf, subleaf);
	ck_assert_uint_eq(found->registers[KVMLIB_CPUID_EAX], eax);
	ck_assert_uint_eq(found->registers[KVMLIB_CPUID_EDX], 3);
}

START_TEST(cpuid_new_is_empty)
{
	ck_assert_ptr_null(kvmlib_cpuid_leaf_at(table, 0));
	ck_assert_ptr_null(kvmlib_cpuid_get_leaf(table, 0, 0));
	ck_assert_ptr_null(kvmlib_cpuid_msr_at(table, 0));
	ck_assert_ptr_null(kvmlib_cpuid_get_msr(table, 0x10a));
	ck_assert_ptr_null(kvmlib_cpuid_free(NULL));
}
END_TEST

START_TEST(cpuid_leaves_are_sorted_and_replaced)
{
	assert_ok(kvmlib_cpuid_set_leaf(table, LEAF(0x80000000, 0, 0, 1)));
	assert_ok(kvmlib_cpuid_set_leaf(table, LEAF(7, 1, INDEXED, 2)));
	assert_ok(kvmlib_cpuid_set_leaf(table, LEAF(1, 0, 0, 3)));
	assert_ok(kvmlib_cpuid_set_leaf(table, LEAF(7, 0, INDEXED, 4)));
	assert_ok(kvmlib_cpuid_set_leaf(table, LEAF(1, 0, 0, 5)));
	assert_leaf(0, 1, 0, 5);
	assert_leaf(1, 7, 0, 4);
	assert_leaf(2, 7, 1, 2);
	assert_leaf(3, 0x80000000, 0, 1);
	ck_assert_ptr_null(kvmlib_cpuid_leaf_at(table, 4));
}
END_TEST

START_TEST(cpuid_leaf_answers_as_the_instruction_does)
{
	assert_ok(kvmlib_cpuid_set_leaf(table, LEAF(1, 0, 0, 3)));
	assert_ok(kvmlib_cpuid_set_leaf(table, LEAF(7, 0, INDEXED, 4)));
	ck_assert_ptr_eq(kvmlib_cpuid_get_leaf(table, 1, 9), kvmlib_cpuid_leaf_at(table, 0));
	ck_assert_ptr_eq(kvmlib_cpuid_get_leaf(table, 7, 0), kvmlib_cpuid_leaf_at(table, 1));
	ck_assert_ptr_null(kvmlib_cpuid_get_leaf(table, 7, 1));
	ck_assert_ptr_null(kvmlib_cpuid_get_leaf(table, 2, 0));
	ck_assert_ptr_null(kvmlib_cpuid_get_leaf(table, 0, 0));
}
END_TEST

START_TEST(cpuid_leaf_in_both_forms_is_refused)
{
	assert_ok(kvmlib_cpuid_set_leaf(table, LEAF(7, 1, INDEXED, 4)));
	assert_fails(kvmlib_cpuid_set_leaf(table, LEAF(7, 0, 0, 4)), EEXIST, CPUID_LEAF_TWICE,
		     NULL);
	assert_value(LEAF, 7);
	assert_value(SUBLEAF, 0);
	assert_ok(kvmlib_cpuid_set_leaf(table, LEAF(1, 0, 0, 4)));
	assert_fails(kvmlib_cpuid_set_leaf(table, LEAF(1, 2, INDEXED, 4)), EEXIST, CPUID_LEAF_TWICE,
		     NULL);
	assert_value(LEAF, 1);
	assert_value(SUBLEAF, 2);
	assert_leaf(0, 1, 0, 4);
	assert_leaf(1, 7, 1, 4);
}
END_TEST

START_TEST(cpuid_leaf_that_is_bad_is_refused)
{
	struct kvmlib_cpuid_leaf leaf = { .leaf = 1, .reserved = 1 };

	assert_fails(kvmlib_cpuid_set_leaf(table, LEAF(1, 0, 2, 0)), EINVAL, BAD_ARGUMENT, NULL);
	assert_fails(kvmlib_cpuid_set_leaf(table, LEAF(1, 1, 0, 0)), EINVAL, BAD_ARGUMENT, NULL);
	assert_fails(kvmlib_cpuid_set_leaf(table, &leaf), EINVAL, BAD_ARGUMENT, NULL);
	ck_assert_ptr_null(kvmlib_cpuid_leaf_at(table, 0));
}
END_TEST

START_TEST(cpuid_leaves_have_an_exact_limit)
{
	for (uint32_t i = 0; i < KVMLIB_CPUID_MAX_LEAVES; i++)
		assert_ok(kvmlib_cpuid_set_leaf(table, LEAF(0xd, 2 * i + 2, INDEXED, i)));
	assert_fails(kvmlib_cpuid_set_leaf(table, LEAF(0xd, 1, INDEXED, 7)), E2BIG, CPUID_FULL,
		     NULL);
	assert_value(SUBLEAF, 1);
	assert_ok(kvmlib_cpuid_set_leaf(table, LEAF(0xd, 2, INDEXED, 9)));
	assert_leaf(0, 0xd, 2, 9);
	assert_leaf(255, 0xd, 512, 255);
	assert_fails(kvmlib_cpuid_set_feature(table, "sse2", 1), E2BIG, CPUID_FULL, NULL);
	assert_value(LEAF, 1);
}
END_TEST

START_TEST(cpuid_leaf_is_taken_out)
{
	assert_ok(kvmlib_cpuid_set_leaf(table, LEAF(1, 0, 0, 1)));
	assert_ok(kvmlib_cpuid_set_leaf(table, LEAF(7, 0, INDEXED, 2)));
	assert_ok(kvmlib_cpuid_set_leaf(table, LEAF(7, 1, INDEXED, 3)));
	assert_ok(kvmlib_cpuid_remove_leaf(table, 7, 0));
	assert_fails(kvmlib_cpuid_remove_leaf(table, 7, 0), ENOENT, CPUID_LEAF_ABSENT, NULL);
	assert_value(LEAF, 7);
	assert_value(SUBLEAF, 0);
	assert_leaf(1, 7, 1, 3);
	assert_ok(kvmlib_cpuid_remove_leaf(table, 1, 5));
	assert_leaf(0, 7, 1, 3);
	ck_assert_ptr_null(kvmlib_cpuid_leaf_at(table, 1));
}
END_TEST

static void assert_msr(size_t index, uint32_t msr, uint64_t value)
{
	const struct kvmlib_cpuid_msr *found = kvmlib_cpuid_msr_at(table, index);

	ck_assert_ptr_nonnull(found);
	ck_assert_uint_eq(found->index, msr);
	ck_assert_uint_eq(found->value, value);
	ck_assert_ptr_eq(kvmlib_cpuid_get_msr(table, msr), found);
}

START_TEST(cpuid_msrs_are_sorted_replaced_and_taken_out)
{
	assert_ok(kvmlib_cpuid_set_msr(table, 0x48b, 1));
	assert_ok(kvmlib_cpuid_set_msr(table, 0x10a, 2));
	assert_ok(kvmlib_cpuid_set_msr(table, 0xc0011029, 3));
	assert_ok(kvmlib_cpuid_set_msr(table, 0x48b, UINT64_MAX));
	assert_msr(0, 0x10a, 2);
	assert_msr(1, 0x48b, UINT64_MAX);
	assert_msr(2, 0xc0011029, 3);
	assert_ok(kvmlib_cpuid_remove_msr(table, 0x10a));
	assert_msr(0, 0x48b, UINT64_MAX);
	assert_fails(kvmlib_cpuid_remove_msr(table, 0x10a), ENOENT, CPUID_LEAF_ABSENT, NULL);
	assert_value(MSR, 0x10a);
	assert_fails(kvmlib_cpuid_remove_msr(table, 0xffffffff), ENOENT, CPUID_LEAF_ABSENT, NULL);
	ck_assert_ptr_null(kvmlib_cpuid_msr_at(table, 2));
}
END_TEST

START_TEST(cpuid_msrs_have_an_exact_limit)
{
	for (uint32_t i = 0; i < KVMLIB_CPUID_MAX_MSRS; i++)
		assert_ok(kvmlib_cpuid_set_msr(table, 100 - i, i));
	assert_fails(kvmlib_cpuid_set_msr(table, 0, 7), E2BIG, CPUID_FULL, NULL);
	assert_value(MSR, 0);
	assert_ok(kvmlib_cpuid_set_msr(table, 100, 9));
	assert_msr(KVMLIB_CPUID_MAX_MSRS - 1, 100, 9);
}
END_TEST

START_TEST(cpuid_copy_is_alike_and_its_own)
{
	struct kvmlib_cpuid *copy = NULL;

	assert_ok(kvmlib_cpuid_set_leaf(table, LEAF(1, 0, 0, 3)));
	assert_ok(kvmlib_cpuid_set_msr(table, 0x10a, 2));
	assert_ok(kvmlib_cpuid_copy(table, &copy));
	assert_ok(kvmlib_cpuid_set_leaf(table, LEAF(1, 0, 0, 4)));
	ck_assert_uint_eq(kvmlib_cpuid_get_leaf(copy, 1, 0)->registers[0], 3);
	ck_assert_uint_eq(kvmlib_cpuid_get_msr(copy, 0x10a)->value, 2);
	ck_assert_ptr_null(kvmlib_cpuid_leaf_at(copy, 1));
	kvmlib_cpuid_free(copy);
}
END_TEST

START_TEST(cpuid_features_are_found_by_name)
{
	const struct kvmlib_cpuid_feature *feature = kvmlib_cpuid_find_feature("avx512f");
	size_t n = 0;

	ck_assert_uint_eq(feature->leaf, 7);
	ck_assert_uint_eq(feature->subleaf, 0);
	ck_assert_uint_eq(feature->flags, INDEXED);
	ck_assert_uint_eq(feature->reg, KVMLIB_CPUID_EBX);
	ck_assert_uint_eq(feature->bit, 16);
	ck_assert_uint_eq(kvmlib_cpuid_find_feature("sse2")->flags, 0);
	ck_assert_ptr_null(kvmlib_cpuid_find_feature("avx512"));
	ck_assert_ptr_null(kvmlib_cpuid_find_feature(NULL));
	while ((feature = kvmlib_cpuid_feature_at(n))) {
		ck_assert_ptr_eq(kvmlib_cpuid_find_feature(feature->name), feature);
		ck_assert_str_eq(kvmlib_cpuid_bit_name(feature->leaf, feature->subleaf,
						       feature->reg, feature->bit),
				 feature->name);
		n++;
	}
	ck_assert_uint_gt(n, 400);
}
END_TEST

START_TEST(cpuid_every_feature_is_given_and_taken)
{
	const struct kvmlib_cpuid_feature *feature;

	for (size_t i = 0; (feature = kvmlib_cpuid_feature_at(i)); i++) {
		ck_assert_int_eq(kvmlib_cpuid_has_feature(table, feature->name), 0);
		assert_ok(kvmlib_cpuid_set_feature(table, feature->name, 0));
		assert_ok(kvmlib_cpuid_set_feature(table, feature->name, 1));
		assert_returns(kvmlib_cpuid_has_feature(table, feature->name), 1);
	}
	for (size_t i = 0; (feature = kvmlib_cpuid_feature_at(i)); i++) {
		assert_ok(kvmlib_cpuid_set_feature(table, feature->name, 0));
		ck_assert_int_eq(kvmlib_cpuid_has_feature(table, feature->name), 0);
	}
	for (size_t i = 0; kvmlib_cpuid_leaf_at(table, i); i++)
		for (int reg = 0; reg < 4; reg++)
			ck_assert_uint_eq(kvmlib_cpuid_leaf_at(table, i)->registers[reg], 0);
}
END_TEST

START_TEST(cpuid_feature_leaves_other_bits_alone)
{
	assert_ok(kvmlib_cpuid_set_leaf(table, LEAF(1, 0, 0, 0x800f11)));
	assert_ok(kvmlib_cpuid_set_feature(table, "avx", 1));
	ck_assert_uint_eq(kvmlib_cpuid_leaf_at(table, 0)->registers[0], 0x800f11);
	ck_assert_uint_eq(kvmlib_cpuid_leaf_at(table, 0)->registers[2], 1U << 28 | 2);
	ck_assert_ptr_null(kvmlib_cpuid_leaf_at(table, 1));
}
END_TEST

START_TEST(cpuid_feature_that_is_unknown_is_named)
{
	assert_fails(kvmlib_cpuid_has_feature(table, "avx3"), EINVAL, CPUID_FEATURE_UNKNOWN, NULL);
	ck_assert_str_eq(kvmlib_error_subject(), "avx3");
	assert_fails(kvmlib_cpuid_set_feature(table, "SSE2", 1), EINVAL, CPUID_FEATURE_UNKNOWN,
		     NULL);
	ck_assert_str_eq(kvmlib_error_subject(), "SSE2");
	assert_fails(kvmlib_cpuid_set_feature(table, "sse2", 2), EINVAL, BAD_ARGUMENT, NULL);
	assert_value(ARGUMENT, 3);
}
END_TEST

START_TEST(cpuid_feature_of_a_leaf_in_the_other_form_is_refused)
{
	assert_ok(kvmlib_cpuid_set_leaf(table, LEAF(7, 0, 0, 0)));
	assert_fails(kvmlib_cpuid_set_feature(table, "avx2", 1), EEXIST, CPUID_LEAF_TWICE, NULL);
	assert_value(LEAF, 7);
	assert_ok(kvmlib_cpuid_set_leaf(table, LEAF(1, 3, INDEXED, 0)));
	assert_fails(kvmlib_cpuid_set_feature(table, "avx", 1), EEXIST, CPUID_LEAF_TWICE, NULL);
	ck_assert_uint_eq(kvmlib_cpuid_leaf_at(table, 1)->registers[1], 1);
}
END_TEST

/* KVM's entries */

START_TEST(cpuid_entries_come_back_sorted)
{
	const struct kvm_cpuid_entry2 in[] = {
		{ .function = 7, .index = 1, .flags = 1, .eax = 1, .ebx = 2, .ecx = 3, .edx = 4 },
		{ .function = 1, .index = 9, .eax = 5, .ebx = 6, .ecx = 7, .edx = 8 },
	};
	struct kvm_cpuid_entry2 out[3];
	struct kvmlib_cpuid *cpuid;
	uint32_t count = 77;

	assert_ok(kvmlib_cpuid_from_entries(in, 2, &cpuid));
	assert_ok(kvmlib_cpuid_get_entries(cpuid, out, 3, &count));
	ck_assert_uint_eq(count, 2);
	ck_assert(!memcmp(&out[1], &in[0], sizeof(in[0])));
	ck_assert_uint_eq(out[0].index, 0);
	ck_assert_uint_eq(out[0].edx, 8);
	assert_fails(kvmlib_cpuid_get_entries(cpuid, out, 1, &count), E2BIG, LIST_TOO_SMALL, NULL);
	assert_value(NEEDED, 2);
	assert_value(COUNT, 1);
	ck_assert_uint_eq(count, 2);
	kvmlib_cpuid_free(cpuid);
	assert_ok(kvmlib_cpuid_from_entries(NULL, 0, &cpuid));
	assert_ok(kvmlib_cpuid_get_entries(cpuid, out, 0, &count));
	ck_assert_uint_eq(count, 0);
	kvmlib_cpuid_free(cpuid);
}
END_TEST

static const struct {
	struct kvm_cpuid_entry2 second;
	int errnum;
	uint32_t cause;
} bad_entries[] = {
	{ { .function = 2, .flags = 2 }, EINVAL, KVMLIB_CAUSE_BAD_ARGUMENT },
	{ { .function = 7, .flags = 1, .index = 1 }, EEXIST, KVMLIB_CAUSE_CPUID_LEAF_TWICE },
	{ { .function = 7, .index = 0 }, EEXIST, KVMLIB_CAUSE_CPUID_LEAF_TWICE },
};

START_TEST(cpuid_entries_that_are_bad_are_refused)
{
	const struct kvm_cpuid_entry2 in[] = {
		{ .function = 7, .index = 1, .flags = 1 },
		bad_entries[_i].second,
	};
	struct kvmlib_cpuid *cpuid = SENTINEL;

	ck_assert_int_eq(kvmlib_cpuid_from_entries(in, 2, &cpuid), -bad_entries[_i].errnum);
	ck_assert_uint_eq(kvmlib_error_cause(), bad_entries[_i].cause);
	ck_assert_str_eq(kvmlib_error_function(), "kvmlib_cpuid_from_entries");
	assert_value(INDEX, 1);
	ck_assert_ptr_eq(cpuid, SENTINEL);
}
END_TEST

START_TEST(cpuid_entries_have_an_exact_limit)
{
	static struct kvm_cpuid_entry2 in[KVMLIB_CPUID_MAX_LEAVES + 1];
	struct kvmlib_cpuid *cpuid;

	for (uint32_t i = 0; i <= KVMLIB_CPUID_MAX_LEAVES; i++)
		in[i].function = i;
	assert_ok(kvmlib_cpuid_from_entries(in, KVMLIB_CPUID_MAX_LEAVES, &cpuid));
	kvmlib_cpuid_free(cpuid);
	assert_fails(kvmlib_cpuid_from_entries(in, KVMLIB_CPUID_MAX_LEAVES + 1, &cpuid), E2BIG,
		     CPUID_FULL, NULL);
	assert_value(INDEX, 256);
}
END_TEST

START_TEST(cpuid_without_memory_is_not_made)
{
	struct kvmlib_cpuid *cpuid = SENTINEL;

	alloc_fail_nth(1);
	assert_fails(kvmlib_cpuid_new(&cpuid), ENOMEM, NO_MEMORY, NULL);
	alloc_fail_nth(1);
	assert_fails(kvmlib_cpuid_copy(table, &cpuid), ENOMEM, NO_MEMORY, NULL);
	alloc_fail_nth(1);
	assert_fails(kvmlib_cpuid_from_entries(NULL, 0, &cpuid), ENOMEM, NO_MEMORY, NULL);
	ck_assert_ptr_eq(cpuid, SENTINEL);
}
END_TEST

START_TEST(cpuid_null_arguments_are_refused)
{
	struct kvm_cpuid_entry2 entry;
	struct kvmlib_cpuid *cpuid;
	uint32_t count;

	assert_refuses_null(kvmlib_cpuid_new(NULL), 1);
	assert_refuses_null(kvmlib_cpuid_copy(NULL, &cpuid), 1);
	assert_refuses_null(kvmlib_cpuid_copy(table, NULL), 2);
	assert_refuses_null(kvmlib_cpuid_from_entries(NULL, 1, &cpuid), 1);
	assert_refuses_null(kvmlib_cpuid_from_entries(&entry, 0, NULL), 3);
	assert_refuses_null(kvmlib_cpuid_get_entries(NULL, &entry, 1, &count), 1);
	assert_refuses_null(kvmlib_cpuid_get_entries(table, NULL, 1, &count), 2);
	assert_refuses_null(kvmlib_cpuid_get_entries(table, &entry, 1, NULL), 4);
	assert_refuses_null(kvmlib_cpuid_set_leaf(NULL, NULL), 1);
	assert_refuses_null(kvmlib_cpuid_set_leaf(table, NULL), 2);
	assert_refuses_null(kvmlib_cpuid_remove_leaf(NULL, 0, 0), 1);
	assert_refuses_null(kvmlib_cpuid_set_msr(NULL, 0, 0), 1);
	assert_refuses_null(kvmlib_cpuid_remove_msr(NULL, 0), 1);
	assert_refuses_null(kvmlib_cpuid_has_feature(NULL, "avx"), 1);
	assert_refuses_null(kvmlib_cpuid_has_feature(table, NULL), 2);
	assert_refuses_null(kvmlib_cpuid_set_feature(NULL, "avx", 1), 1);
	assert_refuses_null(kvmlib_cpuid_set_feature(table, NULL, 1), 2);
}
END_TEST

Suite *cpuid_suite(void)
{
	Suite *suite = suite_create("cpuid");
	TCase *tc = tcase_create("table");

	tcase_add_checked_fixture(tc, setup, done);
	suite_add_tcase(suite, tc);
	ADD_TESTS(tc, cpuid_new_is_empty, cpuid_leaves_are_sorted_and_replaced,
		  cpuid_leaf_answers_as_the_instruction_does, cpuid_leaf_in_both_forms_is_refused,
		  cpuid_leaf_that_is_bad_is_refused, cpuid_leaves_have_an_exact_limit,
		  cpuid_leaf_is_taken_out, cpuid_msrs_are_sorted_replaced_and_taken_out,
		  cpuid_msrs_have_an_exact_limit, cpuid_copy_is_alike_and_its_own,
		  cpuid_features_are_found_by_name, cpuid_every_feature_is_given_and_taken,
		  cpuid_feature_leaves_other_bits_alone, cpuid_feature_that_is_unknown_is_named,
		  cpuid_feature_of_a_leaf_in_the_other_form_is_refused,
		  cpuid_entries_come_back_sorted, cpuid_entries_have_an_exact_limit,
		  cpuid_without_memory_is_not_made, cpuid_null_arguments_are_refused);
	tcase_add_loop_test(tc, cpuid_entries_that_are_bad_are_refused, 0,
			    sizeof(bad_entries) / sizeof(bad_entries[0]));
	return suite;
}
