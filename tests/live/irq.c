/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The in-kernel interrupt controller and timer. */

#include <runner.h>

#include <errno.h>

#include "guest.h"

/*
 * PIC: initialize at vectors 8 and up, then leave one line unmasked.
 * mov al, 0x11; out 0x20; mov al, 8; out 0x21; mov al, 4; out 0x21; mov al, 1; out 0x21;
 * mov al, mask; out 0x21
 */
#define PIC(mask)                                                                                 \
	0xb0, 0x11, 0xe6, 0x20, 0xb0, 0x08, 0xe6, 0x21, 0xb0, 0x04, 0xe6, 0x21, 0xb0, 0x01, 0xe6, \
		0x21, 0xb0, mask, 0xe6, 0x21
/* sti; hlt; jmp to the hlt */
#define WAIT 0xfb, 0xf4, 0xeb, 0xfd

static void expect_byte(uint8_t byte)
{
	ck_assert_uint_eq(run_to_out(0xe9), byte);
}

START_TEST(irq_line_reaches_the_guest)
{
	set_handler(8 + 4, 0x77);
	GUEST_CODE(PIC(0xef), 0xb0, 0x55, 0xe6, 0xe9, WAIT); /* … mov al, 0x55; out 0xe9, al … */
	expect_byte(0x55); /* an edge before the PIC is set up would be forgotten */
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(kvmlib_vm_irq_line(guest.vm, 4, 1), 0);
		expect_byte(0x77);
		ck_assert_int_eq(kvmlib_vm_irq_line(guest.vm, 4, 0), 0);
	}
}
END_TEST

START_TEST(pit_ticks_reach_the_guest)
{
	set_handler(8, 0x99);
	ck_assert_int_eq(kvmlib_vm_create_pit2(guest.vm, KVMLIB_PIT_SPEAKER_DUMMY), 0);
	/* mov al, 0x34; out 0x43, al; mov al, 0; out 0x40, al; mov al, 0x10; out 0x40, al */
	GUEST_CODE(PIC(0xfe), 0xb0, 0x34, 0xe6, 0x43, 0xb0, 0x00, 0xe6, 0x40, 0xb0, 0x10, 0xe6,
		   0x40, WAIT);
	for (int i = 0; i < 5; i++)
		expect_byte(0x99);
}
END_TEST

START_TEST(irqchip_and_pit_exist_once)
{
	assert_failed(kvmlib_vm_create_irqchip(guest.vm), EEXIST, KVMLIB_CAUSE_IRQCHIP_EXISTS);
	ck_assert_int_eq(kvmlib_vm_create_pit2(guest.vm, 0), 0);
	assert_failed(kvmlib_vm_create_pit2(guest.vm, 0), EEXIST, KVMLIB_CAUSE_DEVICE_EXISTS);
}
END_TEST

START_TEST(identity_map_comes_before_vcpus)
{
	assert_failed(kvmlib_vm_set_identity_map_addr(guest.vm, 0xfffbc000U), EINVAL,
		      KVMLIB_CAUSE_AFTER_FIRST_VCPU);
}
END_TEST

START_TEST(mp_state_of_a_halted_vcpu_is_accepted)
{
	uint32_t state;

	ck_assert_int_eq(kvmlib_vcpu_set_mp_state(guest.vcpu, KVMLIB_MP_STATE_HALTED), 0);
	ck_assert_int_eq(kvmlib_vcpu_get_mp_state(guest.vcpu, &state), 0);
	ck_assert_uint_eq(state, KVMLIB_MP_STATE_HALTED);
}
END_TEST

/* Without an in-kernel interrupt controller. */
START_TEST(irq_calls_without_irqchip_are_refused)
{
	assert_failed(kvmlib_vm_irq_line(guest.vm, 4, 1), ENXIO, KVMLIB_CAUSE_IRQCHIP_MISSING);
	assert_failed(kvmlib_vm_create_irqchip(guest.vm), EINVAL, KVMLIB_CAUSE_AFTER_FIRST_VCPU);
	assert_failed(kvmlib_vm_set_tss_addr(guest.vm, UINT64_MAX), EINVAL,
		      KVMLIB_CAUSE_TSS_ADDRESS_RANGE);
}
END_TEST

START_TEST(pit_without_irqchip_is_refused)
{
	int r = kvmlib_vm_create_pit2(guest.vm, 0);

	if (!r)
		SKIP("this kernel makes a PIT without a PIC (Linux 6.1 does, 6.12 does not)");
	assert_failed(r, ENOENT, KVMLIB_CAUSE_PIC_MISSING);
}
END_TEST

Suite *irq_suite(void)
{
	Suite *suite = suite_create("irq");
	TCase *with = tcase_create("irqchip");
	TCase *without = tcase_create("no irqchip");

	tcase_add_checked_fixture(with, guest_setup_irqchip, guest_teardown);
	tcase_set_timeout(with, 60);
	tcase_add_test(with, irq_line_reaches_the_guest);
	tcase_add_test(with, pit_ticks_reach_the_guest);
	tcase_add_test(with, irqchip_and_pit_exist_once);
	tcase_add_test(with, identity_map_comes_before_vcpus);
	tcase_add_test(with, mp_state_of_a_halted_vcpu_is_accepted);
	suite_add_tcase(suite, with);
	tcase_add_checked_fixture(without, guest_setup, guest_teardown);
	tcase_add_test(without, irq_calls_without_irqchip_are_refused);
	tcase_add_test(without, pit_without_irqchip_is_refused);
	suite_add_tcase(suite, without);
	return suite;
}
