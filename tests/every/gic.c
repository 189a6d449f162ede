/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* arm64's interrupt controllers: they are made, interrupts are taken, in this VM or in another. */
#include "gic.h"

#include <errno.h>
#include <string.h>

#include <runner.h>

#include "program.h"

#if defined(__aarch64__)

#include <linux/kvm.h>

static struct machine machine;

static void make_machine(void)
{
	machine_new(&machine);
}

static void free_machine(void)
{
	machine_free(&machine);
}

struct kvmlib_device *make_gic(struct machine *of, uint32_t found)
{
	const struct kvmlib_arm64_gic_v2_opts v2 = { .size = sizeof(v2),
						     .distributor = GIC_DISTRIBUTOR,
						     .cpu_interface = GIC_CPUS,
						     .nr_irqs = 128,
						     .nr_vcpus = 1 };
	const struct kvmlib_arm64_gic_v3_opts v3 = { .size = sizeof(v3),
						     .distributor = GIC_DISTRIBUTOR,
						     .redistributors = GIC_CPUS,
						     .nr_irqs = 128,
						     .nr_vcpus = 1 };
	struct kvmlib_device *gic;
	int r = found & KVMLIB_ARM64_GIC_V3 ? kvmlib_arm64_gic_v3_create(of->vm, &v3, &gic)
					    : kvmlib_arm64_gic_v2_create(of->vm, &v2, &gic);

	ck_assert_int_eq(r, 0);
	return gic;
}

static void add_its(struct kvmlib_device *gic)
{
	const struct kvmlib_arm64_its_opts opts = { .size = sizeof(opts), .address = GIC_ITS };
	struct kvmlib_device *its;

	ck_assert_int_eq(kvmlib_arm64_its_create(gic, &opts, &its), 0);
	kvmlib_device_unref(its);
}

/* And with it the guest runs. */
START_TEST(gic_of_this_host_is_made)
{
	struct kvmlib_device *gic;
	uint32_t found, nr;

	machine_start(&machine, &count_program);
	ck_assert_int_eq(kvmlib_arm64_gic_probe(machine.vm, &found), 0);
	ck_assert(found & (KVMLIB_ARM64_GIC_V2 | KVMLIB_ARM64_GIC_V3));
	gic = make_gic(&machine, found);
	if (found & KVMLIB_ARM64_GIC_ITS)
		add_its(gic);
	ck_assert_int_eq(kvmlib_device_get_attr_u32(gic, KVMLIB_DEV_ARM_VGIC_GRP_NR_IRQS, 0, &nr),
			 0);
	ck_assert_uint_eq(nr, 128);
	ck_assert_uint_eq(told(machine.vcpu), 1);
	ck_assert_uint_eq(told(machine.vcpu), 2);
	kvmlib_device_unref(gic);
}
END_TEST

/* Interrupts in a state: one on its way is taken in the other VM. */

#define SPI	   40U
#define SPI_LINE   (1U << KVMLIB_ARM_IRQ_TYPE_SHIFT | SPI)
#define CTLR	   0x0U
#define GROUPS	   0x84U
#define ENABLED	   0x104U
#define TRIGGERS   0xc08U
#define PRIORITIES (0x400U + SPI)

static void set(struct kvmlib_device *gic, uint64_t offset, uint32_t value)
{
	ck_assert_int_eq(
		kvmlib_device_set_attr(gic, KVMLIB_DEV_ARM_VGIC_GRP_DIST_REGS, offset, &value), 0);
}

static struct kvmlib_state_plan *plan_of(struct machine *of, struct kvmlib_device *gic)
{
	const struct kvmlib_state_plan_opts opts = { .size = sizeof(opts),
						     .vcpus = &of->vcpu,
						     .nr_vcpus = 1,
						     .memory = of->memory,
						     .gic = gic };
	struct kvmlib_state_plan *plan;

	ck_assert_int_eq(kvmlib_state_plan_new(of->vm, &opts, &plan), 0);
	return plan;
}

/* Of the distributor, enabled, of group 1, and its line up. */
static void raise_interrupt(struct kvmlib_device *gic)
{
	set(gic, CTLR, 3);
	set(gic, GROUPS, UINT32_MAX);
	set(gic, PRIORITIES, 0xa0);
	set(gic, TRIGGERS, 0); /* by level */
	set(gic, ENABLED, 1U << (SPI - 32));
	ck_assert_int_eq(kvmlib_vm_irq_line(machine.vm, SPI_LINE, 1), 0);
}

static void move_into(struct machine *other, struct kvmlib_device *gic,
		      struct kvmlib_device *other_gic)
{
	struct kvmlib_state_plan *plan = plan_of(&machine, gic);
	struct kvmlib_state_plan *other_plan = plan_of(other, other_gic);
	struct kvmlib_state *state = state_of(plan), *again;

	ck_assert_int_eq(kvmlib_state_restore(other_plan, state, NULL), 0);
	again = state_of(other_plan);
	expect_same(state, again, "gic");
	kvmlib_state_free(again);
	kvmlib_state_free(state);
	kvmlib_state_plan_free(other_plan);
	kvmlib_state_plan_free(plan);
}

/* Not only pending: it stays until the device takes it down. */
static void expect_line_up(struct kvmlib_device *gic)
{
	uint32_t levels = 0;

	ck_assert_int_eq(
		kvmlib_device_get_attr_u32(gic, KVMLIB_DEV_ARM_VGIC_GRP_LEVEL_INFO, 32, &levels),
		0);
	ck_assert_uint_eq(levels, 1U << (SPI - 32));
}

START_TEST(gic_is_saved_with_what_is_pending)
{
	struct kvmlib_device *gic, *other_gic;
	struct machine other;
	uint32_t found;
	bool asks;

	ck_assert_int_eq(kvmlib_arm64_gic_probe(machine.vm, &found), 0);
	asks = found & KVMLIB_ARM64_GIC_V3; /* by instructions, not by memory */
	machine_start(&machine, asks ? &ask_gic_program : &count_program);
	gic = make_gic(&machine, found);
	machine_new(&other);
	machine_start(&other, asks ? &ask_gic_program : &count_program);
	other_gic = make_gic(&other, found);
	ck_assert_uint_eq(told(machine.vcpu), asks ? GIC_NOTHING : 1);
	finish(machine.vcpu);
	raise_interrupt(gic);
	move_into(&other, gic, other_gic);
	if (asks)
		expect_line_up(other_gic);
	ck_assert_uint_eq(told(other.vcpu), asks ? SPI : 2);
	ck_assert_uint_eq(told(other.vcpu), asks ? GIC_NOTHING : 3); /* it is being dealt with */
	kvmlib_device_unref(other_gic);
	machine_free(&other);
	kvmlib_device_unref(gic);
}
END_TEST

START_TEST(gic_of_another_vm_is_refused)
{
	struct kvmlib_state_plan_opts opts = { .size = sizeof(opts) };
	struct kvmlib_state_plan *plan;
	struct machine other;
	uint32_t found;

	machine_start(&machine, &count_program);
	ck_assert_int_eq(kvmlib_arm64_gic_probe(machine.vm, &found), 0);
	machine_new(&other);
	machine_start(&other, &count_program);
	opts.gic = make_gic(&other, found);
	ck_assert_int_eq(kvmlib_state_plan_new(machine.vm, &opts, &plan), -EINVAL);
	ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_BAD_ARGUMENT);
	kvmlib_device_unref(opts.gic);
	machine_free(&other);
}
END_TEST

Suite *gic_suite(void)
{
	Suite *suite = suite_create("gic");
	TCase *tcase = tcase_create("gic");

	tcase_add_checked_fixture(tcase, make_machine, free_machine);
	tcase_add_test(tcase, gic_of_this_host_is_made);
	tcase_add_test(tcase, gic_is_saved_with_what_is_pending);
	tcase_add_test(tcase, gic_of_another_vm_is_refused);
	suite_add_tcase(suite, tcase);
	return suite;
}

#else

Suite *gic_suite(void)
{
	return suite_create("gic");
}

#endif
