/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What tables have in common, what a mask leaves, and in what they differ. */
#include "cpuid_fixture.h"
#include "suites.h"

#include <string.h>

#define ROUNDS rounds(1000)

#define EAX KVMLIB_CPUID_EAX
#define EBX KVMLIB_CPUID_EBX
#define ECX KVMLIB_CPUID_ECX
#define EDX KVMLIB_CPUID_EDX

static struct kvmlib_cpuid *copy_of(const struct kvmlib_cpuid *cpuid)
{
	struct kvmlib_cpuid *copy = NULL;

	ck_assert_int_eq(kvmlib_cpuid_copy(cpuid, &copy), 0);
	return copy;
}

static struct kvmlib_cpuid *common_of(const struct kvmlib_cpuid *a, const struct kvmlib_cpuid *b)
{
	struct kvmlib_cpuid *common = copy_of(a);

	ck_assert_int_eq(kvmlib_cpuid_intersect(common, b), 0);
	return common;
}

static struct kvmlib_cpuid *masked(const struct kvmlib_cpuid *a, const struct kvmlib_cpuid *mask)
{
	struct kvmlib_cpuid *result = copy_of(a);

	ck_assert_int_eq(kvmlib_cpuid_mask(result, mask), 0);
	return result;
}

/* Both are freed. */
static void assert_same(struct kvmlib_cpuid *a, struct kvmlib_cpuid *b)
{
	ck_assert(is_same(a, b));
	kvmlib_cpuid_free(a);
	kvmlib_cpuid_free(b);
}

/* All features of the first are the second's. */
static void assert_no_more(const struct kvmlib_cpuid *a, const struct kvmlib_cpuid *b)
{
	const struct kvmlib_cpuid_feature *feature;

	for (size_t i = 0; (feature = kvmlib_cpuid_feature_at(i)); i++)
		ck_assert_msg(!(register_of(a, feature->leaf, feature->subleaf, feature->reg) &
				~register_of(b, feature->leaf, feature->subleaf, feature->reg) &
				1U << feature->bit),
			      "%s", feature->name);
}

START_TEST(cpuid_common_bits_counts_and_bytes)
{
	struct kvmlib_cpuid *a = make_intel(), *b = make_intel(), *common;

	change_features(a, "avx512dq", 0);
	change_features(b, "aes", 0);
	change_register(a, 0, 0, EAX, 0x16);
	change_register(b, 0x80000008, 0, EAX, 0x302e);
	change_register(a, 0x80000008, 0, EAX, 0x2f34);
	common = common_of(a, b);
	ck_assert_int_eq(kvmlib_cpuid_has_feature(common, "avx512dq"), 0);
	ck_assert_int_eq(kvmlib_cpuid_has_feature(common, "aes"), 0);
	ck_assert_int_eq(kvmlib_cpuid_has_feature(common, "avx512bw"), 1);
	ck_assert_uint_eq(register_of(common, 0, 0, EAX), 0x16);
	ck_assert_uint_eq(register_of(common, 0x80000008, 0, EAX), 0x2f2e);
	kvmlib_cpuid_free(a);
	kvmlib_cpuid_free(b);
	kvmlib_cpuid_free(common);
}
END_TEST

START_TEST(cpuid_common_leaves_are_those_of_both)
{
	struct kvmlib_cpuid *a = make_intel(), *b = make_intel(), *common;

	ck_assert_int_eq(kvmlib_cpuid_remove_leaf(a, 0x1f, 0), 0);
	ck_assert_int_eq(kvmlib_cpuid_remove_leaf(b, 4, 3), 0);
	ck_assert_int_eq(kvmlib_cpuid_remove_leaf(b, 0xb, 0), 0);
	ck_assert_int_eq(kvmlib_cpuid_set_leaf(b, &(struct kvmlib_cpuid_leaf){ .leaf = 0xb }), 0);
	common = common_of(a, b);
	ck_assert_ptr_null(kvmlib_cpuid_get_leaf(common, 0x1f, 0));
	ck_assert_ptr_null(kvmlib_cpuid_get_leaf(common, 4, 3));
	ck_assert_ptr_null(kvmlib_cpuid_get_leaf(common, 0xb, 0));
	ck_assert_ptr_nonnull(kvmlib_cpuid_get_leaf(common, 4, 2));
	kvmlib_cpuid_free(a);
	kvmlib_cpuid_free(b);
	kvmlib_cpuid_free(common);
}
END_TEST

START_TEST(cpuid_common_values_are_all_of_the_older_model)
{
	struct kvmlib_cpuid *a = make_intel(), *b = make_intel(), *common;

	change_register(a, 1, 0, EAX, 0x00a06d0);
	change_register(a, 0x80000002, 0, EAX, 1);
	change_register(a, 4, 1, ECX, 0x3ff);
	common = common_of(a, b);
	ck_assert_uint_eq(register_of(common, 1, 0, EAX), 0x000806f8);
	ck_assert_uint_eq(register_of(common, 0x80000002, 0, EAX), 0x65746e49);
	ck_assert_uint_eq(register_of(common, 4, 1, ECX), 0x7ff);
	kvmlib_cpuid_free(common);
	change_register(a, 1, 0, EAX, 0x000806f8); /* the same model: the first difference counts */
	common = common_of(b, a);
	ck_assert_uint_eq(register_of(common, 4, 1, ECX), 0x3ff);
	ck_assert_uint_eq(register_of(common, 0x80000002, 0, EAX), 1);
	kvmlib_cpuid_free(a);
	kvmlib_cpuid_free(b);
	kvmlib_cpuid_free(common);
}
END_TEST

START_TEST(cpuid_common_components_lie_at_one_place)
{
	struct kvmlib_cpuid *a = make_intel(), *b = make_intel(), *common;

	change_register(a, 0xd, 9, EBX, 0x980);
	change_register(b, 0xd, 11, EAX, 0x18);
	common = common_of(a, b);
	ck_assert_int_eq(kvmlib_cpuid_has_feature(common, "xsave_pkru"), 0);
	ck_assert_int_eq(kvmlib_cpuid_has_feature(common, "xsave_cet_user"), 0);
	ck_assert_int_eq(kvmlib_cpuid_has_feature(common, "xsave_avx"), 1);
	ck_assert_ptr_null(kvmlib_cpuid_get_leaf(common, 0xd, 9));
	ck_assert_ptr_null(kvmlib_cpuid_get_leaf(common, 0xd, 11));
	kvmlib_cpuid_free(common);
	change_features(b, "xsave_avx", 0);
	common = common_of(a, b);
	ck_assert_ptr_null(kvmlib_cpuid_get_leaf(common, 0xd, 2));
	kvmlib_cpuid_free(a);
	kvmlib_cpuid_free(b);
	kvmlib_cpuid_free(common);
}
END_TEST

static const struct {
	uint32_t msr;
	uint32_t is_there;
	uint64_t a, b, common;
} joined_msrs[] = {
	{ 0x10a, 1, 0xc, 0xa, 0xc }, /* RSBA, which either has, and a feature of both */
	{ 0x10a, 1, 0x80001, 0x6, 0x80004 },
	{ 0x8b, 1, 0x200000000, 0x100000001, 0x100000001 },
	{ 0x486, 1, 0x20, 0x1, 0x21 },
	{ 0x481, 1, 0xff00000016, 0x7f00000009, 0x7f0000001f },
	{ 0x345, 1, 5, 5, 5 },
	{ 0x345, 0, 5, 6, 0 },
};

START_TEST(cpuid_common_msrs_are_joined_by_their_kind)
{
	struct kvmlib_cpuid *a = make_intel(), *b = make_intel(), *common;

	ck_assert_int_eq(kvmlib_cpuid_set_msr(a, joined_msrs[_i].msr, joined_msrs[_i].a), 0);
	ck_assert_int_eq(kvmlib_cpuid_set_msr(b, joined_msrs[_i].msr, joined_msrs[_i].b), 0);
	common = common_of(a, b);
	if (joined_msrs[_i].is_there)
		ck_assert_uint_eq(kvmlib_cpuid_get_msr(common, joined_msrs[_i].msr)->value,
				  joined_msrs[_i].common);
	else
		ck_assert_ptr_null(kvmlib_cpuid_get_msr(common, joined_msrs[_i].msr));
	ck_assert_int_eq(kvmlib_cpuid_remove_msr(a, joined_msrs[_i].msr), 0);
	ck_assert_int_eq(kvmlib_cpuid_intersect(common, a), 0);
	ck_assert_ptr_null(kvmlib_cpuid_get_msr(common, joined_msrs[_i].msr));
	kvmlib_cpuid_free(a);
	kvmlib_cpuid_free(b);
	kvmlib_cpuid_free(common);
}
END_TEST

START_TEST(cpuid_of_different_vendors_have_nothing_in_common)
{
	struct kvmlib_cpuid *a = make_intel(), *b = make_amd(), *before = copy_of(a);

	assert_fails(kvmlib_cpuid_intersect(a, b), EINVAL, CPUID_VENDORS, NULL);
	ck_assert(is_same(a, before));
	ck_assert_int_eq(kvmlib_cpuid_remove_leaf(b, 0, 0), 0);
	assert_ok(kvmlib_cpuid_intersect(a, b));
	ck_assert_ptr_null(kvmlib_cpuid_get_leaf(a, 0, 0));
	kvmlib_cpuid_free(a);
	kvmlib_cpuid_free(b);
	kvmlib_cpuid_free(before);
}
END_TEST

START_TEST(cpuid_common_is_idempotent_commutative_and_never_more)
{
	for (unsigned int i = 0, n = ROUNDS; i < n; i++) {
		struct kvmlib_cpuid *a = make_random(), *b = make_random();
		struct kvmlib_cpuid *common;

		if (i % 2 && kvmlib_cpuid_get_leaf(b, 1, 0)) /* of one model */
			change_register(b, 1, 0, EAX, register_of(a, 1, 0, EAX));
		common = common_of(a, b);
		assert_same(common_of(b, a), common_of(a, b));
		assert_same(common_of(common, b), copy_of(common));
		assert_same(common_of(common, a), copy_of(common));
		assert_same(common_of(common, common), copy_of(common));
		assert_no_more(common, a);
		assert_no_more(common, b);
		kvmlib_cpuid_free(a);
		kvmlib_cpuid_free(b);
		kvmlib_cpuid_free(common);
	}
}
END_TEST

START_TEST(cpuid_mask_clears_bits_alone)
{
	struct kvmlib_cpuid *a = make_intel(), *mask = make_intel(), *before = copy_of(a);

	change_features(mask, "aes", 0);
	ck_assert_int_eq(kvmlib_cpuid_remove_leaf(mask, 0x4, 0), 0);
	ck_assert_int_eq(kvmlib_cpuid_remove_leaf(mask, 0x80000008, 0), 0);
	ck_assert_int_eq(kvmlib_cpuid_set_msr(mask, 0x10a, 4), 0);
	ck_assert_int_eq(kvmlib_cpuid_remove_msr(mask, 0x481), 0);
	assert_ok(kvmlib_cpuid_mask(a, mask));
	change_features(before, "aes", 0);
	ck_assert_int_eq(kvmlib_cpuid_set_msr(before, 0x10a, 4), 0);
	assert_same(a, before);
	a = make_intel();
	ck_assert_int_eq(kvmlib_cpuid_remove_leaf(mask, 7, 0), 0);
	ck_assert_int_eq(kvmlib_cpuid_remove_msr(mask, 0x10a), 0);
	assert_ok(kvmlib_cpuid_mask(a, mask));
	ck_assert_uint_eq(register_of(a, 7, 0, EBX), 0);
	ck_assert_uint_eq(kvmlib_cpuid_get_msr(a, 0x10a)->value, 4); /* RSBA is so all the same */
	kvmlib_cpuid_free(a);
	kvmlib_cpuid_free(mask);
}
END_TEST

START_TEST(cpuid_masks_are_idempotent_commute_and_never_add)
{
	for (unsigned int i = 0, n = ROUNDS; i < n; i++) {
		struct kvmlib_cpuid *a = make_random(), *b = make_random(), *c = make_random();
		struct kvmlib_cpuid *once = masked(a, b), *other = masked(a, c);

		assert_same(masked(once, b), copy_of(once));
		assert_same(masked(once, c), masked(other, b));
		assert_no_more(once, a);
		assert_no_more(once, b);
		kvmlib_cpuid_free(a);
		kvmlib_cpuid_free(b);
		kvmlib_cpuid_free(c);
		kvmlib_cpuid_free(once);
		kvmlib_cpuid_free(other);
	}
}
END_TEST

/* Differences */

static const struct {
	uint32_t leaf, subleaf, reg;
	uint32_t a, b; /* in its place */
	uint32_t kind;
	uint32_t missing, added;
} differences[] = {
	{ 0x7, 0, EBX, 0x5, 0x3, KVMLIB_CPUID_LOST, 0x4, 0x2 },
	{ 0x7, 0, EBX, 0x1, 0x3, KVMLIB_CPUID_GAINED, 0, 0x2 },
	{ 0x0, 0, EAX, 0xd, 0xb, KVMLIB_CPUID_LOST, 0, 0 },
	{ 0x0, 0, EAX, 0xd, 0xe, KVMLIB_CPUID_GAINED, 0, 0 },
	{ 0x80000008, 0, EAX, 0x3034, 0x3934, KVMLIB_CPUID_GAINED, 0, 0 },
	{ 0x80000008, 0, EAX, 0x3034, 0x3930, KVMLIB_CPUID_LOST, 0, 0 },
	{ 0x80000008, 0, EAX, 0x2d003034, 0x2c003034, KVMLIB_CPUID_LOST, 0, 0 },
	{ 0x1, 0, EAX, 0x806f8, 0x806f7, KVMLIB_CPUID_CHANGED, 0, 0 },
	{ 0xb, 0, EDX, 1, 2, KVMLIB_CPUID_CHANGED, 0, 0 },
};

static void assert_no_difference(const struct kvmlib_cpuid *a, const struct kvmlib_cpuid *b,
				 uint64_t *position)
{
	struct kvmlib_cpuid_difference difference = { .leaf = 77 };

	assert_ok(kvmlib_cpuid_next_difference(a, b, position, &difference));
	ck_assert_uint_eq(difference.leaf, 77);
}

START_TEST(cpuid_difference_is_told_by_its_kind)
{
	struct kvmlib_cpuid *a = make_intel(), *b = make_intel();
	struct kvmlib_cpuid_difference found;
	uint64_t position = 0;

	change_register(a, differences[_i].leaf, differences[_i].subleaf, differences[_i].reg,
			differences[_i].a);
	change_register(b, differences[_i].leaf, differences[_i].subleaf, differences[_i].reg,
			differences[_i].b);
	assert_returns(kvmlib_cpuid_next_difference(a, b, &position, &found), 1);
	ck_assert_uint_eq(found.leaf, differences[_i].leaf);
	ck_assert_uint_eq(found.subleaf, differences[_i].subleaf);
	ck_assert_uint_eq(found.reg, differences[_i].reg);
	ck_assert_uint_eq(found.kind, differences[_i].kind);
	ck_assert_uint_eq(found.a, differences[_i].a);
	ck_assert_uint_eq(found.b, differences[_i].b);
	ck_assert_uint_eq(found.missing, differences[_i].missing);
	ck_assert_uint_eq(found.added, differences[_i].added);
	assert_no_difference(a, b, &position);
	assert_no_difference(a, b, &position);
	kvmlib_cpuid_free(a);
	kvmlib_cpuid_free(b);
}
END_TEST

static const struct {
	uint32_t msr, kind;
	uint64_t a, b, missing, added;
} msr_differences[] = {
	{ 0x10a, KVMLIB_CPUID_LOST, 0x8000000000, 1, 0x8000000000, 1 },
	{ 0x10a, KVMLIB_CPUID_LOST, 1, 5, 4, 0 },
	{ 0x10a, KVMLIB_CPUID_GAINED, 5, 9, 0, 0xc },
	{ 0x486, KVMLIB_CPUID_LOST, 0x1, 0x21, 0, 0 },
	{ 0x486, KVMLIB_CPUID_GAINED, 0x21, 0x1, 0, 0 },
	{ 0x481, KVMLIB_CPUID_LOST, 0xff00000000, 0xff00000001, 0, 0 },
	{ 0x481, KVMLIB_CPUID_LOST, 0xff00000000, 0x7f00000000, 0, 0 },
	{ 0x481, KVMLIB_CPUID_GAINED, 0x7f00000001, 0xff00000000, 0, 0 },
	{ 0x345, KVMLIB_CPUID_CHANGED, 5, 4, 0, 0 },
};

START_TEST(cpuid_difference_of_an_msr_is_told_last)
{
	struct kvmlib_cpuid *a = make_intel(), *b = make_intel();
	struct kvmlib_cpuid_difference found;
	uint64_t position = 0;

	change_features(a, "nx", 0);
	ck_assert_int_eq(kvmlib_cpuid_set_msr(a, msr_differences[_i].msr, msr_differences[_i].a),
			 0);
	ck_assert_int_eq(kvmlib_cpuid_set_msr(b, msr_differences[_i].msr, msr_differences[_i].b),
			 0);
	assert_returns(kvmlib_cpuid_next_difference(a, b, &position, &found), 1);
	ck_assert_uint_eq(found.leaf, 0x80000001);
	assert_returns(kvmlib_cpuid_next_difference(a, b, &position, &found), 1);
	ck_assert_uint_eq(found.leaf, msr_differences[_i].msr);
	ck_assert_uint_eq(found.reg, KVMLIB_CPUID_MSR);
	ck_assert_uint_eq(found.kind, msr_differences[_i].kind);
	ck_assert_uint_eq(found.a, msr_differences[_i].a);
	ck_assert_uint_eq(found.b, msr_differences[_i].b);
	ck_assert_uint_eq(found.missing, msr_differences[_i].missing);
	ck_assert_uint_eq(found.added, msr_differences[_i].added);
	assert_no_difference(a, b, &position);
	kvmlib_cpuid_free(a);
	kvmlib_cpuid_free(b);
}
END_TEST

START_TEST(cpuid_difference_of_a_leaf_that_is_missing_is_to_zeros)
{
	struct kvmlib_cpuid *a = make_intel(), *b = make_intel();
	struct kvmlib_cpuid_difference found;
	uint64_t position = 0, back = 0;

	ck_assert_int_eq(kvmlib_cpuid_remove_leaf(b, 0xd, 9), 0);
	ck_assert_int_eq(kvmlib_cpuid_remove_msr(b, 0x10a), 0);
	for (uint32_t reg = EAX; reg <= EBX; reg++) {
		assert_returns(kvmlib_cpuid_next_difference(a, b, &position, &found), 1);
		ck_assert_uint_eq(found.leaf, 0xd);
		ck_assert_uint_eq(found.subleaf, 9);
		ck_assert_uint_eq(found.reg, reg);
		ck_assert_uint_eq(found.b, 0);
		assert_returns(kvmlib_cpuid_next_difference(b, a, &back, &found), 1);
		ck_assert_uint_eq(found.a, 0);
		ck_assert_uint_eq(found.reg, reg);
	}
	assert_returns(kvmlib_cpuid_next_difference(a, b, &position, &found), 1);
	ck_assert_uint_eq(found.leaf, 0x10a);
	ck_assert_uint_eq(found.missing, 0x9);
	assert_no_difference(a, b, &position);
	kvmlib_cpuid_free(a);
	kvmlib_cpuid_free(b);
}
END_TEST

/* Whatever the kind, one that is not there does not ask for anything; RSBA tells nothing then. */
START_TEST(cpuid_difference_of_an_msr_that_only_one_has)
{
	static const struct {
		uint32_t msr;
		uint64_t value, missing;
	} rows[] = {
		{ 0x10a, 5, 1 }, { 0x486, 0x21, 0 }, { 0x481, 0xff00000016, 0 }, { 0x8b, 9, 0 }
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct kvmlib_cpuid *a = make_amd(), *b = make_amd();
		struct kvmlib_cpuid_difference found;
		uint64_t position = 0, back = 0;

		ck_assert_int_eq(kvmlib_cpuid_set_msr(a, rows[i].msr, rows[i].value), 0);
		assert_returns(kvmlib_cpuid_next_difference(a, b, &position, &found), 1);
		ck_assert_uint_eq(found.kind, KVMLIB_CPUID_LOST);
		ck_assert_uint_eq(found.missing, rows[i].missing);
		assert_returns(kvmlib_cpuid_next_difference(b, a, &back, &found), 1);
		ck_assert_uint_eq(found.kind, KVMLIB_CPUID_GAINED);
		ck_assert_uint_eq(found.missing, 0);
		ck_assert_uint_eq(found.added, rows[i].missing);
		kvmlib_cpuid_free(a);
		kvmlib_cpuid_free(b);
	}
}
END_TEST

/* Walk both ways at once: what one lost the other gained. */
static uint32_t count_mirrored(const struct kvmlib_cpuid *a, const struct kvmlib_cpuid *b)
{
	struct kvmlib_cpuid_difference to, back;
	uint64_t position = 0, other = 0;
	uint32_t count = 0;

	while (kvmlib_cpuid_next_difference(a, b, &position, &to) == 1) {
		ck_assert_int_eq(kvmlib_cpuid_next_difference(b, a, &other, &back), 1);
		ck_assert(to.leaf == back.leaf && to.subleaf == back.subleaf && to.reg == back.reg);
		ck_assert(to.a == back.b && to.b == back.a);
		ck_assert(to.missing == back.added && to.added == back.missing);
		ck_assert_uint_ne(to.a, to.b);
		count++;
	}
	ck_assert_int_eq(kvmlib_cpuid_next_difference(b, a, &other, &back), 0);
	return count;
}

START_TEST(cpuid_differences_are_the_same_both_ways)
{
	for (unsigned int i = 0, n = ROUNDS; i < n; i++) {
		struct kvmlib_cpuid *a = make_random(), *b = make_random();

		ck_assert_uint_gt(count_mirrored(a, b), 0);
		ck_assert_uint_eq(count_mirrored(a, a), 0);
		kvmlib_cpuid_free(a);
		kvmlib_cpuid_free(b);
	}
}
END_TEST

/* One that no call has given is somewhere in the tables, or behind them. */
START_TEST(cpuid_difference_from_a_position_that_is_made_up)
{
	struct kvmlib_cpuid *a = make_intel(), *b = make_intel();
	struct kvmlib_cpuid_difference found;
	uint64_t position = 0xff, behind = UINT64_MAX;

	change_register(b, 0, 0, EDX, 1);
	assert_returns(kvmlib_cpuid_next_difference(a, b, &position, &found), 1);
	ck_assert_uint_eq(found.reg, EDX);
	ck_assert_uint_eq(found.b, 1);
	assert_no_difference(a, b, &behind);
	kvmlib_cpuid_free(a);
	kvmlib_cpuid_free(b);
}
END_TEST

START_TEST(cpuid_sets_refuse_null_arguments)
{
	struct kvmlib_cpuid *a = make_intel();
	struct kvmlib_cpuid_difference found;
	uint64_t position = 0;

	assert_refuses_null(kvmlib_cpuid_intersect(NULL, a), 1);
	assert_refuses_null(kvmlib_cpuid_intersect(a, NULL), 2);
	assert_refuses_null(kvmlib_cpuid_mask(NULL, a), 1);
	assert_refuses_null(kvmlib_cpuid_mask(a, NULL), 2);
	assert_refuses_null(kvmlib_cpuid_next_difference(NULL, a, &position, &found), 1);
	assert_refuses_null(kvmlib_cpuid_next_difference(a, NULL, &position, &found), 2);
	assert_refuses_null(kvmlib_cpuid_next_difference(a, a, NULL, &found), 3);
	assert_refuses_null(kvmlib_cpuid_next_difference(a, a, &position, NULL), 4);
	kvmlib_cpuid_free(a);
}
END_TEST

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

Suite *cpuid_sets_suite(void)
{
	Suite *suite = suite_create("cpuid_sets");
	TCase *tc = add_case(suite, "sets", NULL);

	tcase_set_timeout(tc, 120);
	ADD_TESTS(tc, cpuid_common_bits_counts_and_bytes, cpuid_common_leaves_are_those_of_both,
		  cpuid_common_values_are_all_of_the_older_model,
		  cpuid_common_components_lie_at_one_place,
		  cpuid_of_different_vendors_have_nothing_in_common,
		  cpuid_common_is_idempotent_commutative_and_never_more,
		  cpuid_mask_clears_bits_alone, cpuid_masks_are_idempotent_commute_and_never_add,
		  cpuid_difference_of_a_leaf_that_is_missing_is_to_zeros,
		  cpuid_difference_of_an_msr_that_only_one_has,
		  cpuid_differences_are_the_same_both_ways,
		  cpuid_difference_from_a_position_that_is_made_up,
		  cpuid_sets_refuse_null_arguments);
	tcase_add_loop_test(tc, cpuid_common_msrs_are_joined_by_their_kind, 0, NR(joined_msrs));
	tcase_add_loop_test(tc, cpuid_difference_is_told_by_its_kind, 0, NR(differences));
	tcase_add_loop_test(tc, cpuid_difference_of_an_msr_is_told_last, 0, NR(msr_differences));
	return suite;
}
