/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Registers one by one, and their list: what a row of the wire can't say. */

#include "played.h"
#include "suites.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"

#define LIST_CALL "KVM_GET_REG_LIST"

static int accept(unsigned long arg)
{
	(void)arg;
	return 0;
}

START_TEST(onereg_of_another_size_is_refused)
{
	const uint64_t id = KVMLIB_REG_SIZE_U64 | 7;
	uint8_t value[16] = { 0 };

	play(KVM_GET_ONE_REG, accept);
	assert_fails(kvmlib_vcpu_get_one_reg(fix.vcpu, id, value, 4), EINVAL, REG_SIZE, NULL);
	assert_value(REGISTER, id);
	assert_value(SIZE, 4);
	assert_value(NEEDED, 8);
	assert_fails(kvmlib_vcpu_get_one_reg(fix.vcpu, id, value, 16), EINVAL, REG_SIZE, NULL);
	ck_assert_uint_eq(played.calls, 0);
	assert_ok(kvmlib_vcpu_get_one_reg(fix.vcpu, id, value, 8));
	play(KVM_SET_ONE_REG, accept);
	assert_fails(kvmlib_vcpu_set_one_reg(fix.vcpu, id, value, 4), EINVAL, REG_SIZE, NULL);
	ck_assert_uint_eq(played.calls, 0);
	assert_ok(kvmlib_vcpu_set_one_reg(fix.vcpu, id, value, 8));
}
END_TEST

START_TEST(onereg_sizes_are_powers_of_two_up_to_2048_bits)
{
	static uint8_t value[256];

	play(KVM_GET_ONE_REG, accept);
	for (unsigned int power = 0; power <= 8; power++)
		assert_ok(kvmlib_vcpu_get_one_reg(fix.vcpu,
						  (uint64_t)power << 52 | UINT64_C(6) << 60, value,
						  (size_t)1 << power));
}
END_TEST

static unsigned long seen_argument;

static int see_argument(unsigned long arg)
{
	seen_argument = arg;
	return 0;
}

START_TEST(signal_mask_of_null_is_null)
{
	seen_argument = 1;
	play(KVM_SET_SIGNAL_MASK, see_argument);
	assert_ok(kvmlib_vcpu_set_signal_mask(fix.vcpu, NULL));
	ck_assert_uint_eq(seen_argument, 0);
}
END_TEST

#ifdef KVM_GET_REG_LIST

/* A kernel with so many registers, and more each time that it is asked. */
static uint64_t available, more_each_time;

static int list(unsigned long arg)
{
	struct kvm_reg_list *regs = (void *)(uintptr_t)arg;
	uint64_t room = regs->n;

	available += more_each_time;
	regs->n = available;
	if (room < available)
		return -E2BIG;
	for (uint64_t i = 0; i < available; i++)
		regs->reg[i] = 1000 + i;
	return 0;
}

static void setup_list(void)
{
	setup_played();
	play(KVM_GET_REG_LIST, list);
	available = 5;
	more_each_time = 0;
}

START_TEST(reg_list_too_small_tells_what_it_takes)
{
	uint64_t ids[4] = { 7, 7, 7, 7 }, count = 77;

	assert_fails(kvmlib_vcpu_get_reg_list(fix.vcpu, ids, 4, &count), E2BIG, LIST_TOO_SMALL,
		     LIST_CALL);
	assert_value(NEEDED, 5);
	assert_value(VCPU_ID, 0);
	ck_assert_uint_eq(count, 77);
	ck_assert(ids[0] == 7 && ids[3] == 7);
	ck_assert_uint_eq(played.calls, 1);
	assert_fails(kvmlib_vcpu_get_reg_list(fix.vcpu, NULL, 0, &count), E2BIG, LIST_TOO_SMALL,
		     LIST_CALL);
	assert_value(NEEDED, 5);
}
END_TEST

START_TEST(reg_list_of_any_capacity_is_safe)
{
	static uint64_t ids[6];
	uint64_t count = 77;

	ids[5] = 7;
	assert_ok(kvmlib_vcpu_get_reg_list(fix.vcpu, ids, UINT64_MAX, &count));
	ck_assert_uint_eq(count, 5);
	ck_assert_uint_eq(ids[4], 1004);
	ck_assert_uint_eq(ids[5], 7);
	available = 0;
	assert_ok(kvmlib_vcpu_get_reg_list(fix.vcpu, NULL, 0, &count));
	ck_assert_uint_eq(count, 0);
}
END_TEST

START_TEST(reg_list_allocated_fits)
{
	uint64_t *ids = NULL, count = 77;

	assert_ok(kvmlib_vcpu_get_reg_list_alloc(fix.vcpu, &ids, &count));
	ck_assert_uint_eq(count, 5);
	for (uint64_t i = 0; i < 5; i++)
		ck_assert_uint_eq(ids[i], 1000 + i);
	ck_assert_uint_eq(played.calls, 2);
	free(ids);
}
END_TEST

START_TEST(reg_list_allocated_may_be_empty)
{
	uint64_t *ids = NULL, count = 77;

	available = 0;
	assert_ok(kvmlib_vcpu_get_reg_list_alloc(fix.vcpu, &ids, &count));
	ck_assert_uint_eq(count, 0);
	ck_assert_ptr_nonnull(ids);
	free(ids);
}
END_TEST

static void assert_never_fits(uint64_t needed)
{
	uint64_t *ids = SENTINEL, count = 77;

	assert_fails(kvmlib_vcpu_get_reg_list_alloc(fix.vcpu, &ids, &count), E2BIG, LIST_NEVER_FITS,
		     LIST_CALL);
	assert_value(NEEDED, needed);
	ck_assert_ptr_eq(ids, SENTINEL);
	ck_assert_uint_eq(count, 77);
}

START_TEST(reg_list_that_grows_for_ever_is_given_up)
{
	more_each_time = 1;
	assert_never_fits(5 + 4);
	ck_assert_uint_eq(played.calls, 4);
}
END_TEST

START_TEST(reg_list_beyond_all_measure_is_given_up)
{
	available = 65537;
	assert_never_fits(65537);
	ck_assert_uint_eq(played.calls, 1);
	available = UINT64_MAX;
	assert_never_fits(UINT64_MAX);
}
END_TEST

/* Fail the n-th allocation of the call; -EBADMSG if it touches an output. */
static int list_without_memory(unsigned int n)
{
	uint64_t *ids = SENTINEL, count = 77;
	int r;

	alloc_fail_nth(n);
	r = kvmlib_vcpu_get_reg_list_alloc(fix.vcpu, &ids, &count);
	alloc_fail_nth(0);
	return ids != SENTINEL || count != 77 ? -EBADMSG : r;
}

START_TEST(reg_list_without_memory_is_enomem)
{
	for (unsigned int n = 1; n <= 2; n++) {
		spoil_record();
		ck_assert_int_eq(list_without_memory(n), -ENOMEM);
		ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_NO_MEMORY);
		ck_assert_ptr_null(kvmlib_error_call());
	}
}
END_TEST

#endif

Suite *onereg_suite(void)
{
	Suite *suite = suite_create("onereg");

	ADD_TESTS(add_case(suite, "onereg", setup_played), onereg_of_another_size_is_refused,
		  onereg_sizes_are_powers_of_two_up_to_2048_bits, signal_mask_of_null_is_null);
#ifdef KVM_GET_REG_LIST
	ADD_TESTS(add_case(suite, "list", setup_list), reg_list_too_small_tells_what_it_takes,
		  reg_list_of_any_capacity_is_safe, reg_list_allocated_fits,
		  reg_list_allocated_may_be_empty, reg_list_that_grows_for_ever_is_given_up,
		  reg_list_beyond_all_measure_is_given_up, reg_list_without_memory_is_enomem);
#endif
	return suite;
}
