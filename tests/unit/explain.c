/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names of numbers, and the table of errors. */

#include "fixture.h"
#include "suites.h"

#include <ctype.h>
#include <limits.h>
#include <string.h>

#define MANY 100000 /* more rows than the table will ever have */

/* The row at that index of the whole table, or false behind its end. */
static bool row_at(size_t index, struct kvmlib_explanation *ret_row)
{
	int r = kvmlib_explain(NULL, 0, index, ret_row);

	ck_assert(r == 0 || r == -ENOENT);
	return r == 0;
}

static bool same_row(const struct kvmlib_explanation *a, const struct kvmlib_explanation *b)
{
	return !strcmp(a->call, b->call) && !strcmp(a->error, b->error) &&
	       !strcmp(a->sentence, b->sentence) && a->cause == b->cause;
}

static bool found_by(const struct kvmlib_explanation *row, const char *call, int errnum)
{
	struct kvmlib_explanation found;

	for (size_t i = 0; !kvmlib_explain(call, errnum, i, &found); i++)
		if (same_row(row, &found))
			return true;
	return false;
}

START_TEST(explain_finds_each_row_by_its_call_and_errno)
{
	struct kvmlib_explanation row;
	size_t i;

	for (i = 0; row_at(i, &row); i++) {
		ck_assert_msg(found_by(&row, row.call, row.errnum), "%s %s", row.call, row.error);
		ck_assert_msg(found_by(&row, row.call, -row.errnum), "%s -%s", row.call, row.error);
		ck_assert_msg(found_by(&row, NULL, row.errnum), "%s %s", row.call, row.error);
	}
	ck_assert_uint_gt(i, 400);
}
END_TEST

static void assert_complete(const struct kvmlib_explanation *row)
{
	const char *name = kvmlib_errno_name(row->errnum);

	ck_assert(*row->call && *row->sentence && *row->action);
	ck_assert_ptr_nonnull(kvmlib_cause_name(row->cause));
	ck_assert_str_eq(row->hint, kvmlib_cause_hint(row->cause));
	if (row->errnum)
		ck_assert_str_eq(row->error, name);
	else
		ck_assert_msg(row->error[0] == '(', "%s is no errno", row->error);
	ck_assert_msg(row->sentence[strlen(row->sentence) - 1] != '.', "%s", row->sentence);
}

START_TEST(explain_rows_are_complete)
{
	struct kvmlib_explanation row;

	for (size_t i = 0; row_at(i, &row); i++)
		assert_complete(&row);
}
END_TEST

START_TEST(explain_filters_by_errno)
{
	struct kvmlib_explanation row;
	size_t i;

	for (i = 0; !kvmlib_explain("KVM_CREATE_VM", EINVAL, i, &row); i++)
		ck_assert_int_eq(row.errnum, EINVAL);
	ck_assert_uint_ge(i, 2);
	for (i = 0; !kvmlib_explain(NULL, -EEXIST, i, &row); i++)
		ck_assert_int_eq(row.errnum, EEXIST);
	ck_assert_uint_gt(i, 5);
}
END_TEST

/* First the call's own rows, in the table's order; then those of its classes. */
START_TEST(explain_class_rows_follow_own_rows)
{
	struct kvmlib_explanation row;
	bool in_class = false;
	size_t i, own = 0;

	for (i = 0; !kvmlib_explain("KVM_CREATE_VCPU", 0, i, &row); i++) {
		if (!strcmp(row.call, "(any VM ioctl)"))
			in_class = true;
		else
			ck_assert_msg(!strcmp(row.call, "KVM_CREATE_VCPU") && !in_class, "%s",
				      row.call);
		own += !in_class;
	}
	ck_assert(in_class);
	ck_assert_uint_ge(own, 12);
}
END_TEST

/* How many rows of that class a call has. */
static size_t class_rows(const char *call, const char *name)
{
	struct kvmlib_explanation row;
	size_t n = 0;

	for (size_t i = 0; !kvmlib_explain(call, 0, i, &row); i++)
		n += !strcmp(row.call, name);
	return n;
}

START_TEST(explain_classes_are_those_of_the_descriptors)
{
	ck_assert_uint_gt(class_rows("KVM_CREATE_VM", "(any system ioctl)"), 0);
	ck_assert_uint_eq(class_rows("KVM_CREATE_VM", "(any VM ioctl)"), 0);
	ck_assert_uint_gt(class_rows("KVM_CHECK_EXTENSION", "(any system ioctl)"), 0);
	ck_assert_uint_gt(class_rows("KVM_CHECK_EXTENSION", "(any VM ioctl)"), 0);
	ck_assert_uint_gt(class_rows("KVM_RUN", "(any vCPU ioctl)"), 0);
	ck_assert_uint_eq(class_rows("KVM_RUN", "(any VM ioctl)"), 0);
	ck_assert_uint_gt(class_rows("KVM_SET_DEVICE_ATTR", "(any device ioctl)"), 0);
	ck_assert_uint_eq(class_rows("open(/dev/kvm)", "(any system ioctl)"), 0);
}
END_TEST

START_TEST(explain_behind_the_end_is_enoent_and_untouched)
{
	struct kvmlib_explanation row = { .cause = 77 };

	ck_assert_int_eq(kvmlib_explain("KVM_CREATE_VM", 0, MANY, &row), -ENOENT);
	ck_assert_int_eq(kvmlib_explain(NULL, 0, SIZE_MAX, &row), -ENOENT);
	ck_assert_int_eq(kvmlib_explain("KVM_NO_SUCH_CALL", 0, 0, &row), -ENOENT);
	ck_assert_int_eq(kvmlib_explain("KVM_CREATE_VM", EDOM, 0, &row), -ENOENT);
	ck_assert_int_eq(kvmlib_explain("", 0, 0, &row), -ENOENT);
	ck_assert_uint_eq(row.cause, 77);
}
END_TEST

START_TEST(explain_null_is_einval_and_leaves_record)
{
	assert_returns(kvmlib_explain(NULL, 0, 0, NULL), -EINVAL);
}
END_TEST

START_TEST(explain_ends_of_int_are_no_errno)
{
	struct kvmlib_explanation row;

	ck_assert_int_eq(kvmlib_explain(NULL, INT_MIN, 0, &row), -ENOENT);
	ck_assert_int_eq(kvmlib_explain(NULL, INT_MAX, 0, &row), -ENOENT);
	ck_assert_ptr_null(kvmlib_errno_name(INT_MIN));
	ck_assert_ptr_null(kvmlib_errno_name(INT_MAX));
}
END_TEST

START_TEST(ioctl_name_is_that_of_the_request)
{
	ck_assert_str_eq(kvmlib_ioctl_name(KVM_CREATE_VM), "KVM_CREATE_VM");
	ck_assert_str_eq(kvmlib_ioctl_name(KVM_RUN), "KVM_RUN");
	ck_assert_str_eq(kvmlib_ioctl_name(KVM_SET_USER_MEMORY_REGION),
			 "KVM_SET_USER_MEMORY_REGION");
	ck_assert_str_eq(kvmlib_ioctl_name(KVM_CREATE_DEVICE), "KVM_CREATE_DEVICE");
}
END_TEST

START_TEST(ioctl_name_unknown_is_null)
{
	ck_assert_ptr_null(kvmlib_ioctl_name(0));
	ck_assert_ptr_null(kvmlib_ioctl_name(0xaeff));
	ck_assert_ptr_null(kvmlib_ioctl_name(~0UL));
}
END_TEST

START_TEST(exit_name_of_each_reason_is_told)
{
	ck_assert_str_eq(kvmlib_exit_name(KVMLIB_EXIT_UNKNOWN), "KVM_EXIT_UNKNOWN");
	ck_assert_str_eq(kvmlib_exit_name(KVMLIB_EXIT_IO), "KVM_EXIT_IO");
	ck_assert_str_eq(kvmlib_exit_name(KVMLIB_EXIT_MEMORY_FAULT), "KVM_EXIT_MEMORY_FAULT");
	ck_assert_str_eq(kvmlib_exit_name(KVMLIB_EXIT_AGAIN), "KVMLIB_EXIT_AGAIN");
	ck_assert_str_eq(kvmlib_exit_name(KVMLIB_EXIT_NONE), "KVMLIB_EXIT_NONE");
	for (uint32_t reason = 0; reason <= KVMLIB_EXIT_SNP_REQ_CERTS; reason++)
		ck_assert_ptr_nonnull(kvmlib_exit_name(reason));
}
END_TEST

START_TEST(exit_name_unknown_is_null)
{
	ck_assert_ptr_null(kvmlib_exit_name(KVMLIB_EXIT_SNP_REQ_CERTS + 1000));
	ck_assert_ptr_null(kvmlib_exit_name(KVMLIB_EXIT_NONE + 1));
	ck_assert_ptr_null(kvmlib_exit_name(UINT32_MAX));
}
END_TEST

START_TEST(exit_owes_a_sentence_for_each_reason)
{
	ck_assert_str_eq(kvmlib_exit_owes(KVMLIB_EXIT_SHUTDOWN), "Reset the guest or end it.");
	ck_assert_str_eq(kvmlib_exit_owes(KVMLIB_EXIT_AGAIN),
			 "Run the vCPU again, once it is started.");
	ck_assert_str_eq(kvmlib_exit_owes(KVMLIB_EXIT_NONE),
			 "Run the vCPU, or see why its last run failed.");
	for (uint32_t reason = 0; reason <= KVMLIB_EXIT_SNP_REQ_CERTS; reason++) {
		const char *owes = kvmlib_exit_owes(reason);

		ck_assert_ptr_nonnull(owes);
		ck_assert_int_eq(owes[strlen(owes) - 1], '.');
	}
	ck_assert_ptr_null(kvmlib_exit_owes(KVMLIB_EXIT_SNP_REQ_CERTS + 1000));
	ck_assert_ptr_null(kvmlib_exit_owes(UINT32_MAX));
}
END_TEST

START_TEST(exit_completion_and_drain_are_told)
{
	static const struct {
		uint32_t reason;
		int needs_completion;
		uint32_t drain;
	} rows[] = {
		{ KVMLIB_EXIT_HLT, 0, KVMLIB_DRAIN_NONE },
		{ KVMLIB_EXIT_IO, 1, KVMLIB_DRAIN_WRITES },
		{ KVMLIB_EXIT_MMIO, 1, KVMLIB_DRAIN_WRITES },
		{ KVMLIB_EXIT_LOONGARCH_IOCSR, 1, KVMLIB_DRAIN_WRITES },
		{ KVMLIB_EXIT_X86_BUS_LOCK, 1, KVMLIB_DRAIN_ALWAYS },
		{ KVMLIB_EXIT_X86_RDMSR, 1, KVMLIB_DRAIN_ANSWERED },
		{ KVMLIB_EXIT_SNP_REQ_CERTS, 1, KVMLIB_DRAIN_ANSWERED },
		{ KVMLIB_EXIT_AGAIN, 0, KVMLIB_DRAIN_NONE },
		{ KVMLIB_EXIT_NONE, 0, KVMLIB_DRAIN_NONE },
		{ 4711, 0, KVMLIB_DRAIN_ANSWERED },
		{ UINT32_MAX, 0, KVMLIB_DRAIN_ANSWERED },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ck_assert_int_eq(kvmlib_exit_needs_completion(rows[i].reason),
				 rows[i].needs_completion);
		ck_assert_uint_eq(kvmlib_exit_drain(rows[i].reason), rows[i].drain);
	}
}
END_TEST

/* Flags of one kind of error have numbers too, and are none. */
START_TEST(internal_error_and_system_event_names_are_told)
{
	ck_assert_str_eq(kvmlib_internal_error_name(1), "KVM_INTERNAL_ERROR_EMULATION");
	ck_assert_str_eq(kvmlib_internal_error_name(4),
			 "KVM_INTERNAL_ERROR_UNEXPECTED_EXIT_REASON");
	ck_assert_ptr_null(kvmlib_internal_error_name(0));
	ck_assert_ptr_null(kvmlib_internal_error_name(UINT32_MAX));
	ck_assert_str_eq(kvmlib_system_event_name(1), "KVM_SYSTEM_EVENT_SHUTDOWN");
	ck_assert_str_eq(kvmlib_system_event_name(7), "KVM_SYSTEM_EVENT_TDX_FATAL");
	ck_assert_ptr_null(kvmlib_system_event_name(0));
	ck_assert_ptr_null(kvmlib_system_event_name(UINT32_MAX));
}
END_TEST

START_TEST(mp_state_names_are_told)
{
	ck_assert_str_eq(kvmlib_mp_state_name(0), "KVM_MP_STATE_RUNNABLE");
	ck_assert_str_eq(kvmlib_mp_state_name(3), "KVM_MP_STATE_HALTED");
	ck_assert_str_eq(kvmlib_mp_state_name(10), "KVM_MP_STATE_SUSPENDED");
	ck_assert_ptr_null(kvmlib_mp_state_name(11));
	ck_assert_ptr_null(kvmlib_mp_state_name(UINT32_MAX));
}
END_TEST

/* Causes are numbered from 1 without gaps: nothing may be taken out. */
START_TEST(cause_names_and_hints_are_complete)
{
	uint32_t cause;

	ck_assert_str_eq(kvmlib_cause_name(KVMLIB_CAUSE_SLOT_OVERLAP), "SLOT_OVERLAP");
	ck_assert_str_eq(kvmlib_cause_name(KVMLIB_CAUSE_UNLISTED), "UNLISTED");
	for (cause = 1; kvmlib_cause_name(cause); cause++) {
		const char *hint = kvmlib_cause_hint(cause);

		ck_assert_ptr_nonnull(hint);
		ck_assert_msg(isupper((unsigned char)hint[0]) && hint[strlen(hint) - 1] == '.',
			      "%s", hint);
	}
	ck_assert_uint_gt(cause, KVMLIB_CAUSE_IOCTL_REMOVED);
}
END_TEST

START_TEST(cause_unknown_is_null)
{
	ck_assert_ptr_null(kvmlib_cause_name(0));
	ck_assert_ptr_null(kvmlib_cause_hint(0));
	ck_assert_ptr_null(kvmlib_cause_name(100000));
	ck_assert_ptr_null(kvmlib_cause_hint(UINT32_MAX));
}
END_TEST

START_TEST(errno_name_takes_both_signs)
{
	ck_assert_str_eq(kvmlib_errno_name(EEXIST), "EEXIST");
	ck_assert_str_eq(kvmlib_errno_name(-EEXIST), "EEXIST");
	ck_assert_str_eq(kvmlib_errno_name(EHWPOISON), "EHWPOISON");
	ck_assert_ptr_null(kvmlib_errno_name(0));
	ck_assert_ptr_null(kvmlib_errno_name(EDOM));
}
END_TEST

START_TEST(hint_of_missing_node_tells_what_to_load)
{
	ck_assert_ptr_nonnull(
		strstr(kvmlib_cause_hint(KVMLIB_CAUSE_DEVICE_NODE_MISSING), "modprobe"));
}
END_TEST

START_TEST(hint_of_no_access_names_the_group_kvm)
{
	ck_assert_ptr_nonnull(
		strstr(kvmlib_cause_hint(KVMLIB_CAUSE_DEVICE_NODE_ACCESS), "group kvm"));
}
END_TEST

START_TEST(explain_names_types_of_devices)
{
	ck_assert_str_eq(kvmlib_device_type_name(KVMLIB_DEV_TYPE_VFIO), "VFIO");
	ck_assert_str_eq(kvmlib_device_type_name(KVMLIB_DEV_TYPE_MAX - 1), "ARM_VGIC_V5");
	ck_assert_ptr_null(kvmlib_device_type_name(0));
	ck_assert_ptr_null(kvmlib_device_type_name(KVMLIB_DEV_TYPE_MAX));
}
END_TEST

START_TEST(explain_names_bits_of_cpuid)
{
	ck_assert_str_eq(kvmlib_cpuid_bit_name(1, 0, KVMLIB_CPUID_EDX, 26), "sse2");
	ck_assert_str_eq(kvmlib_cpuid_bit_name(7, 0, KVMLIB_CPUID_EBX, 16), "avx512f");
	ck_assert_str_eq(kvmlib_cpuid_bit_name(0x8000001f, 0, KVMLIB_CPUID_EAX, 4), "sev_snp");
	ck_assert_ptr_null(kvmlib_cpuid_bit_name(7, 9, KVMLIB_CPUID_EBX, 16));
	ck_assert_str_eq(kvmlib_cpuid_msr_name(0x10a), "IA32_ARCH_CAPABILITIES");
	ck_assert_ptr_null(kvmlib_cpuid_msr_name(0x10));
	ck_assert_ptr_null(kvmlib_cpuid_bit_name(1, 0, KVMLIB_CPUID_EDX, 10));
	ck_assert_ptr_null(kvmlib_cpuid_bit_name(1, 0, KVMLIB_CPUID_EDX, 32));
	ck_assert_ptr_null(kvmlib_cpuid_bit_name(1, 0, 4, 26));
}
END_TEST

Suite *explain_suite(void)
{
	Suite *suite = suite_create("explain");

	ADD_TESTS(add_case(suite, "table", NULL), explain_finds_each_row_by_its_call_and_errno,
		  explain_rows_are_complete, explain_filters_by_errno,
		  explain_class_rows_follow_own_rows, explain_classes_are_those_of_the_descriptors,
		  explain_behind_the_end_is_enoent_and_untouched,
		  explain_null_is_einval_and_leaves_record, explain_ends_of_int_are_no_errno);
	ADD_TESTS(add_case(suite, "names", NULL), ioctl_name_is_that_of_the_request,
		  ioctl_name_unknown_is_null, exit_name_of_each_reason_is_told,
		  exit_owes_a_sentence_for_each_reason, exit_completion_and_drain_are_told,
		  internal_error_and_system_event_names_are_told, mp_state_names_are_told,
		  exit_name_unknown_is_null, cause_names_and_hints_are_complete,
		  cause_unknown_is_null, errno_name_takes_both_signs,
		  hint_of_missing_node_tells_what_to_load, hint_of_no_access_names_the_group_kvm,
		  explain_names_types_of_devices, explain_names_bits_of_cpuid);
	return suite;
}
