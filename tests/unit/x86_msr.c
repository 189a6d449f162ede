/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* MSRs in one call and in as many as it takes. */

#include "fixture.h"
#include "suites.h"

#ifdef __x86_64__

#include <string.h>

#include "../../lib/core/handles.h"
#include "alloc.h"
#include "played.h"

#define MAX_PER_CALL 255U
#define MANY	     600U
#define VALUE(index) ((uint64_t)(index)*3 + 1)

/* The first entry that the kernel refuses, which calls fail outright, and what it has seen. */
static uint32_t refused;
static int fail_call, nr_calls;
static uint32_t sizes[8];
static uint64_t written[MANY];

static int serve(struct kvm_msrs *msrs, bool write)
{
	uint32_t n;

	ck_assert_int_lt(nr_calls, 8);
	sizes[nr_calls++] = msrs->nmsrs;
	ck_assert_uint_le(msrs->nmsrs, MAX_PER_CALL);
	ck_assert_uint_eq(msrs->pad, 0);
	if (nr_calls == fail_call)
		return -EFAULT;
	for (n = 0; n < msrs->nmsrs && msrs->entries[n].index < refused; n++) {
		if (write)
			written[msrs->entries[n].index] = msrs->entries[n].data;
		else
			msrs->entries[n].data = VALUE(msrs->entries[n].index);
	}
	return (int)n;
}

static int serve_get(unsigned long arg)
{
	return serve((void *)arg, false);
}

static int serve_set(unsigned long arg)
{
	return serve((void *)arg, true);
}

static struct kvm_msr_entry entries[MANY];

static void setup(void)
{
	setup_played();
	play(KVM_GET_MSRS, serve_get);
	play(KVM_SET_MSRS, serve_set);
	refused = MANY;
	fail_call = nr_calls = 0;
	memset(written, 0, sizeof(written));
	for (uint32_t i = 0; i < MANY; i++)
		entries[i] = (struct kvm_msr_entry){ .index = i, .data = 5 };
}

static void assert_got(uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i < to; i++) {
		ck_assert_uint_eq(entries[i].index, i);
		ck_assert_uint_eq(entries[i].data, VALUE(i));
	}
}

static void assert_old(uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i < to; i++)
		ck_assert_uint_eq(entries[i].data, 5);
}

START_TEST(msrs_of_one_call_are_255)
{
	assert_returns(kvmlib_vcpu_get_msrs(fix.vcpu, entries, MAX_PER_CALL), 255);
	assert_got(0, MAX_PER_CALL);
	assert_old(MAX_PER_CALL, MANY);
	assert_returns(kvmlib_vcpu_set_msrs(fix.vcpu, entries, MAX_PER_CALL), 255);
	ck_assert_uint_eq(written[254], VALUE(254));
	assert_returns(kvmlib_system_get_msrs(fix.system, entries, MAX_PER_CALL), 255);
}
END_TEST

static int take_all(unsigned long arg)
{
	return (int)((const struct kvm_msrs *)arg)->nmsrs;
}

START_TEST(msrs_take_nothing_from_the_heap)
{
	bool asked;
	int got, set;

	play(KVM_GET_MSRS, take_all);
	play(KVM_SET_MSRS, take_all);
	alloc_fail_nth(1);
	got = kvmlib_vcpu_get_msrs_all(fix.vcpu, entries, MANY);
	set = kvmlib_vcpu_set_msrs_all(fix.vcpu, entries, MANY);
	asked = alloc_has_failed();
	alloc_fail_nth(0); /* assertions allocate, too */
	ck_assert(!asked);
	ck_assert_int_eq(got, 0);
	ck_assert_int_eq(set, 0);
}
END_TEST

#define assert_too_long(call)                                       \
	do {                                                        \
		assert_fails(call, E2BIG, MSR_LIST_TOO_LONG, NULL); \
		assert_value(COUNT, 256);                           \
		assert_value(LIMIT, MAX_PER_CALL);                  \
	} while (0)

START_TEST(msrs_of_one_call_are_no_more)
{
	assert_too_long(kvmlib_vcpu_get_msrs(fix.vcpu, entries, 256));
	assert_too_long(kvmlib_vcpu_set_msrs(fix.vcpu, entries, 256));
	assert_too_long(kvmlib_system_get_msrs(fix.system, entries, 256));
	assert_old(0, MANY);
	ck_assert_int_eq(nr_calls, 0);
}
END_TEST

START_TEST(msrs_short_count_is_success)
{
	refused = 3;
	assert_returns(kvmlib_vcpu_get_msrs(fix.vcpu, entries, 5), 3);
	assert_got(0, 3);
	assert_old(3, 5);
	assert_returns(kvmlib_system_get_msrs(fix.system, entries, 5), 3);
	assert_returns(kvmlib_vcpu_set_msrs(fix.vcpu, entries, 5), 3);
	ck_assert_uint_eq(written[3], 0);
	refused = 0;
	assert_returns(kvmlib_vcpu_get_msrs(fix.vcpu, entries + 3, 1), 0);
	assert_old(3, 5);
}
END_TEST

static int claim_more(unsigned long arg)
{
	return (int)((const struct kvm_msrs *)arg)->nmsrs + 1;
}

START_TEST(msrs_claimed_to_be_more_are_cut)
{
	play(KVM_GET_MSRS, claim_more);
	assert_returns(kvmlib_vcpu_get_msrs(fix.vcpu, entries, 5), 5);
	assert_ok(kvmlib_vcpu_get_msrs_all(fix.vcpu, entries, MANY));
}
END_TEST

START_TEST(msrs_none_may_be_null)
{
	assert_returns(kvmlib_vcpu_get_msrs(fix.vcpu, NULL, 0), 0);
	assert_returns(kvmlib_vcpu_set_msrs(fix.vcpu, NULL, 0), 0);
	assert_returns(kvmlib_system_get_msrs(fix.system, NULL, 0), 0);
	assert_ok(kvmlib_vcpu_get_msrs_all(fix.vcpu, NULL, 0));
	assert_ok(kvmlib_vcpu_set_msrs_all(fix.vcpu, NULL, 0));
	assert_ok(kvmlib_system_get_msrs_all(fix.system, NULL, 0));
	ck_assert_int_eq(nr_calls, 6);
}
END_TEST

static void assert_chunks(void)
{
	ck_assert_int_eq(nr_calls, 3);
	ck_assert_uint_eq(sizes[0], 255);
	ck_assert_uint_eq(sizes[1], 255);
	ck_assert_uint_eq(sizes[2], 90);
	nr_calls = 0;
}

START_TEST(msrs_all_come_in_chunks)
{
	assert_ok(kvmlib_vcpu_get_msrs_all(fix.vcpu, entries, MANY));
	assert_chunks();
	assert_got(0, MANY);
	assert_ok(kvmlib_vcpu_set_msrs_all(fix.vcpu, entries, MANY));
	assert_chunks();
	for (uint32_t i = 0; i < MANY; i++)
		ck_assert_uint_eq(written[i], VALUE(i));
	assert_ok(kvmlib_system_get_msrs_all(fix.system, entries, MANY));
	assert_chunks();
}
END_TEST

START_TEST(msrs_all_with_one_refused_is_einval)
{
	refused = 300;
	assert_fails(kvmlib_vcpu_get_msrs_all(fix.vcpu, entries, MANY), EINVAL, MSR_REFUSED,
		     "KVM_GET_MSRS");
	assert_value(INDEX, 300);
	assert_value(MSR, 300);
	assert_value(VCPU_ID, 0);
	ck_assert_int_eq(nr_calls, 2);
	assert_got(0, 300);
	assert_old(300, MANY);
}
END_TEST

START_TEST(msrs_all_of_the_system_has_no_vcpu_to_tell)
{
	refused = 1;
	assert_fails(kvmlib_system_get_msrs_all(fix.system, entries, 2), EINVAL, MSR_REFUSED,
		     "KVM_GET_MSRS");
	assert_value(INDEX, 1);
	assert_no_value(VCPU_ID);
}
END_TEST

START_TEST(msrs_set_all_with_one_refused_is_einval)
{
	entries[300].index = MANY;
	assert_fails(kvmlib_vcpu_set_msrs_all(fix.vcpu, entries, MANY), EINVAL, MSR_REFUSED,
		     "KVM_SET_MSRS");
	assert_value(INDEX, 300);
	assert_value(MSR, MANY);
	ck_assert_uint_eq(written[299], 5);
	ck_assert_uint_eq(written[301], 0);
}
END_TEST

START_TEST(msrs_all_pass_the_errno_of_a_later_call)
{
	fail_call = 2;
	assert_fails(kvmlib_vcpu_get_msrs_all(fix.vcpu, entries, MANY), EFAULT, BAD_ADDRESS,
		     "KVM_GET_MSRS");
	assert_got(0, MAX_PER_CALL);
	assert_old(MAX_PER_CALL, MANY);
}
END_TEST

START_TEST(msrs_that_are_not_there_are_dropped)
{
	entries[300].index = MANY;
	entries[MANY - 1].index = MANY;
	ck_assert_int_eq(kvmlib__get_msrs_there(fix.vcpu, entries, MANY), MANY - 2);
	ck_assert_uint_eq(sizes[0], MAX_PER_CALL);
	for (uint32_t i = 0; i < MANY - 2; i++) {
		ck_assert_uint_eq(entries[i].index, i < 300 ? i : i + 1);
		ck_assert_uint_eq(entries[i].data, VALUE(entries[i].index));
	}
	fail_call = nr_calls + 2;
	ck_assert_int_eq(kvmlib__get_msrs_there(fix.vcpu, entries, MANY - 2), -EFAULT);
}
END_TEST

START_TEST(msrs_all_null_is_einval)
{
	assert_refuses_null(kvmlib_vcpu_get_msrs_all(NULL, entries, 1), 1);
	assert_refuses_null(kvmlib_vcpu_get_msrs_all(fix.vcpu, NULL, 1), 2);
	assert_refuses_null(kvmlib_vcpu_set_msrs_all(NULL, entries, 1), 1);
	assert_refuses_null(kvmlib_vcpu_set_msrs_all(fix.vcpu, NULL, 1), 2);
	assert_refuses_null(kvmlib_system_get_msrs_all(NULL, entries, 1), 1);
	assert_refuses_null(kvmlib_system_get_msrs_all(fix.system, NULL, 1), 2);
	ck_assert_int_eq(nr_calls, 0);
}
END_TEST

static void add_tests(Suite *suite)
{
	ADD_TESTS(add_case(suite, "msr", setup), msrs_of_one_call_are_255,
		  msrs_take_nothing_from_the_heap, msrs_of_one_call_are_no_more,
		  msrs_short_count_is_success, msrs_claimed_to_be_more_are_cut,
		  msrs_none_may_be_null, msrs_all_come_in_chunks,
		  msrs_all_with_one_refused_is_einval, msrs_all_of_the_system_has_no_vcpu_to_tell,
		  msrs_set_all_with_one_refused_is_einval, msrs_all_pass_the_errno_of_a_later_call,
		  msrs_that_are_not_there_are_dropped, msrs_all_null_is_einval);
}

#else

static void add_tests(Suite *suite)
{
	(void)suite;
}

#endif

Suite *x86_msr_suite(void)
{
	Suite *suite = suite_create("x86_msr");

	add_tests(suite);
	return suite;
}
