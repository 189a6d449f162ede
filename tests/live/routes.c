/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of routes, and eventfds as objects, on the kernel at hand. */

#include <runner.h>

#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "guest.h"

#define MSI_ADDRESS 0xfee00000U /* the APIC of id 0 */

static struct kvmlib_routes *routes;
static struct kvmlib_irqfd *irqfd;

static void setup(void)
{
	struct kvm_lapic_state lapic;
	uint32_t spurious = 0x1ff;

	guest_setup_irqchip();
	ck_assert_int_eq(kvmlib_vcpu_ioctl(guest.vcpu, KVM_GET_LAPIC, (uintptr_t)&lapic), 0);
	memcpy(lapic.regs + 0xf0, &spurious, sizeof(spurious));
	ck_assert_int_eq(kvmlib_vcpu_ioctl(guest.vcpu, KVM_SET_LAPIC, (uintptr_t)&lapic), 0);
	ck_assert_int_eq(kvmlib_routes_new(guest.vm, NULL, &routes), 0);
	irqfd = NULL;
}

static void teardown(void)
{
	irqfd = kvmlib_irqfd_unref(irqfd);
	routes = kvmlib_routes_unref(routes);
	guest_teardown();
}

static struct kvmlib_route *add_message(const char *name, uint32_t vector)
{
	struct kvmlib_irq_routing_entry entry = { .gsi = KVMLIB_ROUTES_ANY_GSI,
						  .type = KVMLIB_IRQ_ROUTING_MSI };
	struct kvmlib_route *route = NULL;

	entry.u.msi.address_lo = MSI_ADDRESS;
	entry.u.msi.data = vector;
	ck_assert_int_eq(kvmlib_routes_add(routes, name, &entry, &route), 0);
	return route;
}

/* Code that says 0x55 and then waits for interrupts. */
static void start_waiting(void)
{
	GUEST_CODE(0xb0, 0x55, 0xe6, 0xe9, 0xfb, 0xf4, 0xeb, 0xfd);
	ck_assert_uint_eq(run_to_out(0xe9), 0x55);
}

static void raise_event(void)
{
	ck_assert_int_eq(eventfd_write(kvmlib_irqfd_fd(irqfd), 1), 0);
}

static uint64_t events_of(int fd)
{
	eventfd_t value = 0;

	return eventfd_read(fd, &value) < 0 ? 0 : value;
}

START_TEST(routes_commit_keeps_the_pins)
{
	struct kvmlib_route *route;
	int32_t status = 77;

	add_message("nic", 0x41);
	ck_assert_int_eq(kvmlib_vm_irq_line_status(guest.vm, 4, 0, &status), 0);
	ck_assert_int_ge(status, 0);
	ck_assert_int_eq(kvmlib_routes_find(routes, "pic4", &route), 0);
	ck_assert_int_eq(kvmlib_routes_remove(routes, route), 0);
	ck_assert_int_eq(kvmlib_routes_find(routes, "ioapic4", &route), 0);
	ck_assert_int_eq(kvmlib_routes_remove(routes, route), 0);
	ck_assert_int_eq(kvmlib_vm_irq_line_status(guest.vm, 4, 0, &status), 0);
	ck_assert_int_eq(status, -1); /* it leads nowhere any more */
}
END_TEST

START_TEST(routes_refused_leave_the_old_ones)
{
	const struct kvmlib_irq_routing_entry wrong = { .gsi = KVMLIB_ROUTES_ANY_GSI, .type = 77 };
	int32_t status = 77;

	assert_failed(kvmlib_routes_add(routes, "wrong", &wrong, NULL), EINVAL,
		      KVMLIB_CAUSE_GSI_ROUTE_INVALID);
	ck_assert_int_eq(kvmlib_routes_count(routes), 40);
	ck_assert_int_eq(kvmlib_vm_irq_line_status(guest.vm, 4, 0, &status), 0);
	ck_assert_int_ge(status, 0);
}
END_TEST

START_TEST(irqfd_follows_its_message)
{
	const struct kvmlib_irq_routing_msi msi = { .address_lo = MSI_ADDRESS, .data = 0x43 };
	struct kvmlib_route *route = add_message("nic", 0x42);

	ck_assert_int_eq(kvmlib_irqfd_attach(route, KVMLIB_EVENTFD_NEW, 0, &irqfd), 0);
	ck_assert_int_eq(kvmlib_route_set_msi(route, &msi), 0);
	add_message("other", 0x44);
	assert_failed(kvmlib_routes_remove(routes, route), EBUSY, KVMLIB_CAUSE_ROUTE_IN_USE);
	set_handler(0x43, 0x67);
	start_waiting();
	raise_event();
	ck_assert_uint_eq(run_to_out(0xe9), 0x67);
	ck_assert_uint_eq(events_of(kvmlib_irqfd_fd(irqfd)), 0);
}
END_TEST

START_TEST(irqfd_masked_keeps_what_comes)
{
	struct kvmlib_route *route = add_message("nic", 0x42);

	ck_assert_int_eq(kvmlib_irqfd_attach(route, KVMLIB_EVENTFD_NEW, 0, &irqfd), 0);
	ck_assert_int_eq(kvmlib_irqfd_mask(irqfd), 0);
	raise_event();
	ck_assert_uint_eq(events_of(kvmlib_irqfd_fd(irqfd)), 1);
	raise_event();
	set_handler(0x42, 0x66);
	start_waiting();
	ck_assert_int_eq(kvmlib_irqfd_unmask(irqfd), 0);
	ck_assert_uint_eq(run_to_out(0xe9), 0x66);
	/* KVM does not take what it found, but forgets it when it lets the eventfd go. */
	ck_assert_int_eq(kvmlib_irqfd_mask(irqfd), 0);
	ck_assert_uint_eq(events_of(kvmlib_irqfd_fd(irqfd)), 0);
}
END_TEST

/* The handler ends it at the controller; then the second eventfd is written to. */
START_TEST(irqfd_of_a_level_tells_its_end)
{
	struct kvmlib_route *line;

	ck_assert_int_eq(kvmlib_routes_find(routes, "pic5", &line), 0);
	ck_assert_int_eq(
		kvmlib_irqfd_attach_level(line, KVMLIB_EVENTFD_NEW, KVMLIB_EVENTFD_NEW, 0, &irqfd),
		0);
	set_handler(0x25, 0x68);
	/* The controller's four words, line 5 alone; say 0x55; wait; say 0x56 after the handler. */
	GUEST_CODE(0xb0, 0x11, 0xe6, 0x20, 0xb0, 0x20, 0xe6, 0x21, 0xb0, 0x04, 0xe6, 0x21, 0xb0,
		   0x01, 0xe6, 0x21, 0xb0, 0xdf, 0xe6, 0x21, 0xb0, 0x55, 0xe6, 0xe9, 0xfb, 0xf4,
		   0xfa, 0xb0, 0x56, 0xe6, 0xe9, 0xf4);
	ck_assert_uint_eq(run_to_out(0xe9), 0x55);
	raise_event();
	ck_assert_uint_eq(run_to_out(0xe9), 0x68);
	ck_assert_uint_eq(run_to_out(0xe9), 0x56);
	ck_assert_uint_eq(events_of(kvmlib_irqfd_resample_fd(irqfd)), 1);
}
END_TEST

START_TEST(irqfd_refused_tells_why)
{
	struct kvmlib_route *route = add_message("nic", 0x42);
	struct kvmlib_irqfd *more = NULL;
	int fd;

	ck_assert_int_eq(kvmlib_irqfd_attach(route, KVMLIB_EVENTFD_NEW, 0, &irqfd), 0);
	fd = kvmlib_irqfd_fd(irqfd);
	route = add_message("other", 0x43);
	assert_failed(kvmlib_irqfd_attach(route, fd, 0, &more), EBUSY,
		      KVMLIB_CAUSE_IRQFD_EVENTFD_BUSY);
	ck_assert_str_eq(kvmlib_error_subject(), "nic");
	assert_failed(kvmlib_irqfd_attach(route, kvmlib_vm_fd(guest.vm), 0, &more), EINVAL,
		      KVMLIB_CAUSE_NOT_EVENTFD);
	assert_failed(kvmlib_irqfd_attach_level(route, KVMLIB_EVENTFD_NEW, kvmlib_vm_fd(guest.vm),
						0, &more),
		      EINVAL, KVMLIB_CAUSE_NOT_EVENTFD);
	assert_failed(kvmlib_irqfd_attach(route, 1000, 0, &more), EBADF, KVMLIB_CAUSE_BAD_FD);
	ck_assert_ptr_null(more);
}
END_TEST

START_TEST(ioeventfd_counts_what_matches)
{
	struct kvmlib_ioeventfd_opts opts = { .size = sizeof(opts),
					      .name = "bell",
					      .address = 0x80,
					      .length = 1,
					      .datamatch = 5,
					      .flags = KVMLIB_IOEVENTFD_FLAG_PIO |
						       KVMLIB_IOEVENTFD_FLAG_DATAMATCH };
	struct kvmlib_ioeventfd *bell, *other = NULL;

	ck_assert_int_eq(kvmlib_ioeventfd_attach(guest.vm, KVMLIB_EVENTFD_NEW, &opts, &bell), 0);
	opts.name = "other";
	opts.flags = KVMLIB_IOEVENTFD_FLAG_PIO;
	assert_failed(kvmlib_ioeventfd_attach(guest.vm, KVMLIB_EVENTFD_NEW, &opts, &other), EEXIST,
		      KVMLIB_CAUSE_IOEVENTFD_EXISTS);
	ck_assert_str_eq(kvmlib_error_subject(), "bell");
	/* mov al, 5; out 0x80, al; out 0x80, al; mov al, 6; out 0x80, al; mov al, 5; out 0x80, al */
	GUEST_CODE(0xb0, 0x05, 0xe6, 0x80, 0xe6, 0x80, 0xb0, 0x06, 0xe6, 0x80, 0xb0, 0x05, 0xe6,
		   0x80);
	ck_assert_uint_eq(run_to_out(0x80), 6);
	ck_assert_uint_eq(events_of(kvmlib_ioeventfd_fd(bell)), 2);
	kvmlib_ioeventfd_unref(bell);
	ck_assert_uint_eq(run_to_out(0x80), 5);
}
END_TEST

START_TEST(ioeventfd_of_no_length_takes_all)
{
	const struct kvmlib_ioeventfd_opts opts = { .size = sizeof(opts),
						    .address = 0x80,
						    .flags = KVMLIB_IOEVENTFD_FLAG_PIO };
	struct kvmlib_ioeventfd *bell;

	ck_assert_int_eq(kvmlib_ioeventfd_attach(guest.vm, KVMLIB_EVENTFD_NEW, &opts, &bell), 0);
	/* out 0x80, al; out 0x80, ax; out 0xe9, al */
	GUEST_CODE(0xe6, 0x80, 0xe7, 0x80, 0xb0, 0x11, 0xe6, 0xe9);
	ck_assert_uint_eq(run_to_out(0xe9), 0x11);
	ck_assert_uint_eq(events_of(kvmlib_ioeventfd_fd(bell)), 2);
	kvmlib_ioeventfd_unref(bell);
}
END_TEST

START_TEST(routes_without_irqchip_are_refused)
{
	struct kvmlib_routes *none = NULL;

	assert_failed(kvmlib_routes_new(guest.vm, NULL, &none), EINVAL,
		      KVMLIB_CAUSE_IRQCHIP_MISSING);
	ck_assert_ptr_null(none);
}
END_TEST

static void split(void)
{
	ck_assert_int_eq(kvmlib_vm_enable_split_irqchip(guest.vm, 24), 0);
}

static void setup_split(void)
{
	guest_setup_after(split);
}

START_TEST(routes_of_a_split_irqchip_have_no_pins_and_no_level)
{
	struct kvmlib_route *route;

	ck_assert_int_eq(kvmlib_routes_new(guest.vm, NULL, &routes), 0);
	ck_assert_int_eq(kvmlib_routes_count(routes), 0);
	route = add_message("nic", 0x42);
	ck_assert_uint_eq(kvmlib_route_gsi(route), 24);
	assert_failed(
		kvmlib_irqfd_attach_level(route, KVMLIB_EVENTFD_NEW, KVMLIB_EVENTFD_NEW, 0, &irqfd),
		EOPNOTSUPP, KVMLIB_CAUSE_RESAMPLE_UNSUPPORTED);
	ck_assert_int_eq(kvmlib_irqfd_attach(route, KVMLIB_EVENTFD_NEW, 0, &irqfd), 0);
}
END_TEST

static TCase *add_case(Suite *suite, const char *name, SFun begin)
{
	TCase *tc = tcase_create(name);

	tcase_add_checked_fixture(tc, begin, teardown);
	tcase_set_timeout(tc, 60);
	suite_add_tcase(suite, tc);
	return tc;
}

Suite *routes_suite(void)
{
	Suite *suite = suite_create("routes");
	TCase *tc = add_case(suite, "routes", setup);

	tcase_add_test(tc, routes_commit_keeps_the_pins);
	tcase_add_test(tc, routes_refused_leave_the_old_ones);
	tcase_add_test(tc, irqfd_follows_its_message);
	tcase_add_test(tc, irqfd_masked_keeps_what_comes);
	tcase_add_test(tc, irqfd_of_a_level_tells_its_end);
	tcase_add_test(tc, irqfd_refused_tells_why);
	tcase_add_test(tc, ioeventfd_counts_what_matches);
	tcase_add_test(tc, ioeventfd_of_no_length_takes_all);
	tcase_add_test(add_case(suite, "none", guest_setup), routes_without_irqchip_are_refused);
	tcase_add_test(add_case(suite, "split", setup_split),
		       routes_of_a_split_irqchip_have_no_pins_and_no_level);
	return suite;
}
