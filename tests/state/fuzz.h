/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_STATE_FUZZ_H
#define TESTS_STATE_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kvmlib/kvmlib.h>

/* What has to be so, whatever the input: else the process is aborted. */
#define CHECK(condition) fuzz_check(condition, __FILE__, __LINE__, #condition)
void fuzz_check(bool condition, const char *file, int line, const char *what);

/* What an input leaves open follows from its bytes. */
void fuzz_seed(const uint8_t *data, size_t size);
uint32_t fuzz_some(uint32_t below);

/* load.c: read the bytes by every way there is; the state, or NULL. */
struct kvmlib_state *fuzz_load(const uint8_t *data, size_t size);

/* Corrected, as if a program had written nonsense: so that mutations get past the checksums. */
void fuzz_seal(uint8_t *data, size_t size);

/* A state of what look like items. */
struct kvmlib_state *fuzz_rebuild(const uint8_t *data, size_t size);

/* apply.c: look at all items, and restore VMs from them. */
void fuzz_apply(const struct kvmlib_state *state);

/* The target: what libFuzzer calls. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
