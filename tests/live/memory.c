/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The memory map: what the guest sees of regions as they come, change, move and go. */

#include <runner.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "guest.h"

#define PAGE	4096U
#define BASE	0x80000U /* the guest's DS begins here */
#define RESULT	0x2000U	 /* in the guest's RAM */
#define NOTHING (-1)	 /* an access that left the guest */

/* Slot 0 is the guest's RAM. */
static struct kvmlib_memory *memory;

static void setup(void)
{
	const struct kvmlib_memory_opts opts = { .size = sizeof(opts), .first_slot = 1 };

	guest_setup();
	ck_assert_int_eq(kvmlib_memory_new(guest.vm, &opts, &memory), 0);
}

static void teardown(void)
{
	kvmlib_memory_unref(memory);
	guest_teardown();
}

static struct kvmlib_memory_region_opts pages(unsigned int first, unsigned int n)
{
	return (struct kvmlib_memory_region_opts){
		.size = sizeof(struct kvmlib_memory_region_opts),
		.gpa = BASE + first * PAGE,
		.length = n * PAGE,
	};
}

/* A region whose bytes are all the same. */
static struct kvmlib_memory_region *add(const struct kvmlib_memory_region_opts *opts, uint8_t byte)
{
	struct kvmlib_memory_region *region;

	ck_assert_int_eq(kvmlib_memory_add(memory, opts, &region), 0);
	memset(kvmlib_memory_region_address(region), byte, opts->length);
	return region;
}

static struct kvmlib_memory_change *begin(void)
{
	struct kvmlib_memory_change *change;

	ck_assert_int_eq(kvmlib_memory_begin(memory, &change), 0);
	return change;
}

static void commit(struct kvmlib_memory_change *change)
{
	ck_assert_int_eq(kvmlib_memory_change_commit(change), 0);
}

static void start_over(void)
{
	struct kvm_regs regs;

	ck_assert_int_eq(kvmlib_vcpu_get_regs(guest.vcpu, &regs), 0);
	regs.rip = CODE_GPA;
	ck_assert_int_eq(kvmlib_vcpu_set_regs(guest.vcpu, &regs), 0);
}

/* Run to HLT; where the access leaves the guest before that, it reads 0x55 or is written nowhere. */
static int run_access(int is_write)
{
	struct kvmlib_exit_mmio mmio;
	int r = 0;

	start_over();
	ck_assert_int_eq(kvmlib_vcpu_run(guest.vcpu), 0);
	if (kvmlib_vcpu_exit_reason(guest.vcpu) == KVMLIB_EXIT_MMIO) {
		ck_assert_int_eq(kvmlib_vcpu_exit_mmio(guest.vcpu, &mmio), 0);
		ck_assert_int_eq(mmio.is_write, is_write);
		memset(mmio.data, 0x55, is_write ? 0 : mmio.len);
		ck_assert_int_eq(kvmlib_vcpu_run(guest.vcpu), 0);
		r = NOTHING;
	}
	ck_assert_uint_eq(kvmlib_vcpu_exit_reason(guest.vcpu), KVMLIB_EXIT_HLT);
	return r;
}

/* What the guest reads there. */
static int peek(unsigned int offset)
{
	/* mov ax, BASE / 16; mov ds, ax; mov al, [offset]; mov cs:[RESULT], al; hlt */
	const uint8_t code[] = { 0xb8,
				 0x00,
				 BASE >> 12,
				 0x8e,
				 0xd8,
				 0xa0,
				 (uint8_t)offset,
				 (uint8_t)(offset >> 8),
				 0x2e,
				 0xa2,
				 0x00,
				 RESULT >> 8,
				 0xf4 };

	guest_code(code, sizeof(code));
	return run_access(0) < 0 ? NOTHING : guest.ram[RESULT];
}

/* Let the guest write there: 0, or NOTHING. */
static int poke(unsigned int offset, uint8_t byte)
{
	/* mov ax, BASE / 16; mov ds, ax; mov byte [offset], byte; hlt */
	const uint8_t code[] = { 0xb8,
				 0x00,
				 BASE >> 12,
				 0x8e,
				 0xd8,
				 0xc6,
				 0x06,
				 (uint8_t)offset,
				 (uint8_t)(offset >> 8),
				 byte,
				 0xf4 };

	guest_code(code, sizeof(code));
	return run_access(1);
}

static uint8_t byte_at(const struct kvmlib_memory_region *region, unsigned int offset)
{
	return ((const uint8_t *)kvmlib_memory_region_address(region))[offset];
}

static void assert_subject(const char *name)
{
	ck_assert_ptr_nonnull(kvmlib_error_subject());
	ck_assert_str_eq(kvmlib_error_subject(), name);
}

START_TEST(regions_are_what_the_guest_reads_and_writes)
{
	struct kvmlib_memory_region_opts opts = pages(0, 1);
	struct kvmlib_memory_region *anonymous = add(&opts, 0x10), *memfd;

	opts = pages(1, 2);
	opts.backing = KVMLIB_MEMORY_MEMFD;
	memfd = add(&opts, 0x11);
	ck_assert_int_eq(peek(0), 0x10);
	ck_assert_int_eq(peek(2 * PAGE + 7), 0x11);
	ck_assert_int_eq(peek(3 * PAGE), NOTHING);
	ck_assert_int_eq(poke(5, 0x20), 0);
	ck_assert_int_eq(poke(PAGE + 5, 0x21), 0);
	ck_assert_int_eq(poke(3 * PAGE, 0x22), NOTHING);
	ck_assert_uint_eq(byte_at(anonymous, 5), 0x20);
	ck_assert_uint_eq(byte_at(memfd, 5), 0x21);
}
END_TEST

START_TEST(regions_move_and_swap)
{
	struct kvmlib_memory_region_opts one = pages(0, 1), two = pages(1, 1);
	struct kvmlib_memory_region *a = add(&one, 0xaa), *b = add(&two, 0xbb);
	struct kvmlib_memory_change *change = begin();

	ck_assert_int_eq(poke(PAGE, 0xb0), 0);
	ck_assert_int_eq(kvmlib_memory_change_move(change, a, two.gpa), 0);
	ck_assert_int_eq(kvmlib_memory_change_move(change, b, one.gpa), 0);
	commit(change);
	ck_assert_int_eq(peek(0), 0xb0);
	ck_assert_int_eq(peek(PAGE), 0xaa);
	change = begin();
	ck_assert_int_eq(kvmlib_memory_change_move(change, a, BASE + 5 * PAGE), 0);
	commit(change);
	ck_assert_int_eq(peek(PAGE), NOTHING);
	ck_assert_int_eq(peek(5 * PAGE), 0xaa);
}
END_TEST

START_TEST(regions_are_replaced_and_removed)
{
	struct kvmlib_memory_region_opts opts = pages(0, 4);
	struct kvmlib_memory_region *old = add(&opts, 0x01), *new;
	struct kvmlib_memory_change *change = begin();

	ck_assert_int_eq(peek(0), 0x01);
	opts = pages(1, 1);
	ck_assert_int_eq(kvmlib_memory_change_replace(change, old, &opts, &new), 0);
	memset(kvmlib_memory_region_address(new), 0x02, PAGE);
	ck_assert_int_eq(peek(PAGE), 0x01);
	commit(change);
	ck_assert_int_eq(peek(0), NOTHING);
	ck_assert_int_eq(peek(PAGE), 0x02);
	ck_assert_int_eq(kvmlib_memory_remove(memory, new), 0);
	ck_assert_int_eq(peek(PAGE), NOTHING);
}
END_TEST

START_TEST(memory_of_the_caller_is_shared_with_the_guest)
{
	static _Alignas(PAGE) uint8_t page[PAGE];
	struct kvmlib_memory_region_opts opts = pages(2, 1);
	struct kvmlib_memory_region *region;

	if (sysconf(_SC_PAGESIZE) != PAGE)
		SKIP("the host has larger pages");
	opts.backing = KVMLIB_MEMORY_POINTER;
	opts.address = page;
	region = add(&opts, 0x33);
	ck_assert_int_eq(peek(2 * PAGE), 0x33);
	ck_assert_int_eq(poke(2 * PAGE, 0x34), 0);
	ck_assert_uint_eq(page[0], 0x34);
	ck_assert_int_eq(kvmlib_memory_remove(memory, region), 0);
	ck_assert_uint_eq(page[0], 0x34);
}
END_TEST

START_TEST(write_to_a_readonly_region_leaves_the_guest)
{
	struct kvmlib_memory_region_opts opts = pages(0, 1);
	struct kvmlib_memory_region *rom;
	struct kvmlib_memory_change *change;

	if (guest_has(KVMLIB_CAP_READONLY_MEM) <= 0)
		SKIP("no KVM_CAP_READONLY_MEM");
	opts.flags = KVMLIB_MEMORY_READONLY;
	rom = add(&opts, 0x77);
	ck_assert_int_eq(peek(0), 0x77);
	ck_assert_int_eq(poke(0, 0x78), NOTHING);
	ck_assert_uint_eq(byte_at(rom, 0), 0x77);

	change = begin();
	ck_assert_int_eq(kvmlib_memory_change_flags(change, rom, 0), 0);
	commit(change);
	ck_assert_int_eq(poke(0, 0x79), 0);
	ck_assert_uint_eq(byte_at(rom, 0), 0x79);

	change = begin();
	ck_assert_int_eq(kvmlib_memory_change_flags(change, rom, KVMLIB_MEMORY_READONLY), 0);
	commit(change);
	ck_assert_int_eq(poke(0, 0x7a), NOTHING);
	ck_assert_int_eq(peek(0), 0x79);
}
END_TEST

static void set_flags(struct kvmlib_memory_region *region, uint32_t flags)
{
	struct kvmlib_memory_change *change = begin();

	ck_assert_int_eq(kvmlib_memory_change_flags(change, region, flags), 0);
	commit(change);
}

START_TEST(dirty_log_is_that_of_the_regions_slot)
{
	struct kvmlib_memory_region_opts opts = pages(0, 4);
	struct kvmlib_memory_region *region = add(&opts, 0);
	struct kvmlib_memory_region_info info;
	uint64_t dirty;

	ck_assert_int_eq(kvmlib_memory_region_describe(region, &info), 0);
	assert_failed(kvmlib_vm_get_dirty_log(guest.vm, info.slot, &dirty), ENOENT,
		      KVMLIB_CAUSE_DIRTY_LOG_OFF);
	set_flags(region, KVMLIB_MEMORY_LOG_DIRTY);
	ck_assert_int_eq(poke(PAGE, 1), 0);
	ck_assert_int_eq(poke(3 * PAGE, 1), 0);
	ck_assert_int_eq(kvmlib_vm_get_dirty_log(guest.vm, info.slot, &dirty), 0);
	ck_assert_uint_eq(dirty, 1U << 1 | 1U << 3);
	ck_assert_int_eq(kvmlib_vm_get_dirty_log(guest.vm, info.slot, &dirty), 0);
	ck_assert_uint_eq(dirty, 0);

	set_flags(region, 0);
	assert_failed(kvmlib_vm_get_dirty_log(guest.vm, info.slot, &dirty), ENOENT,
		      KVMLIB_CAUSE_DIRTY_LOG_OFF);
	set_flags(region, KVMLIB_MEMORY_LOG_DIRTY);
	ck_assert_int_eq(poke(2 * PAGE, 1), 0);
	ck_assert_int_eq(kvmlib_vm_get_dirty_log(guest.vm, info.slot, &dirty), 0);
	ck_assert_uint_eq(dirty, 1U << 2);
}
END_TEST

START_TEST(region_above_the_guests_addresses_is_named)
{
	struct kvmlib_memory_region_opts near = pages(0, 1), far = pages(0, 1);
	struct kvmlib_memory_change *change = begin();

	far.name = "far";
	far.gpa = UINT64_C(1) << 55;
	ck_assert_int_eq(kvmlib_memory_change_add(change, &near, NULL), 0);
	ck_assert_int_eq(kvmlib_memory_change_add(change, &far, NULL), 0);
	assert_failed(kvmlib_memory_change_commit(change), EINVAL,
		      KVMLIB_CAUSE_SLOT_ABOVE_GPA_LIMIT);
	assert_subject("far");
	ck_assert_int_eq(kvmlib_memory_regions(memory, NULL, 0), 0);
	ck_assert_int_eq(peek(0), NOTHING);
}
END_TEST

START_TEST(slot_that_is_not_the_maps_is_in_the_way)
{
	struct kvmlib_memory_region_opts good = pages(0, 1), bad = pages(0, 1);
	struct kvmlib_memory_change *change = begin();

	bad.name = "bad";
	bad.gpa = RAM_SIZE - PAGE;
	ck_assert_int_eq(kvmlib_memory_change_add(change, &good, NULL), 0);
	ck_assert_int_eq(kvmlib_memory_change_add(change, &bad, NULL), 0);
	assert_failed(kvmlib_memory_change_commit(change), EEXIST, KVMLIB_CAUSE_SLOT_OVERLAP);
	assert_subject("bad");
	ck_assert_int_eq(kvmlib_memory_regions(memory, NULL, 0), 0);
	ck_assert_int_eq(peek(0), NOTHING);
	add(&good, 0x44);
	ck_assert_int_eq(peek(0), 0x44);
}
END_TEST

START_TEST(regions_beyond_the_slots_are_refused)
{
	const struct kvmlib_memory_opts three = { .size = sizeof(three),
						  .first_slot = 1,
						  .nr_slots = 3 };
	struct kvmlib_memory_region_opts opts;

	kvmlib_memory_unref(memory);
	ck_assert_int_eq(kvmlib_memory_new(guest.vm, &three, &memory), 0);
	for (unsigned int i = 0; i < 3; i++) {
		opts = pages(2 * i, 1);
		add(&opts, (uint8_t)i);
	}
	opts = pages(6, 1);
	opts.name = "fourth";
	assert_failed(kvmlib_memory_add(memory, &opts, NULL), ENOSPC, KVMLIB_CAUSE_SLOT_LIMIT);
	assert_subject("fourth");
	ck_assert_int_eq(kvmlib_memory_regions(memory, NULL, 0), 3);
	ck_assert_int_eq(peek(4 * PAGE), 2);
	ck_assert_int_eq(peek(6 * PAGE), NOTHING);
}
END_TEST

START_TEST(as_many_regions_as_slots_fit)
{
	int slots = guest_has(KVMLIB_CAP_NR_MEMSLOTS);
	struct kvmlib_memory_change *change = begin();
	struct kvmlib_memory_region_opts opts = pages(0, 1);

	if (slots > 600)
		slots = 600; /* more than the 509 that kernels had once */
	opts.backing = KVMLIB_MEMORY_POINTER;
	opts.address = guest.ram;
	for (int i = 1; i < slots; i++, opts.gpa += 2 * PAGE)
		ck_assert_int_eq(kvmlib_memory_change_add(change, &opts, NULL), 0);
	commit(change);
	ck_assert_int_eq(kvmlib_memory_regions(memory, NULL, 0), slots - 1);
	guest.ram[9] = 0x99;
	ck_assert_int_eq(peek(14 * PAGE + 9), 0x99);
	ck_assert_int_eq(peek(15 * PAGE + 9), NOTHING);
}
END_TEST

START_TEST(guest_memfd_is_ordinary_memory)
{
	struct kvmlib_memory_region_opts opts = pages(0, 2);
	struct kvmlib_memory_region *region;
	struct kvmlib_memory_change *change;

	opts.backing = KVMLIB_MEMORY_GUEST_MEMFD;
	if ((guest_has(KVMLIB_CAP_GUEST_MEMFD_FLAGS) & 3) != 3) {
		assert_failed(kvmlib_memory_add(memory, &opts, NULL), EOPNOTSUPP,
			      KVMLIB_CAUSE_CAPABILITY_MISSING);
		SKIP("no KVM_CAP_GUEST_MEMFD_FLAGS with mapped, shared memory");
	}
	region = add(&opts, 0x66);
	ck_assert_int_eq(peek(PAGE), 0x66);
	ck_assert_int_eq(poke(PAGE, 0x67), 0);
	ck_assert_uint_eq(byte_at(region, PAGE), 0x67);
	change = begin();
	ck_assert_int_eq(kvmlib_memory_change_move(change, region, BASE + 4 * PAGE), 0);
	commit(change);
	ck_assert_int_eq(peek(5 * PAGE), 0x67);
	ck_assert_int_eq(peek(PAGE), NOTHING);
}
END_TEST

START_TEST(memory_is_populated_and_given_back)
{
	struct kvmlib_memory_region_opts opts = pages(0, 16);
	struct kvmlib_memory_populate_opts how = { .size = sizeof(how), .threads = 2 };
	struct kvmlib_memory_region *region;
	struct kvmlib_memory_reader *reader;
	struct kvmlib_memory_usage usage;
	uint64_t size;

	ck_assert_int_eq(kvmlib_memory_add(memory, &opts, &region), 0);
	ck_assert_int_eq(kvmlib_memory_region_populate(region, &how), 0);
	ck_assert_int_eq(kvmlib_memory_region_usage(region, &usage), 0);
	ck_assert_uint_eq(usage.resident_bytes, opts.length);
	ck_assert_int_eq(poke(8 * PAGE, 0x88), 0);
	ck_assert_int_eq(kvmlib_memory_reader_new(memory, 0, &reader), 0);
	ck_assert_int_eq(kvmlib_memory_discard(reader, BASE + 4 * PAGE, 8 * PAGE, &size), 0);
	ck_assert_uint_eq(size, 8 * PAGE);
	ck_assert_int_eq(peek(8 * PAGE), 0);
	kvmlib_memory_reader_free(reader);
}
END_TEST

START_TEST(pre_fault_needs_memory_everywhere)
{
	struct kvmlib_memory_region_opts opts = pages(0, 8);
	int r;

	if (guest_has(KVMLIB_CAP_PRE_FAULT_MEMORY) <= 0)
		SKIP("no KVM_CAP_PRE_FAULT_MEMORY");
	add(&opts, 0x12);
	r = kvmlib_memory_pre_fault(guest.vcpu, BASE, opts.length, NULL);
	if (r == -EOPNOTSUPP)
		SKIP("this KVM has no two-dimensional paging");
	ck_assert_int_eq(r, 0);
	ck_assert_int_eq(kvmlib_memory_pre_fault(guest.vcpu, BASE, opts.length + PAGE, NULL),
			 -ENOENT);
	ck_assert_int_eq(peek(7 * PAGE), 0x12);
}
END_TEST

Suite *memory_suite(void)
{
	Suite *suite = suite_create("memory");
	TCase *tc = tcase_create("memory");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, regions_are_what_the_guest_reads_and_writes);
	tcase_add_test(tc, regions_move_and_swap);
	tcase_add_test(tc, regions_are_replaced_and_removed);
	tcase_add_test(tc, memory_of_the_caller_is_shared_with_the_guest);
	tcase_add_test(tc, write_to_a_readonly_region_leaves_the_guest);
	tcase_add_test(tc, dirty_log_is_that_of_the_regions_slot);
	tcase_add_test(tc, region_above_the_guests_addresses_is_named);
	tcase_add_test(tc, slot_that_is_not_the_maps_is_in_the_way);
	tcase_add_test(tc, regions_beyond_the_slots_are_refused);
	tcase_add_test(tc, as_many_regions_as_slots_fit);
	tcase_add_test(tc, guest_memfd_is_ordinary_memory);
	tcase_add_test(tc, memory_is_populated_and_given_back);
	tcase_add_test(tc, pre_fault_needs_memory_everywhere);
	suite_add_tcase(suite, tc);
	return suite;
}
