/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* arm64: what a row of the wire can't say. */

#include "played.h"
#include "suites.h"

START_TEST(arm64_masks_need_room_for_their_range)
{
	uint64_t masks[1] = { 7 };

	assert_fails(kvmlib_vm_arm_get_reg_writable_masks(fix.vm, KVMLIB_ARM_FEATURE_ID_RANGE,
							  masks, 191),
		     EINVAL, BUFFER_TOO_SMALL, NULL);
	assert_value(COUNT, 191);
	assert_value(NEEDED, 192);
	ck_assert_str_ne(kvmlib_error_sentence(), "-");
}
END_TEST

START_TEST(arm64_smccc_filter_needs_a_vm)
{
	assert_fails(kvmlib_vm_arm_set_smccc_filter(NULL, 0, 1, KVMLIB_SMCCC_FILTER_DENY), EINVAL,
		     NULL_ARGUMENT, NULL);
	assert_value(ARGUMENT, 1);
}
END_TEST

static struct kvm_device_attr seen_attr;

#ifdef KVM_ARM_VCPU_INIT

static struct kvm_smccc_filter seen_filter;

static int take_filter(unsigned long arg)
{
	seen_attr = *(const struct kvm_device_attr *)arg;
	seen_filter = *(const struct kvm_smccc_filter *)(uintptr_t)seen_attr.addr;
	return 0;
}

START_TEST(arm64_smccc_filter_is_an_attribute)
{
	static const uint8_t zeros[sizeof(seen_filter.pad)];

	play(KVM_SET_DEVICE_ATTR, take_filter);
	assert_ok(kvmlib_vm_arm_set_smccc_filter(fix.vm, 0x84000000, 3,
						 KVMLIB_SMCCC_FILTER_FWD_TO_USER));
	ck_assert_uint_eq(played.calls, 1);
	ck_assert_uint_eq(seen_attr.flags, 0);
	ck_assert_uint_eq(seen_attr.group, KVMLIB_ARM_VM_SMCCC_CTRL);
	ck_assert_uint_eq(seen_attr.attr, KVMLIB_ARM_VM_SMCCC_FILTER);
	ck_assert_uint_eq(seen_filter.base, 0x84000000);
	ck_assert_uint_eq(seen_filter.nr_functions, 3);
	ck_assert_uint_eq(seen_filter.action, 2);
	ck_assert_mem_eq(seen_filter.pad, zeros, sizeof(zeros));
}
END_TEST

static int refuse(unsigned long arg)
{
	(void)arg;
	return -EEXIST;
}

START_TEST(arm64_smccc_filter_refused_tells_the_range)
{
	play(KVM_SET_DEVICE_ATTR, refuse);
	assert_fails(
		kvmlib_vm_arm_set_smccc_filter(fix.vm, 0x84000000, 3, KVMLIB_SMCCC_FILTER_DENY),
		EEXIST, ADDRESS_ALREADY_SET, "KVM_SET_DEVICE_ATTR");
	assert_value(ID, 0x84000000);
	assert_value(COUNT, 3);
}
END_TEST

#else

static int take_any(unsigned long arg)
{
	seen_attr = *(const struct kvm_device_attr *)arg;
	return 0;
}

START_TEST(arm64_smccc_filter_is_not_elsewhere)
{
	play(KVM_SET_DEVICE_ATTR, take_any);
	assert_fails(
		kvmlib_vm_arm_set_smccc_filter(fix.vm, 0x84000000, 3, KVMLIB_SMCCC_FILTER_DENY),
		EOPNOTSUPP, ARCH_UNSUPPORTED, "KVM_SET_DEVICE_ATTR");
	ck_assert_uint_eq(played.calls, 0);
}
END_TEST

#endif

Suite *arm64_suite(void)
{
	Suite *suite = suite_create("arm64");
	TCase *tcase = add_case(suite, "arm64", setup_played);

	ADD_TESTS(tcase, arm64_masks_need_room_for_their_range, arm64_smccc_filter_needs_a_vm);
#ifdef KVM_ARM_VCPU_INIT
	ADD_TESTS(tcase, arm64_smccc_filter_is_an_attribute,
		  arm64_smccc_filter_refused_tells_the_range);
#else
	ADD_TESTS(tcase, arm64_smccc_filter_is_not_elsewhere);
#endif
	return suite;
}
