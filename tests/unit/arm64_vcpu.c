/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vCPUs of arm64: features that are negotiated, and what they are told of PMU, timers and stolen time. */

#include "fixture.h"
#include "suites.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct kvmlib_arm64_features untouched = { 77, 77 };

#ifdef __aarch64__

#define NR_VCPUS  2U
#define BIT(name) (1U << KVMLIB_ARM_VCPU_##name)
#define ALL	  (BIT(PSCI_0_2) | BIT(PMU_V3) | BIT(SVE) | KVMLIB_ARM64_PTRAUTH)

static struct kvmlib_sys_ops ops;
static const struct kvmlib_sys_ops *sim;
static char
	steps[512]; /* "init:7c 0.1 1.0=27", features, groups and attributes with their values */
static struct kvmlib_vcpu *vcpus[NR_VCPUS];

__attribute__((format(printf, 1, 2))) static void add(const char *format, ...)
{
	size_t n = strlen(steps);
	va_list list;

	if (n)
		steps[n++] = ' ';
	va_start(list, format);
	/* NOLINTNEXTLINE(clang-analyzer-valist.*): it was started */
	(void)vsnprintf(steps + n, sizeof(steps) - n, format, list);
	va_end(list);
}

/* A filter of the PMU's, and the address of a record. */
static bool is_wide(const struct kvm_device_attr *attr)
{
	return attr->group == KVMLIB_ARM_VCPU_PVTIME_CTRL ||
	       (attr->group == KVMLIB_ARM_VCPU_PMU_V3_CTRL &&
		attr->attr == KVMLIB_ARM_VCPU_PMU_V3_FILTER);
}

static void note_attr(const struct kvm_device_attr *attr)
{
	uint64_t value = 0;

	if (!attr->addr) {
		add("%u.%u", attr->group, (unsigned int)attr->attr);
		return;
	}
	memcpy(&value, (const void *)(uintptr_t)attr->addr, is_wide(attr) ? 8 : 4);
	add("%u.%u=%" PRIu64, attr->group, (unsigned int)attr->attr, value);
}

static void note(unsigned long request, unsigned long arg)
{
	if (request == REQUEST(ARM_VCPU_INIT))
		add("init:%x", ((const struct kvm_vcpu_init *)arg)->features[0]);
	if (request == REQUEST(ARM_VCPU_FINALIZE))
		add("final:%d", *(const int *)arg);
	if (request == REQUEST(SET_ONE_REG))
		add("lengths:%" PRIx64,
		    *(const uint64_t *)(uintptr_t)((const struct kvm_one_reg *)arg)->addr);
	if (request == REQUEST(SET_DEVICE_ATTR))
		note_attr((const struct kvm_device_attr *)arg);
}

static int noted_ioctl(void *ctx, int fd, unsigned long request, unsigned long arg)
{
	int r = sim->ioctl(ctx, fd, request, arg);

	if (r >= 0)
		note(request, arg);
	return r;
}

static void setup_vcpus(void)
{
	setup_sim();
	steps[0] = 0;
	sim = kvmlib_sim_sys_ops(fix.sim);
	ops = *sim;
	ops.ioctl = noted_ioctl;
	fix.sys = &ops;
	make_system();
	make_vm();
	for (uint32_t i = 0; i < NR_VCPUS; i++)
		assert_ok(kvmlib_vm_create_vcpu(fix.vm, i, &vcpus[i]));
}

static void teardown_vcpus(void)
{
	for (uint32_t i = 0; i < NR_VCPUS; i++)
		vcpus[i] = kvmlib_vcpu_unref(vcpus[i]);
	teardown();
}

static void without(uint32_t capability)
{
	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, capability, 0), 0);
}

static void with(uint32_t capability)
{
	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, capability, 1), 0);
}

static struct kvmlib_arm64_vcpus_opts opts_of(uint32_t required, uint32_t wished)
{
	return (struct kvmlib_arm64_vcpus_opts){ .size = sizeof(struct kvmlib_arm64_vcpus_opts),
						 .vcpus = vcpus,
						 .nr_vcpus = NR_VCPUS,
						 .required = required,
						 .wished = wished };
}

static struct kvmlib_arm64_features init(uint32_t required, uint32_t wished)
{
	const struct kvmlib_arm64_vcpus_opts o = opts_of(required, wished);
	struct kvmlib_arm64_features got = untouched;

	assert_ok(kvmlib_arm64_vcpus_init(fix.vm, &o, &got));
	return got;
}

START_TEST(vcpus_get_what_the_host_has)
{
	const struct kvmlib_arm64_features got = init(BIT(PSCI_0_2), ALL | BIT(HAS_EL2));

	ck_assert_uint_eq(got.features, ALL);
	ck_assert_uint_eq(got.sve_bytes, 64);
	ck_assert_str_eq(steps, "init:7c init:7c final:4 final:4");
}
END_TEST

START_TEST(vcpus_get_what_is_asked_for)
{
	struct kvmlib_arm64_features got = init(0, 0);

	ck_assert_uint_eq(got.features, 0);
	ck_assert_uint_eq(got.sve_bytes, 0);
	ck_assert_str_eq(steps, "init:0 init:0");
}
END_TEST

/* One kind of pointer authentication without the other is none, and so is half of nesting. */
START_TEST(vcpus_do_without_what_is_half_there)
{
	without(KVMLIB_CAP_ARM_PTRAUTH_GENERIC);
	without(KVMLIB_CAP_ARM_SVE);
	with(KVMLIB_CAP_ARM_EL2_E2H0);
	ck_assert_uint_eq(init(0, ALL | BIT(HAS_EL2) | BIT(HAS_EL2_E2H0)).features,
			  BIT(PSCI_0_2) | BIT(PMU_V3));
	ck_assert_str_eq(steps, "init:c init:c");
}
END_TEST

START_TEST(vcpus_can_be_of_el2)
{
	with(KVMLIB_CAP_ARM_EL2);
	with(KVMLIB_CAP_ARM_EL2_E2H0);
	ck_assert_uint_eq(init(BIT(HAS_EL2), BIT(HAS_EL2_E2H0)).features,
			  BIT(HAS_EL2) | BIT(HAS_EL2_E2H0));
}
END_TEST

START_TEST(vcpus_but_the_first_wait)
{
	uint32_t state;

	ck_assert_uint_eq(init(BIT(PSCI_0_2) | BIT(POWER_OFF), 0).features,
			  BIT(PSCI_0_2) | BIT(POWER_OFF));
	ck_assert_str_eq(steps, "init:4 init:5");
	assert_ok(kvmlib_vcpu_get_mp_state(vcpus[0], &state));
	ck_assert_uint_eq(state, KVMLIB_MP_STATE_RUNNABLE);
	assert_ok(kvmlib_vcpu_get_mp_state(vcpus[1], &state));
	ck_assert_uint_eq(state, KVMLIB_MP_STATE_STOPPED);
}
END_TEST

START_TEST(vcpus_can_have_shorter_vectors)
{
	static const struct {
		uint32_t limit, bytes;
		const char *steps;
	} rows[] = {
		{ 16, 16, "init:10 init:10 lengths:1 final:4 lengths:1 final:4" },
		{ 48, 32, "init:10 init:10 lengths:3 final:4 lengths:3 final:4" },
		{ 64, 64, "init:10 init:10 final:4 final:4" },
		{ 8192, 64, "init:10 init:10 final:4 final:4" },
	};
	const uint32_t row = (uint32_t)_i;
	struct kvmlib_arm64_vcpus_opts o = opts_of(BIT(SVE), 0);
	struct kvmlib_arm64_features got = untouched;

	o.sve_bytes = rows[row].limit;
	assert_ok(kvmlib_arm64_vcpus_init(fix.vm, &o, &got));
	ck_assert_uint_eq(got.sve_bytes, rows[row].bytes);
	ck_assert_str_eq(steps, rows[row].steps);
}
END_TEST

/* That is how a guest is started again: what was settled stays. */
START_TEST(vcpus_are_reset_by_a_second_call)
{
	struct kvmlib_arm64_vcpus_opts o = opts_of(BIT(SVE), 0);
	struct kvmlib_arm64_features got = untouched;

	o.sve_bytes = 32;
	assert_ok(kvmlib_arm64_vcpus_init(fix.vm, &o, &got));
	steps[0] = 0;
	assert_ok(kvmlib_arm64_vcpus_init(fix.vm, &o, &got));
	ck_assert_uint_eq(got.sve_bytes, 32);
	ck_assert_str_eq(steps, "init:10 init:10");
	o.required = BIT(PSCI_0_2);
	assert_fails(kvmlib_arm64_vcpus_init(fix.vm, &o, &got), EINVAL, VCPU_INIT_FEATURES,
		     "KVM_ARM_VCPU_INIT");
	assert_value(VCPU_ID, 0);
}
END_TEST

/* Nothing was done. */
#define REFUSED_BY_KVM(expression, errnum, cause, call)        \
	do {                                                   \
		steps[0] = 0;                                  \
		assert_fails(expression, errnum, cause, call); \
		ck_assert_str_eq(steps, "");                   \
	} while (0)
#define REFUSED(expression, errnum, cause) REFUSED_BY_KVM(expression, errnum, cause, NULL)

START_TEST(vcpus_lacking_what_is_required_are_left_alone)
{
	static const uint32_t lacking[][2] = {
		{ KVMLIB_ARM_VCPU_EL1_32BIT, KVMLIB_CAP_ARM_EL1_32BIT },
		{ KVMLIB_ARM_VCPU_PSCI_0_2, KVMLIB_CAP_ARM_PSCI_0_2 },
		{ KVMLIB_ARM_VCPU_PMU_V3, KVMLIB_CAP_ARM_PMU_V3 },
		{ KVMLIB_ARM_VCPU_SVE, KVMLIB_CAP_ARM_SVE },
		{ KVMLIB_ARM_VCPU_HAS_EL2, KVMLIB_CAP_ARM_EL2 },
	};
	const uint32_t *row = lacking[_i];
	const struct kvmlib_arm64_vcpus_opts o = opts_of(1U << row[0], 0);
	struct kvmlib_arm64_features got = untouched;

	without(row[1]);
	REFUSED(kvmlib_arm64_vcpus_init(fix.vm, &o, &got), EOPNOTSUPP, CAPABILITY_MISSING);
	assert_value(CAPABILITY, row[1]);
	assert_value(ID, row[0]);
	ck_assert_mem_eq(&got, &untouched, sizeof(got));
}
END_TEST

START_TEST(vcpus_lacking_half_of_a_pair_are_left_alone)
{
	const struct kvmlib_arm64_vcpus_opts o = opts_of(KVMLIB_ARM64_PTRAUTH, 0);
	struct kvmlib_arm64_features got = untouched;

	without(KVMLIB_CAP_ARM_PTRAUTH_GENERIC);
	REFUSED(kvmlib_arm64_vcpus_init(fix.vm, &o, &got), EOPNOTSUPP, CAPABILITY_MISSING);
	assert_value(ID, KVMLIB_ARM_VCPU_PTRAUTH_GENERIC);
}
END_TEST

START_TEST(vcpus_features_that_exclude_each_other)
{
	static const uint32_t sets[] = {
		BIT(PTRAUTH_ADDRESS),
		BIT(PTRAUTH_GENERIC),
		BIT(HAS_EL2_E2H0),
		BIT(EL1_32BIT) | BIT(SVE),
		BIT(EL1_32BIT) | BIT(HAS_EL2),
		BIT(EL1_32BIT) | KVMLIB_ARM64_PTRAUTH,
	};
	struct kvmlib_arm64_features got = untouched;

	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		const struct kvmlib_arm64_vcpus_opts required = opts_of(sets[i], 0);
		const struct kvmlib_arm64_vcpus_opts wished = opts_of(0, sets[i]);

		REFUSED(kvmlib_arm64_vcpus_init(fix.vm, &required, &got), EINVAL,
			VCPU_INIT_FEATURES);
		REFUSED(kvmlib_arm64_vcpus_init(fix.vm, &wished, &got), EINVAL, VCPU_INIT_FEATURES);
		assert_value(FLAGS, sets[i]);
	}
}
END_TEST

START_TEST(vcpus_options_that_cant_be)
{
	struct kvmlib_arm64_vcpus_opts o = opts_of(0, BIT(HAS_EL2_E2H0) << 1);
	struct kvmlib_arm64_features got = untouched;
	struct kvmlib_vcpu *with_null[] = { vcpus[0], NULL };

	REFUSED(kvmlib_arm64_vcpus_init(fix.vm, &o, &got), EINVAL, BAD_ARGUMENT);
	assert_value(ID, KVMLIB_ARM_VCPU_HAS_EL2_E2H0 + 1);
	o = opts_of(0, 0);
	o.sve_bytes = 17;
	REFUSED(kvmlib_arm64_vcpus_init(fix.vm, &o, &got), EINVAL, BAD_ARGUMENT);
	o.sve_bytes = 8192 + 16;
	REFUSED(kvmlib_arm64_vcpus_init(fix.vm, &o, &got), EINVAL, BAD_ARGUMENT);
	assert_value(LIMIT, 8192);
	o = opts_of(0, 0);
	o.reserved = 1;
	REFUSED(kvmlib_arm64_vcpus_init(fix.vm, &o, &got), EINVAL, BAD_ARGUMENT);
	o = opts_of(0, 0);
	o.nr_vcpus = 1;
	REFUSED(kvmlib_arm64_vcpus_init(fix.vm, &o, &got), EINVAL, BAD_ARGUMENT);
	assert_value(COUNT, 1);
	assert_value(NEEDED, NR_VCPUS);
	o.nr_vcpus = 0;
	REFUSED(kvmlib_arm64_vcpus_init(fix.vm, &o, &got), EINVAL, VCPUS_MISSING);
	o = opts_of(0, 0);
	o.vcpus = with_null;
	REFUSED(kvmlib_arm64_vcpus_init(fix.vm, &o, &got), EINVAL, NULL_ARGUMENT);
	assert_value(INDEX, 1);
	o.vcpus = NULL;
	REFUSED(kvmlib_arm64_vcpus_init(fix.vm, &o, &got), EINVAL, NULL_ARGUMENT);
	o.size = 7;
	REFUSED(kvmlib_arm64_vcpus_init(fix.vm, &o, &got), EINVAL, OPTIONS_SIZE);
	ck_assert_mem_eq(&got, &untouched, sizeof(got));
}
END_TEST

START_TEST(vcpus_of_another_vm)
{
	const struct kvmlib_arm64_vcpus_opts o = opts_of(0, 0);
	struct kvmlib_arm64_features got = untouched;
	struct kvmlib_vm *other;

	assert_ok(kvmlib_system_create_vm(fix.system, NULL, &other));
	REFUSED(kvmlib_arm64_vcpus_init(other, &o, &got), EINVAL, BAD_ARGUMENT);
	assert_value(INDEX, 0);
	kvmlib_vm_unref(other);
}
END_TEST

/* Each call in turn: its failure is told by this function's name, and the next call does it all. */
START_TEST(vcpus_steps_that_fail)
{
	struct kvmlib_arm64_vcpus_opts o = opts_of(BIT(PSCI_0_2), BIT(SVE));
	struct kvmlib_arm64_features got = untouched;
	unsigned int n = 0;
	int r;

	o.sve_bytes = 32;
	do {
		ck_assert_int_eq(kvmlib_sim_fail_nth(fix.sim, ++n, ENOMEM), 0);
		r = kvmlib_arm64_vcpus_init(fix.vm, &o, &got);
		if (!r)
			break;
		ck_assert_int_eq(r, -ENOMEM);
		ck_assert_str_eq(kvmlib_error_function(), "kvmlib_arm64_vcpus_init");
		ck_assert_mem_eq(&got, &untouched, sizeof(got));
	} while (n < 100);
	ck_assert_uint_eq(n, 11); /* what a call has set, the next one finds */
	ck_assert_uint_eq(got.sve_bytes, 32);
	ck_assert_int_eq(kvmlib_sim_fail_nth(fix.sim, 0, 0), 0);
}
END_TEST

/* Timers */

START_TEST(timers_have_kvms_interrupts)
{
	struct kvmlib_arm64_timer_irqs irqs;

	assert_ok(kvmlib_arm64_timer_irqs_get(vcpus[1], &irqs));
	ck_assert_uint_eq(irqs.vtimer, 27);
	ck_assert_uint_eq(irqs.ptimer, 30);
	ck_assert_uint_eq(irqs.hvtimer, 28);
	ck_assert_uint_eq(irqs.hptimer, 26);
}
END_TEST

/* Of a kernel that does not know those of EL2. */
static int old_ioctl(void *ctx, int fd, unsigned long request, unsigned long arg)
{
	const struct kvm_device_attr *attr = (const struct kvm_device_attr *)arg;

	if ((request == REQUEST(GET_DEVICE_ATTR) || request == REQUEST(HAS_DEVICE_ATTR)) &&
	    attr->group == KVMLIB_ARM_VCPU_TIMER_CTRL &&
	    attr->attr >= KVMLIB_ARM_VCPU_TIMER_IRQ_HVTIMER)
		return -ENXIO;
	return noted_ioctl(ctx, fd, request, arg);
}

static void make_gic(void)
{
	const struct kvmlib_arm64_gic_v3_opts gic = { .size = sizeof(gic),
						      .distributor = 0x8000000,
						      .redistributors = 0x80a0000 };
	struct kvmlib_device *device;

	assert_ok(kvmlib_arm64_gic_v3_create(fix.vm, &gic, &device));
	kvmlib_device_unref(device);
	steps[0] = 0;
}

START_TEST(timers_of_older_kernels)
{
	struct kvmlib_arm64_timer_irqs irqs = { .hptimer = 20 };
	struct kvmlib_system *system;
	struct kvmlib_vcpu *vcpu;
	struct kvmlib_vm *vm;
	struct kvmlib_sys_ops old = ops;
	struct kvmlib_system_opts opts = { .size = sizeof(opts), .sys = &old };

	old.ioctl = old_ioctl;
	assert_ok(kvmlib_system_open(&opts, &system));
	assert_ok(kvmlib_system_create_vm(system, NULL, &vm));
	assert_ok(kvmlib_vm_create_vcpu(vm, 0, &vcpu));
	assert_fails(kvmlib_arm64_timer_irqs_set(vcpu, &irqs), ENXIO, ATTR_UNKNOWN,
		     "KVM_HAS_DEVICE_ATTR");
	assert_ok(kvmlib_arm64_timer_irqs_get(vcpu, &irqs));
	ck_assert_uint_eq(irqs.ptimer, 30);
	ck_assert_uint_eq(irqs.hvtimer, 0);
	ck_assert_uint_eq(irqs.hptimer, 0);
	kvmlib_vcpu_unref(vcpu);
	kvmlib_vm_unref(vm);
	kvmlib_system_unref(system);
}
END_TEST

START_TEST(timers_interrupts_are_set)
{
	struct kvmlib_arm64_timer_irqs irqs = { .vtimer = 30, .ptimer = 27 };

	make_gic();
	assert_ok(kvmlib_arm64_timer_irqs_set(vcpus[0], &irqs));
	ck_assert_str_eq(steps, "1.0=30 1.1=27");
	irqs = (struct kvmlib_arm64_timer_irqs){ .hptimer = 16 };
	assert_ok(kvmlib_arm64_timer_irqs_set(vcpus[0], &irqs));
	assert_ok(kvmlib_arm64_timer_irqs_get(vcpus[1], &irqs));
	ck_assert_uint_eq(irqs.vtimer, 30);
	ck_assert_uint_eq(irqs.ptimer, 27);
	ck_assert_uint_eq(irqs.hvtimer, 28);
	ck_assert_uint_eq(irqs.hptimer, 16);
}
END_TEST

/* With what they have already, too; those of EL2 only where they are given. */
START_TEST(timers_interrupts_that_cant_be)
{
	static const struct {
		struct kvmlib_arm64_timer_irqs irqs;
		uint32_t odd; /* 0: they can */
	} rows[] = {
		{ { .vtimer = 15 }, 15 },
		{ { .ptimer = 32 }, 32 },
		{ { .hvtimer = 1 }, 1 },
		{ { .vtimer = 30 }, 30 },
		{ { .ptimer = 27 }, 27 },
		{ { .vtimer = 20, .ptimer = 20 }, 20 },
		{ { .hvtimer = 27 }, 27 },
		{ { .hptimer = 30 }, 30 },
		{ { .hvtimer = 20, .hptimer = 20 }, 20 },
		{ { .vtimer = 28 }, 0 },
		{ { .vtimer = 30, .ptimer = 31 }, 0 },
	};

	make_gic();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!rows[i].odd) {
			assert_ok(kvmlib_arm64_timer_irqs_set(vcpus[0], &rows[i].irqs));
			continue;
		}
		REFUSED(kvmlib_arm64_timer_irqs_set(vcpus[0], &rows[i].irqs), EINVAL, ATTR_VALUE);
		assert_value(IRQ, rows[i].odd);
	}
}
END_TEST

/* The fixture's script is that of the first vCPU. */
START_TEST(timers_that_kvm_does_not_change)
{
	const struct kvmlib_arm64_timer_irqs irqs = { .vtimer = 20 };

	assert_fails(kvmlib_arm64_timer_irqs_set(vcpus[0], &irqs), EINVAL, ATTR_VALUE,
		     "KVM_SET_DEVICE_ATTR");
	make_gic();
	fix.vcpu = kvmlib_vcpu_ref(vcpus[0]);
	push_exit(KVMLIB_EXIT_HLT, 0);
	run_to(KVMLIB_EXIT_HLT);
	assert_fails(kvmlib_arm64_timer_irqs_set(vcpus[1], &irqs), EBUSY, ATTR_BUSY,
		     "KVM_SET_DEVICE_ATTR");
}
END_TEST

/* PMU */

static const struct kvmlib_arm64_pmu_filter filters[] = {
	{ .first = 0, .count = 64, .action = KVMLIB_PMU_EVENT_ALLOW },
	{ .first = 17, .count = 1, .action = KVMLIB_PMU_EVENT_DENY },
};

static struct kvmlib_arm64_pmu_opts pmu_of(uint32_t irq)
{
	return (struct kvmlib_arm64_pmu_opts){ .size = sizeof(struct kvmlib_arm64_pmu_opts),
					       .vcpus = vcpus,
					       .nr_vcpus = NR_VCPUS,
					       .irq = irq };
}

static void init_pmu_vcpus(void)
{
	init(BIT(PMU_V3), 0);
	make_gic();
}

START_TEST(pmu_is_set_up_in_order)
{
	struct kvmlib_arm64_pmu_opts o = pmu_of(23);

	init_pmu_vcpus();
	o.flags = KVMLIB_ARM64_PMU_CHOOSE | KVMLIB_ARM64_PMU_COUNTERS;
	o.host_pmu = 8;
	o.nr_counters = 2;
	o.filters = filters;
	o.nr_filters = 2;
	assert_ok(kvmlib_arm64_pmu_init(fix.vm, &o));
	ck_assert_str_eq(steps, "0.3=8 0.4=2 0.2=4194304 0.2=4295032849 0.0=23 0.1 0.0=23 0.1");
}
END_TEST

START_TEST(pmu_takes_an_spi_for_each)
{
	const struct kvmlib_arm64_pmu_opts o = pmu_of(1018);

	init_pmu_vcpus();
	assert_ok(kvmlib_arm64_pmu_init(fix.vm, &o));
	ck_assert_str_eq(steps, "0.0=1018 0.1 0.0=1019 0.1");
}
END_TEST

START_TEST(pmu_without_a_gic_in_the_kernel)
{
	const struct kvmlib_arm64_pmu_opts none = pmu_of(0), some = pmu_of(23);

	init(BIT(PMU_V3), 0);
	assert_fails(kvmlib_arm64_pmu_init(fix.vm, &some), EINVAL, ATTR_VALUE,
		     "KVM_SET_DEVICE_ATTR");
	steps[0] = 0;
	assert_ok(kvmlib_arm64_pmu_init(fix.vm, &none));
	ck_assert_str_eq(steps, "0.1 0.1");
}
END_TEST

START_TEST(pmu_refusals_come_before_anything_is_done)
{
	static const struct kvmlib_arm64_pmu_filter odd[] = { { 0, 0, 0 },
							      { 0xffff, 2, 0 },
							      { 0, 1, 2 } };
	static const uint32_t irqs[] = { 15, 27, 30, 1019, 1020, UINT32_MAX };
	struct kvmlib_arm64_pmu_opts o = pmu_of(23);

	make_gic();
	REFUSED_BY_KVM(kvmlib_arm64_pmu_init(fix.vm, &o), ENXIO, ATTR_UNKNOWN,
		       "KVM_HAS_DEVICE_ATTR"); /* there is none */
	init(BIT(PMU_V3), 0);
	for (size_t i = 0; i < sizeof(irqs) / sizeof(irqs[0]); i++) {
		o.irq = irqs[i];
		REFUSED(kvmlib_arm64_pmu_init(fix.vm, &o), EINVAL, ATTR_VALUE);
		assert_value(IRQ, irqs[i]);
	}
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		o = pmu_of(23);
		o.filters = &odd[i];
		o.nr_filters = 1;
		REFUSED(kvmlib_arm64_pmu_init(fix.vm, &o), EINVAL, ATTR_VALUE);
		assert_value(INDEX, 0);
	}
	o.filters = NULL;
	REFUSED(kvmlib_arm64_pmu_init(fix.vm, &o), EINVAL, NULL_ARGUMENT);
	o = pmu_of(23);
	o.flags = KVMLIB_ARM64_PMU_COUNTERS;
	REFUSED(kvmlib_arm64_pmu_init(fix.vm, &o), EINVAL, BAD_ARGUMENT);
	o.flags = 4;
	REFUSED(kvmlib_arm64_pmu_init(fix.vm, &o), EINVAL, BAD_ARGUMENT);
	o = pmu_of(23);
	o.nr_vcpus = 0;
	REFUSED(kvmlib_arm64_pmu_init(fix.vm, &o), EINVAL, VCPUS_MISSING);
	o.size = 7;
	REFUSED(kvmlib_arm64_pmu_init(fix.vm, &o), EINVAL, OPTIONS_SIZE);
}
END_TEST

/* What a kernel does not know is found before what it knows is set. */
static uint64_t unknown_attr;

static int lacking_ioctl(void *ctx, int fd, unsigned long request, unsigned long arg)
{
	const struct kvm_device_attr *attr = (const struct kvm_device_attr *)arg;

	if (request == REQUEST(HAS_DEVICE_ATTR) && attr->attr == unknown_attr)
		return -ENXIO;
	return noted_ioctl(ctx, fd, request, arg);
}

static void setup_lacking(void)
{
	setup_vcpus();
	for (uint32_t i = 0; i < NR_VCPUS; i++)
		vcpus[i] = kvmlib_vcpu_unref(vcpus[i]);
	kvmlib_vm_unref(fix.vm);
	kvmlib_system_unref(fix.system);
	ops.ioctl = lacking_ioctl;
	make_system();
	make_vm();
	for (uint32_t i = 0; i < NR_VCPUS; i++)
		assert_ok(kvmlib_vm_create_vcpu(fix.vm, i, &vcpus[i]));
}

START_TEST(pmu_attributes_of_later_kernels)
{
	static const uint64_t attrs[] = { KVMLIB_ARM_VCPU_PMU_V3_INIT,
					  KVMLIB_ARM_VCPU_PMU_V3_FILTER,
					  KVMLIB_ARM_VCPU_PMU_V3_SET_PMU,
					  KVMLIB_ARM_VCPU_PMU_V3_SET_NR_COUNTERS };
	struct kvmlib_arm64_pmu_opts o = pmu_of(23);

	unknown_attr = attrs[_i];
	init_pmu_vcpus();
	o.flags = KVMLIB_ARM64_PMU_CHOOSE | KVMLIB_ARM64_PMU_COUNTERS;
	o.filters = filters;
	o.nr_filters = 2;
	REFUSED_BY_KVM(kvmlib_arm64_pmu_init(fix.vm, &o), ENXIO, ATTR_UNKNOWN,
		       "KVM_HAS_DEVICE_ATTR");
	assert_value(ATTRIBUTE, unknown_attr);
}
END_TEST

START_TEST(pmu_steps_that_kvm_refuses)
{
	struct kvmlib_arm64_pmu_opts o = pmu_of(0);

	init_pmu_vcpus();
	assert_fails(kvmlib_arm64_pmu_init(fix.vm, &o), ENXIO, ATTR_UNKNOWN, "KVM_SET_DEVICE_ATTR");
	assert_value(ATTRIBUTE, KVMLIB_ARM_VCPU_PMU_V3_INIT);
	assert_value(VCPU_ID, 0);
	o.irq = 23;
	assert_ok(kvmlib_arm64_pmu_init(fix.vm, &o));
	assert_fails(kvmlib_arm64_pmu_init(fix.vm, &o), EBUSY, ATTR_BUSY, "KVM_SET_DEVICE_ATTR");
}
END_TEST

START_TEST(pmu_before_the_gic_is_initialized)
{
	const struct kvmlib_arm64_pmu_opts o = pmu_of(23);
	struct kvmlib_device *gic;

	init(BIT(PMU_V3), 0);
	assert_ok(kvmlib_vm_create_device(fix.vm, KVMLIB_DEV_TYPE_ARM_VGIC_V3, 0, &gic));
	assert_fails(kvmlib_arm64_pmu_init(fix.vm, &o), ENODEV, HOST_FEATURE_MISSING,
		     "KVM_SET_DEVICE_ATTR");
	kvmlib_device_unref(gic);
}
END_TEST

/* Stolen time */

static struct kvmlib_arm64_pvtime_opts pvtime_at(uint64_t gpa)
{
	return (struct kvmlib_arm64_pvtime_opts){ .size = sizeof(struct kvmlib_arm64_pvtime_opts),
						  .vcpus = vcpus,
						  .nr_vcpus = NR_VCPUS,
						  .gpa = gpa };
}

static void add_memory(void)
{
	const struct kvm_userspace_memory_region region = region_of(0, 0, 4);

	assert_ok(kvmlib_vm_set_user_memory_region(fix.vm, &region));
}

START_TEST(pvtime_has_a_record_for_each)
{
	const struct kvmlib_arm64_pvtime_opts o = pvtime_at(4096 - 64);

	add_memory();
	assert_ok(kvmlib_arm64_pvtime_set(fix.vm, &o));
	ck_assert_str_eq(steps, "2.0=4032 2.0=4096");
	REFUSED(kvmlib_arm64_pvtime_set(fix.vm, &o), EEXIST, ADDRESS_ALREADY_SET);
	assert_value(VCPU_ID, 0);
	assert_value(GPA, 4032);
}
END_TEST

START_TEST(pvtime_that_cant_be)
{
	struct kvmlib_arm64_pvtime_opts o = pvtime_at(32);

	add_memory();
	REFUSED(kvmlib_arm64_pvtime_set(fix.vm, &o), EINVAL, ATTR_VALUE);
	assert_value(GPA, 32);
	o = pvtime_at(UINT64_MAX - 63);
	REFUSED(kvmlib_arm64_pvtime_set(fix.vm, &o), EINVAL, ATTR_VALUE);
	o = pvtime_at(0);
	o.nr_vcpus = 0;
	REFUSED(kvmlib_arm64_pvtime_set(fix.vm, &o), EINVAL, VCPUS_MISSING);
	o.size = 7;
	REFUSED(kvmlib_arm64_pvtime_set(fix.vm, &o), EINVAL, OPTIONS_SIZE);
	o = pvtime_at((uint64_t)1 << 30);
	assert_fails(kvmlib_arm64_pvtime_set(fix.vm, &o), EINVAL, ATTR_VALUE,
		     "KVM_SET_DEVICE_ATTR");
	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, REQUEST(GET_DEVICE_ATTR), ENXIO, 1), 0);
	assert_fails(kvmlib_arm64_pvtime_set(fix.vm, &o), ENXIO, ATTR_UNKNOWN,
		     "KVM_GET_DEVICE_ATTR");
}
END_TEST

/* Lines */

START_TEST(lines_have_numbers)
{
	static const struct {
		uint32_t type, vcpu, number, irq, odd; /* argument at fault; 0: none */
	} rows[] = {
		{ KVMLIB_ARM_IRQ_TYPE_SPI, 0, 32, 0x1000020, 0 },
		{ KVMLIB_ARM_IRQ_TYPE_SPI, 0, 1019, 0x10003fb, 0 },
		{ KVMLIB_ARM_IRQ_TYPE_SPI, 0, 31, 0, 3 },
		{ KVMLIB_ARM_IRQ_TYPE_SPI, 0, 1020, 0, 3 },
		{ KVMLIB_ARM_IRQ_TYPE_SPI, 1, 32, 0, 2 },
		{ KVMLIB_ARM_IRQ_TYPE_PPI, 255, 16, 0x2ff0010, 0 },
		{ KVMLIB_ARM_IRQ_TYPE_PPI, 256, 31, 0x1200001f, 0 },
		{ KVMLIB_ARM_IRQ_TYPE_PPI, 4095, 31, 0xf2ff001f, 0 },
		{ KVMLIB_ARM_IRQ_TYPE_PPI, 4096, 31, 0, 2 },
		{ KVMLIB_ARM_IRQ_TYPE_PPI, 0, 15, 0, 3 },
		{ KVMLIB_ARM_IRQ_TYPE_PPI, 0, 32, 0, 3 },
		{ KVMLIB_ARM_IRQ_TYPE_CPU, 2, KVMLIB_ARM_IRQ_CPU_FIQ, 0x20001, 0 },
		{ KVMLIB_ARM_IRQ_TYPE_CPU, 0, 2, 0, 3 },
		{ 3, 0, 32, 0, 1 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint32_t irq = 77;

		if (!rows[i].odd) {
			assert_ok(
				kvmlib_arm64_irq(rows[i].type, rows[i].vcpu, rows[i].number, &irq));
			ck_assert_uint_eq(irq, rows[i].irq);
			continue;
		}
		assert_fails(kvmlib_arm64_irq(rows[i].type, rows[i].vcpu, rows[i].number, &irq),
			     EINVAL, IRQ_LINE_RANGE, NULL);
		assert_value(ARGUMENT, rows[i].odd);
		ck_assert_uint_eq(irq, 77);
	}
}
END_TEST

#else

static void setup_vcpus(void)
{
	setup_vcpu();
}

static void teardown_vcpus(void)
{
	teardown();
}

START_TEST(vcpus_are_of_other_architectures)
{
	const struct kvmlib_arm64_vcpus_opts opts = { .size = sizeof(opts) };
	const struct kvmlib_arm64_pmu_opts pmu = { .size = sizeof(pmu) };
	const struct kvmlib_arm64_pvtime_opts pvtime = { .size = sizeof(pvtime) };
	const uint64_t calls = kvmlib_sim_nr_calls(fix.sim);
	struct kvmlib_arm64_timer_irqs irqs = { .vtimer = 27 };
	struct kvmlib_arm64_features got = untouched;
	uint32_t irq = 77;

	assert_fails(kvmlib_arm64_vcpus_init(fix.vm, &opts, &got), EOPNOTSUPP, ARCH_UNSUPPORTED,
		     NULL);
	assert_fails(kvmlib_arm64_pmu_init(fix.vm, &pmu), EOPNOTSUPP, ARCH_UNSUPPORTED, NULL);
	assert_fails(kvmlib_arm64_pvtime_set(fix.vm, &pvtime), EOPNOTSUPP, ARCH_UNSUPPORTED, NULL);
	assert_fails(kvmlib_arm64_timer_irqs_get(fix.vcpu, &irqs), EOPNOTSUPP, ARCH_UNSUPPORTED,
		     NULL);
	assert_fails(kvmlib_arm64_timer_irqs_set(fix.vcpu, &irqs), EOPNOTSUPP, ARCH_UNSUPPORTED,
		     NULL);
	assert_fails(kvmlib_arm64_irq(KVMLIB_ARM_IRQ_TYPE_SPI, 0, 32, &irq), EOPNOTSUPP,
		     ARCH_UNSUPPORTED, NULL);
	ck_assert_uint_eq(kvmlib_sim_nr_calls(fix.sim), calls);
	ck_assert_mem_eq(&got, &untouched, sizeof(got));
	ck_assert_uint_eq(irqs.vtimer, 27);
	ck_assert_uint_eq(irq, 77);
}
END_TEST

#endif

START_TEST(vcpus_null_is_refused)
{
	const struct kvmlib_arm64_vcpus_opts opts = { .size = sizeof(opts) };
	const struct kvmlib_arm64_pmu_opts pmu = { .size = sizeof(pmu) };
	const struct kvmlib_arm64_pvtime_opts pvtime = { .size = sizeof(pvtime) };
	struct kvmlib_arm64_timer_irqs irqs = { .vtimer = 27 };
	struct kvmlib_arm64_features got;
	struct kvmlib_vcpu *vcpu;

	assert_refuses_null(kvmlib_arm64_vcpus_init(NULL, &opts, &got), 1);
	assert_refuses_null(kvmlib_arm64_vcpus_init(fix.vm, NULL, &got), 2);
	assert_refuses_null(kvmlib_arm64_vcpus_init(fix.vm, &opts, NULL), 3);
	assert_refuses_null(kvmlib_arm64_pmu_init(NULL, &pmu), 1);
	assert_refuses_null(kvmlib_arm64_pmu_init(fix.vm, NULL), 2);
	assert_refuses_null(kvmlib_arm64_pvtime_set(NULL, &pvtime), 1);
	assert_refuses_null(kvmlib_arm64_pvtime_set(fix.vm, NULL), 2);
	assert_refuses_null(kvmlib_arm64_timer_irqs_get(NULL, &irqs), 1);
	assert_refuses_null(kvmlib_arm64_timer_irqs_set(NULL, &irqs), 1);
	assert_ok(kvmlib_vm_create_vcpu(fix.vm, 7, &vcpu));
	assert_refuses_null(kvmlib_arm64_timer_irqs_get(vcpu, NULL), 2);
	assert_refuses_null(kvmlib_arm64_timer_irqs_set(vcpu, NULL), 2);
	assert_refuses_null(kvmlib_arm64_irq(KVMLIB_ARM_IRQ_TYPE_SPI, 0, 32, NULL), 4);
	kvmlib_vcpu_unref(vcpu);
}
END_TEST

Suite *arm64_vcpu_suite(void)
{
	Suite *suite = suite_create("arm64-vcpu");
	TCase *tcase = tcase_create("vcpus");

	tcase_add_checked_fixture(tcase, setup_vcpus, teardown_vcpus);
	suite_add_tcase(suite, tcase);
	ADD_TESTS(tcase, vcpus_null_is_refused);
#ifdef __aarch64__
	ADD_TESTS(
		tcase, vcpus_get_what_the_host_has, vcpus_get_what_is_asked_for,
		vcpus_do_without_what_is_half_there, vcpus_can_be_of_el2, vcpus_but_the_first_wait,
		vcpus_are_reset_by_a_second_call, vcpus_lacking_half_of_a_pair_are_left_alone,
		vcpus_features_that_exclude_each_other, vcpus_options_that_cant_be,
		vcpus_of_another_vm, vcpus_steps_that_fail, timers_have_kvms_interrupts,
		timers_of_older_kernels, timers_interrupts_are_set, timers_interrupts_that_cant_be,
		timers_that_kvm_does_not_change, pmu_is_set_up_in_order, pmu_takes_an_spi_for_each,
		pmu_without_a_gic_in_the_kernel, pmu_refusals_come_before_anything_is_done,
		pmu_steps_that_kvm_refuses, pmu_before_the_gic_is_initialized,
		pvtime_has_a_record_for_each, pvtime_that_cant_be, lines_have_numbers);
	tcase_add_loop_test(tcase, vcpus_can_have_shorter_vectors, 0, 4);
	tcase_add_loop_test(tcase, vcpus_lacking_what_is_required_are_left_alone, 0, 5);
	tcase = tcase_create("later");
	tcase_add_checked_fixture(tcase, setup_lacking, teardown_vcpus);
	suite_add_tcase(suite, tcase);
	tcase_add_loop_test(tcase, pmu_attributes_of_later_kernels, 0, 4);
#else
	ADD_TESTS(tcase, vcpus_are_of_other_architectures);
#endif
	return suite;
}
