/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory of the guest alone, and memory that is faulted in. */

#include "every.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <runner.h>

#define GPA  0x80000U
#define SIZE 0x10000U

#define LOOK (LOOK_GPA - GPA)

#if defined(__x86_64__)
#define IS_X86 true
#else
#define IS_X86 false
#endif
#if defined(__aarch64__)
#define IS_ARM64 true
#else
#define IS_ARM64 false
#endif

/*
 * Of an ioctl that no kernel of some architectures has: there the library does not ask. Others say of a number
 * that they don't know what they say of an argument.
 */
static void assert_unknown(int result, bool is_asked)
{
	if (is_asked)
		assert_failed(result, IS_X86 ? ENOTTY : EINVAL, KVMLIB_CAUSE_UNKNOWN_IOCTL);
	else
		assert_failed(result, EOPNOTSUPP, KVMLIB_CAUSE_ARCH_UNSUPPORTED);
}

static struct kvmlib_userspace_memory_region2 region_of(const void *memory)
{
	return (struct kvmlib_userspace_memory_region2){
		.slot = 1,
		.guest_phys_addr = GPA,
		.memory_size = SIZE,
		.userspace_addr = (uintptr_t)memory,
	};
}

START_TEST(region2_is_a_slot)
{
	struct kvmlib_userspace_memory_region2 region = region_of(plain.bytes);

	if (has(KVMLIB_CAP_USER_MEMORY2) <= 0) {
		assert_unknown(kvmlib_vm_set_user_memory_region2(plain.vm, &region), true);
		SKIP("no KVM_CAP_USER_MEMORY2");
	}
	ck_assert_int_eq(kvmlib_vm_set_user_memory_region2(plain.vm, &region), 0);
	plain.bytes[LOOK] = 0x5c;
	machine_start(&plain, &look_program);
	ck_assert_uint_eq(told(plain.vcpu), 0x5c);

	region.guest_phys_addr += 1;
	assert_failed(kvmlib_vm_set_user_memory_region2(plain.vm, &region), EINVAL,
		      KVMLIB_CAUSE_SLOT_UNALIGNED);
	region = region_of(plain.bytes);
	region.userspace_addr += 0x1000;
	assert_failed(kvmlib_vm_set_user_memory_region2(plain.vm, &region), EINVAL,
		      KVMLIB_CAUSE_SLOT_IMMUTABLE);
	region.slot = 2;
	assert_failed(kvmlib_vm_set_user_memory_region2(plain.vm, &region), EEXIST,
		      KVMLIB_CAUSE_SLOT_OVERLAP);
	region.memory_size = 0;
	assert_failed(kvmlib_vm_set_user_memory_region2(plain.vm, &region), EINVAL,
		      KVMLIB_CAUSE_SLOT_MISSING);
}
END_TEST

START_TEST(guest_memfd_is_what_the_guest_sees)
{
	struct kvmlib_userspace_memory_region2 region;
	uint8_t *memory;
	int fd;

	if ((has(KVMLIB_CAP_GUEST_MEMFD_FLAGS) & 3) != 3)
		SKIP("no guest_memfd that can be mapped");
	fd = kvmlib_vm_create_guest_memfd(
		plain.vm, SIZE, KVMLIB_GUEST_MEMFD_FLAG_MMAP | KVMLIB_GUEST_MEMFD_FLAG_INIT_SHARED);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
	memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	ck_assert(memory != MAP_FAILED);

	region = region_of(memory);
	region.flags = KVMLIB_MEM_GUEST_MEMFD;
	region.guest_memfd = (uint32_t)fd;
	ck_assert_int_eq(kvmlib_vm_set_user_memory_region2(plain.vm, &region), 0);
	memory[LOOK] = 0x3d;
	machine_start(&plain, &look_program);
	ck_assert_uint_eq(told(plain.vcpu), 0x3d);
	munmap(memory, SIZE);
	close(fd);
}
END_TEST

START_TEST(guest_memfd_arguments_are_checked)
{
	struct kvmlib_userspace_memory_region2 region = region_of(plain.bytes);
	int fd;

	if (has(KVMLIB_CAP_GUEST_MEMFD) <= 0)
		SKIP("no KVM_CAP_GUEST_MEMFD");
	assert_failed(kvmlib_vm_create_guest_memfd(plain.vm, SIZE + 1, 0), EINVAL,
		      KVMLIB_CAUSE_GUEST_MEMFD_ARGUMENTS);
	fd = kvmlib_vm_create_guest_memfd(plain.vm, SIZE, 0);
	ck_assert_int_ge(fd, 0);
	region.flags = KVMLIB_MEM_GUEST_MEMFD;
	region.guest_memfd = (uint32_t)fd;
	region.guest_memfd_offset = 1;
	assert_failed(kvmlib_vm_set_user_memory_region2(plain.vm, &region), EINVAL,
		      KVMLIB_CAUSE_GUEST_MEMFD_BINDING);
	region.guest_memfd_offset = 0;
	region.flags |= KVMLIB_MEM_LOG_DIRTY_PAGES;
	assert_failed(kvmlib_vm_set_user_memory_region2(plain.vm, &region), EINVAL,
		      KVMLIB_CAUSE_GUEST_MEMFD_SLOT_FLAGS);
	region.flags = KVMLIB_MEM_GUEST_MEMFD;
	region.guest_memfd = UINT32_MAX;
	assert_failed(kvmlib_vm_set_user_memory_region2(plain.vm, &region), EBADF,
		      KVMLIB_CAUSE_BAD_FD);
	close(fd);
}
END_TEST

START_TEST(guest_memfd_of_a_kernel_without_is_unknown)
{
	if (has(KVMLIB_CAP_GUEST_MEMFD) > 0)
		SKIP("this kernel has KVM_CAP_GUEST_MEMFD");
	assert_unknown(kvmlib_vm_create_guest_memfd(plain.vm, SIZE, 0), IS_X86 || IS_ARM64);
}
END_TEST

START_TEST(memory_attributes_are_those_of_the_vm)
{
	int mask = has(KVMLIB_CAP_MEMORY_ATTRIBUTES);

	if (mask <= 0) {
		assert_unknown(kvmlib_vm_set_memory_attributes(plain.vm, 0, 0x1000, 0, 0), IS_X86);
		SKIP("no KVM_CAP_MEMORY_ATTRIBUTES");
	}
	ck_assert_int_eq(kvmlib_vm_set_memory_attributes(plain.vm, 0, 0x1000, (uint32_t)mask, 0),
			 0);
	assert_failed(kvmlib_vm_set_memory_attributes(plain.vm, 1, 0x1000, 0, 0), EINVAL,
		      KVMLIB_CAUSE_MEMORY_ATTRIBUTES_INVALID);
}
END_TEST

START_TEST(pre_fault_goes_through_the_range)
{
	uint64_t gpa = 0, size = RAM_SIZE;

	if (has(KVMLIB_CAP_PRE_FAULT_MEMORY) <= 0)
		SKIP("no KVM_CAP_PRE_FAULT_MEMORY");
	machine_start(&plain, &look_program);
	while (size) {
		int r = kvmlib_vcpu_pre_fault_memory(plain.vcpu, &gpa, &size, 0);

		ck_assert(r == 0 || r == -EAGAIN || r == -EINTR);
		ck_assert_uint_eq(gpa + size, RAM_SIZE);
	}
	size = 0x1000;
	assert_failed(kvmlib_vcpu_pre_fault_memory(plain.vcpu, &gpa, &size, 0), ENOENT,
		      KVMLIB_CAUSE_GPA_NOT_IN_SLOT);
	ck_assert_uint_eq(gpa, RAM_SIZE);
	ck_assert_uint_eq(size, 0x1000);
	size = 0x1001;
	assert_failed(kvmlib_vcpu_pre_fault_memory(plain.vcpu, &gpa, &size, 0), EINVAL,
		      KVMLIB_CAUSE_PAGE_RANGE_INVALID);
}
END_TEST

Suite *guestmem_suite(void)
{
	Suite *suite = suite_create("guestmem");
	TCase *tc = tcase_create("guestmem");

	tcase_add_checked_fixture(tc, plain_setup, plain_teardown);
	tcase_add_test(tc, region2_is_a_slot);
	tcase_add_test(tc, guest_memfd_is_what_the_guest_sees);
	tcase_add_test(tc, guest_memfd_arguments_are_checked);
	tcase_add_test(tc, guest_memfd_of_a_kernel_without_is_unknown);
	tcase_add_test(tc, memory_attributes_are_those_of_the_vm);
	tcase_add_test(tc, pre_fault_goes_through_the_range);
	suite_add_tcase(suite, tc);
	return suite;
}
