/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* States of arm64 and riscv64: the registers that KVM lists. */

#include "fixture.h"
#include "suites.h"

#include <string.h>

#if defined(__aarch64__) || defined(__riscv)

#define NR_VCPUS 2U

#if defined(__aarch64__)
#define OURS	UINT64_C(0x6000000000000000)
#define COUNTER KVMLIB_REG_ARM_TIMER_CNT
#else
#define OURS	UINT64_C(0x8000000000000000)
#define COUNTER (KVMLIB_REG_RISCV | KVMLIB_REG_SIZE_U64 | KVMLIB_REG_RISCV_TIMER | 1U)
#endif
#define FIRST	(OURS | KVMLIB_REG_SIZE_U64 | 0x02000001U)
#define SMALL	(OURS | KVMLIB_REG_SIZE_U8 | 0x02000002U)
#define LARGE	(OURS | KVMLIB_REG_SIZE_U2048 | 0x02000003U)
#define NR_IDS	4U
#define MAX_IDS 6U /* with the timer of riscv64, for one test */

/* The simulated kernel knows any register, but lists none: this one does. */
static struct {
	struct kvmlib_sys_ops sys;
	const struct kvmlib_sys_ops *inner;
	uint64_t nr_ids;
	int list_error;
	uint64_t refused; /* register that can't be set, */
	int refusal;	  /* and why */
} kernel;

static struct kvmlib_vcpu *vcpus[NR_VCPUS];
static struct kvmlib_state_plan *plan;
static struct kvmlib_state *state;

static int list(uint64_t *args)
{
	static const uint64_t ids[MAX_IDS] = { FIRST, SMALL,	   COUNTER,
					       LARGE, COUNTER + 1, COUNTER + 2 };
	const uint64_t room = args[0];

	if (kernel.list_error)
		return -kernel.list_error;
	args[0] = kernel.nr_ids;
	if (room < kernel.nr_ids)
		return -E2BIG;
	memcpy(&args[1], ids, kernel.nr_ids * sizeof(ids[0]));
	return 0;
}

static int listing_ioctl(void *ctx, int fd, unsigned long request, unsigned long arg)
{
	const struct kvm_one_reg *reg = (const void *)arg;

	(void)ctx;
	if (request == REQUEST(GET_REG_LIST))
		return list((uint64_t *)(void *)arg);
	if (request == REQUEST(SET_ONE_REG) && reg->id == kernel.refused)
		return -kernel.refusal;
	return kernel.inner->ioctl(kernel.inner->ctx, fd, request, arg);
}

static void setup_machine(void)
{
	setup_sim();
	kernel.inner = fix.sys;
	kernel.sys = *fix.sys;
	kernel.sys.ioctl = listing_ioctl;
	kernel.nr_ids = NR_IDS;
	kernel.list_error = 0;
	kernel.refused = 0;
	fix.sys = &kernel.sys;
	make_system();
	make_vm();
	for (uint32_t i = 0; i < NR_VCPUS; i++)
		assert_ok(kvmlib_vm_create_vcpu(fix.vm, i, &vcpus[i]));
	assert_ok(kvmlib_state_new(&state));
	assert_ok(kvmlib_state_plan_new(fix.vm,
					&(const struct kvmlib_state_plan_opts){
						.size = sizeof(struct kvmlib_state_plan_opts),
						.vcpus = vcpus,
						.nr_vcpus = NR_VCPUS },
					&plan));
}

static void teardown_machine(void)
{
	plan = kvmlib_state_plan_free(plan);
	state = kvmlib_state_free(state);
	for (uint32_t i = 0; i < NR_VCPUS; i++)
		vcpus[i] = kvmlib_vcpu_unref(vcpus[i]);
	teardown();
}

static const struct {
	uint64_t id;
	size_t size;
} registers[NR_IDS] = { { FIRST, 8 }, { SMALL, 1 }, { COUNTER, 8 }, { LARGE, 256 } };

static void set_all(uint32_t vcpu, uint8_t byte)
{
	uint8_t value[256];

	memset(value, byte, sizeof(value));
	for (size_t i = 0; i < NR_IDS; i++)
		assert_ok(kvmlib_vcpu_set_one_reg(vcpus[vcpu], registers[i].id, value,
						  registers[i].size));
}

/* Every byte of the register. */
static void expect(uint32_t vcpu, size_t i, uint8_t byte)
{
	uint8_t value[256], expected[256];

	memset(expected, byte, sizeof(expected));
	assert_ok(kvmlib_vcpu_get_one_reg(vcpus[vcpu], registers[i].id, value, registers[i].size));
	ck_assert_mem_eq(value, expected, registers[i].size);
}

static void save_and_change(void)
{
	set_all(0, 0x11);
	set_all(1, 0x22);
	assert_ok(kvmlib_state_save(plan, state));
	set_all(0, 0x33);
	set_all(1, 0x44);
}

START_TEST(state_has_every_listed_register)
{
	save_and_change();
	assert_ok(kvmlib_state_restore(plan, state, NULL));
	for (size_t i = 0; i < NR_IDS; i++) {
		expect(0, i, 0x11);
		expect(1, i, registers[i].id == COUNTER ? 0x44 : 0x22);
	}
}
END_TEST

START_TEST(state_of_one_vcpu_leaves_the_counter)
{
	save_and_change();
	assert_ok(kvmlib_state_restore_vcpu(plan, state, vcpus[0]));
	for (size_t i = 0; i < NR_IDS; i++) {
		expect(0, i, registers[i].id == COUNTER ? 0x33 : 0x11);
		expect(1, i, 0x44);
	}
}
END_TEST

START_TEST(state_may_hold_what_can_not_be_set_but_is_the_same)
{
	const uint8_t small[1] = { 0x11 };

	save_and_change();
	assert_ok(kvmlib_vcpu_set_one_reg(vcpus[0], SMALL, small, 1));
	kernel.refused = SMALL;
	kernel.refusal = EBUSY;
	assert_fails(kvmlib_state_restore(plan, state, NULL), EBUSY, AFTER_FIRST_RUN,
		     "KVM_SET_ONE_REG");
	assert_value(VCPU_ID, 1);
	assert_value(REGISTER, SMALL);
	assert_ok(kvmlib_state_restore_vcpu(plan, state, vcpus[0]));
}
END_TEST

START_TEST(state_that_can_not_be_restored_is_undone)
{
	save_and_change();
	kernel.refused = LARGE;
	kernel.refusal = EINVAL;
	ck_assert_int_eq(kvmlib_state_restore(plan, state, NULL), -EINVAL);
	assert_value(OUTCOME, 1);
	expect(0, 0, 0x33);
	expect(1, 0, 0x44);
}
END_TEST

static int count_registers(const struct kvmlib_state_problem *problem, void *userdata)
{
	ck_assert_uint_eq(problem->kind, KVMLIB_STATE_REGISTER);
	ck_assert_uint_eq(problem->number, LARGE);
	ck_assert_str_eq(problem->item, "regs");
	(*(int *)userdata)++;
	return 0;
}

START_TEST(state_with_a_register_that_is_not_here_is_refused_or_goes_without)
{
	struct kvmlib_state_restore_opts opts = { .size = sizeof(opts),
						  .allow = KVMLIB_STATE_REGISTER };
	int n = 0;

	save_and_change();
	kernel.nr_ids = NR_IDS - 1;
	kernel.refused = LARGE;
	kernel.refusal = ENOENT;
	ck_assert_int_eq(kvmlib_state_check(plan, state, NULL, count_registers, &n), NR_VCPUS);
	ck_assert_int_eq(n, NR_VCPUS);
	assert_fails(kvmlib_state_restore(plan, state, NULL), ENOTSUP, STATE_UNSUPPORTED, NULL);
	expect(0, 0, 0x33);
	assert_ok(kvmlib_state_restore(plan, state, &opts));
	expect(0, 0, 0x11);
	expect(0, 3, 0x33);
}
END_TEST

#if defined(__riscv)

/* Which KVM sets to go off at once when it is switched on. */
START_TEST(state_has_a_timer_that_is_on)
{
	struct kvmlib_riscv64_timer timer;

	kernel.nr_ids = MAX_IDS;
	assert_ok(kvmlib_riscv64_timer_get(vcpus[0], &timer));
	timer.compare = 2000;
	timer.state = KVMLIB_RISCV_TIMER_STATE_ON;
	assert_ok(kvmlib_riscv64_timer_set(vcpus[0], &timer));
	assert_ok(kvmlib_state_save(plan, state));
	timer.compare = 3000;
	timer.state = KVMLIB_RISCV_TIMER_STATE_OFF;
	assert_ok(kvmlib_riscv64_timer_set(vcpus[0], &timer));
	assert_ok(kvmlib_state_restore(plan, state, NULL));
	assert_ok(kvmlib_riscv64_timer_get(vcpus[0], &timer));
	ck_assert_uint_eq(timer.compare, 2000);
	ck_assert_uint_eq(timer.state, KVMLIB_RISCV_TIMER_STATE_ON);
}
END_TEST

#endif

static int note_kind(const struct kvmlib_state_problem *problem, void *userdata)
{
	*(uint32_t *)userdata |= problem->kind;
	return 0;
}

/* Cut, too large a register, and half an id. */
START_TEST(state_with_registers_that_do_not_fit_is_refused)
{
	static const uint64_t bad[][2] = { { LARGE, 0 },
					   { OURS | UINT64_C(9) << 52, 0 },
					   { FIRST } };
	static const size_t lengths[] = { 16, 16, 8 };
	struct kvmlib_state *other;
	uint32_t kinds = 0;

	assert_ok(kvmlib_state_new(&other));
	for (uint32_t i = 0; i < NR_VCPUS; i++)
		assert_ok(kvmlib_state_put(other, "regs", i, 1, bad[_i], lengths[_i]));
	ck_assert_int_ge(kvmlib_state_check(plan, other, NULL, note_kind, &kinds), 1);
	ck_assert(kinds & KVMLIB_STATE_BAD_ITEM);
	ck_assert_int_eq(kvmlib_state_restore(plan, other, NULL), -ENOTSUP);
	kvmlib_state_free(other);
}
END_TEST

START_TEST(list_that_is_not_given_is_an_error)
{
	save_and_change();
	kernel.list_error = EIO;
	ck_assert_int_eq(kvmlib_state_restore(plan, state, NULL), -EIO);
	ck_assert_str_eq(kvmlib_error_function(), "kvmlib_state_restore");
	kvmlib_state_clear(state);
	ck_assert_int_eq(kvmlib_state_save(plan, state), -EIO);
	ck_assert_str_eq(kvmlib_error_function(), "kvmlib_state_save");
}
END_TEST

START_TEST(every_call_may_fail)
{
	struct kvmlib_state *other;
	uint64_t n = 0;
	int r;

	save_and_change();
	assert_ok(kvmlib_state_new(&other));
	do {
		kvmlib_state_clear(other);
		ck_assert_int_eq(kvmlib_sim_fail_nth(fix.sim, ++n, EFAULT), 0);
		r = _i ? kvmlib_state_restore(plan, state, NULL) : kvmlib_state_save(plan, other);
		/* A capability that is not told is none. */
		ck_assert(r == 0 || r == -EFAULT || r == -ENOTSUP);
	} while (r < 0);
	ck_assert_uint_gt(n, NR_IDS * NR_VCPUS);
	ck_assert_int_eq(kvmlib_sim_fail_nth(fix.sim, 0, 0), 0);
	kvmlib_state_free(other);
}
END_TEST

Suite *state_onereg_suite(void)
{
	Suite *suite = suite_create("state_onereg");
	TCase *tcase = add_case(suite, "registers", NULL);

	tcase_add_checked_fixture(tcase, setup_machine, teardown_machine);
	ADD_TESTS(tcase, state_has_every_listed_register, state_of_one_vcpu_leaves_the_counter,
		  state_may_hold_what_can_not_be_set_but_is_the_same,
		  state_that_can_not_be_restored_is_undone,
		  state_with_a_register_that_is_not_here_is_refused_or_goes_without,
		  list_that_is_not_given_is_an_error);
#if defined(__riscv)
	ADD_TESTS(tcase, state_has_a_timer_that_is_on);
#endif
	tcase_add_loop_test(tcase, state_with_registers_that_do_not_fit_is_refused, 0, 3);
	tcase_add_loop_test(tcase, every_call_may_fail, 0, 2);
	return suite;
}

#else

START_TEST(registers_of_other_architectures)
{
	SKIP("arm64 and riscv64 have such states");
}
END_TEST

Suite *state_onereg_suite(void)
{
	Suite *suite = suite_create("state_onereg");

	ADD_TESTS(add_case(suite, "registers", setup_vm), registers_of_other_architectures);
	return suite;
}

#endif
