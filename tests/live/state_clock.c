/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A guest reads its counter and its kvmclock again and again; a second passes between its save and its
 * restore. Time goes on for it as if none had passed, or all of it, as was asked for; never back.
 */

#include <runner.h>

#include <string.h>
#include <time.h>

#include "guest.h"

#define MEMORY_SIZE 0x8000U
#define CODE	    0x1000U
#define COUNTER	    0x3000U
#define CLOCK	    0x5000U
#define SECOND	    UINT64_C(1000000000)

struct machine {
	struct kvmlib_vm *vm;
	struct kvmlib_memory *memory;
	struct kvmlib_vcpu *vcpu;
	struct kvmlib_control *control;
	struct kvmlib_state_plan *plan;
	uint8_t *ram;
};

/* As the guest has it in its memory. */
struct kvmclock {
	uint32_t version;
	uint32_t pad;
	uint64_t timestamp; /* of the counter */
	uint64_t time;	    /* then, in nanoseconds */
	uint32_t factor;    /* nanoseconds per tick, times 2^32 */
	int8_t shift;
	uint8_t flags;
	uint8_t reserved[2];
};

struct reading {
	uint64_t counter;
	uint64_t clock;
};

static struct machine machine_make(void)
{
	const struct kvmlib_memory_region_opts ram = { .size = sizeof(ram), .length = MEMORY_SIZE };
	const struct kvmlib_control_opts opts = { .size = sizeof(opts) };
	struct kvmlib_memory_region *region;
	struct kvmlib_state_plan_opts plan = { .size = sizeof(plan), .nr_vcpus = 1 };
	struct machine m;

	ck_assert_int_eq(kvmlib_system_create_vm(guest.system, NULL, &m.vm), 0);
	ck_assert_int_eq(kvmlib_memory_new(m.vm, NULL, &m.memory), 0);
	ck_assert_int_eq(kvmlib_memory_add(m.memory, &ram, &region), 0);
	m.ram = kvmlib_memory_region_address(region);
	ck_assert_int_eq(kvmlib_vm_create_vcpu(m.vm, 0, &m.vcpu), 0);
	ck_assert_int_eq(kvmlib_control_new(m.vm, &opts, &m.control), 0);
	ck_assert_int_eq(kvmlib_control_join(m.control, m.vcpu), 0);
	plan.vcpus = &m.vcpu;
	plan.control = m.control;
	plan.memory = m.memory;
	ck_assert_int_eq(kvmlib_state_plan_new(m.vm, &plan, &m.plan), 0);
	return m;
}

static void machine_end(struct machine *m)
{
	kvmlib_state_plan_free(m->plan);
	ck_assert_int_ge(kvmlib_control_leave(m->control, m->vcpu), 0);
	kvmlib_control_unref(m->control);
	kvmlib_vcpu_unref(m->vcpu);
	kvmlib_memory_unref(m->memory);
	kvmlib_vm_unref(m->vm);
}

static void begin(struct machine *m)
{
	static const uint8_t code[] = {
		0x0f, 0x31,		      /* again: rdtsc */
		0x66, 0xa3, 0x00, 0x30,	      /* mov [0x3000], eax */
		0x66, 0x89, 0x16, 0x04, 0x30, /* mov [0x3004], edx */
		0xe6, 0xe9,		      /* out 0xe9, al */
		0xeb, 0xf1,		      /* jmp again */
	};
	const struct kvm_msr_entry clock = { .index = KVMLIB_MSR_KVM_SYSTEM_TIME_NEW,
					     .data = CLOCK | 1 };
	const struct kvm_regs regs = { .rip = CODE, .rflags = 2 };
	struct kvm_sregs sregs;

	memcpy(m->ram + CODE, code, sizeof(code));
	ck_assert_int_eq(kvmlib_vcpu_get_sregs(m->vcpu, &sregs), 0);
	sregs.cs.base = 0;
	sregs.cs.selector = 0;
	ck_assert_int_eq(kvmlib_vcpu_set_sregs(m->vcpu, &sregs), 0);
	ck_assert_int_eq(kvmlib_vcpu_set_regs(m->vcpu, &regs), 0);
	ck_assert_int_eq(kvmlib_vcpu_set_msrs(m->vcpu, &clock, 1), 1);
}

/* The clock at the moment of the counter, by what KVM has left for the guest. */
static struct reading reading_of(const struct machine *m)
{
	struct reading reading;
	struct kvmclock clock;
	uint64_t ticks;

	memcpy(&reading.counter, m->ram + COUNTER, sizeof(reading.counter));
	memcpy(&clock, m->ram + CLOCK, sizeof(clock));
	ck_assert_uint_ne(clock.factor, 0);
	ticks = reading.counter - clock.timestamp;
	ticks = clock.shift < 0 ? ticks >> -clock.shift : ticks << clock.shift;
	reading.clock = clock.time + (ticks >> 32) * clock.factor +
			((ticks & UINT32_MAX) * clock.factor >> 32);
	return reading;
}

static struct reading next_reading(struct machine *m)
{
	do
		ck_assert_int_eq(kvmlib_control_run(m->vcpu), 0);
	while (kvmlib_vcpu_exit_reason(m->vcpu) == KVMLIB_EXIT_INTR);
	ck_assert_uint_eq(kvmlib_vcpu_exit_reason(m->vcpu), KVMLIB_EXIT_IO);
	return reading_of(m);
}

static void expect_readings_that_grow(struct machine *m, struct reading *last)
{
	for (int i = 0; i < 20; i++) {
		struct reading next = next_reading(m);

		ck_assert_uint_gt(next.counter, last->counter);
		ck_assert_uint_ge(next.clock, last->clock);
		*last = next;
	}
}

static void let_pass(uint64_t nanoseconds)
{
	const struct timespec time = { .tv_sec = (time_t)(nanoseconds / SECOND),
				       .tv_nsec = (long)(nanoseconds % SECOND) };

	ck_assert_int_eq(nanosleep(&time, NULL), 0);
}

/* Another VM goes on after a second; returns the jump that its guest sees. */
static struct reading jump_over_a_second(uint32_t flags)
{
	const struct kvmlib_state_restore_opts opts = { .size = sizeof(opts), .flags = flags };
	struct machine before = machine_make(), after = machine_make();
	struct reading last = { 0 }, first;
	struct kvmlib_state *state;

	begin(&before);
	expect_readings_that_grow(&before, &last);
	ck_assert_int_eq(kvmlib_state_new(&state), 0);
	ck_assert_int_eq(kvmlib_state_save(before.plan, state), 0);
	memcpy(after.ram, before.ram, MEMORY_SIZE);
	let_pass(SECOND);
	ck_assert_int_eq(kvmlib_state_restore(after.plan, state, &opts), 0);
	kvmlib_state_free(state);
	first = next_reading(&after);
	ck_assert_uint_gt(first.counter, last.counter);
	ck_assert_uint_ge(first.clock, last.clock);
	last = (struct reading){ first.counter - last.counter, first.clock - last.clock };
	expect_readings_that_grow(&after, &first);
	machine_end(&before);
	machine_end(&after);
	return last;
}

static uint64_t ticks_of_a_second(void)
{
	int khz = kvmlib_vcpu_get_tsc_khz(guest.vcpu);

	ck_assert_int_gt(khz, 0);
	return (uint64_t)khz * 1000;
}

static bool has_counters_of_its_own(void)
{
	const struct kvm_msr_entry set = { .index = 0x10, .data = UINT64_C(1) << 60 };
	struct kvm_msr_entry now = { .index = 0x10 };

	return kvmlib_vcpu_set_msrs(guest.vcpu, &set, 1) == 1 &&
	       kvmlib_vcpu_get_msrs(guest.vcpu, &now, 1) == 1 && now.data >= set.data;
}

START_TEST(time_stands_still_while_a_guest_is_saved)
{
	struct reading jump = jump_over_a_second(0);

	ck_assert_uint_lt(jump.clock, SECOND);
	if (!has_counters_of_its_own())
		SKIP("this host's guests all have the host's time stamp counter");
	ck_assert_uint_lt(jump.counter, ticks_of_a_second());
}
END_TEST

START_TEST(time_passes_while_a_guest_is_saved_if_it_shall)
{
	struct kvmlib_clock_data now;
	struct reading jump;

	ck_assert_int_eq(kvmlib_vm_get_clock(guest.vm, &now), 0);
	if (!(now.flags & KVMLIB_CLOCK_REALTIME))
		SKIP("this host's clock source does not tell the time of day");
	jump = jump_over_a_second(KVMLIB_STATE_REALTIME);
	ck_assert_uint_ge(jump.clock, SECOND);
	ck_assert_uint_lt(jump.clock, 60 * SECOND);
	ck_assert_uint_ge(jump.counter, ticks_of_a_second());
	ck_assert_uint_lt(jump.counter, 60 * ticks_of_a_second());
}
END_TEST

Suite *state_clock_suite(void)
{
	Suite *suite = suite_create("state_clock");
	TCase *tcase = tcase_create("clock");

	tcase_add_checked_fixture(tcase, guest_setup, guest_teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, time_stands_still_while_a_guest_is_saved);
	tcase_add_test(tcase, time_passes_while_a_guest_is_saved_if_it_shall);
	suite_add_tcase(suite, tcase);
	return suite;
}
