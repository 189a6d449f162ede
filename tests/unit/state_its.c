/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* arm64's ITSs in states. */

#include "state_devices.h"
#include "suites.h"

#include <stdio.h>
#include <string.h>

#if defined(__aarch64__)

#define REGISTERS 13U
#define CREADR	  2U
#define CTLR	  12U

/* As they are written. */
static const uint64_t offsets[REGISTERS] = { 0x4,   0x80,  0x90,  0x88,	 0x100, 0x108, 0x110,
					     0x118, 0x120, 0x128, 0x130, 0x138, 0x0 };

static struct kvmlib_sys_ops sys;
static const struct kvmlib_sys_ops *sim;
static char
	told[1024]; /* what was set: "g3" a control of the GIC, "c1" of an ITS, "80" its register */
static struct kvmlib_device *gic, *its[2];
static struct kvmlib_state_plan *plan;
static struct kvmlib_state *state;

static void tell(const char *what, uint64_t value)
{
	const size_t n = strlen(told);

	(void)snprintf(told + n, sizeof(told) - n, " %s%llx", what, (unsigned long long)value);
}

static void note(int fd, const struct kvm_device_attr *attr)
{
	if (attr->group == KVMLIB_DEV_ARM_VGIC_GRP_ITS_REGS)
		tell("", attr->attr);
	else if (attr->group == KVMLIB_DEV_ARM_VGIC_GRP_CTRL)
		tell(fd == kvmlib_device_fd(gic) ? "g" : "c", attr->attr);
	else if (attr->group == KVMLIB_DEV_ARM_VGIC_GRP_REDIST_REGS && !(uint32_t)attr->attr)
		tell("lpis", *(const uint32_t *)(uintptr_t)attr->addr);
}

static int noting_ioctl(void *ctx, int fd, unsigned long request, unsigned long arg)
{
	int r = sim->ioctl(ctx, fd, request, arg);

	if (r >= 0 && request == REQUEST(SET_DEVICE_ATTR))
		note(fd, (const struct kvm_device_attr *)arg);
	return r;
}

static struct kvmlib_state_plan_opts plan_opts(void)
{
	return (struct kvmlib_state_plan_opts){ .size = sizeof(struct kvmlib_state_plan_opts),
						.vcpus = &fix.vcpu,
						.nr_vcpus = 1,
						.gic = gic,
						.its = its,
						.nr_its = 2 };
}

static void make_plan(struct kvmlib_state_plan_opts opts)
{
	plan = kvmlib_state_plan_free(plan);
	assert_ok(kvmlib_state_plan_new(fix.vm, &opts, &plan));
}

static void setup_its(void)
{
	const uint32_t nr_irqs = 64;

	setup_sim();
	sim = fix.sys;
	sys = *sim;
	sys.ioctl = noting_ioctl;
	fix.sys = &sys;
	make_system();
	make_vm();
	make_vcpu();
	assert_ok(kvmlib_vm_create_device(fix.vm, KVMLIB_DEV_TYPE_ARM_VGIC_V3, 0, &gic));
	assert_ok(kvmlib_device_set_attr(gic, KVMLIB_DEV_ARM_VGIC_GRP_NR_IRQS, 0, &nr_irqs));
	for (size_t i = 0; i < 2; i++)
		assert_ok(
			kvmlib_vm_create_device(fix.vm, KVMLIB_DEV_TYPE_ARM_VGIC_ITS, 0, &its[i]));
	assert_ok(kvmlib_state_new(&state));
	make_plan(plan_opts());
	told[0] = 0;
}

static void teardown_its(void)
{
	plan = kvmlib_state_plan_free(plan);
	state = kvmlib_state_free(state);
	for (size_t i = 0; i < 2; i++)
		its[i] = kvmlib_device_unref(its[i]);
	gic = kvmlib_device_unref(gic);
	teardown();
}

static void set(struct kvmlib_device *device, size_t i, uint64_t value)
{
	assert_ok(kvmlib_device_set_attr(device, KVMLIB_DEV_ARM_VGIC_GRP_ITS_REGS, offsets[i],
					 &value));
}

static uint64_t get(struct kvmlib_device *device, size_t i)
{
	uint64_t value = 0;

	assert_ok(kvmlib_device_get_attr_u64(device, KVMLIB_DEV_ARM_VGIC_GRP_ITS_REGS, offsets[i],
					     &value));
	return value;
}

static uint64_t value_of(size_t which, size_t i, uint64_t seed)
{
	return i == CTLR ? 1 : seed + 0x100 * which + i;
}

static void fill(uint64_t seed)
{
	for (size_t which = 0; which < 2; which++) {
		set(its[which], CTLR, 0);
		for (size_t i = 0; i < REGISTERS; i++)
			set(its[which], i, value_of(which, i, seed));
	}
}

static void expect(uint64_t seed)
{
	for (size_t which = 0; which < 2; which++)
		for (size_t i = 0; i < REGISTERS; i++)
			ck_assert_uint_eq(get(its[which], i), value_of(which, i, seed));
}

START_TEST(its_has_all_its_registers_back)
{
	fill(0x1000);
	assert_ok(kvmlib_state_save(plan, state));
	fill(0x2000);
	assert_ok(kvmlib_state_restore(plan, state, NULL));
	expect(0x1000);
}
END_TEST

START_TEST(its_of_a_state_is_its_registers_in_order)
{
	struct kvmlib_state_item item;

	fill(0x1000);
	assert_ok(kvmlib_state_save(plan, state));
	assert_ok(kvmlib_state_get(state, "its", KVMLIB_STATE_VM, &item));
	ck_assert_uint_eq(item.length, 2 * REGISTERS * sizeof(uint64_t));
	for (size_t i = 0; i < 2 * REGISTERS; i++)
		ck_assert_uint_eq(((const uint64_t *)item.data)[i],
				  value_of(i / REGISTERS, i % REGISTERS, 0x1000));
}
END_TEST

START_TEST(tables_are_written_before_registers_are_saved)
{
	assert_ok(kvmlib_state_save(plan, state));
	ck_assert_str_eq(told, " g3 c1 c1");
}
END_TEST

/* Nor are they for the way back: the memory is that of the state to come. */
START_TEST(tables_are_read_before_the_its_is_switched_on)
{
	static const char one[] = " 4 80 90 88 100 108 110 118 120 128 130 138 c2 0";
	char expected[256];

	assert_ok(kvmlib_state_save(plan, state));
	told[0] = 0;
	assert_ok(kvmlib_state_restore(plan, state, NULL));
	(void)snprintf(expected, sizeof(expected), " c4 c4 lpis0%s%s", one, one);
	ck_assert_str_eq(told, expected);
}
END_TEST

/* What is pending, and where tables are, is of another moment. */
START_TEST(lpis_are_off_while_the_gic_is_restored)
{
	const uint32_t on = 1;

	assert_ok(kvmlib_device_set_attr(gic, KVMLIB_DEV_ARM_VGIC_GRP_REDIST_REGS, 0, &on));
	assert_ok(kvmlib_state_save(plan, state));
	told[0] = 0;
	assert_ok(kvmlib_state_restore(plan, state, NULL));
	told[strlen(" c4 c4 lpis0 lpis1")] = 0;
	ck_assert_str_eq(told, " c4 c4 lpis0 lpis1");
}
END_TEST

static int save_anew(void)
{
	kvmlib_state_clear(state);
	return kvmlib_state_save(plan, state);
}

/* That there are many registers of a GIC is nothing to these. */
static void make_plan_without_gic(void)
{
	static const char *const skip[] = { "gic" };
	struct kvmlib_state_plan_opts opts = plan_opts();

	opts.skip = skip;
	opts.nr_skip = 1;
	make_plan(opts);
}

START_TEST(its_that_can_not_be_read_is_not_saved)
{
	make_plan_without_gic();
	ck_assert_uint_gt(fail_each_call(save_anew, EFAULT, "kvmlib_state_save", NULL),
			  2 * REGISTERS);
}
END_TEST

static int give_up(struct kvmlib_state *of, struct kvmlib_vm *vm, struct kvmlib_vcpu *vcpu,
		   void *data)
{
	(void)of;
	(void)vm;
	(void)vcpu;
	return *(int *)data ? --*(int *)data, -EIO : 0; /* not on the way back */
}

static int times;

static const struct kvmlib_state_step failing = { .size = sizeof(failing),
						  .name = "test.fail",
						  .after = "its",
						  .run = give_up,
						  .userdata = &times,
						  .direction = KVMLIB_STATE_RESTORING,
						  .scope = KVMLIB_STATE_ONCE };

static void make_failing_plan(void)
{
	static const struct kvmlib_state_step *const steps[] = { &failing };
	struct kvmlib_state_plan_opts opts = plan_opts();

	opts.steps = steps;
	opts.nr_steps = 1;
	times = 1;
	make_plan(opts);
}

/* A record, which a program's step leaves to the program. */
static uint64_t outcome(void)
{
	uint64_t value = 99;

	ck_assert_int_eq(kvmlib_error_value(KVMLIB_VALUE_OUTCOME, &value), 0);
	return value;
}

START_TEST(its_in_use_has_no_way_back)
{
	fill(0x1000);
	assert_ok(kvmlib_state_save(plan, state));
	make_failing_plan();
	ck_assert_int_eq(kvmlib_state_restore(plan, state, NULL), -EIO);
	ck_assert_uint_eq(outcome(), 2);
}
END_TEST

START_TEST(its_that_is_off_has_its_registers_back_after_a_failure)
{
	fill(0x1000);
	assert_ok(kvmlib_state_save(plan, state));
	make_failing_plan();
	fill(0x2000);
	for (size_t i = 0; i < 2; i++)
		set(its[i], CTLR, 0);
	ck_assert_int_eq(kvmlib_state_restore(plan, state, NULL), -EIO);
	ck_assert_uint_eq(outcome(), 1);
	ck_assert_uint_eq(get(its[1], CREADR), value_of(1, CREADR, 0x2000));
	ck_assert_uint_eq(get(its[1], CTLR), 0);
}
END_TEST

static int restore(void)
{
	return kvmlib_state_restore(plan, state, NULL);
}

START_TEST(its_that_can_not_be_written_is_told)
{
	make_plan_without_gic();
	assert_ok(kvmlib_state_save(plan, state));
	ck_assert_uint_gt(fail_each_call(restore, EINVAL, "kvmlib_state_restore", NULL),
			  4 * REGISTERS);
}
END_TEST

START_TEST(its_of_half_a_register_is_refused)
{
	static const uint8_t bad[REGISTERS * sizeof(uint64_t) + 4];

	assert_ok(kvmlib_state_put(state, "its", KVMLIB_STATE_VM, 1, bad, sizeof(bad)));
	ck_assert_uint_eq(problems_of(plan, state).kinds,
			  KVMLIB_STATE_BAD_ITEM | KVMLIB_STATE_OTHER_VCPUS);
}
END_TEST

START_TEST(other_many_itss_are_told)
{
	struct kvmlib_state_plan_opts opts = plan_opts();
	struct problems found;

	assert_ok(kvmlib_state_save(plan, state));
	opts.nr_its = (size_t)_i;
	make_plan(opts);
	found = problems_of(plan, state);
	ck_assert_int_eq(found.count, 1);
	ck_assert_uint_eq(found.last.kind, KVMLIB_STATE_MISSING);
	ck_assert_str_eq(found.last.item, "its");
	if (_i) {
		ck_assert_uint_eq(found.last.saved, 2);
		ck_assert_uint_eq(found.last.here, 1);
	}
}
END_TEST

static void assert_plan_refused(struct kvmlib_state_plan_opts opts, uint32_t cause)
{
	struct kvmlib_state_plan *made = NULL;

	ck_assert_int_eq(kvmlib_state_plan_new(fix.vm, &opts, &made), -EINVAL);
	ck_assert_uint_eq(kvmlib_error_cause(), cause);
	ck_assert_ptr_null(made);
}

START_TEST(itss_that_can_not_be_are_refused)
{
	struct kvmlib_state_plan_opts opts = plan_opts();
	struct kvmlib_device *some[2] = { its[0], NULL };
	struct kvmlib_vm *vm;

	opts.its = NULL;
	assert_plan_refused(opts, KVMLIB_CAUSE_NULL_ARGUMENT);
	opts.its = some;
	assert_plan_refused(opts, KVMLIB_CAUSE_BAD_ARGUMENT);
	opts = plan_opts();
	opts.gic = NULL;
	assert_plan_refused(opts, KVMLIB_CAUSE_BAD_ARGUMENT);
	assert_ok(kvmlib_system_create_vm(fix.system, NULL, &vm));
	assert_ok(kvmlib_vm_create_device(vm, KVMLIB_DEV_TYPE_ARM_VGIC_ITS, 0, &some[1]));
	opts = plan_opts();
	opts.its = some;
	assert_plan_refused(opts, KVMLIB_CAUSE_BAD_ARGUMENT);
	kvmlib_device_unref(some[1]);
	kvmlib_vm_unref(vm);
}
END_TEST

/* The simulated kernel's own */
START_TEST(its_that_is_on_keeps_its_queue)
{
	const uint64_t value = 8;

	fill(0x1000);
	ck_assert_int_eq(
		kvmlib_device_set_attr(its[0], KVMLIB_DEV_ARM_VGIC_GRP_ITS_REGS, 0x90, &value),
		-EBUSY);
	set(its[0], 1, 0x77);
	set(its[0], 4, 0x77);
	expect(0x1000);
	ck_assert_int_eq(
		kvmlib_device_set_attr(its[0], KVMLIB_DEV_ARM_VGIC_GRP_ITS_REGS, 0xc, &value),
		-ENXIO);
}
END_TEST

Suite *state_its_suite(void)
{
	Suite *suite = suite_create("state_its");
	TCase *tcase = tcase_create("registers");

	tcase_add_checked_fixture(tcase, setup_its, teardown_its);
	tcase_add_loop_test(tcase, other_many_itss_are_told, 0, 2);
	ADD_TESTS(tcase, its_that_can_not_be_read_is_not_saved, its_has_all_its_registers_back,
		  its_of_a_state_is_its_registers_in_order,
		  tables_are_written_before_registers_are_saved,
		  tables_are_read_before_the_its_is_switched_on,
		  lpis_are_off_while_the_gic_is_restored, its_in_use_has_no_way_back,
		  its_that_is_off_has_its_registers_back_after_a_failure,
		  its_that_can_not_be_written_is_told, its_of_half_a_register_is_refused,
		  itss_that_can_not_be_are_refused, its_that_is_on_keeps_its_queue);
	suite_add_tcase(suite, tcase);
	return suite;
}

#else

START_TEST(its_is_of_another_architecture)
{
	SKIP("arm64 has ITSs");
}
END_TEST

Suite *state_its_suite(void)
{
	Suite *suite = suite_create("state_its");

	ADD_TESTS(add_case(suite, "registers", setup_vm), its_is_of_another_architecture);
	return suite;
}

#endif
