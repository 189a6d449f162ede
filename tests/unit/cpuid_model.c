/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Models of CPUs: what each is, for good. */
#include "alloc.h"
#include "fixture.h"
#include "suites.h"

#include <string.h>

#define INDEXED KVMLIB_CPUID_FLAG_SIGNIFCANT_INDEX
#define INTEL	0x756e6547, 0x6c65746e, 0x49656e69 /* "Genu" "ntel" "ineI": EBX, ECX, EDX */

static struct kvmlib_cpuid *host, *table;

static void setup(void)
{
	alloc_start();
	ck_assert_int_eq(kvmlib_cpuid_new(&host), 0);
}

static void done(void)
{
	host = kvmlib_cpuid_free(host);
	table = kvmlib_cpuid_free(table);
	ck_assert_uint_eq(alloc_stop(), 0);
}

static void make(const char *name, const struct kvmlib_cpuid *of)
{
	table = kvmlib_cpuid_free(table);
	assert_ok(kvmlib_cpuid_from_model(name, 0, of, &table));
}

static uint32_t reg(uint32_t leaf, uint32_t subleaf, uint32_t number)
{
	const struct kvmlib_cpuid_leaf *found = kvmlib_cpuid_get_leaf(table, leaf, subleaf);

	ck_assert_ptr_nonnull(found);
	return found->registers[number];
}

static void assert_registers(uint32_t leaf, uint32_t subleaf, uint32_t eax, uint32_t ebx,
			     uint32_t ecx, uint32_t edx)
{
	ck_assert_uint_eq(reg(leaf, subleaf, KVMLIB_CPUID_EAX), eax);
	ck_assert_uint_eq(reg(leaf, subleaf, KVMLIB_CPUID_EBX), ebx);
	ck_assert_uint_eq(reg(leaf, subleaf, KVMLIB_CPUID_ECX), ecx);
	ck_assert_uint_eq(reg(leaf, subleaf, KVMLIB_CPUID_EDX), edx);
}

/* Released versions: a row is added for each new one, and none ever changes. FNV-1a of all numbers. */
static const struct {
	const char *name;
	uint32_t version;
	uint64_t sum;
} released[] = {
	{ "qemu64", 1, 0xbb5c355674f50c47 },	{ "qemu64", 2, 0x6c723e6139c1cb31 },
	{ "x86-64-v1", 1, 0x7c77f6a613d2f56f }, { "x86-64-v1", 2, 0x8dd093ead1513c09 },
	{ "x86-64-v2", 1, 0x9150b39d073c1da0 }, { "x86-64-v2", 2, 0x4fc980bae2529376 },
	{ "x86-64-v3", 1, 0xd52c757d71f9454c }, { "x86-64-v3", 2, 0xa33d2321c036d4ca },
	{ "x86-64-v4", 1, 0x501e61bf8f6a9197 }, { "x86-64-v4", 2, 0x74af7265189ae801 },
};
#define NR_RELEASED (sizeof(released) / sizeof(released[0]))

static void add_up(uint64_t *sum, const uint32_t *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		*sum = (*sum ^ words[i]) * 0x100000001b3;
}

static uint64_t sum_of(const struct kvmlib_cpuid *cpuid)
{
	const struct kvmlib_cpuid_leaf *leaf;
	const struct kvmlib_cpuid_msr *msr;
	uint64_t sum = 0xcbf29ce484222325;

	for (size_t i = 0; (leaf = kvmlib_cpuid_leaf_at(cpuid, i)); i++) {
		add_up(&sum, (const uint32_t[]){ leaf->leaf, leaf->subleaf, leaf->flags, 0 }, 4);
		add_up(&sum, leaf->registers, 4);
	}
	for (size_t i = 0; (msr = kvmlib_cpuid_msr_at(cpuid, i)); i++)
		add_up(&sum,
		       (const uint32_t[]){ msr->index, 0, (uint32_t)msr->value,
					   (uint32_t)(msr->value >> 32) },
		       4);
	return sum;
}

START_TEST(cpuid_model_never_changes)
{
	assert_ok(kvmlib_cpuid_from_model(released[_i].name, released[_i].version, NULL, &table));
	ck_assert_msg(sum_of(table) == released[_i].sum, "%s:%u has the sum %#llx",
		      released[_i].name, released[_i].version, (unsigned long long)sum_of(table));
	ck_assert(!kvmlib_cpuid_msr_at(table, 0) == (released[_i].version == 1));
}
END_TEST

/* As KVM has it after a reset, and QEMU, which names the same for both. */
START_TEST(cpuid_model_has_the_microcode_of_its_vendor)
{
	const struct kvmlib_cpuid_leaf intel = { .registers = { 0x16, INTEL } };

	make("x86-64-v2", NULL);
	ck_assert_uint_eq(kvmlib_cpuid_get_msr(table, 0x8b)->value, 0x01000065);
	assert_ok(kvmlib_cpuid_set_leaf(host, &intel));
	make("x86-64-v2", host);
	ck_assert_uint_eq(kvmlib_cpuid_get_msr(table, 0x8b)->value, 0x100000000);
	ck_assert_ptr_null(kvmlib_cpuid_msr_at(table, 1));
}
END_TEST

START_TEST(cpuid_models_are_all_known_to_these_tests)
{
	const struct kvmlib_cpuid_model *model;
	size_t nr = 0;

	for (; (model = kvmlib_cpuid_model_at(nr)); nr++) {
		ck_assert_uint_lt(nr, NR_RELEASED);
		ck_assert_str_eq(model->name, released[nr].name);
		ck_assert_uint_eq(model->version, released[nr].version);
		ck_assert_uint_gt(strlen(model->meaning), 0);
		ck_assert_uint_eq(model->reserved, 0);
	}
	ck_assert_uint_eq(nr, NR_RELEASED);
}
END_TEST

/* What QEMU answers to CPUID for `-cpu qemu64,-svm,x2apic=on`, its hypervisor being KVM. */
START_TEST(cpuid_model_qemu64_is_what_qemu_has)
{
	make("qemu64", NULL);
	assert_registers(0, 0, 0xb, 0x68747541, 0x444d4163, 0x69746e65);
	assert_registers(1, 0, 0x60fb1, 0x800, 0x80202001, 0x078bfbfd);
	assert_registers(0x80000000, 0, 0x80000008, 0x68747541, 0x444d4163, 0x69746e65);
	assert_registers(0x80000001, 0, 0x60fb1, 0, 1, 0x2193fbfd);
	assert_registers(0x80000002, 0, 0x554d4551, 0x72695620, 0x6c617574, 0x55504320);
	assert_registers(0x80000003, 0, 0x72657620, 0x6e6f6973, 0x352e3220, 0x0000002b);
	assert_registers(0x80000004, 0, 0, 0, 0, 0);
	assert_registers(0x80000008, 0, 0x3028, 0, 0, 0);
	assert_registers(0x40000000, 0, 0x40000001, 0x4b4d564b, 0x564b4d56, 0x4d);
	assert_registers(0x40000001, 0, 0x0100007b, 0, 0, 0);
}
END_TEST

/* Names as the psABI has them, by their names here. */
static const char *const psabi[][14] = {
	{ "cmov", "cx8", "fpu", "fxsr", "mmx", "sse", "sse2", "syscall" },
	{ "cx16", "lahf_lm", "popcnt", "sse3", "sse4_1", "sse4_2", "ssse3" },
	{ "avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe", "xsave", "xsave_x87",
	  "xsave_sse", "xsave_avx" },
	{ "avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl", "xsave_opmask",
	  "xsave_zmm_hi256", "xsave_hi16_zmm" },
};
static const char *const levels[] = { "x86-64-v1", "x86-64-v2", "x86-64-v3", "x86-64-v4" };

static size_t nr_features(void)
{
	const struct kvmlib_cpuid_feature *feature;
	size_t nr = 0;

	for (size_t i = 0; (feature = kvmlib_cpuid_feature_at(i)); i++)
		nr += (size_t)kvmlib_cpuid_has_feature(table, feature->name);
	return nr;
}

/* A level has what the psABI lists for it, and no more than the one before otherwise. */
START_TEST(cpuid_model_levels_are_the_psabi_s)
{
	size_t before = 0, listed = 0;

	for (uint32_t level = 0; level < 4; level++) {
		make(levels[level], NULL);
		for (listed = 0; listed < 14 && psabi[level][listed]; listed++)
			ck_assert_int_eq(kvmlib_cpuid_has_feature(table, psabi[level][listed]), 1);
		if (level)
			ck_assert_uint_eq(nr_features(), before + listed);
		before = nr_features();
	}
	ck_assert_int_eq(kvmlib_cpuid_has_feature(table, "sse2"), 1);
}
END_TEST

START_TEST(cpuid_model_has_leaves_up_to_the_highest)
{
	for (uint32_t level = 0; level < 4; level++) {
		make(levels[level], NULL);
		ck_assert_uint_eq(reg(0, 0, KVMLIB_CPUID_EAX), level < 2 ? 0xb : 0xd);
		ck_assert_uint_eq(reg(0x80000000, 0, KVMLIB_CPUID_EAX), 0x80000008);
		ck_assert_uint_eq(kvmlib_cpuid_get_leaf(table, 0xb, 0)->flags, INDEXED);
		ck_assert(!kvmlib_cpuid_get_leaf(table, 7, 0) == (level < 2));
	}
}
END_TEST

START_TEST(cpuid_model_places_components_one_behind_the_other)
{
	make("x86-64-v3", NULL);
	assert_registers(0xd, 0, 7, 576, 832, 0);
	assert_registers(0xd, 2, 256, 576, 0, 0);
	ck_assert_ptr_null(kvmlib_cpuid_get_leaf(table, 0xd, 5));
	make("x86-64-v4", NULL);
	assert_registers(0xd, 0, 0xe7, 576, 2432, 0);
	assert_registers(0xd, 5, 64, 832, 0, 0);
	assert_registers(0xd, 6, 512, 896, 0, 0);
	assert_registers(0xd, 7, 1024, 1408, 0, 0);
}
END_TEST

/* A host of the other vendor, whose components have gaps. */
START_TEST(cpuid_model_takes_vendor_and_places_from_the_host)
{
	const struct kvmlib_cpuid_leaf leaves[] = {
		{ 0, 0, 0, 0, { 0x16, INTEL } },
		{ 0xd, 0, INDEXED, 0, { 0x1f, 2696, 2696, 0 } },
		{ 0xd, 2, INDEXED, 0, { 256, 576, 0, 0 } },
		{ 0xd, 5, INDEXED, 0, { 64, 1088, 0, 0 } },
		{ 0xd, 6, INDEXED, 0, { 512, 1152, 4, 0 } },
		{ 0xd, 7, INDEXED, 0, { 0, 0, 0, 0 } },
	};

	for (size_t i = 0; i < sizeof(leaves) / sizeof(leaves[0]); i++)
		assert_ok(kvmlib_cpuid_set_leaf(host, &leaves[i]));
	make("x86-64-v4", host);
	assert_registers(0, 0, 0xd, INTEL);
	assert_registers(0x80000000, 0, 0x80000008, INTEL);
	ck_assert_uint_eq(reg(0x80000001, 0, KVMLIB_CPUID_EDX), 0x20100800);
	assert_registers(0xd, 0, 0xe7, 576, 2688, 0);
	assert_registers(0xd, 5, 64, 1088, 0, 0);
	assert_registers(0xd, 6, 512, 1152, 4, 0);
	assert_registers(0xd, 7, 1024, 1664, 0, 0);
}
END_TEST

START_TEST(cpuid_model_of_an_empty_host_is_amd_s)
{
	make("x86-64-v4", host);
	ck_assert_uint_eq(sum_of(table), released[NR_RELEASED - 1].sum);
}
END_TEST

START_TEST(cpuid_model_that_is_unknown_is_named)
{
	assert_fails(kvmlib_cpuid_from_model("x86-64", 0, NULL, &table), EINVAL,
		     CPUID_MODEL_UNKNOWN, NULL);
	ck_assert_str_eq(kvmlib_error_subject(), "x86-64");
	assert_value(ARGUMENT, 1);
	assert_no_value(VERSION);
	assert_fails(kvmlib_cpuid_from_model("qemu64", 3, NULL, &table), EINVAL,
		     CPUID_MODEL_VERSION, NULL);
	ck_assert_str_eq(kvmlib_error_subject(), "qemu64");
	assert_value(ARGUMENT, 2);
	assert_value(VERSION, 3);
	assert_value(LIMIT, 2);
	ck_assert_ptr_null(table);
}
END_TEST

START_TEST(cpuid_model_null_arguments_and_no_memory_are_refused)
{
	assert_refuses_null(kvmlib_cpuid_from_model(NULL, 0, NULL, &table), 1);
	assert_refuses_null(kvmlib_cpuid_from_model("qemu64", 0, NULL, NULL), 4);
	alloc_fail_nth(1);
	assert_fails(kvmlib_cpuid_from_model("qemu64", 0, NULL, &table), ENOMEM, NO_MEMORY, NULL);
	ck_assert_ptr_null(table);
}
END_TEST

Suite *cpuid_model_suite(void)
{
	Suite *suite = suite_create("cpuid_model");
	TCase *tc = tcase_create("model");

	tcase_add_checked_fixture(tc, setup, done);
	suite_add_tcase(suite, tc);
	tcase_add_loop_test(tc, cpuid_model_never_changes, 0, NR_RELEASED);
	ADD_TESTS(tc, cpuid_model_has_the_microcode_of_its_vendor,
		  cpuid_models_are_all_known_to_these_tests, cpuid_model_qemu64_is_what_qemu_has,
		  cpuid_model_levels_are_the_psabi_s, cpuid_model_has_leaves_up_to_the_highest,
		  cpuid_model_places_components_one_behind_the_other,
		  cpuid_model_takes_vendor_and_places_from_the_host,
		  cpuid_model_of_an_empty_host_is_amd_s, cpuid_model_that_is_unknown_is_named,
		  cpuid_model_null_arguments_and_no_memory_are_refused);
	return suite;
}
