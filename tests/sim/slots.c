/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory slots. */
#include "fixture.h"

#include "suites.h"

START_TEST(slot_bad_arguments_are_einval)
{
	struct kvm_userspace_memory_region good = {
		.guest_phys_addr = 16 * page,
		.memory_size = 2 * page,
		.userspace_addr = (uintptr_t)memory,
	};
	struct kvm_userspace_memory_region bad;

#define REFUSED(member, value)                                                             \
	do {                                                                               \
		bad = good;                                                                \
		bad.member = (value);                                                      \
		ck_assert_int_eq(call_ptr(vm, KVM_SET_USER_MEMORY_REGION, &bad), -EINVAL); \
	} while (0)
	REFUSED(guest_phys_addr, 16 * page + 1);
	REFUSED(guest_phys_addr, 16 * page + page / 2);
	REFUSED(memory_size, page + 1);
	REFUSED(userspace_addr, (uintptr_t)memory + 8);
	REFUSED(userspace_addr, UINT64_C(1) << 63);
	REFUSED(flags, 4);
	REFUSED(flags, 1U << 31);
	REFUSED(slot, 32764);
	REFUSED(slot, 2U << 16);
	REFUSED(guest_phys_addr, 0 - (uint64_t)page);
	good.userspace_addr = 16 * page; /* room for 2^31 pages behind it */
	REFUSED(memory_size, page << 31);
#undef REFUSED
	ck_assert_int_eq(call_ptr(vm, KVM_SET_USER_MEMORY_REGION, hole), -EFAULT);
	ck_assert_int_eq(call_ptr(vm, KVM_SET_USER_MEMORY_REGION, &good), 0);
}
END_TEST

START_TEST(slot_limits_follow_capabilities)
{
	ck_assert_int_eq(kvmlib_sim_set_capability(sim, KVMLIB_CAP_NR_MEMSLOTS, 8), 0);
	ck_assert_int_eq(set_slot(8, 0, 0, 1, 0), -EINVAL);
	ck_assert_int_eq(set_slot(7, 0, 0, 1, 0), 0);
	ck_assert_int_eq(kvmlib_sim_set_capability(sim, KVMLIB_CAP_READONLY_MEM, 0), 0);
	ck_assert_int_eq(set_slot(6, KVMLIB_MEM_READONLY, 4 * page, 1, 1), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_set_capability(sim, KVMLIB_CAP_READONLY_MEM, 1), 0);
	ck_assert_int_eq(set_slot(6, KVMLIB_MEM_READONLY, 4 * page, 1, 1), 0);
}
END_TEST

START_TEST(slot_address_spaces_are_apart)
{
	ck_assert_int_eq(kvmlib_sim_set_capability(sim, KVMLIB_CAP_MULTI_ADDRESS_SPACE, 2), 0);
	ck_assert_int_eq(set_slot(0, 0, 0, 4, 0), 0);
	ck_assert_int_eq(set_slot(1U << 16, 0, 0, 4, 0), 0);
	ck_assert_int_eq(set_slot(1U << 16 | 1, 0, 2 * page, 4, 0), -EEXIST);
	ck_assert_int_eq(set_slot(2U << 16, 0, 0, 4, 0), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_set_capability(sim, KVMLIB_CAP_MULTI_ADDRESS_SPACE, 0), 0);
	ck_assert_int_eq(set_slot(1U << 16, 0, 0, 4, 0), -EINVAL);
}
END_TEST

START_TEST(slot_overlap_is_eexist)
{
	ck_assert_int_eq(set_slot(0, 0, 10 * page, 10, 0), 0);
	ck_assert_int_eq(set_slot(1, 0, 30 * page, 10, 20), 0);
	ck_assert_int_eq(set_slot(2, 0, 19 * page, 1, 50), -EEXIST);
	ck_assert_int_eq(set_slot(2, 0, 9 * page, 2, 50), -EEXIST);
	ck_assert_int_eq(set_slot(2, 0, 0, 100, 50), -EEXIST);
	ck_assert_int_eq(set_slot(2, 0, 12 * page, 2, 50), -EEXIST);
	ck_assert_int_eq(set_slot(2, 0, 20 * page, 11, 50), -EEXIST);
	ck_assert_int_eq(set_slot(2, 0, 20 * page, 10, 50), 0);
	ck_assert_int_eq(set_slot(3, 0, 0, 10, 70), 0);
}
END_TEST

START_TEST(slot_modify_is_limited)
{
	ck_assert_int_eq(set_slot(0, 0, 10 * page, 10, 0), 0);
	ck_assert_int_eq(set_slot(0, 0, 10 * page, 11, 0), -EINVAL);
	ck_assert_int_eq(set_slot(0, 0, 10 * page, 9, 0), -EINVAL);
	ck_assert_int_eq(set_slot(0, 0, 10 * page, 10, 1), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_set_capability(sim, KVMLIB_CAP_READONLY_MEM, 1), 0);
	ck_assert_int_eq(set_slot(0, KVMLIB_MEM_READONLY, 10 * page, 10, 0), -EINVAL);
	ck_assert_int_eq(set_slot(0, 0, 10 * page, 10, 0), 0);
	ck_assert_int_eq(set_slot(0, KVMLIB_MEM_LOG_DIRTY_PAGES, 10 * page, 10, 0), 0);
}
END_TEST

START_TEST(slot_moves)
{
	ck_assert_int_eq(set_slot(0, 0, 10 * page, 10, 0), 0);
	ck_assert_int_eq(set_slot(1, 0, 40 * page, 10, 10), 0);
	ck_assert_int_eq(set_slot(0, 0, 15 * page, 10, 0), 0); /* onto itself */
	ck_assert_int_eq(set_slot(0, 0, 35 * page, 10, 0), -EEXIST);
	ck_assert_int_eq(set_slot(0, 0, 50 * page, 10, 0), 0);
	ck_assert_int_eq(set_slot(2, 0, 10 * page, 30, 20), 0);
	ck_assert_int_eq(set_slot(3, 0, 59 * page, 1, 60), -EEXIST);
}
END_TEST

START_TEST(slot_delete_makes_room)
{
	ck_assert_int_eq(set_slot(0, 0, 0, 0, 0), -EINVAL);
	ck_assert_int_eq(set_slot(0, 0, 0, 4, 0), 0);
	ck_assert_int_eq(set_slot(0, 0, 0, 0, 0), 0);
	ck_assert_int_eq(set_slot(0, 0, 0, 0, 0), -EINVAL);
	ck_assert_int_eq(set_slot(1, 0, 0, 4, 0), 0);
}
END_TEST

START_TEST(slot_beyond_guest_addresses_is_refused)
{
#if defined(__aarch64__)
	ck_assert_int_eq(set_slot(0, 0, (UINT64_C(1) << 40) - page, 2, 0), -EFAULT);
	ck_assert_int_eq(set_slot(0, 0, (UINT64_C(1) << 40) - page, 1, 0), 0);
#elif defined(__riscv)
	ck_assert_int_eq(set_slot(0, 0, (UINT64_C(1) << 50) - page, 2, 0), -EFAULT);
	ck_assert_int_eq(set_slot(0, 0, (UINT64_C(1) << 50) - page, 1, 0), 0);
#elif defined(__x86_64__)
	ck_assert_int_eq(set_slot(0, 0, (UINT64_C(1) << 52) - page, 2, 0), -EINVAL);
	ck_assert_int_eq(set_slot(0, 0, (UINT64_C(1) << 52) - page, 1, 0), 0);
#endif
}
END_TEST

/* A thousand slots in a shuffled order: the order of addresses must hold all along. */
START_TEST(slot_thousand_stay_in_order)
{
	for (uint32_t i = 0; i < 1000; i++) {
		uint32_t n = i * 367 % 1000;

		ck_assert_int_eq(set_slot(n, 0, (uint64_t)n * 2 * page, 2, n % 100), 0);
	}
	for (uint32_t n = 0; n < 1000; n++)
		ck_assert_int_eq(set_slot(2000, 0, ((uint64_t)n * 2 + 1) * page, 1, 0), -EEXIST);
	for (uint32_t i = 0; i < 1000; i += 2)
		ck_assert_int_eq(set_slot(i * 367 % 1000, 0, 0, 0, 0), 0);
	for (uint32_t i = 0; i < 1000; i++) {
		uint32_t n = i * 367 % 1000;

		ck_assert_int_eq(set_slot(n + 2000, 0, (uint64_t)n * 2 * page, 2, 0),
				 i % 2 ? -EEXIST : 0);
	}
}
END_TEST

Suite *slots_suite(void)
{
	Suite *suite = suite_create("sim_slots");

	ADD_TESTS(add_case(suite, "vm", setup_vm), slot_bad_arguments_are_einval,
		  slot_limits_follow_capabilities, slot_address_spaces_are_apart,
		  slot_overlap_is_eexist, slot_modify_is_limited, slot_moves,
		  slot_delete_makes_room, slot_beyond_guest_addresses_is_refused,
		  slot_thousand_stay_in_order);
	return suite;
}
