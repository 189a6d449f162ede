/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Dirty tracking: what real guests write, under each mechanism that the kernel has. */

#include <runner.h>

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "guest.h"

#define PAGE	  4096U
#define BASE	  0x80000U /* the regions are from here on */
#define NR_PAGES  128U
#define REGION	  32U /* pages of each of two */
#define CONSUMERS 2
#define STEPS	  400U

static uint32_t mechanism; /* of the test case */
static bool is_user;	   /* the guest writes at CPL 3 of long mode, which KVM does not emulate */
static const char *trouble;
static struct kvmlib_memory *memory;
static struct kvmlib_memory_region *regions[2];
static uint32_t places[2]; /* of them, in pages from BASE on */
static struct kvmlib_memory_reader *reader;
static struct kvmlib_dirty *dirty;
static struct kvmlib_dirty_consumer *consumers[CONSUMERS];
static bool owed[CONSUMERS][2]
		[REGION]; /* the pages of each region that a consumer has to be given */

/* Slot 0 is the guest's RAM, with its code, which is not in the map. */
static void make_map(void)
{
	const struct kvmlib_memory_opts opts = { .size = sizeof(opts), .first_slot = 1 };

	ck_assert_int_eq(kvmlib_memory_new(guest.vm, &opts, &memory), 0);
	for (uint32_t i = 0; i < 2; i++) {
		struct kvmlib_memory_region_opts region = {
			.size = sizeof(region),
			.gpa = BASE + 2 * i * REGION * PAGE,
			.length = REGION * PAGE,
		};

		ck_assert_int_eq(kvmlib_memory_add(memory, &region, &regions[i]), 0);
		places[i] = 2 * i * REGION;
	}
	ck_assert_int_eq(kvmlib_memory_reader_new(memory, 0, &reader), 0);
}

/* Rings are to be had before the first vCPU alone. */
static void start(void)
{
	struct kvmlib_dirty_opts opts = { .size = sizeof(opts), .mechanism = mechanism };
	int r;

	make_map();
	r = kvmlib_dirty_start(memory, &opts, &dirty);
	if (r == -EOPNOTSUPP)
		trouble = "this kernel has no such mechanism";
	else
		ck_assert_int_eq(r, 0);
}

/* At once: mov [rdi], sil; out 0xe9, al. */
static void enter_user_mode(void)
{
	enter_long_mode(3);
	GUEST_CODE(0x40, 0x88, 0x37, 0xe6, 0xe9, 0xeb, 0xf9);
}

static void setup(uint32_t wanted, bool wants_user)
{
	mechanism = wanted;
	is_user = wants_user;
	trouble = NULL;
	memset(owed, 0, sizeof(owed));
	guest_setup_after(start);
	if (trouble)
		return;
	ck_assert_int_eq(kvmlib_dirty_add_vcpu(dirty, guest.vcpu), 0);
	for (size_t c = 0; c < CONSUMERS; c++)
		ck_assert_int_eq(kvmlib_dirty_consumer_new(dirty, &consumers[c]), 0);
	if (is_user)
		enter_user_mode();
}

#define SETUP(name, mechanism, is_user)    \
	static void setup_##name(void)     \
	{                                  \
		setup(mechanism, is_user); \
	}

SETUP(bitmap, KVMLIB_DIRTY_BITMAP, false)
SETUP(manual, KVMLIB_DIRTY_MANUAL, false)
SETUP(rings, KVMLIB_DIRTY_RING, false)
SETUP(bitmap_user, KVMLIB_DIRTY_BITMAP, true)
SETUP(manual_user, KVMLIB_DIRTY_MANUAL, true)
SETUP(rings_user, KVMLIB_DIRTY_RING, true)

static void teardown(void)
{
	for (size_t c = 0; c < CONSUMERS; c++)
		consumers[c] = kvmlib_dirty_consumer_free(consumers[c]);
	dirty = kvmlib_dirty_unref(dirty);
	reader = kvmlib_memory_reader_free(reader);
	memory = kvmlib_memory_unref(memory);
	guest_teardown();
}

#define NEEDS_MECHANISM                \
	do {                           \
		if (trouble)           \
			SKIP(trouble); \
	} while (0)

static void owe(size_t region, uint32_t page)
{
	for (size_t c = 0; c < CONSUMERS; c++)
		owed[c][region][page] = true;
}

static void owe_all(size_t region)
{
	for (uint32_t page = 0; page < REGION; page++)
		owe(region, page);
}

/* The guest writes a byte to a page, in real mode. */
static void poke(uint32_t page, uint8_t byte)
{
	const uint32_t segment = (BASE + page * PAGE) >> 4;
	/* mov ax, segment; mov ds, ax; mov byte [0x10], byte; hlt */
	const uint8_t code[] = { 0xb8,
				 (uint8_t)segment,
				 (uint8_t)(segment >> 8),
				 0x8e,
				 0xd8,
				 0xc6,
				 0x06,
				 0x10,
				 0x00,
				 byte,
				 0xf4 };
	struct kvm_regs regs;

	guest_code(code, sizeof(code));
	ck_assert_int_eq(kvmlib_vcpu_get_regs(guest.vcpu, &regs), 0);
	regs.rip = CODE_GPA;
	ck_assert_int_eq(kvmlib_vcpu_set_regs(guest.vcpu, &regs), 0);
	run_to(KVMLIB_EXIT_HLT);
}

static void poke_as_user(uint32_t page, uint8_t byte)
{
	struct kvm_regs regs;

	ck_assert_int_eq(kvmlib_vcpu_get_regs(guest.vcpu, &regs), 0);
	regs.rdi = BASE + page * PAGE + 0x10;
	regs.rsi = byte;
	ck_assert_int_eq(kvmlib_vcpu_set_regs(guest.vcpu, &regs), 0);
	run_to_out(0xe9);
}

static void guest_writes(size_t region, uint32_t page, uint8_t byte)
{
	const uint8_t *address = kvmlib_memory_region_address(regions[region]);

	(is_user ? poke_as_user : poke)(places[region] + page, byte);
	ck_assert_uint_eq(address[page * PAGE + 0x10], byte);
	owe(region, page);
}

static void program_writes(size_t region, uint32_t page)
{
	ck_assert_int_eq(kvmlib_memory_write(reader, BASE + (places[region] + page) * PAGE, "x", 1),
			 0);
	owe(region, page);
}

static void moves(size_t region, uint32_t place)
{
	struct kvmlib_memory_change *change;

	ck_assert_int_eq(kvmlib_memory_begin(memory, &change), 0);
	ck_assert_int_eq(kvmlib_memory_change_move(change, regions[region], BASE + place * PAGE),
			 0);
	ck_assert_int_eq(kvmlib_memory_change_commit(change), 0);
	if (place != places[region])
		owe_all(region);
	places[region] = place;
}

static void is_given(size_t c, uint64_t gpa)
{
	const uint32_t page = (uint32_t)((gpa - BASE) / PAGE);
	const size_t region = page - places[0] < REGION ? 0 : 1;

	ck_assert_uint_lt(page - places[region], REGION);
	ck_assert_msg(owed[c][region][page - places[region]], "page %u was not written", page);
	owed[c][region][page - places[region]] = false;
}

/* The consumer gets each page that it is owed, and no other. */
static void round_of(size_t c)
{
	struct kvmlib_dirty_run run;

	ck_assert_int_eq(kvmlib_dirty_round(consumers[c], NULL), 0);
	ck_assert_int_eq(kvmlib_memory_enter(reader), 0);
	while (kvmlib_dirty_next_runs(consumers[c], reader, &run, 1) == 1)
		for (uint64_t at = 0; at < run.length; at += PAGE)
			is_given(c, run.gpa + at);
	kvmlib_memory_leave(reader);
	for (size_t region = 0; region < 2; region++)
		for (uint32_t page = 0; page < REGION; page++)
			ck_assert_msg(!owed[c][region][page], "page %u of region %zu was lost",
				      page, region);
}

START_TEST(dirty_pages_of_a_guest_are_found_by_each_consumer)
{
	NEEDS_MECHANISM;
	guest_writes(0, 3, 1);
	guest_writes(1, 31, 2);
	round_of(0);
	guest_writes(0, 3, 3);
	guest_writes(0, 4, 4);
	round_of(1);
	round_of(0);
	round_of(0);
}
END_TEST

START_TEST(dirty_pages_survive_changes_of_the_map)
{
	NEEDS_MECHANISM;
	guest_writes(0, 5, 1);
	moves(0, REGION);
	guest_writes(0, 6, 2);
	round_of(0);
	guest_writes(0, 7, 3);
	guest_writes(1, 8, 4);
	round_of(0);
	round_of(1);
}
END_TEST

static uint64_t numbers;

static uint32_t below(uint32_t n)
{
	numbers ^= numbers >> 12;
	numbers ^= numbers << 25;
	numbers ^= numbers >> 27;
	return (uint32_t)((numbers * UINT64_C(2685821657736338717)) >> 33) % n;
}

static void take_step(uint8_t byte)
{
	const uint32_t action = below(20);
	const size_t region = below(2);

	if (action < 12)
		guest_writes(region, below(REGION), byte);
	else if (action < 15)
		program_writes(region, below(REGION));
	else if (action < 19)
		round_of(below(CONSUMERS));
	else
		moves(region, (uint32_t)region * 2 * REGION + below(REGION + 1));
}

START_TEST(dirty_pages_of_a_random_run_agree_with_a_model)
{
	const char *seed = getenv("KVMLIB_TEST_SEED");

	NEEDS_MECHANISM;
	numbers = seed ? strtoull(seed, NULL, 0) : (uint64_t)time(NULL);
	printf("# KVMLIB_TEST_SEED=%" PRIu64 "\n", numbers);
	numbers = numbers * 2 + 1;
	for (uint32_t i = 0; i < STEPS; i++)
		take_step((uint8_t)i);
	round_of(0);
	round_of(1);
}
END_TEST

static void add_mechanism(Suite *suite, const char *name, SFun begin)
{
	TCase *tcase = tcase_create(name);

	tcase_add_checked_fixture(tcase, begin, teardown);
	tcase_add_test(tcase, dirty_pages_of_a_guest_are_found_by_each_consumer);
	tcase_add_test(tcase, dirty_pages_survive_changes_of_the_map);
	tcase_add_test(tcase, dirty_pages_of_a_random_run_agree_with_a_model);
	suite_add_tcase(suite, tcase);
}

Suite *dirty_suite(void)
{
	Suite *suite = suite_create("dirty");

	add_mechanism(suite, "bitmap", setup_bitmap);
	add_mechanism(suite, "manual", setup_manual);
	add_mechanism(suite, "rings", setup_rings);
	add_mechanism(suite, "bitmap_user", setup_bitmap_user);
	add_mechanism(suite, "manual_user", setup_manual_user);
	add_mechanism(suite, "rings_user", setup_rings_user);
	return suite;
}
