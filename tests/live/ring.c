/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Dirty rings that are full; tests/every has what a ring is. */

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

static bool is_dirty(const struct kvm_dirty_gfn *entry)
{
	return __atomic_load_n(&entry->flags, __ATOMIC_ACQUIRE) == KVMLIB_DIRTY_GFN_F_DIRTY;
}

static void hand_back(struct kvm_dirty_gfn *entry)
{
	__atomic_store_n(&entry->flags, KVMLIB_DIRTY_GFN_F_RESET, __ATOMIC_RELEASE);
}

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

Suite *ring_suite(void)
{
	Suite *suite = suite_create("full ring");
	TCase *tc = tcase_create("full ring");

	tcase_add_checked_fixture(tc, setup, guest_teardown);
	tcase_add_test(tc, ring_that_is_full_stops_the_guest_until_it_is_reset);
	suite_add_tcase(suite, tc);
	return suite;
}
