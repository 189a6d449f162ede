/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB__ERROR_H
#define KVMLIB__ERROR_H

#include <errno.h>
#include <stddef.h>
#include <stdint.h>

#include <kvmlib/causes.h>
#include <kvmlib/error.h>
#include <kvmlib/values.h>

#include "log.h"
#include "tables.h"

/* One thing that the failed call was given. */
struct kvmlib__value {
	uint64_t number;
	uint8_t kind; /* KVMLIB_VALUE_* */
};

/* What a failing call tells of itself. Cause 0: look (call, errnum) up when somebody asks. */
struct kvmlib__failure {
	const char *function;
	const char *call; /* NULL: refused before any call */
	uint32_t cause;
	uint32_t fds; /* kinds of descriptor that it may have been made on; 0: all of the ioctl's */
	int errnum;   /* negative, as it is returned */
	const char *subject; /* name of what it is about, or NULL */
	const struct kvmlib__value *values;
	size_t nr_values;
};

#define KVMLIB__MAX_VALUES  8
#define KVMLIB__NAME_LENGTH 29 /* of what a user names, at most */

/* Numbers, static strings and one name: text is made when somebody asks. */
struct kvmlib__record {
	const char *function;
	const char *call;
	int errnum; /* positive; 0: nothing has failed */
	uint32_t cause;
	uint64_t numbers[KVMLIB__MAX_VALUES];
	uint8_t kinds[KVMLIB__MAX_VALUES];
	uint8_t nr_values;
	uint8_t fds; /* see struct kvmlib__failure */
	char subject[KVMLIB__NAME_LENGTH + 1];
};

/*
 * For what tries calls that may fail without being a failure itself: the record of before is taken
 * out, and put back.
 */
struct kvmlib__record kvmlib__error_save(void);
void kvmlib__error_restore(const struct kvmlib__record *record);

/* Write this thread's record, and return the failure's errno. */
int kvmlib__error_record(const struct kvmlib__failure *failure);

/* The same, and tell the system's log. */
int kvmlib__error_report(const struct kvmlib__log *log, const struct kvmlib__failure *failure);

/* Tell in the record that a call on behalf of another function left, what it was about (NULL: as it is). */
void kvmlib__error_amend(const char *function, const char *subject);

/* Tell in it what a check of the caller's found. */
void kvmlib__error_found(uint32_t cause);

/* Tell one value more in it, if there is room. */
void kvmlib__error_add(uint8_t kind, uint64_t number);

/*
 * The row of the table that explains (call, errnum) on descriptors of these kinds (0: all that the
 * call has) and this architecture, or NULL; n counts.
 */
const struct kvmlib__error *kvmlib__error_row(const char *call, uint32_t fds, int errnum, size_t n);

/* The kind of descriptor that a class of calls is about: "(any VM ioctl)". 0: no such class. */
uint32_t kvmlib__fd_of_class(const char *name);

#define KVMLIB__VALUES(...)                                                  \
	.values = (const struct kvmlib__value[]){ __VA_ARGS__ },             \
	.nr_values = sizeof((const struct kvmlib__value[]){ __VA_ARGS__ }) / \
		     sizeof(struct kvmlib__value)

/* One value, for KVMLIB__VALUES(). */
#define KVMLIB__VALUE(name, value)                                       \
	{                                                                \
		.kind = KVMLIB_VALUE_##name, .number = (uint64_t)(value) \
	}

/* Refuse a call for its argument number n, before the kernel sees it. */
#define KVMLIB__REFUSE(errnum_, cause_, n)                                       \
	kvmlib__error_record(                                                    \
		&(const struct kvmlib__failure){ .function = __func__,           \
						 .cause = KVMLIB_CAUSE_##cause_, \
						 .errnum = (errnum_),            \
						 KVMLIB__VALUES(KVMLIB__VALUE(ARGUMENT, n)) })

#define KVMLIB__NULL_ARGUMENT(n) KVMLIB__REFUSE(-EINVAL, NULL_ARGUMENT, n)

/* The library itself found no memory. */
#define KVMLIB__NO_MEMORY_IN(function_)                       \
	kvmlib__error_record(&(const struct kvmlib__failure){ \
		.function = (function_), .cause = KVMLIB_CAUSE_NO_MEMORY, .errnum = -ENOMEM })
#define KVMLIB__NO_MEMORY() KVMLIB__NO_MEMORY_IN(__func__)

#endif
