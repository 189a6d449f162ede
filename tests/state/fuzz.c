/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The target: bytes are read as a state, first as they are, then with their checksums corrected, and at
 * last by taking whatever looks like an item. What that gives is looked through, and a VM of the simulated
 * kernel is restored from it.
 */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t numbers;

void fuzz_check(bool condition, const char *file, int line, const char *what)
{
	if (condition)
		return;
	fprintf(stderr, "%s:%d: not so: %s\n", file, line, what);
	abort();
}

void fuzz_seed(const uint8_t *data, size_t size)
{
	numbers = UINT64_C(0xcbf29ce484222325);
	for (size_t i = 0; i < size; i++)
		numbers = (numbers ^ data[i]) * UINT64_C(0x100000001b3);
	numbers |= 1;
}

/* xorshift64*. */
uint32_t fuzz_some(uint32_t below)
{
	numbers ^= numbers >> 12;
	numbers ^= numbers << 25;
	numbers ^= numbers >> 27;
	return (uint32_t)((numbers * UINT64_C(0x2545f4914f6cdd1d)) >> 33) % below;
}

static struct kvmlib_state *load_sealed(const uint8_t *data, size_t size)
{
	struct kvmlib_state *state;
	uint8_t *copy = malloc(size + 1);

	CHECK(copy);
	memcpy(copy, data, size);
	fuzz_seal(copy, size);
	state = fuzz_load(copy, size);
	free(copy);
	return state;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t nothing[1];
	struct kvmlib_state *state;

	data = data ? data : nothing;
	fuzz_seed(data, size);
	state = fuzz_load(data, size);
	state = state ? state : load_sealed(data, size);
	state = state ? state : fuzz_rebuild(data, size);
	fuzz_apply(state);
	kvmlib_state_free(state);
	return 0;
}
