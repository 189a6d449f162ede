/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Eventfds that guests signal by what they store. */
#include "every.h"

#include <errno.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <runner.h>

#include <linux/kvm.h>

static int event;

static void setup(void)
{
	plain_setup();
	event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	ck_assert_int_ge(event, 0);
	machine_start(&plain, &echo_program);
}

static void teardown(void)
{
	close(event);
	plain_teardown();
}

static uint64_t events_taken(void)
{
	eventfd_t value = 0;

	return eventfd_read(event, &value) < 0 ? 0 : value;
}

/* How long a number is that the guest tells. */
static uint32_t length_told(void)
{
	answer(plain.vcpu, 0);
	return run_to_mmio(plain.vcpu).len;
}

/* Each answer is told to the eventfd, and the guest goes on to ask again. */
START_TEST(ioeventfd_takes_an_address_without_an_exit)
{
	struct kvm_ioeventfd io = { .addr = TELL_GPA, .fd = event };

	io.len = length_told();
	ck_assert_int_eq(kvmlib_vm_ioeventfd(plain.vm, &io), 0);
	assert_failed(kvmlib_vm_ioeventfd(plain.vm, &io), EEXIST, KVMLIB_CAUSE_IOEVENTFD_EXISTS);
	for (uint16_t number = 1; number <= 4; number++)
		answer(plain.vcpu, number);
	ck_assert_uint_eq(events_taken(), 3);

	io.flags = KVMLIB_IOEVENTFD_FLAG_DEASSIGN;
	ck_assert_int_eq(kvmlib_vm_ioeventfd(plain.vm, &io), 0);
	ck_assert_uint_eq(told(plain.vcpu), 4);
	ck_assert_uint_eq(events_taken(), 0);
	assert_failed(kvmlib_vm_ioeventfd(plain.vm, &io), ENOENT, KVMLIB_CAUSE_NOT_REGISTERED);
}
END_TEST

START_TEST(ioeventfd_takes_one_number_alone)
{
	struct kvm_ioeventfd io = { .addr = TELL_GPA, .fd = event, .datamatch = 5 };

	io.len = length_told();
	io.flags = KVMLIB_IOEVENTFD_FLAG_DATAMATCH;
	ck_assert_int_eq(kvmlib_vm_ioeventfd(plain.vm, &io), 0);
	answer(plain.vcpu, 5);
	answer(plain.vcpu, 6);
	ck_assert_uint_eq(told(plain.vcpu), 6);
	ck_assert_uint_eq(events_taken(), 1);
}
END_TEST

START_TEST(ioeventfd_arguments_are_checked)
{
	struct kvm_ioeventfd io = { .addr = TELL_GPA, .len = 3, .fd = event };

	assert_failed(kvmlib_vm_ioeventfd(plain.vm, &io), EINVAL, KVMLIB_CAUSE_IOEVENTFD_INVALID);
	io.len = 4;
	io.fd = -1;
	assert_failed(kvmlib_vm_ioeventfd(plain.vm, &io), EBADF, KVMLIB_CAUSE_BAD_FD);
}
END_TEST

Suite *eventfd_suite(void)
{
	Suite *suite = suite_create("eventfd");
	TCase *tcase = tcase_create("eventfd");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, ioeventfd_takes_an_address_without_an_exit);
	tcase_add_test(tcase, ioeventfd_takes_one_number_alone);
	tcase_add_test(tcase, ioeventfd_arguments_are_checked);
	suite_add_tcase(suite, tcase);
	return suite;
}
