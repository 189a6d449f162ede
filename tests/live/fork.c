/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Forked children: what they may do, and that the parent does not feel it. */

#include <runner.h>

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"

static int forked(int result)
{
	return result == -EIO && kvmlib_error_cause() == KVMLIB_CAUSE_FORKED;
}

/* Each refused call has a bit of its own in the child's status. */
static int use_inherited_handles(void)
{
	struct kvmlib_vcpu *vcpu = NULL;
	struct kvmlib_exit_io io;
	struct kvm_regs regs;
	int wrong = 0;

	wrong |= !forked(kvmlib_vm_check_extension(guest.vm, KVMLIB_CAP_IRQCHIP)) << 0;
	wrong |= !forked(kvmlib_vm_create_vcpu(guest.vm, 9, &vcpu)) << 1;
	wrong |= !forked(kvmlib_vcpu_get_regs(guest.vcpu, &regs)) << 2;
	wrong |= !forked(kvmlib_vcpu_exit_io(guest.vcpu, &io)) << 3;
	wrong |= !forked(kvmlib_vcpu_run(guest.vcpu)) << 4;
	wrong |= !forked(kvmlib_vcpu_bind(guest.vcpu, KICK_SIGNAL)) << 5;
	wrong |= (kvmlib_vcpu_kick(guest.vcpu) != -EIO) << 6;
	kvmlib_vcpu_unref(guest.vcpu);
	kvmlib_vm_unref(guest.vm);
	kvmlib_system_unref(guest.system);
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
	struct kvmlib_exit_io io;

	GUEST_CODE(0xb0, 0x5a, 0xe6, 0x42, 0xf4);
	run_to(KVMLIB_EXIT_IO);
	in_child(use_inherited_handles);
	ck_assert_int_eq(kvmlib_vcpu_exit_io(guest.vcpu, &io), 0);
	ck_assert_uint_eq(*(uint8_t *)io.data, 0x5a);
	run_to(KVMLIB_EXIT_HLT);
}
END_TEST

static int make_own_vm(void)
{
	struct kvmlib_vcpu *vcpu = NULL;
	struct kvmlib_vm *vm = NULL;
	struct kvm_regs regs;

	if (kvmlib_system_get_api_version(guest.system) != 12)
		return 1;
	if (kvmlib_system_create_vm(guest.system, NULL, &vm))
		return 2;
	if (kvmlib_vm_create_vcpu(vm, 0, &vcpu))
		return 3;
	return kvmlib_vcpu_get_regs(vcpu, &regs) ? 4 : 0;
}

START_TEST(child_makes_its_own_vm_from_the_inherited_system)
{
	in_child(make_own_vm);
}
END_TEST

static int adopt_inherited_vm(void)
{
	struct kvmlib_vm *vm = NULL;

	return !forked(kvmlib_vm_from_fd(guest.system, kvmlib_vm_fd(guest.vm), &vm));
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

	tcase_add_checked_fixture(tc, guest_setup, guest_teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, child_is_refused_and_the_parent_runs_on);
	tcase_add_test(tc, child_makes_its_own_vm_from_the_inherited_system);
	tcase_add_test(tc, child_can_not_adopt_the_parents_vm);
	suite_add_tcase(suite, tc);
	return suite;
}
