/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Back to where the guest was, memory and all, by each mechanism that this KVM has. */
#include "every.h"

#include <errno.h>
#include <string.h>

#include <runner.h>

#define RUNS 20U

struct box {
	struct machine machine;
	struct kvmlib_dirty *dirty;
	struct kvmlib_state_plan *plan;
	struct kvmlib_reset *reset;
};

static bool track(struct box *box, uint32_t mechanism)
{
	const struct kvmlib_dirty_opts opts = { .size = sizeof(opts), .mechanism = mechanism };
	int r = kvmlib_dirty_start(box->machine.memory, &opts, &box->dirty);

	ck_assert_msg(r == 0 || r == -EOPNOTSUPP, "%d", r);
	return !r;
}

static void prepare(struct box *box)
{
	const struct kvmlib_state_plan_opts opts = { .size = sizeof(opts),
						     .vcpus = &box->machine.vcpu,
						     .nr_vcpus = 1,
						     .memory = box->machine.memory };

	machine_start(&box->machine, &touch_program);
	ck_assert_int_eq(kvmlib_dirty_add_vcpu(box->dirty, box->machine.vcpu), 0);
	ck_assert_int_eq(kvmlib_state_plan_new(box->machine.vm, &opts, &box->plan), 0);
	ck_assert_int_eq(kvmlib_reset_new(box->plan, box->dirty, &box->reset), 0);
}

/* The guest writes to its pages each time as if it never had. */
static void run_again_and_again(struct box *box)
{
	static uint8_t before[RAM_SIZE];
	uint8_t *ram = kvmlib_memory_region_address(box->machine.ram);
	uint64_t pages;

	memcpy(before, ram, RAM_SIZE);
	for (uint32_t i = 0; i < RUNS; i++) {
		told(box->machine.vcpu);
		ck_assert_uint_eq(ram[TOUCHED_GPA], TOUCHED);
		finish(box->machine.vcpu);
		ck_assert_int_eq(kvmlib_reset(box->reset, &pages), 0);
		ck_assert(pages == TOUCHED || pages == TOUCHED + 1); /* with that of the code */
		ck_assert_mem_eq(ram, before, RAM_SIZE);
	}
}

static bool is_reset_by(uint32_t mechanism)
{
	struct box box = { .dirty = NULL };
	bool is_there;

	machine_new(&box.machine);
	is_there = track(&box, mechanism);
	if (is_there) {
		prepare(&box);
		run_again_and_again(&box);
	}
	kvmlib_reset_free(box.reset);
	kvmlib_state_plan_free(box.plan);
	kvmlib_dirty_unref(box.dirty);
	machine_free(&box.machine);
	return is_there;
}

#define TEST_BY(mechanism)                                       \
	START_TEST(guest_is_reset_by_##mechanism)                \
	{                                                        \
		if (!is_reset_by(KVMLIB_DIRTY_##mechanism))      \
			SKIP("this KVM has not that mechanism"); \
	}                                                        \
	END_TEST

TEST_BY(BITMAP)
TEST_BY(MANUAL)
TEST_BY(RING)

Suite *reset_suite(void)
{
	Suite *suite = suite_create("reset");
	TCase *tcase = tcase_create("reset");

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, guest_is_reset_by_BITMAP);
	tcase_add_test(tcase, guest_is_reset_by_MANUAL);
	tcase_add_test(tcase, guest_is_reset_by_RING);
	suite_add_tcase(suite, tcase);
	return suite;
}
