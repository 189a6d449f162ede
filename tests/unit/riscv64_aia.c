/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The interrupt controller of riscv64: what is refused before anything is done, and the steps. */

#include "fixture.h"
#include "suites.h"

#include <stdio.h>
#include <string.h>

static struct kvmlib_device *made;

#ifdef __riscv

#define SET	 "KVM_SET_DEVICE_ATTR"
#define NR_VCPUS 3U

static struct kvmlib_sys_ops ops;
static const struct kvmlib_sys_ops *sim;
static char steps[512]; /* "0.2=40 2.0", groups and attributes with their values */
static struct kvmlib_vcpu *vcpus[NR_VCPUS];
static uint64_t imsics[NR_VCPUS];

static void note(const struct kvm_device_attr *attr)
{
	size_t n = strlen(steps);
	uint64_t value = 0;

	n += (size_t)snprintf(steps + n, sizeof(steps) - n, "%s%u.%llu", n ? " " : "", attr->group,
			      (unsigned long long)attr->attr);
	if (!attr->addr)
		return;
	memcpy(&value, (const void *)(uintptr_t)attr->addr,
	       attr->group == KVMLIB_DEV_RISCV_AIA_GRP_ADDR ? 8 : 4);
	(void)snprintf(steps + n, sizeof(steps) - n, "=%llx", (unsigned long long)value);
}

static int noted_ioctl(void *ctx, int fd, unsigned long request, unsigned long arg)
{
	int r = sim->ioctl(ctx, fd, request, arg);

	if (r >= 0 && request == REQUEST(SET_DEVICE_ATTR))
		note((const struct kvm_device_attr *)arg);
	return r;
}

static void setup_aia(void)
{
	setup_sim();
	steps[0] = 0;
	sim = kvmlib_sim_sys_ops(fix.sim);
	ops = *sim;
	ops.ioctl = noted_ioctl;
	fix.sys = &ops;
	make_system();
	make_vm();
	for (uint32_t i = 0; i < NR_VCPUS; i++) {
		assert_ok(kvmlib_vm_create_vcpu(fix.vm, i, &vcpus[i]));
		imsics[i] = 0x28000000 + 0x1000 * i;
	}
	made = NULL;
}

static void teardown_aia(void)
{
	made = kvmlib_device_unref(made);
	for (uint32_t i = 0; i < NR_VCPUS; i++)
		vcpus[i] = kvmlib_vcpu_unref(vcpus[i]);
	teardown();
}

static struct kvmlib_riscv64_aia_opts opts_of(void)
{
	return (struct kvmlib_riscv64_aia_opts){ .size = sizeof(struct kvmlib_riscv64_aia_opts),
						 .nr_sources = 96,
						 .aplic = 0xd000000,
						 .imsics = imsics };
}

START_TEST(aia_probe_asks_the_kernel)
{
	assert_returns(kvmlib_riscv64_aia_probe(fix.vm), 1);
	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, REQUEST(CREATE_DEVICE), ENODEV, 1), 0);
	assert_returns(kvmlib_riscv64_aia_probe(fix.vm), 0);
	ck_assert_int_eq(kvmlib_sim_kill_vm(fix.sim, kvmlib_vm_fd(fix.vm)), 0);
	assert_fails(kvmlib_riscv64_aia_probe(fix.vm), EIO, VM_DEAD, "KVM_CREATE_DEVICE");
}
END_TEST

START_TEST(aia_is_set_up_in_order)
{
	struct kvmlib_riscv64_aia_opts o = opts_of();

	o.mode = KVMLIB_RISCV64_AIA_AUTO;
	o.nr_ids = 127;
	assert_ok(kvmlib_riscv64_aia_create(fix.vm, &o, &made));
	ck_assert_str_eq(steps, "0.0=2 0.1=7f 0.2=60 0.3=0 0.4=18 0.5=2 0.6=0 1.0=d000000 "
				"1.1=28000000 1.2=28001000 1.3=28002000 2.0");
}
END_TEST

START_TEST(aia_leaves_to_the_kernel_what_is_not_told)
{
	struct kvmlib_riscv64_aia_opts o = opts_of();

	o.nr_sources = 0;
	o.hart_bits = 3;
	assert_ok(kvmlib_riscv64_aia_create(fix.vm, &o, &made));
	ck_assert_str_eq(steps, "0.2=0 0.3=0 0.4=18 0.5=3 0.6=0 "
				"1.1=28000000 1.2=28001000 1.3=28002000 2.0");
}
END_TEST

static void assert_refused(struct kvmlib_riscv64_aia_opts o, uint32_t cause)
{
	uint64_t calls = kvmlib_sim_nr_calls(fix.sim);

	ck_assert_int_eq(kvmlib_riscv64_aia_create(fix.vm, &o, &made), -EINVAL);
	ck_assert_uint_eq(kvmlib_error_cause(), cause);
	ck_assert_str_eq(kvmlib_error_function(), "kvmlib_riscv64_aia_create");
	ck_assert_uint_eq(kvmlib_sim_nr_calls(fix.sim), calls);
	ck_assert_ptr_null(made);
}

#define REFUSED_WITH(member, value, cause)                     \
	do {                                                   \
		struct kvmlib_riscv64_aia_opts o_ = opts_of(); \
		o_.member = (value);                           \
		assert_refused(o_, KVMLIB_CAUSE_##cause);      \
	} while (0)

START_TEST(aia_refusals_come_before_anything_is_done)
{
	struct kvmlib_riscv64_aia_opts o = opts_of();

	REFUSED_WITH(mode, 4, ATTR_VALUE);
	REFUSED_WITH(nr_ids, 64, ATTR_VALUE);
	REFUSED_WITH(nr_ids, 63, ATTR_VALUE); /* fewer than sources */
	REFUSED_WITH(nr_ids, 0x83f, ATTR_VALUE);
	REFUSED_WITH(nr_sources, 1024, ATTR_VALUE);
	REFUSED_WITH(group_bits, 8, ATTR_VALUE);
	REFUSED_WITH(group_shift, 23, ATTR_VALUE);
	REFUSED_WITH(group_shift, 56, ATTR_VALUE);
	REFUSED_WITH(hart_bits, 16, ATTR_VALUE);
	REFUSED_WITH(guest_bits, 8, ATTR_VALUE);
	REFUSED_WITH(guest_bits, 1, ATTR_VALUE); /* the second IMSIC is not aligned */
	REFUSED_WITH(hart_bits, 1, ATTR_VALUE);	 /* the third one has more */
	REFUSED_WITH(aplic, 0xd000800, ATTR_VALUE);
	REFUSED_WITH(aplic, 0x27fff000, DEVICE_RANGE_OVERLAP);
	REFUSED_WITH(imsics, NULL, NULL_ARGUMENT);
	REFUSED_WITH(size, 7, OPTIONS_SIZE);
	imsics[2] = imsics[0];
	assert_refused(o, KVMLIB_CAUSE_DEVICE_RANGE_OVERLAP);
	imsics[2] = imsics[1] + 0x800;
	assert_refused(o, KVMLIB_CAUSE_ATTR_VALUE);
	assert_value(INDEX, 2);
	imsics[2] = 0x28002000;
	assert_ok(kvmlib_riscv64_aia_create(fix.vm, &o, &made));
}
END_TEST

START_TEST(aia_needs_vcpus)
{
	const struct kvmlib_riscv64_aia_opts o = opts_of();
	struct kvmlib_vm *vm;

	assert_ok(kvmlib_system_create_vm(fix.system, NULL, &vm));
	assert_fails(kvmlib_riscv64_aia_create(vm, &o, &made), EINVAL, VCPUS_MISSING, NULL);
	kvmlib_vm_unref(vm);
	ck_assert_ptr_null(made);
}
END_TEST

/* The record tells the step; the VM keeps what was made. */
START_TEST(aia_step_that_fails_is_named)
{
	struct kvmlib_riscv64_aia_opts o = opts_of();

	o.nr_ids = 0x3ff; /* more than the host has */
	assert_fails(kvmlib_riscv64_aia_create(fix.vm, &o, &made), EINVAL, ATTR_VALUE, SET);
	assert_value(GROUP, KVMLIB_DEV_RISCV_AIA_GRP_CONFIG);
	assert_value(ATTRIBUTE, KVMLIB_DEV_RISCV_AIA_CONFIG_IDS);
	assert_fails(kvmlib_riscv64_aia_create(fix.vm, &o, &made), EEXIST, DEVICE_EXISTS,
		     "KVM_CREATE_DEVICE");
	assert_no_value(GROUP);
	ck_assert_ptr_null(made);
}
END_TEST

START_TEST(aia_imsics_of_vcpus_that_are_not_there_are_refused)
{
	const uint64_t four[] = { 0x28000000, 0x28001000, 0x28002000, 0x28003000 };
	struct kvmlib_riscv64_aia_opts o = opts_of();

	o.imsics = four;
	o.nr_vcpus = 4;
	assert_fails(kvmlib_riscv64_aia_create(fix.vm, &o, &made), ENXIO, ATTR_UNKNOWN, SET);
	assert_value(ATTRIBUTE, 4);
	ck_assert_ptr_null(made);
}
END_TEST

#else

static void setup_aia(void)
{
	setup_vm();
}

static void teardown_aia(void)
{
	teardown();
}

START_TEST(aia_is_of_another_architecture)
{
	const struct kvmlib_riscv64_aia_opts o = { .size = sizeof(o) };
	uint64_t calls = kvmlib_sim_nr_calls(fix.sim);

	assert_fails(kvmlib_riscv64_aia_probe(fix.vm), EOPNOTSUPP, ARCH_UNSUPPORTED, NULL);
	assert_fails(kvmlib_riscv64_aia_create(fix.vm, &o, &made), EOPNOTSUPP, ARCH_UNSUPPORTED,
		     NULL);
	ck_assert_uint_eq(kvmlib_sim_nr_calls(fix.sim), calls);
	ck_assert_ptr_null(made);
}
END_TEST
#endif

START_TEST(aia_null_is_refused)
{
	const struct kvmlib_riscv64_aia_opts o = { .size = sizeof(o) };

	assert_refuses_null(kvmlib_riscv64_aia_probe(NULL), 1);
	assert_refuses_null(kvmlib_riscv64_aia_create(NULL, &o, &made), 1);
	assert_refuses_null(kvmlib_riscv64_aia_create(fix.vm, NULL, &made), 2);
	assert_refuses_null(kvmlib_riscv64_aia_create(fix.vm, &o, NULL), 3);
}
END_TEST

Suite *riscv64_aia_suite(void)
{
	Suite *suite = suite_create("riscv64-aia");
	TCase *tcase = tcase_create("aia");

	tcase_add_checked_fixture(tcase, setup_aia, teardown_aia);
	suite_add_tcase(suite, tcase);
	ADD_TESTS(tcase, aia_null_is_refused);
#ifdef __riscv
	ADD_TESTS(tcase, aia_probe_asks_the_kernel, aia_is_set_up_in_order,
		  aia_leaves_to_the_kernel_what_is_not_told,
		  aia_refusals_come_before_anything_is_done, aia_needs_vcpus,
		  aia_step_that_fails_is_named, aia_imsics_of_vcpus_that_are_not_there_are_refused);
#else
	ADD_TESTS(tcase, aia_is_of_another_architecture);
#endif
	return suite;
}
