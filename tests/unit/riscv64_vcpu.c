/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* riscv64's vCPUs: extensions by name, the timer, stolen time. */

#include "fixture.h"
#include "suites.h"

#include <string.h>

static struct kvmlib_riscv64_ext ext;
static struct kvmlib_riscv64_timer timer;
static uint64_t gpa;

#ifdef __riscv

#define ISA KVMLIB_RISCV64_ISA
#define SBI KVMLIB_RISCV64_SBI
#define OFF KVMLIB_RISCV64_EXT_OFF
#define ON  KVMLIB_RISCV64_EXT_ON
#define HZ  UINT64_C(10000000)
#define SET "KVM_SET_ONE_REG"
#define GET "KVM_GET_ONE_REG"

static void assert_state(uint32_t kind, const char *name, uint32_t state)
{
	ck_assert_int_eq(kvmlib_riscv64_ext_get(fix.vcpu, kind, name), (int)state);
}

static uint64_t nr_sets(void)
{
	return kvmlib_sim_nr_ioctls(fix.sim, REQUEST(SET_ONE_REG));
}

static void run_once(void)
{
	ck_assert_int_eq(kvmlib_sim_push_mmio(fix.sim, kvmlib_vcpu_fd(fix.vcpu), 0, 4, 1, NULL), 0);
	assert_ok(kvmlib_vcpu_run(fix.vcpu));
}

/* All that KVM knows, whether the host has it or not, and the end leaves no record. */
START_TEST(ext_list_has_names_and_states)
{
	static const char *const names[] = { "a", "c", "d", "f", "h", "i", "m", "svpbmt" };
	const uint32_t states[] = { ON, ON, ON, ON, OFF, ON, ON, KVMLIB_RISCV64_EXT_MISSING };
	uint32_t n = 0;

	spoil_record();
	for (; !kvmlib_riscv64_ext_at(fix.vcpu, ISA, n, &ext); n++) {
		ck_assert_uint_eq(ext.number, n);
		ck_assert_int_eq(kvmlib_riscv64_ext_get(fix.vcpu, ISA, ext.name), (int)ext.state);
		if (n < sizeof(names) / sizeof(names[0])) {
			ck_assert_str_eq(ext.name, names[n]);
			ck_assert_uint_eq(ext.state, states[n]);
		}
	}
	ck_assert_uint_eq(n, KVMLIB_RISCV_ISA_EXT_MAX);
	ck_assert_int_eq(kvmlib_riscv64_ext_at(fix.vcpu, ISA, UINT32_MAX, &ext), -ENOENT);
	ck_assert(record_is_spoiled());
	for (n = 0; !kvmlib_riscv64_ext_at(fix.vcpu, SBI, n, &ext); n++)
		ck_assert_uint_eq(ext.number, n);
	ck_assert_uint_eq(n, KVMLIB_RISCV_SBI_EXT_MAX);
	assert_state(SBI, "dbcn", OFF);
	assert_state(SBI, "sta", ON);
	assert_state(SBI, "ipi", KVMLIB_RISCV64_EXT_MISSING);
}
END_TEST

START_TEST(ext_set_switches_those_that_are_named)
{
	assert_ok(kvmlib_riscv64_ext_set(fix.vcpu, ISA, "-d,-v"));
	assert_state(ISA, "d", OFF);
	assert_state(ISA, "f", ON);
	assert_state(ISA, "v", OFF);
	assert_ok(kvmlib_riscv64_ext_set(fix.vcpu, ISA, "-f,v,f,-v,v"));
	assert_state(ISA, "d", OFF);
	assert_state(ISA, "f", ON);
	assert_state(ISA, "v", ON);
	assert_ok(kvmlib_riscv64_ext_set(fix.vcpu, SBI, "dbcn,-srst"));
	assert_state(SBI, "dbcn", ON);
	assert_state(SBI, "srst", OFF);
	assert_state(SBI, "v01", ON);
}
END_TEST

START_TEST(ext_set_leaves_what_is_as_it_shall_be)
{
	const uint64_t before = nr_sets();

	assert_ok(kvmlib_riscv64_ext_set(fix.vcpu, ISA, ""));
	assert_ok(kvmlib_riscv64_ext_set(fix.vcpu, ISA, "d,-h,zbb,-zba"));
	assert_ok(kvmlib_riscv64_ext_set(fix.vcpu, SBI, "-ipi,-dbcn"));
	run_once();
	assert_ok(kvmlib_riscv64_ext_set(fix.vcpu, ISA, "d,f"));
	assert_ok(kvmlib_riscv64_ext_set(fix.vcpu, SBI, "sta"));
	ck_assert_uint_eq(nr_sets(), before);
}
END_TEST

START_TEST(ext_set_of_what_the_host_has_not_changes_nothing)
{
	assert_fails(kvmlib_riscv64_ext_set(fix.vcpu, ISA, "-d,zba"), ENOENT, EXTENSION_MISSING,
		     NULL);
	ck_assert_str_eq(kvmlib_error_subject(), "zba");
	assert_fails(kvmlib_riscv64_ext_set(fix.vcpu, SBI, "ipi"), ENOENT, EXTENSION_MISSING, NULL);
	ck_assert_uint_eq(nr_sets(), 0);
}
END_TEST

/* Those before it are put back, and those behind it not touched. */
START_TEST(ext_set_of_what_is_fixed_puts_the_others_back)
{
	assert_fails(kvmlib_riscv64_ext_set(fix.vcpu, ISA, "-d,-f,-zbb,-v"), EINVAL,
		     EXTENSION_FIXED, SET);
	ck_assert_str_eq(kvmlib_error_subject(), "zbb");
	assert_state(ISA, "d", ON);
	assert_state(ISA, "f", ON);
	assert_state(ISA, "v", ON);
	ck_assert_uint_eq(nr_sets(), 5);
	assert_fails(kvmlib_riscv64_ext_set(fix.vcpu, ISA, "h"), EINVAL, EXTENSION_FIXED, SET);
	ck_assert_str_eq(kvmlib_error_subject(), "h");
}
END_TEST

START_TEST(ext_set_after_the_first_run_is_ebusy)
{
	run_once();
	assert_fails(kvmlib_riscv64_ext_set(fix.vcpu, ISA, "-d"), EBUSY, AFTER_FIRST_RUN, SET);
	ck_assert_str_eq(kvmlib_error_subject(), "d");
	assert_fails(kvmlib_riscv64_ext_set(fix.vcpu, SBI, "dbcn"), EBUSY, AFTER_FIRST_RUN, SET);
	assert_state(ISA, "d", ON);
}
END_TEST

START_TEST(ext_names_that_are_none_are_refused)
{
	static const char *const lists[] = { "zzz", "d,",  ",d",   "D",	    "-",   "--d",
					     " d",  "d d", "d,,f", "isa/d", "0x1", "" };

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		if (*lists[i])
			assert_fails(kvmlib_riscv64_ext_set(fix.vcpu, ISA, lists[i]), EINVAL,
				     EXTENSION_UNKNOWN, NULL);
		assert_fails(kvmlib_riscv64_ext_get(fix.vcpu, ISA, lists[i]), EINVAL,
			     EXTENSION_UNKNOWN, NULL);
	}
	assert_fails(kvmlib_riscv64_ext_set(fix.vcpu, ISA, "-d,-a-name-longer-than-records,-f"),
		     EINVAL, EXTENSION_UNKNOWN, NULL);
	ck_assert_str_eq(kvmlib_error_subject(), "a-name-longer-than-records");
	assert_fails(kvmlib_riscv64_ext_get(fix.vcpu, SBI, "zbb"), EINVAL, EXTENSION_UNKNOWN, NULL);
	ck_assert_uint_eq(nr_sets(), 0);
}
END_TEST

START_TEST(ext_of_another_kind_is_refused)
{
	assert_fails(kvmlib_riscv64_ext_at(fix.vcpu, 2, 0, &ext), EINVAL, BAD_ARGUMENT, NULL);
	assert_fails(kvmlib_riscv64_ext_get(fix.vcpu, 2, "d"), EINVAL, BAD_ARGUMENT, NULL);
	assert_fails(kvmlib_riscv64_ext_set(fix.vcpu, UINT32_MAX, "d"), EINVAL, BAD_ARGUMENT, NULL);
}
END_TEST

/* Whichever call fails, all are as they were. */
START_TEST(ext_set_is_wholly_done_or_not_at_all)
{
	uint64_t n = 0;
	int r;

	do {
		ck_assert_int_eq(kvmlib_sim_fail_nth(fix.sim, ++n, EFAULT), 0);
		r = kvmlib_riscv64_ext_set(fix.vcpu, ISA, "-d,-f,-v");
		ck_assert_int_eq(kvmlib_sim_fail_nth(fix.sim, 0, 0), 0);
		if (r < 0) {
			ck_assert_int_eq(r, -EFAULT);
			ck_assert_str_eq(kvmlib_error_function(), "kvmlib_riscv64_ext_set");
			assert_state(ISA, "d", ON);
			assert_state(ISA, "f", ON);
			assert_state(ISA, "v", ON);
		}
	} while (r < 0);
	ck_assert_uint_eq(n, 7);
	assert_state(ISA, "v", OFF);
}
END_TEST

START_TEST(ext_of_a_dead_vm_is_eio)
{
	ck_assert_int_eq(kvmlib_sim_kill_vm(fix.sim, kvmlib_vm_fd(fix.vm)), 0);
	assert_fails(kvmlib_riscv64_ext_at(fix.vcpu, ISA, 0, &ext), EIO, VM_DEAD, GET);
	assert_fails(kvmlib_riscv64_ext_get(fix.vcpu, ISA, "d"), EIO, VM_DEAD, GET);
	assert_fails(kvmlib_riscv64_ext_set(fix.vcpu, ISA, "d"), EIO, VM_DEAD, GET);
	assert_fails(kvmlib_riscv64_timer_get(fix.vcpu, &timer), EIO, VM_DEAD, GET);
	assert_fails(kvmlib_riscv64_timer_set(fix.vcpu, &timer), EIO, VM_DEAD, GET);
	assert_fails(kvmlib_riscv64_sta_get(fix.vcpu, &gpa), EIO, VM_DEAD, GET);
	assert_fails(kvmlib_riscv64_sta_set(fix.vcpu, 0), EIO, VM_DEAD, SET);
}
END_TEST

/* The timer */

static void assert_timer(uint64_t time, uint64_t compare, uint32_t state)
{
	memset(&timer, 0x55, sizeof(timer));
	assert_ok(kvmlib_riscv64_timer_get(fix.vcpu, &timer));
	ck_assert_uint_eq(timer.frequency, HZ);
	ck_assert_uint_eq(timer.time, time);
	ck_assert_uint_eq(timer.compare, compare);
	ck_assert_uint_eq(timer.state, state);
	ck_assert_uint_eq(timer.reserved, 0);
}

START_TEST(timer_is_as_it_was_set)
{
	assert_timer(0, UINT64_MAX, KVMLIB_RISCV_TIMER_STATE_OFF);
	timer = (struct kvmlib_riscv64_timer){ HZ, 1000, 2000, KVMLIB_RISCV_TIMER_STATE_ON, 0 };
	assert_ok(kvmlib_riscv64_timer_set(fix.vcpu, &timer));
	assert_timer(1000, 2000, KVMLIB_RISCV_TIMER_STATE_ON);
	assert_ok(kvmlib_riscv64_timer_set(fix.vcpu, &timer));
	timer = (struct kvmlib_riscv64_timer){ HZ, 5, 6, KVMLIB_RISCV_TIMER_STATE_OFF, 0 };
	assert_ok(kvmlib_riscv64_timer_set(fix.vcpu, &timer));
	assert_timer(5, 6, KVMLIB_RISCV_TIMER_STATE_OFF);
	assert_ok(kvmlib_riscv64_timer_set(fix.vcpu, &timer));
}
END_TEST

START_TEST(timer_that_can_not_be_is_refused)
{
	struct kvmlib_riscv64_timer set = { .frequency = HZ + 1, .time = 7, .compare = 8 };

	assert_fails(kvmlib_riscv64_timer_set(fix.vcpu, &set), EINVAL, TIMER_FREQUENCY, NULL);
	assert_value(SAVED, HZ + 1);
	assert_value(HERE, HZ);
	set.frequency = HZ;
	set.state = 2;
	assert_fails(kvmlib_riscv64_timer_set(fix.vcpu, &set), EINVAL, BAD_ARGUMENT, NULL);
	set.state = 0;
	set.reserved = 1;
	assert_fails(kvmlib_riscv64_timer_set(fix.vcpu, &set), EINVAL, BAD_ARGUMENT, NULL);
	assert_timer(0, UINT64_MAX, KVMLIB_RISCV_TIMER_STATE_OFF);
	ck_assert_uint_eq(nr_sets(), 0);
}
END_TEST

START_TEST(timer_is_wholly_set_or_not_at_all)
{
	const struct kvmlib_riscv64_timer first = { HZ, 10, 20, KVMLIB_RISCV_TIMER_STATE_ON, 0 };
	const struct kvmlib_riscv64_timer set = { HZ, 1000, 2000, (uint32_t)_i, 0 };
	uint64_t n = 0;
	int r;

	assert_ok(kvmlib_riscv64_timer_set(fix.vcpu, &first));
	do {
		ck_assert_int_eq(kvmlib_sim_fail_nth(fix.sim, ++n, EFAULT), 0);
		r = kvmlib_riscv64_timer_set(fix.vcpu, &set);
		ck_assert_int_eq(kvmlib_sim_fail_nth(fix.sim, 0, 0), 0);
		if (r < 0) {
			ck_assert_int_eq(r, -EFAULT);
			ck_assert_str_eq(kvmlib_error_function(), "kvmlib_riscv64_timer_set");
			assert_timer(10, 20, KVMLIB_RISCV_TIMER_STATE_ON);
		}
	} while (r < 0);
	ck_assert_uint_eq(
		n, _i ? 7 : 8); /* four are read; two, or all but the frequency, are written */
	assert_timer(1000, 2000, (uint32_t)_i);
}
END_TEST

START_TEST(timer_untouched_on_failure)
{
	memset(&timer, 0x55, sizeof(timer));
	for (uint64_t n = 1; n <= 4; n++) {
		ck_assert_int_eq(kvmlib_sim_fail_nth(fix.sim, n, EFAULT), 0);
		ck_assert_int_eq(kvmlib_riscv64_timer_get(fix.vcpu, &timer), -EFAULT);
		ck_assert_uint_eq(timer.time, 0x5555555555555555);
	}
}
END_TEST

/* Stolen time */

START_TEST(sta_is_where_it_was_set)
{
	assert_ok(kvmlib_riscv64_sta_get(fix.vcpu, &gpa));
	ck_assert_uint_eq(gpa, KVMLIB_RISCV64_STA_NONE);
	assert_ok(kvmlib_riscv64_sta_set(fix.vcpu, 0x80001040));
	assert_ok(kvmlib_riscv64_sta_get(fix.vcpu, &gpa));
	ck_assert_uint_eq(gpa, 0x80001040);
	assert_fails(kvmlib_riscv64_sta_set(fix.vcpu, 0x80001020), EINVAL, BAD_ARGUMENT, NULL);
	assert_ok(kvmlib_riscv64_sta_get(fix.vcpu, &gpa));
	ck_assert_uint_eq(gpa, 0x80001040);
	assert_ok(kvmlib_riscv64_sta_set(fix.vcpu, KVMLIB_RISCV64_STA_NONE));
	assert_ok(kvmlib_riscv64_sta_get(fix.vcpu, &gpa));
	ck_assert_uint_eq(gpa, KVMLIB_RISCV64_STA_NONE);
}
END_TEST

START_TEST(sta_that_is_off_is_refused)
{
	gpa = 7;
	assert_ok(kvmlib_riscv64_ext_set(fix.vcpu, SBI, "-sta"));
	assert_fails(kvmlib_riscv64_sta_get(fix.vcpu, &gpa), EINVAL, EXTENSION_OFF, GET);
	assert_fails(kvmlib_riscv64_sta_set(fix.vcpu, 0), EINVAL, EXTENSION_OFF, SET);
	ck_assert_uint_eq(gpa, 7);
	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, REQUEST(GET_ONE_REG), ENOENT, 1), 0);
	assert_fails(kvmlib_riscv64_sta_get(fix.vcpu, &gpa), ENOENT, EXTENSION_OFF, GET);
}
END_TEST

#else

START_TEST(vcpu_is_of_another_architecture)
{
	uint64_t calls = kvmlib_sim_nr_calls(fix.sim);

	assert_fails(kvmlib_riscv64_ext_at(fix.vcpu, 0, 0, &ext), EOPNOTSUPP, ARCH_UNSUPPORTED,
		     NULL);
	assert_fails(kvmlib_riscv64_ext_get(fix.vcpu, 0, "d"), EOPNOTSUPP, ARCH_UNSUPPORTED, NULL);
	assert_fails(kvmlib_riscv64_ext_set(fix.vcpu, 0, "d"), EOPNOTSUPP, ARCH_UNSUPPORTED, NULL);
	assert_fails(kvmlib_riscv64_timer_get(fix.vcpu, &timer), EOPNOTSUPP, ARCH_UNSUPPORTED,
		     NULL);
	assert_fails(kvmlib_riscv64_timer_set(fix.vcpu, &timer), EOPNOTSUPP, ARCH_UNSUPPORTED,
		     NULL);
	assert_fails(kvmlib_riscv64_sta_get(fix.vcpu, &gpa), EOPNOTSUPP, ARCH_UNSUPPORTED, NULL);
	assert_fails(kvmlib_riscv64_sta_set(fix.vcpu, 0), EOPNOTSUPP, ARCH_UNSUPPORTED, NULL);
	ck_assert_uint_eq(kvmlib_sim_nr_calls(fix.sim), calls);
}
END_TEST

#endif

START_TEST(vcpu_null_is_refused)
{
	assert_refuses_null(kvmlib_riscv64_ext_at(NULL, 0, 0, &ext), 1);
	assert_refuses_null(kvmlib_riscv64_ext_at(fix.vcpu, 0, 0, NULL), 4);
	assert_refuses_null(kvmlib_riscv64_ext_get(NULL, 0, "d"), 1);
	assert_refuses_null(kvmlib_riscv64_ext_get(fix.vcpu, 0, NULL), 3);
	assert_refuses_null(kvmlib_riscv64_ext_set(NULL, 0, "d"), 1);
	assert_refuses_null(kvmlib_riscv64_ext_set(fix.vcpu, 0, NULL), 3);
	assert_refuses_null(kvmlib_riscv64_timer_get(NULL, &timer), 1);
	assert_refuses_null(kvmlib_riscv64_timer_get(fix.vcpu, NULL), 2);
	assert_refuses_null(kvmlib_riscv64_timer_set(NULL, &timer), 1);
	assert_refuses_null(kvmlib_riscv64_timer_set(fix.vcpu, NULL), 2);
	assert_refuses_null(kvmlib_riscv64_sta_get(NULL, &gpa), 1);
	assert_refuses_null(kvmlib_riscv64_sta_get(fix.vcpu, NULL), 2);
	assert_refuses_null(kvmlib_riscv64_sta_set(NULL, 0), 1);
}
END_TEST

Suite *riscv64_vcpu_suite(void)
{
	Suite *suite = suite_create("riscv64-vcpu");
	TCase *tcase = add_case(suite, "vcpu", setup_vcpu);

	ADD_TESTS(tcase, vcpu_null_is_refused);
#ifdef __riscv
	ADD_TESTS(tcase, ext_list_has_names_and_states, ext_set_switches_those_that_are_named,
		  ext_set_leaves_what_is_as_it_shall_be,
		  ext_set_of_what_the_host_has_not_changes_nothing,
		  ext_set_of_what_is_fixed_puts_the_others_back,
		  ext_set_after_the_first_run_is_ebusy, ext_names_that_are_none_are_refused,
		  ext_of_another_kind_is_refused, ext_set_is_wholly_done_or_not_at_all,
		  ext_of_a_dead_vm_is_eio, timer_is_as_it_was_set, timer_that_can_not_be_is_refused,
		  timer_untouched_on_failure, sta_is_where_it_was_set, sta_that_is_off_is_refused);
	tcase_add_loop_test(tcase, timer_is_wholly_set_or_not_at_all, 0, 2);
#else
	ADD_TESTS(tcase, vcpu_is_of_another_architecture);
#endif
	return suite;
}
