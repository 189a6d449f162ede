/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory of the guest alone: what a row of the wire can't say. */

#include "played.h"
#include "suites.h"

#include <fcntl.h>
#include <string.h>

#define REGION2_CALL "KVM_SET_USER_MEMORY_REGION2"

static int refuse(unsigned long arg)
{
	(void)arg;
	return -EINVAL;
}

#ifdef KVM_CREATE_GUEST_MEMFD

static int make_file(unsigned long arg)
{
	(void)arg;
	return kvmlib_system_fd(fix.system); /* any that is open */
}

START_TEST(guest_memfd_is_closed_on_exec)
{
	play(KVM_CREATE_GUEST_MEMFD, make_file);
	assert_returns(kvmlib_vm_create_guest_memfd(fix.vm, 65536, 0),
		       kvmlib_system_fd(fix.system));
	ck_assert_int_eq(played.fcntl_fd, kvmlib_system_fd(fix.system));
	ck_assert_int_eq(played.fcntl_command, F_SETFD);
	ck_assert_int_eq(played.fcntl_argument, FD_CLOEXEC);
	ck_assert_int_eq(played.closed, 0);
}
END_TEST

static int make_odd_file(unsigned long arg)
{
	(void)arg;
	return 1000000; /* none that is open */
}

START_TEST(guest_memfd_that_stays_open_on_exec_is_closed)
{
	play(KVM_CREATE_GUEST_MEMFD, make_odd_file);
	played.fcntl_error = EPERM;
	assert_fails(kvmlib_vm_create_guest_memfd(fix.vm, 65536, 0), EPERM, UNLISTED,
		     "fcntl(F_SETFD)");
	assert_value(FD, 1000000);
	ck_assert_int_eq(played.closed, 1000000);
	played.fcntl_error = EBADF;
	assert_fails(kvmlib_vm_create_guest_memfd(fix.vm, 65536, 0), EBADF, BAD_FD,
		     "fcntl(F_SETFD)");
}
END_TEST

START_TEST(guest_memfd_refused_tells_size_and_flags)
{
	play(KVM_CREATE_GUEST_MEMFD, refuse);
	assert_fails(kvmlib_vm_create_guest_memfd(fix.vm, 4097, 8), EINVAL, GUEST_MEMFD_ARGUMENTS,
		     "KVM_CREATE_GUEST_MEMFD");
	assert_value(SIZE, 4097);
	assert_value(FLAGS, 8);
	ck_assert_int_eq(played.fcntl_command, 0);
}
END_TEST

/* As arm64 says it of a kernel before 6.8. */
START_TEST(guest_memfd_refused_where_there_is_none_is_unknown)
{
	play(KVM_CREATE_GUEST_MEMFD, refuse);
	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_GUEST_MEMFD, 0), 0);
	assert_fails(kvmlib_vm_create_guest_memfd(fix.vm, 65536, 0), EINVAL, UNKNOWN_IOCTL,
		     "KVM_CREATE_GUEST_MEMFD");
}
END_TEST

#endif

#ifdef KVM_PRE_FAULT_MEMORY

/* The kernel hands the rest of the range back, whatever it answers. */
static int fault_half_in(unsigned long arg)
{
	struct kvm_pre_fault_memory *range = (void *)(uintptr_t)arg;

	range->gpa += range->size / 2;
	range->size -= range->size / 2;
	return 0;
}

static int fault_none_in(unsigned long arg)
{
	fault_half_in(arg);
	return -EINTR;
}

START_TEST(pre_fault_moves_on_success_alone)
{
	uint64_t gpa = 0x10000, size = 0x8000;

	play(KVM_PRE_FAULT_MEMORY, fault_none_in);
	assert_fails(kvmlib_vcpu_pre_fault_memory(fix.vcpu, &gpa, &size, 0), EINTR, INTERRUPTED,
		     "KVM_PRE_FAULT_MEMORY");
	assert_value(GPA, 0x10000);
	assert_value(SIZE, 0x8000);
	ck_assert(gpa == 0x10000 && size == 0x8000);
	play(KVM_PRE_FAULT_MEMORY, fault_half_in);
	assert_ok(kvmlib_vcpu_pre_fault_memory(fix.vcpu, &gpa, &size, 0));
	ck_assert(gpa == 0x14000 && size == 0x4000);
}
END_TEST

#endif

/* A slot that nothing is wrong with. */
static struct kvmlib_userspace_memory_region2 good_region(void)
{
	return (struct kvmlib_userspace_memory_region2){
		.slot = 1,
		.flags = KVMLIB_MEM_GUEST_MEMFD,
		.memory_size = 4 * page_size(),
		.userspace_addr = (uintptr_t)guest_memory(),
		.guest_memfd = 5,
		.guest_memfd_offset = page_size(),
	};
}

#define assert_region2_fails(r, cause)                                                           \
	do {                                                                                     \
		const struct kvmlib_userspace_memory_region2 region_ = (r);                      \
		assert_fails(kvmlib_vm_set_user_memory_region2(fix.vm, &region_), EINVAL, cause, \
			     REGION2_CALL);                                                      \
		assert_value(SLOT, region_.slot);                                                \
		assert_value(GPA, region_.guest_phys_addr);                                      \
		assert_value(SIZE, region_.memory_size);                                         \
		assert_value(HOST_ADDRESS, region_.userspace_addr);                              \
		assert_value(FLAGS, region_.flags);                                              \
		assert_value(FD, (int)region_.guest_memfd);                                      \
		assert_value(OFFSET, region_.guest_memfd_offset);                                \
		ck_assert_str_ne(kvmlib_error_sentence(), "-");                                  \
	} while (0)

static void setup_refused_regions(void)
{
	setup_played();
	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_GUEST_MEMFD, 1), 0);
	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_NR_MEMSLOTS, 8), 0);
	play(KVM_SET_USER_MEMORY_REGION2, refuse);
}

START_TEST(region2_has_the_causes_of_every_slot)
{
	struct kvmlib_userspace_memory_region2 r = good_region();

	r.memory_size += 1;
	assert_region2_fails(r, SLOT_UNALIGNED);
	r = good_region();
	r.flags |= 1U << 20;
	assert_region2_fails(r, SLOT_FLAGS);
	r = good_region();
	r.slot = 8;
	assert_region2_fails(r, SLOT_ID_RANGE);
	r = good_region();
	r.guest_phys_addr = -(uint64_t)page_size();
	assert_region2_fails(r, SLOT_RANGE);
	r = good_region();
	r.memory_size = 0;
	assert_region2_fails(r, SLOT_MISSING);
	r = good_region();
	r.flags = 0;
	assert_region2_fails(r, SLOT_IMMUTABLE);
}
END_TEST

START_TEST(region2_has_the_causes_of_guest_memfd)
{
	struct kvmlib_userspace_memory_region2 r = good_region();

	r.flags |= KVMLIB_MEM_LOG_DIRTY_PAGES;
	assert_region2_fails(r, GUEST_MEMFD_SLOT_FLAGS);
	r = good_region();
	r.guest_memfd_offset += 1;
	assert_region2_fails(r, GUEST_MEMFD_BINDING);
	r = good_region();
	r.guest_memfd_offset = -(uint64_t)page_size();
	assert_region2_fails(r, GUEST_MEMFD_BINDING);
	r = good_region();
	assert_region2_fails(r, SLOT_INVALID); /* from outside, all is well */
	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_GUEST_MEMFD, 0), 0);
	assert_region2_fails(r, SLOT_FLAGS);
}
END_TEST

/* As arm64 and riscv64 say it of a kernel before 6.8. */
START_TEST(region2_refused_where_there_is_none_is_unknown)
{
	const struct kvmlib_userspace_memory_region2 r = good_region();

	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_USER_MEMORY2, 0), 0);
	assert_fails(kvmlib_vm_set_user_memory_region2(fix.vm, &r), EINVAL, UNKNOWN_IOCTL,
		     REGION2_CALL);
}
END_TEST

Suite *guestmem_suite(void)
{
	Suite *suite = suite_create("guestmem");

#ifdef KVM_CREATE_GUEST_MEMFD
	ADD_TESTS(add_case(suite, "guest_memfd", setup_played), guest_memfd_is_closed_on_exec,
		  guest_memfd_that_stays_open_on_exec_is_closed,
		  guest_memfd_refused_tells_size_and_flags,
		  guest_memfd_refused_where_there_is_none_is_unknown);
#endif
#ifdef KVM_PRE_FAULT_MEMORY
	ADD_TESTS(add_case(suite, "pre_fault", setup_played), pre_fault_moves_on_success_alone);
#endif
	ADD_TESTS(add_case(suite, "region2", setup_refused_regions),
		  region2_has_the_causes_of_every_slot, region2_has_the_causes_of_guest_memfd,
		  region2_refused_where_there_is_none_is_unknown);
	return suite;
}
