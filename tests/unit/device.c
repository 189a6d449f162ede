/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fixture.h"
#include "suites.h"

#define GROUP	1U
#define NOWHERE ((void *)(uintptr_t)8)

static struct kvmlib_device *device;

static void setup_device(void)
{
	setup_vm();
	device = make_device();
}

static void teardown_device(void)
{
	device = kvmlib_device_unref(device);
	teardown();
}

START_TEST(device_create_has_a_descriptor)
{
	ck_assert_int_ge(kvmlib_device_fd(device), 0);
	ck_assert_int_ne(kvmlib_device_fd(device), kvmlib_vm_fd(fix.vm));
	ck_assert_int_eq(kvmlib_sim_open_fds(fix.sim), 3);
}
END_TEST

START_TEST(device_create_unknown_type_is_enodev)
{
	struct kvmlib_device *other = SENTINEL;

	assert_fails(kvmlib_vm_create_device(fix.vm, 41, 0, &other), ENODEV, DEVICE_TYPE_UNKNOWN,
		     "KVM_CREATE_DEVICE");
	assert_value(TYPE, 41);
	assert_value(FLAGS, 0);
	ck_assert_ptr_eq(other, SENTINEL);
	ck_assert_int_eq(kvmlib_sim_open_fds(fix.sim), 3);
}
END_TEST

START_TEST(device_create_null_is_einval)
{
	uint64_t before = kvmlib_sim_nr_ioctls(fix.sim, KVM_CREATE_DEVICE);

	assert_refuses_null(kvmlib_vm_create_device(fix.vm, DEVICE_TYPE, 0, NULL), 4);
	ck_assert_uint_eq(kvmlib_sim_nr_ioctls(fix.sim, KVM_CREATE_DEVICE), before);
}
END_TEST

START_TEST(device_test_makes_none)
{
	struct kvmlib_device *other = SENTINEL;

	assert_ok(kvmlib_vm_create_device(fix.vm, DEVICE_TYPE, KVMLIB_CREATE_DEVICE_TEST, NULL));
	assert_ok(kvmlib_vm_create_device(fix.vm, DEVICE_TYPE, KVMLIB_CREATE_DEVICE_TEST, &other));
	ck_assert_ptr_eq(other, SENTINEL);
	ck_assert_int_eq(kvmlib_sim_open_fds(fix.sim), 3);
}
END_TEST

START_TEST(device_test_of_unknown_type_is_enodev)
{
	assert_fails(kvmlib_vm_create_device(fix.vm, 41, KVMLIB_CREATE_DEVICE_TEST, NULL), ENODEV,
		     DEVICE_TYPE_UNKNOWN, "KVM_CREATE_DEVICE");
	assert_value(FLAGS, KVMLIB_CREATE_DEVICE_TEST);
}
END_TEST

#ifdef __x86_64__
START_TEST(device_vfio_can_be_one_only)
{
	struct kvmlib_device *vfio, *other = SENTINEL;

	assert_ok(kvmlib_vm_create_device(fix.vm, KVMLIB_DEV_TYPE_VFIO, 0, &vfio));
	assert_fails(kvmlib_vm_create_device(fix.vm, KVMLIB_DEV_TYPE_VFIO, 0, &other), EBUSY,
		     DEVICE_CREATE_ORDER, "KVM_CREATE_DEVICE");
	ck_assert_ptr_eq(other, SENTINEL);
	kvmlib_device_unref(vfio);
	assert_ok(kvmlib_vm_create_device(fix.vm, KVMLIB_DEV_TYPE_VFIO, 0, &vfio));
	kvmlib_device_unref(vfio);
}
END_TEST
#endif

START_TEST(device_attr_comes_back_as_it_was_set)
{
	uint64_t value = 0x1122334455667788, back = 0;

	assert_ok(kvmlib_device_set_attr(device, GROUP, 0, &value));
	assert_ok(kvmlib_device_get_attr(device, GROUP, 0, &back));
	ck_assert_uint_eq(back, value);
}
END_TEST

START_TEST(device_attr_that_takes_nothing_may_be_null)
{
	assert_ok(kvmlib_device_set_attr(device, GROUP, 3, NULL));
}
END_TEST

START_TEST(device_has_attr_tells)
{
	assert_ok(kvmlib_device_has_attr(device, GROUP, 0));
	assert_fails(kvmlib_device_has_attr(device, GROUP, 9), ENXIO, ATTR_UNKNOWN,
		     "KVM_HAS_DEVICE_ATTR");
	assert_value(GROUP, GROUP);
	assert_value(ATTRIBUTE, 9);
}
END_TEST

START_TEST(device_attr_unknown_is_enxio)
{
	uint64_t value = 77, attr = (uint64_t)1 << 40;

	assert_fails(kvmlib_device_set_attr(device, 7, attr, &value), ENXIO, ATTR_UNKNOWN,
		     "KVM_SET_DEVICE_ATTR");
	assert_value(GROUP, 7);
	assert_value(ATTRIBUTE, attr);
	assert_fails(kvmlib_device_get_attr(device, 7, attr, &value), ENXIO, ATTR_UNKNOWN,
		     "KVM_GET_DEVICE_ATTR");
	assert_value(GROUP, 7);
	assert_value(ATTRIBUTE, attr);
	ck_assert_uint_eq(value, 77);
}
END_TEST

START_TEST(device_attr_without_that_access_is_eperm)
{
	uint32_t value = 77;

	assert_fails(kvmlib_device_set_attr(device, GROUP, 1, &value), EPERM, ATTR_READ_ONLY,
		     "KVM_SET_DEVICE_ATTR");
	assert_fails(kvmlib_device_get_attr(device, GROUP, 2, &value), EPERM, ATTR_WRITE_ONLY,
		     "KVM_GET_DEVICE_ATTR");
	ck_assert_uint_eq(value, 77);
}
END_TEST

START_TEST(device_attr_at_nowhere_is_efault)
{
	assert_fails(kvmlib_device_set_attr(device, GROUP, 0, NOWHERE), EFAULT, BAD_ADDRESS,
		     "KVM_SET_DEVICE_ATTR");
	assert_fails(kvmlib_device_set_attr(device, GROUP, 0, NULL), EFAULT, BAD_ADDRESS,
		     "KVM_SET_DEVICE_ATTR");
	assert_fails(kvmlib_device_get_attr(device, GROUP, 0, NOWHERE), EFAULT, BAD_ADDRESS,
		     "KVM_GET_DEVICE_ATTR");
}
END_TEST

START_TEST(device_null_is_einval)
{
	uint64_t value = 77;

	assert_refuses_null(kvmlib_device_fd(NULL), 1);
	assert_refuses_null(kvmlib_device_ioctl(NULL, KVM_HAS_DEVICE_ATTR, 0), 1);
	assert_refuses_null(kvmlib_device_set_attr(NULL, GROUP, 0, &value), 1);
	assert_refuses_null(kvmlib_device_get_attr(device, GROUP, 0, NULL), 4);
	assert_refuses_null(kvmlib_device_has_attr(NULL, GROUP, 0), 1);
	spoil_record();
	ck_assert_int_eq(kvmlib_device_get_attr(NULL, GROUP, 0, &value), -EINVAL);
	ck_assert_uint_eq(value, 77);
}
END_TEST

START_TEST(device_ioctl_passes_argument_and_result)
{
	struct kvm_device_attr attr = { .group = GROUP, .attr = 0 };

	assert_ok(kvmlib_device_ioctl(device, KVM_HAS_DEVICE_ATTR, (uintptr_t)&attr));
	attr.attr = 9;
	assert_fails(kvmlib_device_ioctl(device, KVM_HAS_DEVICE_ATTR, (uintptr_t)&attr), ENXIO,
		     ATTR_UNKNOWN, "KVM_HAS_DEVICE_ATTR");
	assert_value(REQUEST, KVM_HAS_DEVICE_ATTR);
}
END_TEST

START_TEST(device_ioctl_unknown_request_is_enotty)
{
	spoil_record();
	ck_assert_int_eq(kvmlib_device_ioctl(device, 0xaeff, 0), -ENOTTY);
	ck_assert_int_eq(kvmlib_error_errno(), ENOTTY);
	ck_assert_uint_ne(kvmlib_error_cause(), KVMLIB_CAUSE_UNLISTED);
	ck_assert_str_eq(kvmlib_error_function(), "kvmlib_device_ioctl");
	ck_assert_ptr_nonnull(kvmlib_error_call());
}
END_TEST

/* VMs and vCPUs have the same calls, and other reasons: the record tells whose these are. */
START_TEST(device_ioctl_missing_is_told_as_a_devices)
{
	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, KVM_HAS_DEVICE_ATTR, ENOTTY, 1), 0);
	assert_fails(kvmlib_device_ioctl(device, KVM_HAS_DEVICE_ATTR, 0), ENOTTY,
		     DEVICE_IOCTL_MISSING, "KVM_HAS_DEVICE_ATTR");
	ck_assert_uint_eq(kvmlib_error_candidates(NULL, 0), 1);
}
END_TEST

START_TEST(device_keeps_its_vm)
{
	uint64_t value = 5;

	fix.vm = kvmlib_vm_unref(fix.vm);
	fix.system = kvmlib_system_unref(fix.system);
	assert_ok(kvmlib_device_set_attr(device, GROUP, 0, &value));
	ck_assert_int_eq(kvmlib_sim_open_fds(fix.sim), 3);
}
END_TEST

Suite *device_suite(void)
{
	Suite *suite = suite_create("device");
	TCase *tcase = add_case(suite, "device", NULL);

	tcase_add_checked_fixture(tcase, setup_device, teardown_device);
	ADD_TESTS(tcase, device_create_has_a_descriptor, device_create_unknown_type_is_enodev,
		  device_create_null_is_einval, device_test_makes_none,
		  device_test_of_unknown_type_is_enodev, device_attr_comes_back_as_it_was_set,
		  device_attr_that_takes_nothing_may_be_null, device_has_attr_tells,
		  device_attr_unknown_is_enxio, device_attr_without_that_access_is_eperm,
		  device_attr_at_nowhere_is_efault, device_null_is_einval,
		  device_ioctl_passes_argument_and_result, device_ioctl_unknown_request_is_enotty,
		  device_ioctl_missing_is_told_as_a_devices, device_keeps_its_vm);
#ifdef __x86_64__
	ADD_TESTS(tcase, device_vfio_can_be_one_only);
#endif
	return suite;
}
