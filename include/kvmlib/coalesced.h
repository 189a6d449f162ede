/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_COALESCED_H
#define KVMLIB_COALESCED_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/common.h>

KVMLIB_BEGIN_DECLS

/**
 * @defgroup coalesced Coalesced writes
 * @brief Guest writes that are no exits: KVM collects them, and they are handed over with the next
 * exit.
 *
 * For registers whose writes have no effect that the guest waits for, such as those of a display or
 * of a port that text is written to. A zone says which writes KVM collects, in a ring that all
 * vCPUs of the VM share; reads there are exits as before. A write that finds the ring full is an
 * exit, too.
 *
 * The writes have to be handed over before the exit that they came with is answered, and before
 * state is saved. A group of vCPUs does so (kvmlib_control_opts::coalesced): before each
 * kvmlib_control_run() returns, and before a pause has a vCPU parked. Programs without one call
 * kvmlib_coalesced_drain() after each kvmlib_vcpu_run().
 *
 * @par What it owns
 * The ring of its VM: there is one reader for each VM. Writes to zones of
 * kvmlib_vm_register_coalesced_mmio() are handed over as well.
 *
 * @par Example
 * @snippet coalesced.c handler
 * @snippet coalesced.c zone
 * @{
 */

struct kvmlib_coalesced;
struct kvmlib_vcpu;
struct kvmlib_vm;

/** The zone is one of I/O ports. */
#define KVMLIB_COALESCED_PIO 0x1U

/** One write of the guest's. */
struct kvmlib_coalesced_write {
	uint64_t address; /**< guest physical, or the number of a port */
	uint32_t length;  /**< 1 to 8 bytes */
	uint32_t flags;	  /**< KVMLIB_COALESCED_PIO: to a port */
	uint8_t data[8];  /**< what was written: @ref length bytes in the guest's order */
};

/** Options of kvmlib_coalesced_new(). */
struct kvmlib_coalesced_opts {
	size_t size; /**< sizeof this struct in the caller's build, in bytes */
	/**
	 * Called for each write, with the vCPU that was drained, which need not be the one that
	 * wrote. No lock is held, but other threads that drain wait meanwhile: it must not run vCPUs,
	 * nor wait for them as kvmlib_control_pause() and kvmlib_control_call() do. Negative: the writes
	 * after this one stay for the next time, and what drains returns that value. Required.
	 */
	int (*handler)(struct kvmlib_vcpu *vcpu, const struct kvmlib_coalesced_write *write,
		       void *userdata);
	void *userdata;			 /**< passed to @ref handler */
	void (*destroy)(void *userdata); /**< called with the last reference's end; may be NULL */
};

/**
 * @brief Make the reader of a VM's coalesced writes, without zones.
 *
 * @param[in]  vm            VM; the reader keeps a reference.
 * @param[in]  opts          Options.
 * @param[out] ret_coalesced New reader; drop it with kvmlib_coalesced_unref(). Untouched on
 *                           failure.
 * @retval 0           Success.
 * @retval -EINVAL     NULL argument (cause NULL_ARGUMENT); size too small (cause OPTIONS_SIZE); no
 *                     handler (cause BAD_ARGUMENT).
 * @retval -E2BIG      @p opts sets a member that this library does not know (cause
 *                     OPTIONS_TOO_NEW).
 * @retval -EBUSY      The VM has a reader (cause COALESCED_TAKEN).
 * @retval -EOPNOTSUPP No KVMLIB_CAP_COALESCED_MMIO (cause CAPABILITY_MISSING).
 * @retval -EPROTO     The ring is not in what a vCPU has mapped (cause COALESCED_RING).
 * @retval -ENOMEM     No memory (cause NO_MEMORY).
 * @retval -EIO        In a forked child (cause FORKED).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_coalesced_new(struct kvmlib_vm *vm,
				       const struct kvmlib_coalesced_opts *opts,
				       struct kvmlib_coalesced **ret_coalesced);

/**
 * @brief Take a reference.
 * @param coalesced Reader, or NULL.
 * @return @p coalesced.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT struct kvmlib_coalesced *kvmlib_coalesced_ref(struct kvmlib_coalesced *coalesced);

/**
 * @brief Drop a reference; the last one removes the zones.
 *
 * Wraps KVM_UNREGISTER_COALESCED_MMIO (VM ioctl, api.rst 4.116), once for each zone. Writes that
 * were not handed over stay in the ring, for the VM's next reader. In a forked child it only frees.
 *
 * @param coalesced Reader, or NULL.
 * @return NULL.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT struct kvmlib_coalesced *kvmlib_coalesced_unref(struct kvmlib_coalesced *coalesced);

/**
 * @brief Have KVM collect the writes to a range.
 *
 * Wraps KVM_REGISTER_COALESCED_MMIO (VM ioctl, api.rst 4.116). Writes that lie in the range wholly
 * are collected, of any length. Zones must not overlap: KVM can't take such ones apart again.
 *
 * @param coalesced Reader.
 * @param address   Guest physical, or the number of a port.
 * @param length    Bytes, 1 at least.
 * @param flags     KVMLIB_COALESCED_PIO.
 * @retval 0           Success.
 * @retval -EINVAL     NULL @p coalesced (cause NULL_ARGUMENT); another flag, no length, a range
 *                     that wraps, or ports above 65535 (cause BAD_ARGUMENT).
 * @retval -EEXIST     The range overlaps a zone (cause ZONE_OVERLAP; the record has its range,
 *                     too).
 * @retval -EOPNOTSUPP Ports, without KVMLIB_CAP_COALESCED_PIO (cause CAPABILITY_MISSING).
 * @retval -ENOSPC     The VM has as many devices and zones as it can have (cause IO_BUS_FULL).
 * @retval -ENOMEM     No memory, here (cause NO_MEMORY) or in the kernel.
 * @retval -EIO        In a forked child (cause FORKED); the VM is dead (cause VM_DEAD).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_coalesced_add(struct kvmlib_coalesced *coalesced, uint64_t address,
				       uint32_t length, uint32_t flags);

/**
 * @brief Have writes to a zone be exits again.
 *
 * Wraps KVM_UNREGISTER_COALESCED_MMIO (VM ioctl, api.rst 4.116). What was written before is still
 * handed over.
 *
 * @param coalesced Reader.
 * @param address   As it was added.
 * @param length    As it was added.
 * @param flags     As it was added.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p coalesced (cause NULL_ARGUMENT).
 * @retval -ENOENT There is no such zone (cause ZONE_ABSENT).
 * @retval -EIO    In a forked child (cause FORKED); the VM is dead (cause VM_DEAD): the zone is
 *                 still there.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_coalesced_remove(struct kvmlib_coalesced *coalesced, uint64_t address,
					  uint32_t length, uint32_t flags);

/**
 * @brief Hand the writes over that were made so far, in their order.
 *
 * Where there is none, that costs two loads: no lock and no system call. Several threads may drain
 * at once: each write is handed over once, by one of them after the other, and each returns when
 * all that was written before its call has been handed over.
 *
 * @param coalesced Reader.
 * @param vcpu      Any vCPU of the VM; the ring is in what each of them has mapped.
 * @return How many were handed over by this call.
 * @retval -EINVAL  NULL argument (cause NULL_ARGUMENT); a vCPU of another VM (cause BAD_ARGUMENT).
 * @retval -EDEADLK Called by the handler (cause COALESCED_BUSY).
 * @retval -EPROTO  The ring holds what KVM does not write there (cause COALESCED_RING; INDEX is
 *                  where, SIZE the length that was found, or LIMIT the number of entries). It stays
 *                  as it is.
 * @retval -EIO     In a forked child (cause FORKED).
 * @retval "Other values" What the handler returned (cause CANCELLED); its write counts as handed
 *                  over, the ones after it stay.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_coalesced_drain(struct kvmlib_coalesced *coalesced,
					 struct kvmlib_vcpu *vcpu);

/** @} */

KVMLIB_END_DECLS
#endif
