/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory slots and their dirty logs. */

#include "fixture.h"
#include "suites.h"

#define REGION_CALL "KVM_SET_USER_MEMORY_REGION"
#define GET_CALL    "KVM_GET_DIRTY_LOG"
#define CLEAR_CALL  "KVM_CLEAR_DIRTY_LOG"

typedef struct kvm_userspace_memory_region region;

static int set(region r)
{
	return kvmlib_vm_set_user_memory_region(fix.vm, &r);
}

#define assert_region_fails(r, errnum, cause)                                                   \
	do {                                                                                    \
		const region region_ = (r);                                                     \
		assert_fails(kvmlib_vm_set_user_memory_region(fix.vm, &region_), errnum, cause, \
			     REGION_CALL);                                                      \
		assert_value(SLOT, region_.slot);                                               \
		assert_value(GPA, region_.guest_phys_addr);                                     \
		assert_value(SIZE, region_.memory_size);                                        \
		assert_value(HOST_ADDRESS, region_.userspace_addr);                             \
		assert_value(FLAGS, region_.flags);                                             \
	} while (0)

START_TEST(slot_null_is_einval)
{
	region r = region_of(0, 0, 1);

	assert_refuses_null(kvmlib_vm_set_user_memory_region(NULL, &r), 1);
	assert_refuses_null(kvmlib_vm_set_user_memory_region(fix.vm, NULL), 2);
}
END_TEST

START_TEST(slot_lives_from_creation_to_deletion)
{
	region r = region_of(3, 0, 2);

	assert_ok(set(r));
	r.guest_phys_addr = 8 * page_size();
	assert_ok(set(r));
	r.flags = KVMLIB_MEM_LOG_DIRTY_PAGES;
	assert_ok(set(r));
	r.memory_size = 0;
	assert_ok(set(r));
	assert_region_fails(r, EINVAL, SLOT_MISSING);
}
END_TEST

START_TEST(slot_overlap_is_eexist)
{
	assert_ok(set(region_of(0, 4, 4)));
	assert_region_fails(region_of(1, 3, 2), EEXIST, SLOT_OVERLAP);
	assert_region_fails(region_of(1, 7, 1), EEXIST, SLOT_OVERLAP);
	assert_ok(set(region_of(1, 8, 1)));
	assert_ok(set(region_of(2, 3, 1)));
}
END_TEST

START_TEST(slot_unaligned_is_einval)
{
	region r = region_of(0, 1, 1);

	r.guest_phys_addr += 1;
	assert_region_fails(r, EINVAL, SLOT_UNALIGNED);
	r = region_of(0, 1, 1);
	r.memory_size += 512;
	assert_region_fails(r, EINVAL, SLOT_UNALIGNED);
	r = region_of(0, 1, 1);
	r.userspace_addr += page_size() / 2;
	assert_region_fails(r, EINVAL, SLOT_UNALIGNED);
}
END_TEST

START_TEST(slot_unknown_flag_is_einval)
{
	region r = region_of(0, 0, 1);

	r.flags = 1U << 20;
	assert_region_fails(r, EINVAL, SLOT_FLAGS);
	r.flags = KVMLIB_MEM_GUEST_MEMFD;
	assert_region_fails(r, EINVAL, SLOT_FLAGS);
}
END_TEST

START_TEST(slot_readonly_where_it_is_absent_is_einval_flags)
{
	region r = region_of(0, 0, 1);

	r.flags = KVMLIB_MEM_READONLY;
	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_READONLY_MEM, 0), 0);
	assert_region_fails(r, EINVAL, SLOT_FLAGS);
	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_READONLY_MEM, 1), 0);
	assert_ok(set(r));
}
END_TEST

START_TEST(slot_number_out_of_range_is_einval)
{
	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_NR_MEMSLOTS, 8), 0);
	assert_region_fails(region_of(8, 0, 1), EINVAL, SLOT_ID_RANGE);
	assert_region_fails(region_of(8, 0, 0), EINVAL, SLOT_ID_RANGE);
	assert_ok(set(region_of(7, 0, 1)));
}
END_TEST

START_TEST(slot_address_space_out_of_range_is_einval)
{
	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_MULTI_ADDRESS_SPACE, 0), 0);
	assert_region_fails(region_of(1U << 16, 0, 1), EINVAL, SLOT_ID_RANGE);
	assert_region_fails(region_of(1U << 16, 0, 0), EINVAL, SLOT_ID_RANGE);
	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_MULTI_ADDRESS_SPACE, 2), 0);
	assert_ok(set(region_of(1U << 16, 0, 1)));
	assert_region_fails(region_of(2U << 16, 0, 1), EINVAL, SLOT_ID_RANGE);
}
END_TEST

START_TEST(slot_range_that_wraps_is_einval)
{
	region r = region_of(0, 0, 2);

	r.guest_phys_addr = -(uint64_t)page_size();
	assert_region_fails(r, EINVAL, SLOT_RANGE);
}
END_TEST

START_TEST(slot_host_range_out_of_user_space_is_einval)
{
	region r = region_of(0, 0, 2);

	r.userspace_addr = -(uint64_t)(4 * page_size());
	assert_region_fails(r, EINVAL, SLOT_RANGE);
	r.userspace_addr = -(uint64_t)page_size();
	assert_region_fails(r, EINVAL, SLOT_RANGE);
}
END_TEST

START_TEST(slot_of_too_many_pages_is_einval)
{
	region r = region_of(0, 0, 0);

	r.userspace_addr = page_size();
	r.memory_size = ((uint64_t)1 << 31) * page_size();
	assert_region_fails(r, EINVAL, SLOT_RANGE);
}
END_TEST

/* What the host's limit of guest addresses is can't be asked; but none of these is the reason. */
START_TEST(slot_beyond_guest_addresses_is_none_of_what_was_checked)
{
	static const uint32_t checked[] = {
		KVMLIB_CAUSE_SLOT_UNALIGNED, KVMLIB_CAUSE_SLOT_FLAGS,	KVMLIB_CAUSE_SLOT_ID_RANGE,
		KVMLIB_CAUSE_SLOT_RANGE,     KVMLIB_CAUSE_SLOT_MISSING,
	};
	region r = region_of(0, 0, 1);

	r.guest_phys_addr = (uint64_t)1 << 56;
	spoil_record();
	ck_assert_int_lt(set(r), 0);
	ck_assert_ptr_nonnull(kvmlib_error_call());
	for (size_t i = 0; i < sizeof(checked) / sizeof(checked[0]); i++)
		ck_assert_uint_ne(kvmlib_error_cause(), checked[i]);
}
END_TEST

START_TEST(slot_change_that_needs_deletion_is_einval)
{
	region r = region_of(0, 0, 2);

	assert_ok(set(r));
	r.memory_size = page_size();
	assert_region_fails(r, EINVAL, SLOT_IMMUTABLE);
	r = region_of(0, 0, 2);
	r.userspace_addr += page_size();
	assert_region_fails(r, EINVAL, SLOT_IMMUTABLE);
	if (!kvmlib_vm_check_extension(fix.vm, KVMLIB_CAP_READONLY_MEM))
		return;
	r = region_of(0, 0, 2);
	r.flags = KVMLIB_MEM_READONLY;
	assert_region_fails(r, EINVAL, SLOT_IMMUTABLE);
}
END_TEST

START_TEST(slot_deletion_of_none_is_einval)
{
	assert_region_fails(region_of(0, 0, 0), EINVAL, SLOT_MISSING);
}
END_TEST

/* The library's own questions about the refusal may fail; the refusal stays. */
START_TEST(slot_refusal_survives_a_failing_question)
{
	region r = region_of(0, 0, 0);

	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, KVM_CHECK_EXTENSION, EDOM, 9), 0);
	assert_region_fails(r, EINVAL, SLOT_MISSING);
}
END_TEST

START_TEST(slot_unreadable_region_is_efault)
{
	const region *nowhere = (const region *)(uintptr_t)8;

	spoil_record();
	ck_assert_int_eq(kvmlib_vm_ioctl(fix.vm, KVM_SET_USER_MEMORY_REGION, (uintptr_t)nowhere),
			 -EFAULT);
	ck_assert_str_eq(kvmlib_error_call(), REGION_CALL);
}
END_TEST

/* A slot of 130 pages at page 64, with a dirty log: three words, the last one of two bits. */
static void set_logged_slot(uint32_t slot)
{
	region r = region_of(slot, 64, 130);

	r.flags = KVMLIB_MEM_LOG_DIRTY_PAGES;
	ck_assert_int_eq(set(r), 0);
}

static void dirty(uint64_t page)
{
	ck_assert_int_eq(
		kvmlib_sim_dirty(fix.sim, kvmlib_vm_fd(fix.vm), (64 + page) * page_size(), 1), 0);
}

static void assert_log_is(uint32_t slot, uint64_t word0, uint64_t word1, uint64_t word2)
{
	uint64_t bitmap[4] = { 7, 7, 7, 7 };

	assert_ok(kvmlib_vm_get_dirty_log(fix.vm, slot, bitmap));
	ck_assert_uint_eq(bitmap[0], word0);
	ck_assert_uint_eq(bitmap[1], word1);
	ck_assert_uint_eq(bitmap[2], word2);
	ck_assert_uint_eq(bitmap[3], 7);
}

START_TEST(dirty_log_is_read_and_cleared)
{
	set_logged_slot(2);
	assert_log_is(2, 0, 0, 0);
	dirty(0);
	dirty(65);
	dirty(129);
	assert_log_is(2, 1, 2, 2);
	assert_log_is(2, 0, 0, 0);
}
END_TEST

START_TEST(dirty_log_null_is_einval)
{
	uint64_t bitmap[3] = { 0 };

	assert_refuses_null(kvmlib_vm_get_dirty_log(NULL, 0, bitmap), 1);
	assert_refuses_null(kvmlib_vm_get_dirty_log(fix.vm, 0, NULL), 3);
	assert_refuses_null(kvmlib_vm_clear_dirty_log(NULL, 0, 0, 64, bitmap), 1);
	assert_refuses_null(kvmlib_vm_clear_dirty_log(fix.vm, 0, 0, 64, NULL), 5);
}
END_TEST

START_TEST(dirty_log_of_no_slot_is_enoent)
{
	uint64_t bitmap[3] = { 7, 7, 7 };

	NEEDS(CLEAR_DIRTY_LOG);
	assert_fails(kvmlib_vm_get_dirty_log(fix.vm, 5, bitmap), ENOENT, DIRTY_LOG_OFF, GET_CALL);
	assert_value(SLOT, 5);
	assert_fails(kvmlib_vm_clear_dirty_log(fix.vm, 5, 0, 64, bitmap), ENOENT, DIRTY_LOG_OFF,
		     CLEAR_CALL);
	ck_assert_uint_eq(bitmap[0], 7);
}
END_TEST

START_TEST(dirty_log_that_is_off_is_enoent)
{
	uint64_t bitmap[3] = { 7, 7, 7 };

	assert_ok(set(region_of(0, 0, 64)));
	assert_fails(kvmlib_vm_get_dirty_log(fix.vm, 0, bitmap), ENOENT, DIRTY_LOG_OFF, GET_CALL);
	ck_assert_uint_eq(bitmap[0], 7);
}
END_TEST

START_TEST(dirty_log_of_impossible_slot_is_einval)
{
	uint64_t bitmap[3] = { 0 };

	NEEDS(CLEAR_DIRTY_LOG);
	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_NR_MEMSLOTS, 8), 0);
	assert_fails(kvmlib_vm_get_dirty_log(fix.vm, 8, bitmap), EINVAL, SLOT_ID_RANGE, GET_CALL);
	ck_assert_int_eq(kvmlib_vm_clear_dirty_log(fix.vm, 8, 0, 64, bitmap), -EINVAL);
	assert_value(SLOT, 8);
}
END_TEST

START_TEST(dirty_log_to_nowhere_is_efault)
{
	NEEDS(CLEAR_DIRTY_LOG);
	set_logged_slot(0);
	dirty(1);
	assert_fails(kvmlib_vm_get_dirty_log(fix.vm, 0, (void *)(uintptr_t)8), EFAULT, BAD_ADDRESS,
		     GET_CALL);
	assert_fails(kvmlib_vm_clear_dirty_log(fix.vm, 0, 0, 64, (void *)(uintptr_t)8), EFAULT,
		     BAD_ADDRESS, CLEAR_CALL);
}
END_TEST

/* With manual protection reading leaves the bits, and clearing takes those that it names. */
static void protect_manually(void)
{
	struct kvm_enable_cap cap = {
		.cap = KVMLIB_CAP_MANUAL_DIRTY_LOG_PROTECT2,
		.args = { KVMLIB_DIRTY_LOG_MANUAL_PROTECT_ENABLE },
	};

	ck_assert_int_eq(kvmlib_vm_ioctl(fix.vm, KVM_ENABLE_CAP, (uintptr_t)&cap), 0);
}

START_TEST(dirty_log_manual_clear_takes_the_bits_named)
{
	uint64_t bits[1] = { 2 };

	NEEDS(CLEAR_DIRTY_LOG);
	protect_manually();
	set_logged_slot(0);
	dirty(1);
	dirty(2);
	dirty(64);
	assert_log_is(0, 6, 1, 0);
	assert_ok(kvmlib_vm_clear_dirty_log(fix.vm, 0, 0, 64, bits));
	assert_log_is(0, 4, 1, 0);
	bits[0] = 1;
	assert_ok(kvmlib_vm_clear_dirty_log(fix.vm, 0, 64, 64, bits));
	assert_log_is(0, 4, 0, 0);
}
END_TEST

START_TEST(dirty_log_clear_may_reach_the_end_of_the_slot)
{
	uint64_t bits[1] = { 2 };

	NEEDS(CLEAR_DIRTY_LOG);
	protect_manually();
	set_logged_slot(0);
	dirty(129);
	assert_ok(kvmlib_vm_clear_dirty_log(fix.vm, 0, 128, 2, bits));
	assert_log_is(0, 0, 0, 0);
}
END_TEST

START_TEST(dirty_log_clear_unaligned_is_einval)
{
	uint64_t bits[3] = { 0 };

	NEEDS(CLEAR_DIRTY_LOG);
	protect_manually();
	set_logged_slot(0);
	assert_fails(kvmlib_vm_clear_dirty_log(fix.vm, 0, 32, 64, bits), EINVAL,
		     DIRTY_RANGE_UNALIGNED, CLEAR_CALL);
	assert_value(SLOT, 0);
	assert_value(FIRST_PAGE, 32);
	assert_value(PAGES, 64);
	assert_fails(kvmlib_vm_clear_dirty_log(fix.vm, 0, 0, 63, bits), EINVAL,
		     DIRTY_RANGE_UNALIGNED, CLEAR_CALL);
}
END_TEST

START_TEST(dirty_log_clear_beyond_the_slot_is_einval)
{
	uint64_t bits[8] = { 0 };

	NEEDS(CLEAR_DIRTY_LOG);
	protect_manually();
	set_logged_slot(0);
	ck_assert_int_eq(kvmlib_vm_clear_dirty_log(fix.vm, 0, 64, 128, bits), -EINVAL);
	ck_assert_int_eq(kvmlib_vm_clear_dirty_log(fix.vm, 0, (uint64_t)1 << 40, 64, bits),
			 -EINVAL);
	assert_value(FIRST_PAGE, (uint64_t)1 << 40);
}
END_TEST

START_TEST(dirty_log_with_ring_in_use_is_enxio)
{
	uint64_t bits[3] = { 7, 7, 7 };

	NEEDS(CLEAR_DIRTY_LOG);
	set_logged_slot(0);
	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, KVM_GET_DIRTY_LOG, ENXIO, 1), 0);
	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, REQUEST(CLEAR_DIRTY_LOG), ENXIO, 1), 0);
	assert_fails(kvmlib_vm_get_dirty_log(fix.vm, 0, bits), ENXIO, DIRTY_RING_IN_USE, GET_CALL);
	assert_fails(kvmlib_vm_clear_dirty_log(fix.vm, 0, 0, 64, bits), ENXIO, DIRTY_RING_IN_USE,
		     CLEAR_CALL);
	ck_assert_uint_eq(bits[0], 7);
}
END_TEST

Suite *slot_suite(void)
{
	Suite *suite = suite_create("slot");

	ADD_TESTS(add_case(suite, "slot", setup_vm), slot_null_is_einval,
		  slot_lives_from_creation_to_deletion, slot_overlap_is_eexist,
		  slot_unaligned_is_einval, slot_unknown_flag_is_einval,
		  slot_readonly_where_it_is_absent_is_einval_flags,
		  slot_number_out_of_range_is_einval, slot_address_space_out_of_range_is_einval,
		  slot_range_that_wraps_is_einval, slot_host_range_out_of_user_space_is_einval,
		  slot_of_too_many_pages_is_einval,
		  slot_beyond_guest_addresses_is_none_of_what_was_checked,
		  slot_change_that_needs_deletion_is_einval, slot_deletion_of_none_is_einval,
		  slot_refusal_survives_a_failing_question, slot_unreadable_region_is_efault);
	ADD_TESTS(add_case(suite, "dirty log", setup_vm), dirty_log_is_read_and_cleared,
		  dirty_log_null_is_einval, dirty_log_of_no_slot_is_enoent,
		  dirty_log_that_is_off_is_enoent, dirty_log_of_impossible_slot_is_einval,
		  dirty_log_to_nowhere_is_efault, dirty_log_manual_clear_takes_the_bits_named,
		  dirty_log_clear_may_reach_the_end_of_the_slot,
		  dirty_log_clear_unaligned_is_einval, dirty_log_clear_beyond_the_slot_is_einval,
		  dirty_log_with_ring_in_use_is_enxio);
	return suite;
}
