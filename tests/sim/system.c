/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* /dev/kvm: versions, sizes, capabilities, VMs. */
#include "fixture.h"

#include "suites.h"

START_TEST(api_version_is_12_or_what_was_set)
{
	ck_assert_int_eq(call(system_fd, KVM_GET_API_VERSION, 0), 12);
	ck_assert_int_eq(kvmlib_sim_set_api_version(sim, 11), 0);
	ck_assert_int_eq(call(system_fd, KVM_GET_API_VERSION, 0), 11);
	ck_assert_int_eq(call(system_fd, KVM_GET_API_VERSION, 1), -EINVAL);
}
END_TEST

START_TEST(mmap_size_is_three_pages_or_what_was_set)
{
	ck_assert_int_eq(call(system_fd, KVM_GET_VCPU_MMAP_SIZE, 0), (int)(3 * page));
	ck_assert_int_eq(kvmlib_sim_set_vcpu_mmap_size(sim, 100), 0);
	ck_assert_int_eq(call(system_fd, KVM_GET_VCPU_MMAP_SIZE, 0), 100);
	ck_assert_int_eq(call(system_fd, KVM_GET_VCPU_MMAP_SIZE, 1), -EINVAL);
}
END_TEST

START_TEST(check_extension_has_defaults)
{
	static const struct {
		uint32_t capability;
		int value;
	} defaults[] = {
		{ KVMLIB_CAP_USER_MEMORY, 1 },
		{ KVMLIB_CAP_IMMEDIATE_EXIT, 1 },
		{ KVMLIB_CAP_CHECK_EXTENSION_VM, 1 },
		{ KVMLIB_CAP_NR_MEMSLOTS, 32764 },
		{ KVMLIB_CAP_MAX_VCPUS, 1024 },
#if defined(__riscv)
		{ KVMLIB_CAP_MAX_VCPU_ID, 0 },
#else
		{ KVMLIB_CAP_MAX_VCPU_ID, 4096 },
#endif
#if defined(__x86_64__)
		{ KVMLIB_CAP_IRQCHIP, 1 },
		{ KVMLIB_CAP_MANUAL_DIRTY_LOG_PROTECT2, 3 },
		{ KVMLIB_CAP_READONLY_MEM, 1 },
		{ KVMLIB_CAP_ARM_SVE, 0 },
#endif
		{ KVMLIB_CAP_PPC_RTAS, 0 },
	};

	for (size_t i = 0; i < sizeof(defaults) / sizeof(defaults[0]); i++) {
		ck_assert_int_eq(call(system_fd, KVM_CHECK_EXTENSION, defaults[i].capability),
				 defaults[i].value);
		ck_assert_int_eq(call(vm, KVM_CHECK_EXTENSION, defaults[i].capability),
				 defaults[i].value);
	}
}
END_TEST

START_TEST(check_extension_answers_what_was_set)
{
	ck_assert_int_eq(kvmlib_sim_set_capability(sim, KVMLIB_CAP_IRQFD, 7), 0);
	ck_assert_int_eq(call(system_fd, KVM_CHECK_EXTENSION, KVMLIB_CAP_IRQFD), 7);
	ck_assert_int_eq(call(system_fd, KVM_CHECK_EXTENSION, 1023), 0);
	ck_assert_int_eq(call(system_fd, KVM_CHECK_EXTENSION, 1024), 0);
	ck_assert_int_eq(call(system_fd, KVM_CHECK_EXTENSION, ~0UL), 0);
}
END_TEST

#if defined(__x86_64__)
START_TEST(create_vm_type_must_be_known)
{
	int fd;

	ck_assert_int_eq(call(system_fd, KVM_CREATE_VM, 1), -EINVAL);
	ck_assert_int_eq(call(system_fd, KVM_CREATE_VM, 40), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_set_capability(sim, KVMLIB_CAP_VM_TYPES, 3), 0);
	fd = call(system_fd, KVM_CREATE_VM, 1);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(close_fd(fd), 0);
}
END_TEST
#elif defined(__aarch64__)
START_TEST(create_vm_type_must_be_known)
{
	int fd;

	ck_assert_int_eq(call(system_fd, KVM_CREATE_VM, 31), -EINVAL);
	ck_assert_int_eq(call(system_fd, KVM_CREATE_VM, 49), -EINVAL);
	fd = call(system_fd, KVM_CREATE_VM, 36);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(close_fd(fd), 0);
	ck_assert_int_eq(kvmlib_sim_set_capability(sim, KVMLIB_CAP_ARM_VM_IPA_SIZE, 36), 0);
	ck_assert_int_eq(call(system_fd, KVM_CREATE_VM, 0), -EINVAL);
}
END_TEST
#endif

Suite *system_suite(void)
{
	Suite *suite = suite_create("sim_system");

	ADD_TESTS(add_case(suite, "system", setup_system), api_version_is_12_or_what_was_set,
		  mmap_size_is_three_pages_or_what_was_set, check_extension_answers_what_was_set);
#if defined(__x86_64__) || defined(__aarch64__)
	ADD_TESTS(add_case(suite, "type", setup_system), create_vm_type_must_be_known);
#endif
	ADD_TESTS(add_case(suite, "vm", setup_vm), check_extension_has_defaults);
	return suite;
}
