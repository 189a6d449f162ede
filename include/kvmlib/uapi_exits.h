/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Generated from uapi/exits.tsv by uapi/generate; do not edit. */
#ifndef KVMLIB_UAPI_EXITS_H
#define KVMLIB_UAPI_EXITS_H

/**
 * @defgroup exits Exit reasons
 * @brief Why a guest left KVM_RUN, as KVM has it.
 * @{
 */

#define KVMLIB_EXIT_UNKNOWN 0U /**< no usable reason; hardware_exit_reason carries the raw code */
#define KVMLIB_EXIT_EXCEPTION 1U /**< unexpected guest exception reached the host (Intel only); api.rst calls it unused */
#define KVMLIB_EXIT_IO 2U /**< port in/out; data is packed count*size bytes at run+data_offset, filled by user for IN */
#define KVMLIB_EXIT_HYPERCALL 3U /**< guest hypercall passed up; user stores ret (arm64: set GPRs instead) */
#define KVMLIB_EXIT_DEBUG 4U /**< breakpoint, watchpoint or single step hit while guest debug is on */
#define KVMLIB_EXIT_HLT 5U /**< guest executed HLT and no in-kernel irqchip can wake it */
#define KVMLIB_EXIT_MMIO 6U /**< access outside memslots (or write to a read-only slot); user fills data for reads */
#define KVMLIB_EXIT_IRQ_WINDOW_OPEN 7U /**< guest can now take an external interrupt that userspace asked to inject */
#define KVMLIB_EXIT_SHUTDOWN 8U /**< triple fault or equivalent; CPU state is undefined until reset */
#define KVMLIB_EXIT_FAIL_ENTRY 9U /**< hardware refused VM entry; reason code and cpu number given */
#define KVMLIB_EXIT_INTR 10U /**< KVM_RUN returned -1/EINTR because of a signal (with immediate_exit the field keeps its old value) */
#define KVMLIB_EXIT_SET_TPR 11U /**< guest wrote CR8/TPR below a pending interrupt priority; re-read run->cr8 */
#define KVMLIB_EXIT_TPR_ACCESS 12U /**< guest touched the APIC task priority register */
#define KVMLIB_EXIT_S390_SIEIC 13U /**< SIE intercept the kernel does not handle; PSW is in kvm_run */
#define KVMLIB_EXIT_S390_RESET 14U /**< guest asked for a reset through diagnose; flags say which kind */
#define KVMLIB_EXIT_DCR 15U /**< deprecated 440 device-control-register access; never raised now */
#define KVMLIB_EXIT_NMI 16U /**< machine check delivered to userspace (Book3S HV with FWNMI on) */
#define KVMLIB_EXIT_INTERNAL_ERROR 17U /**< KVM could not continue; suberror says why, ndata words of detail */
#define KVMLIB_EXIT_OSI 18U /**< MOL OSI hypercall; user edits gprs and re-enters */
#define KVMLIB_EXIT_PAPR_HCALL 19U /**< sPAPR hypercall; user sets ret and args then re-enters */
#define KVMLIB_EXIT_S390_UCONTROL 20U /**< host page-table fault in a user-controlled VM that userspace must map */
#define KVMLIB_EXIT_WATCHDOG 21U /**< BookE guest watchdog reached its final expiry */
#define KVMLIB_EXIT_S390_TSCH 22U /**< TEST SUBCHANNEL intercepted; dequeued interrupt data supplied */
#define KVMLIB_EXIT_EPR 23U /**< external interrupt taken; user supplies the vector in epr */
#define KVMLIB_EXIT_SYSTEM_EVENT 24U /**< guest requested shutdown, reset, suspend, or signalled a crash */
#define KVMLIB_EXIT_S390_STSI 25U /**< STORE SYSTEM INFORMATION needs post-processing by userspace */
#define KVMLIB_EXIT_IOAPIC_EOI 26U /**< EOI of a level interrupt for a userspace IOAPIC; vector given */
#define KVMLIB_EXIT_HYPERV 27U /**< SynIC change, Hyper-V hypercall or synthetic debugger request */
#define KVMLIB_EXIT_ARM_NISV 28U /**< data abort without decode info; user emulates and moves PC itself */
#define KVMLIB_EXIT_X86_RDMSR 29U /**< MSR read for userspace; set data, or error=1 to inject \#GP */
#define KVMLIB_EXIT_X86_WRMSR 30U /**< MSR write for userspace; error=1 injects \#GP */
#define KVMLIB_EXIT_DIRTY_RING_FULL 31U /**< vCPU dirty ring hit its soft limit; harvest then KVM_RESET_DIRTY_RINGS */
#define KVMLIB_EXIT_AP_RESET_HOLD 32U /**< AP waits in reset hold; user may emulate the hold or just re-enter */
#define KVMLIB_EXIT_X86_BUS_LOCK 33U /**< guest performed a bus lock, also flagged by KVM_RUN_X86_BUS_LOCK; AMD finishes stepping over it on the next KVM_RUN, Intel has nothing left to do */
#define KVMLIB_EXIT_XEN 34U /**< Xen hypercall; user stores result and re-enters */
#define KVMLIB_EXIT_RISCV_SBI 35U /**< SBI call not handled in kernel; user stores ret[0..1] */
#define KVMLIB_EXIT_RISCV_CSR 36U /**< CSR access not handled in kernel; user stores ret_value */
#define KVMLIB_EXIT_NOTIFY 37U /**< no event window for too long; CONTEXT_INVALID means state is lost */
#define KVMLIB_EXIT_LOONGARCH_IOCSR 38U /**< IOCSR read/write not handled in kernel; user fills data for reads */
#define KVMLIB_EXIT_MEMORY_FAULT 39U /**< unresolved gpa fault; comes with return -1 and errno EFAULT or EHWPOISON */
#define KVMLIB_EXIT_TDX 40U /**< TDVMCALL for userspace (quote, vmcall info, event notify); set ret */
#define KVMLIB_EXIT_ARM_SEA 41U /**< guest access consumed a memory error (synchronous external abort) */
#define KVMLIB_EXIT_ARM_LDST64B 42U /**< 64-byte load/store outside memslots; user emulates fully and moves PC */
#define KVMLIB_EXIT_SNP_REQ_CERTS 43U /**< SNP extended guest request wants the certificate blob at gpa */

/** @} */

#endif
