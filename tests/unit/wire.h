/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What goes over the wire: one row for each function that wraps an ioctl, with the request that the
 * kernel must see, what it answers, and what then comes out of the function. Rows stand in
 * wire_<area>.c, and register themselves. wire.c runs each:
 *
 *   success   one call, on the handle's own descriptor, with exactly the row's argument; what the
 *             kernel wrote and answered comes out; the record is untouched
 *   null      each pointer refused as NULL, by its position, without a call
 *   errnos    each errno that the facts list here: unchanged, its cause, outputs untouched
 *   unlisted  an errno that they don't list
 *   absent    instead of all but null, where this architecture has no such ioctl
 */
#ifndef TESTS_WIRE_H
#define TESTS_WIRE_H

#include <stdbool.h>
#include <stdint.h>

#include "fixture.h"

enum wire_kind {
	WIRE_END,
	WIRE_NUMBER,  /* of size bytes, in the host's order */
	WIRE_ADDRESS, /* eight bytes: where pointer points */
	WIRE_ZEROS,   /* size bytes */
	WIRE_PATTERN, /* the next size bytes of a pattern */
	WIRE_WHOLE,   /* a pattern of the size that the request has encoded */
};

/* A part of a struct as the kernel has it, one behind the other without gaps. */
struct wire_field {
	enum wire_kind kind;
	uint32_t size; /* in bytes */
	uint64_t number;
	const void *pointer;
};

#define U8(n)                                       \
	{                                           \
		WIRE_NUMBER, 1, (uint64_t)(n), NULL \
	}
#define U16(n)                                      \
	{                                           \
		WIRE_NUMBER, 2, (uint64_t)(n), NULL \
	}
#define U32(n)                                      \
	{                                           \
		WIRE_NUMBER, 4, (uint64_t)(n), NULL \
	}
#define U64(n)                                      \
	{                                           \
		WIRE_NUMBER, 8, (uint64_t)(n), NULL \
	}
#define ADDRESS(p)                    \
	{                             \
		WIRE_ADDRESS, 8, 0, p \
	}
#define ZEROS(n)                       \
	{                              \
		WIRE_ZEROS, n, 0, NULL \
	}
#define PATTERN(n)                       \
	{                                \
		WIRE_PATTERN, n, 0, NULL \
	}
#define WHOLE                          \
	{                              \
		WIRE_WHOLE, 0, 0, NULL \
	}

#define FIELDS(...)                          \
	(const struct wire_field[])          \
	{                                    \
		__VA_ARGS__,                 \
		{                            \
			WIRE_END, 0, 0, NULL \
		}                            \
	}

struct wire_row {
	const char *function;
	int (*call)(void); /* on the static buffers below */
	enum kvmlib__ioc ioc;
	uint32_t on; /* KVMLIB__FD_*: the handle, which is the first argument */

	/* Further arguments that must not be NULL: AT(2) | AT(4). */
	uint32_t refuses;

	/*
	 * What the kernel gets: by value, or, where `in` or `out` is set, a pointer. There it finds
	 * `in` (patterns are those of wire_in()), and writes `out` (patterns are its own).
	 */
	uint64_t value;
	const struct wire_field *in;
	const struct wire_field *out;

	/* What the kernel answers and the function returns, and what is in wire_out() then. */
	int answer;
	const struct wire_field *result;

	/* The simulated kernel answers instead, and the function returns 0; undo drops the object. */
	void (*undo)(void);

	/* Where the function looks for a cause itself: which one it must find; 0: the facts' first. */
	uint32_t (*cause)(int errnum);
	/* Answers that are no failures, ended by 0. */
	const int *no_failures;
	/* The function repeats the call on some failures: each is answered alike. */
	bool repeats;

	struct wire_row *next;
};

#define AT(position) (1U << (position))

/* The handle, or NULL in a test that wants it refused. */
struct kvmlib_system *wire_system(void);
struct kvmlib_vm *wire_vm(void);
struct kvmlib_vcpu *wire_vcpu(void);
struct kvmlib_device *wire_device(void);

/* A buffer with a pattern, and one for outputs; NULL in a test that wants that argument refused. */
#define WIRE_BUFFER 32768U
extern unsigned char wire_in_buffer[WIRE_BUFFER];
extern unsigned char wire_out_buffer[WIRE_BUFFER];
void *wire_in(unsigned int position);
void *wire_out(unsigned int position);
/* The same, so many bytes further. */
void *wire_in_at(unsigned int position, size_t offset);
void *wire_out_at(unsigned int position, size_t offset);

/* For undo: the handle that the function wrote to wire_out(). */
void *wire_made(void);

void wire_add(struct wire_row *row);
/* Note a function that is still to be written; once the row is there, this is a failure. */
void wire_add_missing(struct wire_row *row);

#define WIRE_FD_system KVMLIB__FD_SYSTEM
#define WIRE_FD_vm     KVMLIB__FD_VM
#define WIRE_FD_vcpu   KVMLIB__FD_VCPU
#define WIRE_FD_device KVMLIB__FD_DEVICE

#define WIRE_ROW(handle, words, name, add, ...)                                                 \
	static struct wire_row row_##handle##_##words = { .function =                           \
								  "kvmlib_" #handle "_" #words, \
							  .ioc = KVMLIB__IOC_##name,            \
							  .on = WIRE_FD_##handle,               \
							  __VA_ARGS__ };                        \
	static void __attribute__((constructor)) add_##handle##_##words(void)                   \
	{                                                                                       \
		add(&row_##handle##_##words);                                                   \
	}

/* A row; the call's body follows. At least one more member has to be given. */
#define WIRE_CALL(handle, words, name, ...)                                                   \
	static int call_##handle##_##words(void);                                             \
	WIRE_ROW(handle, words, name, wire_add, .call = call_##handle##_##words, __VA_ARGS__) \
	static int call_##handle##_##words(void)

/* kvmlib_HANDLE_WORDS(handle): no argument. */
#define WIRE_PLAIN(handle, words, name)                            \
	WIRE_CALL(handle, words, name, .value = 0)                 \
	{                                                          \
		return kvmlib_##handle##_##words(wire_##handle()); \
	}                                                          \
	struct wire_row

/* kvmlib_HANDLE_WORDS(handle, number): by value. */
#define WIRE_VALUE(handle, words, name, number)                            \
	WIRE_CALL(handle, words, name, .value = number)                    \
	{                                                                  \
		return kvmlib_##handle##_##words(wire_##handle(), number); \
	}                                                                  \
	struct wire_row

/* kvmlib_HANDLE_WORDS(handle): the kernel's answer is a descriptor, which the caller gets. */
#define WIRE_MAKES_FD(handle, words, name)                         \
	WIRE_CALL(handle, words, name, .answer = 1000)             \
	{                                                          \
		return kvmlib_##handle##_##words(wire_##handle()); \
	}                                                          \
	struct wire_row

/* kvmlib_HANDLE_WORDS(handle, &object): the kernel fills the whole struct. */
#define WIRE_GET(handle, words, name)                                           \
	WIRE_CALL(handle, words, name, .refuses = AT(2), .out = FIELDS(WHOLE),  \
		  .result = FIELDS(WHOLE))                                      \
	{                                                                       \
		return kvmlib_##handle##_##words(wire_##handle(), wire_out(2)); \
	}                                                                       \
	struct wire_row

/* kvmlib_HANDLE_WORDS(handle, &object): the kernel reads the whole struct. */
#define WIRE_SET(handle, words, name)                                          \
	WIRE_CALL(handle, words, name, .refuses = AT(2), .in = FIELDS(WHOLE))  \
	{                                                                      \
		return kvmlib_##handle##_##words(wire_##handle(), wire_in(2)); \
	}                                                                      \
	struct wire_row

/* kvmlib_HANDLE_WORDS() does not exist yet; its row is to replace this one. */
#define WIRE_MISSING(handle, words, name)                             \
	WIRE_ROW(handle, words, name, wire_add_missing, .call = NULL) \
	struct wire_row

#endif
