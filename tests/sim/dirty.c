/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The dirty log, and the guest's writes. */
#include "fixture.h"

#include "suites.h"

START_TEST(dirty_marks_pages_and_get_clears_them)
{
	uint64_t bitmap[2] = { 1, 1 };

	ck_assert_int_eq(set_slot(3, KVMLIB_MEM_LOG_DIRTY_PAGES, 100 * page, 70, 0), 0);
	ck_assert_int_eq(get_dirty(3, bitmap), 0);
	ck_assert_uint_eq(bitmap[0] | bitmap[1], 0);
	ck_assert_int_eq(kvmlib_sim_dirty(sim, vm, 101 * page, 1), 0);
	ck_assert_int_eq(kvmlib_sim_dirty(sim, vm, 163 * page + 1, 2 * page), 0);
	ck_assert_int_eq(get_dirty(3, bitmap), 0);
	ck_assert_uint_eq(bitmap[0], UINT64_C(1) << 63 | 2);
	ck_assert_uint_eq(bitmap[1], 3);
	ck_assert_int_eq(get_dirty(3, bitmap), 0);
	ck_assert_uint_eq(bitmap[0] | bitmap[1], 0);
}
END_TEST

START_TEST(dirty_spans_slots_with_and_without_log)
{
	uint64_t bitmap = 0;

	ck_assert_int_eq(set_slot(0, 0, 0, 4, 0), 0);
	ck_assert_int_eq(set_slot(1, KVMLIB_MEM_LOG_DIRTY_PAGES, 4 * page, 4, 4), 0);
	ck_assert_int_eq(kvmlib_sim_dirty(sim, vm, 3 * page, 2 * page), 0);
	ck_assert_int_eq(get_dirty(1, &bitmap), 0);
	ck_assert_uint_eq(bitmap, 1);
}
END_TEST

START_TEST(dirty_outside_of_slots_marks_nothing)
{
	uint64_t bitmap = 0;

	ck_assert_int_eq(set_slot(1, KVMLIB_MEM_LOG_DIRTY_PAGES, 4 * page, 4, 4), 0);
	ck_assert_int_eq(kvmlib_sim_dirty(sim, vm, 7 * page, 2 * page), -ENOENT);
	ck_assert_int_eq(kvmlib_sim_dirty(sim, vm, 3 * page, 2 * page), -ENOENT);
	ck_assert_int_eq(get_dirty(1, &bitmap), 0);
	ck_assert_uint_eq(bitmap, 0);
}
END_TEST

START_TEST(dirty_bad_arguments_are_refused)
{
	ck_assert_int_eq(kvmlib_sim_dirty(NULL, vm, 0, 1), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_dirty(sim, vm, 0, 0), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_dirty(sim, vm, UINT64_MAX, 2), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_dirty(sim, system_fd, 0, 1), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_dirty(sim, NO_SUCH_FD, 0, 1), -EBADF);
	ck_assert_int_eq(kvmlib_sim_write_guest(sim, vm, 0, NULL, 1), -EINVAL);
}
END_TEST

START_TEST(dirty_readonly_slot_is_enoent)
{
	ck_assert_int_eq(kvmlib_sim_set_capability(sim, KVMLIB_CAP_READONLY_MEM, 1), 0);
	ck_assert_int_eq(set_slot(1, KVMLIB_MEM_READONLY, 0, 4, 4), 0);
	ck_assert_int_eq(kvmlib_sim_dirty(sim, vm, 0, 1), -ENOENT);
}
END_TEST

START_TEST(write_guest_stores_and_marks)
{
	uint64_t bitmap = 0;

	ck_assert_int_eq(set_slot(0, KVMLIB_MEM_LOG_DIRTY_PAGES, 0, 2, 10), 0);
	ck_assert_int_eq(set_slot(1, 0, 2 * page, 2, 20), 0);
	ck_assert_int_eq(kvmlib_sim_write_guest(sim, vm, 2 * page - 3, "abcdef", 6), 0);
	ck_assert_mem_eq(memory + 12 * page - 3, "abc", 3);
	ck_assert_mem_eq(memory + 20 * page, "def", 3);
	ck_assert_int_eq(get_dirty(0, &bitmap), 0);
	ck_assert_uint_eq(bitmap, 2);
}
END_TEST

START_TEST(write_guest_unmapped_host_is_efault)
{
	ck_assert_int_eq(set_slot(0, 0, 0, 1, MEMORY_PAGES), 0);
	ck_assert_int_eq(kvmlib_sim_write_guest(sim, vm, 0, "abc", 3), -EFAULT);
}
END_TEST

START_TEST(dirty_log_missing_is_enoent)
{
	uint64_t bitmap = 0;

	ck_assert_int_eq(get_dirty(0, &bitmap), -ENOENT);
	ck_assert_int_eq(set_slot(0, 0, 0, 4, 0), 0);
	ck_assert_int_eq(get_dirty(0, &bitmap), -ENOENT);
	ck_assert_int_eq(get_dirty(32764, &bitmap), -EINVAL);
	ck_assert_int_eq(get_dirty(2U << 16, &bitmap), -EINVAL);
	ck_assert_int_eq(call_ptr(vm, KVM_GET_DIRTY_LOG, hole), -EFAULT);
}
END_TEST

START_TEST(dirty_log_unwritable_is_efault_and_loses_the_bits)
{
	uint64_t bitmap = 0;

	ck_assert_int_eq(set_slot(0, KVMLIB_MEM_LOG_DIRTY_PAGES, 0, 4, 0), 0);
	ck_assert_int_eq(kvmlib_sim_dirty(sim, vm, 0, 1), 0);
	ck_assert_int_eq(get_dirty(0, hole), -EFAULT);
	ck_assert_int_eq(get_dirty(0, &bitmap), 0);
	ck_assert_uint_eq(bitmap, 0);
}
END_TEST

START_TEST(dirty_log_off_and_on_starts_anew)
{
	uint64_t bitmap = 0;

	ck_assert_int_eq(set_slot(0, KVMLIB_MEM_LOG_DIRTY_PAGES, 0, 4, 0), 0);
	ck_assert_int_eq(kvmlib_sim_dirty(sim, vm, 0, 1), 0);
	ck_assert_int_eq(set_slot(0, 0, 0, 4, 0), 0);
	ck_assert_int_eq(get_dirty(0, &bitmap), -ENOENT);
	ck_assert_int_eq(set_slot(0, KVMLIB_MEM_LOG_DIRTY_PAGES, 0, 4, 0), 0);
	ck_assert_int_eq(get_dirty(0, &bitmap), 0);
	ck_assert_uint_eq(bitmap, 0);
}
END_TEST

START_TEST(dirty_log_moves_with_its_slot)
{
	uint64_t bitmap = 0;

	ck_assert_int_eq(set_slot(0, KVMLIB_MEM_LOG_DIRTY_PAGES, 0, 4, 0), 0);
	ck_assert_int_eq(kvmlib_sim_dirty(sim, vm, 3 * page, 1), 0);
	ck_assert_int_eq(set_slot(0, KVMLIB_MEM_LOG_DIRTY_PAGES, 100 * page, 4, 0), 0);
	ck_assert_int_eq(get_dirty(0, &bitmap), 0);
	ck_assert_uint_eq(bitmap, 8);
}
END_TEST

#ifdef KVM_CLEAR_DIRTY_LOG
static int clear_dirty(uint32_t slot, uint64_t first, uint32_t count, void *bitmap)
{
	struct kvm_clear_dirty_log log = {
		.slot = slot,
		.first_page = first,
		.num_pages = count,
		.dirty_bitmap = bitmap,
	};

	return call_ptr(vm, KVM_CLEAR_DIRTY_LOG, &log);
}

START_TEST(clear_dirty_log_clears_what_is_set)
{
	uint64_t clear[2] = { 6, 1 };
	uint64_t bitmap[2];

	ck_assert_int_eq(enable_cap(KVMLIB_CAP_MANUAL_DIRTY_LOG_PROTECT2, 1), 0);
	ck_assert_int_eq(set_slot(0, KVMLIB_MEM_LOG_DIRTY_PAGES, 0, 70, 0), 0);
	ck_assert_int_eq(kvmlib_sim_dirty(sim, vm, 0, 70 * page), 0);
	ck_assert_int_eq(get_dirty(0, bitmap), 0);
	ck_assert_int_eq(get_dirty(0, bitmap), 0); /* manual: reading clears nothing */
	ck_assert_uint_eq(bitmap[0], UINT64_MAX);
	ck_assert_uint_eq(bitmap[1], 63);
	ck_assert_int_eq(clear_dirty(0, 0, 70, clear), 0);
	ck_assert_int_eq(clear_dirty(0, 64, 6, &clear[0]), 0);
	ck_assert_int_eq(clear_dirty(0, 0, 0, NULL), 0);
	ck_assert_int_eq(get_dirty(0, bitmap), 0);
	ck_assert_uint_eq(bitmap[0], UINT64_MAX ^ 6);
	ck_assert_uint_eq(bitmap[1], 63 ^ 7);
}
END_TEST

START_TEST(clear_dirty_log_bad_arguments_are_refused)
{
	uint64_t clear[4] = { 0 };

	ck_assert_int_eq(clear_dirty(0, 0, 64, clear), -ENOENT);
	ck_assert_int_eq(set_slot(0, 0, 0, 100, 0), 0);
	ck_assert_int_eq(clear_dirty(0, 0, 64, clear), -ENOENT);
	ck_assert_int_eq(set_slot(0, KVMLIB_MEM_LOG_DIRTY_PAGES, 0, 100, 0), 0);
	ck_assert_int_eq(clear_dirty(32764, 0, 64, clear), -EINVAL);
	ck_assert_int_eq(clear_dirty(0, 1, 64, clear), -EINVAL);
	ck_assert_int_eq(clear_dirty(1, 1, 64, clear), -EINVAL);
	ck_assert_int_eq(clear_dirty(0, 0, 63, clear), -EINVAL);
	ck_assert_int_eq(clear_dirty(0, 0, 101, clear), -EINVAL);
	ck_assert_int_eq(clear_dirty(0, 64, 37, clear), -EINVAL);
	ck_assert_int_eq(clear_dirty(0, 128, 0, clear), -EINVAL);
	ck_assert_int_eq(clear_dirty(0, 64, 36, clear), 0);
	ck_assert_int_eq(clear_dirty(0, 0, 64, clear), 0);
	ck_assert_int_eq(clear_dirty(0, 0, 64, hole), -EFAULT);
	ck_assert_int_eq(call_ptr(vm, KVM_CLEAR_DIRTY_LOG, hole), -EFAULT);
}
END_TEST

START_TEST(manual_protect_can_start_all_set)
{
	uint64_t bitmap[2];

	ck_assert_int_eq(enable_cap(KVMLIB_CAP_MANUAL_DIRTY_LOG_PROTECT2, 2), -EINVAL);
	ck_assert_int_eq(enable_cap(KVMLIB_CAP_MANUAL_DIRTY_LOG_PROTECT2, 4), -EINVAL);
	ck_assert_int_eq(enable_cap(KVMLIB_CAP_MANUAL_DIRTY_LOG_PROTECT2, 7), -EINVAL);
	ck_assert_int_eq(enable_cap(KVMLIB_CAP_MANUAL_DIRTY_LOG_PROTECT2, 3), 0);
	ck_assert_int_eq(set_slot(0, KVMLIB_MEM_LOG_DIRTY_PAGES, 0, 70, 0), 0);
	ck_assert_int_eq(get_dirty(0, bitmap), 0);
	ck_assert_uint_eq(bitmap[0], UINT64_MAX);
	ck_assert_uint_eq(bitmap[1], 63);
	ck_assert_int_eq(enable_cap(KVMLIB_CAP_MANUAL_DIRTY_LOG_PROTECT2, 0), 0);
	ck_assert_int_eq(get_dirty(0, bitmap), 0);
	ck_assert_int_eq(get_dirty(0, bitmap), 0);
	ck_assert_uint_eq(bitmap[0], 0);
}
END_TEST

START_TEST(manual_protect_absent_is_einval)
{
	ck_assert_int_eq(kvmlib_sim_set_capability(sim, KVMLIB_CAP_MANUAL_DIRTY_LOG_PROTECT2, 0),
			 0);
	ck_assert_int_eq(enable_cap(KVMLIB_CAP_MANUAL_DIRTY_LOG_PROTECT2, 1), -EINVAL);
}
END_TEST
#endif

Suite *dirty_suite(void)
{
	Suite *suite = suite_create("sim_dirty");

	ADD_TESTS(add_case(suite, "vm", setup_vm), dirty_marks_pages_and_get_clears_them,
		  dirty_spans_slots_with_and_without_log, dirty_outside_of_slots_marks_nothing,
		  dirty_bad_arguments_are_refused, dirty_readonly_slot_is_enoent,
		  write_guest_stores_and_marks, write_guest_unmapped_host_is_efault,
		  dirty_log_missing_is_enoent, dirty_log_unwritable_is_efault_and_loses_the_bits,
		  dirty_log_off_and_on_starts_anew, dirty_log_moves_with_its_slot);
#ifdef KVM_CLEAR_DIRTY_LOG
	ADD_TESTS(add_case(suite, "clear", setup_vm), clear_dirty_log_clears_what_is_set,
		  clear_dirty_log_bad_arguments_are_refused, manual_protect_can_start_all_set,
		  manual_protect_absent_is_einval);
#endif
	return suite;
}
