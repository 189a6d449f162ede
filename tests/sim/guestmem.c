/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* guest_memfd and the slots over it; memory that is faulted in beforehand. */
#include "fixture.h"

#include <sys/mman.h>
#include <unistd.h>

#include "suites.h"

#ifdef KVM_CREATE_GUEST_MEMFD

static int gmem = -1;

static int create_gmem(uint64_t pages, uint64_t flags)
{
	struct kvm_create_guest_memfd args = { .size = pages * page, .flags = flags };

	return call_ptr(vm, KVM_CREATE_GUEST_MEMFD, &args);
}

static void setup_gmem(void)
{
	setup_vm();
	gmem = create_gmem(8, KVMLIB_GUEST_MEMFD_FLAG_MMAP);
	ck_assert_int_ge(gmem, 0);
}

static void teardown_gmem(void)
{
	close_open(&gmem);
	teardown();
}

/* Slot 0, at the start of guest memory. */
static struct kvm_userspace_memory_region2 region(int fd, uint64_t pages, uint64_t offset)
{
	return (struct kvm_userspace_memory_region2){
		.flags = KVMLIB_MEM_GUEST_MEMFD,
		.memory_size = pages * page,
		.userspace_addr = (uintptr_t)memory,
		.guest_memfd = (uint32_t)fd,
		.guest_memfd_offset = offset,
	};
}

static int set_region2(struct kvm_userspace_memory_region2 args)
{
	return call_ptr(vm, KVM_SET_USER_MEMORY_REGION2, &args);
}

START_TEST(gmem_is_counted_and_closed_once)
{
	int fd = gmem;

	ck_assert_int_eq(kvmlib_sim_open_fds(sim), 3);
	close_open(&gmem);
	ck_assert_int_eq(kvmlib_sim_open_fds(sim), 2);
	ck_assert_int_eq(close_fd(fd), -EBADF);
}
END_TEST

START_TEST(gmem_flags_follow_the_capability)
{
	ck_assert_int_eq(create_gmem(1, 4), -EINVAL);
	kvmlib_sim_set_capability(sim, KVMLIB_CAP_GUEST_MEMFD_FLAGS, 0);
	ck_assert_int_eq(create_gmem(1, KVMLIB_GUEST_MEMFD_FLAG_MMAP), -EINVAL);
	kvmlib_sim_set_capability(sim, KVMLIB_CAP_GUEST_MEMFD_FLAGS, 7);
	close_open(&gmem);
	gmem = create_gmem(1, 4);
	ck_assert_int_ge(gmem, 0);
}
END_TEST

START_TEST(gmem_is_mapped_if_it_was_made_so)
{
	int private = create_gmem(1, 0);
	int copy = dup_fd(private, 0);
	void *address = NULL;

	ck_assert_int_eq(ops->mmap(ops->ctx, page, PROT_READ, MAP_SHARED, gmem, 0, &address), 0);
	ck_assert_int_eq(ops->munmap(ops->ctx, address, page), 0);
	ck_assert_int_eq(ops->mmap(ops->ctx, page, PROT_READ, MAP_SHARED, private, 0, &address),
			 -ENODEV);
	ck_assert_int_eq(ops->mmap(ops->ctx, page, PROT_READ, MAP_SHARED, copy, 0, &address),
			 -ENODEV);
	ck_assert_int_eq(ops->mmap_at(ops->ctx, memory, page, PROT_READ, MAP_SHARED, private, 0),
			 -ENODEV);
	ck_assert_int_eq(close_fd(private), 0);
	ck_assert_int_eq(close_fd(copy), 0);
}
END_TEST

START_TEST(gmem_slot_must_lie_within_the_file)
{
	ck_assert_int_eq(set_region2(region(gmem, 9, 0)), -EINVAL);
	ck_assert_int_eq(set_region2(region(gmem, 8, page)), -EINVAL);
	ck_assert_int_eq(set_region2(region(gmem, 1, 8 * page)), -EINVAL);
	ck_assert_int_eq(set_region2(region(gmem, 1, page / 2)), -EINVAL);
	ck_assert_int_eq(set_region2(region(gmem, 1, -(uint64_t)page)), -EINVAL);
	ck_assert_int_eq(set_region2(region(gmem, 1, 7 * page)), 0);
}
END_TEST

START_TEST(gmem_slot_wants_a_guest_memfd)
{
	int plain = ops->memfd_create(ops->ctx, "guest", 0);
	int copy = dup_fd(gmem, 0);

	ck_assert_int_eq(ops->ftruncate(ops->ctx, plain, 8 * page), 0);
	ck_assert_int_eq(set_region2(region(plain, 8, 0)), -EINVAL);
	ck_assert_int_eq(set_region2(region(-1, 8, 0)), -EBADF);
	ck_assert_int_eq(set_region2(region(copy, 8, 0)), 0);
	ck_assert_int_eq(close_fd(plain), 0);
	ck_assert_int_eq(close_fd(copy), 0);
}
END_TEST

START_TEST(gmem_slot_takes_no_other_flag)
{
	struct kvm_userspace_memory_region2 args = region(gmem, 8, 0);

	args.flags |= KVMLIB_MEM_LOG_DIRTY_PAGES;
	ck_assert_int_eq(set_region2(args), -EINVAL);
	args.flags = KVMLIB_MEM_GUEST_MEMFD | KVMLIB_MEM_READONLY;
	ck_assert_int_eq(set_region2(args), -EINVAL);
	kvmlib_sim_set_capability(sim, KVMLIB_CAP_GUEST_MEMFD, 0);
	ck_assert_int_eq(set_region2(region(gmem, 8, 0)), -EINVAL);
}
END_TEST

START_TEST(gmem_slot_can_be_deleted_alone)
{
	struct kvm_userspace_memory_region2 args = region(gmem, 8, 0);

	ck_assert_int_eq(set_region2(args), 0);
	ck_assert_int_eq(set_region2(args), -EINVAL);
	args.flags = 0;
	ck_assert_int_eq(set_region2(args), -EINVAL);
	ck_assert_int_eq(set_slot(0, 0, 0, 8, 0), -EINVAL);
	ck_assert_int_eq(set_slot(0, 0, 16 * page, 8, 0), -EINVAL);
	args.memory_size = 0;
	ck_assert_int_eq(set_region2(args), 0);
	ck_assert_int_eq(set_slot(0, 0, 0, 8, 0), 0);
	ck_assert_int_eq(set_region2(region(gmem, 8, 0)), -EINVAL);
	ck_assert_int_eq(set_slot(0, 0, 0, 0, 0), 0);
	ck_assert_int_eq(set_region2(region(gmem, 8, 0)), 0);
}
END_TEST

/* The file is looked at last. */
START_TEST(gmem_slot_that_overlaps_is_eexist)
{
	ck_assert_int_eq(set_slot(1, 0, 4 * page, 8, 0), 0);
	ck_assert_int_eq(set_region2(region(-1, 8, 0)), -EEXIST);
}
END_TEST

static void add_gmem_tests(Suite *suite)
{
	TCase *tcase = tcase_create("gmem");

	tcase_add_checked_fixture(tcase, setup_gmem, teardown_gmem);
	suite_add_tcase(suite, tcase);
	ADD_TESTS(tcase, gmem_is_counted_and_closed_once, gmem_flags_follow_the_capability,
		  gmem_is_mapped_if_it_was_made_so, gmem_slot_must_lie_within_the_file,
		  gmem_slot_wants_a_guest_memfd, gmem_slot_takes_no_other_flag,
		  gmem_slot_can_be_deleted_alone, gmem_slot_that_overlaps_is_eexist);
}

#endif

#ifdef KVM_SET_MEMORY_ATTRIBUTES

static int set_private(uint64_t pages)
{
	struct kvm_memory_attributes args = {
		.size = pages * page,
		.attributes = KVMLIB_MEMORY_ATTRIBUTE_PRIVATE,
	};

	return call_ptr(vm, KVM_SET_MEMORY_ATTRIBUTES, &args);
}

START_TEST(attributes_follow_the_capability)
{
	ck_assert_int_eq(set_private(1), -EINVAL);
	kvmlib_sim_set_capability(sim, KVMLIB_CAP_MEMORY_ATTRIBUTES,
				  KVMLIB_MEMORY_ATTRIBUTE_PRIVATE);
	ck_assert_int_eq(set_private(1), 0);
	ck_assert_int_eq(set_private(0), -EINVAL);
}
END_TEST

#endif

#ifdef KVM_PRE_FAULT_MEMORY

static struct kvm_pre_fault_memory range;

static int pre_fault(uint64_t gpa, uint64_t size)
{
	range.gpa = gpa;
	range.size = size;
	return call_ptr(vcpu, KVM_PRE_FAULT_MEMORY, &range);
}

static void assert_left(uint64_t gpa, uint64_t size)
{
	ck_assert_uint_eq(range.gpa, gpa);
	ck_assert_uint_eq(range.size, size);
}

/* Two slots without a gap between them, and one behind a gap. */
static void setup_faults(void)
{
	setup_vcpu();
	ck_assert_int_eq(set_slot(0, 0, 0, 4, 0), 0);
	ck_assert_int_eq(set_slot(1, 0, 4 * page, 4, 4), 0);
	ck_assert_int_eq(set_slot(2, 0, 16 * page, 4, 8), 0);
	range = (struct kvm_pre_fault_memory){ 0 };
}

START_TEST(pre_fault_goes_through_slots)
{
	ck_assert_int_eq(pre_fault(page, 7 * page), 0);
	assert_left(8 * page, 0);
	ck_assert_int_eq(pre_fault(16 * page, page), 0);
	assert_left(17 * page, 0);
}
END_TEST

START_TEST(pre_fault_ends_where_no_slot_is)
{
	ck_assert_int_eq(pre_fault(2 * page, 20 * page), 0);
	assert_left(8 * page, 14 * page);
	ck_assert_int_eq(pre_fault(range.gpa, range.size), -ENOENT);
	assert_left(8 * page, 14 * page);
}
END_TEST

START_TEST(pre_fault_bad_argument_is_refused)
{
	ck_assert_int_eq(pre_fault(1, page), -EINVAL);
	ck_assert_int_eq(pre_fault(0, page + 1), -EINVAL);
	ck_assert_int_eq(pre_fault(0, 0), -EINVAL);
	ck_assert_int_eq(pre_fault(-(uint64_t)page, page), -EINVAL);
	range.flags = 1;
	ck_assert_int_eq(pre_fault(0, page), -EINVAL);
	assert_left(0, page);
	ck_assert_int_eq(call_ptr(vcpu, KVM_PRE_FAULT_MEMORY, hole), -EFAULT);
}
END_TEST

START_TEST(pre_fault_unwritable_is_efault)
{
	struct kvm_pre_fault_memory *fixed = (void *)memory;

	fixed->size = page;
	ck_assert_int_eq(mprotect(memory, page, PROT_READ), 0);
	ck_assert_int_eq(call_ptr(vcpu, KVM_PRE_FAULT_MEMORY, fixed), -EFAULT);
}
END_TEST

START_TEST(pre_fault_needs_its_capability)
{
	kvmlib_sim_set_capability(sim, KVMLIB_CAP_PRE_FAULT_MEMORY, 0);
	ck_assert_int_lt(pre_fault(0, page), 0);
	assert_left(0, page);
}
END_TEST

#endif

Suite *guestmem_suite(void)
{
	Suite *suite = suite_create("sim_guestmem");

#ifdef KVM_CREATE_GUEST_MEMFD
	add_gmem_tests(suite);
#endif
#ifdef KVM_SET_MEMORY_ATTRIBUTES
	ADD_TESTS(add_case(suite, "attributes", setup_vm), attributes_follow_the_capability);
#endif
#ifdef KVM_PRE_FAULT_MEMORY
	ADD_TESTS(add_case(suite, "pre_fault", setup_faults), pre_fault_goes_through_slots,
		  pre_fault_ends_where_no_slot_is, pre_fault_bad_argument_is_refused,
		  pre_fault_unwritable_is_efault, pre_fault_needs_its_capability);
#endif
	return suite;
}
