/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Clocks and counters of saved states, on a kernel that has what the simulated one has not. */

#include "fixture.h"
#include "suites.h"

#include <string.h>

#include "../../lib/manage/state/plan.h"

#if defined(__x86_64__)

#define NR_VCPUS	    2U
#define MSR_TSC		    0x10U
#define MSR_TSC_DEADLINE    0x6e0U
#define MSR_FEATURE_CONTROL 0x3aU
#define MSR_GLOBAL_CTRL	    0x38fU /* lets the PMU's counters run */
#define MAX_TOLD	    4096U
#define APIC_LVTT	    0x320U
#define LVTT_MASKED	    (1U << 16)
#define LVTT_TSC_DEADLINE   (2U << 17)
#define SECOND		    UINT64_C(1000000000)

/* What the kernel tells, and what it was told last. */
static struct {
	struct kvmlib_clock_data now, told;
	uint64_t tsc[NR_VCPUS], deadline[NR_VCPUS], offset[NR_VCPUS];
	uint64_t tsc_told[NR_VCPUS], deadline_told[NR_VCPUS];
	struct kvm_msr_entry msrs_told[MAX_TOLD]; /* of all vCPUs, as they came */
	size_t nr_told;
	uint32_t khz;
	int khz_error, kvmclock_error, clock_error, offset_error;
} kernel;

static struct kvmlib_sys_ops ops;
static const struct kvmlib_sys_ops *sim;
static struct kvmlib_vcpu *vcpus[NR_VCPUS];
static struct kvmlib_state_plan *plan;
static struct kvmlib_state *state;

/* The kernel */

static int get_clock(size_t vcpu, unsigned long arg)
{
	(void)vcpu;
	memcpy((void *)arg, &kernel.now, sizeof(kernel.now));
	return kernel.clock_error;
}

static int set_clock(size_t vcpu, unsigned long arg)
{
	(void)vcpu;
	memcpy(&kernel.told, (const void *)arg, sizeof(kernel.told));
	return 0;
}

static int get_khz(size_t vcpu, unsigned long arg)
{
	(void)vcpu;
	(void)arg;
	return (int)kernel.khz;
}

static int set_khz(size_t vcpu, unsigned long arg)
{
	(void)vcpu;
	(void)arg;
	return kernel.khz_error;
}

static int has_attr(size_t vcpu, unsigned long arg)
{
	(void)vcpu;
	(void)arg;
	return 0;
}

static int get_attr(size_t vcpu, unsigned long arg)
{
	const struct kvm_device_attr *attr = (const void *)arg;

	memcpy((void *)(uintptr_t)attr->addr, &kernel.offset[vcpu], sizeof(uint64_t));
	return kernel.offset_error;
}

static int set_attr(size_t vcpu, unsigned long arg)
{
	const struct kvm_device_attr *attr = (const void *)arg;

	memcpy(&kernel.offset[vcpu], (const void *)(uintptr_t)attr->addr, sizeof(uint64_t));
	return 0;
}

static const uint32_t listed[] = { MSR_TSC_DEADLINE, MSR_GLOBAL_CTRL, MSR_TSC,
				   MSR_FEATURE_CONTROL };
#define NR_LISTED ((uint32_t)(sizeof(listed) / sizeof(listed[0])))

static int list_msrs(size_t vcpu, unsigned long arg)
{
	struct kvm_msr_list *list = (void *)arg;
	bool fits = list->nmsrs >= NR_LISTED;

	(void)vcpu;
	list->nmsrs = NR_LISTED;
	if (!fits)
		return -E2BIG;
	memcpy(list->indices, listed, sizeof(listed));
	return 0;
}

static uint64_t value_of(size_t vcpu, uint32_t index)
{
	switch (index) {
	case MSR_TSC:
		return kernel.tsc[vcpu];
	case MSR_TSC_DEADLINE:
		return kernel.deadline[vcpu];
	default:
		return index;
	}
}

static int get_msrs(size_t vcpu, unsigned long arg)
{
	struct kvm_msrs *msrs = (void *)arg;

	for (uint32_t i = 0; i < msrs->nmsrs; i++)
		msrs->entries[i].data = value_of(vcpu, msrs->entries[i].index);
	return (int)msrs->nmsrs;
}

static void note_msr(size_t vcpu, const struct kvm_msr_entry *entry)
{
	if (entry->index == MSR_TSC)
		kernel.tsc_told[vcpu] = entry->data;
	if (entry->index == MSR_TSC_DEADLINE)
		kernel.deadline_told[vcpu] = entry->data;
	ck_assert_uint_lt(kernel.nr_told, MAX_TOLD);
	kernel.msrs_told[kernel.nr_told++] = *entry;
}

static int set_msrs(size_t vcpu, unsigned long arg)
{
	const struct kvm_msrs *msrs = (const void *)arg;

	for (uint32_t i = 0; i < msrs->nmsrs; i++)
		note_msr(vcpu, &msrs->entries[i]);
	return (int)msrs->nmsrs;
}

static int kvmclock_ctrl(size_t vcpu, unsigned long arg)
{
	(void)vcpu;
	(void)arg;
	return kernel.kvmclock_error;
}

static const struct {
	unsigned int ioctl;
	int (*answer)(size_t vcpu, unsigned long arg);
} answers[] = {
	{ KVMLIB__IOC_GET_CLOCK, get_clock },	      { KVMLIB__IOC_SET_CLOCK, set_clock },
	{ KVMLIB__IOC_GET_TSC_KHZ, get_khz },	      { KVMLIB__IOC_SET_TSC_KHZ, set_khz },
	{ KVMLIB__IOC_HAS_DEVICE_ATTR, has_attr },    { KVMLIB__IOC_GET_DEVICE_ATTR, get_attr },
	{ KVMLIB__IOC_SET_DEVICE_ATTR, set_attr },    { KVMLIB__IOC_GET_MSR_INDEX_LIST, list_msrs },
	{ KVMLIB__IOC_GET_MSRS, get_msrs },	      { KVMLIB__IOC_SET_MSRS, set_msrs },
	{ KVMLIB__IOC_KVMCLOCK_CTRL, kvmclock_ctrl },
};

static int clocked_ioctl(void *ctx, int fd, unsigned long request, unsigned long arg)
{
	size_t vcpu = vcpus[1] && fd == kvmlib_vcpu_fd(vcpus[1]);

	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
		if (kvmlib__ioctls[answers[i].ioctl].request == request)
			return answers[i].answer(vcpu, arg);
	return sim->ioctl(ctx, fd, request, arg);
}

/* The VM */

static void make_plan(void)
{
	const struct kvmlib_state_plan_opts opts = { .size = sizeof(opts),
						     .vcpus = vcpus,
						     .nr_vcpus = NR_VCPUS };

	assert_ok(kvmlib_state_plan_new(fix.vm, &opts, &plan));
}

static void setup(void)
{
	memset(&kernel, 0, sizeof(kernel));
	memset(vcpus, 0, sizeof(vcpus));
	kernel.khz = 2000000;
	setup_sim();
	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_KVMCLOCK_CTRL, 1), 0);
	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_VCPU_ATTRIBUTES, 1), 0);
	sim = kvmlib_sim_sys_ops(fix.sim);
	ops = *sim;
	ops.ioctl = clocked_ioctl;
	fix.sys = &ops;
	make_system();
	make_vm();
	assert_ok(kvmlib_vm_create_irqchip(fix.vm));
	for (uint32_t i = 0; i < NR_VCPUS; i++)
		assert_ok(kvmlib_vm_create_vcpu(fix.vm, i, &vcpus[i]));
	assert_ok(kvmlib_state_new(&state));
	make_plan();
}

static void teardown_plan(void)
{
	plan = kvmlib_state_plan_free(plan);
	state = kvmlib_state_free(state);
	for (uint32_t i = 0; i < NR_VCPUS; i++)
		vcpus[i] = kvmlib_vcpu_unref(vcpus[i]);
	teardown();
}

static void set_timer(uint32_t lvtt)
{
	struct kvm_lapic_state lapic;

	assert_ok(kvmlib_vcpu_get_lapic(vcpus[1], &lapic));
	memcpy(&lapic.regs[APIC_LVTT], &lvtt, sizeof(lvtt));
	assert_ok(kvmlib_vcpu_set_lapic(vcpus[1], &lapic));
}

static void save(void)
{
	assert_ok(kvmlib_state_save(plan, state));
}

static int restore(uint32_t flags, uint32_t allow)
{
	const struct kvmlib_state_restore_opts opts = { .size = sizeof(opts),
							.allow = allow,
							.flags = flags | KVMLIB_STATE_NO_WAY_BACK };

	return kvmlib_state_restore(plan, state, &opts);
}

/* Counters */

START_TEST(counters_are_as_far_apart_as_they_were)
{
	kernel.offset[0] = 1000;
	kernel.offset[1] = 1500;
	save();
	kernel.offset[0] = 7000; /* as the counter's write made it */
	kernel.offset[1] = 9999;
	assert_ok(restore(0, 0));
	ck_assert_uint_eq(kernel.offset[0], 7000);
	ck_assert_uint_eq(kernel.offset[1], 7500);
}
END_TEST

static size_t times_told(uint32_t index)
{
	size_t n = 0;

	for (size_t i = 0; i < kernel.nr_told; i++)
		n += kernel.msrs_told[i].index == index;
	return n;
}

/* What is within a second of where the VM's counters are, older kernels don't set. */
START_TEST(first_counter_is_sent_far_away_before_it_is_set)
{
	size_t i = 0;

	kernel.tsc[0] = 1000;
	kernel.tsc[1] = 1001;
	save();
	assert_ok(restore(0, 0));
	ck_assert_uint_eq(times_told(MSR_TSC), 3);
	while (kernel.msrs_told[i].index != MSR_TSC)
		i++;
	ck_assert_uint_gt(kernel.msrs_told[i].data, UINT64_C(1) << 40);
	ck_assert_uint_eq(kernel.tsc_told[0], 1000);
	ck_assert_uint_eq(kernel.tsc_told[1], 1001);
}
END_TEST

START_TEST(offset_that_cannot_be_asked_is_a_failure)
{
	kernel.offset_error = 0;
	save();
	kernel.offset_error = -EFAULT;
	ck_assert_int_eq(restore(0, 0), -EFAULT);
	ck_assert_str_eq(kvmlib_error_subject(), "tsc-offset");
	kvmlib_state_clear(state);
	ck_assert_int_eq(kvmlib_state_save(plan, state), -EFAULT);
	ck_assert_str_eq(kvmlib_error_subject(), "tsc-offset");
}
END_TEST

START_TEST(speed_that_cannot_be_set_may_be_right)
{
	save();
	kernel.khz_error = -EINVAL;
	spoil_record();
	assert_ok(restore(0, 0));
	ck_assert(record_is_spoiled());
	kernel.khz = 2000001; /* within what the check lets pass */
	ck_assert_int_eq(restore(0, 0), -EINVAL);
	ck_assert_str_eq(kvmlib_error_subject(), "tsc-khz");
	assert_ok(restore(0, KVMLIB_STATE_TSC));
}
END_TEST

/* Deadlines */

static uint64_t deadline_after(uint32_t lvtt, uint64_t deadline, uint32_t flags)
{
	set_timer(lvtt);
	kernel.tsc[1] = 5000;
	kernel.deadline[1] = deadline;
	save();
	kernel.deadline_told[1] = 1;
	assert_ok(restore(flags, 0));
	return kernel.deadline_told[1];
}

START_TEST(deadline_is_set_as_it_was)
{
	ck_assert_uint_eq(deadline_after(LVTT_TSC_DEADLINE, 6000, 0), 6000);
}
END_TEST

START_TEST(deadline_that_may_have_passed_is_now)
{
	ck_assert_uint_eq(deadline_after(LVTT_TSC_DEADLINE, 0, 0), 5000);
}
END_TEST

START_TEST(deadline_that_is_to_be_kept_stays_none)
{
	ck_assert_uint_eq(deadline_after(LVTT_TSC_DEADLINE, 0, KVMLIB_STATE_KEEP_DEADLINE), 0);
}
END_TEST

/* It would fire each time, though none had come. The counter is written: time has not passed. */
START_TEST(reset_sets_the_counter_and_keeps_deadlines)
{
	ck_assert_uint_eq(deadline_after(LVTT_TSC_DEADLINE, 0, KVMLIB_STATE_KEEP_DEADLINE), 0);
	kernel.deadline_told[1] = 1;
	kernel.tsc_told[0] = 1;
	assert_ok(kvmlib__state_put_back(plan, state, "reset"));
	ck_assert_uint_eq(kernel.deadline_told[1], 0);
	ck_assert_uint_eq(kernel.tsc_told[0], kernel.tsc[0]);
}
END_TEST

START_TEST(timer_that_does_not_wait_gets_no_deadline)
{
	ck_assert_uint_eq(deadline_after(LVTT_TSC_DEADLINE | LVTT_MASKED, 0, 0), 0);
	kvmlib_state_clear(state);
	ck_assert_uint_eq(deadline_after(0, 0, 0), 0);
}
END_TEST

/* Other registers */

static size_t next_told(uint32_t index, size_t from)
{
	while (from < kernel.nr_told && kernel.msrs_told[from].index != index)
		from++;
	ck_assert_uint_lt(from, kernel.nr_told);
	return from;
}

/* Of the PMU, counters are stopped, set, and go on; VMX comes before all else. */
START_TEST(registers_are_set_in_an_order_that_holds)
{
	size_t features, stop, others, start;

	save();
	assert_ok(kvmlib_state_restore_vcpu(plan, state, vcpus[0]));
	features = next_told(MSR_FEATURE_CONTROL, 0);
	stop = next_told(MSR_GLOBAL_CTRL, 0);
	others = next_told(0x400, 0);
	start = next_told(MSR_GLOBAL_CTRL, stop + 1);
	ck_assert_uint_eq(kernel.msrs_told[features].data, MSR_FEATURE_CONTROL);
	ck_assert_uint_eq(kernel.msrs_told[stop].data, 0);
	ck_assert_uint_eq(kernel.msrs_told[start].data, MSR_GLOBAL_CTRL);
	ck_assert(features < stop && stop < others && others < start);
	ck_assert_uint_lt(start, next_told(MSR_TSC, 0));
}
END_TEST

/* The VM's clock */

static void save_at(uint64_t realtime)
{
	kernel.now = (struct kvmlib_clock_data){ .clock = 77,
						 .flags = KVMLIB_CLOCK_REALTIME,
						 .realtime = realtime };
	kernel.tsc[0] = 1000;
	save();
}

START_TEST(time_stands_still_unless_asked_for)
{
	save_at(5 * SECOND);
	kernel.now.realtime = 8 * SECOND;
	assert_ok(restore(0, 0));
	ck_assert_uint_eq(kernel.told.clock, 77);
	ck_assert_uint_eq(kernel.told.flags, 0);
	ck_assert_uint_eq(kernel.tsc_told[0], 1000);
}
END_TEST

START_TEST(time_goes_on_where_it_is_asked_for)
{
	save_at(5 * SECOND);
	kernel.now.realtime = 8 * SECOND + 500;
	assert_ok(restore(KVMLIB_STATE_REALTIME, 0));
	ck_assert_uint_eq(kernel.told.clock, 77);
	ck_assert_uint_eq(kernel.told.flags, KVMLIB_CLOCK_REALTIME);
	ck_assert_uint_eq(kernel.told.realtime, 5 * SECOND);
	ck_assert_uint_eq(kernel.tsc_told[0], 1000 + 2 * (3 * SECOND + 500));
}
END_TEST

START_TEST(time_does_not_go_back)
{
	save_at(5 * SECOND);
	kernel.now.realtime = 4 * SECOND;
	assert_ok(restore(KVMLIB_STATE_REALTIME, 0));
	ck_assert_uint_eq(kernel.tsc_told[0], 1000);
	kernel.now = (struct kvmlib_clock_data){ .realtime = 9 * SECOND }; /* which means nothing */
	assert_ok(restore(KVMLIB_STATE_REALTIME, 0));
	ck_assert_uint_eq(kernel.tsc_told[0], 1000);
}
END_TEST

START_TEST(time_that_cannot_be_asked_is_a_failure)
{
	save_at(5 * SECOND);
	kernel.clock_error = -EFAULT;
	ck_assert_int_eq(restore(KVMLIB_STATE_REALTIME, 0), -EFAULT);
	ck_assert_str_eq(kvmlib_error_function(), "kvmlib_state_restore");
	ck_assert_str_eq(kvmlib_error_subject(), "clock");
	assert_no_value(OUTCOME);
}
END_TEST

START_TEST(guest_without_a_kvmclock_needs_not_be_told)
{
	save();
	kernel.kvmclock_error = -EINVAL;
	spoil_record();
	assert_ok(restore(0, 0));
	ck_assert(record_is_spoiled());
	kernel.kvmclock_error = -EFAULT;
	ck_assert_int_eq(restore(0, 0), -EFAULT);
	ck_assert_str_eq(kvmlib_error_subject(), "kvmclock-ctrl");
}
END_TEST

Suite *state_clocks_suite(void)
{
	Suite *suite = suite_create("state_clocks");
	TCase *tcase = tcase_create("clocks");

	tcase_add_checked_fixture(tcase, setup, teardown_plan);
	suite_add_tcase(suite, tcase);
	ADD_TESTS(
		tcase, counters_are_as_far_apart_as_they_were,
		first_counter_is_sent_far_away_before_it_is_set,
		offset_that_cannot_be_asked_is_a_failure, speed_that_cannot_be_set_may_be_right,
		deadline_is_set_as_it_was, deadline_that_may_have_passed_is_now,
		deadline_that_is_to_be_kept_stays_none, reset_sets_the_counter_and_keeps_deadlines,
		timer_that_does_not_wait_gets_no_deadline, registers_are_set_in_an_order_that_holds,
		time_stands_still_unless_asked_for, time_goes_on_where_it_is_asked_for,
		time_does_not_go_back, time_that_cannot_be_asked_is_a_failure,
		guest_without_a_kvmclock_needs_not_be_told);
	return suite;
}

#else

Suite *state_clocks_suite(void)
{
	return suite_create("state_clocks");
}

#endif
