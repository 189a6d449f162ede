/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* KVM_RUN: its argument, the immediate exit, registers in the run page. */
#include "fixture.h"

#include "suites.h"

START_TEST(run_argument_must_be_zero)
{
	ck_assert_int_eq(kvmlib_sim_push_spin(sim, vcpu), 0);
	ck_assert_int_eq(call(vcpu, KVM_RUN, 1), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_script_left(sim, vcpu), 1);
}
END_TEST

START_TEST(run_immediate_exit_leaves_the_reason)
{
	run->exit_reason = KVMLIB_EXIT_HLT;
	set_immediate_exit(1);
	ck_assert_int_eq(go(), -EINTR);
	ck_assert_uint_eq(run->exit_reason, KVMLIB_EXIT_HLT);
	ck_assert_uint_eq(run->immediate_exit, 1);
}
END_TEST

START_TEST(run_immediate_exit_keeps_exits_and_uses_up_a_spin)
{
	ck_assert_int_eq(kvmlib_sim_push_spin(sim, vcpu), 0);
	ck_assert_int_eq(kvmlib_sim_push_stale(sim, vcpu, 0), 0);
	set_immediate_exit(1);
	ck_assert_int_eq(go(), -EINTR);
	ck_assert_int_eq(kvmlib_sim_script_left(sim, vcpu), 1);
	ck_assert_int_eq(go(), -EINTR);
	ck_assert_int_eq(kvmlib_sim_script_left(sim, vcpu), 1);
}
END_TEST

#if defined(__x86_64__)
START_TEST(run_unknown_sync_registers_are_einval)
{
	run->kvm_valid_regs = 1 << 10;
	ck_assert_int_eq(go(), -EINVAL);
	run->kvm_valid_regs = 0;
	run->kvm_dirty_regs = 4;
	ck_assert_int_eq(go(), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_set_capability(sim, KVMLIB_CAP_SYNC_REGS, 7), 0);
	set_immediate_exit(1);
	ck_assert_int_eq(go(), -EINTR);
}
END_TEST

START_TEST(run_sync_registers_go_both_ways)
{
	struct kvm_regs regs;

	ck_assert_int_eq(kvmlib_sim_push_stale(sim, vcpu, 0), 0);
	run->kvm_valid_regs = 3;
	ck_assert_int_eq(go(), 0);
	ck_assert_uint_eq(run->s.regs.regs.rip, 0xfff0);
	ck_assert_uint_eq(run->s.regs.sregs.cs.selector, 0xf000);
	run->s.regs.regs.rax = 99;
	run->s.regs.sregs.cr3 = 0x3000;
	run->kvm_dirty_regs = 3;
	set_immediate_exit(1);
	ck_assert_int_eq(go(), -EINTR);
	ck_assert_uint_eq(run->kvm_dirty_regs, 0);
	ck_assert_int_eq(call_ptr(vcpu, KVM_GET_REGS, &regs), 0);
	ck_assert_uint_eq(regs.rax, 99);
	ck_assert_uint_eq(get_sregs().cr3, 0x3000);
	run->s.regs.sregs.cs.l = 1;
	run->kvm_dirty_regs = 2;
	ck_assert_int_eq(go(), -EINVAL);
}
END_TEST

START_TEST(run_bad_cr8_is_einval_without_irqchip)
{
	run->cr8 = 0x10;
	ck_assert_int_eq(go(), -EINVAL);
	run->cr8 = 0x5;
	set_immediate_exit(1);
	ck_assert_int_eq(go(), -EINTR);
	ck_assert_uint_eq(get_sregs().cr8, 5);
}
END_TEST

START_TEST(run_shows_registers_in_its_page)
{
	struct kvm_regs regs;

	ck_assert_int_eq(call_ptr(vcpu, KVM_GET_REGS, &regs), 0);
	regs.rflags |= 0x200;
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_REGS, &regs), 0);
	run->flags = 1;
	set_immediate_exit(1);
	ck_assert_int_eq(go(), -EINTR);
	ck_assert_uint_eq(run->if_flag, 1);
	ck_assert_uint_eq(run->apic_base, 0xfee00900);
	ck_assert_uint_eq(run->flags, 0);
}
END_TEST
#endif

Suite *run_suite(void)
{
	Suite *suite = suite_create("sim_run");

	ADD_TESTS(add_case(suite, "vcpu", setup_vcpu), run_argument_must_be_zero,
		  run_immediate_exit_leaves_the_reason,
		  run_immediate_exit_keeps_exits_and_uses_up_a_spin);
#if defined(__x86_64__)
	ADD_TESTS(add_case(suite, "x86", setup_vcpu), run_unknown_sync_registers_are_einval,
		  run_sync_registers_go_both_ways, run_bad_cr8_is_einval_without_irqchip,
		  run_shows_registers_in_its_page);
#endif
	return suite;
}
