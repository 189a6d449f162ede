/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* arm64's interrupt controllers in states. */

#include "state_devices.h"
#include "suites.h"

#include <string.h>

#if defined(__aarch64__)

#define NR_IRQS 64U

struct saved {
	uint32_t group;
	uint32_t size;
	uint64_t attr;
	uint64_t value;
};

static const uint32_t types[] = { KVMLIB_DEV_TYPE_ARM_VGIC_V3, KVMLIB_DEV_TYPE_ARM_VGIC_V2 };

static struct kvmlib_device *gic;
static struct kvmlib_state_plan *plan;
static struct kvmlib_state *state;
static struct kvmlib_state_item
	item; /* of the state, or of one that says which registers there are */

static void make_plan(struct kvmlib_device *with)
{
	const struct kvmlib_state_plan_opts opts = {
		.size = sizeof(opts), .vcpus = &fix.vcpu, .nr_vcpus = 1, .gic = with
	};

	plan = kvmlib_state_plan_free(plan);
	assert_ok(kvmlib_state_plan_new(fix.vm, &opts, &plan));
}

static void make_gic(uint32_t type)
{
	const uint32_t nr_irqs = NR_IRQS;

	assert_ok(kvmlib_vm_create_device(fix.vm, type, 0, &gic));
	assert_ok(kvmlib_device_set_attr(gic, KVMLIB_DEV_ARM_VGIC_GRP_NR_IRQS, 0, &nr_irqs));
	make_plan(gic);
}

static void setup_gic(void)
{
	setup_vcpu();
	assert_ok(kvmlib_state_new(&state));
}

static void teardown_gic(void)
{
	plan = kvmlib_state_plan_free(plan);
	state = kvmlib_state_free(state);
	gic = kvmlib_device_unref(gic);
	teardown();
}

static int save_anew(void)
{
	kvmlib_state_clear(state);
	return kvmlib_state_save(plan, state);
}

static size_t save(void)
{
	assert_ok(save_anew());
	assert_ok(kvmlib_state_get(state, "gic", KVMLIB_STATE_VM, &item));
	return item.length / sizeof(struct saved);
}

/* What clears bits is in the state with all of them. */
static bool clears(const struct saved *saved)
{
	const uint32_t offset = (uint32_t)saved->attr & 0xffffU;

	return (saved->group == KVMLIB_DEV_ARM_VGIC_GRP_DIST_REGS ||
		saved->group == KVMLIB_DEV_ARM_VGIC_GRP_REDIST_REGS) &&
	       ((offset >= 0x180 && offset < 0x200) || (offset >= 0x380 && offset < 0x400));
}

static void fill(uint64_t seed)
{
	const size_t n = save();
	const struct saved *saved = item.data;

	for (size_t i = 0; i < n; i++) {
		const uint64_t value = clears(&saved[i]) ? UINT32_MAX : seed + i;

		assert_ok(kvmlib_device_set_attr(gic, saved[i].group, saved[i].attr, &value));
	}
}

static void expect(uint64_t seed)
{
	const size_t n = save();
	const struct saved *saved = item.data;

	for (size_t i = 0; i < n; i++)
		ck_assert_uint_eq(saved[i].value, clears(&saved[i]) ? UINT32_MAX : seed + i);
}

/* The state that is saved is not that which is looked at. */
static struct kvmlib_state *take_away(void)
{
	struct kvmlib_state *taken = state;

	assert_ok(kvmlib_state_new(&state));
	return taken;
}

START_TEST(gic_has_all_its_registers_back)
{
	struct kvmlib_state *first;

	make_gic(types[_i]);
	fill(0x1000);
	ck_assert_uint_gt(save(), 40);
	first = take_away();
	fill(0x2000);
	assert_ok(kvmlib_state_restore(plan, first, NULL));
	expect(0x1000);
	kvmlib_state_free(first);
}
END_TEST

START_TEST(gic_that_can_not_be_read_is_not_saved)
{
	make_gic(types[_i]);
	ck_assert_uint_gt(fail_each_call(save_anew, ENXIO, "kvmlib_state_save", NULL), 40);
}
END_TEST

/* Not beyond the room that was asked for. */
START_TEST(gic_that_answers_late_is_not_saved)
{
	make_gic(types[0]);
	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, REQUEST(GET_DEVICE_ATTR), ENXIO, 1), 0);
	assert_fails(kvmlib_state_save(plan, state), EBUSY, STATE_CHANGED, NULL);
	ck_assert_str_eq(kvmlib_error_function(), "kvmlib_state_save");
	ck_assert_str_eq(kvmlib_error_subject(), "gic");
}
END_TEST

static struct kvmlib_state *given;

static uint32_t filled; /* from which on */

static int restore(void)
{
	int r = kvmlib_state_restore(plan, given, NULL);

	if (!r)
		filled = 0x1000;
	return r;
}

static void expect_before(void)
{
	expect(filled);
}

START_TEST(gic_that_can_not_be_written_is_put_back)
{
	make_gic(types[_i]);
	fill(0x1000);
	save();
	given = take_away();
	filled = 0x2000;
	fill(filled);
	ck_assert_uint_gt(fail_each_call(restore, EINVAL, "kvmlib_state_restore", expect_before),
			  80);
	expect(0x1000);
	kvmlib_state_free(given);
}
END_TEST

START_TEST(gic_that_is_none_is_refused)
{
	static const uint32_t bad[][6] = { { 1, 5 }, { KVMLIB_DEV_ARM_VGIC_GRP_CTRL, 4 } };

	make_gic(types[0]);
	assert_ok(kvmlib_state_put(state, "gic", KVMLIB_STATE_VM, 1, bad[_i], sizeof(bad[_i])));
	ck_assert(problems_of(plan, state).kinds & KVMLIB_STATE_BAD_ITEM);
}
END_TEST

START_TEST(gic_is_missed_where_there_is_none)
{
	struct problems problems;

	make_gic(types[0]);
	save();
	make_plan(NULL);
	problems = problems_of(plan, state);
	ck_assert_int_eq(problems.count, 1);
	ck_assert_uint_eq(problems.kinds, KVMLIB_STATE_MISSING);
}
END_TEST

Suite *state_gic_suite(void)
{
	Suite *suite = suite_create("state_gic");
	TCase *tcase = tcase_create("registers");

	tcase_set_timeout(tcase, 60); /* emulated, on a busy machine */
	tcase_add_checked_fixture(tcase, setup_gic, teardown_gic);
	tcase_add_loop_test(tcase, gic_has_all_its_registers_back, 0, 2);
	tcase_add_loop_test(tcase, gic_that_can_not_be_read_is_not_saved, 0, 2);
	tcase_add_loop_test(tcase, gic_that_can_not_be_written_is_put_back, 0, 2);
	tcase_add_loop_test(tcase, gic_that_is_none_is_refused, 0, 2);
	ADD_TESTS(tcase, gic_that_answers_late_is_not_saved, gic_is_missed_where_there_is_none);
	suite_add_tcase(suite, tcase);
	return suite;
}

#else

START_TEST(gic_is_of_another_architecture)
{
	SKIP("arm64 has GICs");
}
END_TEST

Suite *state_gic_suite(void)
{
	Suite *suite = suite_create("state_gic");

	ADD_TESTS(add_case(suite, "registers", setup_vm), gic_is_of_another_architecture);
	return suite;
}

#endif
