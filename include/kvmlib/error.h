/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_ERROR_H
#define KVMLIB_ERROR_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/causes.h>
#include <kvmlib/common.h>

KVMLIB_BEGIN_DECLS

/**
 * @defgroup error Errors
 * @brief Why this thread's last call failed, and what to do.
 *
 * A function that fails returns a negative errno: the kernel's own, unchanged, where the kernel
 * refused. Beside it stands this thread's error record: which function and ioctl failed, with which
 * errno, from which cause (KVMLIB_CAUSE_*), and what the call was given. The getters read it.
 *
 * The record is written by failing calls only: never by success, by the getters, by an `_unref` or
 * by the kick. It holds until the thread's next failure, and there is one for each thread. Text is
 * made when it is asked for.
 *
 * Where one (ioctl, errno) has several causes, the record names a specific one if the library has
 * checked the fact behind it (an argument, the state of the VM, whether the process was forked),
 * else the most common one; kvmlib_error_candidates() gives all of them. An errno that the table
 * does not list passes with KVMLIB_CAUSE_UNLISTED.
 * @{
 */

/**
 * @brief The errno of this thread's last failure.
 * @return Positive errno; 0 if no call of this thread has failed.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_error_errno(void);

/**
 * @brief The cause of this thread's last failure.
 * @return KVMLIB_CAUSE_*; 0 if no call of this thread has failed.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT uint32_t kvmlib_error_cause(void);

/**
 * @brief The library function that failed last on this thread.
 * @return Its name, a static string; NULL if none has failed.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT const char *kvmlib_error_function(void);

/**
 * @brief The kernel call behind this thread's last failure.
 * @return "KVM_CREATE_VM", "open(/dev/kvm)", "mmap(vcpu)", for an ioctl without a name its class,
 *         "(any VM ioctl)" …, a static string; NULL if the library refused before any call, or
 *         nothing has failed.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT const char *kvmlib_error_call(void);

/**
 * @brief The name of what this thread's last failure was about: of a memory region, by its owner.
 * @return The name, valid until this thread's next failure; an empty string where there is none.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT const char *kvmlib_error_subject(void);

/**
 * @brief What went wrong, as a clause in lower case without a full stop.
 * @return A static string; "no error" if no call of this thread has failed.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT const char *kvmlib_error_sentence(void);

/**
 * @brief What to do about this thread's last failure, as a sentence.
 * @return A static string; an empty one if no call of this thread has failed.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT const char *kvmlib_error_hint(void);

/**
 * @brief One of the values that the failed call was given.
 *
 * @param[in]  kind      KVMLIB_VALUE_*: slot, guest physical address, size, id …
 * @param[out] ret_value The value. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p ret_value.
 * @retval -ENOENT The record holds no value of that kind.
 * @note A failure of this getter does not replace the record.
 * @threadsafety Any thread.
 * @since 0.1
 * @par Example
 * @snippet errors.c record
 */
KVMLIB_EXPORT int kvmlib_error_value(uint32_t kind, uint64_t *ret_value);

/**
 * @brief All causes that the last failure's (ioctl, errno) can have, most common first.
 *
 * @param[out] causes Receives up to @p max of KVMLIB_CAUSE_*; may be NULL if @p max is 0.
 * @param[in]  max    Room in @p causes, in entries.
 * @return How many there are, which may be more than @p max.
 * @threadsafety Any thread.
 * @since 0.1
 * @par Example
 * @snippet errors.c candidates
 */
KVMLIB_EXPORT size_t kvmlib_error_candidates(uint32_t *causes, size_t max);

/**
 * @brief The last failure as one line for people.
 *
 * For example: "kvmlib_vm_set_user_memory_region: KVM_SET_USER_MEMORY_REGION: EEXIST: guest range
 * overlaps another slot in the same address space (slot 1, guest address 0x1000, size 0x2000).
 * Remove the other slot first …".
 *
 * @param[out] buffer Receives the text, always terminated by NUL if @p size > 0.
 * @param[in]  size   Size of @p buffer in bytes; 512 holds every line.
 * @return The length of the whole line without its NUL, as snprintf() does.
 * @threadsafety Any thread.
 * @since 0.1
 * @par Example
 * @snippet errors.c record
 */
KVMLIB_EXPORT size_t kvmlib_error_format(char *buffer, size_t size);

/** @} */

KVMLIB_END_DECLS
#endif
