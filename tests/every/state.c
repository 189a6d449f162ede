/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A guest goes on in another VM; registers come back, all that KVM lets be set. */
#include "every.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <runner.h>

#define LARGEST 256U

static struct machine from, into;

static struct kvmlib_state_plan *plan_of(struct machine *machine)
{
	const struct kvmlib_state_plan_opts opts = { .size = sizeof(opts),
						     .vcpus = &machine->vcpu,
						     .nr_vcpus = 1,
						     .memory = machine->memory };
	struct kvmlib_state_plan *plan;

	ck_assert_int_eq(kvmlib_state_plan_new(machine->vm, &opts, &plan), 0);
	return plan;
}

static struct kvmlib_state *saved(struct machine *machine)
{
	struct kvmlib_state_plan *plan = plan_of(machine);
	struct kvmlib_state *state;

	ck_assert_int_eq(kvmlib_state_new(&state), 0);
	ck_assert_int_eq(kvmlib_state_save(plan, state), 0);
	kvmlib_state_plan_free(plan);
	return state;
}

/* Into a VM that has not run yet. */
static void move(void)
{
	struct kvmlib_state *state = saved(&from);
	struct kvmlib_state_plan *plan = plan_of(&into);

	memcpy(kvmlib_memory_region_address(into.ram), kvmlib_memory_region_address(from.ram),
	       RAM_SIZE);
	ck_assert_int_eq(kvmlib_state_restore(plan, state, NULL), 0);
	kvmlib_state_plan_free(plan);
	kvmlib_state_free(state);
}

static void make_both(const struct program *program)
{
	machine_new(&from);
	machine_start(&from, program);
	machine_new(&into);
	machine_start(&into, program);
}

static void free_both(void)
{
	machine_free(&from);
	machine_free(&into);
}

START_TEST(guest_goes_on_where_it_was_saved)
{
	make_both(&count_program);
	for (uint32_t i = 1; i <= 5; i++)
		ck_assert_uint_eq(told(from.vcpu), i);
	finish(from.vcpu);
	move();
	for (uint32_t i = 6; i <= 10; i++)
		ck_assert_uint_eq(told(into.vcpu), i);
}
END_TEST

START_TEST(guest_with_an_unfinished_exit_is_not_saved)
{
	struct kvmlib_state_plan *plan;
	struct kvmlib_state *state;

	make_both(&echo_program);
	run_to_mmio(from.vcpu);
	plan = plan_of(&from);
	ck_assert_int_eq(kvmlib_state_new(&state), 0);
	ck_assert_int_eq(kvmlib_state_save(plan, state), -EBUSY);
	ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_EXIT_PENDING);
	kvmlib_state_free(state);
	kvmlib_state_plan_free(plan);
}
END_TEST

#if !defined(__x86_64__)

/* Registers with ids */

struct regs {
	uint64_t *ids;
	uint64_t n;
	bool *is_changed;
};

/* Of the VM's time, which goes on: no value of theirs is the same twice. */
static bool is_of_time(uint64_t id)
{
	uint64_t now[2][LARGEST / 8];

	for (size_t i = 0; i < 2; i++)
		ck_assert_msg(!kvmlib_vcpu_get_one_reg(from.vcpu, id, now[i], kvmlib_reg_size(id)),
			      "register 0x%llx", (unsigned long long)id);
	return memcmp(now[0], now[1], kvmlib_reg_size(id)) != 0;
}

/* What a processor has: without it other registers are gone. */
static bool is_setting(uint64_t id)
{
#if defined(__riscv)
	const uint64_t type = id & KVMLIB_REG_RISCV_TYPE_MASK;

	return type == KVMLIB_REG_RISCV_CONFIG || type == KVMLIB_REG_RISCV_ISA_EXT ||
	       type == KVMLIB_REG_RISCV_SBI_EXT;
#else
	(void)id;
	return false;
#endif
}

/* Its lowest bit, if KVM takes that and gives it back; else it stays as it was. */
static bool change(uint64_t id)
{
	uint8_t old[LARGEST], new[LARGEST], now[LARGEST];

	ck_assert_int_eq(kvmlib_vcpu_get_one_reg(from.vcpu, id, old, kvmlib_reg_size(id)), 0);
	memcpy(new, old, kvmlib_reg_size(id));
	new[0] ^= 1;
	if (kvmlib_vcpu_set_one_reg(from.vcpu, id, new, kvmlib_reg_size(id)) < 0)
		return false;
	ck_assert_int_eq(kvmlib_vcpu_get_one_reg(from.vcpu, id, now, kvmlib_reg_size(id)), 0);
	if (!memcmp(now, new, kvmlib_reg_size(id)))
		return true;
	kvmlib_vcpu_set_one_reg(from.vcpu, id, old, kvmlib_reg_size(id));
	return false;
}

static uint64_t change_all(struct regs *regs)
{
	uint64_t n = 0;

	ck_assert_int_eq(kvmlib_vcpu_get_reg_list_alloc(from.vcpu, &regs->ids, &regs->n), 0);
	regs->is_changed = calloc(regs->n, sizeof(bool));
	ck_assert_ptr_nonnull(regs->is_changed);
	for (uint64_t i = 0; i < regs->n; i++) {
		regs->is_changed[i] = !is_setting(regs->ids[i]) && !is_of_time(regs->ids[i]) &&
				      change(regs->ids[i]);
		n += regs->is_changed[i];
	}
	return n;
}

static void check_reg(uint64_t id)
{
	uint8_t there[LARGEST], here[LARGEST];

	ck_assert_int_eq(kvmlib_vcpu_get_one_reg(from.vcpu, id, there, kvmlib_reg_size(id)), 0);
	ck_assert_int_eq(kvmlib_vcpu_get_one_reg(into.vcpu, id, here, kvmlib_reg_size(id)), 0);
	ck_assert_msg(!memcmp(there, here, kvmlib_reg_size(id)), "register 0x%llx",
		      (unsigned long long)id);
}

START_TEST(registers_come_back_as_far_as_they_can_be_set)
{
	struct regs regs;

	make_both(&count_program);
	ck_assert_uint_gt(change_all(&regs), 60);
	move();
	for (uint64_t i = 0; i < regs.n; i++)
		if (!is_of_time(regs.ids[i]))
			check_reg(regs.ids[i]);
	free(regs.ids);
	free(regs.is_changed);
}
END_TEST

/* The guest's counter goes on from where it was, not from where the new VM's is. */
START_TEST(counter_goes_on)
{
#if defined(__aarch64__)
	const uint64_t id = KVMLIB_REG_ARM_TIMER_CNT;
#else
	const uint64_t id = KVMLIB_REG_RISCV | KVMLIB_REG_SIZE_U64 | KVMLIB_REG_RISCV_TIMER | 1;
#endif
	const uint64_t far = UINT64_C(1) << 50;
	uint64_t here;

	make_both(&count_program);
	ck_assert_int_eq(kvmlib_vcpu_set_one_reg(from.vcpu, id, &far, sizeof(far)), 0);
	move();
	ck_assert_int_eq(kvmlib_vcpu_get_one_reg(into.vcpu, id, &here, sizeof(here)), 0);
	ck_assert_uint_ge(here, far);
	ck_assert_uint_lt(here, far + (far >> 8));
}
END_TEST

#endif

Suite *state_suite(void)
{
	Suite *suite = suite_create("state");
	TCase *tcase = tcase_create("state");

	tcase_set_timeout(tcase, 60);
	tcase_add_checked_fixture(tcase, NULL, free_both);
	tcase_add_test(tcase, guest_goes_on_where_it_was_saved);
	tcase_add_test(tcase, guest_with_an_unfinished_exit_is_not_saved);
#if !defined(__x86_64__)
	tcase_add_test(tcase, registers_come_back_as_far_as_they_can_be_set);
	tcase_add_test(tcase, counter_goes_on);
#endif
	suite_add_tcase(suite, tcase);
	return suite;
}
