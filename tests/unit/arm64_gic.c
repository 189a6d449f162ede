/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Interrupt controllers of arm64: what is refused before anything is done, and the steps. */

#include "fixture.h"
#include "suites.h"

#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "child.h"

static struct kvmlib_device *made;

#ifdef __aarch64__

#define SET	 "KVM_SET_DEVICE_ATTR"
#define NR_VCPUS 2U

static struct kvmlib_sys_ops ops;
static const struct kvmlib_sys_ops *sim;
static char steps[512]; /* "0.2=8000000 4.0", groups and attributes with their values */
static struct kvmlib_vcpu *vcpus[NR_VCPUS];

static void note(const struct kvm_device_attr *attr)
{
	size_t n = strlen(steps);
	uint64_t value = 0;

	n += (size_t)snprintf(steps + n, sizeof(steps) - n, "%s%u.%llu", n ? " " : "", attr->group,
			      (unsigned long long)attr->attr);
	if (!attr->addr)
		return;
	memcpy(&value, (const void *)(uintptr_t)attr->addr,
	       attr->group == KVMLIB_DEV_ARM_VGIC_GRP_ADDR ? 8 : 4);
	(void)snprintf(steps + n, sizeof(steps) - n, "=%llx", (unsigned long long)value);
}

static int noted_ioctl(void *ctx, int fd, unsigned long request, unsigned long arg)
{
	int r = sim->ioctl(ctx, fd, request, arg);

	if (r >= 0 && request == REQUEST(SET_DEVICE_ATTR))
		note((const struct kvm_device_attr *)arg);
	return r;
}

static void setup_gic(void)
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
	made = NULL;
}

static void teardown_gic(void)
{
	made = kvmlib_device_unref(made);
	for (uint32_t i = 0; i < NR_VCPUS; i++)
		vcpus[i] = kvmlib_vcpu_unref(vcpus[i]);
	teardown();
}

static const struct kvmlib_arm64_gic_v2_opts v2 = {
	.size = sizeof(v2), .distributor = 0x8000000, .cpu_interface = 0x8010000, .nr_irqs = 96
};
static const struct kvmlib_arm64_gic_v3_opts v3 = { .size = sizeof(v3),
						    .distributor = 0x8000000,
						    .redistributors = 0x80a0000 };

START_TEST(gic_probe_finds_what_the_kernel_has)
{
	uint32_t found = 77;

	assert_ok(kvmlib_arm64_gic_probe(fix.vm, &found));
	ck_assert_uint_eq(found, KVMLIB_ARM64_GIC_V2 | KVMLIB_ARM64_GIC_V3 | KVMLIB_ARM64_GIC_ITS);
	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, REQUEST(CREATE_DEVICE), ENODEV, 1), 0);
	assert_ok(kvmlib_arm64_gic_probe(fix.vm, &found));
	ck_assert_uint_eq(found, KVMLIB_ARM64_GIC_V3 | KVMLIB_ARM64_GIC_ITS);
	ck_assert_int_eq(kvmlib_sim_kill_vm(fix.sim, kvmlib_vm_fd(fix.vm)), 0);
	found = 77;
	assert_fails(kvmlib_arm64_gic_probe(fix.vm, &found), EIO, VM_DEAD, "KVM_CREATE_DEVICE");
	ck_assert_uint_eq(found, 77);
}
END_TEST

START_TEST(gic_v2_is_set_up_in_order)
{
	assert_ok(kvmlib_arm64_gic_v2_create(fix.vm, &v2, &made));
	ck_assert_str_eq(steps, "3.0=60 0.0=8000000 0.1=8010000 4.0");
}
END_TEST

START_TEST(gic_v3_is_set_up_in_order)
{
	struct kvmlib_arm64_gic_v3_opts o = v3;

	o.maintenance_irq = 25;
	o.nr_irqs = 992;
	assert_ok(kvmlib_arm64_gic_v3_create(fix.vm, &o, &made));
	ck_assert_str_eq(steps, "3.0=3e0 0.2=8000000 0.3=80a0000 9.0=19 4.0");
}
END_TEST

START_TEST(gic_v3_takes_regions)
{
	const struct kvmlib_arm64_gic_region regions[] = { { .address = 0x9000000, .count = 1 },
							   { .address = 0xa000000, .count = 3 } };
	struct kvmlib_arm64_gic_v3_opts o = v3;

	o.regions = regions;
	o.nr_regions = 2;
	assert_ok(kvmlib_arm64_gic_v3_create(fix.vm, &o, &made));
	ck_assert_str_eq(steps, "0.2=8000000 0.5=10000009000000 0.5=3000000a000001 4.0");
}
END_TEST

START_TEST(gic_its_follows_a_gic)
{
	struct kvmlib_arm64_its_opts o = { .size = sizeof(o), .address = 0x8080000, .gic = &v3 };
	struct kvmlib_device *its = SENTINEL;

	assert_ok(kvmlib_arm64_gic_v3_create(fix.vm, &v3, &made));
	steps[0] = 0;
	o.address = 0x8000000;
	assert_fails(kvmlib_arm64_its_create(made, &o, &its), EINVAL, DEVICE_RANGE_OVERLAP, NULL);
	o.address = 0x80c0000;
	assert_fails(kvmlib_arm64_its_create(made, &o, &its), EINVAL, DEVICE_RANGE_OVERLAP, NULL);
	o.address = 0x8081000;
	assert_fails(kvmlib_arm64_its_create(made, &o, &its), EINVAL, ATTR_VALUE, NULL);
	ck_assert_ptr_eq(its, SENTINEL);
	ck_assert_str_eq(steps, "");
	o.address = 0x8080000;
	assert_ok(kvmlib_arm64_its_create(made, &o, &its));
	ck_assert_str_eq(steps, "0.4=8080000 4.0");
	kvmlib_device_unref(its);
	o.gic = NULL;
	o.address = UINT64_C(1) << 40;
	its = SENTINEL;
	assert_fails(kvmlib_arm64_its_create(made, &o, &its), E2BIG, DEVICE_ABOVE_GPA_LIMIT, SET);
	ck_assert_ptr_eq(its, SENTINEL);
}
END_TEST

START_TEST(gic_its_needs_a_gic_v3)
{
	const struct kvmlib_arm64_its_opts o = { .size = sizeof(o), .address = 0x8080000 };
	struct kvmlib_device *its = SENTINEL;

	assert_ok(kvmlib_arm64_gic_v2_create(fix.vm, &v2, &made));
	assert_fails(kvmlib_arm64_its_create(made, &o, &its), EINVAL, BAD_ARGUMENT, NULL);
	assert_refuses_null(kvmlib_arm64_its_create(NULL, &o, &its), 1);
	assert_refuses_null(kvmlib_arm64_its_create(made, NULL, &its), 2);
	assert_refuses_null(kvmlib_arm64_its_create(made, &o, NULL), 3);
	ck_assert_ptr_eq(its, SENTINEL);
}
END_TEST

#define REFUSED(version, options, cause)                                                          \
	do {                                                                                      \
		uint64_t calls_ = kvmlib_sim_nr_calls(fix.sim);                                   \
		assert_fails(kvmlib_arm64_gic_##version##_create(fix.vm, options, &made), EINVAL, \
			     cause, NULL);                                                        \
		ck_assert_uint_eq(kvmlib_sim_nr_calls(fix.sim), calls_);                          \
		ck_assert_ptr_null(made);                                                         \
	} while (0)

START_TEST(gic_v2_refusals_come_before_anything_is_done)
{
	static const uint32_t counts[] = { 32, 63, 100, 1024, UINT32_MAX };
	struct kvmlib_arm64_gic_v2_opts o = v2;

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		o.nr_irqs = counts[i];
		REFUSED(v2, &o, ATTR_VALUE);
		assert_value(COUNT, counts[i]);
	}
	o = v2;
	o.distributor |= 0x800;
	REFUSED(v2, &o, ATTR_VALUE);
	assert_value(GPA, o.distributor);
	o = v2;
	o.cpu_interface = UINT64_MAX - 0xfff;
	REFUSED(v2, &o, ATTR_VALUE);
	o = v2;
	o.cpu_interface = o.distributor - 0x1000;
	REFUSED(v2, &o, DEVICE_RANGE_OVERLAP);
	assert_value(OTHER_GPA, o.distributor);
	o = v2;
	o.nr_vcpus = 9;
	REFUSED(v2, &o, VGIC_TOO_MANY_VCPUS);
	o.size = 7;
	REFUSED(v2, &o, OPTIONS_SIZE);
	assert_ok(kvmlib_arm64_gic_v2_create(fix.vm, &v2, &made));
}
END_TEST

START_TEST(gic_v3_refusals_come_before_anything_is_done)
{
	struct kvmlib_arm64_gic_region regions[] = { { .address = 0x9000000, .count = 1 },
						     { .address = 0xa000000, .count = 1 } };
	struct kvmlib_arm64_gic_v3_opts o = v3;

	o.redistributors = o.distributor - 0x20000;
	REFUSED(v3, &o, DEVICE_RANGE_OVERLAP);
	o.redistributors = 0x80a1000;
	REFUSED(v3, &o, ATTR_VALUE);
	o = v3;
	o.maintenance_irq = 32;
	REFUSED(v3, &o, ATTR_VALUE);
	o = v3;
	o.nr_irqs = 1024;
	REFUSED(v3, &o, ATTR_VALUE);
	o = v3;
	o.nr_regions = 1;
	REFUSED(v3, &o, BAD_ARGUMENT);
	o.regions = regions;
	REFUSED(v3, &o, BAD_ARGUMENT);
	assert_value(COUNT, 1);
	assert_value(NEEDED, NR_VCPUS);
	o.nr_regions = 2;
	regions[1].address = regions[0].address;
	REFUSED(v3, &o, DEVICE_RANGE_OVERLAP);
	regions[1].address = UINT64_C(1) << 52;
	REFUSED(v3, &o, ATTR_VALUE);
	assert_value(INDEX, 1);
	regions[1].address = 0xa000000;
	regions[0].count = 4096;
	REFUSED(v3, &o, ATTR_VALUE);
	o = v3;
	o.size = 7;
	REFUSED(v3, &o, OPTIONS_SIZE);
	assert_ok(kvmlib_arm64_gic_v3_create(fix.vm, &v3, &made));
}
END_TEST

START_TEST(gic_needs_vcpus)
{
	struct kvmlib_vm *vm;

	assert_ok(kvmlib_system_create_vm(fix.system, NULL, &vm));
	assert_fails(kvmlib_arm64_gic_v3_create(vm, &v3, &made), EINVAL, VCPUS_MISSING, NULL);
	assert_fails(kvmlib_arm64_gic_v2_create(vm, &v2, &made), EINVAL, VCPUS_MISSING, NULL);
	kvmlib_vm_unref(vm);
	ck_assert_ptr_null(made);
}
END_TEST

/* The record tells the step; the VM keeps what was made. */
START_TEST(gic_step_that_fails_is_named)
{
	struct kvmlib_arm64_gic_v3_opts o = v3;

	o.redistributors = UINT64_C(1) << 40;
	assert_fails(kvmlib_arm64_gic_v3_create(fix.vm, &o, &made), E2BIG, DEVICE_ABOVE_GPA_LIMIT,
		     SET);
	assert_value(GROUP, KVMLIB_DEV_ARM_VGIC_GRP_ADDR);
	assert_value(ATTRIBUTE, KVMLIB_VGIC_V3_ADDR_TYPE_REDIST);
	ck_assert_str_eq(steps, "0.2=8000000");
	assert_fails(kvmlib_arm64_gic_v3_create(fix.vm, &v3, &made), EEXIST, DEVICE_EXISTS,
		     "KVM_CREATE_DEVICE");
	assert_no_value(GROUP);
	ck_assert_ptr_null(made);
}
END_TEST

/* Each call and allocation in turn: nothing comes out, and nothing leaks. */
START_TEST(gic_failing_calls_leave_no_handle)
{
	for (unsigned int n = 1; n <= 4; n++) {
		struct kvmlib_vcpu *vcpu;
		struct kvmlib_vm *vm;

		assert_ok(kvmlib_system_create_vm(fix.system, NULL, &vm));
		assert_ok(kvmlib_vm_create_vcpu(vm, 0, &vcpu));
		ck_assert_int_eq(kvmlib_sim_fail_nth(fix.sim, n, ENOMEM), 0);
		ck_assert_int_eq(kvmlib_arm64_gic_v3_create(vm, &v3, &made), -ENOMEM);
		ck_assert_str_eq(kvmlib_error_function(), "kvmlib_arm64_gic_v3_create");
		ck_assert_ptr_null(made);
		kvmlib_vcpu_unref(vcpu);
		kvmlib_vm_unref(vm);
	}
	alloc_fail_nth(1);
	ck_assert_int_eq(kvmlib_arm64_gic_v2_create(fix.vm, &v2, &made), -ENOMEM);
	alloc_fail_nth(0);
	ck_assert_ptr_null(made);
}
END_TEST

#else

static void setup_gic(void)
{
	setup_vm();
}

static void teardown_gic(void)
{
	teardown();
}

START_TEST(gic_is_of_other_architectures)
{
	const struct kvmlib_arm64_gic_v2_opts v2 = { .size = sizeof(v2) };
	const struct kvmlib_arm64_gic_v3_opts v3 = { .size = sizeof(v3) };
	const struct kvmlib_arm64_its_opts its = { .size = sizeof(its) };
	struct kvmlib_device *device;
	uint64_t calls;
	uint32_t found = 77;

	add_device_type();
	device = make_device();
	calls = kvmlib_sim_nr_calls(fix.sim);
	assert_fails(kvmlib_arm64_gic_probe(fix.vm, &found), EOPNOTSUPP, ARCH_UNSUPPORTED, NULL);
	assert_fails(kvmlib_arm64_gic_v2_create(fix.vm, &v2, &made), EOPNOTSUPP, ARCH_UNSUPPORTED,
		     NULL);
	assert_fails(kvmlib_arm64_gic_v3_create(fix.vm, &v3, &made), EOPNOTSUPP, ARCH_UNSUPPORTED,
		     NULL);
	assert_fails(kvmlib_arm64_its_create(device, &its, &made), EOPNOTSUPP, ARCH_UNSUPPORTED,
		     NULL);
	ck_assert_uint_eq(kvmlib_sim_nr_calls(fix.sim), calls);
	assert_refuses_null(kvmlib_arm64_its_create(NULL, &its, &made), 1);
	ck_assert_ptr_null(made);
	ck_assert_uint_eq(found, 77);
	kvmlib_device_unref(device);
}
END_TEST
#endif

START_TEST(gic_null_is_refused)
{
	const struct kvmlib_arm64_gic_v2_opts o2 = { .size = sizeof(o2) };
	const struct kvmlib_arm64_gic_v3_opts o3 = { .size = sizeof(o3) };
	uint32_t found;

	assert_refuses_null(kvmlib_arm64_gic_probe(NULL, &found), 1);
	assert_refuses_null(kvmlib_arm64_gic_probe(fix.vm, NULL), 2);
	assert_refuses_null(kvmlib_arm64_gic_v2_create(NULL, &o2, &made), 1);
	assert_refuses_null(kvmlib_arm64_gic_v2_create(fix.vm, NULL, &made), 2);
	assert_refuses_null(kvmlib_arm64_gic_v2_create(fix.vm, &o2, NULL), 3);
	assert_refuses_null(kvmlib_arm64_gic_v3_create(NULL, &o3, &made), 1);
	assert_refuses_null(kvmlib_arm64_gic_v3_create(fix.vm, NULL, &made), 2);
	assert_refuses_null(kvmlib_arm64_gic_v3_create(fix.vm, &o3, NULL), 3);
}
END_TEST

Suite *arm64_gic_suite(void)
{
	Suite *suite = suite_create("arm64-gic");
	TCase *tcase = tcase_create("gic");

	tcase_add_checked_fixture(tcase, setup_gic, teardown_gic);
	suite_add_tcase(suite, tcase);
	ADD_TESTS(tcase, gic_null_is_refused);
#ifdef __aarch64__
	ADD_TESTS(tcase, gic_probe_finds_what_the_kernel_has, gic_v2_is_set_up_in_order,
		  gic_v3_is_set_up_in_order, gic_v3_takes_regions, gic_its_follows_a_gic,
		  gic_its_needs_a_gic_v3, gic_v2_refusals_come_before_anything_is_done,
		  gic_v3_refusals_come_before_anything_is_done, gic_needs_vcpus,
		  gic_step_that_fails_is_named, gic_failing_calls_leave_no_handle);
#else
	ADD_TESTS(tcase, gic_is_of_other_architectures);
#endif
	return suite;
}
