/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_EXPLAIN_H
#define KVMLIB_EXPLAIN_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/common.h>

KVMLIB_BEGIN_DECLS

/**
 * @defgroup explain Names and explanations
 * @brief Names of numbers, and the table of errors.
 *
 * The facts that the library is built from, for programs that show them to people: names of
 * numbers, and why a call may fail. All strings are static. None of these functions needs
 * `/dev/kvm`.
 * @{
 */

/**
 * @brief Name of an ioctl.
 * @param request Request number, as this architecture encodes it.
 * @return "KVM_CREATE_VM" …; NULL if no ioctl of KVM has that number here.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT const char *kvmlib_ioctl_name(unsigned long request);

/**
 * @brief Name of an exit reason.
 * @param reason KVMLIB_EXIT_*.
 * @return "KVM_EXIT_IO" …, for the library's own numbers "KVMLIB_EXIT_AGAIN" …; NULL if unknown.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT const char *kvmlib_exit_name(uint32_t reason);

/**
 * @brief What the VMM has to do about an exit.
 * @param reason KVMLIB_EXIT_*.
 * @return A sentence; NULL if unknown.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT const char *kvmlib_exit_owes(uint32_t reason);

/**
 * @brief Whether the guest's instruction is unfinished at such an exit.
 *
 * Until the next run has finished it, the vCPU's state must not be saved.
 *
 * @param reason KVMLIB_EXIT_*.
 * @return 1 or 0; 0 if unknown.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_exit_needs_completion(uint32_t reason);

/** Nothing is unfinished. */
#define KVMLIB_DRAIN_NONE 0U
/** KVM takes nothing from the VMM: a run with an immediate exit finishes it. */
#define KVMLIB_DRAIN_ALWAYS 1U
/** As KVMLIB_DRAIN_ALWAYS if the guest writes, else as KVMLIB_DRAIN_ANSWERED. */
#define KVMLIB_DRAIN_WRITES 2U
/** KVM takes the VMM's answer: a run finishes it only once the answer is stored. */
#define KVMLIB_DRAIN_ANSWERED 3U

/**
 * @brief What it takes to finish such an exit without running the guest on.
 * @param reason KVMLIB_EXIT_*.
 * @return KVMLIB_DRAIN_*; KVMLIB_DRAIN_ANSWERED if unknown.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT uint32_t kvmlib_exit_drain(uint32_t reason);

/**
 * @brief Name of an internal error of KVM.
 * @param suberror KVMLIB_INTERNAL_ERROR_*, as kvmlib_vcpu_exit_internal_error() tells it.
 * @return "KVM_INTERNAL_ERROR_EMULATION" …; NULL if unknown.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT const char *kvmlib_internal_error_name(uint32_t suberror);

/**
 * @brief Name of a system event.
 * @param type KVMLIB_SYSTEM_EVENT_*, as kvmlib_vcpu_exit_system_event() tells it.
 * @return "KVM_SYSTEM_EVENT_RESET" …; NULL if unknown.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT const char *kvmlib_system_event_name(uint32_t type);

/**
 * @brief Name of a vCPU's multiprocessing state.
 * @param state KVMLIB_MP_STATE_*, as kvmlib_vcpu_get_mp_state() tells it.
 * @return "KVM_MP_STATE_RUNNABLE" …; NULL if unknown.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT const char *kvmlib_mp_state_name(uint32_t state);

/**
 * @brief Name of a cause.
 * @param cause KVMLIB_CAUSE_*.
 * @return "SLOT_OVERLAP" …; NULL if unknown.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT const char *kvmlib_cause_name(uint32_t cause);

/**
 * @brief What to do about a cause.
 * @param cause KVMLIB_CAUSE_*.
 * @return A sentence; NULL if unknown.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT const char *kvmlib_cause_hint(uint32_t cause);

/**
 * @brief Name of an errno.
 * @param errnum Errno, positive or negative.
 * @return "EEXIST" …; NULL if no call of KVM is known to answer it.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT const char *kvmlib_errno_name(int errnum);

/** One row of the table of errors: a call, how it fails, why, and what to do. */
struct kvmlib_explanation {
	const char *call;     /**< "KVM_CREATE_VM", "(any VM ioctl)", "open(/dev/kvm)" … */
	const char *error;    /**< "EBUSY"; in parentheses where it is no errno: "(SIGBUS)" */
	const char *sentence; /**< why, in lower case without a full stop */
	const char *action;   /**< "fix-argument", "retry", "grow-and-retry" … */
	const char *hint;     /**< what to do, as a sentence */
	uint32_t cause;	      /**< KVMLIB_CAUSE_* */
	int32_t errnum;	      /**< positive errno, or 0 where @ref error is none */
};

/**
 * @brief Look up why a call may fail.
 *
 * Goes through the table of errors, in its order; the rows of a class such as "(any VM ioctl)"
 * belong to every ioctl of that class and follow its own.
 *
 * @param[in]  call    Name of the call, or NULL for the whole table as it is.
 * @param[in]  errnum  Errno to look for, positive or negative; 0 for all.
 * @param[in]  index   Which of the rows that fit, from 0.
 * @param[out] ret_row The row. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p ret_row.
 * @retval -ENOENT No more rows (at index 0: none fits, or no such call).
 * @note A failure of this function does not replace the error record.
 * @threadsafety Any thread.
 * @since 0.1
 * @par Example
 * @snippet errors.c explain
 */
KVMLIB_EXPORT int kvmlib_explain(const char *call, int errnum, size_t index,
				 struct kvmlib_explanation *ret_row);

/**
 * @brief Name of a type of in-kernel devices.
 * @param type KVMLIB_DEV_TYPE_*.
 * @return "VFIO", "ARM_VGIC_V3" …; NULL if unknown.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT const char *kvmlib_device_type_name(uint32_t type);

/** Registers that CPUID fills, for kvmlib_cpuid_bit_name(). */
#define KVMLIB_CPUID_EAX 0U
#define KVMLIB_CPUID_EBX 1U /**< see KVMLIB_CPUID_EAX */
#define KVMLIB_CPUID_ECX 2U /**< see KVMLIB_CPUID_EAX */
#define KVMLIB_CPUID_EDX 3U /**< see KVMLIB_CPUID_EAX */

/**
 * @brief Name of a bit of what CPUID answers.
 * @param leaf    Leaf (function).
 * @param subleaf Subleaf (index); 0 for leaves that have none.
 * @param reg     KVMLIB_CPUID_E*X.
 * @param bit     0 to 31.
 * @return "sse2", "avx512f", "hv-time" …; NULL if the bit has no name.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT const char *kvmlib_cpuid_bit_name(uint32_t leaf, uint32_t subleaf, uint32_t reg,
						uint32_t bit);

/**
 * @brief Name of an MSR that tells of an x86 processor's features.
 * @param msr Its number.
 * @return "IA32_ARCH_CAPABILITIES" …; NULL if it has no name here.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT const char *kvmlib_cpuid_msr_name(uint32_t msr);

/** @} */

KVMLIB_END_DECLS
#endif
