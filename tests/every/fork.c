/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Forked children: what they may do, and that the parent does not feel it. */

#include "every.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <runner.h>

static int forked(int result)
{
	return result == -EIO && kvmlib_error_cause() == KVMLIB_CAUSE_FORKED;
}

/* Each refused call has a bit of its own in the child's status. */
static int use_inherited_handles(void)
{
	struct kvmlib_vcpu *vcpu = NULL;
	struct kvmlib_exit_mmio mmio;
	uint32_t state;
	int wrong = 0;

	wrong |= !forked(kvmlib_vm_check_extension(plain.vm, KVMLIB_CAP_IRQCHIP)) << 0;
	wrong |= !forked(kvmlib_vm_create_vcpu(plain.vm, 9, &vcpu)) << 1;
	wrong |= !forked(kvmlib_vcpu_get_mp_state(plain.vcpu, &state)) << 2;
	wrong |= !forked(kvmlib_vcpu_exit_mmio(plain.vcpu, &mmio)) << 3;
	wrong |= !forked(kvmlib_vcpu_run(plain.vcpu)) << 4;
	wrong |= !forked(kvmlib_vcpu_bind(plain.vcpu, SIGUSR1)) << 5;
	wrong |= (kvmlib_vcpu_kick(plain.vcpu) != -EIO) << 6;
	kvmlib_vcpu_unref(plain.vcpu);
	kvmlib_vm_unref(plain.vm);
	kvmlib_system_unref(plain.system);
	return wrong;
}

static void in_child(int (*work)(void))
{
	pid_t child = fork();
	int status;

	if (!child)
		_exit(work());
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 0);
}

START_TEST(child_is_refused_and_the_parent_runs_on)
{
	struct kvmlib_exit_mmio mmio;

	machine_start(&plain, &count_program);
	ck_assert_uint_eq(told(plain.vcpu), 1);
	in_child(use_inherited_handles);
	ck_assert_int_eq(kvmlib_vcpu_exit_mmio(plain.vcpu, &mmio), 0);
	ck_assert_uint_eq(*(uint8_t *)mmio.data, 1);
	ck_assert_uint_eq(told(plain.vcpu), 2);
}
END_TEST

static int make_own_vm(void)
{
	struct kvmlib_vcpu *vcpu = NULL;
	struct kvmlib_vm *vm = NULL;

	if (kvmlib_system_get_api_version(plain.system) != 12)
		return 1;
	if (kvmlib_system_create_vm(plain.system, NULL, &vm))
		return 2;
	if (kvmlib_vm_create_vcpu(vm, 0, &vcpu))
		return 3;
	return kvmlib_vcpu_kick(vcpu) ? 4 : 0;
}

START_TEST(child_makes_its_own_vm_from_the_inherited_system)
{
	in_child(make_own_vm);
}
END_TEST

static int adopt_inherited_vm(void)
{
	struct kvmlib_vm *vm = NULL;

	return !forked(kvmlib_vm_from_fd(plain.system, kvmlib_vm_fd(plain.vm), &vm));
}

START_TEST(child_can_not_adopt_the_parents_vm)
{
	in_child(adopt_inherited_vm);
}
END_TEST

Suite *fork_suite(void)
{
	Suite *suite = suite_create("fork");
	TCase *tc = tcase_create("fork");

	tcase_add_checked_fixture(tc, plain_setup, plain_teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, child_is_refused_and_the_parent_runs_on);
	tcase_add_test(tc, child_makes_its_own_vm_from_the_inherited_system);
	tcase_add_test(tc, child_can_not_adopt_the_parents_vm);
	suite_add_tcase(suite, tc);
	return suite;
}
