/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Exits that the next KVM_RUN completes. */
#include "fixture.h"

#include <string.h>

#include "suites.h"

START_TEST(io_out_shows_its_data)
{
	ck_assert_int_eq(kvmlib_sim_push_io(sim, vcpu, 0x3f8, 2, 3, 1, "abcdef"), 0);
	ck_assert_int_eq(go(), 0);
	ck_assert_uint_eq(run->exit_reason, KVMLIB_EXIT_IO);
	ck_assert_uint_eq(run->io.direction, 1);
	ck_assert_uint_eq(run->io.size, 2);
	ck_assert_uint_eq(run->io.count, 3);
	ck_assert_uint_eq(run->io.port, 0x3f8);
	ck_assert_mem_eq((uint8_t *)run + run->io.data_offset, "abcdef", 6);
	set_immediate_exit(1);
	ck_assert_int_eq(go(), -EINTR);
	ck_assert_int_eq(kvmlib_sim_completion(sim, vcpu, NULL, 0), -ENODATA);
}
END_TEST

START_TEST(io_in_is_completed_before_immediate_exit)
{
	uint8_t got[8] = { 0 };

	ck_assert_int_eq(kvmlib_sim_push_io(sim, vcpu, 0x60, 1, 4, 0, NULL), 0);
	ck_assert_int_eq(go(), 0);
	memcpy((uint8_t *)run + run->io.data_offset, "wxyz", 4);
	ck_assert_int_eq(kvmlib_sim_completion(sim, vcpu, got, 8), -ENODATA);
	set_immediate_exit(1);
	ck_assert_int_eq(go(), -EINTR);
	ck_assert_int_eq(kvmlib_sim_completion(sim, vcpu, got, 2), 4);
	ck_assert_mem_eq(got, "wx\0\0", 4);
	ck_assert_int_eq(kvmlib_sim_completion(sim, vcpu, got, 8), 4);
	ck_assert_mem_eq(got, "wxyz\0", 5);
}
END_TEST

START_TEST(io_in_a_page_is_completed)
{
	static uint8_t got[4096];

	ck_assert_int_eq(kvmlib_sim_push_io(sim, vcpu, 0x60, 4, 1024, 0, NULL), 0);
	ck_assert_int_eq(go(), 0);
	memset((uint8_t *)run + run->io.data_offset, 7, 4096);
	set_immediate_exit(1);
	ck_assert_int_eq(go(), -EINTR);
	ck_assert_int_eq(kvmlib_sim_completion(sim, vcpu, got, 4096), 4096);
	ck_assert_uint_eq(got[4095], 7);
}
END_TEST

START_TEST(mmio_read_is_completed_by_the_next_run)
{
	uint8_t got[8] = { 0 };

	ck_assert_int_eq(kvmlib_sim_push_mmio(sim, vcpu, 0xdeadb000, 4, 0, NULL), 0);
	ck_assert_int_eq(kvmlib_sim_push_mmio(sim, vcpu, 0xdeadb008, 8, 1, "12345678"), 0);
	ck_assert_int_eq(go(), 0);
	ck_assert_uint_eq(run->exit_reason, KVMLIB_EXIT_MMIO);
	ck_assert_uint_eq(run->mmio.phys_addr, 0xdeadb000);
	ck_assert_uint_eq(run->mmio.len, 4);
	ck_assert_uint_eq(run->mmio.is_write, 0);
	memcpy(run->mmio.data, "abcd", 4);
	ck_assert_int_eq(go(), 0);
	ck_assert_uint_eq(run->mmio.is_write, 1);
	ck_assert_mem_eq(run->mmio.data, "12345678", 8);
	ck_assert_int_eq(kvmlib_sim_completion(sim, vcpu, got, 8), 4);
	ck_assert_mem_eq(got, "abcd\0", 5);
}
END_TEST

START_TEST(completion_by_reason_is_lost_when_overwritten)
{
	uint8_t got[8];

	ck_assert_int_eq(kvmlib_sim_set_completion_by_reason(sim, 1), 0);
	ck_assert_int_eq(kvmlib_sim_push_mmio(sim, vcpu, 0, 4, 0, NULL), 0);
	ck_assert_int_eq(go(), 0);
	memcpy(run->mmio.data, "abcd", 4);
	run->exit_reason = KVMLIB_EXIT_UNKNOWN;
	set_immediate_exit(1);
	ck_assert_int_eq(go(), -EINTR);
	ck_assert_int_eq(kvmlib_sim_completion(sim, vcpu, got, 8), -ENODATA);
	run->exit_reason = KVMLIB_EXIT_MMIO; /* not too late: the guest has not gone on */
	ck_assert_int_eq(go(), -EINTR);
	ck_assert_int_eq(kvmlib_sim_completion(sim, vcpu, got, 8), 4);
	ck_assert_mem_eq(got, "abcd", 4);
}
END_TEST

START_TEST(completion_by_reason_is_gone_once_the_guest_goes_on)
{
	ck_assert_int_eq(kvmlib_sim_set_completion_by_reason(sim, 1), 0);
	ck_assert_int_eq(kvmlib_sim_push_mmio(sim, vcpu, 0, 4, 0, NULL), 0);
	ck_assert_int_eq(kvmlib_sim_push_stale(sim, vcpu, 0), 0);
	ck_assert_int_eq(go(), 0);
	run->exit_reason = KVMLIB_EXIT_UNKNOWN;
	ck_assert_int_eq(go(), 0);
	run->exit_reason = KVMLIB_EXIT_MMIO;
	set_immediate_exit(1);
	ck_assert_int_eq(go(), -EINTR);
	ck_assert_int_eq(kvmlib_sim_completion(sim, vcpu, NULL, 0), -ENODATA);
}
END_TEST

START_TEST(completion_without_reason_does_not_care)
{
	uint8_t got[8];

	ck_assert_int_eq(kvmlib_sim_set_completion_by_reason(sim, 0), 0);
	ck_assert_int_eq(kvmlib_sim_push_mmio(sim, vcpu, 0, 4, 0, NULL), 0);
	ck_assert_int_eq(go(), 0);
	memcpy(run->mmio.data, "abcd", 4);
	run->exit_reason = KVMLIB_EXIT_UNKNOWN;
	run->mmio.is_write = 1; /* KVM does not look */
	set_immediate_exit(1);
	ck_assert_int_eq(go(), -EINTR);
	ck_assert_int_eq(kvmlib_sim_completion(sim, vcpu, got, 8), 4);
	ck_assert_mem_eq(got, "abcd", 4);
}
END_TEST

START_TEST(completion_of_other_exits)
{
	static const struct {
		uint32_t reason;
		size_t size;
	} rows[] = {
		{ KVMLIB_EXIT_HYPERCALL, 8 },
		{ KVMLIB_EXIT_X86_RDMSR, 8 },
		{ KVMLIB_EXIT_RISCV_SBI, 2 * sizeof(long) },
		{ KVMLIB_EXIT_RISCV_CSR, sizeof(long) },
	};
	struct kvmlib_sim_exit exit = { .size = sizeof(exit) };

	set_immediate_exit(0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		exit.reason = rows[i].reason;
		ck_assert_int_eq(kvmlib_sim_push_exit(sim, vcpu, &exit), 0);
		ck_assert_int_eq(go(), 0);
		set_immediate_exit(1);
		ck_assert_int_eq(go(), -EINTR);
		set_immediate_exit(0);
		ck_assert_int_eq(kvmlib_sim_completion(sim, vcpu, NULL, 0), (int)rows[i].size);
	}
}
END_TEST

START_TEST(completion_of_iocsr_read)
{
	struct kvm_run model = { .iocsr_io = { .len = 4 } };
	struct kvmlib_sim_exit exit = {
		.size = sizeof(exit),
		.reason = KVMLIB_EXIT_LOONGARCH_IOCSR,
		.payload = &model.iocsr_io,
		.payload_size = sizeof(model.iocsr_io),
	};

	ck_assert_int_eq(kvmlib_sim_push_exit(sim, vcpu, &exit), 0);
	ck_assert_int_eq(go(), 0);
	set_immediate_exit(1);
	ck_assert_int_eq(go(), -EINTR);
	ck_assert_int_eq(kvmlib_sim_completion(sim, vcpu, NULL, 0), 4);
}
END_TEST

START_TEST(completion_of_malformed_exits_is_none)
{
	struct kvm_run model = { .io = { .size = 1, .count = 8, .data_offset = 3 * page - 4 } };
	struct kvmlib_sim_exit exit = {
		.size = sizeof(exit),
		.reason = KVMLIB_EXIT_IO,
		.payload = &model.io,
		.payload_size = sizeof(model.io),
	};

	ck_assert_int_eq(kvmlib_sim_push_exit(sim, vcpu, &exit), 0);
	model.io.data_offset = UINT64_MAX;
	ck_assert_int_eq(kvmlib_sim_push_exit(sim, vcpu, &exit), 0);
	model.io.data_offset = 0;
	model.io.count = UINT32_MAX;
	ck_assert_int_eq(kvmlib_sim_push_exit(sim, vcpu, &exit), 0);
	exit.reason = KVMLIB_EXIT_MMIO;
	model.mmio.len = 9;
	model.mmio.is_write = 0;
	ck_assert_int_eq(kvmlib_sim_push_exit(sim, vcpu, &exit), 0);
	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(go(), 0);
	set_immediate_exit(1);
	ck_assert_int_eq(go(), -EINTR);
	ck_assert_int_eq(kvmlib_sim_completion(sim, vcpu, NULL, 0), -ENODATA);
}
END_TEST

START_TEST(completion_bad_arguments_are_refused)
{
	uint8_t got[8];

	ck_assert_int_eq(kvmlib_sim_completion(NULL, vcpu, got, 8), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_completion(sim, vcpu, NULL, 8), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_completion(sim, vm, got, 8), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_completion(sim, NO_SUCH_FD, got, 8), -EBADF);
	ck_assert_int_eq(kvmlib_sim_script_left(NULL, vcpu), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_script_left(sim, NO_SUCH_FD), -EBADF);
	ck_assert_int_eq(kvmlib_sim_in_guest(NULL, vcpu), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_in_guest(sim, vm), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_in_guest(sim, vcpu), 0);
}
END_TEST

Suite *completion_suite(void)
{
	Suite *suite = suite_create("sim_completion");

	ADD_TESTS(add_case(suite, "vcpu", setup_vcpu), io_out_shows_its_data,
		  io_in_is_completed_before_immediate_exit, io_in_a_page_is_completed,
		  mmio_read_is_completed_by_the_next_run,
		  completion_by_reason_is_lost_when_overwritten,
		  completion_by_reason_is_gone_once_the_guest_goes_on,
		  completion_without_reason_does_not_care, completion_of_other_exits,
		  completion_of_iocsr_read, completion_of_malformed_exits_is_none,
		  completion_bad_arguments_are_refused);
	return suite;
}
