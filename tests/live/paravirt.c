/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Xen, Hyper-V, the filter of performance events, and memory encryption where there is none. */

#include <runner.h>

#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "guest.h"

#define SHARED_INFO_GFN	  5U
#define PENDING_IN_SHARED (32 * 64) /* behind the vCPUs' parts, as a 64-bit guest has them */
#define PENDING_IN_VCPU	  0
#define NEEDS_XEN(flag)                                                           \
	do {                                                                      \
		int has_ = guest_has(KVMLIB_CAP_XEN_HVM);                         \
		if (has_ < 0 || !((uint32_t)has_ & KVMLIB_XEN_HVM_CONFIG_##flag)) \
			SKIP("this kernel has no KVM_XEN_HVM_CONFIG_" #flag);     \
	} while (0)

static void set_xen(uint16_t type, uint64_t value)
{
	struct kvmlib_xen_hvm_attr attr = { .type = type };

	memcpy(&attr.u, &value, sizeof(value));
	ck_assert_int_eq(kvmlib_vm_xen_hvm_set_attr(guest.vm, &attr), 0);
}

static void become_xen(void)
{
	struct kvm_xen_hvm_config config = {
		.flags = KVMLIB_XEN_HVM_CONFIG_INTERCEPT_HCALL,
		.msr = KVMLIB_XEN_MSR_MIN_INDEX,
	};

	ck_assert_int_eq(kvmlib_vm_xen_hvm_config(guest.vm, &config), 0);
	set_xen(KVMLIB_XEN_ATTR_TYPE_LONG_MODE, 1);
}

START_TEST(xen_attributes_come_back_as_set)
{
	struct kvmlib_xen_hvm_attr attr = { .type = KVMLIB_XEN_ATTR_TYPE_UPCALL_VECTOR };

	NEEDS_XEN(SHARED_INFO);
	become_xen();
	set_xen(KVMLIB_XEN_ATTR_TYPE_UPCALL_VECTOR, 0xf3);
	ck_assert_int_eq(kvmlib_vm_xen_hvm_get_attr(guest.vm, &attr), 0);
	ck_assert_uint_eq(attr.u.vector, 0xf3);
	attr.type = KVMLIB_XEN_ATTR_TYPE_LONG_MODE;
	ck_assert_int_eq(kvmlib_vm_xen_hvm_get_attr(guest.vm, &attr), 0);
	ck_assert_uint_eq(attr.u.long_mode, 1);
}
END_TEST

START_TEST(xen_attributes_of_a_vcpu_come_back_as_set)
{
	struct kvmlib_xen_vcpu_attr attr = { .type = KVMLIB_XEN_VCPU_ATTR_TYPE_VCPU_INFO };

	NEEDS_XEN(SHARED_INFO);
	become_xen();
	attr.u.gpa = 0x6040;
	ck_assert_int_eq(kvmlib_vcpu_xen_vcpu_set_attr(guest.vcpu, &attr), 0);
	attr.u.gpa = 0;
	ck_assert_int_eq(kvmlib_vcpu_xen_vcpu_get_attr(guest.vcpu, &attr), 0);
	ck_assert_uint_eq(attr.u.gpa, 0x6040);
}
END_TEST

START_TEST(xen_attributes_that_are_unknown_are_named)
{
	struct kvmlib_xen_hvm_attr attr = { .type = 0x7777 };
	struct kvmlib_xen_vcpu_attr vcpu_attr = { .type = 0x7778 };
	uint64_t type;

	NEEDS_XEN(SHARED_INFO);
	assert_failed(kvmlib_vm_xen_hvm_get_attr(guest.vm, &attr), ENOENT,
		      KVMLIB_CAUSE_XEN_ATTR_UNKNOWN);
	ck_assert_int_eq(kvmlib_error_value(KVMLIB_VALUE_ATTRIBUTE, &type), 0);
	ck_assert_uint_eq(type, 0x7777);
	assert_failed(kvmlib_vm_xen_hvm_set_attr(guest.vm, &attr), ENOENT,
		      KVMLIB_CAUSE_XEN_ATTR_UNKNOWN);
	assert_failed(kvmlib_vcpu_xen_vcpu_get_attr(guest.vcpu, &vcpu_attr), ENOENT,
		      KVMLIB_CAUSE_XEN_ATTR_UNKNOWN);
	assert_failed(kvmlib_vcpu_xen_vcpu_set_attr(guest.vcpu, &vcpu_attr), ENOENT,
		      KVMLIB_CAUSE_XEN_ATTR_UNKNOWN);
}
END_TEST

START_TEST(xen_config_with_an_unknown_flag_is_refused)
{
	struct kvm_xen_hvm_config config = { .flags = 0x40000000 };

	NEEDS_XEN(HYPERCALL_MSR);
	assert_failed(kvmlib_vm_xen_hvm_config(guest.vm, &config), EINVAL,
		      KVMLIB_CAUSE_VALUE_REFUSED);
}
END_TEST

START_TEST(xen_event_is_pending_in_the_guest)
{
	struct kvmlib_xen_vcpu_attr attr = { .type = KVMLIB_XEN_VCPU_ATTR_TYPE_VCPU_INFO };
	uint8_t *shared = guest.ram + SHARED_INFO_GFN * 4096;
	int r;

	NEEDS_XEN(EVTCHN_SEND);
	become_xen();
	set_xen(KVMLIB_XEN_ATTR_TYPE_SHARED_INFO, SHARED_INFO_GFN);
	attr.u.gpa = 0x6040;
	ck_assert_int_eq(kvmlib_vcpu_xen_vcpu_set_attr(guest.vcpu, &attr), 0);
	r = kvmlib_vm_xen_hvm_evtchn_send(guest.vm, 5, 0,
					  KVMLIB_IRQ_ROUTING_XEN_EVTCHN_PRIO_2LEVEL);
	ck_assert_int_ge(r, 0);
	ck_assert_uint_eq(shared[PENDING_IN_SHARED], 1U << 5);
	ck_assert_uint_eq(guest.ram[0x6040 + PENDING_IN_VCPU], 1);
	assert_failed(kvmlib_vm_xen_hvm_evtchn_send(guest.vm, 0, 0,
						    KVMLIB_IRQ_ROUTING_XEN_EVTCHN_PRIO_2LEVEL),
		      EINVAL, KVMLIB_CAUSE_VALUE_REFUSED);
}
END_TEST

START_TEST(hyperv_eventfd_is_taken_once)
{
	int fd = eventfd(0, EFD_CLOEXEC);

	if (guest_has(KVMLIB_CAP_HYPERV_EVENTFD) <= 0) {
		close(fd);
		SKIP("this kernel has no KVM_CAP_HYPERV_EVENTFD");
	}
	ck_assert_int_eq(kvmlib_vm_hyperv_eventfd(guest.vm, 5, fd, 0), 0);
	assert_failed(kvmlib_vm_hyperv_eventfd(guest.vm, 5, fd, 0), EEXIST, KVMLIB_CAUSE_ID_IN_USE);
	ck_assert_int_eq(kvmlib_vm_hyperv_eventfd(guest.vm, 5, fd, KVMLIB_HYPERV_EVENTFD_DEASSIGN),
			 0);
	assert_failed(kvmlib_vm_hyperv_eventfd(guest.vm, 5, fd, KVMLIB_HYPERV_EVENTFD_DEASSIGN),
		      ENOENT, KVMLIB_CAUSE_NOT_REGISTERED);
	assert_failed(kvmlib_vm_hyperv_eventfd(guest.vm, 1U << 24, fd, 0), EINVAL,
		      KVMLIB_CAUSE_VALUE_REFUSED);
	assert_failed(kvmlib_vm_hyperv_eventfd(guest.vm, 6, 1000, 0), EBADF, KVMLIB_CAUSE_BAD_FD);
	close(fd);
}
END_TEST

START_TEST(pmu_filter_is_checked)
{
	static uint64_t events[301];
	struct kvmlib_pmu_event_filter_opts opts = {
		.size = sizeof(opts),
		.action = KVMLIB_PMU_EVENT_DENY,
		.events = events,
		.nr_events = 300,
	};

	if (guest_has(KVMLIB_CAP_PMU_EVENT_FILTER) <= 0)
		SKIP("this kernel has no KVM_CAP_PMU_EVENT_FILTER");
	ck_assert_int_eq(kvmlib_vm_set_pmu_event_filter(guest.vm, &opts), 0);
	opts.nr_events = 301;
	assert_failed(kvmlib_vm_set_pmu_event_filter(guest.vm, &opts), E2BIG,
		      KVMLIB_CAUSE_PMU_FILTER_INVALID);
	opts.nr_events = 0;
	opts.action = 7;
	assert_failed(kvmlib_vm_set_pmu_event_filter(guest.vm, &opts), EINVAL,
		      KVMLIB_CAUSE_PMU_FILTER_INVALID);
}
END_TEST

START_TEST(encryption_is_unavailable_on_ordinary_hosts)
{
	uint32_t error = 77;

	if (kvmlib_vm_memory_encrypt_op(guest.vm, NULL) != -ENOTTY)
		SKIP("this host has memory encryption");
	assert_failed(kvmlib_vm_sev_command(guest.vm, KVMLIB_SEV_INIT2, -1, NULL, &error), ENOTTY,
		      KVMLIB_CAUSE_ENCRYPTION_UNAVAILABLE);
	ck_assert_uint_eq(error, 0);
	assert_failed(kvmlib_vm_memory_encrypt_reg_region(guest.vm, guest.ram, 4096), ENOTTY,
		      KVMLIB_CAUSE_ENCRYPTION_UNAVAILABLE);
	assert_failed(kvmlib_vm_memory_encrypt_unreg_region(guest.vm, guest.ram, 4096), ENOTTY,
		      KVMLIB_CAUSE_ENCRYPTION_UNAVAILABLE);
}
END_TEST

Suite *paravirt_suite(void)
{
	Suite *suite = suite_create("paravirt");
	TCase *tc = tcase_create("paravirt"), *irqchip = tcase_create("irqchip");

	tcase_add_checked_fixture(tc, guest_setup, guest_teardown);
	tcase_add_test(tc, xen_attributes_that_are_unknown_are_named);
	tcase_add_test(tc, xen_config_with_an_unknown_flag_is_refused);
	tcase_add_test(tc, hyperv_eventfd_is_taken_once);
	tcase_add_test(tc, pmu_filter_is_checked);
	tcase_add_test(tc, encryption_is_unavailable_on_ordinary_hosts);
	suite_add_tcase(suite, tc);
	tcase_add_checked_fixture(irqchip, guest_setup_irqchip, guest_teardown);
	tcase_add_test(irqchip, xen_attributes_come_back_as_set);
	tcase_add_test(irqchip, xen_attributes_of_a_vcpu_come_back_as_set);
	tcase_add_test(irqchip, xen_event_is_pending_in_the_guest);
	suite_add_tcase(suite, irqchip);
	return suite;
}
