/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The recording table. That each function's ioctl is recorded as its own is in wire.c. */

#define _GNU_SOURCE /* gettid(), memfd_create() */

#include "fixture.h"
#include "suites.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <caller.h>
#include <record.h>

#define MAX_CALLS 64

static struct record record;
static struct record_call calls[MAX_CALLS];
static int nr_calls;

static void keep(void *userdata, const struct record_call *call)
{
	ck_assert_ptr_eq(userdata, calls);
	ck_assert_int_lt(nr_calls, MAX_CALLS);
	calls[nr_calls++] = *call;
}

static struct kvmlib_system_opts record_opts(void)
{
	return (struct kvmlib_system_opts){ .size = sizeof(struct kvmlib_system_opts),
					    .sys = &record.ops };
}

static void setup_record(void)
{
	struct kvmlib_system_opts opts = record_opts();

	setup_sim();
	nr_calls = 0;
	record_init(&record, kvmlib_sim_sys_ops(fix.sim), keep, calls);
	ck_assert_int_eq(kvmlib_system_open(&opts, &fix.system), 0);
	ck_assert_int_eq(kvmlib_system_create_vm(fix.system, NULL, &fix.vm), 0);
	ck_assert_int_eq(kvmlib_vm_create_vcpu(fix.vm, 3, &fix.vcpu), 0);
}

/* The call with that number has all this; the result of success need only be one. */
static void assert_call(int n, const char *function, const char *kind, unsigned long request,
			int result)
{
	const struct record_call *call = &calls[n];

	ck_assert_int_lt(n, nr_calls);
	ck_assert_pstr_eq(call->function, function);
	ck_assert_pstr_eq(call->kind, kind);
	ck_assert_uint_eq(call->request, request);
	ck_assert_int_eq(call->result < 0 ? call->result : 0, result);
}

START_TEST(record_tells_all_ioctls_of_constructors)
{
	assert_call(0, "kvmlib_system_open", "system", KVM_GET_API_VERSION, 0);
	assert_call(1, "kvmlib_system_open", "system", KVM_GET_VCPU_MMAP_SIZE, 0);
	assert_call(2, "kvmlib_system_create_vm", "system", KVM_CREATE_VM, 0);
	assert_call(3, "kvmlib_vm_create_vcpu", "vm", KVM_CREATE_VCPU, 0);
	ck_assert_int_eq(calls[2].result, kvmlib_vm_fd(fix.vm));
	ck_assert_int_eq(nr_calls, 4);
}
END_TEST

/* What the library asks to find a cause is the call's whose cause it is. */
START_TEST(record_gives_probes_to_the_call_that_failed)
{
	uint64_t bitmap[1];

	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, KVM_GET_DIRTY_LOG, EIO, 1), 0);
	nr_calls = 0;
	assert_fails(kvmlib_vm_get_dirty_log(fix.vm, 0, bitmap), EIO, UNLISTED,
		     "KVM_GET_DIRTY_LOG");
	assert_call(0, "kvmlib_vm_get_dirty_log", "vm", KVM_GET_DIRTY_LOG, -EIO);
	assert_call(1, "kvmlib_vm_get_dirty_log", "vm", KVM_CHECK_EXTENSION, 0);
	ck_assert_int_eq(nr_calls, 2);
}
END_TEST

START_TEST(record_gives_adopted_descriptors_their_kinds)
{
	struct kvmlib_system_opts opts = record_opts();
	struct kvmlib_system *system;
	struct kvmlib_vcpu *vcpu;
	struct kvmlib_vm *vm;

	assert_ok(kvmlib_system_from_fd(kvmlib_system_fd(fix.system), &opts, &system));
	assert_ok(kvmlib_vm_from_fd(system, kvmlib_vm_fd(fix.vm), &vm));
	assert_ok(kvmlib_vcpu_from_fd(vm, kvmlib_vcpu_fd(fix.vcpu), 3, &vcpu));
	nr_calls = 0;
	ck_assert_int_eq(kvmlib_system_get_api_version(system), 12);
	ck_assert_int_ge(kvmlib_vm_check_extension(vm, 0), 0);
	push_exit(KVMLIB_EXIT_HLT, 0);
	assert_ok(kvmlib_vcpu_run(vcpu));
	assert_call(0, "kvmlib_system_get_api_version", "system", KVM_GET_API_VERSION, 0);
	assert_call(1, "kvmlib_vm_check_extension", "vm", KVM_CHECK_EXTENSION, 0);
	assert_call(2, "kvmlib_vcpu_run", "vcpu", KVM_RUN, 0);
	kvmlib_vcpu_unref(vcpu);
	kvmlib_vm_unref(vm);
	kvmlib_system_unref(system);
}
END_TEST

/* Made behind the record's back: /proc tells. */
START_TEST(record_looks_up_kinds_of_foreign_descriptors)
{
	const struct kvmlib_sys_ops *sys = kvmlib_sim_sys_ops(fix.sim);
	int vm_fd = sys->ioctl(sys->ctx, kvmlib_system_fd(fix.system), KVM_CREATE_VM, 0);
	int vcpu_fd = sys->ioctl(sys->ctx, vm_fd, KVM_CREATE_VCPU, 7);
	struct kvmlib_vcpu *vcpu;
	struct kvmlib_vm *vm;

	assert_ok(kvmlib_vm_from_fd(fix.system, vm_fd, &vm));
	assert_ok(kvmlib_vcpu_from_fd(vm, vcpu_fd, 7, &vcpu));
	nr_calls = 0;
	ck_assert_int_ge(kvmlib_vm_check_extension(vm, 0), 0);
	ck_assert_int_lt(kvmlib_vcpu_ioctl(vcpu, KVM_CREATE_VM, 0), 0);
	assert_call(0, "kvmlib_vm_check_extension", "vm", KVM_CHECK_EXTENSION, 0);
	assert_call(1, "kvmlib_vcpu_ioctl", "vcpu", KVM_CREATE_VM, -kvmlib_error_errno());
	kvmlib_vcpu_unref(vcpu);
	kvmlib_vm_unref(vm);
	sys->close(sys->ctx, vcpu_fd);
	sys->close(sys->ctx, vm_fd);
}
END_TEST

START_TEST(record_knows_devices_until_they_are_closed)
{
	struct kvmlib_device *device = make_device();
	int fd = kvmlib_device_fd(device);

	nr_calls = 0;
	assert_ok(kvmlib_device_has_attr(device, 1, 0));
	assert_call(0, "kvmlib_device_has_attr", "device", KVM_HAS_DEVICE_ATTR, 0);
	kvmlib_device_unref(device);
	ck_assert_int_eq(record.ops.ioctl(&record, fd, KVM_HAS_DEVICE_ATTR, 0), -EBADF);
	assert_call(1, NULL, NULL, KVM_HAS_DEVICE_ATTR, -EBADF);
}
END_TEST

static void run_in_handler(int signo)
{
	(void)signo;
	kvmlib_vcpu_run(fix.vcpu);
}

static int signalling_mmap(void *ctx, size_t length, int prot, int flags, int fd, uint64_t offset,
			   void **ret_address)
{
	const struct kvmlib_sys_ops *sys = kvmlib_sim_sys_ops(fix.sim);

	(void)ctx;
	raise(SIGUSR1);
	return sys->mmap(sys->ctx, length, prot, flags, fd, offset, ret_address);
}

static void look(int signo)
{
	(void)signo;
	outermost_public_function();
}

/* QEMU's user emulation of loongarch64 (10.0) dies where the look meets a signal's frame. */
static bool handlers_can_look(void)
{
	int status = -1;
	pid_t child = fork();

	if (!child) {
		signal(SIGUSR1, look);
		raise(SIGUSR1);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	return WIFEXITED(status);
}

/* A handler's call is its own, not part of the one that the signal met. */
START_TEST(record_ends_its_look_at_a_signal)
{
	struct kvmlib_vcpu *vcpu;

	if (!handlers_can_look())
		SKIP("the stack can't be walked from a signal's handler here");
	signal(SIGUSR1, run_in_handler);
	record.below.mmap = signalling_mmap;
	push_exit(KVMLIB_EXIT_HLT, 0);
	nr_calls = 0;
	ck_assert_int_eq(kvmlib_vm_create_vcpu(fix.vm, 4, &vcpu), 0);
	assert_call(0, "kvmlib_vm_create_vcpu", "vm", KVM_CREATE_VCPU, 0);
	assert_call(1, "kvmlib_vcpu_run", "vcpu", KVM_RUN, 0);
	kvmlib_vcpu_unref(vcpu);
}
END_TEST

/* No other member does what it should not: a whole life leaves nothing open or mapped. */
START_TEST(record_passes_every_call_on)
{
	uint64_t before = kvmlib_sim_nr_calls(fix.sim);
	void *address;

	ck_assert_int_eq(record.ops.open(&record, "/nowhere", 0), -ENOENT);
	ck_assert_int_eq(record.ops.fcntl(&record, -1, 0, 0), -EBADF);
	ck_assert_int_eq(record.ops.readlink(&record, "/nowhere", NULL, 0), -ENOENT);
	ck_assert_int_eq(record.ops.sigaction(&record, 0, NULL, NULL), -EINVAL);
	ck_assert_int_eq(record.ops.tgkill(&record, -1, -1, 0), -EINVAL);
	ck_assert_int_eq(record.ops.mmap(&record, page_size(), PROT_READ,
					 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0, &address),
			 0);
	ck_assert_int_eq(record.ops.madvise(&record, address, page_size(), MADV_DONTFORK), 0);
	ck_assert_int_eq(record.ops.pread(&record, -1, NULL, 0, 0), -EBADF);
	ck_assert_uint_eq(kvmlib_sim_nr_calls(fix.sim), before + 8);
	ck_assert_int_eq(record.ops.munmap(&record, address, page_size()), 0);
	ck_assert_int_eq(record.ops.getpid(&record), getpid());
	ck_assert_int_eq(record.ops.gettid(&record), gettid());
	ck_assert_int_eq(record.ops.sleep(&record, 7), 0);
	ck_assert_uint_eq(kvmlib_sim_slept(fix.sim), 7);
}
END_TEST

START_TEST(record_passes_calls_on_memory_on)
{
	uint64_t before = kvmlib_sim_nr_calls(fix.sim);
	int fd = record.ops.memfd_create(&record, "guest", MFD_CLOEXEC);
	uint8_t *memory = guest_memory();
	unsigned char in_core;
	const struct iovec byte = { &in_core, 1 };
	struct stat status;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(record.ops.ftruncate(&record, fd, page_size()), 0);
	ck_assert_int_eq(record.ops.fallocate(&record, fd, 0, 0, page_size()), 0);
	ck_assert_int_eq(record.ops.fstat(&record, fd, &status), 0);
	ck_assert_uint_eq((uint64_t)status.st_size, page_size());
	ck_assert_int_eq(record.ops.mmap_at(&record, memory, page_size(), PROT_READ | PROT_WRITE,
					    MAP_SHARED, fd, 0),
			 0);
	ck_assert_int_eq(record.ops.mincore(&record, memory, page_size(), &in_core), 0);
	ck_assert_int_lt(record.ops.mbind(&record, memory, page_size(), 12345, NULL, 0, 0), 0);
	ck_assert_int_lt(record.ops.process_vm_readv(&record, -1, &byte, &byte), 0);
	ck_assert_int_lt(record.ops.process_vm_writev(&record, -1, &byte, &byte), 0);
	ck_assert_uint_eq(kvmlib_sim_nr_calls(fix.sim), before + 9);
	ck_assert_int_eq(record.ops.close(&record, fd), 0);
	fd = record.ops.eventfd(&record, 0, 0);
	ck_assert_int_lt(record.ops.read(&record, -1, NULL, 8), 0);
	ck_assert_int_lt(record.ops.write(&record, -1, NULL, 8), 0);
	ck_assert_int_eq(record.ops.poll(&record, NULL, 0, 0), 0);
	ck_assert_int_eq(record.ops.arch_prctl(&record, 0x1025, 18), -EOPNOTSUPP);
	ck_assert_uint_eq(kvmlib_sim_nr_calls(fix.sim), before + 14);
	ck_assert_int_eq(record.ops.close(&record, fd), 0);
}
END_TEST

/* That the number of seals is no descriptor, and that what is in /proc is no system. */
START_TEST(record_takes_no_answer_for_a_descriptor)
{
	int fd = record.ops.memfd_create(&record, "guest", MFD_ALLOW_SEALING);
	int proc = record.ops.open(&record, "/proc/self/smaps", O_RDONLY);
	int seals = F_SEAL_SHRINK | F_SEAL_GROW;

	ck_assert_int_eq(record.ops.fcntl(&record, fd, F_ADD_SEALS, seals), 0);
	ck_assert_int_eq(record.ops.fcntl(&record, fd, F_GET_SEALS, 0), seals);
	nr_calls = 0;
	ck_assert_int_eq(record.ops.ioctl(&record, proc, KVM_GET_API_VERSION, 0), -ENOTTY);
	assert_call(0, NULL, NULL, KVM_GET_API_VERSION, -ENOTTY);
	ck_assert_int_eq(record.ops.close(&record, fd), 0);
	ck_assert_int_eq(record.ops.close(&record, proc), 0);
}
END_TEST

Suite *record_suite(void)
{
	Suite *suite = suite_create("record");

	ADD_TESTS(add_case(suite, "record", setup_record), record_tells_all_ioctls_of_constructors,
		  record_gives_probes_to_the_call_that_failed,
		  record_gives_adopted_descriptors_their_kinds,
		  record_looks_up_kinds_of_foreign_descriptors,
		  record_knows_devices_until_they_are_closed, record_ends_its_look_at_a_signal,
		  record_passes_every_call_on, record_passes_calls_on_memory_on,
		  record_takes_no_answer_for_a_descriptor);
	return suite;
}
