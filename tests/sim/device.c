/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Devices and their attributes. */
#include "fixture.h"

#include <unistd.h>

#include "suites.h"

#if defined(__x86_64__) || defined(__aarch64__) || defined(__powerpc64__) || defined(__s390x__)
#define HAVE_VFIO 1
#endif

START_TEST(device_unknown_type_is_enodev)
{
	int fd;

	ck_assert_int_eq(create_device(OWN_TYPE, 0, &fd), -ENODEV);
	ck_assert_int_eq(create_device(~0U, 0, &fd), -ENODEV);
	ck_assert_int_eq(create_device(OWN_TYPE, KVMLIB_CREATE_DEVICE_TEST, &fd), -ENODEV);
	ck_assert_int_eq(fd, 77);
	ck_assert_int_eq(call_ptr(vm, KVM_CREATE_DEVICE, hole), -EFAULT);
}
END_TEST

START_TEST(device_test_flag_makes_none)
{
	int fd;

	ck_assert_int_eq(kvmlib_sim_add_attr(sim, OWN_TYPE, 0, 0, 4, 0), 0);
	ck_assert_int_eq(create_device(OWN_TYPE, KVMLIB_CREATE_DEVICE_TEST, &fd), 0);
	ck_assert_int_eq(fd, 77);
	ck_assert_int_eq(kvmlib_sim_open_fds(sim), 2);
}
END_TEST

START_TEST(device_attr_is_stored)
{
	uint64_t value = 0x1234567890abcdef;
	uint64_t got = 1;
	int fd;

	ck_assert_int_eq(kvmlib_sim_add_attr(sim, OWN_TYPE, 2, 3, 8, 3), 0);
	ck_assert_int_eq(create_device(OWN_TYPE, 0, &fd), 0);
	assert_link(fd, "anon_inode:kvm-device");
	ck_assert_int_eq(attr_call(fd, KVM_HAS_DEVICE_ATTR, 2, 3, NULL), 0);
	ck_assert_int_eq(attr_call(fd, KVM_GET_DEVICE_ATTR, 2, 3, &got), 0);
	ck_assert_uint_eq(got, 0);
	ck_assert_int_eq(attr_call(fd, KVM_SET_DEVICE_ATTR, 2, 3, &value), 0);
	ck_assert_int_eq(attr_call(fd, KVM_GET_DEVICE_ATTR, 2, 3, &got), 0);
	ck_assert_uint_eq(got, value);
	ck_assert_int_eq(close_fd(fd), 0);
}
END_TEST

START_TEST(device_attrs_and_devices_are_apart)
{
	uint32_t values[3] = { 1, 2, 3 };
	uint32_t got[3];
	int first;
	int second;

	ck_assert_int_eq(kvmlib_sim_add_attr(sim, OWN_TYPE, 0, 0, 4, 3), 0);
	ck_assert_int_eq(kvmlib_sim_add_attr(sim, OWN_TYPE, 0, 1, 4, 3), 0);
	ck_assert_int_eq(create_device(OWN_TYPE, 0, &first), 0);
	ck_assert_int_eq(create_device(OWN_TYPE, 0, &second), 0);
	ck_assert_int_eq(attr_call(first, KVM_SET_DEVICE_ATTR, 0, 0, &values[0]), 0);
	ck_assert_int_eq(attr_call(first, KVM_SET_DEVICE_ATTR, 0, 1, &values[1]), 0);
	ck_assert_int_eq(attr_call(second, KVM_SET_DEVICE_ATTR, 0, 0, &values[2]), 0);
	ck_assert_int_eq(attr_call(first, KVM_GET_DEVICE_ATTR, 0, 0, &got[0]), 0);
	ck_assert_int_eq(attr_call(first, KVM_GET_DEVICE_ATTR, 0, 1, &got[1]), 0);
	ck_assert_int_eq(attr_call(second, KVM_GET_DEVICE_ATTR, 0, 0, &got[2]), 0);
	ck_assert_mem_eq(values, got, sizeof(values));
	ck_assert_int_eq(close_fd(first), 0);
	ck_assert_int_eq(close_fd(second), 0);
}
END_TEST

START_TEST(device_attr_errors)
{
	uint64_t value = 1;
	int fd;

	ck_assert_int_eq(kvmlib_sim_add_attr(sim, OWN_TYPE, 0, 0, 8, KVMLIB_SIM_ATTR_SET), 0);
	ck_assert_int_eq(kvmlib_sim_add_attr(sim, OWN_TYPE, 0, 1, 8, KVMLIB_SIM_ATTR_GET), 0);
	ck_assert_int_eq(create_device(OWN_TYPE, 0, &fd), 0);
	ck_assert_int_eq(attr_call(fd, KVM_SET_DEVICE_ATTR, 0, 2, &value), -ENXIO);
	ck_assert_int_eq(attr_call(fd, KVM_GET_DEVICE_ATTR, 1, 0, &value), -ENXIO);
	ck_assert_int_eq(attr_call(fd, KVM_HAS_DEVICE_ATTR, 1, 0, NULL), -ENXIO);
	ck_assert_int_eq(attr_call(fd, KVM_GET_DEVICE_ATTR, 0, 0, &value), -EPERM);
	ck_assert_int_eq(attr_call(fd, KVM_SET_DEVICE_ATTR, 0, 1, &value), -EPERM);
	ck_assert_int_eq(attr_call(fd, KVM_SET_DEVICE_ATTR, 0, 0, hole), -EFAULT);
	ck_assert_int_eq(attr_call(fd, KVM_GET_DEVICE_ATTR, 0, 1, hole), -EFAULT);
	ck_assert_int_eq(call_ptr(fd, KVM_SET_DEVICE_ATTR, hole), -EFAULT);
	ck_assert_int_eq(call(fd, KVM_RUN, 0), -ENOTTY);
	ck_assert_int_eq(close_fd(fd), 0);
}
END_TEST

START_TEST(device_add_attr_bad_arguments_are_einval)
{
	ck_assert_int_eq(kvmlib_sim_add_attr(NULL, OWN_TYPE, 0, 0, 8, 1), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_add_attr(sim, 64, 0, 0, 8, 1), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_add_attr(sim, OWN_TYPE, 0, 0, 4097, 1), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_add_attr(sim, OWN_TYPE, 0, 0, 8, 4), -EINVAL);
}
END_TEST

START_TEST(device_keeps_its_vm)
{
	int fd;

	ck_assert_int_eq(kvmlib_sim_add_attr(sim, OWN_TYPE, 0, 0, 8, 3), 0);
	ck_assert_int_eq(create_device(OWN_TYPE, 0, &fd), 0);
	close_open(&vm);
	ck_assert_int_eq(attr_call(fd, KVM_HAS_DEVICE_ATTR, 0, 0, NULL), 0);
	ck_assert_int_eq(close_fd(fd), 0);
}
END_TEST

#ifdef HAVE_VFIO
START_TEST(device_vfio_is_single_until_closed)
{
	int other;
	int fd;

	ck_assert_int_eq(create_device(KVMLIB_DEV_TYPE_VFIO, 0, &fd), 0);
	assert_link(fd, "anon_inode:kvm-vfio");
	ck_assert_int_eq(create_device(KVMLIB_DEV_TYPE_VFIO, 0, &other), -EBUSY);
	ck_assert_int_eq(kvmlib_sim_add_attr(sim, OWN_TYPE, 0, 0, 4, 3), 0);
	ck_assert_int_eq(create_device(OWN_TYPE, 0, &other), 0);
	ck_assert_int_eq(close_fd(fd), 0);
	ck_assert_int_eq(create_device(KVMLIB_DEV_TYPE_VFIO, 0, &fd), 0);
	ck_assert_int_eq(close_fd(fd), 0);
	ck_assert_int_eq(close_fd(other), 0);
}
END_TEST

START_TEST(device_vfio_files)
{
	int32_t file = dup(0);
	int32_t second = dup(0);
	int fd;

	ck_assert_int_eq(create_device(KVMLIB_DEV_TYPE_VFIO, 0, &fd), 0);
	ck_assert_int_eq(attr_call(fd, KVM_HAS_DEVICE_ATTR, 1, KVMLIB_DEV_VFIO_FILE_ADD, NULL), 0);
	ck_assert_int_eq(attr_call(fd, KVM_HAS_DEVICE_ATTR, 2, 1, NULL), -ENXIO);
	ck_assert_int_eq(attr_call(fd, KVM_GET_DEVICE_ATTR, 1, 1, &file), -EPERM);
	ck_assert_int_eq(attr_call(fd, KVM_SET_DEVICE_ATTR, 1, 2, &file), -ENOENT);
	ck_assert_int_eq(attr_call(fd, KVM_SET_DEVICE_ATTR, 1, 1, &file), 0);
	ck_assert_int_eq(attr_call(fd, KVM_SET_DEVICE_ATTR, 1, 1, &second), 0);
	ck_assert_int_eq(attr_call(fd, KVM_SET_DEVICE_ATTR, 1, 1, &second), -EEXIST);
	ck_assert_int_eq(attr_call(fd, KVM_SET_DEVICE_ATTR, 1, 2, &file), 0);
	ck_assert_int_eq(attr_call(fd, KVM_SET_DEVICE_ATTR, 1, 2, &file), -ENOENT);
	ck_assert_int_eq(attr_call(fd, KVM_SET_DEVICE_ATTR, 1, 2, &second), 0);
	close(second);
	close(file);
	ck_assert_int_eq(attr_call(fd, KVM_SET_DEVICE_ATTR, 1, 1, &file), -EBADF);
	file = vm;
	ck_assert_int_eq(attr_call(fd, KVM_SET_DEVICE_ATTR, 1, 1, &file), -EINVAL);
	ck_assert_int_eq(attr_call(fd, KVM_SET_DEVICE_ATTR, 1, 1, hole), -EFAULT);
	ck_assert_int_eq(close_fd(fd), 0);
}
END_TEST
#endif

#if defined(__aarch64__)
START_TEST(device_vgic_v3_needs_init)
{
	uint64_t address = 0x8000000;
	int other;
	int fd;

	ck_assert_int_eq(create_device(KVMLIB_DEV_TYPE_ARM_VGIC_V3, 0, &fd), 0);
	assert_link(fd, "anon_inode:kvm-arm-vgic-v3");
	ck_assert_int_eq(create_device(KVMLIB_DEV_TYPE_ARM_VGIC_V2, 0, &other), -EEXIST);
	ck_assert_int_eq(irq_line(1U << 24 | 40, 1), -EBUSY);
	ck_assert_int_eq(attr_call(fd, KVM_SET_DEVICE_ATTR, 0, 2, &address), 0);
	ck_assert_int_eq(attr_call(fd, KVM_SET_DEVICE_ATTR, 4, 0, NULL), 0);
	ck_assert_int_eq(irq_line(1U << 24 | 40, 1), 0);
	ck_assert_int_eq(close_fd(fd), 0);
}
END_TEST
#endif

Suite *device_suite(void)
{
	Suite *suite = suite_create("sim_device");

	ADD_TESTS(add_case(suite, "vm", setup_vm), device_unknown_type_is_enodev,
		  device_test_flag_makes_none, device_attr_is_stored, device_attr_errors,
		  device_attrs_and_devices_are_apart, device_add_attr_bad_arguments_are_einval,
		  device_keeps_its_vm);
#ifdef HAVE_VFIO
	ADD_TESTS(add_case(suite, "vfio", setup_vm), device_vfio_is_single_until_closed,
		  device_vfio_files);
#endif
#if defined(__aarch64__)
	ADD_TESTS(add_case(suite, "arm64", setup_vm), device_vgic_v3_needs_init);
#endif
	return suite;
}
