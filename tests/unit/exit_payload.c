/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What all accessors and completions of exits share: values, refusals, forked children. */
#include "child.h"
#include "fixture.h"
#include "payloads.h"
#include "suites.h"

#include <string.h>

/* What an output is preset to, byte by byte. */
#define PRESET	 0x77
#define MAX_SIZE 64U

static uint64_t load(const void *at, size_t size)
{
	uint64_t u64;
	uint32_t u32;
	uint16_t u16;

	if (size == 8)
		return memcpy(&u64, at, 8), u64;
	if (size == 4)
		return memcpy(&u32, at, 4), u32;
	if (size == 2)
		return memcpy(&u16, at, 2), u16;
	return *(const uint8_t *)at;
}

static void store(void *at, size_t size, uint64_t value)
{
	uint32_t u32 = (uint32_t)value;
	uint8_t u8 = (uint8_t)value;

	memcpy(at, size == 8 ? (void *)&value : size == 4 ? (void *)&u32 : &u8, size);
}

/* A payload of which every byte is known: 1, 2, 3 … but where something else must be. */
static void fill(struct kvm_run *run, uint32_t reason, const struct preset preset[4])
{
	memset(run, 0, sizeof(*run));
	run->exit_reason = reason;
	for (size_t i = 0; i < sizeof(run->padding); i++)
		run->padding[i] = (char)(i + 1);
	for (size_t i = 0; i < 4; i++)
		store(run->padding + preset[i].offset, preset[i].size, preset[i].value);
}

static void exit_as(uint32_t reason, const struct preset preset[4])
{
	struct kvm_run run;

	fill(&run, reason, preset);
	push_payload(&run, 0);
	run_to(reason);
}

static void assert_refused(const char *name, int r, int errnum, uint32_t cause)
{
	const char *differs;

	ck_assert_msg(r == -errnum, "%s: %d", name, r);
	differs = record_differs(name, errnum, cause, NULL);
	ck_assert_msg(!differs, "%s: %s", name, differs);
}

static void assert_untouched(const struct payload *payload, const uint8_t *output)
{
	for (size_t i = 0; i < MAX_SIZE; i++)
		ck_assert_msg(output[i] == PRESET, "%s touched byte %zu", payload->name, i);
}

static void assert_payload_refused(const struct payload *payload, int errnum, uint32_t cause)
{
	_Alignas(8) uint8_t output[MAX_SIZE];

	memset(output, PRESET, sizeof(output));
	spoil_record();
	assert_refused(payload->name, payload->call(fix.vcpu, output), errnum, cause);
	assert_untouched(payload, output);
}

static void assert_member(const struct payload *payload, const struct payload_member *member,
			  const uint8_t *output)
{
	void *raw;
	size_t size;
	uint64_t expected;

	assert_ok(kvmlib_vcpu_exit_raw(fix.vcpu, &raw, &size));
	expected = (uintptr_t)raw + member->source;
	if (member->source_size)
		expected = load((uint8_t *)raw + member->source, member->source_size);
	ck_assert_msg(load(output + member->offset, member->size) == expected,
		      "%s: member at %zu: %llx, not %llx", payload->name, member->offset,
		      (unsigned long long)load(output + member->offset, member->size),
		      (unsigned long long)expected);
}

START_TEST(payload_is_told_member_by_member)
{
	const struct payload *payload = &payloads[_i];
	_Alignas(8) uint8_t output[MAX_SIZE];

	memset(output, PRESET, sizeof(output));
	exit_as(payload->reason, payload->preset);
	assert_ok(payload->call(fix.vcpu, output));
	for (size_t i = 0; i < 6 && payload->members[i].size; i++)
		assert_member(payload, &payload->members[i], output);
	for (size_t i = payload->size; i < MAX_SIZE; i++)
		ck_assert_uint_eq(output[i], PRESET);
}
END_TEST

START_TEST(payload_of_wrong_exit_is_refused)
{
	static const struct preset none[4];

	assert_payload_refused(&payloads[_i], EINVAL, KVMLIB_CAUSE_WRONG_EXIT);
	assert_value(EXIT_REASON, KVMLIB_EXIT_NONE);
	exit_as(KVMLIB_EXIT_SHUTDOWN, none);
	assert_payload_refused(&payloads[_i], EINVAL, KVMLIB_CAUSE_WRONG_EXIT);
	assert_value(VCPU_ID, 0);
	assert_value(EXIT_REASON, KVMLIB_EXIT_SHUTDOWN);
}
END_TEST

/* Where the first preset says which kind of payload it is. */
static bool has_kinds(uint32_t reason, const struct preset preset[4])
{
	return preset[0].size && (reason == KVMLIB_EXIT_HYPERV || reason == KVMLIB_EXIT_XEN ||
				  reason == KVMLIB_EXIT_TDX);
}

static void exit_as_other_kind(uint32_t reason, const struct preset preset[4])
{
	struct preset other[4] = { preset[0] };

	other[0].value = 99;
	exit_as(reason, other);
}

START_TEST(payload_of_other_kind_is_refused)
{
	const struct payload *payload = &payloads[_i];

	if (!has_kinds(payload->reason, payload->preset))
		return;
	exit_as_other_kind(payload->reason, payload->preset);
	assert_payload_refused(payload, EINVAL, KVMLIB_CAUSE_WRONG_EXIT);
	assert_value(EXIT_REASON, payload->reason);
}
END_TEST

START_TEST(payload_null_is_refused)
{
	const struct payload *payload = &payloads[_i];
	_Alignas(8) uint8_t output[MAX_SIZE];

	memset(output, PRESET, sizeof(output));
	exit_as(payload->reason, payload->preset);
	assert_refused(payload->name, payload->call(NULL, output), EINVAL,
		       KVMLIB_CAUSE_NULL_ARGUMENT);
	assert_value(ARGUMENT, 1);
	assert_untouched(payload, output);
	assert_refused(payload->name, payload->call(fix.vcpu, NULL), EINVAL,
		       KVMLIB_CAUSE_NULL_ARGUMENT);
	assert_value(ARGUMENT, 2);
}
END_TEST

static void call_in_child(const struct payload *payload)
{
	_Alignas(8) uint8_t output[MAX_SIZE];

	memset(output, PRESET, sizeof(output));
	spoil_record();
	CHECK(payload->call(fix.vcpu, output) == -EIO);
	CHECK(!record_differs(payload->name, EIO, KVMLIB_CAUSE_FORKED, NULL));
	for (size_t i = 0; i < MAX_SIZE; i++)
		CHECK(output[i] == PRESET);
}

static void call_all_in_child(void)
{
	for (size_t i = 0; i < nr_payloads; i++)
		call_in_child(&payloads[i]);
}

/* Whatever the exit was, the child is told that first. */
START_TEST(payloads_in_forked_child_are_refused)
{
	NEEDS_WIPED_PAGES;
	exit_as(payloads[0].reason, payloads[0].preset);
	in_child(call_all_in_child);
}
END_TEST

/* The debug payload differs by architecture, and so has accessors of its own. */
START_TEST(payload_of_debug_exit_has_common_refusals)
{
	struct kvmlib_exit_debug debug;
	struct kvmlib_exit_arm_debug arm;
	struct kvmlib_exit_ppc_debug ppc;
	struct kvmlib_exit_s390_debug s390;

	assert_refuses_null(kvmlib_vcpu_exit_debug(fix.vcpu, NULL), 2);
	assert_refuses_null(kvmlib_vcpu_exit_arm_debug(fix.vcpu, NULL), 2);
	assert_refuses_null(kvmlib_vcpu_exit_ppc_debug(fix.vcpu, NULL), 2);
	assert_refuses_null(kvmlib_vcpu_exit_s390_debug(NULL, &s390), 1);
	assert_fails(kvmlib_vcpu_exit_debug(fix.vcpu, &debug), EINVAL, WRONG_EXIT, NULL);
	assert_fails(kvmlib_vcpu_exit_arm_debug(fix.vcpu, &arm), EINVAL, WRONG_EXIT, NULL);
	assert_fails(kvmlib_vcpu_exit_ppc_debug(fix.vcpu, &ppc), EINVAL, WRONG_EXIT, NULL);
	assert_fails(kvmlib_vcpu_exit_s390_debug(fix.vcpu, &s390), EINVAL, WRONG_EXIT, NULL);
}
END_TEST

#define DATA  0x1122334455667788ULL
#define OTHER 0x99aabbccddeeff00ULL

static const uint64_t info[4] = { 5, 6, 7, OTHER };

#define COMPLETION(name, ...)                                    \
	static int complete_##name(struct kvmlib_vcpu *vcpu)     \
	{                                                        \
		return kvmlib_vcpu_complete_##name(__VA_ARGS__); \
	}
COMPLETION(hypercall, vcpu, DATA)
COMPLETION(rdmsr, vcpu, DATA)
COMPLETION(wrmsr, vcpu)
COMPLETION(msr_fault, vcpu)
COMPLETION(snp_req_certs, vcpu, DATA, OTHER)
COMPLETION(hyperv_hcall, vcpu, DATA)
COMPLETION(hyperv_syndbg, vcpu, DATA)
COMPLETION(xen_hcall, vcpu, DATA)
COMPLETION(tdx, vcpu, DATA)
COMPLETION(tdx_vmcall_info, vcpu, info, DATA)
COMPLETION(papr_hcall, vcpu, DATA)
COMPLETION(epr, vcpu, 0x12345678)
COMPLETION(riscv_sbi, vcpu, DATA, OTHER)
COMPLETION(riscv_csr, vcpu, DATA)

/* Completions, and what of the union they change. */
static const struct completion {
	const char *name;
	int (*call)(struct kvmlib_vcpu *vcpu);
	uint32_t reason;
	struct preset preset[4];
	struct preset stored[6];
} completions[] = {
#define AS(name_, reason_)                                                \
	.name = "kvmlib_vcpu_complete_" #name_, .call = complete_##name_, \
	.reason = KVMLIB_EXIT_##reason_
	{ AS(hypercall, HYPERCALL), .stored = { { 56, 8, DATA } } },
	{ AS(rdmsr, X86_RDMSR), .stored = { { 0, 1, 0 }, { 16, 8, DATA } } },
	{ AS(wrmsr, X86_WRMSR), .stored = { { 0, 1, 0 } } },
	{ AS(msr_fault, X86_RDMSR), .preset = { { 0, 1, 0 } }, .stored = { { 0, 1, 1 } } },
	{ AS(msr_fault, X86_WRMSR), .preset = { { 0, 1, 0 } }, .stored = { { 0, 1, 1 } } },
	{ AS(snp_req_certs, SNP_REQ_CERTS), .stored = { { 16, 8, DATA }, { 8, 8, OTHER } } },
	{ AS(hyperv_hcall, HYPERV), .preset = { { 0, 4, 2 } }, .stored = { { 16, 8, DATA } } },
	{ AS(hyperv_syndbg, HYPERV), .preset = { { 0, 4, 3 } }, .stored = { { 24, 8, DATA } } },
	{ AS(xen_hcall, XEN), .preset = { { 0, 4, 1 } }, .stored = { { 24, 8, DATA } } },
	{ AS(tdx, TDX), .stored = { { 16, 8, DATA } } },
	{ AS(tdx, TDX), .preset = { { 24, 8, 0x10002 } }, .stored = { { 16, 8, DATA } } },
	{ AS(tdx_vmcall_info, TDX), .preset = { { 8, 8, 0x10000 } },
	  .stored = { { 16, 8, DATA },
		      { 32, 8, 5 },
		      { 40, 8, 6 },
		      { 48, 8, 7 },
		      { 56, 8, OTHER } } },
	{ AS(papr_hcall, PAPR_HCALL), .stored = { { 8, 8, DATA } } },
	{ AS(epr, EPR), .stored = { { 0, 4, 0x12345678 } } },
	{ AS(riscv_sbi, RISCV_SBI), .stored = { { 64, 8, DATA }, { 72, 8, OTHER } } },
	{ AS(riscv_csr, RISCV_CSR), .stored = { { 24, 8, DATA } } },
#undef AS
};

/* The whole union, as the next KVM_RUN sees it. */
START_TEST(completion_stores_the_answer_and_nothing_else)
{
	const struct completion *row = &completions[_i];
	struct kvm_run *page = map_run_page();
	struct kvm_run expected;

	fill(&expected, row->reason, row->preset);
	for (size_t i = 0; i < 6; i++)
		store(expected.padding + row->stored[i].offset, row->stored[i].size,
		      row->stored[i].value);
	exit_as(row->reason, row->preset);
	assert_ok(row->call(fix.vcpu));
	for (size_t i = 0; i < sizeof(expected.padding); i++)
		ck_assert_msg(page->padding[i] == expected.padding[i], "%s: byte %zu", row->name,
			      i);
	unmap_run_page(page);
}
END_TEST

START_TEST(completion_of_wrong_exit_is_refused)
{
	static const struct preset none[4];
	const struct completion *row = &completions[_i];

	assert_refused(row->name, row->call(NULL), EINVAL, KVMLIB_CAUSE_NULL_ARGUMENT);
	assert_value(ARGUMENT, 1);
	assert_refused(row->name, row->call(fix.vcpu), EINVAL, KVMLIB_CAUSE_WRONG_EXIT);
	exit_as(KVMLIB_EXIT_SHUTDOWN, none);
	assert_refused(row->name, row->call(fix.vcpu), EINVAL, KVMLIB_CAUSE_WRONG_EXIT);
	assert_value(EXIT_REASON, KVMLIB_EXIT_SHUTDOWN);
	if (!has_kinds(row->reason, row->preset) || row->call == complete_tdx)
		return;
	exit_as_other_kind(row->reason, row->preset);
	assert_refused(row->name, row->call(fix.vcpu), EINVAL, KVMLIB_CAUSE_WRONG_EXIT);
}
END_TEST

static void complete_all_in_child(void)
{
	for (size_t i = 0; i < sizeof(completions) / sizeof(completions[0]); i++) {
		spoil_record();
		CHECK(completions[i].call(fix.vcpu) == -EIO);
		CHECK(!record_differs(completions[i].name, EIO, KVMLIB_CAUSE_FORKED, NULL));
	}
}

START_TEST(completions_in_forked_child_are_refused)
{
	NEEDS_WIPED_PAGES;
	exit_as(completions[0].reason, completions[0].preset);
	in_child(complete_all_in_child);
}
END_TEST

START_TEST(completion_of_tdx_info_without_info_is_refused)
{
	assert_refuses_null(kvmlib_vcpu_complete_tdx_vmcall_info(fix.vcpu, NULL, 0), 2);
}
END_TEST

/* A call's result is what the next run gives the guest. */
START_TEST(completion_reaches_the_guest)
{
	static const struct preset none[4];
	uint64_t got = 0;

	exit_as(KVMLIB_EXIT_X86_RDMSR, none);
	assert_ok(kvmlib_vcpu_complete_rdmsr(fix.vcpu, DATA));
	push_exit(KVMLIB_EXIT_HLT, 0);
	run_to(KVMLIB_EXIT_HLT);
	ck_assert_int_eq(kvmlib_sim_completion(fix.sim, kvmlib_vcpu_fd(fix.vcpu), &got, 8), 8);
	ck_assert_uint_eq(got, DATA);
}
END_TEST

START_TEST(raw_payload_of_a_newer_exit_can_be_read_and_answered)
{
	static const struct preset none[4];
	struct kvm_run *page = map_run_page();
	uint8_t *raw = NULL;
	size_t size = 0;

	exit_as(4711, none);
	assert_ok(kvmlib_vcpu_exit_raw(fix.vcpu, (void **)&raw, &size));
	ck_assert_uint_eq(size, 256);
	for (size_t i = 0; i < size; i++)
		ck_assert_uint_eq(raw[i], (uint8_t)(i + 1));
	raw[255] = 0x5a;
	ck_assert_int_eq(page->padding[255], 0x5a);
	unmap_run_page(page);
}
END_TEST

START_TEST(raw_payload_is_refused_where_there_is_none)
{
	static const struct preset none[4];
	void *raw = SENTINEL;
	size_t size = 77;

	assert_fails(kvmlib_vcpu_exit_raw(fix.vcpu, &raw, &size), EINVAL, WRONG_EXIT, NULL);
	push_exit(KVMLIB_EXIT_HLT, -EAGAIN);
	run_to(KVMLIB_EXIT_AGAIN);
	assert_fails(kvmlib_vcpu_exit_raw(fix.vcpu, &raw, &size), EINVAL, WRONG_EXIT, NULL);
	push_exit(KVMLIB_EXIT_INTR, -EINTR);
	run_to(KVMLIB_EXIT_INTR);
	assert_fails(kvmlib_vcpu_exit_raw(fix.vcpu, &raw, &size), EINVAL, WRONG_EXIT, NULL);
	exit_as(KVMLIB_EXIT_HLT, none);
	assert_refuses_null(kvmlib_vcpu_exit_raw(NULL, &raw, &size), 1);
	assert_refuses_null(kvmlib_vcpu_exit_raw(fix.vcpu, NULL, &size), 2);
	assert_refuses_null(kvmlib_vcpu_exit_raw(fix.vcpu, &raw, NULL), 3);
	ck_assert_ptr_eq(raw, SENTINEL);
	ck_assert_uint_eq(size, 77);
}
END_TEST

START_TEST(set_tpr_tells_the_priority_of_the_run_page)
{
	struct kvm_run *page = map_run_page();
	uint64_t cr8 = 77;

	assert_refuses_null(kvmlib_vcpu_exit_set_tpr(fix.vcpu, NULL), 2);
	assert_fails(kvmlib_vcpu_exit_set_tpr(fix.vcpu, &cr8), EINVAL, WRONG_EXIT, NULL);
	ck_assert_uint_eq(cr8, 77);
	push_exit(KVMLIB_EXIT_SET_TPR, 0);
	run_to(KVMLIB_EXIT_SET_TPR);
	page->cr8 = 9;
	assert_ok(kvmlib_vcpu_exit_set_tpr(fix.vcpu, &cr8));
	ck_assert_uint_eq(cr8, 9);
	unmap_run_page(page);
}
END_TEST

START_TEST(msr_exit_tells_reads_from_writes)
{
	static const struct preset none[4];
	struct kvmlib_exit_msr msr;

	exit_as(KVMLIB_EXIT_X86_RDMSR, none);
	assert_ok(kvmlib_vcpu_exit_msr(fix.vcpu, &msr));
	ck_assert_uint_eq(msr.is_write, 0);
	exit_as(KVMLIB_EXIT_X86_WRMSR, none);
	assert_ok(kvmlib_vcpu_exit_msr(fix.vcpu, &msr));
	ck_assert_uint_eq(msr.is_write, 1);
	ck_assert_uint_eq(msr.reserved, 0);
	assert_fails(kvmlib_vcpu_complete_rdmsr(fix.vcpu, 0), EINVAL, WRONG_EXIT, NULL);
}
END_TEST

START_TEST(iocsr_exit_of_odd_length_is_malformed)
{
	static const uint32_t lengths[] = { 0, 9, 255, UINT32_MAX };
	struct preset preset[4] = { { 16, 4, lengths[_i] } };
	struct kvmlib_exit_iocsr iocsr;

	exit_as(KVMLIB_EXIT_LOONGARCH_IOCSR, preset);
	assert_fails(kvmlib_vcpu_exit_loongarch_iocsr(fix.vcpu, &iocsr), EPROTO, EXIT_MALFORMED,
		     NULL);
	assert_value(EXIT_REASON, KVMLIB_EXIT_LOONGARCH_IOCSR);
}
END_TEST

/* A guest's write needs no answer; its read does. */
START_TEST(exit_is_drainable_where_no_answer_is_owed)
{
	static const struct {
		uint32_t reason;
		struct preset preset[4];
		int drainable;
		int pending;
	} rows[] = {
		{ KVMLIB_EXIT_IO, { { 0, 1, 1 } }, 1, 1 },
		{ KVMLIB_EXIT_IO, { { 0, 1, 0 } }, 0, 1 },
		{ KVMLIB_EXIT_MMIO, { { 20, 1, 1 } }, 1, 1 },
		{ KVMLIB_EXIT_MMIO, { { 20, 1, 0 } }, 0, 1 },
		{ KVMLIB_EXIT_LOONGARCH_IOCSR, { { 20, 1, 1 } }, 1, 1 },
		{ KVMLIB_EXIT_LOONGARCH_IOCSR, { { 20, 1, 0 } }, 0, 1 },
		{ KVMLIB_EXIT_X86_BUS_LOCK, { { 0, 0, 0 } }, 1, 1 },
		{ KVMLIB_EXIT_HYPERCALL, { { 0, 0, 0 } }, 0, 1 },
		{ KVMLIB_EXIT_X86_WRMSR, { { 0, 0, 0 } }, 0, 1 },
		{ KVMLIB_EXIT_HLT, { { 0, 0, 0 } }, 1, 0 },
		{ 4711, { { 0, 0, 0 } }, 0, 0 },
	};

	ck_assert_int_eq(kvmlib_vcpu_exit_drainable(fix.vcpu), 1);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		exit_as(rows[i].reason, rows[i].preset);
		ck_assert_int_eq(kvmlib_vcpu_exit_drainable(fix.vcpu), rows[i].drainable);
		ck_assert_int_eq(kvmlib_vcpu_exit_pending(fix.vcpu), rows[i].pending);
	}
}
END_TEST

static void drain_in_child(void)
{
	CHECK(kvmlib_vcpu_exit_drainable(fix.vcpu) == 0);
}

START_TEST(exit_is_not_drainable_in_a_child)
{
	static const struct preset write[4] = { { 0, 1, 1 } };

	NEEDS_WIPED_PAGES;
	exit_as(KVMLIB_EXIT_IO, write);
	in_child(drain_in_child);
}
END_TEST

Suite *exit_payload_suite(void)
{
	Suite *suite = suite_create("exit_payload");
	TCase *tcase = add_case(suite, "payloads", setup_vcpu);
	int n = (int)nr_payloads, m = (int)(sizeof(completions) / sizeof(completions[0]));

	tcase_add_loop_test(tcase, payload_is_told_member_by_member, 0, n);
	tcase_add_loop_test(tcase, payload_of_wrong_exit_is_refused, 0, n);
	tcase_add_loop_test(tcase, payload_of_other_kind_is_refused, 0, n);
	tcase_add_loop_test(tcase, payload_null_is_refused, 0, n);
	tcase_add_loop_test(tcase, completion_stores_the_answer_and_nothing_else, 0, m);
	tcase_add_loop_test(tcase, completion_of_wrong_exit_is_refused, 0, m);
	ADD_TESTS(tcase, payloads_in_forked_child_are_refused,
		  completions_in_forked_child_are_refused);
	tcase_add_loop_test(tcase, iocsr_exit_of_odd_length_is_malformed, 0, 4);
	ADD_TESTS(tcase, payload_of_debug_exit_has_common_refusals,
		  completion_of_tdx_info_without_info_is_refused, completion_reaches_the_guest,
		  raw_payload_of_a_newer_exit_can_be_read_and_answered,
		  raw_payload_is_refused_where_there_is_none,
		  set_tpr_tells_the_priority_of_the_run_page, msr_exit_tells_reads_from_writes,
		  exit_is_drainable_where_no_answer_is_owed, exit_is_not_drainable_in_a_child);
	return suite;
}
