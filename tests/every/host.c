/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Opening KVM, and what goes wrong there. */

#include "every.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <runner.h>

static struct kvmlib_system *open_system(void)
{
	struct kvmlib_system *system;

	ck_assert_int_eq(kvmlib_system_open(live_opts(), &system), 0);
	return system;
}

START_TEST(system_answers_api_12_and_a_run_page)
{
	struct kvmlib_system *system = open_system();

	ck_assert_int_eq(kvmlib_system_get_api_version(system), 12);
	ck_assert_int_ge(kvmlib_system_get_vcpu_mmap_size(system), 4096);
	kvmlib_system_unref(system);
}
END_TEST

START_TEST(system_capabilities_are_asked_by_number)
{
	struct kvmlib_system *system = open_system();

	ck_assert_int_eq(kvmlib_system_check_extension(system, KVMLIB_CAP_USER_MEMORY), 1);
	ck_assert_int_ge(kvmlib_system_check_extension(system, KVMLIB_CAP_NR_MEMSLOTS), 32);
	ck_assert_int_eq(kvmlib_system_check_extension(system, KVMLIB_CAP_IMMEDIATE_EXIT), 1);
	ck_assert_int_eq(kvmlib_system_check_extension(system, 0x7ffffff0U), 0);
	kvmlib_system_unref(system);
}
END_TEST

START_TEST(system_fd_is_close_on_exec)
{
	struct kvmlib_system *system = open_system();

	ck_assert_int_eq(fcntl(kvmlib_system_fd(system), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	kvmlib_system_unref(system);
}
END_TEST

START_TEST(system_unknown_ioctl_is_explained)
{
	struct kvmlib_system *system = open_system();

	assert_failed(kvmlib_system_ioctl(system, 0xaeffU, 0), EINVAL, KVMLIB_CAUSE_UNKNOWN_IOCTL);
	ck_assert_str_eq(kvmlib_error_call(), "(any system ioctl)");
	kvmlib_system_unref(system);
}
END_TEST

START_TEST(system_from_fd_adopts_an_open_node)
{
	int fd = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	struct kvmlib_system *system;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(kvmlib_system_from_fd(fd, live_opts(), &system), 0);
	close(fd);
	ck_assert_int_eq(kvmlib_system_get_api_version(system), 12);
	kvmlib_system_unref(system);
}
END_TEST

START_TEST(system_from_fd_refuses_what_is_not_kvm)
{
	struct kvmlib_system *system = NULL;
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	assert_failed(kvmlib_system_from_fd(fd, live_opts(), &system), ENOTTY,
		      KVMLIB_CAUSE_NOT_KVM_FD);
	close(fd);
	assert_failed(kvmlib_system_from_fd(fd, live_opts(), &system), EBADF, KVMLIB_CAUSE_BAD_FD);
	ck_assert_ptr_null(system);
}
END_TEST

START_TEST(system_open_of_another_device_is_refused)
{
	struct kvmlib_system_opts opts = { .size = sizeof(opts), .path = "/dev/null" };
	struct kvmlib_system *system = NULL;

	assert_failed(kvmlib_system_open(&opts, &system), ENOTTY, KVMLIB_CAUSE_NOT_KVM_FD);
	opts.path = "/dev/kvm-that-is-not-there";
	assert_failed(kvmlib_system_open(&opts, &system), ENOENT, KVMLIB_CAUSE_DEVICE_NODE_MISSING);
	ck_assert_ptr_null(system);
}
END_TEST

/* In a child that gave root up; its status tells. */
static int open_as_nobody(void)
{
	struct kvmlib_system *system = NULL;

	if (setuid(65534))
		return 2;
	if (kvmlib_system_open(live_opts(), &system) == 0)
		return 77;
	return kvmlib_error_errno() == EACCES && strstr(kvmlib_error_hint(), "group kvm") ? 0 : 1;
}

START_TEST(system_open_without_permission_names_the_group)
{
	int status;
	pid_t child;

	if (geteuid())
		SKIP("only root can become somebody without permission");
	child = fork();
	if (!child)
		_exit(open_as_nobody());
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		SKIP("everybody may open /dev/kvm here");
	ck_assert_int_eq(WEXITSTATUS(status), 0);
}
END_TEST

START_TEST(system_create_vm_without_descriptors_is_emfile)
{
	struct kvmlib_system *system = open_system();
	struct rlimit limit;
	struct kvmlib_vm *vm = NULL;
	int last = dup(0);

	close(last);
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = (rlim_t)last;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	assert_failed(kvmlib_system_create_vm(system, NULL, &vm), EMFILE, KVMLIB_CAUSE_FD_LIMIT);
	ck_assert_ptr_null(vm);
	kvmlib_system_unref(system);
}
END_TEST

START_TEST(system_create_vm_of_unknown_type_is_einval)
{
	struct kvmlib_vm_opts opts = { .size = sizeof(opts), .type = 0x7000 };
	struct kvmlib_system *system = open_system();
	struct kvmlib_vm *vm = NULL;
	int r = kvmlib_system_create_vm(system, &opts, &vm);

	kvmlib_system_unref(system);
	if (!r) {
		kvmlib_vm_unref(vm);
#if defined(__riscv)
		SKIP("KVM of riscv64 takes any type");
#endif
	}
	assert_failed(r, EINVAL, KVMLIB_CAUSE_VM_TYPE_UNSUPPORTED);
	ck_assert_ptr_null(vm);
}
END_TEST

Suite *host_suite(void)
{
	Suite *suite = suite_create("host");
	TCase *tc = tcase_create("host");

	tcase_add_test(tc, system_answers_api_12_and_a_run_page);
	tcase_add_test(tc, system_capabilities_are_asked_by_number);
	tcase_add_test(tc, system_fd_is_close_on_exec);
	tcase_add_test(tc, system_unknown_ioctl_is_explained);
	tcase_add_test(tc, system_from_fd_adopts_an_open_node);
	tcase_add_test(tc, system_from_fd_refuses_what_is_not_kvm);
	tcase_add_test(tc, system_open_of_another_device_is_refused);
	tcase_add_test(tc, system_open_without_permission_names_the_group);
	tcase_add_test(tc, system_create_vm_without_descriptors_is_emfile);
	tcase_add_test(tc, system_create_vm_of_unknown_type_is_einval);
	suite_add_tcase(suite, tc);
	return suite;
}
