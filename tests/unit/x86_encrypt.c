/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the firmware says of a command. */

#include "fixture.h"
#include "suites.h"

#ifdef __x86_64__

#include "played.h"

/* Firmware: -errno of the kernel, and what the firmware wrote. */
static int firmware_result;

static int run_sev(unsigned long arg)
{
	struct kvm_sev_cmd *command = (void *)arg;

	command->error = 0x1f;
	return firmware_result;
}

static int run_tdx(unsigned long arg)
{
	struct kvm_tdx_cmd *command = (void *)arg;

	command->hw_error = 0xc000010000000001U;
	return firmware_result;
}

START_TEST(sev_error_of_the_firmware_is_told)
{
	uint32_t error = 77;

	play(KVM_MEMORY_ENCRYPT_OP, run_sev);
	firmware_result = -EIO;
	assert_fails(kvmlib_vm_sev_command(fix.vm, 2, 9, NULL, &error), EIO, FIRMWARE_ERROR,
		     "KVM_MEMORY_ENCRYPT_OP");
	assert_value(FIRMWARE_ERROR, 0x1f);
	ck_assert_uint_eq(error, 0x1f);

	firmware_result = 0;
	error = 77;
	assert_ok(kvmlib_vm_sev_command(fix.vm, 2, 9, NULL, &error));
	ck_assert_uint_eq(error, 0x1f);
}
END_TEST

START_TEST(tdx_error_of_the_module_is_told)
{
	uint64_t error = 77;

	play(KVM_MEMORY_ENCRYPT_OP, run_tdx);
	firmware_result = -EBUSY;
	assert_fails(kvmlib_vm_tdx_command(fix.vm, 1, 0, NULL, &error), EBUSY, ENCRYPT_BUSY,
		     "KVM_MEMORY_ENCRYPT_OP");
	assert_value(FIRMWARE_ERROR, 0xc000010000000001U);
	ck_assert_uint_eq(error, 0xc000010000000001U);

	error = 77;
	assert_fails(kvmlib_vcpu_tdx_command(fix.vcpu, 2, 0, NULL, &error), EBUSY, ENCRYPT_BUSY,
		     "KVM_MEMORY_ENCRYPT_OP");
	assert_value(FIRMWARE_ERROR, 0xc000010000000001U);
	assert_value(VCPU_ID, 0);
	ck_assert_uint_eq(error, 0xc000010000000001U);

	firmware_result = 0;
	error = 77;
	assert_ok(kvmlib_vm_tdx_command(fix.vm, 1, 0, NULL, &error));
	ck_assert_uint_eq(error, 0xc000010000000001U);
}
END_TEST

static int take_null(unsigned long arg)
{
	ck_assert_uint_eq(arg, 0);
	return 0;
}

START_TEST(encryption_can_be_asked_for_with_null)
{
	play(KVM_MEMORY_ENCRYPT_OP, take_null);
	assert_ok(kvmlib_vm_memory_encrypt_op(fix.vm, NULL));
	ck_assert_int_eq((int)plays(KVM_MEMORY_ENCRYPT_OP), 1);
}
END_TEST

static void add_tests(Suite *suite)
{
	ADD_TESTS(add_case(suite, "firmware", setup_played), sev_error_of_the_firmware_is_told,
		  tdx_error_of_the_module_is_told, encryption_can_be_asked_for_with_null);
}

#else

static void add_tests(Suite *suite)
{
	(void)suite;
}

#endif

Suite *x86_encrypt_suite(void)
{
	Suite *suite = suite_create("x86_encrypt");

	add_tests(suite);
	return suite;
}
