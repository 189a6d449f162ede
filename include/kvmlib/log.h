/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_LOG_H
#define KVMLIB_LOG_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/common.h>

KVMLIB_BEGIN_DECLS

/**
 * @defgroup log The log hook
 * @brief Events, for programs that want to see what happens.
 *
 * The library prints nothing. A program that wants to see what happens gives
 * kvmlib_system_open() a function, which then gets one event per line-to-be: a level, a message
 * and fields. Nothing is logged on the way of a call that succeeds often (run, kick, register
 * access, dirty log), and no lock is held while the function runs.
 * @{
 */

#define KVMLIB_LOG_NONE	   0U /**< no events */
#define KVMLIB_LOG_ERROR   1U /**< something is lost: a handle, a VM */
#define KVMLIB_LOG_WARNING 2U /**< something unexpected that was dealt with, such as a retry */
#define KVMLIB_LOG_INFO	   3U /**< handles that come and go */
#define KVMLIB_LOG_DEBUG   4U /**< every call of the kernel that fails, with its cause */

/** One named value of an event. */
struct kvmlib_log_field {
	const char *key;  /**< name of the field, a static string */
	const char *text; /**< its value, or NULL where the value is @ref number */
	uint64_t number;  /**< its value where @ref text is NULL */
};

/**
 * Receives one event.
 *
 * Called on the thread that made the call. It must not throw, longjmp or be cancelled; it may call
 * the library, but a failing call there replaces the thread's error record.
 *
 * @param level     KVMLIB_LOG_ERROR to KVMLIB_LOG_DEBUG.
 * @param message   What happened; a static string.
 * @param fields    The values, borrowed until the function returns.
 * @param nr_fields How many.
 * @param userdata  As given with the function.
 * @return Ignored, by now; return 0.
 * @par Example
 * @snippet trace.c log
 */
typedef int (*kvmlib_log_fn)(uint32_t level, const char *message,
			     const struct kvmlib_log_field *fields, size_t nr_fields,
			     void *userdata);

/** @} */

KVMLIB_END_DECLS
#endif
