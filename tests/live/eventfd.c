/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Eventfds that raise interrupts and that guests signal; interrupts that are messages. */

#include <runner.h>

#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "guest.h"

#define MSI_ADDRESS 0xfee00000U /* the APIC of id 0 */

static int event;

static void setup(void)
{
	guest_setup();
	event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	ck_assert_int_ge(event, 0);
}

static void teardown(void)
{
	close(event);
	guest_teardown();
}

static void raise_event(void)
{
	ck_assert_int_eq(eventfd_write(event, 1), 0);
}

static uint64_t events_taken(void)
{
	eventfd_t value = 0;

	return eventfd_read(event, &value) < 0 ? 0 : value;
}

/* The guest's local APIC, on as after its reset but for the bit that lets messages in. */
static void setup_irqchip(void)
{
	struct kvm_lapic_state lapic;
	uint32_t spurious = 0x1ff;

	guest_setup_irqchip();
	event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	ck_assert_int_eq(kvmlib_vcpu_ioctl(guest.vcpu, KVM_GET_LAPIC, (uintptr_t)&lapic), 0);
	memcpy(lapic.regs + 0xf0, &spurious, sizeof(spurious));
	ck_assert_int_eq(kvmlib_vcpu_ioctl(guest.vcpu, KVM_SET_LAPIC, (uintptr_t)&lapic), 0);
}

/* Code that says 0x55 and then waits for interrupts. */
static void start_waiting(void)
{
	GUEST_CODE(0xb0, 0x55, 0xe6, 0xe9, 0xfb, 0xf4, 0xeb, 0xfd);
	ck_assert_uint_eq(run_to_out(0xe9), 0x55);
}

START_TEST(msi_reaches_the_guest)
{
	struct kvm_msi msi = { .address_lo = MSI_ADDRESS, .data = 0x41 };

	set_handler(0x41, 0x66);
	start_waiting();
	ck_assert_int_eq(kvmlib_vm_signal_msi(guest.vm, &msi), 1);
	ck_assert_uint_eq(run_to_out(0xe9), 0x66);
}
END_TEST

START_TEST(msi_flags_and_destination_are_checked)
{
	struct kvm_msi msi = { .address_lo = MSI_ADDRESS, .data = 0x41, .flags = 1U << 20 };
	int r;

	assert_failed(kvmlib_vm_signal_msi(guest.vm, &msi), EINVAL, KVMLIB_CAUSE_MSI_INVALID);
	msi.flags = 0;
	msi.address_lo |= 7 << 12; /* nobody has that id */
	r = kvmlib_vm_signal_msi(guest.vm, &msi);
	if (r)
		assert_failed(r, EPERM, KVMLIB_CAUSE_MSI_NO_DESTINATION);
}
END_TEST

static struct kvmlib_irq_routing_entry msi_route(uint32_t gsi, uint32_t vector)
{
	struct kvmlib_irq_routing_entry entry = { .gsi = gsi, .type = KVMLIB_IRQ_ROUTING_MSI };

	entry.u.msi.address_lo = MSI_ADDRESS;
	entry.u.msi.data = vector;
	return entry;
}

START_TEST(irqfd_goes_where_its_route_leads)
{
	struct kvmlib_irq_routing_entry routes[2] = { msi_route(30, 0x42), msi_route(31, 0x43) };
	struct kvm_irqfd irqfd = { .fd = (uint32_t)event, .gsi = 31 };

	set_handler(0x43, 0x67);
	ck_assert_int_eq(kvmlib_vm_set_gsi_routing(guest.vm, routes, 2, 0), 0);
	ck_assert_int_eq(kvmlib_vm_irqfd(guest.vm, &irqfd), 0);
	assert_failed(kvmlib_vm_irqfd(guest.vm, &irqfd), EBUSY, KVMLIB_CAUSE_IRQFD_EVENTFD_BUSY);
	start_waiting();
	raise_event();
	ck_assert_uint_eq(run_to_out(0xe9), 0x67);

	irqfd.flags = KVMLIB_IRQFD_FLAG_DEASSIGN;
	ck_assert_int_eq(kvmlib_vm_irqfd(guest.vm, &irqfd), 0);
	raise_event();
	ck_assert_uint_eq(events_taken(), 1); /* it is left to whoever reads */
}
END_TEST

START_TEST(routing_table_is_replaced_and_checked)
{
	struct kvmlib_irq_routing_entry routes[2] = { msi_route(30, 0x42), msi_route(30, 0x43) };
	int32_t status = 77;

	ck_assert_int_eq(kvmlib_vm_irq_line_status(guest.vm, 4, 0, &status), 0);
	ck_assert_int_ge(status, 0);
	ck_assert_int_eq(kvmlib_vm_set_gsi_routing(guest.vm, NULL, 0, 0), 0);
	ck_assert_int_eq(kvmlib_vm_irq_line_status(guest.vm, 4, 0, &status), 0);
	ck_assert_int_eq(status, -1); /* it leads nowhere any more */
	assert_failed(kvmlib_vm_set_gsi_routing(guest.vm, routes, 2, 0), EINVAL,
		      KVMLIB_CAUSE_GSI_ROUTE_INVALID);
	assert_failed(kvmlib_vm_set_gsi_routing(guest.vm, routes, 1, 1), EINVAL,
		      KVMLIB_CAUSE_GSI_ROUTE_INVALID);
	assert_failed(kvmlib_vm_set_gsi_routing(guest.vm, routes, 1000000, 0), EINVAL,
		      KVMLIB_CAUSE_GSI_ROUTE_INVALID);
}
END_TEST

START_TEST(irqfd_arguments_are_checked)
{
	struct kvm_irqfd irqfd = { .fd = (uint32_t)event, .gsi = 4, .flags = 1U << 20 };

	assert_failed(kvmlib_vm_irqfd(guest.vm, &irqfd), EINVAL, KVMLIB_CAUSE_IRQFD_REFUSED);
	irqfd.flags = 0;
	irqfd.fd = UINT32_MAX;
	assert_failed(kvmlib_vm_irqfd(guest.vm, &irqfd), EBADF, KVMLIB_CAUSE_BAD_FD);
	irqfd.fd = (uint32_t)kvmlib_vm_fd(guest.vm);
	assert_failed(kvmlib_vm_irqfd(guest.vm, &irqfd), EINVAL, KVMLIB_CAUSE_IRQFD_REFUSED);
}
END_TEST

/* Without an in-kernel interrupt controller. */
START_TEST(interrupts_without_irqchip_are_refused)
{
	struct kvm_irqfd irqfd = { .fd = (uint32_t)event, .gsi = 4 };
	struct kvm_msi msi = { .address_lo = MSI_ADDRESS, .data = 0x41 };
	struct kvmlib_irq_routing_entry route = msi_route(30, 0x42);
	int32_t status = 77;

	assert_failed(kvmlib_vm_irqfd(guest.vm, &irqfd), EINVAL, KVMLIB_CAUSE_IRQFD_REFUSED);
	assert_failed(kvmlib_vm_signal_msi(guest.vm, &msi), EINVAL, KVMLIB_CAUSE_MSI_INVALID);
	assert_failed(kvmlib_vm_irq_line_status(guest.vm, 4, 1, &status), ENXIO,
		      KVMLIB_CAUSE_IRQCHIP_MISSING);
	ck_assert_int_eq(status, 77);
	ck_assert_int_lt(kvmlib_vm_set_gsi_routing(guest.vm, &route, 1, 0), 0);
	ck_assert_int_eq(kvmlib_error_errno(), EINVAL);
}
END_TEST

START_TEST(ioeventfd_takes_a_port_without_an_exit)
{
	struct kvm_ioeventfd io = { .addr = 0x80, .len = 1, .fd = event };

	io.flags = KVMLIB_IOEVENTFD_FLAG_PIO | KVMLIB_IOEVENTFD_FLAG_DATAMATCH;
	io.datamatch = 5;
	ck_assert_int_eq(kvmlib_vm_ioeventfd(guest.vm, &io), 0);
	assert_failed(kvmlib_vm_ioeventfd(guest.vm, &io), EEXIST, KVMLIB_CAUSE_IOEVENTFD_EXISTS);
	/* mov al, 5; out 0x80, al; mov al, 6; out 0x80, al; mov al, 5; out 0x80, al */
	GUEST_CODE(0xb0, 0x05, 0xe6, 0x80, 0xb0, 0x06, 0xe6, 0x80, 0xb0, 0x05, 0xe6, 0x80);
	ck_assert_uint_eq(run_to_out(0x80), 6);
	ck_assert_uint_eq(events_taken(), 1);

	io.flags |= KVMLIB_IOEVENTFD_FLAG_DEASSIGN;
	ck_assert_int_eq(kvmlib_vm_ioeventfd(guest.vm, &io), 0);
	ck_assert_uint_eq(run_to_out(0x80), 5);
	ck_assert_uint_eq(events_taken(), 0);
	assert_failed(kvmlib_vm_ioeventfd(guest.vm, &io), ENOENT, KVMLIB_CAUSE_NOT_REGISTERED);
}
END_TEST

Suite *eventfd_suite(void)
{
	Suite *suite = suite_create("eventfd");
	TCase *tc = tcase_create("eventfd"), *irqchip = tcase_create("irqchip");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, interrupts_without_irqchip_are_refused);
	tcase_add_test(tc, ioeventfd_takes_a_port_without_an_exit);
	suite_add_tcase(suite, tc);
	tcase_add_checked_fixture(irqchip, setup_irqchip, teardown);
	tcase_set_timeout(irqchip, 60);
	tcase_add_test(irqchip, msi_reaches_the_guest);
	tcase_add_test(irqchip, msi_flags_and_destination_are_checked);
	tcase_add_test(irqchip, irqfd_goes_where_its_route_leads);
	tcase_add_test(irqchip, routing_table_is_replaced_and_checked);
	tcase_add_test(irqchip, irqfd_arguments_are_checked);
	suite_add_tcase(suite, irqchip);
	return suite;
}
