/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* VMs and vCPUs that other code of the process made, with raw ioctls. */

#include <runner.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "guest.h"

START_TEST(vm_and_vcpu_of_raw_ioctls_are_adopted)
{
	int vm_fd = ioctl(kvmlib_system_fd(guest.system), KVM_CREATE_VM, 0);
	int vcpu_fd = ioctl(vm_fd, KVM_CREATE_VCPU, 3);
	struct kvmlib_vcpu *vcpu = NULL;
	struct kvmlib_vm *vm = NULL;
	struct kvm_regs raw, ours;

	ck_assert_int_ge(vcpu_fd, 0);
	ck_assert_int_eq(kvmlib_vm_from_fd(guest.system, vm_fd, &vm), 0);
	ck_assert_int_eq(kvmlib_vcpu_from_fd(vm, vcpu_fd, 3, &vcpu), 0);
	ck_assert_int_ne(kvmlib_vcpu_fd(vcpu), vcpu_fd);
	ck_assert_int_eq(fcntl(kvmlib_vcpu_fd(vcpu), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	ck_assert_int_eq(ioctl(vcpu_fd, KVM_GET_REGS, &raw), 0);
	ck_assert_int_eq(kvmlib_vcpu_get_regs(vcpu, &ours), 0);
	ck_assert_mem_eq(&raw, &ours, sizeof(raw));

	kvmlib_vcpu_unref(vcpu);
	kvmlib_vm_unref(vm);
	ck_assert_int_eq(ioctl(vcpu_fd, KVM_GET_REGS, &raw), 0);
	close(vcpu_fd);
	close(vm_fd);
}
END_TEST

START_TEST(descriptors_of_another_kind_are_refused)
{
	struct kvmlib_vcpu *vcpu = NULL;
	struct kvmlib_vm *vm = NULL;

	assert_failed(kvmlib_vm_from_fd(guest.system, kvmlib_vcpu_fd(guest.vcpu), &vm), ENOTTY,
		      KVMLIB_CAUSE_NOT_VM_FD);
	assert_failed(kvmlib_vm_from_fd(guest.system, kvmlib_system_fd(guest.system), &vm), ENOTTY,
		      KVMLIB_CAUSE_NOT_VM_FD);
	assert_failed(kvmlib_vcpu_from_fd(guest.vm, kvmlib_vm_fd(guest.vm), 0, &vcpu), ENOTTY,
		      KVMLIB_CAUSE_NOT_VCPU_FD);
	assert_failed(kvmlib_vcpu_from_fd(guest.vm, -1, 0, &vcpu), EBADF, KVMLIB_CAUSE_BAD_FD);
	ck_assert_ptr_null(vcpu);
	ck_assert_ptr_null(vm);
}
END_TEST

/* The run page as the code that owns the vCPU sees it. */
static struct kvm_run *map_run(void)
{
	void *run =
		mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, kvmlib_vcpu_fd(guest.vcpu), 0);

	ck_assert(run != MAP_FAILED);
	return run;
}

START_TEST(immediate_exit_of_other_code_is_left_alone)
{
	struct kvm_run *run = map_run();

	GUEST_CODE(0xeb, 0xfe);
	run->immediate_exit = 1;
	run_to(KVMLIB_EXIT_INTR);
	ck_assert_int_eq(kvmlib_vcpu_exit_kicked(guest.vcpu), 0);
	ck_assert_uint_eq(run->immediate_exit, 1);
	ck_assert_int_eq(kvmlib_vcpu_kick(guest.vcpu), 0);
	run_to(KVMLIB_EXIT_INTR);
	ck_assert_int_eq(kvmlib_vcpu_exit_kicked(guest.vcpu), 1);
	ck_assert_uint_eq(run->immediate_exit, 0);
	munmap(run, 4096);
}
END_TEST

START_TEST(exit_reason_in_the_run_page_is_the_kernels)
{
	struct kvm_run *run = map_run();

	GUEST_CODE(0xe6, 0x42, 0xf4);
	run_to(KVMLIB_EXIT_IO);
	ck_assert_uint_eq(run->exit_reason, KVMLIB_EXIT_IO);
	run_to(KVMLIB_EXIT_HLT);
	ck_assert_uint_eq(run->exit_reason, KVMLIB_EXIT_HLT);
	munmap(run, 4096);
}
END_TEST

Suite *adopt_suite(void)
{
	Suite *suite = suite_create("adopt");
	TCase *tc = tcase_create("adopt");

	tcase_add_checked_fixture(tc, guest_setup, guest_teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, vm_and_vcpu_of_raw_ioctls_are_adopted);
	tcase_add_test(tc, descriptors_of_another_kind_are_refused);
	tcase_add_test(tc, immediate_exit_of_other_code_is_left_alone);
	tcase_add_test(tc, exit_reason_in_the_run_page_is_the_kernels);
	suite_add_tcase(suite, tc);
	return suite;
}
