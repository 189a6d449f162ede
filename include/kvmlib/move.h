/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_MOVE_H
#define KVMLIB_MOVE_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/common.h>

KVMLIB_BEGIN_DECLS

/**
 * @defgroup move Moving a running guest
 * @brief The source's side of a live migration: which pages are sent when, and when the guest stops.
 *
 * kvmlib_move_run() hands the guest's memory to the program's callbacks while the guest runs on: first
 * all of it, then in each round what was written during the round before. When what is left can be sent
 * within the downtime that is wanted, the guest is stopped, and its state and the last pages are handed
 * over. How they get to the other side, and what is said there, is the program's: the library knows no
 * protocol, and makes no threads.
 *
 * Until the callback for the state has returned, everything can fail, and the guest runs on here as if
 * nothing had been: the peer is gone, the program does not want any more, the guest can't be saved.
 *
 * @par Rounds
 * The time that sending takes tells the bandwidth, and how many pages a round has, what the guest
 * writes. The downtime is estimated at the beginning of each round: saving, and sending the state and the
 * pages that are left. What the peer does with them is not in it.
 *
 * A guest that writes too much is slowed down, by as much as kvmlib_dirty_throttle() says: while pages
 * are sent, its group is paused again and again, some milliseconds each time, or as long as a call of
 * `pages` takes. Each round has the pages of READONLY regions and of all address spaces, too; a
 * guest_memfd, whose pages KVM can't log, is sent as a whole in each.
 *
 * @par The stop
 * The group is paused, within the plan's timeout. Then come the callbacks: `stop` of the program's
 * devices, the last `pages`, and `state`. It is saved before the last pages are looked for, so that what
 * the plan's steps write to the guest's memory gets there.
 *
 * @par The other side
 * Makes a VM with the same memory map, stores the pages where they belong as they come, and then restores
 * the state by a plan of its own, and runs the guest: a page may come many times, the last one counts.
 * Pages that are all zero are told, not sent; they may have had other contents before. Memory is stored
 * inside a reader at kvmlib_memory_at(), for kvmlib_memory_write() refuses READONLY regions.
 *
 * @par Example
 * @snippet migrate.c callbacks
 * @snippet migrate.c move
 * @{
 */

struct kvmlib_dirty;
struct kvmlib_state;
struct kvmlib_state_plan;

/** Pages that follow each other in the guest's memory. */
struct kvmlib_move_pages {
	uint64_t gpa;	   /**< guest physical address, in bytes */
	uint64_t length;   /**< bytes; whole pages of the host */
	const void *data;  /**< what they hold, until the callback returns; NULL: all is zero */
	uint32_t space;	   /**< address space */
	uint32_t reserved; /**< 0 */
};

/** How far a move has come. Numbers of bytes are of whole pages. */
struct kvmlib_move_progress {
	uint64_t total;	    /**< bytes of the memory map */
	uint64_t sent;	    /**< bytes whose contents were sent, in all rounds */
	uint64_t zero;	    /**< bytes that were told to be zero, in all rounds */
	uint64_t remaining; /**< bytes of this round that are still to be sent */
	uint64_t bandwidth; /**< bytes a second that are sent; 0: not known yet */
	/** Bytes a second that the guest writes; 0: nothing, or not known yet. */
	uint64_t written;
	/** Of the downtime, in nanoseconds, if the guest was stopped now; UINT64_MAX: not known yet. */
	uint64_t estimate;
	/** Nanoseconds from the pause to the return of `state`; 0: it has not returned yet. */
	uint64_t downtime;
	uint32_t round;	     /**< from 1 on; the last is that of the stopped guest */
	uint32_t throttle;   /**< percent of its time that the guest is held back */
	uint32_t is_stopped; /**< 1: the guest is stopped; else 0 */
	uint32_t reserved;   /**< 0 */
};

/** If the last round has not brought it within the downtime that is wanted, stop the guest all the same. */
#define KVMLIB_MOVE_STOP_ANYWAY 0x1U

/**
 * Options of kvmlib_move_run(). Zero means "default" for every member; pages and state have none.
 *
 * All callbacks are called on the thread of kvmlib_move_run(), without any lock, and outside of any reader.
 */
struct kvmlib_move_opts {
	size_t size; /**< sizeof this struct in the caller's build, in bytes */
	/** Send pages; negative ends the move. */
	int (*pages)(const struct kvmlib_move_pages *pages, size_t nr_pages, void *userdata);
	/**
	 * Send the state, and wait for the peer's word. 0 or more: the peer has the guest. Negative: it
	 * runs on here. So it must not be negative where the peer may run the guest, too.
	 */
	int (*state)(const struct kvmlib_state *state, void *userdata);
	/**
	 * Told at the beginning of each round, and each time that pages were sent; NULL: nothing. Negative
	 * ends the move.
	 */
	int (*progress)(const struct kvmlib_move_progress *progress, void *userdata);
	/**
	 * Let the program's devices neither write memory nor raise interrupts; NULL: nothing. Negative ends
	 * the move.
	 */
	int (*stop)(void *userdata);
	/** Let them go on; called once if the guest runs on here after @ref stop has succeeded. Or NULL. */
	void (*go_on)(void *userdata);
	void *userdata;	   /**< passed to all of them */
	uint64_t downtime; /**< nanoseconds that are wanted at most; 0: 300 ms */
	uint32_t rounds;   /**< how many at most, while the guest runs; 0: 30 */
	uint32_t throttle; /**< percent of slowing down at most, up to 99; 0: not at all */
	uint32_t flags;	   /**< KVMLIB_MOVE_STOP_ANYWAY */
	uint32_t reserved; /**< 0 */
};

/**
 * @brief Move a running guest to where the callbacks send it.
 *
 * The guest runs meanwhile; its state is saved once at the beginning, in a short pause, for a trial: what
 * can't be saved is refused before anything is sent. The tracker may have other consumers, and stays on.
 * The memory map must not change: a change ends the move. Not to be called inside of a reader, nor on the
 * thread of one of the vCPUs.
 *
 * After success the group stays paused, and the guest is the peer's. To end the vCPUs' threads here, tell
 * their loops to end, and call kvmlib_control_resume(): each kvmlib_control_run() returns
 * KVMLIB_EXIT_INTR before the guest has run; those that wait are to be kicked. Only if it is certain that the peer will not run the guest,
 * kvmlib_control_resume() alone lets it run on here.
 *
 * After a failure the guest runs on here as before.
 *
 * A plan without a group is of a guest that does not run: nothing is paused, nor slowed down.
 *
 * @param[in]  plan         Plan that saves the state.
 * @param[in]  dirty        Tracker of the plan's memory map.
 * @param[in]  opts         Options.
 * @param[out] ret_progress Receives how it went; may be NULL. Untouched on failure.
 * @retval 0          The peer has the guest.
 * @retval -EINVAL    NULL argument, or no pages or no state in @p opts (cause NULL_ARGUMENT); size too
 *                    small (cause OPTIONS_SIZE); a tracker of a map that is not the plan's, a throttle
 *                    above 99, an unknown flag, or a set reserved member (cause BAD_ARGUMENT).
 * @retval -E2BIG     @p opts sets a member that this library does not know (cause OPTIONS_TOO_NEW).
 * @retval -EPERM     A part of the guest's memory is private (cause MEMORY_PRIVATE; the values are its
 *                    address and size); or as in kvmlib_state_save() (cause STATE_PROTECTED).
 * @retval -EAGAIN    After the last round the guest can't be stopped within the downtime that is wanted
 *                    (cause MOVE_DIVERGES; the values are the number of rounds and of pages that were left).
 * @retval -EBUSY     The memory map has changed (cause STATE_CHANGED); or as in kvmlib_state_save().
 * @retval -EFAULT    Memory has vanished (cause MEMORY_VANISHED), as kvmlib_memory_read() has it.
 * @retval -ENOSPC    The tracker has 16 consumers (cause CONSUMER_LIMIT).
 * @retval -ENOMEM    No memory (cause NO_MEMORY).
 * @retval -ETIMEDOUT vCPUs did not come (cause VCPU_LATE), as kvmlib_control_pause() has it; so has it
 *                    -ESRCH.
 * @retval -EIO       In a forked child (cause FORKED); the VM is dead (cause VM_DEAD).
 * @retval "Other values" What a callback or a program's step returned, without a record; or as
 *                    kvmlib_state_save(), kvmlib_dirty_harvest() and kvmlib_control_pause_begin() have it.
 * @threadsafety One thread per handle at a time: the plan.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_move_run(struct kvmlib_state_plan *plan, struct kvmlib_dirty *dirty,
				  const struct kvmlib_move_opts *opts,
				  struct kvmlib_move_progress *ret_progress);

/** @} */

KVMLIB_END_DECLS
#endif
