/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* arm64's own: the counter, calls of the guest that are handed to the program. */
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

Suite *arm64_suite(void)
{
	Suite *suite = suite_create("arm64");
	TCase *tcase = tcase_create("arm64");

	tcase_add_checked_fixture(tcase, make_machine, free_machine);
	tcase_add_test(tcase, counter_is_as_far_away_as_it_was_told);
	tcase_add_test(tcase, masks_tell_which_bits_of_id_registers_can_be_set);
	tcase_add_test(tcase, call_of_the_guest_is_handed_over);
	suite_add_tcase(suite, tcase);
	return suite;
}

#else

Suite *arm64_suite(void)
{
	return suite_create("arm64");
}

#endif
