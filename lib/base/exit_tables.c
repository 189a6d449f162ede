/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Generated from uapi/exits.tsv, uapi/exit-fields.tsv, uapi/flags.tsv by uapi/generate; do not edit. */
#include <stddef.h>

#include <kvmlib/explain.h>
#include <kvmlib/uapi_exits.h>
#include <kvmlib/uapi_flags.h>

#include "exit_tables.h"
#include "uapi_structs.h"

#define KVMLIB__PLACE(field) \
	{ offsetof(struct kvm_run, field), sizeof(((struct kvm_run *)NULL)->field) }

const struct kvmlib__exit kvmlib__exits[] = {
	{ "KVM_EXIT_UNKNOWN", "Stop the vCPU and report the hardware's reason.", 0, KVMLIB_DRAIN_NONE, 0 },
	{ "KVM_EXIT_EXCEPTION", "Stop the vCPU and report the exception.", 0, KVMLIB_DRAIN_NONE, 0 },
	{ "KVM_EXIT_IO", "Do the port access: take the data of OUT, store that of IN.", 1, KVMLIB_DRAIN_WRITES, offsetof(struct kvm_run, io.direction) },
	{ "KVM_EXIT_HYPERCALL", "Do the call and store its result (arm64: in the guest's registers).", 1, KVMLIB_DRAIN_ANSWERED, 0 },
	{ "KVM_EXIT_DEBUG", "Hand the event to the debugger, or inject it into the guest if it is the guest's own.", 0, KVMLIB_DRAIN_NONE, 0 },
	{ "KVM_EXIT_HLT", "Wait for an interrupt to inject, or end the guest.", 0, KVMLIB_DRAIN_NONE, 0 },
	{ "KVM_EXIT_MMIO", "Do the memory access: take the data of a write, store that of a read.", 1, KVMLIB_DRAIN_WRITES, offsetof(struct kvm_run, mmio.is_write) },
	{ "KVM_EXIT_IRQ_WINDOW_OPEN", "Inject the interrupt that waits, and request no further window if it was the last.", 0, KVMLIB_DRAIN_NONE, 0 },
	{ "KVM_EXIT_SHUTDOWN", "Reset the guest or end it.", 0, KVMLIB_DRAIN_NONE, 0 },
	{ "KVM_EXIT_FAIL_ENTRY", "Stop the vCPU and report the hardware's reason; the state that it was given is not valid.", 0, KVMLIB_DRAIN_NONE, 0 },
	{ "KVM_EXIT_INTR", "Look at why the vCPU was interrupted, then run it on.", 0, KVMLIB_DRAIN_NONE, 0 },
	{ "KVM_EXIT_SET_TPR", "Look whether an interrupt of the new priority can be injected.", 0, KVMLIB_DRAIN_NONE, 0 },
	{ "KVM_EXIT_TPR_ACCESS", "Run the vCPU on; patch the instruction if that pays.", 0, KVMLIB_DRAIN_NONE, 0 },
	{ "KVM_EXIT_S390_SIEIC", "Emulate the intercepted instruction or inject a program interruption.", 0, KVMLIB_DRAIN_NONE, 0 },
	{ "KVM_EXIT_S390_RESET", "Reset the CPUs and the subsystem as the flags say.", 0, KVMLIB_DRAIN_NONE, 0 },
	{ "KVM_EXIT_DCR", "Do the register access; no kernel reports it any more.", 0, KVMLIB_DRAIN_NONE, 0 },
	{ "KVM_EXIT_NMI", "Deliver the machine check to the guest, or end it.", 0, KVMLIB_DRAIN_NONE, 0 },
	{ "KVM_EXIT_INTERNAL_ERROR", "Stop the vCPU and report the suberror and its data.", 0, KVMLIB_DRAIN_NONE, 0 },
	{ "KVM_EXIT_OSI", "Do the call and store its results in the general registers of the payload.", 1, KVMLIB_DRAIN_ANSWERED, 0 },
	{ "KVM_EXIT_PAPR_HCALL", "Do the call and store its result and its output arguments.", 1, KVMLIB_DRAIN_ANSWERED, 0 },
	{ "KVM_EXIT_S390_UCONTROL", "Map the page that the guest needs, or inject the fault.", 0, KVMLIB_DRAIN_NONE, 0 },
	{ "KVM_EXIT_WATCHDOG", "Do what the guest's watchdog is set to: reset it or end it.", 0, KVMLIB_DRAIN_NONE, 0 },
	{ "KVM_EXIT_S390_TSCH", "Emulate TEST SUBCHANNEL, or inject the dequeued interrupt again.", 0, KVMLIB_DRAIN_NONE, 0 },
	{ "KVM_EXIT_EPR", "Acknowledge the interrupt and store its vector.", 1, KVMLIB_DRAIN_ANSWERED, 0 },
	{ "KVM_EXIT_SYSTEM_EVENT", "End, reset, suspend or wake the guest as the type says.", 0, KVMLIB_DRAIN_NONE, 0 },
	{ "KVM_EXIT_S390_STSI", "Complete the stored information block.", 0, KVMLIB_DRAIN_NONE, 0 },
	{ "KVM_EXIT_IOAPIC_EOI", "Pass the end of interrupt on to the I/O APIC's pins of that vector.", 0, KVMLIB_DRAIN_NONE, 0 },
	{ "KVM_EXIT_HYPERV", "Follow the change of the SynIC, or do the call or the debugger's command and store its result.", 1, KVMLIB_DRAIN_ANSWERED, 0 },
	{ "KVM_EXIT_ARM_NISV", "Emulate the instruction and move the PC behind it, or inject an abort.", 0, KVMLIB_DRAIN_NONE, 0 },
	{ "KVM_EXIT_X86_RDMSR", "Store the MSR's value, or let the access fault.", 1, KVMLIB_DRAIN_ANSWERED, 0 },
	{ "KVM_EXIT_X86_WRMSR", "Take the MSR's value, or let the access fault.", 1, KVMLIB_DRAIN_ANSWERED, 0 },
	{ "KVM_EXIT_DIRTY_RING_FULL", "Harvest the dirty ring and reset the harvested entries.", 0, KVMLIB_DRAIN_NONE, 0 },
	{ "KVM_EXIT_AP_RESET_HOLD", "Hold the processor until it is started again, or run it on.", 0, KVMLIB_DRAIN_NONE, 0 },
	{ "KVM_EXIT_X86_BUS_LOCK", "Throttle the guest if it locks the bus too often, then run it on.", 1, KVMLIB_DRAIN_ALWAYS, 0 },
	{ "KVM_EXIT_XEN", "Do the call and store its result.", 1, KVMLIB_DRAIN_ANSWERED, 0 },
	{ "KVM_EXIT_RISCV_SBI", "Do the call and store its error and value.", 1, KVMLIB_DRAIN_ANSWERED, 0 },
	{ "KVM_EXIT_RISCV_CSR", "Do the register access and store the old value.", 1, KVMLIB_DRAIN_ANSWERED, 0 },
	{ "KVM_EXIT_NOTIFY", "Stop the vCPU if its context is lost; else report it and run the vCPU on.", 0, KVMLIB_DRAIN_NONE, 0 },
	{ "KVM_EXIT_LOONGARCH_IOCSR", "Do the register access: take the data of a write, store that of a read.", 1, KVMLIB_DRAIN_WRITES, offsetof(struct kvm_run, iocsr_io.is_write) },
	{ "KVM_EXIT_MEMORY_FAULT", "Convert or map the range and run the vCPU on, or stop it.", 0, KVMLIB_DRAIN_NONE, 0 },
	{ "KVM_EXIT_TDX", "Do the call and store its result.", 1, KVMLIB_DRAIN_ANSWERED, 0 },
	{ "KVM_EXIT_ARM_SEA", "Inject an abort into the guest, or end it: the memory has lost its contents.", 0, KVMLIB_DRAIN_NONE, 0 },
	{ "KVM_EXIT_ARM_LDST64B", "Emulate the instruction and move the PC behind it, or inject an abort.", 0, KVMLIB_DRAIN_NONE, 0 },
	{ "KVM_EXIT_SNP_REQ_CERTS", "Write the certificates to the guest's buffer and store the result.", 1, KVMLIB_DRAIN_ANSWERED, 0 },
};
const size_t kvmlib__nr_exits = sizeof(kvmlib__exits) / sizeof(kvmlib__exits[0]);

const struct kvmlib__name kvmlib__names[] = {
	{ KVMLIB__NAMES_INTERNAL_ERROR, KVMLIB_INTERNAL_ERROR_EMULATION, "KVM_INTERNAL_ERROR_EMULATION" },
	{ KVMLIB__NAMES_INTERNAL_ERROR, KVMLIB_INTERNAL_ERROR_SIMUL_EX, "KVM_INTERNAL_ERROR_SIMUL_EX" },
	{ KVMLIB__NAMES_INTERNAL_ERROR, KVMLIB_INTERNAL_ERROR_DELIVERY_EV, "KVM_INTERNAL_ERROR_DELIVERY_EV" },
	{ KVMLIB__NAMES_INTERNAL_ERROR, KVMLIB_INTERNAL_ERROR_UNEXPECTED_EXIT_REASON, "KVM_INTERNAL_ERROR_UNEXPECTED_EXIT_REASON" },
	{ KVMLIB__NAMES_SYSTEM_EVENT, KVMLIB_SYSTEM_EVENT_SHUTDOWN, "KVM_SYSTEM_EVENT_SHUTDOWN" },
	{ KVMLIB__NAMES_SYSTEM_EVENT, KVMLIB_SYSTEM_EVENT_RESET, "KVM_SYSTEM_EVENT_RESET" },
	{ KVMLIB__NAMES_SYSTEM_EVENT, KVMLIB_SYSTEM_EVENT_CRASH, "KVM_SYSTEM_EVENT_CRASH" },
	{ KVMLIB__NAMES_SYSTEM_EVENT, KVMLIB_SYSTEM_EVENT_WAKEUP, "KVM_SYSTEM_EVENT_WAKEUP" },
	{ KVMLIB__NAMES_SYSTEM_EVENT, KVMLIB_SYSTEM_EVENT_SUSPEND, "KVM_SYSTEM_EVENT_SUSPEND" },
	{ KVMLIB__NAMES_SYSTEM_EVENT, KVMLIB_SYSTEM_EVENT_SEV_TERM, "KVM_SYSTEM_EVENT_SEV_TERM" },
	{ KVMLIB__NAMES_SYSTEM_EVENT, KVMLIB_SYSTEM_EVENT_TDX_FATAL, "KVM_SYSTEM_EVENT_TDX_FATAL" },
	{ KVMLIB__NAMES_HYPERV, KVMLIB_EXIT_HYPERV_SYNIC, "KVM_EXIT_HYPERV_SYNIC" },
	{ KVMLIB__NAMES_HYPERV, KVMLIB_EXIT_HYPERV_HCALL, "KVM_EXIT_HYPERV_HCALL" },
	{ KVMLIB__NAMES_HYPERV, KVMLIB_EXIT_HYPERV_SYNDBG, "KVM_EXIT_HYPERV_SYNDBG" },
	{ KVMLIB__NAMES_MSR_EXIT_REASON, KVMLIB_MSR_EXIT_REASON_INVAL, "KVM_MSR_EXIT_REASON_INVAL" },
	{ KVMLIB__NAMES_MSR_EXIT_REASON, KVMLIB_MSR_EXIT_REASON_UNKNOWN, "KVM_MSR_EXIT_REASON_UNKNOWN" },
	{ KVMLIB__NAMES_MSR_EXIT_REASON, KVMLIB_MSR_EXIT_REASON_FILTER, "KVM_MSR_EXIT_REASON_FILTER" },
	{ KVMLIB__NAMES_XEN, KVMLIB_EXIT_XEN_HCALL, "KVM_EXIT_XEN_HCALL" },
	{ KVMLIB__NAMES_TDVMCALL, KVMLIB_TDVMCALL_GET_TD_VM_CALL_INFO, "TDVMCALL_GET_TD_VM_CALL_INFO" },
	{ KVMLIB__NAMES_TDVMCALL, KVMLIB_TDVMCALL_MAP_GPA, "TDVMCALL_MAP_GPA" },
	{ KVMLIB__NAMES_TDVMCALL, KVMLIB_TDVMCALL_GET_QUOTE, "TDVMCALL_GET_QUOTE" },
	{ KVMLIB__NAMES_TDVMCALL, KVMLIB_TDVMCALL_REPORT_FATAL_ERROR, "TDVMCALL_REPORT_FATAL_ERROR" },
	{ KVMLIB__NAMES_TDVMCALL, KVMLIB_TDVMCALL_SETUP_EVENT_NOTIFY_INTERRUPT, "TDVMCALL_SETUP_EVENT_NOTIFY_INTERRUPT" },
	{ KVMLIB__NAMES_MP_STATE, KVMLIB_MP_STATE_RUNNABLE, "KVM_MP_STATE_RUNNABLE" },
	{ KVMLIB__NAMES_MP_STATE, KVMLIB_MP_STATE_UNINITIALIZED, "KVM_MP_STATE_UNINITIALIZED" },
	{ KVMLIB__NAMES_MP_STATE, KVMLIB_MP_STATE_INIT_RECEIVED, "KVM_MP_STATE_INIT_RECEIVED" },
	{ KVMLIB__NAMES_MP_STATE, KVMLIB_MP_STATE_HALTED, "KVM_MP_STATE_HALTED" },
	{ KVMLIB__NAMES_MP_STATE, KVMLIB_MP_STATE_SIPI_RECEIVED, "KVM_MP_STATE_SIPI_RECEIVED" },
	{ KVMLIB__NAMES_MP_STATE, KVMLIB_MP_STATE_STOPPED, "KVM_MP_STATE_STOPPED" },
	{ KVMLIB__NAMES_MP_STATE, KVMLIB_MP_STATE_CHECK_STOP, "KVM_MP_STATE_CHECK_STOP" },
	{ KVMLIB__NAMES_MP_STATE, KVMLIB_MP_STATE_OPERATING, "KVM_MP_STATE_OPERATING" },
	{ KVMLIB__NAMES_MP_STATE, KVMLIB_MP_STATE_LOAD, "KVM_MP_STATE_LOAD" },
	{ KVMLIB__NAMES_MP_STATE, KVMLIB_MP_STATE_AP_RESET_HOLD, "KVM_MP_STATE_AP_RESET_HOLD" },
	{ KVMLIB__NAMES_MP_STATE, KVMLIB_MP_STATE_SUSPENDED, "KVM_MP_STATE_SUSPENDED" },
};
const size_t kvmlib__nr_names = sizeof(kvmlib__names) / sizeof(kvmlib__names[0]);

const struct kvmlib__exit_field kvmlib__exit_fields[] = {
	{ KVMLIB_EXIT_UNKNOWN, KVMLIB__SHOW_HEX, 0, "hardware reason", KVMLIB__PLACE(hw.hardware_exit_reason), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_EXCEPTION, KVMLIB__SHOW_DEC, 0, "exception", KVMLIB__PLACE(ex.exception), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_EXCEPTION, KVMLIB__SHOW_HEX, 0, "error code", KVMLIB__PLACE(ex.error_code), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_IO, KVMLIB__SHOW_CHOICE, 0, "in/out", KVMLIB__PLACE(io.direction), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_IO, KVMLIB__SHOW_HEX, 0, "port", KVMLIB__PLACE(io.port), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_IO, KVMLIB__SHOW_DEC, 0, "size", KVMLIB__PLACE(io.size), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_IO, KVMLIB__SHOW_DEC, 0, "count", KVMLIB__PLACE(io.count), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_IO, KVMLIB__SHOW_ITEMS, 0, "data", KVMLIB__PLACE(io.data_offset), { 0, 0 }, KVMLIB__PLACE(io.direction), KVMLIB_EXIT_IO_OUT },
	{ KVMLIB_EXIT_HYPERCALL, KVMLIB__SHOW_HEX, 0, "number", KVMLIB__PLACE(hypercall.nr), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_HYPERCALL, KVMLIB__SHOW_WORDS, 0, "arguments", KVMLIB__PLACE(hypercall.args), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_HYPERCALL, KVMLIB__SHOW_HEX, 0, "flags", KVMLIB__PLACE(hypercall.flags), { 0, 0 }, { 0, 0 }, 0 },
#if (defined(__x86_64__))
	{ KVMLIB_EXIT_DEBUG, KVMLIB__SHOW_DEC, 0, "exception", KVMLIB__PLACE(debug.arch.exception), { 0, 0 }, { 0, 0 }, 0 },
#endif
#if (defined(__x86_64__))
	{ KVMLIB_EXIT_DEBUG, KVMLIB__SHOW_HEX, 0, "address", KVMLIB__PLACE(debug.arch.pc), { 0, 0 }, { 0, 0 }, 0 },
#endif
#if (defined(__x86_64__))
	{ KVMLIB_EXIT_DEBUG, KVMLIB__SHOW_HEX, 0, "DR6", KVMLIB__PLACE(debug.arch.dr6), { 0, 0 }, { 0, 0 }, 0 },
#endif
#if (defined(__x86_64__))
	{ KVMLIB_EXIT_DEBUG, KVMLIB__SHOW_HEX, 0, "DR7", KVMLIB__PLACE(debug.arch.dr7), { 0, 0 }, { 0, 0 }, 0 },
#endif
#if (defined(__aarch64__))
	{ KVMLIB_EXIT_DEBUG, KVMLIB__SHOW_HEX, 0, "ESR", KVMLIB__PLACE(debug.arch.hsr), { 0, 0 }, { 0, 0 }, 0 },
#endif
#if (defined(__aarch64__))
	{ KVMLIB_EXIT_DEBUG, KVMLIB__SHOW_HEX, 0, "ESR high", KVMLIB__PLACE(debug.arch.hsr_high), { 0, 0 }, { 0, 0 }, 0 },
#endif
#if (defined(__aarch64__))
	{ KVMLIB_EXIT_DEBUG, KVMLIB__SHOW_HEX, 0, "FAR", KVMLIB__PLACE(debug.arch.far), { 0, 0 }, { 0, 0 }, 0 },
#endif
#if (defined(__powerpc64__))
	{ KVMLIB_EXIT_DEBUG, KVMLIB__SHOW_HEX, 0, "address", KVMLIB__PLACE(debug.arch.address), { 0, 0 }, { 0, 0 }, 0 },
#endif
#if (defined(__powerpc64__))
	{ KVMLIB_EXIT_DEBUG, KVMLIB__SHOW_HEX, 0, "status", KVMLIB__PLACE(debug.arch.status), { 0, 0 }, { 0, 0 }, 0 },
#endif
#if (defined(__s390x__))
	{ KVMLIB_EXIT_DEBUG, KVMLIB__SHOW_HEX, 0, "address", KVMLIB__PLACE(debug.arch.addr), { 0, 0 }, { 0, 0 }, 0 },
#endif
#if (defined(__s390x__))
	{ KVMLIB_EXIT_DEBUG, KVMLIB__SHOW_DEC, 0, "type", KVMLIB__PLACE(debug.arch.type), { 0, 0 }, { 0, 0 }, 0 },
#endif
	{ KVMLIB_EXIT_MMIO, KVMLIB__SHOW_CHOICE, 0, "read/write", KVMLIB__PLACE(mmio.is_write), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_MMIO, KVMLIB__SHOW_HEX, 0, "address", KVMLIB__PLACE(mmio.phys_addr), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_MMIO, KVMLIB__SHOW_DEC, 0, "length", KVMLIB__PLACE(mmio.len), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_MMIO, KVMLIB__SHOW_BYTES, 0, "data", KVMLIB__PLACE(mmio.data), KVMLIB__PLACE(mmio.len), KVMLIB__PLACE(mmio.is_write), 1 },
	{ KVMLIB_EXIT_FAIL_ENTRY, KVMLIB__SHOW_HEX, 0, "reason", KVMLIB__PLACE(fail_entry.hardware_entry_failure_reason), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_FAIL_ENTRY, KVMLIB__SHOW_DEC, 0, "CPU", KVMLIB__PLACE(fail_entry.cpu), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_SET_TPR, KVMLIB__SHOW_DEC, 0, "CR8", KVMLIB__PLACE(cr8), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_TPR_ACCESS, KVMLIB__SHOW_CHOICE, 0, "read/write", KVMLIB__PLACE(tpr_access.is_write), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_TPR_ACCESS, KVMLIB__SHOW_HEX, 0, "instruction at", KVMLIB__PLACE(tpr_access.rip), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_S390_SIEIC, KVMLIB__SHOW_HEX, 0, "interception", KVMLIB__PLACE(s390_sieic.icptcode), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_S390_SIEIC, KVMLIB__SHOW_HEX, 0, "IPA", KVMLIB__PLACE(s390_sieic.ipa), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_S390_SIEIC, KVMLIB__SHOW_HEX, 0, "IPB", KVMLIB__PLACE(s390_sieic.ipb), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_S390_RESET, KVMLIB__SHOW_HEX, 0, "flags", KVMLIB__PLACE(s390_reset_flags), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_DCR, KVMLIB__SHOW_CHOICE, 0, "read/write", KVMLIB__PLACE(dcr.is_write), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_DCR, KVMLIB__SHOW_HEX, 0, "register", KVMLIB__PLACE(dcr.dcrn), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_DCR, KVMLIB__SHOW_HEX, 0, "data", KVMLIB__PLACE(dcr.data), { 0, 0 }, KVMLIB__PLACE(dcr.is_write), 1 },
	{ KVMLIB_EXIT_INTERNAL_ERROR, KVMLIB__SHOW_NAME, KVMLIB__NAMES_INTERNAL_ERROR, "error", KVMLIB__PLACE(internal.suberror), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_INTERNAL_ERROR, KVMLIB__SHOW_INSTRUCTION, 0, "instruction", KVMLIB__PLACE(emulation_failure.insn_bytes), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_INTERNAL_ERROR, KVMLIB__SHOW_WORDS, 0, "data", KVMLIB__PLACE(internal.data), KVMLIB__PLACE(internal.ndata), { 0, 0 }, 0 },
	{ KVMLIB_EXIT_OSI, KVMLIB__SHOW_WORDS, 0, "registers", KVMLIB__PLACE(osi.gprs), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_PAPR_HCALL, KVMLIB__SHOW_HEX, 0, "number", KVMLIB__PLACE(papr_hcall.nr), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_PAPR_HCALL, KVMLIB__SHOW_WORDS, 0, "arguments", KVMLIB__PLACE(papr_hcall.args), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_S390_UCONTROL, KVMLIB__SHOW_HEX, 0, "translation exception", KVMLIB__PLACE(s390_ucontrol.trans_exc_code), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_S390_UCONTROL, KVMLIB__SHOW_HEX, 0, "program interruption", KVMLIB__PLACE(s390_ucontrol.pgm_code), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_S390_TSCH, KVMLIB__SHOW_HEX, 0, "subchannel", KVMLIB__PLACE(s390_tsch.subchannel_nr), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_S390_TSCH, KVMLIB__SHOW_HEX, 0, "id", KVMLIB__PLACE(s390_tsch.subchannel_id), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_S390_TSCH, KVMLIB__SHOW_HEX, 0, "parameter", KVMLIB__PLACE(s390_tsch.io_int_parm), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_S390_TSCH, KVMLIB__SHOW_HEX, 0, "word", KVMLIB__PLACE(s390_tsch.io_int_word), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_S390_TSCH, KVMLIB__SHOW_HEX, 0, "IPB", KVMLIB__PLACE(s390_tsch.ipb), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_S390_TSCH, KVMLIB__SHOW_CHOICE, 0, "not dequeued/dequeued", KVMLIB__PLACE(s390_tsch.dequeued), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_SYSTEM_EVENT, KVMLIB__SHOW_NAME, KVMLIB__NAMES_SYSTEM_EVENT, "type", KVMLIB__PLACE(system_event.type), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_SYSTEM_EVENT, KVMLIB__SHOW_WORDS, 0, "data", KVMLIB__PLACE(system_event.data), KVMLIB__PLACE(system_event.ndata), { 0, 0 }, 0 },
	{ KVMLIB_EXIT_S390_STSI, KVMLIB__SHOW_HEX, 0, "address", KVMLIB__PLACE(s390_stsi.addr), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_S390_STSI, KVMLIB__SHOW_DEC, 0, "access register", KVMLIB__PLACE(s390_stsi.ar), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_S390_STSI, KVMLIB__SHOW_DEC, 0, "function", KVMLIB__PLACE(s390_stsi.fc), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_S390_STSI, KVMLIB__SHOW_DEC, 0, "selector 1", KVMLIB__PLACE(s390_stsi.sel1), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_S390_STSI, KVMLIB__SHOW_DEC, 0, "selector 2", KVMLIB__PLACE(s390_stsi.sel2), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_IOAPIC_EOI, KVMLIB__SHOW_DEC, 0, "vector", KVMLIB__PLACE(eoi.vector), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_HYPERV, KVMLIB__SHOW_NAME, KVMLIB__NAMES_HYPERV, "type", KVMLIB__PLACE(hyperv.type), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_HYPERV, KVMLIB__SHOW_HEX, 0, "MSR", KVMLIB__PLACE(hyperv.u.synic.msr), { 0, 0 }, KVMLIB__PLACE(hyperv.type), KVMLIB_EXIT_HYPERV_SYNIC },
	{ KVMLIB_EXIT_HYPERV, KVMLIB__SHOW_HEX, 0, "control", KVMLIB__PLACE(hyperv.u.synic.control), { 0, 0 }, KVMLIB__PLACE(hyperv.type), KVMLIB_EXIT_HYPERV_SYNIC },
	{ KVMLIB_EXIT_HYPERV, KVMLIB__SHOW_HEX, 0, "event page", KVMLIB__PLACE(hyperv.u.synic.evt_page), { 0, 0 }, KVMLIB__PLACE(hyperv.type), KVMLIB_EXIT_HYPERV_SYNIC },
	{ KVMLIB_EXIT_HYPERV, KVMLIB__SHOW_HEX, 0, "message page", KVMLIB__PLACE(hyperv.u.synic.msg_page), { 0, 0 }, KVMLIB__PLACE(hyperv.type), KVMLIB_EXIT_HYPERV_SYNIC },
	{ KVMLIB_EXIT_HYPERV, KVMLIB__SHOW_HEX, 0, "input", KVMLIB__PLACE(hyperv.u.hcall.input), { 0, 0 }, KVMLIB__PLACE(hyperv.type), KVMLIB_EXIT_HYPERV_HCALL },
	{ KVMLIB_EXIT_HYPERV, KVMLIB__SHOW_WORDS, 0, "parameters", KVMLIB__PLACE(hyperv.u.hcall.params), { 0, 0 }, KVMLIB__PLACE(hyperv.type), KVMLIB_EXIT_HYPERV_HCALL },
	{ KVMLIB_EXIT_HYPERV, KVMLIB__SHOW_HEX, 0, "MSR", KVMLIB__PLACE(hyperv.u.syndbg.msr), { 0, 0 }, KVMLIB__PLACE(hyperv.type), KVMLIB_EXIT_HYPERV_SYNDBG },
	{ KVMLIB_EXIT_HYPERV, KVMLIB__SHOW_HEX, 0, "control", KVMLIB__PLACE(hyperv.u.syndbg.control), { 0, 0 }, KVMLIB__PLACE(hyperv.type), KVMLIB_EXIT_HYPERV_SYNDBG },
	{ KVMLIB_EXIT_HYPERV, KVMLIB__SHOW_HEX, 0, "status", KVMLIB__PLACE(hyperv.u.syndbg.status), { 0, 0 }, KVMLIB__PLACE(hyperv.type), KVMLIB_EXIT_HYPERV_SYNDBG },
	{ KVMLIB_EXIT_HYPERV, KVMLIB__SHOW_HEX, 0, "send page", KVMLIB__PLACE(hyperv.u.syndbg.send_page), { 0, 0 }, KVMLIB__PLACE(hyperv.type), KVMLIB_EXIT_HYPERV_SYNDBG },
	{ KVMLIB_EXIT_HYPERV, KVMLIB__SHOW_HEX, 0, "receive page", KVMLIB__PLACE(hyperv.u.syndbg.recv_page), { 0, 0 }, KVMLIB__PLACE(hyperv.type), KVMLIB_EXIT_HYPERV_SYNDBG },
	{ KVMLIB_EXIT_HYPERV, KVMLIB__SHOW_HEX, 0, "pending page", KVMLIB__PLACE(hyperv.u.syndbg.pending_page), { 0, 0 }, KVMLIB__PLACE(hyperv.type), KVMLIB_EXIT_HYPERV_SYNDBG },
	{ KVMLIB_EXIT_ARM_NISV, KVMLIB__SHOW_HEX, 0, "syndrome", KVMLIB__PLACE(arm_nisv.esr_iss), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_ARM_NISV, KVMLIB__SHOW_HEX, 0, "address", KVMLIB__PLACE(arm_nisv.fault_ipa), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_ARM_LDST64B, KVMLIB__SHOW_HEX, 0, "syndrome", KVMLIB__PLACE(arm_nisv.esr_iss), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_ARM_LDST64B, KVMLIB__SHOW_HEX, 0, "address", KVMLIB__PLACE(arm_nisv.fault_ipa), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_X86_RDMSR, KVMLIB__SHOW_HEX, 0, "MSR", KVMLIB__PLACE(msr.index), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_X86_RDMSR, KVMLIB__SHOW_NAME, KVMLIB__NAMES_MSR_EXIT_REASON, "reason", KVMLIB__PLACE(msr.reason), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_X86_WRMSR, KVMLIB__SHOW_HEX, 0, "MSR", KVMLIB__PLACE(msr.index), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_X86_WRMSR, KVMLIB__SHOW_HEX, 0, "data", KVMLIB__PLACE(msr.data), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_X86_WRMSR, KVMLIB__SHOW_NAME, KVMLIB__NAMES_MSR_EXIT_REASON, "reason", KVMLIB__PLACE(msr.reason), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_XEN, KVMLIB__SHOW_NAME, KVMLIB__NAMES_XEN, "type", KVMLIB__PLACE(xen.type), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_XEN, KVMLIB__SHOW_HEX, 0, "number", KVMLIB__PLACE(xen.u.hcall.input), { 0, 0 }, KVMLIB__PLACE(xen.type), KVMLIB_EXIT_XEN_HCALL },
	{ KVMLIB_EXIT_XEN, KVMLIB__SHOW_WORDS, 0, "parameters", KVMLIB__PLACE(xen.u.hcall.params), { 0, 0 }, KVMLIB__PLACE(xen.type), KVMLIB_EXIT_XEN_HCALL },
	{ KVMLIB_EXIT_XEN, KVMLIB__SHOW_DEC, 0, "privilege level", KVMLIB__PLACE(xen.u.hcall.cpl), { 0, 0 }, KVMLIB__PLACE(xen.type), KVMLIB_EXIT_XEN_HCALL },
	{ KVMLIB_EXIT_XEN, KVMLIB__SHOW_CHOICE, 0, "32-bit code/64-bit code", KVMLIB__PLACE(xen.u.hcall.longmode), { 0, 0 }, KVMLIB__PLACE(xen.type), KVMLIB_EXIT_XEN_HCALL },
	{ KVMLIB_EXIT_RISCV_SBI, KVMLIB__SHOW_HEX, 0, "extension", KVMLIB__PLACE(riscv_sbi.extension_id), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_RISCV_SBI, KVMLIB__SHOW_HEX, 0, "function", KVMLIB__PLACE(riscv_sbi.function_id), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_RISCV_SBI, KVMLIB__SHOW_WORDS, 0, "arguments", KVMLIB__PLACE(riscv_sbi.args), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_RISCV_CSR, KVMLIB__SHOW_HEX, 0, "register", KVMLIB__PLACE(riscv_csr.csr_num), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_RISCV_CSR, KVMLIB__SHOW_HEX, 0, "value", KVMLIB__PLACE(riscv_csr.new_value), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_RISCV_CSR, KVMLIB__SHOW_HEX, 0, "mask", KVMLIB__PLACE(riscv_csr.write_mask), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_NOTIFY, KVMLIB__SHOW_HEX, 0, "flags", KVMLIB__PLACE(notify.flags), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_LOONGARCH_IOCSR, KVMLIB__SHOW_CHOICE, 0, "read/write", KVMLIB__PLACE(iocsr_io.is_write), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_LOONGARCH_IOCSR, KVMLIB__SHOW_HEX, 0, "address", KVMLIB__PLACE(iocsr_io.phys_addr), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_LOONGARCH_IOCSR, KVMLIB__SHOW_DEC, 0, "length", KVMLIB__PLACE(iocsr_io.len), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_LOONGARCH_IOCSR, KVMLIB__SHOW_BYTES, 0, "data", KVMLIB__PLACE(iocsr_io.data), KVMLIB__PLACE(iocsr_io.len), KVMLIB__PLACE(iocsr_io.is_write), 1 },
	{ KVMLIB_EXIT_MEMORY_FAULT, KVMLIB__SHOW_HEX, 0, "address", KVMLIB__PLACE(memory_fault.gpa), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_MEMORY_FAULT, KVMLIB__SHOW_HEX, 0, "size", KVMLIB__PLACE(memory_fault.size), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_MEMORY_FAULT, KVMLIB__SHOW_HEX, 0, "flags", KVMLIB__PLACE(memory_fault.flags), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_TDX, KVMLIB__SHOW_NAME, KVMLIB__NAMES_TDVMCALL, "call", KVMLIB__PLACE(tdx.nr), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_TDX, KVMLIB__SHOW_HEX, 0, "flags", KVMLIB__PLACE(tdx.flags), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_TDX, KVMLIB__SHOW_HEX, 0, "leaf", KVMLIB__PLACE(tdx.get_tdvmcall_info.leaf), { 0, 0 }, KVMLIB__PLACE(tdx.nr), KVMLIB_TDVMCALL_GET_TD_VM_CALL_INFO },
	{ KVMLIB_EXIT_TDX, KVMLIB__SHOW_HEX, 0, "address", KVMLIB__PLACE(tdx.get_quote.gpa), { 0, 0 }, KVMLIB__PLACE(tdx.nr), KVMLIB_TDVMCALL_GET_QUOTE },
	{ KVMLIB_EXIT_TDX, KVMLIB__SHOW_HEX, 0, "size", KVMLIB__PLACE(tdx.get_quote.size), { 0, 0 }, KVMLIB__PLACE(tdx.nr), KVMLIB_TDVMCALL_GET_QUOTE },
	{ KVMLIB_EXIT_TDX, KVMLIB__SHOW_DEC, 0, "vector", KVMLIB__PLACE(tdx.setup_event_notify.vector), { 0, 0 }, KVMLIB__PLACE(tdx.nr), KVMLIB_TDVMCALL_SETUP_EVENT_NOTIFY_INTERRUPT },
	{ KVMLIB_EXIT_ARM_SEA, KVMLIB__SHOW_HEX, 0, "flags", KVMLIB__PLACE(arm_sea.flags), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_ARM_SEA, KVMLIB__SHOW_HEX, 0, "ESR", KVMLIB__PLACE(arm_sea.esr), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_ARM_SEA, KVMLIB__SHOW_HEX, 0, "virtual address", KVMLIB__PLACE(arm_sea.gva), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_ARM_SEA, KVMLIB__SHOW_HEX, 0, "address", KVMLIB__PLACE(arm_sea.gpa), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_SNP_REQ_CERTS, KVMLIB__SHOW_HEX, 0, "address", KVMLIB__PLACE(snp_req_certs.gpa), { 0, 0 }, { 0, 0 }, 0 },
	{ KVMLIB_EXIT_SNP_REQ_CERTS, KVMLIB__SHOW_DEC, 0, "pages", KVMLIB__PLACE(snp_req_certs.npages), { 0, 0 }, { 0, 0 }, 0 },
};
const size_t kvmlib__nr_exit_fields = sizeof(kvmlib__exit_fields) / sizeof(kvmlib__exit_fields[0]);
