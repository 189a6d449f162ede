/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Stores that the kernel collects, and those that are handed over. */
#include "every.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include <runner.h>

#include <linux/kvm.h>

#define RING_SIZE 4096U

static struct {
	unsigned int count;
	unsigned int misplaced;
	uint32_t flags;
} taken;

/* The guest tells 1, 2, 3, … */
static int take(struct kvmlib_vcpu *vcpu, const struct kvmlib_coalesced_write *write,
		void *userdata)
{
	ck_assert_ptr_eq(vcpu, plain.vcpu);
	ck_assert_ptr_null(userdata);
	taken.misplaced +=
		write->data[0] != (uint8_t)(taken.count + 1) || write->address != TELL_GPA;
	taken.flags |= write->flags;
	taken.count++;
	return 0;
}

static struct kvmlib_coalesced *start(const struct program *program)
{
	const struct kvmlib_coalesced_opts opts = { .size = sizeof(opts), .handler = take };
	struct kvmlib_coalesced *coalesced;

	memset(&taken, 0, sizeof(taken));
	ck_assert_int_eq(kvmlib_coalesced_new(plain.vm, &opts, &coalesced), 0);
	machine_start(&plain, program);
	return coalesced;
}

START_TEST(coalesced_stores_collect_in_the_ring)
{
	struct kvm_coalesced_mmio_ring *ring;

	machine_start(&plain, &echo_program);
	ring = map_vcpu(&plain, (size_t)has(KVMLIB_CAP_COALESCED_MMIO), RING_SIZE);
	ck_assert_int_eq(kvmlib_vm_register_coalesced_mmio(plain.vm, TELL_GPA, 8, 0), 0);
	for (uint16_t number = 0x41; number <= 0x43; number++)
		answer(plain.vcpu, number);
	ck_assert_uint_eq(ring->first, 0);
	ck_assert_uint_eq(ring->last, 2);
	for (uint8_t i = 0; i < 2; i++) {
		ck_assert_uint_eq(ring->coalesced_mmio[i].phys_addr, TELL_GPA);
		ck_assert_uint_eq(ring->coalesced_mmio[i].data[0], 0x41 + i);
	}
	ck_assert_int_eq(kvmlib_vm_unregister_coalesced_mmio(plain.vm, TELL_GPA, 8, 0), 0);
	ck_assert_uint_eq(told(plain.vcpu), 0x43);
	ck_assert_uint_eq(ring->last, 2);
	munmap(ring, RING_SIZE);
}
END_TEST

START_TEST(coalesced_of_a_third_kind_is_refused)
{
	assert_failed(kvmlib_vm_register_coalesced_mmio(plain.vm, 0x80, 1, 2), EINVAL,
		      KVMLIB_CAUSE_VALUE_REFUSED);
	assert_failed(kvmlib_vm_unregister_coalesced_mmio(plain.vm, 0x80, 1, 2), EINVAL,
		      KVMLIB_CAUSE_VALUE_REFUSED);
	ck_assert_int_eq(kvmlib_vm_unregister_coalesced_mmio(plain.vm, 0x80, 1, 1), 0);
}
END_TEST

START_TEST(coalesced_stores_are_handed_over)
{
	struct kvmlib_coalesced *coalesced = start(&echo_program);

	ck_assert_int_eq(kvmlib_coalesced_add(coalesced, TELL_GPA, 8, 0), 0);
	for (uint16_t number = 1; number <= 51; number++)
		answer(plain.vcpu, number);
	ck_assert_int_eq(kvmlib_coalesced_drain(coalesced, plain.vcpu), 50);
	ck_assert_uint_eq(taken.count, 50);
	ck_assert_uint_eq(taken.misplaced, 0);
	ck_assert_uint_eq(taken.flags, 0);
	ck_assert_int_eq(kvmlib_coalesced_remove(coalesced, TELL_GPA, 8, 0), 0);
	ck_assert_uint_eq(told(plain.vcpu), 51);
	ck_assert_int_eq(kvmlib_coalesced_drain(coalesced, plain.vcpu), 0);
	kvmlib_coalesced_unref(coalesced);
}
END_TEST

/* The ring has room for 169 stores; kernels before 6.12 count wrong, and take fewer. */
START_TEST(coalesced_ring_that_is_full_exits)
{
	struct kvmlib_coalesced *coalesced = start(&count_program);

	ck_assert_int_eq(kvmlib_coalesced_add(coalesced, TELL_GPA, 8, 0), 0);
	for (unsigned int exits = 0; exits < 3; exits++) {
		const uint32_t number = told(plain.vcpu);
		const unsigned int owed = number - 1 - taken.count;

		ck_assert(exits || number <= KVMLIB_COALESCED_MMIO_MAX);
		ck_assert_int_eq(kvmlib_coalesced_drain(coalesced, plain.vcpu), (int)owed);
		taken.count++; /* that exit's */
		ck_assert_uint_eq(taken.count, number);
	}
	ck_assert_uint_eq(taken.misplaced, 0);
	kvmlib_coalesced_unref(coalesced);
}
END_TEST

Suite *coalesced_suite(void)
{
	Suite *suite = suite_create("coalesced");
	TCase *tcase = tcase_create("coalesced");

	tcase_add_checked_fixture(tcase, plain_setup, plain_teardown);
	tcase_add_test(tcase, coalesced_stores_collect_in_the_ring);
	tcase_add_test(tcase, coalesced_of_a_third_kind_is_refused);
	tcase_add_test(tcase, coalesced_stores_are_handed_over);
	tcase_add_test(tcase, coalesced_ring_that_is_full_exits);
	suite_add_tcase(suite, tcase);
	return suite;
}
