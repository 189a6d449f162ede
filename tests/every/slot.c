/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory slots and their dirty logs. */

#include "every.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include <runner.h>

#include <linux/kvm.h>

#define PAGE	  4096U
#define OTHER_GPA 0x100000U

/* KVM may report more than was written: where the nested page fault of a fetch looks like a write. */
#define CODE_PAGE (UINT64_C(1) << (touch_program.gpa / PAGE))
/* The pages that the program writes to. */
#define WRITTEN (UINT64_C(0x5555) << TOUCHED_GPA / PAGE)

static int set_slot(uint32_t slot, uint32_t flags, uint64_t gpa, uint64_t size, void *address)
{
	struct kvm_userspace_memory_region region = {
		.slot = slot,
		.flags = flags,
		.guest_phys_addr = gpa,
		.memory_size = size,
		.userspace_addr = (uintptr_t)address,
	};

	return kvmlib_vm_set_user_memory_region(plain.vm, &region);
}

START_TEST(slot_overlap_is_eexist_and_names_the_range)
{
	uint64_t value;

	assert_failed(set_slot(1, 0, RAM_SIZE - PAGE, PAGE, plain.bytes), EEXIST,
		      KVMLIB_CAUSE_SLOT_OVERLAP);
	ck_assert_int_eq(kvmlib_error_value(KVMLIB_VALUE_GPA, &value), 0);
	ck_assert_uint_eq(value, RAM_SIZE - PAGE);
	ck_assert_int_eq(kvmlib_error_value(KVMLIB_VALUE_SLOT, &value), 0);
	ck_assert_uint_eq(value, 1);
}
END_TEST

START_TEST(slot_unaligned_is_einval)
{
	assert_failed(set_slot(1, 0, OTHER_GPA + 1, PAGE, plain.bytes), EINVAL,
		      KVMLIB_CAUSE_SLOT_UNALIGNED);
	assert_failed(set_slot(1, 0, OTHER_GPA, PAGE + 1, plain.bytes), EINVAL,
		      KVMLIB_CAUSE_SLOT_UNALIGNED);
	assert_failed(set_slot(1, 0, OTHER_GPA, PAGE, plain.bytes + 1), EINVAL,
		      KVMLIB_CAUSE_SLOT_UNALIGNED);
}
END_TEST

START_TEST(slot_with_unknown_flag_is_einval)
{
	assert_failed(set_slot(1, 1U << 30, OTHER_GPA, PAGE, plain.bytes), EINVAL,
		      KVMLIB_CAUSE_SLOT_FLAGS);
}
END_TEST

START_TEST(slot_number_beyond_the_limit_is_einval)
{
	int limit = kvmlib_vm_check_extension(plain.vm, KVMLIB_CAP_NR_MEMSLOTS);

	ck_assert_int_gt(limit, 0);
	assert_failed(set_slot((uint32_t)limit, 0, OTHER_GPA, PAGE, plain.bytes), EINVAL,
		      KVMLIB_CAUSE_SLOT_ID_RANGE);
	ck_assert_int_eq(set_slot((uint32_t)limit - 1, 0, OTHER_GPA, PAGE, plain.bytes), 0);
}
END_TEST

START_TEST(slot_that_wraps_is_einval)
{
	assert_failed(set_slot(1, 0, UINT64_MAX - PAGE + 1, 2 * PAGE, plain.bytes), EINVAL,
		      KVMLIB_CAUSE_SLOT_RANGE);
}
END_TEST

START_TEST(slot_size_can_not_change)
{
	ck_assert_int_eq(set_slot(1, 0, OTHER_GPA, 2 * PAGE, plain.bytes), 0);
	assert_failed(set_slot(1, 0, OTHER_GPA, PAGE, plain.bytes), EINVAL,
		      KVMLIB_CAUSE_SLOT_IMMUTABLE);
	assert_failed(set_slot(1, KVMLIB_MEM_READONLY, OTHER_GPA, 2 * PAGE, plain.bytes), EINVAL,
		      KVMLIB_CAUSE_SLOT_IMMUTABLE);
}
END_TEST

START_TEST(slot_can_move_and_go)
{
	ck_assert_int_eq(set_slot(1, 0, OTHER_GPA, PAGE, plain.bytes), 0);
	ck_assert_int_eq(set_slot(1, 0, OTHER_GPA + PAGE, PAGE, plain.bytes), 0);
	ck_assert_int_eq(set_slot(1, 0, 0, 0, NULL), 0);
	assert_failed(set_slot(1, 0, 0, 0, NULL), EINVAL, KVMLIB_CAUSE_SLOT_MISSING);
}
END_TEST

static void let_the_guest_write(void)
{
	machine_start(&plain, &touch_program);
	told(plain.vcpu);
}

START_TEST(dirty_log_tells_the_pages_written)
{
	uint64_t bitmap[RAM_SIZE / PAGE / 64];

	ck_assert_int_eq(set_slot(0, KVMLIB_MEM_LOG_DIRTY_PAGES, 0, RAM_SIZE, plain.bytes), 0);
	let_the_guest_write();
	ck_assert_int_eq(kvmlib_vm_get_dirty_log(plain.vm, 0, bitmap), 0);
	ck_assert_uint_eq(bitmap[0] & ~CODE_PAGE, WRITTEN);
	ck_assert_int_eq(kvmlib_vm_get_dirty_log(plain.vm, 0, bitmap), 0);
	ck_assert_uint_eq(bitmap[0], 0);
}
END_TEST

START_TEST(dirty_log_of_a_slot_without_one_is_enoent)
{
	uint64_t bitmap[RAM_SIZE / PAGE / 64];

	assert_failed(kvmlib_vm_get_dirty_log(plain.vm, 0, bitmap), ENOENT,
		      KVMLIB_CAUSE_DIRTY_LOG_OFF);
	assert_failed(kvmlib_vm_get_dirty_log(plain.vm, 7, bitmap), ENOENT,
		      KVMLIB_CAUSE_DIRTY_LOG_OFF);
}
END_TEST

static void enable_manual_protect(void)
{
	struct kvm_enable_cap cap = {
		.cap = KVMLIB_CAP_MANUAL_DIRTY_LOG_PROTECT2,
		.args[0] = KVMLIB_DIRTY_LOG_MANUAL_PROTECT_ENABLE,
	};

	ck_assert_int_eq(kvmlib_vm_ioctl(plain.vm, KVM_ENABLE_CAP, (uintptr_t)&cap), 0);
}

START_TEST(dirty_log_with_manual_protection_stays_until_cleared)
{
	uint64_t bitmap[RAM_SIZE / PAGE / 64];
	uint64_t first = UINT64_C(1) << TOUCHED_GPA / PAGE;

	if (!kvmlib_vm_check_extension(plain.vm, KVMLIB_CAP_MANUAL_DIRTY_LOG_PROTECT2))
		SKIP("no KVM_CAP_MANUAL_DIRTY_LOG_PROTECT2");
	enable_manual_protect();
	ck_assert_int_eq(set_slot(0, KVMLIB_MEM_LOG_DIRTY_PAGES, 0, RAM_SIZE, plain.bytes), 0);
	let_the_guest_write();
	ck_assert_int_eq(kvmlib_vm_clear_dirty_log(plain.vm, 0, 0, RAM_SIZE / PAGE, &first), 0);
	ck_assert_int_eq(kvmlib_vm_get_dirty_log(plain.vm, 0, bitmap), 0);
	ck_assert_uint_eq(bitmap[0] & ~CODE_PAGE, WRITTEN & ~first);
}
END_TEST

START_TEST(dirty_log_clear_is_checked)
{
	uint64_t bitmap[RAM_SIZE / PAGE / 64] = { 0 };

	if (!kvmlib_vm_check_extension(plain.vm, KVMLIB_CAP_MANUAL_DIRTY_LOG_PROTECT2))
		SKIP("no KVM_CAP_MANUAL_DIRTY_LOG_PROTECT2");
	enable_manual_protect();
	ck_assert_int_eq(set_slot(0, KVMLIB_MEM_LOG_DIRTY_PAGES, 0, RAM_SIZE, plain.bytes), 0);
	assert_failed(kvmlib_vm_clear_dirty_log(plain.vm, 0, 3, 64, bitmap), EINVAL,
		      KVMLIB_CAUSE_DIRTY_RANGE_UNALIGNED);
	assert_failed(kvmlib_vm_clear_dirty_log(plain.vm, 7, 0, 64, bitmap), ENOENT,
		      KVMLIB_CAUSE_DIRTY_LOG_OFF);
}
END_TEST

Suite *slot_suite(void)
{
	Suite *suite = suite_create("slot");
	TCase *tc = tcase_create("slot");

	tcase_add_checked_fixture(tc, plain_setup, plain_teardown);
	tcase_add_test(tc, slot_overlap_is_eexist_and_names_the_range);
	tcase_add_test(tc, slot_unaligned_is_einval);
	tcase_add_test(tc, slot_with_unknown_flag_is_einval);
	tcase_add_test(tc, slot_number_beyond_the_limit_is_einval);
	tcase_add_test(tc, slot_that_wraps_is_einval);
	tcase_add_test(tc, slot_size_can_not_change);
	tcase_add_test(tc, slot_can_move_and_go);
	tcase_add_test(tc, dirty_log_tells_the_pages_written);
	tcase_add_test(tc, dirty_log_of_a_slot_without_one_is_enoent);
	tcase_add_test(tc, dirty_log_with_manual_protection_stays_until_cleared);
	tcase_add_test(tc, dirty_log_clear_is_checked);
	suite_add_tcase(suite, tc);
	return suite;
}
