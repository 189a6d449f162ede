/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* arm64's vCPUs on the kernel at hand: features, PMU, timers and stolen time, as the guest finds them. */
#include "program.h"

#include <errno.h>
#include <string.h>

#include <runner.h>

#if defined(__aarch64__)

#include <linux/kvm.h>

#define BIT(name) (1U << KVMLIB_ARM_VCPU_##name)
#define ALL	  (BIT(PSCI_0_2) | BIT(PMU_V3) | BIT(SVE) | KVMLIB_ARM64_PTRAUTH)
#define PC	  (KVM_REG_ARM64 | KVM_REG_SIZE_U64 | KVM_REG_ARM_CORE | KVM_REG_ARM_CORE_REG(regs.pc))

#define NR_VCPUS    2U
#define DISTRIBUTOR 0x8000000U
#define CPUS	    0x80a0000U
#define RECORDS	    0x20000U
#define NOTHING	    1023U

static struct machine machine;
static struct kvmlib_vcpu *vcpus[NR_VCPUS];

/* Ask for the interrupt that is there, for ever; the virtual timer's has come. */
PROGRAM(timer_program, 0x6000,
	"	mov x0, #0xd0000\n"
	"	mov x1, #0xff\n"
	"	msr S3_0_C4_C6_0, x1\n" /* ICC_PMR_EL1 */
	"	mov x1, #1\n"
	"	msr S3_0_C12_C12_7, x1\n" /* ICC_IGRPEN1_EL1 */
	"	msr cntv_cval_el0, xzr\n"
	"	msr cntv_ctl_el0, x1\n"
	"	isb\n"
	"1:	mrs x1, S3_0_C12_C12_0\n" /* ICC_IAR1_EL1 */
	"	str w1, [x0]\n"
	"	b 1b\n");

/* The counter of cycles overflows, and its interrupt comes. */
PROGRAM(pmu_program, 0x7000,
	"	mov x0, #0xd0000\n"
	"	mov x1, #0xff\n"
	"	msr S3_0_C4_C6_0, x1\n"
	"	mov x1, #1\n"
	"	msr S3_0_C12_C12_7, x1\n"
	"	mov x1, #0x80000000\n"
	"	msr pmintenset_el1, x1\n"
	"	msr pmcntenset_el0, x1\n"
	"	msr pmovsset_el0, x1\n"
	"	mov x1, #1\n"
	"	msr pmcr_el0, x1\n"
	"	isb\n"
	"1:	mrs x1, S3_0_C12_C12_0\n"
	"	str w1, [x0]\n"
	"	b 1b\n");

/* Where the record of stolen time is, and its revision. */
PROGRAM(pvtime_program, 0x8000,
	"	mov w0, #0x0021\n"
	"	movk w0, #0xc500, lsl #16\n" /* PV_TIME_ST */
	"	hvc #0\n"
	"	mov x2, #0xd0000\n"
	"	str w0, [x2]\n"
	"	ldr w1, [x0, #4]\n" /* attributes */
	"	str w1, [x2]\n"
	"	b .\n");

static void make_vcpus(void)
{
	machine_new(&machine);
	for (uint32_t i = 0; i < NR_VCPUS; i++)
		ck_assert_int_eq(kvmlib_vm_create_vcpu(machine.vm, i, &vcpus[i]), 0);
}

static void free_vcpus(void)
{
	for (uint32_t i = 0; i < NR_VCPUS; i++)
		kvmlib_vcpu_unref(vcpus[i]);
	machine_free(&machine);
}

static bool host_has(uint32_t capability)
{
	return kvmlib_vm_check_extension(machine.vm, capability) > 0;
}

static struct kvmlib_arm64_features init(uint32_t required, uint32_t wished, uint32_t sve_bytes)
{
	const struct kvmlib_arm64_vcpus_opts opts = { .size = sizeof(opts),
						      .vcpus = vcpus,
						      .nr_vcpus = NR_VCPUS,
						      .required = required,
						      .wished = wished,
						      .sve_bytes = sve_bytes };
	struct kvmlib_arm64_features got;

	ck_assert_int_eq(kvmlib_arm64_vcpus_init(machine.vm, &opts, &got), 0);
	return got;
}

static void set_pc(struct kvmlib_vcpu *vcpu, uint64_t pc)
{
	ck_assert_int_eq(kvmlib_vcpu_set_one_reg(vcpu, PC, &pc, sizeof(pc)), 0);
}

static void load(const struct program *program)
{
	machine_load(&machine, program);
	set_pc(vcpus[0], program->gpa);
}

/* What was wished is what the host has, and the guest finds it. */
START_TEST(vcpus_have_what_the_host_has)
{
	const struct kvmlib_arm64_features got = init(BIT(PSCI_0_2) | BIT(POWER_OFF), ALL, 0);
	uint32_t state;

	ck_assert_uint_eq(!!(got.features & BIT(SVE)), host_has(KVMLIB_CAP_ARM_SVE));
	ck_assert_uint_eq(!!got.sve_bytes, host_has(KVMLIB_CAP_ARM_SVE));
	ck_assert_uint_eq(!!(got.features & BIT(PMU_V3)), host_has(KVMLIB_CAP_ARM_PMU_V3));
	ck_assert_uint_eq(!!(got.features & KVMLIB_ARM64_PTRAUTH),
			  host_has(KVMLIB_CAP_ARM_PTRAUTH_ADDRESS));
	ck_assert_int_eq(kvmlib_vcpu_get_mp_state(vcpus[0], &state), 0);
	ck_assert_uint_eq(state, KVMLIB_MP_STATE_RUNNABLE);
	ck_assert_int_eq(kvmlib_vcpu_get_mp_state(vcpus[1], &state), 0);
	ck_assert_uint_eq(state, KVMLIB_MP_STATE_STOPPED);
	load(&count_program);
	if (!(got.features & BIT(PMU_V3))) /* which is not run before it is initialized */
		ck_assert_uint_eq(told(vcpus[0]), 1);
}
END_TEST

START_TEST(vcpus_are_not_touched_where_the_host_lacks_something)
{
	const struct kvmlib_arm64_vcpus_opts opts = {
		.size = sizeof(opts), .vcpus = vcpus, .nr_vcpus = NR_VCPUS, .required = BIT(SVE)
	};
	struct kvmlib_arm64_features got;
	uint64_t pc, feature = 77;

	if (host_has(KVMLIB_CAP_ARM_SVE))
		SKIP("the host has SVE");
	ck_assert_int_eq(kvmlib_arm64_vcpus_init(machine.vm, &opts, &got), -EOPNOTSUPP);
	ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_CAPABILITY_MISSING);
	ck_assert_int_eq(kvmlib_error_value(KVMLIB_VALUE_ID, &feature), 0);
	ck_assert_uint_eq(feature, KVMLIB_ARM_VCPU_SVE);
	ck_assert_int_eq(kvmlib_vcpu_get_one_reg(vcpus[0], PC, &pc, sizeof(pc)), -ENOEXEC);
}
END_TEST

/* As long as they are told to be; a second call resets the vCPUs, and leaves that. */
START_TEST(vcpus_have_vectors_of_some_length)
{
	uint64_t pc;

	if (!host_has(KVMLIB_CAP_ARM_SVE))
		SKIP("no KVM_CAP_ARM_SVE");
	ck_assert_uint_eq(init(BIT(SVE), 0, 16).sve_bytes, 16);
	set_pc(vcpus[0], 0x1234);
	ck_assert_uint_eq(init(BIT(SVE), 0, 16).sve_bytes, 16);
	ck_assert_int_eq(kvmlib_vcpu_get_one_reg(vcpus[0], PC, &pc, sizeof(pc)), 0);
	ck_assert_uint_eq(pc, 0);
}
END_TEST

static uint32_t make_gic(void)
{
	const struct kvmlib_arm64_gic_v2_opts v2 = { .size = sizeof(v2),
						     .distributor = DISTRIBUTOR,
						     .cpu_interface = CPUS };
	const struct kvmlib_arm64_gic_v3_opts v3 = { .size = sizeof(v3),
						     .distributor = DISTRIBUTOR,
						     .redistributors = CPUS };
	struct kvmlib_device *gic;
	uint32_t found;
	int r;

	ck_assert_int_eq(kvmlib_arm64_gic_probe(machine.vm, &found), 0);
	r = found & KVMLIB_ARM64_GIC_V3 ? kvmlib_arm64_gic_v3_create(machine.vm, &v3, &gic)
					: kvmlib_arm64_gic_v2_create(machine.vm, &v2, &gic);
	ck_assert_int_eq(r, 0);
	if (found & KVMLIB_ARM64_GIC_V3) { /* PPIs of the first vCPU: of group 1, and enabled */
		const uint32_t all = UINT32_MAX, on = 3;

		ck_assert_int_eq(
			kvmlib_device_set_attr(gic, KVMLIB_DEV_ARM_VGIC_GRP_DIST_REGS, 0, &on), 0);
		ck_assert_int_eq(kvmlib_device_set_attr(gic, KVMLIB_DEV_ARM_VGIC_GRP_REDIST_REGS,
							0x10080, &all),
				 0);
		ck_assert_int_eq(kvmlib_device_set_attr(gic, KVMLIB_DEV_ARM_VGIC_GRP_REDIST_REGS,
							0x10100, &all),
				 0);
	}
	kvmlib_device_unref(gic);
	return found;
}

/* The guest's timer raises the one that it was given. */
START_TEST(timers_raise_other_interrupts)
{
	const struct kvmlib_arm64_timer_irqs wanted = { .vtimer = 20, .ptimer = 21 };
	struct kvmlib_arm64_timer_irqs irqs;

	init(0, 0, 0);
	ck_assert_int_eq(kvmlib_arm64_timer_irqs_get(vcpus[0], &irqs), 0);
	ck_assert_uint_eq(irqs.vtimer, 27);
	ck_assert_uint_eq(irqs.ptimer, 30);
	ck_assert(irqs.hvtimer == 28 || !irqs.hvtimer);
	ck_assert_int_eq(kvmlib_arm64_timer_irqs_set(vcpus[0], &wanted), -EINVAL); /* no GIC */
	if (!(make_gic() & KVMLIB_ARM64_GIC_V3))
		SKIP("no GICv3");
	ck_assert_int_eq(kvmlib_arm64_timer_irqs_set(vcpus[0], &wanted), 0);
	ck_assert_int_eq(kvmlib_arm64_timer_irqs_get(vcpus[1], &irqs), 0);
	ck_assert_uint_eq(irqs.vtimer, 20);
	ck_assert_uint_eq(irqs.ptimer, 21);
	load(&timer_program);
	ck_assert_uint_eq(told(vcpus[0]), 20);
	ck_assert_int_eq(kvmlib_arm64_timer_irqs_set(vcpus[0], &wanted), -EBUSY);
	ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_ATTR_BUSY);
}
END_TEST

static struct kvmlib_arm64_pmu_opts pmu_of(uint32_t irq)
{
	return (struct kvmlib_arm64_pmu_opts){ .size = sizeof(struct kvmlib_arm64_pmu_opts),
					       .vcpus = vcpus,
					       .nr_vcpus = NR_VCPUS,
					       .irq = irq };
}

START_TEST(pmu_raises_its_interrupt)
{
	const struct kvmlib_arm64_pmu_filter filter = { .first = 0x11, .count = 1 };
	struct kvmlib_arm64_pmu_opts opts = pmu_of(23);

	if (!host_has(KVMLIB_CAP_ARM_PMU_V3))
		SKIP("no KVM_CAP_ARM_PMU_V3");
	init(BIT(PMU_V3), 0, 0);
	opts.filters = &filter;
	opts.nr_filters = 1;
	if (!(make_gic() & KVMLIB_ARM64_GIC_V3))
		SKIP("no GICv3");
	ck_assert_int_eq(kvmlib_arm64_pmu_init(machine.vm, &opts), 0);
	load(&pmu_program);
	ck_assert_uint_eq(told(vcpus[0]), 23);
}
END_TEST

START_TEST(pmu_is_refused_out_of_order)
{
	struct kvmlib_arm64_pmu_opts opts = pmu_of(23);

	if (!host_has(KVMLIB_CAP_ARM_PMU_V3))
		SKIP("no KVM_CAP_ARM_PMU_V3");
	init(0, 0, 0); /* without */
	ck_assert_int_eq(kvmlib_arm64_pmu_init(machine.vm, &opts), -ENXIO);
	ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_ATTR_UNKNOWN);
}
END_TEST

START_TEST(pmu_without_a_gic)
{
	struct kvmlib_arm64_pmu_opts opts = pmu_of(23);

	if (!host_has(KVMLIB_CAP_ARM_PMU_V3))
		SKIP("no KVM_CAP_ARM_PMU_V3");
	init(BIT(PMU_V3), 0, 0);
	ck_assert_int_eq(kvmlib_arm64_pmu_init(machine.vm, &opts), -EINVAL);
	opts.irq = 0;
	ck_assert_int_eq(kvmlib_arm64_pmu_init(machine.vm, &opts), 0);
	load(&count_program);
	ck_assert_uint_eq(told(vcpus[0]), 1);
	ck_assert_int_eq(kvmlib_arm64_pmu_init(machine.vm, &opts), -EBUSY);
}
END_TEST

/* The guest asks for it, and KVM has written it. */
START_TEST(pvtime_has_a_record)
{
	struct kvmlib_arm64_pvtime_opts opts = {
		.size = sizeof(opts), .vcpus = vcpus, .nr_vcpus = NR_VCPUS, .gpa = RECORDS
	};
	uint8_t *ram;

	if (kvmlib_vcpu_has_device_attr(vcpus[0], KVMLIB_ARM_VCPU_PVTIME_CTRL,
					KVMLIB_ARM_VCPU_PVTIME_IPA))
		SKIP("no KVM_ARM_VCPU_PVTIME_IPA");
	init(BIT(PSCI_0_2), 0, 0);
	load(&pvtime_program);
	ram = kvmlib_memory_region_address(machine.ram);
	memset(ram + RECORDS, 0xff, NR_VCPUS * KVMLIB_ARM64_PVTIME_SIZE);
	ck_assert_int_eq(kvmlib_arm64_pvtime_set(machine.vm, &opts), 0);
	ck_assert_uint_eq(told(vcpus[0]), RECORDS);
	ck_assert_uint_eq(told(vcpus[0]), 0);
	ck_assert_uint_eq(ram[RECORDS + KVMLIB_ARM64_PVTIME_SIZE], 0xff); /* it has not run */
	ck_assert_int_eq(kvmlib_arm64_pvtime_set(machine.vm, &opts), -EEXIST);
}
END_TEST

START_TEST(pvtime_is_in_memory)
{
	const struct kvmlib_arm64_pvtime_opts opts = {
		.size = sizeof(opts), .vcpus = vcpus, .nr_vcpus = NR_VCPUS, .gpa = 0x10000000
	};

	if (kvmlib_vcpu_has_device_attr(vcpus[0], KVMLIB_ARM_VCPU_PVTIME_CTRL,
					KVMLIB_ARM_VCPU_PVTIME_IPA))
		SKIP("no KVM_ARM_VCPU_PVTIME_IPA");
	init(0, 0, 0);
	ck_assert_int_eq(kvmlib_arm64_pvtime_set(machine.vm, &opts), -EINVAL);
	ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_ATTR_VALUE);
}
END_TEST

/* A line that goes by its number: the guest finds it. */
START_TEST(lines_go_by_their_numbers)
{
	uint32_t irq;

	init(0, 0, 0);
	if (!(make_gic() & KVMLIB_ARM64_GIC_V3))
		SKIP("no GICv3");
	ck_assert_int_eq(kvmlib_arm64_irq(KVMLIB_ARM_IRQ_TYPE_PPI, 0, 18, &irq), 0);
	ck_assert_int_eq(kvmlib_vm_irq_line(machine.vm, irq, 1), 0);
	load(&ask_gic_program);
	ck_assert_uint_eq(told(vcpus[0]), 18);
	ck_assert_uint_eq(told(vcpus[0]), NOTHING);
}
END_TEST

Suite *arm64_vcpu_suite(void)
{
	Suite *suite = suite_create("arm64-vcpu");
	TCase *tcase = tcase_create("vcpu");

	tcase_add_checked_fixture(tcase, make_vcpus, free_vcpus);
	tcase_add_test(tcase, vcpus_have_what_the_host_has);
	tcase_add_test(tcase, vcpus_are_not_touched_where_the_host_lacks_something);
	tcase_add_test(tcase, vcpus_have_vectors_of_some_length);
	tcase_add_test(tcase, timers_raise_other_interrupts);
	tcase_add_test(tcase, pmu_raises_its_interrupt);
	tcase_add_test(tcase, pmu_is_refused_out_of_order);
	tcase_add_test(tcase, pmu_without_a_gic);
	tcase_add_test(tcase, pvtime_has_a_record);
	tcase_add_test(tcase, pvtime_is_in_memory);
	tcase_add_test(tcase, lines_go_by_their_numbers);
	suite_add_tcase(suite, tcase);
	return suite;
}

#else

Suite *arm64_vcpu_suite(void)
{
	return suite_create("arm64-vcpu");
}

#endif
