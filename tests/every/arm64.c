/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* arm64's own: interrupt controllers, the counter, calls of the guest that are handed to the program. */
#include "program.h"

#include <errno.h>
#include <string.h>

#include <runner.h>

#if defined(__aarch64__)

#include <linux/kvm.h>

/* Far from what any counter is, and from 0. */
#define FAR  (UINT64_C(1) << 40)
#define CALL 0xc3000000U /* a function of a silicon vendor's, with 64 bits */
#define PC   (KVM_REG_ARM64 | KVM_REG_SIZE_U64 | KVM_REG_ARM_CORE | KVM_REG_ARM_CORE_REG(regs.pc))
#define X0 \
	(KVM_REG_ARM64 | KVM_REG_SIZE_U64 | KVM_REG_ARM_CORE | KVM_REG_ARM_CORE_REG(regs.regs[0]))
#define DISTRIBUTOR 0x8000000U
#define CPUS	    0x80a0000U
#define ITS	    0x8080000U

static struct machine machine;

static void make_machine(void)
{
	machine_new(&machine);
}

static void free_machine(void)
{
	machine_free(&machine);
}

static uint64_t get(uint64_t id)
{
	uint64_t value;

	ck_assert_int_eq(kvmlib_vcpu_get_one_reg(machine.vcpu, id, &value, sizeof(value)), 0);
	return value;
}

START_TEST(counter_is_as_far_away_as_it_was_told)
{
	uint64_t before;

	if (kvmlib_vm_check_extension(machine.vm, KVMLIB_CAP_COUNTER_OFFSET) <= 0)
		SKIP("no KVM_CAP_COUNTER_OFFSET");
	machine_start(&machine, &count_program);
	ck_assert_int_eq(kvmlib_vm_arm_set_counter_offset(machine.vm, 0), 0);
	before = get(KVMLIB_REG_ARM_TIMER_CNT);
	ck_assert_int_eq(kvmlib_vm_arm_set_counter_offset(machine.vm, FAR), 0);
	ck_assert_uint_lt(get(KVMLIB_REG_ARM_TIMER_CNT) + FAR - before, FAR >> 4);
}
END_TEST

/* Some bits of some registers, but not all of all. */
START_TEST(masks_tell_which_bits_of_id_registers_can_be_set)
{
	uint64_t masks[KVMLIB_ARM_FEATURE_ID_RANGE_SIZE];
	uint64_t any = 0, all = UINT64_MAX;

	if (kvmlib_vm_check_extension(machine.vm, KVMLIB_CAP_ARM_SUPPORTED_REG_MASK_RANGES) <= 0)
		SKIP("no KVM_CAP_ARM_SUPPORTED_REG_MASK_RANGES");
	ck_assert_int_eq(kvmlib_vm_arm_get_reg_writable_masks(machine.vm,
							      KVMLIB_ARM_FEATURE_ID_RANGE, masks,
							      KVMLIB_ARM_FEATURE_ID_RANGE_SIZE),
			 0);
	for (size_t i = 0; i < KVMLIB_ARM_FEATURE_ID_RANGE_SIZE; i++) {
		any |= masks[i];
		all &= masks[i];
	}
	ck_assert_uint_ne(any, 0);
	ck_assert_uint_eq(all, 0);
}
END_TEST

/* The guest's first instruction is a call that the kernel does not know. */
START_TEST(call_of_the_guest_is_handed_over)
{
	const uint32_t hvc = 0xd4000002;
	const uint64_t function = CALL;
	struct kvmlib_exit_hypercall call;

	if (kvmlib_vm_has_device_attr(machine.vm, KVMLIB_ARM_VM_SMCCC_CTRL,
				      KVMLIB_ARM_VM_SMCCC_FILTER))
		SKIP("no KVM_ARM_VM_SMCCC_FILTER");
	ck_assert_int_eq(kvmlib_vm_arm_set_smccc_filter(machine.vm, CALL, 16,
							KVMLIB_SMCCC_FILTER_FWD_TO_USER),
			 0);
	machine_start(&machine, &spin_program);
	*(uint32_t *)(void *)((uint8_t *)kvmlib_memory_region_address(machine.ram) +
			      spin_program.gpa) = hvc;
	ck_assert_int_eq(kvmlib_vcpu_set_one_reg(machine.vcpu, X0, &function, sizeof(function)), 0);
	ck_assert_int_eq(kvmlib_vcpu_run(machine.vcpu), 0);
	ck_assert_uint_eq(kvmlib_vcpu_exit_reason(machine.vcpu), KVMLIB_EXIT_HYPERCALL);
	ck_assert_int_eq(kvmlib_vcpu_exit_hypercall(machine.vcpu, &call), 0);
	ck_assert_uint_eq(call.nr, CALL);
	ck_assert_uint_eq(get(PC), spin_program.gpa + 4);
}
END_TEST

static struct kvmlib_device *make_gic(struct machine *of, uint32_t found)
{
	const struct kvmlib_arm64_gic_v2_opts v2 = { .size = sizeof(v2),
						     .distributor = DISTRIBUTOR,
						     .cpu_interface = CPUS,
						     .nr_irqs = 128,
						     .nr_vcpus = 1 };
	const struct kvmlib_arm64_gic_v3_opts v3 = { .size = sizeof(v3),
						     .distributor = DISTRIBUTOR,
						     .redistributors = CPUS,
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
	const struct kvmlib_arm64_its_opts opts = { .size = sizeof(opts), .address = ITS };
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
#define NOTHING	   1023U
#define SPI_LINE   (1U << KVMLIB_ARM_IRQ_TYPE_SHIFT | SPI)
#define CTLR	   0x0U
#define GROUPS	   0x84U
#define ENABLED	   0x104U
#define TRIGGERS   0xc08U
#define PRIORITIES (0x400U + SPI)

PROGRAM(ask_gic_program, 0x5000,
	"	mov x0, #0xd0000\n"
	"	mov x1, #0xff\n"
	"	msr S3_0_C4_C6_0, x1\n" /* ICC_PMR_EL1 */
	"	mov x1, #1\n"
	"	msr S3_0_C12_C12_7, x1\n" /* ICC_IGRPEN1_EL1 */
	"	isb\n"
	"1:	mrs x1, S3_0_C12_C12_0\n" /* ICC_IAR1_EL1 */
	"	str w1, [x0]\n"
	"	b 1b\n");

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

static struct kvmlib_state *save(struct kvmlib_state_plan *plan)
{
	struct kvmlib_state *state;

	ck_assert_int_eq(kvmlib_state_new(&state), 0);
	ck_assert_int_eq(kvmlib_state_save(plan, state), 0);
	return state;
}

static void expect_same(const struct kvmlib_state *a, const struct kvmlib_state *b)
{
	struct kvmlib_state_item of_a, of_b;

	ck_assert_int_eq(kvmlib_state_get(a, "gic", KVMLIB_STATE_VM, &of_a), 0);
	ck_assert_int_eq(kvmlib_state_get(b, "gic", KVMLIB_STATE_VM, &of_b), 0);
	ck_assert_uint_gt(of_a.length, 0);
	ck_assert_uint_eq(of_a.length, of_b.length);
	for (size_t i = 0; i < of_a.length / 24; i++)
		ck_assert_msg(!memcmp((const uint8_t *)of_a.data + i * 24,
				      (const uint8_t *)of_b.data + i * 24, 24),
			      "register %zu: 0x%llx, 0x%llx was 0x%llx", i,
			      (unsigned long long)((const uint64_t *)of_a.data)[3 * i + 1],
			      (unsigned long long)((const uint64_t *)of_b.data)[3 * i + 2],
			      (unsigned long long)((const uint64_t *)of_a.data)[3 * i + 2]);
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
	struct kvmlib_state *state = save(plan), *again;

	ck_assert_int_eq(kvmlib_state_restore(other_plan, state, NULL), 0);
	again = save(other_plan);
	expect_same(state, again);
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
	ck_assert_uint_eq(told(machine.vcpu), asks ? NOTHING : 1);
	finish(machine.vcpu);
	raise_interrupt(gic);
	move_into(&other, gic, other_gic);
	if (asks)
		expect_line_up(other_gic);
	ck_assert_uint_eq(told(other.vcpu), asks ? SPI : 2);
	ck_assert_uint_eq(told(other.vcpu), asks ? NOTHING : 3); /* it is being dealt with */
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

Suite *arm64_suite(void)
{
	Suite *suite = suite_create("arm64");
	TCase *tcase = tcase_create("arm64");

	tcase_add_checked_fixture(tcase, make_machine, free_machine);
	tcase_add_test(tcase, counter_is_as_far_away_as_it_was_told);
	tcase_add_test(tcase, masks_tell_which_bits_of_id_registers_can_be_set);
	tcase_add_test(tcase, call_of_the_guest_is_handed_over);
	tcase_add_test(tcase, gic_of_this_host_is_made);
	tcase_add_test(tcase, gic_is_saved_with_what_is_pending);
	tcase_add_test(tcase, gic_of_another_vm_is_refused);
	suite_add_tcase(suite, tcase);
	return suite;
}

#else

Suite *arm64_suite(void)
{
	return suite_create("arm64");
}

#endif
