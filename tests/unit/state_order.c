/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Dependencies between steps of restoring that no host at hand has: what the simulated kernel does with
 * them in the wrong order. The others are tried on real kernels, by tests/live/state_order.c.
 */

#include "fixture.h"
#include "suites.h"

#include <string.h>

#if defined(__x86_64__)

#define MAX_STEPS  64U
#define MSR_TSC	   0x10U
#define MSR_XSS	   0xda0U
#define COMPONENTS 512U /* where the XSAVE area tells which it has */
#define TILE	   (1U << 17)
#define SHADOW	   (1U << 11)

static struct kvmlib_state *state;
static struct kvmlib_vm *target_vm;
static struct kvmlib_vcpu *target;

static struct kvmlib_state_plan *plan_for(struct kvmlib_vm *vm, struct kvmlib_vcpu *vcpu,
					  const char *const *skip, size_t nr_skip)
{
	const struct kvmlib_state_plan_opts opts = { .size = sizeof(opts),
						     .vcpus = &vcpu,
						     .nr_vcpus = 1,
						     .skip = skip,
						     .nr_skip = nr_skip };
	struct kvmlib_state_plan *plan;

	assert_ok(kvmlib_state_plan_new(vm, &opts, &plan));
	return plan;
}

/* Features of AMX and of shadow stacks, that the simulated host says it has. */
static void set_cpuid(void)
{
	const struct kvm_cpuid_entry2 entries[] = {
		{ .function = 0xd, .index = 0, .flags = 1, .eax = 3 | TILE },
		{ .function = 0xd, .index = 1, .flags = 1, .ecx = SHADOW },
	};

	assert_ok(kvmlib_vcpu_set_cpuid2(fix.vcpu, entries, 2));
}

static void setup_order(void)
{
	setup_sim();
	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_TSC_CONTROL, 1), 0);
	make_system();
	make_vm();
	make_vcpu();
	assert_ok(kvmlib_state_new(&state));
	assert_ok(kvmlib_system_create_vm(fix.system, NULL, &target_vm));
	assert_ok(kvmlib_vm_create_vcpu(target_vm, 0, &target));
	set_cpuid();
}

static void teardown_order(void)
{
	kvmlib_vcpu_unref(target);
	kvmlib_vm_unref(target_vm);
	kvmlib_state_free(state);
	teardown();
}

static void save(void)
{
	struct kvmlib_state_plan *plan = plan_for(fix.vm, fix.vcpu, NULL, 0);

	assert_ok(kvmlib_state_save(plan, state));
	kvmlib_state_plan_free(plan);
}

/* Restore by that step alone; or by all of them: NULL. */
static int restore(const char *only)
{
	const struct kvmlib_state_restore_opts opts = { .size = sizeof(opts),
							.allow = KVMLIB_STATE_CPUID,
							.flags = KVMLIB_STATE_NO_WAY_BACK };
	const struct kvmlib_state_step *step;
	struct kvmlib_state_plan *plan;
	const char *skip[MAX_STEPS];
	size_t n = 0;
	int r;

	for (size_t i = 0; only && (step = kvmlib_state_step_at(KVMLIB_STATE_RESTORING, i)); i++)
		if (strcmp(step->name, only) != 0)
			skip[n++] = step->name;
	plan = plan_for(target_vm, target, skip, n);
	r = kvmlib_state_restore(plan, state, &opts);
	kvmlib_state_plan_free(plan);
	return r;
}

static void set_msr(struct kvmlib_vcpu *vcpu, uint32_t index, uint64_t value)
{
	const struct kvm_msr_entry entry = { .index = index, .data = value };

	assert_returns(kvmlib_vcpu_set_msrs(vcpu, &entry, 1), 1);
}

static uint64_t get_msr(struct kvmlib_vcpu *vcpu, uint32_t index)
{
	struct kvm_msr_entry entry = { .index = index };

	assert_returns(kvmlib_vcpu_get_msrs(vcpu, &entry, 1), 1);
	return entry.data;
}

START_TEST(counter_is_set_when_its_frequency_is)
{
	assert_ok(kvmlib_vcpu_set_tsc_khz(fix.vcpu, 1000000));
	set_msr(fix.vcpu, MSR_TSC, 5000);
	save();
	assert_ok(restore(NULL));
	ck_assert_uint_eq(get_msr(target, MSR_TSC), 5000);
	assert_ok(kvmlib_vcpu_set_tsc_khz(target, 2000000));
	assert_ok(restore("tsc"));
	assert_ok(restore("tsc-khz"));
	ck_assert_uint_ne(get_msr(target, MSR_TSC), 5000);
}
END_TEST

START_TEST(registers_are_set_when_the_vcpu_has_them)
{
	set_msr(fix.vcpu, MSR_XSS, SHADOW);
	save();
	ck_assert_int_eq(restore("msrs"), -EINVAL);
	ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_MSR_REFUSED);
	assert_value(MSR, MSR_XSS);
	assert_ok(restore("cpuid"));
	assert_ok(restore("msrs"));
	ck_assert_uint_eq(get_msr(target, MSR_XSS), SHADOW);
	assert_ok(restore(NULL));
}
END_TEST

START_TEST(large_components_are_set_when_the_vcpu_has_room)
{
	uint8_t area[4096];

	assert_ok(kvmlib_vcpu_get_xsave(fix.vcpu, area, sizeof(area)));
	memcpy(area + COMPONENTS, &(uint64_t){ TILE }, sizeof(uint64_t));
	assert_ok(kvmlib_vcpu_set_xsave(fix.vcpu, area, sizeof(area)));
	save();
	ck_assert_int_eq(restore("xsave"), -EINVAL);
	ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_XSAVE_INVALID);
	assert_ok(restore("cpuid"));
	assert_ok(restore("xsave"));
	assert_ok(restore(NULL));
}
END_TEST

Suite *state_order_suite(void)
{
	Suite *suite = suite_create("state_order");
	TCase *tcase = tcase_create("order");

	tcase_add_checked_fixture(tcase, setup_order, teardown_order);
	ADD_TESTS(tcase, counter_is_set_when_its_frequency_is,
		  registers_are_set_when_the_vcpu_has_them,
		  large_components_are_set_when_the_vcpu_has_room);
	suite_add_tcase(suite, tcase);
	return suite;
}

#else

Suite *state_order_suite(void)
{
	return suite_create("state_order");
}

#endif
