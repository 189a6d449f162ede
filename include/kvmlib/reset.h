/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_RESET_H
#define KVMLIB_RESET_H

#include <stdint.h>

#include <kvmlib/common.h>

KVMLIB_BEGIN_DECLS

/**
 * @defgroup reset Reset
 * @brief Back to a snapshot of the same VM, at the cost of what was written since.
 *
 * For fuzzers and sandboxes, which run one guest from one point on over and over. A snapshot is a
 * @ref state "state" and a copy of the memory map, taken where the VM is. A reset puts back the pages
 * that were written since the last one, by the guest, by the program (@ref memory_reader, marks) or by
 * another engine, as @ref dirty "dirty tracking" has it; and the state, by the plan's steps of restoring.
 * Registers, pages and clocks are those of the snapshot then, to the last byte and tick.
 *
 * @par What is not put back
 * What guests can't change: CPUID and the counters' frequency (their steps are left out), enabled
 * capabilities, and memory that is not in the map or that this process can't write. The guest is not
 * told that it was stopped, for no time has passed for it (kvmclock-ctrl is left out). A timer that had
 * no deadline keeps none, as with KVMLIB_STATE_KEEP_DEADLINE. Where steps are left out of the plan, so
 * they are of resets: without `clock` and `tsc` time goes on, and so does the counter where a host's guests
 * all have the host's. Devices of the program, and what lies in eventfds, are the program's to put back: by
 * steps of its own in the plan, say.
 *
 * @par Several of them
 * A VM may have as many snapshots as its tracker has room for consumers, and go back to each in any
 * order. Pages that are put back are written for all other consumers, a migration's say.
 *
 * @par Where the time goes
 * Most of it is the kernel's: some fifteen calls for the state of each vCPU. Steps that a guest has no
 * use for can be left out of the plan: a guest without interrupts needs no `lapic`, `ioapic`,
 * `pic-master`, `pic-slave` or `pit`.
 *
 * @par Example
 * @snippet fuzz.c reset
 *
 * @ref snapshot_fuzzing has the whole program.
 * @{
 */

struct kvmlib_dirty;
struct kvmlib_reset;
struct kvmlib_state;
struct kvmlib_state_plan;

/**
 * @brief Take a snapshot of a VM, here and now.
 *
 * The group, if the plan has one, is paused meanwhile; threads of the program that write to guest memory
 * have to be stopped before. Pages of zeros take no memory in the copy.
 *
 * @param[in]  plan      Plan with the VM's memory map; it has to stay as long as the snapshot.
 * @param[in]  dirty     Tracker of that map; the snapshot is one of its consumers, and keeps a reference.
 *                       With RING it has been told of all vCPUs.
 * @param[out] ret_reset New snapshot; free it with kvmlib_reset_free(). Untouched on failure.
 * @retval 0        Success.
 * @retval -EINVAL  NULL argument (cause NULL_ARGUMENT); a tracker of another map than the plan's, or that
 *                  was not told of a vCPU (cause BAD_ARGUMENT).
 * @retval -ENOTSUP Pages are private to the guest (cause MEMORY_PRIVATE; the record has the region, and the
 *                  first address).
 * @retval -ENOSPC  The tracker has no room (cause CONSUMER_LIMIT).
 * @retval -EFAULT  A file has become shorter than its region (cause MEMORY_VANISHED).
 * @retval -EPERM   As in kvmlib_state_save() (cause STATE_PROTECTED); so are -EBUSY, -ETIMEDOUT and
 *                  -ESRCH.
 * @retval -ENOMEM  No memory (cause NO_MEMORY), here or in the kernel.
 * @retval -EIO     In a forked child (cause FORKED); the VM is dead (cause VM_DEAD).
 * @retval "Other values" As kvmlib_state_save() and kvmlib_dirty_consumer_new() have them, or as of
 *                  reading memory.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_reset_new(struct kvmlib_state_plan *plan, struct kvmlib_dirty *dirty,
				   struct kvmlib_reset **ret_reset);

/**
 * @brief Free a snapshot.
 * @param reset Snapshot, or NULL.
 * @return NULL.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT struct kvmlib_reset *kvmlib_reset_free(struct kvmlib_reset *reset);

/**
 * @brief The state that the VM is reset to.
 * @param reset Snapshot, not NULL.
 * @return The state, as long as the snapshot.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT const struct kvmlib_state *kvmlib_reset_state(const struct kvmlib_reset *reset);

/**
 * @brief Put a VM back to a snapshot.
 *
 * The group, if the plan has one, is paused meanwhile. The map must have the same regions at the same
 * places, and vCPUs are to have their last exits finished: a pause finishes them, and a run that is
 * kicked does.
 *
 * A failure is followed by a record whose OUTCOME is 0 where nothing has been touched, and 2 where the
 * VM is half put back: it can't be used before a reset has succeeded, which then copies all memory. A
 * failure without an OUTCOME has changed nothing.
 *
 * Allocates nothing, unless routes have changed.
 *
 * @param[in]  reset     Snapshot.
 * @param[out] ret_pages Receives how many pages of the host were put back; may be NULL. Untouched on
 *                       failure.
 * @retval 0        Success.
 * @retval -EINVAL  NULL @p reset (cause NULL_ARGUMENT).
 * @retval -ESTALE  A region was added, removed, moved, or made READONLY or writable since (cause
 *                  RESET_MAP; the record has the first that is not as it was, and its address).
 * @retval -ENOTSUP Pages were made private to the guest (cause MEMORY_PRIVATE, as above).
 * @retval -EFAULT  A file has become shorter than its region (cause MEMORY_VANISHED).
 * @retval -EPERM   As in kvmlib_state_restore() (cause STATE_PROTECTED); so are -EBUSY, -ETIMEDOUT and
 *                  -ESRCH.
 * @retval -EIO     In a forked child (cause FORKED); the VM is dead (cause VM_DEAD).
 * @retval "Other values" As kvmlib_dirty_harvest() has them; or as the step's call has it, with the
 *                  step's name as the record's subject; or what a program's step returned.
 * @threadsafety One thread per handle at a time, the plan's included.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_reset(struct kvmlib_reset *reset, uint64_t *ret_pages);

/** @} */

KVMLIB_END_DECLS
#endif
