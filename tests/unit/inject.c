/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Vectors handed to vCPUs: when, how often, and what the run page says meanwhile. */

#include "fixture.h"
#include "suites.h"

#include "child.h"

#if defined(__x86_64__)

static struct kvmlib_irqchip *irqchip;
static struct kvm_run *run;

static void make_irqchip(uint32_t profile)
{
	const struct kvmlib_irqchip_opts opts = { .size = sizeof(opts), .profile = profile };

	assert_ok(kvmlib_irqchip_create(fix.vm, &opts, &irqchip));
	make_vcpu();
	run = map_run_page();
}

static void setup_none(void)
{
	setup_vm();
	make_irqchip(KVMLIB_IRQCHIP_PROFILE_NONE);
}

static void setup_split(void)
{
	setup_vm();
	make_irqchip(KVMLIB_IRQCHIP_PROFILE_SPLIT);
}

static void setup_full(void)
{
	setup_vm();
	make_irqchip(KVMLIB_IRQCHIP_PROFILE_FULL);
}

static void teardown_inject(void)
{
	unmap_run_page(run);
	irqchip = kvmlib_irqchip_unref(irqchip);
	teardown();
}

static void expect_injected(uint64_t times)
{
	ck_assert_uint_eq(kvmlib_sim_nr_ioctls(fix.sim, REQUEST(INTERRUPT)), times);
}

/* Run the guest on, which leaves with its interrupt flag so. */
static void run_guest(unsigned int flag)
{
	struct kvm_regs regs = { .rflags = 2 | flag << 9 };

	assert_ok(kvmlib_vcpu_set_regs(fix.vcpu, &regs));
	push_exit(flag ? KVMLIB_EXIT_IRQ_WINDOW_OPEN : KVMLIB_EXIT_HLT, 0);
	run_to(flag ? KVMLIB_EXIT_IRQ_WINDOW_OPEN : KVMLIB_EXIT_HLT);
}

START_TEST(inject_waits_for_the_window)
{
	assert_returns(kvmlib_irqchip_inject(irqchip, fix.vcpu, 0x30), 0);
	ck_assert_uint_eq(run->request_interrupt_window, 1);
	run_guest(0);
	assert_returns(kvmlib_irqchip_inject(irqchip, fix.vcpu, 0x30), 0);
	ck_assert_uint_eq(run->request_interrupt_window, 1);
	expect_injected(0);
	run_guest(1);
	assert_returns(kvmlib_irqchip_inject(irqchip, fix.vcpu, 0x31), 1);
	ck_assert_uint_eq(run->request_interrupt_window, 0);
	expect_injected(1);
}
END_TEST

/* KVM would forget the first of two. */
START_TEST(inject_takes_one_a_run)
{
	run_guest(1);
	assert_returns(kvmlib_irqchip_inject(irqchip, fix.vcpu, 0x30), 1);
	assert_returns(kvmlib_irqchip_inject(irqchip, fix.vcpu, 0x31), 0);
	ck_assert_uint_eq(run->request_interrupt_window, 1);
	expect_injected(1);
	run_guest(1);
	assert_returns(kvmlib_irqchip_inject(irqchip, fix.vcpu, 0x31), 1);
	ck_assert_uint_eq(run->request_interrupt_window, 0);
	expect_injected(2);
}
END_TEST

START_TEST(inject_needs_both_flags)
{
	run->ready_for_interrupt_injection = 1;
	assert_returns(kvmlib_irqchip_inject(irqchip, fix.vcpu, 0x30), 0);
	run->ready_for_interrupt_injection = 0;
	run->if_flag = 1;
	assert_returns(kvmlib_irqchip_inject(irqchip, fix.vcpu, 0x30), 0);
	expect_injected(0);
	run->ready_for_interrupt_injection = 1;
	assert_returns(kvmlib_irqchip_inject(irqchip, fix.vcpu, 0x30), 1);
	expect_injected(1);
}
END_TEST

START_TEST(inject_makes_one_call_or_none)
{
	uint64_t before;

	run_guest(1);
	before = kvmlib_sim_nr_calls(fix.sim);
	assert_returns(kvmlib_irqchip_inject(irqchip, fix.vcpu, 0xff), 1);
	ck_assert_uint_eq(kvmlib_sim_nr_calls(fix.sim), before + 1);
	assert_returns(kvmlib_irqchip_inject(irqchip, fix.vcpu, 0xff), 0);
	ck_assert_uint_eq(kvmlib_sim_nr_calls(fix.sim), before + 1);
}
END_TEST

START_TEST(inject_refused_stays_to_be_done)
{
	run_guest(1);
	run->request_interrupt_window = 1;
	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, REQUEST(INTERRUPT), EEXIST, 1), 0);
	assert_fails(kvmlib_irqchip_inject(irqchip, fix.vcpu, 0x30), EEXIST, INTERRUPT_QUEUED,
		     "KVM_INTERRUPT");
	assert_value(VCPU_ID, 0);
	assert_value(IRQ, 0x30);
	ck_assert_uint_eq(run->request_interrupt_window, 1);
	assert_returns(kvmlib_irqchip_inject(irqchip, fix.vcpu, 0x30), 1);
}
END_TEST

START_TEST(inject_bad_arguments_are_refused)
{
	struct kvmlib_vm *vm = NULL;
	struct kvmlib_vcpu *vcpu = NULL;

	assert_refuses_null(kvmlib_irqchip_inject(NULL, fix.vcpu, 0x30), 1);
	assert_refuses_null(kvmlib_irqchip_inject(irqchip, NULL, 0x30), 2);
	assert_fails(kvmlib_irqchip_inject(irqchip, fix.vcpu, 256), EINVAL, INTERRUPT_VECTOR, NULL);
	assert_value(ARGUMENT, 3);
	assert_ok(kvmlib_system_create_vm(fix.system, NULL, &vm));
	assert_ok(kvmlib_vm_create_vcpu(vm, 0, &vcpu));
	assert_fails(kvmlib_irqchip_inject(irqchip, vcpu, 0x30), EINVAL, BAD_ARGUMENT, NULL);
	assert_value(ARGUMENT, 2);
	kvmlib_vcpu_unref(vcpu);
	kvmlib_vm_unref(vm);
	ck_assert_uint_eq(run->request_interrupt_window, 0);
	expect_injected(0);
}
END_TEST

START_TEST(inject_of_a_dead_vm_is_told)
{
	run_guest(1);
	ck_assert_int_eq(kvmlib_sim_kill_vm(fix.sim, kvmlib_vm_fd(fix.vm)), 0);
	assert_fails(kvmlib_irqchip_inject(irqchip, fix.vcpu, 0x30), EIO, VM_DEAD, "KVM_INTERRUPT");
}
END_TEST

static void inject_in_child(void)
{
	CHECK(kvmlib_irqchip_inject(irqchip, fix.vcpu, 0x30) == -EIO);
	CHECK(kvmlib_error_cause() == KVMLIB_CAUSE_FORKED);
}

START_TEST(inject_in_a_child_is_refused)
{
	NEEDS_WIPED_PAGES;
	in_child(inject_in_child);
	expect_injected(0);
}
END_TEST

/* The program has the PIC. */
START_TEST(inject_with_the_split_controller)
{
	run_guest(1);
	assert_returns(kvmlib_irqchip_inject(irqchip, fix.vcpu, 0x30), 1);
	expect_injected(1);
}
END_TEST

/* There KVM says at each exit that it is ready, and opens no window. */
START_TEST(inject_with_the_full_controller_is_refused)
{
	run_guest(1);
	assert_fails(kvmlib_irqchip_inject(irqchip, fix.vcpu, 0x30), ENXIO, PIC_IN_KERNEL, NULL);
	ck_assert_uint_eq(run->request_interrupt_window, 0);
	expect_injected(0);
}
END_TEST

static TCase *inject_case(Suite *suite, const char *name, SFun setup)
{
	TCase *tcase = tcase_create(name);

	tcase_add_checked_fixture(tcase, setup, teardown_inject);
	suite_add_tcase(suite, tcase);
	return tcase;
}

Suite *inject_suite(void)
{
	Suite *suite = suite_create("inject");

	ADD_TESTS(inject_case(suite, "none", setup_none), inject_waits_for_the_window,
		  inject_takes_one_a_run, inject_needs_both_flags, inject_makes_one_call_or_none,
		  inject_refused_stays_to_be_done, inject_bad_arguments_are_refused,
		  inject_of_a_dead_vm_is_told, inject_in_a_child_is_refused);
	tcase_add_test(inject_case(suite, "split", setup_split), inject_with_the_split_controller);
	tcase_add_test(inject_case(suite, "full", setup_full),
		       inject_with_the_full_controller_is_refused);
	return suite;
}

#else

Suite *inject_suite(void)
{
	return suite_create("inject");
}

#endif
