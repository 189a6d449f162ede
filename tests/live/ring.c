/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Dirty rings. */

#include <runner.h>

#include <errno.h>
#include <stdbool.h>
#include <sys/mman.h>

#include "guest.h"

#define RING_SIZE 65536U

static int ring_there;

static void enable_ring(void)
{
	ring_there = guest_has(KVMLIB_CAP_DIRTY_LOG_RING) >= (int)RING_SIZE;
	if (ring_there)
		ck_assert_int_eq(kvmlib_vm_enable_dirty_log_ring(guest.vm, RING_SIZE), 0);
}

static void setup(void)
{
	guest_setup_after(enable_ring);
}

static void log_writes(void)
{
	struct kvm_userspace_memory_region region = {
		.flags = KVM_MEM_LOG_DIRTY_PAGES,
		.memory_size = RAM_SIZE,
		.userspace_addr = (uintptr_t)guest.ram,
	};

	ck_assert_int_eq(kvmlib_vm_set_user_memory_region(guest.vm, &region), 0);
}

static bool is_dirty(const struct kvm_dirty_gfn *entry)
{
	return __atomic_load_n(&entry->flags, __ATOMIC_ACQUIRE) == KVMLIB_DIRTY_GFN_F_DIRTY;
}

static void hand_back(struct kvm_dirty_gfn *entry)
{
	__atomic_store_n(&entry->flags, KVMLIB_DIRTY_GFN_F_RESET, __ATOMIC_RELEASE);
}

/* Hand the entries back to the kernel; returns how many there are, and which pages, as bits. */
static int harvest(struct kvm_dirty_gfn *ring, uint64_t *ret_pages)
{
	int n = 0;

	*ret_pages = 0;
	while (is_dirty(&ring[n])) {
		ck_assert_uint_eq(ring[n].slot, 0);
		ck_assert_uint_lt(ring[n].offset, RAM_SIZE / 4096);
		*ret_pages |= (uint64_t)1 << ring[n].offset;
		hand_back(&ring[n++]);
	}
	return n;
}

START_TEST(ring_has_the_pages_and_takes_them_back)
{
	struct kvm_dirty_gfn *ring;
	uint64_t pages, written = 1U << 5 | 1U << 6;
	int n;

	if (!ring_there)
		SKIP("no KVM_CAP_DIRTY_LOG_RING");
	log_writes();
	/* mov byte [0x5000], 1; mov byte [0x6000], 1; out 0xe9, al */
	GUEST_CODE(0xc6, 0x06, 0x00, 0x50, 0x01, 0xc6, 0x06, 0x00, 0x60, 0x01, 0xe6, 0xe9);
	run_to(KVMLIB_EXIT_IO);
	ring = map_vcpu(KVMLIB_DIRTY_LOG_PAGE_OFFSET, RING_SIZE);
	n = harvest(ring, &pages);
	ck_assert_uint_eq(pages & written, written);
	ck_assert_int_eq(kvmlib_vm_reset_dirty_rings(guest.vm), n);
	ck_assert_int_eq(kvmlib_vm_reset_dirty_rings(guest.vm), 0);
	munmap(ring, RING_SIZE);
}
END_TEST

#define MORE_GPA  0x100000U
#define MORE_SIZE (RING_SIZE / (unsigned int)sizeof(struct kvm_dirty_gfn) * 4096U)

/* As many pages as the ring has entries; the guest's DS begins there. */
static void *add_more_memory(void)
{
	struct kvm_userspace_memory_region region = {
		.slot = 1,
		.flags = KVM_MEM_LOG_DIRTY_PAGES,
		.guest_phys_addr = MORE_GPA,
		.memory_size = MORE_SIZE,
	};
	void *memory =
		mmap(NULL, MORE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct kvm_sregs sregs;

	ck_assert(memory != MAP_FAILED);
	region.userspace_addr = (uintptr_t)memory;
	ck_assert_int_eq(kvmlib_vm_set_user_memory_region(guest.vm, &region), 0);
	ck_assert_int_eq(kvmlib_vcpu_get_sregs(guest.vcpu, &sregs), 0);
	sregs.ds.base = MORE_GPA;
	sregs.ds.limit = 0xffffffff;
	sregs.ds.g = 1;
	ck_assert_int_eq(kvmlib_vcpu_set_sregs(guest.vcpu, &sregs), 0);
	return memory;
}

START_TEST(ring_that_is_full_stops_the_guest_until_it_is_reset)
{
	struct kvm_dirty_gfn *ring;
	void *memory;
	int n = 0;

	if (!ring_there)
		SKIP("no KVM_CAP_DIRTY_LOG_RING");
	memory = add_more_memory();
	/*
	 * mov byte [esi], 1; add esi, 4096; mov cx, 64; loop $; jmp back. A KVM that emulates the
	 * guest looks at its ring now and then: until it does, few pages more become dirty.
	 */
	GUEST_CODE(0x67, 0xc6, 0x06, 0x01, 0x66, 0x81, 0xc6, 0x00, 0x10, 0x00, 0x00, 0xb9, 0x40,
		   0x00, 0xe2, 0xfe, 0xeb, 0xee);
	run_to(KVMLIB_EXIT_DIRTY_RING_FULL);
	run_to(KVMLIB_EXIT_DIRTY_RING_FULL);
	ring = map_vcpu(KVMLIB_DIRTY_LOG_PAGE_OFFSET, RING_SIZE);
	while (is_dirty(&ring[n]))
		hand_back(&ring[n++]);
	ck_assert_int_ge(n, (int)(RING_SIZE / sizeof(*ring)) * 3 / 4);
	ck_assert_int_eq(kvmlib_vm_reset_dirty_rings(guest.vm), n);
	run_to(KVMLIB_EXIT_MMIO); /* the rest fits: the guest leaves its memory */
	munmap(ring, RING_SIZE);
	munmap(memory, MORE_SIZE);
}
END_TEST

START_TEST(ring_that_is_off_is_not_reset)
{
	if (guest_has(KVMLIB_CAP_DIRTY_LOG_RING) <= 0)
		SKIP("no KVM_CAP_DIRTY_LOG_RING");
	assert_failed(kvmlib_vm_reset_dirty_rings(guest.vm), EINVAL, KVMLIB_CAUSE_DIRTY_RING_OFF);
}
END_TEST

/* What is refused needs a VM without vCPUs, or would be refused for those. */
START_TEST(ring_size_is_checked)
{
	struct kvmlib_vm *vm;
	int largest;

	ck_assert_int_eq(kvmlib_system_create_vm(guest.system, NULL, &vm), 0);
	largest = kvmlib_vm_check_extension(vm, KVMLIB_CAP_DIRTY_LOG_RING);
	if (largest > 0) {
		assert_failed(kvmlib_vm_enable_dirty_log_ring(vm, 4097), EINVAL,
			      KVMLIB_CAUSE_CAP_REFUSED);
		assert_failed(kvmlib_vm_enable_dirty_log_ring(vm, (uint32_t)largest * 2), E2BIG,
			      KVMLIB_CAUSE_DIRTY_RING_SIZE);
		ck_assert_int_eq(kvmlib_vm_enable_dirty_log_ring(vm, RING_SIZE), 0);
	}
	kvmlib_vm_unref(vm);
	ck_assert_int_eq(kvmlib_system_create_vm(guest.system, NULL, &vm), 0);
	if (kvmlib_vm_check_extension(vm, KVMLIB_CAP_DIRTY_LOG_RING_ACQ_REL) > 0)
		ck_assert_int_eq(kvmlib_vm_enable_dirty_log_ring_acq_rel(vm, RING_SIZE), 0);
	kvmlib_vm_unref(vm);
	if (largest <= 0)
		SKIP("no KVM_CAP_DIRTY_LOG_RING");
}
END_TEST

Suite *ring_suite(void)
{
	Suite *suite = suite_create("ring");
	TCase *with = tcase_create("ring"), *without = tcase_create("no ring");

	tcase_add_checked_fixture(with, setup, guest_teardown);
	tcase_add_test(with, ring_has_the_pages_and_takes_them_back);
	tcase_add_test(with, ring_that_is_full_stops_the_guest_until_it_is_reset);
	suite_add_tcase(suite, with);
	tcase_add_checked_fixture(without, guest_setup, guest_teardown);
	tcase_add_test(without, ring_that_is_off_is_not_reset);
	tcase_add_test(without, ring_size_is_checked);
	suite_add_tcase(suite, without);
	return suite;
}
