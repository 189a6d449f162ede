/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Registers with ids: what KVM lists here has names. */
#include "every.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <runner.h>

#if defined(__aarch64__)
#include <linux/kvm.h>
#define PC "pc"
#else
#define PC "core/pc"
#endif

#define LARGEST 256U

static struct machine machine;

static void make_machine(void)
{
	machine_new(&machine);
}

static void free_machine(void)
{
	machine_free(&machine);
}

/* Arm has kept room for registers that tell of features, and KVM lists that room. */
static bool is_reserved(const char *name)
{
	return !strncmp(name, "S3_0_C0_C", strlen("S3_0_C0_C")) && name[9] >= '1' &&
	       name[9] <= '7' && name[10] == '_';
}

static bool is_number(const char *name)
{
	return !strncmp(name, "0x", 2) ||
	       (name[0] == 'S' && isdigit((unsigned char)name[1]) && !is_reserved(name));
}

/* No two have one name, as each leads to one id. */
static void expect_name(struct kvmlib_vcpu *vcpu, uint64_t id)
{
	char name[KVMLIB_REG_NAME_SIZE];
	uint8_t value[LARGEST];
	uint64_t back;

	ck_assert_uint_lt(kvmlib_reg_name(id, name, sizeof(name)), sizeof(name));
	ck_assert_msg(!is_number(name), "%s has no name", name);
	ck_assert_msg(!kvmlib_reg_from_name(name, &back) && back == id, "%s is another", name);
	ck_assert_uint_le(kvmlib_reg_size(id), LARGEST);
	ck_assert_msg(!kvmlib_vcpu_get_one_reg(vcpu, id, value, kvmlib_reg_size(id)), "%s", name);
}

static void expect_names(struct kvmlib_vcpu *vcpu)
{
	uint64_t *ids, n;
	int r = kvmlib_vcpu_get_reg_list_alloc(vcpu, &ids, &n);

	if (r == -EINVAL)
		SKIP("no KVM_GET_REG_LIST");
	ck_assert_int_eq(r, 0);
#if !defined(__x86_64__)
	ck_assert_uint_gt(n, 100);
#endif
	for (uint64_t i = 0; i < n; i++)
		expect_name(vcpu, ids[i]);
	free(ids);
}

START_TEST(listed_registers_have_names)
{
	machine_start(&machine, &spin_program);
	expect_names(machine.vcpu);
}
END_TEST

#if !defined(__x86_64__)

START_TEST(registers_are_found_by_name)
{
	uint64_t id, pc;

	machine_start(&machine, &spin_program);
	ck_assert_int_eq(kvmlib_reg_from_name(PC, &id), 0);
	ck_assert_int_eq(kvmlib_vcpu_get_one_reg(machine.vcpu, id, &pc, sizeof(pc)), 0);
	ck_assert_uint_eq(pc, spin_program.gpa);
}
END_TEST

#endif

#if defined(__aarch64__)

static const struct {
	uint32_t capability;
	uint32_t feature;
} features[] = {
	{ KVMLIB_CAP_ARM_PSCI_0_2, KVM_ARM_VCPU_PSCI_0_2 },
	{ KVMLIB_CAP_ARM_PMU_V3, KVM_ARM_VCPU_PMU_V3 },
	{ KVMLIB_CAP_ARM_SVE, KVM_ARM_VCPU_SVE },
	{ KVMLIB_CAP_ARM_PTRAUTH_ADDRESS, KVM_ARM_VCPU_PTRAUTH_ADDRESS },
	{ KVMLIB_CAP_ARM_PTRAUTH_GENERIC, KVM_ARM_VCPU_PTRAUTH_GENERIC },
};

/* A vCPU with all that this host has. */
START_TEST(registers_of_features_have_names)
{
	struct kvm_vcpu_init init;

	ck_assert_int_eq(kvmlib_vm_arm_preferred_target(machine.vm, &init), 0);
	for (size_t i = 0; i < sizeof(features) / sizeof(features[0]); i++)
		if (kvmlib_vm_check_extension(machine.vm, features[i].capability) > 0)
			init.features[0] |= 1U << features[i].feature;
	ck_assert_int_eq(kvmlib_vm_create_vcpu(machine.vm, 0, &machine.vcpu), 0);
	ck_assert_int_eq(kvmlib_vcpu_arm_vcpu_init(machine.vcpu, &init), 0);
	if (init.features[0] & 1U << KVM_ARM_VCPU_SVE)
		ck_assert_int_eq(kvmlib_vcpu_arm_vcpu_finalize(machine.vcpu, KVM_ARM_VCPU_SVE), 0);
	expect_names(machine.vcpu);
}
END_TEST

#endif

Suite *regs_suite(void)
{
	Suite *suite = suite_create("regs");
	TCase *tcase = tcase_create("regs");

	tcase_add_checked_fixture(tcase, make_machine, free_machine);
	tcase_add_test(tcase, listed_registers_have_names);
#if !defined(__x86_64__)
	tcase_add_test(tcase, registers_are_found_by_name);
#endif
#if defined(__aarch64__)
	tcase_add_test(tcase, registers_of_features_have_names);
#endif
	suite_add_tcase(suite, tcase);
	return suite;
}
