/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* arm64's interrupt controllers in states. */

#include "fixture.h"
#include "suites.h"

#include <string.h>

#if defined(__aarch64__)

#define NR_IRQS	      64U
#define MAX_REGISTERS 512U

/* The simulated kernel knows no registers of a GIC: this one knows all, but those of more priorities. */
static struct {
	struct kvmlib_sys_ops sys;
	const struct kvmlib_sys_ops *inner;
	int fd;
	bool is_v2;
	uint64_t fail_at; /* which call on a register from now on; 0: none */
	struct {
		uint32_t group;
		uint64_t attr;
		uint64_t value;
	} registers[MAX_REGISTERS];
	size_t n;
} kernel;

static struct kvmlib_device *gic;
static struct kvmlib_state_plan *plan;
static struct kvmlib_state *state;

static uint64_t *register_of(const struct kvm_device_attr *attr)
{
	size_t i = 0;

	while (i < kernel.n &&
	       (kernel.registers[i].group != attr->group || kernel.registers[i].attr != attr->attr))
		i++;
	if (i == kernel.n) {
		ck_assert_uint_lt(kernel.n, MAX_REGISTERS);
		kernel.registers[kernel.n].group = attr->group;
		kernel.registers[kernel.n].attr = attr->attr;
		kernel.registers[kernel.n].value = kernel.n + 1;
		kernel.n++;
	}
	return &kernel.registers[i].value;
}

/* ICC_AP0R1_EL1 and so on: op2 above 4, or above 0. */
static bool is_absent(const struct kvm_device_attr *attr)
{
	const uint32_t reg = (uint32_t)attr->attr & 0xffffU;

	return attr->group == KVMLIB_DEV_ARM_VGIC_GRP_CPU_SYSREGS &&
	       ((reg >= 0xc645 && reg <= 0xc647) || (reg >= 0xc649 && reg <= 0xc64b));
}

static size_t size_of(const struct kvm_device_attr *attr)
{
	return attr->group == KVMLIB_DEV_ARM_VGIC_GRP_CPU_SYSREGS ? 8 : 4;
}

static int access_register(unsigned long request, const struct kvm_device_attr *attr)
{
	void *place = (void *)(uintptr_t)attr->addr;

	if (kernel.fail_at && !--kernel.fail_at)
		return -EBUSY;
	if (is_absent(attr))
		return -EINVAL;
	if (request == REQUEST(GET_DEVICE_ATTR))
		memcpy(place, register_of(attr), size_of(attr));
	else
		memcpy(register_of(attr), place, size_of(attr));
	return 0;
}

static int gic_ioctl(void *ctx, int fd, unsigned long request, unsigned long arg)
{
	const struct kvm_device_attr *attr = (const void *)arg;

	(void)ctx;
	if (fd != kernel.fd)
		return kernel.inner->ioctl(kernel.inner->ctx, fd, request, arg);
	if (request == REQUEST(HAS_DEVICE_ATTR))
		return kernel.is_v2 ? -ENXIO : 0;
	if (attr->group != KVMLIB_DEV_ARM_VGIC_GRP_NR_IRQS)
		return access_register(request, attr);
	*(uint32_t *)(uintptr_t)attr->addr = NR_IRQS;
	return 0;
}

static void make_plan(struct kvmlib_device *with)
{
	const struct kvmlib_state_plan_opts opts = {
		.size = sizeof(opts), .vcpus = &fix.vcpu, .nr_vcpus = 1, .gic = with
	};

	assert_ok(kvmlib_state_plan_new(fix.vm, &opts, &plan));
}

static void setup_gic(void)
{
	setup_sim();
	memset(&kernel, 0, sizeof(kernel));
	kernel.fd = -1;
	kernel.inner = fix.sys;
	kernel.sys = *fix.sys;
	kernel.sys.ioctl = gic_ioctl;
	fix.sys = &kernel.sys;
	make_system();
	make_vm();
	make_vcpu();
	assert_ok(kvmlib_vm_create_device(fix.vm, KVMLIB_DEV_TYPE_ARM_VGIC_V3, 0, &gic));
	kernel.fd = kvmlib_device_fd(gic);
	assert_ok(kvmlib_state_new(&state));
	make_plan(gic);
}

static void teardown_gic(void)
{
	plan = kvmlib_state_plan_free(plan);
	state = kvmlib_state_free(state);
	gic = kvmlib_device_unref(gic);
	teardown();
}

static void change_all(void)
{
	for (size_t i = 0; i < kernel.n; i++)
		kernel.registers[i].value ^= 0x55;
}

/* What clears bits holds what was written to it last: those are not compared. */
static bool clears(size_t i)
{
	const uint32_t offset = (uint32_t)kernel.registers[i].attr & 0xffffU;
	const uint32_t group = kernel.registers[i].group;

	return (group == KVMLIB_DEV_ARM_VGIC_GRP_DIST_REGS ||
		group == KVMLIB_DEV_ARM_VGIC_GRP_REDIST_REGS) &&
	       ((offset >= 0x180 && offset < 0x200) || (offset >= 0x380 && offset < 0x400));
}

START_TEST(gic_has_all_its_registers_back)
{
	size_t n;

	kernel.is_v2 = _i;
	assert_ok(kvmlib_state_save(plan, state));
	n = kernel.n;
	ck_assert_uint_gt(n, 40);
	change_all();
	assert_ok(kvmlib_state_restore(plan, state, NULL));
	for (size_t i = 0; i < n; i++)
		if (!clears(i))
			ck_assert_uint_eq(kernel.registers[i].value, i + 1);
}
END_TEST

START_TEST(gic_that_can_not_be_read_is_not_saved)
{
	uint64_t n = 0;
	int r;

	do {
		kvmlib_state_clear(state);
		kernel.fail_at = ++n;
		r = kvmlib_state_save(plan, state);
		ck_assert(r == 0 || r == -EBUSY);
		if (r)
			ck_assert_str_eq(kvmlib_error_function(), "kvmlib_state_save");
	} while (kernel.fail_at == 0);
	ck_assert_uint_gt(n, 60);
}
END_TEST

START_TEST(gic_that_can_not_be_written_is_put_back)
{
	uint64_t *first;

	assert_ok(kvmlib_state_save(plan, state));
	change_all();
	first = &kernel.registers[0].value;
	kernel.fail_at = 4 * kernel.n; /* after what was saved before, in the middle of restoring */
	while (kvmlib_state_restore(plan, state, NULL) == 0) {
		change_all();
		kernel.fail_at = kernel.fail_at > 8 ? kernel.fail_at - 8 : 2 * kernel.n;
	}
	ck_assert_int_eq(kvmlib_error_errno(), EBUSY);
	assert_value(OUTCOME, 1);
	ck_assert_uint_eq(*first, 1 ^ 0x55);
}
END_TEST

static int note_kind(const struct kvmlib_state_problem *problem, void *userdata)
{
	*(uint32_t *)userdata |= problem->kind;
	return 0;
}

START_TEST(gic_that_is_none_is_refused)
{
	static const uint32_t bad[][6] = { { 1, 5 }, { KVMLIB_DEV_ARM_VGIC_GRP_CTRL, 4 } };
	uint32_t kinds = 0;

	assert_ok(kvmlib_state_put(state, "gic", KVMLIB_STATE_VM, 1, bad[_i], sizeof(bad[_i])));
	ck_assert_int_ge(kvmlib_state_check(plan, state, NULL, note_kind, &kinds), 1);
	ck_assert(kinds & KVMLIB_STATE_BAD_ITEM);
}
END_TEST

START_TEST(gic_is_missed_where_there_is_none)
{
	uint32_t kinds = 0;

	assert_ok(kvmlib_state_save(plan, state));
	plan = kvmlib_state_plan_free(plan);
	make_plan(NULL);
	ck_assert_int_eq(kvmlib_state_check(plan, state, NULL, note_kind, &kinds), 1);
	ck_assert_uint_eq(kinds, KVMLIB_STATE_MISSING);
}
END_TEST

Suite *state_gic_suite(void)
{
	Suite *suite = suite_create("state_gic");
	TCase *tcase = add_case(suite, "registers", NULL);

	tcase_add_checked_fixture(tcase, setup_gic, teardown_gic);
	tcase_add_loop_test(tcase, gic_has_all_its_registers_back, 0, 2);
	tcase_add_loop_test(tcase, gic_that_is_none_is_refused, 0, 2);
	ADD_TESTS(tcase, gic_that_can_not_be_read_is_not_saved,
		  gic_that_can_not_be_written_is_put_back, gic_is_missed_where_there_is_none);
	return suite;
}

#else

START_TEST(gic_is_of_another_architecture)
{
	SKIP("arm64 has GICs");
}
END_TEST

Suite *state_gic_suite(void)
{
	Suite *suite = suite_create("state_gic");

	ADD_TESTS(add_case(suite, "registers", setup_vm), gic_is_of_another_architecture);
	return suite;
}

#endif
