/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_MEMORY_READER_H
#define KVMLIB_MEMORY_READER_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/common.h>

KVMLIB_BEGIN_DECLS

struct iovec;

/**
 * @defgroup memory_reader Access to guest memory
 * @brief From guest physical addresses to this process', while the map changes.
 *
 * A thread that touches guest memory has a reader of its own. Between kvmlib_memory_enter() and
 * kvmlib_memory_leave() it sees the map as it was when it entered, and every pointer that it got
 * stays good: a commit waits for it before it unmaps anything. Entering, leaving and looking up never
 * wait, take no lock, allocate nothing and make no system call. Don't sleep inside for long, and don't
 * wait there for a thread that commits.
 *
 * The calls that copy (read, write, fill, compare, strings) and the atomics enter and leave by
 * themselves, or use the view of a reader that has entered. They see the guest's side of the map:
 * where the guest can't write (READONLY), neither can they, so that a device on the guest's behalf
 * can't either; fill a ROM at kvmlib_memory_region_address(). A range is checked as a whole before its
 * first byte is touched. Other vCPUs may change what is being copied: no copy is atomic.
 *
 * Memory that may vanish (KVMLIB_MEMORY_CHECKED, such as files) is copied by the kernel
 * (process_vm_readv(2), process_vm_writev(2)), and answers -EFAULT where it is not there any more.
 * @{
 */

struct kvmlib_memory;
struct kvmlib_memory_reader;
struct kvmlib_memory_region;

/**
 * @brief Make a reader.
 * @param[in]  memory     Map; the reader keeps a reference.
 * @param[in]  space      Address space that it looks at: 0; on x86 1 is SMM's.
 * @param[out] ret_reader New reader; free it with kvmlib_memory_reader_free(). Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT), or an address space that the VM has not (cause
 *                 SPACE_MISSING).
 * @retval -ENOMEM No memory (cause NO_MEMORY).
 * @retval -EIO    In a forked child (cause FORKED).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_memory_reader_new(struct kvmlib_memory *memory, uint32_t space,
					   struct kvmlib_memory_reader **ret_reader);

/**
 * @brief Free a reader; it leaves first.
 * @param reader Reader, or NULL.
 * @return NULL.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT struct kvmlib_memory_reader *
kvmlib_memory_reader_free(struct kvmlib_memory_reader *reader);

/**
 * @brief Begin to look at the map.
 *
 * May be nested: the outermost pair counts, and all inside see the same map.
 *
 * @param reader Reader.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p reader (cause NULL_ARGUMENT).
 * @retval -EIO    In a forked child (cause FORKED).
 * @threadsafety One thread per handle at a time; the same thread leaves.
 * @since 0.1
 * @par Example
 * @snippet memory.c lookup
 */
KVMLIB_EXPORT int kvmlib_memory_enter(struct kvmlib_memory_reader *reader);

/**
 * @brief End looking; pointers from inside are not good any more.
 * @param reader Reader that has entered, not NULL.
 * @threadsafety One thread per handle at a time; the same thread that entered.
 * @since 0.1
 */
KVMLIB_EXPORT void kvmlib_memory_leave(struct kvmlib_memory_reader *reader);

/**
 * @brief Where a guest physical address is in this process.
 *
 * No record is written where there is no memory: to ask is no error.
 *
 * @param[in]  reader     Reader that has entered, not NULL.
 * @param[in]  gpa        Guest physical address, in bytes.
 * @param[out] ret_length Receives how many bytes follow in the same region, those at @p gpa
 *                        included; may be NULL. Untouched on failure.
 * @return The address, good until the reader leaves, or NULL: no memory there, or private.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT void *kvmlib_memory_at(const struct kvmlib_memory_reader *reader, uint64_t gpa,
				     uint64_t *ret_length);

/**
 * @brief Which region a guest physical address lies in.
 * @param reader Reader that has entered, not NULL.
 * @param gpa    Guest physical address, in bytes.
 * @return The region, good until the reader leaves (after that, until its removal commits), or NULL.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT struct kvmlib_memory_region *
kvmlib_memory_region_at(const struct kvmlib_memory_reader *reader, uint64_t gpa);

/**
 * @brief Which guest physical address lies at an address of this process.
 *
 * For the address that a SIGBUS of broken host memory tells. Looks at one region after the other.
 *
 * @param[in]  reader  Reader that has entered, not NULL.
 * @param[in]  address Address in this process.
 * @param[out] ret_gpa Receives the guest physical address, of the first region by address that has it.
 *                     Untouched on failure.
 * @retval 0       Success.
 * @retval -ENOENT No region has it; no record is written.
 * @threadsafety One thread per handle at a time; async-signal-safe.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_memory_gpa_of(const struct kvmlib_memory_reader *reader,
				       const void *address, uint64_t *ret_gpa);

/**
 * @brief Copy from guest memory, over any number of regions.
 * @param[in]  reader Reader.
 * @param[in]  gpa    Guest physical address, in bytes.
 * @param[out] buffer Receives the bytes. Untouched on failure, unless memory vanished.
 * @param[in]  size   Bytes; 0 is fine.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT).
 * @retval -EFAULT A part is no memory, or private (cause NOT_MEMORY; the value is the first such
 *                 address); a file has become shorter (cause MEMORY_VANISHED): what comes before it
 *                 was copied.
 * @retval -EPERM  A filter forbids process_vm_readv(2) to this process, or -ENOSYS.
 * @retval -EIO    In a forked child (cause FORKED).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_memory_read(struct kvmlib_memory_reader *reader, uint64_t gpa,
				     void *buffer, size_t size);

/**
 * @brief Copy to guest memory, over any number of regions.
 * @param reader Reader.
 * @param gpa    Guest physical address, in bytes.
 * @param buffer The bytes.
 * @param size   Their number; 0 is fine.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT).
 * @retval -EFAULT As kvmlib_memory_read() has it.
 * @retval -EACCES A part is READONLY (cause MEMORY_READONLY; the value is the first such address);
 *                 nothing was written.
 * @retval -EPERM  A filter forbids process_vm_writev(2) to this process, or -ENOSYS.
 * @retval -EIO    In a forked child (cause FORKED).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_memory_write(struct kvmlib_memory_reader *reader, uint64_t gpa,
				      const void *buffer, size_t size);

/**
 * @brief Fill guest memory with a byte.
 * @param reader Reader.
 * @param gpa    Guest physical address, in bytes.
 * @param byte   The byte.
 * @param size   Bytes; 0 is fine.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p reader (cause NULL_ARGUMENT).
 * @retval -EFAULT As kvmlib_memory_read() has it.
 * @retval -EACCES As kvmlib_memory_write() has it.
 * @retval -EPERM  As kvmlib_memory_write() has it.
 * @retval -EIO    In a forked child (cause FORKED).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_memory_fill(struct kvmlib_memory_reader *reader, uint64_t gpa,
				     uint8_t byte, uint64_t size);

/**
 * @brief Compare guest memory with bytes.
 * @param[in]  reader    Reader.
 * @param[in]  gpa       Guest physical address, in bytes.
 * @param[in]  buffer    The bytes.
 * @param[in]  size      Their number.
 * @param[out] ret_equal Receives how many bytes are equal before the first that differs; @p size if
 *                       all are. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT).
 * @retval -EFAULT As kvmlib_memory_read() has it.
 * @retval -EPERM  As kvmlib_memory_read() has it.
 * @retval -EIO    In a forked child (cause FORKED).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_memory_compare(struct kvmlib_memory_reader *reader, uint64_t gpa,
					const void *buffer, size_t size, size_t *ret_equal);

/**
 * @brief Copy a string that ends with a NUL.
 * @param[in]  reader     Reader.
 * @param[in]  gpa        Guest physical address, in bytes.
 * @param[out] buffer     Receives the string and its NUL. Its contents are undefined on failure.
 * @param[in]  size       Bytes of @p buffer, above 0.
 * @param[out] ret_length Receives the length without the NUL; may be NULL. Untouched on failure.
 * @retval 0             Success.
 * @retval -EINVAL       NULL argument (cause NULL_ARGUMENT), or a size of 0 (cause BAD_ARGUMENT).
 * @retval -ENAMETOOLONG No NUL in @p size bytes (cause STRING_TOO_LONG).
 * @retval -EFAULT       As kvmlib_memory_read() has it, before a NUL was found.
 * @retval -EPERM        As kvmlib_memory_read() has it.
 * @retval -EIO          In a forked child (cause FORKED).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_memory_read_string(struct kvmlib_memory_reader *reader, uint64_t gpa,
					    char *buffer, size_t size, size_t *ret_length);

/**
 * @brief The pieces of a range of guest memory, for readv(2), writev(2) and their like.
 * @param[in]  reader   Reader that has entered.
 * @param[in]  gpa      Guest physical address, in bytes.
 * @param[in]  size     Bytes; 0 is fine.
 * @param[in]  writable 1: the pieces will be written to, so none may be READONLY; else 0.
 * @param[out] iov      Receives the pieces, in order; good until the reader leaves.
 * @param[in]  max      Room in @p iov.
 * @return How many pieces, or a negative errno.
 * @retval -EINVAL  NULL argument (cause NULL_ARGUMENT); the reader has not entered (cause
 *                  NOT_IN_READER).
 * @retval -EFAULT  A part is no memory, or private (cause NOT_MEMORY).
 * @retval -EACCES  A part is READONLY (cause MEMORY_READONLY).
 * @retval -ENOBUFS There are more pieces than @p max (cause LIST_TOO_SMALL).
 * @retval -EIO     In a forked child (cause FORKED).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_memory_iovec(struct kvmlib_memory_reader *reader, uint64_t gpa,
				      uint64_t size, int writable, struct iovec *iov, size_t max);

/**
 * @brief Load a number from guest memory at once, with acquire semantics.
 *
 * The number is in the host's byte order. Of memory that may vanish (CHECKED) the page is looked at
 * first; a file that gets shorter between the look and the load raises SIGBUS.
 *
 * @param[in]  reader    Reader.
 * @param[in]  gpa       Guest physical address, in bytes; a multiple of @p size.
 * @param[in]  size      1, 2, 4 or 8 bytes.
 * @param[out] ret_value Receives it. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT); another size, or not aligned (cause
 *                 BAD_ARGUMENT).
 * @retval -EFAULT No memory, or private (cause NOT_MEMORY); vanished (cause MEMORY_VANISHED).
 * @retval -EPERM  As kvmlib_memory_read() has it.
 * @retval -EIO    In a forked child (cause FORKED).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_memory_load(struct kvmlib_memory_reader *reader, uint64_t gpa,
				     uint32_t size, uint64_t *ret_value);

/**
 * @brief Store a number to guest memory at once, with release semantics.
 *
 * As kvmlib_memory_load().
 *
 * @param reader Reader.
 * @param gpa    Guest physical address, in bytes; a multiple of @p size.
 * @param size   1, 2, 4 or 8 bytes.
 * @param value  The number; what does not fit is cut off.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p reader (cause NULL_ARGUMENT); another size, or not aligned (cause
 *                 BAD_ARGUMENT).
 * @retval -EFAULT As kvmlib_memory_load() has it.
 * @retval -EACCES READONLY (cause MEMORY_READONLY).
 * @retval -EPERM  As kvmlib_memory_read() has it.
 * @retval -EIO    In a forked child (cause FORKED).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_memory_store(struct kvmlib_memory_reader *reader, uint64_t gpa,
				      uint32_t size, uint64_t value);

/**
 * @brief Replace a number in guest memory if it is the expected one, at once, sequentially
 * consistent.
 *
 * As kvmlib_memory_load().
 *
 * @param[in]     reader   Reader.
 * @param[in]     gpa      Guest physical address, in bytes; a multiple of @p size.
 * @param[in]     size     1, 2, 4 or 8 bytes.
 * @param[in,out] expected What it must be; receives what it was. Untouched on failure.
 * @param[in]     value    The new number; what does not fit is cut off.
 * @retval 1       It was replaced.
 * @retval 0       It is another one: see @p expected.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT); another size, or not aligned (cause
 *                 BAD_ARGUMENT).
 * @retval -EFAULT As kvmlib_memory_load() has it.
 * @retval -EACCES READONLY (cause MEMORY_READONLY).
 * @retval -EPERM  As kvmlib_memory_read() has it.
 * @retval -EIO    In a forked child (cause FORKED).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_memory_compare_exchange(struct kvmlib_memory_reader *reader, uint64_t gpa,
						 uint32_t size, uint64_t *expected, uint64_t value);

/**
 * @brief Give memory back to the host: a balloon, or free pages that the guest reports.
 *
 * It reads as zeros afterwards (COPY_ON_WRITE: as the file), and is there again when it is touched.
 * Shared files get holes. Only whole pages of the backing go, rounded inwards.
 *
 * @param[in]  reader   Reader.
 * @param[in]  gpa      Guest physical address, in bytes.
 * @param[in]  size     Bytes; 0 is fine.
 * @param[out] ret_size Receives how many bytes were given back; may be NULL. On failure, too.
 * @retval 0           Success.
 * @retval -EINVAL     NULL @p reader (cause NULL_ARGUMENT).
 * @retval -EFAULT     A part is no memory, or private (cause NOT_MEMORY).
 * @retval -EACCES     A part is READONLY (cause MEMORY_READONLY).
 * @retval -EOPNOTSUPP The file system can't punch holes (cause DISCARD_UNSUPPORTED).
 * @retval -EIO        In a forked child (cause FORKED).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_memory_discard(struct kvmlib_memory_reader *reader, uint64_t gpa,
					uint64_t size, uint64_t *ret_size);

/** @} */

KVMLIB_END_DECLS
#endif
