/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Guests that are debugged. */

#include <runner.h>

#include <cpuid.h>
#include <string.h>

#include "guest.h"

static void debug(uint32_t control, uint64_t breakpoint)
{
	struct kvm_guest_debug d = { .control = control };

	if (breakpoint) {
		d.arch.debugreg[0] = breakpoint;
		d.arch.debugreg[7] = 0x402; /* the first, at execution */
	}
	ck_assert_int_eq(kvmlib_vcpu_set_guest_debug(guest.vcpu, &d), 0);
}

static void expect_stop(uint64_t pc)
{
	struct kvmlib_exit_debug stop;

	run_to(KVMLIB_EXIT_DEBUG);
	ck_assert_int_eq(kvmlib_vcpu_exit_debug(guest.vcpu, &stop), 0);
	ck_assert_uint_eq(stop.pc, pc);
}

START_TEST(debug_steps_one_by_one)
{
	GUEST_CODE(0x90, 0x90, 0xb0, 0x11, 0xe6, 0xe9); /* nop; nop; mov al, 0x11; out 0xe9, al */
	debug(KVMLIB_GUESTDBG_ENABLE | KVMLIB_GUESTDBG_SINGLESTEP, 0);
	expect_stop(CODE_GPA + 1);
	expect_stop(CODE_GPA + 2);
	debug(0, 0);
	ck_assert_uint_eq(run_to_out(0xe9), 0x11);
}
END_TEST

/* QEMU's own emulation of a CPU leaves a guest's breakpoints out. */
static int host_is_emulated(void)
{
	unsigned int a, name[3];

	__cpuid(0x40000000, a, name[0], name[1], name[2]);
	return !memcmp(name, "TCGTCGTCGTCG", sizeof(name));
}

START_TEST(debug_stops_at_a_breakpoint)
{
	if (host_is_emulated())
		SKIP("TCG knows no breakpoints of guests");
	GUEST_CODE(0x90, 0x90, 0xb0, 0x11, 0xe6, 0xe9);
	debug(KVMLIB_GUESTDBG_ENABLE | KVMLIB_GUESTDBG_USE_HW_BP, CODE_GPA + 2);
	expect_stop(CODE_GPA + 2);
	debug(0, 0);
	ck_assert_uint_eq(run_to_out(0xe9), 0x11);
}
END_TEST

/* The same by points; what is behind CODE_GPA is memory of a map here. */

#define LOOP  (CODE_GPA + 5U)
#define END   (CODE_GPA + 9U)
#define SHOWN 0x2000U

static struct kvmlib_memory *memory;
static struct kvmlib_debug *points;
static bool is_emulated;

static void setup_points(void)
{
	static const uint8_t code[] = {
		0x31, 0xc0,	  /* xor ax, ax */
		0xb9, 0x03, 0x00, /* mov cx, 3 */
		0x01, 0xc8,	  /* loop: add ax, cx */
		0xe2, 0xfc,	  /* loop loop */
		0xcc,		  /* int3, the guest's own */
		0xa3, 0x00, 0x20, /* mov [0x2000], ax */
		0xf4,		  /* hlt */
	};
	const struct kvmlib_memory_opts o = { .size = sizeof(o), .first_slot = 0 };
	struct kvmlib_memory_region_opts ram = { .size = sizeof(ram), .length = 0x4000 };
	struct kvmlib_memory_region *region;
	struct kvmlib_debug_opts opts = { .size = sizeof(opts) };

	guest_setup();
	is_emulated = guest_is_emulated();
	guest_teardown();
	guest_setup();
	ck_assert_int_eq(kvmlib_vm_set_user_memory_region(
				 guest.vm, &(struct kvm_userspace_memory_region){ .slot = 0 }),
			 0);
	ck_assert_int_eq(kvmlib_memory_new(guest.vm, &o, &memory), 0);
	ck_assert_int_eq(kvmlib_memory_add(memory, &ram, &region), 0);
	memcpy((uint8_t *)kvmlib_memory_region_address(region) + CODE_GPA, code, sizeof(code));
	/* the vector of INT3: the instruction behind it */
	((uint8_t *)kvmlib_memory_region_address(region))[12] = (END + 1) & 0xff;
	((uint8_t *)kvmlib_memory_region_address(region))[13] = (END + 1) >> 8;
	opts.memory = memory;
	ck_assert_int_eq(kvmlib_debug_new(guest.vm, &opts, &points), 0);
}

static void teardown_points(void)
{
	kvmlib_debug_unref(points);
	kvmlib_memory_unref(memory);
	guest_teardown();
}

static void arm(uint32_t flags)
{
	ck_assert_int_eq(kvmlib_debug_arm(points, guest.vcpu, flags), 0);
}

static void expect_point(uint32_t kind, uint64_t pc, uint64_t ax)
{
	struct kvmlib_debug_stop stop;
	struct kvm_regs regs;

	run_to(KVMLIB_EXIT_DEBUG);
	ck_assert_int_eq(kvmlib_debug_stop(points, guest.vcpu, &stop), 0);
	ck_assert_uint_eq(stop.pc, pc);
	ck_assert_uint_eq(stop.kind, kind);
	ck_assert_int_eq(kvmlib_vcpu_get_regs(guest.vcpu, &regs), 0);
	ck_assert_uint_eq(regs.rax & 0xffff, ax);
}

/* Through the loop, past the breakpoint in it each time; the guest's code has been put back then. */
static void count_in_the_loop(uint32_t kind)
{
	static const uint64_t sums[] = { 0, 3, 5 };

	ck_assert_int_eq(kvmlib_debug_add(points, kind, LOOP, 1), 0);
	arm(0);
	for (size_t i = 0; i < 3; i++) {
		expect_point(kind, LOOP, sums[i]);
		arm(KVMLIB_DEBUG_STEP);
		expect_point(KVMLIB_DEBUG_STEPPED, LOOP + 2, sums[i] + 3 - i);
		arm(0);
	}
	ck_assert_int_eq(kvmlib_debug_remove(points, kind, LOOP, 1), 0);
}

START_TEST(debug_points_stop_at_steps)
{
	arm(KVMLIB_DEBUG_STEP);
	expect_point(KVMLIB_DEBUG_STEPPED, CODE_GPA + 2, 0);
	expect_point(KVMLIB_DEBUG_STEPPED, LOOP, 0);
	expect_point(KVMLIB_DEBUG_STEPPED, LOOP + 2, 3);
	expect_point(KVMLIB_DEBUG_STEPPED, LOOP, 3);
}
END_TEST

START_TEST(debug_points_in_registers_stop)
{
	if (host_is_emulated())
		SKIP("TCG knows no breakpoints of guests");
	count_in_the_loop(KVMLIB_DEBUG_HARDWARE);
}
END_TEST

START_TEST(debug_points_watch_writes)
{
	if (host_is_emulated())
		SKIP("TCG knows no watchpoints of guests");
	if (is_emulated)
		SKIP("KVM emulates the guest, and looks at no watchpoint");
	ck_assert_int_eq(kvmlib_debug_add(points, KVMLIB_DEBUG_WRITES, SHOWN, 2), 0);
	arm(0);
	expect_point(KVMLIB_DEBUG_WRITES, END + 4, 6);
}
END_TEST

START_TEST(debug_points_in_memory_stop)
{
	if (host_is_emulated())
		SKIP("TCG does not intercept the INT3 of guests");
	if (is_emulated)
		SKIP("KVM emulates the guest, and leaves INT3 to it");
	count_in_the_loop(KVMLIB_DEBUG_SOFTWARE);
	expect_point(KVMLIB_DEBUG_GUEST, END, 6);
	arm(KVMLIB_DEBUG_PASS_ON);
	run_to(KVMLIB_EXIT_HLT);
}
END_TEST

START_TEST(debug_translate_without_paging_is_the_address_itself)
{
	struct kvm_translation translation = { .linear_address = 0x12345 };

	ck_assert_int_eq(kvmlib_vcpu_translate(guest.vcpu, &translation), 0);
	ck_assert_uint_eq(translation.physical_address, 0x12345);
	ck_assert_uint_eq(translation.valid, 1);
}
END_TEST

START_TEST(debug_translate_walks_the_guests_pages)
{
	struct kvm_translation translation = { .linear_address = 0x12345 };

	enter_long_mode(0);
	ck_assert_int_eq(kvmlib_vcpu_translate(guest.vcpu, &translation), 0);
	ck_assert_uint_eq(translation.physical_address, 0x12345);
	ck_assert_uint_eq(translation.valid, 1);
	translation.linear_address = 0x400000;
	ck_assert_int_eq(kvmlib_vcpu_translate(guest.vcpu, &translation), 0);
	ck_assert_uint_eq(translation.valid, 0);
}
END_TEST

Suite *debug_suite(void)
{
	Suite *suite = suite_create("debug");
	TCase *tc = tcase_create("debug");

	tcase_add_checked_fixture(tc, guest_setup, guest_teardown);
	tcase_add_test(tc, debug_steps_one_by_one);
	tcase_add_test(tc, debug_stops_at_a_breakpoint);
	tcase_add_test(tc, debug_translate_without_paging_is_the_address_itself);
	tcase_add_test(tc, debug_translate_walks_the_guests_pages);
	suite_add_tcase(suite, tc);
	tc = tcase_create("points");
	tcase_add_checked_fixture(tc, setup_points, teardown_points);
	tcase_add_test(tc, debug_points_stop_at_steps);
	tcase_add_test(tc, debug_points_in_registers_stop);
	tcase_add_test(tc, debug_points_watch_writes);
	tcase_add_test(tc, debug_points_in_memory_stop);
	suite_add_tcase(suite, tc);
	return suite;
}
