/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The VM's handle, capabilities, interrupt controller and lines. Its slots are in slot.c. */

#include "fixture.h"
#include "suites.h"

#include <fcntl.h>
#include <unistd.h>

START_TEST(vm_from_fd_has_its_own_descriptor)
{
	struct kvmlib_vm *adopted;

	assert_ok(kvmlib_vm_from_fd(fix.system, kvmlib_vm_fd(fix.vm), &adopted));
	ck_assert_int_ne(kvmlib_vm_fd(adopted), kvmlib_vm_fd(fix.vm));
	fix.vm = kvmlib_vm_unref(fix.vm);
	assert_ok(kvmlib_vm_create_vcpu(adopted, 0, &fix.vcpu));
	kvmlib_vm_unref(adopted);
}
END_TEST

START_TEST(vm_from_fd_null_is_einval)
{
	struct kvmlib_vm *vm = SENTINEL;

	assert_refuses_null(kvmlib_vm_from_fd(NULL, 0, &vm), 1);
	assert_refuses_null(kvmlib_vm_from_fd(fix.system, kvmlib_vm_fd(fix.vm), NULL), 3);
	ck_assert_ptr_eq(vm, SENTINEL);
}
END_TEST

START_TEST(vm_from_fd_closed_is_ebadf)
{
	struct kvmlib_vm *vm = SENTINEL;

	assert_fails(kvmlib_vm_from_fd(fix.system, NO_SUCH_FD, &vm), EBADF, BAD_FD,
		     "fcntl(F_DUPFD_CLOEXEC)");
	assert_value(FD, NO_SUCH_FD);
	ck_assert_ptr_eq(vm, SENTINEL);
}
END_TEST

/* The system answers KVM_CHECK_EXTENSION too, and so do vCPUs on no kernel. */
START_TEST(vm_from_fd_of_other_kind_is_enotty)
{
	struct kvmlib_device *device;
	struct kvmlib_vm *vm = SENTINEL;
	int mappings = kvmlib_sim_mappings(fix.sim);

	device = make_device();
	assert_fails(kvmlib_vm_from_fd(fix.system, kvmlib_system_fd(fix.system), &vm), ENOTTY,
		     NOT_VM_FD, "KVM_CHECK_EXTENSION");
	assert_fails(kvmlib_vm_from_fd(fix.system, kvmlib_vcpu_fd(fix.vcpu), &vm), ENOTTY,
		     NOT_VM_FD, "KVM_CHECK_EXTENSION");
	assert_fails(kvmlib_vm_from_fd(fix.system, kvmlib_device_fd(device), &vm), ENOTTY,
		     NOT_VM_FD, "KVM_CHECK_EXTENSION");
	ck_assert_ptr_eq(vm, SENTINEL);
	ck_assert_int_eq(kvmlib_sim_open_fds(fix.sim), 4);
	ck_assert_int_eq(kvmlib_sim_mappings(fix.sim), mappings);
	kvmlib_device_unref(device);
}
END_TEST

START_TEST(vm_from_fd_of_an_ordinary_file_is_enotty)
{
	struct kvmlib_vm *vm = SENTINEL;
	int fd = open("/dev/null", O_RDWR);

	assert_fails(kvmlib_vm_from_fd(fix.system, fd, &vm), ENOTTY, NOT_VM_FD,
		     "KVM_CHECK_EXTENSION");
	ck_assert_ptr_eq(vm, SENTINEL);
	ck_assert_int_eq(kvmlib_sim_open_fds(fix.sim), 3);
	ck_assert_int_eq(close(fd), 0);
}
END_TEST

/* Without /proc the kind can't be seen, but KVM still tells a VM from what is none. */
START_TEST(vm_from_fd_without_proc_asks_the_kernel)
{
	struct kvmlib_vm *vm = SENTINEL;

	ck_assert_int_eq(kvmlib_sim_fail_nth(fix.sim, 4, ENOENT), 0);
	assert_fails(kvmlib_vm_from_fd(fix.system, kvmlib_vcpu_fd(fix.vcpu), &vm), ENOTTY,
		     NOT_VM_FD, "KVM_CHECK_EXTENSION");
	ck_assert_ptr_eq(vm, SENTINEL);
}
END_TEST

START_TEST(vm_from_fd_without_proc_adopts_a_vm)
{
	struct kvmlib_vm *vm;

	ck_assert_int_eq(kvmlib_sim_fail_nth(fix.sim, 4, ENOENT), 0);
	assert_ok(kvmlib_vm_from_fd(fix.system, kvmlib_vm_fd(fix.vm), &vm));
	kvmlib_vm_unref(vm);
}
END_TEST

START_TEST(vm_from_fd_of_other_process_is_eio_forked)
{
	struct kvmlib_vm *vm = SENTINEL;

	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, KVM_CHECK_EXTENSION, EIO, 1), 0);
	assert_fails(kvmlib_vm_from_fd(fix.system, kvmlib_vm_fd(fix.vm), &vm), EIO, FORKED,
		     "KVM_CHECK_EXTENSION");
	ck_assert_ptr_eq(vm, SENTINEL);
}
END_TEST

START_TEST(vm_from_fd_emfile_is_fd_limit)
{
	struct kvmlib_vm *vm = SENTINEL;

	ck_assert_int_eq(kvmlib_sim_fail_nth(fix.sim, 3, EMFILE), 0);
	assert_fails(kvmlib_vm_from_fd(fix.system, kvmlib_vm_fd(fix.vm), &vm), EMFILE, FD_LIMIT,
		     "fcntl(F_DUPFD_CLOEXEC)");
	ck_assert_ptr_eq(vm, SENTINEL);
}
END_TEST

START_TEST(vm_guard_enomem_is_no_memory)
{
	struct kvmlib_vm *vm = SENTINEL;

	ck_assert_int_eq(kvmlib_sim_fail_nth(fix.sim, 1, ENOMEM), 0);
	assert_fails(kvmlib_system_create_vm(fix.system, NULL, &vm), ENOMEM, NO_MEMORY,
		     "mmap(guard)");
	ck_assert_int_eq(kvmlib_sim_fail_nth(fix.sim, 2, ENOMEM), 0);
	assert_fails(kvmlib_vm_from_fd(fix.system, kvmlib_vm_fd(fix.vm), &vm), ENOMEM, NO_MEMORY,
		     "mmap(guard)");
	ck_assert_ptr_eq(vm, SENTINEL);
}
END_TEST

START_TEST(vm_null_is_einval)
{
	struct kvmlib_vcpu *vcpu = SENTINEL;
	struct kvmlib_device *device = SENTINEL;

	assert_refuses_null(kvmlib_vm_fd(NULL), 1);
	assert_refuses_null(kvmlib_vm_ioctl(NULL, KVM_CHECK_EXTENSION, 0), 1);
	assert_refuses_null(kvmlib_vm_check_extension(NULL, 1), 1);
	assert_refuses_null(kvmlib_vm_create_irqchip(NULL), 1);
	assert_refuses_null(kvmlib_vm_irq_line(NULL, 1, 1), 1);
	assert_refuses_null(kvmlib_vm_create_vcpu(NULL, 0, &vcpu), 1);
	assert_refuses_null(kvmlib_vm_create_device(NULL, DEVICE_TYPE, 0, &device), 1);
	ck_assert_ptr_eq(vcpu, SENTINEL);
	ck_assert_ptr_eq(device, SENTINEL);
}
END_TEST

START_TEST(vm_check_extension_asks_the_vm)
{
	uint64_t before = kvmlib_sim_nr_ioctls(fix.sim, KVM_CHECK_EXTENSION);

	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, 1000, 17), 0);
	assert_returns(kvmlib_vm_check_extension(fix.vm, 1000), 17);
	assert_returns(kvmlib_vm_check_extension(fix.vm, 1001), 0);
	ck_assert_uint_eq(kvmlib_sim_nr_ioctls(fix.sim, KVM_CHECK_EXTENSION), before + 2);
}
END_TEST

START_TEST(vm_check_extension_failure_names_the_capability)
{
	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, KVM_CHECK_EXTENSION, EDOM, 1), 0);
	assert_fails(kvmlib_vm_check_extension(fix.vm, 1000), EDOM, UNLISTED,
		     "KVM_CHECK_EXTENSION");
	assert_value(CAPABILITY, 1000);
}
END_TEST

START_TEST(vm_ioctl_passes_argument_and_result)
{
	struct kvm_userspace_memory_region region = region_of(0, 0, 1);

	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, 1000, 17), 0);
	assert_returns(kvmlib_vm_ioctl(fix.vm, KVM_CHECK_EXTENSION, 1000), 17);
	assert_ok(kvmlib_vm_ioctl(fix.vm, KVM_SET_USER_MEMORY_REGION, (uintptr_t)&region));
	region.slot = 1;
	assert_fails(kvmlib_vm_ioctl(fix.vm, KVM_SET_USER_MEMORY_REGION, (uintptr_t)&region),
		     EEXIST, SLOT_OVERLAP, "KVM_SET_USER_MEMORY_REGION");
	assert_value(REQUEST, KVM_SET_USER_MEMORY_REGION);
}
END_TEST

START_TEST(vm_ioctl_unknown_request_is_unknown_ioctl)
{
	int r;

	spoil_record();
	r = kvmlib_vm_ioctl(fix.vm, 0xaeff, 0);
	ck_assert(r == -ENOTTY || r == -EINVAL);
	ck_assert_int_eq(kvmlib_error_errno(), -r);
	ck_assert_str_eq(kvmlib_error_function(), "kvmlib_vm_ioctl");
	ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_UNKNOWN_IOCTL);
	ck_assert_ptr_nonnull(kvmlib_error_call());
	assert_value(REQUEST, 0xaeff);
}
END_TEST

/* A VM that KVM has given up says so in every call, whatever the handle. */
START_TEST(vm_dead_is_eio_vm_dead)
{
	struct kvm_userspace_memory_region region = region_of(0, 0, 1);
	uint64_t bitmap;
	uint32_t state = 77;

	ck_assert_int_eq(kvmlib_sim_kill_vm(fix.sim, kvmlib_vm_fd(fix.vm)), 0);
	assert_fails(kvmlib_vm_check_extension(fix.vm, 1), EIO, VM_DEAD, "KVM_CHECK_EXTENSION");
	if (REQUEST(CREATE_IRQCHIP))
		assert_fails(kvmlib_vm_create_irqchip(fix.vm), EIO, VM_DEAD, "KVM_CREATE_IRQCHIP");
	if (REQUEST(IRQ_LINE))
		assert_fails(kvmlib_vm_irq_line(fix.vm, 1, 1), EIO, VM_DEAD, "KVM_IRQ_LINE");
	assert_fails(kvmlib_vm_set_user_memory_region(fix.vm, &region), EIO, VM_DEAD,
		     "KVM_SET_USER_MEMORY_REGION");
	assert_fails(kvmlib_vm_get_dirty_log(fix.vm, 0, &bitmap), EIO, VM_DEAD,
		     "KVM_GET_DIRTY_LOG");
	assert_fails(kvmlib_vm_ioctl(fix.vm, KVM_CREATE_VCPU, 1), EIO, VM_DEAD, "KVM_CREATE_VCPU");
	if (REQUEST(GET_MP_STATE))
		assert_fails(kvmlib_vcpu_get_mp_state(fix.vcpu, &state), EIO, VM_DEAD,
			     "KVM_GET_MP_STATE");
	assert_fails(kvmlib_vcpu_run(fix.vcpu), EIO, VM_DEAD, "KVM_RUN");
	assert_fails(kvmlib_vcpu_ioctl(fix.vcpu, KVM_RUN, 0), EIO, VM_DEAD, "KVM_RUN");
	ck_assert_uint_eq(state, 77);
}
END_TEST

START_TEST(vm_dead_makes_no_vcpu_and_no_device)
{
	struct kvmlib_vcpu *vcpu = SENTINEL;
	struct kvmlib_device *device = SENTINEL;

	ck_assert_int_eq(kvmlib_sim_kill_vm(fix.sim, kvmlib_vm_fd(fix.vm)), 0);
	assert_fails(kvmlib_vm_create_vcpu(fix.vm, 1, &vcpu), EIO, VM_DEAD, "KVM_CREATE_VCPU");
	assert_fails(kvmlib_vm_create_device(fix.vm, DEVICE_TYPE, 0, &device), EIO, VM_DEAD,
		     "KVM_CREATE_DEVICE");
	ck_assert_ptr_eq(vcpu, SENTINEL);
	ck_assert_ptr_eq(device, SENTINEL);
}
END_TEST

START_TEST(device_of_dead_vm_is_eio_vm_dead)
{
	struct kvmlib_device *device;

	device = make_device();
	ck_assert_int_eq(kvmlib_sim_kill_vm(fix.sim, kvmlib_vm_fd(fix.vm)), 0);
	assert_fails(kvmlib_device_has_attr(device, 1, 1), EIO, VM_DEAD, "KVM_HAS_DEVICE_ATTR");
	assert_fails(kvmlib_device_ioctl(device, KVM_HAS_DEVICE_ATTR, 0), EIO, VM_DEAD,
		     "KVM_HAS_DEVICE_ATTR");
	kvmlib_device_unref(device);
}
END_TEST

/* One EIO of a VM that lives, in the process that made it: neither dead nor forked. */
START_TEST(vm_single_eio_is_neither_dead_nor_forked)
{
	uint64_t bitmap;

	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, KVM_GET_DIRTY_LOG, EIO, 1), 0);
	ck_assert_int_eq(kvmlib_vm_get_dirty_log(fix.vm, 0, &bitmap), -EIO);
	ck_assert_int_eq(kvmlib_error_errno(), EIO);
	ck_assert_uint_ne(kvmlib_error_cause(), KVMLIB_CAUSE_VM_DEAD);
	ck_assert_uint_ne(kvmlib_error_cause(), KVMLIB_CAUSE_FORKED);
}
END_TEST

START_TEST(vm_single_eio_with_a_row_of_its_own_has_that_cause)
{
	struct kvm_userspace_memory_region region = region_of(0, 0, 1);

	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, KVM_SET_USER_MEMORY_REGION, EIO, 1), 0);
	assert_fails(kvmlib_vm_set_user_memory_region(fix.vm, &region), EIO, KERNEL_BUG,
		     "KVM_SET_USER_MEMORY_REGION");
}
END_TEST

#ifdef __x86_64__
START_TEST(vm_irqchip_before_vcpus_is_made_once)
{
	assert_ok(kvmlib_vm_create_irqchip(fix.vm));
	assert_fails(kvmlib_vm_create_irqchip(fix.vm), EEXIST, IRQCHIP_EXISTS,
		     "KVM_CREATE_IRQCHIP");
}
END_TEST

START_TEST(vm_irqchip_after_vcpu_is_einval)
{
	assert_ok(kvmlib_vm_create_vcpu(fix.vm, 0, &fix.vcpu));
	assert_fails(kvmlib_vm_create_irqchip(fix.vm), EINVAL, AFTER_FIRST_VCPU,
		     "KVM_CREATE_IRQCHIP");
}
END_TEST

START_TEST(vm_irq_line_keeps_the_level)
{
	int fd = kvmlib_vm_fd(fix.vm);

	assert_ok(kvmlib_vm_create_irqchip(fix.vm));
	assert_ok(kvmlib_vm_irq_line(fix.vm, 4, 1));
	ck_assert_int_eq(kvmlib_sim_irq_level(fix.sim, fd, 4), 1);
	ck_assert_int_eq(kvmlib_sim_irq_level(fix.sim, fd, 5), 0);
	assert_ok(kvmlib_vm_irq_line(fix.vm, 4, 0));
	ck_assert_int_eq(kvmlib_sim_irq_level(fix.sim, fd, 4), 0);
}
END_TEST
#endif

START_TEST(vm_irq_line_without_irqchip_is_enxio)
{
	NEEDS(IRQ_LINE);
	assert_fails(kvmlib_vm_irq_line(fix.vm, SHARED_LINE, 1), ENXIO, IRQCHIP_MISSING,
		     "KVM_IRQ_LINE");
	assert_value(IRQ, SHARED_LINE);
	assert_value(LEVEL, 1);
}
END_TEST

Suite *vm_suite(void)
{
	Suite *suite = suite_create("vm");
	TCase *vm = add_case(suite, "vm", setup_vm);

	ADD_TESTS(vm, vm_from_fd_has_its_own_descriptor, vm_from_fd_null_is_einval,
		  vm_from_fd_closed_is_ebadf, vm_from_fd_without_proc_adopts_a_vm,
		  vm_from_fd_of_other_process_is_eio_forked, vm_from_fd_emfile_is_fd_limit,
		  vm_guard_enomem_is_no_memory, vm_null_is_einval, vm_check_extension_asks_the_vm,
		  vm_check_extension_failure_names_the_capability,
		  vm_ioctl_passes_argument_and_result, vm_ioctl_unknown_request_is_unknown_ioctl,
		  device_of_dead_vm_is_eio_vm_dead, vm_single_eio_is_neither_dead_nor_forked,
		  vm_single_eio_with_a_row_of_its_own_has_that_cause,
		  vm_irq_line_without_irqchip_is_enxio);
#ifdef __x86_64__
	ADD_TESTS(vm, vm_irqchip_before_vcpus_is_made_once, vm_irqchip_after_vcpu_is_einval,
		  vm_irq_line_keeps_the_level);
#endif
	ADD_TESTS(add_case(suite, "with vCPU", setup_vcpu), vm_from_fd_of_other_kind_is_enotty,
		  vm_from_fd_of_an_ordinary_file_is_enotty, vm_from_fd_without_proc_asks_the_kernel,
		  vm_dead_is_eio_vm_dead, vm_dead_makes_no_vcpu_and_no_device);
	return suite;
}
