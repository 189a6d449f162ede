/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The error record: what is in it, what writes it, and what does not. */

#include "fixture.h"
#include "suites.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#define PAGES_CALL "KVM_SET_USER_MEMORY_REGION"

/* Leave the record of a slot that overlaps another. */
static void fail_with_overlap(void)
{
	struct kvm_userspace_memory_region region = region_of(0, 1, 2);

	ck_assert_int_eq(kvmlib_vm_set_user_memory_region(fix.vm, &region), 0);
	region = region_of(1, 2, 4);
	ck_assert_int_eq(kvmlib_vm_set_user_memory_region(fix.vm, &region), -EEXIST);
}

static void *look_at_empty_record(void *userdata)
{
	uint64_t value = 77;
	uint32_t cause = 77;
	char line[16] = "xxxxxxxxxxxxxxx";

	(void)userdata;
	ck_assert_int_eq(kvmlib_error_errno(), 0);
	ck_assert_uint_eq(kvmlib_error_cause(), 0);
	ck_assert_ptr_null(kvmlib_error_function());
	ck_assert_ptr_null(kvmlib_error_call());
	ck_assert_str_eq(kvmlib_error_sentence(), "no error");
	ck_assert_str_eq(kvmlib_error_hint(), "");
	ck_assert_int_eq(kvmlib_error_value(KVMLIB_VALUE_SLOT, &value), -ENOENT);
	ck_assert_uint_eq(value, 77);
	ck_assert_uint_eq(kvmlib_error_candidates(&cause, 1), 0);
	ck_assert_uint_eq(cause, 77);
	ck_assert_uint_eq(kvmlib_error_format(line, sizeof(line)), strlen("no error"));
	ck_assert_str_eq(line, "no error");
	return NULL;
}

static void in_new_thread(void *(*function)(void *))
{
	pthread_t thread;

	ck_assert_int_eq(pthread_create(&thread, NULL, function, NULL), 0);
	ck_assert_int_eq(pthread_join(thread, NULL), 0);
}

START_TEST(error_of_new_thread_is_none)
{
	fail_with_overlap();
	in_new_thread(look_at_empty_record);
}
END_TEST

static void *fail_otherwise(void *userdata)
{
	(void)userdata;
	ck_assert_int_eq(kvmlib_vm_fd(NULL), -EINVAL);
	ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_NULL_ARGUMENT);
	return NULL;
}

START_TEST(error_of_other_thread_leaves_this_threads)
{
	fail_with_overlap();
	in_new_thread(fail_otherwise);
	ck_assert_int_eq(kvmlib_error_errno(), EEXIST);
	ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_SLOT_OVERLAP);
}
END_TEST

START_TEST(error_record_of_kernel_refusal_is_complete)
{
	fail_with_overlap();
	ck_assert_int_eq(kvmlib_error_errno(), EEXIST);
	ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_SLOT_OVERLAP);
	ck_assert_str_eq(kvmlib_error_function(), "kvmlib_vm_set_user_memory_region");
	ck_assert_str_eq(kvmlib_error_call(), PAGES_CALL);
	ck_assert_str_eq(kvmlib_error_sentence(),
			 "guest range overlaps another slot in the same address space");
	ck_assert_str_eq(kvmlib_error_hint(), kvmlib_cause_hint(KVMLIB_CAUSE_SLOT_OVERLAP));
	assert_value(SLOT, 1);
	assert_value(GPA, 2 * page_size());
	assert_value(SIZE, 4 * page_size());
	assert_value(HOST_ADDRESS, (uintptr_t)guest_memory());
	assert_value(FLAGS, 0);
	assert_no_value(VCPU_ID);
}
END_TEST

START_TEST(error_record_of_library_refusal_has_no_call)
{
	ck_assert_int_eq(kvmlib_vm_irq_line(NULL, 1, 1), -EINVAL);
	ck_assert_int_eq(kvmlib_error_errno(), EINVAL);
	ck_assert_ptr_null(kvmlib_error_call());
	ck_assert_str_eq(kvmlib_error_function(), "kvmlib_vm_irq_line");
	ck_assert(*kvmlib_error_sentence());
	ck_assert_str_eq(kvmlib_error_hint(), kvmlib_cause_hint(KVMLIB_CAUSE_NULL_ARGUMENT));
}
END_TEST

START_TEST(error_value_null_is_einval_and_leaves_record)
{
	fail_with_overlap();
	ck_assert_int_eq(kvmlib_error_value(KVMLIB_VALUE_SLOT, NULL), -EINVAL);
	ck_assert_int_eq(kvmlib_error_errno(), EEXIST);
}
END_TEST

START_TEST(error_value_absent_is_enoent_and_untouched)
{
	fail_with_overlap();
	assert_no_value(SIGNAL);
	ck_assert_int_eq(kvmlib_error_errno(), EEXIST);
}
END_TEST

START_TEST(error_value_of_impossible_kind_is_enoent)
{
	uint64_t value = 77;

	fail_with_overlap();
	ck_assert_int_eq(kvmlib_error_value(0, &value), -ENOENT);
	ck_assert_int_eq(kvmlib_error_value(256 + KVMLIB_VALUE_SLOT, &value), -ENOENT);
	ck_assert_int_eq(kvmlib_error_value(UINT32_MAX, &value), -ENOENT);
	ck_assert_uint_eq(value, 77);
}
END_TEST

START_TEST(error_next_failure_replaces_all_of_the_record)
{
	fail_with_overlap();
	ck_assert_int_eq(kvmlib_vm_fd(NULL), -EINVAL);
	assert_value(ARGUMENT, 1);
	assert_no_value(SLOT);
	ck_assert_ptr_null(kvmlib_error_call());
}
END_TEST

static void assert_overlap_is_still_there(void)
{
	ck_assert_int_eq(kvmlib_error_errno(), EEXIST);
	ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_SLOT_OVERLAP);
	ck_assert_str_eq(kvmlib_error_function(), "kvmlib_vm_set_user_memory_region");
	assert_value(SLOT, 1);
}

START_TEST(error_success_leaves_record)
{
	struct kvm_userspace_memory_region region = region_of(1, 8, 1);
	struct kvmlib_vm *vm;

	fail_with_overlap();
	ck_assert_int_eq(kvmlib_vm_set_user_memory_region(fix.vm, &region), 0);
	ck_assert_int_eq(kvmlib_system_create_vm(fix.system, NULL, &vm), 0);
	kvmlib_vm_unref(vm);
	push_exit(KVMLIB_EXIT_HLT, 0);
	ck_assert_int_eq(kvmlib_vcpu_run(fix.vcpu), 0);
	assert_overlap_is_still_there();
}
END_TEST

START_TEST(error_run_that_reports_an_interrupt_leaves_record)
{
	fail_with_overlap();
	ck_assert_int_eq(kvmlib_vcpu_kick(fix.vcpu), 0);
	ck_assert_int_eq(kvmlib_vcpu_run(fix.vcpu), 0);
	push_exit(KVMLIB_EXIT_UNKNOWN, -EAGAIN);
	ck_assert_int_eq(kvmlib_vcpu_run(fix.vcpu), 0);
	push_exit(KVMLIB_EXIT_MEMORY_FAULT, -EFAULT);
	ck_assert_int_eq(kvmlib_vcpu_run(fix.vcpu), 0);
	assert_overlap_is_still_there();
}
END_TEST

START_TEST(error_getters_leave_record)
{
	struct kvmlib_explanation row;
	uint32_t cause;
	char line[8];

	fail_with_overlap();
	ck_assert_int_eq(kvmlib_explain("no such call", 0, 0, &row), -ENOENT);
	ck_assert_int_eq(kvmlib_explain(NULL, 0, 0, NULL), -EINVAL);
	kvmlib_error_candidates(&cause, 1);
	kvmlib_error_format(line, sizeof(line));
	ck_assert_ptr_null(kvmlib_ioctl_name(1));
	ck_assert_uint_eq(kvmlib_vcpu_exit_reason(fix.vcpu), KVMLIB_EXIT_NONE);
	assert_overlap_is_still_there();
}
END_TEST

START_TEST(error_unref_leaves_record)
{
	fail_with_overlap();
	fix.vcpu = kvmlib_vcpu_unref(fix.vcpu);
	fix.vm = kvmlib_vm_unref(fix.vm);
	fix.system = kvmlib_system_unref(fix.system);
	ck_assert_ptr_null(kvmlib_device_unref(NULL));
	assert_overlap_is_still_there();
}
END_TEST

START_TEST(error_failed_kick_leaves_record)
{
	fail_with_overlap();
	ck_assert_int_eq(kvmlib_vcpu_kick(NULL), -EINVAL);
	assert_overlap_is_still_there();
}
END_TEST

START_TEST(error_candidates_are_all_most_common_first)
{
	uint32_t causes[32];
	size_t n;

	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, KVM_RUN, EFAULT, 1), 0);
	ck_assert_int_eq(kvmlib_vcpu_run(fix.vcpu), -EFAULT);
	n = kvmlib_error_candidates(causes, 32);
	ck_assert_uint_eq(n, 4);
	ck_assert_uint_eq(causes[0], KVMLIB_CAUSE_GUEST_MEMORY_UNMAPPED);
	ck_assert_uint_eq(causes[1], KVMLIB_CAUSE_HOST_PAGE_FAULT);
	ck_assert_uint_eq(causes[2], KVMLIB_CAUSE_MEMORY_FAULT_EXIT);
	ck_assert_uint_eq(causes[3], KVMLIB_CAUSE_BAD_ADDRESS); /* any vCPU ioctl's */
	ck_assert_uint_eq(kvmlib_error_cause(), causes[0]);
}
END_TEST

START_TEST(error_candidates_beyond_the_room_are_counted)
{
	uint32_t causes[3] = { 77, 77, 77 };

	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, KVM_RUN, EFAULT, 1), 0);
	ck_assert_int_eq(kvmlib_vcpu_run(fix.vcpu), -EFAULT);
	ck_assert_uint_eq(kvmlib_error_candidates(causes, 1), 4);
	ck_assert_uint_eq(causes[0], KVMLIB_CAUSE_GUEST_MEMORY_UNMAPPED);
	ck_assert_uint_eq(causes[1], 77);
	ck_assert_uint_eq(kvmlib_error_candidates(NULL, 0), 4);
}
END_TEST

START_TEST(error_candidates_of_checked_cause_have_it_among_them)
{
	uint32_t causes[32];
	uint64_t bitmap;
	size_t n, i;

	fail_with_overlap();
	ck_assert_int_eq(kvmlib_sim_kill_vm(fix.sim, kvmlib_vm_fd(fix.vm)), 0);
	ck_assert_int_eq(kvmlib_vm_get_dirty_log(fix.vm, 0, &bitmap), -EIO);
	ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_VM_DEAD);
	n = kvmlib_error_candidates(causes, 32);
	for (i = 0; i < n && causes[i] != KVMLIB_CAUSE_VM_DEAD; i++)
		;
	ck_assert_uint_lt(i, n);
}
END_TEST

START_TEST(error_candidate_of_library_refusal_is_its_cause)
{
	uint32_t causes[2] = { 77, 77 };

	ck_assert_int_eq(kvmlib_vm_fd(NULL), -EINVAL);
	ck_assert_uint_eq(kvmlib_error_candidates(causes, 2), 1);
	ck_assert_uint_eq(causes[0], KVMLIB_CAUSE_NULL_ARGUMENT);
	ck_assert_uint_eq(causes[1], 77);
}
END_TEST

START_TEST(error_unlisted_errno_passes_with_cause_unlisted)
{
	uint32_t cause = 77;

	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, KVM_CHECK_EXTENSION, EDOM, 1), 0);
	assert_fails(kvmlib_vm_check_extension(fix.vm, 5), EDOM, UNLISTED, "KVM_CHECK_EXTENSION");
	ck_assert_uint_eq(kvmlib_error_candidates(&cause, 1), 1);
	ck_assert_uint_eq(cause, KVMLIB_CAUSE_UNLISTED);
	ck_assert(*kvmlib_error_sentence());
	ck_assert_str_eq(kvmlib_error_hint(), kvmlib_cause_hint(KVMLIB_CAUSE_UNLISTED));
}
END_TEST

static size_t expected_line(char *line, size_t size)
{
	return (size_t)snprintf(line, size,
				"kvmlib_vm_set_user_memory_region: " PAGES_CALL ": EEXIST: %s "
				"(slot 1, guest address 0x%zx, size 0x%zx, host address 0x%zx, "
				"flags 0x0). %s",
				kvmlib_error_sentence(), 2 * page_size(), 4 * page_size(),
				(size_t)(uintptr_t)guest_memory(), kvmlib_error_hint());
}

START_TEST(error_format_is_one_line_with_all_that_is_known)
{
	char line[512], expected[512];

	fail_with_overlap();
	ck_assert_uint_eq(kvmlib_error_format(line, sizeof(line)),
			  expected_line(expected, sizeof(expected)));
	ck_assert_str_eq(line, expected);
}
END_TEST

START_TEST(error_format_of_unlisted_errno_has_no_name_for_it)
{
	char line[512];

	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, KVM_CHECK_EXTENSION, EDOM, 1), 0);
	ck_assert_int_eq(kvmlib_vm_check_extension(fix.vm, 5), -EDOM);
	ck_assert_uint_lt(kvmlib_error_format(line, sizeof(line)), sizeof(line));
	ck_assert_ptr_nonnull(strstr(line, "kvmlib_vm_check_extension: KVM_CHECK_EXTENSION: "));
	ck_assert_ptr_nonnull(strstr(line, kvmlib_error_sentence()));
}
END_TEST

START_TEST(error_format_of_negative_numbers_has_their_sign)
{
	struct kvmlib_system *system = NULL;
	char line[512];

	ck_assert_int_eq(kvmlib_system_from_fd(-1, NULL, &system), -EBADF);
	kvmlib_error_format(line, sizeof(line));
	ck_assert_ptr_nonnull(strstr(line, "(fd -1)"));
}
END_TEST

/* Every size from 0 to one more than needed: cut, terminated, and nothing behind is written. */
START_TEST(error_format_cuts_to_the_size)
{
	char line[514], whole[512];
	size_t length, size;

	fail_with_overlap();
	length = kvmlib_error_format(whole, sizeof(whole));
	for (size = 0; size <= length + 2; size++) {
		memset(line, 'x', sizeof(line));
		ck_assert_uint_eq(kvmlib_error_format(line, size), length);
		ck_assert_int_eq(line[size], 'x');
		if (!size)
			continue;
		ck_assert_uint_eq(strlen(line), size - 1 < length ? size - 1 : length);
		ck_assert_int_eq(strncmp(line, whole, size - 1), 0);
	}
}
END_TEST

START_TEST(error_format_without_buffer_tells_the_length)
{
	char whole[512];

	fail_with_overlap();
	ck_assert_uint_eq(kvmlib_error_format(NULL, 0), kvmlib_error_format(whole, 512));
	ck_assert_uint_eq(kvmlib_error_format(NULL, 512), strlen(whole));
}
END_TEST

Suite *error_suite(void)
{
	Suite *suite = suite_create("error");

	ADD_TESTS(add_case(suite, "record", setup_vcpu), error_of_new_thread_is_none,
		  error_of_other_thread_leaves_this_threads,
		  error_record_of_kernel_refusal_is_complete,
		  error_record_of_library_refusal_has_no_call,
		  error_value_null_is_einval_and_leaves_record,
		  error_value_absent_is_enoent_and_untouched,
		  error_value_of_impossible_kind_is_enoent,
		  error_next_failure_replaces_all_of_the_record, error_success_leaves_record,
		  error_run_that_reports_an_interrupt_leaves_record, error_getters_leave_record,
		  error_unref_leaves_record, error_failed_kick_leaves_record);
	ADD_TESTS(add_case(suite, "candidates", setup_vcpu),
		  error_candidates_are_all_most_common_first,
		  error_candidates_beyond_the_room_are_counted,
		  error_candidates_of_checked_cause_have_it_among_them,
		  error_candidate_of_library_refusal_is_its_cause,
		  error_unlisted_errno_passes_with_cause_unlisted);
	ADD_TESTS(add_case(suite, "format", setup_vcpu),
		  error_format_is_one_line_with_all_that_is_known,
		  error_format_of_negative_numbers_has_their_sign,
		  error_format_of_unlisted_errno_has_no_name_for_it, error_format_cuts_to_the_size,
		  error_format_without_buffer_tells_the_length);
	return suite;
}
