/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The VFIO device. The simulated kernel takes any file of the real system for one of VFIO's. */

#include "fixture.h"
#include "suites.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "child.h"

#define CALL	"KVM_SET_DEVICE_ATTR"
#define NO_VFIO "this architecture has no VFIO device"

#if defined(__x86_64__) || defined(__aarch64__) || defined(__powerpc64__) || defined(__s390x__)
#define HAS_VFIO 1
#else
#define HAS_VFIO 0
#endif

static struct kvmlib_vfio *vfio;
static int file = -1;
static int second = -1;

static void setup_vfio(void)
{
	setup_vm();
	file = open("/dev/null", O_RDWR | O_CLOEXEC);
	second = open("/dev/null", O_RDWR | O_CLOEXEC);
	vfio = NULL;
	if (HAS_VFIO)
		assert_ok(kvmlib_vfio_new(fix.vm, &vfio));
}

static void teardown_vfio(void)
{
	vfio = kvmlib_vfio_unref(vfio);
	close(second);
	close(file);
	teardown();
}

START_TEST(vfio_files_come_and_go)
{
	if (!HAS_VFIO)
		SKIP(NO_VFIO);
	assert_ok(kvmlib_vfio_add(vfio, file));
	assert_ok(kvmlib_vfio_add(vfio, second));
	assert_ok(kvmlib_vfio_remove(vfio, file));
	assert_ok(kvmlib_vfio_add(vfio, file));
	assert_ok(kvmlib_vfio_remove(vfio, second));
	assert_ok(kvmlib_vfio_remove(vfio, file));
}
END_TEST

START_TEST(vfio_refusals_name_the_file_and_why)
{
	if (!HAS_VFIO)
		SKIP(NO_VFIO);
	assert_fails(kvmlib_vfio_add(vfio, NO_SUCH_FD), EBADF, BAD_FD, CALL);
	assert_value(FD, NO_SUCH_FD);
	assert_fails(kvmlib_vfio_remove(vfio, -1), EBADF, BAD_FD, CALL);
	assert_value(FD, -1);
	assert_fails(kvmlib_vfio_add(vfio, kvmlib_vm_fd(fix.vm)), EINVAL, NOT_VFIO_FILE, CALL);
	assert_value(FD, kvmlib_vm_fd(fix.vm));
	ck_assert_ptr_nonnull(strstr(kvmlib_error_sentence(), "VFIO"));
	assert_fails(kvmlib_vfio_remove(vfio, file), ENOENT, NOT_REGISTERED, CALL);
	assert_value(FD, file);
	assert_ok(kvmlib_vfio_add(vfio, file));
	assert_fails(kvmlib_vfio_add(vfio, file), EEXIST, VFIO_FILE_ADDED, CALL);
	assert_value(FD, file);
	assert_ok(kvmlib_vfio_remove(vfio, file));
}
END_TEST

/* Kernels before 6.2 look for a group when one is removed, too. */
START_TEST(vfio_old_kernels_refuse_to_remove_other_files)
{
	if (!HAS_VFIO)
		SKIP(NO_VFIO);
	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, REQUEST(SET_DEVICE_ATTR), EINVAL, 1), 0);
	assert_fails(kvmlib_vfio_remove(vfio, file), EINVAL, NOT_VFIO_FILE, CALL);
	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, REQUEST(SET_DEVICE_ATTR), ENOMEM, 1), 0);
	assert_fails(kvmlib_vfio_add(vfio, file), ENOMEM, NO_MEMORY, CALL);
}
END_TEST

START_TEST(vfio_is_one_until_its_last_reference)
{
	struct kvmlib_vfio *other = SENTINEL;

	if (!HAS_VFIO)
		SKIP(NO_VFIO);
	assert_ok(kvmlib_vfio_add(vfio, file));
	assert_fails(kvmlib_vfio_new(fix.vm, &other), EBUSY, DEVICE_EXISTS, "KVM_CREATE_DEVICE");
	ck_assert_ptr_eq(other, SENTINEL);
	ck_assert_ptr_eq(kvmlib_vfio_ref(vfio), vfio);
	ck_assert_ptr_null(kvmlib_vfio_unref(vfio));
	assert_fails(kvmlib_vfio_add(vfio, file), EEXIST, VFIO_FILE_ADDED, CALL);
	vfio = kvmlib_vfio_unref(vfio);
	assert_ok(kvmlib_vfio_new(fix.vm, &vfio));
	assert_ok(kvmlib_vfio_add(vfio, file));
	ck_assert_ptr_null(kvmlib_vfio_ref(NULL));
	ck_assert_ptr_null(kvmlib_vfio_unref(NULL));
}
END_TEST

START_TEST(vfio_device_has_a_descriptor)
{
	if (!HAS_VFIO)
		SKIP(NO_VFIO);
	ck_assert_int_ge(kvmlib_vfio_fd(vfio), 0);
	assert_fails(kvmlib_vfio_fd(NULL), EINVAL, NULL_ARGUMENT, NULL);
}
END_TEST

START_TEST(vfio_device_that_can_not_be_made_leaves_nothing)
{
	struct kvmlib_vfio *ret = SENTINEL;
	int r;

	vfio = kvmlib_vfio_unref(vfio);
	for (unsigned long n = 1; n <= 2; n++) {
		alloc_fail_nth(n);
		r = kvmlib_vfio_new(fix.vm, &ret);
		alloc_fail_nth(0);
		ck_assert_int_eq(r, -ENOMEM);
		ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_NO_MEMORY);
		ck_assert_str_eq(kvmlib_error_function(), "kvmlib_vfio_new");
	}
	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, REQUEST(CREATE_DEVICE), ENODEV, 1), 0);
	assert_fails(kvmlib_vfio_new(fix.vm, &ret), ENODEV, DEVICE_TYPE_UNKNOWN,
		     "KVM_CREATE_DEVICE");
	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, REQUEST(CREATE_DEVICE), EMFILE, 1), 0);
	assert_fails(kvmlib_vfio_new(fix.vm, &ret), EMFILE, FD_LIMIT, "KVM_CREATE_DEVICE");
	ck_assert_ptr_eq(ret, SENTINEL);
}
END_TEST

START_TEST(vfio_null_is_refused)
{
	struct kvmlib_vfio *ret = SENTINEL;

	assert_refuses_null(kvmlib_vfio_new(NULL, &ret), 1);
	assert_refuses_null(kvmlib_vfio_new(fix.vm, NULL), 2);
	assert_refuses_null(kvmlib_vfio_add(NULL, 0), 1);
	assert_refuses_null(kvmlib_vfio_remove(NULL, 0), 1);
	assert_refuses_null(kvmlib_vfio_set_spapr_tce(NULL, 0, 0), 1);
	ck_assert_ptr_eq(ret, SENTINEL);
}
END_TEST

START_TEST(vfio_of_a_dead_vm_says_so)
{
	struct kvmlib_vfio *ret = SENTINEL;

	if (!HAS_VFIO)
		SKIP(NO_VFIO);
	ck_assert_int_eq(kvmlib_sim_kill_vm(fix.sim, kvmlib_vm_fd(fix.vm)), 0);
	assert_fails(kvmlib_vfio_add(vfio, file), EIO, VM_DEAD, CALL);
	assert_fails(kvmlib_vfio_remove(vfio, file), EIO, VM_DEAD, CALL);
	assert_fails(kvmlib_vfio_new(fix.vm, &ret), EIO, VM_DEAD, "KVM_CREATE_DEVICE");
	ck_assert_ptr_eq(ret, SENTINEL);
}
END_TEST

static void use_in_child(void)
{
	struct kvmlib_vfio *more = SENTINEL;

	CHECK(kvmlib_vfio_new(fix.vm, &more) == -EIO && more == SENTINEL);
	CHECK(kvmlib_error_cause() == KVMLIB_CAUSE_FORKED);
	spoil_record();
	CHECK(kvmlib_vfio_add(vfio, file) == -EIO);
	CHECK(kvmlib_error_cause() == KVMLIB_CAUSE_FORKED);
	spoil_record();
	CHECK(kvmlib_vfio_remove(vfio, file) == -EIO);
	CHECK(kvmlib_error_cause() == KVMLIB_CAUSE_FORKED);
	CHECK(!kvmlib_vfio_unref(vfio));
}

START_TEST(vfio_of_a_child_is_refused)
{
	if (!HAS_VFIO)
		SKIP(NO_VFIO);
	NEEDS_WIPED_PAGES;
	in_child(use_in_child);
	assert_ok(kvmlib_vfio_add(vfio, file));
}
END_TEST

#ifdef __powerpc64__
START_TEST(vfio_tables_are_powers)
{
	assert_fails(kvmlib_vfio_set_spapr_tce(vfio, NO_SUCH_FD, second), EBADF, BAD_FD, CALL);
	assert_value(FD, NO_SUCH_FD);
	assert_fails(kvmlib_vfio_set_spapr_tce(vfio, file, second), ENOENT, NOT_REGISTERED, CALL);
	assert_value(FD, file);
	assert_ok(kvmlib_vfio_add(vfio, file));
	assert_fails(kvmlib_vfio_set_spapr_tce(vfio, file, NO_SUCH_FD), EBADF, BAD_FD, CALL);
	assert_value(FD, NO_SUCH_FD);
	assert_fails(kvmlib_vfio_set_spapr_tce(vfio, file, kvmlib_vm_fd(fix.vm)), EINVAL,
		     TCE_TABLE_REFUSED, CALL);
	assert_value(FD, kvmlib_vm_fd(fix.vm));
	assert_ok(kvmlib_vfio_set_spapr_tce(vfio, file, second));
}
END_TEST
#else
START_TEST(vfio_tables_are_powers)
{
	uint64_t calls = kvmlib_sim_nr_calls(fix.sim);

	if (!HAS_VFIO)
		SKIP(NO_VFIO);
	assert_fails(kvmlib_vfio_set_spapr_tce(vfio, file, second), EOPNOTSUPP, ARCH_UNSUPPORTED,
		     NULL);
	ck_assert_uint_eq(kvmlib_sim_nr_calls(fix.sim), calls);
}
END_TEST
#endif

Suite *vfio_suite(void)
{
	Suite *suite = suite_create("vfio");
	TCase *tcase = tcase_create("vfio");

	tcase_add_checked_fixture(tcase, setup_vfio, teardown_vfio);
	suite_add_tcase(suite, tcase);
	ADD_TESTS(tcase, vfio_files_come_and_go, vfio_refusals_name_the_file_and_why,
		  vfio_old_kernels_refuse_to_remove_other_files,
		  vfio_is_one_until_its_last_reference, vfio_device_has_a_descriptor,
		  vfio_device_that_can_not_be_made_leaves_nothing, vfio_null_is_refused,
		  vfio_of_a_dead_vm_says_so, vfio_of_a_child_is_refused, vfio_tables_are_powers);
	return suite;
}
