/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* arm64's ITS: messages of a device become LPIs; those that are pending are taken in another VM, or once more. */
#include "gic.h"

#include <errno.h>
#include <string.h>

#include <runner.h>

#include "program.h"

#if defined(__aarch64__)

#include <linux/kvm.h>

/* The guest's queue and tables; all but the two that are smallest are at multiples of 64 KiB. */
#define PENDING_GPA	0x10000U
#define QUEUE_GPA	0x0U
#define EVENTS_GPA	0x15000U
#define PROPERTIES_GPA	0x16000U
#define DEVICES_GPA	0x20000U
#define COLLECTIONS_GPA 0x30000U

#define DEVICE_ID  3U
#define EVENT	   2U
#define OTHER	   5U
#define FIRST_LPI  8192U
#define LPI	   (FIRST_LPI + 1)
#define OTHER_LPI  (FIRST_LPI + 9)
#define ENABLED_AT 0xa1U /* the property of an LPI: its priority, and that it is enabled */
#define VALID	   (UINT64_C(1) << 63)
#define DOORBELL   (GIC_ITS + 0x10040U)

#define GITS_CTLR	 0x0U
#define GITS_CBASER	 0x80U
#define GITS_CWRITER	 0x88U
#define GITS_DEVICES	 0x100U
#define GITS_COLLECTIONS 0x108U
#define GICR_CTLR	 0x0U
#define GICR_TABLES	 0x70U
#define GICR_PENDING	 0x78U
#define GICD_CTLR	 0x0U

/* Ask for an interrupt, tell it, and be done with it; again and again. */
PROGRAM(take_lpi_program, 0xa000,
	"	mov x0, #0xd0000\n"
	"	mov x1, #0xff\n"
	"	msr S3_0_C4_C6_0, x1\n" /* ICC_PMR_EL1 */
	"	mov x1, #1\n"
	"	msr S3_0_C12_C12_7, x1\n" /* ICC_IGRPEN1_EL1 */
	"	isb\n"
	"1:	mrs x1, S3_0_C12_C12_0\n" /* ICC_IAR1_EL1 */
	"	str w1, [x0]\n"
	"	cmp x1, #1023\n"
	"	b.eq 1b\n"
	"	msr S3_0_C12_C12_1, x1\n" /* ICC_EOIR1_EL1 */
	"	b 1b\n");

/* A VM with its controllers. */
struct board {
	struct machine machine;
	struct kvmlib_device *gic;
	struct kvmlib_device *its;
	struct kvmlib_state_plan *plan;
};

static struct board board, other;

static bool has_its(struct machine *machine, uint32_t *found)
{
	ck_assert_int_eq(kvmlib_arm64_gic_probe(machine->vm, found), 0);
	return *found & KVMLIB_ARM64_GIC_ITS;
}

static void make_plan(struct board *b)
{
	const struct kvmlib_state_plan_opts opts = { .size = sizeof(opts),
						     .vcpus = &b->machine.vcpu,
						     .nr_vcpus = 1,
						     .memory = b->machine.memory,
						     .gic = b->gic,
						     .its = &b->its,
						     .nr_its = 1 };

	ck_assert_int_eq(kvmlib_state_plan_new(b->machine.vm, &opts, &b->plan), 0);
}

static void start(struct board *b, uint32_t found)
{
	const struct kvmlib_arm64_its_opts opts = { .size = sizeof(opts), .address = GIC_ITS };

	machine_start(&b->machine, &take_lpi_program);
	b->gic = make_gic(&b->machine, found);
	ck_assert_int_eq(kvmlib_arm64_its_create(b->gic, &opts, &b->its), 0);
	make_plan(b);
}

static void board_free(struct board *b)
{
	kvmlib_state_plan_free(b->plan);
	kvmlib_device_unref(b->its);
	kvmlib_device_unref(b->gic);
	machine_free(&b->machine);
}

static void make_boards(void)
{
	board = other = (struct board){ .gic = NULL };
	machine_new(&board.machine);
	machine_new(&other.machine);
}

static void free_boards(void)
{
	board_free(&other);
	board_free(&board);
}

/* What a guest does to have LPIs */

static void set_its(uint64_t offset, uint64_t value)
{
	ck_assert_int_eq(
		kvmlib_device_set_attr(board.its, KVMLIB_DEV_ARM_VGIC_GRP_ITS_REGS, offset, &value),
		0);
}

static void set_gic(uint32_t group, uint64_t offset, uint32_t value)
{
	ck_assert_int_eq(kvmlib_device_set_attr(board.gic, group, offset, &value), 0);
}

static void set_redistributor(void)
{
	const uint32_t group = KVMLIB_DEV_ARM_VGIC_GRP_REDIST_REGS;
	uint8_t *ram = kvmlib_memory_region_address(board.machine.ram);

	ram[PROPERTIES_GPA + LPI - FIRST_LPI] = ENABLED_AT;
	ram[PROPERTIES_GPA + OTHER_LPI - FIRST_LPI] = ENABLED_AT;
	set_gic(KVMLIB_DEV_ARM_VGIC_GRP_DIST_REGS, GICD_CTLR, 3);
	set_gic(group, GICR_TABLES, PROPERTIES_GPA | 15); /* 16 bits of an LPI's number */
	set_gic(group, GICR_PENDING, PENDING_GPA);
	set_gic(group, GICR_CTLR, 1);
}

/* Commands: a collection that is the vCPU, a device, and two of its events. */
static void write_commands(void)
{
	const uint64_t device = (uint64_t)DEVICE_ID << 32;
	const uint64_t commands[][4] = {
		{ 0x09, 0, VALID, 0 },
		{ 0x08 | device, 4, VALID | EVENTS_GPA, 0 },
		{ 0x0a | device, EVENT | (uint64_t)LPI << 32, 0, 0 },
		{ 0x0a | device, OTHER | (uint64_t)OTHER_LPI << 32, 0, 0 },
	};

	memcpy((uint8_t *)kvmlib_memory_region_address(board.machine.ram) + QUEUE_GPA, commands,
	       sizeof(commands));
	set_its(GITS_CWRITER, sizeof(commands));
}

static void map_events(void)
{
	set_redistributor();
	set_its(GITS_DEVICES, VALID | DEVICES_GPA);
	set_its(GITS_COLLECTIONS, VALID | COLLECTIONS_GPA);
	set_its(GITS_CBASER, VALID | QUEUE_GPA);
	set_its(GITS_CTLR, 1);
	write_commands();
}

static void send(struct board *b, uint32_t event)
{
	const struct kvm_msi msi = { .address_lo = DOORBELL,
				     .data = event,
				     .flags = KVM_MSI_VALID_DEVID,
				     .devid = DEVICE_ID };

	ck_assert_int_eq(kvmlib_vm_signal_msi(b->machine.vm, &msi), 1);
}

/* One is on its way to a guest that has been stopped. */
static void send_one(void)
{
	ck_assert_uint_eq(told(board.machine.vcpu), GIC_NOTHING);
	finish(board.machine.vcpu);
	map_events();
	send(&board, EVENT);
}

static void expect_lpi(struct board *b, uint32_t lpi)
{
	ck_assert_uint_eq(told(b->machine.vcpu), lpi);
	ck_assert_uint_eq(told(b->machine.vcpu), GIC_NOTHING);
}

START_TEST(message_is_taken_as_an_lpi)
{
	uint32_t found;

	if (!has_its(&board.machine, &found))
		SKIP("this host's GIC has no ITS");
	start(&board, found);
	send_one();
	expect_lpi(&board, LPI);
	finish(board.machine.vcpu);
	send(&board, OTHER);
	expect_lpi(&board, OTHER_LPI);
}
END_TEST

/* Tables in memory are written by the save, which the copy comes after. */
static void move(void)
{
	struct kvmlib_state *state = state_of(board.plan), *again;

	memcpy(kvmlib_memory_region_address(other.machine.ram),
	       kvmlib_memory_region_address(board.machine.ram), RAM_SIZE);
	ck_assert_int_eq(kvmlib_state_restore(other.plan, state, NULL), 0);
	again = state_of(other.plan);
	expect_same(state, again, "gic");
	expect_same(state, again, "its");
	ck_assert_mem_eq(kvmlib_memory_region_address(other.machine.ram),
			 kvmlib_memory_region_address(board.machine.ram), RAM_SIZE);
	kvmlib_state_free(again);
	kvmlib_state_free(state);
}

START_TEST(lpi_that_is_pending_is_taken_in_another_vm)
{
	uint32_t found;

	if (!has_its(&board.machine, &found))
		SKIP("this host's GIC has no ITS");
	start(&board, found);
	start(&other, found);
	send_one();
	move();
	expect_lpi(&other, LPI);
	finish(other.machine.vcpu);
	send(&other, OTHER);
	expect_lpi(&other, OTHER_LPI);
}
END_TEST

/* Messages of before are none of the new VM's. */
START_TEST(its_in_use_takes_another_state)
{
	struct kvmlib_state *state;
	uint32_t found;

	if (!has_its(&board.machine, &found))
		SKIP("this host's GIC has no ITS");
	start(&board, found);
	send_one();
	expect_lpi(&board, LPI);
	finish(board.machine.vcpu);
	state = state_of(board.plan);
	send(&board, EVENT);
	send(&board, OTHER);
	ck_assert_int_eq(kvmlib_state_restore(board.plan, state, NULL), 0);
	ck_assert_uint_eq(told(board.machine.vcpu), GIC_NOTHING);
	finish(board.machine.vcpu);
	send(&board, OTHER);
	expect_lpi(&board, OTHER_LPI);
	kvmlib_state_free(state);
}
END_TEST

/* Whatever was taken since: it is pending again, and its table is as it was. */
static void reset_again_and_again(struct kvmlib_reset *reset)
{
	static uint8_t before[RAM_SIZE];
	const uint8_t *ram = kvmlib_memory_region_address(board.machine.ram);

	memcpy(before, ram, RAM_SIZE);
	for (size_t i = 0; i < 5; i++) {
		expect_lpi(&board, LPI);
		finish(board.machine.vcpu);
		send(&board, OTHER);
		ck_assert_int_eq(kvmlib_reset(reset, NULL), 0);
		ck_assert_mem_eq(ram, before, RAM_SIZE);
	}
	expect_lpi(&board, LPI);
}

static void reset_by(struct kvmlib_dirty *dirty, uint32_t found)
{
	struct kvmlib_reset *reset;

	start(&board, found);
	ck_assert_int_eq(kvmlib_dirty_add_vcpu(dirty, board.machine.vcpu), 0);
	send_one();
	ck_assert_int_eq(kvmlib_reset_new(board.plan, dirty, &reset), 0);
	reset_again_and_again(reset);
	kvmlib_reset_free(reset);
}

static bool has_mechanism(uint32_t mechanism, struct kvmlib_dirty **ret_dirty)
{
	const struct kvmlib_dirty_opts opts = { .size = sizeof(opts), .mechanism = mechanism };
	int r = kvmlib_dirty_start(board.machine.memory, &opts, ret_dirty);

	ck_assert_msg(r == 0 || r == -EOPNOTSUPP, "%d", r);
	return !r;
}

#define TEST_BY(mechanism)                                            \
	START_TEST(lpi_is_pending_again_after_a_reset_##mechanism)    \
	{                                                             \
		struct kvmlib_dirty *dirty;                           \
		uint32_t found;                                       \
                                                                      \
		if (!has_its(&board.machine, &found))                 \
			SKIP("this host's GIC has no ITS");           \
		if (!has_mechanism(KVMLIB_DIRTY_##mechanism, &dirty)) \
			SKIP("this KVM has not that mechanism");      \
		reset_by(dirty, found);                               \
		kvmlib_dirty_unref(dirty);                            \
	}                                                             \
	END_TEST

TEST_BY(BITMAP)
TEST_BY(RING)

Suite *its_suite(void)
{
	Suite *suite = suite_create("its");
	TCase *tcase = tcase_create("its");

	tcase_set_timeout(tcase, 60);
	tcase_add_checked_fixture(tcase, make_boards, free_boards);
	tcase_add_test(tcase, message_is_taken_as_an_lpi);
	tcase_add_test(tcase, lpi_that_is_pending_is_taken_in_another_vm);
	tcase_add_test(tcase, its_in_use_takes_another_state);
	tcase_add_test(tcase, lpi_is_pending_again_after_a_reset_BITMAP);
	tcase_add_test(tcase, lpi_is_pending_again_after_a_reset_RING);
	suite_add_tcase(suite, tcase);
	return suite;
}

#else

Suite *its_suite(void)
{
	return suite_create("its");
}

#endif
