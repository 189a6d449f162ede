/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fixture.h"
#include "suites.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#define OPEN_CALL     "open(/dev/kvm)"
#define CREATE_TRIES  64U /* as documented */
#define MAX_PAUSE     1000000U
#define MINIMAL_PAUSE 1000U

static int try_to_open(void)
{
	struct kvmlib_system_opts opts = sim_opts();
	struct kvmlib_system *system = SENTINEL;
	int r = kvmlib_system_open(&opts, &system);

	if (r < 0)
		ck_assert_ptr_eq(system, SENTINEL);
	else
		kvmlib_system_unref(system);
	return r;
}

/* What kvmlib_system_open() answers and records; the record's function is the library's. */
static void assert_open_fails(int errnum, uint32_t cause, const char *call)
{
	const char *differs;

	spoil_record();
	ck_assert_int_eq(try_to_open(), -errnum);
	differs = record_differs("kvmlib_system_open()", errnum, cause, call);
	ck_assert_msg(!differs, "%s", differs);
	ck_assert_int_eq(kvmlib_sim_open_fds(fix.sim), 0);
}

static const struct {
	int errnum;
	uint32_t cause;
	const char *hint; /* a part of it */
} open_errors[] = {
	{ ENOENT, KVMLIB_CAUSE_DEVICE_NODE_MISSING, "modprobe" },
	{ EACCES, KVMLIB_CAUSE_DEVICE_NODE_ACCESS, "group kvm" },
	{ EPERM, KVMLIB_CAUSE_DEVICE_NODE_DENIED, "device cgroup" },
	{ ENODEV, KVMLIB_CAUSE_MODULE_MISSING, "modprobe" },
	{ ENXIO, KVMLIB_CAUSE_MODULE_MISSING, "modprobe" },
	{ EMFILE, KVMLIB_CAUSE_FD_LIMIT, "RLIMIT_NOFILE" },
	{ ENFILE, KVMLIB_CAUSE_SYSTEM_FD_LIMIT, "fs.file-max" },
	{ EINTR, KVMLIB_CAUSE_INTERRUPTED, "signal" },
	{ EDOM, KVMLIB_CAUSE_UNLISTED, "" },
};

START_TEST(system_open_errno_has_cause_and_hint)
{
	ck_assert_int_eq(kvmlib_sim_set_open_error(fix.sim, open_errors[_i].errnum), 0);
	assert_open_fails(open_errors[_i].errnum, open_errors[_i].cause, OPEN_CALL);
	ck_assert_msg(strstr(kvmlib_error_hint(), open_errors[_i].hint) != NULL, "%s",
		      kvmlib_error_hint());
	ck_assert_str_eq(kvmlib_error_hint(), kvmlib_cause_hint(open_errors[_i].cause));
}
END_TEST

START_TEST(system_open_path_is_that_of_options)
{
	struct kvmlib_system_opts opts = sim_opts();
	struct kvmlib_system *system = SENTINEL;

	opts.path = "/dev/kvm";
	assert_ok(kvmlib_system_open(&opts, &system));
	kvmlib_system_unref(system);
	opts.path = "/dev/other";
	system = SENTINEL;
	assert_fails(kvmlib_system_open(&opts, &system), ENOENT, DEVICE_NODE_MISSING, OPEN_CALL);
	ck_assert_ptr_eq(system, SENTINEL);
}
END_TEST

START_TEST(system_open_null_is_einval)
{
	struct kvmlib_system_opts opts = sim_opts();

	assert_refuses_null(kvmlib_system_open(&opts, NULL), 2);
	assert_refuses_null(kvmlib_system_from_fd(0, &opts, NULL), 3);
	ck_assert_uint_eq(kvmlib_sim_nr_calls(fix.sim), 0);
}
END_TEST

START_TEST(system_open_other_api_version_is_eprotonosupport)
{
	static const int versions[] = { 0, 11, 13, INT_MAX };

	ck_assert_int_eq(kvmlib_sim_set_api_version(fix.sim, versions[_i]), 0);
	assert_open_fails(EPROTONOSUPPORT, KVMLIB_CAUSE_API_VERSION, "KVM_GET_API_VERSION");
	assert_value(VERSION, versions[_i]);
}
END_TEST

START_TEST(system_open_absurd_run_size_is_eprotonosupport)
{
	const size_t sizes[] = { 0, sizeof(struct kvm_run) - 1, (1U << 20) + 1, INT_MAX };

	ck_assert_int_eq(kvmlib_sim_set_vcpu_mmap_size(fix.sim, sizes[_i]), 0);
	assert_open_fails(EPROTONOSUPPORT, KVMLIB_CAUSE_RUN_SIZE, "KVM_GET_VCPU_MMAP_SIZE");
	assert_value(SIZE, sizes[_i]);
}
END_TEST

START_TEST(system_open_sane_run_sizes_are_fine)
{
	ck_assert_int_eq(kvmlib_sim_set_vcpu_mmap_size(fix.sim, sizeof(struct kvm_run)), 0);
	ck_assert_int_eq(try_to_open(), 0);
	ck_assert_int_eq(kvmlib_sim_set_vcpu_mmap_size(fix.sim, 1U << 20), 0);
	ck_assert_int_eq(try_to_open(), 0);
}
END_TEST

/* EINVAL and ENOTTY are how other devices answer to KVM's requests. */
START_TEST(system_open_other_device_is_enotty)
{
	static const int errnos[] = { ENOTTY, EINVAL };

	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, KVM_GET_API_VERSION, errnos[_i], 1), 0);
	assert_open_fails(ENOTTY, KVMLIB_CAUSE_NOT_KVM_FD, "KVM_GET_API_VERSION");
	assert_no_value(VERSION);
}
END_TEST

START_TEST(system_open_passes_other_errnos_of_version)
{
	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, KVM_GET_API_VERSION, EDOM, 1), 0);
	assert_open_fails(EDOM, KVMLIB_CAUSE_UNLISTED, "KVM_GET_API_VERSION");
	assert_no_value(VERSION);
}
END_TEST

START_TEST(system_open_passes_errno_of_run_size_without_a_size)
{
	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, KVM_GET_VCPU_MMAP_SIZE, EDOM, 1), 0);
	assert_open_fails(EDOM, KVMLIB_CAUSE_UNLISTED, "KVM_GET_VCPU_MMAP_SIZE");
	assert_no_value(SIZE);
}
END_TEST

START_TEST(system_from_fd_has_its_own_descriptor)
{
	struct kvmlib_system_opts opts = sim_opts();
	struct kvmlib_system *adopted;

	opts.path = "/not/used";
	assert_ok(kvmlib_system_from_fd(kvmlib_system_fd(fix.system), &opts, &adopted));
	ck_assert_int_ne(kvmlib_system_fd(adopted), kvmlib_system_fd(fix.system));
	ck_assert_int_eq(kvmlib_sim_open_fds(fix.sim), 2);
	fix.system = kvmlib_system_unref(fix.system);
	assert_returns(kvmlib_system_get_api_version(adopted), 12);
	kvmlib_system_unref(adopted);
}
END_TEST

START_TEST(system_from_fd_closed_is_ebadf)
{
	struct kvmlib_system_opts opts = sim_opts();
	struct kvmlib_system *system = SENTINEL;

	assert_fails(kvmlib_system_from_fd(NO_SUCH_FD, &opts, &system), EBADF, BAD_FD,
		     "fcntl(F_DUPFD_CLOEXEC)");
	assert_value(FD, NO_SUCH_FD);
	ck_assert_ptr_eq(system, SENTINEL);
}
END_TEST

START_TEST(system_from_fd_of_a_vm_is_enotty)
{
	struct kvmlib_system_opts opts = sim_opts();
	struct kvmlib_system *system = SENTINEL;

	assert_fails(kvmlib_system_from_fd(kvmlib_vm_fd(fix.vm), &opts, &system), ENOTTY,
		     NOT_KVM_FD, "KVM_GET_API_VERSION");
	assert_fails(kvmlib_system_from_fd(kvmlib_vcpu_fd(fix.vcpu), &opts, &system), ENOTTY,
		     NOT_KVM_FD, "KVM_GET_API_VERSION");
	ck_assert_ptr_eq(system, SENTINEL);
	ck_assert_int_eq(kvmlib_sim_open_fds(fix.sim), 3);
}
END_TEST

START_TEST(system_from_fd_of_an_ordinary_file_is_enotty)
{
	struct kvmlib_system_opts opts = sim_opts();
	struct kvmlib_system *system = SENTINEL;
	int fd = open("/dev/null", O_RDWR);

	assert_fails(kvmlib_system_from_fd(fd, &opts, &system), ENOTTY, NOT_KVM_FD,
		     "KVM_GET_API_VERSION");
	ck_assert_ptr_eq(system, SENTINEL);
	ck_assert_int_eq(kvmlib_sim_open_fds(fix.sim), 3);
	ck_assert_int_eq(close(fd), 0);
}
END_TEST

START_TEST(system_from_fd_other_api_version_is_eprotonosupport)
{
	struct kvmlib_system_opts opts = sim_opts();
	struct kvmlib_system *system = SENTINEL;

	ck_assert_int_eq(kvmlib_sim_set_api_version(fix.sim, 11), 0);
	assert_fails(kvmlib_system_from_fd(kvmlib_system_fd(fix.system), &opts, &system),
		     EPROTONOSUPPORT, API_VERSION, "KVM_GET_API_VERSION");
	ck_assert_ptr_eq(system, SENTINEL);
}
END_TEST

START_TEST(system_questions_are_answered)
{
	assert_returns(kvmlib_system_get_api_version(fix.system), 12);
	assert_returns(kvmlib_system_get_vcpu_mmap_size(fix.system), (int)(3 * page_size()));
	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, 1000, 0), 0);
	assert_returns(kvmlib_system_check_extension(fix.system, 1000), 0);
	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, 1000, INT_MAX), 0);
	assert_returns(kvmlib_system_check_extension(fix.system, 1000), INT_MAX);
}
END_TEST

START_TEST(system_null_is_einval)
{
	struct kvmlib_vm *vm = SENTINEL;

	assert_refuses_null(kvmlib_system_fd(NULL), 1);
	assert_refuses_null(kvmlib_system_ioctl(NULL, KVM_GET_API_VERSION, 0), 1);
	assert_refuses_null(kvmlib_system_get_api_version(NULL), 1);
	assert_refuses_null(kvmlib_system_check_extension(NULL, 1), 1);
	assert_refuses_null(kvmlib_system_get_vcpu_mmap_size(NULL), 1);
	assert_refuses_null(kvmlib_system_create_vm(NULL, NULL, &vm), 1);
	assert_refuses_null(kvmlib_system_create_vm(fix.system, NULL, NULL), 3);
	ck_assert_ptr_eq(vm, SENTINEL);
}
END_TEST

START_TEST(system_ioctl_passes_request_argument_and_result)
{
	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, 1001, 42), 0);
	assert_returns(kvmlib_system_ioctl(fix.system, KVM_GET_API_VERSION, 0), 12);
	assert_returns(kvmlib_system_ioctl(fix.system, KVM_CHECK_EXTENSION, 1001), 42);
}
END_TEST

START_TEST(system_ioctl_failure_names_the_request)
{
	assert_fails(kvmlib_system_ioctl(fix.system, KVM_GET_API_VERSION, 1), EINVAL,
		     ARGUMENT_NOT_ZERO, "KVM_GET_API_VERSION");
	assert_value(REQUEST, KVM_GET_API_VERSION);
}
END_TEST

START_TEST(system_ioctl_unknown_request_is_unknown_ioctl)
{
	int r;

	spoil_record();
	r = kvmlib_system_ioctl(fix.system, 0xaeff, 0);
	ck_assert(r == -ENOTTY || r == -EINVAL);
	ck_assert_int_eq(kvmlib_error_errno(), -r);
	ck_assert_str_eq(kvmlib_error_function(), "kvmlib_system_ioctl");
	ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_UNKNOWN_IOCTL);
	ck_assert_ptr_nonnull(kvmlib_error_call());
	assert_value(REQUEST, 0xaeff);
}
END_TEST

START_TEST(system_create_vm_is_a_vm)
{
	assert_ok(kvmlib_system_create_vm(fix.system, NULL, &fix.vm));
	ck_assert_int_ge(kvmlib_vm_fd(fix.vm), 0);
	ck_assert_uint_eq(kvmlib_sim_nr_ioctls(fix.sim, KVM_CREATE_VM), 1);
	ck_assert_uint_eq(kvmlib_sim_slept(fix.sim), 0);
}
END_TEST

START_TEST(system_create_vm_bad_type_is_einval)
{
	struct kvmlib_vm_opts opts = { .size = sizeof(opts), .type = 0x7777 };
	struct kvmlib_vm *vm = SENTINEL;

	/* Not every architecture's kernel looks at the type. */
	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, KVM_CREATE_VM, EINVAL, 1), 0);
	assert_fails(kvmlib_system_create_vm(fix.system, &opts, &vm), EINVAL, VM_TYPE_UNSUPPORTED,
		     "KVM_CREATE_VM");
	assert_value(TYPE, 0x7777);
	assert_value(RETRIES, 0);
	ck_assert_ptr_eq(vm, SENTINEL);
}
END_TEST

START_TEST(system_create_vm_type_reaches_the_kernel)
{
	struct kvmlib_vm_opts opts = { .size = sizeof(opts), .type = 1 };

	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_VM_TYPES, 3), 0);
#ifdef __x86_64__
	assert_ok(kvmlib_system_create_vm(fix.system, &opts, &fix.vm));
	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_VM_TYPES, 1), 0);
	fix.vm = kvmlib_vm_unref(fix.vm);
	ck_assert_int_eq(kvmlib_system_create_vm(fix.system, &opts, &fix.vm), -EINVAL);
#endif
	ck_assert_uint_eq(opts.type, 1);
}
END_TEST

/* Another hypervisor holds the CPUs: EBUSY before Linux 6.12, EIO since. */
START_TEST(system_create_vm_taken_cpus_is_virtualization_busy)
{
	static const int errnos[] = { EBUSY, EIO };
	struct kvmlib_vm *vm = SENTINEL;

	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, KVM_CREATE_VM, errnos[_i], 1), 0);
	assert_fails(kvmlib_system_create_vm(fix.system, NULL, &vm), errnos[_i],
		     VIRTUALIZATION_BUSY, "KVM_CREATE_VM");
	ck_assert_ptr_nonnull(strstr(kvmlib_error_hint(), "hypervisor"));
	ck_assert_ptr_eq(vm, SENTINEL);
	ck_assert_uint_eq(kvmlib_sim_nr_ioctls(fix.sim, KVM_CREATE_VM), 1);
}
END_TEST

START_TEST(system_create_vm_eintr_is_retried)
{
	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, KVM_CREATE_VM, EINTR, 3), 0);
	assert_ok(kvmlib_system_create_vm(fix.system, NULL, &fix.vm));
	ck_assert_uint_eq(kvmlib_sim_nr_ioctls(fix.sim, KVM_CREATE_VM), 4);
	ck_assert_uint_eq(kvmlib_sim_slept(fix.sim), 7 * MINIMAL_PAUSE);
}
END_TEST

START_TEST(system_create_vm_last_retry_may_succeed)
{
	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, KVM_CREATE_VM, EINTR, CREATE_TRIES - 1), 0);
	assert_ok(kvmlib_system_create_vm(fix.system, NULL, &fix.vm));
	ck_assert_uint_eq(kvmlib_sim_nr_ioctls(fix.sim, KVM_CREATE_VM), CREATE_TRIES);
}
END_TEST

/* Pauses double from 1 microsecond to 1 millisecond: ten of them, then the longest. */
static uint64_t all_pauses(void)
{
	uint64_t pause = MINIMAL_PAUSE, sum = 0;

	for (unsigned int i = 1; i < CREATE_TRIES; i++) {
		sum += pause;
		pause = 2 * pause < MAX_PAUSE ? 2 * pause : MAX_PAUSE;
	}
	return sum;
}

START_TEST(system_create_vm_eintr_for_ever_is_eintr_after_64_tries)
{
	struct kvmlib_vm *vm = SENTINEL;

	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, KVM_CREATE_VM, EINTR, UINT_MAX), 0);
	assert_fails(kvmlib_system_create_vm(fix.system, NULL, &vm), EINTR, CREATE_VM_INTERRUPTED,
		     "KVM_CREATE_VM");
	assert_value(RETRIES, CREATE_TRIES - 1);
	ck_assert_ptr_eq(vm, SENTINEL);
	ck_assert_uint_eq(kvmlib_sim_nr_ioctls(fix.sim, KVM_CREATE_VM), CREATE_TRIES);
	ck_assert_uint_eq(kvmlib_sim_slept(fix.sim), all_pauses());
}
END_TEST

START_TEST(system_create_vm_other_errno_after_retries_tells_them)
{
	struct kvmlib_vm *vm = SENTINEL;
	uint64_t first = 2 + 1; /* the guard page's mmap and madvise come before */

	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, KVM_CREATE_VM, EINTR, 2), 0);
	ck_assert_int_eq(kvmlib_sim_fail_nth(fix.sim, first + 2, ENOMEM), 0);
	assert_fails(kvmlib_system_create_vm(fix.system, NULL, &vm), ENOMEM, NO_MEMORY,
		     "KVM_CREATE_VM");
	assert_value(RETRIES, 2);
}
END_TEST

Suite *system_suite(void)
{
	Suite *suite = suite_create("system");
	TCase *opening = add_case(suite, "open", setup_sim);
	TCase *open = add_case(suite, "open system", setup_system);
	TCase *vcpu = add_case(suite, "with vCPU", setup_vcpu);

	tcase_add_loop_test(opening, system_open_errno_has_cause_and_hint, 0,
			    (int)(sizeof(open_errors) / sizeof(open_errors[0])));
	tcase_add_loop_test(opening, system_open_other_api_version_is_eprotonosupport, 0, 4);
	tcase_add_loop_test(opening, system_open_absurd_run_size_is_eprotonosupport, 0, 4);
	tcase_add_loop_test(opening, system_open_other_device_is_enotty, 0, 2);
	ADD_TESTS(opening, system_open_path_is_that_of_options, system_open_null_is_einval,
		  system_open_sane_run_sizes_are_fine, system_open_passes_other_errnos_of_version,
		  system_open_passes_errno_of_run_size_without_a_size);
	tcase_add_loop_test(open, system_create_vm_taken_cpus_is_virtualization_busy, 0, 2);
	ADD_TESTS(open, system_from_fd_has_its_own_descriptor, system_from_fd_closed_is_ebadf,
		  system_from_fd_other_api_version_is_eprotonosupport,
		  system_questions_are_answered, system_null_is_einval,
		  system_ioctl_passes_request_argument_and_result,
		  system_ioctl_failure_names_the_request,
		  system_ioctl_unknown_request_is_unknown_ioctl, system_create_vm_is_a_vm,
		  system_create_vm_bad_type_is_einval, system_create_vm_type_reaches_the_kernel,
		  system_create_vm_eintr_is_retried, system_create_vm_last_retry_may_succeed,
		  system_create_vm_eintr_for_ever_is_eintr_after_64_tries,
		  system_create_vm_other_errno_after_retries_tells_them);
	ADD_TESTS(vcpu, system_from_fd_of_a_vm_is_enotty,
		  system_from_fd_of_an_ordinary_file_is_enotty);
	return suite;
}
