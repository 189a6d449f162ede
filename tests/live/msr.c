/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Model-specific registers: which there are, what they hold, and who may use them. */

#include <runner.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "guest.h"

#define SYSENTER_ESP 0x175U
#define NO_MSR	     0xdead0000U
#define MANY	     600U

static struct kvm_msr_entry *entries_of(const uint32_t *indices, uint32_t count)
{
	struct kvm_msr_entry *entries = calloc(count, sizeof(*entries));

	ck_assert_ptr_nonnull(entries);
	for (uint32_t i = 0; i < count; i++)
		entries[i].index = indices[i];
	return entries;
}

static uint64_t value(uint32_t kind)
{
	uint64_t number = 0;

	ck_assert_int_eq(kvmlib_error_value(kind, &number), 0);
	return number;
}

START_TEST(msr_list_tells_how_long_it_is)
{
	uint32_t *indices, count = 0, index = 77;

	ck_assert_int_eq(kvmlib_system_get_msr_index_list_alloc(guest.system, &indices, &count), 0);
	ck_assert_uint_gt(count, 10);
	assert_failed(kvmlib_system_get_msr_index_list(guest.system, &index, 1, &index), E2BIG,
		      KVMLIB_CAUSE_LIST_TOO_SMALL);
	ck_assert_uint_eq(value(KVMLIB_VALUE_NEEDED), count);
	ck_assert_uint_eq(index, 77);
	ck_assert_int_eq(kvmlib_system_get_msr_index_list(guest.system, indices, count, &index), 0);
	ck_assert_uint_eq(index, count);
	free(indices);
}
END_TEST

START_TEST(msr_list_can_be_read_whole)
{
	struct kvm_msr_entry *entries;
	uint32_t *indices, count = 0;
	char text[512] = "";
	int r;

	pose_as_host();
	ck_assert_int_eq(kvmlib_system_get_msr_index_list_alloc(guest.system, &indices, &count), 0);
	entries = entries_of(indices, count);
	r = kvmlib_vcpu_get_msrs_all(guest.vcpu, entries, count);
	if (r < 0)
		kvmlib_error_format(text, sizeof(text));
	ck_assert_msg(r == 0, "%s", text);
	free(entries);
	free(indices);
}
END_TEST

START_TEST(msr_feature_list_tells_how_long_it_is)
{
	uint32_t *indices, count = 0, written = 77;

	if (kvmlib_system_check_extension(guest.system, KVMLIB_CAP_GET_MSR_FEATURES) <= 0)
		SKIP("this kernel has no KVM_CAP_GET_MSR_FEATURES");
	ck_assert_int_eq(
		kvmlib_system_get_msr_feature_index_list_alloc(guest.system, &indices, &count), 0);
	assert_failed(kvmlib_system_get_msr_feature_index_list(guest.system, indices, count - 1,
							       &written),
		      E2BIG, KVMLIB_CAUSE_LIST_TOO_SMALL);
	ck_assert_uint_eq(value(KVMLIB_VALUE_NEEDED), count);
	ck_assert_uint_eq(written, 77);
	ck_assert_int_eq(
		kvmlib_system_get_msr_feature_index_list(guest.system, indices, count, &written),
		0);
	ck_assert_uint_eq(written, count);
	free(indices);
}
END_TEST

START_TEST(msr_features_can_be_read_whole)
{
	struct kvm_msr_entry *entries;
	uint32_t *indices, count = 0;

	if (kvmlib_system_check_extension(guest.system, KVMLIB_CAP_GET_MSR_FEATURES) <= 0)
		SKIP("this kernel has no KVM_CAP_GET_MSR_FEATURES");
	ck_assert_int_eq(
		kvmlib_system_get_msr_feature_index_list_alloc(guest.system, &indices, &count), 0);
	ck_assert_uint_gt(count, 0);
	entries = entries_of(indices, count);
	ck_assert_int_eq(kvmlib_system_get_msrs_all(guest.system, entries, count), 0);
	ck_assert_int_eq(kvmlib_system_get_msrs(guest.system, entries, count), (int)count);
	entries[count - 1].index = NO_MSR;
	ck_assert_int_eq(kvmlib_system_get_msrs(guest.system, entries, count), (int)count - 1);
	free(entries);
	free(indices);
}
END_TEST

START_TEST(msr_that_is_set_comes_back_and_reaches_the_guest)
{
	struct kvm_msr_entry entry = { .index = SYSENTER_ESP, .data = 0x11223344 };
	uint32_t eax;

	ck_assert_int_eq(kvmlib_vcpu_set_msrs(guest.vcpu, &entry, 1), 1);
	entry.data = 0;
	ck_assert_int_eq(kvmlib_vcpu_get_msrs(guest.vcpu, &entry, 1), 1);
	ck_assert_uint_eq(entry.data, 0x11223344);
	/* mov ecx, 0x175; rdmsr; mov [0x2000], eax; hlt */
	GUEST_CODE(0x66, 0xb9, 0x75, 0x01, 0x00, 0x00, 0x0f, 0x32, 0x66, 0xa3, 0x00, 0x20, 0xf4);
	run_to(KVMLIB_EXIT_HLT);
	memcpy(&eax, guest.ram + 0x2000, sizeof(eax));
	ck_assert_uint_eq(eax, 0x11223344);
}
END_TEST

START_TEST(msrs_of_many_calls_come_whole)
{
	static struct kvm_msr_entry entries[MANY];

	for (uint32_t i = 0; i < MANY; i++)
		entries[i] = (struct kvm_msr_entry){ .index = SYSENTER_ESP, .data = i };
	ck_assert_int_eq(kvmlib_vcpu_set_msrs_all(guest.vcpu, entries, MANY), 0);
	ck_assert_int_eq(kvmlib_vcpu_get_msrs_all(guest.vcpu, entries, MANY), 0);
	for (uint32_t i = 0; i < MANY; i++)
		ck_assert_uint_eq(entries[i].data, MANY - 1);
	ck_assert_int_eq(kvmlib_vcpu_get_msrs(guest.vcpu, entries, 255), 255);
}
END_TEST

START_TEST(msr_that_does_not_exist_is_named)
{
	static struct kvm_msr_entry entries[MANY];

	for (uint32_t i = 0; i < MANY; i++)
		entries[i].index = SYSENTER_ESP;
	entries[300].index = NO_MSR;
	ck_assert_int_eq(kvmlib_vcpu_get_msrs(guest.vcpu, entries + 299, 3), 1);
	assert_failed(kvmlib_vcpu_get_msrs_all(guest.vcpu, entries, MANY), EINVAL,
		      KVMLIB_CAUSE_MSR_REFUSED);
	ck_assert_uint_eq(value(KVMLIB_VALUE_INDEX), 300);
	ck_assert_uint_eq(value(KVMLIB_VALUE_MSR), NO_MSR);
	assert_failed(kvmlib_vcpu_set_msrs_all(guest.vcpu, entries, MANY), EINVAL,
		      KVMLIB_CAUSE_MSR_REFUSED);
	ck_assert_uint_eq(value(KVMLIB_VALUE_INDEX), 300);
}
END_TEST

START_TEST(msr_list_of_256_is_one_too_many_for_the_kernel)
{
	struct kvm_msrs *msrs = calloc(1, sizeof(*msrs) + 256 * sizeof(msrs->entries[0]));

	/* What the library refuses by itself is what the kernel would refuse. */
	msrs->nmsrs = 256;
	assert_failed(kvmlib_vcpu_ioctl(guest.vcpu, KVM_GET_MSRS, (uintptr_t)msrs), E2BIG,
		      KVMLIB_CAUSE_MSR_LIST_TOO_LONG);
	assert_failed(kvmlib_vcpu_get_msrs(guest.vcpu, msrs->entries, 256), E2BIG,
		      KVMLIB_CAUSE_MSR_LIST_TOO_LONG);
	free(msrs);
}
END_TEST

START_TEST(msr_that_the_filter_denies_exits)
{
	uint8_t none[8] = { 0 };
	struct kvm_msr_filter filter = {
		.flags = KVMLIB_MSR_FILTER_DEFAULT_ALLOW,
		.ranges = { { .flags = KVMLIB_MSR_FILTER_READ,
			      .base = SYSENTER_ESP,
			      .nmsrs = 1,
			      .bitmap = none } },
	};
	struct kvm_run *run;
	uint32_t eax;

	if (guest_has(KVMLIB_CAP_X86_MSR_FILTER) <= 0)
		SKIP("this kernel has no KVM_CAP_X86_MSR_FILTER");
	ck_assert_int_eq(
		kvmlib_vm_enable_x86_user_space_msr(guest.vm, KVMLIB_MSR_EXIT_REASON_FILTER), 0);
	ck_assert_int_eq(kvmlib_vm_x86_set_msr_filter(guest.vm, &filter), 0);
	/* mov ecx, 0x175; wrmsr; rdmsr; mov [0x2000], eax; hlt */
	GUEST_CODE(0x66, 0xb9, 0x75, 0x01, 0x00, 0x00, 0x0f, 0x30, 0x0f, 0x32, 0x66, 0xa3, 0x00,
		   0x20, 0xf4);
	run_to(KVMLIB_EXIT_X86_RDMSR);
	run = map_vcpu(0, 4096);
	ck_assert_uint_eq(run->msr.index, SYSENTER_ESP);
	ck_assert_uint_eq(run->msr.reason, KVMLIB_MSR_EXIT_REASON_FILTER);
	run->msr.data = 0x55667788;
	munmap(run, 4096);
	run_to(KVMLIB_EXIT_HLT);
	memcpy(&eax, guest.ram + 0x2000, sizeof(eax));
	ck_assert_uint_eq(eax, 0x55667788);
}
END_TEST

START_TEST(msr_filter_that_makes_no_sense_is_refused)
{
	struct kvm_msr_filter filter = { .flags = 2 };

	if (guest_has(KVMLIB_CAP_X86_MSR_FILTER) <= 0)
		SKIP("this kernel has no KVM_CAP_X86_MSR_FILTER");
	assert_failed(kvmlib_vm_x86_set_msr_filter(guest.vm, &filter), EINVAL,
		      KVMLIB_CAUSE_MSR_FILTER_INVALID);
	ck_assert_uint_eq(value(KVMLIB_VALUE_FLAGS), 2);
	filter.flags = KVMLIB_MSR_FILTER_DEFAULT_DENY;
	assert_failed(kvmlib_vm_x86_set_msr_filter(guest.vm, &filter), EINVAL,
		      KVMLIB_CAUSE_MSR_FILTER_INVALID);
}
END_TEST

Suite *msr_suite(void)
{
	Suite *suite = suite_create("msr");
	TCase *tc = tcase_create("msr"), *irqchip = tcase_create("irqchip");

	tcase_add_checked_fixture(tc, guest_setup, guest_teardown);
	tcase_add_test(tc, msr_list_tells_how_long_it_is);
	tcase_add_test(tc, msr_feature_list_tells_how_long_it_is);
	tcase_add_test(tc, msr_features_can_be_read_whole);
	tcase_add_test(tc, msr_that_is_set_comes_back_and_reaches_the_guest);
	tcase_add_test(tc, msrs_of_many_calls_come_whole);
	tcase_add_test(tc, msr_that_does_not_exist_is_named);
	tcase_add_test(tc, msr_list_of_256_is_one_too_many_for_the_kernel);
	tcase_add_test(tc, msr_that_the_filter_denies_exits);
	tcase_add_test(tc, msr_filter_that_makes_no_sense_is_refused);
	suite_add_tcase(suite, tc);
	tcase_add_checked_fixture(irqchip, guest_setup_irqchip, guest_teardown);
	tcase_add_test(irqchip, msr_list_can_be_read_whole);
	suite_add_tcase(suite, irqchip);
	return suite;
}
