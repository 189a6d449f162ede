/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The run page beside the exit, seen through a second mapping that plays KVM. */
#include "child.h"
#include "fixture.h"
#include "suites.h"

#include <stdio.h>
#include <string.h>

static struct kvm_run *run;

static void setup_page(void)
{
	setup_vcpu();
	run = map_run_page();
}

static void teardown_page(void)
{
	unmap_run_page(run);
	teardown();
}

START_TEST(runpage_interrupt_window_is_requested)
{
	assert_ok(kvmlib_vcpu_request_interrupt_window(fix.vcpu, 0x100));
	ck_assert_uint_eq(run->request_interrupt_window, 1);
	assert_ok(kvmlib_vcpu_request_interrupt_window(fix.vcpu, 0));
	ck_assert_uint_eq(run->request_interrupt_window, 0);
	ck_assert_uint_eq(run->immediate_exit, 0);
}
END_TEST

START_TEST(runpage_flags_are_0_or_1)
{
	assert_returns(kvmlib_vcpu_ready_for_interrupt_injection(fix.vcpu), 0);
	assert_returns(kvmlib_vcpu_if_flag(fix.vcpu), 0);
	run->ready_for_interrupt_injection = 0x80;
	assert_returns(kvmlib_vcpu_ready_for_interrupt_injection(fix.vcpu), 1);
	assert_returns(kvmlib_vcpu_if_flag(fix.vcpu), 0);
	run->if_flag = 2;
	assert_returns(kvmlib_vcpu_if_flag(fix.vcpu), 1);
}
END_TEST

#define ASSERT_GETS(get, member, type, value)                \
	do {                                                 \
		type got_ = 0;                               \
		run->member = value;                         \
		assert_ok(get(fix.vcpu, &got_));             \
		ck_assert_uint_eq(got_, value);              \
		assert_refuses_null(get(NULL, &got_), 1);    \
		assert_refuses_null(get(fix.vcpu, NULL), 2); \
	} while (0)

START_TEST(runpage_values_are_read)
{
	ASSERT_GETS(kvmlib_vcpu_get_cr8, cr8, uint64_t, 0x1122334455667788);
	ASSERT_GETS(kvmlib_vcpu_get_apic_base, apic_base, uint64_t, 0xfee00900);
	ASSERT_GETS(kvmlib_vcpu_get_run_flags, flags, uint16_t, 0x8005);
	ASSERT_GETS(kvmlib_vcpu_get_valid_regs, kvm_valid_regs, uint64_t, 0x8000000000000007);
	ASSERT_GETS(kvmlib_vcpu_get_dirty_regs, kvm_dirty_regs, uint64_t, 0x8000000000000003);
}
END_TEST

START_TEST(runpage_values_are_written)
{
	assert_ok(kvmlib_vcpu_set_cr8(fix.vcpu, 0x1122334455667788));
	ck_assert_uint_eq(run->cr8, 0x1122334455667788);
	assert_ok(kvmlib_vcpu_set_valid_regs(fix.vcpu, UINT64_MAX));
	ck_assert_uint_eq(run->kvm_valid_regs, UINT64_MAX);
	ck_assert_uint_eq(run->kvm_dirty_regs, 0);
	assert_ok(kvmlib_vcpu_set_dirty_regs(fix.vcpu, (uint64_t)1 << 63));
	ck_assert_uint_eq(run->kvm_dirty_regs, (uint64_t)1 << 63);
}
END_TEST

START_TEST(runpage_flags_come_with_an_exit)
{
	struct kvmlib_sim_exit exit = {
		.size = sizeof(exit),
		.reason = KVMLIB_EXIT_HLT,
		.run_flags = 3,
	};
	uint16_t flags = 0;

	ck_assert_int_eq(kvmlib_sim_push_exit(fix.sim, kvmlib_vcpu_fd(fix.vcpu), &exit), 0);
	run_to(KVMLIB_EXIT_HLT);
	assert_ok(kvmlib_vcpu_get_run_flags(fix.vcpu, &flags));
	ck_assert_uint_eq(flags, 3);
}
END_TEST

START_TEST(runpage_sync_area_is_in_place)
{
	uint8_t *area = NULL;
	size_t size = 0;

	assert_ok(kvmlib_vcpu_sync_area(fix.vcpu, (void **)&area, &size));
	ck_assert_uint_eq(size, KVMLIB_SYNC_REGS_SIZE_BYTES);
	memset(area, 0x5a, size);
	for (size_t i = 0; i < size; i++)
		ck_assert_int_eq(run->s.padding[i], 0x5a);
	assert_refuses_null(kvmlib_vcpu_sync_area(NULL, (void **)&area, &size), 1);
	assert_refuses_null(kvmlib_vcpu_sync_area(fix.vcpu, NULL, &size), 2);
	assert_refuses_null(kvmlib_vcpu_sync_area(fix.vcpu, (void **)&area, NULL), 3);
}
END_TEST

START_TEST(runpage_setters_refuse_null)
{
	assert_refuses_null(kvmlib_vcpu_request_interrupt_window(NULL, 1), 1);
	assert_refuses_null(kvmlib_vcpu_ready_for_interrupt_injection(NULL), 1);
	assert_refuses_null(kvmlib_vcpu_if_flag(NULL), 1);
	assert_refuses_null(kvmlib_vcpu_set_cr8(NULL, 1), 1);
	assert_refuses_null(kvmlib_vcpu_set_valid_regs(NULL, 1), 1);
	assert_refuses_null(kvmlib_vcpu_set_dirty_regs(NULL, 1), 1);
	assert_refuses_null(kvmlib_vcpu_set_psw(NULL, 1, 1), 1);
}
END_TEST

#ifdef __x86_64__
START_TEST(runpage_sync_registers_are_in_place)
{
	struct kvm_regs *regs = NULL;
	struct kvm_sregs *sregs = NULL;
	struct kvmlib_vcpu_events *events = NULL;

	assert_ok(kvmlib_vcpu_sync_regs(fix.vcpu, &regs));
	assert_ok(kvmlib_vcpu_sync_sregs(fix.vcpu, &sregs));
	assert_ok(kvmlib_vcpu_sync_events(fix.vcpu, &events));
	regs->rip = 0x1234;
	sregs->cr3 = 0x5000;
	events->sipi_vector = 0x9a;
	ck_assert_uint_eq(run->s.regs.regs.rip, 0x1234);
	ck_assert_uint_eq(run->s.regs.sregs.cr3, 0x5000);
	ck_assert_uint_eq(run->s.regs.events.sipi_vector, 0x9a);
}
END_TEST
#else
START_TEST(runpage_sync_registers_are_in_place)
{
	struct kvm_regs *regs = SENTINEL;
	struct kvm_sregs *sregs = SENTINEL;
	struct kvmlib_vcpu_events *events = SENTINEL;

	assert_fails(kvmlib_vcpu_sync_regs(fix.vcpu, &regs), EOPNOTSUPP, ARCH_UNSUPPORTED, NULL);
	assert_fails(kvmlib_vcpu_sync_sregs(fix.vcpu, &sregs), EOPNOTSUPP, ARCH_UNSUPPORTED, NULL);
	assert_fails(kvmlib_vcpu_sync_events(fix.vcpu, &events), EOPNOTSUPP, ARCH_UNSUPPORTED,
		     NULL);
	ck_assert_ptr_eq(regs, SENTINEL);
	ck_assert_ptr_eq(sregs, SENTINEL);
	ck_assert_ptr_eq(events, SENTINEL);
}
END_TEST
#endif

START_TEST(runpage_sync_registers_refuse_null)
{
	struct kvm_regs *regs;
	struct kvm_sregs *sregs;
	struct kvmlib_vcpu_events *events;

	assert_refuses_null(kvmlib_vcpu_sync_regs(NULL, &regs), 1);
	assert_refuses_null(kvmlib_vcpu_sync_regs(fix.vcpu, NULL), 2);
	assert_refuses_null(kvmlib_vcpu_sync_sregs(NULL, &sregs), 1);
	assert_refuses_null(kvmlib_vcpu_sync_sregs(fix.vcpu, NULL), 2);
	assert_refuses_null(kvmlib_vcpu_sync_events(NULL, &events), 1);
	assert_refuses_null(kvmlib_vcpu_sync_events(fix.vcpu, NULL), 2);
}
END_TEST

START_TEST(runpage_psw_is_of_s390x)
{
	uint64_t mask = 77;
	uint64_t addr = 77;

#ifdef __s390x__
	run->psw_mask = 0x0705000180000000;
	run->psw_addr = 0x1000;
	assert_ok(kvmlib_vcpu_get_psw(fix.vcpu, &mask, &addr));
	ck_assert_uint_eq(mask, 0x0705000180000000);
	ck_assert_uint_eq(addr, 0x1000);
	assert_ok(kvmlib_vcpu_set_psw(fix.vcpu, 1, 2));
	ck_assert_uint_eq(run->psw_mask, 1);
	ck_assert_uint_eq(run->psw_addr, 2);
#else
	assert_fails(kvmlib_vcpu_get_psw(fix.vcpu, &mask, &addr), EOPNOTSUPP, ARCH_UNSUPPORTED,
		     NULL);
	assert_fails(kvmlib_vcpu_set_psw(fix.vcpu, 1, 2), EOPNOTSUPP, ARCH_UNSUPPORTED, NULL);
	ck_assert_uint_eq(mask, 77);
	ck_assert_uint_eq(addr, 77);
#endif
	assert_refuses_null(kvmlib_vcpu_get_psw(NULL, &mask, &addr), 1);
	assert_refuses_null(kvmlib_vcpu_get_psw(fix.vcpu, NULL, &addr), 2);
	assert_refuses_null(kvmlib_vcpu_get_psw(fix.vcpu, &mask, NULL), 3);
}
END_TEST

START_TEST(runpage_device_levels_are_of_arm64)
{
	uint64_t level = 77;

#ifdef __aarch64__
	run->s.regs.device_irq_level = 5;
	assert_ok(kvmlib_vcpu_get_device_irq_level(fix.vcpu, &level));
	ck_assert_uint_eq(level, 5);
#else
	assert_fails(kvmlib_vcpu_get_device_irq_level(fix.vcpu, &level), EOPNOTSUPP,
		     ARCH_UNSUPPORTED, NULL);
	ck_assert_uint_eq(level, 77);
#endif
	assert_refuses_null(kvmlib_vcpu_get_device_irq_level(NULL, &level), 1);
	assert_refuses_null(kvmlib_vcpu_get_device_irq_level(fix.vcpu, NULL), 2);
}
END_TEST

static bool refused_as_forked(int r, const char *function)
{
	return r == -EIO && !record_differs(function, EIO, KVMLIB_CAUSE_FORKED, NULL);
}

#define CHECK_FORKED(call) CHECK(refused_as_forked(call, #call))

static void call_in_child(void)
{
	uint64_t value = 77;
	uint16_t flags = 77;
	size_t size = 77;
	void *area = SENTINEL;

	CHECK_FORKED(kvmlib_vcpu_request_interrupt_window(fix.vcpu, 1));
	CHECK_FORKED(kvmlib_vcpu_ready_for_interrupt_injection(fix.vcpu));
	CHECK_FORKED(kvmlib_vcpu_if_flag(fix.vcpu));
	CHECK_FORKED(kvmlib_vcpu_get_cr8(fix.vcpu, &value));
	CHECK_FORKED(kvmlib_vcpu_set_cr8(fix.vcpu, 1));
	CHECK_FORKED(kvmlib_vcpu_get_apic_base(fix.vcpu, &value));
	CHECK_FORKED(kvmlib_vcpu_get_run_flags(fix.vcpu, &flags));
	CHECK_FORKED(kvmlib_vcpu_get_device_irq_level(fix.vcpu, &value));
	CHECK_FORKED(kvmlib_vcpu_get_psw(fix.vcpu, &value, &value));
	CHECK_FORKED(kvmlib_vcpu_set_psw(fix.vcpu, 1, 1));
	CHECK_FORKED(kvmlib_vcpu_set_valid_regs(fix.vcpu, 1));
	CHECK_FORKED(kvmlib_vcpu_get_valid_regs(fix.vcpu, &value));
	CHECK_FORKED(kvmlib_vcpu_set_dirty_regs(fix.vcpu, 1));
	CHECK_FORKED(kvmlib_vcpu_get_dirty_regs(fix.vcpu, &value));
	CHECK_FORKED(kvmlib_vcpu_sync_regs(fix.vcpu, (struct kvm_regs **)&area));
	CHECK_FORKED(kvmlib_vcpu_sync_sregs(fix.vcpu, (struct kvm_sregs **)&area));
	CHECK_FORKED(kvmlib_vcpu_sync_events(fix.vcpu, (struct kvmlib_vcpu_events **)&area));
	CHECK_FORKED(kvmlib_vcpu_sync_area(fix.vcpu, &area, &size));
	CHECK(value == 77 && flags == 77 && size == 77 && area == SENTINEL);
}

START_TEST(runpage_in_forked_child_is_refused)
{
	NEEDS_WIPED_PAGES;
	in_child(call_in_child);
}
END_TEST

Suite *runpage_suite(void)
{
	Suite *suite = suite_create("runpage");
	TCase *tcase = tcase_create("page");

	tcase_add_checked_fixture(tcase, setup_page, teardown_page);
	suite_add_tcase(suite, tcase);
	ADD_TESTS(tcase, runpage_interrupt_window_is_requested, runpage_flags_are_0_or_1,
		  runpage_values_are_read, runpage_values_are_written,
		  runpage_flags_come_with_an_exit, runpage_sync_area_is_in_place,
		  runpage_setters_refuse_null, runpage_sync_registers_are_in_place,
		  runpage_sync_registers_refuse_null, runpage_psw_is_of_s390x,
		  runpage_device_levels_are_of_arm64, runpage_in_forked_child_is_refused);
	return suite;
}
