/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_DIRTY_H
#define KVMLIB_DIRTY_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/common.h>

KVMLIB_BEGIN_DECLS

/**
 * @defgroup dirty Dirty tracking
 * @brief Which pages of a memory map were written, for any number of consumers.
 *
 * A tracker finds the pages that guests write by whichever mechanism the kernel has, and those that the
 * program writes through readers of the map (@ref memory_reader) or marks. Each consumer (a
 * migration, a snapshot, a display) takes its own rounds: a page that was written since a consumer's
 * last round began is in the next one, once, whatever the others do.
 *
 * A page whose dirtiness is uncertain is dirty: all of a region that is added or moved, or whose slot
 * was deleted and made again while vCPUs could run; and in each round all of a region that KVM can't
 * log, such as a guest_memfd.
 *
 * @par What the tracker owns
 * The dirty log of each slot of the map while it is there, and with rings every vCPU's ring. READONLY
 * regions are logged too, for what the program writes.
 *
 * @par Example
 * @snippet dirty.c rounds
 * @{
 */

struct kvmlib_dirty;
struct kvmlib_dirty_consumer;
struct kvmlib_memory;
struct kvmlib_memory_reader;
struct kvmlib_memory_region;
struct kvmlib_vcpu;

/** The best that the VM has: MANUAL, else BITMAP. Rings are only used if they are asked for. */
#define KVMLIB_DIRTY_AUTO 0U
/** KVM_GET_DIRTY_LOG, which clears what it reads. */
#define KVMLIB_DIRTY_BITMAP 1U
/** KVM_GET_DIRTY_LOG and KVM_CLEAR_DIRTY_LOG; KVMLIB_CAP_MANUAL_DIRTY_LOG_PROTECT2. */
#define KVMLIB_DIRTY_MANUAL 2U
/**
 * A ring for each vCPU; KVMLIB_CAP_DIRTY_LOG_RING and its siblings. On arm64 it has to be started before
 * the first region is added: only slots with a bitmap beside the rings lose nothing there
 * (KVMLIB_CAP_DIRTY_LOG_RING_WITH_BITMAP).
 */
#define KVMLIB_DIRTY_RING 3U

/**
 * All pages are dirty in every consumer's first round; with MANUAL KVM then protects pages as they
 * are cleared, instead of all at once at the start (KVMLIB_DIRTY_LOG_INITIALLY_SET).
 */
#define KVMLIB_DIRTY_ALL_AT_FIRST 0x1U

/** Options of kvmlib_dirty_start(). Zero means "default" for every member. */
struct kvmlib_dirty_opts {
	size_t size;	    /**< sizeof this struct in the caller's build, in bytes */
	uint32_t mechanism; /**< KVMLIB_DIRTY_AUTO, … */
	uint32_t flags;	    /**< KVMLIB_DIRTY_ALL_AT_FIRST */
	uint32_t ring_size; /**< RING: bytes of each vCPU's ring, a power of two; 0: 64 KiB */
	uint32_t
		clear_pages; /**< MANUAL: how many pages one call clears at most, a multiple of 64; 0: 2^18 */
};

/** Pages that follow each other, were written, and lie in one region. */
struct kvmlib_dirty_run {
	uint64_t gpa;	 /**< guest physical address, in bytes */
	uint64_t length; /**< bytes; whole pages of the host */
	void *address;	 /**< where they are in this process, good until the reader leaves */
};

/** @name The tracker
 * @{
 */

/**
 * @brief Begin to track writes.
 *
 * One tracker at a time for each map. Switches the dirty log of every slot on that can have one.
 * Enabling rings or MANUAL lasts as long as the VM: KVM can't switch rings off.
 *
 * @param[in]  memory    Map; the tracker keeps a reference.
 * @param[in]  opts      Options, or NULL for all defaults.
 * @param[out] ret_dirty New tracker; drop it with kvmlib_dirty_unref(). Untouched on failure.
 * @retval 0           Success.
 * @retval -EINVAL     NULL argument (cause NULL_ARGUMENT); size too small (cause OPTIONS_SIZE);
 *                     another mechanism or flag, a ring that is no power of two or below a page, or
 *                     pages that are no multiple of 64 (cause BAD_ARGUMENT); RING where vCPUs
 *                     exist, and on arm64 where regions do (cause CAP_REFUSED).
 * @retval -E2BIG      @p opts sets a member that this library does not know (cause OPTIONS_TOO_NEW);
 *                     a ring above the VM's limit (cause DIRTY_RING_SIZE).
 * @retval -EOPNOTSUPP The VM has not that mechanism (cause CAPABILITY_MISSING).
 * @retval -EBUSY      The map is tracked already (cause ALREADY_TRACKED).
 * @retval -ENOMEM     No memory, here (cause NO_MEMORY) or in the kernel.
 * @retval -EDEADLK    The calling thread is inside a reader of the map (cause IN_READER).
 * @retval -EIO        In a forked child (cause FORKED); the VM is dead (cause VM_DEAD).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_dirty_start(struct kvmlib_memory *memory,
				     const struct kvmlib_dirty_opts *opts,
				     struct kvmlib_dirty **ret_dirty);

/**
 * @brief Take a reference.
 * @param dirty Tracker, or NULL.
 * @return @p dirty.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT struct kvmlib_dirty *kvmlib_dirty_ref(struct kvmlib_dirty *dirty);

/**
 * @brief Drop a reference; the last one ends tracking, and switches dirty logs off.
 *
 * Regions that had KVMLIB_MEMORY_LOG_DIRTY keep their log. Must not be called inside a reader.
 *
 * @param dirty Tracker, or NULL.
 * @return NULL.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT struct kvmlib_dirty *kvmlib_dirty_unref(struct kvmlib_dirty *dirty);

/**
 * @brief Which mechanism the tracker uses.
 * @param dirty Tracker, not NULL.
 * @return KVMLIB_DIRTY_BITMAP, KVMLIB_DIRTY_MANUAL or KVMLIB_DIRTY_RING.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT uint32_t kvmlib_dirty_mechanism(const struct kvmlib_dirty *dirty);

/**
 * @brief Read a vCPU's ring, too.
 *
 * With RING, each vCPU has to be told before it runs: its ring is mapped here. With other mechanisms
 * there is nothing to do.
 *
 * @param dirty Tracker.
 * @param vcpu  vCPU of the same VM; the tracker keeps a reference.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT); a vCPU of another VM (cause BAD_ARGUMENT).
 * @retval -EEXIST It was told already (cause BAD_ARGUMENT).
 * @retval -ENOMEM No memory (cause NO_MEMORY), or mappings (cause MAPPING_LIMIT).
 * @retval -EIO    In a forked child (cause FORKED).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_dirty_add_vcpu(struct kvmlib_dirty *dirty, struct kvmlib_vcpu *vcpu);

/**
 * @brief Take from the kernel which pages were written, for all consumers.
 *
 * kvmlib_dirty_round() does it by itself. To be called besides by a vCPU's thread after the exit
 * KVMLIB_EXIT_DIRTY_RING_FULL, before it runs again.
 *
 * Wraps KVM_GET_DIRTY_LOG (VM ioctl, api.rst 4.8), KVM_CLEAR_DIRTY_LOG (4.117) and
 * KVM_RESET_DIRTY_RINGS (7.36). The pages are protected again when it returns: read them after that.
 *
 * @param dirty Tracker.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p dirty (cause NULL_ARGUMENT).
 * @retval -EIO    In a forked child (cause FORKED); the VM is dead (cause VM_DEAD).
 * @retval "Other values" What KVM refuses; the record names the region. What was taken until then is
 *                 kept for the consumers, the rest is left for the next time.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_dirty_harvest(struct kvmlib_dirty *dirty);

/** @} */

/** @name Consumers
 * @{
 */

/**
 * @brief Add a consumer. Its first round has what is written from now on.
 *
 * @param[in]  dirty        Tracker; the consumer keeps a reference.
 * @param[out] ret_consumer New consumer; free it with kvmlib_dirty_consumer_free(). Untouched on
 *                          failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT).
 * @retval -ENOMEM No memory (cause NO_MEMORY).
 * @retval -ENOSPC There are 16 (cause CONSUMER_LIMIT).
 * @retval -EIO    In a forked child (cause FORKED).
 * @retval "Other values" As kvmlib_dirty_harvest(): what was written before is for the others.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_dirty_consumer_new(struct kvmlib_dirty *dirty,
					    struct kvmlib_dirty_consumer **ret_consumer);

/**
 * @brief Free a consumer, in mid-round or not; the others lose nothing.
 * @param consumer Consumer, or NULL.
 * @return NULL.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT struct kvmlib_dirty_consumer *
kvmlib_dirty_consumer_free(struct kvmlib_dirty_consumer *consumer);

/**
 * @brief Begin a round: harvest, and hand the consumer every page that was written since its last
 * round began.
 *
 * What the consumer has not been given of the round before is in this one. If harvesting fails, the
 * round begins all the same, with what was taken.
 *
 * @param[in]  consumer  Consumer.
 * @param[out] ret_pages Receives how many pages of the host the round has; may be NULL.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p consumer (cause NULL_ARGUMENT).
 * @retval -EIO    In a forked child (cause FORKED); no round begins.
 * @retval "Other values" As kvmlib_dirty_harvest().
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_dirty_round(struct kvmlib_dirty_consumer *consumer, uint64_t *ret_pages);

/**
 * @brief Let the round go on at an address, and only within a range of guest memory.
 *
 * What lies outside is kept: for another range, or for the next round.
 *
 * @param consumer Consumer.
 * @param gpa      Guest physical address where the range begins, in bytes.
 * @param length   Bytes of the range; 0: to the end.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p consumer (cause NULL_ARGUMENT); not page aligned, or wrapping (cause
 *                 BAD_ARGUMENT).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_dirty_clip(struct kvmlib_dirty_consumer *consumer, uint64_t gpa,
				    uint64_t length);

/**
 * @brief The next runs of the round, by address.
 *
 * They are handed out: the consumer is not given them again unless they are written again. Regions
 * that have left the map are left out.
 *
 * @param[in]  consumer Consumer.
 * @param[in]  reader   Reader of the same map that has entered; its address space is looked at.
 * @param[out] runs     Receives up to @p max of them.
 * @param[in]  max      Room in @p runs, above 0.
 * @return How many; fewer than @p max at the end of the round or range, 0 behind it; or a negative
 *         errno.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT); no room, or a reader of another map (cause
 *                 BAD_ARGUMENT); the reader has not entered (cause NOT_IN_READER).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_dirty_next_runs(struct kvmlib_dirty_consumer *consumer,
					 const struct kvmlib_memory_reader *reader,
					 struct kvmlib_dirty_run *runs, size_t max);

/** @} */

/** @name Writes of the program
 * @{
 */

/**
 * @brief Mark pages that the program wrote by itself, after the last store to them.
 *
 * kvmlib_memory_write() and its siblings do it by themselves; what is written at the addresses of
 * kvmlib_memory_at() and kvmlib_memory_iovec() needs it. Without a tracker there is nothing to do.
 *
 * @param reader Reader that has entered.
 * @param gpa    Guest physical address, in bytes.
 * @param length Bytes; 0 is fine.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p reader (cause NULL_ARGUMENT); it has not entered (cause NOT_IN_READER).
 * @retval -EFAULT A part is no memory (cause NOT_MEMORY); nothing was marked.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_dirty_mark(const struct kvmlib_memory_reader *reader, uint64_t gpa,
				    uint64_t length);

/**
 * @brief Mark pages by a bitmap of another engine: vhost, vhost-user, VFIO.
 *
 * @param reader    Reader that has entered.
 * @param gpa       Guest physical address of the first page, in bytes; aligned to @p page_size.
 * @param page_size Bytes that a bit stands for; a power of two.
 * @param bitmap    Bit n % 64 of word n / 64 is that of page n; in the host's byte order.
 * @param nr_pages  How many bits there are.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT); a page size that is no power of two, not
 *                 aligned, or wrapping (cause BAD_ARGUMENT); the reader has not entered (cause
 *                 NOT_IN_READER).
 * @retval -EFAULT A set bit is of no memory (cause NOT_MEMORY; the value is the first such address).
 *                 All others were marked.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_dirty_merge(const struct kvmlib_memory_reader *reader, uint64_t gpa,
				     uint64_t page_size, const uint64_t *bitmap, uint64_t nr_pages);

/** @} */

/** @name Rates
 * @{
 */

/**
 * @brief How many pages of a region were found written, since tracking began.
 *
 * A page counts once for each harvest that finds it; where there is one consumer alone, when it is
 * handed out. Two counts and the time between them make a rate.
 *
 * @param[in]  dirty     Tracker.
 * @param[in]  region    A region of the map; NULL: all that there have been.
 * @param[out] ret_pages Receives the number of pages of the host. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT); a region of another map (cause BAD_ARGUMENT).
 * @retval -EIO    In a forked child (cause FORKED).
 * @threadsafety Any thread; the region must not be removed meanwhile.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_dirty_count(const struct kvmlib_dirty *dirty,
				     const struct kvmlib_memory_region *region,
				     uint64_t *ret_pages);

/**
 * @brief How many entries were taken from a vCPU's ring, since it was told.
 *
 * @param[in]  dirty     Tracker with RING.
 * @param[in]  vcpu      vCPU that was told.
 * @param[out] ret_pages Receives the number. Untouched on failure.
 * @retval 0           Success.
 * @retval -EINVAL     NULL argument (cause NULL_ARGUMENT); a vCPU that was not told (cause
 *                     BAD_ARGUMENT).
 * @retval -EOPNOTSUPP Another mechanism, which can't tell (cause DIRTY_RING_OFF).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_dirty_count_vcpu(const struct kvmlib_dirty *dirty,
					  const struct kvmlib_vcpu *vcpu, uint64_t *ret_pages);

/**
 * @brief How much a guest has to be slowed down so that a migration converges.
 *
 * Proportional: by as much as makes the guest write half of what can be sent, in steps of 10 % at
 * most, so that one odd measurement does not stop a guest.
 *
 * @param written Bytes a second that the guest writes, at the present percentage.
 * @param sent    Bytes a second that can be sent.
 * @param percent By how much it is slowed down at present: 0 to 99 % of its time it doesn't run.
 * @return The new percentage, 0 to 99.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT uint32_t kvmlib_dirty_throttle(uint64_t written, uint64_t sent, uint32_t percent);

/** @} */
/** @} */

KVMLIB_END_DECLS
#endif
