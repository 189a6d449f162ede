/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How many instructions it takes to look at an exit, and to answer it, on the simulated kernel. */

#include <stdlib.h>
#include <string.h>

#include <kvmlib/kvmlib.h>
#include <kvmlib/sim.h>

#include <counted.h>

#define PAYLOAD_SIZE 256U
#define MAX_PRESETS  5U

struct subject {
	struct kvmlib_sim *sim;
	struct kvmlib_system *system;
	struct kvmlib_vm *vm;
	struct kvmlib_vcpu *vcpu;
};

/* What must stand in a payload so that it is well formed, or of the kind that is meant. */
struct preset {
	uint32_t offset;
	uint32_t value;
};

static void leave_with(struct subject *subject, uint32_t reason, const struct preset *presets)
{
	uint8_t payload[PAYLOAD_SIZE] = { 0 };
	struct kvmlib_sim_exit exit = {
		.size = sizeof(exit),
		.reason = reason,
		.payload = payload,
		.payload_size = sizeof(payload),
	};

	for (size_t i = 0; i < MAX_PRESETS; i++)
		if (presets[i].value)
			memcpy(payload + presets[i].offset, &presets[i].value, 4);
	if (kvmlib_sim_push_exit(subject->sim, kvmlib_vcpu_fd(subject->vcpu), &exit) < 0 ||
	    kvmlib_vcpu_run(subject->vcpu) < 0)
		bench_fail("the exit");
}

/* Exits without presets: both compilers take no further arguments for none, clang names it an extension. */
#ifdef __clang__
#pragma clang diagnostic ignored "-Wgnu-zero-variadic-macro-arguments"
#endif

/* How to get there, and what is counted. */
#define EXIT(name, reason, ...)                                                                \
	static void before_##name(struct subject *subject)                                     \
	{                                                                                      \
		static const struct preset presets[MAX_PRESETS] = { { 0, 0 }, ##__VA_ARGS__ }; \
		leave_with(subject, KVMLIB_EXIT_##reason, presets);                            \
	}
#define ACCESSOR(name, type, reason, ...)                                \
	EXIT(name, reason, ##__VA_ARGS__)                                \
	static int call_##name(struct subject *subject)                  \
	{                                                                \
		type payload;                                            \
		return kvmlib_vcpu_exit_##name(subject->vcpu, &payload); \
	}
#define COMPLETION(name, reason, arguments, ...)                 \
	EXIT(complete_##name, reason, ##__VA_ARGS__)             \
	static int call_complete_##name(struct subject *subject) \
	{                                                        \
		return kvmlib_vcpu_complete_##name arguments;    \
	}

ACCESSOR(unknown, uint64_t, UNKNOWN)
ACCESSOR(exception, struct kvmlib_exit_exception, EXCEPTION)
ACCESSOR(io, struct kvmlib_exit_io, IO, { 0, 0x4020101 }, { 4, 1 }, { 8, 4096 })
ACCESSOR(mmio, struct kvmlib_exit_mmio, MMIO, { 16, 4 })
ACCESSOR(hypercall, struct kvmlib_exit_hypercall, HYPERCALL)
ACCESSOR(system_event, struct kvmlib_exit_system_event, SYSTEM_EVENT, { 4, 1 })
ACCESSOR(fail_entry, struct kvmlib_exit_fail_entry, FAIL_ENTRY)
ACCESSOR(internal_error, struct kvmlib_exit_internal_error, INTERNAL_ERROR, { 0, 1 }, { 4, 4 },
	 { 8, 1 }, { 16, 15 })
ACCESSOR(debug, struct kvmlib_exit_debug, DEBUG)
ACCESSOR(memory_fault, struct kvmlib_exit_memory_fault, MEMORY_FAULT)
ACCESSOR(set_tpr, uint64_t, SET_TPR)
ACCESSOR(tpr_access, struct kvmlib_exit_tpr_access, TPR_ACCESS)
ACCESSOR(ioapic_eoi, uint8_t, IOAPIC_EOI)
ACCESSOR(notify, uint32_t, NOTIFY)
ACCESSOR(msr, struct kvmlib_exit_msr, X86_RDMSR)
ACCESSOR(snp_req_certs, struct kvmlib_exit_snp_req_certs, SNP_REQ_CERTS)
ACCESSOR(hyperv_type, uint32_t, HYPERV)
ACCESSOR(hyperv_synic, struct kvmlib_exit_hyperv_synic, HYPERV, { 0, 1 })
ACCESSOR(hyperv_hcall, struct kvmlib_exit_hyperv_hcall, HYPERV, { 0, 2 })
ACCESSOR(hyperv_syndbg, struct kvmlib_exit_hyperv_syndbg, HYPERV, { 0, 3 })
ACCESSOR(xen_hcall, struct kvmlib_exit_xen_hcall, XEN, { 0, 1 })
ACCESSOR(tdx, struct kvmlib_exit_tdx, TDX)
ACCESSOR(tdx_get_quote, struct kvmlib_exit_tdx_get_quote, TDX, { 8, 0x10002 })
ACCESSOR(tdx_vmcall_info, uint64_t, TDX, { 8, 0x10000 })
ACCESSOR(tdx_event_notify, uint64_t, TDX, { 8, 0x10004 })
ACCESSOR(arm_nisv, struct kvmlib_exit_arm_nisv, ARM_NISV)
ACCESSOR(arm_sea, struct kvmlib_exit_arm_sea, ARM_SEA)
ACCESSOR(s390_sieic, struct kvmlib_exit_s390_sieic, S390_SIEIC)
ACCESSOR(s390_reset, uint64_t, S390_RESET)
ACCESSOR(s390_ucontrol, struct kvmlib_exit_s390_ucontrol, S390_UCONTROL)
ACCESSOR(s390_tsch, struct kvmlib_exit_s390_tsch, S390_TSCH)
ACCESSOR(s390_stsi, struct kvmlib_exit_s390_stsi, S390_STSI)
ACCESSOR(dcr, struct kvmlib_exit_dcr, DCR)
ACCESSOR(osi, uint64_t *, OSI)
ACCESSOR(papr_hcall, struct kvmlib_exit_papr_hcall, PAPR_HCALL)
ACCESSOR(riscv_sbi, struct kvmlib_exit_riscv_sbi, RISCV_SBI)
ACCESSOR(riscv_csr, struct kvmlib_exit_riscv_csr, RISCV_CSR)
ACCESSOR(loongarch_iocsr, struct kvmlib_exit_iocsr, LOONGARCH_IOCSR, { 16, 8 })
COMPLETION(hypercall, HYPERCALL, (subject->vcpu, 0))
COMPLETION(rdmsr, X86_RDMSR, (subject->vcpu, 0))
COMPLETION(wrmsr, X86_WRMSR, (subject->vcpu))
COMPLETION(msr_fault, X86_WRMSR, (subject->vcpu))
COMPLETION(snp_req_certs, SNP_REQ_CERTS, (subject->vcpu, 0, 0))
COMPLETION(hyperv_hcall, HYPERV, (subject->vcpu, 0), { 0, 2 })
COMPLETION(hyperv_syndbg, HYPERV, (subject->vcpu, 0), { 0, 3 })
COMPLETION(xen_hcall, XEN, (subject->vcpu, 0), { 0, 1 })
COMPLETION(tdx, TDX, (subject->vcpu, 0))
COMPLETION(papr_hcall, PAPR_HCALL, (subject->vcpu, 0))
COMPLETION(epr, EPR, (subject->vcpu, 0))
COMPLETION(riscv_sbi, RISCV_SBI, (subject->vcpu, 0, 0))
COMPLETION(riscv_csr, RISCV_CSR, (subject->vcpu, 0))

#define ROW(name_)                                                                 \
	{                                                                          \
		.name = #name_, .wrapped = call_##name_, .prepare = before_##name_ \
	}

static const struct row rows[] = {
	ROW(unknown),
	ROW(exception),
	ROW(io),
	ROW(mmio),
	ROW(hypercall),
	ROW(system_event),
	ROW(fail_entry),
	ROW(internal_error),
	ROW(debug),
	ROW(memory_fault),
	ROW(set_tpr),
	ROW(tpr_access),
	ROW(ioapic_eoi),
	ROW(notify),
	ROW(msr),
	ROW(snp_req_certs),
	ROW(hyperv_type),
	ROW(hyperv_synic),
	ROW(hyperv_hcall),
	ROW(hyperv_syndbg),
	ROW(xen_hcall),
	ROW(tdx),
	ROW(tdx_get_quote),
	ROW(tdx_vmcall_info),
	ROW(tdx_event_notify),
	ROW(arm_nisv),
	ROW(arm_sea),
	ROW(s390_sieic),
	ROW(s390_reset),
	ROW(s390_ucontrol),
	ROW(s390_tsch),
	ROW(s390_stsi),
	ROW(dcr),
	ROW(osi),
	ROW(papr_hcall),
	ROW(riscv_sbi),
	ROW(riscv_csr),
	ROW(loongarch_iocsr),
	ROW(complete_hypercall),
	ROW(complete_rdmsr),
	ROW(complete_wrmsr),
	ROW(complete_msr_fault),
	ROW(complete_snp_req_certs),
	ROW(complete_hyperv_hcall),
	ROW(complete_hyperv_syndbg),
	ROW(complete_xen_hcall),
	ROW(complete_tdx),
	ROW(complete_papr_hcall),
	ROW(complete_epr),
	ROW(complete_riscv_sbi),
	ROW(complete_riscv_csr),
};

static void open_subject(struct subject *subject)
{
	struct kvmlib_system_opts opts = { .size = sizeof(opts) };

	if (kvmlib_sim_new(&subject->sim) < 0)
		bench_fail("the simulated kernel");
	opts.sys = kvmlib_sim_sys_ops(subject->sim);
	if (kvmlib_system_open(&opts, &subject->system) < 0 ||
	    kvmlib_system_create_vm(subject->system, NULL, &subject->vm) < 0 ||
	    kvmlib_vm_create_vcpu(subject->vm, 0, &subject->vcpu) < 0)
		bench_fail("the vCPU");
}

static void close_subject(struct subject *subject)
{
	kvmlib_vcpu_unref(subject->vcpu);
	kvmlib_vm_unref(subject->vm);
	kvmlib_system_unref(subject->system);
	kvmlib_sim_free(subject->sim);
}

int main(void)
{
	struct subject subject = { .sim = NULL };

	open_subject(&subject);
	count_rows(rows, sizeof(rows) / sizeof(rows[0]), &subject);
	close_subject(&subject);
	return EXIT_SUCCESS;
}
