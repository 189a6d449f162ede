/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Exits as lines for people: the text of each, to the letter. */
#include "child.h"
#include "fixture.h"
#include "suites.h"

#include <stdlib.h>
#include <string.h>

static struct kvm_run run;

static void assert_described(const char *expected)
{
	char line[1024];
	size_t n = kvmlib_exit_describe(fix.vcpu, line, sizeof(line));

	ck_assert_str_eq(line, expected);
	ck_assert_uint_eq(n, strlen(expected));
}

/* The vCPU leaves with what `run` holds. */
static void leave_with(uint32_t reason)
{
	run.exit_reason = reason;
	push_payload(&run, 0);
	run_to(reason);
	memset(&run, 0, sizeof(run));
}

#define ASSERT_LINE(reason, text)                   \
	do {                                        \
		leave_with(KVMLIB_EXIT_##reason);   \
		assert_described("KVM_EXIT_" text); \
	} while (0)

START_TEST(describe_exits_without_payload)
{
	assert_described("KVMLIB_EXIT_NONE: the vCPU has not run");
	ASSERT_LINE(HLT, "HLT");
	ASSERT_LINE(IRQ_WINDOW_OPEN, "IRQ_WINDOW_OPEN");
	ASSERT_LINE(SHUTDOWN, "SHUTDOWN");
	ASSERT_LINE(NMI, "NMI");
	ASSERT_LINE(WATCHDOG, "WATCHDOG");
	ASSERT_LINE(EPR, "EPR");
	ASSERT_LINE(DIRTY_RING_FULL, "DIRTY_RING_FULL");
	ASSERT_LINE(AP_RESET_HOLD, "AP_RESET_HOLD");
	ASSERT_LINE(X86_BUS_LOCK, "X86_BUS_LOCK");
	ASSERT_LINE(SET_TPR, "SET_TPR: CR8 0");
}
END_TEST

START_TEST(describe_ports)
{
	ck_assert_int_eq(
		kvmlib_sim_push_io(fix.sim, kvmlib_vcpu_fd(fix.vcpu), 0x402, 1, 5, 1, "hello"), 0);
	run_to(KVMLIB_EXIT_IO);
	assert_described("KVM_EXIT_IO: out, port 0x402, size 1, count 5, data 68 65 6c 6c 6f");
	ck_assert_int_eq(kvmlib_sim_push_io(fix.sim, kvmlib_vcpu_fd(fix.vcpu), 0x60, 4, 1, 0, NULL),
			 0);
	run_to(KVMLIB_EXIT_IO);
	assert_described("KVM_EXIT_IO: in, port 0x60, size 4, count 1");
	ck_assert_int_eq(kvmlib_sim_push_io(fix.sim, kvmlib_vcpu_fd(fix.vcpu), 1, 1, 33, 1, NULL),
			 0);
	run_to(KVMLIB_EXIT_IO);
	assert_described("KVM_EXIT_IO: out, port 0x1, size 1, count 33, data 00 00 00 00 00 00 00 "
			 "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "
			 "00 ...");
}
END_TEST

START_TEST(describe_memory)
{
	ck_assert_int_eq(kvmlib_sim_push_mmio(fix.sim, kvmlib_vcpu_fd(fix.vcpu), 0xfee00300, 4, 1,
					      "\x00\x05\x0c\x00"),
			 0);
	run_to(KVMLIB_EXIT_MMIO);
	assert_described("KVM_EXIT_MMIO: write, address 0xfee00300, length 4, data 00 05 0c 00");
	ck_assert_int_eq(kvmlib_sim_push_mmio(fix.sim, kvmlib_vcpu_fd(fix.vcpu), 0x10, 8, 0, NULL),
			 0);
	run_to(KVMLIB_EXIT_MMIO);
	assert_described("KVM_EXIT_MMIO: read, address 0x10, length 8");
	run.memory_fault.gpa = 0x200000;
	run.memory_fault.size = 0x1000;
	run.memory_fault.flags = 8;
	run.exit_reason = KVMLIB_EXIT_MEMORY_FAULT;
	push_payload(&run, -EFAULT);
	run_to(KVMLIB_EXIT_MEMORY_FAULT);
	assert_described("KVM_EXIT_MEMORY_FAULT: address 0x200000, size 0x1000, flags 0x8; EFAULT");
	memset(&run, 0, sizeof(run));
	run.iocsr_io.phys_addr = 0x1000;
	run.iocsr_io.len = 1;
	run.iocsr_io.is_write = 1;
	run.iocsr_io.data[0] = 7;
	ASSERT_LINE(LOONGARCH_IOCSR, "LOONGARCH_IOCSR: write, address 0x1000, length 1, data 07");
}
END_TEST

START_TEST(describe_failures)
{
	run.hw.hardware_exit_reason = 0x80000021;
	ASSERT_LINE(UNKNOWN, "UNKNOWN: hardware reason 0x80000021");
	run.ex.exception = 14;
	run.ex.error_code = 2;
	ASSERT_LINE(EXCEPTION, "EXCEPTION: exception 14, error code 0x2");
	run.fail_entry.hardware_entry_failure_reason = 0x80000021;
	run.fail_entry.cpu = 3;
	ASSERT_LINE(FAIL_ENTRY, "FAIL_ENTRY: reason 0x80000021, CPU 3");
	run.internal.suberror = KVMLIB_INTERNAL_ERROR_DELIVERY_EV;
	run.internal.ndata = 2;
	run.internal.data[0] = 0x80000b0e;
	run.internal.data[1] = 0x31;
	ASSERT_LINE(
		INTERNAL_ERROR,
		"INTERNAL_ERROR: error 3 (KVM_INTERNAL_ERROR_DELIVERY_EV), data 0x80000b0e 0x31");
	run.internal.suberror = 99;
	ASSERT_LINE(INTERNAL_ERROR, "INTERNAL_ERROR: error 99");
	run.notify.flags = KVMLIB_NOTIFY_CONTEXT_INVALID;
	ASSERT_LINE(NOTIFY, "NOTIFY: flags 0x1");
}
END_TEST

START_TEST(describe_emulation_failure_with_its_instruction)
{
	run.emulation_failure.suberror = KVMLIB_INTERNAL_ERROR_EMULATION;
	run.emulation_failure.ndata = 3;
	run.emulation_failure.flags = KVMLIB_INTERNAL_ERROR_EMULATION_FLAG_INSTRUCTION_BYTES;
	run.emulation_failure.insn_size = 2;
	run.emulation_failure.insn_bytes[0] = 0xd9;
	run.emulation_failure.insn_bytes[1] = 0x06;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	ASSERT_LINE(INTERNAL_ERROR, "INTERNAL_ERROR: error 1 (KVM_INTERNAL_ERROR_EMULATION), "
				    "instruction d9 06, data 0x1 0x6d902 0x0");
#else
	ASSERT_LINE(INTERNAL_ERROR, "INTERNAL_ERROR: error 1 (KVM_INTERNAL_ERROR_EMULATION), "
				    "instruction d9 06, data 0x1 0x2d9060000000000 0x0");
#endif
}
END_TEST

START_TEST(describe_events)
{
	run.system_event.type = KVMLIB_SYSTEM_EVENT_RESET;
	ASSERT_LINE(SYSTEM_EVENT, "SYSTEM_EVENT: type 2 (KVM_SYSTEM_EVENT_RESET)");
	run.system_event.type = KVMLIB_SYSTEM_EVENT_SEV_TERM;
	run.system_event.ndata = 1;
	run.system_event.data[0] = 0x100;
	ASSERT_LINE(SYSTEM_EVENT, "SYSTEM_EVENT: type 6 (KVM_SYSTEM_EVENT_SEV_TERM), data 0x100");
	run.system_event.type = 1000;
	ASSERT_LINE(SYSTEM_EVENT, "SYSTEM_EVENT: type 1000");
	run.eoi.vector = 48;
	ASSERT_LINE(IOAPIC_EOI, "IOAPIC_EOI: vector 48");
	run.tpr_access.rip = 0x1234;
	run.tpr_access.is_write = 1;
	ASSERT_LINE(TPR_ACCESS, "TPR_ACCESS: write, instruction at 0x1234");
}
END_TEST

START_TEST(describe_calls)
{
	run.hypercall.nr = KVMLIB_HC_MAP_GPA_RANGE;
	run.hypercall.args[0] = 0x1000;
	run.hypercall.flags = 1;
	ASSERT_LINE(HYPERCALL,
		    "HYPERCALL: number 0xc, arguments 0x1000 0x0 0x0 0x0 0x0 0x0, flags 0x1");
	run.xen.type = KVMLIB_EXIT_XEN_HCALL;
	run.xen.u.hcall.input = 17;
	run.xen.u.hcall.params[5] = 6;
	run.xen.u.hcall.longmode = 1;
	run.xen.u.hcall.cpl = 3;
	ASSERT_LINE(XEN, "XEN: type 1 (KVM_EXIT_XEN_HCALL), number 0x11, parameters 0x0 0x0 0x0 "
			 "0x0 0x0 0x6, privilege level 3, 64-bit code");
	run.xen.type = 2;
	ASSERT_LINE(XEN, "XEN: type 2");
	run.riscv_sbi.extension_id = 0x10;
	run.riscv_sbi.function_id = 3;
	ASSERT_LINE(RISCV_SBI,
		    "RISCV_SBI: extension 0x10, function 0x3, arguments 0x0 0x0 0x0 0x0 0x0 0x0");
	run.papr_hcall.nr = 0x58;
	run.papr_hcall.args[8] = 1;
	ASSERT_LINE(PAPR_HCALL,
		    "PAPR_HCALL: number 0x58, arguments 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x1");
}
END_TEST

START_TEST(describe_hyperv)
{
	run.hyperv.type = KVMLIB_EXIT_HYPERV_SYNIC;
	run.hyperv.u.synic.msr = 0x40000080;
	run.hyperv.u.synic.control = 1;
	ASSERT_LINE(HYPERV, "HYPERV: type 1 (KVM_EXIT_HYPERV_SYNIC), MSR 0x40000080, control 0x1, "
			    "event page 0x0, message page 0x0");
	run.hyperv.type = KVMLIB_EXIT_HYPERV_HCALL;
	run.hyperv.u.hcall.input = 0x5c;
	run.hyperv.u.hcall.params[1] = 2;
	ASSERT_LINE(HYPERV,
		    "HYPERV: type 2 (KVM_EXIT_HYPERV_HCALL), input 0x5c, parameters 0x0 0x2");
	run.hyperv.type = KVMLIB_EXIT_HYPERV_SYNDBG;
	run.hyperv.u.syndbg.pending_page = 0x5000;
	ASSERT_LINE(HYPERV, "HYPERV: type 3 (KVM_EXIT_HYPERV_SYNDBG), MSR 0x0, control 0x0, status "
			    "0x0, send page 0x0, receive page 0x0, pending page 0x5000");
}
END_TEST

START_TEST(describe_tdx)
{
	run.tdx.nr = KVMLIB_TDVMCALL_GET_QUOTE;
	run.tdx.get_quote.gpa = 0x1000;
	run.tdx.get_quote.size = 0x2000;
	ASSERT_LINE(TDX, "TDX: call 65538 (TDVMCALL_GET_QUOTE), flags 0x0, address 0x1000, size "
			 "0x2000");
	run.tdx.nr = KVMLIB_TDVMCALL_GET_TD_VM_CALL_INFO;
	run.tdx.get_tdvmcall_info.leaf = 1;
	ASSERT_LINE(TDX, "TDX: call 65536 (TDVMCALL_GET_TD_VM_CALL_INFO), flags 0x0, leaf 0x1");
	run.tdx.nr = KVMLIB_TDVMCALL_SETUP_EVENT_NOTIFY_INTERRUPT;
	run.tdx.setup_event_notify.vector = 0x30;
	ASSERT_LINE(TDX, "TDX: call 65540 (TDVMCALL_SETUP_EVENT_NOTIFY_INTERRUPT), flags 0x0, "
			 "vector 48");
	run.tdx.nr = (uint64_t)1 << 40;
	ASSERT_LINE(TDX, "TDX: call 1099511627776, flags 0x0");
}
END_TEST

START_TEST(describe_registers)
{
	run.msr.index = 0xc0000080;
	run.msr.reason = KVMLIB_MSR_EXIT_REASON_FILTER;
	run.msr.data = 0xd01;
	ASSERT_LINE(X86_RDMSR, "X86_RDMSR: MSR 0xc0000080, reason 4 (KVM_MSR_EXIT_REASON_FILTER)");
	run.msr.index = 0x1b;
	run.msr.reason = KVMLIB_MSR_EXIT_REASON_INVAL;
	run.msr.data = 0xfee00900;
	ASSERT_LINE(X86_WRMSR, "X86_WRMSR: MSR 0x1b, data 0xfee00900, reason 1 "
			       "(KVM_MSR_EXIT_REASON_INVAL)");
	run.riscv_csr.csr_num = 0x15;
	run.riscv_csr.new_value = 2;
	run.riscv_csr.write_mask = UINT64_MAX;
	ASSERT_LINE(RISCV_CSR, "RISCV_CSR: register 0x15, value 0x2, mask 0xffffffffffffffff");
	run.dcr.dcrn = 5;
	run.dcr.data = 6;
	run.dcr.is_write = 1;
	ASSERT_LINE(DCR, "DCR: write, register 0x5, data 0x6");
	run.dcr.dcrn = 5;
	run.dcr.data = 6;
	ASSERT_LINE(DCR, "DCR: read, register 0x5");
	run.osi.gprs[31] = 9;
	ASSERT_LINE(OSI, "OSI: registers 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0 "
			 "0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x9");
}
END_TEST

START_TEST(describe_arm_and_snp)
{
	run.arm_nisv.esr_iss = 0x45;
	run.arm_nisv.fault_ipa = 0x9000000;
	ASSERT_LINE(ARM_NISV, "ARM_NISV: syndrome 0x45, address 0x9000000");
	run.arm_nisv.fault_ipa = 0x9000000;
	ASSERT_LINE(ARM_LDST64B, "ARM_LDST64B: syndrome 0x0, address 0x9000000");
	run.arm_sea.flags = 1;
	run.arm_sea.esr = 0x92000010;
	run.arm_sea.gva = 0xffff0000;
	run.arm_sea.gpa = 0x40000000;
	ASSERT_LINE(ARM_SEA, "ARM_SEA: flags 0x1, ESR 0x92000010, virtual address 0xffff0000, "
			     "address 0x40000000");
	run.snp_req_certs.gpa = 0x3000;
	run.snp_req_certs.npages = 4;
	ASSERT_LINE(SNP_REQ_CERTS, "SNP_REQ_CERTS: address 0x3000, pages 4");
}
END_TEST

START_TEST(describe_s390)
{
	run.s390_sieic.icptcode = 4;
	run.s390_sieic.ipa = 0xb205;
	run.s390_sieic.ipb = 0x10000000;
	ASSERT_LINE(S390_SIEIC, "S390_SIEIC: interception 0x4, IPA 0xb205, IPB 0x10000000");
	run.s390_reset_flags = 8;
	ASSERT_LINE(S390_RESET, "S390_RESET: flags 0x8");
	run.s390_ucontrol.trans_exc_code = 0x4000;
	run.s390_ucontrol.pgm_code = 0x10;
	ASSERT_LINE(S390_UCONTROL,
		    "S390_UCONTROL: translation exception 0x4000, program interruption 0x10");
	run.s390_tsch.subchannel_id = 1;
	run.s390_tsch.subchannel_nr = 2;
	run.s390_tsch.io_int_parm = 3;
	run.s390_tsch.io_int_word = 4;
	run.s390_tsch.ipb = 5;
	run.s390_tsch.dequeued = 1;
	ASSERT_LINE(S390_TSCH, "S390_TSCH: subchannel 0x2, id 0x1, parameter 0x3, word 0x4, IPB "
			       "0x5, dequeued");
	ASSERT_LINE(S390_TSCH, "S390_TSCH: subchannel 0x0, id 0x0, parameter 0x0, word 0x0, IPB "
			       "0x0, not dequeued");
	run.s390_stsi.addr = 0x2000;
	run.s390_stsi.ar = 1;
	run.s390_stsi.fc = 3;
	run.s390_stsi.sel1 = 2;
	run.s390_stsi.sel2 = 4;
	ASSERT_LINE(S390_STSI, "S390_STSI: address 0x2000, access register 1, function 3, selector "
			       "1 2, selector 2 4");
}
END_TEST

START_TEST(describe_debug)
{
#ifdef __x86_64__
	run.debug.arch.exception = 3;
	run.debug.arch.pc = 0x1000;
	run.debug.arch.dr6 = 0xffff0ff0;
	run.debug.arch.dr7 = 0x400;
	ASSERT_LINE(DEBUG, "DEBUG: exception 3, address 0x1000, DR6 0xffff0ff0, DR7 0x400");
#elif defined(__aarch64__)
	run.debug.arch.hsr = 0xf2000000;
	run.debug.arch.far = 0x1000;
	ASSERT_LINE(DEBUG, "DEBUG: ESR 0xf2000000, ESR high 0x0, FAR 0x1000");
#elif defined(__powerpc64__)
	run.debug.arch.address = 0x1000;
	run.debug.arch.status = 2;
	ASSERT_LINE(DEBUG, "DEBUG: address 0x1000, status 0x2");
#elif defined(__s390x__)
	run.debug.arch.addr = 0x1000;
	run.debug.arch.type = 4;
	ASSERT_LINE(DEBUG, "DEBUG: address 0x1000, type 4");
#else
	ASSERT_LINE(DEBUG, "DEBUG");
#endif
}
END_TEST

START_TEST(describe_answers_of_the_run_itself)
{
	push_exit(KVMLIB_EXIT_HLT, -EAGAIN);
	run_to(KVMLIB_EXIT_AGAIN);
	assert_described("KVMLIB_EXIT_AGAIN: the vCPU is to be run again");
	assert_ok(kvmlib_vcpu_kick(fix.vcpu));
	run_to(KVMLIB_EXIT_INTR);
	assert_described("KVM_EXIT_INTR: kicked");
	push_exit(KVMLIB_EXIT_INTR, -EINTR);
	run_to(KVMLIB_EXIT_INTR);
	assert_described("KVM_EXIT_INTR: a signal of others");
	push_exit(KVMLIB_EXIT_HLT, -EINVAL);
	ck_assert_int_eq(kvmlib_vcpu_run(fix.vcpu), -EINVAL);
	assert_described("KVMLIB_EXIT_NONE: the last run failed with EINVAL");
	push_exit(KVMLIB_EXIT_HLT, -1234);
	ck_assert_int_eq(kvmlib_vcpu_run(fix.vcpu), -1234);
	assert_described("KVMLIB_EXIT_NONE: the last run failed with errno 1234");
}
END_TEST

START_TEST(describe_flags_that_ride_on_an_exit)
{
	struct kvmlib_sim_exit exit = {
		.size = sizeof(exit),
		.reason = KVMLIB_EXIT_HLT,
		.run_flags = 3,
	};

	ck_assert_int_eq(kvmlib_sim_push_exit(fix.sim, kvmlib_vcpu_fd(fix.vcpu), &exit), 0);
	run_to(KVMLIB_EXIT_HLT);
	assert_described("KVM_EXIT_HLT; run flags 0x3");
}
END_TEST

#define ZEROS_8	 " 00 00 00 00 00 00 00 00"
#define ZEROS_24 ZEROS_8 ZEROS_8 ZEROS_8

START_TEST(describe_unknown_reason_with_its_bytes)
{
	run.padding[0] = 0x11;
	run.padding[1] = 0x22;
	leave_with(4711);
	assert_described("unknown exit 4711: payload 11 22 00 00 00 00 00 00" ZEROS_24 " ...");
}
END_TEST

START_TEST(describe_malformed_payload_with_its_bytes)
{
	run.io.size = 3;
	ASSERT_LINE(IO, "IO: malformed payload 00 03 00 00 00 00 00 00" ZEROS_24 " ...");
	run.io.size = 1;
	run.io.data_offset = UINT64_MAX;
	ASSERT_LINE(IO,
		    "IO: malformed payload 00 01 00 00 00 00 00 00 ff ff ff ff ff ff ff ff" ZEROS_8
			    ZEROS_8 " ...");
	ASSERT_LINE(MMIO, "MMIO: malformed payload" ZEROS_8 ZEROS_24 " ...");
	ASSERT_LINE(LOONGARCH_IOCSR, "LOONGARCH_IOCSR: malformed payload" ZEROS_8 ZEROS_24 " ...");
	memset(&run.system_event.ndata, 0xff, 4);
	ASSERT_LINE(SYSTEM_EVENT,
		    "SYSTEM_EVENT: malformed payload 00 00 00 00 ff ff ff ff" ZEROS_24 " ...");
	memset(&run.internal.ndata, 0xff, 4);
	ASSERT_LINE(INTERNAL_ERROR,
		    "INTERNAL_ERROR: malformed payload 00 00 00 00 ff ff ff ff" ZEROS_24 " ...");
}
END_TEST

/* The buffer is on the heap, so that valgrind and the sanitizers see its end. */
START_TEST(describe_is_cut_like_snprintf)
{
	static const char whole[] = "KVM_EXIT_FAIL_ENTRY: reason 0x21, CPU 3";

	run.fail_entry.hardware_entry_failure_reason = 0x21;
	run.fail_entry.cpu = 3;
	leave_with(KVMLIB_EXIT_FAIL_ENTRY);
	for (size_t size = 1; size <= sizeof(whole) + 1; size++) {
		size_t kept = size < sizeof(whole) ? size - 1 : sizeof(whole) - 1;
		char *buffer = malloc(size);

		ck_assert_ptr_nonnull(buffer);
		ck_assert_uint_eq(kvmlib_exit_describe(fix.vcpu, buffer, size), strlen(whole));
		ck_assert_uint_eq(strlen(buffer), kept);
		ck_assert_mem_eq(buffer, whole, kept);
		free(buffer);
	}
	ck_assert_uint_eq(kvmlib_exit_describe(fix.vcpu, NULL, 0), strlen(whole));
	ck_assert_uint_eq(kvmlib_exit_describe(fix.vcpu, NULL, 100), strlen(whole));
}
END_TEST

START_TEST(describe_leaves_the_record)
{
	char line[1024];

	leave_with(KVMLIB_EXIT_IO); /* malformed */
	spoil_record();
	kvmlib_exit_describe(fix.vcpu, line, sizeof(line));
	ck_assert(record_is_spoiled());
}
END_TEST

/* The longest of payloads fits where the documentation says that every line does. */
START_TEST(describe_fits_1024_bytes)
{
	for (uint32_t reason = 0; reason <= KVMLIB_EXIT_SNP_REQ_CERTS; reason++) {
		memset(run.padding, 0xff, sizeof(run.padding));
		if (reason == KVMLIB_EXIT_SYSTEM_EVENT || reason == KVMLIB_EXIT_INTERNAL_ERROR)
			run.internal.ndata = 16;
		leave_with(reason);
		ck_assert_uint_lt(kvmlib_exit_describe(fix.vcpu, NULL, 0), 1024);
	}
}
END_TEST

static void describe_in_child(void)
{
	char line[1024];

	kvmlib_exit_describe(fix.vcpu, line, sizeof(line));
	CHECK(!strcmp(line, "KVM_EXIT_MMIO: a forked child has no run page"));
}

START_TEST(describe_in_a_child_does_not_look)
{
	NEEDS_WIPED_PAGES;
	leave_with(KVMLIB_EXIT_MMIO);
	in_child(describe_in_child);
}
END_TEST

Suite *describe_suite(void)
{
	Suite *suite = suite_create("describe");

	ADD_TESTS(add_case(suite, "describe", setup_vcpu), describe_exits_without_payload,
		  describe_ports, describe_memory, describe_failures,
		  describe_emulation_failure_with_its_instruction, describe_events, describe_calls,
		  describe_hyperv, describe_tdx, describe_registers, describe_arm_and_snp,
		  describe_s390, describe_debug, describe_answers_of_the_run_itself,
		  describe_flags_that_ride_on_an_exit, describe_unknown_reason_with_its_bytes,
		  describe_malformed_payload_with_its_bytes, describe_is_cut_like_snprintf,
		  describe_leaves_the_record, describe_fits_1024_bytes,
		  describe_in_a_child_does_not_look);
	return suite;
}
