/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_IMAGE_H
#define KVMLIB_IMAGE_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/common.h>

KVMLIB_BEGIN_DECLS

/**
 * @defgroup image Images
 * @brief A VM's memory and state as one file or stream.
 *
 * A whole image has what all regions of a memory map hold, and a state. An incremental one has the
 * pages that were written since another image, its base: those of a round of a dirty consumer. Pages
 * that are all zeros are told as such, and take no room where the program can do without: holes in a
 * file, nothing in a message. Compression, and the files themselves, are the program's.
 *
 * An image that is torn, cut off or changed is told from one that is whole, by its end and by
 * checksums of each 64 pages. Who writes to a file gives it its name when all of it is on the disk.
 *
 * Memory is loaded by copying (kvmlib_image_load()), or a whole image is mapped where the guest's
 * memory shall be (kvmlib_image_map()): pages come from the file as they are touched, and VMs that are
 * made of the same file share those that none of them writes.
 *
 * @par What is written
 * Sections, of which all but the last two are filled up by zeros to the image's page size. Numbers are
 * little-endian.
 *
 * | bytes | header | |
 * |---|---|---|
 * | 8 | `KVMLIBIM` | |
 * | 4 | version of the format: 1 | |
 * | 2 | architecture, as in a @ref state "state" | |
 * | 2 | order of bytes in the state's items, as there | |
 * | 4 | page size of the host, in bytes | |
 * | 4 | 1: incremental | |
 * | 16 | identity of the base; 0 | |
 * | 8 | number of parts | |
 * | 8 | bytes of the state; 0: none | |
 * | 8 | bytes of memory | |
 * | 4 | CRC-32C of the parts | |
 * | 4 | CRC-32C of the 68 bytes before | |
 *
 * | bytes | part: pages that follow each other, by address space and address | |
 * |---|---|---|
 * | 8 | guest physical address | |
 * | 8 | bytes | |
 * | 4 | address space | |
 * | 4 | 1: the guest can't write | |
 *
 * Then come the state, as kvmlib_state_write() has it, and the memory: the bytes of one part after the
 * other. Of each 64 pages, a sum follows:
 *
 * | bytes | sum | end |
 * |---|---|---|
 * | 8 | which pages are not all zeros, bit by page | `KVMLIBIE` |
 * | 4 | CRC-32C of these pages, and of the 8 bytes before | 16: identity |
 * | 4 | 0 | 0 |
 * | 4 | | CRC-32C of the 28 bytes before |
 *
 * The identity is the CRC-32C of the header, of the state's bytes and of the sums, and how many pages
 * are not all zeros. It tells images of a series apart; it is no protection from who makes one that has
 * the same.
 *
 * @par Example
 * @snippet snapshot.c save
 * @snippet snapshot.c load
 * @snippet snapshot.c map
 * @{
 */

struct kvmlib_dirty_consumer;
struct kvmlib_image;
struct kvmlib_memory;
struct kvmlib_memory_change;
struct kvmlib_state;

/** Which image it is. */
struct kvmlib_image_id {
	uint32_t numbers[4]; /**< to be compared, all of them */
};

/** @name Writing
 * @{
 */

/** Options of kvmlib_image_write(). Zero means "default" for every member. */
struct kvmlib_image_opts {
	size_t size;			  /**< sizeof this struct in the caller's build, in bytes */
	const struct kvmlib_state *state; /**< that goes with the memory; NULL: none */
	const struct kvmlib_image_id *base; /**< of which it is an increment; NULL: it is whole */
	struct kvmlib_dirty_consumer *
		consumer; /**< whose round has what was written since the base; NULL if there is none */
	/**
	 * Told now and then, on the caller's thread, how many bytes of memory are done; NULL: nothing.
	 * Other than 0 ends the work.
	 */
	int (*progress)(uint64_t done, uint64_t total, void *userdata);
	void *userdata; /**< passed to @ref progress */
};

/**
 * @brief Write an image.
 *
 * All of it is of one moment if nothing writes to the memory meanwhile: pause the vCPUs
 * (kvmlib_control_pause()) and the program's devices, save the state, begin the consumer's round, and
 * write. What changes all the same makes an image that can't be loaded. Private pages are left out.
 *
 * The map can't change until it returns: commits wait. @p emit and the progress are called inside
 * readers, and must not commit.
 *
 * @param[in]  memory   Memory map.
 * @param[in]  opts     Options, or NULL for all defaults.
 * @param[in]  emit     Called with parts of the image, in their order; NULL data stands for so many
 *                      bytes of zeros. 0, or a negative number that ends it.
 * @param[in]  userdata Passed to @p emit.
 * @param[out] ret_id   Receives which image it is, as a base of others; may be NULL. Untouched on
 *                      failure.
 * @retval 0          Success.
 * @retval -EINVAL    NULL argument (cause NULL_ARGUMENT); size too small (cause OPTIONS_SIZE); a base
 *                    without a consumer, or the other way round, or a consumer of another map (cause
 *                    BAD_ARGUMENT).
 * @retval -E2BIG     @p opts sets a member that this library does not know (cause OPTIONS_TOO_NEW).
 * @retval -ECANCELED The progress ended it (cause CANCELLED).
 * @retval -EFAULT    A file that is guest memory has become shorter (cause MEMORY_VANISHED).
 * @retval -EPERM     A filter forbids process_vm_readv(2) to this process, or -ENOSYS.
 * @retval -ENOMEM    No memory (cause NO_MEMORY).
 * @retval -EIO       In a forked child (cause FORKED).
 * @retval "Negative numbers" What @p emit returned, without a record.
 *
 * After a failure the pages of the round count as written again, for all consumers.
 * @threadsafety Any thread, one per consumer.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_image_write(struct kvmlib_memory *memory,
				     const struct kvmlib_image_opts *opts,
				     int (*emit)(const void *data, size_t length, void *userdata),
				     void *userdata, struct kvmlib_image_id *ret_id);

/** @} */

/** @name Reading
 *
 * An image is opened, which reads all but its memory; after that the memory is taken, once: loaded or
 * looked at. A whole image can be mapped any number of times instead.
 * @{
 */

/** Where an image comes from. */
struct kvmlib_image_source {
	size_t size; /**< sizeof this struct in the caller's build, in bytes */
	/**
	 * Stores up to so many of the next bytes and returns how many, 0 at the end, or a negative
	 * number that ends it.
	 */
	int64_t (*read)(void *data, size_t length, void *userdata);
	/**
	 * Returns how many of the next bytes, up to so many, are known to be zeros, and leaves them
	 * out; or a negative number that ends it. Asked before each @ref read of memory, at a page's
	 * begin: who stops reading where a hole begins has no hole read. NULL: nobody knows.
	 */
	int64_t (*zeros)(uint64_t length, void *userdata);
	void *userdata; /**< passed to both */
};

/** The image is an increment of its base. */
#define KVMLIB_IMAGE_INCREMENTAL 0x1U

/** What an image is, by kvmlib_image_describe(). */
struct kvmlib_image_info {
	struct kvmlib_image_id base; /**< INCREMENTAL: what it is on top of; else 0 */
	uint64_t nr_parts;	     /**< how many parts its memory has */
	uint64_t memory_bytes;	     /**< in all of them */
	uint64_t state_bytes;	     /**< of its state as it is written; 0: it has none */
	uint64_t offset;	     /**< where the memory begins in the image, in bytes */
	uint32_t page_size;	     /**< of the host that wrote it, in bytes */
	uint32_t architecture;	     /**< ELF's number */
	uint32_t flags;		     /**< KVMLIB_IMAGE_INCREMENTAL */
	uint32_t reserved;	     /**< 0 */
};

/** A part of an image's memory. */
struct kvmlib_image_part {
	uint64_t gpa;	 /**< guest physical address, in bytes */
	uint64_t length; /**< bytes */
	uint64_t offset; /**< of its first byte in the image */
	uint32_t space;	 /**< address space */
	uint32_t flags;	 /**< KVMLIB_MEMORY_READONLY */
};

/** Some of an image's memory, as it is read. */
struct kvmlib_image_piece {
	const void *data;  /**< NULL: zeros */
	uint64_t gpa;	   /**< guest physical address, in bytes */
	uint64_t length;   /**< bytes; whole pages */
	uint32_t space;	   /**< address space */
	uint32_t reserved; /**< 0 */
};

/**
 * @brief Begin to read an image, up to its memory.
 *
 * No VM is needed; an image of another architecture can be looked at.
 *
 * @param[in]  source    Where it comes from; copied, and used as long as the image.
 * @param[out] ret_image New image; free it with kvmlib_image_free(). Untouched on failure.
 * @retval 0                Success.
 * @retval -EINVAL          NULL argument, or a source that can't be read (cause NULL_ARGUMENT); size
 *                          too small (cause OPTIONS_SIZE).
 * @retval -E2BIG           @p source sets a member that this library does not know (cause
 *                          OPTIONS_TOO_NEW).
 * @retval -EBADMSG         It is no image (cause IMAGE_NOT_ONE), has changed since it was written
 *                          (cause IMAGE_CHECKSUM; the record tells at which byte), or can't have been
 *                          written so (cause IMAGE_MALFORMED); its state as kvmlib_state_read() has it.
 * @retval -EPROTONOSUPPORT Its format is a later one (cause IMAGE_VERSION).
 * @retval -ENODATA         It ends too early (cause IMAGE_TRUNCATED).
 * @retval -ENOMEM          No memory (cause NO_MEMORY).
 * @retval "Negative numbers" What the source returned, without a record.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_image_open(const struct kvmlib_image_source *source,
				    struct kvmlib_image **ret_image);

/**
 * @brief Free an image.
 * @param image Image, or NULL.
 * @return NULL.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT struct kvmlib_image *kvmlib_image_free(struct kvmlib_image *image);

/**
 * @brief What an image is.
 * @param[in]  image Image.
 * @param[out] ret   Receives the description. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_image_describe(const struct kvmlib_image *image,
					struct kvmlib_image_info *ret);

/**
 * @brief One part of an image's memory.
 * @param[in]  image Image.
 * @param[in]  index 0 to the number less one.
 * @param[out] ret   Receives the part. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT).
 * @retval -ENOENT There are less; there is no record.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_image_part_at(const struct kvmlib_image *image, size_t index,
				       struct kvmlib_image_part *ret);

/**
 * @brief The state that goes with the memory.
 * @param image Image, not NULL.
 * @return The state, borrowed: as long as the image. NULL: it has none.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT const struct kvmlib_state *kvmlib_image_state(const struct kvmlib_image *image);

/**
 * @brief Look at an image's memory, and check it.
 *
 * Pieces come before it is known whether they are as they were written: that is so when it returns 0.
 *
 * @param[in]  image    Image whose memory was not taken yet.
 * @param[in]  visit    Called with one piece after the other, in their order; what it returns below 0
 *                      ends it. NULL: the image is only checked.
 * @param[in]  userdata Passed to @p visit.
 * @param[out] ret_id   Receives which image it is; may be NULL. Untouched on failure.
 * @retval 0        Success.
 * @retval -EINVAL  NULL argument (cause NULL_ARGUMENT); its memory was taken already (cause
 *                  IMAGE_SPENT).
 * @retval -EBADMSG It has changed since it was written (cause IMAGE_CHECKSUM; the record tells at which
 *                  byte, and of memory the address), or can't have been written so (cause
 *                  IMAGE_MALFORMED).
 * @retval -ENODATA It ends too early (cause IMAGE_TRUNCATED).
 * @retval -ENOMEM  No memory (cause NO_MEMORY).
 * @retval "Negative numbers" What the source or @p visit returned, without a record.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_image_walk(struct kvmlib_image *image,
				    int (*visit)(const struct kvmlib_image_piece *piece,
						 void *userdata),
				    void *userdata, struct kvmlib_image_id *ret_id);

/** @} */

/** @name Loading
 * @{
 */

/** The memory is all zeros, as when it was just mapped: zeros need not be written. */
#define KVMLIB_IMAGE_FRESH 0x1U

/** Options of kvmlib_image_load(). Zero means "default" for every member. */
struct kvmlib_image_load_opts {
	size_t size; /**< sizeof this struct in the caller's build, in bytes */
	const struct kvmlib_image_id
		*base; /**< INCREMENTAL: which image the memory is of; else NULL */
	/** As in struct kvmlib_image_opts. */
	int (*progress)(uint64_t done, uint64_t total, void *userdata);
	void *userdata;	   /**< passed to @ref progress */
	uint32_t flags;	   /**< KVMLIB_IMAGE_FRESH */
	uint32_t reserved; /**< must be 0 */
};

/**
 * @brief Load an image's memory into a memory map: a chain from its whole image on, one after the
 * other.
 *
 * Regions are written, READONLY ones too; what is not in the image is left. The state is not restored:
 * that is kvmlib_state_restore(), with kvmlib_image_state() of the last image, after this. No vCPU must
 * run.
 *
 * What is found wrong before memory is touched leaves it as it is, and the record's OUTCOME is 0. Later
 * it is 2: the memory is partly that of the image, and can't be used before one has been loaded.
 *
 * The map can't change until it returns: commits wait.
 *
 * @param[in]  image  Image whose memory was not taken yet.
 * @param[in]  memory Memory map.
 * @param[in]  opts   Options, or NULL for all defaults.
 * @param[out] ret_id Receives which image it is, as the base of the next; may be NULL. Untouched on
 *                    failure.
 * @retval 0          Success.
 * @retval -EINVAL    NULL argument (cause NULL_ARGUMENT); size too small (cause OPTIONS_SIZE); unknown
 *                    flags or a set reserved member (cause BAD_ARGUMENT); its memory was taken already
 *                    (cause IMAGE_SPENT); a region that ends within a page of the image's host (cause
 *                    REGION_UNALIGNED).
 * @retval -E2BIG     @p opts sets a member that this library does not know (cause OPTIONS_TOO_NEW).
 * @retval -EPROTO    The image is of another architecture (cause STATE_ARCHITECTURE).
 * @retval -ESTALE    INCREMENTAL, and the memory is of another image than its base, or of none (cause
 *                    IMAGE_BASE).
 * @retval -EFAULT    A part is no memory here, or private (cause NOT_MEMORY; the value is the first
 *                    such address); a file that is guest memory has become shorter (cause
 *                    MEMORY_VANISHED).
 * @retval -EACCES    A part is a file that this process can't write to, and that has not the same
 *                    contents (cause MEMORY_READONLY).
 * @retval -ECANCELED The progress ended it (cause CANCELLED).
 * @retval -EBADMSG   As kvmlib_image_walk() has it; so is -ENODATA.
 * @retval -EPERM     A filter forbids process_vm_writev(2) to this process, or -ENOSYS.
 * @retval -ENOMEM    No memory (cause NO_MEMORY).
 * @retval -EIO       In a forked child (cause FORKED).
 * @retval "Negative numbers" What the source returned, without a record.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_image_load(struct kvmlib_image *image, struct kvmlib_memory *memory,
				    const struct kvmlib_image_load_opts *opts,
				    struct kvmlib_image_id *ret_id);

/**
 * @brief Add a whole image's memory to a memory map, without reading it: a region for each part.
 *
 * The regions are KVMLIB_MEMORY_FILE with COPY_ON_WRITE, and READONLY where they were, by the name
 * "image": pages are read when they are touched, and what the guest writes stays with this map. Any
 * number of VMs can be made so of one file, which must stay as it is. Checksums of memory are not
 * looked at: kvmlib_image_walk() does, before, on an image that is opened for it.
 *
 * A memfd_create(2) that an image is written to does as well: clones of a VM, without a disk.
 *
 * @param image  Image.
 * @param fd     The file that it is read from, from its first byte on; the map duplicates it.
 * @param change Receives the regions; nothing is there before it is committed. On failure those that
 *               it has got already stay in it: abort it.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT); an incremental image (cause IMAGE_BASE); what
 *                 kvmlib_memory_change_add() refuses, where the record tells it of "image".
 * @retval -EPROTO The image is of another architecture (cause STATE_ARCHITECTURE).
 * @retval -ENODATA The file ends before the memory does (cause FILE_TOO_SHORT).
 * @retval "Other values" As kvmlib_memory_change_add() has them.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_image_map(const struct kvmlib_image *image, int fd,
				   struct kvmlib_memory_change *change);

/** @} */
/** @} */

KVMLIB_END_DECLS
#endif
