/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the guest is told to do. */
#include "fixture.h"

#include <stddef.h>
#include <string.h>

#include "suites.h"

START_TEST(script_bad_arguments_are_refused)
{
	uint8_t bytes[257] = { 0 };
	struct kvmlib_sim_exit good = { .size = sizeof(good), .reason = KVMLIB_EXIT_HLT };
	struct kvmlib_sim_exit bad;

	ck_assert_int_eq(kvmlib_sim_push_exit(NULL, vcpu, &good), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_push_exit(sim, vcpu, NULL), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_push_exit(sim, vm, &good), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_push_exit(sim, NO_SUCH_FD, &good), -EBADF);
#define REFUSED(...)                                                                \
	do {                                                                        \
		bad = (struct kvmlib_sim_exit){ .size = sizeof(bad), __VA_ARGS__ }; \
		ck_assert_int_eq(kvmlib_sim_push_exit(sim, vcpu, &bad), -EINVAL);   \
	} while (0)
	REFUSED(.result = 1);
	REFUSED(.result = -4096);
	REFUSED(.flags = 4);
	REFUSED(.reserved = 1);
	REFUSED(.payload = bytes, .payload_size = 257);
	REFUSED(.payload_size = 8);
	REFUSED(.data_size = 8);
	REFUSED(.data = bytes, .data_size = 2, .data_offset = 3 * page - 1);
	REFUSED(.data = bytes, .data_size = 2, .data_offset = UINT64_MAX);
#undef REFUSED
	ck_assert_int_eq(kvmlib_sim_push_spin(NULL, vcpu), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_push_stale(sim, vcpu, 1), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_push_io(NULL, vcpu, 1, 1, 1, 1, NULL), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_push_io(sim, vcpu, 1, 3, 1, 1, NULL), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_push_io(sim, vcpu, 1, 1, 0, 1, NULL), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_push_io(sim, vcpu, 1, 4, 1025, 1, NULL), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_push_mmio(sim, vcpu, 1, 0, 1, NULL), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_push_mmio(sim, vcpu, 1, 9, 1, NULL), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_script_left(sim, vcpu), 0);
}
END_TEST

START_TEST(script_struct_may_be_shorter_or_longer)
{
	struct {
		struct kvmlib_sim_exit exit;
		uint8_t tail[8];
	} longer = { .exit.size = sizeof(longer) };
	struct kvmlib_sim_exit shorter = { .size = offsetof(struct kvmlib_sim_exit, flags),
					   .flags = 0xffffffff };

	ck_assert_int_eq(kvmlib_sim_push_exit(sim, vcpu, &shorter), 0);
	ck_assert_int_eq(kvmlib_sim_push_exit(sim, vcpu, &longer.exit), 0);
	longer.tail[7] = 1;
	ck_assert_int_eq(kvmlib_sim_push_exit(sim, vcpu, &longer.exit), -E2BIG);
	longer.exit.size = 100000;
	ck_assert_int_eq(kvmlib_sim_push_exit(sim, vcpu, &longer.exit), -E2BIG);
	shorter.size = 4;
	ck_assert_int_eq(kvmlib_sim_push_exit(sim, vcpu, &shorter), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_script_left(sim, vcpu), 2);
}
END_TEST

START_TEST(script_plays_in_order)
{
	uint8_t data[] = { 1, 2, 3 };
	struct kvmlib_sim_exit exit = {
		.size = sizeof(exit),
		.reason = KVMLIB_EXIT_SHUTDOWN,
		.run_flags = 0x10,
		.payload = "payload",
		.payload_size = 7,
		.data = data,
		.data_size = 3,
		.data_offset = page - 8,
	};

	ck_assert_int_eq(kvmlib_sim_push_exit(sim, vcpu, &exit), 0);
	exit = (struct kvmlib_sim_exit){ .size = sizeof(exit), .reason = KVMLIB_EXIT_HLT };
	ck_assert_int_eq(kvmlib_sim_push_exit(sim, vcpu, &exit), 0);
	data[0] = 9; /* it was copied */
	ck_assert_int_eq(go(), 0);
	ck_assert_uint_eq(run->exit_reason, KVMLIB_EXIT_SHUTDOWN);
	ck_assert_uint_eq(run->flags, 0x10);
	ck_assert_mem_eq(run->padding, "payload", 7);
	ck_assert_mem_eq((uint8_t *)run + page - 8, "\1\2\3", 3);
	ck_assert_int_eq(kvmlib_sim_script_left(sim, vcpu), 1);
	ck_assert_int_eq(go(), 0);
	ck_assert_uint_eq(run->exit_reason, KVMLIB_EXIT_HLT);
	ck_assert_uint_eq(run->flags, 0);
}
END_TEST

START_TEST(script_result_can_carry_a_reason)
{
	struct kvmlib_sim_exit exit = {
		.size = sizeof(exit),
		.reason = KVMLIB_EXIT_MEMORY_FAULT,
		.result = -EFAULT,
	};

	ck_assert_int_eq(kvmlib_sim_push_exit(sim, vcpu, &exit), 0);
	ck_assert_int_eq(go(), -EFAULT);
	ck_assert_uint_eq(run->exit_reason, KVMLIB_EXIT_MEMORY_FAULT);
}
END_TEST

START_TEST(script_stale_leaves_the_reason)
{
	run->exit_reason = 1234;
	memset(run->padding, 0x77, sizeof(run->padding));
	ck_assert_int_eq(kvmlib_sim_push_stale(sim, vcpu, -ENOMEM), 0);
	ck_assert_int_eq(go(), -ENOMEM);
	ck_assert_uint_eq(run->exit_reason, 1234);
	ck_assert_int_eq(run->padding[0], 0x77);
}
END_TEST

Suite *script_suite(void)
{
	Suite *suite = suite_create("sim_script");

	ADD_TESTS(add_case(suite, "vcpu", setup_vcpu), script_bad_arguments_are_refused,
		  script_struct_may_be_shorter_or_longer, script_plays_in_order,
		  script_result_can_carry_a_reason, script_stale_leaves_the_reason);
	return suite;
}
