/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Id registers of arm64: tables on any architecture, and vCPUs that are read and written on their own. */

#include "fixture.h"
#include "suites.h"

#include <stdio.h>
#include <string.h>

#include "alloc.h"

#define SYSREG(op1, crm, op2) (0x603000000013c000ULL | (op1) << 11 | (crm) << 3 | (op2))
#define MIDR		      SYSREG(0U, 0U, 0U)
#define PFR0		      SYSREG(0U, 4U, 0U)
#define ZFR0		      SYSREG(0U, 4U, 4U)
#define ISAR1		      SYSREG(0U, 6U, 1U)
#define CTR		      SYSREG(3U, 0U, 1U)
#define NO_REGISTER	      SYSREG(0U, 0U, 5U) /* MPIDR_EL1: one for each vCPU */

static struct kvmlib_arm64_ids *ids, *other;

static void setup_ids(void)
{
	assert_ok(kvmlib_arm64_ids_new(&ids));
	assert_ok(kvmlib_arm64_ids_new(&other));
}

static void teardown_ids(void)
{
	ids = kvmlib_arm64_ids_free(ids);
	other = kvmlib_arm64_ids_free(other);
}

static int64_t field(const struct kvmlib_arm64_ids *of, const char *name)
{
	int64_t value = 77;

	ck_assert_int_ge(kvmlib_arm64_ids_get_field(of, name, &value), 0);
	return value;
}

static void set(struct kvmlib_arm64_ids *of, const char *name, int64_t value)
{
	assert_ok(kvmlib_arm64_ids_set_field(of, name, value));
}

START_TEST(fields_have_names_and_an_order)
{
	const struct kvmlib_arm64_field *one, *before = NULL;
	size_t n = 0;

	for (; (one = kvmlib_arm64_field_at(n)); before = one, n++) {
		ck_assert_ptr_eq(kvmlib_arm64_find_field(one->name), one);
		ck_assert_uint_le(one->lsb + one->width, 64);
		if (before && before->reg == one->reg)
			ck_assert_uint_ge(one->lsb, before->lsb + before->width);
		else if (before)
			ck_assert_uint_gt(one->reg, before->reg);
	}
	ck_assert_uint_gt(n, 400);
	ck_assert_ptr_null(kvmlib_arm64_find_field("ID_AA64PFR0_EL1.NONE"));
	ck_assert_ptr_null(kvmlib_arm64_find_field(NULL));
}
END_TEST

START_TEST(fields_are_where_the_architecture_has_them)
{
	static const struct kvmlib_arm64_field rows[] = {
		{ "MIDR_EL1.Implementer", MIDR, 24, 8, 0, KVMLIB_ARM64_SAFE_IDENTITY, 0, 0 },
		{ "ID_AA64PFR0_EL1.FP", PFR0, 16, 4, 1, KVMLIB_ARM64_SAFE_LOWER, 0, 0 },
		{ "ID_AA64PFR0_EL1.SVE", PFR0, 32, 4, 0, KVMLIB_ARM64_SAFE_LOWER, 0, 0 },
		{ "ID_AA64ISAR1_EL1.APA", ISAR1, 4, 4, 0, KVMLIB_ARM64_SAFE_EXACT, 0, 0 },
		{ "ID_AA64MMFR0_EL1.TGRAN4_2", SYSREG(0U, 7U, 0U), 40, 4, 0,
		  KVMLIB_ARM64_SAFE_EXACT, 1, 0 },
		{ "ID_AA64MMFR1_EL1.SpecSEI", SYSREG(0U, 7U, 1U), 24, 4, 0,
		  KVMLIB_ARM64_SAFE_HIGHER, 0, 0 },
		{ "CTR_EL0.CWG", CTR, 24, 4, 0, KVMLIB_ARM64_SAFE_HIGHER_OR_ZERO, 0, 0 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct kvmlib_arm64_field *found = kvmlib_arm64_find_field(rows[i].name);

		ck_assert_ptr_nonnull(found);
		ck_assert_str_eq(found->name, rows[i].name);
		ck_assert_uint_eq(found->reg, rows[i].reg);
		ck_assert_uint_eq(found->lsb, rows[i].lsb);
		ck_assert_uint_eq(found->width, rows[i].width);
		ck_assert_uint_eq(found->is_signed, rows[i].is_signed);
		ck_assert_uint_eq(found->safe, rows[i].safe);
		ck_assert_int_eq(found->neutral, rows[i].neutral);
	}
}
END_TEST

START_TEST(ids_have_registers_and_fields)
{
	uint64_t value = 77;
	int64_t number = 77;

	assert_returns(kvmlib_arm64_ids_get(ids, PFR0, &value), 0);
	ck_assert_uint_eq(value, 0);
	assert_returns(kvmlib_arm64_ids_get_field(ids, "ID_AA64PFR0_EL1.SVE", &number), 0);
	ck_assert_int_eq(number, 0);
	assert_ok(kvmlib_arm64_ids_set(ids, PFR0, UINT64_C(0x1000f0011)));
	assert_returns(kvmlib_arm64_ids_get_field(ids, "ID_AA64PFR0_EL1.SVE", &number), 1);
	ck_assert_int_eq(number, 1);
	ck_assert_int_eq(field(ids, "ID_AA64PFR0_EL1.FP"), -1);
	set(ids, "ID_AA64PFR0_EL1.FP", 1);
	set(ids, "ID_AA64PFR0_EL1.AdvSIMD", -1);
	set(ids, "ID_AA64PFR0_EL1.CSV3", 15);
	assert_returns(kvmlib_arm64_ids_get(ids, PFR0, &value), 1);
	ck_assert_uint_eq(value, UINT64_C(0xf000000100f10011));
	set(other, "REVIDR_EL1.REVIDR", -1); /* all 64 bits */
	ck_assert_int_eq(field(other, "REVIDR_EL1.REVIDR"), -1);
	assert_ok(kvmlib_arm64_ids_writable(ids, PFR0, &value));
	ck_assert_uint_eq(value, UINT64_MAX);
}
END_TEST

START_TEST(ids_refuse_what_is_none)
{
	uint64_t value = 77;
	int64_t number = 77;

	assert_fails(kvmlib_arm64_ids_get(ids, NO_REGISTER, &value), EINVAL, ARM64_FIELD_UNKNOWN,
		     NULL);
	assert_value(REGISTER, NO_REGISTER);
	assert_fails(kvmlib_arm64_ids_set(ids, NO_REGISTER, 1), EINVAL, ARM64_FIELD_UNKNOWN, NULL);
	assert_fails(kvmlib_arm64_ids_writable(ids, NO_REGISTER, &value), EINVAL,
		     ARM64_FIELD_UNKNOWN, NULL);
	assert_fails(kvmlib_arm64_ids_get_field(ids, "SVE", &number), EINVAL, ARM64_FIELD_UNKNOWN,
		     NULL);
	ck_assert_str_eq(kvmlib_error_subject(), "SVE");
	assert_fails(kvmlib_arm64_ids_set_field(ids, "SVE", 1), EINVAL, ARM64_FIELD_UNKNOWN, NULL);
	ck_assert_str_eq(kvmlib_error_subject(), "SVE");
	assert_fails(kvmlib_arm64_ids_set_field(ids, "ID_AA64PFR0_EL1.SVE", 16), EINVAL,
		     BAD_ARGUMENT, NULL);
	assert_value(ARGUMENT, 3);
	assert_fails(kvmlib_arm64_ids_set_field(ids, "ID_AA64PFR0_EL1.SVE", -1), EINVAL,
		     BAD_ARGUMENT, NULL);
	assert_fails(kvmlib_arm64_ids_set_field(ids, "ID_AA64PFR0_EL1.FP", 8), EINVAL, BAD_ARGUMENT,
		     NULL);
	ck_assert_uint_eq(value, 77);
	ck_assert_int_eq(number, 77);
	ck_assert_int_eq(kvmlib_arm64_ids_get(ids, PFR0, &value), 0);
}
END_TEST

START_TEST(ids_null_is_refused)
{
	struct kvmlib_arm64_difference difference;
	uint64_t value, position = 0;
	int64_t number;

	assert_refuses_null(kvmlib_arm64_ids_new(NULL), 1);
	assert_refuses_null(kvmlib_arm64_ids_copy(NULL, &other), 1);
	assert_refuses_null(kvmlib_arm64_ids_copy(ids, NULL), 2);
	assert_refuses_null(kvmlib_arm64_ids_get(NULL, PFR0, &value), 1);
	assert_refuses_null(kvmlib_arm64_ids_get(ids, PFR0, NULL), 3);
	assert_refuses_null(kvmlib_arm64_ids_set(NULL, PFR0, 1), 1);
	assert_refuses_null(kvmlib_arm64_ids_get_field(NULL, "MIDR_EL1.Variant", &number), 1);
	assert_refuses_null(kvmlib_arm64_ids_get_field(ids, NULL, &number), 2);
	assert_refuses_null(kvmlib_arm64_ids_get_field(ids, "MIDR_EL1.Variant", NULL), 3);
	assert_refuses_null(kvmlib_arm64_ids_set_field(NULL, "MIDR_EL1.Variant", 1), 1);
	assert_refuses_null(kvmlib_arm64_ids_set_field(ids, NULL, 1), 2);
	assert_refuses_null(kvmlib_arm64_ids_writable(NULL, PFR0, &value), 1);
	assert_refuses_null(kvmlib_arm64_ids_writable(ids, PFR0, NULL), 3);
	assert_refuses_null(kvmlib_arm64_ids_intersect(NULL, other), 1);
	assert_refuses_null(kvmlib_arm64_ids_intersect(ids, NULL), 2);
	assert_refuses_null(kvmlib_arm64_ids_next_difference(NULL, other, &position, &difference),
			    1);
	assert_refuses_null(kvmlib_arm64_ids_next_difference(ids, NULL, &position, &difference), 2);
	assert_refuses_null(kvmlib_arm64_ids_next_difference(ids, other, NULL, &difference), 3);
	assert_refuses_null(kvmlib_arm64_ids_next_difference(ids, other, &position, NULL), 4);
	assert_refuses_null(kvmlib_arm64_ids_verdict(NULL, other, NULL, NULL), 1);
	assert_refuses_null(kvmlib_arm64_ids_verdict(ids, NULL, NULL, NULL), 2);
	assert_refuses_null(kvmlib_report_arm64_ids(NULL, &other), 1);
	ck_assert_ptr_null(kvmlib_arm64_ids_free(NULL));
}
END_TEST

START_TEST(ids_without_memory)
{
	struct kvmlib_arm64_ids *copy = SENTINEL;

	alloc_fail_nth(1);
	assert_fails(kvmlib_arm64_ids_new(&copy), ENOMEM, NO_MEMORY, NULL);
	alloc_fail_nth(1);
	assert_fails(kvmlib_arm64_ids_copy(ids, &copy), ENOMEM, NO_MEMORY, NULL);
	alloc_fail_nth(0);
	ck_assert_ptr_eq(copy, SENTINEL);
	set(ids, "ID_AA64PFR0_EL1.SVE", 1);
	assert_ok(kvmlib_arm64_ids_copy(ids, &copy));
	set(ids, "ID_AA64PFR0_EL1.SVE", 0);
	ck_assert_int_eq(field(copy, "ID_AA64PFR0_EL1.SVE"), 1);
	kvmlib_arm64_ids_free(copy);
}
END_TEST

/* Models */

static uint64_t value_of(const struct kvmlib_arm64_ids *of, uint64_t reg)
{
	uint64_t value = 77;

	ck_assert_int_ge(kvmlib_arm64_ids_get(of, reg, &value), 0);
	return value;
}

#define ISAR0 SYSREG(0U, 6U, 0U)
#define ISAR2 SYSREG(0U, 6U, 2U)

/* They never change: what each is, is written here again. */
static const struct {
	const char *name;
	uint64_t isar0, isar1;
	int64_t dit, bt, at;
} models[] = {
	{ "armv8.0-a", 0, 0, 0, 0, 0 },
	{ "armv8.1-a", 0x10210000, 0, 0, 0, 0 },
	{ "armv8.2-a", 0x10210000, 0x1, 0, 0, 0 },
	{ "armv8.3-a", 0x10210000, 0x111001, 0, 0, 0 },
	{ "armv8.4-a", 0x0210100010210000, 0x211001, 1, 0, 1 },
	{ "armv8.5-a", 0x0220100010210000, 0x11100211002, 1, 1, 1 },
	{ "armv8.6-a", 0x0220100010210000, 0x10111100211002, 1, 1, 1 },
};

#define NR_MODELS (sizeof(models) / sizeof(models[0]))

START_TEST(models_are_what_they_were)
{
	for (size_t i = 0; i < NR_MODELS; i++) {
		ck_assert_str_eq(kvmlib_arm64_model_at(i)->name, models[i].name);
		ck_assert_uint_eq(kvmlib_arm64_model_at(i)->version, 1);
		assert_ok(kvmlib_arm64_ids_to_model(ids, models[i].name, 1));
		ck_assert_uint_eq(value_of(ids, ISAR0), models[i].isar0);
		ck_assert_uint_eq(value_of(ids, ISAR1), models[i].isar1);
		ck_assert_uint_eq(value_of(ids, ISAR2), 0);
		ck_assert_int_eq(field(ids, "ID_AA64PFR0_EL1.DIT"), models[i].dit);
		ck_assert_int_eq(field(ids, "ID_AA64PFR1_EL1.BT"), models[i].bt);
		ck_assert_int_eq(field(ids, "ID_AA64MMFR2_EL1.AT"), models[i].at);
	}
	ck_assert_ptr_null(kvmlib_arm64_model_at(NR_MODELS));
}
END_TEST

/* Each has all of the one before it; and the one before it is no more than what both have. */
START_TEST(models_grow)
{
	for (size_t i = 1; i < NR_MODELS; i++) {
		assert_ok(kvmlib_arm64_ids_to_model(ids, models[i - 1].name, 0));
		assert_ok(kvmlib_arm64_ids_to_model(other, models[i].name, 0));
		assert_returns(kvmlib_arm64_ids_verdict(ids, other, NULL, NULL), 0);
		ck_assert_int_gt(kvmlib_arm64_ids_verdict(other, ids, NULL, NULL), 0);
	}
}
END_TEST

/* What the VM's own settings decide stays as it is. */
START_TEST(model_leaves_what_is_not_its_own)
{
	assert_ok(kvmlib_arm64_ids_set(ids, ISAR0, UINT64_MAX));
	assert_ok(kvmlib_arm64_ids_set(ids, ISAR1, UINT64_MAX));
	assert_ok(kvmlib_arm64_ids_set(ids, ISAR2, UINT64_MAX));
	assert_ok(kvmlib_arm64_ids_set(ids, PFR0, UINT64_C(0x1201000111110012)));
	assert_ok(kvmlib_arm64_ids_to_model(ids, "armv8.2-a", 0));
	ck_assert_uint_eq(value_of(ids, ISAR0), 0x1f21000f); /* bits that no field has */
	ck_assert_uint_eq(value_of(ids, ISAR1), 0xff000ff1); /* pointer authentication */
	ck_assert_uint_eq(value_of(ids, ISAR2), 0xf00ff00);
	ck_assert_uint_eq(value_of(ids, PFR0), UINT64_C(0x1200000111110012));
	ck_assert_int_eq(kvmlib_arm64_ids_get(ids, ZFR0, &(uint64_t){ 0 }), 0);
}
END_TEST

START_TEST(model_that_is_none_changes_nothing)
{
	assert_ok(kvmlib_arm64_ids_set(ids, ISAR0, 0x11));
	assert_fails(kvmlib_arm64_ids_to_model(ids, "armv7-a", 0), EINVAL, ARM64_MODEL_UNKNOWN,
		     NULL);
	ck_assert_str_eq(kvmlib_error_subject(), "armv7-a");
	assert_fails(kvmlib_arm64_ids_to_model(ids, "armv8.2-a", 2), EINVAL, ARM64_MODEL_VERSION,
		     NULL);
	ck_assert_str_eq(kvmlib_error_subject(), "armv8.2-a");
	assert_value(VERSION, 2);
	assert_value(LIMIT, 1);
	assert_refuses_null(kvmlib_arm64_ids_to_model(NULL, "armv8.2-a", 1), 1);
	assert_refuses_null(kvmlib_arm64_ids_to_model(ids, NULL, 1), 2);
	ck_assert_uint_eq(value_of(ids, ISAR0), 0x11);
}
END_TEST

/* Sets: what two values of a field make, whichever is which. */

static const struct {
	const char *name;
	int64_t a, b, common;
	bool a_on_b, b_on_a; /* whether a guest of one misses nothing on the other */
} pairs[] = {
	{ "ID_AA64PFR0_EL1.SVE", 0, 1, 0, true, false },
	{ "ID_AA64PFR0_EL1.FP", -1, 0, -1, true, false },
	{ "ID_AA64PFR0_EL1.FP", 1, 0, 0, false, true },
	{ "ID_AA64MMFR1_EL1.SpecSEI", 0, 1, 1, false, true },
	{ "CTR_EL0.CWG", 3, 4, 4, false, true },
	{ "CTR_EL0.CWG", 0, 4, 0, true, false },
	{ "ID_AA64ISAR1_EL1.APA", 1, 5, 0, false, false },
	{ "ID_AA64ISAR1_EL1.APA", 0, 5, 0, true, false },
	{ "ID_AA64MMFR0_EL1.TGRAN4_2", 2, 3, 1, false, false },
	{ "ID_AA64MMFR0_EL1.PARANGE", 2, 5, 2, true, false },
};

START_TEST(ids_have_in_common_what_is_safe)
{
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		set(ids, pairs[i].name, pairs[i].a);
		set(other, pairs[i].name, pairs[i].b);
		assert_ok(kvmlib_arm64_ids_intersect(ids, other));
		ck_assert_int_eq(field(ids, pairs[i].name), pairs[i].common);
		set(ids, pairs[i].name, pairs[i].a);
		assert_ok(kvmlib_arm64_ids_intersect(other, ids));
		ck_assert_int_eq(field(other, pairs[i].name), pairs[i].common);
	}
}
END_TEST

START_TEST(ids_of_one_host_alone_are_gone)
{
	uint64_t value;

	assert_ok(kvmlib_arm64_ids_set(ids, ZFR0, 1));
	assert_ok(kvmlib_arm64_ids_set(ids, MIDR, 0x410fd0c0));
	assert_ok(kvmlib_arm64_ids_set(other, MIDR, 0x410fd0c0));
	assert_ok(kvmlib_arm64_ids_set(ids, CTR, UINT64_C(1) << 31)); /* no field has it */
	assert_ok(kvmlib_arm64_ids_set(other, CTR, UINT64_C(1) << 31 | UINT64_C(1) << 63));
	assert_ok(kvmlib_arm64_ids_intersect(ids, other));
	assert_returns(kvmlib_arm64_ids_get(ids, ZFR0, &value), 0);
	ck_assert_uint_eq(value, 0);
	assert_returns(kvmlib_arm64_ids_get(ids, MIDR, &value), 1);
	ck_assert_uint_eq(value, 0x410fd0c0);
	assert_returns(kvmlib_arm64_ids_get(ids, CTR, &value), 1);
	ck_assert_uint_eq(value, UINT64_C(1) << 31);
	assert_ok(kvmlib_arm64_ids_set(other, MIDR, 0x410fd0c1));
	assert_ok(kvmlib_arm64_ids_intersect(ids, other));
	assert_returns(kvmlib_arm64_ids_get(ids, MIDR, &value), 0);
}
END_TEST

static void expect_difference(uint64_t *position, const char *name, int64_t a, int64_t b,
			      uint32_t kind)
{
	struct kvmlib_arm64_difference difference;

	assert_returns(kvmlib_arm64_ids_next_difference(ids, other, position, &difference), 1);
	ck_assert_str_eq(difference.field->name, name);
	ck_assert_int_eq(difference.a, a);
	ck_assert_int_eq(difference.b, b);
	ck_assert_uint_eq(difference.kind, kind);
}

START_TEST(ids_differences_are_told_in_order)
{
	struct kvmlib_arm64_difference difference = { .kind = 77 };
	uint64_t position = 0;

	set(ids, "CTR_EL0.CWG", 4);
	set(other, "CTR_EL0.CWG", 3);
	set(ids, "ID_AA64PFR0_EL1.SVE", 1);
	set(ids, "ID_AA64PFR0_EL1.CSV2", 1);
	set(other, "ID_AA64PFR0_EL1.CSV2", 1);
	set(other, "ID_AA64ISAR1_EL1.APA", 1);
	set(other, "ID_AA64PFR0_EL1.FP", -1);
	set(other, "MIDR_EL1.Variant", 2);
	expect_difference(&position, "MIDR_EL1.Variant", 0, 2, KVMLIB_ARM64_CHANGED);
	expect_difference(&position, "ID_AA64PFR0_EL1.FP", 0, -1, KVMLIB_ARM64_LOST);
	expect_difference(&position, "ID_AA64PFR0_EL1.SVE", 1, 0, KVMLIB_ARM64_LOST);
	expect_difference(&position, "ID_AA64ISAR1_EL1.APA", 0, 1, KVMLIB_ARM64_CHANGED);
	expect_difference(&position, "CTR_EL0.CWG", 4, 3, KVMLIB_ARM64_GAINED);
	assert_returns(kvmlib_arm64_ids_next_difference(ids, other, &position, &difference), 0);
	ck_assert_uint_eq(difference.kind, 77);
}
END_TEST

/* Verdicts */

static struct kvmlib_arm64_lack lacks[8];
static size_t nr_lacks;

static int note(const struct kvmlib_arm64_lack *lack, void *userdata)
{
	ck_assert_ptr_eq(userdata, &nr_lacks);
	ck_assert_ptr_nonnull(lack->consequence);
	ck_assert_uint_lt(nr_lacks, 8);
	lacks[nr_lacks++] = *lack;
	return 0;
}

static int end(const struct kvmlib_arm64_lack *lack, void *userdata)
{
	(void)lack;
	(void)userdata;
	return -ECANCELED;
}

static void expect_lacks(int n)
{
	nr_lacks = 0;
	assert_returns(kvmlib_arm64_ids_verdict(ids, other, note, &nr_lacks), n);
	assert_returns(kvmlib_arm64_ids_verdict(ids, other, NULL, NULL), n);
	ck_assert_uint_eq(nr_lacks, (size_t)n);
}

START_TEST(verdict_tells_each_field_that_is_less)
{
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		const struct kvmlib_arm64_field *one = kvmlib_arm64_find_field(pairs[i].name);

		teardown_ids();
		setup_ids();
		set(ids, pairs[i].name, pairs[i].a);
		set(other, pairs[i].name, pairs[i].b);
		expect_lacks(!pairs[i].a_on_b);
		if (pairs[i].a_on_b)
			continue;
		ck_assert_ptr_eq(lacks[0].field, one);
		ck_assert_int_eq(lacks[0].guest, pairs[i].a);
		ck_assert_int_eq(lacks[0].host, pairs[i].b);
		ck_assert_uint_eq(lacks[0].reg, one->reg);
		ck_assert_uint_eq(lacks[0].kind, one->safe == KVMLIB_ARM64_SAFE_EXACT
							 ? KVMLIB_ARM64_LACKS_VALUE
							 : KVMLIB_ARM64_LACKS_FEATURE);
		assert_returns(kvmlib_arm64_ids_verdict(ids, other, end, NULL), -ECANCELED);
		assert_returns(kvmlib_arm64_ids_verdict(other, ids, NULL, NULL), !pairs[i].b_on_a);
	}
}
END_TEST

START_TEST(verdict_on_registers_that_are_not_there)
{
	assert_ok(kvmlib_arm64_ids_set(other, ZFR0, 1));
	expect_lacks(0);
	assert_ok(kvmlib_arm64_ids_set(ids, PFR0, 0));
	expect_lacks(0);
	assert_ok(kvmlib_arm64_ids_set(ids, PFR0, UINT64_C(0x100000000)));
	expect_lacks(1);
	ck_assert_str_eq(lacks[0].field->name, "ID_AA64PFR0_EL1.SVE");
}
END_TEST

/* A later architecture's, of which these facts know nothing. */
START_TEST(verdict_on_bits_that_no_field_has)
{
	assert_ok(kvmlib_arm64_ids_set(ids, CTR, UINT64_C(1) << 63));
	assert_ok(kvmlib_arm64_ids_set(other, CTR, 0));
	expect_lacks(1);
	ck_assert_ptr_null(lacks[0].field);
	ck_assert_uint_eq(lacks[0].reg, CTR);
	ck_assert_uint_eq((uint64_t)lacks[0].guest, UINT64_C(1) << 63);
	ck_assert_uint_eq(lacks[0].kind, KVMLIB_ARM64_LACKS_FEATURE);
}
END_TEST

/* Reports */

#define TITLE "kvmlib-report\t1\n"

static void of_report(const char *text, struct kvmlib_arm64_ids **ret_ids)
{
	struct kvmlib_report *report;

	*ret_ids = kvmlib_arm64_ids_free(*ret_ids);
	assert_ok(kvmlib_report_parse(text, strlen(text), &report));
	assert_ok(kvmlib_report_arm64_ids(report, ret_ids));
	kvmlib_report_free(report);
}

/* What the host's kernel can't hide is told, and so is who made the processor. */
START_TEST(verdict_on_a_host_that_lets_little_be_changed)
{
	set(ids, "ID_AA64PFR0_EL1.SVE", 0);
	set(ids, "ID_AA64PFR0_EL1.CSV2", 0);
	set(ids, "MIDR_EL1.Variant", 0);
	of_report(TITLE "idreg-writable/ID_AA64PFR0_EL1\t0xf00000000\n"
			"idreg-writable/MIDR_EL1\t0x0\n"
			"idreg/ID_AA64PFR0_EL1.CSV2\t1\n"
			"idreg/ID_AA64PFR0_EL1.SVE\t1\n"
			"idreg/MIDR_EL1.Variant\t1\n",
		  &other);
	expect_lacks(2);
	ck_assert_str_eq(lacks[0].field->name, "MIDR_EL1.Variant");
	ck_assert_uint_eq(lacks[0].kind, KVMLIB_ARM64_LACKS_VALUE);
	ck_assert_str_eq(lacks[1].field->name, "ID_AA64PFR0_EL1.CSV2");
	ck_assert_uint_eq(lacks[1].kind, KVMLIB_ARM64_LACKS_CHANGE);
	of_report(TITLE "idreg/MIDR_EL1.Variant\t1\n", &other); /* where it can be changed */
	set(other, "ID_AA64PFR0_EL1.SVE", 0);
	expect_lacks(0);
	of_report(TITLE "idreg-writable/CTR_EL0\t0x0\n"
			"idreg/CTR_EL0.DIC\t0\n",
		  &other);
	assert_ok(kvmlib_arm64_ids_set(ids, CTR, 0));
	assert_ok(kvmlib_arm64_ids_set(other, CTR, UINT64_C(1) << 63));
	expect_lacks(1);
	ck_assert_ptr_null(lacks[0].field);
	ck_assert_uint_eq(lacks[0].kind, KVMLIB_ARM64_LACKS_CHANGE);
}
END_TEST

START_TEST(ids_of_a_report)
{
	uint64_t mask;

	of_report(TITLE "arch\tarm64\n"
			"idreg-writable/ID_AA64PFR0_EL1\t0xff\n"
			"idreg-writable/ID_OF_TOMORROW_EL1\t0xff\n"
			"idreg-rest/CTR_EL0\t0x80000000\n"
			"idreg/ID_AA64PFR0_EL1.FP\t-1\n"
			"idreg/ID_AA64PFR0_EL1.OfTomorrow\t1\n"
			"idreg/REVIDR_EL1.REVIDR\t-9223372036854775808\n",
		  &ids);
	ck_assert_int_eq(field(ids, "ID_AA64PFR0_EL1.FP"), -1);
	ck_assert_int_eq(field(ids, "REVIDR_EL1.REVIDR"), INT64_MIN);
	assert_returns(kvmlib_arm64_ids_get(ids, CTR, &mask), 1);
	ck_assert_uint_eq(mask, 0x80000000);
	assert_ok(kvmlib_arm64_ids_writable(ids, PFR0, &mask));
	ck_assert_uint_eq(mask, 0xff);
}
END_TEST

START_TEST(ids_of_reports_that_nobody_wrote)
{
	static const struct {
		const char *text;
		uint64_t index;
	} rows[] = {
		{ TITLE "arch\tarm64\n", 1 },
		{ TITLE "arch\tarm64\nidreg/ID_AA64PFR0_EL1.SVE\tmuch\n", 1 },
		{ TITLE "idreg/ID_AA64PFR0_EL1.SVE\t16\n", 0 },
		{ TITLE "idreg/ID_AA64PFR0_EL1.SVE\t99999999999999999999\n", 0 },
		{ TITLE "idreg-writable/ID_AA64PFR0_EL1\tall\n", 0 },
	};
	struct kvmlib_arm64_ids *made = SENTINEL;
	struct kvmlib_report *report;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_ok(kvmlib_report_parse(rows[i].text, strlen(rows[i].text), &report));
		assert_fails(kvmlib_report_arm64_ids(report, &made), EPROTO, REPORT_MALFORMED,
			     NULL);
		assert_value(INDEX, rows[i].index);
		ck_assert_ptr_eq(made, SENTINEL);
		assert_refuses_null(kvmlib_report_arm64_ids(report, NULL), 2);
		alloc_fail_nth(1);
		assert_fails(kvmlib_report_arm64_ids(report, &made), ENOMEM, NO_MEMORY, NULL);
		alloc_fail_nth(0);
		kvmlib_report_free(report);
	}
}
END_TEST

static struct kvmlib_report *report_of(const char *value)
{
	struct kvmlib_report *report;

	assert_ok(kvmlib_report_new(&report));
	assert_ok(kvmlib_report_set(report, "arch", "arm64"));
	assert_ok(kvmlib_report_set(report, "idreg/ID_AA64MMFR1_EL1.SpecSEI", value));
	assert_ok(kvmlib_report_set(report, "idreg/ID_AA64PFR0_EL1.FP", value));
	return report;
}

/* By names: with their signs, and those that are no counts as what they are. */
START_TEST(reports_differ_in_fields)
{
	struct kvmlib_report *a = report_of("0"), *b = report_of("-1"), *common;
	struct kvmlib_report_difference difference;
	uint64_t position = 0;

	assert_returns(kvmlib_report_next_difference(a, b, &position, &difference), 1);
	ck_assert_str_eq(difference.key, "idreg/ID_AA64MMFR1_EL1.SpecSEI");
	ck_assert_uint_eq(difference.kind, KVMLIB_REPORT_CHANGED);
	assert_returns(kvmlib_report_next_difference(a, b, &position, &difference), 1);
	ck_assert_str_eq(difference.key, "idreg/ID_AA64PFR0_EL1.FP");
	ck_assert_uint_eq(difference.kind, KVMLIB_REPORT_LOST);
	assert_returns(kvmlib_report_next_difference(a, b, &position, &difference), 0);
	assert_ok(
		kvmlib_report_baseline((const struct kvmlib_report *const[]){ a, b }, 2, &common));
	ck_assert_str_eq(kvmlib_report_get(common, "idreg/ID_AA64PFR0_EL1.FP"), "-1");
	ck_assert_ptr_null(kvmlib_report_get(common, "idreg/ID_AA64MMFR1_EL1.SpecSEI"));
	kvmlib_report_free(common);
	kvmlib_report_free(b);
	kvmlib_report_free(a);
}
END_TEST

/* vCPUs */

#ifdef __aarch64__

static struct kvmlib_sys_ops ops;
static const struct kvmlib_sys_ops *sim;
static bool has_masks;
static uint64_t masks[KVMLIB_ARM_FEATURE_ID_RANGE_SIZE]; /* what the kernel tells */
static uint64_t refused, missing,
	cut; /* registers that can't be written, read, or written as a whole */

static int get_masks(unsigned long arg)
{
	const struct reg_mask_range *range = (const struct reg_mask_range *)arg;

	if (range->range != KVMLIB_ARM_FEATURE_ID_RANGE)
		return -EINVAL;
	memcpy((void *)(uintptr_t)range->addr, masks, sizeof(masks));
	return 0;
}

static int set_reg(void *ctx, int fd, unsigned long arg)
{
	const struct kvm_one_reg *reg = (const struct kvm_one_reg *)arg;
	uint64_t value = *(const uint64_t *)(uintptr_t)reg->addr;
	struct kvm_one_reg less = { .id = reg->id, .addr = (uintptr_t)&value };

	if (reg->id == refused)
		return -EBUSY;
	if (reg->id == cut)
		value &= ~UINT64_C(0xf);
	return sim->ioctl(ctx, fd, REQUEST(SET_ONE_REG), (unsigned long)&less);
}

static int ids_ioctl(void *ctx, int fd, unsigned long request, unsigned long arg)
{
	if (request == REQUEST(CHECK_EXTENSION) && arg == KVMLIB_CAP_ARM_SUPPORTED_REG_MASK_RANGES)
		return has_masks;
	if (request == REQUEST(ARM_GET_REG_WRITABLE_MASKS))
		return get_masks(arg);
	if (request == REQUEST(SET_ONE_REG))
		return set_reg(ctx, fd, arg);
	if (request == REQUEST(GET_ONE_REG) && ((const struct kvm_one_reg *)arg)->id == missing)
		return -ENOENT;
	return sim->ioctl(ctx, fd, request, arg);
}

static void setup_ids_vcpu(void)
{
	setup_sim();
	sim = kvmlib_sim_sys_ops(fix.sim);
	ops = *sim;
	ops.ioctl = ids_ioctl;
	fix.sys = &ops;
	make_system();
	make_vm();
	make_vcpu();
	setup_ids();
	has_masks = false;
	memset(masks, 0, sizeof(masks));
	refused = missing = cut = 0;
}

static void teardown_ids_vcpu(void)
{
	teardown_ids();
	teardown();
}

static uint64_t get(uint64_t reg)
{
	uint64_t value;

	ck_assert_int_eq(kvmlib_vcpu_get_one_reg(fix.vcpu, reg, &value, sizeof(value)), 0);
	return value;
}

static void give(uint64_t reg, uint64_t value)
{
	ck_assert_int_eq(kvmlib_vcpu_set_one_reg(fix.vcpu, reg, &value, sizeof(value)), 0);
}

START_TEST(ids_are_read_with_what_can_be_changed)
{
	uint64_t value;

	give(PFR0, UINT64_C(0x1100000011));
	missing = ZFR0;
	has_masks = true;
	masks[4 * 8] = 0xff;
	masks[(2 * 8 + 0) * 8 + 1] = 0x3; /* of CTR_EL0 */
	ids = kvmlib_arm64_ids_free(ids);
	assert_ok(kvmlib_arm64_ids_read(fix.vcpu, &ids));
	assert_returns(kvmlib_arm64_ids_get(ids, PFR0, &value), 1);
	ck_assert_uint_eq(value, UINT64_C(0x1100000011));
	assert_returns(kvmlib_arm64_ids_get(ids, ZFR0, &value), 0);
	assert_ok(kvmlib_arm64_ids_writable(ids, PFR0, &value));
	ck_assert_uint_eq(value, 0xff);
	assert_ok(kvmlib_arm64_ids_writable(ids, CTR, &value));
	ck_assert_uint_eq(value, 0x3);
	has_masks = false;
	ids = kvmlib_arm64_ids_free(ids);
	assert_ok(kvmlib_arm64_ids_read(fix.vcpu, &ids));
	assert_ok(kvmlib_arm64_ids_writable(ids, PFR0, &value));
	ck_assert_uint_eq(value, 0);
}
END_TEST

/* Each call in turn, and memory. */
START_TEST(ids_that_cant_be_read)
{
	struct kvmlib_arm64_ids *made = SENTINEL;

	for (unsigned int n = 1; n <= 4; n++) {
		ck_assert_int_eq(kvmlib_sim_fail_nth(fix.sim, n, EIO), 0);
		ck_assert_int_eq(kvmlib_arm64_ids_read(fix.vcpu, &made), -EIO);
		ck_assert_str_eq(kvmlib_error_function(), "kvmlib_arm64_ids_read");
		ck_assert_int_eq(kvmlib_sim_fail_nth(fix.sim, n, EIO), 0);
		ck_assert_int_eq(kvmlib_arm64_ids_collect(fix.system, &made), -EIO);
		ck_assert_str_eq(kvmlib_error_function(), "kvmlib_arm64_ids_collect");
	}
	ck_assert_int_eq(kvmlib_sim_fail_nth(fix.sim, 0, 0), 0);
	alloc_fail_nth(1);
	assert_fails(kvmlib_arm64_ids_read(fix.vcpu, &made), ENOMEM, NO_MEMORY, NULL);
	alloc_fail_nth(0);
	ck_assert_ptr_eq(made, SENTINEL);
}
END_TEST

START_TEST(ids_of_a_host_leave_nothing)
{
	ids = kvmlib_arm64_ids_free(ids);
	assert_ok(kvmlib_arm64_ids_collect(fix.system, &ids));
	ck_assert_int_eq(kvmlib_arm64_ids_get(ids, PFR0, &(uint64_t){ 0 }), 1);
}
END_TEST

START_TEST(ids_are_applied)
{
	give(PFR0, 0x11);
	give(ZFR0, 0x22);
	assert_ok(kvmlib_arm64_ids_set(ids, PFR0, 0x1));
	assert_ok(kvmlib_arm64_ids_apply(ids, fix.vcpu));
	ck_assert_uint_eq(get(PFR0), 0x1);
	ck_assert_uint_eq(get(ZFR0), 0x22);
	refused = PFR0; /* what is so already is not written */
	assert_ok(kvmlib_arm64_ids_apply(ids, fix.vcpu));
}
END_TEST

START_TEST(ids_that_are_fixed_are_found_before)
{
	give(PFR0, 0x11);
	give(ZFR0, 0x22);
	has_masks = true;
	masks[4 * 8] = 0x0f;
	assert_ok(kvmlib_arm64_ids_set(ids, PFR0, 0x10));
	assert_ok(kvmlib_arm64_ids_apply(ids, fix.vcpu));
	assert_ok(kvmlib_arm64_ids_set(ids, PFR0, 0x01));
	assert_ok(kvmlib_arm64_ids_set(ids, ZFR0, 0x22));
	assert_fails(kvmlib_arm64_ids_apply(ids, fix.vcpu), EINVAL, ARM64_FIELD_FIXED, NULL);
	assert_value(REGISTER, PFR0);
	assert_value(OUTCOME, 0);
	ck_assert_str_eq(kvmlib_error_subject(), "ID_AA64PFR0_EL1.EL1");
	ck_assert_uint_eq(get(PFR0), 0x10);
}
END_TEST

START_TEST(ids_are_applied_as_a_whole_or_not)
{
	give(PFR0, 0x11);
	assert_ok(kvmlib_arm64_ids_set(ids, PFR0, 0x1));
	assert_ok(kvmlib_arm64_ids_set(ids, ISAR1, 0x1));
	refused = ISAR1;
	assert_fails(kvmlib_arm64_ids_apply(ids, fix.vcpu), EBUSY, AFTER_FIRST_RUN,
		     "KVM_SET_ONE_REG");
	assert_value(REGISTER, ISAR1);
	assert_value(OUTCOME, 1);
	ck_assert_uint_eq(get(PFR0), 0x11);
	refused = 0;
	missing = ISAR1;
	cut = PFR0;
	assert_ok(kvmlib_arm64_ids_set(ids, ISAR1, 0));
	assert_fails(kvmlib_arm64_ids_apply(ids, fix.vcpu), EINVAL, ARM64_FIELD_FIXED, NULL);
	ck_assert_str_eq(kvmlib_error_subject(), "ID_AA64PFR0_EL1.EL0");
	assert_value(OUTCOME, 2);
}
END_TEST

START_TEST(ids_that_cant_be_put_back)
{
	give(PFR0, 0x11);
	give(ISAR1, 0x21);
	assert_ok(kvmlib_arm64_ids_set(ids, PFR0, 0x21));
	assert_ok(kvmlib_arm64_ids_set(ids, ISAR1, 0x11));
	cut = ISAR1;
	assert_fails(kvmlib_arm64_ids_apply(ids, fix.vcpu), EINVAL, ARM64_FIELD_FIXED, NULL);
	ck_assert_uint_eq(get(PFR0), 0x11);
	ck_assert_uint_eq(get(ISAR1), 0x20);
	assert_value(OUTCOME, 2);
	refused = ISAR1;
	give(PFR0, 0x11);
	assert_fails(kvmlib_arm64_ids_apply(ids, fix.vcpu), EBUSY, AFTER_FIRST_RUN,
		     "KVM_SET_ONE_REG");
	assert_value(OUTCOME, 1);
}
END_TEST

START_TEST(ids_null_vcpus)
{
	assert_refuses_null(kvmlib_arm64_ids_read(NULL, &ids), 1);
	assert_refuses_null(kvmlib_arm64_ids_read(fix.vcpu, NULL), 2);
	assert_refuses_null(kvmlib_arm64_ids_collect(NULL, &ids), 1);
	assert_refuses_null(kvmlib_arm64_ids_collect(fix.system, NULL), 2);
	assert_refuses_null(kvmlib_arm64_ids_apply(NULL, fix.vcpu), 1);
	assert_refuses_null(kvmlib_arm64_ids_apply(ids, NULL), 2);
}
END_TEST

START_TEST(reports_have_fields)
{
	struct kvmlib_report *report;

	has_masks = true;
	masks[4 * 8] = 0xff;
	assert_ok(kvmlib_report_collect(fix.system, &report));
	ck_assert_str_eq(kvmlib_report_get(report, "idreg/ID_AA64PFR0_EL1.SVE"), "0");
	ck_assert_str_eq(kvmlib_report_get(report, "idreg-writable/ID_AA64PFR0_EL1"), "0xff");
	ck_assert_str_eq(kvmlib_report_get(report, "attr/vcpu/ARM_VCPU_PMU_V3_IRQ"), "yes");
	kvmlib_report_free(report);
}
END_TEST

#else

static void setup_ids_vcpu(void)
{
	setup_vcpu();
	setup_ids();
}

static void teardown_ids_vcpu(void)
{
	teardown_ids();
	teardown();
}

START_TEST(ids_of_vcpus_are_of_other_architectures)
{
	const uint64_t calls = kvmlib_sim_nr_calls(fix.sim);
	struct kvmlib_arm64_ids *made = SENTINEL;

	assert_fails(kvmlib_arm64_ids_read(fix.vcpu, &made), EOPNOTSUPP, ARCH_UNSUPPORTED, NULL);
	assert_fails(kvmlib_arm64_ids_collect(fix.system, &made), EOPNOTSUPP, ARCH_UNSUPPORTED,
		     NULL);
	assert_fails(kvmlib_arm64_ids_apply(ids, fix.vcpu), EOPNOTSUPP, ARCH_UNSUPPORTED, NULL);
	assert_refuses_null(kvmlib_arm64_ids_read(NULL, &made), 1);
	assert_refuses_null(kvmlib_arm64_ids_read(fix.vcpu, NULL), 2);
	assert_refuses_null(kvmlib_arm64_ids_collect(NULL, &made), 1);
	assert_refuses_null(kvmlib_arm64_ids_collect(fix.system, NULL), 2);
	assert_refuses_null(kvmlib_arm64_ids_apply(NULL, fix.vcpu), 1);
	assert_refuses_null(kvmlib_arm64_ids_apply(ids, NULL), 2);
	ck_assert_uint_eq(kvmlib_sim_nr_calls(fix.sim), calls);
	ck_assert_ptr_eq(made, SENTINEL);
}
END_TEST

#endif

Suite *arm64_ids_suite(void)
{
	Suite *suite = suite_create("arm64-ids");
	TCase *tcase = tcase_create("tables");

	tcase_add_checked_fixture(tcase, setup_ids, teardown_ids);
	suite_add_tcase(suite, tcase);
	ADD_TESTS(tcase, fields_have_names_and_an_order, fields_are_where_the_architecture_has_them,
		  ids_have_registers_and_fields, ids_refuse_what_is_none, ids_null_is_refused,
		  ids_without_memory, models_are_what_they_were, models_grow,
		  model_leaves_what_is_not_its_own, model_that_is_none_changes_nothing,
		  ids_have_in_common_what_is_safe, ids_of_one_host_alone_are_gone,
		  ids_differences_are_told_in_order, verdict_tells_each_field_that_is_less,
		  verdict_on_registers_that_are_not_there, verdict_on_bits_that_no_field_has,
		  verdict_on_a_host_that_lets_little_be_changed, ids_of_a_report,
		  ids_of_reports_that_nobody_wrote, reports_differ_in_fields);
	tcase = tcase_create("vcpus");
	tcase_add_checked_fixture(tcase, setup_ids_vcpu, teardown_ids_vcpu);
	suite_add_tcase(suite, tcase);
#ifdef __aarch64__
	ADD_TESTS(tcase, ids_are_read_with_what_can_be_changed, ids_that_cant_be_read,
		  ids_of_a_host_leave_nothing, ids_are_applied, ids_that_are_fixed_are_found_before,
		  ids_are_applied_as_a_whole_or_not, ids_that_cant_be_put_back, ids_null_vcpus,
		  reports_have_fields);
#else
	ADD_TESTS(tcase, ids_of_vcpus_are_of_other_architectures);
#endif
	return suite;
}
