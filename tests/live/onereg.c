/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Registers one by one; on x86 they are MSRs and few more, and new. */

#include <runner.h>

#include <errno.h>
#include <stdlib.h>

#include "guest.h"

#define SYSENTER_CS 0x174U
/* As KVM_X86_REG_MSR() of newer headers has it. */
#define MSR_ID(index) (KVMLIB_REG_X86 | KVMLIB_REG_SIZE_U64 | (uint64_t)2 << 32 | (index))

START_TEST(onereg_comes_back_as_written)
{
	uint64_t value = 0x18, back = 0;
	int r = kvmlib_vcpu_set_one_reg(guest.vcpu, MSR_ID(SYSENTER_CS), &value, sizeof(value));

	if (r < 0) {
		ck_assert_int_eq(r, -EINVAL);
		SKIP("this kernel has no KVM_SET_ONE_REG on x86");
	}
	ck_assert_int_eq(
		kvmlib_vcpu_get_one_reg(guest.vcpu, MSR_ID(SYSENTER_CS), &back, sizeof(back)), 0);
	ck_assert_uint_eq(back, value);
	assert_failed(kvmlib_vcpu_get_one_reg(guest.vcpu, KVMLIB_REG_X86 | KVMLIB_REG_SIZE_U64 | 77,
					      &back, sizeof(back)),
		      EINVAL, KVMLIB_CAUSE_REG_ID_INVALID);
}
END_TEST

START_TEST(onereg_of_another_size_never_gets_there)
{
	uint32_t value = 77;

	assert_failed(
		kvmlib_vcpu_get_one_reg(guest.vcpu, MSR_ID(SYSENTER_CS), &value, sizeof(value)),
		EINVAL, KVMLIB_CAUSE_REG_SIZE);
	ck_assert_uint_eq(value, 77);
}
END_TEST

START_TEST(onereg_list_names_what_can_be_read)
{
	uint64_t *ids = NULL, count = 77, value[32];
	int r = kvmlib_vcpu_get_reg_list_alloc(guest.vcpu, &ids, &count);

	if (r < 0) {
		assert_failed(r, EINVAL, KVMLIB_CAUSE_UNKNOWN_IOCTL);
		SKIP("this kernel has no KVM_GET_REG_LIST on x86");
	}
	for (uint64_t i = 0; i < count; i++) {
		size_t size = kvmlib_reg_size(ids[i]);

		ck_assert_int_eq(kvmlib_vcpu_get_one_reg(guest.vcpu, ids[i], value, size), 0);
	}
	if (count)
		assert_failed(kvmlib_vcpu_get_reg_list(guest.vcpu, NULL, 0, &count), E2BIG,
			      KVMLIB_CAUSE_LIST_TOO_SMALL);
	else
		ck_assert_int_eq(kvmlib_vcpu_get_reg_list(guest.vcpu, NULL, 0, &count), 0);
	free(ids);
}
END_TEST

Suite *onereg_suite(void)
{
	Suite *suite = suite_create("onereg");
	TCase *tc = tcase_create("onereg");

	tcase_add_checked_fixture(tc, guest_setup, guest_teardown);
	tcase_add_test(tc, onereg_comes_back_as_written);
	tcase_add_test(tc, onereg_of_another_size_never_gets_there);
	tcase_add_test(tc, onereg_list_names_what_can_be_read);
	suite_add_tcase(suite, tc);
	return suite;
}
