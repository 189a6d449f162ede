/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Dirty rings, of whichever kind this KVM has. */
#include "every.h"

#include <errno.h>
#include <sys/mman.h>

#include <runner.h>

#include <linux/kvm.h>

#define RING_SIZE 65536U
#define PAGE	  4096U
/* The pages that the program writes to. */
#define WRITTEN (UINT64_C(0x5555) << TOUCHED_GPA / PAGE)

typedef int enable_fn(struct kvmlib_vm *vm, uint32_t size);

/* x86 has both, others the one whose entries are ordered by the program. */
static enable_fn *enable_of(struct kvmlib_vm *vm, int *ret_largest)
{
	*ret_largest = kvmlib_vm_check_extension(vm, KVMLIB_CAP_DIRTY_LOG_RING);
	if (*ret_largest > 0)
		return kvmlib_vm_enable_dirty_log_ring;
	*ret_largest = kvmlib_vm_check_extension(vm, KVMLIB_CAP_DIRTY_LOG_RING_ACQ_REL);
	return *ret_largest > 0 ? kvmlib_vm_enable_dirty_log_ring_acq_rel : NULL;
}

static void log_writes(void)
{
	struct kvm_userspace_memory_region region = {
		.flags = KVM_MEM_LOG_DIRTY_PAGES,
		.memory_size = RAM_SIZE,
		.userspace_addr = (uintptr_t)plain.bytes,
	};

	ck_assert_int_eq(kvmlib_vm_set_user_memory_region(plain.vm, &region), 0);
}

static bool is_dirty(const struct kvm_dirty_gfn *entry)
{
	return __atomic_load_n(&entry->flags, __ATOMIC_ACQUIRE) == KVMLIB_DIRTY_GFN_F_DIRTY;
}

/* Hand the entries back to the kernel; returns how many there are, and which pages, as bits. */
static int harvest(struct kvm_dirty_gfn *ring, uint64_t *ret_pages)
{
	int n = 0;

	*ret_pages = 0;
	while (is_dirty(&ring[n])) {
		ck_assert_uint_eq(ring[n].slot, 0);
		ck_assert_uint_lt(ring[n].offset, RAM_SIZE / PAGE);
		*ret_pages |= (uint64_t)1 << ring[n].offset;
		__atomic_store_n(&ring[n++].flags, KVMLIB_DIRTY_GFN_F_RESET, __ATOMIC_RELEASE);
	}
	return n;
}

START_TEST(ring_has_the_pages_and_takes_them_back)
{
	struct kvm_dirty_gfn *ring;
	uint64_t pages;
	int n, largest;
	enable_fn *enable = enable_of(plain.vm, &largest);

	if (!enable)
		SKIP("no KVM_CAP_DIRTY_LOG_RING");
	ck_assert_int_eq(enable(plain.vm, RING_SIZE), 0);
	log_writes();
	machine_start(&plain, &touch_program);
	told(plain.vcpu);
	ring = map_vcpu(&plain, KVMLIB_DIRTY_LOG_PAGE_OFFSET, RING_SIZE);
	n = harvest(ring, &pages);
	ck_assert_uint_eq(pages & WRITTEN, WRITTEN);
	ck_assert_int_eq(kvmlib_vm_reset_dirty_rings(plain.vm), n);
	ck_assert_int_eq(kvmlib_vm_reset_dirty_rings(plain.vm), 0);
	munmap(ring, RING_SIZE);
}
END_TEST

START_TEST(ring_that_is_off_is_not_reset)
{
	int largest;

	if (!enable_of(plain.vm, &largest))
		SKIP("no KVM_CAP_DIRTY_LOG_RING");
	assert_failed(kvmlib_vm_reset_dirty_rings(plain.vm), EINVAL, KVMLIB_CAUSE_DIRTY_RING_OFF);
}
END_TEST

START_TEST(ring_size_is_checked)
{
	int largest;
	enable_fn *enable = enable_of(plain.vm, &largest);

	if (!enable)
		SKIP("no KVM_CAP_DIRTY_LOG_RING");
	assert_failed(enable(plain.vm, 4097), EINVAL, KVMLIB_CAUSE_CAP_REFUSED);
	assert_failed(enable(plain.vm, (uint32_t)largest * 2), E2BIG, KVMLIB_CAUSE_DIRTY_RING_SIZE);
	ck_assert_int_eq(enable(plain.vm, RING_SIZE), 0);
}
END_TEST

START_TEST(ring_of_either_kind_is_made)
{
	if (has(KVMLIB_CAP_DIRTY_LOG_RING_ACQ_REL) <= 0)
		SKIP("no KVM_CAP_DIRTY_LOG_RING_ACQ_REL");
	ck_assert_int_eq(kvmlib_vm_enable_dirty_log_ring_acq_rel(plain.vm, RING_SIZE), 0);
}
END_TEST

Suite *ring_suite(void)
{
	Suite *suite = suite_create("ring");
	TCase *tcase = tcase_create("ring");

	tcase_add_checked_fixture(tcase, plain_setup, plain_teardown);
	tcase_add_test(tcase, ring_has_the_pages_and_takes_them_back);
	tcase_add_test(tcase, ring_that_is_off_is_not_reset);
	tcase_add_test(tcase, ring_size_is_checked);
	tcase_add_test(tcase, ring_of_either_kind_is_made);
	suite_add_tcase(suite, tcase);
	return suite;
}
