/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Descriptors: open, close, dup, their names, what they serve, and how long they live. */
#include "fixture.h"

#include <fcntl.h>
#include <stdio.h>

#include "suites.h"

#define OTHER_TYPE_REQUEST 0x1234UL

START_TEST(open_gives_a_virtual_descriptor)
{
	int fd = open_kvm();

	ck_assert_int_ge(fd, 0x4b000000);
	ck_assert_int_eq(fcntl(fd, F_GETFD), -1);
	ck_assert_int_eq(kvmlib_sim_open_fds(sim), 1);
	ck_assert_int_eq(close_fd(fd), 0);
}
END_TEST

START_TEST(open_other_path_is_enoent)
{
	ck_assert_int_eq(ops->open(ops->ctx, "/dev/null", O_RDWR), -ENOENT);
	ck_assert_int_eq(ops->open(ops->ctx, "", O_RDWR), -ENOENT);
}
END_TEST

START_TEST(open_error_is_what_was_set)
{
	static const int errors[] = { ENOENT, EACCES, EPERM, ENODEV, ENXIO, EMFILE };
	int fd;

	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		ck_assert_int_eq(kvmlib_sim_set_open_error(sim, errors[i]), 0);
		ck_assert_int_eq(open_kvm(), -errors[i]);
	}
	ck_assert_int_eq(kvmlib_sim_set_open_error(sim, 0), 0);
	fd = open_kvm();
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(close_fd(fd), 0);
}
END_TEST

START_TEST(close_twice_is_ebadf)
{
	int fd = open_kvm();

	ck_assert_int_eq(close_fd(fd), 0);
	ck_assert_int_eq(close_fd(fd), -EBADF);
	ck_assert_int_eq(close_fd(-1), -EBADF);
	ck_assert_int_eq(close_fd(0), -EBADF);
}
END_TEST

START_TEST(close_number_is_not_used_again)
{
	int first = open_kvm();
	int second;

	ck_assert_int_eq(close_fd(first), 0);
	second = open_kvm();
	ck_assert_int_ne(first, second);
	ck_assert_int_eq(call(first, KVM_GET_API_VERSION, 0), -EBADF);
	ck_assert_int_eq(close_fd(second), 0);
}
END_TEST

START_TEST(dup_is_another_number_of_the_same_file)
{
	int copy = dup_fd(vm, 3);

	ck_assert_int_ge(copy, 0);
	ck_assert_int_ne(copy, vm);
	ck_assert_int_eq(kvmlib_sim_open_fds(sim), 3);
	ck_assert_int_eq(set_slot(0, 0, 0, 1, 0), 0);
	ck_assert_int_eq(close_fd(vm), 0);
	vm = copy;
	ck_assert_int_eq(set_slot(1, 0, 0, 1, 1), -EEXIST);
}
END_TEST

START_TEST(dup_bad_argument_is_refused)
{
	ck_assert_int_eq(dup_fd(NO_SUCH_FD, 0), -EBADF);
	ck_assert_int_eq(dup_fd(-1, 0), -EBADF);
	ck_assert_int_eq(dup_fd(system_fd, -1), -EINVAL);
	ck_assert_int_eq(dup_fd(system_fd, 0x7fffffff), -EINVAL);
	ck_assert_int_eq(ops->fcntl(ops->ctx, system_fd, F_SETFL, 0), -EINVAL);
}
END_TEST

START_TEST(dup_many_keep_their_numbers)
{
	int copies[100];

	for (size_t i = 0; i < 100; i++) {
		copies[i] = dup_fd(system_fd, 0);
		ck_assert_int_ge(copies[i], 0);
	}
	ck_assert_int_eq(kvmlib_sim_open_fds(sim), 101);
	for (size_t i = 0; i < 100; i++)
		ck_assert_int_eq(call(copies[i], KVM_GET_API_VERSION, 0), 12);
	for (size_t i = 0; i < 100; i++)
		ck_assert_int_eq(close_fd(copies[i]), 0);
}
END_TEST

START_TEST(readlink_names_each_kind)
{
	assert_link(system_fd, "/dev/kvm");
	assert_link(vm, "anon_inode:kvm-vm");
	assert_link(vcpu, "anon_inode:kvm-vcpu:0");
}
END_TEST

START_TEST(readlink_unknown_is_enoent)
{
	char name[64];

	ck_assert_int_eq(ops->readlink(ops->ctx, "/proc/self/fd/9999", name, 64), -ENOENT);
	ck_assert_int_eq(ops->readlink(ops->ctx, "/proc/self/fd/1258356735", name, 64), -ENOENT);
	ck_assert_int_eq(ops->readlink(ops->ctx, "/proc/self/fd/x", name, 64), -ENOENT);
	ck_assert_int_eq(ops->readlink(ops->ctx, "/dev/kvm", name, 64), -ENOENT);
}
END_TEST

START_TEST(readlink_short_buffer_cuts)
{
	char path[64];
	char name[8] = "xxxxxxx";

	snprintf(path, sizeof(path), "/proc/self/fd/%d", system_fd);
	ck_assert_int_eq(ops->readlink(ops->ctx, path, name, 4), 4);
	ck_assert_mem_eq(name, "/devxxx", 7);
}
END_TEST

START_TEST(ioctl_closed_descriptor_is_ebadf)
{
	ck_assert_int_eq(call(NO_SUCH_FD, KVM_GET_API_VERSION, 0), -EBADF);
	ck_assert_int_eq(call(-1, KVM_GET_API_VERSION, 0), -EBADF);
	ck_assert_int_eq(call(0, KVM_GET_API_VERSION, 0), -EBADF);
}
END_TEST

#if defined(__loongarch__)
#define UNKNOWN_ON_SYSTEM ENOTTY
#else
#define UNKNOWN_ON_SYSTEM EINVAL
#endif
#if defined(__aarch64__) || defined(__riscv)
#define UNKNOWN_ON_VM EINVAL
#else
#define UNKNOWN_ON_VM ENOTTY
#endif
#if defined(__s390x__) || defined(__loongarch__)
#define UNKNOWN_ON_VCPU ENOTTY
#else
#define UNKNOWN_ON_VCPU EINVAL
#endif

START_TEST(ioctl_unknown_request_is_the_architectures_errno)
{
	ck_assert_int_eq(call(system_fd, UNKNOWN_REQUEST, 0), -UNKNOWN_ON_SYSTEM);
	ck_assert_int_eq(call(vm, UNKNOWN_REQUEST, 0), -UNKNOWN_ON_VM);
	ck_assert_int_eq(call(vcpu, UNKNOWN_REQUEST, 0), -UNKNOWN_ON_VCPU);
	ck_assert_int_eq(call(vcpu, OTHER_TYPE_REQUEST, 0), -EINVAL);
}
END_TEST

START_TEST(ioctl_on_the_wrong_kind_is_unknown)
{
	ck_assert_int_eq(call(system_fd, KVM_CREATE_VCPU, 0), -UNKNOWN_ON_SYSTEM);
	ck_assert_int_eq(call(system_fd, KVM_RUN, 0), -UNKNOWN_ON_SYSTEM);
	ck_assert_int_eq(call(vm, KVM_GET_API_VERSION, 0), -UNKNOWN_ON_VM);
	ck_assert_int_eq(call(vm, KVM_RUN, 0), -UNKNOWN_ON_VM);
	ck_assert_int_eq(call(vcpu, KVM_CREATE_VCPU, 0), -UNKNOWN_ON_VCPU);
}
END_TEST

START_TEST(ioctl_upper_request_bits_do_not_matter)
{
	ck_assert_int_eq(call(system_fd, KVM_GET_API_VERSION | 0xffffffff00000000UL, 0), 12);
}
END_TEST

START_TEST(vm_outlives_its_system)
{
	close_open(&system_fd);
	ck_assert_int_eq(set_slot(0, 0, 0, 1, 0), 0);
}
END_TEST

START_TEST(vcpu_outlives_its_vm_descriptor)
{
	close_open(&vm);
	ck_assert_int_eq(kvmlib_sim_push_stale(sim, vcpu, -EFAULT), 0);
	ck_assert_int_eq(go(), -EFAULT);
}
END_TEST

START_TEST(vcpu_id_stays_taken_after_close)
{
	ck_assert_int_eq(unmap_run(run), 0);
	run = NULL;
	close_open(&vcpu);
	ck_assert_int_eq(call(vm, KVM_CREATE_VCPU, 0), -EEXIST);
}
END_TEST

START_TEST(mapping_keeps_the_vcpu)
{
	ck_assert_int_eq(close_fd(vcpu), 0);
	ck_assert_int_eq(close_fd(vm), 0);
	vcpu = -1;
	vm = -1;
	run->exit_reason = 77;
	ck_assert_int_eq(kvmlib_sim_mappings(sim), 1);
}
END_TEST

Suite *files_suite(void)
{
	Suite *suite = suite_create("sim_files");

	ADD_TESTS(add_case(suite, "sim", setup_sim), open_gives_a_virtual_descriptor,
		  open_other_path_is_enoent, open_error_is_what_was_set, close_twice_is_ebadf,
		  close_number_is_not_used_again);
	ADD_TESTS(add_case(suite, "system", setup_system), dup_bad_argument_is_refused,
		  dup_many_keep_their_numbers, readlink_unknown_is_enoent,
		  readlink_short_buffer_cuts, ioctl_closed_descriptor_is_ebadf,
		  ioctl_upper_request_bits_do_not_matter);
	ADD_TESTS(add_case(suite, "vm", setup_vm), dup_is_another_number_of_the_same_file,
		  vm_outlives_its_system);
	ADD_TESTS(add_case(suite, "vcpu", setup_vcpu), readlink_names_each_kind,
		  ioctl_unknown_request_is_the_architectures_errno,
		  ioctl_on_the_wrong_kind_is_unknown, vcpu_outlives_its_vm_descriptor,
		  vcpu_id_stays_taken_after_close, mapping_keeps_the_vcpu);
	return suite;
}
