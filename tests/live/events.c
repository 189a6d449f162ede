/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is pending for a vCPU: events, and queued interrupts. */

#include <runner.h>

#include <errno.h>
#include <string.h>

#include "guest.h"

START_TEST(events_come_back_as_written)
{
	struct kvmlib_vcpu_events events, back;

	ck_assert_int_eq(kvmlib_vcpu_get_vcpu_events(guest.vcpu, &events), 0);
	ck_assert_uint_eq(events.nmi.pending, 0);
	events.nmi.pending = 1;
	events.nmi.masked = 1;
	events.flags |= KVMLIB_VCPUEVENT_VALID_NMI_PENDING;
	ck_assert_int_eq(kvmlib_vcpu_set_vcpu_events(guest.vcpu, &events), 0);
	ck_assert_int_eq(kvmlib_vcpu_get_vcpu_events(guest.vcpu, &back), 0);
	ck_assert_uint_eq(back.nmi.pending, 1);
	ck_assert_uint_eq(back.nmi.masked, 1);
}
END_TEST

START_TEST(events_unknown_flag_is_refused)
{
	struct kvmlib_vcpu_events events;

	ck_assert_int_eq(kvmlib_vcpu_get_vcpu_events(guest.vcpu, &events), 0);
	events.flags |= 1U << 30;
	assert_failed(kvmlib_vcpu_set_vcpu_events(guest.vcpu, &events), EINVAL,
		      KVMLIB_CAUSE_VCPU_EVENTS_INVALID);
}
END_TEST

START_TEST(events_queued_interrupt_reaches_the_guest)
{
	set_handler(0x40, 0x66);
	GUEST_CODE(0xfb, 0xf4, 0xeb, 0xfd); /* sti; hlt; jmp to the hlt */
	run_to(KVMLIB_EXIT_HLT);
	assert_failed(kvmlib_vcpu_interrupt(guest.vcpu, 256), EINVAL,
		      KVMLIB_CAUSE_INTERRUPT_VECTOR);
	ck_assert_int_eq(kvmlib_vcpu_interrupt(guest.vcpu, 0x40), 0);
	ck_assert_uint_eq(run_to_out(0xe9), 0x66);
}
END_TEST

START_TEST(events_interrupt_beside_a_pic_is_refused)
{
	assert_failed(kvmlib_vcpu_interrupt(guest.vcpu, 0x40), ENXIO, KVMLIB_CAUSE_PIC_IN_KERNEL);
}
END_TEST

Suite *events_suite(void)
{
	Suite *suite = suite_create("events");
	TCase *tc = tcase_create("events"), *irqchip = tcase_create("irqchip");

	tcase_add_checked_fixture(tc, guest_setup, guest_teardown);
	tcase_add_test(tc, events_come_back_as_written);
	tcase_add_test(tc, events_unknown_flag_is_refused);
	tcase_add_test(tc, events_queued_interrupt_reaches_the_guest);
	suite_add_tcase(suite, tc);
	tcase_add_checked_fixture(irqchip, guest_setup_irqchip, guest_teardown);
	tcase_add_test(irqchip, events_interrupt_beside_a_pic_is_refused);
	suite_add_tcase(suite, irqchip);
	return suite;
}
