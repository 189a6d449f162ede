/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* riscv64's AIA in states. */

#include "state_devices.h"
#include "suites.h"

#include <string.h>

#if defined(__riscv)

#define NR_VCPUS 2U
#define SOURCES	 40U
#define WORDS	 2U   /* of bits of sources */
#define IDS	 127U /* of each IMSIC, two times 64 */
#define APLIC	 KVMLIB_DEV_RISCV_AIA_GRP_APLIC
#define IMSIC	 KVMLIB_DEV_RISCV_AIA_GRP_IMSIC

#define SOURCECFG 0x4U
#define TARGET	  0x3004U
#define SETIP	  0x1c00U
#define CLRIP	  0x1d00U
#define SETIE	  0x1e00U
#define CLRIE	  0x1f00U

struct saved {
	uint32_t group;
	uint32_t size;
	uint64_t attr;
	uint64_t value;
};

static struct kvmlib_vcpu *vcpus[NR_VCPUS];
static struct kvmlib_device *aia;
static struct kvmlib_state_plan *plan;
static struct kvmlib_state *state;

static void make_aia(uint32_t nr_sources)
{
	static const uint64_t imsics[NR_VCPUS] = { 0x28000000, 0x28001000 };
	const struct kvmlib_riscv64_aia_opts opts = { .size = sizeof(opts),
						      .nr_ids = IDS,
						      .nr_sources = nr_sources,
						      .aplic = 0xd000000,
						      .imsics = imsics };

	assert_ok(kvmlib_riscv64_aia_create(fix.vm, &opts, &aia));
}

static void make_plan(struct kvmlib_device *with)
{
	const struct kvmlib_state_plan_opts opts = {
		.size = sizeof(opts), .vcpus = vcpus, .nr_vcpus = NR_VCPUS, .aia = with
	};

	plan = kvmlib_state_plan_free(plan);
	assert_ok(kvmlib_state_plan_new(fix.vm, &opts, &plan));
}

static void make_vcpus(void)
{
	for (uint32_t i = 0; i < NR_VCPUS; i++)
		assert_ok(kvmlib_vm_create_vcpu(fix.vm, i, &vcpus[i]));
	assert_ok(kvmlib_state_new(&state));
	aia = NULL;
}

static void setup_without_aia(void)
{
	setup_vm();
	make_vcpus();
}

static void setup_aia(void)
{
	setup_without_aia();
	make_aia(SOURCES);
	make_plan(aia);
}

static void teardown_aia(void)
{
	plan = kvmlib_state_plan_free(plan);
	state = kvmlib_state_free(state);
	aia = kvmlib_device_unref(aia);
	for (uint32_t i = 0; i < NR_VCPUS; i++)
		vcpus[i] = kvmlib_vcpu_unref(vcpus[i]);
	teardown();
}

/* All registers that a guest can change, each by its number in the list. */

static uint64_t nth_of_imsic(size_t n)
{
	static const uint64_t selects[] = { 0x70, 0x72, 0x80, 0x82, 0xc0, 0xc2 };

	return selects[n % 6] | (uint64_t)(n / 6) << 12;
}

static bool nth(size_t n, uint32_t *group, uint64_t *attr)
{
	const struct {
		uint64_t first;
		size_t n;
	} parts[] = { { SOURCECFG, SOURCES },
		      { TARGET, SOURCES },
		      { SETIP, WORDS },
		      { SETIE, WORDS },
		      { 0, 1 } };

	*group = APLIC;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		*attr = parts[i].first + 4 * n;
		if (n < parts[i].n)
			return true;
		n -= parts[i].n;
	}
	*group = IMSIC;
	*attr = nth_of_imsic(n);
	return n < 6 * NR_VCPUS;
}

static void fill(uint32_t seed)
{
	uint32_t group;
	uint64_t attr;

	for (size_t i = 0; nth(i, &group, &attr); i++) {
		const uint64_t value = seed + i;

		assert_ok(kvmlib_device_set_attr(aia, group, attr, &value));
	}
}

static void expect(uint32_t seed)
{
	uint32_t group;
	uint64_t attr;

	for (size_t i = 0; nth(i, &group, &attr); i++) {
		uint64_t value = 0;
		uint32_t word = 0;

		if (group == IMSIC)
			assert_ok(kvmlib_device_get_attr_u64(aia, group, attr, &value));
		else
			assert_ok(kvmlib_device_get_attr_u32(aia, group, attr, &word));
		ck_assert_uint_eq(value + word, seed + i);
	}
}

START_TEST(aia_has_all_its_registers_back)
{
	fill(0x1000);
	assert_ok(kvmlib_state_save(plan, state));
	fill(0x2000);
	assert_ok(kvmlib_state_restore(plan, state, NULL));
	expect(0x1000);
}
END_TEST

static size_t take(struct kvmlib_state_item *item)
{
	assert_ok(kvmlib_state_save(plan, state));
	assert_ok(kvmlib_state_get(state, "aia", KVMLIB_STATE_VM, item));
	ck_assert_uint_eq(item->length % sizeof(struct saved), 0);
	return item->length / sizeof(struct saved);
}

static void assert_saved(const struct saved *saved, uint32_t group, uint64_t attr, uint64_t value)
{
	ck_assert_uint_eq(saved->group, group);
	ck_assert_uint_eq(saved->size, group == IMSIC ? 8 : 4);
	ck_assert_uint_eq(saved->attr, attr);
	ck_assert_uint_eq(saved->value, value);
}

/* Off, and nothing is left of before; then all, and on; then the IMSICs. */
START_TEST(aplic_is_written_while_it_is_off)
{
	const size_t cleared = 1 + SOURCES + 2 * WORDS;
	const size_t imsics = cleared + 2 * SOURCES + 2 * WORDS + 1;
	struct kvmlib_state_item item;
	const struct saved *saved;

	fill(0x1000);
	ck_assert_uint_eq(take(&item), imsics + 6 * NR_VCPUS);
	saved = item.data;
	assert_saved(&saved[0], APLIC, 0, 0);
	assert_saved(&saved[1], APLIC, SOURCECFG, 4);
	assert_saved(&saved[SOURCES], APLIC, SOURCECFG + 4 * (SOURCES - 1), 4);
	assert_saved(&saved[cleared - 2], APLIC, CLRIE + 4, UINT32_MAX);
	assert_saved(&saved[cleared - 1], APLIC, CLRIP + 4, UINT32_MAX);
	assert_saved(&saved[cleared], APLIC, SOURCECFG, 0x1000);
	assert_saved(&saved[imsics - 1], APLIC, 0, 0x1000 + 2 * SOURCES + 2 * WORDS);
	ck_assert_uint_eq(saved[imsics].group, IMSIC);
	ck_assert_uint_eq(saved[imsics].attr, 0x70);
	ck_assert_uint_eq(saved[imsics + 6].attr, 0x1070);
}
END_TEST

START_TEST(aplic_without_sources_is_not_asked)
{
	struct kvmlib_state_item item;

	make_aia(0);
	make_plan(aia);
	ck_assert_uint_eq(take(&item), 6 * NR_VCPUS);
	assert_ok(kvmlib_state_restore(plan, state, NULL));
}
END_TEST

static int try_save(void)
{
	kvmlib_state_clear(state);
	return kvmlib_state_save(plan, state);
}

static uint32_t filled; /* from which on */

static int try_restore(void)
{
	int r = kvmlib_state_restore(plan, state, NULL);

	if (!r)
		filled = 0x1000;
	return r;
}

static void expect_before(void)
{
	expect(filled);
}

START_TEST(aia_that_can_not_be_read_is_not_saved)
{
	ck_assert_uint_gt(fail_each_call(try_save, ENODEV, "kvmlib_state_save", NULL), 2 * SOURCES);
}
END_TEST

/* Not beyond the room that was asked for. */
START_TEST(aia_that_answers_late_is_not_saved)
{
	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, REQUEST(GET_DEVICE_ATTR), ENXIO, 1), 0);
	assert_fails(kvmlib_state_save(plan, state), EBUSY, STATE_CHANGED, NULL);
	ck_assert_str_eq(kvmlib_error_function(), "kvmlib_state_save");
	ck_assert_str_eq(kvmlib_error_subject(), "aia");
}
END_TEST

START_TEST(aia_that_can_not_be_written_is_put_back)
{
	fill(0x1000);
	assert_ok(kvmlib_state_save(plan, state));
	filled = 0x2000;
	fill(filled);
	ck_assert_uint_gt(
		fail_each_call(try_restore, ENODEV, "kvmlib_state_restore", expect_before),
		4 * SOURCES);
	expect(0x1000);
}
END_TEST

/* A kernel that keeps half of what an IMSIC is told, as it does where it serves that itself. */

static struct kvmlib_sys_ops halving;

static int halving_ioctl(void *ctx, int fd, unsigned long request, unsigned long arg)
{
	struct kvm_device_attr attr = { .addr = 0 };
	uint64_t half;

	if (request == REQUEST(SET_DEVICE_ATTR))
		memcpy(&attr, (const void *)arg, sizeof(attr));
	if (attr.group != IMSIC)
		return kvmlib_sim_sys_ops(fix.sim)->ioctl(ctx, fd, request, arg);
	memcpy(&half, (const void *)(uintptr_t)attr.addr, sizeof(half));
	half &= UINT32_MAX;
	attr.addr = (uintptr_t)&half;
	return kvmlib_sim_sys_ops(fix.sim)->ioctl(ctx, fd, request,
						  (unsigned long)(uintptr_t)&attr);
}

static void setup_halving_kernel(void)
{
	setup_sim();
	halving = *fix.sys;
	halving.ioctl = halving_ioctl;
	fix.sys = &halving;
	make_system();
	make_vm();
	make_vcpus();
	make_aia(SOURCES);
	make_plan(aia);
}

/* The state with another AIA. */
static struct kvmlib_state *with_aia(const struct saved *saved)
{
	struct kvmlib_state *with;
	struct kvmlib_state_item item;

	assert_ok(kvmlib_state_new(&with));
	for (size_t i = 0; i < kvmlib_state_count(state); i++) {
		kvmlib_state_at(state, i, &item);
		if (strcmp(item.name, "aia") != 0)
			assert_ok(kvmlib_state_put(with, item.name, item.instance, item.version,
						   item.data, item.length));
	}
	assert_ok(kvmlib_state_put(with, "aia", KVMLIB_STATE_VM, 1, saved, sizeof(*saved)));
	return with;
}

START_TEST(identities_that_kvm_loses_are_told)
{
	const struct saved item = { IMSIC, 8, 0x10c0, UINT64_C(1) << 33 | 2 };
	struct kvmlib_state *with;

	assert_ok(kvmlib_state_save(plan, state));
	with = with_aia(&item);
	assert_fails(kvmlib_state_restore(plan, with, NULL), ENOTSUP, AIA_REGISTER_LOST, NULL);
	ck_assert_str_eq(kvmlib_error_function(), "kvmlib_state_restore");
	ck_assert_str_eq(kvmlib_error_subject(), "aia");
	assert_value(ATTRIBUTE, 0x10c0);
	assert_value(SAVED, item.value);
	assert_value(HERE, 2);
	assert_value(OUTCOME, 1);
	kvmlib_state_free(with);
}
END_TEST

START_TEST(aia_that_is_none_is_refused)
{
	static const struct saved bad[] = {
		{ APLIC, 8, 0, 0 },
		{ IMSIC, 4, 0x70, 0 },
		{ KVMLIB_DEV_RISCV_AIA_GRP_CTRL, 4, 0, 0 },
		{ KVMLIB_DEV_RISCV_AIA_GRP_ADDR, 8, 0, 0 },
	};

	assert_ok(kvmlib_state_put(state, "aia", KVMLIB_STATE_VM, 1, &bad[_i], sizeof(bad[_i])));
	ck_assert_uint_eq(problems_of(plan, state).kinds,
			  KVMLIB_STATE_BAD_ITEM | KVMLIB_STATE_OTHER_VCPUS);
}
END_TEST

START_TEST(aia_is_missed_where_there_is_none)
{
	assert_ok(kvmlib_state_save(plan, state));
	make_plan(NULL);
	ck_assert_uint_eq(problems_of(plan, state).kinds, KVMLIB_STATE_MISSING);
}
END_TEST

START_TEST(aia_of_another_vm_is_refused)
{
	struct kvmlib_state_plan_opts opts = { .size = sizeof(opts), .aia = aia };
	struct kvmlib_state_plan *made = NULL;
	struct kvmlib_vm *vm;

	assert_ok(kvmlib_system_create_vm(fix.system, NULL, &vm));
	assert_fails(kvmlib_state_plan_new(vm, &opts, &made), EINVAL, BAD_ARGUMENT, NULL);
	ck_assert_ptr_null(made);
	kvmlib_vm_unref(vm);
}
END_TEST

/* The simulated kernel's own */
START_TEST(registers_that_there_are_not_are_refused)
{
	uint64_t value;

	ck_assert_int_eq(kvmlib_device_get_attr_u64(aia, IMSIC, 0x71, &value), -EINVAL);
	ck_assert_int_eq(kvmlib_device_get_attr_u64(aia, IMSIC, 0x81, &value), -EINVAL);
	ck_assert_int_eq(kvmlib_device_get_attr_u64(aia, IMSIC, 0x84, &value), -EINVAL);
	ck_assert_int_eq(kvmlib_device_get_attr_u64(aia, IMSIC, NR_VCPUS << 12 | 0x70, &value),
			 -ENODEV);
	ck_assert_int_eq(kvmlib_device_has_attr(aia, APLIC, KVMLIB_DEV_RISCV_APLIC_SIZE), -ENXIO);
}
END_TEST

START_TEST(aplic_without_sources_is_not_there)
{
	make_aia(0);
	ck_assert_int_eq(kvmlib_device_has_attr(aia, APLIC, 0), -ENODEV);
}
END_TEST

Suite *state_aia_suite(void)
{
	Suite *suite = suite_create("state_aia");
	TCase *tcase = tcase_create("registers"), *without = tcase_create("without sources"),
	      *halving_case = tcase_create("half");

	tcase_set_timeout(tcase, 60); /* emulated, on a busy machine */
	tcase_add_checked_fixture(tcase, setup_aia, teardown_aia);
	tcase_add_loop_test(tcase, aia_that_is_none_is_refused, 0, 4);
	ADD_TESTS(tcase, aia_has_all_its_registers_back, aplic_is_written_while_it_is_off,
		  aia_that_can_not_be_read_is_not_saved, aia_that_can_not_be_written_is_put_back,
		  aia_that_answers_late_is_not_saved, aia_is_missed_where_there_is_none,
		  aia_of_another_vm_is_refused, registers_that_there_are_not_are_refused);
	suite_add_tcase(suite, tcase);
	tcase_add_checked_fixture(without, setup_without_aia, teardown_aia);
	ADD_TESTS(without, aplic_without_sources_is_not_asked, aplic_without_sources_is_not_there);
	suite_add_tcase(suite, without);
	tcase_add_checked_fixture(halving_case, setup_halving_kernel, teardown_aia);
	ADD_TESTS(halving_case, identities_that_kvm_loses_are_told);
	suite_add_tcase(suite, halving_case);
	return suite;
}

#else

START_TEST(aia_is_of_another_architecture)
{
	SKIP("riscv64 has an AIA");
}
END_TEST

Suite *state_aia_suite(void)
{
	Suite *suite = suite_create("state_aia");

	ADD_TESTS(add_case(suite, "registers", setup_vm), aia_is_of_another_architecture);
	return suite;
}

#endif
