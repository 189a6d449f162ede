/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vCPUs that are started as a start-up IPI would. */

#include "control_fixture.h"
#include "suites.h"

#include <string.h>

#if defined(__x86_64__)

struct state {
	struct kvm_sregs sregs;
	struct kvm_regs regs;
	uint32_t mp_state;
};

static int get_state(struct kvmlib_vcpu *vcpu, void *userdata)
{
	struct state *state = userdata;
	int r = kvmlib_vcpu_get_sregs(vcpu, &state->sregs);

	if (!r)
		r = kvmlib_vcpu_get_regs(vcpu, &state->regs);
	return r ? r : kvmlib_vcpu_get_mp_state(vcpu, &state->mp_state);
}

START_TEST(start_ap_sets_what_a_sipi_does)
{
	struct state state;
	int result = -1;

	halt(1);
	assert_ok(kvmlib_control_start_ap(control, guests[1].vcpu, 0x9a, LONG));
	wait_in_guest(guests[1].vcpu); /* it has been woken up */
	assert_ok(kvmlib_control_call(control, guests[1].vcpu, get_state, &state, LONG, &result));
	ck_assert_int_eq(result, 0);
	ck_assert_uint_eq(state.sregs.cs.selector, 0x9a00);
	ck_assert_uint_eq(state.sregs.cs.base, 0x9a000);
	ck_assert_uint_eq(state.regs.rip, 0);
	ck_assert_uint_eq(state.mp_state, KVMLIB_MP_STATE_RUNNABLE);
}
END_TEST

START_TEST(start_ap_that_fails_changes_nothing)
{
	struct kvmlib_vcpu *vcpu = guests[0].vcpu;
	struct state before, after;
	uint64_t n;

	assert_ok(kvmlib_control_join(control, vcpu));
	ck_assert_int_eq(get_state(vcpu, &before), 0);
	for (n = 1;; n++) {
		kvmlib_sim_fail_nth(fix.sim, n, EFAULT);
		if (!kvmlib_control_start_ap(control, vcpu, 0x10, LONG))
			break;
		kvmlib_sim_fail_nth(fix.sim, 0, 0);
		ck_assert_int_eq(kvmlib_error_errno(), EFAULT);
		ck_assert_str_eq(kvmlib_error_function(), "kvmlib_control_start_ap");
		ck_assert_int_eq(get_state(vcpu, &after), 0);
		ck_assert_mem_eq(&before.sregs, &after.sregs, sizeof(before.sregs));
		ck_assert_mem_eq(&before.regs, &after.regs, sizeof(before.regs));
	}
	kvmlib_sim_fail_nth(fix.sim, 0, 0);
	ck_assert_uint_gt(n, 5);
	assert_ok(kvmlib_control_leave(control, vcpu));
}
END_TEST

#else

START_TEST(start_ap_is_x86s)
{
	assert_fails(kvmlib_control_start_ap(control, guests[0].vcpu, 1, 0), EOPNOTSUPP,
		     ARCH_UNSUPPORTED, NULL);
}
END_TEST

#endif

START_TEST(start_ap_is_checked)
{
	struct kvmlib_vcpu *vcpu = guests[0].vcpu;

	assert_refuses_null(kvmlib_control_start_ap(NULL, vcpu, 1, 0), 1);
	assert_refuses_null(kvmlib_control_start_ap(control, NULL, 1, 0), 2);
#if defined(__x86_64__)
	assert_fails(kvmlib_control_start_ap(control, vcpu, 1, 0), EINVAL, NOT_JOINED, NULL);
#endif
}
END_TEST

Suite *control_start_suite(void)
{
	Suite *suite = suite_create("control_start");
	TCase *tcase = add_group(suite, "group", setup_group);

	ADD_TESTS(tcase, start_ap_is_checked);
#if defined(__x86_64__)
	ADD_TESTS(tcase, start_ap_that_fails_changes_nothing);
	tcase = add_group(suite, "running", setup_running);
	ADD_TESTS(tcase, start_ap_sets_what_a_sipi_does);
#else
	ADD_TESTS(tcase, start_ap_is_x86s);
#endif
	return suite;
}
