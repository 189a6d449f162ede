/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_X86_EXIT_H
#define KVMLIB_X86_EXIT_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/common.h>

KVMLIB_BEGIN_DECLS

/**
 * @defgroup x86_exit Exits of x86
 * @brief Payloads of the exits that x86 alone has: MSRs, Hyper-V, Xen, TDX, SNP.
 * @ingroup x86
 *
 * Payloads of the exits that x86 alone has. Errors are those of @ref exit, and so is everything that
 * is said there; the functions exist on all architectures, where none of these exits comes.
 * @{
 */

struct kvmlib_vcpu;

/** Payload of KVMLIB_EXIT_EXCEPTION: an exception that KVM did not expect. */
struct kvmlib_exit_exception {
	uint32_t vector;     /**< which exception */
	uint32_t error_code; /**< its error code */
};

/**
 * @brief The exception that KVM did not expect.
 *
 * The API document calls this exit unused; Intel hosts can report it.
 *
 * @param[in] vcpu vCPU.
 * @param[out] ret_exception The payload.
 * @retval 0       Success.
 * @retval -EINVAL See @ref exit; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_exit_exception(struct kvmlib_vcpu *vcpu,
					     struct kvmlib_exit_exception *ret_exception);

/**
 * @brief The task priority that the guest has set: KVMLIB_EXIT_SET_TPR.
 *
 * Reported without an interrupt controller in the kernel, where the guest lowers the priority: look
 * whether an interrupt can be injected now.
 *
 * @param[in] vcpu vCPU.
 * @param[out] ret_cr8 The priority, 0 to 15, as kvmlib_vcpu_get_cr8() has it.
 * @retval 0       Success.
 * @retval -EINVAL See @ref exit; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_exit_set_tpr(struct kvmlib_vcpu *vcpu, uint64_t *ret_cr8);

/** Payload of KVMLIB_EXIT_TPR_ACCESS: an access to the local APIC's task priority. */
struct kvmlib_exit_tpr_access {
	uint64_t rip;	   /**< address of the instruction */
	uint32_t is_write; /**< 1 for a write, 0 for a read */
	uint32_t reserved; /**< 0 */
};

/**
 * @brief The access to the task priority, which KVM has served.
 *
 * Reported after kvmlib_vcpu_tpr_access_reporting() has switched it on; the instruction may be
 * patched.
 *
 * @param[in] vcpu vCPU.
 * @param[out] ret_access The payload.
 * @retval 0       Success.
 * @retval -EINVAL See @ref exit; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_exit_tpr_access(struct kvmlib_vcpu *vcpu,
					      struct kvmlib_exit_tpr_access *ret_access);

/**
 * @brief The vector that the guest has finished: KVMLIB_EXIT_IOAPIC_EOI.
 *
 * Reported with KVMLIB_CAP_SPLIT_IRQCHIP, for level triggered interrupts.
 *
 * @param[in] vcpu vCPU.
 * @param[out] ret_vector The vector whose pins the VMM's I/O APIC should look at again.
 * @retval 0       Success.
 * @retval -EINVAL See @ref exit; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_exit_ioapic_eoi(struct kvmlib_vcpu *vcpu, uint8_t *ret_vector);

/**
 * @brief What is left of a vCPU that let no event through: KVMLIB_EXIT_NOTIFY.
 *
 * Reported once KVMLIB_CAP_X86_NOTIFY_VMEXIT is enabled with KVMLIB_X86_NOTIFY_VMEXIT_USER.
 *
 * @param[in] vcpu vCPU.
 * @param[out] ret_flags KVMLIB_NOTIFY_CONTEXT_INVALID: the vCPU's state is lost, don't run it on.
 * @retval 0       Success.
 * @retval -EINVAL See @ref exit; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_exit_notify(struct kvmlib_vcpu *vcpu, uint32_t *ret_flags);

/** Payload of KVMLIB_EXIT_X86_RDMSR and _WRMSR: an MSR that the VMM is to serve. */
struct kvmlib_exit_msr {
	uint64_t data;	   /**< what the guest writes; without meaning for a read */
	uint32_t index;	   /**< which MSR */
	uint32_t reason;   /**< why KVM does not serve it: KVMLIB_MSR_EXIT_REASON_* */
	uint32_t is_write; /**< 1 for WRMSR, 0 for RDMSR */
	uint32_t reserved; /**< 0 */
};

/**
 * @brief The access to an MSR.
 *
 * Reported for the reasons that kvmlib_vm_enable_x86_user_space_msr() was told.
 *
 * @param[in] vcpu vCPU.
 * @param[out] ret_msr The payload.
 * @retval 0       Success.
 * @retval -EINVAL See @ref exit; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_exit_msr(struct kvmlib_vcpu *vcpu, struct kvmlib_exit_msr *ret_msr);

/**
 * @brief Give the guest the value of the MSR that it reads.
 * @param vcpu vCPU.
 * @param data The value.
 * @retval 0       Success.
 * @retval -EINVAL See @ref exit; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_complete_rdmsr(struct kvmlib_vcpu *vcpu, uint64_t data);

/**
 * @brief Let the guest's write to an MSR succeed.
 *
 * This is what KVM assumes, if nothing is stored.
 *
 * @param vcpu vCPU.
 * @retval 0       Success.
 * @retval -EINVAL See @ref exit; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_complete_wrmsr(struct kvmlib_vcpu *vcpu);

/**
 * @brief Let the guest's access to an MSR fail with a general protection fault.
 *
 * For KVMLIB_EXIT_X86_RDMSR and _WRMSR.
 *
 * @param vcpu vCPU.
 * @retval 0       Success.
 * @retval -EINVAL See @ref exit; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_complete_msr_fault(struct kvmlib_vcpu *vcpu);

/** Payload of KVMLIB_EXIT_SNP_REQ_CERTS: a guest wants the host's certificates. */
struct kvmlib_exit_snp_req_certs {
	uint64_t gpa;	 /**< guest physical address of the buffer */
	uint64_t npages; /**< its size, in pages of 4 KiB */
};

/**
 * @brief The request for certificates.
 *
 * Reported after KVM_SEV_SNP_ENABLE_REQ_CERTS, before the attestation report is made.
 *
 * @param[in] vcpu vCPU.
 * @param[out] ret_request The payload.
 * @retval 0       Success.
 * @retval -EINVAL See @ref exit; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_exit_snp_req_certs(struct kvmlib_vcpu *vcpu,
						 struct kvmlib_exit_snp_req_certs *ret_request);

/**
 * @brief Answer the request for certificates.
 * @param vcpu vCPU.
 * @param ret 0 once the certificates are in the guest's buffer; a positive errno otherwise:
 * ENOSPC if it is too small, EAGAIN if the guest shall try again, EIO.
 * @param npages With ENOSPC, the pages that are needed; else as it was told.
 * @retval 0       Success.
 * @retval -EINVAL See @ref exit; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_complete_snp_req_certs(struct kvmlib_vcpu *vcpu, uint64_t ret,
						     uint64_t npages);

/** @name Calls of guests
 *
 * Exits of guests that call their hypervisor in the way of Hyper-V, Xen or TDX. Another kind of call
 * than the function is for is WRONG_EXIT.
 * @{
 */

/**
 * @brief What a guest of Hyper-V's ways wants: KVMLIB_EXIT_HYPERV.
 * @param[in] vcpu vCPU.
 * @param[out] ret_type KVMLIB_EXIT_HYPERV_SYNIC, _HCALL, _SYNDBG, or newer; each has its accessor.
 * @retval 0       Success.
 * @retval -EINVAL See @ref exit; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_exit_hyperv_type(struct kvmlib_vcpu *vcpu, uint32_t *ret_type);

/** Payload of KVMLIB_EXIT_HYPERV_SYNIC: the guest moves its synthetic interrupt controller. */
struct kvmlib_exit_hyperv_synic {
	uint64_t control;  /**< SCONTROL: bit 0 is set while it is on */
	uint64_t evt_page; /**< SIEFP: page of event flags */
	uint64_t msg_page; /**< SIMP: page of messages */
	uint32_t msr;	   /**< the MSR that was written */
	uint32_t reserved; /**< 0 */
};

/**
 * @brief The synthetic interrupt controller's registers, after a write.
 *
 * Reported once KVMLIB_CAP_HYPERV_SYNIC or _SYNIC2 is enabled. No answer is taken.
 *
 * @param[in] vcpu vCPU.
 * @param[out] ret_synic The payload.
 * @retval 0       Success.
 * @retval -EINVAL See @ref exit; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_exit_hyperv_synic(struct kvmlib_vcpu *vcpu,
						struct kvmlib_exit_hyperv_synic *ret_synic);

/** Payload of KVMLIB_EXIT_HYPERV_HCALL: a hypercall in Hyper-V's way. */
struct kvmlib_exit_hyperv_hcall {
	uint64_t input; /**< the call's code and its flags */
	const uint64_t
		*params; /**< 2 words: addresses of input and output, or the fast parameters */
};

/**
 * @brief The hypercall.
 * @param[in] vcpu vCPU.
 * @param[out] ret_hcall The payload.
 * @retval 0       Success.
 * @retval -EINVAL See @ref exit; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_exit_hyperv_hcall(struct kvmlib_vcpu *vcpu,
						struct kvmlib_exit_hyperv_hcall *ret_hcall);

/**
 * @brief Store the result of a hypercall in Hyper-V's way.
 * @param vcpu vCPU.
 * @param result The result's status and, in bits 32 to 43, the repetitions that were done.
 * @retval 0       Success.
 * @retval -EINVAL See @ref exit; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_complete_hyperv_hcall(struct kvmlib_vcpu *vcpu, uint64_t result);

/** Payload of KVMLIB_EXIT_HYPERV_SYNDBG: a guest's kernel talks to its debugger. */
struct kvmlib_exit_hyperv_syndbg {
	uint64_t control;      /**< what is to be sent or received */
	uint64_t status;       /**< status of the call before */
	uint64_t send_page;    /**< page of data to send */
	uint64_t recv_page;    /**< page for data received */
	uint64_t pending_page; /**< page that tells of more data */
	uint32_t msr;	       /**< the MSR that was written */
	uint32_t reserved;     /**< 0 */
};

/**
 * @brief The synthetic debugger's registers, after a write.
 * @param[in] vcpu vCPU.
 * @param[out] ret_syndbg The payload.
 * @retval 0       Success.
 * @retval -EINVAL See @ref exit; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_exit_hyperv_syndbg(struct kvmlib_vcpu *vcpu,
						 struct kvmlib_exit_hyperv_syndbg *ret_syndbg);

/**
 * @brief Store the status of the synthetic debugger.
 * @param vcpu vCPU.
 * @param status The status. KVM takes it after a write to the control MSR.
 * @retval 0       Success.
 * @retval -EINVAL See @ref exit; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_complete_hyperv_syndbg(struct kvmlib_vcpu *vcpu, uint64_t status);

/** Payload of KVMLIB_EXIT_XEN with KVMLIB_EXIT_XEN_HCALL: a hypercall in Xen's way. */
struct kvmlib_exit_xen_hcall {
	uint64_t input;		/**< which call */
	const uint64_t *params; /**< 6 words */
	uint32_t longmode;	/**< 1 if 64-bit code called */
	uint32_t cpl;		/**< privilege level of the caller, 0 to 3 */
};

/**
 * @brief The hypercall.
 *
 * Reported once KVMLIB_XEN_HVM_CONFIG_INTERCEPT_HCALL is set by kvmlib_vm_xen_hvm_config().
 *
 * @param[in] vcpu vCPU.
 * @param[out] ret_hcall The payload.
 * @retval 0       Success.
 * @retval -EINVAL See @ref exit; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_exit_xen_hcall(struct kvmlib_vcpu *vcpu,
					     struct kvmlib_exit_xen_hcall *ret_hcall);

/**
 * @brief Store the result of a hypercall in Xen's way.
 * @param vcpu vCPU.
 * @param result What the guest's call returns: 0 or more, or a negative errno of Xen.
 * @retval 0       Success.
 * @retval -EINVAL See @ref exit; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_complete_xen_hcall(struct kvmlib_vcpu *vcpu, uint64_t result);

/** Payload of KVMLIB_EXIT_TDX: a trust domain calls its VMM. */
struct kvmlib_exit_tdx {
	uint64_t flags; /**< 0 today */
	uint64_t nr;	/**< which call: KVMLIB_TDVMCALL_* */
	uint64_t *data; /**< 5 words, whose meaning depends on @ref nr */
};

/**
 * @brief The trust domain's call, of any kind.
 * @param[in] vcpu vCPU.
 * @param[out] ret_tdx The payload.
 * @retval 0       Success.
 * @retval -EINVAL See @ref exit; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_exit_tdx(struct kvmlib_vcpu *vcpu, struct kvmlib_exit_tdx *ret_tdx);

/** Payload of a call KVMLIB_TDVMCALL_GET_QUOTE. */
struct kvmlib_exit_tdx_get_quote {
	uint64_t gpa;  /**< guest physical address of the shared buffer */
	uint64_t size; /**< its size in bytes */
};

/**
 * @brief The buffer that a quote is wanted in.
 *
 * Complete the call at once; the quote may follow, as the buffer's header tells the guest.
 *
 * @param[in] vcpu vCPU.
 * @param[out] ret_quote The payload.
 * @retval 0       Success.
 * @retval -EINVAL See @ref exit; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_exit_tdx_get_quote(struct kvmlib_vcpu *vcpu,
						 struct kvmlib_exit_tdx_get_quote *ret_quote);

/**
 * @brief Which calls a trust domain asks about: KVMLIB_TDVMCALL_GET_TD_VM_CALL_INFO.
 * @param[in] vcpu vCPU.
 * @param[out] ret_leaf 1: which calls beyond the basic ones the VMM serves.
 * @retval 0       Success.
 * @retval -EINVAL See @ref exit; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_exit_tdx_vmcall_info(struct kvmlib_vcpu *vcpu, uint64_t *ret_leaf);

/**
 * @brief The vector that a trust domain wants events on.
 *
 * For a call KVMLIB_TDVMCALL_SETUP_EVENT_NOTIFY_INTERRUPT.
 * @param[in] vcpu vCPU.
 * @param[out] ret_vector The vector, 32 to 255; answer another with an invalid operand.
 * @retval 0       Success.
 * @retval -EINVAL See @ref exit; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_exit_tdx_event_notify(struct kvmlib_vcpu *vcpu, uint64_t *ret_vector);

/**
 * @brief Store the result of a trust domain's call.
 *
 * For calls of each kind. KVM has stored that the call is not supported.
 *
 * @param vcpu vCPU.
 * @param ret 0, or a status of the guest's interface: 0x8000000000000000 for an invalid operand …
 * @retval 0       Success.
 * @retval -EINVAL See @ref exit; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_complete_tdx(struct kvmlib_vcpu *vcpu, uint64_t ret);

/**
 * @brief Answer which calls the VMM serves.
 * @param vcpu vCPU.
 * @param info 4 words, for the guest's R11 to R14.
 * @param ret As in kvmlib_vcpu_complete_tdx().
 * @retval 0       Success.
 * @retval -EINVAL See @ref exit; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_complete_tdx_vmcall_info(struct kvmlib_vcpu *vcpu,
						       const uint64_t *info, uint64_t ret);

/** @} */
/** @} */

KVMLIB_END_DECLS
#endif
