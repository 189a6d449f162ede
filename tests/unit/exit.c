/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Payloads that say how much of them there is, and those of one architecture. */

#include "fixture.h"
#include "suites.h"

#include <string.h>

static struct kvm_run run;

/* What an output is preset to, byte by byte. */
#define PRESET 0x77

static void assert_preset(const void *output, size_t size)
{
	const unsigned char *bytes = output;

	for (size_t i = 0; i < size; i++)
		ck_assert_uint_eq(bytes[i], PRESET);
}

/* The accessor fails and leaves its output of that type as it was. */
#define assert_accessor_fails(accessor, type, errnum, cause)                     \
	do {                                                                     \
		type output_;                                                    \
		memset(&output_, PRESET, sizeof(output_));                       \
		assert_fails(accessor(fix.vcpu, &output_), errnum, cause, NULL); \
		assert_preset(&output_, sizeof(output_));                        \
	} while (0)

#define assert_malformed(accessor, type, reason)                               \
	do {                                                                   \
		assert_accessor_fails(accessor, type, EPROTO, EXIT_MALFORMED); \
		assert_value(VCPU_ID, 0);                                      \
		assert_value(EXIT_REASON, reason);                             \
	} while (0)

static void start(uint32_t reason)
{
	memset(&run, 0, sizeof(run));
	run.exit_reason = reason;
}

static void exit_with_payload(void)
{
	push_payload(&run, 0);
	run_to(run.exit_reason);
}

START_TEST(exit_io_write_has_the_guests_bytes)
{
	struct kvmlib_exit_io io;

	ck_assert_int_eq(
		kvmlib_sim_push_io(fix.sim, kvmlib_vcpu_fd(fix.vcpu), 0x402, 1, 5, 1, "hello"), 0);
	run_to(KVMLIB_EXIT_IO);
	assert_ok(kvmlib_vcpu_exit_io(fix.vcpu, &io));
	ck_assert_uint_eq(io.port, 0x402);
	ck_assert_uint_eq(io.size, 1);
	ck_assert_uint_eq(io.count, 5);
	ck_assert_uint_eq(io.is_write, 1);
	ck_assert_mem_eq(io.data, "hello", 5);
}
END_TEST

START_TEST(exit_io_read_is_no_write)
{
	struct kvmlib_exit_io io;

	ck_assert_int_eq(
		kvmlib_sim_push_io(fix.sim, kvmlib_vcpu_fd(fix.vcpu), 0xffff, 4, 1, 0, NULL), 0);
	run_to(KVMLIB_EXIT_IO);
	assert_ok(kvmlib_vcpu_exit_io(fix.vcpu, &io));
	ck_assert_uint_eq(io.port, 0xffff);
	ck_assert_uint_eq(io.size, 4);
	ck_assert_uint_eq(io.is_write, 0);
}
END_TEST

static void exit_with_io(uint8_t size, uint32_t count, uint64_t offset)
{
	start(KVMLIB_EXIT_IO);
	run.io.direction = KVMLIB_EXIT_IO_OUT;
	run.io.size = size;
	run.io.count = count;
	run.io.data_offset = offset;
	exit_with_payload();
}

/* The whole rest of the mapping is allowed, and not a byte more. */
START_TEST(exit_io_data_may_reach_the_end_of_the_page)
{
	struct kvmlib_exit_io io;
	size_t end = 3 * page_size();

	exit_with_io(4, (uint32_t)(page_size() / 4), 2 * page_size());
	assert_ok(kvmlib_vcpu_exit_io(fix.vcpu, &io));
	exit_with_io(1, 1, end - 1);
	assert_ok(kvmlib_vcpu_exit_io(fix.vcpu, &io));
	exit_with_io(1, 2, end - 1);
	assert_malformed(kvmlib_vcpu_exit_io, struct kvmlib_exit_io, KVMLIB_EXIT_IO);
}
END_TEST

START_TEST(exit_io_of_odd_size_or_beyond_the_page_is_malformed)
{
	const struct {
		uint64_t offset;
		uint32_t count;
		uint8_t size;
	} rows[] = {
		{ 3 * page_size() + 1, 1, 1 },
		{ 3 * page_size(), 1, 1 },
		{ UINT64_MAX, 1, 1 },
		{ UINT64_MAX - 3, 4, 1 },
		{ 0, (uint32_t)(3 * page_size()) + 1, 1 },
		{ page_size(), UINT32_MAX, 4 },
		{ page_size(), 0x40000000, 4 }, /* 2^32 bytes: 0 in 32 bits */
		{ page_size(), 0x80000001, 2 },
		{ page_size(), UINT32_MAX, 255 },
		{ page_size(), 1, 0 },
		{ page_size(), 1, 3 },
		{ page_size(), 1, 8 },
	};

	exit_with_io(rows[_i].size, rows[_i].count, rows[_i].offset);
	assert_malformed(kvmlib_vcpu_exit_io, struct kvmlib_exit_io, KVMLIB_EXIT_IO);
}
END_TEST

START_TEST(exit_mmio_write_has_the_guests_bytes)
{
	struct kvmlib_exit_mmio mmio;

	memset(&mmio, PRESET, sizeof(mmio));
	ck_assert_int_eq(kvmlib_sim_push_mmio(fix.sim, kvmlib_vcpu_fd(fix.vcpu), 0xfed00010, 8, 1,
					      "01234567"),
			 0);
	run_to(KVMLIB_EXIT_MMIO);
	assert_ok(kvmlib_vcpu_exit_mmio(fix.vcpu, &mmio));
	ck_assert_uint_eq(mmio.gpa, 0xfed00010);
	ck_assert_uint_eq(mmio.len, 8);
	ck_assert_uint_eq(mmio.is_write, 1);
	ck_assert_mem_eq(mmio.data, "01234567", 8);
	ck_assert_mem_eq(mmio.reserved, "\0\0\0", 3);
}
END_TEST

START_TEST(exit_mmio_of_odd_length_is_malformed)
{
	static const uint32_t lengths[] = { 0, 9, 255, UINT32_MAX };

	start(KVMLIB_EXIT_MMIO);
	run.mmio.len = lengths[_i];
	exit_with_payload();
	assert_malformed(kvmlib_vcpu_exit_mmio, struct kvmlib_exit_mmio, KVMLIB_EXIT_MMIO);
}
END_TEST

START_TEST(exit_system_event_has_type_and_data)
{
	struct kvmlib_exit_system_event event;

	start(KVMLIB_EXIT_SYSTEM_EVENT);
	run.system_event.type = KVMLIB_SYSTEM_EVENT_RESET;
	run.system_event.ndata = 16;
	run.system_event.data[0] = 5;
	run.system_event.data[15] = 7;
	exit_with_payload();
	assert_ok(kvmlib_vcpu_exit_system_event(fix.vcpu, &event));
	ck_assert_uint_eq(event.type, KVMLIB_SYSTEM_EVENT_RESET);
	ck_assert_uint_eq(event.ndata, 16);
	ck_assert_uint_eq(event.data[0], 5);
	ck_assert_uint_eq(event.data[15], 7);
}
END_TEST

START_TEST(exit_system_event_of_17_words_is_malformed)
{
	start(KVMLIB_EXIT_SYSTEM_EVENT);
	run.system_event.ndata = _i ? UINT32_MAX : 17;
	exit_with_payload();
	assert_malformed(kvmlib_vcpu_exit_system_event, struct kvmlib_exit_system_event,
			 KVMLIB_EXIT_SYSTEM_EVENT);
}
END_TEST

START_TEST(exit_fail_entry_has_reason_and_cpu)
{
	struct kvmlib_exit_fail_entry entry;

	memset(&entry, PRESET, sizeof(entry));
	start(KVMLIB_EXIT_FAIL_ENTRY);
	run.fail_entry.hardware_entry_failure_reason = 0x8000000000000021;
	run.fail_entry.cpu = 3;
	exit_with_payload();
	assert_ok(kvmlib_vcpu_exit_fail_entry(fix.vcpu, &entry));
	ck_assert_uint_eq(entry.reason, 0x8000000000000021);
	ck_assert_uint_eq(entry.cpu, 3);
	ck_assert_uint_eq(entry.reserved, 0);
}
END_TEST

static void assert_without_instruction(const struct kvmlib_exit_internal_error *error)
{
	static const uint8_t none[sizeof(error->insn_bytes)];

	ck_assert_uint_eq(error->insn_size, 0);
	ck_assert_mem_eq(error->insn_bytes, none, sizeof(none));
}

START_TEST(exit_internal_error_has_its_words)
{
	struct kvmlib_exit_internal_error error;

	memset(&error, PRESET, sizeof(error));
	start(KVMLIB_EXIT_INTERNAL_ERROR);
	run.internal.suberror = KVMLIB_INTERNAL_ERROR_DELIVERY_EV;
	run.internal.ndata = 16;
	run.internal.data[0] = 5;
	run.internal.data[15] = 7;
	exit_with_payload();
	assert_ok(kvmlib_vcpu_exit_internal_error(fix.vcpu, &error));
	ck_assert_uint_eq(error.suberror, KVMLIB_INTERNAL_ERROR_DELIVERY_EV);
	ck_assert_uint_eq(error.ndata, 16);
	ck_assert_uint_eq(error.data[0], 5);
	ck_assert_uint_eq(error.data[15], 7);
	assert_without_instruction(&error);
}
END_TEST

static void start_emulation_failure(uint32_t ndata, uint8_t insn_size)
{
	start(KVMLIB_EXIT_INTERNAL_ERROR);
	run.emulation_failure.suberror = KVMLIB_INTERNAL_ERROR_EMULATION;
	run.emulation_failure.ndata = ndata;
	run.emulation_failure.flags = KVMLIB_INTERNAL_ERROR_EMULATION_FLAG_INSTRUCTION_BYTES;
	run.emulation_failure.insn_size = insn_size;
	memcpy(run.emulation_failure.insn_bytes, "\x9b\xdb\xe3", 3);
}

START_TEST(exit_internal_error_of_emulation_has_the_instruction)
{
	struct kvmlib_exit_internal_error error;

	start_emulation_failure(3, 15);
	exit_with_payload();
	assert_ok(kvmlib_vcpu_exit_internal_error(fix.vcpu, &error));
	ck_assert_uint_eq(error.insn_size, 15);
	ck_assert_mem_eq(error.insn_bytes, "\x9b\xdb\xe3", 3);
	ck_assert_uint_eq(error.ndata, 3);
}
END_TEST

static void assert_no_instruction(void)
{
	struct kvmlib_exit_internal_error error;

	memset(&error, PRESET, sizeof(error));
	exit_with_payload();
	assert_ok(kvmlib_vcpu_exit_internal_error(fix.vcpu, &error));
	assert_without_instruction(&error);
}

START_TEST(exit_internal_error_without_flag_has_no_instruction)
{
	start_emulation_failure(3, 15);
	run.emulation_failure.flags = 0;
	assert_no_instruction();
}
END_TEST

START_TEST(exit_internal_error_with_too_few_words_has_no_instruction)
{
	start_emulation_failure((uint32_t)_i, 15);
	assert_no_instruction();
}
END_TEST

START_TEST(exit_internal_error_of_other_kind_has_no_instruction)
{
	start_emulation_failure(3, 15);
	run.emulation_failure.suberror = KVMLIB_INTERNAL_ERROR_SIMUL_EX;
	assert_no_instruction();
}
END_TEST

START_TEST(exit_internal_error_of_16_byte_instruction_is_malformed)
{
	start_emulation_failure(3, _i ? 255 : 16);
	exit_with_payload();
	assert_malformed(kvmlib_vcpu_exit_internal_error, struct kvmlib_exit_internal_error,
			 KVMLIB_EXIT_INTERNAL_ERROR);
}
END_TEST

START_TEST(exit_internal_error_of_17_words_is_malformed)
{
	start(KVMLIB_EXIT_INTERNAL_ERROR);
	run.internal.ndata = _i ? UINT32_MAX : 17;
	exit_with_payload();
	assert_malformed(kvmlib_vcpu_exit_internal_error, struct kvmlib_exit_internal_error,
			 KVMLIB_EXIT_INTERNAL_ERROR);
}
END_TEST

START_TEST(exit_debug_tells_what_was_hit)
{
#ifdef __x86_64__
	struct kvmlib_exit_debug debug;

	memset(&debug, PRESET, sizeof(debug));
	start(KVMLIB_EXIT_DEBUG);
	run.debug.arch.pc = 0x1000;
	run.debug.arch.dr6 = 0xffff4ff0;
	run.debug.arch.dr7 = 0x400;
	run.debug.arch.exception = 1;
	exit_with_payload();
	assert_ok(kvmlib_vcpu_exit_debug(fix.vcpu, &debug));
	ck_assert_uint_eq(debug.pc, 0x1000);
	ck_assert_uint_eq(debug.dr6, 0xffff4ff0);
	ck_assert_uint_eq(debug.dr7, 0x400);
	ck_assert_uint_eq(debug.exception, 1);
	ck_assert_uint_eq(debug.reserved, 0);
#else
	push_exit(KVMLIB_EXIT_DEBUG, 0);
	run_to(KVMLIB_EXIT_DEBUG);
	assert_accessor_fails(kvmlib_vcpu_exit_debug, struct kvmlib_exit_debug, EOPNOTSUPP,
			      ARCH_UNSUPPORTED);
#endif
}
END_TEST

START_TEST(exit_memory_fault_with_result_0_is_read_too)
{
	struct kvmlib_exit_memory_fault fault;

	start(KVMLIB_EXIT_MEMORY_FAULT);
	run.memory_fault.gpa = (uint64_t)1 << 40;
	run.memory_fault.size = 0x200000;
	run.memory_fault.flags = (uint64_t)1 << 63;
	exit_with_payload();
	assert_ok(kvmlib_vcpu_exit_memory_fault(fix.vcpu, &fault));
	ck_assert_uint_eq(fault.gpa, (uint64_t)1 << 40);
	ck_assert_uint_eq(fault.size, 0x200000);
	ck_assert_uint_eq(fault.flags, (uint64_t)1 << 63);
}
END_TEST

Suite *exit_suite(void)
{
	Suite *suite = suite_create("exit");
	TCase *tcase = add_case(suite, "exit", setup_vcpu);

	tcase_add_loop_test(tcase, exit_io_of_odd_size_or_beyond_the_page_is_malformed, 0, 12);
	tcase_add_loop_test(tcase, exit_mmio_of_odd_length_is_malformed, 0, 4);
	tcase_add_loop_test(tcase, exit_system_event_of_17_words_is_malformed, 0, 2);
	tcase_add_loop_test(tcase, exit_internal_error_with_too_few_words_has_no_instruction, 0, 3);
	tcase_add_loop_test(tcase, exit_internal_error_of_16_byte_instruction_is_malformed, 0, 2);
	tcase_add_loop_test(tcase, exit_internal_error_of_17_words_is_malformed, 0, 2);
	ADD_TESTS(tcase, exit_io_write_has_the_guests_bytes, exit_io_read_is_no_write,
		  exit_io_data_may_reach_the_end_of_the_page, exit_mmio_write_has_the_guests_bytes,
		  exit_system_event_has_type_and_data, exit_fail_entry_has_reason_and_cpu,
		  exit_internal_error_has_its_words,
		  exit_internal_error_of_emulation_has_the_instruction,
		  exit_internal_error_without_flag_has_no_instruction,
		  exit_internal_error_of_other_kind_has_no_instruction,
		  exit_debug_tells_what_was_hit, exit_memory_fault_with_result_0_is_read_too);
	return suite;
}
