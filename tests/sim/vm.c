/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* VMs: capabilities that are enabled; VMs that are dead, or a parent's. */
#include "fixture.h"

#include <sys/wait.h>
#include <unistd.h>

#include "suites.h"

START_TEST(enable_cap_bad_arguments_are_refused)
{
	struct kvm_enable_cap flagged = { .cap = KVMLIB_CAP_MANUAL_DIRTY_LOG_PROTECT2, .flags = 1 };

	ck_assert_int_eq(enable_cap(1000, 0), -EINVAL);
	ck_assert_int_eq(call_ptr(vm, KVM_ENABLE_CAP, &flagged), -EINVAL);
	ck_assert_int_eq(call_ptr(vm, KVM_ENABLE_CAP, hole), -EFAULT);
}
END_TEST

START_TEST(kill_vm_makes_all_eio)
{
	uint64_t bitmap = 0;
	int fd;

	ck_assert_int_eq(kvmlib_sim_add_attr(sim, OWN_TYPE, 0, 0, 8, 3), 0);
	ck_assert_int_eq(create_device(OWN_TYPE, 0, &fd), 0);
	ck_assert_int_eq(kvmlib_sim_kill_vm(sim, vm), 0);
	ck_assert_int_eq(set_slot(0, 0, 0, 1, 0), -EIO);
	ck_assert_int_eq(get_dirty(0, &bitmap), -EIO);
	ck_assert_int_eq(call(vm, KVM_CHECK_EXTENSION, 1), -EIO);
	ck_assert_int_eq(call(vm, UNKNOWN_REQUEST, 1), -EIO);
	ck_assert_int_eq(go(), -EIO);
	ck_assert_int_eq(attr_call(fd, KVM_HAS_DEVICE_ATTR, 0, 0, NULL), -EIO);
	ck_assert_int_eq(call(system_fd, KVM_GET_API_VERSION, 0), 12);
	ck_assert_int_eq(close_fd(fd), 0);
}
END_TEST

START_TEST(kill_vm_bad_arguments_are_refused)
{
	ck_assert_int_eq(kvmlib_sim_kill_vm(NULL, vm), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_kill_vm(sim, system_fd), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_kill_vm(sim, NO_SUCH_FD), -EBADF);
}
END_TEST

/* What a child sees; 0 if all is as it should be, else the line. */
static int in_child(void)
{
	int fd;

	if (set_slot(0, 0, 0, 1, 0) != -EIO || call(vm, UNKNOWN_REQUEST, 0) != -EIO)
		return __LINE__;
	if (go() != -EIO)
		return __LINE__;
	if (call(system_fd, KVM_GET_API_VERSION, 0) != 12)
		return __LINE__;
	fd = call(system_fd, KVM_CREATE_VM, 0);
	if (fd < 0 || call(fd, KVM_CHECK_EXTENSION, KVMLIB_CAP_USER_MEMORY) != 1)
		return __LINE__;
	if (close_fd(fd) || close_fd(vm) || unmap_run(run) || close_fd(vcpu))
		return __LINE__;
	return kvmlib_sim_open_fds(sim) == 1 && kvmlib_sim_mappings(sim) == 0 ? 0 : __LINE__;
}

START_TEST(fork_child_gets_eio)
{
	int status = 0;
	pid_t child = fork();

	if (child == 0)
		_exit(in_child() != 0);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 0);
	ck_assert_int_eq(set_slot(0, 0, 0, 1, 0), 0);
}
END_TEST

Suite *vm_suite(void)
{
	Suite *suite = suite_create("sim_vm");

	ADD_TESTS(add_case(suite, "vm", setup_vm), enable_cap_bad_arguments_are_refused,
		  kill_vm_bad_arguments_are_refused);
	ADD_TESTS(add_case(suite, "eio", setup_vcpu), kill_vm_makes_all_eio, fork_child_gets_eio);
	return suite;
}
