/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Registers, CPUID, vCPU creation and devices. */

#include <runner.h>

#include <errno.h>
#include <string.h>

#include "guest.h"

START_TEST(regs_come_back_as_written)
{
	struct kvm_regs in, out;

	memset(&in, 0, sizeof(in));
	in.rax = 0x1111222233334444U;
	in.r15 = 0x5555666677778888U;
	in.rip = 0x2000;
	in.rflags = 2;
	ck_assert_int_eq(kvmlib_vcpu_set_regs(guest.vcpu, &in), 0);
	ck_assert_int_eq(kvmlib_vcpu_get_regs(guest.vcpu, &out), 0);
	ck_assert_mem_eq(&in, &out, sizeof(in));
}
END_TEST

START_TEST(sregs_come_back_as_written)
{
	struct kvm_sregs in, out;

	ck_assert_int_eq(kvmlib_vcpu_get_sregs(guest.vcpu, &in), 0);
	in.cr2 = 0x12345000;
	in.es.base = 0x4320;
	in.es.selector = 0x432;
	ck_assert_int_eq(kvmlib_vcpu_set_sregs(guest.vcpu, &in), 0);
	ck_assert_int_eq(kvmlib_vcpu_get_sregs(guest.vcpu, &out), 0);
	ck_assert_uint_eq(out.cr2, in.cr2);
	ck_assert_uint_eq(out.es.base, in.es.base);
	ck_assert_uint_eq(out.es.selector, in.es.selector);
}
END_TEST

START_TEST(sregs_that_contradict_are_refused)
{
	struct kvm_sregs sregs;

	ck_assert_int_eq(kvmlib_vcpu_get_sregs(guest.vcpu, &sregs), 0);
	sregs.cr0 = 0x80000000U; /* paging without protection */
	assert_failed(kvmlib_vcpu_set_sregs(guest.vcpu, &sregs), EINVAL,
		      KVMLIB_CAUSE_SREGS_INCONSISTENT);
}
END_TEST

START_TEST(fpu_comes_back_as_written)
{
	struct kvm_fpu in, out;

	ck_assert_int_eq(kvmlib_vcpu_get_fpu(guest.vcpu, &in), 0);
	in.fcw = 0x27f;
	memset(in.xmm[3], 0x3c, sizeof(in.xmm[3]));
	ck_assert_int_eq(kvmlib_vcpu_set_fpu(guest.vcpu, &in), 0);
	ck_assert_int_eq(kvmlib_vcpu_get_fpu(guest.vcpu, &out), 0);
	ck_assert_uint_eq(out.fcw, 0x27f);
	ck_assert_mem_eq(out.xmm[3], in.xmm[3], sizeof(in.xmm[3]));
}
END_TEST

START_TEST(mp_state_is_runnable_and_checked)
{
	uint32_t state = 99;

	ck_assert_int_eq(kvmlib_vcpu_get_mp_state(guest.vcpu, &state), 0);
	ck_assert_uint_eq(state, KVMLIB_MP_STATE_RUNNABLE);
	ck_assert_int_eq(kvmlib_vcpu_set_mp_state(guest.vcpu, KVMLIB_MP_STATE_RUNNABLE), 0);
	assert_failed(kvmlib_vcpu_set_mp_state(guest.vcpu, KVMLIB_MP_STATE_HALTED), EINVAL,
		      KVMLIB_CAUSE_MP_STATE_INVALID);
}
END_TEST

START_TEST(cpuid_of_the_host_is_accepted_by_a_vcpu)
{
	static struct kvm_cpuid_entry2 entries[256];
	uint32_t count = 0;

	ck_assert_int_eq(kvmlib_system_get_supported_cpuid(guest.system, entries, 256, &count), 0);
	ck_assert_uint_gt(count, 5);
	ck_assert_uint_lt(count, 256);
	ck_assert_int_eq(kvmlib_vcpu_set_cpuid2(guest.vcpu, entries, count), 0);
}
END_TEST

START_TEST(cpuid_in_too_little_room_is_e2big)
{
	struct kvm_cpuid_entry2 entry, untouched;
	uint32_t count = 7;

	memset(&entry, 0xa5, sizeof(entry));
	untouched = entry;
	assert_failed(kvmlib_system_get_supported_cpuid(guest.system, &entry, 1, &count), E2BIG,
		      KVMLIB_CAUSE_LIST_TOO_SMALL);
	ck_assert_mem_eq(&entry, &untouched, sizeof(entry));
	ck_assert_uint_eq(count, 7);
}
END_TEST

START_TEST(cpuid_of_257_entries_is_e2big)
{
	static struct kvm_cpuid_entry2 entries[257];

	assert_failed(kvmlib_vcpu_set_cpuid2(guest.vcpu, entries, 257), E2BIG,
		      KVMLIB_CAUSE_CPUID_LIST_TOO_LONG);
}
END_TEST

START_TEST(vcpu_id_is_taken_once)
{
	struct kvmlib_vcpu *vcpu = NULL;

	assert_failed(kvmlib_vm_create_vcpu(guest.vm, 0, &vcpu), EEXIST, KVMLIB_CAUSE_VCPU_EXISTS);
	ck_assert_int_eq(kvmlib_vm_create_vcpu(guest.vm, 1, &vcpu), 0);
	kvmlib_vcpu_unref(vcpu);
	vcpu = NULL;
	assert_failed(kvmlib_vm_create_vcpu(guest.vm, 1, &vcpu), EEXIST, KVMLIB_CAUSE_VCPU_EXISTS);
	ck_assert_ptr_null(vcpu);
}
END_TEST

START_TEST(vcpu_id_beyond_the_limit_is_einval)
{
	int limit = kvmlib_vm_check_extension(guest.vm, KVMLIB_CAP_MAX_VCPU_ID);
	struct kvmlib_vcpu *vcpu = NULL;

	assert_failed(kvmlib_vm_create_vcpu(guest.vm, (uint32_t)limit, &vcpu), EINVAL,
		      KVMLIB_CAUSE_VCPU_LIMIT);
	ck_assert_ptr_null(vcpu);
}
END_TEST

START_TEST(device_of_unknown_type_is_enodev)
{
	struct kvmlib_device *device = NULL;

	assert_failed(kvmlib_vm_create_device(guest.vm, 0xffff, 0, &device), ENODEV,
		      KVMLIB_CAUSE_DEVICE_TYPE_UNKNOWN);
	ck_assert_ptr_null(device);
}
END_TEST

START_TEST(device_vfio_has_its_attributes)
{
	struct kvmlib_device *device = NULL;

	if (kvmlib_vm_create_device(guest.vm, KVMLIB_DEV_TYPE_VFIO, KVMLIB_CREATE_DEVICE_TEST,
				    NULL) < 0)
		SKIP("this kernel has no VFIO device");
	ck_assert_int_eq(kvmlib_vm_create_device(guest.vm, KVMLIB_DEV_TYPE_VFIO, 0, &device), 0);
	ck_assert_int_eq(
		kvmlib_device_has_attr(device, KVMLIB_DEV_VFIO_FILE, KVMLIB_DEV_VFIO_FILE_ADD), 0);
	assert_failed(kvmlib_device_has_attr(device, 99, 0), ENXIO, KVMLIB_CAUSE_ATTR_UNKNOWN);
	kvmlib_device_unref(device);
}
END_TEST

/* No file of VFIO is at hand: those that are refused. */
START_TEST(vfio_device_takes_no_other_files)
{
	struct kvmlib_vfio *vfio, *other = NULL;

	if (kvmlib_vm_create_device(guest.vm, KVMLIB_DEV_TYPE_VFIO, KVMLIB_CREATE_DEVICE_TEST,
				    NULL) < 0)
		SKIP("this kernel has no VFIO device");
	ck_assert_int_eq(kvmlib_vfio_new(guest.vm, &vfio), 0);
	assert_failed(kvmlib_vfio_new(guest.vm, &other), EBUSY, KVMLIB_CAUSE_DEVICE_EXISTS);
	ck_assert_ptr_null(other);
	assert_failed(kvmlib_vfio_add(vfio, kvmlib_vm_fd(guest.vm)), EINVAL,
		      KVMLIB_CAUSE_NOT_VFIO_FILE);
	assert_failed(kvmlib_vfio_add(vfio, -1), EBADF, KVMLIB_CAUSE_BAD_FD);
	assert_failed(kvmlib_vfio_remove(vfio, -1), EBADF, KVMLIB_CAUSE_BAD_FD);
	ck_assert_int_lt(kvmlib_vfio_remove(vfio, kvmlib_vm_fd(guest.vm)), 0);
	vfio = kvmlib_vfio_unref(vfio);
	ck_assert_int_eq(kvmlib_vfio_new(guest.vm, &vfio), 0);
	kvmlib_vfio_unref(vfio);
}
END_TEST

Suite *state_suite(void)
{
	Suite *suite = suite_create("state");
	TCase *tc = tcase_create("state");

	tcase_add_checked_fixture(tc, guest_setup, guest_teardown);
	tcase_add_test(tc, vfio_device_takes_no_other_files);
	tcase_add_test(tc, regs_come_back_as_written);
	tcase_add_test(tc, sregs_come_back_as_written);
	tcase_add_test(tc, sregs_that_contradict_are_refused);
	tcase_add_test(tc, fpu_comes_back_as_written);
	tcase_add_test(tc, mp_state_is_runnable_and_checked);
	tcase_add_test(tc, cpuid_of_the_host_is_accepted_by_a_vcpu);
	tcase_add_test(tc, cpuid_in_too_little_room_is_e2big);
	tcase_add_test(tc, cpuid_of_257_entries_is_e2big);
	tcase_add_test(tc, vcpu_id_is_taken_once);
	tcase_add_test(tc, vcpu_id_beyond_the_limit_is_einval);
	tcase_add_test(tc, device_of_unknown_type_is_enodev);
	tcase_add_test(tc, device_vfio_has_its_attributes);
	suite_add_tcase(suite, tc);
	return suite;
}
