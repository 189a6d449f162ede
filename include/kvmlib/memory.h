/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_MEMORY_H
#define KVMLIB_MEMORY_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/common.h>

KVMLIB_BEGIN_DECLS

/**
 * @defgroup memory The memory map
 * @brief What the guest's memory is: regions, changed by transactions that happen wholly or not.
 *
 * The owner of a VM states which regions the guest sees; slot numbers, the order of the kernel's
 * calls, limits and rollback are the map's business. Regions are looked up, read and written through
 * readers (@ref memory_reader).
 *
 * @par What the map owns
 * The slots that its options give it; leave them to it. Other slots of the VM can be used with
 * kvmlib_vm_set_user_memory_region() beside it.
 *
 * @par Errors
 * The record of a failure that is about one region names it: kvmlib_error_subject().
 *
 * @par Forks
 * Guest memory is not there in forked children, but for regions with KVMLIB_MEMORY_FORK_VISIBLE. In a
 * child all functions fail with -EIO (cause FORKED); dropping the map leaves the VM as it is.
 *
 * @par Example
 * @snippet memory.c map
 * @{
 */

struct kvmlib_memory;
struct kvmlib_memory_change;
struct kvmlib_memory_region;
struct kvmlib_vcpu;
struct kvmlib_vm;

/** @name The map
 * @{
 */

/** Options of kvmlib_memory_new(). Zero means "default" for every member. */
struct kvmlib_memory_opts {
	size_t size; /**< sizeof this struct in the caller's build, in bytes */
	/**
	 * Hold the vCPUs out of the guest; NULL: nothing. Called by a commit that has to take a slot
	 * away, by deleting or moving it, and then to put another one, or the same, where it was: a
	 * vCPU that runs between the two would see no memory there. No lock is held. Negative: the
	 * commit fails with that value and changes nothing.
	 */
	int (*hold)(void *userdata);
	/** Let them go on; called once for each @ref hold that returned 0 or more. */
	void (*resume)(void *userdata);
	void *userdata;	     /**< passed to both */
	uint32_t first_slot; /**< lowest slot number that the map may use, in each address space */
	uint32_t nr_slots;   /**< how many from there on; 0: as many as the VM has */
};

/**
 * @brief Make an empty memory map for a VM.
 *
 * Asks KVM_CAP_NR_MEMSLOTS, KVM_CAP_MULTI_ADDRESS_SPACE and KVM_CAP_READONLY_MEM (api.rst 4.4).
 *
 * @param[in]  vm         VM; the map keeps a reference.
 * @param[in]  opts       Options, or NULL for all defaults.
 * @param[out] ret_memory New map; drop it with kvmlib_memory_unref(). Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT); size too small (cause OPTIONS_SIZE); slots
 *                 that the VM has not (cause BAD_ARGUMENT).
 * @retval -E2BIG  @p opts sets a member that this library does not know (cause OPTIONS_TOO_NEW).
 * @retval -ENOMEM No memory (cause NO_MEMORY).
 * @retval -EIO    In a forked child (cause FORKED); the VM is dead (cause VM_DEAD).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_memory_new(struct kvmlib_vm *vm, const struct kvmlib_memory_opts *opts,
				    struct kvmlib_memory **ret_memory);

/**
 * @brief Take a reference.
 * @param memory Map, or NULL.
 * @return @p memory.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT struct kvmlib_memory *kvmlib_memory_ref(struct kvmlib_memory *memory);

/**
 * @brief Drop a reference; the last one takes the guest's memory away.
 *
 * Slots are deleted and memory unmapped, in this order. Memory whose slot KVM does not delete (a
 * protected VM of arm64) stays mapped: the guest must never see what else comes to be there.
 *
 * @param memory Map, or NULL.
 * @return NULL.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT struct kvmlib_memory *kvmlib_memory_unref(struct kvmlib_memory *memory);

/** @} */

/** @name Regions
 * @{
 */

/** Memory of this process alone: mmap(MAP_ANONYMOUS). */
#define KVMLIB_MEMORY_ANONYMOUS 0U
/** Memory that can be shared with other processes by its descriptor: memfd_create(), sealed. */
#define KVMLIB_MEMORY_MEMFD 1U
/** A part of a file that the caller has open. */
#define KVMLIB_MEMORY_FILE 2U
/** Memory that the caller mapped, and keeps mapped until the region is removed. */
#define KVMLIB_MEMORY_POINTER 3U
/** A guest_memfd that is mapped, used as ordinary memory; KVMLIB_CAP_GUEST_MEMFD_FLAGS. */
#define KVMLIB_MEMORY_GUEST_MEMFD 4U

/** The guest can't write: a ROM. Its writes are MMIO exits. */
#define KVMLIB_MEMORY_READONLY 0x1U
/** KVM logs which pages the guest writes. */
#define KVMLIB_MEMORY_LOG_DIRTY 0x2U
/** Pages can be made private to the guest: kvmlib_memory_convert(). All are shared at first. */
#define KVMLIB_MEMORY_CONVERTIBLE 0x4U
/** FILE: the guest's writes stay in memory, the file is as it was. */
#define KVMLIB_MEMORY_COPY_ON_WRITE 0x8U
/** Core dumps leave the memory out. */
#define KVMLIB_MEMORY_NO_DUMP 0x10U
/** The host may merge equal pages (KSM). */
#define KVMLIB_MEMORY_MERGEABLE 0x20U
/** Forked children keep the memory; the host copies on write, so a parent's guest gets slower. */
#define KVMLIB_MEMORY_FORK_VISIBLE 0x40U
/** Ask for transparent huge pages, where the host gives them to those who ask. */
#define KVMLIB_MEMORY_HUGE 0x80U
/**
 * The memory may vanish while it is mapped, as a file's end can move: copies go through the kernel,
 * and answer -EFAULT instead of a SIGBUS. FILE has it always; for POINTER it can be chosen.
 */
#define KVMLIB_MEMORY_CHECKED 0x100U

/** A region, as kvmlib_memory_change_add() makes it. Zero means "default" for every member. */
struct kvmlib_memory_region_opts {
	size_t size;	  /**< sizeof this struct in the caller's build, in bytes */
	uint64_t gpa;	  /**< guest physical address, in bytes; aligned to the pages */
	uint64_t length;  /**< bytes, above 0; aligned to the pages; 2^31 - 1 host pages at most */
	const char *name; /**< for errors and reports, 29 bytes at most; copied; NULL: "memory" */
	void *address;	  /**< POINTER: the memory, aligned to the host's pages; else NULL */
	uint64_t offset;  /**< FILE: where in the file it starts, in bytes; aligned; else 0 */
	uint64_t
		page_size; /**< ANONYMOUS, MEMFD: of huge pages that are reserved for it (hugetlb), in
				 bytes; FILE: of the file's file system, if it is hugetlbfs; 0:
				 ordinary pages */
	uint64_t guard;	  /**< bytes before and after that no access may touch, 1 TiB at most; there
				 is a page at least; POINTER: 0 */
	uint64_t nodes;	  /**< NUMA nodes that the memory must come from, bit by node; 0: any */
	int32_t fd;	  /**< FILE: its descriptor, which is duplicated; else 0 */
	uint32_t backing; /**< KVMLIB_MEMORY_ANONYMOUS, … */
	uint32_t flags;	  /**< KVMLIB_MEMORY_READONLY, … */
	uint32_t space;	  /**< address space: 0; on x86 1 is SMM's, with
				 KVMLIB_CAP_MULTI_ADDRESS_SPACE */
};

/** What a region is, by kvmlib_memory_region_describe(). */
struct kvmlib_memory_region_info {
	uint64_t gpa;	    /**< guest physical address, in bytes */
	uint64_t length;    /**< bytes */
	void *address;	    /**< where it is in this process */
	const char *name;   /**< valid as long as the region */
	uint64_t offset;    /**< of its first byte in @ref fd */
	uint64_t page_size; /**< of the backing, in bytes */
	int32_t fd;	    /**< MEMFD, FILE, GUEST_MEMFD: the map's own descriptor; else -1 */
	int32_t private_fd; /**< CONVERTIBLE: the guest_memfd of private pages; else -1 */
	uint32_t backing;   /**< KVMLIB_MEMORY_ANONYMOUS, … */
	uint32_t flags;	    /**< KVMLIB_MEMORY_READONLY, … */
	uint32_t space;	    /**< address space */
	uint32_t slot;	    /**< slot number, the address space in bits 16 to 31; UINT32_MAX: not
				 committed yet */
};

/** How much of a region is there, by kvmlib_memory_region_usage(). */
struct kvmlib_memory_usage {
	uint64_t resident_bytes; /**< in the host's memory, the files' page cache included */
	uint64_t huge_bytes;	 /**< of this process' mapping, by huge pages */
	uint64_t private_bytes;	 /**< CONVERTIBLE: pages that are private now, in memory or not */
};

/**
 * @brief Where a region is in this process.
 *
 * It may be filled before the region is added to the guest's memory: kvmlib_memory_change_add()
 * gives it, and the guest sees it from the commit on. A ROM is filled here.
 *
 * If the region has 2 MiB or more, the address has the low 21 bits of the guest's (30 from 1 GiB on),
 * so that KVM can map huge pages; not so after a move, nor for POINTER.
 *
 * @param region Region, not NULL.
 * @return Its first byte; valid until the removal of the region commits.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT void *kvmlib_memory_region_address(const struct kvmlib_memory_region *region);

/**
 * @brief What a region is.
 * @param[in]  region Region.
 * @param[out] ret    Receives the description. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT).
 * @retval -ENOENT The region is not in the map any more: lost, or removed (cause REGION_GONE).
 * @retval -EIO    In a forked child (cause FORKED).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_memory_region_describe(const struct kvmlib_memory_region *region,
						struct kvmlib_memory_region_info *ret);

/**
 * @brief The regions that are in the map, by address space and address.
 * @param[in]  memory  Map.
 * @param[out] regions Receives the first @p max of them; may be NULL if @p max is 0.
 * @param[in]  max     Room in @p regions.
 * @return How many there are, or a negative errno.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT).
 * @retval -EIO    In a forked child (cause FORKED).
 * @threadsafety Any thread. The regions are valid until their removal commits.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_memory_regions(const struct kvmlib_memory *memory,
					struct kvmlib_memory_region **regions, size_t max);

/**
 * @brief How much of a region is in the host's memory.
 *
 * Asks mincore(2), and /proc/self/smaps for huge pages, which is not cheap. Where /proc can't be
 * read, huge_bytes is 0; so it is for POINTER, whose mapping may be a part of a larger one.
 *
 * @param[in]  region Region.
 * @param[out] ret    Receives the numbers. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT).
 * @retval -ENOMEM No memory (cause NO_MEMORY), or POINTER to what is not mapped (cause
 *                 MEMORY_UNMAPPED).
 * @retval -EIO    In a forked child (cause FORKED).
 * @threadsafety Any thread; the region must not be removed meanwhile.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_memory_region_usage(const struct kvmlib_memory_region *region,
					     struct kvmlib_memory_usage *ret);

/** Options of kvmlib_memory_region_populate(). Zero means "default" for every member. */
struct kvmlib_memory_populate_opts {
	size_t size; /**< sizeof this struct in the caller's build, in bytes */
	/**
	 * Told now and then, on the caller's thread, how many bytes are done; NULL: nothing. Other
	 * than 0 ends the work.
	 */
	int (*progress)(uint64_t done, uint64_t total, void *userdata);
	void *userdata;	   /**< passed to @ref progress */
	uint32_t threads;  /**< how many work, the caller's included; 0: 1; 64 at most */
	uint32_t reserved; /**< must be 0 */
};

/**
 * @brief Have all of a region's memory in place before the guest touches it.
 *
 * By madvise(MADV_POPULATE_WRITE) of Linux 5.14, or by touching each page; contents don't change.
 * READONLY files are read. Signals stay the caller's: the other threads block them.
 *
 * @param region Region; it may be uncommitted.
 * @param opts   Options, or NULL for all defaults.
 * @retval 0          Success.
 * @retval -EINVAL    NULL @p region (cause NULL_ARGUMENT); too many threads or a set reserved member
 *                    (cause BAD_ARGUMENT); size too small (cause OPTIONS_SIZE).
 * @retval -E2BIG     @p opts sets a member that this library does not know (cause OPTIONS_TOO_NEW).
 * @retval -ECANCELED The callback ended it (cause CANCELLED); what is populated stays.
 * @retval -ENOMEM    No memory on the host, or in the cgroup (cause NO_MEMORY).
 * @retval -EFAULT    A file has become shorter (cause MEMORY_VANISHED).
 * @retval -EHWPOISON A page of the host's memory is broken (cause MEMORY_POISONED).
 * @retval -EIO       In a forked child (cause FORKED).
 * @threadsafety Any thread; the region must not be removed meanwhile.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_memory_region_populate(struct kvmlib_memory_region *region,
						const struct kvmlib_memory_populate_opts *opts);

/** @} */

/** @name Changes
 *
 * A change collects what shall become of the map, and commits it in one step. Any number of changes
 * may be open; one that meets a region that another has removed meanwhile fails to commit.
 * @{
 */

/**
 * @brief Begin a change.
 * @param[in]  memory     Map; the change keeps a reference.
 * @param[out] ret_change New change; ended by kvmlib_memory_change_commit() or
 *                        kvmlib_memory_change_abort(). Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT).
 * @retval -ENOMEM No memory (cause NO_MEMORY).
 * @retval -EIO    In a forked child (cause FORKED).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_memory_begin(struct kvmlib_memory *memory,
				      struct kvmlib_memory_change **ret_change);

/**
 * @brief Add a region.
 *
 * Its memory is mapped here and now, zeroed or with the file's contents; the guest sees it from the
 * commit on.
 *
 * @param[in]  change     Change.
 * @param[in]  opts       The region; opts->length must be set.
 * @param[out] ret_region The new region, borrowed: it lives until its removal is committed, or until
 *                        this change is aborted or fails. May be NULL. Untouched on failure.
 * @retval 0           Success.
 * @retval -EINVAL     NULL argument (cause NULL_ARGUMENT); size too small (cause OPTIONS_SIZE); not
 *                     aligned (cause REGION_UNALIGNED); empty, wrapping or larger than a slot can be
 *                     (cause REGION_RANGE); options that don't go together, with the backing, or
 *                     with this VM (cause REGION_OPTIONS); a name that is too long (cause
 *                     REGION_NAME); an address space that the VM has not (cause SPACE_MISSING); pages
 *                     or nodes that the host has not; what KVM refuses of a guest_memfd.
 * @retval -E2BIG      @p opts sets a member that this library does not know (cause OPTIONS_TOO_NEW).
 * @retval -EOPNOTSUPP The VM lacks the capability for private pages, guest_memfd or READONLY (cause
 *                     CAPABILITY_MISSING; its number is among the values).
 * @retval -EBADF      FILE: the descriptor is not open (cause BAD_FD).
 * @retval -EACCES     FILE: it is not open for what is asked (cause FILE_ACCESS).
 * @retval -ENODATA    FILE: it ends before the region does (cause FILE_TOO_SHORT).
 * @retval -ENODEV     FILE: it can't be mapped (cause FILE_UNMAPPABLE).
 * @retval -ENOMEM     No memory (cause NO_MEMORY), mappings or address space (cause MAPPING_LIMIT),
 *                     or no huge pages are free (cause HUGE_PAGES_MISSING).
 * @retval -EMFILE     Too many open file descriptors (system wide: -ENFILE).
 * @retval -EIO        In a forked child (cause FORKED).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_memory_change_add(struct kvmlib_memory_change *change,
					   const struct kvmlib_memory_region_opts *opts,
					   struct kvmlib_memory_region **ret_region);

/**
 * @brief Remove a region.
 *
 * Its slot is deleted and its memory unmapped by the commit, the latter after all readers that may
 * have found it have left. POINTER stays mapped: it is the caller's again.
 *
 * @param change Change.
 * @param region A region of the map, or one that this change adds.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT); a region of another map (cause BAD_ARGUMENT).
 * @retval -ENOENT The region is removed already (cause REGION_GONE).
 * @retval -ENOMEM No memory (cause NO_MEMORY).
 * @retval -EIO    In a forked child (cause FORKED).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_memory_change_remove(struct kvmlib_memory_change *change,
					      struct kvmlib_memory_region *region);

/**
 * @brief Move a region to another guest physical address.
 *
 * @param change Change.
 * @param region A region of the map, or one that this change adds.
 * @param gpa    Its new address, in bytes; aligned to its pages.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT); a region of another map (cause BAD_ARGUMENT);
 *                 not aligned (cause REGION_UNALIGNED); it would wrap (cause REGION_RANGE).
 * @retval -ENOENT The region is removed already (cause REGION_GONE).
 * @retval -ENOMEM No memory (cause NO_MEMORY).
 * @retval -EIO    In a forked child (cause FORKED).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_memory_change_move(struct kvmlib_memory_change *change,
					    struct kvmlib_memory_region *region, uint64_t gpa);

/**
 * @brief Put a new region in the place of another.
 *
 * As kvmlib_memory_change_remove() and kvmlib_memory_change_add(), of which both or neither is noted.
 *
 * @param[in]  change     Change.
 * @param[in]  region     The region that goes.
 * @param[in]  opts       The one that comes; its address may differ.
 * @param[out] ret_region The new region, borrowed, as kvmlib_memory_change_add() gives it. May be
 *                        NULL. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL As the two functions have it; so are their other errors.
 * @retval -ENOENT @p region is removed already (cause REGION_GONE).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_memory_change_replace(struct kvmlib_memory_change *change,
					       struct kvmlib_memory_region *region,
					       const struct kvmlib_memory_region_opts *opts,
					       struct kvmlib_memory_region **ret_region);

/**
 * @brief Set whether a region is READONLY, and whether its writes are logged.
 *
 * KVM can't switch READONLY in place: the commit deletes the slot and makes it anew.
 *
 * @param change Change.
 * @param region A region of the map, or one that this change adds.
 * @param flags  KVMLIB_MEMORY_READONLY and KVMLIB_MEMORY_LOG_DIRTY, as they shall be.
 * @retval 0           Success.
 * @retval -EINVAL     NULL argument (cause NULL_ARGUMENT); a region of another map, or another flag
 *                     (cause BAD_ARGUMENT); a region that has a guest_memfd or can't be written to
 *                     can't have these (cause REGION_OPTIONS).
 * @retval -EOPNOTSUPP The VM lacks KVMLIB_CAP_READONLY_MEM (cause CAPABILITY_MISSING).
 * @retval -ENOENT     The region is removed already (cause REGION_GONE).
 * @retval -ENOMEM     No memory (cause NO_MEMORY).
 * @retval -EIO        In a forked child (cause FORKED).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_memory_change_flags(struct kvmlib_memory_change *change,
					     struct kvmlib_memory_region *region, uint32_t flags);

/**
 * @brief Make the change happen.
 *
 * Wraps KVM_SET_USER_MEMORY_REGION (VM ioctl, api.rst 4.35), and KVM_SET_USER_MEMORY_REGION2 (4.140)
 * for regions with a guest_memfd: one call for each region that is added, removed, moved or has its
 * dirty log switched; two for one whose READONLY changes, and for one region of each circle of moves
 * in which each takes the place of the next. Slots never overlap on the way. Where private pages come
 * or go with their region, KVM_SET_MEMORY_ATTRIBUTES (4.141) follows, once for each run of them.
 *
 * If the kernel refuses one, those before it are undone, and the record names the region and the
 * cause; a guest that runs meanwhile may find what would have been removed gone for a moment. Where all
 * have succeeded, the commit waits until every reader that entered before has left, and unmaps what was
 * removed.
 * The change ends in any case: @p change must not be used any more, and on failure the regions that it
 * would have added are gone.
 *
 * @param change Change.
 * @retval 0                Success.
 * @retval -EINVAL          NULL @p change (cause NULL_ARGUMENT); beyond what the guest can address
 *                          (cause SLOT_ABOVE_GPA_LIMIT; some architectures answer -EFAULT or
 *                          -ENOMEM); what else KVM refuses, with the causes of
 *                          kvmlib_vm_set_user_memory_region() and
 *                          kvmlib_vm_set_user_memory_region2().
 * @retval -EEXIST          Regions would overlap (cause REGION_OVERLAP; the other one's address and
 *                          size are among the values), or one and a slot that is not the map's (cause
 *                          SLOT_OVERLAP).
 * @retval -ENOENT          Another change removed a region meanwhile (cause REGION_GONE).
 * @retval -ENOSPC          No slot is left (cause SLOT_LIMIT).
 * @retval -EDEADLK         The calling thread is inside a reader of the map (cause IN_READER).
 * @retval -ENOMEM          No memory, here (cause NO_MEMORY) or in the kernel.
 * @retval -EBADF           A guest_memfd was closed (cause BAD_FD).
 * @retval -EPERM           riscv64 and arm64: as the kernel has it.
 * @retval -EIO             In a forked child (cause FORKED); the VM is dead (cause VM_DEAD).
 * @retval -ENOTRECOVERABLE The kernel refused to put the old map back, too: the record names a region
 *                          that is lost (cause REGION_LOST). Lookups don't find lost regions any
 *                          more; their memory stays mapped as long as the map. Other regions are as
 *                          they were.
 * @retval "Other values"   What the callback kvmlib_memory_opts::hold returned (cause CANCELLED).
 * @threadsafety Any thread, one per @p change.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_memory_change_commit(struct kvmlib_memory_change *change);

/**
 * @brief Forget the change; the regions that it would have added are gone.
 * @param change Change, or NULL.
 * @threadsafety Any thread, one per @p change.
 * @since 0.1
 */
KVMLIB_EXPORT void kvmlib_memory_change_abort(struct kvmlib_memory_change *change);

/**
 * @brief Add one region: a change of its own.
 * @param[in]  memory     Map.
 * @param[in]  opts       The region.
 * @param[out] ret_region The new region, borrowed until its removal commits. May be NULL. Untouched
 *                        on failure.
 * @retval 0       Success.
 * @retval -EINVAL As kvmlib_memory_change_add() and kvmlib_memory_change_commit() have it; so are
 *                 their other errors.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_memory_add(struct kvmlib_memory *memory,
				    const struct kvmlib_memory_region_opts *opts,
				    struct kvmlib_memory_region **ret_region);

/**
 * @brief Remove one region: a change of its own.
 * @param memory Map.
 * @param region The region; not valid any more on success.
 * @retval 0       Success.
 * @retval -EINVAL As kvmlib_memory_change_remove() and kvmlib_memory_change_commit() have it; so are
 *                 their other errors.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_memory_remove(struct kvmlib_memory *memory,
				       struct kvmlib_memory_region *region);

/** @} */

/** @name Pages
 * @{
 */

/**
 * @brief Make pages private to the guest, or share them with it.
 *
 * Wraps KVM_SET_MEMORY_ATTRIBUTES (VM ioctl, api.rst 4.141). The side that is not used any more is
 * emptied, once all readers that may have found it have left. Readers don't find private pages.
 *
 * @param memory     Map.
 * @param gpa        Guest physical address, in bytes; page aligned.
 * @param length     Bytes, above 0; page aligned. All of it must lie in CONVERTIBLE regions.
 * @param is_private 1 for private, 0 for shared.
 * @retval 0           Success.
 * @retval -EINVAL     NULL @p memory (cause NULL_ARGUMENT); not aligned (cause REGION_UNALIGNED);
 *                     empty or wrapping (cause REGION_RANGE); another @p is_private (cause
 *                     BAD_ARGUMENT).
 * @retval -EFAULT     A part lies in no region that is CONVERTIBLE (cause NOT_MEMORY; the value is the
 *                     first such address). Nothing has changed.
 * @retval -EDEADLK    The calling thread is inside a reader of the map (cause IN_READER).
 * @retval -ENOMEM     No memory, here (cause NO_MEMORY) or in the kernel. Nothing has changed.
 * @retval -EIO        In a forked child (cause FORKED); the VM is dead (cause VM_DEAD).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_memory_convert(struct kvmlib_memory *memory, uint64_t gpa, uint64_t length,
					int is_private);

/**
 * @brief Have KVM map guest memory before the guest touches it.
 *
 * Wraps KVM_PRE_FAULT_MEMORY (vCPU ioctl, api.rst 4.143), as often as it takes: it may do a part, be
 * interrupted, or ask to be called again. Ask for KVMLIB_CAP_PRE_FAULT_MEMORY first.
 *
 * @param vcpu   vCPU.
 * @param gpa    Guest physical address, in bytes; page aligned.
 * @param length Bytes; page aligned.
 * @param opts   Options, or NULL for all defaults; threads must be 0 or 1.
 * @retval 0           Success.
 * @retval -EINVAL     NULL @p vcpu (cause NULL_ARGUMENT); size too small (cause OPTIONS_SIZE); more
 *                     threads or a set reserved member (cause BAD_ARGUMENT); what KVM refuses, of
 *                     which a kernel before Linux 6.11 refuses all.
 * @retval -E2BIG      @p opts sets a member that this library does not know (cause OPTIONS_TOO_NEW).
 * @retval -ECANCELED  The callback ended it (cause CANCELLED).
 * @retval -EAGAIN     KVM asked to be called again 64 times in a row.
 * @retval -ENOENT     A part lies in no slot.
 * @retval -EOPNOTSUPP KVM can't, as without two-dimensional paging.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_memory_pre_fault(struct kvmlib_vcpu *vcpu, uint64_t gpa, uint64_t length,
					  const struct kvmlib_memory_populate_opts *opts);

/** @} */
/** @} */

KVMLIB_END_DECLS
#endif
