/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_EXIT_H
#define KVMLIB_EXIT_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/common.h>
#include <kvmlib/uapi_exits.h>

KVMLIB_BEGIN_DECLS

/**
 * @defgroup exit Exits
 * @brief Why the guest left kvmlib_vcpu_run(), and with which data.
 *
 * What the last kvmlib_vcpu_run() reported. Payloads are read in place: pointers lead into the
 * vCPU's run page, checked against its bounds, and are good until the next run. Numbers of exit
 * reasons are the kernel's (KVMLIB_EXIT_*, kvmlib/uapi_exits.h) or the library's own, from
 * 0x80000000.
 *
 * Each exit with a payload has an accessor, `kvmlib_vcpu_exit_<payload>()`. Where KVM waits for an
 * answer, `kvmlib_vcpu_complete_<payload>()` stores it; answers that are data (ports, memory) go to
 * the payload itself. The next run hands them to the guest. Payloads that one architecture has are in
 * its group; their functions exist on all architectures, where such an exit is never the last one.
 * kvmlib_exit_owes() says what the VMM has to do about a reason, kvmlib_exit_describe() tells people
 * what happened. A reason newer than this library has its number, and kvmlib_vcpu_exit_raw().
 *
 * Accessors and completions fail with:
 *
 * - -EINVAL, cause NULL_ARGUMENT, or WRONG_EXIT: the last exit has another reason or another kind of
 *   payload;
 * - -EPROTO, cause EXIT_MALFORMED: the payload points outside of the run page or contradicts itself;
 * - -EIO, cause FORKED: a forked child has no run page.
 *
 * The accessors are for the vCPU's thread, between two runs, and leave their outputs untouched on
 * failure. KVM_EXIT_HLT, KVM_EXIT_SHUTDOWN and others have no payload: their reason is all there is.
 * @{
 */

/** KVM_RUN answered EAGAIN: an x86 AP was woken before its start-up, or s390x wants a retry. */
#define KVMLIB_EXIT_AGAIN 0x80000000U
/** There is no exit: the vCPU has not run, or its last run failed. */
#define KVMLIB_EXIT_NONE 0x80000001U

struct kvmlib_vcpu;

/**
 * @brief The reason of the last exit.
 * @param vcpu vCPU, not NULL.
 * @return KVMLIB_EXIT_*, or a number newer than this library.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 * @par Example
 * @snippet firmware.c exits
 */
KVMLIB_EXPORT uint32_t kvmlib_vcpu_exit_reason(const struct kvmlib_vcpu *vcpu);

/**
 * @brief Whether the last run ended by kvmlib_vcpu_kick().
 * @param vcpu vCPU, not NULL.
 * @retval 1 KVMLIB_EXIT_INTR, and a kick was the cause (or one of them).
 * @retval 0 Another reason, a signal of somebody else, an immediate exit that other code asked
 *           for, or the late signal of a kick that an earlier run has reported.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_exit_kicked(const struct kvmlib_vcpu *vcpu);

/**
 * @brief What KVM_RUN returned with the last exit.
 * @param vcpu vCPU, not NULL.
 * @return 0 or a positive errno: EINTR, EAGAIN, EFAULT or EHWPOISON where the run reported an exit.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_exit_errno(const struct kvmlib_vcpu *vcpu);

/**
 * @brief Whether the guest's instruction behind the last exit is unfinished.
 *
 * KVM finishes it on the next run, with the data that the VMM has stored in the payload. Until then
 * registers are those of the middle of the instruction. To finish it without running the guest on:
 * kvmlib_vcpu_kick(), then kvmlib_vcpu_run() until KVMLIB_EXIT_INTR.
 *
 * @param vcpu vCPU, not NULL.
 * @retval 1 The exit needs completion.
 * @retval 0 Nothing is owed.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_exit_pending(const struct kvmlib_vcpu *vcpu);

/**
 * @brief Whether KVM can finish the last exit without an answer of the VMM.
 *
 * For code that stops a vCPU between an exit and its handling: the exit may be finished, as
 * kvmlib_vcpu_exit_pending() says, without asking who handles it. Its payload is gone then; keep it.
 * After the VMM has stored its answer, every exit may be finished.
 *
 * @param vcpu vCPU, not NULL.
 * @retval 1 Nothing is pending, or KVM takes nothing from the run page: a guest's write, a bus lock.
 * @retval 0 The guest would be given whatever the payload happens to hold, or a forked child asks.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_exit_drainable(const struct kvmlib_vcpu *vcpu);

/**
 * @brief The last exit as one line for people.
 *
 * For example: "KVM_EXIT_MMIO: write, address 0xfee00300, length 4, data 00 05 0c 00", or
 * "KVM_EXIT_INTERNAL_ERROR: error 1 (KVM_INTERNAL_ERROR_EMULATION), instruction d9 06, data …". A
 * payload that contradicts itself is called malformed and shown as bytes, and so is that of a reason
 * which this library does not know. Nothing is changed, and no record is written.
 *
 * @param      vcpu   vCPU, not NULL.
 * @param[out] buffer Receives the text, always terminated by NUL if @p size > 0.
 * @param[in]  size   Size of @p buffer in bytes; 1024 holds every line.
 * @return The length of the whole line without its NUL, as snprintf() does.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT size_t kvmlib_exit_describe(const struct kvmlib_vcpu *vcpu, char *buffer,
					  size_t size);

/**
 * @brief The payload of the last exit as bytes, whatever its reason.
 *
 * For reasons newer than this library. An answer can be stored in it.
 *
 * @param[in]  vcpu        vCPU.
 * @param[out] ret_payload The union of all payloads, in place until the next run.
 * @param[out] ret_size    Its size in bytes: 256.
 * @retval 0       Success.
 * @retval -EINVAL See the group; KVMLIB_EXIT_NONE, _AGAIN and _INTR have no payload. Also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_exit_raw(struct kvmlib_vcpu *vcpu, void **ret_payload,
				       size_t *ret_size);

/**
 * @brief The hardware's reason for an exit that KVM does not know: KVMLIB_EXIT_UNKNOWN.
 * @param[in]  vcpu                vCPU.
 * @param[out] ret_hardware_reason The processor's code.
 * @retval 0       Success.
 * @retval -EINVAL See the group; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_exit_unknown(struct kvmlib_vcpu *vcpu, uint64_t *ret_hardware_reason);

/** Payload of KVMLIB_EXIT_IO: a port access of x86, one or (REP INS, REP OUTS) several items. */
struct kvmlib_exit_io {
	void *data;	  /**< count * size bytes: written by the guest, or for it to read */
	uint8_t is_write; /**< 1 for OUT, 0 for IN: fill @ref data before the next run */
	uint8_t size;	  /**< bytes an item: 1, 2 or 4 */
	uint16_t port;	  /**< port number */
	uint32_t count;	  /**< items */
};

/**
 * @brief The port access.
 * @param[in]  vcpu   vCPU.
 * @param[out] ret_io The payload.
 * @retval 0       Success.
 * @retval -EINVAL See the group; also -EPROTO and -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 * @par Example
 * @snippet firmware.c io
 */
KVMLIB_EXPORT int kvmlib_vcpu_exit_io(struct kvmlib_vcpu *vcpu, struct kvmlib_exit_io *ret_io);

/** Payload of KVMLIB_EXIT_MMIO: an access to guest memory that no slot backs. */
struct kvmlib_exit_mmio {
	uint64_t gpa;	     /**< guest physical address */
	void *data;	     /**< @ref len bytes: written by the guest, or for it to read */
	uint32_t len;	     /**< bytes: 1 to 8 */
	uint8_t is_write;    /**< 1 for a store, 0 for a load: fill @ref data before the next run */
	uint8_t reserved[3]; /**< 0 */
};

/**
 * @brief The memory access.
 * @param[in]  vcpu     vCPU.
 * @param[out] ret_mmio The payload.
 * @retval 0       Success.
 * @retval -EINVAL See the group; also -EPROTO and -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 * @par Example
 * @snippet firmware.c mmio
 */
KVMLIB_EXPORT int kvmlib_vcpu_exit_mmio(struct kvmlib_vcpu *vcpu,
					struct kvmlib_exit_mmio *ret_mmio);

/** Payload of KVMLIB_EXIT_HYPERCALL: the guest calls its hypervisor. */
struct kvmlib_exit_hypercall {
	uint64_t nr;	      /**< which call: KVMLIB_HC_* on x86, the function's id on arm64 */
	uint64_t flags;	      /**< KVMLIB_EXIT_HYPERCALL_LONG_MODE, KVMLIB_HYPERCALL_EXIT_* */
	const uint64_t *args; /**< 6 words; unused on arm64, where they are in registers */
};

/**
 * @brief The hypercall.
 *
 * x86 reports the calls that KVMLIB_CAP_EXIT_HYPERCALL was enabled for, arm64 those that the SMCCC
 * filter hands on. On x86 hosts before Linux 6.4 only the lower 32 bits of flags are set: 1 for 64-bit
 * code.
 *
 * @param[in]  vcpu          vCPU.
 * @param[out] ret_hypercall The payload.
 * @retval 0       Success.
 * @retval -EINVAL See the group; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_exit_hypercall(struct kvmlib_vcpu *vcpu,
					     struct kvmlib_exit_hypercall *ret_hypercall);

/**
 * @brief Store the result of a hypercall.
 *
 * On arm64 the kernel does not look at it: set the guest's registers instead.
 *
 * @param vcpu vCPU.
 * @param ret  What the guest's call returns: 0 or a negative KVM_E* number on x86.
 * @retval 0       Success.
 * @retval -EINVAL See the group; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_complete_hypercall(struct kvmlib_vcpu *vcpu, uint64_t ret);

/** Payload of KVMLIB_EXIT_SYSTEM_EVENT: the guest asks for shutdown, reset, suspend … */
struct kvmlib_exit_system_event {
	const uint64_t *data; /**< @ref ndata words, whose meaning depends on @ref type */
	uint32_t type;	      /**< KVMLIB_SYSTEM_EVENT_* */
	uint32_t ndata;	      /**< 0 to 16; 0 on hosts without KVMLIB_CAP_SYSTEM_EVENT_DATA */
};

/**
 * @brief The system event.
 *
 * On arm64 these are the guest's calls of PSCI: SYSTEM_OFF is a shutdown, SYSTEM_RESET a reset,
 * and SYSTEM_SUSPEND a suspension (where KVMLIB_CAP_ARM_SYSTEM_SUSPEND is enabled; a wakeup where
 * the vCPU had been suspended by its state). The first word has flags: of a reset
 * KVMLIB_SYSTEM_EVENT_RESET_FLAG_PSCI_RESET2, when it was SYSTEM_RESET2, whose type and cookie are in the
 * guest's X1 and X2; of a shutdown KVMLIB_SYSTEM_EVENT_SHUTDOWN_FLAG_PSCI_OFF2. The vCPUs are as they
 * were: kvmlib_arm64_vcpus_init() resets them.
 *
 * @param[in]  vcpu      vCPU.
 * @param[out] ret_event The payload.
 * @retval 0       Success.
 * @retval -EINVAL See the group; also -EPROTO and -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_exit_system_event(struct kvmlib_vcpu *vcpu,
						struct kvmlib_exit_system_event *ret_event);

/** Payload of KVMLIB_EXIT_FAIL_ENTRY: the hardware refused to enter the guest. */
struct kvmlib_exit_fail_entry {
	uint64_t reason;   /**< the hardware's code */
	uint32_t cpu;	   /**< number of the host's CPU */
	uint32_t reserved; /**< 0 */
};

/**
 * @brief Why the hardware refused.
 * @param[in]  vcpu           vCPU.
 * @param[out] ret_fail_entry The payload.
 * @retval 0       Success.
 * @retval -EINVAL See the group; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_exit_fail_entry(struct kvmlib_vcpu *vcpu,
					      struct kvmlib_exit_fail_entry *ret_fail_entry);

/** Payload of KVMLIB_EXIT_INTERNAL_ERROR: KVM could not go on. */
struct kvmlib_exit_internal_error {
	const uint64_t *data;	/**< @ref ndata words */
	uint32_t suberror;	/**< KVMLIB_INTERNAL_ERROR_* */
	uint32_t ndata;		/**< 0 to 16 */
	uint8_t insn_size;	/**< 1 to 15 where KVM tells the instruction, else 0 */
	uint8_t insn_bytes[15]; /**< the instruction; zeros where KVM tells none */
};

/**
 * @brief Why KVM could not go on.
 *
 * The instruction is told for KVMLIB_INTERNAL_ERROR_EMULATION alone, and only where KVM flags its
 * bytes as valid.
 *
 * @param[in]  vcpu      vCPU.
 * @param[out] ret_error The payload.
 * @retval 0       Success.
 * @retval -EINVAL See the group; also -EPROTO and -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_exit_internal_error(struct kvmlib_vcpu *vcpu,
						  struct kvmlib_exit_internal_error *ret_error);

/** Payload of KVMLIB_EXIT_DEBUG on x86: a breakpoint, a watchpoint or a single step. */
struct kvmlib_exit_debug {
	uint64_t pc;	    /**< linear address of the instruction */
	uint64_t dr6;	    /**< debug status */
	uint64_t dr7;	    /**< debug control */
	uint32_t exception; /**< vector: 1 is debug, 3 is breakpoint */
	uint32_t reserved;  /**< 0 */
};

/**
 * @brief What guest debugging hit.
 * @param[in]  vcpu      vCPU.
 * @param[out] ret_debug The payload.
 * @retval 0       Success.
 * @retval -EINVAL See the group; also -EIO.
 * @retval -EOPNOTSUPP Not on x86.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_exit_debug(struct kvmlib_vcpu *vcpu,
					 struct kvmlib_exit_debug *ret_debug);

/** Payload of KVMLIB_EXIT_MEMORY_FAULT: guest memory that needs the VMM before it can be used. */
struct kvmlib_exit_memory_fault {
	uint64_t flags; /**< KVMLIB_MEMORY_EXIT_FLAG_* */
	uint64_t gpa;	/**< guest physical address */
	uint64_t size;	/**< bytes from @ref gpa */
};

/**
 * @brief The range that could not be used.
 * @param[in]  vcpu      vCPU.
 * @param[out] ret_fault The payload.
 * @retval 0       Success.
 * @retval -EINVAL See the group; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_exit_memory_fault(struct kvmlib_vcpu *vcpu,
						struct kvmlib_exit_memory_fault *ret_fault);

/** @} */

KVMLIB_END_DECLS
#endif
