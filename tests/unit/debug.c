/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Guests that are debugged: points, what vCPUs are told, and what they have stopped at. */

#include "fixture.h"
#include "suites.h"

#include <string.h>

#include "alloc.h"
#include "child.h"

#if defined(__x86_64__)

#define CALL	"KVM_SET_GUEST_DEBUG"
#define RAM	UINT64_C(0x10000)
#define INT3	0xcc
#define ARMED	(KVMLIB_GUESTDBG_ENABLE | KVMLIB_GUESTDBG_USE_SW_BP)
#define STEPPED (ARMED | KVMLIB_GUESTDBG_SINGLESTEP)
#define HW	KVMLIB_GUESTDBG_USE_HW_BP

static struct kvmlib_sys_ops ops;
static struct kvm_guest_debug told; /* what KVM was told last */
static unsigned int nr_told;
static struct kvmlib_memory *memory;
static struct kvmlib_memory_region *region;
static uint8_t *ram; /* at RAM */
static struct kvmlib_debug *debug;
static struct kvmlib_vcpu *second;

static int noted_ioctl(void *ctx, int fd, unsigned long request, unsigned long arg)
{
	int r = kvmlib_sim_sys_ops(fix.sim)->ioctl(ctx, fd, request, arg);

	if (r >= 0 && request == REQUEST(SET_GUEST_DEBUG)) {
		told = *(const struct kvm_guest_debug *)arg;
		nr_told++;
	}
	return r;
}

static struct kvmlib_memory_region *add_memory(uint64_t gpa, uint32_t flags)
{
	const struct kvmlib_memory_region_opts o = {
		.size = sizeof(o), .gpa = gpa, .length = page_size(), .flags = flags
	};
	struct kvmlib_memory_region *added;

	assert_ok(kvmlib_memory_add(memory, &o, &added));
	return added;
}

static void make_vms(void)
{
	setup_sim();
	ops = *kvmlib_sim_sys_ops(fix.sim);
	ops.ioctl = noted_ioctl;
	fix.sys = &ops;
	nr_told = 0;
	make_system();
	make_vm();
	make_vcpu();
	second = NULL;
	debug = NULL;
	assert_ok(kvmlib_memory_new(fix.vm, NULL, &memory));
	region = add_memory(RAM, 0);
	ram = kvmlib_memory_region_address(region);
	memset(ram, 0x90, page_size());
}

static void setup_debug(void)
{
	struct kvmlib_debug_opts o = { .size = sizeof(o) };

	make_vms();
	o.memory = memory;
	assert_ok(kvmlib_debug_new(fix.vm, &o, &debug));
}

static void teardown_debug(void)
{
	kvmlib_debug_unref(debug);
	kvmlib_memory_unref(memory);
	kvmlib_vcpu_unref(second);
	teardown();
}

static void add(uint32_t kind, uint64_t address, uint32_t length)
{
	assert_ok(kvmlib_debug_add(debug, kind, address, length));
}

static void stand_at(struct kvmlib_vcpu *vcpu, uint64_t pc)
{
	struct kvm_regs regs = { .rip = pc, .rflags = 2 };
	struct kvm_sregs sregs;

	assert_ok(kvmlib_vcpu_get_sregs(vcpu, &sregs));
	sregs.cs.base = 0;
	assert_ok(kvmlib_vcpu_set_sregs(vcpu, &sregs));
	assert_ok(kvmlib_vcpu_set_regs(vcpu, &regs));
}

/* The vCPU stops with an exception. */
static void stop(uint32_t exception, uint64_t pc, uint64_t dr6)
{
	struct kvm_run run = { .exit_reason = KVMLIB_EXIT_DEBUG };

	run.debug.arch.exception = exception;
	run.debug.arch.pc = pc;
	run.debug.arch.dr6 = dr6;
	push_payload(&run, 0);
	run_to(KVMLIB_EXIT_DEBUG);
}

static void expect_stop(uint32_t kind, uint64_t pc, uint64_t address)
{
	struct kvmlib_debug_stop at;

	assert_ok(kvmlib_debug_stop(debug, fix.vcpu, &at));
	ck_assert_uint_eq(at.kind, kind);
	ck_assert_uint_eq(at.pc, pc);
	ck_assert_uint_eq(at.address, address);
	ck_assert_uint_eq(at.reserved, 0);
}

static void arm(uint32_t flags, uint32_t control)
{
	assert_ok(kvmlib_debug_arm(debug, fix.vcpu, flags));
	ck_assert_uint_eq(told.control, control);
}

/* The object */

START_TEST(debug_takes_its_options)
{
	struct kvmlib_debug_opts o = { .size = sizeof(o) };
	struct kvmlib_debug *other = SENTINEL;
	struct kvmlib_vm *vm;

	assert_refuses_null(kvmlib_debug_new(NULL, &o, &other), 1);
	assert_refuses_null(kvmlib_debug_new(fix.vm, &o, NULL), 3);
	o.size = 1;
	assert_fails(kvmlib_debug_new(fix.vm, &o, &other), EINVAL, OPTIONS_SIZE, NULL);
	o.size = sizeof(o);
	o.memory = memory;
	assert_ok(kvmlib_system_create_vm(fix.system, NULL, &vm));
	assert_fails(kvmlib_debug_new(vm, &o, &other), EINVAL, BAD_ARGUMENT, NULL);
	kvmlib_vm_unref(vm);
	ck_assert_ptr_eq(other, SENTINEL);
	ck_assert_ptr_eq(kvmlib_debug_ref(debug), debug);
	ck_assert_ptr_null(kvmlib_debug_unref(debug));
	add(KVMLIB_DEBUG_SOFTWARE, RAM, 1);
	ck_assert_ptr_null(kvmlib_debug_ref(NULL));
	ck_assert_ptr_null(kvmlib_debug_unref(NULL));
}
END_TEST

START_TEST(debug_needs_a_kernel_that_can)
{
	struct kvmlib_debug *other = SENTINEL;

	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_SET_GUEST_DEBUG, 0), 0);
	assert_fails(kvmlib_debug_new(fix.vm, NULL, &other), EOPNOTSUPP, CAPABILITY_MISSING, NULL);
	assert_value(CAPABILITY, KVMLIB_CAP_SET_GUEST_DEBUG);
	ck_assert_ptr_eq(other, SENTINEL);
}
END_TEST

START_TEST(debug_without_memory_is_enomem)
{
	struct kvmlib_debug_opts o = { .size = sizeof(o), .memory = memory };
	struct kvmlib_debug *other = SENTINEL;

	for (unsigned int nth = 1; nth <= 2; nth++) {
		alloc_fail_nth(nth);
		assert_fails(kvmlib_debug_new(fix.vm, &o, &other), ENOMEM, NO_MEMORY, NULL);
		ck_assert(alloc_has_failed());
	}
	alloc_fail_nth(1);
	assert_fails(kvmlib_debug_add(debug, KVMLIB_DEBUG_SOFTWARE, RAM, 1), ENOMEM, NO_MEMORY,
		     NULL);
	ck_assert_int_eq(ram[0], 0x90);
	ck_assert_ptr_eq(other, SENTINEL);
}
END_TEST

/* Points */

START_TEST(software_breakpoint_replaces_one_byte_until_it_goes)
{
	add(KVMLIB_DEBUG_SOFTWARE, RAM + 2, 1);
	add(KVMLIB_DEBUG_SOFTWARE, RAM + 5, 1);
	ck_assert_mem_eq(ram, "\x90\x90\xcc\x90\x90\xcc\x90", 7);
	assert_ok(kvmlib_debug_remove(debug, KVMLIB_DEBUG_SOFTWARE, RAM + 2, 1));
	ck_assert_mem_eq(ram, "\x90\x90\x90\x90\x90\xcc\x90", 7);
	debug = kvmlib_debug_unref(debug);
	ck_assert_mem_eq(ram, "\x90\x90\x90\x90\x90\x90\x90", 7);
}
END_TEST

START_TEST(what_the_guest_wrote_over_a_breakpoint_stays)
{
	add(KVMLIB_DEBUG_SOFTWARE, RAM, 1);
	ram[0] = 0x55;
	assert_ok(kvmlib_debug_remove(debug, KVMLIB_DEBUG_SOFTWARE, RAM, 1));
	ck_assert_int_eq(ram[0], 0x55);
}
END_TEST

START_TEST(breakpoint_whose_memory_went_can_be_removed)
{
	add(KVMLIB_DEBUG_SOFTWARE, RAM, 1);
	assert_ok(kvmlib_memory_remove(memory, region));
	assert_ok(kvmlib_debug_remove(debug, KVMLIB_DEBUG_SOFTWARE, RAM, 1));
}
END_TEST

START_TEST(points_that_can_not_be_are_refused)
{
	struct kvmlib_debug *without;

	assert_refuses_null(kvmlib_debug_add(NULL, KVMLIB_DEBUG_SOFTWARE, RAM, 1), 1);
	assert_refuses_null(kvmlib_debug_remove(NULL, KVMLIB_DEBUG_SOFTWARE, RAM, 1), 1);
	assert_fails(kvmlib_debug_add(debug, KVMLIB_DEBUG_NOTHING, RAM, 1), EINVAL, BAD_ARGUMENT,
		     NULL);
	assert_fails(kvmlib_debug_add(debug, KVMLIB_DEBUG_STEPPED, RAM, 1), EINVAL, BAD_ARGUMENT,
		     NULL);
	assert_fails(kvmlib_debug_add(debug, KVMLIB_DEBUG_SOFTWARE, RAM, 2), EINVAL, BAD_ARGUMENT,
		     NULL);
	assert_fails(kvmlib_debug_add(debug, KVMLIB_DEBUG_HARDWARE, RAM, 0), EINVAL, BAD_ARGUMENT,
		     NULL);
	assert_fails(kvmlib_debug_add(debug, KVMLIB_DEBUG_WRITES, RAM, 3), EINVAL, BAD_ARGUMENT,
		     NULL);
	assert_fails(kvmlib_debug_add(debug, KVMLIB_DEBUG_WRITES, RAM + 2, 4), EINVAL, BAD_ARGUMENT,
		     NULL);
	assert_value(ADDRESS, RAM + 2);
	assert_value(SIZE, 4);
	assert_fails(kvmlib_debug_add(debug, KVMLIB_DEBUG_SOFTWARE, 0, 1), EFAULT, NOT_MEMORY,
		     NULL);
	add_memory(2 * RAM, KVMLIB_MEMORY_READONLY);
	assert_fails(kvmlib_debug_add(debug, KVMLIB_DEBUG_SOFTWARE, 2 * RAM, 1), EACCES,
		     MEMORY_READONLY, NULL);
	assert_fails(kvmlib_debug_remove(debug, KVMLIB_DEBUG_SOFTWARE, 2 * RAM, 1), ENOENT,
		     POINT_ABSENT, NULL);
	assert_ok(kvmlib_debug_new(fix.vm, NULL, &without));
	assert_fails(kvmlib_debug_add(without, KVMLIB_DEBUG_SOFTWARE, RAM, 1), EFAULT, NOT_MEMORY,
		     NULL);
	kvmlib_debug_unref(without);
}
END_TEST

START_TEST(points_are_told_apart)
{
	add(KVMLIB_DEBUG_WRITES, RAM, 1);
	add(KVMLIB_DEBUG_WRITES, RAM, 2);
	add(KVMLIB_DEBUG_ACCESSES, RAM, 1);
	assert_fails(kvmlib_debug_add(debug, KVMLIB_DEBUG_WRITES, RAM, 2), EEXIST, POINT_EXISTS,
		     NULL);
	assert_fails(kvmlib_debug_remove(debug, KVMLIB_DEBUG_WRITES, RAM, 4), ENOENT, POINT_ABSENT,
		     NULL);
	add(KVMLIB_DEBUG_HARDWARE, RAM, 1);
	assert_fails(kvmlib_debug_add(debug, KVMLIB_DEBUG_HARDWARE, RAM + 1, 1), ENOSPC,
		     POINTS_FULL, NULL);
	add(KVMLIB_DEBUG_SOFTWARE, RAM, 1);
	assert_ok(kvmlib_debug_remove(debug, KVMLIB_DEBUG_WRITES, RAM, 2));
	add(KVMLIB_DEBUG_HARDWARE, RAM + 1, 1);
}
END_TEST

/* Arming */

START_TEST(arming_tells_the_debug_registers)
{
	arm(0, ARMED);
	ck_assert_uint_eq(told.arch.debugreg[7], 0);
	add(KVMLIB_DEBUG_HARDWARE, 0x1234, 1);
	add(KVMLIB_DEBUG_WRITES, 0x2000, 4);
	add(KVMLIB_DEBUG_ACCESSES, 0x3000, 8);
	add(KVMLIB_DEBUG_WRITES, 0x4002, 2);
	arm(0, ARMED | HW);
	ck_assert_uint_eq(told.arch.debugreg[0], 0x1234);
	ck_assert_uint_eq(told.arch.debugreg[1], 0x2000);
	ck_assert_uint_eq(told.arch.debugreg[2], 0x3000);
	ck_assert_uint_eq(told.arch.debugreg[3], 0x4002);
	/* 2 bytes written, 8 accessed, 4 written, executed; the always set bit; all four enabled */
	ck_assert_uint_eq(told.arch.debugreg[7], 0x5bd00455);
	assert_ok(kvmlib_debug_remove(debug, KVMLIB_DEBUG_WRITES, 0x2000, 4));
	arm(0, ARMED | HW);
	ck_assert_uint_eq(told.arch.debugreg[1], 0);
	ck_assert_uint_eq(told.arch.debugreg[7], 0x5b000451);
}
END_TEST

START_TEST(arming_refuses_what_can_not_be)
{
	struct kvmlib_vcpu *foreign;
	struct kvmlib_vm *vm;

	assert_refuses_null(kvmlib_debug_arm(NULL, fix.vcpu, 0), 1);
	assert_refuses_null(kvmlib_debug_arm(debug, NULL, 0), 2);
	assert_refuses_null(kvmlib_debug_disarm(NULL, fix.vcpu), 1);
	assert_refuses_null(kvmlib_debug_disarm(debug, NULL), 2);
	assert_fails(kvmlib_debug_arm(debug, fix.vcpu, 8), EINVAL, BAD_ARGUMENT, NULL);
	assert_value(ARGUMENT, 3);
	assert_fails(kvmlib_debug_arm(debug, fix.vcpu, KVMLIB_DEBUG_BLOCK_IRQS), EINVAL,
		     BAD_ARGUMENT, NULL);
	assert_ok(kvmlib_system_create_vm(fix.system, NULL, &vm));
	assert_ok(kvmlib_vm_create_vcpu(vm, 0, &foreign));
	assert_fails(kvmlib_debug_arm(debug, foreign, 0), EINVAL, BAD_ARGUMENT, NULL);
	assert_fails(kvmlib_debug_disarm(debug, foreign), EINVAL, BAD_ARGUMENT, NULL);
	assert_value(ARGUMENT, 2);
	kvmlib_vcpu_unref(foreign);
	kvmlib_vm_unref(vm);
	ck_assert_uint_eq(nr_told, 0);
}
END_TEST

START_TEST(interrupts_are_kept_away_where_the_kernel_can)
{
	const uint32_t flags = KVMLIB_DEBUG_STEP | KVMLIB_DEBUG_BLOCK_IRQS;

	ck_assert_int_eq(
		kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_SET_GUEST_DEBUG2, (int)STEPPED), 0);
	assert_fails(kvmlib_debug_arm(debug, fix.vcpu, flags), EOPNOTSUPP, CAPABILITY_MISSING,
		     NULL);
	assert_value(CAPABILITY, KVMLIB_CAP_SET_GUEST_DEBUG2);
	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_SET_GUEST_DEBUG2,
						   (int)(STEPPED | KVMLIB_GUESTDBG_BLOCKIRQ)),
			 0);
	arm(flags, STEPPED | KVMLIB_GUESTDBG_BLOCKIRQ);
}
END_TEST

START_TEST(disarming_needs_the_guests_own_code_in_its_place)
{
	arm(0, ARMED);
	add(KVMLIB_DEBUG_HARDWARE, RAM, 1);
	add(KVMLIB_DEBUG_SOFTWARE, RAM, 1);
	assert_fails(kvmlib_debug_disarm(debug, fix.vcpu), EBUSY, POINTS_LEFT, NULL);
	assert_ok(kvmlib_debug_remove(debug, KVMLIB_DEBUG_SOFTWARE, RAM, 1));
	ck_assert_uint_eq(nr_told, 1);
	assert_ok(kvmlib_debug_disarm(debug, fix.vcpu));
	ck_assert_uint_eq(told.control, 0);
	kvmlib_sim_fail_ioctl(fix.sim, REQUEST(SET_GUEST_DEBUG), EINTR, 1);
	assert_fails(kvmlib_debug_disarm(debug, fix.vcpu), EINTR, INTERRUPTED, CALL);
}
END_TEST

/* Stepping */

START_TEST(steps_go_past_the_breakpoint_that_the_vcpu_stands_at)
{
	add(KVMLIB_DEBUG_HARDWARE, RAM, 1);
	add(KVMLIB_DEBUG_WRITES, RAM, 1);
	add(KVMLIB_DEBUG_SOFTWARE, RAM, 1);
	add(KVMLIB_DEBUG_SOFTWARE, RAM + 1, 1);
	stand_at(fix.vcpu, RAM);
	arm(KVMLIB_DEBUG_STEP, STEPPED | HW);
	ck_assert_mem_eq(ram, "\x90\xcc", 2);
	ck_assert_uint_eq(told.arch.debugreg[7] & 0xff, 4); /* the watchpoint's alone */
	stop(1, RAM + 1, 0x4000);
	expect_stop(KVMLIB_DEBUG_STEPPED, RAM + 1, 0);
	ck_assert_mem_eq(ram, "\xcc\xcc", 2);
	stand_at(fix.vcpu, RAM + 1);
	arm(KVMLIB_DEBUG_STEP, STEPPED | HW);
	ck_assert_mem_eq(ram, "\xcc\x90", 2);
	ck_assert_uint_eq(told.arch.debugreg[7] & 0xff, 5);
	arm(0, ARMED | HW);
	ck_assert_mem_eq(ram, "\xcc\xcc", 2);
}
END_TEST

/* The code segment counts, but in 64-bit mode. */
static void enter(bool is_64_bit)
{
	struct kvm_sregs sregs;

	assert_ok(kvmlib_vcpu_get_sregs(fix.vcpu, &sregs));
	sregs.cs.base = 0x100000;
	sregs.cs.l = is_64_bit;
	sregs.cr0 = is_64_bit ? UINT64_C(1) << 31 | 1U : 0;
	sregs.cr4 = is_64_bit ? 1U << 5 : 0;
	sregs.efer = is_64_bit ? 0x500 : 0;
	assert_ok(kvmlib_vcpu_set_sregs(fix.vcpu, &sregs));
}

START_TEST(where_the_vcpu_stands_is_reckoned_as_kvm_does)
{
	const struct kvm_cpuid_entry2 long_mode = { .function = 0x80000001, .edx = 1U << 29 };

	assert_ok(kvmlib_vcpu_set_cpuid2(fix.vcpu, &long_mode, 1));
	add(KVMLIB_DEBUG_HARDWARE, 0x101234, 1);
	stand_at(fix.vcpu, UINT64_C(0x100001234));
	enter(false);
	arm(KVMLIB_DEBUG_STEP, STEPPED);
	enter(true);
	arm(KVMLIB_DEBUG_STEP, STEPPED | HW);
	stand_at(fix.vcpu, 0x101234);
	enter(true);
	arm(KVMLIB_DEBUG_STEP, STEPPED);
}
END_TEST

START_TEST(instruction_that_changes_while_it_is_stepped_stays_changed)
{
	add(KVMLIB_DEBUG_SOFTWARE, RAM, 1);
	stand_at(fix.vcpu, RAM);
	arm(KVMLIB_DEBUG_STEP, STEPPED);
	ram[0] = 0x55;
	arm(0, ARMED);
	ck_assert_int_eq(ram[0], INT3);
	assert_ok(kvmlib_debug_remove(debug, KVMLIB_DEBUG_SOFTWARE, RAM, 1));
	ck_assert_int_eq(ram[0], 0x55);
}
END_TEST

START_TEST(breakpoint_removed_while_it_is_stepped_past_is_gone)
{
	add(KVMLIB_DEBUG_SOFTWARE, RAM, 1);
	stand_at(fix.vcpu, RAM);
	arm(KVMLIB_DEBUG_STEP, STEPPED);
	assert_ok(kvmlib_debug_remove(debug, KVMLIB_DEBUG_SOFTWARE, RAM, 1));
	arm(0, ARMED);
	ck_assert_int_eq(ram[0], 0x90);
}
END_TEST

/* The breakpoint is not in any memory any more; nothing is written where there is none. */
START_TEST(memory_may_go_while_a_breakpoint_is_stepped_past)
{
	add(KVMLIB_DEBUG_SOFTWARE, RAM, 1);
	stand_at(fix.vcpu, RAM);
	arm(KVMLIB_DEBUG_STEP, STEPPED);
	assert_ok(kvmlib_memory_remove(memory, region));
	arm(0, ARMED);
	assert_ok(kvmlib_debug_remove(debug, KVMLIB_DEBUG_SOFTWARE, RAM, 1));
}
END_TEST

START_TEST(one_vcpu_steps_past_a_breakpoint_at_a_time)
{
	add(KVMLIB_DEBUG_SOFTWARE, RAM, 1);
	assert_ok(kvmlib_vm_create_vcpu(fix.vm, 7, &second));
	stand_at(fix.vcpu, RAM);
	stand_at(second, RAM);
	assert_ok(kvmlib_debug_arm(debug, second, KVMLIB_DEBUG_STEP));
	assert_fails(kvmlib_debug_arm(debug, fix.vcpu, KVMLIB_DEBUG_STEP), EBUSY, POINT_LIFTED,
		     NULL);
	assert_value(VCPU_ID, 7);
	assert_value(ADDRESS, RAM);
	ck_assert_int_eq(ram[0], 0x90);
	ck_assert_uint_eq(nr_told, 1);
	assert_ok(kvmlib_debug_arm(debug, second, 0));
	arm(KVMLIB_DEBUG_STEP, STEPPED);
}
END_TEST

START_TEST(step_that_fails_leaves_the_breakpoint)
{
	add(KVMLIB_DEBUG_SOFTWARE, RAM, 1);
	stand_at(fix.vcpu, RAM);
	kvmlib_sim_fail_ioctl(fix.sim, REQUEST(GET_REGS), EINTR, 1);
	assert_fails(kvmlib_debug_arm(debug, fix.vcpu, KVMLIB_DEBUG_STEP), EINTR, INTERRUPTED,
		     "KVM_GET_REGS");
	kvmlib_sim_fail_ioctl(fix.sim, REQUEST(GET_SREGS), EINTR, 1);
	assert_fails(kvmlib_debug_arm(debug, fix.vcpu, KVMLIB_DEBUG_STEP), EINTR, INTERRUPTED,
		     "KVM_GET_SREGS");
	kvmlib_sim_fail_ioctl(fix.sim, REQUEST(TRANSLATE), EINTR, 1);
	assert_fails(kvmlib_debug_arm(debug, fix.vcpu, KVMLIB_DEBUG_STEP), EINTR, INTERRUPTED,
		     "KVM_TRANSLATE");
	kvmlib_sim_fail_ioctl(fix.sim, REQUEST(SET_GUEST_DEBUG), EINTR, 1);
	assert_fails(kvmlib_debug_arm(debug, fix.vcpu, KVMLIB_DEBUG_STEP), EINTR, INTERRUPTED,
		     CALL);
	ck_assert_int_eq(ram[0], INT3);
	ck_assert_uint_eq(nr_told, 0);
}
END_TEST

/* Stops */

START_TEST(stops_tell_what_they_are)
{
	add(KVMLIB_DEBUG_SOFTWARE, RAM, 1);
	add(KVMLIB_DEBUG_HARDWARE, 0x1000, 1);
	add(KVMLIB_DEBUG_WRITES, 0x2000, 4);
	stop(3, RAM, 0);
	expect_stop(KVMLIB_DEBUG_SOFTWARE, RAM, RAM);
	stop(1, 0x1000, 0xffff0ff1);
	expect_stop(KVMLIB_DEBUG_HARDWARE, 0x1000, 0x1000);
	stop(1, 0x1005, 0xffff4ff2); /* at the end of a step */
	expect_stop(KVMLIB_DEBUG_WRITES, 0x1005, 0x2000);
	stop(1, 0x1006, 0xffff4ff0);
	expect_stop(KVMLIB_DEBUG_STEPPED, 0x1006, 0);
	stop(1, 0x1007, 0xffff0ff0);
	expect_stop(KVMLIB_DEBUG_GUEST, 0x1007, 0);
}
END_TEST

START_TEST(guests_own_breakpoint_is_told)
{
	ram[5] = INT3;
	stop(3, RAM + 5, 0);
	expect_stop(KVMLIB_DEBUG_GUEST, RAM + 5, 0);
	stop(3, 0x5000, 0); /* where this program has no memory */
	expect_stop(KVMLIB_DEBUG_GUEST, 0x5000, 0);
}
END_TEST

START_TEST(point_that_was_removed_meanwhile_is_nothing)
{
	add(KVMLIB_DEBUG_SOFTWARE, RAM, 1);
	add(KVMLIB_DEBUG_HARDWARE, 0x1000, 1);
	assert_ok(kvmlib_debug_remove(debug, KVMLIB_DEBUG_SOFTWARE, RAM, 1));
	assert_ok(kvmlib_debug_remove(debug, KVMLIB_DEBUG_HARDWARE, 0x1000, 1));
	stop(3, RAM, 0);
	expect_stop(KVMLIB_DEBUG_NOTHING, RAM, 0);
	stop(1, 0x1000, 0xffff0ff1);
	expect_stop(KVMLIB_DEBUG_NOTHING, 0x1000, 0);
}
END_TEST

/* Page tables are not walked by the simulated kernel: with paging nothing is mapped. */
START_TEST(breakpoint_that_is_mapped_nowhere_is_the_guests)
{
	struct kvm_sregs sregs;

	add(KVMLIB_DEBUG_SOFTWARE, RAM, 1);
	stand_at(fix.vcpu, RAM);
	assert_ok(kvmlib_vcpu_get_sregs(fix.vcpu, &sregs));
	sregs.cr0 |= UINT64_C(1) << 31 | 1U;
	assert_ok(kvmlib_vcpu_set_sregs(fix.vcpu, &sregs));
	stop(3, RAM, 0);
	expect_stop(KVMLIB_DEBUG_GUEST, RAM, 0);
	arm(KVMLIB_DEBUG_STEP, STEPPED);
	ck_assert_int_eq(ram[0], INT3);
}
END_TEST

START_TEST(stops_refuse_what_is_none)
{
	struct kvmlib_debug_stop at = { .pc = 99 };
	struct kvmlib_vm *vm;
	struct kvmlib_vcpu *foreign;

	assert_refuses_null(kvmlib_debug_stop(NULL, fix.vcpu, &at), 1);
	assert_refuses_null(kvmlib_debug_stop(debug, NULL, &at), 2);
	assert_refuses_null(kvmlib_debug_stop(debug, fix.vcpu, NULL), 3);
	assert_fails(kvmlib_debug_stop(debug, fix.vcpu, &at), EINVAL, WRONG_EXIT, NULL);
	assert_ok(kvmlib_system_create_vm(fix.system, NULL, &vm));
	assert_ok(kvmlib_vm_create_vcpu(vm, 0, &foreign));
	assert_fails(kvmlib_debug_stop(debug, foreign, &at), EINVAL, BAD_ARGUMENT, NULL);
	kvmlib_vcpu_unref(foreign);
	kvmlib_vm_unref(vm);
	stop(3, RAM, 0);
	kvmlib_sim_fail_ioctl(fix.sim, REQUEST(TRANSLATE), EINTR, 1);
	assert_fails(kvmlib_debug_stop(debug, fix.vcpu, &at), EINTR, INTERRUPTED, "KVM_TRANSLATE");
	ck_assert_uint_eq(at.pc, 99);
}
END_TEST

START_TEST(exceptions_are_handed_to_the_guest)
{
	assert_fails(kvmlib_debug_arm(debug, fix.vcpu, KVMLIB_DEBUG_PASS_ON), EINVAL, WRONG_EXIT,
		     NULL);
	stop(3, RAM, 0);
	arm(KVMLIB_DEBUG_PASS_ON, ARMED | KVMLIB_GUESTDBG_INJECT_BP);
	assert_fails(kvmlib_debug_arm(debug, fix.vcpu, KVMLIB_DEBUG_PASS_ON), EBUSY,
		     EXCEPTION_PENDING, CALL);
	assert_ok(kvmlib_vm_create_vcpu(fix.vm, 1, &second));
	stop(1, RAM, 0xffff0ff0);
	arm(0, ARMED);
}
END_TEST

START_TEST(traps_are_handed_to_the_guest)
{
	stop(1, RAM, 0xffff0ff0);
	arm(KVMLIB_DEBUG_PASS_ON, ARMED | KVMLIB_GUESTDBG_INJECT_DB);
}
END_TEST

/* Forks */

static void child_touches_nothing(void)
{
	struct kvmlib_debug_stop at;
	struct kvmlib_debug *other;

	CHECK(kvmlib_debug_new(fix.vm, NULL, &other) == -EIO);
	CHECK(kvmlib_debug_add(debug, KVMLIB_DEBUG_HARDWARE, RAM, 1) == -EIO);
	CHECK(kvmlib_debug_remove(debug, KVMLIB_DEBUG_SOFTWARE, RAM, 1) == -EIO);
	CHECK(kvmlib_debug_arm(debug, fix.vcpu, 0) == -EIO);
	CHECK(kvmlib_debug_disarm(debug, fix.vcpu) == -EIO);
	CHECK(kvmlib_debug_stop(debug, fix.vcpu, &at) == -EIO);
	CHECK(kvmlib_error_cause() == KVMLIB_CAUSE_FORKED);
	kvmlib_debug_unref(debug);
}

START_TEST(forked_child_leaves_the_breakpoints)
{
	NEEDS_WIPED_PAGES;
	add(KVMLIB_DEBUG_SOFTWARE, RAM, 1);
	in_child(child_touches_nothing);
	ck_assert_int_eq(ram[0], INT3);
}
END_TEST

static TCase *debug_case(Suite *suite, const char *name)
{
	TCase *tcase = tcase_create(name);

	tcase_add_checked_fixture(tcase, setup_debug, teardown_debug);
	suite_add_tcase(suite, tcase);
	return tcase;
}

Suite *debug_suite(void)
{
	Suite *suite = suite_create("debug");

	ADD_TESTS(debug_case(suite, "debug"), debug_takes_its_options,
		  debug_needs_a_kernel_that_can, debug_without_memory_is_enomem,
		  forked_child_leaves_the_breakpoints);
	ADD_TESTS(debug_case(suite, "points"), software_breakpoint_replaces_one_byte_until_it_goes,
		  what_the_guest_wrote_over_a_breakpoint_stays,
		  breakpoint_whose_memory_went_can_be_removed, points_that_can_not_be_are_refused,
		  points_are_told_apart);
	ADD_TESTS(debug_case(suite, "arm"), arming_tells_the_debug_registers,
		  arming_refuses_what_can_not_be, interrupts_are_kept_away_where_the_kernel_can,
		  disarming_needs_the_guests_own_code_in_its_place);
	ADD_TESTS(debug_case(suite, "step"), steps_go_past_the_breakpoint_that_the_vcpu_stands_at,
		  where_the_vcpu_stands_is_reckoned_as_kvm_does,
		  instruction_that_changes_while_it_is_stepped_stays_changed,
		  breakpoint_removed_while_it_is_stepped_past_is_gone,
		  memory_may_go_while_a_breakpoint_is_stepped_past,
		  one_vcpu_steps_past_a_breakpoint_at_a_time,
		  step_that_fails_leaves_the_breakpoint);
	ADD_TESTS(debug_case(suite, "stop"), stops_tell_what_they_are,
		  guests_own_breakpoint_is_told, point_that_was_removed_meanwhile_is_nothing,
		  breakpoint_that_is_mapped_nowhere_is_the_guests, stops_refuse_what_is_none,
		  exceptions_are_handed_to_the_guest, traps_are_handed_to_the_guest);
	return suite;
}

#else

START_TEST(debug_is_of_x86)
{
	struct kvmlib_debug *debug = SENTINEL;

	assert_fails(kvmlib_debug_new(fix.vm, NULL, &debug), EOPNOTSUPP, ARCH_UNSUPPORTED, NULL);
	ck_assert_ptr_eq(debug, SENTINEL);
	assert_refuses_null(kvmlib_debug_arm(NULL, NULL, 0), 1);
	assert_refuses_null(kvmlib_debug_disarm(NULL, NULL), 1);
}
END_TEST

Suite *debug_suite(void)
{
	Suite *suite = suite_create("debug");

	ADD_TESTS(add_case(suite, "debug", setup_vm), debug_is_of_x86);
	return suite;
}

#endif
