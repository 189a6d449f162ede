/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* riscv64's own: what a vCPU has of the instruction set and of the SBI, its timer, stolen time. */
#include "program.h"

#include <errno.h>

#include <runner.h>

#if defined(__riscv)

#define LETTER(c)  (UINT64_C(1) << ((c) - 'a')) /* of an extension in the register misa */
#define WORKED	   1U
#define TRAPPED	   2U
#define FAR	   (UINT64_C(1) << 50)
#define ONE_MINUTE 60U

/* Tell whether the first instruction of floating point traps. */
PROGRAM(float_program, 0x6000,
	"	.option push\n"
	"	.option norvc\n"
	"	lui a0, 0xd0\n"
	"	auipc a1, 0\n"
	"	addi a1, a1, 32\n" /* to 1f */
	"	csrw stvec, a1\n"
	"	li a1, 0x2000\n" /* sstatus.FS: the guest lets itself use them */
	"	csrs sstatus, a1\n"
	"	fmv.w.x f0, zero\n"
	"	li a1, 1\n"
	"	j 2f\n"
	"1:	li a1, 2\n"
	"2:	sw a1, 0(a0)\n"
	"3:	j 3b\n"
	"	.option pop\n");

/* Ask the SBI whether it has a debug console, and tell what it says. */
PROGRAM(probe_program, 0x7000,
	"	li a7, 0x10\n"
	"	li a6, 3\n"
	"	li a0, 0x4442434e\n"
	"	ecall\n"
	"	lui a0, 0xd0\n"
	"	sw a1, 0(a0)\n"
	"1:	j 1b\n");

static struct machine machine;

static void make_machine(void)
{
	machine_new(&machine);
}

static void free_machine(void)
{
	machine_free(&machine);
}

static int get(const char *name, uint64_t *ret_value)
{
	uint64_t id;

	ck_assert_int_eq(kvmlib_reg_from_name(name, &id), 0);
	return kvmlib_vcpu_get_one_reg(machine.vcpu, id, ret_value, sizeof(*ret_value));
}

static uint64_t letters(void)
{
	uint64_t isa;

	ck_assert_int_eq(get("config/isa", &isa), 0);
	return isa;
}

/* Registers of what is off are not there. */
START_TEST(isa_is_seen_in_registers)
{
	uint64_t value;

	machine_start(&machine, &spin_program);
	ck_assert_int_eq(kvmlib_riscv64_ext_get(machine.vcpu, KVMLIB_RISCV64_ISA, "d"),
			 KVMLIB_RISCV64_EXT_ON);
	ck_assert(letters() & LETTER('d'));
	ck_assert_int_eq(kvmlib_riscv64_ext_set(machine.vcpu, KVMLIB_RISCV64_ISA, "-d"), 0);
	ck_assert_int_eq(kvmlib_riscv64_ext_get(machine.vcpu, KVMLIB_RISCV64_ISA, "d"),
			 KVMLIB_RISCV64_EXT_OFF);
	ck_assert(!(letters() & LETTER('d')) && letters() & LETTER('f'));
	ck_assert_int_lt(get("fp_d/f0", &value), 0);
	ck_assert_int_eq(kvmlib_riscv64_ext_set(machine.vcpu, KVMLIB_RISCV64_ISA, "d"), 0);
	ck_assert(letters() & LETTER('d'));
	ck_assert_int_eq(get("fp_d/f0", &value), 0);
}
END_TEST

START_TEST(isa_is_what_the_guest_finds)
{
	machine_start(&machine, &float_program);
	if (_i)
		ck_assert_int_eq(kvmlib_riscv64_ext_set(machine.vcpu, KVMLIB_RISCV64_ISA, "-d,-f"),
				 0);
	ck_assert_uint_eq(told(machine.vcpu), _i ? TRAPPED : WORKED);
}
END_TEST

START_TEST(isa_that_is_fixed_leaves_all_as_it_was)
{
	machine_start(&machine, &count_program);
	ck_assert_int_eq(kvmlib_riscv64_ext_set(machine.vcpu, KVMLIB_RISCV64_ISA, "-d,-f,-m"),
			 -EINVAL);
	ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_EXTENSION_FIXED);
	ck_assert_str_eq(kvmlib_error_subject(), "m");
	ck_assert(letters() & LETTER('d') && letters() & LETTER('f'));
	ck_assert_uint_eq(told(machine.vcpu), 1);
	ck_assert_int_eq(kvmlib_riscv64_ext_set(machine.vcpu, KVMLIB_RISCV64_ISA, "-d"), -EBUSY);
	ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_AFTER_FIRST_RUN);
	ck_assert_int_eq(kvmlib_riscv64_ext_set(machine.vcpu, KVMLIB_RISCV64_ISA, "d,m"), 0);
}
END_TEST

/* Some that every host has, and some that none has: the emulated ones are not of a silicon vendor's. */
START_TEST(extensions_are_listed)
{
	struct kvmlib_riscv64_ext ext;
	uint32_t n[3] = { 0 };

	machine_start(&machine, &spin_program);
	for (uint32_t i = 0; !kvmlib_riscv64_ext_at(machine.vcpu, KVMLIB_RISCV64_ISA, i, &ext); i++)
		n[ext.state]++;
	ck_assert_uint_gt(n[KVMLIB_RISCV64_EXT_ON], 10);
	ck_assert_uint_gt(n[KVMLIB_RISCV64_EXT_MISSING], 0);
	for (uint32_t i = 0; !kvmlib_riscv64_ext_at(machine.vcpu, KVMLIB_RISCV64_SBI, i, &ext); i++)
		ck_assert_int_eq(kvmlib_riscv64_ext_get(machine.vcpu, KVMLIB_RISCV64_SBI, ext.name),
				 (int)ext.state);
}
END_TEST

START_TEST(sbi_is_what_the_guest_finds)
{
	machine_start(&machine, &probe_program);
	if (kvmlib_riscv64_ext_get(machine.vcpu, KVMLIB_RISCV64_SBI, "dbcn") ==
	    KVMLIB_RISCV64_EXT_MISSING)
		SKIP("no KVM_RISCV_SBI_EXT_DBCN");
	ck_assert_int_eq(
		kvmlib_riscv64_ext_set(machine.vcpu, KVMLIB_RISCV64_SBI, _i ? "dbcn" : "-dbcn"), 0);
	ck_assert_uint_eq(told(machine.vcpu), (uint32_t)_i);
}
END_TEST

START_TEST(timer_is_set)
{
	struct kvmlib_riscv64_timer set, timer;

	machine_start(&machine, &count_program);
	ck_assert_int_eq(kvmlib_riscv64_timer_get(machine.vcpu, &timer), 0);
	ck_assert_uint_gt(timer.frequency, 0);
	set = timer;
	set.time = FAR;
	set.compare = 2 * FAR;
	ck_assert_int_eq(kvmlib_riscv64_timer_set(machine.vcpu, &set), 0);
	ck_assert_uint_eq(told(machine.vcpu), 1);
	ck_assert_int_eq(kvmlib_riscv64_timer_get(machine.vcpu, &timer), 0);
	ck_assert_uint_ge(timer.time, FAR);
	ck_assert_uint_lt(timer.time, FAR + timer.frequency * ONE_MINUTE);
	ck_assert_uint_eq(timer.compare, 2 * FAR);
	set.frequency++;
	ck_assert_int_eq(kvmlib_riscv64_timer_set(machine.vcpu, &set), -EINVAL);
	ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_TIMER_FREQUENCY);
}
END_TEST

START_TEST(stolen_time_is_told_where_it_was_set)
{
	uint64_t gpa;

	machine_start(&machine, &spin_program);
	if (kvmlib_riscv64_sta_get(machine.vcpu, &gpa) < 0)
		SKIP("no KVM_RISCV_SBI_EXT_STA");
	ck_assert_uint_eq(gpa, KVMLIB_RISCV64_STA_NONE);
	ck_assert_int_eq(kvmlib_riscv64_sta_set(machine.vcpu, TOUCHED_GPA), 0);
	ck_assert_int_eq(kvmlib_riscv64_sta_get(machine.vcpu, &gpa), 0);
	ck_assert_uint_eq(gpa, TOUCHED_GPA);
	ck_assert_int_eq(kvmlib_riscv64_sta_set(machine.vcpu, KVMLIB_RISCV64_STA_NONE), 0);
}
END_TEST

Suite *riscv64_suite(void)
{
	Suite *suite = suite_create("riscv64");
	TCase *tcase = tcase_create("riscv64");

	tcase_add_checked_fixture(tcase, make_machine, free_machine);
	tcase_add_test(tcase, isa_is_seen_in_registers);
	tcase_add_loop_test(tcase, isa_is_what_the_guest_finds, 0, 2);
	tcase_add_test(tcase, isa_that_is_fixed_leaves_all_as_it_was);
	tcase_add_test(tcase, extensions_are_listed);
	tcase_add_loop_test(tcase, sbi_is_what_the_guest_finds, 0, 2);
	tcase_add_test(tcase, timer_is_set);
	tcase_add_test(tcase, stolen_time_is_told_where_it_was_set);
	suite_add_tcase(suite, tcase);
	return suite;
}

#else

Suite *riscv64_suite(void)
{
	return suite_create("riscv64");
}

#endif
