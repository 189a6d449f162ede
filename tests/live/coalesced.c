/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writes that the kernel collects. */

#include <runner.h>

#include <errno.h>
#include <sys/mman.h>

#include "guest.h"

static struct kvm_coalesced_mmio_ring *ring;

static void setup(void)
{
	guest_setup();
	ring = map_vcpu((size_t)guest_has(KVMLIB_CAP_COALESCED_MMIO), 4096);
}

static void teardown(void)
{
	munmap(ring, 4096);
	guest_teardown();
}

static void expect_entry(uint32_t i, uint64_t address, uint8_t byte)
{
	ck_assert_uint_eq(ring->coalesced_mmio[i].phys_addr, address);
	ck_assert_uint_eq(ring->coalesced_mmio[i].len, 1);
	ck_assert_uint_eq(ring->coalesced_mmio[i].data[0], byte);
}

START_TEST(coalesced_writes_collect_in_the_ring)
{
	struct kvmlib_exit_mmio mmio;

	ck_assert_int_eq(kvmlib_vm_register_coalesced_mmio(guest.vm, MMIO_GPA, 0x20, 0), 0);
	/* mov ax, 0xd000; mov ds, ax; mov byte [0x10], 0x41; mov byte [0x1f], 0x42; out 0xe9, al */
	/* mov byte [0x10], 0x43 */
	GUEST_CODE(0xb8, 0x00, 0xd0, 0x8e, 0xd8, 0xc6, 0x06, 0x10, 0x00, 0x41, 0xc6, 0x06, 0x1f,
		   0x00, 0x42, 0xe6, 0xe9, 0xc6, 0x06, 0x10, 0x00, 0x43);
	run_to_out(0xe9);
	ck_assert_uint_eq(ring->first, 0);
	ck_assert_uint_eq(ring->last, 2);
	expect_entry(0, MMIO_GPA + 0x10, 0x41);
	expect_entry(1, MMIO_GPA + 0x1f, 0x42);

	ck_assert_int_eq(kvmlib_vm_unregister_coalesced_mmio(guest.vm, MMIO_GPA, 0x20, 0), 0);
	run_to(KVMLIB_EXIT_MMIO);
	ck_assert_int_eq(kvmlib_vcpu_exit_mmio(guest.vcpu, &mmio), 0);
	ck_assert_uint_eq(mmio.gpa, MMIO_GPA + 0x10);
	ck_assert_uint_eq(ring->last, 2);
}
END_TEST

START_TEST(coalesced_ports_collect_too)
{
	if (guest_has(KVMLIB_CAP_COALESCED_PIO) <= 0)
		SKIP("no KVM_CAP_COALESCED_PIO");
	ck_assert_int_eq(kvmlib_vm_register_coalesced_mmio(guest.vm, 0x80, 1, 1), 0);
	/* mov al, 0x55; out 0x80, al; out 0xe9, al */
	GUEST_CODE(0xb0, 0x55, 0xe6, 0x80, 0xe6, 0xe9);
	ck_assert_uint_eq(run_to_out(0xe9), 0x55);
	ck_assert_uint_eq(ring->last, 1);
	expect_entry(0, 0x80, 0x55);
	ck_assert_uint_eq(ring->coalesced_mmio[0].pio, 1);
}
END_TEST

START_TEST(coalesced_of_a_third_kind_is_refused)
{
	assert_failed(kvmlib_vm_register_coalesced_mmio(guest.vm, 0x80, 1, 2), EINVAL,
		      KVMLIB_CAUSE_VALUE_REFUSED);
	assert_failed(kvmlib_vm_unregister_coalesced_mmio(guest.vm, 0x80, 1, 2), EINVAL,
		      KVMLIB_CAUSE_VALUE_REFUSED);
	ck_assert_int_eq(kvmlib_vm_unregister_coalesced_mmio(guest.vm, 0x80, 1, 1), 0);
}
END_TEST

Suite *coalesced_suite(void)
{
	Suite *suite = suite_create("coalesced");
	TCase *tc = tcase_create("coalesced");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, coalesced_writes_collect_in_the_ring);
	tcase_add_test(tc, coalesced_ports_collect_too);
	tcase_add_test(tc, coalesced_of_a_third_kind_is_refused);
	suite_add_tcase(suite, tc);
	return suite;
}
