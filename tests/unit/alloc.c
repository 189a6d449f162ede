/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "alloc.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#define MAX_BLOCKS 4096U

/* The linker gives these names to the real functions and to ours. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t size);
void __real_free(void *block);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_reallocarray(void *old, size_t n, size_t size);
void __wrap_free(void *block);

static _Thread_local unsigned long countdown; /* 0: not armed, or over */
static _Thread_local bool failed;

/* Blocks by address: what libc allocates for itself and gives away is not among them. */
static _Thread_local bool noting;
static _Thread_local uintptr_t blocks[MAX_BLOCKS];
static _Thread_local size_t nr_blocks;

void alloc_fail_nth(unsigned long n)
{
	countdown = n;
	failed = false;
}

bool alloc_has_failed(void)
{
	return failed;
}

void alloc_start(void)
{
	nr_blocks = 0;
	noting = true;
}

size_t alloc_stop(void)
{
	noting = false;
	return nr_blocks;
}

static bool fails_now(void)
{
	if (!countdown || --countdown)
		return false;
	failed = true;
	errno = ENOMEM;
	return true;
}

static void *noted(void *block)
{
	if (!block || !noting)
		return block;
	if (nr_blocks == MAX_BLOCKS)
		abort();
	blocks[nr_blocks++] = (uintptr_t)block;
	return block;
}

static void forget(uintptr_t block)
{
	for (size_t i = nr_blocks; noting && i-- > 0;) {
		if (blocks[i] != block)
			continue;
		blocks[i] = blocks[--nr_blocks];
		return;
	}
}

void *__wrap_malloc(size_t size)
{
	return fails_now() ? NULL : noted(__real_malloc(size));
}

void *__wrap_calloc(size_t n, size_t size)
{
	return fails_now() ? NULL : noted(__real_calloc(n, size));
}

void *__wrap_realloc(void *old, size_t size)
{
	uintptr_t before = (uintptr_t)old;
	void *block;

	if (fails_now())
		return NULL;
	block = __real_realloc(old, size);
	if (!block)
		return NULL;
	forget(before);
	return noted(block);
}

void *__wrap_reallocarray(void *old, size_t n, size_t size)
{
	if (size && n > SIZE_MAX / size) {
		errno = ENOMEM;
		return NULL;
	}
	return __wrap_realloc(old, n * size);
}

void __wrap_free(void *block)
{
	forget((uintptr_t)block);
	__real_free(block);
}
