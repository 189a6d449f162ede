/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* arm64's id registers on the kernel at hand: as KVM has them, and as the guest finds them. */
#include "program.h"

#include <errno.h>

#include <runner.h>

#if defined(__aarch64__)

#define SHA2 "ID_AA64ISAR0_EL1.SHA2"

static struct machine machine;
static struct kvmlib_arm64_ids *ids;

/* The field of ID_AA64ISAR0_EL1 that tells of SHA2. */
PROGRAM(sha2_program, 0x9000,
	"	mov x0, #0xd0000\n"
	"1:	mrs x1, id_aa64isar0_el1\n"
	"	ubfx x1, x1, #12, #4\n"
	"	str w1, [x0]\n"
	"	b 1b\n");

static void read_ids(void)
{
	machine_new(&machine);
	machine_start(&machine, &sha2_program);
	ck_assert_int_eq(kvmlib_arm64_ids_read(machine.vcpu, &ids), 0);
}

static void free_ids(void)
{
	ids = kvmlib_arm64_ids_free(ids);
	machine_free(&machine);
}

static bool has_masks(void)
{
	return kvmlib_vm_check_extension(machine.vm, KVMLIB_CAP_ARM_SUPPORTED_REG_MASK_RANGES) > 0;
}

static int64_t field(const char *name)
{
	int64_t value;

	ck_assert_int_eq(kvmlib_arm64_ids_get_field(ids, name, &value), 1);
	return value;
}

/* The vCPU's are these. */
static void expect_values(struct kvmlib_arm64_ids *now)
{
	struct kvmlib_arm64_difference difference = { .field = NULL };
	uint64_t position = 0;
	int r = kvmlib_arm64_ids_next_difference(ids, now, &position, &difference);

	ck_assert_msg(!r, "%s: %lld, %lld", r ? difference.field->name : "",
		      (long long)difference.a, (long long)difference.b);
	kvmlib_arm64_ids_free(now);
}

static struct kvmlib_arm64_ids *now(void)
{
	struct kvmlib_arm64_ids *read;

	ck_assert_int_eq(kvmlib_arm64_ids_read(machine.vcpu, &read), 0);
	return read;
}

static uint64_t outcome(void)
{
	uint64_t value = 77;

	ck_assert_int_eq(kvmlib_error_value(KVMLIB_VALUE_OUTCOME, &value), 0);
	return value;
}

START_TEST(ids_are_the_vcpus_own)
{
	ck_assert_int_ne(field("MIDR_EL1.PartNum") | field("MIDR_EL1.Implementer"), 0);
	ck_assert_int_eq(kvmlib_arm64_ids_verdict(ids, ids, NULL, NULL), 0);
	ck_assert_int_eq(kvmlib_arm64_ids_apply(ids, machine.vcpu), 0);
	expect_values(now());
	ck_assert_uint_eq(told(machine.vcpu), (uint32_t)field(SHA2));
}
END_TEST

START_TEST(guest_finds_what_was_applied)
{
	const int64_t before = field(SHA2);

	if (!has_masks())
		SKIP("no KVM_CAP_ARM_SUPPORTED_REG_MASK_RANGES");
	ck_assert_int_gt(before, 0);
	ck_assert_int_eq(kvmlib_arm64_ids_set_field(ids, SHA2, 0), 0);
	ck_assert_int_eq(kvmlib_arm64_ids_apply(ids, machine.vcpu), 0);
	expect_values(now());
	ck_assert_uint_eq(told(machine.vcpu), 0);
	finish(machine.vcpu);
	ck_assert_int_eq(kvmlib_arm64_ids_set_field(ids, SHA2, before), 0);
	ck_assert_int_eq(kvmlib_arm64_ids_apply(ids, machine.vcpu), -EBUSY);
	ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_AFTER_FIRST_RUN);
	ck_assert_uint_eq(outcome(), 1);
}
END_TEST

static int expect_feature(const struct kvmlib_arm64_lack *lack, void *userdata)
{
	(void)userdata;
	ck_assert_msg(lack->kind == KVMLIB_ARM64_LACKS_FEATURE, "%s: %lld, not %lld",
		      lack->field ? lack->field->name : "a bit", (long long)lack->guest,
		      (long long)lack->host);
	return 0;
}

static void expect_refusal(const struct kvmlib_arm64_ids *host)
{
	ck_assert_int_eq(kvmlib_arm64_ids_apply(ids, machine.vcpu), -EINVAL);
	ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_REG_VALUE_INVALID);
	ids = kvmlib_arm64_ids_free(ids);
	ck_assert_int_eq(kvmlib_arm64_ids_copy(host, &ids), 0);
	expect_values(now());
}

static void expect_model(void)
{
	ck_assert_int_eq(kvmlib_arm64_ids_apply(ids, machine.vcpu), 0);
	expect_values(now());
	ck_assert_uint_eq(told(machine.vcpu), 0);
}

/* KVM says of a model what the verdict does: to be had, with nothing beyond it, or more than the host has. */
START_TEST(guest_finds_the_model)
{
	const struct kvmlib_arm64_model *model = kvmlib_arm64_model_at((size_t)_i);
	struct kvmlib_arm64_ids *host = now();
	int nr_lacks;

	if (!has_masks()) {
		kvmlib_arm64_ids_free(host);
		SKIP("no KVM_CAP_ARM_SUPPORTED_REG_MASK_RANGES");
	}
	ck_assert_int_eq(kvmlib_arm64_ids_to_model(ids, model->name, model->version), 0);
	nr_lacks = kvmlib_arm64_ids_verdict(ids, host, expect_feature, NULL);
	if (nr_lacks)
		expect_refusal(host);
	else
		expect_model();
	kvmlib_arm64_ids_free(host);
}
END_TEST

static int nr_models(void)
{
	int n = 0;

	while (kvmlib_arm64_model_at((size_t)n))
		n++;
	return n;
}

/* Older kernels let nobody change it, and are asked by trying. */
START_TEST(older_kernels_change_nothing)
{
	struct kvmlib_arm64_ids *host;

	if (has_masks())
		SKIP("KVM_CAP_ARM_SUPPORTED_REG_MASK_RANGES");
	ck_assert_int_eq(kvmlib_arm64_ids_set_field(ids, SHA2, 0), 0);
	ck_assert_int_eq(kvmlib_arm64_ids_apply(ids, machine.vcpu), -EINVAL);
	ck_assert_uint_eq(outcome(), 1);
	host = now();
	ck_assert_int_gt(kvmlib_arm64_ids_verdict(ids, host, NULL, NULL), 0); /* which it told */
	kvmlib_arm64_ids_free(host);
	ck_assert_uint_gt(told(machine.vcpu), 0);
}
END_TEST

/* One that can be changed, and one that promises what the host has not: neither is. */
START_TEST(ids_are_applied_as_a_whole_or_not)
{
	const int64_t before = field(SHA2);

	ck_assert_int_eq(kvmlib_arm64_ids_set_field(ids, SHA2, 0), 0);
	ck_assert_int_eq(kvmlib_arm64_ids_set_field(ids, "ID_AA64ISAR1_EL1.BF16", 15), 0);
	ck_assert_int_eq(kvmlib_arm64_ids_apply(ids, machine.vcpu), -EINVAL);
	ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_REG_VALUE_INVALID);
	ck_assert_uint_eq(outcome(), 1);
	ids = kvmlib_arm64_ids_free(ids);
	ck_assert_int_eq(kvmlib_arm64_ids_read(machine.vcpu, &ids), 0);
	ck_assert_int_eq(field(SHA2), before);
	ck_assert_uint_eq(told(machine.vcpu), (uint32_t)before);
}
END_TEST

/* A field of which no bit can be changed. */
static const struct kvmlib_arm64_field *fixed_field(void)
{
	const struct kvmlib_arm64_field *one;
	uint64_t writable, value;

	for (size_t i = 0; (one = kvmlib_arm64_field_at(i)); i++) {
		ck_assert_int_eq(kvmlib_arm64_ids_writable(ids, one->reg, &writable), 0);
		if (kvmlib_arm64_ids_get(ids, one->reg, &value) && !(writable >> one->lsb & 1))
			break;
	}
	ck_assert_ptr_nonnull(one);
	return one;
}

START_TEST(what_is_fixed_is_found_before)
{
	const struct kvmlib_arm64_field *one = fixed_field();
	uint64_t value;

	if (!has_masks())
		SKIP("no KVM_CAP_ARM_SUPPORTED_REG_MASK_RANGES");
	ck_assert_int_eq(kvmlib_arm64_ids_get(ids, one->reg, &value), 1);
	value ^= UINT64_C(1) << one->lsb;
	ck_assert_int_eq(kvmlib_arm64_ids_set(ids, one->reg, value), 0);
	ck_assert_int_eq(kvmlib_arm64_ids_apply(ids, machine.vcpu), -EINVAL);
	ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_ARM64_FIELD_FIXED);
	ck_assert_str_eq(kvmlib_error_subject(), one->name);
	ck_assert_uint_eq(outcome(), 0);
}
END_TEST

/* A report tells the same as the host itself; and of the PMU, which the vCPU has for it. */
START_TEST(report_has_the_hosts_fields)
{
	struct kvmlib_arm64_ids *of_report;
	struct kvmlib_report *report;

	ids = kvmlib_arm64_ids_free(ids);
	ck_assert_int_eq(kvmlib_arm64_ids_collect(machine.system, &ids), 0);
	ck_assert_int_eq(kvmlib_report_collect(machine.system, &report), 0);
	ck_assert_int_eq(kvmlib_report_arm64_ids(report, &of_report), 0);
	ck_assert_int_eq(kvmlib_arm64_ids_verdict(ids, of_report, NULL, NULL), 0);
	expect_values(of_report);
	kvmlib_report_free(report);
}
END_TEST

Suite *arm64_ids_suite(void)
{
	Suite *suite = suite_create("arm64-ids");
	TCase *tcase = tcase_create("ids");

	tcase_add_checked_fixture(tcase, read_ids, free_ids);
	tcase_add_test(tcase, ids_are_the_vcpus_own);
	tcase_add_test(tcase, guest_finds_what_was_applied);
	tcase_add_test(tcase, older_kernels_change_nothing);
	tcase_add_loop_test(tcase, guest_finds_the_model, 0, nr_models());
	tcase_add_test(tcase, ids_are_applied_as_a_whole_or_not);
	tcase_add_test(tcase, what_is_fixed_is_found_before);
	tcase_add_test(tcase, report_has_the_hosts_fields);
	suite_add_tcase(suite, tcase);
	return suite;
}

#else

Suite *arm64_ids_suite(void)
{
	return suite_create("arm64-ids");
}

#endif
