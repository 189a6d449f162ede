/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a VM was given and KVM can't be asked for: filters, which come back, and private pages. */

#include "memory_fixture.h"
#include "suites.h"

#include <string.h>

#include "../../lib/core/handles.h"
#include "../../lib/manage/state/state.h"
#include "../../lib/manage/state/x86.h"
#include "alloc.h"

#if defined(__x86_64__)

#define EVENTS 3U
#define RANGES 16U

static struct kvmlib_sys_ops ops;
static struct kvmlib_state *state;
static struct kvmlib_vm *vms[2]; /* what is saved, and what is restored */
static struct kvmlib_vcpu *vcpus[2];
static struct {
	unsigned int msr, pmu; /* calls */
	struct kvm_msr_filter filter;
	uint64_t bitmaps[RANGES];
	uint32_t pmu_head[8];
	uint64_t events[EVENTS];
} told;

static const uint64_t events[EVENTS] = { 0x3c, 0xc0, 0x4f2e };
static const uint64_t bitmaps[2] = { 0x5555, 0x123456789abcdef };

static void note_msr_filter(const struct kvm_msr_filter *filter)
{
	told.msr++;
	memcpy(&told.filter, filter, sizeof(told.filter));
	for (size_t i = 0; i < RANGES; i++) {
		const void *bitmap;

		memcpy(&bitmap, filter->ranges[i].bitmap, sizeof(bitmap));
		if (filter->ranges[i].nmsrs)
			memcpy(&told.bitmaps[i], bitmap, sizeof(uint64_t));
	}
}

static void note_pmu_filter(const struct kvm_pmu_event_filter *filter)
{
	told.pmu++;
	memcpy(told.pmu_head, filter, sizeof(told.pmu_head));
	memcpy(told.events, filter->events, filter->nevents * sizeof(uint64_t));
}

static int noted_ioctl(void *ctx, int fd, unsigned long request, unsigned long arg)
{
	int r = kvmlib_sim_sys_ops(fix.sim)->ioctl(ctx, fd, request, arg);

	if (r >= 0 && request == REQUEST(X86_SET_MSR_FILTER))
		note_msr_filter((const struct kvm_msr_filter *)arg);
	if (r >= 0 && request == REQUEST(SET_PMU_EVENT_FILTER))
		note_pmu_filter((const struct kvm_pmu_event_filter *)arg);
	return r;
}

static void announce(uint32_t capability)
{
	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, capability, 1), 0);
}

static void setup_filters(void)
{
	setup_sim();
	memset(&told, 0, sizeof(told));
	ops = *kvmlib_sim_sys_ops(fix.sim);
	ops.ioctl = noted_ioctl;
	fix.sys = &ops;
	announce(KVMLIB_CAP_X86_MSR_FILTER);
	announce(KVMLIB_CAP_PMU_EVENT_FILTER);
	make_system();
	for (size_t i = 0; i < 2; i++) {
		assert_ok(kvmlib_system_create_vm(fix.system, NULL, &vms[i]));
		assert_ok(kvmlib_vm_create_vcpu(vms[i], 0, &vcpus[i]));
	}
	assert_ok(kvmlib_state_new(&state));
}

static void teardown_filters(void)
{
	kvmlib_state_free(state);
	for (size_t i = 0; i < 2; i++) {
		kvmlib_vcpu_unref(vcpus[i]);
		kvmlib_vm_unref(vms[i]);
	}
	teardown();
}

static struct kvmlib_state_plan *plan_of(size_t i)
{
	const struct kvmlib_state_plan_opts opts = { .size = sizeof(opts),
						     .vcpus = &vcpus[i],
						     .nr_vcpus = 1 };
	struct kvmlib_state_plan *plan;

	assert_ok(kvmlib_state_plan_new(vms[i], &opts, &plan));
	return plan;
}

static void save(void)
{
	struct kvmlib_state_plan *plan = plan_of(0);

	assert_ok(kvmlib_state_save(plan, state));
	kvmlib_state_plan_free(plan);
}

static void restore(void)
{
	struct kvmlib_state_plan *plan = plan_of(1);

	memset(&told, 0, sizeof(told));
	assert_ok(kvmlib_state_restore(plan, state, NULL));
	kvmlib_state_plan_free(plan);
}

static struct kvm_msr_filter two_ranges(void)
{
	struct kvm_msr_filter filter = { .flags = KVMLIB_MSR_FILTER_DEFAULT_DENY };
	const uint64_t *from = bitmaps;

	for (size_t i = 0; i < 2; i++, from++) {
		filter.ranges[i].flags = KVMLIB_MSR_FILTER_READ;
		filter.ranges[i].base = 0x100 * (uint32_t)(i + 1);
		filter.ranges[i].nmsrs = 60;
		memcpy(filter.ranges[i].bitmap, &from, sizeof(from));
	}
	return filter;
}

static void set_filters(struct kvmlib_vm *vm)
{
	const struct kvm_msr_filter filter = two_ranges();
	const struct kvmlib_pmu_event_filter_opts pmu = { .size = sizeof(pmu),
							  .action = KVMLIB_PMU_EVENT_ALLOW,
							  .fixed_counter_bitmap = 5,
							  .nr_events = EVENTS,
							  .events = events };

	assert_ok(kvmlib_vm_x86_set_msr_filter(vm, &filter));
	assert_ok(kvmlib_vm_set_pmu_event_filter(vm, &pmu));
}

START_TEST(filters_come_back)
{
	set_filters(vms[0]);
	save();
	restore();
	ck_assert_uint_eq(told.msr, 1);
	ck_assert_uint_eq(told.filter.flags, KVMLIB_MSR_FILTER_DEFAULT_DENY);
	ck_assert_uint_eq(told.filter.ranges[1].base, 0x200);
	ck_assert_uint_eq(told.filter.ranges[1].nmsrs, 60);
	ck_assert_uint_eq(told.filter.ranges[2].nmsrs, 0);
	ck_assert_mem_eq(told.bitmaps, bitmaps, sizeof(bitmaps));
	ck_assert_uint_eq(told.pmu, 1);
	ck_assert_uint_eq(told.pmu_head[0], KVMLIB_PMU_EVENT_ALLOW);
	ck_assert_uint_eq(told.pmu_head[1], EVENTS);
	ck_assert_uint_eq(told.pmu_head[2], 5);
	ck_assert_mem_eq(told.events, events, sizeof(events));
}
END_TEST

START_TEST(filters_that_were_not_there_are_taken_back)
{
	save();
	set_filters(vms[1]);
	restore();
	ck_assert_uint_eq(told.msr, 1);
	ck_assert_uint_eq(told.filter.flags, KVMLIB_MSR_FILTER_DEFAULT_ALLOW);
	ck_assert_uint_eq(told.filter.ranges[0].nmsrs, 0);
	ck_assert_uint_eq(told.pmu, 1);
	ck_assert_uint_eq(told.pmu_head[0], KVMLIB_PMU_EVENT_DENY);
	ck_assert_uint_eq(told.pmu_head[1], 0);
}
END_TEST

START_TEST(without_filters_nothing_is_set)
{
	save();
	restore();
	ck_assert_uint_eq(told.msr, 0);
	ck_assert_uint_eq(told.pmu, 0);
}
END_TEST

START_TEST(filter_that_was_refused_is_not_kept)
{
	struct kvm_msr_filter filter = two_ranges();

	kvmlib_sim_fail_ioctl(fix.sim, REQUEST(X86_SET_MSR_FILTER), EINVAL, 1);
	assert_fails(kvmlib_vm_x86_set_msr_filter(vms[0], &filter), EINVAL, MSR_FILTER_INVALID,
		     "KVM_X86_SET_MSR_FILTER");
	filter.ranges[0].nmsrs = 0x3001; /* no kernel takes that, so nothing is read here */
	assert_ok(kvmlib_vm_x86_set_msr_filter(vms[0], &filter));
	ck_assert_uint_eq(kvmlib__filter_copy(vms[0], KVMLIB__FILTER_MSR, NULL, 0), 0);
	alloc_fail_nth(1);
	assert_fails(kvmlib_vm_x86_set_msr_filter(vms[0], &filter), ENOMEM, NO_MEMORY, NULL);
	ck_assert_uint_eq(told.msr, 1);
}
END_TEST

START_TEST(filter_that_grows_while_it_is_saved_is_told)
{
	struct kvmlib_state_plan *plan = plan_of(0);
	struct kvmlib__transfer transfer = { .plan = plan, .function = "test" };
	uint8_t room[8];

	set_filters(vms[0]);
	ck_assert_int_eq((int)kvmlib__get_msr_filter(&transfer, NULL, room, sizeof(room)), -EBUSY);
	ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_STATE_CHANGED);
	ck_assert_int_eq((int)kvmlib__get_pmu_filter(&transfer, NULL, room, sizeof(room)), -EBUSY);
	kvmlib_state_plan_free(plan);
}
END_TEST

static int count_bad(const struct kvmlib_state_problem *problem, void *userdata)
{
	*(unsigned int *)userdata += problem->kind == KVMLIB_STATE_BAD_ITEM;
	return 0;
}

static void expect_bad(const char *name, const void *data, size_t length)
{
	struct kvmlib_state_plan *plan = plan_of(1);
	struct kvmlib_state *forged;
	unsigned int bad = 0;

	assert_ok(kvmlib_state_new(&forged));
	assert_ok(kvmlib_state_put(forged, name, KVMLIB_STATE_VM, 1, data, length));
	ck_assert_int_ge(kvmlib_state_check(plan, forged, NULL, count_bad, &bad), 1);
	ck_assert_uint_eq(bad, 1);
	kvmlib_state_free(forged);
	kvmlib_state_plan_free(plan);
}

START_TEST(filters_that_do_not_fit_together_are_told)
{
	const struct kvm_msr_filter none = { .flags = 0 };
	struct kvm_msr_filter filter = none;
	struct kvm_pmu_event_filter pmu = { .nevents = 1 };

	expect_bad("msr-filter", &filter, sizeof(filter) - 1);
	expect_bad("msr-filter", &filter, 1);
	filter.ranges[15].nmsrs = 1; /* and no bitmap */
	expect_bad("msr-filter", &filter, sizeof(filter));
	filter.ranges[15].nmsrs = UINT32_MAX;
	expect_bad("msr-filter", &filter, sizeof(filter));
	expect_bad("pmu-filter", &pmu, sizeof(pmu));
	pmu.nevents = UINT32_MAX;
	expect_bad("pmu-filter", &pmu, sizeof(pmu));
	expect_bad("pmu-filter", &pmu, sizeof(pmu) - 4);
}
END_TEST

/* Private pages */

static struct kvmlib_state_plan *plan_of_map(void)
{
	const struct kvmlib_state_plan_opts opts = { .size = sizeof(opts), .memory = map.memory };
	struct kvmlib_state_plan *plan;

	assert_ok(kvmlib_state_plan_new(fix.vm, &opts, &plan));
	return plan;
}

static int note_problem(const struct kvmlib_state_problem *problem, void *userdata)
{
	*(struct kvmlib_state_problem *)userdata = *problem;
	return 0;
}

START_TEST(private_pages_have_to_be_the_same)
{
	struct kvmlib_memory_region_opts opts = opts_of("p", 4, 8);
	struct kvmlib_state_problem problem;
	struct kvmlib_state_plan *plan;
	struct kvmlib_state_item item;

	if (!REQUEST(SET_MEMORY_ATTRIBUTES))
		SKIP("no memory attributes in these headers");
	opts.flags = KVMLIB_MEMORY_CONVERTIBLE;
	add_opts(&opts);
	assert_ok(kvmlib_memory_convert(map.memory, PAGES(5), PAGES(2), 1));
	assert_ok(kvmlib_memory_convert(map.memory, PAGES(9), PAGES(1), 1));
	plan = plan_of_map();
	assert_ok(kvmlib_state_new(&state));
	assert_ok(kvmlib_state_save(plan, state));
	assert_ok(kvmlib_state_get(state, "private-memory", KVMLIB_STATE_VM, &item));
	ck_assert_uint_eq(item.length, 2 * sizeof(struct kvmlib__saved_region));
	ck_assert_uint_eq(((const struct kvmlib__saved_region *)item.data)[1].gpa, PAGES(9));
	assert_returns(kvmlib_state_check(plan, state, NULL, note_problem, &problem), 0);
	assert_ok(kvmlib_memory_convert(map.memory, PAGES(9), PAGES(1), 0));
	assert_returns(kvmlib_state_check(plan, state, NULL, note_problem, &problem), 1);
	ck_assert_str_eq(problem.item, "private-memory");
	ck_assert_uint_eq(problem.kind, KVMLIB_STATE_MEMORY);
	ck_assert_uint_eq(problem.number, PAGES(9));
	ck_assert_uint_eq(problem.here, 0);
	kvmlib_state_plan_free(plan);
	kvmlib_state_free(state);
}
END_TEST

Suite *state_filters_suite(void)
{
	Suite *suite = suite_create("state_filters");
	TCase *tcase = tcase_create("filters");

	tcase_add_checked_fixture(tcase, setup_filters, teardown_filters);
	ADD_TESTS(tcase, filters_come_back, filters_that_were_not_there_are_taken_back,
		  without_filters_nothing_is_set, filter_that_was_refused_is_not_kept,
		  filter_that_grows_while_it_is_saved_is_told,
		  filters_that_do_not_fit_together_are_told);
	suite_add_tcase(suite, tcase);
	ADD_TESTS(map_case(suite, "private", setup_private), private_pages_have_to_be_the_same);
	return suite;
}

#else

Suite *state_filters_suite(void)
{
	return suite_create("state_filters");
}

#endif
